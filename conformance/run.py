"""A run: set the stage, perform, judge, clean up, and say what it amounts to."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from conformance.catalogue import Capability, Catalogue, Profile
from conformance.checks import CHECKS
from conformance.contract import Contract
from conformance.evidence import Evidence
from conformance.exchange import Exchange, History, Probe
from conformance.judge import Judgement, Terms, exit_code, judge
from conformance.ledger import Entry, Ledger
from conformance.perform import Performed, Recorder, Stage, gave_up_reasons
from conformance.scenarios import SCENARIOS
from conformance.script import GaveUpError, Scenario, Script, World, send
from conformance.targets import Clock, Target
from conformance.verdict import Exit, Level, Outcome

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
    """What a run came to; `halted` says why it ended before its time, if it did."""

    history: History
    performed: tuple[Performed, ...]
    judgement: Judgement
    left_behind: tuple[Entry, ...]
    exit: Exit
    halted: str = ""
    absent: Mapping[str, str] = field(default_factory=dict[str, str])


class CannotStartError(Exception):
    """The target does not let a run begin; `exit` says whose matter that is."""

    def __init__(self, code: Exit, message: str) -> None:
        super().__init__(message)
        self.exit = code


class Conductor:
    """Runs one plan against one target.

    `observe` sees each exchange as it happens, `ended` each scene; with `fail_fast`
    the run stops after the first scene that breaks a must.
    """

    def __init__(  # noqa: PLR0913  each is one collaborator
        self,
        plan: Plan,
        target: Target,
        clock: Clock,
        *,
        ledger: Ledger | None = None,
        observe: Callable[[Exchange], None] = lambda _: None,
        ended: Callable[[Performed], None] = lambda _: None,
        fail_fast: bool = False,
    ) -> None:
        self._plan = plan
        self._clock = clock
        self._ledger = ledger or Ledger()
        self._observe = observe
        self._ended = ended
        self._fail_fast = fail_fast
        self._recorder = Recorder(target, before=self._ledger.before, after=self._after)
        self._stage = Stage(self._recorder, clock, stop=self._enough)
        self._absent: dict[str, str] = {}

    def run(self) -> Result:
        """Perform the plan, remove what was created, and judge what was seen.

        An interrupt, or a target that does not let us begin, ends the performance;
        what was created is removed and what was seen is judged all the same.
        """
        plan, halted, code = self._plan, "", None
        try:
            worlds = tuple(self._world(number) for number in range(plan.workers))
            self._stage.perform(plan.scenarios(), worlds)
        except CannotStartError as error:
            halted, code = str(error), error.exit
        except KeyboardInterrupt:
            halted = "interrupted"
        exchanges = tuple(self._recorder.exchanges)
        left_behind = self._clean_up()
        performed = tuple(self._stage.performed)
        history = History(account_sid=plan.account_sid, exchanges=exchanges)
        judgement = judge_history(history, plan, performed, self._absent)
        if code is None:
            code = exit_code(
                judgement.rulings, plan.catalogue, expectations=plan.expectations
            )
        if any(one.defect for one in performed):
            code = Exit.OUR_ERROR
        return Result(
            history=history,
            performed=performed,
            judgement=judgement,
            left_behind=left_behind,
            exit=Exit.LEFT_BEHIND if left_behind else code,
            halted=halted,
            absent=self._absent,
        )

    def _after(self, exchange: Exchange) -> None:
        self._ledger.after(exchange)
        self._observe(exchange)

    def _enough(self, performed: Performed) -> bool:
        """Return whether a must is broken already and one is all that is wanted."""
        self._ended(performed)
        if not self._fail_fast:
            return False
        history = History(
            account_sid=self._plan.account_sid,
            exchanges=tuple(self._recorder.exchanges),
        ).only([performed.scene])
        rulings = judge_history(history, self._plan).rulings
        musts = self._plan.catalogue.requirements
        return any(
            ruling.outcome is Outcome.FAIL
            and musts[ruling.requirement].level is Level.MUST
            for ruling in rulings
        )

    def _world(self, worker: int) -> Callable[[Scenario], World]:
        """Return how a worker sets each scenario: in Services of its own."""
        plan = self._plan
        bare = World(
            contract=plan.contract,
            account_sid=plan.account_sid,
            service_sid=plan.service_sid,
            tag=f"{plan.tag}-{worker}" if plan.workers > 1 else plan.tag,
            thorough=plan.profile.thorough,
            provides=plan.profile.provides,
            seed=plan.seed,
        )
        if plan.service_sid:
            self._recorder.play(_service_exists(bare), SET_UP)
        main = plan.service_sid or self._recorder.play(_service(bare, "main"), SET_UP)
        other = ""
        if Capability.SERVICES in plan.profile.provides:
            try:
                other = self._recorder.play(_service(bare, "other"), SET_UP)
            except CannotStartError as error:
                self._absent[Capability.SERVICES] = str(error)
        home = replace(bare, service_sid=main, other_sid=other)

        def world(scenario: Scenario) -> World:
            setting = replace(home, scene=scenario.name)
            if not scenario.own:
                return setting
            try:
                own = self._recorder.play(_service(bare, scenario.name), SET_UP)
            except CannotStartError as error:
                raise GaveUpError(str(error)) from error
            return replace(setting, service_sid=own)

        return world

    def _clean_up(self) -> tuple[Entry, ...]:
        """Delete what is outstanding, prove it gone, and return what is not.

        A second interrupt ends even this; the ledger still knows what is left.
        """
        with suppress(KeyboardInterrupt):
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
        if proof.status == HTTPStatus.NOT_FOUND:
            self._ledger.gone(entry)


def _service(world: World, hint: str) -> Script[str]:
    """Create a Service and return its SID."""
    name = f"{world.tag}-{hint}".replace("/", "-")
    created = yield from send(world.call("CreateService", form={"UniqueName": name}))
    sid = created.fields.get("sid")
    if created.accepted and isinstance(sid, str):
        return sid
    raise _cannot_start(created, "create a Service; name one with --service-sid")


def _service_exists(world: World) -> Script[None]:
    """Make sure that the Service given by the user can be worked in."""
    listed = yield from send(world.call("ListSession", query={"PageSize": "1"}))
    if listed.status == HTTPStatus.NOT_FOUND:
        raise CannotStartError(
            Exit.USAGE, f"the target knows no Service {world.service_sid}"
        )
    if not listed.accepted:
        raise _cannot_start(listed, f"list the Sessions of {world.service_sid}")


def _cannot_start(exchange: Exchange, what: str) -> CannotStartError:
    """Return whose matter it is that the first step was not accepted."""
    if exchange.response is None:
        return CannotStartError(
            Exit.INCOMPLETE, f"the target cannot be reached: {exchange.observed}"
        )
    if exchange.status == HTTPStatus.UNAUTHORIZED:
        return CannotStartError(
            Exit.USAGE, "the target refuses these credentials (401)"
        )
    seen = "success without a sid" if exchange.accepted else exchange.observed
    return CannotStartError(
        Exit.INCOMPLETE, f"the target does not let us {what} (observed {seen})"
    )


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
