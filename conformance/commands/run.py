"""`conformance run`."""

import re
import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

import click

from conformance import __version__
from conformance.commands.problems import Problem, usage
from conformance.commands.progress import progress
from conformance.library import Library, library
from conformance.oracles.sid import is_sid
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
from conformance.run import Conductor, Plan, Result
from conformance.targets.credentials import Account
from conformance.targets.http import HttpTarget, SystemClock


SEED = 1
_SELECTABLE = re.compile(r"[A-Z]+-\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Aim:
    """What is to be judged: a base URL and the account to act for."""

    url: str
    account: Account
    name: str


@click.command("run")
@click.option("--target", envvar="CONFORMANCE_TARGET", help="Base URL of the target.")
@click.option("--account-sid", envvar="TWILIO_ACCOUNT_SID", help="AC…")
@click.option(
    "--auth-token", envvar="TWILIO_AUTH_TOKEN", help="Better from the environment."
)
@click.option("--service-sid", default="", help="Work in this Service: KS…")
@click.option("--profile", default="full", show_default=True)
@click.option("--seed", default=SEED, show_default=True, type=click.IntRange(0))
@click.option("-n", "workers", default=1, show_default=True, type=click.IntRange(1, 16))
@click.option("--select", "select", multiple=True, help="Only this requirement id.")
@click.option("--fail-fast", is_flag=True, help="Stop at the first broken must.")
@click.option("--out", type=click.Path(path_type=Path), help="Where the report goes.")
@click.option("--json", "as_json", is_flag=True, help="Print summary.json instead.")
def command(  # noqa: PLR0913  one argument per option
    *,
    target: str | None,
    account_sid: str | None,
    auth_token: str | None,
    service_sid: str,
    profile: str,
    seed: int,
    workers: int,
    select: tuple[str, ...],
    fail_fast: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Judge a target: the embedded mock, or the one at --target."""
    tag = f"conf-{secrets.token_hex(4)}"
    started = datetime.now(UTC)
    folder = out or Path("reports") / f"{started:%Y%m%dT%H%M%SZ}-{tag[-4:]}"
    with usage():
        specs = library()
        chosen = specs.catalogue.profile(profile)
        wanted = frozenset(
            specs.catalogue.requirement(one.upper()).id for one in select
        )
    if service_sid and not is_sid(service_sid, prefix="KS"):
        raise Problem(
            f"--service-sid: expected KS and 32 hex digits, observed {service_sid!r}"
        )
    expectations = {
        row.id: row.preferred
        for row in specs.catalogue.requirements.values()
        if chosen.strict and row.preferred
    }
    with _aim(target, account_sid, auth_token) as aim, _terminable():
        plan = Plan(
            contract=specs.contract,
            catalogue=specs.catalogue,
            profile=chosen,
            account_sid=aim.account.sid,
            tag=tag,
            service_sid=service_sid,
            seed=seed,
            workers=workers,
            select=wanted,
            expectations=expectations,
        )
        result = _perform(
            plan, aim, specs, folder=folder, started=started, fail_fast=fail_fast
        )
    _show(result, folder, as_json=as_json)
    raise SystemExit(result.exit)


def _perform(  # noqa: PLR0913  what it needs to run and to write about it
    plan: Plan,
    aim: _Aim,
    specs: Library,
    *,
    folder: Path,
    started: datetime,
    fail_fast: bool,
) -> Result:
    """Run the plan, recording as it goes, and return what it came to."""
    redactor = Redactor([aim.account])
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
    clock = SystemClock()
    target = HttpTarget(aim.url, aim.account, clock)
    try:
        writer = Writer(folder / "record.ndjson", header, redactor)
    except RecordError as error:
        raise Problem(f"--out: {error}") from error
    with writer, progress(len(plan.scenarios())) as bar:
        result = Conductor(
            plan,
            Redacted(target, redactor),
            clock,
            observe=bar.exchange(writer.exchange),
            ended=bar.scene(writer.scene),
            fail_fast=fail_fast,
        ).run()
        writer.judgement(result.judgement)
        writer.footer(
            Footer(
                exit=result.exit,
                counts=counted(result.judgement.rulings, plan.catalogue),
                requests=bar.requests,
                seconds=round(clock.now_ms() / 1000, 3),
                left_behind=tuple(
                    Leftover(kind=entry.kind, url=entry.url)
                    for entry in result.left_behind
                ),
                absent=result.absent,
            )
        )
    target.close()
    return result


@contextmanager
def _aim(
    target: str | None, account_sid: str | None, auth_token: str | None
) -> Iterator[_Aim]:
    """Give the target: the one named, or a mock embedded for as long as this lasts."""
    if target is None:
        # Only here, so that nobody pays for the mock who brings a target.
        from conformance.mock.app import (  # noqa: PLC0415
            ACCOUNT_SID,
            AUTH_TOKEN,
            create_app,
        )
        from conformance.mock.server import serve_in_thread  # noqa: PLC0415

        app = create_app()
        account = Account(sid=ACCOUNT_SID, token=AUTH_TOKEN)
        try:
            with serve_in_thread(app) as url:
                yield _Aim(url=url, account=account, name="embedded mock")
        finally:
            app.close()
        return
    parts = urlsplit(target)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Problem(f"--target: expected an http or https URL, observed {target!r}")
    if parts.username or parts.password:
        raise Problem("--target: put no credentials into the URL")
    if not account_sid or not auth_token:
        missing = "TWILIO_ACCOUNT_SID" if not account_sid else "TWILIO_AUTH_TOKEN"
        raise Problem(f"credentials are missing: set {missing}")
    if not is_sid(account_sid, prefix="AC"):
        raise Problem(
            f"--account-sid: expected AC and 32 hex digits, observed {account_sid!r}"
        )
    account = Account(sid=account_sid, token=auth_token)
    yield _Aim(url=target.rstrip("/"), account=account, name=parts.netloc)


@contextmanager
def _terminable() -> Iterator[None]:
    """Let SIGTERM end the block as Ctrl-C does: with a report and a clean-up."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _show(result: Result, folder: Path, *, as_json: bool) -> None:
    del as_json
    outcomes: dict[str, int] = {}
    for ruling in result.judgement.rulings:
        outcomes[ruling.outcome] = outcomes.get(ruling.outcome, 0) + 1
        if ruling.outcome in ("fail", "error", "unknown"):
            click.echo(
                f"{ruling.outcome} {ruling.requirement}[{ruling.operation}]: {ruling.reason}"
            )
    click.echo(
        f"{result.halted} {outcomes} exit {result.exit} {len(result.history)} requests {folder}"
    )
