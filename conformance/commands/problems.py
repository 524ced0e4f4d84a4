"""How a command ends when it cannot go on: one clear line, and the right exit."""

from collections.abc import Generator
from contextlib import contextmanager

import click

from conformance.catalogue import CatalogueError
from conformance.contract import ContractError
from conformance.launch import CrashError, CutShortError
from conformance.ledger import LedgerError
from conformance.order import UsageError
from conformance.pins import PinError
from conformance.record import RecordError
from conformance.replay import ReplayError
from conformance.report import ComparisonError
from conformance.settings import SettingsError
from conformance.targets.har import HarError
from conformance.verdict import Exit
from conformance.waivers import WaiverError


class Problem(click.ClickException):
    """One line for the user, and the exit code that goes with it."""

    def __init__(self, message: str, code: Exit = Exit.USAGE) -> None:
        super().__init__(message)
        self.exit_code = code  # type: ignore[misc]  # click means it to be set


@contextmanager
def usage() -> Generator[None]:
    """Turn what the caller got wrong inside the block into one line and exit 2.

    An interrupt, or no room for what was seen, ends it with exit 3, a defect of ours
    with 4.
    """
    try:
        yield
    except (
        CatalogueError,
        ComparisonError,
        ContractError,
        HarError,
        LedgerError,
        PinError,
        RecordError,
        ReplayError,
        SettingsError,
        UsageError,
        WaiverError,
    ) as error:
        raise Problem(str(error)) from error
    except CutShortError as error:
        raise Problem(str(error), error.exit) from error
    except CrashError as error:
        raise Problem(
            f"{error}; what was recorded is in {error.folder}", Exit.OUR_ERROR
        ) from error
    except KeyboardInterrupt as error:
        raise Problem("interrupted", Exit.INCOMPLETE) from error
