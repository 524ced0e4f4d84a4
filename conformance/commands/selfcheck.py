"""`conformance selfcheck`."""

import gc
import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from click.core import ParameterSource

from conformance.catalogue import Capability
from conformance.commands.problems import usage
from conformance.exchange import History
from conformance.judge import Judgement
from conformance.library import Fault, Variant, faults, library, variants
from conformance.mock.app import ACCOUNT_SID, AUTH_TOKEN, create_app
from conformance.mock.faults import FAULTS
from conformance.mock.registry import changed
from conformance.mock.rules import Rules
from conformance.mock.server import serve_in_thread
from conformance.mock.variants import VARIANTS
from conformance.run import Conductor, Plan
from conformance.selfcheck import (
    CLEAN,
    Entry,
    Matrix,
    Sighting,
    coverage_problems,
    fault_problems,
    lawful_problems,
    mixtures,
    sight,
)
from conformance.targets import Clock, Target
from conformance.targets.asgi import AsgiTarget, VirtualClock
from conformance.targets.credentials import Account
from conformance.targets.http import HttpTarget, SystemClock
from conformance.verdict import Exit

_DAWN = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
_NOT_DRAWN = "the matrix does without what is drawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One run to be made: the changes by name, joined with `+`, and how to look.

    `drawn` says whether requests are also drawn by Schemathesis and Hypothesis,
    `sockets` whether the mock is served instead of called.
    """

    name: str
    profile: str = "full"
    seed: int = 0
    drawn: bool = False
    sockets: bool = False


def look(wanted: Look) -> Sighting:
    """Return what a run sees of the mock with those changes."""
    began = time.perf_counter()
    with _reached(wanted) as (target, clock):
        sighting = sight(wanted.name, _plan(wanted), target, clock)
    return replace(sighting, seconds=time.perf_counter() - began)


def judgement(
    wanted: Look, *, between: Callable[[Target], Target] = lambda target: target
) -> tuple[History, Judgement]:
    """Return all that was seen of the mock with those changes, and what it means.

    What the suite talks to is `between` it and the mock.
    """
    with _reached(wanted) as (target, clock):
        result = Conductor(_plan(wanted), between(target), clock).run()
    return result.history, result.judgement


def _plan(wanted: Look) -> Plan:
    specs = library()
    return Plan(
        contract=specs.contract,
        catalogue=specs.catalogue,
        profile=specs.catalogue.profile(wanted.profile),
        account_sid=ACCOUNT_SID,
        tag="selfcheck",
        seed=wanted.seed,
        absent={} if wanted.drawn else {Capability.GENERATION: _NOT_DRAWN},
    )


def _reached(wanted: Look) -> AbstractContextManager[tuple[Target, Clock]]:
    reached = _served if wanted.sockets else _called
    account = Account(sid=ACCOUNT_SID, token=AUTH_TOKEN)
    return reached(_rules(wanted.name), account)


def _rules(name: str) -> Rules:
    names = [] if name == CLEAN else name.split("+")
    return changed(Rules(), names, {**FAULTS, **VARIANTS}, kind="fault or variant")


@contextmanager
def _called(rules: Rules, account: Account) -> Generator[tuple[Target, Clock]]:
    """Give the mock to be called in this process, its clock beside it."""
    clock = VirtualClock()
    app = create_app(
        rules=rules, clock=lambda: _DAWN + timedelta(milliseconds=clock.now_ms())
    )
    with closing(app), closing(AsgiTarget(app, account, clock)) as target:
        yield target, clock


@contextmanager
def _served(rules: Rules, account: Account) -> Generator[tuple[Target, Clock]]:
    """Give the mock behind a socket, and the clock on the wall."""
    app, clock = create_app(rules=rules), SystemClock()
    with (
        closing(app),
        serve_in_thread(app) as url,
        closing(HttpTarget(url, account, clock)) as target,
    ):
        yield target, clock


def looked(wanted: Iterable[Look], workers: int) -> Iterator[Sighting]:
    """Yield the sightings in the order asked for, several made at once."""
    wanted = tuple(wanted)
    if workers == 1 or len(wanted) == 1:
        yield from map(look, wanted)
        return
    pool = ProcessPoolExecutor(
        min(workers, len(wanted)),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=settle,
    )
    try:
        yield from pool.map(look, wanted)
    finally:
        pool.shutdown(cancel_futures=True)


def settle() -> None:
    """Prepare a process that does nothing but look."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who asked for it stops
    logging.disable(logging.CRITICAL)  # faults fail inside, and that is the point
    library()
    gc.freeze()


def rows() -> Mapping[str, Fault | Variant]:
    """Return every fault and variant by name."""
    found: dict[str, Fault | Variant] = {}
    found.update(faults())
    found.update(variants())
    return found


def entry(sighting: Sighting, row: Fault | Variant | None, *, exact: bool) -> Entry:
    """Return the sighting with what is wrong with it, held to all or to no surplus."""
    if isinstance(row, Fault):
        problems = fault_problems(row, sighting, exact=exact)
    else:
        known = variants()
        mixed = [known[name] for name in sighting.name.split("+") if name in known]
        problems = lawful_problems(mixed, sighting, exact=exact)
    return Entry(sighting=sighting, row=row, problems=problems)


@click.command("selfcheck")
@click.option("--area", "areas", multiple=True, help="Only rows of this area.")
@click.option("--only", "only", multiple=True, help="Only this fault or variant.")
@click.option("--profile", default="full", show_default=True)
@click.option("--seed", default=0, show_default=True)
@click.option("--seeds", default=1, show_default=True, help="So many, one after one.")
@click.option("--drawn", is_flag=True, help="Also draw requests; takes much longer.")
@click.option("-n", "workers", default=os.cpu_count() or 1, show_default=True)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports") / "selfcheck",
    show_default=True,
    help="Where the matrix goes.",
)
def command(  # noqa: PLR0913  each is one option
    *,
    areas: tuple[str, ...],
    only: tuple[str, ...],
    profile: str,
    seed: int,
    seeds: int,
    drawn: bool,
    workers: int,
    out: Path,
) -> None:
    """Prove the checks: every fault caught, every variant left alone."""
    began = time.perf_counter()
    every = rows()
    if astray := set(only) - every.keys():
        raise click.UsageError(f"no fault or variant {min(astray)!r}")
    with usage():
        exact = library().catalogue.profile(profile).thorough
    whole = not areas and not only
    names = [
        name
        for name, row in every.items()
        if (not areas or row.area in areas) and (not only or name in only)
    ]
    mixed = ["+".join(mixture) for mixture in mixtures(variants())] if whole else []
    wanted = [
        Look(
            name=name,
            profile=profile,
            seed=number,
            drawn=drawn or (exact and isinstance(row, Fault) and row.drawn),
        )
        for number in range(seed, seed + seeds)
        for name in (CLEAN, *names, *mixed)
        for row in (every.get(name),)
    ]
    entries: list[Entry] = []
    try:
        for sighting in looked(wanted, workers):
            entries.append(entry(sighting, every.get(sighting.name), exact=exact))
            _tell(entries[-1], len(entries), len(wanted))
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
    unproven = coverage_problems(library().catalogue, faults().values())
    matrix = Matrix(
        catalogue=library().catalogue,
        profile=profile,
        entries=tuple(entries),
        problems=unproven if whole and exact else (),
        seconds=time.perf_counter() - began,
        complete=len(entries) == len(wanted),
    )
    out.mkdir(parents=True, exist_ok=True)
    (out / "matrix.json").write_text(matrix.as_json(), "utf-8")
    (out / "matrix.md").write_text(matrix.as_markdown(), "utf-8")
    if whole:
        (out / "README.md").write_text(matrix.as_figures(_said()), "utf-8")
    for problem in matrix.problems:
        click.echo(f"FAIL {problem}")
    for line in matrix.summary():
        click.echo(line)
    click.echo(f"problems: {matrix.wrong}; the matrix is in {out}")
    if matrix.wrong:
        raise SystemExit(Exit.NON_CONFORMANT)
    raise SystemExit(Exit.CONFORMANT if matrix.complete else Exit.INCOMPLETE)


def _said() -> str:
    """Return the command as it was given, but for where the matrix goes."""
    context = click.get_current_context()
    words = ["conformance selfcheck"]
    for option in context.command.params:
        name, given = option.name or "", context.params.get(option.name or "")
        source = context.get_parameter_source(name)
        if source is ParameterSource.COMMANDLINE and name != "out":
            values = given if isinstance(given, tuple) else (given,)
            flag = option.opts[0]
            words += [flag if one is True else f"{flag} {one}" for one in values]
    return " ".join(words)


def _tell(told: Entry, number: int, count: int) -> None:
    """Print one sighting as it comes."""
    sighting = told.sighting
    name = sighting.name
    if "+" in name:
        name = f"a mixture of {name.count('+') + 1} with {name.partition('+')[0]}"
    tripped = ", ".join(sorted(sighting.tripped)) or "nothing"
    verdict = "FAIL" if told.problems else "ok  "
    click.echo(f"{verdict} {number:>{len(str(count))}}/{count} {name}: {tripped}")
    for problem in told.problems:
        click.echo(f"     {problem}")
    if told.problems and "+" in sighting.name:
        click.echo(f"     {sighting.name}")
