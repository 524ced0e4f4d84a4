"""What a SID looks like."""

from functools import lru_cache

_DIGITS = 32

LENGTH = 2 + _DIGITS
"""How many characters a SID has, its prefix and its digits."""

_HEX = frozenset("0123456789abcdefABCDEF")


def is_sid(text: object, *, prefix: str) -> bool:
    """Return whether `text` is `prefix` followed by 32 hex digits.

    Spelled out because `$` in a Python pattern also matches before a final newline.
    """
    return isinstance(text, str) and _is_sid(text, prefix)


# Of each SID it is asked again and again, by every check that meets it.
@lru_cache(maxsize=4096)
def _is_sid(text: str, prefix: str) -> bool:
    head, digits = text[:2], text[2:]
    return head == prefix and len(digits) == _DIGITS and _HEX.issuperset(digits)


def same_sid(one: str, other: str) -> bool:
    """Return whether two SIDs are the same, their digits read in either case."""
    return one == other or (
        one[:2] == other[:2] and one[2:].lower() == other[2:].lower()
    )
