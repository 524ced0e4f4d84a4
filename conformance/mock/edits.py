"""Changes of one kind: an answer rewritten, an error edited, a path read anew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from conformance.mock.operations import route
from conformance.mock.problems import RefusedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from conformance.mock.call import Call, Payload, World
    from conformance.mock.problems import Problem
    from conformance.mock.registry import Change
    from conformance.mock.rows import Session
    from conformance.mock.rules import Rules


def answers(edit: Callable[[str, Request, Response], Response]) -> Change:
    """Return the change that passes each answer through `edit`.

    It is told the operation that the request addresses, "" when there is none.
    """

    def change(rules: Rules) -> Rules:
        async def around(
            world: World,
            request: Request,
            proceed: Callable[[Request], Awaitable[Response]],
        ) -> Response:
            response = await rules.around(world, request, proceed)
            return edit(operation_id(request), request, response)

        return replace(rules, around=around)

    return change


def requests(edit: Callable[[str, Request], Request]) -> Change:
    """Return the change that passes each request through `edit` before it is read."""

    def change(rules: Rules) -> Rules:
        async def around(
            world: World,
            request: Request,
            proceed: Callable[[Request], Awaitable[Response]],
        ) -> Response:
            edited = edit(operation_id(request), request)
            return await rules.around(world, edited, proceed)

        return replace(rules, around=around)

    return change


def problems(edit: Callable[[Request, Problem], Problem]) -> Change:
    """Return the change that passes each refusal through `edit`."""

    def change(rules: Rules) -> Rules:
        def adapt(world: World, request: Request, problem: Problem) -> Problem:
            return edit(request, rules.adapt_problem(world, request, problem))

        return replace(rules, adapt_problem=adapt)

    return change


def error_objects(edit: Callable[[Payload], Payload]) -> Change:
    """Return the change that passes each error object through `edit`."""

    def change(rules: Rules) -> Rules:
        def error_body(world: World, request: Request, problem: Problem) -> Payload:
            return edit(rules.error_body(world, request, problem))

        return replace(rules, error_body=error_body)

    return change


def sessions(edit: Callable[[Call, Payload], Payload]) -> Change:
    """Return the change that passes each Session through `edit` as it is shown."""

    def change(rules: Rules) -> Rules:
        def render(call: Call, session: Session) -> Payload:
            return edit(call, rules.render_session(call, session))

        return replace(rules, render_session=render)

    return change


def path_values(name: str, read: Callable[[Call, str], str]) -> Change:
    """Return the change that reads one SID of the path as `read` does."""

    def change(rules: Rules) -> Rules:
        def reading(call: Call) -> Call:
            if name not in call.path:
                return call
            return replace(call, path={**call.path, name: read(call, call.path[name])})

        async def handle(
            call: Call, proceed: Callable[[Call], Awaitable[Response]]
        ) -> Response:
            return await rules.handle(reading(call), proceed)

        return replace(rules, handle=handle)

    return change


def operation_id(request: Request) -> str:
    """Return the operation that a request addresses, "" when there is none."""
    path = request.scope["raw_path"].partition(b"?")[0].decode("latin-1")
    try:
        return route(request.method, path)[0].id
    except RefusedError:
        return ""


def rewritten(
    response: Response,
    *,
    body: bytes | None = None,
    status: int | None = None,
    media_type: str | None = None,
) -> Response:
    """Return the answer with another body, status or media type, the rest as it was."""
    headers = {
        name: value
        for name, value in response.headers.items()
        if name not in {"content-length", "content-type"}
    }
    told = media_type or response.headers.get("content-type")
    return Response(
        bytes(response.body) if body is None else body,
        status_code=status or response.status_code,
        headers=headers,
        media_type=told,
    )


def readdressed(
    request: Request, *, method: str | None = None, path: str | None = None
) -> Request:
    """Return the request under another method or path."""
    scope = dict(request.scope)
    if method is not None:
        scope["method"] = method
    if path is not None:
        scope["raw_path"] = path.encode("latin-1")
        scope["path"] = path
    return Request(scope, request.receive)
