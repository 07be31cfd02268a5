"""The stages in order: files → scheme → facts → evaluation.

In: paths or texts, facts, a period. Out: `Scheme` and `Evaluation`, or one of the errors of `errors.py`
with everything that is wrong. The only room that reads scheme files; rules read nothing.
"""

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from tiercel.ascent import with_uplines
from tiercel.closings import Recollection, ask_for_all, payout_in, recalls, told_by
from tiercel.codegen import generate
from tiercel.compiled import Compiled, CompiledRun, Prepared, Undecided
from tiercel.errors import FactsError, SchemeError, UsageError
from tiercel.evaluation import Adjustment, Evaluation, History
from tiercel.facts import Facts, border
from tiercel.files import Versions, checked_file, head_of, head_of_text
from tiercel.history import Carried, Posted, Recall, Replay, ledger, memories, past_seen_by, unknown_before
from tiercel.instalments import Back
from tiercel.lower import lower
from tiercel.money import Rounding, RoundingMode, minor_units, round_to
from tiercel.needs import Needs, needs_of
from tiercel.opening import Lineage, Opening
from tiercel.outcome import BROKEN, Beside, Outcome, Reversal
from tiercel.passage import Passage, Refunds
from tiercel.passing import Passing
from tiercel.periods import Period, PeriodError, as_day
from tiercel.plan import Plan
from tiercel.posting import Postings, placed
from tiercel.program import NotCompilable
from tiercel.reach import unpaid_by
from tiercel.readers import RawTable, from_rows, joined, read_facts
from tiercel.recorded import Recorded
from tiercel.reference import Run
from tiercel.reversals import layers_of, reversals_of
from tiercel.schema import json_schema
from tiercel.separation import people_apart
from tiercel.settlement import Known, Settled, Settlements, Version, back_of, dues
from tiercel.shadow import Shadow
from tiercel.versions import calendar, family, governing
from tiercel_dsl.builtins import HIRED
from tiercel_dsl.diagnostics import Diagnostic, Severity, has_errors
from tiercel_dsl.driver import Checked, NotThere, check_source
from tiercel_dsl.scheme import PEOPLE, CheckedScheme
from tiercel_dsl.source import Source

NOTHING_CARRIED = Carried()

FactsLike: TypeAlias = "str | Path | Mapping[str, Iterable[Any]] | Facts | More | Recorded"


@dataclass(frozen=True, slots=True)
class More:
    """Facts with further rows: a deal that is not signed yet, a second one like it."""

    base: FactsLike
    rows: Mapping[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Scheme:
    """A checked scheme, ready to pay. Frozen; safe to share between threads and to pickle.

    `versions` are the other versions of the same scheme that are known; the one that governs a period
    evaluates it. `warnings` are what `check` found short of errors.
    """

    checked: CheckedScheme
    warnings: tuple[Diagnostic, ...] = ()
    versions: "tuple[Scheme, ...]" = field(default=(), repr=False)
    sources: Mapping[str, Source] = field(default_factory=dict[str, Source], repr=False, compare=False)

    @property
    def name(self) -> str:
        return self.checked.identity

    @property
    def version(self) -> int:
        return self.checked.version

    @property
    def hash(self) -> str:
        """sha256 of what the scheme means: layout, comments, titles and the face do not move it."""
        return self._hash

    @cached_property
    def _hash(self) -> str:
        return self.checked.hash

    @property
    def plan(self) -> Plan:
        return self._plan

    @cached_property
    def _plan(self) -> Plan:
        return lower(self.checked)

    @cached_property
    def compiled(self) -> Compiled | None:
        """The generated program; None for a plan that the generator does not write."""
        try:
            return Compiled(generate(self.checked, self.plan.at_once))
        except NotCompilable:
            return None

    @cached_property
    def _passed(self) -> dict[str, tuple[Plan, Compiled | None]]:
        return {}

    def plan_with(self, passing: Passing | None) -> Plan:
        """The plan where a transition is at work."""
        return self.plan if passing is None else self._made_with(passing)[0]

    def compiled_with(self, passing: Passing | None) -> Compiled | None:
        return self.compiled if passing is None else self._made_with(passing)[1]

    def _made_with(self, passing: Passing) -> tuple[Plan, Compiled | None]:
        if passing.key not in self._passed:
            plan = lower(self.checked, passing)
            try:
                compiled = Compiled(generate(self.checked, plan.at_once))
            except NotCompilable:
                compiled = None
            self._passed[passing.key] = plan, compiled
        return self._passed[passing.key]

    def __getstate__(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("checked", "warnings", "versions", "sources")}

    @cached_property
    def family(self) -> "tuple[Scheme, ...]":
        """This version and every other one known, by number."""
        return family(self, self.versions)

    def evaluate(
        self,
        facts: FactsLike,
        period: str,
        *,
        carried: Carried = NOTHING_CARRIED,
        partial: bool = False,
        evaluator: str = "compiled",
    ) -> Evaluation:
        """Pay everybody in `facts` for `period` ('2023-08').

        `facts`: a folder of CSV files, or table name → rows (mappings, pydantic models, dataclasses), or
        `Facts` already read for this scheme. The version in force evaluates. Raises FactsError with every
        fault, and nobody is paid; with `partial` those whom no fault touches are. Raises UsageError for a
        period of another shape or one that no version governs. `carried`: what the period before handed on
        (`Evaluation.carried`); without it earlier periods are worked out again from the facts. `evaluator`:
        'compiled', or 'reference', the definition itself; both give the same in every digit.
        """
        span = self.parse_period(period)
        scheme = governing(self.family, span)
        return Evaluating(self, scheme, facts, span, evaluator, carried).evaluation(partial)

    def shadow(
        self, facts: FactsLike, period: str, *, carried: Carried = NOTHING_CARRIED, evaluator: str = "compiled"
    ) -> Shadow:
        """What this version would pay for a period, beside what the earlier versions pay; it pays nothing itself.

        Before its first day it is worked out as though it were in force, without what its transition mixes or makes
        up. Raises UsageError E3333 where no earlier version is known, else as `evaluate` does.
        """
        span = self.parse_period(period)
        earlier = tuple(version for version in self.family if version.version < self.version)
        if not earlier:
            raise UsageError((Diagnostic("E3333", facts={"version": self.version}),))
        paying = replace(earlier[-1], versions=earlier[:-1])
        paid = paying.evaluate(facts, period, carried=carried, evaluator=evaluator)
        known = replace(self, versions=earlier)
        tried = Evaluating(known, known, facts, span, evaluator, carried).evaluation(False)
        return Shadow(paid, tried)

    def parse_period(self, text: str) -> Period:
        """The period with this name; raises UsageError E4001."""
        try:
            return calendar(self.checked).parse(text)
        except PeriodError as wrong:
            told = {"text": text, "shape": self.checked.period}
            raise UsageError((Diagnostic("E4001", facts=told, seen=text),), text) from wrong

    def read(self, facts: FactsLike) -> tuple[Facts, tuple[Diagnostic, ...]]:
        """Facts typed for this version's tables, with whatever is wrong with them."""
        if isinstance(facts, Facts):
            return facts, ()
        if isinstance(facts, Recorded):
            mark = (self.checked.tables, self.checked.currency, self.checked.zone, self.checked.language)
            found: tuple[Facts, tuple[Diagnostic, ...]] | None = facts.typed.get(mark)
            if found is None:
                found = facts.typed[mark] = self._typed(facts)
            return found
        return self._typed(facts)

    def _typed(self, facts: FactsLike) -> tuple[Facts, tuple[Diagnostic, ...]]:
        raw, found = self._raw(facts)
        typed, faults = border(self.checked, raw, facts.memory if isinstance(facts, Recorded) else None)
        return typed, (*found, *faults)

    def _raw(self, facts: FactsLike) -> tuple[dict[str, RawTable], tuple[Diagnostic, ...]]:
        if isinstance(facts, str | Path):
            path = Path(facts)
            if not path.exists():
                raise UsageError((Diagnostic("E4003", facts={"path": str(facts)}, seen=str(facts)),), str(facts))
            return read_facts(path, self.checked)
        if isinstance(facts, More):
            return self._with_more(facts)
        if isinstance(facts, Recorded):
            return facts.raw(self.checked)
        if isinstance(facts, Facts):
            raise TypeError("rows can be added to a folder or to tables of rows, not to Facts already read")
        return from_rows(facts, self.checked)

    def _with_more(self, facts: More) -> tuple[dict[str, RawTable], tuple[Diagnostic, ...]]:
        raw, found = self._raw(facts.base)
        more, faults = from_rows(facts.rows, self.checked)
        tables = dict(raw)
        for name, table in more.items():
            tables[name] = joined(raw[name], table, self.checked.table(name)) if name in raw else table
        return tables, (*found, *(f for f in faults if f.code != "E3001"))

    def needs(self, period: str) -> Needs:
        """Which rows of facts the period reads, from which day on, and which carried rows; see `needs.Needs`."""
        span = self.parse_period(period)
        scheme = governing(self.family, span)
        begins = min(version.checked.first for version in self.family)
        return needs_of(scheme.checked, scheme.plan, span, begins)

    def json_schema(self) -> dict[str, Any]:
        """What `evaluate` wants of a host's rows, as JSON Schema."""
        return json_schema(self.checked)


class Evaluating:
    """One call of `evaluate`: facts are read once for each version that is needed, a period is worked out once."""

    def __init__(
        self, asked: Scheme, scheme: Scheme, facts: FactsLike, period: Period, evaluator: str, carried: Carried
    ) -> None:
        self.asked, self.scheme, self.period = asked, scheme, period
        # Rows may be read once for each version: an iterator would be empty the second time.
        self.source = {t: _kept(rows) for t, rows in facts.items()} if isinstance(facts, Mapping) else facts
        self.evaluator, self.partial, self.carried = evaluator, False, carried
        self.read: dict[str, tuple[Facts, tuple[Diagnostic, ...]]] = {}
        self.replayed: dict[tuple[str, Period], tuple[Outcome, list[Reversal]]] = {}
        self.replays: dict[Period, Replay | None] = {}
        self.circles: dict[tuple[str, Period], tuple[Diagnostic, ...]] = {}
        self.told: list[Diagnostic] = []  # what went wrong in earlier periods
        wanted = sorted({recall for version in asked.family for recall in recalls(version.plan)})
        self.wanted_closings = tuple(wanted)
        currency = scheme.checked.currency
        told = told_by(carried, wanted, currency)
        self.past = Recollection(ledger(carried, currency, asked.parse_period), told, self)
        lineages = {v.hash: functools.partial(self._lineage, v) for v in asked.family}
        self.settlements = Settlements(self, Opening(carried, lineages, asked.parse_period))
        self.reversals: list[Reversal] = []
        self.owed: dict[Period, Mapping[tuple[str, str], Fraction]] = {}  # what falls due where a transition is at work
        self.payouts: dict[Period, Mapping[str, Fraction]] = {}  # of earlier periods, where money moves later
        self.knowing: dict[Period, Known] = {}  # what is known in periods that are worked out once more
        self.outcome: Outcome | None = None  # the period at hand, before anything due is added to its payout
        self.looks: dict[tuple[str, Period, date, Period], Run] = {}
        self.raised: dict[tuple[str, Period], Facts] = {}
        self.prepared: dict[tuple[str, str, Period], Prepared] = {}
        self.refunds: dict[tuple[str, Period], tuple[list[Reversal], list[Diagnostic]]] = {}
        self.passed: dict[tuple[Period, frozenset[tuple[str, str]]], Outcome] = {}
        self.repaid: dict[tuple[Any, ...], Outcome] = {}
        self.named: dict[tuple[str, Period, int], Sequence[tuple[str, str]]] = {}
        self.still: dict[tuple[Any, ...], Mapping[tuple[str, str], Fraction]] = {}

    def evaluation(self, partial: bool, before: "_Before | None" = None) -> Evaluation:
        self.partial = partial
        facts, found = self._facts(self.scheme)
        faults = [d for d in found if d.severity is Severity.error]
        if (faults or facts.touched) and not partial:
            raise FactsError(found, "the facts have faults: nobody is paid")
        mark = _mark_of(facts, self.period)
        if before is not None and before.mark == mark:
            self.past.knowing(before.past)
        run, reversals, refund_faults = self._main_run(facts)
        late = self._late(reversals, self.period)
        adjustments, posted, late_faults = self._adjustments(facts, late)
        everyone = any(not d.subject for d in faults) and not facts.touched
        late_faults += self.settlements.diagnostics
        faults += _new([*refund_faults, *run.diagnostics, *late_faults, *self.earlier_faults()], faults)
        if faults and not partial:
            raise FactsError(faults)
        unpaid = unpaid_by(run, run.facts, faults, everyone) if faults else ()
        kept = None if unpaid else _Before(mark, self.past)
        origin = _Origin(self.asked, self.source, self.period.name, self.evaluator, partial, self.carried, kept)
        wanted = sorted({m for version in self.asked.family for m in memories(version.checked)})
        history = History(self.past, self.carried, tuple(wanted), tuple(posted), self.wanted_closings)
        return Evaluation(
            run, tuple(adjustments), unpaid, tuple(faults), self._history(adjustments), self._remarks(facts),
            history, origin, self._settled(facts, run),
        )  # fmt: skip

    def _history(self, adjustments: Sequence[Adjustment]) -> str:
        if adjustments or self.past.replayed or self.settlements.replayed:
            return "replayed"
        return "carried" if self.past.read or self.settlements.read else "none"

    def _main_run(self, facts: Facts) -> tuple[Outcome, list[Reversal], list[Diagnostic]]:
        """The period's run: compiled where everything can be computed, else the reference, which says why not."""
        if self.passes:
            return self._passed_run(facts)
        reference, reversals, found = self._run(self.scheme, facts, self.period)
        self.reversals = reversals
        # Asked for everybody at once, so that no evaluator works out more of the past than another.
        unknown_before(reference, self.past, memories(self.scheme.checked))
        ask_for_all(reference, self.past, recalls(self.scheme.plan))
        compiled = self.scheme.compiled if self.evaluator == "compiled" else None
        if compiled is not None:
            try:
                scheme = self.scheme
                prepared = Prepared(scheme.checked, scheme.plan, compiled, reference.facts, self.period, self.past)
                self.outcome = CompiledRun(prepared, reference.reversals)
                if self.settlements.lines:
                    dues = placed(self._dues(facts), reference.facts)
                    return CompiledRun(prepared, reference.reversals, dues), reversals, found
                return self.outcome, reversals, found
            except Undecided:
                pass
        self.outcome = reference
        if self.settlements.lines:
            reference.dues = placed(self._dues(facts), facts)
        reference.everything()
        return reference, reversals, found

    # ---- where a transition is at work ----

    @property
    def passes(self) -> bool:
        """Whether any version says how people come to it."""
        return any(version.checked.transition is not None for version in self.asked.family)

    def _passed_run(self, facts: Facts) -> tuple[Outcome, list[Reversal], list[Diagnostic]]:
        reversals, found = self._refunds(self.scheme, self.period)
        self.reversals = reversals
        outcome = self.outcome = Passage(self, self.period).outcome(self.scheme.version)
        if self.settlements.lines:
            self.owed[self.period] = self._dues(facts)
            outcome = Passage(self, self.period).outcome(self.scheme.version)
        unknown_before(outcome, self.past, memories(self.scheme.checked))
        ask_for_all(outcome, self.past, recalls(outcome.plan))
        if isinstance(outcome, Run):
            outcome.everything()
        beside = () if outcome.beside is None else outcome.beside.diagnostics
        found += self.circles[self.scheme.hash, self.period]
        return outcome, reversals, [*found, *_new(beside, found)]

    @property
    def paid_later(self) -> tuple[str, ...]:
        return tuple(self.settlements.lines)

    @property
    def known(self) -> Mapping[int, Scheme]:
        return {version.version: version for version in self.asked.family}

    def facts_of(self, version: Version, period: Period | None = None) -> Facts:
        """As the version reads them; with a period also the rows that uplines make in it."""
        assert isinstance(version, Scheme)
        facts, found = self._facts(version)
        if has_errors(found) and not self.partial:
            raise FactsError(found)
        if period is None or not version.plan.uplines:
            return facts
        mark = version.hash, period
        if mark not in self.raised:
            self.raised[mark] = with_uplines(version.checked, version.plan, facts, period)[0]
        return self.raised[mark]

    def _refunds(self, version: Scheme, period: Period) -> tuple[list[Reversal], list[Diagnostic]]:
        mark = version.hash, period
        if mark not in self.refunds:
            run = Run(version.checked, version.plan, self.facts_of(version), period, past=self.past)
            self.refunds[mark] = reversals_of(run)
        found, wrong = self.refunds[mark]
        return list(found), list(wrong)

    @cached_property
    def apart(self) -> bool:
        """Whether no refund of one person's sales can change another's pay, under any version."""
        return all(people_apart(version.plan, version.checked.tables) for version in self.asked.family)

    def evaluate(
        self, version: Scheme, passing: Passing | None, period: Period, refunds: Refunds, beside: Beside | None,
        actual: bool,
    ) -> Outcome:  # fmt: skip
        plan = version.plan_with(passing)
        facts, wrong = with_uplines(version.checked, plan, self.facts_of(version), period)
        self.circles[version.hash, period] = wrong
        beside = (
            None if beside is None else replace(beside, facts=facts, made_of={u.table: u.source for u in plan.uplines})
        )
        found, _ = self._refunds(version, period)
        chosen = [r for r in found if self._counts(r, facts, period, refunds)]
        past = past_seen_by(version.checked, self.past)
        # Asked for everybody at once, as in a period without transitions.
        run = Run(version.checked, plan, facts, period, chosen, past=past, beside=beside)
        unknown_before(run, past, memories(version.checked))
        ask_for_all(run, past, recalls(plan))
        compiled = version.compiled_with(passing) if self.evaluator == "compiled" else None

        def outcome(owed: Mapping[tuple[str, str], Fraction]) -> Outcome:
            if compiled is not None:
                mark = version.hash, "" if passing is None else passing.key, period
                try:
                    if mark in self.prepared:
                        prepared = self.prepared[mark].again(beside)
                    else:
                        prepared = Prepared(version.checked, plan, compiled, facts, period, past, beside)
                        self.prepared[mark] = prepared
                    return CompiledRun(prepared, chosen, placed(owed, facts))
                except Undecided:
                    pass
            dues = placed(owed, facts)
            return Run(version.checked, plan, facts, period, chosen, past=past, beside=beside, dues=dues)

        if actual or not self.settlements.lines:
            return outcome(self.owed.get(period, {}))
        return outcome(self._would_be_due(outcome({}), version, period, back_of(chosen, facts)))

    def _would_be_due(
        self, run: Outcome, version: Scheme, period: Period, back: Back
    ) -> Mapping[tuple[str, str], Fraction]:
        """What would fall due in a period if a version ruled it: what is still open is what it is.

        `back`: what refunds that count take of the period's own sales. Of what it would have earned nothing is ever
        paid, so events after the period take nothing of it.
        """
        known = self.knowing.get(period)
        if known is None:
            late = [r for r in self._refunds(version, period)[0] if r.day <= period.last]
            then = Known(back_of(late, self.facts_of(version)), period, period)
            found = self._still_due(period, then, False)
        else:
            found = self._still_due(period, known, True)
        own = Known(back, period, period)
        for mark, due in dues(self.settlements.of_run(run, version, period), period, own).items():
            found[mark] = found.get(mark, Fraction(0)) + due
        return found

    def _still_due(self, period: Period, known: Known, now: bool) -> dict[tuple[str, str], Fraction]:
        """What falls due of what earlier periods earned, by what is known of it then, or `now`."""
        mark = period, now, *known.mark
        if mark not in self.still:
            older = self.settlements.all(self.period) if now else self.settlements.before(period)
            self.still[mark] = dues([item for item in older if item.source < period], period, known)
        return dict(self.still[mark])

    def _counts(self, refund: Reversal, facts: Facts, period: Period, refunds: Refunds) -> bool:
        if refunds is None:
            return period.contains(refund.day) and period.contains(refund.sale_day)
        return (refund.table, facts.tables[refund.table].keys[refund.row]) in refunds

    def ruled_before(self, period: Period) -> Mapping[str, int]:
        """By which version people were paid in the period before, as carried rows tell, or the facts."""
        before = period.previous()
        numbers = {version.hash: version.version for version in self.asked.family}
        rows = [row for row in self.carried.rows if row.period == before.name and row.level == PEOPLE]
        told = {row.receiver: numbers[row.hash] for row in rows if row.hash in numbers}
        replay = None if told else self.replay(before)
        if replay is None:
            return told
        return {person: replay.of(person)[0].scheme.version for person in replay.people}

    def averages(self, version: Scheme, count: int) -> Mapping[str, Fraction]:
        """What people were paid on average in the periods before a version, those in which they were there.

        Before a version is before its pilots: what a period of theirs pays must not ask for itself.
        """
        sums: dict[str, list[Fraction]] = {}
        passed = version.checked.transition
        pilots = () if passed is None else passed.pilots
        period = calendar(version.checked).of(min((version.checked.first, *(pilot.first for pilot in pilots))))
        for _ in range(count):
            period = period.previous()
            replay = self.replay(period)
            if replay is None:
                raise UsageError((Diagnostic("E3332", facts={"period": period.name, "count": count}),))
            for person, row in replay.people.items():
                amount = payout_in(replay, row, person)
                if amount is not BROKEN and self.was_there(period, person):
                    sums.setdefault(person, []).append(amount)
        cent = Rounding(RoundingMode.half_up, Fraction(1, 10 ** minor_units(version.checked.currency)))
        return {person: round_to(sum(paid, Fraction(0)) / len(paid), cent) for person, paid in sums.items()}

    def _facts(self, scheme: Scheme) -> tuple[Facts, tuple[Diagnostic, ...]]:
        if scheme.hash not in self.read:
            same = [s for s in self.asked.family if s.hash in self.read and s.checked.tables == scheme.checked.tables]
            alike = [s for s in same if s.checked.currency == scheme.checked.currency]
            self.read[scheme.hash] = self.read[alike[0].hash] if alike else scheme.read(self.source)
        return self.read[scheme.hash]

    def _run(self, scheme: Scheme, facts: Facts, period: Period) -> tuple[Run, list[Reversal], list[Diagnostic]]:
        """A run with the refunds of its own period, and every refund of the facts."""
        facts, wrong = with_uplines(scheme.checked, scheme.plan, facts, period)
        self.circles[scheme.hash, period] = wrong
        bare = Run(scheme.checked, scheme.plan, facts, period, past=self.past)
        reversals, found = reversals_of(bare)
        found += wrong
        own = [r for r in reversals if period.contains(r.day) and period.contains(r.sale_day)]
        return Run(scheme.checked, scheme.plan, facts, period, own, past=self.past), reversals, found

    # ---- refunds of earlier sales ----

    def _late(self, reversals: Iterable[Reversal], period: Period) -> list[Reversal]:
        return [r for r in reversals if period.contains(r.day) and r.sale_day < period.first]

    def _adjustments(
        self, facts: Facts, late: Sequence[Reversal]
    ) -> tuple[list[Adjustment], list[Posted], list[Diagnostic]]:
        out: list[Adjustment] = []
        posted: list[Posted] = []
        found: list[Diagnostic] = []
        postings = self._postings(facts)
        for reversal in late:
            period = calendar(self.scheme.checked).of(reversal.sale_day)
            try:
                one = self._posted(facts, reversal, period)
                posted.append(one)
                out += postings.of_refund(reversal, period, one)
            except UsageError:
                found.append(self._not_governed(facts, reversal, period))
            except FactsError as fault:
                found += _new(fault.diagnostics, found)
        try:
            out += postings.of_events()
        except FactsError as fault:
            found += _new(fault.diagnostics, found)
        return out, posted, found

    # ---- money that moves later, as `settlement.Books` and `posting.Books` ask ----

    def _postings(self, facts: Facts) -> Postings:
        return Postings(self, self.settlements, facts, self.period, self.reversals, self.passes and self.apart)

    def _dues(self, facts: Facts) -> Mapping[tuple[str, str], Fraction]:
        """What falls due to whom in the period, of everything that was ever earned."""
        back = back_of([r for r in self.reversals if r.day <= self.period.last], facts)
        known = Known(back, self.period, self.period)
        return dues(self.settlements.all(self.period), self.period, known)

    def _settled(self, facts: Facts, run: Outcome) -> Settled | None:
        if not self.settlements.lines:
            return None
        back = back_of([r for r in self.reversals if r.day <= self.period.last], facts)
        known = {settlement.line for settlement in run.plan.settlements}
        outside = frozenset(self.settlements.lines) - known
        items = tuple(self.settlements.all(self.period))
        keys = {name: rows.keys for name, rows in facts.tables.items()}
        own = [r for r in self.reversals if self.period.contains(r.day) and self.period.contains(r.sale_day)]
        refunds = tuple((keys[r.table][r.row], (r.sale_table, keys[r.sale_table][r.sale]), r.after) for r in own)
        reversible = frozenset(table for v in self.asked.family for *_, table in v.plan.reverses)
        return Settled(
            self.period, items, back, outside, refunds, reversible, self.settlements.gone_through(self.period)
        )

    def _lineage(self, version: Scheme) -> Lineage:
        return Lineage(version.plan, functools.partial(self.settlements.sales, version))

    @property
    def versions(self) -> "tuple[Scheme, ...]":
        return self.asked.family

    def governs(self, period: Period) -> "Scheme | None":
        try:
            return governing(self.asked.family, period)
        except UsageError:
            return None

    def earned(self, period: Period) -> Outcome | None:
        if period == self.period:
            return self.outcome
        replay = self.replay(period)
        self.settlements.replayed = True
        return None if replay is None else replay.run

    def run_on(self, version: Version, period: Period, known: date, source: Period) -> Run:
        mark = version.hash, period, known, source if version.plan.uplines else period
        if mark not in self.looks:
            facts = self.facts_of(version, source)
            self.looks[mark] = Run(version.checked, version.plan, facts, period, past=self.past, known=known)
        return self.looks[mark]

    def paid(self, period: Period, known: Known) -> Outcome:
        mark = period, *known.mark
        if mark not in self.repaid:
            self.repaid[mark] = self._paid(period, known)
        return self.repaid[mark]

    def _paid(self, period: Period, known: Known) -> Outcome:
        scheme = governing(self.asked.family, period)
        base, refunds = self._replay(scheme, period)
        chosen = [r for r in refunds if _is_known(base, r, known)]
        owed = dues(self.settlements.all(self.period), period, known)
        if isinstance(base, Run) and not self.passes:
            return Run(base.scheme, base.plan, base.facts, period, chosen, base, dues=placed(owed, base.facts))
        keys = self.facts_of(scheme).tables
        marks = frozenset((r.table, keys[r.table].keys[r.row]) for r in chosen)
        outer, self.owed[period] = self.owed.get(period, {}), owed
        self.knowing[period] = known
        outcome = Passage(self, period, marks).outcome(scheme.version)
        self.owed[period] = outer
        del self.knowing[period]
        return outcome

    def _not_governed(self, facts: Facts, reversal: Reversal, period: Period) -> Diagnostic:
        sale = facts.tables[reversal.sale_table].keys[reversal.sale]
        rows = facts.tables[reversal.table]
        owner = rows.owner[reversal.row]
        told = {"sale": sale, "period": period.name, "version": self.scheme.version}
        subject = "" if owner is None else facts.tables[PEOPLE].keys[owner]
        return Diagnostic("E3303", facts=told, cell=rows.places[reversal.row], subject=subject)

    def _posted(self, facts: Facts, reversal: Reversal, period: Period) -> Posted:
        """The sale's period P with the refunds before this one, and with this one, under P's version."""
        scheme = governing(self.asked.family, period)
        base, known = self._replay(scheme, period)
        refund = facts.tables[reversal.table].keys[reversal.row]
        keys = base.facts.tables[reversal.table].keys if reversal.table in base.facts.tables else ()
        position = next((i for i, r in enumerate(known) if r.table == reversal.table and keys[r.row] == refund), None)
        if position is None:
            raise UsageError(())
        if self.passes:
            return self._posted_passing(scheme, period, known, position)
        assert isinstance(base, Run)
        before = Run(base.scheme, base.plan, base.facts, period, known[:position], base)
        after = Run(base.scheme, base.plan, base.facts, period, known[: position + 1], base)
        return Posted(before, after, tuple(b for b in after.taken_back if b.refund == known[position]))

    def _posted_passing(self, scheme: Scheme, period: Period, known: Sequence[Reversal], position: int) -> Posted:
        facts = self.facts_of(scheme)
        layers = layers_of(known, facts, period.around(known[position].day).first, self.apart)
        keys = [(r.table, facts.tables[r.table].keys[r.row]) for r in known]
        last = layers[position]
        before, after = (
            self._passed(scheme, period, frozenset(key for key, layer in zip(keys, layers, strict=True) if layer < end))
            for end in (last, last + 1)
        )
        return Posted(before, after, tuple(b for b in after.taken_back if b.refund == known[position]))

    def _passed(self, scheme: Scheme, period: Period, refunds: frozenset[tuple[str, str]]) -> Outcome:
        """An earlier period with these refunds; what falls due of its lines is asked for with what is known then."""
        if self.owed.get(period):
            return Passage(self, period, refunds).outcome(scheme.version)
        if (period, refunds) not in self.passed:
            self.passed[period, refunds] = Passage(self, period, refunds).outcome(scheme.version)
        return self.passed[period, refunds]

    def _replay(self, scheme: Scheme, period: Period) -> tuple[Outcome, list[Reversal]]:
        """The run of an earlier period, and the refunds of its sales in the order they came."""
        if (scheme.hash, period) not in self.replayed:
            facts, found = self._facts(scheme)
            if has_errors(found) and not self.partial:
                raise FactsError(found)
            if self.passes:
                reversals, _ = self._refunds(scheme, period)
                base: Outcome = Passage(self, period).outcome(scheme.version)
            else:
                base, reversals, _ = self._run(scheme, facts, period)
            if self.circles[scheme.hash, period] and not self.partial:
                raise FactsError(self.circles[scheme.hash, period])
            known = [r for r in reversals if period.contains(r.sale_day)]
            known.sort(key=lambda r: (r.day, r.table, r.row))
            self.replayed[scheme.hash, period] = base, known
        return self.replayed[scheme.hash, period]

    # ---- earlier periods, as `history.Replaying` asks for them ----

    def replay(self, period: Period) -> Replay | None:
        """An earlier period under the version that governed it, with the refunds that it took back."""
        if period not in self.replays:
            try:
                scheme = governing(self.asked.family, period)
            except UsageError:
                self.replays[period] = None
                return None
            run, _ = self._replay(scheme, period)
            late = self._late(self._refunds(scheme, period)[0], period)
            posted = tuple(self._posted_then(run.facts, late))
            paid = functools.partial(self._paid_in, period) if self.settlements.lines else None
            self.replays[period] = Replay(self._quickly(scheme, run) or run, scheme.hash, posted, paid)
            ask_for_all(run, self.past, recalls(scheme.plan))  # whoever works it out, as much is known of before
        return self.replays[period]

    def _paid_in(self, period: Period) -> Mapping[str, Fraction]:
        """What an earlier period paid, worked out as it was then; nobody where it cannot be."""
        if period not in self.payouts:
            governs = governing(self.asked.family, period)
            again = Evaluating(self.asked, governs, self.source, period, self.evaluator, self.carried)
            again.past.knowing(self.past)
            try:
                found: Mapping[str, Decimal] = again.evaluation(self.partial).payout
            except FactsError as fault:
                self.told += _new(fault.diagnostics, self.told)
                found = {}
            self.payouts[period] = {k: Fraction(paid) for k, paid in found.items()}
        return self.payouts[period]

    def recalls(self, period: Period) -> tuple[Recall, ...]:
        try:
            return recalls(governing(self.asked.family, period).plan)
        except UsageError:
            return ()

    def is_known(self, period: Period) -> bool:
        if period not in self.replays:
            try:
                governing(self.asked.family, period)
            except UsageError:
                self.replays[period] = None
        return period in self.replays

    def begins(self) -> bool:
        return self.asked.family[0].version == 1

    def _quickly(self, scheme: Scheme, run: Outcome) -> CompiledRun | None:
        """The run by the program, for everybody at once. Own years begin on any day: then one would ask for
        everybody's past without end, and the reference, which asks for one person, is the shorter way."""
        personal = any(memory.hired for memory in memories(scheme.checked))
        if self.evaluator != "compiled" or scheme.compiled is None or personal or self.passes:
            return None
        try:
            prepared = Prepared(scheme.checked, scheme.plan, scheme.compiled, run.facts, run.period, self.past)
            return CompiledRun(prepared, run.reversals)
        except Undecided:
            return None

    def _posted_then(self, facts: Facts, late: Sequence[Reversal]) -> Iterator[Posted]:
        for reversal in late:
            period = self.period.around(reversal.sale_day)
            try:
                yield self._posted(facts, reversal, period)
            except UsageError:
                self.told.append(self._not_governed(facts, reversal, period))
            except FactsError as fault:
                self.told += _new(fault.diagnostics, self.told)

    def speaks_of(self, period: Period, person: str) -> bool:
        return any(period.contains(day) for day in self._days_of.get(person, ()))

    @cached_property
    def _days_of(self) -> Mapping[str, set[date]]:
        """Person → the days of his rows in the facts."""
        facts, _ = self._facts(self.scheme)
        people, out = facts.tables[PEOPLE].keys, dict[str, set[date]]()
        for rows in facts.tables.values():
            for owner, day in zip(rows.owner, rows.day, strict=False):
                if owner is not None and day is not None:
                    out.setdefault(people[owner], set()).add(day)
        return out

    def was_there(self, period: Period, person: str) -> bool:
        day = self._since.get(person)
        return day is None or day <= period.last

    @cached_property
    def _since(self) -> Mapping[str, date]:
        """Person → the first day of which the people tell: that of joining, or of the first dated value."""
        facts, _ = self._facts(self.scheme)
        people = facts.tables[PEOPLE]
        out: dict[str, date] = {}
        for at, person in enumerate(people.keys):
            days = [steps[at][0][0] for steps in people.series.values() if steps[at]]
            hired = [people.columns[name][at] for name in HIRED if name in people.columns]
            firsts = [as_day(day) for day in hired if isinstance(day, date)]
            firsts += [min(day for day in days if day is not None)] if days and None not in days else []
            if firsts:
                out[person] = max(firsts)
        return out

    def earlier_faults(self) -> list[Diagnostic]:
        """What went wrong in the earlier periods that were worked out again."""
        runs = [replay.run for replay in self.replays.values() if replay is not None]
        return [*self.told, *(d for run in runs for d in run.diagnostics)]

    def _remarks(self, facts: Facts) -> tuple[Diagnostic, ...]:
        """Periods worked out again before the data begin: nothing was paid then, or the data are not complete."""
        days = [day for rows in facts.tables.values() for day in rows.day if day is not None]
        begin = min(days, default=date.min)
        spoken = {(p, memory.line) for (p, memory, _, _), amount in self.past.amounts.items() if amount != 0}
        silent: dict[str, set[Period]] = {}
        for period, memory, _, _ in self.past.amounts:
            if period.last < begin and (period, memory.line) not in spoken:
                silent.setdefault(memory.line, set()).add(period)
        remarks = tuple(self._remark(line, sorted(periods)) for line, periods in sorted(silent.items()))
        return (*remarks, *self._begun_early(begin))

    def _begun_early(self, begin: date) -> Iterator[Diagnostic]:
        """Values and balances that were worked out from before the first row of all on."""
        found: dict[str, set[Period]] = {}
        for period, recall, _ in self.past.worked:
            if period.last < begin:
                found.setdefault(recall.name, set()).add(period)
        for name, periods in sorted(found.items()):
            told = {"name": name, "first": min(periods).name, "last": max(periods).name}
            yield Diagnostic("E3317", facts=told, severity=Severity.warning)

    def _remark(self, line: str, periods: Sequence[Period]) -> Diagnostic:
        checked = self.scheme.checked
        shown = next((x.names.shown(checked.language) for x in checked.lines if x.identity == line), line)
        told = {"line": shown, "first": periods[0].name, "last": periods[-1].name}
        return Diagnostic("E3313", facts=told, severity=Severity.warning)


def _is_known(run: Outcome, reversal: Reversal, known: Known) -> bool:
    sale = reversal.sale_table, run.facts.tables[reversal.sale_table].keys[reversal.sale]
    return reversal.after <= known.back.get(sale, Fraction(0))


@dataclass(frozen=True)
class _Before:
    """Earlier periods that were worked out, and what the facts say of them in a few numbers."""

    mark: tuple[int, ...]
    past: Recollection


def _mark_of(facts: Facts, period: Period) -> tuple[int, ...]:
    """Of facts that only gain rows: the same as long as no row is of an earlier period."""
    tables = [rows for _, rows in sorted(facts.tables.items())]
    dated = [[day for day in rows.day if day is not None] for rows in tables]
    return tuple(
        sum(day < period.first for day in days) if days else len(rows.keys)
        for rows, days in zip(tables, dated, strict=True)
    )


@dataclass(frozen=True)
class _Origin:
    """What an evaluation was made from, so that it can be made again with further rows."""

    scheme: Scheme
    source: FactsLike
    period: str
    evaluator: str
    partial: bool
    carried: Carried = NOTHING_CARRIED
    before: _Before | None = None

    def with_rows(self, rows: Mapping[str, Iterable[Any]]) -> Evaluation:
        """Earlier periods are not worked out again unless a row falls into one of them."""
        more = More(self.source, {name: tuple(some) for name, some in rows.items()})
        span = self.scheme.parse_period(self.period)
        governs = governing(self.scheme.family, span)
        again = Evaluating(self.scheme, governs, more, span, self.evaluator, self.carried)
        return again.evaluation(self.partial, self.before)


def _kept(rows: Any) -> Any:
    return tuple(rows) if isinstance(rows, Iterator) else rows  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def _new(found: Iterable[Diagnostic], known: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Those of `found` that were not said yet: a run and a replay may meet the same fault."""
    out: list[Diagnostic] = []
    for diagnostic in found:
        if diagnostic not in known and diagnostic not in out:
            out.append(diagnostic)
    return out


# ---- loading ----


def load(path: "str | Path", versions: "Iterable[str | Path | Scheme]" = ()) -> Scheme:
    """Read and check a scheme file; raises SchemeError with `.diagnostics`.

    `versions`: other versions of the scheme. Without them those in the same folder are found.
    """
    path = Path(path)
    given, below = _given(versions)
    family = Versions(path.parent, [v.checked for v in (*given, *below)])
    scheme = _accepted(checked_file(path, family))
    others, found = (given, []) if given else _siblings(path, scheme.checked)
    others = [*others, *below, *(_accepted(checked) for checked in family.found.values())]
    return _with_versions(replace(scheme, warnings=(*scheme.warnings, *found)), others)


def _given(versions: "Iterable[str | Path | Scheme]") -> "tuple[list[Scheme], list[Scheme]]":
    """The versions given, read in the order of their numbers, and those that they refer to."""
    told = list(versions)
    given = [v for v in told if isinstance(v, Scheme)]
    paths = [Path(v) for v in told if not isinstance(v, Scheme)]
    below: list[Scheme] = []
    for one in sorted(paths, key=lambda p: (head_of(p) if p.is_file() else None) or ("", 0)):
        family = Versions(one.parent, [v.checked for v in (*given, *below)])
        given.append(_accepted(checked_file(one, family)))
        below += [_accepted(checked) for checked in family.found.values()]
    return given, below


def loads(text: str, uses: Mapping[str, str] | None = None, versions: "Iterable[str | Scheme]" = ()) -> Scheme:
    """Check a scheme given as text; `uses`: the texts of the files it uses, by name. Raises SchemeError."""
    texts = dict(uses or {})

    def loader(name: str) -> Source:
        if name not in texts:
            raise NotThere(name, tuple(texts))
        return Source(name, texts[name])

    given = list(versions)
    written = {head_of_text(v): v for v in given if isinstance(v, str)}
    ready = {(v.checked.identity, v.version): v for v in given if isinstance(v, Scheme)}

    def known(identity: str, number: int) -> CheckedScheme | None:
        mark = (identity, number)
        if mark not in ready and mark in written:
            ready[mark] = _accepted(check_source(Source(f"version {number}.tier", written[mark]), loader, known))
        return ready[mark].checked if mark in ready else None

    for mark in written:
        if mark is not None:
            known(*mark)
    scheme = _accepted(check_source(Source("scheme.tier", text), loader, known))
    again = [v for v in given if isinstance(v, str) and v != written[head_of_text(v)]]
    others = [_accepted(check_source(Source("version.tier", v), loader, known)) for v in again]
    return _with_versions(scheme, [*ready.values(), *others])


def _with_versions(scheme: Scheme, others: "Sequence[Scheme]") -> Scheme:
    known = family(scheme, others)
    return replace(scheme, versions=tuple(s for s in known if s.version != scheme.version))


def _accepted(checked: Checked) -> Scheme:
    if checked.scheme is None:
        raise SchemeError(checked.diagnostics, sources=checked.sources)
    return Scheme(checked.scheme, checked.diagnostics, (), checked.sources)


def _siblings(path: Path, main: CheckedScheme) -> tuple[list[Scheme], list[Diagnostic]]:
    """Other versions of the scheme in its folder, the same face first, and what is odd about them.

    The file that was asked for is the one that holds for its version. Its translation may lag behind while
    somebody works on it: that is said, and does not stop the work.
    """
    out: list[tuple[bool, Scheme]] = []
    found: list[Diagnostic] = []
    for other in sorted(path.parent.glob("*.tier")):
        head = None if other.name == path.name else head_of(other)
        if head is None or head[0] != main.identity:
            continue
        checked = checked_file(other)
        if checked.scheme is None:
            continue
        translated = checked.language != main.language
        if translated and checked.scheme.version == main.version and checked.scheme.hash != main.hash:
            told = {"version": main.version, "scheme": main.names.name, "file": other.name}
            found.append(Diagnostic("E3305", facts=told, severity=Severity.warning, seen=other.name))
        else:
            out.append((translated, _accepted(checked)))
    return [scheme for _, scheme in sorted(out, key=lambda pair: pair[0])], found
