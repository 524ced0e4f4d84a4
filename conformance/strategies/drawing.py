"""Drawing: the same few values of a strategy each time that the seed is the same."""

from typing import TypeVar

import hypothesis
from hypothesis import given
from hypothesis.strategies import SearchStrategy

from conformance.strategies import engine

T = TypeVar("T")


@engine.turn()
def drawn(strategy: SearchStrategy[T], *, seed: int, count: int) -> tuple[T, ...]:
    """Return at most `count` different values of a strategy, the simplest first."""
    found: list[T] = []

    @hypothesis.seed(seed)
    @engine.drawing(count, hypothesis.Phase.generate)
    @given(strategy)
    def collect(value: T) -> None:
        if value not in found:
            found.append(value)

    collect()
    return tuple(found)
