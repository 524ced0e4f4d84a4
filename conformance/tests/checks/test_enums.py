"""Laws of judging the words that status and mode may be."""

import pytest

from conformance.checks.enums import CHECKS
from conformance.exchange import Exchange, Probe, Role
from conformance.tests.histories import (
    SESSION,
    WORLD,
    answered,
    evidence,
    page,
    session,
)
from conformance.tests.verdicts import choices, failures, verdicts
from conformance.verdict import Outcome

FETCH = WORLD.call("FetchSession", Sid=SESSION)
LIST = WORLD.call("ListSession")


def create(**form: str) -> Probe:
    return WORLD.call("CreateSession", form=form)


def word(parameter: str, text: str, status: int, **about: object) -> Exchange:
    """Return a create of the scene about that parameter; it shows what it accepts."""
    body = session(**{parameter.lower(): text}) if status == 201 else {"code": 80701}
    scene = f"{parameter.lower()}-word/CreateSession"
    probe = create(**{parameter: text})
    return answered(probe, status, body, scene=scene, **about)


def control(parameter: str, text: str, status: int = 201) -> Exchange:
    return word(parameter, text, status, role=Role.CONTROL, pair=text)


def spoilt(parameter: str, text: str, of: str, status: int) -> Exchange:
    return word(parameter, text, status, role=Role.SPOILT, defect="spoilt", pair=of)


@pytest.mark.parametrize(
    "status", ["open", "in-progress", "closed", "failed", "unknown"]
)
@pytest.mark.parametrize("mode", ["message-only", "voice-only", "voice-and-message"])
def test_a_documented_word_passes(status: str, mode: str) -> None:
    found = verdicts(
        evidence(answered(FETCH, 200, session(status=status, mode=mode))), CHECKS
    )
    assert [(v.requirement, v.outcome, v.subject) for v in found] == [
        ("ENUM-001", Outcome.PASS, status),
        ("ENUM-002", Outcome.PASS, mode),
    ]


@pytest.mark.parametrize(
    ("status", "symptom"),
    [
        ("OPEN", "another letter case or white space"),
        ("in_progress", "underscores"),
        ("in-progess", "another word"),
        ("completed", "another word"),
        ("", "another word"),
    ],
)
def test_another_word_fails_wherever_it_is_shown(status: str, symptom: str) -> None:
    body = session(status=status)
    found = failures(
        evidence(answered(FETCH, 200, body), answered(LIST, 200, page(body, body))),
        CHECKS,
    )
    assert found == {
        ("ENUM-001", "FetchSession", symptom),
        ("ENUM-001", "ListSession", symptom),
    }


def test_a_word_seen_before_is_judged_once() -> None:
    found = verdicts(
        evidence(answered(LIST, 200, page(*[session()] * 9))), CHECKS, "ENUM-002"
    )
    assert [v.outcome for v in found] == [Outcome.PASS]


@pytest.mark.parametrize("value", [None, 7, ["open"], {"a": 1}, True])
def test_a_value_of_another_type_is_judged_by_others(value: object) -> None:
    body = session(status=value, mode=value)
    assert verdicts(evidence(answered(FETCH, 200, body)), CHECKS) == []


def test_the_word_that_was_sent_is_shown() -> None:
    probe = create(Mode="voice-only", Status="closed")
    right = answered(probe, 201, session(mode="voice-only", status="closed"))
    assert failures(evidence(right), CHECKS) == set()
    wrong = answered(probe, 201, session())
    assert failures(evidence(wrong), CHECKS) == {
        ("ENUM-003", "CreateSession", "another mode is shown"),
        ("ENUM-004", "CreateSession", "another status is shown"),
    }


@pytest.mark.parametrize(
    "form",
    [
        [("Mode", "voice-only"), ("Mode", "message-only")],
        [("Mode", "voice")],
        [("mode", "voice-only")],
        [("Status", "open"), ("DateExpiry", "2018-07-31T00:00:00Z")],
        [("Status", "open"), ("Ttl", "-1")],
    ],
)
def test_an_echo_that_may_differ_is_not_judged(form: list[tuple[str, str]]) -> None:
    probe = WORLD.call("CreateSession", form=form)
    seen = evidence(answered(probe, 201, session(status="closed")))
    assert verdicts(seen, CHECKS, "ENUM-003") == []
    assert verdicts(seen, CHECKS, "ENUM-004") == []


@pytest.mark.parametrize("shown", ["voice_only", None, 7])
def test_an_echo_that_is_no_word_is_judged_by_others(shown: object) -> None:
    seen = evidence(answered(create(Mode="voice-only"), 201, session(mode=shown)))
    assert verdicts(seen, CHECKS, "ENUM-003") == []


def test_what_is_no_plain_form_asks_for_nothing() -> None:
    probe = create(Mode="voice-only")
    body = b'{"Mode": "voice-only"}'
    json = (("Content-Type", "application/json"),)
    seen = evidence(
        answered(probe, 201, session(), query="Mode=voice-only"),
        answered(probe, 201, session(), headers=json, body=body),
        answered(probe, 201, session(), headers=()),
    )
    assert verdicts(seen, CHECKS, "ENUM-003") == []


def test_a_documented_word_refused_beside_another_accepted_fails() -> None:
    seen = evidence(control("Mode", "voice-only", 400), control("Mode", "message-only"))
    assert failures(seen, CHECKS) == {("ENUM-003", "CreateSession", "refused, 4xx")}


@pytest.mark.parametrize("status", [0, 429, 500])
def test_a_word_without_a_plain_answer_is_unknown(status: int) -> None:
    seen = evidence(control("Status", "failed", status), control("Status", "open"))
    found = verdicts(seen, CHECKS, "ENUM-004")
    assert [v.outcome for v in found] == [Outcome.PASS, Outcome.UNKNOWN]


def test_a_refusal_for_the_numbers_says_nothing_about_the_word() -> None:
    refused = word("Mode", "voice-only", 400, role=Role.CONTROL, pair="voice-only")
    numbers = answered(refused.probe, 400, {"code": 80201})
    found = verdicts(
        evidence(numbers, control("Mode", "message-only")), CHECKS, "ENUM-003"
    )
    assert [v.outcome for v in found] == [Outcome.PASS, Outcome.UNKNOWN]


@pytest.mark.parametrize("status", [0, 401, 404, 429, 500])
def test_a_target_that_answers_everything_alike_leaves_all_unknown(status: int) -> None:
    seen = evidence(
        control("Mode", "voice-only", status),
        control("Mode", "message-only", status),
        spoilt("Mode", "voice_only", "voice-only", status),
        spoilt("Mode", "VOICE-ONLY", "voice-only", status),
    )
    assert {v.outcome for v in verdicts(seen, CHECKS)} == {Outcome.UNKNOWN}


def test_a_target_that_accepts_everything_fails() -> None:
    seen = evidence(
        control("Mode", "voice-only"), spoilt("Mode", "paused", "voice-only", 201)
    )
    assert ("ENUM-005", "CreateSession", "spoilt, 2xx") in failures(seen, CHECKS)


@pytest.mark.parametrize(
    ("parameter", "of", "text", "requirement"),
    [
        ("Mode", "voice-only", "voice_only", "ENUM-005"),
        ("Mode", "voice-only", "Voice-Only", "ENUM-008"),
        ("Status", "closed", "completed", "ENUM-006"),
        ("Status", "closed", "closed\n", "ENUM-008"),
    ],
)
def test_each_miss_on_create_has_its_row(
    parameter: str, of: str, text: str, requirement: str
) -> None:
    for status, outcome in (
        (400, Outcome.PASS),
        (422, Outcome.PASS),
        (409, Outcome.FAIL),
    ):
        seen = evidence(spoilt(parameter, text, of, status), control(parameter, of))
        found = verdicts(seen, CHECKS, requirement)
        assert [(v.operation, v.outcome) for v in found] == [("CreateSession", outcome)]


def update(text: str, status: int, **about: object) -> Exchange:
    probe = WORLD.call("UpdateSession", Sid=SESSION, form={"Status": text})
    return answered(
        probe,
        status,
        session(status="closed") if status == 200 else {"code": 80608},
        scene="status-word/UpdateSession",
        **about,
    )


@pytest.mark.parametrize(
    ("text", "requirement"), [("finished", "ENUM-007"), ("CLOSED", "ENUM-008")]
)
def test_each_miss_on_update_has_its_row(text: str, requirement: str) -> None:
    for status, outcome in (
        (400, Outcome.PASS),
        (200, Outcome.FAIL),
        (500, Outcome.UNKNOWN),
    ):
        seen = evidence(
            update(text, status, role=Role.SPOILT, defect="spoilt", pair="closed"),
            update("closed", 200, role=Role.CONTROL, pair="closed"),
        )
        found = verdicts(seen, CHECKS, requirement)
        assert [(v.operation, v.outcome) for v in found] == [("UpdateSession", outcome)]


def empty_create(status: int, mode: str = "voice-and-message") -> Exchange:
    return answered(
        create(Mode=""),
        status,
        session(mode=mode) if status == 201 else {},
        scene="mode-word/CreateSession",
        label="empty",
    )


ACCEPTED = answered(create(), 201, session(), scene="mode-word/CreateSession")


def test_what_an_empty_word_amounts_to_on_create_is_observed() -> None:
    for exchange, choice in (
        (empty_create(201), "taken as omitted"),
        (empty_create(201, ""), "accepted otherwise"),
        (empty_create(400), "refused"),
    ):
        assert choices(evidence(ACCEPTED, exchange), CHECKS, "ENUM-009") == {
            ("CreateSession", choice)
        }


def test_an_empty_word_refused_with_everything_else_amounts_to_nothing() -> None:
    for life in ((ACCEPTED, empty_create(500)), (empty_create(400),)):
        found = verdicts(evidence(*life), CHECKS, "ENUM-009")
        assert [v.outcome for v in found] == [Outcome.UNKNOWN]


@pytest.mark.parametrize(
    ("status", "choice"),
    [("open", "taken as omitted"), ("closed", "accepted otherwise")],
)
def test_an_empty_status_on_update_is_held_against_the_status_before(
    status: str, choice: str
) -> None:
    scene = "status-word/UpdateSession"
    seen = evidence(
        answered(create(), 201, session(), scene=scene),
        answered(
            WORLD.call("UpdateSession", Sid=SESSION, form={"Status": ""}),
            200,
            session(status=status),
            scene=scene,
            label="empty",
        ),
    )
    assert choices(seen, CHECKS, "ENUM-009") == {("UpdateSession", choice)}


def test_a_probe_that_lost_its_word_is_judged_all_the_same() -> None:
    scene = "mode-word/CreateSession"
    bare = answered(create(), 400, {}, scene=scene, role=Role.CONTROL, pair="x")
    found = verdicts(evidence(bare, control("Mode", "voice-only")), CHECKS)
    assert {v.outcome for v in found} == {Outcome.PASS, Outcome.FAIL}
