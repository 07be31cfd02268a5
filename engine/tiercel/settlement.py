"""Which money comes due when: what every row of a line that is paid later has become, period by period.

In: runs of periods, refunds, carried rows. Out: `Item`s with their standings, and what falls due to whom. Rows with
money still open are looked at again in each period; whatever was decided once stays decided. Shares and days are
those of the version and the period in which the row was earned; whether something holds is asked on the day itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any, Final, Protocol

from tiercel.facts import Facts
from tiercel.index import NOBODY
from tiercel.instalments import CANCELLED, HELD, OPEN, PAID, Amounts, Back, Item, Mark, Sale, Standing, Taken
from tiercel.outcome import BROKEN, NO_VALUE, Outcome, Reversal
from tiercel.periods import Period
from tiercel.plan import Plan, Settlement, Step
from tiercel.reasons import Failure, Incomputable
from tiercel.reference import Run, text_of
from tiercel_dsl.diagnostics import Diagnostic
from tiercel_dsl.scheme import PEOPLE, CheckedScheme, Table

_NOTHING: Final = Fraction(0)
_ALL: Final = Fraction(1)


class Version(Protocol):
    """A version of the scheme."""

    @property
    def checked(self) -> CheckedScheme: ...
    @property
    def plan(self) -> Plan: ...
    @property
    def hash(self) -> str: ...
    @property
    def version(self) -> int: ...


class Books(Protocol):
    """What is asked of who works periods out."""

    @property
    def versions(self) -> Sequence[Version]: ...
    @property
    def passes(self) -> bool:
        """Whether versions rule rows beside one another."""
        ...

    def governs(self, period: Period) -> Version | None: ...
    def facts_of(self, version: Version, period: Period | None = None) -> Facts:
        """As the version reads them; with a period also the rows that uplines make in it."""
        ...

    def earned(self, period: Period) -> Outcome | None:
        """The period worked out, so that its lines can be asked for; None where no version was in force."""
        ...

    def run_on(self, version: Version, period: Period, known: date, source: Period) -> Run:
        """A run of a period for rows of `source` that knows what is known on a day."""
        ...


class Opening(Protocol):
    """What carried rows say of a line."""

    def latest(self, line: str, before: Period) -> Period | None: ...
    def items(self, line: str, period: Period) -> Iterable[Item]: ...


Items = Mapping[Mark, Item]


class Settlements:
    """The items of each line at the end of each period, each worked out once."""

    def __init__(self, books: Books, opening: Opening) -> None:
        self.books, self.opening = books, opening
        self.known: dict[tuple[str, Period], Items] = {}
        self.found: list[Diagnostic] = []
        self.replayed = self.read = False
        self.runs: dict[int, Run] = {}
        self.places: dict[tuple[str, str, Period], dict[tuple[str, str], int]] = {}
        self.by_hash = {version.hash: version for version in books.versions}
        self.lines = sorted({s.line for version in books.versions for s in version.plan.settlements})

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """What went wrong, in the order in which it was met."""
        return [*self.found, *(told for run in self.runs.values() for told in run.diagnostics)]

    def gone_through(self, period: Period) -> tuple[tuple[str, Period, str], ...]:
        """The lines and periods up to one that were worked out, not carried, with the version in force."""
        out: list[tuple[str, Period, str]] = []
        for line, when in sorted(self.known):
            version = self.books.governs(when)
            if when <= period and version is not None and self.opening.latest(line, when.next()) != when:
                out.append((line, when, version.hash))
        return tuple(out)

    def sales(self, version: Version, level: str, key: str) -> tuple[Sale, ...]:
        """The row with this key and those above it; none where the data do not hold it."""
        facts, level = self.books.facts_of(version), _real(version.plan, level)
        tables, keys = {table.identity: table for table in version.checked.tables}, facts.tables[level].keys
        return tuple(_sales(facts, tables, level, keys.index(key))) if key in keys else ()

    def all(self, period: Period) -> list[Item]:
        """Every item there is at the end of a period, by line, then by period and row."""
        return [item for line in self.lines for item in self.items(line, period).values()]

    def items(self, line: str, period: Period) -> Items:
        """Of one line. Periods are gone through from the first on."""
        begin = self._begin(line, period)
        while begin <= period:
            if (line, begin) not in self.known:
                self.known[line, begin] = dict(sorted(self._items(line, begin).items(), key=lambda pair: pair[0]))
            begin = begin.next()
        return self.known[line, period]

    def _begin(self, line: str, period: Period) -> Period:
        """The first period that has to be gone through."""
        known = [when for (name, when) in self.known if name == line and when <= period]
        carried = self.opening.latest(line, period)
        if known and (carried is None or max(known) >= carried):
            return max(known)
        if carried is not None:
            return carried
        days = list(self._days(line))
        self._refuse_before(line, days)
        first = max(min(days, default=period.first), self.books.versions[0].checked.first)
        return min(period.around(first), period)

    def _days(self, line: str) -> Iterator[date]:
        """Since when the line may have paid: the days of its rows, or for a person the first day of all versions."""
        for version in self.books.versions:
            for settlement in (s for s in version.plan.settlements if s.line == line):
                level = _real(version.plan, version.plan.step(settlement.steps[0]).level)
                facts = self.books.facts_of(version).tables[level]
                if _kind(version, level) == "facts":
                    yield from (day for day in facts.day if day is not None)
                else:
                    yield version.checked.first

    def _refuse_before(self, line: str, days: Sequence[date]) -> None:
        """What an earlier version earned is not known without it; before the first one nothing was."""
        first = self.books.versions[0]
        early = min(days, default=first.checked.first)
        if first.version > 1 and early < first.checked.first:
            facts = {"line": _shown(first, line), "row": early.isoformat(), "version": first.version}
            told = Diagnostic("E3162", facts=facts)
            self.found += [] if told in self.found else [told]

    def _items(self, line: str, period: Period) -> Items:
        if self.opening.latest(line, period.next()) == period:
            self.read = True
            return {item.mark: item for item in self.opening.items(line, period)}
        before = self.known.get((line, period.previous()), {})
        out = {mark: self._advanced(item, period) for mark, item in before.items()}
        for item in self._arising(line, period):
            out[item.mark] = self._advanced(item, period)
        return out

    # ---- what arises in a period ----

    def _arising(self, line: str, period: Period) -> Iterator[Item]:
        version = self.books.governs(period)
        if version is None or (_of_line(version.plan, line) is None and not self.books.passes):
            return
        run = self.books.earned(period)
        if run is not None:
            yield from self._arising_in(run, version, line, period)

    def before(self, period: Period) -> Iterator[Item]:
        """The items that earlier periods earned, at the end of this one."""
        for line in self.lines:
            if (line, period) in self.known:
                yield from (item for item in self.known[line, period].values() if item.source < period)
            elif self._begin(line, period) < period:
                items = self.items(line, period.previous()).values()
                yield from (self._advanced(item, period) for item in items)

    def of_run(self, run: Outcome, version: Version, period: Period) -> Iterator[Item]:
        """What a period would earn by another working of it."""
        for line in self.lines:
            yield from (self._advanced(item, period) for item in self._arising_in(run, version, line, period))

    def _arising_in(self, run: Outcome, version: Version, line: str, period: Period) -> Iterator[Item]:
        settlement = _of_line(run.plan, line)
        if settlement is None:
            return
        places: dict[int, int] = {}
        for step in map(run.plan.step, settlement.steps):
            pays = next((v for v in self.books.versions if v.version == step.version), version)
            places[step.version] = places.get(step.version, -1) + 1
            yield from self._emitted(run, pays, period, step, places[step.version])

    def _emitted(self, run: Outcome, version: Version, period: Period, step: Step, place: int) -> Iterator[Item]:
        rounding = next(s.rounding for s in reversed(step.stages) if s.rounding is not None)
        keys, people = run.facts.tables[step.level].keys, run.facts.tables[PEOPLE].keys
        for row in run.index.rows(step.level, run.tables):
            value = run.lookup(step.number, row)
            person = run.index.receiver(step, run.tables, row)
            if value is NO_VALUE or value is BROKEN or person == NOBODY:
                continue
            yield Item(
                step.name, period, version.hash, step.level, keys[row], "" if person is None else people[person],
                place, value * step.sign, rounding, tuple(_sales(run.facts, run.tables, step.level, row)),
            )  # fmt: skip

    # ---- what becomes of it ----

    def _advanced(self, item: Item, period: Period) -> Item:
        """The item at the end of a further period."""
        if not item.kept:
            return item
        version = self.by_hash.get(item.version)
        settlement = None if version is None else _of_line(version.plan, item.line)
        if version is None or settlement is None:  # under the version that rules the row it is paid at once
            at_once = Standing((PAID,), (_ALL,), (None,))
            return item if item.standings else replace(item, standings=((period, at_once),), kept=False)
        place = self._place(version, item)
        looking = _Looking(self, item, version, settlement, period, place)
        if looking.row is None:
            facts = {"line": _shown(version, item.line), "row": item.row}
            told = Diagnostic("E3161", facts=facts, subject=item.receiver)
            self.found += [] if told in self.found else [told]
            return replace(item, kept=False)
        before = item.standing(period)
        now = looking.standing(before)
        kept = not _is_over(now, settlement)
        if now == before:
            return item if kept else replace(item, kept=False)
        return replace(item, standings=(*item.standings, (period, now)), kept=kept)

    def run_on(self, version: Version, period: Period, known: date, source: Period) -> Run:
        run = self.books.run_on(version, period, known, source)
        self.runs[id(run)] = run
        return run

    def _place(self, version: Version, item: Item) -> int | None:
        """The row of the item in the facts: of an upline the one for its receiver."""
        facts = self.books.facts_of(version, item.source)
        rows, people = facts.tables[item.level], facts.tables[PEOPLE].keys
        mark = version.hash, item.level, item.source
        if mark not in self.places:
            up = any(upline.table == item.level for upline in version.plan.uplines)
            owners = [
                people[owner] if up and owner is not None else "" for owner in rows.owner or [None] * len(rows.keys)
            ]
            self.places[mark] = {pair: place for place, pair in enumerate(zip(rows.keys, owners, strict=True))}
        found = self.places[mark].get((item.row, ""))
        return self.places[mark].get((item.row, item.receiver)) if found is None else found


class _Looking:
    """One item looked at in one period."""

    def __init__(
        self, all_: Settlements, item: Item, version: Version, terms: Settlement, period: Period, row: int | None
    ) -> None:
        self.all, self.item, self.version, self.terms, self.period, self.row = all_, item, version, terms, period, row

    def standing(self, before: Standing | None) -> Standing:
        was = before or Standing()
        held = any(self._value(step, self.period, self.period.last) is True for step in self.terms.holds)
        if self.terms.share is not None:
            now = self._collected(was, held)
        else:
            now = self._parts(was, held)
        return replace(now, taken=self._taken(was))

    # ---- parts ----

    def _parts(self, was: Standing, held: bool) -> Standing:
        terms = self.terms.parts
        if not terms:
            state = HELD if held and was.parts != (PAID,) else PAID
            return Standing((state,), (_ALL,), was.dues or (None,))
        states = was.parts or (OPEN,) * len(terms)
        shares = was.shares or tuple(self._share(part.share) for part in terms)
        self._check(shares)
        dues: list[date | None] = []
        now: list[str] = []
        for place, state in enumerate(states):
            day = was.dues[place] if state != OPEN else self._day(terms[place].due)
            dues.append(day)
            now.append(self._state(state, day, terms[place].when, held))
        return Standing(tuple(now), shares, tuple(dues))

    def _state(self, state: str, day: date | None, when: int | None, held: bool) -> str:
        if state == OPEN and day is not None and day <= self.period.last:
            state = HELD if when is None or self._holds_on(when, day) else CANCELLED
        return PAID if state == HELD and not held else state

    def _holds_on(self, when: int, day: date) -> bool:
        """Whether a part is paid, asked on the day on which it is due."""
        day = max(day, self.item.source.first)
        return self._value(when, self.period.around(day), day) is True

    def _share(self, step: int) -> Fraction:
        share = self._value(step, self.item.source, self.period.last)
        return share if isinstance(share, Fraction) else _NOTHING

    def _check(self, shares: tuple[Fraction, ...]) -> None:
        total = sum(shares, _NOTHING)
        if total != 1:
            shown = text_of(total * 100) + "%"
            self._tell(Failure("E3160", self.terms.span, total=shown), self.item.source, self.period.last)

    def _day(self, step: int) -> date | None:
        """None where the event has not come."""
        day = self._value(step, self.item.source, self.period.last, waiting=True)
        return date(day.year, day.month, day.day) if isinstance(day, date) else None

    # ---- shares collected ----

    def _collected(self, was: Standing, held: bool) -> Standing:
        assert self.terms.share is not None
        found = self._value(self.terms.share, self.period, self.period.last)
        reached = min(max(found, _NOTHING), _ALL) if isinstance(found, Fraction) else was.reached
        share = min(reached, was.share) if held else reached
        return Standing(share=share, reached=reached)

    # ---- what is taken back ----

    def _taken(self, was: Standing) -> tuple[Taken, ...]:
        taken = list(was.taken)
        for place, (share, when) in enumerate(self.terms.take_backs):
            if any(event.place == place for event in taken):
                continue
            if self._value(when, self.period, self.period.last) is True:
                part = self._value(share, self.period, self.period.last)
                part = min(max(part, _NOTHING), _ALL) if isinstance(part, Fraction) else _NOTHING
                taken += [Taken(self.period, place, part)] if part else []
        return tuple(taken)

    # ---- values ----

    def _value(self, step: int, period: Period, known: date, waiting: bool = False) -> Any:
        """What a step holds for the row; None where it cannot be computed, which is told unless one may wait."""
        run = self.all.run_on(self.version, period, known, self.item.source)
        assert self.row is not None
        value = run.lookup(step, self.row)
        if isinstance(value, Incomputable) and waiting:
            return None
        if isinstance(value, Incomputable | Failure):
            self._tell(value, period, known)
            return None
        return None if value is BROKEN or value is NO_VALUE else value

    def _tell(self, fault: Incomputable | Failure, period: Period, known: date) -> None:
        run = self.all.run_on(self.version, period, known, self.item.source)
        assert self.row is not None
        step = self.version.plan.step(self.terms.steps[min(self.item.share, len(self.terms.steps) - 1)])
        run.tell(fault, step, run.at(self.item.level, self.row))


def _is_over(now: Standing, terms: Settlement) -> bool:
    """Whether nothing can happen to it any more but a refund."""
    if any(event.share == 1 for event in now.taken):
        return True
    decided = terms.share is None and not any(state in (OPEN, HELD) for state in now.parts)
    return decided and len(now.taken) == len(terms.take_backs)


def _of_line(plan: Plan, line: str) -> Settlement | None:
    return next((s for s in plan.settlements if s.line == line), None)


def _real(plan: Plan, level: str) -> str:
    """The table that a level is of: of an upline that which it goes up from."""
    return next((upline.source for upline in plan.uplines if upline.table == level), level)


def _kind(version: Version, level: str) -> str:
    return version.checked.table(level).kind


def _shown(version: Version, line: str) -> str:
    found = (declared.names for declared in version.checked.lines if declared.identity == line)
    return next(found).shown(version.checked.language)


def _sales(facts: Facts, tables: Mapping[str, Table], level: str, row: int) -> Iterator[Sale]:
    """The row and those above it, as a refund may name them."""
    table = level
    while tables[table].kind == "facts":
        if not table.startswith("@"):  # the rows of an upline have no names of their own
            yield table, facts.tables[table].keys[row]
        link = tables[table].parent
        target = facts.tables[table].columns[link][row] if link else None
        if not isinstance(target, int):
            return
        table, row = tables[table].column(link).link, target


# ---- refunds ----


def back_of(reversals: Iterable[Reversal], facts: Facts) -> dict[Sale, Fraction]:
    """The share of each sale that these refunds have reversed, the last of each sale's counting."""
    return {(r.sale_table, facts.tables[r.sale_table].keys[r.sale]): r.after for r in reversals}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known when a period is looked at: refunds, and events up to `until`, of the items `ahead` up to `now`."""

    back: Back
    until: Period
    now: Period
    ahead: frozenset[Mark] = frozenset()

    @property
    def mark(self) -> tuple[Any, ...]:
        """The same for what comes to the same."""
        return tuple(sorted(self.back.items())), self.until, self.now, self.ahead

    def moved(self, item: Item, period: Period) -> Fraction:
        """What the period would have paid of an item, had this been known then."""
        return item.moved(period, self.back, self.now if item.mark in self.ahead else self.until)


def dues(items: Iterable[Item], period: Period, known: Known) -> dict[tuple[str, str], Fraction]:
    """What a period pays of each line to each receiver, by what is known."""
    out: dict[tuple[str, str], Fraction] = {}
    for item in items:
        if item.source <= period:
            moved = known.moved(item, period)
            if moved:
                mark = item.line, item.receiver
                out[mark] = out.get(mark, _NOTHING) + moved
    return out


@dataclass(frozen=True)
class Settled:
    """What an evaluation tells of lines that are paid later: the items, and by what refunds they are cut.

    `outside`: lines that this version does not pay later any more; what still falls due of them comes on top.
    `refunds`: those of the period, of its own sales: key, sale, share reversed so far.
    `reversible`: tables whose rows a refund can name. `gone_through`: lines and periods worked out here, and the
    version in force then.
    """

    period: Period
    items: tuple[Item, ...]
    back: Back
    outside: frozenset[str] = frozenset()
    refunds: tuple[tuple[str, Sale, Fraction], ...] = ()
    reversible: frozenset[str] = frozenset()
    gone_through: tuple[tuple[str, Period, str], ...] = ()

    @property
    def names(self) -> frozenset[str]:
        return frozenset(item.line for item in self.items)

    def of(self, line: str, receiver: str) -> list[tuple[Item, Amounts]]:
        """What the period earned, paid or holds of a line for one receiver."""
        mine = self._by_receiver.get((line, receiver), ())
        return [pair for pair in mine if pair[0].source == self.period or pair[1].due or pair[1].held]

    def taken_by_refunds(self, item: Item) -> list[tuple[str, Fraction]]:
        """What each refund of the period takes of what it would pay of an item of its own: ordinary lines."""
        out: list[tuple[str, Fraction]] = []
        back: dict[Sale, Fraction] = {}
        for key, sale, share in self.refunds if item.source == self.period else ():
            if sale in item.sales:
                before = item.moved(self.period, back, self.period)
                back[sale] = share
                out.append((key, item.moved(self.period, back, self.period) - before))
        return out

    @property
    def going_on(self) -> frozenset[Mark]:
        """The items of which a later period has to know."""
        return frozenset(
            item.mark
            for item in self.items
            if item.earned and (item.kept or any(table in self.reversible for table, _ in item.sales))
        )

    def beyond(self, receiver: str) -> list[str]:
        """The lines of which something is due to somebody though this version does not have them."""
        return sorted(line for line, name in self._by_receiver if line in self.outside and name == receiver)

    def open(self, receiver: str) -> tuple[Fraction, Fraction]:
        """What is held, and what is to come later, of all lines."""
        mine = [amounts for (_, name), found in self._by_receiver.items() if name == receiver for _, amounts in found]
        return sum((a.held for a in mine), _NOTHING), sum((a.later for a in mine), _NOTHING)

    @cached_property
    def _by_receiver(self) -> Mapping[tuple[str, str], list[tuple[Item, Amounts]]]:
        out: dict[tuple[str, str], list[tuple[Item, Amounts]]] = {}
        for item in self.items:
            pair = item, item.amounts(self.period, self.back)
            out.setdefault((item.line, item.receiver), []).append(pair)
        return out
