"""What goes on from period to period: values of the period before, accounts, what caps cut.

In: decisions, the world. Out: terms that read the period before, statements and steps of accounts.
"""

from fractions import Fraction
from typing import Any

from tiercel_dsl import syntax
from tiercel_dsl.types import MONEY

from .choices import Choices
from .world import PEOPLE, UNKNOWN, At, World, dimension_of

_KEPT = ("value", "score", "line", "received")
_RESETS = ("month", "quarter", "half_year", "year")


def previous(path: tuple[str, ...], reset: str = "", start: syntax.Expr | None = None) -> syntax.Call:
    scopes = (syntax.Window(reset),) if reset else ()
    starts = () if start is None else (start,)
    return syntax.Call(syntax.Path(("@previous",)), (syntax.Path(path),), None, scopes, starts)


class Accounts:
    """`terms`: the maker of terms."""

    def __init__(self, choices: Choices, world: World, terms: Any) -> None:
        self.choices, self.world, self.terms = choices, world, terms

    def before(self, at: At, dimension: str) -> tuple[syntax.Expr, Any, bool, int] | None:
        """What something named was a period ago: tree, type, whether it may be missing, sign."""
        c, world = self.choices, self.world
        names: list[tuple[tuple[str, ...], Any, bool]] = []
        for reference in world.references(at):
            thing = reference.thing
            above = thing.level == PEOPLE or (thing.level in world.tables and world.tables[thing.level].kind == "group")
            above = above and (thing.kind != "line" or thing.level == PEOPLE)  # lines are kept for people only
            if thing.kind in _KEPT and above and dimension_of(thing.type) == dimension:
                names.append((reference.path, thing.type, reference.risk))
        if world.way_to_person(at.level) is not None and dimension == "money":
            loose = world.loose_way(at.level, world.way_to_person(at.level) or ())
            names += [((account, "@opening"), MONEY, loose) for account in world.accounts]
            names += [(("@payout",), MONEY, loose)] if c.chance(20) else []
        if not names:
            return None
        path, type_, risk = c.pick(names)
        start = None
        if not (at.rescued and c.chance(30)):
            start = self.terms.literal(dimension).expr
        spans = [*_RESETS, *(["own_year"] if world.hired and at.level == PEOPLE and at.rescued else [])]
        reset = c.pick(spans) if c.chance(25) else ""
        if reset == "own_year" and not self._of_person(path, at):
            reset = "year"
        return previous(path, reset, start), type_, risk or start is None or reset == "own_year", UNKNOWN

    def _of_person(self, path: tuple[str, ...], at: At) -> bool:
        own = {thing.name for thing in self.world.things.get(PEOPLE, [])}
        return at.level == PEOPLE and len(path) == 1 and path[0] in own

    def streak(self, name: str, at: At) -> tuple[syntax.Expr, Any]:
        """A value that builds on what it was itself a period ago."""
        c = self.choices
        step = self.terms.term(At(at.level), "money", 1, True)
        reset = c.pick(list(_RESETS)) if c.chance(30) else ""
        before = previous((name,), reset, syntax.Number(Fraction(0)))
        if c.chance(50):
            return syntax.Binary("add", before, step.expr), step
        return syntax.Call(syntax.Path(("@max",)), (before, step.expr)), step

    def account(self) -> syntax.Account:
        """A balance with a few moves, now and then a limit of it."""
        c, world = self.choices, self.world
        name = world.fresh("account")
        opens = self.terms.literal("money") if c.chance(80) else self.terms.term(At(PEOPLE), "money", 1)
        parts: list[Any] = [syntax.Opens(opens.expr)]
        at = At(PEOPLE)
        early = c.chance(50)
        if early:
            world.accounts.append(name)
        for _ in range(c.number(0, 3)):
            when = self.terms.condition(at, 1)[0].expr if c.chance(25) else None
            amount = self._named_amount() if c.chance(40) else None
            amount = amount or self.terms.term(at, "money", 1).expr
            how = "plus" if self.terms.is_deduction(amount) else c.pick(["plus", "minus"])
            parts.append(syntax.Apply(how, amount, when))
        if c.chance(25):
            bound = syntax.Number(Fraction(c.pick(["1000000", "10000000", "99999999"])))
            least = c.chance(60)
            limit = syntax.Unary("minus", bound) if least else bound
            parts.append(syntax.Closing("at_least" if least else "at_most", limit))
        if not early:
            world.accounts.append(name)
        return syntax.Account(world.label(name), tuple(c.shuffled(parts) if c.chance(20) else parts))

    def _named_amount(self) -> syntax.Expr | None:
        """A value or a line by its name alone; of a deduction `minus` would take off what is off already."""
        things = [t for t in self.world.things.get(PEOPLE, []) if t.kind in _KEPT and t.type == MONEY]
        plain = [t for t in things if not t.gaps and t.line_kind != "deduction"]
        return syntax.Path((self.choices.pick(plain).name,)) if plain else None

    def excess(self) -> tuple[syntax.Step, ...]:
        """A cap and the account that takes what it cuts."""
        limit = self.terms.literal("money")
        account = syntax.Path((self.choices.pick(self.world.accounts),))
        return syntax.Limit("at_most", limit.expr), syntax.Excess(account)
