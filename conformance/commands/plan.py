"""`conformance plan`."""

from typing import Any

import click

from conformance.catalogue import Capability
from conformance.commands.options import order_of, ordered
from conformance.commands.problems import usage
from conformance.forecast import Forecast
from conformance.launch import planned
from conformance.library import library
from conformance.order import Order
from conformance.origin import is_open, is_production
from conformance.rehearsal import rehearse
from conformance.run import Plan
from conformance.verdict import Exit

_TAG = "conf-XXXXXXXX"


@click.command("plan")
@ordered
@click.option(
    "--latency-ms",
    default=100.0,
    show_default=True,
    type=click.FloatRange(min=0),
    help="How long the target takes for an answer.",
)
def command(
    *,
    latency_ms: float,
    **options: Any,  # noqa: ANN401  what an order is made of
) -> None:
    """Tell what a run would ask of a target and what it would touch; contact nobody.

    The plan is played against the mock in this process, so the counts are those of
    a target that conforms, in the order in which it would be asked.
    """
    with usage():
        order = order_of(options)
        plan = planned(order, library(), "", _TAG)
        forecast = rehearse(plan, latency_ms=latency_ms, per_second=order.per_second)
    click.echo("\n".join(_lines(order, plan, forecast, latency_ms)))
    beyond = forecast.beyond(order.budget)
    if beyond:
        click.echo(f"  refused    {beyond}")
    raise SystemExit(Exit.USAGE if beyond else Exit.CONFORMANT)


def _lines(
    order: Order, plan: Plan, forecast: Forecast, latency_ms: float
) -> list[str]:
    profile = plan.profile
    rate = "no rate limit" if order.per_second is None else f"{order.per_second:g}/s"
    created = ", ".join(f"{n} {kind}" for kind, n in forecast.creations.items())
    most = f"at most {forecast.requests_max:,} where the target conforms"
    answers = f"{latency_ms:g} ms an answer, {plan.workers} at once, {rate}"
    rows = [
        ("target", order.target or "the embedded mock"),
        ("profile", f"{profile.name}: {profile.sentence}"),
        ("requests", f"{forecast.requests:,}, {most}"),
        ("creations", created or "none"),
        ("seconds", f"{forecast.seconds:.0f} with {answers}"),
        *(("touched", text) for text in _touched(plan)),
        *(("never", text) for text in _never(plan)),
        *(("switched off", reason) for reason in _switched_off(plan)),
        *(("take care", text) for text in _cares(order)),
        *(("sends", f"{n:>5} {name}") for name, n in forecast.operations.items()),
    ]
    return [f"  {name:<12} {text}" for name, text in rows]


def _touched(plan: Plan) -> list[str]:
    """Return what the run changes on the account."""
    if Capability.WRITING not in plan.provides:
        return ["nothing: GET requests only"]
    tag = f"named {_TAG}…"
    touched = []
    if not plan.service_sid or Capability.SERVICES in plan.provides:
        touched.append(f"Services of its own, {tag}: created, and deleted at the end")
    if plan.service_sid:
        touched.append(
            f"Sessions of its own in {plan.service_sid}: created, and deleted at the "
            f"end; known by their SIDs, in the ledger, and by names that hold {_TAG}"
        )
    if Capability.PARTICIPANTS in plan.provides:
        touched.append(f"Participants in its Sessions: {', '.join(plan.identifiers)}")
    if Capability.MESSAGES in plan.provides:
        touched.append("messages to its Participants are asked for")
    return touched


def _never(plan: Plan) -> list[str]:
    """Return what the run leaves alone, whatever the target does."""
    if Capability.WRITING not in plan.provides:
        return ["no other method than GET is sent"]
    never = [
        "Sessions, Participants and Services that the run did not create",
        "phone numbers, and hosts other than that of the target",
    ]
    if plan.service_sid:
        never.insert(0, f"the Service {plan.service_sid} itself: no update, no delete")
    if Capability.MESSAGES not in plan.provides:
        never.append("messages")
    return never


def _switched_off(plan: Plan) -> list[str]:
    """Return why some of the profile is not tried."""
    absent, provides = plan.absent, plan.profile.provides
    return [f"{what}: {why}" for what, why in absent.items() if what in provides]


def _cares(order: Order) -> list[str]:
    """Return what somebody should know before this is run."""
    if order.target is None:
        return []
    cares = []
    if is_production(order.target) and not order.owned:
        cares.append("this is the live service: run refuses it without your consent")
    if is_open(order.target):
        cares.append("http: whoever is on the way can read the credentials")
    return cares
