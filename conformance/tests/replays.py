"""Every finding sent again: it still fails where its fault is, and is fixed elsewhere.

`python -m conformance.tests.replays 60` does so for 60 faults spread over all areas,
or for those that are named.
"""

import logging
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from conformance.library import faults
from conformance.replay import Fate
from conformance.tests.test_replay import again, seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A finding of which replay says something else than what is so."""

    fault: str
    finding: str
    where: str
    fate: Fate
    reason: str


def misses(fault: str, *select: str) -> tuple[int, tuple[Miss, ...]]:
    """Return how many findings a fault makes, and those that replay gets wrong."""
    view = seen(fault, *select)
    found = tuple(_misses(fault, *select))
    return len(view.findings()), found


def _misses(fault: str, *select: str) -> Iterator[Miss]:
    view = seen(fault, *select)
    for shown in view.findings():
        for names, expected in (((fault,), Fate.STILL), ((), Fate.FIXED)):
            replayed = again(view, shown.id, *names)
            if replayed.fate is not expected:
                yield Miss(
                    fault=fault,
                    finding=f"{shown.id} ({shown.finding.symptom})",
                    where=" ".join(names) or "clean",
                    fate=replayed.fate,
                    reason=replayed.reason,
                )


def spread(count: int) -> tuple[str, ...]:
    """Return so many faults, evenly over all areas."""
    names = sorted(faults(), key=lambda name: (faults()[name].area, name))
    step = max(1, len(names) // count)
    return tuple(names[::step][:count])


def main(arguments: list[str]) -> int:
    """Print what replay gets wrong; return 1 if that is anything."""
    logging.disable(logging.CRITICAL)  # faults fail inside, and that is the point
    counted = not arguments or arguments[0].isdigit()
    names: Iterable[str] = (
        spread(int((arguments or ["60"])[0])) if counted else arguments
    )
    findings = wrong = 0
    for name in names:
        count, found = misses(name)
        seen.cache_clear()
        findings += count
        wrong += len({miss.finding for miss in found})
        for miss in found:
            words = (miss.fault, miss.finding, miss.where, miss.fate, miss.reason)
            sys.stdout.write(f"{'; '.join(words)}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{findings} findings sent again, {wrong} of them told wrong\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
