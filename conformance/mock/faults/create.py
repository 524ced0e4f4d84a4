"""Faults in what a create makes of its parameters, of those left out above all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.mock.problems import invalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mock.call import Call, Form
    from conformance.mock.parameters import NewParticipant, NewSession
    from conformance.mock.registry import Change
    from conformance.mock.rules import Rules


def wanting(change_wanted: Callable[[NewSession], dict[str, Any]]) -> Change:
    """Return the change that creates Sessions with other wishes than were sent."""

    def change(rules: Rules) -> Rules:
        def read_new_session(call: Call, form: Form) -> NewSession:
            wanted = rules.read_new_session(call, form)
            return replace(wanted, **change_wanted(wanted))

        return replace(rules, read_new_session=read_new_session)

    return change


def bare_create_refused(rules: Rules) -> Rules:
    """Refuse a create that names no parameter."""

    def read_new_session(call: Call, form: Form) -> NewSession:
        if not form:
            raise invalid("body", "Expected a parameter.")
        return rules.read_new_session(call, form)

    return replace(rules, read_new_session=read_new_session)


def participants_read_as(
    choose: Callable[[list[str]], list[str]],
) -> Change:
    """Return the change that reads only some of the values of Participants."""

    def change(rules: Rules) -> Rules:
        def parse_participants(
            call: Call, values: list[str]
        ) -> tuple[NewParticipant, ...]:
            return rules.parse_participants(call, choose(values))

        return replace(rules, parse_participants=parse_participants)

    return change


def participants_refused(rules: Rules) -> Rules:
    """Refuse Participants that come with a create in repeated fields."""

    def parse_participants(call: Call, values: list[str]) -> tuple[NewParticipant, ...]:
        if len(values) > 1:
            raise invalid("Participants", "It was given more than once.")
        return rules.parse_participants(call, values)

    return replace(rules, parse_participants=parse_participants)


def participants_named_alike(rules: Rules) -> Rules:
    """Give all Participants of a create the friendly name of the first."""

    def parse_participants(call: Call, values: list[str]) -> tuple[NewParticipant, ...]:
        people = rules.parse_participants(call, values)
        return tuple(
            replace(one, friendly_name=people[0].friendly_name) for one in people
        )

    return replace(rules, parse_participants=parse_participants)


FAULTS: dict[str, Change] = {
    "bare-create-refused": bare_create_refused,
    "default-status-in-progress": wanting(
        lambda wanted: {"status": wanted.status or "in-progress"}
    ),
    "default-status-closed-beside-mode": wanting(
        lambda wanted: {"status": wanted.status or (wanted.mode and "closed")}
    ),
    "default-mode-voice-only": wanting(
        lambda wanted: {"mode": wanted.mode or "voice-only"}
    ),
    "default-mode-by-status": wanting(
        lambda wanted: {"mode": wanted.mode or (wanted.status and "message-only")}
    ),
    "participants-ignored-on-create": participants_read_as(lambda _: []),
    "first-participant-taken-only": participants_read_as(lambda values: values[:1]),
    "last-participant-taken-only": participants_read_as(lambda values: values[-1:]),
    "repeated-participants-refused": participants_refused,
    "participants-named-alike": participants_named_alike,
}
