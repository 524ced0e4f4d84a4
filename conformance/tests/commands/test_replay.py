"""Laws of `conformance replay`: the line that a report prints works as printed."""

import json
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from conformance.cli import main
from conformance.mock.app import ACCOUNT_SID, AUTH_TOKEN, create_app
from conformance.mock.faults import FAULTS
from conformance.mock.registry import changed
from conformance.mock.rules import Rules
from conformance.mock.server import serve_in_thread

CREDENTIALS = ("--account-sid", ACCOUNT_SID, "--auth-token", AUTH_TOKEN)


@pytest.fixture(name="faulty")
def _faulty() -> Iterator[str]:
    rules = changed(Rules(), ["ttl-a-text"], dict(FAULTS), kind="fault")
    app = create_app(rules=rules)
    with serve_in_thread(app) as url:
        yield url
    app.close()


@pytest.fixture(name="here", autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("CONFORMANCE_TARGET", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"):
        monkeypatch.delenv(name, raising=False)


def asked(*arguments: str | Path, **env: str) -> Result:
    return CliRunner(env=env).invoke(main, [str(one) for one in arguments])


def run(url: str, folder: str) -> Result:
    where = ("--target", url, *CREDENTIALS, "--out", folder)
    return asked("run", *where, "--select", "PROP-007")


def test_the_line_that_is_printed_works_as_it_is(faulty: str, tmp_path: Path) -> None:
    shown = run(faulty, "a folder").output
    line = next(one for one in shown.splitlines() if "conformance replay" in one)
    program, *arguments = shlex.split(line.strip())
    assert program == "conformance"
    env = {"TWILIO_ACCOUNT_SID": ACCOUNT_SID, "TWILIO_AUTH_TOKEN": AUTH_TOKEN}
    result = asked(*arguments, **env)
    assert result.exit_code == 1
    assert "PROP-007/CreateSession/1: still failing" in result.output
    assert AUTH_TOKEN not in result.output.replace(ACCOUNT_SID, "")
    assert not list(tmp_path.glob("reports/replay-*"))


def test_another_target_may_have_it_fixed(faulty: str) -> None:
    run(faulty, "broken")
    app = create_app()
    with serve_in_thread(app) as url:
        result = asked(
            *("replay", "broken", "PROP-007", "--target", url, *CREDENTIALS),
            "--json",
        )
    app.close()
    document = json.loads(result.stdout)
    assert result.exit_code == document["exit"] == 0
    assert document["fate"] == "fixed"
    assert document["left_behind"] == []
    assert document["exchanges"][0]["method"] == "POST"


def test_the_script_is_printed_and_nothing_sent(faulty: str, tmp_path: Path) -> None:
    run(faulty, "broken")
    result = asked("replay", "broken", "PROP-007", "--curl")
    assert result.exit_code == 0
    script = tmp_path / "script.sh"
    script.write_text(result.output)
    bash = subprocess.run(  # noqa: S603  a script of ours
        ["bash", "-n", str(script)],  # noqa: S607  found on the path
        capture_output=True,
        check=False,
    )
    assert bash.returncode == 0
    assert "curl -sS" in result.output
    assert not list(tmp_path.glob("reports/replay-*"))


def test_a_target_without_credentials_is_one_clear_line(faulty: str) -> None:
    run(faulty, "broken")
    result = asked("replay", "broken", "PROP-007")
    assert result.exit_code == 2
    assert result.output == ("Error: credentials are missing: set TWILIO_ACCOUNT_SID\n")


def test_what_is_not_found_is_one_clear_line(faulty: str) -> None:
    run(faulty, "broken")
    result = asked("replay", "broken", "SID-001", *CREDENTIALS)
    assert result.exit_code == 2
    assert "no finding 'SID-001' in the record; it has PROP-007/" in result.output
