"""Whether runs agree: the rulings of many runs with one seed, and with several.

`nox -s repeatable`, or `python -m conformance.tests.repeats [runs] [profile]`.
"""

import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

from conformance.launch import launch
from conformance.order import Order
from conformance.verdict import Ruling

RUNS = 50
WORKERS = (1, 8)
SEEDS = (1, 2)

Said: TypeAlias = tuple[str, str, str, tuple[str, ...], tuple[str, ...]]
"""Requirement, operation, outcome, choices and symptoms."""


def said(rulings: Iterable[Ruling]) -> tuple[Said, ...]:
    """Return what rulings say, without what may lawfully differ: counts and names."""
    return tuple(
        (
            ruling.requirement,
            ruling.operation,
            ruling.outcome.value,
            ruling.choices,
            tuple(sorted(finding.symptom for finding in ruling.findings)),
        )
        for ruling in rulings
    )


def run(
    profile: str, *, seed: int = 1, workers: int = 1, select: tuple[str, ...] = ()
) -> tuple[Said, ...]:
    """Return what one run on the embedded mock says."""
    with tempfile.TemporaryDirectory() as name:
        order = Order(
            profile=profile,
            seed=seed,
            workers=workers,
            select=select,
            out=Path(name) / "run",
        )
        return said(launch(order).result.judgement.rulings)


def main() -> int:
    """Run, say what differs, and return 1 if anything does."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    profile = sys.argv[2] if len(sys.argv) > 2 else "quick"
    first = run(profile)
    differing = 0
    for number in range(2, runs + 1):
        workers = WORKERS[number % len(WORKERS)]
        seed = SEEDS[number // len(WORKERS) % len(SEEDS)]
        again = run(profile, seed=seed, workers=workers)
        differences = sorted(set(first) ^ set(again))
        differing += bool(differences)
        for difference in differences:
            sys.stdout.write(f"run {number}, -n {workers}, seed {seed}: {difference}\n")
    sys.stdout.write(f"{runs} runs, {profile}: {differing} differ from the first\n")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
