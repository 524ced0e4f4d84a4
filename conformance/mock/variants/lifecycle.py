"""Freedoms in changes of status, and in what they and interactions leave behind."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.mock.problems import Problem, RefusedError
from conformance.mock.rewrites import current

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.responses import Response

    from conformance.mock.call import Call
    from conformance.mock.parameters import NewSession, SessionChanges
    from conformance.mock.registry import Change
    from conformance.mock.rows import Service, Session
    from conformance.mock.rules import Rules

_REFUSED = 300
_SUPPORTED = {("open", "closed"), ("in-progress", "closed"), ("closed", "in-progress")}


def closed_for(reason: str | None) -> Callable[[Rules], Rules]:
    """Return the change that names another reason for a Session that was closed."""

    def change(rules: Rules) -> Rules:
        def close(call: Call, session: Session) -> Session:
            return replace(rules.close(call, session), closed_reason=reason)

        return replace(rules, close=close)

    return change


def reopening(edit: Callable[[Session, Session], Session]) -> Callable[[Rules], Rules]:
    """Return the change that edits what re-opening makes of a Session."""

    def change(rules: Rules) -> Rules:
        def reopen(call: Call, session: Session) -> Session:
            return edit(session, rules.reopen(call, session))

        return replace(rules, reopen=reopen)

    return change


def taking(*also: tuple[str, str]) -> Callable[[Rules], Rules]:
    """Return the change that supports some more changes of status; all if none."""

    def change(rules: Rules) -> Rules:
        def check(call: Call, old: str, wanted: str) -> None:
            if also and (old, wanted) not in also:
                rules.check_transition(call, old, wanted)

        def update(call: Call, session: Session, changes: SessionChanges) -> Session:
            after = rules.update_session(call, session, changes)
            wanted = changes.get("status")
            plain = (session.status, wanted) in _SUPPORTED
            return after if wanted is None or plain else replace(after, status=wanted)

        return replace(rules, check_transition=check, update_session=update)

    return change


def closed_takes_limits(rules: Rules) -> Rules:
    """Change the ttl and the date_expiry of a closed Session, too."""

    def update(call: Call, session: Session, changes: SessionChanges) -> Session:
        if session.status == "closed" and changes and "status" not in changes:
            return replace(session, **changes, date_updated=call.now)
        return rules.update_session(call, session, changes)

    return replace(rules, update_session=update)


def refused_with(status: int, code: int) -> Callable[[Rules], Rules]:
    """Return the change that refuses changes of status in another way."""

    def change(rules: Rules) -> Rules:
        def check(call: Call, old: str, wanted: str) -> None:
            try:
                rules.check_transition(call, old, wanted)
            except RefusedError as refused:
                problem = Problem(status=status, code=code, message=str(refused))
                raise RefusedError(problem) from None

        return replace(rules, check_transition=check)

    return change


def created(edit: Callable[[Session], Session]) -> Callable[[Rules], Rules]:
    """Return the change that edits a new Session."""

    def change(rules: Rules) -> Rules:
        def initial(call: Call, service: Service, wanted: NewSession) -> Session:
            return edit(rules.initial_session(call, service, wanted))

        return replace(rules, initial_session=initial)

    return change


def use_keeps_it_open(rules: Rules) -> Rules:
    """Leave a Session open when it is used."""

    def use(call: Call, session: Session) -> Session:
        return replace(rules.on_interaction(call, session), status=session.status)

    return replace(rules, on_interaction=use)


def after(operation: str, status: str) -> Callable[[Rules], Rules]:
    """Return the change that an operation below an open Session changes its status."""

    def change(rules: Rules) -> Rules:
        async def handle(
            call: Call, proceed: Callable[[Call], Awaitable[Response]]
        ) -> Response:
            response = await rules.handle(call, proceed)
            session = current(call)
            done = call.operation.id == operation and response.status_code < _REFUSED
            if done and session is not None and session.status == "open":
                changed = replace(session, status=status)
                if status == "closed":
                    changed = rules.close(call, session)
                call.store.sessions.save(changed)
            return response

        return replace(rules, handle=handle)

    return change


def _all_dates(session: Session) -> Session:
    now = session.date_created
    return replace(session, date_started=now, date_ended=now, date_last_interaction=now)


VARIANTS: dict[str, Change] = {
    "closed-for-no-reason": closed_for(None),
    "closed-for-empty-reason": closed_for(""),
    "closed-for-another-reason": closed_for("completed"),
    "reopened-keeps-reason": reopening(
        lambda before, after: replace(after, closed_reason=before.closed_reason)
    ),
    "reopened-with-empty-reason": reopening(
        lambda _, after: replace(after, closed_reason="")
    ),
    "reopened-keeps-date-ended": reopening(
        lambda before, after: replace(after, date_ended=before.date_ended)
    ),
    "reopened-is-started": reopening(
        lambda _, after: replace(after, date_started=after.date_reopened)
    ),
    "reopened-drops-date-expiry": reopening(
        lambda _, after: replace(after, date_expiry=None)
    ),
    "every-status-taken": taking(),
    "closing-twice-taken": taking(("closed", "closed")),
    "closed-can-be-open": taking(("closed", "open")),
    "closed-takes-limits": closed_takes_limits,
    "status-refused-with-409": refused_with(409, 20409),
    "status-refused-with-80607": refused_with(400, 80607),
    "created-is-started": created(
        lambda session: replace(session, date_started=session.date_created)
    ),
    "created-with-all-dates": created(_all_dates),
    "use-keeps-it-open": use_keeps_it_open,
    "joining-starts": after("CreateParticipant", "in-progress"),
    "leaving-closes": after("DeleteParticipant", "closed"),
}
