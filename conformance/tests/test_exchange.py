"""Laws of exchanges, of histories and of reading what came back."""

import pytest

from conformance.exchange import (
    Exchange,
    History,
    Malformed,
    Probe,
    Request,
    Response,
    Role,
    Trouble,
    labelled,
    pairs,
    parse_json,
)


def exchange(
    number: int = 1, status: int | None = 200, body: bytes = b"", **probe: object
) -> Exchange:
    aim = {"operation": "FetchSession", "method": "GET", "path": "/v1"} | probe
    return Exchange(
        number=number,
        probe=Probe(**aim),  # type: ignore[arg-type]  # brevity
        sent=Request(method="GET", url="/v1?a=1&b=%2B&a=+"),
        response=None if status is None else Response(status=status, body=body),
        trouble=Trouble.TIMEOUT if status is None else None,
        began_ms=5,
        elapsed_ms=2,
    )


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        ("Thu, 01 Jan 1970 00:01:00 GMT", 60.0),
        ("Thu, 01 Jan 1970 01:01:00 +0100", 60.0),
        ("Thu, 01 Jan 1970 00:01:00 -0000", None),  # of no zone that is known
        ("today", None),
        ("", None),
    ],
)
def test_the_clock_of_an_answer_is_its_date_header(
    told: str, moment: float | None
) -> None:
    assert Response(status=200, headers=(("date", told),)).clock_s == moment


def test_an_answer_without_a_date_header_tells_no_time() -> None:
    assert Response(status=200).clock_s is None


@pytest.mark.parametrize(
    ("status", "accepted", "refused", "undecided"),
    [
        (200, True, False, False),
        (204, True, False, False),
        (302, False, False, False),
        (400, False, True, False),
        (404, False, True, False),
        (408, False, False, True),
        (429, False, False, True),
        (500, False, False, True),
        (503, False, False, True),
        (None, False, False, True),
    ],
)
def test_a_status_is_a_yes_a_no_or_neither(
    *, status: int | None, accepted: bool, refused: bool, undecided: bool
) -> None:
    seen = exchange(status=status)
    assert (seen.accepted, seen.refused, seen.undecided) == (
        accepted,
        refused,
        undecided,
    )


def test_what_was_observed_is_the_status_or_why_there_is_none() -> None:
    assert exchange(status=404).observed == "404"
    assert exchange(status=404).observed_class == "4xx"
    assert exchange(status=None).observed == "no answer (timeout)"
    assert exchange(status=None).observed_class == "timeout"
    assert exchange(status=None).status == 0


def test_times_add_up() -> None:
    assert exchange().ended_ms == 7


def test_the_query_and_the_form_are_decoded_in_order() -> None:
    sent = Request(method="POST", url="/v1?a=1&b=%2B&a=+", body=b"x=%C3%A9&x=&y=1+2")
    assert sent.path == "/v1"
    assert sent.query == (("a", "1"), ("b", "+"), ("a", " "))
    assert sent.form == (("x", "é"), ("x", ""), ("y", "1 2"))


def test_a_probe_spells_its_request_target() -> None:
    assert exchange().probe.url == "/v1"
    assert exchange(query="a=1").probe.url == "/v1?a=1"


def test_headers_are_found_in_any_case_the_first_one() -> None:
    response = Response(status=200, headers=(("X-A", "1"), ("x-a", "2")))
    assert response.header("x-A") == "1"
    assert response.header("absent") is None


def test_fields_are_the_members_of_an_object_and_nothing_else() -> None:
    assert exchange(body=b'{"sid": "KC"}').fields == {"sid": "KC"}
    assert exchange(body=b"[1]").fields == {}
    assert exchange(body=b"<html>").fields == {}
    assert exchange(status=None).fields == {}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not JSON"),
        (b"<html>", "not JSON"),
        (b'{"a": NaN}', "NaN is not JSON"),
        (b'{"a": -Infinity}', "-Infinity is not JSON"),
        (b'{"a": 1, "a": 1}', "duplicate keys"),
        (b'"\xff"', "not UTF-8"),
        (b"[" * 200_000, "nested too deep"),
        (b"1" * 100_000, "not JSON"),
    ],
    ids=["empty", "html", "nan", "infinity", "twice", "utf-8", "deep", "digits"],
)
def test_what_is_not_json_is_malformed_and_says_why(body: bytes, reason: str) -> None:
    assert parse_json(body) == Malformed(reason)


def test_json_is_parsed() -> None:
    assert parse_json(b'{"a": [1, null, "\\u00e9"]}') == {"a": [1, None, "é"]}


def test_scenes_group_a_history_and_only_keeps_some() -> None:
    history = History(
        account_sid="AC",
        exchanges=(
            exchange(1, scene="a"),
            exchange(2, scene="b"),
            exchange(3, scene="a"),
        ),
    )
    assert {s: [e.number for e in some] for s, some in history.scenes.items()} == {
        "a": [1, 3],
        "b": [2],
    }
    assert [e.number for e in history.only(["b"])] == [2]
    assert len(history) == 3


def test_exchanges_are_found_by_label() -> None:
    some = (exchange(1, label="x"), exchange(2), exchange(3, label="x"))
    assert [e.number for e in labelled(some, "x")] == [1, 3]


def test_a_spoilt_exchange_stands_beside_its_control_or_not_at_all() -> None:
    some = (
        exchange(1, role=Role.SPOILT, pair="p"),
        exchange(2, role=Role.SPOILT, pair="q"),
        exchange(3, role=Role.CONTROL, pair="p"),
    )
    assert [(a.number, b.number) for a, b in pairs(some)] == [(1, 3)]
