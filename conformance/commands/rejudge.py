"""`conformance rejudge`."""

import json
from functools import partial
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from conformance.commands.problems import usage
from conformance.hindsight import Change, changes, judged_anew, uncollected
from conformance.library import faults, library
from conformance.record import Record, RecordError, read, write
from conformance.report import RECORD, inert, view
from conformance.reporters.summary import summary
from conformance.reporters.terminal import terminal
from conformance.verdict import Exit

_SIDES = ("the record", "now")


@click.command("rejudge")
@click.argument("path", metavar="RECORD", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="A record of it: a file.")
@click.option("--json", "as_json", is_flag=True, help="Print summary.json instead.")
def command(*, path: Path, out: Path | None, as_json: bool) -> None:
    """Derive every verdict again from a record, and say what is judged differently."""
    with usage():
        source = path / RECORD if path.is_dir() else path
        if out is not None and out.resolve() == source.resolve():
            raise RecordError(f"--out: {out} is the record itself")
        with uncollected():
            before = read(source)
        after = judged_anew(before, library(), partial(read, source))
        if out is not None:
            write(out, after)
    changed = changes(before, after) if before.rulings else ()
    shown = view(after, library(), faults())
    if as_json:
        document = json.loads(summary(shown))
        document["rejudged"] = _plain(before, changed)
        click.echo(json.dumps(document, indent=2))
    else:
        console = Console(highlight=False)
        terminal(shown, console, record=str(path))
        _show(before, after, changed, console)
    raise SystemExit(Exit.INCOMPLETE if shown.exit is None else shown.exit)


def _show(
    before: Record, after: Record, changed: tuple[Change, ...], console: Console
) -> None:
    console.print()
    if not before.rulings:
        console.print("The record holds no verdicts of its own to compare with.")
        return
    for name, mine, now in (
        ("suite", before.header.suite, after.header.suite),
        ("contract", before.header.contract, after.header.contract),
        ("catalogue", before.header.catalogue, after.header.catalogue),
    ):
        if mine != now:
            console.print(f"{name} {inert(mine)} then, {now} now", markup=False)
    if not changed:
        console.print(f"All {len(after.rulings)} rulings are as the record has them.")
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("judged differently", *_SIDES):
        table.add_column(heading, overflow="fold")
    for change in changed:
        requirement, operation = change.key
        cells = (f"{requirement}[{operation}]", *change.sides)
        table.add_row(*(Text(inert(cell)) for cell in cells))
    console.print(table)
    console.print(f"{len(changed)} of {len(after.rulings)} rulings differ.")


def _plain(before: Record, changed: tuple[Change, ...]) -> dict[str, object]:
    return {
        "suite": before.header.suite,
        "contract": before.header.contract,
        "catalogue": before.header.catalogue,
        "exit": None if before.footer is None else before.footer.exit.value,
        "judged": bool(before.rulings),
        "differences": [
            {
                "requirement": change.key[0],
                "operation": change.key[1],
                "before": change.sides[0],
                "after": change.sides[1],
                "reason": change.after.reason if change.after else "",
            }
            for change in changed
        ],
    }
