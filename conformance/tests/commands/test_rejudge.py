"""Laws of `conformance rejudge`: what it prints, writes and exits with."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from conformance.cli import main
from conformance.hindsight import judged_anew
from conformance.library import library
from conformance.record import Record, read, write
from conformance.tests.test_hindsight import PLAIN, lived, spoilt


def rejudge(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["rejudge", *map(str, arguments)])


def test_a_record_of_this_suite_is_judged_as_it_says(tmp_path: Path) -> None:
    write(tmp_path / "record.ndjson", lived())
    result = rejudge(tmp_path)
    assert result.exit_code == 3
    assert f"All {len(lived().rulings)} rulings are as the record has" in result.output


def test_a_difference_is_printed_with_what_was_said_then_and_now(
    tmp_path: Path,
) -> None:
    path = tmp_path / "r.ndjson"
    write(path, spoilt())
    result = rejudge(path)
    assert result.exit_code == 1
    assert "HTTP-011[FetchSession]" in result.output
    assert "rulings differ" in result.output


def test_the_differences_are_in_the_json_too(tmp_path: Path) -> None:
    path = tmp_path / "r.ndjson"
    write(path, spoilt())
    result = rejudge(path, "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == document["exit"] == 1
    assert document["rejudged"]["exit"] == 3
    found = {
        (one["requirement"], one["operation"]): (one["before"], one["after"])
        for one in document["rejudged"]["differences"]
    }
    assert found["HTTP-011", "FetchSession"] == ("pass", "fail: not JSON")


def test_a_killed_run_has_nothing_to_compare_with_and_is_judged(
    tmp_path: Path,
) -> None:
    path = tmp_path / "r.ndjson"
    write(path, Record(header=PLAIN, exchanges=lived().exchanges))
    path.write_text(path.read_text()[:-40])
    result = rejudge(path)
    assert result.exit_code == 3
    assert "holds no verdicts of its own" in result.output
    assert json.loads(rejudge(path, "--json").stdout)["rejudged"]["judged"] is False


def test_the_new_verdicts_can_be_kept_as_a_record(tmp_path: Path) -> None:
    path, out = tmp_path / "r.ndjson", tmp_path / "new.ndjson"
    write(path, spoilt())
    rejudge(path, "--out", out)
    assert read(out) == judged_anew(spoilt(), library())


def test_the_record_itself_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "r.ndjson"
    write(path, lived())
    before = path.read_bytes()
    result = rejudge(path, "--out", tmp_path / "." / "r.ndjson")
    assert result.exit_code == 2
    assert "is the record itself" in result.output
    assert path.read_bytes() == before


def test_what_is_no_record_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "r.ndjson"
    path.write_text("{}")
    result = rejudge(path)
    assert result.exit_code == 2
    assert result.output.startswith("Error: ")
    assert len(result.output.splitlines()) == 1
