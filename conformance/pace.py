"""Pace: so many requests a second, for each endpoint and Service."""

import threading
from collections import Counter
from typing import TypeAlias

from conformance.exchange import Exchange, Probe
from conformance.targets import Clock, Target

ELSEWHERE_PER_SECOND = 25.0
"""The rate away from loopback: within the documented 30, as clocks differ."""

Endpoint: TypeAlias = tuple[str, str]
"""An operation and the Service in which it is asked for, as limits count them."""


class Pace:
    """The moments at which requests may leave; what leaves at once pays afterwards."""

    def __init__(self, per_second: float) -> None:
        self._step_ms = 1000 / per_second
        self._free_ms: dict[Endpoint, float] = {}

    def due_ms(self, endpoints: tuple[Endpoint, ...], now_ms: float) -> float:
        """Return when requests to these may leave together, and count them."""
        counts = Counter(endpoints)
        due = max([now_ms, *(self._free_ms.get(one, now_ms) for one in counts)])
        for endpoint, count in counts.items():
            self._free_ms[endpoint] = due + count * self._step_ms
        return due


class Paced:
    """A target that is asked no faster than at its pace."""

    def __init__(self, target: Target, clock: Clock, per_second: float) -> None:
        self._target = target
        self._clock = clock
        self._pace = Pace(per_second)
        self._lock = threading.Lock()

    def send(self, probes: tuple[Probe, ...], first: int) -> tuple[Exchange, ...]:
        """Return one exchange per probe, numbered from `first`, when it is time."""
        endpoints = tuple(map(_endpoint, probes))
        now = self._clock.now_ms()
        with self._lock:
            due = self._pace.due_ms(endpoints, now)
        if due > now:
            self._clock.sleep((due - now) / 1000)
        return self._target.send(probes, first)

    def close(self) -> None:
        """Let go of connections and threads."""
        self._target.close()


def _endpoint(probe: Probe) -> Endpoint:
    below = probe.path.partition("/Services/")[2]
    return probe.operation, below.partition("/")[0]
