"""Ttl values as clients write them: whole seconds, other spellings, and no number."""

from collections.abc import Mapping

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

SECONDS: Mapping[str, str] = {
    "a-day": "86400",
    "a-quarter": "7776000",
    "just-below-a-minute": "59",
    "above-16-bit": "65536",
    "one": "1",
}
"""Whole seconds that any Session may be given; the last one is soon over."""

ZERO = "0"

LARGE: Mapping[str, str] = {
    "above-64-bit": "18446744073709551676",
    "above-32-bit": "4294967356",
    "largest-32-bit": "2147483647",
    "just-above-32-bit-signed": "2147483648",
    "above-a-double": "9007199254740993",
    "above-128-bit": "340282366920938463463374607431768211516",
    "a-year": "31536000",
}
"""Whole seconds that a target may refuse, but not take for another number."""

SPELLINGS: Mapping[str, str] = {
    "leading-zero": "063",
    "plus-sign": "+61",
    "space-before": " 62",
    "exponent": "1e3",
    "hexadecimal": "0x41",
    "digits-of-another-script": "\u0666\u0667",  # ARABIC-INDIC SIX, SEVEN
    "no-fraction": "68.0",
}
"""Whole seconds, written as JSON would not write them."""

NEGATIVE = "-60"
EMPTY = ""

NOT_INTEGERS: Mapping[str, str] = {
    "words": "abc",
    "fraction": "1.5",
    "unit": "60s",
    "two-numbers": "60 60",
    "thousands": "1,000",
    "not-a-number": "NaN",
    "infinity": "Infinity",
    "json": "[60]",
}
"""Text that is no whole number in any spelling."""

_QUARTER_S = 7_776_000


def seconds() -> SearchStrategy[str]:
    """Return whole seconds up to 90 days; shrinks towards `0`."""
    return st.integers(0, _QUARTER_S).map(str)


def large_seconds() -> SearchStrategy[str]:
    """Return whole seconds beyond 32 bits; shrinks towards `4294967296`."""
    return st.integers(2**32, 2**130).map(str)


def not_integers() -> SearchStrategy[str]:
    """Return text that is no whole number; shrinks towards `x` and `0.1`."""
    words = st.text(alphabet="xyz", min_size=1, max_size=8)
    fractions = st.builds(_with_tenths, st.integers(0, 99), st.integers(1, 9))
    return st.one_of(words, fractions)


def _with_tenths(whole: int, tenths: int) -> str:
    return f"{whole}.{tenths}"
