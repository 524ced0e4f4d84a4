"""SIDs for a path, as they go on the wire: well formed, and spoilt in one way each."""

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

_HEX = "0123456789abcdef"


@dataclass(frozen=True, slots=True)
class MalformedSid:
    """A SID spoilt in one named way, percent-encoded where a path needs it."""

    wire: str
    defect: str


DEFECTS: dict[str, Callable[[str], str]] = {
    "one-digit-short": lambda sid: sid[:-1],
    "one-digit-long": lambda sid: sid + "0",
    "not-hex": lambda sid: sid[:-1] + "g",
    "wrong-prefix": lambda sid: "ZZ" + sid[2:],
    "lower-case-prefix": lambda sid: sid[:2].lower() + sid[2:],
    "trailing-newline": lambda sid: sid + "%0A",
    "trailing-space": lambda sid: sid + "%20",
    "leading-space": lambda sid: "%20" + sid,
    "embedded-newline": lambda sid: sid[:18] + "%0A" + sid[19:],
    "embedded-nul": lambda sid: sid[:18] + "%00" + sid[19:],
    "unicode-digit": lambda sid: sid[:-1] + "%D9%A3",  # ARABIC-INDIC DIGIT THREE
    "full-width-digit": lambda sid: sid[:-1] + "%EF%BC%91",
    "encoded-twice": lambda sid: sid[:-1] + f"%25{ord(sid[-1]):02X}",
    "invalid-utf-8": lambda sid: sid[:-1] + "%FF",
    "no-prefix": lambda sid: sid[2:],
    "prefix-alone": lambda sid: sid[:2],
    "suffix-query": lambda sid: sid + "%3Fa%3Db",
    "suffix-extension": lambda sid: sid + ".json",
    "quoted": lambda sid: f"%22{sid}%22",
    "wildcard": lambda sid: sid[:2] + "%25" * 32,
    "sql-comment": lambda sid: sid + "'--",
    "path-traversal": lambda sid: f"..%2FSessions%2F{sid}",
    "very-long": lambda sid: sid + "0" * 4096,
}


def malformed_sids(*, live: str) -> SearchStrategy[MalformedSid]:
    """Return `live` spoilt in one way; shrinks towards the first defect.

    Spoils a SID that exists: a random one is refused for not existing.
    """
    return st.builds(spoil, st.just(live), st.sampled_from(list(DEFECTS)))


def spoil(live: str, defect: str) -> MalformedSid:
    """Return the SID `live` with that one defect."""
    return MalformedSid(DEFECTS[defect](live), defect)


def sids(prefix: str) -> SearchStrategy[str]:
    """Return well-formed SIDs that name nothing; shrinks towards all zeros."""
    digits = st.text(alphabet=_HEX, min_size=32, max_size=32)
    return digits.map(prefix.__add__)
