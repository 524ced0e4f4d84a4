"""The one door to jsonschema: what a JSON value has that its schema forbids."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from conformance.contract import Contract
from conformance.oracles import date
from conformance.oracles.url import is_uri

Path: TypeAlias = tuple[str | int, ...]
Schema: TypeAlias = Mapping[str, Any]

_DOCUMENT = "urn:contract"
_KINDS: Mapping[type, str] = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "integer",
    str: "string",
    list: "array",
    dict: "object",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One thing that a value has and its schema forbids.

    `path` leads there, to the absent property where `keyword` is `required`;
    `observed` is the JSON type found there, or "absent".
    """

    path: Path
    keyword: str
    observed: str


def kind(value: object) -> str:
    """Return the JSON type of a parsed value, telling integers from other numbers."""
    if isinstance(value, float) and not value.is_integer():
        return "number"
    return _KINDS.get(type(value), "nothing JSON knows")


@lru_cache(maxsize=8)
def schemas(contract: Contract) -> "Schemas":
    """Return the schemas of a contract, compiled once."""
    return Schemas(contract)


class Schemas:
    """The schemas of one contract; each part is compiled when it is first met."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        resource = DRAFT202012.create_resource(contract.document)
        registry: Registry[Any] = Registry().with_resource(_DOCUMENT, resource)
        self._resolver = registry.resolver(_DOCUMENT)
        formats = FormatChecker(formats=())
        formats.checks("date-time")(_is_date_time)
        formats.checks("uri")(_is_uri)
        # The library's own versions of these look up and wrap a schema each time one
        # is met; these remember, which makes a body six times as fast.
        keywords: dict[str, Callable[..., Iterator[ValidationError]]] = {
            "$ref": self._ref,
            "allOf": self._all_of,
            "items": self._items,
            "properties": self._properties,
            "pattern": _pattern,
            "required": _required,
            "type": _type,
        }
        validator = extend(  # type: ignore[no-untyped-call]  # says the stub
            Draft202012Validator, keywords
        )
        self._root = validator({}, format_checker=formats)
        self._parts: dict[int, Any] = {}
        self._named: dict[str, Any] = {}

    def answer(
        self, operation: str, status: int, value: object
    ) -> tuple[Complaint, ...]:
        """Return what the answer `value` of an operation has against its schema.

        Empty where the contract has no schema for that answer.
        """
        reference = self._contract.response_schema(operation, status)
        return self.complaints(reference, value) if reference else ()

    def complaints(self, reference: str, value: object) -> tuple[Complaint, ...]:
        """Return what `value` has against the schema at a `#/…` reference."""
        return tuple(
            Complaint(
                path=tuple(error.absolute_path),
                keyword=str(error.validator),
                observed=(
                    "absent" if error.validator == "required" else kind(error.instance)
                ),
            )
            for error in self._target(reference).iter_errors(value)
        )

    def _target(self, reference: str) -> Any:  # noqa: ANN401  the library's own type
        """Return the validator of the part that a reference points to."""
        target = self._named.get(reference)
        if target is None:
            schema = self._resolver.lookup(reference).contents
            target = self._named[reference] = self._part(schema)
        return target

    def _part(self, schema: Schema) -> Any:  # noqa: ANN401  the library's own type
        """Return the validator of a part of the document."""
        # The document keeps its parts alive, so an id stands for one of them only.
        part = self._parts.get(id(schema))
        if part is None:
            part = self._parts[id(schema)] = self._root.evolve(schema=schema)
        return part

    def _ref(
        self, _: object, reference: str, value: object, __: Schema
    ) -> Iterator[ValidationError]:
        yield from self._target(reference).iter_errors(value)

    def _all_of(
        self, _: object, parts: list[Schema], value: object, __: Schema
    ) -> Iterator[ValidationError]:
        for part in parts:
            yield from self._part(part).iter_errors(value)

    def _items(
        self, _: object, schema: Schema, value: object, __: Schema
    ) -> Iterator[ValidationError]:
        if isinstance(value, list):
            for index, item in enumerate(value):
                for error in self._part(schema).iter_errors(item):
                    error.path.appendleft(index)
                    yield error

    def _properties(
        self, _: object, properties: Mapping[str, Schema], value: object, __: Schema
    ) -> Iterator[ValidationError]:
        if isinstance(value, dict):
            for name, schema in properties.items():
                if name in value:
                    for error in self._part(schema).iter_errors(value[name]):
                        error.path.appendleft(name)
                        yield error


def _required(
    _: object, names: list[str], value: object, __: Schema
) -> Iterator[ValidationError]:
    if isinstance(value, dict):
        for name in names:
            if name not in value:
                yield ValidationError(f"{name} is absent", path=(name,))


def _type(
    _: object, types: str | list[str], value: object, __: Schema
) -> Iterator[ValidationError]:
    observed, allowed = kind(value), [types] if isinstance(types, str) else types
    if observed not in allowed and not (observed == "integer" and "number" in allowed):
        yield ValidationError(f"is {observed}")


def _pattern(
    _: object, pattern: str, value: object, __: Schema
) -> Iterator[ValidationError]:
    if isinstance(value, str) and not _compiled(pattern).search(value):
        yield ValidationError(f"does not match {pattern}")


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    r"""Return the pattern as ECMA-262 reads it, where `$` is the very end.

    Python's `$` also matches before a final newline; `\Z` does not.
    """
    ends = re.sub(r"(\\.|\[(?:\\.|[^\]])*\])|\$", lambda m: m[1] or r"\Z", pattern)
    return re.compile(ends)


def _is_date_time(value: object) -> bool:
    """Return whether a text is an RFC 3339 date-time; anything else passes."""
    return not isinstance(value, str) or date.read(value) is not None


def _is_uri(value: object) -> bool:
    """Return whether a text is an absolute URI; anything else passes."""
    return not isinstance(value, str) or is_uri(value)
