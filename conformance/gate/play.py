"""Playing: each case, one after another, through the driver and past the server."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from conformance.catalogue import Catalogue
from conformance.contract import Contract
from conformance.evidence import Evidence
from conformance.exchange import Exchange, History
from conformance.gate.cases import Case
from conformance.gate.driver import Driver, ExhaustedError, UnusableError
from conformance.gate.judging import Played, verdicts
from conformance.gate.messages import Call, Result, Told
from conformance.gate.names import Names, names
from conformance.gate.server import Scene, ScriptedServer
from conformance.gate.wire import CHECKS
from conformance.judge import Check, Judgement, Terms, judge
from conformance.verdict import Verdict

PROFILE = "sdk"

_SETTINGS = ("timeout_ms", "page_size", "retries")
_TWICE = frozenset({Told.HUNG, Told.CRASHED})


@dataclass(frozen=True, kw_only=True)
class Performance:
    """All cases that were played; `halted` says why the others were not."""

    played: tuple[Played, ...]
    halted: str = ""

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Every request that was seen, in the order they came."""
        some = (exchange for one in self.played for exchange in one.exchanges)
        return tuple(sorted(some, key=lambda exchange: exchange.number))


class Player:
    """Plays cases with one driver; `ended` sees each one when it is over."""

    def __init__(
        self,
        driver: Driver,
        server: ScriptedServer,
        *,
        secret: str,
        ended: Callable[[Played], None] = lambda _: None,
    ) -> None:
        self._driver = driver
        self._server = server
        self._secret = secret
        self._ended = ended

    def play(self, cases: Iterable[Case]) -> Performance:
        """Return what came of the cases, as far as the driver lasts."""
        scenes: list[tuple[Played, Scene | None]] = []
        halted = ""
        try:
            for case in cases:
                scenes.append(self._case(case))
                self._ended(scenes[-1][0])
        except ExhaustedError as error:
            halted = str(error)
        # What came late is put down to its case all the same.
        return Performance(
            played=tuple(
                replace(played, exchanges=scene.exchanges) if scene else played
                for played, scene in scenes
            ),
            halted=halted,
        )

    def _case(self, case: Case) -> tuple[Played, Scene | None]:
        own = self._names(case.id)
        if why := self._missing(case):
            return Played(case=case, names=own, skipped=why), None
        scene = Scene(case=case, names=own)
        result, why = self._perform(case, scene)
        again: Result | None = None
        if result and result.told in _TWICE:
            once_more = Scene(case=case, names=self._names(f"{case.id} again"))
            again, _ = self._perform(case, once_more)
        played = Played(
            case=case,
            names=own,
            exchanges=scene.exchanges,
            result=result,
            skipped=why,
            again=again,
        )
        return played, scene

    def _perform(self, case: Case, scene: Scene) -> tuple[Result | None, str]:
        """Return what came of the call, or why it was not made."""
        own = scene.names
        self._server.stage(scene)
        wanted = own.settings(
            timeout_ms=case.timeout_ms, page_size=case.page_size, retries=case.retries
        )
        try:
            self._driver.reset()
            applied = self._driver.configure(wanted)
        except UnusableError as error:
            return Result(told=Told.GARBLED, message=str(error)), ""
        given = {name for name in _SETTINGS if getattr(case, name) is not None}
        if missing := sorted(given - applied.applied):
            return None, f"the SDK has no place for {', '.join(missing)}"
        call = Call(
            operation=case.operation,
            arguments=own.fill(case.arguments),
            consume=case.consume,
            deadline_ms=case.deadline_ms,
        )
        result = self._driver.call(call)
        for _ in range(case.calls - 1):
            if result.told is Told.VALUE:
                result = self._driver.call(call)
        self._server.settle(scene)
        return result, ""

    def _missing(self, case: Case) -> str:
        """Return what the SDK does not offer that the case needs, "" if nothing."""
        hello = self._driver.hello
        if case.operation not in hello.operations:
            return f"the SDK does not offer {case.operation}"
        if missing := sorted(case.needs - hello.features):
            return f"the SDK does not offer {', '.join(missing)}"
        return ""

    def _names(self, case: str) -> Names:
        server = self._server
        return names(
            self._secret, case, base_url=server.url, foreign_url=server.foreign_url
        )


def judged(
    performance: Performance,
    *,
    contract: Contract,
    catalogue: Catalogue,
    select: frozenset[str] = frozenset(),
) -> Judgement:
    """Return the judgement of what was played: a pure function of it."""
    terms = Terms(
        catalogue=catalogue, profile=catalogue.profile(PROFILE), select=select
    )
    evidence = Evidence(
        history=History(exchanges=performance.exchanges), contract=contract
    )
    return judge([_of_cases(performance), *CHECKS], evidence, terms)


def _of_cases(performance: Performance) -> Check:
    """Return the check that yields what each case shows."""

    def check(_: Evidence) -> Iterator[Verdict]:
        for played in performance.played:
            yield from verdicts(played)

    return check
