"""Values: whether what was sent or returned is what was meant."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from conformance.exchange import Json
from conformance.gate.messages import Value

LEFT_OUT = object()
"""What stands for a property that was not told of at all."""


def moment(text: object) -> datetime | None:
    """Return the moment that an ISO 8601 date-time with a zone means, or None."""
    if not isinstance(text, str) or "T" not in text.upper():
        return None
    try:
        parsed = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    return parsed.astimezone(UTC) if parsed.tzinfo else None


def kind(value: object) -> str:  # noqa: PLR0911  one per kind
    """Return what kind of value was told, as a class."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case {"$": str(tag)}:
            return tag
        case int() | float():
            return "number"
        case str():
            return "text"
        case list():
            return "list"
        case dict():
            return "object"
        case _:
            return "left out"


def returned(expected: Value, told: Value) -> bool:  # noqa: PLR0911  one per case
    """Return whether a property was told as it should be.

    Plain texts are told as texts or as constants, numbers as numbers. A mapping with
    one key that begins with `$` is a wider or narrower demand.
    """
    match expected:
        case {"$moment": str(text)}:
            return _is_moment(text, told)
        case {"$null": True}:
            return told is None or told is LEFT_OUT or told == {"$": "absent"}
        case {"$any": list(several)}:
            return any(returned(one, told) for one in several)
        case {"$kind": str(wanted)}:
            return kind(told) == wanted
        case {"$contains": str(part)}:
            return isinstance(told, str) and part in told
        case Mapping():
            return isinstance(told, Mapping) and all(
                returned(one, told.get(name, LEFT_OUT))
                for name, one in expected.items()
            )
        case bool():
            return told is expected
        case int():
            return _is_number(expected, told)
        case _:
            return told == expected or (
                isinstance(told, Mapping)
                and told.get("$") == "enum"
                and told.get("value") == expected
            )


def sent(expected: Value, texts: Sequence[str]) -> bool:
    """Return whether the texts of one field say what was meant.

    One text for one value; `$objects` are several JSON objects, a field for each or
    one field with a list of them, and `$repeated` a field for each.
    """
    match expected:
        case {"$repeated": list(objects)}:
            return [_json(text) for text in texts] == objects
        case {"$objects": list(objects)}:
            parsed = [_json(text) for text in texts]
            return objects in (parsed, parsed[0] if len(parsed) == 1 else None)
        case {"$any": list(several)}:
            return any(sent(one, texts) for one in several)
        case _:
            return len(texts) == 1 and _says(expected, texts[0])


def _says(expected: Value, text: str) -> bool:
    match expected:
        case {"$moment": str(wanted)}:
            return moment(text) is not None and moment(text) == moment(wanted)
        case bool():
            return text == str(expected).lower()
        case int():
            return text == str(expected)
        case _:
            return bool(text == expected)


def said(expected: Value) -> str:  # noqa: PLR0911  one per demand
    """Return what is expected of a value, for people."""
    match expected:
        case {"$moment": str(text)}:
            return f"the moment {text}"
        case {"$null": True}:
            return "null"
        case {"$any": list(several)}:
            return " or ".join(map(said, several))
        case {"$kind": str(wanted)}:
            return f"a value of the kind {wanted}"
        case {"$contains": str(part)}:
            return f"a text with {part!r} in it"
        case {"$objects": list(objects)} | {"$repeated": list(objects)}:
            return f"the objects {json.dumps(objects, ensure_ascii=False)}"
        case _:
            return repr(expected)


def first_apart(
    expected: Mapping[str, Value],
    found: Callable[[str], Any],
    agrees: Callable[[Value, Any], bool],
) -> tuple[str, Value, Any] | None:
    """Return the first name whose value is another than expected, with both."""
    for name, one in expected.items():
        observed = found(name)
        if not agrees(one, observed):
            return name, one, observed
    return None


def by_name(fields: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the values of each field, in the order sent."""
    several: dict[str, list[str]] = {}
    for name, text in fields:
        several.setdefault(name, []).append(text)
    return several


def _is_moment(text: str, told: object) -> bool:
    if isinstance(told, str):
        return told == text  # left as it was in the answer
    if isinstance(told, Mapping) and told.get("$") == "datetime":
        return moment(told.get("value")) in _held(text)
    return False


def _held(text: str) -> tuple[datetime, ...]:
    """Return what a language may hold of a moment: some count no finer than 1 ms."""
    whole = moment(text)
    if whole is None:
        return ()
    return whole, whole.replace(microsecond=whole.microsecond // 1000 * 1000)


def _is_number(expected: int, told: object) -> bool:
    if isinstance(told, int | float):
        return told == expected and not isinstance(told, bool)
    return told == {"$": "integer", "value": str(expected)}


def _json(text: str) -> Json:
    try:
        return json.loads(text)
    except ValueError:
        return LEFT_OUT
