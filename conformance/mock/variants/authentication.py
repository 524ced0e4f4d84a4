"""Freedoms in how credentials are asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.mock.edits import error_objects, problems

if TYPE_CHECKING:
    from starlette.requests import Request

    from conformance.mock.call import Payload
    from conformance.mock.problems import Problem
    from conformance.mock.registry import Change

_UNAUTHENTICATED = 20003


def _asking(**about: object) -> Change:
    """Return the change that asks for credentials otherwise."""

    def changed(_request: Request, problem: Problem) -> Problem:
        if problem.code != _UNAUTHENTICATED:
            return problem
        return replace(problem, **about)  # type: ignore[arg-type]  # fields by name

    return problems(changed)


def _detailed(shown: Payload) -> Payload:
    if shown["code"] != _UNAUTHENTICATED:
        return shown
    return {**shown, "detail": "Your AccountSid or AuthToken was incorrect."}


VARIANTS: dict[str, Change] = {
    "credentials-asked-for-in-other-words": _asking(
        message="Authentication Error - No credentials provided"
    ),
    "credentials-asked-for-without-a-scheme": _asking(headers=()),
    "credentials-asked-for-in-another-realm": _asking(
        headers=(("www-authenticate", 'Basic realm="Twilio API", charset="UTF-8"'),)
    ),
    "credentials-asked-for-in-detail": error_objects(_detailed),
}
