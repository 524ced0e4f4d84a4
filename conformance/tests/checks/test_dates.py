"""Laws of judging the dates that are shown."""

from dataclasses import replace
from typing import Any

import pytest

from conformance.checks.dates import CHECKS
from conformance.exchange import Exchange, Json, Response
from conformance.tests.histories import (
    PARTICIPANT,
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
CREATE = WORLD.call("CreateSession", form={})
UPDATE = WORLD.call("UpdateSession", Sid=SESSION, form={"Ttl": "60"})
NOON = "2026-03-01T12:00:00Z"
DATES = (
    *("date_created", "date_updated", "date_expiry"),
    *("date_started", "date_ended", "date_last_interaction"),
)


def fetched(**changes: Json) -> Exchange:
    return answered(FETCH, 200, session(**changes))


def told(exchange: Exchange, date: str) -> Exchange:
    """Return the exchange with a Date header in its answer."""
    response = exchange.response
    assert isinstance(response, Response)
    headers = (*response.headers, ("Date", date))
    return replace(exchange, response=replace(response, headers=headers))


@pytest.mark.parametrize(
    "text",
    [
        NOON,
        "2026-03-01T12:00:00.123Z",
        "2026-03-01T12:00:00+00:00",
        "2026-03-01T12:00:00-00:00",
        "2026-03-01t12:00:00z",
        None,
    ],
)
@pytest.mark.parametrize("name", DATES)
def test_a_full_date_in_utc_and_null_pass(name: str, text: str | None) -> None:
    found = verdicts(evidence(fetched(**{name: text})), CHECKS)
    shown = {(v.requirement, v.outcome) for v in found if v.subject == name}
    assert shown >= {("DATE-001", Outcome.PASS), ("DATE-002", Outcome.PASS)}
    assert failures(evidence(fetched(**{name: text})), CHECKS) == set()


@pytest.mark.parametrize(
    ("text", "miss"),
    [
        ("2026-03-01", "a date without a time"),
        ("2026-03-01T12:00:00", "no zone"),
        ("2026-03-01T12:00:00+0000", "another way to write the zone"),
        ("2026-02-30T12:00:00Z", "no such moment"),
        ("1772366400", "a number"),
        ("Sun, 01 Mar 2026 12:00:00 GMT", "another notation"),
        ("", "another notation"),
    ],
)
def test_what_is_no_full_date_fails_once(text: str, miss: str) -> None:
    seen = evidence(fetched(date_expiry=text), fetched(date_expiry=text))
    assert [
        (v.requirement, v.symptom)
        for v in verdicts(seen, CHECKS)
        if v.outcome is Outcome.FAIL
    ] == [("DATE-001", f"date_expiry: {miss}")]
    assert not [v for v in verdicts(seen, CHECKS, "DATE-002") if "expiry" in v.subject]


def test_a_date_at_an_offset_fails_wherever_it_is_shown() -> None:
    body = session(date_updated="2026-03-01T14:00:00+02:00")
    seen = evidence(answered(FETCH, 200, body), answered(LIST, 200, page(body, body)))
    assert failures(seen, CHECKS) == {
        ("DATE-002", "FetchSession", "date_updated: an offset"),
        ("DATE-002", "ListSession", "date_updated: an offset"),
    }


@pytest.mark.parametrize("value", [7, True, [], {"date": NOON}])
def test_a_value_of_another_type_is_judged_by_others(value: object) -> None:
    seen = evidence(fetched(**dict.fromkeys(DATES, value)))
    assert verdicts(seen, CHECKS) == []


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        (NOON, "whole seconds and Z"),
        ("2026-03-01T12:00:00.000Z", "a fraction and Z"),
        ("2026-03-01T12:00:00+00:00", "an offset of nothing"),
        ("2026-03-01T12:00:00.5+00:00", "an offset of nothing"),
        ("2026-03-01T12:00:00z", "small letters"),
    ],
)
def test_how_a_date_is_spelled_is_observed(text: str, choice: str) -> None:
    seen = evidence(fetched(date_created=text, date_updated=text))
    assert choices(seen, CHECKS, "DATE-004") == {("FetchSession", choice)}


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("2026-03-01T12:00:00", "date_created: no zone"),
        ("2026-03-01T12:00:00-08:00", "date_created: an offset"),
    ],
)
def test_the_dates_of_a_participant_have_a_row_of_their_own(
    text: str, symptom: str
) -> None:
    probe = WORLD.call("FetchParticipant", SessionSid=SESSION, Sid=PARTICIPANT)
    lawful = {"date_created": NOON, "date_updated": None, "date_deleted": 7}
    assert failures(evidence(answered(probe, 200, lawful)), CHECKS) == set()
    seen = evidence(answered(probe, 200, lawful | {"date_created": text}))
    assert failures(seen, CHECKS) == {("DATE-003", "FetchParticipant", symptom)}


def test_what_a_delete_shows_is_not_judged() -> None:
    probe = WORLD.call("DeleteParticipant", SessionSid=SESSION, Sid=PARTICIPANT)
    seen = evidence(answered(probe, 200, {"date_deleted": "today"}))
    assert verdicts(seen, CHECKS) == []


@pytest.mark.parametrize(
    ("updated", "outcome"),
    [
        (NOON, Outcome.PASS),
        ("2026-03-01T12:00:05Z", Outcome.PASS),
        ("2026-03-01T11:59:59.5Z", Outcome.PASS),
        ("2026-03-01T11:59:59Z", Outcome.FAIL),
        ("2026-03-01T07:00:00Z", Outcome.FAIL),
    ],
)
def test_no_session_was_updated_before_it_was_created(
    updated: str, outcome: Outcome
) -> None:
    some = [fetched(date_updated=updated)] * 2
    found = verdicts(evidence(*some), CHECKS, "DATE-011")
    assert [v.outcome for v in found] == [outcome]


@pytest.mark.parametrize("name", ["date_created", "date_updated"])
def test_null_is_not_before_anything(name: str) -> None:
    found = verdicts(evidence(fetched(**{name: None})), CHECKS, "DATE-011")
    assert [v.outcome for v in found] == [Outcome.PASS]


@pytest.mark.parametrize("text", [7, "today"])
def test_dates_that_cannot_be_read_are_in_no_order(text: object) -> None:
    for name in ("date_created", "date_updated"):
        seen = evidence(fetched(**{name: text}))
        assert verdicts(seen, CHECKS, "DATE-011") == []
    seen = evidence(fetched(date_created=text, status="closed", date_ended=NOON))
    assert verdicts(seen, CHECKS, "DATE-012") == []


BEFORE = "2026-03-01T07:00:00Z"


@pytest.mark.parametrize(
    ("changes", "failing"),
    [
        ({"status": "closed", "date_ended": NOON}, set[str]()),
        (
            {"status": "closed", "date_ended": BEFORE},
            {"date_ended before date_created"},
        ),
        (
            {
                "status": "closed",
                "date_started": "2026-03-01T12:00:09Z",
                "date_ended": "2026-03-01T12:00:03Z",
            },
            {"date_ended before date_started"},
        ),
        (
            {
                "status": "in-progress",
                "date_started": BEFORE,
                "date_last_interaction": BEFORE,
                "date_ended": BEFORE,
            },
            {
                "date_started before date_created",
                "date_last_interaction before date_created",
            },
        ),
        ({"status": "open", **dict.fromkeys(DATES[3:], BEFORE)}, set[str]()),
        ({"status": "failed", **dict.fromkeys(DATES[3:], BEFORE)}, set[str]()),
        (
            {"status": "closed", "date_ended": BEFORE, "date_expiry": BEFORE},
            set[str](),
        ),
    ],
)
def test_no_session_was_used_before_it_was_created(
    changes: dict[str, Any], failing: set[str]
) -> None:
    seen = evidence(fetched(**changes), fetched(**changes))
    assert failures(seen, CHECKS) == {
        ("DATE-012", "FetchSession", symptom) for symptom in failing
    }


def test_what_a_create_answers_is_in_no_order_of_use() -> None:
    body = session(status="closed", date_ended=BEFORE)
    seen = evidence(answered(CREATE, 201, body))
    assert verdicts(seen, CHECKS, "DATE-012") == []


@pytest.mark.parametrize(
    ("shown", "outcomes"),
    [
        (NOON, [Outcome.PASS]),
        ("2026-03-01T11:59:56Z", [Outcome.PASS]),
        ("2026-03-01T17:30:02Z", [Outcome.FAIL]),
        ("2026-03-01T04:00:00Z", [Outcome.FAIL]),
        ("2026-03-01T12:15:00Z", []),
        ("2026-03-01T12:07:00Z", []),
        ("2026-03-02T12:00:00Z", []),
        ("2016-03-01T12:00:00Z", []),
        ("today", []),
    ],
)
def test_what_was_created_is_dated_in_no_other_zone(
    shown: str, outcomes: list[Outcome]
) -> None:
    made = answered(CREATE, 201, session(date_created=shown, date_updated=shown))
    seen = evidence(*[told(made, "Sun, 01 Mar 2026 12:00:00 GMT")] * 2)
    assert [v.outcome for v in verdicts(seen, CHECKS, "DATE-013")] == outcomes


@pytest.mark.parametrize(
    ("shown", "outcomes"),
    [
        (NOON, [Outcome.PASS]),
        ("2026-03-01T14:00:00Z", [Outcome.FAIL]),
        ("2026-03-01T10:00:00Z", []),
    ],
)
def test_an_update_may_be_dated_earlier_for_it_may_change_nothing(
    shown: str, outcomes: list[Outcome]
) -> None:
    made = answered(UPDATE, 200, session(date_updated=shown))
    seen = evidence(told(made, "Sun, 01 Mar 2026 12:00:00 GMT"))
    assert [v.outcome for v in verdicts(seen, CHECKS, "DATE-013")] == outcomes


@pytest.mark.parametrize(
    "date", ["today", "", "Sun, 01 Mar 2026 17:00:00 -0000", "Sun, 99 Mar 2026"]
)
def test_a_date_header_that_tells_no_time_decides_nothing(date: str) -> None:
    seen = evidence(told(answered(CREATE, 201, session()), date))
    assert verdicts(seen, CHECKS, "DATE-013") == []
    bare = evidence(answered(CREATE, 201, session()))
    assert verdicts(bare, CHECKS, "DATE-013") == []
