"""Bounds that leave a crack between two tiers: 9,999.99, 101%; and rates that are raised by a bare percentage.

In: the rows of a tier table as written. Out: warnings with what lies in the crack, and how the row would have to read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from tiercel_dsl import mending, syntax
from tiercel_dsl.diagnostics import Diagnostic, Edit, Fix, FixKind, Severity
from tiercel_dsl.mending import Page
from tiercel_dsl.resolver import diagnostic
from tiercel_dsl.scheme import Bound
from tiercel_dsl.source import Span
from tiercel_dsl.tier_rows import Row
from tiercel_dsl.types import Kind

_CENT = Fraction(1, 100)
_AMOUNTS = (Kind.money, Kind.plain, Kind.number)
_HIGH = Fraction(6, 10)  # below it 51% is a majority, and 1% a rate


def found(node: syntax.Tiers, rows: Sequence[Row], kind: Kind, page: Page) -> Iterator[Diagnostic]:
    """Of neighbours that share a bound just beside a round number."""
    for lower, upper in pairwise(rows):
        row, bound, begins = (upper, upper.low, True) if upper.low is not None else (lower, lower.high, False)
        if bound is None or not (lower.cells and upper.cells):
            continue
        meant = rounded(bound, begins, kind)
        if meant is None:
            continue
        text = mending.bounds(meant if begins else row.low, row.high if begins else meant, kind, page)
        between = (bound.value + meant.value) / 2
        facts = {"table": node.label.name, "bound": mending.written(bound.value, kind, page), "meant": text}
        facts["example"] = mending.number(between, kind)
        fixes = (Fix(FixKind.review, "round_bound", (Edit(row.place, text),), {"row": text}),)
        cells = {"first": lower.cells[0], "second": upper.cells[0]}
        yield diagnostic("E2609", row.place, severity=Severity.warning, fixes=fixes, **facts, **cells)


def rounded(bound: Bound, begins: bool, kind: Kind) -> Bound | None:
    """The round number beside a bound, as the bound that is likely meant; None where the bound is no fence post."""
    up = begins is not bound.inside  # from 101% means above 100%, up to 99.99 means below 100
    value = bound.value + (_CENT if up else -_CENT)
    if kind is Kind.percent:
        fence = value >= _HIGH and (value * 20).denominator == 1
    else:
        fence = kind in _AMOUNTS and value > 0 and (value / 10).denominator == 1
    return Bound(value, not bound.inside) if fence and bound.value.denominator != 1 else None


def closed(lower: Row, upper: Row, kind: Kind, page: Page) -> tuple[Fix, ...]:
    """Of a crack of one cent, one per cent or one piece between two rows: either row reaching to the other."""
    high, low = lower.high, upper.low
    if high is None or low is None or not (high.inside and low.inside):
        return ()
    width = low.value - high.value
    whole = kind is not Kind.percent and width == 1 and low.value.denominator == 1
    if width != _CENT and not whole:
        return ()
    rows = [(lower.place, mending.bounds(lower.low, replace(low, inside=False), kind, page))]
    above = (upper.place, mending.bounds(replace(high, inside=False), upper.high, kind, page))
    rows = [above, *rows] if rounded(low, True, kind) is not None else [*rows, above]
    return tuple(_written(place, row) for place, row in rows)


def _written(place: Span, row: str) -> Fix:
    return Fix(FixKind.review, "round_bound", (Edit(place, row),), {"row": row})


# ---- percentages added -------------------------------------------------------------------------------------------


def points(step: Span, span: Span, value: Fraction, minus: bool, page: Page) -> Iterator[Diagnostic]:
    """加 3% to a rate: percentage points, which Chinese has a word for."""
    text = page.text_at(span)
    if page.text_at(step).isascii() or not text.rstrip().endswith(("%", "％")):
        return  # English has no other word
    sign = -1 if minus else 1
    base = Fraction(1, 5)
    better = mending.decimal(value * 100) + "个百分点"
    facts = {"points": mending.number(base + sign * value, Kind.percent)}
    facts["share"] = mending.number(base * (1 + sign * value), Kind.percent)
    fixes = (Fix(FixKind.safe, "write_points", (Edit(span, better),), {"text": better}),)
    yield diagnostic("E2615", span, severity=Severity.warning, fixes=fixes, **facts)
