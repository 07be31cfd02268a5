"""Ranks and competencies: who is compared with whom, what is read of a place, who rates what.

In: decisions, the world. Out: statements, and terms that read them.
"""

from fractions import Fraction
from typing import Any

from tiercel_dsl import syntax
from tiercel_dsl.types import COUNT, NUMBER, Type

from .choices import Choices
from .world import EVERYWHERE, PEOPLE, POSITIVE, UNKNOWN, At, Reference, Tab, Thing, World, dimension_of

_ORDERS = {"date": ["earliest", "latest"]}
_GROUPS = ("row", "text", "yesno", "count")


class Standings:
    """`terms`: the maker of terms."""

    def __init__(self, choices: Choices, world: World, terms: Any) -> None:
        self.choices, self.world, self.terms = choices, world, terms
        self.ranks: dict[str, str] = {}  # name of a rank → how it treats ties
        self.of_ratios: set[str] = set()  # ranks whose first key is a number
        self.rated: Any = None  # a table of ratings that no competency reads yet
        self.scores: list[tuple[tuple[str, ...], Type]] = []

    # ---- ranks ----

    def rank(self) -> syntax.Rank | None:
        """A rank of people, or of the rows of a table; None where nothing can be compared."""
        c, world = self.choices, self.world
        facts = [t.name for t in world.tables.values() if t.kind == "facts" and (t.date or t.parent)]
        groups = [t.name for t in world.tables.values() if t.kind == "group"]
        level = c.weighted([(50, PEOPLE), (30 if facts else 0, "facts"), (20 if groups else 0, "group")])
        level = c.pick({"facts": facts, "group": groups}[level]) if level != PEOPLE else level
        at, where = At(level), None
        if c.chance(40):
            condition, at = self.terms.condition(at, 1)
            where = condition.expr
        made = [key for _ in range(c.weighted([(70, 1), (25, 2), (5, 3)])) if (key := self._key(at)) is not None]
        if not made:
            return None
        keys = [key for key, _ in made]
        ties = c.weighted([(60, "share"), (30, "dense"), (10 if world.careless else 0, "")])
        within = [e for _ in range(c.weighted([(35, 0), (45, 1), (20, 2)])) if (e := self._group(at)) is not None]
        name = world.fresh("rank")
        self.ranks[name] = ties
        self.of_ratios |= {name} if made[0][1] == "ratio" else set()
        partial = where is not None
        world.add(Thing(name, COUNT, level, "rank", optional=partial, gaps=partial, sign=POSITIVE))
        table = None if level == PEOPLE else syntax.Path((level,))
        return syntax.Rank(world.label(name), table, tuple(keys), ties, tuple(within), where)

    def _key(self, at: At) -> tuple[syntax.RankKey, str] | None:
        """What differs from row to row, now and then with something done to it."""
        c = self.choices
        dimension = c.weighted([(45, "money"), (35, "ratio"), (20, "date")])
        found = [r for r in self._varying(at) if dimension_of(r.thing.type) == dimension]
        if not found:
            return None
        expr: syntax.Expr = syntax.Path(c.pick(found).path)
        if dimension != "date" and c.chance(30):
            other = self.terms.term(at, "ratio", 1, strict=True)
            if not other.risk:
                expr = syntax.Binary("multiply", expr, other.expr)
        if dimension != "date" and c.chance(15):
            expr = syntax.Binary("divide", expr, syntax.Number(Fraction(3)))
        return syntax.RankKey(expr, c.pick(_ORDERS.get(dimension, ["highest", "lowest"]))), dimension

    def _group(self, at: At) -> syntax.Expr | None:
        found = [r for r in self._varying(at) if str(r.thing.type.kind) in _GROUPS]
        return syntax.Path(self.choices.pick(found).path) if found else None

    def _varying(self, at: At) -> list[Reference]:
        """What has a value for every row, and perhaps another for each."""
        out: list[Reference] = []
        for reference in self.world.references(at):
            thing = reference.thing
            there = not thing.optional or reference.path in at.present
            if thing.level != EVERYWHERE and there and not reference.risk and thing.kind != "rank":
                out.append(reference)
        return out

    def read(self, at: At) -> tuple[syntax.Expr, Type, bool, int] | None:
        """Something that follows from a place: how many entered, a mean over tied places, the value at a place."""
        c = self.choices
        ranks = [r for r in self.world.references(at) if r.thing.kind == "rank"]
        if not ranks:
            return None
        reference = c.pick(ranks)
        path, name = syntax.Path(reference.path), reference.path[-1]
        unsaid = reference.thing.optional and reference.path not in at.present and not at.rescued
        if unsaid:
            return None
        risk = reference.risk or (reference.thing.optional and reference.path not in at.present)
        how = c.weighted(
            [
                (30, "part"),
                (45 if self.ranks[name] == "share" else 0, "tied"),
                (60 if at.rescued and name in self.of_ratios else 0, "value"),
            ]
        )
        if how == "part":
            part = syntax.Path((*reference.path, c.pick(["@entrants", "@tied"])))
            return part, COUNT, risk, POSITIVE
        if how == "value":
            return self._value_at(path), NUMBER, True, UNKNOWN
        return self._over_tied(path, at), NUMBER, risk, UNKNOWN

    def _value_at(self, path: syntax.Path) -> syntax.Expr:
        nth = syntax.Number(Fraction(self.choices.pick([1, 2, 3, 5])))
        return syntax.Call(syntax.Path(("@value_at",)), (path, nth))

    def _over_tied(self, path: syntax.Path, at: At) -> syntax.Expr:
        c = self.choices
        top: syntax.Expr = self.terms.literal("ratio", strict=True).expr
        others = [r for r in self._varying(at) if dimension_of(r.thing.type) == "ratio"]
        top = syntax.Path(c.pick(others).path) if others and c.chance(50) else top
        operand = c.pick([syntax.Binary("divide", top, path), syntax.Binary("multiply", top, path)])
        if c.chance(25):
            operand = syntax.Binary("divide", syntax.Number(Fraction(1), "percent"), syntax.Binary("add", path, path))
        return syntax.Call(syntax.Path(("@over_tied_places",)), (operand,))

    # ---- competencies ----

    def ratings(self, maker: Any) -> None:
        """A table of ratings: who rates, what, how many points."""
        world = self.world
        table: Tab = maker._table(world.fresh("ratings"), "facts")
        table.credited = maker._link(table, PEOPLE, roles=("credited",))
        maker._date(table)
        items = [world.fresh("item") for _ in range(self.choices.number(1, 2))]
        kinds = ["self", "peer", "上级"][: self.choices.number(1, 3)]
        maker._add(table, "one_of", "text", (), (), None, kinds)
        maker._add(table, "one_of", "text", (), (), None, items)
        roles = ("optional",) if self.choices.chance(25) else ()
        points = maker._add(table, "number", "ratio", roles, [("at_least", Fraction(0))])
        self.rated = (table.name, points.name, kinds, items)

    def competency(self) -> list[syntax.Statement]:
        """A competency over the table of ratings, and the table of its courses."""
        c, world = self.choices, self.world
        table, points, kinds, items = self.rated
        self.rated = None
        name = world.fresh("competency")
        window = syntax.Window(c.pick(["year", "quarter", "last_period"])) if c.chance(30) else None
        raters = tuple(
            syntax.Rater(syntax.Text(kind), syntax.Number(weight, "percent"))
            for kind, weight in zip(kinds, self._weights(len(kinds)), strict=True)
        )
        parts: list[Any] = [syntax.RatedBy(syntax.Path((table, points)), window, raters)]
        required = False
        for item, weight in zip(items, self._weights(len(items)), strict=True):
            wanted = self.terms.term(At(PEOPLE), "ratio", 1, strict=True) if c.chance(60) else None
            wanted = None if wanted is not None and wanted.risk else wanted
            required = required or wanted is not None
            expr = None if wanted is None else wanted.expr
            parts.append(syntax.Item(world.label(item), syntax.Number(weight, "percent"), expr))
            self._reads(name, item, wanted is not None)
        out: list[syntax.Statement] = []
        if required and c.chance(70):
            course = world.fresh("lookup")
            out.append(self._courses(course, items))
            parts.append(syntax.Course(syntax.Path((course,))))
        self.scores.append(((name, "@score"), NUMBER))
        return [syntax.Competency(world.label(name), tuple(parts)), *out]

    def _reads(self, name: str, item: str, gap: bool) -> None:
        self.scores.append(((name, item), NUMBER))
        if gap:
            self.scores.append(((name, item, "@gap"), NUMBER))

    def _weights(self, count: int) -> list[Fraction]:
        return {
            1: [Fraction(1)],
            2: [Fraction(2, 5), Fraction(3, 5)],
            3: [Fraction(1, 10), Fraction(3, 10), Fraction(3, 5)],
        }[count]

    def _courses(self, name: str, items: list[str]) -> syntax.Lookup:
        world = self.world
        keys = tuple(world.label(world.fresh("axis")) for _ in range(2))
        rows = tuple(
            syntax.Row((
                syntax.ValueCell(syntax.Text(item)),
                syntax.BoundCell("above", syntax.Number(Fraction(0))),
                syntax.ValueCell(syntax.Text("A")),
            ))
            for item in items
        )  # fmt: skip
        return syntax.Lookup(world.label(name), keys, (), rows)

    def scored(self, at: At) -> tuple[syntax.Expr, Type, bool, int] | None:
        """A rating, a gap or a score: it may be missing, so only where that is said."""
        if not self.scores or not at.rescued or self.world.way_to_person(at.level) is None:
            return None
        path, type_ = self.choices.pick(self.scores)
        return syntax.Path(path), type_, True, UNKNOWN
