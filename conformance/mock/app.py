"""The mock as an ASGI app: one exchange from its bytes to its answer."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from conformance.mock.call import Call, World
from conformance.mock.handlers import HANDLERS
from conformance.mock.operations import route
from conformance.mock.problems import (
    Problem,
    RefusedError,
    body_too_large,
    internal_error,
)
from conformance.mock.rules import Rules
from conformance.mock.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.types import Receive, Scope, Send

    from conformance.mock.call import Payload
    from conformance.mock.limits import RateLimit

# Made-up accounts for local use; they open nothing anywhere else.
ACCOUNT_SID = "AC" + "0" * 31 + "1"
AUTH_TOKEN = "0" * 31 + "1"
SECOND_ACCOUNT_SID = "AC" + "0" * 31 + "2"
SECOND_AUTH_TOKEN = "0" * 31 + "2"

_logger = logging.getLogger(__name__)


def utc_now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


def create_app(  # noqa: PLR0913  # each is one knob of the mock
    *,
    rules: Rules | None = None,
    account_sid: str = ACCOUNT_SID,
    auth_token: str = AUTH_TOKEN,
    second_account_sid: str = SECOND_ACCOUNT_SID,
    second_auth_token: str = SECOND_AUTH_TOKEN,
    clock: Callable[[], datetime] = utc_now,
    db: str = ":memory:",
    latency_ms: float = 0,
    rate_limit: RateLimit | None = None,
) -> Mock:
    """Return a mock of its own: two accounts, and rows kept in `db`.

    It may be served, or called in-process from any one event loop at a time; it
    needs no lifespan.
    """
    return Mock(
        world=World(
            rules=rules or Rules(),
            store=Store(db),
            accounts={second_account_sid: second_auth_token, account_sid: auth_token},
            clock=clock,
            memory={},
        ),
        latency_s=latency_ms / 1000,
        rate_limit=rate_limit,
    )


class Mock:
    """The ASGI app; `world` is what it knows and decides by."""

    def __init__(
        self, *, world: World, latency_s: float, rate_limit: RateLimit | None
    ) -> None:
        self.world = world
        self._latency_s = latency_s
        self._rate_limit = rate_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP exchange."""
        if scope["type"] != "http":
            raise NotImplementedError(scope["type"])
        request = Request(scope, receive)
        if self._latency_s:
            await asyncio.sleep(self._latency_s)
        try:
            response = await self.world.rules.around(
                self.world, request, self._exchange
            )
        except Exception:
            _logger.exception("an operation failed")
            response = self._refuse(request, internal_error())
        if scope["method"] == "HEAD":
            response.body = b""  # its length stays announced
        await response(scope, receive, send)

    def close(self) -> None:
        """Close the store."""
        self.world.store.close()

    async def _exchange(self, request: Request) -> Response:
        try:
            call = await self._call(request)
        except RefusedError as refused:
            return self._refuse(request, refused.problem)
        return await self.world.rules.handle(call, self._perform)

    async def _call(self, request: Request) -> Call:
        world, scope = self.world, request.scope
        method = scope["method"]
        raw_path = _raw_path(scope)
        try:
            operation, path = route(method, raw_path)
        except RefusedError:
            world.rules.authenticate(world, request, None)
            raise
        account_sid = world.rules.authenticate(world, request, operation)
        if self._rate_limit is not None:
            self._rate_limit.admit(operation.id, path.get("service_sid", ""))
        body = b""
        if method == "POST":
            body = await _read(request, world.rules.body_bytes_max)
        return Call(
            operation=operation,
            request=request,
            account_sid=account_sid,
            path=path,
            raw_path=raw_path,
            query=scope["query_string"].decode("latin-1"),
            origin=world.rules.origin(request),
            body=body,
            now=world.clock(),
            rules=world.rules,
            store=world.store,
            memory=world.memory,
        )

    async def _perform(self, call: Call) -> Response:
        try:
            call.rules.check_path(call)
            form = call.rules.decode_form(call)
            answer = await HANDLERS[call.operation.id](call, form)
        except RefusedError as refused:
            return self._refuse(call.request, refused.problem)
        return self._respond(call.request, answer.status, answer.payload)

    def _refuse(self, request: Request, problem: Problem) -> Response:
        world = self.world
        problem = world.rules.adapt_problem(world, request, problem)
        return self._respond(
            request,
            problem.status,
            world.rules.error_body(world, request, problem),
            dict(problem.headers),
        )

    def _respond(
        self,
        request: Request,
        status: int,
        payload: Payload | None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        rules = self.world.rules
        shown = rules.response_headers(self.world, request, status)
        if headers:
            shown = {**shown, **headers}
        if payload is None:
            return Response(status_code=status, headers=shown)
        return Response(
            rules.encode_json(payload),
            status_code=status,
            headers=shown,
            media_type="application/json",
        )


def _raw_path(scope: Scope) -> str:
    """Return the path as it was sent, escapes and all."""
    raw: bytes | None = scope.get("raw_path")
    if raw is None:
        path: str = scope["path"]
        return path
    return raw.partition(b"?")[0].decode("latin-1")


async def _read(request: Request, bytes_max: int) -> bytes:
    """Return the body, or refuse it after reading on to its end.

    Reading on keeps the connection in step: the client gets the answer, not a reset.
    """
    chunks: list[bytes] = []
    read = 0
    async for chunk in request.stream():
        read += len(chunk)
        if read <= bytes_max:
            chunks.append(chunk)
    if read > bytes_max:
        raise body_too_large(bytes_max)
    return b"".join(chunks)
