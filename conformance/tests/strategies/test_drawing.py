"""Laws of drawing from a strategy."""

from hypothesis import strategies as st

from conformance.strategies.drawing import drawn


def test_a_seed_draws_the_same_values_and_another_seed_others() -> None:
    first = drawn(st.integers(), seed=1, count=20)
    assert first == drawn(st.integers(), seed=1, count=20)
    assert first != drawn(st.integers(), seed=2, count=20)


def test_each_value_is_drawn_once_and_no_more_than_wanted() -> None:
    assert sorted(drawn(st.booleans(), seed=0, count=50)) == [False, True]
    few = st.integers(0, 99).map(lambda number: number // 50)
    assert sorted(drawn(few, seed=0, count=50)) == [0, 1]
    values = drawn(st.integers(), seed=0, count=7)
    assert 1 < len(values) == len(set(values)) <= 7
