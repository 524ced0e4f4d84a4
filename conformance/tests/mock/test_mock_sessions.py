from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conformance.tests.mock.client import Client, Clock, Shown


UNKNOWN_SID = "KC" + "0" * 32


def test_a_new_session_has_the_documented_defaults(
    client: Client, service: Shown, sessions: str
) -> None:
    answer = client.post(sessions)
    shown = answer.json
    assert answer.status == 201
    assert answer.headers["content-type"] == "application/json"
    assert re.fullmatch(r"KC[0-9a-f]{32}", shown["sid"])
    url = f"http://mock.test/v1/Services/{service['sid']}/Sessions/{shown['sid']}"
    assert shown == {
        "sid": shown["sid"],
        "service_sid": service["sid"],
        "account_sid": service["account_sid"],
        "unique_name": None,
        "status": "open",
        "closed_reason": None,
        "ttl": 0,
        "mode": "voice-and-message",
        "date_started": None,
        "date_ended": None,
        "date_last_interaction": None,
        "date_expiry": None,
        "date_created": "2030-01-01T00:00:00Z",
        "date_updated": "2030-01-01T00:00:00Z",
        "url": url,
        "links": {
            "interactions": f"{url}/Interactions",
            "participants": f"{url}/Participants",
        },
    }
    assert client.get(shown["url"]).json == shown


def test_a_session_takes_every_parameter(client: Client, sessions: str) -> None:
    shown = client.post(
        sessions,
        {
            "UniqueName": "Order #1234",
            "DateExpiry": "2031-02-03T04:05:06Z",
            "Ttl": "3600",
            "Mode": "message-only",
            "Status": "in-progress",
            "Unheard": "of",
        },
    ).json
    assert (shown["unique_name"], shown["ttl"]) == ("Order #1234", 3600)
    assert shown["date_expiry"] == "2031-02-03T04:05:06Z"
    assert (shown["mode"], shown["status"]) == ("message-only", "in-progress")


@pytest.mark.parametrize(
    "status", ["open", "in-progress", "closed", "failed", "unknown"]
)
def test_each_listed_status_is_an_initial_status(
    client: Client, sessions: str, status: str
) -> None:
    shown = client.post(sessions, {"Status": status}).json
    assert shown["status"] == status
    assert (shown["date_ended"] is not None) == (status == "closed")
    assert shown["closed_reason"] == ("api" if status == "closed" else None)


def test_a_session_inherits_the_ttl_of_its_service(client: Client) -> None:
    service = client.service(DefaultTtl="77")
    assert client.session(service)["ttl"] == 77
    assert client.session(service, Ttl="0")["ttl"] == 0


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("2031-07-31T01:02:03Z", "2031-07-31T01:02:03Z"),
        ("2031-07-31T01:02:03+02:00", "2031-07-30T23:02:03Z"),
        ("2031-07-31T01:02:03-05:30", "2031-07-31T06:32:03Z"),
        ("2031-07-31T01:02:03", "2031-07-31T01:02:03Z"),
        ("2031-07-31T01:02:03.987Z", "2031-07-31T01:02:03Z"),
        ("2031-07-31", "2031-07-31T00:00:00Z"),
        ("20310731", "2031-07-31T00:00:00Z"),
        ("2032-02-29T00:00:00Z", "2032-02-29T00:00:00Z"),
        ("", None),
    ],
)
def test_date_expiry_is_shown_in_utc_whatever_form_it_was_sent_in(
    client: Client, sessions: str, sent: str, shown: str | None
) -> None:
    assert client.post(sessions, {"DateExpiry": sent}).json["date_expiry"] == shown


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[
            ("DateExpiry", value)
            for value in (
                "2031-02-29T00:00:00Z",
                "2031-13-01T00:00:00Z",
                "2031-01-01T24:00:00Z",
                "2031-01-01T00:00:00+24:00",
                "0001-01-01T00:00:00+01:00",
                "9999-12-31T23:59:59-01:00",
                "0000-01-01",
                "2031-01-01T00:00:00Z\n",
                "٢٠٣١-01-01",
                "2031-0101",
                "20310101T00:00:00Z",
                "tomorrow",
            )
        ],
        *[
            ("Ttl", value)
            for value in (
                "-1",
                "1.5",
                "",
                "1e3",
                "+1",
                "2147483648",
                "9" * 5000,
                "\u0661",
            )
        ],
        ("Mode", "VOICE-ONLY"),
        ("Mode", ""),
        ("Status", "in_progress"),
        ("Status", "completed"),
        ("UniqueName", ""),
        ("UniqueName", "x" * 192),
        ("Mode", ["voice-only", "voice-only"]),
        ("Participants", "not json"),
        ("Participants", "7"),
        ("Participants", "{}"),
        ("Participants", '{"Identifier": 7}'),
        ("Participants", '{"Identifier": "\\ud800"}'),
        ("Participants", "[" * 10_000),
    ],
)
def test_a_value_out_of_bounds_is_refused_and_nothing_is_made(
    client: Client, sessions: str, name: str, value: str | list[str]
) -> None:
    assert client.post(sessions, {name: value}).refusal == (400, 80701)
    assert client.get(sessions).json["sessions"] == []


def test_a_name_counts_characters_and_not_bytes(client: Client, sessions: str) -> None:
    name = "🙂" * 191
    assert client.post(sessions, {"UniqueName": name}).json["unique_name"] == name


def test_a_form_that_is_not_text_is_refused(client: Client, sessions: str) -> None:
    assert client.post(sessions, body=b"UniqueName=%FF").refusal == (400, 80701)
    assert client.post(sessions, body=b"\xff").refusal == (400, 80701)


def test_a_name_is_unique_within_its_service_and_by_case(
    client: Client, sessions: str
) -> None:
    first = client.post(sessions, {"UniqueName": "a"}).json
    assert client.post(sessions, {"UniqueName": "a"}).refusal == (400, 80603)
    assert client.post(sessions, {"UniqueName": "A"}).status == 201
    client.session(client.service(), UniqueName="a")
    client.delete(first["url"])
    assert client.post(sessions, {"UniqueName": "a"}).status == 201


def test_a_session_is_fetched_by_its_unique_name(client: Client, sessions: str) -> None:
    made = client.post(sessions, {"UniqueName": "Order #12/34"}).json
    assert client.get(f"{sessions}/Order%20%2312%2F34").json == made
    assert client.get(f"{sessions}/Order").refusal == (404, 20404)
    named = f"{sessions}/Order%20%2312%2F34"
    assert client.post(named, {"Ttl": "1"}).refusal == (404, 20404)
    assert client.delete(named).refusal == (404, 20404)


def test_an_update_changes_what_it_names_and_moves_date_updated(
    client: Client, clock: Clock, sessions: str
) -> None:
    made = client.post(sessions, {"UniqueName": "a"}).json
    clock.advance(5)
    updated = client.post(made["url"], {"Ttl": "9", "DateExpiry": "2040-01-01"}).json
    assert updated == made | {
        "ttl": 9,
        "date_expiry": "2040-01-01T00:00:00Z",
        "date_updated": "2030-01-01T00:00:05Z",
    }
    assert client.get(made["url"]).json == updated


def test_an_update_of_nothing_changes_nothing(
    client: Client, clock: Clock, sessions: str
) -> None:
    made = client.post(sessions).json
    clock.advance(5)
    assert client.post(made["url"]).json == made
    assert client.post(made["url"], {"Mode": "voice-only"}).json == made


def test_date_updated_never_goes_back(
    client: Client, clock: Clock, sessions: str
) -> None:
    made = client.post(sessions).json
    clock.advance(-60)
    updated = client.post(made["url"], {"Ttl": "9"}).json
    assert updated["date_updated"] == made["date_updated"]


@pytest.mark.parametrize(
    "bad", [{"Ttl": "-1"}, {"DateExpiry": "x"}, {"Status": "open"}, {"Status": "x"}]
)
def test_an_update_with_one_bad_parameter_changes_nothing(
    client: Client, sessions: str, bad: dict[str, str]
) -> None:
    made = client.post(sessions).json
    good = {"Ttl": "9", "DateExpiry": "2040-01-01", "Status": "closed"}
    assert client.post(made["url"], good | bad).status == 400
    assert client.get(made["url"]).json == made


def test_closing_and_reopening_leave_no_trace_of_the_end(
    client: Client, clock: Clock, sessions: str
) -> None:
    made = client.post(sessions).json
    clock.advance(5)
    closed = client.post(made["url"], {"Status": "closed"}).json
    assert (closed["status"], closed["closed_reason"]) == ("closed", "api")
    assert closed["date_ended"] == "2030-01-01T00:00:05Z"
    assert closed["date_started"] is None
    again = client.post(made["url"], {"Status": "in-progress", "Ttl": "60"}).json
    assert (again["status"], again["closed_reason"]) == ("in-progress", None)
    assert (again["date_ended"], again["ttl"]) == (None, 60)


@pytest.mark.parametrize("old", ["open", "in-progress", "closed", "failed", "unknown"])
@pytest.mark.parametrize("new", ["open", "in-progress", "closed", "failed", "unknown"])
def test_only_the_listed_transitions_are_made(
    client: Client, sessions: str, old: str, new: str
) -> None:
    made = client.post(sessions, {"Status": old}).json
    answer = client.post(made["url"], {"Status": new})
    if (old, new) in {
        ("open", "closed"),
        ("in-progress", "closed"),
        ("closed", "in-progress"),
    }:
        assert (answer.status, answer.json["status"]) == (200, new)
    else:
        assert answer.refusal == (400, 80608)
        assert client.get(made["url"]).json == made


def test_a_closed_session_takes_no_other_change(client: Client, sessions: str) -> None:
    made = client.post(sessions, {"Status": "closed"}).json
    assert client.post(made["url"], {"Ttl": "1"}).refusal == (400, 80607)
    participants = made["links"]["participants"]
    assert client.post(participants, {"Identifier": "a"}).refusal == (400, 80607)


def test_ttl_counts_from_creation_and_then_from_the_last_interaction(
    client: Client, clock: Clock, sessions: str
) -> None:
    made = client.post(sessions, {"Ttl": "10"}).json
    person = client.post(made["links"]["participants"], {"Identifier": "a"}).json
    clock.advance(9)
    messages = person["links"]["message_interactions"]
    assert client.post(messages, {"Body": "hi"}).status == 201
    clock.advance(9)
    assert client.get(made["url"]).json["status"] == "in-progress"
    clock.advance(1)
    expired = client.get(made["url"]).json
    assert (expired["status"], expired["closed_reason"]) == ("closed", "expired")
    assert expired["date_ended"] == "2030-01-01T00:00:19Z"
    assert client.post(messages, {"Body": "hi"}).refusal == (400, 80607)


def test_date_expiry_overrides_ttl(client: Client, clock: Clock, sessions: str) -> None:
    later = {"Ttl": "10", "DateExpiry": "2030-01-01T00:01:00Z"}
    sooner = {"Ttl": "60", "DateExpiry": "2030-01-01T00:00:10Z"}
    long, short = (client.post(sessions, form).json for form in (later, sooner))
    clock.advance(20)
    assert client.get(long["url"]).json["status"] == "open"
    assert client.get(short["url"]).json["status"] == "closed"
    listed = client.get(sessions).json["sessions"]
    assert [session["status"] for session in listed] == ["open", "closed"]


def test_a_list_shows_an_expired_session_as_closed(
    client: Client, clock: Clock, sessions: str
) -> None:
    client.post(sessions, {"Ttl": "1"})
    clock.advance(2)
    assert client.get(sessions).json["sessions"][0]["status"] == "closed"


@pytest.mark.parametrize(
    "lifetime", [{"Ttl": "10"}, {"DateExpiry": "2030-01-01T00:00:10Z"}]
)
def test_a_session_reopened_after_its_lifetime_stays_open(
    client: Client, clock: Clock, sessions: str, lifetime: dict[str, str]
) -> None:
    made = client.post(sessions, lifetime).json
    clock.advance(11)
    assert client.get(made["url"]).json["status"] == "closed"
    assert client.post(made["url"], {"Status": "in-progress"}).status == 200
    clock.advance(1)
    assert client.get(made["url"]).json["status"] == "in-progress"


def test_a_deleted_session_is_gone_with_all_below_it(
    client: Client, sessions: str
) -> None:
    made = client.post(sessions).json
    person = client.post(made["links"]["participants"], {"Identifier": "a"}).json
    message = client.post(person["links"]["message_interactions"], {"Body": "b"}).json
    answer = client.delete(made["url"])
    assert (answer.status, answer.body) == (204, b"")
    for url in (
        made["url"],
        *made["links"].values(),
        person["url"],
        *person["links"].values(),
        message["url"],
    ):
        assert client.get(url).refusal == (404, 20404)
    assert client.delete(made["url"]).refusal == (404, 20404)
    assert client.post(made["url"], {"Ttl": "1"}).refusal == (404, 20404)
    assert client.app.world.store.participants.all() == ()
    assert client.app.world.store.interactions.all() == ()


def test_participants_given_on_create_take_part(client: Client, sessions: str) -> None:
    people = [{"Identifier": "a", "FriendlyName": "A"}, {"Identifier": "b"}]
    repeated = client.post(sessions, {"Participants": [json.dumps(p) for p in people]})
    array = client.post(sessions, {"Participants": json.dumps(people)})
    for made in (repeated.json, array.json):
        listed = client.get(made["links"]["participants"]).json["participants"]
        assert [person["identifier"] for person in listed] == ["a", "b"]
        assert [person["friendly_name"] for person in listed] == ["A", None]


@pytest.mark.parametrize(
    ("identifiers", "refusal"), [("abc", (400, 80609)), ("aa", (400, 80103))]
)
def test_a_session_is_not_made_without_all_its_participants(
    client: Client, sessions: str, identifiers: str, refusal: tuple[int, int]
) -> None:
    people = [json.dumps({"Identifier": identifier}) for identifier in identifiers]
    form = {"UniqueName": "x", "Participants": people}
    assert client.post(sessions, form).refusal == refusal
    assert client.get(sessions).json["sessions"] == []
    assert client.post(sessions, {"UniqueName": "x"}).status == 201


def test_a_session_is_not_found_under_another_service(
    client: Client, sessions: str
) -> None:
    made = client.post(sessions).json
    other = client.service()["links"]["sessions"]
    elsewhere = f"{other}/{made['sid']}"
    assert client.get(elsewhere).refusal == (404, 20404)
    assert client.post(elsewhere, {"Ttl": "1"}).refusal == (404, 20404)
    assert client.delete(elsewhere).refusal == (404, 20404)
    assert client.get(f"{elsewhere}/Participants").refusal == (404, 20404)
    assert client.get(f"{sessions}/{UNKNOWN_SID}").refusal == (404, 20404)


@pytest.mark.parametrize("spoilt", ["{}0", "{}%0A", "{}%20", "X{}", "{}/"])
def test_a_malformed_sid_is_not_found(
    client: Client, sessions: str, spoilt: str
) -> None:
    made = client.post(sessions).json
    url = f"{sessions}/{spoilt.format(made['sid'])}"
    assert client.get(url).refusal == (404, 20404)
    assert client.post(url, {"Ttl": "1"}).refusal == (404, 20404)
    assert client.delete(url).refusal == (404, 20404)
    assert client.get(f"{url}/Participants").refusal == (404, 20404)
    assert client.get(made["url"]).json == made
