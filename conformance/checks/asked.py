"""What a request asked for, where that can be told for certain."""

from collections.abc import Iterable, Mapping
from math import inf
from typing import TypeAlias

from conformance.evidence import Evidence
from conformance.exchange import FORM, Exchange, Request

Fields: TypeAlias = Mapping[str, tuple[str, ...]]
"""The values of each field of a form, in the order sent."""

Create: TypeAlias = tuple[Exchange, Fields]

# The codes by which a target says that it has no number to offer, or none that these
# Participants can reach: the account's matter, and not the request's.
_NUMBERS = frozenset(
    {
        *range(80201, 80209),
        *(80101, 80301, 80303, 80304, 80305, 80306, 80402, 80404, 80505),
        *(80601, 80604, 80605, 80606, 80616, 80617, 80618, 80619, 80620, 80623),
    }
)
_TTL_S_MAX = 2**31 - 1
_DIGITS_MAX = 4_000


def form(request: Request) -> Fields | None:
    """Return the values of each form field, None where the request is no plain form.

    A body of another type, or parameters in the query, may mean anything.
    """
    content_type = next(
        (value for name, value in request.headers if name.lower() == "content-type"), ""
    )
    plain = content_type.partition(";")[0].strip().lower() == FORM
    if request.query or (request.body and not plain):
        return None
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in request.form:
        fields[name] = (*fields.get(name, ()), value)
    return fields


def omits(fields: Fields, *parameters: str) -> bool:
    """Return whether none of the parameters is there, in any letter case."""
    return {name.lower() for name in fields}.isdisjoint(
        parameter.lower() for parameter in parameters
    )


def lasts(fields: Fields) -> bool:
    """Return whether a Session asked for so cannot be over before it is shown."""
    return omits(fields, "DateExpiry") and all(
        value.isascii() and value.isdigit() and _whole(value) <= _TTL_S_MAX
        for name, values in fields.items()
        if name.lower() == "ttl"
        for value in values
    )


def _whole(digits: str) -> float:
    """Return the number, infinity for one too long for Python to read."""
    return int(digits) if len(digits) <= _DIGITS_MAX else inf


def creates(evidence: Evidence) -> Iterable[Create]:
    """Return each successful create that shows an object, with what it asked for."""
    return evidence.view(_creates)


def _creates(evidence: Evidence) -> tuple[Create, ...]:
    return tuple(
        (exchange, fields)
        for exchange, operation in evidence.succeeded
        if operation.id == "CreateSession" and exchange.fields
        if (fields := form(exchange.sent)) is not None
    )


def lacks_numbers(exchange: Exchange) -> bool:
    """Return whether a refusal says that the numbers at hand do not allow it."""
    code = exchange.fields.get("code")
    return exchange.refused and isinstance(code, int) and code in _NUMBERS
