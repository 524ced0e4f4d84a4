"""Laws of the protocol: parser, published schema and page say the same."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema  # noqa: TID251  the schema is what is tested here
import pytest

from conformance.data import data_path
from conformance.exchange import Json
from conformance.gate.messages import (
    Call,
    Category,
    ProtocolError,
    Result,
    Settings,
    Told,
    call,
    configure,
    greeting,
    hello,
    parse,
    reset,
    result,
)
from conformance.tests.record.test_schema import spoilt

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads(data_path("specs", "driver.schema.json").read_text("utf-8"))


def schema(name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator({**SCHEMA, "oneOf": [{"$ref": name}]})


TO_DRIVER, TO_SUITE = schema("#/$defs/to_driver"), schema("#/$defs/to_suite")
MESSAGES: tuple[dict[str, Any], ...] = (
    {
        "kind": "hello",
        "protocol": 1,
        "sdk": "acme",
        "version": "",
        "language": "C",
        "operations": ["FetchSession"],
        "features": [],
    },
    {"kind": "applied", "id": 1, "applied": ["base_url"], "not_applied": []},
    {
        "kind": "result",
        "id": 2,
        "outcome": "value",
        "value": {
            "sid": "KC",
            "status": {"$": "enum", "value": "open", "known": False},
            "date_created": {"$": "datetime", "value": "2026-01-02T03:04:05.5+01:00"},
            "ttl": {"$": "integer", "value": "9007199254740993"},
            "date_ended": {"$": "absent"},
            "links": [{"participants": None}],
        },
    },
    {
        "kind": "result",
        "id": 3,
        "outcome": "api_error",
        "status": 404,
        "code": 20404,
        "message": "no",
        "more_info": None,
        "items": [1],
    },
    {"kind": "result", "id": 4, "outcome": "client_error", "category": "timeout"},
    {"kind": "result", "id": 5, "outcome": "unsupported"},
    {"kind": "result", "id": 6, "outcome": "driver_error", "message": "oh"},
    {"kind": "refused", "id": 7, "message": "what"},
    {"kind": "refused", "id": None},
)


def taken(row: Json) -> bool:
    try:
        parse(json.dumps(row).encode())
    except ProtocolError:
        return False
    return True


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("row", MESSAGES, ids=lambda row: row["kind"])
def test_parser_and_schema_take_the_same_messages(row: dict[str, Any]) -> None:
    assert taken(row)
    assert TO_SUITE.is_valid(row)
    several = list(spoilt(row))
    assert [one for one in several if taken(one) != TO_SUITE.is_valid(one)] == []
    assert any(not taken(one) for one in several)


def test_what_the_suite_says_is_valid() -> None:
    word = "b19c04a2"
    settings = Settings(base_url="http://a", account_sid="AC", auth_token=word)
    timed = replace(settings, timeout_ms=5, retries=0)
    wanted = Call(operation="ListSession", arguments={"Limit": None}, consume=0)
    for row in (
        greeting(),
        configure(settings, 1),
        configure(timed, 2),
        call(wanted, 3),
        reset(4),
        {"kind": "shutdown"},
    ):
        TO_DRIVER.validate(row)
    assert "retries" not in configure(settings, 1)
    assert configure(timed, 2)["retries"] == 0
    assert call(wanted, 3)["consume"] == 0


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (b"hello\n", "expected a JSON object, observed 'hello'"),
        (b'{"kind": "hello", "protocol": NaN}', "expected a JSON object"),
        (b"[1]", "kind: expected one of hello"),
        (b'{"kind": "verdict"}', "kind: expected one of hello"),
        (b'{"kind": "hello", "protocol": 2}', "protocol: expected 1, observed 2"),
        (b'{"kind": "applied", "id": 0}', "id: expected a whole number from 1 up"),
        (b'{"kind": "result", "id": 1, "outcome": "ok"}', "outcome: expected one of"),
        (
            b'{"kind": "result", "id": 1, "outcome": "value"}',
            "value: expected to be there beside value",
        ),
        (
            b'{"kind": "result", "id": 1, "outcome": "value", "value": {"$": "date"}}',
            r"value: expected \$ to be one of absent",
        ),
        (b"x" * (8 * 1024 * 1024 + 2), "expected a line of at most"),
    ],
)
def test_a_wrong_line_is_told_apart(line: bytes, complaint: str) -> None:
    with pytest.raises(ProtocolError, match=complaint) as caught:
        parse(line)
    assert "\n" not in str(caught.value)


def test_a_hello_is_read() -> None:
    told = hello(parse(json.dumps(MESSAGES[0]).encode()))
    assert told.name == "acme  (C)"
    assert told.operations == {"FetchSession"}


def test_a_result_is_read_without_what_does_not_belong() -> None:
    row = {"status": 5, "category": "odd", "value": 1, **MESSAGES[4]}
    assert result(row | {"category": "timeout"}) == Result(
        told=Told.CLIENT_ERROR, category=Category.TIMEOUT
    )
    assert result(MESSAGES[3]) == Result(
        told=Told.API_ERROR, status=404, code=20404, message="no", items=(1,)
    )


@pytest.mark.parametrize(
    ("given", "observed", "as_class", "judgeable"),
    [
        (Result(told=Told.VALUE, value=1), "a value", "value", True),
        (
            Result(told=Told.API_ERROR, status=404, code=20404),
            "an api_error with status 404 and code 20404",
            "api_error 404",
            True,
        ),
        (
            Result(told=Told.CLIENT_ERROR, category=Category.OTHER, message="x"),
            "a client_error (other): x",
            "client_error other",
            True,
        ),
        (Result(told=Told.UNSUPPORTED), "unsupported", "unsupported", True),
        (
            Result(told=Told.DRIVER_ERROR, message="x"),
            "a driver_error: x",
            "driver_error",
            False,
        ),
        (Result(told=Told.HUNG, message="x"), "hung: x", "hung", True),
        (
            Result(told=Told.GARBLED, message="x"),
            "protocol error: x",
            "protocol error",
            False,
        ),
    ],
)
def test_a_result_says_what_was_observed(
    given: Result, observed: str, as_class: str, *, judgeable: bool
) -> None:
    assert given.observed == observed
    assert given.observed_class == as_class
    assert given.judgeable is judgeable


def test_each_message_on_the_page_is_valid() -> None:
    page = (ROOT / "docs" / "driver-protocol.md").read_text("utf-8")
    said = re.findall(r"^([<>]) (\{.*\})$", page, re.MULTILINE)
    assert len(said) > 15
    for direction, text in said:
        known = "summon" not in text  # the kind that is to be refused
        known |= "call" in text or direction == "<"
        message = json.loads(text)
        assert (TO_DRIVER if direction == ">" else TO_SUITE).is_valid(message) is known
