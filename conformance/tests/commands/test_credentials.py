"""Laws of credentials that are kept in a keyring or typed at a prompt."""

import os
import select
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import keyring
import pytest
from click.testing import CliRunner, Result
from keyring.backend import KeyringBackend

from conformance.cli import main
from conformance.mock.app import ACCOUNT_SID, AUTH_TOKEN
from conformance.tests.commands.conftest import Served

ENTRY = "session-conformance"
PROMPT_S_MAX = 60.0
_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, "-m", "conformance.cli", *sys.argv[1:]])
"""


class Kept(KeyringBackend):
    """A keyring that holds what a test puts into it, or cannot be opened."""

    priority = 1  # pyright: ignore[reportAssignmentType]  # as backends say it

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # it has no types
        self.entries: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise RuntimeError(f"locked: {self.entries}")
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service, username]


@pytest.fixture
def kept() -> Iterator[Kept]:
    before, ours = keyring.get_keyring(), Kept()
    keyring.set_keyring(ours)
    yield ours
    keyring.set_keyring(before)


def run(served: Served, folder: Path, token: str | None, *more: str) -> Result:
    command = ["run", "--target", served.url, "--select", "SID-003"]
    runner = CliRunner(env={"TWILIO_AUTH_TOKEN": token})
    return runner.invoke(main, [*command, "--out", str(folder), *more])


def test_the_keyring_comes_before_the_environment(
    served: Served, kept: Kept, tmp_path: Path
) -> None:
    kept.set_password(ENTRY, ACCOUNT_SID, AUTH_TOKEN)
    result = run(served, tmp_path, "wrong", "--keyring")
    assert result.exit_code == 0, result.output


def test_a_token_on_the_command_line_comes_before_the_keyring(
    served: Served, kept: Kept, tmp_path: Path
) -> None:
    kept.set_password(ENTRY, ACCOUNT_SID, "wrong")
    result = run(served, tmp_path, None, "--keyring", "--auth-token", AUTH_TOKEN)
    assert result.exit_code == 0, result.output
    assert "warning: --auth-token shows in the process list" in result.stderr


@pytest.mark.parametrize("command", ["resume", "cleanup"])
def test_the_keyring_serves_what_comes_after_a_run(
    served: Served, kept: Kept, tmp_path: Path, command: str
) -> None:
    kept.set_password(ENTRY, ACCOUNT_SID, AUTH_TOKEN)
    deferred = run(
        *(served, tmp_path, None, "--keyring", "--select", "EXP-001", "--defer")
    )
    assert served.services() != []
    runner = CliRunner(env={"TWILIO_AUTH_TOKEN": None})
    result = runner.invoke(main, [command, str(tmp_path), "--keyring"])
    assert deferred.exit_code == 3, deferred.output
    assert result.exit_code == 0, result.output
    assert served.services() == []


def test_an_account_without_an_entry_is_told_how_to_make_one(
    served: Served, kept: Kept, tmp_path: Path
) -> None:
    kept.set_password("another", ACCOUNT_SID, AUTH_TOKEN)
    result = run(served, tmp_path / "run", AUTH_TOKEN, "--keyring")
    assert result.exit_code == 2
    assert f"keyring set {ENTRY} {ACCOUNT_SID}" in result.stderr
    assert not (tmp_path / "run").exists()


def test_a_keyring_that_cannot_be_read_tells_its_kind_and_nothing_else(
    served: Served, kept: Kept, tmp_path: Path
) -> None:
    kept.set_password(ENTRY, ACCOUNT_SID, AUTH_TOKEN)
    kept.locked = True
    result = run(served, tmp_path / "run", None, "--keyring")
    assert result.exit_code == 2
    assert (
        result.stderr == "Error: --keyring: the keyring cannot be read (RuntimeError)\n"
    )


def test_without_the_extra_its_name_is_told(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    result = run(served, tmp_path / "run", None, "--keyring")
    assert result.exit_code == 2
    assert "pip install 'session-conformance[keyring]'" in result.stderr


def test_the_keyring_has_to_know_whose_token(
    served: Served, kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.set_password(ENTRY, ACCOUNT_SID, AUTH_TOKEN)
    monkeypatch.delenv("TWILIO_ACCOUNT_SID")
    result = run(served, tmp_path / "run", None, "--keyring")
    assert result.exit_code == 2
    assert "--keyring: which account? set TWILIO_ACCOUNT_SID" in result.stderr


class Terminal:
    """A command at a terminal of its own, and what stands on it."""

    def __init__(self, process: subprocess.Popen[bytes], screen: int) -> None:
        self._process = process
        self._screen = screen
        self.shown = ""

    def until(self, text: str) -> None:
        """Read until a text is shown, or nothing more comes."""
        until = time.monotonic() + PROMPT_S_MAX
        while text not in self.shown and time.monotonic() < until:
            ready, _, _ = select.select([self._screen], [], [], 0.1)
            if not ready and self._process.poll() is not None:
                return
            try:
                self.shown += os.read(self._screen, 65536).decode() if ready else ""
            except OSError:  # nobody holds the other end any more
                return

    def type(self, keys: str) -> None:
        """Type some keys."""
        os.write(self._screen, keys.encode())

    def end(self) -> int:
        """Read what comes to the end, and return the exit."""
        self.until("\0")
        return self._process.wait(PROMPT_S_MAX)


@contextmanager
def terminal(*arguments: object) -> Generator[Terminal]:
    """Run a command at a terminal, with an account and no token."""
    screen, behind = os.openpty()
    environment = {k: v for k, v in os.environ.items() if k != "TWILIO_AUTH_TOKEN"}
    try:
        with subprocess.Popen(  # noqa: S603  our own interpreter
            [sys.executable, "-c", _TERMINAL, *map(str, arguments)],
            stdin=behind,
            stdout=behind,
            stderr=behind,
            env=environment | {"TWILIO_ACCOUNT_SID": ACCOUNT_SID},
            start_new_session=True,
        ) as process:
            os.close(behind)
            try:
                yield Terminal(process, screen)
            finally:
                process.kill()
    finally:
        os.close(screen)


at_a_terminal = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="terminals differ"
)


@at_a_terminal
def test_a_token_is_asked_for_at_a_terminal_and_never_shown(
    served: Served, tmp_path: Path
) -> None:
    options = "--target", served.url, "--select", "SID-003", "--out", tmp_path
    with terminal("run", *options) as one:
        one.until("auth token: ")
        one.type(f"{AUTH_TOKEN}\n")
        code = one.end()
    assert code == 0, one.shown
    assert "auth token: " in one.shown
    assert AUTH_TOKEN not in one.shown


@at_a_terminal
@pytest.mark.parametrize("keys", ["\x03", "\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_a_prompt_that_is_not_answered_ends_in_one_line(
    served: Served, tmp_path: Path, keys: str
) -> None:
    out = tmp_path / "run"
    with terminal("run", "--target", served.url, "--out", out) as one:
        one.until("auth token: ")
        one.type(keys)
        code = one.end()
    assert code == 3
    assert one.shown.endswith("Error: interrupted\r\n")
    assert "Traceback" not in one.shown
    assert not out.exists()


@at_a_terminal
def test_nobody_is_asked_for_what_the_embedded_mock_does_not_want(
    tmp_path: Path,
) -> None:
    with terminal("run", "--select", "SID-003", "--out", tmp_path) as one:
        code = one.end()
    assert code == 0, one.shown
    assert "auth token" not in one.shown


def test_where_nobody_can_answer_nobody_is_asked(
    served: Served, tmp_path: Path
) -> None:
    result = run(served, tmp_path / "run", None)
    assert result.exit_code == 2
    assert "credentials are missing: set TWILIO_AUTH_TOKEN" in result.stderr
