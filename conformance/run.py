"""A run: set the stage, perform, judge, clean up, and say what it amounts to."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus
from typing import TypeVar

from conformance import search
from conformance.budget import Budget, Spending, SpentError
from conformance.catalogue import Capability, Catalogue, Profile
from conformance.checks import CHECKS
from conformance.checks.asked import lacks_numbers
from conformance.contract import Contract
from conformance.evidence import Evidence
from conformance.exchange import Exchange, History, Probe, Role, Trouble
from conformance.judge import Judgement, Terms, exit_code, judge
from conformance.ledger import About, Entry, Ledger, LedgerError, plain_sid
from conformance.manners import Manners, lost_for_s
from conformance.perform import (
    DEFERRED,
    INTERRUPTED,
    Performed,
    Recorder,
    Stage,
    gave_up_reasons,
)
from conformance.reach import overreaches
from conformance.removal import acquaintance, removal
from conformance.scenarios import SCENARIOS
from conformance.script import (
    IDENTIFIERS,
    GaveUpError,
    Scenario,
    Script,
    World,
    send,
    taken_up,
    wait,
)
from conformance.targets import Clock, Target
from conformance.verdict import Exit, Level, Outcome, Ruling

T = TypeVar("T")

SET_UP = "set-up"
CLEAN_UP = "clean-up"
CLEAN_UP_S_MAX = 300.0

_SHOWN_BYTES = 60
_SPARES = ("-2", "-3")
_REMEDIES = {
    Trouble.REFUSED: "; is it running?",
    Trouble.TLS: "; is its certificate trusted (REQUESTS_CA_BUNDLE), and is it https?",
    Trouble.GARBLED: "; is it http, and not https?",
}

REPERTOIRE: tuple[Scenario, ...] = (*SCENARIOS, *search.SCENARIOS)
"""Every scenario and every search, the cheapest and most telling areas first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run is going to do; `tag` marks every name it gives.

    `absent` maps a capability that was switched off to the reason why. A `careful`
    run withholds what a bad target might take for a request to somebody else's
    Sessions. Failures of `waived` requirements and operations, "" for each, do not
    count. Scenes named in `done` have been performed already.
    """

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
    absent: Mapping[str, str] = field(default_factory=dict[str, str])
    identifiers: tuple[str, ...] = IDENTIFIERS
    waived: frozenset[tuple[str, str]] = frozenset()
    careful: bool = False
    budget: Budget = field(default_factory=Budget)
    done: frozenset[str] = frozenset()

    @property
    def provides(self) -> frozenset[Capability]:
        """What the profile provides and nobody switched off."""
        return frozenset(c for c in self.profile.provides if c not in self.absent)

    def waives(self, ruling: Ruling) -> bool:
        """Return whether it is a failure that the user knows of and lets pass."""
        return ruling.outcome is Outcome.FAIL and not self.waived.isdisjoint(
            {ruling.key, (ruling.requirement, "")}
        )

    def withholds(self, probe: Probe) -> str:
        """Return why a request is never sent, whoever asks for it; "" for most."""
        if Capability.WRITING not in self.provides and probe.method != "GET":
            return f"withheld {probe.method}: the profile {self.profile.name} reads"
        if Capability.MESSAGES not in self.provides and _is_message(probe):
            return "withheld a message: none may be sent"
        if self.careful and overreaches(probe, self.service_sid):
            return f"withheld {probe.method} as it might reach what is not ours"
        return ""

    def scenarios(self) -> tuple[Scenario, ...]:
        """Return the scenarios that the profile affords and the selection wants.

        What no scenario serves is judged wherever it is seen: it wants them all.
        """
        served = {id_ for scenario in REPERTOIRE for id_ in scenario.serves}
        every = not self.select <= served
        return tuple(
            scenario
            for scenario in REPERTOIRE
            if scenario.needs <= self.provides
            and scenario.name not in self.done
            and (every or not self.select or self.select & frozenset(scenario.serves))
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

    @property
    def begun(self) -> bool:
        """Whether the target let the run begin: something was performed."""
        return bool(self.performed) or not self.halted


def _is_message(probe: Probe) -> bool:
    """Return whether a probe sends a message, told by where it goes."""
    last = probe.path.rstrip("/").rpartition("/")[2]
    return probe.method == "POST" and last.lower() == "messageinteractions"


class Numbers:
    """Whether the account has numbers for Participants, told by the answers."""

    def __init__(self) -> None:
        self._refusal = ""
        self._added = False

    def after(self, exchange: Exchange) -> None:
        """Note what came of adding Participants."""
        probe = exchange.probe
        if probe.operation == "CreateParticipant" and exchange.accepted:
            self._added = True
        elif probe.role is not Role.SPOILT and lacks_numbers(exchange):
            self._refusal = f"code {exchange.fields.get('code')}"

    def absent(self) -> Mapping[str, str]:
        """Return what the target has no numbers for, with the reason."""
        if self._added or not self._refusal:
            return {}
        reason = f"the target refuses the identifiers at hand ({self._refusal})"
        return dict.fromkeys((Capability.PARTICIPANTS, Capability.MESSAGES), reason)


class CannotStartError(Exception):
    """The target does not let a run begin; `exit` says whose matter that is.

    `refused` says that it said no, and not nothing.
    """

    def __init__(self, code: Exit, message: str, *, refused: bool = False) -> None:
        super().__init__(message)
        self.exit = code
        self.refused = refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What a run did that left scenes waiting: `performed` are those that ended."""

    exchanges: tuple[Exchange, ...] = ()
    performed: tuple[Performed, ...] = ()
    deferred: frozenset[str] = frozenset()
    first: int = 1


class Conductor:
    """Runs one plan against one target.

    `observe` sees each exchange as it happens, `ended` each scene; with `fail_fast`
    the run stops after the first scene that breaks a must. One that is not `patient`
    leaves scenes that wait as they are, with all that they made; a later one takes
    them up from that `past`.
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
        patient: bool = True,
        past: Past | None = None,
    ) -> None:
        self._plan = plan
        self._clock = clock
        self._kept = ledger is not None
        self._ledger = ledger or Ledger(
            About(tag=plan.tag, service_sid=plan.service_sid)
        )
        self._observe = observe
        self._ended = ended
        self._fail_fast = fail_fast
        self._spending = Spending(plan.budget, clock)
        self._manners = Manners(plan.seed)
        self._numbers = Numbers()
        self._recorder = Recorder(
            target,
            before=self._before,
            after=self._after,
            again=self._again,
            sleep=self._pause,
            first=past.first if past else 1,
        )
        self._past = past
        self._stage = Stage(self._recorder, clock, stop=self._enough, patient=patient)
        self._sleep = self._stage.sleep
        self._absent: dict[str, str] = dict(plan.absent)
        self._unwritten = ""

    def run(self) -> Result:
        """Perform the plan, remove what was created, and judge what was seen.

        An interrupt, a spent budget, a defect of ours or a target that does not let
        us begin ends the performance; what was created is removed and what was seen
        is judged all the same.
        """
        plan, halted, code = self._plan, "", None
        try:
            if self._past is None:
                worlds = tuple(self._world(number) for number in range(plan.workers))
                self._stage.perform(plan.scenarios(), worlds)
            else:
                self._stage.perform(self._taken_up(self._past), (self._past_world,))
            halted = self._stage.halted or self._unwritten
        except CannotStartError as error:
            halted, code = str(error), error.exit
        except SpentError as error:
            halted = str(error)
        except KeyboardInterrupt:
            halted = INTERRUPTED
        except Exception as error:  # noqa: BLE001  what was created is removed first
            halted, code = f"our own error: {error!r}", Exit.OUR_ERROR
        past = self._past or Past()
        exchanges = (*past.exchanges, *self._recorder.exchanges)
        left_behind = () if halted == DEFERRED else self._clean_up()
        if not self._kept:
            self._ledger.close()
        self._absent |= self._numbers.absent()
        performed = (*past.performed, *self._stage.performed)
        history = History(account_sid=plan.account_sid, exchanges=exchanges)
        judgement = judge_history(history, plan, performed, self._absent)
        if code is None:
            code = self._code(judgement, halted)
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

    def _taken_up(self, past: Past) -> Iterator[Scenario]:
        """Yield the scenarios that wait, from where they were left."""
        now_ms = self._clock.now_ms()
        scenes = History(exchanges=past.exchanges).scenes
        for scenario in self._plan.scenarios():
            if scenario.name in past.deferred:
                recorded = scenes.get(scenario.name, ())
                yield replace(
                    scenario,
                    script=partial(_again_from, scenario.script, recorded, now_ms),
                )

    def _past_world(self, scenario: Scenario) -> World:
        """Return the world of a scene as it was: in the Service that it worked in."""
        past = self._past or Past()
        scenes = History(exchanges=past.exchanges).scenes
        recorded = scenes.get(scenario.name, ())
        home = recorded[0].sent.path.partition("/Services/")[2] if recorded else ""
        service = home.partition("/")[0]
        if not service:
            raise GaveUpError("nothing of it was recorded")
        return replace(self._bare(), service_sid=service, scene=scenario.name)

    def _code(self, judgement: Judgement, halted: str) -> Exit:
        """Return what the rulings amount to; a run cut short is never conformant."""
        plan = self._plan
        counted = (r for r in judgement.rulings if not plan.waives(r))
        code = exit_code(
            counted,
            plan.catalogue,
            expectations=plan.expectations,
            select=plan.select,
        )
        return Exit.INCOMPLETE if halted and code is Exit.CONFORMANT else code

    def _before(self, probes: tuple[Probe, ...], first: int) -> None:
        plan = self._plan
        if reason := next(filter(None, map(plan.withholds, probes)), ""):
            raise GaveUpError(reason)
        self._spending.before(probes)
        try:
            self._ledger.before(probes, first)
        except LedgerError as error:
            raise SpentError(str(error)) from error

    def _after(self, exchange: Exchange) -> None:
        self._ledger.after(exchange)
        self._spending.after(exchange)
        self._numbers.after(exchange)
        self._keep(self._observe, exchange)
        if self._unwritten:
            raise SpentError(self._unwritten)

    def _keep(self, write: Callable[[T], None], what: T) -> None:
        """Let something be written down; a run of which nothing more can be ends."""
        try:
            write(what)
        except OSError as error:
            self._unwritten = f"the record cannot be written: {error.strerror}"

    def _again(self, exchange: Exchange, tries: int) -> float | None:
        return self._manners.pause_s(exchange, tries)

    def _pause(self, seconds: float) -> None:
        self._sleep(seconds)

    def _enough(self, performed: Performed) -> bool:
        """Return whether a must is broken already and one is all that is wanted."""
        self._keep(self._ended, performed)
        if not self._fail_fast or self._unwritten:
            return bool(self._unwritten)
        history = History(
            account_sid=self._plan.account_sid,
            exchanges=tuple(self._recorder.exchanges),
        ).only([performed.scene])
        rulings = judge_history(history, self._plan).rulings
        musts = self._plan.catalogue.requirements
        return any(
            ruling.outcome is Outcome.FAIL
            and musts[ruling.requirement].level is Level.MUST
            and not self._plan.waives(ruling)
            for ruling in rulings
        )

    def _bare(self) -> World:
        """Return the world of the plan, in the Service that the user named."""
        plan = self._plan
        return World(
            contract=plan.contract,
            account_sid=plan.account_sid,
            service_sid=plan.service_sid,
            tag=plan.tag,
            thorough=plan.profile.thorough,
            provides=plan.provides,
            seed=plan.seed,
            identifiers=plan.identifiers,
            given_sid=plan.service_sid,
            careful=plan.careful,
        )

    def _world(self, worker: int) -> Callable[[Scenario], World]:
        """Return how a worker sets each scenario: in Services of its own."""
        plan, bare = self._plan, self._bare()
        if plan.workers > 1:
            bare = replace(bare, tag=f"{plan.tag}-{worker}")
        main = self._main(bare, worker)
        other = missing = ""
        if Capability.SERVICES in plan.provides:
            try:
                other = self._recorder.play(_service(bare, "other"), SET_UP)
            except CannotStartError as error:
                missing = str(error)
                if error.refused:
                    self._absent[Capability.SERVICES] = missing
        home = replace(bare, service_sid=main, other_sid=other)

        def world(scenario: Scenario) -> World:
            setting = replace(home, scene=scenario.name)
            if not scenario.own:
                if missing and Capability.SERVICES in scenario.needs:
                    raise GaveUpError(missing)
                return setting
            try:
                own = self._recorder.play(_service(bare, scenario.name), SET_UP)
            except CannotStartError as error:
                raise GaveUpError(str(error)) from error
            return replace(setting, service_sid=own)

        return world

    def _main(self, bare: World, worker: int) -> str:
        """Return the Service to work in: the one named, one there, or a new one."""
        service_sid = self._plan.service_sid
        play = self._recorder.play
        if Capability.WRITING not in self._plan.provides:
            return service_sid or play(_service_there(bare), SET_UP)
        if not service_sid:
            if worker == 0:
                play(_services_listed(bare), SET_UP)
            return play(_service(bare, "main"), SET_UP)
        if worker == 0:
            play(_service_exists(bare), SET_UP)
            path = bare.call("ListSession").path
            play(acquaintance(self._ledger, path), SET_UP)
        return service_sid

    def _clean_up(self) -> tuple[Entry, ...]:
        """Remove what was created, and return what is not proven gone.

        A second interrupt ends even this, and so does a target that is gone; the
        ledger still knows what is left. Nothing that fails to be written stops it.
        """
        clock, observe, self._unwritten = self._clock, self._observe, ""
        limit_s = clock.now_ms() / 1000 + CLEAN_UP_S_MAX
        self._spending = Spending(Budget(seconds=limit_s), clock)
        self._manners = Manners(self._plan.seed)
        self._sleep = clock.sleep

        def quietly(exchange: Exchange) -> None:
            with suppress(Exception):
                observe(exchange)

        self._observe = quietly
        with suppress(KeyboardInterrupt, SpentError, GaveUpError):
            script = removal(self._ledger, width=self._plan.workers)
            self._recorder.play(script, CLEAN_UP)
        return self._ledger.outstanding()


def _again_from(
    script: Callable[[World], Script[None]],
    recorded: tuple[Exchange, ...],
    now_ms: float,
    world: World,
) -> Script[None]:
    return taken_up(script(world), recorded, now_ms)


def _service(world: World, hint: str) -> Script[str]:
    """Create a Service and return its SID.

    Where no answer says what came of it, another one is created under another name:
    clean-up finds the first, and the run need not end for it.
    """
    name = f"{world.tag}-{hint}".replace("/", "-")
    created = yield from send(_new_service(world, name))
    for spare in _SPARES:
        pause_s = lost_for_s(created)
        if pause_s is None:
            break
        yield from wait(pause_s)
        created = yield from send(_new_service(world, name + spare))
    sid = plain_sid(created.fields.get("sid"))
    if created.accepted and sid:
        return sid
    raise _cannot_start(created, "create a Service; name one with --service-sid")


def _new_service(world: World, name: str) -> Probe:
    return world.call("CreateService", form={"UniqueName": name})


def _services_listed(world: World) -> Script[Exchange]:
    """Make sure, before anything is created, that this is the API we judge."""
    listed = yield from send(world.call("ListService", query={"PageSize": "1"}))
    if listed.undecided or listed.status == HTTPStatus.UNAUTHORIZED:
        raise _cannot_start(listed, "list Services")
    _speaks_our_language(listed, "services")
    return listed


def _service_there(world: World) -> Script[str]:
    """Return the SID of the first Service on the account."""
    listed = yield from _services_listed(world)
    if not listed.accepted:
        raise _cannot_start(listed, "list Services; name one with --service-sid")
    services = listed.fields.get("services")
    first = services[0] if isinstance(services, list) and services else None
    sid = plain_sid(first.get("sid")) if isinstance(first, dict) else ""
    if sid:
        return sid
    raise CannotStartError(
        Exit.USAGE, "there is no Service to read; name one with --service-sid"
    )


def _service_exists(world: World) -> Script[None]:
    """Make sure that the Service given by the user can be worked in."""
    listed = yield from send(world.call("ListSession", query={"PageSize": "1"}))
    _speaks_our_language(listed, "sessions")
    if listed.status == HTTPStatus.NOT_FOUND:
        raise CannotStartError(
            Exit.USAGE, f"the target knows no Service {world.service_sid}"
        )
    if not listed.accepted:
        raise _cannot_start(listed, f"list the Sessions of {world.service_sid}")


def _speaks_our_language(listed: Exchange, key: str) -> None:
    """Raise CannotStartError when an answer is nothing like what the API answers.

    Only where nothing at all is right: what is merely broken is for the checks.
    """
    fields, response = listed.fields, listed.response
    if (
        response is None
        or listed.undecided
        or response.status == HTTPStatus.UNAUTHORIZED
    ):
        return
    if fields and not (listed.accepted and fields.keys().isdisjoint({"meta", key})):
        return
    seen = f"{response.status} with {response.body[:_SHOWN_BYTES]!r}"
    raise CannotStartError(
        Exit.INCOMPLETE,
        f"this is not the API: expected a list of {key}, observed {seen}",
    )


def _cannot_start(exchange: Exchange, what: str) -> CannotStartError:
    """Return whose matter it is that the first step was not accepted."""
    if exchange.response is None:
        remedy = _REMEDIES.get(exchange.trouble or Trouble.TIMEOUT, "")
        return CannotStartError(
            Exit.INCOMPLETE,
            f"the target cannot be reached: {exchange.observed}{remedy}",
        )
    if exchange.status == HTTPStatus.UNAUTHORIZED:
        return CannotStartError(
            Exit.USAGE, "the target refuses these credentials (401)"
        )
    seen = "success without a sid" if exchange.accepted else exchange.observed
    return CannotStartError(
        Exit.INCOMPLETE,
        f"the target does not let us {what} (observed {seen})",
        refused=exchange.refused,
    )


def judge_history(
    history: History,
    plan: Plan,
    performed: tuple[Performed, ...] = (),
    absent: Mapping[str, str] | None = None,
) -> Judgement:
    """Return the judgement of a history: a pure function of what was recorded."""
    evidence = Evidence(history=history, contract=plan.contract)
    return judge(CHECKS, evidence, terms(plan, performed, absent or {}, history))


def terms(
    plan: Plan,
    performed: tuple[Performed, ...],
    absent: Mapping[str, str],
    history: Iterable[Exchange],
) -> Terms:
    """Return what the history of a plan is judged against."""
    return Terms(
        catalogue=plan.catalogue,
        profile=plan.profile,
        absent=absent,
        expectations=plan.expectations,
        gave_up=gave_up_reasons(performed),
        select=plan.select,
        lost=any(exchange.undecided for exchange in history),
    )
