"""Laws of runs in process: what gets lost in set-up or cannot be kept."""

import errno
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest

from conformance.catalogue import Capability
from conformance.exchange import Exchange, Probe, Response, Trouble
from conformance.launch import planned
from conformance.library import library
from conformance.mock.app import ACCOUNT_SID, AUTH_TOKEN, create_app
from conformance.order import Order
from conformance.run import Conductor, Plan
from conformance.targets.asgi import AsgiTarget, VirtualClock
from conformance.targets.credentials import Account
from conformance.verdict import Exit, Outcome

SELECT = ("CON-012", "SID-003")
"""One that needs a second Service, and one that does not."""


class Bent:
    """A target of which some exchanges come to something else."""

    def __init__(
        self, target: AsgiTarget, bend: Callable[[Exchange], Exchange]
    ) -> None:
        self._target = target
        self._bend = bend

    def send(self, probes: tuple[Probe, ...], first: int) -> tuple[Exchange, ...]:
        return tuple(map(self._bend, self._target.send(probes, first)))

    def close(self) -> None:
        self._target.close()


@contextmanager
def target(
    bend: Callable[[Exchange], Exchange] = lambda exchange: exchange,
) -> Generator[tuple[Bent, VirtualClock]]:
    app, clock = create_app(), VirtualClock()
    account = Account(sid=ACCOUNT_SID, token=AUTH_TOKEN)
    with closing(app), closing(AsgiTarget(app, account, clock)) as asgi:
        yield Bent(asgi, bend), clock


def plan() -> Plan:
    return planned(Order(select=SELECT), library(), ACCOUNT_SID, "conf-1")


def creates(exchange: Exchange, name: str) -> bool:
    body = (exchange.probe.body or b"").decode()
    return exchange.probe.operation == "CreateService" and f"-{name}" in body


def lost(exchange: Exchange) -> Exchange:
    return replace(exchange, response=None, trouble=Trouble.RESET)


def refused(exchange: Exchange) -> Exchange:
    answer = Response(status=400, body=b'{"code": 80506, "message": "", "status": 400}')
    return replace(exchange, response=answer)


def test_a_service_whose_answer_got_lost_is_made_again_and_both_are_removed() -> None:
    left = 2

    def bend(exchange: Exchange) -> Exchange:
        nonlocal left
        if left and creates(exchange, "main"):
            left -= 1
            return lost(exchange)
        return exchange

    with target(bend) as (bent, clock):
        result = Conductor(plan(), bent, clock).run()
        (services,) = bent.send(
            (Probe(operation="", method="GET", path="/v1/Services"),), 1
        )
    assert result.exit is Exit.CONFORMANT
    assert result.left_behind == ()
    assert services.fields["services"] == []


@pytest.mark.parametrize(
    ("bend", "outcome", "absent"),
    [(lost, Outcome.UNKNOWN, False), (refused, Outcome.SKIP, True)],
)
def test_a_second_service_is_absent_where_it_is_refused_and_not_where_it_got_lost(
    bend: Callable[[Exchange], Exchange], outcome: Outcome, *, absent: bool
) -> None:
    def bent_so(exchange: Exchange) -> Exchange:
        return bend(exchange) if creates(exchange, "other") else exchange

    with target(bent_so) as (bent, clock):
        result = Conductor(plan(), bent, clock).run()
    seen = {
        r.requirement: r for r in result.judgement.rulings if r.requirement in SELECT
    }
    assert seen["CON-012"].outcome is outcome
    assert seen["CON-012"].reason.startswith("the target ")
    assert (Capability.SERVICES in result.absent) is absent
    assert result.left_behind == ()


def test_a_run_that_cannot_be_recorded_ends_and_removes_what_it_made() -> None:
    seen: list[Exchange] = []

    def observe(exchange: Exchange) -> None:
        seen.append(exchange)
        if len(seen) > 9:
            raise OSError(errno.ENOSPC, "No space left on device")

    with target() as (bent, clock):
        result = Conductor(plan(), bent, clock, observe=observe).run()
    assert result.halted == "the record cannot be written: No space left on device"
    assert result.exit is Exit.INCOMPLETE
    assert result.left_behind == ()
    assert len(result.history) == 10
