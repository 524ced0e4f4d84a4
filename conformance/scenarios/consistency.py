"""Scenarios about what reads show of writes, and of writes to something else."""

from dataclasses import replace
from functools import partial

from conformance.catalogue import Capability
from conformance.exchange import Probe, Role
from conformance.scenarios.steps import create, delete, fetch, join, update
from conformance.script import Scenario, Script, World, send, wait

# Far ahead, and before the moment that 32 bits cannot count.
_FAR = "2036-05-04T03:02:01Z"
_FARTHER = "2037-06-07T08:09:10Z"
_MORE_THAN_A_SECOND = 1.2

CHANGES: tuple[dict[str, str], ...] = (
    {"Ttl": "1800"},
    {"Status": "closed"},
    {"Status": "in-progress", "Ttl": "1200", "DateExpiry": _FAR},
    {"DateExpiry": _FARTHER},
    {"Ttl": "2400", "DateExpiry": _FAR},
    {"Status": "closed", "Ttl": "3000", "DateExpiry": _FARTHER},
    {"Status": "in-progress", "DateExpiry": _FAR},
    {"Status": "closed", "Ttl": "1500"},
    {"Status": "in-progress", "Ttl": "600"},
    {"Status": "closed", "DateExpiry": _FARTHER},
)
"""Every combination of parameters, in an order in which each is supported."""


def read_your_writes(world: World) -> Script[None]:
    """Change a Session in every way and fetch it after each."""
    form = {"UniqueName": world.name("kept"), "Mode": "voice-only", "Ttl": "3600"}
    sid = yield from create(world, form)
    if world.thorough:
        yield from fetch(world, sid)
    for change in world.some(CHANGES, least=3):
        changed = yield from update(world, sid, change, label="change")
        if changed.refused and change.get("Status") == "in-progress":
            # Those that follow take a Session that is open.
            yield from update(world, sid, {"Status": "in-progress"}, label="change")
        yield from fetch(world, sid)


def listed(world: World) -> Script[None]:
    """Change a Session, look at the list after each change, and end the Service."""
    look = world.call("ListSession")
    form = {"UniqueName": world.name("one"), "Ttl": "3600", "DateExpiry": _FAR}
    sid = yield from create(world, form)
    yield from send(look)
    for change in world.some(({"Ttl": "1800"}, {"Status": "closed"}), least=1):
        yield from update(world, sid, change)
        yield from send(look)
    if world.thorough:
        yield from delete(world, sid)
        yield from send(look)
        yield from _with_service(world)


def _with_service(world: World) -> Script[None]:
    """Delete the Service while it has a Session."""
    sid = yield from create(world, {"Ttl": "3600"})
    gone = world.call("DeleteService", Sid=world.service_sid, label="delete-service")
    yield from send(gone)
    yield from fetch(world, sid, label="after")


def dates(world: World) -> Script[None]:
    """Read and write a Session with more than a second between the writes."""
    sid = yield from create(world, {"Ttl": "3600"})
    yield from wait(_MORE_THAN_A_SECOND)
    # A read or a refusal that touches the Session may show so only at the next read.
    yield from fetch(world, sid)
    yield from fetch(world, sid)
    yield from update(world, sid, {"Ttl": "1111", "Status": "shut"})
    yield from fetch(world, sid)
    for change in ({"Ttl": "1800"}, {"Status": "closed"}, {"Status": "in-progress"}):
        yield from update(world, sid, change)
        yield from wait(_MORE_THAN_A_SECOND)
        yield from fetch(world, sid)


def another_service(world: World) -> Script[None]:
    """Address a Session under another Service, where one of its name lives."""
    form = {"UniqueName": world.name("twin"), "Ttl": "3600"}
    other = world.other_sid
    sid = yield from create(world, form)
    twin = yield from create(world, form, service=other)

    change = {"Ttl": "1201"}
    yield from send(_spoilt(world.call("FetchSession", Sid=sid, service=other)))
    elsewhere = world.call("UpdateSession", Sid=sid, form=change, service=other)
    yield from send(_spoilt(elsewhere))
    yield from send(_control(world.call("FetchSession", Sid=sid)))
    yield from send(_control(world.call("UpdateSession", Sid=sid, form=change)))
    if world.thorough:
        yield from fetch(world, twin, service=other)
    yield from send(_spoilt(world.call("DeleteSession", Sid=sid, service=other)))
    yield from fetch(world, sid)
    yield from send(_control(world.call("DeleteSession", Sid=sid)))
    yield from fetch(world, twin, service=other)


def another_parent(world: World) -> Script[None]:
    """Address a Participant under another Service, and under another Session."""
    sid, sibling = (yield from create(world, {})), (yield from create(world, {}))
    person = yield from join(world, sid, world.identifiers[0])
    fetch_one = partial(world.call, "FetchParticipant", Sid=person)
    list_all = partial(world.call, "ListParticipant", SessionSid=sid)
    other = world.other_sid
    yield from send(_spoilt(fetch_one(SessionSid=sid, service=other)))
    yield from send(_spoilt(fetch_one(SessionSid=sibling), defect="another-session"))
    yield from send(_spoilt(list_all(service=other)))
    yield from send(_control(fetch_one(SessionSid=sid)))
    yield from send(_control(list_all()))


def _spoilt(probe: Probe, *, defect: str = "another-service") -> Probe:
    return replace(probe, role=Role.SPOILT, defect=defect, pair=probe.operation)


def _control(probe: Probe) -> Probe:
    return replace(probe, role=Role.CONTROL, pair=probe.operation)


SCENARIOS = (
    Scenario(
        name="dates-of-update/UpdateSession",
        script=dates,
        serves=("CON-005", "CON-006", "CON-007", "CON-008"),
        needs=frozenset({Capability.WRITING, Capability.WAITING}),
        early=True,
    ),
    Scenario(
        name="read-your-writes/UpdateSession",
        script=read_your_writes,
        serves=("CON-001", "CON-003", "CON-004", "UPD-001", "UPD-003"),
    ),
    Scenario(
        name="listed/ListSession",
        script=listed,
        serves=("CON-002", "DEL-017"),
        needs=frozenset({Capability.WRITING, Capability.SERVICES}),
        own=True,
    ),
    Scenario(
        name="another-service/UpdateSession",
        script=another_service,
        serves=("CON-009", "CON-010", "CON-011", "CON-012", "DEL-009"),
        needs=frozenset({Capability.WRITING, Capability.SERVICES}),
    ),
    Scenario(
        name="another-parent/FetchParticipant",
        script=another_parent,
        serves=("CON-013",),
        needs=frozenset(
            {
                *(Capability.WRITING, Capability.SERVICES),
                *(Capability.PARTICIPANTS, Capability.DEPTH),
            }
        ),
    ),
)
