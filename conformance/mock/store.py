"""The SQLite store: constraints, cascade and keyset paging are the database's job."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, Literal

from conformance.mock.rows import Interaction, Participant, R, Service, Session

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

Direction = Literal["after", "before"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS services (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  sid TEXT NOT NULL UNIQUE,
  account_sid TEXT NOT NULL,
  unique_name TEXT,
  name_key TEXT UNIQUE,
  default_ttl INTEGER NOT NULL,
  callback_url TEXT,
  geo_match_level TEXT NOT NULL,
  number_selection_behavior TEXT NOT NULL,
  intercept_callback_url TEXT,
  out_of_session_callback_url TEXT,
  chat_instance_sid TEXT,
  date_created TEXT NOT NULL,
  date_updated TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS services_by_account ON services (account_sid, position);
CREATE TABLE IF NOT EXISTS sessions (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  sid TEXT NOT NULL UNIQUE,
  account_sid TEXT NOT NULL,
  service_sid TEXT NOT NULL REFERENCES services (sid) ON DELETE CASCADE,
  unique_name TEXT,
  name_key TEXT UNIQUE,
  status TEXT NOT NULL,
  closed_reason TEXT,
  ttl INTEGER NOT NULL,
  mode TEXT NOT NULL,
  date_started TEXT,
  date_ended TEXT,
  date_last_interaction TEXT,
  date_expiry TEXT,
  date_reopened TEXT,
  date_created TEXT NOT NULL,
  date_updated TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS sessions_by_service ON sessions (service_sid, position);
CREATE INDEX IF NOT EXISTS sessions_by_name ON sessions (service_sid, unique_name);
CREATE TABLE IF NOT EXISTS participants (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  sid TEXT NOT NULL UNIQUE,
  account_sid TEXT NOT NULL,
  service_sid TEXT NOT NULL,
  session_sid TEXT NOT NULL REFERENCES sessions (sid) ON DELETE CASCADE,
  identifier TEXT NOT NULL,
  friendly_name TEXT,
  proxy_identifier TEXT,
  proxy_identifier_sid TEXT,
  date_deleted TEXT,
  date_created TEXT NOT NULL,
  date_updated TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS participants_by_session
  ON participants (session_sid, position);
CREATE TABLE IF NOT EXISTS interactions (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  sid TEXT NOT NULL UNIQUE,
  account_sid TEXT NOT NULL,
  service_sid TEXT NOT NULL,
  session_sid TEXT NOT NULL REFERENCES sessions (sid) ON DELETE CASCADE,
  participant_sid TEXT NOT NULL REFERENCES participants (sid) ON DELETE CASCADE,
  data TEXT NOT NULL,
  type TEXT NOT NULL,
  outbound_resource_sid TEXT NOT NULL,
  outbound_resource_status TEXT NOT NULL,
  date_created TEXT NOT NULL,
  date_updated TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS interactions_by_session
  ON interactions (session_sid, position);
CREATE INDEX IF NOT EXISTS interactions_by_participant
  ON interactions (participant_sid, position);
"""


class NameTakenError(Exception):
    """Another row holds the same name key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A place between rows: after, or before, a position, which may itself count."""

    direction: Direction
    position: int
    inclusive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice(Generic[R]):
    """Consecutive rows in list order, and whether more lie on either side."""

    rows: tuple[R, ...]
    more_before: bool
    more_after: bool


class Table(Generic[R]):
    """The rows of one kind, found by equality on columns."""

    def __init__(
        self, connection: sqlite3.Connection, name: str, row_class: type[R]
    ) -> None:
        self._connection = connection
        self._row_class: type[R] = row_class
        names = [field.name for field in fields(row_class)]
        self._names = names
        self._dates = [i for i, n in enumerate(names) if n.startswith("date_")]
        written = [column for column in names if column != "position"]
        # Names of tables and columns are our own; values are always bound.
        self._select = f"SELECT {', '.join(names)} FROM {name} WHERE "  # noqa: S608  names of our own
        self._exists = f"SELECT 1 FROM {name} WHERE "  # noqa: S608  names of our own
        self._insert = (
            f"INSERT INTO {name} ({', '.join(written)}) "  # noqa: S608  as above
            f"VALUES ({', '.join('?' * len(written))})"
        )
        self._update = (
            f"UPDATE {name} SET {', '.join(f'{n} = ?' for n in written)} "  # noqa: S608  as above
            "WHERE position = ?"
        )
        self._delete = f"DELETE FROM {name} WHERE sid = ?"  # noqa: S608  as above
        self._written = written

    def add(self, row: R) -> R:
        """Insert `row` and return it with the position it was given."""
        with _names_unique():
            cursor = self._connection.execute(self._insert, self._values(row))
        position = cursor.lastrowid or 0
        return replace(row, position=position)

    def save(self, row: R) -> None:
        """Write every column of `row` over the row at its position."""
        with _names_unique():
            self._connection.execute(self._update, (*self._values(row), row.position))

    def remove(self, sid: str) -> None:
        """Delete the row and, by foreign key, all that hangs on it."""
        self._connection.execute(self._delete, (sid,))

    def find(self, **equal: str) -> R | None:
        """Return the first row whose columns equal the given values."""
        values = self._connection.execute(
            self._select + _where(equal) + " LIMIT 1", tuple(equal.values())
        ).fetchone()
        return None if values is None else self._row(values)

    def all(self, **equal: str) -> tuple[R, ...]:
        """Return the matching rows, oldest first."""
        return self._ordered(equal, "", (), "ORDER BY position")

    def slice(
        self,
        equal: dict[str, str],
        cursor: Cursor | None,
        size: int,
        *,
        newest_first: bool = False,
    ) -> Slice[R]:
        """Return at most `size` rows beyond `cursor`, in list order.

        A position is never used twice, so a cursor stays good when the row it was
        taken from is deleted, and rows inserted later never shift a page.
        """
        backwards = cursor is not None and cursor.direction == "before"
        descending = newest_first != backwards
        bound, behind = "", False
        extra: tuple[int, ...] = ()
        if cursor is not None:
            onwards, back = "<>" if descending else "><"
            equals = ("=", "") if cursor.inclusive else ("", "=")
            bound = f" AND position {onwards}{equals[0]} ?"
            extra = (cursor.position,)
            behind = self._any(
                equal, f" AND position {back}{equals[1]} ?", cursor.position
            )
        found = self._ordered(
            equal,
            bound,
            (*extra, size + 1),
            f"ORDER BY position {'DESC' if descending else 'ASC'} LIMIT ?",
        )
        rows, beyond = found[:size], len(found) > size
        if backwards:
            return Slice(rows=rows[::-1], more_before=beyond, more_after=behind)
        return Slice(rows=rows, more_before=behind, more_after=beyond)

    def _any(self, equal: dict[str, str], bound: str, position: int) -> bool:
        statement = self._exists + _where(equal) + bound + " LIMIT 1"
        values = (*equal.values(), position)
        return self._connection.execute(statement, values).fetchone() is not None

    def _ordered(
        self, equal: dict[str, str], bound: str, extra: Sequence[int], order: str
    ) -> tuple[R, ...]:
        statement = f"{self._select}{_where(equal)}{bound} {order}"
        rows = self._connection.execute(statement, (*equal.values(), *extra))
        return tuple(self._row(values) for values in rows)

    def _row(self, values: Sequence[Any]) -> R:
        given = list(values)
        for index in self._dates:
            if given[index] is not None:
                given[index] = datetime.fromisoformat(given[index])
        return self._row_class(**dict(zip(self._names, given, strict=True)))

    def _values(self, row: R) -> tuple[str | int | None, ...]:
        return tuple(_plain(getattr(row, name)) for name in self._written)


class Store:
    """The four tables over one connection, used by one thread at a time."""

    def __init__(self, path: str) -> None:
        # The embedded mock is built in one thread and served in another.
        self._connection = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(_SCHEMA)
        self._connection.execute("PRAGMA foreign_keys = ON")
        self.services = Table(self._connection, "services", Service)
        self.sessions = Table(self._connection, "sessions", Session)
        self.participants = Table(self._connection, "participants", Participant)
        self.interactions = Table(self._connection, "interactions", Interaction)

    @contextmanager
    def transaction(self) -> Generator[None]:
        """Keep all writes of the block, or none. The block must not await."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    @contextmanager
    def without_cascade(self) -> Generator[None]:
        """Let rows outlive their parent within the block; for faults only.

        It has no effect inside a transaction; deletes do not open one.
        """
        self._connection.execute("PRAGMA foreign_keys = OFF")
        try:
            yield
        finally:
            self._connection.execute("PRAGMA foreign_keys = ON")

    def close(self) -> None:
        """Close the database; a file keeps what was written."""
        self._connection.close()


def _where(equal: dict[str, str]) -> str:
    return " AND ".join([f"{name} = ?" for name in equal]) or "TRUE"


def _plain(value: str | int | datetime | None) -> str | int | None:
    return value.isoformat() if isinstance(value, datetime) else value


@contextmanager
def _names_unique() -> Generator[None]:
    try:
        yield
    except sqlite3.IntegrityError as error:
        if "name_key" in str(error):
            raise NameTakenError from error
        raise
