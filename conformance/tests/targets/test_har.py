"""Laws of HAR files: what is read, what is refused in one line, what never shows."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from conformance.exchange import Json, Request, Response
from conformance.targets.credentials import Account
from conformance.targets.har import HarError, parse, read

URL = "https://host.test/v1/Services"
TOKEN = "s3cr3t-s3cr3t-s3cr3t"  # noqa: S105  not a real one


def har(*entries: Json) -> bytes:
    return json.dumps({"log": {"version": "1.2", "entries": entries}}).encode()


def entry(
    *,
    request: dict[str, Any] | None = None,
    response: dict[str, Any] | None = None,
    **about: Json,
) -> dict[str, Any]:
    """Return one entry of a HAR file as a recorder writes it, with changes."""
    return {
        "startedDateTime": "2026-03-01T12:00:00.000Z",
        "time": 5.5,
        "request": {"method": "GET", "url": URL, "headers": []} | (request or {}),
        "response": {
            "status": 200,
            "headers": [{"name": "content-type", "value": "application/json"}],
            "content": {"size": 2, "text": "{}"},
        }
        | (response or {}),
    } | about


def test_a_request_and_its_answer_are_read() -> None:
    (only,) = parse(har(entry()))
    assert only.sent == Request(method="GET", url=URL)
    assert only.response == Response(
        status=200, headers=(("content-type", "application/json"),), body=b"{}"
    )
    assert (only.began_ms, only.elapsed_ms, only.lacking) == (0.0, 5.5, "")


def test_entries_are_in_the_order_sent_whatever_their_offsets() -> None:
    late = entry(startedDateTime="2026-03-01T14:00:01.250+02:00", time=-1)
    early = entry(startedDateTime="2026-03-01T12:00:00Z")
    plain = entry(startedDateTime="2026-03-01T12:00:01")
    found = parse(har(late, plain, early))
    assert [one.began_ms for one in found] == [0.0, 1000.0, 1250.0]
    assert [one.elapsed_ms for one in found] == [5.5, 5.5, 0.0]


def test_a_byte_order_mark_is_let_pass() -> None:
    assert len(parse(b"\xef\xbb\xbf" + har(entry()))) == 1


@pytest.mark.parametrize(
    ("posted", "body"),
    [
        ({"mimeType": "a/b", "text": "Ttl=60"}, b"Ttl=60"),
        ({"mimeType": "a/b", "text": "", "params": []}, b""),
        (
            {
                "mimeType": "a/b",
                "params": [{"name": "a b", "value": "ü"}, {"name": "c"}],
            },
            b"a+b=%C3%BC&c=",
        ),
    ],
)
def test_a_form_is_read_as_text_or_as_parameters(
    posted: dict[str, Any], body: bytes
) -> None:
    (only,) = parse(har(entry(request={"method": "post", "postData": posted})))
    assert only.sent.method == "POST"
    assert only.sent.body == body
    assert only.sent.headers == (("Content-Type", "a/b"),)
    assert only.lacking == ""


def test_the_header_says_the_media_type_where_there_is_one() -> None:
    headers = [
        {"name": "Content-type", "value": "x/y"},
        {"name": ":method", "value": ""},
    ]
    posted = {"mimeType": "a/b", "text": "1"}
    (only,) = parse(har(entry(request={"headers": headers, "postData": posted})))
    assert only.sent.headers == (("Content-type", "x/y"),)


@pytest.mark.parametrize(
    ("content", "body"),
    [
        ({"size": 3, "text": "AP8A", "encoding": "base64"}, b"\x00\xff\x00"),
        ({"size": 2, "text": "ü"}, "ü".encode()),
        ({"size": 0}, b""),
        ({"text": "{}"}, b"{}"),
    ],
)
def test_an_answer_is_read_however_it_is_spelled(
    content: dict[str, Any], body: bytes
) -> None:
    (only,) = parse(har(entry(response={"content": content})))
    assert only.response is not None
    assert only.response.body == body
    assert only.lacking == ""


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({"response": {"content": {"size": 9}}}, "its answer was not recorded"),
        ({"response": {"content": {"size": -1}}}, "its answer was not recorded"),
        ({"response": {"content": None}}, "its answer was not recorded"),
        ({"response": {"status": 204, "content": {"size": -1}}}, ""),
        ({"request": {"method": "HEAD"}, "response": {"content": None}}, ""),
        (
            {"response": {"content": {"size": 9, "text": "{"}}},
            "only a part of its answer was recorded",
        ),
        (
            {
                "response": {
                    "content": {"size": 9, "text": "{"},
                    "headers": [{"name": "Content-Encoding", "value": "gzip"}],
                }
            },
            "",
        ),
        (
            {"response": {"content": {"text": "{", "comment": "Body truncated: 1"}}},
            "only a part of its answer was recorded",
        ),
        ({"request": {"bodySize": 7}}, "its request body was not recorded"),
        ({"_fromCache": "disk"}, "answered from a cache"),
    ],
)
def test_what_was_not_recorded_is_told(changes: dict[str, Any], lacking: str) -> None:
    (only,) = parse(har(entry(**changes)))
    assert only.lacking == lacking


@pytest.mark.parametrize("status", [0, -1, 99, 1000, 200.5, None])
def test_a_request_without_an_answer_has_none(status: object) -> None:
    (only,) = parse(har(entry(response={"status": status, "content": {}})))
    assert only.response is None
    assert only.lacking == ""


def test_credentials_are_secrets_and_in_nothing_else() -> None:
    basic = base64.b64encode(f"AC1:{TOKEN}".encode()).decode()
    names = {
        "Authorization": f"Basic {basic}",
        "X-Api-Key": "key-1",
        "Cookie": "c=1",
        "Proxy-Authorization": "Bearer b-1",
        "X-Twilio-Signature": "Basic !!",
        "X-Amz-Security-Token": f"Basic {base64.b64encode(b'nobody').decode()}",
    }
    headers = [{"name": name, "value": value} for name, value in names.items()]
    shown = [
        {"name": "X-Session-Token", "value": "t-1"},
        {"name": "WWW-Authenticate", "value": "Basic"},
    ]
    (only,) = parse(
        har(
            entry(
                request={
                    "url": f"https://us%20er:pass%2Fword@host.test/v1/Services?a#{TOKEN}",
                    "headers": headers,
                },
                response={"headers": shown},
            )
        )
    )
    assert only.sent.url == "https://host.test/v1/Services?a"
    assert only.sent.headers == ()
    assert only.response is not None
    assert only.response.headers == (("WWW-Authenticate", "Basic"),)
    assert Account(sid="us er", token="pass/word") in only.secrets  # noqa: S106  spelled in the URL above
    assert Account(sid="AC1", token=TOKEN) in only.secrets
    tokens = {secret.token for secret in only.secrets}
    assert {"key-1", "c=1", "b-1", basic} <= tokens
    assert TOKEN not in repr(only)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"\xff", "not UTF-8"),
        (b"{", "not JSON"),
        (b"[NaN]", "not JSON"),
        (b"[" * 100_000, "nested too deep"),
        (b"[]", "HAR: expected an object, observed list"),
        (b"{}", "HAR.log: expected an object, observed nothing"),
        (b'{"log":{"entries":{}}}', "HAR.log.entries: expected a list, observed dict"),
        (har("x"), r"HAR.log.entries\[0\]: expected an object, observed str"),
        (har(entry(startedDateTime=None)), "startedDateTime: expected a date"),
        (har(entry(startedDateTime="noon")), "startedDateTime: expected a date"),
        (
            har(entry(startedDateTime="0001-01-01T00:00:00+23:59")),
            "startedDateTime: expected a date",
        ),
        (har(entry(time="5")), r"time: expected a number, observed str"),
        (har(entry(time=True)), r"time: expected a number, observed bool"),
        (har(entry(time=10**400)), r"time: expected a number that a float can hold"),
        (har(entry()).replace(b"5.5", b"1e999"), "time: expected a finite number"),
        (har(entry(request={"url": 5})), r"request.url: expected text, observed int"),
        (har(entry(request={"headers": {}})), "request.headers: expected a list"),
        (
            har(entry(request={"headers": [{"name": []}]})),
            r"headers\[0\].name: expected text, observed list",
        ),
        (har(entry(request={"postData": []})), "postData: expected an object"),
        (
            har(entry(request={"postData": {"text": "\ud800"}})),
            "postData: expected text that UTF-8 can carry",
        ),
        (
            har(entry(response={"content": {"text": "\ud800"}})),
            "content.text: expected text that UTF-8 can carry",
        ),
        (
            har(entry(response={"content": {"text": "%", "encoding": "base64"}})),
            "content.text: expected base64, observed str",
        ),
        (
            har(entry(response={"content": {"text": "", "encoding": "rot13"}})),
            "content.encoding: expected base64 or nothing",
        ),
    ],
)
def test_what_is_no_har_is_refused_in_one_line_that_says_where(
    data: bytes, problem: str
) -> None:
    with pytest.raises(HarError, match=problem) as caught:
        parse(data)
    assert "\n" not in str(caught.value)


def test_a_secret_in_a_wrong_place_is_in_no_complaint() -> None:
    with pytest.raises(HarError) as caught:
        parse(har(entry(request={"headers": [{"name": "a", "value": [TOKEN]}]})))
    assert TOKEN not in str(caught.value)


def test_a_file_is_named_in_the_complaint(tmp_path: Path) -> None:
    with pytest.raises(HarError, match=r"cannot read .*none\.har: No such file"):
        read(tmp_path / "none.har")
    (tmp_path / "bad.har").write_text("<html>")
    with pytest.raises(HarError, match=r"bad\.har: not JSON"):
        read(tmp_path / "bad.har")


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "huge.har").open("wb") as file:
        file.truncate(600_000_000)  # takes no room on the disk
    with pytest.raises(HarError, match=r"huge\.har: expected at most 512,000,000 byt"):
        read(tmp_path / "huge.har")
