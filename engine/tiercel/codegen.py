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
from collections.abc import Mapping
from fractions import Fraction
from math import lcm
from typing import Any

from tiercel.formulas import Formulas
from tiercel.plan import (
    Aggregate,
    Choose,
    Plan,
    Received,
    Running,
    Slot,
    Stage,
    Step,
)
from tiercel.program import (
    PRELUDE,
    Home,
    Loop,
    NotCompilable,
    Num,
    Program,
    Wanted,
    children,
    nodes_of,
    scale,
    times,
    wrapped,
)
from tiercel_dsl.scheme import PEOPLE, CheckedScheme


def generate(scheme: CheckedScheme, plan: Plan) -> Program:
    """The program of a plan; raises NotCompilable."""
    return _Generator(scheme, plan).program()


class _Generator(Formulas):
    """Places steps in loops and writes them."""

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
            frozenset(n for n in self.homes if self._is_kept(n)),
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
        return self._is_kept(int(number))

    def _is_kept(self, number: int) -> bool:
        """What a result shows, and what another loop reads, is stored."""
        step = self.plan.step(number)
        shown = step.kind in ("line", "payout") or (step.level == PEOPLE and step.kind in ("value", "score", "kpi"))
        return shown or number in self.read_elsewhere

    # ---- where a step goes ----

    def _place(self, step: Step) -> None:
        level = self._loop_level(step)
        earliest = max((self._needs(n, level) for n in nodes_of(step)), default=0)
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
        return max((self._needs(n, level) for n in children(node)), default=0)

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
        elif isinstance(node, Received):  # alone in its step: asked for, or a payout without steps of its own
            self._receive(step, node)
        else:
            self._body(step)

    def _body(self, step: Step) -> None:
        n = step.number
        partial = step.where is not None or any(s.kind in ("only", "variant") for s in step.stages)
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
            amount = times(value, wanted // den)
            text = f"{array}[{self._owner(step.level)}] {'+=' if step.sign > 0 else '-='} {amount}"
            conditions = [c for c in (self._has_owner(step.level), self._in_period(step.level)) if c]
            if conditions:
                self.line(f"if {' and '.join(conditions)}:")
                text = "    " + text
            self.line(text)

    def _receivers(self, line: int) -> list[tuple[int, Received]]:
        out: list[tuple[int, Received]] = []
        for step in self.plan.steps:
            node = step.stages[0].node
            if isinstance(node, Received) and line in node.steps:
                out.append((step.number, node))
        return out

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
                self.line(f"{value} = {times(other.num, scale(other.den, result.den))}")
            else:
                self.line(f"{value} = {other.num}")
                self.line(f"{over} = {other.den}")
        if isinstance(result.den, int) and isinstance(inside.den, int) and inside.den != result.den:
            with self.block(f"if {ok} == 1:"):
                self.line(f"{value} = {times(value, scale(inside.den, result.den))}")
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
        if stage.kind == "variant":
            assert isinstance(stage.node, Choose)
            value, condition = self._variant(stage.node)
        else:
            condition = self.truth(stage.node, value)
        if stage.kind == "zero":
            held = self.held(value.num)
            return Num(f"({held} if {condition} else 0)", value.den)
        if flag.startswith("ok"):
            self.line(f"if not {wrapped(condition)}:")
            self.line(f"    {flag} = 2")
            self.line("else:")
            self.depth += 1
            for net in self.nets:
                net.falls += net.flag == flag
        else:
            self.line(f"if {condition}:")
            self.depth += 1
        return value

    def _variant(self, node: Choose) -> tuple[Num, str]:
        """The value of the body that holds, and whether it has one; several that hold must agree."""
        slots = [slot for slot in (*(value for _, value in node.cases), node.otherwise) if isinstance(slot, Slot)]
        bodies = [self._variant_read(slot) for slot in slots]
        den = lcm(*(value.den for value, _ in bodies if isinstance(value.den, int)))
        amounts = [(times(value.num, scale(value.den, den)), flag) for value, flag in bodies]
        value, have, seen = self.fresh(), self.fresh("f"), self.fresh("f")
        self.line(f"{value} = {have} = {seen} = 0")
        for (condition, _), (amount, flag) in zip(node.cases, amounts, strict=False):
            with self.block(f"if {self.truth(condition)}:"):
                self.fail_if(f"{seen} and ({value} != {amount} or {have} != {flag})", "failure")
                self.line(f"{value} = {amount}")
                self.line(f"{have} = {flag}")
                self.line(f"{seen} = 1")
        amount, flag = amounts[-1]
        self.line(f"if not {seen}:")
        self.line(f"    {value} = {amount}")
        self.line(f"    {have} = {flag}")
        return Num(value, den), have

    def _variant_read(self, slot: Slot) -> tuple[Num, str]:
        """The value of a body for the row at hand, 0 where it has none, and whether it has one."""
        home = self.homes[slot.step]
        if home.over:
            raise NotCompilable("a body whose denominator is not known")
        if self.loops[self.placed[slot.step]] is self.loop:
            return Num(f"n{slot.step}", home.den), f"f{slot.step}"
        level = self.plan.step(slot.step).level
        self.read_elsewhere.add(slot.step)
        value, flag = (f"{self.made(name, level)}[i]" for name in (home.value, home.flag))
        return Num(value, home.den), flag

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
        self.line(f"n{n} = {total}[{owner}] = {total}[{owner}] + {wrapped(value.num)}")
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


def _with_cache(cache: Mapping[str, str], lines: list[str]) -> list[str]:
    """Read an array once at the top where it is used again and again, else where it is used."""
    text = "\n".join(lines)
    uses = {local: len(re.findall(rf"\b{local}\b", text)) for local in cache.values()}
    for read, local in cache.items():
        if uses[local] == 1:
            lines = [re.sub(rf"\b{local}\b", read, line) for line in lines]
    return [f"        {local} = {read}" for read, local in cache.items() if uses[local] > 1] + lines
