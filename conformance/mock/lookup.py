"""Where rows come from and go to: what a call may see, and what a delete takes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.mock.problems import not_found
from conformance.mock.sids import is_sid

if TYPE_CHECKING:
    from conformance.mock.call import Call
    from conformance.mock.rows import Interaction, Participant, Service, Session


def find_service(call: Call) -> Service | None:
    """Return the Service in the path, if it is the caller's own.

    Its SID may be replaced by its unique name where the documents allow it.
    """
    key = call.path["service_sid"]
    column = "sid" if is_sid(key, "KS") else "unique_name"
    return call.store.services.find(**{column: key}, account_sid=call.account_sid)


def find_session(call: Call) -> Session | None:
    """Return the Session in the path, if it is the caller's and of that Service.

    Its SID may be replaced by its unique name where the documents allow it.
    """
    key = call.path["session_sid"]
    return call.store.sessions.find(
        **{"sid" if is_sid(key, "KC") else "unique_name": key},
        service_sid=call.path["service_sid"],
        account_sid=call.account_sid,
    )


def find_participant(call: Call, session: Session) -> Participant | None:
    """Return the Participant in the path, removed or not, if it is of `session`."""
    return call.store.participants.find(
        sid=call.path["participant_sid"], session_sid=session.sid
    )


def find_interaction(
    call: Call, session: Session, participant: Participant | None
) -> Interaction | None:
    """Return the Interaction in the path, if it is of `session` and `participant`."""
    of = {} if participant is None else {"participant_sid": participant.sid}
    return call.store.interactions.find(
        sid=call.path["interaction_sid"], session_sid=session.sid, **of
    )


def delete_service(call: Call, service: Service) -> None:
    """Remove the Service and everything under it."""
    call.store.services.remove(service.sid)


def delete_session(call: Call, session: Session) -> None:
    """Remove the Session, its Participants and its Interactions."""
    call.store.sessions.remove(session.sid)


def delete_participant(call: Call, participant: Participant) -> None:
    """Mark the Participant as removed; the record stays until the Session goes.

    Raises:
        RefusedError: it was removed before.

    """
    if participant.date_deleted is not None:
        raise not_found(call.raw_path)
    call.store.participants.save(
        replace(
            participant,
            date_deleted=call.now,
            date_updated=call.rules.touch(call, participant.date_updated),
        )
    )


def delete_interaction(call: Call, interaction: Interaction) -> None:
    """Remove the Interaction."""
    call.store.interactions.remove(interaction.sid)
