"""Lookup tables: rows of cells to keys and values, no two rows for one case.

In: a `syntax.Lookup`. Out: a `scheme.Lookup`. How many cells of a row are keys follows from the first
line of the table, so that rows need no separators. A range that is open at one end stops where the next
row with the same other keys begins, as in tiers; with `first of` nothing is borrowed, the order decides.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import combinations

from tiercel_dsl import mending, scheme, syntax, terms, types
from tiercel_dsl.diagnostics import Diagnostic, Related
from tiercel_dsl.records import dataclass
from tiercel_dsl.resolver import Fault, Gathered, Symbol, diagnostic, fault, names_of, naming, nearest, no_name_twice
from tiercel_dsl.scheme import EVERYWHERE, Exactly, KeyCell, Range
from tiercel_dsl.source import Span
from tiercel_dsl.terms import Context, Desk
from tiercel_dsl.types import COUNT, NUMBER, PLAIN, Kind, Type

_Value = Fraction | str | bool | date


@dataclass(frozen=True, slots=True)
class _Key:
    """A key as written: a cell, its type (None: any), its place."""

    cell: KeyCell
    type: Type | None
    span: Span


@dataclass(frozen=True, slots=True)
class _Row:
    keys: tuple[_Key, ...]
    values: tuple[tuple[_Value, Type, Span], ...]
    span: Span


def check_lookup(symbol: Symbol, desk: Desk, other: "Callable[[Symbol, Span], scheme.Lookup]") -> scheme.Lookup:
    """The table; `other` checks the one that this is the same as. Raises `Fault`."""
    node: syntax.Lookup = symbol.node
    no_name_twice((*node.keys, *node.columns))
    copies = [row for row in node.rows if isinstance(row, syntax.SameAs)]
    if copies:
        return _copied(symbol, copies[0], desk, other)
    reader = _Reader(node, desk)
    rows, otherwise = reader.read()
    if not rows:
        raise _wrong_cells(node, node.rows[0].span if node.rows else node.span, 0)
    key_types = tuple(_key_type(rows, k, node) for k in range(len(node.keys)))
    column_types = tuple(_column_type(rows, otherwise, c, node) for c in range(reader.width))
    kept = rows if node.first_of else _borrowing(rows)
    if not node.first_of:
        _no_two_fit(kept, key_types, node, desk)
    made = tuple(scheme.LookupRow(tuple(k.cell for k in r.keys), _values(r), r.span) for r in kept)
    return scheme.Lookup(
        symbol.identity, tuple(names_of(k).identity for k in node.keys), key_types,
        tuple(names_of(c).identity for c in node.columns) or ("",), column_types,
        made, _values(otherwise) if otherwise else None, node.first_of, symbol.names, symbol.place,
    )  # fmt: skip


def _values(row: _Row) -> tuple[_Value, ...]:
    return tuple(value for value, _, _ in row.values)


# ---- a table that is the same as another one --------------------------------------------------------------


def _copied(
    symbol: Symbol, row: syntax.SameAs, desk: Desk, other: "Callable[[Symbol, Span], scheme.Lookup]"
) -> scheme.Lookup:
    node: syntax.Lookup = symbol.node
    source = _source(row, desk)
    if len(node.rows) > 1 or node.head is not None:
        second = next(r for r in (*node.rows, node.head) if r is not None and r is not row)
        raise fault("E2209", second.span, what="same as")
    table = other(source, row.table.span)
    if len(table.keys) != len(node.keys):
        raise fault(
            "E2112", row.span, function=source.names.shown(desk.language), wanted=len(table.keys), given=len(node.keys)
        )
    keys = tuple(names_of(k).identity for k in node.keys)
    made = replace(table, identity=symbol.identity, keys=keys, names=symbol.names, place=symbol.place)
    if node.columns:
        made = replace(made, columns=tuple(names_of(c).identity for c in node.columns))
        if len(made.columns) != len(made.column_types):
            raise _wrong_cells(node, row.span, len(made.column_types))
    return made if row.expr is None else _changed(made, row, desk)


def _source(row: syntax.SameAs, desk: Desk) -> Symbol:
    word = row.table.names[0]
    found = desk.symbols.lookups.get(word)
    if found is None or len(row.table.names) > 1:
        near = nearest(word, desk.symbols.lookups)
        raise fault("E2101", row.table.span, name=word, candidates=near, fixes=naming(row.table.span, near))
    return found


def _changed(table: scheme.Lookup, row: syntax.SameAs, desk: Desk) -> scheme.Lookup:
    assert row.expr is not None
    term = terms.build(row.expr, Context(EVERYWHERE, clause="cell"), desk)
    amount = terms.constant(term)
    if not isinstance(amount, Fraction):
        raise fault("E2212", row.expr.span, what="cell")
    types_made: list[Type] = []
    for type_ in table.column_types:
        times = row.operator == "times"
        made = types.multiplied(type_, term.type) if times else types.added(type_, term.type, row.operator == "minus")
        if made is None:
            raise fault("E2204", row.expr.span, what=row.operator, wanted=str(type_.kind), type=str(term.type.kind))
        types_made.append(type_ if made == PLAIN else made)
    change = _changing(row.operator, amount)
    rows = tuple(replace(r, values=tuple(change(v) for v in r.values)) for r in table.rows)
    rest = None if table.otherwise is None else tuple(change(v) for v in table.otherwise)
    return replace(table, rows=rows, otherwise=rest, column_types=tuple(types_made))


def _changing(operator: str, amount: Fraction) -> Callable[[_Value], _Value]:
    """What `times 0.5` or `plus 3%` does to a cell; the types were checked."""

    def change(value: _Value) -> _Value:
        assert isinstance(value, Fraction)
        if operator == "times":
            return value * amount
        return value + amount if operator == "plus" else value - amount

    return change


# ---- reading ------------------------------------------------------------------------------------------------


class _Reader:
    """Flat cells to keys and values."""

    def __init__(self, node: syntax.Lookup, desk: Desk) -> None:
        self.node, self.desk = node, desk
        self.width = max(len(node.columns), 1)
        self.before = len(node.keys) - (node.head is not None)

    def read(self) -> tuple[list[_Row], _Row | None]:
        """The rows, each of one value per column, and what holds otherwise."""
        told = Gathered()
        head = told.of(self._head) if self.node.head is not None else None
        rows: list[_Row] = []
        otherwise: list[_Row] = []
        last: Span | None = None
        for written in self.node.rows:
            assert isinstance(written, syntax.Row)
            if _is_otherwise(written):
                told.of(self._reading_otherwise(written, last, otherwise))
                last = last or written.span
            else:
                rows += told.of(self._reading(written, head)) or []
        told.settle()
        return rows, otherwise[0] if otherwise else None

    def _head(self) -> list[_Key]:
        assert self.node.head is not None
        keys = self._keys(self.node.head.cells, None, self.node.head)
        if not keys or len(self.node.keys) < 2 or self.width > 1:
            raise _wrong_cells(self.node, self.node.head.span, len(keys))
        return keys

    def _reading(self, row: syntax.Row, head: list[_Key] | None) -> Callable[[], list[_Row]]:
        return lambda: self._row(row, head)

    def _reading_otherwise(self, row: syntax.Row, earlier: Span | None, found: list[_Row]) -> Callable[[], None]:
        return lambda: self._otherwise(row, earlier, found)

    def _otherwise(self, row: syntax.Row, earlier: Span | None, found: list[_Row]) -> None:
        if earlier is not None:
            raise fault("E2209", row.span, what="otherwise row", related=(Related(earlier, "first_here"),))
        cells = row.cells[1:]
        if len(cells) == 1 and isinstance(cells[0], syntax.WordCell) and cells[0].kind == "error":
            return
        found.append(_Row((), self._cells(cells, row, self.width), row.span))

    def _row(self, row: syntax.Row, head: list[_Key] | None) -> list[_Row]:
        width = self.width if head is None else len(head)
        if self.node.head is not None and head is None:
            raise Fault
        split = max(len(row.cells) - width, 0)
        keys = self._keys(row.cells[:split], self.before, row)
        values = self._cells(row.cells[split:], row, width)
        if head is None:
            return [_Row(tuple(keys), values, row.span)]
        return [_Row((*keys, top), (value,), row.span) for top, value in zip(head, values, strict=True)]

    def _keys(self, cells: Sequence[syntax.Cell], wanted: int | None, row: syntax.Row) -> list[_Key]:
        """The keys that these cells are; `wanted` None: as many as there are, each range one."""
        pairs = {n for n in range(len(cells) - 1) if _pairs(cells[n], cells[n + 1])}
        if wanted is not None:
            pairs = self._two_cells_each(cells, pairs, len(cells) - wanted, row)
        out: list[_Key] = []
        at = 0
        while at < len(cells):
            out.append(self._range(cells[at : at + 2], row) if at in pairs else self._key(cells[at], row))
            at += 2 if at in pairs else 1
        return out

    def _two_cells_each(self, cells: Sequence[syntax.Cell], pairs: set[int], wanted: int, row: syntax.Row) -> set[int]:
        """Which neighbours are one key: `from 80%   below 60,000` may be two keys that are open at one end."""
        alike = {n for n in pairs if _unit(cells[n]) == _unit(cells[n + 1])}
        for chosen in (set[int](), pairs, alike):
            if len(chosen) == wanted:
                return chosen
        terms.together(*[self._value(cell, row) for cell in cells if isinstance(cell, syntax.ValueCell)])
        raise _wrong_cells(self.node, row.span, len(cells))

    def _key(self, cell: syntax.Cell, row: syntax.Row) -> _Key:
        if isinstance(cell, syntax.WordCell) and cell.kind == "any":
            return _Key(None, None, cell.span)
        if isinstance(cell, syntax.BoundCell) and cell.kind in _LOWER | _UPPER:
            return self._range([cell], row)
        if not isinstance(cell, syntax.ValueCell):
            raise _wrong_cells(self.node, row.span, len(row.cells))
        value, type_ = self._constant(cell.expr, "key")
        if isinstance(value, str | bool):
            return _Key(Exactly(value), type_, cell.span)
        number = _number(value)
        return _Key(Range(number, True, number, True), type_, cell.span)

    def _range(self, cells: Sequence[syntax.Cell | None], row: syntax.Row) -> _Key:
        low = high = None
        low_inside = high_inside = False
        kind: Type | None = None
        bounds = [cell for cell in cells if isinstance(cell, syntax.BoundCell)]
        for cell in bounds:
            assert cell.expr is not None
            value, type_ = self._constant(cell.expr, "bound")
            if isinstance(value, str | bool):
                raise fault("E2204", cell.span, what="bound", wanted="number", type=str(type_.kind))
            both = type_ if kind is None else types.unified(kind, type_)
            if both is None:
                raise fault("E2317", cell.span, table=self.node.label.name, bound=cell.expr)
            kind = both
            if cell.kind in _LOWER:
                low, low_inside = _number(value), cell.kind == "from"
            else:
                high, high_inside = _number(value), cell.kind == "up_to"
        place = bounds[0].span.to(bounds[-1].span)
        made = Range(low, low_inside, high, high_inside)
        if _empty(made):
            raise fault("E2317", place, table=self.node.label.name, bound="")
        return _Key(made, kind, place)

    def _cells(
        self, cells: Sequence[syntax.Cell], row: syntax.Row, wanted: int
    ) -> tuple[tuple[_Value, Type, Span], ...]:
        """An unknown name is told before a wrong number of cells: it may be two names run together."""
        values = terms.together(*[self._value(cell, row) for cell in cells])
        if len(values) != wanted:
            raise _wrong_cells(self.node, row.span, len(values), wanted)
        return tuple(values)

    def _value(self, cell: syntax.Cell, row: syntax.Row) -> Callable[[], tuple[_Value, Type, Span]]:
        def read() -> tuple[_Value, Type, Span]:
            if not isinstance(cell, syntax.ValueCell):
                raise _wrong_cells(self.node, row.span, len(row.cells))
            value, type_ = self._constant(cell.expr, "cell")
            return value, type_, cell.span

        return read

    def _constant(self, expr: syntax.Expr, what: str) -> tuple[_Value, Type]:
        term = terms.build(expr, Context(EVERYWHERE, clause=what), self.desk)
        value = terms.constant(term)
        if value is None:
            raise fault("E2212", expr.span, what=what)
        return value, term.type


def _number(value: Fraction | date) -> Fraction:
    """A bound as a number: a date by its day."""
    return Fraction(value.toordinal()) if isinstance(value, date) else value


_LOWER = frozenset(["from", "above"])
_UPPER = frozenset(["up_to", "below"])


def _is_otherwise(row: syntax.Row) -> bool:
    first = row.cells[0]
    if isinstance(first, syntax.BoundCell):
        return first.kind == "the_rest"
    return isinstance(first, syntax.WordCell) and first.kind == "otherwise"


def _pairs(cell: syntax.Cell, after: syntax.Cell | None) -> bool:
    """`from A up to B` are two cells and one key."""
    if not (isinstance(cell, syntax.BoundCell) and isinstance(after, syntax.BoundCell)):
        return False
    return cell.kind in _LOWER and after.kind in _UPPER


def _unit(cell: syntax.Cell) -> str:
    """How the number of a bound is written: 80% and 6万元 are no ends of one range."""
    expr = getattr(cell, "expr", None)
    return expr.unit if isinstance(expr, syntax.Number) else type(expr).__name__


def _empty(cell: Range) -> bool:
    if cell.low is None or cell.high is None:
        return False
    return cell.low > cell.high or (cell.low == cell.high and not (cell.low_inside and cell.high_inside))


def _wrong_cells(node: syntax.Lookup, span: Span, given: int, wanted: int | None = None) -> Fault:
    values = wanted if wanted is not None else max(len(node.columns), 1)
    return fault(
        "E2342", span, table=node.label.name, keys=len(node.keys) - (node.head is not None), wanted=values, given=given
    )


# ---- types ----------------------------------------------------------------------------------------------------


def _key_type(rows: list[_Row], k: int, node: syntax.Lookup) -> Type:
    """The one type of a key column; a key that may be anything everywhere chooses nothing."""
    type_: Type | None = None
    for row in rows:
        key = row.keys[k]
        if key.type is None:
            continue
        both = key.type if type_ is None else types.unified(type_, key.type)
        if both is None:
            assert type_ is not None
            raise fault(
                "E2343",
                key.span,
                table=node.label.name,
                key=node.keys[k].name,
                wanted=str(type_.kind),
                type=str(key.type.kind),
            )
        type_ = both
    if type_ is None:
        raise fault("E2344", node.keys[k].span, table=node.label.name, key=node.keys[k].name)
    return NUMBER if type_ == COUNT else type_


def _column_type(rows: list[_Row], otherwise: _Row | None, column: int, node: syntax.Lookup) -> Type:
    cells = [row.values[column] for row in (*rows, *([otherwise] if otherwise else []))]
    percent = any(type_.kind is Kind.percent for _, type_, _ in cells)
    kind = cells[0][1]
    for value, type_, span in cells:
        both = types.unified(kind, type_)
        if both is None or (percent and type_.kind is Kind.plain and value != 0):
            raise fault("E2316", span, table=node.label.name, cell=_told(value), wanted=str(kind.kind))
        kind = both
    return kind


def _told(value: _Value) -> str:
    """A cell in a message."""
    return mending.decimal(value) if isinstance(value, Fraction) else str(value)


# ---- ranges that are open at one end, and rows that fit the same case -------------------------------------------


def _borrowing(rows: list[_Row]) -> list[_Row]:
    """Each open range stops where the next one with the same other keys begins."""
    out = list(rows)
    for k in range(len(rows[0].keys)):
        groups: dict[tuple[KeyCell, ...], list[int]] = {}
        for n, row in enumerate(rows):
            others = tuple(key.cell for i, key in enumerate(row.keys) if i != k)
            if isinstance(row.keys[k].cell, Range):
                groups.setdefault(others, []).append(n)
        for members in groups.values():
            _borrow(out, rows, k, members)
    return out


def _borrow(out: list[_Row], rows: list[_Row], k: int, members: list[int]) -> None:
    cells = [(n, cell) for n in members if isinstance(cell := rows[n].keys[k].cell, Range)]
    lows = [(c.low, c.low_inside) for _, c in cells if c.low is not None]
    highs = [(c.high, c.high_inside) for _, c in cells if c.high is not None]
    for n, cell in cells:
        made = _closed(cell, lows, highs)
        keys = out[n].keys
        out[n] = replace(out[n], keys=(*keys[:k], replace(keys[k], cell=made), *keys[k + 1 :]))


def _closed(cell: Range, lows: list[tuple[Fraction, bool]], highs: list[tuple[Fraction, bool]]) -> Range:
    """An open end stops at the nearest bound of a neighbour, which holds the bound itself if that does not."""
    if cell.high is None and cell.low is not None:
        above = [(bound, not inside) for bound, inside in lows if bound > cell.low]
        if above:
            bound, beyond = min(above)
            return replace(cell, high=bound, high_inside=beyond)
    if cell.low is None and cell.high is not None:
        below = [(bound, inside) for bound, inside in highs if bound < cell.high]
        if below:
            bound, inside = max(below)
            return replace(cell, low=bound, low_inside=not inside)
    return cell


def _no_two_fit(rows: list[_Row], key_types: tuple[Type, ...], node: syntax.Lookup, desk: Desk) -> None:
    found: list[Diagnostic] = []
    for first, second in combinations(rows, 2):
        shared = [_both(a.cell, b.cell) for a, b in zip(first.keys, second.keys, strict=True)]
        if all(s is not None for s in shared) and _values(first) != _values(second):
            case = "，".join(_example(s, t, desk) for s, t in zip(shared, key_types, strict=True))
            case = case if desk.language == "zh" else case.replace("，", ", ")
            place = second.keys[0].span if node.head is None else second.values[0][2]
            other = first.keys[0].span if node.head is None else first.values[0][2]
            found.append(
                diagnostic(
                    "E2345", place, table=node.label.name, case=case, first=_told(first.values[0][0]),
                    second=_told(second.values[0][0]), related=(Related(other, "other_case"),),
                )
            )  # fmt: skip
            if len(found) == _MOST_OVERLAPS:
                break
    if found:
        raise Fault(*found)


_MOST_OVERLAPS = 5


def _both(a: KeyCell, b: KeyCell) -> "_Shared | None":
    """What fits both cells, None if nothing does."""
    if a is None or b is None:
        return _Shared(b if a is None else a)
    if isinstance(a, Exactly) or isinstance(b, Exactly):
        return _Shared(a) if a == b else None
    low, low_inside = a.low, a.low_inside
    if b.low is not None and (low is None or b.low > low or (b.low == low and not b.low_inside)):
        low, low_inside = b.low, b.low_inside
    high, high_inside = a.high, a.high_inside
    if b.high is not None and (high is None or b.high < high or (b.high == high and not b.high_inside)):
        high, high_inside = b.high, b.high_inside
    made = Range(low, low_inside, high, high_inside)
    return None if _empty(made) else _Shared(made)


@dataclass(frozen=True, slots=True)
class _Shared:
    cell: KeyCell


def _example(shared: "_Shared | None", type_: Type, desk: Desk) -> str:
    """A key that fits, as an author writes it."""
    cell = shared.cell if shared else None
    if cell is None:
        return mending.word("ANY", "", desk)
    if isinstance(cell, Exactly):
        if isinstance(cell.value, bool):
            return mending.word("YES_NO", "yes" if cell.value else "no", desk)
        return f"“{cell.value}”" if desk.language == "zh" else f'"{cell.value}"'
    value = cell.low if cell.low is not None else cell.high
    assert value is not None
    if type_.kind in (Kind.date, Kind.datetime):
        return date.fromordinal(int(value)).isoformat()
    return mending.written(value, type_.kind, desk)
