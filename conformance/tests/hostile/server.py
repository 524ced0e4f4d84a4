"""A server on 127.0.0.1 that misbehaves: one port for each way it knows to.

Behind each port stands the mock, so that what is bent is a real answer.
`python -m conformance.tests.hostile.server` prints the ports as JSON and serves until
its input ends.
"""

import json
import logging
import socket
import struct
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import BinaryIO, Self
from urllib.parse import urlsplit

from conformance.mock.app import create_app
from conformance.mock.server import serve_in_thread

_FRAMING = frozenset({"content-length", "transfer-encoding", "connection"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the mock answered to a request, which was the `number`th on this port."""

    number: int
    method: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def head(self) -> bytes:
        """The status line and the headers, but for those that frame the body."""
        lines = [f"HTTP/1.1 {self.status} So"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n"

    def framed(self, body: bytes, *lines: bytes) -> bytes:
        """Return the answer with another body, and with header lines added."""
        length = b"Content-Length: %d" % len(body)
        more = b"".join(line + b"\r\n" for line in (*lines, length))
        return self.head + more + b"\r\n" + (b"" if self.method == "HEAD" else body)


class Wire:
    """A connection to somebody who asked something."""

    def __init__(self, connection: socket.socket, stopped: threading.Event) -> None:
        self._connection = connection
        self._stopped = stopped
        self.ended = False

    @property
    def open(self) -> bool:
        """Whether there is still somebody to misbehave to."""
        return not self._stopped.is_set()

    def send(self, *blocks: bytes) -> None:
        """Send what may be anything; raises OSError when nobody listens any more."""
        for block in blocks:
            self._connection.sendall(block)

    def drip(self, blocks: Iterator[bytes], every_s: float) -> None:
        """Send one block after the other, with a pause behind each."""
        for block in blocks:
            self.send(block)
            if self._stopped.wait(every_s):
                return

    def hang(self) -> None:
        """Keep the connection, and say nothing, until the other side has left."""
        with suppress(OSError):
            while self.open and self._connection.recv(4096):
                pass

    def reset(self) -> None:
        """End the connection with a reset instead of a farewell."""
        self._connection.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        self.end()

    def end(self) -> None:
        """End the connection, once the behaviour is over."""
        self.ended = True


Behaviour = Callable[[Answer, Wire], None]


class _Port:
    """A listener that misbehaves in one way, to any number of connections."""

    def __init__(self, behaviour: Behaviour, mock: tuple[str, int]) -> None:
        self._behaviour = behaviour
        self._mock = mock
        self._lock = threading.Lock()
        self._asked = 0
        self._stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._stopped.set()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(
                    target=self._serve, args=(connection,), daemon=True
                ).start()

    def _serve(self, connection: socket.socket) -> None:
        wire = Wire(connection, self._stopped)
        with (
            suppress(OSError),
            connection,
            connection.makefile("rb") as asked,
            Behind(self._mock) as mock,
        ):
            while not wire.ended and (text := request(asked)):
                with self._lock:
                    self._asked += 1
                    number = self._asked
                self._behaviour(mock.answer(text, number), wire)


class Behind:
    """A connection to the mock, opened again whenever it has ended."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address
        self._connection: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def answer(self, text: bytes, number: int) -> Answer:
        """Return what the mock says to a request, as it was sent."""
        method = text.split(b" ", 1)[0].decode("latin-1")
        self._connection = self._connection or socket.create_connection(self._address)
        self._connection.sendall(text)
        with closing(HTTPResponse(self._connection, method=method)) as response:
            try:
                response.begin()
                body = response.read()
            except HTTPException as error:
                raise OSError(str(error)) from error
            if response.will_close:
                self.__exit__()
            return Answer(
                number=number,
                method=method,
                status=response.status,
                headers=tuple(
                    (name, value)
                    for name, value in response.getheaders()
                    if name.lower() not in _FRAMING
                ),
                body=body,
            )


def request(asked: BinaryIO) -> bytes:
    """Return one request with its body, b"" where none comes any more."""
    head, length = b"", 0
    while part := asked.readline():
        head += part
        name, _, value = part.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
        if part == b"\r\n":
            return head + asked.read(length)
    return b""


@contextmanager
def misbehaving(behaviours: dict[str, Behaviour]) -> Generator[dict[str, str]]:
    """Serve every behaviour at a port of its own, and give their URLs."""
    app = create_app()
    with closing(app), serve_in_thread(app) as url:
        parts = urlsplit(url)
        mock = (parts.hostname or "", parts.port or 0)
        ports = {name: _Port(one, mock) for name, one in behaviours.items()}
        try:
            yield {name: port.url for name, port in ports.items()}
        finally:
            for port in ports.values():
                port.close()


def main() -> None:
    """Serve all that there is until the input ends."""
    from conformance.tests.hostile.cases import CASES  # noqa: PLC0415  it needs us

    # The mock says of each request that is none that it is none.
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    with misbehaving({case.name: case.behaviour for case in CASES}) as urls:
        sys.stdout.write(json.dumps(urls) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
