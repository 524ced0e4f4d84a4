"""`conformance driver-check`."""

import secrets
import sys

import click

from conformance.commands.problems import Problem
from conformance.gate.driver import Driver, ExhaustedError, UnusableError
from conformance.gate.honesty import echo, farewell, handshake
from conformance.gate.process import CommandError
from conformance.gate.server import ScriptedServer
from conformance.verdict import Exit


@click.command("driver-check")
@click.option("--driver", "driver_command", required=True, help="How to start it.")
@click.option("--transcript", is_flag=True, help="Print each message.")
def command(*, driver_command: str, transcript: bool) -> None:
    """Check that a driver speaks the protocol, without judging its SDK."""

    def heard(direction: str, line: str) -> None:
        if transcript:
            click.echo(f"{direction} {line}")

    try:
        with ScriptedServer() as server:
            driver = Driver(driver_command, log=sys.stderr.fileno(), heard=heard)
            word = secrets.token_hex(16)
            findings = [*handshake(driver, word), *echo(driver, server, word)]
            findings.append(farewell(driver))
    except (CommandError, UnusableError, ExhaustedError) as error:
        raise Problem(str(error)) from error
    for finding in findings:
        mark = "✗" if finding.problem else "✓"
        click.echo(
            f"{mark} {finding.name}{': ' * bool(finding.problem)}{finding.problem}"
        )
    if any(finding.problem for finding in findings):
        raise SystemExit(Exit.USAGE)
    click.echo(f"{driver.hello.name}: {', '.join(sorted(driver.hello.operations))}")
