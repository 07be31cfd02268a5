"""Lines that go up a hierarchy: from whom, over which column, how far, past whom; the highest below the receiver.

In: the world, where the line stands. Out: `upline(…)` as the receiver in the head, and terms that only such a line
can have. Whoever counts as a level is said by columns of people alone.
"""

from fractions import Fraction

from tiercel_dsl import syntax
from tiercel_dsl.types import MONEY, YESNO

from .choices import Choices
from .world import PEOPLE, World


class Uplines:
    """Makes receivers up a hierarchy in a world."""

    def __init__(self, choices: Choices, world: World) -> None:
        self.choices, self.world = choices, world

    def of(self, level: str) -> syntax.Call | None:
        """None where people name nobody above them."""
        c, world = self.choices, self.world
        people = world.tables[PEOPLE]
        links = [name for name, target in people.links.items() if target == PEOPLE]
        starts = self._starts(level)
        if not links or not (starts or world.owned(level)):
            return None
        arguments: list[syntax.Expr] = [syntax.Path((c.pick(links),))]
        if not world.owned(level) or (starts and c.chance(65)):
            arguments.insert(0, c.pick(starts))
        if c.chance(60):
            arguments.append(syntax.Number(Fraction(c.weighted([(30, 1), (30, 2), (20, 3), (20, 12)]))))
        return syntax.Call(syntax.Path(("@upline",)), tuple(arguments), self._where() if c.chance(45) else None)

    def _starts(self, level: str) -> list[syntax.Expr]:
        world = self.world
        links = world.tables[level].links
        found: list[syntax.Expr] = [syntax.Path((name,)) for name, target in links.items() if target == PEOPLE]
        own = world.way_to_person(level)
        return [*found, syntax.Path(("@person",))] if own is not None else found

    def _where(self) -> syntax.Expr | None:
        """A condition of columns that everybody has."""
        c = self.choices
        columns = [t for t in self.world.things[PEOPLE] if t.kind == "column" and not t.optional]
        told: list[syntax.Expr] = [syntax.Path((t.name,)) for t in columns if t.type == YESNO]
        told += [
            syntax.Compare(c.pick([">=", "<"]), syntax.Path((t.name,)), syntax.Number(Fraction(10 ** c.number(0, 6))))
            for t in columns
            if t.type == MONEY
        ]
        return c.pick(told) if told else None
