"""Small servers on 127.0.0.1 that are not the API."""

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler
from pathlib import Path
from socketserver import BaseRequestHandler, TCPServer, ThreadingTCPServer
from typing import Any


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class _Alike(BaseHTTPRequestHandler):
    """Answers every request with one status and one body."""

    protocol_version = "HTTP/1.1"
    status = 200
    body = b"{}"

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(self.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401  the library's
        pass


class _Files(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401  the library's
        pass


@contextmanager
def alike(status: int, body: bytes = b"{}") -> Generator[str]:
    """Serve one answer to everything, and give the URL."""
    handler = type("Alike", (_Alike,), {"status": status, "body": body})
    with _served(_Server(("127.0.0.1", 0), handler)) as url:
        yield url


@contextmanager
def files(folder: Path) -> Generator[str]:
    """Serve the files of a folder, and give the URL."""
    handler: Any = partial(_Files, directory=str(folder))
    with _served(_Server(("127.0.0.1", 0), handler)) as url:
        yield url


@contextmanager
def silence() -> Generator[str]:
    """Accept connections and never answer, and give the URL."""

    class Silent(BaseRequestHandler):
        def handle(self) -> None:
            done.wait()

    done = threading.Event()
    try:
        with _served(_Server(("127.0.0.1", 0), Silent)) as url:
            yield url
    finally:
        done.set()


def closed() -> str:
    """Return the URL of a port at which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def _served(server: TCPServer) -> Generator[str]:
    with server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
