"""Serving the mock: from a process of its own, or from a thread of the caller's."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from starlette.types import ASGIApp

    from conformance.mock.app import Mock

_BACKLOG = 2048
_GRACE_S = 0.5


class PortInUseError(Exception):
    """The address cannot be listened on."""


def serve(
    app: Mock,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    around: Callable[[Mock], ASGIApp] | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM, after one line `READY http://HOST:PORT`.

    The caller closes the app. `around` gives what is served in its place, such as
    something that looks on.

    Raises:
        PortInUseError: something else listens there.

    """
    listener = _listen(host, port)

    def announce() -> None:
        sys.stdout.write(f"READY {_url(listener)}\n")
        sys.stdout.flush()

    served = None if around is None else around(app)
    _Server(app, announce, served).run(sockets=[listener])


@contextmanager
def serve_in_thread(
    app: Mock, host: str = "127.0.0.1", port: int = 0
) -> Generator[str]:
    """Serve within the block and give the base URL; the caller closes the app.

    Raises:
        PortInUseError: something else listens there.

    """
    listener = _listen(host, port)
    url = _url(listener)
    ready = threading.Event()
    server = _Server(app, ready.set)

    def run() -> None:
        try:
            server.run(sockets=[listener])
        finally:
            ready.set()

    thread = threading.Thread(target=run, name="conformance-mock", daemon=True)
    thread.start()
    ready.wait()
    try:
        yield url
    finally:
        server.stop_from_thread()
        thread.join()


class _Server(uvicorn.Server):
    """A server that stops at once instead of at its next tick."""

    def __init__(
        self, app: Mock, announce: Callable[[], None], served: ASGIApp | None = None
    ) -> None:
        super().__init__(
            uvicorn.Config(
                served or app,
                http=_protocol(app),
                ws="none",
                lifespan="off",
                access_log=False,
                log_config=None,
                server_header=False,
                proxy_headers=False,
            )
        )
        self._announce = announce
        self._stop = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loop = asyncio.get_running_loop()
        self._announce()

    def stop(self) -> None:
        self.should_exit = True
        self._stop.set()

    def stop_from_thread(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self.stop)

    async def main_loop(self) -> None:
        await self._stop.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for listener in sockets or ():
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        loop = asyncio.get_running_loop()
        patience = loop.time() + _GRACE_S
        while self.server_state.connections and loop.time() < patience:  # noqa: ASYNC110  uvicorn has no event for it
            await asyncio.sleep(0.001)  # nobody is told of the last one
        for task in self.server_state.tasks:
            task.cancel()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Stop on SIGINT and SIGTERM, and leave it at that: the exit is clean."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()
        stopping = (signal.SIGINT, signal.SIGTERM)
        for number in stopping:
            loop.add_signal_handler(number, self.stop)
        try:
            yield
        finally:
            for number in stopping:
                loop.remove_signal_handler(number)


class _Protocol(HttpToolsProtocol):
    """The wire, with our own answer to what is not HTTP."""

    wire: Callable[[bytes], bytes] | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # narrower there
        super().connection_made(transport)
        self.transport = _Wire(transport, self.loop, type(self).wire)  # type: ignore[assignment]  # as much of one as is used

    def send_400_response(self, msg: str) -> None:
        body = json.dumps(
            {
                "code": 20001,
                "message": msg,
                "more_info": "https://www.twilio.com/docs/errors/20001",
                "status": 400,
            }
        ).encode()
        self.transport.write(
            b"HTTP/1.1 400 Bad Request\r\n"
            b"content-type: application/json\r\n"
            b"content-length: %d\r\n"
            b"connection: close\r\n\r\n%b" % (len(body), body)
        )
        self.transport.close()


class _Wire:
    """A transport that sends a head and its body as one block.

    Two sends cost a system call more, and 40 ms where acknowledgements are delayed.
    """

    def __init__(
        self,
        transport: asyncio.Transport,
        loop: asyncio.AbstractEventLoop,
        change: Callable[[bytes], bytes] | None,
    ) -> None:
        self._transport = transport
        self._loop = loop
        self._change = change
        self._held: list[bytes] = []

    def write(self, block: bytes) -> None:
        """Hold `block` until the loop comes round, and send it with what it holds."""
        if not self._held:
            self._loop.call_soon(self._flush)
        self._held.append(block)

    def close(self) -> None:
        """Send what is held, and close."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        held = b"".join(self._held)
        self._held.clear()
        if held:
            change = self._change
            self._transport.write(held if change is None else change(held))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # the transport's own
        return getattr(self._transport, name)


def _protocol(app: Mock) -> type[_Protocol]:
    """Return the protocol class that writes by the rules of `app`."""
    wire = app.world.rules.wire
    return type(
        "_MockProtocol",
        (_Protocol,),
        {"wire": None if wire is None else staticmethod(wire)},
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        why = error.strerror or str(error)
        raise PortInUseError(
            f"cannot listen on {host}:{port}: {why.lower()}"
        ) from error
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
