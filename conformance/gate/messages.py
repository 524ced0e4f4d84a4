"""Messages: what the suite and a driver say to each other, one JSON line each.

Written out by hand for messages that a driver's author can act on; a test holds it to
`specs/driver.schema.json`.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn, TypeAlias, assert_never

PROTOCOL = 1
LINE_BYTES_MAX = 8 * 1024 * 1024

Value: TypeAlias = Any
"""A JSON value in which an object with a member `$` is a typed value."""

_DATETIME = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?", re.ASCII
)
_INTEGER = re.compile(r"-?(0|[1-9]\d*)", re.ASCII)
_SHOWN_MAX = 80


class ProtocolError(ValueError):
    """A line that is no message of the protocol; the message is one clear line."""


class Told(StrEnum):
    """What came of a call: as the driver tells it, or as the suite saw it end."""

    VALUE = "value"
    API_ERROR = "api_error"
    CLIENT_ERROR = "client_error"
    UNSUPPORTED = "unsupported"
    DRIVER_ERROR = "driver_error"
    HUNG = "hung"
    CRASHED = "crashed"
    GARBLED = "protocol error"


class Category(StrEnum):
    """What kind of trouble the SDK had on its own side."""

    ARGUMENT = "argument"
    CONNECTION = "connection"
    TIMEOUT = "timeout"
    DECODING = "decoding"
    REDIRECT = "redirect"
    PAGING = "paging"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a client is to be made; None is not said."""

    base_url: str
    account_sid: str
    auth_token: str
    timeout_ms: int | None = None
    page_size: int | None = None
    retries: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of the SDK."""

    operation: str
    arguments: Mapping[str, Value]
    consume: int | None = None
    deadline_ms: int = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """What the driver drives, and what it offers."""

    sdk: str
    version: str
    language: str
    operations: frozenset[str]
    features: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """What to call the SDK."""
        return f"{self.sdk} {self.version} ({self.language})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """Which settings took effect, and which the SDK has no place for."""

    applied: frozenset[str] = frozenset()
    not_applied: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of one call; members that the outcome has no use for are None."""

    told: Told
    value: Value = None
    items: tuple[Value, ...] = ()
    status: int | None = None
    code: Value = None
    message: Value = None
    more_info: Value = None
    category: Category | None = None

    @property
    def judgeable(self) -> bool:
        """Whether it says something of the SDK, rather than of the driver."""
        return self.told not in {Told.DRIVER_ERROR, Told.GARBLED}

    @property
    def observed(self) -> str:
        """What was told, for people."""
        match self.told:
            case Told.VALUE:
                return "a value"
            case Told.API_ERROR:
                return f"an api_error with status {self.status} and code {self.code!r}"
            case Told.CLIENT_ERROR:
                return f"a client_error ({self.category}): {self.message}"
            case Told.UNSUPPORTED:
                return "unsupported"
            case Told.DRIVER_ERROR:
                return f"a driver_error: {self.message}"
            case Told.HUNG | Told.CRASHED | Told.GARBLED:
                return f"{self.told}: {self.message}"
        assert_never(self.told)

    @property
    def observed_class(self) -> str:
        """What was told, as a class for a symptom."""
        match self.told:
            case Told.API_ERROR:
                return f"api_error {self.status}"
            case Told.CLIENT_ERROR:
                return f"client_error {self.category}"
            case _:
                return str(self.told)


Answer: TypeAlias = Hello | Applied | Result
Row: TypeAlias = dict[str, Any]


def greeting() -> Row:
    """Return the suite's first message."""
    return {"kind": "hello", "protocol": PROTOCOL}


def configure(settings: Settings, number: int) -> Row:
    """Return the message that asks for a client made so."""
    row: Row = {
        "kind": "configure",
        "id": number,
        "base_url": settings.base_url,
        "account_sid": settings.account_sid,
        "auth_token": settings.auth_token,
    }
    options = {
        "timeout_ms": settings.timeout_ms,
        "page_size": settings.page_size,
        "retries": settings.retries,
    }
    return row | {name: one for name, one in options.items() if one is not None}


def call(wanted: Call, number: int) -> Row:
    """Return the message that asks for a call."""
    row: Row = {
        "kind": "call",
        "id": number,
        "operation": wanted.operation,
        "arguments": dict(wanted.arguments),
        "deadline_ms": wanted.deadline_ms,
    }
    return row if wanted.consume is None else row | {"consume": wanted.consume}


def reset(number: int) -> Row:
    """Return the message that asks to forget everything."""
    return {"kind": "reset", "id": number}


def parse(line: bytes) -> Row:
    """Return the message in a line, its kind known and its members as they must be.

    Raises ProtocolError.
    """
    if len(line) > LINE_BYTES_MAX:
        raise ProtocolError(f"expected a line of at most {LINE_BYTES_MAX} bytes")
    try:
        row = json.loads(line.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        shown = line[:_SHOWN_MAX].decode("utf-8", "replace").strip()
        raise ProtocolError(f"expected a JSON object, observed {shown!r}") from None
    kind = row.get("kind") if isinstance(row, dict) else None
    read = _KINDS.get(kind) if isinstance(kind, str) else None
    if read is None:
        _refuse("kind", f"one of {', '.join(_KINDS)}", kind)
    read(row)
    message: Row = row
    return message


def hello(row: Row) -> Hello:
    """Return what a driver's hello says."""
    return Hello(
        sdk=row["sdk"],
        version=row["version"],
        language=row["language"],
        operations=frozenset(row["operations"]),
        features=frozenset(row["features"]),
    )


def applied(row: Row) -> Applied:
    """Return what a driver's applied says."""
    return Applied(
        applied=frozenset(row["applied"]), not_applied=frozenset(row["not_applied"])
    )


def result(row: Row) -> Result:
    """Return what a driver's result says, members that do not belong left out."""
    told = Told(row["outcome"])
    api, client = told is Told.API_ERROR, told is Told.CLIENT_ERROR
    return Result(
        told=told,
        value=row["value"] if told is Told.VALUE else None,
        items=tuple(row.get("items", ())),
        status=row["status"] if api else None,
        code=row["code"] if api else None,
        more_info=row["more_info"] if api else None,
        message=row.get("message"),
        category=Category(row["category"]) if client else None,
    )


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _refuse(where: str, expected: str, observed: object) -> NoReturn:
    shown = repr(observed)
    if len(shown) > _SHOWN_MAX:
        shown = f"{shown[:_SHOWN_MAX]}…"
    raise ProtocolError(f"{where}: expected {expected}, observed {shown}")


def _text(row: Row, name: str, least: int = 0) -> None:
    value = row.get(name)
    if not isinstance(value, str) or len(value) < least:
        _refuse(name, "a text", value)


def _texts(row: Row, name: str, least: int = 0) -> None:
    value = row.get(name)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        _refuse(name, "a list of texts", value)
    if len(value) < least:
        _refuse(name, f"at least {least}", value)


def _is_whole(value: object) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and (isinstance(value, int) or value.is_integer())
    )


def _id(row: Row) -> None:
    value = row.get("id")
    if not _is_whole(value) or value < 1:  # type: ignore[operator]  # a number
        _refuse("id", "a whole number from 1 up", value)


def _hello(row: Row) -> None:
    if row.get("protocol") != PROTOCOL or isinstance(row["protocol"], bool):
        _refuse("protocol", str(PROTOCOL), row.get("protocol"))
    _text(row, "sdk", least=1)
    _text(row, "version")
    _text(row, "language")
    _texts(row, "operations", least=1)
    _texts(row, "features")


def _applied(row: Row) -> None:
    _id(row)
    _texts(row, "applied")
    _texts(row, "not_applied")


def _result(row: Row) -> None:
    _id(row)
    outcome = row.get("outcome")
    if outcome is None or outcome not in _TOLD:
        _refuse("outcome", f"one of {', '.join(_TOLD)}", outcome)
    items = row.get("items", [])
    if not isinstance(items, list):
        _refuse("items", "a list", items)
    for name in ("items", "message", *_MEMBERS.get(outcome, ())):
        if name not in row and name not in {"items", "message"}:
            _refuse(name, f"to be there beside {outcome}", None)
        _value(row.get(name), name)
    if outcome == Told.API_ERROR:
        status = row["status"]
        if "message" not in row:
            _refuse("message", f"to be there beside {outcome}", None)
        if status is not None and not _is_whole(status):
            _refuse("status", "a whole number or null", status)
    if outcome == Told.CLIENT_ERROR and row["category"] not in list(Category):
        _refuse("category", f"one of {', '.join(Category)}", row["category"])


def _refused(row: Row) -> None:
    if row.get("id", ...) is not None:
        _id(row)
    if not isinstance(row.get("message"), str | None):
        _refuse("message", "a text or null", row["message"])


def _value(value: Value, where: str) -> None:
    """Refuse a value with a typed value in it that is none."""
    if isinstance(value, list):
        for one in value:
            _value(one, where)
    elif isinstance(value, dict):
        if "$" in value:
            _typed(value, where)
            return
        for name, one in value.items():
            _value(one, f"{where}.{name}")


def _typed(value: Row, where: str) -> None:
    tag = value["$"]
    if tag == "absent":
        return
    text = value.get("value")
    spelled = _SPELLED.get(tag) if isinstance(tag, str) else None
    if spelled is None:
        _refuse(where, f"$ to be one of absent, {', '.join(_SPELLED)}", tag)
    if not isinstance(text, str) or not spelled(text):
        _refuse(where, f"a {tag} in the form of the protocol", text)
    if tag == "enum" and not isinstance(value.get("known", True), bool):
        _refuse(where, "known to be true or false", value["known"])


_MEMBERS = {
    Told.VALUE: ("value",),
    Told.API_ERROR: ("status", "code", "more_info"),
    Told.CLIENT_ERROR: ("category",),
}
_TOLD = (
    Told.VALUE,
    Told.API_ERROR,
    Told.CLIENT_ERROR,
    Told.UNSUPPORTED,
    Told.DRIVER_ERROR,
)
_SPELLED: Mapping[str, Callable[[str], object]] = {
    "datetime": _DATETIME.fullmatch,
    "enum": lambda _: True,
    "integer": _INTEGER.fullmatch,
}
_KINDS: Mapping[str, Callable[[Row], None]] = {
    "hello": _hello,
    "applied": _applied,
    "result": _result,
    "refused": _refused,
}
