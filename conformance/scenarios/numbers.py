"""Scenarios about Ttl: whole seconds, too many of them, and what is no number."""

from dataclasses import replace

from conformance.catalogue import Capability
from conformance.exchange import Probe, Role
from conformance.scenarios.steps import fetch
from conformance.script import Scenario, Script, World, created, send
from conformance.strategies import numbers
from conformance.strategies.drawing import drawn

DRAWN = 3
EMPTY = "empty"
SPELLED = "spelled"
_BASE = "1800"
_ON_UPDATE = ("7776000", "65536", "90")
_JUNK = tuple(numbers.NOT_INTEGERS.items())[:5]
_TOO_LARGE = tuple(numbers.LARGE.values())[:3]
_PAIR = "ttl"


def on_create(world: World) -> Script[None]:
    """Create Sessions with every kind of Ttl."""
    for text in world.some((numbers.ZERO, *numbers.SECONDS.values()), 1):
        yield from send(_create(world, text))
    for defect, text in world.some(tuple(numbers.NOT_INTEGERS.items()), 2):
        yield from send(_spoilt(_create(world, text), defect))
    yield from send(_control(_create(world, _BASE)))
    for text in world.some(tuple(numbers.LARGE.values()), 1):
        yield from send(_create(world, text))
    if world.thorough:
        for label, text in numbers.SPELLINGS.items():
            yield from send(_create(world, text, label=f"{SPELLED} {label}"))
        yield from send(_create(world, numbers.NEGATIVE))
        dated = {"DateExpiry": "2036-05-04T03:02:01Z", "Ttl": "7200"}
        yield from send(world.call("CreateSession", form=dated))


def on_update(world: World) -> Script[None]:
    """Update a Session with every kind of Ttl."""
    sid = yield from created(_create(world, "3600"))
    for defect, text in world.some(_JUNK, 1):
        yield from send(_spoilt(_update(world, sid, text), defect))
    if world.thorough:
        yield from fetch(world, sid)
        yield from send(_update(world, sid, numbers.EMPTY, label=EMPTY))
    yield from send(_control(_update(world, sid, _BASE)))
    for text in world.some((numbers.ZERO, *_ON_UPDATE), 1):
        yield from send(_update(world, sid, text))
    for text in world.some((*_TOO_LARGE, numbers.NEGATIVE), 1):
        yield from send(_update(world, sid, text))


def beside_a_default(world: World) -> Script[None]:
    """Create a Session with a Ttl of 0 in a Service that gives another by default."""
    if not world.thorough:
        return
    form = {"DefaultTtl": "7200"}
    yield from send(world.call("UpdateService", Sid=world.service_sid, form=form))
    yield from send(_create(world, numbers.ZERO))


def at_random(world: World) -> Script[None]:
    """Create Sessions with a Ttl drawn at random, of each kind."""
    for strategy in (numbers.seconds(), numbers.large_seconds()):
        for text in drawn(strategy, seed=world.seed, count=DRAWN):
            yield from send(_create(world, text))
    for text in drawn(numbers.not_integers(), seed=world.seed, count=DRAWN):
        yield from send(_spoilt(_create(world, text), "drawn"))
    yield from send(_control(_create(world, _BASE)))


def _create(world: World, ttl: str, *, label: str = "") -> Probe:
    return world.call("CreateSession", form={"Ttl": ttl}, label=label)


def _update(world: World, sid: str, ttl: str, *, label: str = "") -> Probe:
    return world.call("UpdateSession", Sid=sid, form={"Ttl": ttl}, label=label)


def _spoilt(probe: Probe, defect: str) -> Probe:
    return replace(probe, role=Role.SPOILT, defect=defect, pair=_PAIR)


def _control(probe: Probe) -> Probe:
    return replace(probe, role=Role.CONTROL, pair=_PAIR)


SCENARIOS = (
    Scenario(
        name="ttl/CreateSession",
        script=on_create,
        serves=(
            *("NUM-001", "NUM-003", "NUM-004", "NUM-005", "NUM-006"),
            *("NUM-007", "NUM-009"),
        ),
    ),
    Scenario(
        name="ttl/UpdateSession",
        script=on_update,
        serves=(
            *("NUM-002", "NUM-003", "NUM-004", "NUM-005", "NUM-006"),
            *("NUM-008", "NUM-010"),
        ),
    ),
    Scenario(
        name="ttl-beside-default/CreateSession",
        script=beside_a_default,
        serves=("NUM-003",),
        needs=frozenset({Capability.WRITING, Capability.SERVICES}),
        own=True,
    ),
    Scenario(
        name="ttl-drawn/CreateSession",
        script=at_random,
        serves=("NUM-001", "NUM-004", "NUM-005", "NUM-007"),
        needs=frozenset({Capability.WRITING, Capability.GENERATION}),
    ),
)
