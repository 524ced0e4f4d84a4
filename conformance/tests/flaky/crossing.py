"""Runs through a flaky network: what they say, what they leave, how long they take.

`nox -s flaky`, or `python -m conformance.tests.flaky.crossing [SEEDS] [FOLDER]`.
"""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path
from unittest.mock import patch

from conformance.cleanup import clean_up
from conformance.launch import launch
from conformance.ledger import Entry, Ledger
from conformance.mock.app import ACCOUNT_SID, AUTH_TOKEN
from conformance.order import Order
from conformance.run import Result
from conformance.targets import http
from conformance.targets.credentials import Account
from conformance.targets.http import HttpTarget, SystemClock
from conformance.tests.flaky.network import Mishap, Weather, network
from conformance.tests.kills import Victim, victim
from conformance.verdict import Exit, Outcome, Ruling

ANSWER_S = 0.5
SEEDS = 5
SECONDS_MAX = 240.0

WEATHERS: Mapping[str, Weather] = {
    "1 % resets, 1 % silences": Weather(resets=0.01, silences=0.01),
    "1 % resets, silences, gateways": Weather(
        resets=0.01, silences=0.01, gateways=0.01
    ),
    "5 % lost": Weather(resets=0.02, silences=0.01, gateways=0.02),
    "storms": Weather(storms_every=150, storm_requests=3, retry_after_s=1),
    "long storms": Weather(storms_every=200, storm_requests=12),
    "stale connections": Weather(answers_per_connection=3),
    "all of it": Weather(
        resets=0.02,
        silences=0.01,
        gateways=0.02,
        storms_every=150,
        storm_requests=3,
        answers_per_connection=7,
    ),
}
CLEANUPS_MAX = 5
RUNS = (("quick", 1), ("quick", 8), ("core", 1), ("full", 1), ("full", 8))

Rulings = Mapping[tuple[str, str], Ruling]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """One run through a network, held against one without it.

    `strange` are rulings that are neither as they were nor unknown, `unsure` those
    that are unknown now, `left` what was there at the end, `unnamed` what of it the
    ledger did not name, and `cleanups` how often it took to get as far as that.
    """

    exit: Exit
    halted: str
    seconds: float
    requests: int
    mishaps: Mapping[Mishap, int]
    strange: tuple[str, ...]
    unsure: tuple[str, ...]
    cleanups: int
    left: tuple[str, ...]
    unnamed: tuple[str, ...]

    @property
    def wrong(self) -> str:
        """What must not have come of it, "" for nothing."""
        found = (
            *self.strange,
            *(f"{path} is there and not named" for path in self.unnamed),
            *([f"{self.seconds:.0f} s"] if self.seconds > SECONDS_MAX else []),
            *([f"exit {self.exit}"] if self.exit is Exit.OUR_ERROR else []),
        )
        return "; ".join(found)


class Shore:
    """A mock, what runs say of it with no network between, and a Service for core."""

    def __init__(self, mock: Victim, folder: Path) -> None:
        self._mock = mock
        self._folder = folder
        self._runs = count()
        theirs = mock.call("POST", "/v1/Services", {"UniqueName": "theirs"})
        self._given = str(theirs.fields["sid"])
        self._calm: dict[str, Rulings] = {}

    def crossing(
        self,
        weather: Weather,
        profile: str,
        *,
        seed: int,
        workers: int = 1,
        select: tuple[str, ...] = (),
    ) -> Crossing:
        """Run through a network, clean up through it, and look at what is there."""
        order = Order(
            target=self._mock.url,
            account_sid=ACCOUNT_SID,
            auth_token=AUTH_TOKEN,
            profile=profile,
            workers=workers,
            select=select,
            service_sid=self._given if profile == "core" else "",
        )
        calm, before = self._in_calm(order), self._there()
        with network(weather, self._mock.url, seed) as between:
            order = replace(order, target=between.url, out=self._out())
            began = time.perf_counter()
            result = launch(order).result
            seconds = time.perf_counter() - began
            left, cleanups = result.left_behind, 0
            while left and cleanups < CLEANUPS_MAX:
                left = _cleaned(order)
                cleanups += 1
        there = self._there() - before
        for path in there:
            self._mock.call("DELETE", path)
        rulings = _by_key(result)
        return Crossing(
            exit=result.exit,
            halted=result.halted,
            seconds=seconds,
            requests=between.asked,
            mishaps=dict(between.mishaps),
            strange=tuple(_strange(calm, rulings)),
            unsure=tuple(_unsure(calm, rulings)),
            cleanups=cleanups,
            left=tuple(sorted(there)),
            unnamed=tuple(sorted(there - {entry.url for entry in left})),
        )

    def _in_calm(self, order: Order) -> Rulings:
        """Return the rulings of a run that no network disturbs, made once."""
        key = f"{order.profile} {order.select}"
        if key not in self._calm:
            calm = launch(replace(order, out=self._out())).result
            self._calm[key] = _by_key(calm)
        return self._calm[key]

    def _there(self) -> set[str]:
        lists = "/v1/Services", f"/v1/Services/{self._given}/Sessions"
        return set[str]().union(*map(self._mock.there, lists))

    def _out(self) -> Path:
        return self._folder / str(next(self._runs))


@contextmanager
def shore() -> Generator[Shore]:
    """Serve a mock, and give runs little patience with what lies before it."""
    limits = partial(http.Limits, answer_s=ANSWER_S)
    with (
        tempfile.TemporaryDirectory() as name,
        victim(latency_ms=0) as mock,
        patch.object(http, "Limits", limits),
    ):
        yield Shore(mock, Path(name))


def _cleaned(order: Order) -> tuple[Entry, ...]:
    """Clean up behind a run through what it ran through; return what is left."""
    assert order.out is not None
    assert order.target is not None
    account, clock = Account(sid=ACCOUNT_SID, token=AUTH_TOKEN), SystemClock()
    with (
        closing(Ledger.of(order.out)) as ledger,
        closing(HttpTarget(order.target, account, clock)) as target,
    ):
        return clean_up(ledger, target, clock).left


def _by_key(result: Result) -> Rulings:
    return {ruling.key: ruling for ruling in result.judgement.rulings}


def _strange(calm: Rulings, rulings: Rulings) -> Iterator[str]:
    """Yield what was ruled that is neither unknown nor as it was."""
    for key in calm.keys() | rulings.keys():
        was, now = calm.get(key), rulings.get(key)
        if was is None or now is None:
            yield f"{key} is ruled upon in one run only"
        elif now.outcome not in {was.outcome, Outcome.UNKNOWN, *_luck(was)}:
            yield f"{key} was {was.outcome}, is {now.outcome}: {now.reason}"
        elif new := set(now.choices) - set(was.choices):
            yield f"{key} chose {was.choices}, now {sorted(new)}"
        elif now.findings and not was.findings:
            yield f"{key} has findings: {now.findings}"


def _luck(was: Ruling) -> frozenset[Outcome]:
    """Return what may come of it beside what did: some need luck to be judged."""
    return frozenset({Outcome.PASS} if was.outcome is Outcome.UNKNOWN else ())


def _unsure(calm: Rulings, rulings: Rulings) -> Iterator[str]:
    """Yield what is unknown that was not."""
    for key, now in rulings.items():
        if now.outcome is Outcome.UNKNOWN is not calm[key].outcome:
            yield f"{key}: {now.reason}"


def main() -> None:
    """Cross in every weather, tell what came of it, and exit 1 where it must not."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS
    wrong: list[str] = []
    with shore() as mock:
        for name, weather in WEATHERS.items():
            for profile, workers in RUNS:
                seen = [
                    mock.crossing(weather, profile, seed=seed, workers=workers)
                    for seed in range(1, seeds + 1)
                ]
                sys.stdout.write(_row(name, f"{profile} -n {workers}", seen))
                sys.stdout.flush()
                wrong += [
                    f"{name}, {profile} -n {workers}, seed {seed}: {one.wrong}"
                    for seed, one in enumerate(seen, start=1)
                    if one.wrong
                ]
    sys.stdout.write("\n".join(["", *wrong, f"{len(wrong)} runs went wrong", ""]))
    raise SystemExit(bool(wrong))


def _row(weather: str, run: str, seen: list[Crossing]) -> str:
    lost = sum(n for one in seen for m, n in one.mishaps.items() if m)
    exits = Counter(one.exit.value for one in seen)
    cells = (
        weather,
        run,
        len(seen),
        sum(one.requests for one in seen),
        lost,
        sum(len(one.strange) for one in seen),
        f"{sum(len(one.unsure) for one in seen) / len(seen):.0f}",
        sum(one.cleanups for one in seen),
        sum(len(one.left) for one in seen),
        f"{max(one.seconds for one in seen):.0f}",
        " ".join(f"{code}x{times}" for code, times in sorted(exits.items())),
    )
    return f"| {' | '.join(map(str, cells))} |\n"


if __name__ == "__main__":
    main()
