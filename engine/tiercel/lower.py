"""Checked scheme → plan. The only place that desugars.

In: a `CheckedScheme`. Out: a `Plan`. Steps are made on demand, each after those it reads, so that the
order in which they are made is the order of work. Aggregates and running totals get hidden steps of
their own; kpis, scores and default roundings become ordinary stages.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from typing import Any

from tiercel.facts import digits
from tiercel.lifting import lifted
from tiercel.money import Rounding, RoundingMode, minor_units
from tiercel.passing import Passing, PassingSteps
from tiercel.plan import (
    BELOW,
    LEVEL,
    REST,
    ROW,
    Accrued,
    Aggregate,
    Arith,
    AsOf,
    AtPlace,
    Bracket,
    Choose,
    Column,
    Compare,
    Const,
    Dated,
    DateOp,
    Entry,
    Fits,
    Highest,
    Logic,
    Lookup,
    Node,
    OverTied,
    Part,
    PartOf,
    PeriodPart,
    Plan,
    Pool,
    Previous,
    Prior,
    Rank,
    Received,
    Receiver,
    RowKey,
    Ruled,
    Running,
    Settlement,
    Shares,
    Slot,
    Stage,
    Standing,
    Step,
    Tier,
    Turn,
    Upline,
    Window,
    shown_as,
)
from tiercel.uplines import table_of
from tiercel_dsl import scheme as checked
from tiercel_dsl.scheme import PEOPLE, CheckedScheme, Term
from tiercel_dsl.source import NOWHERE, Span
from tiercel_dsl.types import MONEY, Kind, Type

_DAYS = (str(Kind.date), str(Kind.datetime))
DEEP = 40  # values that wait for each other before the rest of a chain is lowered in order
_TESTS = {"at_least": ">=", "at_most": "<=", "above": ">", "below": "<"}
POINTS = ("interpolated", "average_rate")  # modes whose rows are points
RATIO_STEP = Fraction(1, 1_000_000)  # ratios are rounded to 6 decimals unless the header says otherwise


def lower(scheme: CheckedScheme, passing: Passing | None = None) -> Plan:
    """The plan of a scheme; `passing`: what of transitions touches it in a period."""
    return _Lowering(scheme, passing).plan()


class _Lowering(PassingSteps):
    def __init__(self, scheme: CheckedScheme, passing: Passing | None = None) -> None:
        self.scheme, self.passing = scheme, passing
        self.digits = minor_units(scheme.currency)
        self.steps: list[Step] = []
        self.made: dict[tuple[str, ...], int] = {}
        self.paid: dict[str, tuple[int, ...]] = {}
        self.pools: dict[str, int] = {}
        self.hidden: dict[tuple[str, str, Node], int] = {}
        self.values = {(v.level, v.identity): v for v in (*scheme.values, *scheme.scores)}
        self.lines = {line.identity: line for line in scheme.lines}
        self.kpis = {k.identity: k for k in scheme.kpis}
        self.tiers = {t.identity: t for t in scheme.tiers}
        self.lookups = {t.identity: t for t in scheme.lookups}
        self.parameters = {p.identity: p for p in scheme.parameters}
        self.uplines: dict[Any, Upline] = {}
        self.accounts = {a.identity: a for a in scheme.accounts}
        self.ranks = {(r.level, r.identity): r for r in scheme.ranks}
        self.competencies = {c.identity: c for c in scheme.competencies}
        self.depth = 0
        self.rule: Node | None = None  # the `where` of the rule at hand: what its running totals walk
        self.name = ""  # of the rule at hand: what it accrues under
        self.paying = False  # whether the rule at hand is the payout

    def plan(self) -> Plan:
        self.start_passing()
        requirements = tuple(self._requirement(i, r) for i, r in enumerate(self.scheme.requirements))
        for value in self.scheme.values:
            self._value(value)
        for kpi in self.scheme.kpis:
            self._kpi_part(kpi, "score")
        for score in self.scheme.scores:
            self._value(score)
        for rank in self.scheme.ranks:
            self._rank(rank)
        for competency in self.scheme.competencies:
            for item in competency.items:
                for part in self._parts_of_item(competency, item):
                    self._competency(competency, item, part)
            self._competency(competency, None, "score")
        lines = tuple(number for line in self.scheme.lines for number in self._line(line))
        own = self._payout()
        requirements += tuple(number for account in self.scheme.accounts for number in self._limits(account))
        uplines = tuple(self.uplines.values())
        rulings = tuple(self._rulings())
        payout = self.passed_payout(own, self.scheme.payout_place.span, self._unblended())
        lines = (*(number for numbers in self.foreign.values() for number in numbers), *lines)
        reverses, later = self._reversals(), len(self.steps)
        settlements = tuple(
            self._settlement(line, line.settlement) for line in self.scheme.lines if line.settlement is not None
        )
        settlements += tuple(self._at_once(name) for name in sorted(self.later_there - {s.line for s in settlements}))
        return Plan(
            tuple(self.steps), payout, lines, requirements, reverses, self.digits, uplines,
            rulings, tuple(self.passages), own, self._key(), settlements, later if settlements else None,
        )  # fmt: skip

    def _key(self) -> str:
        return f"{self.scheme.version} {self.scheme.hash}{'' if self.passing is None else f' ({self.passing.key})'}"

    def _rulings(self) -> Iterator[int]:
        """Whom each clause of the transition names that keeps rows or people, and each pilot."""
        transition = self.scheme.transition
        clauses: list[checked.Keep | checked.Pilot] = []
        if transition is not None:
            clauses = [*transition.kept, *transition.pilots]
        for clause in clauses:
            level = clause.level if isinstance(clause, checked.Keep) else PEOPLE
            always = Const(True, clause.place.span, "yesno")
            node = always if clause.where is None else self._node(clause.where)
            yield self._add(
                kind="ruling", level=level, name="", part="", where=None, stages=(Stage("value", node),),
                shown="yesno", span=clause.place.span, clause=clause.place.clause,
            )  # fmt: skip

    def _unblended(self) -> Node | None:
        """Who has used this version as a pilot uses all of it."""
        transition = self.scheme.transition
        pilots = () if transition is None else transition.pilots
        return _all_of(tuple(_not(self._node(pilot.where)) for pilot in pilots)) if pilots else None

    def _settlement(self, line: checked.PayLine, settled: checked.Settlement) -> Settlement:
        """Steps of the level at which the line arises: that of the rule, or of the members who share it."""
        level = PEOPLE if isinstance(line.sharing, checked.SharedAmong) else line.level
        if isinstance(line.to, checked.Upline):
            level = self._upline(line.level, line.to).table
            settled = lifted(settled, line.level, level)

        def step(term: Term) -> int:
            return self._hidden(level, self._node(term), shown_as(term.type))

        parts = tuple(
            Part(step(part.share), step(part.due), None if part.when is None else step(part.when))
            for part in settled.parts
        )
        share = None if settled.share is None else step(settled.share)
        holds = tuple(step(condition) for condition in settled.holds)
        back = tuple((step(one.share), step(one.when)) for one in settled.take_backs)
        steps = (*self._line(line), *self.foreign.get(line.identity, ()))
        return Settlement(line.identity, steps, settled.deferred, parts, share, holds, back, line.place.span)

    def _at_once(self, name: str) -> Settlement:
        """A line that only versions beside this one pay later."""
        own = self._line(self.lines[name]) if name in self.lines else ()
        return Settlement(name, (*own, *self.foreign.get(name, ())), False, (), None, (), ())

    def _reversals(self) -> tuple[tuple[str, str, Node | None, str], ...]:
        tables = [t for t in self.scheme.tables if t.reverses]
        return tuple(
            (
                t.identity,
                t.reverses,
                None if t.reversed_share is None else self._node(t.reversed_share),
                t.column(t.reverses).link,
            )
            for t in tables
        )

    # ---- steps ----

    def _add(self, **parts: Any) -> int:
        if parts["kind"] in ("line", "variant", "pool") and "version" not in parts and not parts.get("origin"):
            parts["where"] = self.own_lines_only(parts["level"], self._own_rows(parts["level"], parts["where"]))
        number = len(self.steps)
        self.steps.append(Step(number=number, **parts))
        return number

    def _value(self, value: checked.Value) -> int:
        mark = ("value", value.level, value.identity)
        if mark not in self.made:
            if self.depth >= DEEP:
                self._values_before(value)
            self.depth += 1
            kind = "score" if value in self.scheme.scores else "value"
            self.made[mark] = self._rule_step(
                kind, value.level, value.identity, "", value.where, value.body, value.place
            )
            self.depth -= 1
        return self.made[mark]

    def _values_before(self, value: checked.Value) -> None:
        """Lower every value that this one reads, those first that they read: no chain is too long."""
        seen = {(value.level, value.identity)}
        waiting = [(value, self._values_read(value))]
        while waiting:
            reader, reads = waiting[-1]
            read = next(reads, None)
            if read is None:
                waiting.pop()
                if waiting:
                    self._value(reader)
            elif (read.level, read.identity) not in seen and ("value", read.level, read.identity) not in self.made:
                seen.add((read.level, read.identity))
                waiting.append((read, self._values_read(read)))

    def _values_read(self, value: checked.Value) -> Iterator[checked.Value]:
        """The values that a value names, wherever in its body."""
        waiting: list[Any] = [value.where, value.body]
        while waiting:
            part = waiting.pop()
            if isinstance(part, tuple):
                waiting += part  # pyright: ignore[reportUnknownArgumentType]
            elif isinstance(part, checked.ValueOf) and (part.table, part.name) in self.values:
                yield self.values[part.table, part.name]
            elif is_dataclass(part) and not isinstance(part, Span):
                waiting += [getattr(part, f.name) for f in fields(part)]

    def _line(self, line: checked.PayLine) -> tuple[int, ...]:
        """The steps that emit what a line pays: one, or one for each share."""
        if line.identity not in self.paid:
            divided = self.by_days(line.identity) if line.level == PEOPLE else None
            if divided is not None:
                self.paid[line.identity] = divided
                return divided
            emitted = {"line_kind": line.kind, "sign": -1 if line.kind == "deduction" else 1}
            if isinstance(line.to, checked.Upline):
                line = self._for_each_above(line, line.to)
            if line.sharing is not None:
                self.paid[line.identity] = self._shared(line, line.sharing, emitted)
            elif line.exceptions:
                self.paid[line.identity] = (self._line_with_exceptions(line),)
            else:
                step = self._rule_step(
                    "line", line.level, line.identity, "", line.where, line.body, line.place,
                    receiver=_receiver_of(line), **emitted,
                )  # fmt: skip
                self.paid[line.identity] = (step,)
        return self.paid[line.identity]

    # ---- lines up a hierarchy ----

    def _for_each_above(self, line: checked.PayLine, to: checked.Upline) -> checked.PayLine:
        """The line as a rule for the rows that the upline makes: each is credited to its receiver."""
        table = self._upline(line.level, to).table
        where, body, exceptions = lifted((line.where, line.body, line.exceptions), line.level, table)
        return replace(line, level=table, where=where, body=body, exceptions=exceptions, to=None)

    def _upline(self, source: str, to: checked.Upline) -> Upline:
        outer, self.rule = self.rule, None
        where = None if to.where is None else self._node(to.where)
        self.rule = outer
        mark = (source, to.start, to.link, to.depth, _unplaced(where))
        if mark not in self.uplines:
            name = f"@upline {len(self.uplines) + 1}"
            self.uplines[mark] = Upline(name, source, to.start, to.link, to.depth, where, to.span)
        return self.uplines[mark]

    def _table(self, identity: str) -> checked.Table:
        made = next((upline for upline in self.uplines.values() if upline.table == identity), None)
        return self.scheme.table(identity) if made is None else table_of(made)

    def _levelof(self, term: checked.LevelOf) -> Node:
        return Column(term.level, LEVEL, (), term.span, "count")

    def _highestbelow(self, term: checked.HighestBelow) -> Node:
        """Of the row at hand and those before it in the chain: each knows who is next below."""
        argument = self._node(lifted(term.operand, PEOPLE, term.level, BELOW))
        node = Highest(term.level, argument, term.span, shown_as(term.type))
        return Slot(self._hidden(term.level, node, shown_as(term.type)), (), term.span, shown_as(term.type))

    # ---- lines in parts ----

    def _shared(
        self, line: checked.PayLine, sharing: checked.Shared | checked.SharedAmong, emitted: dict[str, Any]
    ) -> tuple[int, ...]:
        """A pool that divides the amount, and a step for each part of it."""
        cut = line.body.steps.index(sharing)
        before, after = replace(line.body, steps=line.body.steps[:cut], rounding=None), line.body.steps[cut + 1 :]
        outer, self.rule = self.rule, None
        condition = None if line.where is None else self._node(line.where)
        self.rule = condition
        unit = self._rounding(None, MONEY)
        divide = self._shares(sharing, unit) if isinstance(sharing, checked.Shared) else self._pool(sharing, unit)
        stages = (*self._stages(before, line.level), Stage("share", divide, span=sharing.span))
        place = {"span": line.place.span, "clause": line.place.clause}
        pool = self._add(
            kind="pool", level=line.level, name=line.identity, part="", where=condition, stages=stages, shown="money",
            **place,
        )  # fmt: skip
        self.pools[line.identity] = pool
        numbers = [
            self._add(kind="line", name=line.identity, part="", where=None, shown="money", **place, **emitted, **part)
            for part in self._parts(line, sharing, pool, divide, after)
        ]
        self.rule = outer
        return tuple(numbers)

    def _parts(
        self, line: checked.PayLine, sharing: checked.Shared | checked.SharedAmong, pool: int, divide: Shares | Pool,
        after: tuple[checked.Step, ...],
    ) -> Iterator[dict[str, Any]]:  # fmt: skip
        body = replace(line.body, steps=after)
        if isinstance(sharing, checked.Shared):
            assert isinstance(divide, Shares)
            for place, share in enumerate(sharing.shares):
                rounding = divide.unit if share.term is None else divide.rounding
                start = Stage("value", PartOf(pool, place, (), share.span), span=share.span)
                stages = self._part_stages(start, body, line.level, rounding)
                yield {"level": line.level, "stages": stages, "receiver": divide.receivers[place]}
            return
        assert isinstance(divide, Pool)
        self.rule = None
        start = Stage("value", PartOf(pool, None, divide.path, sharing.span), span=sharing.span)
        stages = self._part_stages(start, body, PEOPLE, divide.rounding)
        yield {"level": PEOPLE, "stages": stages, "origin": divide.path}
        if sharing.rest is not None:
            start = Stage("value", PartOf(pool, REST, (), sharing.rest.span), span=sharing.rest.span)
            stages = (start, Stage("round", None, divide.unit, written=False))
            yield {"level": line.level, "stages": stages, "receiver": _receiver(sharing.rest)}

    def _part_stages(self, start: Stage, body: checked.Body, level: str, rounding: Rounding) -> tuple[Stage, ...]:
        """A part is rounded already; what is done to it afterwards is rounded again at its end."""
        stages = [start]
        for step in body.steps:
            stages = self._stage(step, stages, level, body)
        if body.rounding is not None:
            rounding = self._rounding(body.rounding, body.type)
        if body.rounding is not None or all(s.rounding is None for s in stages):
            stages.append(Stage("round", None, rounding, written=False))
        return self._payable(tuple(stages))

    def _shares(self, sharing: checked.Shared, unit: Rounding) -> Shares:
        shares = tuple(None if s.term is None else self._node(s.term) for s in sharing.shares)
        fixed = tuple(s.term is not None and s.term.type.kind is Kind.money for s in sharing.shares)
        receivers = tuple(_receiver(s.receiver) for s in sharing.shares)
        together = None if sharing.together is None else self._node(sharing.together)
        rounding = self._dividing(sharing.rounding, unit)
        return Shares(shares, fixed, receivers, together, sharing.in_turn, rounding, unit, sharing.span)

    def _pool(self, sharing: checked.SharedAmong, unit: Rounding) -> Pool:
        outer, self.rule = self.rule, None
        where = None if sharing.where is None else self._node(sharing.where)
        one = Const(Fraction(1), sharing.span, "count")
        weight = one if sharing.weight is None else self._node(sharing.weight)
        self.rule = outer
        weights = self._add(
            kind="hidden", level=PEOPLE, name="", part="", where=where, stages=(Stage("value", weight),),
            shown="number", span=sharing.span,
        )  # fmt: skip
        apart = sharing.remainder == "rest"
        cut = Rounding(RoundingMode.down, unit.step) if apart else unit
        rounding = self._dividing(sharing.rounding, cut)
        remainder = "apart" if apart else sharing.remainder
        slot = Slot(weights, (), sharing.span, "number")
        equally = sharing.weight is None
        return Pool(sharing.path, slot, equally, rounding, unit, remainder, sharing.nothing, sharing.span)

    def _dividing(self, written: checked.Rounding | None, default: Rounding) -> Rounding:
        """How parts are rounded: never finer than a minor unit, which nobody can be paid."""
        rounding = default if written is None else _rounding(written)
        unit = Fraction(1, 10**self.digits)
        return rounding if (rounding.step / unit).denominator == 1 else Rounding(rounding.mode, unit)

    def _amount(self, line: checked.PayLine) -> int:
        """The step that holds what a line pays of a row."""
        mixed = self.passing is not None and self.passing.mixed and self.may_be_ruled(line.level)
        if line.sharing is None and not isinstance(line.to, checked.Upline) and not mixed:
            return self._line(line)[0]
        mark = ("whole", line.identity)
        if mark not in self.made:
            self.made[mark] = self._whole(line)
        return self.made[mark]

    def _whole(self, line: checked.PayLine) -> int:
        """What a line that several receive pays of a row altogether."""
        parts = self._line(line)
        if isinstance(line.to, checked.Upline):
            return self._whole_above(line, parts[0])
        parts = (*parts, *self.foreign.get(line.identity, ()))
        amounts = [self._paid_part(number, line) for number in parts]
        paid = [Logic("present", (Slot(n, (), NOWHERE, "money"),)) for n in parts]
        if line.sharing is not None:
            paid[: len(self._line(line))] = [Logic("present", (Slot(self.pools[line.identity], (), NOWHERE, "money"),))]
        return self._add(
            kind="value", level=line.level, name=line.identity, part="",
            where=paid[0] if len(paid) == 1 else Logic("or", tuple(paid)),
            stages=(Stage("value", _chain(amounts, NOWHERE)),), shown="money", span=line.place.span,
            clause=line.place.clause,
        )  # fmt: skip

    def _whole_above(self, line: checked.PayLine, step: int) -> int:
        """It may be asked for of any row, so that the upline holds rows of earlier periods too."""
        assert isinstance(line.to, checked.Upline)
        table = self.steps[step].level
        self.uplines = {k: replace(u, every=u.every or u.table == table) for k, u in self.uplines.items()}
        part = Slot(step, (), NOWHERE, "money")
        whole = Aggregate("sum", table, line.level, part, None, (ROW,), NOWHERE, "money")
        return self._hidden(line.level, whole, "money")

    def _paid_part(self, number: int, line: checked.PayLine) -> Node:
        part = Slot(number, (), NOWHERE, "money")
        if self.steps[number].level != line.level:
            whole = Aggregate("sum", PEOPLE, line.level, part, None, (), NOWHERE, "money")
            return Slot(self._hidden(line.level, whole, "money"), (), NOWHERE, "money")
        nothing = Const(Fraction(0), NOWHERE, "money")
        return Choose(((Logic("missing", (part,)), nothing),), part, True, (), NOWHERE, "money")

    def _line_with_exceptions(self, line: checked.PayLine) -> int:
        """A step for each body, worked out where it holds; the line takes the one that does (decision 9 of the
        desugarings: where two that are not in one chain hold, they must agree)."""
        rule = None if line.where is None else self._node(line.where)
        held = {e.identity: self._node(e.where) for e in line.exceptions}
        cases: list[tuple[Node, Node]] = []
        for exception in line.exceptions:
            before = [held[e.identity] for e in line.exceptions if exception.identity in _chain_of(e, line)]
            holds = _all_of((*(_not(c) for c in before), held[exception.identity]))
            step = self._variant(line, exception.identity, rule, holds, exception.body, exception.place)
            cases.append((holds, Slot(step, (), exception.place.span, "money")))
        base = self._variant(
            line, line.identity, rule, _all_of(tuple(_not(c) for c in held.values())), line.body, line.place
        )
        spans = tuple(e.place.span for e in line.exceptions)
        otherwise = Slot(base, (), line.place.span, "money")
        node = Choose(tuple(cases), otherwise, True, spans, line.place.span, "money")
        unit = Rounding(RoundingMode.half_up, Fraction(1, 10**self.digits))
        stages = (
            Stage("variant", node, span=line.place.span),
            Stage("round", None, unit, written=False, span=line.place.span),
        )
        return self._add(
            kind="line", level=line.level, name=line.identity, part="", where=rule, stages=stages, shown="money",
            span=line.place.span, clause=line.place.clause, line_kind=line.kind,
            sign=-1 if line.kind == "deduction" else 1, receiver=_receiver_of(line),
        )  # fmt: skip

    def _variant(
        self, line: checked.PayLine, name: str, rule: Node | None, holds: Node, body: checked.Body, place: checked.Place
    ) -> int:
        outer = self.rule, self.name
        self.rule, self.name = rule, line.identity
        stages = _accruing(self._payable(self._stages(body, line.level)))
        self.rule, self.name = outer
        where = holds if rule is None else Logic("and", (rule, holds), place.span)
        return self._add(
            kind="variant", level=line.level, name=name, part="", where=where, stages=stages,
            shown=shown_as(body.type), span=place.span, clause=place.clause, line_kind=line.kind,
        )  # fmt: skip

    def _rule_step(
        self, kind: str, level: str, name: str, part: str, where: Term | None, body: checked.Body,
        place: checked.Place, **more: Any,
    ) -> int:  # fmt: skip
        outer = self.rule, self.name
        self.rule, self.name = None, name
        condition = None if where is None else self._node(where)
        self.rule = condition
        stages = self._stages(body, level)
        stages = _accruing(self._payable(stages)) if kind in ("line", "payout") else stages
        self.rule, self.name = outer
        return self._add(
            kind=kind, level=level, name=name, part=part, where=condition, stages=stages,
            shown=shown_as(body.type), span=place.span, clause=place.clause, **more,
        )  # fmt: skip

    def _payout(self) -> int:
        place = self.scheme.payout_place
        if self.scheme.payout is not None:
            body = self.scheme.payout
            # Everybody has a payout: where the others would have no line, it is 0.
            steps = tuple(checked.Zero(s.condition, s.span) if isinstance(s, checked.Only) else s for s in body.steps)
            self.paying = True
            made = self._rule_step("payout", PEOPLE, "payout", "", None, replace(body, steps=steps), place)
            self.paying = False
            return made
        every = [line.identity for line in self.scheme.lines]
        received = self._received_of(every, NOWHERE, tuple(self.foreign_kinds), due=True)
        if self.passing is not None:  # what is added to the payout reads it
            stage = Stage("value", Slot(self._hidden(PEOPLE, received, "money"), (), NOWHERE, "money"))
        else:
            stage = Stage("value", received)
        return self._add(
            kind="payout", level=PEOPLE, name="payout", part="", where=None, stages=(stage,), shown="money",
            span=place.span, clause=place.clause,
        )  # fmt: skip

    def _requirement(self, index: int, requirement: checked.Requirement) -> int:
        where = None if requirement.where is None else self._node(requirement.where)
        node = self._node(requirement.condition)
        place = requirement.place
        return self._add(
            kind="require", level=requirement.level, name=f"require {index + 1}", part="", where=where,
            stages=(Stage("value", node, span=place.span),), shown="yesno", span=place.span, clause=place.clause,
            message=requirement.message,
        )  # fmt: skip

    def _hidden(self, level: str, node: Node, shown: str) -> int:
        mark = (level, shown, _unplaced(node))
        if mark not in self.hidden:
            span = getattr(node, "span", NOWHERE)
            self.hidden[mark] = self._add(
                kind="hidden", level=level, name="", part="", where=None, stages=(Stage("value", node, span=span),),
                shown=shown, span=span,
            )  # fmt: skip
        return self.hidden[mark]

    # ---- kpis ----

    def _kpi_part(self, kpi: checked.Kpi, part: str) -> int:
        mark = ("kpi", kpi.identity, part)
        if mark in self.made:
            return self.made[mark]
        counts: Node | None = None
        if kpi.not_applicable is not None and part != "not_applicable":
            counts = Logic("not", (Slot(self._kpi_part(kpi, "not_applicable"), (), NOWHERE, "yesno"),))
        span = dict(kpi.spans).get(part, kpi.place.span)
        stages, shown = self._kpi_stages(kpi, part, span)
        self.made[mark] = self._add(
            kind="kpi", level=PEOPLE, name=kpi.identity, part=part, where=counts, stages=stages, shown=shown,
            span=span, clause=kpi.place.clause,
        )  # fmt: skip
        return self.made[mark]

    def _kpi_stages(self, kpi: checked.Kpi, part: str, span: Span) -> tuple[tuple[Stage, ...], str]:
        if part == "not_applicable":
            assert kpi.not_applicable is not None
            return (Stage("value", self._node(kpi.not_applicable), span=span),), "yesno"
        if part == "attainment":
            above, below = ("target", "actual") if kpi.less_is_better else ("actual", "target")
            operands = tuple(Slot(self._kpi_part(kpi, p), (), span, "number") for p in (above, below))
            rounding = self._rounding(None, Type(Kind.number))
            stages = (Stage("value", Arith("divide", operands, span, "number"), span=span),)
            return (*stages, Stage("round", None, rounding, written=False, span=span)), "number"
        body = {"actual": kpi.actual, "target": kpi.target, "score": kpi.score}[part]
        assert body is not None
        return self._stages(body, PEOPLE), shown_as(body.type)

    def _weighted(self, term: checked.WeightedSum) -> Node:
        """Σ w·s; with kpis that may not count, their weight goes to the others in proportion (decision 30)."""
        parts = [self._weighted_part(self.kpis[k], term.span) for k in term.kpis]
        total = _chain([p[0] for p in parts], term.span)
        if all(p[1] is None for p in parts):
            return total
        counting = _chain(
            [p[1] or Const(self.kpis[k].weight) for p, k in zip(parts, term.kpis, strict=True)], term.span
        )
        weights = Const(sum((self.kpis[k].weight for k in term.kpis), Fraction(0)), term.span, "percent")
        scaled = Arith("divide", (total, counting), term.span, "number")
        return Arith("multiply", (scaled, weights), term.span, "number")

    def _weighted_part(self, kpi: checked.Kpi, span: Span) -> tuple[Node, Node | None]:
        weight = Const(kpi.weight, span, "percent")
        score = Slot(self._kpi_part(kpi, "score"), (), span, "number")
        product = Arith("multiply", (weight, score), span, "number")
        if kpi.not_applicable is None:
            return product, None
        out = Slot(self._kpi_part(kpi, "not_applicable"), (), span, "yesno")
        nothing = Const(Fraction(0), span, "number")
        return (
            Choose(((out, nothing),), product, True, (), span, "number"),
            Choose(((out, nothing),), weight, True, (), span, "percent"),
        )

    # ---- what goes on from period to period ----

    def _previousof(self, term: checked.PreviousOf) -> Node:
        """A step of its own at the level of what is asked for, with what holds where there is nothing."""
        shown = shown_as(term.type)
        den = self._den_of(term)
        node = Previous(term.name, term.part, term.table, term.reset, term.hired, den, term.span, shown)
        outer, self.rule = self.rule, None
        stages = [Stage("value", node, span=term.span)]
        if term.otherwise is not None:
            stages.append(Stage("rescue", self._node(term.otherwise), span=term.span))
        self.rule = outer
        mark = (term.table, shown, _unplaced((node, *(s.node for s in stages))))
        if mark not in self.hidden:
            self.hidden[mark] = self._add(
                kind="hidden", level=term.table, name="", part="", where=None, stages=tuple(stages), shown=shown,
                span=term.span,
            )  # fmt: skip
        return Slot(self.hidden[mark], term.path, term.span, shown)

    def _den_of(self, term: checked.PreviousOf) -> int:
        """What is rounded has a denominator that is known, what is not may have any."""
        if term.part in ("line", "payout", "opening"):
            return int(10**self.digits)
        if not term.type.numeric or term.type.kind in (Kind.count, Kind.duration):
            return 1
        if term.part == "attainment":
            return self._rounding(None, Type(Kind.number)).step.denominator
        kpi = self.kpis.get(term.name) if term.part else None
        part: checked.Body | None = None if kpi is None else getattr(kpi, term.part)
        body = part or self.values[term.table, term.name].body
        if body.rounding is not None:
            return self._rounding(body.rounding, body.type).step.denominator
        steps = [s.rounding.step for s in body.steps if isinstance(s, checked.Round)]
        return steps[-1].denominator if steps and not body.type.varies else 0

    def _openingof(self, term: checked.OpeningOf) -> Node:
        account = self.accounts[term.account]
        return Slot(self._opening(account), term.path, term.span, "money")

    def _opening(self, account: checked.Account) -> int:
        mark = ("account", account.identity, "opening")
        if mark not in self.made:
            span = account.opens.span
            node = Previous(account.identity, "closing", PEOPLE, "", "", 10**self.digits, account.place.span, "money")
            outer, self.rule = self.rule, None
            rescue = Stage("rescue", self._node(account.opens), span=span)
            self.rule = outer
            unit = Rounding(RoundingMode.half_up, Fraction(1, 10**self.digits))
            stages = (Stage("value", node, span=span), rescue, Stage("round", None, unit, written=False))
            carried = self._carried_over(account)
            if carried is None:
                self.made[mark] = self._balance(account, "opening", stages)
            else:
                self.made[mark] = self._add(
                    kind="hidden", level=PEOPLE, name="", part="", where=None, stages=stages, shown="money", span=span
                )
                self.made[mark] = self._passed_over(account, carried, self.made[mark])
        return self.made[mark]

    def _carried_over(self, account: checked.Account) -> checked.CarriedOver | None:
        """What the transition makes of the balance of people who come to this version in the period."""
        if self.passing is None or not self.passing.begins or self.scheme.transition is None:
            return None
        found = (c for c in self.scheme.transition.carried if (c.kind, c.identity) == ("account", account.identity))
        return next((c for c in found if c.how != "carries"), None)

    def _passed_over(self, account: checked.Account, carried: checked.CarriedOver, before: int) -> int:
        """The opening balance: where the version begins, what it is converted to or the start, else what it was."""
        assert self.passing is not None
        outer, self.rule = self.rule, None
        fresh = self._node(account.opens if carried.term is None else carried.term)
        self.rule = outer
        span, was = carried.place.span, Slot(before, (), account.opens.span, "money")
        begins = Ruled(self.passing.version, True, span)
        unit = Rounding(RoundingMode.half_up, Fraction(1, 10**self.digits))
        node = Choose(((begins, fresh),), was, True, (), span, "money")
        stages = (Stage("value", node, span=span), Stage("round", None, unit, written=False))
        return self._balance(account, "opening", stages, span)

    def _balance(self, account: checked.Account, part: str, stages: tuple[Stage, ...], span: Span | None = None) -> int:
        return self._add(
            kind="account", level=PEOPLE, name=account.identity, part=part, where=None, stages=stages, shown="money",
            span=span or account.place.span, clause=account.place.clause,
        )  # fmt: skip

    def _closing(self, account: checked.Account) -> int:
        mark = ("account", account.identity, "closing")
        if mark not in self.made:
            node: Node = Slot(self._opening(account), (), NOWHERE, "money")
            for operator, step in self._moves(account):
                slot = Slot(step, (), NOWHERE, "money")
                node = Arith("add" if operator == "plus" else "subtract", (node, slot), NOWHERE, "money")
            self.made[mark] = self._balance(account, "closing", (Stage("value", node, span=account.place.span),))
        return self.made[mark]

    def _moves(self, account: checked.Account) -> Iterator[tuple[str, int]]:
        """A step for each amount that moves the account, in the order written; then what caps cut."""
        for part, move in _named_moves(account):
            yield move.operator, self._move(account, part, move)
        for line in self.scheme.lines:
            if any(isinstance(s, checked.Excess) and s.account == account.identity for s in line.body.steps):
                unit = self._rounding(None, MONEY)
                stages = self._payable((Stage("value", self._excess(line)), Stage("round", None, unit, written=False)))
                yield "plus", self._balance(account, f"plus {line.identity}", stages, line.place.span)

    def _move(self, account: checked.Account, part: str, move: checked.Move) -> int:
        node = self._node(move.term)
        if move.when is not None:
            nothing = Const(Fraction(0), move.span, "money")
            node = Choose(((self._node(move.when), node),), nothing, True, (), move.span, "money")
        unit = self._rounding(None, MONEY)
        stages = (Stage("value", node, span=move.span), Stage("round", None, unit, written=False))
        return self._balance(account, part, self._payable(stages), move.span)

    def _excess(self, line: checked.PayLine) -> Node:
        """What the line would pay without the cap, less what it pays; of a line per row for all of them."""
        cut = next(n for n, s in enumerate(line.body.steps) if isinstance(s, checked.Excess))
        body = replace(line.body, steps=(*line.body.steps[: cut - 1], *line.body.steps[cut + 1 :]))
        outer = self.rule, self.name
        self.rule, self.name = None, line.identity
        self.rule = None if line.where is None else self._node(line.where)
        stages = _accruing(self._payable(self._stages(body, line.level)))
        place = {"span": line.place.span, "clause": line.place.clause}
        parts = {"level": line.level, "name": "", "part": "", "shown": "money", **place}
        uncapped = Slot(self._add(kind="hidden", where=self.rule, stages=stages, **parts), (), NOWHERE, "money")
        self.rule, self.name = outer
        paid = Slot(self._line(line)[0], (), NOWHERE, "money")
        over = Stage("value", Arith("subtract", (uncapped, paid), NOWHERE, "money"))
        excess = self._add(kind="hidden", where=Logic("present", (paid,)), stages=(over,), **parts)
        slot = Slot(excess, (), NOWHERE, "money")
        if line.level != PEOPLE:
            whole = Aggregate("sum", line.level, PEOPLE, slot, None, (), NOWHERE, "money")
            return Slot(self._hidden(PEOPLE, whole, "money"), (), NOWHERE, "money")
        nothing = Const(Fraction(0), NOWHERE, "money")
        return Choose(((Logic("missing", (slot,)), nothing),), slot, True, (), NOWHERE, "money")

    def _limits(self, account: checked.Account) -> Iterator[int]:
        """Steps that check what the account closes with."""
        closing = Slot(self._closing(account), (), NOWHERE, "money")
        for limit in account.limits:
            node = Compare(_TESTS[limit.kind], (closing, self._node(limit.term)), limit.span)
            yield self._add(
                kind="require", level=PEOPLE, name=account.identity, part="closing", where=None,
                stages=(Stage("value", node, span=limit.span),), shown="yesno", span=limit.span,
                clause=account.place.clause, message=limit.kind,
            )  # fmt: skip

    # ---- ranks ----

    def _rank(self, rank: checked.Rank) -> int:
        """The step that holds the places, and before it one for each key and each value of `within`."""
        mark = ("rank", rank.level, rank.identity)
        if mark not in self.made:
            outer, self.rule = self.rule, None
            where = None if rank.where is None else self._entry(rank, None, rank.where)
            keys = tuple(self._entry(rank, where, key.term) for key in rank.keys)
            within = tuple(self._entry(rank, where, term) for term in rank.within)
            self.rule = outer
            falling = tuple(key.falling for key in rank.keys)
            span, number = rank.place.span, len(self.steps)
            node = Rank(number, rank.level, where, keys, falling, rank.ties, within, span)
            self.made[mark] = self._add(
                kind="rank", level=rank.level, name=rank.identity, part="", where=where,
                stages=(Stage("value", node, span=span),), shown="count", span=span, clause=rank.place.clause,
            )  # fmt: skip
        return self.made[mark]

    def _entry(self, rank: checked.Rank, where: Node | None, term: Term) -> Slot:
        """What is compared of a row that is admitted."""
        shown = shown_as(term.type)
        number = self._add(
            kind="hidden", level=rank.level, name="", part="", where=where,
            stages=(Stage("value", self._node(term), span=term.span),), shown=shown, span=term.span,
        )  # fmt: skip
        return Slot(number, (), term.span, shown)

    def _placeof(self, term: checked.PlaceOf) -> Node:
        place = Slot(self._rank(self.ranks[term.table, term.rank]), term.path, term.span, "count")
        return place if term.part == "place" else Standing(term.part, place, term.span)

    def _tiedmean(self, term: checked.TiedMean) -> Node:
        place = self._node(term.of)
        assert isinstance(place, Slot)
        return OverTied(place, _turning(self._node(term.operand), place), term.span, shown_as(term.type))

    def _valueatplace(self, term: checked.ValueAtPlace) -> Node:
        place = self._node(term.of)
        assert isinstance(place, Slot)
        rank = self.steps[place.step].stages[0].node
        assert isinstance(rank, Rank)
        return AtPlace(place, rank.keys[0], self._node(term.place), term.span, shown_as(term.type))

    # ---- competencies ----

    def _parts_of_item(self, competency: checked.Competency, item: checked.Item) -> Iterator[str]:
        yield "rating"
        if item.required is not None:
            yield "gap"
            if competency.course:
                yield "course"

    def _competencyof(self, term: checked.CompetencyOf) -> Node:
        competency = self.competencies[term.competency]
        item = next((i for i in competency.items if i.identity == term.item), None)
        step = self._competency(competency, item, term.part)
        return Slot(step, term.path, term.span, shown_as(term.type))

    def _competency(self, competency: checked.Competency, item: checked.Item | None, part: str) -> int:
        """A step for the rating of an item, its gap, the course, and for the score of all items."""
        name = "" if item is None else item.identity
        mark = ("competency", competency.identity, name, part)
        if mark not in self.made:
            outer, self.rule = self.rule, None
            place = competency.place if item is None else item.place
            make = {"rating": self._rated, "gap": self._gap, "course": self._recommended}.get(part)
            made = self._scored(competency) if item is None or make is None else make(competency, item)
            self.rule = outer
            where, node, shown = made
            stages = [Stage("value", node, span=place.span)]
            if shown == "number":
                rounding = self._rounding(None, Type(Kind.number))
                stages.append(Stage("round", None, rounding, written=False, span=place.span))
            told = "score" if item is None else name if part == "rating" else f"{name}.{part}"
            self.made[mark] = self._add(
                kind="competency", level=PEOPLE, name=competency.identity, part=told, where=where,
                stages=tuple(stages), shown=shown, span=place.span, clause=competency.place.clause,
            )  # fmt: skip
        return self.made[mark]

    def _rated(self, competency: checked.Competency, item: checked.Item) -> tuple[Node, Node, str]:
        """Σ weight × mean over the kinds that rated, by the sum of their weights; missing where nobody did."""
        span, nothing = item.place.span, Const(Fraction(0), item.place.span, "number")
        there: list[Node] = []
        parts: list[Node] = []
        weights: list[Node] = []
        for rater in competency.raters:
            count, mean = (self._rows_of(rater, item, function, shown, rater.span) for function, shown in _OF_RATERS)
            rated = Compare(">", (count, nothing), span)
            weight = Const(rater.weight, span, "percent")
            product = Arith("multiply", (weight, mean), span, "number")
            there.append(rated)
            parts.append(Choose(((rated, product),), nothing, True, (), span, "number"))
            weights.append(Choose(((rated, weight),), nothing, True, (), span, "percent"))
        node = Arith("divide", (_chain(parts, span), _chain(weights, span)), span, "number")
        where = there[0] if len(there) == 1 else Logic("or", tuple(there), span)
        return where, node, "number"

    def _rows_of(self, rater: checked.Rater, item: checked.Item, function: str, shown: str, span: Span) -> Slot:
        texts = tuple(Const(text, span, "text") for text in item.texts)
        about = Column(rater.table, rater.item, (), span, "text")
        where: Node = Compare("in", (about, *texts), span)
        if rater.kind_column:
            kind = Column(rater.table, rater.kind_column, (), span, "text")
            where = Logic("and", (where, Compare("=", (kind, Const(rater.kind, span, "text")), span)), span)
        window = self._window(rater.window, PEOPLE)
        node = Aggregate(
            function, rater.table, PEOPLE, self._node(rater.points), where, (), span, shown, window
        )  # fmt: skip
        return Slot(self._hidden(PEOPLE, node, shown), (), span, shown)

    def _gap(self, competency: checked.Competency, item: checked.Item) -> tuple[Node, Node, str]:
        span = item.place.span
        rating = Slot(self._competency(competency, item, "rating"), (), span, "number")
        assert item.required is not None
        missing = Arith("part", (self._node(item.required), rating, None), span, "number")
        return Logic("present", (rating,), span), missing, "number"

    def _recommended(self, competency: checked.Competency, item: checked.Item) -> tuple[Node, Node, str]:
        """What the table says of the gap; missing where there is none, or no row for it."""
        span, table = item.place.span, self.lookups[competency.course]
        gap = Slot(self._competency(competency, item, "gap"), (), span, "number")
        keys = (Const(item.course_key, span, "text"), gap)
        type_ = table.column_types[competency.course_column]
        term = checked.LookupValue(competency.course, competency.course_column, (), type_, PEOPLE, span)
        found = self._lookupvalue(term)
        assert isinstance(found, Lookup)
        course = replace(found, keys=keys if competency.item_first else keys[::-1], lacking=True)
        lacks = Compare(">", (gap, Const(Fraction(0), span, "number")), span)
        where = Logic("and", (Logic("present", (gap,), span), lacks, Logic("present", (course,), span)), span)
        return where, course, shown_as(type_)

    def _scored(self, competency: checked.Competency) -> tuple[Node, Node, str]:
        """Σ weight × rating; missing where an item is."""
        span = competency.place.span
        ratings = [Slot(self._competency(competency, i, "rating"), (), span, "number") for i in competency.items]
        weights = [Const(item.weight, span, "percent") for item in competency.items]
        parts = [Arith("multiply", pair, span, "number") for pair in zip(weights, ratings, strict=True)]
        there = [Logic("present", (rating,), span) for rating in ratings]
        return _all_of(tuple(there)), _chain(parts, span), "number"

    # ---- bodies ----

    def _stages(self, body: checked.Body, level: str) -> tuple[Stage, ...]:
        stages: list[Stage] = []
        slices = next(
            (s.rounding for s in body.steps if isinstance(s, checked.Round) and s.rounding.stage == "slice"),
            None,
        )
        for step in body.steps:
            stages = self._stage(step, stages, level, body)
        if slices is not None and isinstance(stages[0].node, Tier):
            stages[0] = replace(stages[0], node=replace(stages[0].node, rounding=_rounding(slices), stage="slice"))
        if body.rounding is not None:
            rounding = self._rounding(body.rounding, body.type)
            unit = self._named_currency(body.type, level) if body.type.varies else None
            stages.append(Stage("round", None, rounding, written=False, unit=unit))
        else:
            stages += _rounded_rescue(stages)
        return tuple(stages)

    def _payable(self, stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
        """Nobody can be paid less than a minor unit: a finer step of the author is followed by one that can."""
        unit = Rounding(RoundingMode.half_up, Fraction(1, 10**self.digits))
        last = next((s.rounding for s in reversed(stages) if s.rounding is not None), unit)
        fine = (last.step / unit.step).denominator != 1
        return (*stages, Stage("round", None, unit, written=False)) if fine else stages

    def _stage(self, step: checked.Step, stages: list[Stage], level: str, body: checked.Body) -> list[Stage]:
        shown = shown_as(body.type)
        if isinstance(step, checked.Start):
            return [*stages, Stage("value", self._node(step.term), span=step.span)]
        if isinstance(step, checked.Cases):
            cases = tuple((self._node(c), self._node(v)) for c, v in step.cases)
            otherwise = None if step.otherwise is None else self._node(step.otherwise)
            node = Choose(cases, otherwise, step.unique, step.case_spans, step.span, shown)
            return [*stages, Stage("value", node, span=step.span)]
        if isinstance(step, checked.Change):
            return [*stages, self._change(step, shown)]
        if isinstance(step, checked.Cap):
            return [*stages, self._cap(step, level, shown)]
        if isinstance(step, checked.Excess):
            return stages  # the account that it goes into works it out
        if isinstance(step, checked.LessEarlier):
            accrued = Accrued(self.name, level, step.per, step.hired, None, step.span, shown)
            less = Arith("subtract", (Prior(step.span, shown), accrued), step.span, shown)
            return [*stages, Stage("value", less, span=step.span, operator="less_earlier")]
        if isinstance(step, checked.Round):
            if step.rounding.stage == "running" and level != PEOPLE:
                return self._on_running(step, stages, level, shown)
            return [*stages, Stage("round", None, _rounding(step.rounding), span=step.span)]
        if isinstance(step, checked.Count):
            missing = Arith("part", (Prior(step.span, shown), self._node(step.term), None), step.span, shown)
            return [*stages, Stage("value", missing, span=step.span, operator="counting")]
        if isinstance(step, checked.Rescue):
            return [*stages, Stage("rescue", self._node(step.term), span=step.span)]
        assert isinstance(step, checked.Only | checked.Zero)
        kind = "only" if isinstance(step, checked.Only) else "zero"
        return [*stages, Stage(kind, self._node(step.condition), span=step.span)]

    def _change(self, step: checked.Change, shown: str) -> Stage:
        operator = {
            "times": "multiply",
            "plus": "add",
            "minus": "subtract",
            "at_most": "min",
            "at_least": "max",
        }
        prior = Prior(step.span, shown)
        node: Node = Arith(operator[step.operator], (prior, self._node(step.term)), step.span, shown)
        if shown in _DAYS and step.operator in ("plus", "minus"):
            node = self._shifted(prior, step.operator == "minus", step.term, step.span)
        if step.when is not None:
            node = Choose(((self._node(step.when), node),), Prior(step.span, shown), True, (), step.span, shown)
        return Stage("value", node, span=step.span, operator=step.operator)

    def _cap(self, step: checked.Cap, level: str, shown: str) -> Stage:
        """The step in which room is left follows when all stages are there."""
        key = None if step.key is None else self._node(step.key)
        accrued = Accrued(self.name, level, step.per, step.hired, key, step.span, shown)
        prior = Prior(step.span, shown)
        node: Node = Arith("cap", (prior, self._node(step.term), accrued, Const(Fraction(0))), step.span, shown)
        if step.when is not None:
            node = Choose(((self._node(step.when), node),), prior, True, (), step.span, shown)
        return Stage("value", node, span=step.span, operator="at_most")

    def _on_running(self, step: checked.Round, stages: list[Stage], level: str, shown: str) -> list[Stage]:
        """Round the running total of the exact rows; a row is the difference, so that rows add up."""
        exact = self._add(
            kind="hidden", level=level, name="", part="", where=self.rule, stages=tuple(stages), shown=shown,
            span=step.span,
        )  # fmt: skip
        total = self._hidden(
            level, Running(level, Slot(exact, (), step.span, shown), self.rule, step.span, shown), shown
        )
        rounding = Stage("round", None, _rounding(step.rounding), Slot(total, (), step.span, shown), span=step.span)
        return [*stages, rounding]

    def _rounding(self, written: checked.Rounding | None, type_: Type) -> Rounding:
        """The default of a type: the header's, else the minor unit for money and 6 decimals for ratios."""
        if written is not None and written.mode != "default":
            return _rounding(written)
        if type_.currency:  # what the header says of money it says of the scheme's own
            return Rounding(RoundingMode.half_up, Fraction(1, 10 ** digits(type_, self.scheme.currency)))
        stated = dict(self.scheme.rounding)
        word = "money" if type_.kind is Kind.money else "number"
        for name in (str(type_.kind), word):
            if name in stated:
                return _rounding(stated[name])
        step = Fraction(1, 10**self.digits) if word == "money" else RATIO_STEP
        return Rounding(RoundingMode.half_up, step)

    # ---- currencies ----

    def _currency(self, type_: Type, level: str) -> Node:
        """What names the currency of an amount: its code, or the column of the row that has it."""
        return self._named_currency(type_, level) if type_.varies else Const(type_.currency, shown="text")

    def _named_currency(self, type_: Type, level: str) -> Column:
        *path, name = type_.way
        for link in path:
            level = self._table(level).column(link).link
        return Column(level, name, tuple(path), NOWHERE, "text")

    def _conversion(self, term: checked.Conversion) -> Node:
        """amount × rate, or amount ÷ rate; what is in the scheme's currency already stays as it is."""
        amount, type_ = self._node(term.operand), term.operand.type
        if not type_.currency:
            return amount
        rates = self.scheme.table(term.rates).rates
        assert rates is not None
        operator = "multiply" if rates.per == "home_per_foreign" else "divide"
        currency = self._currency(type_, term.level)
        day = None if term.day is None else self._node(term.day)
        rate = AsOf(term.rates, currency, day, term.span)
        converted = Arith(operator, (amount, rate), term.span, "money")
        if not type_.varies:
            return converted
        own = Compare("=", (currency, Const(self.scheme.currency, shown="text")), term.span)
        return Choose(((own, amount),), converted, True, (), term.span, "money")

    # ---- terms ----

    def _node(self, term: Term) -> Node:
        make = getattr(self, f"_{type(term).__name__.lower()}")
        node: Node = make(term)
        return node

    def _nodes(self, terms: Sequence[Term]) -> tuple[Node, ...]:
        return tuple(self._node(t) for t in terms)

    def _literal(self, term: checked.Literal) -> Node:
        return Const(term.value, term.span, shown_as(term.type))

    def _columnof(self, term: checked.ColumnOf) -> Node:
        as_of = None if term.as_of is None else self._node(term.as_of)
        return Column(term.table, term.column, term.path, term.span, shown_as(term.type), as_of, term.mean)

    def _rowof(self, term: checked.RowOf) -> Node:
        return RowKey(term.table, term.path, term.span)

    def _valueof(self, term: checked.ValueOf) -> Node:
        line = self.lines.get(term.name)
        if line is not None and line.level == term.table and (term.table, term.name) not in self.values:
            slot = Slot(self._amount(line), term.path, term.span, shown_as(term.type))
            return Arith("minus", (slot,), term.span, "money") if line.kind == "deduction" else slot
        number = self._value(self.values[term.table, term.name])
        return Slot(number, term.path, term.span, shown_as(term.type))

    def _parameterof(self, term: checked.ParameterOf) -> Node:
        parameter = self.parameters[term.name]
        shown = str(parameter.type.kind)
        values = tuple((v.first, v.last, v.term.value) for v in parameter.values)
        return Dated(term.name, values, term.span, shown, None if term.as_of is None else self._node(term.as_of))

    def _periodof(self, term: checked.PeriodOf) -> Node:
        return PeriodPart(term.part, term.span, shown_as(term.type), term.of, term.path, term.hired)

    def _kpiof(self, term: checked.KpiOf) -> Node:
        kpi = self.kpis[term.kpi]
        if term.part == "weight":
            return Const(kpi.weight, term.span, "percent")
        return Slot(self._kpi_part(kpi, term.part), term.path, term.span, shown_as(term.type))

    def _received(self, term: checked.Received) -> Node:
        received = self._received_of(term.lines, term.span, term.kinds)
        return Slot(self._hidden(PEOPLE, received, "money"), term.path, term.span, "money")

    def _dueof(self, term: checked.DueOf) -> Node:
        received = self._received_of(term.lines, term.span, term.kinds, due=True)
        return Slot(self._hidden(PEOPLE, received, "money"), (), term.span, "money")

    def _received_of(self, lines: Sequence[str], span: Span, kinds: Sequence[str] = (), due: bool = False) -> Received:
        """`due`: what falls due of lines that are paid later, else what was earned."""
        pairs = [(number, name) for name in lines for number in self._line(self.lines[name])]
        pairs += self.foreign_of(tuple(lines), tuple(kinds))
        names = dict.fromkeys((*lines, *(name for _, name in pairs)))
        later = tuple(name for name in names if (due and self._is_later(name)) or self._is_later_elsewhere(name))
        pairs = [pair for pair in pairs if pair[1] not in later]
        return Received(tuple(number for number, _ in pairs), tuple(name for _, name in pairs), later, span)

    def _is_later(self, name: str) -> bool:
        own = self.lines.get(name)
        return name in self.later_there or (own is not None and own.settlement is not None)

    def _is_later_elsewhere(self, name: str) -> bool:
        """A line that this version pays at once: its payout counts what falls due of rows that another one rules."""
        own = self.lines.get(name)
        return self.paying and name in self.later_there and (own is None or own.settlement is None)

    def _arithmetic(self, term: checked.Arithmetic) -> Node:
        left, *rest = term.operands
        shown = shown_as(term.type)
        dates = (Kind.date, Kind.datetime)
        if left.type.kind in dates or (rest and rest[0].type.kind in dates):
            return self._date_arithmetic(term)
        return Arith(term.operator, self._nodes(term.operands), term.span, shown)

    def _date_arithmetic(self, term: checked.Arithmetic) -> Node:
        left, right = term.operands
        if right.type.kind in (Kind.date, Kind.datetime) and left.type.kind is Kind.duration:
            left, right = right, left
        if right.type.kind is Kind.duration:
            return self._shifted(self._node(left), term.operator == "subtract", right, term.span)
        return DateOp("days_between", self._nodes((left, right)), False, term.span, "duration")

    def _shifted(self, day: Node, back: bool, duration: Term, span: Span) -> Node:
        """A date so much earlier or later; months as months only where they are written as such."""
        operator = "earlier" if back else "later"
        if isinstance(duration, checked.Lapse):
            count = Const(Fraction(duration.count), duration.span, "count")
            return DateOp(operator, (day, count), duration.unit == "months", span, "date")
        return DateOp(operator, (day, self._node(duration)), False, span, "date")

    def _lapse(self, term: checked.Lapse) -> Node:
        days = term.count if term.unit == "days" else term.count * 30
        return Const(Fraction(days), term.span, "duration")

    def _comparison(self, term: checked.Comparison) -> Node:
        return Compare(term.operator, self._nodes((term.left, term.right)), term.span)

    def _junction(self, term: checked.Junction) -> Node:
        return Logic(term.operator, self._nodes(term.operands), term.span)

    def _membership(self, term: checked.Membership) -> Node:
        return Compare("in", self._nodes((term.operand, *term.options)), term.span)

    def _presence(self, term: checked.Presence) -> Node:
        return Logic("present" if term.present else "missing", (self._node(term.operand),), term.span)

    def _function(self, term: checked.Function) -> Node:
        shown = shown_as(term.type)
        if term.name in ("days", "months", "workdays", "minutes"):
            operands = self._nodes(term.arguments)
            return DateOp(term.name, operands, False, term.span, shown, term.table, term.column)
        if term.name == "multiple":
            return Logic("multiple", self._nodes(term.arguments), term.span)
        return Arith(term.name, self._nodes(term.arguments), term.span, shown)

    def _part(self, term: checked.Part) -> Node:
        limits = (None if t is None else self._node(t) for t in (term.above, term.up_to))
        return Arith("part", (self._node(term.operand), *limits), term.span, shown_as(term.type))

    def _aggregate(self, term: checked.Aggregate) -> Node:
        outer, self.rule = self.rule, None
        argument = None if term.argument is None else self._node(term.argument)
        where = self._own_rows(term.table, None if term.where is None else self._node(term.where))
        window, per = self._window(term.window, term.scope), self._nodes(term.per)
        self.rule = outer
        shown = shown_as(term.type)
        up = self._way_up(term.table, term.scope)
        node = Aggregate(
            term.function, term.table, term.scope, argument, where, up, term.span, shown, window, per, term.below
        )  # fmt: skip
        return Slot(self._hidden(term.scope, node, shown), term.path, term.span, shown)

    def _window(self, window: checked.Window | None, scope: str) -> Window | None:
        if window is None:
            return None
        as_of: Node | None = None
        if window.as_of is not None:
            as_of = Slot(self._hidden(scope, self._node(window.as_of), "date"), (), window.as_of.span, "date")
        return Window(window.kind, window.count, window.unit, as_of, window.hired, window.span)

    def _way_up(self, table: str, scope: str) -> tuple[str, ...]:
        """Links from a child row to the row of `scope`; () where the rows are a person's or a group's."""
        path: list[str] = []
        while table != scope:
            at = self.scheme.table(table)
            if at.kind != "facts" or not at.parent:
                return ()
            path.append(at.parent)
            table = at.column(at.parent).link
        return tuple(path)

    def _own_rows(self, table: str, where: Node | None) -> Node | None:
        """What begins anew with a version counts the rows of its own days alone."""
        own = None if self.passing is None else self.passing.own
        if own is None or table not in own.tables:
            return where
        day = self._day_of_row(table)
        tests: list[Node] = []
        if own.first is not None:
            tests.append(Compare(">=", (day, Const(own.first, shown="date"))))
        if own.last is not None:
            tests.append(Compare("<=", (day, Const(own.last, shown="date"))))
        return Logic("and", (*tests, where)) if where is not None else _all_of(tuple(tests))

    def _day_of_row(self, table: str) -> Node:
        """The date of record, the row's own or that of a row above."""
        path: list[str] = []
        at = self.scheme.table(table)
        while not at.record_date:
            path.append(at.parent)
            at = self.scheme.table(at.column(at.parent).link)
        return Column(at.identity, at.record_date, tuple(path), NOWHERE, shown_as(at.column(at.record_date).type))

    def _running(self, term: checked.Running) -> Node:
        argument = None if term.operand is None else self._node(term.operand)
        shown = shown_as(term.type)
        window, per = self._window(term.window, term.level), self._nodes(term.per)
        node = Running(term.level, argument, self._own_rows(term.level, self.rule), term.span, shown, window, per)
        return Slot(self._hidden(term.level, node, shown), (), term.span, shown)

    def _tiervalue(self, term: checked.TierValue) -> Node:
        """Between points what is read lies on their line; where that is an amount it is rounded like a price."""
        table, cell = self.tiers[term.tiers], self.tiers[term.tiers].column_types[term.column]
        mode = "point" if table.mode in POINTS else "value"
        amount = table.mode == "interpolated" and cell.kind in (Kind.money, Kind.plain)
        return self._tier(table, term.column, mode, term.key, None, None, term, rounded=amount)

    def _tierprice(self, term: checked.TierPrice) -> Node:
        table = self.tiers[term.tiers]
        less = None
        if isinstance(term.base, checked.Running):
            one = Const(Fraction(1), term.base.span, "count")
            less = one if term.base.operand is None else self._node(term.base.operand)
        mode = table.mode
        if mode in POINTS:
            amount = mode == "interpolated" and table.column_types[term.column].kind is Kind.money
            mode = "point" if amount else "average"
        return self._tier(table, term.column, mode, term.base, term.key, less, term)

    def _nextbound(self, term: checked.NextBound) -> Node:
        return self._tier(self.tiers[term.tiers], 0, "next", term.key, None, None, term, rounded=False)

    def _grossfor(self, term: checked.GrossFor) -> Node:
        return self._tier(self.tiers[term.tiers], term.column, "gross", term.net, None, None, term, rounded=False)

    def _tier(
        self, table: checked.Tiers, column: int, mode: str, base: Term, key: Term | None, less: Node | None,
        term: checked.TierValue | checked.TierPrice | checked.NextBound | checked.GrossFor, rounded: bool = True,
    ) -> Node:  # fmt: skip
        otherwise = None if table.otherwise is None or mode == "next" else table.otherwise[column]
        rounding = table.rounding if rounded else None
        return Tier(
            table.identity, mode, _brackets(table, column, mode), otherwise, self._node(base),
            None if key is None else self._node(key), less, None if rounding is None else _rounding(rounding),
            shown_as((key or base).type), str(table.column_types[column].kind), term.span, shown_as(term.type),
            "slice" if rounding is None else rounding.stage,
            None if term.scale is None else self._node(term.scale),
        )  # fmt: skip

    def _lookupvalue(self, term: checked.LookupValue) -> Node:
        table = self.lookups[term.lookup]
        entries = tuple(
            Entry(tuple(_fits(cell) for cell in row.keys), row.values[term.column], row.span) for row in table.rows
        )
        otherwise = None if table.otherwise is None else table.otherwise[term.column]
        shown = tuple(str(type_.kind) for type_ in table.key_types)
        keys = self._nodes(term.keys)
        return Lookup(term.lookup, term.column, keys, entries, otherwise, shown, term.span, shown_as(term.type))

    def _weightedsum(self, term: checked.WeightedSum) -> Node:
        return self._weighted(term)


def _named_moves(account: checked.Account) -> Iterator[tuple[str, checked.Move]]:
    """The moves with what they are called: by the one name they have, else by their place."""
    known: set[str] = set()
    for place, move in enumerate(account.moves, 1):
        term, name = move.term, str(place)
        if isinstance(term, checked.ValueOf) and not term.path:
            name = term.name
        elif isinstance(term, checked.Received) and len(term.lines) == 1:
            name = term.lines[0]
        part = f"{move.operator} {name}"
        part = f"{move.operator} {place}" if part in known else part
        known.add(part)
        yield part, move


def _turning(node: Any, place: Slot) -> Any:
    """The node with the place itself in turn, wherever it reads that of the row at hand."""
    if isinstance(node, Slot) and (node.step, node.path) == (place.step, place.path):
        return Turn(node.span)
    if isinstance(node, tuple):
        return tuple(_turning(part, place) for part in node)  # pyright: ignore[reportUnknownVariableType]
    if not hasattr(node, "span") or isinstance(node, Slot | Standing | AtPlace):
        return node
    return replace(node, **{f.name: _turning(getattr(node, f.name), place) for f in fields(node) if f.name != "span"})


_OF_RATERS = (("count", "count"), ("average", "number"))


def _chain_of(exception: checked.ExceptionTo, line: checked.PayLine) -> frozenset[str]:
    """What an exception goes before, down to the rule."""
    by_name = {e.identity: e for e in line.exceptions}
    found: set[str] = set()
    at = exception.to
    while at in by_name and at not in found:
        found.add(at)
        at = by_name[at].to
    return frozenset(found)


def _not(node: Node) -> Node:
    return Logic("not", (node,), node.span)


def _all_of(nodes: tuple[Node, ...]) -> Node:
    return nodes[0] if len(nodes) == 1 else Logic("and", nodes, nodes[-1].span)


def _fits(cell: checked.KeyCell) -> Fits:
    if cell is None:
        return Fits()
    if isinstance(cell, checked.Exactly):
        return Fits(cell.value)
    return Fits(None, Bracket(cell.low, cell.low_inside, cell.high, cell.high_inside, Fraction(0)))


def _brackets(table: checked.Tiers, column: int, mode: str) -> tuple[Bracket, ...]:
    """The tiers with the values of one column, the last one open where it goes on; a full table gains nothing more."""
    brackets = tuple(_bracket(tier, column) for tier in table.tiers)
    last = brackets[-1]
    if not table.last_holds or last.high is None:
        return brackets
    if mode != "filled":
        return (*brackets[:-1], replace(last, high=None, high_inside=False))
    return (*brackets, Bracket(last.high, not last.high_inside, None, False, Fraction(0), last.span))


def _bracket(tier: checked.Tier, column: int) -> Bracket:
    low, high, series = tier.low, tier.high, tier.series
    return Bracket(
        low.value if low else None, low.inside if low else False,
        high.value if high else None, high.inside if high else False,
        tier.values[column], tier.span,
        series.every if series else None, series.steps[column] if series else Fraction(0),
    )  # fmt: skip


def _accruing(stages: Sequence[Stage]) -> tuple[Stage, ...]:
    """What comes off again, and what caps have counted, are amounts as paid: both are in steps of the line's end.

    So a total is rounded before the earlier periods come off it, and a cap leaves room in whole steps only.
    """
    last = next((s.rounding for s in reversed(stages) if s.rounding is not None), None)
    if last is None:
        return tuple(stages)
    out: list[Stage] = []
    for stage in stages:
        node = stage.node
        if stage.operator == "less_earlier" and not (out and _is_whole(out[-1].rounding, last)):
            out.append(Stage("round", None, last, written=False, span=stage.span))
        if stage.operator == "at_most" and isinstance(node, Choose):
            ((condition, inner),) = node.cases
            node = replace(node, cases=((condition, _in_steps(inner, last)),))
        out.append(replace(stage, node=_in_steps(node, last)))
    return tuple(out)


def _is_whole(rounding: Rounding | None, last: Rounding) -> bool:
    return rounding is not None and (rounding.step / last.step).denominator == 1


def _in_steps(node: Any, rounding: Rounding) -> Any:
    if not isinstance(node, Arith) or node.operator != "cap":
        return node
    return replace(node, operands=(*node.operands[:3], Const(rounding.step)))


def _rounded_rescue(stages: Sequence[Stage]) -> list[Stage]:
    """What holds instead of a rounded value is rounded as that is."""
    last = next((n for n in reversed(range(len(stages))) if stages[n].rounding is not None), len(stages))
    rescued = any(stage.kind == "rescue" for stage in stages[last:])
    return [Stage("round", None, stages[last].rounding, written=False)] if rescued else []


def _receiver_of(line: checked.PayLine) -> Receiver | None:
    """None for the person credited: of a line up a hierarchy that is whoever stands there."""
    return _receiver(line.to) if isinstance(line.to, checked.Receiver) else None


def _receiver(receiver: checked.Receiver) -> Receiver:
    return Receiver(receiver.path, receiver.company)


def _rounding(rounding: checked.Rounding) -> Rounding:
    return Rounding(RoundingMode(rounding.mode), rounding.step)


def _chain(nodes: Sequence[Node], span: Span) -> Node:
    total = nodes[0]
    for node in nodes[1:]:
        total = Arith("add", (total, node), span, "number")
    return total


def _unplaced(node: Any) -> Any:
    """The node without its places, so that the same aggregate written twice is one step."""
    if isinstance(node, tuple):
        return tuple(_unplaced(n) for n in node)  # pyright: ignore[reportUnknownVariableType]
    if hasattr(node, "span") and hasattr(node, "__dataclass_fields__"):
        inner = {f: _unplaced(getattr(node, f)) for f in node.__dataclass_fields__ if f not in ("span", "spans")}
        return replace(node, span=NOWHERE, **inner)
    return node
