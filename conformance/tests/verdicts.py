"""Verdicts as tests read them."""

from collections.abc import Iterable

from conformance.evidence import Evidence
from conformance.judge import Check, examine
from conformance.verdict import Outcome, Verdict


def verdicts(
    evidence: Evidence, checks: Iterable[Check], requirement: str = ""
) -> list[Verdict]:
    """Return the verdicts of the checks, of one requirement only if it is given."""
    return [
        verdict
        for verdict in examine(checks, evidence)
        if requirement in ("", verdict.requirement)
    ]


def failures(evidence: Evidence, checks: Iterable[Check]) -> set[tuple[str, str, str]]:
    """Return requirement, operation and symptom of each failing verdict."""
    return {
        (verdict.requirement, verdict.operation, verdict.symptom)
        for verdict in examine(checks, evidence)
        if verdict.outcome in (Outcome.FAIL, Outcome.ERROR)
    }


def choices(
    evidence: Evidence, checks: Iterable[Check], requirement: str
) -> set[tuple[str, str]]:
    """Return operation and choice of each verdict on an open point."""
    return {
        (verdict.operation, verdict.choice)
        for verdict in verdicts(evidence, checks, requirement)
        if verdict.choice
    }
