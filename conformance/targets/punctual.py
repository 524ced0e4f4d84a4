"""An adapter whose time-out bounds a whole answer, not each read of a part of it."""

import http.client
import io
import socket
import time
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class _Stream(io.RawIOBase):
    """What arrives on a socket, until the time-out it has now has passed in all."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        limit_s = sock.gettimeout()
        self._until = None if limit_s is None else time.monotonic() + limit_s

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401  as its base has it
        if self._until is not None:
            left_s = self._until - time.monotonic()
            if left_s <= 0:
                raise TimeoutError("the answer is not whole in time")
            self._sock.settimeout(left_s)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Lines(io.BufferedReader):
    """What arrives, where the end of the connection does not end a head."""

    heading = True

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        if self.heading and not line.endswith(b"\n") and len(line) != size:
            raise ConnectionResetError("the head of the answer is not whole")
        return line


class _Answer(http.client.HTTPResponse):
    """An answer that has to be whole, in time, from its first byte to its last."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  handed on
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self.fp = self._lines = _Lines(_Stream(sock))

    def begin(self) -> None:
        """Read the head."""
        super().begin()
        self._lines.heading = False


class _Connection(HTTPConnection):
    response_class = _Answer


class _SecureConnection(HTTPSConnection):
    response_class = _Answer


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection  # pyright: ignore[reportAssignmentType]  # nor does its own fit


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection  # pyright: ignore[reportAssignmentType]  # nor does its own fit


class PunctualAdapter(HTTPAdapter):
    """Sends requests; the read time-out is that of the whole answer."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  handed on
        """Make the pools such that their connections are punctual."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
