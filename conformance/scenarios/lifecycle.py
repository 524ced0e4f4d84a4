"""Scenarios about the status of a Session, and about its interactions."""

from dataclasses import replace

from conformance.catalogue import Capability
from conformance.exchange import Exchange
from conformance.scenarios.steps import create, delete, fetch, join, message, update
from conformance.script import Scenario, Script, World, send, wait

Transition = tuple[str, str]

TELLING: tuple[Transition, ...] = (
    ("open", "closed"),
    ("closed", "open"),
    ("closed", "in-progress"),
    ("in-progress", "closed"),
)
"""The three that are supported, and one that mostly is not."""

ALL: tuple[Transition, ...] = (
    ("open", "failed"),
    ("open", "unknown"),
    ("open", "open"),
    ("open", "in-progress"),
    ("open", "closed"),
    ("closed", "closed"),
    ("closed", "open"),
    ("closed", "failed"),
    ("closed", "unknown"),
    ("closed", "in-progress"),
    ("in-progress", "open"),
    ("in-progress", "in-progress"),
    ("in-progress", "failed"),
    ("in-progress", "unknown"),
    ("in-progress", "closed"),
    # A new one is created so, since the one at hand is closed by now.
    ("in-progress", "closed"),
)

_TRIES = 3
_MORE_THAN_A_SECOND = 1.2
_USING = frozenset({Capability.WRITING, Capability.PARTICIPANTS, Capability.MESSAGES})


def transitions(world: World) -> Script[None]:
    """Try each change of status, on a new Session where the last one went astray."""
    status, sid = "", ""
    for before, wanted in ALL if world.thorough else TELLING:
        if status != before:
            status, sid = before, (yield from _born(world, before))
        updated = yield from update(world, sid, {"Status": wanted})
        if updated.accepted:
            status = str(updated.fields.get("status"))
            if world.thorough:
                yield from fetch(world, sid)
    if not world.thorough:
        yield from delete(world, sid)
        return
    yield from update(world, sid, {"Ttl": "1800"})
    yield from delete(world, sid)
    yield from fetch(world, sid)


def _born(world: World, status: str) -> Script[str]:
    """Create a Session of that status; to be closed, it takes an update."""
    if status == "closed":
        sid = yield from create(world, {"Ttl": "3600"})
        yield from update(world, sid, {"Status": "closed"})
        return sid
    form = {"Ttl": "3600"} if status == "open" else {"Ttl": "3600", "Status": status}
    return (yield from create(world, form))


def interaction(world: World) -> Script[None]:
    """Send a message through a Session and look at it; then close it.

    When not thorough, the messages that are sent for the cascade will do.
    """
    if not world.thorough:
        return
    sid = yield from create(world, {"Ttl": "3600"})
    participant = yield from join(world, sid, world.identifiers[0])
    yield from join(world, sid, world.identifiers[1])
    yield from fetch(world, sid, label="joined")
    yield from message(world, sid, participant)
    yield from used(world, sid)
    yield from update(world, sid, {"Status": "closed"})


def reopened(world: World) -> Script[None]:
    """Close a Session with a Participant, re-open it, and look who is in it."""
    sid = yield from create(world, {"Ttl": "3600"})
    yield from join(world, sid, world.identifiers[0])
    look = world.call("ListParticipant", SessionSid=sid)
    yield from send(replace(look, label="before"))
    yield from update(world, sid, {"Status": "closed"})
    yield from update(world, sid, {"Status": "in-progress"}, label="reopen")
    yield from send(replace(look, label="after"))


def interactions(world: World) -> Script[None]:
    """Send two messages, more than a second apart, and look after each."""
    sid = yield from create(world, {"Ttl": "3600"})
    participant = yield from join(world, sid, world.identifiers[0])
    yield from message(world, sid, participant)
    first = yield from used(world, sid)
    yield from wait(_MORE_THAN_A_SECOND)
    yield from message(world, sid, participant)
    seen = first.fields.get("date_last_interaction")
    yield from used(world, sid, label="used-again", besides=seen)


def used(
    world: World, sid: str, *, label: str = "used", besides: object = None
) -> Script[Exchange]:
    """Fetch until the date of the last interaction is another than `besides`."""
    seen = yield from fetch(world, sid, label=label)
    for _ in range(_TRIES - 1):
        if seen.fields.get("date_last_interaction") not in (None, besides):
            break
        yield from wait(1)
        seen = yield from fetch(world, sid, label=label)
    return seen


SCENARIOS = (
    Scenario(
        name="interactions/CreateMessageInteraction",
        script=interactions,
        serves=("LIFE-018",),
        needs=_USING | {Capability.WAITING},
        early=True,
    ),
    Scenario(
        name="transitions/UpdateSession",
        script=transitions,
        serves=(
            *(f"LIFE-{number:03}" for number in (1, 2, 3, 4, 5, *range(7, 17))),
            "DEL-010",
        ),
    ),
    Scenario(
        name="interaction/CreateMessageInteraction",
        script=interaction,
        serves=("LIFE-006", "LIFE-017", "LIFE-019", "LIFE-020", "LIFE-021"),
        needs=_USING,
    ),
    Scenario(
        name="reopened/UpdateSession",
        script=reopened,
        serves=("LIFE-024",),
        needs=frozenset(
            {Capability.WRITING, Capability.PARTICIPANTS, Capability.DEPTH}
        ),
    ),
)
