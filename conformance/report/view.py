"""The view: one record as its reader is shown it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from shlex import quote

from conformance.catalogue import Capability, Catalogue, Excluded, Requirement
from conformance.contract import Contract
from conformance.exchange import Exchange
from conformance.library import Fault, Library
from conformance.perform import Performed
from conformance.record import Footer, Header, Record, Tally, Waiver
from conformance.report.cause import Cause, causes
from conformance.report.chain import Chain, Past
from conformance.report.curl import curl_script
from conformance.report.proof import Prover
from conformance.report.state import State, state_of, worst
from conformance.verdict import Exit, Finding, Level, Outcome, Ruling

_HEADLINES = {
    Exit.CONFORMANT: "conformant",
    Exit.NON_CONFORMANT: "not conformant",
    Exit.USAGE: "could not begin",
    Exit.INCOMPLETE: "incomplete",
    Exit.OUR_ERROR: "our own error",
    Exit.LEFT_BEHIND: "resources left behind",
}
_SIMILAR = 0.5
_CHAIN_SHOWN_MAX = 8
_LEVELS = tuple(Level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One requirement at one operation."""

    ruling: Ruling
    state: State

    @property
    def operation(self) -> str:
        """The operation id."""
        return self.ruling.operation


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One requirement with what came of it at each of its operations."""

    requirement: Requirement
    cells: tuple[Cell, ...]
    proofs: tuple[Fault, ...] = ()

    @property
    def state(self) -> State:
        """The most pressing state of its operations."""
        return worst(cell.state for cell in self.cells)

    @property
    def choices(self) -> tuple[str, ...]:
        """Every choice that was seen at any operation."""
        seen = {choice for cell in self.cells for choice in cell.ruling.choices}
        return tuple(sorted(seen))

    @property
    def judged(self) -> int:
        """How often its precondition held."""
        return sum(cell.ruling.judged for cell in self.cells)

    @property
    def reason(self) -> str:
        """Why the most pressing of its operations is what it is."""
        return next((c.ruling.reason for c in self.cells if c.state is self.state), "")

    def cell(self, operation: str) -> Cell | None:
        """Return what came of it at that operation, or None."""
        return next((c for c in self.cells if c.operation == operation), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A finding with what it takes to understand and to repeat it.

    `id` is what `conformance replay` takes: requirement, operation and a count.
    """

    id: str
    finding: Finding
    requirement: Requirement
    state: State
    expected: str
    observed: str
    chain: Chain
    curl: str
    past: Past = field(repr=False)

    @property
    def whole(self) -> Chain | None:
        """All that the scenes did that show it, None where that is too much."""
        return self.past.whole(self.finding.evidence)

    def repeat(self, record: str) -> str:
        """Return the command that judges it again; `record` is how to name the file.

        What a client does cannot be replayed without it.
        """
        if Capability.CLIENT in self.requirement.needs:
            return f'conformance gate --driver "$DRIVER" --select {self.requirement.id}'
        return f"conformance replay {quote(record)} {quote(self.id)}"

    @property
    def evidence(self) -> tuple[Exchange, ...]:
        """The exchanges that show it: the chain, or of a long one what was cited."""
        some = tuple(step.exchange for step in self.chain.steps)
        if len(some) <= _CHAIN_SHOWN_MAX:
            return some
        return tuple(one for one in some if one.number in self.finding.evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Findings that are likely to have one cause, and the rows they break."""

    rows: tuple[Row, ...]
    findings: tuple[Shown, ...]
    cause: Cause

    @property
    def level(self) -> Level:
        """The level of the most binding row."""
        return min((r.requirement.level for r in self.rows), key=_LEVELS.index)

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations at which it shows, in order of appearance."""
        return tuple(dict.fromkeys(shown.finding.operation for shown in self.findings))

    @property
    def refused(self) -> bool:
        """Whether it only shows where the target refuses: a success goes before it."""
        last = (shown.evidence[-1:] for shown in self.findings)
        return not any(exchange.accepted for some in last for exchange in some)

    @property
    def count(self) -> int:
        """How many verdicts failed."""
        return sum(shown.finding.count for shown in self.findings)

    @property
    def state(self) -> State:
        """Broken, or waived where every finding is."""
        return worst(shown.state for shown in self.findings)


@dataclass(frozen=True, kw_only=True)
class View:
    """Everything a report shows of one record."""

    record: Record
    contract: Contract
    catalogue: Catalogue
    rows: tuple[Row, ...]
    clusters: tuple[Cluster, ...]
    errors: tuple[str, ...]

    @property
    def header(self) -> Header:
        """What was run."""
        return self.record.header

    @property
    def footer(self) -> Footer | None:
        """What it came to, if it came to an end."""
        return self.record.footer

    @property
    def name(self) -> str:
        """What to call the target."""
        return self.header.name or self.header.target or "recorded traffic"

    @property
    def exit(self) -> Exit | None:
        """The exit code, None when the run was cut off."""
        return self.footer.exit if self.footer else None

    @property
    def headline(self) -> str:
        """The verdict in one or two words."""
        return "cut off" if self.exit is None else _HEADLINES[self.exit]

    @property
    def requests(self) -> int:
        """How many requests were made."""
        return self.footer.requests if self.footer else len(self.record.exchanges)

    @property
    def seconds(self) -> float:
        """How long the run took, or how much of it was recorded."""
        if self.footer:
            return self.footer.seconds
        return max((e.ended_ms for e in self.record.exchanges), default=0.0) / 1000

    @property
    def waivers(self) -> tuple[Waiver, ...]:
        """The failures that the user knows of."""
        return self.footer.waivers if self.footer else ()

    @property
    def troubled(self) -> tuple[Performed, ...]:
        """The scenes that ended before their time."""
        return tuple(p for p in self.record.performed if p.gave_up or p.defect)

    @property
    def excluded(self) -> tuple[Excluded, ...]:
        """The sentences that no check judges."""
        return self.catalogue.excluded

    @cached_property
    def counts(self) -> Mapping[Level, Mapping[State, int]]:
        """How many requirements of each level are in each state."""
        counts = {level: dict.fromkeys(State, 0) for level in Level}
        for row in self.rows:
            counts[row.requirement.level][row.state] += 1
        return counts

    @cached_property
    def by_id(self) -> Mapping[str, Row]:
        """The rows by requirement id."""
        return {row.requirement.id: row for row in self.rows}

    @cached_property
    def evidence(self) -> Mapping[tuple[str, str], tuple[int, ...]]:
        """The exchanges behind each ruling: its failures first, else examples."""
        found: dict[tuple[str, str], dict[int, None]] = {}
        for tally in sorted(self.record.tallies, key=_pressing):
            verdict = tally.verdict
            key = verdict.requirement, verdict.operation
            found.setdefault(key, {}).update(dict.fromkeys(verdict.evidence))
        return {key: tuple(numbers) for key, numbers in found.items()}

    def findings(self) -> tuple[Shown, ...]:
        """Return every finding, the most pressing cluster first."""
        return tuple(shown for cluster in self.clusters for shown in cluster.findings)

    def in_state(self, *states: State) -> tuple[Row, ...]:
        """Return the rows in any of these states."""
        return tuple(row for row in self.rows if row.state in states)


def _pressing(tally: Tally) -> int:
    return tuple(Outcome).index(tally.verdict.outcome)


def view(record: Record, library: Library, faults: Mapping[str, Fault]) -> View:
    """Return what a report shows of a record, read with today's catalogue."""
    catalogue = library.catalogue
    if profile := catalogue.profiles.get(record.header.profile):
        catalogue = catalogue.binding(profile)
    rows = _rows(record, catalogue, faults)
    return View(
        record=record,
        contract=library.contract,
        catalogue=catalogue,
        rows=rows,
        clusters=_clusters(record, rows, faults, library),
        errors=tuple(
            dict.fromkeys(
                [r.reason for r in record.rulings if r.outcome is Outcome.ERROR]
                + [one.defect for one in record.performed if one.defect]
            )
        ),
    )


def _rows(
    record: Record, catalogue: Catalogue, faults: Mapping[str, Fault]
) -> tuple[Row, ...]:
    """Return a row per requirement: of the catalogue, then any other ruled upon."""
    waivers = record.footer.waivers if record.footer else ()
    known = {(w.requirement, w.operation) for w in waivers if w.state == "used"}
    cells: dict[str, list[Cell]] = {id_: [] for id_ in catalogue.requirements}
    for ruling in record.rulings:
        waived = bool({ruling.key, (ruling.requirement, "")} & known)
        cells.setdefault(ruling.requirement, []).append(
            Cell(ruling=ruling, state=state_of(ruling.outcome, waived=waived))
        )
    return tuple(
        Row(
            requirement=catalogue.requirements.get(id_) or _stranger(id_, some),
            cells=tuple(some) or _unjudged(catalogue.requirements[id_]),
            proofs=tuple(
                sorted(
                    (fault for fault in faults.values() if id_ in fault.trips),
                    key=lambda fault: (len(fault.trips), fault.difficulty),
                )
            ),
        )
        for id_, some in cells.items()
        if id_
    )


def _stranger(id_: str, cells: list[Cell]) -> Requirement:
    """Return a stand-in for a requirement that the catalogue does not have."""
    return Requirement(
        id=id_,
        sentence="This suite has no such requirement.",
        level=Level.OBSERVE,
        area="unknown",
        operations=tuple(cell.operation for cell in cells),
        source=(),
    )


def _unjudged(requirement: Requirement) -> tuple[Cell, ...]:
    return tuple(
        Cell(
            ruling=Ruling(
                requirement=requirement.id,
                operation=operation,
                outcome=Outcome.UNKNOWN,
                reason="the record does not rule on it",
            ),
            state=State.UNPROVEN,
        )
        for operation in requirement.operations
    )


def _clusters(
    record: Record,
    rows: tuple[Row, ...],
    faults: Mapping[str, Fault],
    library: Library,
) -> tuple[Cluster, ...]:
    """Return the broken rows, grouped by likely cause, what to fix first first.

    A row that shares its cause with no other joins one of its area that fails on
    mostly the same exchanges.
    """
    failing: dict[str, set[int]] = {}
    for tally in record.tallies:
        if tally.verdict.outcome is Outcome.FAIL:
            seen = failing.setdefault(tally.verdict.requirement, set())
            seen.update(tally.verdict.evidence)
    broken = {
        row.requirement.id: row
        for row in rows
        if row.state in {State.BROKEN, State.WAIVED}
    }
    words = {id_: _words(row) for id_, row in broken.items()}
    groups: list[tuple[Cause, list[Row]]] = []
    for cause in causes(words, faults.values()):
        some = [broken[id_] for id_ in cause.ids]
        mine = failing.get(cause.ids[0], set())
        for _, group in groups:
            first = group[0].requirement
            theirs = failing.get(first.id, set())
            same = first.area == some[0].requirement.area and _similar(mine, theirs)
            if len(some) == 1 and same:
                group.extend(some)
                break
        else:
            groups.append((cause, some))
    prover = Prover(past=past_of(record), header=record.header, library=library)
    clusters = [_cluster(tuple(group), cause, prover) for cause, group in groups]
    return tuple(
        sorted(
            clusters,
            key=lambda one: (
                tuple(State).index(one.state),
                _LEVELS.index(one.level),
                one.refused,
                -len(one.operations),
            ),
        )
    )


def past_of(record: Record) -> Past:
    """Return what was exchanged, ready for chains to be made from it."""
    header = record.header
    return Past(
        exchanges=record.exchanges,
        tag=header.tag,
        service_sid=header.service_sid,
        target=header.target or "https://proxy.twilio.com",
    )


def _similar(some: set[int], others: set[int]) -> bool:
    both = some | others
    return bool(both) and len(some & others) / len(both) >= _SIMILAR


def _words(row: Row) -> str:
    """Return all that is said of the failures of a row."""
    return " ".join(
        f"{finding.symptom} {finding.reason}"
        for cell in row.cells
        for finding in cell.ruling.findings
    )


def _cluster(rows: tuple[Row, ...], cause: Cause, prover: Prover) -> Cluster:
    return Cluster(
        rows=rows,
        cause=cause,
        findings=tuple(
            _shown(row, cell, number, finding, prover)
            for row in rows
            for cell in row.cells
            for number, finding in enumerate(cell.ruling.findings, start=1)
        ),
    )


def _shown(
    row: Row, cell: Cell, number: int, finding: Finding, prover: Prover
) -> Shown:
    chain, past = prover.smallest(finding), prover.past
    expected, observed = expectation(finding.reason)
    return Shown(
        id=f"{finding.requirement}/{finding.operation}/{number}",
        finding=finding,
        requirement=row.requirement,
        state=cell.state,
        expected=expected,
        observed=observed,
        chain=chain,
        curl=curl_script(chain, past.target),
        past=past,
    )


def expectation(reason: str) -> tuple[str, str]:
    """Return what was expected and what was observed; "" and the whole if unsaid."""
    expected, between, observed = reason.partition(", observed ")
    if between and expected.startswith("expected "):
        return expected.removeprefix("expected "), observed
    return "", reason
