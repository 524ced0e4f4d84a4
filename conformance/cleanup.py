"""Cleaning up later: what a run left behind goes, from any process, any time."""

from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus

from conformance.budget import Budget, Spending, SpentError
from conformance.exchange import Exchange, Probe
from conformance.ledger import Entry, Ledger
from conformance.manners import Manners
from conformance.perform import Recorder
from conformance.removal import removal
from conformance.targets import Clock, Target

SECONDS_MAX = 300.0
_SCENE = "clean-up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """What came of it: `halted` says why it ended before its time, if it did."""

    removed: int
    left: tuple[Entry, ...]
    requests: int
    halted: str = ""


def clean_up(ledger: Ledger, target: Target, clock: Clock) -> Cleaned:
    """Remove what the ledger names, and prove it gone.

    Ended by an interrupt or a target that gives out, it may be called again: the
    ledger knows what is left.
    """
    spending = Spending(Budget(seconds=clock.now_ms() / 1000 + SECONDS_MAX), clock)
    before = ledger.outstanding()

    def allowed(probes: tuple[Probe, ...], first: int) -> None:
        del first
        spending.before(probes)

    recorder = Recorder(
        target,
        before=allowed,
        after=spending.after,
        again=Manners().pause_s,
        sleep=clock.sleep,
    )
    halted = ""
    with suppress(KeyboardInterrupt):
        try:
            recorder.play(removal(ledger), _SCENE)
        except SpentError as error:
            halted = str(error)
    left = ledger.outstanding()
    return Cleaned(
        removed=len({e.number for e in before} - {e.number for e in left}),
        left=left,
        requests=len(recorder.exchanges),
        halted=halted or _shut_out(recorder.exchanges),
    )


def _shut_out(exchanges: list[Exchange]) -> str:
    """Return that the target lets us in no more, "" where it does."""
    if exchanges and all(e.status == HTTPStatus.UNAUTHORIZED for e in exchanges):
        return "the target refuses these credentials (401)"
    return ""
