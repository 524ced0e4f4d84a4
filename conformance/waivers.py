"""Waivers: failures that a team knows of and lets pass, until a day that it names."""

import tomllib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any, cast

from conformance.catalogue import Catalogue
from conformance.record import Waiver
from conformance.verdict import Outcome, Ruling

_NEEDED = ("requirement", "reason", "issue", "expires")
_KNOWN = frozenset({*_NEEDED, "operation"})

STALE = frozenset({"unused", "expired", "unmatched"})
"""The states of a waiver that no longer says how things are."""


class WaiverError(ValueError):
    """Waivers that cannot be used; the message is one clear line."""


def load(text: str, name: str) -> tuple[Waiver, ...]:
    """Return the waivers that a text spells; raise WaiverError, naming the row."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WaiverError(f"{name}: not TOML: {error}") from error
    if unknown := document.keys() - {"waiver"}:
        raise WaiverError(
            f"{name}: unknown table {min(unknown)!r}; expected [[waiver]]"
        )
    rows = document.get("waiver", [])
    if not isinstance(rows, list):
        raise WaiverError(f"{name}: expected [[waiver]], observed [waiver]")
    waivers = tuple(
        _waiver(row, f"{name}: waiver {number}")
        for number, row in enumerate(rows, start=1)
    )
    keys = [(waiver.requirement, waiver.operation) for waiver in waivers]
    if twice := next((key for key in keys if keys.count(key) > 1), None):
        raise WaiverError(f"{name}: {' at '.join(filter(None, twice))} is there twice")
    return waivers


def _waiver(row: object, where: str) -> Waiver:
    if not isinstance(row, dict):
        raise WaiverError(f"{where}: expected a table, observed {row!r}")
    row = cast("dict[str, Any]", row)
    if unknown := row.keys() - _KNOWN:
        raise WaiverError(f"{where}: unknown key {min(unknown)!r}")
    if missing := next((name for name in _NEEDED if not row.get(name)), ""):
        raise WaiverError(f"{where}: {missing} is missing")
    expires = row["expires"]
    if not isinstance(expires, date) or isinstance(expires, datetime):
        raise WaiverError(
            f"{where}: expires: expected a date such as 2026-12-31, "
            f"observed {expires!r}"
        )
    texts = {name: row.get(name, "") for name in _KNOWN - {"expires"}}
    if wrong := next((n for n, v in texts.items() if not isinstance(v, str)), ""):
        raise WaiverError(f"{where}: {wrong}: expected text, observed {row[wrong]!r}")
    return Waiver(**texts, expires=expires.isoformat())


def in_force(
    waivers: Iterable[Waiver], catalogue: Catalogue, today: date
) -> frozenset[tuple[str, str]]:
    """Return the requirements and operations, "" for each, that are waived today."""
    return frozenset(
        (waiver.requirement, waiver.operation)
        for waiver in waivers
        if _matches(waiver, catalogue) and not _expired(waiver, today)
    )


def settled(
    waivers: Iterable[Waiver],
    rulings: Iterable[Ruling],
    catalogue: Catalogue,
    today: date,
) -> tuple[Waiver, ...]:
    """Return each waiver with the state that a run left it in."""
    rulings = tuple(rulings)
    return tuple(
        replace(waiver, state=_state(waiver, rulings, catalogue, today))
        for waiver in waivers
    )


def _state(
    waiver: Waiver, rulings: tuple[Ruling, ...], catalogue: Catalogue, today: date
) -> str:
    if not _matches(waiver, catalogue):
        return "unmatched"
    if _expired(waiver, today):
        return "expired"
    outcomes = {
        ruling.outcome
        for ruling in rulings
        if ruling.requirement == waiver.requirement
        and waiver.operation in {"", ruling.operation}
    }
    if Outcome.FAIL in outcomes:
        return "used"
    return "undecided" if outcomes - {Outcome.PASS} else "unused"


def stale(waivers: Iterable[Waiver]) -> bool:
    """Return whether one of them has to be looked at: the run fails until then."""
    return any(waiver.state in STALE for waiver in waivers)


def _matches(waiver: Waiver, catalogue: Catalogue) -> bool:
    row = catalogue.requirements.get(waiver.requirement)
    return row is not None and waiver.operation in {"", *row.operations}


def _expired(waiver: Waiver, today: date) -> bool:
    return date.fromisoformat(waiver.expires) < today
