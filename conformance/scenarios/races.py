"""Scenarios in which several requests are under way at the same moment.

Each sends the same in turn, too: what goes wrong there already is no race.
"""

from collections.abc import Mapping, Sequence

from conformance.catalogue import Capability
from conformance.exchange import Exchange, Probe
from conformance.script import (
    Scenario,
    Script,
    World,
    created,
    send,
    sid_shown,
    together,
)

ROUNDS = 3
AT_ONCE = 6
CROWD = 8
IN_TURN = "in turn"
"""The label of a Session to which the same is sent, one request after the other."""

_NEEDS = frozenset({Capability.WRITING, Capability.RACES})


def one_name(world: World) -> Script[None]:
    """Create several Sessions of one name at once, a few times over."""
    form = {"UniqueName": world.name("one-in-turn")}
    for _ in range(2):
        yield from send(world.call("CreateSession", form=form, label=IN_TURN))
    for number in range(ROUNDS):
        name = world.name(f"one-{number}")
        probe = world.call(
            "CreateSession", form={"UniqueName": name}, label=f"round-{number}"
        )
        yield from together(*[probe] * AT_ONCE)


def updates(world: World) -> Script[None]:
    """Update different properties of one Session at once, then fetch it."""
    forms = (
        {"Ttl": "301"},
        {"Ttl": "302"},
        {"DateExpiry": "2031-01-02T03:04:05Z"},
        {"DateExpiry": "2032-02-03T04:05:06Z"},
        {"Ttl": "303", "DateExpiry": "2033-03-04T05:06:07Z"},
    )
    yield from _updated_in_turn(world, forms)
    for _ in range(ROUNDS):
        sid = yield from _fresh(world)
        yield from together(*_updates(world, sid, forms))
        yield from send(world.call("FetchSession", Sid=sid, label="after"))


def disjoint(world: World) -> Script[None]:
    """Update two properties of one Session at once, each by itself, then fetch it."""
    rounds = [
        ({"Ttl": f"40{number}"}, {"DateExpiry": f"203{number}-06-07T08:09:10Z"})
        for number in range(ROUNDS)
    ]
    yield from _updated_in_turn(world, rounds[0])
    for forms in rounds:
        sid = yield from _fresh(world)
        yield from together(*_updates(world, sid, forms))
        yield from send(world.call("FetchSession", Sid=sid, label="after"))


def _updates(world: World, sid: str, forms: Sequence[Mapping[str, str]]) -> list[Probe]:
    return [
        world.call("UpdateSession", Sid=sid, form=form, label="update")
        for form in forms
    ]


def _updated_in_turn(world: World, forms: Sequence[Mapping[str, str]]) -> Script[None]:
    """Send the updates of a race one after the other, then fetch."""
    sid = yield from _fresh(world, IN_TURN)
    for update in _updates(world, sid, forms):
        yield from send(update)
    yield from send(world.call("FetchSession", Sid=sid, label="after"))


def deletion(world: World) -> Script[None]:
    """Delete a Session while it is updated, then look whether it is gone."""
    for number in range(ROUNDS + 1):
        sid = yield from _fresh(world, "start" if number else IN_TURN)
        update = world.call("UpdateSession", Sid=sid, form={"Ttl": "500"})
        probes = update, world.call("DeleteSession", Sid=sid), update
        if number:
            yield from together(*probes)
        else:
            for probe in probes:
                yield from send(probe)
        for _ in range(2):
            yield from send(world.call("FetchSession", Sid=sid, label="after"))


def deletions(world: World) -> Script[None]:
    """Delete a Session twice at once."""
    sid = yield from _fresh(world)
    delete = world.call("DeleteSession", Sid=sid, label="delete")
    yield from together(delete, delete)


def crowd(world: World) -> Script[None]:
    """Create many Sessions at once and fetch each of them."""
    crowded = yield from together(
        *(
            world.call(
                "CreateSession",
                form={"UniqueName": world.name(str(number))},
                label="create",
            )
            for number in range(CROWD)
        )
    )
    for sid in _sids(crowded):
        yield from send(world.call("FetchSession", Sid=sid, label="after"))


def busy_list(world: World) -> Script[None]:
    """List a Service while Sessions in it come, change and go."""
    sids: list[str] = []
    for _ in range(4):
        sid = yield from _fresh(world)
        sids.append(sid)
    page = world.call("ListSession", query={"PageSize": "100"}, label="list")
    yield from send(page)
    for number in range(ROUNDS):
        (fresh, *_) = yield from together(
            world.call("CreateSession", form={}),
            page,
            world.call("UpdateSession", Sid=sids[0], form={"Ttl": f"60{number}"}),
            world.call("DeleteSession", Sid=sids[-1]),
            page,
        )
        sids = [*sids[:-1], *_sids([fresh])]
    yield from send(page)


def third_at_once(world: World) -> Script[None]:
    """Add three Participants to a Session in turn, then to others at once."""
    for number in range(ROUNDS + 1):
        sid = yield from _fresh(world)
        label = f"round-{number}" if number else IN_TURN
        joining = [
            world.call("CreateParticipant", SessionSid=sid, form=form, label=label)
            for form in ({"Identifier": text} for text in world.identifiers[:3])
        ]
        if number:
            yield from together(*joining)
        else:
            for probe in joining:
                yield from send(probe)


def _fresh(world: World, label: str = "start") -> Script[str]:
    return created(world.call("CreateSession", form={}, label=label))


def _sids(exchanges: Sequence[Exchange]) -> list[str]:
    return [sid for sid in map(sid_shown, exchanges) if sid]


SCENARIOS = (
    Scenario(name="race/one-name", script=one_name, serves=("RACE-001",), needs=_NEEDS),
    Scenario(name="race/updates", script=updates, serves=("RACE-002",), needs=_NEEDS),
    Scenario(
        name="race/disjoint-updates",
        script=disjoint,
        serves=("RACE-002",),
        needs=_NEEDS,
    ),
    Scenario(name="race/deletion", script=deletion, serves=("RACE-003",), needs=_NEEDS),
    Scenario(
        name="race/deletions", script=deletions, serves=("RACE-005",), needs=_NEEDS
    ),
    Scenario(
        name="race/third-participant",
        script=third_at_once,
        serves=("RACE-006",),
        needs=_NEEDS | {Capability.PARTICIPANTS},
    ),
    Scenario(name="race/crowd", script=crowd, serves=("SID-007",), needs=_NEEDS),
    Scenario(
        name="race/busy-list",
        script=busy_list,
        serves=("RACE-004",),
        needs=_NEEDS | {Capability.SERVICES},
        own=True,
    ),
)
