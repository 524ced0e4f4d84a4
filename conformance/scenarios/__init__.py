"""Scenarios: what is sent, in which order, and why; one module per area."""

from conformance.scenarios import (
    authentication,
    children,
    create,
    enums,
    errors,
    http,
    identifiers,
    properties,
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
)
"""Every scenario, the cheapest and most telling areas first."""
