"""A state machine: operations in a chain until a check objects, then a shorter one.

The state machine only chooses what to send next. What an answer means is for the
checks to say, over the evidence of the chain so far; the one thing done here is to
turn their objection into the exception that Hypothesis shrinks.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import count
from typing import TypeAlias

from hypothesis import Phase
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    initialize,
    multiple,
    rule,
    run_state_machine_as_test,
)

from conformance.checks import CHECKS
from conformance.evidence import Evidence
from conformance.exchange import Exchange, History, Probe
from conformance.judge import examine
from conformance.script import World, sid_shown
from conformance.strategies import engine
from conformance.strategies.chains import creations, updates
from conformance.verdict import Outcome

CHAINS = 12
STEPS = 12
REQUESTS_MAX = 1500
"""How many requests a search sends, shrinking included, before it goes no further."""

Sends: TypeAlias = Callable[[Probe], Exchange]
Sid: TypeAlias = tuple[str, str]
"""A Session as a chain holds on to it: the SID of its Service and its own."""


class BrokenError(Exception):
    """A chain that a check objects to; Hypothesis looks for a shorter one."""


class _SpentError(BaseException):
    """The search has sent all it may; no Exception, which Hypothesis would shrink."""


def objections(world: World, exchanges: list[Exchange]) -> frozenset[str]:
    """Return the ids of the requirements that the checks find broken."""
    evidence = Evidence(
        history=History(account_sid=world.account_sid, exchanges=tuple(exchanges)),
        contract=world.contract,
    )
    return frozenset(
        verdict.requirement
        for verdict in examine(CHECKS, evidence)
        if verdict.outcome is Outcome.FAIL
    )


def raise_if_broken(
    world: World, exchanges: list[Exchange], known: frozenset[str]
) -> None:
    """Raise BrokenError when the checks object to something not yet `known`."""
    if fresh := objections(world, exchanges) - known:
        raise BrokenError(", ".join(sorted(fresh)))


@engine.turn()
def search(world: World, send: Sends) -> None:
    """Run the state machine; a broken chain stays in the history, shrunk."""
    left = iter(range(REQUESTS_MAX))

    def bounded(probe: Probe) -> Exchange:
        if next(left, None) is None:
            raise _SpentError
        with engine.aside():
            return send(probe)

    known = _known(world, bounded)
    settings = engine.drawing(CHAINS, Phase.generate, Phase.shrink, steps=STEPS)
    machine = partial(Sessions, world, bounded, known, count())
    machine._hypothesis_internal_use_seed = world.seed  # type: ignore[attr-defined]  # noqa: SLF001  as hypothesis.seed sets it
    try:
        run_state_machine_as_test(machine, settings=settings)  # type: ignore[arg-type]  # any factory will do
    except (BrokenError, Flaky, BaseExceptionGroup, _SpentError):
        return  # the evidence is in the history; the run judges it with the rest


def _known(world: World, send: Sends) -> frozenset[str]:
    """Return what one plain chain breaks already, so that it is not searched for."""
    created = send(world.call("CreateSession", form={}))
    seen = [created]
    if sid := sid_shown(created):
        for operation in ("FetchSession", "ListSession", "UpdateSession"):
            form = {"Ttl": "60"} if operation == "UpdateSession" else None
            seen.append(send(world.call(operation, Sid=sid, form=form)))
        seen.append(send(world.call("DeleteSession", Sid=sid)))
    return objections(world, seen)


class Sessions(RuleBasedStateMachine):
    """Sessions of two Services: what to do next is drawn, what it means is judged."""

    sids: Bundle[Sid] = Bundle("sids")

    def __init__(
        self, world: World, send: Sends, known: frozenset[str], numbers: Iterator[int]
    ) -> None:
        super().__init__()
        self._number = next(numbers)
        self._world = world
        self._to = send
        self._known = known
        self._seen: list[Exchange] = []

    def _send(self, probe: Probe) -> Exchange:
        exchange = self._to(replace(probe, label="chain"))
        self._seen.append(exchange)
        raise_if_broken(self._world, self._seen, self._known)
        return exchange

    def _services(self) -> tuple[str, str]:
        return self._world.service_sid, self._world.other_sid

    def _name(self, hint: str) -> str:
        """Return a UniqueName that other chains do not use."""
        return self._world.name(f"{self._number}-{hint}")

    @initialize(target=sids, form=creations())
    def begin(self, form: Mapping[str, str]) -> Sid | MultipleResults[Sid]:
        """Begin with a Session, so that the chain has something to hold on to."""
        return self.create(other=False, form=form)

    @rule(target=sids, other=st.booleans(), form=creations())
    def create(
        self, *, other: bool, form: Mapping[str, str]
    ) -> Sid | MultipleResults[Sid]:
        """Create a Session in one of the Services."""
        service = self._services()[other]
        mine = {
            name: self._name(value) if name == "UniqueName" else value
            for name, value in form.items()
        }
        answer = self._send(
            self._world.call("CreateSession", service=service, form=mine)
        )
        if sid := sid_shown(answer):
            return service, sid
        return multiple()

    @rule(where=sids)
    def fetch(self, where: Sid) -> None:
        """Fetch a Session."""
        service, sid = where
        self._send(self._world.call("FetchSession", service=service, Sid=sid))

    @rule(where=sids)
    def fetch_elsewhere(self, where: Sid) -> None:
        """Fetch a Session under the Service that it is not in."""
        service, sid = where
        mine, other = self._services()
        elsewhere = other if service == mine else mine
        self._send(self._world.call("FetchSession", service=elsewhere, Sid=sid))

    @rule(other=st.booleans())
    def page(self, *, other: bool) -> None:
        """List the Sessions of one of the Services."""
        service = self._services()[other]
        query = {"PageSize": "100"}
        self._send(self._world.call("ListSession", service=service, query=query))

    @rule(where=sids, form=updates())
    def update(self, where: Sid, form: Mapping[str, str]) -> None:
        """Update a Session."""
        service, sid = where
        self._send(
            self._world.call("UpdateSession", service=service, Sid=sid, form=form)
        )

    @rule(where=sids, status=st.sampled_from(["closed", "in-progress"]))
    def turn(self, where: Sid, status: str) -> None:
        """Close or re-open a Session, and nothing else."""
        self.update(where, {"Status": status})

    @rule(where=consumes(sids))
    def delete(self, where: Sid) -> None:
        """Delete a Session, then look whether it is gone."""
        service, sid = where
        self._send(self._world.call("DeleteSession", service=service, Sid=sid))
        self._send(self._world.call("FetchSession", service=service, Sid=sid))
