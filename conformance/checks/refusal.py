"""How a refusal is judged: beside what was accepted, never alone."""

from collections.abc import Iterator

from conformance.evidence import Evidence
from conformance.exchange import Exchange, pairs
from conformance.judge import Check
from conformance.verdict import Verdict, judged, unknown

BAD_REQUEST = frozenset({400, 422})
"""How a parameter is refused: 422 is tolerated beside 400 (api-facts §10 row 13)."""


def refused(
    requirement: str,
    scenario: str,
    *,
    statuses: frozenset[int] = BAD_REQUEST,
    label: str = "",
) -> Check:
    """Return the check that each spoilt probe of `scenario`, or of `label`, is refused.

    A refusal counts only if the control, the same probe without the defect, is
    accepted; otherwise, or without a plain answer, it stays unknown.
    """

    def check(evidence: Evidence) -> Iterator[Verdict]:
        for scene in evidence.scenes(scenario):
            for spoilt, control in pairs(scene):
                if label in ("", spoilt.probe.label):
                    yield refusal(requirement, spoilt, control, statuses=statuses)

    check.__qualname__ = f"refused({requirement})"
    return check


def where_accepted(check: Check) -> Check:
    """Return the check, its choices unknown where their operation is never accepted.

    What refuses everything has not chosen to refuse one thing.
    """

    def told(evidence: Evidence) -> Iterator[Verdict]:
        accepting = evidence.view(_accepting)
        for verdict in check(evidence):
            if verdict.choice and verdict.operation not in accepting:
                yield unknown(
                    verdict.requirement,
                    verdict.operation,
                    f"no {verdict.operation} is accepted, whatever it asks for",
                    subject=verdict.subject,
                    evidence=verdict.evidence,
                )
            else:
                yield verdict

    told.__qualname__ = check.__qualname__
    return told


def _accepting(evidence: Evidence) -> frozenset[str]:
    """Return the operations of which some request was accepted."""
    return frozenset(operation.id for _, operation in evidence.succeeded)


def refusal(
    requirement: str,
    spoilt: Exchange,
    control: Exchange,
    *,
    statuses: frozenset[int] = BAD_REQUEST,
) -> Verdict:
    """Return the verdict on one spoilt probe, judged beside its control."""
    operation, defect = spoilt.probe.operation, spoilt.probe.defect
    evidence = (spoilt.number, control.number)
    if not spoilt.accepted and (spoilt.undecided or not control.accepted):
        why = spoilt.observed if spoilt.undecided else f"control {control.observed}"
        return unknown(
            requirement,
            operation,
            f"{defect}: refused or silent for some other reason: {why}",
            subject=defect,
            evidence=evidence,
        )
    return judged(
        requirement,
        operation,
        spoilt.status in statuses,
        expected=f"{' or '.join(map(str, sorted(statuses)))} for {defect}",
        observed=spoilt.observed,
        symptom=f"{defect}, {spoilt.observed_class}",
        subject=defect,
        evidence=evidence,
    )
