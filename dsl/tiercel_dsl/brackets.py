"""Tier tables: rows of cells to sorted tiers, without gap or overlap.

In: a `syntax.Tiers`. Out: a `scheme.Tiers` and the notes. A row that states one bound borrows the
other from its neighbour; what two rows both hold, or no row holds, is a fault with the money it moves.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import pairwise

from tiercel_dsl import mending, scheme, syntax, terms, types
from tiercel_dsl.diagnostics import Diagnostic, Edit, Fix, FixKind, Related, Severity
from tiercel_dsl.resolver import Fault, Gathered, Symbol, diagnostic, fault, names_of
from tiercel_dsl.scheme import Bound
from tiercel_dsl.source import Span
from tiercel_dsl.terms import Context, Desk
from tiercel_dsl.types import MONEY, NUMBER, PLAIN, TEXT, Kind, Type


@dataclass(frozen=True, slots=True)
class _Row:
    """A row as written: bounds where stated, values with their cells, `place` of the bounds."""

    low: Bound | None
    high: Bound | None
    values: tuple[Fraction | str, ...]
    value_types: tuple[Type, ...]
    cells: tuple[syntax.Cell, ...]
    span: Span
    place: Span

    @property
    def rest(self) -> bool:
        return self.low is None and self.high is None


def check_tiers(symbol: Symbol, desk: Desk) -> tuple[scheme.Tiers, tuple[Diagnostic, ...]]:
    """Sort and check a tier table; raises `Fault` if money could go wrong."""
    node: syntax.Tiers = symbol.node
    _check_columns(node)
    reader = _Reader(node, desk)
    reader.read()
    order = _Order(node, reader.bound_type.kind, desk)
    tiers = order.sorted(reader.rows)
    rows = [*reader.rows, *([reader.otherwise] if reader.otherwise else [])]
    column_types = _column_types(rows, node, reader.width)
    if node.mode == "":
        raise _mode_missing(node, tiers, column_types, desk)
    _check_cells(node, column_types)
    table = scheme.Tiers(
        symbol.identity,
        node.mode,
        tuple(names_of(c).identity for c in node.columns) or ("",),
        tuple(_settled(t, node.mode) for t in column_types),
        tiers,
        reader.otherwise.values if reader.otherwise else None,
        _rounding(node),
        reader.bound_type,
        symbol.names,
        symbol.place,
    )
    return table, _notes(node, tiers, reader.bound_type.kind)


def _check_columns(node: syntax.Tiers) -> None:
    seen: dict[str, Span] = {}
    for label in node.columns:
        for word, span in ((label.name, label.span), (label.alias, label.alias_span)):
            if word in seen:
                raise fault("E2104", span, name=word, related=(Related(seen[word], "first_here"),))
            seen |= {word: span} if word else {}


def _rounding(node: syntax.Tiers) -> scheme.Rounding | None:
    if node.rounding is None:
        return None
    return scheme.Rounding(node.rounding.mode, node.rounding.step, node.rounding.stage or "slice")


class _Reader:
    """Rows of cells to rows of bounds and values."""

    def __init__(self, node: syntax.Tiers, desk: Desk) -> None:
        self.node = node
        self.desk = desk
        self.width = max(len(node.columns), 1)
        self.rows: list[_Row] = []
        self.otherwise: _Row | None = None
        self.gathered = Gathered()
        self.bound_type: Type = PLAIN

    def read(self) -> None:
        earlier: syntax.Row | None = None
        for written in self.node.rows:
            if isinstance(written.cells[0], syntax.WordCell):
                self.gathered.of(self._reading_last(written, earlier))
                earlier = earlier or written
            else:
                row = self.gathered.of(self._reading_row(written))
                self.rows += [row] if row is not None else []
        self.gathered.settle()
        if not self.rows:
            raise self._no_bound(self.node.rows[0].span)

    def _reading_row(self, row: syntax.Row) -> Callable[[], _Row]:
        return lambda: self._row(row)

    def _reading_last(self, row: syntax.Row, earlier: syntax.Row | None) -> Callable[[], None]:
        return lambda: self._last(row, earlier)

    def _last(self, row: syntax.Row, earlier: syntax.Row | None) -> None:
        """`otherwise` with its values, or `otherwise error`: what holds anyway."""
        if earlier is not None:
            related = (Related(earlier.span, "first_here"),)
            raise fault("E2209", row.span, what="otherwise row", related=related)
        _, *cells = row.cells
        if not (len(cells) == 1 and isinstance(cells[0], syntax.WordCell) and cells[0].kind == "error"):
            self.otherwise = self._made(None, None, cells, row, row.cells[0].span)

    def _row(self, row: syntax.Row) -> _Row:
        bounds = [cell for cell in row.cells if isinstance(cell, syntax.BoundCell)]
        values = [cell for cell in row.cells if not isinstance(cell, syntax.BoundCell)]
        if not bounds or row.cells[: len(bounds)] != tuple(bounds):
            self._values(values, row)
            raise self._wrong_cells(row.span, len(values)) if bounds else self._no_bound(row.span)
        low, high = self._bounds(bounds)
        return self._made(low, high, values, row, bounds[0].span.to(bounds[-1].span))

    def _made(
        self, low: Bound | None, high: Bound | None, cells: Sequence[syntax.Cell], row: syntax.Row, place: Span
    ) -> _Row:
        built = self._values(cells, row)
        if len(cells) != self.width:
            raise self._wrong_cells(row.span, len(cells))
        values = tuple(value for value, _ in built)
        kinds = tuple(type_ for _, type_ in built)
        return _Row(low, high, values, kinds, tuple(cells), row.span, place)

    def _wrong_cells(self, span: Span, given: int) -> Fault:
        return fault("E2315", span, table=self.node.label.name, wanted=self.width, given=given)

    def _no_bound(self, span: Span) -> Fault:
        return fault("E2315", span, table=self.node.label.name, wanted=self.width)

    def _values(self, cells: Sequence[syntax.Cell], row: syntax.Row) -> list[tuple[Fraction | str, Type]]:
        """An unknown name is told before a wrong number of cells: it may be two names run together."""
        return terms.together(*[self._reading(cell, row) for cell in cells])

    def _reading(self, cell: syntax.Cell, row: syntax.Row) -> Callable[[], tuple[Fraction | str, Type]]:
        def read() -> tuple[Fraction | str, Type]:
            if not isinstance(cell, syntax.ValueCell):
                raise self._wrong_cells(row.span, len(row.cells))
            term, value = self._constant(cell.expr, "cell")
            if isinstance(value, bool) or not isinstance(value, Fraction | str):
                raise fault("E2204", cell.span, what="cell", wanted="number", type=str(term.type.kind))
            return value, term.type

        return read

    def _constant(self, expr: syntax.Expr, what: str) -> tuple[scheme.Term, Fraction | str | bool | date]:
        term = terms.build(expr, Context(scheme.EVERYWHERE, clause=what), self.desk)
        value = terms.constant(term)
        if value is None:
            raise fault("E2212", expr.span, what=what)
        return term, value

    def _bounds(self, cells: list[syntax.BoundCell]) -> tuple[Bound | None, Bound | None]:
        sides: dict[bool, Bound] = {}
        for cell in cells:
            if cell.expr is None:
                continue
            lower, inside = cell.kind in ("from", "above"), cell.kind in ("from", "up_to")
            bound = Bound(self._bound_value(cell.expr), inside)
            if lower in sides:
                raise self._contradict(cell.span, cell)
            sides[lower] = bound
        low, high = sides.get(True), sides.get(False)
        beside_the_rest = len(sides) != len(cells) and len(cells) > 1
        if (low and high and _empty(low, high)) or beside_the_rest:
            raise self._contradict(cells[0].span.to(cells[-1].span), None)
        return low, high

    def _contradict(self, span: Span, written: syntax.BoundCell | syntax.Expr | None) -> Fault:
        return fault("E2317", span, table=self.node.label.name, bound=written or "")

    def _bound_value(self, expr: syntax.Expr) -> Fraction:
        term, value = self._constant(expr, "bound")
        if isinstance(value, bool) or not isinstance(value, Fraction):
            raise fault("E2204", expr.span, what="bound", wanted="number", type=str(term.type.kind))
        both = types.unified(self.bound_type, term.type)
        if both is None:
            raise self._contradict(expr.span, expr)
        self.bound_type = both
        return value


def _empty(low: Bound, high: Bound) -> bool:
    return low.value > high.value or (low.value == high.value and not (low.inside and high.inside))


def _column_types(rows: list[_Row], node: syntax.Tiers, width: int) -> tuple[Type, ...]:
    """The one type of each column."""
    out: list[Type] = []
    for index in range(width):
        type_ = rows[0].value_types[index]
        for row in rows[1:]:
            both = types.unified(type_, row.value_types[index])
            if both is None or _lost_percent(row, index, rows):
                raise _misfit(row, index, type_, node)
            type_ = both
        out.append(type_)
    return tuple(out)


def _lost_percent(row: _Row, index: int, rows: list[_Row]) -> bool:
    """A 6 among percentages would be 600%."""
    percent = any(r.value_types[index].kind is Kind.percent for r in rows)
    return percent and row.value_types[index].kind is Kind.plain and row.values[index] != 0


def _misfit(row: _Row, index: int, wanted: Type, node: syntax.Tiers) -> Fault:
    cell = row.cells[index]
    return fault("E2316", cell.span, table=node.label.name, cell=cell, wanted=str(wanted.kind))


def _settled(cell: Type, mode: str) -> Type:
    """Plain cells are money in a table of fixed amounts, and otherwise what their use makes of them."""
    if cell == PLAIN and mode in ("fixed", "marginal"):
        return MONEY if mode == "fixed" else NUMBER
    return cell


def _check_cells(node: syntax.Tiers, column_types: tuple[Type, ...]) -> None:
    if node.mode == "marginal" and column_types == (TEXT,):
        raise fault("E2319", node.label.span, table=node.label.name, what="text")


# ---- order, gaps, overlaps ---------------------------------------------------------------------------------


class _Order:
    """Rows to tiers that follow each other upwards; `kind` of the bounds, for messages."""

    def __init__(self, node: syntax.Tiers, kind: Kind, desk: Desk) -> None:
        self.node = node
        self.kind = kind
        self.desk = desk

    def sorted(self, rows: list[_Row]) -> tuple[scheme.Tier, ...]:
        ranked = sorted((row for row in rows if not row.rest), key=_rank)
        faults: list[Diagnostic] = []
        for lower, upper in pairwise(ranked):
            faults += self._between(lower, upper)
        if faults:
            raise Fault(*faults)
        return _joined(self._with_rest(ranked, [row for row in rows if row.rest]))

    def _with_rest(self, ranked: list[_Row], rest: list[_Row]) -> list[_Row]:
        """The rest is what lies beyond the one open end of the others."""
        if not rest:
            return ranked
        if not ranked:
            return rest if len(rest) == 1 else self._no_rest(rest[1])
        below, above = ranked[0].low is not None, ranked[-1].high is not None
        if len(rest) > 1 or below is above:
            return self._no_rest(rest[-1])
        return [*rest, *ranked] if below else [*ranked, *rest]

    def _no_rest(self, row: _Row) -> list[_Row]:
        raise fault("E2321", row.place, table=self.node.label.name)

    def _between(self, lower: _Row, upper: _Row) -> list[Diagnostic]:
        """What is wrong between two neighbours; one that leaves its bound open borrows the other's."""
        high, low = lower.high, upper.low
        if lower.low is not None and lower.low == low:
            return [self._same_bound(lower, upper, lower.low)]
        if high is not None and high == upper.high and low is None:
            return [self._same_bound(lower, upper, high)]
        if high is None and low is None:
            start, end = lower.low, upper.high
            return [self._overlap(lower, upper, start.value)] if start is not None and end is not None else []
        if high is not None and upper.high is not None and low is None and _empty(_complement(high), upper.high):
            return [self._overlap(lower, upper, lower.low.value if lower.low else upper.high.value)]
        if high is None or low is None:
            return []
        if high.value < low.value or (high.value == low.value and not (high.inside or low.inside)):
            return [self._gap(high, low, lower, upper)]
        if high.value > low.value or (high.inside and low.inside):
            return [self._overlap(lower, upper, low.value)]
        return []

    def _same_bound(self, lower: _Row, upper: _Row, bound: Bound) -> Diagnostic:
        later = max(lower, upper, key=lambda row: (row.span.line, row.span.column))
        other = upper if later is lower else lower
        shown = mending.written(bound.value, self.kind, self.desk)
        return diagnostic("E2314", later.place, table=self.node.label.name, bound=shown, related=_other_row(other))

    def _overlap(self, lower: _Row, upper: _Row, at: Fraction) -> Diagnostic:
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

    def _without_bound(self, lower: _Row, upper: _Row) -> tuple[Fix, ...]:
        """Where two rows share one point only, the lower row can leave it to the upper one."""
        if lower.high is None or upper.low is None or lower.high.value != upper.low.value:
            return ()
        row = mending.bounds(lower.low, replace(lower.high, inside=False), self.kind, self.desk)
        return (Fix(FixKind.review, "exclude_bound", (Edit(lower.place, row),), {"row": row}),)

    def _gap(self, high: Bound, low: Bound, lower: _Row, upper: _Row) -> Diagnostic:
        begin, end = (mending.written(bound.value, self.kind, self.desk) for bound in (high, low))
        row = mending.bounds(_complement(high), _complement(low), self.kind, self.desk) + "   ?"
        fixes = mending.missing_row(row, upper.span)
        if high.value == low.value:
            row, fixes = "", self._with_bound(lower, upper)
        return diagnostic("E2312", upper.place, table=self.node.label.name, low=begin, high=end, row=row, fixes=fixes)

    def _with_bound(self, lower: _Row, upper: _Row) -> tuple[Fix, ...]:
        """Where only one point is left out, either neighbour can take it."""
        assert lower.high is not None
        assert upper.low is not None
        above = mending.bounds(replace(upper.low, inside=True), upper.high, self.kind, self.desk)
        below = mending.bounds(lower.low, replace(lower.high, inside=True), self.kind, self.desk)
        rows = ((upper.place, above), (lower.place, below))
        return tuple(Fix(FixKind.review, "include_bound", (Edit(at, new),), {"row": new}) for at, new in rows)


def _rank(row: _Row) -> tuple[Fraction, int, int]:
    """Upwards; a row that ends at a point stands before the row that begins there."""
    if row.low is not None:
        return (row.low.value, 1, 0 if row.low.inside else 1)
    assert row.high is not None
    return (row.high.value, 0, 1 if row.high.inside else 0)


def _other_row(row: _Row) -> tuple[Related, ...]:
    return (Related(row.place, "other_row"),)


def _complement(bound: Bound) -> Bound:
    return replace(bound, inside=not bound.inside)


def _joined(rows: list[_Row]) -> tuple[scheme.Tier, ...]:
    """Each open end borrows the neighbour's bound."""
    out: list[scheme.Tier] = []
    for before, row, after in zip([None, *rows], rows, [*rows[1:], None], strict=False):
        low, high = row.low, row.high
        if low is None and before is not None and before.high is not None:
            low = _complement(before.high)
        if high is None and after is not None and after.low is not None:
            high = _complement(after.low)
        out.append(scheme.Tier(low, high, row.values, row.span))
    return tuple(out)


# ---- the mode ----------------------------------------------------------------------------------------------


def _mode_missing(
    node: syntax.Tiers, tiers: tuple[scheme.Tier, ...], column_types: tuple[Type, ...], desk: Desk
) -> Fault:
    """Show what the readings would pay for one base, so that the author can choose."""
    bounds = [b.value for tier in tiers for b in (tier.low, tier.high) if b is not None]
    base = max(bounds, default=Fraction(0)) * 2
    modes: dict[str, str] = {"marginal": "", "whole": "", "fixed": ""}
    if _rates(tiers, column_types) and base > 0:
        amounts = {"marginal": _marginal(tiers, base), "whole": _whole(tiers, base)}
        modes = {mode: mending.decimal(amount) for mode, amount in amounts.items()}
    elif column_types[0].kind is Kind.text:
        modes = {"whole": ""}
    example = mending.decimal(base)
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


def _notes(node: syntax.Tiers, tiers: tuple[scheme.Tier, ...], kind: Kind) -> tuple[Diagnostic, ...]:
    first = tiers[0].low
    if node.mode != "marginal" or first is None or first.value <= 0:
        return ()
    bound = mending.number(first.value, kind)
    return (diagnostic("E2318", tiers[0].span, bound=bound, table=node.label.name, severity=Severity.note),)
