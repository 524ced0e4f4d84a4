"""Laws of the oracle of enumerated words."""

import pytest

from conformance.oracles.enums import MODES, STATUSES, is_respelled, is_undashed, miss


def test_the_words_are_the_documented_ones() -> None:
    assert sorted(STATUSES) == ["closed", "failed", "in-progress", "open", "unknown"]
    assert sorted(MODES) == ["message-only", "voice-and-message", "voice-only"]


@pytest.mark.parametrize("text", ["OPEN", "Open", " open", "open\n", "\tIN-PROGRESS "])
def test_letter_case_and_white_space_respell_a_word(text: str) -> None:
    assert is_respelled(text, STATUSES)


@pytest.mark.parametrize(
    "text", ["open", "opened", "in_progress", "", " ", "un\u212anown"]
)
def test_nothing_else_respells_a_word(text: str) -> None:
    assert not is_respelled(text, STATUSES)


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("Open", "another letter case or white space"),
        ("in_progress", "underscores"),
        ("completed", "another word"),
        ("", "another word"),
    ],
)
def test_a_miss_is_told_as_a_class(text: str, how: str) -> None:
    assert miss(text, STATUSES) == how


def test_a_word_as_documented_has_its_dashes() -> None:
    assert not is_undashed("voice-only", MODES)
    assert is_undashed("voice_only", MODES)
