"""Changes of one kind: a Session edited as it is shown, updated, refused or kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from conformance.mock.problems import RefusedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.responses import Response

    from conformance.mock.call import Call, Form, Payload
    from conformance.mock.parameters import SessionChanges
    from conformance.mock.registry import Change
    from conformance.mock.rows import Session
    from conformance.mock.rules import Rules

_SUCCESS = 200


def showing(*operations: str, edit: Callable[[Call, Session], Session]) -> Change:
    """Return the change that edits a Session as these operations show it."""

    def change(rules: Rules) -> Rules:
        def render(call: Call, session: Session) -> Payload:
            if call.operation.id in operations:
                session = edit(call, session)
            return rules.render_session(call, session)

        return replace(rules, render_session=render)

    return change


def updating(
    edit: Callable[[Call, Session, Session, SessionChanges], Session],
) -> Change:
    """Return the change that edits what an update makes of a Session.

    `edit` is told the Session before and after, and what was sent.
    """

    def change(rules: Rules) -> Rules:
        def update(call: Call, session: Session, changes: SessionChanges) -> Session:
            after = rules.update_session(call, session, changes)
            return edit(call, session, after, changes)

        return replace(rules, update_session=update)

    return change


def keeping(edit: Callable[[Session, Session], Session]) -> Change:
    """Return the change that keeps another Session than the update answered.

    `edit` is told the Session before and after.
    """

    def change(rules: Rules) -> Rules:
        async def handle(
            call: Call, proceed: Callable[[Call], Awaitable[Response]]
        ) -> Response:
            before = current(call)
            response = await rules.handle(call, proceed)
            after = current(call)
            updated = call.operation.id == "UpdateSession"
            if updated and response.status_code == _SUCCESS and before and after:
                call.store.sessions.save(edit(before, after))
            return response

        return replace(rules, handle=handle)

    return change


def refusing(edit: Callable[[Call, Session, SessionChanges], Session]) -> Change:
    """Return the change that keeps something of an update although it is refused.

    `edit` is told the Session and those of its changes that are valid alone.
    """

    def change(rules: Rules) -> Rules:
        def read(call: Call, form: Form) -> SessionChanges:
            try:
                return rules.read_session_changes(call, form)
            except RefusedError:
                spoil(call, _valid(rules, call, form))
                raise

        def update(call: Call, session: Session, changes: SessionChanges) -> Session:
            try:
                return rules.update_session(call, session, changes)
            except RefusedError:
                spoil(call, changes)
                raise

        def spoil(call: Call, changes: SessionChanges) -> None:
            session = rules.find_session(call)
            if session is not None:
                call.store.sessions.save(edit(call, session, changes))

        return replace(rules, read_session_changes=read, update_session=update)

    return change


def current(call: Call) -> Session | None:
    """Return the Session that the path names, wherever it is, as it is kept."""
    sid = call.path.get("session_sid")
    return None if sid is None else call.store.sessions.find(sid=sid)


def neighbour(call: Call, session: Session) -> Session | None:
    """Return the next younger Session of the same Service."""
    every = call.store.sessions.all(service_sid=session.service_sid)
    younger = (other for other in every if other.position > session.position)
    return next(younger, None)


def _valid(rules: Rules, call: Call, form: Form) -> SessionChanges:
    """Return what each parameter says that is valid by itself."""
    changes: dict[str, object] = {}
    for name, values in form.items():
        try:
            changes |= cast(
                "dict[str, object]", rules.read_session_changes(call, {name: values})
            )
        except RefusedError:
            continue
    return cast("SessionChanges", changes)
