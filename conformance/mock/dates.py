"""Dates: what is accepted, and the one form that is shown."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from conformance.mock.problems import invalid

if TYPE_CHECKING:
    from conformance.mock.call import Call

_DATE_TIME = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
    r"(?:[Tt](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})"
    r"(?:\.(?P<fraction>[0-9]{1,9}))?"
    r"(?P<zone>[Zz]|[+-][0-9]{2}:[0-9]{2})?)?"
)
_COMPACT = re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})")
_CLOCK = ("year", "month", "day", "hour", "minute", "second")


def parse_date_expiry(_call: Call, text: str) -> datetime | None:
    """Return the moment in UTC, or None for an empty value, which clears it.

    Takes a date-time with `Z`, an offset, a fraction or no zone, and a date alone
    with or without dashes: clients really send each of these. No zone means UTC.

    Raises:
        RefusedError: another form, or a date that does not exist.

    """
    if not text:
        return None
    found = _DATE_TIME.fullmatch(text) or _COMPACT.fullmatch(text)
    if found is None:
        raise invalid("DateExpiry", "Expected an ISO 8601 date-time.")
    given = found.groupdict(default="")
    parts = [int(given.get(name) or 0) for name in _CLOCK]
    microsecond = int(given.get("fraction", "").ljust(6, "0")[:6])
    try:
        local = datetime(*parts, microsecond, tzinfo=UTC)  # type: ignore[misc, arg-type]  # six of them
        return local - _offset(given.get("zone", ""))
    except (ValueError, OverflowError) as error:
        raise invalid("DateExpiry", "There is no such date.") from error


def format_date(_call: Call, moment: datetime) -> str:
    """Return `moment` as `YYYY-MM-DDTHH:MM:SSZ`, the one form every client reads."""
    return moment.isoformat()[:19] + "Z"


def _offset(zone: str) -> timedelta:
    if zone in {"", "Z", "z"}:
        return timedelta()
    hours, minutes = int(zone[1:3]), int(zone[4:6])
    if hours > 23 or minutes > 59:  # noqa: PLR2004  # as on a clock
        raise ValueError(zone)
    offset = timedelta(hours=hours, minutes=minutes)
    return -offset if zone[0] == "-" else offset
