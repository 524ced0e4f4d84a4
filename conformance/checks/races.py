"""Checks of races: one order of the operations must explain every answer."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from conformance.checks.refusal import where_accepted
from conformance.checks.walks import Course, courses
from conformance.evidence import Evidence
from conformance.exchange import Exchange, labelled
from conformance.judge import Check
from conformance.models.order import Deed, explained
from conformance.oracles.date import instant
from conformance.verdict import Verdict, chose, judged, unknown

_NOT_FOUND = 404
_TRACKED = ("ttl", "date_expiry")
_IN_TURN = "in turn"
_BEGINNINGS = frozenset({"start", _IN_TURN})
_NO_RACE = "the same, sent in turn, did not go as it should"


def one_name_has_one_session(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict for each round of creates under one name (RACE-001)."""
    yield from _at_most(1, evidence, "race/one-name", "RACE-001", "CreateSession")


def a_third_participant_comes_too_late(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict for each round of Participants added at once (RACE-006)."""
    name = "race/third-participant"
    yield from _at_most(2, evidence, name, "RACE-006", "CreateParticipant")


def _at_most(
    most: int, evidence: Evidence, name: str, requirement: str, operation: str
) -> Iterator[Verdict]:
    """Yield whether no more than so many of each round were accepted.

    That tells something where, sent in turn, so many are accepted and no more.
    """
    for scene in evidence.scenes(name):
        in_turn = [e.accepted for e in labelled(scene, _IN_TURN)]
        limited = in_turn == [True] * most + [False]
        rounds = [e for e in scene if e.probe.label.startswith("round-")]
        for label, several in groupby(rounds, key=lambda e: e.probe.label):
            creates = tuple(several)
            accepted = [e for e in creates if e.accepted]
            if not limited:
                yield unknown(requirement, operation, _NO_RACE)
            elif not accepted and not any(e.refused for e in creates):
                yield unknown(requirement, operation, "no create was answered")
            else:
                yield judged(
                    requirement,
                    operation,
                    len(accepted) <= most,
                    expected=f"at most {most} of {len(creates)} creates accepted",
                    observed=f"{len(accepted)} accepted",
                    symptom="too many accepted",
                    subject=label,
                    evidence=tuple(e.number for e in accepted or creates),
                )


def updates_are_explained_by_an_order(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict for each Session updated by several at once (RACE-002)."""
    for name in ("race/updates", "race/disjoint-updates"):
        for scene in evidence.scenes(name):
            in_turn, rounds = _rounds(scene)
            sound = bool(in_turn) and all(map(_is_explained, in_turn))
            for number, (start, *acts) in enumerate(rounds):
                found = _is_explained((start, *acts))
                why = "" if sound else _NO_RACE
                whole = acts and acts[-1].probe.label == "after" and acts[-1].accepted
                if found is None or not whole:
                    why = why or "no order found in time, or cut short"
                if why or found is None:
                    yield unknown("RACE-002", "UpdateSession", why)
                    continue
                yield judged(
                    "RACE-002",
                    "UpdateSession",
                    found,
                    expected="what some order of the accepted updates leaves behind",
                    observed=f"a Session that no order explains: {_told(acts[-1])}",
                    symptom="no order explains it",
                    subject=f"{name} {number}",
                    evidence=(start.number, *(e.number for e in acts)),
                )


def _is_explained(group: tuple[Exchange, ...]) -> bool | None:
    """Return whether some order explains what became of one Session."""
    start, *acts = group
    return explained({"ttl": start.fields.get("ttl")}, tuple(map(_deed, acts)))


def deleted_stays_gone(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict for each Session deleted while it was updated (RACE-003)."""
    for scene in evidence.scenes("race/deletion"):
        in_turn, rounds = _rounds(scene)
        sound = [_is_gone(group) for group in in_turn] == [True]
        for number, group in enumerate(rounds):
            gone = _is_gone(group)
            if not sound or gone is None:
                why = "the delete or a fetch got no plain answer" if sound else _NO_RACE
                yield unknown("RACE-003", "DeleteSession", why)
                continue
            yield judged(
                "RACE-003",
                "DeleteSession",
                gone,
                expected="404 after an accepted delete",
                observed="the Session is there again",
                symptom="back after delete",
                subject=f"round {number}",
                evidence=tuple(e.number for e in group),
            )


def _is_gone(group: Iterable[Exchange]) -> bool | None:
    """Return whether a Session is gone after its deletion, None if that is open."""
    group = tuple(group)
    deleted = [e for e in group if e.sent.method == "DELETE"]
    after = labelled(group, "after")
    if not after or not all(e.accepted for e in deleted):
        return None
    if any(e.accepted for e in after):
        return False
    return None if any(e.undecided for e in after) else True


def both_deletes(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what became of two deletes at once (RACE-005)."""
    told = {
        0: "none succeeds",
        1: "one of them is told it is gone",
        2: "both succeed",
    }
    for scene in evidence.scenes("race/deletions"):
        deletes = labelled(scene, "delete")
        if len(deletes) == len(told) - 1 and not any(e.undecided for e in deletes):
            yield chose(
                "RACE-005",
                "DeleteSession",
                told[sum(e.accepted for e in deletes)],
                evidence=tuple(e.number for e in deletes),
            )


def a_busy_list_loses_nothing(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict for each list read at the moment of a write (RACE-004).

    It counts beside the same list read alone in the same scene, and found whole.
    """
    sound: dict[tuple[str, str], bool] = {}
    busy: list[Course] = []
    for course in evidence.view(courses):
        walk, place = course.walk, (course.walk.scene, course.walk.path)
        if not course.plain:
            continue
        if walk.raced:
            busy.append(course)
        elif not walk.disturbed:
            whole = walk.over and not course.missing and not course.repeated
            sound[place] = sound.get(place, True) and whole
    for number, course in enumerate(busy):
        walk = course.walk
        if not walk.over or not sound.get((walk.scene, walk.path)):
            yield unknown("RACE-004", "ListSession", _NO_RACE, evidence=walk.numbers)
            continue
        lost, twice = len(course.missing), len(course.repeated)
        yield judged(
            "RACE-004",
            "ListSession",
            not lost and not twice,
            expected="each Session that was there all along, once",
            observed=f"{lost} of {len(course.stayed)} missing, {twice} repeated",
            symptom="missing" if lost else "repeated",
            subject=f"list {number}",
            evidence=walk.numbers,
        )


def _rounds(
    scene: Iterable[Exchange],
) -> tuple[list[tuple[Exchange, ...]], list[tuple[Exchange, ...]]]:
    """Return what was sent to each Session, in turn and at once, its creation first."""
    groups: list[list[Exchange]] = []
    for exchange in scene:
        if exchange.probe.label in _BEGINNINGS:
            groups.append([])
        if groups:
            groups[-1].append(exchange)
    whole = [tuple(group) for group in groups if group[0].accepted]
    in_turn = [group for group in whole if group[0].probe.label == _IN_TURN]
    return in_turn, [group for group in whole if group not in in_turn]


def _deed(exchange: Exchange) -> Deed:
    form = dict(exchange.sent.form) if exchange.sent.method == "POST" else {}
    names = {"Ttl": "ttl", "DateExpiry": "date_expiry"}
    sent = {names[name]: value for name, value in form.items() if name in names}
    return Deed(
        began_ms=exchange.began_ms,
        ended_ms=exchange.ended_ms,
        writes=_values({k: int(v) if k == "ttl" else v for k, v in sent.items()}),
        deletes=exchange.sent.method == "DELETE",
        accepted=None if exchange.undecided else exchange.accepted,
        absent=exchange.status == _NOT_FOUND,
        shown=_values(exchange.fields) if exchange.accepted else None,
    )


def _values(fields: Mapping[str, object]) -> dict[str, object]:
    """Return the tracked values of a Session, dates as instants.

    A text that is no full date is left out: other checks judge it.
    """
    values = {
        name: instant(value) if isinstance(value, str) else value
        for name, value in fields.items()
        if name in _TRACKED
    }
    return {n: v for n, v in values.items() if v is not None or fields[n] is None}


def _told(exchange: Exchange) -> str:
    shown = {name: exchange.fields.get(name) for name in _TRACKED}
    return ", ".join(f"{name} {value!r}" for name, value in shown.items())


CHECKS: tuple[Check, ...] = (
    one_name_has_one_session,
    a_third_participant_comes_too_late,
    updates_are_explained_by_an_order,
    deleted_stays_gone,
    where_accepted(both_deletes),
    a_busy_list_loses_nothing,
)
