"""Scenarios about SIDs: in paths, spoilt and well formed."""

from dataclasses import replace
from functools import partial

from conformance.exchange import Role
from conformance.script import Scenario, Script, World, expect, send
from conformance.strategies import sids


def malformed_sid(world: World, *, operation: str) -> Script[None]:
    """Address a live Session by its SID spoilt in each way, then unspoilt."""
    form = {"UpdateSession": {"Ttl": "600"}}.get(operation)
    created = yield from expect(world.call("CreateSession", form={}))
    sid = str(created.fields["sid"])
    for defect in world.some(list(sids.DEFECTS), least=6):
        spoilt = sids.spoil(sid, defect)
        probe = world.call(operation, Sid=spoilt.wire, form=form)
        yield from send(replace(probe, role=Role.SPOILT, defect=defect, pair=operation))
    control = world.call(operation, Sid=sid, form=form)
    yield from send(replace(control, role=Role.CONTROL, pair=operation))


SCENARIOS = tuple(
    Scenario(
        name=f"malformed-sid/{operation}",
        script=partial(malformed_sid, operation=operation),
        serves=("SID-003",),
    )
    for operation in ("UpdateSession", "DeleteSession")
)
