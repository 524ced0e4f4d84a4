"""Laws of changes of status, and of what closing and interactions leave behind."""

from typing import Any

import pytest

from conformance.checks.lifecycle import CHECKS
from conformance.exchange import Exchange, Json
from conformance.tests.histories import SESSION, WORLD, answered, evidence, page
from conformance.tests.lives import (
    CLOSED,
    OTHER_SERVICE,
    OTHER_SESSION,
    at,
    create,
    date,
    fetch,
    shown,
    update,
)
from conformance.tests.verdicts import Told, choices, failures, verdicts
from conformance.verdict import Outcome

CLOSE, REOPEN, OPEN = (
    {"Status": "closed"},
    {"Status": "in-progress"},
    {"Status": "open"},
)
LIVE: dict[str, Any] = {"status": "in-progress"}
ELSEWHERE = (
    create({}, sid=OTHER_SESSION),
    update({"Ttl": "60"}, sid=OTHER_SESSION, ttl=60),
)


def born(status: str = "open") -> Exchange:
    about = CLOSED if status == "closed" else {"status": status}
    return create({"Ttl": "3600", "Status": status}, **about)


TOLD = Told(CHECKS)
outcomes = TOLD.outcomes


@pytest.mark.parametrize(
    ("requirement", "life", "change"),
    [
        ("LIFE-001", (born(),), CLOSE),
        ("LIFE-002", (born("in-progress"),), CLOSE),
        ("LIFE-003", (born(), update(CLOSE, **CLOSED)), REOPEN),
    ],
)
def test_a_supported_change_of_status_is_accepted(
    requirement: str, life: tuple[Exchange, ...], change: dict[str, str]
) -> None:
    about = CLOSED if change is CLOSE else LIVE
    assert outcomes(requirement, *life, update(change, **about))[-1:] == [Outcome.PASS]
    refused = evidence(*life, update(change, answer=400))
    assert failures(refused, CHECKS) == {(requirement, "UpdateSession", "4xx")}


@pytest.mark.parametrize("answer", [0, 401, 404, 429, 500])
def test_a_change_without_a_plain_answer_is_not_judged(answer: int) -> None:
    assert verdicts(evidence(born(), update(CLOSE, answer=answer)), CHECKS) == []


@pytest.mark.parametrize(
    "life",
    [
        (born("closed"), update(REOPEN, answer=400)),
        (update(CLOSE, answer=400),),
        (fetch(), update(CLOSE, answer=400)),
        (born(), update(CLOSE, answer=400, service=OTHER_SERVICE)),
        (born(), update(CLOSE | {"Ttl": "600"}, answer=400)),
        (born(), update({"Ttl": "600"}, answer=400)),
        (create({"Ttl": "2"}, ttl=2), at(5, update(CLOSE, answer=400))),
        (
            born(),
            at(5, update(CLOSE, **CLOSED), took_s=2),
            at(6, update(CLOSE, answer=400), took_s=2),
        ),
    ],
)
def test_some_refusals_say_nothing(life: tuple[Exchange, ...]) -> None:
    assert failures(evidence(*life), CHECKS) == set()


def test_a_session_without_any_lifetime_cannot_be_over() -> None:
    refused = evidence(create({}, ttl=0), update(CLOSE, answer=400))
    assert failures(refused, CHECKS) == {("LIFE-001", "UpdateSession", "4xx")}


def test_a_reopening_may_be_refused_for_its_numbers() -> None:
    probe = WORLD.call("UpdateSession", Sid=SESSION, form=REOPEN)
    refused = answered(probe, 400, {"code": 80604})
    assert outcomes("LIFE-003", born(), update(CLOSE, **CLOSED), refused) == []


def test_a_status_that_is_accepted_is_shown() -> None:
    seen = evidence(born(), update(CLOSE))
    symptom = "closed shown as open"
    assert failures(seen, CHECKS) == {("LIFE-004", "UpdateSession", symptom)}
    assert outcomes("LIFE-004", born(), update(CLOSE, status=None)) == []
    assert outcomes("LIFE-004", born(), update(OPEN)) == [Outcome.PASS]


@pytest.mark.parametrize(
    ("requirement", "status", "form"),
    [
        ("LIFE-010", "closed", OPEN),
        ("LIFE-011", "open", REOPEN),
        ("LIFE-012", "in-progress", OPEN),
        ("LIFE-013", "open", {"Status": "failed"}),
        ("LIFE-013", "closed", {"Status": "unknown"}),
        ("LIFE-014", "open", OPEN),
        ("LIFE-014", "in-progress", REOPEN),
    ],
)
@pytest.mark.parametrize(
    ("answer", "code", "choice"),
    [
        (200, None, "accepted"),
        (400, 80608, "refused with 80608"),
        (400, 80607, "refused otherwise"),
        (409, "80608", "refused otherwise"),
    ],
)
def test_an_open_point_ends_in_a_choice(  # noqa: PLR0913, PLR0917  a table
    requirement: str,
    status: str,
    form: dict[str, str],
    answer: int,
    code: object,
    choice: str,
) -> None:
    probe = WORLD.call("UpdateSession", Sid=SESSION, form=form)
    body = shown(status=form["Status"]) if answer == 200 else {"code": code}
    life = born(status), answered(probe, answer, body)
    seen = evidence(*life, *ELSEWHERE)
    assert choices(seen, CHECKS, requirement) == {("UpdateSession", choice)}
    alone = [Outcome.PASS if answer == 200 else Outcome.UNKNOWN]
    assert outcomes(requirement, *life) == alone


def test_a_closed_session_answers_in_its_own_way() -> None:
    for requirement, form in (("LIFE-015", CLOSE), ("LIFE-016", {"Ttl": "600"})):
        probe = WORLD.call("UpdateSession", Sid=SESSION, form=form)
        refused = answered(probe, 400, {"code": 80607})
        seen = evidence(born("closed"), refused, *ELSEWHERE)
        assert choices(seen, CHECKS, requirement) == {
            ("UpdateSession", "refused with 80607")
        }


def test_a_status_that_no_document_names_changes_to_none() -> None:
    odd = born("failed"), update(OPEN, answer=400)
    assert verdicts(evidence(*odd), CHECKS) == []


def test_a_session_that_was_closed_shows_when_it_ended() -> None:
    closed = update(CLOSE, **CLOSED)
    assert outcomes("LIFE-005", born(), closed) == [Outcome.PASS]
    bare = update(CLOSE, status="closed")
    seen = failures(evidence(born(), bare), CHECKS)
    assert seen == {("LIFE-005", "UpdateSession", "null")}
    undated = update(CLOSE, **CLOSED | {"date_ended": 7})
    assert outcomes("LIFE-005", born(), undated) == []


@pytest.mark.parametrize(
    ("started", "outcome"),
    [(date(0), Outcome.PASS), (None, Outcome.FAIL), (date(60), Outcome.FAIL)],
)
def test_closing_leaves_when_it_started(started: str | None, outcome: Outcome) -> None:
    begun = create({"Ttl": "3600"}, date_started=date(0))
    closed = update(CLOSE, **CLOSED, date_started=started)
    assert outcomes("LIFE-006", begun, closed) == [outcome]


@pytest.mark.parametrize(
    ("reason", "choice"),
    [
        ("api", {"api"}),
        (None, {"null"}),
        ("", {"empty"}),
        ("done", {"another text"}),
        (7, set()),
    ],
)
def test_the_reason_of_a_closed_session_is_a_choice(
    reason: object, choice: set[str]
) -> None:
    seen = evidence(born(), update(CLOSE, **CLOSED | {"closed_reason": reason}))
    assert {c for _, c in choices(seen, CHECKS, "LIFE-007")} == choice


@pytest.mark.parametrize(
    ("reason", "choice"),
    [
        (None, {"null"}),
        ("", {"empty"}),
        ("api", {"the reason it was closed"}),
        ("again", {"another text"}),
        (7, set()),
    ],
)
def test_the_reason_of_a_reopened_session_is_a_choice(
    reason: object, choice: set[str]
) -> None:
    reopened = update(REOPEN, **LIVE, closed_reason=reason)
    seen = evidence(born(), update(CLOSE, **CLOSED), reopened)
    assert {c for _, c in choices(seen, CHECKS, "LIFE-008")} == choice


@pytest.mark.parametrize(
    ("ended", "choice"), [(None, {"null"}), (date(0), {"a date"}), ("soon", set())]
)
def test_the_end_of_a_reopened_session_is_a_choice(
    ended: str | None, choice: set[str]
) -> None:
    reopened = update(REOPEN, **LIVE, date_ended=ended)
    seen = evidence(born(), update(CLOSE, **CLOSED), reopened)
    assert {c for _, c in choices(seen, CHECKS, "LIFE-009")} == choice


@pytest.mark.parametrize(
    "life",
    [
        (born("closed"), update(CLOSE, **CLOSED)),
        (born(), update({"Ttl": "600"}, ttl=600)),
        (born(), update(REOPEN, **LIVE)),
        (create({"Ttl": "2"}, ttl=2), at(5, update(CLOSE, ttl=2, **CLOSED))),
        (born(), update(CLOSE, service=OTHER_SERVICE, **CLOSED)),
        (born(), answered(WORLD.call("UpdateSession", Sid=SESSION, form=CLOSE), 200)),
    ],
)
def test_marks_are_judged_of_those_that_an_update_closed(
    life: tuple[Exchange, ...],
) -> None:
    marks = {f"LIFE-00{number}" for number in range(5, 10)}
    found = {verdict.requirement for verdict in verdicts(evidence(*life), CHECKS)}
    assert not found & marks


def in_scene(
    label: str,
    scene: str = "interaction/x",
    answer: int = 200,
    **changes: Json,
) -> Exchange:
    probe = WORLD.call("FetchSession", Sid=SESSION)
    return answered(probe, answer, shown(**changes), scene=scene, label=label)


def spoken(scene: str = "interaction/x") -> Exchange:
    probe = WORLD.call(
        "CreateMessageInteraction", SessionSid=SESSION, ParticipantSid="KP", form={}
    )
    return answered(probe, 201, {}, scene=scene)


USED: dict[str, Any] = {
    "date_last_interaction": date(3),
    "date_started": date(3),
    **LIVE,
}


def used(label: str = "used", **changes: Json) -> Exchange:
    return in_scene(label, **USED | changes)


@pytest.mark.parametrize(
    "scene", ["interaction/x", "interactions/x", "with-messages/x"]
)
def test_an_interaction_leaves_its_dates(scene: str) -> None:
    seen = evidence(spoken(scene), in_scene("used", scene, **USED))
    found = {(v.requirement, v.outcome, v.choice) for v in verdicts(seen, CHECKS)}
    assert found == {
        ("LIFE-017", Outcome.PASS, ""),
        ("LIFE-019", Outcome.PASS, ""),
        ("LIFE-020", Outcome.PASS, "in-progress"),
    }


def test_an_interaction_that_leaves_no_date_is_waited_for() -> None:
    bare = in_scene("used")
    assert failures(evidence(spoken(), at(1, bare)), CHECKS) == set()
    seen = evidence(spoken(), at(1, bare), at(3, bare))
    assert failures(seen, CHECKS) == {("LIFE-017", "FetchSession", "null")}


def test_an_interaction_that_starts_nothing_is_named() -> None:
    seen = evidence(spoken(), in_scene("used", date_last_interaction=date(3)))
    assert failures(seen, CHECKS) == {("LIFE-019", "FetchSession", "null")}


@pytest.mark.parametrize(
    ("status", "choice"),
    [("open", {"open"}), ("closed", {"another"}), (None, set())],
)
def test_the_status_after_use_is_a_choice(status: str | None, choice: set[str]) -> None:
    seen = evidence(spoken(), used(status=status))
    assert {c for _, c in choices(seen, CHECKS, "LIFE-020")} == choice


def test_what_was_not_shown_after_use_is_not_judged() -> None:
    hidden = in_scene("used", date_last_interaction=7, date_started=7, status=7)
    missed = in_scene("used", answer=500)
    other = in_scene("used", sid=OTHER_SESSION)
    assert verdicts(evidence(spoken(), hidden), CHECKS) == []
    assert verdicts(evidence(spoken(), missed), CHECKS) == []
    assert verdicts(evidence(spoken(), other), CHECKS) == []


@pytest.mark.parametrize(
    ("last", "symptom"),
    [(date(3), "not later"), (date(1), "not later"), (None, "null")],
)
def test_each_interaction_moves_the_date_of_the_last(
    last: str | None, symptom: str
) -> None:
    first = spoken(), used()
    moved = used("used-again", date_last_interaction=date(9))
    seen = verdicts(evidence(*first, moved), CHECKS, "LIFE-018")
    assert [v.outcome for v in seen] == [Outcome.PASS]
    stuck = used("used-again", date_last_interaction=last)
    assert verdicts(evidence(*first, at(5, stuck)), CHECKS, "LIFE-018") == []
    waited = evidence(*first, at(5, stuck), at(7, stuck))
    assert failures(waited, CHECKS) == {("LIFE-018", "FetchSession", symptom)}


@pytest.mark.parametrize(
    ("before", "after"), [({"date_last_interaction": None}, {}), ({}, {"a": 7})]
)
def test_a_date_that_was_not_shown_cannot_move(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    last = 7 if after else date(9)
    life = (
        spoken(),
        used(**before),
        used("used-again", date_last_interaction=last),
    )
    assert verdicts(evidence(*life), CHECKS, "LIFE-018") == []


@pytest.mark.parametrize(
    ("requirement", "label", "scene", "status", "choice"),
    [
        ("LIFE-021", "joined", "interaction/x", "open", {"open"}),
        ("LIFE-021", "joined", "interaction/x", "closed", {"another"}),
        ("LIFE-022", "left", "with-participants/x", "closed", {"closed"}),
        ("LIFE-022", "left", "with-participants/x", "failed", {"another"}),
        ("LIFE-022", "left", "with-participants/x", None, set()),
    ],
)
def test_the_status_after_joining_and_leaving_is_a_choice(
    requirement: str, label: str, scene: str, status: str | None, choice: set[str]
) -> None:
    seen = evidence(in_scene(label, scene, status=status))
    assert {c for _, c in choices(seen, CHECKS, requirement)} == choice


def peopled(label: str, *sids: str, answer: int = 200) -> Exchange:
    probe = WORLD.call("ListParticipant", SessionSid=SESSION)
    people = page(*({"sid": sid} for sid in sids), key="participants")
    return answered(probe, answer, people, label=label, scene="reopened/x")


def reopening(answer: int) -> Exchange:
    probe = WORLD.call("UpdateSession", Sid=SESSION, form=REOPEN)
    return answered(probe, answer, shown(**LIVE), label="reopen", scene="reopened/x")


@pytest.mark.parametrize(
    ("before", "answer", "after", "found"),
    [
        ("a", 200, "a", [Outcome.PASS]),
        ("a", 200, "ab", [Outcome.PASS]),
        ("ab", 200, "b", [Outcome.FAIL]),
        ("a", 200, "", [Outcome.FAIL]),
        ("", 200, "", [Outcome.UNKNOWN]),
        ("a", 400, "a", [Outcome.UNKNOWN]),
    ],
)
def test_reopening_keeps_who_takes_part(
    before: str, answer: int, after: str, found: list[Outcome]
) -> None:
    life = peopled("before", *before), reopening(answer), peopled("after", *after)
    assert outcomes("LIFE-024", *life) == found


def test_a_list_that_is_refused_does_not_tell_who_takes_part() -> None:
    life = peopled("before", "a"), reopening(200)
    assert outcomes("LIFE-024", *life) == []
    refused = peopled("after", answer=500)
    assert outcomes("LIFE-024", *life, refused) == [Outcome.UNKNOWN]
