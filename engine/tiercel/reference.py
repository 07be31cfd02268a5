"""The reference evaluator: the meaning of the language, on exact fractions.

In: a plan, facts, a period, and which refunds have reversed which sales. Out: a `Run`, every value of
every step for every row, and what could not be computed as diagnostics. Plain and slow on purpose: one
method per kind of node, each as the design states it, so that it can be read as the definition.

A value that cannot be computed is an exception here, caught where the author said what holds then
(a rescue stage), else told once; values that depend on it stay silent.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, ClassVar

from tiercel import tiers
from tiercel.allocation import Claim, Division, Remainder, Sharing, allocate, share_in_turn, share_out
from tiercel.chains import Chains
from tiercel.closings import recall_of
from tiercel.facts import RATE_DIGITS, Facts, digits_of
from tiercel.history import Closed, NoPast, Past
from tiercel.index import NOBODY, Index
from tiercel.moments import minutes
from tiercel.money import Rounding, minor_units, plain, round_to
from tiercel.outcome import BROKEN, NO_VALUE, Beside, Line, Reversal, owner_of
from tiercel.periods import Period, PeriodError, add_months, days_between, months_touched, workdays
from tiercel.places import Places, whole_place
from tiercel.places import Standing as Stood
from tiercel.plan import (
    LEVEL,
    REST,
    Accrued,
    Aggregate,
    Arith,
    AsOf,
    AtPlace,
    Choose,
    Column,
    Compare,
    Const,
    Dated,
    DateOp,
    Elsewhere,
    Entry,
    Highest,
    Logic,
    Lookup,
    Node,
    OverTied,
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
    Scalar,
    Shares,
    Slot,
    Stage,
    Standing,
    Step,
    Tier,
    Turn,
    Window,
    number_of,
)
from tiercel.rates import Quote, RateTable, rate_table
from tiercel.reasons import Absent, At, Blocked, Failure, Incomputable, NoValue
from tiercel.uplines import tables_of
from tiercel.windows import Stretch, around, restart, window
from tiercel_dsl.diagnostics import Diagnostic
from tiercel_dsl.scheme import PEOPLE, Account, CheckedScheme, Kpi, PayLine, Table, Value
from tiercel_dsl.source import NOWHERE, Span

DEEP = 40  # values that wait for each other before the rest of a chain is worked out in order


@dataclass(frozen=True, slots=True)
class Asked:
    """A table of tiers and what is asked of it: a price of `base` (less that of `before`), or what `key` says."""

    table: tiers.Table
    base: Any
    key: Fraction
    before: Any
    scale: Fraction | None
    by_key: bool

    def earlier(self) -> "Asked":
        """What was asked before the row at hand."""
        key = self.key if self.by_key else number_of(self.before)
        return replace(self, base=self.before, key=key, before=None)

    def answer(self) -> Any:
        if self.table.mode == "value":
            return tiers.read(self.table, self.key)
        if self.table.mode == "next":
            bound = tiers.next_bound(self.table.brackets, self.key)
            return date.fromordinal(int(bound)) if isinstance(self.base, date) else bound
        if self.table.mode == "gross":
            return tiers.gross(self.table, self.base)
        key_before = self.key if self.before is None else self.earlier().key
        return tiers.price(self.table, self.base, self.key, self.before, key_before)


class Run:
    """One evaluation of a plan. Values are worked out once and remembered; nothing else changes.

    `past` tells what earlier periods came to. `base` is a run of the same plan, facts and period with fewer
    refunds: what no refund can reach is read from it. `dues`: what falls due of a line to a person. With `known` it
    is that day: an optional date after it has not come yet, and is missing.
    """

    def __init__(
        self, scheme: CheckedScheme, plan: Plan, facts: Facts, period: Period,
        reversals: Sequence[Reversal] = (), base: "Run | None" = None, past: Past | None = None,
        beside: Beside | None = None, dues: Mapping[tuple[str, int | None], Fraction] | None = None,
        known: date | None = None,
    ) -> None:  # fmt: skip
        self.beside = beside
        self.scheme, self.plan, self.facts, self.period = scheme, plan, facts, period
        self.dues: Mapping[tuple[str, int | None], Fraction] = dues or {}
        self.known = known
        self.past: Past = past or (base.past if base is not None else NoPast())
        self.reversals = tuple(reversals)
        self.base = base
        self._taken: tuple[Line, ...] | None = None
        self.memo: list[dict[int, Any]] = [{} for _ in plan.steps]
        self.diagnostics: list[Diagnostic] = base.diagnostics if base is not None else []
        self.tables: dict[str, Table] = base.tables if base is not None else tables_of(scheme, plan)
        self.index: Index = base.index if base is not None else Index(facts, period, known)
        self.reached: frozenset[int] = base.reached if base is not None else plan.reached_by_refunds
        self.highest: dict[int, dict[int, Fraction | Exception | None]] = {}
        self.totals: dict[int, dict[int, Fraction | Exception]] = {}
        self.agreeing: dict[int, dict[tuple[Any, ...], list[int]]] = {}
        self.calendars: dict[tuple[str, str], Mapping[date, bool]] = {}
        self.chains = Chains(self)
        self.places = Places(self)
        self._unmoved: Run | None = None
        self.backs: dict[int, tuple[Line, ...]] = {}
        self.rates: dict[str, RateTable] = base.rates if base is not None else {}
        self.depth = 0

    # ---- whole company ----

    def everything(self) -> None:
        """Work out every step for every row of the period, in the order of the plan."""
        for step in self.plan.at_once.steps:
            for row in self.rows(step.level):
                self.lookup(step.number, row)

    def rows(self, level: str) -> Sequence[int]:
        """The rows a step of this level is worked out for: of facts those dated in the period."""
        return self.index.rows(level, self.tables)

    def lines(self) -> Iterator[Line]:
        """Every line of the period, takebacks after the lines of their step."""
        for number in self.plan.lines:
            step = self.plan.step(number)
            for row in self.rows(step.level):
                value = self.lookup(number, row)
                person = self.index.receiver(step, self.tables, row)
                if value is not NO_VALUE and value is not BROKEN and person != NOBODY:
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

    def guards(self, person: int) -> Iterator[Any]:
        """What the checks of the facts say of the person: BROKEN where one fails, and then nothing was paid."""
        for number in self.plan.requirements:
            level = self.plan.step(number).level
            own = self.tables[level].kind == "facts"
            for row in self.index.of_person(level, person) if own else [person] if level == PEOPLE else ():
                yield self.lookup(number, row)

    # ---- steps ----

    def lookup(self, number: int, row: int) -> Any:
        """The value of a step for a row: a scalar, NO_VALUE or BROKEN."""
        if self.base is not None and number not in self.reached:
            return self.base.lookup(number, row)
        if self.reversals and self.plan.step(number).kind == "rank":
            return self._before_refunds().lookup(number, row)
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

    def _before_refunds(self) -> "Run":
        """Refunds move nobody's place (decision 37): ranks are those of the same rows without any."""
        if self._unmoved is None:
            self._unmoved = Run(
                self.scheme, self.plan, self.facts, self.period,
                past=self.past, beside=self.beside, dues=self.dues, known=self.known,
            )  # fmt: skip
            self._unmoved.diagnostics = self.diagnostics
        return self._unmoved

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
            if step.receiver is not None and value is not NO_VALUE:
                value = self._received_by_somebody(step, at, value)
            if step.kind == "require" and value is not NO_VALUE and not value:
                if step.part == "closing":
                    raise self._beyond_limit(step, at)
                raise Failure("E3206", step.span, message=step.message, condition=step.message)
            return value
        except Blocked:
            return BROKEN
        except (Incomputable, Failure) as fault:
            if step.kind == "hidden":
                return fault  # raised again in whoever reads it, who may say what holds then
            self.tell(fault, step, at)
            return BROKEN

    def _beyond_limit(self, step: Step, at: At) -> Failure:
        """An account that would close beyond what its limit says."""
        node = step.stages[0].node
        assert isinstance(node, Compare)
        value, bound = (text_of(self.node(operand, at)) for operand in node.operands)
        name = self.shown_name(replace(step, part=""))
        return Failure("E3319", step.span, name=name, value=value, bound=bound, kind=step.message)

    def _received_by_somebody(self, step: Step, at: At, value: Any) -> Any:
        """An amount without a receiver is an error; nothing for nobody is nothing."""
        if self.index.receiver(step, self.tables, at.row) != NOBODY:
            return value
        if value == 0:
            return NO_VALUE
        raise Failure("E3231", step.span, amount=text_of(value))

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
            rounding = self.rounding(stage, at)
            if stage.total is None:
                return round_to(value, rounding)
            total = self.node(stage.total, at)
            return round_to(total, rounding) - round_to(total - value, rounding)
        assert stage.node is not None
        if stage.kind == "variant":
            assert isinstance(stage.node, Choose)
            return self._variant(stage.node, at)
        result = self.node(stage.node, at, value)
        if stage.kind == "only":
            return value if result else NO_VALUE
        if stage.kind == "zero":
            return value if result else Fraction(0)
        return result

    def _variant(self, node: Choose, at: At) -> Any:
        """The value of the body that holds; several must agree, in having none too."""
        held = [value for condition, value in node.cases if self.node(condition, at)]
        slots: list[Node | None] = [*held] if held else [node.otherwise]
        values = [self._slot_or_none(slot, at) for slot in slots]
        if any(value != values[0] for value in values):
            first, second = next((values[0], value) for value in values if value != values[0])
            raise Failure("E3204", node.span, first=_or_none(first), second=_or_none(second))
        return values[0]

    def _slot_or_none(self, slot: Node | None, at: At) -> Any:
        assert isinstance(slot, Slot)
        value = self.lookup(slot.step, at.row)
        if value is BROKEN:
            raise Blocked
        return value

    def rounding(self, stage: Stage, at: At) -> Rounding:
        """How a stage rounds: to the minor unit of the row's own currency where each row has one."""
        assert stage.rounding is not None
        if stage.unit is None:
            return stage.rounding
        return Rounding(stage.rounding.mode, Fraction(1, 10 ** minor_units(self.node(stage.unit, at))))

    def tell(self, fault: Incomputable | Failure, step: Step, at: At) -> None:
        rows = self.facts.tables[at.level]
        person = owner_of(self, at.level, at.row)
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
        declared: list[Value | Kpi | PayLine | Account] = [
            *scheme.values, *scheme.scores, *scheme.kpis, *scheme.lines, *scheme.accounts
        ]  # fmt: skip
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
        day = at.day or self.period.last if node.as_of is None else _day(self.node(node.as_of, at, prior))
        for first, last, value in node.values:
            if (first is None or first <= day) and (last is None or day <= last):
                return value
        raise Incomputable("E3207", node.span, column=node.name)

    def _column(self, node: Column, at: At, prior: Any) -> Any:
        if node.mean:
            return self._mean(node, at)
        if node.as_of is not None:
            at = replace(at, day=_day(self.node(node.as_of, at, prior)))
        table, row = self.follow(at, node.path, node.span)
        return self._cell(table, node.name, row, at, node.span)

    def _mean(self, node: Column, at: At) -> Fraction:
        parts = self.parts_of_mean(node, at)
        return sum((value * weight for value, weight in parts), Fraction(0)) / sum(weight for _, weight in parts)

    def parts_of_mean(self, node: Column, at: At) -> list[tuple[Fraction, int]]:
        """Each value of a dated column that held in the period, with its days or months, in order of time.

        Days on which none held have no weight. A month has one value or there is no telling whose it is.
        """
        numbers = range(self.period.first.toordinal(), self.period.last.toordinal() + 1)
        days = [(day, value) for day in map(date.fromordinal, numbers) for value in self._held_on(node, at, day)]
        if not days:
            self._held_on(node, at, self.period.last, needed=True)
        held = [(day.isoformat(), value) for day, value in days]
        if node.mean == "months":
            held = [(day[:7], value) for day, value in held]
            self._refuse_split_months(node, at, held)
        parts: list[tuple[Fraction, int]] = []
        for _, value in dict.fromkeys(held):
            weight = parts.pop()[1] if parts and parts[-1][0] == value else 0
            parts.append((value, weight + 1))
        return parts

    def _held_on(self, node: Column, at: At, day: date, needed: bool = False) -> list[Fraction]:
        on_day = replace(at, day=day)
        try:
            table, row = self.follow(on_day, node.path, node.span)
            return [self._cell(table, node.name, row, on_day, node.span)]
        except Failure:
            if needed:
                raise
            return []

    def _refuse_split_months(self, node: Column, at: At, held: Sequence[tuple[str, Fraction]]) -> None:
        seen: dict[str, Fraction] = {}
        for month, value in held:
            if seen.setdefault(month, value) != value:
                person = owner_of(self, at.level, at.row)
                key = self.facts.tables[at.level if person is None else PEOPLE].keys[
                    at.row if person is None else person
                ]
                changes = (text_of(seen[month]), text_of(value))
                column = self._column_name(node.table, node.name)
                raise Failure("E3241", node.span, person=key, column=column, month=month, changes=changes)

    def _cell(self, table: str, name: str, row: int, at: At, span: Span) -> Any:
        rows = self.facts.tables[table]
        if name in rows.series:
            stored = self._in_force(table, name, row, at, span)
        else:
            stored = rows.columns[name][row]
        if stored is None or self._to_come(table, name, stored):
            raise Absent("E3207", span, column=self._column_name(table, name))
        return self._typed(table, name, stored)

    def _to_come(self, table: str, name: str, stored: Any) -> bool:
        """An event that had not happened by the day at which things are looked at."""
        if self.known is None or not isinstance(stored, date) or not self.tables[table].column(name).optional:
            return False
        return _day(stored) > self.known

    def _column_name(self, table: str, name: str) -> str:
        return self.tables[table].column(name).names.shown(self.scheme.language) or name

    def _typed(self, table: str, name: str, stored: Any) -> Any:
        column = self.tables[table].column(name)
        if column.type.numeric:
            return Fraction(stored, 10 ** digits_of(self.tables[table], column, self.scheme.currency))
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
        value = getattr(self.period if node.of == "period" else self._part_of_time(node, at), node.part)
        return Fraction(value) if isinstance(value, int) else value

    def _part_of_time(self, node: PeriodPart, at: At) -> Stretch:
        """The month, quarter, half year, year or own year that holds the period's last day."""
        day, hired, person = self.period.last, None, at.row
        if node.of == "own_year":
            person = self.follow(at, node.path, node.span)[1]
            hired = self.hired(person, node.hired, at, node.span)
        found = around(node.of, day, self.period, hired)
        if found is None:
            raise self._not_hired(person, hired, day, node.span)
        return found

    def hired(self, person: int, column: str, at: At, span: Span) -> date:
        day: date = self._cell(PEOPLE, column, person, at, span)
        return day

    def _not_hired(self, person: int, hired: date | None, day: date, span: Span) -> Incomputable:
        key = self.facts.tables[PEOPLE].keys[person]
        return Incomputable("E3242", span, person=key, hired=text_of(hired or day), day=text_of(day))

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
        if node.operator == "minutes":
            return minutes(left, right)
        second = _day(right)
        if node.operator == "workdays":
            return Fraction(workdays(first, second, self._calendar(node.table, node.column)))
        if node.operator == "days_between":
            return Fraction((first - second).days)
        return Fraction(days_between(first, second) if node.operator == "days" else months_touched(first, second))

    def _calendar(self, table: str, column: str) -> Mapping[date, bool]:
        """Whether the days are worked that a table lists."""
        if not table:
            return {}
        if (table, column) not in self.calendars:
            rows = self.facts.tables[table].columns
            days: Any = zip(rows[self.tables[table].key], rows[column], strict=True)
            self.calendars[table, column] = dict(days)
        return self.calendars[table, column]

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
        asked = self.asked(node, at, prior)
        try:
            return asked.answer()
        except tiers.Outside as outside:
            raise self._outside(node, outside) from None

    def asked(self, node: Tier, at: At, prior: Any) -> "Asked":
        """A table of tiers at its scale, with what it is asked about."""
        base = self.node(node.base, at, prior)
        key = number_of(base if node.key is None else self.node(node.key, at, prior))
        before = None if node.less is None else base - self.node(node.less, at, prior)
        scale = None if node.scale is None else self.node(node.scale, at, prior)
        brackets = node.brackets
        if scale is not None and scale > 0:
            brackets = tiers.scaled(brackets, scale)
        elif scale is not None and node.otherwise is None:
            raise Incomputable("E3221", node.span, table=self._tiers_name(node.table), value=plain(scale))
        elif scale is not None:
            brackets = ()  # of nothing there are no shares
        table = tiers.Table(node.mode, brackets, node.otherwise, node.rounding, node.stage)
        return Asked(table, base, key, before, scale, node.key is not None)

    def _outside(self, node: Tier, outside: tiers.Outside) -> "Incomputable":
        value = plain(outside.number)
        if node.key_shown in ("date", "datetime"):
            value = date.fromordinal(int(outside.number)).isoformat()
        kinds = {"tier": (Incomputable, "E3202"), "next": (Absent, "E3202"), "gross": (Incomputable, "E3223")}
        reason, code = kinds[outside.kind]
        return reason(code, node.span, table=self._tiers_name(node.table), value=value)

    def _lookup(self, node: Lookup, at: At, prior: Any) -> Any:
        keys = [_day(self.node(key, at, prior)) for key in node.keys]
        entry = entry_of(node, keys)
        if entry is not None:
            return entry.value
        if node.otherwise is not None:
            return node.otherwise
        names = (t.names.shown(self.scheme.language) for t in self.scheme.lookups if t.identity == node.table)
        reason = Absent if node.lacking else Incomputable
        raise reason("E3202", node.span, table=next(names), value=", ".join(text_of(key) for key in keys))

    def _tiers_name(self, identity: str) -> str:
        found = [t.names.shown(self.scheme.language) for t in self.scheme.tiers if t.identity == identity]
        return found[0] if found else identity

    # ---- rates ----

    def _as_of_day(self, node: AsOf, at: At, prior: Any) -> Any:
        return Fraction(self.quote(node, at, prior).rate, 10**RATE_DIGITS)

    def quote(self, node: AsOf, at: At, prior: Any) -> Quote:
        """The rate of the day, else the latest of the seven days before; none is a fault of the facts."""
        currency = self.node(node.key, at, prior)
        day = at.day or self.period.last if node.day is None else _day(self.node(node.day, at, prior))
        table = self.tables[node.table]
        if node.table not in self.rates:
            self.rates[node.table] = rate_table(table, self.facts.tables[node.table])
        found = self.rates[node.table].latest(currency, day)
        if found is not None and found.holds_on(day):
            return found
        facts = {"table": table.names.shown(self.scheme.language), "currency": currency, "day": day.isoformat()}
        latest = {} if found is None else {"latest": found.day.isoformat()}
        raise Failure("E3291", node.span, **facts, **latest)

    # ---- places ----

    def _rank(self, node: Rank, at: At, prior: Any) -> Any:
        stood = self.ranking(node.step).places.standing(node, at)
        return NO_VALUE if stood is None else Fraction(stood.place)

    def standing(self, place: Slot, at: At) -> Stood:
        """The standing of the row that a slot of a rank leads to."""
        self.node(place, at)  # who has no place, has no standing
        table, row = self.follow(at, place.path, place.span)
        node = self.plan.step(place.step).stages[0].node
        assert isinstance(node, Rank)
        stood = self.ranking(place.step).places.standing(node, self.at(table, row))
        assert stood is not None
        return stood

    def ranking(self, number: int) -> "Run":
        """The run in which this rank was worked out."""
        if self.base is not None and number not in self.reached:
            return self.base.ranking(number)
        return self._before_refunds() if self.reversals else self

    def _standing(self, node: Standing, at: At, prior: Any) -> Any:
        stood = self.standing(node.place, at)
        return Fraction(stood.tied if node.part == "tied" else len(stood.entrants))

    def _at_place(self, node: AtPlace, at: At, prior: Any) -> Any:
        nth, stood = whole_place(self.node(node.nth, at, prior)), self.standing(node.place, at)
        if nth is None or nth > len(stood.firsts):
            raise Absent("E3207", node.span, column=self.shown_name(self.plan.step(node.place.step)))
        return self.ranking(node.place.step).lookup(node.value.step, stood.firsts[nth - 1])

    def _over_tied(self, node: OverTied, at: At, prior: Any) -> Any:
        stood = self.standing(node.place, at)
        turns = range(stood.place, stood.place + stood.tied)
        return sum((self.node(node.operand, replace(at, turn=k), prior) for k in turns), Fraction(0)) / stood.tied

    def _turn(self, node: Turn, at: At, prior: Any) -> Any:
        return Fraction(at.turn)

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
        if node.per:
            return self._agreeing(node, at)
        if node.up:
            rows: Sequence[int] = self.index.children(node.table, node.up, self.tables, at.row)
            return rows if node.window is None else self._seen(node.table, node.window, rows, at, self.period)
        if at.level != PEOPLE:
            return self._of_group(node, at)
        if node.window is None:
            return self.index.of_person(node.table, at.row)
        return self._seen(node.table, node.window, self.index.of_owner(node.table, at.row), at, self.period)

    def _seen(self, table: str, window: Window, rows: Sequence[int], at: At, period: Period) -> list[int]:
        """The rows in a window."""
        found = self._windowed(table, window, rows, at, period)
        for fault in found.values():
            if fault is not None:
                raise fault.with_traceback(None)
        return list(found)

    def _windowed(
        self, table: str, window: Window, rows: Sequence[int], at: At, period: Period
    ) -> dict[int, Incomputable | None]:
        """The rows in a window. One that counts from the day hired has other days for each row's person, and where
        that day is missing there is no telling."""
        if not window.hired:
            return dict.fromkeys(self.index.dated_in(table, rows, self.stretch(window, at, None, period)))
        owners = self.facts.tables[table].owner
        known: dict[int | None, Stretch | Incomputable | None] = {}
        out: dict[int, Incomputable | None] = {}
        for row in rows:
            owner = owners[row]
            if owner not in known:
                try:
                    known[owner] = self.stretch(window, at, owner, period)
                except Incomputable as fault:
                    known[owner] = fault
            stretch = known[owner]
            if isinstance(stretch, Incomputable):
                out[row] = stretch
            elif self.index.dated_in(table, (row,), stretch):
                out[row] = None
        return out

    def stretch(self, node: Window, at: At, owner: int | None, period: Period) -> Stretch | None:
        """First and last day of a window of this person; None where no day lies in it."""
        hired = None
        if node.hired:
            if owner is None:
                return None
            hired = self.hired(owner, node.hired, at, node.span)
        as_of = None if node.as_of is None else _day(self.node(node.as_of, at))
        return window(node.kind, period, count=node.count, unit=node.unit, hired=hired, as_of=as_of)

    def _agreeing(self, node: Aggregate, at: At) -> Sequence[int]:
        """The rows of the row's period, or in the window, that have its keys."""
        period = self.period if at.day is None else self.index.period_of(at.day)
        rows = self._by_keys(node, at)
        if node.window is None:
            return self.index.dated_in(node.table, rows, Stretch(period.first, period.last))
        return self._seen(node.table, node.window, rows, at, period)

    def _by_keys(self, node: Aggregate | Running, at: At) -> Sequence[int]:
        """Every row with the keys of the row at hand, whosever it is; a row without one agrees with none."""
        own = tuple(self.node(key, at) for key in node.per)
        if id(node) not in self.agreeing:
            found = self.agreeing[id(node)] = {}
            for row in range(len(self.facts.tables[node.table].keys)):
                inner = self.at(node.table, row)
                try:
                    found.setdefault(tuple(self.node(key, inner) for key in node.per), []).append(row)
                except (Incomputable, Failure, Blocked):
                    continue
        return self.agreeing[id(node)].get(own, [])

    def _of_group(self, node: Aggregate, at: At) -> list[int]:
        """Members on the period's last day; rows whose person was in the group on the row's day (decision 10)."""
        table, window, link = node.table, node.window, self._group_path(at.level)
        if table == PEOPLE:
            people = range(len(self.facts.tables[PEOPLE].keys))
            return [p for p in people if self._is_member(p, link, at.row, node.below)]
        rows = self.facts.tables[table]
        out: list[int] = []
        seen: dict[int, Incomputable | None] = dict.fromkeys(self.index.in_period(table))
        if window is not None:
            owned = [row for row, owner in enumerate(rows.owner) if owner is not None]
            seen = self._windowed(table, window, owned, at, self.period)
        for row in seen:
            owner = rows.owner[row]
            if owner is not None and self._in_group(owner, link, rows.day[row], at.row, node.below):
                out.append(row)
        for row in out:
            fault = seen[row]
            if fault is not None:
                raise fault.with_traceback(None)
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

    def _is_member(self, person: int, path: tuple[str, ...], group: int, below: str = "") -> bool:
        """Who is in no group yet on the period's last day is no member of any."""
        try:
            return self._in_group(person, path, None, group, below)
        except Failure:
            return False

    def _in_group(self, person: int, path: tuple[str, ...], day: date | None, group: int, below: str) -> bool:
        """`below`: or in a group below it."""
        try:
            table, own = self.follow(At(PEOPLE, person, day), path, NOWHERE)
        except Incomputable:
            return False
        return own == group or (below != "" and group in self.index.with_above(table, below, own))

    def _highest(self, node: Highest, at: At, prior: Any) -> Any:
        """The highest value up to this row of the chain; whoever has none is left out."""
        known = self.highest.setdefault(id(node), {})
        if at.row not in known:
            self._climb(node, at.row, known)
        found = known[at.row]
        if found is None:
            raise Incomputable("E3203", node.span, function="max")
        if isinstance(found, Exception):
            raise found.with_traceback(None)
        return found

    def _climb(self, node: Highest, row: int, known: dict[int, Fraction | Exception | None]) -> None:
        """From the first row of the chain on; from a value that cannot be computed on there is none."""
        levels: Any = self.facts.tables[node.table].columns[LEVEL]
        best: Fraction | Exception | None = None
        for at in range(row - levels[row] + 1, row + 1):
            if at not in known:
                known[at] = best if isinstance(best, Exception) else self._higher(node, self.at(node.table, at), best)
            best = known[at]

    def _higher(self, node: Highest, at: At, best: Fraction | None) -> Fraction | Exception | None:
        try:
            value: Fraction = self.node(node.argument, at)
        except Absent:
            return best
        except (Incomputable, Failure, Blocked) as fault:
            return fault
        return value if best is None or value > best else best

    def _running(self, node: Running, at: At, prior: Any) -> Any:
        """The running total up to and with this row, over the rows of its span and person or keys, in order."""
        totals = self.totals.setdefault(id(node), {})
        if at.row not in totals:
            self._fill_totals(node, at, totals)
        total = totals.get(at.row)
        if total is None or isinstance(total, Exception):
            raise NoValue("E3207", node.span, column="") if total is None else total.with_traceback(None)
        return total

    def _fill_totals(self, node: Running, at: At, totals: dict[int, Fraction | Exception]) -> None:
        """Rows without a value add nothing and have no total; from one that cannot be computed on, none has."""
        same = self.running_rows(node, at)
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

    def running_rows(self, node: Running, at: At) -> list[int]:
        """The rows that a running total walks, also those behind the row at hand."""
        rows = self.facts.tables[node.table]
        owner = rows.owner[at.row]
        personal = node.window is not None and node.window.hired != ""
        candidates = self._by_keys(node, at) if node.per else self.index.of_owner(node.table, owner)
        if at.day is None:
            return []
        begin = self.restart(node, at)
        alike = [r for r in candidates if not personal or rows.owner[r] == owner]
        dated = [(r, day) for r in alike if (day := rows.day[r]) is not None and day >= begin]
        if node.window is None:
            return [r for r, day in dated if self._same_period(day, at.day)]
        return [r for r, day in dated if day <= at.day or self.restart(node, self.at(node.table, r)) == begin]

    def restart(self, node: Running, at: At) -> date:
        """The day on which the running total of this row begins anew."""
        assert at.day is not None
        if node.window is None:
            return self.index.period_of(at.day).first
        owner, hired = self.facts.tables[node.table].owner[at.row], None
        if node.window.hired:
            if owner is None:
                raise NoValue("E3207", node.span, column="")
            hired = self.hired(owner, node.window.hired, at, node.window.span)
        begin = restart(node.window.kind, at.day, self.period, hired)
        if begin is None:
            assert owner is not None
            raise self._not_hired(owner, hired, at.day, node.span)
        return begin

    def _same_period(self, day: date, other: date) -> bool:
        if self.period.contains(other):
            return self.period.contains(day)
        return self.index.period_of(day) == self.index.period_of(other)

    # ---- sharing ----

    def _shares(self, node: Shares, at: At, prior: Any) -> Sharing:
        """The amount in shares; what a receiver who does not exist would have had is left to the rest."""
        shares = [None if s is None else self.node(s, at, prior) for s in node.shares]
        exist = [self._exists(r, at) for r in node.receivers]
        asked = [Claim(s, f, e) for s, f, e in zip(shares, node.fixed, exist, strict=True)]
        if node.in_turn:
            shared = share_in_turn(prior, asked, node.rounding, node.unit)
        else:
            limit = None if node.together is None else self.node(node.together, at, prior)
            shared = share_out(prior, asked, limit, node.rounding, node.unit)
        kept = None in shares
        for part, one in zip(shared.parts, asked, strict=True):
            if not one.exists and part.amount != 0 and (part.share is None or not kept):
                raise Failure("E3231", node.span, amount=text_of(part.amount))
        if shared.lacking:
            raise Failure("E3232", node.span, amount=text_of(shared.total), parts=text_of(shared.taken))
        return shared

    def _exists(self, receiver: Receiver, at: At) -> bool:
        if receiver.company:
            return True
        return self.index.person_at(at.level, receiver.path, self.tables, at.row) != NOBODY

    def _pool(self, node: Pool, at: At, prior: Any) -> Division[str]:
        """The amount among the members who pass `where`, by key."""
        keys = self.facts.tables[PEOPLE].keys
        weights: dict[str, Fraction] = {}
        for person in range(len(keys)):
            if not self._is_member(person, node.path, at.row):
                continue
            weight = self._weight(node.weights, person)
            if weight is not NO_VALUE:
                if weight < 0:
                    raise Failure("E3234", node.span, person=keys[person], weight=text_of(weight))
                weights[keys[person]] = weight
        remainder = Remainder(node.remainder)
        total = round_to(prior, node.rounding if remainder is Remainder.largest else node.unit)
        if not any(weights.values()):
            if total != 0 and not node.nothing:
                raise Failure("E3233", node.span, amount=text_of(total))
            return Division(total, {}, {})
        division = allocate(total, weights, node.rounding, remainder)
        if division.rest * total < 0:
            raise Failure("E3232", node.span, amount=text_of(total), parts=text_of(total - division.rest))
        return division

    def _weight(self, weights: Slot, person: int) -> Any:
        """NO_VALUE for who is left out, or has no value of what the weight reads."""
        weight = self.lookup(weights.step, person)
        if isinstance(weight, NoValue):
            return NO_VALUE
        if isinstance(weight, Incomputable | Failure):
            raise weight.with_traceback(None)
        if weight is BROKEN:
            raise Blocked
        return weight

    def _part_of(self, node: PartOf, at: At, prior: Any) -> Any:
        """NO_VALUE where there is no such part: no line comes of it."""
        try:
            _, row = self.follow(at, node.path, node.span)
        except (Absent, Failure):
            return NO_VALUE  # in no group on the period's last day
        shared = self.lookup(node.step, row)
        if shared is BROKEN:
            raise Blocked
        if shared is NO_VALUE:
            return NO_VALUE
        if isinstance(shared, Sharing):
            assert node.place is not None
            receiver = self._divided(node.step).receivers[node.place]
            return shared.parts[node.place].amount if self._exists(receiver, at) else NO_VALUE
        if node.place == REST:
            return shared.rest
        return shared.parts.get(self.facts.tables[PEOPLE].keys[at.row], NO_VALUE)

    def _divided(self, pool: int) -> Shares:
        node = self.plan.step(pool).stages[-1].node
        assert isinstance(node, Shares)
        return node

    # ---- what was before ----

    def _accrued(self, node: Accrued, at: At, prior: Any) -> Any:
        earlier, rows = self.chains.accrued(node, at)
        return earlier.amount + rows

    def _previous(self, node: Previous, at: At, prior: Any) -> Any:
        found = self.before(node, at)
        if found is not None:
            return found.value
        key, period = self.facts.tables[node.level].keys[at.row], self.period.previous().name
        raise Absent("E3315", node.span, name=node.name, row=key, period=period)

    def before(self, node: Previous, at: At) -> Closed | None:
        """What the name closed with a period ago, None where there was nothing."""
        if self._begins_anew(node, at):
            return None
        key = self.facts.tables[node.level].keys[at.row]
        found = self.past.closed(self.period, recall_of(node), key)
        if found.broken:
            raise Blocked
        if found.missing:
            raise Failure("E3316", node.span, name=node.name, period=found.missing, person=key)
        return None if found.value is NO_VALUE else found

    def _begins_anew(self, node: Previous, at: At) -> bool:
        """Whether the period before lies in an earlier span."""
        if not node.reset:
            return False
        hired = self.hired(at.row, node.hired, at, node.span) if node.hired else None
        first = restart(node.reset, self.period.last, self.period, hired)
        return first is None or first >= self.period.first

    # ---- what other versions have ----

    def _elsewhere(self, node: Elsewhere, at: At, prior: Any) -> Any:
        assert self.beside is not None
        value = self.beside.value(node, at.level, at.row)
        if value is BROKEN:
            raise Blocked
        if node.what == "there":
            return value is not NO_VALUE
        if value is NO_VALUE:
            raise NoValue("E3207", node.span, column=node.source)
        return value

    def _ruled(self, node: Ruled, at: At, prior: Any) -> bool:
        assert self.beside is not None
        if node.begins:
            return self.beside.begins(at.row)
        return self.beside.ruled(at.level, at.row) == node.version

    # ---- refunds ----

    def _received(self, node: Received, at: At, prior: Any) -> Any:
        total = Fraction(0)
        for number in node.steps:
            step = self.plan.step(number)
            for row in self.index.received(step, self.tables, at.row):
                value = self.lookup(number, row)
                if value is BROKEN:
                    raise Blocked
                if value is not NO_VALUE:
                    total += value * step.sign
            total += sum((b.amount for b in self._back(number) if b.person == at.row), Fraction(0))
        return total + sum((self.dues.get((line, at.row), Fraction(0)) for line in node.due), Fraction(0))

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
                person = self.index.receiver(step, self.tables, row)
                if value is NO_VALUE or value is BROKEN or person == NOBODY:
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
        Lookup: _lookup,
        AsOf: _as_of_day,
        Aggregate: _aggregate,
        Running: _running,
        Received: _received,
        Shares: _shares,
        Pool: _pool,
        PartOf: _part_of,
        Accrued: _accrued,
        Highest: _highest,
        Previous: _previous,
        Rank: _rank,
        Standing: _standing,
        AtPlace: _at_place,
        OverTied: _over_tied,
        Turn: _turn,
        Elsewhere: _elsewhere,
        Ruled: _ruled,
    }


def _own_reads(step: Step) -> frozenset[int]:
    """The steps that a step reads of its own row."""
    found: set[int] = set()
    waiting: list[Any] = [step.where, *(n for s in step.stages for n in (s.node, s.total))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Slot | PartOf):
            found |= set() if node.path else {node.step}
        elif isinstance(node, tuple):
            waiting += node  # pyright: ignore[reportUnknownArgumentType]
        elif hasattr(node, "__dataclass_fields__") and hasattr(node, "span"):
            inner = () if isinstance(node, Aggregate | Pool) else node.__dataclass_fields__
            waiting += [getattr(node, f) for f in inner if f != "span"]
    return frozenset(found)


def _or_none(value: Any) -> str:
    return "-" if value is NO_VALUE else text_of(value)


def text_of(value: Scalar) -> str:
    """A value as plain text, exact."""
    if isinstance(value, Fraction):
        return plain(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def entry_of(node: Lookup, keys: Sequence[Scalar]) -> Entry | None:
    """The row of a lookup table that fits the keys, the first if there are several."""
    fitting = (e for e in node.entries if all(f.holds(k) for f, k in zip(e.fits, keys, strict=True)))
    return next(fitting, None)


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


def _cap(values: list[Any], span: Span) -> Fraction:
    """As much as there is room for, in whole steps; what takes back is not capped."""
    amount, limit, accrued, step = values
    room = (limit - accrued) // step * step
    return Fraction(min(amount, max(room, 0)))


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
    "cap": _cap,
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
