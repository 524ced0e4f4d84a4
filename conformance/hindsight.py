"""Hindsight: what was recorded, judged anew by this suite, without a target."""

import gc
import os
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import TypeAlias

from conformance import __version__
from conformance.catalogue import Capability
from conformance.checks import CHECKS
from conformance.evidence import Evidence
from conformance.exchange import History
from conformance.judge import Terms, exit_code, heard, ruled
from conformance.library import Library, library
from conformance.perform import Performed
from conformance.record import Footer, Record, RecordError, counted
from conformance.run import Plan, terms
from conformance.verdict import Docket, Exit, Outcome, Ruling

Source: TypeAlias = Callable[[], Record]
"""Returns a record, in whichever process it is called."""

SHARED_FROM = 20_000
"""From how many exchanges on it pays to judge in two processes."""

# The checks up to here take about as long as those that come after.
_HALF = next(i for i, check in enumerate(CHECKS) if check.__module__.endswith(".links"))

CUT_OFF = "the run was cut off before it could say what it came to"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What this suite says of a requirement at an operation, and the record does not.

    `before` is None where the record does not rule on it, `after` where this suite
    does not.
    """

    before: Ruling | None
    after: Ruling | None

    @property
    def key(self) -> tuple[str, str]:
        """The requirement id and the operation id."""
        ruling = self.after or self.before
        return ruling.key if ruling else ("", "")

    @property
    def sides(self) -> tuple[str, str]:
        """What was said, and what is said now, for people."""
        return _said(self.before), _said(self.after)


def judged_anew(record: Record, specs: Library, source: Source | None = None) -> Record:
    """Return the record with the verdicts that this suite derives from its evidence.

    A footer is there even if the run was cut off before it wrote one. A long record
    that has a `source` is judged by two processes, half of the checks each. Raises
    CatalogueError if this suite has no such profile, RecordError where more than the
    exchanges was judged.
    """
    plan = _plan(record, specs)
    with uncollected():
        docket = _shared(record, specs, source) if source else None
        docket = docket or _heard(record, specs)
    rulings = ruled(docket, specs.contract, _terms(record, plan))
    return Record(
        header=replace(
            record.header,
            suite=__version__,
            contract=specs.contract_digest,
            catalogue=specs.catalogue_digest,
        ),
        exchanges=record.exchanges,
        performed=record.performed,
        tallies=docket.tallies(),
        rulings=rulings,
        footer=_footer(record, rulings, plan),
    )


def _plan(record: Record, specs: Library) -> Plan:
    """Return the plan that the record tells of."""
    header, footer = record.header, record.footer
    profile = specs.catalogue.profile(header.profile)
    if Capability.CLIENT in profile.provides:
        raise RecordError(
            "the record of a client says what it sent, not what it made of the "
            "answers: judge it again with `conformance gate`"
        )
    return Plan(
        contract=specs.contract,
        catalogue=specs.catalogue,
        profile=profile,
        account_sid=header.account_sid,
        tag=header.tag,
        service_sid=header.service_sid,
        seed=header.seed,
        select=frozenset(header.select),
        expectations=header.expectations,
        waived=frozenset(
            (waiver.requirement, waiver.operation)
            for waiver in (footer.waivers if footer else ())
            if waiver.state != "expired"
        ),
    )


def _terms(record: Record, plan: Plan) -> Terms:
    absent = record.footer.absent if record.footer else dict[str, str]()
    return terms(plan, record.performed, absent, record.exchanges)


def _heard(record: Record, specs: Library, part: slice = slice(None)) -> Docket:
    """Return what these checks say of the record."""
    header = record.header
    evidence = Evidence(
        history=History(account_sid=header.account_sid, exchanges=record.exchanges),
        contract=specs.contract,
    )
    return heard(CHECKS[part], evidence, _terms(record, _plan(record, specs)))


def _shared(record: Record, specs: Library, source: Source) -> Docket | None:
    """Return what all checks say, the later ones in a process of their own.

    None where that does not pay. It reads the evidence itself: that is sooner done
    than to hand it over.
    """
    if len(record.exchanges) < SHARED_FROM or (os.cpu_count() or 1) == 1:
        return None
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        later = pool.submit(_later, source)
        docket = _heard(record, specs, slice(_HALF))
        docket.follow(later.result())
    return docket


def _later(source: Source) -> Docket:
    """Return what the later checks say, in a process that does nothing else."""
    gc.disable()
    return _heard(source(), library(), slice(_HALF, None))


@contextmanager
def uncollected() -> Generator[None]:
    """Leave the block's values to be: none of them is garbage, and they are many.

    Looking for garbage among the verdicts of a long record takes a quarter of the time.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def changes(before: Record, after: Record) -> tuple[Change, ...]:
    """Return where two judgements of one history say different things.

    How often something was judged is no difference; what it was found to be is.
    """
    mine, theirs = _by_key(before), _by_key(after)
    both = (
        Change(before=mine.get(key), after=theirs.get(key))
        for key in dict.fromkeys([*theirs, *mine])
    )
    return tuple(change for change in both if change.sides[0] != change.sides[1])


def _by_key(record: Record) -> Mapping[tuple[str, str], Ruling]:
    return {ruling.key: ruling for ruling in record.rulings}


def _said(ruling: Ruling | None) -> str:
    if ruling is None:
        return "not ruled upon"
    classes = ruling.choices
    if ruling.outcome is Outcome.FAIL:
        classes = tuple(sorted(finding.symptom for finding in ruling.findings))
    return f"{ruling.outcome}: {', '.join(classes)}" if classes else ruling.outcome


def _footer(record: Record, rulings: tuple[Ruling, ...], plan: Plan) -> Footer:
    """Return what the record comes to, as the run would have put it."""
    footer = record.footer or Footer(
        exit=Exit.INCOMPLETE,
        counts={},
        requests=len(record.exchanges),
        seconds=max((e.ended_ms for e in record.exchanges), default=0.0) / 1000,
        halted=CUT_OFF,
    )
    return replace(
        footer,
        exit=_exit(record.performed, rulings, plan, footer),
        counts=counted(rulings, plan.catalogue),
    )


def _exit(
    performed: tuple[Performed, ...],
    rulings: tuple[Ruling, ...],
    plan: Plan,
    footer: Footer,
) -> Exit:
    """Return the exit code that the run would give."""
    if footer.left_behind:
        return Exit.LEFT_BEHIND
    if any(one.defect for one in performed):
        return Exit.OUR_ERROR
    counting = (ruling for ruling in rulings if not plan.waives(ruling))
    code = exit_code(counting, plan.catalogue, expectations=plan.expectations)
    return Exit.INCOMPLETE if footer.halted and code is Exit.CONFORMANT else code
