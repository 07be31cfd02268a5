"""Tier tables of every mode and every kind of row.

In: the maker of a scheme. Out: a statement, and a `Scale` that says how it may be used: amounts that add up or fill,
points of a line, series, widths, the rows of another table, bounds as shares, days, yes and no, quick deductions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any

from tiercel_dsl import syntax
from tiercel_dsl.types import DATE, MONEY, NUMBER, PERCENT, PLAIN, TEXT, YESNO, Type

from .choices import Choices
from .world import EVERYWHERE, PEOPLE, POSITIVE, Scale, World, dimension_of

AMOUNTS = ("fixed", "cumulative", "filled")
OWN_BASE = ("marginal", "filled")
POINTS = ("interpolated", "average_rate")
_KINDS: dict[str, list[tuple[int, Type]]] = {
    "marginal": [(6, PERCENT), (4, PLAIN)],
    "whole": [(5, PERCENT), (4, PLAIN), (3, MONEY)],
    "fixed": [(6, PLAIN), (5, MONEY), (2, PERCENT)],
    "cumulative": [(6, PLAIN), (5, MONEY), (2, PERCENT)],
    "filled": [(6, PLAIN), (5, MONEY), (2, PERCENT)],
    "interpolated": [(4, PERCENT), (7, MONEY), (2, PLAIN)],
    "average_rate": [(6, PERCENT), (3, PLAIN)],
}
_POOLS = {
    "any": ["0", "100", "1000", "3000", "50000", "10", "8"],
    "money": ["0", "100", "1000", "3000", "50000.5", "10000"],
    "percent": ["0", "0.6", "0.8", "1", "1.2", "0.335"],
}
_WIDTHS = {"any": ["100", "1000", "3", "0.5"], "money": ["100", "33.33", "1000"], "percent": ["0.1", "0.5", "0.07"]}
_DIMENSIONS = {"any": "any", "money": "money", "percent": "ratio"}
_BOUNDS = {"any": PLAIN, "money": MONEY, "percent": PERCENT}
_DAYS = ["2022-12-31", "2023-06-30", "2023-07-01", "2023-08-15", "2023-09-01", "2024-02-29"]
_ROUNDINGS = ["half_up", "half_even", "up", "down"]


@dataclass
class _Draft:
    """A table on its way: its rows, and where it has values (`above` only for what is not negative)."""

    mode: str
    key: str
    columns: list[tuple[str, Type]]
    rows: list[Any] = field(default_factory=list)
    everywhere: bool = False
    above: bool = False
    closed: bool = False  # the last row ends
    endless: bool = False
    steep: bool = False  # some rate may be 100% or more
    bounds_of: syntax.Expr | None = None
    level: str = EVERYWHERE
    bound_type: Type | None = None
    sound: bool = True  # what the bounds are shares of is above 0


class Ladders:
    """Makes tables for one scheme."""

    def __init__(self, maker: Any) -> None:
        self.maker: Any = maker
        self.choices: Choices = maker.choices
        self.world: World = maker.world
        self.made: list[Scale] = []

    def table(self) -> None:
        how = self.choices.weighted(
            [(6, "amounts"), (8, "points"), (6, "series"), (4, "widths"), (4, "same"), (5, "scaled"), (7, "deductions"),
             (3, "days"), (2, "gate")]
        )  # fmt: skip
        make: dict[str, Callable[[], None]] = {
            "amounts": self._amounts, "points": self._points, "series": self._series, "widths": self._widths,
            "same": self._same, "scaled": self._scaled, "deductions": self._deductions, "days": self._days,
            "gate": self._gate,
        }  # fmt: skip
        make[how]()

    # ---- parts ----

    def _columns(self, mode: str) -> list[tuple[str, Type]]:
        c = self.choices
        if c.chance(80):
            return [("", c.weighted(_KINDS[mode]))]
        kinds = _KINDS[mode] if mode in POINTS else [*_KINDS[mode], (2, TEXT), (1, YESNO)]
        first = (self.world.fresh("column"), c.weighted(_KINDS[mode]))
        return [first, *((self.world.fresh("column"), c.weighted(kinds)) for _ in range(c.number(1, 2)))]

    def _values(self, columns: Sequence[tuple[str, Type]]) -> list[syntax.Cell]:
        return [syntax.ValueCell(self._cell(t)) for _, t in columns]

    def _cell(self, type_: Type) -> syntax.Expr:
        cell: syntax.Expr = self.maker._cell(type_)
        return cell

    def _number(self, pool: Sequence[str], key: str) -> tuple[Fraction, syntax.Expr]:
        value = Fraction(self.choices.pick(pool))
        return value, self.maker._bound_cell(value, key)

    def _bound(self, kind: str, value: Fraction, key: str) -> syntax.BoundCell:
        return syntax.BoundCell(kind, self.maker._bound_cell(value, key))

    def _points_of(self, key: str, least: int = 1) -> list[Fraction]:
        while True:
            points = sorted({Fraction(self.choices.pick(_POOLS[key])) for _ in range(self.choices.number(least, 4))})
            if len(points) >= least:
                return points

    def _otherwise(self, draft: _Draft) -> None:
        """A last row: a value, the last tier, an error, or none."""
        c = self.choices
        how = c.weighted([(40, "none"), (35, "value"), (15, "last_tier"), (10, "error")])
        if how == "none":
            return
        cells = self._values(draft.columns) if how == "value" else [syntax.WordCell(how)]
        draft.rows.append(syntax.Row((syntax.WordCell("otherwise"), *cells)))
        if how == "value":
            draft.everywhere = draft.sound = True
        elif how == "last_tier" and draft.closed:
            draft.closed = False

    def _finish(self, draft: _Draft, rounding: bool = True) -> None:
        c, mode = self.choices, draft.mode
        rounded: syntax.Rounded | None = None
        if rounding and c.chance(35):
            step = c.pick([self.maker.cent, self.maker.cent * 10, Fraction(1), Fraction(1, 10**4)])
            stages = ["slice", "", "row", "running"]
            if draft.endless and (mode in OWN_BASE or mode == "cumulative"):
                stages = ["row", "running"]
            rounded = syntax.Rounded(c.pick(_ROUNDINGS), step, c.pick(stages))
        name = self.world.fresh("tiers")
        labels = tuple(self.world.label(n) for n, _ in draft.columns) if draft.columns[0][0] else ()
        rows = tuple(draft.rows)
        self.maker.rules.append(syntax.Tiers(self.world.label(name), mode, labels, rows, rounded, draft.bounds_of))
        everywhere = draft.everywhere and draft.sound
        above = draft.sound and (everywhere or draft.above) and not draft.closed
        key = "date" if draft.key == "date" else _DIMENSIONS[draft.key]
        bound_type = _BOUNDS.get(draft.key, DATE) if draft.bound_type is None else draft.bound_type
        if draft.bounds_of is not None:
            key = dimension_of(bound_type)
        settled = tuple((n, _settled(t, n, mode)) for n, t in draft.columns)
        inverse = mode == "marginal" and not draft.steep and rounded is None
        scale = Scale(
            name, mode, settled, key, everywhere, above, bound_type, draft.level, draft.endless, inverse and above
        )
        self.world.scales.append(scale)
        self.made.append(scale)

    # ---- kinds ----

    def _amounts(self) -> None:
        """Amounts that add up, or fill."""
        c = self.choices
        mode, key = c.pick(["cumulative", "filled"]), c.pick(["any", "money", "percent"])
        points = self._points_of(key)
        if mode == "filled":
            points = [p for p in points if p > 0] or [Fraction(1)]
            open_low, open_high = len(points) == 1 or c.chance(60), False
        else:
            open_low, open_high = c.chance(50), c.chance(70)
            open_high = open_high or (len(points) == 1 and not open_low)
        draft = _Draft(mode, key, self._columns(mode), closed=not open_high)
        draft.rows = self.maker._rows(points, key, open_low, open_high, draft.columns, mode)
        starts = mode == "filled" or open_low or (points[0] == 0 and _first_kind(draft.rows) == "from")
        draft.everywhere, draft.above = open_low and open_high, starts
        self._otherwise(draft)
        self._finish(draft)

    def _points(self) -> None:
        """Points of a line, now and then with a row below the first."""
        c = self.choices
        mode, key = c.pick(list(POINTS)), c.pick(["any", "money", "percent"])
        points = self._points_of(key)
        draft = _Draft(mode, key, self._columns(mode))
        if c.chance(40):
            draft.rows.append(syntax.Row((self._bound("below", points[0], key), *self._values(draft.columns))))
            draft.everywhere = True
        draft.rows += [syntax.Row((self._bound("from", p, key), *self._values(draft.columns))) for p in points]
        draft.above = draft.everywhere or points[0] == 0
        if c.chance(20):
            draft.rows = c.shuffled(draft.rows)
        self._otherwise(draft)
        self._finish(draft)

    def _series(self) -> None:
        """A row that stands for many, without end or with one."""
        c = self.choices
        mode = c.pick(["marginal", "whole", "fixed", "cumulative", "filled"])
        key = c.pick(["any", "money", "percent"])
        type_ = c.pick([t for _, t in _KINDS[mode]])
        low = Fraction(c.pick(["0", "0", "100", "1"]))
        width, every = self._number(_WIDTHS[key], key)
        value, by = (("5", "0.5"), ("0.05", "0.005"))[type_ is PERCENT]
        unit = {"money": "money", "percent": "percent"}.get(str(type_.kind), "")
        ends = c.chance(45)
        step = "less" if ends and c.chance(40) else "more"
        draft = _Draft(mode, key, [("", type_)], endless=not ends, steep=not ends)
        begin = c.pick(["from", "from", "above"])
        if c.chance(50) and (low > 0 or mode != "filled"):
            cells = (self._bound("up_to" if begin == "above" else "below", low, key), *self._values(draft.columns))
            draft.rows.append(syntax.Row(cells))
            draft.everywhere = not ends
        bounds = [self._bound(begin, low, key)]
        if ends:
            bounds.append(
                self._bound(c.pick(["up_to", "below"]), low + width * Fraction(c.pick(["2", "3", "5", "3.5"])), key)
            )
        number = syntax.Number(Fraction(value), unit)
        pair = [syntax.SeriesCell("every", every), syntax.SeriesCell(step, syntax.Number(Fraction(by), unit))]
        draft.rows.append(syntax.Row((*bounds, syntax.ValueCell(number), *(pair if c.chance(70) else pair[::-1]))))
        draft.closed = ends
        below = len(draft.rows) > 1
        draft.above = below or mode in OWN_BASE or (low == 0 and begin == "from")
        draft.steep = draft.steep or type_ is not PERCENT or below
        if not draft.endless:
            self._otherwise(draft)
        self._finish(draft)

    def _widths(self) -> None:
        """Tiers by how wide they are."""
        c = self.choices
        mode = c.pick(["marginal", "whole", "fixed", "cumulative", "filled"])
        key = c.pick(["any", "money", "percent"])
        draft = _Draft(mode, key, self._columns(mode), closed=True, above=True, steep=True)
        for number in range(c.number(1, 3)):
            kind = "next" if number else "first"
            _, width = self._number(_WIDTHS[key], key)
            draft.rows.append(syntax.Row((syntax.BoundCell(kind, width), *self._values(draft.columns))))
        if mode != "filled" and c.chance(60):
            draft.rows.append(syntax.Row((syntax.BoundCell("the_rest", None), *self._values(draft.columns))))
            draft.closed = False
        self._otherwise(draft)
        self._finish(draft)

    def _same(self) -> None:
        """The rows of another table, as they are or changed."""
        c = self.choices
        if not self.made:
            self._points()
            return
        source = c.pick(self.made)
        operator, expr = "", None
        cell = source.columns[0][1]
        if len(source.columns) == 1 and cell in (PERCENT, MONEY, PLAIN) and c.chance(75):
            operator = c.pick(["plus", "times", "minus"])
            unit = {PERCENT: "percent", MONEY: "money"}.get(cell, "")
            expr = (
                syntax.Number(Fraction(c.pick(["2", "0.5", "1"])))
                if operator == "times"
                else syntax.Number(Fraction("0.01") if unit == "percent" else Fraction(1), unit)
            )
        name = self.world.fresh("tiers")
        labels = tuple(self.world.label(n) for n, _ in source.columns) if source.columns[0][0] else ()
        rows = (syntax.SameAs(syntax.Path((source.name,)), operator, expr),)
        self.maker.rules.append(syntax.Tiers(self.world.label(name), source.mode, labels, rows))
        scale = replace(source, name=name, inverse=source.inverse and not operator)
        self.world.scales.append(scale)
        self.made.append(scale)

    def _scaled(self) -> None:
        """Bounds that are shares of a parameter or of what a person has."""
        c = self.choices
        found = self._shares()
        if found is None:
            self._points()
            return
        expr, type_, level, positive = found
        mode = c.pick(list(_KINDS))
        draft = _Draft(mode, "percent", self._columns(mode), bounds_of=expr, level=level, bound_type=type_)
        draft.sound = positive
        points = [p for p in self._points_of("percent") if p > 0 or mode not in OWN_BASE] or [Fraction(1)]
        if mode in POINTS:
            draft.rows = [syntax.Row((self._bound("from", p, "percent"), *self._values(draft.columns))) for p in points]
            draft.above = points[0] == 0
        else:
            open_low, open_high = len(points) == 1 or c.chance(70), mode != "filled"
            draft.rows = self.maker._rows(points, "percent", open_low, open_high, draft.columns, mode)
            starts = open_low or mode in OWN_BASE or (points[0] == 0 and _first_kind(draft.rows) == "from")
            draft.everywhere, draft.above, draft.closed = open_low and open_high, starts, not open_high
        draft.steep = True
        self._otherwise(draft)
        self._finish(draft)

    def _shares(self) -> tuple[syntax.Expr, Type, str, bool] | None:
        """Something that is never missing, seen from everywhere or from every row that has a person."""
        fitting: list[tuple[syntax.Expr, Type, str, bool]] = []
        for level, prefix in ((EVERYWHERE, ()), (PEOPLE, ("@person",))):
            for thing in self.world.things.get(level, []):
                whole = not (thing.gaps or thing.optional or thing.dated) and thing.kind in ("column", "parameter")
                if whole and dimension_of(thing.type) in ("money", "ratio", "any"):
                    path = syntax.Path((*prefix, thing.name))
                    fitting.append((path, thing.type, level, thing.sign == POSITIVE))
        return self.choices.pick(fitting) if fitting else None

    def _deductions(self) -> None:
        """Rates with their quick deductions: each is the one before and the bound times the growth of the rate."""
        c = self.choices
        key = c.pick(["any", "money"])
        points = [p for p in self._points_of(key, 2) if p > 0] or [Fraction(100)]
        rates = [Fraction(c.pick(["0", "0.03", "0.1", "0.2", "0.45"])) for _ in range(len(points) + 1)]
        self.world.names["less"] = ("less", "速算扣除")
        draft = _Draft("marginal", key, [(self.world.fresh("column"), PERCENT), ("less", MONEY)])
        less = Fraction(0)
        for number, rate in enumerate(rates):
            bounds: list[syntax.Cell] = [self._bound("up_to", points[0], key)]
            if number:
                less += points[number - 1] * (rate - rates[number - 1])
                bounds = [self._bound("above", points[number - 1], key)]
            amount: syntax.Expr = syntax.Number(abs(less), "money")
            amount = syntax.Unary("minus", amount) if less < 0 else amount
            cells = (syntax.ValueCell(syntax.Number(rate, "percent")), syntax.ValueCell(amount))
            draft.rows.append(syntax.Row((*bounds, *cells)))
        draft.everywhere = draft.above = True
        self._finish(draft, rounding=False)

    def _days(self) -> None:
        """Days as bounds."""
        c = self.choices
        mode = c.pick(["whole", "fixed", "cumulative"])
        days = sorted({date.fromisoformat(c.pick(_DAYS)) for _ in range(c.number(1, 3))})
        draft = _Draft(mode, "date", self._columns(mode), everywhere=True, bound_type=DATE)
        draft.rows = [syntax.Row((syntax.BoundCell("below", syntax.Day(days[0])), *self._values(draft.columns)))]
        for number, day in enumerate(days):
            cells: list[syntax.Cell] = [syntax.BoundCell("from", syntax.Day(day))]
            if number + 1 < len(days) and c.chance(40):
                cells.append(syntax.BoundCell("below", syntax.Day(days[number + 1])))
            draft.rows.append(syntax.Row((*cells, *self._values(draft.columns))))
        self._finish(draft)

    def _gate(self) -> None:
        """Yes or no by tier."""
        c = self.choices
        key = c.pick(["any", "money", "percent"])
        draft = _Draft(c.pick(["whole", "fixed"]), key, [("", YESNO)], everywhere=True)
        draft.rows = self.maker._rows(self._points_of(key), key, True, True, draft.columns, draft.mode)
        self._finish(draft, rounding=False)


def _first_kind(rows: Sequence[syntax.Row]) -> str:
    cell = rows[0].cells[0]
    return cell.kind if isinstance(cell, syntax.BoundCell) else ""


def _settled(cell: Type, name: str, mode: str) -> Type:
    if cell != PLAIN:
        return cell
    if mode in AMOUNTS:
        return MONEY
    return NUMBER if mode in ("marginal", "average_rate") else cell
