"""Scenarios: what is sent, in which order, and why; one module per area."""

from conformance.scenarios import identifiers
from conformance.script import Scenario

SCENARIOS: tuple[Scenario, ...] = (*identifiers.SCENARIOS,)
"""Every scenario, the cheapest and most telling areas first."""
