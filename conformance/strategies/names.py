"""UniqueName values: any text, the longest that fit, and some that are too long."""

from collections.abc import Mapping
from functools import partial

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

CHARACTERS_MAX = 191

ASCII: Mapping[str, str] = {
    "punctuation": "Order #1234 +%&=/?;\"'<>\\",
    "percent-sequence": "%2541%41%20",
    "html": "<b>&amp;&lt;</b>",
    "plus-and-spaces": "a+b  c",
    "sql": "'); DROP TABLE sessions;--",
    "json": '{"a": [1, null], "b": "\\u0041"}',
    "template": "${x} {{7*7}} %s {0}",
    "path": "../..//a/./b",
    "backslashes": "a\\nb\\\\c\\0d",
    "the-rest": "~!@$^*()_|`[]{}:,.-",
}
"""Pieces of a name in ASCII, most telling first."""

UTF_8: Mapping[str, str] = {
    "four-bytes": "\U0001f600\U00010348",  # GRINNING FACE, GOTHIC LETTER HWAIR
    "two-bytes": "\u0416\u00f8",  # CYRILLIC ZHE, O WITH STROKE
    "three-bytes": "\u65e5\u672c\u20ac",  # CJK SUN, BOOK, EURO SIGN
    "joined": "\U0001f469\u200d\U0001f680",  # WOMAN, ZERO WIDTH JOINER, ROCKET
    "right-to-left": "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628",
    "direction-override": "a\u202eb\u202cc",
    "skin-tone": "\U0001f44d\U0001f3fd",
    "flag": "\U0001f1eb\U0001f1f7",
    "rare-ideograph": "\U00020bb7",
    "line-separator": "a\u2028b",
}
"""Pieces of two to four bytes a character that no normalisation changes."""

NORMALISABLE: Mapping[str, str] = {
    "decomposed": "e\u0301",
    "composed": "\u00e9",
    "compatible": "\ufb01\u2460",  # LIGATURE FI, CIRCLED DIGIT ONE
    "angstrom": "\u212b",
    "conjoining": "\u1112\u1161\u11ab",  # HANGUL HIEUH, A, NIEUN
}
"""Pieces that one or another Unicode normalisation changes."""

WORDS: Mapping[str, str] = {
    "null": "null",
    "zero": "0",
    "false": "false",
    "undefined": "undefined",
    "leading-zeros": "00123",
    "none": "None",
    "exponent": "1e5",
    "not-a-number": "NaN",
    "one-character": "x",
    "one-character-of-four-bytes": "\U0001f31a",
}
"""Whole names that a careless program takes for something else, and the shortest."""

SURROUNDED: Mapping[str, str] = {"space-before": " {}", "space-after": "{} "}

CONTROLS: Mapping[str, str] = {"line-feed": "a\nb", "nul": "a\0b"}

INVALID: Mapping[str, bytes] = {
    "invalid-byte": b"a%FFb",
    "half-a-surrogate-pair": b"a%ED%A0%80b",
}
"""Form-encoded pieces of a name that are not UTF-8."""

TELL_APART: Mapping[str, tuple[str, str]] = {
    "emoji": ("\U0001f600", "\U0001f601"),
    "inner-spaces": ("a b", "a  b"),
    "ideographs": ("\U00020000", "\U00020001"),
    "punctuation": ("a-b", "a_b"),
}
"""Pieces that differ, in pairs that one or another collation holds for equal."""

_HAN = 0x4E00
_RARE_HAN = 0x20000


def around(base: str, piece: str) -> str:
    """Return `base` with `piece` on both sides: each end of a name is a hazard."""
    return f"{piece}{base}{piece}"


def ascii_of(base: str, characters: int) -> str:
    """Return a name of that length that begins with `base`."""
    return base.ljust(characters, "a")


def two_bytes_of(base: str, characters: int) -> str:
    """Return a name of that length: `base`, then two bytes a character."""
    return base.ljust(characters, "\u0436")


def three_bytes_of(base: str, characters: int) -> str:
    """Return a name of that length, all of three bytes a character."""
    return _moved(base, _HAN).ljust(characters, "\u8a9e")


def four_bytes_of(base: str, characters: int) -> str:
    """Return a name of that length, all of four bytes a character."""
    return _moved(base, _RARE_HAN).ljust(characters, "\U0001f600")


def texts(characters_max: int) -> SearchStrategy[str]:
    """Return text of any characters but control characters; shrinks towards none."""
    return st.text(
        alphabet=st.characters(exclude_categories=("Cc", "Cs", "Cn")),
        max_size=characters_max,
    )


def within(base: str, text: str) -> str:
    """Return `text` with `base` on both sides: white space is inside only."""
    return f"{base}{text}{base}" if text else base


def room(base: str) -> int:
    """Return how many characters a text `within` a base may have."""
    room = CHARACTERS_MAX - 2 * len(base)
    if room < 1:
        raise ValueError(f"expected a shorter base, observed {len(base)} characters")
    return room


def names(*, base: str) -> SearchStrategy[str]:
    """Return names that fit and begin and end with `base`, towards which it shrinks."""
    return texts(room(base)).map(partial(within, base))


def too_long_names(*, base: str) -> SearchStrategy[str]:
    """Return names of more than 191 characters; shrinks towards 192 of them."""
    lengths = st.integers(CHARACTERS_MAX + 1, 4 * CHARACTERS_MAX)
    return lengths.map(partial(ascii_of, base))


def _moved(base: str, start: int) -> str:
    """Return `base` with each character moved to another block, all distinct."""
    return "".join([chr(start + ord(character)) for character in base])
