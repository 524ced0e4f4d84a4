"""Checks about the end of a Session's lifetime, when it is due."""

from collections.abc import Iterator, Mapping

from conformance.checks.looked import looked
from conformance.checks.refusal import where_accepted
from conformance.evidence import Evidence
from conformance.exchange import Exchange, labelled
from conformance.judge import Check
from conformance.models.values import LIVE, asked_values, same, shown_values
from conformance.verdict import Verdict, chose, judged

_FETCH = "FetchSession"
_GRACE_MS = 5900
_REASONS: Mapping[str | None, str] = {None: "null", "": "empty", "api": "api"}


def a_lifetime_ends(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether Sessions are closed when they are due (EXP-001, 004, 005, 007)."""
    for scene in evidence.scenes("date-expiry"):
        if _limited(scene, "limit"):
            yield from _ends("EXP-001", labelled(scene, "due"))
            yield from _reason(labelled(scene, "due"))
    for scene in evidence.scenes("ttl-alone"):
        if _limited(scene, "limit"):
            yield from _may_end(labelled(scene, "due"))
    for scene in evidence.scenes("ttl-after-use"):
        alone = labelled(scene, "due")
        if _limited(scene, "limit"):
            yield from _ends("EXP-005", alone)
        if _limited(scene, "limit-read") and any(map(_closed, alone)):
            read = labelled(scene, "read") + labelled(scene, "due-read")
            yield from _ends("EXP-007", read)


def _limited(scene: tuple[Exchange, ...], label: str) -> bool:
    """Return whether the target took the lifetime that the scene gave a Session."""
    for exchange in labelled(scene, label):
        asked = asked_values(exchange.sent.form)
        shown = shown_values(exchange.fields)
        if exchange.accepted and asked:
            return all(n in shown and same(v, shown[n]) for n, v in asked.items())
    return False


def _closed(exchange: Exchange) -> bool:
    return looked(exchange).get("status", "open") not in LIVE


def _open(exchange: Exchange) -> bool:
    return looked(exchange).get("status") in LIVE


def _ends(requirement: str, due: tuple[Exchange, ...]) -> Iterator[Verdict]:
    """Yield whether a Session was closed in time; not, if nobody waited long enough."""
    live = [exchange for exchange in due if _open(exchange)]
    closed = any(map(_closed, due))
    waited = bool(live) and live[-1].began_ms - live[0].began_ms >= _GRACE_MS
    if closed or waited:
        last = due[-1]
        yield judged(
            requirement,
            _FETCH,
            closed,
            expected="a Session that is closed, as its lifetime is over",
            observed=repr(last.fields.get("status")),
            symptom="still open",
            evidence=(due[0].number, last.number),
        )


def a_list_shows_the_end(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether a list shows in time that a Session is closed (EXP-011)."""
    for scene in evidence.scenes("date-expiry-listed"):
        if not _limited(scene, "limit"):
            continue
        sid = str(labelled(scene, "limit")[0].fields.get("sid")).lower()
        looks = {exchange.number: exchange for exchange in labelled(scene, "due")}
        told = [
            (looks[seen.exchange.number], shown_values(seen.fields).get("status"))
            for seen in evidence.sessions
            if seen.exchange.number in looks and seen.sid.lower() == sid
        ]
        live = [look for look, status in told if status in LIVE]
        closed = len(live) < len(told)
        if closed or (live and live[-1].began_ms - live[0].began_ms >= _GRACE_MS):
            look, status = told[-1]
            yield judged(
                "EXP-011",
                "ListSession",
                closed,
                expected="a Session that is closed, as its lifetime is over",
                observed=repr(status),
                symptom="still open in the list",
                evidence=(told[0][0].number, look.number),
            )


def _may_end(due: tuple[Exchange, ...]) -> Iterator[Verdict]:
    """Yield whether an unused Session was closed in time (EXP-004)."""
    answered = [exchange for exchange in due if _open(exchange) or _closed(exchange)]
    if answered:
        closed = _closed(answered[-1])
        choice = "closed in time" if closed else "still open"
        yield chose("EXP-004", _FETCH, choice, evidence=(answered[-1].number,))


def _reason(due: tuple[Exchange, ...]) -> Iterator[Verdict]:
    """Yield the closed_reason of a Session whose lifetime is over (EXP-008)."""
    for exchange in due:
        reason = exchange.fields.get("closed_reason", 0)
        if _closed(exchange) and (reason is None or isinstance(reason, str)):
            choice = _REASONS.get(reason, "another text")
            yield chose("EXP-008", _FETCH, choice, evidence=(exchange.number,))


def an_expired_session_may_be_reopened(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what becomes of re-opening a Session that expired (EXP-009)."""
    for scene in evidence.scenes("date-expiry"):
        if not any(map(_closed, labelled(scene, "due"))):
            continue
        for reopened in labelled(scene, "reopen"):
            for later in labelled(scene, "reopened"):
                if reopened.refused:
                    choice = "refused"
                elif reopened.accepted and _open(later):
                    choice = "stays in progress"
                elif reopened.accepted and _closed(later):
                    choice = "closes again"
                else:
                    continue
                yield chose(
                    "EXP-009",
                    "UpdateSession",
                    choice,
                    evidence=(reopened.number, later.number),
                )


CHECKS: tuple[Check, ...] = (
    a_lifetime_ends,
    a_list_shows_the_end,
    where_accepted(an_expired_session_may_be_reopened),
)
