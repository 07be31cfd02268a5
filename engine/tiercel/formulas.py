"""Nodes of a plan as expressions of the generated program.

In: a node, and the loop at hand. Out: the value as `Num`, an integer expression over a denominator known now
or kept in a local; before it whatever lines it needs. One method per kind of node, entered in `_makers`; a
node or an operator that is not there is not compilable.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from math import gcd, lcm
from typing import Any, ClassVar

from tiercel.buckets import lookup_helper
from tiercel.facts import RATE_DIGITS, digits_of
from tiercel.ladders import Ladders, with_den
from tiercel.lookback import KEYLESS, NO_KEY
from tiercel.money import FINEST, Rounding, RoundingMode, round_to
from tiercel.plan import (
    ROW,
    Aggregate,
    Arith,
    AsOf,
    Choose,
    Column,
    Compare,
    Const,
    Dated,
    DateOp,
    Elsewhere,
    Logic,
    Lookup,
    Node,
    PeriodPart,
    Plan,
    Prior,
    Received,
    RowKey,
    Ruled,
    Running,
    Slot,
    Tier,
    Window,
)
from tiercel.program import (
    MINUTE,
    MOMENTS,
    QUOTES,
    UNSAID,
    Home,
    NotCompilable,
    Num,
    Span,
    Wanted,
    children,
    common,
    day_of,
    fixed,
    is_number,
    moment,
    moment_of,
    nodes_of,
    scale,
    times,
    within,
    wrapped,
)
from tiercel.rates import OLDEST
from tiercel.uplines import tables_of
from tiercel.writer import Writer
from tiercel_dsl import scheme as checked
from tiercel_dsl.scheme import PEOPLE, CheckedScheme

_SIGNS = ("=", "!=", "<", "<=", ">", ">=")
_MEAN = ("mean", "weight", "known")


class Formulas(Writer):
    """Writes expressions into the loop at hand."""

    def __init__(self, scheme: CheckedScheme, plan: Plan) -> None:
        super().__init__()
        self.scheme, self.plan = scheme, plan
        self.tables = tables_of(scheme, plan)
        self.homes: dict[int, Home] = {}
        self.placed: dict[int, int] = {}  # step → number of the loop that makes it
        self.ready: dict[int, int] = {}  # step → first loop number that may read it from another row
        self.helpers: dict[str, str] = {}
        self.helper_names: dict[Any, str] = {}
        self.texts: dict[str, int] = {}
        self.received: dict[int, tuple[int, ...]] = {}
        self.constants: dict[int, Num] = {}
        self.wide = _wide(plan, self.tables)
        self.ladders = Ladders(self)
        self.read_elsewhere: set[int] = set()

    def gathers(self, number: int) -> bool:
        """Whether the values of a step are made in the loops of other rows."""
        node = self.plan.step(number).stages[0].node
        return self.plan.step(number).kind == "hidden" and isinstance(node, Aggregate | Received)

    def text_code(self, text: str) -> int:
        return self.texts.setdefault(text, len(self.texts) + 1)

    # ---- the row at hand ----

    def owner(self, level: str) -> str:
        return "i" if level == PEOPLE else self.cached(f"{self.array(Wanted('owner', level))}[i]")

    def has_owner(self, level: str) -> str:
        """A condition where the person credited may be left out; '' where there always is one."""
        if level == PEOPLE:
            return ""
        table = self.tables[level]
        while not table.credited and table.parent:
            if table.column(table.parent).optional:
                return f"{self.owner(level)} >= 0"
            table = self.tables[table.column(table.parent).link]
        if table.credited and not table.column(table.credited).optional:
            return ""
        return f"{self.owner(level)} >= 0"

    def in_period(self, level: str) -> str:
        """A condition for rows outside the period, in a loop that also walks those; else ''."""
        if level not in self.wide:
            return ""
        return f"first <= {self.cached(self.array(Wanted('day', level)) + '[i]')} <= last"

    def may_be_undated(self, level: str) -> bool:
        """Whether a row may be without a day: where its parent, whose day it has, may be left out."""
        table = self.tables[level]
        while not table.record_date and table.parent:
            if table.column(table.parent).optional:
                return True
            table = self.tables[table.column(table.parent).link]
        return not table.record_date or table.column(table.record_date).optional

    # ---- what other versions have ----

    def _elsewhere(self, node: Elsewhere, prior: Num | None) -> Num:
        path = (node.source, "payout" if node.what == "payout" else "value", str(node.step))
        there = f"{self.array(Wanted('there', self.loop.level, path))}[i]"
        if node.what == "there":
            return Num(f"({there} == 1)")
        self.fail_if(f"{there} == 0", "none")
        return Num(self.cached(f"{self.array(Wanted('elsewhere', self.loop.level, path))}[i]"), 10**self.plan.digits)

    def _ruled(self, node: Ruled, prior: Num | None) -> Num:
        if node.begins:
            return Num(f"({self.array(Wanted('begins', self.loop.level))}[i] == 1)")
        return Num(f"({self.cached(self.array(Wanted('ruled', self.loop.level)) + '[i]')} == {node.version})")

    # ---- nodes ----

    def node(self, node: Node, prior: Num | None = None) -> Num:
        """The value of a node: lines before it if it needs any, and an expression."""
        make: Callable[[Any, Any, Num | None], Num] | None = self._makers.get(type(node))
        if make is None:
            raise NotCompilable(type(node).__name__)
        return make(self, node, prior)

    def truth(self, node: Node, prior: Num | None = None) -> str:
        return self.node(node, prior).num

    def _const(self, node: Const, prior: Num | None) -> Num:
        return self.scalar(node.value)

    def scalar(self, value: Any) -> Num:
        if isinstance(value, bool):
            return Num(str(int(value)))
        if isinstance(value, Fraction):
            return Num(str(value.numerator), value.denominator)
        if isinstance(value, str):
            return Num(str(self.text_code(value)))
        if isinstance(value, datetime):
            return Num(str(moment(value)), MOMENTS, calendar=True)
        assert isinstance(value, date)
        return Num(str(value.toordinal()), calendar=True)

    def _prior(self, node: Prior, prior: Num | None) -> Num:
        assert prior is not None
        return prior

    def _dated(self, node: Dated, prior: Num | None) -> Num:
        if len(node.values) == 1 and node.values[0][:2] == (None, None):
            return self.scalar(node.values[0][2])
        day = self.held(self._day_of_record() if node.as_of is None else day_of(self.node(node.as_of, prior)))
        values = [self.scalar(value) for _, _, value in node.values]
        den = common(*values)
        if not den:
            raise NotCompilable("days and moments in one parameter")
        conditions = [within(day, first, end) for first, end, _ in node.values]
        if node.values[0][0] is not None or node.values[-1][1] is not None:
            self.fail_if(f"not ({' or '.join(conditions)})")
        text = times(values[-1].num, scale(values[-1].den, den))
        for condition, value in zip(conditions[-2::-1], values[-2::-1], strict=True):
            text = f"{times(value.num, scale(value.den, den))} if {condition} else {text}"
        return Num(self.held(f"({text})"), den, values[0].calendar)

    def _column(self, node: Column, prior: Num | None) -> Num:
        if node.mean:
            return self._mean(node)
        if node.as_of is not None:
            return self._on_day(node, self.node(node.as_of, prior))
        level = self.loop.level
        wanted = Wanted("column", level, node.path, f"{node.table}.{node.name}")
        column = self.tables[node.table].column(node.name)
        if self.may_be_missing(level, node.path, gaps(column)):
            state = self.array(Wanted("state", level, node.path, f"{node.table}.{node.name}"))
            self.fail_if(f"{state}[i] == 2", "failure")
            self.fail_if(f"{state}[i] == 0", "absent")
        den, calendar = self._shape(node)
        return Num(self.cached(f"{self.array(wanted)}[i]"), den, calendar)

    def _shape(self, node: Column) -> tuple[int, bool]:
        """The denominator of a column's integers, and whether they are days or moments."""
        table = self.tables[node.table]
        column = table.column(node.name)
        kind = column.type.kind.value
        den = 10 ** digits_of(table, column, self.scheme.currency) if column.type.numeric else 1
        return MOMENTS if kind == "datetime" else den, kind in ("date", "datetime")

    def _on_day(self, node: Column, day: Num) -> Num:
        history = self.array(Wanted("history", self.loop.level, node.path, f"{node.table}.{node.name}"))
        value, state = self.fresh(), self.fresh("state")
        self.line(f"{value}, {state} = on_day({history}[i], {day_of(day)})")
        self.fail_if(f"{state} == 2", "failure")
        self.fail_if(f"{state} == 0", "absent")
        return Num(value, *self._shape(node))

    def _mean(self, node: Column) -> Num:
        name = f"{node.table}.{node.name} {node.mean}"
        total, weight, known = (self.array(Wanted(k, self.loop.level, node.path, name)) for k in _MEAN)
        self.fail_if(f"{known}[i] == 2", "failure")
        self.fail_if(f"{known}[i] == 0", "absent")
        den, _ = self._shape(node)
        return Num(self.held(f"{total}[i]"), self.held(times(f"{weight}[i]", den)))

    def may_be_missing(self, level: str, path: tuple[str, ...], missing: bool) -> bool:
        table = level
        for link in path:
            column = self.tables[table].column(link)
            missing = missing or gaps(column)
            table = column.link
        return missing

    def _row_key(self, node: RowKey, prior: Num | None) -> Num:
        index = self._index(node.path)
        return Num(index)

    def _index(self, path: tuple[str, ...]) -> str:
        if not path:
            return "i"
        index = self.cached(f"{self.array(Wanted('index', self.loop.level, path))}[i]")
        if self.may_be_missing(self.loop.level, path, missing=False):
            self.fail_if(f"{index} < -1", "failure")
            self.fail_if(f"{index} == -1", "absent")
        return index

    def _slot(self, node: Slot, prior: Num | None) -> Num:
        if node.step in self.constants:
            self._index(node.path)  # a link on the way may be empty all the same
            return self.constants[node.step]
        home = self.homes[node.step]
        same_loop = self.loops[self.placed[node.step]] is self.loop
        if not node.path and same_loop and not self.gathers(node.step):
            if home.flag:
                self.fail_as(f"f{node.step}", home.kinds)
            return Num(f"n{node.step}", f"d{node.step}" if home.over else home.den, home.calendar)
        return self.stored(node.step, self._index(node.path))

    def stored(self, number: int, row: str) -> Num:
        """The value of a step out of its arrays."""
        home, step = self.homes[number], self.plan.step(number)
        inner = step.stages[0].node
        self.read_elsewhere.add(number)
        if isinstance(inner, Aggregate):
            row = self._bunch_of(inner, row)
            if inner.window is not None and isinstance(inner.window.as_of, Slot):
                self.stored(inner.window.as_of.step, row)
        if isinstance(inner, Aggregate) and self.may_be_unplaced(inner):
            wanted = Wanted("unplaced", inner.scope, (), inner.table, span_of(inner.window))
            self.fail_if(f"{self.array(wanted)}[{row}]", "failure")
        if home.flag:
            self.fail_as(f"{self.made(home.flag, step.level)}[{row}]", home.kinds)
        value = f"{self.made(home.value, step.level)}[{row}]"
        over: int | str = home.den
        if home.over:
            over = self.held(f"{self.made(home.over, step.level)}[{row}]")
        if home.count:
            count = self.held(f"{self.made(home.count, step.level)}[{row}]")
            self.fail_if(f"{count} == 0")
            if isinstance(inner, Aggregate) and inner.function == "average":
                over = self.held(times(count, over))
        return Num(value, over, home.calendar)

    def _bunch_of(self, node: Aggregate, row: str) -> str:
        """Where the total of a row's keys is kept; other rows' are kept by row."""
        if not node.per:
            return row
        place = self.held(f"{self.array(bunch_of(node))}[{row}]")
        self.fail_if(f"{place} == {NO_KEY}", "failure")
        self.fail_if(f"{place} == {KEYLESS}", "absent")
        day = f"{self.array(Wanted('day', node.table))}[{row}]"
        if node.window is not None and node.table in self.wide:  # of rows of other periods the window is another
            self.fail_if(f"{day} and not first <= {day} <= last", "broken")
        return place

    def may_be_unplaced(self, node: Aggregate) -> bool:
        """Whether a person may have been in no group that is known, on the day of a row."""
        if node.up or node.scope == PEOPLE or node.table == PEOPLE:
            return False
        above = [t for t in self.tables.values() if t.kind != "facts"]
        return any(column.dated and column.link for table in above for column in table.columns)

    def _period_part(self, node: PeriodPart, prior: Num | None) -> Num:
        calendar = node.part in ("first", "last")
        if node.of == "period":
            return Num(node.part, calendar=calendar)
        hired = "0"
        if node.of == "own_year":
            hired = self.node(Column(PEOPLE, node.hired, node.path), None).num
        value = self.held(f'part_of("{node.of}", "{node.part}", last, {hired})')
        if node.of == "own_year":
            self.fail_if(f"{value} < 0")
        return Num(value, calendar=calendar)

    def _rate_of_day(self, node: AsOf, prior: Num | None) -> Num:
        """A rate: the last place up to currency and day in the keys of the table, if it is young enough."""
        day = self.held(day_of(self.node(node.day, prior)) if node.day is not None else self._day_of_record())
        keys = self.array(Wanted("quote_keys", node.table))
        key, place = self.fresh(), self.fresh()
        self.line(f"{key} = {times(self.node(node.key, prior).num, QUOTES)} + {day}")
        self.line(f"{place} = bisect_right({keys}, {key}) - 1")
        self.fail_if(f"{place} < 0 or {keys}[{place}] < {key} - {OLDEST}", "failure")
        return Num(f"{self.array(Wanted('quotes', node.table))}[{place}]", 10**RATE_DIGITS)

    def _day_of_record(self) -> str:
        """The day of the row at hand, as a number; of a row without one, and of a person, the period's last."""
        level = self.loop.level
        if self.tables[level].kind != "facts":
            return "last"
        day = f"{self.array(Wanted('day', level))}[i]"
        return f"({day} or last)" if level in self.wide and self.may_be_undated(level) else day

    # ---- arithmetic ----

    def _arith(self, node: Arith, prior: Num | None) -> Num:
        values = [None if o is None else self.node(o, prior) for o in node.operands]
        if node.operator == "part":
            return self._part(values)
        ready = [v for v in values if v is not None]
        if node.operator in ("add", "subtract"):
            return self.added(ready[0], ready[1], 1 if node.operator == "add" else -1)
        if node.operator in ("multiply", "share"):
            return self.multiplied(ready[0], ready[1])
        if node.operator == "divide":
            return self.divided(ready[0], ready[1])
        if node.operator == "minus":
            return Num(f"-{wrapped(ready[0].num)}", ready[0].den)
        if node.operator == "ceiling":
            return Num(f"-(-{wrapped(ready[0].num)} // {ready[0].den})")
        if node.operator == "cap":
            return self._cap(ready)
        if node.operator not in ("min", "max"):
            raise NotCompilable(node.operator)
        ready = self._alike(ready)
        result = ready[0]
        for value in ready[1:]:
            result = self.chosen(result, value, "<=" if node.operator == "min" else ">=")
        return result

    def _alike(self, values: Sequence[Num]) -> list[Num]:
        """Beside a date a moment counts as its day."""
        if not values[0].calendar or len({v.den for v in values}) == 1:
            return list(values)
        if all(isinstance(v.den, int) for v in values):
            return [Num(self.held(day_of(v)), 1, calendar=True) for v in values]
        moments = self.fresh("is")
        self.line(f"{moments} = {' and '.join(f'{v.den} == {MOMENTS}' for v in values)}")
        over = self.held(f"({MOMENTS} if {moments} else 1)")
        return [Num(self.held(f"({v.num} if {moments} else {day_of(v)})"), over, calendar=True) for v in values]

    def _cap(self, values: Sequence[Num]) -> Num:
        amount, limit, accrued, step = values
        rest, over = self.added(limit, accrued, -1), int(step.num)
        top = wrapped(times(rest.num, step.den))
        whole = self.held(
            f"{top} // {rest.den * over if isinstance(rest.den, int) else wrapped(times(rest.den, over))}"
        )
        room = Num(times(whole, over), step.den)
        return self.chosen(amount, self.chosen(room, Num("0"), ">="), "<=")

    def _part(self, values: list[Num | None]) -> Num:
        whole, above, up_to = values
        assert whole is not None
        top = whole if up_to is None else self.chosen(whole, up_to, "<=")
        rest = top if above is None else self.added(top, above, -1)
        return self.chosen(rest, Num("0"), ">=")

    def added(self, left: Num, right: Num, sign: int) -> Num:
        operator = "+" if sign > 0 else "-"
        if isinstance(left.den, int) and isinstance(right.den, int):
            den = lcm(left.den, right.den)
            a, b = times(left.num, den // left.den), times(right.num, den // right.den)
            return Num(f"({a} {operator} {wrapped(b)})", den)
        if left.den == right.den:
            return Num(f"({left.num} {operator} {wrapped(right.num)})", left.den)
        a = times(left.num, right.den)
        b = times(right.num, left.den)
        return Num(f"({a} {operator} {wrapped(b)})", self._product(left.den, right.den))

    def over_one(self, left: Num, right: Num) -> tuple[Num, Num]:
        """Both over one denominator, in locals."""
        if left.den == right.den:
            return self.kept(left), self.kept(right)
        den: int | str = common(left, right)
        if isinstance(left.den, int) and isinstance(right.den, int):
            pair = times(left.num, scale(left.den, den)), times(right.num, scale(right.den, den))
        else:
            den = self._product(left.den, right.den)
            pair = times(left.num, right.den), times(right.num, left.den)
        return Num(self.held(pair[0]), den), Num(self.held(pair[1]), den)

    def _product(self, left: int | str, right: int | str) -> int | str:
        if isinstance(left, int) and isinstance(right, int):
            return left * right
        if left == 1 or right == 1:
            return right if left == 1 else left
        return self.held(f"{left} * {right}")

    def multiplied(self, left: Num, right: Num) -> Num:
        for number, other in ((left, right), (right, left)):
            if is_number(number.num) and isinstance(number.den, int) and isinstance(other.den, int):
                return self._by_constant(other, int(number.num), number.den)
        return Num(f"{wrapped(left.num)} * {wrapped(right.num)}", self._product(left.den, right.den))

    def _by_constant(self, value: Num, p: int, q: int) -> Num:
        assert isinstance(value.den, int)
        common = gcd(p, value.den * q) or 1
        return Num(times(value.num, p // common), value.den * q // common)

    def divided(self, left: Num, right: Num) -> Num:
        if is_number(right.num) and int(right.num) > 0 and isinstance(right.den, int):
            return self.multiplied(left, Num(str(right.den), int(right.num)))
        top = self.held(times(left.num, right.den))
        below = self.fresh("q")
        self.line(f"{below} = {times(right.num, left.den)}")
        self.fail_if(f"{below} == 0")
        value = self.fresh()
        self.line(f"{value} = {top}")
        self.line(f"if {below} < 0:")
        self.line(f"    {value} = -{value}")
        self.line(f"    {below} = -{below}")
        return Num(value, below)

    def chosen(self, left: Num, right: Num, sign: str) -> Num:
        """The one of two that stands on the `sign` side: least or greatest."""
        if isinstance(left.den, int) and isinstance(right.den, int):
            den = lcm(left.den, right.den)
            a = self.held(times(left.num, den // left.den))
            b = self.held(times(right.num, den // right.den))
            return Num(f"({a} if {a} {sign} {b} else {b})", den, left.calendar)
        if left.den == right.den:
            a, b = self.held(left.num), self.held(right.num)
            return Num(f"({a} if {a} {sign} {b} else {b})", left.den, left.calendar)
        a, b = self.held(left.num), self.held(right.num)
        first = self.fresh("is")
        self.line(f"{first} = {times(a, right.den)} {sign} {times(b, left.den)}")
        value, over = self.fresh(), self.fresh("over")
        self.line(f"{value} = {a} if {first} else {b}")
        self.line(f"{over} = {left.den} if {first} else {right.den}")
        return Num(value, over)

    def rounded(self, value: Num, rounding: Rounding) -> Num:
        """The one formula: value / step to a whole number, times step."""
        p, q = rounding.step.numerator, rounding.step.denominator
        if isinstance(value.den, int):
            common = gcd(q, value.den * p)
            factor, den = q // common, value.den * p // common
            if den == 1:
                return Num(times(value.num, factor * p), q)
            if is_number(value.num):
                exact = round_to(Fraction(int(value.num), value.den), rounding)
                return Num(str(exact.numerator * (q // exact.denominator)), q)
            if rounding.mode is RoundingMode.half_up:
                return Num(self.held(times(self._half_up(times(value.num, factor), den), p)), q)
            text = f"{rounding.mode}({times(value.num, factor)}, {den})"
        else:
            text = f"{rounding.mode}({times(value.num, q)}, {times(value.den, p)})"
        return Num(self.held(times(text, p)), q)

    def rounded_by_row(self, value: Num, unit: Column) -> Num:
        """To the minor unit of the row's own currency; stored with the digits of the finest."""
        wanted = Wanted("units", self.loop.level, unit.path, f"{unit.table}.{unit.name}")
        units = self.held(f"{self.array(wanted)}[i]")
        text = f"half_up({times(value.num, units)}, {value.den}) * ({10**FINEST} // {units})"
        return Num(self.held(text), 10**FINEST)

    def _half_up(self, num: str, den: int) -> str:
        """The commonest rounding, written out: a call would cost more than the rounding."""
        x, half = self.held(num), den >> 1
        return f"(({x} + {half}) // {den} if {x} >= 0 else -(({half} - {x}) // {den}))"

    # ---- conditions ----

    def _compare(self, node: Compare, prior: Num | None) -> Num:
        left, *rest = [self.node(o, prior) for o in node.operands]
        if node.operator == "in":
            held = self.kept(left)
            return Num(f"({' or '.join(self._identical(held, r) for r in rest)})")
        if node.operator not in _SIGNS:
            raise NotCompilable(node.operator)
        return Num(self.compared(left, node.operator, rest[0]))

    def _identical(self, left: Num, right: Num) -> str:
        """A condition: the same value; a moment is not its day."""
        if not left.calendar or left.den == right.den:
            return self.compared(left, "=", right)
        if isinstance(left.den, int) and isinstance(right.den, int):
            return "False"
        return f"({left.den} == {right.den} and {left.num} == {right.num})"

    def compared(self, left: Num, operator: str, right: Num) -> str:
        sign = "==" if operator == "=" else operator
        if left.den == right.den:
            return f"({left.num} {sign} {right.num})"
        if left.calendar:
            return self._days_compared(left, sign, right)
        if isinstance(left.den, int) and isinstance(right.den, int):
            den = lcm(left.den, right.den)
            a, b = times(left.num, den // left.den), times(right.num, den // right.den)
        else:
            a, b = times(left.num, right.den), times(right.num, left.den)
        return f"({a} {sign} {b})"

    def _days_compared(self, left: Num, sign: str, right: Num) -> str:
        """Two moments as such, anything else by the day."""
        days = f"({day_of(left)} {sign} {day_of(right)})"
        if isinstance(left.den, int) and isinstance(right.den, int):
            return days
        return f"({left.num} {sign} {right.num} if {left.den} == {right.den} else {days})"

    def _logic(self, node: Logic, prior: Num | None) -> Num:
        if node.operator in ("present", "missing"):
            there = self._present(node.operands[0], prior)
            return Num(there if node.operator == "present" else f"(not {there})")
        if node.operator == "not":
            return Num(f"(not {self.truth(node.operands[0], prior)})")
        if node.operator == "multiple":
            left, right = (self.node(o, prior) for o in node.operands)
            top, below = self.held(times(left.num, right.den)), self.held(times(right.num, left.den))
            self.fail_if(f"{below} == 0")
            return Num(f"({top} % {below} == 0)")
        if node.operator not in ("and", "or"):
            raise NotCompilable(node.operator)
        return self._junction(node, prior)

    def _junction(self, node: Logic, prior: Num | None) -> Num:
        """Left to right; what needs lines of its own runs only if it is reached."""
        simple: list[str] = []
        rest = list(node.operands)
        while rest:
            trial = self.trial()
            text = self.truth(rest[0], prior)
            if simple and self.wrote_since(trial):
                self.undo(trial)
                break
            simple.append(text)
            rest.pop(0)
        joined = f" {node.operator} ".join(simple)
        if not rest:
            return Num(f"({joined})")
        value = self.fresh("is")
        self.line(f"{value} = {joined}")
        for operand in rest:
            with self.block(f"if {value}:" if node.operator == "and" else f"if not {value}:"):
                self.line(f"{value} = {self.truth(operand, prior)}")
        return Num(value)

    def _present(self, node: Node, prior: Num | None) -> str:
        if isinstance(node, Column) and node.as_of is None and not node.mean:
            column = self.tables[node.table].column(node.name)
            if not self.may_be_missing(self.loop.level, node.path, gaps(column)):
                return "1"
            state = self.array(Wanted("state", self.loop.level, node.path, f"{node.table}.{node.name}"))
            self.fail_if(f"{state}[i] == 2", "failure")
            return f"({state}[i] == 1)"
        ok = self.fresh("ok")
        self.line(f"{ok} = 1")
        with self.net(UNSAID, lambda kind, state: (f"{ok} = 0",), ok):
            self.node(node, prior)
        return ok

    def _choose(self, node: Choose, prior: Num | None) -> Num:
        prior = None if prior is None else self.kept(prior)
        simple = self._either(node, prior)
        if simple is not None:
            return simple
        chosen = Chosen(self.fresh(), self.fresh("over"), self.fresh("is"), self.fresh("is"))
        self.line(f"{chosen.value} = 0")
        over = self.later()
        self.line(f"{chosen.found} = 0")
        unique = node.unique and len(node.cases) > 1
        if unique:
            self.line(f"{chosen.clash} = 0")
        for position, (condition, case) in enumerate(node.cases):
            header = f"if {self._guarded(condition, prior, chosen.found, first=position == 0 or unique)}:"
            with self.block(header):
                self._take(self.node(case, prior), chosen, check=unique and position > 0)
        with self.block(f"if not {chosen.found}:"):
            if node.otherwise is None:
                self.fail_if("True")
            else:
                self._take(self.node(node.otherwise, prior), chosen, check=False)
        result = self._settled(chosen, over)
        if unique:
            self.fail_if(chosen.clash, "failure")
        return result

    def _either(self, node: Choose, prior: Num | None) -> Num | None:
        """One case and an otherwise that need no lines of their own: one expression."""
        if len(node.cases) != 1 or node.otherwise is None:
            return None
        trial = self.trial()
        condition = self.truth(node.cases[0][0], prior)
        inner = self.trial()
        yes, no = self.node(node.cases[0][1], prior), self.node(node.otherwise, prior)
        den = common(yes, no)
        if self.wrote_since(inner) or not den:
            self.undo(trial)
            return None
        a, b = times(yes.num, scale(yes.den, den)), times(no.num, scale(no.den, den))
        return Num(f"({a} if {condition} else {b})", den, yes.calendar)

    def _guarded(self, condition: Node, prior: Num | None, found: str, first: bool) -> str:
        if first:
            return self.truth(condition, prior)
        test = self.fresh("is")
        self.line(f"{test} = 0")
        with self.block(f"if not {found}:"):
            self.line(f"{test} = {self.truth(condition, prior)}")
        return test

    def _take(self, value: Num, chosen: "Chosen", check: bool) -> None:
        """Assign a case's value; the lines are written when all denominators are known (`_settled`)."""
        value = self.kept(value) if check else value
        chosen.taken.append((value, self.later(), check))
        self.line(f"{chosen.found} = 1")

    def _settled(self, chosen: "Chosen", over: str) -> Num:
        """Bring all cases over one denominator if there is one, else carry it along."""
        den = common(*(value for value, _, _ in chosen.taken))
        self.fill(over, *([] if den else [f"{chosen.over} = 1"]))
        for value, place, check in chosen.taken:
            num = times(value.num, scale(value.den, den)) if den else value.num
            lines = [f"{chosen.value} = {num}"] + ([] if den else [f"{chosen.over} = {value.den}"])
            if check:
                found = f"if {chosen.found} and {self._clash(chosen, value, num, den)}:"
                lines = [found, f"    {chosen.clash} = 1", *lines]
            self.fill(place, *lines)
        return Num(chosen.value, den or chosen.over, chosen.taken[0][0].calendar)

    def _clash(self, chosen: "Chosen", value: Num, num: str, den: int) -> str:
        if den:
            return f"{chosen.value} != {num}"
        if value.calendar:
            return f"({chosen.value} != {num} or {chosen.over} != {value.den})"
        return f"{times(chosen.value, value.den)} != {times(num, chosen.over)}"

    # ---- dates ----

    def _date_op(self, node: DateOp, prior: Num | None) -> Num:
        left, right = (self.node(o, prior) for o in node.operands)
        if node.operator == "minutes":
            return Num(f"({moment_of(right)} - {wrapped(moment_of(left))})", MINUTE)
        day = day_of(left)
        if node.operator in ("later", "earlier"):
            count = right.num if right.den == 1 else f"whole({right.num}, {right.den})"
            sign = "" if node.operator == "later" else "-"
            unit = "months" if node.months else "days"
            shifted = self.held(f"add_{unit}({day}, {sign}{wrapped(count)})")
            self.fail_if(f"{shifted} == 0", "failure")  # a day that no calendar has
            return Num(shifted, calendar=True)
        other = day_of(right)
        if node.operator == "months":
            return Num(f"months_touched({day}, {other})")
        if node.operator == "days":
            return Num(f"days_between({day}, {other})")
        if node.operator == "workdays":
            off = self.array(Wanted("calendar", node.table, (), node.column)) if node.table else "None"
            return Num(f"worked({day}, {other}, {off})")
        if node.operator != "days_between":
            raise NotCompilable(node.operator)
        return Num(f"({day} - {wrapped(other)})")

    def _tier(self, node: Tier, prior: Num | None) -> Num:
        return self.ladders.tier(node, prior)

    # ---- lookup tables ----

    def _lookup(self, node: Lookup, prior: Num | None) -> Num:
        keys = [self._asked(key, prior) for key in node.keys]
        mark = ("lookup", node.entries, tuple(fixed(key.den) for key in keys))
        name = self.helper(mark, lambda: lookup_helper(node, keys, lambda cell: int(self.scalar(cell).num)))
        found = self.held(f"{name}({', '.join(with_den(key) for key in keys)})")
        if node.otherwise is None:
            self.fail_if(f"{found} == 0", "absent" if node.lacking else "incomputable")
        values = [
            self.scalar(value) for value in (node.otherwise, *(e.value for e in node.entries)) if value is not None
        ]
        den = lcm(*(v.den for v in values if isinstance(v.den, int)))
        scaled = [times(v.num, scale(v.den, den)) for v in values]
        cells = ["0", *scaled] if node.otherwise is None else scaled
        array = self.helper(("cells", *cells), lambda: f"NAME_cells = ({', '.join(cells)},)")
        return Num(self.held(f"{array}_cells[{found}]"), den)

    def _asked(self, key: Node, prior: Num | None) -> Num:
        """A key of a lookup table; a moment counts as its day."""
        value = self.kept(self.node(key, prior))
        if not value.calendar or value.den == 1:
            return value
        return Num(self.held(f"{value.num} // {value.den}"))

    def helper(self, key: Any, write: Callable[[], str]) -> str:
        if key not in self.helper_names:
            name = f"h{len(self.helper_names)}"
            self.helper_names[key] = name
            self.helpers[name] = write().replace("NAME(", f"{name}(").replace("NAME_", f"{name}_")
        return self.helper_names[key]

    _makers: ClassVar[dict[type, Callable[..., Num]]] = {
        Elsewhere: _elsewhere,
        Ruled: _ruled,
        Const: _const,
        Prior: _prior,
        Dated: _dated,
        Column: _column,
        RowKey: _row_key,
        Slot: _slot,
        PeriodPart: _period_part,
        Arith: _arith,
        DateOp: _date_op,
        Compare: _compare,
        Logic: _logic,
        Choose: _choose,
        Tier: _tier,
        Lookup: _lookup,
        AsOf: _rate_of_day,
    }


@dataclass(slots=True)
class Chosen:
    """The locals of a choice between cases, and the values that cases give it, each with its place."""

    value: str
    over: str
    found: str
    clash: str
    taken: list[tuple[Num, str, bool]] = field(default_factory=list[tuple[Num, str, bool]])


def span_of(window: Window | None) -> Span | None:
    """A window whose days are known at the border; None for the period's own, and for one counted from a day."""
    if window is None or window.as_of is not None:
        return None
    return Span(window.kind, window.count, window.unit, window.hired)


def bunch_of(node: Aggregate | Running) -> Wanted:
    """Which rows go together by keys, or for a running total that does not restart with the period."""
    keys: list[tuple[tuple[str, ...], str]] = []
    for key in node.per:
        if not isinstance(key, Column) or key.as_of is not None or key.mean:
            raise NotCompilable("rows that agree in a value worked out")
        keys.append((key.path, f"{key.table}.{key.name}"))
    name = "running" if isinstance(node, Running) else "alike"
    return Wanted("bunch", node.table, (), name, span_of(node.window), tuple(keys))


def gaps(column: checked.Column) -> bool:
    """Whether a value of the column may be missing for a row."""
    return column.dated or (column.optional and column.default is None)


def _wide(plan: Plan, tables: Mapping[str, checked.Table]) -> frozenset[str]:
    """Facts tables of which rows outside the period are read too: children of a row, rows that one links to."""
    out = {name for u in plan.uplines if u.every for name in (u.table, u.source) if tables[name].kind == "facts"}
    for step in plan.steps:
        for node in nodes_of(step):
            _find_wide(node, step.level, tables, out)
    for _, _, _, sale in plan.reverses:
        levels = {plan.step(number).level for number in plan.lines}
        out |= {level for level in levels if _is_under(level, sale, tables)}
    return frozenset(out)


def _is_under(level: str, sale: str, tables: Mapping[str, checked.Table]) -> bool:
    """Whether rows of `level` are children of sales: a refund also takes back what they earned before."""
    while tables[level].kind == "facts" and tables[level].parent:
        level = tables[level].column(tables[level].parent).link
        if level == sale:
            return True
    return False


def _find_wide(node: Any, level: str, tables: Mapping[str, checked.Table], out: set[str]) -> None:
    if isinstance(node, Aggregate):
        if node.up or node.window is not None:
            out.add(node.table)
        level = node.table
    if isinstance(node, Running) and node.window is not None:
        out.add(node.table)
    if isinstance(node, Slot) and node.path:
        if node.path == (ROW,):
            return  # rows that an upline makes are dated like those they are made of
        for link in node.path:
            level = tables[level].column(link).link
        if tables[level].kind == "facts":
            out.add(level)
        return
    for child in children(node):
        _find_wide(child, level, tables, out)
