"""What a sighting must be: exact for a fault, silent for a variant, whole if clean."""

from collections.abc import Iterable

from conformance.catalogue import Catalogue
from conformance.library import Fault, Variant
from conformance.selfcheck.sighting import Sighting
from conformance.verdict import Level


def fault_problems(
    fault: Fault, sighting: Sighting, *, exact: bool = True
) -> tuple[str, ...]:
    """Return what is wrong with a fault's sighting, nothing when it is exact.

    One that need not be `exact` may miss what the fault claims; it trips no more.
    """
    problems = list(sighting.errors)
    if exact and not sighting.tripped:
        problems.append("not caught")
    elif exact and (missed := fault.trips - sighting.tripped):
        problems.append(f"claims {_listed(missed)}, which did not trip")
    if surplus := sighting.tripped - fault.trips:
        problems.append(f"trips {_listed(surplus)}, which it does not claim")
    return tuple(problems)


def lawful_problems(
    variants: Iterable[Variant], sighting: Sighting, *, exact: bool = True
) -> tuple[str, ...]:
    """Return what is wrong with the sighting of a mock with those variants, or none.

    It trips nothing. An `exact` one leaves no must unproven but those of which the
    row of a variant says why; what the row of a single one names is unproven.
    """
    problems = list(sighting.errors)
    if sighting.tripped:
        problems.append(f"trips {_listed(sighting.tripped)}: a false alarm")
    variants = tuple(variants)
    excused = frozenset[str]().union(*(variant.leaves for variant in variants))
    if exact and (unproven := sighting.unproven - excused):
        problems.append(f"leaves unproven: {_listed(unproven)}")
    if exact and len(variants) == 1 and (proven := excused - sighting.unproven):
        problems.append(f"says that it leaves {_listed(proven)}, which is decided")
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


def _listed(ids: Iterable[str]) -> str:
    return ", ".join(sorted(ids))
