"""A target that answers everything alike is never taken for a lawful one."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from conformance.catalogue import Capability
from conformance.checks import CHECKS
from conformance.commands.selfcheck import Look, judgement
from conformance.evidence import Evidence
from conformance.exchange import Exchange, History, Probe, Role
from conformance.judge import Terms, judge
from conformance.library import library
from conformance.run import REPERTOIRE
from conformance.script import GaveUpError, Scenario, Send
from conformance.targets import Target
from conformance.tests.histories import ACCOUNT, WORLD, answered
from conformance.verdict import Level, Outcome

ERROR = {"code": 20404, "message": "no", "more_info": "https://host.test/errors/20404"}
ALIKE: Mapping[str, tuple[int, Any]] = {
    "200": (200, {}),
    "201": (201, {}),
    "204": (204, b""),
    "400": (400, ERROR | {"status": 400}),
    "401": (401, ERROR | {"status": 401}),
    "403": (403, {}),
    "404": (404, ERROR | {"status": 404}),
    "404 without a word": (404, {}),
    "405": (405, {}),
    "409": (409, {}),
    "422": (422, {}),
    "429": (429, {}),
    "500": (500, {}),
    "no answer": (0, None),
}
REFUSING = [name for name in ALIKE if name[0] == "4"]

# What every answer shows by itself, whatever was asked.
FORM_ALONE = {
    "AUTH-005",  # nothing of the resource is in a 401
    *(f"ERR-{number:03}" for number in range(1, 9)),  # the error object
    *("ERR-013", "ERR-014"),  # what else is in it
    "HTTP-012",  # it is HTTP
    "HTTP-013",  # and no 5xx
    "HTTP-030",
}


@cache
def outcomes(name: str) -> Mapping[str, frozenset[Outcome]]:
    """Return the outcomes per requirement where everything is answered so."""
    sent: list[Exchange] = []

    def answer(probe: Probe) -> Exchange:
        exchange = answered(probe, *ALIKE[name])
        number = len(sent) + 1
        sent.append(
            replace(exchange, number=number, began_ms=float(number), elapsed_ms=0.5)
        )
        return sent[-1]

    for scenario in REPERTOIRE:
        if Capability.GENERATION not in scenario.needs:
            perform(scenario, answer)
    specs = library()
    history = History(account_sid=ACCOUNT, exchanges=tuple(sent))
    terms = Terms(catalogue=specs.catalogue, profile=specs.catalogue.profile("full"))
    evidence = Evidence(history=history, contract=specs.contract)
    found: dict[str, set[Outcome]] = {}
    for ruling in judge(CHECKS, evidence, terms).rulings:
        found.setdefault(ruling.requirement, set()).add(ruling.outcome)
    return {id_: frozenset(some) for id_, some in found.items()}


def perform(scenario: Scenario, answer: Any) -> None:  # noqa: ANN401  as it is sent
    """Play a scenario to its end."""

    def send(probe: Probe) -> Exchange:
        exchange: Exchange = answer(replace(probe, scene=scenario.name))
        return exchange

    script = scenario.script(
        replace(WORLD, scene=scenario.name, other_sid="KS" + "9" * 32)
    )
    answers: tuple[Exchange, ...] | None = None
    try:
        while True:
            step = next(script) if answers is None else script.send(answers)
            probes = step.probes if isinstance(step, Send) else ()
            answers = tuple(map(send, probes))
    except (StopIteration, GaveUpError):
        return


@pytest.fixture(scope="module")
def negative() -> frozenset[str]:
    """Return the musts and shoulds that are judged by a refusal and its control."""
    history, judged = judgement(Look(name="clean"))
    role = {exchange.number: exchange.probe.role for exchange in history}
    rows = library().catalogue.requirements
    return frozenset(
        verdict.requirement
        for verdict in judged.verdicts
        if {Role.SPOILT, Role.CONTROL} <= {role[n] for n in verdict.evidence}
        and rows[verdict.requirement].level is not Level.OBSERVE
    )


def test_there_are_negative_requirements_in_most_areas(
    negative: frozenset[str],
) -> None:
    assert negative >= {"AUTH-001", "CON-010", "SID-003", "SID-008"}
    assert len(negative) >= 20


@pytest.mark.parametrize("name", ALIKE)
def test_no_negative_requirement_passes(name: str, negative: frozenset[str]) -> None:
    found = outcomes(name)
    passed = {id_ for id_ in negative if Outcome.PASS in found[id_]}
    assert passed == set()


@pytest.mark.parametrize("name", REFUSING)
def test_what_refuses_everything_passes_by_its_form_alone(name: str) -> None:
    rows = library().catalogue.requirements
    passed = {
        id_
        for id_, found in outcomes(name).items()
        if Outcome.PASS in found and rows[id_].level is not Level.OBSERVE
    }
    assert passed <= FORM_ALONE


def test_a_target_that_never_answers_passes_nothing() -> None:
    found = outcomes("no answer")
    assert set().union(*found.values()) == {Outcome.UNKNOWN}


@pytest.mark.parametrize("name", ALIKE)
def test_no_scenario_and_no_check_raises_at_it(name: str) -> None:
    assert all(Outcome.ERROR not in found for found in outcomes(name).values())


@pytest.mark.parametrize("name", REFUSING)
def test_what_refuses_everything_has_chosen_nothing(name: str) -> None:
    rows = library().catalogue.requirements
    chosen = {
        id_
        for id_, found in outcomes(name).items()
        if Outcome.PASS in found and rows[id_].level is Level.OBSERVE
    }
    assert chosen == set()


class Refusing:
    """The target behind it, but one operation refuses whatever it is asked for."""

    def __init__(self, target: Target, operation: str) -> None:
        self._target = target
        self._operation = operation

    def send(self, probes: tuple[Probe, ...], first: int) -> tuple[Exchange, ...]:
        return tuple(map(self._refused, self._target.send(probes, first)))

    def close(self) -> None:
        self._target.close()

    def _refused(self, exchange: Exchange) -> Exchange:
        operation = library().contract.match(exchange.sent.method, exchange.sent.path)
        if operation is None or operation.id != self._operation:
            return exchange
        status, body = ALIKE["400"]
        refusal = answered(exchange.probe, status, body).response
        return replace(exchange, response=refusal, trouble=None)


@pytest.mark.parametrize(
    "operation", ["DeleteSession", "FetchSession", "UpdateSession"]
)
def test_an_operation_that_refuses_everything_has_chosen_nothing(
    operation: str,
) -> None:
    _, judged = judgement(
        Look(name="clean"), between=lambda target: Refusing(target, operation)
    )
    rows = library().catalogue.requirements
    chosen = {
        ruling.requirement
        for ruling in judged.rulings
        if ruling.operation == operation and ruling.choices
        if rows[ruling.requirement].level is Level.OBSERVE
    }
    assert chosen <= FORM_ALONE
