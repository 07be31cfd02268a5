"""Bare numbers where a percentage is meant: 5 for 5%, 80 against a ratio; 3% added to a rate.

In: a checked scheme. Out: warnings with what the number comes to, and the percentage that is likely meant.
"""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from tiercel_dsl import fences, mending, scheme
from tiercel_dsl.diagnostics import Diagnostic, Edit, Fix, FixKind, Severity
from tiercel_dsl.jumps import amount
from tiercel_dsl.mending import Page
from tiercel_dsl.messages import number_text
from tiercel_dsl.records import dataclass
from tiercel_dsl.resolver import diagnostic
from tiercel_dsl.scheme import Body, Change, CheckedScheme, Literal, Start, Term, TierPrice, Tiers, TierValue
from tiercel_dsl.source import Span
from tiercel_dsl.types import MONEY, Kind

_MUCH = 10  # 1,000%: no ratio is compared with as much as that
_MOST = 1_000
_DIGITS = re.compile(r"[0-9.,]+")
_EXAMPLE = Fraction(10_000)
_NUMBER = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?(?![0-9.,万亿])")
_DEEPEST = 20


def found(checked: CheckedScheme, page: Page, nodes: Sequence[object]) -> Iterator[Diagnostic]:
    """Rates of tables, comparisons, limits, checks of columns, percentages added."""
    ratios = _Ratios(checked)
    tables = {table.identity: table for table in checked.tiers}
    told: set[str] = set()
    for part in nodes:
        if isinstance(part, TierPrice):
            yield from _rates(tables[part.tiers], part, told, page)
        elif isinstance(part, scheme.Comparison):
            yield from _compared(part, ratios, page)
        elif isinstance(part, Body):
            yield from _limits(part, ratios, page)
        elif isinstance(part, scheme.Arithmetic) and part.operator == "share":
            yield from _bare_share(part, page)
        elif isinstance(part, scheme.Shared):
            yield from _more_than_all(part, page)
        if isinstance(part, TierPrice | TierValue) and part.tiers not in told:
            key = part.key if isinstance(part, TierValue) else part.key or part.base
            yield from _bounds(tables[part.tiers], key, ratios, told, page)
    for table in checked.tables:
        for column in table.columns:
            yield from _checks(column, page)


# ---- rates -------------------------------------------------------------------------------------------------------


def _rates(table: Tiers, use: TierPrice, told: set[str], page: Page) -> Iterator[Diagnostic]:
    """A rate of more than 100% of money, in a table that gives each amount its own rate."""
    kind = table.column_types[use.column].kind
    plain = kind in (Kind.plain, Kind.number) and use.base.type.kind is Kind.money and use.key is None
    if not plain or table.mode not in ("marginal", "whole") or table.identity in told:
        return
    for tier in table.tiers:
        value = tier.values[use.column]
        if isinstance(value, Fraction) and value > 1:
            told.add(table.identity)
            place = _piece(tier.span, value, page)
            yield _rate(value, place or tier.span, place)
            return


def _bare_share(part: scheme.Arithmetic, page: Page) -> Iterator[Diagnostic]:
    """学费 的 6: six times the fee, where 6% of it is meant."""
    for literal in part.operands:
        if isinstance(literal, Literal) and isinstance(literal.value, Fraction) and literal.type.kind is Kind.plain:
            place = literal.span if _DIGITS.fullmatch(page.text_at(literal.span)) else None
            if literal.value > 1:
                yield _rate(literal.value, literal.span, place)


def _rate(value: Fraction, at: Span, place: Span | None) -> Diagnostic:
    """What a rate of more than 100% comes to, and the percentage that it was meant to be."""
    facts = {"rate": mending.decimal(value), "share": mending.number(value, Kind.percent)}
    facts |= {"base": amount(_EXAMPLE), "pay": amount(_EXAMPLE * value)}
    facts |= {"meant": mending.number(value / 100, Kind.percent), "less": amount(_EXAMPLE * value / 100)}
    return diagnostic("E2610", at, severity=Severity.warning, fixes=_percent(value, place), **facts)


def _more_than_all(part: scheme.Shared, page: Page) -> Iterator[Diagnostic]:
    """Fixed shares that together are more than there is to share."""
    values = [share.term.value for share in part.shares if isinstance(share.term, Literal) and share.term.type != MONEY]
    shares = [value for value in values if isinstance(value, Fraction)]
    total = sum(shares, Fraction(0))
    if part.in_turn or part.together is not None or len(shares) < len(part.shares) or total <= 1:
        return
    last, left = part.shares[-1], 1 - total + shares[-1]
    assert last.term is not None
    rest = mending.word("THE_REST", "", page)
    texts = [mending.number(left, Kind.percent), rest] if left > 0 else []
    fixes = tuple(Fix(FixKind.review, "write", (Edit(last.term.span, t),), {"text": t}) for t in texts)
    facts = {"total": number_text(total * 100) + "%", "over": number_text((total - 1) * 100) + "%"}
    yield diagnostic("E2620", last.span, severity=Severity.warning, fixes=fixes, **facts)


def _percent(value: Fraction, place: Span | None) -> tuple[Fix, ...]:
    text = mending.number(value / 100, Kind.percent)
    return (Fix(FixKind.review, "write_percent", (Edit(place, text),), {"text": text}),) if place else ()


def _piece(span: Span, value: Fraction, page: Page) -> Span | None:
    """Where in a row a number stands, if it stands there once."""
    found_at = [m for m in _NUMBER.finditer(page.text_at(span)) if Fraction(m.group().replace(",", "")) == value]
    if len(found_at) != 1 or span.line != span.end_line:
        return None
    start = span.column + found_at[0].start()
    return Span(span.source, span.line, start, span.line, start + len(found_at[0].group()))


# ---- ratios ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Ratios:
    """Which terms are shares of something, so that 80 would be 8,000%."""

    checked: CheckedScheme

    def is_ratio(self, term: Term, deep: int = 0) -> bool:
        if term.type.kind is Kind.percent:
            return not isinstance(term, Literal)
        if deep > _DEEPEST:
            return False
        if isinstance(term, scheme.Arithmetic) and term.operator == "divide":
            kinds = [operand.type.kind for operand in term.operands]
            return kinds[0] is kinds[1] and kinds[0] in (Kind.money, Kind.count)
        if isinstance(term, scheme.KpiOf):
            return self._kpi(term, deep)
        if isinstance(term, scheme.ValueOf):
            named = (*self.checked.values, *self.checked.scores)
            value = next((v for v in named if (v.level, v.identity) == (term.table, term.name)), None)
            return value is not None and self.body_is_ratio(value.body, deep + 1)
        return False

    def _kpi(self, term: scheme.KpiOf, deep: int) -> bool:
        kpi = next(k for k in self.checked.kpis if k.identity == term.kpi)
        if term.part == "attainment":
            return True
        body = {"actual": kpi.actual, "target": kpi.target, "score": kpi.score}.get(term.part)
        return body is not None and self.body_is_ratio(body, deep + 1)

    def body_is_ratio(self, body: Body, deep: int = 0) -> bool:
        if not isinstance(body.steps[0], Start) or not self.is_ratio(body.steps[0].term, deep):
            return False
        kept = [s for s in body.steps[1:] if isinstance(s, Change) and s.operator in ("times", "plus", "minus")]
        return not kept


def _compared(part: scheme.Comparison, ratios: _Ratios, page: Page) -> Iterator[Diagnostic]:
    for one, other in ((part.left, part.right), (part.right, part.left)):
        if _bare(other, page) and ratios.is_ratio(one):
            yield _against(one, other, page)


def _bare(term: Term, page: Page) -> bool:
    """A number without % that no ratio comes to, and that is a likely percentage."""
    if not (isinstance(term, Literal) and isinstance(term.value, Fraction) and _MUCH <= term.value <= _MOST):
        return False
    return _DIGITS.fullmatch(page.text_at(term.span)) is not None


def _against(ratio: Term, literal: Term, page: Page) -> Diagnostic:
    assert isinstance(literal, Literal)
    assert isinstance(literal.value, Fraction)
    return _as_percent(literal.value, literal.span, page.text_at(ratio.span))


def _as_percent(value: Fraction, span: Span, name: str) -> Diagnostic:
    facts = {"given": mending.decimal(value), "share": number_text(value * 100) + "%", "name": name}
    facts["meant"] = mending.number(value / 100, Kind.percent)
    return diagnostic("E2611", span, severity=Severity.warning, fixes=_percent(value, span), **facts)


def _limits(body: Body, ratios: _Ratios, page: Page) -> Iterator[Diagnostic]:
    """`at most 120` under an attainment; 加 3%."""
    for step in body.steps:
        if not (isinstance(step, Change) and step.operator in ("plus", "minus") and isinstance(step.term, Literal)):
            continue
        if step.term.type.kind is Kind.percent and isinstance(step.term.value, Fraction):
            yield from fences.points(step.span, step.term.span, step.term.value, step.operator == "minus", page)
    start = body.steps[0]
    if not isinstance(start, Start) or not ratios.is_ratio(start.term):
        return
    for step in body.steps[1:]:
        if isinstance(step, Change) and step.operator in ("times", "plus", "minus"):
            return
        if isinstance(step, Change) and _bare(step.term, page):
            yield _against(start.term, step.term, page)


def _bounds(table: Tiers, key: Term, ratios: _Ratios, told: set[str], page: Page) -> Iterator[Diagnostic]:
    """Bounds such as 80 and 100 in a table that is asked with an attainment."""
    if table.key_type.kind is not Kind.plain or table.scaled or not ratios.is_ratio(key):
        return
    for tier in table.tiers:
        for bound in (tier.low, tier.high):
            if bound is not None and _MUCH <= bound.value <= _MOST:
                told.add(table.identity)
                place = _piece(tier.span, bound.value, page) or tier.span
                yield _as_percent(bound.value, place, page.text_at(key.span))
                return


def _checks(column: scheme.Column, page: Page) -> Iterator[Diagnostic]:
    """`at most 100` of a column of percentages."""
    for check in column.checks if column.type.kind is Kind.percent else ():
        if _MUCH <= check.bound <= _MOST:
            place = _piece(column.place.span, check.bound, page) or column.place.span
            yield _as_percent(check.bound, place, column.names.shown(page.language))
