"""Launching: what the user asked for becomes a plan, a target and a recorded run."""

import secrets
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from urllib.parse import SplitResult, urlsplit

from conformance import __version__
from conformance.library import library
from conformance.oracles.sid import is_sid
from conformance.progress import progress
from conformance.record import (
    Footer,
    Header,
    Leftover,
    Redacted,
    Redactor,
    Writer,
    counted,
)
from conformance.run import Conductor, Plan, Result
from conformance.targets.credentials import Account
from conformance.targets.http import HttpTarget, SystemClock

SEED = 1


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Launched:
    """A finished run, and the folder that its record is in."""

    result: Result
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class _Aim:
    """What is to be judged: a base URL and the account to act for."""

    url: str
    account: Account
    name: str


def launch(order: Order) -> Launched:
    """Run what was ordered, recording as it goes.

    Raises UsageError, CatalogueError or RecordError for what the caller got wrong.
    """
    tag = f"conf-{secrets.token_hex(4)}"
    started = datetime.now(UTC)
    folder = order.out or Path("reports") / f"{started:%Y%m%dT%H%M%SZ}-{tag[-4:]}"
    specs = library()
    catalogue = specs.catalogue
    profile = catalogue.profile(order.profile)
    select = frozenset(catalogue.requirement(one.upper()).id for one in order.select)
    with _aim(order) as aim, _terminable():
        plan = Plan(
            contract=specs.contract,
            catalogue=catalogue,
            profile=profile,
            account_sid=aim.account.sid,
            tag=tag,
            service_sid=order.service_sid,
            seed=order.seed,
            workers=order.workers,
            select=select,
            expectations={
                row.id: row.preferred
                for row in catalogue.requirements.values()
                if profile.strict and row.preferred
            },
        )
        header = Header(
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
        result = _recorded(plan, aim, header, folder, fail_fast=order.fail_fast)
    return Launched(result=result, folder=folder)


def _recorded(
    plan: Plan, aim: _Aim, header: Header, folder: Path, *, fail_fast: bool
) -> Result:
    """Run the plan, recording as it goes, and return what it came to."""
    redactor = Redactor([aim.account])
    clock = SystemClock()
    target = HttpTarget(aim.url, aim.account, clock)
    with (
        Writer(folder / "record.ndjson", header, redactor) as writer,
        progress(len(plan.scenarios())) as bar,
    ):
        result = Conductor(
            plan,
            Redacted(target, redactor),
            clock,
            observe=bar.exchange(writer.exchange),
            ended=bar.scene(writer.scene),
            fail_fast=fail_fast,
        ).run()
        target.close()
        writer.judgement(result.judgement)
        writer.footer(
            Footer(
                exit=result.exit,
                counts=counted(result.judgement.rulings, plan.catalogue),
                requests=bar.requests,
                seconds=round(clock.now_ms() / 1000, 3),
                halted=result.halted,
                left_behind=tuple(
                    Leftover(kind=entry.kind, url=entry.url)
                    for entry in result.left_behind
                ),
                absent=result.absent,
            )
        )
    return result


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
            yield _Aim(url=url, account=account, name="embedded mock")
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
