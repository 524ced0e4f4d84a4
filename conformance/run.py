"""A run: set the stage, perform, judge, clean up, and say what it amounts to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from conformance.catalogue import Capability, Catalogue, Profile
from conformance.checks import CHECKS
from conformance.contract import Contract
from conformance.evidence import Evidence
from conformance.exchange import Exchange, History, Probe
from conformance.judge import Judgement, Terms, exit_code, judge
from conformance.ledger import Entry, Ledger
from conformance.perform import Performed, Recorder, Stage, gave_up_reasons
from conformance.scenarios import SCENARIOS
from conformance.script import Scenario, Script, World, expect, send
from conformance.targets import Clock, Target
from conformance.verdict import Exit

SET_UP = "set-up"
CLEAN_UP = "clean-up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run is going to do; `tag` marks every name it gives."""

    contract: Contract
    catalogue: Catalogue
    profile: Profile
    account_sid: str
    tag: str
    service_sid: str = ""
    seed: int = 0
    workers: int = 1
    select: frozenset[str] = frozenset()
    expectations: Mapping[str, str] = field(default_factory=dict[str, str])

    def scenarios(self) -> tuple[Scenario, ...]:
        """Return the scenarios that the profile affords and the selection wants."""
        return tuple(
            scenario
            for scenario in SCENARIOS
            if scenario.needs <= self.profile.provides
            and (not self.select or self.select & frozenset(scenario.serves))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a run came to."""

    history: History
    performed: tuple[Performed, ...]
    judgement: Judgement
    left_behind: tuple[Entry, ...]
    exit: Exit


class Conductor:
    """Runs one plan against one target."""

    def __init__(
        self,
        plan: Plan,
        target: Target,
        clock: Clock,
        *,
        ledger: Ledger | None = None,
        observe: Callable[[Exchange], None] = lambda _: None,
    ) -> None:
        self._plan = plan
        self._clock = clock
        self._ledger = ledger or Ledger()
        self._observe = observe
        self._recorder = Recorder(target, before=self._ledger.before, after=self._after)
        self._absent: dict[str, str] = {}
        self._performed: tuple[Performed, ...] = ()

    def run(self) -> Result:
        """Perform the plan, judge what was seen, and remove what was created."""
        plan = self._plan
        stage = Stage(self._recorder, self._clock)
        try:
            worlds = tuple(self._world(number) for number in range(plan.workers))
            self._performed = stage.perform(plan.scenarios(), worlds)
            evidence_ends = len(self._recorder.exchanges)
        finally:
            left_behind = self._clean_up()
        history = History(
            account_sid=plan.account_sid,
            exchanges=tuple(self._recorder.exchanges[:evidence_ends]),
        )
        judgement = judge_history(history, plan, self._performed, self._absent)
        code = exit_code(
            judgement.rulings, plan.catalogue, expectations=plan.expectations
        )
        if left_behind and code in (Exit.CONFORMANT, Exit.INCOMPLETE):
            code = Exit.LEFT_BEHIND
        return Result(
            history=history,
            performed=self._performed,
            judgement=judgement,
            left_behind=left_behind,
            exit=code,
        )

    def _after(self, exchange: Exchange) -> None:
        self._ledger.after(exchange)
        self._observe(exchange)

    def _world(self, worker: int) -> Callable[[Scenario], World]:
        """Return how a worker sets each scenario: in Services of its own."""
        plan = self._plan
        bare = World(
            contract=plan.contract,
            account_sid=plan.account_sid,
            service_sid=plan.service_sid,
            tag=f"{plan.tag}-{worker}",
            thorough=plan.profile.thorough,
            seed=plan.seed,
        )
        main = plan.service_sid or self._service(bare, "main")
        other = ""
        if Capability.SERVICES in plan.profile.provides:
            other = self._service(bare, "other")
        home = replace(bare, service_sid=main, other_sid=other)

        def world(scenario: Scenario) -> World:
            setting = replace(home, scene=scenario.name)
            if scenario.own:
                own = self._service(bare, scenario.name)
                setting = replace(setting, service_sid=own)
            return setting

        return world

    def _service(self, world: World, hint: str) -> str:
        """Create a Service and return its SID."""

        def script() -> Script[str]:
            name = f"{world.tag}-{hint}"
            probe = world.call("CreateService", form={"UniqueName": name})
            created = yield from expect(probe)
            return str(created.fields.get("sid", ""))

        return self._recorder.play(script(), SET_UP)

    def _clean_up(self) -> tuple[Entry, ...]:
        """Delete what is outstanding, prove it gone, and return what is not."""
        for entry in tuple(self._ledger.outstanding()):
            if entry in self._ledger.outstanding():
                self._recorder.play(self._removal(entry), CLEAN_UP)
        return tuple(self._ledger.outstanding())

    def _removal(self, entry: Entry) -> Script[None]:
        delete = Probe(operation=f"Delete{entry.kind}", method="DELETE", path=entry.url)
        yield from send(delete)
        proof = yield from send(
            replace(delete, operation=f"Fetch{entry.kind}", method="GET")
        )
        if proof.status == 404:  # noqa: PLR2004  the proof of absence
            self._ledger.gone(entry)


def judge_history(
    history: History,
    plan: Plan,
    performed: tuple[Performed, ...] = (),
    absent: Mapping[str, str] | None = None,
) -> Judgement:
    """Return the judgement of a history: a pure function of what was recorded."""
    terms = Terms(
        catalogue=plan.catalogue,
        profile=plan.profile,
        absent=absent or {},
        expectations=plan.expectations,
        gave_up=gave_up_reasons(performed),
    )
    evidence = Evidence(history=history, contract=plan.contract)
    return judge(CHECKS, evidence, terms)
