"""Laws of what a full date-time is, and of the moment it names."""

import pytest

from conformance.oracles.date import day, instant, is_common, miss, read

NOON = 1772366400.0


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01T12:00:00Z", NOON),
        ("2026-03-01T12:00:00+00:00", NOON),
        ("2026-03-01T12:00:00-00:00", NOON),
        ("2026-03-01t12:00:00z", NOON),
        ("2026-03-01T12:00:00.5Z", NOON + 0.5),
        ("2026-03-01T12:00:00.000000000Z", NOON),
        ("2026-03-01T14:00:00+02:00", NOON),
        ("2026-03-01T06:30:00-05:30", NOON),
        ("2026-03-02T02:00:00.25+14:00", NOON + 0.25),
        ("1970-01-01T00:00:00Z", 0.0),
        ("1969-12-31T23:59:59Z", -1.0),
        ("2000-02-29T00:00:00Z", 951782400.0),
        ("2400-02-29T12:00:00Z", 13574606400.0),
        ("9999-12-31T23:59:59-01:00", 253402304399.0),
        ("2016-12-31T23:59:60Z", 1483228800.0),
        ("2017-01-01T01:59:60+02:00", 1483228800.0),
        ("9999-12-31T23:59:60Z", 253402300800.0),
    ],
)
def test_a_full_date_time_names_a_moment(text: str, moment: float) -> None:
    assert instant(text) == moment


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("2026-03-01", "a date without a time"),
        ("2026-03-01T12:00:00", "no zone"),
        ("2026-03-01T12:00:00.123", "no zone"),
        ("1772366400", "a number"),
        ("1772366400.5", "a number"),
        ("2026-03-01T12:00:00+0000", "another way to write the zone"),
        ("2026-03-01T12:00:00+00", "another way to write the zone"),
        ("2026-03-01T12:00:00 UTC", "another way to write the zone"),
        ("2026-03-01T12:00:00Z[UTC]", "another way to write the zone"),
        ("2026-03-01T12:00:00ZZ", "another way to write the zone"),
        ("2026-03-01T12:00:00.Z", "another way to write the zone"),
        ("2026-03-01T12:00:00,5Z", "another way to write the zone"),
        ("2026-03-01T12:00:00Z\n", "another way to write the zone"),
        ("2026-03-01T12:00:00+24:00", "another way to write the zone"),
        ("2026-03-01T12:00:00+02:60", "another way to write the zone"),
        ("2026-03-01T12:00:00*02:00", "another way to write the zone"),
        ("2026-02-29T12:00:00Z", "no such moment"),
        ("2100-02-29T12:00:00Z", "no such moment"),
        ("2026-13-01T12:00:00Z", "no such moment"),
        ("2026-00-01T12:00:00Z", "no such moment"),
        ("2026-03-00T12:00:00Z", "no such moment"),
        ("2026-03-01T24:00:00Z", "no such moment"),
        ("2026-03-01T12:60:00Z", "no such moment"),
        ("2026-03-01T12:00:61Z", "no such moment"),
        ("2026-03-01T12:00:60Z", "no such moment"),
        ("2026-03-01T23:59:60Z", "no such moment"),
        ("2016-12-31T23:59:60+02:00", "no such moment"),
        ("0001-01-01T00:59:60+01:00", "no such moment"),
        ("0000-01-01T00:00:00Z", "no such moment"),
        ("2026-03-01 12:00:00Z", "another notation"),
        ("20260301T120000Z", "another notation"),
        ("2026-03-01T12:00Z", "another notation"),
        ("26-03-01T12:00:00Z", "another notation"),
        ("2026-3-1T12:00:00Z", "another notation"),
        ("+002026-03-01T12:00:00Z", "another notation"),
        ("\u0662026-03-01T12:00:00Z", "another notation"),
        ("Sun, 01 Mar 2026 12:00:00 GMT", "another notation"),
        ("soon", "another notation"),
        ("", "another notation"),
    ],
)
def test_any_other_text_is_none_and_misses_in_its_way(text: str, how: str) -> None:
    assert read(text) is None
    assert instant(text) is None
    assert miss(text) == how


def test_a_date_time_is_taken_apart() -> None:
    date = read("2026-03-01t14:00:00.120+02:00")
    assert date is not None
    assert (date.fraction, date.zone, date.offset_s) == ("120", "+02:00", 7200)
    assert date.small_letters
    plain = read("2026-03-01T12:00:00Z")
    assert plain is not None
    assert (plain.fraction, plain.zone, plain.small_letters) == ("", "Z", False)


@pytest.mark.parametrize(
    ("zone", "utc"),
    [("Z", True), ("z", True), ("+00:00", True), ("-00:00", True), ("+00:15", False)],
)
def test_utc_has_several_names(zone: str, *, utc: bool) -> None:
    date = read(f"2026-03-01T12:00:00{zone}")
    assert date is not None
    assert date.utc is utc


@pytest.mark.parametrize(
    "text",
    [
        "2031-07-30T20:00:00Z",
        "2031-07-30T20:00:00.123456+14:00",
        "2031-07-30T20:00:00-12:00",
        "2261-12-31T23:59:59Z",
    ],
)
def test_what_every_parser_takes_is_common(text: str) -> None:
    date = read(text)
    assert date is not None
    assert is_common(date)


@pytest.mark.parametrize(
    "text",
    [
        "2031-07-30t20:00:00Z",
        "2031-07-30T20:00:00z",
        "2031-07-30T20:00:00-00:00",
        "2031-07-30T20:00:00.1234567Z",
        "2031-07-30T20:00:00+14:15",
        "2031-07-30T20:00:00-12:30",
        "2262-01-01T00:00:00Z",
        "2016-12-31T23:59:60Z",
    ],
)
def test_what_some_parser_refuses_is_not_common(text: str) -> None:
    date = read(text)
    assert date is not None
    assert not is_common(date)


@pytest.mark.parametrize("text", ["2026-03-01", "20260301"])
def test_a_date_alone_is_a_day_in_utc(text: str) -> None:
    assert day(text) == (NOON - 43200, NOON + 43200)


@pytest.mark.parametrize(
    "text", ["2026-02-30", "20261301", "2026-03", "202603011", "soon", ""]
)
def test_any_other_text_is_no_day(text: str) -> None:
    assert day(text) is None
