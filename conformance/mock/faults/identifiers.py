"""Faults in SIDs: their form, what they name, and which of them are accepted."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import md5
from http import HTTPStatus
from typing import TYPE_CHECKING
from unicodedata import normalize
from urllib.parse import unquote

from conformance.mock.edits import (
    answers,
    path_values,
    problems,
    rewritten,
    sessions,
)
from conformance.mock.problems import Problem, RefusedError
from conformance.mock.sids import is_sid

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from conformance.mock.call import Call, Payload
    from conformance.mock.parameters import NewSession
    from conformance.mock.registry import Change
    from conformance.mock.rows import Interaction, Participant, Service, Session
    from conformance.mock.rules import Rules

_ANOTHER = "0123456789abcdef" * 2
_SID_CHARACTERS = 34
_FORBIDDEN = 403


def _given_as(spell: Callable[[Call, str], str]) -> Change:
    """Return the fault that spells each new Session's SID so, and finds it by that."""

    def change(rules: Rules) -> Rules:
        def new_sid(call: Call, prefix: str) -> str:
            sid = rules.new_sid(call, prefix)
            return spell(call, sid) if prefix == "KC" else sid

        def check_path(call: Call) -> None:
            sid = call.path.get("session_sid", "")
            if not _held(call, sid):
                rules.check_path(call)

        def find_session(call: Call) -> Session | None:
            sid = call.path["session_sid"]
            return _held(call, sid) or rules.find_session(call)

        return replace(
            rules, new_sid=new_sid, check_path=check_path, find_session=find_session
        )

    return change


def _held(call: Call, sid: str) -> Session | None:
    return call.store.sessions.find(
        sid=sid,
        service_sid=call.path.get("service_sid", ""),
        account_sid=call.account_sid,
    )


def _one_in_sixteen(call: Call, sid: str) -> str:
    count = call.memory["sids-given"] = call.memory.get("sids-given", 0) + 1
    return sid[:-1] if count % 16 == 0 else sid


def _with_dashes(_call: Call, sid: str) -> str:
    return "-".join((sid[:10], sid[10:14], sid[14:18], sid[18:22], sid[22:]))


def session_sid_given_again_after_delete(rules: Rules) -> Rules:
    """Give a new Session the SID of the last named one that was deleted."""

    def delete_session(call: Call, session: Session) -> None:
        rules.delete_session(call, session)
        if session.unique_name is not None:
            call.memory["sid-set-free"] = session.sid

    def new_sid(call: Call, prefix: str) -> str:
        freed: str = call.memory.pop("sid-set-free", "") if prefix == "KC" else ""
        return freed or rules.new_sid(call, prefix)

    return replace(rules, delete_session=delete_session, new_sid=new_sid)


def session_sid_derived_from_name(rules: Rules) -> Rules:
    """Make a Session's SID of its Service and unique name alone."""

    def initial_session(call: Call, service: Service, wanted: NewSession) -> Session:
        session = rules.initial_session(call, service, wanted)
        if session.unique_name is None:
            return session
        of = f"{service.sid}/{session.unique_name}".encode()
        sid = f"KC{md5(of, usedforsecurity=False).hexdigest()}"
        taken = call.store.sessions.find(sid=sid) is not None
        return session if taken else replace(session, sid=sid)

    return replace(rules, initial_session=initial_session)


def session_account_sid_made_up(rules: Rules) -> Rules:
    """Show the SID of the published example as the account of every Session."""
    edit = sessions(lambda _, shown: {**shown, "account_sid": "AC" + "a" * 32})
    return edit(rules)


def session_service_sid_of_first_service(rules: Rules) -> Rules:
    """Show each Session as one of the Service that was created first."""

    def edit(call: Call, shown: Payload) -> Payload:
        first = call.store.services.all(account_sid=call.account_sid)[0]
        return {**shown, "service_sid": first.sid}

    return sessions(edit)(rules)


def session_sid_changes_on_update(rules: Rules) -> Rules:
    """Show another SID in the answer to an update than the Session has."""

    def edit(call: Call, shown: Payload) -> Payload:
        update = call.operation.id == "UpdateSession"
        return {**shown, "sid": call.rules.new_sid(call, "KC")} if update else shown

    return sessions(edit)(rules)


def fetch_shows_another_session(rules: Rules) -> Rules:
    """Answer a fetch with the Session of the Service that was created first."""

    def find_session(call: Call) -> Session | None:
        found = rules.find_session(call)
        if found is None or call.operation.id != "FetchSession":
            return found
        return call.store.sessions.all(service_sid=found.service_sid)[0]

    return replace(rules, find_session=find_session)


def _edit_session(name: str, spell: Callable[[str], str]) -> Change:
    return sessions(lambda _, shown: {**shown, name: spell(shown[name])})


def _edit_participant(name: str, spell: Callable[[str], str]) -> Change:
    def change(rules: Rules) -> Rules:
        def render(call: Call, participant: Participant) -> Payload:
            shown = rules.render_participant(call, participant)
            return {**shown, name: spell(shown[name])}

        return replace(rules, render_participant=render)

    return change


def _edit_interaction(name: str, spell: Callable[[str], str]) -> Change:
    def change(rules: Rules) -> Rules:
        def render(call: Call, interaction: Interaction) -> Payload:
            shown = rules.render_interaction(call, interaction)
            return {**shown, name: spell(shown[name])}

        return replace(rules, render_interaction=render)

    return change


def _edit_fetched_service(name: str, spell: Callable[[str], str]) -> Change:
    def change(rules: Rules) -> Rules:
        def render(call: Call, service: Service) -> Payload:
            shown = rules.render_service(call, service)
            if call.operation.id != "FetchService":
                return shown
            return {**shown, name: spell(shown[name])}

        return replace(rules, render_service=render)

    return change


def _session_sid_read(read: Callable[[str], str]) -> Change:
    """Return the fault that takes a path's Session SID for what `read` makes of it."""
    return path_values("session_sid", lambda _, sid: read(sid))


def _service_sid_read(read: Callable[[str], str], *operations: str) -> Change:
    return path_values(
        "service_sid",
        lambda call, sid: read(sid) if call.operation.id in operations else sid,
    )


def _as_decimal_digits(text: str) -> str:
    return "".join(str(int(c)) if c.isdecimal() else c for c in text)


def session_found_by_wildcards(rules: Rules) -> Rules:
    """Look a Session up with LIKE, so that percent signs in a path match any."""

    def read(call: Call, sid: str) -> str:
        held = call.store.sessions.all(service_sid=call.path["service_sid"])
        return held[0].sid if "%" in sid and held else sid

    return path_values("session_sid", read)(rules)


def session_updated_by_unique_name(rules: Rules) -> Rules:
    """Take a unique name for a SID also where the documents give a pattern."""

    def read(call: Call, sid: str) -> str:
        of = {"service_sid": call.path["service_sid"], "unique_name": sid}
        found = call.store.sessions.find(**of)
        return found.sid if found else sid

    return path_values("session_sid", read)(rules)


def _malformed_session_answered(status: int, *operations: str) -> Change:
    """Return the fault that refuses a malformed Session SID with that status."""

    def change(rules: Rules) -> Rules:
        def check_path(call: Call) -> None:
            sid = call.path.get("session_sid", "")
            if call.operation.id in operations and not is_sid(sid, "KC"):
                raise RefusedError(_problem(status))
            rules.check_path(call)

        return replace(rules, check_path=check_path)

    return change


def _malformed_service_answered(status: int, *operations: str) -> Change:
    """Return the fault that refuses a malformed Service SID with that status."""

    def change(rules: Rules) -> Rules:
        def check_path(call: Call) -> None:
            sid = call.path.get("service_sid", "")
            if call.operation.id in operations and not is_sid(sid, "KS"):
                raise RefusedError(_problem(status))
            rules.check_path(call)

        return replace(rules, check_path=check_path)

    return change


def _unknown_session_answered(status: int, *operations: str) -> Change:
    """Return the fault that answers a SID without a Session with that status."""

    def change(rules: Rules) -> Rules:
        def find_session(call: Call) -> Session | None:
            found = rules.find_session(call)
            wanted = is_sid(call.path["session_sid"], "KC")
            known = call.rules.find_service(call) is not None
            if found is None and wanted and known and call.operation.id in operations:
                raise RefusedError(_problem(status))
            return found

        return replace(rules, find_session=find_session)

    return change


def never_given_sid_forbidden(rules: Rules) -> Rules:
    """Forbid what addresses a Session that never was; a deleted one is not found."""

    def delete_session(call: Call, session: Session) -> None:
        rules.delete_session(call, session)
        call.memory.setdefault("sids-deleted", set()).add(session.sid)

    def find_session(call: Call) -> Session | None:
        found = rules.find_session(call)
        sid, deleted = call.path["session_sid"], call.memory.get("sids-deleted", set())
        elsewhere = call.store.sessions.find(sid=sid) is not None
        addressed = call.operation.kind == "session" and is_sid(sid, "KC")
        if found or elsewhere or not addressed or sid in deleted:
            return found
        if call.rules.find_service(call) is None:
            return None
        raise RefusedError(_problem(_FORBIDDEN))

    return replace(rules, delete_session=delete_session, find_session=find_session)


def _problem(status: int) -> Problem:
    return Problem(status=status, code=20404, message="No such resource")


def unknown_session_deleted(rules: Rules) -> Rules:
    """Answer every delete of a well-formed SID with 204, there or not."""

    async def handle(
        call: Call, proceed: Callable[[Call], Awaitable[Response]]
    ) -> Response:
        response = await rules.handle(call, proceed)
        missing = response.status_code == HTTPStatus.NOT_FOUND
        if call.operation.id != "DeleteSession" or not missing:
            return response
        service = call.store.services.find(sid=call.path["service_sid"])
        named = is_sid(call.path["session_sid"], "KC") and service is not None
        return rewritten(response, body=b"", status=204) if named else response

    return replace(rules, handle=handle)


def unknown_service_listed_as_empty(rules: Rules) -> Rules:
    """Show an empty page where there is no such Service."""
    return answers(_empty_page(lambda sid: is_sid(sid, "KS")))(rules)


def long_service_listed_as_empty(rules: Rules) -> Rules:
    """Show an empty page where the Service SID is one digit too long."""

    def too_long(sid: str) -> bool:
        return len(sid) == _SID_CHARACTERS + 1 and is_sid(sid[:-1], "KS")

    return answers(_empty_page(too_long))(rules)


def _empty_page(
    wanted: Callable[[str], bool],
) -> Callable[[str, Request, Response], Response]:
    def edit(operation: str, request: Request, response: Response) -> Response:
        raw = request.scope["raw_path"].decode("latin-1")
        sid = unquote(raw.split("/")[3]) if operation == "ListSession" else ""
        missing = response.status_code == HTTPStatus.NOT_FOUND
        if not sid or not missing or not wanted(sid):
            return response
        host = request.headers.get("host", "")
        url = f"{request.url.scheme}://{host}{raw}?PageSize=50&Page=0"
        page = {
            "sessions": [],
            "meta": {
                "page": 0,
                "page_size": 50,
                "first_page_url": url,
                "previous_page_url": None,
                "url": url,
                "next_page_url": None,
                "key": "sessions",
            },
        }
        body = json.dumps(page).encode()
        return rewritten(response, body=body, status=200)

    return edit


def _unknown_service_answered(status: int, *operations: str) -> Change:
    """Return the fault that answers a SID without a Service with that status."""

    def change(rules: Rules) -> Rules:
        def check_path(call: Call) -> None:
            rules.check_path(call)
            if call.operation.id not in operations:
                return
            if call.store.services.find(sid=call.path["service_sid"]) is None:
                raise RefusedError(_problem(status))

        return replace(rules, check_path=check_path)

    return change


def not_found_is_gone(rules: Rules) -> Rules:
    """Answer 410 for every Session and Service that is not there."""

    def edit(_request: Request, problem: Problem) -> Problem:
        missing = (problem.status, problem.code) == (HTTPStatus.NOT_FOUND, 20404)
        return replace(problem, status=410) if missing else problem

    return problems(edit)(rules)


FAULTS: dict[str, Change] = {
    # The form of a SID.
    "session-sid-one-digit-short": _given_as(lambda _, sid: sid[:-1]),
    "session-sid-one-digit-long": _given_as(lambda _, sid: sid + "0"),
    "session-sid-short-one-in-sixteen": _given_as(_one_in_sixteen),
    "session-sid-prefix-of-another-kind": _given_as(lambda _, sid: "CH" + sid[2:]),
    "session-sid-prefix-lower-case": _given_as(lambda _, sid: "kc" + sid[2:]),
    "session-sid-not-hexadecimal": _given_as(lambda _, sid: sid[:-1] + "z"),
    "session-sid-with-dashes": _given_as(_with_dashes),
    "session-sid-bare-digits": _given_as(lambda _, sid: sid[2:]),
    "session-sid-shown-with-newline": _edit_session("sid", lambda sid: sid + "\n"),
    "session-service-sid-shortened": _edit_session("service_sid", lambda s: s[:-1]),
    "session-service-sid-without-prefix": _edit_session("service_sid", lambda s: s[2:]),
    "session-account-sid-masked": _edit_session(
        "account_sid", lambda sid: sid[:4] + "*" * 28 + sid[-2:]
    ),
    "session-account-sid-lower-case-prefix": _edit_session(
        "account_sid", lambda sid: "ac" + sid[2:]
    ),
    "participant-sid-prefix-of-session": _edit_participant(
        "sid", lambda sid: "KC" + sid[2:]
    ),
    "interaction-sid-one-digit-short": _edit_interaction("sid", lambda s: s[:-1]),
    "service-sid-upper-case-x": _edit_fetched_service("sid", lambda s: s[:-1] + "X"),
    # What a SID names.
    "session-service-sid-of-first-service": session_service_sid_of_first_service,
    "session-account-sid-made-up": session_account_sid_made_up,
    "session-sid-given-again-after-delete": session_sid_given_again_after_delete,
    "session-sid-derived-from-name": session_sid_derived_from_name,
    "session-sid-changes-on-update": session_sid_changes_on_update,
    "fetch-shows-another-session": fetch_shows_another_session,
    "participant-session-sid-is-its-own": _edit_participant(
        "session_sid", lambda _: "KC" + _ANOTHER
    ),
    "participant-account-sid-made-up": _edit_participant(
        "account_sid", lambda _: "AC" + _ANOTHER
    ),
    "interaction-service-sid-made-up": _edit_interaction(
        "service_sid", lambda _: "KS" + _ANOTHER
    ),
    "service-account-sid-made-up": _edit_fetched_service(
        "account_sid", lambda _: "AC" + _ANOTHER
    ),
    # A malformed Session SID in a path is accepted.
    "session-sid-trailing-newline-accepted": _session_sid_read(
        lambda sid: sid.removesuffix("\n")
    ),
    "session-sid-space-around-accepted": _session_sid_read(str.strip),
    "session-sid-cut-to-its-length": _session_sid_read(
        lambda sid: sid[:_SID_CHARACTERS]
    ),
    "session-sid-prefix-in-any-case": _session_sid_read(
        lambda sid: sid[:2].upper() + sid[2:]
    ),
    "session-sid-prefix-not-looked-at": _session_sid_read(
        lambda sid: "KC" + sid[2:] if len(sid) == _SID_CHARACTERS else sid
    ),
    "session-sid-prefix-may-be-missing": _session_sid_read(
        lambda sid: "KC" + sid.removeprefix("KC")
    ),
    "session-sid-wide-digits-accepted": _session_sid_read(
        lambda sid: normalize("NFKC", sid)
    ),
    "session-sid-digits-of-any-script": _session_sid_read(_as_decimal_digits),
    "session-sid-dashes-accepted": _session_sid_read(lambda sid: sid.replace("-", "")),
    "session-sid-ends-at-nul": _session_sid_read(lambda sid: sid.partition("\0")[0]),
    "session-sid-quotes-accepted": _session_sid_read(lambda sid: sid.strip('"')),
    "session-sid-first-of-a-list": _session_sid_read(lambda s: s.partition(",")[0]),
    "session-sid-byte-order-mark-accepted": _session_sid_read(
        lambda sid: sid.removeprefix("\ufeff")
    ),
    "session-sid-decoded-twice": _session_sid_read(unquote),
    "session-sid-last-segment": _session_sid_read(lambda s: s.rpartition("/")[2]),
    "session-found-by-wildcards": session_found_by_wildcards,
    "session-updated-by-unique-name": session_updated_by_unique_name,
    "service-sid-trailing-newline-accepted": _service_sid_read(
        lambda sid: sid.removesuffix("\n"), "FetchSession", "UpdateSession"
    ),
    "service-sid-prefix-in-any-case": _service_sid_read(
        lambda sid: sid[:2].upper() + sid[2:],
        *("CreateSession", "FetchSession", "UpdateSession", "DeleteSession"),
    ),
    # Refused, but not as documented.
    "malformed-session-sid-unprocessable": _malformed_session_answered(
        422, "UpdateSession"
    ),
    "malformed-session-sid-conflicts": _malformed_session_answered(
        409, "DeleteSession"
    ),
    "malformed-session-sid-forbidden-below": _malformed_session_answered(
        403, "ListParticipant"
    ),
    "malformed-service-sid-unprocessable": _malformed_service_answered(
        422, "CreateSession"
    ),
    "malformed-service-sid-forbidden": _malformed_service_answered(
        403, "FetchSession", "UpdateSession", "DeleteSession"
    ),
    "long-service-sid-listed-as-empty": long_service_listed_as_empty,
    "unknown-session-fetch-gone": _unknown_session_answered(410, "FetchSession"),
    "unknown-session-update-bad-request": _unknown_session_answered(
        400, "UpdateSession"
    ),
    "unknown-session-deleted": unknown_session_deleted,
    "never-given-session-sid-forbidden": never_given_sid_forbidden,
    "unknown-service-create-bad-request": _unknown_service_answered(
        400, "CreateSession"
    ),
    "unknown-service-forbidden": _unknown_service_answered(
        403, "FetchSession", "UpdateSession", "DeleteSession"
    ),
    "unknown-service-listed-as-empty": unknown_service_listed_as_empty,
    "not-found-is-gone": not_found_is_gone,
}
