"""`conformance explain`."""

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from conformance.catalogue import Requirement
from conformance.commands.problems import usage
from conformance.library import faults, library
from conformance.run import REPERTOIRE


@click.command("explain")
@click.argument("requirement_id", metavar="ID")
def command(*, requirement_id: str) -> None:
    """Explain one requirement: its source, what is sent, what fails, what proves it."""
    with usage():
        catalogue = library().catalogue
        excluded = {row.id: row for row in catalogue.excluded}
        wanted = requirement_id.upper()
        if out := excluded.get(wanted):
            click.echo(f"{out.id} (excluded): {out.sentence}\nwhy: {out.reason}")
            return
        row = catalogue.requirement(wanted)
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    for name, text in _lines(row):
        if text:
            table.add_row(name, Text(text))
    console = Console(highlight=False)
    console.print(f"[bold]{row.id}[/bold] ({row.level}, {row.area})")
    console.print(row.sentence, markup=False)
    console.print()
    console.print(table)


def _lines(row: Requirement) -> list[tuple[str, str]]:
    proofs = [fault for fault in faults().values() if row.id in fault.trips]
    return [
        ("source", "\n".join(map(str, row.source))),
        ("operations", ", ".join(row.operations)),
        ("needs", ", ".join(sorted(row.needs))),
        ("sent", row.sent),
        ("accepted", row.accepted),
        ("failure", row.failure),
        ("choices", ", ".join(row.choices)),
        ("preferred", row.preferred),
        ("inputs", f"at least {row.minimum} distinct" if row.minimum > 1 else ""),
        (
            "scenarios",
            ", ".join(one.name for one in REPERTOIRE if row.id in one.serves)
            or "none of its own: judged wherever it is seen",
        ),
        (
            "faults",
            "\n".join(f"{fault.name}: {fault.sentence}" for fault in proofs)
            or "none: its check has not been seen to fail",
        ),
    ]
