"""Rules, cases and rows that can never apply; cases that can both hold; cases nothing is said for.

In: a checked scheme. Out: warnings, each with the case that shows it; a note where it cannot be decided.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from itertools import combinations, pairwise, product

from tiercel_dsl import mending, scheme
from tiercel_dsl.conditions import (
    Asked,
    Distance,
    Domain,
    Filled,
    Reader,
    Region,
    Regions,
    Value,
    asked_in,
    independent,
    point,
)
from tiercel_dsl.diagnostics import Diagnostic, Edit, Fix, FixKind, Related, Severity
from tiercel_dsl.mending import Page
from tiercel_dsl.records import dataclass
from tiercel_dsl.resolver import diagnostic
from tiercel_dsl.scheme import Body, Cases, Change, CheckedScheme, Exactly, KeyCell, Lookup, LookupRow, Range, Term
from tiercel_dsl.source import Span
from tiercel_dsl.types import Kind, Type

_MOST_CELLS = 4_000


def found(checked: CheckedScheme, page: Page) -> Iterator[Diagnostic]:
    """Of every body and every lookup table."""
    reader = _Conditions(checked, page)
    for where, bodies in _rules(checked):
        yield from reader.rule(where, bodies)
    for table in checked.lookups:
        yield from _rows_unreached(table, page)
        yield from _rows_missing(table, checked, page)


def _rules(checked: CheckedScheme) -> Iterator[tuple[tuple[Term, ...], tuple[Body, ...]]]:
    """Bodies with the conditions that their headers set."""
    for value in (*checked.values, *checked.scores):
        yield (value.where,) if value.where else (), (value.body,)
    for line in checked.lines:
        own = (line.where,) if line.where else ()
        yield own, (line.body,)
        for other in line.exceptions:
            yield (*own, other.where), (other.body,)
    for kpi in checked.kpis:
        yield (), tuple(body for body in (kpi.actual, kpi.target, kpi.score) if body is not None)
    if checked.payout is not None:
        yield (), (checked.payout,)


# ---- conditions --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Conditions:
    checked: CheckedScheme
    page: Page

    @property
    def reader(self) -> Reader:
        return Reader(self.checked)

    def rule(self, where: tuple[Term, ...], bodies: tuple[Body, ...]) -> Iterator[Diagnostic]:
        """A header that nothing fits; then what its body adds to it."""
        reader = self.reader
        known: Regions | None = [{}]
        for condition in where:
            before, own = known, reader.regions(condition)
            known = reader.both(known, own)
            if known == []:
                yield self._never(condition, own, before, where)
                return
        for body in bodies:
            yield from self._body(body, known, reader)

    def _body(self, body: Body, known: Regions | None, reader: Reader) -> Iterator[Diagnostic]:
        for step in body.steps:
            if isinstance(step, Cases):
                yield from self._cases(step, known, reader)
            elif isinstance(step, scheme.Only | scheme.Zero):
                met = reader.both(known, reader.regions(step.condition))
                if met == []:
                    yield self._never(step.condition, reader.regions(step.condition), known, ())
                    return
                known = met if isinstance(step, scheme.Only) else known
            elif isinstance(step, Change | scheme.Cap) and step.when is not None:
                met = reader.both(known, reader.regions(step.when))
                if met == []:
                    yield self._never(step.when, reader.regions(step.when), known, ())
        yield from self._clamped(body)

    def _never(
        self, condition: Term, own: Regions | None, before: Regions | None, where: tuple[Term, ...]
    ) -> Diagnostic:
        """Against itself, or against what the rule asks already."""
        related = () if own == [] else tuple(Related(w.span, "asked_here") for w in where[:1] if w is not condition)
        return diagnostic(
            "E2602", condition.span, condition=condition, related=related, severity=Severity.warning,
            what="itself" if own == [] else "rule",
        )  # fmt: skip

    def _clamped(self, body: Body) -> Iterator[Diagnostic]:
        """A floor above the cap before it, or a cap below the floor before it: one value is left."""
        limits = [s for s in body.steps if not isinstance(s, scheme.Round)]
        for first, second in pairwise(limits):
            if not (isinstance(first, Change) and isinstance(second, Change)) or first.when or second.when:
                continue
            one, other = self.reader.value(first.term), self.reader.value(second.term)
            pair = (first.operator, second.operator)
            if not (isinstance(one, Fraction) and isinstance(other, Fraction)):
                continue
            if (pair == ("at_most", "at_least") and other > one) or (pair == ("at_least", "at_most") and other < one):
                related = (Related(first.span, "limit_here"),)
                yield diagnostic("E2604", second.span, limit=second.term, severity=Severity.warning, related=related)

    # ---- cases ---------------------------------------------------------------------------------------------------

    def _cases(self, step: Cases, known: Regions | None, reader: Reader) -> Iterator[Diagnostic]:
        held = [reader.both(known, reader.regions(condition)) for condition, _ in step.cases]
        live = list(range(len(held)))
        for index, (condition, _) in enumerate(step.cases):
            if held[index] == []:
                live.remove(index)
                yield self._never(condition, reader.regions(condition), known, ())
        if step.unique:
            yield from self._overlaps(step, held, live, reader)
        else:
            yield from self._shadowed(step, held, live, reader)
        if step.otherwise is None and len(step.cases) > 1:
            yield from self._gap(step, known, reader)

    def _shadowed(
        self, step: Cases, held: Sequence[Regions | None], live: list[int], reader: Reader
    ) -> Iterator[Diagnostic]:
        """Of `first of`: a case that the ones before it leave nothing."""
        for index in live[1:]:
            earlier = [reader.regions(step.cases[i][0], holds=False) for i in live if i < index]
            if reader.both(held[index], *earlier) == []:
                before = step.cases[max(i for i in live if i < index)][0]
                related = (Related(before.span, "case_before"),)
                condition = step.cases[index][0]
                facts = {"condition": condition, "severity": Severity.warning, "related": related}
                free = [n for n in range(len(earlier)) if reader.both(held[index], *earlier[:n]) != []]
                fixes = self._moved(step, live[free[-1]], index) if free else ()
                yield diagnostic("E2601", condition.span, what="case", fixes=fixes, **facts)

    def _moved(self, step: Cases, to: int, index: int) -> tuple[Fix, ...]:
        """The line of a case put before another one, where each case has a line of its own."""
        spans = step.case_spans[to : index + 1]
        lines = [span.line for span in spans]
        own = all(s.line == s.end_line and s.column == spans[0].column for s in spans)
        if not own or len(set(lines)) < len(lines) or not spans:
            return ()
        last, first = spans[-1], spans[0]
        whole = Span(last.source, last.line, 1, last.line + 1, 1)
        text = self.page.text_at(whole)
        if not text.endswith("\n"):
            return ()
        start = Span(first.source, first.line, 1, first.line, 1)
        other = self.page.text_at(first)
        return (Fix(FixKind.review, "move_above", (Edit(start, text), Edit(whole, "")), {"other": other}),)

    def _overlaps(
        self, step: Cases, held: Sequence[Regions | None], live: list[int], reader: Reader
    ) -> Iterator[Diagnostic]:
        """Two cases that can both hold with different values: then nobody can say what is paid."""
        undecided: list[tuple[int, int]] = []
        for one, other in combinations(live, 2):
            if step.cases[one][1] == step.cases[other][1]:
                continue
            met = reader.both(held[one], held[other])
            if met == []:
                continue
            asked = _shared(held[one], held[other])
            if met is None or not asked or not independent(asked_in(met)):
                undecided.append((one, other))
                continue
            yield self._both_hold(step, one, other, met[0])
            return
        if undecided:
            one, other = undecided[0]
            related = (Related(step.cases[one][0].span, "case_before"),)
            facts = {"first": step.cases[one][0], "second": step.cases[other][0]}
            at = step.cases[other][0].span
            yield diagnostic("E2617", at, severity=Severity.note, related=related, **facts)

    def _both_hold(self, step: Cases, one: int, other: int, region: Region) -> Diagnostic:
        first, second = (step.cases[i] for i in (one, other))
        return diagnostic(
            "E2616", second[0].span, case=_told(region, self.page), first=first[1], second=second[1],
            severity=Severity.warning, related=(Related(first[0].span, "case_before"),),
        )  # fmt: skip

    def _gap(self, step: Cases, known: Regions | None, reader: Reader) -> Iterator[Diagnostic]:
        """What lies between cases that all ask the same one thing, or an option that none of them names."""
        none = reader.both(known, *(reader.regions(condition, holds=False) for condition, _ in step.cases))
        asked = {key for condition, _ in step.cases for key in asked_in(reader.regions(condition) or [])}
        if not none or len(asked) != 1:
            return
        key = next(iter(asked))
        for region in none:
            domain = region.get(key)
            inner = domain is not None and domain.low is not None and domain.high is not None
            if domain is not None and (inner or domain.options is not None):
                case = _told({key: domain}, self.page)
                yield diagnostic("E2618", step.cases[-1][0].span, case=case, severity=Severity.warning)
                return


def _shared(one: Regions | None, other: Regions | None) -> set[Asked]:
    """What both ask: cases that ask different things need not be meant to exclude each other, but may."""
    return set(asked_in(one or [])) & set(asked_in(other or []))


# ---- cases in words ----------------------------------------------------------------------------------------------


def _told(region: Region, page: Page) -> str:
    """`amount = 50,000, vip = yes`: one case of a region."""
    texts = [_asked(key, domain, page) for key, domain in region.items()]
    return mending.comma(page).join(text for text in texts if text)


def _asked(key: Asked, domain: Domain, page: Page) -> str:
    value = point(domain)
    if isinstance(key, Filled):
        word = mending.word("MISSING", "present" if value is True else "missing", page)
        return f"{page.text_at(key.operand.span)} {word}"
    if isinstance(key, Distance):
        sign = "" if not isinstance(value, Fraction) else "=" if value == 0 else ">" if value > 0 else "<"
        return f"{page.text_at(key.left.span)} {sign} {page.text_at(key.right.span)}" if sign else ""
    shown = "" if value is None else shown_value(value, key.type, page)
    return f"{page.text_at(key.span)} = {shown}" if shown else ""


def shown_value(value: Value, type_: Type, page: Page) -> str:
    """A value as an author of this face writes it."""
    if isinstance(value, bool):
        return mending.word("YES_NO", "yes" if value else "no", page)
    if isinstance(value, Fraction):
        return mending.written(value, type_.kind, page)
    if isinstance(value, date):
        return value.isoformat()
    return f"“{value}”" if page.language == "zh" else f'"{value}"'


# ---- rows of lookup tables ---------------------------------------------------------------------------------------


def _rows_unreached(table: Lookup, page: Page) -> Iterator[Diagnostic]:
    """Of `first of`: a row whose every case an earlier row takes."""
    if not table.first_of:
        return
    for index, row in enumerate(table.rows[1:], 1):
        earlier = table.rows[:index]
        cells = _cells(row, earlier, table)
        if cells is not None and all(any(_takes(e, cell) for e in earlier) for cell in cells):
            taking = next(e for e in reversed(earlier) if any(_takes(e, cell) for cell in cells))
            related = (Related(taking.span, "other_case"),)
            yield diagnostic("E2601", row.span, what="row", severity=Severity.warning, related=related, condition="")


def _cells(row: LookupRow, others: Sequence[LookupRow], table: Lookup) -> list[tuple[KeyCell, ...]] | None:
    """The row cut at every bound of the others, so that each piece is wholly inside another row or outside."""
    sides = [_cut(cell, [o.keys[k] for o in others], table.key_types[k]) for k, cell in enumerate(row.keys)]
    count = 1
    for side in sides:
        count *= len(side)
    return [*product(*sides)] if count <= _MOST_CELLS else None


def _cut(cell: KeyCell, others: Sequence[KeyCell], type_: Type) -> list[KeyCell]:
    if isinstance(cell, Exactly):
        return [cell]
    ranges = [o for o in others if isinstance(o, Range)]
    if cell is None and not ranges:
        named = dict.fromkeys(o for o in others if isinstance(o, Exactly))
        every = {Exactly(True), Exactly(False)} if type_.kind is Kind.yesno else {Exactly(o) for o in type_.options}
        rest: list[KeyCell] = [] if every and every <= set(named) else [None]
        return [*named, *rest]
    whole = cell if isinstance(cell, Range) else Range(None, False, None, False)
    points = sorted({b for r in ranges for b in (r.low, r.high) if b is not None and _inside(b, whole)})
    out: list[KeyCell] = []
    low, low_inside = whole.low, whole.low_inside
    for at in points:
        if not (low == at and low_inside):
            out.append(Range(low, low_inside, at, False))
        out.append(Range(at, True, at, True))
        low, low_inside = at, False
    if low is None or low != whole.high:
        out.append(Range(low, low_inside, whole.high, whole.high_inside))
    return out or [whole]


def _inside(value: Fraction, whole: Range) -> bool:
    above = whole.low is None or value > whole.low or (value == whole.low and whole.low_inside)
    return above and (whole.high is None or value < whole.high or (value == whole.high and whole.high_inside))


def _takes(row: LookupRow, cell: tuple[KeyCell, ...]) -> bool:
    return all(_holds(own, piece) for own, piece in zip(row.keys, cell, strict=True))


def _holds(own: KeyCell, piece: KeyCell) -> bool:
    if own is None or own == piece:
        return True
    if not (isinstance(own, Range) and isinstance(piece, Range)):
        return False
    below = own.low is not None and (
        piece.low is None or piece.low < own.low or (piece.low == own.low and piece.low_inside and not own.low_inside)
    )
    above = own.high is not None and (
        piece.high is None
        or piece.high > own.high
        or (piece.high == own.high and piece.high_inside and not own.high_inside)
    )
    return not below and not above


def _rows_missing(table: Lookup, checked: CheckedScheme, page: Page) -> Iterator[Diagnostic]:
    """Without `otherwise`: an option that no row names, or a range between two rows that none fills."""
    if table.otherwise is not None or table.first_of:
        return
    for k, name in enumerate(table.keys):
        lacking = _options_missing(table, k, checked)
        if lacking:
            case = f"{name} = {shown_value(lacking[0], table.key_types[k], page)}"
            keys = [shown_value(lacking[0], table.key_types[k], page) if i == k else "" for i in range(len(table.keys))]
            yield _missing(table, case, keys, table.rows[-1], page)
            return
    hole = _hole(table)
    if hole is not None:
        cell, after = hole
        texts = [_key_text(c, t, page) for c, t in zip(cell, table.key_types, strict=True)]
        pairs = zip(table.keys, texts, strict=True)
        yield _missing(table, mending.comma(page).join(f"{n} {t}" for n, t in pairs if t), texts, after, page)


def _missing(table: Lookup, case: str, keys: Sequence[str], before: LookupRow, page: Page) -> Diagnostic:
    any_ = mending.word("ANY", "", page)
    row = "   ".join([*(key or any_ for key in keys), *["?"] * len(table.columns)])
    matrix = len({r.span for r in table.rows}) < len(table.rows)
    fixes: tuple[Fix, ...] = () if matrix or before.span.line == 0 else mending.missing_row(row, before.span)
    name = table.names.shown(page.language)
    return diagnostic(
        "E2603",
        mending.label(table.place.span, table.names, page),
        table=name,
        case=case,
        row="" if matrix else row,
        severity=Severity.warning,
        fixes=fixes,
    )


def _options_missing(table: Lookup, k: int, checked: CheckedScheme) -> list[str | bool]:
    """What a key can be, in every place that asks the table, and no row says."""
    cells = [row.keys[k] for row in table.rows]
    if any(cell is None for cell in cells) or not all(isinstance(cell, Exactly) for cell in cells):
        return []
    named = {cell.value for cell in cells if isinstance(cell, Exactly)}
    asked = [n.keys[k].type for n in scheme.parts(checked.lines + checked.values) if _asks(n, table)]
    possible: list[str | bool] = []
    if asked and all(t.options for t in asked):
        possible = [option for t in asked for option in t.options]
    elif table.key_types[k].kind is Kind.yesno:
        possible = [True, False]
    return [value for value in dict.fromkeys(possible) if value not in named]


def _asks(node: object, table: Lookup) -> bool:
    return isinstance(node, scheme.LookupValue) and node.lookup == table.identity


def _hole(table: Lookup) -> tuple[tuple[KeyCell, ...], LookupRow] | None:
    """A range of one key between two rows that agree in the others, and the row above it."""
    for k, type_ in enumerate(table.key_types):
        for _, rows in _alike(table.rows, k):
            ranged = [r for r in rows if isinstance(r.keys[k], Range)]
            ordered = sorted(ranged, key=lambda r: _start(r.keys[k]))
            for lower, upper in pairwise(ordered):
                gap = _between(lower.keys[k], upper.keys[k], type_)
                if gap is None:
                    continue
                cell = tuple(gap if i == k else c for i, c in enumerate(upper.keys))
                pieces = _cells(LookupRow(cell, ()), table.rows, table)
                if pieces and not any(_takes(row, piece) for row in table.rows for piece in pieces):
                    return cell, upper
    return None


def _alike(rows: Iterable[LookupRow], k: int) -> Iterator[tuple[tuple[KeyCell, ...], list[LookupRow]]]:
    groups: dict[tuple[KeyCell, ...], list[LookupRow]] = {}
    for row in rows:
        groups.setdefault((*row.keys[:k], *row.keys[k + 1 :]), []).append(row)
    yield from groups.items()


def _start(cell: KeyCell) -> tuple[bool, Fraction]:
    low = cell.low if isinstance(cell, Range) else None
    return (low is not None, low or Fraction(0))


def _between(lower: KeyCell, upper: KeyCell, type_: Type) -> Range | None:
    """What lies between two ranges; two points have nothing between them (grades 1, 2, 3)."""
    if not (isinstance(lower, Range) and isinstance(upper, Range)) or lower.high is None or upper.low is None:
        return None
    points = lower.low == lower.high or upper.low == upper.high
    if points or lower.high > upper.low or (lower.high == upper.low and (lower.high_inside or upper.low_inside)):
        return None
    if type_.kind is Kind.count and upper.low - lower.high <= 1 and lower.high_inside and upper.low_inside:
        return None
    return Range(lower.high, not lower.high_inside, upper.low, not upper.low_inside)


def _key_text(cell: KeyCell, type_: Type, page: Page) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Exactly):
        return shown_value(cell.value, type_, page)
    low = None if cell.low is None else scheme.Bound(cell.low, cell.low_inside)
    high = None if cell.high is None else scheme.Bound(cell.high, cell.high_inside)
    if cell.low is not None and cell.low == cell.high:
        return mending.written(cell.low, type_.kind, page)
    return mending.bounds(low, high, type_.kind, page)


__all__ = ["found", "shown_value"]
