"""What a book is kept in: its tables, and what a store of them can do.

In: nothing. Out: the layout, and the protocol of a `Store`, which hands out transactions to read and to write.
Statements are written once, with `?` for values; the stores see to locks, to what may not be changed, and to faults
of the database.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol, TypeAlias

BOOK_FORMAT: Final = 1  # of the tables below

Row: TypeAlias = "tuple[Any, ...]"

# Every table but the head is only ever added to. TEXT and INTEGER are what all databases have; an amount is an
# integer of smallest units, and no column holds a number with a point.
COLUMNS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "entry": (
        ("seq", "INTEGER PRIMARY KEY"),
        ("prev", "TEXT NOT NULL UNIQUE"),
        ("hash", "TEXT NOT NULL UNIQUE"),
        ("kind", "TEXT NOT NULL"),
        ("at", "TEXT NOT NULL"),
        ("who", "TEXT NOT NULL"),
        ("content", "TEXT NOT NULL"),
    ),
    "scheme_text": (("hash", "TEXT PRIMARY KEY"), ("body", "TEXT NOT NULL")),
    "fact": (
        ("id", "INTEGER PRIMARY KEY"),
        ("seq", "INTEGER NOT NULL REFERENCES entry (seq)"),
        ("tab", "TEXT NOT NULL"),
        ("key", "TEXT NOT NULL"),
        ("since", "TEXT NOT NULL"),
        ("hash", "TEXT NOT NULL"),
        ("body", "TEXT NOT NULL"),
    ),
    "carried": (
        ("seq", "INTEGER NOT NULL REFERENCES entry (seq)"),
        ("n", "INTEGER NOT NULL"),
        ("way", "TEXT NOT NULL"),
        *((name, "TEXT NOT NULL") for name in "period hash name level key receiver currency value".split()),
    ),
    "line": (
        ("seq", "INTEGER NOT NULL REFERENCES entry (seq)"),
        ("n", "INTEGER NOT NULL"),
        ("kind", "TEXT NOT NULL"),
        ("person", "TEXT NOT NULL"),
        ("name", "TEXT NOT NULL"),
        ("record", "TEXT NOT NULL"),
        ("amount", "BIGINT NOT NULL"),
        ("currency", "TEXT NOT NULL"),
        ("due", "TEXT NOT NULL"),
        ("reverses", "TEXT NOT NULL"),
        ("credited", "TEXT NOT NULL"),
        ("period", "TEXT NOT NULL"),
        ("cause", "TEXT NOT NULL"),
    ),
}
KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "entry": ("seq",),
    "scheme_text": ("hash",),
    "fact": ("id",),
    "carried": ("seq", "n"),
    "line": ("seq", "n"),
}
HEAD: Final = "CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, hash TEXT NOT NULL)"


def created() -> list[str]:
    """The statements that make the tables, the same for every database."""
    out = [HEAD]
    for table, columns in COLUMNS.items():
        parts = [f"{name} {kind}" for name, kind in columns]
        parts += [f"PRIMARY KEY ({', '.join(KEYS[table])})"] if len(KEYS[table]) > 1 else []
        out.append(f"CREATE TABLE {table} ({', '.join(parts)})")
    return [*out, "CREATE INDEX fact_seq ON fact (seq)", "INSERT INTO head VALUES (1, 0, '')"]


class Reading(Protocol):
    """One consistent view of the book."""

    def select(self, statement: str, values: Sequence[Any] = ()) -> list[Row]: ...


class Writing(Reading, Protocol):
    """The same, and nobody else writes meanwhile. All of it is kept, or nothing."""

    def insert(self, table: str, rows: Sequence[Row]) -> None: ...
    def move_head(self, seq: int, link: str) -> None: ...


class Store(Protocol):
    """Where a book lies."""

    @property
    def url(self) -> str: ...
    def exists(self) -> bool: ...
    def create(self) -> None: ...
    def reading(self) -> AbstractContextManager[Reading]: ...
    def writing(self) -> AbstractContextManager[Writing]: ...
