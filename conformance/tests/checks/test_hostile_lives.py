"""No check of a Session's life raises, and none passes, on evidence that is hostile."""

from dataclasses import replace
from itertools import cycle, product
from typing import Any

import pytest

from conformance.checks import consistency, delete, expiry, lifecycle, update
from conformance.evidence import Evidence
from conformance.exchange import Exchange, Json, Probe, Role
from conformance.judge import examine
from conformance.library import library
from conformance.tests.histories import (
    INTERACTION,
    PARTICIPANT,
    SESSION,
    WORLD,
    answered,
    evidence,
    page,
    session,
)
from conformance.tests.lives import at, create
from conformance.verdict import Outcome

CHECKS = (
    *consistency.CHECKS,
    *update.CHECKS,
    *lifecycle.CHECKS,
    *expiry.CHECKS,
    *delete.CHECKS,
)
VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 10**40, "", "\0", "\ud800", "x" * 10_000),
    *([], {}, [[]], [None], {"": None}, {"sid": {}}, "9999-12-31T23:59:59-23:59"),
    *("0001-01-01T00:00:00+23:59", "2026-03-01T24:00:00Z", SESSION, "closed"),
)
SCENES = (
    *("read-your-writes/x", "another-service/x", "withdrawn/x", "interaction/x"),
    *("date-expiry/x", "ttl-alone/x", "ttl-after-use/x", "listed/x"),
    *("with-participants/x", "with-messages/x"),
)
LABELS = (
    *("change", "empty", "name", "named", "used", "used-again", "joined", "left"),
    *("limit", "limit-read", "due", "due-read", "read", "reopen", "reopened"),
    *("heir", "remove", "removed", "delete-service", "after"),
)
FORMS: tuple[list[tuple[str, str]], ...] = (
    [("Ttl", "\0"), ("Status", ""), ("DateExpiry", "soon"), ("UniqueName", "")],
    [("Ttl", "9" * 5000), ("Status", "closed")],
    [("Status", "in-progress")],
)


def probes() -> list[Probe]:
    return [
        _filled(WORLD.call(operation.id, form=form if posts else None))
        for operation in library().contract.operations
        for posts in [operation.method == "POST"]
        for form in (FORMS if posts else FORMS[:1])
    ]


def _filled(probe: Probe) -> Probe:
    sids = {"SessionSid": SESSION, "ParticipantSid": PARTICIPANT}
    own = SESSION if probe.operation.endswith("Session") else INTERACTION
    path = probe.path
    for name, sid in (sids | {"Sid": own}).items():
        path = path.replace(f"{{{name}}}", sid)
    return replace(probe, path=path)


def lives(value: Json, status: int) -> Evidence:
    """Return a Session that was created whole, and then answered so everywhere."""
    whole = session() | dict.fromkeys(session(), value) | {"sid": SESSION}
    bodies = (value, whole, page(value, whole), session(ttl=value, status=value))
    places = tuple(product(SCENES, LABELS))
    told = [
        answered(
            probe,
            status,
            body,
            scene=places[index * 7 % len(places)][0],
            label=places[index * 7 % len(places)][1],
            role=list(Role)[index % 3],
            pair="x",
        )
        for index, (probe, body) in enumerate(product(probes() * 2, bodies))
    ]
    return evidence(create(), *(at(n * 0.1, one) for n, one in enumerate(told)))


@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:20])
@pytest.mark.parametrize("status", [0, 200, 204, 404, 999])
def test_no_check_raises_whatever_is_shown(value: object, status: int) -> None:
    found = examine(CHECKS, lives(value, status))
    assert [v.reason for v in found if v.outcome is Outcome.ERROR] == []


@pytest.mark.parametrize("status", [200, 204, 400, 404])
def test_every_verdict_is_on_a_point_that_the_catalogue_lists(status: int) -> None:
    rows = library().catalogue.requirements
    for value in VALUES:
        for verdict in examine(CHECKS, lives(value, status)):
            row = rows[verdict.requirement]
            assert verdict.operation in row.operations
            assert not verdict.choice or verdict.choice in row.choices


def alike(status: int, body: object) -> list[Exchange]:
    roles = cycle(Role)
    return [
        answered(
            probe,
            status,
            body,
            scene=scene,
            label=label,
            role=next(roles),
            pair=probe.operation,
        )
        for scene, label in product(SCENES, LABELS)
        for probe in probes()
    ]


@pytest.mark.parametrize(
    ("status", "body"), [(0, {}), (401, {}), (404, {}), (429, {}), (500, {}), (200, {})]
)
def test_a_target_that_answers_everything_alike_passes_nothing(
    status: int, body: object
) -> None:
    rows = library().catalogue.requirements
    passed = {
        verdict.requirement
        for verdict in examine(CHECKS, evidence(*alike(status, body)))
        if verdict.outcome is Outcome.PASS
    }
    # A choice is not a pass: it says what was answered, and here it always says so.
    assert {each for each in passed if not rows[each].choices} == set()
