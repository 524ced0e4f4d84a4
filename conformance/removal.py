"""Removal: all that a run created goes, its absence is proven, and nothing else goes.

Deletes reach only what the ledger knows by SID, and what carries the tag of the run.
"""

from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from conformance.exchange import Exchange, Probe
from conformance.ledger import Entry, Ledger, Name, State, plain_sid
from conformance.script import Script, Send, send, wait

_PAGE_SIZE = 100
_PAGES_MAX = 200
_SNAPSHOT_PAGES_MAX = 20
_UNPROVEN_MAX = 3
_TRIES_MAX = 5
_PAUSE_S = 0.5

Item = Mapping[str, Any]


def removal(ledger: Ledger, *, width: int = 1) -> Script[None]:
    """Remove what is outstanding, `width` Sessions at once.

    What the ledger still names afterwards is left behind.
    """
    yield from _find_services(ledger)
    for entry in _known(ledger, "Service"):
        yield from _remove_service(ledger, entry)
    yield from _find_sessions(ledger)
    yield from _remove_sessions(ledger, _known(ledger, "Session"), width)


def acquaintance(ledger: Ledger, path: str) -> Script[None]:
    """Note the Sessions that are in a Service before the run adds its own."""
    items, whole = yield from _walked("ListSession", path, _SNAPSHOT_PAGES_MAX)
    ledger.met(map(_sid, items))
    if whole:
        ledger.met_all()


def _known(ledger: Ledger, kind: str) -> list[Entry]:
    return [e for e in ledger.outstanding() if e.kind == kind and e.sid]


def _find_services(ledger: Ledger) -> Script[None]:
    """Look for Services whose creation got no good answer, by their name."""
    unclear = [
        entry
        for entry in ledger.entries()
        if entry.kind == "Service" and entry.state in {State.ASKED, State.REFUSED}
    ]
    for path in dict.fromkeys(entry.path for entry in unclear):
        items, whole = yield from _walked("ListService", path, _PAGES_MAX)
        _take_ours(ledger, "Service", path, items)
        for entry in unclear if whole else ():
            # What came of it stands in the list, and has an entry of its own now.
            if entry.path == path and entry.name is Name.TAGGED:
                ledger.gone(entry)


def _find_sessions(ledger: Ledger) -> Script[None]:
    """Look for Sessions whose creation got no good answer, by name or by being new.

    One without a name of ours cannot be told from somebody else's: unless nothing is
    there that was not there before the run, it is possibly left behind. Those in a
    Service of our own are gone with it.
    """
    unclear = [
        entry
        for entry in ledger.entries()
        if entry.kind == "Session"
        and entry.state in {State.ASKED, State.REFUSED}
        and (entry.state is State.ASKED or entry.name is Name.TAGGED)
    ]
    service, items, whole = ledger.about.service_sid, list[Item](), True
    if unclear and service:
        root = unclear[0].path.partition("/Services/")[0]
        path = f"{root}/Services/{service}/Sessions"
        items, whole = yield from _walked("ListSession", path, _PAGES_MAX)
        _take_ours(ledger, "Session", path, items)
        for sid in _strangers(ledger, items, unclear) if whole else ():
            ledger.found("Session", path, sid, ours=False)
    sure = not service or ledger.knows_earlier
    for entry in unclear if whole and not _known(ledger, "Service") else ():
        if sure or entry.name is Name.TAGGED:
            ledger.gone(entry)


def _strangers(ledger: Ledger, items: list[Item], unclear: list[Entry]) -> list[str]:
    """Return the Sessions, new and unknown, that may be one of the lost ones."""
    lost = [entry for entry in unclear if entry.name is not Name.TAGGED]
    if not lost or not ledger.knows_earlier:
        return []
    unnamed = all(entry.name is Name.NONE for entry in lost)
    return [
        sid
        for item in items
        if (sid := _sid(item))
        and not ledger.was_earlier(sid)
        and not ledger.knows(sid)
        and (not unnamed or item.get("unique_name") in (None, "", sid))
    ]


def _take_ours(ledger: Ledger, kind: str, path: str, items: list[Item]) -> None:
    """Enter what carries our tag and was not known."""
    for item in items:
        sid = _sid(item)
        if sid and ledger.is_ours(item.get("unique_name")) and not ledger.knows(sid):
            ledger.found(kind, path, sid, ours=True)


def _remove_service(ledger: Ledger, entry: Entry) -> Script[None]:
    """Remove a Service with all below it, and what a target leaves below it."""
    if not entry.shown:
        # It takes all below with it: only one that shows our tag is ours.
        (shown,) = yield from _fetched([entry])
        if shown.status == HTTPStatus.NOT_FOUND:
            ledger.gone(entry)
        if not ledger.is_ours(shown.fields.get("unique_name")):
            return
    if not (yield from _removed(entry)):
        return
    ledger.gone(entry)
    below = f"{entry.url}/Sessions"
    items, _ = yield from _walked("ListSession", below, _PAGES_MAX)
    for sid in filter(None, map(_sid, items)):
        ledger.found("Session", below, sid, ours=True)


def _remove_sessions(
    ledger: Ledger, entries: Iterable[Entry], width: int
) -> Script[None]:
    """Remove Sessions, several at once; give up on a target that removes none."""
    unproven = list[Entry]()
    for some in _chunks(entries, width):
        ours = [entry for entry in some if entry.state is State.MADE]
        if ours:
            yield Send(tuple(_delete(entry) for entry in ours))
        proofs = yield from _fetched(some)
        for entry, proof in zip(some, proofs, strict=True):
            if proof.status == HTTPStatus.NOT_FOUND:
                ledger.gone(entry)
            elif entry.state is State.MADE:
                unproven.append(entry)
    failures = 0
    for entry in unproven:
        if failures == _UNPROVEN_MAX:
            return
        if (yield from _removed(entry)):
            ledger.gone(entry)
            failures = 0
        else:
            failures += 1


def _removed(entry: Entry) -> Script[bool]:
    """Delete a resource and return whether a fetch proves it gone.

    Tried again where an answer got lost.
    """
    for _ in range(_TRIES_MAX):
        asked = yield from send(_delete(entry))
        (proof,) = yield from _fetched([entry])
        if proof.status == HTTPStatus.NOT_FOUND:
            return True
        if not (asked.undecided or proof.undecided):
            return False
        yield from wait(_PAUSE_S)
    return False


def _insisted(probe: Probe) -> Script[Exchange]:
    """Return what a read came to, asked again where its answer got lost."""
    exchange = yield from send(probe)
    for _ in range(1, _TRIES_MAX):
        if not exchange.undecided:
            break
        yield from wait(_PAUSE_S)
        exchange = yield from send(probe)
    return exchange


def _delete(entry: Entry) -> Probe:
    return Probe(operation=f"Delete{entry.kind}", method="DELETE", path=entry.url)


def _fetched(entries: list[Entry]) -> Script[tuple[Exchange, ...]]:
    return (
        yield Send(
            tuple(
                Probe(operation=f"Fetch{entry.kind}", method="GET", path=entry.url)
                for entry in entries
            )
        )
    )


def _chunks(entries: Iterable[Entry], width: int) -> Iterator[list[Entry]]:
    rest = iter(entries)
    while some := list(islice(rest, width)):
        yield some


def _walked(
    operation: str, path: str, pages_max: int
) -> Script[tuple[list[Item], bool]]:
    """Return what a list holds, and whether that is all of it."""
    items: list[Item] = []
    query, seen = f"PageSize={_PAGE_SIZE}", set[str]()
    while query not in seen and len(seen) < pages_max:
        seen.add(query)
        page = yield from _insisted(
            Probe(operation=operation, method="GET", path=path, query=query)
        )
        meta = page.fields.get("meta")
        if not page.accepted or not isinstance(meta, dict):
            return items, False
        items += _items(page.fields, meta)
        following = meta.get("next_page_url")
        if following is None:
            return items, True
        query = _query(following)
    return items, False


def _items(fields: Item, meta: Item) -> Iterator[Item]:
    key = meta.get("key")
    page = fields.get(key) if isinstance(key, str) else None
    for item in page if isinstance(page, list) else ():
        if isinstance(item, dict):
            yield item


def _query(following: object) -> str:
    """Return the query of the page after; its host and path are never followed."""
    try:
        return urlsplit(following).query if isinstance(following, str) else ""
    except ValueError:
        return ""


def _sid(item: Item) -> str:
    return plain_sid(item.get("sid"))
