"""Launching: what the user asked for becomes a plan, a target and a recorded run."""

import os
import secrets
import signal
import threading
import traceback
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import FrameType

from conformance import __version__, pins, waivers
from conformance.budget import Budget
from conformance.catalogue import Capability
from conformance.ledger import FILE, About, Entry, Ledger, LedgerError
from conformance.library import Library, library
from conformance.order import Order, UsageError, split_url
from conformance.pace import Paced
from conformance.perform import DEFERRED, INTERRUPTED, UNFINISHED
from conformance.progress import progress
from conformance.record import (
    Footer,
    Header,
    Leftover,
    Record,
    RecordError,
    Redacted,
    Redactor,
    Waiver,
    Writer,
    counted,
    read,
)
from conformance.report import RECORD, View, load
from conformance.reporters import files
from conformance.run import Conductor, Past, Plan, Result
from conformance.script import IDENTIFIERS
from conformance.targets import Clock, Target
from conformance.targets.credentials import Account
from conformance.targets.http import HttpTarget, SystemClock
from conformance.verdict import Exit

CRASH = "crash.txt"
"""The name, in the folder of a run, of what to send us when we failed."""

_RESUMED = "record.resumed.ndjson"
_OUTWEIGHED = frozenset({Exit.CONFORMANT, Exit.INCOMPLETE})

_ENDING = (signal.SIGINT, signal.SIGTERM)
_ENDS = b"ending; once more leaves what was created to `conformance cleanup`\n"
_STDERR = 2


@dataclass(frozen=True, kw_only=True)
class Launched:
    """A finished run, what a report shows of it, and the folder that holds both."""

    result: Result
    view: View
    folder: Path


class CutShortError(Exception):
    """A run whose record or report is not whole; `exit` says how it ends."""

    def __init__(self, why: str, folder: Path, left: Sequence[Entry]) -> None:
        behind = f"; {len(left)} left behind: `conformance cleanup {folder}`"
        super().__init__(why + (behind if left else ""))
        self.exit = Exit.LEFT_BEHIND if left else Exit.INCOMPLETE


class CrashError(Exception):
    """A run that a defect of ours ended; what it had recorded is in `folder`."""

    def __init__(self, message: str, folder: Path) -> None:
        super().__init__(message)
        self.folder = folder


@dataclass(frozen=True, slots=True, kw_only=True)
class _Aim:
    """What is to be judged: a base URL and the account to act for.

    An embedded target ends with the run, and so does all that was created on it.
    """

    url: str
    account: Account
    name: str
    embedded: bool = False


def launch(order: Order) -> Launched:
    """Run what was ordered, recording as it goes, and write the report.

    Raises UsageError, CatalogueError, RecordError, LedgerError, PinError or
    WaiverError for what the caller got wrong, CutShortError where what was seen cannot
    be written down or is not wanted any more, CrashError for what we did.
    """
    order.clear()
    tag = f"conf-{secrets.token_hex(4)}"
    started = datetime.now(UTC)
    folder = order.out or Path("reports") / f"{started:%Y%m%dT%H%M%SZ}-{tag[-4:]}"
    specs = library()
    with _aim(order) as aim, _terminable():
        tolerated = _waivers(order)
        plan = planned(order, specs, aim.account.sid, tag, tolerated)
        _check_budget(order, plan)
        header = _header(plan, specs, aim, datetime.now(UTC))
        _make_way(folder)
        redactor = Redactor([aim.account])
        with _reported(folder, redactor):
            result = _recorded(
                order,
                plan,
                aim,
                header,
                folder=folder,
                redactor=redactor,
                tolerated=tolerated,
            )
            view = _report(folder, result)
    return Launched(result=result, view=view, folder=folder)


def resume(
    folder: Path, account_sid: str | None, auth_token: str | None, *, owned: bool
) -> Launched:
    """Take up what a run registered and left waiting, and judge all of it together.

    Raises as `launch` does. The record is replaced when it is whole again.
    """
    record, specs = read(folder / RECORD), library()
    header, footer = record.header, record.footer
    if footer is None or footer.halted != DEFERRED:
        raise UsageError(f"{folder}: nothing of it is due later; run with --defer")
    if header.catalogue != specs.catalogue_digest:
        raise UsageError(
            f"{folder}: the requirements have changed since; "
            f"`conformance cleanup {folder}` and run again"
        )
    order = Order(
        target=header.target,
        account_sid=account_sid,
        auth_token=auth_token,
        service_sid=header.service_sid,
        profile=header.profile,
        seed=header.seed,
        select=header.select,
        owned=owned,
    )
    order.clear()
    past = _past(record, folder, order)
    with _aim(order) as aim, _terminable():
        plan = replace(
            planned(order, specs, aim.account.sid, header.tag, footer.waivers),
            expectations=header.expectations,
            absent=footer.absent,
        )
        redactor = Redactor([aim.account])
        with _reported(folder, redactor):
            result = _recorded(
                order,
                plan,
                aim,
                header,
                folder=folder,
                redactor=redactor,
                tolerated=footer.waivers,
                past=past,
            )
            view = _report(folder, result)
    return Launched(result=result, view=view, folder=folder)


def _past(record: Record, folder: Path, order: Order) -> Past:
    """Return what a run did before it left off; raises UsageError where it is gone."""
    with closing(Ledger.of(folder)) as ledger:
        entries, outstanding = ledger.entries(), ledger.outstanding()
        account_sid = ledger.about.account_sid
    if not outstanding:
        raise UsageError(f"{folder}: what it registered has been cleaned up")
    # To the credentials of another account all would seem gone.
    if order.account_sid != account_sid:
        raise UsageError(
            f"--account-sid: the run acted for {account_sid}, "
            f"observed {order.account_sid}"
        )
    numbers = [e.number for e in entries] + [e.number for e in record.exchanges]
    deferred = frozenset(
        one.scene for one in record.performed if one.gave_up.startswith(UNFINISHED)
    )
    return Past(
        exchanges=record.exchanges,
        performed=tuple(p for p in record.performed if p.scene not in deferred),
        deferred=deferred,
        first=max(numbers) + 1,
    )


def planned(
    order: Order,
    specs: Library,
    account_sid: str,
    tag: str,
    tolerated: tuple[Waiver, ...] = (),
) -> Plan:
    """Return what the run is going to do.

    Raises UsageError or CatalogueError, and what a pin may raise.
    """
    profile = specs.catalogue.profile(order.profile)
    if Capability.CLIENT in profile.provides:
        raise UsageError(f"--profile {profile.name}: `conformance gate` judges clients")
    catalogue = specs.catalogue.binding(profile)
    order.check_service(profile)
    pin = dict(pins.pinned(order.pin, catalogue) if order.pin else {})
    return Plan(
        contract=specs.contract,
        catalogue=catalogue,
        profile=profile,
        account_sid=account_sid,
        tag=tag,
        service_sid=order.service_sid,
        seed=order.seed,
        workers=order.workers,
        select=frozenset(catalogue.requirement(one.upper()).id for one in order.select),
        expectations={
            row.id: row.preferred
            for row in catalogue.requirements.values()
            if profile.strict and row.preferred
        }
        | pin,
        absent=order.absent,
        identifiers=order.identifiers or IDENTIFIERS,
        waived=waivers.in_force(tolerated, catalogue, today()),
        careful=order.careful,
        budget=order.budget,
    )


def today() -> date:
    """Return the day on which waivers are held against their expiry, in UTC."""
    return datetime.now(UTC).date()


def _waivers(order: Order) -> tuple[Waiver, ...]:
    if order.waivers is None:
        return ()
    try:
        text = order.waivers.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise waivers.WaiverError(f"cannot read {order.waivers}: {error}") from error
    return waivers.load(text, str(order.waivers))


def _check_budget(order: Order, plan: Plan) -> None:
    """Raise UsageError where the budget cannot cover the plan."""
    if order.budget == Budget():
        return
    # Only here, as the mock below, so that only those who need it pay for it.
    from conformance.rehearsal import rehearse  # noqa: PLC0415  only who plans pays for it

    forecast = rehearse(plan, latency_ms=0, per_second=order.per_second)
    if problem := forecast.beyond(order.budget):
        raise UsageError(problem)


def _header(plan: Plan, specs: Library, aim: _Aim, started: datetime) -> Header:
    """Return the first line of the record."""
    return Header(
        suite=__version__,
        contract=specs.contract_digest,
        catalogue=specs.catalogue_digest,
        target=aim.url,
        account_sid=plan.account_sid,
        profile=plan.profile.name,
        seed=plan.seed,
        tag=plan.tag,
        service_sid=plan.service_sid,
        started=started.isoformat(timespec="milliseconds"),
        name=aim.name,
        select=tuple(sorted(plan.select)),
        expectations=plan.expectations,
    )


def _footer(plan: Plan, result: Result, *, requests: int, seconds: float) -> Footer:
    """Return the last line of the record."""
    return Footer(
        exit=result.exit,
        counts=counted(result.judgement.rulings, plan.catalogue),
        requests=requests,
        seconds=round(seconds, 3),
        halted=result.halted,
        left_behind=tuple(
            Leftover(kind=entry.kind, url=entry.where) for entry in result.left_behind
        ),
        absent=result.absent,
    )


def _recorded(  # noqa: PLR0913  the parts of a run
    order: Order,
    plan: Plan,
    aim: _Aim,
    header: Header,
    *,
    folder: Path,
    redactor: Redactor,
    tolerated: tuple[Waiver, ...],
    past: Past | None = None,
) -> Result:
    """Run the plan, recording as it goes, and return what it came to.

    What is taken up from the past is recorded behind it, into a file that takes the
    place of the record at the end.
    """
    began = datetime.fromisoformat(header.started)
    clock = SystemClock((datetime.now(UTC) - began).total_seconds())
    path = folder / (RECORD if past is None else _RESUMED)
    about = About(
        tag=plan.tag,
        target="" if aim.embedded else aim.url,
        account_sid=plan.account_sid,
        service_sid=plan.service_sid,
    )
    with (
        Writer(path, header, redactor) as writer,
        closing(Ledger(about, folder / FILE)) as ledger,
        closing(HttpTarget(aim.url, aim.account, clock)) as target,
        progress(len(plan.scenarios())) as bar,
    ):
        for exchange in past.exchanges if past else ():
            writer.exchange(exchange)
        for performed in past.performed if past else ():
            writer.scene(performed)
        result = Conductor(
            plan,
            _paced(Redacted(target, redactor), clock, order.per_second),
            clock,
            ledger=ledger,
            observe=bar.exchange(writer.exchange),
            ended=bar.scene(writer.scene),
            fail_fast=order.fail_fast,
            patient=not order.defer,
            past=past,
        ).run()
        settled = waivers.settled(
            tolerated, result.judgement.rulings, plan.catalogue, today()
        )
        if waivers.stale(settled) and result.exit in _OUTWEIGHED:
            result = replace(result, exit=Exit.NON_CONFORMANT)
        seconds = clock.now_ms() / 1000
        requests = bar.requests + (len(past.exchanges) if past else 0)
        footer = _footer(plan, result, requests=requests, seconds=seconds)
        try:
            writer.judgement(result.judgement)
            writer.footer(replace(footer, waivers=settled))
        except OSError as error:
            why = f"cannot write {path}: {error.strerror}"
            raise CutShortError(why, folder, result.left_behind) from error
    path.replace(folder / RECORD)
    return result


def _strerror(problems: ExceptionGroup[OSError]) -> str:
    """Return why files could not be written, in the words for the first."""
    first = next(one for one in problems.exceptions if isinstance(one, OSError))
    return first.strerror or type(first).__name__


def _report(folder: Path, result: Result) -> View:
    """Write the report of what was recorded, and return what it shows."""
    view = load(folder)
    try:
        files.write(view, folder)
    except ExceptionGroup as problems:
        unwritten, others = problems.split(OSError)
        if others is not None or unwritten is None:
            raise
        why = f"cannot write the report: {_strerror(unwritten)}"
        later = f"`conformance report {folder}` does it later"
        raise CutShortError(f"{why}; {later}", folder, result.left_behind) from problems
    return view


def _paced(target: Target, clock: Clock, per_second: float | None) -> Target:
    return target if per_second is None else Paced(target, clock, per_second)


def _make_way(folder: Path) -> None:
    """Remove the ledger of an earlier run from the folder, if it has served.

    Raises UsageError where it still names something: that would be forgotten.
    """
    path = folder / FILE
    if not path.is_file():
        return
    with closing(Ledger.of(folder)) as ledger:
        there = ledger.outstanding()
    if there and ledger.about.target:
        raise UsageError(
            f"{folder}: its ledger names {len(there)} resources that may still be "
            f"there; `conformance cleanup {folder}` first, or another --out"
        )
    path.unlink()


@contextmanager
def _reported(folder: Path, redactor: Redactor) -> Generator[None]:
    """Write the report of what was recorded, if the block ends before it is written.

    Raises CutShortError for an interrupt of the clean-up, CrashError for a defect of
    ours.
    """
    try:
        yield
    except (RecordError, LedgerError, CutShortError):
        raise
    except BaseException as error:
        with suppress(Exception):
            files.write(load(folder), folder)
        if isinstance(error, KeyboardInterrupt) and (left := _named(folder)):
            raise CutShortError(INTERRUPTED, folder, left) from error
        if not isinstance(error, Exception):
            raise
        with suppress(OSError):
            (folder / CRASH).write_text(redactor.text(traceback.format_exc()), "utf-8")
        raise CrashError(
            redactor.text(f"our own error: {type(error).__name__}: {error}"), folder
        ) from error


def _named(folder: Path) -> tuple[Entry, ...]:
    """Return what the ledger of a run still names, if that can be read."""
    with suppress(LedgerError), closing(Ledger.of(folder)) as ledger:
        return ledger.outstanding() if ledger.about.target else ()
    return ()


@contextmanager
def _aim(order: Order) -> Generator[_Aim]:
    """Give the target: the one named, or a mock embedded for as long as this lasts."""
    if order.target is not None:
        account = Account(sid=order.account_sid or "", token=order.auth_token or "")
        url = order.target.rstrip("/")
        yield _Aim(url=url, account=account, name=split_url(url).netloc)
        return
    # Only here, so that nobody pays for the mock who brings a target.
    from conformance.mock import app as mock  # noqa: PLC0415  only who needs it pays
    from conformance.mock.server import serve_in_thread  # noqa: PLC0415  as above

    app = mock.create_app()
    account = Account(sid=mock.ACCOUNT_SID, token=mock.AUTH_TOKEN)
    try:
        with serve_in_thread(app) as url:
            yield _Aim(url=url, account=account, name="embedded mock", embedded=True)
    finally:
        app.close()


@contextmanager
def _terminable() -> Generator[None]:
    """Let SIGTERM end the block as Ctrl-C does: with a report and a clean-up.

    Ctrl-C itself is set too: a job in the background inherits that it is ignored.
    The first one says what a second would do.
    """
    said = [_ENDS]

    def interrupt(number: int, frame: FrameType | None) -> None:
        del number, frame
        if said:
            with suppress(OSError):
                os.write(_STDERR, said.pop())
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {one: signal.signal(one, interrupt) for one in _ENDING}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
