"""Laws of `conformance resume`: what was left waiting is judged with all the rest."""

import shutil
from pathlib import Path

from click.testing import CliRunner, Result

from conformance.cli import main
from conformance.ledger import Ledger
from conformance.record import read
from conformance.tests.commands.conftest import Served
from conformance.verdict import Exit, Outcome

WAITING = ["--select", "EXP-001", "--select", "EXP-003", "--select", "CRE-001"]


def run(served: Served, folder: Path, *options: str) -> Result:
    command = ["run", "--target", served.url, "--out", str(folder), *WAITING]
    return CliRunner().invoke(main, [*command, *options])


def resume(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["resume", str(folder), *options])


def outcomes(folder: Path, requirement: str) -> set[Outcome]:
    rulings = read(folder / "record.ndjson").rulings
    return {r.outcome for r in rulings if r.requirement == requirement}


def test_what_waits_is_registered_and_judged_when_resumed(
    served: Served, tmp_path: Path
) -> None:
    first = run(served, tmp_path, "--defer")
    assert first.exit_code == Exit.INCOMPLETE, first.output
    assert f"conformance resume {tmp_path}" in first.output
    assert outcomes(tmp_path, "EXP-001") == {Outcome.UNKNOWN}
    assert outcomes(tmp_path, "CRE-001") == {Outcome.PASS}
    before = read(tmp_path / "record.ndjson")
    assert before.exchanges[-1].ended_ms < 3000
    assert len(served.services()) > 0
    second = resume(tmp_path)
    assert second.exit_code == Exit.CONFORMANT, second.output
    assert outcomes(tmp_path, "EXP-001") == {Outcome.PASS}
    assert outcomes(tmp_path, "EXP-003") == {Outcome.PASS}
    after = read(tmp_path / "record.ndjson")
    count = len(before.exchanges)
    assert after.exchanges[:count] == before.exchanges
    numbers = [exchange.number for exchange in after.exchanges]
    assert len(set(numbers)) == len(numbers)
    assert after.exchanges[count].began_ms > before.exchanges[-1].ended_ms
    assert served.services() == []
    ledger = Ledger.of(tmp_path)
    assert ledger.outstanding() == ()
    ledger.close()


def test_a_run_is_resumed_once(served: Served, tmp_path: Path) -> None:
    run(served, tmp_path, "--defer")
    resume(tmp_path)
    again = resume(tmp_path)
    assert again.exit_code == Exit.USAGE
    assert "nothing of it is due later" in again.output


def test_what_was_cleaned_up_is_not_taken_for_lost(
    served: Served, tmp_path: Path
) -> None:
    run(served, tmp_path, "--defer")
    cleaned = CliRunner().invoke(main, ["cleanup", str(tmp_path)])
    assert cleaned.exit_code == Exit.CONFORMANT
    assert served.services() == []
    result = resume(tmp_path)
    assert result.exit_code == Exit.USAGE
    assert "what it registered has been cleaned up" in result.output


def test_the_credentials_of_another_account_are_refused(
    served: Served, tmp_path: Path
) -> None:
    run(served, tmp_path, "--defer")
    other = "AC" + "7" * 32
    result = resume(tmp_path, "--account-sid", other)
    assert result.exit_code == Exit.USAGE
    assert "the run acted for" in result.output


def test_a_folder_of_no_run_and_a_mock_that_ends_are_refused(tmp_path: Path) -> None:
    assert resume(tmp_path).exit_code == Exit.USAGE
    result = CliRunner().invoke(main, ["run", "--defer", "--out", str(tmp_path)])
    assert result.exit_code == Exit.USAGE
    assert "the embedded mock ends with its run" in result.output


def test_a_record_that_was_moved_is_still_resumed(
    served: Served, tmp_path: Path
) -> None:
    run(served, tmp_path / "a", "--defer")
    shutil.move(tmp_path / "a", tmp_path / "b")
    assert resume(tmp_path / "b").exit_code == Exit.CONFORMANT
