"""What a sighting must be: exact for a fault, silent for a variant, whole if clean."""

from collections.abc import Iterable

from conformance.catalogue import Catalogue
from conformance.library import Fault
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


def variant_problems(sighting: Sighting) -> tuple[str, ...]:
    """Return what is wrong with a variant's sighting, nothing when it is silent."""
    problems = list(sighting.errors)
    if sighting.tripped:
        problems.append(f"trips {_listed(sighting.tripped)}: a false alarm")
    return tuple(problems)


def clean_problems(
    catalogue: Catalogue, sighting: Sighting, *, exact: bool = True
) -> tuple[str, ...]:
    """Return what is wrong with the sighting of the clean mock.

    An `exact` one leaves no must unproven.
    """
    problems = variant_problems(sighting)
    unproven = {i for i in sighting.unproven if catalogue.requirements[i].area != "sdk"}
    if exact and unproven:
        problems += (f"leaves unproven: {_listed(unproven)}",)
    return problems


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
