"""Checks: pure functions from evidence to verdicts, one module per catalogue file."""

from conformance.checks import (
    authentication,
    children,
    create,
    enums,
    errors,
    http,
    identifiers,
    links,
    properties,
)
from conformance.judge import Check

CHECKS: tuple[Check, ...] = (
    *http.CHECKS,
    *errors.CHECKS,
    *authentication.CHECKS,
    *identifiers.CHECKS,
    *properties.CHECKS,
    *enums.CHECKS,
    *links.CHECKS,
    *create.CHECKS,
    *children.CHECKS,
)
"""Every check; all of them judge every history."""
