"""Faults in dates: shown in another form or zone, read wrongly, or taken too freely."""

from __future__ import annotations

import re
import struct
from calendar import monthrange
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from conformance.mock.faults.children import (
    interaction_shown,
    participant_shown,
    service_shown,
)
from conformance.mock.faults.properties import ALL, CREATE, LIST, UPDATE, showing
from conformance.mock.problems import RefusedError, internal_error, invalid
from conformance.mock.rewrites import updating

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mock.call import Call, Form, Payload
    from conformance.mock.parameters import NewSession, SessionChanges
    from conformance.mock.registry import Change
    from conformance.mock.rows import Service, Session
    from conformance.mock.rules import Rules

_DATES = (
    *("date_created", "date_updated", "date_expiry"),
    *("date_started", "date_ended", "date_last_interaction"),
)
_OFFSET = re.compile(r"([+-])([0-9]{2}):([0-9]{2})$")
_FRACTION = re.compile(r"\.([0-9]+)")
_PARTS = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)", re.ASCII
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SUMMER = range(4, 11)


# What is shown.


def spelt(
    spell: Callable[[str], str], *names: str, nothing: str | None = None
) -> Callable[[Payload], Payload]:
    """Return the edit that spells these dates otherwise, and null as `nothing`."""

    def edit(shown: Payload) -> Payload:
        changed: dict[str, Any] = {
            name: nothing if shown[name] is None else spell(shown[name])
            for name in names
        }
        return shown | changed

    return edit


def moment(text: str) -> datetime:
    """Return the moment of a date as the mock shows it."""
    return datetime.fromisoformat(text)


def later(hours: float) -> Callable[[str], str]:
    """Return the spelling of a clock that is so many hours ahead, and calls it UTC."""
    return lambda text: f"{moment(text) + timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}"


def with_offset(hours: int) -> Callable[[str], str]:
    """Return the spelling of the same moment at an offset of whole hours."""
    zone = f"{hours:+03}:00"
    return lambda text: later(hours)(text).replace("Z", zone)


def in_summer_time(text: str) -> str:
    """Return the date an hour later from April to October, and call it UTC."""
    return later(1)(text) if moment(text).month in _SUMMER else text


def text_as_sent(rules: Rules) -> Rules:
    """Show as date_expiry the very text that was sent."""

    def parse(call: Call, text: str) -> datetime | None:
        found = rules.parse_date_expiry(call, text)
        if found is not None:
            call.memory.setdefault("sent", {})[found.isoformat()] = text
        return found

    def format_date(call: Call, date: datetime) -> str:
        sent: dict[str, str] = call.memory.get("sent", {})
        return sent.get(date.isoformat()) or rules.format_date(call, date)

    return replace(rules, parse_date_expiry=parse, format_date=format_date)


def rounded_to_second_60(rules: Rules) -> Rules:
    """Round a fraction up to the second after 59, and carry nothing."""

    def format_date(call: Call, date: datetime) -> str:
        shown = rules.format_date(call, date)
        over = date.second == 59 and date.microsecond >= 500_000  # noqa: PLR2004  half of a second
        sent = date > call.now + timedelta(days=1)
        return f"{shown[:17]}60Z" if over and sent else shown

    return replace(rules, format_date=format_date)


def fraction_after_a_comma(rules: Rules) -> Rules:
    """Show milliseconds after a comma, where there are some."""

    def format_date(call: Call, date: datetime) -> str:
        shown = rules.format_date(call, date)
        thousandths = date.microsecond // 1000
        return f"{shown[:19]},{thousandths:03}Z" if thousandths else shown

    return replace(rules, format_date=format_date)


# What is read.


def read_as(read: Callable[[str], str], *operations: str) -> Change:
    """Return the change that reads another text than was sent as DateExpiry."""

    def change(rules: Rules) -> Rules:
        def parse(call: Call, text: str) -> datetime | None:
            concerned = call.operation.id in operations
            return rules.parse_date_expiry(call, read(text) if concerned else text)

        return replace(rules, parse_date_expiry=parse)

    return change


def taken_as(take: Callable[[datetime, str], datetime | None]) -> Change:
    """Return the change that takes another moment than a DateExpiry names."""

    def change(rules: Rules) -> Rules:
        def parse(call: Call, text: str) -> datetime | None:
            found = rules.parse_date_expiry(call, text)
            return None if found is None else take(found, text)

        return replace(rules, parse_date_expiry=parse)

    return change


def refusing(refuse: Callable[[str], object]) -> Change:
    """Return the change that refuses a DateExpiry of a certain form."""

    def change(rules: Rules) -> Rules:
        def parse(call: Call, text: str) -> datetime | None:
            if refuse(text):
                raise invalid("DateExpiry", "Expected another form.")
            return rules.parse_date_expiry(call, text)

        return replace(rules, parse_date_expiry=parse)

    return change


def rescuing(
    rescue: Callable[[Call, str], datetime | None], *operations: str
) -> Change:
    """Return the change that makes something of a DateExpiry that is no date.

    Nothing comes of it where that raises ValueError or OverflowError.
    """

    def change(rules: Rules) -> Rules:
        def parse(call: Call, text: str) -> datetime | None:
            try:
                return rules.parse_date_expiry(call, text)
            except RefusedError:
                if call.operation.id not in operations:
                    raise
                try:
                    return rescue(call, text)
                except (ValueError, OverflowError):
                    pass
                raise

        return replace(rules, parse_date_expiry=parse)

    return change


def offset_edited(edit: Callable[[str, str, str], str]) -> Callable[[str], str]:
    """Return the reading that edits an offset: its sign, its hours, its minutes."""
    return lambda text: _OFFSET.sub(lambda found: edit(*found.groups()), text)


def no_offset(_sign: str, _hours: str, _minutes: str) -> str:
    """Return the zone of UTC, whatever the offset was."""
    return "Z"


def other_sign(sign: str, hours: str, minutes: str) -> str:
    """Return the offset in the other direction."""
    return f"{'-' if sign == '+' else '+'}{hours}:{minutes}"


def within_the_day(found: datetime, text: str) -> datetime:
    """Return the time of day in UTC on the date that was sent."""
    if not _OFFSET.search(text):
        return found
    year, month, day = int(text[:4]), int(text[5:7]), int(text[8:10])
    return found.replace(year=year, month=month, day=day)


def day_for_month(found: datetime, _: str) -> datetime:
    """Return the date with day and month exchanged, where both could be either."""
    if found.day > 12:  # noqa: PLR2004  there is no such month
        return found
    return found.replace(month=found.day, day=found.month)


def of_32_bit(found: datetime, _: str) -> datetime:
    """Return the moment as 32 bits count the seconds since 1970."""
    seconds = int((found - _EPOCH).total_seconds())
    return _EPOCH + timedelta(seconds=(seconds + 2**31) % 2**32 - 2**31)


def at_most_32_bit(found: datetime, _: str) -> datetime:
    """Return the moment, or the last one that 32 bits can count to."""
    return min(found, _EPOCH + timedelta(seconds=2**31 - 1))


def in_single_precision(found: datetime, _: str) -> datetime:
    """Return the moment as a number of seconds with the digits that 32 bits leave."""
    seconds = (found - _EPOCH).total_seconds()
    (kept,) = struct.unpack("f", struct.pack("f", seconds))
    return min(_EPOCH + timedelta(seconds=kept), found.replace(microsecond=0))


def of_two_digits(found: datetime, _: str) -> datetime:
    """Return the moment in the year that its last two digits mean to most libraries."""
    pivot = 69
    digits = found.year % 100
    return found.replace(year=digits + (1900 if digits >= pivot else 2000))


def milliseconds_as_seconds(found: datetime, text: str) -> datetime:
    """Return the moment so many seconds later as the fraction has digits."""
    fraction = _FRACTION.search(text)
    whole = found.replace(microsecond=0)
    return whole + timedelta(seconds=int(fraction[1])) if fraction else found


def year_not_carried(found: datetime, text: str) -> datetime:
    """Return the moment rounded to the second, in the year that was sent."""
    rounded = found + timedelta(microseconds=500_000)
    return rounded.replace(year=int(text[:4])) if "." in text else found


def leap_day_moved(found: datetime, _: str) -> datetime:
    """Return the first of March for the 29th of February."""
    leap = (found.month, found.day) == (2, 29)
    return found + timedelta(days=1) if leap else found


def after_the_gap(found: datetime, _: str) -> datetime:
    """Return the moment an hour later where clocks in New York skip that hour."""
    second_sunday = found.month == 3 and 8 <= found.day <= 14 and found.weekday() == 6  # noqa: PLR2004  of March
    skipped = second_sunday and found.hour == 2  # noqa: PLR2004  when clocks go forward
    return found + timedelta(hours=1) if skipped else found


def noon_at_midnight(found: datetime, _: str) -> datetime:
    """Return midnight for noon, as a clock of twelve hours that counts from 0."""
    noon = (found.hour, found.minute, found.second) == (12, 0, 0)
    return found.replace(hour=0) if noon else found


def midnight_a_day_late(found: datetime, _: str) -> datetime:
    """Return the next midnight for midnight."""
    midnight = (found.hour, found.minute, found.second) == (0, 0, 0)
    return found + timedelta(days=1) if midnight else found


def carried_over(_call: Call, text: str) -> datetime:
    """Return what is left of an impossible date when each part is carried over."""
    found = _PARTS.fullmatch(text)
    if found is None:
        raise ValueError(text)
    year, month, day, hour, minute, second = map(int, found.groups())
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    first = datetime(year, month, 1, tzinfo=UTC)
    return first + timedelta(days=day - 1, hours=hour, minutes=minute, seconds=second)


def last_of_the_month(call: Call, text: str) -> datetime:
    """Return the last day of the month for a day that it does not have."""
    year, month = int(text[:4]), int(text[5:7])
    if not 1 <= month <= 12:  # noqa: PLR2004  the months there are
        raise ValueError(text)
    last = f"{text[:8]}{monthrange(year, month)[1]:02}{text[10:]}"
    found = call.rules.parse_date_expiry(call, last) if last != text else None
    if found is None:
        raise ValueError(text)
    return found


def any_offset(call: Call, text: str) -> datetime:
    """Return the moment at an offset that no clock has."""
    offset = _OFFSET.search(text)
    if offset is None:
        raise ValueError(text)
    local = call.rules.parse_date_expiry(call, _OFFSET.sub("Z", text))
    if local is None:
        raise ValueError(text)
    ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
    return local + ahead if offset[1] == "-" else local - ahead


def up_to_a_blank(call: Call, text: str) -> datetime | None:
    """Return the date that stands before a blank."""
    first, blank, _ = text.partition(" ")
    if not blank or len(first) < len("2031-07-30T20:00:00Z"):
        raise ValueError(text)
    return call.rules.parse_date_expiry(call, first)


def in_plain_digits(call: Call, text: str) -> datetime | None:
    """Return the date that is written in the digits of some script."""
    plain = "".join(str(int(c)) if c.isdecimal() else c for c in text)
    if plain == text:
        raise ValueError(text)
    return call.rules.parse_date_expiry(call, plain)


def nothing(_call: Call, _text: str) -> None:
    """Return no date, whatever was sent."""


def at_once(call: Call, text: str) -> datetime:
    """Return the present for a text without a digit."""
    if any(map(str.isdigit, text)):
        raise ValueError(text)
    return call.now


def unzoned(take: timedelta, *, shape: str) -> Change:
    """Return the change that takes what has no zone for the time of another place."""
    pattern = re.compile(shape)
    return taken_as(
        lambda found, text: found + take if pattern.fullmatch(text) else found
    )


def unreadable_fails(rules: Rules) -> Rules:
    """Let a date that does not exist fail inside the server."""

    def parse(call: Call, text: str) -> datetime | None:
        try:
            return rules.parse_date_expiry(call, text)
        except RefusedError as refused:
            if _PARTS.fullmatch(text):
                raise RefusedError(internal_error()) from refused
            raise

    return replace(rules, parse_date_expiry=parse)


def unreadable_left_out(rules: Rules) -> Rules:
    """Create a Session without the DateExpiry that is no date."""

    def read(call: Call, form: Form) -> NewSession:
        try:
            return rules.read_new_session(call, form)
        except RefusedError as refused:
            if refused.problem.parameter != "DateExpiry":
                raise
            return rules.read_new_session(
                call, {k: v for k, v in form.items() if k != "DateExpiry"}
            )

    return replace(rules, read_new_session=read)


def refused_but_created(rules: Rules) -> Rules:
    """Create the Session before its DateExpiry is looked at, and refuse it then."""

    def read(call: Call, form: Form) -> NewSession:
        try:
            return rules.read_new_session(call, form)
        except RefusedError as refused:
            if refused.problem.parameter == "DateExpiry":
                rest = {k: v for k, v in form.items() if k != "DateExpiry"}
                _create(call, rules.read_new_session(call, rest))
            raise

    return replace(rules, read_new_session=read)


def _create(call: Call, wanted: NewSession) -> None:
    service = call.rules.find_service(call)
    if service is not None and wanted.unique_name is not None:
        session = call.rules.initial_session(call, service, wanted)
        key = call.rules.session_name_key(call, session)
        call.store.sessions.add(replace(session, name_key=key))


def no_offset_on_create(rules: Rules) -> Rules:
    """Forget, when a Session is created, a DateExpiry at an offset."""

    def initial(call: Call, service: Service, wanted: NewSession) -> Session:
        sent = call.rules.decode_form(call).get("DateExpiry", [""])[0]
        if _OFFSET.search(sent):
            wanted = replace(wanted, date_expiry=None)
        return rules.initial_session(call, service, wanted)

    return replace(rules, initial_session=initial)


# How dates agree with one another.


def _touched_ahead(
    _call: Call, _before: Session, after: Session, _changes: SessionChanges
) -> Session:
    return replace(after, date_updated=after.date_updated + timedelta(hours=2))


FAULTS: dict[str, Change] = {
    "date-expiry-shown-as-date-alone": showing(
        spelt(lambda text: text[:10], "date_expiry"), *ALL
    ),
    "list-shows-dates-without-zone": showing(
        spelt(lambda text: text[:-1], *_DATES), LIST
    ),
    "offset-shown-without-colon": showing(
        spelt(lambda text: text.replace("Z", "+0000"), *_DATES), *ALL
    ),
    "update-shows-a-blank-for-t": showing(
        spelt(lambda text: text.replace("T", " "), *_DATES), UPDATE
    ),
    "create-shows-mail-dates": showing(
        spelt(lambda text: format_datetime(moment(text), usegmt=True), *_DATES), CREATE
    ),
    "date-ended-shown-as-number": showing(
        spelt(lambda text: f"{moment(text).timestamp():.0f}", "date_ended"), *ALL
    ),
    "unset-dates-shown-as-zeros": showing(
        spelt(str, "date_started", "date_ended", nothing="0000-00-00T00:00:00Z"), *ALL
    ),
    "minutes-shown-without-seconds": showing(
        spelt(lambda text: f"{text[:16]}Z", "date_last_interaction", "date_ended"),
        *ALL,
    ),
    "century-not-shown": showing(spelt(lambda text: text[2:], "date_expiry"), *ALL),
    "second-60-shown": rounded_to_second_60,
    "fraction-shown-after-a-comma": fraction_after_a_comma,
    "dates-shown-at-an-offset": showing(spelt(with_offset(-5), *_DATES), *ALL),
    "list-shows-dates-at-an-offset": showing(spelt(with_offset(2), *_DATES), LIST),
    "date-expiry-shown-as-sent": text_as_sent,
    "date-expiry-shown-in-local-time": showing(spelt(later(-5), "date_expiry"), *ALL),
    "date-expiry-shown-in-summer-time": showing(
        spelt(in_summer_time, "date_expiry"), *ALL
    ),
    "twelve-hour-clock-shown": showing(
        spelt(lambda text: f"{moment(text):%Y-%m-%dT%I:%M:%SZ}", "date_expiry"), *ALL
    ),
    "year-of-the-week-shown": showing(
        spelt(lambda text: f"{moment(text):%G-%m-%dT%H:%M:%SZ}", "date_expiry"), *ALL
    ),
    "service-dates-without-zone": service_shown(
        spelt(lambda text: text[:-1], "date_created", "date_updated")
    ),
    "participant-dates-at-an-offset": participant_shown(
        spelt(with_offset(-8), "date_created"), "FetchParticipant", "ListParticipant"
    ),
    "interaction-dates-as-dates-alone": interaction_shown(
        spelt(lambda text: text[:10], "date_updated"),
        "FetchInteraction",
        "ListInteraction",
    ),
    "offset-dropped": read_as(offset_edited(no_offset), CREATE, UPDATE),
    "offset-applied-the-wrong-way": read_as(offset_edited(other_sign), CREATE, UPDATE),
    "offset-cut-to-hours": read_as(
        offset_edited(lambda sign, hours, _: f"{sign}{hours}:00"), CREATE, UPDATE
    ),
    "offset-dropped-by-updates": read_as(offset_edited(no_offset), UPDATE),
    "offset-does-not-change-the-day": taken_as(within_the_day),
    "offset-refused": refusing(_OFFSET.search),
    "offset-beyond-twelve-hours-refused": refusing(
        lambda text: (found := _OFFSET.search(text)) and int(found[2]) > 12  # noqa: PLR2004  hours
    ),
    "offset-forgotten-on-create": no_offset_on_create,
    "fraction-refused": refusing(_FRACTION.search),
    "fraction-of-six-digits-refused": refusing(re.compile(r"\.[0-9]{6}Z").search),
    "milliseconds-read-as-seconds": taken_as(milliseconds_as_seconds),
    "rounding-does-not-carry-the-year": taken_as(year_not_carried),
    "date-expiry-to-the-minute": taken_as(
        lambda found, _: found.replace(second=0, microsecond=0)
    ),
    "date-expiry-to-the-day": taken_as(
        lambda found, _: found.replace(hour=0, minute=0, second=0, microsecond=0)
    ),
    "day-and-month-exchanged": taken_as(day_for_month),
    "date-expiry-of-32-bits": taken_as(of_32_bit),
    "date-expiry-at-most-of-32-bits": taken_as(at_most_32_bit),
    "date-expiry-in-single-precision": taken_as(in_single_precision),
    "year-of-two-digits": taken_as(of_two_digits),
    "leap-day-moved": taken_as(leap_day_moved),
    "leap-day-refused": refusing(lambda text: text[4:10] == "-02-29"),
    "clocks-of-new-york": taken_as(after_the_gap),
    "noon-at-midnight": taken_as(noon_at_midnight),
    "midnight-a-day-late": taken_as(midnight_a_day_late),
    "impossible-date-carried-over-by-updates": rescuing(carried_over, UPDATE),
    "impossible-date-carried-over-on-create": rescuing(carried_over, CREATE),
    "last-day-for-an-impossible-one": rescuing(last_of_the_month, CREATE, UPDATE),
    "offset-not-checked": rescuing(any_offset, CREATE, UPDATE),
    "impossible-date-fails-inside": unreadable_fails,
    "unreadable-date-left-out-on-create": unreadable_left_out,
    "unreadable-date-clears": rescuing(nothing, UPDATE),
    "text-after-a-date-not-looked-at": rescuing(up_to_a_blank, CREATE, UPDATE),
    "digits-of-any-script-taken": rescuing(in_plain_digits, CREATE, UPDATE),
    "words-taken-for-the-present": rescuing(at_once, CREATE, UPDATE),
    "refused-create-holds-its-name": refused_but_created,
    "updated-before-created": showing(spelt(later(-1), "date_updated"), *ALL),
    "ended-in-local-time": showing(spelt(later(-5), "date_ended"), *ALL),
    "used-in-local-time": showing(
        spelt(later(-8), "date_started", "date_last_interaction"), *ALL
    ),
    "updates-dated-ahead": updating(_touched_ahead),
    "no-zone-taken-for-local-time": unzoned(
        timedelta(hours=5), shape=r"[0-9-]{10}T[0-9:]{8}"
    ),
    "date-alone-taken-for-local-time": unzoned(
        timedelta(hours=-2), shape=r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    ),
}
