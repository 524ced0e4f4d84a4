"""Freedoms in what a create makes of its parameters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.mock.problems import Problem, RefusedError, invalid

if TYPE_CHECKING:
    from conformance.mock.call import Call, Form, Payload
    from conformance.mock.parameters import NewParticipant, NewSession
    from conformance.mock.registry import Change
    from conformance.mock.rows import Participant, Service, Session
    from conformance.mock.rules import Rules


def fresh_dates_filled(rules: Rules) -> Rules:
    """Show the moment of creation as every date of a fresh Session, as examples do."""

    def render_session(call: Call, session: Session) -> Payload:
        shown = rules.render_session(call, session)
        for name in ("date_started", "date_ended", "date_last_interaction"):
            shown[name] = shown[name] or shown["date_created"]
        return shown

    return replace(rules, render_session=render_session)


def default_ttl_not_shown(rules: Rules) -> Rules:
    """Create a Session without Ttl with a ttl of 0 whatever the Service gives."""

    def initial_session(call: Call, service: Service, wanted: NewSession) -> Session:
        return rules.initial_session(call, replace(service, default_ttl=0), wanted)

    return replace(rules, initial_session=initial_session)


def omitted_name_empty(rules: Rules) -> Rules:
    """Show an empty unique_name for a Session that was given none."""

    def render_session(call: Call, session: Session) -> Payload:
        shown = rules.render_session(call, session)
        return {**shown, "unique_name": shown["unique_name"] or ""}

    return replace(rules, render_session=render_session)


def omitted_name_is_sid(rules: Rules) -> Rules:
    """Show its sid as the unique_name of a Session that was given none."""

    def render_session(call: Call, session: Session) -> Payload:
        shown = rules.render_session(call, session)
        return {**shown, "unique_name": shown["unique_name"] or shown["sid"]}

    return replace(rules, render_session=render_session)


def unknown_parameter_refused(rules: Rules) -> Rules:
    """Refuse the withdrawn parameter FailOnParticipantConflict."""

    def read_new_session(call: Call, form: Form) -> NewSession:
        if "FailOnParticipantConflict" in form:
            raise invalid("FailOnParticipantConflict", "It is not known.")
        return rules.read_new_session(call, form)

    return replace(rules, read_new_session=read_new_session)


def array_refused(rules: Rules) -> Rules:
    """Refuse Participants that come as one JSON array."""

    def parse_participants(call: Call, values: list[str]) -> tuple[NewParticipant, ...]:
        if any(value.lstrip().startswith("[") for value in values):
            raise invalid("Participants", "Expected JSON objects.")
        return rules.parse_participants(call, values)

    return replace(rules, parse_participants=parse_participants)


def array_ignored(rules: Rules) -> Rules:
    """Leave out Participants that come as one JSON array."""

    def parse_participants(call: Call, values: list[str]) -> tuple[NewParticipant, ...]:
        objects = [text for text in values if not text.lstrip().startswith("[")]
        return rules.parse_participants(call, objects)

    return replace(rules, parse_participants=parse_participants)


def numbers_unreachable(rules: Rules) -> Rules:
    """Refuse every Participant, for no carrier reaches an identifier made up."""

    def check_participant(
        _call: Call, _wanted: NewParticipant, _present: tuple[Participant, ...]
    ) -> None:
        raise RefusedError(
            Problem(status=400, code=80404, message="Not a reachable number")
        )

    return replace(rules, check_participant=check_participant)


VARIANTS: dict[str, Change] = {
    "fresh-dates-filled": fresh_dates_filled,
    "default-ttl-not-shown": default_ttl_not_shown,
    "omitted-name-empty": omitted_name_empty,
    "omitted-name-is-sid": omitted_name_is_sid,
    "unknown-parameter-refused": unknown_parameter_refused,
    "array-of-participants-refused": array_refused,
    "array-of-participants-ignored": array_ignored,
    "numbers-unreachable": numbers_unreachable,
}
