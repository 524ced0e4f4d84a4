"""Values of Mode and Status: the documented ones, and each spoilt in one way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

MODES = ("voice-only", "message-only", "voice-and-message")
STATUSES = ("open", "in-progress", "closed", "failed", "unknown")

# What older clients and documents called them.
_LEGACY = {
    "in-progress": "in-progess",
    "closed": "completed",
    "open": "active",
    "voice-only": "voice",
    "message-only": "sms",
    "voice-and-message": "both",
}


@dataclass(frozen=True, slots=True)
class Misspelling:
    """A documented word spoilt in one named way."""

    text: str
    defect: str


DEFECTS: dict[str, Callable[[str], str]] = {
    "unlisted": lambda _: "paused",
    "one-letter-short": lambda word: word[:-1],
    "upper-case": str.upper,
    "underscore": lambda word: word.replace("-", "_"),
    "older-word": lambda word: _LEGACY.get(word, word),
    "trailing-space": lambda word: word + " ",
    "one-letter-long": lambda word: word + "s",
    "other-enum": lambda word: "open" if word in MODES else "voice-only",
    "ordinal": lambda _: "1",
    "capitalised": str.capitalize,
    "leading-space": lambda word: " " + word,
    "trailing-newline": lambda word: word + "\n",
    "no-dash": lambda word: word.replace("-", ""),
    "space-for-dash": lambda word: word.replace("-", " "),
    "two-words": lambda word: f"{word},{word}",
    "quoted": lambda word: f'"{word}"',
    "trailing-nul": lambda word: word + "\0",
    "look-alike": lambda word: word.replace("o", "\N{CYRILLIC SMALL LETTER O}"),
    "other-hyphen": lambda word: word.replace("-", "\N{NON-BREAKING HYPHEN}"),
    "mixed-case": str.swapcase,
    "very-long": lambda word: word + "-" * 300,
}


def spoil(word: str, defect: str) -> Misspelling:
    """Return `word` with that one defect."""
    return Misspelling(DEFECTS[defect](word), defect)


def misspellings(word: str) -> tuple[Misspelling, ...]:
    """Return `word` spoilt in every way that changes it, most telling first."""
    spoilt = [spoil(word, defect) for defect in DEFECTS]
    texts = [one.text for one in spoilt]
    return tuple(
        one
        for index, one in enumerate(spoilt)
        if one.text != word and one.text not in texts[:index]
    )


def misspelt(words: Sequence[str]) -> SearchStrategy[Misspelling]:
    """Return one of `words` spoilt in one way; shrinks towards the first defect."""
    return st.sampled_from(words).flatmap(_misspelt)


def _misspelt(word: str) -> SearchStrategy[Misspelling]:
    return st.sampled_from(misspellings(word))
