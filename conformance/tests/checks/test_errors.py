"""Laws of the object that each refusal carries."""

from dataclasses import replace
from typing import Any

import pytest

from conformance.checks.errors import CHECKS
from conformance.exchange import Exchange, Probe, Role
from conformance.tests.histories import SERVICE, SESSION, WORLD, answered, evidence
from conformance.tests.verdicts import Told, choices, verdicts
from conformance.verdict import Outcome

FETCH = WORLD.call("FetchSession", Sid=SESSION)
BELOW = WORLD.call("FetchService", Sid=SERVICE)
ERROR: dict[str, Any] = {
    "code": 20404,
    "message": "not found",
    "more_info": "https://www.twilio.com/docs/errors/20404",
    "status": 404,
}


def refused(
    body: object = None, status: int = 404, probe: Probe = FETCH, **about: object
) -> Exchange:
    return answered(probe, status, ERROR if body is None else body, **about)


def told(exchange: Exchange, content_type: str | None) -> Exchange:
    """Return the exchange with that content type, or with none."""
    assert exchange.response is not None
    headers = () if content_type is None else (("Content-Type", content_type),)
    return replace(exchange, response=replace(exchange.response, headers=headers))


TOLD = Told(CHECKS)
broken = TOLD.broken


def test_an_error_as_it_is_documented_passes() -> None:
    found = verdicts(evidence(refused()), CHECKS)
    assert {v.outcome for v in found} == {Outcome.PASS}
    rows = {f"ERR-{number:03}" for number in (1, 2, 3, 4, 5, 6, 7, 13, 14)}
    assert {v.requirement for v in found} == rows
    below = verdicts(evidence(refused(probe=BELOW)), CHECKS)
    assert {(v.requirement, v.outcome) for v in below} == {("ERR-008", Outcome.PASS)}


@pytest.mark.parametrize(
    ("name", "value", "row", "symptom"),
    [
        ("code", "20404", "ERR-001", "text"),
        ("code", None, "ERR-001", "null or absent"),
        ("code", True, "ERR-001", "boolean"),
        ("code", 1.5, "ERR-001", "number"),
        ("code", [], "ERR-001", "list"),
        ("code", {}, "ERR-001", "object"),
        ("message", None, "ERR-002", "null or absent"),
        ("message", 7, "ERR-002", "number"),
        ("status", 400, "ERR-003", "another status"),
        ("status", "404", "ERR-003", "text"),
        ("more_info", "/docs/errors/20404", "ERR-004", "no absolute url"),
        ("more_info", 7, "ERR-004", "number"),
    ],
)
def test_each_member_of_an_error_is_as_documented(
    name: str, value: object, row: str, symptom: str
) -> None:
    wrong = ERROR | {name: value}
    assert broken(refused(wrong)) == {(row, symptom)}
    assert broken(refused(wrong, probe=BELOW)) == {("ERR-008", f"{name} {symptom}")}


@pytest.mark.parametrize(
    "changes", [{"code": 20404.0}, {"status": 404.0}, {"more_info": None}, {"x": 1}]
)
def test_another_spelling_of_an_error_is_lawful(changes: dict[str, Any]) -> None:
    assert broken(refused(ERROR | changes)) == set()


@pytest.mark.parametrize(
    ("body", "symptom"),
    [
        (b"", "no body"),
        (b"[]", "list"),
        (b'"no"', "text"),
        (b"<html>", "not JSON"),
        (b"\xff", "not UTF-8"),
    ],
)
def test_a_refusal_has_a_json_object(body: bytes, symptom: str) -> None:
    assert broken(refused(body)) == {("ERR-006", symptom)}
    assert broken(refused(body, probe=BELOW)) == {("ERR-008", symptom)}


@pytest.mark.parametrize(
    ("content_type", "symptom"),
    [
        ("application/json", ""),
        ("Application/JSON; charset=utf-8", ""),
        ("application/problem+json", ""),
        ("text/html", "text/html"),
        (None, "no content type"),
    ],
)
def test_a_refusal_says_that_it_is_json(content_type: str | None, symptom: str) -> None:
    expected = {("ERR-005", symptom)} if symptom else set[object]()
    assert broken(told(refused(), content_type)) == expected


def test_a_refusal_below_says_that_it_is_json_too() -> None:
    person = WORLD.call("FetchParticipant", SessionSid=SESSION, Sid="KP1")
    for probe in (BELOW, person):
        for content_type, symptom in (
            ("text/html", "text/html"),
            (None, "no content type"),
        ):
            exchange = told(refused(probe=probe), content_type)
            assert broken(exchange) == {("ERR-008", symptom)}
        assert broken(told(refused(probe=probe), "application/problem+json")) == set()


def test_what_may_come_from_something_in_between_is_not_judged() -> None:
    for status in (402, 413, 414, 429, 431):
        found = verdicts(evidence(refused({}, status)), CHECKS)
        assert {v.requirement for v in found} == {"ERR-007"}
    odd = replace(FETCH, path=f"{FETCH.path}%00")
    found = verdicts(evidence(refused({}, probe=odd)), CHECKS)
    assert {v.requirement for v in found} <= {"ERR-007"}
    other = WORLD.call("FetchInteraction", SessionSid=SESSION, Sid="KI1")
    assert verdicts(evidence(refused({}, probe=other)), CHECKS) == []


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (500, b"Traceback (most recent call last)", Outcome.FAIL),
        (404, b'{"message": "SQLSTATE 42"}', Outcome.FAIL),
        (500, b"oh no", Outcome.PASS),
    ],
)
def test_an_error_shows_nothing_of_the_program(
    status: int, body: bytes, outcome: Outcome
) -> None:
    found = verdicts(evidence(refused(body, status)), CHECKS, "ERR-007")
    assert [v.outcome for v in found] == [outcome]
    success = answered(FETCH, 200, body)
    assert verdicts(evidence(success), CHECKS, "ERR-007") == []


UPDATE = WORLD.call("UpdateSession", Sid=SESSION, form={"Ttl": "x"})


def spoilt(code: object, label: str, probe: Probe = UPDATE, **about: Any) -> Exchange:  # noqa: ANN401  fields of Probe
    about = {"scene": "path/x", "role": Role.SPOILT, "pair": "a"} | about
    status = about.pop("answer", 404)
    return answered(probe, status, ERROR | {"code": code}, label=label, **about)


def twin(status: int = 200, scene: str = "path/x") -> Exchange:
    return answered(UPDATE, status, {}, scene=scene, role=Role.CONTROL, pair="a")


@pytest.mark.parametrize(
    ("label", "requirement", "code"),
    [
        ("unknown-session", "ERR-009", 20404),
        ("malformed-session", "ERR-010", 80409),
        ("invalid-parameter", "ERR-011", 80701),
    ],
)
def test_the_code_of_a_refusal_is_observed(
    label: str, requirement: str, code: int
) -> None:
    for shown, choice in (
        (code, str(code)),
        (1, "another code"),
        ("1", "no code"),
    ):
        seen = evidence(spoilt(shown, label), twin())
        assert choices(seen, CHECKS, requirement) == {("UpdateSession", choice)}


def test_the_code_is_observed_of_what_is_refused_beside_its_twin() -> None:
    refusal = spoilt(20404, "unknown-session")
    for seen in (
        evidence(refusal, twin(404)),
        evidence(refusal),
        evidence(spoilt(1, "unknown-session", answer=200), twin()),
        evidence(spoilt(1, "unknown-service"), twin()),
        evidence(spoilt(1, "another-label"), twin()),
    ):
        for requirement in ("ERR-009", "ERR-012"):
            assert choices(seen, CHECKS, requirement) == set()
    elsewhere: dict[str, Any] = {"scene": "errors/x"}
    seen = evidence(
        spoilt(20404, "unknown-session", **elsewhere), twin(200, "errors/x")
    )
    assert choices(seen, CHECKS, "ERR-009") == {("UpdateSession", "20404")}


@pytest.mark.parametrize(
    ("changes", "choice"),
    [
        ({}, "none"),
        ({"detail": "x"}, "detail"),
        ({"details": {}}, "details"),
        ({"detail": "x", "details": {}}, "others"),
        ({"title": "x"}, "others"),
    ],
)
def test_what_else_an_error_holds_is_observed(
    changes: dict[str, Any], choice: str
) -> None:
    seen = evidence(refused(ERROR | changes))
    assert choices(seen, CHECKS, "ERR-013") == {("FetchSession", choice)}


@pytest.mark.parametrize(
    ("shown", "choice"),
    [
        ("https://www.twilio.com/docs/errors/20404", "the page of its code"),
        ("https://host.test/help", "another address"),
        (7, "another address"),
        (None, "absent"),
    ],
)
def test_where_an_error_points_is_observed(shown: object, choice: str) -> None:
    seen = evidence(refused(ERROR | {"more_info": shown}))
    assert choices(seen, CHECKS, "ERR-014") == {("FetchSession", choice)}
    assert choices(evidence(refused(b"[]")), CHECKS, "ERR-014") == set()


@pytest.mark.parametrize("status", [0, 200, 204, 302])
def test_what_is_no_refusal_is_not_judged(status: int) -> None:
    assert verdicts(evidence(refused({}, status)), CHECKS) == []
