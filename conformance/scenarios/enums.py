"""Scenarios about Mode and Status: every documented word, and each of its misses."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from conformance.exchange import Probe, Role
from conformance.script import Scenario, Script, World, created, send
from conformance.strategies import enums

EMPTY = "empty"


def words_on_create(
    world: World, *, parameter: str, words: Sequence[str], base: str, least: int
) -> Script[None]:
    """Create a Session with each word, and with one of them spoilt in each way."""
    for word in words:
        probe = world.call("CreateSession", form={parameter: word})
        yield from send(_control(probe, word))
    for one in world.some(enums.misspellings(base), least):
        probe = world.call("CreateSession", form={parameter: one.text})
        yield from send(_spoilt(probe, one.defect, base))
    if world.thorough:
        for word in words:
            older = enums.spoil(word, "older-word")
            if word not in {base, older.text}:
                probe = world.call("CreateSession", form={parameter: older.text})
                yield from send(_spoilt(probe, older.defect, word))
        probe = world.call("CreateSession", form={parameter: ""}, label=EMPTY)
        yield from send(probe)


def status_on_update(world: World) -> Script[None]:
    """Close a Session by a word spoilt in each way, then unspoilt; re-open it so."""
    sid = yield from created(world.call("CreateSession", form={}))
    if world.thorough:
        yield from send(
            world.call("UpdateSession", Sid=sid, form={"Status": ""}, label=EMPTY)
        )
    for word in world.some(("closed", "in-progress"), 1):
        for one in world.some(enums.misspellings(word), 3):
            form = {"Status": one.text}
            probe = world.call("UpdateSession", Sid=sid, form=form)
            yield from send(_spoilt(probe, one.defect, word))
        probe = world.call("UpdateSession", Sid=sid, form={"Status": word})
        yield from send(_control(probe, word))


def _control(probe: Probe, word: str) -> Probe:
    return replace(probe, role=Role.CONTROL, pair=word)


def _spoilt(probe: Probe, defect: str, word: str) -> Probe:
    return replace(probe, role=Role.SPOILT, defect=defect, pair=word)


SCENARIOS = (
    Scenario(
        name="mode-word/CreateSession",
        script=partial(
            words_on_create,
            parameter="Mode",
            words=enums.MODES,
            base="voice-only",
            least=3,
        ),
        serves=("ENUM-002", "ENUM-003", "ENUM-005", "ENUM-008", "ENUM-009"),
    ),
    Scenario(
        name="status-word/CreateSession",
        script=partial(
            words_on_create,
            parameter="Status",
            words=enums.STATUSES,
            base="in-progress",
            least=2,
        ),
        serves=("ENUM-001", "ENUM-004", "ENUM-006", "ENUM-008", "ENUM-009"),
    ),
    Scenario(
        name="status-word/UpdateSession",
        script=status_on_update,
        serves=("ENUM-001", "ENUM-007", "ENUM-008", "ENUM-009"),
    ),
)
