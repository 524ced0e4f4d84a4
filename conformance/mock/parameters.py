"""What a request asks for: the form, its parameters and their limits."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict
from urllib.parse import parse_qsl

from conformance.mock.problems import invalid, unsupported_media_type
from conformance.mock.sids import is_sid

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.mock.call import Call, Form

FORM_TYPE = "application/x-www-form-urlencoded"
STATUSES = ("open", "in-progress", "closed", "failed", "unknown")
MODES = ("message-only", "voice-only", "voice-and-message")
GEO_MATCH_LEVELS = ("area-code", "overlay", "radius", "country", "extended-area-code")
NUMBER_SELECTIONS = ("avoid-sticky", "prefer-sticky")
NAME_CHARACTERS_MAX = 191
FRIENDLY_NAME_CHARACTERS_MAX = 255
URL_CHARACTERS_MAX = 2048
MESSAGE_CHARACTERS_MAX = 1600
TTL_S_MAX = 2**31 - 1
_FIELDS_MAX = 200
_INTEGER = re.compile(r"[0-9]{1,10}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewParticipant:
    """What is known of a Participant before it exists."""

    identifier: str
    friendly_name: str | None = None
    proxy_identifier: str | None = None
    proxy_identifier_sid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """What a create asks for; None is a parameter that was not sent."""

    unique_name: str | None = None
    date_expiry: datetime | None = None
    ttl: int | None = None
    mode: str | None = None
    status: str | None = None
    participants: tuple[NewParticipant, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """What a MessageInteraction is to carry."""

    body: str | None
    media_urls: tuple[str, ...]


class SessionChanges(TypedDict, total=False):
    """The columns that an update asks to change, by name."""

    date_expiry: datetime | None
    ttl: int
    status: str


class ServiceChanges(TypedDict, total=False):
    """The columns of a Service that a create or an update gives, by name."""

    unique_name: str
    default_ttl: int
    callback_url: str | None
    geo_match_level: str
    number_selection_behavior: str
    intercept_callback_url: str | None
    out_of_session_callback_url: str | None
    chat_instance_sid: str | None


def decode_form(call: Call) -> Form:
    """Return the form in the body; no body is an empty form.

    Raises:
        RefusedError: a body of another type, or one that is not text.

    """
    if not call.body:
        return {}
    content_type = call.request.headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() != FORM_TYPE:
        raise unsupported_media_type(content_type)
    form: Form = {}
    try:
        pairs = parse_qsl(
            call.body.decode(),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_FIELDS_MAX,
        )
    except ValueError as error:
        raise invalid("body", "Expected a form in UTF-8.") from error
    for name, value in pairs:
        form.setdefault(name, []).append(value)
    return form


def scalar(_call: Call, form: Form, name: str) -> str | None:
    """Return the one value of `name`, or None when it was not sent.

    Raises:
        RefusedError: `name` was sent more than once.

    """
    values = form.get(name)
    if values is None:
        return None
    if len(values) > 1:
        raise invalid(name, "It was given more than once.")
    return values[0]


def parse_unique_name(_call: Call, text: str) -> str:
    """Return a name of 1 to 191 characters, as sent.

    Raises:
        RefusedError: it is empty or longer.

    """
    return _text("UniqueName", text, NAME_CHARACTERS_MAX)


def parse_mode(_call: Call, text: str) -> str:
    """Return one of the documented modes.

    Raises:
        RefusedError: it is none of them.

    """
    return _one_of("Mode", text, MODES)


def parse_status(_call: Call, text: str) -> str:
    """Return one of the documented statuses.

    Raises:
        RefusedError: it is none of them.

    """
    return _one_of("Status", text, STATUSES)


def parse_ttl(_call: Call, text: str) -> int:
    """Return whole seconds, 0 to what a signed 32-bit integer holds.

    Raises:
        RefusedError: it is anything else.

    """
    return _seconds("Ttl", text)


def parse_participants(call: Call, values: list[str]) -> tuple[NewParticipant, ...]:
    """Return the Participants in the repeated values of one parameter.

    SDKs send one JSON object in each value; a vendor's sample sends all of them as
    one JSON array. Both are taken, also mixed.

    Raises:
        RefusedError: a value is no such JSON, or lacks what a Participant needs.

    """
    found: list[NewParticipant] = []
    for value in values:
        try:
            given = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise invalid("Participants", "Expected JSON.") from error
        for item in given if isinstance(given, list) else [given]:
            if not isinstance(item, dict):
                raise invalid("Participants", "Expected JSON objects.")
            fields: Form = {}
            for name, text in item.items():
                if text is None:
                    continue
                if name in _PARTICIPANT and not isinstance(text, str):
                    raise invalid(name, "Expected a string.")
                fields[name] = [text]
            found.append(call.rules.read_participant(call, fields))
    return tuple(found)


def read_participant(call: Call, form: Form) -> NewParticipant:
    """Return the Participant that a form, or an object within one, describes.

    Raises:
        RefusedError: Identifier is missing, or a value is out of bounds.

    """
    given = {name: call.rules.scalar(call, form, name) for name in _PARTICIPANT}
    identifier = given["Identifier"]
    if identifier is None:
        raise invalid("Identifier", "It is required.")
    sid = given["ProxyIdentifierSid"] or None
    if sid is not None and not is_sid(sid, "PN"):
        raise invalid("ProxyIdentifierSid", "Expected a PN SID.")
    return NewParticipant(
        identifier=_text("Identifier", identifier, NAME_CHARACTERS_MAX),
        friendly_name=_optional_text(
            "FriendlyName", given["FriendlyName"], FRIENDLY_NAME_CHARACTERS_MAX
        ),
        proxy_identifier=_optional_text(
            "ProxyIdentifier", given["ProxyIdentifier"], NAME_CHARACTERS_MAX
        ),
        proxy_identifier_sid=sid,
    )


def read_new_session(call: Call, form: Form) -> NewSession:
    """Return what a create asks for; parameters it does not know are ignored.

    Raises:
        RefusedError: a value is out of bounds.

    """
    rules = call.rules
    unique_name = rules.scalar(call, form, "UniqueName")
    date_expiry = rules.scalar(call, form, "DateExpiry")
    ttl = rules.scalar(call, form, "Ttl")
    mode = rules.scalar(call, form, "Mode")
    status = rules.scalar(call, form, "Status")
    return NewSession(
        unique_name=None
        if unique_name is None
        else rules.parse_unique_name(call, unique_name),
        date_expiry=None
        if date_expiry is None
        else rules.parse_date_expiry(call, date_expiry),
        ttl=None if ttl is None else rules.parse_ttl(call, ttl),
        mode=None if mode is None else rules.parse_mode(call, mode),
        status=None if status is None else rules.parse_status(call, status),
        participants=rules.parse_participants(call, form.get("Participants", [])),
    )


def read_session_changes(call: Call, form: Form) -> SessionChanges:
    """Return what an update asks for; parameters it does not know are ignored.

    Raises:
        RefusedError: a value is out of bounds.

    """
    rules = call.rules
    changes: SessionChanges = {}
    date_expiry = rules.scalar(call, form, "DateExpiry")
    if date_expiry is not None:
        changes["date_expiry"] = rules.parse_date_expiry(call, date_expiry)
    ttl = rules.scalar(call, form, "Ttl")
    if ttl is not None:
        changes["ttl"] = rules.parse_ttl(call, ttl)
    status = rules.scalar(call, form, "Status")
    if status is not None:
        changes["status"] = rules.parse_status(call, status)
    return changes


def read_service_changes(call: Call, form: Form) -> ServiceChanges:
    """Return what a create or update of a Service gives.

    Raises:
        RefusedError: a value is out of bounds.

    """
    rules = call.rules
    changes: ServiceChanges = {}
    unique_name = rules.scalar(call, form, "UniqueName")
    if unique_name is not None:
        changes["unique_name"] = rules.parse_unique_name(call, unique_name)
    default_ttl = rules.scalar(call, form, "DefaultTtl")
    if default_ttl is not None:
        changes["default_ttl"] = _seconds("DefaultTtl", default_ttl)
    level = rules.scalar(call, form, "GeoMatchLevel")
    if level is not None:
        changes["geo_match_level"] = _one_of("GeoMatchLevel", level, GEO_MATCH_LEVELS)
    selection = rules.scalar(call, form, "NumberSelectionBehavior")
    if selection is not None:
        changes["number_selection_behavior"] = _one_of(
            "NumberSelectionBehavior", selection, NUMBER_SELECTIONS
        )
    url = rules.scalar(call, form, "CallbackUrl")
    if url is not None:
        changes["callback_url"] = _url("CallbackUrl", url)
    url = rules.scalar(call, form, "InterceptCallbackUrl")
    if url is not None:
        changes["intercept_callback_url"] = _url("InterceptCallbackUrl", url)
    url = rules.scalar(call, form, "OutOfSessionCallbackUrl")
    if url is not None:
        changes["out_of_session_callback_url"] = _url("OutOfSessionCallbackUrl", url)
    chat = rules.scalar(call, form, "ChatInstanceSid")
    if chat is not None:
        if chat and not is_sid(chat, "IS"):
            raise invalid("ChatInstanceSid", "Expected an IS SID.")
        changes["chat_instance_sid"] = chat or None
    return changes


def read_message(call: Call, form: Form) -> NewMessage:
    """Return what a MessageInteraction is to carry.

    Raises:
        RefusedError: it has neither Body nor MediaUrl, or one is out of bounds.

    """
    body = call.rules.scalar(call, form, "Body") or None
    media_urls = tuple(form.get("MediaUrl", ()))
    if body is None and not any(media_urls):
        raise invalid("Body", "Either Body or MediaUrl is required.")
    if body is not None:
        _text("Body", body, MESSAGE_CHARACTERS_MAX)
    return NewMessage(body=body, media_urls=media_urls)


_PARTICIPANT = ("Identifier", "FriendlyName", "ProxyIdentifier", "ProxyIdentifierSid")


def _text(name: str, text: str, characters_max: int) -> str:
    if not text:
        raise invalid(name, "It is empty.")
    if len(text) > characters_max:
        raise invalid(name, f"It is longer than {characters_max} characters.")
    try:
        # JSON can spell half a surrogate pair, which no answer could carry.
        text.encode()
    except UnicodeEncodeError as error:
        raise invalid(name, "It is not Unicode text.") from error
    return text


def _optional_text(name: str, text: str | None, characters_max: int) -> str | None:
    return _text(name, text, characters_max) if text else None


def _url(name: str, text: str) -> str | None:
    if text and not text.lower().startswith(("http://", "https://")):
        raise invalid(name, "Expected an absolute URL.")
    return _optional_text(name, text, URL_CHARACTERS_MAX)


def _one_of(name: str, text: str, allowed: tuple[str, ...]) -> str:
    if text not in allowed:
        raise invalid(name, f"Expected one of {', '.join(allowed)}.")
    return text


def _seconds(name: str, text: str) -> int:
    if _INTEGER.fullmatch(text) is None or int(text) > TTL_S_MAX:
        raise invalid(name, f"Expected whole seconds from 0 to {TTL_S_MAX}.")
    return int(text)
