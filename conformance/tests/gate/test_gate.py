"""Laws of the whole gate: a sound client passes, a wrong one trips what it breaks."""

import sys
from pathlib import Path

import pytest

from conformance.gate.driver import UnusableError
from conformance.gate.launch import Gated, cases, gate
from conformance.verdict import Exit, Outcome

ROOT = Path(__file__).parents[3]
BARE = ROOT / "fixtures" / "sdk" / "bare_requests.py"


def tripped(gated: Gated) -> set[str]:
    return {one.requirement for one in gated.rulings if one.outcome is Outcome.FAIL}


def wrong(folder: Path, *changes: tuple[str, str]) -> str:
    """Return the command of the example with one thing wrong."""
    text = BARE.read_text("utf-8")
    for sound, unsound in changes:
        assert sound in text
        text = text.replace(sound, unsound)
    program = folder / "wrong.py"
    program.write_text(text)
    return f"{sys.executable} {program}"


def test_the_bare_client_passes_and_everything_is_decided() -> None:
    gated = gate(f"{sys.executable} {BARE}")
    undecided = {
        (one.requirement, one.operation, one.reason)
        for one in gated.rulings
        if one.outcome is not Outcome.PASS
    }
    assert undecided == set()
    assert gated.exit is Exit.CONFORMANT
    assert len(gated.performance.played) == len(cases()) > 300
    assert gated.seconds < 60


@pytest.mark.parametrize(
    ("changes", "select", "trips"),
    [
        (
            (('"UpdateSession": "POST"', '"UpdateSession": "PUT"'),),
            {"SDK-002", "SDK-020"},
            {"SDK-002"},
        ),
        ((("[str(given)]", "[str(given)] * 2"),), {"SDK-007"}, {"SDK-007"}),
        (
            (("if given is None", "if not given"),),
            {"SDK-023", "SDK-024"},
            {"SDK-024"},
        ),
        ((("%H:%M:%SZ", "%H:%M:%S+01:00"),), {"SDK-014", "SDK-027"}, {"SDK-027"}),
        (
            (
                (
                    "islice(client.list(path, size), min(wanted, default=None))",
                    "islice(client.list(path, size), 1)",
                ),
            ),
            {"SDK-060", "SDK-061"},
            {"SDK-060", "SDK-061"},
        ),
        ((("answer.raise_for_status()", "pass"),), {"SDK-080"}, {"SDK-080"}),
    ],
    ids=["put", "twice", "falsy", "zone", "first", "blind"],
)
def test_a_wrong_client_trips_what_it_breaks(
    tmp_path: Path,
    changes: tuple[tuple[str, str], ...],
    select: set[str],
    trips: set[str],
) -> None:
    gated = gate(wrong(tmp_path, *changes), select=frozenset(select))
    assert tripped(gated) == trips
    assert gated.exit is Exit.NON_CONFORMANT


def test_a_driver_that_makes_things_up_does_not_get_in(tmp_path: Path) -> None:
    command = wrong(
        tmp_path,
        (
            'return {"outcome": "value", "value": value}',
            'return {"outcome": "value", "value": {}}',
        ),
    )
    with pytest.raises(UnusableError, match="tells what came back: expected a value"):
        gate(command)
