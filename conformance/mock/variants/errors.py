"""Freedoms in the object that a refusal carries, and in its code."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.mock.edits import (
    answers,
    error_objects,
    operation_id,
    problems,
    rewritten,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from conformance.mock.problems import Problem
    from conformance.mock.registry import Change

_INVALID = 80701
_NOT_FOUND = 404
_ERROR = 400


def _coded(codes: Mapping[int, int]) -> Change:
    """Return the change that gives refusals other codes."""

    def changed(_request: Request, problem: Problem) -> Problem:
        return replace(problem, code=codes.get(problem.code, problem.code))

    return problems(changed)


def _not_found_coded(code: int) -> Change:
    """Return the change that gives a Session that is not there a code of its own."""

    def changed(request: Request, problem: Problem) -> Problem:
        of_sessions = operation_id(request).endswith("Session")
        if problem.status == _NOT_FOUND and of_sessions:
            return replace(problem, code=code)
        return problem

    return problems(changed)


def _unprocessable(_request: Request, problem: Problem) -> Problem:
    invalid = problem.code == _INVALID
    return replace(problem, status=422) if invalid else problem


def _refusals(edit: Callable[[Response], Response]) -> Change:
    def edited(_operation: str, _request: Request, response: Response) -> Response:
        return edit(response) if response.status_code >= _ERROR else response

    return answers(edited)


VARIANTS: dict[str, Change] = {
    "validation-coded-as-elsewhere": _coded({_INVALID: 20001}),
    "validation-unprocessable": problems(_unprocessable),
    "unknown-session-coded-by-name": _not_found_coded(80308),
    "unknown-session-coded-by-record": _not_found_coded(80307),
    "error-without-more-info": error_objects(
        lambda shown: {k: v for k, v in shown.items() if k != "more_info"}
    ),
    "error-more-info-null": error_objects(lambda shown: {**shown, "more_info": None}),
    "error-more-info-elsewhere": error_objects(
        lambda shown: {
            **shown,
            "more_info": f"https://www.twilio.com/docs/api/errors/{shown['code']}",
        }
    ),
    "error-with-details": error_objects(
        lambda shown: {**shown, "details": {"parameter": "Ttl"}}
    ),
    "error-with-user-error": error_objects(
        lambda shown: {**shown, "user_error": True, "params": None}
    ),
    "error-message-empty": error_objects(lambda shown: {**shown, "message": ""}),
    "error-message-beyond-ascii": error_objects(
        lambda shown: {**shown, "message": f"{shown['message']} „näher“ 🙂"}
    ),
    "error-members-turned-round": error_objects(
        lambda shown: dict(reversed(shown.items()))
    ),
    "error-with-charset": _refusals(
        lambda r: rewritten(r, media_type="application/json;charset=utf-8")
    ),
    "error-as-problem": _refusals(
        lambda r: rewritten(r, media_type="application/problem+json")
    ),
}
