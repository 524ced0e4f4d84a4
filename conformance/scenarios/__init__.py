"""Scenarios: what is sent, in which order, and why; one module per area."""

from conformance.scenarios import (
    authentication,
    errors,
    http,
    identifiers,
)
from conformance.script import Scenario

SCENARIOS: tuple[Scenario, ...] = (
    *authentication.SCENARIOS,
    *identifiers.SCENARIOS,
    *http.SCENARIOS,
    *errors.SCENARIOS,
)
"""Every scenario, the cheapest and most telling areas first."""
