"""Options that several commands share, and the order that they add up to."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from conformance.budget import Budget
from conformance.commands.problems import Problem
from conformance.order import SEED, Order
from conformance.settings import SettingsError, discover, load

F = TypeVar("F", bound=Callable[..., Any])

_FILE = click.Path(path_type=Path)
_COUNT = click.IntRange(min=1)
_AMOUNT = click.FloatRange(min=0, min_open=True)

_BUDGET = ("max_requests", "max_creates", "max_seconds")

owning = click.option(
    "--i-own-this-account",
    "owned",
    is_flag=True,
    help="Needed for the live service: the account is yours to test.",
)

_ORDER = (
    click.option(
        "--target",
        envvar="CONFORMANCE_TARGET",
        help="Base URL of the target; the embedded mock when left out.",
    ),
    click.option("--service-sid", default="", help="Work in this Service: KS…"),
    click.option(
        "--profile",
        default="full",
        show_default=True,
        help="How much is judged: full, core, quick, read-only or strict.",
    ),
    click.option(
        "--seed",
        default=SEED,
        show_default=True,
        type=click.IntRange(0),
        help="The same seed sends the same requests.",
    ),
    click.option(
        "-n",
        "workers",
        default=1,
        show_default=True,
        type=click.IntRange(1, 16),
        help="How many scenes go on at once, each worker in Services of its own.",
    ),
    click.option("--select", multiple=True, help="Only this requirement id."),
    click.option(
        "--identifier",
        "identifiers",
        multiple=True,
        help="May be used for Participants; give three. Fictional ones otherwise.",
    ),
    click.option(
        "--messages/--no-messages",
        default=None,
        help="Whether messages may be sent; only on loopback when left out.",
    ),
    click.option(
        "--rate",
        type=_AMOUNT,
        help="Requests per second, endpoint and Service; 25 beyond loopback.",
    ),
    click.option(
        "--max-requests", type=_COUNT, help="Send no more than so many requests."
    ),
    click.option(
        "--max-creates", type=_COUNT, help="Create no more than so many resources."
    ),
    click.option(
        "--max-seconds", type=_AMOUNT, help="Stop judging after so many seconds."
    ),
    owning,
)


def _configure(
    context: click.Context, parameter: click.Parameter, path: Path | None
) -> None:
    """Let the settings of the project stand for options that were not given."""
    del parameter
    try:
        if path is not None:
            settings: Mapping[str, Any] = load(path)
        elif found := discover(Path.cwd()):
            _, settings = found
        else:
            return
    except SettingsError as error:
        raise Problem(str(error)) from error
    names = {parameter.name for parameter in context.command.params}
    context.default_map = {k: v for k, v in settings.items() if k in names}


_CONFIG = click.option(
    "--config",
    type=_FILE,
    is_eager=True,
    expose_value=False,
    callback=_configure,
    help="Settings; conformance.toml or [tool.conformance] here when left out.",
)


def configured(function: F) -> F:
    """Add the option that names the settings."""
    return _CONFIG(function)


def ordered(function: F) -> F:
    """Add the options of an order, and the one that names the settings."""
    for option in reversed((*_ORDER, _CONFIG)):
        function = option(function)
    return function


def order_of(options: Mapping[str, Any], **more: Any) -> Order:  # noqa: ANN401  as click found them
    """Return the order that the options of a command add up to; raises UsageError."""
    plain = {name: value for name, value in options.items() if name not in _BUDGET}
    budget = Budget(
        requests=options["max_requests"],
        creates=options["max_creates"],
        seconds=options["max_seconds"],
    )
    return Order(**plain, **more, budget=budget)
