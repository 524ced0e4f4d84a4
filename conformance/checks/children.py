"""Checks about what belongs to a Session, and the Service that it belongs to."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from conformance.checks.create import holds_participants
from conformance.checks.locations import misses, mount, own_path
from conformance.checks.refusal import refusal
from conformance.evidence import Evidence, Seen
from conformance.exchange import labelled, pairs
from conformance.judge import Check
from conformance.oracles.enums import (
    DASHED_RESOURCE_STATUSES,
    GEO_MATCH_LEVELS,
    NUMBER_SELECTIONS,
    is_undashed,
)
from conformance.oracles.schema import Complaint, schemas
from conformance.verdict import Verdict, chose, judged, unknown

_REQUIREMENTS = {
    **dict.fromkeys(
        ("CreateService", "FetchService", "ListService", "UpdateService"), "CHILD-001"
    ),
    **dict.fromkeys(
        ("CreateParticipant", "FetchParticipant", "ListParticipant"), "CHILD-002"
    ),
    **dict.fromkeys(("FetchInteraction", "ListInteraction"), "CHILD-003"),
    **dict.fromkeys(
        (
            "CreateMessageInteraction",
            "FetchMessageInteraction",
            "ListMessageInteraction",
        ),
        "CHILD-004",
    ),
}
_FETCHES = {
    "CHILD-001": "FetchService",
    "CHILD-002": "FetchParticipant",
    "CHILD-003": "FetchInteraction",
    "CHILD-004": "FetchMessageInteraction",
}
_KEYS = {
    "ListParticipant": "participants",
    "ListInteraction": "interactions",
    "ListMessageInteraction": "interactions",
}
_WORDS: Mapping[str, AbstractSet[str]] = {
    "geo_match_level": GEO_MATCH_LEVELS,
    "number_selection_behavior": NUMBER_SELECTIONS,
    "inbound_resource_status": DASHED_RESOURCE_STATUSES,
    "outbound_resource_status": DASHED_RESOURCE_STATUSES,
}
_WORDY = frozenset(_REQUIREMENTS) - {
    *("ListService", "UpdateService"),
    *("CreateParticipant", "FetchParticipant", "ListParticipant"),
}
# Under which of its two paths a message lives, no source says.
_URLS = frozenset(_REQUIREMENTS) - {
    *("ListService", "UpdateService"),
    *("CreateMessageInteraction", "FetchMessageInteraction", "ListMessageInteraction"),
}
_EXPECTED_STATUSES = ("delivered", "in-progress", "sent")
_FULL = frozenset({400, 409})


def child_has_its_schema(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each Service and child shown (CHILD-001 to CHILD-004)."""
    schema = schemas(evidence.contract)
    for seen in _children(evidence):
        requirement = _REQUIREMENTS[seen.operation]
        answer = schema.answer(_FETCHES[requirement], 200, seen.fields)
        complaints = {c.path[0]: _class(c) for c in answer if _counts(c, seen)}
        for symptom in complaints.values() or ("",):
            yield judged(
                requirement,
                seen.operation,
                not symptom,
                expected=f"a {seen.resource} as the contract describes it",
                observed=symptom,
                symptom=symptom,
                evidence=(seen.exchange.number,),
            )


def data_is_a_text(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on the data of each Interaction (CHILD-005)."""
    for seen in _children(evidence):
        if seen.resource in ("Interaction", "MessageInteraction"):
            data = seen.fields.get("data")
            symptom = "" if data is None or isinstance(data, str) else "no text"
            yield judged(
                "CHILD-005",
                seen.operation,
                not symptom,
                expected="data as a text",
                observed=type(data).__name__,
                symptom=symptom,
                evidence=(seen.exchange.number,),
            )


def interaction_is_one_object(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on whether a fetched Interaction is one (CHILD-006)."""
    for exchange, operation in evidence.succeeded:
        if operation.id == "FetchInteraction" and exchange.fields:
            yield judged(
                "CHILD-006",
                "FetchInteraction",
                not _is_page(exchange.fields),
                expected="one Interaction",
                observed="a list",
                symptom="a list",
                evidence=(exchange.number,),
            )


def list_has_its_key(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on where a list of children keeps them (CHILD-007)."""
    for exchange, operation in evidence.succeeded:
        key = _KEYS.get(operation.id)
        if key is None or not exchange.fields:
            continue
        meta = exchange.fields.get("meta")
        named = meta.get("key", key) if isinstance(meta, dict) else key
        absent = not isinstance(exchange.fields.get(key), list)
        symptom = "absent" if absent else "" if named == key else "meta.key differs"
        yield judged(
            "CHILD-007",
            operation.id,
            not symptom,
            expected=f"the items under {key}, named by meta.key",
            observed=symptom,
            symptom=symptom,
            evidence=(exchange.number,),
        )


def list_has_its_meta(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on what a list of children says of its pages (CHILD-014)."""
    schema = schemas(evidence.contract)
    for exchange, operation in evidence.succeeded:
        if operation.id not in _KEYS or not exchange.fields:
            continue
        complaints = schema.answer(operation.id, 200, exchange.fields)
        symptom = ", ".join(
            f"{complaint.path[-1]} {complaint.observed}"
            for complaint in complaints
            if complaint.path[:1] == ("meta",)
            and complaint.keyword in ("required", "type")
        )
        yield judged(
            "CHILD-014",
            operation.id,
            not symptom,
            expected="meta with what leads from page to page",
            observed=symptom,
            symptom=symptom,
            evidence=(exchange.number,),
        )


def third_participant_is_refused(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each third Participant (CHILD-008)."""
    for scene in evidence.scenes("third/CreateParticipant"):
        for spoilt, control in pairs(scene):
            yield refusal("CHILD-008", spoilt, control, statuses=_FULL)
    for scene in evidence.scenes("participants/CreateSession"):
        made, *lists = (*labelled(scene, "repeated"), None)[:2]
        full = made and lists[0] and holds_participants(made, lists[0])
        for spoilt, control in pairs(scene):
            if full:
                yield refusal("CHILD-008", spoilt, control, statuses=_FULL)
            elif spoilt.probe.operation == "CreateSession":
                yield unknown(
                    "CHILD-008",
                    "CreateSession",
                    "a create does not take Participants at all",
                    evidence=(spoilt.number, control.number),
                )


def words_have_dashes(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each word of a Service or Interaction (CHILD-009).

    One that shows no word at all, but says which it is, misspells none.
    """
    for seen in _children(evidence):
        if seen.operation not in _WORDY:
            continue
        said = [(n, t) for n in _WORDS if isinstance(t := seen.fields.get(n), str)]
        nameless = [("no word", "")] if not said and seen.sid else []
        for name, text in said or nameless:
            yield judged(
                "CHILD-009",
                seen.operation,
                not is_undashed(text, _WORDS.get(name, frozenset())),
                expected=f"{name} spelled with dashes",
                observed=repr(text),
                symptom=f"{name} with underscores",
                subject=name,
                evidence=(seen.exchange.number,),
            )


def child_url_is_its_own(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on the url of each Service and child (CHILD-013)."""
    above = mount(evidence)
    for seen in _children(evidence):
        shown = seen.fields.get("url")
        if seen.operation in _URLS and isinstance(shown, str):
            path = own_path(evidence, seen)
            symptom = misses(shown, path, above)
            if path:
                yield judged(
                    "CHILD-013",
                    seen.operation,
                    not symptom,
                    expected=f"an absolute URL with the path {above}{path}",
                    observed=repr(shown),
                    symptom=symptom,
                    evidence=(seen.exchange.number,),
                )


def status_of_a_message(evidence: Evidence) -> Iterator[Verdict]:
    """Yield which status the message of a MessageInteraction shows (CHILD-010)."""
    for seen in _children(evidence):
        if seen.operation in ("CreateMessageInteraction", "FetchMessageInteraction"):
            text = seen.fields.get("outbound_resource_status")
            if text is None:
                choice = "null"
            else:
                choice = text if text in _EXPECTED_STATUSES else "another status"
            yield _chose("CHILD-010", seen, choice)


def level_of_a_service(evidence: Evidence) -> Iterator[Verdict]:
    """Yield which geo_match_level a Service shows (CHILD-011)."""
    for seen in _children(evidence):
        if seen.operation in ("CreateService", "FetchService"):
            text = seen.fields.get("geo_match_level")
            if text is None:
                choice = "null"
            else:
                known = isinstance(text, str) and text in GEO_MATCH_LEVELS
                choice = text if known else "another level"
            yield _chose("CHILD-011", seen, choice)


def _children(evidence: Evidence) -> Iterator[Seen]:
    """Yield each Service and child shown that is not a page in the place of one."""
    for seen in evidence.seen:
        if seen.operation in _REQUIREMENTS and not _is_page(seen.fields):
            yield seen


def _is_page(fields: Mapping[str, object]) -> bool:
    return "sid" not in fields and isinstance(fields.get("interactions"), list)


def _counts(complaint: Complaint, seen: Seen) -> bool:
    """Return whether a complaint is about presence, type or a word.

    SIDs, dates and URLs are judged by their own areas, data and dashes apart.
    """
    name = str(complaint.path[0]) if complaint.path else ""
    text = seen.fields.get(name)
    if complaint.keyword in ("required", "type"):
        return name not in ("", "data")
    if name == "type":
        return True
    if name not in _WORDS or name == "geo_match_level" or not isinstance(text, str):
        return False
    return not is_undashed(text, _WORDS[name])


def _class(complaint: Complaint) -> str:
    """Return a complaint as a class: the property, and what is wrong with it."""
    wrong = complaint.keyword in ("required", "type")
    return f"{complaint.path[0]} {complaint.observed if wrong else 'another word'}"


def _chose(requirement: str, seen: Seen, choice: str) -> Verdict:
    return chose(
        requirement,
        seen.operation,
        choice,
        subject=choice,
        evidence=(seen.exchange.number,),
    )


CHECKS: tuple[Check, ...] = (
    child_has_its_schema,
    data_is_a_text,
    interaction_is_one_object,
    list_has_its_key,
    list_has_its_meta,
    third_participant_is_refused,
    words_have_dashes,
    child_url_is_its_own,
    status_of_a_message,
    level_of_a_service,
)
