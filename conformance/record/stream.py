"""The stream: lines written to a file as things happen, and read back."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Self, assert_never

from conformance.exchange import Exchange
from conformance.judge import Judgement
from conformance.perform import Performed
from conformance.record.parsing import parse
from conformance.record.redaction import Redactor
from conformance.record.spelling import spell
from conformance.record.values import (
    Footer,
    Header,
    Line,
    Record,
    RecordError,
    tallied,
)
from conformance.verdict import Ruling, Tally


class Writer:
    """Appends each line as it happens, so that what was seen survives what comes.

    The redactor sees every line once more: it is the second door, for the texts that
    never were part of an exchange.
    """

    def __init__(
        self, path: Path, header: Header, redactor: Redactor | None = None
    ) -> None:
        self._redactor = redactor or Redactor()
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("w", encoding="ascii", newline="\n")
            self._write(header)
        except OSError as error:
            raise RecordError(f"cannot write {path}: {error.strerror}") from error

    def exchange(self, exchange: Exchange) -> None:
        """Write what was sent and what came back."""
        self._write(exchange)

    def scene(self, performed: Performed) -> None:
        """Write how a scene went."""
        self._write(performed)

    def judgement(self, judgement: Judgement) -> None:
        """Write the verdicts, passes folded, and the rulings."""
        for tally in tallied(judgement.verdicts):
            self._write(tally)
        for ruling in judgement.rulings:
            self._write(ruling)

    def line(self, line: Line) -> None:
        """Write a line of another record."""
        self._write(line)

    def footer(self, footer: Footer) -> None:
        """Write what the run came to; nothing comes after it."""
        self._write(footer)

    def close(self) -> None:
        """Close the file."""
        with suppress(OSError):  # of a line that could not be written, told already
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _write(self, line: Line) -> None:
        text = self._redactor.text(spell(line))
        with self._lock:
            self._file.write(f"{text}\n")
            self._file.flush()


def write(path: Path, record: Record) -> None:
    """Write a whole record; raise RecordError if the file cannot be written."""
    with Writer(path, record.header) as writer:
        parts: tuple[tuple[Line, ...], ...] = (
            record.exchanges,
            record.performed,
            record.tallies,
            record.rulings,
            (record.footer,) if record.footer else (),
        )
        for line in chain.from_iterable(parts):
            writer.line(line)


def iter_lines(path: Path) -> Iterator[Line]:
    """Yield what each line says, the header first, one line in memory at a time.

    A last line that was cut off while being written is left out. Raises RecordError,
    naming file and line, on the first one that is not as the format says.
    """
    try:
        with path.open(encoding="utf-8", errors="surrogateescape", newline="\n") as f:
            yield from _lines(f, path)
    except OSError as error:
        raise RecordError(f"cannot read {path}: {error.strerror}") from error


def _lines(texts: Iterator[str], path: Path) -> Iterator[Line]:
    number, last = 0, False
    for number, text in enumerate(texts, start=1):
        try:
            line = parse(text)
        except RecordError as error:
            if number > 1 and not text.endswith("\n"):
                return
            raise RecordError(f"{path}:{number}: {error}") from error
        if last or isinstance(line, Header) != (number == 1):
            where = "after the footer" if last else "out of place"
            raise RecordError(f"{path}:{number}: a line {where}")
        last = isinstance(line, Footer)
        yield line
    if number == 0:
        raise RecordError(f"{path}: expected a record, observed an empty file")


def read(path: Path) -> Record:
    """Return the whole record; raise RecordError if it is none."""
    header: Header | None = None
    footer: Footer | None = None
    exchanges: list[Exchange] = []
    performed: list[Performed] = []
    tallies: list[Tally] = []
    rulings: list[Ruling] = []
    for line in iter_lines(path):
        match line:
            case Exchange():
                exchanges.append(line)
            case Header():
                header = line
            case Performed():
                performed.append(line)
            case Tally():
                tallies.append(line)
            case Ruling():
                rulings.append(line)
            case Footer():
                footer = line
            case _:
                assert_never(line)
    if header is None:
        raise RecordError(f"{path}: expected a header")
    return Record(
        header=header,
        exchanges=tuple(exchanges),
        performed=tuple(performed),
        tallies=tuple(tallies),
        rulings=tuple(rulings),
        footer=footer,
    )
