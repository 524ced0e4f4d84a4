"""Laws of the scenes about a Session's properties, words, defaults and children."""

import json
from typing import Any

import pytest

from conformance.catalogue import Capability
from conformance.exchange import Exchange, Probe, Role, pairs
from conformance.library import library
from conformance.scenarios import children, create, enums, properties
from conformance.script import Scenario
from conformance.tests.histories import SESSION
from conformance.tests.scenarios.plays import played

SCENARIOS = {
    scenario.name: scenario
    for room in (properties, enums, create, children)
    for scenario in room.SCENARIOS
}


def accepting(probe: Probe) -> tuple[int, Any]:
    return (201 if probe.operation.startswith("Create") else 200), {"sid": SESSION}


def refusing(_: Probe) -> tuple[int, Any]:
    return 400, {"code": 80701}


def sent(
    name: str,
    *,
    thorough: bool = True,
    provides: frozenset[Capability] = frozenset(Capability),
) -> list[Exchange]:
    exchanges, ended = played(
        SCENARIOS[name], accepting, thorough=thorough, provides=provides
    )
    assert ended
    return exchanges


def forms(
    exchanges: list[Exchange], operation: str
) -> list[tuple[tuple[str, str], ...]]:
    return [e.sent.form for e in exchanges if e.probe.operation == operation]


@pytest.mark.parametrize(
    ("name", "full", "quick"),
    [
        ("session-object/FetchSession", 9, 5),
        ("mode-word/CreateSession", 26, 6),
        ("status-word/CreateSession", 28, 7),
        ("status-word/UpdateSession", 40, 5),
        ("together/CreateSession", 5, 1),
        ("participants/CreateSession", 8, 3),
        ("third/CreateParticipant", 14, 12),
        ("service/FetchService", 4, 1),
    ],
)
def test_a_scene_keeps_to_its_budget(name: str, full: int, quick: int) -> None:
    assert len(sent(name)) == full
    assert len(sent(name, thorough=False)) == quick


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=list(SCENARIOS))
def test_a_scene_serves_rows_of_the_catalogue(scenario: Scenario) -> None:
    assert scenario.serves
    assert set(scenario.serves) <= set(library().catalogue.requirements)


@pytest.mark.parametrize("name", sorted(SCENARIOS))
@pytest.mark.parametrize("body", [{}, [], {"sid": None}, {"sid": 7}])
def test_a_success_without_a_sid_is_no_defect_of_ours(name: str, body: object) -> None:
    exchanges, _ = played(SCENARIOS[name], lambda _: (201, body))
    assert exchanges


@pytest.mark.parametrize(
    "name",
    [
        "session-object/FetchSession",
        "status-word/UpdateSession",
        "participants/CreateSession",
        "third/CreateParticipant",
    ],
)
def test_a_scene_ends_when_its_stage_is_refused(name: str) -> None:
    exchanges, ended = played(SCENARIOS[name], refusing)
    assert (len(exchanges), ended) == (1, False)


@pytest.mark.parametrize("parameter", ["Mode", "Status"])
def test_every_word_is_sent_alone_and_every_spoilt_one_has_its_control(
    parameter: str,
) -> None:
    exchanges = sent(f"{parameter.lower()}-word/CreateSession")
    words = [e.sent.form for e in exchanges if e.probe.role is Role.CONTROL]
    expected = {
        "Mode": ["message-only", "voice-and-message", "voice-only"],
        "Status": ["closed", "failed", "in-progress", "open", "unknown"],
    }
    assert sorted(words) == [((parameter, word),) for word in expected[parameter]]
    spoilt = [e for e in exchanges if e.probe.role is Role.SPOILT]
    assert [one for one, _ in pairs(exchanges)] == spoilt
    assert len({e.sent.form for e in exchanges}) == len(exchanges)


def test_an_update_is_spoilt_before_it_is_made() -> None:
    exchanges = sent("status-word/UpdateSession")
    controls = [e.sent.form for e in exchanges if e.probe.role is Role.CONTROL]
    assert controls == [(("Status", "closed"),), (("Status", "in-progress"),)]
    assert exchanges[1].sent.form == (("Status", ""),)
    assert all(spoilt.probe.defect for spoilt, _ in pairs(exchanges))


def test_participants_are_sent_repeated_and_in_one_array() -> None:
    creates = forms(sent("participants/CreateSession"), "CreateSession")
    first, three, array, _empty = creates
    assert [json.loads(text)["Identifier"] for _, text in first] == [
        "+15005550101",
        "+15005550102",
    ]
    assert [name for name, _ in three] == ["Participants"] * 3
    ((name, text),) = array
    assert (name, len(json.loads(text))) == ("Participants", 2)


def test_a_third_participant_is_sent_to_a_full_session_and_to_an_empty_one() -> None:
    exchanges = sent("third/CreateParticipant")
    added = [e for e in exchanges if e.probe.operation == "CreateParticipant"]
    assert [e.probe.role for e in added] == [
        Role.STEP,
        Role.STEP,
        Role.SPOILT,
        Role.CONTROL,
    ]
    assert added[2].sent == added[3].sent
    assert len({e.sent.form for e in added}) == 3


def test_a_third_participant_follows_two_that_came_with_the_create() -> None:
    late = [
        e
        for e in sent("participants/CreateSession")
        if e.probe.operation == "CreateParticipant"
    ]
    assert [e.probe.role for e in late] == [Role.SPOILT, Role.CONTROL]
    assert late[0].sent.form == late[1].sent.form


def test_no_message_is_sent_where_none_may_be() -> None:
    provides = frozenset(Capability) - {Capability.MESSAGES}
    exchanges = sent("third/CreateParticipant", provides=provides)
    assert not [e for e in exchanges if "Interaction" in e.probe.operation]


def test_parameters_are_sent_together_in_either_order() -> None:
    some, others, *_ = forms(sent("together/CreateSession"), "CreateSession")
    assert [name for name, _ in some] == [
        "UniqueName",
        "DateExpiry",
        "Ttl",
        "Mode",
        "Status",
    ]
    assert others[1:] == some[:0:-1]
    assert others[0] != some[0]
