"""Laws of the answers: what a case says of one is what goes out, byte for byte."""

import base64
import gzip
import json

import pytest

from conformance.exchange import Credentials, Json
from conformance.gate.answers import spelled
from conformance.gate.authorization import carried
from conformance.gate.cases import Answer
from conformance.gate.names import names
from conformance.oracles.naming import SESSION

OWN = names("s", "c", base_url="http://127.0.0.1:1", foreign_url="http://127.0.0.1:2")
ACCOUNT = "AC" + "0" * 32
ACCOUNTS = {ACCOUNT: "secret"}


def body(answer: Answer, turn: int = 0) -> Json:
    return json.loads(spelled(answer, OWN, turn).response.body)


def test_names_are_made_anew_for_each_case_and_again_the_same() -> None:
    urls = {"base_url": "http://a", "foreign_url": "http://b"}
    assert names("s", "c", **urls) == names("s", "c", **urls)
    assert names("s", "d", **urls).service_sid != names("s", "c", **urls).service_sid
    assert names("t", "c", **urls).word != names("s", "c", **urls).word
    assert len(OWN.service_sid) == len(OWN.item_sid(1)) == 34
    assert OWN.fill({"a": ["{word}", 5], "{word}": ("{base_url}/",)}) == {
        "a": [OWN.word, 5],
        OWN.word: ["http://127.0.0.1:1/"],
    }


def test_a_session_has_every_property_each_of_its_own() -> None:
    whole = body(Answer(session={"ttl": 0}, null=("unique_name",), without=("url",)))
    assert whole.keys() == set(SESSION) - {"url"}
    assert (whole["ttl"], whole["unique_name"]) == (0, None)
    dates = [v for n, v in whole.items() if n.startswith("date_") and v]
    assert len(set(dates)) == len(dates) == 5


def test_a_page_names_the_page_that_follows() -> None:
    first = body(Answer(page={"count": 2, "next": True, "size": 2}))
    second = body(
        Answer(page={"count": 1, "first": 3, "session": {"ttl": 1}}, null=("mode",)), 1
    )
    assert [one["sid"] for one in first["sessions"] + second["sessions"]] == [
        OWN.item_sid(1),
        OWN.item_sid(2),
        OWN.item_sid(3),
    ]
    assert first["meta"]["next_page_url"].endswith(
        f"/Sessions?PageSize=2&Page=1&PageToken=PT{OWN.word}1"
    )
    assert first["meta"]["previous_page_url"] is None
    assert second["meta"]["next_page_url"] is None
    assert second["meta"]["previous_page_url"].endswith("PageSize=50&Page=0")
    assert (second["sessions"][0]["ttl"], second["sessions"][0]["mode"]) == (1, None)


def test_a_page_may_lack_what_it_should_have() -> None:
    given = {"next": "/x?{word}", "without": ["key"], "meta": {"page": 7}}
    meta = body(Answer(page=given))["meta"]
    assert (meta["next_page_url"], meta["page"]) == (f"/x?{OWN.word}", 7)
    assert "key" not in meta
    assert body(Answer(page={"without": ["meta"]})) == {"sessions": []}


def test_a_refusal_has_the_four_documented_members() -> None:
    assert body(Answer(status=404, error={"code": 20404})) == {
        "code": 20404,
        "message": f"refused {OWN.word}",
        "more_info": "https://www.twilio.com/docs/errors/20404",
        "status": 404,
    }


@pytest.mark.parametrize(
    ("answer", "block"),
    [
        (Answer(status=204), b"HTTP/1.1 204 No Content\r\n\r\n"),
        (Answer(status=404), b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
        (
            Answer(status=599, text="no", type="text/plain", close=True),
            (
                b"HTTP/1.1 599 Unheard Of\r\nContent-Type: text/plain\r\n"
                b"Content-Length: 2\r\nConnection: close\r\n\r\nno"
            ),
        ),
        (
            Answer(text="abcd", chunked=True, headers={"X-Odd": "1"}),
            (
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                b"Transfer-Encoding: chunked\r\nX-Odd: 1\r\n\r\n"
                b"1\r\na\r\n1\r\nb\r\n1\r\nc\r\n1\r\nd\r\n0\r\n\r\n"
            ),
        ),
        (Answer(raw="HTTP/9 {base_url}"), b"HTTP/9 http://127.0.0.1:1"),
    ],
    ids=["empty", "no body", "text", "chunked", "raw"],
)
def test_an_answer_is_spelled(answer: Answer, block: bytes) -> None:
    assert b"".join(spelled(answer, OWN, 0).pieces) == block


def test_a_slow_answer_goes_out_in_pieces_and_a_fast_one_whole() -> None:
    assert len(spelled(Answer(text="abcdefgh", drip_ms=1), OWN, 0).pieces) == 5
    assert len(spelled(Answer(text="abcdefgh"), OWN, 0).pieces) == 1


def test_who_takes_no_gzip_gets_none() -> None:
    answer = Answer(text="abc", gzip=True)
    (zipped,) = spelled(answer, OWN, 0).pieces
    (plain,) = spelled(answer, OWN, 0, takes_gzip=False).pieces
    assert gzip.decompress(zipped.partition(b"\r\n\r\n")[2]) == b"abc"
    assert b"Content-Encoding: gzip" in zipped
    assert plain.endswith(b"\r\n\r\nabc")


@pytest.mark.parametrize(
    ("authorization", "credentials"),
    [
        (None, Credentials.NONE),
        ("Bearer abc", Credentials.NOT_BASIC),
        ("Basic %%%", Credentials.GARBLED),
        ("Basic /w==", Credentials.GARBLED),
        ("Basic YWJj", Credentials.GARBLED),
        ("Basic YTpi", Credentials.WRONG_ACCOUNT),
    ],
)
def test_whose_credentials_they_are(
    authorization: str | None, credentials: Credentials
) -> None:
    assert carried(authorization, ACCOUNTS) is credentials


@pytest.mark.parametrize(
    ("token", "credentials"),
    [
        ("secret", Credentials.OWN),
        ("Secret", Credentials.WRONG_TOKEN),
        ("", Credentials.EMPTY_TOKEN),
    ],
)
def test_an_account_is_told_by_its_token(token: str, credentials: Credentials) -> None:
    coded = base64.b64encode(f"{ACCOUNT}:{token}".encode()).decode()
    assert carried(f"basic {coded}", ACCOUNTS) is credentials
