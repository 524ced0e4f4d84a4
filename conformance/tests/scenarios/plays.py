"""Scenes played against an answer that a test invents, without a target."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from conformance.catalogue import Capability
from conformance.exchange import Exchange, Probe
from conformance.script import GaveUpError, Scenario, Send, World
from conformance.tests.histories import WORLD, answered

Answer = Callable[[Probe], tuple[int, Any]]


def played(
    scenario: Scenario,
    answer: Answer,
    *,
    thorough: bool = True,
    provides: frozenset[Capability] = frozenset(Capability),
) -> tuple[list[Exchange], bool]:
    """Return what the scene sent and saw, and whether it went on to its end."""
    world: World = replace(
        WORLD, scene=scenario.name, thorough=thorough, provides=provides
    )
    script, seen = scenario.script(world), list[Exchange]()
    answers: tuple[Exchange, ...] | None = None
    try:
        while True:
            step = next(script) if answers is None else script.send(answers)
            assert isinstance(step, Send)
            answers = tuple(answered(probe, *answer(probe)) for probe in step.probes)
            seen += answers
    except StopIteration:
        return seen, True
    except GaveUpError:
        return seen, False
