"""What closed periods come to by now: differences from what stands, each with its cause.

In: `Annals` and an entry. Out: `Settled`, the corrections to post in the open period, and the carried rows as they
are by now. Closed lines never change: a correction is the payout of the closed period worked out again, under what
governs it and with what is known, less what the book paid for it so far, corrections included. So it does not matter
when a fact comes: the sum of all that is paid for a period is what the period comes to.

Entries since a period was last looked at are taken one after the other, so that each difference has the entry that
made it for its cause. A period that a change cannot reach is not worked out again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tiercel.annals import APPROVE, CORRECTION, PAYOUT, PUBLISH, RECORD, Annals, Closing, LedgerLine
from tiercel.errors import BookError, FactsError, TiercelError, UsageError
from tiercel.evaluation import Evaluation
from tiercel.history import SPANS, Carried, CarriedRow
from tiercel.ledger import Entry
from tiercel.money import minor_units
from tiercel.periods import Period
from tiercel.recorded import Change, Days, changes
from tiercel.windows import around
from tiercel_dsl.diagnostics import Diagnostic

_MOST = 3  # records that a correction names


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody gets more or less for a closed period, in smallest units. `causes`: entries; `about`: records."""

    person: str
    period: str
    amount: int
    currency: str
    causes: tuple[int, ...]
    about: tuple[str, ...] = ()

    @property
    def line(self) -> LedgerLine:
        cause = ",".join(map(str, self.causes))
        about = ",".join(self.about)
        return LedgerLine(
            CORRECTION, self.person, CORRECTION, about, self.amount, self.currency, "", "", "", self.period, cause
        )


@dataclass(frozen=True)
class Settled:
    """`corrections`, and what goes into the period after the closed ones. `again`: what those closed periods that
    were worked out again hand on by now."""

    corrections: tuple[Correction, ...] = ()
    carried: Carried = field(default_factory=Carried)
    looked_at: tuple[str, ...] = ()
    again: Mapping[str, tuple[CarriedRow, ...]] = field(default_factory=dict[str, tuple[CarriedRow, ...]])


@dataclass
class _Standing:
    """A closed period: what was paid for it, what it hands on, and up to which entry that is so."""

    period: Period
    seq: int
    paid: dict[tuple[str, str], int]
    hands_on: dict[tuple[str, ...], CarriedRow]
    again: bool = False
    pending: list[int] = field(default_factory=list[int])
    fault: TiercelError | None = None


def mark_of(row: CarriedRow) -> tuple[str, ...]:
    return row.period, row.name, row.level, row.key, row.receiver


def evaluated(
    annals: Annals, scheme: str, period: Period, seq: int, carried: Carried, partial: bool = False,
    evaluator: str = "compiled",
) -> Evaluation:  # fmt: skip
    """A period by what was known and what counted at an entry; it gets the rows that it needs."""
    family = annals.family(scheme, seq)
    facts = annals.cut(seq, scheme, _since(annals, scheme, period, seq), period.last)
    return family.evaluate(facts, period.name, carried=carried, partial=partial, evaluator=evaluator)


def _since(annals: Annals, scheme: str, period: Period, seq: int) -> date:
    """The first day whose rows go in: as far back as rules read, and the whole periods of sales that are refunded.
    Where earlier periods may be worked out again, so are the sales that they refund."""
    reversals, family = list(annals.days(seq, scheme).reversals()), annals.family(scheme, seq)
    first = annals.first_read(family, period)
    remembers = first < period.first
    begin = first if remembers else period.first
    while True:
        sales = {period.around(s) for r, s in reversals if begin <= r <= period.last and s < begin}
        found = min([first, *(min(one.first, annals.first_read(family, one)) for one in sales)])
        if found == first or not remembers:
            return found
        first = begin = found


def paid_by(evaluation: Evaluation) -> dict[tuple[str, str], int]:
    """(person, currency) → payout in smallest units; '' for what the company keeps."""
    currency = evaluation.currency
    digits = minor_units(currency)
    out = {(person, currency): int(amount.scaleb(digits)) for person, amount in evaluation.payout.items()}
    if evaluation.company:
        out["", currency] = sum(int(line.amount.scaleb(digits)) for line in evaluation.company)
    return out


# ---- what goes into a period ------------------------------------------------------------------------------------


def handed_to(annals: Annals, scheme: str, period: Period, seq: int) -> Settled:
    """What a period is handed at an entry: for the open one with the corrections of all closed ones."""
    closings = annals.closings(scheme, seq)
    standing = _standing(annals, scheme, closings)
    corrections: list[Correction] = []
    if annals.open_period(scheme, seq) == period:
        corrections = _corrected(annals, scheme, standing, seq)
    carried = _carried(annals, scheme, [s for s in standing if s.period < period], period, seq)
    again = {s.period.name: tuple(sorted(s.hands_on.values())) for s in standing if s.again}
    return Settled(tuple(corrections), carried, tuple(s.period.name for s in standing), again)


def _standing(annals: Annals, scheme: str, closings: Sequence[Closing]) -> list[_Standing]:
    """What the closed runs say, corrections posted by later ones included."""
    out: dict[str, _Standing] = {}
    family = annals.family(scheme, closings[-1].seq) if closings else None
    for closing in closings:
        assert family is not None
        run = annals.run(closing.run)
        for name, earlier in out.items():
            earlier.seq = max(earlier.seq, run.known)
            if name in run.content["again"]:
                earlier.hands_on = {mark_of(r): r for r in annals.carried(run.seq, name)}
        paid: dict[tuple[str, str], int] = {}
        for line in annals.lines(run.seq):
            if line.kind == PAYOUT:
                paid[line.person, line.currency] = line.amount
            elif line.kind == CORRECTION:
                known = out[line.period].paid
                known[line.person, line.currency] = known.get((line.person, line.currency), 0) + line.amount
        hands_on = {mark_of(r): r for r in annals.carried(run.seq, "out")}
        period = family.parse_period(closing.period)
        out[closing.period] = _Standing(period, run.known, paid, hands_on)
    return list(out.values())


def _carried(annals: Annals, scheme: str, before: Sequence[_Standing], period: Period, seq: int) -> Carried:
    """Rows of spans that reach into the period, or into one whose sale it refunds; others as last handed on."""
    rows: dict[tuple[str, ...], CarriedRow] = {}
    for standing in before:  # what a period came to is said by itself; those after it pass on what they were told
        rows = standing.hands_on | rows
    days = annals.days(seq, scheme)
    sales = [sale for refund, sale in days.reversals() if period.contains(refund)] if rows else []
    first = min([period.first, *sales])
    last = before[-1].hands_on if before else {}
    kept = [row for mark, row in rows.items() if mark in last or _reaches(row, first, period)]
    return Carried(tuple(sorted(kept)))


def _reaches(row: CarriedRow, first: date, period: Period) -> bool:
    if row.level not in SPANS:
        return False
    begin = date.fromisoformat(row.key)
    span = around(row.level, begin, period, begin)
    return span is not None and span.last >= first


# ---- corrections ----------------------------------------------------------------------------------------------


def _corrected(annals: Annals, scheme: str, standing: list[_Standing], seq: int) -> list[Correction]:
    out: list[Correction] = []
    entries = [e for e in annals.entries if e.seq <= seq and e.kind in (RECORD, PUBLISH, APPROVE)]
    for entry in entries:
        if all(entry.seq <= s.seq for s in standing):
            continue
        mark = scheme, entry.seq
        if mark not in annals.reached:
            annals.reached[mark] = _reach(annals, scheme, entry)
        found: _Reach | None = annals.reached[mark]
        if found is None:
            continue
        moved: set[str] = set()
        for at, one in enumerate(standing):
            if entry.seq <= one.seq:
                continue
            touched = found.touches(annals, scheme, one, entry.seq, moved)
            if touched or one.pending:
                one.pending += [entry.seq] if touched else []
                moved.add(one.period.name)
                out += _again(annals, scheme, standing[: at + 1], entry.seq, found)
    failed = next((s for s in standing if s.pending and s.fault is not None), None)
    if failed is not None and failed.fault is not None:
        raise _not_possible(failed)
    return out


def _again(
    annals: Annals, scheme: str, standing: Sequence[_Standing], seq: int, found: "_Reach"
) -> Iterable[Correction]:
    """Work the last of the periods out again; differences from what stands become what stands."""
    one = standing[-1]
    carried = _carried(annals, scheme, standing[:-1], one.period, seq)
    try:
        evaluation = evaluated(annals, scheme, one.period, seq, carried)
        paid = paid_by(evaluation)
        hands_on = {mark_of(row): row for row in evaluation.carried.rows}
    except (FactsError, UsageError) as fault:
        one.fault = fault  # a later entry may bring what is lacking
        return []
    causes, one.pending, one.fault = tuple(one.pending), [], None
    out: list[Correction] = []
    for person, currency in sorted({*paid, *one.paid}):
        amount = paid.get((person, currency), 0) - one.paid.get((person, currency), 0)
        if amount:
            about = found.records(person, one.period)
            out.append(Correction(person, one.period.name, amount, currency, causes, about))
    one.paid, one.hands_on, one.again = paid, hands_on, True
    return out


def _not_possible(failed: _Standing) -> BookError:
    """The faults themselves, after the period that they stop."""
    assert failed.fault is not None
    told = Diagnostic("E5021", facts={"period": failed.period.name, "entries": tuple(map(str, failed.pending))})
    return BookError((told, *failed.fault.diagnostics), sources=failed.fault.sources)


@dataclass(frozen=True)
class _Reach:
    """What an entry changed: rows, or the rules from a day on."""

    days: Days | None
    changed: Sequence[Change] = ()
    rules_from: date | None = None
    rows: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict[tuple[str, str], frozenset[str]])

    def touches(self, annals: Annals, scheme: str, one: _Standing, seq: int, moved: set[str]) -> bool:
        if self.rules_from is not None:
            return one.period.last >= self.rules_from
        family = annals.family(scheme, seq)
        assert self.days is not None
        sales = {one.period.around(s) for r, s in self.days.reversals() if one.period.contains(r)}
        for period in (one.period, *sorted(sales)):
            first = annals.first_read(family, period)
            for change in self.changed:
                if change.first <= period.last and (change.last is None or change.last >= first):
                    return True
            if any(family.parse_period(name).last >= first for name in moved if name != one.period.name):
                return True
        return False

    def records(self, person: str, period: Period) -> tuple[str, ...]:
        """Records that the entry changed, those of the person if there are some."""
        reaching = [c for c in self.changed if c.first <= period.last]
        own = [c for c in reaching if person in self.rows.get(c.key, ())]
        named = [f"{table}:{key}" for table, key in (c.key for c in own or reaching)]
        return (*named[:_MOST], "…") if len(named) > _MOST else tuple(named)


def _reach(annals: Annals, scheme: str, entry: Entry) -> _Reach | None:
    """None where the entry changes nothing for the scheme."""
    if entry.kind == RECORD:
        rows = annals.recorded_in(entry.seq, scheme)
        days = annals.days(entry.seq - 1, scheme), annals.days(entry.seq, scheme)
        changed = changes(days, rows)
        whose = {c.key: frozenset({*_whose(days[0], c), *_whose(days[1], c)}) for c in changed}
        return _Reach(days[1], changed, rows=whose)
    versions = {v.seq: v for v in annals.published(scheme, entry.seq)}
    version = versions.get(entry.content.get("publish", entry.seq))
    if version is None or version.since != entry.seq:
        return None
    return _Reach(None, rules_from=version.first)


def _whose(days: Days, change: Change, depth: int = 8) -> Iterable[str]:
    """The people that a row belongs to: its own person, else that of the row it hangs on."""
    table_name, key = change.key
    if table_name == "people":
        return (key,)
    table = days.tables.get(table_name)
    rows = days.known.rows.get(change.key)
    if table is None or not rows or depth == 0:
        return ()
    cells = rows[-1].cells or {}
    if table.credited:
        return (cells.get(table.credited, ""),)
    if table.parent:
        above = (table.column(table.parent).link, cells.get(table.parent, ""))
        return _whose(days, Change(above, change.first, change.last), depth - 1)
    return ()
