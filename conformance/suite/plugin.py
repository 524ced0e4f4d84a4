"""The suite as a pytest plugin: one item per requirement and operation.

The rows that were selected are performed together, once, before the first item
reports; so an item is judged by everything that was seen, as in `conformance run`.

A broken must fails, and so does one that stays unproven: nothing was shown. A broken
should is an expected failure, an unproven one is skipped with its reason. What keeps
the run from beginning ends the session with the exit code of `conformance run`.
"""

import os
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from conformance.catalogue import CatalogueError
from conformance.launch import CrashError, CutShortError, Launched, launch
from conformance.library import library
from conformance.order import SEED, Order
from conformance.verdict import Exit, Level, Outcome, Ruling

_HERE = Path(__file__).parent
_SUITES = pytest.StashKey[list["Suite"]]()


class BrokenError(Exception):
    """A requirement that did not hold; shown without a traceback."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Name the target as `conformance run` does."""
    group = parser.getgroup("conformance")
    group.addoption("--target", help="base URL; the embedded mock when left out")
    group.addoption("--account-sid", help="default: $TWILIO_ACCOUNT_SID")
    group.addoption("--auth-token", help="default: $TWILIO_AUTH_TOKEN")
    group.addoption("--service-sid", default="", help="work in this Service: KS…")
    group.addoption("--profile", default="full", help="default: full")
    group.addoption("--seed", type=int, default=SEED, help=f"default: {SEED}")
    group.addoption("--out", type=Path, help="where the record goes")


def pytest_configure(config: pytest.Config) -> None:
    """Make the levels known as markers: `-m must`."""
    for level in Level:
        config.addinivalue_line("markers", f"{level}: a requirement of this level")


def pytest_collect_directory(
    path: Path, parent: pytest.Collector
) -> pytest.Collector | None:
    """Collect the rows of the profile where pytest looks for files."""
    if path != _HERE:
        return None
    suite: Suite = Suite.from_parent(parent, path=path)
    parent.config.stash.setdefault(_SUITES, []).append(suite)
    return suite


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say where the report is, and what was left behind."""
    for suite in config.stash.get(_SUITES, []):
        for line in suite.epilogue():
            terminalreporter.write_line(line)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail a session that cut its run short or left something behind."""
    suites = session.config.stash.get(_SUITES, [])
    if exitstatus == pytest.ExitCode.OK and any(suite.incomplete for suite in suites):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


class Suite(pytest.Directory):
    """The rows of the profile, and the one run that decides them."""

    def collect(self) -> Iterable[pytest.Item]:
        """Yield one item per requirement and operation that the profile claims."""
        catalogue = library().catalogue
        try:
            profile = catalogue.profile(self.config.option.profile)
        except CatalogueError as error:
            pytest.exit(str(error), Exit.USAGE)
        for row in catalogue.requirements.values():
            for operation in row.operations if profile.claims(row) else ():
                item: Row = Row.from_parent(
                    self,
                    name=f"{row.id}[{operation}]",
                    suite=self,
                    key=(row.id, operation),
                )
                item.add_marker(row.level.value)
                yield item

    @cached_property
    def launched(self) -> Launched:
        """The run over everything that was selected."""
        chosen = {item.key[0] for item in self.session.items if isinstance(item, Row)}
        catalogue = library().catalogue
        profile = catalogue.profile(self.config.option.profile)
        everything = chosen >= catalogue.binding(profile).requirements.keys()
        option = self.config.option
        environ = os.environ.get
        try:
            launched = launch(
                Order(
                    target=option.target or environ("CONFORMANCE_TARGET"),
                    account_sid=option.account_sid or environ("TWILIO_ACCOUNT_SID"),
                    auth_token=option.auth_token or environ("TWILIO_AUTH_TOKEN"),
                    service_sid=option.service_sid,
                    profile=option.profile,
                    seed=option.seed,
                    out=option.out,
                    select=() if everything else tuple(sorted(chosen)),
                )
            )
        except ValueError as error:  # as all that the caller got wrong is one
            pytest.exit(str(error), Exit.USAGE)
        except CutShortError as error:
            pytest.exit(str(error), error.exit)
        except CrashError as error:
            pytest.exit(f"{error}; see {error.folder}", Exit.OUR_ERROR)
        if not launched.result.begun:
            target = launched.view.header.target
            pytest.exit(f"{target}: {launched.result.halted}", launched.result.exit)
        return launched

    @property
    def incomplete(self) -> bool:
        """Whether the run was cut short, or left something behind."""
        if "launched" not in self.__dict__:
            return False
        return bool(self.launched.result.halted or self.launched.result.left_behind)

    def epilogue(self) -> Iterator[str]:
        """Yield what there is to say beyond the items, once the run has been made."""
        if "launched" not in self.__dict__:
            return
        for left in self.launched.result.left_behind:
            yield f"left behind: {left.kind} {left.where}"
        yield f"report: {self.launched.folder / 'report.html'}"

    @cached_property
    def rulings(self) -> dict[tuple[str, str], Ruling]:
        """The ruling of each requirement and operation."""
        rulings = self.launched.result.judgement.rulings
        return {ruling.key: ruling for ruling in rulings}


class Row(pytest.Item):
    """One requirement at one operation."""

    def __init__(self, *, suite: Suite, key: tuple[str, str], **rest: Any) -> None:  # noqa: ANN401  pytest's own arguments
        super().__init__(**rest)
        self.suite = suite
        self.key = key

    def runtest(self) -> None:
        """Report what the run decided; an undecided must is not a pass."""
        ruling = self.suite.rulings[self.key]
        level = library().catalogue.requirement(self.key[0]).level
        match ruling.outcome:
            case Outcome.PASS:
                return
            case Outcome.SKIP:
                pytest.skip(ruling.reason)
            case Outcome.UNKNOWN if level is not Level.MUST:
                pytest.skip(f"undecided: {ruling.reason}")
            case Outcome.FAIL if level is Level.SHOULD:
                pytest.xfail(ruling.reason)
            case outcome:
                raise BrokenError(f"{outcome}: {ruling.reason}")

    def repr_failure(
        self,
        excinfo: pytest.ExceptionInfo[BaseException],
        style: Any = None,  # noqa: ANN401  as pytest declares it
    ) -> Any:  # noqa: ANN401  pytest's own
        """Return the finding in words instead of a traceback."""
        if not isinstance(excinfo.value, BrokenError):
            return super().repr_failure(excinfo, style)
        return "\n".join(self._finding(str(excinfo.value)))

    def reportinfo(self) -> tuple[Path, None, str]:
        """Return where the requirement is written, and its name."""
        row = library().catalogue.requirement(self.key[0])
        return Path(f"{row.area}.toml"), None, self.name

    def _finding(self, reason: str) -> Iterator[str]:
        row = library().catalogue.requirement(self.key[0])
        yield f"{row.id} at {self.key[1]}: {row.sentence}"
        yield reason
        yield from map(str, row.source)
        yield f"record: {self.suite.launched.folder / 'record.ndjson'}"
