"""Performing: scripts are played against a target, several at a time, never lost."""

import heapq
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from typing import TypeVar, assert_never

from conformance.budget import SpentError
from conformance.exchange import Exchange, Probe, Scene
from conformance.manners import put_off
from conformance.script import (
    Explore,
    GaveUpError,
    Scenario,
    Script,
    Send,
    Step,
    Wait,
    World,
)
from conformance.targets import Clock, Target

T = TypeVar("T")

NAP_S_MAX = 0.2
"""How long a worker sleeps before it looks again whether all were told to stop."""

INTERRUPTED = "interrupted"

DEFERRED = "some is due later"
"""How a run is halted that does not wait: its scenes that do are registered."""

UNFINISHED = "the run ended first"
"""How the reason begins why a scene gave up that could be performed later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Performed:
    """How one scene went.

    `gave_up` says why it ended before its time, `defect` what we did wrong in it;
    both are "" where all went well.
    """

    scene: Scene
    serves: tuple[str, ...]
    gave_up: str = ""
    defect: str = ""


@dataclass(order=True, slots=True)
class _Paused:
    """A scene that waits, in the order in which they are due."""

    due_ms: float
    order: int
    play: "_Play" = field(compare=False)


@dataclass(slots=True, kw_only=True)
class _Play:
    """A scene under way."""

    scenario: Scenario
    scene: Scene
    script: Script[None]
    answer: tuple[Exchange, ...] | None = None


class Recorder:
    """Sends probes, numbers the exchanges and keeps each one as it happens.

    `before` and `after` see every batch of probes, with its first number, and every
    exchange: the ledger writes its intents there, the record its lines, the progress
    bar its ticks. `again` returns in how many seconds a probe is to be sent once more
    after so many times, or None.
    """

    def __init__(  # noqa: PLR0913  each is one collaborator
        self,
        target: Target,
        *,
        before: Callable[[tuple[Probe, ...], int], None],
        after: Callable[[Exchange], None],
        again: Callable[[Exchange, int], float | None] = lambda *_: None,
        sleep: Callable[[float], None] = lambda _: None,
        first: int = 1,
    ) -> None:
        self._target = target
        self._before = before
        self._after = after
        self._again = again
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next = first
        self.exchanges: list[Exchange] = []

    def send(self, probes: tuple[Probe, ...]) -> tuple[Exchange, ...]:
        """Return the exchanges of `probes`, sent at once.

        One alone may be sent again, when the target was too busy for it: what came
        first is kept too, out of its scene.
        """
        tries = 0
        while True:
            tries += 1
            with self._lock:
                first = self._next
                self._before(probes, first)
                self._next += len(probes)
            exchanges = self._target.send(probes, first)
            pause_s = self._again(exchanges[0], tries) if len(probes) == 1 else None
            if pause_s is None:
                self._keep(exchanges)
                return exchanges
            self._keep([put_off(exchanges[0])])
            self._sleep(pause_s)

    def _keep(self, exchanges: Iterable[Exchange]) -> None:
        with self._lock:
            for exchange in exchanges:
                self.exchanges.append(exchange)
                self._after(exchange)

    def play(self, script: Script[T], scene: Scene) -> T:
        """Play a script that nobody else waits for, and return its value."""
        answer: tuple[Exchange, ...] | None = None
        while True:
            try:
                step = next(script) if answer is None else script.send(answer)
            except StopIteration as stop:
                value: T = stop.value
                return value
            answer = ()
            if isinstance(step, Send):
                answer = self.send(_of_scene(step, scene))
            elif isinstance(step, Wait):
                self._sleep(step.seconds)


def _next_step(play: _Play) -> Step | None:
    """Return what a scene asks for next, None when it has ended."""
    try:
        return (
            next(play.script) if play.answer is None else play.script.send(play.answer)
        )
    except StopIteration:
        return None


def _of_scene(step: Send, scene: Scene) -> tuple[Probe, ...]:
    return tuple(replace(probe, scene=scene) for probe in step.probes)


class Stage:
    """Where scenes are played: workers take them in turn, waiting ones when due.

    `halted` says why no more are played, where the budget or an interrupt ended it,
    or where it is not `patient` and what is left is waiting.
    """

    def __init__(
        self,
        recorder: Recorder,
        clock: Clock,
        *,
        stop: Callable[[Performed], bool] = lambda _: False,
        patient: bool = True,
    ) -> None:
        self._recorder = recorder
        self._clock = clock
        self._stop = stop
        self._patient = patient
        self._lock = threading.Lock()
        self._order = count()
        self._pending: list[Scenario] = []
        self._paused: list[_Paused] = []
        self._stopped = threading.Event()
        self.performed: list[Performed] = []
        self.halted = ""

    def perform(
        self,
        scenarios: Iterable[Scenario],
        worlds: tuple[Callable[[Scenario], World], ...],
    ) -> tuple[Performed, ...]:
        """Play every scenario, one worker per world, and say how each scene went.

        Those that wait start first, so that their seconds pass while others work;
        those that would make them late start last.
        An interrupt stops every worker after the exchange under way, and so does a
        spent budget; what was not played to its end says so.
        """
        self._pending = sorted(scenarios, key=lambda s: (not s.early, s.late))
        crew = [
            threading.Thread(target=self._work, args=(world,), daemon=True)
            for world in worlds[1:]
        ]
        for thread in crew:
            thread.start()
        try:
            self._work(worlds[0])
            for thread in crew:
                thread.join()
            if self._paused and not self._patient and not self.halted:
                self.halted = DEFERRED
        except KeyboardInterrupt:
            self._halt(INTERRUPTED)
            raise
        finally:
            # Nobody sends any more when clean-up begins.
            self._stopped.set()
            for thread in crew:
                thread.join()
            if self.halted:
                self._abandon()
        return tuple(self.performed)

    def _work(self, world: Callable[[Scenario], World]) -> None:
        while not self._stopped.is_set():
            play, wait_s = self._next(world)
            if play is not None:
                self._advance(play)
            elif wait_s is not None:
                self._clock.sleep(min(wait_s, NAP_S_MAX))
            else:
                return

    def _next(
        self, world: Callable[[Scenario], World]
    ) -> tuple[_Play | None, float | None]:
        """Return a scene to go on with, or how long until one is due, or neither."""
        with self._lock:
            now = self._clock.now_ms()
            if self._paused and self._paused[0].due_ms <= now:
                return heapq.heappop(self._paused).play, None
            waits = bool(self._paused) and self._patient
            if not self._pending or (self._pending[0].late and waits):
                due = self._paused[0].due_ms - now if waits else None
                return None, None if due is None else due / 1000
            scenario = self._pending.pop(0)
        return self._begin(scenario, world), 0.0

    def _begin(
        self, scenario: Scenario, world: Callable[[Scenario], World]
    ) -> _Play | None:
        """Return the scene of a scenario, or None when its stage cannot be set."""
        try:
            setting = world(scenario)
        except GaveUpError as error:
            self._end(scenario, scenario.name, gave_up=str(error))
            return None
        except SpentError as error:
            self._end(scenario, scenario.name, gave_up=self._halt(str(error)))
            return None
        except KeyboardInterrupt:
            self._end(scenario, scenario.name, gave_up=self._halt(INTERRUPTED))
            raise
        except Exception as error:  # noqa: BLE001  our defect must not end the run
            defect = f"setting {scenario.name} raised {error!r}"
            self._end(scenario, scenario.name, defect=defect)
            return None
        script = scenario.script(setting)
        return _Play(scenario=scenario, scene=setting.scene, script=script)

    def _advance(self, play: _Play) -> None:
        """Go on with a scene until it waits, ends or gives up."""
        gave_up = defect = ""
        try:
            if self._waits(play):
                return
        except GaveUpError as error:
            gave_up = str(error)
        except SpentError as error:
            gave_up = self._halt(str(error))
        except KeyboardInterrupt:
            self._end(play.scenario, play.scene, gave_up=self._halt(INTERRUPTED))
            raise
        except Exception as error:  # noqa: BLE001  our defect must not end the run
            if self.halted:  # a search tells in its own words that it was cut off
                gave_up = f"{UNFINISHED}: {self.halted}"
            else:
                defect = f"scenario {play.scenario.name} raised {error!r}"
        self._end(play.scenario, play.scene, gave_up=gave_up, defect=defect)

    def _waits(self, play: _Play) -> bool:
        """Play a scene as far as it goes; return whether it waits for its time."""
        while (step := _next_step(play)) is not None:
            if self._stopped.is_set():
                why = self.halted or "one broken must is enough"
                raise GaveUpError(f"{UNFINISHED}: {why}")
            play.answer = ()
            match step:
                case Send():
                    play.answer = self._recorder.send(_of_scene(step, play.scene))
                case Explore():
                    step.search(partial(self._send, play.scene))
                case Wait():
                    self._pause(play, step.seconds)
                    return True
                case _:
                    assert_never(step)
        return False

    def _send(self, scene: Scene, probe: Probe) -> Exchange:
        """Send one probe of a search; a stop ends the search too."""
        if self._stopped.is_set():
            raise GaveUpError(f"{UNFINISHED}: {self.halted or 'it was stopped'}")
        try:
            (exchange,) = self._recorder.send((replace(probe, scene=scene),))
        except SpentError as error:
            raise GaveUpError(self._halt(str(error))) from error
        return exchange

    def sleep(self, seconds: float) -> None:
        """Let so many seconds pass, fewer when all are told to stop."""
        until_ms = self._clock.now_ms() + seconds * 1000
        while not self._stopped.is_set():
            left_s = (until_ms - self._clock.now_ms()) / 1000
            if left_s <= 0:
                return
            self._clock.sleep(min(left_s, NAP_S_MAX))

    def _halt(self, reason: str) -> str:
        """Stop every worker, and return why a scene has no end."""
        with self._lock:
            self.halted = self.halted or reason
        self._stopped.set()
        return f"{UNFINISHED}: {self.halted}"

    def _abandon(self) -> None:
        """Say of each scene that was not played to its end that it was not."""
        reason = f"{UNFINISHED}: {self.halted}"
        while self._paused:
            play = heapq.heappop(self._paused).play
            self._end(play.scenario, play.scene, gave_up=reason)
        while self._pending:
            scenario = self._pending.pop(0)
            self._end(scenario, scenario.name, gave_up=reason)

    def _end(
        self, scenario: Scenario, scene: Scene, *, gave_up: str = "", defect: str = ""
    ) -> None:
        performed = Performed(
            scene=scene, serves=scenario.serves, gave_up=gave_up, defect=defect
        )
        with self._lock:
            self.performed.append(performed)
            enough = self._stop(performed)
        if enough:
            self._stopped.set()

    def _pause(self, play: _Play, seconds: float) -> None:
        due_ms = self._clock.now_ms() + seconds * 1000
        with self._lock:
            heapq.heappush(
                self._paused,
                _Paused(due_ms=due_ms, order=next(self._order), play=play),
            )


def gave_up_reasons(performed: Iterable[Performed]) -> Mapping[str, str]:
    """Return, per requirement id, why a scene that served it ended early."""
    return {
        requirement: one.gave_up
        for one in performed
        if one.gave_up
        for requirement in one.serves
    }
