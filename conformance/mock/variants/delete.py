"""Freedoms in how a target says that something is gone."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.mock.problems import Problem, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from conformance.mock.call import Call, World
    from conformance.mock.registry import Change
    from conformance.mock.rows import Participant, Service, Session
    from conformance.mock.rules import Rules

_LISTS = frozenset({"ListParticipant", "ListInteraction", "ListMessageInteraction"})
_BELOW = 7


def empty_lists_below(rules: Rules) -> Rules:
    """Show what belonged to a deleted Session as empty lists."""

    def delete_session(call: Call, session: Session) -> None:
        gone: dict[str, Session] = call.memory.setdefault("gone-sessions", {})
        below: dict[str, Participant] = call.memory.setdefault("gone-participants", {})
        gone[session.sid] = session
        for row in call.store.participants.all(session_sid=session.sid):
            below[row.sid] = row
        rules.delete_session(call, session)

    def find_session(call: Call) -> Session | None:
        found = rules.find_session(call)
        gone: dict[str, Session] = call.memory.get("gone-sessions", {})
        if found is None and call.operation.id in _LISTS:
            return gone.get(call.path["session_sid"])
        return found

    def find_participant(call: Call, session: Session) -> Participant | None:
        below: dict[str, Participant] = call.memory.get("gone-participants", {})
        found = rules.find_participant(call, session)
        return found or below.get(call.path["participant_sid"])

    return replace(
        rules,
        delete_session=delete_session,
        find_session=find_session,
        find_participant=find_participant,
    )


def below_is(status: int, code: int) -> Callable[[Rules], Rules]:
    """Return the change that says otherwise that something below is not there."""

    def change(rules: Rules) -> Rules:
        def adapt(world: World, request: Request, problem: Problem) -> Problem:
            adapted = rules.adapt_problem(world, request, problem)
            segments = request.url.path.split("/")
            below = len(segments) > _BELOW
            gone = below and world.store.sessions.find(sid=segments[6]) is None
            if gone and adapted.status == HTTPStatus.NOT_FOUND:
                return replace(adapted, status=status, code=code)
            return adapted

        return replace(rules, adapt_problem=adapt)

    return change


def removed_is_gone(rules: Rules) -> Rules:
    """Remove a Participant for good."""

    def delete_participant(call: Call, participant: Participant) -> None:
        rules.delete_participant(call, participant)
        call.store.participants.remove(participant.sid)

    return replace(rules, delete_participant=delete_participant)


def removed_without_date(rules: Rules) -> Rules:
    """Keep a removed Participant without saying when it was removed."""

    def render(call: Call, participant: Participant) -> dict[str, object]:
        return {**rules.render_participant(call, participant), "date_deleted": None}

    return replace(rules, render_participant=render)


def service_with_sessions_stays(rules: Rules) -> Rules:
    """Refuse to delete a Service that has Sessions."""

    def delete_service(call: Call, service: Service) -> None:
        if call.store.sessions.all(service_sid=service.sid):
            message = "Service has Sessions"
            raise RefusedError(Problem(status=409, code=20409, message=message))
        rules.delete_service(call, service)

    return replace(rules, delete_service=delete_service)


def service_leaves_sessions(rules: Rules) -> Rules:
    """Leave the Sessions of a deleted Service, which itself is found no more."""

    def delete_service(call: Call, service: Service) -> None:
        call.memory.setdefault("gone-services", set()).add(service.sid)

    def find_service(call: Call) -> Service | None:
        service = rules.find_service(call)
        gone: set[str] = call.memory.get("gone-services", set())
        return None if service is None or service.sid in gone else service

    return replace(rules, delete_service=delete_service, find_service=find_service)


VARIANTS: dict[str, Change] = {
    "empty-lists-below-deleted": empty_lists_below,
    "below-deleted-is-410": below_is(410, 20404),
    "below-deleted-is-400": below_is(400, 80409),
    "removed-is-gone": removed_is_gone,
    "removed-without-date": removed_without_date,
    "service-with-sessions-stays": service_with_sessions_stays,
    "service-leaves-sessions": service_leaves_sessions,
}
