"""Checks about credentials: strangers are refused, told little, and change nothing."""

from collections.abc import Iterator
from http import HTTPStatus

from conformance.checks.refusal import refusal
from conformance.evidence import Evidence
from conformance.exchange import Credentials, Exchange, Role, labelled, pairs
from conformance.judge import Check
from conformance.verdict import Verdict, chose, judged, unknown

_SESSION = (
    "CreateSession",
    "FetchSession",
    "ListSession",
    "UpdateSession",
    "DeleteSession",
)
_READING = ("FetchService", "ListParticipant", "ListInteraction")
_UNAUTHORIZED = 401
_STATUSES = frozenset({_UNAUTHORIZED})
_CODE = 20003
_REVEALING = frozenset(
    {
        "sid",
        "unique_name",
        "date_created",
        "closed_reason",
        "links",
        "sessions",
        "participants",
    }
)


def strangers_are_refused(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each operation asked for by a stranger (AUTH-001, 002)."""
    for scene in evidence.scenes("credentials"):
        for spoilt, control in pairs(scene):
            bare = spoilt.probe.credentials is Credentials.NONE
            requirement = "AUTH-001" if bare else "AUTH-002"
            yield refusal(requirement, spoilt, control, statuses=_STATUSES)


def strangers_are_refused_below(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each operation beside the Sessions' own (AUTH-006, 007)."""
    for scene in evidence.scenes("children"):
        for spoilt, control in pairs(scene):
            if spoilt.probe.label == "credentials":
                reading = spoilt.probe.operation in _READING
                requirement = "AUTH-006" if reading else "AUTH-007"
                yield refusal(requirement, spoilt, control, statuses=_STATUSES)


def unauthorized_answers_carry_their_code(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on the code of each 401 that has one (AUTH-003)."""
    for exchange, operation in _unauthorized(evidence):
        code = exchange.fields.get("code")
        if isinstance(code, int) and not isinstance(code, bool):
            yield judged(
                "AUTH-003",
                operation,
                code == _CODE,
                expected=f"the code {_CODE}",
                observed=repr(code),
                symptom="another code",
                subject=exchange.probe.defect,
                evidence=(exchange.number,),
            )


def unauthorized_answers_reveal_nothing(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on what each 401 shows beside its refusal (AUTH-005)."""
    for exchange, operation in _unauthorized(evidence):
        shown = sorted(_REVEALING.intersection(exchange.fields))
        yield judged(
            "AUTH-005",
            operation,
            not shown,
            expected="an error object and nothing else",
            observed=f"the properties {', '.join(shown)}",
            symptom="shows the resource",
            subject=exchange.probe.defect,
            evidence=(exchange.number,),
        )


def challenge_choices(evidence: Evidence) -> Iterator[Verdict]:
    """Yield which scheme the 401 of a fetch asks for, if it says (AUTH-008)."""
    for exchange, operation in _unauthorized(evidence):
        if operation == "FetchSession" and exchange.response:
            challenge = exchange.response.header("www-authenticate")
            yield chose(
                "AUTH-008", operation, _scheme(challenge), evidence=(exchange.number,)
            )


def strangers_change_nothing(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what came of the writes that were refused for their credentials (AUTH-004).

    A write that was let in is no refusal, and other rows tell of it.
    """
    for scene in evidence.scenes("credentials"):
        refusals = {
            operation: tuple(e for e in scene if _is_stranger(e, operation))
            for operation in ("CreateSession", "UpdateSession", "DeleteSession")
        }
        controls = {e.probe.operation: e for e in scene if e.probe.role is Role.CONTROL}
        judges = (_nothing_created, _nothing_updated, _nothing_deleted)
        for (operation, strangers), judge in zip(refusals.items(), judges, strict=True):
            if strangers and all(e.refused for e in strangers):
                yield judge(operation, strangers, controls, labelled(scene, "anew"))


def _nothing_created(
    operation: str,
    strangers: tuple[Exchange, ...],
    controls: dict[str, Exchange],
    anew: tuple[Exchange, ...],
) -> Verdict:
    """Return whether the name in the refused creates is still free."""
    control = controls.get(operation)
    if control is None or not (control.accepted or control.refused):
        return _undecided(operation, strangers)
    if control.refused and not (anew and anew[0].accepted):
        return _undecided(operation, strangers)
    return _effect(operation, strangers, (control, *anew), none=control.accepted)


def _nothing_updated(
    operation: str,
    strangers: tuple[Exchange, ...],
    controls: dict[str, Exchange],
    anew: tuple[Exchange, ...],
) -> Verdict:
    """Return whether the ttl is the one it was created with."""
    created = anew[0] if anew else controls.get("CreateSession")
    fetched = controls.get("FetchSession")
    if created is None or fetched is None or not fetched.accepted:
        return _undecided(operation, strangers)
    before, after = created.fields.get("ttl"), fetched.fields.get("ttl")
    wanted = dict(strangers[0].sent.form).get("Ttl")
    if before != after and str(after) != wanted:
        return _undecided(operation, strangers)
    return _effect(operation, strangers, (created, fetched), none=before == after)


def _nothing_deleted(
    operation: str,
    strangers: tuple[Exchange, ...],
    controls: dict[str, Exchange],
    _anew: tuple[Exchange, ...],
) -> Verdict:
    """Return whether the Session, fetched before, is still there to be updated."""
    fetched, updated = controls.get("FetchSession"), controls.get("UpdateSession")
    deleted = controls.get(operation)
    if fetched is None or not fetched.accepted or updated is None:
        return _undecided(operation, strangers)
    if updated.accepted:
        return _effect(operation, strangers, (fetched, updated), none=True)
    if deleted and updated.status == deleted.status == HTTPStatus.NOT_FOUND:
        return _effect(operation, strangers, (fetched, updated, deleted), none=False)
    return _undecided(operation, strangers)


def _effect(
    operation: str,
    strangers: tuple[Exchange, ...],
    shown: tuple[Exchange, ...],
    *,
    none: bool,
) -> Verdict:
    return judged(
        "AUTH-004",
        operation,
        none,
        expected="no effect of a write that was refused for its credentials",
        observed="what it asked for",
        symptom="refused and done",
        evidence=(strangers[0].number, *(exchange.number for exchange in shown)),
    )


def _undecided(operation: str, strangers: tuple[Exchange, ...]) -> Verdict:
    return unknown(
        "AUTH-004",
        operation,
        "what came of the refused writes could not be seen",
        evidence=(strangers[0].number,),
    )


def _is_stranger(exchange: Exchange, operation: str) -> bool:
    probe = exchange.probe
    return probe.role is Role.SPOILT and probe.operation == operation


def _unauthorized(evidence: Evidence) -> Iterator[tuple[Exchange, str]]:
    for exchange, operation in evidence.answered:
        if exchange.status == _UNAUTHORIZED and operation.id in _SESSION:
            yield exchange, operation.id


def _scheme(challenge: str | None) -> str:
    if challenge is None:
        return "absent"
    basic = challenge.strip().lower().startswith("basic")
    return "Basic" if basic else "another scheme"


CHECKS: tuple[Check, ...] = (
    strangers_are_refused,
    strangers_are_refused_below,
    unauthorized_answers_carry_their_code,
    unauthorized_answers_reveal_nothing,
    challenge_choices,
    strangers_change_nothing,
)
