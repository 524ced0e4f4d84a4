"""The contract: the published document, read into values that other rooms can ask."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias, TypeVar
from urllib.parse import quote, unquote

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Object: TypeAlias = "dict[str, Json]"
_T = TypeVar("_T")

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_FORM = "application/x-www-form-urlencoded"
_STATUS = re.compile(r"[1-5][0-9]{2}")
_HOLE = re.compile(r"\{([^{}/]+)\}")


class ContractError(ValueError):
    """The document cannot be used as a contract."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One named value of a request; for a repeated one, each of its values."""

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
    default: str | int | None
    required: bool
    repeated: bool
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A method on a path template, with what it takes and may answer."""

    id: str
    method: str
    path: str
    resource: str
    summary: str
    path_parameters: tuple[Parameter, ...]
    query_parameters: tuple[Parameter, ...]
    form_parameters: tuple[Parameter, ...]
    documented_statuses: frozenset[int]

    @property
    def success_statuses(self) -> frozenset[int]:
        """The documented statuses that mean success."""
        return frozenset(s for s in self.documented_statuses if 200 <= s <= 299)  # noqa: PLR2004  # 2xx


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contract:
    """The operations of a document, in its order, and the whole document."""

    document: Mapping[str, Json] = field(repr=False)
    operations: tuple[Operation, ...]
    _by_id: Mapping[str, Operation] = field(repr=False)
    _by_shape: Mapping[tuple[str, ...], Mapping[str, Operation]] = field(repr=False)
    _holes_by_length: Mapping[int, tuple[tuple[int, ...], ...]] = field(repr=False)
    _schemas: Mapping[tuple[str, int], str] = field(repr=False)

    def operation(self, operation_id: str) -> Operation:
        """Return the operation of that id.

        Raises:
            KeyError: the document has no such operation.
        """
        return self._by_id[operation_id]

    def match(self, method: str, path: str) -> Operation | None:
        """Return the operation that serves `path`, given as sent and without query.

        A literal segment goes before a parameter, which takes any text but none.
        """
        segments = path.split("/")
        for holes in self._holes_by_length.get(len(segments), ()):
            shape = segments.copy()
            for hole in holes:
                if shape[hole]:
                    shape[hole] = "{}"
            if served := self._by_shape.get(tuple(shape)):
                return served.get(method)
        return None

    def path_values(self, operation: Operation, path: str) -> dict[str, str]:
        """Return the path parameters in `path`, percent-decoded.

        Octets that are no UTF-8 become U+FFFD.

        Raises:
            ValueError: `path` is not a path of `operation`.
        """
        template, segments = operation.path.split("/"), path.split("/")
        if _shape(template) != _shape(template, of=segments):
            raise ValueError(f"expected a path like {operation.path}, observed {path}")
        return {
            name[1:-1]: unquote(value)
            for name, value in zip(template, segments, strict=True)
            if name.startswith("{")
        }

    def response_schema(self, operation_id: str, status: int) -> str | None:
        """Return a `#/…` reference to the JSON schema of that answer.

        None if the answer is not documented, or is documented without JSON.

        Raises:
            KeyError: the document has no such operation.
        """
        return self._schemas.get((self._by_id[operation_id].id, status))


def load(text: str) -> Contract:
    """Return the contract in an OpenAPI 3.1 document, given as YAML or JSON.

    Raises:
        ContractError: the text is no such document, or one we cannot use.
    """
    try:
        # The C loader: the document is read at every start, and it is ten times faster.
        parsed: Json = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise ContractError(f"expected YAML, observed {reason}") from error
    root = _mapping(parsed, "#")
    version = root.get("openapi")
    if not isinstance(version, str) or not version.startswith("3.1."):
        raise ContractError(f"expected openapi 3.1, observed {version!r}")
    return _contract(root)


def _contract(root: Object) -> Contract:
    """Return the contract in a parsed document."""
    by_id: dict[str, Operation] = {}
    by_shape: dict[tuple[str, ...], dict[str, Operation]] = {}
    schemas: dict[tuple[str, int], str] = {}
    for where, path, method in _places(root):
        operation = _operation(root, where, path, method)
        if by_id.setdefault(operation.id, operation) is not operation:
            raise ContractError(f"expected one {operation.id}, observed two")
        served = by_shape.setdefault(_shape(path.split("/")), {})
        if any(other.path != path for other in served.values()):
            raise ContractError(f"expected one path like {path}, observed two")
        served[operation.method] = operation
        for status in operation.documented_statuses:
            if schema := _schema(root, f"{where}/responses/{status}"):
                schemas[operation.id, status] = schema
    holes: dict[int, list[tuple[int, ...]]] = {}
    # The fewest parameters first: `/Sessions/latest` before `/Sessions/{Sid}`.
    for shape in sorted(by_shape, key=lambda shape: shape.count("{}")):
        at = tuple(i for i, segment in enumerate(shape) if segment == "{}")
        holes.setdefault(len(shape), []).append(at)
    return Contract(
        document=root,
        operations=tuple(by_id.values()),
        _by_id=by_id,
        _by_shape=by_shape,
        _holes_by_length={
            length: tuple(dict.fromkeys(each)) for length, each in holes.items()
        },
        _schemas=schemas,
    )


def _places(root: Object) -> Iterator[tuple[str, str, str]]:
    """Yield where each operation stands, its path and its method."""
    for path, item in _mapping(root.get("paths"), "#/paths").items():
        where = f"#/paths/{_token(path)}"
        for key in _mapping(item, where):
            if key in _METHODS:
                yield f"{where}/{key}", path, key


def _operation(root: Object, where: str, path: str, method: str) -> Operation:
    """Return the operation that stands at `where`."""
    described = _resolved(root, where)
    tags = _strings(described.get("tags", []), f"{where}/tags")
    if not tags:
        raise ContractError(f"expected a tag at {where}, observed none")
    parameters = _parameters(root, where)
    in_path = tuple(each for place, each in parameters if place == "path")
    names = {each.name for each in in_path}
    if names != set(_HOLE.findall(path)):
        raise ContractError(f"expected the parameters of {path}, observed {names}")
    responses = _mapping(described.get("responses"), f"{where}/responses")
    for status in responses:
        if not _STATUS.fullmatch(str(status)):
            raise ContractError(f"expected a status at {where}, observed {status!r}")
    return Operation(
        id=_known(described, "operationId", str, where),
        method=method.upper(),
        path=path,
        resource=tags[0],
        summary=_maybe(described, "summary", str, where) or "",
        path_parameters=in_path,
        query_parameters=tuple(each for place, each in parameters if place == "query"),
        form_parameters=tuple(_form(root, where)),
        documented_statuses=frozenset(map(int, responses)),
    )


def _parameters(root: Object, where: str) -> list[tuple[str, Parameter]]:
    """Return the place and value of each parameter; an operation's own go first."""
    found: dict[tuple[str, str], Parameter] = {}
    for owner in (where.rpartition("/")[0], where):
        listed = _resolved(root, owner).get("parameters", [])
        if not isinstance(listed, list):
            raise ContractError(f"expected a list at {owner}/parameters")
        for index in range(len(listed)):
            at = f"{owner}/parameters/{index}"
            described = _resolved(root, at)
            name, place = (_known(described, key, str, at) for key in ("name", "in"))
            found[place, name] = _parameter(
                root,
                f"{at}/schema",
                name=name,
                required=_maybe(described, "required", bool, at) or False,
                description=_maybe(described, "description", str, at),
            )
    return [(place, parameter) for (place, _), parameter in found.items()]
