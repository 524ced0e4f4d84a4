"""The values of a Session that can be compared: of what was shown, and of a form.

A value that is missing or of an undocumented form is left out here, since other
requirements judge it; so what is left can only agree or disagree.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypeAlias

from conformance.oracles.date import instant

Value: TypeAlias = str | int | float | None
"""A text, a ttl in seconds, a moment in seconds since 1970 (a float), or null."""

Values: TypeAlias = Mapping[str, Value]

NOTHING: Values = MappingProxyType({})

LIVE = frozenset({"open", "in-progress"})
STATUSES = LIVE | {"closed", "failed", "unknown"}
_MODES = frozenset({"message-only", "voice-only", "voice-and-message"})
_MOMENT_S = 1.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS_MAX = 18


def spelled(*values: Value) -> str:
    """Return values as people read them: moments as dates, and nulls as null."""
    return " or ".join(map(_spelled, values))


@lru_cache(maxsize=4096, typed=True)  # typed, for 600.0 is a moment and 600 is none
def _spelled(value: Value) -> str:
    if value is None:
        return "null"
    if not isinstance(value, float):
        return repr(value)
    try:
        moment = _EPOCH + timedelta(seconds=value)
    except OverflowError:
        return repr(value)
    return moment.isoformat().replace("+00:00", "Z")


def same(one: Value, other: Value) -> bool:
    """Return whether two values are the same; moments may differ within a second.

    A server may show a fraction where it answers from memory and none where it
    answers from its store.
    """
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) < _MOMENT_S
    return one == other


def fits(value: Value, options: tuple[Value, ...]) -> bool:
    """Return whether `value` is the same as one of `options`."""
    if value in options:
        return True
    return isinstance(value, float) and any(same(value, other) for other in options)


def _one_of(names: frozenset[str]) -> Callable[[object], tuple[Value, ...]]:
    def read(value: object) -> tuple[Value, ...]:
        return (value,) if isinstance(value, str) and value in names else ()

    return read


def _seconds(value: object) -> tuple[Value, ...]:
    # JSON knows one kind of number: 600.0 is an integer, too.
    if isinstance(value, float):
        return (int(value),) if value.is_integer() else ()
    whole = isinstance(value, int) and not isinstance(value, bool)
    return (value,) if whole else ()  # type: ignore[return-value]  # whole says int


def _text(value: object) -> tuple[Value, ...]:
    # An absent text is null or empty, and a target may take either at any time.
    if value is None:
        return ("",)
    return (value,) if isinstance(value, str) else ()


def _moment(value: object) -> tuple[Value, ...]:
    moment = instant(value) if isinstance(value, str) else None
    return () if moment is None else (moment,)


def _moment_or_null(value: object) -> tuple[Value, ...]:
    return (None,) if value is None else _moment(value)


_READERS: Mapping[str, Callable[[object], tuple[Value, ...]]] = {
    "unique_name": _text,
    "mode": _one_of(_MODES),
    "status": _one_of(STATUSES),
    "ttl": _seconds,
    "date_expiry": _moment_or_null,
    "closed_reason": _text,
    "date_started": _moment_or_null,
    "date_ended": _moment_or_null,
    "date_last_interaction": _moment_or_null,
    "date_created": _moment,
    "date_updated": _moment,
}


def shown_values(fields: Mapping[str, Any]) -> Values:
    """Return the comparable values of a Session as some answer showed it."""
    return {
        name: value
        for name, read in _READERS.items()
        if name in fields
        for value in read(fields[name])
    }


_PARAMETERS: Mapping[str, str] = {
    "uniquename": "unique_name",
    "mode": "mode",
    "status": "status",
    "ttl": "ttl",
    "dateexpiry": "date_expiry",
    "participants": "participants",
}


def touched_fields(form: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return the properties that a form may bear on, however its names are spelled."""
    names = (name.replace("_", "").lower() for name, _ in form)
    return frozenset(_PARAMETERS[name] for name in names if name in _PARAMETERS)


def asked_values(form: Iterable[tuple[str, str]]) -> Values:
    """Return the values that a form asks for without any doubt.

    Left out: a name sent twice or spelled otherwise than documented, and a value
    that means nothing, or more than one thing.
    """
    values: dict[str, list[str]] = {}
    for name, text in form:
        values.setdefault(name, []).append(text)
    return {
        _PARAMETERS[name.lower()]: value
        for name, texts in values.items()
        if name in _ASKED and len(texts) == 1
        for value in _ASKED[name](texts[0])
    }


def _digits(text: str) -> tuple[Value, ...]:
    plain = text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX
    return (int(text),) if plain else ()


_ASKED: Mapping[str, Callable[[str], tuple[Value, ...]]] = {
    "UniqueName": _text,
    "Mode": _READERS["mode"],
    "Status": _READERS["status"],
    "Ttl": _digits,
    "DateExpiry": _moment,
}
