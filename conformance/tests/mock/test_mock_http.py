from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.mock.app import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    SECOND_ACCOUNT_SID,
    SECOND_AUTH_TOKEN,
)
from conformance.mock.limits import RateLimit
from conformance.mock.operations import OPERATIONS
from conformance.mock.rules import Rules

if TYPE_CHECKING:
    from typing import Never

    from conformance.mock.call import Call, Form
    from conformance.mock.operations import Operation
    from conformance.tests.mock.client import Build, Client, Shown


KS, KC, KP, KI = (prefix + "0" * 32 for prefix in ("KS", "KC", "KP", "KI"))
OTHER = (SECOND_ACCOUNT_SID, SECOND_AUTH_TOKEN)


def filled(template: str) -> str:
    return template.format(
        service_sid=KS, session_sid=KC, participant_sid=KP, interaction_sid=KI
    )


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_every_operation_wants_credentials(
    client: Client, operation: Operation
) -> None:
    url = filled(operation.template)
    for account in (None, (ACCOUNT_SID, "x"), ("x", AUTH_TOKEN), ("", "")):
        answer = client.request(operation.method, url, account=account)
        assert answer.refusal == (401, 20003)
        assert answer.headers["www-authenticate"].startswith("Basic")


@pytest.mark.parametrize(
    "value", ["Bearer x", "Basic", "Basic *", "Basic /////w==", "Basic " + "=" * 9]
)
def test_credentials_that_are_none_are_refused(client: Client, value: str) -> None:
    answer = client.get("/v1/Services", headers={"authorization": value})
    assert answer.refusal == (401, 20003)


def test_a_path_tells_nothing_without_credentials(client: Client) -> None:
    assert client.get("/v1/Nowhere", account=None).refusal == (401, 20003)
    assert client.request("PUT", "/v1/Services", account=None).status == 401


def test_an_account_sees_nothing_of_another(client: Client, service: Shown) -> None:
    session = client.session(service)
    assert client.get("/v1/Services", account=OTHER).json["services"] == []
    for url in (service["url"], session["url"], service["links"]["sessions"]):
        assert client.get(url, account=OTHER).refusal == (404, 20404)
    assert client.delete(session["url"], account=OTHER).status == 404
    assert client.post(service["links"]["sessions"], account=OTHER).status == 404
    form = {"UniqueName": service["unique_name"]}
    assert client.post("/v1/Services", form, account=OTHER).status == 201


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "",
        "/v1",
        "/v1/",
        "/v1/services",
        "/v2/Services",
        "/x/v1/Services",
        "/v1/Services/",
        f"/v1/Services/{KS}/Nothing",
        f"/v1/Services/{KS}/Sessions/",
        f"/v1//Services/{KS}/Sessions",
        f"/v1/Services/{KS}/Sessions/{KC}/Participants/{KP}/Else",
        f"/v1/Services/{KS}/Sessions/{KC}/Participants/{KP}/MessageInteractions/{KI}/x",
    ],
)
def test_an_unknown_path_is_not_found(client: Client, path: str) -> None:
    assert client.get(path).refusal == (404, 20404)


def test_a_method_the_path_does_not_answer_is_named_with_those_it_does(
    client: Client,
) -> None:
    answer = client.request("PUT", f"/v1/Services/{KS}/Sessions/{KC}")
    assert answer.refusal == (405, 20004)
    assert answer.headers["allow"] == "DELETE, GET, HEAD, POST"
    answer = client.post(f"/v1/Services/{KS}/Sessions/{KC}/Interactions")
    assert answer.headers["allow"] == "GET, HEAD"


def test_head_is_get_without_a_body(client: Client, service: Shown) -> None:
    got, head = (client.request(method, service["url"]) for method in ("GET", "HEAD"))
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(got.body))


def test_a_body_that_is_not_a_form_is_refused(client: Client, sessions: str) -> None:
    for kind in ("application/json", "text/plain", ""):
        answer = client.post(sessions, body=b"{}", headers={"content-type": kind})
        assert answer.refusal == (415, 20422)
        answer = client.post(sessions, headers={"content-type": kind})
        assert answer.status == 201
    kind = "application/X-WWW-form-urlencoded; charset=utf-8"
    answer = client.post(sessions, {"Ttl": 5}, headers={"content-type": kind})
    assert answer.json["ttl"] == 5


def test_a_body_above_the_limit_is_refused(client: Client, sessions: str) -> None:
    answer = client.post(sessions, body=b"x=" + b"y" * 65_535)
    assert answer.refusal == (413, 20413)
    assert client.post(sessions, body=b"x=" + b"y" * 65_534).status == 201


def test_urls_keep_the_origin_the_client_used(client: Client, service: Shown) -> None:
    shown = client.get(service["url"], headers={"host": "else.where:81"}).json
    assert shown["url"] == f"http://else.where:81/v1/Services/{service['sid']}"


def test_the_rate_limit_is_per_endpoint_and_service(build: Build) -> None:
    ticks = [0.0]
    client = build(rate_limit=RateLimit(per_second=2, ticks=lambda: ticks[0]))
    one, two = (client.service()["links"]["sessions"] for _ in "ab")
    assert [client.get(one).status for _ in range(3)] == [200, 200, 429]
    answer = client.get(one)
    assert answer.refusal == (429, 20429)
    assert answer.headers["retry-after"] == "1"
    assert client.get(two).status == 200
    assert client.post(one).status == 201
    ticks[0] = 1.0
    assert client.get(one).status == 200


def test_our_own_defect_is_a_500_in_json(
    build: Build, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_call: Call, _form: Form) -> Never:
        raise ZeroDivisionError

    client = build(rules=replace(Rules(), read_new_session=broken))
    answer = client.post(client.service()["links"]["sessions"])
    assert answer.refusal == (500, 20500)
    assert "ZeroDivisionError" in caplog.text


def test_no_write_is_lost_when_many_come_at_once(client: Client, sessions: str) -> None:
    made = client.post(sessions).json
    names = client.gather(
        *(client.send("POST", sessions, {"UniqueName": "a"}) for _ in range(20))
    )
    assert sorted(answer.status for answer in names) == [201] + [400] * 19
    people = client.gather(
        *(
            client.send(
                "POST", made["links"]["participants"], {"Identifier": str(number)}
            )
            for number in range(20)
        )
    )
    assert sorted(answer.status for answer in people) == [201] * 2 + [400] * 18
    both = ({"Ttl": 5}, {"DateExpiry": "2040-01-01"})
    client.gather(*(client.send("POST", made["url"], form) for form in both))
    shown = client.get(made["url"]).json
    assert (shown["ttl"], shown["date_expiry"]) == (5, "2040-01-01T00:00:00Z")


def test_a_pause_lets_writes_be_lost(build: Build) -> None:
    async def pause(_call: Call) -> None:
        await asyncio.sleep(0)

    client = build(rules=replace(Rules(), pause=pause))
    made = client.session(client.service())
    both = ({"Ttl": 5}, {"DateExpiry": "2040-01-01"})
    client.gather(*(client.send("POST", made["url"], form) for form in both))
    shown = client.get(made["url"]).json
    assert (shown["ttl"], shown["date_expiry"]) != (5, "2040-01-01T00:00:00Z")
