"""What the store keeps: one value per resource, with a few columns nobody is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A Service; `position` and `name_key` are never shown."""

    sid: str
    account_sid: str
    unique_name: str | None
    default_ttl: int
    callback_url: str | None
    geo_match_level: str
    number_selection_behavior: str
    intercept_callback_url: str | None
    out_of_session_callback_url: str | None
    chat_instance_sid: str | None
    date_created: datetime
    date_updated: datetime
    name_key: str | None = None
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A Session; `date_reopened`, `name_key` and `position` are never shown."""

    sid: str
    account_sid: str
    service_sid: str
    unique_name: str | None
    status: str
    closed_reason: str | None
    ttl: int
    mode: str
    date_started: datetime | None
    date_ended: datetime | None
    date_last_interaction: datetime | None
    date_expiry: datetime | None
    date_created: datetime
    date_updated: datetime
    date_reopened: datetime | None = None
    name_key: str | None = None
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """A Participant; a removed one stays, with `date_deleted` set."""

    sid: str
    account_sid: str
    service_sid: str
    session_sid: str
    identifier: str
    friendly_name: str | None
    proxy_identifier: str | None
    proxy_identifier_sid: str | None
    date_deleted: datetime | None
    date_created: datetime
    date_updated: datetime
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """An Interaction: here always the message that one Participant was sent."""

    sid: str
    account_sid: str
    service_sid: str
    session_sid: str
    participant_sid: str
    data: str
    type: str
    outbound_resource_sid: str
    outbound_resource_status: str
    date_created: datetime
    date_updated: datetime
    position: int = 0


Row = Service | Session | Participant | Interaction

R = TypeVar("R", bound=Row)
