"""Sightings, made several at once in processes of their own, and each only once."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from statistics import median

import pytest

from conformance.commands.selfcheck import Look, look, settle
from conformance.library import faults
from conformance.selfcheck import Sighting

LOOKS = pytest.StashKey[dict[Look, Sighting]]()


@pytest.fixture(scope="session")
def seen(request: pytest.FixtureRequest) -> Iterator[Callable[[Look], Sighting]]:
    """Return what each look sees that some test of the session asks for."""
    wanted: list[Look] = []
    for item in request.session.items:
        spec = getattr(item, "callspec", None)
        asked = spec.params.get("wanted") if spec else None
        if isinstance(asked, Look) and asked not in wanted:
            wanted.append(asked)
    pool = ProcessPoolExecutor(
        os.cpu_count(),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=settle,
    )
    under_way: dict[Look, Future[Sighting]] = {
        one: pool.submit(look, one) for one in wanted
    }

    looks = request.config.stash[LOOKS] = {}

    def sighting(one: Look) -> Sighting:
        if one not in under_way:
            under_way[one] = pool.submit(look, one)
        looks[one] = under_way[one].result()
        return looks[one]

    yield sighting
    pool.shutdown(cancel_futures=True)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Tell the share of faults caught, requests and seconds, by profile and seed."""
    looks = config.stash.get(LOOKS, {})
    if not looks:
        return
    terminalreporter.section("sightings")
    for key in sorted({_kind(one) for one in looks}):
        some = [(one, seen) for one, seen in looks.items() if _kind(one) == key]
        spoilt = [(one, seen) for one, seen in some if one.name in faults()]
        caught = sum(bool(s.tripped & faults()[o.name].trips) for o, s in spoilt)
        requests = median(seen.requests for _, seen in some)
        seconds = median(seen.seconds for _, seen in some)
        profile, seed, how = key
        terminalreporter.line(
            f"profile {profile}, seed {seed}, {how}: {caught} of {len(spoilt)} faults "
            f"caught; median of {len(some)} runs: {requests:.0f} requests, "
            f"{seconds:.2f} s"
        )


def _kind(one: Look) -> tuple[str, int, str]:
    how = "over sockets" if one.sockets else "in process"
    return one.profile, one.seed, f"{how}, drawn as well" if one.drawn else how
