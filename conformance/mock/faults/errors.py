"""Faults in the object that each refusal carries."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from conformance.mock.edits import answers, error_objects, rewritten

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from conformance.mock.call import Payload
    from conformance.mock.registry import Change

_BELOW = frozenset({"FetchService", "ListParticipant"})
_HTML = b"<!DOCTYPE html><html><title>Error</title><body>Not Found</body></html>"
_TRACE = (
    "Traceback (most recent call last):\n"
    '  File "/srv/app/sessions.py", line 41, in fetch\n'
    "KeyError: 'sid'"
)


def _without(name: str) -> Change:
    return error_objects(
        lambda shown: {key: value for key, value in shown.items() if key != name}
    )


def _with(name: str, spell: Callable[[Any], Any]) -> Change:
    """Return the fault that spells one member of each error object so."""
    return error_objects(lambda shown: {**shown, name: spell(shown[name])})


def _of_session_errors(edit: Callable[[Payload], Payload]) -> Change:
    """Return the fault that edits the error objects of Session operations alone."""

    def edited(response: Response) -> Response:
        shown: Payload = json.loads(bytes(response.body))
        return rewritten(response, body=json.dumps(edit(shown)).encode())

    return _bodies(edited, _of_sessions)


def _bodies(
    edit: Callable[[Response], Response], wanted: Callable[[str, int], bool]
) -> Change:
    """Return the fault that edits the refusals that `wanted` names.

    It is told the operation and the status.
    """

    def edited(operation: str, _request: Request, response: Response) -> Response:
        status = response.status_code
        refusal = 400 <= status < 500  # noqa: PLR2004  the range is the meaning
        if operation and refusal and wanted(operation, status):
            return edit(response)
        return response

    return answers(edited)


def _of_sessions(operation: str, _status: int) -> bool:
    return operation.endswith("Session")


def _not_found(operation: str, status: int) -> bool:
    return operation.endswith("Session") and status == HTTPStatus.NOT_FOUND


def _html(response: Response) -> Response:
    return rewritten(response, body=_HTML, media_type="text/html")


def _typed(media_type: str) -> Callable[[Response], Response]:
    return lambda response: rewritten(response, media_type=media_type)


def _bodied(body: bytes) -> Callable[[Response], Response]:
    return lambda response: rewritten(response, body=body)


def _cut(response: Response) -> Response:
    return rewritten(response, body=bytes(response.body)[:-1])


def _listed(response: Response) -> Response:
    return rewritten(response, body=b"[" + bytes(response.body) + b"]")


def _untyped(response: Response) -> Response:
    del response.headers["content-type"]
    return response


def _latin(response: Response) -> Response:
    shown: Payload = {**json.loads(bytes(response.body)), "message": "introuvable: é"}
    body = json.dumps(shown, ensure_ascii=False).encode("latin-1")
    return rewritten(response, body=body)


def _nan(response: Response) -> Response:
    shown = {**json.loads(bytes(response.body)), "duration": float("nan")}
    return rewritten(response, body=json.dumps(shown).encode())


def _twice(response: Response) -> Response:
    body = bytes(response.body)
    return rewritten(response, body=body[:-1] + b',"status":' + b"0}")


FAULTS: dict[str, Change] = {
    "error-code-missing": _without("code"),
    "error-code-as-text": _with("code", str),
    "error-code-null": _with("code", lambda _: None),
    "error-code-with-fraction": _with("code", lambda code: code + 0.5),
    "error-message-missing": _without("message"),
    "error-message-null": _with("message", lambda _: None),
    "error-message-list": _with("message", lambda text: [text]),
    "error-message-object": _with("message", lambda text: {"text": text}),
    "error-status-missing": _without("status"),
    "error-status-as-text": _with("status", str),
    "error-status-always-400": _with("status", lambda _: 400),
    "error-more-info-without-host": _with("more_info", lambda _: "/docs/errors"),
    "error-more-info-number": _with("more_info", lambda _: 20404),
    "error-more-info-words": _with("more_info", lambda _: "see the documentation"),
    "session-error-code-as-text": _of_session_errors(
        lambda shown: {**shown, "code": str(shown["code"])}
    ),
    "session-error-message-null": _of_session_errors(
        lambda shown: {**shown, "message": None}
    ),
    "session-error-status-missing": _of_session_errors(
        lambda shown: {k: v for k, v in shown.items() if k != "status"}
    ),
    "session-error-more-info-without-host": _of_session_errors(
        lambda shown: {**shown, "more_info": "/docs/errors"}
    ),
    "error-wrapped": error_objects(lambda shown: {"error": shown}),
    "error-renamed": error_objects(
        lambda shown: {"errorCode": shown["code"], "errorMessage": shown["message"]}
    ),
    "error-shows-trace": error_objects(
        lambda shown: {**shown, "details": {"trace": _TRACE}}
    ),
    "error-message-of-the-database": _with(
        "message", lambda _: "sqlite3.IntegrityError: UNIQUE constraint failed"
    ),
    "error-html": _bodies(_html, _of_sessions),
    "not-found-html": _bodies(_html, _not_found),
    "error-text-html-around-json": _bodies(_typed("text/html"), _of_sessions),
    "error-text-plain": _bodies(_typed("text/plain"), _of_sessions),
    "error-without-content-type": _bodies(_untyped, _of_sessions),
    "error-without-body": _bodies(_bodied(b""), _of_sessions),
    "error-body-text": _bodies(_bodied(b"Not Found"), _of_sessions),
    "error-body-json-text": _bodies(_bodied(b'"Not Found"'), _of_sessions),
    "error-body-null": _bodies(_bodied(b"null"), _of_sessions),
    "error-body-list": _bodies(_listed, _of_sessions),
    "error-body-cut": _bodies(_cut, _of_sessions),
    "error-body-latin-1": _bodies(_latin, _not_found),
    "error-body-nan": _bodies(_nan, _of_sessions),
    "error-body-status-twice": _bodies(_twice, _of_sessions),
    "error-html-below": _bodies(_html, lambda operation, _: operation in _BELOW),
    "error-without-body-below": _bodies(
        _bodied(b""), lambda operation, _: operation in _BELOW
    ),
    "error-of-a-participant-as-html": _bodies(
        _typed("text/html"), lambda operation, _: operation == "FetchParticipant"
    ),
    "error-list-below": _bodies(_listed, lambda operation, _: operation in _BELOW),
}
