"""What is said of the known implementations names every failure, and nothing else."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

MATRIX = Path(__file__).parents[3] / "reports" / "matrix"
NAMES = sorted(path.stem for path in MATRIX.glob("*.json"))


def told(text: str) -> Iterator[str]:
    """Yield the ids in the first column of the table: `SID-005 006` is two."""
    for cell in re.findall(r"^\| (`[A-Z][^|]*) \|", text, re.MULTILINE):
        for some in re.findall(r"`([A-Z]+)-([0-9 ]+)`", cell):
            yield from (f"{some[0]}-{number}" for number in some[1].split())


def test_there_are_at_least_four_of_them() -> None:
    assert len(NAMES) >= 4
    assert "reference-mock" in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_failure_has_its_reason(name: str) -> None:
    summary = json.loads((MATRIX / f"{name}.json").read_text("utf-8"))
    text = (MATRIX / f"{name}.md").read_text("utf-8")
    broken = {finding["requirement"] for finding in summary["findings"]}
    assert sorted(told(text)) == sorted(broken)
    assert summary["errors"] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_table_counts_what_the_summary_counts(name: str) -> None:
    summary = json.loads((MATRIX / f"{name}.json").read_text("utf-8"))
    must = summary["counts"]["must"]
    counted = [must.get(one, 0) for one in ("broken", "unproven", "held", "skipped")]
    row = re.search(
        rf"^\| \[{name}\].*$", (MATRIX / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert row is not None
    cells = [cell.strip() for cell in row.group().strip("|").split("|")]
    assert cells[1] == f"{summary['verdict']}, {summary['exit']}"
    assert [int(cell) for cell in cells[3:7]] == counted
