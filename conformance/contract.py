"""The contract: the published document, read into values that other rooms can ask."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import zip_longest
from typing import TYPE_CHECKING, TypeAlias, TypeVar
from urllib.parse import quote, unquote

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
_T = TypeVar("_T")

_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch"})
_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"
_STATUS = re.compile(r"[1-5][0-9][0-9]")
_SUCCESSES = frozenset(range(200, 300))
_HOLE = "{}"
_TEXT_MAX = 60
_KINDS: dict[type, str] = {
    bool: "true or false",
    dict: "a mapping",
    int: "a whole number",
    str: "a text",
}


class ContractError(ValueError):
    """The document cannot be used as a contract."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One named value of a request; of a repeated one, each of its values."""

    name: str
    type: str
    format: str | None
    pattern: str | None
    enum: tuple[str, ...]
    minimum: int | None
    maximum: int | None
    min_length: int | None
    max_length: int | None
    max_items: int | None
    default: Json
    required: bool
    repeated: bool
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A method on a path template, with what it takes and how it may answer."""

    id: str
    method: str
    path: str
    resource: str
    summary: str
    path_parameters: tuple[Parameter, ...]
    query_parameters: tuple[Parameter, ...]
    form_parameters: tuple[Parameter, ...]
    documented_statuses: frozenset[int]
    success_statuses: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contract:
    """The operations of a document, in its order, and the whole document."""

    document: Mapping[str, Json] = field(repr=False)
    operations: tuple[Operation, ...]
    _by_id: Mapping[str, Operation] = field(repr=False)
    _by_shape: Mapping[tuple[str, ...], Mapping[str, Operation]] = field(repr=False)
    _holes_by_length: Mapping[int, tuple[tuple[int, ...], ...]] = field(repr=False)
    _schemas: Mapping[str, Mapping[int, str]] = field(repr=False)

    def operation(self, operation_id: str) -> Operation:
        """Return the operation of that id; raises KeyError if there is none."""
        return self._by_id[operation_id]

    def match(self, method: str, path: str) -> Operation | None:
        """Return the operation that serves `path`, as sent and without its query.

        A parameter takes any segment but an empty one; a literal goes before it.
        """
        segments = path.split("/")
        for holes in self._holes_by_length.get(len(segments), ()):
            shape = segments.copy()
            for hole in holes:
                shape[hole] = shape[hole] and _HOLE
            if served := self._by_shape.get(tuple(shape)):
                return served.get(method)
        return None

    def path_values(self, operation: Operation, path: str) -> dict[str, str]:
        """Return the path parameters in `path`, percent-decoded.

        Octets that are not UTF-8 come back as U+FFFD. Raises ValueError if `path` is
        not a path of `operation`.
        """
        return dict(_path_values(operation.path, path))

    def response_schema(self, operation_id: str, status: int) -> str | None:
        """Return a `#/…` reference into the document to the schema of that answer.

        None where the answer is not documented, or documented without JSON. Raises
        KeyError if the document has no such operation.
        """
        return self._schemas[operation_id].get(status)


@lru_cache(maxsize=4096)
def _path_values(template: str, path: str) -> tuple[tuple[str, str], ...]:
    pairs = zip_longest(template.split("/"), path.split("/"), fillvalue="")
    values: list[tuple[str, str]] = []
    for part, segment in pairs:
        if part.startswith("{") and segment:
            values.append((part[1:-1], unquote(segment)))
        elif part != segment:
            message = f"expected a path like {template}, observed {path!r}"
            raise ValueError(message)
    return tuple(values)


def load(text: str) -> Contract:
    """Return the contract in an OpenAPI 3.1 document, written as YAML or JSON.

    Raises ContractError if the text is no such document, or not one we can use.
    """
    try:
        # The C loader, because every run reads the document and this one is ten
        # times as fast.
        parsed: Json = yaml.load(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: no such date
        reason = " ".join(str(error).split())
        raise ContractError(f"expected YAML, observed {reason}") from error
    root = _Place(root=parsed, at="#", value=parsed)
    version = root.need("openapi", str)
    if not version.startswith("3.1."):
        raise ContractError(f"expected openapi 3.1, observed {version!r}")
    return _contract(root)


def _contract(root: _Place) -> Contract:
    """Return the contract in a parsed document."""
    by_id: dict[str, Operation] = {}
    by_shape: dict[tuple[str, ...], dict[str, Operation]] = {}
    schemas: dict[str, dict[int, str]] = {}
    for path, item in root.parts("paths"):
        shape = tuple(
            _HOLE if part.startswith("{") else part for part in path.split("/")
        )
        if shape in by_shape:
            raise ContractError(f"expected one path like {path}, observed two")
        by_shape[shape] = {}
        for method, described in item.parts():
            if method not in _METHODS:
                continue
            responses = dict(_responses(described))
            operation = _operation(
                path,
                method,
                described,
                parameters=_parameters(item, described),
                statuses=frozenset(responses),
            )
            if operation.id in by_id:
                raise ContractError(f"expected one {operation.id}, observed two")
            by_id[operation.id] = operation
            by_shape[shape][operation.method] = operation
            schemas[operation.id] = {
                status: schema.at
                for status, response in responses.items()
                if (schema := response.find("content", _JSON, "schema"))
            }
    if not by_id:
        raise root.error("an operation")
    holes: dict[int, dict[tuple[int, ...], None]] = {}
    # The fewest parameters first, so that a literal goes before a parameter.
    for shape in sorted(by_shape, key=lambda shape: shape.count(_HOLE)):
        at = tuple(index for index, part in enumerate(shape) if part == _HOLE)
        holes.setdefault(len(shape), {})[at] = None
    return Contract(
        document=root.whole(dict),
        operations=tuple(by_id.values()),
        _by_id=by_id,
        _by_shape=by_shape,
        _holes_by_length={length: tuple(each) for length, each in holes.items()},
        _schemas=schemas,
    )


def _operation(
    path: str,
    method: str,
    described: _Place,
    *,
    parameters: dict[str, list[Parameter]],
    statuses: frozenset[int],
) -> Operation:
    """Return the operation that is described there."""
    expected = {part[1:-1] for part in path.split("/") if part.startswith("{")}
    observed = {parameter.name for parameter in parameters["path"]}
    if expected != observed:
        message = f"expected {sorted(expected)} as path parameters at {described.at}"
        raise ContractError(f"{message}, observed {sorted(observed)}")
    tags = [each.whole(str) for _, each in described.parts("tags")]
    if not tags:
        raise described.error("a tag")
    return Operation(
        id=described.need("operationId", str),
        method=method.upper(),
        path=path,
        resource=tags[0],
        summary=described.get("summary", str) or "",
        path_parameters=tuple(parameters["path"]),
        query_parameters=tuple(parameters["query"]),
        form_parameters=tuple(_form(described)),
        documented_statuses=statuses,
        success_statuses=statuses & _SUCCESSES,
    )


def _parameters(item: _Place, described: _Place) -> dict[str, list[Parameter]]:
    """Return the parameters by their place in the request."""
    # The path item's first, for the operation's own replace them.
    listed = {
        (each.need("in", str), each.need("name", str)): each
        for owner in (item, described)
        for _, each in owner.parts("parameters")
    }
    by_place: dict[str, list[Parameter]] = {"path": [], "query": []}
    for (place, name), each in listed.items():
        parameter = _parameter(
            name,
            each.child("schema"),
            required=each.get("required", bool) or False,
            description=each.get("description", str) or "",
        )
        by_place.setdefault(place, []).append(parameter)
    return by_place


def _form(described: _Place) -> Iterator[Parameter]:
    """Yield the fields of an operation's form, if it takes one."""
    schema = described.find("requestBody", "content", _FORM, "schema")
    if schema is None:
        return
    required = {each.whole(str) for _, each in schema.parts("required")}
    for name, each in schema.parts("properties"):
        yield _parameter(
            name,
            each,
            required=name in required,
            description=each.get("description", str) or "",
        )


def _parameter(
    name: str, schema: _Place, *, required: bool, description: str
) -> Parameter:
    """Return the parameter of that name and schema."""
    repeated = schema.need("type", str) == "array"
    value = schema.child("items") if repeated else schema
    default = value.find("default")
    return Parameter(
        name=name,
        type=value.need("type", str),
        format=value.get("format", str),
        pattern=value.get("pattern", str),
        enum=tuple(each.whole(str) for _, each in value.parts("enum")),
        minimum=value.get("minimum", int),
        maximum=value.get("maximum", int),
        min_length=value.get("minLength", int),
        max_length=value.get("maxLength", int),
        max_items=schema.get("maxItems", int),
        default=default.value if default else None,
        required=required,
        repeated=repeated,
        description=description,
    )


def _responses(described: _Place) -> Iterator[tuple[int, _Place]]:
    """Yield the status and the place of each documented response."""
    for status, response in described.parts("responses"):
        if not _STATUS.fullmatch(status):
            raise response.error("a three-digit status as key")
        yield int(status), response


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A value in the document, and the reference to where it stands."""

    root: Json
    at: str
    value: Json

    def find(self, *keys: str) -> _Place | None:
        """Return what stands under these keys, each reference followed."""
        place = self
        for key in keys:
            mapping = place.whole(dict)
            if key not in mapping:
                return None
            place = place.under(key, mapping[key])
        return place

    def parts(self, *keys: str) -> Iterator[tuple[str, _Place]]:
        """Yield the name or index and the place of each part under these keys."""
        whole = self.find(*keys)
        if whole is None:
            return
        listed = whole.value
        named = (
            enumerate(listed) if isinstance(listed, list) else whole.whole(dict).items()
        )
        for name, value in named:
            yield str(name), whole.under(str(name), value)

    def whole(self, kind: type[_T]) -> _T:
        """Return the value itself, which has to be of that kind."""
        if isinstance(self.value, kind):
            return self.value
        raise self.error(_KINDS[kind])

    def get(self, key: str, kind: type[_T]) -> _T | None:
        """Return the value under `key`, if any, which has to be of that kind."""
        found = self.find(key)
        return None if found is None else found.whole(kind)

    def need(self, key: str, kind: type[_T]) -> _T:
        """Return the value under `key`, which has to be there and of that kind."""
        return self.child(key).whole(kind)

    def child(self, key: str) -> _Place:
        """Return what stands under `key`, which has to be there."""
        found = self.find(key)
        if found is None:
            raise self.error(f"key {key!r}")
        return found

    def error(self, expected: str) -> ContractError:
        """Return the complaint that something else was expected here."""
        text = repr(self.value)
        observed = text if len(text) <= _TEXT_MAX else type(self.value).__name__
        return ContractError(f"expected {expected} at {self.at}, observed {observed}")

    def under(self, key: str, value: Json) -> _Place:
        """Return the place of `value`, which stands here under `key`."""
        token = quote(key.replace("~", "~0").replace("/", "~1"), safe="~{}$")
        return replace(self, at=f"{self.at}/{token}", value=value).followed()

    def followed(self) -> _Place:
        """Return the place that is meant, where it is told by reference.

        Keys beside a reference are laid over what it points to.
        """
        place, seen = self, set[str]()
        while isinstance(place.value, dict) and "$ref" in place.value:
            beside = place.value.copy()
            reference = beside.pop("$ref")
            if not isinstance(reference, str) or reference in seen:
                raise self.error("a reference that ends somewhere")
            seen.add(reference)
            target = self._lookup(reference)
            if beside:
                place = replace(place, value={**target.whole(dict), **beside})
            else:
                place = target
        return place

    def _lookup(self, reference: str) -> _Place:
        """Return the place that a reference into this document points to."""
        start, *tokens = unquote(reference).split("/")
        value = self.root if start == "#" else None
        for token in tokens:
            key = token.replace("~1", "/").replace("~0", "~")
            if not isinstance(value, dict) or key not in value:
                raise self.error(f"something at {reference}")
            value = value[key]
        return _Place(root=self.root, at=reference, value=value)
