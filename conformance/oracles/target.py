"""Which request targets reach the API, and which a gateway may turn away before it."""

from urllib.parse import unquote_to_bytes

_CHARACTERS_MAX = 2000
_HEX = frozenset("0123456789abcdefABCDEF")
_TOUCHY = frozenset("/?#\\%\0")


def is_plain(target: str) -> bool:
    """Return whether no gateway has a reason of its own to refuse `target`.

    Servers in front of an application are known to refuse, or to rewrite, an escaped
    slash, backslash, percent sign or NUL, octets that are not UTF-8, and long paths.
    """
    escapes = [part[:2] for part in target.split("%")[1:]]
    if len(target) > _CHARACTERS_MAX or not all(map(_is_octet, escapes)):
        return False
    try:
        unquote_to_bytes(target).decode()
    except UnicodeDecodeError:
        return False
    return _TOUCHY.isdisjoint(chr(int(octet, 16)) for octet in escapes)


def _is_octet(digits: str) -> bool:
    return len(digits) == 2 and _HEX.issuperset(digits)  # noqa: PLR2004  two digits
