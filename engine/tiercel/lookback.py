"""What a program reads of other days, made ready at the border as integers.

In: facts, the period, what is wanted. Out: which rows a window sees, which rows go together, columns as they were
on any day, averages over the period; and the functions of the calendar that a program calls. Everything here
depends on facts; how it is read depends on the plan alone.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from tiercel import windows
from tiercel.facts import Facts, Stored
from tiercel.periods import Period, Shape, workdays
from tiercel.program import FAILURES, THERE, Span
from tiercel_dsl.scheme import PEOPLE, Table

MISSING, UNKNOWN = 0, FAILURES["absent"]  # beside THERE, of what a column holds: nothing, or there is no telling


# ---- functions of the calendar, on day numbers ----


@lru_cache(maxsize=4096)
def part_of(of: str, part: str, day: int, hired: int) -> int:
    """A part of the month, quarter, half year, year or own year that holds a day; -1 before the day hired."""
    at = date.fromordinal(day)
    found = windows.around(of, at, Period(Shape.year, date(at.year, 1, 1), date(at.year, 12, 31)), _day(hired))
    if found is None:
        return -1
    value = getattr(found, part)
    return value.toordinal() if isinstance(value, date) else int(value)


@lru_cache(maxsize=4096)
def window_of(kind: str, count: int, unit: str, shape: str, first: int, last: int, as_of: int) -> tuple[int, int]:
    """First and last day number of a window that is counted back from a day; (1, 0) for none."""
    period = Period(Shape(shape), date.fromordinal(first), date.fromordinal(last))
    found = windows.window(kind, period, count=count, unit=unit, as_of=_day(as_of))
    return (1, 0) if found is None else (found.first.toordinal(), found.last.toordinal())


def worked(first: int, last: int, exceptions: Mapping[date, bool] | None) -> int:
    return workdays(date.fromordinal(first), date.fromordinal(last), exceptions)


def on_day(history: "History", day: int) -> tuple[Any, int]:
    """The value and the state of a column on a day."""
    return history.values[bisect_right(history.days, day) - 1]


def _day(number: int) -> date | None:
    return date.fromordinal(number) if number else None


CALENDAR: Mapping[str, Callable[..., Any]] = {
    "part_of": part_of,
    "window_of": window_of,
    "worked": worked,
    "on_day": on_day,
}


# ---- columns over time ----


@dataclass(frozen=True, slots=True)
class History:
    """A value from each of `days` on until the next; the first begins with time."""

    days: tuple[int, ...]
    values: tuple[tuple[Any, int], ...]


class Histories:
    """Columns at the end of links, on every day; each worked out once."""

    def __init__(self, facts: Facts, tables: Mapping[str, Table], coded: Callable[[Stored], Any]) -> None:
        self.facts, self.tables, self.coded = facts, tables, coded
        self.made: dict[tuple[str, int, tuple[str, ...], str], History] = {}

    def of(self, table: str, row: int, path: tuple[str, ...], name: str) -> History:
        mark = table, row, path, name
        if mark not in self.made:
            self.made[mark] = self._link(table, row, path, name) if path else self._value(table, row, name)
        return self.made[mark]

    def _steps(self, table: str, row: int, name: str) -> list[tuple[int, Stored]]:
        """Day number and value; of a dated column nothing is known before its first day."""
        rows = self.facts.tables[table]
        if name not in rows.series:
            return [(0, rows.columns[name][row])]
        return [(0 if first is None else first.toordinal(), value) for first, value in rows.series[name][row]]

    def _value(self, table: str, row: int, name: str) -> History:
        steps = self._steps(table, row, name)
        found = [(day, (self.coded(v), MISSING if v is None else THERE)) for day, v in steps]
        return _history(found)

    def _link(self, table: str, row: int, path: tuple[str, ...], name: str) -> History:
        steps = self._steps(table, row, path[0])
        target = self.tables[table].column(path[0]).link
        found: list[tuple[int, tuple[Any, int]]] = []
        for (begin, to), end in zip(steps, [*(day for day, _ in steps[1:]), None], strict=True):
            if not isinstance(to, int):
                found.append((begin, (0, MISSING)))
                continue
            inner = self.of(target, to, path[1:], name)
            for day, value in zip(inner.days, inner.values, strict=True):
                if end is None or day < end:
                    kept = [f for f in found if f[0] < max(day, begin)]
                    found = [*kept, (max(day, begin), value)]
        return _history(found)


def _history(found: Sequence[tuple[int, tuple[Any, int]]]) -> History:
    whole = [*found] if found and found[0][0] == 0 else [(0, (0, UNKNOWN)), *found]
    return History(tuple(day for day, _ in whole), tuple(value for _, value in whole))


def mean(history: History, period: Period, unit: str) -> tuple[int, int, int]:
    """Sum, weight and state of a number over the days, or the months, on which it is known."""
    numbers = range(period.first.toordinal(), period.last.toordinal() + 1)
    held = [(number, *on_day(history, number)) for number in numbers]
    known = [(number, value, state) for number, value, state in held if state != UNKNOWN]
    if any(state == MISSING for _, _, state in known):
        return 0, 1, MISSING
    if unit == "months":
        months = {(date.fromordinal(n).replace(day=1), value) for n, value, _ in known}
        if len({month for month, _ in months}) < len(months):
            return 0, 1, UNKNOWN
        values = [value for _, value in months]
    else:
        values = [value for _, value, _ in known]
    return (sum(values), len(values), THERE) if values else (0, 1, UNKNOWN)


# ---- rows in windows, rows that go together ----

UNDATED, KEYLESS, NO_KEY, UNHIRED, BEFORE = -1, -2, -3, -4, -5
"""Why a row goes together with none: it has no day; a key is missing, or not known on its day; the day its person
was hired is missing, or later than its own."""


def seen(facts: Facts, table: str, period: Period, span: Span) -> list[int]:
    """1 for rows in the window, 0 for others; 2 where there is no telling, as the day hired is missing."""
    rows = facts.tables[table]
    starts = _starts(facts, table, span.hired)
    found: dict[Stored, windows.Stretch | None] = {}
    out: list[int] = []
    for start, owner, day in zip(starts, rows.owner, rows.day, strict=True):
        if span.hired and (owner is None or start is None):
            out.append(0 if owner is None else 2)
            continue
        if start not in found:
            found[start] = windows.window(span.kind, period, count=span.count, unit=span.unit, hired=_as_day(start))
        stretch = found[start]
        out.append(int(stretch is not None and day is not None and stretch.contains(day)))
    return out


def _starts(facts: Facts, table: str, hired: str) -> list[Stored]:
    """The day hired of each row's person; None where it is missing, and where none is asked for."""
    owners = facts.tables[table].owner
    if not hired:
        return [None] * len(owners)
    days = facts.tables[PEOPLE].columns[hired]
    return [None if owner is None else days[owner] for owner in owners]


def _as_day(start: Stored) -> date | None:
    return start if isinstance(start, date) else None


def restarts(facts: Facts, table: str, period: Period, span: Span | None) -> list[int]:
    """The day number on which the running total of each row begins anew; below 0 where it has none."""
    rows = facts.tables[table]
    kind, hired = ("period", "") if span is None else (span.kind, span.hired)
    starts = _starts(facts, table, hired)
    found: dict[tuple[date, Stored], int] = {}
    out: list[int] = []
    for start, owner, day in zip(starts, rows.owner, rows.day, strict=True):
        if day is None or (hired and owner is None):
            out.append(UNDATED)
        elif hired and start is None:
            out.append(UNHIRED)
        else:
            if (day, start) not in found:
                begin = windows.restart(kind, day, period, _as_day(start))
                found[day, start] = BEFORE if begin is None else begin.toordinal()
            out.append(found[day, start])
    return out


def own_periods(facts: Facts, table: str, period: Period) -> list[int]:
    """The first day number of each row's period; of a row without a day that of the period paid."""
    firsts = {day: period.around(day).first.toordinal() for day in set(facts.tables[table].day) if day is not None}
    return [period.first.toordinal() if day is None else firsts[day] for day in facts.tables[table].day]


def bunches(begins: Sequence[int], keys: Sequence[tuple[Sequence[Any], Sequence[int]]]) -> list[int]:
    """A number for the rows that begin alike and agree in all keys (values, states); below 0 for those that do not."""
    numbers: dict[tuple[Any, ...], int] = {}
    out: list[int] = []
    for row, begin in enumerate(begins):
        state = next((states[row] for _, states in keys if states[row] != THERE), THERE)
        if state != THERE:
            out.append(KEYLESS if state == MISSING else NO_KEY)
        elif begin < 0:
            out.append(begin)
        else:
            out.append(numbers.setdefault((begin, *(values[row] for values, _ in keys)), len(numbers)))
    return out
