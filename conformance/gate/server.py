"""The scripted server: real HTTP on this machine, that answers what a case says.

A request is told by its account or its Service, so that no header of ours is needed,
and one that comes late is still put down to the case that caused it.
"""

import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self

import httptools

from conformance.exchange import (
    Exchange,
    Probe,
    Request,
    Response,
    Trouble,
)
from conformance.gate.answers import spelled
from conformance.gate.authorization import carried, told_headers, user
from conformance.gate.cases import SIDS, Answer, Case, End
from conformance.gate.names import FOREIGN, NAMED, Names

REQUESTS_MAX = 100
"""How many requests of one case are answered; a client in a loop gets no further."""

SETTLE_S_MAX = 1.0

_BLOCK = 65536
_ENCODINGS = "accept-encoding"
_PATIENCE_S = 30.0
_REQUEST_BYTES_MAX = 16 * 1024 * 1024
_AGAIN = Answer(status=500, error={"code": 20500}, close=True)


@dataclass(kw_only=True)
class Scene:
    """A case while it is played, and what came of it so far."""

    case: Case
    names: Names
    asked: int = 0
    answered: int = 0
    by_number: dict[int, Exchange] = field(default_factory=dict[int, Exchange])

    @property
    def label(self) -> str:
        """What tells its requests from others that are not bound as they are."""
        usual = SIDS[self.case.operation].get("Sid")
        return "" if self.case.arguments.get("Sid") == usual else NAMED

    @property
    def accounts(self) -> Mapping[str, str]:
        """The one account that there is, with its token."""
        return {self.names.account_sid: self.names.auth_token}

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """What came of each request so far, in the order they came."""
        return tuple(self.by_number[number] for number in sorted(self.by_number))

    def answer(self) -> Answer:
        """Return what the next request is answered, and count it."""
        turn = self.asked
        self.asked += 1
        for answer in self.case.answers:
            if turn < answer.times:
                return answer
            turn -= answer.times
        return _AGAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arrived:
    """A request as it came off the wire."""

    request: Request
    authorization: str | None
    keeps: bool


class ScriptedServer:
    """Listens on two ports of 127.0.0.1: the API's origin, and a foreign one."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._lock = threading.Condition()
        self._scenes: dict[str, Scene] = {}
        self._current: Scene | None = None
        self._numbers = 0
        self._open: set[socket.socket] = set()
        self._closing = False
        self._listeners = [_listen(), _listen()]
        self.url, self.foreign_url = map(_url, self._listeners)
        self._threads = [
            threading.Thread(
                target=self._accept, args=(listener, label), name="gate", daemon=True
            )
            for listener, label in zip(self._listeners, ("", FOREIGN), strict=True)
        ]
        for thread in self._threads:
            thread.start()

    def stage(self, scene: Scene) -> None:
        """Answer as this scene says from now on."""
        with self._lock:
            self._scenes[scene.names.account_sid] = scene
            self._scenes[scene.names.service_sid] = scene
            self._current = scene

    def settle(self, scene: Scene, within_s: float = SETTLE_S_MAX) -> None:
        """Return when every request of the scene has its answer, or soon."""
        with self._lock:
            self._lock.wait_for(lambda: scene.answered == scene.asked, within_s)

    def now_ms(self) -> float:
        """Return the milliseconds since the server began."""
        return (time.monotonic() - self._began) * 1000

    def close(self) -> None:
        """Stop listening and drop every connection."""
        with self._lock:
            self._closing = True
            some = [*self._listeners, *self._open]
        for one in some:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join(_PATIENCE_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _accept(self, listener: socket.socket, label: str) -> None:
        while not self._closing:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with self._lock:
                self._open.add(connection)
            threading.Thread(
                target=self._serve, args=(connection, label), name="gate", daemon=True
            ).start()

    def _serve(self, connection: socket.socket, label: str) -> None:
        """Answer one request after another, until either side has enough."""
        try:
            connection.settimeout(_PATIENCE_S)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with suppress(OSError, httptools.HttpParserError):
                while arrived := _arrived(connection):
                    if not self._answer(connection, arrived, label):
                        break
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()

    def _answer(self, connection: socket.socket, arrived: _Arrived, label: str) -> bool:
        """Answer one request and record it; return whether the connection is kept."""
        began_ms = self.now_ms()
        with self._lock:
            scene = self._scene(arrived)
            if scene is None or scene.asked >= REQUESTS_MAX:
                return False
            turn = scene.asked
            answer = scene.answer()
            self._numbers += 1
            exchange = self._exchange(scene, arrived, self._numbers, label, began_ms)
            scene.by_number[exchange.number] = exchange
        accepted = [v for n, v in arrived.request.headers if n.lower() == _ENCODINGS]
        takes_gzip = any("gzip" in one.lower() for one in accepted)
        parts = spelled(answer, scene.names, turn, takes_gzip=takes_gzip)
        trouble: Trouble | None = None
        try:
            trouble = _send(connection, answer, parts.pieces, self._pause)
        except OSError:
            trouble = Trouble.RESET  # the client had gone
        finally:
            self._keep(scene, exchange, trouble, parts.response)
        return trouble is None and parts.keeps and arrived.keeps

    def _pause(self, milliseconds: int) -> None:
        """Wait, but no longer than the server is there."""
        until = self.now_ms() + milliseconds
        while not self._closing and (left := until - self.now_ms()) > 0:
            time.sleep(min(left, 50.0) / 1000)

    def _scene(self, arrived: _Arrived) -> Scene | None:
        """Return the scene of a request: by account, by Service, or the present one."""
        account, _, _ = (user(arrived.authorization) or "").partition(":")
        if account in self._scenes:
            return self._scenes[account]
        for part in arrived.request.path.split("/"):
            if part in self._scenes:
                return self._scenes[part]
        return self._current

    def _exchange(
        self, scene: Scene, arrived: _Arrived, number: int, label: str, began_ms: float
    ) -> Exchange:
        request = arrived.request
        return Exchange(
            number=number,
            probe=Probe(
                operation=scene.case.operation,
                method=request.method,
                path=request.path,
                query=request.url.partition("?")[2],
                headers=told_headers(request),
                body=request.body or None,
                credentials=carried(arrived.authorization, scene.accounts),
                scene=scene.case.id,
                label=label or scene.label,
            ),
            sent=request,
            trouble=Trouble.TIMEOUT,
            began_ms=round(began_ms, 3),
        )

    def _keep(
        self,
        scene: Scene,
        exchange: Exchange,
        trouble: Trouble | None,
        response: Response,
    ) -> None:
        whole = replace(
            exchange,
            response=None if trouble else response,
            trouble=trouble,
            elapsed_ms=round(self.now_ms() - exchange.began_ms, 3),
        )
        with self._lock:
            scene.by_number[whole.number] = whole
            scene.answered += 1
            self._lock.notify_all()


class _Reader:
    """Takes one request off a connection, its header names as they came."""

    def __init__(self) -> None:
        self.url = b""
        self.headers: list[tuple[str, str]] = []
        self.body: list[bytes] = []
        self.done = False

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_body(self, body: bytes) -> None:
        self.body.append(body)

    def on_message_complete(self) -> None:
        self.done = True


def _arrived(connection: socket.socket) -> _Arrived | None:
    """Return the next request, None when there are no more."""
    reader = _Reader()
    parser = httptools.HttpRequestParser(reader)
    size = 0
    while not reader.done:
        block = connection.recv(_BLOCK)
        size += len(block)
        if not block or size > _REQUEST_BYTES_MAX:
            return None
        parser.feed_data(block)
        expects = any(name.lower() == "expect" for name, _ in reader.headers)
        if expects and not reader.body and not reader.done:
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    authorization = [v for n, v in reader.headers if n.lower() == "authorization"]
    return _Arrived(
        request=Request(
            method=parser.get_method().decode("ascii"),
            url=reader.url.decode("latin-1"),
            headers=tuple(
                (n, v) for n, v in reader.headers if n.lower() != "authorization"
            ),
            body=b"".join(reader.body),
        ),
        authorization=authorization[0] if authorization else None,
        keeps=parser.should_keep_alive(),
    )


def _send(
    connection: socket.socket,
    answer: Answer,
    pieces: tuple[bytes, ...],
    pause: Callable[[int], None],
) -> Trouble | None:
    """Send the pieces in the manner of the answer; return what is missing, if so."""
    pause(answer.delay_ms)
    match answer.end:
        case End.RESET:
            linger = struct.pack("ii", 1, 0)  # close with RST instead of FIN
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            return Trouble.RESET
        case End.SILENT:
            # Until the client hangs up, or has had patience enough.
            with suppress(OSError):
                connection.recv(1)
            return Trouble.TIMEOUT
        case End.CUT:
            block = b"".join(pieces)
            head = block.find(b"\r\n\r\n") + 4
            connection.sendall(block[: (head + len(block)) // 2])
            return Trouble.RESET
        case End.WHOLE:
            for piece in pieces:
                connection.sendall(piece)
                pause(answer.drip_ms)
            return None


def _listen() -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()
    return f"http://{host}:{port}"
