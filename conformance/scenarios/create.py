"""Scenarios about what a create makes of its parameters, alone and together."""

import json
from collections.abc import Iterable
from dataclasses import replace

from conformance.catalogue import Capability
from conformance.exchange import Probe, Role
from conformance.script import Fields, Scenario, Script, World, created, send

REPEATED = "repeated"
ARRAY = "array"
CONFLICT = "conflict"


def parameters_together(world: World) -> Script[None]:
    """Create Sessions with several parameters at once, in either order."""
    some = [
        ("UniqueName", world.name("together")),
        ("DateExpiry", "2035-01-01T00:00:00Z"),
        ("Ttl", "3600"),
        ("Mode", "message-only"),
        ("Status", "open"),
    ]
    yield from send(world.call("CreateSession", form=some))
    if world.thorough:
        others: tuple[Fields, ...] = (
            [("UniqueName", world.name("backwards")), *reversed(some[1:])],
            {"Ttl": "3600", "UniqueName": world.name("#1234 example")},
            {"Mode": "voice-only", "Status": "closed"},
        )
        for form in others:
            yield from send(world.call("CreateSession", form=form))
        yield from send(
            world.call(
                "CreateSession",
                form={"FailOnParticipantConflict": "false"},
                label=CONFLICT,
            )
        )


def participants_on_create(world: World) -> Script[None]:
    """Create a Session with two Participants, then with one too many."""
    *two, third = (
        {"Identifier": text, "FriendlyName": f"friend {number}"}
        for number, text in enumerate(world.identifiers[:3])
    )
    repeated = world.call("CreateSession", form=_repeated(two), label=REPEATED)
    probe = replace(repeated, role=Role.CONTROL, pair="three")
    full = yield from _peopled(world, probe)
    three = world.call("CreateSession", form=_repeated([*two, third]))
    yield from send(replace(three, role=Role.SPOILT, defect="three", pair="three"))
    if world.thorough:
        form = {"Participants": json.dumps(two)}
        yield from _peopled(world, world.call("CreateSession", form=form, label=ARRAY))
        yield from _third_later(world, full, third)


def _third_later(world: World, full: str, third: dict[str, str]) -> Script[None]:
    """Add a third Participant to a Session that was created with two."""
    late = world.call("CreateParticipant", SessionSid=full, form=third)
    yield from send(replace(late, role=Role.SPOILT, defect="third-later", pair="later"))
    empty = yield from created(world.call("CreateSession", form={}))
    alone = world.call("CreateParticipant", SessionSid=empty, form=third)
    yield from send(replace(alone, role=Role.CONTROL, pair="later"))


def _peopled(world: World, probe: Probe) -> Script[str]:
    """Create a Session with Participants, list those, and return its SID."""
    session = yield from created(probe)
    yield from send(
        world.call("ListParticipant", SessionSid=session, label=probe.label)
    )
    return session


def _repeated(objects: Iterable[dict[str, str]]) -> list[tuple[str, str]]:
    """Return the form fields that spell Participants as SDKs do, one object each."""
    return [("Participants", json.dumps(each)) for each in objects]


SCENARIOS = (
    Scenario(
        name="together/CreateSession",
        script=parameters_together,
        serves=("CRE-001", "CRE-002", "CRE-003", "CRE-009", "ENUM-003", "ENUM-004"),
    ),
    Scenario(
        name="participants/CreateSession",
        script=participants_on_create,
        serves=("CRE-007", "CRE-008", "CHILD-008"),
        needs=frozenset({Capability.WRITING, Capability.PARTICIPANTS}),
    ),
)
