"""Freedoms of HTTP and JSON that a client must live with."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.mock.edits import answers

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from conformance.mock.call import Call, Payload
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


def extra_session_property(rules: Rules) -> Rules:
    """Show one property of a Session that no document names."""

    def render_session(call: Call, session: Session) -> Payload:
        return {**rules.render_session(call, session), "revision": 1}

    return replace(rules, render_session=render_session)


def _edited(edit: Callable[[Response], Response]) -> Change:
    """Return the change that passes every answer through `edit`."""
    return answers(lambda _operation, _request, response: edit(response))


def _with_header(name: str, value: str) -> Change:
    def edit(response: Response) -> Response:
        response.headers[name] = value
        return response

    return _edited(edit)


def _typed(media_type: str) -> Change:
    """Return the change that names the type of every JSON answer so."""

    def edit(response: Response) -> Response:
        if response.headers.get("content-type", "").startswith("application/json"):
            response.headers["content-type"] = media_type
        return response

    return _edited(edit)


def _encoded(encode: Callable[[Payload], str]) -> Change:
    """Return the change that writes every JSON answer in another spelling."""

    def change(rules: Rules) -> Rules:
        def encode_json(payload: Payload) -> bytes:
            return encode(payload).encode()

        return replace(rules, encode_json=encode_json)

    return change


def _escaped(payload: Payload) -> str:
    """Return JSON with every character of every text that is a letter escaped."""
    plain = json.dumps(payload)
    return _LETTERS.sub(lambda found: _escapes(found.group()), plain)


_LETTERS = re.compile(r'"(?:[^"\\]|\\.)*"')


def _escapes(text: str) -> str:
    inner = json.loads(text)
    points = inner.encode("utf-16-be")
    units = [points[i : i + 2].hex() for i in range(0, len(points), 2)]
    return '"' + "".join(f"\\u{unit}" for unit in units) + '"'


def _zipped(_operation: str, request: Request, response: Response) -> Response:
    """Compress every body for a client that takes gzip."""
    taken = request.headers.get("accept-encoding", "gzip")
    if not response.body or "gzip" not in taken:
        return response
    response.headers["content-encoding"] = "gzip"
    response.headers["vary"] = "Accept-Encoding"
    response.body = gzip.compress(bytes(response.body))
    response.headers["content-length"] = str(len(response.body))
    return response


def chunked(rules: Rules) -> Rules:
    """Send every body in chunks, without telling its length."""

    def wire(block: bytes) -> bytes:
        if rules.wire is not None:
            block = rules.wire(block)
        head, end, body = block.partition(b"\r\n\r\n")
        if not end or not head.startswith(b"HTTP/1.1 ") or not body:
            return block
        lines = [
            line
            for line in head.split(b"\r\n")
            if not line.lower().startswith(b"content-length:")
        ]
        lines.append(b"Transfer-Encoding: chunked")
        half = len(body) // 2
        chunks = b"".join(
            b"%x\r\n%b\r\n" % (len(part), part)
            for part in (body[:half], body[half:])
            if part
        )
        return b"\r\n".join(lines) + end + chunks + b"0\r\n\r\n"

    return replace(rules, wire=wire)


def _of_http_1_0(block: bytes) -> bytes:
    """Return an answer as HTTP/1.0 gives it, on a connection that then closes."""
    head, end, rest = block.partition(b"\r\n\r\n")
    if not end or not head.startswith(b"HTTP/1.1 "):
        return block
    first, *lines = head.split(b"\r\n")
    kept = [line for line in lines if not line.lower().startswith(b"connection:")]
    first = first.replace(b"HTTP/1.1", b"HTTP/1.0", 1)
    return b"\r\n".join([first, *kept, b"Connection: close"]) + end + rest


def http_1_0(rules: Rules) -> Rules:
    """Answer in HTTP/1.0."""

    def wire(block: bytes) -> bytes:
        return _of_http_1_0(rules.wire(block) if rules.wire is not None else block)

    return replace(rules, wire=wire)


def more_members_everywhere(rules: Rules) -> Rules:
    """Show one member more in every object of the answer, at the top."""

    def encode_json(payload: Payload) -> bytes:
        return rules.encode_json({"_links": None, **payload})

    return replace(rules, encode_json=encode_json)


def members_sorted(payload: Payload) -> str:
    """Return JSON with the members of each object in alphabetical order."""
    return json.dumps(payload, sort_keys=True)


def _upper(line: bytes) -> tuple[bytes, bytes]:
    name, _, value = line.partition(b":")
    return name.upper(), value


VARIANTS: dict[str, Change] = {
    "header-names-upper-case": header_names_upper_case,
    "charset-in-content-type": _typed("application/json; charset=utf-8"),
    "content-type-in-capitals": _typed("Application/JSON; Charset=UTF-8"),
    "content-type-with-quoted-charset": _typed('application/json ;charset="utf-8"'),
    "extra-session-property": extra_session_property,
    "extra-members-at-the-top": more_members_everywhere,
    "json-escaped": _encoded(_escaped),
    "json-indented": _encoded(lambda payload: json.dumps(payload, indent=4) + "\r\n"),
    "json-members-sorted": _encoded(members_sorted),
    "json-escaped-solidus": _encoded(
        lambda payload: json.dumps(payload).replace("/", "\\/")
    ),
    "gzipped": answers(_zipped),
    "chunked": chunked,
    "http-1-0": http_1_0,
    "connection-closed": _with_header("connection", "close"),
    "cross-origin-headers": _with_header("access-control-allow-origin", "*"),
    "tracing-headers": _with_header("twilio-request-id", "RQ" + "0" * 32),
    "caching-forbidden": _with_header("cache-control", "no-store, private"),
    "entity-tag": _with_header("etag", 'W/"1"'),
    "long-headers": _with_header("x-padding", "x" * 4000),
    "cookie-set": _with_header("set-cookie", "route=7; Path=/; HttpOnly"),
}
