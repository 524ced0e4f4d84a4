"""Hindsight: what was recorded, judged anew by this suite, without a target."""

import gc
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from conformance import __version__
from conformance.catalogue import Capability
from conformance.exchange import History
from conformance.judge import Judgement, exit_code
from conformance.library import Library
from conformance.perform import Performed
from conformance.record import Footer, Record, RecordError, counted, tallied
from conformance.run import Plan, judge_history
from conformance.verdict import Exit, Outcome, Ruling

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


def judged_anew(record: Record, library: Library) -> Record:
    """Return the record with the verdicts that this suite derives from its evidence.

    A footer is there even if the run was cut off before it wrote one. Raises
    CatalogueError if this suite has no such profile, RecordError where more than the
    exchanges was judged.
    """
    header, footer = record.header, record.footer
    profile = library.catalogue.profile(header.profile)
    if Capability.CLIENT in profile.provides:
        raise RecordError(
            "the record of a client says what it sent, not what it made of the "
            "answers: judge it again with `conformance gate`"
        )
    plan = Plan(
        contract=library.contract,
        catalogue=library.catalogue,
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
    history = History(account_sid=header.account_sid, exchanges=record.exchanges)
    absent = footer.absent if footer else dict[str, str]()
    with _uncollected():
        judgement = judge_history(history, plan, record.performed, absent)
    return Record(
        header=replace(
            header,
            suite=__version__,
            contract=library.contract_digest,
            catalogue=library.catalogue_digest,
        ),
        exchanges=record.exchanges,
        performed=record.performed,
        tallies=tallied(judgement.verdicts),
        rulings=judgement.rulings,
        footer=_footer(record, judgement, plan),
    )


@contextmanager
def _uncollected() -> Generator[None]:
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


def _footer(record: Record, judgement: Judgement, plan: Plan) -> Footer:
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
        exit=_exit(record.performed, judgement, plan, footer),
        counts=counted(judgement.rulings, plan.catalogue),
    )


def _exit(
    performed: tuple[Performed, ...], judgement: Judgement, plan: Plan, footer: Footer
) -> Exit:
    """Return the exit code that the run would give."""
    if footer.left_behind:
        return Exit.LEFT_BEHIND
    if any(one.defect for one in performed):
        return Exit.OUR_ERROR
    counting = (ruling for ruling in judgement.rulings if not plan.waives(ruling))
    code = exit_code(counting, plan.catalogue, expectations=plan.expectations)
    return Exit.INCOMPLETE if footer.halted and code is Exit.CONFORMANT else code
