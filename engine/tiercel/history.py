"""What earlier periods came to, as data: carried rows, and the sums that a run asks for.

In: carried rows, or amounts worked out again from the facts. Out: for a line, a person and a span the sum over
the periods before the one at hand, with the periods it comes from. Evaluators read history through it and
through nothing else.

A carried row says what a line came to for one receiver within one period, as far as that lies in one span:
level is the kind of span (year, own_year, quarter, half_year, month), key its first day. A period that an
anniversary cuts has a row on either side. Amounts are as the rule works them out: of a deduction what is
deducted. Refunds that the period takes back are in it.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Protocol

from tiercel.errors import FactsError, UsageError
from tiercel.money import minor_units, money_text
from tiercel.outcome import BROKEN, NO_VALUE, Line, Outcome, paying
from tiercel.periods import Period, as_day
from tiercel.windows import around, restart
from tiercel_dsl import scheme as checked
from tiercel_dsl.diagnostics import Cell, Diagnostic
from tiercel_dsl.scheme import PEOPLE, CheckedScheme

SPANS: Final = ("month", "quarter", "half_year", "year", "own_year")


@dataclass(frozen=True, slots=True, order=True)
class CarriedRow:
    """All text: `value` with as many digits as the currency has."""

    period: str
    hash: str
    name: str
    level: str
    key: str
    receiver: str
    currency: str
    value: str


@dataclass(frozen=True, slots=True)
class Carried:
    """What the periods so far hand on to the next: rows of `carried.csv`."""

    rows: tuple[CarriedRow, ...] = ()

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Any]]) -> "Carried":
        """From mappings with the names of the columns; raises FactsError E3312 for a column left out."""
        names = tuple(f.name for f in fields(CarriedRow))
        given = [{name: str(row.get(name, "")) for name in names} for row in rows]
        return cls(tuple(CarriedRow(**row) for row in given))

    @classmethod
    def read(cls, path: str | Path) -> "Carried":
        """A carried.csv."""
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            return cls.of(csv.DictReader(file))

    def text(self) -> str:
        """The rows as the text of a carried.csv, sorted."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([f.name for f in fields(CarriedRow)])
        writer.writerows([getattr(row, f.name) for f in fields(row)] for row in sorted(self.rows))
        return out.getvalue()


# ---- what a scheme remembers ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Memory:
    """A line whose amounts in earlier periods of a span are wanted; `hired`: the people's column of own years."""

    line: str
    per: str
    hired: str = ""


def memories(scheme: CheckedScheme) -> tuple[Memory, ...]:
    """What the lines of a scheme remember."""
    found = {
        Memory(line.identity, step.per, step.hired)
        for line in scheme.lines
        for body in (line.body, *(exception.body for exception in line.exceptions))
        for step in body.steps
        if isinstance(step, checked.Cap | checked.LessEarlier) and step.per
    }
    return tuple(sorted(found))


# ---- what runs ask -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sum:
    """What a line came to over earlier periods, oldest first; `missing`: one of which nothing is known."""

    parts: tuple[tuple[str, Fraction], ...] = ()
    missing: str = ""
    broken: bool = False  # an earlier period cannot be worked out again: that was told

    @property
    def amount(self) -> Fraction:
        return sum((amount for _, amount in self.parts), Fraction(0))


@dataclass(frozen=True, slots=True, order=True)
class Recall:
    """A name whose value of the period before is wanted; `part` of a kpi or account, line, payout, or ''.

    `level`: the people or a group; `kind`: of what it is there, to read it from a carried row.
    """

    name: str
    part: str
    level: str
    kind: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Closed:
    """What a name closed with a period ago, NO_VALUE where there was nothing; `missing`, `broken` as of `Sum`."""

    value: Any = NO_VALUE
    period: str = ""
    missing: str = ""
    broken: bool = False


class Sums(Protocol):
    """The sums of the periods before `period` within the span that begins on `first`."""

    def earlier(self, period: Period, memory: Memory, first: date, person: str) -> Sum: ...


class Past(Sums, Protocol):
    """Besides, what the period right before `period` closed with."""

    def closed(self, period: Period, recall: Recall, key: str) -> Closed: ...


class NoPast:
    """Nothing was before."""

    def earlier(self, period: Period, memory: Memory, first: date, person: str) -> Sum:
        return Sum()

    def closed(self, period: Period, recall: Recall, key: str) -> Closed:
        return Closed()


@dataclass(frozen=True)
class Since:
    """The sums of another past, of some lines only from a day on: what begins anew with a version."""

    past: Past
    lines: frozenset[str]
    first: date

    def earlier(self, period: Period, memory: Memory, first: date, person: str) -> Sum:
        found = self.past.earlier(period, memory, first, person)
        if memory.line not in self.lines:
            return found
        names = {one.name for one in _before(period, max(first, self.first))}
        return Sum(tuple(part for part in found.parts if part[0] in names), found.missing, found.broken)

    def closed(self, period: Period, recall: "Recall", key: str) -> "Closed":
        return self.past.closed(period, recall, key)


def past_seen_by(scheme: CheckedScheme, past: Past) -> Past:
    """What was before, as a version sees it: some of it begins anew with the version."""
    carried = () if scheme.transition is None else scheme.transition.carried
    anew = frozenset(c.identity for c in carried if (c.kind, c.how) == ("line", "restarts"))
    return Since(past, anew, scheme.first) if anew else past


@dataclass(frozen=True)
class Posted:
    """A refund of a sale of an earlier period: the sale's period without it and with it, and the lines it takes."""

    before: Outcome
    after: Outcome
    lines: tuple[Line, ...]

    @cached_property
    def people(self) -> Mapping[str, int]:
        return {key: at for at, key in enumerate(self.after.facts.tables[PEOPLE].keys)}


@dataclass(frozen=True)
class Replay:
    """A period worked out, the hash of its version, and the refunds of earlier sales that it takes back."""

    run: Outcome
    version: str
    posted: tuple[Posted, ...] = ()
    paid: Callable[[], Mapping[str, Fraction]] | None = None  # where money moves later: what it paid, with all of that

    @cached_property
    def people(self) -> Mapping[str, int]:
        return {key: at for at, key in enumerate(self.run.facts.tables[PEOPLE].keys)}

    def of(self, person: str) -> tuple[Outcome, int]:
        """The evaluation by whose rules a person was paid, and his place in it."""
        return paying(self.run, self.people[person])


class Replaying(Protocol):
    """Who can work earlier periods out from the facts."""

    def replay(self, period: Period) -> Replay | None:
        """None where no version was in force."""
        ...

    def speaks_of(self, period: Period, person: str) -> bool:
        """Whether the facts hold a row of the person in the period."""
        ...

    def was_there(self, period: Period, person: str) -> bool:
        """Whether the person had come by the end of the period, as far as the people tell."""
        ...


class Remembered:
    """Sums out of carried rows, and out of the facts for periods that no carried row tells of.

    Each sum is worked out once. Pickled, it holds the sums that were asked for.
    """

    def __init__(self, carried: "Ledger", source: Replaying | None) -> None:
        self.carried, self.source = carried, source
        self.known: dict[tuple[date, Memory, date, str], Sum] = {}
        self.amounts: dict[tuple[Period, Memory, date, str], Fraction] = {}
        self.versions: dict[date, str] = {}  # first day of a period worked out again -> hash of its version
        self.read = False  # whether a carried row was of use

    def __getstate__(self) -> dict[str, Any]:
        return vars(self) | {"source": None}

    def knowing(self, other: "Remembered") -> "Remembered":
        """The same with what another has worked out from the same facts of earlier periods."""
        self.known, self.amounts = dict(other.known), dict(other.amounts)
        self.versions, self.read = dict(other.versions), other.read
        return self

    @property
    def replayed(self) -> bool:
        return bool(self.amounts)

    def earlier(self, period: Period, memory: Memory, first: date, person: str) -> Sum:
        mark = (period.first, memory, first, person)
        if mark not in self.known:
            self.known[mark] = self._sum(period, memory, first, person)
        return self.known[mark]

    def _sum(self, period: Period, memory: Memory, first: date, person: str) -> Sum:
        """Oldest first, so that each period finds those before it worked out."""
        parts: list[tuple[str, Fraction]] = []
        for earlier in reversed(list(_before(period, first))):
            if self.carried.covers(earlier, memory):
                self.read = True
                parts.append((earlier.name, self.carried.amount(earlier, memory, first, person)))
                continue
            amount = self._amount(earlier, memory, first, person)
            if amount is None:
                return Sum(missing=earlier.name)
            if amount is BROKEN:
                return Sum(broken=True)
            parts.append((earlier.name, amount))
        return Sum(tuple(parts))

    def _amount(self, period: Period, memory: Memory, first: date, person: str) -> Any:
        """BROKEN where it cannot be worked out, None where nobody knows."""
        source, mark = self.source, (period, memory, first, person)
        if source is None or mark in self.amounts:
            return self.amounts.get(mark, Fraction(0))
        if not source.was_there(period, person) and not source.speaks_of(period, person):
            return Fraction(0)
        replay = source.replay(period)
        if replay is None:
            return None if source.speaks_of(period, person) else Fraction(0)
        amount = amount_in(replay, memory, first, person)
        if amount is not BROKEN:
            self.amounts[mark] = amount
            self.versions[period.first] = replay.version
        return amount


def _before(period: Period, first: date) -> Iterator[Period]:
    """The periods before `period` that reach into the span which begins on `first`, the latest first."""
    while period.first > first:
        period = period.previous()
        yield period


# ---- what a period comes to ----------------------------------------------------------------------------------


def amount_in(replay: Replay, memory: Memory, first: date, person: str) -> Any:
    """What the line comes to for the person in the period, as far as it lies in the span; BROKEN if it cannot be."""
    if person not in replay.people:
        return Fraction(0)
    run, at = replay.of(person)
    total: Any = BROKEN if any(passed is BROKEN for passed in run.guards(at)) else _total(run, memory, first, at)
    if total is BROKEN:
        return BROKEN
    total += sum(_backs(run, run.taken_back, memory, first, at), Fraction(0))
    for posted in replay.posted:
        total += posted_amount(posted, memory, first, person)
    return total


def _total(run: Outcome, memory: Memory, first: date, person: int) -> Any:
    values = list(_values_in(run, memory, first, person))
    if any(value is BROKEN for value in values):
        return BROKEN
    return sum((value for value in values if value is not NO_VALUE), Fraction(0))


def steps_of_line(run: Outcome, line: str) -> list[int]:
    """The steps that emit the line, none in a version that did not have it."""
    return [n for n in run.plan.lines if run.plan.step(n).name == line]


def first_of_span(run: Outcome, memory: Memory, person: int, day: date) -> date | None:
    """The first day of the span that holds the day; None before the person's first day."""
    hired = run.facts.tables[PEOPLE].columns[memory.hired][person] if memory.hired else None
    return restart(memory.per, day, run.period, as_day(hired) if isinstance(hired, date) else None)


def _values_in(run: Outcome, memory: Memory, first: date, person: int) -> Iterator[Any]:
    """What the person receives of the line's rows in the span."""
    for number in steps_of_line(run, memory.line):
        step = run.plan.step(number)
        days = run.facts.tables[step.level].day if run.tables[step.level].kind == "facts" else None
        for row in run.index.received(step, run.tables, person):
            day = run.period.last if days is None else days[row]
            if day is not None and first_of_span(run, memory, person, day) == first:
                yield run.lookup(number, row)


def _backs(run: Outcome, lines: Iterable[Line], memory: Memory, first: date, person: int) -> Iterator[Fraction]:
    """What refunds take of the line's rows in the span."""
    for line in lines:
        step = run.plan.step(line.step)
        day = run.facts.tables[line.level].day[line.row] if line.level != PEOPLE else run.period.last
        own = step.name == memory.line and line.person == person and day is not None
        if own and day is not None and first_of_span(run, memory, person, day) == first:
            yield line.amount * step.sign


def posted_amount(posted: Posted, memory: Memory, first: date, person: str) -> Fraction:
    """What a late refund changes of the line in the sale's period, posted in a later one."""
    at = posted.people.get(person)
    if at is None:
        return Fraction(0)
    runs = [paying(run, at) for run in (posted.before, posted.after)]
    totals = [_total(run, memory, first, place) for run, place in runs]
    changed = Fraction(0) if BROKEN in totals else totals[1] - totals[0]
    return changed + sum(_backs(posted.after, posted.lines, memory, first, at), Fraction(0))


# ---- carried rows as they are read and written ---------------------------------------------------------------


@dataclass(frozen=True)
class Ledger:
    """Carried rows, read: amounts by period, what is remembered, first day of the span, receiver."""

    rows: Mapping[tuple[str, str, str], Mapping[tuple[date, str], Fraction]]

    def covers(self, period: Period, memory: Memory) -> bool:
        return (period.name, memory.line, memory.per) in self.rows

    def amount(self, period: Period, memory: Memory, first: date, person: str) -> Fraction:
        """Who has no row received nothing."""
        return self.rows[period.name, memory.line, memory.per].get((first, person), Fraction(0))


def ledger(carried: Carried, currency: str, parse: Callable[[str], Period]) -> Ledger:
    """The rows, read; raises FactsError E3312 with every cell that cannot be."""
    out: dict[tuple[str, str, str], dict[tuple[date, str], Fraction]] = {}
    found: list[Diagnostic] = []
    for number, row in enumerate(carried.rows, 2):
        if row.level not in SPANS or not row.receiver:
            continue
        first, value = _day(row.key), _amount(row.value)
        known = out.setdefault((row.period, row.name, row.level), {})
        wrong = _wrong_columns(row, currency, parse)
        if first is not None and value is not None:
            wrong += ["value"] if known.setdefault((first, row.receiver), value) != value else []
        found += [bad_cell(number, column, str(getattr(row, column))) for column in wrong]
    if found:
        raise FactsError(found, "the carried rows have faults")
    return Ledger(out)


def _wrong_columns(row: CarriedRow, currency: str, parse: Callable[[str], Period]) -> list[str]:
    wrong = ["key"] if _day(row.key) is None else []
    amount = _amount(row.value)
    wrong += ["value"] if amount is None or (amount * 10 ** minor_units(currency)).denominator != 1 else []
    wrong += ["currency"] if row.currency != currency else []
    try:
        parse(row.period)
    except UsageError:
        wrong.append("period")
    return wrong


def bad_cell(number: int, column: str, seen: str) -> Diagnostic:
    return Diagnostic("E3312", facts={"column": column}, seen=seen or "–", cell=Cell("carried", number, column))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _amount(text: str) -> Fraction | None:
    bare = text.removeprefix("-").replace(".", "", 1)
    return Fraction(text) if bare.isascii() and bare.isdecimal() and text[-1] != "." else None


def handed_on(replay: Replay, past: Remembered, carried: Carried, wanted: Sequence[Memory]) -> Carried:
    """What the period hands on: what it was handed or had to work out, and its own amounts, as far as a later
    period of the same span can ask for them. Raises FactsError E3311."""
    run = replay.run
    period, digits = run.period, run.plan.digits
    unknown = unknown_before(run, past, wanted)
    if unknown:
        raise FactsError(unknown)
    out = {_mark(row): row for row in carried.rows if row.period != period.name}
    for (earlier, memory, first, person), amount in past.amounts.items():
        row = _row(earlier, past.versions[earlier.first], memory, first, person, run.scheme.currency, amount, digits)
        out[_mark(row)] = row
    for memory in wanted:
        for first, person in _spans_of(run, memory):
            amount = amount_in(replay, memory, first, person)
            if amount is not BROKEN:
                row = _row(period, replay.version, memory, first, person, run.scheme.currency, amount, digits)
                out[_mark(row)] = row
    return Carried(tuple(sorted(row for row in out.values() if _goes_on(row, period))))


def unknown_before(run: Outcome, past: Sums, wanted: Sequence[Memory]) -> list[Diagnostic]:
    """Ask for everybody's sums, whoever has rows in this period: E3311 where nobody knows one."""
    names = {line.identity: line.names.shown(run.scheme.language) for line in run.scheme.lines}
    found: list[Diagnostic] = []
    for memory in wanted:
        for first, person in _spans_of(run, memory):
            missing = past.earlier(run.period, memory, first, person).missing
            if missing:
                told = {"line": names.get(memory.line, memory.line), "person": person, "period": missing}
                told |= {"first": run.scheme.first.isoformat()}
                found.append(Diagnostic("E3311", facts=told, subject=person))
    return found


def _mark(row: CarriedRow) -> tuple[str, ...]:
    return row.period, row.name, row.level, row.key, row.receiver


def _row(
    period: Period, version: str, memory: Memory, first: date, person: str, currency: str, amount: Fraction, digits: int
) -> CarriedRow:
    value = money_text(amount, digits)
    return CarriedRow(period.name, version, memory.line, memory.per, first.isoformat(), person, currency, value)


def _spans_of(run: Outcome, memory: Memory) -> Iterator[tuple[date, str]]:
    """For everybody the spans that the period's amounts lie in."""
    steps = [run.plan.step(number) for number in steps_of_line(run, memory.line)]
    levels = sorted({step.level for step in steps if run.tables[step.level].kind == "facts"})
    for at, person in enumerate(run.facts.tables[PEOPLE].keys):
        dated = [run.period.last]
        for level in levels:
            days = run.facts.tables[level].day
            dated += [day for row in run.index.of_person(level, at) if (day := days[row]) is not None]
        for first in sorted({first for day in dated if (first := first_of_span(run, memory, at, day)) is not None}):
            yield first, person


def _goes_on(row: CarriedRow, period: Period) -> bool:
    """Whether the span of the row reaches beyond the period."""
    first = _day(row.key)
    if row.level not in SPANS or first is None:
        return True
    span = around(row.level, first, period, first)
    return span is not None and span.last > period.last
