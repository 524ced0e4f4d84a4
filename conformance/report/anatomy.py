"""The contract in its own order, each part with the requirements that concern it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from conformance.contract import Contract, Operation, Parameter
from conformance.report.state import State
from conformance.report.view import Cell, Row, View

_WIRE_AREAS = frozenset({"http", "errors", "authentication"})


class Place(StrEnum):
    """Where a part of an operation is found."""

    PATH = "path"
    QUERY = "query"
    FORM = "form"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A parameter or a property, and the rows whose sentence names it."""

    place: Place
    name: str
    kind: str
    description: str
    cells: tuple[tuple[Row, Cell], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Organ:
    """One operation; `others` are the rows that name none of its members."""

    operation: Operation
    members: tuple[Member, ...]
    others: tuple[tuple[Row, Cell], ...]
    counts: Mapping[State, int]


def anatomy(view: View) -> tuple[Organ, ...]:
    """Return the operations that any requirement concerns, in their order."""
    return tuple(
        organ
        for operation in view.contract.operations
        if (organ := _organ(view, operation)).members or organ.others
    )


def _organ(view: View, operation: Operation) -> Organ:
    pairs = tuple(
        (row, cell) for row in view.rows if (cell := row.cell(operation.id)) is not None
    )
    members = tuple(
        Member(
            place=place,
            name=name,
            kind=kind,
            description=description,
            cells=tuple(p for p in pairs if _names(p[0], place, name)),
        )
        for place, name, kind, description in _parts(view.contract, operation)
    )
    taken = {row.requirement.id for member in members for row, _ in member.cells}
    return Organ(
        operation=operation,
        members=members if pairs else (),
        others=tuple(p for p in pairs if p[0].requirement.id not in taken),
        counts={state: sum(c.state is state for _, c in pairs) for state in State},
    )


def _parts(
    contract: Contract, operation: Operation
) -> Iterator[tuple[Place, str, str, str]]:
    """Yield the place, name, type and description of each member."""
    for place, parameters in (
        (Place.PATH, operation.path_parameters),
        (Place.QUERY, operation.query_parameters),
        (Place.FORM, operation.form_parameters),
    ):
        for parameter in parameters:
            yield place, parameter.name, _kind(parameter), parameter.description
    for status in sorted(operation.success_statuses):
        reference = contract.response_schema(operation.id, status)
        if not reference:
            continue
        schema = _at(contract.document, reference)
        properties: Mapping[str, Any] = schema.get("properties", {})
        for name, value in properties.items():
            part: Mapping[str, Any] = (
                _at(contract.document, value["$ref"]) if "$ref" in value else value
            )
            kinds: str | list[str] = part.get("type", "")
            kind = " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
            yield Place.ANSWER, name, kind, str(part.get("description", ""))


def _kind(parameter: Parameter) -> str:
    kind = " | ".join(parameter.enum) or parameter.format or parameter.type
    return f"{kind}, repeated" if parameter.repeated else kind


def _at(document: Mapping[str, Any], reference: str) -> Mapping[str, Any]:
    """Return the mapping that a `#/…` reference points to."""
    value: Any = document
    for token in reference.removeprefix("#/").split("/"):
        value = value[token.replace("~1", "/").replace("~0", "~")]
    found: Mapping[str, Any] = value
    return found


def _names(row: Row, place: Place, name: str) -> bool:
    """Return whether the sentence of a row names a member.

    `status` and `url` are everyday words on the wire, so the areas about the wire
    are not searched for properties.
    """
    requirement = row.requirement
    if place is Place.ANSWER and requirement.area in _WIRE_AREAS:
        return False
    return re.search(rf"\b{re.escape(name)}\b", requirement.sentence) is not None
