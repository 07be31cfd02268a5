"""Steps that remember, as lines of the generated program.

In: what a line has come to, wherever it is read; the line when its amount is there. Out: reads of what earlier
periods came to, which is an array made at the border, and of what earlier rows did, which stands in a table of
the row's person, by span or by key. The rows of a person come in order, so one pass is enough.
"""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from tiercel.parts import Parts
from tiercel.plan import Accrued, Choose, Previous, Slot, Step
from tiercel.program import FAILURES, HOLDERS, MOMENTS, NotCompilable, Num, Wanted, children, nodes_of, times, wrapped
from tiercel_dsl.scheme import PEOPLE

_EVERY_KIND = frozenset(FAILURES)


class Accruals(Parts):
    """Writes what a line has come to before the row at hand."""

    def holder(self, table: str) -> tuple[str, str]:
        """Whose total a row adds to, and the level of the arrays that hold them."""
        if not self.has_owner(table):
            return self.owner(table), PEOPLE
        return self.cached(f"{self.array(Wanted('holder', table))}[i]"), HOLDERS

    def _accrued(self, node: Accrued, prior: Num | None) -> Num:
        over = 10**self.plan.digits
        inside = self.in_period(node.level)
        if inside:  # other rows belong to periods that are not worked out here
            self.fail_if(f"not ({inside})", "failure")
        earlier = self._earlier(node) if node.per else ""
        if node.level == PEOPLE:
            return Num(earlier, over)
        table = self._table_of(node)
        before = self.held(f"{table}.get({self._counted_with(node)}, 0)")
        return Num(self.held(f"{earlier} + {before}") if earlier else before, over)

    def _earlier(self, node: Accrued) -> str:
        memory = (node.line, node.per, node.hired)
        state = f"{self.array(Wanted('told', node.level, memory))}[i]"
        self.fail_if(f"{state} == 2", "failure")
        if node.hired:
            self.fail_if(f"{state} == 0", "absent")
        return self.cached(f"{self.array(Wanted('earlier', node.level, memory))}[i]")

    def _table_of(self, node: Accrued) -> str:
        """The amounts of the person's earlier rows, in smallest units."""
        number = next(n for n in self.plan.lines if self.plan.step(n).name == node.line)
        place = self._remembering(number).index(node)
        holder, holders = self.holder(node.level)
        table = f"{self.made(f'c{number}x{place}', holders)}[{holder}]"
        self.line(f"if {table} == 0:")
        self.line(f"    {table} = {{}}")
        return table

    def _counted_with(self, node: Accrued) -> str:
        if node.key is None:
            return self.cached(f"{self.array(Wanted('span', node.level, (node.line, node.per, node.hired)))}[i]")
        key = self.node(node.key)
        if isinstance(key.den, str):
            raise NotCompilable("a key that is a quotient")
        return self.held(key.num)

    def _remembering(self, number: int) -> list[Accrued]:
        """What the bodies of a line read of its earlier rows."""
        line = self.plan.step(number).name
        nodes = (node for step in self.plan.steps for node in _accrued_in(step) if node.line == line)
        return [node for node in nodes if node.level != PEOPLE]

    def tally(self, step: Step, value: str, den: int) -> None:
        """Add a row's line to what its person has; a row that has no such key is counted with none."""
        for node in self._remembering(step.number):
            inside = self.in_period(node.level)
            with self.net(_EVERY_KIND, lambda kind, state: ()):
                if inside:
                    self.fail_if(f"not ({inside})", "none")
                table = self._table_of(node)
                key = self._counted_with(node)
                amount = times(value, 10**self.plan.digits // den)
                self.line(f"{table}[{key}] = {table}.get({key}, 0) + {wrapped(amount)}")

    def bodies_of(self, step: Step) -> list[Step]:
        """The bodies of a line that are worked out row by row together with it: what one row has counted, the
        body of the next one reads."""
        if step.kind != "line" or not self._remembering(step.number):
            return []
        slots = (node for stage in step.stages if stage.kind == "variant" for node in _slots_in(stage.node))
        return sorted((self.plan.step(slot.step) for slot in slots), key=lambda body: body.number)

    def _previous(self, node: Previous, prior: Num | None) -> Num:
        """What the period before closed with, from an array made at the border."""
        path = (node.name, node.part, node.shown, node.reset, node.hired)
        state = f"{self.array(Wanted('closed', node.level, path, str(node.den)))}[i]"
        self.fail_if(f"{state} == 2", "failure")
        self.fail_if(f"{state} == 0", "absent")
        value = self.cached(f"{self.array(Wanted('closing', node.level, path, str(node.den)))}[i]")
        if node.shown in ("date", "datetime"):
            return Num(value, 1 if node.shown == "date" else MOMENTS, calendar=True)
        if node.den:
            return Num(value, node.den)
        return Num(value, self.cached(f"{self.array(Wanted('closing_over', node.level, path, '0'))}[i]"))

    _makers: ClassVar[dict[type, Callable[..., Num]]] = Parts._makers | {Accrued: _accrued, Previous: _previous}


def _slots_in(node: Any) -> Iterator[Slot]:
    """The bodies that a line chooses among."""
    assert isinstance(node, Choose)
    for _, value in node.cases:
        assert isinstance(value, Slot)
        yield value
    assert isinstance(node.otherwise, Slot)
    yield node.otherwise


def _accrued_in(step: Step) -> Iterator[Accrued]:
    waiting = list(nodes_of(step))
    while waiting:
        node = waiting.pop()
        if isinstance(node, Accrued):
            yield node
        waiting += children(node)
