"""`conformance run`."""

from pathlib import Path

import click

from conformance.commands.problems import usage
from conformance.launch import SEED, Order, launch
from conformance.run import Result


@click.command("run")
@click.option("--target", envvar="CONFORMANCE_TARGET", help="Base URL of the target.")
@click.option("--account-sid", envvar="TWILIO_ACCOUNT_SID", help="AC…")
@click.option(
    "--auth-token", envvar="TWILIO_AUTH_TOKEN", help="Better from the environment."
)
@click.option("--service-sid", default="", help="Work in this Service: KS…")
@click.option("--profile", default="full", show_default=True)
@click.option("--seed", default=SEED, show_default=True, type=click.IntRange(0))
@click.option("-n", "workers", default=1, show_default=True, type=click.IntRange(1, 16))
@click.option("--select", "select", multiple=True, help="Only this requirement id.")
@click.option("--fail-fast", is_flag=True, help="Stop at the first broken must.")
@click.option("--out", type=click.Path(path_type=Path), help="Where the report goes.")
@click.option("--json", "as_json", is_flag=True, help="Print summary.json instead.")
def command(  # noqa: PLR0913  one argument per option
    *,
    target: str | None,
    account_sid: str | None,
    auth_token: str | None,
    service_sid: str,
    profile: str,
    seed: int,
    workers: int,
    select: tuple[str, ...],
    fail_fast: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Judge a target: the embedded mock, or the one at --target."""
    with usage():
        launched = launch(
            Order(
                target=target,
                account_sid=account_sid,
                auth_token=auth_token,
                service_sid=service_sid,
                profile=profile,
                seed=seed,
                workers=workers,
                select=select,
                fail_fast=fail_fast,
                out=out,
            )
        )
    _show(launched.result, launched.folder, as_json=as_json)
    raise SystemExit(launched.result.exit)


def _show(result: Result, folder: Path, *, as_json: bool) -> None:
    del as_json
    outcomes: dict[str, int] = {}
    for ruling in result.judgement.rulings:
        outcomes[ruling.outcome] = outcomes.get(ruling.outcome, 0) + 1
        if ruling.outcome in ("fail", "error", "unknown"):
            where = f"{ruling.requirement}[{ruling.operation}]"
            click.echo(f"{ruling.outcome} {where}: {ruling.reason}")
    requests = len(result.history)
    click.echo(f"{outcomes} exit {result.exit} {requests} requests {folder}")
