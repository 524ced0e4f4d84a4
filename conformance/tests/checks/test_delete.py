"""Laws of what goes with a deleted Session, and of what stays."""

from dataclasses import replace
from typing import Any

import pytest

from conformance.checks.delete import CHECKS
from conformance.exchange import Credentials, Exchange
from conformance.tests.histories import (
    INTERACTION,
    PARTICIPANT,
    SERVICE,
    SESSION,
    WORLD,
    answered,
    evidence,
    page,
)
from conformance.tests.lives import OTHER_SESSION, at, delete, fetch, removed, said
from conformance.tests.verdicts import Told, choices, failures, verdicts
from conformance.verdict import Outcome

BELOW = {
    "FetchParticipant": {"Sid": PARTICIPANT},
    "ListParticipant": {},
    "FetchInteraction": {"Sid": INTERACTION},
    "ListInteraction": {},
    "FetchMessageInteraction": {"Sid": INTERACTION, "ParticipantSid": PARTICIPANT},
    "ListMessageInteraction": {"ParticipantSid": PARTICIPANT},
}
ROWS = {
    "FetchParticipant": "DEL-005",
    "ListParticipant": "DEL-005",
    "FetchInteraction": "DEL-006",
    "ListInteraction": "DEL-006",
    "FetchMessageInteraction": "DEL-007",
    "ListMessageInteraction": "DEL-007",
}


def look(
    operation: str,
    answer: int = 200,
    *items: dict[str, Any],
    session: str = SESSION,
    **about: Any,  # noqa: ANN401  fields of Probe
) -> Exchange:
    path = {"SessionSid": session} | BELOW[operation]
    probe = WORLD.call(operation, **path)  # type: ignore[arg-type]  # names of the path
    key = "participants" if operation == "ListParticipant" else "interactions"
    lists = operation.startswith("List")
    body = page(*items, key=key) if lists else {"sid": "x"}
    return answered(probe, answer, body if answer == 200 else {}, **about)


def before(operation: str) -> Exchange:
    return look(operation, 200, {"sid": "x"})


TOLD = Told(CHECKS)
outcomes = TOLD.outcomes


@pytest.mark.parametrize("operation", BELOW)
def test_what_belongs_to_a_session_goes_with_it(operation: str) -> None:
    life = before(operation), delete(), look(operation, 404)
    assert outcomes(ROWS[operation], *life) == [Outcome.PASS]
    stays = evidence(before(operation), delete(), before(operation))
    lists = operation.startswith("List")
    symptom = "a list that shows some" if lists else "still there"
    assert failures(stays, CHECKS) == {(ROWS[operation], operation, symptom)}


@pytest.mark.parametrize("operation", BELOW)
@pytest.mark.parametrize("answer", [0, 401, 429, 500])
def test_an_answer_that_is_not_plain_proves_nothing(
    operation: str, answer: int
) -> None:
    life = before(operation), delete(), look(operation, answer)
    assert verdicts(evidence(*life), CHECKS) == []


@pytest.mark.parametrize("operation", BELOW)
def test_absence_counts_only_beside_presence(operation: str) -> None:
    life = look(operation, 404), delete(), look(operation, 404)
    assert verdicts(evidence(*life), CHECKS) == []
    assert verdicts(evidence(delete(), look(operation, 404)), CHECKS) == []
    refused = before(operation), delete(answer=404), look(operation, 404)
    assert verdicts(evidence(*refused), CHECKS) == []


@pytest.mark.parametrize(
    ("after", "choice"),
    [
        (look("ListParticipant", 404), "404"),
        (look("ListParticipant", 200), "empty list"),
        (look("ListParticipant", 410), "another refusal"),
    ],
)
def test_a_list_below_a_deleted_session_is_a_choice(
    after: Exchange, choice: str
) -> None:
    seen = evidence(before("ListParticipant"), delete(), after)
    assert choices(seen, CHECKS, "DEL-015") == {("ListParticipant", choice)}
    assert failures(seen, CHECKS) == set()


def test_what_overlaps_the_delete_is_not_judged() -> None:
    gone = at(5, delete(), took_s=2)
    during = at(6, before("FetchParticipant"))
    life = at(1, before("FetchParticipant")), gone, during
    assert verdicts(evidence(*life), CHECKS) == []


def test_foreign_credentials_tell_nothing() -> None:
    stranger = replace(delete().probe, credentials=Credentials.NONE)
    life = before("FetchParticipant"), answered(stranger, 204, b"")
    assert verdicts(evidence(*life, look("FetchParticipant", 404)), CHECKS) == []


def test_interactions_go_beyond_the_first_page() -> None:
    many = [said()] * 51
    probe = look("FetchInteraction", label="last")
    life = *many, probe, delete()
    gone = replace(look("FetchInteraction", 404, label="last"))
    assert outcomes("DEL-014", *life, gone) == [Outcome.PASS]
    seen = failures(evidence(*life, probe), CHECKS)
    assert seen == {("DEL-014", "FetchInteraction", "still there")}
    few = *many[:50], probe, delete(), probe
    assert failures(evidence(*few), CHECKS) == {
        ("DEL-006", "FetchInteraction", "still there")
    }


def beside(operation: str, answer: int = 200, *items: dict[str, Any]) -> Exchange:
    return look(operation, answer, *items, session=OTHER_SESSION)


@pytest.mark.parametrize("operation", BELOW)
def test_what_belongs_to_other_sessions_stays(operation: str) -> None:
    there = beside(operation, 200, {"sid": "x"})
    assert outcomes("DEL-011", there, delete(), there) == [Outcome.PASS]
    seen = evidence(there, delete(), beside(operation, 404), there)
    assert failures(seen, CHECKS) == {
        ("DEL-011", "DeleteSession", f"{operation}: gone")
    }


@pytest.mark.parametrize(
    "life",
    [
        (beside("ListParticipant"), delete(), beside("ListParticipant")),
        (beside("FetchParticipant"), delete(), beside("FetchParticipant", 500)),
        (delete(), beside("FetchParticipant", 404)),
        (
            beside("FetchParticipant"),
            delete(),
            removed(),
            beside("FetchParticipant", 404),
        ),
        (
            beside("FetchParticipant"),
            delete(),
            delete(sid=OTHER_SESSION, answer=0),
            beside("FetchParticipant", 404),
        ),
        (
            beside("FetchParticipant"),
            at(5, delete(), took_s=2),
            at(6, beside("FetchParticipant", 404)),
        ),
        (
            beside("FetchParticipant"),
            delete(),
            delete(sid=OTHER_SESSION),
            beside("FetchParticipant", 404),
        ),
        (
            beside("FetchParticipant"),
            delete(),
            look("FetchParticipant", 404, session=OTHER_SESSION, scene="another"),
        ),
    ],
)
def test_others_are_judged_beside_one_delete_alone(life: tuple[Exchange, ...]) -> None:
    assert outcomes("DEL-011", *life) == []


def heir(answer: int, *items: dict[str, Any]) -> Exchange:
    scene = "with-participants/x"
    return look("ListParticipant", answer, *items, scene=scene, label="heir")


def test_a_new_session_has_none_of_a_dead_one_s_participants() -> None:
    proof = look("ListParticipant", 200, {"sid": "x"}, scene="with-participants/x")
    assert outcomes("DEL-013", proof, heir(200)) == [Outcome.PASS]
    seen = evidence(heir(200, {"sid": "x"}))
    assert failures(seen, CHECKS) == {("DEL-013", "ListParticipant", "some")}
    assert outcomes("DEL-013", heir(200)) == []
    assert outcomes("DEL-013", proof, heir(404)) == []
    odd = replace(heir(200), sent=replace(heir(200).sent, url="/elsewhere"))
    assert outcomes("DEL-013", proof, odd) == []


@pytest.mark.parametrize(
    ("removal", "answer", "body", "choice"),
    [
        (204, 200, {"date_deleted": "x"}, {"kept with date_deleted"}),
        (204, 200, {}, {"kept without date_deleted"}),
        (204, 404, {}, {"gone"}),
        (204, 500, {}, set()),
        (404, 200, {}, set()),
    ],
)
def test_the_record_of_a_removed_participant_is_a_choice(
    removal: int, answer: int, body: dict[str, Any], choice: set[str]
) -> None:
    scene = "with-participants/x"
    gone = removed(answer=removal)
    gone = replace(gone, probe=replace(gone.probe, scene=scene, label="remove"))
    path = {"SessionSid": SESSION, "Sid": PARTICIPANT}
    probe = WORLD.call("FetchParticipant", **path)  # type: ignore[arg-type]  # as above
    seen = answered(probe, answer, body, scene=scene, label="removed")
    found = choices(evidence(gone, seen, before("FetchParticipant")), CHECKS, "DEL-016")
    assert {c for _, c in found} == choice
    if answer == 404:
        assert outcomes("DEL-016", gone, seen) == [Outcome.UNKNOWN]


@pytest.mark.parametrize(
    ("deletion", "after", "choice"),
    [
        (204, 404, {"deletes them"}),
        (204, 200, {"leaves them"}),
        (409, 200, {"refused"}),
        (204, 500, set()),
        (0, 404, set()),
    ],
)
def test_what_becomes_of_a_service_s_sessions_is_a_choice(
    deletion: int, after: int, choice: set[str]
) -> None:
    probe = WORLD.call("DeleteService", Sid=SERVICE)
    gone = answered(probe, deletion, b"", scene="listed/x", label="delete-service")
    seen = fetch(answer=after)
    seen = replace(seen, probe=replace(seen.probe, scene="listed/x", label="after"))
    elsewhere = answered(probe, 204, b"", scene="clean-up")
    found = choices(evidence(gone, seen, elsewhere), CHECKS, "DEL-017")
    assert {c for _, c in found} == choice
    if deletion == 409:
        assert outcomes("DEL-017", gone, seen) == [Outcome.UNKNOWN]


@pytest.mark.parametrize("operation", BELOW)
def test_what_belongs_to_a_sid_that_was_given_again_is_not_held_against_it(
    operation: str,
) -> None:
    created = answered(WORLD.call("CreateSession", form={}), 201, {"sid": SESSION})
    life = created, before(operation), delete()
    assert outcomes(ROWS[operation], *life, look(operation, 404)) == [Outcome.PASS]
    assert outcomes(ROWS[operation], *life, created, before(operation)) == []
