"""The command line: names the commands and loads only the one that is called."""

import importlib
import os
import sys
import traceback
from pathlib import Path
from typing import Any

import click
from platformdirs import user_cache_dir

from conformance import __version__

_COMMANDS = {
    "run": "Judge a target: the embedded mock, or the one at --target.",
    "plan": "Tell what a run would ask of a target and touch; contact nobody.",
    "resume": "Judge what a run registered and left for later.",
    "cleanup": "Remove what a run left behind, from any process, any time.",
    "gate": "Judge a client behind a driver.",
    "driver-check": "Check that a driver speaks the protocol.",
    "mock": "Serve the reference mock.",
    "list": "List the requirements.",
    "replay": "Send the requests behind one finding again.",
    "inspect": "Judge recorded traffic: a HAR file, or a record.",
    "rejudge": "Derive every verdict again from a record.",
    "explain": "Explain one requirement: its source, what is sent, what fails.",
    "report": "Write the page about a record, or about several side by side.",
    "diff": "Say where two records differ: verdicts and choices.",
    "selfcheck": "Prove the checks: every fault caught, every variant left alone.",
}


class _InterruptedError(click.ClickException):
    """Nothing was decided: not the exit 1 that click would give."""

    exit_code = 3

    def __init__(self) -> None:
        super().__init__("interrupted")


class _UnforeseenError(click.ClickException):
    """A defect of ours: what it is, and where."""

    exit_code = 4

    def __init__(self, error: Exception) -> None:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(frame.filename).name}:{frame.lineno}"
        super().__init__(f"our own error: {type(error).__name__}: {error} ({where})")


class _Commands(click.Group):
    """A group whose commands live in `conformance.commands`, loaded when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, in the order people meet them."""
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name, or None."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        module = importlib.import_module(f"conformance.commands.{name}")
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  as click declares it
        """Call the command; what nobody foresaw ends in one line and exit 4."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, BrokenPipeError):
            raise  # click knows what to do with these
        except (click.Abort, KeyboardInterrupt) as error:
            raise _InterruptedError from error
        except Exception as error:
            raise _UnforeseenError(error) from error

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """Write the commands with their one line, without loading them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="conformance")
def main() -> None:
    """Judge implementations and clients of the Proxy v1 Session API."""
    # Nothing is left in the folder where somebody happens to be.
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", user_cache_dir("conformance"))


if __name__ == "__main__":
    sys.exit(main(prog_name="conformance"))
