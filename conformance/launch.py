"""Launching: what the user asked for becomes a plan, a target and a recorded run."""

import secrets
import signal
import threading
import traceback
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from urllib.parse import SplitResult, urlsplit

from conformance import __version__
from conformance.ledger import FILE, About, Ledger, LedgerError
from conformance.library import Library, library
from conformance.oracles.sid import is_sid
from conformance.progress import progress
from conformance.record import (
    Footer,
    Header,
    Leftover,
    RecordError,
    Redacted,
    Redactor,
    Writer,
    counted,
)
from conformance.report import RECORD, View, load
from conformance.reporters import files
from conformance.run import Conductor, Plan, Result
from conformance.targets.credentials import Account
from conformance.targets.http import HttpTarget, SystemClock

SEED = 1

CRASH = "crash.txt"
"""The name, in the folder of a run, of what to send us when we failed."""


class UsageError(ValueError):
    """What the user asked for cannot be done; the message is one clear line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the user asked for; `target` is None for the embedded mock.

    Raises UsageError when something in it is malformed or missing.
    """

    target: str | None = None
    account_sid: str | None = None
    auth_token: str | None = None
    service_sid: str = ""
    profile: str = "full"
    seed: int = SEED
    workers: int = 1
    select: tuple[str, ...] = ()
    fail_fast: bool = False
    out: Path | None = None

    def __post_init__(self) -> None:
        if self.service_sid and not is_sid(self.service_sid, prefix="KS"):
            raise UsageError(
                "--service-sid: expected KS and 32 hex digits, observed "
                f"{self.service_sid!r}"
            )
        if self.target is None:
            return
        parts = _parts(self.target)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise UsageError(
                f"--target: expected an http or https URL, observed {self.target!r}"
            )
        if parts.username or parts.password:
            raise UsageError("--target: put no credentials into the URL")
        if parts.query or parts.fragment:
            raise UsageError("--target: a base URL has no query and no fragment")
        if not self.account_sid:
            raise UsageError("credentials are missing: set TWILIO_ACCOUNT_SID")
        if not self.auth_token:
            raise UsageError("credentials are missing: set TWILIO_AUTH_TOKEN")
        if not is_sid(self.account_sid, prefix="AC"):
            raise UsageError(
                "--account-sid: expected AC and 32 hex digits, observed "
                f"{self.account_sid!r}"
            )


@dataclass(frozen=True, kw_only=True)
class Launched:
    """A finished run, what a report shows of it, and the folder that holds both."""

    result: Result
    view: View
    folder: Path


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

    Raises UsageError, CatalogueError, RecordError or LedgerError for what the caller
    got wrong, CrashError for what we did.
    """
    tag = f"conf-{secrets.token_hex(4)}"
    started = datetime.now(UTC)
    folder = order.out or Path("reports") / f"{started:%Y%m%dT%H%M%SZ}-{tag[-4:]}"
    specs = library()
    with _aim(order) as aim, _terminable():
        plan = _plan(order, specs, aim, tag)
        header = _header(plan, specs, aim, started)
        _make_way(folder)
        redactor = Redactor([aim.account])
        with _reported(folder, redactor):
            result = _recorded(
                plan, aim, header, folder, redactor, fail_fast=order.fail_fast
            )
            view = load(folder)
            files.write(view, folder)
    return Launched(result=result, view=view, folder=folder)


def _plan(order: Order, specs: Library, aim: _Aim, tag: str) -> Plan:
    """Return what the run is going to do."""
    catalogue = specs.catalogue
    profile = catalogue.profile(order.profile)
    return Plan(
        contract=specs.contract,
        catalogue=catalogue,
        profile=profile,
        account_sid=aim.account.sid,
        tag=tag,
        service_sid=order.service_sid,
        seed=order.seed,
        workers=order.workers,
        select=frozenset(catalogue.requirement(one.upper()).id for one in order.select),
        expectations={
            row.id: row.preferred
            for row in catalogue.requirements.values()
            if profile.strict and row.preferred
        },
    )


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
        started=started.isoformat(timespec="seconds"),
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
    plan: Plan,
    aim: _Aim,
    header: Header,
    folder: Path,
    redactor: Redactor,
    *,
    fail_fast: bool,
) -> Result:
    """Run the plan, recording as it goes, and return what it came to."""
    clock = SystemClock()
    about = About(
        tag=plan.tag,
        target="" if aim.embedded else aim.url,
        account_sid=plan.account_sid,
        service_sid=plan.service_sid,
    )
    with (
        Writer(folder / RECORD, header, redactor) as writer,
        closing(Ledger(about, folder / FILE)) as ledger,
        closing(HttpTarget(aim.url, aim.account, clock)) as target,
        progress(len(plan.scenarios())) as bar,
    ):
        result = Conductor(
            plan,
            Redacted(target, redactor),
            clock,
            ledger=ledger,
            observe=bar.exchange(writer.exchange),
            ended=bar.scene(writer.scene),
            fail_fast=fail_fast,
        ).run()
        writer.judgement(result.judgement)
        seconds = clock.now_ms() / 1000
        writer.footer(_footer(plan, result, requests=bar.requests, seconds=seconds))
    return result


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
def _reported(folder: Path, redactor: Redactor) -> Iterator[None]:
    """Write the report of what was recorded, if the block ends before it is written.

    Raises CrashError for a defect of ours.
    """
    try:
        yield
    except (RecordError, LedgerError):
        raise
    except BaseException as error:
        with suppress(Exception):
            files.write(load(folder), folder)
        if not isinstance(error, Exception):
            raise
        with suppress(OSError):
            (folder / CRASH).write_text(redactor.text(traceback.format_exc()), "utf-8")
        raise CrashError(
            redactor.text(f"our own error: {type(error).__name__}: {error}"), folder
        ) from error


@contextmanager
def _aim(order: Order) -> Iterator[_Aim]:
    """Give the target: the one named, or a mock embedded for as long as this lasts."""
    if order.target is not None:
        account = Account(sid=order.account_sid or "", token=order.auth_token or "")
        url = order.target.rstrip("/")
        yield _Aim(url=url, account=account, name=_parts(url).netloc)
        return
    # Only here, so that nobody pays for the mock who brings a target.
    from conformance.mock import app as mock  # noqa: PLC0415
    from conformance.mock.server import serve_in_thread  # noqa: PLC0415

    app = mock.create_app()
    account = Account(sid=mock.ACCOUNT_SID, token=mock.AUTH_TOKEN)
    try:
        with serve_in_thread(app) as url:
            yield _Aim(url=url, account=account, name="embedded mock", embedded=True)
    finally:
        app.close()


def _parts(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError as error:
        raise UsageError(f"--target: {error}") from error


@contextmanager
def _terminable() -> Iterator[None]:
    """Let SIGTERM end the block as Ctrl-C does: with a report and a clean-up."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
