"""Checks about SIDs: their form, what they name, and which paths are refused."""

from collections.abc import Iterator
from typing import TypeAlias

from conformance.checks.refusal import refusal, refused
from conformance.evidence import Evidence, Seen
from conformance.exchange import Exchange, Role, pairs
from conformance.judge import Check
from conformance.oracles.sid import LENGTH, is_sid, same_sid
from conformance.oracles.target import is_plain
from conformance.verdict import Verdict, chose, judged

_SESSION = ("CreateSession", "FetchSession", "ListSession", "UpdateSession")
_PARTICIPANT = ("CreateParticipant", "FetchParticipant", "ListParticipant")
_INTERACTION = ("CreateMessageInteraction", "FetchInteraction", "ListInteraction")
_SERVICE = ("CreateService", "FetchService")

Rules: TypeAlias = tuple[tuple[str, str, str], ...]

_SHAPES: dict[str, Rules] = {
    **dict.fromkeys(
        _SESSION,
        (
            ("SID-001", "sid", "KC"),
            ("SID-002", "service_sid", "KS"),
            ("SID-004", "account_sid", "AC"),
        ),
    ),
    **dict.fromkeys(_PARTICIPANT, (("SID-015", "sid", "KP"),)),
    **dict.fromkeys(_INTERACTION, (("SID-017", "sid", "KI"),)),
    **dict.fromkeys(_SERVICE, (("SID-019", "sid", "KS"),)),
}
"""Per operation: the row, the property, and the prefix of the SID it shows."""

_ACCOUNT = "account"
_OF_SESSION = (("SID-005", "service_sid", "ServiceSid"),)
_BY_SID = (("SID-023", "sid", "Sid"),)
_OF_ACCOUNT = (("SID-006", "account_sid", _ACCOUNT),)

_NAMES: dict[str, Rules] = {
    "CreateSession": _OF_SESSION + _OF_ACCOUNT,
    "FetchSession": _OF_SESSION + _OF_ACCOUNT + _BY_SID,
    "ListSession": _OF_SESSION + _OF_ACCOUNT,
    "UpdateSession": _OF_SESSION + _OF_ACCOUNT + _BY_SID,
    **{
        operation: (
            (requirement, "session_sid", "SessionSid"),
            (requirement, "service_sid", "ServiceSid"),
            (requirement, "account_sid", _ACCOUNT),
        )
        for requirement, operations in (
            ("SID-016", _PARTICIPANT),
            ("SID-018", _INTERACTION),
        )
        for operation in operations
    },
    **dict.fromkeys(_SERVICE, (("SID-020", "account_sid", _ACCOUNT),)),
}
"""Per operation: the row, the property, and whose SID it shows."""

# A resource says by its own sid which it is; of whom it is may be null.
_NULLABLE = frozenset({"account_sid", "service_sid", "session_sid"})

_PREFIXES = {"ServiceSid": "KS", "SessionSid": "KC", "Sid": "KC", _ACCOUNT: "AC"}

# What a malformed SID may meet: of the API, and of whatever stands before it.
_MALFORMED = frozenset({400, 404})
_TURNED_AWAY = frozenset(range(300, 500))

_PATTERNED = {
    "SID-003": ("Sid", ("UpdateSession", "DeleteSession")),
    "SID-008": ("ServiceSid", (*_SESSION, "DeleteSession")),
    "SID-021": ("SessionSid", ("ListParticipant",)),
}
"""The rows about malformed SIDs in a path: which of its parts, and where."""

_LABELS = {
    "SID-003": "malformed-session",
    "SID-008": "malformed-service",
    "SID-021": "malformed-session",
}


def sids_are_well_formed(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on the form of each SID shown (SID-001, 002, 004, 015, 017, 019).

    Null may stand for a SID. One that is no text, or is not there, is the
    properties' business.
    """
    for seen in evidence.seen:
        for requirement, name, prefix in _SHAPES.get(seen.operation, ()):
            text = seen.fields.get(name)
            if _is_null(seen, name):
                yield _null(requirement, seen, name)
            elif isinstance(text, str):
                holds = is_sid(text, prefix=prefix)
                yield judged(
                    requirement,
                    seen.operation,
                    holds,
                    expected=f"{prefix} and 32 hex digits as {name}",
                    observed=repr(text),
                    symptom="" if holds else _flaw(text, prefix),
                    evidence=(seen.exchange.number,),
                )


def sids_name_what_was_asked(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on whom each SID names (SID-005, 006, 016, 018, 020, 023)."""
    for seen in evidence.seen:
        rules = _NAMES.get(seen.operation, ())
        asked = _asked(evidence, seen.exchange) if rules else {}
        for requirement, name, whose in rules:
            shown, expected = seen.fields.get(name), asked.get(whose, "")
            if _is_null(seen, name):
                yield _null(requirement, seen, name)
            elif isinstance(shown, str) and _comparable(seen, shown, whose, expected):
                yield judged(
                    requirement,
                    seen.operation,
                    same_sid(shown, expected),
                    expected=f"{expected!r} as {name}",
                    observed=repr(shown),
                    symptom=f"another {name}",
                    subject=name,
                    evidence=(seen.exchange.number,),
                )


def _is_null(seen: Seen, name: str) -> bool:
    return name in _NULLABLE and seen.fields.get(name, "") is None


def _null(requirement: str, seen: Seen, name: str) -> Verdict:
    """Return that null, which the contract lets pass, contradicts nothing."""
    return judged(
        requirement,
        seen.operation,
        holds=True,
        expected=f"a SID or null as {name}",
        observed="null",
        symptom="",
        subject="null",
        evidence=(seen.exchange.number,),
    )


def _comparable(seen: Seen, shown: str, whose: str, expected: str) -> bool:
    """Return whether there is a SID to expect, and the one shown is held to it.

    A Session's own malformed SIDs have rows of their own.
    """
    prefix = _PREFIXES[whose]
    return is_sid(expected, prefix=prefix) and (
        seen.resource != "Session" or is_sid(shown, prefix=prefix)
    )


def _asked(evidence: Evidence, exchange: Exchange) -> dict[str, str]:
    """Return the SIDs that a request was about: those of its path, and the account."""
    operation = evidence.operation(exchange)
    if operation is None:
        return {}
    path = evidence.contract.path_values(operation, exchange.sent.path)
    return path | {_ACCOUNT: evidence.history.account_sid}


def no_sid_is_given_twice(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on the sid of each Session created but the first (SID-007)."""
    given: dict[str, int] = {}
    for seen in evidence.sessions:
        if seen.operation != "CreateSession" or not seen.sid:
            continue
        sid, number = seen.sid.lower(), seen.exchange.number
        earlier = given.setdefault(sid, number)
        if len(given) > 1 or earlier != number:
            yield judged(
                "SID-007",
                "CreateSession",
                earlier == number,
                expected="a sid that no earlier create answered",
                observed=f"{seen.sid!r} again",
                symptom="given twice",
                evidence=tuple(sorted({earlier, number})),
            )


def malformed_sids_are_refused(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each malformed SID in a path (SID-003, 008, 021).

    Where the control's own SID is malformed too, the target gave it out so, and that
    is another row's finding.
    """
    for requirement, (name, operations) in _PATTERNED.items():
        for scene in (*evidence.scenes("path"), *evidence.scenes("children")):
            for spoilt, control in pairs(scene):
                if spoilt.probe.label != _LABELS[requirement]:
                    continue
                sid = _asked(evidence, control).get(name, "")
                fair = is_sid(sid, prefix=_PREFIXES[name])
                if fair and spoilt.probe.operation in operations:
                    plain = is_plain(spoilt.sent.path)
                    statuses = _MALFORMED if plain else _TURNED_AWAY
                    yield refusal(requirement, spoilt, control, statuses=statuses)


def no_malformed_sid_is_accepted(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a FAIL for each malformed path SID that met a success (SID-003, 008, 021).

    That is decisive without a control; where the probe has one, it is judged there.
    A malformed SID that the target itself gave out is another row's finding.
    """
    given = {seen.sid for seen in evidence.seen}
    for exchange, operation in evidence.answered:
        if not exchange.accepted or exchange.probe.role is Role.SPOILT:
            continue
        path = evidence.contract.path_values(operation, exchange.sent.path)
        for requirement, (name, operations) in _PATTERNED.items():
            if operation.id not in operations or path[name] in given:
                continue
            prefix = _PREFIXES[name]
            if not is_sid(path[name], prefix=prefix):
                yield judged(
                    requirement,
                    operation.id,
                    holds=False,
                    expected=f"400 or 404 for a malformed {name}",
                    observed=exchange.observed,
                    symptom=f"{_flaw(path[name], prefix)}, {exchange.observed_class}",
                    evidence=(exchange.number,),
                )


def malformed_sid_choices(evidence: Evidence) -> Iterator[Verdict]:
    """Yield which of two statuses a malformed Session SID meets (SID-011)."""
    for spoilt, control in _labelled(evidence, "malformed-session"):
        operation = spoilt.probe.operation
        judgeable = control.accepted and is_plain(spoilt.sent.path)
        if judgeable and spoilt.status in _MALFORMED and operation != "ListParticipant":
            yield _chosen("SID-011", spoilt, str(spoilt.status))


def odd_sid_choices(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what a fetch makes of an odd spelling of a SID (SID-012, 013, 014)."""
    rows = {
        "malformed-fetch": "SID-012",
        "other-case": "SID-013",
        "escaped": "SID-014",
    }
    for label, requirement in rows.items():
        for spoilt, control in _labelled(evidence, label):
            same = spoilt.sent.path == control.sent.path
            if control.accepted and not spoilt.undecided and not same:
                yield _chosen(requirement, spoilt, _fate(spoilt))


def sid_case_choices(evidence: Evidence) -> Iterator[Verdict]:
    """Yield in which letter case the digits of a new sid are shown (SID-022)."""
    for seen in evidence.sessions:
        if seen.operation == "CreateSession" and is_sid(seen.sid, prefix="KC"):
            yield _chosen("SID-022", seen.exchange, _case(seen.sid[2:]))


def _labelled(evidence: Evidence, label: str) -> Iterator[tuple[Exchange, Exchange]]:
    """Yield the spoilt probes of that label beside their controls."""
    for scene in evidence.scenes("path"):
        for spoilt, control in pairs(scene):
            if spoilt.probe.label == label:
                yield spoilt, control


def _chosen(requirement: str, exchange: Exchange, choice: str) -> Verdict:
    return chose(
        requirement,
        exchange.probe.operation,
        choice,
        subject=exchange.probe.defect,
        evidence=(exchange.number,),
    )


def _fate(exchange: Exchange) -> str:
    if exchange.accepted:
        return "taken for the Session"
    named = exchange.status in _MALFORMED
    return str(exchange.status) if named else "another refusal"


def _case(digits: str) -> str:
    if digits.isdecimal():
        return "no letters"
    if digits == digits.lower():
        return "lower"
    return "upper" if digits == digits.upper() else "both"


def _flaw(text: str, prefix: str) -> str:
    """Return what is wrong with a malformed SID, as a class."""
    if not text.startswith(prefix):
        return "another prefix"
    return "not hexadecimal" if len(text) == LENGTH else "another length"


CHECKS: tuple[Check, ...] = (
    sids_are_well_formed,
    sids_name_what_was_asked,
    no_sid_is_given_twice,
    malformed_sids_are_refused,
    no_malformed_sid_is_accepted,
    refused("SID-009", "path", label="unknown-session", statuses=frozenset({404})),
    refused("SID-010", "path", label="unknown-service", statuses=frozenset({404})),
    malformed_sid_choices,
    odd_sid_choices,
    sid_case_choices,
)
