"""The driver's own check: it speaks the protocol, whatever its SDK does."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from conformance.gate.driver import Driver, UnusableError
from conformance.gate.messages import Call, Settings, Told

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
