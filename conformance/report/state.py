"""States: an outcome in the words of a report."""

from collections.abc import Iterable
from enum import StrEnum

from conformance.verdict import Outcome


class State(StrEnum):
    """What a reader is told of a requirement, the most pressing first."""

    BROKEN = "broken"
    ERROR = "our error"
    UNPROVEN = "unproven"
    WAIVED = "waived"
    HELD = "held"
    SKIPPED = "skipped"

    @property
    def mark(self) -> str:
        """One character that tells the states apart without colour."""
        return _MARKS[self]

    @property
    def slug(self) -> str:
        """Its name without space, for the class of an element."""
        return self.value.rpartition(" ")[2]


_MARKS = {
    State.BROKEN: "✗",
    State.ERROR: "!",
    State.UNPROVEN: "?",
    State.WAIVED: "~",
    State.HELD: "✓",
    State.SKIPPED: "–",  # noqa: RUF001  a dash that is seen
}

_OF = {
    Outcome.FAIL: State.BROKEN,
    Outcome.ERROR: State.ERROR,
    Outcome.UNKNOWN: State.UNPROVEN,
    Outcome.PASS: State.HELD,
    Outcome.SKIP: State.SKIPPED,
}


def state_of(outcome: Outcome, *, waived: bool = False) -> State:
    """Return the state that an outcome is; a failure may be waived."""
    return State.WAIVED if waived and outcome is Outcome.FAIL else _OF[outcome]


def worst(states: Iterable[State]) -> State:
    """Return the most pressing state; none at all is unproven."""
    return min(states, key=tuple(State).index, default=State.UNPROVEN)
