"""Verdicts as tests read them."""

from collections.abc import Iterable
from dataclasses import dataclass

from conformance.evidence import Evidence
from conformance.exchange import Exchange
from conformance.judge import Check, examine
from conformance.tests.histories import evidence as evidence_of
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


@dataclass(frozen=True)
class Told:
    """What some checks say of exchanges, as the laws of one module ask for it."""

    checks: tuple[Check, ...]

    def outcomes(self, requirement: str, *exchanges: Exchange) -> list[Outcome]:
        """Return the outcome of each verdict on a requirement."""
        found = verdicts(evidence_of(*exchanges), self.checks, requirement)
        return [verdict.outcome for verdict in found]

    def broken(self, *exchanges: Exchange) -> set[tuple[str, str]]:
        """Return requirement and symptom of each failure."""
        found = failures(evidence_of(*exchanges), self.checks)
        return {(requirement, symptom) for requirement, _, symptom in found}

    def chosen(self, requirement: str, *exchanges: Exchange) -> set[str]:
        """Return each choice on an open point."""
        found = choices(evidence_of(*exchanges), self.checks, requirement)
        return {choice for _, choice in found}
