"""What came of evaluating a period.

In: a finished run, the adjustments of earlier periods, what was wrong. Out: `Evaluation`, everything a
host asks for: `payout`, `lines`, `values`, `explain`, `to_dict`. Decimals out, exact; identities as keys.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import Any, Protocol

from tiercel import closings
from tiercel.aims import Goal
from tiercel.errors import TiercelError, UsageError
from tiercel.history import Carried, Memory, Posted, Recall, Replay, handed_on, unknown_before
from tiercel.instalments import Item
from tiercel.money import money_text, to_decimal
from tiercel.opening import SETTLED, Closing, of_open_lines
from tiercel.outcome import BROKEN, NO_VALUE, Line, Outcome, level_of, lines_of, origin, owner_of, paying
from tiercel.plan import Step
from tiercel.reference import Run
from tiercel.settlement import Settled
from tiercel.trace import Trace, Work, as_data, told, trace_line, trace_step
from tiercel_dsl.diagnostics import Diagnostic
from tiercel_dsl.scheme import PEOPLE
from tiercel_dsl.source import NOWHERE

FORMAT_VERSION = 1
COMPANY = "company"  # the receiver of what nobody is paid
SHOWN = ("value", "score", "kpi", "rank", "competency", "account")  # kinds of steps that results show by name
ADJUSTMENT = "adjustment"  # identity of the line that corrects an earlier period


@dataclass(frozen=True, slots=True)
class SettledAmounts:
    """Where the money of a line is that is not paid at once: earned in `period`, it is the sum of what is paid so
    far, held, to come later, cancelled and taken back."""

    period: str
    earned: Decimal
    paid: Decimal
    held: Decimal
    later: Decimal
    cancelled: Decimal
    taken_back: Decimal


@dataclass(frozen=True, slots=True)
class PaidLine:
    """One amount of one person, '' for the company. `row`: key of the row it was worked out for, of the refund
    for what that takes back, '' if none; `credited`: whose row that is, where it is somebody else's. A line up a
    hierarchy has the `level` of its receiver, and of a person's own line that person's key as `row`. Of a line that is
    not paid at once `amount` is what this period pays, and `settled` says where the rest is."""

    line: str
    row: str
    person: str
    amount: Decimal
    currency: str
    kind: str
    due: str
    reverses: str = ""
    credited: str = ""
    level: int | None = None
    settled: SettledAmounts | None = None
    version: int = 0  # of the scheme, where it is not the one that rules the period


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What a refund in this period, or an event that takes back (`refund` ''), changes in the payout of an earlier
    one (decision 57); `person` None: in what the company keeps. `part`: of a period that paid a part of the sale."""

    person: int | None
    refund: str
    sale: str
    period: str
    before: Fraction
    after: Fraction
    before_run: Run = field(compare=False, repr=False)
    after_run: Run = field(compare=False, repr=False)
    part: bool = False

    @property
    def amount(self) -> Fraction:
        return self.after - self.before


@dataclass(frozen=True)
class History:
    """What earlier periods came to, and what the lines of any version remember.

    `posted`: the refunds of earlier sales in this period.
    """

    past: closings.Recollection
    carried: Carried
    wanted: tuple[Memory, ...]
    posted: tuple[Posted, ...]
    closings: tuple[Recall, ...] = ()


class Origin(Protocol):
    """What an evaluation was made from."""

    def with_rows(self, rows: Mapping[str, Iterable[Any]]) -> "Evaluation": ...


@dataclass(frozen=True, slots=True)
class Solution:
    """The least number of further rows that reaches a goal, and the evaluation with them."""

    count: int
    evaluation: "Evaluation"


@dataclass(frozen=True)
class Evaluation:
    """Everybody's pay for one period, with the way to every number in it.

    `unpaid`: people left out by a partial run; `diagnostics`: why. `history` is 'replayed' where earlier
    periods had to be evaluated again, 'carried' where carried rows told what they came to, else 'none'.
    `remarks`: what may be wrong with the data, short of a fault.
    """

    run: Outcome = field(repr=False)
    adjustments: tuple[Adjustment, ...] = ()
    unpaid: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    history: str = "none"
    remarks: tuple[Diagnostic, ...] = ()
    past: History | None = field(default=None, repr=False, compare=False)
    origin: Origin | None = field(default=None, repr=False, compare=False)
    settled: Settled | None = field(default=None, repr=False, compare=False)

    def __getstate__(self) -> dict[str, Any]:
        """Fields only: what was worked out from them is worked out again, but for earlier periods."""
        if self.past is not None and not self.unpaid:
            with suppress(TiercelError):
                unknown_before(self.run, self.past.past, self.past.wanted)
        return {f.name: getattr(self, f.name) for f in fields(self)}

    # ---- results ----

    @property
    def period(self) -> str:
        return self.run.period.name

    @property
    def currency(self) -> str:
        return self.run.scheme.currency

    @cached_property
    def reference(self) -> Run:
        """The definition's own run of the same facts: every number traced comes from it."""
        run = self.run
        if isinstance(run, Run):
            return run
        return reference_of(run)

    @cached_property
    def payout(self) -> Mapping[str, Decimal]:
        """Person → amount of the period, adjustments included, in the scheme's currency."""
        out: dict[str, Decimal] = {}
        for person, key in self._paid():
            amount = self.run.lookup(self.run.plan.payout, person) + sum(
                (a.amount for a in self._adjusting.get(person, ())), Fraction(0)
            )
            amount += self._outside(key)
            out[key] = to_decimal(amount, self.run.plan.digits)
        return MappingProxyType(out)

    @cached_property
    def lines(self) -> tuple[PaidLine, ...]:
        """Every line of every person, in the order of the scheme's people and lines, then those of the company."""
        people = [line for person, _ in self._paid() for line in self._lines(person)]
        return (*people, *self.company)

    @cached_property
    def company(self) -> tuple[PaidLine, ...]:
        """The lines that nobody is paid: what the company keeps."""
        return tuple(self._lines(None))

    @cached_property
    def values(self) -> Mapping[str, Mapping[str, Any]]:
        """Person → named value → its value: Decimal where one is exact, else 'n/d'; texts and yes/no as they are."""
        return MappingProxyType({key: MappingProxyType(self._values(person)) for person, key in self._paid()})

    @cached_property
    def carried(self) -> Carried:
        """What this period hands on to the next: rows for `evaluate(…, carried=…)`.

        Raises UsageError E3314 if somebody was left out: what he came to is not known.
        """
        history = self.past
        if history is None:
            return Carried()
        kept = bool(history.wanted or history.closings)
        if self.unpaid and (kept or self.settled is not None):
            raise UsageError((Diagnostic("E3314", facts={"people": self.unpaid}),))
        carried = history.carried
        if kept:
            replay = Replay(self.run, self.run.scheme.hash, history.posted)
            sums = handed_on(replay, history.past, carried, history.wanted)
            carried = closings.handed_on(replay, history.past, carried, sums, history.closings)
        return carried if self.settled is None else self._with_open(carried, self.settled)

    def _with_open(self, carried: Carried, settled: Settled) -> Carried:
        """With what became of lines that have money still open."""
        rows = [row for row in carried.rows if not of_open_lines(row)]
        rows = [row for row in rows if row.level != SETTLED or row.period != self.period]
        closing = Closing(self.run.scheme, self.run.period, settled.back, self.run.plan.digits)
        return Carried(tuple(sorted({*rows, *closing.rows(settled.items, settled.going_on, settled.gone_through)})))

    def explain(self, person: str) -> "Explanation":
        """Why the person is paid what he is paid, or what `company` keeps; raises UsageError E4002 for
        somebody unknown."""
        index = {key: row for row, key in self._paid()}
        if person == COMPANY and person not in self.run.facts.tables[PEOPLE].keys:
            return Explanation(self, None, COMPANY)
        if person not in index:
            known = tuple(self.run.facts.tables[PEOPLE].keys)
            from tiercel_dsl.resolver import nearest

            facts = {"person": person, "candidates": nearest(person, known)}
            raise UsageError((Diagnostic("E4002", facts=facts),), person)
        return Explanation(self, index[person], person)

    # ---- what if -------------------------------------------------------------------------------------------

    def with_rows(self, rows: Mapping[str, Iterable[Any]]) -> "Evaluation":
        """The same period with further rows: "if this deal closes". Raises FactsError as `evaluate` does."""
        if self.origin is None:
            raise TypeError("an evaluation that was unpickled without its facts cannot be made again")
        return self.origin.with_rows(rows)

    def solve(
        self,
        person: str,
        goal: "Decimal | Goal | Callable[[Evaluation], bool]",
        *,
        vary: tuple[str, Mapping[str, Any]],
        limit: int = 50,
    ) -> Solution | None:
        """How many more rows like `vary` it takes: "two more large deals".

        `goal`: an amount that the person's payout shall reach, a `Goal` such as a place, or a test of the
        evaluation. `vary`: a table and a row of it; copies get keys of their own. Returns the least number, 0 if
        the goal is reached already, None if `limit` copies do not reach it. Nothing is assumed to rise: each
        number is tried.
        """
        table, template = vary

        def reached(evaluation: Evaluation) -> bool:
            if isinstance(goal, Goal):
                return goal.reached(evaluation, person)
            return goal(evaluation) if callable(goal) else evaluation.payout[person] >= goal

        if reached(self):
            return Solution(0, self)
        key = self._key_name(table, template)
        for count in range(1, limit + 1):
            copies = [dict(template) | {key: f"{template.get(key, 'new')}+{n}"} for n in range(1, count + 1)]
            evaluation = self.with_rows({table: copies})
            if reached(evaluation):
                return Solution(count, evaluation)
        return None

    def _key_name(self, table: str, template: Mapping[str, Any]) -> str:
        """The name under which the template gives the table's key, its identity if it gives none."""
        declared = [t for t in self.run.scheme.tables if table in (t.identity, t.names.name, t.names.alias)]
        if not declared:
            raise UsageError((Diagnostic("E2108", facts={"name": table, "candidates": ()}),), table)
        column = declared[0].column(declared[0].key)
        names = (column.identity, column.names.name, column.names.alias)
        return next((name for name in names if name in template), column.identity)

    def to_dict(self) -> dict[str, Any]:
        """The result as JSON-able data in the shape of the contract: sorted by the writer, money as text."""
        scheme = self.run.scheme
        return {
            "format_version": FORMAT_VERSION,
            "scheme": {"name": scheme.identity, "version": scheme.version, "hash": scheme.hash},
            "period": self.period,
            "history": self.history,
            "people": {key: self._person(person, key) for person, key in self._paid()},
            "company": {"lines": [self.line_data(line) for line in self.company]},
            "unpaid": list(self.unpaid),
            "diagnostics": [],
        }

    # ---- parts ----

    def _paid(self) -> Iterator[tuple[int, str]]:
        left_out = set(self.unpaid)
        for person, key in enumerate(self.run.facts.tables[PEOPLE].keys):
            if key not in left_out:
                yield person, key

    @cached_property
    def _adjusting(self) -> Mapping[int | None, tuple[Adjustment, ...]]:
        out: dict[int | None, tuple[Adjustment, ...]] = {}
        for adjustment in self.adjustments:
            out[adjustment.person] = (*out.get(adjustment.person, ()), adjustment)
        return out

    def _lines(self, person: int | None) -> Iterator[PaidLine]:
        run, own = (self.run, None) if person is None else paying(self.run, person)
        people = run.facts.tables[PEOPLE].keys
        key = "" if own is None else people[own]
        digits, due = run.plan.digits, run.period.last.isoformat()
        for line in self._in_order(run, own):
            if isinstance(line, str):
                yield from self._settled_lines(line, key)
                continue
            step = run.plan.step(line.step)
            table, at = origin(run, step, line.row)
            level = level_of(run, step, line.row)
            row = "" if table == PEOPLE and level is None else run.facts.tables[table].keys[at]
            owner = owner_of(run, table, at)
            credited = "" if owner in (None, own) else people[owner]
            reverses = ""
            if line.refund is not None:
                reverses, row = row, run.facts.tables[line.refund.table].keys[line.refund.row]
            amount = to_decimal(line.amount, digits)
            version = step.version or run.scheme.version
            yield PaidLine(
                step.name, row, key, amount, self.currency, step.line_kind, due, reverses, credited, level,
                version=0 if version == self.run.scheme.version else version,
            )  # fmt: skip
        if own is not None:
            yield from self._passages(run, own)
        for adjustment in self._adjusting.get(person, ()):
            amount, row = to_decimal(adjustment.amount, digits), adjustment.refund or adjustment.sale
            yield PaidLine(ADJUSTMENT, row, key, amount, self.currency, ADJUSTMENT, due, adjustment.sale)

    def _in_order(self, run: Outcome, person: int | None) -> Iterator[Line | str]:
        """Lines that are paid at once, and the name of each of the others in its place."""
        plan, found = run.plan, dict[int, list[Line]]()
        for line in lines_of(run, person):
            found.setdefault(line.step, []).append(line)
        later = {number: s.line for s in plan.settlements for number in s.steps[:1]}
        for number in plan.lines:
            if number in later:
                yield later[number]
            elif not plan.settles(number):
                yield from found.get(number, ())
        if self.settled is not None:
            yield from self.settled.beyond("" if person is None else run.facts.tables[PEOPLE].keys[person])

    def _settled_lines(self, line: str, receiver: str) -> Iterator[PaidLine]:
        """What the period earned, pays or holds of a line that is not paid at once."""
        assert self.settled is not None
        digits, kinds = self.run.plan.digits, {x.identity: x.kind for x in self.run.scheme.lines}
        for item, found in self.settled.of(line, receiver):
            amounts = SettledAmounts(
                item.source.name,
                *(to_decimal(getattr(found, f.name), digits) for f in fields(SettledAmounts)[1:]),
            )
            row = "" if item.level == PEOPLE else item.row
            due = item.due(self.run.period).isoformat()
            kind, credited = kinds.get(line, "commission"), self._credited(item, receiver)
            taken = self.settled.taken_by_refunds(item)
            paid = found.due - sum((amount for _, amount in taken), Fraction(0))
            yield PaidLine(
                line, row, receiver, to_decimal(paid, digits), self.currency, kind, due, credited=credited,
                settled=amounts,
            )  # fmt: skip
            for refund, amount in taken:
                back = to_decimal(amount, digits)
                yield PaidLine(line, refund, receiver, back, self.currency, kind, self._last_day, item.row, credited)

    @property
    def _last_day(self) -> str:
        return self.run.period.last.isoformat()

    def _credited(self, item: Item, receiver: str) -> str:
        """Whose row it is, where somebody else receives the line."""
        sources = {upline.table: upline.source for upline in self.run.plan.uplines}
        rows = self.run.facts.tables.get(sources.get(item.level, item.level))
        if rows is None or item.level == PEOPLE or item.row not in rows.keys:
            return ""
        owner = rows.owner[rows.keys.index(item.row)] if rows.owner else None
        key = "" if owner is None else self.run.facts.tables[PEOPLE].keys[owner]
        return "" if key == receiver else key

    def _outside(self, receiver: str) -> Fraction:
        """What falls due of lines that this version does not pay later any more."""
        if self.settled is None:
            return Fraction(0)
        lines = self.settled.beyond(receiver)
        return sum((found.due for line in lines for _, found in self.settled.of(line, receiver)), Fraction(0))

    def _passages(self, run: Outcome, person: int) -> Iterator[PaidLine]:
        """What a transition adds to the payout of the version's own rules."""
        key, due = run.facts.tables[PEOPLE].keys[person], run.period.last.isoformat()
        for number in run.plan.passages:
            step, value = run.plan.step(number), run.lookup(number, person)
            if value is not NO_VALUE and value is not BROKEN:
                amount = to_decimal(value, run.plan.digits)
                yield PaidLine(step.name, "", key, amount, self.currency, step.line_kind, due)

    def _values(self, person: int) -> dict[str, Any]:
        out: dict[str, Any] = {}
        run, person = paying(self.run, person)
        for step in run.plan.steps:
            if step.level != PEOPLE or step.kind not in SHOWN:
                continue
            value = run.lookup(step.number, person)
            if value is not NO_VALUE and value is not BROKEN:
                out[f"{step.name}.{step.part}" if step.part else step.name] = exact(value)
        return out

    def _person(self, person: int, key: str) -> dict[str, Any]:
        digits = self.run.plan.digits
        return {
            "payouts": [{"currency": self.currency, "amount": _money(self.payout[key], digits)}],
            "values": {name: _text(value) for name, value in self._values(person).items()},
            "lines": [self.line_data(line) for line in self._lines(person)],
        }

    def line_data(self, line: PaidLine) -> dict[str, Any]:
        """A line as JSON-able data."""
        return (
            {
                "line": line.line,
                "row": line.row,
                "amount": _money(line.amount, self.run.plan.digits),
                "currency": line.currency,
                "due": line.due,
            }
            | ({"reverses": line.reverses} if line.reverses else {})
            | ({"credited": line.credited} if line.credited else {})
            | ({"level": line.level} if line.level is not None else {})
            | ({"settled": _settled(line.settled, self.run.plan.digits)} if line.settled is not None else {})
            | ({"version": line.version} if line.version else {})
        )


@dataclass(frozen=True)
class Explanation:
    """One person's pay, taken apart: the payout's trace, each line's, and adjustments of earlier periods.

    `index` None: what the company keeps; then the payout is no more than the sum of its lines.
    """

    evaluation: Evaluation = field(repr=False)
    index: int | None
    person: str

    @property
    def amount(self) -> Decimal:
        if self.index is None:
            return sum((line.amount for line in self.evaluation.company), Decimal(0))
        return self.evaluation.payout[self.person]

    @cached_property
    def paying(self) -> tuple[Run, int | None]:
        """The evaluation by whose rules the person is paid, and his place in it."""
        run = self.evaluation.reference
        if self.index is None:
            return run, None
        found, at = paying(run, self.index)
        assert isinstance(found, Run)
        return found, at

    @property
    def run(self) -> Run:
        return self.paying[0]

    @cached_property
    def payout(self) -> Trace:
        run, at = self.paying
        if at is None:
            kept = sum((line.amount for line, _ in self.lines), Fraction(0))
            return Trace("payout", "payout", "", "", "", NOWHERE, kept, "money")
        return trace_step(run, run.plan.payout, at)

    @cached_property
    def lines(self) -> tuple[tuple[Line, Trace], ...]:
        run, at = self.paying
        return tuple((line, trace_line(run, line)) for line in lines_of(run, at))

    @cached_property
    def passages(self) -> tuple[Trace, ...]:
        """What a transition adds to the payout, in order."""
        run, at = self.paying
        if at is None:
            return ()
        added = [number for number in run.plan.passages if run.lookup(number, at) is not NO_VALUE]
        return tuple(trace_step(run, number, at) for number in added)

    @cached_property
    def later(self) -> tuple[PaidLine, ...]:
        """What this period pays of lines that are not paid at once, and what refunds take of it."""
        lines = self.evaluation.company if self.index is None else self.evaluation.lines
        own, settled = "" if self.index is None else self.person, self.evaluation.settled
        names = frozenset[str]() if settled is None else settled.names
        return tuple(line for line in lines if line.person == own and line.line in names)

    @property
    def settled(self) -> tuple[PaidLine, ...]:
        """The lines that are not paid at once."""
        return tuple(line for line in self.later if line.settled is not None)

    @property
    def adjustments(self) -> tuple[Adjustment, ...]:
        return tuple(a for a in self.evaluation.adjustments if a.person == self.index)

    def steps(self) -> Iterator[tuple[Step, Trace]]:
        """Every named value of the person in working order."""
        run, at = self.paying
        for step in run.plan.steps if at is not None else ():
            assert at is not None
            value = run.lookup(step.number, at) if step.level == PEOPLE else NO_VALUE
            if step.kind in SHOWN and value is not NO_VALUE:
                yield step, trace_step(run, step.number, at, deep=False)

    def to_dict(self) -> dict[str, Any]:
        """The whole explanation as JSON-able data."""
        run = self.run
        digits = run.plan.digits
        return {
            "format_version": FORMAT_VERSION,
            "scheme": {"name": run.scheme.identity, "version": run.scheme.version, "hash": run.scheme.hash},
            "period": self.evaluation.period,
            "person": self.person,
            "amount": _money(self.amount, digits),
            "currency": self.evaluation.currency,
            "payout": as_data(self.payout),
            "lines": [as_data(t) | {"amount": money_text(line.amount, digits)} for line, t in self.lines],
            "settled": [self.evaluation.line_data(line) for line in self.settled],
            "values": [as_data(t) for _, t in self.steps()],
            "adjustments": [_adjustment(a, digits) for a in self.adjustments],
        }


def reference_of(run: Outcome) -> Run:
    """The definition's own run of the same, and of what runs beside it."""
    if isinstance(run, Run):
        return run
    beside = run.beside
    if beside is not None:
        sources = {name: reference_of(other) for name, other in beside.sources.items()}
        beside = replace(beside, sources=sources)
    return Run(run.scheme, run.plan, run.facts, run.period, run.reversals, past=run.past, beside=beside, dues=run.dues)


def _settled(amounts: SettledAmounts, digits: int) -> dict[str, Any]:
    money = {f.name: _money(getattr(amounts, f.name), digits) for f in fields(amounts)[1:]}
    return {"period": amounts.period, **money}


def _adjustment(adjustment: Adjustment, digits: int) -> dict[str, Any]:
    run = adjustment.after_run
    out: dict[str, Any] = {
        "node": ADJUSTMENT,
        "refund": adjustment.refund,
        "sale": adjustment.sale,
        "period": adjustment.period,
        "scheme": {"version": run.scheme.version, "hash": run.scheme.hash},
        "before": money_text(adjustment.before, digits),
        "after": money_text(adjustment.after, digits),
        "amount": money_text(adjustment.amount, digits),
    }
    if adjustment.person is not None:
        out["payout_before"] = as_data(trace_step(adjustment.before_run, run.plan.payout, adjustment.person))
        out["payout_after"] = as_data(trace_step(run, run.plan.payout, adjustment.person))
    return out


def exact(value: Any) -> Any:
    """A value for a host: Decimal where one is exact, 'n/d' where none is, others as they are."""
    if not isinstance(value, Fraction):
        return value
    rest, digits = value.denominator, 0
    while rest % 10 == 0 or rest % 2 == 0 or rest % 5 == 0:
        rest = rest // 10 if rest % 10 == 0 else rest // 2 if rest % 2 == 0 else rest // 5
        digits += 1
    return to_decimal(value, digits) if rest == 1 else f"{value.numerator}/{value.denominator}"


def _text(value: Any) -> Any:
    if isinstance(value, Decimal):
        return told(Fraction(value))
    return told(value)


def _money(value: Decimal, digits: int) -> str:
    return money_text(Fraction(value), digits)


__all__ = [
    "ADJUSTMENT",
    "Adjustment",
    "Carried",
    "Evaluation",
    "Explanation",
    "PaidLine",
    "Trace",
    "Work",
    "exact",
]
