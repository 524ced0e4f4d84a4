"""Laws of judging the URLs that a Session shows."""

import pytest

from conformance.checks.links import CHECKS
from conformance.exchange import Exchange, Json
from conformance.tests.histories import (
    ORIGIN,
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

FETCH = WORLD.call("FetchSession", Sid=SESSION)
LIST = WORLD.call("ListSession")
OTHER = "KC" + "9" * 32
BELOW = f"/v1/Services/{SERVICE}/Sessions/{SESSION}"


def fetched(**changes: Json) -> Exchange:
    return answered(FETCH, 200, session(**changes))


def linking(url: str) -> dict[str, str]:
    return {
        "participants": f"{url}/Participants",
        "interactions": f"{url}/Interactions",
    }


def test_a_correct_session_passes_at_every_operation() -> None:
    create = WORLD.call("CreateSession", form={})
    update = WORLD.call("UpdateSession", Sid=SESSION, form={})
    seen = evidence(
        answered(create, 201, session()),
        fetched(),
        answered(LIST, 200, page(session(), session())),
        answered(update, 200, session()),
    )
    found = verdicts(seen, CHECKS)
    assert {v.outcome for v in found} == {Outcome.PASS}
    assert {(v.requirement, v.operation) for v in found} == {
        (requirement, operation)
        for requirement in ("LINK-001", "LINK-002", "LINK-003", "LINK-005")
        for operation in (
            "CreateSession",
            "FetchSession",
            "ListSession",
            "UpdateSession",
        )
    }


@pytest.mark.parametrize(
    "origin",
    ["http://localhost:8000", "https://proxy.twilio.com", "HTTP://[::1]", "http://a.b"],
)
def test_any_host_will_do(origin: str) -> None:
    url = origin + BELOW
    assert failures(evidence(fetched(url=url, links=linking(url))), CHECKS) == set()


def test_the_digits_of_a_sid_may_be_in_either_case() -> None:
    sid = "KC" + "ab" * 16
    path = f"{ORIGIN}/v1/Services/{SERVICE}/Sessions/KC" + "AB" * 16
    shown = session(sid=sid, url=path, links=linking(path))
    probe = WORLD.call("FetchSession", Sid=sid)
    assert failures(evidence(answered(probe, 200, shown)), CHECKS) == set()
    mounted = path.replace("/v1/", "/gateway/v1/")
    shown = session(sid=sid, url=mounted, links=linking(mounted))
    assert failures(evidence(answered(probe, 200, shown)), CHECKS) == set()


def test_a_percent_escape_of_a_plain_character_is_the_character() -> None:
    url = f"{ORIGIN}/v1/Services/{SERVICE}/%53essions/{SESSION}"
    assert failures(evidence(fetched(url=url)), CHECKS) == set()


@pytest.mark.parametrize(
    ("url", "symptom"),
    [
        (BELOW, "not an absolute http or https URL"),
        (f"//host.test{BELOW}", "not an absolute http or https URL"),
        (f"ftp://host.test{BELOW}", "not an absolute http or https URL"),
        (f"{ORIGIN}/{BELOW}", "a double slash"),
        (f"{ORIGIN}{BELOW}/", "another path"),
        (f"{ORIGIN}{BELOW.replace('/v1', '')}", "another path"),
        (f"{ORIGIN}{BELOW.replace('/v1', '/v1/v1')}", "another path"),
        (f"{ORIGIN}{BELOW.replace('/v1', '/v2')}", "another path"),
        (f"{ORIGIN}{BELOW.lower()}", "another path"),
        (f"{ORIGIN}{BELOW.replace(SESSION, OTHER)}", "the path of another resource"),
        (f"{ORIGIN}/v1/Services/{SERVICE}/Sessions", "another path"),
        ("", "not an absolute http or https URL"),
    ],
)
def test_another_url_fails_and_is_told_as_a_class(url: str, symptom: str) -> None:
    seen = evidence(fetched(url=url))
    assert failures(seen, CHECKS) == {("LINK-001", "FetchSession", symptom)}


def test_a_path_before_the_version_is_where_the_api_is_mounted() -> None:
    url = f"{ORIGIN}/gate/way{BELOW}"
    shown = session(url=url, links=linking(url))
    mounted = evidence(answered(FETCH, 200, shown), answered(LIST, 200, page(shown)))
    assert failures(mounted, CHECKS) == set()
    assert failures(evidence(fetched(url=url)), CHECKS) == {
        ("LINK-003", "FetchSession", "participants: another path"),
        ("LINK-003", "FetchSession", "interactions: another path"),
    }


def test_a_path_before_the_version_in_some_urls_only_fails() -> None:
    url = f"{ORIGIN}/gateway{BELOW}"
    seen = evidence(fetched(), answered(LIST, 200, page(session(url=url))))
    assert failures(seen, CHECKS) == {("LINK-001", "ListSession", "another path")}


@pytest.mark.parametrize(
    ("links", "symptom"),
    [
        ({}, "participants absent, interactions absent"),
        ({"participants": f"{SESSION_URL}/Participants"}, "interactions absent"),
        (linking(SESSION_URL) | {"participants": None}, "participants null"),
        (linking(SESSION_URL) | {"interactions": {"a": 1}}, "interactions object"),
    ],
)
def test_both_links_are_there_as_texts(links: object, symptom: str) -> None:
    seen = evidence(fetched(links=links), fetched(links=links))
    assert failures(seen, CHECKS) == {("LINK-002", "FetchSession", symptom)}


@pytest.mark.parametrize(
    ("name", "url", "symptom"),
    [
        ("participants", f"{SESSION_URL}/Interactions", "another path"),
        ("participants", f"{SESSION_URL}/participants", "another path"),
        ("interactions", f"{BELOW}/Interactions", "not an absolute http or https URL"),
        ("interactions", f"{SESSION_URL}//Interactions", "a double slash"),
        (
            "interactions",
            f"{SESSION_URL.replace(SESSION, OTHER)}/Interactions",
            "the path of another resource",
        ),
    ],
)
def test_a_link_is_the_own_url_and_its_name(name: str, url: str, symptom: str) -> None:
    seen = evidence(fetched(links=linking(SESSION_URL) | {name: url}))
    assert failures(seen, CHECKS) == {
        ("LINK-003", "FetchSession", f"{name}: {symptom}")
    }


def test_url_and_links_may_be_null() -> None:
    found = verdicts(evidence(fetched(url=None, links=None)), CHECKS)
    assert {(v.requirement, v.outcome) for v in found} == {
        (requirement, Outcome.PASS)
        for requirement in ("LINK-001", "LINK-002", "LINK-003")
    }
    absent = session()
    del absent["url"], absent["links"]
    assert verdicts(evidence(answered(FETCH, 200, absent)), CHECKS) == []


@pytest.mark.parametrize("value", [7, [], True])
def test_urls_of_another_type_are_judged_by_others(value: object) -> None:
    seen = evidence(fetched(url=value, links=value))
    assert verdicts(seen, CHECKS) == []


@pytest.mark.parametrize("sid", [None, "KC12", "x" * 34, 7])
def test_a_session_without_its_sid_has_no_path_to_compare(sid: object) -> None:
    seen = evidence(answered(LIST, 200, page(session(sid=sid, url="/", links={}))))
    assert {v.requirement for v in verdicts(seen, CHECKS)} == {"LINK-002"}


def test_a_session_under_a_service_that_is_no_sid_has_no_path_to_compare() -> None:
    probe = WORLD.call("FetchSession", service="my-service", Sid=SESSION)
    seen = evidence(answered(probe, 200, session(url="/")))
    assert verdicts(seen, CHECKS, "LINK-001") == []


def test_a_session_fetched_by_name_is_where_its_sid_says() -> None:
    probe = WORLD.call("FetchSession", Sid="my-name")
    assert failures(evidence(answered(probe, 200, session())), CHECKS) == set()


def test_a_wrong_sid_in_the_answer_is_not_held_against_the_url() -> None:
    seen = evidence(fetched(sid=OTHER, service_sid="KS" + "8" * 32))
    assert failures(seen, CHECKS) == set()


def following(*, whole: int, linked: int) -> list[tuple[str, Outcome]]:
    scene = "session-object/FetchSession"
    lists = ("ListParticipant", "ListInteraction")
    seen = evidence(
        answered(FETCH, whole, session(), scene=scene, label="whole"),
        *(
            answered(
                WORLD.call(operation, SessionSid=SESSION),
                linked,
                {},
                scene=scene,
                label="linked",
            )
            for operation in lists
        ),
    )
    return [(v.operation, v.outcome) for v in verdicts(seen, CHECKS, "LINK-004")]


@pytest.mark.parametrize(
    ("whole", "linked", "outcome"),
    [
        (200, 200, Outcome.PASS),
        (200, 404, Outcome.FAIL),
        (200, 405, Outcome.FAIL),
        (200, 500, Outcome.UNKNOWN),
        (200, 0, Outcome.UNKNOWN),
        (404, 404, Outcome.UNKNOWN),
        (404, 200, Outcome.UNKNOWN),
    ],
)
def test_a_link_resolves_while_its_session_is_there(
    whole: int, linked: int, outcome: Outcome
) -> None:
    assert following(whole=whole, linked=linked) == [
        ("ListParticipant", outcome),
        ("ListInteraction", outcome),
    ]


@pytest.mark.parametrize(
    ("urls", "choice"),
    [
        (
            ["https://proxy.twilio.com/v1", "https://PROXY.twilio.com/v1"],
            "a host of twilio.com",
        ),
        (["https://proxy.dublin.ie1.twilio.com/"], "a host of twilio.com"),
        (["http://localhost:1", "http://localhost:2/x"], "another host"),
        (["https://nottwilio.com/"], "another host"),
        (["https://proxy.twilio.com", "http://localhost"], "several hosts"),
    ],
)
def test_the_hosts_of_urls_are_observed(urls: list[str], choice: str) -> None:
    shown = (session(url=url, links={"more": url, "none": 7}) for url in urls)
    seen = evidence(*(answered(FETCH, 200, body) for body in shown))
    assert choices(seen, CHECKS, "LINK-005") == {("FetchSession", choice)}


def test_a_url_without_a_host_is_not_observed() -> None:
    seen = evidence(fetched(url=BELOW, links=None))
    assert verdicts(seen, CHECKS, "LINK-005") == []
