"""`conformance gate`."""

from datetime import UTC, datetime
from pathlib import Path

import click

from conformance.commands.problems import Problem, usage
from conformance.commands.screen import screen
from conformance.gate.cases import CaseError
from conformance.gate.driver import UnusableError
from conformance.gate.launch import launch
from conformance.gate.process import CommandError
from conformance.library import library
from conformance.reporters.summary import summary
from conformance.reporters.terminal import terminal


@click.command("gate")
@click.option("--driver", "driver_command", required=True, help="How to start it.")
@click.option("--select", "select", multiple=True, help="Only this requirement id.")
@click.option("--out", type=click.Path(path_type=Path), help="Where the report goes.")
@click.option("--json", "as_json", is_flag=True, help="Print summary.json instead.")
def command(
    *, driver_command: str, select: tuple[str, ...], out: Path | None, as_json: bool
) -> None:
    """Judge a client behind a driver: what it sends, and what it makes of answers."""
    folder = out or Path("reports") / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-gate"
    with usage():
        specs = library()
        rows = specs.catalogue.binding(specs.catalogue.profile("sdk"))
        chosen = frozenset(rows.requirement(one.upper()).id for one in select)
        try:
            gated, view = launch(driver_command, folder, select=chosen)
        except (CaseError, CommandError, UnusableError) as error:
            raise Problem(str(error)) from error
    if as_json:
        click.echo(summary(view))
    else:
        terminal(view, screen(), record=str(folder))
        click.echo(f"\n  report  {folder / 'report.html'}")
    raise SystemExit(gated.exit)
