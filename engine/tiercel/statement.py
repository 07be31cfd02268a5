"""What people are paid and why, as text that a salesperson and an auditor can both read.

In: an `Evaluation` or an `Explanation`, the texts of the scheme, 'zh' or 'en'. Out: the rows of a pay table,
or a statement: each line of pay with clause, place, what was read, tier slices and rounding, then the score,
the payout and what refunds of earlier periods change.

Why this way: a statement repeats the author's own words for each step with the value after it, so that one
can hold it against the scheme; nothing is worked out here that the trace does not say. A number is shown
whole; one without an end is cut with … and followed by the exact fraction.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Literal, TypeAlias

from tiercel.evaluation import ADJUSTMENT, Adjustment, Evaluation, Explanation, PaidLine
from tiercel.money import grouped, minor_units, money_text, plain
from tiercel.outcome import Line, Outcome
from tiercel.plan import Scalar, shown_as
from tiercel.reference import Run
from tiercel.table import Align, render_table
from tiercel.tier_texts import tier_texts
from tiercel.trace import Input, Trace, Work, shown_at, trace_step
from tiercel.words import say
from tiercel_dsl import scheme as checked
from tiercel_dsl.driver import text_at
from tiercel_dsl.pen import PLACES as UNITS
from tiercel_dsl.scheme import PEOPLE, Body, Change, CheckedScheme, Competency, Kpi, Names, Tiers
from tiercel_dsl.source import Source, Span, display_width
from tiercel_dsl.types import Kind

Sources: TypeAlias = Mapping[str, Mapping[str, Source]]  # scheme hash → file name → text
Row: TypeAlias = tuple[int, str, str]  # indent, text, the value it leads to

_WIDE = 96  # columns that a line of notes takes before it is broken
_LEDGER = 72  # columns up to the end of the values
_CUT = 6  # digits shown of a number without an end
_WHEREABOUTS = ("earned", "paid", "held", "later", "cancelled", "taken_back")  # of a line not paid at once
PASSAGES = ("by_day", "blend", "at_least")  # lines that a transition adds to a payout
_MANY = 6  # more lines of pay than this are summed by kind


# ---- numbers ---------------------------------------------------------------------------------------------


def number(value: Fraction, digits: int = 0) -> str:
    """The whole number, grouped, with at least `digits` after the point; `0.666666… (2/3)` if it has no end."""
    exact = plain(value)
    if "/" not in exact:
        decimals = len(exact.partition(".")[2])
        return grouped(money_text(value, max(decimals, digits)))
    cut = Fraction(abs(value.numerator) * 10**_CUT // value.denominator, 10**_CUT)
    return f"{'-' if value < 0 else ''}{grouped(money_text(cut, _CUT))}…"


def exact_number(value: Fraction, language: str, digits: int = 0, percent: bool = False) -> str:
    """As `number`; the exact fraction stands behind one that has no end."""
    shown = number(value * 100) + "%" if percent else number(value, digits)
    return shown + say("bracket", language, text=plain(value)) if "…" in shown else shown


# ---- names -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Face:
    """A scheme in the reader's language: the names of its things and how their values look."""

    scheme: CheckedScheme
    language: str
    digits: int

    def name(self, names: Names) -> str:
        return names.shown(self.language)

    def titled(self, names: Names) -> str:
        """The name with the title that the author gave it, if that is in the reader's language."""
        own = names.title if self.scheme.language == self.language else ""
        return f"{self.name(names)}  {own}" if own and own != self.name(names) else self.name(names)

    def thing(self, identity: str) -> str:
        """The name of a value, score, line, parameter or kpi (`signing.actual`: with its part)."""
        head, _, part = identity.partition(".")
        competency = next((c for c in self.scheme.competencies if c.identity == head), None)
        if competency is not None:
            return self._of_competency(competency, part)
        if head == "payout":
            return say("settled", self.language)
        if part.isdigit():
            return say(f"passage.{head}", self.language)
        for declared in self._declared():
            if declared.identity == head:
                named = self.name(declared.names)
                return self._part(named, part) if part and part != "place" else named
        return identity

    def _declared(
        self,
    ) -> Iterator[checked.Value | Kpi | checked.PayLine | checked.Parameter | checked.Account | checked.Rank]:
        for things in (self.scheme.values, self.scheme.scores, self.scheme.kpis):
            yield from things
        yield from self.scheme.lines
        yield from self.scheme.parameters
        yield from self.scheme.accounts
        yield from self.scheme.ranks

    def _of_competency(self, competency: checked.Competency, part: str) -> str:
        """`selling.talks.gap`: the gap of talks of selling; the item and its competency by their own names."""
        owner, (name, _, of) = self.name(competency.names), part.partition(".")
        item = next((i for i in competency.items if i.identity == name), None)
        if item is None:
            return self._part(owner, part) if part else owner
        named = say("of_item", self.language, item=self.name(item.names), owner=owner)
        return self._part(named, of) if of else named

    def _part(self, named: str, part: str) -> str:
        words = {"score": "kpi_score"}
        return say("of", self.language, name=say(words.get(part, part), self.language), owner=named)

    def table(self, identity: str) -> str:
        return self.name(self.scheme.table(identity).names) or identity

    def column(self, table: str, column: str) -> str:
        return self.name(self.scheme.table(table).column(column).names) or column

    def tiers(self, identity: str) -> Tiers | None:
        return next((t for t in self.scheme.tiers if t.identity == identity), None)

    def value(self, value: Scalar | None, shown: str) -> str:
        """A value as its type is written: money with its cents, a percentage as %, yes and no in words."""
        if value is None:
            return "-"
        if isinstance(value, bool):
            return say("yes" if value else "no", self.language)
        if not isinstance(value, Fraction):
            return value if isinstance(value, str) else str(value)
        kind, _, currency = shown.partition(" ")
        if currency:
            return f"{exact_number(value, self.language, minor_units(currency))} {currency}"
        digits = self.digits if kind == "money" else 0
        return exact_number(value, self.language, digits, percent=shown == "percent")

    def money(self, value: Fraction) -> str:
        return self.value(value, "money")

    def place(self, span: Span) -> str:
        if not span.line:
            return ""
        return say("place", self.language, file=span.source, line=span.line)

    def percent_scores(self) -> bool:
        """Whether the author thinks of scores in %: every measure limits or gives its score as a percentage."""
        return bool(self.scheme.kpis) and all(_in_percent(kpi.score) for kpi in self.scheme.kpis)

    def score_type(self) -> str:
        return "percent" if self.percent_scores() else "number"


def face_of(run: Outcome, language: str) -> Face:
    return Face(run.scheme, language, run.plan.digits)


def _in_percent(body: Body) -> bool:
    limits = [s.term for s in body.steps if isinstance(s, Change) and s.operator.startswith("at_")]
    written = any(isinstance(term, checked.Literal) and term.type.kind is Kind.percent for term in limits)
    return written or body.type.kind is Kind.percent


def person_name(run: Outcome, person: int) -> str:
    """The text in the column `name` of the people, '' if there is none."""
    people = run.facts.tables[PEOPLE]
    for column in ("name", "姓名"):
        if column in people.columns and isinstance(people.columns[column][person], str):
            return str(people.columns[column][person])
    return ""


# ---- the pay table ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the pay table: `kind` text, score or money; `total` is '' where none is meant."""

    head: str
    kind: str
    cells: tuple[str | Fraction | None, ...]

    @property
    def total(self) -> Fraction | None:
        return sum((c for c in self.cells if isinstance(c, Fraction)), Fraction(0)) if self.kind == "money" else None


def pay_columns(evaluation: Evaluation, people: Sequence[str], language: str, by_kind: bool = False) -> list[Column]:
    """One row per person of `people`: id, name, scores, each line's (or kind's) total, payout."""
    run, face = evaluation.run, face_of(evaluation.run, language)
    keys = run.facts.tables[PEOPLE].keys
    rows = [keys.index(person) for person in people]
    columns = [Column(face.column(PEOPLE, face.scheme.table(PEOPLE).key), "text", tuple(people))]
    names = [person_name(run, row) for row in rows]
    if any(names):
        heading = next(c for c in face.scheme.table(PEOPLE).columns if c.identity in ("name", "姓名"))
        columns.append(Column(face.name(heading.names), "text", tuple(names)))
    columns += _score_columns(face, run, rows)
    columns += _line_columns(face, evaluation, people, by_kind)
    return columns + _final_columns(face, evaluation, people)


def _score_columns(face: Face, run: Outcome, rows: Sequence[int]) -> list[Column]:
    out: list[Column] = []
    for step in run.plan.steps:
        if step.kind == "score" and step.level == PEOPLE:
            values = [run.lookup(step.number, row) for row in rows]
            cells = tuple(v if isinstance(v, Fraction) else None for v in values)
            out.append(Column(face.thing(step.name), "score", cells))
    return out


def _line_columns(face: Face, evaluation: Evaluation, people: Sequence[str], by_kind: bool) -> list[Column]:
    lines = face.scheme.lines
    heads = {line.identity: face.name(line.names) for line in lines}
    others = {line.line: line.kind for line in evaluation.lines if line.line not in heads and line.kind != ADJUSTMENT}
    heads |= {name: _other_head(name, kind, face) for name, kind in others.items()}
    if by_kind:
        kinds = dict.fromkeys([line.kind for line in lines] + list(others.values()))
        heads = {kind: say(f"passage.{kind}" if kind in PASSAGES else kind, face.language) for kind in kinds}
    sums = {(head, person): Fraction(0) for head in heads for person in people}
    for line in evaluation.lines:
        mark = (line.kind if by_kind else line.line, line.person)
        if mark in sums:
            sums[mark] += Fraction(line.amount)
    return [Column(text, "money", tuple(sums[head, p] for p in people)) for head, text in heads.items()]


def _other_head(name: str, kind: str, face: Face) -> str:
    """Of a line that only another version has its own name; of what a transition adds, what it is."""
    return say(f"passage.{kind}", face.language) if kind in PASSAGES else name


def _final_columns(face: Face, evaluation: Evaluation, people: Sequence[str]) -> list[Column]:
    final = [Fraction(evaluation.payout[person]) for person in people]
    if not evaluation.run.plan.adjusts:
        return [Column(say("settled", face.language), "money", tuple(final))]
    late = dict.fromkeys(people, Fraction(0))
    for line in evaluation.lines:
        if line.kind == ADJUSTMENT and line.person in late:
            late[line.person] += Fraction(line.amount)
    settled = [amount - late[person] for amount, person in zip(final, people, strict=True)]
    parts = {"settled": settled, "adjustments": list(late.values()), "final": final}
    return [Column(say(key, face.language), "money", tuple(cells)) for key, cells in parts.items()]


def pay_table(evaluation: Evaluation, people: Sequence[str], language: str, everybody: str = "") -> str:
    """The table for a terminal, with a row of sums; `everybody`: the sums are of all people, under this name."""
    by_kind = len(evaluation.run.scheme.lines) > _MANY
    columns = pay_columns(evaluation, people, language, by_kind)
    summed = pay_columns(evaluation, list(evaluation.payout), language, by_kind) if everybody else columns
    face = face_of(evaluation.run, language)
    cells = [[_cell(face, c.kind, cell) for cell in c.cells] for c in columns]
    totals = [_cell(face, c.kind, c.total) for c in summed]
    totals[0] = everybody or say("total", language)
    rows = [*zip(*cells, strict=True), totals]
    align: list[Align] = ["left" if c.kind == "text" else "right" for c in columns]
    table = render_table([c.head for c in columns], rows, align)
    if not evaluation.company:
        return table
    kept = sum((Fraction(line.amount) for line in evaluation.company), Fraction(0))
    return f"{table}\n{say('company_keeps', language, amount=face.money(kept))}"


def _cell(face: Face, kind: str, cell: str | Fraction | None) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    return face.money(cell) if kind == "money" else face.value(cell, face.score_type())


# ---- statements ------------------------------------------------------------------------------------------


def statement(
    explanation: Explanation,
    sources: Sources,
    language: str,
    chosen: Collection[tuple[Line, Trace]] | None = None,
    extent: Literal["whole", "short", "lines"] = "whole",
) -> str:
    """The statement of one person; `chosen`: the lines taken apart (all if None).

    `short` leaves out how each measure was worked out, `lines` everything but the lines chosen.
    """
    return _Statement(explanation, sources, language).text(chosen, extent)


class _Statement:
    def __init__(self, explanation: Explanation, sources: Sources, language: str) -> None:
        self.explanation, self.all_sources, self.language = explanation, sources, language
        self.host = self.run = explanation.run
        self.face = face_of(self.run, language)
        self.sources = sources.get(self.run.scheme.hash, {})

    def of(self, trace: Trace) -> "_Statement":
        """The same in the words of the version that worked the trace out."""
        other = _versions_of(self.host).get(trace.scheme)
        if other is None or other is self.run:
            return self
        told = copy(self)
        told.run, told.face = other, face_of(other, self.language)
        told.sources = self.all_sources.get(trace.scheme, {})
        return told

    def say(self, key: str, /, **facts: object) -> str:
        return say(key, self.language, **facts)

    def text(self, chosen: Collection[tuple[Line, Trace]] | None, extent: str) -> str:
        lines = self.explanation.lines if chosen is None else chosen
        parts = [self.head()]
        if extent == "lines":
            parts += self.details(lines)
        elif self.explanation.index is None:
            parts += [self.result(), *self.overview(), *self.details(lines), *self.adjustments()]
        else:
            parts += [self.result(), *self.overview(), *self.details(lines), *self.scores(extent == "whole")]
            parts += [*self.competencies(), *self.values(), *self.accounts(), *self.payout(), *self.adjustments()]
        return "\n\n".join(part for part in parts if part)

    # ---- beginning --------------------------------------------------------------------------------------------

    def head(self) -> str:
        scheme, person = self.run.scheme, self.explanation.person
        version = self.say("version", version=scheme.version)
        index = self.explanation.index
        name = "" if index is None else person_name(self.run, index)
        person = self.say("company") if index is None else person
        first = "  ".join([self.face.titled(scheme.names), version, self.explanation.evaluation.period])
        return f"{first}\n{person}  {name}".rstrip()

    def result(self) -> str:
        settled = self.explanation.payout.value
        assert isinstance(settled, Fraction)
        unit = self.bracket(self.currency())
        if self.explanation.index is None:
            return ledger_text(
                [(0, self.say("company_lines") + unit, self.face.money(Fraction(self.explanation.amount)))]
            )
        settled += Fraction(self.explanation.amount) - settled - self.late()
        if not self.run.plan.adjusts:
            return ledger_text([(0, self.say("settled") + unit, self.face.money(settled))])
        late = self.late()
        rows: list[Row] = [(0, self.say("settled"), self.face.money(settled))]
        if self.explanation.adjustments:
            rows.append((0, self.say("adjustments"), self.face.money(late)))
        return ledger_text([*rows, (0, self.say("final") + unit, self.face.money(settled + late))])

    def late(self) -> Fraction:
        return sum((a.amount for a in self.explanation.adjustments), Fraction(0))

    def person(self) -> int:
        _, at = self.explanation.paying
        assert at is not None
        return at

    def currency(self) -> str:
        code = self.run.scheme.currency
        return self.say(code) if code == "CNY" else code

    def overview(self) -> list[str]:
        """Every line in one table, the sum below."""
        title = self.title("lines")
        at_once = [(line, trace) for line, trace in self.explanation.lines if not self.run.plan.settles(line.step)]
        later = self.explanation.later
        if not at_once and not later:
            return [f"{title}\n{self.say('no_lines')}"]
        rows = [self.overview_row(line, trace) for line, trace in at_once]
        rows += [[self.face.thing(x.line), self.row_of(x), x.due, self.face.money(Fraction(x.amount))] for x in later]
        total = sum((line.amount for line, _ in at_once), sum((Fraction(x.amount) for x in later), Fraction(0)))
        rows.append([self.say("total"), "", "", self.face.money(total)])
        headers = [self.say("line"), self.record(), self.say("date"), self.say("amount")]
        filled = [at for at in range(4) if any(row[at] for row in rows)]
        align: list[Align] = ["right" if at == 3 else "left" for at in filled]
        table = render_table([headers[at] for at in filled], [[row[at] for at in filled] for row in rows], align)
        return [f"{title}\n{table}", *self.settled()]

    def settled(self) -> list[str]:
        """Of lines that are not paid at once: where their money is."""
        later = self.explanation.settled
        rows: list[list[str]] = []
        for line in later:
            assert line.settled is not None
            amounts = [self.face.money(_amount(line, name)) for name in _WHEREABOUTS]
            rows.append([self.face.thing(line.line), self.row_of(line), line.settled.period, *amounts])
        shown = [at for at, name in enumerate(_WHEREABOUTS) if at < 2 or any(_amount(x, name) for x in later)]
        filled = [0, *([1] if any(row[1] for row in rows) else []), 2, *(at + 3 for at in shown)]
        headers = [self.say(key) for key in ("line", "row", "earned_in", *(f"where.{name}" for name in _WHEREABOUTS))]
        align: list[Align] = ["right" if at > 2 else "left" for at in filled]
        table = render_table([headers[at] for at in filled], [[row[at] for at in filled] for row in rows], align)
        return [f"{self.title('whereabouts')}\n{table}"] if later else []

    def row_of(self, line: PaidLine) -> str:
        return line.row + (self.bracket(self.say("whose", person=line.credited)) if line.credited else "")

    def record(self) -> str:
        """What stands in the column of records: numbers of deals, or the groups that lines are paid for, or the people
        from whom a line goes up."""
        ups = {upline.table: upline.source for upline in self.run.plan.uplines}
        levels = dict.fromkeys(line.level for line, _ in self.explanation.lines)
        tables = {ups.get(level, level): self.run.scheme.table(ups.get(level, level)) for level in levels}
        groups = [self.face.table(t.identity) for t in tables.values() if t.kind == "group"]
        groups += [self.face.table(PEOPLE)] if any(ups.get(level) == PEOPLE for level in levels) else []
        records = [self.say("row")] if any(t.kind == "facts" for t in tables.values()) else []
        return self.say("list").join([*records, *groups]) or self.say("row")

    def overview_row(self, line: Line, trace: Trace) -> list[str]:
        key = trace.row + self.whose(trace)
        if line.refund is not None:
            key = f"{trace.row}{self.bracket(self.say('taken_back', sale=trace.refund))}"
        name = self.of(trace).face.thing(trace.name) + self.by_version(trace)
        return [name, key, self.day(line), self.face.money(line.amount)]

    def day(self, line: Line) -> str:
        if line.refund is not None:
            return line.refund.day.isoformat()
        day = self.host.at(line.level, line.row).day
        return "" if day is None else day.isoformat()

    def by_version(self, trace: Trace) -> str:
        """A mark on what another version than that of the statement pays."""
        marked = trace.version not in (0, self.host.scheme.version)
        return self.bracket(self.say("by_version", version=trace.version)) if marked else ""

    def title(self, key: str) -> str:
        return f"【{self.say(key)}】" if self.language == "zh" else self.say(key).upper()

    # ---- lines ------------------------------------------------------------------------------------------------

    def details(self, lines: Collection[tuple[Line, Trace]]) -> list[str]:
        """The lines taken apart, those of one name under one heading."""
        names = dict.fromkeys((trace.name, trace.version) for _, trace in lines)
        return [
            self.of(pairs[0][1]).group(pairs)
            for name in names
            if (pairs := [pair for pair in lines if (pair[1].name, pair[1].version) == name])
        ]

    def group(self, pairs: Sequence[tuple[Line, Trace]]) -> str:
        first = pairs[0][1]
        declared = next(x for x in self.run.scheme.lines if x.identity == first.name)
        kind = self.bracket(self.say(first.line_kind))
        title = self.face.titled(declared.names) + kind + self.by_version(first)
        if pairs[0][0].level == PEOPLE and len(pairs) == 1 and pairs[0][0].refund is None:
            return ledger_text(
                [*self.heading(title, self.face.money(pairs[0][0].amount), first), *self.works(first, 1)]
            )
        rows = self.heading(title, "", first)
        for line, trace in pairs:
            rows += self.one_line(line, trace)
        return ledger_text(rows)

    def heading(self, title: str, value: str, trace: Trace) -> list[Row]:
        """What it is, the clause it stands under, file and line."""
        place = self.face.place(trace.span)
        clause = f"{trace.clause}{self.bracket(place)}" if trace.clause else place
        return [(0, title, value), *([(0, clause, "")] if clause else [])]

    def one_line(self, line: Line, trace: Trace) -> list[Row]:
        amount = self.face.money(line.amount)
        if line.refund is None:
            title = "  ".join(part for part in (trace.row, self.day(line)) if part) + self.whose(trace)
            return [(1, title or self.face.thing(trace.name), amount), *self.works(trace, 2)]
        title = f"{trace.row}  {self.day(line)}  {self.say('taken_back', sale=trace.refund)}{self.whose(trace)}"
        return [(1, title, amount), (2, self.shares(trace), "")]

    def whose(self, trace: Trace) -> str:
        """Whose record it is, of a line that somebody else receives; how many levels up, and past whom."""
        told = [self.say("whose", person=trace.credited)] if trace.credited not in ("", trace.row) else []
        told += [self.say("up.line", level=trace.level)] if trace.level is not None else []
        told += [self.say("up.passed", people=self.say("list").join(trace.passed))] if trace.passed else []
        return self.bracket(self.say("semicolon").join(told))

    def shares(self, trace: Trace) -> str:
        assert trace.share is not None
        before, after = (self.face.value(share, "percent") for share in trace.share)
        original = self.face.value(trace.inputs[0].value, "money")
        name = self.face.thing(trace.name)
        return self.say("shares", name=name, value=original, before=before, after=after)

    # ---- steps ------------------------------------------------------------------------------------------------

    def works(self, trace: Trace, indent: int, shown: str = "") -> list[Row]:
        """One row for each step with the value after it, and below what it read."""
        rows: list[Row] = []
        for work in trace.lines:
            if not _silent(work):
                rows += self.work(work, trace, indent, shown or trace.shown)
        return rows

    def work(self, work: Work, trace: Trace, indent: int, shown: str) -> list[Row]:
        rows: list[Row] = [(indent, self.step_text(work, trace, shown), self.step_value(work, shown))]
        rows += [(indent + 1, text, "") for text in self.read(work.inputs, trace)]
        rows += [(indent + 1, text, "") for text in self.portion(work)]
        if work.cut is not None:
            rows.append((indent + 1, self.say("cut", value=self.face.money(work.cut)), ""))
        for rate in work.rates:
            rows += [(indent + 1, text, "") for text in tier_texts(self.face, rate, shown)]
        return rows + self.children(work, trace, indent + 1)

    def step_text(self, work: Work, trace: Trace, shown: str = "") -> str:
        if work.kind == "round":
            return self.rounding(work, shown)
        unwritten = self.say("every_line") if trace.kind == "payout" else self.face.thing(trace.name)
        unwritten = self.say("fill_up") if work.operator == "counting" else unwritten
        return (self.source(work.span) or unwritten) + self.bracket(self.remark(work))

    def rounding(self, work: Work, shown: str = "") -> str:
        assert work.rounding is not None
        step, unit = number(work.rounding.step), self.unit(work.rounding.step, shown)
        if unit:
            return self.say("round_unit", mode=self.say(f"mode.{work.rounding.mode}"), step=step, unit=unit)
        if shown == "percent":
            step = self.say("that_is", step=step, percent=self.percent(work.rounding.step))
        return self.say("round", mode=self.say(f"mode.{work.rounding.mode}"), step=step)

    def unit(self, step: Fraction, shown: str) -> str:
        """The Chinese unit of money that is rounded to: 分, 角 or 元."""
        own = shown == "money" and self.run.scheme.currency == "CNY" and self.language == "zh"
        return UNITS.get(step, "") if own else ""

    def remark(self, work: Work) -> str:
        if work.reason:
            return self.say("cannot", code=work.reason)
        if work.kind in ("only", "zero"):
            return self.say("only" if work.holds else f"not_{work.kind}")
        if work.kind == "rescue":
            return self.say("rescued")
        if work.holds is not None:
            return self.say("holds" if work.holds else "skipped")
        limited = work.operator in ("at_most", "at_least") and work.before == work.after
        return self.say("limit_open") if limited else ""

    def step_value(self, work: Work, shown: str) -> str:
        """The value after the step; how it came from the one before where that is one operation."""
        before, after = work.before, work.after
        value = self.face.value(after, shown)
        if work.portion is not None:
            return value
        if not (isinstance(before, Fraction) and isinstance(after, Fraction)) or before == after:
            return value
        was = self.face.value(before, shown)
        if work.operator == "times" and before and "/" not in plain(after / before):
            return f"{was} × {number(after / before)} = {value}"
        if work.operator in ("plus", "minus", "less_earlier"):
            sign = "+" if after > before else "-"
            return f"{was} {sign} {self.face.value(abs(after - before), shown)} = {value}"
        return f"{was} → {value}"

    def portion(self, work: Work) -> list[str]:
        """How a part of a shared amount came about: of what, how much, and what rounding did."""
        part = work.portion
        if part is None:
            return []
        money = self.face.money
        facts: dict[str, object] = {"total": money(part.total), "count": part.count}
        if part.kind == "rest":
            return [
                self.say("portion.rest", others=money(part.others or Fraction(0)), amount=money(part.amount), **facts)
            ]
        facts["exact"] = money(part.exact)
        if part.share is not None:
            facts |= {"base": money(part.base or Fraction(0)), "share": self.face.value(part.share, "percent")}
            facts["whole"] = money(part.exact / part.scale) if part.scale else ""
        if part.weight is not None and part.weights is not None:
            facts |= {"weight": number(part.weight), "weights": number(part.weights)}
        texts = [] if part.kind == "fixed" else [self.say(f"portion.{part.kind}", **facts)]
        if part.limit is not None:
            facts |= {"limit": money(part.limit), "scale": exact_number(part.scale, self.language)}
            texts.append(self.say("portion.scaled", **facts))
        if part.exact != part.amount:
            texts.append(self.say("portion.rounded", amount=money(part.amount), **facts))
        return texts

    def children(self, work: Work, trace: Trace, indent: int) -> list[Row]:
        """The named values of rows and groups that a step read: why they are what they are."""
        read = {(i.name, i.row) for i in work.inputs if i.kind == "value" and i.row}
        rows: list[Row] = []
        for child in trace.inputs:
            if (child.name, child.row) in read and child.lines:
                rows += self.child(child, trace, indent)
        return rows

    def child(self, child: Trace, trace: Trace, indent: int) -> list[Row]:
        """In one row where it is one step, else step by step."""
        name = self.owner(self.face.thing(child.name), child.row, trace)
        value, place = self.face.value(child.value, child.shown), self.bracket(self.face.place(child.span))
        works = [work for work in child.lines if not _silent(work)]
        if len(works) != 1 or works[0].rates or child.inputs:
            return [(indent, f"{name}{place}", value), *self.works(child, indent + 1)]
        told = self.say("why", name=name, value=value, place=place, text=self.source(works[0].span))
        texts = _wrapped([told, *self.read(works[0].inputs, child)], self.say("semicolon"))
        return [(indent + min(deeper, 1), text, "") for deeper, text in enumerate(texts)]

    def bracket(self, text: str) -> str:
        return self.say("bracket", text=text) if text else ""

    def source(self, span: Span) -> str:
        """The author's own words, on one line."""
        return _line_of(span, self.sources)

    # ---- what a step read -------------------------------------------------------------------------------------

    def read(self, inputs: Sequence[Input], trace: Trace) -> list[str]:
        """The inputs in lines not too wide; without what is taken apart below, and parts of the same measure."""
        below = {(t.name, t.row) for t in trace.inputs if t.row}
        kept = [i for i in inputs if i.kind != "value" or (i.name, i.row) not in below]
        kept = [i for i in kept if trace.kind != "kpi" or not i.name.startswith(f"{trace.name}.")]
        once = list(dict.fromkeys(kept) if all(i.kind != "rows" for i in kept) else kept)
        told = [self.input(i, trace) for i in once]
        return _wrapped(self.told_apart(once, told), self.say("semicolon"))

    def told_apart(self, inputs: Sequence[Input], told: Sequence[str]) -> list[str]:
        """Of two counts or sums over one table it is said of what, in the author's words."""
        tables = [i.name for i in inputs if i.kind == "rows" and i.count is not None]
        several = {name for name in tables if tables.count(name) > 1}
        apart = [i.kind == "rows" and i.count is not None and i.name in several for i in inputs]
        sources = [self.source(i.span) if several_ else "" for i, several_ in zip(inputs, apart, strict=True)]
        texts = zip(sources, told, strict=True)
        return [self.say("of_rows", text=source, rows=text) if source else text for source, text in texts]

    def other_version(self, item: Input) -> str:
        """What another version comes to, or what was paid on average before this one."""
        value = self.face.value(item.value, item.shown)
        if item.name == "before":
            return self.say("version_before", count=int(item.function), value=value)
        how = "alone" if item.function in ("alone", "plain", "") else "beside"
        return self.say(f"version_{how}", version=item.name, value=value)

    def input(self, item: Input, trace: Trace) -> str:
        if item.kind == "rows":
            return self.rows(item)
        if item.kind == "lines":
            return self.received(item)
        if item.kind == "lookup":
            return self.looked_up(item)
        if item.kind == "rate":
            return self.converted(item)
        if item.kind == "accrued":
            return self.accrued(item)
        if item.kind == "previous":
            return self.previous(item)
        if item.kind == "place":
            return self.standing(item)
        if item.kind == "version":
            return self.other_version(item)
        if item.kind in ("level", "highest"):
            value = self.face.value(item.value, item.shown)
            return self.say(f"up.{item.kind}", value=value, person=item.row or "-")
        if item.kind != "column":
            text = f"{self.face.thing(item.name)} {self.face.value(item.value, self.shown(item))}"
            return self.owner(self.on_day(text, item), item.row, trace)
        table, _, column = item.name.partition(".")
        value = self.face.value(self.linked(table, column, item.value), item.shown)
        return self.owner(self.on_day(f"{self.face.column(table, column)} {value}", item), item.row, trace)

    def standing(self, item: Input) -> str:
        """A place with what was compared, and what follows from it."""
        value, count = self.face.value(item.value, item.shown), str(item.count)
        keys = [self.face.value(key, shown) for key, shown in item.keys]
        if item.function != "place":
            first, last = (keys[0], keys[-1]) if keys else ("", "")
            return self.say(f"place.{item.function}", value=value, count=count, first=first, last=last)
        ((_, tied),) = item.parts
        told = self.say("comma").join(keys)
        return self.say(f"place.{'shared' if tied > 1 else 'place'}", keys=told, value=value, count=count, tied=tied)

    def on_day(self, text: str, item: Input) -> str:
        """With the day on which it was read, or what a mean is made of."""
        if item.parts:
            unit = f"n.{item.function}"
            parts = [
                self.say("weighted", value=self.face.value(value, item.shown), count=self.say(unit, count=weight))
                for value, weight in item.parts
            ]
            return self.say("mean", text=text, parts=self.say("list").join(parts))
        return text if item.first is None else self.say("on_day", text=text, day=item.first.isoformat())

    def shown(self, item: Input) -> str:
        """How a value that was read looks: scores alike everywhere."""
        name, _, part = item.name.partition(".")
        scheme = self.run.scheme
        if item.name in {score.identity for score in scheme.scores}:
            return self.face.score_type()
        kpis = [kpi for kpi in scheme.kpis if kpi.identity == name and part in ("actual", "target", "score")]
        return self.kpi_type(kpis[0], part) if kpis else item.shown

    def linked(self, table: str, column: str, value: Scalar) -> Scalar:
        """The key of the row that a link column leads to."""
        link = self.run.scheme.table(table).column(column).link
        if not link or not isinstance(value, int):
            return value
        return self.run.facts.tables[link].keys[int(value)]

    def owner(self, text: str, row: str, trace: Trace) -> str:
        """With the record or group it belongs to, unless that is the one at hand."""
        return text if row in ("", trace.row, self.explanation.person) else text + self.bracket(row)

    def rows(self, item: Input) -> str:
        table = self.face.table(item.name)
        value = self.face.value(item.value, item.shown)
        if item.count is None:
            return self.within(self.say(f"fn.{item.function}", table=table, value=value), item)
        rows = self.within(self.say("rows", table=table, count=item.count), item)
        return rows if item.function == "count" else self.say(f"fn.{item.function}", rows=rows, value=value)

    def within(self, text: str, item: Input) -> str:
        """With the days that count, and the columns that the rows agree in."""
        if item.alike:
            names = [self.face.column(*key.split(".", 1)) for key in item.alike]
            text = self.say("alike", text=text, keys=self.say("list").join(names))
        text = self.say("with_below", text=text) if item.below else text
        if item.first is None or item.last is None:
            return text
        return self.say("within", text=text, first=item.first.isoformat(), last=item.last.isoformat())

    def received(self, item: Input) -> str:
        if item.function == "due":
            value = self.face.value(item.value, "money")
            return self.say("fn.due", name=self.face.thing(item.name), value=value)
        lines = self.say("count_lines", count=item.count or 0)
        return self.say(
            "fn.lines", name=self.face.thing(item.name), lines=lines, value=self.face.value(item.value, "money")
        )

    def accrued(self, item: Input) -> str:
        """What was paid before, with the periods it comes from."""
        told = [f"{period} {self.face.value(amount, 'money')}" for period, amount in item.periods if amount]
        value = self.face.money(item.value) if isinstance(item.value, Fraction) else ""
        return self.say(f"accrued.{item.function}", value=value) + self.bracket(self.say("plus").join(told))

    def previous(self, item: Input) -> str:
        """What was a period ago, or what holds because there was nothing."""
        name = self.say("settled") if item.name == "payout" else self.face.thing(item.name)
        if not item.periods:
            return self.say("nothing_before", name=name, value=self.face.value(item.value, item.shown))
        ((period, value),) = item.periods
        return self.say("previous", name=name, period=period, value=self.face.value(value, item.shown))

    def looked_up(self, item: Input) -> str:
        table = next(t for t in self.run.scheme.lookups if t.identity == item.name)
        keys = self.say("comma").join(self.face.value(key, shown) for key, shown in item.keys)
        value = self.face.value(item.value, item.shown)
        return self.say("looked_up", table=self.face.name(table.names), keys=keys, value=value)

    def converted(self, item: Input) -> str:
        """`1,000.00 GBP × 1.22 (2025-03-31)`: the amount, its rate and the day the rate is of."""
        assert item.base is not None
        day = item.row.rpartition(" ")[2]
        rate = self.face.value(item.value, item.shown)
        return self.say(f"converted.{item.function}", amount=self.face.value(*item.base), rate=rate, day=day)

    # ---- the score --------------------------------------------------------------------------------------------

    def scores(self, measures: bool) -> list[str]:
        if not self.run.scheme.kpis and not self.run.scheme.scores:
            return []
        table = [self.kpi_table()] if self.run.scheme.kpis else []
        clauses = ["", *(kpi.place.clause for kpi in self.run.scheme.kpis)]
        pairs = zip(self.run.scheme.kpis, clauses, strict=False) if measures else ()
        blocks = [self.kpi(kpi, kpi.place.clause != before) for kpi, before in pairs]
        total = [self.score(trace) for trace in self.person_values("score")]
        return ["\n".join([self.title("score"), *table]), *blocks, *total]

    def person_values(self, kind: str) -> list[Trace]:
        return [trace for step, trace in self.explanation.steps() if step.kind == kind]

    def kpi_table(self) -> str:
        parts = [p for p in ("actual", "target") if any(self.kpi_value(k, p) is not None for k in self.run.scheme.kpis)]
        points = self.points()
        heads = ["kpi", "weight", *parts, "kpi_score", *(["points"] if points else [])]
        headers = [self.say(key) for key in heads]
        rows = [[self.face.name(k.names), *self.kpi_cells(k, parts)] for k in self.run.scheme.kpis]
        if points:
            rows = [[*row, points[k.identity]] for row, k in zip(rows, self.run.scheme.kpis, strict=True)]
        align: list[Align] = ["left" if key == "kpi" else "right" for key in heads]
        return render_table(headers, rows, align)

    def kpi_cells(self, kpi: Kpi, parts: Sequence[str]) -> list[str]:
        if self.kpi_value(kpi, "not_applicable") is True:
            return [self.percent(kpi.weight), *["-"] * len(parts), self.say("not_applicable")]
        values = [self.face.value(self.kpi_value(kpi, part), self.kpi_type(kpi, part)) for part in parts]
        score = self.face.value(self.kpi_value(kpi, "score"), self.face.score_type())
        return [self.percent(kpi.weight), *values, score]

    def kpi_value(self, kpi: Kpi, part: str) -> Scalar | None:
        step = self.kpi_step(kpi, part)
        value = None if step is None else self.run.lookup(step, self.person())
        return value if isinstance(value, Fraction | str | bool | date) else None

    def kpi_step(self, kpi: Kpi, part: str) -> int | None:
        steps = self.run.plan.steps
        return next((s.number for s in steps if s.kind == "kpi" and (s.name, s.part) == (kpi.identity, part)), None)

    def kpi_type(self, kpi: Kpi, part: str) -> str:
        """An actual ratio is shown in % where its target is."""
        if part == "score":
            return self.face.score_type()
        body = kpi.actual if part == "actual" else kpi.target
        ratio = body is not None and body.type.kind is Kind.number
        wanted = kpi.target is not None and kpi.target.type.kind is Kind.percent
        if body is None or self.explanation.index is None:
            return ""
        here = self.run.at(PEOPLE, self.person())
        return "percent" if ratio and wanted else shown_at(self.run, shown_as(body.type), here)

    def percent(self, value: Fraction) -> str:
        return exact_number(value, self.language, percent=True)

    def points(self) -> dict[str, str]:
        """What each measure adds to the score, weights scaled up to 100%; {} if the score came about otherwise."""
        kpis = [k for k in self.run.scheme.kpis if self.kpi_value(k, "not_applicable") is not True]
        whole = sum((k.weight for k in kpis), Fraction(0))
        scores = {k.identity: self.kpi_value(k, "score") for k in kpis}
        added = {k.identity: k.weight / whole * s for k in kpis if isinstance(s := scores[k.identity], Fraction)}
        totals = [w.after for t in self.person_values("score")[:1] for w in t.lines[:1]]
        if len(added) != len(kpis) or [sum(added.values(), Fraction(0))] != totals:
            return {}
        shown = {name: self.face.value(value, self.face.score_type()) for name, value in added.items()}
        return {k.identity: shown.get(k.identity, "-") for k in self.run.scheme.kpis}

    def kpi(self, kpi: Kpi, clause: bool) -> str:
        """A measure part by part; the clause only where it is not that of the measure before."""
        place = self.face.place(kpi.place.span)
        told = kpi.place.clause if clause else ""
        rows: list[Row] = [(0, f"{self.face.titled(kpi.names)}{self.bracket(place)}", "")]
        for part in ("not_applicable", "actual", "target", "score"):
            step = self.kpi_step(kpi, part)
            if step is not None:
                rows += self.kpi_part(kpi, trace_step(self.run, step, self.person()))
        return ledger_text([(0, told, ""), *rows] if told else rows)

    def kpi_part(self, kpi: Kpi, trace: Trace) -> list[Row]:
        """What is one step stands beside the part's name, several steps below it."""
        shown = "yesno" if trace.part == "not_applicable" else self.kpi_type(kpi, trace.part)
        value = self.face.value(trace.value, shown)
        if trace.part == "not_applicable":
            return [(1, self.source(trace.span), value), *self.reads(trace.lines[:1], trace)]
        title = self.say("kpi_score" if trace.part == "score" else trace.part)
        works = [work for work in trace.lines if not _silent(work)]
        if len(works) != 1 or works[0].rates or (trace.inputs and trace.part != "score"):
            return [(1, title, value), *self.works(trace, 2, shown)]
        return [(1, f"{title}  {self.step_text(works[0], trace)}", value), *self.reads(works, trace)]

    def reads(self, works: Sequence[Work], trace: Trace) -> list[Row]:
        """What steps read, unless a step is nothing but the name of what it read."""
        named = {self.source(work.span) for work in works}
        texts = [text for work in works for text in self.read(work.inputs, trace)]
        return [(2, text, "") for text in texts if text.rpartition(" ")[0] not in named]

    def score(self, trace: Trace) -> str:
        declared = next(s for s in self.run.scheme.scores if s.identity == trace.name)
        shown = self.face.score_type()
        bare = replace(trace, lines=tuple(replace(w, inputs=()) for w in trace.lines))
        title = self.heading(self.face.titled(declared.names), self.face.value(trace.value, shown), trace)
        return ledger_text([*title, *self.works(bare, 1, shown)])

    # ---- values, payout, earlier periods ------------------------------------------------------------------------

    def values(self) -> list[str]:
        named = [*self.person_values("value"), *self.person_values("rank")]
        blocks = [ledger_text(self.block(t, self.face.thing(t.name))) for t in named]
        return [f"{self.title('values')}\n{blocks[0]}", *blocks[1:]] if blocks else []

    def competencies(self) -> list[str]:
        """Each competency as a table of its items, and below how the numbers in it came about."""
        found = {(t.name, t.part): t for t in self.person_values("competency")}
        out: list[str] = []
        for competency in self.run.scheme.competencies:
            parts = [part for name, part in found if name == competency.identity]
            out.append("\n".join([self.title("competency"), self.competency_table(competency, found)]))
            traces = [found[competency.identity, part] for part in parts]
            out += [ledger_text(self.block(t, self.face.thing(f"{t.name}.{t.part}"))) for t in traces]
        return out

    def competency_table(self, competency: Competency, found: Mapping[tuple[str, str], Trace]) -> str:
        name, rows = competency.identity, list[list[str]]()
        for item in competency.items:
            marks = (item.identity, f"{item.identity}.gap", f"{item.identity}.course")
            cells = [found.get((name, mark)) for mark in marks]
            shown = ["-" if cell is None else self.face.value(cell.value, cell.shown) for cell in cells]
            rows.append([self.face.name(item.names), self.percent(item.weight), *shown])
        score = found.get((name, "score"))
        total = "-" if score is None else self.face.value(score.value, score.shown)
        rows.append([f"{self.face.name(competency.names)} {self.say('kpi_score')}", "", total, "", ""])
        headers = ["", *(self.say(key) for key in ("weight", "rating", "gap", "course"))]
        return render_table(headers, rows, ["left", "right", "right", "right", "left"])

    def accounts(self) -> list[str]:
        """Each balance as an account: what it opens with, what moves it, what it closes with."""
        traces = self.person_values("account")
        blocks: list[str] = []
        for account in self.run.scheme.accounts:
            own = [trace for trace in traces if trace.name == account.identity]
            order = sorted(own, key=lambda trace: ("opening", "plus", "minus", "closing").index(trace.part.split()[0]))
            place = self.bracket(self.face.place(account.place.span))
            rows: list[Row] = [(0, f"{self.face.titled(account.names)}{place}", "")]
            rows += [row for trace in order for row in self.balance(account, trace)]
            blocks.append(ledger_text(rows))
        return [f"{self.title('accounts')}\n{blocks[0]}", *blocks[1:]] if blocks else []

    def balance(self, account: checked.Account, trace: Trace) -> list[Row]:
        word, _, name = trace.part.partition(" ")
        told = self.say(word) if not name else self.say(f"account.{word}", name=self.moved_by(account, name))
        rows: list[Row] = [(1, told, self.face.value(trace.value, trace.shown))]
        if trace.part == "opening":
            rows += [(2, text, "") for text in self.read(trace.lines[0].inputs, trace)]
        return rows

    def moved_by(self, account: checked.Account, name: str) -> str:
        """What moves it by its name, else as the author wrote it; of a cap that its excess does."""
        if name.isdigit():
            return self.source(account.moves[int(name) - 1].term.span)
        line = next((line for line in self.run.scheme.lines if line.identity == name), None)
        steps = line.body.steps if line is not None else ()
        excess = any(isinstance(s, checked.Excess) and s.account == account.identity for s in steps)
        return self.say("excess_of", name=self.face.thing(name)) if excess else self.face.thing(name)

    def payout(self) -> list[str]:
        passages = self.explanation.passages
        if passages:
            own = trace_step(self.run, self.run.plan.own_payout, self.person())
            first = self.block(own, self.say("own_rules", version=self.run.scheme.version))
            blocks = [ledger_text(self.passage(trace)) for trace in passages]
            final = ledger_text([(0, self.say("settled"), self.money_of(self.explanation.payout.value))])
            title = self.title("passing")
            return [f"{self.title('payout')}\n{ledger_text(first)}", f"{title}\n{blocks[0]}", *blocks[1:], final]
        rows = self.block(self.explanation.payout, self.say("settled"))
        return [f"{self.title('payout')}\n{ledger_text(rows)}"]

    def passage(self, trace: Trace) -> list[Row]:
        """What a clause of the transition adds, and from what it was worked out."""
        return self.block(trace, self.say(f"passage.{trace.name}"))

    def block(self, trace: Trace, title: str) -> list[Row]:
        value = self.face.value(trace.value, trace.shown)
        return [*self.heading(title, value, trace), *self.works(trace, 1)]

    def adjustments(self) -> list[str]:
        blocks = [self.adjustment(a) for a in self.explanation.adjustments]
        return [f"{self.title('adjusting')}\n{blocks[0]}", *blocks[1:]] if blocks else []

    def adjustment(self, adjustment: Adjustment) -> str:
        """The payout of the sale's period step by step, before and after the refund."""
        scheme = adjustment.after_run.scheme
        key = "adjustment" if adjustment.refund else "event"
        key = "adjustment_part" if key == "adjustment" and adjustment.part else key
        told = self.say(
            key, refund=adjustment.refund, sale=adjustment.sale, period=adjustment.period, version=scheme.version
        )
        rows = [*self.compared(adjustment), self.difference(adjustment)]
        heads = ("before", "after") if adjustment.refund else ("event_before", "event_after")
        headers = [self.say("step"), *map(self.say, heads)]
        return f"{told}\n{render_table(headers, rows, ['left', 'right', 'right'])}"

    def compared(self, adjustment: Adjustment) -> list[list[str]]:
        if adjustment.person is None:
            return [[self.say("company_lines"), self.money_of(adjustment.before), self.money_of(adjustment.after)]]
        before, after = (
            trace_step(run, run.plan.payout, adjustment.person, deep=False)
            for run in (adjustment.before_run, adjustment.after_run)
        )
        sources = self.all_sources.get(adjustment.after_run.scheme.hash, {})
        texts = [_line_of(w.span, sources) or self.rounding_text(w) for w in after.lines]
        pairs = zip(texts, before.lines, after.lines, strict=False)
        return [[t, self.money_of(b.after), self.money_of(a.after)] for t, b, a in pairs if t]

    def rounding_text(self, work: Work) -> str:
        return self.rounding(work, "money") if work.kind == "round" and work.before != work.after else ""

    def money_of(self, value: Scalar | None) -> str:
        return self.face.value(value, "money")

    def difference(self, adjustment: Adjustment) -> list[str]:
        return [self.say("difference"), "", self.face.money(adjustment.amount)]


def _versions_of(run: Run) -> dict[str, Run]:
    """Scheme hash → an evaluation by it, of all that run beside each other."""
    out = {run.scheme.hash: run}
    for other in run.beside.sources.values() if run.beside is not None else ():
        if isinstance(other, Run):
            out = {**_versions_of(other), **out}
    return out


# ---- small parts -------------------------------------------------------------------------------------------


def _amount(line: PaidLine, name: str) -> Fraction:
    return Fraction(getattr(line.settled, name))


def _line_of(span: Span, sources: Mapping[str, Source]) -> str:
    return " ".join(text_at(span, sources).split())


def _silent(work: Work) -> bool:
    """Roundings of a default that change nothing, and rescues that were not needed."""
    if work.kind == "round":
        return not work.written and work.before == work.after
    return work.kind == "rescue" and work.before is not None


def _wrapped(texts: Sequence[str], separator: str) -> list[str]:
    """The texts joined, a new line where one grows too wide."""
    out: list[str] = []
    for text in texts:
        if out and display_width(out[-1] + separator + text) <= _WIDE - 12:
            out[-1] += separator + text
        else:
            out.append(text)
    return out


def ledger_text(rows: Sequence[Row]) -> str:
    """Indented texts with their values in one right-hand column; what is too long takes the room it needs."""
    out: list[str] = []
    for indent, text, value in rows:
        left = "  " * indent + text
        gap = max(_LEDGER - display_width(left) - display_width(value), 2) if value else 0
        out.append(f"{left}{' ' * gap}{value}".rstrip())
    return "\n".join(out)


__all__ = [
    "Column",
    "Face",
    "Sources",
    "exact_number",
    "face_of",
    "ledger_text",
    "number",
    "pay_columns",
    "pay_table",
    "person_name",
    "statement",
]
