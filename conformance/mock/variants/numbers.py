"""Freedoms in how many seconds a Ttl may have, and in how they may be written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.mock.problems import invalid
from conformance.mock.readings import negative_ttl_read_as, ttl_read_as

if TYPE_CHECKING:
    from starlette.requests import Request

    from conformance.mock.call import Call, Form, World
    from conformance.mock.problems import Problem
    from conformance.mock.registry import Change
    from conformance.mock.rules import Rules

_OPERATIONS = ("CreateSession", "UpdateSession")
_QUARTER_S = 7_776_000
_64_BIT_MAX = 2**63 - 1


def at_most(most: int) -> Change:
    """Return the change that refuses a longer Ttl."""

    def refuse(number: int) -> int:
        if not 0 <= number <= most:
            raise invalid("Ttl", f"Expected 0 to {most}.")
        return number

    return ttl_read_as(refuse, *_OPERATIONS)


def cut_to(most: int) -> Change:
    """Return the change that cuts a longer Ttl to that."""

    def cut(number: int) -> int:
        if number < 0:
            raise invalid("Ttl", "It is negative.")
        return min(number, most)

    return ttl_read_as(cut, *_OPERATIONS)


def spelled_as_python_reads(rules: Rules) -> Rules:
    """Take every spelling of a whole number that a lenient program knows."""

    def parse_ttl(call: Call, text: str) -> int:
        plain = text.strip().removeprefix("+")
        try:
            number = int(plain, 0) if plain.startswith("0x") else int(float(plain))
            whole = float(plain) == number if "x" not in plain else True
        except (ValueError, OverflowError):
            return rules.parse_ttl(call, text)
        exact = plain.isascii() and plain.isdigit()
        return rules.parse_ttl(call, str(number) if whole and not exact else plain)

    return replace(rules, parse_ttl=parse_ttl)


def unprocessable(rules: Rules) -> Rules:
    """Refuse a Ttl with 422."""

    def adapt_problem(world: World, request: Request, problem: Problem) -> Problem:
        if problem.parameter == "Ttl":
            problem = replace(problem, status=422)
        return rules.adapt_problem(world, request, problem)

    return replace(rules, adapt_problem=adapt_problem)


def empty_is_none(rules: Rules) -> Rules:
    """Take an empty Ttl for one that was not sent."""

    def scalar(call: Call, form: Form, name: str) -> str | None:
        text = rules.scalar(call, form, name)
        return None if name == "Ttl" and text == "" else text

    return replace(rules, scalar=scalar)


def empty_is_zero(rules: Rules) -> Rules:
    """Take an empty Ttl for 0."""

    def parse_ttl(call: Call, text: str) -> int:
        return rules.parse_ttl(call, text or "0")

    return replace(rules, parse_ttl=parse_ttl)


VARIANTS: dict[str, Change] = {
    "ttl-of-64-bits": at_most(_64_BIT_MAX),
    "ttl-of-90-days-at-most": at_most(_QUARTER_S),
    "ttl-cut-to-90-days": cut_to(_QUARTER_S),
    "ttl-cut-to-32-bits": cut_to(2**31 - 1),
    "negative-ttl-kept": negative_ttl_read_as(lambda number: number),
    "negative-ttl-taken-for-0": negative_ttl_read_as(lambda _: 0),
    "ttl-spelled-otherwise-taken": spelled_as_python_reads,
    "unprocessable-ttl": unprocessable,
    "ttl-empty-is-none": empty_is_none,
    "ttl-empty-is-0": empty_is_zero,
}
