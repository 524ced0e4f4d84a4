"""Forecasts: what a run will ask of a target, told from a rehearsal of it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from conformance.budget import CREATES, Budget
from conformance.exchange import History

MARGIN = 0.1
"""By how much a run may differ on a target that conforms in ways of its own."""

_HARNESS_MS = 5.0
_PER_SERVICE = ("CreateService", "DeleteService", "FetchService", "ListSession")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """How much a run asks for; the bounds hold for a target that conforms.

    One that is broken, busy or full of other people's Sessions is asked more often,
    within the budget.
    """

    operations: Mapping[str, int]
    seconds: float

    @property
    def requests(self) -> int:
        """How many requests the rehearsal took."""
        return sum(self.operations.values())

    @property
    def creations(self) -> Mapping[str, int]:
        """How many resources of each kind are created, the most first."""
        kinds = {
            operation.removeprefix("Create"): count
            for operation, count in self.operations.items()
            if operation in CREATES
        }
        return dict(sorted(kinds.items(), key=lambda kind: -kind[1]))

    @property
    def requests_max(self) -> int:
        """How many requests it is at most, with a margin."""
        return _with_margin(self.requests)

    @property
    def creates_max(self) -> int:
        """How many creations it is at most, with a margin."""
        return _with_margin(sum(self.creations.values()))

    def beyond(self, budget: Budget) -> str:
        """Return why a budget does not cover the run, "" when it does."""
        for option, most, needed in (
            ("--max-requests", budget.requests, self.requests_max),
            ("--max-creates", budget.creates, self.creates_max),
            ("--max-seconds", budget.seconds, ceil(self.seconds)),
        ):
            if most is not None and most < needed:
                return (
                    f"{option}: the plan may need {needed:,}, observed {most:,g}; "
                    "`conformance plan` shows what for"
                )
        return ""


def forecast(
    history: History, clock_s: float, *, workers: int, services: int, latency_ms: float
) -> Forecast:
    """Return what a run by several workers takes, from the history of a rehearsal.

    The rehearsal was played by one worker in `clock_s` seconds of its own time, as
    if requests took as much less as workers share them. Each further worker has so
    many Services of its own. A scene is never shared: the longest is the least.
    """
    operations = Counter(exchange.probe.operation for exchange in history)
    for operation in _PER_SERVICE:
        operations[operation] += (workers - 1) * services
    scenes = history.scenes.values()
    longest_s = max(map(len, scenes), default=0) * latency_ms / 1000
    own_s = operations.total() * _HARNESS_MS / 1000
    return Forecast(
        operations=dict((+operations).most_common()),
        seconds=max(clock_s, longest_s) + own_s,
    )


def _with_margin(count: int) -> int:
    return ceil(count * (1 + MARGIN))
