"""Laws of what is sent as Mode and Status, held against the oracle."""

import pytest
from hypothesis import find, given

from conformance.oracles.enums import MODES, STATUSES, is_respelled
from conformance.strategies import enums


def test_the_documented_words_are_those_of_the_oracle() -> None:
    assert set(enums.MODES) == MODES
    assert set(enums.STATUSES) == STATUSES


@pytest.mark.parametrize("word", [*enums.MODES, *enums.STATUSES])
def test_every_misspelling_is_outside_its_enumeration(word: str) -> None:
    words = MODES if word in MODES else STATUSES
    texts = [one.text for one in enums.misspellings(word)]
    assert words.isdisjoint(texts)
    assert len(texts) == len(set(texts)) >= 14


def test_the_most_telling_defects_come_first() -> None:
    assert [one.defect for one in enums.misspellings("closed")][:3] == [
        "unlisted",
        "one-letter-short",
        "upper-case",
    ]


def test_a_defect_that_changes_nothing_is_left_out() -> None:
    defects = {one.defect for one in enums.misspellings("open")}
    assert not defects & {"underscore", "no-dash", "space-for-dash", "other-hyphen"}


@pytest.mark.parametrize("word", [*enums.MODES, *enums.STATUSES])
def test_letter_case_and_white_space_are_among_the_defects(word: str) -> None:
    words = MODES if word in MODES else STATUSES
    respelled = {
        one.defect for one in enums.misspellings(word) if is_respelled(one.text, words)
    }
    assert {
        "upper-case",
        "capitalised",
        "trailing-space",
        "trailing-newline",
    } <= respelled


@given(enums.misspelt(enums.STATUSES))
def test_what_is_drawn_is_outside_the_enumeration(one: enums.Misspelling) -> None:
    assert one.text not in STATUSES
    assert one.defect in enums.DEFECTS


def test_drawing_shrinks_towards_the_first_defect_of_the_first_word() -> None:
    assert find(enums.misspelt(enums.STATUSES), lambda _: True) == enums.Misspelling(
        "paused", "unlisted"
    )
    assert find(
        enums.misspelt(enums.STATUSES), lambda one: one.defect == "older-word"
    ) == enums.Misspelling("active", "older-word")
