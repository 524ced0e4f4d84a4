from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pytest

if TYPE_CHECKING:
    from conformance.tests.mock.client import Client, Clock, Shown


@pytest.fixture
def session(client: Client, service: Shown) -> Shown:
    return client.session(service)


@pytest.fixture
def participants(session: Shown) -> str:
    return cast("str", session["links"]["participants"])


def test_a_participant_is_shown_in_full(
    client: Client, service: Shown, session: Shown, participants: str
) -> None:
    answer = client.post(participants, {"Identifier": "+15551234567"})
    shown = answer.json
    url = f"{session['url']}/Participants/{shown['sid']}"
    assert answer.status == 201
    assert shown == {
        "sid": shown["sid"],
        "session_sid": session["sid"],
        "service_sid": service["sid"],
        "account_sid": service["account_sid"],
        "friendly_name": None,
        "identifier": "+15551234567",
        "proxy_identifier": None,
        "proxy_identifier_sid": None,
        "date_deleted": None,
        "date_created": "2030-01-01T00:00:00Z",
        "date_updated": "2030-01-01T00:00:00Z",
        "url": url,
        "links": {"message_interactions": f"{url}/MessageInteractions"},
    }
    assert client.get(url).json == shown
    assert client.get(session["url"]).json == session


def test_a_session_has_room_for_two(client: Client, participants: str) -> None:
    first = client.post(participants, {"Identifier": "a"}).json
    assert client.post(participants, {"Identifier": "a"}).refusal == (400, 80103)
    assert client.post(participants, {"Identifier": "b"}).status == 201
    assert client.post(participants, {"Identifier": "c"}).refusal == (400, 80609)
    assert client.delete(first["url"]).status == 204
    assert client.post(participants, {"Identifier": "a"}).refusal == (400, 80612)
    assert client.post(participants, {"Identifier": "c"}).status == 201


def test_a_removed_participant_stays_on_record(
    client: Client, clock: Clock, participants: str
) -> None:
    made = client.post(participants, {"Identifier": "a"}).json
    clock.advance(3)
    assert client.delete(made["url"]).body == b""
    shown = client.get(made["url"]).json
    assert shown["date_deleted"] == "2030-01-01T00:00:03Z"
    assert client.get(participants).json["participants"] == [shown]
    assert client.delete(made["url"]).refusal == (404, 20404)


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"Identifier": ""},
        {"Identifier": "x" * 192},
        {"Identifier": "a", "FriendlyName": "x" * 256},
        {"Identifier": "a", "ProxyIdentifierSid": "PN1"},
        {"Identifier": ["a", "b"]},
    ],
)
def test_a_participant_out_of_bounds_is_refused(
    client: Client, participants: str, form: dict[str, Any]
) -> None:
    assert client.post(participants, form).refusal == (400, 80701)


def test_a_first_message_starts_the_session(
    client: Client, clock: Clock, session: Shown, participants: str
) -> None:
    person = client.post(participants, {"Identifier": "a"}).json
    messages = person["links"]["message_interactions"]
    clock.advance(4)
    answer = client.post(messages, {"Body": "hello"})
    shown = answer.json
    assert answer.status == 201
    assert shown["participant_sid"] == person["sid"]
    assert shown["outbound_participant_sid"] == person["sid"]
    assert json.loads(shown["data"]) == {"body": "hello"}
    assert shown["url"] == f"{messages}/{shown['sid']}"
    clock.advance(4)
    client.post(messages, {"MediaUrl": "http://example.com/a.png"})
    used = client.get(session["url"]).json
    assert used["status"] == "in-progress"
    assert used["date_started"] == "2030-01-01T00:00:04Z"
    assert used["date_last_interaction"] == "2030-01-01T00:00:08Z"


def test_a_message_is_also_an_interaction_of_the_session(
    client: Client, session: Shown, participants: str
) -> None:
    person = client.post(participants, {"Identifier": "a"}).json
    messages = person["links"]["message_interactions"]
    made = client.post(messages, {"Body": "hello"}).json
    url = f"{session['links']['interactions']}/{made['sid']}"
    shown = client.get(url).json
    assert shown == {
        **{key: value for key, value in made.items() if key != "participant_sid"},
        "url": url,
    }
    for listing in (messages, session["links"]["interactions"]):
        page = client.get(listing).json
        assert page["meta"]["key"] == "interactions"
        assert [row["sid"] for row in page["interactions"]] == [made["sid"]]
    assert client.delete(made["url"]).refusal == (405, 20004)
    assert client.delete(url).status == 204
    assert client.get(url).refusal == (404, 20404)
    assert client.get(made["url"]).refusal == (404, 20404)


@pytest.mark.parametrize("form", [{}, {"Body": ""}, {"MediaUrl": ""}])
def test_a_message_of_nothing_is_refused(
    client: Client, participants: str, form: dict[str, Any]
) -> None:
    person = client.post(participants, {"Identifier": "a"}).json
    messages = person["links"]["message_interactions"]
    assert client.post(messages, form).refusal == (400, 80701)


def test_a_removed_participant_gets_no_message(
    client: Client, participants: str
) -> None:
    person = client.post(participants, {"Identifier": "a"}).json
    client.delete(person["url"])
    messages = person["links"]["message_interactions"]
    assert client.post(messages, {"Body": "b"}).refusal == (404, 20404)


def test_a_service_is_shown_and_changed_in_full(client: Client, clock: Clock) -> None:
    made = client.service(UniqueName="a")
    assert made == {
        "sid": made["sid"],
        "account_sid": made["account_sid"],
        "chat_instance_sid": None,
        "unique_name": "a",
        "default_ttl": 0,
        "callback_url": None,
        "geo_match_level": "country",
        "number_selection_behavior": "prefer-sticky",
        "intercept_callback_url": None,
        "out_of_session_callback_url": None,
        "date_created": "2030-01-01T00:00:00Z",
        "date_updated": "2030-01-01T00:00:00Z",
        "url": f"http://mock.test/v1/Services/{made['sid']}",
        "links": {"sessions": f"http://mock.test/v1/Services/{made['sid']}/Sessions"},
    }
    assert client.get(made["url"]).json == made
    assert client.get("/v1/Services/a").json == made
    assert client.post(made["url"]).json == made
    clock.advance(1)
    form = {
        "UniqueName": "b",
        "DefaultTtl": "5",
        "CallbackUrl": "https://example.com/1",
        "InterceptCallbackUrl": "https://example.com/2",
        "OutOfSessionCallbackUrl": "https://example.com/3",
        "GeoMatchLevel": "area-code",
        "NumberSelectionBehavior": "avoid-sticky",
        "ChatInstanceSid": "IS" + "0" * 32,
    }
    assert client.post(made["url"], form).json == made | {
        "unique_name": "b",
        "default_ttl": 5,
        "callback_url": "https://example.com/1",
        "intercept_callback_url": "https://example.com/2",
        "out_of_session_callback_url": "https://example.com/3",
        "geo_match_level": "area-code",
        "number_selection_behavior": "avoid-sticky",
        "chat_instance_sid": "IS" + "0" * 32,
        "date_updated": "2030-01-01T00:00:01Z",
    }


@pytest.mark.parametrize(
    ("form", "refusal"),
    [
        ({}, (400, 80701)),
        ({"UniqueName": "a", "DefaultTtl": "-1"}, (400, 80701)),
        ({"UniqueName": "a", "GeoMatchLevel": "moon"}, (400, 80701)),
        ({"UniqueName": "a", "CallbackUrl": "x"}, (400, 80701)),
        ({"UniqueName": "a", "ChatInstanceSid": "x"}, (400, 80701)),
        ({"UniqueName": "taken"}, (400, 80602)),
    ],
)
def test_a_service_out_of_bounds_is_refused(
    client: Client, form: dict[str, Any], refusal: tuple[int, int]
) -> None:
    client.service(UniqueName="taken")
    assert client.post("/v1/Services", form).refusal == refusal


def test_a_service_keeps_its_name_when_the_new_one_is_taken(client: Client) -> None:
    client.service(UniqueName="taken")
    made = client.service(UniqueName="free")
    assert client.post(made["url"], {"UniqueName": "taken"}).refusal == (400, 80602)
    assert client.get(made["url"]).json == made


def test_a_deleted_service_is_gone_with_all_below_it(
    client: Client, service: Shown
) -> None:
    session = client.session(service)
    assert client.delete(service["url"]).status == 204
    for url in (service["url"], session["url"], service["links"]["sessions"]):
        assert client.get(url).refusal == (404, 20404)
    assert client.app.world.store.sessions.find(sid=session["sid"]) is None
