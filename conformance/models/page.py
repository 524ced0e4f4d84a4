"""A page: what one list answer shows, read without trusting any of it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

from conformance.exchange import Exchange

Parameters: TypeAlias = tuple[tuple[str, str], ...]

KEY = "sessions"
_ANYWHERE = "http://target"  # a page URL is followed at the target, wherever it points
_LEFT_ALONE = "/%:@!$&'()*+,;=?~"


@dataclass(frozen=True, slots=True)
class Address:
    """What a page URL asks of the target: its path and query, as they go out."""

    path: str
    query: str = ""

    @property
    def parameters(self) -> Parameters:
        """The decoded query, in the order given."""
        return tuple(parse_qsl(self.query, keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Spot:
    """What tells two list requests apart: SID case and parameter order do not."""

    path: str
    parameters: Parameters


def spot(path: str, parameters: Iterable[tuple[str, str]]) -> Spot:
    """Return the spot of a path and a decoded query."""
    return Spot(path.lower(), tuple(sorted(parameters)))


def address(url: object, at: str) -> Address | None:
    """Return where a page URL found in the list at path `at` leads, if anywhere.

    Its origin is left out, and so is what stands before the path of the API: a
    target may show another host than ours, or live below a path of its own.
    """
    if not isinstance(url, str) or not url:
        return None
    try:
        parts = urlsplit(urljoin(_ANYWHERE + at, url))
    except ValueError:
        return None
    path = quote(parts.path, safe=_LEFT_ALONE, errors="replace")
    if path.lower().endswith(at.lower()):
        path = path[-len(at) :]
    elif not path.startswith("/v1/"):
        before, version, rest = path.partition("/v1/")
        path = version + rest or before
    if not path.startswith("/"):
        return None
    return Address(path, quote(parts.query, safe=_LEFT_ALONE, errors="replace"))


@dataclass(frozen=True, kw_only=True)
class Page:
    """An accepted list answer that has an array of items and a `meta` object."""

    exchange: Exchange
    items: tuple[object, ...]
    meta: Mapping[str, object]

    @cached_property
    def sids(self) -> tuple[str, ...]:
        """The SIDs shown, in order and in lower case; an item without is left out."""
        found = (i.get("sid") for i in self.items if isinstance(i, dict))
        return tuple(sid.lower() for sid in found if isinstance(sid, str))

    @property
    def legible(self) -> bool:
        """Whether each item shows a SID, so that nothing can hide on the page."""
        return len(self.sids) == len(self.items)

    @property
    def last(self) -> bool:
        """Whether no page follows; SDKs take an absent link for null, and so do we."""
        return not self.meta.get("next_page_url")

    @property
    def size(self) -> int | None:
        """The page size that `meta` tells, if it is a whole number."""
        return whole(self.meta.get("page_size"))

    @property
    def number(self) -> int | None:
        """The page number that `meta` tells, if it is a whole number."""
        return whole(self.meta.get("page"))

    def link(self, name: str) -> Address | None:
        """Return where the URL of that name leads, None if nowhere."""
        return address(self.meta.get(name), self.exchange.sent.path)

    def shows_as(self, other: "Page") -> bool:
        """Return whether both show the same Sessions, in whichever order."""
        return Counter(self.sids) == Counter(other.sids)


def read(exchange: Exchange) -> Page | None:
    """Return the page that a list answer is, None if it is none.

    A list under a wrong name is still read, so that one defect stays one.
    """
    meta = exchange.fields.get("meta")
    if not exchange.accepted or not isinstance(meta, dict):
        return None
    items = exchange.fields.get(KEY)
    if not isinstance(items, list):
        key = meta.get("key")
        items = exchange.fields.get(key) if isinstance(key, str) else None
    if not isinstance(items, list):
        return None
    return Page(exchange=exchange, items=tuple(items), meta=meta)


def whole(value: object) -> int | None:
    """Return a whole number, which JSON may write as 50 or as 50.0, else None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if value == value // 1 else None
