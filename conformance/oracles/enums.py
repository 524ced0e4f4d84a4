"""Which words the enumerated properties may be, and how a text misses them."""

from collections.abc import Set as AbstractSet

STATUSES = frozenset({"open", "in-progress", "closed", "failed", "unknown"})
MODES = frozenset({"message-only", "voice-only", "voice-and-message"})
GEO_MATCH_LEVELS = frozenset(
    {"area-code", "country", "extended-area-code", "overlay", "radius"}
)
NUMBER_SELECTIONS = frozenset({"avoid-sticky", "prefer-sticky"})
DASHED_RESOURCE_STATUSES = frozenset({"delivery-unknown", "in-progress", "no-answer"})


def is_respelled(text: str, words: AbstractSet[str]) -> bool:
    """Return whether `text` is a word but for letter case or white space around it."""
    return text.isascii() and text not in words and text.strip().lower() in words


def is_undashed(text: str, words: AbstractSet[str]) -> bool:
    """Return whether `text` is a word but for underscores where dashes belong."""
    return text not in words and text.replace("_", "-") in words


def miss(text: str, words: AbstractSet[str]) -> str:
    """Return, as a class, how `text` misses being one of `words`."""
    if is_respelled(text, words):
        return "another letter case or white space"
    return "underscores" if is_undashed(text, words) else "another word"
