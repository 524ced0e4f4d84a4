"""Freedoms in how SIDs are spelled, and in how a malformed one is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.mock.problems import Problem, RefusedError
from conformance.mock.sids import PATH_PREFIXES, is_sid

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mock.call import Call
    from conformance.mock.registry import Change
    from conformance.mock.rows import Session
    from conformance.mock.rules import Rules

_CODES = {
    "service_sid": 80408,
    "session_sid": 80409,
    "participant_sid": 80405,
    "interaction_sid": 80403,
}


def _given(spell: Callable[[str], str]) -> Change:
    """Return the change that gives out SIDs with their digits spelled so."""

    def change(rules: Rules) -> Rules:
        def new_sid(call: Call, prefix: str) -> str:
            sid = rules.new_sid(call, prefix)
            return sid[: len(prefix)] + spell(sid[len(prefix) :])

        return replace(rules, new_sid=new_sid)

    return change


def _in_turns(digits: str) -> str:
    return "".join(c.upper() if i % 2 else c for i, c in enumerate(digits))


def malformed_is_a_bad_request(rules: Rules) -> Rules:
    """Refuse a malformed SID with 400 and the code of its kind."""

    def check_path(call: Call) -> None:
        try:
            rules.check_path(call)
        except RefusedError:
            name = next(
                n for n, sid in call.path.items() if not is_sid(sid, PATH_PREFIXES[n])
            )
            raise RefusedError(
                Problem(status=400, code=_CODES[name], message=f"Invalid {name}")
            ) from None

    return replace(rules, check_path=check_path)


def either_case_found(rules: Rules) -> Rules:
    """Find a Session by its SID with the digits in either case."""

    def find_session(call: Call) -> Session | None:
        sid = call.path["session_sid"]
        if is_sid(sid, "KC"):
            path = {**call.path, "session_sid": sid[:2] + sid[2:].lower()}
            call = replace(call, path=path)
        return rules.find_session(call)

    return replace(rules, find_session=find_session)


def names_not_found(rules: Rules) -> Rules:
    """Find a Session by its SID alone."""

    def find_session(call: Call) -> Session | None:
        known = is_sid(call.path["session_sid"], "KC")
        return rules.find_session(call) if known else None

    return replace(rules, find_session=find_session)


VARIANTS: dict[str, Change] = {
    "sids-in-capitals": _given(str.upper),
    "sids-in-either-case": _given(_in_turns),
    "malformed-sid-is-a-bad-request": malformed_is_a_bad_request,
    "session-sid-found-in-either-case": either_case_found,
    "session-not-found-by-name": names_not_found,
}
