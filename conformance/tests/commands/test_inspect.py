"""Laws of `conformance inspect`: what it prints, writes and exits with."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from conformance.cli import main
from conformance.data import data_path
from conformance.record import read, write
from conformance.tests.test_hindsight import lived

HAR = data_path("fixtures", "har")
TOKEN = "0" * 31 + "1"


def inspect(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["inspect", *map(str, arguments)])


def test_lawful_traffic_decides_only_some() -> None:
    result = inspect(HAR / "chromium.har")
    assert result.exit_code == 3
    assert "base http://127.0.0.1:4700, account AC0000" in result.output
    assert "unknown, insufficient evidence: " in result.output


def test_a_fault_in_one_answer_is_a_failure() -> None:
    result = inspect(HAR / "chromium-ttl-a-text.har", "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == document["exit"] == 1
    assert {one["requirement"] for one in document["findings"]} == {"PROP-007"}
    assert document["inspected"] == {"profile": "traffic", "aside": {}}


def test_traffic_that_is_complete_is_held_to_what_it_read_before() -> None:
    assert inspect(HAR / "mitmproxy-old-ttl.har").exit_code == 3
    result = inspect(HAR / "mitmproxy-old-ttl.har", "--complete")
    assert result.exit_code == 1
    assert "CON-001" in result.output


def test_traffic_with_gaps_is_not_complete(tmp_path: Path) -> None:
    document = json.loads((HAR / "chromium.har").read_text("utf-8"))
    del document["log"]["entries"][1]["response"]["content"]["text"]
    path = tmp_path / "gap.har"
    path.write_text(json.dumps(document))
    assert "left aside: 1 requests, its answer was not rec" in inspect(path).output
    result = inspect(path, "--complete")
    assert result.exit_code == 2
    assert "of some requests its answer was not recorded" in result.output


def test_the_record_of_it_says_the_same_and_holds_no_credentials(
    tmp_path: Path,
) -> None:
    out = tmp_path / "out.ndjson"
    inspect(HAR / "chromium-ttl-a-text.har", "--out", out)
    text = out.read_text().replace(f"AC{TOKEN}", "")
    assert TOKEN not in text
    assert "QUMw" not in text
    assert inspect(out).exit_code == 1
    assert CliRunner().invoke(main, ["rejudge", str(out)]).exit_code == 1
    assert read(out).header.profile == "traffic"


def test_a_record_of_ours_is_traffic_too(tmp_path: Path) -> None:
    write(tmp_path / "record.ndjson", lived())
    assert inspect(tmp_path).exit_code == 3
    assert inspect(tmp_path / "record.ndjson").exit_code == 3


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "not JSON"),
        ("<html>", "not JSON"),
        ("{}", "HAR.log: expected an object, observed nothing"),
        (
            '{"log":{"entries":[]}}',
            "expected requests to …/v1/Services, observed none",
        ),
    ],
)
def test_what_is_no_traffic_is_one_clear_line(
    tmp_path: Path, text: str, problem: str
) -> None:
    path = tmp_path / "bad.har"
    path.write_text(text)
    result = inspect(path)
    assert result.exit_code == 2
    assert result.output == f"Error: {path}: {problem}\n"


def test_the_traffic_itself_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a.har"
    path.write_bytes((HAR / "chromium.har").read_bytes())
    result = inspect(path, "--out", path)
    assert result.exit_code == 2
    assert path.read_bytes() == (HAR / "chromium.har").read_bytes()


def test_a_file_that_is_not_there_is_one_clear_line() -> None:
    result = inspect("none.har")
    assert result.exit_code == 2
    assert "cannot read none.har: No such file" in result.output
