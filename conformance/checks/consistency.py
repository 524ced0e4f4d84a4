"""Checks that follow every Session through the model, and across Services."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from conformance.checks.looked import listed_participants
from conformance.evidence import Evidence
from conformance.exchange import Exchange, Scene, pairs
from conformance.judge import Check
from conformance.models.act import DELETE, FETCH, LIST, UPDATE, Answer
from conformance.models.known import Point, Rule
from conformance.models.timeline import Stride, strides
from conformance.models.values import same
from conformance.verdict import Verdict, chose, judged, unknown

_ROWS: Mapping[Rule, str] = {
    Rule.SHOWN: "CON-001",
    Rule.FOUND: "CON-003",
    Rule.GIVEN: "CON-004",
    Rule.BORN: "CON-005",
    Rule.FORWARDS: "CON-006",
    Rule.STILL: "CON-007",
    Rule.MOVED: "CON-008",
    Rule.ISOLATED: "CON-011",
    Rule.KEPT: "UPD-001",
    Rule.HARMLESS: "UPD-002",
    Rule.DELETABLE: "DEL-010",
    Rule.TTL_LASTS: "EXP-002",
    Rule.DATE_LASTS: "EXP-003",
    Rule.USE_LASTS: "EXP-006",
}
# The operations that address a Session, and the row of each once it is deleted.
_GONE: Mapping[str, str] = {FETCH: "DEL-001", UPDATE: "DEL-002", DELETE: "DEL-003"}
_REFUSED = frozenset({Rule.HARMLESS, Rule.ISOLATED})
_OF_UPDATES = frozenset({Rule.HARMLESS, Rule.KEPT, Rule.MOVED})
_OF_READS = frozenset({Rule.TTL_LASTS, Rule.DATE_LASTS, Rule.USE_LASTS})
_SPILT = _OF_READS | {Rule.SHOWN}
_DATED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "date_created": {FETCH: ("CON-005",), UPDATE: ("CON-005",)},
    "date_updated": {
        FETCH: ("CON-006", "CON-007"),
        UPDATE: ("CON-006", "CON-008"),
    },
}
_STATUSES: Mapping[int, str] = {404: "404", 400: "400", 403: "403"}
_REMOVE, _REMOVAL = "DeleteParticipant", "DEL-012"


class _Row(NamedTuple):
    """Where a point goes: a requirement and one of its operations."""

    requirement: str
    operation: str


class _Writes:
    """The accepted updates and deletes of a history, in the order sent."""

    def __init__(self, every: tuple[Stride, ...]) -> None:
        scenes: dict[Scene | None, list[Stride]] = {None: []}
        for stride in every:
            act = stride.step.act
            if act.operation in {UPDATE, DELETE} and act.answer is Answer.ACCEPTED:
                scenes.setdefault(stride.exchange.probe.scene, []).append(stride)
                scenes[None].append(stride)
        for some in scenes.values():
            some.sort(key=_number)
        self._scenes = scenes

    def beside(self, stride: Stride, *, anywhere: bool = False) -> tuple[Stride, ...]:
        """Return what was written to other Sessions since this one was last met.

        By the same scene, unless `anywhere`.
        """
        scene = None if anywhere else stride.exchange.probe.scene
        some = self._scenes.get(scene, [])
        until = bisect_right(some, _number(stride), key=_number)
        since = bisect_right(some, stride.step.before.last, key=_number)
        return tuple(other for other in some[since:until] if other.sid != stride.sid)


def _number(stride: Stride) -> int:
    return stride.exchange.number


def sessions_follow_the_model(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what each Session agreed with or contradicted, all its life.

    A pass is told once per Session and class, a failure each time.
    """
    every = evidence.view(strides)
    writes = _Writes(every)
    proved = {(stride.sid, act) for stride in every for act in _proof(stride)}
    passed: set[tuple[str, _Row, str]] = set()
    for before, stride in zip((None, *every), every, strict=False):
        removed = before is not None and before.sid == stride.sid and _removal(before)
        for point in stride.step.points:
            for row in _rows(point, stride, writes, removed=removed):
                key = stride.sid, row, point.subject
                if point.holds:
                    if key in passed or not _counts(row, stride.sid, proved):
                        continue
                    passed.add(key)
                yield _verdict(row, point, stride)


def _proof(stride: Stride) -> Iterator[str]:
    """Yield the operation that a stride shows to work on its Session."""
    act = stride.step.act
    if act.answer is Answer.ACCEPTED and not act.strange:
        yield act.operation


def _removal(stride: Stride) -> bool:
    """Return whether a stride removed a Participant."""
    act = stride.step.act
    return act.operation == _REMOVE and act.answer is Answer.ACCEPTED


def _counts(row: _Row, sid: str, proved: set[tuple[str, str]]) -> bool:
    """Return whether a pass counts: what was refused must be known to work."""
    refusals = row.requirement in {_ROWS[rule] for rule in _REFUSED}
    return not refusals or (sid, row.operation) in proved


def _rows(
    point: Point, stride: Stride, writes: _Writes, *, removed: bool
) -> Iterator[_Row]:
    """Yield the rows that a point belongs to."""
    operation = stride.step.act.operation
    if point.rule is Rule.GONE:
        # That a list shows no deleted Session is for the paging rows.
        if operation in _GONE:
            yield _Row(_GONE[operation], operation)
        return
    caused = tuple(_caused(point, stride, writes, removed=removed))
    yield from caused
    if operation == LIST and point.rule not in _REFUSED | _OF_READS:
        if point.rule is Rule.SHOWN if point.holds else not caused:
            # Whatever a list alone shows otherwise, it is the list that is wrong.
            yield _Row("CON-002", LIST)
    elif point.holds or not caused:
        yield _Row(_ROWS[point.rule], _operation(point, operation))


def _operation(point: Point, operation: str) -> str:
    if point.rule is Rule.ISOLATED:
        return point.subject
    if point.rule in _OF_UPDATES:
        return UPDATE
    return FETCH if point.rule in _OF_READS else operation


def _caused(
    point: Point, stride: Stride, writes: _Writes, *, removed: bool
) -> Iterator[_Row]:
    """Yield the rows of what was written meanwhile to another Session, or below."""
    fetched = stride.step.act.operation == FETCH
    if not point.holds and point.rule in _SPILT:
        # Only in one scene does a status say which update it comes from.
        others = writes.beside(stride, anywhere=point.field != "status")
        if any(_spilt(point, stride, other) for other in others):
            yield _Row("CON-009", UPDATE)
    elif point.rule is Rule.SHOWN and fetched:
        others = writes.beside(stride)
        if any(other.step.act.operation == UPDATE for other in others):
            yield _Row("CON-009", UPDATE)
    elif _is_missing(point, stride) or (point.rule is Rule.FOUND and fetched):
        gone = [o for o in writes.beside(stride) if o.step.act.operation == DELETE]
        for inside in sorted({other.service == stride.service for other in gone}):
            yield _Row("DEL-008" if inside else "DEL-009", DELETE)
        if removed:
            yield _Row(_REMOVAL, _REMOVE)


def _is_missing(point: Point, stride: Stride) -> bool:
    """Return whether a Session that was not deleted is not there."""
    found = point.rule is Rule.FOUND
    absent = point.rule is Rule.DELETABLE and stride.step.act.answer is Answer.ABSENT
    return not point.holds and (found or absent)


def _spilt(point: Point, stride: Stride, other: Stride) -> bool:
    """Return whether a Session shows what only another one was sent."""
    shown, asked = stride.step.act.shown or {}, other.step.act.asked
    return point.field in asked and same(asked[point.field], shown[point.field])


def _verdict(row: _Row, point: Point, stride: Stride) -> Verdict:
    chain = {stride.step.before.last, point.since, stride.exchange.number} - {0}
    return judged(
        row.requirement,
        row.operation,
        point.holds,
        expected=point.expected,
        observed=point.observed,
        symptom=point.symptom,
        subject=point.subject,
        evidence=tuple(sorted(chain)),
    )


def a_session_is_reached_through_its_own_service(
    evidence: Evidence,
) -> Iterator[Verdict]:
    """Yield verdicts on SIDs sent under another Service (CON-010, CON-012)."""
    for scene in evidence.scenes("another-service"):
        for spoilt, control in pairs(scene):
            operation = evidence.operation(spoilt)
            # Without a SID of either, the path leads somewhere else.
            if operation is None or operation.id not in _GONE:
                continue
            yield _apart(spoilt, control)
            if spoilt.refused and control.accepted:
                yield chose(
                    "CON-012",
                    spoilt.probe.operation,
                    _STATUSES.get(spoilt.status, "another refusal"),
                    evidence=(spoilt.number,),
                )


def a_participant_is_reached_where_it_belongs(evidence: Evidence) -> Iterator[Verdict]:
    """Yield verdicts on Participants asked for in another place (CON-013)."""
    for scene in evidence.scenes("another-parent"):
        for spoilt, control in pairs(scene):
            operation, own = spoilt.probe.operation, listed_participants(control)
            numbers = (spoilt.number, control.number)
            if not own or not (spoilt.accepted or spoilt.refused):
                why = spoilt.observed if own else f"control {control.observed}"
                yield unknown("CON-013", operation, why, evidence=numbers)
                continue
            yield judged(
                "CON-013",
                operation,
                own.isdisjoint(listed_participants(spoilt)),
                expected=f"nothing of a Participant under {spoilt.probe.defect}",
                observed=spoilt.observed,
                symptom=f"{spoilt.probe.defect}, {spoilt.observed_class}",
                evidence=numbers,
            )


def null_dates_stay(evidence: Evidence) -> Iterator[Verdict]:
    """Yield that a date that is always null never moves (CON-005 to CON-008).

    The contract lets it be null; it counts after an update that was accepted.
    """
    told: set[tuple[_Row, str]] = set()
    for name, rows in _DATED.items():
        dated = {s.sid.lower() for s in evidence.sessions if s.fields.get(name, 0)}
        for stride in evidence.view(strides):
            act, known = stride.step.act, stride.step.before
            wrote = act.words if act.operation == UPDATE else known.wrote
            null = act.shown is not None and stride.exchange.fields.get(name, 0) is None
            if not null or stride.sid.lower() in dated or not wrote.startswith(UPDATE):
                continue
            for row in (
                _Row(row, act.operation) for row in rows.get(act.operation, ())
            ):
                if (row, wrote) not in told:
                    told.add((row, wrote))
                    yield judged(
                        row.requirement,
                        row.operation,
                        holds=True,
                        expected=f"{name} null, as ever",
                        observed="null",
                        symptom="",
                        subject=f"null after {wrote}",
                        evidence=(stride.exchange.number,),
                    )


def _apart(spoilt: Exchange, control: Exchange) -> Verdict:
    operation = spoilt.probe.operation
    evidence = (spoilt.number, control.number)
    if not spoilt.accepted and not (spoilt.refused and control.accepted):
        why = spoilt.observed if spoilt.undecided else f"control {control.observed}"
        return unknown(
            "CON-010",
            operation,
            f"refused or silent for some other reason: {why}",
            evidence=evidence,
        )
    return judged(
        "CON-010",
        operation,
        not spoilt.accepted,
        expected="a refusal of a Session's SID under another Service",
        observed=spoilt.observed,
        symptom=spoilt.observed_class,
        evidence=evidence,
    )


CHECKS: tuple[Check, ...] = (
    sessions_follow_the_model,
    null_dates_stay,
    a_session_is_reached_through_its_own_service,
    a_participant_is_reached_where_it_belongs,
)
