"""Rows by person, by parent and by period, in the order of the facts.

In: facts and the period at hand. Out: `Index`, each grouping made when first asked for. Evaluators walk
rows only through it, so that every one of them sees the same rows in the same order.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from tiercel.facts import Facts
from tiercel.periods import Period
from tiercel.plan import Receiver, Step
from tiercel.windows import Stretch
from tiercel_dsl.scheme import PEOPLE, Table

NOBODY: Final = -1  # the links to a receiver lead to no person


class Index:
    """Rows by person, by parent and by period, in the order of the facts."""

    def __init__(self, facts: Facts, period: Period, until: date | None = None) -> None:
        self.facts, self.period = facts, period
        self.until = until or period.last  # rows under a row are seen up to this day
        self._period: dict[str, list[int]] = {}
        self._person: dict[str, dict[int | None, list[int]]] = {}
        self._owner: dict[str, dict[int | None, list[int]]] = {}
        self._received: dict[tuple[str, Receiver], dict[int | None, list[int]]] = {}
        self._above: dict[tuple[str, str, int], tuple[int, ...]] = {}
        self._children: dict[tuple[str, tuple[str, ...]], dict[int, list[int]]] = {}

    def period_of(self, day: date) -> Period:
        return self.period.around(day)

    def in_period(self, table: str) -> list[int]:
        if table not in self._period:
            days = self.facts.tables[table].day
            self._period[table] = [r for r, d in enumerate(days) if d is not None and self.period.contains(d)]
        return self._period[table]

    def of_person(self, table: str, person: int) -> list[int]:
        if table not in self._person:
            owners = self.facts.tables[table].owner
            self._person[table] = _grouped((owners[r], r) for r in self.in_period(table))
        return self._person[table].get(person, [])

    def of_owner(self, table: str, owner: int | None) -> list[int]:
        if table not in self._owner:
            self._owner[table] = _grouped((o, r) for r, o in enumerate(self.facts.tables[table].owner))
        return self._owner[table].get(owner, [])

    def children(self, table: str, path: tuple[str, ...], tables: Mapping[str, Table], ancestor: int) -> list[int]:
        """The rows under one, dated up to the period's end, or the day until which they are seen."""
        if (table, path) not in self._children:
            found: dict[int, list[int]] = defaultdict(list)
            days = self.facts.tables[table].day
            for row, day in enumerate(days):
                if day is None or day <= self.until:
                    top = self._ancestor(table, path, tables, row)
                    if top is not None:
                        found[top].append(row)
            self._children[table, path] = found
        return self._children[table, path].get(ancestor, [])

    def dated_in(self, table: str, rows: Iterable[int], stretch: Stretch | None) -> list[int]:
        """Those of `rows` whose day lies in the stretch."""
        days = self.facts.tables[table].day
        return [] if stretch is None else [r for r in rows if (d := days[r]) is not None and stretch.contains(d)]

    def with_above(self, table: str, link: str, row: int) -> Sequence[int]:
        """A group and all above it over their column `link`; none twice, even in a circle."""
        if (table, link, row) not in self._above:
            above, way = self.facts.tables[table].columns[link], dict[int, None]()
            at: object = row
            while isinstance(at, int) and at not in way:
                way[at] = None
                at = above[at]
            self._above[table, link, row] = tuple(way)
        return self._above[table, link, row]

    def rows(self, level: str, tables: Mapping[str, Table]) -> Sequence[int]:
        """The rows that a rule of this level is worked out for: of facts those dated in the period."""
        if tables[level].kind == "facts":
            return self.in_period(level)
        return range(len(self.facts.tables[level].keys))

    def receiver(self, step: Step, tables: Mapping[str, Table], row: int) -> int | None:
        """The person who receives the line of a row, None for the company, NOBODY where there is no such person."""
        if step.receiver is None:
            owner = row if step.level == PEOPLE else self.facts.tables[step.level].owner[row]
            return NOBODY if owner is None else owner
        if step.receiver.company:
            return None
        return self.person_at(step.level, step.receiver.path, tables, row)

    def received(self, step: Step, tables: Mapping[str, Table], person: int | None) -> Sequence[int]:
        """The rows whose line the person receives; None: the company."""
        if step.receiver is None:
            if person is None:
                return ()
            return (person,) if step.level == PEOPLE else self.of_person(step.level, person)
        mark = step.level, step.receiver
        if mark not in self._received:
            rows = self.rows(step.level, tables)
            self._received[mark] = _grouped((self.receiver(step, tables, row), row) for row in rows)
        return self._received[mark].get(person, [])

    def person_at(
        self, table: str, path: Sequence[str], tables: Mapping[str, Table], row: int, on: date | None = None
    ) -> int:
        """Along links; a dated one as of the day `on`, else of the row's, else of the period's last."""
        own = self.facts.tables[table].day[row] if on is None and tables[table].kind == "facts" else on
        day = self.period.last if own is None else own
        for link in path:
            rows = self.facts.tables[table]
            if link in rows.series:
                holding = [v for first, v in rows.series[link][row] if first is None or first <= day]
                target = holding[-1] if holding else None
            else:
                target = rows.columns[link][row]
            if not isinstance(target, int):
                return NOBODY
            table, row = tables[table].column(link).link, target
        return row

    def _ancestor(self, table: str, path: tuple[str, ...], tables: Mapping[str, Table], row: int) -> int | None:
        for link in path:
            target = self.facts.tables[table].columns[link][row]
            if not isinstance(target, int):
                return None
            table, row = tables[table].column(link).link, target
        return row

    def rows_of_sale(self, level: str, tables: Mapping[str, Table], sale_table: str, sale: int) -> Sequence[int]:
        """The rows of `level` that are the sale, or that stand under it at any depth."""
        if level == sale_table:
            return (sale,)
        path: list[str] = []
        table = level
        while tables[table].kind == "facts" and tables[table].parent:
            path.append(tables[table].parent)
            table = tables[table].column(path[-1]).link
            if table == sale_table:
                return self.children(level, tuple(path), tables, sale)
        return ()


def _grouped(pairs: Iterable[tuple[int | None, int]]) -> dict[int | None, list[int]]:
    out: dict[int | None, list[int]] = defaultdict(list)
    for key, row in pairs:
        out[key].append(row)
    return out
