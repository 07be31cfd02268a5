"""Lookup tables of a random scheme: keys of every kind, rows that never fit together, or in order.

In: decisions and the world so far. Out: a `syntax.Lookup` and what terms need to know to ask it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import product

from tiercel_dsl import syntax
from tiercel_dsl.types import MONEY, PERCENT, PLAIN, TEXT, Type

from .choices import Choices
from .world import World

TEXTS = ("A", "B", "大客户")
_POINTS = {
    "money": ["0", "100", "1000", "3000.5", "50000", "-100"],
    "ratio": ["0", "0.6", "0.8", "1", "1.2", "0.335"],
    "date": ["2023-07-01", "2023-07-16", "2023-08-31", "2024-02-29"],
}
_VALUES = {
    PERCENT: ["0.05", "0", "0.06", "0.333", "1.15"],
    MONEY: ["400", "0", "33.33", "0.01"],
    PLAIN: ["400", "0", "0.8", "1.2", "3"],
}


@dataclass(frozen=True)
class Asked:
    """A lookup table: the kinds of its keys, its value columns, whether every case has a row."""

    name: str
    keys: tuple[str, ...]
    columns: tuple[tuple[str, Type], ...]
    covers: bool


def value(kind: str, text: str, bare: bool) -> syntax.Expr:
    """A bound of this kind of key."""
    if kind == "date":
        return syntax.Day(date.fromisoformat(text))
    amount = syntax.Number(abs(Fraction(text)), {"money": "" if bare else "money", "ratio": "percent"}[kind])
    return syntax.Unary("minus", amount) if Fraction(text) < 0 else amount


class Tables:
    """Makes lookup tables."""

    def __init__(self, choices: Choices, world: World) -> None:
        self.choices, self.world = choices, world

    def table(self) -> tuple[syntax.Lookup, Asked]:
        c, world = self.choices, self.world
        kinds = tuple(c.pick(["ratio", "money", "text", "yesno", "date"]) for _ in range(c.number(1, 3)))
        columns = [("", c.pick([PLAIN, PERCENT, MONEY, TEXT]))]
        in_order = c.chance(20)
        matrix = len(kinds) > 1 and not in_order and c.chance(35)
        if not matrix and c.chance(25):
            columns = [(world.fresh("column"), c.pick([PLAIN, PERCENT, MONEY, TEXT])) for _ in range(2)]
        otherwise = c.weighted([(50, "value"), (30, "none"), (20, "error")])
        head = None
        if matrix:
            rows, head = self._matrix(kinds, columns[0][1])
        else:
            rows = self._in_order(kinds, columns) if in_order else self._apart(kinds, columns)
        if otherwise != "none":
            cells = [syntax.ValueCell(self._cell(t)) for _, t in columns]
            rows.append(
                syntax.Row(
                    (syntax.WordCell("otherwise"), *(cells if otherwise == "value" else [syntax.WordCell("error")]))
                )
            )
        name = world.fresh("lookup")
        keys = tuple(world.label(world.fresh("axis")) for _ in kinds)
        labels = tuple(world.label(n) for n, _ in columns) if columns[0][0] else ()
        node = syntax.Lookup(world.label(name), keys, labels, tuple(rows), head, in_order)
        return node, Asked(name, kinds, tuple(columns), otherwise == "value")

    def same(self, other: syntax.Lookup, asked: Asked) -> tuple[syntax.Lookup, Asked]:
        """The table again, every value changed; None of its values is a text."""
        c, world = self.choices, self.world
        name = world.fresh("lookup")
        operators = ["times", "", "plus", "minus"] if len({t for _, t in asked.columns}) == 1 else ["times", ""]
        operator = c.pick(operators)
        factor = syntax.Number(Fraction(c.pick(["0.5", "1.1", "0"])), "percent")
        kind = asked.columns[0][1]
        if operator in ("plus", "minus"):
            factor = syntax.Number(Fraction(c.pick(["0.01", "3"])), {MONEY: "money", PERCENT: "percent"}.get(kind, ""))
        row = syntax.SameAs(syntax.Path((asked.name,)), operator, factor if operator else None)
        keys = tuple(world.label(world.fresh("axis")) for _ in asked.keys)
        columns = tuple((world.fresh("column") if n else "", t) for n, t in asked.columns)
        labels = tuple(world.label(n) for n, _ in columns if n)
        return syntax.Lookup(world.label(name), keys, labels, (row,)), Asked(name, asked.keys, columns, asked.covers)

    # ---- rows ----

    def _cell(self, type_: Type) -> syntax.Expr:
        c = self.choices
        if type_ is TEXT:
            return syntax.Text(c.pick(TEXTS))
        unit = {PERCENT: "percent", MONEY: "money"}.get(type_, "")
        return syntax.Number(Fraction(c.pick(_VALUES[type_])), unit)

    def _values(self, columns: Sequence[tuple[str, Type]]) -> list[syntax.Cell]:
        return [syntax.ValueCell(self._cell(t)) for _, t in columns]

    def _parts(self, kind: str, explicit: bool) -> list[tuple[syntax.Cell, ...]]:
        """The cells into which a key is cut; `explicit`: each states both its bounds."""
        c = self.choices
        if kind == "text":
            return [(syntax.ValueCell(syntax.Text(t)),) for t in c.some(TEXTS, 3) or ["A"]]
        if kind == "yesno":
            return [(syntax.ValueCell(syntax.YesNo(b)),) for b in (True, False)]
        points = sorted(
            {c.pick(_POINTS[kind]) for _ in range(c.number(1, 3))}, key=lambda p: (kind == "date" and p) or Fraction(p)
        )
        bare, upward = c.chance(50), c.chance(60)
        exprs = [value(kind, p, bare) for p in points]
        low, high = ("from", "below") if upward else ("above", "up_to")
        cells: list[tuple[syntax.Cell, ...]] = [(syntax.BoundCell(high, exprs[0]),)]
        for n, expr in enumerate(exprs):
            last = n + 1 == len(exprs)
            start = syntax.BoundCell(low, expr)
            cells.append((start,) if last or not explicit else (start, syntax.BoundCell(high, exprs[n + 1])))
        return cells

    def _apart(self, kinds: Sequence[str], columns: Sequence[tuple[str, Type]]) -> list[syntax.Row]:
        """Rows of which no two fit one case: a grid with holes, in which the last key may be anything."""
        c = self.choices
        parts = [self._parts(k, explicit=n + 1 < len(kinds)) for n, k in enumerate(kinds)]
        rows: list[syntax.Row] = []
        for place in product(*parts[:-1]):
            before = tuple(cell for key in place for cell in key)
            anything = len(kinds) > 1 and c.chance(25)
            for last in [(syntax.WordCell("any"),)] if anything else parts[-1]:
                if not rows or not c.chance(15):
                    rows.append(syntax.Row((*before, *last, *self._values(columns))))
        if all(isinstance(r.cells[-1 - len(columns)], syntax.WordCell) for r in rows):
            tail = parts[-1][0]
            rows[0] = syntax.Row((*rows[0].cells[: -1 - len(columns)], *tail, *rows[0].cells[-len(columns) :]))
        return c.shuffled(rows) if c.chance(30) else rows

    def _in_order(self, kinds: Sequence[str], columns: Sequence[tuple[str, Type]]) -> list[syntax.Row]:
        """Rows that may fit together; the first row says something of every key."""
        c = self.choices
        rows: list[syntax.Row] = []
        for n in range(c.number(2, 4)):
            keys: list[syntax.Cell] = []
            for kind in kinds:
                keys += (syntax.WordCell("any"),) if n and c.chance(35) else c.pick(self._parts(kind, explicit=False))
            rows.append(syntax.Row((*keys, *self._values(columns))))
        return rows

    def _matrix(self, kinds: Sequence[str], type_: Type) -> tuple[list[syntax.Row], syntax.Row]:
        *before, last = [self._parts(k, explicit=n + 2 < len(kinds)) for n, k in enumerate(kinds)]
        head = syntax.Row(tuple(cell for key in last for cell in key))
        rows = [
            syntax.Row((*(cell for key in place for cell in key), *(syntax.ValueCell(self._cell(type_)) for _ in last)))
            for place in product(*before)
        ]
        return rows, head
