"""Scenarios about credentials: each operation without them, with wrong ones, as due."""

from collections.abc import Iterator
from dataclasses import replace

from conformance.catalogue import Capability
from conformance.exchange import Credentials, Exchange, Probe, Role
from conformance.models.page import read
from conformance.models.walk import ON
from conformance.scenarios.paging import follow
from conformance.script import (
    Scenario,
    Script,
    World,
    created,
    in_path,
    send,
    sid_shown,
)

_WRONG = (
    Credentials.WRONG_TOKEN,
    Credentials.EMPTY_TOKEN,
    Credentials.SHORT_TOKEN,
    Credentials.WRONG_ACCOUNT,
    Credentials.NOT_BASIC,
    Credentials.LONG_TOKEN,
    Credentials.GARBLED,
)

# Each operation begins elsewhere in the table, so that a quick run sees more of it.
_ORDER = (
    "DeleteSession",
    "CreateSession",
    "FetchSession",
    "UpdateSession",
    "ListSession",
)

_TTL = "600"
_REFUSED_TTL = "900"
_FOUND_MAX = 3


def credentials(world: World) -> Script[None]:
    """Ask for each operation as a stranger, then as the account itself.

    What follows each write of a stranger shows whether it had any effect: a create of
    the same name, a fetch after the updates, an update after the deletes.
    """
    name = world.name("stranger")
    create = world.call("CreateSession", form={"UniqueName": name, "Ttl": _TTL})
    yield from _as_strangers(world, create)
    answer = yield from _as_oneself(create)
    sid = sid_shown(answer)
    if not sid:
        # Another name tells a name that is taken from a create that never works.
        anew = {"UniqueName": world.name("anew"), "Ttl": _TTL}
        sid = yield from created(world.call("CreateSession", form=anew, label="anew"))
    fetch = world.call("FetchSession", Sid=sid)
    listing = world.call("ListSession")
    update = world.call("UpdateSession", Sid=sid, form={"Ttl": _REFUSED_TTL})
    delete = world.call("DeleteSession", Sid=sid)
    for probe in (update, fetch):
        yield from _as_strangers(world, probe)
    yield from _as_oneself(fetch)
    for probe in (delete, listing):
        yield from _as_strangers(world, probe)
    for probe in (update, listing, delete):
        yield from _as_oneself(probe)
    if world.thorough:
        yield from _later_page(world)


def _later_page(world: World) -> Script[None]:
    """Ask for a page that a token leads to as a stranger, then as the account."""
    for _ in range(2):
        yield from created(world.call("CreateSession", form={}))
    first = read((yield from send(world.call("ListSession", query={"PageSize": "1"}))))
    later = follow(first, ON) if first else None
    if later is not None:
        bare = replace(later, credentials=Credentials.NONE, role=Role.SPOILT)
        pair = "later-page"
        yield from send(replace(bare, defect=bare.credentials.value, pair=pair))
        yield from send(replace(later, role=Role.CONTROL, pair=pair))


def reading(world: World) -> Script[None]:
    """Read as a stranger and as the account itself, where nothing may be written."""
    if Capability.WRITING in world.provides:
        return
    listing = world.call("ListSession")
    yield from _as_strangers(world, listing)
    page = read((yield from _as_oneself(listing)))
    for sid in _found(page.items if page else ()):
        fetch = world.call("FetchSession", Sid=sid)
        yield from _as_strangers(world, fetch)
        yield from _as_oneself(fetch)


def _found(items: tuple[object, ...]) -> Iterator[str]:
    """Yield the SIDs of the first Sessions on a page, as a path takes them."""
    for item in items[:_FOUND_MAX]:
        if sid := in_path(item.get("sid") if isinstance(item, dict) else None):
            yield sid


def _as_strangers(world: World, probe: Probe) -> Script[None]:
    for kind in _strangers(world, probe.operation):
        spoilt = replace(probe, credentials=kind, role=Role.SPOILT, defect=kind.value)
        yield from send(replace(spoilt, pair=probe.operation, label="credentials"))


def _as_oneself(probe: Probe) -> Script[Exchange]:
    return (yield from send(replace(probe, role=Role.CONTROL, pair=probe.operation)))


def _strangers(world: World, operation: str) -> Iterator[Credentials]:
    start = _ORDER.index(operation)
    yield Credentials.NONE
    yield from world.some(_WRONG[start:] + _WRONG[:start], 1)


SCENARIOS = (
    Scenario(
        name="credentials/Session",
        script=credentials,
        serves=(
            *(f"AUTH-{number:03}" for number in (1, 2, 3, 4, 5, 8)),
            *(f"ERR-{number:03}" for number in (1, 2, 3, 4, 5, 6, 7, 13, 14)),
            *(f"HTTP-{number:03}" for number in (1, 2, 3, 4, 5, 9, 10, 11, 12, 13)),
        ),
    ),
    Scenario(
        name="credentials/as-found",
        script=reading,
        serves=(
            *("AUTH-001", "AUTH-002", "AUTH-003", "AUTH-005", "AUTH-008"),
            *("ENUM-001", "LINK-001", "PROP-001"),
        ),
        needs=frozenset(),
    ),
)
