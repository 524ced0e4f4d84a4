"""The driver: kept alive through mishaps, and honest about them."""

import subprocess
from collections.abc import Callable
from itertools import count
from typing import IO

from conformance.gate import messages
from conformance.gate.messages import Applied, Call, Hello, Result, Row, Settings
from conformance.gate.process import (
    GRACE_S,
    START_S_MAX,
    MishapError,
    Process,
)

RESTARTS_MAX = 12
NEEDED = frozenset({"base_url", "account_sid", "auth_token"})
CONFIGURE_S_MAX = 10.0


class UnusableError(Exception):
    """The driver cannot be used; the message is one clear line."""


class ExhaustedError(Exception):
    """The driver had to be started too often; the message is one clear line."""


class Driver:
    """One driver, started when it is first needed and again after each mishap.

    Raises CommandError, UnusableError or ExhaustedError.
    """

    def __init__(
        self,
        command: str,
        *,
        log: int | IO[bytes] = subprocess.DEVNULL,
        heard: Callable[[str, str], None] = lambda *_: None,
    ) -> None:
        self._command = command
        self._log = log
        self._heard = heard
        self._numbers = count(1)
        self._process: Process | None = None
        self.starts = 0
        self.hello = self._greet(self._start())

    def configure(self, settings: Settings) -> Applied:
        """Return what of the settings took effect."""
        row = self._ask_setting(lambda number: messages.configure(settings, number))
        applied = messages.applied(row)
        if missing := NEEDED - applied.applied:
            raise UnusableError(
                f"expected {', '.join(sorted(NEEDED))} to take effect, observed "
                f"{', '.join(sorted(missing))} missing from applied"
            )
        return applied

    def reset(self) -> None:
        """Make it forget every client."""
        self._ask_setting(messages.reset)

    def call(self, wanted: Call) -> Result:
        """Return what came of a call; a mishap is a result, too."""
        try:
            row = self._live().ask(
                messages.call(wanted, next(self._numbers)),
                kinds=frozenset({"result"}),
                within_s=wanted.deadline_ms / 1000 + GRACE_S,
            )
        except MishapError as mishap:
            self._process = None
            return Result(told=mishap.told, message=str(mishap))
        return messages.result(row)

    def refuses(self, kind: str) -> bool:
        """Return whether it refuses a kind of message that it cannot know."""
        message: Row = {"kind": kind, "id": next(self._numbers)}
        try:
            self._live().ask(
                message, kinds=frozenset({"refused"}), within_s=CONFIGURE_S_MAX
            )
        except MishapError:
            self._process = None
            return False
        return True

    def close(self) -> int | None:
        """End the driver, and return its status; None if it had to be killed."""
        process, self._process = self._process, None
        return process.shutdown() if process else None

    def _ask_setting(self, message: Callable[[int], Row]) -> Row:
        """Return the answer to a message that no SDK has a part in."""
        asked = message(next(self._numbers))
        try:
            return self._live().ask(
                asked, kinds=frozenset({"applied"}), within_s=CONFIGURE_S_MAX
            )
        except MishapError as mishap:
            self._process = None
            raise UnusableError(f"{asked['kind']}: {mishap.told}: {mishap}") from None

    def _live(self) -> Process:
        if self._process is None:
            self._greet(self._start())
        assert self._process is not None  # noqa: S101  just started
        return self._process

    def _start(self) -> Process:
        if self.starts > RESTARTS_MAX:
            raise ExhaustedError(f"the driver was restarted {RESTARTS_MAX} times")
        self.starts += 1
        return Process(self._command, log=self._log, heard=self._heard)

    def _greet(self, process: Process) -> Hello:
        try:
            row = process.ask(
                messages.greeting(), kinds=frozenset({"hello"}), within_s=START_S_MAX
            )
        except MishapError as mishap:
            raise UnusableError(f"hello: {mishap.told}: {mishap}") from None
        self._process = process
        return messages.hello(row)
