"""Checks about the status of a Session, and what an interaction does to it."""

from collections.abc import Iterator, Mapping

from conformance.checks.looked import listed_participants, looked
from conformance.checks.refusal import where_accepted
from conformance.evidence import Evidence
from conformance.exchange import Exchange, labelled
from conformance.judge import Check
from conformance.models.act import Act, Answer
from conformance.models.known import Known, Life
from conformance.models.lifetime import may_have_expired
from conformance.models.timeline import Stride, strides
from conformance.models.values import LIVE, Value, same, spelled
from conformance.verdict import Verdict, chose, judged, unknown

_OPERATION = "UpdateSession"
_NUMBERS_IN_USE = 80604
_SUPPORTED: Mapping[tuple[Value, Value], str] = {
    ("open", "closed"): "LIFE-001",
    ("in-progress", "closed"): "LIFE-002",
    ("closed", "in-progress"): "LIFE-003",
}
_OPEN_POINTS: Mapping[tuple[Value, Value], str] = {
    ("closed", "open"): "LIFE-010",
    ("open", "in-progress"): "LIFE-011",
    ("in-progress", "open"): "LIFE-012",
    ("open", "open"): "LIFE-014",
    ("in-progress", "in-progress"): "LIFE-014",
    ("closed", "closed"): "LIFE-015",
}
_CODES: Mapping[str, frozenset[int]] = {
    "LIFE-015": frozenset({80607, 80608}),
    "LIFE-016": frozenset({80607}),
}
_TWO_SECONDS_MS = 1900
_STATUS = frozenset({"status"})
_TTL = frozenset({"ttl"})


def status_changes_are_supported(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what becomes of each change of status (LIFE-001 to 004, 010 to 016)."""
    for stride in evidence.view(strides):
        before, act = stride.step.before, stride.step.act
        status = before.sole("status")
        if act.operation != _OPERATION or not act.settled or act.strange:
            continue
        if before.life is not Life.LIVE or not before.ours:
            continue
        if _over(before, act) and act.answer is not Answer.ACCEPTED:
            continue
        if act.answer not in {Answer.ACCEPTED, Answer.REFUSED}:
            continue
        if frozenset(act.asked) == act.touched == _STATUS:
            yield from _changed(stride, status, act.asked["status"])
        elif frozenset(act.asked) == act.touched == _TTL and status == "closed":
            yield _choice("LIFE-016", stride)


def _over(before: Known, act: Act) -> bool:
    """Return whether a lifetime that the Session shows may be over."""
    limited = before.sole("ttl") != 0 or before.fields.get("date_expiry") != (None,)
    return limited and may_have_expired(before, act)


def _changed(stride: Stride, status: Value, wanted: Value) -> Iterator[Verdict]:
    """Yield what becomes of one change of status, sent alone."""
    exchange = stride.exchange
    accepted = stride.step.act.answer is Answer.ACCEPTED
    # One that expired, or was created closed, is another matter.
    own = status in LIVE or "status" in stride.step.before.wrote.split()
    if (requirement := _SUPPORTED.get((status, wanted))) and own:
        if accepted or exchange.fields.get("code") != _NUMBERS_IN_USE:
            yield judged(
                requirement,
                _OPERATION,
                accepted,
                expected=f"{status} changed to {wanted}",
                observed=exchange.observed,
                symptom=exchange.observed_class,
                evidence=tuple(sorted({stride.step.before.last, exchange.number})),
            )
    elif wanted in {"failed", "unknown"}:
        yield _choice("LIFE-013", stride)
    elif requirement := _OPEN_POINTS.get((status, wanted)):
        yield _choice(requirement, stride)
    shown = (stride.step.act.shown or {}).get("status")
    if accepted and shown is not None:
        yield judged(
            "LIFE-004",
            _OPERATION,
            shown == wanted,
            expected=f"the status {wanted}, which was accepted",
            observed=repr(shown),
            symptom=f"{wanted} shown as {shown}",
            subject=f"{status} to {wanted}",
            evidence=(exchange.number,),
        )


def _choice(requirement: str, stride: Stride) -> Verdict:
    """Return how a target answers what it may accept or refuse."""
    exchange = stride.exchange
    code = exchange.fields.get("code")
    known = _CODES.get(requirement, frozenset({80608}))
    if exchange.accepted:
        choice = "accepted"
    elif isinstance(code, int) and code in known:
        choice = f"refused with {code}"
    else:
        choice = "refused otherwise"
    return chose(requirement, _OPERATION, choice, evidence=(exchange.number,))


def closing_leaves_its_marks(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what closing and re-opening show (LIFE-005 to 009)."""
    for stride in evidence.view(strides):
        before, act = stride.step.before, stride.step.act
        if act.operation != _OPERATION or act.answer is not Answer.ACCEPTED:
            continue
        if not act.settled or act.strange or act.shown is None:
            continue
        change = before.sole("status"), act.shown.get("status")
        asked = act.asked.get("status")
        if asked == "closed" and change in {(one, "closed") for one in LIVE}:
            if not _over(before, act):
                yield from _closed(stride, before.sole("date_started"))
        elif asked == "in-progress" and change == ("closed", "in-progress"):
            yield from _reopened(stride, before.sole("closed_reason"))


def _closed(stride: Stride, started: Value) -> Iterator[Verdict]:
    number, shown = stride.exchange.number, stride.step.act.shown or {}
    if "date_ended" in shown:
        yield judged(
            "LIFE-005",
            _OPERATION,
            shown["date_ended"] is not None,
            expected="the date_ended of a Session that was closed",
            observed="null",
            symptom="null",
            evidence=(number,),
        )
    if started is not None and "date_started" in shown:
        yield judged(
            "LIFE-006",
            _OPERATION,
            same(started, shown["date_started"]),
            expected=f"date_started {spelled(started)}, as before it was closed",
            observed=spelled(shown["date_started"]),
            symptom="null" if shown["date_started"] is None else "another",
            evidence=(number,),
        )
    reason = stride.exchange.fields.get("closed_reason", 0)
    if reason is None or isinstance(reason, str):
        choice = _REASONS.get(reason, "another text")
        yield chose("LIFE-007", _OPERATION, choice, evidence=(number,))


_REASONS: Mapping[str | None, str] = {None: "null", "": "empty", "api": "api"}


def _reopened(stride: Stride, closed_reason: Value) -> Iterator[Verdict]:
    number, fields = stride.exchange.number, stride.exchange.fields
    reason = fields.get("closed_reason", 0)
    if reason is None or reason == "":
        choice = "null" if reason is None else "empty"
        yield chose("LIFE-008", _OPERATION, choice, evidence=(number,))
    elif isinstance(reason, str):
        kept = reason == closed_reason
        choice = "the reason it was closed" if kept else "another text"
        yield chose("LIFE-008", _OPERATION, choice, evidence=(number,))
    shown = stride.step.act.shown or {}
    if "date_ended" in shown:
        choice = "null" if shown["date_ended"] is None else "a date"
        yield chose("LIFE-009", _OPERATION, choice, evidence=(number,))


def interactions_leave_their_marks(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what a Session shows after interactions (LIFE-017 to 020)."""
    for topic in ("interaction", "interactions", "with-messages"):
        for scene in evidence.scenes(topic):
            used = [e for e in labelled(scene, "used") if looked(e)]
            if used:
                yield from _used(scene, used)
            again = [e for e in labelled(scene, "used-again") if looked(e)]
            if used and again:
                yield from _used_again(used[-1], again)


def _used(scene: tuple[Exchange, ...], used: list[Exchange]) -> Iterator[Verdict]:
    last = used[-1]
    shown = looked(last)
    evidence = (_message(scene), last.number)
    interacted = shown.get("date_last_interaction", "")
    if interacted != "" and (interacted is not None or _patient(used)):
        yield judged(
            "LIFE-017",
            "FetchSession",
            interacted is not None,
            expected="a date_last_interaction after a message",
            observed="null",
            symptom="null",
            evidence=evidence,
        )
    if "date_started" in shown and interacted is not None:
        yield judged(
            "LIFE-019",
            "FetchSession",
            shown["date_started"] is not None,
            expected="a date_started after a message",
            observed="null",
            symptom="null",
            evidence=evidence,
        )
    if "status" in shown:
        status = str(shown["status"])
        choice = status if status in LIVE else "another"
        yield chose("LIFE-020", "FetchSession", choice, evidence=evidence)


def _used_again(first: Exchange, again: list[Exchange]) -> Iterator[Verdict]:
    last = again[-1]
    before = looked(first).get("date_last_interaction")
    now = looked(last).get("date_last_interaction", "")
    if isinstance(before, float) and now != "":
        moved = isinstance(now, float) and now > before
        if moved or _patient(again):
            yield judged(
                "LIFE-018",
                "FetchSession",
                moved,
                expected="a date_last_interaction later than after the message before",
                observed=repr(last.fields.get("date_last_interaction")),
                symptom="null" if now is None else "not later",
                evidence=(first.number, last.number),
            )


def _message(scene: tuple[Exchange, ...]) -> int:
    """Return the number of the exchange that sent the first message."""
    return next(
        e.number for e in scene if e.probe.operation == "CreateMessageInteraction"
    )


def _patient(some: list[Exchange]) -> bool:
    """Return whether an effect was waited for as long as it is granted."""
    return some[-1].began_ms - some[0].began_ms >= _TWO_SECONDS_MS


def reopening_keeps_participants(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether a Session has its Participants when it is re-opened (LIFE-024)."""
    for scene in evidence.scenes("reopened"):
        told = {e.probe.label: e for e in scene}
        before, after = told.get("before"), told.get("after")
        reopened = told.get("reopen")
        if before is None or after is None or reopened is None:
            continue
        own, kept = listed_participants(before), listed_participants(after)
        numbers = (before.number, reopened.number, after.number)
        if not reopened.accepted or not own or not after.accepted:
            why = "no Participant was seen before, or the Session was not re-opened"
            yield unknown("LIFE-024", _OPERATION, why, evidence=numbers)
            continue
        yield judged(
            "LIFE-024",
            _OPERATION,
            own <= kept,
            expected="the Participants that it had when it was closed",
            observed=f"{len(own - kept)} of {len(own)} missing",
            symptom="a Participant missing",
            evidence=numbers,
        )


def participants_come_and_go(evidence: Evidence) -> Iterator[Verdict]:
    """Yield which status a Session has after that (LIFE-021, LIFE-022)."""
    for topic, label, requirement, words in (
        ("interaction", "joined", "LIFE-021", LIVE),
        ("with-participants", "left", "LIFE-022", LIVE | {"closed"}),
    ):
        for scene in evidence.scenes(topic):
            for exchange in labelled(scene, label):
                status = looked(exchange).get("status")
                if status is not None:
                    choice = str(status) if status in words else "another"
                    yield chose(
                        requirement,
                        "FetchSession",
                        choice,
                        evidence=(exchange.number,),
                    )


CHECKS: tuple[Check, ...] = (
    where_accepted(status_changes_are_supported),
    closing_leaves_its_marks,
    interactions_leave_their_marks,
    reopening_keeps_participants,
    participants_come_and_go,
)
