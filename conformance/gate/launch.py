"""Launching a gate: a driver's command becomes a judgement, and a recorded report."""

import secrets
import subprocess
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import IO, TypeAlias

from conformance import __version__
from conformance.data import data_path
from conformance.exchange import Exchange
from conformance.gate import wire
from conformance.gate.cases import Case, load
from conformance.gate.driver import Driver, UnusableError
from conformance.gate.honesty import echo, handshake
from conformance.gate.judging import Played
from conformance.gate.messages import Hello
from conformance.gate.play import PROFILE, Performance, Player, judged
from conformance.gate.server import ScriptedServer
from conformance.gate.witness import Witness
from conformance.gate.witness import judged as witness_judged
from conformance.judge import Judgement, exit_code
from conformance.library import library
from conformance.perform import Performed
from conformance.progress import progress
from conformance.record import Footer, Header, Redactor, Writer, counted
from conformance.report import RECORD, View
from conformance.report import load as load_view
from conformance.reporters import files
from conformance.verdict import Exit, Ruling

Observe: TypeAlias = Callable[[Exchange], None]
"""What sees each exchange as it happens."""

TRANSCRIPT = "driver.txt"
"""The name, in the folder of a gate, of what suite and driver said to each other."""

LOG = "driver.log"
"""The name, in the folder of a gate, of what the driver wrote to standard error."""


@dataclass(frozen=True, kw_only=True)
class Gated:
    """A client that was judged."""

    hello: Hello
    performance: Performance
    judgement: Judgement
    exit: Exit
    seconds: float

    @property
    def rulings(self) -> tuple[Ruling, ...]:
        """What was decided of each requirement at each operation."""
        return self.judgement.rulings


@cache
def cases() -> tuple[Case, ...]:
    """Return every case of `fixtures/gate`; raise CaseError on a wrong one."""
    folder = data_path("fixtures", "gate")
    return load(
        {path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.toml"))}
    )


def gate(
    command: str, *, select: frozenset[str] = frozenset(), secret: str = ""
) -> Gated:
    """Return the judgement of the client behind a driver, without a record.

    Raises CommandError or UnusableError where the driver cannot be used.
    """
    with _opened(command, subprocess.DEVNULL, None, secret) as opened:
        return opened.judged(_chosen(select), select)


def launch(command: str, folder: Path, *, select: frozenset[str]) -> tuple[Gated, View]:
    """Return the judgement and its report, both written to `folder`.

    Raises CommandError or UnusableError where the driver cannot be used, RecordError
    where the folder cannot be written.
    """
    some = _chosen(select)
    specs = library()
    secret = secrets.token_hex(4)
    with ExitStack() as stack:
        folder.mkdir(parents=True, exist_ok=True)
        log = stack.enter_context((folder / LOG).open("wb"))
        said = stack.enter_context((folder / TRANSCRIPT).open("w", encoding="utf-8"))
        opened = stack.enter_context(_opened(command, log, said, secret))
        header = _header(
            target=opened.server.url,
            tag=f"conf-{secret}",
            name=opened.driver.hello.name,
            select=select,
        )
        writer = stack.enter_context(Writer(folder / RECORD, header))
        bar = stack.enter_context(progress(len(some)))
        observe, ended = bar.exchange(writer.exchange), bar.scene(writer.scene)
        written: set[int] = set()

        def write(played: Played) -> None:
            for exchange in played.exchanges:
                if exchange.number not in written:
                    written.add(exchange.number)
                    observe(exchange)

        def over(played: Played) -> None:
            write(played)
            ended(_performed(played))

        gated = opened.judged(some, select, over)
        for played in gated.performance.played:
            write(played)
        writer.judgement(gated.judgement)
        writer.footer(
            Footer(
                exit=gated.exit,
                counts=counted(gated.rulings, specs.catalogue),
                requests=bar.requests,
                seconds=gated.seconds,
                halted=gated.performance.halted,
            )
        )
    view = load_view(folder)
    files.write(view, folder)
    return gated, view


def _header(*, target: str, tag: str, name: str, select: frozenset[str]) -> Header:
    specs = library()
    return Header(
        suite=__version__,
        contract=specs.contract_digest,
        catalogue=specs.catalogue_digest,
        target=target,
        account_sid="",
        profile=PROFILE,
        seed=0,
        tag=tag,
        service_sid="",
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        name=name,
        select=tuple(sorted(select)),
    )


def look_on(
    folder: Path, serve: Callable[[Observe], Witness | None], redactor: Redactor
) -> View:
    """Return what the requests of a client show, recorded while `serve` serves it.

    `serve` returns, when it was told to stop, the witness that it put before the
    server. Raises RecordError where the folder cannot be written.
    """

    def observe(exchange: Exchange) -> None:
        writer.exchange(redactor.exchange(exchange))

    specs = library()
    header = _header(
        target="", tag="", name="a client of the mock", select=wire.REQUIREMENTS
    )
    with Writer(folder / RECORD, header, redactor) as writer:
        witness = serve(observe)
        exchanges = tuple(witness.exchanges) if witness else ()
        judgement = witness_judged(
            exchanges, contract=specs.contract, catalogue=specs.catalogue
        )
        writer.judgement(judgement)
        unheard = witness.unheard if witness else 0
        writer.footer(
            Footer(
                exit=exit_code(judgement.rulings, specs.catalogue),
                counts=counted(judgement.rulings, specs.catalogue),
                requests=len(exchanges),
                seconds=max((e.ended_ms for e in exchanges), default=0.0) / 1000,
                halted=f"{unheard} requests came after that" if unheard else "",
            )
        )
    view = load_view(folder)
    files.write(view, folder)
    return view


@dataclass(frozen=True, kw_only=True)
class _Opened:
    """A driver that was found honest, with the server that it is to call."""

    driver: Driver
    server: ScriptedServer
    secret: str

    def judged(
        self,
        some: tuple[Case, ...],
        select: frozenset[str],
        ended: Callable[[Played], None] = lambda _: None,
    ) -> Gated:
        """Return what came of these cases."""
        specs = library()
        player = Player(self.driver, self.server, secret=self.secret, ended=ended)
        performance = player.play(some)
        judgement = judged(
            performance,
            contract=specs.contract,
            catalogue=specs.catalogue,
            select=select,
        )
        code = exit_code(judgement.rulings, specs.catalogue)
        if performance.halted and code is Exit.CONFORMANT:
            code = Exit.INCOMPLETE
        return Gated(
            hello=self.driver.hello,
            performance=performance,
            judgement=judgement,
            exit=code,
            seconds=round(self.server.now_ms() / 1000, 3),
        )


@contextmanager
def _opened(
    command: str, log: int | IO[bytes], said: IO[str] | None, secret: str
) -> Generator[_Opened]:
    """Give an honest driver and its server, for as long as the block lasts."""

    def heard(direction: str, line: str) -> None:
        if said:
            said.write(f"{direction} {line}\n")

    secret = secret or secrets.token_hex(4)
    with ScriptedServer() as server:
        driver = Driver(command, log=log, heard=heard)
        try:
            for finding in (
                *handshake(driver, secrets.token_hex(16)),
                *echo(driver, server, secret),
            ):
                if finding.problem:
                    raise UnusableError(f"{finding.name}: {finding.problem}")
            yield _Opened(driver=driver, server=server, secret=secret)
        finally:
            driver.close()


def _chosen(select: frozenset[str]) -> tuple[Case, ...]:
    """Return the cases that bear on what was selected.

    A requirement that no case names is judged by the requests of all.
    """
    some = tuple(case for case in cases() if case.requirement in select)
    named = {case.requirement for case in some}
    return some if select and select <= named else cases()


def _performed(played: Played) -> Performed:
    return Performed(
        scene=played.case.id,
        serves=(played.case.requirement,),
        gave_up=played.skipped,
    )
