"""Laws of `conformance run`: what it prints, what it leaves, how it exits."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator  # noqa: TID251  a second opinion

from conformance.cli import main
from conformance.data import data_path
from conformance.ledger import Ledger
from conformance.record import read

ACCOUNT = "AC" + "0" * 32
FILES = {
    "badge.json",
    "badge.svg",
    "ctrf.json",
    "junit.xml",
    "ledger.db",
    "record.ndjson",
    "report.html",
    "report.md",
    "summary.json",
}


def run(*arguments: str | Path) -> Result:
    """Return what the command came to, as somebody without an environment sees it."""
    names = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "CONFORMANCE_TARGET")
    return CliRunner(env=dict.fromkeys(names)).invoke(
        main, ["run", *map(str, arguments)]
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what a run of one requirement left behind."""
    folder = tmp_path_factory.mktemp("run") / "deep" / "out"
    result = run("--select", "sid-003", "--profile", "quick", "--out", folder)
    assert result.exit_code == 0, result.output
    return folder


def test_every_form_of_the_report_is_in_the_folder(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == FILES


def test_the_record_is_whole_and_as_its_schema_says(folder: Path) -> None:
    record = read(folder / "record.ndjson")
    assert record.header.select == ("SID-003",)
    assert record.exchanges
    assert record.tallies
    assert record.footer is not None
    assert record.footer.requests == len(record.exchanges)
    schema = json.loads(data_path("specs", "record.schema.json").read_text("utf-8"))
    validator = Draft202012Validator(schema)
    for line in (folder / "record.ndjson").read_text("ascii").splitlines():
        validator.validate(json.loads(line))


def test_the_ledger_knows_that_all_is_gone(folder: Path) -> None:
    ledger = Ledger.of(folder)
    try:
        assert ledger.about.target == ""
        assert ledger.entries()
        assert ledger.outstanding() == ()
    finally:
        ledger.close()


def test_a_selection_leaves_all_else_skipped(folder: Path) -> None:
    cases = ET.parse(folder / "junit.xml").getroot().findall(".//testcase")  # noqa: S314  our own file
    judged = [c.get("name", "") for c in cases if c.find("skipped") is None]
    assert judged
    assert all(name.startswith("SID-003[") for name in judged)


def test_json_is_all_there_is_on_standard_output(tmp_path: Path) -> None:
    result = run(
        "--select", "AUTH-001", "--profile", "quick", "--json", "--out", tmp_path
    )
    summary = json.loads(result.stdout)
    assert summary["verdict"] == "conformant"
    assert summary["requirements"]["AUTH-001"]["state"] == "held"
    assert result.stdout.strip() == (tmp_path / "summary.json").read_text("utf-8")
    assert result.stderr == ""


def test_without_out_the_report_goes_to_a_folder_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert run("--select", "SID-003", "--profile", "quick").exit_code == 0
    runs = sorted((tmp_path / "reports").iterdir())
    assert len(runs) == 2
    assert all((path / "report.html").is_file() for path in runs)


def test_a_folder_may_be_used_again_once_all_in_its_ledger_is_gone(
    folder: Path,
) -> None:
    before = read(folder / "record.ndjson").header.tag
    result = run("--select", "SID-003", "--profile", "quick", "--out", folder)
    assert result.exit_code == 0
    assert read(folder / "record.ndjson").header.tag != before


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--profile", "quik"], "no profile 'quik'; did you mean 'quick'?"),
        (["--select", "SID-03"], "no requirement 'SID-03'; did you mean"),
        (["--service-sid", "KS1"], "--service-sid: expected KS and 32 hex digits"),
        (["--target", "ftp://127.0.0.1"], "--target: expected an http or https URL"),
        (["--target", "http://u:p@127.0.0.1"], "--target: put no credentials into"),
        (["--target", "http://127.0.0.1"], "credentials are missing: set TWILIO_ACC"),
        (
            ["--target", "http://127.0.0.1", "--account-sid", ACCOUNT],
            "credentials are missing: set TWILIO_AUTH_TOKEN",
        ),
        (
            ["--target", "http://127.0.0.1", "--account-sid", "AC12"],
            "--account-sid: expected AC and 32 hex digits, observed 'AC12'",
        ),
    ],
)
def test_what_the_caller_got_wrong_is_one_line_and_exit_2(
    arguments: list[str], line: str, tmp_path: Path
) -> None:
    result = run(*arguments, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(f"Error: {line}")
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_an_output_folder_that_cannot_be_written_is_one_line_and_exit_2(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").touch()
    result = run("--out", tmp_path / "file")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: cannot write ")
    assert result.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]
