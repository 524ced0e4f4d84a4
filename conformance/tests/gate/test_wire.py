"""Laws of the wire: what holds for each request, whoever caused it."""

import json
from collections.abc import Iterator

import pytest

from conformance.evidence import Evidence
from conformance.exchange import (
    Credentials,
    Exchange,
    History,
    Probe,
    Request,
    Response,
)
from conformance.gate.names import FOREIGN, NAMED
from conformance.gate.wire import CHECKS, REQUIREMENTS
from conformance.gate.witness import judged
from conformance.judge import examine
from conformance.library import library
from conformance.verdict import Outcome, Verdict

KS, KC = "KS" + "0a" * 16, "KC" + "0b" * 16
SESSIONS = f"/v1/Services/{KS}/Sessions"
SESSION = f"{SESSIONS}/{KC}"
FORM = ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
AGENT = ("User-Agent", "acme/1.0")


def asked(  # noqa: PLR0913  a request has that many parts
    method: str,
    url: str,
    body: str | bytes = b"",
    *headers: tuple[str, str],
    operation: str = "",
    credentials: Credentials = Credentials.OWN,
    label: str = "",
) -> Exchange:
    octets = body.encode() if isinstance(body, str) else body
    given = headers or ((FORM, AGENT) if octets else (AGENT,))
    return Exchange(
        number=1,
        probe=Probe(
            operation=operation,
            method=method,
            path=url,
            credentials=credentials,
            label=label,
        ),
        sent=Request(method=method, url=url, headers=given, body=octets),
        response=Response(status=200, body=b"{}"),
    )


def seen(*exchanges: Exchange) -> tuple[Verdict, ...]:
    evidence = Evidence(
        history=History(exchanges=exchanges), contract=library().contract
    )
    return tuple(examine(CHECKS, evidence))


def broken(*exchanges: Exchange) -> set[str]:
    return {v.requirement for v in seen(*exchanges) if v.outcome is not Outcome.PASS}


SOUND = (
    asked("POST", SESSIONS, "UniqueName=Zo%C3%AB+1%2B1&Ttl=0&Mode=voice-only"),
    asked("POST", SESSIONS, 'Participants={"Identifier":"a"}&Participants={}'),
    asked("POST", SESSIONS),
    asked("POST", SESSIONS, "DateExpiry=2030-01-02T03:04:05%2B01:00"),
    asked("POST", SESSIONS, "DateExpiry=2030-01-02T03:04:05"),
    asked("POST", SESSIONS, "DateExpiry=", operation="CreateSession"),
    asked("POST", SESSION, "Status=in-progress&Ttl=-1"),
    asked("GET", SESSION, b"", ("Accept", "text/html, */*;q=0.1")),
    asked("GET", f"{SESSIONS}/Order%20%231", b"", ("accept", "application/json")),
    asked("GET", f"{SESSIONS}?PageSize=5&Page=1&PageToken=PT"),
    asked("DELETE", SESSION, operation="DeleteSession"),
)


@pytest.mark.parametrize("one", SOUND, ids=lambda one: one.sent.url[-20:])
def test_a_sound_request_breaks_nothing(one: Exchange) -> None:
    assert broken(one) == set()


@pytest.mark.parametrize(
    ("one", "ids"),
    [
        (asked("PUT", SESSION, operation="UpdateSession"), {"SDK-002"}),
        (asked("GET", SESSION, operation="ListSession"), {"SDK-002"}),
        (asked("GET", SESSIONS.lower()), {"SDK-002"}),
        (asked("POST", f"{SESSION}/close"), {"SDK-002"}),
        (asked("POST", "/v1/Sessions"), {"SDK-002"}),
        (asked("DELETE", f"{SESSION}/now"), {"SDK-002"}),
        (asked("GET", f"{SESSION}/now"), {"SDK-002"}),
        (asked("GET", SESSION, credentials=Credentials.NONE), {"SDK-003"}),
        (
            asked("POST", SESSIONS, '{"Ttl": 5}', ("Content-Type", "application/json")),
            {"SDK-004"},
        ),
        (asked("POST", SESSIONS, "ttl=5"), {"SDK-005"}),
        (asked("POST", SESSION, "Mode=voice-only"), {"SDK-005"}),
        (asked("POST", SESSION, "Status=in_progress"), {"SDK-006"}),
        (asked("POST", SESSIONS, "Ttl=5&Ttl=5"), {"SDK-007"}),
        (asked("GET", SESSION, b"", ("Accept", "application/xml")), {"SDK-008"}),
        (asked("GET", SESSION, "a=b"), {"SDK-009"}),
        (asked("GET", f"{SESSIONS}?Limit=5"), {"SDK-010"}),
        (asked("POST", f"{SESSIONS}?Ttl=5"), {"SDK-010"}),
        (asked("GET", f"{SESSION}?AuthToken=0"), {"SDK-010", "SDK-011"}),
        (asked("POST", SESSIONS, "UniqueName=Zo%EB"), {"SDK-012"}),
        (asked("POST", SESSIONS, "UniqueName=Zoë".encode()), {"SDK-012"}),
        (asked("POST", SESSIONS, "DateExpiry=2030-01-02"), {"SDK-014"}),
        (asked("POST", SESSIONS, "DateExpiry=1893553445"), {"SDK-014"}),
        (asked("POST", SESSIONS, "Ttl=5.0"), {"SDK-015"}),
        (asked("POST", f"{SESSIONS}/undefined", "Ttl=5"), {"SDK-016"}),
        (asked("GET", f"/v1/Services/{KC}/Sessions"), {"SDK-016"}),
    ],
    ids=lambda value: ",".join(sorted(value)) if isinstance(value, set) else None,
)
def test_an_unsound_request_breaks_what_it_breaks(one: Exchange, ids: set[str]) -> None:
    assert broken(one) == ids
    failed = [v for v in seen(one) if v.outcome is Outcome.FAIL]
    assert all(v.symptom and v.evidence == (1,) for v in failed)
    assert not any(KS in v.symptom or KC in v.symptom for v in failed)


@pytest.mark.parametrize(
    "one",
    [
        asked("GET", "/favicon.ico"),
        asked("POST", f"/v1/Services/{KS}/PhoneNumbers", "Sid=PN1"),
        asked("GET", f"{SESSION}/Participants"),
        asked("GET", "/anywhere", label=FOREIGN, operation="FetchSession"),
        asked("GET", f"{SESSION}/b/c", label=NAMED, operation="FetchSession"),
    ],
)
def test_what_is_none_of_the_five_operations_is_left_alone(one: Exchange) -> None:
    assert seen(one) == ()


def test_an_address_that_an_answer_gave_is_taken_as_it_is() -> None:
    following = f"{SESSIONS}?Cursor=1"
    page = {"meta": {"next_page_url": f"http://127.0.0.1{following}", "page": 0}}
    first = asked("GET", SESSIONS, operation="ListSession")
    first = Exchange(
        number=1,
        probe=first.probe,
        sent=first.sent,
        response=Response(
            status=200,
            headers=(("Location", "/moved"),),
            body=json.dumps(page).encode(),
        ),
    )
    second = asked("GET", following, operation="ListSession")
    moved = asked("GET", "/moved", operation="ListSession")
    assert broken(first, second, moved) == set()
    assert broken(second) == {"SDK-010"}
    assert broken(asked("DELETE", following, operation="ListSession")) == {"SDK-002"}


@pytest.mark.parametrize(
    ("agent", "choice"),
    [
        ("acme-proxy/1.0 (Ruby)", "names itself"),
        ("python-requests/2.34.2", "names a library"),
        ("", "says nothing"),
    ],
)
def test_a_client_may_say_who_it_is(agent: str, choice: str) -> None:
    fetch = asked("GET", SESSION, b"", ("user-agent", agent))
    assert [v.choice for v in seen(fetch) if v.requirement == "SDK-013"] == [choice]


def rulings(*exchanges: Exchange) -> Iterator[tuple[str, str, Outcome]]:
    specs = library()
    judgement = judged(exchanges, contract=specs.contract, catalogue=specs.catalogue)
    for one in judgement.rulings:
        yield one.requirement, one.operation, one.outcome


def test_requests_alone_decide_their_rows_and_leave_the_others_out() -> None:
    told = {(r, o): outcome for r, o, outcome in rulings(asked("GET", SESSION))}
    assert told["SDK-003", "FetchSession"] is Outcome.PASS
    assert told["SDK-003", "DeleteSession"] is Outcome.SKIP
    assert told["SDK-080", "FetchSession"] is Outcome.SKIP
    assert Outcome.UNKNOWN not in told.values()
    assert {r for r, _ in told} > REQUIREMENTS


def test_no_request_decides_nothing() -> None:
    assert {outcome for _, _, outcome in rulings()} == {Outcome.SKIP}
