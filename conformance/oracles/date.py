"""What a full date-time is, as RFC 3339 spells it, and which moment it names.

Spelled out place by place: patterns are what others have.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache

_ZEROS = str.maketrans("123456789", "000000000")
_PLACES = "0000-00-00T00:00:00"
_CLOCK = len(_PLACES)
_DAY = len("0000-00-00")
_MICROSECONDS = 6
_FARTHEST_WEST_S, _FARTHEST_EAST_S = -12 * 3600, 14 * 3600
_YEAR_2262_S = 9_214_646_400
_DAY_S = 86_400
_LEAP = ":60"
_LAST_SECOND = time(23, 59, 59)
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  what it is compared with has no zone


@dataclass(frozen=True, slots=True, kw_only=True)
class DateTime:
    """A full date-time taken apart.

    `instant` is its moment in seconds since 1970, `offset_s` how far its clock is
    ahead of UTC, `fraction` the digits after the point; `leap` is a 61st second.
    """

    instant: float
    offset_s: int
    zone: str
    fraction: str
    small_letters: bool
    leap: bool

    @property
    def utc(self) -> bool:
        """Whether it is told in UTC, whatever it calls that."""
        return self.offset_s == 0


@lru_cache(maxsize=4096)
def read(text: str) -> DateTime | None:
    """Return the date-time that `text` is, None if it is no full one of RFC 3339.

    Letters may be small, and a minute may have a 61st second where a leap second can
    be: at the end of a month in UTC.
    """
    clock, rest = text[:_CLOCK], text[_CLOCK:]
    if clock.translate(_ZEROS).upper() != _PLACES:
        return None
    zone = _zone(rest)
    fraction = rest[1 : len(rest) - len(zone)]
    offset_s = _offset_s(zone)
    seconds = None if offset_s is None else _seconds(clock, offset_s)
    if offset_s is None or seconds is None or rest[: -len(zone)] == ".":
        return None
    return DateTime(
        instant=seconds + float(f"0.{fraction}0"),
        offset_s=offset_s,
        zone=zone,
        fraction=fraction,
        small_letters=text != text.upper(),
        leap=clock.endswith(_LEAP),
    )


def instant(text: str) -> float | None:
    """Return the moment that a full date-time names, in seconds since 1970."""
    date = read(text)
    return None if date is None else date.instant


def is_common(date: DateTime) -> bool:
    """Return whether every parser in use takes such a date-time.

    Few take small letters, leap seconds and -00:00, offsets that no place on earth
    has, more digits than microseconds, and years that 64 bits of nanoseconds cannot
    count to.
    """
    placed = _FARTHEST_WEST_S <= date.offset_s <= _FARTHEST_EAST_S
    plain = not date.small_letters and not date.leap and date.zone != "-00:00"
    short = len(date.fraction) <= _MICROSECONDS
    return plain and placed and short and date.instant < _YEAR_2262_S


def day(text: str) -> tuple[float, float] | None:
    """Return when a date without a time begins and ends in UTC, None for another text.

    Its dashes may be left out.
    """
    if text.translate(_ZEROS) == "0" * len("00000000"):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    begin = instant(f"{text}T00:00:00Z")
    return None if begin is None else (begin, begin + _DAY_S)


def miss(text: str) -> str:
    """Return, as a class, how a text misses being a full date-time."""
    clock, rest = text[:_CLOCK], text[_CLOCK:]
    if text.translate(_ZEROS) == _PLACES[:_DAY]:
        return "a date without a time"
    if text and text.translate(_ZEROS).strip("0") in {"", "."}:
        return "a number"
    if clock.translate(_ZEROS).upper() != _PLACES:
        return "another notation"
    zone = _zone(rest)
    if _seconds(clock, _offset_s(zone) or 0) is None:
        return "no such moment"
    return "another way to write the zone" if zone else "no zone"


def _zone(rest: str) -> str:
    """Return what follows the fraction, if there is one."""
    return rest[1:].lstrip("0123456789") if rest.startswith(".") else rest


def _offset_s(zone: str) -> int | None:
    """Return how many seconds a zone is ahead of UTC, None if it is none."""
    if zone in {"Z", "z"}:
        return 0
    sign, hours, minutes = zone[:1], zone[1:3], zone[4:]
    shaped = zone[1:].translate(_ZEROS) == "00:00"
    if sign not in {"+", "-"} or not shaped or hours > "23" or minutes > "59":
        return None
    ahead_s = int(hours) * 3600 + int(minutes) * 60
    return ahead_s if sign == "+" else -ahead_s


def _seconds(clock: str, offset_s: int) -> float | None:
    """Return when a clock so far ahead of UTC shows this, in seconds since 1970."""
    leap = clock.endswith(_LEAP)
    try:
        shown = datetime.fromisoformat(clock[:-2] + "59" if leap else clock)
        last = shown - timedelta(seconds=offset_s) if leap else shown
    except (ValueError, OverflowError):
        return None
    # To some versions of Python the hour 24 is the next midnight.
    if clock[11:13] == "24" or (leap and not _ends_a_month(last)):
        return None
    return (shown - _EPOCH).total_seconds() - offset_s + leap


def _ends_a_month(moment: datetime) -> bool:
    """Return whether it is 23:59:59 on the last day of a month."""
    _, days = monthrange(moment.year, moment.month)
    return moment.day == days and moment.time() == _LAST_SECOND
