"""`conformance run`."""

from pathlib import Path

import click
from rich.console import Console

from conformance.commands.problems import Problem, usage
from conformance.launch import SEED, Launched, Order, launch
from conformance.reporters.summary import summary
from conformance.reporters.terminal import terminal

_LOG_WIDTH = 120


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
    with usage():
        launched = launch(
            Order(
                target=target,
                account_sid=account_sid,
                auth_token=auth_token,
                service_sid=service_sid,
                profile=profile,
                seed=seed,
                workers=workers,
                select=select,
                fail_fast=fail_fast,
                out=out,
            )
        )
    if as_json:
        click.echo(summary(launched.view))
    elif launched.result.begun:
        terminal(launched.view, _console(), record=str(launched.folder))
        click.echo(f"\n  report  {launched.folder / 'report.html'}")
    if not launched.result.begun:
        raise _not_begun(launched)
    raise SystemExit(launched.result.exit)


def _console() -> Console:
    """Return where the report is printed; a log is wider than rich takes it for."""
    console = Console()
    if not console.is_terminal:
        console.width = max(console.width, _LOG_WIDTH)
    return console


def _not_begun(launched: Launched) -> Problem:
    """Return why nothing was judged, in the one line that there is to say."""
    result, target = launched.result, launched.view.header.target
    return Problem(f"{target}: {result.halted}", result.exit)
