"""What refunds and events of a period change in what earlier periods paid, as adjustments of this one.

In: what was worked out of earlier periods, the items, the refunds. Out: `Adjustment`s: for each period that paid,
its payout by what is known now less its payout by what was known before, under its own version (decision 57). So
caps, floors and coefficients of the period are kept.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Protocol

from tiercel.errors import FactsError
from tiercel.evaluation import Adjustment, reference_of
from tiercel.facts import Facts
from tiercel.history import Posted
from tiercel.instalments import Item
from tiercel.outcome import BROKEN, Line, Outcome, Reversal, beyond, lines_of
from tiercel.periods import Period
from tiercel.reference import Run
from tiercel.reversals import layers_of
from tiercel.settlement import Known, Settlements, back_of, dues
from tiercel_dsl.scheme import PEOPLE

Owed = Mapping[tuple[str, int | None], Fraction]


class Books(Protocol):
    """Who works earlier periods out."""

    def paid(self, period: Period, known: Known) -> Outcome:
        """An earlier period with what it would have paid, had this been known then."""
        ...


@dataclass(frozen=True)
class Postings:
    """The adjustments of one period. `reversals`: all refunds there are, in their order. `apart`: no refund of one
    person's sales changes another's pay."""

    books: Books
    settlements: Settlements
    facts: Facts
    period: Period
    reversals: Sequence[Reversal]
    apart: bool = False

    def of_refund(self, reversal: Reversal, sold: Period, posted: Posted) -> Iterator[Adjustment]:
        """What a refund of an earlier sale changes, in the sale's period and in those that paid parts of it."""
        refund = self.facts.tables[reversal.table].keys[reversal.row]
        sale = reversal.sale_table, self.facts.tables[reversal.sale_table].keys[reversal.sale]
        runs, items = (posted.before, posted.after), [item for item in self._items if sale in item.sales]
        known = self._around(reversal) if self._items else None
        if known is not None:
            runs = self.books.paid(sold, known[0]), self.books.paid(sold, known[1])
        touched = self._reached(runs[1], [reversal]) or {*_touched_by(runs[1], posted.lines), *_people(runs)}
        taken = {line.person for line in posted.lines if not runs[1].plan.settles(line.step)}
        yield from self._compared((refund, sale[1]), runs, touched, taken)
        for period in self._paying(items) if known is not None else ():
            if period != sold and known is not None:
                yield from self._repaid((refund, sale[1]), period, items, known, [reversal])

    def of_events(self) -> Iterator[Adjustment]:
        """What events of the period take back of what earlier periods paid."""
        back = back_of([r for r in self.reversals if r.day <= self.period.last], self.facts)
        before = Known(back, self.period.previous(), self.period)
        for item in self._items:
            if item.source == self.period or item.taken(before.until) == item.taken(self.period):
                continue
            after = replace(before, ahead=before.ahead | {item.mark})
            label = "", item.row if item.level != PEOPLE else item.source.name
            for period in self._paying([item]):
                yield from self._repaid(label, period, [item], (before, after))
            before = after

    # ---- parts ----

    @property
    def _items(self) -> list[Item]:
        return self.settlements.all(self.period) if self.settlements.lines else []

    def _around(self, reversal: Reversal) -> tuple[Known, Known]:
        """What was known before a refund and with it; events of this period come after all refunds."""
        first, late = self.period.first, [r for r in self.reversals if self.period.contains(r.day)]
        order = [r for r in self.reversals if r.day < first]
        order += [r for r in late if r.sale_day < first]
        until, layers = self.period.previous(), layers_of(order, self.facts, first, self.apart)
        last = layers[order.index(reversal)]
        known = ([r for r, layer in zip(order, layers, strict=True) if layer < end] for end in (last, last + 1))
        before, after = (back_of(some, self.facts) for some in known)
        return Known(before, until, self.period), Known(after, until, self.period)

    def _paying(self, items: Sequence[Item]) -> list[Period]:
        """The earlier periods in which anything was decided of some items."""
        return sorted({when for item in items for when, _ in item.standings if when < self.period})

    def _reached(self, run: Outcome, refunds: Sequence[Reversal]) -> set[int]:
        """The people whose sales are refunded, where that settles who can be paid otherwise; else nobody."""
        if not self.apart:
            return set()
        people, rows = self.facts.tables[PEOPLE].keys, run.facts.tables[PEOPLE].keys
        owners = {self.facts.tables[r.sale_table].owner[r.sale] for r in refunds}
        return {rows.index(people[owner]) for owner in owners if owner is not None and people[owner] in rows}

    def _repaid(
        self, label: tuple[str, str], period: Period, items: Sequence[Item], known: tuple[Known, Known],
        refunds: Sequence[Reversal] = (),
    ) -> Iterator[Adjustment]:  # fmt: skip
        """A period as it was paid, and as it would have been paid by what is known now."""
        if dues(items, period, known[0]) != dues(items, period, known[1]):
            runs = self.books.paid(period, known[0]), self.books.paid(period, known[1])
            yield from self._compared(label, runs, self._reached(runs[1], refunds) or _people(runs), (), True)

    def _compared(
        self, label: tuple[str, str], runs: tuple[Outcome, Outcome], touched: Iterable[int],
        taken: Collection[int | None], part: bool = False,
    ) -> Iterator[Adjustment]:  # fmt: skip
        """What two workings of one period differ in, person by person, then for the company."""
        before, after = runs
        base, period = (after.base or after if isinstance(after, Run) else after), after.period.name
        traced = reference_of(before), reference_of(after)
        here = {key: row for row, key in enumerate(self.facts.tables[PEOPLE].keys)}
        for person in sorted(set(touched)):
            amounts = [run.lookup(run.plan.payout, person) for run in runs]
            key = base.facts.tables[PEOPLE].keys[person]
            if BROKEN in [*amounts, *base.guards(person)]:
                told = [*base.diagnostics, *(base.beside.diagnostics if base.beside is not None else ())]
                raise FactsError([replace(d, subject=key) for d in told])
            was, now = (amount + beyond(run, person) for amount, run in zip(amounts, runs, strict=True))
            if person in taken or was != now:
                yield Adjustment(here[key], *label, period, was, now, *traced, part)
        kept = [_kept(run) for run in runs]
        if kept[0] != kept[1]:
            yield Adjustment(None, *label, period, kept[0], kept[1], *traced, part)


def placed(found: Mapping[tuple[str, str], Fraction], facts: Facts) -> Owed:
    """What falls due of each line to each person of the facts, None: to the company."""
    place = {key: row for row, key in enumerate(facts.tables[PEOPLE].keys)} if found else {}
    return {(line, place[key] if key else None): due for (line, key), due in found.items() if not key or key in place}


def _kept(run: Outcome) -> Fraction:
    """What the company keeps."""
    lines = (line.amount for line in lines_of(run, None) if not run.plan.settles(line.step))
    return sum((due for (_, who), due in run.dues.items() if who is None), sum(lines, Fraction(0)))


def _people(runs: tuple[Outcome, Outcome]) -> list[int]:
    """Whose dues differ; where pay reads other people's pay, everybody."""
    before, after = runs[0].dues, runs[1].dues
    marks = {mark for mark in {*before, *after} if before.get(mark) != after.get(mark)}
    if marks and _reads_others(runs[1]):
        return list(range(len(runs[1].facts.tables[PEOPLE].keys)))
    return sorted({person for _, person in marks if person is not None})


def _touched_by(run: Outcome, taken: Sequence[Line]) -> list[int]:
    """Whose payout a refund can change: who received lines of its sale, and where pay reads other people's
    pay, everybody."""
    if _reads_others(run):
        return list(range(len(run.facts.tables[PEOPLE].keys)))
    return sorted({line.person for line in taken if line.person is not None})


def _reads_others(run: Outcome) -> bool:
    if run.beside is not None or not isinstance(run, Run):
        return True
    levels = {run.plan.step(number).level for number in run.reached}
    above = {upline.table for upline in run.plan.uplines}
    return any(run.tables[level].kind == "group" or level in above for level in levels)
