"""Freedoms in what Services, Participants and Interactions show."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request

    from conformance.mock.call import Call, Payload, World
    from conformance.mock.problems import Problem
    from conformance.mock.registry import Change
    from conformance.mock.rows import Interaction, Participant, Service
    from conformance.mock.rules import Rules

_TOO_MANY = 80609


def message_delivered(rules: Rules) -> Rules:
    """Show a message as delivered, and its type in capitals."""

    def render_interaction(call: Call, interaction: Interaction) -> Payload:
        shown = rules.render_interaction(call, interaction)
        return {
            **shown,
            "outbound_resource_status": "delivered",
            "type": shown["type"].upper(),
        }

    return replace(rules, render_interaction=render_interaction)


def data_null(rules: Rules) -> Rules:
    """Keep what was said to itself."""

    def render_interaction(call: Call, interaction: Interaction) -> Payload:
        return {**rules.render_interaction(call, interaction), "data": None}

    return replace(rules, render_interaction=render_interaction)


def third_participant_conflicts(rules: Rules) -> Rules:
    """Answer a third Participant with 409."""

    def adapt_problem(world: World, request: Request, problem: Problem) -> Problem:
        if problem.code == _TOO_MANY:
            problem = replace(problem, status=HTTPStatus.CONFLICT)
        return rules.adapt_problem(world, request, problem)

    return replace(rules, adapt_problem=adapt_problem)


def only_what_identifies(rules: Rules) -> Rules:
    """Show of a Service only what identifies it."""

    def render_service(call: Call, service: Service) -> Payload:
        shown = rules.render_service(call, service)
        kept = ("sid", "account_sid", "unique_name", "url")
        return {name: shown[name] for name in kept}

    return replace(rules, render_service=render_service)


def level_of_another_page(rules: Rules) -> Rules:
    """Show the geo_match_level that the prose of its page names."""

    def render_service(call: Call, service: Service) -> Payload:
        shown = rules.render_service(call, service)
        return {**shown, "geo_match_level": "extended-area-code"}

    return replace(rules, render_service=render_service)


def identifiers_hidden(rules: Rules) -> Rules:
    """Show null in the place of identifiers, which are personal data."""

    def render_participant(call: Call, participant: Participant) -> Payload:
        return {**rules.render_participant(call, participant), "identifier": None}

    return replace(rules, render_participant=render_participant)


VARIANTS: dict[str, Change] = {
    "message-delivered": message_delivered,
    "interaction-data-null": data_null,
    "third-participant-conflicts": third_participant_conflicts,
    "service-shows-what-identifies": only_what_identifies,
    "geo-match-level-of-the-prose": level_of_another_page,
    "identifiers-hidden": identifiers_hidden,
}
