"""Rows of tiers and lookup tables as text, in columns.

In: the rows as flat cells, and a pen. Out: aligned lines. Bounds that belong together are one cell: 5万以上不满10万.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from tiercel_dsl import syntax
from tiercel_dsl.margin import spaced
from tiercel_dsl.pen import Pen
from tiercel_dsl.phrases import changed, expr
from tiercel_dsl.source import display_width


class Cell(NamedTuple):
    """A text in a table; numbers stand with their decimal points, or the ends of their digits, in one column."""

    text: str
    number: bool = False

    @property
    def whole(self) -> int:
        """Columns before the decimal point."""
        matched = _WHOLE.match(self.text) if self.number else None
        return display_width(matched.group()) if matched else 0


_WHOLE: Final = re.compile("-?[0-9,]+")


def aligned(rows: Sequence[Sequence[Cell]], gap: int) -> list[str]:
    """Rows of cells as lines, each column as wide as its widest cell."""
    texts = ["" for _ in rows]
    for column in range(max(map(len, rows), default=0)):
        cells = [(index, row[column]) for index, row in enumerate(rows) if column < len(row)]
        point = max(cell.whole for _, cell in cells)
        start = max(display_width(texts[index]) for index, _ in cells) + (gap if column else 0)
        for index, cell in cells:
            indent = start + (point - cell.whole if cell.number else 0)
            texts[index] += " " * (indent - display_width(texts[index])) + cell.text
    return texts


def row_cells(row: syntax.Row, pen: Pen) -> list[Cell]:
    """A row of tiers: the bounds as one cell, then the values."""
    bounds = [cell for cell in row.cells if isinstance(cell, syntax.BoundCell)]
    if not bounds or tuple(bounds) != row.cells[: len(bounds)]:
        return [_cell((cell,), pen) for cell in row.cells]
    return [Cell(_bounds(bounds, pen)), *_values(row.cells[len(bounds) :], pen)]


def keyed_cells(row: syntax.Row, table: syntax.Lookup, pen: Pen) -> list[Cell]:
    """A row of a lookup table: its keys, then the values; `otherwise` stands for all keys."""
    keys = len(table.keys) - (table.head is not None)
    width = max(len(table.columns), 1) if table.head is None else len(_paired(table.head.cells, _ANY_NUMBER))
    first = row.cells[0]
    if isinstance(first, syntax.WordCell) and first.kind == "otherwise":
        return [_cell((first,), pen), *[Cell("")] * (keys - 1), *_values(row.cells[1:], pen)]
    groups = _paired(row.cells, len(row.cells) - keys - width)
    shown = [_cell(group, pen, *before[-1:]) for before, group in zip([(), *groups], groups[:keys], strict=False)]
    return [*shown, *_values([cell for group in groups[keys:] for cell in group], pen)]


def head_cells(row: syntax.Row, keys: int, pen: Pen) -> list[Cell]:
    """The line `columns`, whose cells stand above the values behind so many keys."""
    groups = _paired(row.cells, _ANY_NUMBER)
    shown = [_cell(group, pen, *before[-1:]) for before, group in zip([(), *groups], groups, strict=False)]
    return [Cell(pen.face.word("COLUMNS")), *[Cell("")] * (keys - 1), *shown]


_ANY_NUMBER: Final = 1_000


def _paired(cells: Sequence[syntax.Cell], pairs: int) -> list[tuple[syntax.Cell, ...]]:
    """The cells, the first so many pairs of a lower and an upper bound together."""
    out: list[tuple[syntax.Cell, ...]] = []
    for cell in cells:
        before = out[-1] if out else ()
        if pairs > 0 and len(before) == 1 and _is_bound(before[0], LOWER) and _is_bound(cell, UPPER):
            out[-1], pairs = (*before, cell), pairs - 1
        else:
            out.append((cell,))
    return out


LOWER: Final = ("from", "above")
UPPER: Final = ("up_to", "below")


def _is_bound(cell: syntax.Cell, kinds: tuple[str, ...]) -> bool:
    return isinstance(cell, syntax.BoundCell) and cell.kind in kinds


def _values(cells: Sequence[syntax.Cell], pen: Pen) -> list[Cell]:
    """Cells one by one; what says how a row goes on is one: 每增加1000 递增 0.2个百分点."""
    groups = groupby(cells, key=lambda cell: isinstance(cell, syntax.SeriesCell))
    return [
        shown
        for is_series, group in groups
        for shown in (
            [Cell(" ".join(_cell((cell,), pen).text for cell in group))]
            if is_series
            else [_cell((cell,), pen) for cell in group]
        )
    ]


def _cell(cells: Sequence[syntax.Cell], pen: Pen, before: syntax.Cell | None = None) -> Cell:
    bounds = [cell for cell in cells if isinstance(cell, syntax.BoundCell)]
    if bounds:
        return Cell(_bounds(bounds, pen, behind_a_value=isinstance(before, syntax.ValueCell)))
    (cell,) = cells
    if isinstance(cell, syntax.ValueCell):
        number = cell.expr.operand if isinstance(cell.expr, syntax.Unary) else cell.expr
        return Cell(operand(cell.expr, pen), isinstance(number, syntax.Number))
    if isinstance(cell, syntax.SeriesCell):
        return Cell(_series(cell, pen))
    if cell.kind == "otherwise" and pen.face.chinese:
        return Cell("其他情形")  # 否则 is for the last case of a body
    return Cell(pen.face.word(cell.kind.upper(), cell.kind if cell.kind == "otherwise" else ""))


def _series(cell: syntax.SeriesCell, pen: Pen) -> str:
    if cell.kind == "every":
        glued = pen.face.chinese and _is_number(cell.expr)
        return pen.face.word("EVERY") + ("" if glued else " ") + operand(cell.expr, pen)
    by = changed("plus", cell.expr, pen) if isinstance(cell.expr, syntax.Number) else operand(cell.expr, pen)
    return f"{pen.face.word('SERIES', cell.kind)} {by}"


def operand(node: syntax.Expr, pen: Pen) -> str:
    """What may stand in a cell as it is; anything longer goes in brackets."""
    text = expr(node, pen)
    negative = isinstance(node, syntax.Unary) and isinstance(node.operand, syntax.Number)
    return text if negative or isinstance(node, _SINGLE) else pen.bracketed(text)


_SINGLE = (syntax.Number, syntax.Quantity, syntax.Text, syntax.Day, syntax.YesNo, syntax.Path)
_BOUND_WORDS: Final = {
    "from": ("FROM", ""),
    "above": ("ABOVE", ""),
    "up_to": ("UP_TO", ""),
    "below": ("BELOW", ""),
    "the_rest": ("THE_REST", ""),
    "first": ("WIDTH", "first"),
    "next": ("WIDTH", "next"),
}


def _bounds(cells: Sequence[syntax.BoundCell], pen: Pen, behind_a_value: bool = False) -> str:
    """Bounds that belong together. Behind a number `up to` would make that the lower bound: it is `at most` there."""
    if not pen.face.chinese and behind_a_value and cells[0].kind == "up_to":
        return f"{pen.face.word('NO_MORE', 'at_most')} {_bound(cells[0], pen)}"
    if not pen.face.chinese:
        words = [spaced(pen.face.word(*_BOUND_WORDS[c.kind]), _bound(c, pen)) for c in cells]
        return " ".join(words)
    kinds = tuple(cell.kind for cell in cells)
    texts = [_bound(cell, pen) for cell in cells]
    glued = "" if all(cell.expr is None or _is_number(cell.expr) for cell in cells) else " "
    if kinds in _CHINESE_BOUNDS:
        return glued.join(part.format(*texts) for part in _CHINESE_BOUNDS[kinds].split())
    return " ".join(_bounds([cell], pen) for cell in cells)


# 5万以上 is said of amounts; a blank in the pattern stays where the bound is a name.
_CHINESE_BOUNDS: Final[Mapping[tuple[str, ...], str]] = {
    ("from",): "{0} 以上",
    ("above",): "超过 {0}",
    ("up_to",): "不超过 {0}",
    ("below",): "不满 {0}",
    ("the_rest",): "其余",
    ("first",): "前 {0}",
    ("next",): "其次 {0}",
    ("from", "below"): "{0} 以上不满 {1}",
    ("from", "up_to"): "{0} 以上 {1} 以下",
    ("above", "below"): "超过 {0} 不满 {1}",
    ("above", "up_to"): "超过 {0} 至 {1}",
}


def _bound(cell: syntax.BoundCell, pen: Pen) -> str:
    return "" if cell.expr is None else operand(cell.expr, pen)


def _is_number(expr: syntax.Expr) -> bool:
    negative = isinstance(expr, syntax.Unary) and isinstance(expr.operand, syntax.Number)
    return negative or isinstance(expr, syntax.Number | syntax.Quantity)
