"""The rate limit: so many requests in a window, per endpoint and Service."""

from __future__ import annotations

from collections import deque
from math import ceil
from time import monotonic
from typing import TYPE_CHECKING

from conformance.mock.problems import too_many_requests

if TYPE_CHECKING:
    from collections.abc import Callable


class RateLimit:
    """A sliding window that counts the requests it let through."""

    def __init__(
        self,
        *,
        per_second: int,
        window_s: float = 1.0,
        ticks: Callable[[], float] = monotonic,
    ) -> None:
        self._most = max(1, int(per_second * window_s))
        self._window_s = window_s
        self._ticks = ticks
        self._passed: dict[tuple[str, str], deque[float]] = {}

    def admit(self, endpoint: str, service_sid: str) -> None:
        """Let one request through.

        Raises:
            RefusedError: the window is full.

        """
        now = self._ticks()
        passed = self._passed.setdefault((endpoint, service_sid), deque())
        while passed and passed[0] <= now - self._window_s:
            passed.popleft()
        if len(passed) >= self._most:
            wait_s = passed[0] + self._window_s - now
            raise too_many_requests(max(1, ceil(wait_s)))
        passed.append(now)
