"""Faults in UniqueName: counted, cut, spelled otherwise, and in what is unique."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace
from html import escape, unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote

from starlette.responses import Response

from conformance.mock.faults.create import wanting
from conformance.mock.faults.properties import ALL, CREATE, FETCH, setting, showing
from conformance.mock.problems import (
    Problem,
    RefusedError,
    invalid,
    session_name_taken,
)
from conformance.mock.readings import (
    name_read_as,
    name_without,
    names_compared_as,
    names_keyed,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from conformance.mock.call import Call, Form, Payload
    from conformance.mock.parameters import NewSession, SessionChanges
    from conformance.mock.registry import Change
    from conformance.mock.rows import Service, Session
    from conformance.mock.rules import Rules

_BASIC_PLANE_MAX = 0xFFFF
_MAX = 191
_DIGITS_MAX = 18


def limited_to(most: int, size: Callable[[str], int] = len) -> Change:
    """Return the change that refuses names of more than that, counted so."""

    def change(rules: Rules) -> Rules:
        def parse_unique_name(_call: Call, text: str) -> str:
            if not 0 < size(text) <= most:
                raise invalid("UniqueName", f"Expected 1 to {most}.")
            return text

        return replace(rules, parse_unique_name=parse_unique_name)

    return change


def cut_first(rules: Rules) -> Rules:
    """Cut a name to what fits before its length is looked at."""

    def parse_unique_name(call: Call, text: str) -> str:
        return rules.parse_unique_name(call, text[:_MAX])

    return replace(rules, parse_unique_name=parse_unique_name)


def cut_when_kept(characters: int) -> Change:
    """Return the change that answers a whole name and keeps the beginning of it."""

    def change(rules: Rules) -> Rules:
        def edit(shown: Payload) -> Payload:
            name = shown["unique_name"]
            return {**shown, "unique_name": name[:characters] if name else name}

        return showing(edit, *(o for o in ALL if o != CREATE))(rules)

    return change


def shown_as(spell: Callable[[str], str], *operations: str) -> Change:
    """Return the change that shows a name spelled otherwise."""
    return showing(
        setting("unique_name", lambda name: name and spell(name)), *operations
    )


def holder(call: Call, service: Service, name: str | None) -> Session | None:
    """Return the Session of the Service that has the name."""
    if name is None:
        return None
    found = call.store.sessions.find(service_sid=service.sid, unique_name=name)
    return found if found and found.name_key else None


def taken_unseats(rules: Rules) -> Rules:
    """Take a name from the Session that has it and give it to a new one."""

    def initial_session(call: Call, service: Service, wanted: NewSession) -> Session:
        if held := holder(call, service, wanted.unique_name):
            call.store.sessions.save(replace(held, name_key=None))
        return rules.initial_session(call, service, wanted)

    return replace(rules, initial_session=initial_session)


def taken_replaces(rules: Rules) -> Rules:
    """Remove the Session that has a name when another is created under it."""

    def initial_session(call: Call, service: Service, wanted: NewSession) -> Session:
        if held := holder(call, service, wanted.unique_name):
            call.store.sessions.remove(held.sid)
        return rules.initial_session(call, service, wanted)

    return replace(rules, initial_session=initial_session)


def taken_answers_the_holder(
    edit: Callable[[Session, NewSession], Session], status: int
) -> Change:
    """Return the change that answers a taken name with the Session that has it."""

    def change(rules: Rules) -> Rules:
        async def handle(
            call: Call, proceed: Callable[[Call], Awaitable[Response]]
        ) -> Response:
            try:
                wanted = rules.read_new_session(call, rules.decode_form(call))
            except RefusedError:
                return await rules.handle(call, proceed)
            service = rules.find_service(call) if call.operation.id == CREATE else None
            held = holder(call, service, wanted.unique_name) if service else None
            if held is None:
                return await rules.handle(call, proceed)
            held = edit(held, wanted)
            call.store.sessions.save(held)
            body = call.rules.encode_json(call.rules.render_session(call, held))
            return Response(body, status_code=status, media_type="application/json")

        return replace(rules, handle=handle)

    return change


def _overwritten(held: Session, wanted: NewSession) -> Session:
    return replace(held, mode=wanted.mode or held.mode, ttl=wanted.ttl or held.ttl)


def refused_but(edit: Callable[[Call, Session, Session], None]) -> Change:
    """Return the change that does something to the holder of a name it refuses.

    `edit` is told the Session that has the name, and the one that is refused.
    """

    def change(rules: Rules) -> Rules:
        def initial_session(
            call: Call, service: Service, wanted: NewSession
        ) -> Session:
            session = rules.initial_session(call, service, wanted)
            if held := holder(call, service, wanted.unique_name):
                edit(call, held, session)
            return session

        return replace(rules, initial_session=initial_session)

    return change


def _changed(call: Call, held: Session, refused: Session) -> None:
    call.store.sessions.save(replace(held, ttl=refused.ttl))


def _left(call: Call, _held: Session, refused: Session) -> None:
    call.store.sessions.add(replace(refused, unique_name=None))


def _raise(problem: RefusedError) -> Callable[[Call, Session, Session], None]:
    def edit(_call: Call, _held: Session, _refused: Session) -> None:
        raise problem

    return edit


def refused_leaves_a_session(rules: Rules) -> Rules:
    """Keep a Session without a name where a parameter of its create is refused."""

    def read_new_session(call: Call, form: Form) -> NewSession:
        try:
            return rules.read_new_session(call, form)
        except RefusedError:
            service = rules.find_service(call)
            if service is not None:
                wanted = rules.read_new_session(call, {})
                session = rules.initial_session(call, service, wanted)
                call.store.sessions.add(session)
            raise

    return replace(rules, read_new_session=read_new_session)


def refused_takes_the_name(*parameters: str) -> Change:
    """Return the change that notes a name as taken before a parameter is looked at."""

    def change(rules: Rules) -> Rules:
        def read_new_session(call: Call, form: Form) -> NewSession:
            noted: set[str] = call.memory.setdefault("names-noted", set())
            key = "/".join((call.path["service_sid"], *form.get("UniqueName", ())))
            if key in noted:
                raise session_name_taken()
            try:
                return rules.read_new_session(call, form)
            except RefusedError as error:
                if "UniqueName" in form and error.problem.parameter in parameters:
                    noted.add(key)
                raise

        return replace(rules, read_new_session=read_new_session)

    return change


def deleted_keeps_the_name(rules: Rules) -> Rules:
    """Refuse a name that a deleted Session of the Service had."""

    def delete_session(call: Call, session: Session) -> None:
        rules.delete_session(call, session)
        names: set[str | None] = call.memory.setdefault("names-deleted", set())
        names.add(session.name_key)

    def session_name_key(call: Call, session: Session) -> str | None:
        key = rules.session_name_key(call, session)
        if key is not None and key in call.memory.get("names-deleted", set()):
            raise session_name_taken()
        return key

    return replace(
        rules, delete_session=delete_session, session_name_key=session_name_key
    )


def _replaced(name: str) -> str:
    return name.encode("ascii", "replace").decode()


def _mojibake(name: str) -> str:
    return name.encode().decode("latin-1")


def _is_short_number(name: str) -> bool:
    return name.isascii() and name.isdecimal() and len(name) <= _DIGITS_MAX


def _beyond_one(name: str) -> int:
    return len(name) if len(name) > 1 else 0


def _narrow(name: str) -> str:
    return "".join(c for c in name if ord(c) <= _BASIC_PLANE_MAX)


def _question_marks(name: str) -> str:
    return "".join(c if ord(c) <= _BASIC_PLANE_MAX else "?" for c in name)


def _unescaped(name: str) -> str:
    return name.replace("\\\\", "\\").replace("\\n", "\n")


def _utf_16_units(name: str) -> int:
    return len(name.encode("utf-16-le")) // 2


def updated_gives_the_name(rules: Rules) -> Rules:
    """Lose the name of a Session from the index when it is updated."""

    def update_session(
        call: Call, session: Session, changes: SessionChanges
    ) -> Session:
        lost: set[str] = call.memory.setdefault("names-lost", set())
        lost.add(session.sid)
        return rules.update_session(call, session, changes)

    def session_name_key(call: Call, session: Session) -> str | None:
        lost = session.sid in call.memory.get("names-lost", set())
        return None if lost else rules.session_name_key(call, session)

    return replace(
        rules, update_session=update_session, session_name_key=session_name_key
    )


FAULTS: dict[str, Change] = {
    "name-bytes-counted": limited_to(_MAX, lambda name: len(name.encode())),
    "name-utf-16-units-counted": limited_to(_MAX, _utf_16_units),
    "name-limit-of-190": limited_to(_MAX - 1),
    "name-limit-of-128": limited_to(128),
    "name-of-one-character-refused": limited_to(_MAX, _beyond_one),
    "name-limit-of-255": limited_to(255),
    "name-without-limit": limited_to(65_536),
    "name-limit-of-192": limited_to(_MAX + 1),
    "name-cut-to-fit": cut_first,
    "name-cut-at-128": name_read_as(lambda name: name[:128]),
    "name-cut-when-kept": cut_when_kept(128),
    "name-in-lower-case": name_read_as(str.lower),
    "name-shown-in-lower-case": shown_as(str.lower, CREATE),
    "name-plus-decoded-twice": name_read_as(lambda name: name.replace("+", " ")),
    "name-plus-not-decoded": name_read_as(lambda name: name.replace(" ", "+")),
    "name-percent-decoded-twice": name_read_as(unquote),
    "name-html-escaped": shown_as(escape, *ALL),
    "name-html-unescaped": name_read_as(unescape),
    "name-cut-at-hash": name_read_as(lambda name: name.partition("#")[0] or name),
    "name-quotes-doubled": name_read_as(lambda name: name.replace("'", "''")),
    "name-backslashes-read": name_read_as(_unescaped),
    "name-spaces-collapsed": name_read_as(lambda name: " ".join(name.split())),
    "name-null-taken-for-none": wanting(
        lambda wanted: {
            "unique_name": None
            if wanted.unique_name in {"null", "None", "undefined"}
            else wanted.unique_name
        }
    ),
    "name-leading-zeros-lost": name_read_as(
        lambda name: str(int(name)) if _is_short_number(name) else name
    ),
    "name-zero-taken-for-none": wanting(
        lambda wanted: {
            "unique_name": None if wanted.unique_name == "0" else wanted.unique_name
        }
    ),
    "name-punctuation-refused": name_without(
        lambda c: c in "<>\"'%;", "It has characters that are not allowed."
    ),
    "name-shown-in-latin-1": shown_as(_mojibake, *ALL),
    "name-fetched-in-latin-1": shown_as(_mojibake, FETCH),
    "name-of-ascii-only": name_without(lambda c: not c.isascii(), "Expected ASCII."),
    "name-shown-in-ascii": shown_as(_replaced, *ALL),
    "name-four-bytes-refused": name_without(
        lambda c: ord(c) > _BASIC_PLANE_MAX, "Incorrect string value."
    ),
    "name-four-bytes-dropped": shown_as(_narrow, *ALL),
    "name-four-bytes-question-marks": shown_as(_question_marks, *ALL),
    "name-compatibly-normalised": name_read_as(
        lambda name: unicodedata.normalize("NFKC", name)
    ),
    "name-escaped-twice": shown_as(lambda name: json.dumps(name)[1:-1], *ALL),
    "name-format-characters-dropped": name_read_as(
        lambda name: "".join(c for c in name if unicodedata.category(c) != "Cf")
    ),
    "name-not-unique": names_keyed(lambda _call, _session, _name: None),
    "name-unique-in-ascii": names_keyed(
        lambda _call, session, name: (
            f"{session.service_sid}/{name}" if name.isascii() else None
        )
    ),
    "name-unique-until-updated": updated_gives_the_name,
    "name-unique-everywhere": names_keyed(lambda _call, _session, name: name),
    "name-four-bytes-compared-alike": names_compared_as(_question_marks),
    "name-compared-without-punctuation": names_compared_as(
        lambda name: "".join(c for c in name if c not in "-_ ")
    ),
    "name-taken-answered-422": refused_but(
        _raise(RefusedError(Problem(status=422, code=80603, message="Taken")))
    ),
    "name-taken-answered-404": refused_but(
        _raise(RefusedError(Problem(status=404, code=20404, message="Taken")))
    ),
    "name-taken-answered-500": refused_but(
        _raise(RefusedError(Problem(status=500, code=20500, message="Taken")))
    ),
    "name-taken-from-the-first": taken_unseats,
    "name-taken-replaces-the-first": taken_replaces,
    "name-taken-answers-the-first": taken_answers_the_holder(
        lambda held, _wanted: held, 201
    ),
    "name-taken-overwrites-the-first": taken_answers_the_holder(_overwritten, 201),
    "name-taken-changes-the-first": refused_but(_changed),
    "name-taken-leaves-a-session": refused_but(_left),
    "refused-create-leaves-a-session": refused_leaves_a_session,
    "refused-create-takes-the-name": refused_takes_the_name("Status", "DateExpiry"),
    "name-taken-before-status-is-read": refused_takes_the_name("Status"),
    "deleted-session-keeps-its-name": deleted_keeps_the_name,
}
