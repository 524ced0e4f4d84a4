"""Sightings, made several at once in processes of their own, and each only once."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor

import pytest

from conformance.commands.selfcheck import Look, look, settle
from conformance.selfcheck import Sighting


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

    def sighting(one: Look) -> Sighting:
        if one not in under_way:
            under_way[one] = pool.submit(look, one)
        return under_way[one].result()

    yield sighting
    pool.shutdown(cancel_futures=True)
