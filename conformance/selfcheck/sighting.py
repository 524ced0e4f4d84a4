"""A sighting: what one run against the changed mock comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from conformance.run import Conductor, Plan
from conformance.targets import Clock, Target
from conformance.verdict import Level, Outcome

CLEAN = "clean"
"""The name of the mock without any change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What one run against the changed mock came to.

    `tripped` are the requirements that failed, `unproven` the musts that could not be
    judged; `distinct` tells how many inputs each requirement was judged by.
    """

    name: str
    tripped: frozenset[str]
    errors: tuple[str, ...]
    unproven: frozenset[str]
    requests: int
    seed: int = 0
    seconds: float = 0.0
    choices: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict[str, tuple[str, ...]]
    )
    distinct: Mapping[tuple[str, str], int] = field(
        default_factory=dict[tuple[str, str], int]
    )


def sight(name: str, plan: Plan, target: Target, clock: Clock) -> Sighting:
    """Return what a run of `plan` against the changed mock sees."""
    result = Conductor(plan, target, clock).run()
    rulings = result.judgement.rulings
    musts = {
        row.id
        for row in plan.catalogue.requirements.values()
        if row.level is Level.MUST
    }
    return Sighting(
        name=name,
        tripped=frozenset(
            ruling.requirement for ruling in rulings if ruling.outcome is Outcome.FAIL
        ),
        errors=tuple(
            ruling.reason for ruling in rulings if ruling.outcome is Outcome.ERROR
        )
        + tuple(one.defect for one in result.performed if one.defect),
        unproven=frozenset(
            ruling.requirement
            for ruling in rulings
            if ruling.outcome is Outcome.UNKNOWN and ruling.requirement in musts
        ),
        requests=len(result.history),
        seed=plan.seed,
        choices={
            ruling.requirement: ruling.choices for ruling in rulings if ruling.choices
        },
        distinct={ruling.key: ruling.distinct for ruling in rulings if ruling.judged},
    )
