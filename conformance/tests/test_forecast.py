"""Laws of forecasts: what a rehearsal took, and what budget does not cover it."""

import pytest

from conformance.budget import Budget
from conformance.exchange import Exchange, History, Probe, Request, Response
from conformance.forecast import Forecast, forecast


def history(**counts: int) -> History:
    """Return a history of so many requests of each operation, a scene for each."""
    probes = [
        Probe(operation=operation, method="GET", path="/v1", scene=operation)
        for operation, count in counts.items()
        for _ in range(count)
    ]
    return History(
        exchanges=tuple(
            Exchange(
                number=number,
                probe=probe,
                sent=Request(method="GET", url="/v1"),
                response=Response(status=200),
            )
            for number, probe in enumerate(probes, start=1)
        )
    )


def told(workers: int = 1, services: int = 2, **counts: int) -> Forecast:
    return forecast(
        history(**counts), 2.0, workers=workers, services=services, latency_ms=100
    )


def test_requests_and_creations_are_counted_by_kind() -> None:
    seen = told(CreateSession=3, CreateService=1, FetchSession=6, UpdateSession=1)
    assert seen.requests == 11
    assert seen.creations == {"Session": 3, "Service": 1}
    assert next(iter(seen.operations)) == "FetchSession"
    assert (seen.requests_max, seen.creates_max) == (13, 5)


def test_each_further_worker_has_services_of_its_own() -> None:
    seen = told(workers=3, FetchSession=10)
    assert seen.operations == {
        "FetchSession": 10,
        "FetchService": 4,
        "CreateService": 4,
        "DeleteService": 4,
        "ListSession": 4,
    }
    assert told(workers=3, services=0, FetchSession=10).requests == 10
    assert told(FetchSession=10).requests == 10


def test_no_run_is_over_before_its_longest_scene() -> None:
    assert told(FetchSession=10).seconds == pytest.approx(2.0 + 0.05)
    assert told(FetchSession=100).seconds == pytest.approx(10.0 + 0.5)
    assert forecast(History(), 0.0, workers=1, services=0, latency_ms=9).seconds == 0


@pytest.mark.parametrize(
    ("budget", "problem"),
    [
        (Budget(requests=10), "--max-requests: the plan may need 11, observed 10"),
        (Budget(creates=4), "--max-creates: the plan may need 5, observed 4"),
        (Budget(seconds=2.5), "--max-seconds: the plan may need 3, observed 2.5"),
    ],
)
def test_a_budget_that_is_too_small_is_told(budget: Budget, problem: str) -> None:
    assert told(CreateSession=4, FetchSession=6).beyond(budget).startswith(problem)


def test_a_budget_that_covers_it_is_fine() -> None:
    seen = told(CreateSession=4, FetchSession=6)
    assert seen.beyond(Budget()) == ""
    assert seen.beyond(Budget(requests=11, creates=5, seconds=3)) == ""
