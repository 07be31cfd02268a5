"""Nodes of a plan as expressions of the generated program.

In: a node, and the loop at hand. Out: the value as `Num`, an integer expression over a denominator known now
or kept in a local; before it whatever lines it needs. One method per kind of node, entered in `_makers`; a
node or an operator that is not there is not compilable.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from math import gcd, lcm
from typing import Any, ClassVar

from tiercel.facts import digits
from tiercel.money import Rounding, RoundingMode, round_to
from tiercel.plan import (
    Aggregate,
    Arith,
    Choose,
    Column,
    Compare,
    Const,
    Dated,
    DateOp,
    Logic,
    Node,
    PeriodPart,
    Plan,
    Prior,
    Received,
    RowKey,
    Slot,
    Tier,
)
from tiercel.program import (
    MOMENTS,
    UNSAID,
    Home,
    NotCompilable,
    Num,
    Wanted,
    below,
    beyond,
    children,
    common,
    day_of,
    fixed,
    is_number,
    moment,
    nodes_of,
    scale,
    times,
    within,
    wrapped,
)
from tiercel.segments import affine, price_helper, rise_helper, slice_helper, surrounded, value_helper
from tiercel.writer import Writer
from tiercel_dsl import scheme as checked
from tiercel_dsl.scheme import PEOPLE, CheckedScheme

_SIGNS = ("=", "!=", "<", "<=", ">", ">=")
_MODES = ("value", "marginal", "whole", "fixed")


class Formulas(Writer):
    """Writes expressions into the loop at hand."""

    def __init__(self, scheme: CheckedScheme, plan: Plan) -> None:
        super().__init__()
        self.scheme, self.plan = scheme, plan
        self.tables = {t.identity: t for t in scheme.tables}
        self.homes: dict[int, Home] = {}
        self.placed: dict[int, int] = {}  # step → number of the loop that makes it
        self.ready: dict[int, int] = {}  # step → first loop number that may read it from another row
        self.helpers: dict[str, str] = {}
        self.helper_names: dict[Any, str] = {}
        self.texts: dict[str, int] = {}
        self.received: dict[int, tuple[int, ...]] = {}
        self.constants: dict[int, Num] = {}
        self.wide = _wide(plan, self.tables)
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
        level = self.loop.level
        day = f"{self.array(Wanted('day', level))}[i]" if self.tables[level].kind == "facts" else "last"
        if day != "last" and level in self.wide and self.may_be_undated(level):
            day = f"({day} or last)"
        day = self.held(day)
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
        level = self.loop.level
        wanted = Wanted("column", level, node.path, f"{node.table}.{node.name}")
        column = self.tables[node.table].column(node.name)
        if self._may_be_missing(level, node.path, gaps(column)):
            state = self.array(Wanted("state", level, node.path, f"{node.table}.{node.name}"))
            self.fail_if(f"{state}[i] == 2", "failure")
            self.fail_if(f"{state}[i] == 0", "absent")
        kind = column.type.kind.value
        den = 10 ** digits(column.type, self.scheme.currency) if column.type.numeric else 1
        den = MOMENTS if kind == "datetime" else den
        return Num(self.cached(f"{self.array(wanted)}[i]"), den, kind in ("date", "datetime"))

    def _may_be_missing(self, level: str, path: tuple[str, ...], missing: bool) -> bool:
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
        if self._may_be_missing(self.loop.level, path, missing=False):
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
        return self._stored(node.step, self._index(node.path))

    def _stored(self, number: int, row: str) -> Num:
        """The value of a step out of its arrays."""
        home, step = self.homes[number], self.plan.step(number)
        inner = step.stages[0].node
        self.read_elsewhere.add(number)
        if isinstance(inner, Aggregate) and self._may_be_unplaced(inner):
            self.fail_if(f"{self.array(Wanted('unplaced', inner.scope, (), inner.table))}[{row}]", "failure")
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

    def _may_be_unplaced(self, node: Aggregate) -> bool:
        """Whether a person may have been in no group that is known, on the day of a row."""
        if node.up or node.scope == PEOPLE or node.table == PEOPLE:
            return False
        above = [t for t in self.tables.values() if t.kind != "facts"]
        return any(column.dated and column.link for table in above for column in table.columns)

    def _period_part(self, node: PeriodPart, prior: Num | None) -> Num:
        return Num(node.part, calendar=node.part in ("first", "last"))

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
        moments = self.fresh("b")
        self.line(f"{moments} = {' and '.join(f'{v.den} == {MOMENTS}' for v in values)}")
        over = self.held(f"({MOMENTS} if {moments} else 1)")
        return [Num(self.held(f"({v.num} if {moments} else {day_of(v)})"), over, calendar=True) for v in values]

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
        first = self.fresh("b")
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
        value = self.fresh("b")
        self.line(f"{value} = {joined}")
        for operand in rest:
            with self.block(f"if {value}:" if node.operator == "and" else f"if not {value}:"):
                self.line(f"{value} = {self.truth(operand, prior)}")
        return Num(value)

    def _present(self, node: Node, prior: Num | None) -> str:
        if isinstance(node, Column):
            column = self.tables[node.table].column(node.name)
            if not self._may_be_missing(self.loop.level, node.path, gaps(column)):
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
        chosen = Chosen(self.fresh(), self.fresh("over"), self.fresh("b"), self.fresh("b"))
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
        test = self.fresh("b")
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
        if node.operator != "days_between":
            raise NotCompilable(node.operator)
        return Num(f"({day} - {wrapped(other)})")

    # ---- tiers ----

    def _tier(self, node: Tier, prior: Num | None) -> Num:
        if node.mode not in _MODES:
            raise NotCompilable(node.mode)
        base = self.kept(self.node(node.base, prior))
        key = base if node.key is None else self.kept(self.node(node.key, prior))
        if node.mode == "value":
            return self._tier_value(node, key)
        if node.less is None:
            return self._price(node, base, key, None)
        less = self.node(node.less, prior)
        before = self.kept(self.added(base, less, -1))
        if node.mode == "marginal":
            base, before = self.over_one(base, before)
            return self._price(node, base, key, before)
        after = self._price(node, base, key, None)
        earlier = self._price(node, before, key if node.key is not None else before, None)
        return self.added(after, earlier, -1)

    def _tier_value(self, node: Tier, key: Num) -> Num:
        numbers = all(isinstance(b.value, Fraction) for b in node.brackets)
        values = [self.scalar(b.value) for b in node.brackets]
        if node.otherwise is not None:
            values.append(self.scalar(node.otherwise))
        else:
            self.fail_if(self.outside(node, key, for_value=True))
        den = lcm(*(v.den for v in values if isinstance(v.den, int))) if numbers else 1
        scaled = [times(v.num, scale(v.den, den)) for v in values]
        name = self._helper(
            ("value", node.brackets, node.otherwise, fixed(key.den), den), lambda: value_helper(node, key, scaled)
        )
        return Num(self.held(f"{name}({self._with_den(key)})"), den)

    def _with_den(self, value: Num) -> str:
        return value.num if isinstance(value.den, int) else f"{value.num}, {value.den}"

    def outside(self, node: Tier, x: Num, for_value: bool) -> str:
        """A condition: `x` lies in no tier (a marginal table has rate 0 below a first bound above 0)."""
        first, last = node.brackets[0], node.brackets[-1]
        tests: list[str] = []
        if first.low is not None:
            if for_value or first.low <= 0:
                tests.append(below(x, first.low, first.low_inside or (not for_value and first.low == 0)))
            else:
                tests.append(below(x, Fraction(0), inside=True))
        if last.high is not None:
            tests.append(beyond(x, last.high, last.high_inside))
        return " or ".join(tests) or "False"

    def _price(self, node: Tier, base: Num, key: Num, before: Num | None) -> Num:
        if node.mode != "marginal":
            value = self._tier_value(node, key)
            price = value if node.mode == "fixed" else self.multiplied(base, value)
            return price if node.rounding is None else self.rounded(price, node.rounding)
        if node.otherwise is None:
            outside = [self.outside(node, x, for_value=False) for x in (base, before) if x is not None]
            self.fail_if(" or ".join(o for o in outside if o != "False") or "False")
        return self._slices(replace(node, brackets=surrounded(node)), base, before)

    def _slices(self, node: Tier, base: Num, before: Num | None) -> Num:
        if node.rounding is not None:
            return self._rounded_slices(node, base, before, node.rounding)
        key = ("price", node.brackets, fixed(base.den))
        rates = [b.value for b in node.brackets if isinstance(b.value, Fraction)]
        parts = affine(node.brackets)
        den0 = lcm(*(r.denominator for r in rates), *(c.denominator for _, c in parts))
        if isinstance(base.den, int):
            den0 = lcm(*(r.denominator * base.den for r in rates), *(c.denominator for _, c in parts))
        name = self._helper(key, lambda: price_helper(node, base, parts, den0))
        after = f"{name}({self._with_den(base)})"
        if isinstance(base.den, int):
            if before is None:
                return Num(self.held(after), den0)
            step = self._helper(("rise", *key), lambda: rise_helper(node, base, name, den0))
            return Num(self.held(f"{step}({before.num}, {base.num})"), den0)
        if before is not None:
            after = f"{after} - {name}({self._with_den(before)})"
        return Num(self.held(after), self.held(times(base.den, den0)))

    def _rounded_slices(self, node: Tier, base: Num, before: Num | None, rounding: Rounding) -> Num:
        start = before.num if before is not None else "0"
        key = ("slices", node.brackets, fixed(base.den), rounding)
        name = self._helper(key, lambda: slice_helper(node, base, rounding))
        return Num(self.held(f"{name}({start}, {self._with_den(base)})"), rounding.step.denominator)

    def _helper(self, key: Any, write: Callable[[], str]) -> str:
        if key not in self.helper_names:
            name = f"h{len(self.helper_names)}"
            self.helper_names[key] = name
            self.helpers[name] = write().replace("NAME(", f"{name}(")
        return self.helper_names[key]

    _makers: ClassVar[dict[type, Callable[..., Num]]] = {
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
    }


@dataclass(slots=True)
class Chosen:
    """The locals of a choice between cases, and the values that cases give it, each with its place."""

    value: str
    over: str
    found: str
    clash: str
    taken: list[tuple[Num, str, bool]] = field(default_factory=list[tuple[Num, str, bool]])


def gaps(column: checked.Column) -> bool:
    """Whether a value of the column may be missing for a row."""
    return column.dated or (column.optional and column.default is None)


def _wide(plan: Plan, tables: Mapping[str, checked.Table]) -> frozenset[str]:
    """Facts tables of which rows outside the period are read too: children of a row, rows that one links to."""
    out: set[str] = set()
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
        if node.up:
            out.add(node.table)
        level = node.table
    if isinstance(node, Slot) and node.path:
        for link in node.path:
            level = tables[level].column(link).link
        if tables[level].kind == "facts":
            out.add(level)
        return
    for child in children(node):
        _find_wide(child, level, tables, out)
