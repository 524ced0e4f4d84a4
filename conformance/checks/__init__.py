"""Checks: pure functions from evidence to verdicts, one module per catalogue file."""

from conformance.checks import (
    authentication,
    children,
    consistency,
    create,
    dates,
    delete,
    enums,
    errors,
    expiry,
    http,
    identifiers,
    lifecycle,
    links,
    names,
    numbers,
    paging,
    properties,
    races,
    update,
)
from conformance.judge import Check

CHECKS: tuple[Check, ...] = (
    *http.CHECKS,
    *errors.CHECKS,
    *authentication.CHECKS,
    *identifiers.CHECKS,
    *paging.CHECKS,
    *properties.CHECKS,
    *enums.CHECKS,
    *links.CHECKS,
    *create.CHECKS,
    *dates.CHECKS,
    *names.CHECKS,
    *numbers.CHECKS,
    *children.CHECKS,
    *consistency.CHECKS,
    *update.CHECKS,
    *lifecycle.CHECKS,
    *expiry.CHECKS,
    *delete.CHECKS,
    *races.CHECKS,
)
"""Every check; all of them judge every history."""
