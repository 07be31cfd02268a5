"""What each mode of a tier table asks of its rows: points, ends, rates, quick deductions.

In: sorted tiers and the table. Out: series that end, written out; a `Fault` where the mode and the rows do not go
together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from tiercel_dsl import mending, syntax
from tiercel_dsl.diagnostics import Diagnostic, Edit, Fix, FixKind
from tiercel_dsl.pricing import AMOUNTS, OWN_BASE, POINTS, is_deduction
from tiercel_dsl.resolver import Fault, diagnostic, fault
from tiercel_dsl.scheme import Bound, Names, Tier, Tiers
from tiercel_dsl.source import Span
from tiercel_dsl.terms import Desk
from tiercel_dsl.tier_rows import Row
from tiercel_dsl.types import DATE, MONEY, NUMBER, PLAIN, Kind, Type, dimension

LONGEST = 1_000  # tiers that a series may be written out to


def settled(cell: Type, names: Names, mode: str) -> Type:
    """Plain cells are money where they are amounts, numbers where they are rates; else their use decides."""
    if cell != PLAIN:
        return cell
    if mode in AMOUNTS or is_deduction(names, mode):
        return MONEY
    return NUMBER if mode in ("marginal", "average_rate") else cell


def in_full(tiers: tuple[Tier, ...], node: syntax.Tiers) -> tuple[Tier, ...]:
    """A series that ends becomes ordinary tiers; one without end stays one tier, the last."""
    out: list[Tier] = []
    for tier in tiers:
        out += _unrolled(tier, node) if tier.series is not None and tier.high is not None else [tier]
    return tuple(out)


def _unrolled(tier: Tier, node: syntax.Tiers) -> Iterator[Tier]:
    """The tiers of a series; its last one ends with it, shorter than the others if need be."""
    low, high, series = tier.low, tier.high, tier.series
    assert low is not None
    assert high is not None
    assert series is not None
    count = -((low.value - high.value) // series.every)
    if count > LONGEST:
        raise fault("E2322", tier.span, table=node.label.name, what="long")
    last_values = _after(tier, max(count - 1, 0))
    if any(by < 0 and isinstance(v, Fraction) and v < 0 for v, by in zip(last_values, series.steps, strict=True)):
        raise fault("E2322", tier.span, table=node.label.name, what="falls")
    for n in range(max(count, 1)):
        start, end = (Bound(low.value + series.every * k, low.inside) for k in (n, n + 1))
        last = n >= count - 1
        top = high if last else replace(end, inside=not end.inside)
        yield Tier(start, top, _after(tier, n), None, tier.span)


def _after(tier: Tier, steps: int) -> tuple[Fraction | str | bool, ...]:
    assert tier.series is not None
    pairs = zip(tier.values, tier.series.steps, strict=True)
    return tuple(v + steps * by if isinstance(v, Fraction) else v for v, by in pairs)


def check(node: syntax.Tiers, table: Tiers, rows: Sequence[Row], desk: Desk) -> None:
    """Everything that a mode asks; raises `Fault`."""
    _check_cells(node, table)
    _check_series(node, table)
    if table.mode == "filled":
        _check_filled(node, table)
    if table.mode in POINTS:
        _check_points(node, table)
    _check_deductions(node, table, rows, desk)


def _check_cells(node: syntax.Tiers, table: Tiers) -> None:
    cells = [t for t in table.column_types if not t.numeric]
    all_of_them = table.mode in POINTS
    if table.mode not in ("whole", "fixed") and cells and (all_of_them or len(table.column_types) == 1):
        raise fault("E2319", node.label.span, table=node.label.name, what=str(cells[0].kind))
    if table.key_type == DATE and table.mode not in ("whole", "fixed", "cumulative"):
        raise fault("E2319", node.label.span, table=node.label.name, what="dates")


def _check_series(node: syntax.Tiers, table: Tiers) -> None:
    """What a series comes to: nothing below 0, no points, no endless roundings one by one."""
    last = table.tiers[-1]
    for tier in table.tiers:
        falls = tier.series is not None and min(tier.series.steps) < 0
        if falls:
            raise fault("E2322", tier.span, table=node.label.name, what="falls")
    if last.series is None:
        return
    if table.mode in POINTS:
        raise fault("E2322", last.span, table=node.label.name, what="points")
    by_slice = table.rounding is not None and table.rounding.stage == "slice"
    if by_slice and table.mode in (*OWN_BASE, "cumulative"):
        raise fault("E2322", last.span, table=node.label.name, what="rounded")


def _check_filled(node: syntax.Tiers, table: Tiers) -> None:
    """A tier without an end cannot be filled; one that is open below is filled from 0."""
    first, last = table.tiers[0], table.tiers[-1]
    if last.high is None and last.series is None:
        raise fault("E2324", last.span, table=node.label.name)
    if first.low is None and first.high is not None and first.high.value <= 0:
        raise fault("E2324", first.span, table=node.label.name)


def _check_points(node: syntax.Tiers, table: Tiers) -> None:
    """Every row is a point that belongs to it; below the first one a value may stand that holds as it is."""
    for number, tier in enumerate(table.tiers):
        start = number == 0 and tier.low is None and tier.high is not None
        if not (start or (tier.low is not None and tier.low.inside)):
            raise fault("E2325", tier.span, table=node.label.name)
    if table.tiers[-1].high is not None:
        raise fault("E2325", table.tiers[-1].span, table=node.label.name)


# ---- quick deductions ---------------------------------------------------------------------------------------


def _check_deductions(node: syntax.Tiers, table: Tiers, rows: Sequence[Row], desk: Desk) -> None:
    """rate × x - deduction is the marginal price of x, in every tier; the rates stand in the column before."""
    rates = [i for i, t in enumerate(table.column_types) if dimension(t) == "ratio"]
    for index, names in enumerate(table.column_names):
        if rates and is_deduction(names, table.mode) and not table.scaled:
            rate = max((i for i in rates if i < index), default=rates[0])
            _check_deduction(node, table, rows, (rate, index), desk)


def _check_deduction(
    node: syntax.Tiers, table: Tiers, rows: Sequence[Row], columns: tuple[int, int], desk: Desk
) -> None:
    rate, index = columns
    cells = {row.span: row.cells[index].span for row in rows if row.cells and row.series is None}
    faults: list[Diagnostic] = []
    for tier, right in zip(table.tiers, deductions(table.tiers, rate), strict=True):
        given = tier.values[index]
        if given == right:
            continue
        cell = cells.get(tier.span)
        shown, seen = (_amount(value, cell, desk) for value in (right, given))
        fixes = () if cell is None else (Fix(FixKind.review, "write", (Edit(cell, shown),), {"text": shown}),)
        facts = {"table": node.label.name, "right": shown, "given": seen}
        faults.append(diagnostic("E2326", cell or tier.span, **facts, fixes=fixes))
    if faults:
        raise Fault(*faults)


def _amount(value: Fraction | str | bool, cell: Span | None, desk: Desk) -> str:
    """An amount as the cell's author writes amounts: with 元 where he does."""
    assert isinstance(value, Fraction)
    yuan = cell is not None and desk.text_at(cell).endswith("元")
    return mending.decimal(value) + "元" if yuan else mending.written(value, Kind.number, desk)


def deductions(tiers: Sequence[Tier], column: int) -> list[Fraction]:
    """For each tier what rate × x is more than the marginal price of x, which is 0 at 0."""
    out = [Fraction(0) for _ in tiers]
    rates = [value for tier in tiers if isinstance(value := tier.values[column], Fraction)]
    zero = sum(1 for t in tiers if t.low is None or t.low.value <= 0) - 1  # the tier of 0, or -1
    for n in range(zero + 1, len(tiers)):
        low = tiers[n].low
        assert low is not None
        before, rate = (out[n - 1], rates[n - 1]) if n else (Fraction(0), Fraction(0))
        out[n] = before + (rates[n] - rate) * low.value
    for n in reversed(range(zero)):
        high = tiers[n].high
        assert high is not None
        out[n] = out[n + 1] + (rates[n] - rates[n + 1]) * high.value
    return out
