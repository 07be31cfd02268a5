"""Terms of a wanted type at a wanted level, right by construction.

In: the world, where the term stands, the dimension wanted, how deep it may go. Out: `Made`: the syntax tree,
its type as the checker will find it, whether it may be impossible to compute, and what is known of its sign.
A risk is taken only where the body says what holds then, or in a careless world.
"""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from tiercel_dsl import syntax, types
from tiercel_dsl.syntax import Expr
from tiercel_dsl.types import COUNT, DATE, DURATION, MONEY, NUMBER, PERCENT, PLAIN, TEXT, YESNO, Kind, Type

from .accounts import Accounts
from .currencies import FOREIGN, Abroad
from .standings import Standings
from .windows import Windows
from .world import (
    EVERYWHERE,
    NOT_NEGATIVE,
    PEOPLE,
    POSITIVE,
    UNKNOWN,
    At,
    Reference,
    Scale,
    World,
    dimension_of,
    paths_in,
)

AMOUNTS = ("fixed", "cumulative", "filled")  # modes of tiers whose cells are amounts
OWN_BASE = ("marginal", "filled")  # modes that divide the base itself
_MONEY = [
    "0",
    "100",
    "1000",
    "3000",
    "50000",
    "0.01",
    "12.34",
    "999.99",
    "10000",
    "150000",
    "33.33",
    "1000000000000000",
]
_RATIOS = ["0", "1", "2", "0.5", "1.15", "3", "0.8", "7", "0.05", "100", "0.333333", "1.000001", "10"]
_PERCENTS = ["0.05", "0.01", "1.2", "0.005", "0.3333", "1", "0.9", "0", "0.0001", "3"]
_DAYS = ["2023-06-30", "2023-07-01", "2023-08-15", "2023-08-31", "2023-09-01", "2022-12-31", "2024-02-29", "2020-01-01"]


class Made(NamedTuple):
    expr: Expr
    type: Type
    risk: bool = False
    sign: int = UNKNOWN

    @property
    def dimension(self) -> str:
        return dimension_of(self.type)


def call(function: str, *arguments: Expr, where: Expr | None = None) -> syntax.Call:
    return syntax.Call(syntax.Path((f"@{function}",)), arguments, where)


class Terms:
    """Makes terms in a world."""

    def __init__(self, world: World) -> None:
        self.world, self.choices = world, world.choices
        self.windows = Windows(world, self._steady_day)
        self.abroad = Abroad(self)
        self.accounts = Accounts(self.choices, world, self)
        self.standings = Standings(self.choices, world, self)

    # ---- entry ----

    def term(self, at: At, dimension: str, depth: int, strict: bool = False) -> Made:
        """A term of this dimension; `strict`: not a plain literal, which would take any type."""
        make = {
            "money": self.money, "ratio": self.ratio, "text": self.text, "yesno": self.yesno, "date": self.day,
            "time": self.time,
        }[dimension]  # fmt: skip
        made = make(at, depth, strict)
        for _ in range(4):
            if not (made.risk and not self.may_risk(at)) and not (strict and made.dimension == "any"):
                return made
            made = make(at, min(depth - 1, 1), strict)
        return self.literal(dimension, strict=True)

    def may_risk(self, at: At) -> bool:
        return at.rescued or (self.world.careless and self.choices.chance(45))

    def _steady_day(self, at: At) -> Expr | None:
        """A day that can always be computed, for a window to be counted back from."""
        made = self.day(at, 1, True)
        return None if made.risk else made.expr

    # ---- literals and names ----

    def literal(self, dimension: str, strict: bool = False) -> Made:
        c = self.choices
        if dimension == "text":
            return Made(syntax.Text(c.pick(self.world.loose_texts)), TEXT)
        if dimension == "yesno":
            return Made(syntax.YesNo(c.chance(50)), YESNO)
        if dimension == "date":
            return Made(syntax.Day(date.fromisoformat(c.pick(_DAYS))), DATE)
        if dimension == "time":
            return Made(syntax.Quantity(Fraction(c.number(0, 40)), c.pick(["days", "weeks"])), DURATION)
        if dimension == "money":
            value = Fraction(c.pick(_MONEY))
            unit = "money" if strict or c.chance(20) else ""
        else:
            unit = "percent" if strict or c.chance(50) else ""
            value = Fraction(c.pick(_PERCENTS if unit else _RATIOS))
        type_ = {"": PLAIN, "money": MONEY, "percent": PERCENT}[unit]
        return Made(syntax.Number(value, unit), type_, sign=POSITIVE if value else NOT_NEGATIVE)

    def named(self, at: At, dimension: str, strict: bool) -> Made | None:
        """A column, value, parameter, kpi part or part of the period; None where there is none to be had."""
        found: list[Made] = []
        for reference in self.world.references(at):
            thing = reference.thing
            own = dimension_of(thing.type)
            if own != dimension and not (own == "any" and not strict and dimension in ("money", "ratio")):
                continue
            guarded = thing.optional and not at.rescued and reference.path not in at.present
            risk = reference.risk or (thing.optional and reference.path not in at.present)
            if guarded or (risk and not at.rescued and not self.world.careless):
                continue
            found.append(Made(syntax.Path(reference.path), thing.type, risk, thing.sign))
        found += self._parts(at, dimension)
        if at.level != EVERYWHERE and self.choices.chance(12):
            read = self.windows.read(at, dimension)
            found = [Made(*read)] if read is not None and (not read.risk or at.rescued) else found
        if at.level != EVERYWHERE and at.rule == 0 and self.choices.chance(5):
            before = self.accounts.before(at, dimension)
            found = [Made(*before)] if before is not None and (not before[2] or at.rescued) else found
        if at.level != EVERYWHERE and dimension == "ratio" and self.choices.chance(20):
            made = self.standings.read(at) or self.standings.scored(at)
            found = [Made(*made)] if made is not None and (not made[2] or at.rescued) else found
        if not found:
            return None
        return self.choices.pick(found)

    def moments(self, at: At) -> list[Made]:
        """The columns in sight that hold a time of day, and are there."""
        return [
            Made(syntax.Path(reference.path), reference.thing.type, sign=reference.thing.sign)
            for reference in self.world.references(at)
            if reference.thing.type.kind is Kind.datetime and not reference.thing.optional and not reference.risk
        ]

    def _parts(self, at: At, dimension: str) -> list[Made]:
        """Parts of the period and of kpis."""
        out: list[Made] = []
        if dimension == "date" and at.level != EVERYWHERE:
            out = [Made(syntax.Path(("@period", f"@{p}")), DATE) for p in ("first", "last")]
        elif dimension == "ratio" and at.level != EVERYWHERE and self.choices.chance(15):
            out = [Made(syntax.Path(("@period", f"@{p}")), COUNT, sign=POSITIVE) for p in ("days", "number")]
        if at.level != EVERYWHERE and self.choices.chance(20):
            out += [Made(*read) for read in self.windows.parts(at, dimension) if not read.risk or at.rescued]
        for part, type_, sign in at.measure:
            if dimension_of(type_) == dimension:
                out += [Made(syntax.Path((f"@{part}",)), type_, sign=sign)] * 3
        if self.world.way_to_person(at.level) is None or at.level == EVERYWHERE:
            return out
        if dimension == "money" and not self.world.loose_way(at.level, self.world.way_to_person(at.level) or ()):
            out += [Made(syntax.Path((account, "@opening")), MONEY) for account in self.world.accounts]
        for measure in self.world.measures:
            risk = measure.gaps or self.world.loose_way(at.level, self.world.way_to_person(at.level) or ())
            if risk and not at.rescued and not self.world.careless:
                continue
            parts = [("weight", NUMBER), ("score", measure.score)]
            parts += [(n, t) for n, t in (("actual", measure.actual), ("target", measure.target)) if t is not None]
            if len(parts) == 4 and (measure.sound or at.rescued):
                parts.append(("attainment", NUMBER))
            for part, part_type in parts:
                if dimension_of(part_type) == dimension:
                    unsure = risk or (part == "attainment" and not measure.sound)
                    out.append(Made(syntax.Path((measure.name, f"@{part}")), part_type, unsure))
        return out

    def leaf(self, at: At, dimension: str, strict: bool) -> Made:
        if at.level != EVERYWHERE and (strict or self.choices.chance(72)):
            found = self.named(at, dimension, strict)
            if found is not None:
                return found
        if dimension in ("yesno", "text"):
            return self.literal(dimension)
        return self.literal(dimension, strict)

    # ---- numbers ----

    def money(self, at: At, depth: int, strict: bool) -> Made:
        if depth <= 0:
            return self.leaf(at, "money", strict)
        c = self.choices
        how = c.weighted([
            (22, "leaf"), (10, "add"), (6, "subtract"), (9, "multiply"), (9, "share"), (6, "divide"), (3, "minus"),
            (6, "limits"), (6, "part"), (self._rows_weight(at), "aggregate"), (13, "price"), (4, "value"),
            (9, "running"), (4, "total"), (14 if self.world.rates else 0, "convert"),
        ])  # fmt: skip
        if how == "convert":
            return self.abroad.converted(at, depth) or self.leaf(at, "money", strict)
        if how in ("add", "subtract"):
            return self.sum(at, "money", depth, strict, how)
        if how in ("multiply", "share"):
            return self.product(at, depth, how)
        if how == "divide":
            return self.quotient(at, "money", depth)
        if how == "total":
            return self.received(at) or self.leaf(at, "money", strict)
        return self.shared(at, "money", depth, strict, how)

    def _rows_weight(self, at: At) -> int:
        """A group is there to add up its rows."""
        return 60 if at.level != EVERYWHERE and self.world.tables[at.level].kind == "group" else 16

    def ratio(self, at: At, depth: int, strict: bool) -> Made:
        if depth <= 0:
            return self.leaf(at, "ratio", strict)
        c = self.choices
        moments = self.moments(at)
        if moments and c.chance(18):
            return Made(call("minutes", c.pick(moments).expr, c.pick(moments).expr), NUMBER, sign=UNKNOWN)
        how = c.weighted([
            (24, "leaf"), (8, "add"), (5, "subtract"), (7, "multiply"), (4, "share"), (10, "divide"), (3, "minus"),
            (6, "limits"), (4, "part"), (self._rows_weight(at), "aggregate"), (6, "price"), (8, "value"),
            (6, "running"), (3, "ceiling"), (5, "days"), (4, "count"), (4, "kpis"),
            (3 if self.world.rates else 0, "abroad"),
        ])  # fmt: skip
        if how == "abroad":
            return self.abroad.ratio(at, depth) or self.leaf(at, "ratio", strict)
        if how in ("add", "subtract"):
            return self.sum(at, "ratio", depth, strict, how)
        if how in ("multiply", "share"):
            left, right = self.term(at, "ratio", depth - 1, strict), self.term(at, "ratio", depth - 1)
            return self.made(
                syntax.Binary(how, left.expr, right.expr), types.multiplied(left.type, right.type), left, right
            )
        if how == "divide":
            return self.quotient(at, "ratio", depth)
        if how == "ceiling":
            inner = self.term(at, "ratio", depth - 1)
            return Made(call("ceiling", inner.expr), COUNT, inner.risk, min(inner.sign, NOT_NEGATIVE))
        if how == "days":
            first, second = self.day(at, depth - 1, True), self.day(at, depth - 1, True)
            function = c.pick(["days", "months", "workdays"])
            counted = call(function, first.expr, second.expr)
            if function == "workdays":
                return Made(self.windows.workdays(first.expr, second.expr), COUNT, first.risk or second.risk)
            return Made(counted, COUNT, first.risk or second.risk)
        if how == "count":
            scopes, risk = self.windows.of_running(at.level) if at.running else ((), True)
            if at.running and (not risk or self.may_risk(at)):
                return Made(syntax.RunningCount(scopes), COUNT, risk, POSITIVE)
            return self.leaf(at, "ratio", strict)
        if how == "kpis":
            return self.over_kpis(at) or self.leaf(at, "ratio", strict)
        return self.shared(at, "ratio", depth, strict, how)

    def shared(self, at: At, dimension: str, depth: int, strict: bool, how: str) -> Made:
        """What money and ratios have in common."""
        if at.upline and self.choices.chance(12):
            return self.highest(at, dimension, depth)
        if how == "minus":
            inner = self.term(at, dimension, depth - 1, strict)
            return Made(syntax.Unary("minus", inner.expr), inner.type, inner.risk)
        if how == "limits":
            return self.limits(at, dimension, depth, strict)
        if how == "part":
            return self.part(at, dimension, depth)
        if how == "aggregate":
            return self.aggregate(at, dimension, depth) or self.leaf(at, dimension, strict)
        if how == "price":
            return self.price(at, dimension, depth) or self.leaf(at, dimension, strict)
        if how == "value":
            return self.value(at, dimension, depth, strict) or self.leaf(at, dimension, strict)
        if how == "running" and at.running:
            inner = self.term(at, dimension, min(depth - 1, 1), strict=True)
            scopes, risk = self.windows.of_running(at.level)
            if risk and not self.may_risk(at):
                scopes, risk = (), False
            if any(isinstance(s, syntax.Window) for s in scopes) and self.reads_lines(inner.expr):
                scopes = ()
            total = syntax.RunningTotal(inner.expr, scopes)
            return Made(total, inner.type, inner.risk or risk, min(inner.sign, NOT_NEGATIVE))
        return self.leaf(at, dimension, strict)

    def highest(self, at: At, dimension: str, depth: int) -> Made:
        """The highest value below the receiver of a line up a hierarchy."""
        inner = self.term(At(PEOPLE, inside=True), dimension, min(depth - 1, 1), strict=True)
        type_ = NUMBER if inner.type.kind is Kind.plain else inner.type
        if inner.type.varies or not inner.type.numeric or (inner.risk and not self.may_risk(at)):
            return self.leaf(at, dimension, strict=True)
        return Made(call("highest_below", inner.expr), type_, inner.risk, inner.sign)

    def made(self, expr: Expr, type_: Type | None, left: Made, right: Made) -> Made:
        """A node of two operands; where the types have no meaning together, the first operand alone."""
        if type_ is None:
            return left
        return Made(expr, type_, left.risk or right.risk, min(left.sign, right.sign))

    def sum(self, at: At, dimension: str, depth: int, strict: bool, operator: str) -> Made:
        left, right = self.term(at, dimension, depth - 1, strict), self.term(at, dimension, depth - 1)
        operator = "add" if self.is_deduction(right.expr) else operator
        made = self.made(
            syntax.Binary(operator, left.expr, right.expr),
            types.added(left.type, right.type, operator == "subtract"),
            left,
            right,
        )
        return made._replace(sign=UNKNOWN) if operator == "subtract" else made

    def is_deduction(self, expr: Expr) -> bool:
        """What is negative already: to subtract it is refused."""
        if isinstance(expr, syntax.Path):
            things = (t for things in self.world.things.values() for t in things)
            return any(t.name == expr.names[-1] and t.line_kind == "deduction" for t in things)
        return isinstance(expr, syntax.Call) and expr.arguments == (syntax.Path(("@deduction",)),)

    def product(self, at: At, depth: int, operator: str) -> Made:
        amount, factor = self.term(at, "money", depth - 1, strict=True), self.term(at, "ratio", depth - 1)
        swapped = operator == "share" or self.choices.chance(40)
        pair = (factor, amount) if swapped else (amount, factor)
        type_ = types.multiplied(pair[0].type, pair[1].type)
        return self.made(syntax.Binary(operator, pair[0].expr, pair[1].expr), type_, amount, factor)

    def divisor(self, at: At, dimension: str, depth: int) -> Made:
        """What to divide by: never 0, or at a risk."""
        inner = self.term(at, dimension, depth, strict=True)
        if inner.sign == POSITIVE:
            return inner
        if self.may_risk(at) and self.choices.chance(70):
            return inner._replace(risk=True)
        if self.choices.chance(50):
            floor = syntax.Number(Fraction(1)) if dimension != "time" else syntax.Quantity(Fraction(1), "days")
            type_ = inner.type if dimension != "ratio" else types.unified(inner.type, PLAIN) or NUMBER
            return Made(call("max", inner.expr, floor), type_, inner.risk, POSITIVE)
        if dimension == "time":
            return Made(syntax.Quantity(Fraction(self.choices.number(1, 30)), "days"), DURATION, sign=POSITIVE)
        value = Fraction(self.choices.pick(["3", "7", "12", "21.75", "0.5", "100", "0.07"]))
        unit, type_ = ("money", MONEY) if dimension == "money" else ("percent", PERCENT)
        return Made(syntax.Number(value, unit), type_, sign=POSITIVE)

    def quotient(self, at: At, dimension: str, depth: int) -> Made:
        if dimension == "money":
            above, below = self.term(at, "money", depth - 1, strict=True), self.divisor(at, "ratio", depth - 1)
        else:
            kind = self.choices.weighted([(5, "ratio"), (4, "money"), (1, "time")])
            above, below = self.term(at, kind, depth - 1, strict=True), self.divisor(at, kind, depth - 1)
        made = self.made(
            syntax.Binary("divide", above.expr, below.expr), types.divided(above.type, below.type), above, below
        )
        return made

    def limits(self, at: At, dimension: str, depth: int, strict: bool) -> Made:
        """min or max of two or three values."""
        function = self.choices.pick(["max", "min"])
        parts = [self.term(at, dimension, depth - 1, strict or dimension in ("date", "time"))]
        parts += [self.term(at, dimension, depth - 1) for _ in range(self.choices.number(1, 2))]
        type_: Type | None = parts[0].type
        for part in parts[1:]:
            type_ = types.unified(type_, part.type) if type_ is not None else None
        if type_ is None:
            return parts[0]
        signs = [p.sign for p in parts]
        sign = max(signs) if function == "max" else min(signs)
        return Made(call(function, *(p.expr for p in parts)), type_, any(p.risk for p in parts), sign)

    def part(self, at: At, dimension: str, depth: int) -> Made:
        whole = self.term(at, dimension, depth - 1, strict=True)
        which = self.choices.pick(["above", "both", "up_to"])
        above = self.term(at, dimension, min(depth - 1, 1)) if which != "up_to" else None
        up_to = self.term(at, dimension, min(depth - 1, 1)) if which != "above" else None
        type_: Type | None = whole.type
        for limit in (above, up_to):
            if limit is not None and type_ is not None:
                type_ = types.unified(type_, limit.type)
        if type_ is None:
            return whole
        expr = syntax.PartOf(whole.expr, above.expr if above else None, up_to.expr if up_to else None)
        risk = whole.risk or any(p.risk for p in (above, up_to) if p is not None)
        return Made(expr, type_, risk, NOT_NEGATIVE)

    def received(self, at: At) -> Made | None:
        """`total(commission)`: after it no more lines of this kind are declared."""
        if at.level != PEOPLE or at.inside:
            return None
        kinds = ["commission", "bonus", "deduction", "allowance"]
        kind = self.choices.pick([k for k in kinds if k != self.world.own_kind])
        self.world.frozen.add(kind)
        return Made(call("total", syntax.Path((f"@{kind}",))), MONEY)

    def over_kpis(self, at: At) -> Made | None:
        world = self.world
        if not world.measured or world.way_to_person(at.level) is None:
            return None
        some_gaps = any(m.gaps for m in world.measures) or world.loose_way(
            at.level, world.way_to_person(at.level) or ()
        )
        if some_gaps and not at.rescued:
            return None
        if at.level == PEOPLE and not at.inside and self.choices.chance(40):
            return Made(syntax.WeightedKpis(), NUMBER, all(m.gaps for m in world.measures))
        sound = all(m.sound and m.actual and m.target for m in world.measures)
        parts = ["weight", "score"] + (["attainment"] if sound else [])
        function = self.choices.pick(["min", "max", "sum"])
        part = self.choices.pick(parts)
        ratios = part != "score" or all(dimension_of(m.score) in ("ratio", "any") for m in world.measures)
        if not ratios:
            return None
        return Made(call(function, syntax.Path(("@kpi", f"@{part}"))), NUMBER, some_gaps)

    # ---- many rows ----

    def aggregate(self, at: At, dimension: str, depth: int) -> Made | None:
        """An aggregate over rows below this level."""
        world, c = self.world, self.choices
        tables = world.rows_under(at.level)
        if not tables or at.inside:
            return None
        table = c.pick(tables)
        inner = At(table, inside=True)
        where: Made | None = None
        if c.chance(45):
            where, inner = self.condition(inner, min(depth - 1, 1))
        functions = {"yesno": ["any"], "ratio": ["sum", "count", "average", "min", "max", "distinct"]}
        function = c.pick(functions.get(dimension, ["sum", "sum", "average", "min", "max"]))
        if dimension == "date":
            function = c.pick(["min", "max"])
        risky = function in ("average", "min", "max")
        if risky and not self.may_risk(at):
            function, risky = ("any", False) if dimension == "yesno" else ("sum", False)
            if dimension == "date":
                return None
        argument = self.argument(at, inner, table, function, dimension, min(depth - 1, 1))
        if argument is None:
            return None
        expr = call(function, argument.expr, where=where.expr if where else None)
        if not self.walks(expr, at.level, table):
            expr = call(function, argument.expr)
            if not self.walks(expr, at.level, table):
                return None
        sign = NOT_NEGATIVE if function in ("count", "distinct") else min(argument.sign, NOT_NEGATIVE)
        scopes, may_fail = self.windows.of_total(at, table)
        lines = any(self.reads_lines(e) for e in (argument.expr, expr.where) if e is not None)
        if (may_fail and not self.may_risk(at)) or (lines and any(isinstance(s, syntax.Window) for s in scopes)):
            scopes, may_fail = (), False
        expr = replace(expr, scopes=scopes)
        way = world.way_to_person(at.level)
        loose = (
            world.tables[at.level].kind == "facts"
            and not world.descends(table, at.level)
            and world.loose_way(at.level, way or ())
        )
        risk = risky or may_fail or argument.risk or (where is not None and where.risk) or loose
        return Made(expr, self.aggregate_type(function, argument), risk, sign)

    def reads_lines(self, expr: Expr) -> bool:
        """Whether something paid is named, which cannot be looked back at."""
        paid = {t.name for things in self.world.things.values() for t in things if t.line_kind}
        return any(path[-1] in paid for path in paths_in(expr))

    def walks(self, expr: syntax.Call, level: str, table: str) -> bool:
        paths = [*paths_in(expr.arguments), *(paths_in(expr.where) if expr.where is not None else ())]
        named = [t for t in (self.world.walked(p, level) for p in paths) if t]
        return bool(named) and named[0] == table

    def aggregate_type(self, function: str, argument: Made) -> Type:
        if function in ("count", "distinct"):
            return COUNT
        if function == "any":
            return YESNO
        kind = argument.type.kind
        if function == "average" and kind in (Kind.count, Kind.plain):
            return NUMBER
        return NUMBER if kind is Kind.plain else argument.type

    def argument(self, at: At, inner: At, table: str, function: str, dimension: str, depth: int) -> Made | None:
        """What is added up; its first name is one of the inner table, so that the reader sees which."""
        c = self.choices
        rows = syntax.Path((c.pick(["@member", PEOPLE]) if table == PEOPLE else table,))
        if function in ("count", "distinct") and c.chance(50):
            return Made(rows, COUNT)
        counted = function in ("count", "distinct")
        wanted = c.pick(["money", "ratio", "text", "date"]) if counted else dimension
        place = replace(inner, rescued=True) if function == "count" else inner
        if not counted and wanted != FOREIGN and c.chance(30):
            made = self.term(place, wanted, depth, strict=True)
            if self.walks(call(function, made.expr), at.level, table):
                return made
        own = [
            r for r in self.world.references(place) if r.thing.level == table and dimension_of(r.thing.type) == wanted
        ]
        own = [r for r in own if not r.thing.type.varies]  # of several currencies there is no total
        own = [r for r in own if not (r.thing.optional and function != "count" and r.path not in inner.present)]
        if not own:
            return None
        chosen = c.pick(own)
        prefix = c.pick(["@member", PEOPLE]) if table == PEOPLE else table
        path: tuple[str, ...] = (prefix, chosen.thing.name)
        if chosen.thing.optional and function != "count":
            path = chosen.path  # as the guard names it
        return Made(syntax.Path(path), chosen.thing.type, False, chosen.thing.sign)

    # ---- tiers ----

    def scale_for(self, at: At, wanted: str, price: bool) -> tuple[Scale, int] | None:
        fitting = [
            (scale, column)
            for scale in self.world.scales
            for column, (_, type_) in enumerate(scale.columns)
            if self._yields(scale, type_, wanted, price) and self._reads(at, scale)
        ]
        return self.choices.pick(fitting) if fitting else None

    def _reads(self, at: At, scale: Scale) -> bool:
        """Whether what the bounds are shares of can be read here, and surely is there."""
        if scale.level == EVERYWHERE:
            return True
        way = self.world.way_to_person(at.level) if at.level != EVERYWHERE else None
        return way is not None and not self.world.loose_way(at.level, way)

    def _yields(self, scale: Scale, cell: Type, wanted: str, price: bool) -> bool:
        own = dimension_of(cell)
        if not price:
            return own == wanted or (own == "any" and wanted == "ratio")
        if own in ("text", "yesno"):
            return False
        if scale.mode in AMOUNTS or (scale.mode == "interpolated" and own == "money"):
            return own == wanted
        return own in ("ratio", "any") if wanted == "ratio" else own in ("ratio", "any", "money")

    def table_path(self, scale: Scale, column: int) -> syntax.Path:
        name = scale.columns[column][0]
        return syntax.Path((scale.name, name) if name else (scale.name,))

    def value(self, at: At, dimension: str, depth: int, strict: bool) -> Made | None:
        """`T(x)`, `T(x, y)`."""
        if self.world.lookups and self.choices.chance(40):
            return self.looked_up(at, dimension, depth, strict)
        if dimension in ("money", "ratio") and self.choices.chance(35):
            made = self.beyond(at, dimension, depth)
            if made is not None:
                return made
        found = self.scale_for(at, dimension, price=False)
        if found is None:
            return None
        scale, column = found
        if not (scale.covers or self.may_risk(at) or self.world.careless):
            return None
        key = self.key(at, scale, depth)
        type_ = scale.columns[column][1]
        if strict and dimension_of(type_) == "any":
            return None
        expr = syntax.Call(self.table_path(scale, column), (key.expr,))
        return Made(expr, type_, key.risk or not scale.covers)

    def looked_up(self, at: At, dimension: str, depth: int, strict: bool = True) -> Made | None:
        """A value of a lookup table."""
        c = self.choices
        fitting = [
            (asked, name, type_)
            for asked in self.world.lookups
            for name, type_ in asked.columns
            if dimension_of(type_) == dimension
            or (dimension_of(type_) == "any" and dimension in ("money", "ratio") and not strict)
        ]
        if not fitting:
            return None
        asked, name, type_ = c.pick(fitting)
        if not asked.covers and not self.may_risk(at):
            return None
        keys = [self.term(at, kind, min(depth - 1, 1), strict=True) for kind in asked.keys]
        path = syntax.Path((asked.name, name) if name else (asked.name,))
        return Made(
            syntax.Call(path, tuple(k.expr for k in keys)), type_, not asked.covers or any(k.risk for k in keys)
        )

    def key(self, at: At, scale: Scale, depth: int) -> Made:
        kind = scale.key if scale.key != "any" else self.choices.pick(["money", "ratio"])
        return self.term(at, kind, min(depth - 1, 1), strict=True)

    def beyond(self, at: At, dimension: str, depth: int) -> Made | None:
        """`next_bound(T, x)` where its absence is answered, `gross_for(T, y)` where there is a way back."""
        c, wanted = self.choices, ("any", dimension)
        fitting = [s for s in self.world.scales if s.key in wanted and self._reads(at, s)]
        onward = [s for s in fitting if at.rescued or (s.endless and s.covers_above_zero)]
        back = [s for s in fitting if s.inverse]
        if not (onward or back):
            return None
        function, scales = ("gross_for", back) if back and (not onward or c.chance(60)) else ("next_bound", onward)
        scale = c.pick(scales)
        operand = self.term(at, dimension, min(depth - 1, 1), strict=True)
        safe = function == "gross_for" and (scale.covers or operand.sign > UNKNOWN)
        safe = safe or (function == "next_bound" and scale.endless)
        if not safe and not self.may_risk(at):
            return None
        type_ = types.unified(operand.type, scale.bound_type)
        if type_ is None or dimension_of(type_) != dimension:
            return None
        path = syntax.Path((scale.name,)) if len(scale.columns) == 1 or scale.inverse else self.table_path(scale, 0)
        return Made(call(function, path, operand.expr), type_, operand.risk or not safe)

    def price(self, at: At, dimension: str, depth: int) -> Made | None:
        """`T on x`, `T on x by key`, `T on running total of x`."""
        c = self.choices
        found = self.scale_for(at, dimension, price=True)
        if found is None:
            return None
        scale, column = found
        cell = scale.columns[column][1]
        amounts = scale.mode in AMOUNTS or (scale.mode == "interpolated" and cell is MONEY)
        by = scale.mode not in OWN_BASE and c.chance(30)
        by = by or (scale.mode == "interpolated" and cell is PLAIN)
        kind = dimension
        if dimension == "money" and dimension_of(cell) == "money" and not amounts:
            kind = "ratio"
        if amounts:
            kind = scale.key if scale.key != "any" else c.pick(["money", "ratio"])
        if not by and scale.key not in ("any", kind):
            return None
        base = self.term(at, kind, min(depth - 1, 1), strict=True)
        running = at.running and kind != "date" and c.chance(75)
        key = self.key(at, scale, depth) if by else None
        steady = base.sign > UNKNOWN and not by
        safe = scale.covers or (scale.covers_above_zero and steady)
        if not (safe or self.may_risk(at) or self.world.careless):
            return None
        type_ = cell if amounts else types.multiplied(base.type, cell)
        if type_ is None or dimension_of(type_) != dimension:
            return None
        scopes, risky = self.windows.of_running(at.level) if running else ((), False)
        if (risky and not self.may_risk(at)) or self.reads_lines(base.expr):
            scopes, risky = (), False
        base = base._replace(risk=base.risk or risky)
        start: Expr = syntax.RunningTotal(base.expr, scopes) if running else base.expr
        if not running and at.running and kind == "ratio" and c.chance(20):
            start = syntax.RunningCount()
            base = Made(start, COUNT, sign=POSITIVE)
            type_ = cell if amounts else types.multiplied(COUNT, cell)
            if type_ is None or dimension_of(type_) != dimension:
                return None
        expr = syntax.Pricing(self.table_path(scale, column), start, key.expr if key else None)
        return Made(expr, type_, base.risk or (key is not None and key.risk) or not safe)

    # ---- dates and durations ----

    def day(self, at: At, depth: int, strict: bool) -> Made:
        if depth <= 0:
            return self.leaf(at, "date", strict)
        how = self.choices.weighted([(50, "leaf"), (22, "later"), (10, "earlier"), (10, "limits"), (8, "aggregate")])
        if how in ("later", "earlier"):
            start, step = self.day(at, depth - 1, strict), self.lapse(at, min(depth - 1, 1))
            left, right = (start, step)
            if how == "later" and self.choices.chance(15):
                left, right = step, start
            operator = "add" if how == "later" else "subtract"
            return self.made(syntax.Binary(operator, left.expr, right.expr), start.type, start, step)
        if how == "limits":
            return self.limits(at, "date", depth, strict)
        if how == "aggregate":
            return self.aggregate(at, "date", depth) or self.leaf(at, "date", strict)
        return self.leaf(at, "date", strict)

    def lapse(self, at: At, depth: int) -> Made:
        """What is added to a date: only there a month is so many days."""
        if self.choices.chance(60):
            return self.time(at, depth, True)
        unit = self.choices.pick(["months", "years"])
        return Made(syntax.Quantity(Fraction(self.choices.number(0, 3 if unit == "years" else 40)), unit), DURATION)

    def time(self, at: At, depth: int, strict: bool) -> Made:
        if depth <= 0:
            return self.leaf(at, "time", True)
        how = self.choices.weighted([(60, "leaf"), (20, "between"), (8, "add"), (8, "multiply"), (4, "aggregate")])
        if how == "between":
            first, second = self.day(at, depth - 1, True), self.day(at, depth - 1, True)
            return Made(syntax.Binary("subtract", first.expr, second.expr), DURATION, first.risk or second.risk)
        if how == "add":
            left, right = self.time(at, depth - 1, True), self.time(at, depth - 1, True)
            operator = self.choices.pick(["add", "subtract"])
            return self.made(syntax.Binary(operator, left.expr, right.expr), DURATION, left, right)._replace(
                sign=UNKNOWN
            )
        if how == "multiply":
            left = self.time(at, depth - 1, True)
            factor = Made(
                syntax.Number(Fraction(self.choices.pick(["2", "0.5", "1", "3", "1.5"]))), PLAIN, sign=POSITIVE
            )
            return self.made(syntax.Binary("multiply", left.expr, factor.expr), DURATION, left, factor)
        if how == "aggregate":
            return self.aggregate(at, "time", depth) or self.leaf(at, "time", True)
        return self.leaf(at, "time", True)

    # ---- texts and conditions ----

    def text(self, at: At, depth: int, strict: bool) -> Made:
        if depth > 0 and self.choices.chance(25):
            made = self.value(at, "text", depth, strict)
            if made is not None:
                return made
        return self.leaf(at, "text", strict)

    def yesno(self, at: At, depth: int, strict: bool) -> Made:
        return self.condition(at, depth)[0]

    def condition(self, at: At, depth: int) -> tuple[Made, At]:
        """A condition, and where one stands when it holds."""
        c = self.choices
        if depth <= 0:
            how = c.weighted([(4, "number"), (4, "name"), (2, "text"), (1, "date"), (1, "present")])
        else:
            how = c.weighted([
                (24, "number"), (14, "name"), (10, "text"), (9, "date"), (8, "present"), (10, "and"), (7, "or"),
                (8, "not"), (4, "in"), (4, "multiple"), (5, "any"), (3, "link"), (2, "same"),
            ])  # fmt: skip
        if how in ("and", "or"):
            return self.junction(at, depth, how)
        if how == "present":
            return self.presence(at, depth)
        made = {
            "number": self._compared, "name": self._flag, "text": self._texts, "date": self._dates, "not": self._not,
            "in": self._in, "multiple": self._multiple, "any": self._any, "link": self._links, "same": self._same,
        }[how](at, depth)  # fmt: skip
        if made.risk and not self.may_risk(at):
            made = self._flag(at, 0)
        return made, at

    def _flag(self, at: At, depth: int) -> Made:
        if depth > 0 and self.choices.chance(20):
            made = self.value(at, "yesno", depth, strict=True)
            if made is not None and not made.risk:
                return made
        return self.named(at, "yesno", True) or Made(syntax.YesNo(not self.choices.chance(40)), YESNO)

    def _compared(self, at: At, depth: int) -> Made:
        c = self.choices
        kind = c.weighted([(5, "money"), (4, "ratio"), (1, "time"), (2 if self.world.rates else 0, "foreign")])
        if kind == "foreign":
            return self.abroad.compared(at, depth) or self._flag(at, 0)
        left, right = self.term(at, kind, max(depth - 1, 0), strict=True), self.term(at, kind, max(depth - 1, 0))
        operator = c.pick([">=", "<", ">", "<=", "=", "!="])
        word = "word" if operator not in ("=", "!=") and c.chance(70) else ""
        return Made(syntax.Compare(operator, left.expr, right.expr, word=word), YESNO, left.risk or right.risk)

    def _texts(self, at: At, depth: int) -> Made:
        left = self.named(at, "text", True) or self.literal("text")
        right = self._option_of(left)
        operator = self.choices.pick(["=", "!="])
        if isinstance(left.expr, syntax.Path) and self.choices.chance(15):
            other = self.term(at, "text", depth - 1, True)
            if not (other.type.options or left.type.options):
                right = other
        return Made(syntax.Compare(operator, left.expr, right.expr), YESNO, left.risk or right.risk)

    def _option_of(self, left: Made) -> Made:
        options = left.type.options or self.world.loose_texts
        return Made(syntax.Text(self.choices.pick(options)), TEXT)

    def _dates(self, at: At, depth: int) -> Made:
        left, right = self.day(at, depth - 1, True), self.day(at, depth - 1, True)
        operator = self.choices.pick(
            ["before", "after", "on_or_before", "on_or_after", "<", ">=", "=", "!=", ">", "<="]
        )
        return Made(syntax.Compare(operator, left.expr, right.expr), YESNO, left.risk or right.risk)

    def _not(self, at: At, depth: int) -> Made:
        inner, _ = self.condition(at, depth - 1)
        return Made(syntax.Unary("not", inner.expr), YESNO, inner.risk)

    def _in(self, at: At, depth: int) -> Made:
        c = self.choices
        if c.chance(60):
            left = self.named(at, "text", True) or self.literal("text")
            options = [self._option_of(left) for _ in range(c.number(1, 3))]
        else:
            kind = c.pick(["money", "ratio", "date"])
            left = self.term(at, kind, max(depth - 1, 0), strict=True)
            options = [self.literal(kind) for _ in range(c.number(1, 3))]
        node: Expr = syntax.OneOf(left.expr, tuple(o.expr for o in options))
        if c.chance(30):
            node = syntax.Unary("not", node)
        return Made(node, YESNO, left.risk)

    def _multiple(self, at: At, depth: int) -> Made:
        whole, part = self.term(at, "ratio", depth - 1, strict=True), self.divisor(at, "ratio", 0)
        return Made(call("multiple", whole.expr, part.expr), YESNO, whole.risk or part.risk)

    def _any(self, at: At, depth: int) -> Made:
        return self.aggregate(at, "yesno", depth) or self._flag(at, depth)

    def _links(self, at: At, depth: int) -> Made:
        """Two links to the same table: the same person or not."""
        links = [
            r
            for r in self.world.references(at)
            if r.thing.type.kind is Kind.row and not r.risk and not r.thing.optional
        ]
        pairs = [(a, b) for a in links for b in links if a.path < b.path and a.thing.type == b.thing.type]
        if not pairs:
            return self._flag(at, depth)
        one, other = self.choices.pick(pairs)
        operator = self.choices.pick(["=", "!="])
        return Made(syntax.Compare(operator, syntax.Path(one.path), syntax.Path(other.path)), YESNO)

    def _same(self, at: At, depth: int) -> Made:
        left, right = self._flag(at, 0), self._flag(at, 0)
        return Made(
            syntax.Compare(self.choices.pick(["=", "!="]), left.expr, right.expr), YESNO, left.risk or right.risk
        )

    def junction(self, at: At, depth: int, operator: str) -> tuple[Made, At]:
        """Left to right: what one operand tells of missing values, the next may use."""
        parts: list[Made] = []
        inner, known = at, at
        for _ in range(self.choices.number(2, 3)):
            part, after = self.condition(inner, depth - 1)
            parts.append(part)
            if operator == "and":
                inner = known = after
        node = syntax.Logic(operator, tuple(p.expr for p in parts))
        return Made(node, YESNO, any(p.risk for p in parts)), known if operator == "and" else at

    def presence(self, at: At, depth: int) -> tuple[Made, At]:
        """`x is present and x …`, `x is missing or x …`, `x is missing`."""
        c = self.choices
        optional = [r for r in self.world.references(at) if r.thing.optional and not self._loose(at, r)]
        if not optional:
            return self._flag(at, depth), at
        chosen = c.pick(optional)
        path = syntax.Path(chosen.path)
        how = c.pick(["present", "and", "missing", "or"])
        bare = Made(syntax.Missing(path, how in ("present", "and")), YESNO)
        if how in ("present", "missing") or depth <= 0:
            return bare, at.knowing(chosen.path) if how in ("present", "and") else at
        knowing = at.knowing(chosen.path)
        test = self._about(knowing, chosen)
        operands = (bare.expr, test.expr)
        node = Made(syntax.Logic("and" if how == "and" else "or", operands), YESNO, test.risk)
        return node, knowing if how == "and" else at

    def _loose(self, at: At, reference: Reference) -> bool:
        """Whether the way to the column itself may lead nowhere."""
        if len(reference.path) == 1 and reference.thing.level == at.level:
            return False
        return reference.risk and not reference.thing.gaps

    def _about(self, at: At, chosen: Reference) -> Made:
        kind = dimension_of(chosen.thing.type)
        path = syntax.Path(chosen.path)
        if kind == "yesno":
            return Made(path, YESNO)
        if kind == FOREIGN:
            return Made(syntax.Compare(">", path, syntax.Number(Fraction(0)), word="word"), YESNO)
        if kind in ("text", "row"):
            if kind == "row":
                return Made(syntax.YesNo(True), YESNO)
            right = self._option_of(Made(path, chosen.thing.type))
            return Made(syntax.Compare("=", path, right.expr), YESNO)
        right = self.literal(kind)
        return Made(syntax.Compare(self.choices.pick([">=", "<", "="]), path, right.expr), YESNO)
