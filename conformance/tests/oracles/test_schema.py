"""Laws of the schema oracle: what it complains of, where, and what it lets pass."""

from typing import Any

import pytest

from conformance.library import library
from conformance.oracles.schema import Complaint, kind, schemas
from conformance.tests.histories import SESSION_URL, page, session

SCHEMAS = schemas(library().contract)


def complaints(body: object, operation: str = "FetchSession") -> list[tuple[Any, ...]]:
    found = SCHEMAS.answer(operation, 201 if operation[:6] == "Create" else 200, body)
    return [(*each.path, each.keyword, each.observed) for each in found]


def test_a_correct_session_has_nothing_against_it() -> None:
    assert complaints(session()) == []
    assert (
        complaints(session(extra={"free": 1}, links={"a": 1} | session()["links"]))
        == []
    )


def test_each_absent_property_is_named_in_the_path() -> None:
    body = session()
    del body["ttl"], body["date_started"]
    assert complaints(body) == [
        ("date_started", "required", "absent"),
        ("ttl", "required", "absent"),
    ]


@pytest.mark.parametrize(
    ("name", "value", "keyword", "observed"),
    [
        ("ttl", "3600", "type", "string"),
        ("ttl", None, "type", "null"),
        ("ttl", True, "type", "boolean"),
        ("ttl", 1.5, "type", "number"),
        ("unique_name", 7, "type", "integer"),
        ("links", [], "type", "array"),
        ("status", "OPEN", "enum", "string"),
        ("sid", "KC" + "g" * 32, "pattern", "string"),
        ("date_created", "2026-03-01", "format", "string"),
        ("url", "http://host/a b", "format", "string"),
        ("unique_name", "x" * 192, "maxLength", "string"),
    ],
)
def test_a_wrong_value_is_one_complaint(
    name: str, value: object, keyword: str, observed: str
) -> None:
    assert complaints(session(**{name: value})) == [(name, keyword, observed)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ttl", 3600.0),
        ("sid", "KC" + "A" * 32),
        ("url", None),
        ("links", None),
        ("closed_reason", ""),
        ("date_created", "2026-03-01T12:00:00.123+00:00"),
        ("date_created", "2016-12-31t23:59:60z"),
    ],
)
def test_a_lawful_value_passes(name: str, value: object) -> None:
    assert complaints(session(**{name: value})) == []


@pytest.mark.parametrize(
    "value",
    ["2026-02-30T12:00:00Z", "2026-03-01T12:00:00", "2026-03-01T12:00:00Z\n", "soon"],
)
def test_a_text_that_is_no_moment_is_no_date_time(value: str) -> None:
    assert complaints(session(date_updated=value)) == [
        ("date_updated", "format", "string")
    ]


def test_a_pattern_ends_at_the_very_end() -> None:
    found = complaints(session(sid="KC" + "a" * 31 + "\n"))
    assert found == [("sid", "pattern", "string")]


def test_a_place_in_a_page_is_told_by_its_index() -> None:
    body = page(session(), session(links={"participants": SESSION_URL}))
    assert complaints(body, "ListSession") == [
        ("sessions", 1, "links", "interactions", "required", "absent")
    ]


def test_all_parts_of_a_composed_schema_count() -> None:
    found = complaints({"participant_sid": 1, "type": "fax"}, "FetchMessageInteraction")
    assert ("participant_sid", "type", "integer") in found
    assert ("type", "pattern", "string") in found
    assert ("sid", "required", "absent") in found


@pytest.mark.parametrize("body", [None, [], "text", 7, True])
def test_a_body_of_another_type_is_a_complaint_about_the_whole(body: object) -> None:
    assert complaints(body) == [("type", kind(body))]


def test_a_page_whose_items_are_no_array_is_one_complaint() -> None:
    body = page() | {"sessions": {}}
    assert complaints(body, "ListSession") == [("sessions", "type", "object")]


def test_an_answer_without_a_schema_has_nothing_against_it() -> None:
    assert SCHEMAS.answer("DeleteSession", 204, "anything") == ()
    assert SCHEMAS.answer("FetchSession", 299, "anything") == ()


def test_a_schema_is_found_by_reference() -> None:
    assert SCHEMAS.complaints("#/components/schemas/SessionMode", "voice") == (
        Complaint(path=(), keyword="enum", observed="string"),
    )


def test_the_schemas_of_a_contract_are_compiled_once() -> None:
    assert schemas(library().contract) is SCHEMAS


def test_what_is_no_json_is_of_no_json_type() -> None:
    assert kind(object()) == "nothing JSON knows"
    assert [kind(v) for v in (2, 2.0, 2.5, False)] == [
        "integer",
        "integer",
        "number",
        "boolean",
    ]
