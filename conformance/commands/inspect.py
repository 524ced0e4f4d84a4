"""`conformance inspect`."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import click
from rich.console import Console

from conformance.commands.problems import Problem, usage
from conformance.hindsight import judged_anew, uncollected
from conformance.inspection import COMPLETE, PARTIAL, recognised, recorded
from conformance.library import faults, library
from conformance.record import Record, RecordError, read, write
from conformance.report import RECORD, State, View, inert, view
from conformance.reporters.summary import summary
from conformance.reporters.terminal import terminal
from conformance.targets import har
from conformance.verdict import Exit

_START = b'{"kind":"header"'


@click.command("inspect")
@click.argument("path", metavar="TRAFFIC", type=click.Path(path_type=Path))
@click.option("--base", default="", help="Judge what was sent to this base URL.")
@click.option(
    "--complete", is_flag=True, help="Nobody but the recorded client acted meanwhile."
)
@click.option("--out", type=click.Path(path_type=Path), help="A record of it: a file.")
@click.option("--json", "as_json", is_flag=True, help="Print summary.json instead.")
def command(
    *, path: Path, base: str, complete: bool, out: Path | None, as_json: bool
) -> None:
    """Judge recorded traffic, a HAR file or a record, with the checks of a run."""
    with usage():
        if out is not None and out.resolve() == path.resolve():
            raise RecordError(f"--out: {out} is the traffic itself")
        take = partial(taken, path, base=base, complete=complete)
        with uncollected():
            record, aside = take()
        judged = judged_anew(record, library(), partial(_evidence, take))
        if out is not None:
            write(out, judged)
    shown = view(judged, library(), faults())
    if as_json:
        document = json.loads(summary(shown))
        document["inspected"] = {"profile": record.header.profile, "aside": dict(aside)}
        click.echo(json.dumps(document, indent=2))
    else:
        console = Console(highlight=False)
        terminal(shown, console, record=str(out or path))
        _show(shown, aside, console)
    raise SystemExit(Exit.INCOMPLETE if shown.exit is None else shown.exit)


def taken(
    path: Path, *, base: str = "", complete: bool = False
) -> tuple[Record, Mapping[str, int]]:
    """Return the evidence in a file, and what of it was left aside.

    Raises HarError or RecordError.
    """
    if path.is_dir() or _is_record(path):
        return read(path / RECORD if path.is_dir() else path), {}
    specs = library()
    entries = har.read(path)
    try:
        traffic = recognised(entries, specs.contract, base)
    except har.HarError as error:
        raise har.HarError(f"{path}: {error}") from None
    if complete and not traffic.whole:
        lacking = ", ".join(sorted(traffic.aside))
        raise Problem(f"--complete: {path} is not, of some requests {lacking}")
    profile = COMPLETE if complete else PARTIAL
    record = recorded(traffic, specs, name=path.name, profile=profile)
    return record, traffic.aside


def _evidence(take: Callable[[], tuple[Record, Mapping[str, int]]]) -> Record:
    record, _ = take()
    return record


def _is_record(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_START)) == _START
    except OSError as error:
        raise RecordError(f"cannot read {path}: {error.strerror}") from error


def _show(shown: View, aside: Mapping[str, int], console: Console) -> None:
    console.print()
    header = shown.header
    told = [
        f"base {header.target}",
        f"account {header.account_sid or 'not told'}",
        f"service {header.service_sid}" if header.service_sid else "",
    ]
    console.print(inert(", ".join(filter(None, told))), markup=False)
    for reason, count in aside.items():
        console.print(f"left aside: {count} requests, {inert(reason)}", markup=False)
    if unproven := len(shown.in_state(State.UNPROVEN)):
        console.print(f"unknown, insufficient evidence: {unproven} requirements")
