"""Scenarios about what belongs to a Session, and the Service that it belongs to."""

from dataclasses import replace
from functools import partial

from conformance.catalogue import Capability
from conformance.exchange import Role
from conformance.script import Scenario, Script, World, created, expect, send


def third_participant(world: World) -> Script[None]:
    """Add a third Participant to a full Session, then to an empty one.

    The one that was added is looked at from all sides, and sent a message.
    """
    *two, third = ({"Identifier": text} for text in world.identifiers[:3])
    full = yield from created(world.call("CreateSession", form={}))
    for form in two:
        yield from expect(world.call("CreateParticipant", form=form, SessionSid=full))
    spoilt = world.call("CreateParticipant", form=third, SessionSid=full)
    yield from send(
        replace(spoilt, role=Role.SPOILT, defect="third", pair="CreateParticipant")
    )
    empty = yield from created(world.call("CreateSession", form={}))
    control = world.call("CreateParticipant", form=third, SessionSid=empty)
    sid = yield from created(
        replace(control, role=Role.CONTROL, pair="CreateParticipant")
    )
    yield from send(world.call("FetchParticipant", SessionSid=empty, Sid=sid))
    if world.thorough:
        yield from send(world.call("ListParticipant", SessionSid=empty))
    if Capability.MESSAGES in world.provides:
        yield from _message(world, empty, sid)


def _message(world: World, session: str, participant: str) -> Script[None]:
    """Send a Participant a message, and look at it from both sides."""
    below = partial(world.call, SessionSid=session, ParticipantSid=participant)
    sid = yield from created(below("CreateMessageInteraction", form={"Body": "hello"}))
    yield from send(below("FetchMessageInteraction", Sid=sid))
    yield from send(below("ListMessageInteraction"))
    yield from send(world.call("FetchInteraction", SessionSid=session, Sid=sid))
    yield from send(world.call("ListInteraction", SessionSid=session))
    if world.thorough:
        yield from send(world.call("FetchSession", Sid=session))


def service(world: World) -> Script[None]:
    """Look at a Service, and change its default_ttl before a Session is created."""
    sid = world.service_sid
    yield from send(world.call("FetchService", Sid=sid))
    if world.thorough:
        yield from send(world.call("ListService", query={"PageSize": "5"}))
        form = {"DefaultTtl": "7200"}
        yield from send(world.call("UpdateService", Sid=sid, form=form))
        yield from send(world.call("CreateSession", form={}))


SCENARIOS = (
    Scenario(
        name="third/CreateParticipant",
        script=third_participant,
        serves=tuple(
            f"CHILD-{number:03d}" for number in (2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14)
        ),
        needs=frozenset({Capability.WRITING, Capability.PARTICIPANTS}),
    ),
    Scenario(
        name="service/FetchService",
        script=service,
        serves=("CHILD-001", "CHILD-009", "CHILD-011", "CHILD-013", "CRE-004"),
        needs=frozenset({Capability.WRITING, Capability.SERVICES}),
        own=True,
    ),
)
