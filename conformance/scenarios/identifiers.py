"""Scenarios about SIDs: in paths, spoilt and well formed, and as they are given out."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

from conformance.catalogue import Capability
from conformance.exchange import Credentials, Exchange, Probe, Role
from conformance.script import Scenario, Script, World, created, expect, send, sid_shown
from conformance.strategies import sids

FORMS = {"CreateSession": {"Ttl": "600"}, "UpdateSession": {"Ttl": "600"}}

# How a SID is spoilt at each operation: in every way where a lenient look-up is most
# likely, in some elsewhere. A quick run takes as many as the number says, else one.
_SESSION_DEFECTS = {
    "UpdateSession": (tuple(sids.DEFECTS), 3),
    "DeleteSession": (
        (
            "one-digit-long",
            "trailing-newline",
            "lower-case-prefix",
            "other-prefix",
            "one-digit-short",
            "not-hex",
            "trailing-space",
            "full-width-digit",
            "comma-list",
            "wildcards",
        ),
        1,
    ),
}
_SERVICE_DEFECTS = {
    "CreateSession": (
        "trailing-newline",
        "one-digit-long",
        "lower-case-prefix",
        "other-prefix",
        "not-hex",
        "trailing-space",
    ),
    "ListSession": (
        "one-digit-long",
        "trailing-newline",
        "lower-case-prefix",
        "other-prefix",
        "full-width-digit",
        "no-prefix",
    ),
    "FetchSession": ("lower-case-prefix", "trailing-newline", "one-digit-short"),
    "UpdateSession": ("other-prefix", "trailing-newline", "one-digit-long"),
    "DeleteSession": ("one-digit-short", "lower-case-prefix", "not-hex"),
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
            if world.may(probe):
                yield from send(spoilt(probe, defect, label=label))
        for service, defect, label in _services(world, operation):
            probe = world.call(operation, service=service, Sid=sid, form=form)
            yield from send(spoilt(probe, defect, label=label))
        yield from send(control(world.call(operation, Sid=sid, form=form)))


def _services(world: World, operation: str) -> Iterator[tuple[str, str, str]]:
    """Yield Service SIDs for a path, each with its defect and the label of its row."""
    for defect in world.some(_SERVICE_DEFECTS[operation], 1):
        yield sids.spoil(world.service_sid, defect).wire, defect, "malformed-service"
    yield "KS" + sids.UNKNOWN["lower-case"], "names-nothing", "unknown-service"


def _sessions(
    world: World, operation: str, sid: str, name: str
) -> Iterator[tuple[str, str, str]]:
    """Yield SIDs for the path, each with its defect and the label of its row."""
    if operation == "FetchSession":
        if world.thorough:
            for defect in list(sids.DEFECTS)[:_FETCH_DEFECTS]:
                yield sids.spoil(sid, defect).wire, defect, "malformed-fetch"
            yield sids.other_case(sid), "other-case", "other-case"
            yield sids.escaped(sid), "escaped", "escaped"
    else:
        names, least = _SESSION_DEFECTS[operation]
        for defect in world.some(names, least):
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
    """Go through what belongs to a Session, each time first without credentials.

    Where no Participant can be added, one that nobody has is asked for: what is said
    of it is an error as well.
    """
    sid = ""
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
    if not sid:
        nobody = "KP" + sids.UNKNOWN["lower-case"]
        yield from send(world.call("FetchParticipant", SessionSid=session, Sid=nobody))
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
