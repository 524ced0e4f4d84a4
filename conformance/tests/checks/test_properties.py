"""Laws of judging which properties a Session shows, and of which type."""

from typing import Any

import pytest

from conformance.checks.properties import CHECKS
from conformance.evidence import Evidence
from conformance.exchange import Json
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

CREATE = WORLD.call("CreateSession", form={})
FETCH = WORLD.call("FetchSession", Sid=SESSION)
LIST = WORLD.call("ListSession")
UPDATE = WORLD.call("UpdateSession", Sid=SESSION, form={})


def everywhere(body: Json) -> Evidence:
    return evidence(
        answered(CREATE, 201, body),
        answered(FETCH, 200, body),
        answered(LIST, 200, page(body)),
        answered(UPDATE, 200, body),
    )


def fetched(body: Json) -> Evidence:
    return evidence(answered(FETCH, 200, body))


def lacking(*names: str) -> dict[str, Any]:
    return {name: value for name, value in session().items() if name not in names}


def test_a_correct_session_passes_every_row_at_every_operation() -> None:
    found = verdicts(everywhere(session()), CHECKS)
    assert {v.outcome for v in found} == {Outcome.PASS}
    must = {v.requirement for v in found if not v.choice}
    assert must == {f"PROP-{number:03d}" for number in range(1, 19)}
    assert {v.operation for v in found} == {
        "CreateSession",
        "FetchSession",
        "ListSession",
        "UpdateSession",
    }


@pytest.mark.parametrize(
    ("name", "requirement"),
    [
        ("sid", "PROP-001"),
        ("service_sid", "PROP-002"),
        ("account_sid", "PROP-003"),
        ("unique_name", "PROP-004"),
        ("status", "PROP-005"),
        ("closed_reason", "PROP-006"),
        ("ttl", "PROP-007"),
        ("mode", "PROP-008"),
        ("date_started", "PROP-009"),
        ("date_ended", "PROP-010"),
        ("date_last_interaction", "PROP-011"),
        ("date_expiry", "PROP-012"),
        ("date_created", "PROP-013"),
        ("date_updated", "PROP-014"),
        ("url", "PROP-015"),
        ("links", "PROP-016"),
    ],
)
def test_each_property_has_a_row_of_its_own(name: str, requirement: str) -> None:
    assert failures(fetched(lacking(name)), CHECKS) == {
        (requirement, "FetchSession", "absent")
    }
    assert failures(fetched(session(**{name: True})), CHECKS) == {
        (requirement, "FetchSession", "boolean")
    }


@pytest.mark.parametrize(
    ("name", "requirement"),
    [("status", "PROP-005"), ("ttl", "PROP-007"), ("mode", "PROP-008")],
)
def test_null_is_a_fail_where_the_type_has_none(name: str, requirement: str) -> None:
    assert failures(everywhere(session(**{name: None})), CHECKS) == {
        (requirement, operation, "null")
        for operation in (
            "CreateSession",
            "FetchSession",
            "ListSession",
            "UpdateSession",
        )
    }


@pytest.mark.parametrize("name", sorted(session().keys() - {"status", "ttl", "mode"}))
def test_null_is_lawful_elsewhere(name: str) -> None:
    assert failures(everywhere(session(**{name: None})), CHECKS) == set()


def test_formats_words_and_urls_are_judged_by_others() -> None:
    body = session(sid="x", status="OPEN", mode="sms", date_created="today", url="/")
    assert failures(everywhere(body | {"links": {}}), CHECKS) == set()


def test_an_integer_may_be_written_with_a_point() -> None:
    assert failures(fetched(session(ttl=3600.0)), CHECKS) == set()
    assert failures(fetched(session(ttl=0.5)), CHECKS) == {
        ("PROP-007", "FetchSession", "number")
    }


def test_sessions_of_one_shape_are_judged_once() -> None:
    body = page(
        *(session(ttl=ttl) for ttl in range(40)), lacking("ttl"), lacking("ttl")
    )
    found = verdicts(evidence(answered(LIST, 200, body)), CHECKS, "PROP-007")
    assert [v.outcome for v in found] == [Outcome.PASS, Outcome.FAIL]


@pytest.mark.parametrize(
    ("renamed", "style"),
    [
        ("dateCreated", "camelCase"),
        ("DateCreated", "PascalCase"),
        ("date-created", "kebab-case"),
        ("DATE_CREATED", "CAPITALS"),
    ],
)
def test_another_spelling_is_told_from_absence(renamed: str, style: str) -> None:
    body = lacking("date_created") | {renamed: "2026-03-01T12:00:00Z"}
    assert failures(fetched(body), CHECKS) == {("PROP-018", "FetchSession", style)}


def test_a_second_spelling_beside_the_first_is_free() -> None:
    body = session(dateCreated="2026-03-01T12:00:00Z", Sid=1)
    assert failures(everywhere(body), CHECKS) == set()


@pytest.mark.parametrize(
    ("body", "symptom"),
    [
        ({"session": session()}, "an object around the Session"),
        ({"status": "ok", "data": session()}, "an object around the Session"),
        ({"sessions": [session()]}, "an object around the Session"),
        ({}, "an empty object"),
        ({"ok": True}, "an object without its properties"),
    ],
)
def test_what_is_only_around_a_session_is_one_finding(
    body: object, symptom: str
) -> None:
    assert failures(fetched(body), CHECKS) == {("PROP-017", "FetchSession", symptom)}


@pytest.mark.parametrize("item", [SESSION, None, 7, [session()]])
def test_an_item_of_a_page_is_a_session(item: object) -> None:
    found = failures(evidence(answered(LIST, 200, page(session(), item))), CHECKS)
    assert {row[:2] for row in found} == {("PROP-017", "ListSession")}


@pytest.mark.parametrize("body", [b"", b"<html>", [], [session()], "text", None])
def test_a_body_that_is_no_object_is_judged_by_others(body: object) -> None:
    assert verdicts(fetched(body), CHECKS) == []


def test_a_page_without_its_array_is_judged_by_others() -> None:
    bodies: tuple[object, ...] = ({"meta": {}}, {"sessions": {"0": session()}})
    for body in bodies:
        found = verdicts(evidence(answered(LIST, 200, body)), CHECKS)
        assert found == []


@pytest.mark.parametrize("status", [0, 204, 301, 401, 404, 429, 500])
def test_an_answer_without_success_says_nothing(status: int) -> None:
    assert verdicts(evidence(answered(FETCH, status, {})), CHECKS) == []


def test_an_operation_that_shows_no_session_is_not_judged() -> None:
    delete = WORLD.call("DeleteSession", Sid=SESSION)
    assert verdicts(evidence(answered(delete, 204, session(sid=1))), CHECKS) == []


def test_which_filled_properties_are_null_is_observed() -> None:
    bodies = (session(), session(url=None, sid=None), lacking("links"))
    seen = evidence(*(answered(FETCH, 200, body) for body in bodies))
    assert choices(seen, CHECKS, "PROP-019") == {
        ("FetchSession", "each has a value"),
        ("FetchSession", "url is null"),
        ("FetchSession", "sid is null"),
    }


def reasons(*bodies: dict[str, Any]) -> set[tuple[str, str]]:
    seen = evidence(*(answered(FETCH, 200, body) for body in bodies))
    return choices(seen, CHECKS, "PROP-020")


def test_the_reason_of_what_is_not_closed_is_observed() -> None:
    assert reasons(session(), session()) == {("FetchSession", "null")}
    assert reasons(session(status="in-progress", closed_reason="")) == {
        ("FetchSession", "empty text")
    }
    assert reasons(session(closed_reason="api")) == {("FetchSession", "another text")}


def test_the_reason_of_what_is_closed_or_no_text_is_not_observed() -> None:
    assert reasons(session(status="closed", closed_reason="api")) == set()
    assert reasons(session(closed_reason=7), lacking("closed_reason")) == set()
