"""Laws of the command line: it ends in one line, whatever happens."""

import os
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from conformance import cli, launch
from conformance.catalogue import CatalogueError
from conformance.commands import explain
from conformance.exchange import Exchange
from conformance.record import Writer, read

SELECTED = ["run", "--select", "SID-003", "--profile", "quick"]


@pytest.mark.parametrize(
    ("raised", "code", "line"),
    [
        (LookupError("oops"), 4, "Error: our own error: LookupError: oops (test_cli"),
        (OSError(28, "no space"), 4, "Error: our own error: OSError: [Errno 28] no sp"),
        (KeyboardInterrupt(), 3, "Error: interrupted"),
        (click.ClickException("told"), 1, "Error: told"),
    ],
)
def test_what_a_command_raises_is_one_line(
    raised: BaseException, code: int, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise raised

    monkeypatch.setattr(explain, "library", fail)
    result = CliRunner().invoke(cli.main, ["explain", "SID-003"])
    assert result.exit_code == code
    assert result.stderr.startswith(line)
    assert result.stderr.count("\n") == 1


def test_a_defect_of_ours_half_way_leaves_record_and_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise LookupError("oops")

    monkeypatch.setattr(Writer, "judgement", fail)
    result = CliRunner().invoke(cli.main, [*SELECTED, "--out", str(tmp_path)])
    assert result.exit_code == 4
    assert result.stderr == (
        f"Error: our own error: LookupError: oops; what was recorded is in {tmp_path}\n"
    )
    record = read(tmp_path / "record.ndjson")
    assert record.exchanges
    assert record.footer is None
    assert "# Cut off: embedded mock" in (tmp_path / "report.md").read_text("utf-8")
    assert "LookupError: oops" in (tmp_path / "crash.txt").read_text("utf-8")


def test_an_interrupt_half_way_cleans_up_and_reports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = Writer.exchange

    def interrupted(writer: Writer, exchange: Exchange) -> None:
        written(writer, exchange)
        if exchange.number == 10:
            raise KeyboardInterrupt

    monkeypatch.setattr(Writer, "exchange", interrupted)
    result = CliRunner().invoke(cli.main, [*SELECTED, "--out", str(tmp_path)])
    assert result.exit_code == 3
    assert "ended early  interrupted" in result.stdout
    record = read(tmp_path / "record.ndjson")
    assert record.footer is not None
    assert record.footer.halted == "interrupted"
    assert record.footer.left_behind == ()
    assert record.exchanges[-1].probe.scene == "clean-up"


def test_an_interrupt_while_it_is_judged_is_reported_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Writer, "judgement", interrupted)
    result = CliRunner().invoke(cli.main, [*SELECTED, "--out", str(tmp_path)])
    assert (result.exit_code, result.stderr) == (3, "Error: interrupted\n")
    assert (tmp_path / "report.html").is_file()


def test_a_broken_row_of_the_catalogue_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise CatalogueError("identifiers.toml: SID-001: source is missing")

    monkeypatch.setattr(launch, "library", broken)
    result = CliRunner().invoke(cli.main, [*SELECTED, "--out", str(tmp_path)])
    assert result.exit_code == 2
    assert result.stderr == "Error: identifiers.toml: SID-001: source is missing\n"


def test_nothing_is_kept_in_the_folder_one_is_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HYPOTHESIS_STORAGE_DIRECTORY", "")
    monkeypatch.delenv("HYPOTHESIS_STORAGE_DIRECTORY")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert CliRunner().invoke(cli.main, ["list"]).exit_code == 0
    kept = Path(os.environ["HYPOTHESIS_STORAGE_DIRECTORY"])
    assert kept.is_absolute()
    assert not kept.is_relative_to(Path.cwd())
