"""What an absolute URL looks like, and where on its host it points."""

from urllib.parse import unquote

_SCHEMES = ("http", "https")
_FORBIDDEN = frozenset(map(chr, range(33))) | frozenset('\x7f"<>\\^`{|}')


def is_absolute(text: object) -> bool:
    """Return whether `text` is an absolute http or https URL.

    Spelled out because `urlsplit` drops tabs and newlines before it looks.
    """
    return isinstance(text, str) and bool(_parts(text))


def host(text: str) -> str:
    """Return the host of an absolute URL in lower case, "" of anything else."""
    authority, _ = _parts(text) or ("", "")
    return authority.rpartition("@")[2].partition(":")[0].lower()


def path(text: str) -> str:
    """Return the decoded path of an absolute URL, "" of anything else."""
    _, rest = _parts(text) or ("", "")
    return unquote(rest.partition("?")[0].partition("#")[0])


def is_uri(text: str) -> bool:
    """Return whether `text` has a scheme, and nothing that a URI cannot hold."""
    scheme, colon, rest = text.partition(":")
    return (
        bool(colon and rest)
        and scheme[:1].isalpha()
        and scheme.replace("+", "").replace("-", "").replace(".", "").isalnum()
        and scheme.isascii()
        and _FORBIDDEN.isdisjoint(text)
    )


def _parts(text: str) -> tuple[str, str] | None:
    """Return the authority and all behind it, None if this is no absolute URL."""
    scheme, separator, rest = text.partition("://")
    authority = rest[: min((i for i in map(rest.find, "/?#") if i >= 0), default=None)]
    if not separator or scheme.lower() not in _SCHEMES or not authority:
        return None
    if not text.isascii() or not _FORBIDDEN.isdisjoint(text):
        return None
    return authority, rest[len(authority) :]
