"""A target in this very process: an ASGI app, called without a socket."""

import asyncio
import gzip
import zlib
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import replace
from typing import Any, TypeAlias
from urllib.parse import unquote_to_bytes

from conformance.exchange import Exchange, Probe, Request, Response, Trouble
from conformance.targets.credentials import Account, authorizations

Message: TypeAlias = MutableMapping[str, Any]
App: TypeAlias = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]],
    Awaitable[None],
]

_STEP_MS = 1.0
_ELAPSED_MS = _STEP_MS / 2  # an answer is there before the next request begins
_BODILESS = (204, 304)


class VirtualClock:
    """A clock that moves a step with each exchange, and leaps when asked to sleep."""

    def __init__(self, step_ms: float = _STEP_MS) -> None:
        self._now_ms = 0.0
        self._step_ms = step_ms

    def now_ms(self) -> float:
        """Return milliseconds since the clock was made."""
        return self._now_ms

    def sleep(self, seconds: float) -> None:
        """Leap ahead."""
        self._now_ms += max(0.0, seconds) * 1000

    def tick(self) -> None:
        """Move one step."""
        self._now_ms += self._step_ms


class AsgiTarget:
    """Sends probes to an ASGI app; several at once share its event loop."""

    def __init__(
        self,
        app: App,
        account: Account,
        clock: VirtualClock,
        *,
        host: str = "mock.invalid",
    ) -> None:
        self._app = app
        self._authorizations = authorizations(account)
        self._clock = clock
        self._host = host
        self._loop = asyncio.new_event_loop()

    def send(self, probes: tuple[Probe, ...], first: int) -> tuple[Exchange, ...]:
        """Return one exchange per probe; several are in flight together."""
        began = self._clock.now_ms()
        self._clock.tick()
        answers = self._loop.run_until_complete(self._answers(probes))
        return tuple(
            Exchange(
                number=number,
                probe=probe,
                sent=_sent(probe),
                response=answer if isinstance(answer, Response) else None,
                trouble=answer if isinstance(answer, Trouble) else None,
                began_ms=began,
                elapsed_ms=_ELAPSED_MS,
            )
            for number, (probe, answer) in enumerate(
                zip(probes, answers, strict=True), start=first
            )
        )

    def close(self) -> None:
        """Close the event loop."""
        self._loop.close()

    async def _answers(
        self, probes: tuple[Probe, ...]
    ) -> tuple[Response | Trouble, ...]:
        if len(probes) == 1:
            return (await self._answer(probes[0]),)
        return tuple(await asyncio.gather(*map(self._answer, probes)))

    async def _answer(self, probe: Probe) -> Response | Trouble:
        unread = [{"type": "http.request", "body": probe.body or b""}]
        started: Message = {}
        body = bytearray()

        async def receive() -> Message:
            return unread.pop() if unread else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                started.update(message)
            elif message["type"] == "http.response.body":
                body.extend(message.get("body", b""))

        try:
            await self._app(self._scope(probe), receive, send)
        except Exception:  # noqa: BLE001  a server would drop the connection
            return Trouble.RESET
        headers = tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in started.get("headers", ())
        )
        return _read(
            probe, Response(status=started["status"], headers=headers, body=bytes(body))
        )

    def _scope(self, probe: Probe) -> Message:
        headers = {"host": self._host, "accept": "application/json"}
        if authorization := self._authorizations[probe.credentials]:
            headers["authorization"] = authorization
        if probe.method == "POST" or probe.body is not None:
            headers["content-length"] = str(len(probe.body or b""))
        headers |= {name.lower(): value for name, value in probe.headers}
        raw_path = probe.path.encode()
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": probe.method,
            "scheme": "http",
            "path": unquote_to_bytes(raw_path).decode("utf-8", "replace"),
            "raw_path": raw_path,
            "query_string": probe.query.encode(),
            "root_path": "",
            "headers": [
                (name.encode("latin-1"), value.encode("latin-1"))
                for name, value in headers.items()
            ],
            "server": (self._host, 80),
            "client": ("127.0.0.1", 1),
        }


def _read(probe: Probe, response: Response) -> Response | Trouble:
    """Return the answer as a client reads it off the wire, or why it cannot."""
    if probe.method == "HEAD" or response.status in _BODILESS:
        return replace(response, body=b"")
    body = response.body
    length = int(response.header("content-length") or len(body))
    if length > len(body):
        return Trouble.CUT
    body = body[:length]
    if response.header("content-encoding") == "gzip":
        try:
            body = gzip.decompress(body)
        except (OSError, EOFError, zlib.error):
            return Trouble.GARBLED
    return replace(response, body=body)


def _sent(probe: Probe) -> Request:
    return Request(
        method=probe.method,
        url=probe.url,
        headers=probe.headers,
        body=probe.body or b"",
    )
