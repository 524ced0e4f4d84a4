"""Laws of what is sent as Ttl, held against the oracle."""

import pytest
from hypothesis import find, given

from conformance.oracles.numbers import is_ordinary, seconds
from conformance.strategies import numbers


def whole(text: str) -> int:
    found = seconds(text)
    assert found is not None
    return found


@pytest.mark.parametrize("text", [*numbers.SECONDS.values(), numbers.ZERO])
def test_whole_seconds_are_ordinary(text: str) -> None:
    assert is_ordinary(whole(text))


def test_some_seconds_do_not_fit_16_bits_and_some_are_not_whole_minutes() -> None:
    found = [whole(text) for text in numbers.SECONDS.values()]
    assert any(number >= 2**16 for number in found)
    assert any(number % 60 for number in found)


@pytest.mark.parametrize("text", [*numbers.LARGE.values(), numbers.NEGATIVE])
def test_numbers_without_room_are_whole_and_not_ordinary(text: str) -> None:
    assert not is_ordinary(whole(text))


@pytest.mark.parametrize("bits", [16, 32, 64, 128])
def test_some_large_number_is_an_ordinary_one_in_fewer_bits(bits: int) -> None:
    wrapped = [
        whole(text) % 2**bits
        for text in numbers.LARGE.values()
        if whole(text) >= 2**bits
    ]
    assert any(is_ordinary(number) for number in wrapped)


@pytest.mark.parametrize(
    "text",
    [*numbers.SPELLINGS.values(), *numbers.NOT_INTEGERS.values(), numbers.EMPTY],
)
def test_other_text_is_no_json_spelling_of_a_whole_number(text: str) -> None:
    assert seconds(text) is None


def test_other_spellings_are_whole_numbers_to_a_lenient_reader() -> None:
    read = [
        int(text, 16) if "x" in text else float(text)
        for text in numbers.SPELLINGS.values()
    ]
    assert sorted(read) == [61, 62, 63, 65, 67, 68, 1000]


@given(numbers.seconds())
def test_drawn_seconds_are_ordinary(text: str) -> None:
    assert is_ordinary(whole(text))


@given(numbers.large_seconds())
def test_drawn_large_seconds_are_beyond_32_bits(text: str) -> None:
    assert whole(text) >= 2**32


@given(numbers.not_integers())
def test_what_is_drawn_as_no_number_is_none(text: str) -> None:
    assert seconds(text) is None
    assert text.isalpha() or float(text) % 1


def test_drawing_shrinks_as_it_says() -> None:
    assert find(numbers.seconds(), lambda _: True) == "0"
    assert find(numbers.large_seconds(), lambda _: True) == "4294967296"
    assert find(numbers.not_integers(), lambda _: True) == "x"
