"""Facts for a scheme that seek its edges.

In: a checked scheme, its plan, the period, decisions. Out: rows as a host would pass them. Amounts stand at the
bounds of the scheme's tiers and conditions, one step below and one above; running totals are driven onto them;
dates fall on the first and last day, on one another, and outside; refunds are full, partial, repeated and late;
there may be nobody, and somebody with everything.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tiercel.facts import RATE_DIGITS, digits, naming_currencies
from tiercel.money import minor_units
from tiercel.periods import Period
from tiercel.plan import Aggregate, Column, Plan, Window
from tiercel_dsl import scheme as checked
from tiercel_dsl.scheme import PEOPLE, CheckedScheme
from tiercel_dsl.types import Kind

from .choices import Choices
from .currencies import NAMED

Data = dict[str, list[dict[str, Any]]]
_HUGE = [10**15, 10**15 + 1, 2**63 - 1, 2**63, 10**20, 2**62]


@dataclass(frozen=True)
class Mood:
    """How wild the facts are."""

    huge: bool
    negative: bool
    changes: bool  # dated columns that a person's rule reads change inside the period
    circles: bool  # people, or groups, above one another
    faults: bool  # refunds of more than the sale, attributes that begin too late


@dataclass(frozen=True)
class Edges:
    """What a scheme states: numbers, days, texts; and the columns that must keep still inside the period."""

    numbers: tuple[Fraction, ...]
    days: tuple[date, ...]
    texts: tuple[str, ...]
    steady: frozenset[str]
    back: bool = False  # whether some rule looks back beyond the period


def edges(scheme: CheckedScheme, plan: Plan) -> Edges:
    stated = set(_literals(scheme))
    numbers = sorted(v for v in stated if isinstance(v, Fraction))
    days = sorted(v for v in stated if isinstance(v, date))
    texts = sorted({v for v in stated if isinstance(v, str) and v} | {"A", "乙"})
    rows = {t.identity for t in scheme.tables if t.kind == "facts"}
    return Edges(tuple(numbers), tuple(days), tuple(texts), _read_at_persons(plan, rows), _looks_back(plan.steps))


def facts(choices: Choices, scheme: CheckedScheme, known: Edges, period: Period) -> Data:
    """Rows by table identity."""
    return _Maker(choices, scheme, known, period).everything()


class _Maker:
    def __init__(self, choices: Choices, scheme: CheckedScheme, known: Edges, period: Period) -> None:
        c = choices
        self.choices, self.scheme, self.period = c, scheme, period
        self.mood = Mood(c.chance(12), c.chance(40), c.chance(5), c.chance(10), c.chance(8))
        self.numbers, self.days, self.texts, self.steady = known.numbers, known.days, known.texts, known.steady
        self.back = known.back
        self.codes = _currencies(scheme)
        self.rows: Data = {}
        self.keys: dict[str, list[str]] = {}
        self.totals: dict[tuple[str, str, object], Fraction] = {}
        self.left: dict[str, Fraction] = {}

    def everything(self) -> Data:
        order = sorted(self.scheme.tables, key=lambda t: {"group": 0, "people": 1, "facts": 2}[t.kind])
        done: list[str] = []
        waiting = list(order)
        while waiting:
            ready = [t for t in waiting if all(self._is_there(t, c.link, done) for c in t.columns)]
            table = (ready or waiting)[0]
            waiting.remove(table)
            done.append(table.identity)
            self._table(table)
        self._leaders()
        return self.rows

    def _leaders(self) -> None:
        """People whom groups and people name: they are known once everybody is."""
        known = self.keys[PEOPLE]
        for table in self.scheme.tables:
            links = [c for c in table.columns if c.link == PEOPLE] if table.kind != "facts" else []
            rows = self.rows[table.identity]
            for column in links:
                chosen: dict[str, str | None] = {}
                wild = self.mood.circles or not column.optional or table.kind != "people"
                for row in rows:
                    fitting = known if wild else known[: known.index(row[table.key])]
                    empty = not fitting or (column.optional and self.choices.chance(20 if not wild else 35))
                    leader = None if empty else self.choices.pick(fitting)
                    row[column.identity] = leader if column.dated else chosen.setdefault(row[table.key], leader)
            if not known and any(not column.optional for column in links):
                self.rows[table.identity] = []

    def _is_there(self, table: checked.Table, link: str, done: list[str]) -> bool:
        later = link == PEOPLE and table.kind == "group"
        return not link or link in done or link == table.identity or later

    def _rates(self, table: checked.Table) -> None:
        """Rates of every currency in use, a week apart or less; now and then some are missing."""
        c, rates = self.choices, table.rates
        assert rates is not None
        day, end = self.period.first - timedelta(days=70), self.period.last + timedelta(days=30)
        self.rows[table.identity] = []
        while day < end:
            for code in self.codes:
                if self.mood.faults and c.chance(6):
                    continue
                value = Fraction(c.pick(_RATES)) if c.chance(60) else Fraction(c.number(1, 10**9), 10**RATE_DIGITS)
                others = {x.identity: self._cell(table, x, {}) for x in table.columns if x.optional}
                row = {rates.currency: code, rates.day: day, rates.rate: _decimal(value, RATE_DIGITS)}
                self.rows[table.identity].append(row | others)
            day += timedelta(days=c.number(1, 8))

    def _table(self, table: checked.Table) -> None:
        c = self.choices
        if table.rates is not None:
            self._rates(table)
            return
        if table.kind == "group":
            count = c.number(1, 3)
        elif table.kind == "people":
            count = 0 if c.chance(3) else c.number(1, 5)
        else:
            count = c.weighted([(12, 0), (30, 3), (30, 6), (20, 10), (8, 1)])
        prefix = {"group": "T", "people": "E", "facts": "D"}[table.kind]
        keys = [f"{prefix}{n}" if not c.chance(6) else f"{prefix}-{n}号" for n in range(1, count + 1)]
        if table.column(table.key).type.kind is Kind.date:
            keys = sorted({self._day().isoformat() for _ in keys})
        self.rows[table.identity], self.keys[table.identity] = [], keys
        for key in keys:
            if table.kind == "people":
                self._person(table, key)
            else:
                row = self._row(table, key)
                if row is not None:
                    self.rows[table.identity].append(row)
        self.keys[table.identity] = list(dict.fromkeys(str(r[table.key]) for r in self.rows[table.identity]))

    # ---- people: one row per change ----

    def _person(self, table: checked.Table, key: str) -> None:
        c = self.choices
        base = self._row(table, key)
        if base is None:
            return
        dated = [column for column in table.columns if column.dated]
        if not dated:
            self.rows[table.identity].append(base)
            return
        starts: list[date | None] = [None if c.chance(70) else date(2021, 1, 1)]
        if self.mood.faults and c.chance(30):
            starts = [self.period.first + timedelta(days=c.number(0, 10))]
        first, last = self.period.first, self.period.last
        moments = [
            first,
            last,
            last + timedelta(1),
            first - timedelta(1),
            first + timedelta(1),
            first + timedelta(days=7),
        ]
        starts += c.some(moments, 3)
        row, earliest = base, min(starts, key=lambda d: d or date.min)
        for day in sorted(dict.fromkeys(starts), key=lambda d: d or date.min):
            inside = day is not None and first < day <= last
            row = dict(row)
            for column in dated:
                free = not inside or self.mood.changes or column.identity not in self.steady
                if day != earliest and free and column.link != PEOPLE and c.chance(90 if column.link else 55):
                    row[column.identity] = self._cell(table, column, row)
            self.rows[table.identity].append({**row, "from": day})

    # ---- one row ----

    def _row(self, table: checked.Table, key: str) -> dict[str, Any] | None:
        row: dict[str, Any] = {table.key: key}
        order = sorted(table.columns, key=lambda column: self._turn(table, column))
        for column in order:
            if column.identity == table.key:
                continue
            if column.link == PEOPLE and table.kind != "facts":
                continue  # known when everybody is
            value = self._cell(table, column, row)
            if column.identity == table.reverses and table.reversed_share is None:
                self.left[str(value)] = Fraction(0)
            if value is None and not (column.optional or column.default is not None):
                return None
            row[column.identity] = value
        return row

    def _turn(self, table: checked.Table, column: checked.Column) -> int:
        """Links first, then the day, then what may depend on them."""
        if column.link:
            return 0
        first = column.identity == table.record_date or column.identity in naming_currencies(table)
        return 1 if first else 2

    def _cell(self, table: checked.Table, column: checked.Column, row: dict[str, Any]) -> Any:
        c = self.choices
        if (column.optional or column.default is not None) and c.chance(35):
            return None
        if column.link == table.identity:
            return self._above(table, row)
        if column.link:
            return self._link(table, column)
        if column.identity == table.record_date:
            return self._record_date(table, column, row)
        kind = column.type.kind
        if column.identity in naming_currencies(table):
            return c.pick(column.type.options or [self.scheme.currency, *NAMED])
        if kind is Kind.text:
            return c.pick(column.type.options or self.texts or ["A"])
        if kind is Kind.yesno:
            return c.chance(60)
        if kind is Kind.date:
            return self._day()
        if kind is Kind.datetime:
            return self._moment(self._day())
        if table.reverses and self._is_share(table, column):
            return self._share(table, column, row)
        return self._amount(table, column, row)

    def _above(self, table: checked.Table, row: Mapping[str, Any]) -> str | None:
        """The group above: one of those before, so that there is no circle."""
        keys = self.keys.get(table.identity, [])
        fitting = keys if self.mood.circles else keys[: keys.index(str(row[table.key]))]
        return self.choices.pick(fitting) if fitting else None

    def _link(self, table: checked.Table, column: checked.Column) -> str | None:
        keys = self.keys.get(column.link, [])
        if column.identity == table.reverses and not (self.mood.faults and self.choices.chance(60)):
            keys = [key for key in keys if self._is_left(table, key)]
        if not keys:
            return None
        if column.link == PEOPLE and self.choices.chance(45):
            return keys[0]  # somebody with everything
        return self.choices.pick(keys)

    # ---- days ----

    def _day(self) -> date:
        c, period = self.choices, self.period
        near = [period.first, period.last, period.first - timedelta(1), period.last + timedelta(1)]
        near += [d + timedelta(days=n) for d in self.days for n in (0, -1, 1)]
        return c.pick(near) if c.chance(70) else period.first + timedelta(days=c.number(-400, 400))

    def _record_date(self, table: checked.Table, column: checked.Column, row: dict[str, Any]) -> Any:
        c, period = self.choices, self.period
        parent = self._parent(table, row)
        sold = None if parent is None else parent[1]
        inside = [period.first, period.last, period.first + timedelta(days=min(14, period.days - 1))]
        inside += [d for d in self.days if period.contains(d)]
        long = 45 if self.back else 0
        how = c.weighted([(62, "inside"), (16, "any"), (8, "before"), (6, "after"), (8, "same"), (long, "long before")])
        if how == "long before":
            day = c.pick([period.first - timedelta(days=c.number(1, 800)), self._day()])
        elif how == "same" and sold is not None:
            day = sold
        elif how == "before":
            day = period.first - timedelta(days=c.number(1, 45))
        elif how == "after":
            day = period.last + timedelta(days=c.number(1, 20))
        elif how == "inside":
            day = c.pick(inside)
        else:
            day = period.first + timedelta(days=c.number(0, period.days - 1))
        if sold is not None and day < sold and not (self.mood.faults and c.chance(30)):
            day = sold
        return self._moment(day) if column.type.kind is Kind.datetime else day

    def _moment(self, day: date) -> datetime:
        moment = datetime.combine(day, time(self.choices.pick([0, 9, 23]), self.choices.pick([0, 30])))
        abroad = self.scheme.zone and moment.hour == 9 and self.choices.chance(50)  # the same day in every zone used
        return moment.replace(tzinfo=UTC) if abroad else moment

    def _parent(self, table: checked.Table, row: Mapping[str, Any]) -> tuple[dict[str, Any], date | None] | None:
        if not table.parent or row.get(table.parent) is None:
            return None
        above = self.scheme.table(table.column(table.parent).link)
        found = next((r for r in self.rows[above.identity] if r[above.key] == row[table.parent]), None)
        if found is None:
            return None
        if above.record_date:
            day = found[above.record_date]
            return found, day.date() if isinstance(day, datetime) else day
        further = self._parent(above, found)
        return found, further[1] if further else None

    # ---- amounts ----

    def _amount(self, table: checked.Table, column: checked.Column, row: Mapping[str, Any]) -> Any:
        c = self.choices
        places = digits(column.type, self.scheme.currency)
        if column.type.varies:
            named = table.column(column.type.way[0])
            code = row.get(named.identity) or named.default
            assert isinstance(code, str)
            places = minor_units(code)
        unit = Fraction(1, 10**places)
        how = c.weighted([(38, "edge"), (24, "ordinary"), (12, "zero"), (14, "total"), (6, "small"), (6, "beyond")])
        kind = column.type.kind
        if kind is Kind.duration:
            return c.pick([0, 1, 7, 30, 31, 365, -3 if self.mood.negative else 3])
        if how == "total" and kind is Kind.money:
            value = self._completing(table, column, row, unit)
        elif how in ("edge", "total") and self.numbers:
            value = c.pick(self.numbers) + c.pick([Fraction(0), -unit, unit])
        elif how == "beyond" and self.numbers:
            value = 2 * c.pick(self.numbers) + 1
        elif how == "zero":
            value = Fraction(0)
        elif how == "small":
            value = unit * c.number(0, 3)
        elif kind is Kind.percent:
            value = unit * c.pick([10**5, 333_333, 10**6, 50_000, 1_200_000])
        else:
            value = Fraction(c.number(0, 200_000), 100 if kind is Kind.money else 10)
        if self.mood.huge and c.chance(25):
            value = Fraction(c.pick(_HUGE)) * (unit if c.chance(50) else 1)
        if self.mood.negative and c.chance(25):
            value = -value
        value = _kept(_on_grid(value, unit), column, unit)
        self._count(table, column, row, value)
        if places == 0 and value.denominator == 1:
            return int(value)
        return Decimal(int(value / unit)).scaleb(-places) if places < 20 else None

    def _owner(self, table: checked.Table, row: Mapping[str, Any]) -> str:
        return str(row.get(table.credited)) if table.credited else ""

    def _completing(
        self, table: checked.Table, column: checked.Column, row: Mapping[str, Any], unit: Fraction
    ) -> Fraction:
        """What brings the person's total so far onto a bound."""
        so_far = self.totals.get((table.identity, column.identity, self._owner(table, row)), Fraction(0))
        above = [n for n in self.numbers if n > so_far]
        if not above:
            return Fraction(0)
        return self.choices.pick(above) - so_far + self.choices.pick([Fraction(0), -unit, unit])

    def _count(self, table: checked.Table, column: checked.Column, row: Mapping[str, Any], value: Fraction) -> None:
        mark = (table.identity, column.identity, self._owner(table, row))
        self.totals[mark] = self.totals.get(mark, Fraction(0)) + value

    # ---- refunds ----

    def _is_left(self, table: checked.Table, sale: str) -> bool:
        """Whether something of the sale can still be taken back, and in what shares it can be said."""
        return self.left.get(sale, Fraction(1)) > 0 and self._whole(table, {table.reverses: sale}) > 0

    def _is_share(self, table: checked.Table, column: checked.Column) -> bool:
        return column.identity in set(_own_columns(table.reversed_share, table.identity))

    def _share(self, table: checked.Table, column: checked.Column, row: Mapping[str, Any]) -> Any:
        """A part of what is left of the sale: all of it, half, a little, or too much."""
        c = self.choices
        sale = str(row.get(table.reverses))
        left = self.left.get(sale, Fraction(1))
        part = c.weighted(
            [(40, Fraction(1)), (25, Fraction(1, 2)), (15, Fraction(1, 3)), (12, Fraction(1, 100)), (8, Fraction(0))]
        )
        share = left * part
        if self.mood.faults and c.chance(60):
            share = Fraction(6, 5)
        places = digits(column.type, self.scheme.currency)
        unit = Fraction(1, 10**places)
        whole = self._whole(table, row)
        value = share * whole // unit * unit
        value = _kept(value, column, unit)
        if whole:
            self.left[sale] = max(left - value / whole, Fraction(0))
        return Decimal(int(value / unit)).scaleb(-places)

    def _whole(self, table: checked.Table, row: Mapping[str, Any]) -> Fraction:
        """What the share is a share of: the sale's amount, or 1."""
        term = table.reversed_share
        if isinstance(term, checked.Arithmetic) and isinstance(term.operands[1], checked.ColumnOf):
            parent = self._parent(table, row)
            stored = None if parent is None else parent[0].get(term.operands[1].column)
            return Fraction(stored) if stored is not None else Fraction(1)
        return Fraction(1)


_RATES = ["7.1234", "0.048", "1", "0.0000613", "150.5", "0.8", "8.4", "0.3075", "3", "0.333333333333"]


def _currencies(scheme: CheckedScheme) -> list[str]:
    """Those that rows can be in, and so need rates."""
    columns = [c for t in scheme.tables for c in t.columns]
    fixed = {c.type.currency for c in columns if c.type.currency and not c.type.varies}
    options = {
        o for t in scheme.tables for c in t.columns if c.identity in naming_currencies(t) for o in c.type.options
    }
    return sorted({*fixed, *options, *NAMED})


def _decimal(value: Fraction, places: int) -> Decimal:
    return Decimal(int(value * 10**places)).scaleb(-places)


def _on_grid(value: Fraction, unit: Fraction) -> Fraction:
    return value // unit * unit


def _kept(value: Fraction, column: checked.Column, unit: Fraction) -> Fraction:
    """The value, or the nearest one that the column's checks let pass."""
    for check in column.checks:
        if check.kind == "at_least":
            value = max(value, check.bound)
        elif check.kind == "above":
            value = value if value > check.bound else check.bound + unit
        elif check.kind == "at_most":
            value = min(value, check.bound)
        else:
            value = value if value < check.bound else check.bound - unit
    return value


def _literals(node: Any) -> Iterator[Any]:
    """Every number, text and date that the scheme states."""
    if isinstance(node, checked.Literal | checked.Bound):
        yield node.value
    elif isinstance(node, tuple):
        for item in node:
            yield from _literals(item)
    elif is_dataclass(node) and not isinstance(node, type):
        for f in fields(node):
            if f.compare:
                yield from _literals(getattr(node, f.name))


def _looks_back(node: Any) -> bool:
    if isinstance(node, Window):
        return True
    if isinstance(node, tuple):
        return any(map(_looks_back, node))
    if is_dataclass(node) and not isinstance(node, type):
        return any(_looks_back(getattr(node, f.name)) for f in fields(node))
    return False


def _own_columns(term: Any, table: str) -> Iterator[str]:
    if isinstance(term, checked.ColumnOf) and term.table == table:
        yield term.column
    elif isinstance(term, checked.Arithmetic):
        for operand in term.operands:
            yield from _own_columns(operand, table)


def _read_at_persons(plan: Plan, facts_tables: set[str]) -> frozenset[str]:
    """Columns that some rule reads where no row's day decides: they must not change inside the period."""
    out: set[str] = set()

    def look(node: Any, of_rows: bool) -> None:
        if isinstance(node, Column) and not of_rows and node.as_of is None and node.mean != "days":
            out.add(node.name)
        elif isinstance(node, Aggregate):
            inner = node.table != PEOPLE
            for part in (node.argument, node.where):
                look(part, inner)
        elif isinstance(node, tuple):
            for item in node:
                look(item, of_rows)
        elif is_dataclass(node) and not isinstance(node, type):
            for f in fields(node):
                look(getattr(node, f.name), of_rows)

    for step in plan.steps:
        rows = step.level in facts_tables
        look(step.stages, rows)
        look(step.where, rows)
    return frozenset(out)
