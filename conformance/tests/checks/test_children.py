"""Laws of judging Services, Participants and Interactions."""

from typing import Any

import pytest

from conformance.checks.children import CHECKS
from conformance.exchange import Exchange, Json, Probe, Role
from conformance.tests.histories import (
    ACCOUNT,
    INTERACTION,
    ORIGIN,
    PARTICIPANT,
    SERVICE,
    SESSION,
    SESSION_URL,
    WORLD,
    answered,
    evidence,
    page,
    session,
)
from conformance.tests.verdicts import choices, failures, verdicts
from conformance.verdict import Outcome

Shown = dict[str, Any]

CREATE_SERVICE = WORLD.call("CreateService", form={"UniqueName": "a"})
FETCH_SERVICE = WORLD.call("FetchService", Sid=SERVICE)
LIST_SERVICE = WORLD.call("ListService")
ADD = WORLD.call("CreateParticipant", SessionSid=SESSION, form={"Identifier": "a"})
FETCH_PARTICIPANT = WORLD.call("FetchParticipant", SessionSid=SESSION, Sid=PARTICIPANT)
LIST_PARTICIPANT = WORLD.call("ListParticipant", SessionSid=SESSION)
FETCH = WORLD.call("FetchInteraction", SessionSid=SESSION, Sid=INTERACTION)
LIST = WORLD.call("ListInteraction", SessionSid=SESSION)


SEND = WORLD.call(
    "CreateMessageInteraction", SessionSid=SESSION, ParticipantSid=PARTICIPANT
)
FETCH_MESSAGE = WORLD.call(
    "FetchMessageInteraction",
    SessionSid=SESSION,
    ParticipantSid=PARTICIPANT,
    Sid=INTERACTION,
)
LIST_MESSAGE = WORLD.call(
    "ListMessageInteraction", SessionSid=SESSION, ParticipantSid=PARTICIPANT
)


def service(**changes: Json) -> Shown:
    return {
        "sid": SERVICE,
        "account_sid": ACCOUNT,
        "unique_name": "a",
        "default_ttl": 0,
        "geo_match_level": "country",
        "number_selection_behavior": "prefer-sticky",
        "url": f"{ORIGIN}/v1/Services/{SERVICE}",
        "links": {},
    } | changes


def participant(**changes: Json) -> Shown:
    return {
        "sid": PARTICIPANT,
        "session_sid": SESSION,
        "service_sid": SERVICE,
        "account_sid": ACCOUNT,
        "identifier": "+15005550101",
        "date_deleted": None,
        "url": f"{SESSION_URL}/Participants/{PARTICIPANT}",
        "links": {"message_interactions": ORIGIN},
    } | changes


def interaction(**changes: Json) -> Shown:
    return {
        "sid": INTERACTION,
        "session_sid": SESSION,
        "service_sid": SERVICE,
        "account_sid": ACCOUNT,
        "data": '{"body": "hello"}',
        "type": "message",
        "inbound_resource_status": None,
        "outbound_resource_status": "sent",
        "url": f"{SESSION_URL}/Interactions/{INTERACTION}",
    } | changes


def lacking(shown: Shown, name: str) -> Shown:
    return {key: value for key, value in shown.items() if key != name}


def everything() -> list[Exchange]:
    return [
        answered(CREATE_SERVICE, 201, service()),
        answered(FETCH_SERVICE, 200, service()),
        answered(LIST_SERVICE, 200, page(service(), key="services")),
        answered(ADD, 201, participant()),
        answered(FETCH_PARTICIPANT, 200, participant()),
        answered(LIST_PARTICIPANT, 200, page(participant(), key="participants")),
        answered(FETCH, 200, interaction()),
        answered(LIST, 200, page(interaction(), key="interactions")),
        answered(SEND, 201, interaction()),
        answered(FETCH_MESSAGE, 200, interaction(participant_sid=PARTICIPANT)),
        answered(LIST_MESSAGE, 200, page(interaction(), key="interactions")),
    ]


def test_correct_children_pass_every_row() -> None:
    found = verdicts(evidence(*everything()), CHECKS)
    assert {v.outcome for v in found} == {Outcome.PASS}
    assert {v.requirement for v in found} == {
        *("CHILD-001", "CHILD-002", "CHILD-003", "CHILD-004", "CHILD-005"),
        *("CHILD-006", "CHILD-007", "CHILD-009", "CHILD-010", "CHILD-011"),
        *("CHILD-013", "CHILD-014"),
    }


@pytest.mark.parametrize(
    ("probe", "shown", "requirement", "symptom"),
    [
        (FETCH_SERVICE, service(default_ttl="0"), "CHILD-001", "default_ttl string"),
        (FETCH_SERVICE, lacking(service(), "url"), "CHILD-001", "url absent"),
        (
            FETCH_SERVICE,
            service(number_selection_behavior="none"),
            "CHILD-001",
            "number_selection_behavior another word",
        ),
        (
            FETCH_PARTICIPANT,
            participant(links={"message_interactions": 7}),
            "CHILD-002",
            "links integer",
        ),
        (
            FETCH_PARTICIPANT,
            lacking(participant(), "identifier"),
            "CHILD-002",
            "identifier absent",
        ),
        (FETCH, interaction(type="fax"), "CHILD-003", "type another word"),
        (FETCH, lacking(interaction(), "type"), "CHILD-003", "type absent"),
        (
            FETCH,
            interaction(inbound_resource_status=""),
            "CHILD-003",
            "inbound_resource_status another word",
        ),
        (
            FETCH_MESSAGE,
            interaction(participant_sid=7),
            "CHILD-004",
            "participant_sid integer",
        ),
    ],
)
def test_a_child_that_misses_its_schema_fails_its_row(
    probe: Probe, shown: Shown, requirement: str, symptom: str
) -> None:
    assert failures(evidence(answered(probe, 200, shown)), CHECKS) == {
        (requirement, probe.operation, symptom)
    }


@pytest.mark.parametrize(
    ("probe", "shown"),
    [
        (FETCH_SERVICE, service(geo_match_level="city", more=1, unique_name=None)),
        (FETCH_SERVICE, service(sid="x", date_created="today")),
        (FETCH_PARTICIPANT, participant(identifier=None, date_deleted="today")),
        (FETCH, interaction(type="MESSAGE", data=None)),
        (FETCH, interaction(outbound_resource_status="delivery-unknown")),
    ],
)
def test_what_is_lawful_or_judged_by_others_passes(probe: Probe, shown: Shown) -> None:
    assert failures(evidence(answered(probe, 200, shown)), CHECKS) == set()


@pytest.mark.parametrize("data", [{"body": "hello"}, [], 7, False])
def test_data_that_is_no_text_fails_its_own_row_alone(data: object) -> None:
    for probe in (FETCH, FETCH_MESSAGE):
        seen = evidence(answered(probe, 200, interaction(data=data)))
        assert failures(seen, CHECKS) == {("CHILD-005", probe.operation, "no text")}


def test_a_page_in_the_place_of_an_interaction_fails_its_own_row_alone() -> None:
    seen = evidence(answered(FETCH, 200, page(interaction(), key="interactions")))
    assert failures(seen, CHECKS) == {("CHILD-006", "FetchInteraction", "a list")}


@pytest.mark.parametrize(
    ("probe", "shown", "symptom"),
    [
        (LIST_PARTICIPANT, page(key="items"), "absent"),
        (LIST, page(key="Interactions"), "absent"),
        (LIST_MESSAGE, page(key="message_interactions"), "absent"),
        (LIST, page(key="items") | {"interactions": []}, "meta.key differs"),
        (LIST, page() | {"interactions": {}}, "absent"),
    ],
)
def test_a_list_keeps_its_items_under_its_key(
    probe: Probe, shown: Shown, symptom: str
) -> None:
    assert failures(evidence(answered(probe, 200, shown)), CHECKS) == {
        ("CHILD-007", probe.operation, symptom)
    }


@pytest.mark.parametrize(
    ("meta", "symptom"),
    [
        (None, "meta null"),
        (lacking(page(key="interactions")["meta"], "url"), "url absent"),
        (page(key="interactions")["meta"] | {"page": "0"}, "page string"),
        (
            page(key="interactions")["meta"] | {"next_page_url": 1},
            "next_page_url integer",
        ),
    ],
)
def test_a_list_says_where_its_pages_are(meta: object, symptom: str) -> None:
    shown = {"interactions": [], "meta": meta}
    assert failures(evidence(answered(LIST, 200, shown)), CHECKS) == {
        ("CHILD-014", "ListInteraction", symptom)
    }


def test_a_list_that_names_no_key_is_told_once() -> None:
    meta = lacking(page(key="interactions")["meta"], "key")
    shown = {"interactions": [], "meta": meta}
    assert failures(evidence(answered(LIST, 200, shown)), CHECKS) == {
        ("CHILD-014", "ListInteraction", "key absent")
    }


@pytest.mark.parametrize(
    ("probe", "shown", "name"),
    [
        (
            FETCH_SERVICE,
            service(number_selection_behavior="prefer_sticky"),
            "number_selection_behavior",
        ),
        (CREATE_SERVICE, service(geo_match_level="area_code"), "geo_match_level"),
        (
            FETCH,
            interaction(outbound_resource_status="in_progress"),
            "outbound_resource_status",
        ),
        (
            FETCH_MESSAGE,
            interaction(inbound_resource_status="no_answer"),
            "inbound_resource_status",
        ),
    ],
)
def test_underscores_fail_their_own_row_alone(
    probe: Probe, shown: Shown, name: str
) -> None:
    status = 201 if probe is CREATE_SERVICE else 200
    assert failures(evidence(answered(probe, status, shown)), CHECKS) == {
        ("CHILD-009", probe.operation, f"{name} with underscores")
    }


def test_a_service_without_a_word_misspells_none() -> None:
    shown = service()
    for name in ("geo_match_level", "number_selection_behavior"):
        del shown[name]
    found = verdicts(
        evidence(answered(CREATE_SERVICE, 201, shown)), CHECKS, "CHILD-009"
    )
    assert [(v.outcome, v.subject) for v in found] == [(Outcome.PASS, "no word")]
    nameless = evidence(answered(CREATE_SERVICE, 201, {"account_sid": ACCOUNT}))
    assert verdicts(nameless, CHECKS, "CHILD-009") == []


@pytest.mark.parametrize(
    ("probe", "shown"),
    [
        (FETCH_SERVICE, service(url=f"/v1/Services/{SERVICE}")),
        (FETCH_PARTICIPANT, participant(url=SESSION_URL)),
        (FETCH, interaction(url=f"{SESSION_URL}/Interactions/{PARTICIPANT}")),
    ],
)
def test_a_child_has_a_url_of_its_own(probe: Probe, shown: Shown) -> None:
    found = failures(evidence(answered(probe, 200, shown)), CHECKS)
    assert {row[:2] for row in found} == {("CHILD-013", probe.operation)}


def test_the_url_of_a_message_is_free_to_be_either() -> None:
    for url in (SESSION_URL, f"{SESSION_URL}/Interactions/{INTERACTION}"):
        seen = evidence(answered(FETCH_MESSAGE, 200, interaction(url=url)))
        assert failures(seen, CHECKS) == set()


@pytest.mark.parametrize(
    "probe",
    [
        WORLD.call("FetchParticipant", service="name", SessionSid=SESSION, Sid="a"),
        WORLD.call("FetchParticipant", SessionSid="name", Sid="a"),
    ],
)
def test_a_child_under_a_name_has_no_path_to_compare(probe: Probe) -> None:
    seen = evidence(answered(probe, 200, participant(url="/")))
    assert verdicts(seen, CHECKS, "CHILD-013") == []


def third(status: int, control: int) -> list[Exchange]:
    scene = "third/CreateParticipant"
    spoilt = {"role": Role.SPOILT, "defect": "third", "pair": "x", "scene": scene}
    twin = {"role": Role.CONTROL, "pair": "x", "scene": scene}
    return [answered(ADD, status, {}, **spoilt), answered(ADD, control, {}, **twin)]


@pytest.mark.parametrize(
    ("status", "control", "outcome"),
    [
        (400, 201, Outcome.PASS),
        (409, 201, Outcome.PASS),
        (201, 201, Outcome.FAIL),
        (404, 201, Outcome.FAIL),
        (400, 400, Outcome.UNKNOWN),
        (401, 401, Outcome.UNKNOWN),
        (0, 201, Outcome.UNKNOWN),
        (500, 500, Outcome.UNKNOWN),
    ],
)
def test_a_third_participant_is_judged_beside_one_where_there_is_room(
    status: int, control: int, outcome: Outcome
) -> None:
    found = verdicts(evidence(*third(status, control)), CHECKS, "CHILD-008")
    assert [(v.operation, v.outcome) for v in found] == [("CreateParticipant", outcome)]


def three(status: int, *listed: str) -> list[Exchange]:
    scene = "participants/CreateSession"
    objects = ['{"Identifier": "a"}', '{"Identifier": "b"}', '{"Identifier": "c"}']
    forms: list[list[tuple[str, str]]] = [
        [("Participants", text) for text in objects[:count]] for count in (2, 3)
    ]
    two, full = (WORLD.call("CreateSession", form=form) for form in forms)
    people = page(*({"identifier": each} for each in listed), key="participants")
    about: dict[str, Any] = {"scene": scene, "label": "repeated"}
    return [
        answered(two, 201, session(), role=Role.CONTROL, pair="three", **about),
        answered(LIST_PARTICIPANT, 200, people, **about),
        answered(full, status, {}, scene=scene, role=Role.SPOILT, pair="three"),
    ]


@pytest.mark.parametrize(
    ("status", "listed", "outcome"),
    [
        (400, "ab", Outcome.PASS),
        (201, "ab", Outcome.FAIL),
        (201, "", Outcome.UNKNOWN),
        (201, "a", Outcome.UNKNOWN),
    ],
)
def test_three_on_create_count_where_two_are_taken(
    status: int, listed: str, outcome: Outcome
) -> None:
    found = verdicts(evidence(*three(status, *listed)), CHECKS, "CHILD-008")
    assert [(v.operation, v.outcome) for v in found] == [("CreateSession", outcome)]


@pytest.mark.parametrize(
    ("status", "listed", "found"),
    [
        (400, "ab", [Outcome.PASS]),
        (201, "ab", [Outcome.FAIL]),
        (201, "a", []),
    ],
)
def test_a_third_later_counts_where_two_came_with_the_create(
    status: int, listed: str, found: list[Outcome]
) -> None:
    about = {"scene": "participants/CreateSession", "pair": "later"}
    seen = evidence(
        *three(400, *listed)[:2],
        answered(ADD, status, {}, role=Role.SPOILT, **about),
        answered(ADD, 201, {}, role=Role.CONTROL, **about),
    )
    assert [v.outcome for v in verdicts(seen, CHECKS, "CHILD-008")] == found


@pytest.mark.parametrize(
    ("status", "choice"),
    [
        ("sent", "sent"),
        ("delivered", "delivered"),
        (None, "null"),
        ("queued", "another status"),
        (7, "another status"),
    ],
)
def test_the_status_of_a_message_is_observed(status: object, choice: str) -> None:
    seen = evidence(
        answered(FETCH_MESSAGE, 200, interaction(outbound_resource_status=status))
    )
    assert choices(seen, CHECKS, "CHILD-010") == {("FetchMessageInteraction", choice)}


@pytest.mark.parametrize(
    ("level", "choice"),
    [
        ("radius", "radius"),
        (None, "null"),
        ("city", "another level"),
        ([], "another level"),
    ],
)
def test_the_level_of_a_service_is_observed(level: object, choice: str) -> None:
    seen = evidence(answered(FETCH_SERVICE, 200, service(geo_match_level=level)))
    assert choices(seen, CHECKS, "CHILD-011") == {("FetchService", choice)}
