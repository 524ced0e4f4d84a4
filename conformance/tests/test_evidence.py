"""Laws of evidence: what a history shows, read through the contract."""

import json

from conformance.evidence import Evidence
from conformance.exchange import Exchange, History, Probe, Request, Response, Trouble
from conformance.library import library

SERVICE = "KS" + "1" * 32
SESSIONS = f"/v1/Services/{SERVICE}/Sessions"
SESSION = "KC" + "a" * 32


def exchange(
    method: str, path: str, status: int, body: object, scene: str = ""
) -> Exchange:
    return Exchange(
        number=1,
        probe=Probe(operation="", method=method, path=path, scene=scene),
        sent=Request(method=method, url=path),
        response=Response(status=status, body=json.dumps(body).encode()),
    )


def evidence(*exchanges: Exchange) -> Evidence:
    return Evidence(history=History(exchanges=exchanges), contract=library().contract)


def test_the_operation_is_told_by_what_was_sent() -> None:
    seen = evidence(exchange("POST", f"{SESSIONS}/{SESSION}", 200, {}))
    ((_, operation),) = seen.answered
    assert operation.id == "UpdateSession"


def test_what_the_contract_does_not_know_is_not_answered() -> None:
    assert evidence(exchange("PUT", SESSIONS, 200, {})).answered == ()


def test_silence_is_not_an_answer() -> None:
    silent = Exchange(
        number=1,
        probe=Probe(operation="", method="GET", path=SESSIONS),
        sent=Request(method="GET", url=SESSIONS),
        trouble=Trouble.RESET,
    )
    assert evidence(silent).answered == ()


def test_only_documented_successes_succeed() -> None:
    seen = evidence(
        exchange("POST", SESSIONS, 201, {}), exchange("POST", SESSIONS, 400, {})
    )
    assert [e.status for e, _ in seen.succeeded] == [201]


def test_a_session_is_seen_alone_and_in_a_page() -> None:
    page = {"sessions": [{"sid": SESSION}, "junk"], "meta": {"key": "sessions"}}
    seen = evidence(
        exchange("POST", SESSIONS, 201, {"sid": SESSION}),
        exchange("GET", SESSIONS, 200, page),
    ).sessions
    assert [(s.operation, s.sid, s.listed) for s in seen] == [
        ("CreateSession", SESSION, False),
        ("ListSession", SESSION, True),
    ]


def test_a_page_is_read_whatever_its_members_are() -> None:
    pages: list[object] = [{}, [], {"meta": 1}, {"meta": {"key": []}}]
    for page in [*pages, {"meta": {"key": "x"}}]:
        assert evidence(exchange("GET", SESSIONS, 200, page)).sessions == ()


def test_a_sid_that_is_no_text_is_shown_as_none() -> None:
    (seen,) = evidence(exchange("POST", SESSIONS, 201, {"sid": 7})).seen
    assert seen.sid == ""
    assert evidence(exchange("POST", SESSIONS, 201, [])).seen == ()


def test_children_are_not_sessions() -> None:
    path = f"{SESSIONS}/{SESSION}/Participants"
    seen = evidence(exchange("POST", path, 201, {"sid": "KP"}))
    assert [s.resource for s in seen.seen] == ["Participant"]
    assert seen.sessions == ()


def test_scenes_are_found_by_name_and_by_prefix() -> None:
    seen = evidence(
        exchange("GET", SESSIONS, 200, {}, scene="walk"),
        exchange("GET", SESSIONS, 200, {}, scene="walk/back"),
        exchange("GET", SESSIONS, 200, {}, scene="walker"),
    )
    assert [scene[0].probe.scene for scene in seen.scenes("walk")] == [
        "walk",
        "walk/back",
    ]
