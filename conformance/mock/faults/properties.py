"""Faults in the properties of a Session: absent, renamed, wrapped, of another type."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mock.call import Call, Payload
    from conformance.mock.registry import Change
    from conformance.mock.rows import Session
    from conformance.mock.rules import Rules

CREATE, FETCH, LIST, UPDATE = (
    "CreateSession",
    "FetchSession",
    "ListSession",
    "UpdateSession",
)
ALL = (CREATE, FETCH, LIST, UPDATE)


def showing(edit: Callable[[Payload], Payload], *operations: str) -> Change:
    """Return the change that edits each Session which these operations show."""

    def change(rules: Rules) -> Rules:
        def render_session(call: Call, session: Session) -> Payload:
            shown = rules.render_session(call, session)
            return edit(shown) if call.operation.id in operations else shown

        return replace(rules, render_session=render_session)

    return change


def without(*names: str) -> Callable[[Payload], Payload]:
    """Return the edit that leaves these properties out."""
    return lambda shown: {k: v for k, v in shown.items() if k not in names}


def setting(name: str, value: Callable[[Any], Any]) -> Callable[[Payload], Payload]:
    """Return the edit that shows another value of a property."""
    return lambda shown: {**shown, name: value(shown[name])}


def without_null(*names: str) -> Callable[[Payload], Payload]:
    """Return the edit that leaves these properties out while they are null."""
    return lambda shown: {
        k: v for k, v in shown.items() if v is not None or k not in names
    }


def renaming(spell: Callable[[str], str]) -> Callable[[Payload], Payload]:
    """Return the edit that spells every property in another way."""
    return lambda shown: {spell(k): v for k, v in shown.items()}


def camel(name: str) -> str:
    """Return the name in camelCase."""
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def pascal(name: str) -> str:
    """Return the name in PascalCase."""
    return "".join(map(str.capitalize, name.split("_")))


def epoch(text: str | None) -> int | None:
    """Return a number in the place of a date."""
    return None if text is None else 1_943_208_000


def page_of_sids(rules: Rules) -> Rules:
    """List the SIDs of Sessions in the place of the Sessions."""

    def render_list(call: Call, shown: list[Payload], meta: Payload) -> Payload:
        page = rules.render_list(call, shown, meta)
        if call.operation.id == LIST:
            page["sessions"] = [each["sid"] for each in shown]
        return page

    return replace(rules, render_list=render_list)


FAULTS: dict[str, Change] = {
    "sid-missing-on-fetch": showing(without("sid"), FETCH),
    "service-sid-missing-on-update": showing(without("service_sid"), UPDATE),
    "account-sid-a-number": showing(setting("account_sid", lambda _: 1), *ALL),
    "unique-name-absent-when-none": showing(without_null("unique_name"), *ALL),
    "status-null-in-lists": showing(setting("status", lambda _: None), LIST),
    "status-an-object": showing(setting("status", lambda v: {"value": v}), LIST),
    "closed-reason-absent-while-open": showing(without_null("closed_reason"), *ALL),
    "ttl-a-text": showing(setting("ttl", str), *ALL),
    "ttl-null-when-zero": showing(setting("ttl", lambda v: v or None), *ALL),
    "ttl-absent-in-lists": showing(without("ttl"), LIST),
    "mode-absent-on-update": showing(without("mode"), UPDATE),
    "mode-null-in-lists": showing(setting("mode", lambda _: None), LIST),
    "date-started-absent": showing(without("date_started"), *ALL),
    "date-ended-false": showing(setting("date_ended", lambda v: v or False), *ALL),
    "date-last-interaction-absent-on-create": showing(
        without("date_last_interaction"), CREATE
    ),
    "date-expiry-a-number": showing(setting("date_expiry", epoch), *ALL),
    "date-created-a-number": showing(setting("date_created", epoch), *ALL),
    "date-updated-an-object": showing(
        setting("date_updated", lambda v: {"date": v}), *ALL
    ),
    "date-updated-absent-on-create": showing(without("date_updated"), CREATE),
    "url-absent-in-lists": showing(without("url"), LIST),
    "links-absent-in-lists": showing(without("links"), LIST),
    "links-an-array": showing(setting("links", lambda v: [*v.values()]), *ALL),
    "links-a-text": showing(setting("links", json.dumps), UPDATE),
    "null-properties-absent": showing(
        lambda shown: {k: v for k, v in shown.items() if v is not None}, *ALL
    ),
    "list-shows-summaries": showing(
        without("date_started", "date_ended", "date_last_interaction", "links"), LIST
    ),
    "session-wrapped": showing(lambda shown: {"session": shown}, FETCH, UPDATE),
    "session-wrapped-beside-status": showing(
        lambda shown: {"status": "ok", "data": shown}, FETCH
    ),
    "list-items-wrapped": showing(lambda shown: {"session": shown}, LIST),
    "list-of-sids": page_of_sids,
    "update-answers-empty-object": showing(lambda _: {}, UPDATE),
    "names-in-camel-case": showing(renaming(camel), *ALL),
    "names-in-pascal-case": showing(renaming(pascal), FETCH),
    "one-name-in-camel-case": showing(
        lambda shown: {
            "dateCreated" if k == "date_created" else k: v for k, v in shown.items()
        },
        LIST,
    ),
}
