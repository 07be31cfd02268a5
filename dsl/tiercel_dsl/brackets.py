"""Tier tables: rows to sorted tiers, without gap or overlap.

In: a `syntax.Tiers`. Out: a `scheme.Tiers` and the notes. A row that states one bound borrows the
other from its neighbour; what two rows both hold, or no row holds, is a fault with the money it moves.
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from tiercel_dsl import fences, mending, scheme, syntax, tier_modes, types
from tiercel_dsl.diagnostics import Diagnostic, Edit, Fix, FixKind, Related, Severity
from tiercel_dsl.pricing import OWN_BASE
from tiercel_dsl.resolver import Fault, Symbol, diagnostic, fault, no_name_twice
from tiercel_dsl.scheme import Bound, Names
from tiercel_dsl.terms import Desk
from tiercel_dsl.tier_rows import Reader, Row, complement, empty
from tiercel_dsl.types import Kind, Type


def check_tiers(symbol: Symbol, desk: Desk) -> tuple[scheme.Tiers, tuple[Diagnostic, ...]]:
    """Sort and check a tier table; raises `Fault` if money could go wrong."""
    node: syntax.Tiers = symbol.node
    no_name_twice(node.columns)
    reader = Reader(node, desk)
    reader.read()
    order = _Order(node, reader.bound_type.kind, desk)
    written = order.sorted(reader.rows)
    rows = [*reader.rows, *([reader.otherwise] if reader.otherwise else [])]
    column_types = _column_types(rows, node, reader.width)
    if node.mode == "":
        raise _mode_missing(node, written, column_types, reader.bound_type.kind, desk)
    tiers = tier_modes.in_full(written, node)
    names = reader.names or (Names(""),)
    table = scheme.Tiers(
        symbol.identity,
        node.mode,
        tuple(name.identity for name in names),
        tuple(tier_modes.settled(t, n, node.mode) for t, n in zip(column_types, names, strict=True)),
        tiers,
        reader.otherwise.values if reader.otherwise else None,
        _rounding(node),
        reader.bound_type,
        reader.scaled,
        reader.last_tier,
        reader.scale,
        reader.names,
        symbol.names,
        symbol.place,
    )
    tier_modes.check(node, table, reader.rows, desk)
    return table, (*_notes(node, table, desk), *_remarks(node, order.whole(reader.rows), reader.bound_type.kind, desk))


def _rounding(node: syntax.Tiers) -> scheme.Rounding | None:
    if node.rounding is None:
        return None
    return scheme.Rounding(node.rounding.mode, node.rounding.step, node.rounding.stage or "slice")


def _column_types(rows: list[Row], node: syntax.Tiers, width: int) -> tuple[Type, ...]:
    """The one type of each column."""
    out: list[Type] = []
    for index in range(width):
        lost = next((row for row in rows if _lost_percent(row, index, rows)), None)
        if lost is not None:
            raise _misfit(lost, index, types.PERCENT, node)
        type_ = rows[0].value_types[index]
        for row in rows[1:]:
            both = types.unified(type_, row.value_types[index])
            if both is None:
                raise _misfit(row, index, type_, node)
            type_ = both
        out.append(type_)
    return tuple(out)


def _lost_percent(row: Row, index: int, rows: list[Row]) -> bool:
    """A 6 among percentages would be 600%."""
    percent = any(r.value_types[index].kind is Kind.percent for r in rows)
    return percent and row.value_types[index].kind is Kind.plain and row.values[index] != 0


def _misfit(row: Row, index: int, wanted: Type, node: syntax.Tiers) -> Fault:
    cell = row.cells[index]
    return fault("E2316", cell.span, table=node.label.name, cell=cell, wanted=str(wanted.kind))


# ---- order, gaps, overlaps ---------------------------------------------------------------------------------


class _Order:
    """Rows to tiers that follow each other upwards; `kind` of the bounds, for messages."""

    def __init__(self, node: syntax.Tiers, kind: Kind, desk: Desk) -> None:
        self.node = node
        self.kind = kind
        self.desk = desk

    def whole(self, rows: list[Row]) -> list[Row]:
        """Upwards, the rest at its end."""
        return self._with_rest(self.ranked(rows), [row for row in rows if row.rest])

    def ranked(self, rows: list[Row]) -> list[Row]:
        """Upwards, without the rest."""
        return sorted((row for row in rows if not row.rest), key=_rank)

    def sorted(self, rows: list[Row]) -> tuple[scheme.Tier, ...]:
        ranked = self.ranked(rows)
        faults: list[Diagnostic] = []
        for lower, upper in pairwise(ranked):
            faults += self._between(lower, upper)
        if faults:
            raise Fault(*faults)
        return _joined(self.whole(rows))

    def _with_rest(self, ranked: list[Row], rest: list[Row]) -> list[Row]:
        """The rest is what lies beyond the one open end of the others."""
        if not rest:
            return ranked
        if not ranked:
            return rest if len(rest) == 1 else self._no_rest(rest[1])
        below, above = ranked[0].low is not None, ranked[-1].high is not None
        if len(rest) == 1 and above and ranked[-1].wide:
            return [*ranked, *rest]  # widths are told upwards
        if len(rest) > 1 or below is above:
            return self._no_rest(rest[-1])
        return [*rest, *ranked] if below else [*ranked, *rest]

    def _no_rest(self, row: Row) -> list[Row]:
        raise fault("E2321", row.place, table=self.node.label.name)

    def _between(self, lower: Row, upper: Row) -> list[Diagnostic]:
        """What is wrong between two neighbours; one that leaves its bound open borrows the other's."""
        high, low = lower.high, upper.low
        if lower.low is not None and lower.low == low:
            return [self._same_bound(lower, upper, lower.low)]
        if high is not None and high == upper.high and low is None:
            return [self._same_bound(lower, upper, high)]
        if high is None and low is None:
            start, end = lower.low, upper.high
            return [self._overlap(lower, upper, start.value)] if start is not None and end is not None else []
        if high is not None and upper.high is not None and low is None and empty(complement(high), upper.high):
            return [self._overlap(lower, upper, lower.low.value if lower.low else upper.high.value)]
        if high is None or low is None:
            return []
        if high.value < low.value or (high.value == low.value and not (high.inside or low.inside)):
            return [self._gap(high, low, lower, upper)]
        if high.value > low.value or (high.inside and low.inside):
            return [self._overlap(lower, upper, low.value)]
        return []

    def _same_bound(self, lower: Row, upper: Row, bound: Bound) -> Diagnostic:
        later = max(lower, upper, key=lambda row: (row.span.line, row.span.column))
        other = upper if later is lower else lower
        shown = mending.written(bound.value, self.kind, self.desk)
        return diagnostic("E2314", later.place, table=self.node.label.name, bound=shown, related=_other_row(other))

    def _overlap(self, lower: Row, upper: Row, at: Fraction) -> Diagnostic:
        return diagnostic(
            "E2313",
            upper.place,
            table=self.node.label.name,
            at=mending.written(at, self.kind, self.desk),
            first=lower.cells[0],
            second=upper.cells[0],
            related=_other_row(lower),
            fixes=self._without_bound(lower, upper),
        )

    def _without_bound(self, lower: Row, upper: Row) -> tuple[Fix, ...]:
        """Where two rows share one point only, the lower row can leave it to the upper one."""
        if lower.high is None or upper.low is None or lower.high.value != upper.low.value:
            return ()
        row = mending.bounds(lower.low, replace(lower.high, inside=False), self.kind, self.desk)
        return (Fix(FixKind.review, "exclude_bound", (Edit(lower.place, row),), {"row": row}),)

    def _gap(self, high: Bound, low: Bound, lower: Row, upper: Row) -> Diagnostic:
        begin, end = (mending.written(bound.value, self.kind, self.desk) for bound in (high, low))
        row = mending.bounds(complement(high), complement(low), self.kind, self.desk) + "   ?"
        fixes = (*fences.closed(lower, upper, self.kind, self.desk), *mending.missing_row(row, upper.span))
        if high.value == low.value:
            row, fixes = "", self._with_bound(lower, upper)
        return diagnostic("E2312", upper.place, table=self.node.label.name, low=begin, high=end, row=row, fixes=fixes)

    def _with_bound(self, lower: Row, upper: Row) -> tuple[Fix, ...]:
        """Where only one point is left out, either neighbour can take it."""
        assert lower.high is not None
        assert upper.low is not None
        above = mending.bounds(replace(upper.low, inside=True), upper.high, self.kind, self.desk)
        below = mending.bounds(lower.low, replace(lower.high, inside=True), self.kind, self.desk)
        rows = ((upper.place, above), (lower.place, below))
        return tuple(Fix(FixKind.review, "include_bound", (Edit(at, new),), {"row": new}) for at, new in rows)


def _rank(row: Row) -> tuple[Fraction, int, int]:
    """Upwards; a row that ends at a point stands before the row that begins there."""
    if row.low is not None:
        return (row.low.value, 1, 0 if row.low.inside else 1)
    assert row.high is not None
    return (row.high.value, 0, 1 if row.high.inside else 0)


def _other_row(row: Row) -> tuple[Related, ...]:
    return (Related(row.place, "other_row"),)


def _joined(rows: list[Row]) -> tuple[scheme.Tier, ...]:
    """Each open end borrows the neighbour's bound."""
    out: list[scheme.Tier] = []
    for before, row, after in zip([None, *rows], rows, [*rows[1:], None], strict=False):
        low, high = row.low, row.high
        if low is None and before is not None and before.high is not None:
            low = complement(before.high)
        if high is None and after is not None and after.low is not None:
            high = complement(after.low)
        out.append(scheme.Tier(low, high, row.values, row.series, row.span))
    return tuple(out)


# ---- the mode ----------------------------------------------------------------------------------------------


def _mode_missing(
    node: syntax.Tiers, tiers: tuple[scheme.Tier, ...], column_types: tuple[Type, ...], kind: Kind, desk: Desk
) -> Fault:
    """Show what the readings would pay for one base, so that the author can choose."""
    bounds = [b.value for tier in tiers for b in (tier.low, tier.high) if b is not None]
    base = max(bounds, default=Fraction(0)) * 2
    modes: dict[str, str] = {"marginal": "", "whole": "", "fixed": ""}
    countable = types.dimension(Type(kind)) in ("any", "money", "ratio") and all(t.series is None for t in tiers)
    if _rates(tiers, column_types) and base > 0 and countable:
        amounts = {"marginal": _marginal(tiers, base), "whole": _whole(tiers, base)}
        modes = {mode: mending.written(amount, kind, desk) for mode, amount in amounts.items()}
    elif column_types[0].kind in (Kind.text, Kind.yesno):
        modes = {"whole": ""}
    example = mending.written(base, kind, desk)
    fixes = mending.modes(node, modes, example, desk)
    facts = {"base": example, "marginal": modes.get("marginal", ""), "whole": modes.get("whole", "")}
    return fault("E2311", node.label.span, table=node.label.name, **facts, fixes=fixes)


def _rates(tiers: tuple[scheme.Tier, ...], column_types: tuple[Type, ...]) -> bool:
    """Whether the cells read as rates: percentages, or numbers up to 1."""
    kind = column_types[0].kind
    small = all(isinstance(t.values[0], Fraction) and abs(t.values[0]) <= 1 for t in tiers)
    return kind is Kind.percent or (kind in (Kind.plain, Kind.number) and small)


def _marginal(tiers: tuple[scheme.Tier, ...], base: Fraction) -> Fraction:
    total = Fraction(0)
    for tier in tiers:
        low = max(tier.low.value, Fraction(0)) if tier.low else Fraction(0)
        high = min(base, tier.high.value) if tier.high else base
        rate = tier.values[0]
        total += max(high - low, Fraction(0)) * (rate if isinstance(rate, Fraction) else 0)
    return total


def _whole(tiers: tuple[scheme.Tier, ...], base: Fraction) -> Fraction:
    rate = tiers[-1].values[0]
    return base * rate if isinstance(rate, Fraction) else Fraction(0)


def _remarks(node: syntax.Tiers, ranked: list[Row], kind: Kind, desk: Desk) -> Iterator[Diagnostic]:
    """Cracks between rows; rates of another table, raised by a percentage."""
    if all(row.series is None for row in ranked):
        yield from fences.found(node, ranked, kind, desk)
    for row in node.rows:
        if isinstance(row, syntax.SameAs) and isinstance(row.expr, syntax.Number) and row.operator in ("plus", "minus"):
            yield from fences.points(row.span, row.expr.span, row.expr.value, row.operator == "minus", desk)


def _notes(node: syntax.Tiers, table: scheme.Tiers, desk: Desk) -> tuple[Diagnostic, ...]:
    first = table.tiers[0].low
    if node.mode not in OWN_BASE or first is None or first.value <= 0:
        return ()
    bound = mending.written(first.value, table.key_type.kind, desk)
    return (diagnostic("E2318", table.tiers[0].span, bound=bound, table=node.label.name, severity=Severity.note),)
