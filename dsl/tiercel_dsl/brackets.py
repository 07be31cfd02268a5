"""Tier tables: rows of cells to sorted tiers, without gap or overlap.

In: a `syntax.Tiers`. Out: a `scheme.Tiers` and the notes. A row that states one bound borrows the
other from its neighbour; what two rows both hold, or no row holds, is a fault with the money it moves.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from tiercel_dsl import scheme, syntax, terms, types
from tiercel_dsl.diagnostics import Diagnostic, Edit, Fix, FixKind, Severity
from tiercel_dsl.resolver import Fault, Symbol, diagnostic, fault, names_of
from tiercel_dsl.scheme import Bound
from tiercel_dsl.source import Span
from tiercel_dsl.terms import Context, Desk
from tiercel_dsl.types import MONEY, NUMBER, PERCENT, PLAIN, TEXT, Kind, Type


@dataclass(frozen=True, slots=True)
class _Row:
    """A row as written: bounds where stated, values, the source text of its bounds."""

    low: Bound | None
    high: Bound | None
    values: tuple[Fraction | str, ...]
    value_types: tuple[Type, ...]
    span: Span
    rest: bool = False


def check_tiers(symbol: Symbol, desk: Desk) -> tuple[scheme.Tiers, tuple[Diagnostic, ...]]:
    """Sort and check a tier table; raises `Fault` if money could go wrong."""
    node: syntax.Tiers = symbol.node
    label = node.label.name
    reader = _Reader(node, desk)
    rows, otherwise, bound_type = reader.rows()
    if reader.faults:
        raise Fault(*reader.faults)
    column_types = _column_types(rows, otherwise, node, reader.width)
    if node.mode == "":
        raise _mode_missing(node, rows, symbol)
    _check_cells(node, column_types)
    tiers = _ordered(node, rows, desk)
    notes = _notes(node, tiers)
    columns = tuple(names_of(c).identity for c in node.columns) or ("",)
    rounding = _rounding(node)
    other = otherwise.values if otherwise is not None else None
    table = scheme.Tiers(
        symbol.identity,
        node.mode,
        columns,
        column_types,
        tiers,
        other,
        rounding,
        bound_type,
        symbol.names,
        symbol.place,
    )
    return table, tuple(replace(n, facts={**n.facts, "table": label}) for n in notes)


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
        self.faults: list[Diagnostic] = []
        self.bound_type: Type = PLAIN
        self.missing = False

    def rows(self) -> tuple[list[_Row], _Row | None, Type]:
        rows: list[_Row] = []
        otherwise: _Row | None = None
        for written in self.node.rows:
            try:
                row = self._row(written)
            except Fault as f:
                self.faults += f.diagnostics
                continue
            if row is None:
                continue
            if row.rest and row.low is None and isinstance(written.cells[0], syntax.WordCell):
                otherwise = row
            else:
                rows.append(row)
        if not rows and not self.faults:
            raise fault("E2315", self.node.span, table=self.node.label.name, wanted=self.width, given=0)
        return rows, otherwise, self.bound_type

    def _row(self, row: syntax.Row) -> _Row | None:
        cells = list(row.cells)
        first = cells[0]
        if isinstance(first, syntax.WordCell):
            if len(cells) > 1 and isinstance(cells[1], syntax.WordCell):
                return None  # otherwise error: what holds anyway
            values, kinds = self._values(cells[1:], row)
            return _Row(None, None, values, kinds, row.span, rest=True)
        bounds: list[syntax.BoundCell] = []
        while cells and isinstance(cells[0], syntax.BoundCell):
            bounds.append(cells.pop(0))  # type: ignore[arg-type]
        values, kinds = self._values(cells, row)
        if not bounds or len(bounds) > 2:
            raise fault("E2315", row.span, table=self.node.label.name, wanted=self.width, given=len(values))
        low, high = self._bounds(bounds, row)
        return _Row(low, high, values, kinds, row.span, rest=bounds[0].kind == "the_rest")

    def _values(
        self, cells: list[syntax.Cell], row: syntax.Row
    ) -> tuple[tuple[Fraction | str, ...], tuple[Type, ...]]:
        built = terms.together(*[self._cell(cell, row) for cell in cells])
        if len(cells) != self.width:
            raise fault("E2315", row.span, table=self.node.label.name, wanted=self.width, given=len(cells))
        values = tuple(terms.constant(t) for t in built)
        return values, tuple(t.type for t in built)  # type: ignore[return-value]

    def _cell(self, cell: syntax.Cell, row: syntax.Row) -> Callable[[], scheme.Term]:
        def read() -> scheme.Term:
            if not isinstance(cell, syntax.ValueCell):
                raise fault(
                    "E2315", row.span, table=self.node.label.name, wanted=self.width, given=len(row.cells)
                )
            return self._constant(cell.expr)

        return read

    def _constant(self, expr: syntax.Expr) -> scheme.Term:
        term = terms.build(expr, Context(scheme.EVERYWHERE), self.desk)
        value = terms.constant(term)
        if not isinstance(value, Fraction | str):
            raise fault("E2212", expr.span, what="cell")
        return term

    def _bounds(self, cells: list[syntax.BoundCell], row: syntax.Row) -> tuple[Bound | None, Bound | None]:
        low: Bound | None = None
        high: Bound | None = None
        for cell in cells:
            if cell.expr is None:
                continue
            bound = Bound(self._bound_value(cell.expr), cell.kind in ("from", "up_to"))
            if cell.kind in ("from", "above"):
                low = self._single(low, bound, row)
            else:
                high = self._single(high, bound, row)
        if (
            low
            and high
            and (low.value > high.value or (low.value == high.value and not (low.inside and high.inside)))
        ):
            raise fault("E2317", row.span, table=self.node.label.name, bound=low.value)
        return low, high

    def _single(self, earlier: Bound | None, bound: Bound, row: syntax.Row) -> Bound:
        if earlier is not None:
            raise fault("E2317", row.span, table=self.node.label.name, bound=bound.value)
        return bound

    def _bound_value(self, expr: syntax.Expr) -> Fraction:
        term = self._constant(expr)
        value = terms.constant(term)
        both = types.unified(self.bound_type, term.type)
        if both is None or not isinstance(value, Fraction):
            raise fault("E2317", expr.span, table=self.node.label.name, bound=str(value))
        self.bound_type = both
        return value


def _column_types(
    rows: list[_Row], otherwise: _Row | None, node: syntax.Tiers, width: int
) -> tuple[Type, ...]:
    out: list[Type] = []
    for index in range(width):
        type_: Type | None = None
        for row in [*rows, *([otherwise] if otherwise else [])]:
            cell = row.value_types[index]
            if type_ is PERCENT and cell == PLAIN and row.values[index] == 0:
                cell = PERCENT
            both = cell if type_ is None else types.unified(type_, cell)
            if both is None:
                raise fault(
                    "E2316",
                    row.span,
                    table=node.label.name,
                    cell=str(row.values[index]),
                    wanted=str(type_.kind),
                )
            type_ = both
        out.append(type_ or PLAIN)
    return tuple(_settled(t, node.mode) for t in out)


def _settled(cell: Type, mode: str) -> Type:
    """Plain cells are money in a table of fixed amounts, and otherwise what their use makes of them."""
    if mode == "fixed" and cell == PLAIN:
        return MONEY
    if mode == "marginal" and cell == PLAIN:
        return NUMBER
    return cell


def _check_cells(node: syntax.Tiers, column_types: tuple[Type, ...]) -> None:
    if node.mode != "marginal":
        return
    for type_ in column_types:
        if (type_ == TEXT and len(column_types) == 1) or type_.kind is Kind.money:
            raise fault("E2319", node.label.span, table=node.label.name, what=str(type_.kind))


# ---- order, gaps, overlaps ---------------------------------------------------------------------------------


def _ordered(node: syntax.Tiers, rows: list[_Row], desk: Desk) -> tuple[scheme.Tier, ...]:
    ranked = sorted(rows, key=_rank)
    out: list[scheme.Tier] = []
    faults: list[Diagnostic] = []
    for index, row in enumerate(ranked):
        before = ranked[index - 1] if index else None
        after = ranked[index + 1] if index + 1 < len(ranked) else None
        if before is not None:
            faults += _between(node, before, row, desk)
        low = row.low or (_complement(before.high) if before is not None and before.high else None)
        high = row.high or (_complement(after.low) if after is not None and after.low else None)
        out.append(scheme.Tier(low, high, row.values, row.span))
    if faults:
        raise Fault(*faults)
    return tuple(out)


def _rank(row: _Row) -> tuple[int, Fraction, int, int]:
    """Upwards; a row that ends at a point stands before the row that begins there; the rest is last."""
    if row.low is not None:
        return (0, row.low.value, 1, 0 if row.low.inside else 1)
    if row.high is not None:
        return (0, row.high.value, 0, 1 if row.high.inside else 0)
    return (1, Fraction(0), 0, 0)


def _complement(bound: Bound | None) -> Bound | None:
    return None if bound is None else Bound(bound.value, not bound.inside)


def _between(node: syntax.Tiers, lower: _Row, upper: _Row, desk: Desk) -> list[Diagnostic]:
    """What is wrong between two neighbours: nothing if at least one of them leaves its bound open."""
    if (lower.low and upper.low and lower.low == upper.low) or (
        lower.high and upper.high and lower.high == upper.high
    ):
        bound = lower.low if lower.low == upper.low and lower.low else lower.high
        assert bound is not None
        return [diagnostic("E2314", upper.span, table=node.label.name, bound=bound.value)]
    high, low = lower.high, upper.low
    if high is None and low is None:
        return [diagnostic("E2317", upper.span, table=node.label.name, bound="")] if not upper.rest else []
    if high is None and lower.low is None and low is not None:
        return [diagnostic("E2317", lower.span, table=node.label.name, bound=low.value)]
    if high is None or low is None:
        return []
    if high.value < low.value or (high.value == low.value and not (high.inside or low.inside)):
        return [_gap(node, high, low, lower, upper, desk)]
    if high.value > low.value or (high.inside and low.inside):
        at = low.value
        return [
            diagnostic(
                "E2313",
                upper.span,
                table=node.label.name,
                at=at,
                first=_shown_value(lower),
                second=_shown_value(upper),
                related=(),
            )
        ]
    return []


def _shown_value(row: _Row) -> str:
    value, type_ = row.values[0], row.value_types[0]
    if isinstance(value, str):
        return value
    return shown_number(value, type_)


def shown_number(value: Fraction, type_: Type) -> str:
    """A bound or cell as a person writes it: percent as %, no trailing zeros."""
    scaled, sign = (value * 100, "%") if type_.kind is Kind.percent else (value, "")
    digits, rest = 0, scaled.denominator
    while rest % 2 == 0 or rest % 5 == 0:
        rest //= 2 if rest % 2 == 0 else 5
        digits += 1
    text = f"{scaled.numerator}/{scaled.denominator}" if rest != 1 else _decimal(scaled, digits)
    return text + sign


def _decimal(value: Fraction, digits: int) -> str:
    whole = abs(value) * 10**digits
    text = str(whole.numerator).rjust(digits + 1, "0")
    text = f"{text[:-digits]}.{text[-digits:]}".rstrip("0").rstrip(".") if digits else text
    return ("-" if value < 0 else "") + text


def _gap(node: syntax.Tiers, high: Bound, low: Bound, lower: _Row, upper: _Row, desk: Desk) -> Diagnostic:
    bound_type = PERCENT if "%" in desk.text_at(upper.span).split(_shown_value(upper))[0] else PLAIN
    begin, end = shown_number(high.value, bound_type), shown_number(low.value, bound_type)
    written = desk.text_at(upper.span)
    if written.isascii():
        row = f"{'above' if high.inside else 'from'} {begin} {'below' if low.inside else 'up to'} {end}   ?"
    else:
        row = f"{'超过' + begin if high.inside else begin + '以上'}{'不满' + end if low.inside else '至' + end}   ?"
    start = Span(upper.span.source, upper.span.line, upper.span.column, upper.span.line, upper.span.column)
    indent = " " * (upper.span.column - 1)
    fix = Fix(FixKind.review, "missing_row", (Edit(start, f"{row}\n{indent}"),), {"row": row})
    return diagnostic("E2312", upper.span, table=node.label.name, low=begin, high=end, row=row, fixes=(fix,))


def _mode_missing(node: syntax.Tiers, rows: list[_Row], symbol: Symbol) -> Fault:
    """Show what both readings would pay for one base, so that the author can choose."""
    bounds = sorted(b.value for row in rows for b in (row.low, row.high) if b is not None)
    numbers = all(isinstance(row.values[0], Fraction) for row in rows)
    base = bounds[-1] * 2 if bounds else Fraction(0)
    tiers = _ordered(replace(node, mode="whole"), rows, _NoText()) if numbers else ()
    marginal, whole = (
        (Fraction(0), Fraction(0)) if not tiers else (_marginal(tiers, base), _whole(tiers, base))
    )
    words = ("超额累进", "全额累进") if not node.label.name.isascii() else ("marginal", "whole")
    at = Span(
        node.label.span.source,
        node.label.span.end_line,
        node.label.span.end_column,
        node.label.span.end_line,
        node.label.span.end_column,
    )
    comma = "，" if not node.label.name.isascii() else ", "
    fixes = tuple(Fix(FixKind.review, "add_mode", (Edit(at, comma + w),), {"candidate": w}) for w in words)
    plain = [shown_number(v, PLAIN) for v in (base, marginal, whole)]
    return fault(
        "E2311",
        node.label.span,
        table=node.label.name,
        base=plain[0],
        marginal=plain[1],
        whole=plain[2],
        fixes=fixes,
    )


class _NoText:
    """Stands in for the desk where no text of the source is needed."""

    def text_at(self, span: Span) -> str:
        return ""

    def __getattr__(self, name: str) -> object:
        raise AttributeError(name)


def _marginal(tiers: tuple[scheme.Tier, ...], base: Fraction) -> Fraction:
    total = Fraction(0)
    for tier in tiers:
        low = tier.low.value if tier.low else Fraction(0)
        high = tier.high.value if tier.high else base
        rate = tier.values[0]
        assert isinstance(rate, Fraction)
        total += max(min(base, high) - low, Fraction(0)) * rate
    return total


def _whole(tiers: tuple[scheme.Tier, ...], base: Fraction) -> Fraction:
    rate = tiers[-1].values[0]
    assert isinstance(rate, Fraction)
    return base * rate


def _notes(node: syntax.Tiers, tiers: tuple[scheme.Tier, ...]) -> list[Diagnostic]:
    first = tiers[0].low
    if node.mode == "marginal" and first is not None and first.value > 0:
        bound = shown_number(first.value, PLAIN)
        return [diagnostic("E2318", tiers[0].span, bound=bound, severity=Severity.note)]
    return []
