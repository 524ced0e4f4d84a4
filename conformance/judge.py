"""Judging: from a history to verdicts to one ruling per requirement and operation."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from conformance.catalogue import Capability, Catalogue, Profile, Requirement
from conformance.contract import Contract
from conformance.evidence import Evidence
from conformance.verdict import (
    Docket,
    Exit,
    Level,
    Outcome,
    Point,
    Ruling,
    Verdict,
)

Check: TypeAlias = Callable[[Evidence], Iterator[Verdict]]
"""A pure function from evidence to verdicts: sends nothing, raises nothing."""

# Where nobody goes to find out, a pass hangs on how slow the run happened to be.
_CHANCE = frozenset({Outcome.PASS, Outcome.UNKNOWN})

NOT_SELECTED = "not selected"
"""Why a requirement is skipped when others alone were asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a history is judged against.

    `absent` maps a capability that is missing to the reason why, in addition to what
    the profile does not provide. `expectations` maps the id of an `observe` row to
    the one choice that is to pass (the strict profile, or a pinned fingerprint).
    `gave_up` maps a requirement id to the reason why a scene for it ended early.
    `select` are the only ids to be ruled upon, all where it is empty. Where some of
    what was sent is `lost`, what is missing may have been sent.
    """

    catalogue: Catalogue
    profile: Profile
    absent: Mapping[str, str] = field(default_factory=dict[str, str])
    expectations: Mapping[str, str] = field(default_factory=dict[str, str])
    gave_up: Mapping[str, str] = field(default_factory=dict[str, str])
    select: frozenset[str] = frozenset()
    lost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Everything that was decided about one history."""

    verdicts: tuple[Verdict, ...]
    rulings: tuple[Ruling, ...]


def examine(checks: Iterable[Check], evidence: Evidence) -> Iterator[Verdict]:
    """Yield every verdict of every check, in the order of the checks.

    A check that raises is our defect: it becomes an ERROR verdict that names it, and
    the others go on.
    """
    for check in checks:
        try:
            yield from check(evidence)
        except Exception as error:  # noqa: BLE001  our defect must not hide the rest
            name = getattr(check, "__qualname__", repr(check))
            yield Verdict(
                requirement="",
                operation="",
                outcome=Outcome.ERROR,
                reason=f"check {name} raised {type(error).__name__}: {error}",
                symptom=name,
            )


def judge(checks: Iterable[Check], evidence: Evidence, terms: Terms) -> Judgement:
    """Return verdicts and rulings for every requirement that binds what is judged."""
    verdicts = tuple(_under(terms, examine(checks, evidence)))
    docket = Docket()
    for verdict in verdicts:
        docket.add(verdict)
    rulings = ruled(docket, evidence.contract, terms)
    return Judgement(verdicts=verdicts, rulings=rulings)


def heard(checks: Iterable[Check], evidence: Evidence, terms: Terms) -> Docket:
    """Return what the checks say, folded as they say it.

    Two dockets of parts of the checks, one following the other, are that of both.
    """
    docket = Docket()
    for verdict in _under(terms, examine(checks, evidence)):
        docket.add(verdict)
    return docket


def ruled(docket: Docket, contract: Contract, terms: Terms) -> tuple[Ruling, ...]:
    """Return a ruling for every point that binds, then for those no row asked for."""
    reads = frozenset(
        operation.id for operation in contract.operations if operation.method == "GET"
    )
    points = dict(docket.points)
    rulings = tuple(
        _ruling(
            _at(requirement, operation, reads=reads),
            points.pop(
                (requirement.id, operation),
                Point(requirement=requirement.id, operation=operation),
            ),
            terms,
        )
        for requirement in terms.catalogue.binding(terms.profile).requirements.values()
        for operation in requirement.operations
    )
    return rulings + tuple(map(_stray, points.values()))


def _under(terms: Terms, verdicts: Iterator[Verdict]) -> Iterator[Verdict]:
    """Return the verdicts as the terms have them."""
    if terms.expectations:
        verdicts = (_held_to(one, terms.expectations) for one in verdicts)
    return map(_doubted, verdicts) if terms.profile.partial else verdicts


def _at(
    requirement: Requirement, operation: str, *, reads: frozenset[str]
) -> Requirement:
    """Return the requirement at one operation, which may need to write."""
    if operation in reads:
        return requirement
    return replace(requirement, needs=requirement.needs | {Capability.WRITING})


def _ruling(requirement: Requirement, point: Point, terms: Terms) -> Ruling:
    if terms.select and requirement.id not in terms.select:
        return Ruling(
            requirement=requirement.id,
            operation=point.operation,
            outcome=Outcome.SKIP,
            reason=NOT_SELECTED,
        )
    ruling = point.ruling(minimum=requirement.minimum)
    profile, needs = terms.profile, sorted(requirement.needs)
    if not profile.claims(requirement) and ruling.outcome in _CHANCE:
        missing = ", ".join(sorted(requirement.needs - profile.provides))
        reason = f"the profile {profile.name} does not claim: {missing}"
        return replace(ruling, outcome=Outcome.SKIP, reason=reason, choices=())
    if ruling.outcome is not Outcome.UNKNOWN:
        return ruling
    if reason := next((terms.absent[n] for n in needs if n in terms.absent), ""):
        return replace(ruling, outcome=Outcome.SKIP, reason=reason)
    return _silent(ruling, requirement, terms) if point.silent else ruling


def _silent(ruling: Ruling, requirement: Requirement, terms: Terms) -> Ruling:
    """Return the ruling of a point on which nothing bears, with the reason why.

    What does not bind is not sent by a profile that is not thorough.
    """
    profile = terms.profile
    if requirement.id in terms.gave_up:
        return replace(ruling, reason=terms.gave_up[requirement.id])
    binding = requirement.level is Level.MUST or requirement.id in terms.expectations
    if binding or profile.thorough or terms.lost:
        return ruling
    reason = f"not sent: the profile {profile.name} asks for less"
    return replace(ruling, outcome=Outcome.SKIP, reason=reason)


def _stray(point: Point) -> Ruling:
    """Return the ruling of a point that no row asked for: our defect."""
    ruling = point.ruling()
    if ruling.outcome is Outcome.ERROR:
        return ruling
    reason = (
        f"a check judged {point.requirement} at {point.operation}, "
        "the catalogue does not"
    )
    return replace(ruling, outcome=Outcome.ERROR, reason=reason)


def _held_to(verdict: Verdict, expectations: Mapping[str, str]) -> Verdict:
    """Return the verdict, a FAIL if its choice is not the one expected."""
    expected = expectations.get(verdict.requirement)
    if expected is None or not verdict.choice or verdict.choice == expected:
        return verdict
    return replace(
        verdict,
        outcome=Outcome.FAIL,
        reason=f"expected the choice {expected!r}, observed {verdict.choice!r}",
        symptom=verdict.choice,
    )


def _doubted(verdict: Verdict) -> Verdict:
    """Return the verdict, UNKNOWN if it fails by holding two exchanges together.

    What somebody did unseen in between would be as good a reason.
    """
    if verdict.outcome is not Outcome.FAIL or len(set(verdict.evidence)) == 1:
        return verdict
    reason = f"insufficient evidence: {verdict.reason}, and others may have acted"
    return replace(verdict, outcome=Outcome.UNKNOWN, reason=reason, symptom="")


def exit_code(
    rulings: Iterable[Ruling],
    catalogue: Catalogue,
    *,
    expectations: Iterable[str] = (),
    select: frozenset[str] = frozenset(),
) -> Exit:
    """Return what the rulings amount to; resources left behind are not known here.

    A choice that was expected counts as a must. Nothing decided is INCOMPLETE. Of a
    selection without a must, all that was selected has to be decided.
    """
    binding = frozenset(expectations) | {
        r.id for r in catalogue.requirements.values() if r.level is Level.MUST
    }
    if select and binding.isdisjoint(select):
        binding = select
    rulings = tuple(rulings)
    outcomes = {ruling.outcome for ruling in rulings if ruling.requirement in binding}
    if Outcome.FAIL in outcomes:
        return Exit.NON_CONFORMANT
    if any(ruling.outcome is Outcome.ERROR for ruling in rulings):
        return Exit.OUR_ERROR
    if Outcome.UNKNOWN in outcomes or Outcome.PASS not in outcomes:
        return Exit.INCOMPLETE
    return Exit.CONFORMANT
