"""Draws: some values of a Hypothesis strategy, the same ones for the same seed."""

from typing import TypeVar

import hypothesis
from hypothesis.strategies import SearchStrategy

T = TypeVar("T")


def drawn(strategy: SearchStrategy[T], *, seed: int, count: int) -> tuple[T, ...]:
    """Return at most `count` values, each once, in the order drawn."""
    values: list[T] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=[
            hypothesis.HealthCheck.too_slow,
            hypothesis.HealthCheck.data_too_large,
            hypothesis.HealthCheck.filter_too_much,
        ],
    )
    @hypothesis.given(strategy)
    def draw(value: T) -> None:
        values.append(value)

    draw()
    return tuple(dict.fromkeys(values))[:count]
