"""What a tier table gives: a value read, a base priced, the next bound, the way back from what is left.

In: a checked table, typed terms and the place. Out: terms of `scheme.py`, or a `Fault` that says why the table
cannot be used like this.
"""

from fractions import Fraction

from tiercel_dsl import scheme, syntax, types
from tiercel_dsl.diagnostics import Related
from tiercel_dsl.resolver import Fault, fault, replacing
from tiercel_dsl.scheme import Names, Term, Tiers
from tiercel_dsl.source import Span
from tiercel_dsl.types import MONEY, PLAIN, Type

AMOUNTS = ("fixed", "cumulative", "filled")  # their cells are amounts, not rates
POINTS = ("interpolated", "average_rate")  # their rows are points
OWN_BASE = ("marginal", "filled")  # they divide the base itself among the tiers

_DEDUCTIONS = frozenset({"less", "速算扣除", "速算扣除数"})


def is_deduction(names: Names, mode: str) -> bool:
    """Whether a column holds quick deductions: what rate × x is too much in its tier."""
    return mode == "marginal" and not _DEDUCTIONS.isdisjoint((names.name, names.alias))


def column(path: syntax.Path, table: Tiers) -> int:
    """The column that `T` or `T.name` means; beside quick deductions there may be one more without being named."""
    names = table.column_names
    if len(path.names) == 1:
        own = [i for i in range(len(table.columns)) if not (names and is_deduction(names[i], table.mode))]
        if len(table.columns) == 1 or len(own) == 1:
            return 0 if len(table.columns) == 1 else own[0]
    wanted = path.names[1] if len(path.names) == 2 else ""
    for index, label in enumerate(names):
        if wanted and wanted in (label.name, label.alias):
            return index
    known = tuple(f"{path.names[0]}.{label.name}" for label in names) or (path.names[0],)
    raise fault(
        "E2320", path.span, table=path.names[0], column=wanted, candidates=known, fixes=replacing(path.span, known)
    )


def value(expr: syntax.Call, table: Tiers, key: Term, scale: Term | None, level: str) -> Term:
    """`T(x)`."""
    index = column(expr.function, table)
    _fits_bounds(key, table, scale, expr.arguments[0].span)
    return scheme.TierValue(table.identity, index, key, table.column_types[index], level, scale, expr.span)


def price(expr: syntax.Pricing, table: Tiers, base: Term, key: Term | None, scale: Term | None, level: str) -> Term:
    """`T on x`, `T on x by key`."""
    index = column(expr.table, table)
    cell = table.column_types[index]
    _check_priced(expr, table, cell, key)
    _fits_bounds(key or base, table, scale, (expr.key or expr.base).span)
    type_ = _price_type(table.mode, base, cell)
    if type_ is None and table.mode in ("marginal", "average_rate") and cell == MONEY:
        raise _cannot(expr.table.span, expr.table, "money")
    if type_ is None:
        raise fault("E2202", expr.span, left=expr.base, right=expr.table)
    return scheme.TierPrice(table.identity, index, base, key, type_, level, scale, expr.span)


def _check_priced(expr: syntax.Pricing, table: Tiers, cell: Type, key: Term | None) -> None:
    if not cell.numeric:
        raise _cannot(expr.table.span, expr.table, str(cell.kind))
    if key is not None and table.mode in OWN_BASE:
        raise _cannot(expr.span, expr.table, "key")
    if key is None and table.mode == "interpolated" and cell == PLAIN:
        raise _cannot(expr.table.span, expr.table, "plain")


def _price_type(mode: str, base: Term, cell: Type) -> Type | None:
    if mode in AMOUNTS or (mode == "interpolated" and cell == MONEY):
        return cell
    return types.multiplied(base.type, cell)


def next_bound(expr: syntax.Call, table: Tiers, key: Term, scale: Term | None, level: str) -> Term:
    """`next_bound(T, x)`."""
    type_ = _fits_bounds(key, table, scale, expr.arguments[1].span)
    return scheme.NextBound(table.identity, key, type_, level, scale, expr.span)


def gross_for(expr: syntax.Call, path: syntax.Path, table: Tiers, net: Term, scale: Term | None, level: str) -> Term:
    """`gross_for(T, y)`: x - T(x) must rise with x everywhere, without a jump."""
    index = column(path, table)
    if table.mode != "marginal":
        raise _no_way_back(path, table, "mode")
    if table.rounding is not None:
        raise _no_way_back(path, table, "rounded")
    cell = table.column_types[index]
    if types.dimension(cell) != "ratio":
        raise _cannot(path.span, path, "money" if cell == MONEY else str(cell.kind))
    for tier in table.tiers:
        rate = tier.values[index]
        endless = tier.series is not None and tier.series.steps[index] > 0
        if endless or not (isinstance(rate, Fraction) and rate < 1):
            raise _no_way_back(path, table, "rate", tier)
    outside = table.otherwise[index] if table.otherwise is not None else Fraction(0)
    if isinstance(outside, Fraction) and outside >= 1:
        raise _no_way_back(path, table, "otherwise")
    type_ = _fits_bounds(net, table, scale, expr.arguments[1].span)
    return scheme.GrossFor(table.identity, index, net, type_, level, scale, expr.span)


def _fits_bounds(key: Term, table: Tiers, scale: Term | None, span: Span) -> Type:
    """The type that the bounds and what is looked up share."""
    bounds = table.key_type if scale is None else scale.type
    both = types.unified(key.type, bounds)
    if both is None:
        raise fault("E2204", span, what="tiers", wanted=str(bounds.kind), type=str(key.type.kind))
    return both


def _cannot(span: Span, path: syntax.Path, what: str) -> Fault:
    return fault("E2319", span, table=path.names[0], what=what)


def _no_way_back(path: syntax.Path, table: Tiers, what: str, tier: scheme.Tier | None = None) -> Fault:
    """`tier` is the row to blame; the sentence shows it as its author wrote it."""
    related = (Related(tier.span, "other_row"),) if tier is not None else ()
    return fault("E2327", path.span, table=path.names[0], what=what, row=tier or "", related=related)
