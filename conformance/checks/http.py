"""Checks about the wire: statuses, media types, bodies, methods and paths."""

from collections.abc import Callable, Iterator
from http import HTTPStatus

from conformance.checks.media import essence
from conformance.checks.refusal import refused
from conformance.evidence import Evidence
from conformance.exchange import Exchange, Malformed, Response, Trouble, pairs
from conformance.judge import Check
from conformance.verdict import Verdict, chose, judged, unknown

_STATUS_ROWS = {
    "CreateSession": "HTTP-001",
    "FetchSession": "HTTP-002",
    "ListSession": "HTTP-003",
    "UpdateSession": "HTTP-004",
    "DeleteSession": "HTTP-005",
    **dict.fromkeys(("CreateService", "FetchService"), "HTTP-006"),
    **dict.fromkeys(
        (
            "CreateParticipant",
            "FetchParticipant",
            "ListParticipant",
            "DeleteParticipant",
        ),
        "HTTP-007",
    ),
    **dict.fromkeys(
        ("CreateMessageInteraction", "FetchInteraction", "ListInteraction"),
        "HTTP-008",
    ),
}
_EITHER = {
    "DeleteParticipant": ("HTTP-020", (200, 204)),
    "CreateMessageInteraction": ("HTTP-021", (200, 201)),
}
_READING = ("CreateSession", "FetchSession", "ListSession", "UpdateSession")
_SESSION = (*_READING, "DeleteSession")
_BELOW = ("FetchService", "ListParticipant", "ListInteraction")
_FAULT_ROWS = {
    **dict.fromkeys(_SESSION, "HTTP-013"),
    **dict.fromkeys(_BELOW, "HTTP-030"),
}

_NO_CONTENT = 204
_NOT_FOUND = frozenset({404})
_FAULTS = range(500, 600)
_PAUSES = frozenset({502, 503, 504})
_NOT_IMPLEMENTED = 501
_ENOUGH = {Trouble.GARBLED: 2, Trouble.CUT: 4}
_JSON = "application/json"


def successes_have_their_status(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on the status of each success (HTTP-001 to 008)."""
    for exchange, operation in evidence.answered:
        requirement = _STATUS_ROWS.get(operation.id)
        if requirement and exchange.accepted:
            documented = sorted(operation.success_statuses)
            yield judged(
                requirement,
                operation.id,
                exchange.status in documented,
                expected=" or ".join(map(str, documented)),
                observed=exchange.observed,
                symptom=exchange.observed,
                evidence=(exchange.number,),
            )


def either_status_choices(evidence: Evidence) -> Iterator[Verdict]:
    """Yield which of two documented statuses a success has (HTTP-020, 021)."""
    for exchange, operation in evidence.answered:
        requirement, statuses = _EITHER.get(operation.id, ("", ()))
        if exchange.status in statuses:
            yield chose(
                requirement,
                operation.id,
                exchange.observed,
                evidence=(exchange.number,),
            )


def no_content_has_no_body(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each 204 to a delete (HTTP-009)."""
    for exchange, operation in evidence.answered:
        response = exchange.response
        if (
            response
            and response.status == _NO_CONTENT
            and operation.id == "DeleteSession"
        ):
            announced = response.header("content-length") or "0"
            yield judged(
                "HTTP-009",
                operation.id,
                not response.body and announced.strip() == "0",
                expected="no body",
                observed=f"{len(response.body)} octets, Content-Length {announced}",
                symptom="a body",
                evidence=(exchange.number,),
            )


def successes_are_json(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on the type and the body of each success (HTTP-010, 011)."""
    for exchange, response, operation in _bodies(evidence, _READING):
        if response.body:
            named = essence(response)
            yield judged(
                "HTTP-010",
                operation,
                named == _JSON,
                expected=_JSON,
                observed=repr(response.header("content-type")),
                symptom=named or "no content type",
                evidence=(exchange.number,),
            )
        flaw = _body_flaw(response)
        yield judged(
            "HTTP-011",
            operation,
            not flaw,
            expected="one JSON object",
            observed=flaw,
            symptom=flaw,
            evidence=(exchange.number,),
        )


def successes_below_are_json(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each success beside the Sessions' own (HTTP-031)."""
    for exchange, response, operation in _bodies(evidence, _BELOW):
        flaw = _body_flaw(response)
        if not flaw and essence(response) != _JSON:
            flaw = essence(response) or "no content type"
        yield judged(
            "HTTP-031",
            operation,
            not flaw,
            expected=f"one JSON object as {_JSON}",
            observed=flaw,
            symptom=flaw,
            evidence=(exchange.number,),
        )


def answers_are_whole(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether the answers of an operation can be read to their end (HTTP-012).

    One that cannot may be the network's doing; two, where none ever succeeds, are not,
    nor are four that are cut off.
    """
    groups: dict[str, list[Exchange]] = {name: [] for name in _SESSION}
    for exchange in evidence.history:
        operation = evidence.operation(exchange)
        if operation and operation.id in groups:
            groups[operation.id].append(exchange)
    for name, exchanges in groups.items():
        whole = [e.number for e in exchanges if e.accepted]
        broken = [e for e in exchanges if e.trouble in _ENOUGH]
        if not broken:
            whole = [e.number for e in exchanges if e.response]
        enough = next((t for t, n in _ENOUGH.items() if _times(t, broken) >= n), None)
        if whole or enough:
            yield judged(
                "HTTP-012",
                name,
                bool(whole),
                expected="a success that can be read to its end",
                observed=f"{len(broken)} answers that cannot, and no success",
                symptom=str(enough),
                evidence=tuple((whole or [e.number for e in broken])[:1]),
            )


def _times(trouble: Trouble, exchanges: list[Exchange]) -> int:
    return sum(exchange.trouble is trouble for exchange in exchanges)


def nothing_fails_inside(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each answer, whatever was asked (HTTP-013, 030).

    A method or a path that nobody documented counts for the operation it stands in
    for; there, 501 says what it means.
    """
    for exchange in evidence.history:
        operation = evidence.operation(exchange)
        name = operation.id if operation else exchange.probe.operation
        requirement = _FAULT_ROWS.get(name)
        told = exchange.response and exchange.status not in _PAUSES
        if operation is None and exchange.status == _NOT_IMPLEMENTED:
            continue
        if requirement and told:
            yield judged(
                requirement,
                name,
                exchange.status not in _FAULTS,
                expected="a success or a refusal",
                observed=exchange.observed,
                symptom=f"{exchange.observed} {exchange.probe.defect}".strip(),
                subject=exchange.probe.defect,
                evidence=(exchange.number,),
            )


def other_methods_do_nothing(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each method that a path does not know (HTTP-014, 015)."""
    for requirement, scene in (
        ("HTTP-014", "methods/Session"),
        ("HTTP-015", "methods/Sessions"),
    ):
        for spoilt, control in _labelled(evidence, scene, "method"):
            operation, defect = spoilt.probe.operation, spoilt.probe.defect
            numbers = (spoilt.number, control.number)
            told = not spoilt.undecided or spoilt.status == _NOT_IMPLEMENTED
            if not spoilt.accepted and not (told and control.accepted):
                yield unknown(
                    requirement,
                    operation,
                    f"{defect}: refused or silent for some other reason",
                    subject=defect,
                    evidence=numbers,
                )
            else:
                yield judged(
                    requirement,
                    operation,
                    not spoilt.accepted,
                    expected=f"a refusal of {defect}",
                    observed=spoilt.observed,
                    symptom=f"{defect}, {spoilt.observed_class}",
                    subject=defect,
                    evidence=numbers,
                )


def other_method_choices(evidence: Evidence) -> Iterator[Verdict]:
    """Yield how a method that the path does not know is refused (HTTP-018, 019)."""
    for spoilt, control in _labelled(evidence, "methods/Session", "method"):
        response = spoilt.response
        if not response or spoilt.accepted or not control.accepted:
            continue
        told = spoilt.observed in {"400", "404", "405", "501"}
        if told or spoilt.refused:
            choice = spoilt.observed if told else "another refusal"
            yield _chosen("HTTP-018", spoilt, choice)
        if response.status == HTTPStatus.METHOD_NOT_ALLOWED:
            allow = response.header("allow")
            yield _chosen("HTTP-019", spoilt, "absent" if allow is None else "present")


def media_types_are_equal(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each spelling of the form's media type (HTTP-029)."""
    for spoilt, control in _labelled(evidence, "media", "media-type"):
        expected = control.fields.get("ttl")
        told = control.accepted and str(expected) == dict(control.sent.form).get("Ttl")
        if told and not spoilt.undecided:
            yield judged(
                "HTTP-029",
                spoilt.probe.operation,
                spoilt.accepted and spoilt.fields.get("ttl") == expected,
                expected=f"a success with ttl {expected}",
                observed=f"{spoilt.observed}, ttl {spoilt.fields.get('ttl')!r}",
                symptom=f"{spoilt.probe.defect}, {spoilt.observed_class}",
                subject=spoilt.probe.defect,
                evidence=(spoilt.number, control.number),
            )


def headers_of_clients_are_taken(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each fetch with a client's headers (HTTP-032)."""
    for spoilt, control in _labelled(evidence, "methods/Session", "headers"):
        if control.accepted and not spoilt.undecided:
            yield judged(
                "HTTP-032",
                spoilt.probe.operation,
                spoilt.accepted,
                expected="a success",
                observed=spoilt.observed,
                symptom=f"{spoilt.probe.defect}, {spoilt.observed_class}",
                subject=spoilt.probe.defect,
                evidence=(spoilt.number, control.number),
            )


def _body_choice(exchange: Exchange, control: Exchange) -> str:
    """Return what became of a form that was spelled in another media type."""
    if exchange.accepted:
        same = exchange.fields.get("ttl") == control.fields.get("ttl")
        return "taken" if same else "ignored"
    return exchange.observed if exchange.status in {400, 415} else "another refusal"


def _method_choice(exchange: Exchange, _control: Exchange) -> str:
    if exchange.accepted:
        return "answered"
    return exchange.observed if exchange.status in {404, 405} else "another refusal"


def _path_choice(exchange: Exchange, _control: Exchange) -> str:
    if exchange.accepted:
        return "taken"
    return "refused" if exchange.refused else "redirected"


def _parameter_choice(exchange: Exchange, _control: Exchange) -> str:
    if exchange.accepted:
        return "ignored"
    bad = exchange.status in {400, 422}
    return "refused with 400" if bad else "refused otherwise"


def _repetition_choice(exchange: Exchange, _control: Exchange) -> str:
    """Return which of two values counts."""
    if not exchange.accepted:
        return "refused"
    values = [value for name, value in exchange.sent.form if name == "Ttl"]
    shown = str(exchange.fields.get("ttl"))
    if shown not in values:
        return "neither counts"
    return "the first counts" if shown == values[0] else "the last counts"


def _size_choice(exchange: Exchange, _control: Exchange) -> str:
    if exchange.accepted:
        return "taken"
    return exchange.observed if exchange.status in {400, 413} else "another refusal"


_CHOICES: dict[tuple[str, str], tuple[str, Callable[[Exchange, Exchange], str]]] = {
    ("media", "json"): ("HTTP-022", _body_choice),
    ("media", "multipart"): ("HTTP-034", _body_choice),
    ("methods/Session", "HEAD"): ("HTTP-023", _method_choice),
    ("methods/Session", "OPTIONS"): ("HTTP-024", _method_choice),
    ("methods/Session", "trailing-slash"): ("HTTP-025", _path_choice),
    ("routes", "trailing-slash"): ("HTTP-025", _path_choice),
    ("methods/Session", "extension"): ("HTTP-026", _path_choice),
    ("routes", "extension"): ("HTTP-026", _path_choice),
    ("media", "unknown-parameter"): ("HTTP-027", _parameter_choice),
    ("bodies", "unknown-parameter"): ("HTTP-027", _parameter_choice),
    ("methods/Session", "unknown-parameter"): ("HTTP-035", _parameter_choice),
    ("routes", "unknown-parameter"): ("HTTP-035", _parameter_choice),
    ("media", "twice"): ("HTTP-028", _repetition_choice),
    ("media", "too-large"): ("HTTP-033", _size_choice),
}
"""Per scene and label of a probe: the row, and what the answer amounts to."""


def open_point_choices(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what the target makes of what is left open (HTTP-022 to 028, 033 …)."""
    for (scene, label), (requirement, choice) in _CHOICES.items():
        for spoilt, control in _labelled(evidence, scene, label):
            if control.accepted and not spoilt.undecided:
                yield _chosen(requirement, spoilt, choice(spoilt, control))


def _labelled(
    evidence: Evidence, name: str, label: str
) -> Iterator[tuple[Exchange, Exchange]]:
    """Yield the spoilt probes of that label in those scenes beside their controls."""
    for scene in evidence.scenes(name):
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


def _bodies(
    evidence: Evidence, operations: tuple[str, ...]
) -> Iterator[tuple[Exchange, Response, str]]:
    """Yield the successes that are to have a body, each with its operation."""
    for exchange, operation in evidence.answered:
        response, wanted = exchange.response, operation.id in operations
        bodiless = exchange.status == _NO_CONTENT
        if response and exchange.accepted and wanted and not bodiless:
            yield exchange, response, operation.id


def _body_flaw(response: Response) -> str:
    """Return why the body is no JSON object, or ""."""
    body = response.json
    if isinstance(body, dict):
        return ""
    if not response.body:
        return "no body"
    return body.reason if isinstance(body, Malformed) else "another JSON value"


CHECKS: tuple[Check, ...] = (
    successes_have_their_status,
    either_status_choices,
    no_content_has_no_body,
    successes_are_json,
    successes_below_are_json,
    answers_are_whole,
    nothing_fails_inside,
    other_methods_do_nothing,
    other_method_choices,
    refused("HTTP-016", "routes", label="unknown-path", statuses=_NOT_FOUND),
    refused("HTTP-017", "routes", label="wrong-case", statuses=_NOT_FOUND),
    media_types_are_equal,
    headers_of_clients_are_taken,
    open_point_choices,
)
