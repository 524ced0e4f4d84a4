"""What wraps an operation: the correct ways of leaving it alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractContextManager

    from starlette.requests import Request
    from starlette.responses import Response

    from conformance.mock.call import Call, World
    from conformance.mock.problems import Problem


async def around(
    _world: World, request: Request, proceed: Callable[[Request], Awaitable[Response]]
) -> Response:
    """Return the answer to `request`, unchanged."""
    return await proceed(request)


async def handle(
    call: Call, proceed: Callable[[Call], Awaitable[Response]]
) -> Response:
    """Return what the operation answers, unchanged."""
    return await proceed(call)


def adapt_problem(_world: World, _request: Request, problem: Problem) -> Problem:
    """Return `problem` as it was raised."""
    return problem


def atomic(call: Call) -> AbstractContextManager[None]:
    """Return a block whose writes are all kept, or none."""
    return call.store.transaction()
