"""DateExpiry values as clients write them: lawful, unusual, and naming no date."""

from collections.abc import Callable, Mapping
from datetime import datetime

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

PLAIN = "2031-07-30T20:00:00Z"
"""The control: a moment in UTC, to the second, that no defect is known for."""

UTC: Mapping[str, str] = {
    "day-like-a-month": "2031-07-05T20:15:42Z",
    "after-32-bit": "2038-01-19T03:14:08Z",
    "leap-day": "2096-02-29T12:34:56Z",
    "end-of-year": "2031-12-31T23:59:59Z",
    "clocks-forward-europe": "2031-03-30T02:30:00Z",
    "clocks-forward-america": "2031-03-09T02:30:00Z",
    "clocks-back-europe": "2031-10-26T02:30:00Z",
    "clocks-back-america": "2031-11-02T01:30:00Z",
    "midnight": "2031-08-01T00:00:00Z",
    "noon": "2031-08-01T12:00:00Z",
    "end-of-hour": "2031-07-30T09:59:59Z",
    "end-of-february": "2031-02-28T23:59:59Z",
    "end-of-april": "2031-04-30T23:59:59Z",
    "last-of-32-bit": "2038-01-19T03:14:07Z",
    "end-of-century": "2099-12-31T23:59:59Z",
}
"""Moments in UTC to the second."""

OFFSET: Mapping[str, str] = {
    "west-by-half-hours": "2031-07-05T14:30:17-05:30",
    "east": "2031-07-30T22:00:00+02:00",
    "into-the-next-year": "2031-12-31T23:30:00-02:00",
    "into-the-month-before": "2031-03-01T00:30:00+02:00",
    "after-32-bit": "2072-07-30T20:00:00-08:00",
    "last-week-of-a-year": "2031-12-30T12:00:00+01:00",
    "quarter-hour": "2031-07-30T22:00:00+05:45",
    "farthest-east": "2031-07-30T22:00:00+14:00",
    "farthest-west": "2031-07-30T22:00:00-12:00",
    "zero": "2031-07-30T22:00:00+00:00",
}
"""Moments at an offset from UTC, as Go writes them."""

FRACTION: Mapping[str, str] = {
    "milliseconds": "2031-07-06T20:15:42.123Z",
    "microseconds": "2077-07-30T20:00:00.123456Z",
    "nearly-a-minute": "2031-07-30T20:14:59.999Z",
    "nearly-a-year": "2031-12-31T23:59:59.999Z",
    "no-milliseconds": "2031-07-30T20:00:00.000Z",
    "milliseconds-and-offset": "2031-07-30T22:00:00.123+02:00",
}
"""Moments with a fraction of a second, as JavaScript writes them."""

UNUSUAL: Mapping[str, str] = {
    "lower-case": "2031-07-21t20:00:00z",
    "negative-zero": "2031-07-22T20:00:00-00:00",
    "nanoseconds": "2031-07-23T20:00:00.123456789Z",
    "farther-east": "2031-07-25T13:00:00+17:00",
    "after-64-bit-nanoseconds": "2262-04-12T00:00:00Z",
    "leap-day-2400": "2400-02-29T12:00:00Z",
    "year-9999": "9999-12-31T23:59:59Z",
    "beyond-9999": "9999-12-31T23:59:59-01:00",
}
"""RFC 3339 to the letter, but refused by more than one honest parser."""

UNZONED: Mapping[str, str] = {
    "no-zone": "2031-07-27T20:00:00",
    "date-only": "2031-07-28",
    "compact-date": "20310729",
}
"""What does not say where on earth it is meant."""

NOTATIONS: Mapping[str, str] = {
    "compact-date-time": "20310811T200000Z",
    "no-seconds": "2031-08-12T20:00Z",
    "space-for-t": "2031-08-13 20:00:00Z",
    "hour-24": "2031-08-14T24:00:00Z",
    "second-60": "2031-12-31T23:59:60Z",
    "epoch-seconds": "1944590400",
    "epoch-milliseconds": "1944676800000",
    "final-newline": "2031-08-17T20:00:00Z\n",
    "mail-date": "Mon, 18 Aug 2031 20:00:00 GMT",
}
"""Other ways to write a moment; which of them are taken is the target's choice."""

PAST = "2018-07-31T00:00:00Z"
"""A moment before there was anything to expire."""

IMPOSSIBLE: Mapping[str, str] = {
    "february-30": "2031-02-30T12:00:00Z",
    "month-13": "2031-13-01T12:00:00Z",
    "february-29-of-2100": "2100-02-29T12:00:00Z",
    "hour-25": "2031-07-30T25:00:00Z",
    "day-32": "2031-07-32T12:00:00Z",
    "february-29-of-a-common-year": "2031-02-29T12:00:00Z",
    "april-31": "2031-04-31T12:00:00Z",
    "month-0": "2031-00-30T12:00:00Z",
    "day-0": "2031-07-00T12:00:00Z",
    "minute-60": "2031-07-30T12:60:00Z",
    "second-61": "2031-07-30T12:00:61Z",
    "offset-of-25-hours": "2031-07-30T12:00:00+25:00",
    "offset-of-60-minutes": "2031-07-30T12:00:00+02:60",
}
"""Well formed, and naming a moment that no calendar or clock has."""

GARBAGE: Mapping[str, str] = {
    "words": "not a date",
    "text-after-it": "2031-07-30T20:00:00Z and more",
    "letter-for-digit": "2031-O7-30T20:00:00Z",
    "two-zones": "2031-07-30T20:00:00Z+02:00",
    "zone-alone": "Z",
    "other-digits": "\u0662\u0660\u0663\u0661-07-30T20:00:00Z",
    "json": '{"year": 2031}',
}
"""Text that no notation of dates makes a date of."""

_FIRST = datetime(2030, 1, 1)  # noqa: DTZ001  the zone is drawn apart
_LAST = datetime(2099, 12, 31, 23, 59, 59)  # noqa: DTZ001  a bound without a zone
_CLOCKS: Mapping[str, Callable[[datetime], str]] = {
    "month": "{0:%Y}-13-{0:%d}T{0:%H:%M:%S}Z".format,
    "day": "{0:%Y-%m}-32T{0:%H:%M:%S}Z".format,
    "hour": "{0:%Y-%m-%d}T25:{0:%M:%S}Z".format,
    "minute": "{0:%Y-%m-%dT%H}:60:{0:%S}Z".format,
    "second": "{0:%Y-%m-%dT%H:%M}:61Z".format,
}


def lawful_dates() -> SearchStrategy[str]:
    """Return RFC 3339 date-times of this century, whole and by offset and fraction.

    Shrinks towards the first second of 2030 in UTC, written with `Z`.
    """
    return st.builds(
        _written,
        _moments(),
        st.text(alphabet="0123456789", max_size=6),
        st.one_of(st.just("Z"), st.integers(-12 * 60, 14 * 60).map(_offset)),
    )


def impossible_dates() -> SearchStrategy[str]:
    """Return date-times of which one part is too large for any calendar or clock.

    Shrinks towards month 13 of 2030.
    """
    return st.builds(_spoilt, _moments(), st.sampled_from(list(_CLOCKS)))


def unreadable_dates() -> SearchStrategy[str]:
    """Return text that is no date in any notation; shrinks towards `x`."""
    return st.text(alphabet="xyz /", min_size=1, max_size=20).filter(str.strip)


def _moments() -> SearchStrategy[datetime]:
    """Return moments to the second; shrinks towards the first of 2030."""
    return st.datetimes(_FIRST, _LAST).map(_whole)


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _written(moment: datetime, fraction: str, zone: str) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction and '.'}{fraction}{zone}"


def _spoilt(moment: datetime, part: str) -> str:
    return _CLOCKS[part](moment)


def _offset(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    # -00:00 is lawful too, but not every parser's: see UNUSUAL.
    return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"
