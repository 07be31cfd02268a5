"""Hypothesis strategies for a host's own tests: facts that a scheme accepts.

In: a scheme and a period. Out: a strategy of the mapping that `evaluate` takes, table by table, linked, within
every column's limits. Needs the extra `[hypothesis]`. What the rules make of the facts is the host's to test:
a refund of more than its sale, for example, is accepted here and refused there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from tiercel.facts import digits_of, naming_currencies
from tiercel.money import to_decimal
from tiercel.periods import Period
from tiercel.rates import OLDEST
from tiercel.run import Scheme
from tiercel_dsl.scheme import CheckedScheme, Column, Table
from tiercel_dsl.types import Kind

WIDEST = 10**12  # of an unlimited column, in its smallest units
CURRENCIES = ("JPY", "KWD", "USD")  # where a column may name any: without, with three and with two digits


def facts(
    scheme: Scheme, period: str, *, people: int = 4, rows: int = 8
) -> st.SearchStrategy[dict[str, list[dict[str, Any]]]]:
    """Facts of one period: up to `people` people, up to `rows` rows in every other table."""
    checked = scheme.checked
    span = scheme.parse_period(period)
    sizes = {t.identity: st.integers(1, people if t.kind != "facts" else rows) for t in checked.tables}
    return st.fixed_dictionaries(sizes).flatmap(lambda counts: _tables(checked, span, counts))


@dataclass(frozen=True, slots=True)
class _World:
    """What the cells of a table depend on: the keys of all tables, the period, the currencies in use."""

    keys: Mapping[str, Sequence[str]]
    period: Period
    currency: str
    currencies: tuple[str, ...]


def _tables(
    scheme: CheckedScheme, period: Period, counts: Mapping[str, int]
) -> st.SearchStrategy[dict[str, list[dict[str, Any]]]]:
    keys = {name: [f"{name}-{n}" for n in range(1, count + 1)] for name, count in counts.items()}
    world = _World(keys, period, scheme.currency, _currencies(scheme))
    tables = {t.identity: _rates(t, world) if t.rates is not None else _rows(t, world) for t in scheme.tables}
    return st.fixed_dictionaries(tables)


def _currencies(scheme: CheckedScheme) -> tuple[str, ...]:
    """Those that the scheme speaks of, and some that a row may be in."""
    columns = [column for table in scheme.tables for column in table.columns]
    options = (
        o for t in scheme.tables for c in t.columns if c.identity in naming_currencies(t) for o in c.type.options
    )
    fixed = (c.type.currency for c in columns if c.type.currency and not c.type.varies)
    return tuple(sorted({scheme.currency, *CURRENCIES, *options, *fixed}))


def _rates(table: Table, world: _World) -> st.SearchStrategy[list[dict[str, Any]]]:
    """For every currency so many rates that one holds on each day of the period."""
    rates = table.rates
    assert rates is not None
    apart = timedelta(days=OLDEST + 1)
    days = [world.period.first + apart * n for n in range((world.period.last - world.period.first) // apart + 1)]
    others = [c for c in table.columns if c.identity not in (rates.currency, rates.day)]
    rows = [
        st.fixed_dictionaries(
            {
                rates.currency: st.just(code),
                rates.day: st.just(day),
                **{c.identity: _cell(c, table, world) for c in others},
            }
        )
        for code in table.column(rates.currency).type.options or world.currencies
        for day in days
    ]
    return st.tuples(*rows).map(list)


def _rows(table: Table, world: _World) -> st.SearchStrategy[list[dict[str, Any]]]:
    others = [c for c in table.columns if c.identity != table.key]
    cells = {c.identity: _cell(c, table, world) for c in others}
    if any(c.dated for c in table.columns):
        cells["from"] = st.none()
    one = [st.fixed_dictionaries({table.key: st.just(key), **cells}) for key in world.keys[table.identity]]
    return st.tuples(*one).map(list)


def _cell(column: Column, table: Table, world: _World) -> st.SearchStrategy[Any]:
    value = _value(column, table, world)
    return st.none() | value if column.optional else value


def _value(column: Column, table: Table, world: _World) -> st.SearchStrategy[Any]:
    kind, period = column.type.kind, world.period
    if column.link:
        return st.sampled_from(world.keys[column.link])
    if column.type.numeric:
        # Whole units suit every currency that a row may name.
        return _number(column, 0 if column.type.varies else digits_of(table, column, world.currency))
    if kind is Kind.yesno:
        return st.booleans()
    if kind is Kind.date:
        return st.dates(period.first, period.last)
    if kind is Kind.datetime:
        return st.datetimes(_at(period.first, time.min), _at(period.last, time(23, 59, 59)))
    if column.type.options:
        return st.sampled_from(column.type.options)
    return st.sampled_from(world.currencies if column.identity in naming_currencies(table) else ("甲", "乙", "A", "B"))


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment)


def _number(column: Column, places: int) -> st.SearchStrategy[int | Decimal]:
    """Within the limits, and often right at them."""
    low, high = Fraction(-WIDEST), Fraction(WIDEST)
    for check in column.checks:
        bound = check.bound * 10**places
        if check.kind in ("at_least", "above"):
            low = max(low, bound + (check.kind == "above"))
        else:
            high = min(high, bound - (check.kind == "below"))
    units = st.integers(-(-low // 1), high // 1)
    if column.type.kind in (Kind.count, Kind.duration):
        return units
    return units.map(lambda n: to_decimal(Fraction(n, 10**places), places))


__all__ = ["facts"]
