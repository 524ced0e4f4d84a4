"""Laws of credentials: who has none is refused, told little, and changes nothing."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from conformance.checks.authentication import CHECKS
from conformance.exchange import Credentials, Exchange, Role
from conformance.script import Fields
from conformance.tests.histories import SERVICE, SESSION, WORLD, answered, evidence
from conformance.tests.lives import shown
from conformance.tests.verdicts import Told, choices, failures
from conformance.verdict import Outcome

SCENE = "credentials/Session"
REFUSAL = {"code": 20003, "message": "Authenticate", "status": 401}
FORMS: Mapping[str, Fields | None] = {
    "CreateSession": {"UniqueName": "n", "Ttl": "600"},
    "UpdateSession": {"Ttl": "900"},
    "FetchSession": None,
    "DeleteSession": None,
}
STATUSES = {"CreateSession": 201, "DeleteSession": 204}


def asked(
    operation: str,
    status: int,
    body: object = None,
    *,
    scene: str = SCENE,
    **about: Any,  # noqa: ANN401  fields of Probe
) -> Exchange:
    path = {} if operation in {"CreateSession", "ListSession"} else {"Sid": SESSION}
    probe = WORLD.call(operation, form=FORMS.get(operation), **path)  # type: ignore[arg-type]  # names of the path
    seen = REFUSAL if status == 401 else shown()
    return answered(probe, status, seen if body is None else body, scene=scene, **about)


def stranger(
    operation: str,
    status: int = 401,
    body: object = None,
    credentials: Credentials = Credentials.NONE,
) -> Exchange:
    about = {"role": Role.SPOILT, "pair": operation, "defect": credentials.value}
    return asked(operation, status, body, credentials=credentials, **about)


def owner(operation: str, status: int = 0, body: object = None) -> Exchange:
    about: dict[str, Any] = {"role": Role.CONTROL, "pair": operation}
    return asked(operation, status or STATUSES.get(operation, 200), body, **about)


TOLD = Told(CHECKS)
outcomes = TOLD.outcomes


@pytest.mark.parametrize(
    ("credentials", "requirement"),
    [
        (Credentials.NONE, "AUTH-001"),
        (Credentials.WRONG_TOKEN, "AUTH-002"),
        (Credentials.GARBLED, "AUTH-002"),
    ],
)
@pytest.mark.parametrize(
    ("status", "control", "outcome"),
    [
        (401, 200, Outcome.PASS),
        (403, 200, Outcome.FAIL),
        (200, 200, Outcome.FAIL),
        (200, 500, Outcome.FAIL),
        (401, 401, Outcome.UNKNOWN),
        (500, 200, Outcome.UNKNOWN),
        (0, 200, Outcome.UNKNOWN),
    ],
)
def test_a_stranger_is_refused_beside_the_owner(
    credentials: Credentials,
    requirement: str,
    status: int,
    control: int,
    outcome: Outcome,
) -> None:
    seen = stranger("FetchSession", status, credentials=credentials)
    life = seen, owner("FetchSession", control)
    assert outcomes(requirement, *life) == [outcome]


@pytest.mark.parametrize(
    ("operation", "path", "requirement"),
    [
        ("FetchService", {"Sid": SERVICE}, "AUTH-006"),
        ("ListParticipant", {"SessionSid": SESSION}, "AUTH-006"),
        ("DeleteService", {"Sid": SERVICE}, "AUTH-007"),
        ("CreateParticipant", {"SessionSid": SESSION}, "AUTH-007"),
    ],
)
def test_below_a_session_strangers_are_refused_as_well(
    operation: str, path: dict[str, str], requirement: str
) -> None:
    probe = WORLD.call(operation, **path)  # type: ignore[arg-type]  # names of the path
    about: dict[str, Any] = {"scene": "children/x", "pair": "a"}
    spoilt = about | {"role": Role.SPOILT, "label": "credentials"}
    twin = answered(probe, 200, {}, role=Role.CONTROL, **about)
    for status, outcome in ((401, Outcome.PASS), (200, Outcome.FAIL)):
        seen = answered(probe, status, {}, **spoilt), twin
        assert outcomes(requirement, *seen) == [outcome]
    other = answered(probe, 401, {}, **spoilt | {"label": "malformed-session"})
    assert outcomes(requirement, other, twin) == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (20003, [Outcome.PASS]),
        (20004, [Outcome.FAIL]),
        ("20003", []),
        (True, []),
        (None, []),
    ],
)
def test_the_code_of_a_401_is_its_own(code: object, found: list[Outcome]) -> None:
    assert outcomes("AUTH-003", stranger("FetchSession", 401, {"code": code})) == found
    assert outcomes("AUTH-003", stranger("FetchSession", 403, {"code": code})) == []


def test_a_401_shows_nothing_of_the_resource() -> None:
    assert outcomes("AUTH-005", stranger("FetchSession")) == [Outcome.PASS]
    telling = stranger("FetchSession", 401, REFUSAL | {"sid": SESSION})
    assert failures(evidence(telling), CHECKS) == {
        ("AUTH-005", "FetchSession", "shows the resource")
    }
    probe = WORLD.call("FetchService", Sid=SERVICE)
    assert outcomes("AUTH-005", answered(probe, 401, {"sid": SERVICE})) == []


@pytest.mark.parametrize(
    ("challenge", "choice"),
    [
        (None, "absent"),
        ('Basic realm="a"', "Basic"),
        (" basic", "Basic"),
        ("Bearer", "another scheme"),
    ],
)
def test_the_challenge_of_a_401_is_observed(challenge: str | None, choice: str) -> None:
    seen = stranger("FetchSession")
    assert seen.response is not None
    headers = () if challenge is None else (("WWW-Authenticate", challenge),)
    seen = replace(seen, response=replace(seen.response, headers=headers))
    assert choices(evidence(seen), CHECKS, "AUTH-008") == {("FetchSession", choice)}
    assert choices(evidence(stranger("ListSession")), CHECKS, "AUTH-008") == set()


def anew(status: int = 201) -> Exchange:
    """Return the create of another name, after one that found its name taken."""
    return asked("CreateSession", status, shown(), label="anew")


@pytest.mark.parametrize(
    ("seen", "outcome"),
    [
        ((owner("CreateSession"),), Outcome.PASS),
        ((owner("CreateSession", 409), anew()), Outcome.FAIL),
        ((owner("CreateSession", 409), anew(409)), Outcome.UNKNOWN),
        ((owner("CreateSession", 409),), Outcome.UNKNOWN),
        ((owner("CreateSession", 500),), Outcome.UNKNOWN),
        ((), Outcome.UNKNOWN),
    ],
)
def test_a_refused_create_creates_nothing(
    seen: tuple[Exchange, ...], outcome: Outcome
) -> None:
    assert outcomes("AUTH-004", stranger("CreateSession"), *seen) == [outcome]


@pytest.mark.parametrize(
    ("seen", "outcome"),
    [
        ((owner("CreateSession"), owner("FetchSession")), Outcome.PASS),
        (
            (owner("CreateSession"), owner("FetchSession", 200, {"ttl": 900})),
            Outcome.FAIL,
        ),
        # Another ttl than either is not what the stranger asked for.
        (
            (owner("CreateSession"), owner("FetchSession", 200, {"ttl": 7})),
            Outcome.UNKNOWN,
        ),
        ((owner("CreateSession"), owner("FetchSession", 404)), Outcome.UNKNOWN),
        ((owner("CreateSession"),), Outcome.UNKNOWN),
        ((owner("FetchSession"),), Outcome.UNKNOWN),
        ((anew(), owner("FetchSession")), Outcome.PASS),
    ],
)
def test_a_refused_update_updates_nothing(
    seen: tuple[Exchange, ...], outcome: Outcome
) -> None:
    assert outcomes("AUTH-004", stranger("UpdateSession"), *seen) == [outcome]


FETCHED = owner("FetchSession")


@pytest.mark.parametrize(
    ("seen", "outcome"),
    [
        ((FETCHED, owner("UpdateSession")), Outcome.PASS),
        (
            (FETCHED, owner("UpdateSession", 404), owner("DeleteSession", 404)),
            Outcome.FAIL,
        ),
        (
            (FETCHED, owner("UpdateSession", 404), owner("DeleteSession")),
            Outcome.UNKNOWN,
        ),
        ((FETCHED, owner("UpdateSession", 404)), Outcome.UNKNOWN),
        ((FETCHED,), Outcome.UNKNOWN),
        ((owner("FetchSession", 404), owner("UpdateSession")), Outcome.UNKNOWN),
        ((owner("UpdateSession"),), Outcome.UNKNOWN),
    ],
)
def test_a_refused_delete_deletes_nothing(
    seen: tuple[Exchange, ...], outcome: Outcome
) -> None:
    assert outcomes("AUTH-004", stranger("DeleteSession"), *seen) == [outcome]


def test_a_write_that_was_let_in_is_no_refusal() -> None:
    writes = ("CreateSession", "UpdateSession", "DeleteSession")
    let_in = [stranger(operation, 200) for operation in writes]
    assert outcomes("AUTH-004", *let_in, owner("CreateSession"), FETCHED) == []
    one = stranger("CreateSession"), stranger("CreateSession", 500)
    assert outcomes("AUTH-004", *one, owner("CreateSession")) == []
