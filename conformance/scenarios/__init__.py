"""Scenarios: what is sent, in which order, and why; one module per area."""

from conformance.scenarios import (
    authentication,
    children,
    consistency,
    create,
    delete,
    enums,
    errors,
    expiry,
    http,
    identifiers,
    lifecycle,
    properties,
    update,
)
from conformance.script import Scenario

SCENARIOS: tuple[Scenario, ...] = (
    *authentication.SCENARIOS,
    *identifiers.SCENARIOS,
    *http.SCENARIOS,
    *errors.SCENARIOS,
    *properties.SCENARIOS,
    *enums.SCENARIOS,
    *create.SCENARIOS,
    *children.SCENARIOS,
    *consistency.SCENARIOS,
    *update.SCENARIOS,
    *lifecycle.SCENARIOS,
    *expiry.SCENARIOS,
    *delete.SCENARIOS,
)
"""Every scenario, the cheapest and most telling areas first."""
