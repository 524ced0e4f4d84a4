"""Freedoms of HTTP and JSON that a client must live with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from conformance.mock.call import Call, Payload, World
    from conformance.mock.registry import Change
    from conformance.mock.rows import Session
    from conformance.mock.rules import Rules


def header_names_upper_case(rules: Rules) -> Rules:
    """Spell every header name in upper case."""

    def wire(block: bytes) -> bytes:
        if rules.wire is not None:
            block = rules.wire(block)
        head, end, rest = block.partition(b"\r\n\r\n")
        if not end or not head.startswith(b"HTTP/1.1 "):
            return block
        first, *lines = head.split(b"\r\n")
        spelled = [b":".join(_upper(line)) for line in lines]
        return b"\r\n".join([first, *spelled]) + end + rest

    return replace(rules, wire=wire)


def charset_in_content_type(rules: Rules) -> Rules:
    """Name the charset in the content type of every JSON answer."""

    async def around(
        world: World,
        request: Request,
        proceed: Callable[[Request], Awaitable[Response]],
    ) -> Response:
        response = await rules.around(world, request, proceed)
        if response.headers.get("content-type") == "application/json":
            response.headers["content-type"] = "application/json; charset=utf-8"
        return response

    return replace(rules, around=around)


def extra_session_property(rules: Rules) -> Rules:
    """Show one property of a Session that no document names."""

    def render_session(call: Call, session: Session) -> Payload:
        return {**rules.render_session(call, session), "revision": 1}

    return replace(rules, render_session=render_session)


def _upper(line: bytes) -> tuple[bytes, bytes]:
    name, _, value = line.partition(b":")
    return name.upper(), value


VARIANTS: dict[str, Change] = {
    "header-names-upper-case": header_names_upper_case,
    "charset-in-content-type": charset_in_content_type,
    "extra-session-property": extra_session_property,
}
