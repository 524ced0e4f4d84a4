"""What is shown of a row: its JSON object, its URL and its links."""

from __future__ import annotations

from email.utils import formatdate
from json import JSONEncoder
from secrets import token_hex
from typing import TYPE_CHECKING, assert_never

from conformance.mock.operations import COLLECTION_KEYS
from conformance.mock.rows import Interaction, Participant, Row, Service, Session

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.requests import Request

    from conformance.mock.call import Call, Payload, World
    from conformance.mock.problems import Problem

_ENCODER = JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def origin(request: Request) -> str:
    """Return the scheme, host and port that the client used to get here."""
    host = request.headers.get("host")
    if host is None:
        host = ":".join(map(str, request.scope.get("server") or ("localhost",)))
    return f"{request.scope.get('scheme', 'http')}://{host}"


def collection_url(call: Call) -> str:
    """Return the absolute URL of the list that is called."""
    return call.origin + call.raw_path


def row_url(call: Call, row: Row) -> str:
    """Return the absolute URL of `row` on the mock's own origin."""
    services = f"{call.origin}/v1/Services"
    match row:
        case Service():
            return f"{services}/{row.sid}"
        case Session():
            return f"{services}/{row.service_sid}/Sessions/{row.sid}"
        case Participant():
            return (
                f"{services}/{row.service_sid}/Sessions/{row.session_sid}"
                f"/Participants/{row.sid}"
            )
        case Interaction():
            within = (
                f"/Participants/{row.participant_sid}/MessageInteractions"
                if call.operation.kind == "message_interaction"
                else "/Interactions"
            )
            return (
                f"{services}/{row.service_sid}/Sessions/{row.session_sid}"
                f"{within}/{row.sid}"
            )
        case _:
            assert_never(row)


def links(_call: Call, row: Row, url: str) -> dict[str, str]:
    """Return the absolute URLs of what lies under `row`, whose own is `url`."""
    match row:
        case Service():
            return {"sessions": f"{url}/Sessions"}
        case Session():
            return {
                "interactions": f"{url}/Interactions",
                "participants": f"{url}/Participants",
            }
        case Participant():
            return {"message_interactions": f"{url}/MessageInteractions"}
        case Interaction():
            return {}
        case _:
            assert_never(row)


def render_service(call: Call, service: Service) -> Payload:
    """Return the Service as shown."""
    url = call.rules.row_url(call, service)
    return {
        "sid": service.sid,
        "account_sid": service.account_sid,
        "chat_instance_sid": service.chat_instance_sid,
        "unique_name": service.unique_name,
        "default_ttl": service.default_ttl,
        "callback_url": service.callback_url,
        "geo_match_level": service.geo_match_level,
        "number_selection_behavior": service.number_selection_behavior,
        "intercept_callback_url": service.intercept_callback_url,
        "out_of_session_callback_url": service.out_of_session_callback_url,
        "date_created": _date(call, service.date_created),
        "date_updated": _date(call, service.date_updated),
        "url": url,
        "links": call.rules.links(call, service, url),
    }


def render_session(call: Call, session: Session) -> Payload:
    """Return the Session as shown: all sixteen keys, always."""
    url = call.rules.row_url(call, session)
    return {
        "sid": session.sid,
        "service_sid": session.service_sid,
        "account_sid": session.account_sid,
        "unique_name": session.unique_name,
        "status": session.status,
        "closed_reason": session.closed_reason,
        "ttl": session.ttl,
        "mode": session.mode,
        "date_started": _date(call, session.date_started),
        "date_ended": _date(call, session.date_ended),
        "date_last_interaction": _date(call, session.date_last_interaction),
        "date_expiry": _date(call, session.date_expiry),
        "date_created": _date(call, session.date_created),
        "date_updated": _date(call, session.date_updated),
        "url": url,
        "links": call.rules.links(call, session, url),
    }


def render_participant(call: Call, participant: Participant) -> Payload:
    """Return the Participant as shown."""
    url = call.rules.row_url(call, participant)
    return {
        "sid": participant.sid,
        "session_sid": participant.session_sid,
        "service_sid": participant.service_sid,
        "account_sid": participant.account_sid,
        "friendly_name": participant.friendly_name,
        "identifier": participant.identifier,
        "proxy_identifier": participant.proxy_identifier,
        "proxy_identifier_sid": participant.proxy_identifier_sid,
        "date_deleted": _date(call, participant.date_deleted),
        "date_created": _date(call, participant.date_created),
        "date_updated": _date(call, participant.date_updated),
        "url": url,
        "links": call.rules.links(call, participant, url),
    }


def render_interaction(call: Call, interaction: Interaction) -> Payload:
    """Return the Interaction as shown; nothing comes in, the message goes out."""
    return {
        "sid": interaction.sid,
        "session_sid": interaction.session_sid,
        "service_sid": interaction.service_sid,
        "account_sid": interaction.account_sid,
        "data": interaction.data,
        "type": interaction.type,
        "inbound_participant_sid": None,
        "inbound_resource_sid": None,
        "inbound_resource_status": None,
        "inbound_resource_type": None,
        "inbound_resource_url": None,
        "outbound_participant_sid": interaction.participant_sid,
        "outbound_resource_sid": interaction.outbound_resource_sid,
        "outbound_resource_status": interaction.outbound_resource_status,
        "outbound_resource_type": "Message",
        "outbound_resource_url": None,
        "date_created": _date(call, interaction.date_created),
        "date_updated": _date(call, interaction.date_updated),
        "url": call.rules.row_url(call, interaction),
    }


def render_message_interaction(call: Call, interaction: Interaction) -> Payload:
    """Return the Interaction as shown under the Participant it was sent to."""
    return {
        **call.rules.render_interaction(call, interaction),
        "participant_sid": interaction.participant_sid,
    }


def render_list(call: Call, shown: list[Payload], meta: Payload) -> Payload:
    """Return one page of a list: the resources under their key, beside `meta`."""
    return {COLLECTION_KEYS[call.operation.kind]: shown, "meta": meta}


def error_body(_world: World, _request: Request, problem: Problem) -> Payload:
    """Return the error object of `problem`."""
    return {
        "code": problem.code,
        "message": problem.message,
        "more_info": f"https://www.twilio.com/docs/errors/{problem.code}",
        "status": problem.status,
    }


def encode_json(payload: Payload) -> bytes:
    """Return `payload` as compact JSON in UTF-8."""
    return _ENCODER.encode(payload).encode()


def response_headers(world: World, _request: Request, _status: int) -> dict[str, str]:
    """Return the headers each answer carries besides its type and length.

    The time is told by the clock that the dates shown are told by.
    """
    return {
        "Date": formatdate(world.clock().timestamp(), usegmt=True),
        "Twilio-Request-Id": f"RQ{token_hex(16)}",
    }


def _date(call: Call, moment: datetime | None) -> str | None:
    return None if moment is None else call.rules.format_date(call, moment)
