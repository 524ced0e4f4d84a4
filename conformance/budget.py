"""The budget: how much a run may ask of a target, and when it has had enough of it."""

import threading
from dataclasses import dataclass

from conformance.exchange import Exchange, Probe, Trouble
from conformance.targets import Clock

_SILENCES_MAX = 5
_BROKEN_MAX = 50
_SILENCES = frozenset({Trouble.TIMEOUT, Trouble.REFUSED, Trouble.TLS})
_BYTES_MAX = 50_000_000

CREATES = frozenset(
    {
        "CreateService",
        "CreateSession",
        "CreateParticipant",
        "CreateMessageInteraction",
    }
)
"""The operations that leave something on the account, until it is removed."""


class SpentError(Exception):
    """The run ends here; what is undecided stays unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What a run may use at most; None is no limit."""

    requests: int | None = None
    creates: int | None = None
    seconds: float | None = None


class Spending:
    """Counts what a run uses, and ends it when the budget or the target gives out."""

    def __init__(self, budget: Budget, clock: Clock) -> None:
        self._budget = budget
        self._clock = clock
        self._lock = threading.Lock()
        self._requests = 0
        self._creates = 0
        self._silences = 0
        self._silent_until_ms = 0.0
        self._broken = 0
        self._bytes = 0

    def before(self, probes: tuple[Probe, ...]) -> None:
        """Count what is about to be sent; raises SpentError instead of a step too far.

        Nothing of it is sent then.
        """
        creates = sum(probe.operation in CREATES for probe in probes)
        budget = self._budget
        with self._lock:
            if reason := self._exhausted():
                raise SpentError(reason)
            _within("requests", self._requests + len(probes), budget.requests)
            _within("creations", self._creates + creates, budget.creates)
            _within("seconds", self._clock.now_ms() / 1000, budget.seconds)
            self._requests += len(probes)
            self._creates += creates

    def after(self, exchange: Exchange) -> None:
        """Count what came back, and what it cost to ask."""
        with self._lock:
            self._bytes += len(exchange.sent.url) + len(exchange.sent.body)
            if exchange.response is None:
                self._broken += 1
                self._count_silence(exchange)
            else:
                self._broken = self._silences = 0
                self._bytes += len(exchange.response.body)

    def _count_silence(self, exchange: Exchange) -> None:
        """Count one that began when the last had ended: those at once are one."""
        began_ms = exchange.began_ms
        if exchange.trouble in _SILENCES and began_ms >= self._silent_until_ms:
            self._silences += 1
            self._silent_until_ms = exchange.ended_ms

    def _exhausted(self) -> str:
        if self._silences >= _SILENCES_MAX or self._broken >= _BROKEN_MAX:
            return (
                "the target stopped answering: "
                f"{self._broken} requests in a row got no whole answer"
            )
        if self._bytes > _BYTES_MAX:
            return f"more than {_BYTES_MAX:,} bytes were sent and received"
        return ""


def _within(what: str, used: float, most: float | None) -> None:
    if most is not None and used > most:
        raise SpentError(f"the budget of {most:g} {what} is spent")
