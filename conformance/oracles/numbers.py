"""Which texts are whole seconds, and how many of them any Session may be given."""

ORDINARY_S_MAX = 7_776_000
"""90 days, the longest time that a source speaks of; beyond it a target may refuse."""

_DIGITS_MAX = 60


def seconds(text: str) -> int | None:
    """Return the whole seconds that a text is the JSON spelling of, else None."""
    digits = text.removeprefix("-")
    plain = digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS_MAX
    return int(text) if plain and str(int(text)) == text else None


def is_ordinary(seconds: int) -> bool:
    """Return whether any Session may be given that many seconds."""
    return 0 <= seconds <= ORDINARY_S_MAX


def fate(sent: int, shown: int) -> str:
    """Return what became of a number that need not be taken, "" where it may not.

    It may be kept, a large one be cut to a maximum, a negative one be taken for none.
    """
    if shown == sent:
        return "kept"
    if ORDINARY_S_MAX <= shown < sent:
        return "cut to a maximum"
    return "taken for 0" if sent < 0 == shown else ""
