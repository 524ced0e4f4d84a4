"""Laws of the scenes about names and seconds: what they send, and what it costs."""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from conformance.catalogue import Capability
from conformance.exchange import Exchange, Probe, Role, labelled, pairs
from conformance.library import library
from conformance.oracles.names import is_plain
from conformance.scenarios import names, numbers
from conformance.script import GaveUpError, Scenario, Send
from conformance.tests.histories import WORLD, answered
from conformance.tests.scenarios.plays import played as bare

SCENARIOS = {one.name: one for room in (names, numbers) for one in room.SCENARIOS}
OTHER = "KS" + "9" * 32


@dataclass
class Fake:
    """A target of a few lines that gives out SIDs, and refuses what it is told to."""

    refuses: set[str] = field(default_factory=set[str])
    made: int = 0

    def __call__(self, probe: Probe) -> tuple[int, Any]:
        if probe.label in self.refuses:
            return 400, {}
        self.made += 1
        status = 201 if probe.operation.startswith("Create") else 200
        return status, {"sid": f"KC{self.made:032x}"}


def played(
    name: str,
    target: Fake | None = None,
    *,
    thorough: bool = True,
    seed: int = 0,
    other: str = OTHER,
) -> list[Exchange]:
    world = replace(WORLD, scene=name, thorough=thorough, seed=seed, other_sid=other)
    target, script = target or Fake(), SCENARIOS[name].script(world)
    seen: list[Exchange] = []
    step = next(script, None)
    while step is not None:
        assert isinstance(step, Send)
        answers = tuple(answered(probe, *target(probe)) for probe in step.probes)
        seen += answers
        try:
            step = script.send(answers)
        except StopIteration:
            step = None
    return seen


def given(seen: list[Exchange], parameter: str) -> list[str]:
    return [value for e in seen for name, value in e.sent.form if name == parameter]


@pytest.mark.parametrize(
    ("name", "full", "quick"),
    [
        ("name-length/CreateSession", 15, 4),
        ("name-taken/CreateSession", 17, 8),
        ("name-refused/CreateSession", 9, 5),
        ("name-apart/CreateSession", 14, 2),
        ("name-kept/CreateSession", 28, 0),
        ("name-words/CreateSession", 11, 0),
        ("name-odd/CreateSession", 17, 0),
        ("name-path/FetchSession", 7, 0),
        ("name-drawn/CreateSession", 16, 16),
        ("ttl/CreateSession", 31, 5),
        ("ttl/UpdateSession", 17, 5),
        ("ttl-beside-default/CreateSession", 2, 0),
        ("ttl-drawn/CreateSession", 10, 10),
    ],
)
def test_a_scene_keeps_to_its_budget(name: str, full: int, quick: int) -> None:
    assert len(played(name)) == full
    assert len(played(name, thorough=False)) == quick


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=list(SCENARIOS))
def test_a_scene_serves_rows_of_the_catalogue(scenario: Scenario) -> None:
    assert scenario.serves
    assert set(scenario.serves) <= set(library().catalogue.requirements)


def test_every_row_is_served() -> None:
    served = {row for scenario in SCENARIOS.values() for row in scenario.serves}
    areas = {"names", "numbers"}
    rows = library().catalogue.requirements.values()
    assert served == {row.id for row in rows if row.area in areas}


@pytest.mark.parametrize("name", sorted(SCENARIOS))
@pytest.mark.parametrize("body", [{}, [], {"sid": None}, {"sid": 7}])
def test_a_success_without_a_sid_is_no_defect_of_ours(name: str, body: object) -> None:
    exchanges, _ = bare(SCENARIOS[name], lambda _: (201, body))
    assert exchanges


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_a_scene_that_meets_refusals_ends_in_order(name: str) -> None:
    exchanges, _ = bare(SCENARIOS[name], lambda _: (400, {}))
    assert exchanges


@pytest.mark.parametrize("name", ["name-taken/CreateSession", "ttl/UpdateSession"])
def test_a_scene_ends_when_its_stage_is_refused(name: str) -> None:
    exchanges, ended = bare(SCENARIOS[name], lambda _: (400, {}))
    assert (len(exchanges), ended) == (1, False)


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_every_spoilt_probe_has_its_control(name: str) -> None:
    seen = played(name)
    spoilt = [e for e in seen if e.probe.role is Role.SPOILT]
    assert [one for one, _ in pairs(seen)] == spoilt
    assert all(e.probe.defect for e in spoilt)


def test_no_name_is_given_twice_but_on_purpose() -> None:
    seen = [e for name in SCENARIOS for e in played(name)]
    repeated = {
        name: count
        for name, count in Counter(given(seen, "UniqueName")).items()
        if count > 1
    }
    taken = played("name-taken/CreateSession")[0].sent.form[0][1]
    assert repeated.pop(taken) == 5
    assert repeated.pop("") == 2
    assert sorted(name[-3:] for name in repeated) == [
        "i\u0416\u00f8",
        "our",
        "ted",
        "two",
    ]
    assert sorted(repeated.values()) == [2, 2, 2, 3]


def test_only_names_meant_to_be_odd_leave_doubt() -> None:
    for name in ("name-kept", "name-words", "name-apart", "name-taken"):
        sent = given(played(f"{name}/CreateSession"), "UniqueName")
        assert sent
        assert all(map(is_plain, sent))


def test_names_too_long_and_names_just_short_enough_are_sent() -> None:
    seen = played("name-length/CreateSession")
    sizes = Counter(
        (len(value), e.probe.role is Role.SPOILT)
        for e in seen
        for _, value in e.sent.form
    )
    assert {size for size, spoilt in sizes if not spoilt} == {190, 191}
    assert {size for size, spoilt in sizes if spoilt} == {192, 255, 256, 1000}


def test_the_same_seed_draws_the_same_and_another_seed_draws_others() -> None:
    for name in ("name-drawn/CreateSession", "ttl-drawn/CreateSession"):
        first, again, other = (played(name, seed=seed) for seed in (1, 1, 2))
        assert [e.sent.body for e in first] == [e.sent.body for e in again]
        assert [e.sent.body for e in first] != [e.sent.body for e in other]


def test_a_name_is_sent_to_another_service_where_there_is_one() -> None:
    scene = "name-taken/CreateSession"
    (elsewhere,) = labelled(played(scene), "elsewhere")
    assert OTHER in elsewhere.sent.path
    assert labelled(played(scene, other=""), "elsewhere") == ()


def test_a_name_that_was_not_set_free_is_not_closed() -> None:
    seen = played("name-taken/CreateSession", Fake(refuses={"freed"}))
    assert labelled(seen, "close") == labelled(seen, "closed") == ()


def test_a_session_that_was_refused_is_not_fetched() -> None:
    odd = played("name-odd/CreateSession", Fake(refuses={"control nul"}))
    assert len(odd) == 16


def test_a_ttl_that_ends_a_session_is_sent_last() -> None:
    sent = given(played("ttl/UpdateSession"), "Ttl")
    assert sent[-1] == "-60"
    assert sent.index("0") < sent.index("65536")


def test_a_stage_without_services_sends_nothing_elsewhere() -> None:
    needs = {name: one.needs for name, one in SCENARIOS.items() if one.own}
    assert all(Capability.SERVICES in some for some in needs.values())


def test_a_path_scene_ends_when_a_name_is_refused() -> None:
    with pytest.raises(GaveUpError):
        played("name-path/FetchSession", Fake(refuses={""}))
