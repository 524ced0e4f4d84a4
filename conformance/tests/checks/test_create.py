"""Laws of judging what a create makes of its parameters."""

import json
from typing import Any

import pytest

from conformance.checks.create import CHECKS
from conformance.exchange import Exchange, Json
from conformance.script import Fields
from conformance.tests.histories import (
    SERVICE,
    SESSION,
    WORLD,
    answered,
    evidence,
    page,
    session,
)
from conformance.tests.verdicts import choices, failures, verdicts
from conformance.verdict import Outcome

TWO = ("+15005550101", "+15005550102")


def created(form: Fields, **changes: Json) -> Exchange:
    return answered(WORLD.call("CreateSession", form=form), 201, session(**changes))


def bare(status: int) -> Exchange:
    return answered(
        WORLD.call("CreateSession", form={}),
        status,
        session() if status == 201 else {},
        scene="session-object/FetchSession",
        label="bare",
    )


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (201, Outcome.PASS),
        (400, Outcome.FAIL),
        (500, Outcome.UNKNOWN),
        (0, Outcome.UNKNOWN),
    ],
)
def test_a_bare_create_is_accepted_if_any_is(status: int, outcome: Outcome) -> None:
    seen = evidence(bare(status), created({"Ttl": "600"}))
    assert [v.outcome for v in verdicts(seen, CHECKS, "CRE-001")] == [outcome]


def test_a_target_that_refuses_every_create_leaves_it_unknown() -> None:
    refused = answered(WORLD.call("CreateSession", form={"Ttl": "600"}), 401, {})
    found = verdicts(evidence(bare(401), refused), CHECKS)
    assert [(v.requirement, v.outcome) for v in found] == [("CRE-001", Outcome.UNKNOWN)]


def test_a_create_without_anything_gets_the_defaults() -> None:
    found = verdicts(evidence(created({})), CHECKS)
    assert [(v.requirement, v.outcome, v.choice) for v in found] == [
        ("CRE-002", Outcome.PASS, ""),
        ("CRE-003", Outcome.PASS, ""),
        ("CRE-004", Outcome.PASS, "default_ttl"),
        ("CRE-005", Outcome.PASS, "null"),
        ("CRE-006", Outcome.PASS, "null"),
    ]


def test_another_default_fails() -> None:
    seen = evidence(created({"UniqueName": "a"}, status="closed", mode="voice-only"))
    assert failures(seen, CHECKS) == {
        ("CRE-002", "CreateSession", "closed"),
        ("CRE-003", "CreateSession", "voice-only"),
    }


@pytest.mark.parametrize(
    "form",
    [
        {"Status": "in-progress"},
        {"status": "in-progress"},
        {"DateExpiry": "2018-07-31T00:00:00Z"},
        {"Ttl": "-5"},
        {"Ttl": "1e3"},
        {"Ttl": "9" * 20},
        {"Ttl": "9" * 10_000},
        {"Ttl": "\u0663"},
    ],
)
def test_a_status_that_may_differ_is_not_judged(form: Fields) -> None:
    assert verdicts(evidence(created(form, status="closed")), CHECKS, "CRE-002") == []


@pytest.mark.parametrize("value", ["OPEN", None, 7, ["open"]])
def test_a_default_that_is_no_word_is_judged_by_others(value: object) -> None:
    seen = evidence(created({}, status=value, mode=value))
    assert failures(seen, CHECKS) == set()


def test_a_mode_that_was_sent_is_no_default() -> None:
    for name in ("Mode", "mode"):
        seen = evidence(created({name: "voice-only"}, mode="voice-only"))
        assert verdicts(seen, CHECKS, "CRE-003") == []


def service(default_ttl: object, sid: str = SERVICE) -> Exchange:
    probe = WORLD.call("FetchService", Sid=sid)
    return answered(probe, 200, {"sid": sid, "default_ttl": default_ttl})


@pytest.mark.parametrize(
    ("before", "ttl", "choice"),
    [
        ([], 0, "default_ttl"),
        ([], 600, "another value"),
        ([service(0), service(7200)], 7200, "default_ttl"),
        ([service(7200)], 0, "0"),
        ([service(7200)], 60, "another value"),
        ([service(7200, "KS" + "8" * 32)], 0, "default_ttl"),
        ([service("7200")], 0, "default_ttl"),
    ],
)
def test_the_default_of_ttl_is_observed(
    before: list[Exchange], ttl: int, choice: str
) -> None:
    seen = evidence(*before, created({}, ttl=ttl), service(1))
    assert choices(seen, CHECKS, "CRE-004") == {("CreateSession", choice)}


@pytest.mark.parametrize("form", [{"Ttl": "7"}, {"DateExpiry": "2035-01-01T00:00:00Z"}])
def test_a_ttl_that_was_asked_for_is_no_default(form: Fields) -> None:
    assert verdicts(evidence(created(form, ttl=7)), CHECKS, "CRE-004") == []
    assert verdicts(evidence(created({}, ttl=True)), CHECKS, "CRE-004") == []


@pytest.mark.parametrize(
    ("name", "choice"),
    [(None, "null"), ("", "empty text"), (SESSION, "its sid"), ("x", "another text")],
)
def test_an_omitted_name_is_observed(name: object, choice: str) -> None:
    seen = evidence(created({}, unique_name=name), created({"UniqueName": "y"}))
    assert choices(seen, CHECKS, "CRE-005") == {("CreateSession", choice)}


def test_a_name_of_another_type_is_not_observed() -> None:
    assert choices(evidence(created({}, unique_name=7)), CHECKS, "CRE-005") == set()


def test_dates_of_use_that_are_filled_are_observed_by_name() -> None:
    moment = "2026-03-01T12:00:00Z"
    seen = evidence(created({}, date_ended=moment, date_started=moment))
    assert choices(seen, CHECKS, "CRE-006") == {
        ("CreateSession", "date_ended is filled"),
        ("CreateSession", "date_started is filled"),
    }


@pytest.mark.parametrize(
    "exchange",
    [
        created({"Status": "closed"}, status="closed"),
        created({"Participants": "{}"}),
        created({}, date_started=7),
    ],
)
def test_dates_that_may_be_filled_for_a_reason_are_not_observed(
    exchange: Exchange,
) -> None:
    assert choices(evidence(exchange), CHECKS, "CRE-006") == set()


def peopled(
    label: str, status: int, body: object, *listed: tuple[int, object]
) -> list[Exchange]:
    objects = [json.dumps({"Identifier": text}) for text in TWO]
    values = objects if label == "repeated" else [f"[{','.join(objects)}]"]
    probe = WORLD.call("CreateSession", form=[("Participants", v) for v in values])
    scene = "participants/CreateSession"
    lists = WORLD.call("ListParticipant", SessionSid=SESSION)
    return [
        answered(probe, status, body, scene=scene, label=label),
        *(answered(lists, s, b, scene=scene, label=label) for s, b in listed),
    ]


def people(*identifiers: object) -> dict[str, Any]:
    return page(*({"identifier": each} for each in identifiers), key="participants")


@pytest.mark.parametrize("label", ["repeated", "array"])
def test_participants_in_the_list_are_taken(label: str) -> None:
    seen = evidence(*peopled(label, 201, session(), (200, people("x", *TWO))))
    assert {v.outcome for v in verdicts(seen, CHECKS)} == {Outcome.PASS}
    chosen = {("CreateSession", "taken")} if label == "array" else set()
    assert choices(seen, CHECKS, "CRE-008") == chosen


@pytest.mark.parametrize(
    "listed", [people(), people(TWO[0]), people(*"ab"), page(key="participants")]
)
def test_participants_missing_from_the_list_fail(listed: object) -> None:
    seen = evidence(*peopled("repeated", 201, session(), (200, listed)))
    assert failures(seen, CHECKS) == {("CRE-007", "CreateSession", "not in the list")}


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("one", "two"), set()),
        ((None, ""), set()),
        (("one", "one"), {("CRE-007", "CreateSession", "under another friendly name")}),
    ],
)
def test_participants_have_their_own_friendly_names(
    names: tuple[str | None, ...], found: set[tuple[str, str, str]]
) -> None:
    sent = zip(TWO, ("one", "two"), strict=True)
    objects = [json.dumps({"Identifier": i, "FriendlyName": n}) for i, n in sent]
    probe = WORLD.call("CreateSession", form=[("Participants", v) for v in objects])
    shown = [
        {"identifier": identifier, "friendly_name": name}
        for identifier, name in zip(TWO, names, strict=True)
    ]
    lists = WORLD.call("ListParticipant", SessionSid=SESSION)
    about = {"scene": "participants/CreateSession", "label": "repeated"}
    seen = evidence(
        answered(probe, 201, session(), **about),
        answered(lists, 200, page(*shown, 7, key="participants"), **about),
    )
    assert failures(seen, CHECKS) == found


def test_participants_whose_identifiers_are_hidden_are_counted() -> None:
    seen = evidence(*peopled("repeated", 201, session(), (200, people(None, None))))
    assert [v.outcome for v in verdicts(seen, CHECKS, "CRE-007")] == [Outcome.PASS]


@pytest.mark.parametrize(
    ("status", "body", "listed"),
    [
        (201, session(), []),
        (201, session(), [(404, {})]),
        (201, session(), [(200, {"participants": {}})]),
        (400, {"code": 80404}, []),
        (400, {"code": 80207}, []),
        (500, {}, []),
        (0, {}, []),
    ],
)
def test_participants_are_unknown_for_want_of_numbers_or_of_a_list(
    status: int, body: object, listed: list[tuple[int, object]]
) -> None:
    seen = evidence(created({}), *peopled("repeated", status, body, *listed))
    assert [v.outcome for v in verdicts(seen, CHECKS, "CRE-007")] == [Outcome.UNKNOWN]


def test_participants_refused_fail_where_a_create_is_accepted() -> None:
    refused = peopled("repeated", 400, {"code": 80701})
    assert failures(evidence(created({}), *refused), CHECKS) == {
        ("CRE-007", "CreateSession", "refused")
    }
    alone = verdicts(evidence(*refused), CHECKS, "CRE-007")
    assert [v.outcome for v in alone] == [Outcome.UNKNOWN]


@pytest.mark.parametrize(
    ("exchanges", "chosen"),
    [
        (peopled("array", 400, {"code": 80701}), {"refused"}),
        (peopled("array", 400, {"code": 80404}), set()),
        (peopled("array", 201, session(), (200, people())), {"ignored"}),
        (peopled("array", 201, session()), set()),
    ],
)
def test_what_becomes_of_an_array_is_observed(
    exchanges: list[Exchange], chosen: set[str]
) -> None:
    found = choices(evidence(*exchanges), CHECKS, "CRE-008")
    assert found == {("CreateSession", choice) for choice in chosen}


@pytest.mark.parametrize("value", ["nonsense", "7", "[7]", '{"Identifier": 7}', "{}"])
def test_participants_that_spell_nothing_are_no_crash(value: str) -> None:
    probe = WORLD.call("CreateSession", form={"Participants": value})
    scene = "participants/CreateSession"
    lists = WORLD.call("ListParticipant", SessionSid=SESSION)
    seen = evidence(
        answered(probe, 201, session(), scene=scene, label="repeated"),
        answered(lists, 200, people(7, "x"), scene=scene, label="repeated"),
    )
    assert [v.outcome for v in verdicts(seen, CHECKS, "CRE-007")] == [Outcome.UNKNOWN]


@pytest.mark.parametrize(
    ("status", "other", "chosen"),
    [
        (201, 400, {"accepted"}),
        (400, 201, {"refused"}),
        (400, 400, set()),
        (500, 201, set()),
    ],
)
def test_what_becomes_of_a_withdrawn_parameter_is_observed(
    status: int, other: int, chosen: set[str]
) -> None:
    probe = WORLD.call("CreateSession", form={"FailOnParticipantConflict": "false"})
    scene = "together/CreateSession"
    seen = evidence(
        answered(WORLD.call("CreateSession", form={}), other, session()),
        answered(probe, status, {}, scene=scene, label="conflict"),
    )
    found = choices(seen, CHECKS, "CRE-009")
    assert found == {("CreateSession", choice) for choice in chosen}
