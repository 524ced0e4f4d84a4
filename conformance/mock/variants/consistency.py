"""Freedoms in how the same value is shown, and in what counts as an update."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.mock.rewrites import current, showing, updating

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from starlette.requests import Request
    from starlette.responses import Response

    from conformance.mock.call import Call, World
    from conformance.mock.parameters import SessionChanges
    from conformance.mock.problems import Problem
    from conformance.mock.registry import Change
    from conformance.mock.rows import Session
    from conformance.mock.rules import Rules

_SESSION = 7
_JOINING_OR_LEAVING = ("CreateParticipant", "DeleteParticipant")
_WRITES = ("CreateSession", "UpdateSession")


def fraction_when_written(rules: Rules) -> Rules:
    """Show fractions of a second in the answers to writes, and nowhere else."""

    def format_date(call: Call, moment: datetime) -> str:
        if call.operation.id not in _WRITES:
            return rules.format_date(call, moment)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    return replace(rules, format_date=format_date)


def offset_when_listed(rules: Rules) -> Rules:
    """Spell the zone of dates in lists as an offset."""

    def format_date(call: Call, moment: datetime) -> str:
        if call.operation.id != "ListSession":
            return rules.format_date(call, moment)
        return moment.isoformat(timespec="seconds")

    return replace(rules, format_date=format_date)


def participants_touch(rules: Rules) -> Rules:
    """Move the date_updated of a Session when its Participants change."""

    async def handle(
        call: Call, proceed: Callable[[Call], Awaitable[Response]]
    ) -> Response:
        response = await rules.handle(call, proceed)
        session = current(call)
        done = response.status_code < HTTPStatus.BAD_REQUEST
        if session and done and call.operation.id in _JOINING_OR_LEAVING:
            call.store.sessions.save(replace(session, date_updated=call.now))
        return response

    return replace(rules, handle=handle)


def _touched(
    call: Call, _before: Session, after: Session, _changes: SessionChanges
) -> Session:
    return replace(after, date_updated=call.now)


def _touched_by_changes(
    _call: Call, before: Session, after: Session, _changes: SessionChanges
) -> Session:
    as_before = replace(after, date_updated=before.date_updated)
    return as_before if as_before == before else after


def elsewhere(status: int) -> Callable[[Rules], Rules]:
    """Return the change that tells a SID of another Service from one of none."""

    def change(rules: Rules) -> Rules:
        def adapt(world: World, request: Request, problem: Problem) -> Problem:
            adapted = rules.adapt_problem(world, request, problem)
            segments = request.url.path.split("/")
            there = len(segments) == _SESSION and world.store.sessions.find(
                sid=segments[-1]
            )
            if adapted.status != HTTPStatus.NOT_FOUND or not there:
                return adapted
            other = there.service_sid != segments[3]
            known = world.store.services.find(sid=segments[3]) is not None
            return (
                replace(adapted, status=status, code=80610)
                if other and known
                else adapted
            )

        return replace(rules, adapt_problem=adapt)

    return change


VARIANTS: dict[str, Change] = {
    "fraction-when-written": fraction_when_written,
    "offset-when-listed": offset_when_listed,
    "closed-reason-empty-when-read": showing(
        *("FetchSession", "ListSession"),
        edit=lambda _, session: replace(
            session, closed_reason=session.closed_reason or ""
        ),
    ),
    "participants-touch": participants_touch,
    "any-update-touches": updating(_touched),
    "only-changes-touch": updating(_touched_by_changes),
    "elsewhere-is-403": elsewhere(403),
    "elsewhere-is-400": elsewhere(400),
}
