"""Laws of what is sent as DateExpiry, held against the oracle."""

from collections.abc import Mapping

import pytest
from hypothesis import find, given

from conformance.oracles import date
from conformance.strategies import dates
from conformance.strategies.drawing import drawn

TABLES: tuple[Mapping[str, str], ...] = (
    dates.UTC,
    dates.OFFSET,
    dates.FRACTION,
    dates.UNUSUAL,
    dates.UNZONED,
    dates.NOTATIONS,
    dates.IMPOSSIBLE,
    dates.GARBAGE,
)


def common(text: str) -> bool:
    found = date.read(text)
    return found is not None and date.is_common(found)


def offset_s(text: str) -> int | None:
    found = date.read(text)
    return found.offset_s if found else None


def fraction(text: str) -> str | None:
    found = date.read(text)
    return found.fraction if found else None


@pytest.mark.parametrize("text", [dates.PLAIN, *dates.UTC.values()])
def test_a_date_in_utc_is_whole_and_ends_in_z(text: str) -> None:
    assert common(text)
    assert (offset_s(text), fraction(text), text[-1]) == (0, "", "Z")


@pytest.mark.parametrize("text", dates.OFFSET.values())
def test_a_date_at_an_offset_is_common(text: str) -> None:
    assert common(text)
    assert text[-6] in "+-"


@pytest.mark.parametrize("text", dates.FRACTION.values())
def test_a_date_with_a_fraction_is_common(text: str) -> None:
    assert common(text)
    assert fraction(text)


@pytest.mark.parametrize("text", dates.UNUSUAL.values())
def test_an_unusual_date_is_lawful_and_not_common(text: str) -> None:
    assert date.read(text)
    assert not common(text)


@pytest.mark.parametrize(
    "table", [dates.UNZONED, dates.IMPOSSIBLE, dates.GARBAGE], ids=len
)
def test_what_is_no_full_date_is_none_to_the_oracle(table: Mapping[str, str]) -> None:
    assert [text for text in table.values() if date.read(text)] == []


def test_of_the_notations_a_leap_second_alone_is_a_full_date() -> None:
    read = {name for name, text in dates.NOTATIONS.items() if date.read(text)}
    assert read == {"second-60"}
    assert not common(dates.NOTATIONS["second-60"])


def test_every_text_is_sent_once_and_every_moment_of_one_table_differs() -> None:
    texts = [text for table in TABLES for text in table.values()]
    assert len(texts) == len(set(texts))
    for table in (dates.UTC, dates.UNUSUAL):
        moments = [date.instant(text) for text in table.values()]
        assert len(moments) == len(set(moments))


def test_the_most_telling_dates_come_first() -> None:
    assert [*dates.UTC][:3] == ["day-like-a-month", "after-32-bit", "leap-day"]
    assert next(iter(dates.OFFSET)) == "west-by-half-hours"
    assert next(iter(dates.IMPOSSIBLE)) == "february-30"


def test_the_past_is_lawful_and_over() -> None:
    assert common(dates.PAST)
    assert dates.PAST < "2019"


@given(dates.lawful_dates())
def test_what_is_drawn_as_lawful_is_common(text: str) -> None:
    assert common(text)


@given(dates.impossible_dates())
def test_what_is_drawn_as_impossible_names_no_moment(text: str) -> None:
    assert date.miss(text) == "no such moment"


@given(dates.unreadable_dates())
def test_what_is_drawn_as_unreadable_is_in_another_notation(text: str) -> None:
    assert date.miss(text) == "another notation"


def test_drawing_shrinks_towards_the_first_of_2030() -> None:
    assert find(dates.lawful_dates(), lambda _: True) == "2030-01-01T00:00:00Z"
    assert find(dates.impossible_dates(), lambda _: True) == "2030-13-01T00:00:00Z"
    assert find(dates.unreadable_dates(), lambda _: True) == "x"
    abroad = find(dates.lawful_dates(), lambda text: bool(offset_s(text)))
    assert abroad.startswith("2030-01-01T00:00:00")


@pytest.mark.parametrize("seed", range(5))
def test_one_seed_draws_the_same_values_each_time(seed: int) -> None:
    first = drawn(dates.lawful_dates(), seed=seed, count=8)
    assert first == drawn(dates.lawful_dates(), seed=seed, count=8)
    assert len(set(first)) == len(first) >= 4


def test_different_seeds_draw_different_values() -> None:
    one, other = (drawn(dates.lawful_dates(), seed=seed, count=8) for seed in (1, 2))
    assert set(one) != set(other)


def test_no_more_is_drawn_than_asked_for() -> None:
    assert len(drawn(dates.impossible_dates(), seed=1, count=3)) <= 3
