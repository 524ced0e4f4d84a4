"""Scenarios about the end of a Session's lifetime, judged when it is due."""

from conformance.catalogue import Capability
from conformance.exchange import Exchange
from conformance.models.values import shown_values, spelled
from conformance.scenarios.steps import create, fetch, join, message, said, update
from conformance.script import (
    GaveUpError,
    Scenario,
    Script,
    World,
    made,
    send,
    sid_shown,
    wait,
)

_LIVE = ("open", "in-progress")
_GRACE_S = 6
_LATE_S = 1.1  # what a date of whole seconds may hide, and a little
_WAITING = frozenset({Capability.WRITING, Capability.WAITING})
_USING = _WAITING | {Capability.PARTICIPANTS, Capability.MESSAGES}


def later(created: Exchange, seconds: int) -> str:
    """Return the date so many seconds after a Session's creation, by its own clock.

    Where a date is null, the next best tells. Raises GaveUpError if the answer does
    not show when that was.
    """
    values = shown_values(created.fields)
    clock_s = created.response.clock_s if created.response else None
    told = values.get("date_created"), values.get("date_updated"), clock_s
    moment = next((each for each in told if isinstance(each, float)), None)
    date = "" if moment is None else spelled(moment + seconds)
    if not date.endswith("Z"):
        shown = created.fields.get("date_created")
        raise GaveUpError(f"expected a date_created, observed {shown!r}")
    return date


def date_expiry(world: World) -> Script[None]:
    """Let a DateExpiry pass, then re-open the Session."""
    session = yield from made(world.call("CreateSession", form={"Ttl": "3600"}))
    sid = sid_shown(session)
    yield from update(world, sid, {"DateExpiry": later(session, 3)}, label="limit")
    yield from wait(3.3)
    yield from _until_closed(world, {"due": sid}, _GRACE_S)
    yield from update(world, sid, {"Status": "in-progress"}, label="reopen")
    yield from fetch(world, sid, label="reopened")


def listed(world: World) -> Script[None]:
    """Let a DateExpiry pass of a Session that nobody looks at but in the list."""
    session = yield from made(world.call("CreateSession", form={"Ttl": "3600"}))
    sid = sid_shown(session)
    yield from update(world, sid, {"DateExpiry": later(session, 3)}, label="limit")
    yield from wait(2.3)
    for _ in range(_GRACE_S + 1):
        yield from wait(1)
        seen = yield from send(world.call("ListSession", label="due"))
        if _listed_status(seen, sid) not in _LIVE:
            return


def _listed_status(exchange: Exchange, sid: str) -> object:
    """Return the status that a list shows of a Session, None if it shows none."""
    items = exchange.fields.get("sessions") if exchange.accepted else None
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict) and item.get("sid") == sid:
            return item.get("status")
    return None


def ahead(world: World) -> Script[None]:
    """Look at Sessions whose lifetime is not over, though part of it is."""
    session = yield from made(world.call("CreateSession", form={"Ttl": "3600"}))
    soon, far = later(session, 3), later(session, 3600)
    short = yield from create(world, {"Ttl": "1", "DateExpiry": far})
    put_off = yield from create(world, {"Ttl": "1", "DateExpiry": soon})
    yield from update(world, put_off, {"DateExpiry": far})
    yield from wait(4.5)
    for sid in (sid_shown(session), short, put_off):
        yield from fetch(world, sid)


def ttl_alone(world: World) -> Script[None]:
    """Let the Ttl of a Session pass that nobody uses."""
    sid = yield from create(world, {"Ttl": "2"}, label="limit")
    yield from wait(3.5)
    yield from _until_closed(world, {"due": sid}, 2)


def ttl_after_use(world: World) -> Script[None]:
    """Let the Ttl pass of two Sessions in use, one of which is read all the time."""
    alone = yield from _used(world, "2", world.identifiers[0], label="limit")
    read = yield from _used(world, "2", world.identifiers[1], label="limit-read")
    for _ in range(2):
        yield from wait(1)
        yield from fetch(world, read, label="read")
    yield from wait(1.3)
    yield from _until_closed(world, {"due": alone, "due-read": read}, _GRACE_S)


def ttl_restarted(world: World) -> Script[None]:
    """Use a Session before its Ttl has passed, and look at it after.

    Where that was too late, because the target is slow or we are, there is more time
    in the next try.
    """
    for ttl in (5, 12, 30):
        sid = yield from create(world, {"Ttl": str(ttl)})
        participant = yield from join(world, sid, world.identifiers[0])
        yield from wait(0.6 * ttl)
        sent = yield from send(said(world, sid, participant))
        yield from wait(0.52 * ttl if sent.accepted else 0)
        seen = yield from fetch(world, sid)
        in_time = seen.ended_ms - sent.began_ms < (ttl - _LATE_S) * 1000
        live = seen.fields.get("status") in _LIVE
        if in_time if sent.accepted else live:
            return


def _used(world: World, ttl: str, identifier: str, *, label: str) -> Script[str]:
    sid = yield from create(world, {"Ttl": ttl}, label=label)
    participant = yield from join(world, sid, identifier)
    yield from message(world, sid, participant)
    return sid


def _until_closed(world: World, pending: dict[str, str], seconds: int) -> Script[None]:
    """Fetch each Session, and once a second those that are still live."""
    for second in range(seconds + 1):
        if second:
            yield from wait(1)
        for label, sid in tuple(pending.items()):
            seen = yield from fetch(world, sid, label=label)
            if seen.fields.get("status") not in _LIVE:
                del pending[label]
        if not pending:
            return


SCENARIOS = (
    Scenario(
        name="date-expiry/UpdateSession",
        script=date_expiry,
        serves=("EXP-001", "EXP-008", "EXP-009"),
        needs=_WAITING,
        early=True,
    ),
    Scenario(
        name="date-expiry-listed/ListSession",
        script=listed,
        serves=("EXP-011",),
        needs=_WAITING | {Capability.SERVICES},
        own=True,
        early=True,
    ),
    Scenario(
        name="ahead/CreateSession",
        script=ahead,
        serves=("EXP-002", "EXP-003"),
        needs=_WAITING,
        early=True,
    ),
    Scenario(
        name="ttl-alone/CreateSession",
        script=ttl_alone,
        serves=("EXP-004",),
        needs=_WAITING,
        early=True,
    ),
    Scenario(
        name="ttl-after-use/CreateMessageInteraction",
        script=ttl_after_use,
        serves=("EXP-005", "EXP-007"),
        needs=_USING,
        early=True,
    ),
    Scenario(
        name="ttl-restarted/CreateMessageInteraction",
        script=ttl_restarted,
        serves=("EXP-006",),
        needs=_USING,
        early=True,
    ),
)
