"""Checks about what goes with a deleted Session, and what stays.

They tell what belongs to a Session by its path, so they judge any traffic. That the
Session itself is gone is judged by the model, see `checks/consistency.py`.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from conformance.checks.refusal import where_accepted
from conformance.evidence import Evidence
from conformance.exchange import Credentials, Exchange, Scene, labelled
from conformance.judge import Check
from conformance.models.act import Answer, answer
from conformance.verdict import Verdict, chose, judged

_ROWS: Mapping[str, str] = {
    "FetchParticipant": "DEL-005",
    "ListParticipant": "DEL-005",
    "FetchInteraction": "DEL-006",
    "ListInteraction": "DEL-006",
    "FetchMessageInteraction": "DEL-007",
    "ListMessageInteraction": "DEL-007",
}
_PAGE = 50
_TWICE = 2
_ABSENT = 404


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """One read of what belongs to a Session; `shows` whether it found any of it."""

    operation: str
    exchange: Exchange
    shows: bool

    @property
    def lists(self) -> bool:
        """Whether it is a list that was read."""
        return self.operation.startswith("List")

    @property
    def url(self) -> str:
        """What was read."""
        return self.exchange.sent.url.lower()

    @property
    def refused(self) -> bool:
        """Whether the target said that it is not there, or not to be had."""
        return answer(self.exchange.status) in {Answer.ABSENT, Answer.REFUSED}

    @property
    def parent(self) -> str:
        """The path of the Session that was looked below."""
        return _session(self.url)


def _session(path: str) -> str:
    return "/".join(path.split("/")[:6])


@dataclass(frozen=True, kw_only=True)
class _Below:
    """What a history tells of what belongs to its Sessions, all by path."""

    looks: tuple[_Look, ...]
    deleted: Mapping[str, Exchange]
    removals: tuple[Exchange, ...]
    messages: Mapping[str, int]


def _below(evidence: Evidence) -> _Below:
    """Return what the history tells of what belongs to its Sessions."""
    looks: list[_Look] = []
    deleted: dict[str, Exchange] = {}
    removals: list[Exchange] = []
    messages: Counter[str] = Counter()
    given: Counter[str] = Counter()
    listed = {seen.exchange.number for seen in evidence.seen if seen.listed}
    for exchange in evidence.history:
        operation = evidence.operation(exchange)
        path = exchange.sent.path.lower()
        own = exchange.probe.credentials is Credentials.OWN
        if operation is None:
            continue
        if operation.id in _ROWS and own:
            full = not operation.id.startswith("List") or exchange.number in listed
            shows = exchange.accepted and full
            looks.append(_Look(operation=operation.id, exchange=exchange, shows=shows))
        elif operation.id == "DeleteSession" and exchange.accepted and own:
            deleted.setdefault(path, exchange)
        elif operation.id == "CreateSession" and exchange.accepted:
            given[f"{path}/{exchange.fields.get('sid')}".lower()] += 1
        elif operation.method == "DELETE" and not exchange.refused:
            removals.append(exchange)
        elif operation.id == "CreateMessageInteraction" and exchange.accepted:
            messages[_session(path)] += 1
    return _Below(
        looks=tuple(looks),
        # Below a SID that was given twice may be what belongs to the other one.
        deleted={path: one for path, one in deleted.items() if given[path] < _TWICE},
        removals=tuple(sorted(removals, key=_number)),
        messages=messages,
    )


def what_belongs_to_it_goes(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether a Session's children go with it (DEL-005 to 007, 014, 015)."""
    below = evidence.view(_below)
    shown: set[str] = set()
    for look in below.looks:
        deletion = below.deleted.get(look.parent)
        if deletion is not None and _follows(look.exchange, deletion):
            yield from _gone(look, deletion, proved=look.url in shown, below=below)
        elif look.shows:
            shown.add(look.url)


def _follows(later: Exchange, earlier: Exchange) -> bool:
    """Return whether an exchange began when another was over."""
    return later.began_ms >= earlier.ended_ms and later.number > earlier.number


def _gone(
    look: _Look, deletion: Exchange, *, proved: bool, below: _Below
) -> Iterator[Verdict]:
    """Yield whether a look below a deleted Session finds nothing there."""
    exchange, operation = look.exchange, look.operation
    evidence = (deletion.number, exchange.number)
    many = below.messages.get(look.parent, 0) > _PAGE
    whole = operation == "FetchInteraction" and many
    nothing = look.refused or (exchange.accepted and not look.shows)
    if look.shows or (nothing and proved):
        yield judged(
            "DEL-014" if whole else _ROWS[operation],
            operation,
            not look.shows,
            expected="nothing of a deleted Session",
            observed=exchange.observed,
            symptom="a list that shows some" if look.lists else "still there",
            subject=exchange.probe.label,
            evidence=evidence,
        )
    if look.lists and proved and nothing:
        choice = "404" if exchange.status == _ABSENT else "another refusal"
        choice = "empty list" if exchange.accepted else choice
        yield chose("DEL-015", operation, choice, evidence=evidence)


def what_belongs_to_others_stays(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether a delete leaves what belongs to other Sessions (DEL-011)."""
    below = evidence.view(_below)
    deletions: dict[Scene, list[Exchange]] = {}
    for deletion in sorted(below.deleted.values(), key=_number):
        deletions.setdefault(deletion.probe.scene, []).append(deletion)
    looks: dict[tuple[Scene, str], list[_Look]] = {}
    for look in below.looks:
        looks.setdefault((look.exchange.probe.scene, look.url), []).append(look)
    for (scene, _), some in looks.items():
        for before, after in pairwise(some):
            own = below.deleted.get(before.parent)
            gone = own is not None and own.number < after.exchange.number
            if before.shows and not gone and not _within(below.removals, before, after):
                for deletion in _within(deletions.get(scene, []), before, after)[-1:]:
                    yield from _stays(before, deletion, after)


def _number(exchange: Exchange) -> int:
    return exchange.number


def _within(
    some: Sequence[Exchange], before: _Look, after: _Look
) -> Sequence[Exchange]:
    """Return those of `some`, in the order sent, that came between two looks."""
    first = bisect_right(some, before.exchange.number, key=_number)
    return some[first : bisect_right(some, after.exchange.number, key=_number)]


def _stays(before: _Look, deletion: Exchange, after: _Look) -> Iterator[Verdict]:
    apart = _follows(deletion, before.exchange) and _follows(after.exchange, deletion)
    if apart and (after.shows or after.refused or after.exchange.accepted):
        yield judged(
            "DEL-011",
            "DeleteSession",
            after.shows,
            expected="what belongs to another Session, as before",
            observed=after.exchange.observed,
            symptom=f"{after.operation}: gone",
            subject=after.operation,
            evidence=(before.exchange.number, deletion.number, after.exchange.number),
        )


def an_heir_begins_with_nothing(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether a new Session has none of a dead one's Participants (DEL-013)."""
    looks = {look.exchange.number: look for look in evidence.view(_below).looks}
    for scene in evidence.scenes("with-participants"):
        seen = [looks[each.number] for each in scene if each.number in looks]
        proved = any(look.lists and look.shows for look in seen)
        for exchange in labelled(scene, "heir"):
            look = looks.get(exchange.number)
            if look is not None and exchange.accepted and (proved or look.shows):
                yield judged(
                    "DEL-013",
                    "ListParticipant",
                    not look.shows,
                    expected="no Participants in a new Session",
                    observed="some",
                    symptom="some",
                    evidence=(exchange.number,),
                )


def a_removed_participant_may_stay(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what becomes of a removed Participant's record (DEL-016)."""
    for scene in evidence.scenes("with-participants"):
        removed = any(e.accepted for e in labelled(scene, "remove"))
        for exchange in labelled(scene, "removed")[:1]:
            if removed and (exchange.accepted or exchange.refused):
                dated = exchange.fields.get("date_deleted") is not None
                kept = (
                    "kept with date_deleted" if dated else "kept without date_deleted"
                )
                yield chose(
                    "DEL-016",
                    "FetchParticipant",
                    kept if exchange.accepted else "gone",
                    evidence=(exchange.number,),
                )


def a_service_takes_its_sessions(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what becomes of the Sessions of a deleted Service (DEL-017)."""
    for scene in evidence.scenes("listed"):
        for deletion in labelled(scene, "delete-service"):
            for after in labelled(scene, "after"):
                if deletion.refused:
                    choice = "refused"
                elif deletion.accepted and after.accepted:
                    choice = "leaves them"
                elif deletion.accepted and after.refused:
                    choice = "deletes them"
                else:
                    continue
                yield chose(
                    "DEL-017",
                    "DeleteService",
                    choice,
                    evidence=(deletion.number, after.number),
                )


CHECKS: tuple[Check, ...] = (
    what_belongs_to_it_goes,
    what_belongs_to_others_stays,
    an_heir_begins_with_nothing,
    where_accepted(a_removed_participant_may_stay),
    where_accepted(a_service_takes_its_sessions),
)
