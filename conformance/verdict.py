"""Verdicts: what one check says of one point, and how many of them fold into one."""

from collections.abc import Iterable
from dataclasses import dataclass, field
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
_CITED_MAX = 6


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
    """Return the one outcome that `verdicts`, all of one point, amount to."""
    point = Point(requirement=requirement, operation=operation)
    for verdict in verdicts:
        point.add(verdict)
    return point.ruling(minimum=minimum)


def _findings(failing: Iterable[Verdict]) -> tuple[Finding, ...]:
    """Return the failing verdicts, one finding per symptom, in order of appearance."""
    groups: dict[str, list[Verdict]] = {}
    for verdict in failing:
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


@dataclass(slots=True)
class Passes:
    """Passes of one point that made one choice: counted, and a few examples cited."""

    reason: str
    count: int = 0
    subjects: set[str] = field(default_factory=set[str])
    cited: list[tuple[int, ...]] = field(default_factory=list[tuple[int, ...]])

    def add(self, verdict: Verdict) -> None:
        """Take in one more."""
        self.count += 1
        self.subjects.add(verdict.subject)
        if len(self.cited) < _CITED_MAX:
            self.cited.append(verdict.evidence)

    def follow(self, later: "Passes") -> None:
        """Take in those that came after all of these."""
        self.count += later.count
        self.subjects |= later.subjects
        self.cited += later.cited[: _CITED_MAX - len(self.cited)]


@dataclass(slots=True, kw_only=True)
class Point:
    """All that is said of one requirement at one operation: passes by their choice."""

    requirement: str
    operation: str
    alone: list[Verdict] = field(default_factory=list[Verdict])
    passes: dict[str, Passes] = field(default_factory=dict[str, Passes])

    @property
    def silent(self) -> bool:
        """Whether nothing is said at all."""
        return not self.alone and not self.passes

    def add(self, verdict: Verdict) -> None:
        """Take in one verdict."""
        if verdict.outcome is not Outcome.PASS:
            self.alone.append(verdict)
        elif verdict.choice in self.passes:
            self.passes[verdict.choice].add(verdict)
        else:
            passes = self.passes[verdict.choice] = Passes(reason=verdict.reason)
            passes.add(verdict)

    def follow(self, later: "Point") -> None:
        """Take in what was said after all of this."""
        self.alone += later.alone
        for choice, passes in later.passes.items():
            self.passes.setdefault(choice, Passes(passes.reason)).follow(passes)

    def ruling(self, *, minimum: int = 1) -> Ruling:
        """Return the one outcome that all of it amounts to.

        Fewer than `minimum` distinct inputs judged do not make a pass: the outcome is
        UNKNOWN, and says so. A failure needs one input only.
        """
        fails = [v for v in self.alone if v.outcome is Outcome.FAIL]
        passes = tuple(self.passes.values())
        subjects = {v.subject for v in fails}.union(*(p.subjects for p in passes))
        said = [(v.outcome, v.reason) for v in self.alone]
        said += [(Outcome.PASS, p.reason) for p in passes]
        outcome = fold(outcome for outcome, _ in said)
        reason = next((why for each, why in said if each is outcome), "")
        if outcome is Outcome.PASS and len(subjects) < minimum:
            outcome = Outcome.UNKNOWN
            reason = (
                f"expected at least {minimum} distinct inputs, judged {len(subjects)}"
            )
        elif not said:
            reason = "no evidence: nothing that was seen bears on it"
        choices = {*self.passes, *(v.choice for v in self.alone)} - {""}
        return Ruling(
            requirement=self.requirement,
            operation=self.operation,
            outcome=outcome,
            reason=reason,
            judged=len(fails) + sum(p.count for p in passes),
            distinct=len(subjects),
            choices=tuple(sorted(choices)),
            findings=_findings(fails),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A verdict and how many like it: passes are folded, all others stand alone.

    Of folded passes `verdict.evidence` holds a few examples, and `distinct` the
    number of different subjects.
    """

    verdict: Verdict
    count: int = 1
    distinct: int = 1


@dataclass(slots=True)
class Docket:
    """Verdicts folded as they come: passes are counted, all others kept in order.

    So what is held of a long history does not grow with all that was right in it.
    """

    points: dict[tuple[str, str], Point] = field(
        default_factory=dict[tuple[str, str], Point]
    )
    alone: list[Verdict] = field(default_factory=list[Verdict])

    def add(self, verdict: Verdict) -> None:
        """Take in one verdict."""
        if verdict.outcome is not Outcome.PASS:
            self.alone.append(verdict)
        self.point(verdict.requirement, verdict.operation).add(verdict)

    def follow(self, later: "Docket") -> None:
        """Take in what was said after all of this."""
        self.alone += later.alone
        for key, point in later.points.items():
            self.point(*key).follow(point)

    def point(self, requirement: str, operation: str) -> Point:
        """Return what is said of a requirement at an operation, nothing at first."""
        key = requirement, operation
        point = self.points.get(key)
        if point is None:
            point = Point(requirement=requirement, operation=operation)
            self.points[key] = point
        return point

    def tallies(self) -> tuple[Tally, ...]:
        """Return the verdicts, passes folded: one per row, operation and choice."""
        return (
            *(Tally(verdict=verdict) for verdict in self.alone),
            *(
                _tally(point, choice, passes)
                for point in self.points.values()
                for choice, passes in point.passes.items()
            ),
        )


def _tally(point: Point, choice: str, passes: Passes) -> Tally:
    examples = {number for evidence in passes.cited for number in evidence}
    return Tally(
        verdict=Verdict(
            requirement=point.requirement,
            operation=point.operation,
            outcome=Outcome.PASS,
            choice=choice,
            evidence=tuple(sorted(examples)),
        ),
        count=passes.count,
        distinct=len(passes.subjects),
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
