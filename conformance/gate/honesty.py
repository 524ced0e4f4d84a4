"""The driver's own check: it speaks the protocol, whatever its SDK does."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from conformance.gate.cases import SIDS, USUAL, Case
from conformance.gate.driver import Driver, UnusableError
from conformance.gate.messages import Call, Settings, Told
from conformance.gate.names import names
from conformance.gate.server import Scene, ScriptedServer

NOWHERE = "http://127.0.0.1:9"
"""Where nothing listens: the discard port of this machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a driver must do, and what it did instead, "" where it does."""

    name: str
    problem: str = ""


def handshake(driver: Driver, word: str) -> Iterator[Finding]:
    """Yield what the messages themselves show; `word` is made up for this run."""
    yield Finding(name="says hello")
    settings = Settings(
        base_url=NOWHERE,
        account_sid=f"AC{word}",
        auth_token=word,
        timeout_ms=1_000,
        retries=0,
    )
    yield Finding(name="applies settings", problem=_problem(driver, settings))
    operation = f"Summon{word}"
    if operation in driver.hello.operations:
        yield Finding(name="offers what there is", problem=f"it offers {operation}")
    result = driver.call(Call(operation=operation, arguments={}))
    yield Finding(
        name="calls what there is not unsupported",
        problem=""
        if result.told is Told.UNSUPPORTED
        else f"expected unsupported for {operation}, observed {result.observed}",
    )
    refused = driver.refuses(f"summon-{word}")
    yield Finding(
        name="refuses messages of an unknown kind",
        problem="" if refused else "expected refused, observed another answer or none",
    )


def echo(driver: Driver, server: ScriptedServer, secret: str) -> Iterator[Finding]:
    """Yield whether what is given reaches the wire, and what is answered comes back."""
    operation = "FetchSession"
    if operation not in driver.hello.operations:
        return
    case = Case(
        id="honesty",
        requirement="",
        operation=operation,
        arguments=SIDS[operation],
        answers=(USUAL[operation],),
    )
    own = names(secret, case.id, base_url=server.url, foreign_url=server.foreign_url)
    scene = Scene(case=case, names=own)
    server.stage(scene)
    driver.configure(own.settings())
    result = driver.call(Call(operation=operation, arguments=own.fill(case.arguments)))
    server.settle(scene)
    came = any(own.service_sid in one.sent.url for one in scene.exchanges)
    yield Finding(
        name="calls the server that it is given",
        problem=""
        if came
        else f"expected a request to {server.url} for {own.service_sid}, observed none",
    )
    text = json.dumps(result.value)
    yield Finding(
        name="tells what came back",
        problem=""
        if result.told is Told.VALUE and own.word in text
        else f"expected a value with {own.word}, observed {result.observed}",
    )


def farewell(driver: Driver) -> Finding:
    """Return whether the driver ends when it is asked to."""
    with suppress(UnusableError):
        driver.reset()  # so that there is one to end
    status = driver.close()
    observed = "no end within the time" if status is None else f"status {status}"
    return Finding(
        name="ends when asked",
        problem="" if status == 0 else f"expected status 0, observed {observed}",
    )


def _problem(driver: Driver, settings: Settings) -> str:
    try:
        applied = driver.configure(settings)
        driver.reset()
        driver.configure(settings)
    except UnusableError as error:
        return str(error)
    told = applied.applied | applied.not_applied
    untold = {"timeout_ms", "retries"} - told
    return f"it does not tell of {', '.join(sorted(untold))}" if untold else ""
