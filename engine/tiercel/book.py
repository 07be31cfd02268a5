"""The book: what may happen in it, and who may do it.

In: a store, and what somebody wants to enter. Out: entries. Facts are recorded as they become known, versions are
published, runs computed and recorded, periods closed; nothing that is in the book is ever changed. The clock is an
argument: `at` is when something is entered, and never before what was entered last.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

from tiercel.adjustments import Settled, evaluated, handed_to, paid_by
from tiercel.annals import (
    APPROVE,
    CLOSE,
    PAYOUT,
    PUBLISH,
    RECORD,
    RUN,
    Annals,
    Closing,
    LedgerLine,
    RunEntry,
    Schemes,
)
from tiercel.errors import BookError, FactsError, SchemeError, UsageError
from tiercel.evaluation import Evaluation
from tiercel.facts import TypedRow, folded, typed_rows
from tiercel.files import Versions, checked_file
from tiercel.ledger import Entry, add, canonical, digest, text_of
from tiercel.money import minor_units
from tiercel.periods import Period
from tiercel.readers import from_rows, read_facts
from tiercel.run import Scheme
from tiercel.semantics import SEMANTICS_VERSION
from tiercel.store import Row, Store, Writing
from tiercel.versions import governing
from tiercel_dsl.diagnostics import Diagnostic, Severity
from tiercel_dsl.driver import Checked
from tiercel_dsl.scheme import CheckedScheme
from tiercel_dsl.types import Kind

Rows: TypeAlias = "Mapping[str, Iterable[Any]]"  # table → rows of a host

_LARGEST: Final = 2**63 - 1  # that a database holds as an integer


@dataclass(frozen=True, slots=True)
class By:
    """Who enters something, and when. A clock is read once nobody else can write: two who enter something at the
    same time do not get into each other's way, and where it is behind the last entry that one's time counts."""

    who: str
    at: "datetime | Callable[[], datetime]"


@dataclass(frozen=True, slots=True)
class Recording:
    """What a recording came to; `entry` None: everything was known already."""

    entry: Entry | None
    new: int = 0
    changed: int = 0
    same: int = 0
    withdrawn: int = 0


@dataclass(frozen=True)
class Settlement:
    """A period worked out from a book: the evaluation, and the corrections of closed periods that go with it."""

    scheme: str
    known: int
    evaluation: Evaluation
    settled: Settled
    family: Scheme = field(repr=False)

    @property
    def lines(self) -> tuple[LedgerLine, ...]:
        """What the ledger holds of it: lines of pay, payouts, corrections."""
        return (*lines_of(self.evaluation), *(c.line for c in self.settled.corrections))


def refused(code: str, /, **facts: object) -> BookError:
    return BookError((Diagnostic(code, facts=facts),))


def usage(code: str, seen: str = "", /, **facts: object) -> UsageError:
    return UsageError((Diagnostic(code, facts=facts, seen=seen),), seen)


class Book:
    """A book in a store. Reads are of one state; a write takes the store's lock, checks, and appends."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.schemes = Schemes()
        self._annals: Annals | None = None

    def annals(self) -> Annals:
        """The book as it is now."""
        if not self.store.exists():
            raise usage("E4009", self.store.url, book=self.store.url)
        fresh = Annals(self.store.reading, self.schemes)
        old = self._annals
        if old is not None and old.head == fresh.head:
            return old
        self._annals = fresh if old is None else fresh.knowing(old)
        return fresh

    # ---- versions ----

    def publish(self, path: Path, by: By, retroactive: str | None = None) -> Entry | None:
        """Enter a version with all its files; None if it is there already. Earlier versions that it names are those of
        the book; one that the book does not have is entered with it. `retroactive`: the reason why it holds from inside
        closed periods; then it counts once somebody else approves."""
        versions = Versions(path.parent, self._counting())
        checked = checked_file(path, versions)
        if checked.scheme is None:
            raise SchemeError(checked.diagnostics, sources=checked.sources)
        if not self.store.exists():
            self.store.create()
        with self.store.writing() as view:
            for _, older in sorted(versions.found.items()):  # named by this one, and not in the book
                self._enter(view, older, by, None)
            return self._enter(view, checked, by, retroactive)

    def _counting(self) -> list[CheckedScheme]:
        """Every version that counts: where a version names an earlier one, it is that of the book."""
        if not self.store.exists():
            return []
        annals = self.annals()
        names = [name for name in annals.scheme_names(annals.head) if annals.versions(name, annals.head)]
        return [version.checked for name in names for version in annals.family(name, annals.head).family]

    def _enter(self, view: Writing, checked: Checked, by: By, retroactive: str | None) -> Entry | None:
        scheme = checked.scheme
        assert scheme is not None
        texts = {name: digest(source.text) for name, source in checked.sources.items()}
        bodies = {digest(source.text): source.text for source in checked.sources.values()}
        content: dict[str, Any] = {
            "scheme": scheme.identity, "version": scheme.version, "hash": scheme.hash,
            "first": scheme.first.isoformat(), "last": scheme.last.isoformat() if scheme.last else "",
            "retroactive": retroactive is not None, "reason": (retroactive or "").strip(),
            "main": next(iter(checked.sources)), "texts": texts,
        }  # fmt: skip
        annals = self._inside(view)
        published = {v.number: v for v in annals.published(scheme.identity, annals.head)}
        known = published.get(scheme.version)
        if known is not None and known.hash == scheme.hash:
            return None
        if known is not None:
            raise refused("E5010", version=scheme.version, scheme=scheme.names.name)
        for number, _ in () if scheme.transition is None else scheme.transition.refers:
            if number in published and published[number].since is None:
                raise refused("E5040", version=scheme.version, older=number)
        self._may_begin(annals, Scheme(scheme), content)
        there = {row[0] for row in view.select("SELECT hash FROM scheme_text")}
        view.insert("scheme_text", [(mark, body) for mark, body in bodies.items() if mark not in there])
        return self._add(view, annals, PUBLISH, by, content)

    def _may_begin(self, annals: Annals, scheme: Scheme, content: Mapping[str, Any]) -> None:
        """A version that begins inside a closed period needs a reason, and must leave none without rules."""
        closings = annals.closings(scheme.name, annals.head)
        if not closings:
            if content["retroactive"]:
                raise refused("E5012", first=content["first"])
            return
        family = annals.family(scheme.name, annals.head)
        periods = [family.parse_period(c.period) for c in closings]
        inside = [p for p in periods if scheme.checked.first <= p.last]
        if inside and not content["retroactive"]:
            raise refused("E5011", first=content["first"], period=inside[0].name, last=periods[-1].name)
        if content["retroactive"] and not inside:
            raise refused("E5012", first=content["first"])
        if content["retroactive"] and not content["reason"]:
            raise usage("E4014")
        for period in inside:
            try:
                governing((*family.family, scheme), period)
            except UsageError as none:
                raise refused("E5013", version=scheme.version, period=period.name) from none

    def approve(self, version: int, by: By, scheme: str = "") -> Entry:
        """Let a retroactive version count; not by whoever published it."""
        with self._writing() as view:
            annals = self._inside(view)
            name = self.scheme_named(annals, scheme)
            waiting = [v for v in annals.published(name, annals.head) if v.number == version and v.since is None]
            if not waiting:
                pending = [str(v.number) for v in annals.published(name, annals.head) if v.since is None]
                raise usage("E4015", str(version), version=version, candidates=tuple(pending))
            if same_person(waiting[0].who, by.who):
                raise refused("E5014", person=by.who, version=version)
            content = {"scheme": name, "version": version, "publish": waiting[0].seq}
            return self._add(view, annals, APPROVE, by, content)

    # ---- facts ----

    def record(self, facts: "Path | Rows | None", by: By, withdraw: Sequence[str] = (), scheme: str = "") -> Recording:
        """Enter the rows of a folder, a workbook, a file or a host that the book does not hold yet. A row that is not
        there any more is no withdrawal: `withdraw` names those, TABLE:KEY or TABLE:KEY@DAY. `scheme`: the only one
        that these rows are for; otherwise they are for all schemes of the book."""
        typed = self._typed(facts, scheme) if facts is not None else {}
        with self._writing() as view:
            annals = self._inside(view)
            self._moment(annals, by)
            current = _current(view)
            top = view.select("SELECT COALESCE(MAX(id), 0) FROM fact")[0][0]
            rows: list[Row] = []
            new = changed = same = 0
            for table, found in typed.items():
                for one in found:
                    body = canonical(dict(one.cells))
                    mark, link = (table, one.key, one.since), digest(body)
                    if current.get(mark) == link:
                        same += 1
                        continue
                    changed, new = (changed + 1, new) if current.get(mark) else (changed, new + 1)
                    rows.append((top + len(rows) + 1, *mark, link, body))
            owner = self.scheme_named(annals, scheme) if scheme else ""
            gone = [mark for text in withdraw for mark in _withdrawn(text, current, annals, owner)]
            rows += [(top + len(rows) + n, *mark, digest(""), "") for n, mark in enumerate(gone, 1)]
            seen = {t for e in annals.of_kind(RECORD, annals.head) for t in e.content["tables"]}
            if not rows and not typed.keys() - seen:
                return Recording(None, same=same)
            tables = {t: {"rows": sum(row[1] == t for row in rows), "given": len(found)} for t, found in typed.items()}
            for table, *_ in gone:
                tables.setdefault(table, {"rows": 0, "given": 0})
            content = {
                "tables": tables, "new": new, "changed": changed, "same": same,
                "withdrawn": ["@".join(filter(None, (f"{t}:{k}", s))) for t, k, s in gone],
            }  # fmt: skip
            entry = self._add(view, annals, RECORD, by, content, {"fact": rows})
            return Recording(entry, new, changed, same, len(gone))

    def _typed(self, facts: "Path | Rows", name: str) -> dict[str, tuple[TypedRow, ...]]:
        """The rows, cell by cell; raises FactsError with every fault. Tables that the files do not hold are left
        alone, unless a file looks like one."""
        annals = self.annals()
        owner = self.scheme_named(annals, name) if name else ""
        scheme = annals.tables(annals.head, owner)
        if isinstance(facts, Path) and not facts.exists():
            raise usage("E4003", str(facts), path=str(facts))
        raw, found = read_facts(facts, scheme) if isinstance(facts, Path) else from_rows(facts, scheme)
        rows, faults = typed_rows(scheme, raw)
        absent = [d for d in found if d.code == "E3001"]
        told = [d for d in (*found, *faults) if d.code != "E3001" or d.facts.get("candidates")]
        wrong = [d for d in told if d.severity is Severity.error] or ([] if raw else absent)
        if wrong:
            raise FactsError(wrong, "the facts have faults: nothing is recorded")
        if not owner:
            _same_for_all(annals, raw)
        return {f"{owner}/{table}" if owner else table: found for table, found in rows.items()}

    # ---- runs ----

    def settlement(
        self, period: str, scheme: str = "", known: int | None = None, partial: bool = False,
        evaluator: str = "compiled",
    ) -> Settlement:  # fmt: skip
        """A period as it comes to by what was known at an entry, by default the last one. Nothing is entered."""
        annals = self.annals()
        seq = annals.head if known is None else known
        name = self.scheme_named(annals, scheme, seq)
        return settlement_at(annals, name, period, seq, partial, evaluator)

    def run(self, settlement: Settlement, by: By) -> RunEntry:
        """Record a run: what it was worked out from, and what it came to."""
        from tiercel import __version__

        evaluation, seq = settlement.evaluation, settlement.known
        lines = settlement.lines
        if any(abs(line.amount) > _LARGEST for line in lines):
            raise refused("E5020")
        handed, hands_on = settlement.settled.carried.rows, _handed_on(evaluation)
        carried = [("in", row) for row in handed] + [("out", row) for row in hands_on]
        carried += [(name, row) for name, rows in settlement.settled.again.items() for row in rows]
        checked = evaluation.run.scheme
        totals = _totals(lines)
        annals = self.annals()
        content: dict[str, Any] = {
            "scheme": settlement.scheme, "period": evaluation.period, "known": seq,
            "version": checked.version, "hash": checked.hash,
            "facts": {"rows": annals.known(seq, settlement.scheme).ids, "hash": evaluation.run.facts.hash},
            "engine": __version__, "semantics": SEMANTICS_VERSION, "history": evaluation.history,
            "partial": bool(evaluation.unpaid), "unpaid": list(evaluation.unpaid),
            "looked_at": list(settlement.settled.looked_at), "again": sorted(settlement.settled.again),
            "people": len(evaluation.payout), "totals": totals,
        }  # fmt: skip
        rows: dict[str, Sequence[Row]] = {
            "line": [(n, *_cells(line)) for n, line in enumerate(lines, 1)],
            "carried": [(n, way, *_cells(row)) for n, (way, row) in enumerate(carried, 1)],
        }
        with self._writing() as view:
            now = self._inside(view)
            if any(c.period == evaluation.period for c in now.closings(settlement.scheme, now.head)):
                raise refused("E5015", period=evaluation.period)
            entry = self._add(view, now, RUN, by, content, rows)
        return self.annals().run(entry.seq)

    # ---- closing ----

    def close(self, period: str, by: By, scheme: str = "") -> Closing:
        """Close a period by its last run; not by whoever ran it."""
        with self._writing() as view:
            annals = self._inside(view)
            name = self.scheme_named(annals, scheme)
            seq = annals.head
            family = annals.family(name, seq)
            span = family.parse_period(period)
            if any(c.period == span.name for c in annals.closings(name, seq)):
                raise refused("E5015", period=span.name)
            runs = annals.runs(name, seq, span.name)
            if not runs:
                raise refused("E5016", period=span.name)
            run = runs[-1]
            self._may_close(annals, family, run, span, by)
            content = {
                "scheme": name, "period": span.name, "run": run.seq, "hash": run.hash,
                "totals": run.content["totals"], "people": run.content["people"],
            }  # fmt: skip
            entry = self._add(view, annals, CLOSE, by, content)
        return Closing(entry.seq, name, span.name, run.seq, by.who, entry.hash)

    def _may_close(self, annals: Annals, family: Scheme, run: RunEntry, span: Period, by: By) -> None:
        if run.partial:
            raise refused("E5017", period=span.name, people=tuple(run.content["unpaid"]))
        if same_person(run.who, by.who):
            raise refused("E5018", person=by.who, period=span.name)
        wanted = annals.open_period(run.scheme, annals.head)
        if wanted is not None and wanted != span:
            raise refused("E5019", period=span.name, wanted_period=wanted.name)
        since = [c.period for c in annals.closings(run.scheme, annals.head) if c.seq > run.known]
        rules = governing(family.family, span).hash != run.hash
        if since or rules:
            raise refused("E5022", period=span.name, run=run.seq, closed=since[-1] if since else "")

    def note(self, kind: str, by: By, content: Mapping[str, Any]) -> Entry:
        """Enter that something was done that changes nothing else."""
        with self._writing() as view:
            return self._add(view, self._inside(view), kind, by, content)

    # ---- parts ----

    def _writing(self) -> Any:
        if not self.store.exists():
            raise usage("E4009", self.store.url, book=self.store.url)
        return self.store.writing()

    def _inside(self, view: Writing) -> Annals:
        """The book as the writer sees it, whom nobody can outrun."""
        return Annals(lambda: nullcontext(view), self.schemes)

    def scheme_named(self, annals: Annals, name: str, seq: int | None = None) -> str:
        """The scheme that is meant; the only one where none is named."""
        known = annals.scheme_names(annals.head if seq is None else seq)
        if not known:
            raise usage("E4013")
        if not name and len(known) == 1:
            return known[0]
        if name in known:
            return name
        for one in known:
            names = annals.family(one, annals.head).checked.names
            if name and name in (names.name, names.alias):
                return one
        raise usage("E4012", name, scheme=name, candidates=tuple(known))

    def _add(
        self,
        view: Writing,
        annals: Annals,
        kind: str,
        by: By,
        content: Mapping[str, Any],
        rows: Mapping[str, Sequence[Row]] | None = None,
    ) -> Entry:
        return add(view, kind, self._moment(annals, by), by.who, content, rows)

    def _moment(self, annals: Annals, by: By) -> str:
        """Never before what was entered last: what was known on a day must not change afterwards."""
        last = annals.entries[-1].at if annals.entries else ""
        if not isinstance(by.at, datetime):
            return max(last, text_of(by.at()))
        at = text_of(by.at)
        if at < last:
            raise usage("E4011", at, at=shown_moment(at), last=shown_moment(last))
        return at


def shown_moment(at: str) -> str:
    """A moment of an entry, to be read: without the fractions of a second where there are none."""
    text = at.removesuffix("+00:00")
    return text.removesuffix(".000000").replace("T", " ") + " UTC"


def same_person(one: str, other: str) -> bool:
    """Names are claims: a blank or a capital does not make another person."""
    return "".join(folded(one).casefold().split()) == "".join(folded(other).casefold().split())


def settlement_at(
    annals: Annals, scheme: str, period: str, seq: int, partial: bool = False,
    evaluator: str = "compiled",
) -> Settlement:  # fmt: skip
    """A period by what the book said after an entry: the same whenever it is asked."""
    family = annals.family(scheme, seq)
    span = family.parse_period(period)
    governing(family.family, span)
    settled = handed_to(annals, scheme, span, seq)
    evaluation = evaluated(annals, scheme, span, seq, settled.carried, partial, evaluator)
    return Settlement(scheme, seq, evaluation, settled, family)


def _current(view: Writing) -> dict[tuple[str, str, str], str]:
    """The rows that hold: mark → digest of the content."""
    last: dict[tuple[str, str, str], str] = {}
    for table, key, since, link, gone in view.select(
        "SELECT tab, key, since, hash, CASE WHEN body = '' THEN 1 ELSE 0 END FROM fact ORDER BY id"
    ):
        last[table, key, since] = "" if gone else link
    return {mark: link for mark, link in last.items() if link}


def _same_for_all(annals: Annals, given: Iterable[str]) -> None:
    """Refuse to record for all schemes where they mean different things by one column."""
    seq = annals.head
    names = [name for name in annals.scheme_names(seq) if annals.versions(name, seq)]
    known: dict[tuple[str, str], tuple[str, str]] = {}
    for name in names:
        scheme = annals.tables(seq, name)
        for table in (t for t in scheme.tables if t.identity in given):
            for column in table.columns:
                kind = column.type.kind.value + (f" {scheme.currency}" if column.type.kind is Kind.money else "")
                kind += " (key)" if column.identity == table.key else ""
                other, meant = known.setdefault((table.identity, column.identity), (name, kind))
                if meant != kind:
                    told = {"table": table.identity, "column": column.identity, "scheme": name, "other": other}
                    raise refused("E5050", **told)


def _withdrawn(
    text: str, current: Mapping[tuple[str, str, str], str], annals: Annals, owner: str
) -> list[tuple[str, str, str]]:
    """The rows that TABLE:KEY means, of a person every step; with @DAY one of them. The table by any of its names."""
    name, _, key = text.partition(":")
    tables = annals.tables(annals.head, owner).tables
    own = next((t.identity for t in tables if name in (t.identity, t.names.name, t.names.alias)), name)
    own = f"{owner}/{own}" if owner else own
    found = [mark for mark in current if mark[:2] == (own, key)]
    if not found and "@" in key:
        bare, _, since = key.rpartition("@")
        found = [mark for mark in current if mark == (own, bare, since)]
    if not found:
        raise usage("E4016", text, row=text)
    return sorted(found)


def _handed_on(evaluation: Evaluation) -> tuple[Any, ...]:
    return () if evaluation.unpaid else evaluation.carried.rows


def _cells(record: Any) -> tuple[Any, ...]:
    return tuple(getattr(record, name) for name in record.__slots__)


def lines_of(evaluation: Evaluation) -> tuple[LedgerLine, ...]:
    """Lines of pay and payouts, in smallest units."""
    out: list[LedgerLine] = []
    for line in evaluation.lines:
        amount = int(line.amount.scaleb(minor_units(line.currency)))
        out.append(
            LedgerLine(
                line.kind, line.person, line.line, line.row, amount, line.currency, line.due, line.reverses,
                line.credited, "", "",
            )
        )  # fmt: skip
    due = evaluation.run.period.last.isoformat()
    out += [
        LedgerLine(PAYOUT, person, PAYOUT, "", amount, currency, due, "", "", "", "")
        for (person, currency), amount in paid_by(evaluation).items()
    ]  # fmt: skip
    return tuple(out)


def _totals(lines: Sequence[LedgerLine]) -> dict[str, Any]:
    """By currency: people's payouts and corrections, in smallest units as text."""
    out: dict[str, dict[str, int]] = {}
    for line in lines:
        if line.person and line.kind in (PAYOUT, "correction"):
            kinds = out.setdefault(line.currency, {PAYOUT: 0, "correction": 0})
            kinds[line.kind] += line.amount
    return {currency: {kind: str(sum_) for kind, sum_ in kinds.items()} for currency, kinds in out.items()}
