"""Cases: what is asked of a client, what it is answered, what is expected of it."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, TypeVar

from conformance.gate.messages import Category, Told, Value

T = TypeVar("T")


class CaseError(ValueError):
    """A file of cases that cannot be used; the message is one clear line."""


class End(StrEnum):
    """How an answer ends."""

    WHOLE = "whole"
    CUT = "cut"  # in the middle of the body
    RESET = "reset"  # before a byte of it
    SILENT = "silent"  # there is none, and the connection stays open


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the scripted server does with one request, or with `times` of them.

    One of `session`, `page`, `error`, `text` and `raw` makes the body; with none of
    them there is none. Texts may hold the names in braces (`{service_sid}`).
    """

    status: int = 200
    session: Mapping[str, Value] | None = None
    page: Mapping[str, Value] | None = None
    error: Mapping[str, Value] | None = None
    text: str | None = None
    raw: str | None = None
    null: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    gzip: bool = False
    chunked: bool = False
    close: bool = False
    delay_ms: int = 0
    drip_ms: int = 0
    end: End = End.WHOLE
    times: int = 1


class Elsewhere(StrEnum):
    """What may reach the foreign origin."""

    NOTHING = "nothing"
    NO_CREDENTIALS = "no credentials"
    CREDENTIALS = "credentials"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What is admissible: each member that is there must be as it says.

    `sends` are fields that must be sent so, `unsent` fields that must not, and with
    `only` no documented field but the arguments is; `asks` are the same for a query.
    `value` are properties of what was returned, or of each item of a list; `items` is
    how many of the Sessions on the pages were returned, in order.
    """

    requests: tuple[int, int] | None = None
    path: bool = False
    sends: Mapping[str, Value] = field(default_factory=dict[str, Value])
    asks: Mapping[str, Value] = field(default_factory=dict[str, Value])
    unsent: tuple[str, ...] = ()
    only: bool = False
    follows: bool = False
    elsewhere: Elsewhere | None = None
    told: frozenset[Told] = frozenset()
    category: frozenset[Category] = frozenset()
    shows: Mapping[str, Value] = field(default_factory=dict[str, Value])
    value: Mapping[str, Value] = field(default_factory=dict[str, Value])
    items: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One call with its answers, tied to the requirement that it bears on.

    It holds when any of `expect` does. A case of an `observe` row has `choices`
    instead, the first of which that holds is the choice made. `calls` is how often
    the call is made in a row; what the last one came to is judged.
    """

    id: str
    requirement: str
    operation: str
    arguments: Mapping[str, Value]
    answers: tuple[Answer, ...]
    expect: tuple[Expectation, ...] = ()
    choices: tuple[tuple[str, Expectation], ...] = ()
    needs: frozenset[str] = frozenset()
    consume: int | None = None
    calls: int = 1
    deadline_ms: int = 8_000
    timeout_ms: int | None = None
    page_size: int | None = None
    retries: int | None = None


USUAL: Mapping[str, Answer] = {
    "CreateSession": Answer(status=201, session={}),
    "FetchSession": Answer(session={}),
    "UpdateSession": Answer(session={}),
    "DeleteSession": Answer(status=204),
    "ListSession": Answer(page={"count": 2}),
}
"""How an operation is answered where a case does not say."""

SIDS: Mapping[str, Mapping[str, str]] = {
    operation: (
        {"ServiceSid": "{service_sid}", "Sid": "{session_sid}"}
        if operation in {"FetchSession", "UpdateSession", "DeleteSession"}
        else {"ServiceSid": "{service_sid}"}
    )
    for operation in USUAL
}
"""The arguments that say where, given where a case does not say otherwise."""


def load(texts: Mapping[str, str]) -> tuple[Case, ...]:
    """Return the cases in these files, by name; raise CaseError on a wrong one."""
    cases: dict[str, Case] = {}
    for name, text in sorted(texts.items()):
        try:
            rows = tomllib.loads(text)["case"]
        except (tomllib.TOMLDecodeError, KeyError) as error:
            raise CaseError(f"{name}: not a file of cases: {error}") from error
        if not isinstance(rows, list):
            raise CaseError(f"{name}: not a file of cases: case is no list")
        for row in rows:
            case = _case(row, name)
            if case.id in cases:
                raise CaseError(f"{name}: {case.id} is there twice")
            cases[case.id] = case
    return tuple(cases.values())


def _case(row: Mapping[str, Any], name: str) -> Case:
    where = f"{name}: {row.get('id', 'a case without id')}"
    try:
        operation = row["operation"]
        parts = dict(row) | {
            "arguments": {**SIDS[operation], **_given(row.get("arguments", {}))},
            "answers": tuple(_answers(row.get("answer", ()), operation, where)),
            "expect": tuple(_expectations(row.get("expect", ()), where)),
            "choices": tuple(_choices(row.get("choice", ()), where)),
            "needs": frozenset(row.get("needs", ())),
        }
        case = _made(Case, parts, where, but={"answer", "choice"})
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, CaseError):
            raise
        raise CaseError(f"{where}: {type(error).__name__} {error}") from error
    if bool(case.expect) == bool(case.choices):
        raise CaseError(f"{where}: expected either expect or choice")
    return case


def _given(arguments: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return the arguments with a null where the file, which has none, says so."""
    return {
        name: None if one == {"$": "null"} else one for name, one in arguments.items()
    }


def _answers(
    rows: Iterable[Mapping[str, Any]], operation: str, where: str
) -> Iterator[Answer]:
    """Yield the answers of a case; the usual one where it has none."""
    for row in rows or ({},):
        parts = {"status": USUAL[operation].status, **row}
        if not _BODIES & row.keys() and "status" not in row:
            usual = USUAL[operation]
            parts |= {"session": usual.session, "page": usual.page}
        for name in ("null", "without"):
            parts[name] = tuple(row.get(name, ()))
        parts["end"] = End(row.get("end", End.WHOLE))
        if "error" in row and isinstance(row["error"], int):
            parts["error"] = {"code": row["error"]}
        yield _made(Answer, parts, where)


def _expectations(
    rows: Sequence[Mapping[str, Any]] | Mapping[str, Any], where: str
) -> Iterator[Expectation]:
    for row in [rows] if isinstance(rows, Mapping) else rows:
        yield _expectation(row, where)


def _choices(
    rows: Iterable[Mapping[str, Any]], where: str
) -> Iterator[tuple[str, Expectation]]:
    for row in rows:
        parts = dict(row)
        yield parts.pop("name"), _expectation(parts, where)


def _expectation(row: Mapping[str, Any], where: str) -> Expectation:
    parts = dict(row)
    requests = row.get("requests")
    if isinstance(requests, int):
        parts["requests"] = (requests, requests)
    elif requests is not None:
        least, most = requests
        parts["requests"] = (least, most)
    if "elsewhere" in row:
        parts["elsewhere"] = Elsewhere(row["elsewhere"])
    parts["unsent"] = tuple(row.get("unsent", ()))
    parts["told"] = frozenset(map(Told, _listed(row.get("told", ()))))
    parts["category"] = frozenset(map(Category, _listed(row.get("category", ()))))
    return _made(Expectation, parts, where)


def _listed(value: str | Iterable[str]) -> Iterable[str]:
    return [value] if isinstance(value, str) else value


def _made(
    kind: type[T],
    parts: Mapping[str, Any],
    where: str,
    *,
    but: Iterable[str] = (),
) -> T:
    """Return a value made of a row's members; refuse one that it does not have."""
    known = {each.name for each in fields(kind)}  # type: ignore[arg-type]  # dataclasses
    if unknown := parts.keys() - known - set(but):
        raise CaseError(f"{where}: unknown member {min(unknown)!r}")
    return kind(**{name: part for name, part in parts.items() if name in known})


_BODIES = {"session", "page", "error", "text", "raw"}
