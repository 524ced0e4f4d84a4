"""A comparison: where two records, or several, say different things."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from conformance.catalogue import Requirement
from conformance.report.state import State
from conformance.report.view import Cell, Row, View
from conformance.verdict import Outcome, Ruling


class Kind(StrEnum):
    """In what two records differ, the most telling first."""

    VERDICT = "verdict"  # it holds in one and not in the other
    SYMPTOM = "symptom"  # it is broken in both, and not in the same way
    CHOICE = "choice"  # both are lawful, and not the same
    EVIDENCE = "evidence"  # one could not be judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One requirement at one operation that two records disagree upon."""

    kind: Kind
    requirement: Requirement
    operation: str
    before: Ruling
    after: Ruling
    allowed: bool = False
    noise: bool = False

    @property
    def id(self) -> str:
        """What names it in an allowance."""
        return f"{self.requirement.id}/{self.operation}"

    @property
    def counts(self) -> bool:
        """Whether it is neither allowed nor noise."""
        return not self.allowed and not self.noise

    @property
    def sides(self) -> tuple[str, str]:
        """What each record says, for people."""
        return _said(self.before, self.kind), _said(self.after, self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two records side by side; `incomparable` is what only one of them claims."""

    before: View
    after: View
    differences: tuple[Difference, ...]
    same: int
    incomparable: int

    @property
    def counting(self) -> tuple[Difference, ...]:
        """The differences that are neither allowed nor noise."""
        return tuple(one for one in self.differences if one.counts)


def compare(
    before: View,
    after: View,
    *,
    again: Iterable[View] = (),
    allow: Iterable[str] = (),
) -> Comparison:
    """Return where two records differ.

    `again` are further records of either target: what differs between two records of
    one target is noise. `allow` names requirements, or requirement/operation.
    """
    noisy = {
        one.id
        for other in again
        for side in (before, after)
        if same_target(side, other)
        for one in _differences(side, other)
    }
    allowed = frozenset(allow)
    found = tuple(
        Difference(
            kind=one.kind,
            requirement=one.requirement,
            operation=one.operation,
            before=one.before,
            after=one.after,
            allowed=bool({one.id, one.requirement.id} & allowed),
            noise=one.id in noisy,
        )
        for one in _differences(before, after)
    )
    pairs = _pairs(before, after)
    comparable = sum(_comparable(*pair) for pair in pairs.values())
    return Comparison(
        before=before,
        after=after,
        differences=tuple(sorted(found, key=lambda d: tuple(Kind).index(d.kind))),
        same=comparable - len(found),
        incomparable=len(pairs) - comparable,
    )


def same_target(one: View, other: View) -> bool:
    """Return whether two records are of one target."""
    mine, theirs = one.header, other.header
    return (mine.name, mine.target) == (theirs.name, theirs.target) or (
        bool(mine.name) and mine.name == theirs.name
    )


def _differences(before: View, after: View) -> list[Difference]:
    return [
        Difference(
            kind=kind,
            requirement=before.by_id[requirement].requirement,
            operation=operation,
            before=one.ruling,
            after=other.ruling,
        )
        for (requirement, operation), (one, other) in _pairs(before, after).items()
        if _comparable(one, other)
        and one is not None
        and other is not None
        and (kind := _kind(one.ruling, other.ruling))
    ]


def _pairs(
    before: View, after: View
) -> Mapping[tuple[str, str], tuple[Cell | None, Cell | None]]:
    """Return the cells of both, by requirement and operation."""
    mine, theirs = _cells(before), _cells(after)
    return {
        key: (mine.get(key), theirs.get(key)) for key in dict.fromkeys([*mine, *theirs])
    }


def _cells(view: View) -> Mapping[tuple[str, str], Cell]:
    return {cell.ruling.key: cell for row in view.rows for cell in row.cells}


def _comparable(one: Cell | None, other: Cell | None) -> bool:
    return (
        one is not None
        and other is not None
        and State.SKIPPED not in {one.state, other.state}
    )


def _kind(one: Ruling, other: Ruling) -> Kind | None:
    """Return in what two rulings differ, None if in nothing that matters."""
    outcomes = {one.outcome, other.outcome}
    if len(outcomes) > 1:
        undecided = {Outcome.UNKNOWN, Outcome.ERROR} & outcomes
        return Kind.EVIDENCE if undecided else Kind.VERDICT
    if _symptoms(one) != _symptoms(other):
        return Kind.SYMPTOM
    return Kind.CHOICE if one.choices != other.choices else None


def _symptoms(ruling: Ruling) -> tuple[str, ...]:
    return tuple(sorted(finding.symptom for finding in ruling.findings))


def _said(ruling: Ruling, kind: Kind) -> str:
    if kind is Kind.CHOICE:
        return ", ".join(ruling.choices) or "no choice seen"
    if ruling.outcome is Outcome.FAIL:
        return f"broken: {', '.join(_symptoms(ruling)) or ruling.reason}"
    if ruling.outcome is Outcome.PASS:
        return "held"
    return f"unproven: {ruling.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One requirement across several records."""

    requirement: Requirement
    rows: tuple[Row | None, ...]

    @property
    def different(self) -> bool:
        """Whether the records that judge it do not say the same."""
        said = {
            (row.state, row.choices)
            for row in self.rows
            if row is not None and row.state is not State.SKIPPED
        }
        return len(said) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Several records side by side: requirement by target."""

    views: tuple[View, ...]
    lines: tuple[Line, ...]


def matrix(views: tuple[View, ...]) -> Matrix:
    """Return the records side by side, in the order of the catalogue."""
    ids = dict.fromkeys(id_ for view in views for id_ in view.by_id)
    return Matrix(
        views=views,
        lines=tuple(
            Line(
                requirement=next(
                    view.by_id[id_].requirement for view in views if id_ in view.by_id
                ),
                rows=tuple(view.by_id.get(id_) for view in views),
            )
            for id_ in ids
        ),
    )
