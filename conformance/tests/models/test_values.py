"""Laws of comparing what was sent with what was shown."""

from typing import Any

import pytest

from conformance.models.values import (
    asked_values,
    fits,
    same,
    shown_values,
    spelled,
    touched_fields,
)

NOON = 1772366400.0


def test_values_are_spelled_as_people_read_them() -> None:
    assert spelled(NOON, None) == "2026-03-01T12:00:00Z or null"
    assert spelled("open", 600) == "'open' or 600"
    assert spelled(1e18) == "1e+18"


def test_moments_are_the_same_within_a_second_and_other_values_alone() -> None:
    assert same(NOON, NOON + 0.9)
    assert not same(NOON, NOON + 1.0)
    assert same(600, 600)
    assert not same(600, 601)
    assert not same(None, "")
    assert fits(NOON, (None, NOON - 0.5))
    assert not fits(601, (600,))
    assert not fits(NOON, ())


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("ttl", 600, 600),
        ("ttl", 600.0, 600),
        ("closed_reason", None, ""),
        ("unique_name", "n", "n"),
        ("status", "in-progress", "in-progress"),
        ("mode", "voice-only", "voice-only"),
        ("date_expiry", None, None),
        ("date_expiry", "2026-03-01T12:00:00Z", NOON),
        ("date_created", "2026-03-01T12:00:00Z", NOON),
    ],
)
def test_a_documented_value_is_compared(name: str, value: object, read: object) -> None:
    assert shown_values({name: value}) == {name: read}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ttl", "600"),
        ("ttl", True),
        ("ttl", 0.5),
        ("ttl", None),
        ("status", "Open"),
        ("status", []),
        ("mode", None),
        ("unique_name", 7),
        ("date_created", None),
        ("date_updated", 7),
        ("date_expiry", "soon"),
        ("extra", 1),
    ],
)
def test_any_other_value_is_left_out(name: str, value: object) -> None:
    assert shown_values({name: value}) == {}


@pytest.mark.parametrize(
    ("form", "asked"),
    [
        ([("Ttl", "600"), ("Status", "closed")], {"ttl": 600, "status": "closed"}),
        ([("UniqueName", "n")], {"unique_name": "n"}),
        ([("Mode", "voice-only")], {"mode": "voice-only"}),
        ([("DateExpiry", "2026-03-01T12:00:00Z")], {"date_expiry": NOON}),
        ([("DateExpiry", "")], {}),
        ([("Ttl", "1"), ("Ttl", "2")], {}),
        ([("ttl", "600")], {}),
        ([("Ttl", "-1")], {}),
        ([("Ttl", "9" * 5000)], {}),
        ([("Ttl", "٣")], {}),
        ([("Status", "shut")], {}),
        ([("Other", "x")], {}),
    ],
)
def test_what_was_asked_is_told_where_it_is_certain(
    form: list[tuple[str, str]], asked: dict[str, Any]
) -> None:
    assert asked_values(form) == asked


def test_what_a_form_may_bear_on_is_told_however_it_is_spelled() -> None:
    form = [("ttl", "x"), ("Date_Expiry", ""), ("STATUS", "?"), ("Other", "x")]
    assert touched_fields(form) == {"ttl", "date_expiry", "status"}
    assert touched_fields([("Participants", "{}")]) == {"participants"}
