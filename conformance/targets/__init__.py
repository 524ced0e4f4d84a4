"""Targets: whatever answers probes, behind one protocol."""

from typing import Protocol

from conformance.exchange import Exchange, Probe


class Target(Protocol):
    """Something that answers probes; several given at once go out at once."""

    def send(self, probes: tuple[Probe, ...], first: int) -> tuple[Exchange, ...]:
        """Return one exchange per probe, numbered from `first`; never raises."""
        ...

    def close(self) -> None:
        """Let go of connections and threads."""
        ...


class Clock(Protocol):
    """How the run tells time and lets it pass."""

    def now_ms(self) -> float:
        """Return milliseconds since the run began."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return after so many seconds."""
        ...
