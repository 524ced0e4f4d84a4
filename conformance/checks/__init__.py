"""Checks: pure functions from evidence to verdicts, one module per catalogue file."""

from conformance.checks import identifiers
from conformance.judge import Check

CHECKS: tuple[Check, ...] = (*identifiers.CHECKS,)
"""Every check; all of them judge every history."""
