"""The wire: what holds for every request of a client, whoever caused it.

The same checks judge the requests of a gate and those that a client's own tests send
to `conformance mock --gate`.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import unquote, unquote_to_bytes, urljoin, urlsplit

from conformance.contract import Operation, Parameter
from conformance.evidence import Evidence
from conformance.exchange import FORM, Credentials, Exchange
from conformance.gate.names import FOREIGN, NAMED
from conformance.gate.values import by_name, moment
from conformance.judge import Check
from conformance.oracles.sid import is_sid
from conformance.verdict import Verdict, chose, judged

OPERATIONS = frozenset(
    {"CreateSession", "FetchSession", "ListSession", "UpdateSession", "DeleteSession"}
)
_HOST = "127.0.0.1"
_OURS = "session"
_UNBOUND = frozenset({FOREIGN, NAMED})
_JSON = frozenset({"application/json", "application/*", "*/*"})
_LIBRARIES = ("python-requests", "python-urllib", "axios", "curl", "go-http", "okhttp")

Rule = Callable[[Exchange, Operation], tuple[bool, str, str, str] | None]
"""What a rule says of a request: holds, expected, observed and symptom."""


def requests(evidence: Evidence) -> Iterator[tuple[Exchange, Operation]]:
    """Yield each request to the API's origin with its documented operation, if any."""
    for exchange in evidence.history:
        if exchange.probe.label != FOREIGN:
            operation = evidence.contract.match(
                exchange.sent.method, exchange.sent.path
            )
            if operation is not None and operation.id in OPERATIONS:
                yield exchange, operation


def handed_out(evidence: Evidence) -> frozenset[str]:
    """Return the request targets that answers gave: further pages, new places."""
    targets: set[str] = set()
    for exchange in evidence.history:
        meta = exchange.fields.get("meta")
        given = list(meta.values()) if isinstance(meta, dict) else []
        if exchange.response:
            given.append(exchange.response.header("location"))
        for address in given:
            if isinstance(address, str):
                parts = urlsplit(urljoin(f"http://{_HOST}{exchange.sent.url}", address))
                targets.add(
                    f"{parts.path}?{parts.query}" if parts.query else parts.path
                )
    return frozenset(targets)


def _was_handed_out(exchange: Exchange, evidence: Evidence) -> bool:
    sent = exchange.sent
    return sent.method == "GET" and sent.url in evidence.view(handed_out)


def requests_are_documented(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether each request is the one of the operation called (SDK-002).

    Where nobody knows which was called, any documented operation will do.
    """
    for exchange in evidence.history:
        sent = exchange.sent
        if exchange.probe.label in _UNBOUND or _was_handed_out(exchange, evidence):
            continue
        found = evidence.contract.match(sent.method, sent.path)
        called = exchange.probe.operation
        if called not in OPERATIONS:
            called = ""
            if found.id not in OPERATIONS if found else _OURS not in sent.path.lower():
                continue
        holds = found is not None and (not called or found.id == called)
        wanted = evidence.contract.operation(called) if called else None
        yield judged(
            "SDK-002",
            called or (found.id if found else _nearest(sent.method, sent.path)),
            holds,
            expected=f"{wanted.method} {wanted.path}"
            if wanted
            else "a documented path",
            observed=f"{sent.method} {sent.path}",
            symptom=f"{sent.method}, {found.id if found else 'no operation'}",
            subject=exchange.probe.scene,
            evidence=(exchange.number,),
        )


def _nearest(method: str, path: str) -> str:
    """Return the operation that an undocumented request was most likely meant for."""
    below = len(path.rstrip("/").split("/")) > 5  # noqa: PLR2004  /v1/Services/KS/Sessions/KC
    match method:
        case "GET":
            return "FetchSession" if below else "ListSession"
        case "DELETE":
            return "DeleteSession"
        case _:
            return "UpdateSession" if below else "CreateSession"


def credentials_are_carried(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether each request carries the account's credentials (SDK-003)."""
    for exchange, operation in requests(evidence):
        carried = exchange.probe.credentials
        yield judged(
            "SDK-003",
            operation.id,
            carried is Credentials.OWN,
            expected="the account SID and its token as Basic authentication",
            observed=carried,
            symptom=carried,
            subject=exchange.probe.scene,
            evidence=(exchange.number,),
        )


def queries_are_documented(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether each query has documented names alone (SDK-010).

    An address that an answer gave is taken as it is.
    """
    for exchange, operation in requests(evidence):
        if exchange.probe.label in _UNBOUND or _was_handed_out(exchange, evidence):
            continue
        known = {one.name for one in operation.query_parameters}
        strange = sorted({name for name, _ in exchange.sent.query} - known)
        yield judged(
            "SDK-010",
            operation.id,
            not strange,
            expected=f"{', '.join(sorted(known)) or 'nothing'} in the query",
            observed=", ".join(strange),
            symptom=", ".join(strange),
            subject=exchange.probe.scene,
            evidence=(exchange.number,),
        )


def agents(evidence: Evidence) -> Iterator[Verdict]:
    """Yield how each fetch names the client that sends it (SDK-013)."""
    for exchange, operation in requests(evidence):
        if operation.id == "FetchSession":
            agent = header(exchange, "user-agent").lower()
            choice = "names itself"
            if not agent:
                choice = "says nothing"
            elif agent.startswith(_LIBRARIES):
                choice = "names a library"
            yield chose("SDK-013", operation.id, choice, evidence=(exchange.number,))


def header(exchange: Exchange, name: str) -> str:
    """Return the request's header of that name in any case, "" if there is none."""
    return next((v for n, v in exchange.sent.headers if n.lower() == name), "")


def _each(requirement: str, rule: Rule) -> Check:
    """Return the check that every request, where the rule bears on it, keeps it."""

    def check(evidence: Evidence) -> Iterator[Verdict]:
        for exchange, operation in requests(evidence):
            if said := rule(exchange, operation):
                holds, expected, observed, symptom = said
                yield judged(
                    requirement,
                    operation.id,
                    holds,
                    expected=expected,
                    observed=observed,
                    symptom=symptom,
                    subject=exchange.probe.scene,
                    evidence=(exchange.number,),
                )

    check.__qualname__ = f"each({requirement})"
    return check


def _content_type(
    exchange: Exchange, _: Operation
) -> tuple[bool, str, str, str] | None:
    if not exchange.sent.body or exchange.sent.method != "POST":
        return None
    given = header(exchange, "content-type")
    media = given.partition(";")[0].strip().lower()
    return media == FORM, FORM, repr(given), media or "none"


def _known_fields(
    exchange: Exchange, operation: Operation
) -> tuple[bool, str, str, str] | None:
    if exchange.sent.method != "POST" or not _is_form(exchange):
        return None
    known = {one.name for one in operation.form_parameters}
    strange = sorted({name for name, _ in exchange.sent.form} - known)
    shown = ", ".join(strange)
    return not strange, f"fields among {', '.join(sorted(known))}", shown, shown


def _words(
    exchange: Exchange, operation: Operation
) -> tuple[bool, str, str, str] | None:
    form = _form(exchange)
    several = [
        one for one in operation.form_parameters if one.enum and one.name in form
    ]
    wrong = [
        (one, text)
        for one in several
        for text in form[one.name]
        if text not in one.enum
    ]
    if not several:
        return None
    parameter, text = wrong[0] if wrong else (several[0], "")
    wanted = f"{parameter.name} to be one of {', '.join(parameter.enum)}"
    return not wrong, wanted, repr(text), parameter.name


def _once(
    exchange: Exchange, operation: Operation
) -> tuple[bool, str, str, str] | None:
    form = _form(exchange)
    single = [one.name for one in operation.form_parameters if not one.repeated]
    given = [name for name in single if name in form]
    if not given:
        return None
    twice = [name for name in given if len(form[name]) > 1]
    shown = ", ".join(twice)
    return not twice, "each field once", f"{shown} more than once", shown


def _accepts(exchange: Exchange, _: Operation) -> tuple[bool, str, str, str]:
    given = header(exchange, "accept")
    media = {one.partition(";")[0].strip().lower() for one in given.split(",")}
    holds = not given or not _JSON.isdisjoint(media)
    return holds, "an Accept that takes application/json", repr(given), "takes no JSON"


def _no_body(exchange: Exchange, _: Operation) -> tuple[bool, str, str, str] | None:
    if exchange.sent.method == "POST":
        return None
    count = len(exchange.sent.body)
    return not count, "no body", f"{count} bytes", f"{exchange.sent.method} with a body"


def _no_secret(exchange: Exchange, _: Operation) -> tuple[bool, str, str, str]:
    target = exchange.sent.url.lower()
    holds = "@" not in urlsplit(target).netloc and "token=" not in target.replace(
        "pagetoken=", ""
    )
    return (
        holds,
        "no credentials in the address",
        repr(target),
        "credentials in the URL",
    )


def _utf8(exchange: Exchange, _: Operation) -> tuple[bool, str, str, str] | None:
    if exchange.sent.method != "POST" or not exchange.sent.body:
        return None
    try:
        unquote_to_bytes(exchange.sent.body).decode("utf-8")
        exchange.sent.body.decode("ascii")
    except UnicodeDecodeError:
        return (
            False,
            "UTF-8, percent-encoded",
            repr(exchange.sent.body[:80]),
            "not UTF-8",
        )
    return True, "", "", ""


def _date(exchange: Exchange, _: Operation) -> tuple[bool, str, str, str] | None:
    texts = _form(exchange).get("DateExpiry")
    if not texts or not texts[0]:
        return None  # an empty one takes the expiry away
    holds = any(moment(one + zone) for one in texts[:1] for zone in ("", "Z"))
    return holds, "an ISO 8601 date-time", repr(texts[0]), "DateExpiry"


def _whole(exchange: Exchange, _: Operation) -> tuple[bool, str, str, str] | None:
    texts = _form(exchange).get("Ttl")
    if not texts or not texts[0]:
        return None
    digits = texts[0].removeprefix("-")
    holds = digits.isascii() and digits.isdigit()
    return holds, "a whole number", repr(texts[0]), "Ttl"


def _sids(
    exchange: Exchange, operation: Operation
) -> tuple[bool, str, str, str] | None:
    several = [one for one in operation.path_parameters if one.pattern]
    segments = dict(
        zip(operation.path.split("/"), exchange.sent.path.split("/"), strict=False)
    )
    wrong = [
        one.name
        for one in several
        if not is_sid(unquote(segments[f"{{{one.name}}}"]), prefix=_prefix(one))
    ]
    shown = ", ".join(wrong)
    return not wrong, "SIDs in the path", exchange.sent.path, shown


def _prefix(parameter: Parameter) -> str:
    """Return the two letters that a pattern such as `^KS[0-9…` begins with."""
    return (parameter.pattern or "").removeprefix("^")[:2]


def _is_form(exchange: Exchange) -> bool:
    media = header(exchange, "content-type").partition(";")[0].strip().lower()
    return media in {FORM, ""}


def _form(exchange: Exchange) -> dict[str, list[str]]:
    if exchange.sent.method != "POST" or not _is_form(exchange):
        return {}
    return by_name(exchange.sent.form)


RULES: Sequence[tuple[str, Any]] = (
    ("SDK-004", _content_type),
    ("SDK-005", _known_fields),
    ("SDK-006", _words),
    ("SDK-007", _once),
    ("SDK-008", _accepts),
    ("SDK-009", _no_body),
    ("SDK-011", _no_secret),
    ("SDK-012", _utf8),
    ("SDK-014", _date),
    ("SDK-015", _whole),
    ("SDK-016", _sids),
)
CHECKS: tuple[Check, ...] = (
    requests_are_documented,
    credentials_are_carried,
    queries_are_documented,
    agents,
    *(_each(requirement, rule) for requirement, rule in RULES),
)
"""Every check of requests; all of them judge every history of a client."""

REQUIREMENTS = frozenset(
    {"SDK-002", "SDK-003", "SDK-010", "SDK-013", *(one for one, _ in RULES)}
)
"""The rows that requests alone decide."""
