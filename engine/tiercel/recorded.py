"""Facts as they were known: the rows of a book at one entry, cut at a day, and what a change of them can reach.

In: rows as they were recorded. Out: `Recorded`, which `Scheme.evaluate` takes for facts; and for two states of
knowledge the stretches of days between which something changed.

Why facts are cut at the last day of a period: what is dated later has no say in it, so a period comes to the same
whether it is worked out at its end or years later.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final, TypeAlias

from tiercel.facts import RawTable, columns_of, faces, shown
from tiercel_dsl.diagnostics import Cell, Diagnostic
from tiercel_dsl.scheme import CheckedScheme, Table

BOOK: Final = "book"  # in place of a file, where messages name a place

Key: TypeAlias = "tuple[str, str]"  # table and key


@dataclass(frozen=True, slots=True)
class FactRow:
    """One row as it was recorded; `cells` None: it was withdrawn. `id` counts all rows of a book."""

    id: int
    seq: int
    table: str
    key: str
    since: str
    cells: Mapping[str, str] | None

    @property
    def mark(self) -> "tuple[str, str, str]":
        return self.table, self.key, self.since


@dataclass(frozen=True)
class Known:
    """The rows that held at one entry, by table and key; `tables`: those that were ever recorded, with rows or not."""

    rows: Mapping[Key, tuple[FactRow, ...]]
    tables: frozenset[str]

    @cached_property
    def by_table(self) -> Mapping[str, Mapping[str, tuple[FactRow, ...]]]:
        out: dict[str, dict[str, tuple[FactRow, ...]]] = {}
        for (table, key), rows in self.rows.items():
            out.setdefault(table, {})[key] = rows
        return out

    @property
    def ids(self) -> str:
        """The numbers of the rows that held: 1-3990,4001."""
        numbers = sorted(row.id for rows in self.rows.values() for row in rows)
        parts: list[list[int]] = []
        for number in numbers:
            if parts and parts[-1][1] == number - 1:
                parts[-1][1] = number
            else:
                parts.append([number, number])
        return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)


def known_from(rows: Iterable[FactRow], tables: Iterable[str]) -> Known:
    """What rows in the order of their recording come to: the last of one mark counts, a withdrawn one is gone."""
    last: dict[tuple[str, str, str], FactRow] = {row.mark: row for row in rows}
    out: dict[Key, list[FactRow]] = {}
    for row in last.values():
        if row.cells is not None:
            out.setdefault((row.table, row.key), []).append(row)
    return Known({key: tuple(sorted(some, key=lambda r: r.id)) for key, some in out.items()}, frozenset(tables))


# ---- days ----------------------------------------------------------------------------------------------------


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


class Days:
    """Days of record of known rows, and which rows of facts name each other, by a scheme's tables."""

    def __init__(self, known: Known, scheme: CheckedScheme) -> None:
        self.known = known
        self.tables: dict[str, Table] = {t.identity: t for t in scheme.tables}
        self.facts = {t.identity for t in scheme.tables if t.kind == "facts" and t.rates is None}

    def of(self, key: Key, depth: int = 8) -> date | None:
        """The row's own day, else that of the row it hangs on."""
        rows, table = self.known.rows.get(key), self.tables.get(key[0])
        if not rows or table is None or depth == 0:
            return None
        cells = rows[-1].cells or {}
        if table.record_date:
            return _day(cells.get(table.record_date))
        if table.parent:
            above = cells.get(table.parent, "")
            return self.of((table.column(table.parent).link, above), depth - 1)
        return None

    def links(self, key: Key) -> Iterator[Key]:
        """The rows that a row names."""
        table = self.tables.get(key[0])
        for row in self.known.rows.get(key, ()):
            for column in table.columns if table is not None else ():
                if column.link and row.cells and (named := row.cells.get(column.identity)):
                    yield column.link, named

    @cached_property
    def naming(self) -> Mapping[Key, tuple[Key, ...]]:
        """Row → the rows of facts that name it, where it is a row of facts itself."""
        out: dict[Key, list[Key]] = {}
        for key in self.known.rows:
            for named in self.links(key) if key[0] in self.facts else ():
                if named[0] in self.facts:
                    out.setdefault(named, []).append(key)
        return {key: tuple(some) for key, some in out.items()}

    def around(self, key: Key) -> "tuple[date, date] | None":
        """First and last day of the row and of all rows of facts that hang together with it."""
        waiting, seen, days = [key], {key}, list[date]()
        while waiting:
            at = waiting.pop()
            day = self.of(at)
            days += [] if day is None else [day]
            for other in (*self.links(at), *self.naming.get(at, ())):
                if other[0] in self.facts and other not in seen:
                    seen.add(other)
                    waiting.append(other)
        return (min(days), max(days)) if days else None

    def reversals(self) -> Iterator[tuple[date, date]]:
        """Of every refund its day and the day of its sale."""
        for table in self.tables.values():
            if not table.reverses:
                continue
            sales = table.column(table.reverses).link
            for key, rows in self.known.by_table.get(table.identity, {}).items():
                sale = (rows[-1].cells or {}).get(table.reverses, "")
                days = self.of((table.identity, key)), self.of((sales, sale))
                if days[0] is not None and days[1] is not None:
                    yield days[0], days[1]


# ---- changes -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """A row that is no longer what it was, and the days between which that can matter; `last` None: for ever."""

    key: Key
    first: date
    last: date | None


def changes(before: Known, after: Known, scheme: CheckedScheme, rows: Iterable[FactRow]) -> list[Change]:
    """What the rows recorded between two states of knowledge change."""
    days = Days(before, scheme), Days(after, scheme)
    tables = days[0].tables
    out: dict[Key, Change] = {}
    for row in rows:
        key, table = (row.table, row.key), tables.get(row.table)
        if table is None:
            continue
        new = _change(row, table, days)
        old = out.get(key)
        if old is not None:
            ends = (old.last, new.last)
            last = None if ends[0] is None or ends[1] is None else max(ends[0], ends[1])
            new = Change(key, min(old.first, new.first), last)
        out[key] = new
    return list(out.values())


def _change(row: FactRow, table: Table, days: "tuple[Days, Days]") -> Change:
    key = (row.table, row.key)
    if table.rates is not None:
        return Change(key, _day(row.key.rsplit(" ", 1)[-1]) or date.min, None)
    if table.kind != "facts":
        return Change(key, _day(row.since) or date.min, None)
    found = [around for one in days if (around := one.around(key)) is not None]
    if not found:
        return Change(key, date.min, None)
    return Change(key, min(a for a, _ in found), max(b for _, b in found))


# ---- facts to evaluate -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Recorded:
    """What was known, as facts for an evaluation: up to the day `upto`, with whatever those rows name."""

    known: Known
    upto: date | None = None
    origin: str = field(default=BOOK)

    def raw(self, scheme: CheckedScheme) -> tuple[dict[str, RawTable], tuple[Diagnostic, ...]]:
        """The tables of a scheme. One that was never recorded is missing; one recorded without rows is empty."""
        kept = self._kept(scheme)
        out: dict[str, RawTable] = {}
        missing: list[Diagnostic] = []
        for table in scheme.tables:
            if table.identity not in self.known.tables:
                name = shown(table, scheme.language)
                told = {"table": name, "names": faces(table), "candidates": (), "seen": ""}
                missing.append(Diagnostic("E3001", facts=told, cell=Cell(self.origin)))
                continue
            headers = tuple(column.identity for column in columns_of(table))
            rows = [row for key in kept.get(table.identity, ()) for row in self._steps((table.identity, key))]
            cells = tuple((row.id, tuple((row.cells or {}).get(h) for h in headers)) for row in rows)
            name = shown(table, scheme.language)
            out[table.identity] = RawTable(self.origin, headers, cells, sheet=name, header_row=0)
        return out, tuple(missing)

    def _steps(self, key: Key) -> Iterator[FactRow]:
        rows = self.known.rows[key]
        held = [row for row in rows if self.upto is None or not row.since or row.since <= self.upto.isoformat()]
        return iter(held or rows)

    def _kept(self, scheme: CheckedScheme) -> dict[str, dict[str, bool]]:
        """Table → keys, in the order they were recorded: rows that count by now, and those that they name."""
        days = Days(self.known, scheme)
        kept: dict[str, dict[str, bool]] = {t.identity: {} for t in scheme.tables}
        waiting: list[Key] = []
        for table in scheme.tables:
            for key in self.known.by_table.get(table.identity, {}):
                mark = (table.identity, key)
                if self._counts(table, mark, days):
                    kept[table.identity][key] = True
                    waiting.append(mark)
        while waiting:
            for named in days.links(waiting.pop()):
                if named[0] in kept and named[1] not in kept[named[0]] and named in self.known.rows:
                    kept[named[0]][named[1]] = True
                    waiting.append(named)
        return kept

    def _counts(self, table: Table, mark: Key, days: Days) -> bool:
        if self.upto is None or table.rates is not None:
            return True
        if table.kind != "facts":
            return any(not row.since or row.since <= self.upto.isoformat() for row in self.known.rows[mark])
        day = days.of(mark)
        return day is None or day <= self.upto
