"""A comparison: where two records, or several, say different things."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from conformance.catalogue import Requirement
from conformance.report.state import State, state_of
from conformance.report.view import Cell, Row, View
from conformance.verdict import Outcome, Ruling


class ComparisonError(ValueError):
    """Records that cannot be compared as asked; the message is one clear line."""


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
    """Two records side by side.

    `same` counts the points on which both agree; `one_sided` names those that only
    one of them claims or judged, `stale` what was allowed and does not differ.
    """

    before: View
    after: View
    differences: tuple[Difference, ...]
    same: int
    one_sided: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()

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

    `again` are further records of either target: where the two targets have ever
    given one answer, the difference is noise. `allow` names requirements, or
    requirement/operation.

    Raises ComparisonError for a record that rules on nothing, one in `again` that is
    of neither target, or an allowance of what nobody judged.
    """
    allowed = tuple(dict.fromkeys(allow))
    for view in (before, after, *(again := tuple(again))):
        if not view.record.rulings:
            raise ComparisonError(
                f"the record of {view.name} rules on nothing: its run was cut off; "
                "`conformance rejudge` judges what it saw"
            )
    common = _common(before, after, again)
    found = tuple(
        replace(
            one,
            allowed=bool({one.id, one.requirement.id} & {*allowed}),
            noise=one.id in common,
        )
        for one in _differences(before, after)
    )
    pairs = _pairs(before, after)
    known = {name for key in pairs for name in (key[0], "/".join(key))}
    if strange := next((name for name in allowed if name not in known), ""):
        raise ComparisonError(
            f"--allow {strange}: neither record judges such a requirement"
        )
    excused = {name for one in found for name in (one.id, one.requirement.id)}
    return Comparison(
        before=before,
        after=after,
        differences=tuple(sorted(found, key=lambda d: tuple(Kind).index(d.kind))),
        same=sum(_comparable(*pair) for pair in pairs.values()) - len(found),
        one_sided=tuple(
            "/".join(key) for key, pair in pairs.items() if _one_sided(*pair)
        ),
        stale=tuple(name for name in allowed if name not in excused),
    )


def _common(before: View, after: View, again: tuple[View, ...]) -> frozenset[str]:
    """Return the points on which both targets have at any time given one answer."""
    answers: tuple[set[_Answer], set[_Answer]] = (set(), set())
    for view in (before, after, *again):
        sides = [
            found
            for side, found in zip((before, after), answers, strict=True)
            if view is side or (view in again and same_target(side, view))
        ]
        if not sides:
            raise ComparisonError(
                f"the record of {view.name} tells no noise: it is of neither "
                f"{before.name} nor {after.name}"
            )
        for found in sides:
            found.update(map(_answer, _cells(view).values()))
    both = answers[0] & answers[1]
    return frozenset(f"{answer.requirement}/{answer.operation}" for answer in both)


def same_target(one: View, other: View) -> bool:
    """Return whether two records are of one target, by name or else by address."""
    mine, theirs = one.header, other.header
    if mine.name or theirs.name:
        return mine.name == theirs.name
    return mine.target == theirs.target


def _differences(before: View, after: View) -> Iterator[Difference]:
    for (requirement, operation), (one, other) in _pairs(before, after).items():
        if one is None or other is None or not _comparable(one, other):
            continue
        if kind := _kind(one.ruling, other.ruling):
            yield Difference(
                kind=kind,
                requirement=before.by_id[requirement].requirement,
                operation=operation,
                before=one.ruling,
                after=other.ruling,
            )


def _pairs(
    before: View, after: View
) -> Mapping[tuple[str, str], tuple[Cell | None, Cell | None]]:
    """Return the cells of both, by requirement and operation."""
    mine, theirs = _cells(before), _cells(after)
    return {
        key: (mine.get(key), theirs.get(key)) for key in dict.fromkeys([*mine, *theirs])
    }


def _cells(view: View) -> Mapping[tuple[str, str], Cell]:
    """Return what the record rules on; the view fills up what it does not."""
    ruled = {ruling.key for ruling in view.record.rulings}
    return {
        cell.ruling.key: cell
        for row in view.rows
        for cell in row.cells
        if cell.ruling.key in ruled
    }


def _claimed(cell: Cell | None) -> bool:
    return cell is not None and cell.state is not State.SKIPPED


def _comparable(one: Cell | None, other: Cell | None) -> bool:
    return _claimed(one) and _claimed(other)


def _one_sided(one: Cell | None, other: Cell | None) -> bool:
    return _claimed(one) is not _claimed(other)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What one record says on one point, as far as two may differ in it."""

    requirement: str
    operation: str
    outcome: Outcome
    symptoms: tuple[str, ...]
    choices: tuple[str, ...]


def _answer(cell: Cell) -> _Answer:
    ruling = cell.ruling
    return _Answer(
        requirement=ruling.requirement,
        operation=ruling.operation,
        outcome=ruling.outcome,
        symptoms=_symptoms(ruling),
        choices=ruling.choices,
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
    state = state_of(ruling.outcome)
    what = ", ".join(_symptoms(ruling)) or ruling.reason
    return state if state is State.HELD or not what else f"{state}: {what}"


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
    """Several records side by side: requirement by target, no name twice."""

    views: tuple[View, ...]
    names: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def targets(self) -> tuple[tuple[str, View], ...]:
        """Each name with its record."""
        return tuple(zip(self.names, self.views, strict=True))


def matrix(views: tuple[View, ...]) -> Matrix:
    """Return the records side by side, in the order of the catalogue."""
    ids = dict.fromkeys(id_ for view in views for id_ in view.by_id)
    return Matrix(
        views=views,
        names=_told_apart(tuple(view.name for view in views)),
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


def _told_apart(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names, numbered where one is there more than once."""
    return tuple(
        f"{name} ({names[:place].count(name) + 1})" if names.count(name) > 1 else name
        for place, name in enumerate(names)
    )
