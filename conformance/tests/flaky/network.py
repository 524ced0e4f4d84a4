"""A network that loses things, between a run and a server on 127.0.0.1.

What it loses it draws from a seed, request by request: the request, so that the server
never saw it, or the answer, after the server has acted.
"""

import random  # noqa: TID251  the mishaps, from a seed
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlsplit

from conformance.tests.hostile.server import Behind, Wire, request

_THREAD_S_MAX = 30.0
_LATE_S = 0.2

T = TypeVar("T")


class Mishap(StrEnum):
    """What becomes of one request."""

    NONE = ""
    RESET_BEFORE = "reset before the server saw it"
    RESET_AFTER = "reset after the server acted"
    RESET_WITHIN = "reset within the answer"
    SILENCE_BEFORE = "silence, and the server never saw it"
    SILENCE_AFTER = "silence after the server acted"
    SILENCE_LATE = "silence, and the server acts when nobody waits any more"
    GATEWAY_BEFORE = "502, and the server never saw it"
    GATEWAY_AFTER = "504 after the server acted"
    GATEWAY_LATE = "504, and the server acts later on"
    BUSY = "429 in a storm"
    AWAY = "503 in a storm"


RESETS = (Mishap.RESET_BEFORE, Mishap.RESET_AFTER, Mishap.RESET_WITHIN)
SILENCES = (Mishap.SILENCE_BEFORE, Mishap.SILENCE_AFTER, Mishap.SILENCE_LATE)
GATEWAYS = (Mishap.GATEWAY_BEFORE, Mishap.GATEWAY_AFTER, Mishap.GATEWAY_LATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """How bad a network is: shares of all requests, and what comes now and then.

    A storm begins with every `storms_every`th request, 0 for never, and lasts for
    `storm_requests`; it asks to come back after `retry_after_s`. A connection is
    closed, without a word, behind `answers_per_connection`, 0 for never.
    """

    resets: float = 0.0
    silences: float = 0.0
    gateways: float = 0.0
    storms_every: int = 0
    storm_requests: int = 0
    retry_after_s: int = 0
    answers_per_connection: int = 0


class Network:
    """A listener whose every connection leads to the server, mostly.

    With a context it is one of TLS.
    """

    def __init__(
        self,
        weather: Weather,
        server: str,
        seed: int,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        parts = urlsplit(server)
        self._server = (parts.hostname or "", parts.port or 0)
        self._weather = weather
        self._draw = random.Random(seed)  # noqa: S311  no secret
        self._lock = threading.Lock()
        self.asked = 0
        self._stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._tls = tls
        scheme = "http" if tls is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"
        self.mishaps: Counter[Mishap] = Counter()
        self._threads: list[threading.Thread] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Stop listening, and wait until what was late has arrived."""
        self._stopped.set()
        self._listener.close()
        for thread in self._threads:
            thread.join(_THREAD_S_MAX)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._start(self._link, connection)

    def _start(self, work: Callable[[T], None], subject: T) -> None:
        thread = threading.Thread(target=work, args=(subject,), daemon=True)
        self._threads.append(thread)
        thread.start()

    def _link(self, plain: socket.socket) -> None:
        served = 0
        with (
            suppress(OSError),
            plain,
            self._secured(plain) as connection,
            connection.makefile("rb") as asked,
            Behind(self._server) as server,
        ):
            wire = Wire(connection, self._stopped)
            while not wire.ended and (text := request(asked)):
                mishap = self._mishap()
                self._pass(text, wire, server, mishap)
                served += 1
                if served == self._weather.answers_per_connection:
                    wire.end()

    def _secured(self, plain: socket.socket) -> socket.socket:
        return (
            plain
            if self._tls is None
            else self._tls.wrap_socket(plain, server_side=True)
        )

    def _mishap(self) -> Mishap:
        """Draw what becomes of the next request."""
        weather = self._weather
        with self._lock:
            self.asked += 1
            storm, since = divmod(self.asked, weather.storms_every or self.asked + 1)
            drawn = self._draw.random()
            which = self._draw.random()
            mishap = Mishap.NONE
            if storm and since < weather.storm_requests:
                mishap = (Mishap.BUSY, Mishap.AWAY)[storm % 2]
            else:
                for share, some in (
                    (weather.resets, RESETS),
                    (weather.silences, SILENCES),
                    (weather.gateways, GATEWAYS),
                ):
                    if 0 <= drawn < share:
                        mishap = some[int(which * len(some))]
                    drawn -= share
            self.mishaps[mishap] += 1
        return mishap

    def _pass(self, text: bytes, wire: Wire, server: Behind, mishap: Mishap) -> None:
        """Bring a request to the server and its answer back, as far as they get."""
        fate = _FATES[mishap]
        whole = b""
        if fate.acts:
            answer = server.answer(text, self.asked)
            whole = answer.framed(answer.body)
        if fate.status:
            whole = _said(fate.status, self._weather.retry_after_s)
        fate.then(wire, whole)
        if fate.late:
            self._start(self._arrive_late, text)

    def _arrive_late(self, text: bytes) -> None:
        """Bring a request to the server when nobody waits for its answer any more."""
        self._stopped.wait(_LATE_S)
        with suppress(OSError), Behind(self._server) as server:
            server.answer(text, self.asked)


def _whole(wire: Wire, text: bytes) -> None:
    wire.send(text)


def _half(wire: Wire, text: bytes) -> None:
    wire.send(text[: len(text) // 2])
    wire.reset()


def _reset(wire: Wire, _: bytes) -> None:
    wire.reset()


def _silence(wire: Wire, _: bytes) -> None:
    wire.hang()
    wire.end()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fate:
    """What becomes of a request: the server acts on it, or late, or never.

    `then` happens with the answer, or with one of `status` in its place.
    """

    acts: bool = False
    late: bool = False
    status: str = ""
    then: Callable[[Wire, bytes], None] = _whole


_FATES = {
    Mishap.NONE: _Fate(acts=True),
    Mishap.RESET_BEFORE: _Fate(then=_reset),
    Mishap.RESET_AFTER: _Fate(acts=True, then=_reset),
    Mishap.RESET_WITHIN: _Fate(acts=True, then=_half),
    Mishap.SILENCE_BEFORE: _Fate(then=_silence),
    Mishap.SILENCE_AFTER: _Fate(acts=True, then=_silence),
    Mishap.SILENCE_LATE: _Fate(late=True, then=_silence),
    Mishap.GATEWAY_BEFORE: _Fate(status="502 Bad Gateway"),
    Mishap.GATEWAY_AFTER: _Fate(acts=True, status="504 Gateway Timeout"),
    Mishap.GATEWAY_LATE: _Fate(late=True, status="504 Gateway Timeout"),
    Mishap.BUSY: _Fate(status="429 Too Many Requests"),
    Mishap.AWAY: _Fate(status="503 Service Unavailable"),
}


def _said(status: str, retry_after_s: int) -> bytes:
    """Return what something between the run and the server says in its place."""
    body = b"<html><h1>%b</h1></html>" % status.encode()
    lines = [f"HTTP/1.1 {status}", "Content-Type: text/html"]
    lines += [f"Retry-After: {retry_after_s}"] if retry_after_s else []
    lines += [f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


@contextmanager
def network(
    weather: Weather, server: str, seed: int, tls: ssl.SSLContext | None = None
) -> Generator[Network]:
    """Lead to a server through a network of that weather."""
    with closing(Network(weather, server, seed, tls)) as between:
        yield between
