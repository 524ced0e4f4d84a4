"""Laws of the second server: it is lawful, and its defects are what they say."""

from pathlib import Path

import pytest

from conformance.tests import second


def test_the_clean_second_server_is_conformant() -> None:
    ran = second.run(kind="clean", change=second.CLEAN, profile="quick")
    assert (ran.exit, ran.broken, ran.unproven) == (0, (), ())
    assert ran.requests > 250


def test_a_defect_of_the_second_server_is_caught() -> None:
    ran = second.run(kind="fault", change="sid-tail-forgiven", profile="quick")
    assert ran.caught
    assert "SID-003" in ran.broken


def test_what_is_listed_is_what_there_is() -> None:
    listed = second.faults()
    assert set(listed) == set(second.switches("faults"))
    assert {row["difficulty"] for row in listed.values()} <= {1, 2, 3, 4, 5}
    known = {name for mixture in second.MIXTURES for name in mixture.split(",")}
    assert known <= set(second.switches("lawful"))


def test_the_report_tells_what_escaped_from_what_was_caught() -> None:
    rows = [
        second.Ran(
            kind="fault",
            change=change,
            profile="quick",
            exit=code,
            broken=broken,
            unproven=(),
            requests=300,
            seconds=1.0,
        )
        for change, code, broken in (
            ("deleted-later", 1, ("DEL-001",)),
            ("name-trimmed", 0, ()),
        )
    ]
    said = second.page(rows, rows[:1])
    assert "| `deleted-later` | 3 | quick: DEL-001 | quick: DEL-001 |" in said
    assert "| `name-trimmed` | 3 | not tried | escaped (exit 0) |" in said
    assert "| now, quick | 0 of 0 | 1 of 2 |" in said


def test_what_was_seen_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "runs.json"
    assert second.stored(path) == []
    seen = [
        second.Ran(
            kind="fault",
            change="name-in-bytes",
            profile="quick",
            exit=1,
            broken=("NAME-003",),
            unproven=("NAME-002",),
            requests=299,
            seconds=5.0,
        )
    ]
    second.store(path, seen)
    assert second.stored(path) == seen


def test_a_server_that_does_not_start_is_told() -> None:
    with (
        pytest.raises(RuntimeError, match="expected READY"),
        second.served(fault="no-such-defect"),
    ):
        pass
