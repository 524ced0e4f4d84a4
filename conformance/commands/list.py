"""`conformance list`."""

import json

import click
from rich.console import Console
from rich.table import Table

from conformance.catalogue import Requirement
from conformance.commands.problems import usage
from conformance.library import library
from conformance.verdict import Level


@click.command("list")
@click.option("--area", "areas", multiple=True, help="Only this area.")
@click.option(
    "--level",
    "levels",
    multiple=True,
    type=click.Choice([level.value for level in Level]),
    help="Only these.",
)
@click.option("--operation", "operations", multiple=True, help="Such as ListSession.")
@click.option("--profile", help="Only what this profile claims.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def command(
    *,
    areas: tuple[str, ...],
    levels: tuple[str, ...],
    operations: tuple[str, ...],
    profile: str | None,
    as_json: bool,
) -> None:
    """List the requirements, the excluded sentences last."""
    with usage():
        catalogue = library().catalogue
        claims = catalogue.profile(profile).claims if profile else None
    rows = [
        row
        for row in catalogue.requirements.values()
        if (not areas or row.area in areas)
        and (not levels or row.level in levels)
        and (not operations or set(operations) & set(row.operations))
        and (claims is None or claims(row))
    ]
    if as_json:
        click.echo(json.dumps([_plain(row) for row in rows], indent=2))
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("id", "level", "area", "sentence"):
        table.add_column(heading)
    for row in rows:
        table.add_row(row.id, row.level, row.area, row.sentence)
    filtered = bool(areas or levels or operations or profile)
    for out in catalogue.excluded if not filtered else ():
        table.add_row(out.id, "excluded", out.area, out.sentence)
    Console().print(table)
    click.echo(f"{len(rows)} requirements")


def _plain(row: Requirement) -> dict[str, object]:
    return {
        "id": row.id,
        "level": row.level,
        "area": row.area,
        "sentence": row.sentence,
        "operations": row.operations,
        "needs": sorted(row.needs),
        "minimum": row.minimum,
        "choices": row.choices,
        "preferred": row.preferred,
        "source": [
            {
                "document": source.document,
                "locator": source.locator,
                "grade": source.grade,
                "quote": source.quote,
            }
            for source in row.source
        ],
    }
