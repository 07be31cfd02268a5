"""What a line has come to before the row at hand, for the reference evaluator.

In: a run, and a node that asks. Out: the sum over earlier periods of the span, as history tells it, and over the
person's earlier rows of the same span or key. Rows are worked out in order, so that each finds those before it.
"""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Protocol

from tiercel.history import Memory, Past, Sum
from tiercel.outcome import BROKEN, NO_VALUE, Outcome, owner_of
from tiercel.periods import Period
from tiercel.plan import Accrued, Node
from tiercel.reasons import At, Blocked, Failure, Incomputable
from tiercel.windows import restart
from tiercel_dsl.scheme import PEOPLE
from tiercel_dsl.source import Span


class Walk(Outcome, Protocol):
    """What is asked of a run."""

    @property
    def past(self) -> Past: ...
    def at(self, level: str, row: int) -> At: ...
    def lookup(self, number: int, row: int) -> Any: ...
    def node(self, node: Node, at: At, prior: Any = None) -> Any: ...
    def hired(self, person: int, column: str, at: At, span: Span) -> date: ...


@dataclass(slots=True)
class _Chain:
    """The rows that one cap counts together, in order, and what the line came to before each of them."""

    rows: list[int] = field(default_factory=list[int])
    place: dict[int, int] = field(default_factory=dict[int, int])
    before: dict[int, Fraction] = field(default_factory=dict[int, Fraction])
    total: Fraction = Fraction(0)
    done: int = 0  # rows that are in the total


class Chains:
    """The chains of one run, each made when first asked for."""

    def __init__(self, run: Walk) -> None:
        self.run = run
        self.known: dict[tuple[int, int | None, date], dict[int, _Chain]] = {}

    def accrued(self, node: Accrued, at: At) -> tuple[Sum, Fraction]:
        """What the line came to in earlier periods of the span, and in earlier rows of this one."""
        earlier = self._earlier(node, at) if node.per else Sum()
        return earlier, Fraction(0) if node.level == PEOPLE else self._in_rows_before(node, at)

    def _earlier(self, node: Accrued, at: At) -> Sum:
        run, person = self.run, owner_of(self.run, at.level, at.row)
        first = self._span_first(node, at)
        if person is None or first is None:
            return Sum()
        key = run.facts.tables[PEOPLE].keys[person]
        found = run.past.earlier(self._period(at), Memory(node.line, node.per, node.hired), first, key)
        if found.broken:
            raise Blocked
        if found.missing:
            begin = run.scheme.first.isoformat()
            raise Failure("E3311", node.span, period=found.missing, person=key, first=begin)
        return found

    def _period(self, at: At) -> Period:
        inside = at.day is None or self.run.period.contains(at.day)
        return self.run.period if inside or at.day is None else self.run.index.period_of(at.day)

    def _span_first(self, node: Accrued, at: At) -> date | None:
        """The first day of the span that the row lies in; None before the person's first day."""
        hired = None
        if node.hired:
            person = owner_of(self.run, at.level, at.row)
            if person is None:
                return None
            hired = self.run.hired(person, node.hired, At(PEOPLE, person, None), node.span)
        return restart(node.per, at.day or self.run.period.last, self.run.period, hired)

    def _in_rows_before(self, node: Accrued, at: At) -> Fraction:
        chain, plan = self._chain(node, at), self.run.plan
        number = next(n for n in plan.lines if plan.step(n).name == node.line)
        while chain.done < chain.place[at.row]:
            row = chain.rows[chain.done]
            chain.before.setdefault(row, chain.total)
            value = self.run.lookup(number, row)
            if value is BROKEN:
                raise Blocked
            chain.total += Fraction(0) if value is NO_VALUE else value
            chain.done += 1
        return chain.before.setdefault(at.row, chain.total)

    def _chain(self, node: Accrued, at: At) -> _Chain:
        """The person's rows of the period that the cap counts together with this one."""
        rows = self.run.facts.tables[node.level]
        owner, period = rows.owner[at.row], self._period(at)
        mark = (id(node), owner, period.first)
        if mark not in self.known:
            groups: dict[Any, _Chain] = {}
            days = ((row, rows.day[row]) for row in self.run.index.of_owner(node.level, owner))
            same = [row for row, day in days if day is not None and period.contains(day)]
            self.known[mark] = {row: chain for row in same if (chain := self._grouped(node, row, groups)) is not None}
        if at.row not in self.known[mark]:
            self._counted_with(node, at)  # says why it cannot be told
        return self.known[mark][at.row]

    def _grouped(self, node: Accrued, row: int, groups: dict[Any, _Chain]) -> _Chain | None:
        try:
            together = self._counted_with(node, self.run.at(node.level, row))
        except (Incomputable, Failure, Blocked):
            return None
        chain = groups.setdefault(together, _Chain())
        chain.place[row] = len(chain.rows)
        chain.rows.append(row)
        return chain

    def _counted_with(self, node: Accrued, at: At) -> Any:
        """What rows have in common that a cap counts together: the span, or the value of the key."""
        return self._span_first(node, at) if node.key is None else self.run.node(node.key, at)
