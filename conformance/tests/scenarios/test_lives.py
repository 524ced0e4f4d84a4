"""Laws of the scenes about a Session's life: what they send, wait for, and cost."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from conformance.catalogue import Capability
from conformance.exchange import Exchange, Probe, Role
from conformance.library import library
from conformance.scenarios import consistency, delete, expiry, lifecycle, update
from conformance.scenarios.expiry import later
from conformance.script import GaveUpError, Scenario, Send, Wait
from conformance.tests.histories import WORLD, answered, session

SCENARIOS = {
    scenario.name: scenario
    for area in (consistency, update, lifecycle, expiry, delete)
    for scenario in area.SCENARIOS
}
_NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


CLOSE, START = ("open", "closed"), ("closed", "in-progress")
SUPPORTED = {CLOSE, START, ("in-progress", "closed")}


@dataclass
class Fake:
    """A target of a few lines: it keeps the status of its Sessions and the time.

    `supported` are its changes of status, `ends_s` the age at which its Sessions
    close, `used_s` how long after a message its date shows; so many of its first
    looks at a Session are `slow_looks`, of ten seconds.
    """

    supported: set[tuple[str, str]] = field(default_factory=lambda: set(SUPPORTED))
    ends_s: float = float("inf")
    used_s: float = 0.0
    refused_messages: int = 0
    slow_looks: int = 0
    now_s: float = 0.0
    numbers: Iterator[int] = field(default_factory=count)
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    tried: set[tuple[str, str]] = field(default_factory=set)

    def __call__(self, probe: Probe) -> tuple[int, Any]:
        form = dict(answered(probe, 200).sent.form)
        sid = probe.path.split("/")[5] if "Sessions/" in probe.path else ""
        known = self.sessions.get(sid, {})
        number = f"{next(self.numbers):032}"
        answers: dict[str, Callable[[], tuple[int, Any]]] = {
            "CreateSession": lambda: (201, self.born(f"KC{number}", form)),
            "UpdateSession": lambda: self.changed(known, form),
            "DeleteSession": lambda: (204, self.sessions.pop(sid) and b""),
            "FetchSession": lambda: self.looked_at(known),
            "CreateParticipant": lambda: (201, {"sid": f"KP{number}"}),
            "CreateMessageInteraction": lambda: self.said(known),
        }
        if sid and not known:
            return 404, {}
        return answers.get(probe.operation, lambda: (200, {}))()

    def born(self, sid: str, form: dict[str, str]) -> dict[str, Any]:
        status = form.get("Status", "open")
        self.sessions[sid] = session(sid=sid, status=status, born=self.now_s)
        return self.sessions[sid]

    def said(self, known: dict[str, Any]) -> tuple[int, Any]:
        if self.refused_messages:
            self.refused_messages -= 1
            return 400, {}
        known["used"] = self.now_s
        return 201, {"sid": "KI"}

    def changed(self, known: dict[str, Any], form: dict[str, str]) -> tuple[int, Any]:
        change = known["status"], form.get("Status", "")
        self.tried.add(change)
        if change[1] and change not in self.supported:
            return 400, {"code": 80608}
        known["status"] = form.get("Status", known["status"])
        return 200, dict(known)

    def looked_at(self, known: dict[str, Any]) -> tuple[int, Any]:
        if self.slow_looks:
            self.slow_looks -= 1
            self.now_s += 10
        return 200, self.seen(known)

    def seen(self, known: dict[str, Any]) -> dict[str, Any]:
        if self.now_s - known["born"] >= self.ends_s:
            known["status"] = "closed"
        used = known.get("used")
        if used is not None and self.now_s - used >= self.used_s:
            known["date_last_interaction"] = f"{used}"
        return dict(known)


@dataclass(frozen=True)
class Played:
    seen: tuple[Exchange, ...]
    waited_s: float
    gave_up: str

    def sent(self, operation: str) -> list[dict[str, str]]:
        return [
            dict(one.sent.form) for one in self.seen if one.probe.operation == operation
        ]


def timed(target: Callable[[Probe], tuple[int, Any]], probe: Probe) -> Exchange:
    if not isinstance(target, Fake):
        return answered(probe, *target(probe))
    began_s = target.now_s
    exchange = answered(probe, *target(probe))
    elapsed_ms = (target.now_s - began_s) * 1000
    return replace(exchange, began_ms=began_s * 1000, elapsed_ms=elapsed_ms)


def played(
    scenario: Scenario,
    target: Callable[[Probe], tuple[int, Any]],
    *,
    thorough: bool = True,
) -> Played:
    world = replace(
        WORLD, scene=scenario.name, thorough=thorough, other_sid="KS" + "9" * 32
    )
    script, seen, waited_s = scenario.script(world), list[Exchange](), 0.0
    step = None
    try:
        step = next(script)
        while True:
            if isinstance(step, Wait):
                waited_s += step.seconds
                if isinstance(target, Fake):
                    target.now_s += step.seconds
                step = script.send(())
            else:
                assert isinstance(step, Send)
                answers = tuple(timed(target, probe) for probe in step.probes)
                seen += answers
                step = script.send(answers)
    except StopIteration:
        return Played(tuple(seen), waited_s, "")
    except GaveUpError as error:
        return Played(tuple(seen), waited_s, str(error))


BEYOND_QUICK = {Capability.WAITING, Capability.VOLUME, Capability.DEPTH}
COST = {
    "dates-of-update/UpdateSession": (11, 11),
    "read-your-writes/UpdateSession": (22, 7),
    "listed/ListSession": (11, 4),
    "another-service/UpdateSession": (11, 10),
    "another-parent/FetchParticipant": (8, 8),
    "refused-update/UpdateSession": (21, 5),
    "withdrawn/UpdateSession": (6, 0),
    "interactions/CreateMessageInteraction": (6, 6),
    "transitions/UpdateSession": (25, 6),
    "interaction/CreateMessageInteraction": (7, 0),
    "reopened/UpdateSession": (6, 6),
    "date-expiry/UpdateSession": (5, 5),
    "date-expiry-listed/ListSession": (3, 3),
    "ahead/CreateSession": (7, 7),
    "ttl-alone/CreateSession": (2, 2),
    "ttl-after-use/CreateMessageInteraction": (10, 10),
    "ttl-restarted/CreateMessageInteraction": (4, 4),
    "deleted/DeleteSession": (21, 9),
    "with-participants/DeleteSession": (24, 16),
    "with-messages/DeleteSession": (28, 13),
    "with-many-messages/DeleteSession": (59, 59),
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scene_costs_what_it_may_and_waits_for_six_seconds(name: str) -> None:
    for thorough, cost in zip((True, False), COST[name], strict=True):
        ends = 3 if "ttl-a" in name or "date-e" in name else float("inf")
        play = played(SCENARIOS[name], Fake(ends_s=ends), thorough=thorough)
        assert (len(play.seen), play.gave_up) == (cost, "")
        assert play.waited_s <= 6
        assert SCENARIOS[name].early == (play.waited_s > 0)


def test_all_scenes_together_keep_to_their_budget() -> None:
    quick = [
        cost
        for name, (_, cost) in COST.items()
        if not SCENARIOS[name].needs & BEYOND_QUICK
    ]
    assert sum(full for full, _ in COST.values()) <= 320
    assert sum(quick) <= 70
    assert COST.keys() == SCENARIOS.keys()


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scene_serves_requirements_that_need_what_it_needs(name: str) -> None:
    rows = library().catalogue.requirements
    for served in SCENARIOS[name].serves:
        assert rows[served].needs <= frozenset(Capability)
        assert rows[served].area in {
            *("consistency", "update", "lifecycle", "expiry", "delete"),
        }


def test_every_requirement_of_these_areas_is_served() -> None:
    areas = {"consistency", "update", "lifecycle", "expiry", "delete"}
    rows = library().catalogue.requirements.values()
    served = {each for one in SCENARIOS.values() for each in one.serves}
    assert {row.id for row in rows if row.area in areas} == served


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("status", [0, 400, 401, 404, 500])
def test_a_scene_ends_where_nothing_can_be_created(name: str, status: int) -> None:
    play = played(SCENARIOS[name], lambda _: (status, {}))
    assert len(play.seen) <= 1
    assert play.gave_up or not play.seen


def test_a_session_that_is_not_reopened_is_closed_no_more() -> None:
    play = played(SCENARIOS["read-your-writes/UpdateSession"], Fake({CLOSE}))
    reopenings = [form for form in play.sent("UpdateSession") if form.get("Status")]
    assert reopenings.count({"Status": "in-progress"}) == 3


@pytest.mark.parametrize("supported", [SUPPORTED, set(lifecycle.ALL)])
def test_every_change_of_status_is_tried_from_where_it_begins(
    supported: set[tuple[str, str]],
) -> None:
    fake = Fake(set(supported))
    play = played(SCENARIOS["transitions/UpdateSession"], fake)
    assert play.gave_up == ""
    assert {change for change in fake.tried if change[1]} == set(lifecycle.ALL)


def test_a_date_of_use_is_waited_for_twice_at_most() -> None:
    scene = SCENARIOS["interactions/CreateMessageInteraction"]
    assert len(played(scene, Fake(used_s=1)).seen) == 8
    never = played(scene, Fake(used_s=99))
    assert len(never.seen) == 10
    assert never.waited_s <= 6


def test_a_lifetime_that_does_not_end_is_given_up() -> None:
    late = played(SCENARIOS["date-expiry/UpdateSession"], Fake())
    looks = [one for one in late.seen if one.probe.label == "due"]
    assert len(looks) == 7
    assert late.waited_s == pytest.approx(9.3)
    alone = played(SCENARIOS["ttl-alone/CreateSession"], Fake())
    assert len(alone.seen) == 4
    used = played(SCENARIOS["ttl-after-use/CreateMessageInteraction"], Fake())
    assert used.waited_s == pytest.approx(9.3)


def test_a_use_that_came_too_late_is_tried_again_with_more_time() -> None:
    scene = SCENARIOS["ttl-restarted/CreateMessageInteraction"]
    late = played(scene, Fake(refused_messages=1, ends_s=3))
    assert [form["Ttl"] for form in late.sent("CreateSession")] == ["5", "12"]
    never = played(scene, Fake(refused_messages=3, ends_s=3))
    assert len(never.sent("CreateSession")) == 3
    refused = played(scene, Fake(refused_messages=3))
    assert len(refused.sent("CreateSession")) == 1


def test_a_look_that_came_too_late_is_tried_again_with_more_time() -> None:
    scene = SCENARIOS["ttl-restarted/CreateMessageInteraction"]
    once = played(scene, Fake(slow_looks=1))
    assert [form["Ttl"] for form in once.sent("CreateSession")] == ["5", "12"]
    twice = played(scene, Fake(slow_looks=2, ends_s=3))
    assert [form["Ttl"] for form in twice.sent("CreateSession")] == ["5", "12", "30"]


@pytest.mark.parametrize(
    ("shown", "date"),
    [
        ("2026-03-01T12:00:00Z", "2026-03-01T12:00:03Z"),
        ("2026-03-01T13:00:00+01:00", "2026-03-01T12:00:03Z"),
        ("2026-12-31T23:59:59Z", "2027-01-01T00:00:02Z"),
    ],
)
def test_a_date_is_made_from_the_targets_own(shown: str, date: str) -> None:
    probe = WORLD.call("CreateSession", form={})
    assert later(answered(probe, 201, session(date_created=shown)), 3) == date


def test_a_date_is_made_from_the_next_best_where_one_is_null() -> None:
    undated = {"date_created": None, "date_updated": "2026-03-01T12:00:01Z"}
    probe = WORLD.call("CreateSession", form={})
    created = answered(probe, 201, session(**undated))
    assert later(created, 3) == "2026-03-01T12:00:04Z"
    created = answered(probe, 201, session(**undated | {"date_updated": None}))
    assert created.response is not None
    headers = (("date", "Sun, 01 Mar 2026 12:00:02 GMT"),)
    told = replace(created, response=replace(created.response, headers=headers))
    assert later(told, 3) == "2026-03-01T12:00:05Z"


@pytest.mark.parametrize("shown", [None, 7, "soon", "9999-12-31T23:59:59-23:00"])
def test_a_date_is_not_made_from_nothing(shown: object) -> None:
    undated = {"date_created": shown, "date_updated": None}
    created = answered(WORLD.call("CreateSession", form={}), 201, session(**undated))
    with pytest.raises(GaveUpError, match="expected a date_created"):
        later(created, 3)


def test_each_spoilt_probe_has_its_twin() -> None:
    play = played(SCENARIOS["another-service/UpdateSession"], Fake())
    roles = {
        (one.probe.role, one.probe.pair)
        for one in play.seen
        if one.probe.role is not Role.STEP
    }
    operations = ("FetchSession", "UpdateSession", "DeleteSession")
    assert roles == {
        (role, operation)
        for role in (Role.SPOILT, Role.CONTROL)
        for operation in operations
    }


def test_what_is_expected_ahead_is_ahead() -> None:
    play = played(SCENARIOS["ahead/CreateSession"], Fake())
    dates = [form["DateExpiry"] for form in play.sent("CreateSession")[1:]]
    assert dates == [
        f"{(_NOON + timedelta(seconds=s)).replace(tzinfo=None).isoformat()}Z"
        for s in (3600, 3)
    ]
