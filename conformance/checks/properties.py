"""Checks that a Session shows its properties, by name and JSON type."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from conformance.evidence import Evidence, Seen
from conformance.exchange import Exchange
from conformance.judge import Check
from conformance.oracles import naming
from conformance.oracles.schema import Schemas, kind, schemas
from conformance.verdict import Verdict, chose, judged

SHOWING = frozenset({"CreateSession", "FetchSession", "ListSession", "UpdateSession"})
"""The operations whose answers show Sessions."""

_REQUIREMENTS = {
    name: f"PROP-{number:03d}" for number, name in enumerate(naming.SESSION, start=1)
}
_NAMES = frozenset(naming.SESSION)
_BY_LETTERS = {naming.letters(name): name for name in naming.SESSION}
_TYPES = {"ttl": "an integer", "status": "a string", "mode": "a string"} | {
    "links": "an object or null"
}
# Every published example fills these, though their type allows null.
_FILLED = (
    *("sid", "service_sid", "account_sid", "date_created", "date_updated"),
    *("url", "links"),
)


def session_shows_its_properties(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each property of each Session (PROP-001 to 016, PROP-018).

    Sessions that agree in operation, keys and JSON types are judged once.
    """
    schema = schemas(evidence.contract)
    judged_before: set[tuple[object, ...]] = set()
    for seen in themselves(evidence):
        shape = seen.operation, _shape(seen.fields)
        if shape not in judged_before:
            judged_before.add(shape)
            yield from _properties(seen, schema)


def answer_is_the_session_itself(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on where an answer keeps its Session's properties (PROP-017).

    An answer that is no JSON object at all is not judged here.
    """
    passed: set[str] = set()
    for exchange, operation in evidence.succeeded:
        if operation.id not in SHOWING:
            continue
        for item in _items(exchange, operation.id):
            found = _around(item)
            if found or operation.id not in passed:
                passed.add(operation.id)
                yield judged(
                    "PROP-017",
                    operation.id,
                    not found,
                    expected="the Session itself",
                    observed=found,
                    symptom=found,
                    evidence=(exchange.number,),
                )


def filled_property_is_null(evidence: Evidence) -> Iterator[Verdict]:
    """Yield which of the always filled properties was null (PROP-019)."""
    seen_so: set[tuple[str, str]] = set()
    for seen in themselves(evidence):
        null = [f"{n} is null" for n in _FILLED if seen.fields.get(n, "") is None]
        for choice in null or ["each has a value"]:
            if (seen.operation, choice) not in seen_so:
                seen_so.add((seen.operation, choice))
                yield _chose("PROP-019", seen, choice)


def reason_of_what_is_not_closed(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what closed_reason shows while a Session goes on (PROP-020)."""
    seen_so: set[tuple[str, str]] = set()
    for seen in themselves(evidence):
        reason = seen.fields.get("closed_reason", 0)
        if seen.fields.get("status") not in ("open", "in-progress"):
            continue
        match reason:
            case None:
                choice = "null"
            case "":
                choice = "empty text"
            case str():
                choice = "another text"
            case _:
                continue
        if (seen.operation, choice) not in seen_so:
            seen_so.add((seen.operation, choice))
            yield _chose("PROP-020", seen, choice)


def _properties(seen: Seen, schema: Schemas) -> Iterator[Verdict]:
    complaints = {
        complaint.path[0]: complaint.observed
        for complaint in schema.answer("FetchSession", 200, seen.fields)
        if complaint.keyword in ("required", "type") and len(complaint.path) == 1
    }
    renamed = _renamed(seen.fields)
    yield judged(
        "PROP-018",
        seen.operation,
        not renamed,
        expected="names in snake_case",
        observed=", ".join(sorted(renamed.values())),
        symptom=", ".join(sorted({naming.style(n) for n in renamed.values()})),
        evidence=(seen.exchange.number,),
    )
    for name, requirement in _REQUIREMENTS.items():
        if name not in renamed:
            observed = complaints.get(name, "")
            yield judged(
                requirement,
                seen.operation,
                not observed,
                expected=f"{name}, {_TYPES.get(name, 'a string or null')}",
                observed=observed,
                symptom=observed,
                subject=observed or kind(seen.fields[name]),
                evidence=(seen.exchange.number,),
            )


def _renamed(fields: Mapping[str, Any]) -> dict[str, str]:
    """Return the absent properties that are there in another spelling, with that."""
    return {
        name: key
        for key in fields
        if (name := _BY_LETTERS.get(naming.letters(key))) and name not in fields
    }


def themselves(evidence: Evidence) -> Iterable[Seen]:
    """Return the Sessions shown, and nothing that is only something around one."""
    return evidence.view(_themselves)


def _themselves(evidence: Evidence) -> tuple[Seen, ...]:
    return tuple(
        seen
        for seen in evidence.sessions
        if seen.operation in SHOWING and not _around(seen.fields)
    )


def _around(item: object) -> str:
    """Return what stands where a Session should, "" if that is one."""
    if not isinstance(item, Mapping):
        return kind(item)
    if item.keys() >= _NAMES:
        return ""
    own = _count(item)
    if any(_count(inner) > own for inner in _inside(item)):
        return "an object around the Session"
    if own:
        return ""
    return "an object without its properties" if item else "an empty object"


def _inside(item: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for value in item.values():
        for inner in value if isinstance(value, list) else (value,):
            if isinstance(inner, Mapping):
                yield inner


def _count(fields: Mapping[str, Any]) -> int:
    """Return how many properties of a Session are there, in any spelling."""
    return len({naming.letters(key) for key in fields} & _BY_LETTERS.keys())


def _items(exchange: Exchange, operation: str) -> Iterator[object]:
    """Yield what an answer shows as Sessions: its object, or the items of its page."""
    body = exchange.response.json if exchange.response else None
    if not isinstance(body, dict):
        return
    if operation != "ListSession":
        yield body
        return
    page = body.get("sessions")
    yield from page if isinstance(page, list) else ()


def _shape(fields: Mapping[str, Any]) -> tuple[object, ...]:
    """Return what decides about names and types: the keys, and the type of each."""
    types = tuple(map(type, fields.values()))
    if float in types:
        # Whether a float is an integer to JSON depends on its value.
        return (*fields, *map(kind, fields.values()))
    return (*fields, *types)


def _chose(requirement: str, seen: Seen, choice: str) -> Verdict:
    return chose(
        requirement,
        seen.operation,
        choice,
        subject=choice,
        evidence=(seen.exchange.number,),
    )


CHECKS: tuple[Check, ...] = (
    session_shows_its_properties,
    answer_is_the_session_itself,
    filled_property_is_null,
    reason_of_what_is_not_closed,
)
