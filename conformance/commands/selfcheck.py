"""`conformance selfcheck`."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta

import click

from conformance import selfcheck
from conformance.library import faults, library, variants
from conformance.mock.app import ACCOUNT_SID, AUTH_TOKEN, create_app
from conformance.mock.faults import FAULTS
from conformance.mock.registry import changed
from conformance.mock.rules import Rules
from conformance.mock.variants import VARIANTS
from conformance.run import Plan
from conformance.targets.asgi import AsgiTarget, VirtualClock
from conformance.targets.credentials import Account
from conformance.verdict import Exit

_DAWN = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


def sight(name: str, profile: str, seed: int) -> selfcheck.Sighting:
    """Return what a run sees of the mock with that change; "clean" is without any.

    Several changes are joined with `+`.
    """
    clock = VirtualClock()
    names = [] if name == "clean" else name.split("+")
    rules = changed(Rules(), names, {**FAULTS, **VARIANTS}, kind="fault or variant")
    account = Account(sid=ACCOUNT_SID, token=AUTH_TOKEN)
    app = create_app(
        rules=rules,
        clock=lambda: _DAWN + timedelta(milliseconds=clock.now_ms()),
    )
    target = AsgiTarget(app, account, clock)
    specs = library()
    plan = Plan(
        contract=specs.contract,
        catalogue=specs.catalogue,
        profile=specs.catalogue.profile(profile),
        account_sid=account.sid,
        tag="selfcheck",
        seed=seed,
    )
    try:
        return selfcheck.sight(name, plan, target, clock)
    finally:
        target.close()
        app.close()


@click.command("selfcheck")
@click.option("--area", "areas", multiple=True, help="Only faults of this area.")
@click.option("--only", "only", multiple=True, help="Only this fault or variant.")
@click.option("--profile", default="full", show_default=True)
@click.option("--seed", default=0, show_default=True)
@click.option("-n", "workers", default=os.cpu_count() or 1, show_default=True)
def command(
    *,
    areas: tuple[str, ...],
    only: tuple[str, ...],
    profile: str,
    seed: int,
    workers: int,
) -> None:
    """Prove the checks: every fault caught, every variant left alone."""
    began = time.perf_counter()
    all_faults, all_variants = faults(), variants()
    area_of = {name: row.area for name, row in all_faults.items()}
    area_of |= {name: row.area for name, row in all_variants.items()}
    wanted = [
        name
        for name, area in area_of.items()
        if (not areas or area in areas) and (not only or name in only)
    ]
    problems = 0
    requests: list[int] = []
    for sighting in _sightings(["clean", *wanted], profile, seed, workers):
        requests.append(sighting.requests)
        if sighting.name in all_faults:
            found = selfcheck.fault_problems(all_faults[sighting.name], sighting)
        else:
            found = selfcheck.variant_problems(sighting)
            if sighting.name == "clean" and sighting.unproven:
                found += (f"leaves unproven: {', '.join(sorted(sighting.unproven))}",)
        problems += bool(found)
        tripped = ", ".join(sorted(sighting.tripped)) or "nothing"
        click.echo(f"{'FAIL' if found else 'ok  '} {sighting.name}: {tripped}")
        for problem in found:
            click.echo(f"       {problem}")
    if not areas and not only:
        for problem in selfcheck.coverage_problems(
            library().catalogue, all_faults.values()
        ):
            problems += 1
            click.echo(f"FAIL {problem}")
    seconds = time.perf_counter() - began
    click.echo(
        f"{len(wanted)} faults and variants, {problems} problems, "
        f"{max(requests)} requests a run, {seconds:.1f} s"
    )
    raise SystemExit(Exit.NON_CONFORMANT if problems else Exit.CONFORMANT)


def _sightings(
    names: list[str], profile: str, seed: int, workers: int
) -> Iterator[selfcheck.Sighting]:
    if workers == 1 or len(names) == 1:
        yield from (sight(name, profile, seed) for name in names)
        return
    with ProcessPoolExecutor(workers) as pool:
        count = len(names)
        yield from pool.map(sight, names, [profile] * count, [seed] * count)
