"""Scenarios about refusals: one that every target knows, to see how it is spelled."""

from dataclasses import replace

from conformance.exchange import Probe, Role
from conformance.script import Scenario, Script, World, created, send

_DEFECT = "no-such-status"


def invalid_parameter(world: World) -> Script[None]:
    """Ask for a status that does not exist, then for one that does."""
    if not world.thorough:
        return
    wrong = {"Status": _DEFECT}
    yield from send(_spoilt(world.call("CreateSession", form=wrong)))
    create = world.call("CreateSession", form={"Status": "open"})
    sid = yield from created(_control(create))
    yield from send(_spoilt(world.call("UpdateSession", Sid=sid, form=wrong)))
    update = world.call("UpdateSession", Sid=sid, form={"Status": "closed"})
    yield from send(_control(update))


def _spoilt(probe: Probe) -> Probe:
    marked = replace(probe, role=Role.SPOILT, pair=probe.operation)
    return replace(marked, defect=_DEFECT, label="invalid-parameter")


def _control(probe: Probe) -> Probe:
    return replace(probe, role=Role.CONTROL, pair=probe.operation)


SCENARIOS = (
    Scenario(
        name="errors/invalid-parameter",
        script=invalid_parameter,
        serves=("ERR-011",),
    ),
)
