"""Orders: one order of concurrent operations that explains every answer, or none.

The sequential model is small: a Session is there with its values, or it is gone. An
update that was accepted writes what it sent; a refused one writes nothing; one
without an answer may or may not have been done.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

State: TypeAlias = Mapping[str, object] | None
"""The values of a Session that is there, None when it is gone."""

STEPS_MAX = 20_000
"""How many steps a search may take before the question is left open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One operation of a race, with when it ran and what came of it.

    `accepted` is None when there was no answer, `absent` when the answer was that
    there is no such Session. `shown` are the values in the answer, if any.
    """

    began_ms: float
    ended_ms: float
    writes: Mapping[str, object] = field(default_factory=dict[str, object])
    deletes: bool = False
    accepted: bool | None = True
    absent: bool = False
    shown: Mapping[str, object] | None = None


def explained(start: State, deeds: tuple[Deed, ...]) -> bool | None:
    """Return whether some order explains all answers, None if that takes too long.

    An order keeps one deed before another that began after it had ended.
    """
    steps = _Steps()
    try:
        return _search(start, deeds, steps)
    except _TooLongError:
        return None


class _TooLongError(Exception):
    """The search has used up its steps."""


@dataclass(slots=True)
class _Steps:
    taken: int = 0

    def take(self) -> None:
        self.taken += 1
        if self.taken > STEPS_MAX:
            raise _TooLongError


def _search(state: State, left: tuple[Deed, ...], steps: _Steps) -> bool:
    if not left:
        return True
    first_end = min(deed.ended_ms for deed in left)
    for index, deed in enumerate(left):
        if deed.began_ms > first_end:
            continue  # another had ended before this one began
        rest = left[:index] + left[index + 1 :]
        for after in _outcomes(state, deed):
            steps.take()
            if _search(after, rest, steps):
                return True
    return False


def _outcomes(state: State, deed: Deed) -> Iterator[State]:
    """Yield each state that the deed may leave behind, none if its answer is wrong."""
    if deed.accepted is None:
        yield state
        if state is not None:
            yield _done(state, deed)
    elif deed.absent:
        if state is None:
            yield None
    elif not deed.accepted:
        yield state  # a refusal, for whatever reason, changes nothing
    elif state is not None:
        after = _done(state, deed)
        if deed.shown is None or after is None or _agree(after, deed.shown):
            yield after


def _done(state: Mapping[str, object], deed: Deed) -> State:
    return None if deed.deletes else {**state, **deed.writes}


def _agree(state: Mapping[str, object], shown: Mapping[str, object]) -> bool:
    return all(shown.get(name, value) == value for name, value in state.items())
