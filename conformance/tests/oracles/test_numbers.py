"""Laws of the oracle of seconds."""

import pytest

from conformance.oracles.numbers import fate, is_ordinary, seconds


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("60", 60), ("-60", -60), ("18446744073709551676", 2**64 + 60)],
)
def test_the_json_spelling_of_a_whole_number_is_read(text: str, number: int) -> None:
    assert seconds(text) == number


@pytest.mark.parametrize(
    "text",
    [
        *("", "-", "-0", "060", "+60", " 60", "60\n", "1e3", "60.0", "\u0666", "abc"),
        *("9" * 61, "--1", "\u00b2"),
    ],
)
def test_any_other_text_is_none(text: str) -> None:
    assert seconds(text) is None


def test_a_number_is_ordinary_up_to_90_days() -> None:
    assert is_ordinary(0)
    assert is_ordinary(90 * 24 * 3600)
    assert not is_ordinary(90 * 24 * 3600 + 1)
    assert not is_ordinary(-1)


@pytest.mark.parametrize(
    ("sent", "shown", "what"),
    [
        (2**40, 2**40, "kept"),
        (2**40, 2**31 - 1, "cut to a maximum"),
        (2**40, 7_776_000, "cut to a maximum"),
        (2**40, 7_775_999, ""),
        (2**40, 2**41, ""),
        (2**40, 0, ""),
        (-5, -5, "kept"),
        (-5, 0, "taken for 0"),
        (-5, 5, ""),
        (-5, -6, ""),
    ],
)
def test_what_became_of_a_number_is_told(sent: int, shown: int, what: str) -> None:
    assert fate(sent, shown) == what
