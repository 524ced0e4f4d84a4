"""`conformance replay`."""

import json
import secrets
import shutil
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from conformance.commands.credentials import credentialed, credentials
from conformance.commands.inspect import taken
from conformance.commands.options import owning
from conformance.commands.problems import usage
from conformance.hindsight import judged_anew
from conformance.ledger import FILE, About, Ledger
from conformance.library import faults, library
from conformance.mock import app as mock
from conformance.mock.server import serve_in_thread
from conformance.order import Order
from conformance.record import Header, Redacted, Redactor
from conformance.replay import Replayed, Setting, found, replay
from conformance.report import Shown, inert, inert_lines, view
from conformance.targets.credentials import Account
from conformance.targets.http import HttpTarget, SystemClock

_EMBEDDED = "embedded mock"


@click.command("replay")
@click.argument("path", metavar="RECORD", type=click.Path(path_type=Path))
@click.argument("wanted", metavar="ID")
@click.option("--target", envvar="CONFORMANCE_TARGET", help="Send it there instead.")
@credentialed
@owning
@click.option("--service-sid", default="", help="Work in this Service: KS…")
@click.option("--curl", "as_curl", is_flag=True, help="Print a script, send nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def command(  # noqa: PLR0913  one argument per option
    *,
    path: Path,
    wanted: str,
    target: str | None,
    account_sid: str | None,
    auth_token: str | None,
    credentials_file: Path | None,
    keyring: bool,
    owned: bool,
    service_sid: str,
    as_curl: bool,
    as_json: bool,
) -> None:
    """Send the smallest chain behind one finding again, and say what became of it.

    RECORD is a record, a run's folder or a HAR file; ID names a requirement, or one
    finding as the report does: SID-003/UpdateSession/1.
    """
    with usage():
        record, _ = taken(path)
        if not record.rulings:
            record = judged_anew(record, library())
        shown = found(view(record, library(), faults()), wanted)
        if as_curl:
            click.echo(inert_lines(shown.curl))
            return
        header = record.header
        own = target is None and header.name == _EMBEDDED
        sid, token = credentials(
            account_sid,
            auth_token,
            credentials_file,
            keyring=keyring,
            needed=not own,
        )
        order = Order(
            target=None if own else target or header.target,
            account_sid=sid,
            auth_token=token,
            service_sid=service_sid or header.service_sid,
            owned=owned,
        )
        order.clear()
        replayed = _replayed(order, shown, header)
    if as_json:
        click.echo(json.dumps(_plain(shown, replayed), indent=2))
    else:
        _show(shown, replayed)
    raise SystemExit(replayed.exit)


def _replayed(order: Order, shown: Shown, header: Header) -> Replayed:
    """Send the chain to what was ordered; a ledger outlives us while it is needed."""
    tag = f"conf-{secrets.token_hex(4)}"
    folder = Path("reports") / f"replay-{tag[-8:]}"
    with _aim(order) as (url, account):
        about = About(
            tag=tag,
            target="" if order.target is None else url,
            account_sid=account.sid,
            service_sid=order.service_sid,
        )
        clock = SystemClock()
        with (
            closing(Ledger(about, folder / FILE)) as ledger,
            closing(HttpTarget(url, account, clock)) as target,
        ):
            replayed = replay(
                shown,
                Setting(
                    library=library(),
                    profile=library().catalogue.profile(header.profile),
                    account_sid=account.sid,
                    tag=tag,
                    service_sid=order.service_sid,
                    expectations=header.expectations,
                ),
                Redacted(target, Redactor([account])),
                clock,
                ledger,
            )
    if not replayed.left_behind:
        shutil.rmtree(folder)
    return replayed


@contextmanager
def _aim(order: Order) -> Generator[tuple[str, Account]]:
    """Give URL and account of the target, or of a mock embedded while this lasts."""
    if order.target is not None:
        account = Account(sid=order.account_sid or "", token=order.auth_token or "")
        yield order.target.rstrip("/"), account
        return
    app = mock.create_app()
    try:
        with serve_in_thread(app) as url:
            yield url, Account(sid=mock.ACCOUNT_SID, token=mock.AUTH_TOKEN)
    finally:
        app.close()


def _show(shown: Shown, replayed: Replayed) -> None:
    click.echo(f"{shown.id}: {replayed.fate}")
    click.echo(inert(shown.requirement.sentence))
    click.echo(inert(f"then  {shown.finding.reason}"))
    click.echo(inert(f"now   {replayed.reason}"))
    for one in replayed.exchanges:
        click.echo(inert(f"      {one.sent.method} {one.sent.url} {one.observed}"))
    for left in replayed.left_behind:
        click.echo(inert(f"left behind: {left.kind} {left.where}"))


def _plain(shown: Shown, replayed: Replayed) -> dict[str, object]:
    return {
        "id": shown.id,
        "fate": replayed.fate,
        "before": shown.finding.reason,
        "now": replayed.reason,
        "exit": replayed.exit.value,
        "exchanges": [
            {
                "method": one.sent.method,
                "url": one.sent.url,
                "observed": one.observed,
            }
            for one in replayed.exchanges
        ],
        "left_behind": [
            {"kind": left.kind, "url": left.where} for left in replayed.left_behind
        ],
    }
