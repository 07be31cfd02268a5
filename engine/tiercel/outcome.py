"""What any evaluator hands over: values of steps by row, and the amounts people receive.

In: nothing. Out: the records and the protocol that results, traces and statements are made from, so that
they do not care which evaluator worked a value out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Final, Protocol, cast

from tiercel.facts import Facts
from tiercel.index import Index
from tiercel.periods import Period
from tiercel.plan import LEVEL, ROW, Elsewhere, Plan, Step, Upline
from tiercel_dsl.diagnostics import Diagnostic
from tiercel_dsl.scheme import PEOPLE, CheckedScheme, Table


class _Mark:
    """A value that is no value; pickles to itself."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __reduce__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return self.name


NO_VALUE: Final = _Mark("NO_VALUE")  # the row has no value or no line here
BROKEN: Final = _Mark("BROKEN")  # could not be computed, and was told


@dataclass(frozen=True, slots=True)
class Reversal:
    """A refund row and the share of its sale reversed before and after it, refunds of one sale in order."""

    table: str
    row: int
    sale_table: str
    sale: int
    before: Fraction
    after: Fraction
    day: date
    sale_day: date


@dataclass(frozen=True, slots=True)
class Line:
    """An amount for a person (None: the company): of step `step` for `row` of `level`; `refund` if it takes a
    sale's line back."""

    step: int
    level: str
    row: int
    person: int | None
    amount: Fraction
    refund: Reversal | None = None


@dataclass(frozen=True)
class Rulings:
    """By which version rows and people are paid, where it is not `own`: `marks` by table and key."""

    own: int
    begun: frozenset[str] = frozenset()  # people whom another version ruled in the period before
    marks: Mapping[str, Mapping[str, int]] = field(default_factory=dict[str, Mapping[str, int]])

    def of(self, level: str, key: str) -> int:
        return self.marks.get(level, {}).get(key, self.own)


@dataclass(frozen=True)
class Beside:
    """`sources`: other evaluations by name; `payouts`: amounts by person under a name of their own."""

    facts: Facts
    rulings: Rulings
    sources: "Mapping[str, Outcome]" = field(default_factory=dict[str, Any])
    payouts: Mapping[str, Mapping[str, Fraction]] = field(default_factory=dict[str, Mapping[str, Fraction]])
    made_of: Mapping[str, str] = field(default_factory=dict[str, str])  # tables of uplines → what they are made of
    _rows: dict[tuple[str, str], Mapping[str, int]] = field(default_factory=dict[Any, Any], compare=False, repr=False)

    def ruled(self, level: str, row: int) -> int:
        """Of a row made for somebody up a hierarchy, that of the row it was made for."""
        while level in self.made_of:
            level, row = self.made_of[level], int(self.facts.tables[level].columns[ROW][row])  # type: ignore[arg-type]
        return self.rulings.of(level, self.facts.tables[level].keys[row])

    def begins(self, person: int) -> bool:
        return self.facts.tables[PEOPLE].keys[person] in self.rulings.begun

    def value(self, node: Elsewhere, level: str, row: int) -> Any:
        """A scalar, NO_VALUE or BROKEN."""
        if node.source in self.payouts:
            return self.payouts[node.source].get(self.facts.tables[PEOPLE].keys[row], NO_VALUE)
        outcome = self.sources[node.source]
        there = self.place(node.source, outcome, level, row)
        if there is None:
            return NO_VALUE
        if node.what != "payout":
            return outcome.lookup(node.step, there)
        paid = outcome.lookup(outcome.plan.payout, there)
        return paid if paid is NO_VALUE or paid is BROKEN else paid + beyond(outcome, there)

    def place(self, source: str, outcome: "Outcome", level: str, row: int) -> int | None:
        """The same row over there; None where it has none, or one that belongs to another period."""
        if outcome.facts is self.facts:
            there: int | None = row
        else:
            if (source, level) not in self._rows:
                keys = outcome.facts.tables[level].keys if level in outcome.facts.tables else ()
                self._rows[source, level] = {key: at for at, key in enumerate(keys)}
            there = self._rows[source, level].get(self.facts.tables[level].keys[row])
        if there is None or outcome.tables[level].kind != "facts":
            return there
        day = outcome.facts.tables[level].day[there]
        return there if day is not None and outcome.period.contains(day) else None

    @property
    def diagnostics(self) -> Iterator[Diagnostic]:
        """What could not be computed there, as far as it was asked for."""
        for outcome in self.sources.values():
            yield from outcome.diagnostics
            if outcome.beside is not None:
                yield from outcome.beside.diagnostics


class Outcome(Protocol):
    """A finished evaluation, of whichever evaluator."""

    @property
    def scheme(self) -> CheckedScheme: ...
    @property
    def plan(self) -> Plan: ...
    @property
    def facts(self) -> Facts: ...
    @property
    def period(self) -> Period: ...
    @property
    def index(self) -> Index: ...
    @property
    def tables(self) -> Mapping[str, Table]: ...
    @property
    def reversals(self) -> Sequence[Reversal]: ...
    @property
    def taken_back(self) -> Sequence[Line]: ...
    @property
    def dues(self) -> Mapping[tuple[str, int | None], Fraction]: ...
    @property
    def diagnostics(self) -> Sequence[Diagnostic]: ...
    @property
    def beside(self) -> "Beside | None": ...
    @property
    def past(self) -> Any: ...  # a `history.Past`
    def lookup(self, number: int, row: int) -> Any: ...
    def guards(self, person: int) -> Iterator[Any]: ...


def beyond(outcome: Outcome, person: int) -> Fraction:
    """What falls due to somebody of lines that the version does not pay later: it comes on top of the payout."""
    lines = {settlement.line for settlement in outcome.plan.settlements}
    owed = (due for (line, who), due in outcome.dues.items() if who == person and line not in lines)
    return sum(owed, Fraction(0))


def paying(outcome: Outcome, person: int) -> tuple[Outcome, int]:
    """The evaluation by whose rules a person is paid, and his place there: another version may rule him."""
    beside = outcome.beside
    mark = None if beside is None else beside.ruled(PEOPLE, person)
    if beside is None or mark == beside.rulings.own:
        return outcome, person
    source = f"{mark} beside" if f"{mark} beside" in beside.sources else str(mark)
    if source not in beside.sources:
        return outcome, person
    other = beside.sources[source]
    row = beside.place(source, other, PEOPLE, person)
    return (outcome, person) if row is None else paying(other, row)


def lines_of(outcome: Outcome, person: int | None) -> Iterator[Line]:
    """The lines one person receives in the period, takebacks after the lines of their step; None: the company."""
    for number in outcome.plan.lines:
        step = outcome.plan.step(number)
        for row in outcome.index.received(step, outcome.tables, person):
            value = outcome.lookup(number, row)
            if value is not NO_VALUE and value is not BROKEN:
                yield Line(number, step.level, row, person, value * step.sign)
        yield from (b for b in outcome.taken_back if b.step == number and b.person == person)


def origin(outcome: Outcome, step: Step, row: int) -> tuple[str, int]:
    """The table and row that a line stands for: its own, or the group of the member who receives it; of a line up a
    hierarchy the row that it goes up from."""
    table = step.level
    upline = upline_of(outcome.plan, table)
    if upline is not None:
        return upline.source, cast("int", outcome.facts.tables[table].columns[ROW][row])
    for link in step.origin:
        rows = outcome.facts.tables[table]
        last = outcome.period.last
        series = rows.series.get(link)
        held = rows.columns[link][row] if series is None else [v for d, v in series[row] if d is None or d <= last][-1]
        table, row = outcome.tables[table].column(link).link, int(held)  # type: ignore[arg-type]
    return table, row


def upline_of(plan: Plan, table: str) -> Upline | None:
    """The upline whose rows a table holds; None of any table of the scheme."""
    return next((upline for upline in plan.uplines if upline.table == table), None)


def level_of(outcome: Outcome, step: Step, row: int) -> int | None:
    """How many levels up a line went; None of any other line."""
    if upline_of(outcome.plan, step.level) is None:
        return None
    return cast("int", outcome.facts.tables[step.level].columns[LEVEL][row])


def owner_of(outcome: Outcome, table: str, row: int) -> int | None:
    """Whose row it is; None of a row of a group, and of facts that are nobody's."""
    if outcome.tables[table].kind == "group":
        return None
    return row if table == PEOPLE else outcome.facts.tables[table].owner[row]
