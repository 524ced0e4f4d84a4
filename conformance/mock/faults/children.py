"""Faults in what Services, Participants and Interactions show, and in their number."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.mock.faults.properties import setting, without

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mock.call import Call, Payload
    from conformance.mock.parameters import NewParticipant
    from conformance.mock.registry import Change
    from conformance.mock.rows import Interaction, Participant, Service, Session
    from conformance.mock.rules import Rules


def service_shown(edit: Callable[[Payload], Payload]) -> Change:
    """Return the change that edits each Service shown."""

    def change(rules: Rules) -> Rules:
        def render_service(call: Call, service: Service) -> Payload:
            return edit(rules.render_service(call, service))

        return replace(rules, render_service=render_service)

    return change


def participant_shown(edit: Callable[[Payload], Payload], *operations: str) -> Change:
    """Return the change that edits each Participant these operations show."""

    def change(rules: Rules) -> Rules:
        def render_participant(call: Call, participant: Participant) -> Payload:
            shown = rules.render_participant(call, participant)
            return edit(shown) if call.operation.id in operations else shown

        return replace(rules, render_participant=render_participant)

    return change


def interaction_shown(edit: Callable[[Payload], Payload], *operations: str) -> Change:
    """Return the change that edits each Interaction these operations show."""

    def change(rules: Rules) -> Rules:
        def render_interaction(call: Call, interaction: Interaction) -> Payload:
            shown = rules.render_interaction(call, interaction)
            return edit(shown) if call.operation.id in operations else shown

        return replace(rules, render_interaction=render_interaction)

    return change


def interaction_as_a_page(rules: Rules) -> Rules:
    """Answer the fetch of an Interaction with a page that holds it."""

    def render_interaction(call: Call, interaction: Interaction) -> Payload:
        shown = rules.render_interaction(call, interaction)
        if call.operation.id == "FetchInteraction":
            return {"interactions": [shown], "meta": {"key": "interactions"}}
        return shown

    return replace(rules, render_interaction=render_interaction)


def list_keyed(key: str, *operations: str) -> Change:
    """Return the change that keeps the items of these lists under another key."""

    def change(rules: Rules) -> Rules:
        def render_list(call: Call, shown: list[Payload], meta: Payload) -> Payload:
            if call.operation.id in operations:
                return {key: shown, "meta": {**meta, "key": key}}
            return rules.render_list(call, shown, meta)

        return replace(rules, render_list=render_list)

    return change


def list_meta(edit: Callable[[Payload], Payload], *operations: str) -> Change:
    """Return the change that edits the meta of these lists."""

    def change(rules: Rules) -> Rules:
        def render_list(call: Call, shown: list[Payload], meta: Payload) -> Payload:
            told = edit(meta) if call.operation.id in operations else meta
            return rules.render_list(call, shown, told)

        return replace(rules, render_list=render_list)

    return change


def any_number(*operations: str) -> Change:
    """Return the change that takes any number of Participants at these operations."""

    def change(rules: Rules) -> Rules:
        def check_participant(
            call: Call, wanted: NewParticipant, present: tuple[Participant, ...]
        ) -> None:
            new = wanted.identifier not in {other.identifier for other in present}
            if new and call.operation.id in operations:
                present = present[:1]
            rules.check_participant(call, wanted, present)

        return replace(rules, check_participant=check_participant)

    return change


def first_ones_uncounted(rules: Rules) -> Rules:
    """Count no Participant that came with the create when another one joins."""

    def initial_participant(
        call: Call, session: Session, wanted: NewParticipant
    ) -> Participant:
        participant = rules.initial_participant(call, session, wanted)
        if call.operation.id == "CreateSession":
            call.memory.setdefault("came-along", set()).add(participant.sid)
        return participant

    def check_participant(
        call: Call, wanted: NewParticipant, present: tuple[Participant, ...]
    ) -> None:
        along: set[str] = call.memory.get("came-along", set())
        if call.operation.id == "CreateParticipant":
            present = tuple(other for other in present if other.sid not in along)
        rules.check_participant(call, wanted, present)

    return replace(
        rules,
        initial_participant=initial_participant,
        check_participant=check_participant,
    )


_INTERACTIONS = ("FetchInteraction", "ListInteraction")
_MESSAGES = (
    "CreateMessageInteraction",
    "FetchMessageInteraction",
    "ListMessageInteraction",
)

FAULTS: dict[str, Change] = {
    "service-default-ttl-a-text": service_shown(setting("default_ttl", str)),
    "service-without-url": service_shown(without("url")),
    "service-words-with-underscores": service_shown(
        setting("number_selection_behavior", lambda v: v.replace("-", "_"))
    ),
    "participant-without-identifier": participant_shown(
        without("identifier"), "FetchParticipant"
    ),
    "participant-date-deleted-false": participant_shown(
        setting("date_deleted", lambda v: v or False),
        "CreateParticipant",
        "FetchParticipant",
        "ListParticipant",
    ),
    "interaction-without-type": interaction_shown(without("type"), *_INTERACTIONS),
    "interaction-type-sms": interaction_shown(
        setting("type", lambda _: "sms"), "ListInteraction"
    ),
    "interaction-data-an-object": interaction_shown(
        setting("data", json.loads), *_INTERACTIONS, *_MESSAGES
    ),
    "interaction-data-an-object-in-lists": interaction_shown(
        setting("data", json.loads), "ListInteraction"
    ),
    "interaction-status-no-word": interaction_shown(
        setting("inbound_resource_status", lambda _: "none"), *_INTERACTIONS
    ),
    "interaction-status-with-underscore": interaction_shown(
        setting("outbound_resource_status", lambda _: "in_progress"),
        *_INTERACTIONS,
        *_MESSAGES,
    ),
    "interaction-fetched-as-a-page": interaction_as_a_page,
    "message-status-a-number": interaction_shown(
        setting("outbound_resource_status", lambda _: 1), *_MESSAGES
    ),
    "message-without-account": interaction_shown(
        without("account_sid"), "FetchMessageInteraction"
    ),
    "list-of-participants-under-items": list_keyed("items", "ListParticipant"),
    "list-of-messages-under-its-own-name": list_keyed(
        "message_interactions", "ListMessageInteraction"
    ),
    "list-of-interactions-page-size-a-text": list_meta(
        setting("page_size", str), "ListInteraction"
    ),
    "list-of-participants-without-urls": list_meta(
        without("first_page_url", "url"), "ListParticipant"
    ),
    "service-url-relative": service_shown(
        setting("url", lambda v: urlsplit(v).path),
    ),
    "participant-url-of-session": participant_shown(
        setting("url", lambda v: v.rpartition("/Participants/")[0]),
        "CreateParticipant",
        "FetchParticipant",
    ),
    "interaction-url-without-version": interaction_shown(
        setting("url", lambda v: v.replace("/v1/", "/")), *_INTERACTIONS
    ),
    "participants-of-create-uncounted": first_ones_uncounted,
    "third-participant-taken": any_number("CreateParticipant", "CreateSession"),
    "third-participant-taken-on-create": any_number("CreateSession"),
    "third-participant-taken-later": any_number("CreateParticipant"),
}
