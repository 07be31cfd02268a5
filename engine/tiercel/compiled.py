"""The compiled evaluator: the generated program over integer columns.

In: a scheme with its program, facts, a period, refunds. Out: a `CompiledRun`, every value asked for, equal
in every digit to the reference's; or None where something cannot be computed: then the reference, which
is the definition, says what and where. Columns are gathered once here; the program only adds.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from math import gcd
from typing import Any

from tiercel import lookback
from tiercel.facts import Facts
from tiercel.history import Memory, NoPast, Past, Recall
from tiercel.index import NOBODY, Index
from tiercel.money import minor_units, round_to
from tiercel.outcome import BROKEN, NO_VALUE, Beside, Line, Reversal
from tiercel.periods import Period, PeriodError, add_months, as_day, days_between, months_touched
from tiercel.plan import Elsewhere, Plan, Received
from tiercel.program import HOLDERS, MOMENTS, QUOTES, THERE, Made, Program, Wanted, moment
from tiercel.rates import rate_table
from tiercel.uplines import tables_of
from tiercel.windows import restart
from tiercel_dsl.diagnostics import Diagnostic
from tiercel_dsl.scheme import PEOPLE, CheckedScheme, Table

MISSING, CHANGED = 0, 2  # beside THERE, of what a column holds for a row
_LAST_DAY = date.max.toordinal()
_BESIDE = frozenset(("elsewhere", "there", "ruled", "begins"))  # kinds of columns that tell of other versions


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
            "bisect_right": bisect_right,
            **lookback.CALENDAR,
            "gcd": gcd,
            "ratio": Fraction,
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
    """0 for a day that no calendar has."""
    return day + days if 1 <= day + days <= _LAST_DAY else 0


def _add_months(day: int, months: int) -> int:
    """0 for a day that no calendar has."""
    try:
        return add_months(date.fromordinal(day), months).toordinal()
    except (PeriodError, OverflowError):
        return 0


def _days_between(first: int, last: int) -> int:
    return days_between(date.fromordinal(first), date.fromordinal(last))


def _months_touched(first: int, last: int) -> int:
    return months_touched(date.fromordinal(first), date.fromordinal(last))


def _whole(n: int, d: int) -> int:
    return n // d if n >= 0 else -(-n // d)


def _moment(count: int) -> datetime:
    day, rest = divmod(count, MOMENTS)
    return datetime.combine(date.fromordinal(day), datetime.min.time()) + timedelta(microseconds=rest)


class Prepared:
    """Facts gathered into the arrays that a program wants; serves any number of runs."""

    def __init__(
        self, scheme: CheckedScheme, plan: Plan, compiled: Compiled, facts: Facts, period: Period,
        past: Past | None = None, beside: Beside | None = None,
    ) -> None:  # fmt: skip
        self.beside = beside
        self.scheme, self.plan, self.facts, self.period = scheme, plan, facts, period
        self.compiled, self.program = compiled, compiled.program
        self.tables = tables_of(scheme, plan)
        self.index = Index(facts, period)
        self.columns = Columns(scheme, self.tables, facts, period, self.program.texts, past or NoPast(), beside)
        self.arrays = {name: self.columns.array(wanted) for name, wanted in self.program.wants.items()}
        self.blank = {name: self._blank(made) for name, made in self.program.makes.items()}
        day = (period.first.toordinal(), period.last.toordinal(), period.days, period.number)
        self.fixed = {level: (*self._range(level), *day) for _, level, _ in self.program.order}

    def again(self, beside: Beside | None) -> "Prepared":
        """The same facts with something else beside them."""
        other = copy(self)
        other.beside, other.columns = beside, self.columns.again(beside)
        other.arrays = {name: other.columns.array(wanted) for name, wanted in self.program.wants.items()}
        return other

    def _blank(self, made: Made) -> list[int]:
        if made.level == HOLDERS:
            return [made.start] * (len(self.facts.tables[PEOPLE].keys) + 1)
        return [made.start] * len(self.facts.tables[made.level].keys)

    def _range(self, level: str) -> tuple[int, int]:
        """The rows of the period, or all rows where the program asks for others too."""
        rows = self.facts.tables[level]
        if self.tables[level].kind != "facts" or level in self.program.wide:
            return 0, len(rows.keys)
        inside = self.index.in_period(level)
        return (inside[0], inside[-1] + 1) if inside else (0, 0)


class CompiledRun:
    """One run of the program over prepared facts."""

    def __init__(
        self, prepared: Prepared, reversals: Sequence[Reversal] = (),
        dues: Mapping[tuple[str, int | None], Fraction] | None = None,
    ) -> None:  # fmt: skip
        self.prepared = prepared
        self.reversals = tuple(reversals)
        self.taken_back: tuple[Line, ...] = ()
        arrays = {name: blank.copy() for name, blank in prepared.blank.items()}
        self.arrays: dict[str, list[Any]] = arrays
        self.dues: Mapping[tuple[str, int | None], Fraction] = dues or {}
        self._owe()
        given, functions = prepared.arrays, prepared.compiled.functions
        before = CompiledRun(prepared) if reversals and prepared.program.steady else None
        for number, (name, level, wanted) in enumerate(prepared.program.order):
            if before is not None and name in prepared.program.steady:
                arrays.update({array: before.arrays[array] for array in prepared.program.steady[name]})
                continue
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

    @property
    def past(self) -> Past:
        return self.prepared.columns.past

    @property
    def beside(self) -> Beside | None:
        return self.prepared.beside

    def _owe(self) -> None:
        """What falls due to people of lines that are paid later, before they receive anything else."""
        scale = 10**self.plan.digits
        for step in self.plan.at_once.steps:
            node = step.stages[0].node
            if not isinstance(node, Received):
                continue
            for (line, person), amount in self.dues.items():
                if line in node.due and person is not None:
                    self.arrays[f"v{step.number}"][person] += int(amount * scale)

    # ---- refunds ----

    def _take_back(self, loop: int) -> None:
        """What refunds take back of the lines that this loop made, added to what people receive."""
        placed, received = self.prepared.program.placed, self.prepared.program.received
        made = [n for n in self.plan.lines if placed[n] == loop and self.plan.step(n).level != PEOPLE]
        lines = [line for reversal in self.reversals for number in made for line in self._back(reversal, number)]
        scale = 10**self.plan.digits
        for line in lines:
            for number, steps in received.items():
                if line.step in steps and line.person is not None:
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
            person = self.index.receiver(step, self.tables, row)
            if value is NO_VALUE or person == NOBODY:
                continue
            amount = value * step.sign
            rounding = next(s.rounding for s in reversed(step.stages) if s.rounding is not None)
            back = round_to(reversal.after * amount, rounding) - round_to(reversal.before * amount, rounding)
            yield Line(number, step.level, row, person, -back, reversal)

    # ---- values ----

    def guards(self, person: int) -> Iterator[Any]:
        """Every check holds: a program stops at one that fails."""
        return iter(())

    def lookup(self, number: int, row: int) -> Any:
        """The value of a step for a row: a scalar or NO_VALUE."""
        if number not in self.prepared.program.kept:
            raise LookupError(f"step {number} is not kept by the program")
        home = self.prepared.program.homes[number]
        state = self.arrays[home.flag][row] if home.flag else THERE
        if state != THERE:
            if state:  # of a row outside the period, which the lines of a refund lead to
                raise Undecided(self.plan.step(number).name)
            return NO_VALUE
        stored = self.arrays[home.value][row]
        shown = self.plan.step(number).shown
        if shown == "yesno":
            return bool(stored)
        if shown in ("text", "row"):
            return self.prepared.columns.text(stored) if shown == "text" else stored
        over = self.arrays[home.over][row] if home.over else home.den
        if home.calendar:
            return date.fromordinal(stored) if over == 1 else _moment(stored)
        return Fraction(stored, over)


class Columns:
    """Arrays of integers aligned with the rows of a level, gathered over links once."""

    def __init__(
        self, scheme: CheckedScheme, tables: Mapping[str, Table], facts: Facts, period: Period, texts: Sequence[str],
        past: Past, beside: Beside | None = None,
    ) -> None:  # fmt: skip
        self.beside = beside
        self.scheme, self.facts, self.period, self.past = scheme, facts, period, past
        self.tables = tables
        self.codes: dict[str, int] = {text: code for code, text in enumerate(texts, 1)}
        self.known = list(texts)
        self.made: dict[Wanted, list[Any]] = {}
        self.states: dict[Wanted, list[int]] = {}

    def again(self, beside: Beside | None) -> "Columns":
        """With everything that does not depend on what is beside."""
        other = copy(self)
        other.beside, other.made = beside, {w: made for w, made in self.made.items() if w.kind not in _BESIDE}
        return other

    def text(self, code: int) -> str:
        return self.known[code - 1]

    def array(self, wanted: Wanted) -> list[Any]:
        if wanted not in self.made:
            make = getattr(self, f"_{wanted.kind}")
            self.made[wanted] = make(wanted)
        return self.made[wanted]

    def _owner(self, wanted: Wanted) -> list[Any]:
        return [-1 if o is None else o for o in self.facts.tables[wanted.level].owner]

    def _day(self, wanted: Wanted) -> list[Any]:
        return [0 if d is None else d.toordinal() for d in self.facts.tables[wanted.level].day]

    def _holder(self, wanted: Wanted) -> list[Any]:
        nobody = len(self.facts.tables[PEOPLE].keys)
        return [nobody if o is None else o for o in self.facts.tables[wanted.level].owner]

    def _stretch(self, wanted: Wanted) -> list[Any]:
        index = Index(self.facts, self.period)
        days = self.facts.tables[wanted.level].day
        firsts = {d: index.period_of(d).first.toordinal() for d in set(days) if d is not None}
        return [0 if d is None else firsts[d] for d in days]

    def _earlier(self, wanted: Wanted) -> list[Any]:
        """What earlier periods came to, in smallest units; `told` is the state, `span` the first day of the span."""
        memory, rows = Memory(*wanted.path), self.facts.tables[wanted.level]
        amounts: list[int] = []
        states: list[int] = []
        spans: list[int] = []
        for row in range(len(rows.keys)):
            day = rows.day[row] if wanted.level != PEOPLE else self.period.last
            amount, state, first = self._earlier_of(memory, rows.owner[row], day)
            amounts.append(amount)
            states.append(state)
            spans.append(first)
        for kind, made in (("told", states), ("span", spans)):
            self.made[Wanted(kind, wanted.level, wanted.path)] = made
        return amounts

    def _earlier_of(self, memory: Memory, person: int | None, day: date | None) -> tuple[int, int, int]:
        if day is None or not self.period.contains(day):
            return 0, CHANGED, 0
        people = self.facts.tables[PEOPLE]
        if person is None:
            first = None if memory.hired else restart(memory.per, day, self.period)
            return 0, THERE, 0 if first is None else first.toordinal()
        hired = people.columns[memory.hired][person] if memory.hired else None
        if memory.hired and not isinstance(hired, date):
            return 0, MISSING, 0
        first = restart(memory.per, day, self.period, hired if isinstance(hired, date) else None)
        if first is None:
            return 0, THERE, 0
        found = self.past.earlier(self.period, memory, first, people.keys[person])
        if found.missing or found.broken:
            return 0, CHANGED, 0
        return int(found.amount * 10 ** minor_units(self.scheme.currency)), THERE, first.toordinal()

    def _told(self, wanted: Wanted) -> list[Any]:
        self.array(replace(wanted, kind="earlier"))
        return self.made[wanted]

    def _span(self, wanted: Wanted) -> list[Any]:
        self.array(replace(wanted, kind="earlier"))
        return self.made[wanted]

    def _closed(self, wanted: Wanted) -> list[Any]:
        self._gather_closings(wanted)
        return self.made[wanted]

    def _closing(self, wanted: Wanted) -> list[Any]:
        self._gather_closings(wanted)
        return self.made[wanted]

    def _closing_over(self, wanted: Wanted) -> list[Any]:
        self._gather_closings(wanted)
        return self.made[wanted]

    def _gather_closings(self, wanted: Wanted) -> None:
        """What the period before closed with: numbers over the denominator named, or each over its own."""
        name, part, shown, reset, hired = wanted.path
        recall, den = Recall(name, part, wanted.level, shown), int(wanted.name)
        found = [self._closed_with(recall, row, reset, hired) for row in range(len(self._rows_of(wanted.level)))]
        numbers = [self._number(value, den) for value, _ in found]
        arrays = {
            "closed": [s for _, s in found],
            "closing": [n for n, _ in numbers],
            "closing_over": [d for _, d in numbers],
        }
        self.made |= {replace(wanted, kind=kind): array for kind, array in arrays.items()}

    def _rows_of(self, level: str) -> Sequence[str]:
        return self.facts.tables[level].keys

    def _closed_with(self, recall: Recall, row: int, reset: str, hired: str) -> tuple[Any, int]:
        if reset:
            day = self.facts.tables[recall.level].columns[hired][row] if hired else None
            if hired and not isinstance(day, date):
                return None, CHANGED
            first = restart(reset, self.period.last, self.period, as_day(day) if isinstance(day, date) else None)
            if first is None or first >= self.period.first:
                return None, MISSING
        found = self.past.closed(self.period, recall, self._rows_of(recall.level)[row])
        if found.missing or found.broken:
            return None, CHANGED
        return (None, MISSING) if found.value is NO_VALUE else (found.value, THERE)

    def _number(self, value: Any, den: int) -> tuple[int, int]:
        """A value as a number over `den`, over its own if that is 0."""
        if not isinstance(value, Fraction):
            return self._coded(value), 1
        if den == 0:
            return value.numerator, value.denominator
        if den % value.denominator:
            raise Undecided("a value in smaller steps than the scheme has now")
        return value.numerator * (den // value.denominator), den

    def _elsewhere(self, wanted: Wanted) -> list[Any]:
        """What another version has for each row, in smallest units; `there` is whether it has anything."""
        beside = self.beside
        assert beside is not None
        source, what, step = wanted.path
        node = Elsewhere(source, what, int(step))
        found = self._beside(beside, node, wanted.level)
        if any(value is BROKEN for value in found):
            raise Undecided(source)
        self.made[replace(wanted, kind="there")] = [int(value is not NO_VALUE) for value in found]
        unit = 10 ** minor_units(self.scheme.currency)
        exact = [Fraction(0) if value is NO_VALUE else value * unit for value in found]
        if any(value.denominator != 1 for value in exact):
            raise Undecided(source)
        return [int(value) for value in exact]

    def _beside(self, beside: Beside, node: Elsewhere, level: str) -> list[Any]:
        """Of facts that both read alike, only rows of the period can have a value there."""
        count = len(self.facts.tables[level].keys)
        outcome = beside.sources.get(node.source)
        alike = outcome is not None and outcome.facts is beside.facts and outcome.period == self.period
        if not alike or self.tables[level].kind != "facts":
            return [beside.value(node, level, row) for row in range(count)]
        found: list[Any] = [NO_VALUE] * count
        for row in Index(self.facts, self.period).in_period(level):
            found[row] = beside.value(node, level, row)
        return found

    def _there(self, wanted: Wanted) -> list[Any]:
        self.array(replace(wanted, kind="elsewhere"))
        return self.made[wanted]

    def _ruled(self, wanted: Wanted) -> list[Any]:
        """By which version each row is ruled."""
        beside = self.beside
        assert beside is not None
        keys = self.facts.tables[wanted.level].keys
        if wanted.level in beside.made_of:
            return [beside.ruled(wanted.level, row) for row in range(len(keys))]
        marks, own = beside.rulings.marks.get(wanted.level, {}), beside.rulings.own
        return [marks.get(key, own) for key in keys] if marks else [own] * len(keys)

    def _begins(self, wanted: Wanted) -> list[Any]:
        """1 for people whom this version rules since this period."""
        assert self.beside is not None
        return [int(self.beside.begins(row)) for row in range(len(self.facts.tables[wanted.level].keys))]

    def _quote_keys(self, wanted: Wanted) -> list[Any]:
        return [key for key, _ in self._quoted(wanted.level)]

    def _quotes(self, wanted: Wanted) -> list[Any]:
        return [rate for _, rate in self._quoted(wanted.level)]

    def _quoted(self, table: str) -> list[tuple[int, int]]:
        """The rates of a table in the order of currency and day, which are one number."""
        quotes = rate_table(self.tables[table], self.facts.tables[table]).quotes
        return sorted(
            (self._coded(c) * QUOTES + q.day.toordinal(), q.rate) for c, found in quotes.items() for q in found
        )

    def _units(self, wanted: Wanted) -> list[Any]:
        """How many minor units the currency that a column names has; 1 where no row is there to name one."""
        codes = self.array(Wanted("column", wanted.level, wanted.path, wanted.name))
        units = {code: 10 ** minor_units(self.text(code)) for code in set(codes) if code}
        return [units.get(code, 1) for code in codes]

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
        return rows

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
            if value not in self.codes:
                self.known.append(value)
                self.codes[value] = len(self.known)
            return self.codes[value]
        if isinstance(value, bool):
            return int(value)
        if isinstance(value, datetime):
            return moment(value)
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

    def _unplaced(self, wanted: Wanted) -> list[Any]:
        """Rows of the period whose group is not known on their day leave every group without a sum."""
        placed = self.array(Wanted("group", wanted.name, (), wanted.level))
        rows: Sequence[int] = Index(self.facts, self.period).in_period(wanted.name)
        if wanted.span is not None:
            inside = self.array(Wanted("seen", wanted.name, span=wanted.span))
            rows = [row for row, state in enumerate(inside) if state]
        unknown = any(placed[row] == -2 for row in rows)
        return [int(unknown)] * len(self.facts.tables[wanted.level].keys)

    def _walk(self, person: int | None, path: Sequence[str], day: date | None) -> int:
        """-1 for no group, -2 where none was in force on the day."""
        table, row = PEOPLE, -1 if person is None else person
        for link in path:
            if row < 0:
                break
            row = self._linked(table, link, row, day)
            table = self.tables[table].column(link).link
        return row

    def _above(self, wanted: Wanted) -> list[Any]:
        """For each group its own row and those of all groups above it over the column `name`."""
        links = self.facts.tables[wanted.level].columns[wanted.name]
        out: list[list[int]] = []
        for row in range(len(links)):
            way, at = [row], links[row]
            while isinstance(at, int) and at not in way:
                way.append(at)
                at = links[at]
            out.append(way)
        return out

    def _members(self, wanted: Wanted) -> list[Any]:
        """For each row of a group the people in it on the period's last day, in the order of their keys."""
        keys = self.facts.tables[PEOPLE].keys
        out: list[list[int]] = [[] for _ in self.facts.tables[wanted.level].keys]
        for person in sorted(range(len(keys)), key=lambda row: keys[row]):
            group = self._walk(person, wanted.path, None)
            if group >= 0:
                out[group].append(person)
        return out

    # ---- other days ----

    def _seen(self, wanted: Wanted) -> list[Any]:
        assert wanted.span is not None
        return list(lookback.seen(self.facts, wanted.level, self.period, wanted.span))

    def _bunch(self, wanted: Wanted) -> list[Any]:
        """Of a running total by where it begins and by person or keys; of rows compared by their period, or window."""
        level, period, span = wanted.level, self.period, wanted.span
        keys: list[tuple[Sequence[Any], Sequence[int]]] = [
            (self.array(key), self.array(replace(key, kind="state"))) for key in self._keys(wanted)
        ]
        if wanted.name == "running":
            begins = lookback.restarts(self.facts, level, period, span)
            if not keys or (span is not None and span.hired):
                keys.append((self.facts.tables[level].owner, [THERE] * len(begins)))
        elif span is None:
            begins = lookback.own_periods(self.facts, level, period)
        else:
            begins = [0] * len(self.facts.tables[level].keys)
        return list(lookback.bunches(begins, keys))

    def _keys(self, wanted: Wanted) -> Iterator[Wanted]:
        return (Wanted("column", wanted.level, path, name) for path, name in wanted.keys)

    def _history(self, wanted: Wanted) -> list[Any]:
        table, _, name = wanted.name.partition(".")
        assert table
        rows = range(len(self.facts.tables[wanted.level].keys))
        return [self.histories.of(wanted.level, row, wanted.path, name) for row in rows]

    @cached_property
    def histories(self) -> lookback.Histories:
        return lookback.Histories(self.facts, self.tables, self._coded)

    def _means(self, wanted: Wanted) -> list[tuple[int, int, int]]:
        name, _, unit = wanted.name.rpartition(" ")
        histories = self.array(Wanted("history", wanted.level, wanted.path, name))
        known = {id(history): history for history in histories}
        found = {mark: lookback.mean(history, self.period, unit) for mark, history in known.items()}
        return [found[id(history)] for history in histories]

    def _mean(self, wanted: Wanted) -> list[Any]:
        return [total for total, _, _ in self._means(wanted)]

    def _weight(self, wanted: Wanted) -> list[Any]:
        return [weight for _, weight, _ in self._means(wanted)]

    def _known(self, wanted: Wanted) -> list[Any]:
        return [state for _, _, state in self._means(wanted)]

    def _calendar(self, wanted: Wanted) -> Any:
        rows = self.facts.tables[wanted.level].columns
        return dict(zip(rows[self.tables[wanted.level].key], rows[wanted.name], strict=True))

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
