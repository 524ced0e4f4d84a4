"""Checks about refusals: the object that each of them carries."""

from collections.abc import Iterator
from typing import Any

from conformance.checks.media import essence
from conformance.evidence import Evidence
from conformance.exchange import Exchange, Malformed, Response, pairs
from conformance.judge import Check
from conformance.oracles.target import is_plain
from conformance.oracles.url import is_absolute
from conformance.verdict import Verdict, chose, judged

_SESSION = (
    "CreateSession",
    "FetchSession",
    "ListSession",
    "UpdateSession",
    "DeleteSession",
)
_BELOW = ("FetchService", "ListParticipant", "FetchParticipant")

# What the API says itself: a body too large, a URL too long or too many requests may
# be turned away before it.
_OWN = frozenset({400, 401, 403, 404, 405, 409, 410, 422})
_ERRORS = range(400, 600)

_JSON = frozenset({"application/json", "application/problem+json"})
_MEMBERS = frozenset({"code", "message", "more_info", "status"})

_TRACES = (
    b"Traceback (most recent call last)",
    b"\n    at ",
    b"\\n    at ",
    b"\n\tat ",
    b"\\n\\tat ",
    b"java.lang.",
    b"System.NullReferenceException",
    b"goroutine ",
    b"/node_modules/",
    b"/site-packages/",
    b"SQLSTATE",
    b"sqlite3.",
    b"psycopg",
    b"org.hibernate",
    b"Stack trace:",
)


_DOCUMENTED = {
    "code": "a whole number",
    "message": "a text",
    "status": "the HTTP status, a whole number",
    "more_info": "an absolute URL or null",
}
"""What each member of an error object is, in words."""


def error_members_are_as_documented(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each member of each error object (ERR-001 to 004)."""
    for exchange, response, operation in _refusals(evidence, _SESSION):
        body = response.json
        if isinstance(body, dict):
            for requirement, name, flaw in _flaws(body, exchange.status):
                yield judged(
                    requirement,
                    operation,
                    not flaw,
                    expected=f"{_DOCUMENTED[name]} as {name}",
                    observed=flaw,
                    symptom=flaw,
                    subject=str(exchange.status),
                    evidence=(exchange.number,),
                )


def _flaws(body: dict[str, Any], status: int) -> Iterator[tuple[str, str, str]]:
    """Yield the row and the name of each member, and what is wrong with it or ""."""
    code, message = body.get("code"), body.get("message")
    yield "ERR-001", "code", "" if _is_whole(code) else _kind(code)
    yield "ERR-002", "message", "" if isinstance(message, str) else _kind(message)
    yield "ERR-003", "status", _status_flaw(body.get("status"), status)
    yield "ERR-004", "more_info", _more_info_flaw(body.get("more_info"))


def _status_flaw(shown: object, status: int) -> str:
    if not _is_whole(shown):
        return _kind(shown)
    return "" if shown == status else "another status"


def _more_info_flaw(shown: object) -> str:
    if shown is None or is_absolute(shown):
        return ""
    return "no absolute url" if isinstance(shown, str) else _kind(shown)


def errors_are_json(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on the type and the body of each refusal (ERR-005, 006)."""
    for exchange, response, operation in _refusals(evidence, _SESSION):
        if response.body:
            named = essence(response)
            yield judged(
                "ERR-005",
                operation,
                named in _JSON,
                expected="application/json",
                observed=repr(response.header("content-type")),
                symptom=named or "no content type",
                subject=str(exchange.status),
                evidence=(exchange.number,),
            )
        flaw = _body_flaw(response)
        yield judged(
            "ERR-006",
            operation,
            not flaw,
            expected="a JSON object",
            observed=flaw,
            symptom=flaw,
            subject=str(exchange.status),
            evidence=(exchange.number,),
        )


def errors_hide_the_program(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on what each error shows of the program behind it (ERR-007)."""
    for exchange, operation in evidence.answered:
        if exchange.status not in _ERRORS or operation.id not in _SESSION:
            continue
        body = exchange.response.body if exchange.response else b""
        trace = next((trace for trace in _TRACES if trace in body), b"")
        yield judged(
            "ERR-007",
            operation.id,
            not trace,
            expected="nothing of the program that wrote it",
            observed=repr(trace.decode()),
            symptom=trace.decode().strip(),
            subject=str(exchange.status),
            evidence=(exchange.number,),
        )


def errors_below_are_alike(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each error object beside the Sessions' own (ERR-008)."""
    for exchange, response, operation in _refusals(evidence, _BELOW):
        body = response.json
        flaw = _body_flaw(response)
        if isinstance(body, dict):
            flaws = _flaws(body, exchange.status)
            flaw = next((f"{name} {flaw}" for _, name, flaw in flaws if flaw), "")
            named = essence(response)
            flaw = flaw or ("" if named in _JSON else named or "no content type")
        yield judged(
            "ERR-008",
            operation,
            not flaw,
            expected="an error object",
            observed=flaw,
            symptom=flaw,
            subject=str(exchange.status),
            evidence=(exchange.number,),
        )


_CODES = {
    "ERR-009": ("unknown-session", {20404, 80307, 80308, 80503}),
    "ERR-010": ("malformed-session", {20404, 80409, 20001, 80701}),
    "ERR-011": ("invalid-parameter", {80701, 20001}),
    "ERR-012": ("unknown-service", {20404, 80408, 80503}),
}
_WHERE = {
    "ERR-009": ("FetchSession", "UpdateSession", "DeleteSession"),
    "ERR-010": ("UpdateSession", "DeleteSession"),
    "ERR-011": ("CreateSession", "UpdateSession"),
    "ERR-012": ("CreateSession", "ListSession"),
}


def code_choices(evidence: Evidence) -> Iterator[Verdict]:
    """Yield which code stands for each kind of refusal (ERR-009 to 012)."""
    for requirement, (label, codes) in _CODES.items():
        for spoilt, control in _labelled(evidence, label):
            operation = spoilt.probe.operation
            judgeable = spoilt.refused and control.accepted
            if judgeable and operation in _WHERE[requirement]:
                yield chose(
                    requirement,
                    operation,
                    _code(spoilt, codes),
                    subject=spoilt.probe.defect,
                    evidence=(spoilt.number,),
                )


def shape_choices(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what else an error object holds, and where it points (ERR-013, 014)."""
    for exchange, response, operation in _refusals(evidence, ("FetchSession",)):
        body = response.json
        if isinstance(body, dict):
            evidence_ = (exchange.number,)
            yield chose("ERR-013", operation, _further(body), evidence=evidence_)
            yield chose("ERR-014", operation, _pointer(body), evidence=evidence_)


def _labelled(evidence: Evidence, label: str) -> Iterator[tuple[Exchange, Exchange]]:
    for scene in (*evidence.scenes("path"), *evidence.scenes("errors")):
        for spoilt, control in pairs(scene):
            if spoilt.probe.label == label and is_plain(spoilt.sent.path):
                yield spoilt, control


def _refusals(
    evidence: Evidence, operations: tuple[str, ...]
) -> Iterator[tuple[Exchange, Response, str]]:
    """Yield the refusals that are the API's own, each with its operation."""
    for exchange, operation in evidence.answered:
        response, wanted = exchange.response, operation.id in operations
        if not response or response.status not in _OWN or not wanted:
            continue
        if is_plain(exchange.sent.url):
            yield exchange, response, operation.id


def _body_flaw(response: Response) -> str:
    """Return why the body is no JSON object, or ""."""
    body = response.json
    if isinstance(body, dict):
        return ""
    if not response.body:
        return "no body"
    return body.reason if isinstance(body, Malformed) else _kind(body)


def _is_whole(value: object) -> bool:
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


def _kind(value: object) -> str:
    """Return the JSON type of a value, as a class for a symptom."""
    match value:
        case None:
            return "null or absent"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "text"
        case list():
            return "list"
        case _:
            return "object"


def _code(exchange: Exchange, codes: set[int]) -> str:
    code = exchange.fields.get("code")
    if not isinstance(code, int):
        return "no code"
    return str(code) if code in codes else "another code"


def _further(body: dict[str, Any]) -> str:
    further = body.keys() - _MEMBERS
    if not further:
        return "none"
    return min(further) if further in ({"detail"}, {"details"}) else "others"


def _pointer(body: dict[str, Any]) -> str:
    shown = body.get("more_info")
    if shown is None:
        return "absent"
    own = isinstance(shown, str) and shown.endswith(f"/errors/{body.get('code')}")
    return "the page of its code" if own else "another address"


CHECKS: tuple[Check, ...] = (
    error_members_are_as_documented,
    errors_are_json,
    errors_hide_the_program,
    errors_below_are_alike,
    code_choices,
    shape_choices,
)
