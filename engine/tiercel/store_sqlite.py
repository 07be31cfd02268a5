"""A book in one file, by SQLite.

In: a path. Out: transactions. Write-ahead log and full synchronisation: what was told as kept is on the disk.
A write takes the one lock at its beginning, because a transaction that begins as a reader may lose its place to
another writer.
"""

import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from os import W_OK, access
from pathlib import Path
from typing import Any, Final

from tiercel.errors import BookError, UsageError
from tiercel.store import BOOK_FORMAT, COLUMNS, KEYS, Row, created
from tiercel_dsl.diagnostics import Diagnostic

MARK: Final = 0x5469_6572  # of a file that is a book: "Tier"
PATIENCE: Final = 10.0  # seconds that a writer waits for another


class SqliteStore:
    """A file, there or not there yet."""

    def __init__(self, path: str, patience: float = PATIENCE) -> None:
        self.path, self.patience = Path(path), patience

    @property
    def url(self) -> str:
        return str(self.path)

    def exists(self) -> bool:
        """Whether the book is there. A file without any table is one whose making was cut short."""
        if not self.path.is_file():
            return False
        with self._faults(), closing(self._connected()) as link:
            return self._is_book(link)

    def create(self) -> None:
        """Make the tables, unless somebody else just did."""
        folder = self.path.resolve().parent
        if not folder.is_dir():
            raise UsageError((Diagnostic("E4003", facts={"path": str(folder)}, seen=str(folder)),), str(folder))
        with self._faults(), closing(self._connected(new=True)) as link:
            link.execute("PRAGMA journal_mode = WAL")
            link.execute("BEGIN IMMEDIATE")
            if not self._is_book(link):
                for statement in [*created(), *_guards()]:
                    link.execute(statement)
                link.execute(f"PRAGMA application_id = {MARK}")
                link.execute(f"PRAGMA user_version = {BOOK_FORMAT}")
            link.execute("COMMIT")

    @contextmanager
    def reading(self) -> Generator["SqliteView"]:
        with self._faults(), closing(self._connected()) as link:
            link.execute("PRAGMA query_only = ON")
            link.execute("BEGIN")
            yield SqliteView(link)
            link.execute("COMMIT")

    @contextmanager
    def writing(self) -> Generator["SqliteView"]:
        with self._faults(), closing(self._connected()) as link:
            link.execute("BEGIN IMMEDIATE")
            yield SqliteView(link)
            link.execute("COMMIT")

    # ---- parts ----

    def _connected(self, new: bool = False) -> sqlite3.Connection:
        way = "rwc" if new else "rw"
        if not new and not (access(self.path, W_OK) and access(self.path.resolve().parent, W_OK)):
            way = "ro&immutable=1"
        address = f"{self.path.resolve().as_uri()}?mode={way}"
        link = sqlite3.connect(address, timeout=self.patience, isolation_level=None, uri=True)
        try:
            link.execute("PRAGMA synchronous = FULL")
            link.execute("PRAGMA foreign_keys = ON")
            self._known_format(link)
        except BaseException:
            link.close()
            raise
        return link

    def _known_format(self, link: sqlite3.Connection) -> None:
        """Refuse a file of something else, or of a later release."""
        (mark,) = link.execute("PRAGMA application_id").fetchone()
        (number,) = link.execute("PRAGMA user_version").fetchone()
        empty = (mark, number) == (0, 0) and not link.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        if mark != MARK and not empty:
            raise self._fault("E5004")
        if number > BOOK_FORMAT:
            raise self._fault("E5001", format=number, known=BOOK_FORMAT)

    def _is_book(self, link: sqlite3.Connection) -> bool:
        return bool(link.execute("SELECT 1 FROM sqlite_master WHERE name = 'entry'").fetchone())

    @contextmanager
    def _faults(self) -> Generator[None]:
        """What the database has to say, as a message of ours."""
        try:
            yield
        except sqlite3.DatabaseError as fault:
            kind = getattr(fault, "sqlite_errorcode", 0) & 0xFF
            code = _CODES.get(kind)
            if code is None:
                raise
            raise self._fault(code) from fault

    def _fault(self, code: str, **facts: object) -> BookError:
        return BookError((Diagnostic(code, facts={"book": self.url} | facts, seen=self.url),), self.url)


_CODES: Final = {
    sqlite3.SQLITE_BUSY: "E5002",
    sqlite3.SQLITE_LOCKED: "E5002",
    sqlite3.SQLITE_FULL: "E5003",
    sqlite3.SQLITE_IOERR: "E5003",
    sqlite3.SQLITE_READONLY: "E5003",
    sqlite3.SQLITE_CANTOPEN: "E5003",
    sqlite3.SQLITE_PERM: "E5003",
    sqlite3.SQLITE_NOTADB: "E5004",
    sqlite3.SQLITE_CORRUPT: "E5005",
}


class SqliteView:
    """A transaction that is open."""

    def __init__(self, link: sqlite3.Connection) -> None:
        self.link = link

    def select(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        return self.link.execute(statement, values).fetchall()

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        places = ", ".join("?" * len(COLUMNS[table]))
        self.link.executemany(f"INSERT INTO {table} VALUES ({places})", rows)

    def move_head(self, seq: int, link: str) -> None:
        self.link.execute("UPDATE head SET seq = ?, hash = ?", (seq, link))


def _guards() -> Iterator[str]:
    """What is kept stays. INSERT OR REPLACE goes round the guards of UPDATE and DELETE, so a key that is there is
    refused before it."""
    stop = "BEGIN SELECT RAISE(ABORT, 'a book is only added to'); END"
    for table, keys in KEYS.items():
        for deed in ("UPDATE", "DELETE"):
            yield f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} {stop}"
        same = " AND ".join(f"{key} = NEW.{key}" for key in keys)
        if table == "entry":
            same = "seq = NEW.seq OR prev = NEW.prev OR hash = NEW.hash"
        there = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"
        yield f"CREATE TRIGGER {table}_once BEFORE INSERT ON {table} {there} {stop}"
    yield f"CREATE TRIGGER head_no_delete BEFORE DELETE ON head {stop}"
    yield f"CREATE TRIGGER head_once BEFORE INSERT ON head WHEN EXISTS (SELECT 1 FROM head) {stop}"
    yield f"CREATE TRIGGER head_forward BEFORE UPDATE ON head WHEN NEW.seq <> OLD.seq + 1 {stop}"
