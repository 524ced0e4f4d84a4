"""How a Session begins, changes, expires and ends, and what may join it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from conformance.mock.problems import (
    participant_present,
    participant_was_removed,
    session_closed,
    too_many_participants,
    transition_not_supported,
)
from conformance.mock.rows import Interaction, Participant, Service, Session

if TYPE_CHECKING:
    from conformance.mock.call import Call
    from conformance.mock.parameters import (
        NewMessage,
        NewParticipant,
        NewSession,
        ServiceChanges,
        SessionChanges,
    )

PARTICIPANTS_MAX = 2
LIVE = ("open", "in-progress")
TRANSITIONS = {
    ("open", "closed"),
    ("in-progress", "closed"),
    ("closed", "in-progress"),
}


def service_name_key(_call: Call, service: Service) -> str | None:
    """Return what no two Services may share: the name within its account."""
    if service.unique_name is None:
        return None
    return f"{service.account_sid}/{service.unique_name}"


def session_name_key(_call: Call, session: Session) -> str | None:
    """Return what no two Sessions may share: the name, in its case, in its Service.

    None is shared freely: a Session without a name clashes with no other.
    """
    if session.unique_name is None:
        return None
    return f"{session.service_sid}/{session.unique_name}"


def initial_service(call: Call, wanted: ServiceChanges) -> Service:
    """Return a new Service with the documented defaults."""
    defaults = Service(
        sid=call.rules.new_sid(call, "KS"),
        account_sid=call.account_sid,
        unique_name=None,
        default_ttl=0,
        callback_url=None,
        geo_match_level="country",
        number_selection_behavior="prefer-sticky",
        intercept_callback_url=None,
        out_of_session_callback_url=None,
        chat_instance_sid=None,
        date_created=call.now,
        date_updated=call.now,
    )
    return replace(defaults, **wanted)


def update_service(call: Call, service: Service, changes: ServiceChanges) -> Service:
    """Return the Service with all changes made; none leaves it as it is."""
    if not changes:
        return service
    return replace(
        service, **changes, date_updated=call.rules.touch(call, service.date_updated)
    )


def initial_session(call: Call, service: Service, wanted: NewSession) -> Session:
    """Return a new Session: open, both modes, the Service's ttl, no dates of use."""
    status = wanted.status or "open"
    closed = status == "closed"
    return Session(
        sid=call.rules.new_sid(call, "KC"),
        account_sid=service.account_sid,
        service_sid=service.sid,
        unique_name=wanted.unique_name,
        status=status,
        closed_reason="api" if closed else None,
        ttl=service.default_ttl if wanted.ttl is None else wanted.ttl,
        mode=wanted.mode or "voice-and-message",
        date_started=None,
        date_ended=call.now if closed else None,
        date_last_interaction=None,
        date_expiry=wanted.date_expiry,
        date_created=call.now,
        date_updated=call.now,
    )


def check_transition(_call: Call, old: str, wanted: str) -> None:
    """Accept closing what is live and re-opening what is closed.

    Raises:
        RefusedError: any other change of status.

    """
    if (old, wanted) not in TRANSITIONS:
        raise transition_not_supported(old, wanted)


def update_session(call: Call, session: Session, changes: SessionChanges) -> Session:
    """Return the Session with all changes made; none leaves it as it is.

    Raises:
        RefusedError: the status may not change so, or the Session is closed.

    """
    if not changes:
        return session
    rules = call.rules
    updated = replace(session, **changes)
    status = changes.get("status")
    if status is not None:
        rules.check_transition(call, session.status, status)
        updated = (
            rules.close(call, updated)
            if status == "closed"
            else rules.reopen(call, updated)
        )
    elif session.status == "closed":
        raise session_closed()
    return replace(updated, date_updated=rules.touch(call, session.date_updated))


def close(call: Call, session: Session) -> Session:
    """Return the Session closed by its owner, now."""
    return replace(session, status="closed", closed_reason="api", date_ended=call.now)


def reopen(call: Call, session: Session) -> Session:
    """Return the Session in progress again, with no trace of its end.

    The documents do not say what becomes of a lifetime that ran out; here it
    starts again, for else a re-opened Session would close before it is read.
    """
    return replace(
        session,
        status="in-progress",
        closed_reason=None,
        date_ended=None,
        date_reopened=call.now,
    )


def touch(call: Call, date_updated: datetime) -> datetime:
    """Return the new date_updated: now, and never earlier than before."""
    return max(date_updated, call.now)


def expires_at(_call: Call, session: Session) -> datetime | None:
    """Return when the Session expires, or None for never.

    date_expiry overrides ttl; ttl counts from the creation, the last interaction
    or the re-opening, whichever is last. A moment that had passed when the Session
    was re-opened no longer counts.
    """
    if session.status not in LIVE:
        return None
    reopened = session.date_reopened
    if session.date_expiry is not None:
        spent = reopened is not None and session.date_expiry <= reopened
        return None if spent else session.date_expiry
    if session.ttl == 0:
        return None
    used = session.date_last_interaction
    return max(
        moment for moment in (session.date_created, used, reopened) if moment
    ) + timedelta(seconds=session.ttl)


def expire(_call: Call, session: Session, expired_at: datetime) -> Session:
    """Return the Session closed by its own lifetime, at `expired_at`.

    A date in the past ends it at its last change, for it cannot end before that.
    """
    ended = max(expired_at, session.date_updated)
    return replace(
        session,
        status="closed",
        closed_reason="expired",
        date_ended=ended,
        date_updated=ended,
    )


def check_accepts_children(_call: Call, session: Session) -> None:
    """Accept a Session that is not closed.

    Raises:
        RefusedError: it is closed.

    """
    if session.status == "closed":
        raise session_closed()


def check_participant(
    _call: Call, wanted: NewParticipant, present: tuple[Participant, ...]
) -> None:
    """Accept a Participant who is new to the Session, while there is room.

    Raises:
        RefusedError: the identifier takes part, or did, or two others do.

    """
    known = {other.identifier: other for other in present}.get(wanted.identifier)
    if known is not None:
        raise (
            participant_was_removed() if known.date_deleted else participant_present()
        )
    if sum(other.date_deleted is None for other in present) >= PARTICIPANTS_MAX:
        raise too_many_participants()


def initial_participant(
    call: Call, session: Session, wanted: NewParticipant
) -> Participant:
    """Return a new Participant of `session`."""
    return Participant(
        sid=call.rules.new_sid(call, "KP"),
        account_sid=session.account_sid,
        service_sid=session.service_sid,
        session_sid=session.sid,
        identifier=wanted.identifier,
        friendly_name=wanted.friendly_name,
        proxy_identifier=wanted.proxy_identifier,
        proxy_identifier_sid=wanted.proxy_identifier_sid,
        date_deleted=None,
        date_created=call.now,
        date_updated=call.now,
    )


def initial_interaction(
    call: Call, participant: Participant, wanted: NewMessage
) -> Interaction:
    """Return the Interaction of one message sent to `participant`."""
    content: dict[str, str | tuple[str, ...]] = {}
    if wanted.body is not None:
        content["body"] = wanted.body
    if wanted.media_urls:
        content["media_url"] = wanted.media_urls
    return Interaction(
        sid=call.rules.new_sid(call, "KI"),
        account_sid=participant.account_sid,
        service_sid=participant.service_sid,
        session_sid=participant.session_sid,
        participant_sid=participant.sid,
        data=json.dumps(content, ensure_ascii=False),
        type="message",
        outbound_resource_sid=call.rules.new_sid(call, "SM"),
        outbound_resource_status="sent",
        date_created=call.now,
        date_updated=call.now,
    )


def on_interaction(call: Call, session: Session) -> Session:
    """Return the Session after an interaction: in progress, started, just used."""
    return replace(
        session,
        status="in-progress" if session.status == "open" else session.status,
        date_started=session.date_started or call.now,
        date_last_interaction=call.now,
        date_updated=call.rules.touch(call, session.date_updated),
    )
