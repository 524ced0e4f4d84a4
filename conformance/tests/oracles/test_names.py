"""Laws of the oracle of Session names."""

import pytest

from conformance.oracles.names import form, is_cut, is_extreme, is_plain, is_same, miss


@pytest.mark.parametrize(
    "name", ["a", "Order #1234", "a\u2028b", "\U0001f600" * 191, "e\u0301", "a\u202eb"]
)
def test_a_name_of_1_to_191_characters_is_plain(name: str) -> None:
    assert is_plain(name)


@pytest.mark.parametrize(
    "name",
    [
        *("", "a" * 192, " a", "a\u3000", "a\tb", "a\0", "\x7f", "\ud800", "\uffff"),
        "a\ufffdb",
    ],
)
def test_a_name_that_leaves_doubt_is_not_plain(name: str) -> None:
    assert not is_plain(name)


@pytest.mark.parametrize(
    ("name", "extreme"),
    [
        ("x", True),
        ("xy", False),
        ("a" * 127, False),
        ("a" * 128, True),
        ("\u0436" * 95, False),
        ("\u0436" * 96, True),
        ("\U0001f600" * 47, False),
        ("\U0001f600" * 48, True),
    ],
)
def test_an_extreme_name_is_one_character_or_many_characters_or_bytes(
    name: str,
    extreme: bool,  # noqa: FBT001  a column of the table
) -> None:
    assert is_extreme(name) is extreme


def test_a_name_is_cut_if_it_is_long_and_the_end_is_missing() -> None:
    assert is_cut("a" * 191, "a" * 190)
    assert not is_cut("a" * 191, "a" * 191)
    assert not is_cut("a" * 191, "")
    assert not is_cut("a" * 191, "b" * 190)
    assert not is_cut("Order #1", "Order ")


def test_only_canonical_equivalents_are_the_same() -> None:
    assert is_same("e\u0301", "\u00e9")
    assert is_same("\u212b", "\u00c5")
    assert not is_same("\ufb01", "fi")
    assert not is_same("e", "\u00e9")


@pytest.mark.parametrize(
    ("sent", "shown", "how"),
    [
        ("\u00e9", "\u00e9", "kept"),
        ("e\u0301", "\u00e9", "composed"),
        ("\u00e9", "e\u0301", "decomposed"),
        ("\ufb01", "fi", ""),
    ],
)
def test_the_form_of_a_name_is_told(sent: str, shown: str, how: str) -> None:
    assert form(sent, shown) == how


@pytest.mark.parametrize(
    ("sent", "shown", "how"),
    [
        ("a", "", "no name is shown"),
        ("a" * 191, "a" * 20, "the end is missing"),
        ("Order", "ORDER", "another letter case is shown"),
        ("a+b", "a b", "other characters are shown"),
    ],
)
def test_a_miss_is_told_as_a_class(sent: str, shown: str, how: str) -> None:
    assert miss(sent, shown) == how
