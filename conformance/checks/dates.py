"""Checks about dates that are shown: how they are spelled, what they say together."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from conformance.checks import date_expiry
from conformance.checks.properties import themselves
from conformance.evidence import Evidence, Seen
from conformance.judge import Check
from conformance.oracles import date
from conformance.verdict import Verdict, chose, judged

_OF_A_SESSION = (
    *("date_created", "date_updated", "date_expiry"),
    *("date_started", "date_ended", "date_last_interaction"),
)
_WRITTEN = ("date_created", "date_updated")
_OF_OTHERS = ("date_created", "date_updated", "date_deleted")
_SHOWING = ("Create", "Fetch", "List", "Update")
_SINCE = {
    "in-progress": ("date_started", "date_last_interaction"),
    "closed": ("date_started", "date_last_interaction", "date_ended"),
}
_JUST_NOW = {"CreateSession": "date_created", "UpdateSession": "date_updated"}
_SLACK_S = 1.0
_CLOCKS_S = 5.0
_ZONE_S = 15 * 60
_ZONES = range(2, 14 * 4 + 1)


@dataclass(frozen=True, slots=True)
class _Style:
    """How a date is spelled; `miss` is what it lacks of a full one."""

    choice: str = ""
    miss: str = ""
    abroad: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A date that some answer shows, None for null."""

    name: str
    text: str | None
    style: _Style
    seen: Seen


def dates_are_full_and_in_utc(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each date of each Session (DATE-001, DATE-002)."""
    for one in _spellings(themselves(evidence), _OF_A_SESSION):
        miss, abroad = one.style.miss, one.style.abroad
        yield _verdict("DATE-001", one, "null or a full date-time of RFC 3339", miss)
        if not miss:
            yield _verdict("DATE-002", one, "in UTC", "an offset" if abroad else "")


def dates_are_spelled_somehow(evidence: Evidence) -> Iterator[Verdict]:
    """Yield which lawful spellings the dates of Sessions have (DATE-004)."""
    for one in _spellings(themselves(evidence), _OF_A_SESSION):
        if choice := one.style.choice:
            yield chose(
                "DATE-004",
                one.seen.operation,
                choice,
                subject=choice,
                evidence=(one.seen.exchange.number,),
            )


def other_dates_are_full_and_in_utc(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each date of Services and what else there is (DATE-003)."""
    others = (
        seen
        for seen in evidence.seen
        if seen.resource != "Session" and seen.operation.startswith(_SHOWING)
    )
    for one in _spellings(others, _OF_OTHERS):
        wrong = one.style.miss or ("an offset" if one.style.abroad else "")
        yield _verdict("DATE-003", one, "null or a full date-time in UTC", wrong)


def updated_after_it_was_created(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether any Session was updated before it was created (DATE-011)."""
    judged_before: set[tuple[str, bool]] = set()
    for seen in themselves(evidence):
        created, updated = (_moment(seen, name) for name in _WRITTEN)
        # Null, which the contract lets pass, is not before anything.
        null = any(seen.fields.get(name, 0) is None for name in _WRITTEN)
        if not null and (created is None or updated is None):
            continue
        holds = created is None or updated is None or updated > created - _SLACK_S
        if (seen.operation, holds) not in judged_before:
            judged_before.add((seen.operation, holds))
            yield _order("DATE-011", seen, "date_updated", "date_created", holds=holds)


def used_after_it_was_created(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether any Session was used or ended too early (DATE-012)."""
    judged_before: set[tuple[str, str, str, bool]] = set()
    for seen in themselves(evidence):
        for name, earlier, holds in _since(seen):
            key = seen.operation, name, earlier, holds
            if key not in judged_before:
                judged_before.add(key)
                yield _order("DATE-012", seen, name, earlier, holds=holds)


def just_now_is_the_present(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether what was just written is dated in another time zone (DATE-013)."""
    judged_before: set[tuple[str, str]] = set()
    for exchange, operation in evidence.succeeded:
        name = _JUST_NOW.get(operation.id)
        shown = exchange.fields.get(name) if name else None
        if exchange.response is None or not isinstance(shown, str):
            continue
        away = _away(date.instant(shown), exchange.response.clock_s)
        dated_earlier = away == "a time zone behind" and operation.id != "CreateSession"
        if away is None or dated_earlier or (operation.id, away) in judged_before:
            continue
        judged_before.add((operation.id, away))
        yield judged(
            "DATE-013",
            operation.id,
            not away,
            expected=f"{name} at about {exchange.response.header('Date')}, its Date",
            observed=shown,
            symptom=away,
            evidence=(exchange.number,),
        )


def _spellings(some: Iterable[Seen], names: tuple[str, ...]) -> Iterator[_Shown]:
    """Yield the dates shown, one for each property, operation and way to spell it.

    What is neither a text nor null is judged by others.
    """
    yielded: set[tuple[str, str, _Style]] = set()
    for seen in some:
        for name in names:
            shown = seen.fields.get(name, 0)
            if shown is not None and not isinstance(shown, str):
                continue
            style = _NULL if shown is None else _style(shown)
            key = name, seen.operation, style
            if key not in yielded:
                yielded.add(key)
                yield _Shown(name=name, text=shown, style=style, seen=seen)


@lru_cache(maxsize=4096)
def _style(text: str) -> _Style:
    found = date.read(text)
    if found is None:
        return _Style(miss=date.miss(text))
    if not found.utc:
        return _Style(abroad=True)
    if found.small_letters:
        return _Style("small letters")
    if found.zone != "Z":
        return _Style("an offset of nothing")
    return _Style("a fraction and Z" if found.fraction else "whole seconds and Z")


_NULL = _Style()


def _verdict(requirement: str, one: _Shown, expected: str, wrong: str) -> Verdict:
    return judged(
        requirement,
        one.seen.operation,
        not wrong,
        expected=f"{one.name} {expected}",
        observed=repr(one.text),
        symptom=f"{one.name}: {wrong}",
        subject=one.name,
        evidence=(one.seen.exchange.number,),
    )


def _since(seen: Seen) -> Iterator[tuple[str, str, bool]]:
    """Yield each date of use, one that it must not be before, and whether it is not.

    What is not closed may show any date_ended, and what is open any date of use. Who
    sends a date that has passed may find that the Session ended then.
    """
    created, expiry = _moment(seen, "date_created"), _moment(seen, "date_expiry")
    passed = created is not None and expiry is not None and expiry <= created
    if created is None or passed or seen.operation == "CreateSession":
        return
    for name in _SINCE.get(str(seen.fields.get("status")), ()):
        moment, started = _moment(seen, name), _moment(seen, "date_started")
        if moment is not None:
            yield name, "date_created", moment > created - _SLACK_S
            if name == "date_ended" and started is not None:
                yield name, "date_started", moment > started - _SLACK_S


def _order(
    requirement: str, seen: Seen, name: str, earlier: str, *, holds: bool
) -> Verdict:
    return judged(
        requirement,
        seen.operation,
        holds,
        expected=f"{name} not before {earlier} {seen.fields.get(earlier)}",
        observed=str(seen.fields.get(name)),
        symptom=f"{name} before {earlier}",
        subject=name,
        evidence=(seen.exchange.number,),
    )


def _moment(seen: Seen, name: str) -> float | None:
    text = seen.fields.get(name)
    return date.instant(text) if isinstance(text, str) else None


def _away(moment: float | None, clock: float | None) -> str | None:
    """Return how a moment is away from a clock: "" not at all, None none can tell."""
    if moment is None or clock is None:
        return None
    zones = round((moment - clock) / _ZONE_S)
    if abs(moment - clock - zones * _ZONE_S) > _CLOCKS_S:
        return None
    if zones == 0:
        return ""
    if abs(zones) not in _ZONES:
        return None
    return "a time zone ahead" if zones > 0 else "a time zone behind"


CHECKS: tuple[Check, ...] = (
    dates_are_full_and_in_utc,
    dates_are_spelled_somehow,
    other_dates_are_full_and_in_utc,
    updated_after_it_was_created,
    used_after_it_was_created,
    just_now_is_the_present,
    *date_expiry.CHECKS,
)
