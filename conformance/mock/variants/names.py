"""Freedoms in which names are the same, and in names the documents do not speak of."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote_to_bytes

from conformance.mock.problems import Problem, invalid
from conformance.mock.readings import (
    name_read_as,
    name_without,
    names_compared_as,
    names_keyed,
)
from conformance.mock.sids import is_sid

if TYPE_CHECKING:
    from starlette.requests import Request

    from conformance.mock.call import Call, Form, World
    from conformance.mock.registry import Change
    from conformance.mock.rows import Session
    from conformance.mock.rules import Rules

_TAKEN = 80603


def taken_answered(status: int, code: int) -> Change:
    """Return the change that refuses a name that is taken so."""

    def change(rules: Rules) -> Rules:
        def adapt_problem(world: World, request: Request, problem: Problem) -> Problem:
            if problem.code == _TAKEN:
                problem = replace(problem, status=status, code=code)
            return rules.adapt_problem(world, request, problem)

        return replace(rules, adapt_problem=adapt_problem)

    return change


def unprocessable(rules: Rules) -> Rules:
    """Refuse a name for what it is with 422."""

    def adapt_problem(world: World, request: Request, problem: Problem) -> Problem:
        if problem.parameter == "UniqueName":
            problem = replace(problem, status=422)
        return rules.adapt_problem(world, request, problem)

    return replace(rules, adapt_problem=adapt_problem)


def _unaccented(name: str) -> str:
    """Return a name as a collation sees it that looks at base letters alone."""
    parts = unicodedata.normalize("NFD", name.casefold())
    return "".join(c for c in parts if unicodedata.category(c) != "Mn")


def _of_live_sessions(_call: Call, session: Session, name: str) -> str | None:
    live = session.status != "closed"
    return f"{session.service_sid}/{name}" if live else None


def _spaced(name: str) -> bool:
    return name != name.strip()


def surrounded_refused(rules: Rules) -> Rules:
    """Refuse a name with white space at either end."""

    def parse_unique_name(call: Call, text: str) -> str:
        if _spaced(text):
            raise invalid("UniqueName", "It has white space around it.")
        return rules.parse_unique_name(call, text)

    return replace(rules, parse_unique_name=parse_unique_name)


def empty_is_none(rules: Rules) -> Rules:
    """Take an empty name for one that was not sent."""

    def scalar(call: Call, form: Form, name: str) -> str | None:
        text = rules.scalar(call, form, name)
        return None if name == "UniqueName" and text == "" else text

    return replace(rules, scalar=scalar)


def empty_is_a_name(rules: Rules) -> Rules:
    """Take an empty name for a name like any other."""

    def parse_unique_name(call: Call, text: str) -> str:
        return rules.parse_unique_name(call, text) if text else ""

    return replace(rules, parse_unique_name=parse_unique_name)


def octets_read_as(encoding: str) -> Change:
    """Return the change that reads a form so which is not UTF-8."""

    def change(rules: Rules) -> Rules:
        def decode_form(call: Call) -> Form:
            try:
                unquote_to_bytes(call.body).decode()
            except UnicodeDecodeError:
                form: Form = {}
                for name, value in parse_qsl(
                    call.body.decode("latin-1"),
                    keep_blank_values=True,
                    encoding=encoding,
                ):
                    form.setdefault(name, []).append(value)
                return form
            return rules.decode_form(call)

        return replace(rules, decode_form=decode_form)

    return change


def never_fetched_by_name(rules: Rules) -> Rules:
    """Find a Session by its SID alone."""

    def find_session(call: Call) -> Session | None:
        sid = call.path["session_sid"]
        return rules.find_session(call) if is_sid(sid, "KC") else None

    return replace(rules, find_session=find_session)


def like_a_sid_refused(rules: Rules) -> Rules:
    """Refuse a name that looks like the SID of a Session."""

    def parse_unique_name(call: Call, text: str) -> str:
        if is_sid(text, "KC"):
            raise invalid("UniqueName", "It looks like a SID.")
        return rules.parse_unique_name(call, text)

    return replace(rules, parse_unique_name=parse_unique_name)


def _is_control(character: str) -> bool:
    return unicodedata.category(character) == "Cc"


VARIANTS: dict[str, Change] = {
    "name-taken-conflicts": taken_answered(409, _TAKEN),
    "name-taken-conflicts-with-20409": taken_answered(409, 20409),
    "name-taken-has-another-code": taken_answered(400, 80701),
    "unprocessable-name": unprocessable,
    "names-in-any-letter-case": names_compared_as(str.casefold),
    "names-without-accents": names_compared_as(_unaccented),
    "names-compared-composed": names_compared_as(
        lambda name: unicodedata.normalize("NFC", name)
    ),
    "names-kept-composed": name_read_as(
        lambda name: unicodedata.normalize("NFC", name)
    ),
    "names-kept-decomposed": name_read_as(
        lambda name: unicodedata.normalize("NFD", name)
    ),
    "names-trimmed": name_read_as(str.strip),
    "names-with-space-around-refused": surrounded_refused,
    "names-compared-without-space-around": names_compared_as(str.strip),
    "name-empty-is-none": empty_is_none,
    "name-empty-is-a-name": empty_is_a_name,
    "names-with-controls-refused": name_without(
        _is_control, "It has control characters."
    ),
    "names-without-controls": name_read_as(
        lambda name: "".join(c for c in name if not _is_control(c))
    ),
    "names-cut-at-nul": name_read_as(lambda name: name.partition("\0")[0]),
    "names-not-in-utf-8-replaced": octets_read_as("utf-8"),
    "names-not-in-utf-8-as-latin-1": octets_read_as("latin-1"),
    "never-fetched-by-name": never_fetched_by_name,
    "name-like-a-sid-refused": like_a_sid_refused,
    "closed-session-frees-its-name": names_keyed(_of_live_sessions),
}
