"""The operations, and the way from a path to one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from conformance.mock.problems import method_not_allowed, not_found

Verb = Literal["create", "fetch", "list", "update", "delete"]
Kind = Literal[
    "service", "session", "participant", "interaction", "message_interaction"
]

COLLECTION_KEYS: dict[Kind, str] = {
    "service": "services",
    "session": "sessions",
    "participant": "participants",
    "interaction": "interactions",
    # The one list whose key is not its path segment, so documented.
    "message_interaction": "interactions",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method on one path template; `id` is the published operation name."""

    id: str
    verb: Verb
    kind: Kind
    method: str
    template: str


def _operations() -> tuple[Operation, ...]:
    services = "/v1/Services"
    sessions = f"{services}/{{service_sid}}/Sessions"
    session = f"{sessions}/{{session_sid}}"
    participants = f"{session}/Participants"
    messages = f"{participants}/{{participant_sid}}/MessageInteractions"
    table: tuple[tuple[Kind, str, str, str, tuple[Verb, ...]], ...] = (
        (
            "service",
            "Service",
            services,
            "service_sid",
            ("create", "list", "fetch", "update", "delete"),
        ),
        (
            "session",
            "Session",
            sessions,
            "session_sid",
            ("create", "list", "fetch", "update", "delete"),
        ),
        (
            "participant",
            "Participant",
            participants,
            "participant_sid",
            ("create", "list", "fetch", "delete"),
        ),
        (
            "interaction",
            "Interaction",
            f"{session}/Interactions",
            "interaction_sid",
            ("list", "fetch", "delete"),
        ),
        (
            "message_interaction",
            "MessageInteraction",
            messages,
            "interaction_sid",
            ("create", "list", "fetch"),
        ),
    )
    methods: dict[Verb, str] = {
        "create": "POST",
        "list": "GET",
        "fetch": "GET",
        "update": "POST",
        "delete": "DELETE",
    }
    return tuple(
        Operation(
            id=f"{verb.capitalize()}{name}",
            verb=verb,
            kind=kind,
            method=methods[verb],
            template=path if verb in {"create", "list"} else f"{path}/{{{own}}}",
        )
        for kind, name, path, own, verbs in table
        for verb in verbs
    )


OPERATIONS: dict[str, Operation] = {item.id: item for item in _operations()}

_Shape = tuple[int, tuple[str, ...]]


def _shape(segments: list[str]) -> _Shape:
    """Return what tells two templates apart: their length and fixed segments."""
    return len(segments), tuple(segments[2::2])


def _routes() -> dict[_Shape, tuple[tuple[str, ...], dict[str, Operation], str]]:
    routes: dict[_Shape, tuple[tuple[str, ...], dict[str, Operation], str]] = {}
    for operation in OPERATIONS.values():
        segments = operation.template.split("/")
        names = tuple(segment.strip("{}") for segment in segments[3::2])
        _, methods, _ = routes.setdefault(_shape(segments), (names, {}, ""))
        methods[operation.method] = operation
        if operation.method == "GET":
            methods["HEAD"] = operation
    return {
        shape: (names, methods, ", ".join(sorted(methods)))
        for shape, (names, methods, _) in routes.items()
    }


_ROUTES = _routes()


def route(method: str, raw_path: str) -> tuple[Operation, dict[str, str]]:
    """Return the operation and its path parameters.

    Takes the path as it was sent, so that an escaped slash stays in its segment.

    Raises:
        RefusedError: no such path, or the path does not answer the method.

    """
    segments = raw_path.split("/")
    if "%" in raw_path:
        segments = [unquote(segment) for segment in segments]
    found = _ROUTES.get(_shape(segments))
    if found is None or segments[0] or segments[1] != "v1":
        raise not_found(raw_path)
    names, methods, allowed = found
    operation = methods.get(method)
    if operation is None:
        raise method_not_allowed(allowed)
    return operation, dict(zip(names, segments[3::2], strict=True))
