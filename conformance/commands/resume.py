"""`conformance resume`."""

from pathlib import Path

import click

from conformance.commands.credentials import credentialed, credentials
from conformance.commands.options import configured, owning
from conformance.commands.problems import usage
from conformance.commands.run import finish
from conformance.launch import resume


@click.command("resume")
@click.argument("run", type=click.Path(path_type=Path))
@credentialed
@owning
@click.option("--json", "as_json", is_flag=True, help="Print summary.json instead.")
@configured
def command(  # noqa: PLR0913  one argument per option
    *,
    run: Path,
    account_sid: str | None,
    auth_token: str | None,
    credentials_file: Path | None,
    keyring: bool,
    owned: bool,
    as_json: bool,
) -> None:
    """Judge what a run with --defer registered, and remove all that it made.

    Scenes that wait are taken up from the record in the folder RUN where they were
    left; what came too late to be judged is unproven, and never a failure.
    """
    with usage():
        sid, token = credentials(
            account_sid, auth_token, credentials_file, keyring=keyring
        )
        launched = resume(run, sid, token, owned=owned)
    finish(launched, as_json=as_json)
