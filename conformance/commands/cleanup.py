"""`conformance cleanup`."""

from contextlib import closing
from pathlib import Path

import click

from conformance.cleanup import Cleaned, clean_up
from conformance.commands.credentials import credentialed, credentials
from conformance.commands.options import configured
from conformance.commands.problems import Problem, usage
from conformance.ledger import Ledger
from conformance.order import Order, UsageError
from conformance.targets.credentials import Account
from conformance.targets.http import HttpTarget, SystemClock
from conformance.verdict import Exit


@click.command("cleanup")
@click.argument("run", type=click.Path(path_type=Path))
@credentialed
@configured
def command(
    *,
    run: Path,
    account_sid: str | None,
    auth_token: str | None,
    credentials_file: Path | None,
    keyring: bool,
) -> None:
    """Remove what the run in the folder RUN left behind, and prove it gone.

    Any number of times, from anywhere: the ledger in RUN knows the target and what
    was created. Only that is deleted. Exit 5 names what remains.
    """
    with usage(), closing(Ledger.of(run)) as ledger:
        about = ledger.about
        if not about.target:
            click.echo("nothing is left: the embedded mock ended with its run")
            return
        if not ledger.outstanding():
            click.echo(f"nothing is left at {about.target}")
            return
        sid, token = credentials(
            account_sid, auth_token, credentials_file, keyring=keyring
        )
        # Asked with the credentials of another account, all would seem gone.
        if sid and sid != about.account_sid:
            raise UsageError(
                f"--account-sid: the run acted for {about.account_sid}, observed {sid}"
            )
        order = Order(
            target=about.target, account_sid=sid, auth_token=token, owned=True
        )
        order.clear()
        clock = SystemClock()
        account = Account(sid=sid or "", token=token or "")
        with closing(HttpTarget(about.target, account, clock)) as target:
            cleaned = clean_up(ledger, target, clock)
    _show(cleaned, about.target)
    if cleaned.left:
        raise Problem(
            f"{len(cleaned.left)} left behind"
            + (f": {cleaned.halted}" if cleaned.halted else ""),
            Exit.LEFT_BEHIND,
        )


def _show(cleaned: Cleaned, target: str) -> None:
    click.echo(
        f"{cleaned.removed} gone from {target}, proven by {cleaned.requests} requests"
    )
    for entry in cleaned.left:
        click.echo(f"left behind: {entry.kind} {entry.where}")
