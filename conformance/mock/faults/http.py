"""Faults in statuses, media types, bodies, methods and paths."""

from __future__ import annotations

import json
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.responses import Response

from conformance.mock.edits import (
    answers,
    operation_id,
    readdressed,
    requests,
    rewritten,
)
from conformance.mock.problems import Problem, RefusedError
from conformance.mock.sids import is_sid

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from starlette.requests import Request

    from conformance.mock.call import Call, Form, World
    from conformance.mock.operations import Operation
    from conformance.mock.paging import PageRequest, PageToken
    from conformance.mock.parameters import NewParticipant
    from conformance.mock.registry import Change
    from conformance.mock.rules import Rules

_KNOWN = frozenset(
    {"UniqueName", "DateExpiry", "Ttl", "Mode", "Status", "Participants"}
)
_NAME_BYTES_MAX = 1000
_NUMBER_MAX = 2**63
_SEGMENTS = ("v1", "Services", "Sessions")


def _successes(
    edit: Callable[[Request, Response], Response], *operations: str
) -> Change:
    """Return the fault that edits each success of these operations."""

    def edited(operation: str, request: Request, response: Response) -> Response:
        if operation in operations and response.status_code < 300:  # noqa: PLR2004  a success
            return edit(request, response)
        return response

    return answers(edited)


def _status(status: int, *operations: str) -> Change:
    return _successes(
        lambda _, response: rewritten(response, status=status), *operations
    )


def _emptied(status: int, *operations: str) -> Change:
    return _successes(
        lambda _, response: rewritten(response, body=b"", status=status), *operations
    )


def _typed(media_type: str, *operations: str) -> Change:
    return _successes(
        lambda _, response: rewritten(response, media_type=media_type), *operations
    )


def _bodied(edit: Callable[[bytes], bytes], *operations: str) -> Change:
    return _successes(
        lambda _, response: rewritten(response, body=edit(bytes(response.body))),
        *operations,
    )


def _page_of_html(*operations: str) -> Change:
    page = b"<!DOCTYPE html><html><body>Session</body></html>"
    return _successes(
        lambda _, response: rewritten(response, body=page, media_type="text/html"),
        *operations,
    )


def _in_latin_1(body: bytes) -> bytes:
    """Return the body with each character outside ASCII in one byte."""
    return body.decode().encode("latin-1", "replace")


def _with_nan(body: bytes) -> bytes:
    return json.dumps({**json.loads(body), "duration": float("nan")}).encode()


def delete_answers_with_a_body(rules: Rules) -> Rules:
    """Put a body behind the 204 of a delete."""

    def edit(_request: Request, response: Response) -> Response:
        body = b'{"deleted": true}'
        response = rewritten(response, body=body, media_type="application/json")
        response.headers["content-length"] = str(len(body))
        return response

    return _successes(edit, "DeleteSession")(rules)


def _announcing(octets: int, *operations: str) -> Change:
    """Return the fault that adds so many octets to the length announced."""

    def edit(_request: Request, response: Response) -> Response:
        length = len(bytes(response.body)) + octets
        response.headers["content-length"] = str(length)
        return response

    return _successes(edit, *operations)


def encoding_told_and_not_applied(rules: Rules) -> Rules:
    """Say that a fetch is answered in gzip, and answer it plainly."""

    def edit(_request: Request, response: Response) -> Response:
        response.headers["content-encoding"] = "gzip"
        return response

    return _successes(edit, "FetchSession")(rules)


def _taken_for_post(method: str) -> Change:
    """Return the fault that takes a method on a Session's path for an update."""

    def edit(_operation: str, request: Request) -> Request:
        if request.method != method or not is_sid(_last(request), "KC"):
            return request
        return readdressed(request, method="POST")

    return requests(edit)


def method_override_from_collection(rules: Rules) -> Rules:
    """Answer PUT and PATCH on all Sessions with the list."""

    def edit(_operation: str, request: Request) -> Request:
        if request.method not in {"PUT", "PATCH"} or _last(request) != "Sessions":
            return request
        return readdressed(request, method="GET")

    return requests(edit)(rules)


def _collection_deleted(ending: str) -> Change:
    """Return the fault that deletes all Sessions, at a path that ends so."""

    def change(rules: Rules) -> Rules:
        async def around(
            world: World,
            request: Request,
            proceed: Callable[[Request], Awaitable[Response]],
        ) -> Response:
            path = request.scope["raw_path"].decode("latin-1")
            wanted = request.method == "DELETE" and path.endswith(f"/Sessions{ending}")
            if not wanted:
                return await rules.around(world, request, proceed)
            for session in world.store.sessions.all(service_sid=path.split("/")[3]):
                world.store.sessions.remove(session.sid)
            return Response(status_code=204)

        return replace(rules, around=around)

    return change


def unknown_path_answered(rules: Rules) -> Rules:
    """Answer a path that leads nowhere with an empty object."""

    def edit(operation: str, request: Request, response: Response) -> Response:
        nowhere = not operation and request.method == "GET" and _letters_right(request)
        if nowhere and response.status_code == HTTPStatus.NOT_FOUND:
            return rewritten(response, body=b"{}", status=200)
        return response

    return answers(edit)(rules)


def unknown_path_bad_request(rules: Rules) -> Rules:
    """Refuse a path that leads nowhere with 400."""

    def edit(operation: str, request: Request, response: Response) -> Response:
        nowhere = not operation and _letters_right(request)
        if nowhere and response.status_code == HTTPStatus.NOT_FOUND:
            return rewritten(response, status=400)
        return response

    return answers(edit)(rules)


def path_in_any_case(rules: Rules) -> Rules:
    """Find a path in whatever letter case its words are."""

    def edit(_operation: str, request: Request) -> Request:
        path: str = request.scope["raw_path"].partition(b"?")[0].decode("latin-1")
        words = {word.lower(): word for word in _SEGMENTS}
        parts = [words.get(part.lower(), part) for part in path.split("/")]
        return readdressed(request, path="/".join(parts))

    return requests(edit)(rules)


def wrong_case_bad_request(rules: Rules) -> Rules:
    """Refuse a path whose words are in another letter case with 400."""

    def edit(operation: str, request: Request, response: Response) -> Response:
        if not operation and not _letters_right(request):
            return rewritten(response, status=400)
        return response

    return answers(edit)(rules)


def _last(request: Request) -> str:
    path: str = request.scope["raw_path"].partition(b"?")[0].decode("latin-1")
    return path.rpartition("/")[2]


def _letters_right(request: Request) -> bool:
    """Return whether no word of the path is one of ours in other letter case."""
    path = request.scope["raw_path"].partition(b"?")[0].decode("latin-1")
    words = {word.lower(): word for word in _SEGMENTS}
    return all(words.get(part.lower(), part) == part for part in path.split("/"))


def _broken() -> RefusedError:
    return RefusedError(
        Problem(status=500, code=20500, message="Internal Server Error")
    )


def unknown_parameter_raises(rules: Rules) -> Rules:
    """Fail inside on a form field that no Session has."""

    def decode_form(call: Call) -> Form:
        form = rules.decode_form(call)
        if call.operation.kind == "session" and form.keys() - _KNOWN:
            raise _broken()
        return form

    return replace(rules, decode_form=decode_form)


def repeated_parameter_raises(rules: Rules) -> Rules:
    """Fail inside on a parameter that is given twice."""

    def scalar(call: Call, form: Form, name: str) -> str | None:
        if len(form.get(name, ())) > 1:
            raise _broken()
        return rules.scalar(call, form, name)

    return replace(rules, scalar=scalar)


def _body_raises(wanted: Callable[[Call], bool]) -> Change:
    """Return the fault that fails inside on the bodies that `wanted` names."""

    def change(rules: Rules) -> Rules:
        def decode_form(call: Call) -> Form:
            if call.operation.kind == "session" and call.body and wanted(call):
                raise _broken()
            return rules.decode_form(call)

        return replace(rules, decode_form=decode_form)

    return change


def _of_type(media_type: str) -> Callable[[Call], bool]:
    return lambda call: call.request.headers.get("content-type", "").startswith(
        media_type
    )


def _not_utf_8(call: Call) -> bool:
    try:
        call.body.decode()
    except UnicodeDecodeError:
        return True
    return b"%FF" in call.body


def _name_raises(wanted: Callable[[str], bool]) -> Change:
    def change(rules: Rules) -> Rules:
        def parse_unique_name(call: Call, text: str) -> str:
            if wanted(text):
                raise _broken()
            return rules.parse_unique_name(call, text)

        return replace(rules, parse_unique_name=parse_unique_name)

    return change


def long_number_raises(rules: Rules) -> Rules:
    """Fail inside on a Ttl that no 64-bit column holds."""

    def parse_ttl(call: Call, text: str) -> int:
        if text.isdecimal() and (len(text) > 100 or int(text) >= _NUMBER_MAX):  # noqa: PLR2004  digits
            raise _broken()
        return rules.parse_ttl(call, text)

    return replace(rules, parse_ttl=parse_ttl)


def number_of_another_script_raises(rules: Rules) -> Rules:
    """Fail inside on a Ttl in digits that are not ASCII."""

    def parse_ttl(call: Call, text: str) -> int:
        if text.isdigit() and not text.isascii():
            raise _broken()
        return rules.parse_ttl(call, text)

    return replace(rules, parse_ttl=parse_ttl)


def year_zero_raises(rules: Rules) -> Rules:
    """Fail inside on a date that no calendar holds."""

    def parse_date_expiry(call: Call, text: str) -> datetime | None:
        if text.startswith("0000"):
            raise _broken()
        return rules.parse_date_expiry(call, text)

    return replace(rules, parse_date_expiry=parse_date_expiry)


def _participants_raise(wanted: Callable[[str], bool]) -> Change:
    def change(rules: Rules) -> Rules:
        def parse_participants(
            call: Call, values: list[str]
        ) -> tuple[NewParticipant, ...]:
            if any(map(wanted, values)):
                raise _broken()
            return rules.parse_participants(call, values)

        return replace(rules, parse_participants=parse_participants)

    return change


def unknown_page_token_raises(rules: Rules) -> Rules:
    """Fail inside on a PageToken that was never handed out."""

    def decode_token(call: Call, text: str) -> PageToken:
        try:
            return rules.decode_token(call, text)
        except RefusedError as refused:
            raise _broken() from refused

    return replace(rules, decode_token=decode_token)


def _page_size_raises(wanted: Callable[[str], bool]) -> Change:
    def change(rules: Rules) -> Rules:
        def page_size(call: Call, text: str | None) -> int:
            if text is not None and wanted(text):
                raise _broken()
            return rules.page_size(call, text)

        return replace(rules, page_size=page_size)

    return change


def page_of_a_word_raises(rules: Rules) -> Rules:
    """Read Page as JSON, and fail inside where that is a word and no number."""

    def read_page(call: Call, query: Form) -> PageRequest:
        if query.get("Page") in (["null"], ["true"], ["false"]):
            raise _broken()
        return rules.read_page(call, query)

    return replace(rules, read_page=read_page)


def malformed_sid_raises(rules: Rules) -> Rules:
    """Fail inside on a Session SID that holds no hexadecimal number."""

    def check_path(call: Call) -> None:
        sid = call.path.get("session_sid", "")
        try:
            int(sid[2:] or "0", 16)
        except ValueError as error:
            raise _broken() from error
        rules.check_path(call)

    return replace(rules, check_path=check_path)


def nul_in_path_raises(rules: Rules) -> Rules:
    """Fail inside on a NUL in the path, as a database does."""

    def check_path(call: Call) -> None:
        if any("\0" in value for value in call.path.values()):
            raise _broken()
        rules.check_path(call)

    return replace(rules, check_path=check_path)


def unknown_service_raises(rules: Rules) -> Rules:
    """Fail inside where there is no such Service."""

    def check_path(call: Call) -> None:
        sid = call.path.get("service_sid", "")
        missing = is_sid(sid, "KS") and call.store.services.find(sid=sid) is None
        if call.operation.kind == "session" and missing:
            raise _broken()
        rules.check_path(call)

    return replace(rules, check_path=check_path)


def other_method_raises(rules: Rules) -> Rules:
    """Fail inside on a method that a path does not know."""

    def edit(operation: str, _request: Request, response: Response) -> Response:
        if not operation and response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            return rewritten(response, status=500)
        return response

    return answers(edit)(rules)


def malformed_sid_raises_below(rules: Rules) -> Rules:
    """Fail inside on the Participants of a malformed Session SID."""

    def check_path(call: Call) -> None:
        sid = call.path.get("session_sid", "")
        if call.operation.id == "ListParticipant" and not is_sid(sid, "KC"):
            raise _broken()
        rules.check_path(call)

    return replace(rules, check_path=check_path)


def missing_credentials_raise_below(rules: Rules) -> Rules:
    """Fail inside where a Service is read without credentials."""

    def authenticate(
        world: World, request: Request, operation: Operation | None
    ) -> str:
        reading = operation is not None and operation.id == "FetchService"
        if reading and "authorization" not in request.headers:
            raise _broken()
        return rules.authenticate(world, request, operation)

    return replace(rules, authenticate=authenticate)


def _media_type_taken(wanted: Callable[[str], bool], status: int) -> Change:
    """Return the fault that refuses what `wanted` says of the media type told."""

    def change(rules: Rules) -> Rules:
        def decode_form(call: Call) -> Form:
            told = call.request.headers.get("content-type", "")
            if call.operation.id == "CreateSession" and call.body and wanted(told):
                raise RefusedError(
                    Problem(status=status, code=20422, message="Not a form")
                )
            return rules.decode_form(call)

        return replace(rules, decode_form=decode_form)

    return change


def form_with_charset_is_ignored(rules: Rules) -> Rules:
    """Take a form whose media type names a charset for an empty one."""

    def decode_form(call: Call) -> Form:
        told = call.request.headers.get("content-type", "")
        return {} if "charset" in told else rules.decode_form(call)

    return replace(rules, decode_form=decode_form)


def get_with_content_type_refused(rules: Rules) -> Rules:
    """Refuse a fetch that carries a media type."""

    async def around(
        world: World,
        request: Request,
        proceed: Callable[[Request], Awaitable[Response]],
    ) -> Response:
        if operation_id(request) == "FetchSession" and request.headers.get(
            "content-type"
        ):
            request = readdressed(request, path=f"{request.scope['path']}/refused")
        return await rules.around(world, request, proceed)

    return replace(rules, around=around)


def accept_anything_refused(rules: Rules) -> Rules:
    """Refuse a fetch that does not ask for JSON by name."""

    async def handle(
        call: Call, proceed: Callable[[Call], Awaitable[Response]]
    ) -> Response:
        response = await rules.handle(call, proceed)
        wanted = call.request.headers.get("accept", "")
        if call.operation.id == "FetchSession" and "json" not in wanted:
            return rewritten(response, status=406)
        return response

    return replace(rules, handle=handle)


FAULTS: dict[str, Change] = {
    # Statuses of successes.
    "create-answers-200": _status(200, "CreateSession"),
    "create-answers-202": _status(202, "CreateSession"),
    "fetch-answers-203": _status(203, "FetchSession"),
    "list-answers-206": _status(206, "ListSession"),
    "update-answers-201": _status(201, "UpdateSession"),
    "update-answers-204": _emptied(204, "UpdateSession"),
    "delete-answers-200": _status(200, "DeleteSession"),
    "delete-answers-202": _status(202, "DeleteSession"),
    "service-fetch-answers-203": _status(203, "FetchService"),
    "participant-create-answers-200": _status(200, "CreateParticipant"),
    "participant-delete-answers-202": _status(202, "DeleteParticipant"),
    "interaction-list-answers-206": _status(206, "ListInteraction"),
    "message-answers-202": _status(202, "CreateMessageInteraction"),
    # Media types and bodies of successes.
    "delete-answers-with-a-body": delete_answers_with_a_body,
    "create-answers-text-html": _typed("text/html", "CreateSession"),
    "fetch-answers-text-plain": _typed("text/plain", "FetchSession"),
    "list-answers-octets": _typed("application/octet-stream", "ListSession"),
    "update-answers-javascript": _typed("text/javascript", "UpdateSession"),
    "fetch-answers-html": _page_of_html("FetchSession"),
    "fetch-answers-a-list": _bodied(lambda body: b"[" + body + b"]", "FetchSession"),
    "update-answers-nothing": _emptied(200, "UpdateSession"),
    "list-answers-nan": _bodied(_with_nan, "ListSession"),
    "create-answers-sid-twice": _bodied(
        lambda body: body[:-1] + b',"sid":null}', "CreateSession"
    ),
    "answers-in-latin-1": _bodied(
        _in_latin_1, "CreateSession", "FetchSession", "ListSession", "UpdateSession"
    ),
    "fetch-answers-half-an-object": _bodied(
        lambda body: body[: len(body) // 2], "FetchSession"
    ),
    "update-answers-behind-a-mark": _bodied(
        lambda body: b"\xef\xbb\xbf" + body, "UpdateSession"
    ),
    "list-answers-padded": _bodied(lambda body: b")]}',\n" + body, "ListSession"),
    "service-answers-text-html": _typed("text/html", "FetchService"),
    "participants-answer-a-list": _bodied(
        lambda body: b"[" + body + b"]", "ListParticipant"
    ),
    # Length and encoding.
    "fetch-announces-more-than-it-sends": _announcing(1, "FetchSession"),
    "update-announces-less-than-it-sends": _announcing(-1, "UpdateSession"),
    "fetch-encoding-told-and-not-applied": encoding_told_and_not_applied,
    # Methods and paths.
    "put-updates-a-session": _taken_for_post("PUT"),
    "patch-updates-a-session": _taken_for_post("PATCH"),
    "put-on-sessions-answered": method_override_from_collection,
    "delete-on-sessions-empties-them": _collection_deleted(""),
    "delete-with-slash-empties-sessions": _collection_deleted("/"),
    "unknown-path-answered": unknown_path_answered,
    "unknown-path-bad-request": unknown_path_bad_request,
    "path-in-any-case": path_in_any_case,
    "wrong-case-bad-request": wrong_case_bad_request,
    # Failing inside.
    "unknown-parameter-raises": unknown_parameter_raises,
    "repeated-parameter-raises": repeated_parameter_raises,
    "json-body-raises": _body_raises(_of_type("application/json")),
    "multipart-body-raises": _body_raises(_of_type("multipart/")),
    "body-not-utf-8-raises": _body_raises(_not_utf_8),
    "many-fields-raise": _body_raises(lambda call: call.body.count(b"&") > 1000),  # noqa: PLR2004  many
    "long-name-raises": _name_raises(lambda text: len(text) > _NAME_BYTES_MAX),
    "nul-in-name-raises": _name_raises(lambda text: "\0" in text),
    "quote-in-name-raises": _name_raises(lambda text: "'" in text),
    "percent-in-name-raises": _name_raises(lambda text: "%s" in text),
    "emoji-in-name-raises": _name_raises(lambda text: max(text, default="") > "\uffff"),
    "long-number-raises": long_number_raises,
    "number-of-another-script-raises": number_of_another_script_raises,
    "year-zero-raises": year_zero_raises,
    "nested-participants-raise": _participants_raise(lambda text: "[" * 999 in text),
    "participants-of-another-kind-raise": _participants_raise(str.isdecimal),
    "half-surrogate-raises": _participants_raise(lambda text: "\\ud800" in text),
    "unknown-page-token-raises": unknown_page_token_raises,
    "page-of-a-json-word-raises": page_of_a_word_raises,
    "page-size-text-raises": _page_size_raises(str.isalpha),
    "page-size-negative-raises": _page_size_raises(lambda text: text.startswith("-")),
    "malformed-sid-raises": malformed_sid_raises,
    "nul-in-path-raises": nul_in_path_raises,
    "unknown-service-raises": unknown_service_raises,
    "other-method-raises": other_method_raises,
    "malformed-sid-raises-below": malformed_sid_raises_below,
    "missing-credentials-raise-below": missing_credentials_raise_below,
    # What clients send.
    "form-with-charset-refused": _media_type_taken(lambda told: ";" in told, 415),
    "form-with-charset-ignored": form_with_charset_is_ignored,
    "form-in-other-case-refused": _media_type_taken(
        lambda told: told != told.lower(), 415
    ),
    "get-with-content-type-refused": get_with_content_type_refused,
    "accept-anything-refused": accept_anything_refused,
}
