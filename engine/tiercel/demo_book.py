"""The book of the sample company's branch: how it came from one version to the next, month by month.

In: scheme and facts of the branch. Out: a book, each month recorded as it became known, run, closed and verified; and
what the change did to people. Nothing here knows the branch's numbers: months, the deal that comes late, the amount
that is corrected and the people to tell of are found in the data; refunds of earlier months are among them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from tiercel.address import open_store
from tiercel.adjustments import Correction
from tiercel.book import Book, By, Settlement
from tiercel.evaluation import ADJUSTMENT
from tiercel.facts import TypedRow, typed_rows
from tiercel.money import minor_units
from tiercel.outcome import paying
from tiercel.periods import Period
from tiercel.readers import read_facts
from tiercel.recorded import Days, FactRow, Key, Known, known_from
from tiercel.run import Scheme, load
from tiercel.verification import chain_faults, export_heads, proof
from tiercel.versions import calendar
from tiercel_dsl.scheme import PEOPLE, Table
from tiercel_dsl.types import Kind

NAME: Final = "demo.book"
_MONTHS: Final = 6
_NOTICE: Final = 21  # days after which the next version is published
_STAFF: Final = {"zh": ("王芳", "李娜", "张伟", "陈静"), "en": ("Wang Fang", "Li Na", "Zhang Wei", "Chen Jing")}


@dataclass(frozen=True, slots=True)
class Month:
    """What somebody got with a month, in smallest units: by the rules of the version that ruled him, and what the
    change of versions and earlier months added. `paid`: all of it."""

    period: str
    version: int
    rules: int
    blend: int
    at_least: int
    adjustment: int
    correction: int
    paid: int

    @property
    def effects(self) -> tuple[int, ...]:
        return self.blend, self.at_least, self.adjustment, self.correction


@dataclass(frozen=True, slots=True)
class Story:
    """What happened: the months, how many entries, the corrections that were posted; of each way from version to
    version one person's months."""

    periods: tuple[str, ...]
    entries: int
    people: int
    currency: str
    late: str
    wrong: str
    corrections: tuple[Correction, ...]
    told: Mapping[str, tuple[Month, ...]]


def keep(folder: Path, main: Path, facts: Path, language: str) -> Story:
    """Write the book into a folder, month by month. A version is published before the first month that knows of it."""
    scheme = load(main)
    company = _Company(scheme, facts)
    book = Book(open_store(str(folder / NAME)))
    publishing, recording, running, closing = _STAFF[language]
    begin = company.periods[0].first
    for place, version in enumerate(scheme.family):
        book.publish(
            main.parent / next(iter(version.sources)), By(publishing, _at(begin + timedelta(_NOTICE * place), 9))
        )
    months: list[Settlement] = []
    for period in company.periods:
        book.record(company.known_by(period), By(recording, _at(period.last + timedelta(2), 17)))
        months.append(book.settlement(period.name))
        book.run(months[-1], By(running, _at(period.last + timedelta(3), 10)))
        closed = book.close(period.name, By(closing, _at(period.last + timedelta(4), 11)))
        assert not proof(book.annals(), closed).found
    export_heads(book, folder / f"{NAME}.heads")
    assert not chain_faults(book, book.annals())
    posted = tuple(correction for month in months for correction in month.settled.corrections)
    names = tuple(p.name for p in company.periods)
    late, wrong = (company.names_of(some) for some in (company.late, company.wrong))
    people = {person: tuple(_month(month, person) for month in months) for person in months[0].evaluation.payout}
    currency = months[0].evaluation.currency
    return Story(names, book.annals().head, len(people), currency, late, wrong, posted, dict(_most_telling(people)))


def _month(month: Settlement, person: str) -> Month:
    evaluation, sums = month.evaluation, dict[str, int]()
    digits = minor_units(evaluation.currency)
    for line in evaluation.lines:
        if line.person == person:
            sums[line.kind] = sums.get(line.kind, 0) + int(line.amount.scaleb(digits))
    corrected = sum(c.amount for c in month.settled.corrections if c.person == person)
    blend, at_least, adjustment = (sums.get(kind, 0) for kind in ("blend", "at_least", ADJUSTMENT))
    payout = int(evaluation.payout[person].scaleb(digits))
    ruled, _ = paying(evaluation.run, evaluation.run.facts.tables[PEOPLE].keys.index(person))
    rules = payout - blend - at_least - adjustment
    version, paid = ruled.scheme.version, payout + corrected
    return Month(evaluation.period, version, rules, blend, at_least, adjustment, corrected, paid)


def _most_telling(people: Mapping[str, tuple[Month, ...]]) -> Iterator[tuple[str, tuple[Month, ...]]]:
    """Of each way from version to version the one to whom most happened, those who went first in front."""
    ways: dict[tuple[int, ...], list[str]] = {}
    for person, months in people.items():
        ways.setdefault(tuple(month.version for month in months), []).append(person)
    for way in sorted(ways, reverse=True):
        person = max(ways[way], key=lambda p: (_effects(people[p]), p))
        yield person, people[person]


def _effects(months: tuple[Month, ...]) -> tuple[int, int]:
    """Kinds of effect, then all of them."""
    kinds = list(zip(*(month.effects for month in months), strict=True))
    return sum(any(kind) for kind in kinds), sum(bool(amount) for kind in kinds for amount in kind)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), UTC)


class _Company:
    """The rows of the sample company by the month in which they become known."""

    def __init__(self, scheme: Scheme, facts: Path) -> None:
        self.tables: dict[str, Table] = {t.identity: t for t in scheme.checked.tables}
        raw, _ = read_facts(facts, scheme.checked)
        self.rows = typed_rows(scheme.checked, raw)[0]
        self.known = _all_known(self.rows)
        self.days = Days(self.known, scheme.checked)
        self.periods = self._months(scheme)
        self.late, self.wrong = self._chosen()
        self.told: set[tuple[str, str, str]] = set()
        self.since = {key: self._known_on(key) for key in self.known.rows}

    def _months(self, scheme: Scheme) -> tuple[Period, ...]:
        """The first months in which something was sold."""
        found = {day for key in self.known.rows if self._is_sale(key) and (day := self.days.of(key)) is not None}
        months = {calendar(scheme.checked).of(day) for day in found}
        return tuple(sorted(months)[:_MONTHS])

    def _is_sale(self, key: Key) -> bool:
        table = self.tables[key[0]]
        return bool(table.credited and table.record_date and self._money(table))

    def _money(self, table: Table) -> str:
        return next((c.identity for c in table.columns if c.type.kind is Kind.money), "")

    def _chosen(self) -> tuple[Key | None, Key | None]:
        """A large sale of the third month from the end that nothing hangs on yet, and one of the second."""
        out: list[Key | None] = []
        for period in self.periods[-3:-1]:
            free = [k for k in self.known.rows if self._is_sale(k) and self._is_free(k, period)]
            out.append(max(free, key=self._weight, default=None))
        late, wrong = out if len(out) == 2 else (None, None)
        return late, wrong

    def _is_free(self, key: Key, period: Period) -> bool:
        """A record of the period on which nothing hangs before its end."""
        day = self.days.of(key)
        hanging = (self.days.of(other) for other in self.days.naming.get(key, ()))
        return day is not None and period.contains(day) and all(d is not None and d > period.last for d in hanging)

    def _weight(self, key: Key) -> tuple[int, Fraction, Key]:
        """Of what matters most: what came off, then what is large."""
        (row, *_) = self.known.rows[key]
        cells = row.cells or {}
        return list(cells.values()).count("yes"), Fraction(cells.get(self._money(self.tables[key[0]]), "0")), key

    def names_of(self, key: Key | None) -> str:
        """The month of a record."""
        day = None if key is None else self.days.of(key)
        return next((p.name for p in self.periods if day is not None and p.contains(day)), "")

    def known_by(self, period: Period) -> Mapping[str, list[dict[str, Any]]]:
        """What is to be recorded after a month: its rows, and what should have been recorded before."""
        return {table: list(self._rows_by(table, some, period)) for table, some in self.rows.items()}

    def _rows_by(self, table: str, rows: tuple[TypedRow, ...], period: Period) -> Iterator[dict[str, Any]]:
        for row in rows:
            key, mark = (table, row.key), (table, row.key, row.since)
            day = date.fromisoformat(row.since) if row.since else self.since[key]
            known = day is None or day <= period.last
            if not known or mark in self.told or (key == self.late and day is not None and period.contains(day)):
                continue
            if key == self.wrong and day is not None and period.contains(day):
                yield dict(self._slipped(row).cells)
                continue
            self.told.add(mark)
            yield dict(row.cells)

    def _known_on(self, key: Key) -> date | None:
        """The row's own day; what is done for a sale before its day is kept with it."""
        named = [self.days.of(other) for other in self.days.links(key) if other[0] in self.days.facts]
        found = [day for day in (self.days.of(key), *named) if day is not None]
        return max(found, default=None)

    def _slipped(self, row: TypedRow) -> TypedRow:
        """The same with a digit too few."""
        assert self.wrong is not None
        money = self._money(self.tables[self.wrong[0]])
        cut = Fraction(row.cells[money]) // 10
        return replace(row, cells={**row.cells, money: str(max(1, int(cut)))})


def _all_known(rows: Mapping[str, tuple[TypedRow, ...]]) -> Known:
    every = [(table, row) for table, some in rows.items() for row in some]
    facts = [FactRow(n, 0, table, row.key, row.since, row.cells) for n, (table, row) in enumerate(every, 1)]
    return known_from(facts, rows)
