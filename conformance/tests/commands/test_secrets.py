"""The law of secrets: a planted token turns up nowhere, whatever goes wrong."""

import base64
import gzip
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from click.testing import CliRunner

from conformance.cli import main
from conformance.ledger import FILE, About, Ledger
from conformance.mock.app import create_app
from conformance.mock.server import serve_in_thread
from conformance.run import Conductor
from conformance.tests.planted import ACCOUNT, TOKEN, forms, search
from conformance.verdict import Exit

SERVICE = "KS" + "1" * 32
CREDENTIALS = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN}


class Echo(BaseHTTPRequestHandler):
    """Answers everything with what it was told, spelled in every way."""

    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        told = self.headers.get("Authorization") or ""
        pair = base64.b64decode(told.partition(" ")[2] + "==").decode(
            "utf-8", "replace"
        )
        token = pair.partition(":")[2]
        shown = {
            "sid": SERVICE,
            "unique_name": token,
            "code": 20001,
            "message": f"{told} is {pair}, that is {quote(pair)}",
            "more_info": f"http://elsewhere.test/?token={quote_plus(token)}",
            "status": 400,
            "url": f"http://{pair}@elsewhere.test/{quote(token, safe='')}",
            "data": base64.b64encode(token.encode()).decode(),
            "sessions": [{"sid": f"KC{token}", "unique_name": pair}],
            "services": [],
            "meta": {"key": "sessions", "next_page_url": f"/?PageToken={quote(told)}"},
        }
        fails = self.path.count("/") > 5
        body = json.dumps(shown, ensure_ascii=fails).encode()
        self.send_response(400 if fails else 201)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Told", told)
        self.send_header("X-Token", quote(token))
        self.send_header("Set-Cookie", f"token={quote(token)}")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Take every method."""
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401  the library's
        """Say nothing."""


@contextmanager
def echo() -> Generator[str]:
    """Serve what echoes."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def mock(latency_ms: float = 0) -> Generator[str]:
    """Serve a mock that knows the planted token."""
    app = create_app(account_sid=ACCOUNT, auth_token=TOKEN, latency_ms=latency_ms)
    with closing(app), serve_in_thread(app) as url:
        yield url


class Said:
    """What commands said, all of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.texts: list[str] = []

    def invoke(self, *arguments: str) -> int:
        """Run a command in this process and return its exit."""
        result = CliRunner().invoke(main, [*arguments], env=CREDENTIALS)
        self.texts += [result.output, repr(result.exception)]
        return result.exit_code

    def run(self, target: str, *options: str) -> int:
        """Run against a target into a folder of its own."""
        out = self.folder / f"run{len(self.texts)}"
        return self.invoke("run", "--target", target, "--out", str(out), *options)

    def clean(self) -> None:
        """Assert that the secret is nowhere."""
        seen = search(self.folder, self.texts)
        assert seen.hits == ()
        assert seen.artefacts > 0
        assert seen.bytes > 0


@pytest.fixture
def said(tmp_path: Path) -> Said:
    return Said(tmp_path)


@pytest.mark.parametrize("form", forms())
def test_the_search_finds_each_form_however_it_is_packed(
    form: str, tmp_path: Path
) -> None:
    secret = forms()[form]
    packed = base64.b64encode(gzip.compress(b"x" * 40 + secret))
    (tmp_path / "plain").write_bytes(b"before " + secret + b" after")
    (tmp_path / "packed").write_bytes(b'{"chunk": "' + packed + b'"}')
    hits = {hit.partition(":")[0] for hit in search(tmp_path, []).hits}
    assert hits == {"plain", "packed"}


def test_a_run_that_goes_well_tells_nothing(said: Said) -> None:
    with mock() as url:
        assert said.run(url, "--profile", "quick") == Exit.CONFORMANT
    said.clean()


@pytest.mark.parametrize("profile", ["quick", "read-only"])
def test_a_target_that_tells_all_it_was_told_is_not_repeated(
    said: Said, profile: str
) -> None:
    with echo() as url:
        given = ("--service-sid", SERVICE)
        assert said.run(url, "--profile", profile, *given) != Exit.CONFORMANT
    said.clean()


def test_a_target_out_of_reach_tells_nothing(said: Said) -> None:
    with mock() as url:
        said.run(url.replace("http:", "https:"))
        said.run(f"{url}/elsewhere")
    assert said.run(url) == Exit.INCOMPLETE
    assert said.run("http://nowhere.invalid") == Exit.INCOMPLETE
    said.clean()


def test_a_defect_of_ours_tells_nothing(
    said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_: Conductor) -> None:
        raise RuntimeError(f"{TOKEN} {quote(TOKEN)} {CREDENTIALS!r}")

    monkeypatch.setattr(Conductor, "run", crash)
    with mock() as url:
        assert said.run(url) == Exit.OUR_ERROR
    assert list(said.folder.rglob("crash.txt"))
    said.clean()


@pytest.mark.parametrize(
    "options",
    [
        ["--profile", "nope"],
        ["--select", "NO-1"],
        ["--service-sid", "KS1"],
        ["--waivers", "missing.toml"],
        ["--pin", "missing.json"],
        ["--config", "missing.toml"],
        ["--profile", "quick", "--max-requests", "1"],
        ["--account-sid", "AC1"],
        ["--target", f"http://{ACCOUNT}:{quote(TOKEN, safe='')}@host.test"],
        ["--target", f"ftp://{ACCOUNT}:{TOKEN}@host.test"],
        ["--target", f"{ACCOUNT}:{TOKEN}@host.test"],
        ["--credentials", "missing.env"],
    ],
)
def test_what_the_caller_got_wrong_tells_nothing(
    said: Said, options: list[str]
) -> None:
    with mock() as url:
        assert said.run(url, *options) == Exit.USAGE
    said.clean()


def test_a_token_on_the_command_line_works_and_warns(said: Said) -> None:
    with mock() as url:
        code = said.run(url, "--profile", "quick", "--auth-token", TOKEN)
    assert code == Exit.CONFORMANT
    assert "warning: --auth-token shows in the process list" in said.texts[0]
    said.clean()


def test_a_file_may_hold_the_credentials(
    said: Said, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("kept") / "credentials"
    path.write_text(
        f"# kept\nexport TWILIO_ACCOUNT_SID={ACCOUNT}\nTWILIO_AUTH_TOKEN='{TOKEN}'\n"
    )
    path.chmod(0o600)
    with mock() as url:
        command = ["run", "--target", url, "--profile", "quick"]
        command += ["--credentials", str(path), "--out", str(said.folder / "x")]
        wrong = {"TWILIO_ACCOUNT_SID": "", "TWILIO_AUTH_TOKEN": "another"}
        result = CliRunner().invoke(main, command, env=wrong)
    said.texts.append(result.output)
    assert result.exit_code == Exit.CONFORMANT, result.output
    assert "warning" not in result.output
    said.clean()


def test_a_file_that_is_no_file_of_credentials_is_not_shown(
    said: Said, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("kept") / "credentials"
    path.write_text(f"{TOKEN}\n", "utf-8")
    path.chmod(0o644)
    with mock() as url:
        assert said.run(url, "--credentials", str(path)) == Exit.USAGE
    assert "can be read by others" in said.texts[0]
    assert f"{path}:1: expected TWILIO_ACCOUNT_SID=…" in said.texts[0]
    said.clean()


def test_cleaning_up_and_planning_tell_nothing(said: Said) -> None:
    with mock() as url:
        about = About(tag="conf-1", target=url, account_sid=ACCOUNT)
        with closing(Ledger(about, said.folder / FILE)) as ledger:
            ledger.found("Service", "/v1/Services", SERVICE, ours=True)
        assert said.invoke("cleanup", str(said.folder)) == Exit.CONFORMANT
        plan = ["plan", "--target", url, "--profile", "quick"]
        assert said.invoke(*plan) == Exit.CONFORMANT
    said.clean()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_interrupted_tells_nothing_and_starts_nobody(
    said: Said, number: signal.Signals
) -> None:
    out = said.folder / "interrupted"
    command = [sys.executable, "-m", "conformance.cli", "run", "--out", str(out)]
    with (
        mock(latency_ms=5) as url,
        subprocess.Popen(  # noqa: S603  our own interpreter
            [*command, "--target", url],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | CREDENTIALS,
        ) as run,
    ):
        patience = time.monotonic() + 20
        record = out / "record.ndjson"
        while time.monotonic() < patience and (
            not record.exists() or record.stat().st_size < 50_000
        ):
            time.sleep(0.02)
        said.texts += _command_lines(run.pid)
        run.send_signal(number)
        output, _ = run.communicate(timeout=30)
    said.texts.append(output)
    assert run.returncode == Exit.INCOMPLETE, output
    assert "interrupted" in output
    said.clean()


def _command_lines(pid: int) -> list[str]:
    """Return the command line of a process and of those that it started."""
    proc = Path("/proc")
    if not proc.is_dir():
        pytest.skip("needs /proc")
    tasks = proc / str(pid) / "task"
    children = [
        child
        for task in tasks.iterdir()
        for child in (task / "children").read_text().split()
    ]
    assert children == []
    return [(proc / str(pid) / "cmdline").read_bytes().decode("utf-8", "replace")]
