"""Laws of repeating: the same verdicts, whatever the seed and the workers."""

import pytest

from conformance.tests.repeats import run

SELECT = ("SID-003", "PAGE-008", "AUTH-001", "PROP-007")


@pytest.mark.parametrize(("seed", "workers"), [(1, 1), (1, 8), (2, 3)])
def test_a_run_says_the_same_again(seed: int, workers: int) -> None:
    first = run("quick", select=SELECT)
    assert {outcome for _, _, outcome, _, _ in first} >= {"pass", "skip"}
    assert run("quick", seed=seed, workers=workers, select=SELECT) == first
