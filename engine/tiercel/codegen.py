"""Plan → one flat Python program over scaled integers.

In: a plan and the tables' links. Out: `Program`: the source, what arrays it wants, where each step's value
ends up. Every number is an integer over a denominator known from the plan; only a division makes a
denominator at run time, and it stays beside its numerator until the value is rounded. The text depends on
the plan alone, never on the facts.

The program is a list of loops, each over the rows of one table, in working order: a step goes into the
first loop of its level in which everything it reads is there. Whatever cannot be computed makes a loop
return the row and a code; the caller then lets the definition of the language say what is wrong.
"""

import re
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from math import ceil, floor, gcd, lcm
from typing import Any, ClassVar

from tiercel.facts import digits
from tiercel.money import Rounding, RoundingMode, round_to
from tiercel.plan import (
    Aggregate,
    Arith,
    Bracket,
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
    Running,
    Slot,
    Stage,
    Step,
    Tier,
)
from tiercel_dsl import scheme as checked
from tiercel_dsl.scheme import PEOPLE, CheckedScheme

MICROSECONDS = 86_400_000_000  # a datetime is a count of these, a date a count of days


class NotCompilable(Exception):
    """A plan with something the generator does not write; the reference evaluator takes it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An array the program reads, aligned with the rows of `level`.

    kind: column (its integers), state (1 there, 0 missing, 2 changed inside the period), index (row that
    `path` leads to, -1 for none), owner, parent (over `path`), day, group (row of `name` that the row's
    person is in), stretch (a number per period).
    """

    kind: str
    level: str
    path: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Home:
    """Where a step's value is after the run: arrays `value`, `over` (None: the fixed `den`), `flag`."""

    value: str
    den: int
    over: str
    flag: str


@dataclass(slots=True)
class Loop:
    """One generated function. `early`: it is also run for the rows before the period."""

    name: str
    level: str
    lines: list[str] = field(default_factory=list[str])
    arguments: dict[str, None] = field(default_factory=dict[str, None])
    cache: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Program:
    """`source` defines one function per loop; `order` holds (function, level, arguments); `makes` the arrays
    a run creates, with their level; `texts` the codes of text constants, in order."""

    source: str
    order: tuple[tuple[str, str, tuple[str, ...]], ...]
    wants: Mapping[str, Wanted]
    makes: Mapping[str, str]
    homes: Mapping[int, Home]
    received: Mapping[int, tuple[int, ...]]
    placed: Mapping[int, int]
    early: frozenset[str]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Num:
    """An integer expression over a denominator: an int known now, or the name of a local."""

    num: str
    den: int | str = 1


@dataclass(slots=True)
class _Net:
    """What catches a failure: sets `flag` to 0 and leaves the rest of the block out."""

    flag: str
    catches: frozenset[str]
    falls: int = 0


def generate(scheme: CheckedScheme, plan: Plan) -> Program:
    """The program of a plan; raises NotCompilable."""
    return _Generator(scheme, plan).program()


class _Generator:
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
        self.nets: list[_Net] = []
        self.fails = 0

    def program(self) -> Program:
        for step in self.plan.steps:
            self._place(step)
        parts = [self.helpers[name] for name in sorted(self.helpers, key=lambda name: int(name[1:]))]
        parts += [self._function(loop) for loop in self.loops]
        order = tuple((loop.name, loop.level, tuple(loop.arguments)) for loop in self.loops)
        texts = tuple(sorted(self.texts, key=lambda t: self.texts[t]))
        return Program(
            PRELUDE + "\n\n".join(parts) + "\n",
            order,
            self.wants,
            self.makes,
            self.homes,
            self.received,
            self.placed,
            self.early,
            texts,
        )

    def _function(self, loop: Loop) -> str:
        """The text of a loop; stores that nobody reads are left out."""
        lines = _with_cache(loop.cache, [line for line in loop.lines if self._is_read(line)])
        names = set(re.findall(r"\w+", "\n".join(lines)))
        loop.arguments = {name: None for name in loop.arguments if name in names}
        lines = [line.split("  #STORE")[0] for line in lines]
        arguments = ", ".join(("lo", "hi", "first", "last", "days", "number", *loop.arguments))
        empty = all(line.lstrip().startswith("#") for line in lines)
        body = "\n".join([*lines, "        pass"] if empty else lines)
        return f"def {loop.name}({arguments}):\n    for i in range(lo, hi):\n{body}\n    return -1"

    def _is_read(self, line: str) -> bool:
        _, mark, number = line.partition("  #STORE ")
        if not mark:
            return True
        step = self.plan.step(int(number))
        shown = step.kind in ("line", "payout") or (step.level == PEOPLE and step.kind in ("value", "score", "kpi"))
        return shown or step.number in self.read_elsewhere

    # ---- where a step goes ----

    def _place(self, step: Step) -> None:
        level = self._loop_level(step)
        earliest = max((self._needs(n, level) for n in _nodes_of(step)), default=0)
        number = next((k for k in range(earliest, len(self.loops)) if self.loops[k].level == level), None)
        if number is None:
            self.loops.append(Loop(f"loop{len(self.loops)}", level))
            number = len(self.loops) - 1
        self.loop, self.depth = self.loops[number], 2
        self.placed[step.number] = number
        self._write(step)
        self.ready[step.number] = number + 1

    def _loop_level(self, step: Step) -> str:
        node = step.stages[0].node
        if step.kind == "hidden" and isinstance(node, Aggregate):
            return node.table
        return step.level

    def _needs(self, node: Any, level: str) -> int:
        """The first loop in which everything that `node` reads is there."""
        if isinstance(node, Slot):
            same = not node.path and self.plan.step(node.step).level == level and not self._gathers(node.step)
            return self.placed[node.step] if same else self.ready[node.step]
        if isinstance(node, Received):
            return max((self.ready[n] for n in node.steps), default=0)
        return max((self._needs(n, level) for n in _children(node)), default=0)

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
        if len(self.loop.lines) == start:
            self.line("pass")
        self.depth = depth
        for net, before in falls:
            if net.falls > before:
                self.line(f"if {net.flag}:")
                self.depth += 1

    @contextmanager
    def net(self, flag: str, *catches: str) -> Generator[_Net]:
        """Failures of these kinds set `flag` to 0 and skip the rest of what is inside."""
        depth = self.depth
        self.nets.append(_Net(flag, frozenset(catches)))
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

    # ---- steps ----

    def _write(self, step: Step) -> None:
        name = f"{step.name}.{step.part}" if step.part else step.name or "hidden"
        where = f"{step.clause} · {step.span.source}:{step.span.line}".strip(" ·")
        self.line(f"# {name} · {where}" if step.kind != "hidden" else f"# {where}")
        node = step.stages[0].node
        if step.kind == "hidden" and isinstance(node, Aggregate):
            self._gather(step, node)
        elif step.kind == "hidden" and isinstance(node, Running):
            self._run_total(step, node)
        elif step.kind == "hidden" and isinstance(node, Received):
            self._receive(step, node)
        else:
            self._body(step)

    def _body(self, step: Step) -> None:
        n = step.number
        partial = step.where is not None or any(s.kind == "only" for s in step.stages)
        value, flag = f"n{n}", f"f{n}" if partial else ""
        depth = self.depth
        if partial:
            self.line(f"{value} = {flag} = 0")
        if step.where is not None:
            condition = self.truth(step.where)
            self.line(f"if {condition}:")
            self.depth += 1
        result = self._stages(step, flag)
        self._keep(step, value, flag, result)
        self.depth = depth
        self._store(step, value, flag)

    def _keep(self, step: Step, value: str, flag: str, result: Num) -> None:
        n, over = step.number, ""
        den = result.den if isinstance(result.den, int) else 1
        self.line(f"{value} = {result.num}")
        if isinstance(result.den, str):
            over = f"w{n}"
            self.line(f"d{n} = {result.den}")
            self.line(f"{self.made(over, step.level)}[i] = d{n}  #STORE {n}")
        if flag:
            self.line(f"{flag} = 1")
        self.homes[n] = Home(f"v{n}", den, over, f"g{n}" if flag else "")
        if result.num.lstrip("-").isdigit() and not flag and not over:
            exact = Fraction(int(result.num), den)
            self.constants[n] = Num(str(exact.numerator), exact.denominator)
        if step.kind == "require":
            self.fail_if(f"not {value}", "failure")
        if step.kind == "line":
            self._pay(step, value)

    def _store(self, step: Step, value: str, flag: str) -> None:
        home = self.homes[step.number]
        self.line(f"{self.made(home.value, step.level)}[i] = {value}  #STORE {step.number}")
        if home.flag:
            self.line(f"{self.made(home.flag, step.level)}[i] = {flag}  #STORE {step.number}")

    def _pay(self, step: Step, value: str) -> None:
        """Add a line to what its person receives, wherever that is asked for."""
        den = self.homes[step.number].den
        wanted = 10**self.plan.digits
        if wanted % den:
            raise NotCompilable("a line in smaller steps than the currency has")
        for number, _ in self._receivers(step.number):
            array = self.made(f"v{number}", PEOPLE)
            amount = _times(value, wanted // den)
            text = f"{array}[{self._owner(step.level)}] {'+=' if step.sign > 0 else '-='} {amount}"
            conditions = [c for c in (self._has_owner(step.level), self._in_period(step.level)) if c]
            if conditions:
                self.line(f"if {' and '.join(conditions)}:")
                text = "    " + text
            self.line(text)

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

    def _receivers(self, line: int) -> list[tuple[int, Received]]:
        out: list[tuple[int, Received]] = []
        for step in self.plan.steps:
            node = step.stages[0].node
            if isinstance(node, Received) and line in node.steps:
                out.append((step.number, node))
        return out

    def _in_period(self, level: str) -> str:
        """A condition for rows before the period, in a loop that also walks those; else ''."""
        if level not in self.early:
            return ""
        return f"{self._cached(self.array(Wanted('day', level)) + '[i]')} >= first"

    def _stages(self, step: Step, flag: str) -> Num:
        stages = step.stages
        rescue = next((k for k, s in enumerate(stages) if s.kind == "rescue"), None)
        if rescue is None:
            return self._run_stages(stages, Num("0"), flag)
        ok, value = self.fresh("ok"), self.fresh()
        self.line(f"{ok} = 1")
        self.line(f"{value} = 0")
        over = self.fresh("u")
        self.line(f"{over} = 1")
        mark = len(self.loop.lines) - 1
        with self.net(ok, "absent", "incomputable"):
            inside = self._run_stages(stages[:rescue], Num("0"), ok)
            self.line(f"{value} = {inside.num}")
            if isinstance(inside.den, str):
                self.line(f"{over} = {inside.den}")
        node = stages[rescue].node
        assert node is not None
        with self.block(f"if {ok} == 0:"):
            other = self.node(node)
            result = self._joined(inside, other, value, over)
            if isinstance(inside.den, int) and isinstance(other.den, int):
                self.line(f"{value} = {_times(other.num, _scale(other.den, result.den))}")
            else:
                self.line(f"{value} = {other.num}")
                self.line(f"{over} = {other.den}")
        if isinstance(result.den, int) and isinstance(inside.den, int) and inside.den != result.den:
            with self.block(f"if {ok} == 1:"):
                self.line(f"{value} = {_times(value, _scale(inside.den, result.den))}")
        if isinstance(result.den, int):
            del self.loop.lines[mark]
        elif isinstance(inside.den, int):
            self.loop.lines[mark] = self.loop.lines[mark].replace("= 1", f"= {inside.den}")
        if any(s.kind == "only" for s in stages[:rescue]):
            self.line(f"if {ok} != 2:")
            self.depth += 1
        return self._run_stages(stages[rescue + 1 :], result, flag)

    def _joined(self, left: Num, right: Num, value: str, over: str) -> Num:
        if isinstance(left.den, int) and isinstance(right.den, int):
            return Num(value, lcm(left.den, right.den))
        return Num(value, over)

    def _run_stages(self, stages: tuple[Stage, ...], value: Num, flag: str) -> Num:
        for stage in stages:
            value = self._stage(stage, value, flag)
        return value

    def _stage(self, stage: Stage, value: Num, flag: str) -> Num:
        if stage.kind == "round":
            assert stage.rounding is not None
            if stage.total is None:
                return self.rounded(value, stage.rounding)
            total = self.node(stage.total)
            after = self.rounded(total, stage.rounding)
            before = self.rounded(self.added(total, value, -1), stage.rounding)
            return self.added(after, before, -1)
        assert stage.node is not None
        if stage.kind == "value":
            return self.node(stage.node, Num(self.held(value.num), value.den))
        condition = self.truth(stage.node, value)
        if stage.kind == "zero":
            held = self.held(value.num)
            return Num(f"({held} if {condition} else 0)", value.den)
        if flag.startswith("ok"):
            self.line(f"if not {_wrapped(condition)}:")
            self.line(f"    {flag} = 2")
            self.line("else:")
            self.depth += 1
            for net in self.nets:
                net.falls += net.flag == flag
        else:
            self.line(f"if {condition}:")
            self.depth += 1
        return value

    # ---- many rows ----

    def _gather(self, step: Step, node: Aggregate) -> None:
        """Accumulate in the loop over the inner table's rows."""
        depth = self.depth
        to, conditions = self._target(node)
        if node.where is not None:
            conditions.append(self.truth(node.where))
        if conditions:
            self.line(f"if {' and '.join(conditions)}:")
            self.depth += 1
        ok = self.fresh("ok")
        mark = len(self.loop.lines)
        self.line(f"{ok} = 1")
        with self.net(ok, "absent") as net:
            value = Num("1") if node.argument is None else self.node(node.argument)
            self._accumulate(step, node, to, value)
        if not net.falls:
            del self.loop.lines[mark]
        self.depth = depth

    def _target(self, node: Aggregate) -> tuple[str, list[str]]:
        """The row of the scope that an inner row belongs to, and when it belongs to one."""
        if node.up:
            to = self._cached(f"{self.array(Wanted('index', node.table, node.up))}[i]")
            return to, [f"{to} >= 0"]
        inside = [c for c in (self._in_period(node.table),) if c]
        if node.scope == PEOPLE:
            return self._owner(node.table), [c for c in (self._has_owner(node.table), *inside) if c]
        to = self._cached(f"{self.array(Wanted('group', node.table, (), node.scope))}[i]")
        return to, [f"{to} >= 0", *inside]

    def _accumulate(self, step: Step, node: Aggregate, to: str, value: Num) -> None:
        n, scope = step.number, step.level
        if isinstance(value.den, str):
            raise NotCompilable("an aggregate over quotients that are not rounded")
        array = self.made(f"v{n}", scope)
        home = Home(array, value.den, "", "")
        if node.function == "sum":
            self.line(f"{array}[{to}] += {value.num}")
        elif node.function == "count":
            self.line(f"{array}[{to}] += 1")
            home = Home(array, 1, "", "")
        elif node.function == "any":
            self.line(f"if {value.num}:")
            self.line(f"    {array}[{to}] = 1")
        elif node.function == "average":
            count = self.made(f"w{n}", scope)
            self.line(f"{array}[{to}] += {value.num}")
            self.line(f"{count}[{to}] += 1")
            home = Home(array, value.den, count, "")
        elif node.function == "distinct":
            seen = self.made(f"s{n}", scope)
            item = "i" if node.argument is None else value.num
            held = self.held(item)
            self.line(f"if {seen}[{to}] == 0:")
            self.line(f"    {seen}[{to}] = set()")
            self.line(f"if {held} not in {seen}[{to}]:")
            self.line(f"    {seen}[{to}].add({held})")
            self.line(f"    {array}[{to}] += 1")
            home = Home(array, 1, "", "")
        else:
            flag = self.made(f"g{n}", scope)
            held = self.held(value.num)
            sign = "<" if node.function == "min" else ">"
            self.line(f"if not {flag}[{to}] or {held} {sign} {array}[{to}]:")
            self.line(f"    {array}[{to}] = {held}")
            self.line(f"    {flag}[{to}] = 1")
            home = Home(array, value.den, "", flag)
        self.homes[n] = home

    def _run_total(self, step: Step, node: Running) -> None:
        n, depth = step.number, self.depth
        total = self.made(f"r{n}", PEOPLE)
        owner = self._owner(node.table)
        if self._has_owner(node.table):
            raise NotCompilable("a running total over rows without a person")
        if node.where is not None:
            self.line(f"n{n} = f{n} = 0")
            self.line(f"if {self.truth(node.where)}:")
            self.depth += 1
        value = Num("1") if node.argument is None else self.node(node.argument)
        if isinstance(value.den, str):
            raise NotCompilable("a running total of quotients that are not rounded")
        if node.table in self.early:
            self._restart(n, total, owner, node.table)
        self.line(f"n{n} = {total}[{owner}] = {total}[{owner}] + {_wrapped(value.num)}")
        flag = ""
        if node.where is not None:
            flag = f"g{n}"
            self.line(f"f{n} = 1")
        self.depth = depth
        self.homes[n] = Home(f"v{n}", value.den, "", flag)
        self._store(step, f"n{n}", f"f{n}")

    def _restart(self, n: int, total: str, owner: str, table: str) -> None:
        """Rows before the period have running totals of their own periods."""
        stretch = self.made(f"p{n}", PEOPLE)
        place = self._cached(f"{self.array(Wanted('stretch', table))}[i]")
        self.line(f"if {stretch}[{owner}] != {place}:")
        self.line(f"    {stretch}[{owner}] = {place}")
        self.line(f"    {total}[{owner}] = 0")

    def _receive(self, step: Step, node: Received) -> None:
        """The sum is made where the lines are paid; here it is only named."""
        self.made(f"v{step.number}", PEOPLE)
        self.homes[step.number] = Home(f"v{step.number}", 10**self.plan.digits, "", "")
        self.received[step.number] = node.steps

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
        conditions = [_dates(day, first, end) for first, end, _ in node.values]
        if node.values[0][0] is not None or node.values[-1][1] is not None:
            self.fail_if(f"not ({' or '.join(conditions)})")
        text = _times(values[-1].num, _scale(values[-1].den, den))
        for condition, value in zip(conditions[-2::-1], values[-2::-1], strict=True):
            text = f"{_times(value.num, _scale(value.den, den))} if {condition} else {text}"
        return Num(self.held(f"({text})"), den)

    def _column(self, node: Column, prior: Num | None) -> Num:
        level = self.loop.level
        wanted = Wanted("column", level, node.path, f"{node.table}.{node.name}")
        column = self.tables[node.table].column(node.name)
        if self._may_be_missing(level, node.path, _gaps(column)):
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
            missing = missing or _gaps(column)
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
            return Num(f"-{_wrapped(ready[0].num)}", ready[0].den)
        if node.operator == "ceiling":
            return Num(f"-(-{_wrapped(ready[0].num)} // {ready[0].den})")
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
            a, b = _times(left.num, den // left.den), _times(right.num, den // right.den)
            return Num(f"({a} {operator} {_wrapped(b)})", den)
        a = _times(left.num, right.den)
        b = _times(right.num, left.den)
        return Num(f"({a} {operator} {_wrapped(b)})", self._product(left.den, right.den))

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
        return Num(f"{_wrapped(left.num)} * {_wrapped(right.num)}", self._product(left.den, right.den))

    def _by_constant(self, value: Num, p: int, q: int) -> Num:
        assert isinstance(value.den, int)
        common = gcd(p, value.den * q) or 1
        return Num(_times(value.num, p // common), value.den * q // common)

    def divided(self, left: Num, right: Num) -> Num:
        if right.num.lstrip("-").isdigit() and int(right.num) > 0 and isinstance(right.den, int):
            return self.multiplied(left, Num(str(right.den), int(right.num)))
        top = self.held(_times(left.num, right.den))
        below = self.fresh("q")
        self.line(f"{below} = {_times(right.num, left.den)}")
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
            a = self.held(_times(left.num, den // left.den))
            b = self.held(_times(right.num, den // right.den))
            return Num(f"({a} if {a} {sign} {b} else {b})", den)
        a, b = self.held(left.num), self.held(right.num)
        first = self.fresh("b")
        self.line(f"{first} = {_times(a, right.den)} {sign} {_times(b, left.den)}")
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
                return Num(_times(value.num, factor * p), q)
            if value.num.lstrip("-").isdigit():
                exact = round_to(Fraction(int(value.num), value.den), rounding)
                return Num(str(exact.numerator * (q // exact.denominator)), q)
            if rounding.mode is RoundingMode.half_up:
                return Num(self.held(_times(self._half_up(_times(value.num, factor), den), p)), q)
            text = f"{rounding.mode}({_times(value.num, factor)}, {den})"
        else:
            text = f"{rounding.mode}({_times(value.num, q)}, {_times(value.den, p)})"
        return Num(self.held(_times(text, p)), q)

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
            a, b = _times(left.num, den // left.den), _times(right.num, den // right.den)
        else:
            a, b = _times(left.num, right.den), _times(right.num, left.den)
        return f"({a} {sign} {b})"

    def _logic(self, node: Logic, prior: Num | None) -> Num:
        if node.operator in ("present", "missing"):
            there = self._present(node.operands[0])
            return Num(there if node.operator == "present" else f"(not {there})")
        if node.operator == "not":
            return Num(f"(not {self.truth(node.operands[0], prior)})")
        if node.operator == "multiple":
            left, right = (self.node(o, prior) for o in node.operands)
            top, below = self.held(_times(left.num, right.den)), self.held(_times(right.num, left.den))
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
            if not self._may_be_missing(self.loop.level, node.path, _gaps(column)):
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
        a, b = _times(yes.num, den // yes.den), _times(no.num, den // no.den)
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
                lines = [f"{value} = {_times(result.num, _scale(result.den, den))}"]
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
            test = f"{value} != {_times(num, _scale(int(own), den))}"
        else:
            test = f"{_times(value, own)} != {_times(num, over)}"
        return f"{pad}if {found} and {test}:\n{pad}    return i * 64 + {self.fails % 63 + 1}"

    # ---- dates ----

    def _date_op(self, node: DateOp, prior: Num | None) -> Num:
        left, right = (self.node(o, prior) for o in node.operands)
        if node.operator in ("later", "earlier"):
            count = right.num if right.den == 1 else f"whole({right.num}, {right.den})"
            sign = "" if node.operator == "later" else "-"
            if node.months:
                return Num(f"add_months({left.num}, {sign}{_wrapped(count)})")
            return Num(f"({left.num} {'+' if not sign else '-'} {_wrapped(count)})")
        if node.operator == "months":
            return Num(f"months_touched({left.num}, {right.num})")
        if node.operator == "days":
            return Num(f"days_between({left.num}, {right.num})")
        return Num(f"({left.num} - {_wrapped(right.num)})")

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
        scaled = [_times(v.num, _scale(v.den, den)) for v in values]
        name = self._helper(
            ("value", node.brackets, node.otherwise, _fixed(key.den), den), lambda: _value_helper(node, key, scaled)
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
            return value if node.mode == "fixed" else self.multiplied(base, value)
        outside = [self.outside(node, x, for_value=False) for x in (base, before) if x is not None]
        outside = [o for o in outside if o != "False"]
        if outside and node.otherwise is None:
            self.fail_if(" or ".join(outside))
        inner = self._slices(node, base, before)
        if not outside or node.otherwise is None:
            return inner
        whole = base if before is None else self.added(base, before, -1)
        other = self.multiplied(whole, self.scalar(node.otherwise))
        if not (isinstance(inner.den, int) and isinstance(other.den, int)):
            raise NotCompilable("a marginal table with otherwise over a quotient")
        den = lcm(inner.den, other.den)
        a, b = _times(inner.num, den // inner.den), _times(other.num, den // other.den)
        return Num(self.held(f"({b} if {' or '.join(outside)} else {a})"), den)

    def _slices(self, node: Tier, base: Num, before: Num | None) -> Num:
        if node.rounding is not None:
            return self._rounded_slices(node, base, before)
        key = ("price", node.brackets, _fixed(base.den))
        rates = [b.value for b in node.brackets if isinstance(b.value, Fraction)]
        parts = _affine(node.brackets)
        den0 = lcm(*(r.denominator for r in rates), *(c.denominator for _, c in parts))
        if isinstance(base.den, int):
            den0 = lcm(*(r.denominator * base.den for r in rates), *(c.denominator for _, c in parts))
        name = self._helper(key, lambda: _price_helper(node, base, parts, den0))
        after = f"{name}({self._with_den(base)})"
        if isinstance(base.den, int):
            if before is None:
                return Num(self.held(after), den0)
            step = self._helper(("rise", *key), lambda: _rise_helper(node, base, name, den0))
            return Num(self.held(f"{step}({before.num}, {base.num})"), den0)
        if before is not None:
            raise NotCompilable("a running total of quotients that are not rounded")
        return Num(self.held(after), self.held(f"{base.den} * {den0}"))

    def _rounded_slices(self, node: Tier, base: Num, before: Num | None) -> Num:
        if not isinstance(base.den, int) or node.rounding is None:
            raise NotCompilable("slices of a quotient, each rounded")
        start = before.num if before is not None else "0"
        key = ("slices", node.brackets, base.den, node.rounding)
        name = self._helper(key, lambda: _slice_helper(node, base, node.rounding))
        return Num(self.held(f"{name}({start}, {base.num})"), node.rounding.step.denominator)

    def _helper(self, key: Any, write: Callable[[], str]) -> str:
        if key not in self.helper_names:
            name = f"h{len(self.helper_names)}"
            self.helper_names[key] = name
            self.helpers[name] = write().replace("NAME(", f"{name}(")
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
        Aggregate: _unreachable,
        Running: _unreachable,
        Received: _unreachable,
    }


def _with_cache(cache: Mapping[str, str], lines: list[str]) -> list[str]:
    """Read an array once at the top where it is used again and again, else where it is used."""
    text = "\n".join(lines)
    uses = {local: len(re.findall(rf"\b{local}\b", text)) for local in cache.values()}
    for read, local in cache.items():
        if uses[local] == 1:
            lines = [re.sub(rf"\b{local}\b", read, line) for line in lines]
    return [f"        {local} = {read}" for read, local in cache.items() if uses[local] > 1] + lines


def _gaps(column: checked.Column) -> bool:
    """Whether a value of the column may be missing for a row."""
    return column.dated or (column.optional and column.default is None)


def _early(plan: Plan, tables: Mapping[str, checked.Table]) -> frozenset[str]:
    """Facts tables whose rows before the period are needed: children of a row, parents of a later child."""
    out: set[str] = set()
    for step in plan.steps:
        for node in _nodes_of(step):
            _find_early(node, step.level, tables, out)
    return frozenset(out)


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
    for child in _children(node):
        _find_early(child, level, tables, out)


# ---- text ----


def _times(num: str, factor: int | str) -> str:
    if factor == 1:
        return num
    if num.lstrip("-").isdigit() and isinstance(factor, int):
        return str(int(num) * factor)
    return f"{_wrapped(num)} * {factor}"


def _wrapped(text: str) -> str:
    """In brackets unless it is one name, number, call, subscript or bracket."""
    if text.isidentifier() or text.isdigit():
        return text
    if text.startswith("(") and _closes(text):
        return text
    if (
        text[0].isalpha()
        and text.endswith(("]", ")"))
        and " " not in text.split("(")[0].split("[")[0]
        and _closes(text[max(0, _opening(text)) :])
    ):
        return text
    return f"({text})"


def _opening(text: str) -> int:
    places = [p for p in (text.find("("), text.find("[")) if p >= 0]
    return min(places, default=0)


def _closes(text: str) -> bool:
    """Whether the bracket that opens the text closes at its end."""
    depth = 0
    for position, char in enumerate(text):
        depth += (char in "([") - (char in ")]")
        if depth == 0:
            return position == len(text) - 1
    return False


def _scale(own: int | str, wanted: int | str) -> int:
    assert isinstance(own, int)
    assert isinstance(wanted, int)
    return wanted // own


def _fixed(den: int | str) -> int:
    return den if isinstance(den, int) else 0


def _dates(day: str, first: date | None, end: date | None) -> str:
    tests: list[str] = []
    if first is not None:
        tests.append(f"{day} >= {first.toordinal()}")
    if end is not None:
        tests.append(f"{day} <= {end.toordinal()}")
    return " and ".join(tests) or "True"


def below(x: Num, bound: Fraction, inside: bool) -> str:
    """A condition: x < bound, or x <= bound where the bound is not inside."""
    if isinstance(x.den, int):
        scaled = bound * x.den
        return f"{x.num} < {ceil(scaled)}" if inside else f"{x.num} <= {floor(scaled)}"
    sign = "<" if inside else "<="
    return f"{_times(x.num, bound.denominator)} {sign} {bound.numerator} * {x.den}"


def beyond(x: Num, bound: Fraction, inside: bool) -> str:
    """A condition: x > bound, or x >= bound where the bound is not inside."""
    if isinstance(x.den, int):
        scaled = bound * x.den
        return f"{x.num} > {floor(scaled)}" if inside else f"{x.num} >= {ceil(scaled)}"
    sign = ">" if inside else ">="
    return f"{_times(x.num, bound.denominator)} {sign} {bound.numerator} * {x.den}"


def _value_helper(node: Tier, key: Num, scaled: list[str]) -> str:
    x = Num("n", key.den if isinstance(key.den, int) else "d")
    lines = [f"def NAME({'n' if isinstance(key.den, int) else 'n, d'}):  # {node.table} · {_place_of(node)}"]
    if node.otherwise is not None and node.brackets[0].low is not None:
        low = node.brackets[0]
        assert low.low is not None
        lines += [f"    if {below(x, low.low, low.low_inside)}:", f"        return {scaled[-1]}"]
    for bracket, value in zip(node.brackets, scaled, strict=False):
        if bracket.high is None:
            lines.append(f"    return {value}")
            return "\n".join(lines)
        lines += [
            f"    if not {_wrapped('(' + beyond(x, bracket.high, bracket.high_inside) + ')')}:",
            f"        return {value}",
        ]
    lines.append(f"    return {scaled[-1] if node.otherwise is not None else 0}")
    return "\n".join(lines)


def _place_of(node: Tier) -> str:
    return f"{node.span.source}:{node.span.line}"


def _affine(brackets: tuple[Bracket, ...]) -> list[tuple[Bracket, Fraction]]:
    """Each tier with c such that the price of 0..x is rate × x + c inside it."""
    out: list[tuple[Bracket, Fraction]] = []
    for bracket in brackets:
        low = bracket.low
        rate = bracket.value
        assert isinstance(rate, Fraction)
        if low is None:
            out.append((bracket, Fraction(0)))
        else:
            out.append((bracket, _integral(brackets, low) - rate * low))
    return out


def _integral(brackets: tuple[Bracket, ...], x: Fraction) -> Fraction:
    start, end = min(Fraction(0), x), max(Fraction(0), x)
    total = Fraction(0)
    for bracket in brackets:
        low = start if bracket.low is None else max(start, bracket.low)
        high = end if bracket.high is None else min(end, bracket.high)
        if high > low:
            assert isinstance(bracket.value, Fraction)
            total += (high - low) * bracket.value
    return total if x >= 0 else -total


def _price_helper(node: Tier, base: Num, parts: list[tuple[Bracket, Fraction]], den: int) -> str:
    static = isinstance(base.den, int)
    x = Num("n", base.den if static else "d")
    lines = [f"def NAME({'n' if static else 'n, d'}):  # {node.table}, {node.mode} · {_place_of(node)}"]
    first = node.brackets[0]
    if first.low is not None and first.low > 0:
        lines += [f"    if {below(x, first.low, inside=True)}:", "        return 0"]
    if first.low is None and first.high is not None and first.high < 0:
        raise NotCompilable("a first tier wholly below zero")
    for position, (bracket, constant) in enumerate(parts):
        rate = bracket.value
        assert isinstance(rate, Fraction)
        slope = rate * den / (base.den if isinstance(base.den, int) else 1)
        offset = constant * den
        text = f"n * {slope.numerator}"
        if offset:
            text += f" {'+' if offset > 0 else '-'} {abs(offset.numerator)}{'' if static else ' * d'}"
        if bracket.high is None or position == len(parts) - 1:
            lines.append(f"    return {text}")
            break
        lines += [f"    if {below(x, bracket.high, inside=False)}:", f"        return {text}"]
    return "\n".join(lines)


def _rise_helper(node: Tier, base: Num, price: str, den: int) -> str:
    """What a running total adds to the price from `m` to `n`; mostly both lie in one tier."""
    assert isinstance(base.den, int)
    lines = [f"def NAME(m, n):  # {node.table}: {price}(n) - {price}(m)"]
    for bracket in node.brackets:
        rate = bracket.value
        assert isinstance(rate, Fraction)
        slope = rate * den / base.den
        tests: list[str] = []
        if bracket.low is not None:
            tests.append(f"m >= {ceil(bracket.low * base.den)}")
        if bracket.high is not None:
            tests.append(f"n <= {floor(bracket.high * base.den)}")
        lines.append(f"    if {' and '.join(['m <= n', *tests])}:")
        lines.append(f"        return (n - m) * {slope.numerator}")
    return "\n".join([*lines, f"    return {price}(n) - {price}(m)"])


def _slice_helper(node: Tier, base: Num, rounding: Rounding | None) -> str:
    assert rounding is not None
    assert isinstance(base.den, int)
    p, q = rounding.step.numerator, rounding.step.denominator
    lines = [f"def NAME(start, end):  # {node.table}, each slice rounded · {_place_of(node)}", "    total = 0"]
    lines += ["    sign = 1", "    if end < start:", "        start, end, sign = end, start, -1"]
    for bracket in node.brackets:
        rate = bracket.value
        assert isinstance(rate, Fraction)
        unit = lcm(base.den, *(b.denominator for b in (bracket.low, bracket.high) if b is not None))
        factor = unit // base.den
        low = "start" if bracket.low is None else f"most(start * {factor}, {int(bracket.low * unit)})"
        high = "end" if bracket.high is None else f"least(end * {factor}, {int(bracket.high * unit)})"
        low = f"start * {factor}" if bracket.low is None else low
        high = f"end * {factor}" if bracket.high is None else high
        lines += [
            f"    part = {high} - {low}",
            "    if part > 0:",
            f"        total += {rounding.mode}(part * sign * {rate.numerator * q}, {rate.denominator * unit * p}) * {p}",
        ]
    lines.append("    return total")
    return "\n".join(lines)


def _nodes_of(step: Step) -> Iterator[Any]:
    if step.where is not None:
        yield step.where
    for stage in step.stages:
        for node in (stage.node, stage.total):
            if node is not None:
                yield node


def _children(node: Any) -> Iterator[Any]:
    if isinstance(node, tuple):
        yield from node
    elif hasattr(node, "__dataclass_fields__") and not isinstance(node, Bracket | Rounding):
        for name in node.__dataclass_fields__:
            value = getattr(node, name)
            if name not in ("span", "spans", "brackets", "values") and (
                isinstance(value, tuple) or hasattr(value, "__dataclass_fields__")
            ):
                yield value


PRELUDE = """\
def half_up(n, d):
    h = d >> 1
    return (n + h) // d if n >= 0 else -((h - n) // d)


def half_even(n, d):
    q = n // d
    r = (n - q * d) * 2
    return q + 1 if r > d or (r == d and q % 2 == 1) else q


def up(n, d):
    return -(-n // d) if n >= 0 else n // d


def down(n, d):
    return n // d if n >= 0 else -(-n // d)


def ceiling(n, d):
    return -(-n // d)


def floor(n, d):
    return n // d


def least(a, b):
    return a if a <= b else b


def most(a, b):
    return a if a >= b else b


"""
