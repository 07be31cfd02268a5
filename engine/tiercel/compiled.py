"""The compiled evaluator: the generated program over integer columns.

In: a scheme with its program, facts, a period, refunds. Out: a `CompiledRun`, every value asked for, equal
in every digit to the reference's; or None where something cannot be computed: then the reference, which
is the definition, says what and where. Columns are gathered once here; the program only adds.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

from tiercel.facts import Facts
from tiercel.index import Index
from tiercel.money import round_to
from tiercel.outcome import NO_VALUE, Line, Reversal
from tiercel.periods import Period, PeriodError, add_months, days_between, months_touched
from tiercel.plan import Plan
from tiercel.program import Program, Wanted
from tiercel_dsl.diagnostics import Diagnostic
from tiercel_dsl.scheme import PEOPLE, CheckedScheme, Table

MISSING, THERE, CHANGED = 0, 1, 2
_LAST_DAY = date.max.toordinal()


class Undecided(Exception):
    """The program met something it cannot compute, or rows it is not made for."""


@dataclass(frozen=True)
class Compiled:
    """A program made ready to run; pickles as its text."""

    program: Program

    @cached_property
    def functions(self) -> Mapping[str, Callable[..., int]]:
        """The loops; the names they may use besides their own are those of the calendar."""
        names: dict[str, Any] = {
            "add_days": _add_days,
            "add_months": _add_months,
            "days_between": _days_between,
            "months_touched": _months_touched,
            "whole": _whole,
        }
        exec(compile(self.program.source, "<scheme>", "exec"), names)
        return {name: names[name] for name, _, _ in self.program.order}

    def __getstate__(self) -> dict[str, Any]:
        return {"program": self.program}


def _add_days(day: int, days: int) -> int:
    if not 1 <= day + days <= _LAST_DAY:
        raise Undecided("a date that no calendar has")
    return day + days


def _add_months(day: int, months: int) -> int:
    try:
        return add_months(date.fromordinal(day), months).toordinal()
    except PeriodError as outside:
        raise Undecided("a date that no calendar has") from outside


def _days_between(first: int, last: int) -> int:
    return days_between(date.fromordinal(first), date.fromordinal(last))


def _months_touched(first: int, last: int) -> int:
    return months_touched(date.fromordinal(first), date.fromordinal(last))


def _whole(n: int, d: int) -> int:
    return n // d if n >= 0 else -(-n // d)


class Prepared:
    """Facts gathered into the arrays that a program wants; serves any number of runs."""

    def __init__(self, scheme: CheckedScheme, plan: Plan, compiled: Compiled, facts: Facts, period: Period) -> None:
        self.scheme, self.plan, self.facts, self.period = scheme, plan, facts, period
        self.compiled, self.program = compiled, compiled.program
        self.tables: dict[str, Table] = {t.identity: t for t in scheme.tables}
        self.index = Index(facts, period)
        self.columns = Columns(scheme, facts, period, self.program.texts)
        self.arrays = {name: self.columns.array(wanted) for name, wanted in self.program.wants.items()}
        self.blank = {name: self._blank(name, level) for name, level in self.program.makes.items()}
        day = (period.first.toordinal(), period.last.toordinal(), period.days, period.number)
        self.fixed = {level: (*self._range(level), *day) for _, level, _ in self.program.order}

    def _blank(self, name: str, level: str) -> list[Any]:
        return [-1 if name.startswith("p") else 0] * len(self.facts.tables[level].keys)

    def _range(self, level: str) -> tuple[int, int]:
        """Rows up to the period's end, from its start unless the program walks earlier rows too."""
        rows = self.facts.tables[level]
        if self.tables[level].kind != "facts":
            return 0, len(rows.keys)
        inside = self.index.in_period(level)
        end = inside[-1] + 1 if inside else sum(1 for day in rows.day if day is not None and day <= self.period.last)
        return (0 if level in self.program.early else inside[0] if inside else end), end


class CompiledRun:
    """One run of the program over prepared facts."""

    def __init__(self, prepared: Prepared, reversals: Sequence[Reversal] = ()) -> None:
        self.prepared = prepared
        self.reversals = tuple(reversals)
        self.taken_back: tuple[Line, ...] = ()
        arrays = {name: blank.copy() for name, blank in prepared.blank.items()}
        self.arrays: dict[str, list[Any]] = arrays
        given, functions = prepared.arrays, prepared.compiled.functions
        for number, (name, level, wanted) in enumerate(prepared.program.order):
            columns = [arrays[a] if a in arrays else given[a] for a in wanted]
            if functions[name](*prepared.fixed[level], *columns) >= 0:
                raise Undecided(name)
            if reversals:
                self._take_back(number)

    @property
    def scheme(self) -> CheckedScheme:
        return self.prepared.scheme

    @property
    def plan(self) -> Plan:
        return self.prepared.plan

    @property
    def facts(self) -> Facts:
        return self.prepared.facts

    @property
    def period(self) -> Period:
        return self.prepared.period

    @property
    def index(self) -> Index:
        return self.prepared.index

    @property
    def tables(self) -> Mapping[str, Table]:
        return self.prepared.tables

    @property
    def diagnostics(self) -> Sequence[Diagnostic]:
        return ()

    # ---- refunds ----

    def _take_back(self, loop: int) -> None:
        """What refunds take back of the lines that this loop made, added to what people receive."""
        placed, received = self.prepared.program.placed, self.prepared.program.received
        made = [n for n in self.plan.lines if placed[n] == loop and self.plan.step(n).level != PEOPLE]
        lines = [line for reversal in self.reversals for number in made for line in self._back(reversal, number)]
        scale = 10**self.plan.digits
        for line in lines:
            for number, steps in received.items():
                if line.step in steps:
                    self.arrays[f"v{number}"][line.person] += int(line.amount * scale)
        place = {reversal: position for position, reversal in enumerate(self.reversals)}
        steps_in_order = {number: position for position, number in enumerate(self.plan.lines)}
        both = [*self.taken_back, *lines]
        both.sort(key=lambda b: (place[b.refund] if b.refund else -1, steps_in_order[b.step]))
        self.taken_back = tuple(both)

    def _back(self, reversal: Reversal, number: int) -> Iterator[Line]:
        step = self.plan.step(number)
        for row in self.index.rows_of_sale(step.level, self.tables, reversal.sale_table, reversal.sale):
            value = self.lookup(number, row)
            person = self.facts.tables[step.level].owner[row]
            if value is NO_VALUE or person is None:
                continue
            amount = value * step.sign
            rounding = next(s.rounding for s in reversed(step.stages) if s.rounding is not None)
            back = round_to(reversal.after * amount, rounding) - round_to(reversal.before * amount, rounding)
            yield Line(number, step.level, row, person, -back, reversal)

    # ---- values ----

    def lookup(self, number: int, row: int) -> Any:
        """The value of a step for a row: a scalar or NO_VALUE."""
        if number not in self.prepared.program.kept:
            raise LookupError(f"step {number} is not kept by the program")
        home = self.prepared.program.homes[number]
        if home.flag and not self.arrays[home.flag][row]:
            return NO_VALUE
        stored = self.arrays[home.value][row]
        shown = self.plan.step(number).shown
        if shown == "yesno":
            return bool(stored)
        if shown in ("text", "row"):
            return self.prepared.columns.text(stored) if shown == "text" else stored
        if shown in ("date", "datetime"):
            return date.fromordinal(stored)
        return Fraction(stored, self.arrays[home.over][row] if home.over else home.den)


class Columns:
    """Arrays of integers aligned with the rows of a level, gathered over links once."""

    def __init__(self, scheme: CheckedScheme, facts: Facts, period: Period, texts: Sequence[str]) -> None:
        self.scheme, self.facts, self.period = scheme, facts, period
        self.tables = {t.identity: t for t in scheme.tables}
        self.codes: dict[str, int] = {text: code for code, text in enumerate(texts, 1)}
        self.made: dict[Wanted, list[Any]] = {}
        self.states: dict[Wanted, list[int]] = {}

    def text(self, code: int) -> str:
        return next(text for text, known in self.codes.items() if known == code)

    def array(self, wanted: Wanted) -> list[Any]:
        if wanted not in self.made:
            make = getattr(self, f"_{wanted.kind}")
            self.made[wanted] = make(wanted)
        return self.made[wanted]

    def _owner(self, wanted: Wanted) -> list[Any]:
        return [-1 if o is None else o for o in self.facts.tables[wanted.level].owner]

    def _day(self, wanted: Wanted) -> list[Any]:
        return [0 if d is None else d.toordinal() for d in self.facts.tables[wanted.level].day]

    def _stretch(self, wanted: Wanted) -> list[Any]:
        index = Index(self.facts, self.period)
        firsts = {d: index.period_of(d).first.toordinal() for d in set(self.facts.tables[wanted.level].day) if d}
        return [firsts.get(d, 0) for d in self.facts.tables[wanted.level].day if d is not None]

    def _index(self, wanted: Wanted) -> list[Any]:
        """Row at the end of the path; -1 where a link is empty, -2 where none was in force on the day."""
        table = wanted.level
        rows = list(range(len(self.facts.tables[table].keys)))
        days = self._days(wanted.level)
        for link in wanted.path:
            rows = [
                self._linked(table, link, row, day) if row >= 0 else row for row, day in zip(rows, days, strict=True)
            ]
            table = self.tables[table].column(link).link
        self._within(table, rows, days)
        return rows

    def _within(self, table: str, rows: list[int], since: list[date | None]) -> None:
        """Rows after the period's end have no values: a row of the period that links to one is for the reference."""
        if self.tables[table].kind != "facts":
            return
        end, days = self.period.last, self.facts.tables[table].day
        for row, own in zip(rows, since, strict=True):
            day = days[row] if row >= 0 and own is not None and own <= end else None
            if day is not None and day > end:
                raise Undecided(table)

    def _days(self, level: str) -> list[date | None]:
        rows = self.facts.tables[level]
        return list(rows.day) if self.tables[level].kind == "facts" else [None] * len(rows.keys)

    def _linked(self, table: str, link: str, row: int, day: date | None) -> int:
        rows = self.facts.tables[table]
        if link in rows.series:
            stored, state = self._in_force(rows.series[link][row], day or self.period.last)
            if state == CHANGED:
                return -2
        else:
            stored = rows.columns[link][row]
        return stored if isinstance(stored, int) else -1

    def _in_force(self, steps: Any, day: date) -> tuple[Any, int]:
        holding = [value for first, value in steps if first is None or first <= day]
        return (holding[-1], THERE) if holding else (0, CHANGED)

    def _column(self, wanted: Wanted) -> list[Any]:
        table, _, name = wanted.name.partition(".")
        rows = self.array(Wanted("index", wanted.level, wanted.path)) if wanted.path else None
        source = self.facts.tables[table]
        if name in source.series:
            return self._dated(wanted, table, name, rows)
        stored = [self._coded(v) for v in source.columns[name]]
        present = [MISSING if v is None else THERE for v in source.columns[name]]
        if rows is None:
            self.states[wanted] = present
            return stored
        self.states[wanted] = [present[r] if r >= 0 else CHANGED if r == -2 else MISSING for r in rows]
        return [stored[r] if r >= 0 else 0 for r in rows]

    def _dated(self, wanted: Wanted, table: str, name: str, rows: list[int] | None) -> list[Any]:
        days = self._days(wanted.level)
        targets = rows if rows is not None else list(range(len(days)))
        out: list[Any] = []
        states: list[int] = []
        series = self.facts.tables[table].series[name]
        for row, day in zip(targets, days, strict=True):
            value: Any = 0
            if row < 0:
                state = CHANGED if row == -2 else MISSING
            elif day is not None:
                value, state = self._in_force(series[row], day)
            else:
                value, state = self._unchanged(series[row])
            out.append(self._coded(value))
            states.append(MISSING if value is None else state)
        self.states[wanted] = states
        return out

    def _unchanged(self, steps: Any) -> tuple[Any, int]:
        """For the person as a whole: the one value of the period (decision 9)."""
        period = self.period
        inside = [value for first, value in steps if first is not None and period.first < first <= period.last]
        opening = [value for first, value in steps if first is None or first <= period.first]
        values = (opening[-1:] if opening else []) + inside
        if not values or any(value != values[0] for value in values):
            return 0, CHANGED
        return values[0], THERE

    def _coded(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.codes.setdefault(value, len(self.codes) + 1)
        if isinstance(value, bool):
            return int(value)
        if isinstance(value, date):
            return value.toordinal()
        return 0 if value is None else value

    def _state(self, wanted: Wanted) -> list[Any]:
        column = Wanted("column", wanted.level, wanted.path, wanted.name)
        self.array(column)
        return self.states[column]

    def _group(self, wanted: Wanted) -> list[Any]:
        """The row of group `name` that the row's person was in on the row's day, or on the period's last."""
        path = self.path_to_group(wanted.name)
        people = self.facts.tables[PEOPLE]
        if wanted.level == PEOPLE:
            return [self._walk(person, path, None) for person in range(len(people.keys))]
        rows = self.facts.tables[wanted.level]
        pairs = zip(rows.owner, rows.day, strict=True)
        return [self._walk(person, path, day) for person, day in pairs]

    def _walk(self, person: int | None, path: Sequence[str], day: date | None) -> int:
        table, row = PEOPLE, -1 if person is None else person
        for link in path:
            if row < 0:
                return -1
            row = self._linked(table, link, row, day)
            table = self.tables[table].column(link).link
        if row == -2:
            raise Undecided(table)
        return row

    def path_to_group(self, group: str) -> tuple[str, ...]:
        todo: list[tuple[str, tuple[str, ...]]] = [(PEOPLE, ())]
        while todo:
            table, path = todo.pop(0)
            if table == group:
                return path
            links = [c for c in self.tables[table].columns if c.link and c.link != table]
            groups = [c for c in links if self.tables[c.link].kind == "group" and len(path) < len(self.tables)]
            todo += [(c.link, (*path, c.identity)) for c in groups]
        return ()
