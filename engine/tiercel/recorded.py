"""Facts as they were known: the rows of a book at one entry, cut at a day, and what a change of them can reach.

In: rows as they were recorded. Out: `Recorded`, which `Scheme.evaluate` takes for facts; and for two states of
knowledge the stretches of days between which something changed.

Why facts are cut at the last day of a period: what is dated later has no say in it, so a period comes to the same
whether it is worked out at its end or years later.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final, TypeAlias

from tiercel.facts import Memory, RawTable, columns_of, faces, shown
from tiercel_dsl.diagnostics import Cell, Diagnostic
from tiercel_dsl.scheme import CheckedScheme, Table

BOOK: Final = "book"  # in place of a file, where messages name a place

Key: TypeAlias = tuple[str, str]  # table and key


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
    """Days of record of known rows, and which rows of facts name each other, by a scheme's tables.

    `hung`: tables that rules read only as what hangs on a row of another: their own days say nothing of when they
    matter.
    """

    def __init__(self, known: Known, scheme: CheckedScheme, hung: Collection[str] = ()) -> None:
        self.known, self.hung = known, hung
        self.tables: dict[str, Table] = {t.identity: t for t in scheme.tables}
        self.linking = {t.identity: [(c.identity, c.link) for c in t.columns if c.link] for t in scheme.tables}
        self.facts = {t.identity for t in scheme.tables if t.kind == "facts" and t.rates is None}
        self.found: dict[Key, date | None] = {}
        self.groups: dict[Key, tuple[date, date] | None] = {}

    def of(self, key: Key) -> date | None:
        """The row's own day, else that of the row it hangs on."""
        if key not in self.found:
            self.found[key] = self._day_of(key)
        return self.found[key]

    def _day_of(self, key: Key, depth: int = 8) -> date | None:
        rows, table = self.known.rows.get(key), self.tables.get(key[0])
        if not rows or table is None or depth == 0:
            return None
        cells = rows[-1].cells or {}
        if table.record_date:
            return _day(cells.get(table.record_date))
        if table.parent:
            above = cells.get(table.parent, "")
            return self._day_of((table.column(table.parent).link, above), depth - 1)
        return None

    def links(self, key: Key) -> list[Key]:
        """The rows that a row names."""
        columns = self.linking.get(key[0], ())
        rows = self.known.rows.get(key, ()) if columns else ()
        return [
            (link, row.cells[column]) for row in rows for column, link in columns if row.cells and row.cells.get(column)
        ]

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
        """From which day on the row can matter, and the last day of all that hangs together with it: rows that name
        it bring it in, rows that it names are worked out with it."""
        days = self._together(key)
        return (self._from(key) or days[0], days[1]) if days else None

    def _together(self, key: Key) -> "tuple[date, date] | None":
        """The first and the last day of all that hangs together with a row."""
        if key not in self.groups:
            waiting, seen, days = [key], {key}, list[date]()
            while waiting:
                at = waiting.pop()
                day = self.of(at)
                days += [] if day is None or at[0] in self.hung else [day]
                for other in (*self.links(at), *self.naming.get(at, ())):
                    if other[0] in self.facts and other not in seen:
                        seen.add(other)
                        waiting.append(other)
            self.groups |= dict.fromkeys(seen, (min(days), max(days)) if days else None)
        return self.groups[key]

    def _from(self, key: Key, depth: int = 8) -> date | None:
        """Its own day, or the earlier one of a row that names it; of what only hangs on a row, not before that one."""
        own = self.of(key)
        if depth == 0 or own is None:
            return own
        if key[0] in self.hung:
            above = [
                day for other in self.links(key) if other[0] in self.facts and (day := self._from(other, depth - 1))
            ]
            return max([own, *above])
        naming = [other for other in self.naming.get(key, ()) if other[0] not in self.hung]
        return min([own, *(day for other in naming if (day := self._from(other, depth - 1)) is not None)])

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


def changes(days: "tuple[Days, Days]", rows: Iterable[FactRow]) -> list[Change]:
    """What the rows recorded between two states of knowledge change."""
    tables = days[1].tables
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
    """What was known, as facts for an evaluation: rows of the days from `since` to `upto`, with whatever they name
    and whatever names them. `typed`: what the border made of them, by the tables of a scheme; `memory`: of cells.
    """

    days: Days
    upto: date
    since: date = date.min
    origin: str = field(default=BOOK)
    typed: dict[tuple[Any, ...], Any] = field(default_factory=dict[tuple[Any, ...], Any], compare=False, repr=False)
    memory: Memory = field(default_factory=dict[tuple[object, ...], Any], compare=False, repr=False)

    @property
    def known(self) -> Known:
        return self.days.known

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
            cells = tuple((row.id, tuple(map((row.cells or {}).get, headers))) for row in rows)
            name = shown(table, scheme.language)
            out[table.identity] = RawTable(self.origin, headers, cells, sheet=name, header_row=0)
        return out, tuple(missing)

    def _steps(self, key: Key) -> Iterator[FactRow]:
        rows = self.known.rows[key]
        held = [row for row in rows if not row.since or row.since <= self.upto.isoformat()]
        return iter(held or rows)

    def _kept(self, scheme: CheckedScheme) -> dict[str, dict[str, bool]]:
        """Table → keys, in the order they were recorded: rows that count by now, and those that they name."""
        kept: dict[str, dict[str, bool]] = {t.identity: {} for t in scheme.tables}
        waiting: list[Key] = []
        for table in scheme.tables:
            here = [
                mark
                for key in self.known.by_table.get(table.identity, {})
                if self._counts(table, mark := (table.identity, key))
            ]
            kept[table.identity] = dict.fromkeys((key for _, key in here), True)
            waiting += here
        naming, known = self.days.naming, self.known.rows
        while waiting:
            at = waiting.pop()
            named = self.days.links(at)
            if at in naming:
                named += [other for other in naming[at] if self._is_past(other)]
            for other in named:
                if other[0] in kept and other[1] not in kept[other[0]] and other in known:
                    kept[other[0]][other[1]] = True
                    waiting.append(other)
        return kept

    def _is_past(self, mark: Key) -> bool:
        day = self.days.of(mark)
        return day is None or day <= self.upto

    def _counts(self, table: Table, mark: Key) -> bool:
        if table.rates is not None:
            return True
        if table.kind != "facts":
            return any(not row.since or row.since <= self.upto.isoformat() for row in self.known.rows[mark])
        day = self.days.of(mark)
        return day is None or self.since <= day <= self.upto
