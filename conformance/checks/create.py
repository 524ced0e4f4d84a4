"""Checks about what a create makes of parameters, of those left out above all."""

from collections.abc import Iterator
from typing import Any

from conformance.checks.asked import creates, form, lacks_numbers, lasts, omits
from conformance.evidence import Evidence
from conformance.exchange import Exchange, labelled, parse_json
from conformance.judge import Check
from conformance.oracles.enums import MODES, STATUSES
from conformance.verdict import Verdict, chose, judged, unknown

_OF_USE = ("date_started", "date_ended", "date_last_interaction")


def bare_create_is_accepted(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on the create without parameters (CRE-001).

    A refusal counts only if a create with parameters is accepted.
    """
    for scene in evidence.scenes("session-object/FetchSession"):
        for bare in labelled(scene, "bare"):
            other = next((e for e, fields in creates(evidence) if fields), None)
            if bare.undecided or not (bare.accepted or other):
                why = f"{bare.observed}, and no create with parameters is accepted"
                yield unknown("CRE-001", "CreateSession", why, evidence=(bare.number,))
            else:
                yield judged(
                    "CRE-001",
                    "CreateSession",
                    bare.accepted,
                    expected="success of a create without parameters",
                    observed=bare.observed,
                    symptom=bare.observed_class,
                    evidence=(bare.number, *([other.number] if other else ())),
                )


def default_status_is_open(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each create without Status (CRE-002)."""
    for exchange, fields in creates(evidence):
        status = exchange.fields.get("status")
        known = isinstance(status, str) and status in STATUSES
        if known and omits(fields, "Status") and lasts(fields):
            yield _default("CRE-002", exchange, str(status), "open")


def default_mode_is_both(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each create without Mode (CRE-003)."""
    for exchange, fields in creates(evidence):
        mode = exchange.fields.get("mode")
        known = isinstance(mode, str) and mode in MODES
        if known and omits(fields, "Mode"):
            yield _default("CRE-003", exchange, str(mode), "voice-and-message")


def default_ttl(evidence: Evidence) -> Iterator[Verdict]:
    """Yield which ttl a create without Ttl and DateExpiry shows (CRE-004)."""
    services = [seen for seen in evidence.seen if seen.resource == "Service"]
    for exchange, fields in creates(evidence):
        ttl = exchange.fields.get("ttl")
        if omits(fields, "Ttl", "DateExpiry") and type(ttl) is int:
            service = exchange.sent.path.split("/")[3]
            given = 0
            for seen in services:
                shown = seen.fields.get("default_ttl")
                earlier = seen.exchange.number < exchange.number
                if earlier and seen.sid == service and isinstance(shown, int):
                    given = shown
            otherwise = "another value" if ttl else "0"
            choice = "default_ttl" if ttl == given else otherwise
            yield _choice("CRE-004", exchange, choice)


def omitted_name(evidence: Evidence) -> Iterator[Verdict]:
    """Yield which unique_name a create without UniqueName shows (CRE-005)."""
    for exchange, fields in creates(evidence):
        name = exchange.fields.get("unique_name", 0)
        if not omits(fields, "UniqueName"):
            continue
        match name:
            case None:
                choice = "null"
            case "":
                choice = "empty text"
            case str():
                own = name == exchange.fields.get("sid")
                choice = "its sid" if own else "another text"
            case _:
                continue
        yield _choice("CRE-005", exchange, choice)


def dates_of_use(evidence: Evidence) -> Iterator[Verdict]:
    """Yield which dates of use a Session shows that was just created (CRE-006)."""
    for exchange, fields in creates(evidence):
        shown = exchange.fields
        if shown.get("status") != "open" or not omits(fields, "Participants"):
            continue
        filled = [name for name in _OF_USE if isinstance(shown.get(name), str)]
        if filled or all(shown.get(name, 0) is None for name in _OF_USE):
            for choice in [f"{name} is filled" for name in filled] or ["null"]:
                yield _choice("CRE-006", exchange, choice)


def participants_are_taken(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on Participants in repeated fields (CRE-007)."""
    for create, listed in _peopled(evidence, "repeated"):
        numbers = (create.number, *([listed.number] if listed else ()))
        found = None if listed is None else holds_participants(create, listed)
        other = any(True for _ in creates(evidence))
        if create.refused and other and not lacks_numbers(create):
            yield _participants(create, "refused", numbers)
        elif found is None:
            why = (
                f"the create {create.observed}, or the list of its Participants is not"
            )
            yield unknown("CRE-007", "CreateSession", why, evidence=numbers)
        else:
            strange = listed is not None and _misnamed(create, listed)
            wrong = "under another friendly name" if strange else ""
            yield _participants(create, wrong if found else "not in the list", numbers)


def array_of_participants(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what becomes of Participants in one JSON array (CRE-008)."""
    for create, listed in _peopled(evidence, "array"):
        found = None if listed is None else holds_participants(create, listed)
        if create.refused and not lacks_numbers(create):
            yield _choice("CRE-008", create, "refused")
        elif found is not None:
            yield _choice("CRE-008", create, "taken" if found else "ignored")


def withdrawn_parameter(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what becomes of FailOnParticipantConflict (CRE-009).

    It counts as refused only if some other create was accepted.
    """
    other = any(True for _ in creates(evidence))
    for scene in evidence.scenes("together/CreateSession"):
        for exchange in labelled(scene, "conflict"):
            if exchange.accepted or (exchange.refused and other):
                choice = "accepted" if exchange.accepted else "refused"
                yield _choice("CRE-009", exchange, choice)


def holds_participants(create: Exchange, listed: Exchange) -> bool | None:
    """Return whether a list shows the Participants of a create, None if none can tell.

    A target that hides identifiers shows at least as many Participants.
    """
    page = listed.fields.get("participants") if listed.accepted else None
    if not create.accepted or not isinstance(page, list):
        return None
    sent = _identifiers((form(create.sent) or {}).get("Participants", ()))
    if not sent:
        return None
    shown = [item.get("identifier") for item in page if isinstance(item, dict)]
    named = {text for text in shown if isinstance(text, str)}
    return sent <= named if named else len(shown) >= len(sent)


def _misnamed(create: Exchange, listed: Exchange) -> bool:
    """Return whether a Participant of the list has a friendly name that is not its own.

    A target may take none with a create, and hide it.
    """
    sent = _objects((form(create.sent) or {}).get("Participants", ()))
    names = {each.get("Identifier"): each.get("FriendlyName") for each in sent}
    shown = [
        (item.get("identifier"), item.get("friendly_name"))
        for item in listed.fields.get("participants", ())
        if isinstance(item, dict)
    ]
    return any(
        who in names and name not in (None, "", names[who]) for who, name in shown
    )


def _identifiers(values: tuple[str, ...]) -> set[str]:
    """Return the identifiers in the values of Participants, objects or arrays."""
    texts = [each.get("Identifier") for each in _objects(values)]
    return {text for text in texts if isinstance(text, str)}


def _objects(values: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the objects in the values of Participants, which may be arrays."""
    given = [parse_json(value.encode()) for value in values]
    each = [
        one for many in given for one in (many if isinstance(many, list) else [many])
    ]
    return [one for one in each if isinstance(one, dict)]


def _peopled(
    evidence: Evidence, label: str
) -> Iterator[tuple[Exchange, Exchange | None]]:
    """Yield each create with Participants and the list that followed it, if any."""
    for scene in evidence.scenes("participants/CreateSession"):
        create, listed = (*labelled(scene, label), None, None)[:2]
        if create is not None:
            yield create, listed


def _default(
    requirement: str, exchange: Exchange, observed: str, expected: str
) -> Verdict:
    return judged(
        requirement,
        "CreateSession",
        observed == expected,
        expected=f"{expected} by default",
        observed=observed,
        symptom=observed,
        evidence=(exchange.number,),
    )


def _participants(create: Exchange, symptom: str, numbers: tuple[int, ...]) -> Verdict:
    return judged(
        "CRE-007",
        "CreateSession",
        not symptom,
        expected="the Participants that were sent in the Session",
        observed=f"{create.observed}, {symptom}",
        symptom=symptom,
        evidence=numbers,
    )


def _choice(requirement: str, exchange: Exchange, choice: str) -> Verdict:
    return chose(
        requirement,
        "CreateSession",
        choice,
        subject=choice,
        evidence=(exchange.number,),
    )


CHECKS: tuple[Check, ...] = (
    bare_create_is_accepted,
    default_status_is_open,
    default_mode_is_both,
    default_ttl,
    omitted_name,
    dates_of_use,
    participants_are_taken,
    array_of_participants,
    withdrawn_parameter,
)
