"""Plan → one flat Python program over scaled integers.

In: a plan and the tables' links. Out: `Program`: the source, what arrays it wants, where each step's value
ends up. Every number is an integer over a denominator known from the plan; only a division makes a
denominator at run time, and it stays beside its numerator until the value is rounded. The text depends on
the plan alone, never on the facts.

The program is a list of loops, each over the rows of one table, in working order: a step goes into the
first loop of its level in which everything it reads is there. A named value of the period that cannot be
computed makes its loop return the row and a code; the caller then lets the definition of the language say
what is wrong. Values without a name, and those of rows outside the period, are wrong only where somebody
reads them: they get a state instead.
"""

import re
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from math import lcm
from typing import Any, ClassVar

from tiercel.formulas import bunch_of, gaps, span_of
from tiercel.lookback import BEFORE, KEYLESS, NO_KEY, UNDATED, UNHIRED
from tiercel.parts import POOLED, Parts
from tiercel.plan import (
    REST,
    Aggregate,
    Choose,
    Column,
    Highest,
    Node,
    PartOf,
    Plan,
    Rank,
    Received,
    Receiver,
    Running,
    Slot,
    Stage,
    Step,
    Window,
)
from tiercel.program import (
    FAILURES,
    PRELUDE,
    RESCUED,
    THERE,
    UNSAID,
    Home,
    Loop,
    Net,
    NotCompilable,
    Num,
    Program,
    Wanted,
    children,
    common,
    day_of,
    fixed,
    is_number,
    nodes_of,
    scale,
    times,
    wrapped,
)
from tiercel.sorting import RANKED, Rankings
from tiercel_dsl.scheme import PEOPLE, CheckedScheme

_EVERY_KIND = frozenset(FAILURES)
_STEPS = (
    "value", "kpi", "score", "competency", "account", "line", "payout", "require", "hidden", "variant", "pool",
    "ruling", "passage",
)  # fmt: skip


def generate(scheme: CheckedScheme, plan: Plan) -> Program:
    """The program of a plan; raises NotCompilable."""
    return _Generator(scheme, plan).program()


class _Generator(Rankings):
    """Places steps in loops and writes them."""

    def program(self) -> Program:
        self.late = {body.number for step in self.plan.steps for body in self.bodies_of(step)}
        for step in self.plan.steps:
            self._place(step)
        parts = [self.helpers[name] for name in sorted(self.helpers, key=lambda name: int(name[1:]))]
        parts += [self._function(loop) for loop in self.loops]
        order = tuple((loop.name, loop.level, tuple(loop.arguments)) for loop in self.loops)
        texts = tuple(sorted(self.texts, key=lambda t: self.texts[t]))
        return Program(
            PRELUDE + (POOLED if self.pooled else "") + (RANKED if self.ranks else "") + "\n\n".join(parts) + "\n",
            order,
            self.wants,
            self.makes,
            self.homes,
            self.received,
            self.placed,
            self.wide,
            frozenset(n for n in self.homes if self._is_kept(n)),
            texts,
            self.steady,
        )

    def _function(self, loop: Loop) -> str:
        """The text of a loop; stores that nobody reads are left out."""
        if loop.sorts:
            arguments = ", ".join(("lo", "hi", "first", "last", "days", "number", *loop.arguments))
            return f"def {loop.name}({arguments}):\n    return {loop.sorts}"
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
        above = step.level == PEOPLE or self.tables[step.level].kind == "group"
        own = above and step.kind in ("value", "score", "kpi", "account", "competency")
        shown = step.kind in ("line", "payout", "rank", "ruling", "passage") or own
        return shown or number in self.read_elsewhere

    # ---- where a step goes ----

    def _place(self, step: Step) -> None:
        if step.number in self.late:
            return
        if step.kind == "rank":
            node = step.stages[0].node
            assert isinstance(node, Rank)
            self.place_rank(step, node)
            return
        level, together = self._loop_level(step), (*self.bodies_of(step), step)
        self.placed |= {one.number: 0 for one in together}
        earliest = max((self._needs(n, level) for one in together for n in nodes_of(one)), default=0)
        number = next((k for k in range(earliest, len(self.loops)) if self._is_for(self.loops[k], level)), None)
        if number is None:
            self.loops.append(Loop(f"loop{len(self.loops)}", level))
            number = len(self.loops) - 1
        for one in together:
            self.loop, self.depth = self.loops[number], 2
            self.placed[one.number] = number
            self._write(one)
            self.ready[one.number] = number + 1

    def _is_for(self, loop: Loop, level: str) -> bool:
        return loop.level == level and not loop.sorts

    def _loop_level(self, step: Step) -> str:
        node = step.stages[0].node
        if step.kind == "hidden" and isinstance(node, Aggregate):
            return node.table
        return step.level

    def _needs(self, node: Any, level: str) -> int:
        """The first loop in which everything that `node` reads is there."""
        if isinstance(node, Slot):
            same = not node.path and self.plan.step(node.step).level == level and not self.gathers(node.step)
            return self.placed[node.step] if same else self.ready[node.step]
        if isinstance(node, PartOf):
            return self.ready[node.step] if node.path or node.place is None else self.placed[node.step]
        if isinstance(node, Received):
            return max((self.ready[n] for n in node.steps), default=0)
        if isinstance(node, Window) and isinstance(node.as_of, Slot):
            return self.ready[node.as_of.step]  # it is read for the rows of the whole, not for those added up
        return max((self._needs(n, level) for n in children(node)), default=0)

    # ---- steps ----

    def _write(self, step: Step) -> None:
        name = f"{step.name}.{step.part}" if step.part else step.name or "hidden"
        where = f"{step.clause} · {step.span.source}:{step.span.line}".strip(" ·")
        self.step_at_hand = step.number
        self.line(f"# {name} · {where}" if step.kind != "hidden" else f"# {where}")
        if step.kind not in _STEPS:
            raise NotCompilable(step.kind)
        node = step.stages[0].node
        alone = self._alone.get(type(node)) if step.kind == "hidden" or isinstance(node, Received) else None
        if alone is None:
            self._body(step)
        else:
            alone(self, step, node)

    def _body(self, step: Step) -> None:
        n, depth = step.number, self.depth
        taken = step.stages[0].node
        partial = (
            isinstance(taken, PartOf)
            or step.where is not None
            or any(s.kind in ("only", "variant") for s in step.stages)
        )
        mark = self.later()
        with self._kept_apart(step) as net:
            if step.where is not None:
                self.line(f"if {self.truth(step.where)}:")
                self.depth += 1
            result = self._stages(step)
            if step.kind == "require":
                result = self.kept(result)
                self.fail_if(f"not {result.num}", "failure")
            certain = isinstance(taken, PartOf) and taken.place != REST  # asked when the shares were made
            if step.receiver is not None and not certain and self.may_lack(step.level, step.receiver):
                result, partial = self._received_by_somebody(step.receiver, result), True
            kinds = frozenset(net.caught if net is not None else ())
            kinds = kinds if step.kind == "hidden" else frozenset({"broken"} if kinds else ())
            kinds |= {"none"} if partial else frozenset()
            self._keep(step, result, kinds)
            self.store_parts(step)
        self.depth = depth
        self.fill(mark, *([f"n{n} = f{n} = 0"] if kinds else []))
        self._store(step)

    def _received_by_somebody(self, receiver: Receiver, result: Num) -> Num:
        """An amount without a receiver is a failure; nothing for nobody is no line."""
        result, person = self.kept(result), self.receiver(receiver)
        self.fail_if(f"{person} < 0 and {result.num} != 0", "failure")
        self.line(f"if {person} >= 0:")
        self.depth += 1
        return result

    @contextmanager
    def _kept_apart(self, step: Step) -> Generator[Net | None]:
        """A net for a value that may be wrong without anybody being told: its state says so to who reads it."""
        inside, state = self.in_period(step.level), f"f{step.number}"
        if step.kind != "hidden" and not inside:
            yield None
            return
        stop, broken = self.stop(), FAILURES["broken"]

        def fall(kind: str, code: str) -> tuple[str, ...]:
            if step.kind != "hidden":
                return f"if {inside}:", f"    {stop}", f"{state} = {broken}"
            if kind != "broken":
                return (f"{state} = {code}",)
            return f"if {inside}:", f"    {stop}", f"{state} = {code}"

        with self.net(_EVERY_KIND if inside else _EVERY_KIND - {"broken"}, fall) as net:
            yield net

    def _keep(self, step: Step, result: Num, kinds: frozenset[str]) -> None:
        n = step.number
        den = result.den if isinstance(result.den, int) else 1
        self.line(f"n{n} = {result.num}")
        if isinstance(result.den, str):
            self.line(f"d{n} = {result.den}")
            self.line(f"{self.made(f'w{n}', step.level)}[i] = d{n}  #STORE {n}")
        if kinds:
            self.line(f"f{n} = {THERE}")
        over, flag = f"w{n}" if isinstance(result.den, str) else "", f"g{n}" if kinds else ""
        self.homes[n] = Home(f"v{n}", den, over, flag, kinds, calendar=result.calendar)
        if is_number(result.num) and not kinds and not over:
            exact = Fraction(int(result.num), den)
            self.constants[n] = Num(str(exact.numerator), exact.denominator, result.calendar)
        if step.kind == "line":
            self._pay(step, f"n{n}")
            self.tally(step, f"n{n}", den)

    def _store(self, step: Step) -> None:
        n, home = step.number, self.homes[step.number]
        self.line(f"{self.made(home.value, step.level)}[i] = n{n}  #STORE {n}")
        if home.flag:
            self.line(f"{self.made(home.flag, step.level)}[i] = f{n}  #STORE {n}")

    def _pay(self, step: Step, value: str) -> None:
        """Add a line to what its person receives, wherever that is asked for."""
        home, wanted = self.homes[step.number], 10**self.plan.digits
        if home.over or wanted % home.den:  # no plan has it: lines end rounded to what can be paid
            raise NotCompilable("a line in smaller steps than the currency has")
        if step.receiver is not None and step.receiver.company:
            return
        person = self.owner(step.level) if step.receiver is None else self.receiver(step.receiver)
        owned = self.has_owner(step.level) if step.receiver is None else ""
        for number, _ in self._receivers(step.number):
            array = self.made(f"v{number}", PEOPLE)
            amount = times(value, wanted // home.den)
            text = f"{array}[{person}] {'+=' if step.sign > 0 else '-='} {amount}"
            conditions = [c for c in (owned, self.in_period(step.level)) if c]
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

    # ---- stages ----

    def _stages(self, step: Step) -> Num:
        value, stages = Num("0"), step.stages
        while (at := next((k for k, s in enumerate(stages) if s.kind == "rescue"), None)) is not None:
            value = self._rescued(stages[:at], stages[at], value)
            stages = stages[at + 1 :]
        return self._run_stages(stages, value, "")

    def _rescued(self, stages: tuple[Stage, ...], rescue: Stage, before: Num) -> Num:
        """The stages, or where they cannot be computed what the author said holds then."""
        ok, value, over = self.fresh("ok"), self.fresh(), self.fresh("over")
        before = self.kept(before)
        self.line(f"{ok} = 1")
        with self.net(RESCUED, lambda kind, state: (f"{ok} = 0",), ok):
            inside = self._run_stages(stages, before, ok)
            first = self.later()
        assert rescue.node is not None
        with self.block(f"if {ok} == 0:"):
            other = self.node(rescue.node)
            second = self.later()
        den = common(inside, other)
        for place, result in ((first, inside), (second, other)):
            num = times(result.num, scale(result.den, den)) if den else result.num
            self.fill(place, f"{value} = {num}", *([] if den else [f"{over} = {result.den}"]))
        if any(s.kind == "only" for s in stages):
            self.line(f"if {ok} != 2:")
            self.depth += 1
        return Num(value, den or over, inside.calendar)

    def _run_stages(self, stages: tuple[Stage, ...], value: Num, ok: str) -> Num:
        for stage in stages:
            make = self._stage_makers.get(stage.kind)
            if make is None:
                raise NotCompilable(stage.kind)
            value = make(self, stage, value, ok)
        return value

    def _value_stage(self, stage: Stage, value: Num, ok: str) -> Num:
        assert stage.node is not None
        if isinstance(stage.node, PartOf):
            part, there = self.take_part(stage.node)
            if there:
                self.line(f"if {there}:")
                self.depth += 1
            return part
        return self.node(stage.node, self.kept(value))

    def _round_stage(self, stage: Stage, value: Num, ok: str) -> Num:
        assert stage.rounding is not None
        if stage.unit is not None:
            return self.rounded_by_row(value, stage.unit)
        if stage.total is None:
            return self.rounded(value, stage.rounding)
        total = self.node(stage.total)
        after = self.rounded(total, stage.rounding)
        before = self.rounded(self.added(total, value, -1), stage.rounding)
        return self.added(after, before, -1)

    def _zero_stage(self, stage: Stage, value: Num, ok: str) -> Num:
        assert stage.node is not None
        condition = self.truth(stage.node, value)
        held = self.held(value.num)
        return Num(f"({held} if {condition} else 0)", value.den)

    def _only_stage(self, stage: Stage, value: Num, ok: str) -> Num:
        """`ok`: the local of the net around the stages, '' where none is."""
        assert stage.node is not None
        self._only(self.truth(stage.node, value), ok)
        return value

    def _only(self, condition: str, ok: str) -> None:
        if ok:
            self.line(f"if not {wrapped(condition)}:")
            self.line(f"    {ok} = 2")
            self.line("    break")
            self.nets[-1].caught.add("none")
        else:
            self.line(f"if {condition}:")
            self.depth += 1

    def _variant_stage(self, stage: Stage, value: Num, ok: str) -> Num:
        """The value of the body that holds; several that hold must agree, in having none too."""
        assert isinstance(stage.node, Choose)
        node = stage.node
        bodies = [self._variant(slot) for slot in (*(value for _, value in node.cases), node.otherwise)]
        den = lcm(*(body.den for body, _ in bodies if isinstance(body.den, int)))
        made, state, seen = self.fresh(), self.fresh("state"), self.fresh("seen")
        self.line(f"{made} = {state} = {seen} = 0")
        conditions = [self.truth(condition) for condition, _ in node.cases]
        for condition, (body, flag) in zip([*conditions, f"not {seen}"], bodies, strict=True):
            amount = times(body.num, scale(body.den, den))
            with self.block(f"if {condition}:"):
                self.fail_if(f"{flag} == {FAILURES['broken']}", "broken")
                if condition != f"not {seen}":
                    self.fail_if(f"{seen} and ({made} != {amount} or {state} != {flag})", "failure")
                self.line(f"{made} = {amount}")
                self.line(f"{state} = {flag}")
                self.line(f"{seen} = 1")
        self._only(state, ok)
        return Num(made, den)

    def _variant(self, slot: Node | None) -> tuple[Num, str]:
        """The value of a body for the row at hand, 0 where it has none, and its state."""
        assert isinstance(slot, Slot)
        home = self.homes[slot.step]
        if home.over:
            raise NotCompilable("a body whose denominator is not known")
        if self.loops[self.placed[slot.step]] is self.loop:
            return Num(f"n{slot.step}", home.den), f"f{slot.step}"
        level = self.plan.step(slot.step).level
        self.read_elsewhere.add(slot.step)
        value, flag = (f"{self.made(name, level)}[i]" for name in (home.value, home.flag))
        return Num(value, home.den), flag

    _stage_makers: ClassVar[dict[str, Callable[..., Num]]] = {
        "value": _value_stage,
        "round": _round_stage,
        "zero": _zero_stage,
        "only": _only_stage,
        "variant": _variant_stage,
        "share": Parts.share_stage,
    }

    # ---- many rows ----

    def _gather(self, step: Step, node: Aggregate) -> None:
        """Accumulate in the loop over the inner table's rows; the first that fails is what the whole shows."""
        n, depth = step.number, self.depth
        to, conditions = self._target(node)
        if conditions:
            self.line(f"if {' and '.join(conditions)}:")
            self.depth += 1
        if node.below:
            group = self.fresh("group")
            self.line(f"for {group} in {self.array(Wanted('above', node.scope, (), node.below))}[{to}]:")
            self.depth += 1
            to = group
        state, skips = f"g{n}", [False]
        with self._failing_whole(step, node, to, skips) as net:
            first = self.later()
            self._inside(node, to)
            if node.where is not None:
                self.line(f"if {self.truth(node.where)}:")
                self.depth += 1
            told = net.caught.copy()
            skips[0] = True
            value = Num("1") if node.argument is None else self.node(node.argument)
            kinds = frozenset(told | (net.caught - UNSAID))
            self._accumulate(step, node, to, value)
            array = f"{self.made(state, step.level, THERE)}[{to}]" if kinds else ""
            self.fill(first, *([f"if {array} != {THERE}:", "    break"] if kinds else []))
        self.depth = depth
        if kinds:
            self.homes[n] = replace(self.homes[n], flag=state, kinds=kinds)

    @contextmanager
    def _failing_whole(self, step: Step, node: Aggregate, to: str, skips: list[bool]) -> Generator[Net]:
        """A net for one row of an aggregate; while `skips`, a row without a value is only left out."""
        stop, dated = self.stop(), node.scope in self.tables and self.tables[node.scope].kind == "facts"
        array = f"g{step.number}"

        def fall(kind: str, code: str) -> tuple[str, ...]:
            if skips[0] and kind in UNSAID:
                return ()
            mark = f"{self.made(array, step.level, THERE)}[{to}] = {code}"
            if kind != "broken":
                return (mark,)
            day = f"{self.array(Wanted('day', node.scope))}[{to}]"
            return f"if first <= {day} <= last:", f"    {stop}", mark

        with self.net(_EVERY_KIND if dated else _EVERY_KIND - {"broken"}, fall) as net:
            yield net

    def _target(self, node: Aggregate) -> tuple[str, list[str]]:
        """The row of the scope that an inner row belongs to, and when it belongs to one."""
        if node.up:
            to = self.cached(f"{self.array(Wanted('index', node.table, node.up))}[i]")
            day = self.cached(f"{self.array(Wanted('day', node.table))}[i]")
            return to, [f"{to} >= 0", f"{day} <= last", *([self._seen(node)] if node.window is not None else [])]
        inside = [c for c in (self._seen(node),) if c]
        if node.per:
            to = self.cached(f"{self.array(bunch_of(node))}[i]")
            return to, [f"{to} >= 0", *inside]
        if node.scope == PEOPLE:
            return self.owner(node.table), [c for c in (self.has_owner(node.table), *inside) if c]
        to = self.cached(f"{self.array(Wanted('group', node.table, (), node.scope))}[i]")
        return to, [f"{to} >= 0", *inside]

    def _seen(self, node: Aggregate) -> str:
        """A condition for the rows whose days count; '' where all of the loop do."""
        table = node.table
        if node.window is not None:
            day, span = self.cached(f"{self.array(Wanted('day', table))}[i]"), span_of(node.window)
            return f"0 < {day} <= last" if span is None else f"{self.array(Wanted('seen', table, span=span))}[i]"
        if node.per:  # of every period its own
            return f"{self.array(Wanted('day', table))}[i]" if self.may_be_undated(table) else ""
        return self.in_period(table)

    def _inside(self, node: Aggregate, to: str) -> None:
        """Of the rows that may count those that do, where only the loop can tell."""
        if node.window is None:
            return
        span = span_of(node.window)
        if span is not None:
            if span.hired:
                self.fail_if(f"{self.array(Wanted('seen', node.table, span=span))}[i] == 2", "absent")
            return
        assert isinstance(node.window.as_of, Slot)
        if node.per or self.may_be_unplaced(node):
            raise NotCompilable("a window from a day that differs by row, where rows are compared or in no group")
        as_of = day_of(self.stored(node.window.as_of.step, to))
        window, shape = node.window, self.scheme.period
        opens, closes = self.fresh(), self.fresh()
        asked = f'"{window.kind}", {window.count}, "{window.unit}", "{shape}", first, last, {as_of}'
        self.line(f"{opens}, {closes} = window_of({asked})")
        self.line(f"if {opens} <= {self.array(Wanted('day', node.table))}[i] <= {closes}:")
        self.depth += 1

    def _accumulate(self, step: Step, node: Aggregate, to: str, value: Num) -> None:
        n, scope = step.number, step.level
        array, den = self.made(f"v{n}", scope), fixed(value.den) or 1
        if node.function in ("sum", "average"):
            over = self._add_to(array, f"u{n}", scope, to, value)
            home = Home(array, den, over)
            if node.function == "average":
                count = self.made(f"w{n}", scope)
                self.line(f"{count}[{to}] += 1")
                home = Home(array, den, over, count=count)
        elif node.function == "count":
            self.line(f"{array}[{to}] += 1")
            home = Home(array, 1)
        elif node.function == "any":
            self.line(f"if {value.num}:")
            self.line(f"    {array}[{to}] = 1")
            home = Home(array, 1)
        elif node.function == "distinct":
            home = self._distinct(n, scope, to, Num("i") if node.argument is None else value)
        elif node.function in ("min", "max"):
            home = self._extreme(n, scope, to, value, "<" if node.function == "min" else ">")
        else:
            raise NotCompilable(node.function)
        self.homes[n] = home

    def _add_to(self, array: str, overs: str, level: str, to: str, value: Num) -> str:
        """Add to a sum; of quotients it has a denominator of its own, in the array that is returned."""
        if isinstance(value.den, int):
            self.line(f"{array}[{to}] += {value.num}")
            return ""
        over = self.made(overs, level, 1)
        den = self.held(f"common({over}[{to}], {value.den})")
        kept = times(f"{array}[{to}]", wrapped(f"{den} // {over}[{to}]"))
        self.line(f"{array}[{to}] = {kept} + {wrapped(value.num)} * ({den} // {value.den})")
        self.line(f"{over}[{to}] = {den}")
        return over

    def _distinct(self, n: int, scope: str, to: str, value: Num) -> Home:
        array, seen = self.made(f"v{n}", scope), self.made(f"s{n}", scope)
        held = self.held(value.num)
        if isinstance(value.den, str):  # equal quotients may stand over different denominators
            divisor = "1" if value.calendar else self.held(f"gcd({held}, {value.den})")
            held = self.held(f"({held} // {divisor}, {value.den} // {divisor})")
        self.line(f"if {seen}[{to}] == 0:")
        self.line(f"    {seen}[{to}] = set()")
        self.line(f"if {held} not in {seen}[{to}]:")
        self.line(f"    {seen}[{to}].add({held})")
        self.line(f"    {array}[{to}] += 1")
        return Home(array, 1)

    def _extreme(self, n: int, scope: str, to: str, value: Num, sign: str) -> Home:
        """The least or greatest so far, and whether there was any."""
        array, flag = self.made(f"v{n}", scope), self.made(f"w{n}", scope)
        held, over = self.held(value.num), ""
        if isinstance(value.den, int):
            self.line(f"if not {flag}[{to}] or {held} {sign} {array}[{to}]:")
        else:
            over = self.made(f"u{n}", scope, 1)
            crossed = f"{held} * {over}[{to}] {sign} {array}[{to}] * {value.den}"
            self.line(f"if not {flag}[{to}] or {crossed}:")
            self.line(f"    {over}[{to}] = {value.den}")
        self.line(f"    {array}[{to}] = {held}")
        self.line(f"    {flag}[{to}] = 1")
        return Home(array, fixed(value.den) or 1, over, count=flag, calendar=value.calendar)

    def _run_total(self, step: Step, node: Running) -> None:
        """Add the row to what its person has so far; from a row that fails on, none has a total."""
        together = node.window is not None or node.per != ()
        mark = self.later()
        if not together:
            kinds = self._run(step, node)
        else:
            depth = self.depth
            with self.net(_EVERY_KIND - {"broken"}, lambda kind, code: (f"f{step.number} = {code}",)) as net:
                self._refuse_alone(node)
                kinds = self._run(step, node, stated=bool(net.caught)) | net.caught
            self.depth = depth
        self.fill(mark, *([f"n{step.number} = f{step.number} = 0"] if kinds else []))
        home = self.homes[step.number]
        self.homes[step.number] = replace(home, flag=f"g{step.number}" if kinds else "", kinds=kinds)
        self._store(step)

    def _refuse_alone(self, node: Running) -> None:
        """A row that goes together with none has no running total."""
        holder, table, hired = self._holder(node)[0], node.table, node.window.hired if node.window is not None else ""
        if self.may_be_undated(table) or (hired and self.has_owner(table)):
            self.fail_if(f"{holder} == {UNDATED}", "none")
        for key in node.per:
            column = self.tables[key.table].column(key.name) if isinstance(key, Column) else None
            if column is not None and isinstance(key, Column) and self.may_be_missing(table, key.path, gaps(column)):
                self.fail_if(f"{holder} == {KEYLESS}", "absent")
                self.fail_if(f"{holder} == {NO_KEY}", "failure")
        if hired:
            self.fail_if(f"{holder} == {UNHIRED}", "absent")
            self.fail_if(f"{holder} == {BEFORE}")

    def _run(self, step: Step, node: Running, stated: bool = False) -> frozenset[str]:
        """The lines that add up; the kinds of failure that a row may show. `stated`: it has a state in any case."""
        n, depth = step.number, self.depth
        holder, holders = self._holder(node)
        together = node.window is not None or node.per != ()
        total = f"{self.made(f'r{n}', holders)}[{holder}]"
        undated = not together and node.table in self.wide and self.may_be_undated(node.table)
        if undated:
            self.line(f"if {self._stretch(node.table)}:")
            self.depth += 1
        restart = self.later()
        failed, told = f"e{n}", set[str]()

        def fall(kind: str, code: str) -> tuple[str, ...]:
            if kind == "none":
                return ()
            return (f"f{n} = {self.made(failed, holders, THERE)}[{holder}] = {code}",)

        with self.net(_EVERY_KIND - {"broken"}, fall) as net:
            stopped = self.later()
            if node.where is not None:
                self.line(f"if {self.truth(node.where)}:")
                self.depth += 1
            value = Num("1") if node.argument is None else self.node(node.argument)
            over = self._add_up(n, total, holder, holders, value)
            told = net.caught - {"none"}
            kinds = frozenset(net.caught | ({"none"} if node.where is not None or undated else set[str]()))
            if kinds or stated:
                self.line(f"f{n} = {THERE}")
            state = f"{self.made(failed, holders, THERE)}[{holder}]" if told else ""
            self.fill(stopped, *([f"f{n} = {state}", f"if f{n} != {THERE}:", "    break", f"f{n} = 0"] if told else []))
        resets = [f"{total} = 0"]
        resets += [f"u{n}[{holder}] = 1"] if over else []
        resets += [f"{failed}[{holder}] = {THERE}"] if told else []
        self.fill(restart, *(() if together else self._restart(n, holder, holders, node.table, resets)))
        self.depth = depth
        self.homes[n] = Home(f"v{n}", fixed(value.den) or 1, over)
        return kinds

    def _holder(self, node: Running) -> tuple[str, str]:
        """Whose running total a row adds to, and the level of the arrays that hold them."""
        if node.window is not None or node.per:
            return self.cached(f"{self.array(bunch_of(node))}[i]"), node.table
        return self.holder(node.table)

    def _add_up(self, n: int, total: str, holder: str, holders: str, value: Num) -> str:
        if isinstance(value.den, int):
            self.line(f"n{n} = {total} = {total} + {wrapped(value.num)}")
            return ""
        over = self._add_to(f"r{n}", f"u{n}", holders, holder, value)
        self.line(f"n{n} = {total}")
        self.line(f"d{n} = {over}[{holder}]")
        self.line(f"{self.made(f'w{n}', self.loop.level)}[i] = d{n}  #STORE {n}")
        return f"w{n}"

    def _stretch(self, table: str) -> str:
        return self.cached(f"{self.array(Wanted('stretch', table))}[i]")

    def _restart(self, n: int, holder: str, holders: str, table: str, resets: list[str]) -> tuple[str, ...]:
        """Rows outside the period have running totals of their own periods."""
        if table not in self.wide:
            return ()
        stretch, place = f"{self.made(f'p{n}', holders, -1)}[{holder}]", self._stretch(table)
        inner = [f"    {text}" for text in (f"{stretch} = {place}", *resets)]
        return f"if {stretch} != {place}:", *inner

    def _receive(self, step: Step, node: Received) -> None:
        """The sum is made where the lines are paid; here it is only named."""
        self.made(f"v{step.number}", PEOPLE)
        self.homes[step.number] = Home(f"v{step.number}", 10**self.plan.digits)
        self.received[step.number] = node.steps

    def _climb(self, step: Step, node: Highest) -> None:
        self.homes[step.number] = self.climb(step, node)
        self._store(step)

    _alone: ClassVar[dict[type, Callable[..., None]]] = {
        Aggregate: _gather,
        Highest: _climb,
        Running: _run_total,
        Received: _receive,
    }


def _with_cache(cache: Mapping[str, str], lines: list[str]) -> list[str]:
    """Read an array once at the top where it is used again and again, else where it is used."""
    text = "\n".join(lines)
    uses = {local: len(re.findall(rf"\b{local}\b", text)) for local in cache.values()}
    for read, local in cache.items():
        if uses[local] == 1:
            lines = [re.sub(rf"\b{local}\b", read, line) for line in lines]
    return [f"        {local} = {read}" for read, local in cache.items() if uses[local] > 1] + lines
