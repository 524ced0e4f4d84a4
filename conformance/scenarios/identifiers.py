"""Scenarios about SIDs: in paths, spoilt and well formed, and as they are given out."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

from conformance.catalogue import Capability
from conformance.exchange import Credentials, Exchange, Probe, Role
from conformance.script import Scenario, Script, World, created, expect, send, sid_shown
from conformance.strategies import sids

FORMS = {"CreateSession": {"Ttl": "600"}, "UpdateSession": {"Ttl": "600"}}

# How many ways of spoiling a SID are tried at each operation, and of those in a quick
# run: all of them where a lenient look-up does most harm, a few elsewhere.
_SESSION_DEFECTS = {"UpdateSession": (99, 3), "DeleteSession": (10, 1)}
_SERVICE_DEFECTS = {
    "CreateSession": (6, 1),
    "ListSession": (6, 1),
    "FetchSession": (3, 1),
    "UpdateSession": (3, 1),
    "DeleteSession": (3, 1),
}
_FETCH_DEFECTS = 8


def spoilt(probe: Probe, defect: str, *, label: str) -> Probe:
    """Return the probe marked as spoilt; its control is that of its operation."""
    return replace(
        probe, role=Role.SPOILT, defect=defect, pair=probe.operation, label=label
    )


def control(probe: Probe) -> Probe:
    """Return the probe marked as the control of its operation."""
    return replace(probe, role=Role.CONTROL, pair=probe.operation)


def collection_path(world: World) -> Script[None]:
    """Create and list under spoilt and unknown Service SIDs, then under the live."""
    for operation in ("CreateSession", "ListSession"):
        form = FORMS.get(operation)
        for sid, defect, label in _services(world, operation):
            probe = world.call(operation, service=sid, form=form)
            yield from send(spoilt(probe, defect, label=label))
        yield from send(control(world.call(operation, form=form)))


def session_path(world: World) -> Script[None]:
    """Address a live Session by its SID spoilt in each way, then unspoilt."""
    name = world.name("path")
    sid = yield from created(world.call("CreateSession", form={"UniqueName": name}))
    for operation in ("FetchSession", "UpdateSession", "DeleteSession"):
        form = FORMS.get(operation)
        for wire, defect, label in _sessions(world, operation, sid, name):
            probe = world.call(operation, Sid=wire, form=form)
            yield from send(spoilt(probe, defect, label=label))
        for service, defect, label in _services(world, operation):
            probe = world.call(operation, service=service, Sid=sid, form=form)
            yield from send(spoilt(probe, defect, label=label))
        yield from send(control(world.call(operation, Sid=sid, form=form)))


def _services(world: World, operation: str) -> Iterator[tuple[str, str, str]]:
    """Yield Service SIDs for the path, each with its defect and the label of its row.

    Each operation begins elsewhere in the table, so that a quick run sees more of it.
    """
    most, least = _SERVICE_DEFECTS[operation]
    start = list(_SERVICE_DEFECTS).index(operation)
    names = list(sids.DEFECTS)
    for defect in world.some(names[start : start + most], least):
        yield sids.spoil(world.service_sid, defect).wire, defect, "malformed-service"
    yield "KS" + sids.UNKNOWN["lower-case"], "names-nothing", "unknown-service"


def _sessions(
    world: World, operation: str, sid: str, name: str
) -> Iterator[tuple[str, str, str]]:
    """Yield SIDs for the path, each with its defect and the label of its row."""
    defects = list(sids.DEFECTS)
    if operation == "FetchSession":
        if world.thorough:
            for defect in defects[:_FETCH_DEFECTS]:
                yield sids.spoil(sid, defect).wire, defect, "malformed-fetch"
            yield sids.other_case(sid), "other-case", "other-case"
            yield sids.escaped(sid), "escaped", "escaped"
    else:
        most, least = _SESSION_DEFECTS[operation]
        for defect in world.some(defects[:most], least):
            yield sids.spoil(sid, defect).wire, defect, "malformed-session"
        if world.thorough:
            yield quote(name, safe=""), "unique-name", "malformed-session"
    for case, digits in world.some(list(sids.UNKNOWN.items()), 1):
        yield "KC" + digits, case, "unknown-session"


def same_name_elsewhere(world: World) -> Script[None]:
    """Create under one name in two Services, and again once the first is deleted."""
    if not world.thorough:
        return
    form = {"UniqueName": world.name("twin")}
    first = yield from created(world.call("CreateSession", form=form))
    yield from send(world.call("CreateSession", form=form, service=world.other_sid))
    yield from expect(world.call("DeleteSession", Sid=first))
    yield from send(world.call("CreateSession", form=form))
    yield from send(world.call("CreateSession", form={}))


def children(world: World) -> Script[None]:
    """Go through what belongs to a Session, each time first without credentials."""
    session = yield from created(world.call("CreateSession", form={}))
    yield from _guarded(world.call("FetchService", Sid=world.service_sid))
    if Capability.PARTICIPANTS in world.provides:
        probe = world.call(
            "CreateParticipant",
            SessionSid=session,
            form={"Identifier": world.identifiers[0]},
        )
        added = yield from _guarded(probe)
        if sid := sid_shown(added):
            probe = world.call("DeleteParticipant", SessionSid=session, Sid=sid)
            yield from _guarded(probe)
    malformed = sids.spoil(session, "one-digit-long")
    probe = world.call("ListParticipant", SessionSid=malformed.wire)
    yield from send(spoilt(probe, malformed.defect, label="malformed-session"))
    yield from _guarded(world.call("ListParticipant", SessionSid=session))
    yield from _guarded(world.call("ListInteraction", SessionSid=session))


def _guarded(probe: Probe) -> Script[Exchange]:
    """Send a probe without credentials, then with them; return the latter exchange."""
    bare = replace(probe, credentials=Credentials.NONE)
    yield from send(spoilt(bare, Credentials.NONE.value, label="credentials"))
    return (yield from send(control(probe)))


SCENARIOS = (
    Scenario(
        name="path/Sessions",
        script=collection_path,
        serves=("SID-008", "SID-010", "ERR-012"),
    ),
    Scenario(
        name="path/Session",
        script=session_path,
        serves=(
            *(f"SID-{number:03}" for number in (3, 8, 9, 10, 11, 12, 13, 14, 23)),
            "ERR-009",
            "ERR-010",
        ),
    ),
    Scenario(
        name="same-name/CreateSession",
        script=same_name_elsewhere,
        serves=("SID-007",),
        needs=frozenset({Capability.WRITING, Capability.SERVICES}),
    ),
    Scenario(
        name="children/Session",
        script=children,
        serves=(
            *("SID-015", "SID-016", "SID-019", "SID-020", "SID-021"),
            *("AUTH-006", "AUTH-007", "ERR-008", "HTTP-006", "HTTP-007"),
            *("HTTP-020", "HTTP-030", "HTTP-031"),
        ),
    ),
)
