"""Presence: which Session was where, from when, and until when at least."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import unquote

from conformance.evidence import Evidence
from conformance.exchange import Exchange, Scene

NOT_FOUND = 404
_OUT = frozenset({"DELETE", "PUT", "PATCH"})


class Moment(NamedTuple):
    """A point on the time line; exchanges at one instant are told by number."""

    ms: float
    number: int


def began(exchange: Exchange) -> Moment:
    """Return when an exchange was sent."""
    return Moment(exchange.began_ms, exchange.number)


def ended(exchange: Exchange) -> Moment:
    """Return when an exchange was over."""
    return Moment(exchange.ended_ms, exchange.number)


@dataclass(frozen=True, kw_only=True)
class Presence:
    """What a history tells of where its Sessions are; all keys are in lower case.

    `home` names the list a Session belongs to and `arrived` when it was there at
    the latest, `leaving` the first attempt to remove it, `gone` the answer that
    proved it removed. A `private` list is of a Service made in this history in which
    one scene alone created and removed, so nobody else moves what it shows.
    """

    home: Mapping[str, str]
    arrived: Mapping[str, Moment]
    leaving: Mapping[str, Moment]
    gone: Mapping[str, Moment]
    residents: Mapping[str, tuple[str, ...]]
    private: frozenset[str]

    def stayed(self, path: str, since: Moment, until: Moment) -> frozenset[str]:
        """Return the SIDs that were in that list all the time in between."""
        return frozenset(
            sid
            for sid in self.residents.get(path, ())
            if self.arrived[sid] < since
            and (sid not in self.leaving or self.leaving[sid] > until)
        )


def presence(evidence: Evidence) -> Presence:
    """Return what the history tells of where its Sessions are."""
    tally = _Tally()
    for exchange in evidence.history:
        operation = evidence.operation(exchange)
        if operation is not None and operation.id in _STEPS:
            _STEPS[operation.id](tally, exchange)
        elif operation is None and exchange.accepted and exchange.sent.method in _OUT:
            # What no document describes may have removed the list that it names.
            tally.emptied(exchange.sent.path.rstrip("/").lower(), exchange)
    return Presence(
        home=tally.home,
        arrived=tally.arrived,
        leaving=tally.leaving,
        gone=tally.gone,
        residents={path: tuple(sids) for path, sids in tally.residents.items()},
        private=frozenset(
            path for path in tally.made if len(tally.writers.get(path, ())) <= 1
        ),
    )


def owner(exchange: Exchange) -> tuple[str, str]:
    """Return the list path and the SID that a request to one Session names."""
    path, _, sid = exchange.sent.path.rpartition("/")
    return path.lower(), unquote(sid).lower()


@dataclass(kw_only=True)
class _Tally:
    """The presence as far as the history is read."""

    home: dict[str, str] = field(default_factory=dict)
    arrived: dict[str, Moment] = field(default_factory=dict)
    leaving: dict[str, Moment] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    gone: dict[str, Moment] = field(default_factory=dict)
    residents: dict[str, list[str]] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)
    writers: dict[str, set[Scene]] = field(default_factory=dict)

    def service_made(self, exchange: Exchange) -> None:
        sid = exchange.fields.get("sid")
        if exchange.accepted and isinstance(sid, str):
            self.made.add(f"{exchange.sent.path}/{sid}/Sessions".lower())

    def service_removed(self, exchange: Exchange) -> None:
        self.emptied(f"{exchange.sent.path}/Sessions".lower(), exchange)

    def created(self, exchange: Exchange) -> None:
        path, scene = exchange.sent.path.lower(), exchange.probe.scene
        self.writers.setdefault(path, set()).add(scene)
        sid = exchange.fields.get("sid")
        if not exchange.accepted or not isinstance(sid, str) or not sid:
            return
        sid = sid.lower()
        if sid not in self.home:
            self.home[sid] = path
            self.arrived[sid] = ended(exchange)
            self.residents.setdefault(path, []).append(sid)

    def deleted(self, exchange: Exchange) -> None:
        path, sid = owner(exchange)
        self.writers.setdefault(path, set()).add(exchange.probe.scene)
        if sid in self.home:
            self.leaving.setdefault(sid, began(exchange))
            if exchange.accepted:
                self.removed.add(sid)
        elif exchange.accepted:
            # A spoilt SID was taken for one: whichever of the list it was is gone.
            self.emptied(path, exchange)

    def emptied(self, path: str, exchange: Exchange) -> None:
        """Doubt all that is in a list, for it may have been removed."""
        for sid in self.residents.get(path, ()):
            self.leaving.setdefault(sid, began(exchange))

    def fetched(self, exchange: Exchange) -> None:
        _, sid = owner(exchange)
        if exchange.status == NOT_FOUND and sid in self.removed:
            self.gone.setdefault(sid, ended(exchange))


_STEPS = {
    "CreateService": _Tally.service_made,
    "DeleteService": _Tally.service_removed,
    "CreateSession": _Tally.created,
    "DeleteSession": _Tally.deleted,
    "FetchSession": _Tally.fetched,
}
