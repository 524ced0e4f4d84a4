"""What a decision may look at: the mock as a whole, and one call of an operation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from starlette.requests import Request

    from conformance.mock.operations import Operation
    from conformance.mock.rules import Rules
    from conformance.mock.store import Store


Form = dict[str, list[str]]
"""The decoded body: each name with its values in the order sent."""

Payload = dict[str, Any]
"""A JSON object on its way out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One mock: its rules, rows, accounts and clock.

    `memory` starts empty with each mock and is there for faults that need to
    remember; the default rules never touch it.
    """

    rules: Rules
    store: Store
    accounts: Mapping[str, str]
    clock: Callable[[], datetime]
    memory: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of one operation by one account, at one moment.

    `path` holds the path parameters by name: service_sid, session_sid,
    participant_sid, interaction_sid; `raw_path` and `query` are
    as sent, and `origin` is the front of every URL the answer shows.
    """

    operation: Operation
    request: Request
    account_sid: str
    path: Mapping[str, str]
    raw_path: str
    query: str
    origin: str
    body: bytes
    now: datetime
    rules: Rules
    store: Store
    memory: dict[str, Any]
