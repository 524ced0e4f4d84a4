"""Faults in what is read of what was written, and in what moves by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from conformance.mock.rewrites import (
    keeping,
    neighbour,
    refusing,
    showing,
    updating,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.responses import Response

    from conformance.mock.call import Call
    from conformance.mock.parameters import SessionChanges
    from conformance.mock.registry import Change
    from conformance.mock.rows import Participant, Session
    from conformance.mock.rules import Rules

_NOT_FOUND = 404


def _earlier(call: Call, session: Session) -> Session:
    """Return the Session as it was before its last update."""
    rows: dict[str, Session] = call.memory.setdefault("earlier", {})
    return rows.get(session.sid, session)


def _remembering(rules: Rules) -> Rules:
    """Return the rules, keeping what each Session was before its last update."""

    def remember(
        call: Call, before: Session, after: Session, _changes: SessionChanges
    ) -> Session:
        call.memory.setdefault("earlier", {})[before.sid] = before
        return after

    return updating(remember)(rules)


def _once(call: Call, session: Session) -> Session:
    """Return the Session as a cache has it that is refreshed after each read."""
    rows: dict[str, Session] = call.memory.setdefault("earlier", {})
    return rows.pop(session.sid, session)


def fetch_from_a_cache(rules: Rules) -> Rules:
    """Show, at the first fetch after an update, the Session as it was before."""
    return showing("FetchSession", edit=_once)(_remembering(rules))


def fetch_shows_the_old_ttl(rules: Rules) -> Rules:
    """Show the ttl of before the last update in every fetch."""

    def edit(call: Call, session: Session) -> Session:
        return replace(session, ttl=_earlier(call, session).ttl)

    return showing("FetchSession", edit=edit)(_remembering(rules))


def list_from_a_replica(rules: Rules) -> Rules:
    """Show in lists each Session as it was before its last update."""
    return showing("ListSession", edit=_earlier)(_remembering(rules))


def find_only(
    operation: str, wanted: Callable[[Session], bool]
) -> Callable[[Rules], Rules]:
    """Return the change that an operation finds only Sessions that are `wanted`."""

    def change(rules: Rules) -> Rules:
        def find_session(call: Call) -> Session | None:
            session = rules.find_session(call)
            if session is None or call.operation.id != operation or wanted(session):
                return session
            return None

        return replace(rules, find_session=find_session)

    return change


def refusal_touches(rules: Rules) -> Rules:
    """Move date_updated when an update is refused."""
    return refusing(lambda call, kept, _: replace(kept, date_updated=call.now))(rules)


def fetch_touches(rules: Rules) -> Rules:
    """Move date_updated when a Session is fetched, for the next one to see."""

    def edit(call: Call, session: Session) -> Session:
        call.store.sessions.save(replace(session, date_updated=call.now))
        return session

    return showing("FetchSession", edit=edit)(rules)


def update_spills(rules: Rules) -> Rules:
    """Give a new ttl also to the next younger Session."""

    def edit(
        call: Call, before: Session, after: Session, changes: SessionChanges
    ) -> Session:
        other = neighbour(call, before)
        if other is not None and "ttl" in changes:
            call.store.sessions.save(replace(other, ttl=after.ttl))
        return after

    return updating(edit)(rules)


def update_by_name(rules: Rules) -> Rules:
    """Update every Session of the account that has the name of the one meant."""

    def edit(
        call: Call, before: Session, after: Session, _changes: SessionChanges
    ) -> Session:
        if before.unique_name is not None:
            for other in call.store.sessions.all(unique_name=before.unique_name):
                if other.sid != before.sid:
                    call.store.sessions.save(replace(other, ttl=after.ttl))
        return after

    return updating(edit)(rules)


def across_services(operation: str) -> Callable[[Rules], Rules]:
    """Return the change that an operation finds a Session under any Service."""

    def change(rules: Rules) -> Rules:
        def find_session(call: Call) -> Session | None:
            found = rules.find_session(call)
            if found is None and call.operation.id == operation:
                return _anywhere(call)
            return found

        return replace(rules, find_session=find_session)

    return change


def participant_across_sessions(rules: Rules) -> Rules:
    """Fetch a Participant of any Session of the Service in the path."""

    def find_participant(call: Call, session: Session) -> Participant | None:
        found = rules.find_participant(call, session)
        if found is None and call.operation.id == "FetchParticipant":
            sid, service = call.path["participant_sid"], session.service_sid
            other = call.store.participants.find(sid=sid, service_sid=service)
            return other and replace(other, session_sid=session.sid)
        return found

    return replace(rules, find_participant=find_participant)


def _anywhere(call: Call) -> Session | None:
    """Return the Session of that SID if the path names any Service of the account."""
    here = {"account_sid": call.account_sid}
    if call.store.services.find(sid=call.path["service_sid"], **here) is None:
        return None
    return call.store.sessions.find(sid=call.path["session_sid"], **here)


def refused_but_done(operation: str) -> Callable[[Rules], Rules]:
    """Return the change that does what it refuses under another Service."""

    def change(rules: Rules) -> Rules:
        async def handle(
            call: Call, proceed: Callable[[Call], Awaitable[Response]]
        ) -> Response:
            response = await rules.handle(call, proceed)
            wanted = call.operation.id == operation
            session = _anywhere(call) if wanted else None
            if session is not None and response.status_code == _NOT_FOUND:
                if operation == "DeleteSession":
                    call.store.sessions.remove(session.sid)
                else:
                    call.store.sessions.save(replace(session, ttl=1201))
            return response

        return replace(rules, handle=handle)

    return change


def _no_ttl(before: Session, after: Session) -> Session:
    return replace(after, ttl=before.ttl)


def _no_status(before: Session, after: Session) -> Session:
    return replace(after, status=before.status)


def _nothing(before: Session, _after: Session) -> Session:
    return before


def _unnamed_when_closed(
    _call: Call, _before: Session, after: Session, changes: SessionChanges
) -> Session:
    closed = changes.get("status") == "closed"
    return replace(after, unique_name=None) if closed else after


def _renamed(
    _call: Call, _before: Session, after: Session, _changes: SessionChanges
) -> Session:
    name = after.unique_name
    return replace(after, unique_name=None if name is None else name.lower())


def _any_mode(
    _call: Call, _before: Session, after: Session, _changes: SessionChanges
) -> Session:
    return replace(after, mode="voice-and-message")


def _born_again(
    call: Call, _before: Session, after: Session, _changes: SessionChanges
) -> Session:
    return replace(after, date_created=call.now)


def _born_again_when_reopened(
    call: Call, _before: Session, after: Session, changes: SessionChanges
) -> Session:
    reopened = changes.get("status") == "in-progress"
    return replace(after, date_created=call.now) if reopened else after


def _young_again(
    _call: Call, before: Session, after: Session, changes: SessionChanges
) -> Session:
    reopened = changes.get("status") == "in-progress"
    return replace(after, date_updated=before.date_created) if reopened else after


def _not_touched(
    _call: Call, before: Session, after: Session, _changes: SessionChanges
) -> Session:
    return replace(after, date_updated=before.date_updated)


def _not_touched_when_closed(
    _call: Call, before: Session, after: Session, changes: SessionChanges
) -> Session:
    closed = changes.get("status") == "closed"
    return replace(after, date_updated=before.date_updated) if closed else after


FAULTS: dict[str, Change] = {
    "update-keeps-nothing": keeping(_nothing),
    "update-keeps-old-ttl": keeping(_no_ttl),
    "update-keeps-old-status": keeping(_no_status),
    "update-keeps-old-date-expiry": keeping(
        lambda before, after: replace(after, date_expiry=before.date_expiry)
    ),
    "fetch-from-a-cache": fetch_from_a_cache,
    "fetch-shows-the-old-ttl": fetch_shows_the_old_ttl,
    "fetch-omits-closed-reason": showing(
        "FetchSession", edit=lambda _, session: replace(session, closed_reason=None)
    ),
    "list-from-a-replica": list_from_a_replica,
    "list-omits-date-expiry": showing(
        "ListSession", edit=lambda _, session: replace(session, date_expiry=None)
    ),
    "list-shows-ttl-0": showing(
        "ListSession", edit=lambda _, session: replace(session, ttl=0)
    ),
    "list-shows-no-name": showing(
        "ListSession", edit=lambda _, session: replace(session, unique_name=None)
    ),
    "list-shows-all-open": showing(
        "ListSession", edit=lambda _, session: replace(session, status="open")
    ),
    "closed-not-fetched": find_only(
        "FetchSession", lambda session: session.status != "closed"
    ),
    "reopened-not-updated": find_only(
        "UpdateSession", lambda session: session.date_reopened is None
    ),
    "close-drops-name": updating(_unnamed_when_closed),
    "update-lowers-name": updating(_renamed),
    "update-resets-mode": updating(_any_mode),
    "fetch-shows-default-mode": showing(
        "FetchSession", edit=lambda _, session: replace(session, mode="message-only")
    ),
    "update-moves-date-created": updating(_born_again),
    "reopen-moves-date-created": updating(_born_again_when_reopened),
    "reopen-resets-date-updated": updating(_young_again),
    "update-answers-local-time": showing(
        "UpdateSession",
        edit=lambda _, session: replace(
            session, date_updated=session.date_updated - timedelta(hours=5)
        ),
    ),
    "fetch-touches": fetch_touches,
    "fetch-shows-the-present": showing(
        "FetchSession",
        edit=lambda call, session: replace(session, date_updated=call.now),
    ),
    "refusal-touches": refusal_touches,
    "date-updated-stands-still": updating(_not_touched),
    "close-does-not-touch": updating(_not_touched_when_closed),
    "update-spills": update_spills,
    "update-by-name": update_by_name,
    "fetch-across-services": across_services("FetchSession"),
    "update-across-services": across_services("UpdateSession"),
    "delete-across-services": across_services("DeleteSession"),
    "participant-fetched-across-services": across_services("FetchParticipant"),
    "participants-listed-across-services": across_services("ListParticipant"),
    "participant-fetched-across-sessions": participant_across_sessions,
    "update-elsewhere-refused-but-done": refused_but_done("UpdateSession"),
    "delete-elsewhere-refused-but-done": refused_but_done("DeleteSession"),
}
