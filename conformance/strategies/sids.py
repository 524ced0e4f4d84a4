"""SIDs for a path, as they go on the wire: well formed, and spoilt in one way each."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

_HEX = "0123456789abcdef"

# Drawn once, so that they name nothing anywhere; never zeros or a neighbour of a live
# SID, for a target may count, and then another's Session would be deleted.
UNKNOWN: dict[str, str] = {
    "lower-case": "9f3c51d07ab8462e8d5f20b6e471ca93",
    "upper-case": "B27E94D1F05A4C6388EC1D3A5B907F42",
}


@dataclass(frozen=True, slots=True)
class MalformedSid:
    """A SID spoilt in one named way, percent-encoded where a path needs it."""

    wire: str
    defect: str


def _other_kind(sid: str) -> str:
    """Return the SID under the prefix of a Service, that of one under a Session's."""
    return ("KC" if sid.startswith("KS") else "KS") + sid[2:]


def _arabic_indic(sid: str) -> str:
    """Return the SID with one decimal digit in a script whose digits `int` reads."""
    at = max((i for i in range(2, len(sid)) if sid[i].isdecimal()), default=-1)
    if at < 0:
        return sid[:-1] + "%D9%A3"
    return sid[:at] + quote(chr(0x660 + int(sid[at]))) + sid[at + 1 :]


DEFECTS: dict[str, Callable[[str], str]] = {
    "trailing-newline": lambda sid: sid + "%0A",
    "one-digit-long": lambda sid: sid + "0",
    "lower-case-prefix": lambda sid: sid[:2].lower() + sid[2:],
    "other-prefix": _other_kind,
    "one-digit-short": lambda sid: sid[:-1],
    "not-hex": lambda sid: sid[:-1] + "g",
    "full-width-digit": lambda sid: sid[:-1] + quote(chr(ord(sid[-1]) + 0xFEE0)),
    "trailing-space": lambda sid: sid + "%20",
    "leading-space": lambda sid: "%20" + sid,
    "no-prefix": lambda sid: sid[2:],
    "mixed-case-prefix": lambda sid: sid[:1] + sid[1].lower() + sid[2:],
    "prefix-twice": lambda sid: sid[:2] + sid,
    "arabic-indic-digit": _arabic_indic,
    "byte-order-mark": lambda sid: "%EF%BB%BF" + sid,
    "embedded-newline": lambda sid: sid[:18] + "%0A" + sid[18:],
    "carriage-return-newline": lambda sid: sid + "%0D%0A",
    "plus-for-space": lambda sid: sid + "+",
    "with-dashes": lambda sid: "-".join((sid[:10], sid[10:14], sid[14:18], sid[18:])),
    "comma-list": lambda sid: f"{sid},{sid}",
    "quoted": lambda sid: f"%22{sid}%22",
    "sql-comment": lambda sid: sid + "'--",
    "prefix-alone": lambda sid: sid[:2],
    "embedded-nul": lambda sid: sid[:18] + "%00" + sid[18:],
    "trailing-nul": lambda sid: sid + "%00",
    "invalid-utf-8": lambda sid: sid[:-1] + "%FF",
    "encoded-twice": lambda sid: sid[:-1] + f"%25{ord(sid[-1]):02X}",
    "suffix-query": lambda sid: sid + "%3Fa%3Db",
    "suffix-fragment": lambda sid: sid + "%23a",
    "wildcards": lambda sid: sid[:2] + "%25" * 32,
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


def other_case(sid: str) -> str:
    """Return the SID with its hex letters in the other case, its prefix left alone."""
    return sid[:2] + sid[2:].swapcase()


def escaped(sid: str) -> str:
    """Return the SID with an escape for each character, though none needs one."""
    return "".join(f"%{ord(character):02X}" for character in sid)


def sids(prefix: str) -> SearchStrategy[str]:
    """Return well-formed SIDs that name nothing; shrinks towards all zeros."""
    digits = st.text(alphabet=_HEX, min_size=32, max_size=32)
    return digits.map(prefix.__add__)
