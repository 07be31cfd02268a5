"""Nodes of a plan as expressions of the generated program.

In: a node, and the loop at hand. Out: the value as `Num`, an integer expression over a denominator known now
or kept in a local; before it whatever lines it needs. What cannot be computed falls into the innermost net
that catches it (an author's `otherwise`), else the loop returns its row and a code.
"""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from math import gcd, lcm
from typing import Any, ClassVar

from tiercel.buckets import lookup_helper
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
    Lookup,
    Node,
    PeriodPart,
    Plan,
    Prior,
    Received,
    RowKey,
    Running,
    Slot,
    Tier,
)
from tiercel.program import (
    Home,
    Loop,
    Net,
    NotCompilable,
    Num,
    Wanted,
    below,
    beyond,
    children,
    fixed,
    nodes_of,
    scale,
    times,
    within,
    wrapped,
)
from tiercel.segments import affine, price_helper, rise_helper, slice_helper, surrounded, value_helper
from tiercel_dsl import scheme as checked
from tiercel_dsl.scheme import PEOPLE, CheckedScheme


class Formulas:
    """Writes expressions into the loop at hand."""

    def __init__(self, scheme: CheckedScheme, plan: Plan) -> None:
        self.scheme, self.plan = scheme, plan
        self.tables = {t.identity: t for t in scheme.tables}
        self.loops: list[Loop] = []
        self.wants: dict[str, Wanted] = {}
        self.named: dict[Wanted, str] = {}
        self.makes: dict[str, str] = {}
        self.homes: dict[int, Home] = {}
        self.placed: dict[int, int] = {}  # step → number of the loop that makes it
        self.ready: dict[int, int] = {}  # step → first loop number that may read it from another row
        self.helpers: dict[str, str] = {}
        self.helper_names: dict[Any, str] = {}
        self.texts: dict[str, int] = {}
        self.received: dict[int, tuple[int, ...]] = {}
        self.constants: dict[int, Num] = {}
        self.early = _early(plan, self.tables)
        self.read_elsewhere: set[int] = set()
        self.count = 0
        self.depth = 1
        self.loop = Loop("", "")
        self.nets: list[Net] = []
        self.fails = 0

    def _gathers(self, number: int) -> bool:
        node = self.plan.step(number).stages[0].node
        return self.plan.step(number).kind == "hidden" and isinstance(node, Aggregate | Received)

    # ---- writing ----

    def line(self, text: str) -> None:
        self.loop.lines.append("    " * self.depth + text)

    def fresh(self, stem: str = "t") -> str:
        self.count += 1
        return f"{stem}{self.count}"

    def held(self, num: str) -> str:
        """A local that holds an expression, unless it is one name or number already."""
        if num.isidentifier() or num.lstrip("-").isdigit():
            return num
        name = self.fresh()
        self.line(f"{name} = {num}")
        return name

    def array(self, wanted: Wanted) -> str:
        """The name of an input array, as an argument of the loop at hand."""
        if wanted not in self.named:
            name = f"a{len(self.named)}"
            self.named[wanted] = name
            self.wants[name] = wanted
        self.loop.arguments[self.named[wanted]] = None
        return self.named[wanted]

    def made(self, name: str, level: str) -> str:
        self.makes[name] = level
        self.loop.arguments[name] = None
        return name

    def text_code(self, text: str) -> int:
        return self.texts.setdefault(text, len(self.texts) + 1)

    @contextmanager
    def block(self, header: str) -> Generator[None]:
        """An indented block; if something in it fell into a net, what follows is left out too."""
        self.line(header)
        depth = self.depth
        falls = [(net, net.falls) for net in self.nets]
        self.depth += 1
        start = len(self.loop.lines)
        yield
        if len(self.loop.lines) == start or self.loop.lines[-1].endswith(":"):
            self.line("pass")
        self.depth = depth
        for net, before in falls:
            if net.falls > before:
                self.line(f"if {net.flag}:")
                self.depth += 1

    @contextmanager
    def net(self, flag: str, *catches: str) -> Generator[Net]:
        """Failures of these kinds set `flag` to 0 and skip the rest of what is inside."""
        depth = self.depth
        self.nets.append(Net(flag, frozenset(catches)))
        yield self.nets[-1]
        self.nets.pop()
        self.depth = depth

    def fail_if(self, condition: str, kind: str = "incomputable") -> None:
        """kind: absent or incomputable (an author's `otherwise` catches both), or failure."""
        if condition == "False":
            return
        for net in reversed(self.nets):
            if kind in net.catches:
                self.line(f"if {condition}:")
                self.line(f"    {net.flag} = 0")
                self.line("else:")
                self.depth += 1
                net.falls += 1
                return
        self.fails += 1
        self.line(f"if {condition}:")
        self.line(f"    return i * 64 + {self.fails % 63 + 1}")

    def _owner(self, level: str) -> str:
        return "i" if level == PEOPLE else self._cached(f"{self.array(Wanted('owner', level))}[i]")

    def _cached(self, text: str) -> str:
        """A local for what the loop reads again and again, filled at the top of each turn."""
        if text not in self.loop.cache:
            self.loop.cache[text] = f"k{len(self.loop.cache)}"
        return self.loop.cache[text]

    def _has_owner(self, level: str) -> str:
        """A condition where the person credited may be left out; '' where there always is one."""
        if level == PEOPLE:
            return ""
        table = self.tables[level]
        while not table.credited and table.parent:
            if table.column(table.parent).optional:
                return f"{self._owner(level)} >= 0"
            table = self.tables[table.column(table.parent).link]
        if table.credited and not table.column(table.credited).optional:
            return ""
        return f"{self._owner(level)} >= 0"

    def _in_period(self, level: str) -> str:
        """A condition for rows before the period, in a loop that also walks those; else ''."""
        if level not in self.early:
            return ""
        return f"{self._cached(self.array(Wanted('day', level)) + '[i]')} >= first"

    # ---- nodes ----

    def node(self, node: Node, prior: Num | None = None) -> Num:
        """The value of a node: lines before it if it needs any, and an expression."""
        make: Callable[[Any, Any, Num | None], Num] = self._makers[type(node)]
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
            raise NotCompilable("a moment as a constant")
        assert isinstance(value, date)
        return Num(str(value.toordinal()))

    def _prior(self, node: Prior, prior: Num | None) -> Num:
        assert prior is not None
        return prior

    def _dated(self, node: Dated, prior: Num | None) -> Num:
        if len(node.values) == 1 and node.values[0][:2] == (None, None):
            return self.scalar(node.values[0][2])
        level = self.loop.level
        day = f"{self.array(Wanted('day', level))}[i]" if self.tables[level].kind == "facts" else "last"
        day = self.held(day)
        values = [self.scalar(value) for _, _, value in node.values]
        den = lcm(*(v.den for v in values if isinstance(v.den, int)))
        conditions = [within(day, first, end) for first, end, _ in node.values]
        if node.values[0][0] is not None or node.values[-1][1] is not None:
            self.fail_if(f"not ({' or '.join(conditions)})")
        text = times(values[-1].num, scale(values[-1].den, den))
        for condition, value in zip(conditions[-2::-1], values[-2::-1], strict=True):
            text = f"{times(value.num, scale(value.den, den))} if {condition} else {text}"
        return Num(self.held(f"({text})"), den)

    def _column(self, node: Column, prior: Num | None) -> Num:
        level = self.loop.level
        wanted = Wanted("column", level, node.path, f"{node.table}.{node.name}")
        column = self.tables[node.table].column(node.name)
        if self._may_be_missing(level, node.path, gaps(column)):
            state = self.array(Wanted("state", level, node.path, f"{node.table}.{node.name}"))
            self.fail_if(f"{state}[i] == 2", "failure")
            self.fail_if(f"{state}[i] == 0", "absent")
        if column.type.kind.value == "datetime":
            raise NotCompilable("moments")
        den = 10 ** digits(column.type, self.scheme.currency) if column.type.numeric else 1
        return Num(self._cached(f"{self.array(wanted)}[i]"), den)

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
        index = self._cached(f"{self.array(Wanted('index', self.loop.level, path))}[i]")
        if self._may_be_missing(self.loop.level, path, missing=False):
            self.fail_if(f"{index} < -1", "failure")
            self.fail_if(f"{index} == -1", "absent")
        return index

    def _slot(self, node: Slot, prior: Num | None) -> Num:
        if node.step in self.constants:
            self._index(node.path)  # a link on the way may be empty all the same
            return self.constants[node.step]
        home = self.homes[node.step]
        inner = self.plan.step(node.step).stages[0].node
        same_loop = self.loops[self.placed[node.step]] is self.loop
        here = not node.path and same_loop and not self._gathers(node.step)
        if here:
            if home.flag:
                self.fail_if(f"not f{node.step}", "absent")
            return Num(f"n{node.step}", f"d{node.step}" if home.over else home.den)
        level = self.plan.step(node.step).level
        self.read_elsewhere.add(node.step)
        row = self._index(node.path)
        if home.flag:
            kind = "incomputable" if isinstance(inner, Aggregate) else "absent"
            self.fail_if(f"not {self.made(home.flag, level)}[{row}]", kind)
        if not home.over:
            return Num(f"{self.made(home.value, level)}[{row}]", home.den)
        over = self.held(f"{self.made(home.over, level)}[{row}]")
        if isinstance(inner, Aggregate):  # an average: sum over count
            self.fail_if(f"{over} == 0")
            over = self.held(f"{over} * {home.den}") if home.den != 1 else over
        return Num(f"{self.made(home.value, level)}[{row}]", over)

    def _period_part(self, node: PeriodPart, prior: Num | None) -> Num:
        return Num(node.part)

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
        result = ready[0]
        for value in ready[1:]:
            result = self.chosen(result, value, "<=" if node.operator == "min" else ">=")
        return result

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
        a = times(left.num, right.den)
        b = times(right.num, left.den)
        return Num(f"({a} {operator} {wrapped(b)})", self._product(left.den, right.den))

    def _product(self, left: int | str, right: int | str) -> int | str:
        if isinstance(left, int) and isinstance(right, int):
            return left * right
        if left == 1 or right == 1:
            return right if left == 1 else left
        return self.held(f"{left} * {right}")

    def multiplied(self, left: Num, right: Num) -> Num:
        for number, other in ((left, right), (right, left)):
            if number.num.lstrip("-").isdigit() and isinstance(number.den, int) and isinstance(other.den, int):
                return self._by_constant(other, int(number.num), number.den)
        return Num(f"{wrapped(left.num)} * {wrapped(right.num)}", self._product(left.den, right.den))

    def _by_constant(self, value: Num, p: int, q: int) -> Num:
        assert isinstance(value.den, int)
        common = gcd(p, value.den * q) or 1
        return Num(times(value.num, p // common), value.den * q // common)

    def divided(self, left: Num, right: Num) -> Num:
        if right.num.lstrip("-").isdigit() and int(right.num) > 0 and isinstance(right.den, int):
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
            return Num(f"({a} if {a} {sign} {b} else {b})", den)
        a, b = self.held(left.num), self.held(right.num)
        first = self.fresh("b")
        self.line(f"{first} = {times(a, right.den)} {sign} {times(b, left.den)}")
        value, over = self.fresh(), self.fresh("u")
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
            if value.num.lstrip("-").isdigit():
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
            held = Num(self.held(left.num), left.den)
            return Num(f"({' or '.join(self.compared(held, '=', r) for r in rest)})")
        return Num(self.compared(left, node.operator, rest[0]))

    def compared(self, left: Num, operator: str, right: Num) -> str:
        sign = "==" if operator == "=" else operator
        if isinstance(left.den, int) and isinstance(right.den, int):
            den = lcm(left.den, right.den)
            a, b = times(left.num, den // left.den), times(right.num, den // right.den)
        else:
            a, b = times(left.num, right.den), times(right.num, left.den)
        return f"({a} {sign} {b})"

    def _logic(self, node: Logic, prior: Num | None) -> Num:
        if node.operator in ("present", "missing"):
            there = self._present(node.operands[0])
            return Num(there if node.operator == "present" else f"(not {there})")
        if node.operator == "not":
            return Num(f"(not {self.truth(node.operands[0], prior)})")
        if node.operator == "multiple":
            left, right = (self.node(o, prior) for o in node.operands)
            top, below = self.held(times(left.num, right.den)), self.held(times(right.num, left.den))
            self.fail_if(f"{below} == 0")
            return Num(f"({top} % {below} == 0)")
        return self._junction(node, prior)

    def _junction(self, node: Logic, prior: Num | None) -> Num:
        """Left to right; what needs lines of its own runs only if it is reached."""
        simple: list[str] = []
        rest = list(node.operands)
        while rest:
            mark, depth = len(self.loop.lines), self.depth
            text = self.truth(rest[0], prior)
            if simple and len(self.loop.lines) > mark:
                del self.loop.lines[mark:]
                self.depth = depth
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

    def _present(self, node: Node) -> str:
        if isinstance(node, Column):
            column = self.tables[node.table].column(node.name)
            if not self._may_be_missing(self.loop.level, node.path, gaps(column)):
                return "1"
            state = self.array(Wanted("state", self.loop.level, node.path, f"{node.table}.{node.name}"))
            self.fail_if(f"{state}[i] == 2", "failure")
            return f"({state}[i] == 1)"
        raise NotCompilable("a test whether a computed value is missing")

    def _choose(self, node: Choose, prior: Num | None) -> Num:
        if prior is not None:
            prior = Num(self.held(prior.num), prior.den)
        simple = self._either(node, prior)
        if simple is not None:
            return simple
        results: list[tuple[Num, int]] = []
        value, over, found = self.fresh(), self.fresh("u"), self.fresh("b")
        self.line(f"{value} = 0")
        self.line(f"{over} = 1")
        self.line(f"{found} = 0")
        unique = node.unique and len(node.cases) > 1
        for position, (condition, case) in enumerate(node.cases):
            header = f"if {self._guarded(condition, prior, found, first=position == 0 or unique)}:"
            with self.block(header):
                self._take(case, prior, value, over, found, results, check=unique and position > 0)
        with self.block(f"if not {found}:"):
            if node.otherwise is None:
                self.fail_if("True")
            else:
                self._take(node.otherwise, prior, value, over, found, results, check=False)
        return self._settled(results, value, over, found)

    def _either(self, node: Choose, prior: Num | None) -> Num | None:
        """One case and an otherwise that need no lines of their own: one expression."""
        if len(node.cases) != 1 or node.otherwise is None:
            return None
        mark, depth = len(self.loop.lines), self.depth
        condition = self.truth(node.cases[0][0], prior)
        inner = len(self.loop.lines)
        yes, no = self.node(node.cases[0][1], prior), self.node(node.otherwise, prior)
        if len(self.loop.lines) > inner or not (isinstance(yes.den, int) and isinstance(no.den, int)):
            del self.loop.lines[mark:]
            self.depth = depth
            return None
        den = lcm(yes.den, no.den)
        a, b = times(yes.num, den // yes.den), times(no.num, den // no.den)
        return Num(f"({a} if {condition} else {b})", den)

    def _guarded(self, condition: Node, prior: Num | None, found: str, first: bool) -> str:
        if first:
            return self.truth(condition, prior)
        test = self.fresh("b")
        self.line(f"{test} = 0")
        with self.block(f"if not {found}:"):
            self.line(f"{test} = {self.truth(condition, prior)}")
        return test

    def _take(
        self,
        node: Node,
        prior: Num | None,
        value: str,
        over: str,
        found: str,
        results: list[tuple[Num, int]],
        check: bool,
    ) -> None:
        """Assign a case's value; the lines are put right when all denominators are known (`_settled`)."""
        result = self.node(node, prior)
        if check:
            held = Num(self.held(result.num), result.den)
            self.line(f"#CHECK {len(results)} {held.num} {held.den}")
            self.line(f"#TAKE {len(results)}")
            result = held
        else:
            self.line(f"#TAKE {len(results)}")
        results.append((result, len(self.loop.lines) - 1))
        self.line(f"{found} = 1")

    def _settled(self, results: list[tuple[Num, int]], value: str, over: str, found: str) -> Num:
        """Bring all cases over one denominator if all are known, else carry it along."""
        dens = [r.den for r, _ in results]
        fixed = [d for d in dens if isinstance(d, int)]
        static = len(fixed) == len(dens)
        den = lcm(*fixed) if static else 0
        for number, (result, at) in enumerate(results):
            pad = self.loop.lines[at][: -len(f"#TAKE {number}")]
            if static:
                lines = [f"{value} = {times(result.num, scale(result.den, den))}"]
            else:
                lines = [f"{value} = {result.num}", f"{over} = {result.den}"]
            self.loop.lines[at] = "\n".join(pad + text for text in lines)
            before = self.loop.lines[at - 1]
            if before.strip().startswith(f"#CHECK {number} "):
                self.loop.lines[at - 1] = self._agreement(before, value, over, found, den if static else 0)
        return Num(value, den if static else over)

    def _agreement(self, line: str, value: str, over: str, found: str, den: int) -> str:
        pad = line[: len(line) - len(line.lstrip())]
        _, _, num, own = line.strip().split(" ")
        self.fails += 1
        if den:
            test = f"{value} != {times(num, scale(int(own), den))}"
        else:
            test = f"{times(value, own)} != {times(num, over)}"
        return f"{pad}if {found} and {test}:\n{pad}    return i * 64 + {self.fails % 63 + 1}"

    # ---- dates ----

    def _date_op(self, node: DateOp, prior: Num | None) -> Num:
        left, right = (self.node(o, prior) for o in node.operands)
        if node.operator in ("later", "earlier"):
            count = right.num if right.den == 1 else f"whole({right.num}, {right.den})"
            sign = "" if node.operator == "later" else "-"
            unit = "months" if node.months else "days"
            return Num(f"add_{unit}({left.num}, {sign}{wrapped(count)})")
        if node.operator == "months":
            return Num(f"months_touched({left.num}, {right.num})")
        if node.operator == "days":
            return Num(f"days_between({left.num}, {right.num})")
        return Num(f"({left.num} - {wrapped(right.num)})")

    # ---- tiers ----

    def _tier(self, node: Tier, prior: Num | None) -> Num:
        base = self.node(node.base, prior)
        base = Num(self.held(base.num), base.den)
        key = base if node.key is None else self.node(node.key, prior)
        key = Num(self.held(key.num), key.den)
        if node.mode == "value":
            return self._tier_value(node, key)
        if node.less is None:
            return self._price(node, base, key, None)
        less = self.node(node.less, prior)
        before = self.added(base, less, -1)
        before = Num(self.held(before.num), before.den)
        if node.mode == "marginal":
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
            return self._rounded_slices(node, base, before)
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
            raise NotCompilable("a running total of quotients that are not rounded")
        return Num(self.held(after), self.held(f"{base.den} * {den0}"))

    def _rounded_slices(self, node: Tier, base: Num, before: Num | None) -> Num:
        if not isinstance(base.den, int) or node.rounding is None:
            raise NotCompilable("slices of a quotient, each rounded")
        start = before.num if before is not None else "0"
        key = ("slices", node.brackets, base.den, node.rounding)
        name = self._helper(key, lambda: slice_helper(node, base, node.rounding))
        return Num(self.held(f"{name}({start}, {base.num})"), node.rounding.step.denominator)

    # ---- lookup tables ----

    def _lookup(self, node: Lookup, prior: Num | None) -> Num:
        keys = [self._asked(key, prior) for key in node.keys]
        mark = ("lookup", node.entries, tuple(fixed(key.den) for key in keys))
        name = self._helper(mark, lambda: lookup_helper(node, keys, lambda cell: int(self.scalar(cell).num)))
        found = self.held(f"{name}({', '.join(self._with_den(key) for key in keys)})")
        if node.otherwise is None:
            self.fail_if(f"{found} == 0")
        values = [
            self.scalar(value) for value in (node.otherwise, *(e.value for e in node.entries)) if value is not None
        ]
        den = lcm(*(v.den for v in values if isinstance(v.den, int)))
        scaled = [times(v.num, scale(v.den, den)) for v in values]
        cells = ["0", *scaled] if node.otherwise is None else scaled
        array = self._helper(("cells", *cells), lambda: f"NAME_cells = ({', '.join(cells)},)")
        return Num(self.held(f"{array}_cells[{found}]"), den)

    def _asked(self, key: Node, prior: Num | None) -> Num:
        value = self.node(key, prior)
        return Num(self.held(value.num), value.den)

    def _helper(self, key: Any, write: Callable[[], str]) -> str:
        if key not in self.helper_names:
            name = f"h{len(self.helper_names)}"
            self.helper_names[key] = name
            self.helpers[name] = write().replace("NAME(", f"{name}(").replace("NAME_", f"{name}_")
        return self.helper_names[key]

    def _unreachable(self, node: Any, prior: Num | None) -> Num:
        raise NotCompilable(type(node).__name__)

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
        Lookup: _lookup,
        Aggregate: _unreachable,
        Running: _unreachable,
        Received: _unreachable,
    }


def gaps(column: checked.Column) -> bool:
    """Whether a value of the column may be missing for a row."""
    return column.dated or (column.optional and column.default is None)


def _early(plan: Plan, tables: Mapping[str, checked.Table]) -> frozenset[str]:
    """Facts tables whose rows before the period are needed: children of a row, parents of a later child."""
    out: set[str] = set()
    for step in plan.steps:
        for node in nodes_of(step):
            _find_early(node, step.level, tables, out)
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


def _find_early(node: Any, level: str, tables: Mapping[str, checked.Table], out: set[str]) -> None:
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
        _find_early(child, level, tables, out)
