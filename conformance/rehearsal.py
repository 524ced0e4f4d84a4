"""Rehearsal: a plan played against the mock in this process, contacting nobody."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from conformance.budget import Budget
from conformance.catalogue import Capability
from conformance.exchange import FORM, Exchange, History, Probe
from conformance.forecast import Forecast, forecast
from conformance.mock.app import ACCOUNT_SID, AUTH_TOKEN, create_app
from conformance.pace import Paced
from conformance.run import Conductor, Plan
from conformance.targets.asgi import AsgiTarget, VirtualClock
from conformance.targets.credentials import Account

_DAWN = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
_FOUND = 3


def rehearse(plan: Plan, *, latency_ms: float, per_second: float | None) -> Forecast:
    """Return what the plan asks of a target that takes so long for each answer."""
    step_ms = max(latency_ms, 1) / plan.workers
    clock = VirtualClock(step_ms)
    app = create_app(clock=lambda: _DAWN + timedelta(milliseconds=clock.now_ms()))
    target = AsgiTarget(app, Account(sid=ACCOUNT_SID, token=AUTH_TOKEN), clock)
    reads_only = Capability.WRITING not in plan.provides
    exchanges: list[Exchange] = []
    try:
        given = plan.service_sid or reads_only
        service_sid = _furnished(target) if given else ""
        paced = Paced(target, clock, (per_second or 1e6) * plan.workers)
        began_s = clock.now_ms() / 1000
        Conductor(
            replace(
                plan,
                account_sid=ACCOUNT_SID,
                service_sid=service_sid,
                workers=1,
                budget=Budget(),
            ),
            paced,
            clock,
            observe=exchanges.append,
        ).run()
        seconds = clock.now_ms() / 1000 - began_s
    finally:
        target.close()
        app.close()
    own = Capability.SERVICES in plan.provides
    return forecast(
        History(account_sid=ACCOUNT_SID, exchanges=tuple(exchanges)),
        seconds,
        workers=plan.workers,
        services=(1 if plan.service_sid else 2) if own else 0,
        latency_ms=latency_ms,
    )


def _furnished(target: AsgiTarget) -> str:
    """Return the SID of a Service in which others have left a few Sessions."""
    (made,) = target.send((_create("/v1/Services", b"UniqueName=theirs"),), 1)
    sid = str(made.fields["sid"])
    for _ in range(_FOUND):
        target.send((_create(f"/v1/Services/{sid}/Sessions", b"Ttl=600"),), 1)
    return sid


def _create(path: str, body: bytes) -> Probe:
    return Probe(
        operation="",
        method="POST",
        path=path,
        headers=(("Content-Type", FORM),),
        body=body,
    )
