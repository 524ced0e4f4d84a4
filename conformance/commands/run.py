"""`conformance run`."""

from pathlib import Path
from typing import Any, NoReturn

import click

from conformance.commands.credentials import credentialed, credentials
from conformance.commands.options import order_of, ordered
from conformance.commands.problems import Problem, usage
from conformance.commands.screen import screen
from conformance.launch import Launched, launch
from conformance.perform import DEFERRED
from conformance.report import inert
from conformance.reporters.summary import summary
from conformance.reporters.terminal import terminal


@click.command("run")
@ordered
@credentialed
@click.option(
    "--waivers",
    type=click.Path(path_type=Path),
    help="Failures that you know of and let pass, until a day: waivers.toml.",
)
@click.option(
    "--pin",
    type=click.Path(path_type=Path),
    help="Expect the choices of this run, record or summary.json.",
)
@click.option(
    "--defer",
    is_flag=True,
    help="Wait for nothing: what is due later is left for `conformance resume`.",
)
@click.option("--fail-fast", is_flag=True, help="Stop at the first broken must.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The folder that the report goes to; a new one in reports when left out.",
)
@click.option("--json", "as_json", is_flag=True, help="Print summary.json instead.")
def command(
    *,
    account_sid: str | None,
    auth_token: str | None,
    credentials_file: Path | None,
    keyring: bool,
    as_json: bool,
    **options: Any,  # noqa: ANN401  what an order is made of
) -> None:
    """Judge a target: the embedded mock, or the one at --target."""
    with usage():
        sid, token = credentials(
            account_sid,
            auth_token,
            credentials_file,
            keyring=keyring,
            needed=options["target"] is not None,
        )
        launched = launch(order_of(options, account_sid=sid, auth_token=token))
    finish(launched, as_json=as_json)


def finish(launched: Launched, *, as_json: bool) -> NoReturn:
    """Print what a run came to, and end with its exit."""
    if as_json:
        click.echo(summary(launched.view))
    elif launched.result.begun:
        terminal(launched.view, screen(), record=str(launched.folder))
        click.echo(f"\n  report  {launched.folder / 'report.html'}")
        if launched.result.halted == DEFERRED:
            click.echo(f"  later   conformance resume {launched.folder}")
        elif launched.result.left_behind:
            click.echo(f"  remove  conformance cleanup {launched.folder}")
    if not launched.result.begun:
        raise _not_begun(launched)
    raise SystemExit(launched.result.exit)


def _not_begun(launched: Launched) -> Problem:
    """Return why nothing was judged, in the one line that there is to say."""
    result, target = launched.result, launched.view.header.target
    left = ", ".join(f"{one.kind} {one.where}" for one in result.left_behind)
    behind = f"; left behind: {left}" if left else ""
    return Problem(inert(f"{target}: {result.halted}{behind}"), result.exit)
