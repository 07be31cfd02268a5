"""Money in other currencies at random: columns, a table of rates, amounts that are converted.

In: the world, and what makes other terms. Out: columns in a currency of their own or of their row, the table of
rates, and terms: `foreign` ones, whose type names the currency, and converted ones, which are money like any other.
"""

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from tiercel_dsl import syntax, types
from tiercel_dsl.types import MONEY, NUMBER, TEXT, YESNO, Kind, Type

from .world import EVERYWHERE, NOT_NEGATIVE, POSITIVE, UNKNOWN, At, Tab, Thing, World

if TYPE_CHECKING:
    from .terms import Made, Terms

CODES = ["EUR", "JPY", "KWD", "USD", "GBP"]
NAMED = ["EUR", "JPY", "KWD"]  # where a column names any
FOREIGN = "foreign"


def rates_table(world: World) -> syntax.Table:
    """The table of rates; no rule walks it, so that it is not among the tables of the world."""
    c = world.choices
    name = world.rates = world.fresh("rates")
    direction = c.pick(["home_per_foreign", "foreign_per_home"])
    options = tuple(syntax.Text(code) for code in [*CODES, world.home]) if c.chance(15) else ()
    key = syntax.ColumnType("one_of" if options else "text", options)
    limits = (syntax.Limit("above", syntax.Number(Fraction(0))),) if c.chance(50) else ()
    rate = syntax.Column(world.label(world.fresh("quote")), syntax.ColumnType("number"), (direction,), limits=limits)
    columns = [
        syntax.Column(world.label(world.fresh("code")), key, ("key",)),
        syntax.Column(world.label(world.fresh("quoted")), syntax.ColumnType("date"), ("key",)),
        rate,
    ]
    if c.chance(30):
        columns.append(syntax.Column(world.label(world.fresh("text")), syntax.ColumnType("text"), ("optional",)))
    return syntax.Table("facts", world.label(name), tuple(c.shuffled(columns) if c.chance(30) else columns))


def foreign_columns(world: World, table: Tab) -> tuple[syntax.Column, ...]:
    """One or two columns of money that is not the scheme's, and the column that names its currency."""
    c = world.choices
    out: list[syntax.Column] = []
    for _ in range(c.number(1, 2)):
        named = c.chance(50)
        currency = c.pick([code for code in CODES if code != world.home])
        if named:
            options = (
                tuple(c.pick([["EUR", "JPY"], ["KWD", world.home], ["USD", "EUR", "GBP"]])) if c.chance(40) else ()
            )
            word = syntax.ColumnType("one_of" if options else "text", tuple(syntax.Text(o) for o in options))
            default = syntax.Text(c.pick(options or NAMED)) if c.chance(15) else None
            currency = world.fresh("code")
            out.append(syntax.Column(world.label(currency), word, (), False, None, default))
            world.add(Thing(currency, Type(Kind.text, options=options) if options else TEXT, table.name))
        elif c.chance(8):
            currency = world.home
        name = world.fresh("abroad")
        roles = ("optional",) if c.chance(20) else ()
        limits = (syntax.Limit("above", syntax.Number(Fraction(0))),) if c.chance(30) else ()
        kind = syntax.ColumnType("money")
        out.append(syntax.Column(world.label(name), kind, roles, False, None, None, limits, currency))
        home = currency == world.home
        type_ = MONEY if home else replace(MONEY, currency=f"={currency}" if named else currency)
        sign = POSITIVE if limits else UNKNOWN
        world.add(Thing(name, type_, table.name, optional=bool(roles), sign=sign))
    return tuple(out)


class Abroad:
    """Terms of money in other currencies."""

    def __init__(self, terms: "Terms") -> None:
        self.terms, self.world, self.choices = terms, terms.world, terms.choices

    def foreign(self, at: At, depth: int) -> "Made | None":
        """An amount that is not in the scheme's currency."""
        terms, c = self.terms, self.choices
        leaf = terms.named(at, FOREIGN, True)
        if depth > 0 and (leaf is None or c.chance(30)):
            leaf = terms.aggregate(at, FOREIGN, depth) or leaf
        if leaf is None or depth <= 0:
            return leaf
        fixed = not leaf.type.varies
        how = c.weighted([(30, "leaf"), (20, "share"), (12, "multiply"), (8, "part"), (6, "minus"), (8, "add"),
                          (6, "limits"), (6, "divide"), (14, "running"), (4, "literal")])  # fmt: skip
        if how in ("share", "multiply"):
            factor = terms.term(at, "ratio", depth - 1)
            left, right = (factor, leaf) if how == "share" else (leaf, factor)
            type_ = types.multiplied(left.type, right.type)
            return terms.made(syntax.Binary(how, left.expr, right.expr), type_, leaf, factor)
        if how == "part":
            above = syntax.Number(Fraction(0 if not fixed else c.pick([0, 100])))
            return leaf._replace(expr=syntax.PartOf(leaf.expr, above, None), sign=NOT_NEGATIVE)
        if how == "minus":
            return leaf._replace(expr=syntax.Unary("minus", leaf.expr), sign=UNKNOWN)
        if how == "add":
            return leaf._replace(expr=syntax.Binary("add", leaf.expr, leaf.expr))
        if how == "limits":
            least = syntax.Number(Fraction(0))
            return leaf._replace(expr=syntax.Call(syntax.Path((f"@{c.pick(['max', 'min'])}",)), (leaf.expr, least)))
        if how == "divide":
            divisor = terms.divisor(at, "ratio", depth - 1)
            type_ = types.divided(leaf.type, divisor.type)
            return terms.made(syntax.Binary("divide", leaf.expr, divisor.expr), type_, leaf, divisor)
        if how == "running" and at.running and fixed:
            return leaf._replace(expr=syntax.RunningTotal(leaf.expr), sign=UNKNOWN)
        if how == "literal" and fixed:
            return leaf._replace(expr=syntax.Binary("add", leaf.expr, syntax.Number(Fraction(100))))
        return leaf

    def converted(self, at: At, depth: int) -> "Made | None":
        """`amount into CNY at fx as of d`; now and then of an amount that is in that currency already."""
        world, c = self.world, self.choices
        if not world.rates or at.level == EVERYWHERE:
            return None
        made = self.terms.money(at, depth - 1, True) if c.chance(6) else self.foreign(at, depth - 1)
        if made is None or not (made.type == MONEY or made.type.currency):
            return None
        expr = syntax.Convert(made.expr, world.home, syntax.Path((world.rates,)), self._day(at))
        return made._replace(expr=expr, type=MONEY)

    def _day(self, at: At) -> syntax.Expr | None:
        """The day of the rate: that of the row, or one for which there are rates."""
        c, table = self.choices, self.world.tables[at.level]
        if table.kind == "facts" and c.chance(60):
            return None
        if self.world.careless and c.chance(8):
            return self.terms.day(at, 1, True).expr
        if table.date and c.chance(40):
            return syntax.Path((table.date,))
        return syntax.Path(("@period", f"@{c.pick(['first', 'last'])}"))

    def ratio(self, at: At, depth: int) -> "Made | None":
        """An amount over another in the same currency."""
        above = self.foreign(at, depth - 1)
        if above is None or above.type.varies:
            return None
        below = syntax.Call(syntax.Path(("@max",)), (above.expr, syntax.Number(Fraction(1))))
        return above._replace(expr=syntax.Binary("divide", above.expr, below), type=NUMBER, sign=UNKNOWN)

    def compared(self, at: At, depth: int) -> "Made | None":
        """With 0, which is the same in every currency, or with a number where there is one currency."""
        made = self.foreign(at, min(depth, 1))
        if made is None:
            return None
        bound = syntax.Number(Fraction(0 if made.type.varies else self.choices.pick([0, 100, 1000])))
        operator = self.choices.pick([">=", "<", ">", "=", "!="])
        return made._replace(expr=syntax.Compare(operator, made.expr, bound), type=YESNO, sign=UNKNOWN)

    def body(self, at: At) -> "tuple[tuple[syntax.Step, ...], Made] | None":
        """A body whose result stays abroad: rounded as its currency is, as written, or not at all."""
        c = self.choices
        made = self.foreign(replace(at, rescued=False), 2)
        if made is None or made.risk or not made.type.currency:
            return None
        steps: list[syntax.Step] = [syntax.Value(made.expr)]
        if c.chance(30):
            steps.append(syntax.Apply("times", syntax.Number(Fraction(c.pick(["0.333", "1.15", "7"])))))
        if c.chance(20):
            modes = ["half_up", "half_even", "up", "down"]
            steps.append(syntax.Rounded(c.pick(modes), Fraction(c.pick(["0.01", "1", "0.0005"]))))
        elif c.chance(15):
            steps.append(syntax.Unrounded())
        return tuple(steps), made
