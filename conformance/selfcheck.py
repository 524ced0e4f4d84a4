"""The self-check: each fault caught by what it claims, each variant left alone.

Knows the mock only as a target that somebody hands over.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from conformance.catalogue import Catalogue
from conformance.library import Fault
from conformance.run import Conductor, Plan
from conformance.targets import Clock, Target
from conformance.verdict import Level, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What one run against the changed mock came to."""

    name: str
    tripped: frozenset[str]
    errors: tuple[str, ...]
    unproven: frozenset[str]
    requests: int
    choices: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict[str, tuple[str, ...]]
    )


def sight(name: str, plan: Plan, target: Target, clock: Clock) -> Sighting:
    """Return what a run of `plan` against the changed mock sees."""
    result = Conductor(plan, target, clock).run()
    catalogue = plan.catalogue
    rulings = result.judgement.rulings
    musts = {
        row.id for row in catalogue.requirements.values() if row.level is Level.MUST
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
        choices={
            ruling.requirement: ruling.choices for ruling in rulings if ruling.choices
        },
    )


def fault_problems(fault: Fault, sighting: Sighting) -> tuple[str, ...]:
    """Return what is wrong with a fault's sighting, nothing when it is exact."""
    problems = list(sighting.errors)
    if not sighting.tripped:
        problems.append("not caught")
    elif missed := fault.trips - sighting.tripped:
        problems.append(f"claims {', '.join(sorted(missed))}, which did not trip")
    if surplus := sighting.tripped - fault.trips:
        problems.append(f"trips {', '.join(sorted(surplus))}, which it does not claim")
    return tuple(problems)


def variant_problems(sighting: Sighting) -> tuple[str, ...]:
    """Return what is wrong with a variant's sighting, nothing when it is silent."""
    problems = list(sighting.errors)
    if sighting.tripped:
        problems.append(f"trips {', '.join(sorted(sighting.tripped))}: a false alarm")
    return tuple(problems)


def coverage_problems(catalogue: Catalogue, faults: Iterable[Fault]) -> tuple[str, ...]:
    """Return which musts are proven by no fault, or by none that trips them alone."""
    faults = tuple(faults)
    claimed = frozenset[str]().union(*(fault.trips for fault in faults))
    alone = frozenset(
        next(iter(fault.trips)) for fault in faults if len(fault.trips) == 1
    )
    return tuple(
        f"{row.id} is tripped by no fault"
        if row.id not in claimed
        else f"{row.id} is tripped alone by no fault"
        for row in catalogue.requirements.values()
        if row.level is Level.MUST and row.area != "sdk" and row.id not in alone
    ) + tuple(
        f"{fault.name} claims {unknown}, which is no requirement"
        for fault in faults
        for unknown in sorted(fault.trips - catalogue.requirements.keys())
    )
