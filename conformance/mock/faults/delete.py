"""Faults in what a delete takes, and in what it leaves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.mock.problems import Problem, RefusedError
from conformance.mock.rewrites import current, neighbour

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from conformance.mock.call import Call, World
    from conformance.mock.registry import Change
    from conformance.mock.rows import Interaction, Participant, Session
    from conformance.mock.rules import Rules

_GONE = 410
_PAGE = 50


def _ghosts(call: Call) -> dict[str, Session]:
    """Return the Sessions that were deleted, as they were."""
    ghosts: dict[str, Session] = call.memory.setdefault("ghosts", {})
    return ghosts


def _remembering(rules: Rules) -> Rules:
    """Return the rules, keeping each Session as it was when it was deleted."""

    def delete_session(call: Call, session: Session) -> None:
        _ghosts(call)[session.sid] = session
        rules.delete_session(call, session)

    return replace(rules, delete_session=delete_session)


def haunted(*operations: str) -> Callable[[Rules], Rules]:
    """Return the change that these operations still find a deleted Session."""

    def change(rules: Rules) -> Rules:
        def find_session(call: Call) -> Session | None:
            found = rules.find_session(call)
            if found is None and call.operation.id in operations:
                ghost = _ghosts(call).get(call.path["session_sid"])
                if ghost and ghost.service_sid == call.path["service_sid"]:
                    return ghost
            return found

        return _remembering(replace(rules, find_session=find_session))

    return change


def update_resurrects(rules: Rules) -> Rules:
    """Write a deleted Session again when it is updated."""

    def find_session(call: Call) -> Session | None:
        ghost = _ghosts(call).get(call.path["session_sid"])
        if ghost is not None and call.operation.id == "UpdateSession":
            del _ghosts(call)[ghost.sid]
            return call.store.sessions.add(ghost)
        return rules.find_session(call)

    return _remembering(replace(rules, find_session=find_session))


def deleted_is_410(rules: Rules) -> Rules:
    """Answer 410 wherever a deleted Session is meant."""

    def adapt(world: World, request: Request, problem: Problem) -> Problem:
        adapted = rules.adapt_problem(world, request, problem)
        path = request.url.path
        meant = any(path.endswith(sid) for sid in world.memory.get("ghosts", {}))
        return replace(adapted, status=_GONE) if meant else adapted

    return _remembering(replace(rules, adapt_problem=adapt))


def delete_spares(*statuses: str) -> Callable[[Rules], Rules]:
    """Return the change that answers the delete of such a Session and does nothing."""

    def change(rules: Rules) -> Rules:
        def delete_session(call: Call, session: Session) -> None:
            if session.status not in statuses:
                rules.delete_session(call, session)

        return replace(rules, delete_session=delete_session)

    return change


def delete_refuses(*statuses: str) -> Callable[[Rules], Rules]:
    """Return the change that refuses to delete such a Session."""

    def change(rules: Rules) -> Rules:
        def delete_session(call: Call, session: Session) -> None:
            if session.status in statuses:
                message = f"Session is {session.status}"
                raise RefusedError(Problem(status=409, code=20409, message=message))
            rules.delete_session(call, session)

        return replace(rules, delete_session=delete_session)

    return change


def delete_takes_neighbour(rules: Rules) -> Rules:
    """Delete the next younger Session as well."""

    def delete_session(call: Call, session: Session) -> None:
        other = neighbour(call, session)
        if other is not None:
            rules.delete_session(call, other)
        rules.delete_session(call, session)

    return replace(rules, delete_session=delete_session)


def delete_by_name(rules: Rules) -> Rules:
    """Delete every Session of the account that has the name of the one meant."""

    def delete_session(call: Call, session: Session) -> None:
        if session.unique_name is not None:
            for other in call.store.sessions.all(unique_name=session.unique_name):
                rules.delete_session(call, other)
        rules.delete_session(call, session)

    return replace(rules, delete_session=delete_session)


def orphans(
    *operations: str,
    participants: Callable[[Participant], bool] = lambda _: False,
    interactions: Callable[[int, Interaction], bool] = lambda _position, _row: False,
) -> Callable[[Rules], Rules]:
    """Return the change that leaves some of what belongs to a deleted Session.

    It is reached by these operations; `interactions` is also told their position,
    counted from the first.
    """

    def change(rules: Rules) -> Rules:
        def delete_session(call: Call, session: Session) -> None:
            store, below = call.store, {"session_sid": session.sid}
            for number, row in enumerate(store.interactions.all(**below)):
                if not interactions(number, row):
                    store.interactions.remove(row.sid)
            with store.without_cascade():
                for participant in store.participants.all(**below):
                    if not participants(participant):
                        store.participants.remove(participant.sid)
                rules.delete_session(call, session)

        return haunted(*operations)(replace(rules, delete_session=delete_session))

    return change


def delete_unpeoples_neighbour(rules: Rules) -> Rules:
    """Delete the Participants of the next younger Session as well."""

    def delete_session(call: Call, session: Session) -> None:
        other = neighbour(call, session)
        if other is not None:
            for row in call.store.participants.all(session_sid=other.sid):
                call.store.participants.remove(row.sid)
        rules.delete_session(call, session)

    return replace(rules, delete_session=delete_session)


def delete_hides_neighbour(rules: Rules) -> Rules:
    """Fetch the next younger Session no more, which is still there."""

    def delete_session(call: Call, session: Session) -> None:
        other = neighbour(call, session)
        if other is not None:
            call.memory.setdefault("hidden", set()).add(other.sid)
        rules.delete_session(call, session)

    def find_session(call: Call) -> Session | None:
        hidden = call.path.get("session_sid") in call.memory.get("hidden", ())
        if hidden and call.operation.id == "FetchSession":
            return None
        return rules.find_session(call)

    return replace(rules, delete_session=delete_session, find_session=find_session)


def removal_hides_session(rules: Rules) -> Rules:
    """Fetch a Session only as long as none of its Participants is removed."""

    def find_session(call: Call) -> Session | None:
        session = rules.find_session(call)
        if session is None or call.operation.id != "FetchSession":
            return session
        present = call.store.participants.all(session_sid=session.sid)
        return None if any(row.date_deleted for row in present) else session

    return replace(rules, find_session=find_session)


def removal_takes_session(rules: Rules) -> Rules:
    """Delete the Session when one of its Participants is removed."""

    def delete_participant(call: Call, participant: Participant) -> None:
        rules.delete_participant(call, participant)
        call.store.sessions.remove(participant.session_sid)

    return replace(rules, delete_participant=delete_participant)


def inherited(rules: Rules) -> Rules:
    """Give a new Session the Participants of a deleted one of its name."""

    def delete_session(call: Call, session: Session) -> None:
        left = call.store.participants.all(session_sid=session.sid)
        if session.unique_name is not None:
            call.memory.setdefault("left", {})[session.unique_name] = left
        rules.delete_session(call, session)

    async def handle(
        call: Call, proceed: Callable[[Call], Awaitable[Response]]
    ) -> Response:
        session = current(call)
        listing = call.operation.id == "ListParticipant" and session is not None
        if session is not None and listing:
            left = call.memory.get("left", {}).pop(session.unique_name, ())
            for row in left:
                call.store.participants.add(replace(row, session_sid=session.sid))
        return await rules.handle(call, proceed)

    return replace(rules, delete_session=delete_session, handle=handle)


def delete_takes_namesakes(rules: Rules) -> Rules:
    """Delete the Participants of other Sessions that have the same identifier."""

    def delete_session(call: Call, session: Session) -> None:
        people = call.store.participants
        for own in people.all(session_sid=session.sid):
            for other in people.all(identifier=own.identifier):
                if other.session_sid != session.sid:
                    people.remove(other.sid)
        rules.delete_session(call, session)

    return replace(rules, delete_session=delete_session)


def delete_takes_a_closed_elder(rules: Rules) -> Rules:
    """Delete with a closed Session the one before it, if that is closed as well."""

    def delete_session(call: Call, session: Session) -> None:
        every = call.store.sessions.all(service_sid=session.service_sid)
        elders = [other for other in every if other.position < session.position]
        if elders and session.status == elders[-1].status == "closed":
            rules.delete_session(call, elders[-1])
        rules.delete_session(call, session)

    return replace(rules, delete_session=delete_session)


def beyond_the_first_service(fault: Change) -> Change:
    """Return the fault in deletes of all Services but the first of the account."""

    def change(rules: Rules) -> Rules:
        faulty = fault(rules)

        def delete_session(call: Call, session: Session) -> None:
            first = call.store.services.all(account_sid=session.account_sid)[0]
            spared = session.service_sid == first.sid
            (rules if spared else faulty).delete_session(call, session)

        return replace(faulty, delete_session=delete_session)

    return change


FAULTS: dict[str, Change] = {
    "deleted-is-fetched": haunted("FetchSession"),
    "deleted-is-updated": haunted("UpdateSession"),
    "deleted-is-deleted-again": haunted("DeleteSession"),
    "update-resurrects": update_resurrects,
    "deleted-is-410": deleted_is_410,
    "delete-spares-open": delete_spares("open", "in-progress"),
    "delete-spares-closed": delete_spares("closed"),
    "open-cannot-be-deleted": delete_refuses("open"),
    "in-progress-cannot-be-deleted": delete_refuses("in-progress"),
    "closed-cannot-be-deleted": delete_refuses("closed"),
    "delete-takes-neighbour": delete_takes_neighbour,
    "delete-hides-neighbour": delete_hides_neighbour,
    "delete-by-name": delete_by_name,
    "delete-cascades-nothing": orphans(
        *("FetchParticipant", "ListParticipant", "FetchInteraction"),
        *("ListInteraction", "FetchMessageInteraction", "ListMessageInteraction"),
        participants=lambda _: True,
        interactions=lambda _position, _row: True,
    ),
    "delete-leaves-participants": orphans(
        "FetchParticipant", "ListParticipant", participants=lambda _: True
    ),
    "delete-leaves-removed-participants": orphans(
        "FetchParticipant", participants=lambda row: row.date_deleted is not None
    ),
    "delete-leaves-interactions": orphans(
        "FetchInteraction",
        "ListInteraction",
        interactions=lambda _position, _row: True,
    ),
    "delete-leaves-list-of-interactions": orphans(
        "ListInteraction", interactions=lambda _position, _row: True
    ),
    "delete-leaves-messages": orphans(
        "FetchMessageInteraction",
        "ListMessageInteraction",
        participants=lambda _: True,
        interactions=lambda _position, _row: True,
    ),
    "delete-takes-one-page-of-interactions": orphans(
        "FetchInteraction", interactions=lambda position, _row: position >= _PAGE
    ),
    "delete-leaves-interactions-elsewhere": beyond_the_first_service(
        orphans("FetchInteraction", interactions=lambda _position, _row: True)
    ),
    "delete-takes-namesakes": delete_takes_namesakes,
    "delete-takes-a-closed-elder": delete_takes_a_closed_elder,
    "delete-unpeoples-neighbour": delete_unpeoples_neighbour,
    "removal-hides-session": removal_hides_session,
    "removal-takes-session": removal_takes_session,
    "heir-inherits": inherited,
}
