"""The driver's process: one message out, one message back, within a time."""

import json
import os
import queue
import shlex
import signal
import subprocess
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import IO

from conformance.gate.messages import (
    LINE_BYTES_MAX,
    ProtocolError,
    Row,
    Told,
    parse,
)

START_S_MAX = 30.0
GRACE_S = 1.0
SHUTDOWN_S_MAX = 2.0

_PROXIES = {"http_proxy", "https_proxy", "all_proxy", "no_proxy", "ftp_proxy"}


class MishapError(Exception):
    """The process did not answer as the protocol says; it is gone by now."""

    def __init__(self, told: Told, message: str) -> None:
        super().__init__(message)
        self.told = told


class CommandError(ValueError):
    """The driver's command cannot be run; the message is one clear line."""


class Process:
    """One start of the driver; `heard` sees each line, `>` from us and `<` from it.

    Raises CommandError when the command cannot be run.
    """

    def __init__(
        self,
        command: str,
        *,
        log: int | IO[bytes] = subprocess.DEVNULL,
        heard: Callable[[str, str], None] = lambda *_: None,
    ) -> None:
        self._heard = heard
        self._lines: queue.Queue[bytes] = queue.Queue()
        try:
            words = shlex.split(command)
            self._process = subprocess.Popen(  # noqa: S603  the user's own command
                words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=_environment(os.environ.items()),
                start_new_session=True,
            )
        except (OSError, ValueError, IndexError) as error:
            raise CommandError(f"--driver: cannot run {command!r}: {error}") from error
        reader = threading.Thread(target=self._read, name="driver", daemon=True)
        reader.start()

    def ask(self, message: Row, *, kinds: frozenset[str], within_s: float) -> Row:
        """Return the answer to a message; raise MishapError and end the process."""
        try:
            self._say(message)
            return self._answer(message, kinds, within_s)
        except MishapError:
            self.kill()
            raise

    def shutdown(self) -> int | None:
        """Ask it to end, and return its status; None if it had to be killed."""
        with suppress(MishapError):
            self._say({"kind": "shutdown"})
        with suppress(OSError):
            self._stdin.close()
        try:
            return self._process.wait(SHUTDOWN_S_MAX)
        except subprocess.TimeoutExpired:
            return None
        finally:
            self.kill()

    def kill(self) -> None:
        """End the process and its children, if they are still there."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if stream:
                    stream.close()

    @property
    def _stdin(self) -> IO[bytes]:
        assert self._process.stdin is not None  # noqa: S101  we asked for a pipe
        return self._process.stdin

    def _say(self, message: Row) -> None:
        if not self._lines.empty() and (stray := self._lines.get()):
            self._heard("<", stray.decode("utf-8", "replace").rstrip("\n"))
            raise MishapError(Told.GARBLED, "a line that nobody asked for")
        text = json.dumps(message, ensure_ascii=True)
        self._heard(">", text)
        try:
            self._stdin.write(text.encode() + b"\n")
            self._stdin.flush()
        except (OSError, ValueError):
            raise MishapError(Told.CRASHED, self._ended()) from None

    def _answer(self, message: Row, kinds: frozenset[str], within_s: float) -> Row:
        try:
            line = self._lines.get(timeout=within_s)
        except queue.Empty:
            raise MishapError(
                Told.HUNG, f"no answer to {message['kind']} within {within_s:.1f} s"
            ) from None
        if not line:
            raise MishapError(Told.CRASHED, self._ended())
        self._heard("<", line.decode("utf-8", "replace").rstrip("\n"))
        try:
            answer = parse(line)
        except ProtocolError as error:
            raise MishapError(Told.GARBLED, str(error)) from None
        if answer["kind"] not in kinds or answer.get("id") != message.get("id"):
            expected = f"{' or '.join(sorted(kinds))} with id {message.get('id')}"
            observed = f"{answer['kind']} with id {answer.get('id')}"
            raise MishapError(Told.GARBLED, f"expected {expected}, observed {observed}")
        return answer

    def _ended(self) -> str:
        """Return how the process ended, or that it closed its output."""
        try:
            status = self._process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            return "it closed its output"
        if status < 0:
            return f"it was ended by {signal.Signals(-status).name}"
        return f"it ended with status {status}"

    def _read(self) -> None:
        """Put each line where the answer is waited for; an empty one is the end."""
        stdout = self._process.stdout
        assert stdout is not None  # noqa: S101  we asked for a pipe
        with suppress(OSError, ValueError):
            while line := stdout.readline(LINE_BYTES_MAX + 2):
                self._lines.put(line)
        self._lines.put(b"")


def _environment(variables: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the environment without what would lead an SDK elsewhere."""
    return {
        name: value
        for name, value in variables
        if not name.upper().startswith("TWILIO_") and name.lower() not in _PROXIES
    }
