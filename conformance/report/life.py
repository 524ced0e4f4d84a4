"""The life line of a Session: all that was asked and told of it, in order."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from conformance.exchange import Exchange, Json
from conformance.report.listed import listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A property that an answer showed for the first time, or otherwise than before."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One exchange in a life; `changes` are what it told that was not known.

    `again` are the exchanges right after it that were like it and told nothing new.
    """

    number: int
    began_ms: float
    operation: str
    observed: str
    accepted: bool
    changes: tuple[Change, ...]
    again: tuple[int, ...] = ()

    def then(self, other: "Moment") -> "tuple[Moment, ...]":
        """Return this moment and the next one, as one where nothing is new in it."""
        alike = (self.operation, self.observed) == (other.operation, other.observed)
        if alike and not other.changes:
            return (replace(self, again=(*self.again, other.number)),)
        return self, other


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """The moments of one Session."""

    sid: str
    moments: tuple[Moment, ...]


def lives(exchanges: Iterable[Exchange], sids: Iterable[str]) -> tuple[Life, ...]:
    """Return the life lines of these Sessions, as far as they were seen."""
    moments: dict[str, list[Moment]] = {sid: [] for sid in sids}
    known: dict[str, Mapping[str, Any]] = {}
    for exchange in sorted(exchanges, key=lambda one: one.began_ms):
        for sid in _concerned(exchange, moments):
            fields = _shown(exchange, sid)
            changes = tuple(_changes(known.get(sid), fields)) if fields else ()
            if fields:
                known[sid] = fields
            moment = Moment(
                number=exchange.number,
                began_ms=exchange.began_ms,
                operation=exchange.probe.operation,
                observed=exchange.observed,
                accepted=exchange.accepted,
                changes=changes,
            )
            before = moments[sid][-1:]
            moments[sid][-1:] = before[0].then(moment) if before else (moment,)
    return tuple(
        Life(sid=sid, moments=tuple(some)) for sid, some in moments.items() if some
    )


def _concerned(exchange: Exchange, sids: Iterable[str]) -> Iterator[str]:
    """Yield the Sessions that an exchange asks about, creates or lists."""
    told = exchange.fields.get("sid")
    listed = _listed(exchange)
    for sid in sids:
        if sid in exchange.sent.url or sid == told or sid in listed:
            yield sid


def _shown(exchange: Exchange, sid: str) -> Mapping[str, Any]:
    if exchange.accepted and exchange.fields.get("sid") == sid:
        return exchange.fields
    return _listed(exchange).get(sid, {})


def _listed(exchange: Exchange) -> Mapping[str, Mapping[str, Any]]:
    value = exchange.fields.get("sessions") if exchange.accepted else None
    return {
        item["sid"]: item
        for item in listed(value).values()
        if isinstance(item.get("sid"), str)
    }


def _changes(
    before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> Iterator[Change]:
    """Yield what is other than before; at first sight, what sets it apart."""
    if before is None:
        for name in ("unique_name", "status", "mode", "ttl", "date_expiry"):
            if after.get(name) not in (None, "", 0):
                yield Change(name=name, before="", after=_plain(after[name]))
        return
    for name in dict.fromkeys([*before, *after]):
        if before.get(name) != after.get(name) or (name in before) != (name in after):
            yield Change(
                name=name,
                before=_plain(before[name]) if name in before else "absent",
                after=_plain(after[name]) if name in after else "absent",
            )


def _plain(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)
