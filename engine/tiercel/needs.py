"""What a period needs of other periods, told by the plan alone: facts of earlier days, and carried rows.

In: a plan and a period. Out: `Needs`. A host that supplies these rows supplies all that is read; without the
carried rows, facts from `replayed` on take their place.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tiercel.closings import name_of, recalls
from tiercel.history import Memory
from tiercel.opening import SETTLED
from tiercel.periods import Period, PeriodError, add_duration, add_months
from tiercel.plan import (
    Accrued,
    Aggregate,
    Const,
    DateOp,
    Node,
    PeriodPart,
    Plan,
    Running,
    Settlement,
    Slot,
    Step,
    Window,
)
from tiercel.program import children, nodes_of
from tiercel.windows import restart, window
from tiercel_dsl.scheme import CheckedScheme


@dataclass(frozen=True, slots=True, order=True)
class FactsNeeded:
    """Rows of a table dated from `first` to the period's end; `first` None: since ever."""

    table: str
    first: date | None


@dataclass(frozen=True, slots=True, order=True)
class CarriedNeeded:
    """Carried rows of a line, for the spans `level` that the period lies in: those of these periods. Of what the
    period before closed with `line` is its name, `level` the people or a group."""

    line: str
    level: str
    periods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Needs:
    """`facts` beside `carried` rows; `replayed`: the facts that are needed where nothing is carried.

    A refund needs its sale besides, and with it the sale's period; a row of another table that is needed needs
    the rows under it.
    """

    facts: tuple[FactsNeeded, ...]
    carried: tuple[CarriedNeeded, ...]
    replayed: tuple[FactsNeeded, ...]


def needs_of(scheme: CheckedScheme, plan: Plan, period: Period, begins: date) -> Needs:
    """What the version needs for the period; `begins`: the first day of all versions, from which on values and
    balances are worked out again."""
    reach = _Reach(plan)
    tables = [table.identity for table in scheme.tables if table.kind == "facts"]
    own = dict.fromkeys(tables, period.first) | reach.of_all(plan.steps, period)
    own |= dict.fromkeys(_open_rows(scheme, plan))
    carried = tuple(sorted([*(_carried(memory, period) for memory in _memories(plan)), *_closings(plan, period)]))
    before = (period.previous().name,) if plan.settlements else ()
    carried += tuple(CarriedNeeded(settlement.line, SETTLED, before) for settlement in plan.settlements)
    begin = period
    if recalls(plan) and begins < period.first:
        begin = period.around(begins)
    for memory in _memories(plan):
        begin = min(begin, period.around(_begin(memory, period)))
    replayed = own
    if begin != period:
        earlier = dict.fromkeys(tables, begin.first) | reach.of_all(plan.steps, begin)
        replayed = {table: _earlier(own[table], earlier[table]) for table in tables}
    if plan.settlements:
        replayed = dict.fromkeys(tables)
    return Needs(_told(own), tuple(c for c in carried if c.periods), _told(replayed))


def _open_rows(scheme: CheckedScheme, plan: Plan) -> set[str]:
    """The tables whose rows may have money open from any day on, and those that say what becomes of it."""
    found: set[str] = set()
    waiting = [number for settlement in plan.settlements for number in _asked(settlement)]
    seen: set[int] = set()
    while waiting:
        number = waiting.pop()
        if number in seen:
            continue
        seen.add(number)
        step = plan.step(number)
        found.add(step.level)
        for node in _inside(step):
            found |= {node.table} if isinstance(node, Aggregate | Running) else set()
            waiting += [node.step] if isinstance(node, Slot) else []
    facts = {table.identity: table for table in scheme.tables if table.kind == "facts"}
    found |= {name for name, table in facts.items() if table.reverses}
    return found & set(facts) if plan.settlements else set()


def _asked(settlement: Settlement) -> Iterator[int]:
    """The steps of a settlement."""
    yield from (*settlement.steps, *settlement.holds, *(n for pair in settlement.take_backs for n in pair))
    yield from () if settlement.share is None else (settlement.share,)
    for part in settlement.parts:
        yield from (part.share, part.due, *(() if part.when is None else (part.when,)))


def _told(days: dict[str, Any]) -> tuple[FactsNeeded, ...]:
    return tuple(FactsNeeded(table, day) for table, day in sorted(days.items()))


def _closings(plan: Plan, period: Period) -> Iterator[CarriedNeeded]:
    """The values of the period before."""
    for recall in recalls(plan):
        yield CarriedNeeded(name_of(recall), recall.level, (period.previous().name,))


def _memories(plan: Plan) -> Iterator[Memory]:
    found = {node for step in plan.steps for node in _inside(step) if isinstance(node, Accrued) and node.per}
    yield from sorted({Memory(node.line, node.per, node.hired) for node in found})


def _begin(memory: Memory, period: Period) -> date:
    """The earliest day of a span that a day of the period lies in; an own year may have begun a year ago."""
    if memory.hired:
        return _a_year_before(period.first) + timedelta(days=1)
    return restart(memory.per, period.first, period) or period.first


def _a_year_before(day: date) -> date:
    try:
        return add_months(day, -12)
    except PeriodError:
        return date.min


def _carried(memory: Memory, period: Period) -> CarriedNeeded:
    names: list[str] = []
    earlier, first = period, _begin(memory, period)
    while earlier.first > first:
        earlier = earlier.previous()
        names.append(earlier.name)
    return CarriedNeeded(memory.line, memory.per, tuple(reversed(names)))


def _earlier(one: date | None, other: date | None) -> date | None:
    return None if one is None or other is None else min(one, other)


class _Reach:
    """How far back the rows lie that a step reads, for one period: a row in a window has a window of its own."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.known: dict[tuple[int, date], dict[str, date | None]] = {}

    def of_all(self, steps: tuple[Step, ...], period: Period) -> dict[str, date | None]:
        return self._joined(self._of_step(step.number, period) for step in steps)

    def _of_step(self, number: int, period: Period) -> dict[str, date | None]:
        mark = (number, period.first)
        if mark not in self.known:
            self.known[mark] = {}
            nodes = [node for node in _inside(self.plan.step(number)) if isinstance(node, Slot | Aggregate | Running)]
            self.known[mark] = self._joined(self._of_node(node, period) for node in nodes)
        return self.known[mark]

    def _of_node(self, node: Slot | Aggregate | Running, period: Period) -> dict[str, date | None]:
        if isinstance(node, Slot):
            return self._of_step(node.step, period)
        first = period.first if node.window is None else _first_of(node.window, period)
        then = period if first is None or first >= period.first else period.around(first)
        inner = [n for part in (node.argument, node.where) for n in _nodes(part) if isinstance(n, Slot)]
        return self._joined([{node.table: first}, *(self._of_step(slot.step, then) for slot in inner)])

    def _joined(self, found: Any) -> dict[str, date | None]:
        out: dict[str, date | None] = {}
        for one in found:
            for table, day in one.items():
                out[table] = _earlier(out.get(table, date.max), day)
        return out


def _first_of(node: Window, period: Period) -> date | None:
    """The first day of a window; None where it depends on the data how far back it reaches."""
    if node.kind == "since_hire":
        return None
    if node.kind == "own_year":
        return _a_year_before(period.first) + timedelta(days=1)
    day = None if node.as_of is None else _day(node.as_of, period)
    if node.as_of is not None and day is None:
        return None
    found = window(node.kind, period, count=node.count, unit=node.unit, as_of=day)
    return period.first if found is None else found.first


def _day(node: Node, period: Period) -> date | None:
    """A day that follows from the period alone."""
    if isinstance(node, Const):
        return node.value if isinstance(node.value, date) else None
    if isinstance(node, PeriodPart) and node.part in ("first", "last") and node.of == "period":
        return period.first if node.part == "first" else period.last
    if isinstance(node, DateOp) and node.operator in ("later", "earlier"):
        day, count = _day(node.operands[0], period), node.operands[1]
        if day is None or not isinstance(count, Const) or not isinstance(count.value, Fraction):
            return None
        number = int(count.value) if node.operator == "later" else -int(count.value)
        return add_duration(day, 0, number) if node.months else add_duration(day, number)
    return None


def _inside(step: Step) -> Iterator[Any]:
    for node in nodes_of(step):
        yield from _nodes(node)


def _nodes(node: Any) -> Iterator[Any]:
    """A node and all that it is made of."""
    waiting = [] if node is None else [node]
    while waiting:
        at = waiting.pop()
        yield at
        waiting += children(at)
