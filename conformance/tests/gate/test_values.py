"""Laws of values: what was sent or returned is what was meant, or it is not."""

import pytest

from conformance.exchange import Json
from conformance.gate.values import LEFT_OUT, kind, moment, returned, said, sent

UTC = "2030-01-02T03:04:05Z"
FINE = "2030-01-02T03:04:05.123456Z"


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        ("open", "open"),
        ("open", {"$": "enum", "value": "open", "known": True}),
        (0, 0),
        (3600, 3600.0),
        (9007199254740993, {"$": "integer", "value": "9007199254740993"}),
        (True, True),
        ({"$moment": UTC}, {"$": "datetime", "value": UTC}),
        ({"$moment": UTC}, {"$": "datetime", "value": "2030-01-02T05:04:05+02:00"}),
        ({"$moment": UTC}, {"$": "datetime", "value": "2030-01-02T03:04:05.000Z"}),
        ({"$moment": FINE}, {"$": "datetime", "value": FINE}),
        ({"$moment": FINE}, {"$": "datetime", "value": "2030-01-02T03:04:05.123Z"}),
        ({"$moment": UTC}, UTC),
        ({"$null": True}, None),
        ({"$null": True}, LEFT_OUT),
        ({"$null": True}, {"$": "absent"}),
        ({"$any": [1, "a"]}, "a"),
        ({"$kind": "left out"}, LEFT_OUT),
        ({"$kind": "datetime"}, {"$": "datetime", "value": UTC}),
        ({"$contains": "word"}, "a word of it"),
        ({"participants": "http://a"}, {"participants": "http://a", "more": 1}),
    ],
)
def test_what_is_told_so_is_as_expected(expected: Json, told: Json) -> None:
    assert returned(expected, told)


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        ("open", "Open"),
        ("open", None),
        ("open", {"$": "enum", "value": "closed", "known": True}),
        (0, None),
        (0, False),
        (1, True),
        (3600, "3600"),
        (4294967296, 0),
        (5, {"$": "integer", "value": "6"}),
        (True, 1),
        ({"$moment": FINE}, {"$": "datetime", "value": "2030-01-02T03:04:05Z"}),
        ({"$moment": FINE}, {"$": "datetime", "value": "2030-01-02T03:04:05.124Z"}),
        ({"$moment": UTC}, {"$": "datetime", "value": "2030-01-02T03:04:05+02:00"}),
        ({"$moment": UTC}, {"$": "datetime", "value": "2030-01-02T03:04:05"}),
        ({"$moment": UTC}, "2030-01-02T03:04:05+00:00"),
        ({"$moment": UTC}, 1893553445),
        ({"$null": True}, ""),
        ({"$null": True}, "None"),
        ({"$any": [1, "a"]}, "b"),
        ({"$kind": "text"}, None),
        ({"$contains": "word"}, None),
        ({"participants": "http://a"}, {"interactions": "http://a"}),
        ({"participants": "http://a"}, "http://a"),
    ],
)
def test_what_is_told_otherwise_is_not(expected: Json, told: Json) -> None:
    assert not returned(expected, told)


ONE, TWO = {"Identifier": "+1"}, {"Identifier": "+2", "FriendlyName": "ö"}


@pytest.mark.parametrize(
    ("expected", "texts"),
    [
        ("a b", ["a b"]),
        ("", [""]),
        (60, ["60"]),
        (True, ["true"]),
        ({"$moment": UTC}, [UTC]),
        ({"$moment": UTC}, ["2030-01-01T22:04:05-05:00"]),
        ({"$any": ["a", "b"]}, ["b"]),
        ({"$objects": [ONE]}, ['{"Identifier": "+1"}']),
        (
            {"$objects": [ONE, TWO]},
            ['[{"Identifier":"+1"},{"FriendlyName":"\\u00f6","Identifier":"+2"}]'],
        ),
        ({"$repeated": [ONE, ONE]}, ['{"Identifier":"+1"}'] * 2),
    ],
)
def test_what_is_sent_so_is_as_meant(expected: Json, texts: list[str]) -> None:
    assert sent(expected, texts)


@pytest.mark.parametrize(
    ("expected", "texts"),
    [
        ("a b", []),
        ("a b", ["a+b"]),
        ("a b", ["a b", "a b"]),
        (60, ["60.0"]),
        (True, ["True"]),
        ({"$moment": UTC}, ["2030-01-02T03:04:05"]),
        ({"$moment": UTC}, ["2030-01-02"]),
        ({"$moment": UTC}, ["soonTomorrow"]),
        ({"$any": ["a", "b"]}, ["c"]),
        ({"$objects": [ONE]}, ["{'Identifier': '+1'}"]),
        ({"$objects": [ONE, TWO]}, ['{"Identifier":"+1"}']),
        ({"$objects": [ONE]}, []),
        ({"$repeated": [ONE]}, ['[{"Identifier":"+1"}]']),
    ],
)
def test_what_is_sent_otherwise_is_not(expected: Json, texts: list[str]) -> None:
    assert not sent(expected, texts)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "null"),
        (True, "boolean"),
        (1, "number"),
        (1.5, "number"),
        ("a", "text"),
        ([], "list"),
        ({}, "object"),
        ({"$": "enum", "value": "a"}, "enum"),
        (LEFT_OUT, "left out"),
    ],
)
def test_each_value_has_a_kind(value: Json, name: str) -> None:
    assert kind(value) == name


@pytest.mark.parametrize(
    "text", [None, 5, "", "2030-01-02", "2030-01-02T03:04:05", "T"]
)
def test_no_moment_is_meant_without_a_zone(text: object) -> None:
    assert moment(text) is None


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        ("a", "'a'"),
        (5, "5"),
        ({"$moment": UTC}, f"the moment {UTC}"),
        ({"$null": True}, "null"),
        ({"$any": ["a", {"$null": True}]}, "'a' or null"),
        ({"$kind": "text"}, "a value of the kind text"),
        ({"$contains": "b"}, "a text with 'b' in it"),
        (
            {"$objects": [TWO]},
            'the objects [{"Identifier": "+2", "FriendlyName": "ö"}]',
        ),
        ({"$repeated": [ONE]}, 'the objects [{"Identifier": "+1"}]'),
    ],
)
def test_what_is_expected_is_said_in_words(expected: Json, words: str) -> None:
    assert said(expected) == words
