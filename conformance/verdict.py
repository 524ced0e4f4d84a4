"""Verdicts: what one check says of one point, and how many of them fold into one."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Level(StrEnum):
    """How binding a requirement is; only a broken MUST makes a target fail."""

    MUST = "must"
    SHOULD = "should"
    OBSERVE = "observe"


class Outcome(StrEnum):
    """What is known of a requirement, the most decisive first."""

    FAIL = "fail"
    ERROR = "error"
    UNKNOWN = "unknown"
    PASS = "pass"  # noqa: S105  the word, not a password
    SKIP = "skip"


_DECISIVE = tuple(Outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one check says of one requirement at one operation.

    `symptom` names classes only, never values, so that a thousand examples of one
    defect are one finding and tomorrow's run recognises it. `subject` is the class
    of input judged (for counting distinct ones); `choice` is the admissible answer
    seen, where the documents leave the point open. `evidence` are exchange numbers.
    """

    requirement: str
    operation: str
    outcome: Outcome
    reason: str = ""
    symptom: str = ""
    subject: str = ""
    choice: str = ""
    evidence: tuple[int, ...] = ()


def judged(  # noqa: PLR0913  a verdict has that many parts
    requirement: str,
    operation: str,
    holds: bool,  # noqa: FBT001  the point of the call
    *,
    expected: str,
    observed: str,
    symptom: str,
    subject: str = "",
    evidence: tuple[int, ...] = (),
) -> Verdict:
    """Return PASS or FAIL, with the reason and the symptom only where it fails."""
    if holds:
        return Verdict(
            requirement=requirement,
            operation=operation,
            outcome=Outcome.PASS,
            subject=subject,
            evidence=evidence,
        )
    return Verdict(
        requirement=requirement,
        operation=operation,
        outcome=Outcome.FAIL,
        reason=f"expected {expected}, observed {observed}",
        symptom=symptom,
        subject=subject,
        evidence=evidence,
    )


def chose(
    requirement: str,
    operation: str,
    choice: str,
    *,
    subject: str = "",
    evidence: tuple[int, ...] = (),
) -> Verdict:
    """Return the verdict of an `observe` row: what the target chose, never a fail."""
    return Verdict(
        requirement=requirement,
        operation=operation,
        outcome=Outcome.PASS,
        choice=choice,
        subject=subject,
        evidence=evidence,
    )


def unknown(
    requirement: str,
    operation: str,
    reason: str,
    *,
    subject: str = "",
    evidence: tuple[int, ...] = (),
) -> Verdict:
    """Return the verdict that the evidence does not decide it."""
    return Verdict(
        requirement=requirement,
        operation=operation,
        outcome=Outcome.UNKNOWN,
        reason=reason,
        subject=subject,
        evidence=evidence,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """All failing verdicts that share requirement, operation and symptom."""

    requirement: str
    operation: str
    symptom: str
    reason: str
    evidence: tuple[int, ...]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """The folded outcome of one requirement at one operation."""

    requirement: str
    operation: str
    outcome: Outcome
    reason: str = ""
    judged: int = 0
    distinct: int = 0
    choices: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """The requirement id and the operation id."""
        return self.requirement, self.operation


def fold(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the most decisive outcome; no evidence at all is UNKNOWN."""
    return min(outcomes, key=_DECISIVE.index, default=Outcome.UNKNOWN)


def rule(
    requirement: str,
    operation: str,
    verdicts: Iterable[Verdict],
    *,
    minimum: int = 1,
) -> Ruling:
    """Return the one outcome that `verdicts` amount to.

    Fewer than `minimum` distinct inputs judged do not make a pass: the outcome is
    UNKNOWN, and says so. A failure needs one input only.
    """
    verdicts = tuple(verdicts)
    judged = [v for v in verdicts if v.outcome in (Outcome.PASS, Outcome.FAIL)]
    distinct = len({v.subject for v in judged})
    outcome = fold(v.outcome for v in verdicts)
    reason = next((v.reason for v in verdicts if v.outcome is outcome), "")
    if outcome is Outcome.PASS and distinct < minimum:
        outcome = Outcome.UNKNOWN
        reason = f"expected at least {minimum} distinct inputs, judged {distinct}"
    elif not verdicts:
        reason = "no evidence: nothing that was seen bears on it"
    return Ruling(
        requirement=requirement,
        operation=operation,
        outcome=outcome,
        reason=reason,
        judged=len(judged),
        distinct=distinct,
        choices=tuple(sorted({v.choice for v in verdicts if v.choice})),
        findings=_findings(verdicts),
    )


def _findings(verdicts: Iterable[Verdict]) -> tuple[Finding, ...]:
    """Return the failing verdicts, one finding per symptom, in order of appearance."""
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.outcome is Outcome.FAIL:
            groups.setdefault(verdict.symptom, []).append(verdict)
    return tuple(
        Finding(
            requirement=same[0].requirement,
            operation=same[0].operation,
            symptom=symptom,
            reason=same[0].reason,
            evidence=min((v.evidence for v in same), key=len),
            count=len(same),
        )
        for symptom, same in groups.items()
    )


class Exit(IntEnum):
    """What the process says as it ends; the numbers are part of the interface."""

    CONFORMANT = 0
    NON_CONFORMANT = 1
    USAGE = 2
    INCOMPLETE = 3
    OUR_ERROR = 4
    LEFT_BEHIND = 5

    @property
    def words(self) -> str:
        """The name as people write it: `non-conformant`."""
        return self.name.lower().replace("_", "-")
