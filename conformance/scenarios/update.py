"""Scenarios about updates that are refused, empty or withdrawn."""

from conformance.scenarios.steps import create, fetch, update
from conformance.script import Scenario, Script, World

_FAR = "2036-05-04T03:02:01Z"
_FARTHER = "2037-06-07T08:09:10Z"

HALF_BAD: tuple[dict[str, str], ...] = (
    {"Ttl": "1111", "Status": "shut"},
    {"Status": "closed", "DateExpiry": "2036-02-30T00:00:00Z"},
    {"Status": "closed", "Ttl": "soon"},
    {"DateExpiry": _FARTHER, "Status": "shut"},
    {"DateExpiry": _FARTHER, "Ttl": "soon"},
    {"Ttl": "1112", "DateExpiry": "2036-02-30T00:00:00Z"},
)
"""A parameter that is valid, together with one that is not."""

UNSUPPORTED: tuple[dict[str, str], ...] = (
    {"Ttl": "1113", "Status": "open"},
    {"Ttl": "1114"},
    {"DateExpiry": _FARTHER, "Status": "failed"},
)
"""What a closed Session may refuse."""


def refused(world: World) -> Script[None]:
    """Send updates that are half bad, and fetch the Session after each."""
    form = {"UniqueName": world.name("kept"), "Ttl": "3600", "DateExpiry": _FAR}
    sid = yield from create(world, form)
    yield from update(world, sid, {"Ttl": "1800"})
    for change in world.some(HALF_BAD, least=2):
        yield from update(world, sid, change)
        if world.thorough:
            yield from fetch(world, sid)
    if not world.thorough:
        yield from fetch(world, sid)
        return
    yield from update(world, sid, {"Status": "closed"})
    for change in UNSUPPORTED:
        yield from update(world, sid, change)
        yield from fetch(world, sid)


def withdrawn(world: World) -> Script[None]:
    """Send an update without parameters, then with those that were withdrawn."""
    if not world.thorough:
        return
    form = {"UniqueName": world.name("old"), "Mode": "voice-only", "Ttl": "3600"}
    sid = yield from create(world, form)
    yield from update(world, sid, {}, label="empty")
    yield from update(world, sid, {"UniqueName": world.name("new")}, label="name")
    yield from fetch(world, sid, label="named")
    yield from update(world, sid, {"Mode": "message-only"}, label="mode")
    yield from fetch(world, sid, label="moded")


SCENARIOS = (
    Scenario(name="refused-update/UpdateSession", script=refused, serves=("UPD-002",)),
    Scenario(
        name="withdrawn/UpdateSession",
        script=withdrawn,
        serves=("UPD-004", "UPD-005", "UPD-006"),
    ),
)
