"""Page sizes and page tokens: within the documents, and odd in one named way each."""

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

ODD_SIZES: dict[str, str] = {
    "zero": "0",
    "far-above-maximum": "5000",  # SDKs pass on whatever limit their caller named
    "not-a-number": "ten",
    "negative": "-1",
    "just-above-maximum": "1001",
    "empty": "",
    "fraction": "1.5",
    "enormous": "9" * 30,
    "two-numbers": "2,3",
}
"""A PageSize outside the documented bounds, by what is odd about it."""

ODD_PAGES: dict[str, str] = {
    "far-beyond-the-end": "100000",
    "negative": "-1",
    "not-a-number": "two",
}
"""A Page, sent without a token, that names no page, by what is odd about it."""

GARBLED: dict[str, Callable[[str], str]] = {
    "one-character-changed": lambda token: token[:-1] + _other(token[-1:]),
    "cut-short": lambda token: token[: len(token) // 2],
    "made-up": lambda _: "PTnottokenofanything",
    "reversed": lambda token: token[::-1] + "~",
    "very-long": lambda token: token * 50,
    "quoted": lambda token: f"'{token}\"",
}
"""Ways to garble a page token, most telling first."""


def page_sizes() -> SearchStrategy[str]:
    """Return sizes of 1 to 100, which a server honours; shrinks towards 1."""
    return st.integers(min_value=1, max_value=100).map(str)


def garble(token: str, defect: str) -> str:
    """Return the token with that one defect."""
    return GARBLED[defect](token)


def garbled_tokens(token: str) -> SearchStrategy[str]:
    """Return `token` garbled in one way; shrinks towards the first defect."""
    return st.sampled_from(list(GARBLED)).map(lambda defect: garble(token, defect))


def _other(character: str) -> str:
    return "B" if character == "A" else "A"
