"""The operations themselves: look up, decide by the rules, write, show.

Nothing is awaited between a look and the write that depends on it, unless the rules
bring a `pause`; that is what keeps concurrent calls from losing each other's writes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from conformance.mock.problems import (
    invalid,
    not_found,
    service_name_taken,
    session_name_taken,
)
from conformance.mock.store import NameTakenError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from conformance.mock.call import Call, Form, Payload
    from conformance.mock.rows import Participant, R, Service, Session
    from conformance.mock.store import Table

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an operation answers: a status, and an object or nothing."""

    status: int
    payload: Payload | None = None


async def create_service(call: Call, form: Form) -> Answer:
    """Create a Service of the caller's account."""
    rules = call.rules
    wanted = rules.read_service_changes(call, form)
    if "unique_name" not in wanted:
        raise invalid("UniqueName", "It is required.")
    service = rules.initial_service(call, wanted)
    await _pause(call)
    with rules.atomic(call):
        try:
            service = call.store.services.add(_keyed_service(call, service))
        except NameTakenError as error:
            raise service_name_taken() from error
    return Answer(status=201, payload=rules.render_service(call, service))


async def fetch_service(call: Call, _form: Form) -> Answer:
    """Show a Service."""
    service = _found(call, call.rules.find_service(call))
    return Answer(status=200, payload=call.rules.render_service(call, service))


async def list_services(call: Call, _form: Form) -> Answer:
    """Show a page of the caller's Services."""
    return _list(
        call,
        call.store.services,
        {"account_sid": call.account_sid},
        call.rules.render_service,
    )


async def update_service(call: Call, form: Form) -> Answer:
    """Change a Service by all the parameters given, or by none."""
    rules = call.rules
    service = _found(call, rules.find_service(call))
    service = rules.update_service(
        call, service, rules.read_service_changes(call, form)
    )
    await _pause(call)
    with rules.atomic(call):
        try:
            call.store.services.save(_keyed_service(call, service))
        except NameTakenError as error:
            raise service_name_taken() from error
    return Answer(status=200, payload=rules.render_service(call, service))


async def delete_service(call: Call, _form: Form) -> Answer:
    """Remove a Service with all that is under it."""
    service = _found(call, call.rules.find_service(call))
    await _pause(call)
    call.rules.delete_service(call, service)
    return Answer(status=204)


async def create_session(call: Call, form: Form) -> Answer:
    """Create a Session with its Participants, or nothing at all."""
    rules = call.rules
    service = _found(call, rules.find_service(call))
    wanted = rules.read_new_session(call, form)
    session = rules.initial_session(call, service, wanted)
    await _pause(call)
    with rules.atomic(call):
        try:
            session = call.store.sessions.add(_keyed_session(call, session))
        except NameTakenError as error:
            raise session_name_taken() from error
        for participant in wanted.participants:
            present = call.store.participants.all(session_sid=session.sid)
            rules.check_participant(call, participant, present)
            call.store.participants.add(
                rules.initial_participant(call, session, participant)
            )
    return Answer(status=201, payload=rules.render_session(call, session))


async def fetch_session(call: Call, _form: Form) -> Answer:
    """Show a Session."""
    return Answer(
        status=200, payload=call.rules.render_session(call, _current_session(call))
    )


async def list_sessions(call: Call, _form: Form) -> Answer:
    """Show a page of a Service's Sessions."""
    service = _found(call, call.rules.find_service(call))
    return _list(
        call,
        call.store.sessions,
        {"service_sid": service.sid},
        lambda call, session: call.rules.render_session(call, _settled(call, session)),
    )


async def update_session(call: Call, form: Form) -> Answer:
    """Change a Session by all the parameters given, or by none."""
    rules = call.rules
    session = _current_session(call)
    session = rules.update_session(
        call, session, rules.read_session_changes(call, form)
    )
    await _pause(call)
    with rules.atomic(call):
        try:
            call.store.sessions.save(_keyed_session(call, session))
        except NameTakenError as error:
            raise session_name_taken() from error
    return Answer(status=200, payload=rules.render_session(call, session))


async def delete_session(call: Call, _form: Form) -> Answer:
    """Remove a Session with its Participants and Interactions."""
    session = _current_session(call)
    await _pause(call)
    call.rules.delete_session(call, session)
    return Answer(status=204)


async def create_participant(call: Call, form: Form) -> Answer:
    """Add a Participant to a Session that is not closed."""
    rules = call.rules
    session = _current_session(call)
    wanted = rules.read_participant(call, form)
    rules.check_accepts_children(call, session)
    present = call.store.participants.all(session_sid=session.sid)
    rules.check_participant(call, wanted, present)
    await _pause(call)
    with rules.atomic(call):
        participant = call.store.participants.add(
            rules.initial_participant(call, session, wanted)
        )
    return Answer(status=201, payload=rules.render_participant(call, participant))


async def fetch_participant(call: Call, _form: Form) -> Answer:
    """Show a Participant, also a removed one."""
    participant = _current_participant(call, _current_session(call))
    return Answer(status=200, payload=call.rules.render_participant(call, participant))


async def list_participants(call: Call, _form: Form) -> Answer:
    """Show a page of a Session's Participants, the removed among them."""
    session = _current_session(call)
    return _list(
        call,
        call.store.participants,
        {"session_sid": session.sid},
        call.rules.render_participant,
    )


async def delete_participant(call: Call, _form: Form) -> Answer:
    """Remove a Participant from its Session; the record stays."""
    participant = _current_participant(call, _current_session(call))
    await _pause(call)
    call.rules.delete_participant(call, participant)
    return Answer(status=204)


async def fetch_interaction(call: Call, _form: Form) -> Answer:
    """Show an Interaction."""
    session = _current_session(call)
    interaction = _found(call, call.rules.find_interaction(call, session, None))
    return Answer(status=200, payload=call.rules.render_interaction(call, interaction))


async def list_interactions(call: Call, _form: Form) -> Answer:
    """Show a page of a Session's Interactions."""
    session = _current_session(call)
    return _list(
        call,
        call.store.interactions,
        {"session_sid": session.sid},
        call.rules.render_interaction,
    )


async def delete_interaction(call: Call, _form: Form) -> Answer:
    """Remove an Interaction."""
    session = _current_session(call)
    interaction = _found(call, call.rules.find_interaction(call, session, None))
    await _pause(call)
    call.rules.delete_interaction(call, interaction)
    return Answer(status=204)


async def create_message_interaction(call: Call, form: Form) -> Answer:
    """Send a Participant a message, which puts the Session in progress."""
    rules = call.rules
    session = _current_session(call)
    participant = _current_participant(call, session)
    if participant.date_deleted is not None:
        raise not_found(call.raw_path)
    wanted = rules.read_message(call, form)
    rules.check_accepts_children(call, session)
    await _pause(call)
    with rules.atomic(call):
        interaction = call.store.interactions.add(
            rules.initial_interaction(call, participant, wanted)
        )
        used = rules.on_interaction(call, session)
        call.store.sessions.save(_keyed_session(call, used))
    shown = rules.render_message_interaction(call, interaction)
    return Answer(status=201, payload=shown)


async def fetch_message_interaction(call: Call, _form: Form) -> Answer:
    """Show a message that a Participant was sent."""
    session = _current_session(call)
    participant = _current_participant(call, session)
    interaction = _found(call, call.rules.find_interaction(call, session, participant))
    shown = call.rules.render_message_interaction(call, interaction)
    return Answer(status=200, payload=shown)


async def list_message_interactions(call: Call, _form: Form) -> Answer:
    """Show a page of the messages that a Participant was sent."""
    participant = _current_participant(call, _current_session(call))
    return _list(
        call,
        call.store.interactions,
        {"participant_sid": participant.sid},
        call.rules.render_message_interaction,
    )


HANDLERS: dict[str, Callable[[Call, Form], Awaitable[Answer]]] = {
    "CreateService": create_service,
    "FetchService": fetch_service,
    "ListService": list_services,
    "UpdateService": update_service,
    "DeleteService": delete_service,
    "CreateSession": create_session,
    "FetchSession": fetch_session,
    "ListSession": list_sessions,
    "UpdateSession": update_session,
    "DeleteSession": delete_session,
    "CreateParticipant": create_participant,
    "FetchParticipant": fetch_participant,
    "ListParticipant": list_participants,
    "DeleteParticipant": delete_participant,
    "FetchInteraction": fetch_interaction,
    "ListInteraction": list_interactions,
    "DeleteInteraction": delete_interaction,
    "CreateMessageInteraction": create_message_interaction,
    "FetchMessageInteraction": fetch_message_interaction,
    "ListMessageInteraction": list_message_interactions,
}


async def _pause(call: Call) -> None:
    if call.rules.pause is not None:
        await call.rules.pause(call)


def _found(call: Call, row: T | None) -> T:
    if row is None:
        raise not_found(call.raw_path)
    return row


def _current_session(call: Call) -> Session:
    return _settled(call, _found(call, call.rules.find_session(call)))


def _settled(call: Call, session: Session) -> Session:
    """Return the Session as of now: closed if its lifetime has run out."""
    expires_at = call.rules.expires_at(call, session)
    if expires_at is None or expires_at > call.now:
        return session
    expired = call.rules.expire(call, session, expires_at)
    call.store.sessions.save(_keyed_session(call, expired))
    return expired


def _current_participant(call: Call, session: Session) -> Participant:
    return _found(call, call.rules.find_participant(call, session))


def _keyed_service(call: Call, service: Service) -> Service:
    return replace(service, name_key=call.rules.service_name_key(call, service))


def _keyed_session(call: Call, session: Session) -> Session:
    return replace(session, name_key=call.rules.session_name_key(call, session))


def _list(
    call: Call,
    table: Table[R],
    scope: dict[str, str],
    render: Callable[[Call, R], Payload],
) -> Answer:
    rules = call.rules
    page = rules.read_page(call, rules.decode_query(call))
    found = rules.query_page(call, table, scope, page)
    shown = [render(call, row) for row in found.rows]
    return Answer(
        status=200,
        payload=rules.render_list(call, shown, rules.meta(call, page, found)),
    )
