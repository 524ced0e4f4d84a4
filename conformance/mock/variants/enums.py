"""Freedoms in how Mode and Status are read, and their refusals worded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request

    from conformance.mock.call import Call, Form, World
    from conformance.mock.problems import Problem
    from conformance.mock.registry import Change
    from conformance.mock.rules import Rules

_WORDS = ("Mode", "Status")


def empty_word_omitted(rules: Rules) -> Rules:
    """Take an empty Mode or Status for one that was not sent."""

    def scalar(call: Call, form: Form, name: str) -> str | None:
        text = rules.scalar(call, form, name)
        return None if name in _WORDS and text == "" else text

    return replace(rules, scalar=scalar)


def unprocessable_word(rules: Rules) -> Rules:
    """Refuse a word that is none of the listed ones with 422."""

    def adapt_problem(world: World, request: Request, problem: Problem) -> Problem:
        if problem.parameter in _WORDS:
            problem = replace(problem, status=422)
        return rules.adapt_problem(world, request, problem)

    return replace(rules, adapt_problem=adapt_problem)


VARIANTS: dict[str, Change] = {
    "empty-word-omitted": empty_word_omitted,
    "unprocessable-word": unprocessable_word,
}
