"""Scenarios about deleting a Session: what goes with it, and what stays."""

from dataclasses import replace

from conformance.catalogue import Capability
from conformance.exchange import Probe
from conformance.scenarios.lifecycle import used
from conformance.scenarios.steps import create, delete, fetch, join, message, update
from conformance.script import Scenario, Script, World, send, sid_shown

MANY = 52
"""More Interactions than a page holds unless it is asked for more."""

_PEOPLED = frozenset({Capability.WRITING, Capability.PARTICIPANTS})
_USING = _PEOPLED | {Capability.MESSAGES}


def deleted(world: World) -> Script[None]:
    """Delete a Session among others, and do everything to it again."""
    elder = (yield from create(world, {"Ttl": "3600"})) if world.thorough else ""
    sid = yield from create(world, {"UniqueName": world.name("one"), "Ttl": "3600"})
    younger = yield from create(world, {"Ttl": "3600"})
    others = [other for other in (elder, younger) if other]
    yield from fetch(world, sid)
    yield from update(world, sid, {"Ttl": "1800"})
    for other in others if world.thorough else ():
        yield from fetch(world, other)
    yield from delete(world, sid)
    yield from fetch(world, sid)
    yield from update(world, sid, {"Ttl": "1801"})
    yield from delete(world, sid)
    if world.thorough:
        yield from fetch(world, sid)
    for other in others:
        yield from fetch(world, other)
    if world.thorough:
        born = yield from create(world, {"Ttl": "3600", "Status": "in-progress"})
        yield from delete(world, born)
        yield from fetch(world, born)
        ended = yield from create(world, {"Status": "closed"})
        last = yield from create(world, {"Status": "closed"})
        yield from delete(world, last)
        yield from fetch(world, ended)


def with_participants(world: World) -> Script[None]:
    """Delete a Session with Participants beside another one with one."""
    form = {"UniqueName": world.name("heard"), "Ttl": "3600"}
    sid = yield from create(world, form)
    one = yield from join(world, sid, world.identifiers[0])
    other_sid = yield from create(world, {"Ttl": "3600"})
    other = yield from join(world, other_sid, world.identifiers[2])
    below = [_participant(world, sid, one), _participants(world, sid)]
    beside = [_participant(world, other_sid, other)]
    left = yield from join(world, sid, world.identifiers[1])
    yield from send(
        world.call("DeleteParticipant", SessionSid=sid, Sid=left, label="remove")
    )
    yield from fetch(world, sid, label="left")
    if world.thorough:
        below.append(_participant(world, sid, left, label="removed"))
        beside.append(_participants(world, other_sid))
        beside += yield from _namesake(world)
    yield from _before_and_after(world, sid, [*below, *beside])
    heir = yield from create(world, form)
    yield from send(_participants(world, heir, label="heir"))


def _namesake(world: World) -> Script[list[Probe]]:
    """Add the same identifier to another Session, and return the probe of it.

    A target may refuse that, or give no other number for it.
    """
    session = yield from create(world, {"Ttl": "3600"})
    form = {"Identifier": world.identifiers[0]}
    probe = world.call("CreateParticipant", SessionSid=session, form=form)
    sid = sid_shown((yield from send(probe)))
    return [_participant(world, session, sid)] if sid else []


def with_messages(world: World) -> Script[None]:
    """Delete a Session with messages beside another one with one."""
    sid, participant, first = yield from _spoken(world, world.identifiers[0])
    yield from used(world, sid)
    probes = _messages(world, sid, participant, first)
    if world.thorough:
        other = yield from _spoken(world, world.identifiers[1])
        probes += _messages(world, *other)[:2]
    yield from _before_and_after(world, sid, probes)
    if world.thorough and world.other_sid:
        elsewhere = replace(world, service_sid=world.other_sid)
        sid, participant, first = yield from _spoken(elsewhere, world.identifiers[2])
        probes = _messages(elsewhere, sid, participant, first)[:2]
        yield from _before_and_after(elsewhere, sid, probes)


def with_many_messages(world: World) -> Script[None]:
    """Delete a Session with more messages than a page holds."""
    sid, participant, first = yield from _spoken(world, world.identifiers[0])
    last = first
    for _ in range(MANY - 1):
        last = yield from message(world, sid, participant)
    probes = [
        world.call("FetchInteraction", SessionSid=sid, Sid=first, label="first"),
        world.call("FetchInteraction", SessionSid=sid, Sid=last, label="last"),
    ]
    yield from _before_and_after(world, sid, probes)


def _spoken(world: World, identifier: str) -> Script[tuple[str, str, str]]:
    sid = yield from create(world, {"Ttl": "3600"})
    participant = yield from join(world, sid, identifier)
    first = yield from message(world, sid, participant)
    return sid, participant, first


def _before_and_after(world: World, sid: str, probes: list[Probe]) -> Script[None]:
    """Send the same probes before and after a Session is deleted."""
    for probe in probes:
        yield from send(probe)
    yield from delete(world, sid)
    for probe in probes:
        yield from send(probe)


def _participant(world: World, session: str, sid: str, label: str = "") -> Probe:
    return world.call("FetchParticipant", SessionSid=session, Sid=sid, label=label)


def _participants(world: World, session: str, label: str = "") -> Probe:
    return world.call("ListParticipant", SessionSid=session, label=label)


def _messages(world: World, session: str, participant: str, sid: str) -> list[Probe]:
    """Return the probes of an Interaction from both sides, and of the lists of it."""
    listed = world.call(
        "ListMessageInteraction", SessionSid=session, ParticipantSid=participant
    )
    fetched = world.call(
        "FetchMessageInteraction",
        SessionSid=session,
        ParticipantSid=participant,
        Sid=sid,
    )
    return [
        world.call("FetchInteraction", SessionSid=session, Sid=sid),
        fetched,
        world.call("ListInteraction", SessionSid=session),
        listed,
    ]


SCENARIOS = (
    Scenario(
        name="deleted/DeleteSession",
        script=deleted,
        serves=("DEL-001", "DEL-002", "DEL-003", "DEL-008", "DEL-010", "CON-009"),
    ),
    Scenario(
        name="with-participants/DeleteSession",
        script=with_participants,
        serves=(
            *("DEL-005", "DEL-011", "DEL-012", "DEL-013", "DEL-015", "DEL-016"),
            "LIFE-022",
        ),
        needs=_PEOPLED,
    ),
    Scenario(
        name="with-messages/DeleteSession",
        script=with_messages,
        serves=(
            *("DEL-006", "DEL-007", "DEL-011", "DEL-015"),
            *("LIFE-017", "LIFE-019", "LIFE-020"),
        ),
        needs=_USING,
    ),
    Scenario(
        name="with-many-messages/DeleteSession",
        script=with_many_messages,
        serves=("DEL-014",),
        needs=_USING | {Capability.VOLUME},
    ),
)
