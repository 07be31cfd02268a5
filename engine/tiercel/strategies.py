"""Hypothesis strategies for a host's own tests: facts that a scheme accepts.

In: a scheme and a period. Out: a strategy of the mapping that `evaluate` takes, table by table, linked, within
every column's limits. Needs the extra `[hypothesis]`. What the rules make of the facts is the host's to test:
a refund of more than its sale, for example, is accepted here and refused there.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from tiercel.facts import digits
from tiercel.money import to_decimal
from tiercel.periods import Period
from tiercel.run import Scheme
from tiercel_dsl.scheme import CheckedScheme, Column, Table
from tiercel_dsl.types import Kind

WIDEST = 10**12  # of an unlimited column, in its smallest units


def facts(
    scheme: Scheme, period: str, *, people: int = 4, rows: int = 8
) -> st.SearchStrategy[dict[str, list[dict[str, Any]]]]:
    """Facts of one period: up to `people` people, up to `rows` rows in every other table."""
    checked = scheme.checked
    span = scheme.parse_period(period)
    sizes = {t.identity: st.integers(1, people if t.kind != "facts" else rows) for t in checked.tables}
    return st.fixed_dictionaries(sizes).flatmap(lambda counts: _tables(checked, span, counts))


def _tables(
    scheme: CheckedScheme, period: Period, counts: Mapping[str, int]
) -> st.SearchStrategy[dict[str, list[dict[str, Any]]]]:
    keys = {name: [f"{name}-{n}" for n in range(1, count + 1)] for name, count in counts.items()}
    return st.fixed_dictionaries({t.identity: _rows(t, keys, period, scheme.currency) for t in scheme.tables})


def _rows(
    table: Table, keys: Mapping[str, Sequence[str]], period: Period, currency: str
) -> st.SearchStrategy[list[dict[str, Any]]]:
    others = [c for c in table.columns if c.identity != table.key]
    cells = {c.identity: _cell(c, keys, period, currency) for c in others}
    if any(c.dated for c in table.columns):
        cells["from"] = st.none()
    one = [st.fixed_dictionaries({table.key: st.just(key), **cells}) for key in keys[table.identity]]
    return st.tuples(*one).map(list)


def _cell(column: Column, keys: Mapping[str, Sequence[str]], period: Period, currency: str) -> st.SearchStrategy[Any]:
    value = _value(column, keys, period, currency)
    return st.none() | value if column.optional else value


def _value(column: Column, keys: Mapping[str, Sequence[str]], period: Period, currency: str) -> st.SearchStrategy[Any]:
    kind = column.type.kind
    if column.link:
        return st.sampled_from(keys[column.link])
    if column.type.numeric:
        return _number(column, digits(column.type, currency))
    if kind is Kind.yesno:
        return st.booleans()
    if kind is Kind.date:
        return st.dates(period.first, period.last)
    if kind is Kind.datetime:
        return st.datetimes(_at(period.first, time.min), _at(period.last, time(23, 59, 59)))
    if column.type.options:
        return st.sampled_from(column.type.options)
    return st.sampled_from(("甲", "乙", "A", "B"))


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
