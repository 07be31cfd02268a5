"""What a book says, as of any of its entries: versions that counted, closings, runs, facts that were known.

In: a way to read the book. Out: `Annals`. Nothing is written here, and nothing depends on when it is asked: of an
entry the answer is the same for ever.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Final, TypeAlias

from tiercel.errors import UsageError
from tiercel.facts import Memory
from tiercel.history import CarriedRow
from tiercel.ledger import Entry, entries_in
from tiercel.periods import Period
from tiercel.plan import Aggregate, Column, DateOp, RowKey
from tiercel.program import children, nodes_of
from tiercel.recorded import Days, FactRow, Known, Recorded, known_from
from tiercel.run import Scheme
from tiercel.store import COLUMNS, Reading
from tiercel.versions import governing
from tiercel_dsl.diagnostics import Diagnostic
from tiercel_dsl.driver import NotThere, check_source
from tiercel_dsl.scheme import CheckedScheme, Table
from tiercel_dsl.scheme import Column as Declared
from tiercel_dsl.source import Source

PUBLISH: Final = "publish"
APPROVE: Final = "approve"
RECORD: Final = "record"
RUN: Final = "run"
CLOSE: Final = "close"
VERIFY: Final = "verify"

PAYOUT: Final = "payout"  # kind of the line that holds a person's payout
CORRECTION: Final = "correction"  # kind of the line that posts what a closed period comes to by now

Read: TypeAlias = "Callable[[], AbstractContextManager[Reading]]"


@dataclass(frozen=True, slots=True)
class Version:
    """A version as it was published. `since`: the entry from which it counts, None while approval is wanted."""

    seq: int
    scheme: str
    number: int
    hash: str
    first: date
    last: date | None
    who: str
    retroactive: bool
    reason: str
    main: str
    texts: Mapping[str, str]
    since: int | None


@dataclass(frozen=True, slots=True)
class RunEntry:
    """A run that was recorded. `known`: the entry up to which everything was known to it."""

    seq: int
    scheme: str
    period: str
    who: str
    at: str
    known: int
    version: int
    hash: str
    partial: bool
    semantics: int
    engine: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Closing:
    """A period that is closed, with the run that it was closed by."""

    seq: int
    scheme: str
    period: str
    run: int
    who: str
    hash: str


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A line of pay as the book holds it: `amount` in smallest units of its currency."""

    kind: str
    person: str
    name: str
    record: str
    amount: int
    currency: str
    due: str
    reverses: str
    credited: str
    period: str
    cause: str


class Schemes:
    """What is read once for as long as this lives: schemes by their texts, cells."""

    def __init__(self) -> None:
        self.bare: dict[tuple[str, str], Scheme] = {}
        self.families: dict[tuple[tuple[str, str], ...], Scheme] = {}
        self.memory: Memory = {}  # of cells that were read

    def family(self, versions: Sequence[Version], text_of: Callable[[str], str]) -> Scheme:
        """The newest of the versions, which knows the others."""
        marks = tuple((v.main, v.texts[v.main]) for v in versions)
        if marks not in self.families:
            bare: list[Scheme] = []
            for version in sorted(versions, key=lambda v: v.number):
                bare.append(self._bare(version, text_of, bare))
            newest = max(bare, key=lambda s: s.version)
            self.families[marks] = replace(newest, versions=tuple(s for s in bare if s is not newest))
        return self.families[marks]

    def _bare(self, version: Version, text_of: Callable[[str], str], earlier: Sequence[Scheme]) -> Scheme:
        mark = (version.main, version.texts[version.main])
        if mark not in self.bare:
            self.bare[mark] = from_texts(version.main, {n: text_of(h) for n, h in version.texts.items()}, earlier)
        return self.bare[mark]


def from_texts(main: str, texts: Mapping[str, str], earlier: Sequence[Scheme] = ()) -> Scheme:
    """A scheme from the texts that a book keeps, beside the earlier versions that it may name."""
    known = {(scheme.name, scheme.version): scheme.checked for scheme in earlier}

    def loader(name: str) -> Source:
        if name not in texts:
            raise NotThere(name, tuple(texts))
        return Source(name, texts[name])

    checked = check_source(Source(main, texts[main]), loader, lambda name, number: known.get((name, number)))
    if checked.scheme is None:
        from tiercel.errors import SchemeError

        raise SchemeError(checked.diagnostics, sources=checked.sources)
    return Scheme(checked.scheme, checked.diagnostics, (), checked.sources)


class Annals:
    """A book, read. What was read stays read: entries never change."""

    def __init__(self, read: Read, schemes: Schemes | None = None, upto: int | None = None) -> None:
        self.read, self.cache = read, schemes or Schemes()
        self.upto = upto
        self.states: dict[tuple[int, str], Known] = {}
        self.days_of: dict[tuple[int, str], Days] = {}
        self.cuts: dict[tuple[Days, date, date], Recorded] = {}
        self.firsts: dict[tuple[int, str], date] = {}
        self.reached: dict[tuple[str, int], Any] = {}  # what an entry changed for a scheme
        self.older: Annals | None = None
        self.texts: dict[str, str] = {}
        self.lines_of: dict[int, tuple[LedgerLine, ...]] = {}
        self.carried_of: dict[tuple[int, str], tuple[CarriedRow, ...]] = {}

    # ---- entries ----

    @cached_property
    def entries(self) -> Sequence[Entry]:
        with self.read() as view:
            return [e for e in entries_in(view) if self.upto is None or e.seq <= self.upto]

    @property
    def head(self) -> int:
        return self.entries[-1].seq if self.entries else 0

    def entry(self, seq: int) -> Entry | None:
        return next((e for e in self.entries if e.seq == seq), None)

    def of_kind(self, kind: str, seq: int) -> list[Entry]:
        return [e for e in self.entries if e.kind == kind and e.seq <= seq]

    def known_on(self, moment: str) -> int:
        """The last entry not after the moment."""
        return max((e.seq for e in self.entries if e.at <= moment), default=0)

    # ---- versions ----

    def scheme_names(self, seq: int) -> list[str]:
        return sorted({e.content["scheme"] for e in self.of_kind(PUBLISH, seq)})

    def published(self, scheme: str, seq: int) -> list[Version]:
        """Every version published so far, whether it counts or not."""
        approved = {e.content["publish"]: e.seq for e in reversed(self.of_kind(APPROVE, seq))}
        entries = [e for e in self.of_kind(PUBLISH, seq) if e.content["scheme"] == scheme]
        return [_version(e, e.seq if not e.content["retroactive"] else approved.get(e.seq)) for e in entries]

    def versions(self, scheme: str, seq: int) -> list[Version]:
        """Those that count at the entry, by number."""
        known = [v for v in self.published(scheme, seq) if v.since is not None]
        return sorted(known, key=lambda v: v.number)

    def family(self, scheme: str, seq: int) -> Scheme:
        """The newest version that counts, which knows the others; raises UsageError E4012 if there is none."""
        versions = self.versions(scheme, seq)
        if not versions:
            raise UsageError((Diagnostic("E4012", facts={"scheme": scheme}),), scheme)
        return self.cache.family(versions, self.text)

    def text(self, mark: str) -> str:
        if mark not in self.texts:
            with self.read() as view:
                self.texts |= dict(view.select("SELECT hash, body FROM scheme_text"))
        return self.texts[mark]

    def tables(self, seq: int, scheme: str = "") -> CheckedScheme:
        """A scheme that has every table and column that any version has, of one scheme or of all: what is recorded
        is recorded for all of them."""
        names = [scheme] if scheme else [name for name in self.scheme_names(seq) if self.versions(name, seq)]
        schemes = [self.family(name, seq) for name in names]
        found = [version.checked for one in schemes for version in (one, *reversed(one.versions))]
        if not found:
            raise UsageError((Diagnostic("E4013"),))
        return replace(found[0], tables=_joined(found))

    # ---- facts ----

    @cached_property
    def fact_rows(self) -> Sequence[FactRow]:
        import json

        names = ", ".join(name for name, _ in COLUMNS["fact"])
        known = [] if self.older is None else list(self.older.fact_rows)
        with self.read() as view:
            rows = view.select(f"SELECT {names} FROM fact WHERE id > ? ORDER BY id", (known[-1].id if known else 0,))
        return known + [
            FactRow(id_, seq, table, key, since, json.loads(body) if body else None)
            for id_, seq, table, key, since, _, body in rows
        ]

    def known(self, seq: int, scheme: str) -> Known:
        """The facts that a scheme knew after an entry. Entries that recorded nothing share one state."""
        mark = max((e.seq for e in self.of_kind(RECORD, seq)), default=0), scheme
        if mark not in self.states:
            told = {table for e in self.of_kind(RECORD, mark[0]) for table in e.content["tables"]}
            tables = {own for table in told if (own := own_table(table, scheme))}
            self.states[mark] = known_from(self._rows_of(scheme, mark[0]), tables)
        return self.states[mark]

    def _rows_of(self, scheme: str, seq: int) -> Iterator[FactRow]:
        for row in self.fact_rows:
            own = own_table(row.table, scheme) if row.seq <= seq else ""
            if own:
                yield row if own == row.table else replace(row, table=own)

    def days(self, seq: int, scheme: str) -> Days:
        """Days of the facts known after an entry, by all tables of the scheme that were published by then."""
        at = max((e.seq for e in self.entries if e.seq <= seq and e.kind in (RECORD, PUBLISH, APPROVE)), default=0)
        mark = at, scheme
        if mark not in self.days_of:
            self.days_of[mark] = Days(self.known(at, scheme), self.tables(at, scheme), self._hung(at, scheme))
        return self.days_of[mark]

    def cut(self, seq: int, scheme: str, since: date, upto: date) -> Recorded:
        """The facts known after an entry, as far as they go into a period."""
        days = self.days(seq, scheme)
        mark = (days, since, upto)
        if mark not in self.cuts:
            self.cuts[mark] = Recorded(days, upto, since, memory=self.cache.memory)
        return self.cuts[mark]

    def first_read(self, scheme: Scheme, period: Period) -> date:
        """The first day of which a period reads anything, were it worked out from facts alone."""
        mark = (id(scheme), period.name)
        if mark not in self.firsts:
            self.firsts[mark] = _first_read(scheme, period)
        return self.firsts[mark]

    def knowing(self, older: "Annals") -> "Annals":
        """The same with what was read before: entries never change."""
        if older.entries and self.entries[: len(older.entries)] == older.entries:
            self.older = older
            self.texts, self.lines_of, self.carried_of = older.texts, older.lines_of, older.carried_of
            self.states, self.days_of = dict(older.states), dict(older.days_of)
            self.cuts, self.firsts, self.reached = older.cuts, older.firsts, older.reached
        return self

    def _hung(self, seq: int, scheme: str) -> frozenset[str]:
        """Tables of facts that every version reads only from the row that theirs hang on."""
        return hung(self.family(scheme, seq).family)

    def recorded_in(self, seq: int, scheme: str) -> list[FactRow]:
        """The rows that an entry recorded for a scheme, in its own tables."""
        found = ((row, own_table(row.table, scheme)) for row in self.fact_rows if row.seq == seq)
        return [row if own == row.table else replace(row, table=own) for row, own in found if own]

    # ---- runs and closings ----

    def runs(self, scheme: str, seq: int, period: str = "") -> list[RunEntry]:
        found = [_run(e) for e in self.of_kind(RUN, seq) if e.content["scheme"] == scheme]
        return [r for r in found if not period or r.period == period]

    def run(self, seq: int) -> RunEntry:
        entry = self.entry(seq)
        assert entry is not None
        return _run(entry)

    def closings(self, scheme: str, seq: int) -> list[Closing]:
        """In the order they happened, which is that of their periods."""
        entries = [e for e in self.of_kind(CLOSE, seq) if e.content["scheme"] == scheme]
        return [
            Closing(e.seq, scheme, e.content["period"], e.content["run"], e.who, e.hash)
            for e in entries
        ]  # fmt: skip

    def open_period(self, scheme: str, seq: int) -> Period | None:
        """The period that is to be closed next; None before the first closing: then any may be the first."""
        closings = self.closings(scheme, seq)
        if not closings:
            return None
        family = self.family(scheme, seq)
        period = family.parse_period(closings[-1].period).next()
        begins = max(v.checked.first for v in family.family)
        while period.first <= begins:
            try:
                governing(family.family, period)
            except UsageError:
                period = period.next()
                continue
            return period
        return period

    def lines(self, run: int) -> tuple[LedgerLine, ...]:
        if run not in self.lines_of:
            names = ", ".join(name for name, _ in COLUMNS["line"][2:])
            with self.read() as view:
                rows = view.select(f"SELECT {names} FROM line WHERE seq = ? ORDER BY n", (run,))
            self.lines_of[run] = tuple(LedgerLine(*row) for row in rows)
        return self.lines_of[run]

    def carried(self, run: int, way: str) -> tuple[CarriedRow, ...]:
        """The rows that a run was handed ('in'), that it hands on ('out'), or that a closed period hands on since it
        was worked out again for this run (its name)."""
        if (run, way) not in self.carried_of:
            names = ", ".join(name for name, _ in COLUMNS["carried"][3:])
            with self.read() as view:
                rows = view.select(f"SELECT {names} FROM carried WHERE seq = ? AND way = ? ORDER BY n", (run, way))
            self.carried_of[run, way] = tuple(CarriedRow(*row) for row in rows)
        return self.carried_of[run, way]


def _version(entry: Entry, since: int | None) -> Version:
    told = entry.content
    last = date.fromisoformat(told["last"]) if told["last"] else None
    return Version(
        entry.seq, told["scheme"], told["version"], told["hash"], date.fromisoformat(told["first"]), last, entry.who,
        told["retroactive"], told["reason"], told["main"], told["texts"], since,
    )  # fmt: skip


def _run(entry: Entry) -> RunEntry:
    told = entry.content
    return RunEntry(
        entry.seq, told["scheme"], told["period"], entry.who, entry.at, told["known"], told["version"], told["hash"],
        told["partial"], told["semantics"], told["engine"], told,
    )  # fmt: skip


def own_table(table: str, scheme: str) -> str:
    """A table of the book as a scheme knows it; '' where its rows were recorded for another scheme alone."""
    owner, _, name = table.rpartition("/")
    return name if owner in ("", scheme) else ""


def _joined(schemes: Sequence[CheckedScheme]) -> tuple[Table, ...]:
    """The tables of all; of two columns of one name that of the first. What one of them lacks may be left empty."""
    out: dict[str, Table] = {}
    for table in (table for scheme in schemes for table in scheme.tables):
        known = out.setdefault(table.identity, table)
        if known is not table:
            lacking = {c.identity for c in known.columns} ^ {c.identity for c in table.columns}
            both = {c.identity: c for c in (*table.columns, *known.columns)}
            order = dict.fromkeys(c.identity for c in (*known.columns, *table.columns))
            columns = [_optional(both[name]) if name in lacking else both[name] for name in order]
            out[table.identity] = replace(known, columns=tuple(columns))
    return tuple(out.values())


def _optional(column: Declared) -> Declared:
    return column if column.optional else replace(column, optional=True)


def _first_read(scheme: Scheme, period: Period) -> date:
    try:
        needs = scheme.needs(period.name)
    except UsageError:
        return period.first
    return min((need.first or date.min for need in needs.replayed), default=period.first)


def hung(versions: Iterable[Scheme]) -> frozenset[str]:
    """Tables of facts that all these versions read only from the row that theirs hang on."""
    out: set[str] = set()
    read: set[str] = set()
    for version in versions:
        facts = {t.identity for t in version.checked.tables if t.kind == "facts"}
        out |= {t.identity for t in version.checked.tables if t.kind == "facts" and t.parent and not t.reverses}
        for step in version.plan.steps:
            read.add(step.level)
            waiting = list(nodes_of(step))
            while waiting:
                node = waiting.pop()
                waiting += children(node)
                hanging = isinstance(node, Aggregate) and node.scope in facts
                if not hanging and not isinstance(node, Column | RowKey | DateOp):
                    read.add(getattr(node, "table", ""))
    return frozenset(out - read)
