"""`conformance diff`."""

from pathlib import Path

import click
from rich.console import Console

from conformance.commands.problems import usage
from conformance.commands.records import named, written
from conformance.report import compare, matrix
from conformance.reporters.comparison import comparison_json, comparison_terminal
from conformance.reporters.html import comparison_html
from conformance.verdict import Exit


@click.command("diff")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option(
    "--allow",
    multiple=True,
    metavar="ID",
    help="May differ: SID-003, or SID-003/OPERATION.",
)
@click.option(
    "--noise",
    multiple=True,
    metavar="RECORD",
    help="Another record of A or B: what one target answers now so, now so.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.option(
    "--html", "page", type=click.Path(path_type=Path), help="Also write this page."
)
def command(  # noqa: PLR0913  one argument per option
    *,
    before: str,
    after: str,
    allow: tuple[str, ...],
    noise: tuple[str, ...],
    as_json: bool,
    page: Path | None,
) -> None:
    """Say where two records differ: verdicts and choices.

    A record is a file, or the folder of a run; NAME=RECORD gives its target another
    name. Exits with 1 when they differ in more than is allowed or noise.
    """
    with usage():
        comparison = compare(
            named(before),
            named(after),
            again=tuple(map(named, noise)),
            allow=(name.strip() for name in allow),
        )
        if page:
            sides = matrix((comparison.before, comparison.after))
            written(page, comparison_html(comparison, sides))
    if as_json:
        click.echo(comparison_json(comparison))
    else:
        comparison_terminal(comparison, Console(highlight=False))
    raise SystemExit(Exit.NON_CONFORMANT if comparison.counting else Exit.CONFORMANT)
