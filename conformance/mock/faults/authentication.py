"""Faults in who is let in, what the others are told, and what they change."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.requests import Request

from conformance.mock.edits import answers, operation_id, problems, rewritten
from conformance.mock.problems import Problem, RefusedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.responses import Response

    from conformance.mock.call import World
    from conformance.mock.operations import Operation
    from conformance.mock.registry import Change
    from conformance.mock.rules import Rules

_UNAUTHORIZED = 401


def _letting_in(wanted: Callable[[World, str, str], bool]) -> Change:
    """Return the fault that lets in whoever `wanted` says.

    It is told the operation and the Authorization header, "" when there is none.
    """

    def change(rules: Rules) -> Rules:
        def authenticate(
            world: World, request: Request, operation: Operation | None
        ) -> str:
            header = request.headers.get("authorization", "")
            if wanted(world, operation.id if operation else "", header):
                return list(world.accounts)[-1]
            return rules.authenticate(world, request, operation)

        return replace(rules, authenticate=authenticate)

    return change


def later_pages_open(rules: Rules) -> Rules:
    """Ask whoever has a page token for no credentials."""

    def authenticate(
        world: World, request: Request, operation: Operation | None
    ) -> str:
        if "PageToken" in request.query_params:
            return list(world.accounts)[-1]
        return rules.authenticate(world, request, operation)

    return replace(rules, authenticate=authenticate)


def _bare(*operations: str) -> Change:
    """Return the fault that asks for no credentials at these operations."""
    return _letting_in(
        lambda _, operation, header: operation in operations and not header
    )


def _by_token(wanted: Callable[[str, str], bool]) -> Change:
    """Return the fault that compares the token of a known account so.

    `wanted` is told the account's token and the one given.
    """

    def let_in(world: World, _operation: str, header: str) -> bool:
        account_sid, token = _plain(header)
        own = world.accounts.get(account_sid)
        return own is not None and wanted(own, token)

    return _letting_in(let_in)


def _plain(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    try:
        text = b64decode(encoded, validate=True).decode()
    except ValueError:
        return "", ""
    account_sid, _, token = text.partition(":")
    return (account_sid, token) if scheme.lower() == "basic" else ("", "")


def _account_not_looked_at(world: World, _operation: str, header: str) -> bool:
    _, token = _plain(header)
    return token in world.accounts.values()


def _refused_as(status: int, wanted: Callable[[str], bool] = bool) -> Change:
    """Return the fault that refuses strangers with that status.

    `wanted` is told the Authorization header, "" when there is none.
    """

    def edit(request: Request, problem: Problem) -> Problem:
        header = request.headers.get("authorization", "")
        if problem.status != _UNAUTHORIZED or not wanted(header):
            return problem
        return replace(problem, status=status)

    return problems(edit)


def _undecodable(header: str) -> bool:
    return header.startswith("Basic ") and _plain(header) == ("", "")


def garbled_header_is_bad_request(rules: Rules) -> Rules:
    """Refuse an Authorization header that cannot be decoded with 400."""
    return _refused_as(400, _undecodable)(rules)


def undecodable_header_raises(rules: Rules) -> Rules:
    """Fail inside while decoding an Authorization header."""

    def authenticate(
        world: World, request: Request, operation: Operation | None
    ) -> str:
        if _undecodable(request.headers.get("authorization", "")):
            problem = Problem(status=500, code=20500, message="Internal Server Error")
            raise RefusedError(problem)
        return rules.authenticate(world, request, operation)

    return replace(rules, authenticate=authenticate)


def _another_code(code: int) -> Change:
    def edit(_request: Request, problem: Problem) -> Problem:
        stranger = problem.status == _UNAUTHORIZED
        return replace(problem, code=code) if stranger else problem

    return problems(edit)


def _done_all_the_same(*operations: str) -> Change:
    """Return the fault that refuses a stranger's write and yet does it."""

    def change(rules: Rules) -> Rules:
        async def around(
            world: World,
            request: Request,
            proceed: Callable[[Request], Awaitable[Response]],
        ) -> Response:
            response = await rules.around(world, request, proceed)
            stranger = response.status_code == _UNAUTHORIZED
            if stranger and operation_id(request) in operations:
                await proceed(_let_in(world, request))
            return response

        return replace(rules, around=around)

    return change


def _let_in(world: World, request: Request) -> Request:
    """Return the request with the credentials of the mock's first account."""
    account_sid, token = list(world.accounts.items())[-1]
    pair = b64encode(f"{account_sid}:{token}".encode())
    headers = [pair for pair in request.scope["headers"] if pair[0] != b"authorization"]
    headers.append((b"authorization", b"Basic " + pair))
    return Request({**request.scope, "headers": headers}, request.receive)


def refusal_shows_the_session(rules: Rules) -> Rules:
    """Show the Session to strangers beside the words that refuse them."""

    async def around(
        world: World,
        request: Request,
        proceed: Callable[[Request], Awaitable[Response]],
    ) -> Response:
        response = await rules.around(world, request, proceed)
        stranger = response.status_code == _UNAUTHORIZED
        if not stranger or operation_id(request) not in {"FetchSession", "ListSession"}:
            return response
        shown = await proceed(_let_in(world, request))
        both = json.loads(bytes(shown.body)) | json.loads(bytes(response.body))
        return rewritten(response, body=json.dumps(both).encode())

    return replace(rules, around=around)


def strangers_get_html(rules: Rules) -> Rules:
    """Refuse strangers with a page of HTML, as a gateway does."""

    def edit(_operation: str, _request: Request, response: Response) -> Response:
        if response.status_code != _UNAUTHORIZED:
            return response
        page = b"<html><body><h1>401 Authorization Required</h1></body></html>"
        return rewritten(response, body=page, media_type="text/html")

    return answers(edit)(rules)


FAULTS: dict[str, Change] = {
    # Strangers are let in.
    "credentials-not-asked-for": _letting_in(lambda _, __, header: not header),
    "credentials-not-looked-at": _letting_in(lambda _, __, ___: True),
    "create-without-credentials": _bare("CreateSession"),
    "fetch-without-credentials": _bare("FetchSession"),
    "list-without-credentials": _bare("ListSession"),
    "update-without-credentials": _bare("UpdateSession"),
    "delete-without-credentials": _bare("DeleteSession"),
    "service-read-without-credentials": _bare("FetchService"),
    "children-read-without-credentials": _bare("ListParticipant", "ListInteraction"),
    "participant-added-without-credentials": _bare("CreateParticipant"),
    "participant-removed-without-credentials": _bare("DeleteParticipant"),
    "later-pages-without-credentials": later_pages_open,
    "any-token-accepted": _by_token(lambda _, __: True),
    "empty-token-accepted": _by_token(lambda _, token: not token),
    "token-compared-by-its-beginning": _by_token(
        lambda own, token: bool(token) and own.startswith(token)
    ),
    "token-cut-to-its-length": _by_token(lambda own, token: token.startswith(own)),
    "account-not-looked-at": _letting_in(_account_not_looked_at),
    "any-bearer-token-accepted": _letting_in(
        lambda _, __, header: header.startswith("Bearer ")
    ),
    "undecodable-credentials-accepted": _letting_in(
        lambda _, __, header: _undecodable(header)
    ),
    # They are refused, but not as documented.
    "strangers-forbidden": _refused_as(403, lambda _: True),
    "strangers-find-nothing": _refused_as(404, lambda _: True),
    "missing-credentials-bad-request": _refused_as(400, lambda header: not header),
    "wrong-credentials-forbidden": _refused_as(403),
    "garbled-credentials-bad-request": garbled_header_is_bad_request,
    "garbled-credentials-raise": undecodable_header_raises,
    "unauthorized-code-of-not-found": _another_code(20404),
    "unauthorized-code-is-the-status": _another_code(401),
    "strangers-get-html": strangers_get_html,
    "refusal-shows-the-session": refusal_shows_the_session,
    # They are refused, and it happens all the same.
    "refused-create-done": _done_all_the_same("CreateSession"),
    "refused-update-done": _done_all_the_same("UpdateSession"),
    "refused-delete-done": _done_all_the_same("DeleteSession"),
}
