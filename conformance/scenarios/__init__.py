"""Scenarios: what is sent, in which order, and why; one module per area."""

from conformance.scenarios import (
    authentication,
    children,
    consistency,
    create,
    dates,
    delete,
    enums,
    errors,
    expiry,
    generated,
    http,
    identifiers,
    lifecycle,
    names,
    numbers,
    paging,
    properties,
    races,
    update,
)
from conformance.script import Scenario

SCENARIOS: tuple[Scenario, ...] = (
    *authentication.SCENARIOS,
    *identifiers.SCENARIOS,
    *http.SCENARIOS,
    *errors.SCENARIOS,
    *paging.SCENARIOS,
    *properties.SCENARIOS,
    *enums.SCENARIOS,
    *create.SCENARIOS,
    *dates.SCENARIOS,
    *names.SCENARIOS,
    *numbers.SCENARIOS,
    *children.SCENARIOS,
    *consistency.SCENARIOS,
    *update.SCENARIOS,
    *lifecycle.SCENARIOS,
    *expiry.SCENARIOS,
    *delete.SCENARIOS,
    *races.SCENARIOS,
    *generated.SCENARIOS,
)
"""Every scenario, the cheapest and most telling areas first."""
