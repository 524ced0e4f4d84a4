"""Checks of races: one order of the operations must explain every answer."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from conformance.evidence import Evidence
from conformance.exchange import Exchange, labelled
from conformance.judge import Check
from conformance.models.order import Deed, explained
from conformance.models.values import instant
from conformance.verdict import Verdict, chose, judged, unknown

_NOT_FOUND = 404
_TRACKED = ("ttl", "date_expiry")


def one_name_has_one_session(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict for each round of creates under one name (RACE-001)."""
    for scene in evidence.scenes("race/one-name"):
        for name, several in groupby(scene, key=lambda e: e.probe.label):
            creates = tuple(several)
            accepted = [e for e in creates if e.accepted]
            if not accepted and not any(e.refused for e in creates):
                yield unknown("RACE-001", "CreateSession", "no create was answered")
                continue
            yield judged(
                "RACE-001",
                "CreateSession",
                len(accepted) <= 1,
                expected=f"at most one of {len(creates)} creates accepted",
                observed=f"{len(accepted)} accepted",
                symptom="several accepted",
                subject=name,
                evidence=tuple(e.number for e in accepted or creates),
            )


def updates_are_explained_by_an_order(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict for each Session updated by several at once (RACE-002)."""
    for name in ("race/updates", "race/disjoint-updates"):
        for scene in evidence.scenes(name):
            for number, (start, *acts) in enumerate(_by_session(scene)):
                state = {"ttl": start.fields.get("ttl")}
                found = explained(state, tuple(map(_deed, acts)))
                where = (start.number, *(e.number for e in acts))
                if found is None or not acts or not acts[-1].accepted:
                    yield unknown(
                        "RACE-002",
                        "UpdateSession",
                        "no order found in time, or cut short",
                    )
                    continue
                yield judged(
                    "RACE-002",
                    "UpdateSession",
                    found,
                    expected="what some order of the accepted updates leaves behind",
                    observed=f"a Session that no order explains: {_told(acts[-1])}",
                    symptom="no order explains it",
                    subject=f"{name} {number}",
                    evidence=where,
                )


def deleted_stays_gone(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict for each Session deleted while it was updated (RACE-003)."""
    for scene in evidence.scenes("race/deletion"):
        for number, (_, *acts) in enumerate(_by_session(scene)):
            deleted = [e for e in acts if e.sent.method == "DELETE"]
            after = labelled(acts, "after")
            if not after or not all(e.accepted for e in deleted):
                yield unknown(
                    "RACE-003", "DeleteSession", "the deletion was not accepted"
                )
                continue
            back = [e for e in after if e.accepted]
            if not back and any(e.undecided for e in after):
                yield unknown(
                    "RACE-003", "DeleteSession", "a fetch got no plain answer"
                )
                continue
            yield judged(
                "RACE-003",
                "DeleteSession",
                not back,
                expected="404 after an accepted delete",
                observed="the Session is there again",
                symptom="back after delete",
                subject=f"round {number}",
                evidence=tuple(e.number for e in (*deleted, *after)),
            )


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
    """Yield a verdict for each list read during writes (RACE-004)."""
    for scene in evidence.scenes("race/busy-list"):
        for number, page in enumerate(labelled(scene, "list")):
            items = page.fields.get("sessions")
            if not page.accepted or not isinstance(items, list):
                continue
            shown = Counter(item.get("sid") for item in items if isinstance(item, dict))
            there = set(_there_all_along(scene, page))
            lost = sum(sid not in shown for sid in there)
            twice = sum(n > 1 for n in shown.values())
            yield judged(
                "RACE-004",
                "ListSession",
                not lost and not twice,
                expected="each Session that was there all along, once",
                observed=f"{lost} of {len(there)} missing, {twice} repeated",
                symptom="missing" if lost else "repeated",
                subject=f"list {number}",
                evidence=(page.number,),
            )


def _there_all_along(scene: Iterable[Exchange], page: Exchange) -> Iterator[str]:
    """Yield the SIDs created before `page` was asked and not deleted before it came."""
    scene = tuple(scene)
    touched = {
        e.sent.path.rpartition("/")[2]
        for e in scene
        if e.sent.method == "DELETE" and e.began_ms <= page.ended_ms
    }
    for exchange in scene:
        created = exchange.probe.operation == "CreateSession" and exchange.accepted
        if created and exchange.ended_ms < page.began_ms:
            sid = _sid(exchange)
            if sid and sid not in touched:
                yield sid


def _by_session(scene: Iterable[Exchange]) -> Iterator[tuple[Exchange, ...]]:
    """Yield, per Session of a scene, its creation and all that was sent to it."""
    group: list[Exchange] = []
    for exchange in scene:
        if exchange.probe.label == "start" and group:
            yield tuple(group)
            group = []
        group.append(exchange)
    if group and group[0].accepted:
        yield tuple(group)


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
    """Return the tracked values of a Session, dates as instants."""
    return {
        name: instant(value) or value if isinstance(value, str) else value
        for name, value in fields.items()
        if name in _TRACKED
    }


def _told(exchange: Exchange) -> str:
    shown = {name: exchange.fields.get(name) for name in _TRACKED}
    return ", ".join(f"{name} {value!r}" for name, value in shown.items())


def _sid(exchange: Exchange) -> str:
    sid = exchange.fields.get("sid")
    return sid if isinstance(sid, str) else ""


CHECKS: tuple[Check, ...] = (
    one_name_has_one_session,
    updates_are_explained_by_an_order,
    deleted_stays_gone,
    both_deletes,
    a_busy_list_loses_nothing,
)
