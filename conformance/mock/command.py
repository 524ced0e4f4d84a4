"""The command that serves the mock."""

from __future__ import annotations

import logging
from contextlib import closing
from typing import TYPE_CHECKING

import click

from conformance.mock.app import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    create_app,
)
from conformance.mock.faults import FAULTS
from conformance.mock.limits import RateLimit
from conformance.mock.registry import UnknownNameError, changed
from conformance.mock.rules import Rules
from conformance.mock.server import PortInUseError, serve
from conformance.mock.variants import VARIANTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp

    from conformance.mock.app import Mock


class _UsageError(click.ClickException):
    """The caller's mistake, told in one line."""

    exit_code = 2


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="0, the default, takes any free port.",
)
@click.option("--db", default=":memory:", help="Keep the rows in this file.")
@click.option(
    "--account-sid",
    envvar="TWILIO_ACCOUNT_SID",
    default=ACCOUNT_SID,
    show_default=True,
    help="Also from TWILIO_ACCOUNT_SID.",
)
@click.option(
    "--auth-token",
    envvar="TWILIO_AUTH_TOKEN",
    default=AUTH_TOKEN,
    help=f"Also from TWILIO_AUTH_TOKEN; otherwise {AUTH_TOKEN}.",
)
@click.option(
    "--latency-ms",
    type=click.FloatRange(min=0),
    default=0,
    help="Wait so long before each answer.",
)
@click.option(
    "--rate-limit",
    type=click.IntRange(min=1),
    help="Requests per second to let through, per endpoint and Service.",
)
@click.option(
    "--fault", "faults", multiple=True, help="Break the mock so; may be repeated."
)
@click.option(
    "--variant", "variants", multiple=True, help="Vary it so; may be repeated."
)
def mock(  # noqa: PLR0913  # one argument per option
    *,
    host: str,
    port: int,
    db: str,
    account_sid: str,
    auth_token: str,
    latency_ms: float,
    rate_limit: int | None,
    faults: tuple[str, ...],
    variants: tuple[str, ...],
    around: Callable[[Mock], ASGIApp] | None = None,
) -> None:
    """Serve a reference implementation of the Session API until it is stopped.

    Prints `READY http://HOST:PORT` once it accepts connections. Several faults or
    variants may also be given in one option, with commas between them.
    """
    logging.basicConfig(level=logging.WARNING)
    try:
        rules = changed(Rules(), _names(faults), FAULTS, kind="fault")
        rules = changed(rules, _names(variants), VARIANTS, kind="variant")
        app = create_app(
            rules=rules,
            account_sid=account_sid,
            auth_token=auth_token,
            db=db,
            latency_ms=latency_ms,
            rate_limit=None if rate_limit is None else RateLimit(per_second=rate_limit),
        )
        with closing(app):
            serve(app, host, port, around=around)
    except (UnknownNameError, PortInUseError) as error:
        raise _UsageError(str(error)) from error


def _names(options: tuple[str, ...]) -> list[str]:
    return [
        name.strip() for option in options for name in option.split(",") if name.strip()
    ]
