"""What a PageSize asks for, and what the documents say of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

DEFAULT = 50
SURE_MAX = 100
MAX = 1000

_DIGITS = frozenset("0123456789")
_TELLING = 9  # more digits than these decide nothing further


class Claim(StrEnum):
    """How far the documents bind an answer to a PageSize."""

    DEFAULT = "no PageSize"
    SURE = "PageSize of 1 to 100"
    LARGE = "PageSize of 101 to 1000"
    BELOW = "PageSize below 1"
    ABOVE = "PageSize above 1000"
    EMPTY = "empty PageSize"
    JUNK = "PageSize that is no whole number"


BINDING = frozenset({Claim.DEFAULT, Claim.SURE, Claim.LARGE})
"""The claims that say how many Sessions a page holds."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How many Sessions a page should hold, as far as it was a number."""

    claim: Claim
    number: int = 0


def asked(values: Iterable[str]) -> Asked:
    """Return what the values of PageSize in one query ask for.

    More than one value is junk: which of them counts is not said anywhere.
    """
    match tuple(values):
        case ():
            return Asked(Claim.DEFAULT, DEFAULT)
        case ("",):
            return Asked(Claim.EMPTY)
        case (text,) if _is_whole(text.removeprefix("-")):
            return _number(int(text[:_TELLING]))
        case _:
            return Asked(Claim.JUNK)


def _is_whole(digits: str) -> bool:
    """Return whether these are the digits of a number, as numbers are written."""
    zeros_ahead = digits.startswith("0") and digits != "0"
    return bool(digits) and _DIGITS.issuperset(digits) and not zeros_ahead


def _number(number: int) -> Asked:
    if number < 1:
        return Asked(Claim.BELOW, number)
    if number <= SURE_MAX:
        return Asked(Claim.SURE, number)
    return Asked(Claim.LARGE if number <= MAX else Claim.ABOVE, number)
