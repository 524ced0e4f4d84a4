"""Faults in SIDs: their form, their stability, and which of them are accepted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.mock.call import Call, Payload
    from conformance.mock.registry import Change
    from conformance.mock.rows import Session
    from conformance.mock.rules import Rules


def session_sid_one_digit_short(rules: Rules) -> Rules:
    """Give a new Session a SID of 33 characters, and find it by that."""

    def new_sid(call: Call, prefix: str) -> str:
        sid = rules.new_sid(call, prefix)
        return sid[:-1] if prefix == "KC" else sid

    def check_path(_call: Call) -> None:
        """Accept every path: the SIDs this mock hands out would be refused."""

    def find_session(call: Call) -> Session | None:
        return call.store.sessions.find(
            sid=call.path["session_sid"],
            service_sid=call.path["service_sid"],
            account_sid=call.account_sid,
        )

    return replace(
        rules, new_sid=new_sid, check_path=check_path, find_session=find_session
    )


def session_sid_trailing_newline_accepted(rules: Rules) -> Rules:
    """Cut a final newline off a path SID, as a pattern ending in `$` invites."""

    def find_session(call: Call) -> Session | None:
        path = {name: sid.removesuffix("\n") for name, sid in call.path.items()}
        return rules.find_session(replace(call, path=path))

    def check_path(call: Call) -> None:
        path = {name: sid.removesuffix("\n") for name, sid in call.path.items()}
        rules.check_path(replace(call, path=path))

    return replace(rules, check_path=check_path, find_session=find_session)


def session_sid_changes_on_update(rules: Rules) -> Rules:
    """Show another SID in the answer to an update than the Session has."""

    def render_session(call: Call, session: Session) -> Payload:
        shown = rules.render_session(call, session)
        if call.operation.id == "UpdateSession":
            return {**shown, "sid": call.rules.new_sid(call, "KC")}
        return shown

    return replace(rules, render_session=render_session)


FAULTS: dict[str, Change] = {
    "session-sid-one-digit-short": session_sid_one_digit_short,
    "session-sid-trailing-newline-accepted": session_sid_trailing_newline_accepted,
    "session-sid-changes-on-update": session_sid_changes_on_update,
}
