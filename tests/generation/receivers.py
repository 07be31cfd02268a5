"""Who receives a line: one, several in shares, the members of a group; and guarantees.

In: the world, where the line stands, the steps of its body. Out: `Received`: the receiver in the head, the steps
that divide the amount and what is done to each part, right by construction unless the world is careless.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from tiercel_dsl import syntax
from tiercel_dsl.types import Kind

from .choices import Choices
from .terms import Terms, call
from .world import NOT_NEGATIVE, PEOPLE, At, Reference, World

_SHARES = ["0.6", "0.2", "0.1", "0.05", "0.333333", "0.25"]
_PERSON, _COMPANY = syntax.Path(("@person",)), syntax.Path(("@company",))


@dataclass(frozen=True)
class Received:
    """`to` in the head, and the steps after those of the amount; neither: the person credited receives it."""

    to: syntax.Path | syntax.Call | None = None
    steps: tuple[syntax.Step, ...] = ()

    @property
    def elsewhere(self) -> bool:
        return self.to is not None or bool(self.steps)


class Receivers:
    """Makes receivers in a world. `rounded` makes a rounding of money."""

    def __init__(self, choices: Choices, world: World, terms: Terms, rounded: Callable[[], syntax.Rounded]) -> None:
        self.choices, self.world, self.terms, self.rounded = choices, world, terms, rounded

    def of(self, at: At) -> Received:
        """Mostly the person credited; of a group never."""
        c = self.choices
        group = self.world.tables[at.level].kind == "group"
        own = 0 if group else 62
        members = 60 if group else 0
        how = c.weighted([(own, "own"), (12, "to"), (members, "among"), (26, "shared")])
        if how == "own":
            return Received()
        if how == "to":
            return Received(self._one(at))
        after = self._after(at) if how == "shared" else ()
        return Received(None, ((*self._among(at),) if how == "among" else (self._shared(at),)) + after)

    # ---- one ----

    def _people(self, at: At) -> list[Reference]:
        """Columns with a person that can be read here."""
        rows = [r for r in self.world.references(at) if r.thing.type.kind is Kind.row]
        return [r for r in rows if r.thing.type.table == "people"]

    def _surely(self, at: At) -> list[syntax.Path]:
        """Receivers that always exist."""
        sure = [r for r in self._people(at) if not r.risk and not (r.thing.optional and r.path not in at.present)]
        if self.world.careless:
            sure += [r for r in self._people(at) if not r.thing.optional]
        way = self.world.way_to_person(at.level)
        own = [_PERSON] if way is not None and not self.world.loose_way(at.level, way) else []
        return [*(syntax.Path(r.path) for r in sure), *own]

    def _one(self, at: At) -> syntax.Path:
        sure = self._surely(at)
        return self.choices.pick(sure) if sure and self.choices.chance(75) else _COMPANY

    # ---- several ----

    def _shared(self, at: At) -> syntax.Shared:
        c = self.choices
        in_turn, rest = c.chance(28), c.chance(60)
        anybody = [syntax.Path(r.path) for r in self._people(at)] if rest or self.world.careless else []
        receivers = [_COMPANY, *self._surely(at), *anybody]
        lines: list[syntax.Share | syntax.Together | syntax.Rounded] = []
        left = Fraction(1)
        for _ in range(c.number(0 if rest else 1, 3)):
            ratio = Fraction(c.pick(_SHARES))
            ratio = min(ratio, left)
            left -= 0 if in_turn else ratio
            expr: syntax.Expr = syntax.Number(ratio, "percent")
            if not rest or self.world.careless:
                expr = self._share(at, expr)
            lines.append(syntax.Share(expr, c.pick(receivers)))
        if not in_turn and lines and c.chance(45):
            lines.append(syntax.Together(self.terms.term(at, "money", 1).expr))
        if c.chance(40):
            lines.append(self._rounding())
        if rest:
            lines.insert(c.number(0, len(lines)), syntax.Share(None, self._one(at)))
        return syntax.Shared(in_turn, tuple(lines))

    def _share(self, at: At, otherwise: syntax.Expr) -> syntax.Expr:
        """A share that is worked out, or an amount."""
        how = self.choices.weighted([(50, "fixed"), (25, "ratio"), (15, "third"), (10, "money")])
        if how == "third":
            return syntax.Binary("divide", syntax.Number(Fraction(1)), syntax.Number(Fraction(3)))
        if how == "money":
            return syntax.Number(Fraction(50), "money")
        if how == "ratio":
            made = self.terms.term(at, "ratio", 1, strict=True)
            return otherwise if isinstance(made.expr, syntax.Number) else made.expr
        return otherwise

    def _rounding(self) -> syntax.Rounded:
        return replace(self.rounded(), stage="")

    def _after(self, at: At) -> tuple[syntax.Step, ...]:
        """What is done to each part."""
        c = self.choices
        steps: list[syntax.Step] = []
        if c.chance(20):
            steps.append(syntax.Limit("at_most", self.terms.term(at, "money", 1).expr))
        if c.chance(12):
            steps.append(syntax.Apply("times", syntax.Number(Fraction(1, 2), "percent")))
        if c.chance(12):
            steps.append(syntax.OnlyWhen(self.terms.condition(at, 1)[0].expr))
        if c.chance(10):
            steps.append(self._rounding())
        return tuple(steps)

    # ---- members ----

    def _among(self, at: At) -> list[syntax.Step]:
        c = self.choices
        inner = At(PEOPLE, inside=True)
        where: syntax.Expr | None = None
        if c.chance(35):
            condition, inner = self.terms.condition(inner, 1)
            where = condition.expr
        weight = self._weight(inner) if c.chance(60) else None
        steps: list[syntax.Step] = [syntax.SharedAmong(syntax.Path(("@member",)), where, weight)]
        rounded = self._rounding() if c.chance(45) else None
        rest = c.weighted([(45, ""), (25, "first"), (30, "rest")])
        if rest == "rest" and rounded is not None and not self.world.careless:
            rounded = replace(rounded, mode="down")
        steps += [rounded] if rounded is not None else []
        if rest:
            to = None if rest == "first" else self._one(at)
            steps.append(syntax.Remainder(to))
        if not (self.world.careless and c.chance(40)):
            steps.append(syntax.Otherwise(syntax.Number(Fraction(0)), rescue=True))
        return [*steps, *self._after(At(PEOPLE, inside=True))]

    def _weight(self, at: At) -> syntax.Expr:
        """A number of each member, not below 0."""
        made = self.terms.term(at, self.choices.pick(["ratio", "money"]), 1, strict=True)
        if made.sign >= NOT_NEGATIVE or self.world.careless:
            return made.expr
        return call("max", made.expr, syntax.Number(Fraction(0)))

    # ---- guarantees ----

    def counting(self, at: At) -> syntax.Counting:
        """What counts against a guarantee."""
        return syntax.Counting(self.terms.term(at, "money", 1).expr)
