"""Laws of runs that end badly: one clear line, and nothing is forgotten."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from conformance.mock.app import ACCOUNT_SID, AUTH_TOKEN
from conformance.tests.kills import Victim, victim
from conformance.verdict import Exit

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="limits and signals differ"
)

_WITHIN = """
import resource, runpy, sys
room = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
runpy.run_module("conformance.cli", run_name="__main__", alter_sys=True)
"""
_ENVIRONMENT = os.environ | {
    "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
    "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="module")
def mock() -> Iterator[Victim]:
    with victim(latency_ms=20) as one:
        yield one


def command(*arguments: object, room: int = 10**9) -> Ended:
    """Run a command that can write no file with more bytes than there is room for."""
    ended = subprocess.run(  # noqa: S603  our own interpreter
        [sys.executable, "-c", _WITHIN, str(room), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env=_ENVIRONMENT,
    )
    return Ended(code=ended.returncode, out=ended.stdout, err=ended.stderr)


def signalled(mock: Victim, out: Path, numbers: Sequence[signal.Signals]) -> Ended:
    """Run until much is recorded, and send signals, each into the work of the last."""
    options = "--target", mock.url, "--profile", "quick", "-n", "4", "--out", str(out)
    with subprocess.Popen(  # noqa: S603  our own interpreter
        [sys.executable, "-m", "conformance.cli", "run", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=_ENVIRONMENT,
    ) as run:
        record, patience = out / "record.ndjson", time.monotonic() + 30
        while time.monotonic() < patience and (
            not record.exists() or record.stat().st_size < 50_000
        ):
            time.sleep(0.01)
        for number in numbers:
            run.send_signal(number)
            time.sleep(0.15)
        said, complained = run.communicate(timeout=60)
    return Ended(code=run.returncode, out=said, err=complained)


def test_a_run_without_room_for_its_ledger_does_not_begin(
    mock: Victim, tmp_path: Path
) -> None:
    ended = command("run", "--target", mock.url, "--out", tmp_path, room=30_000)
    assert ended.code == Exit.USAGE
    assert ended.err.startswith(f"Error: cannot open {tmp_path / 'ledger.db'}: ")
    assert ended.err.count("\n") == 1
    assert mock.there("/v1/Services") == set()


def test_a_run_without_room_for_its_record_ends_and_removes_what_it_made(
    mock: Victim, tmp_path: Path
) -> None:
    options = "--target", mock.url, "--profile", "quick", "-n", "4"
    ended = command("run", *options, "--out", tmp_path, room=120_000)
    assert ended.code == Exit.INCOMPLETE, ended.err
    record = tmp_path / "record.ndjson"
    assert ended.err == f"Error: cannot write {record}: File too large\n"
    assert mock.there("/v1/Services") == set()
    # The ledger could not be told that all is gone; whoever looks finds out.
    assert command("cleanup", tmp_path).code == Exit.CONFORMANT


def test_a_record_may_have_room_where_its_report_has_none(
    mock: Victim, tmp_path: Path
) -> None:
    options = "--target", mock.url, "--select", "SID-003", "--profile", "quick"
    whole = command("run", *options, "--out", tmp_path / "whole")
    assert whole.code == Exit.CONFORMANT, whole.err
    sizes = {path.name: path.stat().st_size for path in (tmp_path / "whole").iterdir()}
    room = (sizes["record.ndjson"] + sizes["report.html"]) // 2
    ended = command("run", *options, "--out", tmp_path / "part", room=room)
    assert ended.code == Exit.INCOMPLETE
    later = f"`conformance report {tmp_path / 'part'}` does it later"
    why = "Error: cannot write the report: File too large"
    assert ended.err == f"{why}; {later}\n"
    written = command("report", tmp_path / "part")
    assert written.code == Exit.CONFORMANT, written.err
    assert (tmp_path / "part" / "report.html").stat().st_size > room


def test_a_folder_that_cannot_be_written_sends_nothing(
    mock: Victim, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.touch()
    ended = command("run", "--target", mock.url, "--out", file / "run")
    assert ended.code == Exit.USAGE
    assert ended.err.startswith(f"Error: cannot write {file / 'run'}")
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_removes_what_it_made(
    mock: Victim, tmp_path: Path, number: signal.Signals
) -> None:
    ended = signalled(mock, tmp_path, [number])
    assert ended.code == Exit.INCOMPLETE, ended.err
    assert ended.err == (
        "ending; once more leaves what was created to `conformance cleanup`\n"
    )
    assert "interrupted" in ended.out
    assert mock.there("/v1/Services") == set()


@pytest.mark.parametrize("again", [signal.SIGINT, signal.SIGTERM])
def test_a_second_interrupt_leaves_it_to_clean_up_and_says_so(
    mock: Victim, tmp_path: Path, again: signal.Signals
) -> None:
    ended = signalled(mock, tmp_path, [signal.SIGINT, again])
    assert ended.code == Exit.LEFT_BEHIND, ended.err
    assert f"conformance cleanup {tmp_path}" in ended.out
    assert mock.there("/v1/Services") != set()
    assert command("cleanup", tmp_path).code == Exit.CONFORMANT
    assert mock.there("/v1/Services") == set()


def test_a_third_interrupt_ends_the_report_too_and_forgets_nothing(
    mock: Victim, tmp_path: Path
) -> None:
    ended = signalled(mock, tmp_path, [signal.SIGINT] * 3)
    assert ended.code == Exit.LEFT_BEHIND, (ended.out, ended.err)
    assert f"conformance cleanup {tmp_path}" in ended.out + ended.err
    assert "Traceback" not in ended.err
    assert command("cleanup", tmp_path).code == Exit.CONFORMANT
    assert mock.there("/v1/Services") == set()
