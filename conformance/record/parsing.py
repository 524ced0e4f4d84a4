"""Parsing: the lines of a record back into values, each one checked.

Written out by hand because a hundred thousand exchanges are read in seconds; a test
holds it to `specs/record.schema.json`.
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from enum import Enum
from functools import lru_cache
from typing import Any, NoReturn, TypeAlias, TypeVar

from conformance.exchange import (
    Credentials,
    Exchange,
    Probe,
    Request,
    Response,
    Role,
    Trouble,
)
from conformance.perform import Performed
from conformance.record.values import (
    FORMAT,
    Footer,
    Header,
    Leftover,
    Line,
    RecordError,
    Waiver,
)
from conformance.verdict import (
    Exit,
    Finding,
    Level,
    Outcome,
    Ruling,
    Tally,
    Verdict,
)

_T = TypeVar("_T")
_E = TypeVar("_E", bound=Enum)
Row: TypeAlias = dict[str, Any]
_SHOWN_MAX = 60


def parse(text: str) -> Line:
    """Return what one line says; raise RecordError, without the line number."""
    try:
        row = _decode(text)
    except (ValueError, RecursionError):
        raise RecordError("not JSON") from None
    kind = row.get("kind") if isinstance(row, dict) else None
    read = _KINDS.get(kind) if isinstance(kind, str) else None
    if read is None:
        _refuse("kind", f"one of {', '.join(_KINDS)}", kind)
    return read(row)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


_decode = json.JSONDecoder(parse_constant=_no_constant).decode


def _refuse(where: str, expected: str, observed: object) -> NoReturn:
    shown = repr(observed)
    if len(shown) > _SHOWN_MAX:
        shown = f"{shown[:_SHOWN_MAX]}…"
    raise RecordError(f"{where}: expected {expected}, observed {shown}")


def _only(row: Row, known: frozenset[str], where: str) -> None:
    """Refuse a member that the format does not know."""
    if not row.keys() <= known:
        _refuse(where, "no other members", min(row.keys() - known))


_REQUIRED = object()


def _text(row: Row, name: str, default: object = _REQUIRED) -> str:
    value = row.get(name, default)
    if type(value) is not str:
        _refuse(name, "text", None if value is _REQUIRED else value)
    return value


def _whole(row: Row, name: str) -> int:
    value = row.get(name)
    if type(value) is int:
        return value
    if type(value) is float and value.is_integer():  # 1.0 is an integer in JSON
        return int(value)
    _refuse(name, "a whole number", value)


def _natural(row: Row, name: str, least: int = 0) -> int:
    value = _whole(row, name)
    if value < least:
        _refuse(name, f"at least {least}", value)
    return value


def _number(row: Row, name: str) -> float:
    value = row.get(name)
    if (type(value) is float or type(value) is int) and value >= 0:
        return value
    _refuse(name, "a number from 0 up", value)


def _member(row: Row, name: str, kinds: Mapping[object, _E], default: object) -> _E:
    value = row.get(name, default)
    # A list is not hashable, so only texts are looked up.
    found = kinds.get(value) if type(value) is str else None
    if found is None:
        _refuse(name, f"one of {', '.join(map(str, kinds))}", value)
    return found


def _list(row: Row, name: str, default: object = None) -> list[Any]:
    value = row.get(name, default)
    if type(value) is not list:
        _refuse(name, "a list", value)
    return value


def _texts(row: Row, name: str, default: object = None) -> tuple[str, ...]:
    values = _list(row, name, default)
    for value in values:
        if type(value) is not str:
            _refuse(name, "texts", value)
    return tuple(values)


def _object(row: Row, name: str) -> Row:
    value = row.get(name)
    if type(value) is not dict:
        _refuse(name, "an object", value)
    return value


def _each(
    row: Row, name: str, read: Callable[[Row], _T], default: object = None
) -> tuple[_T, ...]:
    values = _list(row, name, default)
    for value in values:
        if type(value) is not dict:
            _refuse(name, "objects", value)
    return tuple(map(read, values))


def _names(row: Row, name: str) -> dict[str, str]:
    value = _object(row, name)
    return {key: _text(value, key) for key in value}


def _evidence(row: Row, default: object = None) -> tuple[int, ...]:
    values = _list(row, "evidence", default)
    return tuple(_natural({"evidence": n}, "evidence", 1) for n in values)


_HEADER = frozenset(
    {
        "kind",
        "format",
        "suite",
        "contract",
        "catalogue",
        "target",
        "account_sid",
        "profile",
        "seed",
        "tag",
        "service_sid",
        "started",
        "name",
        "select",
        "expectations",
    }
)


def _header(row: Row) -> Header:
    if row.get("format") != FORMAT or type(row["format"]) is bool:
        _refuse("format", str(FORMAT), row.get("format"))
    _only(row, _HEADER, "header")
    return Header(
        suite=_text(row, "suite"),
        contract=_text(row, "contract"),
        catalogue=_text(row, "catalogue"),
        target=_text(row, "target"),
        account_sid=_text(row, "account_sid"),
        profile=_text(row, "profile"),
        seed=_whole(row, "seed"),
        tag=_text(row, "tag"),
        service_sid=_text(row, "service_sid"),
        started=_text(row, "started"),
        name=_text(row, "name"),
        select=_texts(row, "select"),
        expectations=_names(row, "expectations"),
    )


_EXCHANGE = frozenset(
    {"kind", "number", "began_ms", "elapsed_ms", "probe", "sent", "response", "trouble"}
)
_TROUBLES: Mapping[object, Trouble] = {member.value: member for member in Trouble}


def _exchange(row: Row) -> Exchange:
    _only(row, _EXCHANGE, "exchange")
    if ("response" in row) == ("trouble" in row):
        _refuse("exchange", "either response or trouble", sorted(row))
    sent = _request(_object(row, "sent"))
    return Exchange(
        number=_natural(row, "number", 1),
        probe=_probe(_object(row, "probe"), sent),
        sent=sent,
        response=_response(_object(row, "response")) if "response" in row else None,
        trouble=(
            _member(row, "trouble", _TROUBLES, None) if "trouble" in row else None
        ),
        began_ms=_number(row, "began_ms"),
        elapsed_ms=_number(row, "elapsed_ms"),
    )


_PROBE = frozenset(
    {
        "operation",
        "scene",
        "role",
        "label",
        "defect",
        "pair",
        "credentials",
        "headers",
        "meant",
    }
)
_MEANT = frozenset({"method", "path", "query", "body"})
_ROLES: Mapping[object, Role] = {member.value: member for member in Role}
_CREDENTIALS: Mapping[object, Credentials] = {m.value: m for m in Credentials}


def _probe(row: Row, sent: Request) -> Probe:
    _only(row, _PROBE, "probe")
    method, (path, _, query) = sent.method, sent.url.partition("?")
    body = sent.body or None
    if "meant" in row:
        meant = _object(row, "meant")
        _only(meant, _MEANT, "meant")
        method = _text(meant, "method")
        path, query = _text(meant, "path"), _text(meant, "query")
        if "body" not in meant:
            _refuse("body", "text, base64 or null", None)
        body = None if meant["body"] is None else _body(meant["body"])
    return Probe(
        operation=_text(row, "operation"),
        method=method,
        path=path,
        query=query,
        headers=_headers(row) if "headers" in row else (),
        body=body,
        credentials=_member(row, "credentials", _CREDENTIALS, "own"),
        scene=_text(row, "scene", ""),
        role=_member(row, "role", _ROLES, "step"),
        label=_text(row, "label", ""),
        defect=_text(row, "defect", ""),
        pair=_text(row, "pair", ""),
    )


_REQUEST = frozenset({"method", "url", "headers", "body"})


def _request(row: Row) -> Request:
    _only(row, _REQUEST, "sent")
    return Request(
        method=_text(row, "method"),
        url=_text(row, "url"),
        headers=_headers(row),
        body=_body(row.get("body", "")),
    )


_RESPONSE = frozenset({"status", "headers", "body"})


def _response(row: Row) -> Response:
    _only(row, _RESPONSE, "response")
    return Response(
        status=_natural(row, "status"),
        headers=_headers(row),
        body=_body(row.get("body", "")),
    )


def _headers(row: Row) -> tuple[tuple[str, str], ...]:
    pairs = []
    for header in _list(row, "headers"):
        if type(header) is not list or len(header) != 2:  # noqa: PLR2004  a pair
            _refuse("headers", "pairs of texts", header)
        name, value = header
        if type(name) is not str or type(value) is not str:
            _refuse("headers", "pairs of texts", header)
        pairs.append(_pair(name, value))
    return tuple(pairs)


@lru_cache(maxsize=4096)
def _pair(name: str, value: str) -> tuple[str, str]:
    """Return the pair itself: the same one each time, for headers repeat."""
    return name, value


def _body(value: object) -> bytes:
    match value:
        case str():
            try:
                return value.encode("utf-8")
            except UnicodeEncodeError:
                _refuse("body", "text that UTF-8 can carry", value)
        case {"base64": str(spelled), **rest} if not rest:
            try:
                return base64.b64decode(spelled, validate=True)
            except (binascii.Error, ValueError):
                _refuse("body", "base64", spelled)
        case _:
            _refuse("body", "text or base64", value)


_SCENE = frozenset({"kind", "scene", "serves", "gave_up", "defect"})


def _performed(row: Row) -> Performed:
    _only(row, _SCENE, "scene")
    return Performed(
        scene=_text(row, "scene"),
        serves=_texts(row, "serves"),
        gave_up=_text(row, "gave_up", ""),
        defect=_text(row, "defect", ""),
    )


_VERDICT = frozenset(
    {
        "kind",
        "requirement",
        "operation",
        "outcome",
        "reason",
        "symptom",
        "subject",
        "choice",
        "evidence",
        "count",
        "distinct",
    }
)
_OUTCOMES: Mapping[object, Outcome] = {member.value: member for member in Outcome}


def _tally(row: Row) -> Tally:
    _only(row, _VERDICT, "verdict")
    return Tally(
        verdict=Verdict(
            requirement=_text(row, "requirement"),
            operation=_text(row, "operation"),
            outcome=_member(row, "outcome", _OUTCOMES, None),
            reason=_text(row, "reason", ""),
            symptom=_text(row, "symptom", ""),
            subject=_text(row, "subject", ""),
            choice=_text(row, "choice", ""),
            evidence=_evidence(row, []),
        ),
        count=_natural(row, "count", 1),
        distinct=_natural(row, "distinct", 1),
    )


_RULING = frozenset(
    {
        "kind",
        "requirement",
        "operation",
        "outcome",
        "judged",
        "distinct",
        "reason",
        "choices",
        "findings",
    }
)
_FINDING = frozenset({"symptom", "reason", "evidence", "count"})


def _ruling(row: Row) -> Ruling:
    _only(row, _RULING, "ruling")
    requirement, operation = _text(row, "requirement"), _text(row, "operation")

    def finding(part: Row) -> Finding:
        _only(part, _FINDING, "findings")
        return Finding(
            requirement=requirement,
            operation=operation,
            symptom=_text(part, "symptom"),
            reason=_text(part, "reason"),
            evidence=_evidence(part),
            count=_natural(part, "count", 1),
        )

    return Ruling(
        requirement=requirement,
        operation=operation,
        outcome=_member(row, "outcome", _OUTCOMES, None),
        reason=_text(row, "reason", ""),
        judged=_natural(row, "judged"),
        distinct=_natural(row, "distinct"),
        choices=_texts(row, "choices", []),
        findings=_each(row, "findings", finding, []),
    )


_FOOTER = frozenset(
    {
        "kind",
        "exit",
        "counts",
        "requests",
        "seconds",
        "halted",
        "left_behind",
        "waivers",
        "absent",
    }
)
_LEFT = frozenset({"kind", "url"})
_WAIVER = frozenset({"requirement", "operation", "reason", "issue", "expires", "state"})
_STATES = frozenset({"used", "unused", "expired", "unmatched", "undecided"})
_LEVELS: Mapping[object, Level] = {member.value: member for member in Level}


def _footer(row: Row) -> Footer:
    _only(row, _FOOTER, "footer")
    code = _whole(row, "exit")
    if code not in frozenset(Exit):
        _refuse("exit", "an exit code", code)
    return Footer(
        exit=Exit(code),
        counts=_counts(_object(row, "counts")),
        requests=_natural(row, "requests"),
        seconds=_number(row, "seconds"),
        halted=_text(row, "halted"),
        left_behind=_each(row, "left_behind", _leftover),
        waivers=_each(row, "waivers", _waiver),
        absent=_names(row, "absent"),
    )


def _counts(row: Row) -> dict[Level, dict[Outcome, int]]:
    counts: dict[Level, dict[Outcome, int]] = {}
    for level in row:
        part = _object(row, level)
        counts[_member({"counts": level}, "counts", _LEVELS, None)] = {
            _member({"counts": name}, "counts", _OUTCOMES, None): _natural(part, name)
            for name in part
        }
    return counts


def _leftover(row: Row) -> Leftover:
    _only(row, _LEFT, "left_behind")
    return Leftover(kind=_text(row, "kind"), url=_text(row, "url"))


def _waiver(row: Row) -> Waiver:
    _only(row, _WAIVER, "waivers")
    state = _text(row, "state")
    if state not in _STATES:
        _refuse("state", f"one of {', '.join(sorted(_STATES))}", state)
    return Waiver(
        requirement=_text(row, "requirement"),
        operation=_text(row, "operation"),
        reason=_text(row, "reason"),
        issue=_text(row, "issue"),
        expires=_text(row, "expires"),
        state=state,
    )


_KINDS: Mapping[str, Callable[[Row], Line]] = {
    "header": _header,
    "exchange": _exchange,
    "scene": _performed,
    "verdict": _tally,
    "ruling": _ruling,
    "footer": _footer,
}
