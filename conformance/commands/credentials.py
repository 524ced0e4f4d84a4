"""Credentials: from the environment, a file, the keyring or a prompt; never shown."""

import importlib
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from conformance.order import UsageError

F = TypeVar("F", bound=Callable[..., Any])

KEYRING_SERVICE = "session-conformance"
"""The name of the entry in the keyring; its user is the account SID."""

_SID, _TOKEN = "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"
_OTHERS = stat.S_IRGRP | stat.S_IROTH

_OPTIONS = (
    click.option("--account-sid", envvar=_SID, help=f"AC…; also from {_SID}."),
    click.option(
        "--auth-token",
        envvar=_TOKEN,
        help=f"Better from {_TOKEN}: on the command line others may see it.",
    ),
    click.option(
        "--credentials",
        "credentials_file",
        type=click.Path(path_type=Path),
        help=f"A file with lines {_SID}=… and {_TOKEN}=….",
    ),
    click.option(
        "--keyring",
        is_flag=True,
        help=f"Take the token from the keyring: entry {KEYRING_SERVICE}, user AC….",
    ),
)


def credentialed(function: F) -> F:
    """Add the options that say where the credentials are."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def credentials(
    account_sid: str | None,
    auth_token: str | None,
    credentials_file: Path | None,
    *,
    keyring: bool,
    needed: bool = True,
) -> tuple[str | None, str | None]:
    """Return account SID and token from where the user keeps them.

    The first that is there of: the command line, a file, the keyring, the
    environment, and a prompt where somebody may answer it and they are `needed`.
    Raises UsageError.
    """
    context = click.get_current_context()
    source = context.get_parameter_source("auth_token")
    if source is ParameterSource.COMMANDLINE:
        click.echo(
            f"warning: --auth-token shows in the process list; use {_TOKEN}, "
            "--credentials or --keyring",
            err=True,
        )
        return account_sid, auth_token
    if credentials_file is not None:
        found = dict(_lines(credentials_file))
        return found.get(_SID, account_sid), found.get(_TOKEN)
    if keyring:
        return account_sid, _kept(account_sid)
    if needed and account_sid and not auth_token and sys.stdin.isatty():
        return account_sid, click.prompt("auth token", hide_input=True, err=True)
    return account_sid, auth_token


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the names and values of a file; what is wrong in it is not shown."""
    try:
        mode, text = path.stat().st_mode, path.read_text("utf-8")
    except OSError as error:
        raise UsageError(f"--credentials: {path}: {error.strerror}") from error
    except ValueError:
        raise UsageError(f"--credentials: {path}: expected UTF-8") from None
    if mode & _OTHERS:
        click.echo(f"warning: {path} can be read by others; chmod 600", err=True)
    for number, line in enumerate(text.splitlines(), start=1):
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if not name or name.startswith("#"):
            continue
        if not equals or name.strip() not in {_SID, _TOKEN}:
            raise UsageError(
                f"--credentials: {path}:{number}: expected {_SID}=… or {_TOKEN}=…"
            )
        yield name.strip(), value.strip().strip("'\"")


def _kept(account_sid: str | None) -> str | None:
    """Return the token that the keyring keeps for an account."""
    if not account_sid:
        raise UsageError(f"--keyring: which account? set {_SID}")
    try:
        keyring = importlib.import_module("keyring")
    except ModuleNotFoundError:
        raise UsageError(
            "--keyring: expected the extra; pip install 'session-conformance[keyring]'"
        ) from None
    try:
        token: str | None = keyring.get_password(KEYRING_SERVICE, account_sid)
    except Exception as error:  # noqa: BLE001  each backend raises its own
        name = type(error).__name__
        raise UsageError(f"--keyring: the keyring cannot be read ({name})") from None
    if token is None:
        raise UsageError(
            f"--keyring: expected an entry; keyring set {KEYRING_SERVICE} {account_sid}"
        )
    return token
