"""Scripts: scenarios as generators that ask for exchanges and never touch a socket."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar
from urllib.parse import quote, urlencode

from conformance.catalogue import Capability
from conformance.contract import Contract
from conformance.exchange import FORM, Exchange, Probe, Scene
from conformance.reach import overreaches

T = TypeVar("T")

IDENTIFIERS = ("+15005550101", "+15005550102", "+15005550103")
"""Fictional numbers, for targets that reach nobody."""

_SID_LENGTH_MAX = 64

Fields: TypeAlias = Sequence[tuple[str, str]] | Mapping[str, str]
"""Form fields or a query; a sequence of pairs may repeat a name."""


@dataclass(frozen=True, slots=True)
class Send:
    """Ask for these probes to be sent; more than one go out at the same moment."""

    probes: tuple[Probe, ...]


@dataclass(frozen=True, slots=True)
class Wait:
    """Ask for this many seconds to pass; other scenes go on meanwhile."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Explore:
    """Ask for a search that sends as it likes, one probe after another."""

    search: Callable[[Callable[[Probe], Exchange]], None]


Step: TypeAlias = Send | Wait | Explore
Script: TypeAlias = Generator[Step, tuple[Exchange, ...], T]


class GaveUpError(Exception):
    """The stage could not be set, so the scene ends; what is undecided stays so."""


def send(probe: Probe) -> Script[Exchange]:
    """Send one probe and return its exchange."""
    (exchange,) = yield Send((probe,))
    return exchange


def together(*probes: Probe) -> Script[tuple[Exchange, ...]]:
    """Send all probes at once and return their exchanges in the order given."""
    return (yield Send(probes))


def wait(seconds: float) -> Script[None]:
    """Let so many seconds pass."""
    yield Wait(seconds)


def explore(search: Callable[[Callable[[Probe], Exchange]], None]) -> Script[None]:
    """Let a search send as it likes; it sees each answer before it goes on."""
    yield Explore(search)


def taken_up(
    script: Script[None], recorded: Sequence[Exchange], now_ms: float
) -> Script[None]:
    """Go through a script with the answers it had already, then on from there.

    What is left of the wait that it was left in is waited. Raises GaveUpError where
    the script asks for something else than was recorded.
    """
    left = deque(recorded)
    due_ms, answer, live = 0.0, tuple[Exchange, ...](), False
    step = next(script, None)
    while step is not None:
        if isinstance(step, Send) and left:
            answer = tuple(left.popleft() for _ in step.probes[: len(left)])
            if _asked(step.probes) != _asked(e.probe for e in answer):
                raise GaveUpError("what was recorded is not what it asks for now")
            due_ms = answer[-1].ended_ms
        elif isinstance(step, Wait) and left:
            answer = ()  # it had passed
        elif isinstance(step, Wait) and not live:
            live = True
            ago_s = (now_ms - due_ms) / 1000
            answer = yield Wait(max(0.0, step.seconds - ago_s))
        else:
            answer = yield step
        try:
            step = script.send(answer)
        except StopIteration:
            return


def _asked(probes: Iterable[Probe]) -> list[tuple[str, str]]:
    return [(probe.method, probe.path) for probe in probes]


def expect(probe: Probe) -> Script[Exchange]:
    """Send a probe that sets the stage; end the scene unless it is accepted."""
    exchange = yield from send(probe)
    if not exchange.accepted:
        raise GaveUpError(
            f"set-up needs {probe.operation} to be accepted, observed "
            f"{exchange.observed}"
        )
    return exchange


def made(probe: Probe) -> Script[Exchange]:
    """Send a create that sets the stage; end the scene unless its answer shows a SID.

    One that fills a path alone is none: what was refused then might be the path.
    """
    exchange = yield from expect(probe)
    if not sid_shown(exchange):
        raise GaveUpError(f"set-up needs {probe.operation} to answer a sid")
    return exchange


def created(probe: Probe) -> Script[str]:
    """Send a create that sets the stage; return the SID made, as a path takes it."""
    return sid_shown((yield from made(probe)))


def sid_shown(exchange: Exchange) -> str:
    """Return the SID that an accepted answer shows, as a path takes it, else ""."""
    return in_path(exchange.fields.get("sid")) if exchange.accepted else ""


def in_path(sid: object) -> str:
    """Return a SID as a path takes it, "" for what is none or fills a path alone."""
    if not isinstance(sid, str) or len(sid) > _SID_LENGTH_MAX:
        return ""
    return quote(sid, safe="")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What a scenario may know: where it works, and how to spell a probe.

    `tag` marks every name of this run, so that clean-up recognises its own;
    `thorough` is False when only the most telling inputs are wanted. `identifiers`
    may be used for Participants. `other_sid` is a second Service, or "". `provides`
    is what the profile and the target afford. `given_sid` is the Service that the
    user named and nobody may change; a `careful` run may reach other people's data.
    """

    contract: Contract
    account_sid: str
    service_sid: str
    tag: str
    other_sid: str = ""
    scene: Scene = ""
    thorough: bool = True
    provides: frozenset[Capability] = frozenset(Capability)
    seed: int = 0
    identifiers: tuple[str, ...] = IDENTIFIERS
    given_sid: str = ""
    careful: bool = False

    def may(self, probe: Probe) -> bool:
        """Return whether it is safe to send, however badly the target takes it."""
        return not self.careful or not overreaches(probe, self.given_sid)

    def some(self, items: Sequence[T], least: int) -> tuple[T, ...]:
        """Return all items, or the first `least` when not thorough."""
        return tuple(items if self.thorough else items[:least])

    def name(self, hint: str) -> str:
        """Return a UniqueName that is ours and occurs nowhere else in the run."""
        return f"{self.tag}-{self.scene}-{hint}".replace("/", "-")

    def call(
        self,
        operation_id: str,
        *,
        form: Fields | None = None,
        query: Fields | None = None,
        service: str | None = None,
        label: str = "",
        **path: str,
    ) -> Probe:
        """Return the probe of a contract operation.

        Path values are keyword arguments named as in the contract (`Sid`,
        `SessionSid`, …) and go into the path as they are, so whoever passes anything
        but a plain SID encodes it; `service` stands for `ServiceSid`.
        """
        operation = self.contract.operation(operation_id)
        sid = self.service_sid if service is None else service
        values = {"ServiceSid": sid} | path
        target = operation.path
        for name, value in values.items():
            target = target.replace("{" + name + "}", value)
        probe = Probe(
            operation=operation_id,
            method=operation.method,
            path=target,
            query=urlencode(_pairs(query)),
            label=label,
        )
        return probe if form is None else with_form(probe, form)


def with_form(probe: Probe, form: Fields) -> Probe:
    """Return the probe with `form` as its body."""
    return replace(
        probe,
        headers=(*probe.headers, ("Content-Type", FORM)),
        body=urlencode(_pairs(form)).encode(),
    )


def _pairs(fields: Fields | None) -> list[tuple[str, str]]:
    if fields is None:
        return []
    return list(fields.items() if isinstance(fields, Mapping) else fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A script and what it is for; `name` is unique and is the scene's name.

    `serves` are the ids of the requirements it brings evidence for. A scenario that
    waits starts `early`, so that its seconds pass while others work; one that holds
    its worker up for long starts `late`, when none waits any more. One with a
    Service of its `own` finds it empty and shares it with nobody.
    """

    name: str
    script: Callable[[World], Script[None]]
    serves: tuple[str, ...]
    needs: frozenset[Capability] = frozenset({Capability.WRITING})
    early: bool = False
    late: bool = False
    own: bool = False
