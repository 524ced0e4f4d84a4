"""Known implementations, each served on 127.0.0.1 and judged by a run of its own.

`nox -s implementations`, or `python -m conformance.tests.implementations NPM OUT`, with
NPM a folder for the packages of `PACKAGES` and OUT one for the reports. Needs Node 20
and Java 17; the summaries go to `reports/matrix`.
"""

import asyncio
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from conformance.data import data_path

PACKAGES = ("@stoplight/prism-cli@5.14.2", "@mockoon/cli@9.9.0", "specmatic@2.55.1")
"""What `npm install` has to put into the folder."""

# Any will do: none of them knows an account. Service SIDs are those that Prism shows.
_CREDENTIALS = {
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "0123456789abcdef" * 2,
}
_SERVICE = "KS" + "a" * 32

_MOCK = "reference-mock"
_MATRIX = Path("reports") / "matrix"
_BEGIN_S_MAX = 60.0
_RUN_S_MAX = 900.0
_CHUNK = 65536


@dataclass(frozen=True, slots=True, kw_only=True)
class Implementation:
    """A mock server that reads the contract; `{npm}`, `{spec}`, `{port}` are filled in.

    `options` go to the run.
    """

    name: str
    command: tuple[str, ...]
    options: tuple[str, ...] = ()


IMPLEMENTATIONS = (
    Implementation(
        name="prism",
        command=(
            "{npm}/node_modules/.bin/prism",
            *("mock", "-h", "127.0.0.1", "-p", "{port}", "{spec}"),
        ),
    ),
    # It answers with empty SIDs, so a Service has to be named.
    Implementation(
        name="mockoon",
        command=(
            "{npm}/node_modules/.bin/mockoon-cli",
            *("start", "--hostname", "127.0.0.1", "--port", "{port}"),
            *("--data", "{spec}"),
        ),
        options=("--service-sid", _SERVICE),
    ),
    Implementation(
        name="specmatic",
        command=(
            *("java", "-jar", "{npm}/node_modules/specmatic/specmatic.jar"),
            *("stub", "--host", "127.0.0.1", "--port", "{port}", "{spec}"),
        ),
    ),
)


class Served:
    """A server behind a relay that starts it again whenever it has died.

    Only the request that killed it goes without an answer; the next one waits.
    """

    def __init__(self, command: list[str], port: int, log: Path) -> None:
        self._command = command
        self._port = port
        self._log = log
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.starts = 0
        self.url = ""

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready()
        self.url = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=_BEGIN_S_MAX)

    def _ready(self) -> None:
        """Return when the server takes connections, started again if need be."""
        until = time.monotonic() + _BEGIN_S_MAX
        with self._lock:
            while time.monotonic() < until:
                if self._process is None or self._process.poll() is not None:
                    self.starts += 1
                    with self._log.open("ab") as log:
                        self._process = subprocess.Popen(  # noqa: S603  our own table
                            self._command,
                            cwd=self._log.parent,  # some leave files behind
                            stdout=log,
                            stderr=log,
                        )
                with contextlib.suppress(OSError):
                    socket.create_connection(("127.0.0.1", self._port), 1).close()
                    return
                time.sleep(0.1)
        raise TimeoutError(f"{self._command[0]} does not listen; see {self._log}")

    async def _listen(self) -> str:
        server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def _relay(
        self, asked: asyncio.StreamReader, answer: asyncio.StreamWriter
    ) -> None:
        try:
            await asyncio.to_thread(self._ready)
            there, back = await asyncio.open_connection("127.0.0.1", self._port)
        except (OSError, TimeoutError):
            answer.close()
            return
        await asyncio.gather(_pour(asked, back), _pour(there, answer))


async def _pour(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await source.read(_CHUNK):
            sink.write(chunk)
            await sink.drain()
    sink.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def served(one: Implementation, npm: Path, log: Path) -> Generator[Served]:
    """Serve an implementation for as long as the block lasts."""
    port = _free_port()
    spec = data_path("specs", "session.openapi.yaml")
    command = [part.format(npm=npm, spec=spec, port=port) for part in one.command]
    with Served(command, port, log) as server:
        yield server


def judge(name: str, out: Path, *options: str) -> int:
    """Run the suite and return its exit code; the report is in `out/name`."""
    folder = out / name
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-m", "conformance.cli", "run"]
    with (out / f"{name}.txt").open("wb") as text:
        return subprocess.run(  # noqa: S603  our own interpreter
            [*command, "--out", str(folder), *options],
            stdout=text,
            stderr=text,
            env={**os.environ, **_CREDENTIALS},
            timeout=_RUN_S_MAX,
            check=False,
        ).returncode


def kept(summary: Path) -> str:
    """Return what is worth keeping of a summary: all but scripts and leftovers."""
    document = json.loads(summary.read_text("utf-8"))
    for finding in document["findings"]:
        del finding["curl"]
    document["left_behind"] = len(document["left_behind"])
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def keep(out: Path, matrix: Path) -> None:
    """Write the summaries, and the page that shows all of them side by side."""
    matrix.mkdir(parents=True, exist_ok=True)
    names = [one.parent.name for one in sorted(out.glob("*/summary.json"))]
    for name in names:
        text = kept(out / name / "summary.json")
        (matrix / f"{name}.json").write_text(text, "utf-8")
    command = [sys.executable, "-m", "conformance.cli", "report"]
    page = ["--out", str(matrix / "matrix.html")]
    subprocess.run(  # noqa: S603  our own interpreter
        [*command, *(f"{name}={out / name}" for name in names), *page], check=True
    )


def install(npm: Path) -> None:
    """Install the packages into a folder, unless they are there already."""
    if not (npm / "node_modules" / ".bin" / "prism").exists():
        quiet = ("--no-audit", "--no-fund", "--silent")
        subprocess.run(  # noqa: S603  our own table
            ["npm", "install", *quiet, "--prefix", str(npm), *PACKAGES],  # noqa: S607  found on the path
            check=True,
        )


def main() -> None:
    """Judge every implementation, the reference mock first, and keep the summaries."""
    npm, out, *wanted = sys.argv[1:]
    folder, work = Path(npm).resolve(), Path(out)
    work.mkdir(parents=True, exist_ok=True)
    install(folder)
    if not wanted or _MOCK in wanted:
        sys.stdout.write(f"{_MOCK}: exit {judge(_MOCK, work)}\n")
    for one in IMPLEMENTATIONS:
        if wanted and one.name not in wanted:
            continue
        with served(one, folder, work / f"{one.name}.log") as server:
            code = judge(one.name, work, "--target", server.url, *one.options)
            starts = server.starts
        sys.stdout.write(f"{one.name}: exit {code}, started {starts} times\n")
        sys.stdout.flush()
    keep(work, _MATRIX)


if __name__ == "__main__":
    main()
