"""The Sessions of a history, each followed through the model."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from math import inf
from typing import Any

from conformance.evidence import Evidence, Seen
from conformance.exchange import FORM, Credentials, Exchange, Request
from conformance.models.act import (
    CREATE,
    DELETE,
    DELETE_SERVICE,
    FETCH,
    JOIN,
    LIST,
    MESSAGE,
    UPDATE,
    Act,
    answer,
)
from conformance.models.known import Known, Step
from conformance.models.session import apply
from conformance.models.values import (
    NOTHING,
    Value,
    Values,
    asked_values,
    shown_values,
    touched_fields,
)
from conformance.oracles.sid import is_sid

_EVERYTHING = touched_fields(
    (name, "") for name in ("UniqueName", "Mode", "Status", "Ttl", "DateExpiry")
)
_NOTHING: frozenset[str] = frozenset()
_ADDRESSED = frozenset({FETCH, UPDATE, DELETE})
_READS = frozenset({FETCH, LIST})
_EVENTS = frozenset({JOIN, "DeleteParticipant", MESSAGE, "DeleteInteraction"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stride:
    """One step of one Session, and the exchange that took it."""

    sid: str
    service: str
    exchange: Exchange
    step: Step


@dataclass(slots=True, kw_only=True)
class _Thread:
    """One Session's acts as they are gathered; not `whole` is a SID of no Session."""

    sid: str
    service: str
    whole: bool
    acts: list[tuple[Act, Exchange]] = field(default_factory=list[tuple[Act, Exchange]])
    raw: Mapping[str, Any] = field(default_factory=dict[str, Any])
    shown: Values = field(default_factory=dict[str, Value])

    def values(self, raw: Mapping[str, Any]) -> Values:
        """Return the values of `raw`, which is often what was shown last."""
        if raw != self.raw:
            self.raw, self.shown = raw, shown_values(raw)
        return self.shown


def strides(evidence: Evidence) -> tuple[Stride, ...]:
    """Return every step of every Session, Session by Session."""
    found = _threads(evidence)
    return tuple(stride for thread in found.by_sid.values() for stride in _walk(thread))


def _walk(thread: _Thread) -> Iterator[Stride]:
    known = Known()
    for act, exchange in _settled(thread.acts):
        step = apply(known, act)
        known = step.after
        yield Stride(
            sid=thread.sid, service=thread.service, exchange=exchange, step=step
        )


def _settled(acts: Iterable[tuple[Act, Exchange]]) -> Iterator[tuple[Act, Exchange]]:
    """Yield the acts in the order they began, marked where a write overlaps one."""
    ordered = sorted(acts, key=lambda pair: (pair[0].began_s, pair[0].number))
    disturbed: set[int] = set()
    written_until = -inf
    for index, (act, _) in enumerate(ordered):
        if act.began_s < written_until:
            disturbed.add(index)
        if act.operation not in _READS:
            written_until = max(written_until, act.ended_s)
    written_from = inf
    for index, (act, _) in reversed(tuple(enumerate(ordered))):
        if written_from < act.ended_s:
            disturbed.add(index)
        if act.operation not in _READS:
            written_from = act.began_s
    for index, (act, exchange) in enumerate(ordered):
        yield (replace(act, settled=False) if index in disturbed else act), exchange


@dataclass(frozen=True, slots=True)
class _Threads:
    """What bears on each Session, by its SID and by its Service in lower case."""

    by_sid: dict[str, _Thread] = field(default_factory=dict[str, _Thread])
    by_service: dict[str, list[_Thread]] = field(
        default_factory=dict[str, list[_Thread]]
    )

    def at_home(self, seen: Seen, service: str) -> _Thread:
        """Return the Session of that SID, a new one at home where it was seen."""
        key = seen.sid.lower()
        if key not in self.by_sid:
            whole = is_sid(seen.sid, prefix="KC")
            new = _Thread(sid=seen.sid, service=service, whole=whole)
            self.by_sid[key] = new
            self.by_service.setdefault(service.lower(), []).append(new)
        return self.by_sid[key]


def _threads(evidence: Evidence) -> _Threads:
    """Return what bears on each Session."""
    threads = _Threads()
    pages = groupby(evidence.sessions, key=lambda seen: seen.exchange.number)
    shown = {number: tuple(some) for number, some in pages}
    for exchange in evidence.history:
        operation = evidence.operation(exchange)
        if operation is None:
            continue
        path = evidence.contract.path_values(operation, exchange.sent.path)
        sent = exchange.sent
        asked, touched = _sent(sent) if sent.body else (NOTHING, _NOTHING)
        call = _Call(
            operation=operation.id,
            exchange=exchange,
            service=path.get("ServiceSid", ""),
            asked=asked,
            touched=touched,
        )
        some = shown.get(exchange.number, ())
        if operation.id in {CREATE, LIST}:
            for seen in some:
                thread = threads.at_home(seen, call.service)
                call.joins(thread, thread.sid, seen)
        elif operation.id in _ADDRESSED:
            _addressed(threads, call, path["Sid"], next(iter(some), None))
        elif operation.id in _EVENTS and path["SessionSid"].lower() in threads.by_sid:
            thread = threads.by_sid[path["SessionSid"].lower()]
            call.joins(thread, thread.sid)
        elif operation.id == DELETE_SERVICE:
            for thread in threads.by_service.get(path["Sid"].lower(), ()):
                call.joins(thread, thread.sid)
    return threads


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """An exchange, before it is known on which Sessions it bears, and how."""

    operation: str
    exchange: Exchange
    service: str
    asked: Values
    touched: frozenset[str]

    def joins(self, thread: _Thread, sid: str, seen: Seen | None = None) -> None:
        """Add the act to a Session that was addressed as `sid`."""
        exchange, operation = self.exchange, self.operation
        act = Act(
            operation=operation,
            answer=answer(exchange.status),
            asked=self.asked,
            touched=self.touched,
            shown=None if seen is None else thread.values(seen.fields),
            began_s=exchange.began_ms / 1000,
            ended_s=exchange.ended_ms / 1000,
            clock_s=exchange.response.clock_s if exchange.response else None,
            number=exchange.number,
            strange=sid != thread.sid
            or not thread.whole
            or (self.service != thread.service and operation != DELETE_SERVICE)
            or ("?" in exchange.sent.url and operation != LIST)
            or ("%" in exchange.sent.path)
            or exchange.probe.credentials is not Credentials.OWN,
        )
        thread.acts.append((act, exchange))


def _sent(sent: Request) -> tuple[Values, frozenset[str]]:
    """Return what a body asks for, and the properties that it may bear on."""
    media = next((v for n, v in sent.headers if n.lower() == "content-type"), "")
    if not media.lower().startswith(FORM):
        return NOTHING, _EVERYTHING
    form = sent.form
    return asked_values(form), touched_fields(form)


def _addressed(threads: _Threads, call: _Call, sid: str, seen: Seen | None) -> None:
    """Add an exchange to the Session that its path, or else its answer, names."""
    if thread := threads.by_sid.get(sid.lower()):
        # Another Session in the answer is not this one as it is now.
        same = seen is not None and seen.sid.lower() == sid.lower()
        call.joins(thread, sid, seen if same else None)
    elif seen is not None:
        thread = threads.at_home(seen, call.service)
        # What names it otherwise may be its unique name, but only in a fetch.
        named = call.operation == FETCH
        call.joins(thread, thread.sid if named else sid, seen)
    elif call.operation == DELETE and not is_sid(sid, prefix="KC"):
        # If it is accepted, it may have been taken for any of them.
        home = threads.by_service.get(call.service.lower(), ())
        for thread in home if call.exchange.accepted else ():
            if thread.service == call.service:
                call.joins(thread, sid)
