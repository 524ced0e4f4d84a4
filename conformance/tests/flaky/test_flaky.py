"""Laws of a run through a flaky network; `nox -s flaky` has all of it."""

from collections.abc import Iterator

import pytest

from conformance.tests.flaky.crossing import Shore, shore
from conformance.tests.flaky.network import GATEWAYS, RESETS, SILENCES, Weather

WEATHER = Weather(
    resets=0.03,
    silences=0.02,
    gateways=0.03,
    storms_every=100,
    storm_requests=2,
    answers_per_connection=9,
)


@pytest.fixture(scope="module")
def on_shore() -> Iterator[Shore]:
    with shore() as one:
        yield one


@pytest.mark.parametrize(
    ("profile", "workers", "select"),
    [("quick", 4, ()), ("core", 8, ("CON-001", "DEL-001", "NAME-004", "UPD-001"))],
)
def test_what_gets_lost_makes_nothing_fail_and_leaves_nothing(
    on_shore: Shore, profile: str, workers: int, select: tuple[str, ...]
) -> None:
    seen = on_shore.crossing(WEATHER, profile, seed=1, workers=workers, select=select)
    assert seen.wrong == ""
    for kind in (RESETS, SILENCES, GATEWAYS):
        assert sum(seen.mishaps.get(one, 0) for one in kind) > 1
