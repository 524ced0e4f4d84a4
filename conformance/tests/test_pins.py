"""Laws of pins: what a target chose once, and nothing else, is expected of it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.catalogue import CatalogueError, load
from conformance.judge import Judgement
from conformance.pins import PinError, pinned
from conformance.record import RecordError, Writer
from conformance.tests.records import FOOTER, HEADER
from conformance.verdict import Outcome, Ruling

CATALOGUE = load(
    {
        "a.toml": "".join(
            f"""
[[requirement]]
id = "{name}"
sentence = "An open point."
level = "observe"
operations = ["FetchSession", "ListSession"]
choices = ["400", "404"]
source = [{{ document = "S2", locator = "there", grade = "?" }}]
"""
            for name in ("A-001", "A-002", "A-003")
        )
    },
    '[full]\nsentence = "All."\nprovides = []',
)


def ruling(requirement: str, operation: str, *choices: str) -> Ruling:
    return Ruling(
        requirement=requirement,
        operation=operation,
        outcome=Outcome.PASS,
        choices=choices,
    )


def recorded(folder: Path, *rulings: Ruling) -> Path:
    path = folder / "record.ndjson"
    with Writer(path, replace(HEADER, select=())) as writer:
        writer.judgement(Judgement(verdicts=(), rulings=rulings))
        writer.footer(FOOTER)
    return path


def summarised(folder: Path, document: object) -> Path:
    path = folder / "summary.json"
    path.write_text(json.dumps(document), "utf-8")
    return path


def test_one_choice_is_pinned_and_several_are_not(tmp_path: Path) -> None:
    path = recorded(
        tmp_path,
        ruling("A-001", "FetchSession", "400"),
        ruling("A-001", "ListSession", "400"),
        ruling("A-002", "FetchSession", "400"),
        ruling("A-002", "ListSession", "404"),
        ruling("A-003", "FetchSession"),
    )
    assert pinned(path, CATALOGUE) == {"A-001": "400"}
    assert pinned(tmp_path, CATALOGUE) == {"A-001": "400"}


def test_a_summary_pins_as_well(tmp_path: Path) -> None:
    path = summarised(
        tmp_path, {"choices": {"A-001": ["404"], "A-002": ["400", "404"]}}
    )
    assert pinned(path, CATALOGUE) == {"A-001": "404"}
    assert pinned(tmp_path, CATALOGUE) == {"A-001": "404"}


@pytest.mark.parametrize(
    "document", [[], 1, {}, {"choices": 1}, {"choices": {"A-001": 1}}]
)
def test_what_is_no_summary_is_told_so(tmp_path: Path, document: object) -> None:
    with pytest.raises(PinError, match=r"expected a record or a summary\.json"):
        pinned(summarised(tmp_path, document), CATALOGUE)


def test_what_is_no_json_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("{", "utf-8")
    with pytest.raises(PinError, match=r"expected a record or a summary\.json"):
        pinned(path, CATALOGUE)


def test_a_run_without_choices_pins_nothing(tmp_path: Path) -> None:
    with pytest.raises(PinError, match="expected the choices of a run, observed none"):
        pinned(recorded(tmp_path), CATALOGUE)


def test_a_row_that_nobody_knows_is_told_so(tmp_path: Path) -> None:
    path = summarised(tmp_path, {"choices": {"B-001": ["400"]}})
    with pytest.raises(CatalogueError, match="no requirement 'B-001'"):
        pinned(path, CATALOGUE)


@pytest.mark.parametrize("name", ["x.json", "x.ndjson", ""])
def test_a_file_that_is_not_there_is_told_so(tmp_path: Path, name: str) -> None:
    with pytest.raises(RecordError, match="cannot read"):
        pinned(tmp_path / name, CATALOGUE)
