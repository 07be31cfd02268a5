"""The reference evaluator: the meaning of the language, on exact fractions.

In: a plan, facts, a period, and which refunds have reversed which sales. Out: a `Run`, every value of
every step for every row, and what could not be computed as diagnostics. Plain and slow on purpose: one
method per kind of node, each as the design states it, so that it can be read as the definition.

A value that cannot be computed is an exception here, caught where the author said what holds then
(a rescue stage), else told once; values that depend on it stay silent.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, ClassVar

from tiercel.facts import Facts, Rows, digits
from tiercel.index import Index
from tiercel.money import plain, round_to
from tiercel.outcome import BROKEN, NO_VALUE, Line, Reversal
from tiercel.periods import Period, PeriodError, add_months, days_between, months_touched
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
    Running,
    Scalar,
    Slot,
    Stage,
    Step,
    Tier,
)
from tiercel_dsl.diagnostics import Diagnostic
from tiercel_dsl.scheme import PEOPLE, CheckedScheme, Kpi, PayLine, Table, Value
from tiercel_dsl.source import NOWHERE, Span

DEEP = 40  # values that wait for each other before the rest of a chain is worked out in order


class _Reason(Exception):
    """Why there is no value: a code, the place in the scheme, what the sentence needs. Pickles."""

    def __init__(self, code: str, span: Span, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.span, self.facts = code, span, facts

    def __reduce__(self) -> tuple[Any, ...]:
        return _reason, (type(self), self.code, self.span, self.facts)


def _reason(kind: type[_Reason], code: str, span: Span, facts: dict[str, Any]) -> _Reason:
    return kind(code, span, **facts)


class Incomputable(_Reason):
    """No value here, for a reason that `otherwise` catches (decision 27)."""


class Absent(Incomputable):
    """A missing optional value, or a value that this row does not have."""


class NoValue(Absent):
    """A row that has no value or no line of this name: nothing to add up, and missing where it is read."""


class Failure(_Reason):
    """What no `otherwise` catches: two cases that disagree, a check of the facts, an attribute that changed."""


class Blocked(Exception):
    """A value that depends on one whose fault was already told."""


@dataclass(frozen=True, slots=True)
class At:
    """The row at hand. `day` is the date of record of a facts row, None for a person or a group."""

    level: str
    row: int
    day: date | None


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a base inside one tier: part × rate = amount (rounded if the table says so)."""

    low: Fraction | None
    high: Fraction | None
    part: Fraction
    rate: Fraction
    amount: Fraction


class Run:
    """One evaluation of a plan. Values are worked out once and remembered; nothing else changes.

    `base` is a run of the same plan, facts and period with fewer refunds: what no refund can reach is
    read from it.
    """

    def __init__(
        self, scheme: CheckedScheme, plan: Plan, facts: Facts, period: Period,
        reversals: Sequence[Reversal] = (), base: "Run | None" = None,
    ) -> None:  # fmt: skip
        self.scheme, self.plan, self.facts, self.period = scheme, plan, facts, period
        self.reversals = tuple(reversals)
        self.base = base
        self._taken: tuple[Line, ...] | None = None
        self.memo: list[dict[int, Any]] = [{} for _ in plan.steps]
        self.diagnostics: list[Diagnostic] = base.diagnostics if base is not None else []
        self.tables: dict[str, Table] = base.tables if base is not None else {t.identity: t for t in scheme.tables}
        self.index: Index = base.index if base is not None else Index(facts, period)
        self.reached: frozenset[int] = base.reached if base is not None else _reached_by_refunds(plan)
        self.totals: dict[int, dict[int, Fraction | Exception]] = {}
        self.backs: dict[int, tuple[Line, ...]] = {}
        self.depth = 0

    # ---- whole company ----

    def everything(self) -> None:
        """Work out every step for every row of the period, in the order of the plan."""
        for step in self.plan.steps:
            for row in self.rows(step.level):
                self.lookup(step.number, row)

    def rows(self, level: str) -> Sequence[int]:
        """The rows a step of this level is worked out for: of facts those dated in the period."""
        if self.tables[level].kind == "facts":
            return self.index.in_period(level)
        return range(len(self.facts.tables[level].keys))

    def lines(self) -> Iterator[Line]:
        """Every line of the period, takebacks after the lines of their step."""
        for number in self.plan.lines:
            step = self.plan.step(number)
            for row in self.rows(step.level):
                value = self.lookup(number, row)
                person = self.person_of(step.level, row)
                if value is not NO_VALUE and value is not BROKEN and person is not None:
                    yield Line(number, step.level, row, person, value * step.sign)
            yield from (line for line in self.taken_back if line.step == number)

    @property
    def taken_back(self) -> tuple[Line, ...]:
        """For each refund, every line of its sale taken back in the share of the refund (decision 37)."""
        if self._taken is None:
            lines = [line for number in self.plan.lines for line in self._back(number)]
            place = {id(reversal): n for n, reversal in enumerate(self.reversals)}
            self._taken = tuple(sorted(lines, key=lambda line: place[id(line.refund)]))
        return self._taken

    def person_of(self, level: str, row: int) -> int | None:
        return row if level == PEOPLE else self.facts.tables[level].owner[row]

    # ---- steps ----

    def lookup(self, number: int, row: int) -> Any:
        """The value of a step for a row: a scalar, NO_VALUE or BROKEN."""
        if self.base is not None and number not in self.reached:
            return self.base.lookup(number, row)
        memo = self.memo[number]
        if row not in memo:
            if self.depth >= DEEP:
                self._before(number, row)
            self.depth += 1
            try:
                memo[row] = self._work_out(self.plan.step(number), row)
            finally:
                self.depth -= 1
        return memo[row]

    def _before(self, number: int, row: int) -> None:
        """Work out what the step reads of its own row, in working order: no chain of values is too long."""
        waiting, reads = [number], set[int]()
        while waiting:
            read = _own_reads(self.plan.step(waiting.pop()))
            new = {n for n in read - reads if not self._is_known(n, row)}
            reads |= new
            waiting += new
        for earlier in sorted(reads):
            self.lookup(earlier, row)

    def _is_known(self, number: int, row: int) -> bool:
        if self.base is not None and number not in self.reached:
            return self.base._is_known(number, row)
        return row in self.memo[number]

    def at(self, level: str, row: int) -> At:
        day = self.facts.tables[level].day[row] if self.tables[level].kind == "facts" else None
        return At(level, row, day)

    def _work_out(self, step: Step, row: int) -> Any:
        at = self.at(step.level, row)
        try:
            if step.where is not None and not self.node(step.where, at):
                return NO_VALUE
            value = self.body(step, at)
            if step.kind == "require" and value is not NO_VALUE and not value:
                raise Failure("E3206", step.span, message=step.message, condition=step.message)
            return value
        except Blocked:
            return BROKEN
        except (Incomputable, Failure) as fault:
            if step.kind == "hidden":
                return fault  # raised again in whoever reads it, who may say what holds then
            self._tell(fault, step, at)
            return BROKEN

    def body(self, step: Step, at: At, watch: "Callable[[Stage, Any, Any], None] | None" = None) -> Any:
        """Run the stages; `watch` is told each stage with the value before and after it."""
        value: Any = NO_VALUE
        failed: Incomputable | None = None
        for stage in step.stages:
            before = value
            if failed is not None:
                if stage.kind == "rescue" and stage.node is not None:
                    value, failed = self.node(stage.node, at), None
            else:
                try:
                    value = self._stage(stage, value, at)
                except Incomputable as fault:
                    failed = fault
            if watch is not None:
                watch(stage, before, failed if failed is not None else value)
            if value is NO_VALUE and failed is None:
                return NO_VALUE
        if failed is not None:
            raise failed
        return value

    def _stage(self, stage: Stage, value: Any, at: At) -> Any:
        if stage.kind == "rescue":
            return value
        if stage.kind == "round":
            assert stage.rounding is not None
            if stage.total is None:
                return round_to(value, stage.rounding)
            total = self.node(stage.total, at)
            return round_to(total, stage.rounding) - round_to(total - value, stage.rounding)
        assert stage.node is not None
        result = self.node(stage.node, at, value)
        if stage.kind == "only":
            return value if result else NO_VALUE
        if stage.kind == "zero":
            return value if result else Fraction(0)
        return result

    def _tell(self, fault: Incomputable | Failure, step: Step, at: At) -> None:
        rows = self.facts.tables[at.level]
        person = self.person_of(at.level, at.row) if self.tables[at.level].kind != "group" else None
        people = self.facts.tables[PEOPLE].keys
        names = self.shown_name(step)
        facts = {"line": names, "row": rows.keys[at.row], **fault.facts}
        span = fault.span if fault.span != NOWHERE else step.span
        cell = rows.places[at.row] if at.row < len(rows.places) else None
        told = Diagnostic(
            fault.code, span, facts, cell=cell, clause=step.clause,
            subject=people[person] if person is not None else "",
        )  # fmt: skip
        # The key too: rows that a host adds in parts are numbered from 1 in each.
        same = (told.code, told.span, told.cell, rows.keys[at.row])
        if all((d.code, d.span, d.cell, d.facts.get("row")) != same for d in self.diagnostics):
            self.diagnostics.append(told)

    def shown_name(self, step: Step) -> str:
        """The step's name as the scheme's author wrote it, for messages."""
        scheme = self.scheme
        declared: list[Value | Kpi | PayLine] = [*scheme.values, *scheme.scores, *scheme.kpis, *scheme.lines]
        for thing in declared:
            if thing.identity == step.name:
                name = thing.names.shown(self.scheme.language)
                return f"{name}.{step.part}" if step.part else name
        return step.name

    # ---- nodes ----

    def node(self, node: Node, at: At, prior: Any = None) -> Any:
        """The exact value of a node for the row at hand."""
        return self._nodes[type(node)](self, node, at, prior)

    def _const(self, node: Const, at: At, prior: Any) -> Any:
        return node.value

    def _prior(self, node: Prior, at: At, prior: Any) -> Any:
        return prior

    def _dated(self, node: Dated, at: At, prior: Any) -> Any:
        day = at.day or self.period.last
        for first, last, value in node.values:
            if (first is None or first <= day) and (last is None or day <= last):
                return value
        raise Incomputable("E3207", node.span, column=node.name)

    def _column(self, node: Column, at: At, prior: Any) -> Any:
        table, row = self.follow(at, node.path, node.span)
        return self._cell(table, node.name, row, at, node.span)

    def _cell(self, table: str, name: str, row: int, at: At, span: Span) -> Any:
        rows = self.facts.tables[table]
        if name in rows.series:
            stored = self._in_force(table, name, row, at, span)
        else:
            stored = rows.columns[name][row]
        if stored is None:
            raise Absent("E3207", span, column=self._column_name(table, name))
        return self._typed(table, name, stored)

    def _column_name(self, table: str, name: str) -> str:
        return self.tables[table].column(name).names.shown(self.scheme.language) or name

    def _typed(self, table: str, name: str, stored: Any) -> Any:
        type_ = self.tables[table].column(name).type
        if type_.numeric:
            return Fraction(stored, 10 ** digits(type_, self.scheme.currency))
        return stored

    def _in_force(self, table: str, name: str, row: int, at: At, span: Span) -> Any:
        """A dated attribute: at a row as of its day; for the person only if it did not change (decision 9)."""
        steps = self.facts.tables[table].series[name][row]
        if at.day is not None:
            return self._as_of(table, name, row, at.day, span)
        inside = [s for s in steps if s[0] is not None and self.period.first < s[0] <= self.period.last]
        opening = [s for s in steps if s[0] is None or s[0] <= self.period.first]
        values = ([opening[-1][1]] if opening else []) + [value for _, value in inside]
        if not values:
            return self._as_of(table, name, row, self.period.last, span)
        if any(value != values[0] for value in values):
            days = tuple(day.isoformat() for day, _ in inside if day is not None)
            raise Failure(
                "E3208", span, person=self.facts.tables[table].keys[row], column=self._column_name(table, name),
                period=self.period.name, changes=days,
            )  # fmt: skip
        return values[0]

    def _as_of(self, table: str, name: str, row: int, day: date, span: Span) -> Any:
        rows = self.facts.tables[table]
        holding = [value for first, value in rows.series[name][row] if first is None or first <= day]
        if not holding:
            raise Failure(
                "E3114",
                span,
                table=self.tables[table].names.shown(self.scheme.language) or table,
                key=rows.keys[row],
                date=day.isoformat(),
            )
        return holding[-1]

    def follow(self, at: At, path: Sequence[str], span: Span) -> tuple[str, int]:
        """Along link columns; a dated link as of the row's day, else of the period's last (decision 10)."""
        table, row = at.level, at.row
        for link in path:
            rows = self.facts.tables[table]
            if link in rows.series:
                target = self._as_of(table, link, row, at.day or self.period.last, span)
            else:
                target = rows.columns[link][row]
            if not isinstance(target, int):
                raise Absent("E3207", span, column=self._column_name(table, link))
            table, row = self.tables[table].column(link).link, target
        return table, row

    def _row_key(self, node: RowKey, at: At, prior: Any) -> Any:
        return self.follow(at, node.path, node.span)[1]

    def _slot(self, node: Slot, at: At, prior: Any) -> Any:
        _, row = self.follow(at, node.path, node.span)
        value = self.lookup(node.step, row)
        if isinstance(value, Incomputable | Failure):
            raise value.with_traceback(None)
        if value is BROKEN:
            raise Blocked
        if value is NO_VALUE:
            raise NoValue("E3207", node.span, column=self.shown_name(self.plan.step(node.step)))
        return value

    def _period_part(self, node: PeriodPart, at: At, prior: Any) -> Any:
        value = getattr(self.period, node.part)
        return Fraction(value) if isinstance(value, int) else value

    def _arith(self, node: Arith, at: At, prior: Any) -> Any:
        values = [None if o is None else self.node(o, at, prior) for o in node.operands]
        return _ARITHMETIC[node.operator](values, node.span)

    def _date_op(self, node: DateOp, at: At, prior: Any) -> Any:
        left, right = (self.node(o, at, prior) for o in node.operands)
        first = _day(left)
        if node.operator in ("later", "earlier"):
            count = int(right) if node.operator == "later" else -int(right)
            try:
                return add_months(first, count) if node.months else first + timedelta(days=count)
            except (PeriodError, OverflowError) as outside:
                seen = f"{first.isoformat()} {count:+} {'months' if node.months else 'days'}"
                raise Failure("E3105", node.span, column="", seen=seen) from outside
        second = _day(right)
        if node.operator == "days_between":
            return Fraction((first - second).days)
        return Fraction(days_between(first, second) if node.operator == "days" else months_touched(first, second))

    def _compare(self, node: Compare, at: At, prior: Any) -> Any:
        left, *rest = [self.node(o, at, prior) for o in node.operands]
        if node.operator == "in":
            return left in rest
        right = rest[0]
        if isinstance(left, datetime) != isinstance(right, datetime) and isinstance(left, date):
            left, right = _day(left), _day(right)
        return _COMPARISONS[node.operator](left, right)

    def _logic(self, node: Logic, at: At, prior: Any) -> Any:
        if node.operator in ("present", "missing"):
            return self._is_present(node.operands[0], at, prior) is (node.operator == "present")
        if node.operator == "not":
            return not self.node(node.operands[0], at, prior)
        if node.operator == "multiple":
            left, right = (self.node(o, at, prior) for o in node.operands)
            if right == 0:
                raise Incomputable("E3201", node.span)
            return (left / right).denominator == 1
        wanted = node.operator == "or"
        return wanted if any(self.node(o, at, prior) is wanted for o in node.operands) else not wanted

    def _is_present(self, node: Node, at: At, prior: Any) -> bool:
        try:
            self.node(node, at, prior)
        except Absent:
            return False
        return True

    def _choose(self, node: Choose, at: At, prior: Any) -> Any:
        held: list[tuple[int, Any]] = []
        for index, (condition, value) in enumerate(node.cases):
            if self.node(condition, at, prior):
                held.append((index, self.node(value, at, prior)))
                if not node.unique:
                    break
        if not held:
            if node.otherwise is None:
                raise Incomputable("E3205", node.span)
            return self.node(node.otherwise, at, prior)
        if any(value != held[0][1] for _, value in held):
            raise Failure("E3204", node.span, first=text_of(held[0][1]), second=text_of(held[1][1]))
        return held[0][1]

    # ---- tiers ----

    def _tier(self, node: Tier, at: At, prior: Any) -> Any:
        base = self.node(node.base, at, prior)
        key = base if node.key is None else self.node(node.key, at, prior)
        if node.mode == "value":
            return self._tier_value(node, key)
        if node.less is None:
            return self._price(node, base, key)
        before = base - self.node(node.less, at, prior)
        if node.mode == "marginal":
            return sum((s.amount for s in self.slices(node, before, base)), Fraction(0))
        return self._price(node, base, key) - self._price(node, before, key if node.key is not None else before)

    def _tier_value(self, node: Tier, key: Fraction) -> Any:
        for bracket in node.brackets:
            if bracket.holds(key):
                return bracket.value
        if node.otherwise is not None:
            return node.otherwise
        raise Incomputable("E3202", node.span, table=self._tiers_name(node.table), value=plain(key))

    def _tiers_name(self, identity: str) -> str:
        found = [t.names.shown(self.scheme.language) for t in self.scheme.tiers if t.identity == identity]
        return found[0] if found else identity

    def _price(self, node: Tier, base: Fraction, key: Fraction) -> Any:
        if node.mode == "marginal":
            return sum((s.amount for s in self.slices(node, Fraction(0), base)), Fraction(0))
        value = self._tier_value(node, key)
        price = value if node.mode == "fixed" else base * value
        return price if node.rounding is None else round_to(price, node.rounding)

    def slices(self, node: Tier, start: Fraction, end: Fraction) -> list[Slice]:
        """The parts of start..end that lie in each tier, and outside of all at the rate of `otherwise`."""
        for point in (start, end):
            if not isinstance(node.otherwise, Fraction) and not self._inside(node, point):
                raise Incomputable("E3202", node.span, table=self._tiers_name(node.table), value=plain(point))
        sign = 1 if end >= start else -1
        low_end, high_end = min(start, end), max(start, end)
        out: list[Slice] = []
        for below, above, rate in self._rates(node):
            low = low_end if below is None else max(low_end, below)
            high = high_end if above is None else min(high_end, above)
            if high > low:
                amount = (high - low) * rate * sign
                if node.rounding is not None:
                    amount = round_to(amount, node.rounding)
                out.append(Slice(below, above, (high - low) * sign, rate, amount))
        return out

    def _rates(self, node: Tier) -> Iterator[tuple[Fraction | None, Fraction | None, Fraction]]:
        """The tiers as (low, high, rate), with what lies below and above them where `otherwise` has a rate."""
        first, last = node.brackets[0].low, node.brackets[-1].high
        if first is not None and isinstance(node.otherwise, Fraction):
            yield None, min(first, Fraction(0)), node.otherwise
        for bracket in node.brackets:
            assert isinstance(bracket.value, Fraction)
            yield bracket.low, bracket.high, bracket.value
        if last is not None and isinstance(node.otherwise, Fraction):
            yield last, None, node.otherwise

    def _inside(self, node: Tier, x: Fraction) -> bool:
        """Decisions 15 and 16: below a first bound above 0 the rate is 0; a negative base needs an open first row."""
        first, last = node.brackets[0], node.brackets[-1]
        if first.low is not None and x < min(first.low, Fraction(0)):
            return False
        if first.low is not None and x == first.low < 0 and not first.low_inside:
            return False
        return last.high is None or x < last.high or (x == last.high and last.high_inside)

    # ---- many rows ----

    def _aggregate(self, node: Aggregate, at: At, prior: Any) -> Any:
        values: list[Any] = []
        for row in self.aggregated(node, at):
            inner = self.at(node.table, row)
            if node.where is not None and not self.node(node.where, inner):
                continue
            try:
                values.append(row if node.argument is None else self.node(node.argument, inner))
            except Absent:
                continue
        return _collect(node, values)

    def aggregated(self, node: Aggregate, at: At) -> Sequence[int]:
        """The rows an aggregate walks, before its own `where`."""
        if node.up:
            return self.index.children(node.table, node.up, self.tables, at.row)
        if at.level == PEOPLE:
            return self.index.of_person(node.table, at.row)
        return self._of_group(node.table, at)

    def _of_group(self, table: str, at: At) -> list[int]:
        """Members on the period's last day; rows whose person was in the group on the row's day (decision 10)."""
        link = self._group_path(at.level)
        if table == PEOPLE:
            people = range(len(self.facts.tables[PEOPLE].keys))
            return [p for p in people if self._is_member(p, link, at.row)]
        rows = self.facts.tables[table]
        out: list[int] = []
        for row in self.index.in_period(table):
            owner = rows.owner[row]
            if owner is not None and self._in_group(owner, link, rows.day[row], at.row):
                out.append(row)
        return out

    def _group_path(self, group: str) -> tuple[str, ...]:
        todo: list[tuple[str, tuple[str, ...]]] = [(PEOPLE, ())]
        while todo:
            table, path = todo.pop(0)
            if table == group:
                return path
            todo += [
                (c.link, (*path, c.identity))
                for c in self.tables[table].columns
                if c.link and c.link != table and self.tables[c.link].kind == "group" and len(path) < len(self.tables)
            ]
        return ()

    def _is_member(self, person: int, path: tuple[str, ...], group: int) -> bool:
        """Who is in no group yet on the period's last day is no member of any."""
        try:
            return self._in_group(person, path, None, group)
        except Failure:
            return False

    def _in_group(self, person: int, path: tuple[str, ...], day: date | None, group: int) -> bool:
        try:
            return self.follow(At(PEOPLE, person, day), path, NOWHERE)[1] == group
        except Incomputable:
            return False

    def _running(self, node: Running, at: At, prior: Any) -> Any:
        """The running total up to and with this row, over the person's rows of its period, in order."""
        totals = self.totals.setdefault(id(node), {})
        if at.row not in totals:
            self._fill_totals(node, at, totals)
        total = totals.get(at.row)
        if total is None or isinstance(total, Exception):
            raise NoValue("E3207", node.span, column="") if total is None else total.with_traceback(None)
        return total

    def _fill_totals(self, node: Running, at: At, totals: dict[int, Fraction | Exception]) -> None:
        """Rows without a value add nothing and have no total; from one that cannot be computed on, none has."""
        rows = self.facts.tables[node.table]
        same = [r for r in self.index.of_owner(node.table, rows.owner[at.row]) if self._same_period(rows, r, at)]
        total = Fraction(0)
        failed: Exception | None = None
        for row in same:
            inner = self.at(node.table, row)
            try:
                if failed is None and (node.where is None or self.node(node.where, inner)):
                    total += Fraction(1) if node.argument is None else self.node(node.argument, inner)
                    totals[row] = total
                else:
                    totals[row] = failed or NoValue("E3207", node.span, column="")
            except NoValue as nothing:
                totals[row] = nothing
            except (Incomputable, Failure, Blocked) as fault:
                totals[row] = failed = fault

    def _same_period(self, rows: Rows, row: int, at: At) -> bool:
        day = rows.day[row]
        if day is None or at.day is None:
            return False
        if self.period.contains(at.day):
            return self.period.contains(day)
        return self.index.period_of(day) == self.index.period_of(at.day)

    # ---- refunds ----

    def _received(self, node: Received, at: At, prior: Any) -> Any:
        total = Fraction(0)
        for number in node.steps:
            step = self.plan.step(number)
            rows = [at.row] if step.level == PEOPLE else self.index.of_person(step.level, at.row)
            for row in rows:
                value = self.lookup(number, row)
                if value is BROKEN:
                    raise Blocked
                if value is not NO_VALUE:
                    total += value * step.sign
            total += sum((b.amount for b in self._back(number) if b.person == at.row), Fraction(0))
        return total

    def _back(self, number: int) -> tuple[Line, ...]:
        """What refunds take back of this step's lines; asked for step by step, as values may read it."""
        if number not in self.backs:
            self.backs[number] = tuple(self._backs(number))
        return self.backs[number]

    def _backs(self, number: int) -> Iterator[Line]:
        step = self.plan.step(number)
        for reversal in self.reversals:
            for row in self.index.rows_of_sale(step.level, self.tables, reversal.sale_table, reversal.sale):
                value = self.lookup(number, row)
                person = self.person_of(step.level, row)
                if value is NO_VALUE or value is BROKEN or person is None:
                    continue
                amount = value * step.sign
                rounding = next(s.rounding for s in reversed(step.stages) if s.rounding is not None)
                back = round_to(reversal.after * amount, rounding) - round_to(reversal.before * amount, rounding)
                yield Line(number, step.level, row, person, -back, reversal)

    _nodes: ClassVar[dict[type, Callable[..., Any]]] = {
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
        Aggregate: _aggregate,
        Running: _running,
        Received: _received,
    }


def _own_reads(step: Step) -> frozenset[int]:
    """The steps that a step reads of its own row."""
    found: set[int] = set()
    waiting: list[Any] = [step.where, *(n for s in step.stages for n in (s.node, s.total))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Slot):
            found |= set() if node.path else {node.step}
        elif isinstance(node, tuple):
            waiting += node  # pyright: ignore[reportUnknownArgumentType]
        elif hasattr(node, "__dataclass_fields__") and hasattr(node, "span"):
            inner = () if isinstance(node, Aggregate) else node.__dataclass_fields__
            waiting += [getattr(node, f) for f in inner if f != "span"]
    return frozenset(found)


def _reached_by_refunds(plan: Plan) -> frozenset[int]:
    """The steps whose values a refund can change: those that read what somebody receives."""
    reached: set[int] = set()
    for step in plan.steps:
        nodes = [step.where, *(n for s in step.stages for n in (s.node, s.total))]
        if any(_reads(n, reached) for n in nodes):
            reached.add(step.number)
    return frozenset(reached)


def _reads(node: Any, reached: set[int]) -> bool:
    if isinstance(node, Received):
        return True
    if isinstance(node, Slot):
        return node.step in reached
    if isinstance(node, tuple):
        return any(_reads(n, reached) for n in node)  # pyright: ignore[reportUnknownVariableType]
    if hasattr(node, "__dataclass_fields__") and hasattr(node, "span"):
        return any(_reads(getattr(node, f), reached) for f in node.__dataclass_fields__ if f != "span")
    return False


def text_of(value: Scalar) -> str:
    """A value as plain text, exact."""
    if isinstance(value, Fraction):
        return plain(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _day(value: Any) -> date:
    return value.date() if isinstance(value, datetime) else value


def _alike(values: list[Any]) -> list[Any]:
    """Beside a date a moment counts as its day."""
    return [_day(v) for v in values] if any(type(v) is date for v in values) else values


def _divide(values: list[Any], span: Span) -> Fraction:
    if values[1] == 0:
        raise Incomputable("E3201", span)
    return Fraction(values[0] / values[1])


def _part(values: list[Any], span: Span) -> Fraction:
    whole, above, up_to = values
    top: Fraction = whole if up_to is None else min(whole, up_to)
    return max(top - (above if above is not None else Fraction(0)), Fraction(0))


def _ceiling(values: list[Any], span: Span) -> Fraction:
    return -Fraction(-values[0] // 1)


_ARITHMETIC: dict[str, Callable[[list[Any], Span], Any]] = {
    "add": lambda v, _: v[0] + v[1],
    "subtract": lambda v, _: v[0] - v[1],
    "multiply": lambda v, _: v[0] * v[1],
    "share": lambda v, _: v[0] * v[1],
    "divide": _divide,
    "minus": lambda v, _: -v[0],
    "min": lambda v, _: min(_alike(v)),
    "max": lambda v, _: max(_alike(v)),
    "ceiling": _ceiling,
    "part": _part,
}

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _collect(node: Aggregate, values: list[Any]) -> Any:
    """Sum and count of nothing are 0; an average, least or greatest of nothing cannot be computed."""
    if node.function in ("sum", "count", "distinct", "any"):
        simple: dict[str, Callable[[], Any]] = {
            "sum": lambda: sum(values, Fraction(0)),
            "count": lambda: Fraction(len(values)),
            "distinct": lambda: Fraction(len(set(values))),
            "any": lambda: any(values),
        }
        return simple[node.function]()
    if not values:
        raise Incomputable("E3203", node.span, function=node.function)
    if node.function == "average":
        return sum(values, Fraction(0)) / len(values)
    return min(values) if node.function == "min" else max(values)
