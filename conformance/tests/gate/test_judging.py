"""Laws of judging: both sides of a case, as literals, and the verdict on them."""

import json
from dataclasses import replace
from typing import Any

import pytest

from conformance.exchange import Credentials, Exchange, Probe, Request, Response
from conformance.gate.cases import Case, Elsewhere, Expectation
from conformance.gate.judging import Played, verdicts
from conformance.gate.messages import Category, Result, Told
from conformance.gate.names import FOREIGN, names
from conformance.verdict import Outcome, Verdict

OWN = names("s", "c", base_url="http://127.0.0.1:1", foreign_url="http://127.0.0.1:2")
SESSIONS = f"/v1/Services/{OWN.service_sid}/Sessions"
VALUE = Result(told=Told.VALUE, value={})


def case(operation: str = "CreateSession", *several: Expectation, **parts: Any) -> Case:  # noqa: ANN401  fields of a case
    arguments = {"ServiceSid": "{service_sid}"} | parts.pop("arguments", {})
    return Case(
        id="a case",
        requirement="SDK-022",
        operation=operation,
        arguments=arguments,
        answers=(),
        expect=several,
        **parts,
    )


def exchange(  # noqa: PLR0913  an exchange has that many parts
    number: int = 1,
    url: str = SESSIONS,
    body: bytes = b"",
    *,
    method: str = "POST",
    label: str = "",
    credentials: Credentials = Credentials.OWN,
    next_page_url: str | None = None,
) -> Exchange:
    page = {"sessions": [], "meta": {"next_page_url": next_page_url}}
    return Exchange(
        number=number,
        probe=Probe(
            operation="", method=method, path=url, label=label, credentials=credentials
        ),
        sent=Request(method=method, url=url, body=body),
        response=Response(status=200, body=json.dumps(page).encode()),
    )


def judge(
    one: Case,
    *exchanges: Exchange,
    result: Result | None = VALUE,
    **parts: Any,  # noqa: ANN401  fields of a case
) -> Verdict:
    played = Played(case=one, names=OWN, exchanges=exchanges, result=result, **parts)
    return next(v for v in verdicts(played) if v.requirement == "SDK-022")


NAMED = Expectation(sends={"UniqueName": "{word} 1+1"})
BODY = f"UniqueName={OWN.word}+1%2B1".encode()


def test_a_field_as_it_was_meant_holds() -> None:
    verdict = judge(case("CreateSession", NAMED), exchange(7, body=BODY))
    assert verdict.outcome is Outcome.PASS
    assert verdict.subject == "a case"
    assert verdict.evidence == (7,)


@pytest.mark.parametrize(
    ("expectation", "body", "symptom"),
    [
        (NAMED, b"UniqueName=1+1", "UniqueName, another value"),
        (NAMED, b"Ttl=5", "UniqueName, left out"),
        (NAMED, BODY + b"&" + BODY, "UniqueName, sent more than once"),
        (
            Expectation(sends={"DateExpiry": {"$moment": "2030-01-02T03:04:05Z"}}),
            b"DateExpiry=2030-01-02T03:04:05%2B01:00",
            "DateExpiry, another moment",
        ),
        (
            Expectation(sends={"DateExpiry": {"$moment": "2030-01-02T03:04:05Z"}}),
            b"DateExpiry=tomorrow",
            "DateExpiry, no date-time",
        ),
        (Expectation(only=True), b"Ttl=0&UniqueName=", "Ttl, UniqueName sent unasked"),
        (Expectation(unsent=("Ttl",)), b"Ttl=0", "Ttl sent unasked"),
        (Expectation(asks={"PageSize": 5}), b"", "PageSize, left out"),
        (Expectation(requests=(2, 3)), b"", "too few requests"),
        (Expectation(requests=(0, 0)), b"", "too many requests"),
    ],
)
def test_a_request_that_is_not_as_meant_fails(
    expectation: Expectation, body: bytes, symptom: str
) -> None:
    verdict = judge(case("CreateSession", expectation), exchange(body=body))
    assert verdict.outcome is Outcome.FAIL
    assert verdict.symptom == symptom
    assert verdict.reason.startswith("expected ")
    assert ", observed " in verdict.reason
    assert "(a case)" in verdict.reason


def test_a_query_is_read_from_the_first_request() -> None:
    sized = Expectation(asks={"PageSize": 5})
    listed = exchange(url=f"{SESSIONS}?PageSize=5", method="GET")
    assert judge(case("ListSession", sized), listed).outcome is Outcome.PASS


def test_a_request_that_never_came_fails() -> None:
    refused = Result(
        told=Told.CLIENT_ERROR, category=Category.ARGUMENT, message="too long"
    )
    verdict = judge(case("CreateSession", NAMED), result=refused)
    assert verdict.symptom == "no request"
    assert "too long" in verdict.reason


@pytest.mark.parametrize(
    ("path", "symptom"),
    [
        (f"{SESSIONS}/Order%20%231", ""),
        (f"{SESSIONS}/Order%20#1", "not escaped"),
        (f"{SESSIONS}/Order", "another path"),
        (f"{SESSIONS}/Order+%231", "another path"),
    ],
)
def test_a_name_is_one_escaped_segment(path: str, symptom: str) -> None:
    fetch = case("FetchSession", Expectation(path=True), arguments={"Sid": "Order #1"})
    verdict = judge(fetch, exchange(url=path, method="GET"))
    assert verdict.symptom == symptom
    assert verdict.outcome is (Outcome.FAIL if symptom else Outcome.PASS)


def test_a_path_without_a_session_ends_before_it() -> None:
    listed = case("ListSession", Expectation(path=True))
    assert judge(listed, exchange()).outcome is Outcome.PASS
    assert judge(listed, exchange(url=f"{SESSIONS}/")).symptom == "another path"


SECOND = f"{SESSIONS}?Cursor=%7B%22a%22%3A1%7D&Page=1"


@pytest.mark.parametrize(
    ("given", "asked", "symptom"),
    [
        (f"http://127.0.0.1:1{SECOND}", SECOND, ""),
        (SECOND, SECOND, ""),
        (f"http://127.0.0.1:1{SESSIONS}", SESSIONS, ""),
        (f"http://127.0.0.1:1{SECOND}", f"{SESSIONS}?Page=1", "another address"),
        (None, f"{SESSIONS}?Page=1", "went on after the end"),
    ],
)
def test_a_next_page_is_asked_for_where_it_is(
    given: str | None, asked: str, symptom: str
) -> None:
    verdict = judge(
        case("ListSession", Expectation(follows=True)),
        exchange(1, next_page_url=given, method="GET"),
        exchange(2, url=asked, method="GET"),
    )
    assert verdict.symptom == symptom


@pytest.mark.parametrize(
    ("carried", "holding"),
    [
        ((), {Elsewhere.NOTHING}),
        ((Credentials.NONE,), {Elsewhere.NO_CREDENTIALS}),
        ((Credentials.OWN,), {Elsewhere.CREDENTIALS}),
        ((Credentials.NONE, Credentials.OWN), {Elsewhere.CREDENTIALS}),
    ],
)
def test_what_reaches_another_origin_is_told_apart(
    carried: tuple[Credentials, ...], holding: set[Elsewhere]
) -> None:
    strangers = [
        exchange(number, label=FOREIGN, credentials=one)
        for number, one in enumerate(carried, start=2)
    ]
    outcomes = {
        allowed
        for allowed in Elsewhere
        if judge(
            case("ListSession", Expectation(elsewhere=allowed, requests=(1, 1))),
            exchange(1),
            *strangers,
        ).outcome
        is Outcome.PASS
    }
    assert outcomes == holding


REFUSED = Result(
    told=Told.API_ERROR, status=404, code=20404, message="no", more_info=None
)


@pytest.mark.parametrize(
    ("expectation", "result", "symptom"),
    [
        (Expectation(told=frozenset({Told.VALUE})), VALUE, ""),
        (Expectation(told=frozenset({Told.VALUE})), REFUSED, "api_error 404"),
        (Expectation(told=frozenset({Told.API_ERROR})), VALUE, "value"),
        (Expectation(shows={"status": 404, "code": 20404}), REFUSED, ""),
        (Expectation(shows={"code": 404}), REFUSED, "code, number"),
        (Expectation(shows={"more_info": "http://a"}), REFUSED, "more_info, null"),
        (
            Expectation(category=frozenset({Category.TIMEOUT})),
            Result(told=Told.CLIENT_ERROR, category=Category.OTHER),
            "client_error other",
        ),
        (
            Expectation(value={"ttl": 0}),
            Result(told=Told.VALUE, value={"ttl": None}),
            "ttl, null",
        ),
        (Expectation(value={"ttl": 0}), Result(told=Told.VALUE), "ttl, left out"),
        (Expectation(value={"ttl": 0}), REFUSED, "api_error 404"),
        (
            Expectation(value={"ttl": 0}),
            Result(told=Told.VALUE, value=[]),
            "too few items",
        ),
        (
            Expectation(value={"ttl": 0}),
            Result(told=Told.VALUE, value=[{"ttl": 0}, {"ttl": 1}]),
            "",
        ),
    ],
)
def test_what_was_told_is_held_against_what_was_expected(
    expectation: Expectation, result: Result, symptom: str
) -> None:
    verdict = judge(case("FetchSession", expectation), exchange(), result=result)
    assert verdict.symptom == symptom
    assert verdict.outcome is (Outcome.FAIL if symptom else Outcome.PASS)


@pytest.mark.parametrize(
    ("numbers", "symptom"),
    [
        ((1, 2), ""),
        ((1,), "too few items"),
        ((1, 2, 3), "too many items"),
        ((2, 1), "other items"),
    ],
)
def test_items_are_those_of_the_pages_in_order(
    numbers: tuple[int, ...], symptom: str
) -> None:
    told = [{"sid": OWN.item_sid(number)} for number in numbers]
    listed = case("ListSession", Expectation(items=2))
    whole = Result(told=Told.VALUE, value=told)
    assert judge(listed, exchange(), result=whole).symptom == symptom
    halfway = replace(REFUSED, items=tuple(told))
    assert judge(listed, exchange(), result=halfway).symptom == symptom


def test_items_of_what_is_no_list_are_none() -> None:
    listed = case("ListSession", Expectation(items=1))
    verdict = judge(listed, exchange(), result=Result(told=Told.VALUE, value="one"))
    assert verdict.symptom == "too few items"
    odd = Result(told=Told.VALUE, value=["one"])
    assert judge(listed, exchange(), result=odd).symptom == "other items"


def test_any_of_several_expectations_is_enough() -> None:
    either = case(
        "FetchSession",
        Expectation(told=frozenset({Told.CLIENT_ERROR}), requests=(0, 0)),
        Expectation(told=frozenset({Told.VALUE})),
    )
    assert judge(either, exchange()).outcome is Outcome.PASS
    assert judge(either, exchange(), result=REFUSED).symptom == "api_error 404"


def test_the_first_choice_that_holds_was_made() -> None:
    open_case = replace(
        case("FetchSession"),
        choices=(
            ("an error", Expectation(told=frozenset({Told.API_ERROR}))),
            ("a value", Expectation(told=frozenset({Told.VALUE}))),
        ),
    )
    assert judge(open_case, exchange()).choice == "a value"
    assert judge(open_case, exchange(), result=REFUSED).choice == "an error"
    hung = Result(told=Told.HUNG, message="nothing")
    verdict = judge(open_case, exchange(), result=hung, again=hung)
    assert verdict.outcome is Outcome.UNKNOWN
    assert "none of the choices that we know: hung" in verdict.reason


@pytest.mark.parametrize("told", [Told.HUNG, Told.CRASHED])
def test_a_mishap_counts_when_it_happens_twice(told: Told) -> None:
    result = Result(told=told, message="gone")
    one = case("FetchSession", Expectation(told=frozenset({Told.VALUE})))
    assert judge(one, result=result).outcome is Outcome.UNKNOWN
    assert judge(one, result=result, again=VALUE).outcome is Outcome.UNKNOWN
    verdict = judge(one, result=result, again=result)
    assert verdict.outcome is Outcome.FAIL
    assert verdict.symptom == told


@pytest.mark.parametrize("told", [Told.DRIVER_ERROR, Told.GARBLED])
def test_what_the_driver_did_wrong_says_nothing_of_the_sdk(told: Told) -> None:
    one = case("FetchSession", Expectation(told=frozenset({Told.VALUE})))
    verdict = judge(one, result=Result(told=told, message="oh"))
    assert verdict.outcome is Outcome.UNKNOWN
    assert "nothing is known of the SDK" in verdict.reason


def test_what_was_not_called_is_skipped() -> None:
    one = case("FetchSession", NAMED)
    verdict = judge(one, result=None, skipped="the SDK does not offer FetchSession")
    assert verdict.outcome is Outcome.SKIP
    assert verdict.reason == "the SDK does not offer FetchSession"


def test_what_cannot_be_expressed_is_missing_and_skipped() -> None:
    one = case("CreateSession", NAMED, arguments={"UniqueName": "a"})
    played = Played(
        case=one, names=OWN, result=Result(told=Told.UNSUPPORTED, message="no")
    )
    skipped, offered = verdicts(played)
    assert skipped.outcome is Outcome.SKIP
    assert (offered.requirement, offered.outcome) == ("SDK-001", Outcome.FAIL)
    assert offered.symptom == "no CreateSession with UniqueName"


def test_what_was_called_was_offered() -> None:
    played = Played(case=case("CreateSession", NAMED), names=OWN, result=VALUE)
    offered, _ = verdicts(played)
    assert (offered.requirement, offered.outcome) == ("SDK-001", Outcome.PASS)
