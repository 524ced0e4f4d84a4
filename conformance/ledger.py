"""The ledger: what a run created on somebody's account, and what is still there."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, fields
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path
from typing import Self
from urllib.parse import unquote

from conformance.exchange import Exchange, Probe, Trouble

FILE = "ledger.db"

# A commit is in the kernel's hands before the request leaves, and that is all that
# outliving this process takes. Only a power cut takes more: then the last intents may
# be missing, the file is whole all the same. Exclusive, so that nobody cleans up
# behind a run that is still going on.
_SCHEMA = """
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS creation (
  number INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  path TEXT NOT NULL,
  name TEXT NOT NULL,
  sid TEXT NOT NULL DEFAULT '',
  shown INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS earlier (sid TEXT PRIMARY KEY) STRICT;
"""
_COLUMNS = "number, kind, path, name, sid, shown, state"
_COLLECTIONS = {"Services": "Service", "Sessions": "Session"}
_SPARING = frozenset({"GET", "HEAD", "OPTIONS", "DELETE"})
_SID_LENGTH_MAX = 64


class LedgerError(ValueError):
    """A ledger that cannot be used; the message is one clear line."""


class State(StrEnum):
    """What is known of a creation."""

    ASKED = "asked"  # it was sent, and what came of it is not known
    MADE = "made"
    REFUSED = "refused"
    POSSIBLE = "possible"  # came during the run, and nothing proves whose it is
    GONE = "gone"  # its absence is proven


class Name(StrEnum):
    """What UniqueName a creation gave."""

    TAGGED = "tagged"  # one that carries the tag of the run
    OTHER = "other"
    NONE = "none"


_THERE = frozenset({State.ASKED, State.MADE, State.POSSIBLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One creation; `sid` is "" while its answer is not known.

    `shown` says that the target showed a name with our tag under this SID.
    """

    number: int
    kind: str
    path: str
    name: Name
    sid: str = ""
    shown: bool = False
    state: State = State.ASKED

    @property
    def url(self) -> str:
        """The path of the created resource itself, "" while it is not known."""
        return f"{self.path}/{self.sid}" if self.sid else ""

    @property
    def where(self) -> str:
        """Where somebody may look for it."""
        if not self.sid:
            return f"{self.path} (its answer was lost)"
        doubt = " (possibly)" if self.state is State.POSSIBLE else ""
        return f"{self.url}{doubt}"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What it takes to clean up after a run from another process.

    `target` is a base URL, "" for the mock that ended with the run; `service_sid` is
    the Service that the user named, "" where the run made its own.
    """

    tag: str
    target: str = ""
    account_sid: str = ""
    service_sid: str = ""


class Ledger:
    """Keeps every creation from before it is sent until its absence is proven.

    In memory, or in a file that outlives the process. One thread at a time writes.
    """

    def __init__(self, about: About, path: Path | None = None) -> None:
        self.about = about
        self._lock = threading.Lock()
        self._rows = _connected(path)
        with self._lock, self._rows:
            self._rows.executemany(
                "INSERT OR IGNORE INTO about VALUES (?, ?)",
                [(field.name, getattr(about, field.name)) for field in fields(About)],
            )

    @classmethod
    def of(cls, folder: Path) -> Self:
        """Return the ledger that a run left in its folder; raises LedgerError."""
        path = folder / FILE
        if not path.is_file():
            raise LedgerError(f"{folder}: expected the folder of a run, with {FILE}")
        with closing(_connected(path)) as rows:
            said = dict(rows.execute("SELECT name, value FROM about"))
        if not said.get("tag"):
            raise LedgerError(f"{path}: not a ledger that we wrote")
        names = said.keys() & {field.name for field in fields(About)}
        return cls(About(**{name: said[name] for name in names}), path)

    def close(self) -> None:
        """Let go of the file."""
        self._rows.close()

    def before(self, probes: tuple[Probe, ...], first: int) -> None:
        """Note the intent of each creating probe, numbered from `first`."""
        intents = [
            (number, *kind_and_path, self._name(probe), State.ASKED)
            for number, probe in enumerate(probes, start=first)
            if (kind_and_path := _creates(probe))
        ]
        if intents:
            self._write(
                "INSERT OR REPLACE INTO creation "
                "(number, kind, path, name, state) VALUES (?, ?, ?, ?, ?)",
                *intents,
                lasting=True,
            )

    def after(self, exchange: Exchange) -> None:
        """Note what came of a creating probe."""
        if not _creates(exchange.probe):
            return
        sid = plain_sid(exchange.fields.get("sid"))
        if exchange.accepted and sid:
            if self.was_earlier(sid):
                # Somebody else's, answered where one of ours was due.
                self._note(exchange.number, State.REFUSED)
                return
            shown = self.is_ours(exchange.fields.get("unique_name"))
            self._note(exchange.number, State.MADE, sid=sid, shown=shown)
            self._rehome(exchange)
        elif exchange.refused or _never_sent(exchange):
            self._note(exchange.number, State.REFUSED)

    def is_ours(self, unique_name: object) -> bool:
        """Return whether a UniqueName carries the tag of the run."""
        return isinstance(unique_name, str) and self.about.tag in unique_name

    def met(self, sids: Iterable[str]) -> None:
        """Note Sessions that were there before the run: nothing of ours."""
        self._write(
            "INSERT OR IGNORE INTO earlier VALUES (?)",
            *((sid.lower(),) for sid in sids if sid),
        )

    def met_all(self) -> None:
        """Note that every Session that was there before the run has been met."""
        self._write("INSERT OR IGNORE INTO about VALUES (?, ?)", ("met", "all"))

    @property
    def knows_earlier(self) -> bool:
        """Whether what is not known from before the run came during it."""
        query = "SELECT 1 FROM about WHERE name = 'met'"
        return self._rows.execute(query).fetchone() is not None

    def was_earlier(self, sid: str) -> bool:
        """Return whether a Session was there before the run."""
        query = "SELECT 1 FROM earlier WHERE sid = ?"
        return self._rows.execute(query, (sid.lower(),)).fetchone() is not None

    def knows(self, sid: str) -> bool:
        """Return whether a resource is one of the entries."""
        return any(entry.sid.lower() == sid.lower() for entry in self.entries())

    def found(self, kind: str, path: str, sid: str, *, ours: bool) -> None:
        """Note a resource that is there and is not known to be.

        `ours` says that nobody else can have made it; else it is possibly ours.
        """
        name, state = (Name.TAGGED, State.MADE) if ours else (Name.NONE, State.POSSIBLE)
        self._write("DELETE FROM creation WHERE sid = ?", (sid,))
        self._write(
            "INSERT INTO creation (kind, path, name, sid, shown, state) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (kind, path, name, sid, ours, state),
        )

    def gone(self, entry: Entry) -> None:
        """Note that the absence of a resource is proven, and so of all below it."""
        below = f"{entry.url}/" if entry.url else ""
        self._write(
            "UPDATE creation SET state = ? WHERE number = ? "
            "OR (? <> '' AND substr(path, 1, length(?)) = ?)",
            (State.GONE, entry.number, below, below, below),
        )

    def entries(self) -> tuple[Entry, ...]:
        """Return every creation, in the order sent."""
        query = f"SELECT {_COLUMNS} FROM creation ORDER BY number"  # noqa: S608  names of our own
        return tuple(_entries(self._rows.execute(query)))

    def outstanding(self) -> tuple[Entry, ...]:
        """Return what is not proven gone: Services first, as they take all below."""
        there = [entry for entry in self.entries() if entry.state in _THERE]
        return tuple(sorted(there, key=lambda entry: entry.kind))

    def _name(self, probe: Probe) -> Name:
        body = unquote((probe.body or b"").decode("utf-8", "replace"))
        if self.about.tag in body:
            return Name.TAGGED
        return Name.OTHER if "uniquename" in body.lower() else Name.NONE

    def _rehome(self, exchange: Exchange) -> None:
        """Note where a Session is whose Service was spelled oddly, if that is known."""
        _, path = _creates(exchange.probe) or ("", "")
        root, _, rest = path.partition("/Services/")
        service = plain_sid(exchange.fields.get("service_sid"))
        home = f"{root}/Services/{service}/Sessions"
        if not rest or not service or home == path:
            return
        if service == self.about.service_sid or self.knows(service):
            self._write(
                "UPDATE creation SET path = ? WHERE number = ?",
                (home, exchange.number),
            )

    def _note(
        self, number: int, state: State, *, sid: str = "", shown: bool = False
    ) -> None:
        self._write(
            "UPDATE creation SET state = ?, sid = ?, shown = ? WHERE number = ?",
            (state, sid, shown, number),
        )

    def _write(
        self, statement: str, *rows: tuple[object, ...], lasting: bool = False
    ) -> None:
        """Write rows down; raises LedgerError where they have to last and cannot.

        What need not is noted in memory from then on: the file goes on to name what
        is gone by now, and who cleans up after it finds that.
        """
        with self._lock:
            try:
                with self._rows:
                    self._rows.executemany(statement, rows)
            except sqlite3.Error as error:
                if lasting:
                    raise LedgerError(f"cannot write {FILE}: {error}") from error
                self._rows = _in_memory(self._rows)
                with self._rows:
                    self._rows.executemany(statement, rows)


def plain_sid(sid: object) -> str:
    """Return a SID that may stand in a path as it is, or ""."""
    if not isinstance(sid, str) or len(sid) > _SID_LENGTH_MAX:
        return ""
    return sid if sid.isascii() and sid.isalnum() else ""


def _creates(probe: Probe) -> tuple[str, str] | None:
    """Return what a probe may create, and where; None for one that creates nothing.

    Told by where it goes and not by what it is for: a target may take what it should
    refuse.
    """
    path = probe.path.rstrip("/").removesuffix(".json")
    kind = _COLLECTIONS.get(unquote(path).strip().rpartition("/")[2])
    return (kind, path) if kind and probe.method not in _SPARING else None


def _never_sent(exchange: Exchange) -> bool:
    """Return whether the target cannot have acted: not reached, or put off."""
    return (
        exchange.trouble is Trouble.REFUSED
        or exchange.status == HTTPStatus.TOO_MANY_REQUESTS
    )


def _connected(path: Path | None) -> sqlite3.Connection:
    where = ":memory:" if path is None else path
    try:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        rows = sqlite3.connect(where, timeout=0, check_same_thread=False)
    except OSError as error:
        raise LedgerError(f"cannot write {path}: {error.strerror}") from error
    except sqlite3.Error as error:
        raise LedgerError(f"cannot open {path}: {error}") from error
    try:
        rows.executescript(_SCHEMA)
    except sqlite3.Error as error:
        with suppress(sqlite3.Error):
            rows.close()
        if "locked" in str(error):
            raise LedgerError(f"{path} is in use: the run is still going on") from error
        raise LedgerError(f"cannot open {path}: {error}") from error
    return rows


def _in_memory(rows: sqlite3.Connection) -> sqlite3.Connection:
    """Return a copy that can always be written, and let go of the file."""
    copy = _connected(None)
    with closing(rows):
        rows.rollback()
        rows.backup(copy)
    return copy


def _entries(
    rows: Iterable[tuple[int, str, str, str, str, int, str]],
) -> Iterator[Entry]:
    for number, kind, path, name, sid, shown, state in rows:
        yield Entry(
            number=number,
            kind=kind,
            path=path,
            name=Name(name),
            sid=sid,
            shown=bool(shown),
            state=State(state),
        )
