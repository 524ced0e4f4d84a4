"""Freedoms in how dates are spelled, and in which forms of DateExpiry are taken."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import formatdate, parsedate_to_datetime
from typing import TYPE_CHECKING

from conformance.mock.edits import problems
from conformance.mock.problems import RefusedError, invalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from conformance.mock.call import Call, Payload, World
    from conformance.mock.parameters import SessionChanges
    from conformance.mock.problems import Problem
    from conformance.mock.registry import Change
    from conformance.mock.rows import Session
    from conformance.mock.rules import Rules

_SECOND = timedelta(seconds=1)
_BASIC = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z", re.ASCII)
_UNZONED = re.compile(r"[0-9-]{8,10}(T[0-9:]{8})?")
_CLOSING = ("24:00:00Z", "23:59:60Z")


def spelling(spell: Callable[[datetime], str]) -> Change:
    """Return the change that spells every date in another way."""

    def format_date(_call: Call, moment: datetime) -> str:
        return spell(moment)

    return lambda rules: replace(rules, format_date=format_date)


def _digits(count: int) -> Callable[[datetime], str]:
    def spell(moment: datetime) -> str:
        return (
            f"{moment:%Y-%m-%dT%H:%M:%S.%f}000"[: len("2031-07-30T20:00:00.") + count]
            + "Z"
        )

    return spell


def _ending(zone: str) -> Callable[[datetime], str]:
    return lambda moment: moment.isoformat()[:19] + zone


def created_to_the_millisecond(rules: Rules) -> Rules:
    """Show the date_created of a Session with a fraction, and no other date."""

    def render(call: Call, session: Session) -> Payload:
        shown = rules.render_session(call, session)
        return shown | {"date_created": _digits(3)(session.date_created)}

    return replace(rules, render_session=render)


def rounding(rest: timedelta) -> Change:
    """Return the change that rounds a DateExpiry up from so much of a second on."""

    def change(rules: Rules) -> Rules:
        def parse(call: Call, text: str) -> datetime | None:
            found = rules.parse_date_expiry(call, text)
            if found is None or not found.microsecond:
                return found
            return (found + _SECOND - rest).replace(microsecond=0)

        return replace(rules, parse_date_expiry=parse)

    return change


def refusing(pattern: str) -> Change:
    """Return the change that refuses a DateExpiry of that form."""
    form = re.compile(pattern, re.ASCII)

    def change(rules: Rules) -> Rules:
        def parse(call: Call, text: str) -> datetime | None:
            if form.fullmatch(text):
                raise invalid("DateExpiry", "Expected another form.")
            return rules.parse_date_expiry(call, text)

        return replace(rules, parse_date_expiry=parse)

    return change


def also(read: Callable[[str], datetime]) -> Change:
    """Return the change that also reads what is no date-time otherwise.

    `read` raises ValueError for what it cannot read either.
    """

    def change(rules: Rules) -> Rules:
        def parse(call: Call, text: str) -> datetime | None:
            try:
                return rules.parse_date_expiry(call, text)
            except RefusedError:
                try:
                    return read(text)
                except ValueError:
                    pass
                raise

        return replace(rules, parse_date_expiry=parse)

    return change


def _numbers(text: str) -> datetime:
    """Return the moment that is counted from 1970, in seconds or in milliseconds."""
    if not re.fullmatch(r"[0-9]{10}|[0-9]{13}", text):
        raise ValueError(text)
    seconds = int(text) / (1000 if len(text) > len("1943208000") else 1)
    return datetime.fromtimestamp(seconds, tz=UTC)


def _basic(text: str) -> datetime:
    """Return the moment in the basic format of ISO 8601."""
    found = _BASIC.fullmatch(text)
    if found is None:
        raise ValueError(text)
    year, month, day, hour, minute, second = map(int, found.groups())
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def _loose(text: str) -> datetime:
    """Return the moment without seconds, or with a blank for the T."""
    for form in ("%Y-%m-%dT%H:%MZ", "%Y-%m-%d %H:%M:%SZ"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise ValueError(text)


def _closing(text: str) -> datetime:
    """Return the midnight that ends a day as hour 24 or as a leap second."""
    if not text.endswith(_CLOSING):
        raise ValueError(text)
    day = datetime.strptime(text[:10], "%Y-%m-%d").replace(tzinfo=UTC)
    return day + timedelta(days=1)


def _last(text: str) -> datetime:
    """Return the last moment of the calendar for one that lies beyond it."""
    if not text.startswith("9999-12-31T23:"):
        raise ValueError(text)
    return datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def date_alone_ends_the_day(rules: Rules) -> Rules:
    """Take a date alone for the last second of that day."""

    def parse(call: Call, text: str) -> datetime | None:
        found = rules.parse_date_expiry(call, text)
        alone = "T" not in text.upper()
        return found + timedelta(days=1) - _SECOND if found and alone else found

    return replace(rules, parse_date_expiry=parse)


def leaving_out(unwanted: Callable[[str], object]) -> Change:
    """Return the change that leaves a DateExpiry of some form out of what is asked."""

    def change(rules: Rules) -> Rules:
        def scalar(call: Call, form: dict[str, list[str]], name: str) -> str | None:
            text = rules.scalar(call, form, name)
            leave = name == "DateExpiry" and text is not None and unwanted(text)
            return None if leave else text

        return replace(rules, scalar=scalar)

    return change


def past_date_refused(rules: Rules) -> Rules:
    """Refuse a DateExpiry that has passed."""

    def parse(call: Call, text: str) -> datetime | None:
        found = rules.parse_date_expiry(call, text)
        if found is not None and found <= call.now:
            raise invalid("DateExpiry", "It has passed.")
        return found

    return replace(rules, parse_date_expiry=parse)


def past_date_ends_nothing(rules: Rules) -> Rules:
    """Leave a Session open whose DateExpiry had passed when it was sent."""

    def expires_at(call: Call, session: Session) -> datetime | None:
        expiry = session.date_expiry
        passed = expiry is not None and expiry <= session.date_created
        return None if passed else rules.expires_at(call, session)

    return replace(rules, expires_at=expires_at)


def past_date_shown_closed(rules: Rules) -> Rules:
    """Answer that a Session is closed to who sends a DateExpiry that has passed."""

    def update(call: Call, session: Session, changes: SessionChanges) -> Session:
        updated = rules.update_session(call, session, changes)
        due = call.rules.expires_at(call, updated)
        passed = due is not None and due <= call.now
        return call.rules.expire(call, updated, due) if due and passed else updated

    return replace(rules, update_session=update)


def date_refused_with_422(_: Request, problem: Problem) -> Problem:
    """Return the refusal of a DateExpiry with another status."""
    dated = problem.parameter == "DateExpiry"
    return replace(problem, status=422) if dated else problem


def date_header(tell: Callable[[datetime], str | None]) -> Change:
    """Return the change that tells another time in the Date header, or none."""

    def change(rules: Rules) -> Rules:
        def headers(world: World, request: Request, status: int) -> dict[str, str]:
            shown = rules.response_headers(world, request, status)
            told = tell(parsedate_to_datetime(shown.pop("Date")))
            return shown if told is None else {**shown, "Date": told}

        return replace(rules, response_headers=headers)

    return change


def _of_another_year(moment: datetime) -> str:
    other = moment - timedelta(days=1000, minutes=17)
    return formatdate(other.timestamp(), usegmt=True)


VARIANTS: dict[str, Change] = {
    "dates-to-the-millisecond": spelling(_digits(3)),
    "dates-to-the-microsecond": spelling(_digits(6)),
    "dates-to-the-nanosecond": spelling(_digits(9)),
    "dates-with-zero-offset": spelling(_ending("+00:00")),
    "dates-with-negative-zero-offset": spelling(_ending("-00:00")),
    "dates-in-small-letters": spelling(lambda moment: _ending("z")(moment).lower()),
    "created-to-the-millisecond": created_to_the_millisecond,
    "fraction-rounded": rounding(_SECOND / 2),
    "fraction-rounded-up": rounding(timedelta(microseconds=1)),
    "no-zone-refused": refusing(r"[0-9-]{10}T[0-9:]{8}"),
    "date-alone-refused": refusing(r"\d{4}-\d\d-\d\d"),
    "eight-digits-refused": refusing(r"\d{8}"),
    "date-alone-ends-the-day": date_alone_ends_the_day,
    "unzoned-date-ignored": leaving_out(_UNZONED.fullmatch),
    "small-letters-refused": refusing(r".*[tz].*"),
    "negative-zero-refused": refusing(r".*-00:00"),
    "nanoseconds-refused": refusing(r".*\.\d{7,}.*"),
    "far-offset-refused": refusing(r".*[+-](1[5-9]|2\d):\d\d"),
    "far-future-refused": refusing(r"(226[2-9]|2[3-9]|[3-9]).*"),
    "far-future-ignored": leaving_out(re.compile(r"(226[2-9]|2[3-9]|[3-9]).*").match),
    "beyond-the-calendar-taken": also(_last),
    "epoch-taken": also(_numbers),
    "basic-format-taken": also(_basic),
    "loose-notations-taken": also(_loose),
    "hour-24-taken": also(_closing),
    "mail-date-taken": also(parsedate_to_datetime),
    "past-date-refused": past_date_refused,
    "past-date-ends-nothing": past_date_ends_nothing,
    "past-date-shown-closed": past_date_shown_closed,
    "empty-date-refused": refusing(""),
    "empty-date-ignored": leaving_out(lambda text: text == ""),
    "date-refused-with-422": problems(date_refused_with_422),
    "no-date-header": date_header(lambda _: None),
    "date-header-of-another-year": date_header(_of_another_year),
}
