"""Rows of a tier table: cells to bounds and values.

In: a `syntax.Tiers`. Out: `Row`s in the order written, what holds otherwise, and the type of the bounds. A row
that says how wide its tier is begins where the row before it ends; a series stands for many rows; `same as`
takes the rows of another table, changed.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from tiercel_dsl import pricing, scheme, syntax, terms, types
from tiercel_dsl.diagnostics import Related
from tiercel_dsl.records import dataclass
from tiercel_dsl.resolver import Fault, Gathered, fault, names_of
from tiercel_dsl.scheme import Bound, Names, Series
from tiercel_dsl.source import Span
from tiercel_dsl.terms import Context, Desk
from tiercel_dsl.types import DATE, PLAIN, Kind, Type

CellValue = Fraction | str | bool

_SERIES_STEPS = ("more", "less")
_FORWARD = ("from", "above")


@dataclass(frozen=True, slots=True)
class Row:
    """A row as written: bounds where stated, values with their cells, `place` of the bounds."""

    low: Bound | None
    high: Bound | None
    values: tuple[CellValue, ...]
    value_types: tuple[Type, ...]
    cells: tuple[syntax.Cell, ...]
    span: Span
    place: Span
    series: Series | None = None
    wide: bool = False  # it says its width, not its bounds

    @property
    def rest(self) -> bool:
        return self.low is None and self.high is None


def empty(low: Bound, high: Bound) -> bool:
    """Whether nothing lies between the two."""
    return low.value > high.value or (low.value == high.value and not (low.inside and high.inside))


def complement(bound: Bound) -> Bound:
    """The same point as a bound of the neighbour."""
    return replace(bound, inside=not bound.inside)


class Reader:
    """Rows of cells to rows of bounds and values.

    `otherwise` is None without a row of that name; `last_tier`: it says `the last tier`. `scaled`: the bounds are
    shares of a value.
    """

    def __init__(self, node: syntax.Tiers, desk: Desk) -> None:
        self.node = node
        self.desk = desk
        self.names: tuple[Names, ...] = tuple(names_of(c) for c in node.columns)
        self.width = max(len(self.names), 1)
        self.rows: list[Row] = []
        self.otherwise: Row | None = None
        self.last_tier = False
        self.scaled = node.bounds_of is not None
        self.scale: scheme.Term | None = None  # of the table whose rows are taken over
        self.bound_type: Type = PLAIN
        self._gathered = Gathered()
        self._bound_types: list[Type] = []
        self._end: Bound | None = None  # of the row before

    def read(self) -> None:
        earlier: syntax.Row | None = None
        for written in self.node.rows:
            if isinstance(written, syntax.SameAs):
                self._gathered.of(self._taking(written))
            elif isinstance(written.cells[0], syntax.WordCell):
                self._gathered.of(self._reading_last(written, earlier))
                earlier = earlier or written
            else:
                row = self._gathered.of(self._reading_row(written))
                self._end = row.high if row is not None else self._end
                self.rows += [row] if row is not None else []
        self._gathered.settle()
        if not self.rows:
            raise self._no_bound(self.node.rows[0].span)

    def _reading_row(self, row: syntax.Row) -> Callable[[], Row]:
        return lambda: self._row(row)

    def _reading_last(self, row: syntax.Row, earlier: syntax.Row | None) -> Callable[[], None]:
        return lambda: self._last(row, earlier)

    def _taking(self, row: syntax.SameAs) -> Callable[[], None]:
        return lambda: self._same_as(row)

    # ---- otherwise -----------------------------------------------------------------------------------------

    def _last(self, row: syntax.Row, earlier: syntax.Row | None) -> None:
        """`otherwise` with its values, `the last tier`, or `error`: what holds anyway."""
        if earlier is not None:
            related = (Related(earlier.span, "first_here"),)
            raise fault("E2209", row.span, what="otherwise row", related=related)
        first, *cells = row.cells
        word = cells[0].kind if len(cells) == 1 and isinstance(cells[0], syntax.WordCell) else ""
        if not isinstance(first, syntax.WordCell) or first.kind != "otherwise":
            raise self._no_bound(row.span)
        if word in ("error", "last_tier"):
            self.last_tier = word == "last_tier"
        else:
            self.otherwise = self._made(None, None, cells, row, first.span)

    # ---- rows ----------------------------------------------------------------------------------------------

    def _row(self, row: syntax.Row) -> Row:
        bounds = [cell for cell in row.cells if isinstance(cell, syntax.BoundCell)]
        values = [cell for cell in row.cells if not isinstance(cell, syntax.BoundCell)]
        if not bounds or row.cells[: len(bounds)] != tuple(bounds):
            plain = [cell for cell in values if not isinstance(cell, syntax.SeriesCell)]
            self._values(plain, row)
            raise self._wrong_cells(row.span, len(plain)) if bounds else self._no_bound(row.span)
        wide = next((cell for cell in bounds if cell.kind in ("first", "next")), None)
        low, high = self._bounds(bounds) if wide is None else self._width(wide, bounds)
        made = self._made(low, high, values, row, bounds[0].span.to(bounds[-1].span))
        return replace(made, wide=wide is not None)

    def _made(
        self, low: Bound | None, high: Bound | None, cells: Sequence[syntax.Cell], row: syntax.Row, place: Span
    ) -> Row:
        plain = [cell for cell in cells if not isinstance(cell, syntax.SeriesCell)]
        built = self._values(plain, row)
        if len(plain) != self.width:
            raise self._wrong_cells(row.span, len(plain))
        values = tuple(value for value, _ in built)
        kinds = tuple(type_ for _, type_ in built)
        series = None if len(plain) == len(cells) else self._series(cells, low, values, kinds, row)
        return Row(low, high, values, kinds, tuple(plain), row.span, place, series)

    def _wrong_cells(self, span: Span, given: int) -> Fault:
        return fault("E2315", span, table=self.node.label.name, wanted=self.width, given=given)

    def _no_bound(self, span: Span) -> Fault:
        return fault("E2315", span, table=self.node.label.name, wanted=self.width)

    def _unclear(self, span: Span, what: str) -> Fault:
        return fault("E2323", span, table=self.node.label.name, what=what)

    # ---- values --------------------------------------------------------------------------------------------

    def _values(self, cells: Sequence[syntax.Cell], row: syntax.Row) -> list[tuple[CellValue, Type]]:
        """An unknown name is told before a wrong number of cells: it may be two names run together."""
        return terms.together(*[self._reading(cell, row) for cell in cells])

    def _reading(self, cell: syntax.Cell, row: syntax.Row) -> Callable[[], tuple[CellValue, Type]]:
        def read() -> tuple[CellValue, Type]:
            if not isinstance(cell, syntax.ValueCell):
                raise self._wrong_cells(row.span, len(row.cells))
            term, value = self._constant(cell.expr, "cell")
            if not isinstance(value, Fraction | str | bool):
                raise fault("E2204", cell.span, what="cell", wanted="number", type=str(term.type.kind))
            return value, term.type

        return read

    def _constant(self, expr: syntax.Expr, what: str) -> tuple[scheme.Term, CellValue | date]:
        term = terms.build(expr, Context(scheme.EVERYWHERE, clause=what), self.desk)
        if isinstance(term, scheme.Lapse):
            terms.refuse_months((term,))
            return term, Fraction(term.count)
        value = terms.constant(term)
        if value is None:
            raise fault("E2212", expr.span, what=what)
        return term, value

    # ---- bounds --------------------------------------------------------------------------------------------

    def _bounds(self, cells: list[syntax.BoundCell]) -> tuple[Bound | None, Bound | None]:
        sides: dict[bool, Bound] = {}
        for cell in cells:
            if cell.expr is None:
                continue
            lower, inside = cell.kind in _FORWARD, cell.kind in ("from", "up_to")
            bound = Bound(self._bound_value(cell.expr), inside)
            if lower in sides:
                raise self._contradict(cell.span, cell)
            sides[lower] = bound
        low, high = sides.get(True), sides.get(False)
        beside_the_rest = len(sides) != len(cells) and len(cells) > 1
        if (low and high and empty(low, high)) or beside_the_rest:
            raise self._contradict(cells[0].span.to(cells[-1].span), None)
        return low, high

    def _contradict(self, span: Span, written: syntax.BoundCell | syntax.Expr | None) -> Fault:
        return fault("E2317", span, table=self.node.label.name, bound=written or "")

    def _bound_value(self, expr: syntax.Expr) -> Fraction:
        """A number; a day as its number in the calendar."""
        term, value = self._constant(expr, "bound")
        if isinstance(value, bool | str):
            raise fault("E2204", expr.span, what="bound", wanted="number", type=str(term.type.kind))
        self._bound_of(term.type, expr)
        return value if isinstance(value, Fraction) else Fraction(value.toordinal())

    def _bound_of(self, type_: Type, expr: syntax.Expr) -> None:
        """All bounds of a table are of one kind; those that are shares of a value are plain or percent."""
        both = type_ if not self._bound_types else types.unified(self._bound_types[-1], type_)
        if both is None:
            raise self._contradict(expr.span, expr)
        if self.scaled and types.dimension(both) not in ("ratio", "any"):
            raise fault("E2204", expr.span, what="bound", wanted="percent", type=str(type_.kind))
        self._bound_types.append(both)
        self.bound_type = DATE if both.kind is Kind.datetime else both

    def _width(self, cell: syntax.BoundCell, cells: list[syntax.BoundCell]) -> tuple[Bound, Bound]:
        """`first 1,000`, `next 2,000`: from the end of the row before up to its own end, that end included."""
        assert cell.expr is not None
        width = self._bound_value(cell.expr)
        if len(cells) > 1:
            raise self._contradict(cells[0].span.to(cells[-1].span), None)
        if width <= 0 or self.bound_type == DATE:
            raise self._unclear(cell.span, "width")
        if cell.kind == "first":
            if self.rows:
                raise self._unclear(cell.span, "first")
            return Bound(Fraction(0), True), Bound(width, True)
        if self._end is None:
            raise self._unclear(cell.span, "next")
        return complement(self._end), Bound(self._end.value + width, True)

    # ---- a series ------------------------------------------------------------------------------------------

    def _series(
        self,
        cells: Sequence[syntax.Cell],
        low: Bound | None,
        values: Sequence[CellValue],
        kinds: Sequence[Type],
        row: syntax.Row,
    ) -> Series:
        """`1%  every 1,000 more by 0.2%`: each step changes the value that it stands behind."""
        every: list[Fraction] = []
        steps: list[Fraction | None] = [None] * self.width
        column = -1
        for cell in cells:
            if not isinstance(cell, syntax.SeriesCell):
                column += 1
            elif cell.kind == "every":
                every.append(self._bound_value(cell.expr))
            elif column < 0 or steps[column] is not None:
                raise self._no_series(cell.span, "step")
            else:
                steps[column] = self._step(cell, values[column], kinds[column])
        if len(every) != 1 or every[0] <= 0 or not any(step is not None for step in steps):
            raise self._no_series(row.span, "step")
        if low is None or self.bound_type == DATE:
            raise self._no_series(row.span, "start")
        return Series(every[0], tuple(step or Fraction(0) for step in steps))

    def _no_series(self, span: Span, what: str) -> Fault:
        return fault("E2322", span, table=self.node.label.name, what=what)

    def _step(self, cell: syntax.SeriesCell, value: CellValue, kind: Type) -> Fraction:
        term, by = self._constant(cell.expr, "cell")
        both = types.unified(kind, term.type)
        percent = kind.kind is Kind.percent and term.type.kind is Kind.plain and by != 0
        if not isinstance(value, Fraction) or not isinstance(by, Fraction) or both is None or percent:
            wanted = str(kind.kind)
            raise fault("E2316", cell.span, table=self.node.label.name, cell=cell.expr, wanted=wanted)
        return by if cell.kind == "more" else -by

    # ---- the rows of another table -------------------------------------------------------------------------

    def _same_as(self, row: syntax.SameAs) -> None:
        if len(self.node.rows) > 1:
            raise self._unclear(row.span, "same")
        symbol = terms.tiers_named(row.table, self.desk)
        table = self.desk.tiers_of(symbol, row.table.span)
        columns = self._columns_of(row, table)
        changes = [self._change(row, table.column_types[c]) for c in columns]
        self.scaled, self.scale = self.scaled or table.scaled, table.scale
        self.bound_type = table.key_type
        self.last_tier = table.last_holds
        kinds = tuple(table.column_types[c] for c in columns)
        for tier in table.tiers:
            values = tuple(change(tier.values[c]) for c, change in zip(columns, changes, strict=True))
            series = None if tier.series is None else self._stretched(row, tier.series, columns)
            self.rows.append(Row(tier.low, tier.high, values, kinds, (), row.span, row.span, series))
        if table.otherwise is not None:
            values = tuple(change(table.otherwise[c]) for c, change in zip(columns, changes, strict=True))
            self.otherwise = Row(None, None, values, kinds, (), row.span, row.span)

    def _columns_of(self, row: syntax.SameAs, table: scheme.Tiers) -> list[int]:
        """The columns taken over: the one named, else all of them; a change is for one column."""
        if len(row.table.names) > 1 or (row.operator and len(table.columns) > 1):
            columns = [pricing.column(row.table, table)]
        else:
            columns = list(range(len(table.columns)))
        if not self.node.columns and len(columns) > 1:
            self.names, self.width = table.column_names, len(columns)
        if len(columns) != self.width:
            raise self._wrong_cells(row.span, len(columns))
        return columns

    def _change(self, row: syntax.SameAs, kind: Type) -> Callable[[CellValue], CellValue]:
        """What is done to each value: nothing, or the one operation of the row."""
        if row.expr is None:
            return lambda value: value
        term, by = self._constant(row.expr, "cell")
        product = row.operator == "times"
        result = types.multiplied(kind, term.type) if product else types.added(kind, term.type, False)
        points = not product and kind.kind is Kind.percent and term.type.kind is Kind.plain and by != 0
        kept = result is not None and types.dimension(result) in (types.dimension(kind), "any")
        if not isinstance(by, Fraction) or not kept or points:
            wanted = "number" if product else str(kind.kind)
            raise fault("E2316", row.expr.span, table=self.node.label.name, cell=row.expr, wanted=wanted)
        return lambda value: _changed(value, row.operator, by)

    def _stretched(self, row: syntax.SameAs, series: Series, columns: Sequence[int]) -> Series:
        """Times changes the steps of a series too; plus and minus leave them."""
        _, factor = self._constant(row.expr, "cell") if row.expr is not None else (None, Fraction(1))
        by = factor if row.operator == "times" and isinstance(factor, Fraction) else Fraction(1)
        return Series(series.every, tuple(series.steps[c] * by for c in columns))


def _changed(value: CellValue, operator: str, by: Fraction) -> CellValue:
    assert isinstance(value, Fraction)
    results = {"plus": value + by, "minus": value - by, "times": value * by}
    return results[operator]
