"""`conformance report`."""

from pathlib import Path

import click

from conformance.commands.problems import usage
from conformance.commands.records import named, split, written
from conformance.report import matrix
from conformance.reporters.html import html, matrix_html

_PAGE = "report.html"
_MATRIX = Path("reports") / "matrix.html"


@click.command("report")
@click.argument("records", nargs=-1, required=True, metavar="RECORD...")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The page, or a folder for it; else beside the one record, or "
    f"{_MATRIX.as_posix()} for several.",
)
def command(*, records: tuple[str, ...], out: Path | None) -> None:
    """Write the page about a record, or about several side by side.

    A record is a file, or the folder of a run; NAME=RECORD gives its target another
    name.
    """
    with usage():
        views = tuple(map(named, records))
    if len(views) == 1:
        _, path = split(records[0])
        page = html(views[0], record=path.as_posix())
        beside = (path if path.is_dir() else path.parent) / _PAGE
    else:
        page = matrix_html(matrix(views))
        beside = _MATRIX
    click.echo(written(_page(out) if out else beside, page))


def _page(out: Path) -> Path:
    """Return the file to write: a name without ending is that of a folder."""
    return out / _PAGE if out.is_dir() or not out.suffix else out
