"""Laws of pace: no endpoint of a Service is asked faster than it may be."""

import threading

import pytest

from conformance.exchange import Exchange, Probe, Request, Response
from conformance.pace import Pace, Paced

FETCH, CREATE = ("FetchSession", "KS1"), ("CreateSession", "KS1")


class Clock:
    """A clock that leaps when asked to sleep."""

    def __init__(self) -> None:
        self.now = 0.0

    def now_ms(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds * 1000


class Target:
    """Notes when it was asked for what; answers at once."""

    def __init__(self, clock: Clock) -> None:
        self.asked: list[tuple[float, str]] = []
        self.closed = False
        self._clock = clock

    def send(self, probes: tuple[Probe, ...], first: int) -> tuple[Exchange, ...]:
        self.asked += [(self._clock.now, probe.path) for probe in probes]
        return tuple(
            Exchange(
                number=number,
                probe=probe,
                sent=Request(method=probe.method, url=probe.url),
                response=Response(status=200),
            )
            for number, probe in enumerate(probes, start=first)
        )

    def close(self) -> None:
        self.closed = True


def probe(service: str = "KS1", operation: str = "FetchSession") -> Probe:
    path = f"/v1/Services/{service}/Sessions/KC1"
    return Probe(operation=operation, method="GET", path=path)


def test_requests_to_one_endpoint_are_spread_evenly() -> None:
    pace = Pace(10)
    assert [pace.due_ms((FETCH,), 0.0) for _ in range(4)] == [0, 100, 200, 300]


def test_endpoints_do_not_wait_for_each_other() -> None:
    pace = Pace(10)
    assert [pace.due_ms((one,), 0.0) for one in (FETCH, CREATE, FETCH)] == [0, 0, 100]


def test_time_that_passes_unused_is_not_saved_up() -> None:
    pace = Pace(10)
    pace.due_ms((FETCH,), 0.0)
    assert pace.due_ms((FETCH,), 5000.0) == 5000
    assert pace.due_ms((FETCH,), 5000.0) == 5100


def test_what_leaves_at_once_is_paid_for_afterwards() -> None:
    pace = Pace(10)
    assert pace.due_ms((FETCH,) * 5 + (CREATE,), 0.0) == 0
    assert pace.due_ms((CREATE,), 0.0) == 100
    assert pace.due_ms((FETCH, CREATE), 0.0) == 500


@pytest.mark.parametrize("per_second", [2.0, 25.0])
def test_no_second_sees_more_than_it_may(per_second: float) -> None:
    clock = Clock()
    target = Target(clock)
    paced = Paced(target, clock, per_second)
    for number in range(100):
        paced.send((probe(),), number)
    moments = [moment for moment, _ in target.asked]
    for start in moments:
        within = [m for m in moments if start <= m < start + 999.999]
        assert len(within) <= per_second


def test_services_and_operations_are_counted_apart() -> None:
    clock = Clock()
    paced = Paced(Target(clock), clock, 1)
    for number, one in enumerate(
        [probe("KS1"), probe("KS2"), probe("KS1", "ListSession")]
    ):
        paced.send((one,), number)
    assert clock.now == 0
    paced.send((probe("KS2"),), 4)
    assert clock.now == 1000


def test_workers_share_one_pace() -> None:
    class Waiting(Clock):
        """Notes how long each worker was told to wait."""

        def sleep(self, seconds: float) -> None:
            waits.append(round(seconds * 1000))

    waits: list[int] = []
    clock = Waiting()
    paced = Paced(Target(clock), clock, 10)
    crew = [threading.Thread(target=paced.send, args=((probe(),), n)) for n in range(5)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    assert sorted(waits) == [100, 200, 300, 400]


def test_it_closes_what_it_paces() -> None:
    clock = Clock()
    target = Target(clock)
    Paced(target, clock, 1).close()
    assert target.closed
