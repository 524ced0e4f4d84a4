"""The one door to Schemathesis: requests drawn from the contract.

Schemathesis draws; whether an answer is right is for our own checks to say, so its
checks are not used.
"""

import copy
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias
from unittest import SkipTest

import requests
import schemathesis
from hypothesis import Phase
from hypothesis.stateful import precondition, rule
from schemathesis.core.transport import Response as Answer
from schemathesis.generation.case import Case
from schemathesis.generation.hypothesis.builder import (
    HypothesisTestConfig,
    HypothesisTestMode,
    create_test,
)
from schemathesis.generation.stateful.state_machine import APIStateMachine, StepInput

from conformance.exchange import FORM, Exchange, Probe
from conformance.strategies import engine

Document: TypeAlias = Mapping[str, Any]
Sends: TypeAlias = Callable[[Probe], Exchange]

PHASES = tuple(mode.value for mode in HypothesisTestMode)
"""The phases that need no answers: examples, coverage, fuzzing."""

_SESSIONS = "/v1/Services/{ServiceSid}/Sessions"
_PHASES = (Phase.explicit, Phase.generate)
_ORIGIN = "http://target.invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What drawn requests are to reach, so that they reach something.

    `sid` "" leaves that of the Session open; Participants are drawn only if they may
    be added.
    """

    service_sid: str
    sid: str = ""
    participants: bool = False


def narrowed(document: Document, aim: Aim) -> Document:
    """Return the five Session operations of the contract, aimed; credentials go."""
    narrow: dict[str, Any] = copy.deepcopy(dict(document))
    narrow.pop("security", None)
    paths = {
        path: narrow["paths"][path] for path in (_SESSIONS, f"{_SESSIONS}/{{Sid}}")
    }
    narrow["paths"] = paths
    components = narrow["components"]
    kept = {described["operationId"] for described in _operations(paths)}
    for described in _operations(paths):
        described.pop("security", None)
        for response in described["responses"].values():
            links = response.get("links", {})
            for name, link in list(links.items()):
                target = components["links"][link["$ref"].rpartition("/")[2]]
                if target["operationId"] not in kept:
                    del links[name]
    fixed = {"ServiceSid": aim.service_sid, "Sid": aim.sid}
    for parameter in components["parameters"].values():
        if parameter["in"] == "path" and (value := fixed.get(parameter["name"])):
            parameter.pop("example", None)
            parameter.pop("examples", None)
            parameter["schema"] = {"type": "string", "enum": [value]}
    if not aim.participants:
        del components["schemas"]["CreateSessionForm"]["properties"]["Participants"]
        for example in components["examples"].values():
            if isinstance(example["value"], dict):
                example["value"].pop("Participants", None)
    return narrow


@engine.turn()
def cases(
    document: Document, operation_id: str, phase: str, *, seed: int, count: int
) -> tuple[Probe, ...]:
    """Return the requests that a phase draws for one operation.

    The same seed draws the same requests; `count` bounds the fuzzing phase only.
    """
    schema = schemathesis.openapi.from_dict(dict(document))
    drawn: list[Probe] = []
    test = create_test(
        operation=schema.find_operation_by_id(operation_id),
        test_func=lambda case: drawn.append(_probe(case, phase)),
        config=HypothesisTestConfig(
            project=schema.config,
            modes=[HypothesisTestMode(phase)],
            seed=seed,
            settings=engine.drawing(count, *_PHASES),
        ),
    )
    # An operation without examples has nothing to run in that phase.
    with suppress(SkipTest):
        test()
    return tuple(drawn)


@engine.turn()
def walk(  # noqa: PLR0913  what is drawn, where to, and how much
    document: Document,
    service_sid: str,
    send: Sends,
    *,
    seed: int,
    count: int,
    steps: int,
) -> None:
    """Follow the contract's links from operation to operation, creating first.

    Sends `count` chains of at most `steps` requests through `send`, each begun with
    a Session of its own in the Service.
    """
    schema = schemathesis.openapi.from_dict(dict(document))
    machine: Any = schema.as_state_machine()
    create = schema.find_operation_by_id("CreateSession")

    def begin(chain: Any) -> None:  # noqa: ANN401  made at run time
        # Out of the box a chain begins with the update of a Session that is not
        # there, and then no link is ever followed.
        case = create.Case(
            path_parameters={"ServiceSid": service_sid}, body={}, media_type=FORM
        )
        chain.recorder.record_case(case=case)
        created = chain.step(StepInput.initial(case))
        chain._add_results_to_targets(("catch_all",), [created])  # noqa: SLF001  no public way

    def call(_: APIStateMachine, case: Case[Any], **__: object) -> Answer:
        probe = _probe(case, "stateful")
        with engine.aside():
            exchange = send(probe)
        return _answer(exchange)

    def judge_nothing(*_: object, **__: object) -> None:
        """Our own checks judge."""

    # Hypothesis raises where no rule applies, and no link does when the creation
    # was refused or answered otherwise than documented.
    @precondition(lambda chain: not any(chain.bundles.values()))
    @rule()
    def rest(_: APIStateMachine) -> None:
        """Go nowhere from there."""

    chains = type(
        "Walk",
        (machine,),
        {
            **dict.fromkeys(machine.root_rules),
            "root_rules": frozenset[str](),
            "_root_labels": frozenset[str](),
            "_hypothesis_internal_use_seed": seed,
            "setup": begin,
            "call": call,
            "rest": rest,
            "validate_response": judge_nothing,
        },
    )
    settings = engine.drawing(count, *_PHASES, steps=steps)
    chains.run(settings=settings)  # type: ignore[attr-defined]  # made at run time


def _operations(paths: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for item in paths.values():
        for described in item.values():
            if isinstance(described, dict) and "operationId" in described:
                yield described


def _probe(case: Case[Any], phase: str) -> Probe:
    """Return the case as a probe: what requests would make of it, without headers."""
    prepared = requests.Request(**case.as_transport_kwargs(base_url=_ORIGIN)).prepare()
    path, _, query = prepared.path_url.partition("?")
    body = prepared.body
    content_type = prepared.headers.get("Content-Type")
    operation_id = case.operation.definition.raw["operationId"]
    return Probe(
        operation=operation_id,
        method=str(prepared.method),
        path=path,
        query=query,
        headers=(("Content-Type", content_type),) if content_type else (),
        body=body.encode() if isinstance(body, str) else body,
        label=phase,
    )


def _answer(exchange: Exchange) -> Answer:
    """Return what came back in the shape that Schemathesis reads links from."""
    response = exchange.response
    request = requests.Request(exchange.sent.method, _ORIGIN + exchange.sent.url)
    return Answer(
        status_code=exchange.status or 599,
        headers={
            name.lower(): [value]
            for name, value in (response.headers if response else ())
        },
        content=response.body if response else b"",
        request=request.prepare(),
        elapsed=exchange.elapsed_ms / 1000,
        verify=True,
    )
