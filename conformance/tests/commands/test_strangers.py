"""Laws of `conformance run` against what is not the API: one line, never exit 0."""

import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from conformance.cli import main
from conformance.ledger import Ledger
from conformance.mock.app import ACCOUNT_SID, AUTH_TOKEN, create_app
from conformance.mock.server import serve_in_thread
from conformance.record import read
from conformance.targets import http
from conformance.tests.servers import alike, closed, files, silence

SERVICE = "KS" + "1" * 32
ENVIRONMENT = {
    "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
    "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
    "CONFORMANCE_TARGET": None,
}
GIVEN = ("--service-sid", SERVICE)


def run(url: str, folder: Path, *more: str) -> Result:
    return CliRunner(env=ENVIRONMENT).invoke(
        main, ["run", "--target", url, "--out", str(folder), *more]
    )


def outstanding(folder: Path) -> int:
    ledger = Ledger.of(folder)
    try:
        return len(ledger.outstanding())
    finally:
        ledger.close()


Strangers = dict[str, tuple[Callable[[], AbstractContextManager[str]], int, str]]
STRANGERS: Strangers = {
    "files": (partial(files, Path(__file__).parent), 3, "this is not the API"),
    "200 {}": (partial(alike, 200), 3, "this is not the API"),
    "200 []": (partial(alike, 200, b"[]"), 3, "this is not the API"),
    "200 page": (partial(alike, 200, b"<html>"), 3, "this is not the API"),
    "201 {}": (partial(alike, 201), 3, "this is not the API"),
    "404": (partial(alike, 404, b"no"), 3, "this is not the API"),
    "401": (partial(alike, 401), 2, "the target refuses these credentials (401)"),
    "500": (partial(alike, 500), 3, "the target does not let us list"),
    "nobody": (
        lambda: nullcontext(closed()),
        3,
        "the target cannot be reached: no answer (connection refused); is it running?",
    ),
}


@pytest.mark.parametrize(
    ("stranger", "way"),
    [
        *((stranger, ()) for stranger in STRANGERS),
        *((stranger, GIVEN) for stranger in STRANGERS),
        ("200 {}", ("--profile", "read-only")),
        ("200 {}", ("-n", "8")),
    ],
)
def test_a_stranger_ends_the_run_in_one_line(
    stranger: str, way: tuple[str, ...], tmp_path: Path
) -> None:
    server, code, line = STRANGERS[stranger]
    with server() as url:
        result = run(url, tmp_path, *way)
    assert result.exit_code == code
    assert result.stdout == ""
    assert result.stderr.startswith(f"Error: {url}: {line}")
    assert result.stderr.count("\n") == 1
    assert outstanding(tmp_path) == 0


def test_what_a_stranger_said_is_kept_and_reported(tmp_path: Path) -> None:
    with alike(200) as url:
        run(url, tmp_path)
    record = read(tmp_path / "record.ndjson")
    assert [one.status for one in record.exchanges] == [200]
    assert record.footer is not None
    assert record.footer.halted.startswith("this is not the API")
    summary = json.loads((tmp_path / "summary.json").read_text("utf-8"))
    assert (summary["verdict"], summary["exit"]) == ("incomplete", 3)
    suites = ET.parse(tmp_path / "junit.xml").getroot()  # noqa: S314  our own file
    assert int(suites.get("errors", "0")) > 100


def test_json_is_printed_also_when_nothing_could_begin(tmp_path: Path) -> None:
    result = run(closed(), tmp_path, "--json")
    assert result.exit_code == 3
    assert json.loads(result.stdout)["verdict"] == "incomplete"


def test_silence_is_waited_for_twice_and_no_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_s = 0.3
    limits = partial(http.Limits, answer_s=answer_s)
    monkeypatch.setattr(http, "Limits", limits)
    with silence() as url:
        began = time.monotonic()
        result = run(url, tmp_path)
        took_s = time.monotonic() - began
    assert result.exit_code == 3
    assert "the target cannot be reached: no answer (timeout)" in result.stderr
    assert len(read(tmp_path / "record.ndjson").exchanges) == 2
    assert took_s < 2 * answer_s + 5
    assert outstanding(tmp_path) == 0


def test_a_certificate_that_cannot_be_is_named(tmp_path: Path) -> None:
    with alike(200) as url:
        result = run(url.replace("http:", "https:"), tmp_path)
    assert result.exit_code == 3
    assert "no answer (tls failure); is its certificate trusted" in result.stderr


def test_wrong_credentials_and_an_unknown_service_are_the_callers(
    tmp_path: Path,
) -> None:
    app = create_app()
    try:
        with serve_in_thread(app) as url:
            wrong = run(url, tmp_path / "1", "--auth-token", "wrong")
            unknown = run(url, tmp_path / "2", "--service-sid", SERVICE)
    finally:
        app.close()
    assert (wrong.exit_code, unknown.exit_code) == (2, 2)
    assert "the target refuses these credentials (401)" in wrong.stderr
    assert f"the target knows no Service {SERVICE}" in unknown.stderr
