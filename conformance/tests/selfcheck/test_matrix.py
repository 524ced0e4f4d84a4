"""Each fault is caught by exactly what it claims, and no variant by anything.

A sample runs by default; the whole is marked `matrix`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias

import pytest

from conformance.catalogue import Capability
from conformance.commands.selfcheck import Look, entry
from conformance.library import Fault, faults, library, variants
from conformance.mock.rules import Rules
from conformance.mock.variants import VARIANTS as VARIANT_CHANGES
from conformance.selfcheck import CLEAN, Sighting, mixtures
from conformance.selfcheck.mixtures import ROUNDS
from conformance.verdict import Level

Seen: TypeAlias = Callable[[Look], Sighting]

FAULTS, VARIANTS = faults(), variants()
MIXTURES = mixtures(VARIANTS)
QUICK_SHARE = 0.85
SEVERAL = 4
QUICK_REQUESTS_MAX, FULL_REQUESTS_MAX = 300, 2000


def first_of_each_area(rows: Mapping[str, Fault]) -> list[str]:
    """Return the hardest fault of each area, the first of several."""
    found: dict[str, Fault] = {}
    for row in rows.values():
        if not row.drawn and row.difficulty > getattr(
            found.get(row.area), "difficulty", 0
        ):
            found[row.area] = row
    return [row.name for row in found.values()]


SAMPLE = first_of_each_area(FAULTS)


def look(name: str) -> Look:
    row = FAULTS.get(name)
    return Look(name=name, drawn=row is not None and row.drawn)


def looks(names: Iterable[str]) -> list[object]:
    return [pytest.param(look(name), id=name.replace("+", "-and-")) for name in names]


def problems(sighting: Sighting) -> tuple[str, ...]:
    row = FAULTS.get(sighting.name)
    return entry(sighting, row, exact=True).problems


@pytest.mark.parametrize("wanted", looks([CLEAN]))
def test_the_clean_mock_trips_nothing_and_leaves_no_must_open(
    wanted: Look, seen: Seen
) -> None:
    sighting = seen(wanted)
    assert problems(sighting) == ()
    assert sighting.requests <= FULL_REQUESTS_MAX


def test_minima_are_met_and_ask_for_several_inputs_where_several_are_sent(
    seen: Seen,
) -> None:
    full, quick = seen(look(CLEAN)), seen(Look(name=CLEAN, profile="quick"))
    for row in library().catalogue.requirements.values():
        if row.level is not Level.MUST or row.area == "sdk":
            continue
        keys = [(row.id, operation) for operation in row.operations]
        assert min(full.distinct[key] for key in keys) >= row.minimum, row.id
        # What takes time or reads alone may meet fewer, on another target.
        if not row.needs or Capability.WAITING in row.needs:
            continue
        sent = min(quick.distinct.get(key, 0) for key in keys)
        quick_provides = library().catalogue.profile("quick").provides
        if not row.needs <= quick_provides:
            sent = min(full.distinct[key] for key in keys)
        assert row.minimum > 1 or sent < SEVERAL, row.id


@pytest.mark.parametrize("wanted", looks(SAMPLE[::4]))
def test_a_fault_of_some_areas_trips_exactly_what_it_claims(
    wanted: Look, seen: Seen
) -> None:
    assert problems(seen(wanted)) == ()


@pytest.mark.parametrize("wanted", looks(["+".join(MIXTURES[0])]))
def test_a_mixture_of_variants_trips_nothing(wanted: Look, seen: Seen) -> None:
    assert problems(seen(wanted)) == ()


@pytest.mark.matrix
@pytest.mark.parametrize("wanted", looks(FAULTS))
def test_each_fault_trips_exactly_what_it_claims(wanted: Look, seen: Seen) -> None:
    assert problems(seen(wanted)) == ()


@pytest.mark.matrix
@pytest.mark.parametrize("wanted", looks(VARIANTS))
def test_each_variant_trips_nothing(wanted: Look, seen: Seen) -> None:
    assert problems(seen(wanted)) == ()


@pytest.mark.matrix
@pytest.mark.parametrize("wanted", looks(map("+".join, MIXTURES)))
def test_each_mixture_of_variants_trips_nothing(wanted: Look, seen: Seen) -> None:
    assert problems(seen(wanted)) == ()


WIRED = [name for name in VARIANTS if VARIANT_CHANGES[name](Rules()).wire is not None]
CARRIED = ["connection-closed", "cookie-set", "gzipped", "json-escaped", "long-headers"]


@pytest.mark.matrix
@pytest.mark.parametrize("name", [CLEAN, *SAMPLE, *WIRED, *CARRIED])
def test_over_sockets_the_same_is_seen(name: str, seen: Seen) -> None:
    there = replace(look(name), sockets=True)
    assert problems(seen(there)) == ()


@pytest.mark.matrix
@pytest.mark.parametrize("name", [CLEAN, *SAMPLE])
def test_with_what_is_drawn_the_same_is_seen(name: str, seen: Seen) -> None:
    assert problems(seen(replace(look(name), drawn=True))) == ()


@pytest.mark.matrix
@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param(Look(name=name, seed=seed), id=f"{name}-{seed}")
        for seed in range(1, 5)
        for name in (CLEAN, *SAMPLE)
    ],
)
def test_other_seeds_see_the_same(wanted: Look, seen: Seen) -> None:
    assert problems(seen(wanted)) == ()


@pytest.mark.matrix
def test_quick_sees_most_faults_in_few_requests(seen: Seen) -> None:
    sightings = [seen(Look(name=name, profile="quick")) for name in (CLEAN, *FAULTS)]
    clean, *spoilt = sightings
    assert entry(clean, None, exact=False).problems == ()
    assert clean.requests <= QUICK_REQUESTS_MAX
    surplus = {
        one.name: entry(one, FAULTS[one.name], exact=False).problems for one in spoilt
    }
    assert {name: told for name, told in surplus.items() if told} == {}
    caught = [bool(one.tripped & FAULTS[one.name].trips) for one in spoilt]
    assert sum(caught) >= QUICK_SHARE * len(FAULTS)


def test_mixtures_hold_ten_and_more_and_every_variant_several_times() -> None:
    times = [name for mixture in MIXTURES for name in mixture]
    assert {times.count(name) for name in VARIANTS} == {ROUNDS}
    large = [mixture for mixture in MIXTURES if len(mixture) >= 10]
    assert len(large) >= len(MIXTURES) - ROUNDS
    assert all(len(set(mixture)) == len(mixture) for mixture in MIXTURES)
    assert all(
        VARIANTS[one].excludes.isdisjoint(mixture)
        for mixture in MIXTURES
        for one in mixture
    )
    assert mixtures(VARIANTS) == MIXTURES


def test_excluded_variants_are_there() -> None:
    assert all(row.excludes <= VARIANTS.keys() for row in VARIANTS.values())


def test_the_sample_has_each_area() -> None:
    assert {FAULTS[name].area for name in SAMPLE} == {r.area for r in FAULTS.values()}
    assert {r.area for r in library().catalogue.requirements.values()} >= {
        FAULTS[name].area for name in SAMPLE
    }
