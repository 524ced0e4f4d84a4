"""Which names a Session may have for certain, and how another misses the one sent."""

import unicodedata

CHARACTERS_MAX = 191
_LONG = 128
_DOUBTFUL = frozenset({"Cc", "Cs", "Cn"})
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def is_plain(name: str) -> bool:
    """Return whether the documents leave no doubt about a name.

    It has 1 to 191 characters, none of them a control character or unassigned, and no
    white space at either end.
    """
    kinds = {unicodedata.category(character) for character in name}
    sound = kinds.isdisjoint(_DOUBTFUL) and _REPLACEMENT not in name
    return sound and 0 < len(name) <= CHARACTERS_MAX and name == name.strip()


def is_extreme(name: str) -> bool:
    """Return whether a name is one that a count of other units would not let pass."""
    return len(name) == 1 or len(name) >= _LONG or len(name.encode()) > CHARACTERS_MAX


def is_cut(sent: str, shown: str) -> bool:
    """Return whether the end of a long name is missing."""
    missing = 0 < len(shown) < len(sent) and sent.startswith(shown)
    return missing and is_extreme(sent)


def is_same(sent: str, shown: str) -> bool:
    """Return whether a name is shown as sent, or as canonically equivalent to it.

    Unicode holds é in one character and in two for the same text, and the documents
    do not say more; a character that is only compatible with another is not it.
    """
    return unicodedata.normalize("NFC", sent) == unicodedata.normalize("NFC", shown)


def miss(sent: str, shown: str) -> str:
    """Return, as a class, how a shown name misses the one that was sent."""
    if not shown:
        return "no name is shown"
    if is_cut(sent, shown):
        return "the end is missing"
    if shown.lower() == sent.lower():
        return "another letter case is shown"
    return "other characters are shown"


def form(sent: str, shown: str) -> str:
    """Return in which normalisation form a name is shown, "" where it is another."""
    if shown == sent:
        return "kept"
    if not is_same(sent, shown):
        return ""
    composed = shown == unicodedata.normalize("NFC", sent)
    return "composed" if composed else "decomposed"
