"""Statements that people are handed: pay of a period step by step, and out of a book what came to it from closed ones.

In: an evaluation, and where it comes out of a book what was closed. Out: text, CSV and JSON; files for everybody.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from tiercel.causes import Cause, Changed, causes_of
from tiercel.evaluation import COMPANY
from tiercel.money import grouped, minor_units, money_text
from tiercel.statement import PASSAGES, Sources, face_of, ledger_text, statement
from tiercel.words import say

if TYPE_CHECKING:
    from tiercel.annals import Annals, Closing, LedgerLine, RunEntry
    from tiercel.book import Settlement
    from tiercel.evaluation import Evaluation
    from tiercel_dsl.scheme import CheckedScheme

_HEADS: Final = ("person", "kind", "line", "record", "credited", "amount", "currency", "due", "for", "entries")
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|%]|^\.+|[. ]+$")
_KINDS: Final = {"payout": "settled", "correction": "book.correction", "adjustment": "book.adjustment"}
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet reads a cell that begins so as a formula
Row: TypeAlias = tuple[int, str, str]


@dataclass(frozen=True)
class Source:
    """What statements are made from. `annals` None: no book. `closing` None: the period is not closed."""

    evaluation: "Evaluation"
    texts: Sources
    language: str
    settlement: "Settlement | None" = None
    annals: "Annals | None" = None
    closing: "Closing | None" = None
    tables: "CheckedScheme | None" = field(default=None, repr=False)

    @property
    def people(self) -> list[str]:
        """Everybody who is paid, and the company where it keeps something."""
        found = list(self.evaluation.payout)
        return [*found, COMPANY] if self.evaluation.company and COMPANY not in found else found


@dataclass(frozen=True, slots=True)
class Posted:
    """A difference for a closed period. `paid_in`: the closed period that posted it, where that is another one."""

    period: str
    amount: int
    currency: str
    causes: tuple[Cause, ...]
    paid_in: str = ""


# ---- what a book adds ----------------------------------------------------------------------------------------


def posted_with(source: Source, person: str) -> list[Posted]:
    """The corrections of closed periods that are paid with the period."""
    if source.settlement is None:
        return []
    lines = [c.line for c in source.settlement.settled.corrections]
    return [_posted(source, line) for line in lines if line.person == _owner(source, person)]


def posted_since(source: Source, person: str) -> list[Posted]:
    """The corrections of the period that later closed periods paid."""
    if source.annals is None or source.settlement is None or source.closing is None:
        return []
    annals, name, period = source.annals, source.settlement.scheme, source.evaluation.period
    later = [c for c in annals.closings(name, annals.head) if c.seq > source.closing.seq]
    return [
        _posted(source, line, closing.period)
        for closing in later
        for line in annals.lines(closing.run)
        if line.kind == "correction" and line.period == period and line.person == _owner(source, person)
    ]


def _owner(source: Source, person: str) -> str:
    return "" if person == COMPANY and person not in source.evaluation.payout else person


def _posted(source: Source, line: "LedgerLine", paid_in: str = "") -> Posted:
    assert source.annals is not None
    assert source.settlement is not None
    entries = [int(word) for word in line.cause.split(",") if word]
    causes = causes_of(source.annals, source.settlement.scheme, entries, line.record.split(","))
    return Posted(line.period, line.amount, line.currency, causes, paid_in)


# ---- text ----------------------------------------------------------------------------------------------------


def text_of(source: Source, person: str) -> str:
    """The statement of one person."""
    told = source.evaluation.explain(person)
    parts = [statement(told, source.texts, source.language)]
    if source.settlement is not None:
        with_it, since = posted_with(source, person), posted_since(source, person)
        parts += [_section(source, "posted", with_it), _together(source, Fraction(told.amount), with_it)]
        parts += [_section(source, "posted_since", since), _by_now(source, Fraction(told.amount), since)]
        parts.append(_standing(source))
    return "\n\n".join(part for part in parts if part) + "\n"


def _title(source: Source, key: str, **facts: object) -> str:
    text = say(f"book.{key}", source.language, **facts)
    return f"【{text}】" if source.language == "zh" else text.upper()


def _section(source: Source, key: str, posted: Sequence[Posted]) -> str:
    if not posted:
        return ""
    rows: list[Row] = []
    for one in posted:
        where = say("book.paid_in", source.language, period=one.paid_in) if one.paid_in else one.period
        rows.append((0, where, _signed(one.amount, one.currency, source)))
        rows += [row for cause in one.causes for row in _cause_rows(source, cause)]
    return f"{_title(source, key, period=source.evaluation.period)}\n{ledger_text(rows)}"


def _cause_rows(source: Source, cause: Cause) -> Iterator[Row]:
    facts = {"entry": cause.entry, "at": cause.at[:10], "by": cause.who, "version": cause.version}
    key = f"book.cause.{cause.kind}"
    yield 1, say(key, source.language, **facts, reason=cause.reason, published_by=cause.published_by), ""
    for row in cause.changed:
        yield 2, _changed_text(source, row), ""
    if cause.more:
        yield 2, say("book.more_rows", source.language, count=cause.more), ""


def _changed_text(source: Source, row: Changed) -> str:
    from tiercel.facts import shown

    table = next((t for t in source.tables.tables if t.identity == row.table), None) if source.tables else None
    name = shown(table, source.language) if table is not None else row.table
    since = f"@{row.since}" if row.since else ""
    columns = {c.identity: c for c in table.columns} if table is not None else {}
    places = [*columns, *(column for column, *_ in row.cells)]
    cells: list[str] = []
    for identity, *values in sorted(row.cells, key=lambda cell: places.index(cell[0])):
        column = columns.get(identity)
        head = shown(column, source.language) if column is not None else identity
        kind = column.type.kind.value if column is not None else ""
        before, after = (_cell(text, kind, source) for text in values)
        told = {"new": after, "withdrawn": before, "changed": f"{before} → {after}"}[row.kind]
        cells += [] if table is not None and identity == table.key else [f"{head} {told}"]
    listed = say("list", source.language).join(cells)
    return say(f"book.row.{row.kind}", source.language, row=f"{name} {row.key}{since}", cells=listed)


def _cell(text: str, kind: str, source: Source) -> str:
    """A cell as a reader knows it."""
    if not text:
        return say("book.empty", source.language)
    if kind == "yesno":
        return say(text, source.language)
    return _money(Fraction(text), source.evaluation.currency) if kind == "money" else text


def _money(amount: Fraction, currency: str) -> str:
    digits = minor_units(currency)
    return grouped(money_text(amount, digits))


def _signed(amount: int, currency: str, source: Source) -> str:
    sign = "+" if amount > 0 else ""
    unit = "" if currency == source.evaluation.currency else f" {currency}"
    return f"{sign}{_money(Fraction(amount, 10 ** minor_units(currency)), currency)}{unit}"


def _sum(posted: Sequence[Posted], currency: str) -> Fraction:
    """Of those in one currency."""
    cents = sum(one.amount for one in posted if one.currency == currency)
    return Fraction(cents, 10 ** minor_units(currency))


def _together(source: Source, amount: Fraction, posted: Sequence[Posted]) -> str:
    """What is paid with the period, corrections included."""
    if not posted:
        return ""
    language, currency = source.language, source.evaluation.currency
    other = sorted({one.currency for one in posted} - {currency})
    more = _sum(posted, currency)
    rows: list[Row] = [
        (0, say("settled", language), _money(amount, currency)),
        (0, say("book.head.corrections", language), _money(more, currency)),
        (0, f"{say('book.head.together', language)} {currency}", _money(amount + more, currency)),
    ]
    rows += [(0, f"{say('book.head.corrections', language)} {c}", _money(_sum(posted, c), c)) for c in other]
    return f"{_title(source, 'paid_with', period=source.evaluation.period)}\n{ledger_text(rows)}"


def _by_now(source: Source, amount: Fraction, posted: Sequence[Posted]) -> str:
    """What the period comes to with what was corrected since."""
    if not posted:
        return ""
    currency = source.evaluation.currency
    said = say("book.by_now", source.language, period=source.evaluation.period)
    return ledger_text([(0, said, _money(amount + _sum(posted, currency), currency))])


def _standing(source: Source) -> str:
    """Whether the period is closed: by whom, by which run, under which mark."""
    assert source.settlement is not None
    if source.closing is None or source.annals is None:
        return say("book.not_closed", source.language, known=source.settlement.known)
    run, entry = source.annals.run(source.closing.run), source.annals.entry(source.closing.seq)
    at = entry.at[:10] if entry is not None else ""
    facts = {"by": source.closing.who, "at": at, "entry": source.closing.seq, "run": run.seq, "ran": run.who}
    lines = [say("book.closed_by", source.language, **facts)]
    lines.append(say("book.mark", source.language, hash=source.closing.hash))
    return "\n".join(lines)


# ---- data ----------------------------------------------------------------------------------------------------


def data_of(source: Source, person: str) -> dict[str, Any]:
    """The same for programs: the explanation, and what the book adds."""
    told = source.evaluation.explain(person)
    data = told.to_dict()
    if source.settlement is None:
        return data
    with_it, since = posted_with(source, person), posted_since(source, person)
    currency = source.evaluation.currency
    together = money_text(Fraction(told.amount) + _sum(with_it, currency), minor_units(currency))
    data["book"] = {
        "known": source.settlement.known, "closed": _closed_data(source), "together": together,
        "corrections": [_posted_data(one) for one in with_it],
        "corrected_since": [_posted_data(one) for one in since],
    }  # fmt: skip
    return data


def _posted_data(one: Posted) -> dict[str, Any]:
    digits = minor_units(one.currency)
    amount = money_text(Fraction(one.amount, 10**digits), digits)
    out = {"period": one.period, "amount": amount, "currency": one.currency}
    return out | {"paid_in": one.paid_in, "causes": [cause.to_dict() for cause in one.causes]}


def _closed_data(source: Source) -> dict[str, Any] | None:
    if source.closing is None or source.annals is None:
        return None
    run: RunEntry = source.annals.run(source.closing.run)
    return {
        "entry": source.closing.seq, "by": source.closing.who, "hash": source.closing.hash,
        "run": run.seq, "ran_by": run.who,
    }  # fmt: skip


def csv_of(source: Source, people: Sequence[str]) -> str:
    """Every line that somebody is paid, one a row: lines of pay, the payout, corrections with their entries."""
    language, face = source.language, face_of(source.evaluation.run, source.language)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([say(f"book.column.{key}", language) for key in _HEADS])
    wanted = {_owner(source, person) for person in people}
    for line in _ledger_lines(source):
        if line.person in wanted:
            digits = minor_units(line.currency)
            amount = money_text(Fraction(line.amount, 10**digits), digits)
            own = line.kind in ("payout", "correction", *PASSAGES)
            name = "" if own else face.thing(line.name)
            kind = say(f"passage.{line.kind}" if line.kind in PASSAGES else _KINDS.get(line.kind, line.kind), language)
            told = (line.person or say("company", language), kind, name, line.record, line.credited)
            after = (line.currency, line.due, line.period, line.cause)
            writer.writerow([*map(safe_cell, told), amount, *map(safe_cell, after)])
    return buffer.getvalue()


def _ledger_lines(source: Source) -> "Sequence[LedgerLine]":
    from tiercel.book import lines_of

    return source.settlement.lines if source.settlement is not None else lines_of(source.evaluation)


def safe_cell(cell: str) -> str:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def file_named(folder: Path, person: str) -> Path:
    """A file for a person: what a file's name cannot hold is written as its number."""
    name = _UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), person)
    return folder / f"{name or '%'}.txt"
