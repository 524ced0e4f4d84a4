"""Checks: pure functions from evidence to verdicts, one module per catalogue file."""

from conformance.checks import (
    authentication,
    errors,
    http,
    identifiers,
)
from conformance.judge import Check

CHECKS: tuple[Check, ...] = (
    *http.CHECKS,
    *errors.CHECKS,
    *authentication.CHECKS,
    *identifiers.CHECKS,
)
"""Every check; all of them judge every history."""
