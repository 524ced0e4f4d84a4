"""Inert text: what a target said, so that nothing it said can act on a reader."""

import re

# Control characters, marks that change the direction of text, and what is no
# character at all; line ends are spelled too, as nothing here needs them.
_ACTIVE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff"
    "\ud800-\udfff]"
)
_SHORT = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}


def inert(text: str) -> str:
    """Return the text on one line, with every character that could act spelled out."""
    return _ACTIVE.sub(_spelled, text)


def inert_lines(text: str) -> str:
    """Return the text made inert line by line."""
    return "\n".join(map(inert, text.split("\n")))


def shortened(text: str, characters_max: int) -> str:
    """Return the text, or its beginning and how much is missing."""
    if len(text) <= characters_max:
        return text
    return f"{text[:characters_max]}… ({len(text) - characters_max} more characters)"


def _spelled(match: re.Match[str]) -> str:
    character = match.group()
    code = ord(character)
    if character in _SHORT:
        return _SHORT[character]
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004  two hex digits
