"""Changes of one kind: a name or a Ttl read, or compared, otherwise than as sent."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.mock.problems import invalid

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from conformance.mock.call import Call
    from conformance.mock.registry import Change
    from conformance.mock.rows import Session
    from conformance.mock.rules import Rules

_WHOLE = re.compile(r"-?[0-9]{1,60}")
_TTL_S_MAX = 2**31


def name_read_as(read: Callable[[str], str]) -> Change:
    """Return the change that keeps another name than was sent."""

    def change(rules: Rules) -> Rules:
        def parse_unique_name(call: Call, text: str) -> str:
            return read(rules.parse_unique_name(call, text))

        return replace(rules, parse_unique_name=parse_unique_name)

    return change


def name_without(wanted: Callable[[str], bool], why: str) -> Change:
    """Return the change that refuses names with such a character in them."""

    def change(rules: Rules) -> Rules:
        def parse_unique_name(call: Call, text: str) -> str:
            if any(map(wanted, text)):
                raise invalid("UniqueName", why)
            return rules.parse_unique_name(call, text)

        return replace(rules, parse_unique_name=parse_unique_name)

    return change


def names_keyed(
    key: Callable[[Call, Session, str], str | None],
) -> Change:
    """Return the change that holds names for equal by another key."""

    def change(rules: Rules) -> Rules:
        def session_name_key(call: Call, session: Session) -> str | None:
            name = session.unique_name
            return None if name is None else key(call, session, name)

        return replace(rules, session_name_key=session_name_key)

    return change


def names_compared_as(spell: Callable[[str], str]) -> Change:
    """Return the change that compares names as they are spelled otherwise."""
    return names_keyed(lambda _, session, name: f"{session.service_sid}/{spell(name)}")


def ttl_read_as(read: Callable[[int], int], *operations: str) -> Change:
    """Return the change that makes something else of whole numbers of any size."""

    def change(rules: Rules) -> Rules:
        def parse_ttl(call: Call, text: str) -> int:
            if call.operation.id in operations and _WHOLE.fullmatch(text):
                return read(int(text))
            return rules.parse_ttl(call, text)

        return replace(roomy(rules), parse_ttl=parse_ttl)

    return change


def negative_ttl_read_as(read: Callable[[int], int]) -> Change:
    """Return the change that takes a negative number for another."""

    def change(rules: Rules) -> Rules:
        def parse_ttl(call: Call, text: str) -> int:
            if text.startswith("-") and text[1:].isdecimal():
                return read(int(text))
            return rules.parse_ttl(call, text)

        return replace(rules, parse_ttl=parse_ttl)

    return change


def roomy(rules: Rules) -> Rules:
    """Let a Session last for ever whose ttl leads beyond the end of the calendar."""

    def expires_at(call: Call, session: Session) -> datetime | None:
        if session.ttl > _TTL_S_MAX:
            session = replace(session, ttl=0)
        return rules.expires_at(call, session)

    return replace(rules, expires_at=expires_at)
