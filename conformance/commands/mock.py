"""`conformance mock`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from conformance.commands.problems import Problem, usage
from conformance.commands.screen import screen
from conformance.gate.launch import Observe, look_on
from conformance.gate.witness import Witness
from conformance.library import library
from conformance.mock.app import Mock
from conformance.mock.command import mock
from conformance.record import Redactor
from conformance.reporters.terminal import terminal
from conformance.targets.credentials import Account
from conformance.verdict import Exit


def _serve(*, gate: bool, out: Path | None, **options: Any) -> None:  # noqa: ANN401  the mock's own
    """Serve, and with --gate say in the end what the requests were worth."""
    if not gate:
        if out:
            raise Problem("--out: only --gate writes a report")
        _mocked(**options)
        return

    def serve(observe: Observe) -> Witness | None:
        witnesses: list[Witness] = []

        def around(app: Mock) -> Witness:
            accounts = app.world.accounts
            witness = Witness(app, accounts, library().contract, observe)
            witnesses.append(witness)
            return witness

        _mocked(around=around, **options)
        return witnesses[0] if witnesses else None

    folder = out or Path("reports") / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-client"
    account = Account(sid=options["account_sid"], token=options["auth_token"])
    with usage():
        view = look_on(folder, serve, Redactor([account]))
    terminal(view, screen(), record=str(folder))
    click.echo(f"\n  report  {folder / 'report.html'}")
    raise SystemExit(Exit.OUR_ERROR if view.exit is None else view.exit)


def _mocked(**options: Any) -> None:  # noqa: ANN401  the mock's own
    assert mock.callback is not None  # noqa: S101  a command has one
    mock.callback(**options)


command = click.Command(
    "mock",
    params=[
        *mock.params,
        click.Option(["--gate"], is_flag=True, help="Judge every request it gets."),
        click.Option(
            ["--out"],
            type=click.Path(path_type=Path),
            help="Where the report of --gate goes.",
        ),
    ],
    callback=_serve,
    help=mock.help,
)
