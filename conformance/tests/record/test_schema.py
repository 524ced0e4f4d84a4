"""The published schema and the reader agree on what a line of a record may be."""

import copy
import json
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any

import jsonschema  # noqa: TID251  the schema is what is tested here
import pytest

from conformance.data import data_path
from conformance.exchange import Credentials, Json, Role, Trouble
from conformance.record import RecordError
from conformance.record.parsing import parse
from conformance.record.spelling import spell
from conformance.tests.records import SMALL, lines
from conformance.verdict import Level, Outcome

SCHEMA = json.loads(data_path("specs", "record.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
ROWS = [json.loads(spell(line)) for line in lines(SMALL)]
WRONG: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    1,
    1.0,
    1.5,
    9,
    "",
    "text",
    "pass",
    [],
    ["a"],
    [1],
    {},
)


def taken(row: Json) -> bool:
    try:
        parse(json.dumps(row))
    except RecordError:
        return False
    return True


def spoilt(row: Json) -> Iterator[Any]:
    """Yield the row with one part left out, replaced, or added, at any depth."""
    for path in places(row):
        for value in WRONG:
            yield changed(row, path, value)
        if path:
            yield changed(row, path, ...)
        here = at(row, path)
        if isinstance(here, dict):
            yield changed(row, (*path, "unheard-of"), "text")
        if isinstance(here, list):
            yield changed(row, path, [*here, "text"])
            yield changed(row, path, [*here, 3])


def places(value: Json, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    parts: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict | list):
        parts = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in parts:
        yield from places(part, (*path, key))


def at(value: Json, path: tuple[Any, ...]) -> Json:
    for key in path:
        value = value[key]
    return value


def changed(row: Json, path: tuple[Any, ...], value: Json) -> Json:
    if not path:
        return value
    row = copy.deepcopy(row)
    *above, last = path
    if value is ...:
        del at(row, tuple(above))[last]
    else:
        at(row, tuple(above))[last] = value
    return row


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        (("probe", "properties", "credentials"), Credentials),
        (("probe", "properties", "role"), Role),
        (("exchange", "properties", "trouble"), Trouble),
        (("outcome",), Outcome),
        (("footer", "properties", "counts", "propertyNames"), Level),
    ],
)
def test_the_schema_names_every_word(place: tuple[str, ...], kind: type[Enum]) -> None:
    words = at(SCHEMA["$defs"], place)["enum"]
    assert sorted(words) == sorted(member.value for member in kind)


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["kind"])
def test_what_is_written_is_valid(row: Json) -> None:
    assert VALIDATOR.is_valid(row)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["kind"])
def test_reader_and_schema_refuse_the_same_lines(row: Json) -> None:
    several = list(spoilt(row))
    apart = [one for one in several if taken(one) != VALIDATOR.is_valid(one)]
    refused = [one for one in several if not taken(one)]
    assert apart == []
    assert len(refused) > len(several) / 3


@pytest.mark.parametrize("spelled", ["", "YQ==", "YWI=", "YWJj", "+/+/"])
def test_base64_is_taken_by_both(spelled: str) -> None:
    row = changed(ROWS[1], ("sent", "body"), {"base64": spelled})
    assert VALIDATOR.is_valid(row)
    assert taken(row)


@pytest.mark.parametrize(
    "spelled", ["Y", "YQ", "YQ=", "YQ==\n", "YQ==YQ==", "-_-_", "é"]
)
def test_what_is_not_base64_is_refused_by_both(spelled: str) -> None:
    row = changed(ROWS[1], ("sent", "body"), {"base64": spelled})
    assert not VALIDATOR.is_valid(row)
    assert not taken(row)
