"""Time at random: windows, restarts and keys, values of other days, parts of the year, periods, working days.

In: the world, where a term stands. Out: scopes of a total or of a running total, terms that read another day,
the period line. Whether something may be impossible to compute is told with it.
"""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from tiercel.periods import Calendar, Shape
from tiercel_dsl import syntax
from tiercel_dsl.syntax import Expr, Scope
from tiercel_dsl.types import COUNT, DATE, NUMBER, Kind, Type

from .choices import Choices
from .world import EVERYWHERE, PEOPLE, At, Reference, World, dimension_of

PERIODS = {
    "month": ["2023-08", "2023-09", "2024-02"], "quarter": ["2023-Q3", "2024-Q1"], "half_year": ["2023-H2"],
    "year": ["2023", "2024"], "half_month": ["2023-08-b", "2023-08-a", "2024-02-b"],
    "week": ["2023-08-09", "2024-02-29"],
}  # fmt: skip
FIRST = date(2020, 1, 1)  # of every version; a Wednesday, from which cycles of weeks are counted
_TO_DATE = ["month", "quarter", "half_year", "year"]
_PERSONAL = ["own_year", "since_hire"]
_PREVIOUS = ["last_period", "last_month", "last_quarter", "last_year"]
_PARTS = ["month", "quarter", "half_year", "year"]
_ZONES = ["Asia/Shanghai", "Europe/London", "America/New_York"]


class Scopes(NamedTuple):
    scopes: tuple[Scope, ...] = ()
    risk: bool = False


class Read(NamedTuple):
    """A term that reads some other day, its type, whether it may be impossible to compute."""

    expr: Expr
    type: Type
    risk: bool = False


class Windows:
    """Makes what speaks of time; `day` makes a date at a level."""

    def __init__(self, world: World, day: Callable[[At], Expr | None]) -> None:
        self.world, self.choices, self.day = world, world.choices, day

    # ---- totals ----

    def of_total(self, at: At, table: str) -> Scopes:
        """Scopes of a total over the rows of a table."""
        c, world = self.choices, self.world
        below = self._below(at, table)
        if world.tables[table].kind != "facts":
            return Scopes(below)
        keys, risk = self._keys(table) if table == at.level and c.chance(60) else ((), False)
        window = self._window(at, table, keys != ()) if c.chance(35) else None
        if isinstance(window, syntax.Window) and window.kind in _PERSONAL:
            risk = risk or self._may_lack_hired()
        return Scopes((*keys, *([window] if window is not None else []), *below), risk)

    def _below(self, at: At, table: str) -> tuple[Scope, ...]:
        """With the groups below, where the group at hand has a group above."""
        own = self.world.tables[at.level]
        walks = own.kind == "group" and own.above and not self.world.descends(table, at.level)
        return (syntax.Below(),) if walks and self.choices.chance(60) else ()

    def _window(self, at: At, table: str, keys: bool) -> syntax.Window | None:
        c, world = self.choices, self.world
        kinds = ["period", *_TO_DATE, *_PREVIOUS, "year_ago", "last", "last"]
        if world.hired and world.way_to_person(table) is not None:
            kinds += _PERSONAL * 2
        if world.descends(table, at.level):
            kinds += ["period"] * 6  # the children of a row are otherwise all of them
        kind = c.pick(kinds)
        as_of: Expr | None = None
        if kind in ("last", *_PREVIOUS) and not keys and c.chance(40):
            as_of = self.day(At(self._scope(at.level, table)))
        if kind != "last":
            return syntax.Window(kind, as_of=as_of)
        unit = c.pick(["days", "weeks", "months", "years"])
        return syntax.Window(
            "last", c.number(1, {"days": 120, "weeks": 20, "months": 14, "years": 2}[unit]), unit, as_of
        )

    def _scope(self, level: str, table: str) -> str:
        """Whose rows a total takes: the row's children, else the person's or the group's."""
        world = self.world
        return level if world.tables[level].kind != "facts" or world.descends(table, level) else PEOPLE

    def _keys(self, table: str) -> tuple[tuple[Scope, ...], bool]:
        things = [t for t in self.world.things[table] if t.kind == "column" and dimension_of(t.type) in _KEYED]
        chosen = self.choices.some(things, 2)
        keys = tuple(syntax.Per("path", syntax.Path((t.name,))) for t in chosen)
        return keys, any(t.optional for t in chosen)

    def of_running(self, level: str) -> Scopes:
        """Where a running total restarts, and by which keys it runs."""
        c, world = self.choices, self.world
        keys, risk = self._keys(level) if c.chance(25) else ((), False)
        kinds = ["period", *_TO_DATE, *(_PERSONAL if world.hired and world.way_to_person(level) is not None else [])]
        window: tuple[Scope, ...] = ()
        if c.chance(35):
            kind = c.pick(kinds)
            said = kind not in ("period", "since_hire") and c.chance(50 if kind == "own_year" else 20)
            window = (syntax.Per(kind),) if said else (syntax.Window(kind),)
            risk = risk or kind in _PERSONAL  # a row may be dated before its person was hired
        if not keys and not self.world.owned(level):
            return Scopes((), True)
        return Scopes((*window, *keys), risk)

    def _may_lack_hired(self) -> bool:
        return any(t.optional for t in self.world.things[PEOPLE] if t.name == "hired")

    # ---- other days ----

    def read(self, at: At, dimension: str) -> Read | None:
        """`x as of d`, `x by day`, `x by month`."""
        c = self.choices
        found = [r for r in self.world.references(at) if self._changes(at, r, dimension)]
        if not found:
            return None
        chosen = c.pick(found)
        path, type_ = syntax.Path(chosen.path), chosen.thing.type
        risk = chosen.risk or chosen.thing.optional
        if chosen.thing.kind == "column" and dimension in ("money", "ratio") and c.chance(40):
            months = self.world.shape not in ("week", "half_month") and c.chance(40)
            mean = NUMBER if type_.kind is Kind.count else type_
            return Read(syntax.Averaged(path, "months" if months else "days"), mean, risk)
        return Read(syntax.AsOf(path, self._near()), type_, risk)

    def _changes(self, at: At, reference: Reference, dimension: str) -> bool:
        thing = reference.thing
        guarded = thing.optional and not at.rescued and reference.path not in at.present
        if guarded or (reference.risk and not at.rescued) or at.level == EVERYWHERE:
            return False
        return dimension_of(thing.type) == dimension and (thing.dated or thing.kind == "parameter")

    def _near(self) -> Expr:
        """A day not so far off that nothing was known yet."""
        c = self.choices
        edge = syntax.Path(("@period", f"@{c.pick(['first', 'last'])}"))
        if c.chance(50):
            return edge
        if c.chance(40):
            return syntax.Day(c.pick([date(2023, 8, 14), date(2023, 8, 15), date(2024, 2, 1)]))
        length = syntax.Quantity(Fraction(c.number(1, 12)), c.pick(["days", "weeks", "months"]))
        return syntax.Binary(c.pick(["add", "subtract"]), edge, length)

    def parts(self, at: At, dimension: str) -> list[Read]:
        """Parts of the month, quarter, half year, year and own year."""
        names = {"date": ["first", "last"], "ratio": ["days", "number"]}.get(dimension, [])
        spans = [(span, False) for span in _PARTS]
        if self.world.hired and self.world.way_to_person(at.level) is not None:
            spans.append(("own_year", True))
        type_ = DATE if dimension == "date" else COUNT
        return [Read(syntax.Path((f"@{span}", f"@{name}")), type_, risk) for span, risk in spans for name in names]

    def workdays(self, first: Expr, last: Expr) -> Expr:
        """Mondays to Fridays, now and then by a table that says otherwise."""
        table = self.world.calendar
        more = (syntax.Path((table,)),) if table and self.choices.chance(60) else ()
        return syntax.Call(syntax.Path(("@workdays",)), (first, last, *more))


_KEYED = frozenset({"text", "yesno", "row", "date", "ratio"})


# ---- the period line ----


def head(choices: Choices, shape: str) -> tuple[syntax.PeriodHead, str]:
    """The period line and the name of a period."""
    c = choices
    zone = syntax.Text(c.pick(_ZONES)) if c.chance(12) else None
    if shape != "week":
        return syntax.PeriodHead(shape, zone=zone), c.pick(PERIODS[shape])
    count = c.weighted([(50, 1), (25, 2), (25, 4)])
    named = count == 1 and c.chance(50)
    first = syntax.Text("Wednesday") if named else syntax.Day(FIRST)
    held = Calendar(Shape.week, count, FIRST).of(date.fromisoformat(c.pick(PERIODS["week"])))
    return syntax.PeriodHead("week", count, first, zone), held.name
