"""A page walk as it can be drawn: its pages, and what was shown twice or never."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle
from string import ascii_lowercase
from typing import cast
from urllib.parse import urlsplit

from conformance.exchange import Exchange
from conformance.report.listed import fields, listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: the exchange, and the SIDs that its answer showed."""

    number: int
    url: str
    sids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Pages that lead to each other; `complete` when the last one leads nowhere.

    `missing` are the Sessions that were there all along and on no page.
    """

    scene: str
    pages: tuple[Page, ...]
    complete: bool
    missing: tuple[str, ...] = ()

    @property
    def numbers(self) -> tuple[int, ...]:
        """The exchange numbers of the pages."""
        return tuple(page.number for page in self.pages)

    @property
    def repeated(self) -> tuple[str, ...]:
        """The SIDs that were shown more than once, in order of appearance."""
        shown = Counter(sid for page in self.pages for sid in page.sids)
        return tuple(sid for sid, times in shown.items() if times > 1)

    @property
    def letters(self) -> Mapping[str, str]:
        """A letter for each repeated SID; after the last one they begin again."""
        return dict(zip(self.repeated, cycle(ascii_lowercase), strict=False))

    @property
    def sound(self) -> bool:
        """Whether nothing was repeated and nothing left out."""
        return not self.repeated and not self.missing


def walks(exchanges: Iterable[Exchange]) -> tuple[Walk, ...]:
    """Return every walk over more than one page of Sessions, in the order begun."""
    some = tuple(sorted(exchanges, key=lambda exchange: exchange.number))
    scenes: dict[str, list[Exchange]] = {}
    for exchange in some:
        if exchange.sent.method == "GET" and _items(exchange) is not None:
            scenes.setdefault(exchange.probe.scene, []).append(exchange)
    lives = _lives(some)
    return tuple(
        walk
        for scene, listed in scenes.items()
        for walk in _of_scene(scene, listed, lives)
    )


def _of_scene(
    scene: str, listed: list[Exchange], lives: Mapping[str, "_Life"]
) -> Iterator[Walk]:
    run: list[Exchange] = []
    for exchange in listed:
        if run and _target(_next(run[-1])) == exchange.sent.url:
            run.append(exchange)
            continue
        yield from _walk(scene, run, lives)
        run = [exchange]
    yield from _walk(scene, run, lives)


def _walk(
    scene: str, run: list[Exchange], lives: Mapping[str, "_Life"]
) -> Iterator[Walk]:
    if len(run) < 2:  # noqa: PLR2004  one page is no walk
        return
    pages = tuple(
        Page(number=e.number, url=e.sent.url, sids=tuple(_items(e) or ())) for e in run
    )
    complete = not _next(run[-1])
    shown = {sid for page in pages for sid in page.sids}
    first, last = run[0], run[-1]
    from_start = "PageToken=" not in first.sent.url
    yield Walk(
        scene=scene,
        pages=pages,
        complete=complete,
        missing=tuple(
            sid
            for sid, life in lives.items()
            if complete
            and from_start
            and life.path == first.sent.path
            and life.created_ms < first.began_ms
            and life.deleted_ms > last.ended_ms
            and sid not in shown
        ),
    )


def _items(exchange: Exchange) -> list[str] | None:
    """Return the SIDs on a page of Sessions, None if it is no such page."""
    value = exchange.fields.get("sessions")
    if not exchange.accepted or not isinstance(value, list):
        return None
    return [
        item["sid"]
        for item in listed(cast("object", value)).values()
        if isinstance(item.get("sid"), str)
    ]


def _next(exchange: Exchange) -> str:
    url = fields(exchange.fields.get("meta")).get("next_page_url")
    return url if isinstance(url, str) else ""


def _target(url: str) -> str:
    """Return the request target of a URL, whatever its host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


@dataclass(slots=True, kw_only=True)
class _Life:
    """Since when a Session was there for certain, and until when at the least."""

    path: str
    created_ms: float
    deleted_ms: float = float("inf")


def _lives(exchanges: Iterable[Exchange]) -> Mapping[str, _Life]:
    lives: dict[str, _Life] = {}
    for exchange in exchanges:
        method, path = exchange.sent.method, exchange.sent.path
        if method == "POST" and path.endswith("/Sessions") and exchange.accepted:
            sid = exchange.fields.get("sid")
            if isinstance(sid, str):
                life = _Life(path=path, created_ms=exchange.ended_ms)
                lives.setdefault(sid, life)
        elif method == "DELETE":
            gone = path.rpartition("/")[2]
            for sid in (
                [gone]
                if gone in lives
                else [
                    sid
                    for sid, life in lives.items()
                    if life.path == f"{path}/Sessions"
                ]
            ):
                lives[sid].deleted_ms = min(lives[sid].deleted_ms, exchange.began_ms)
    return lives
