"""No check of these areas raises, and none passes, on evidence that is hostile."""

from dataclasses import replace
from typing import Any

import pytest

from conformance.checks import children, create, enums, links, properties
from conformance.exchange import Json, Probe, Role
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
from conformance.verdict import Outcome

CHECKS = (
    *properties.CHECKS,
    *enums.CHECKS,
    *links.CHECKS,
    *create.CHECKS,
    *children.CHECKS,
)
VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 10**40, "", "\0", "\ud800", "x" * 10_000),
    *([], {}, [[]], [None], {"": None}, {"sid": {}}, {"key": []}, {"key": "sessions"}),
)
SCENES = (
    "session-object/FetchSession",
    "mode-word/CreateSession",
    "status-word/UpdateSession",
    "together/CreateSession",
    "participants/CreateSession",
    "third/CreateParticipant",
)
LABELS = ("bare", "whole", "linked", "empty", "repeated", "array", "conflict")
SIDS = {
    "SessionSid": SESSION,
    "ParticipantSid": PARTICIPANT,
    "Sid": INTERACTION,
}


def probes() -> list[Probe]:
    form = [("Mode", "\0"), ("Participants", "["), ("Ttl", ""), ("Status", "")]
    return [
        _filled(
            WORLD.call(operation.id, form=form if operation.method == "POST" else None)
        )
        for operation in library().contract.operations
    ]


def _filled(probe: Probe) -> Probe:
    for name, sid in SIDS.items():
        probe = replace(probe, path=probe.path.replace(f"{{{name}}}", sid))
    return probe


def bodies(value: Json) -> list[Any]:
    whole = dict.fromkeys(session(), value)
    return [
        *(value, whole, page(value, whole), whole | {"interactions": [value]}),
        *({"meta": value}, {"meta": {"key": value}, "sessions": value}),
        session(links={"participants": value, "interactions": value}),
        session() | {"extra": whole, "links": [whole]},
    ]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:20])
@pytest.mark.parametrize("status", [200, 201, 204, 400])
def test_no_check_raises_whatever_is_shown(value: object, status: int) -> None:
    seen = evidence(
        *(
            answered(
                probe,
                status,
                body,
                scene=SCENES[index % len(SCENES)],
                label=LABELS[index % len(LABELS)],
                role=list(Role)[index % 3],
                pair="x",
            )
            for index, probe in enumerate(probes())
            for body in bodies(value)
        )
    )
    errors = [v.reason for v in examine(CHECKS, seen) if v.outcome is Outcome.ERROR]
    assert errors == []


def test_every_verdict_is_on_a_point_that_the_catalogue_lists() -> None:
    rows = library().catalogue.requirements
    for value in (None, "x", session()):
        seen = evidence(
            *(
                answered(probe, status, body, scene=scene, label=label)
                for probe in probes()
                for status in (200, 201)
                for body in bodies(value)[:4]
                for scene, label in zip(SCENES, LABELS, strict=False)
            )
        )
        for verdict in examine(CHECKS, seen):
            row = rows[verdict.requirement]
            assert verdict.operation in row.operations
            assert not verdict.choice or verdict.choice in row.choices


@pytest.mark.parametrize("status", [0, 401, 404, 429, 500])
def test_a_target_that_answers_everything_alike_passes_nothing(status: int) -> None:
    seen = evidence(
        *(
            answered(
                probe,
                status,
                {"code": 1},
                scene=scene,
                role=role,
                pair="x",
                label=label,
            )
            for probe in probes()
            for scene in SCENES
            for role in Role
            for label in LABELS
        )
    )
    choosing = {"ENUM-009", "CRE-008", "CRE-009"}
    found = {v.outcome for v in examine(CHECKS, seen) if v.requirement not in choosing}
    assert found <= {Outcome.UNKNOWN}
