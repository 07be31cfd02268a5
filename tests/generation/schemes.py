"""Whole schemes at random, as text in both faces.

In: decisions. Out: `Scheme`: one syntax tree, and its text in English and in Chinese. Everything is declared
before it is used here; the statements may be written in another order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from tiercel_dsl import syntax, types
from tiercel_dsl.types import (
    COUNT,
    DATE,
    DATETIME,
    DURATION,
    MONEY,
    NUMBER,
    PERCENT,
    PLAIN,
    TEXT,
    YESNO,
    Kind,
    Type,
)

from .choices import Choices, Seeded
from .currencies import foreign_columns, rates_table
from .ladders import Ladders
from .later import Later
from .printing import Printer
from .receivers import Received, Receivers
from .tables import Tables
from .terms import Made, Terms, call
from .uplines import Uplines
from .windows import FIRST, PERIODS, head
from .world import (
    EVERYWHERE,
    NOT_NEGATIVE,
    PEOPLE,
    POSITIVE,
    UNKNOWN,
    At,
    Measure,
    Scale,
    Tab,
    Thing,
    World,
    dimension_of,
)

_TYPES = {
    "money": MONEY, "number": NUMBER, "percent": PERCENT, "count": COUNT, "text": TEXT, "yesno": YESNO,
    "date": DATE, "duration": DURATION, "datetime": DATETIME,
}  # fmt: skip
_STEM = {
    "money": "money", "number": "ratio", "percent": "ratio", "count": "count", "text": "text", "one_of": "text",
    "yesno": "yesno", "date": "date", "duration": "time", "datetime": "date",
}  # fmt: skip
_MODES = ["half_up", "half_even", "up", "down"]
_MONTHS = {"week": 0, "half_month": 0, "month": 1, "quarter": 3, "half_year": 6, "year": 12}
_SPANS = ["month", "quarter", "half_year", "year"]


@dataclass(frozen=True)
class Scheme:
    """A scheme in both faces; `used` are the files that its main text uses."""

    english: str
    chinese: str
    english_used: dict[str, str]
    chinese_used: dict[str, str]
    period: str
    statements: tuple[syntax.Statement, ...]
    names: Mapping[str, tuple[str, str]]
    careless: bool

    def written(self, face: str, style: Choices | None, statements: Sequence[syntax.Statement] = ()) -> str:
        """All of it, or these statements, as one file in some other style."""
        tree = statements or self.statements
        return Printer(face, self.names, style).file([s for s in tree if not isinstance(s, syntax.Use)])


@dataclass(frozen=True)
class _Body:
    steps: tuple[syntax.Step, ...]
    type: Type
    gaps: bool
    first_of: bool
    sign: int

    @property
    def node(self) -> syntax.Body:
        return syntax.Body(self.steps, self.first_of)


def scheme(choices: Choices) -> Scheme:
    """One scheme."""
    return _Maker(choices).scheme()


class _Maker:
    def __init__(self, choices: Choices) -> None:
        self.choices = choices
        self.world = World(choices)
        self.terms = Terms(self.world)
        self.heads: list[syntax.Statement] = []
        self.tables: list[syntax.Statement] = []
        self.rules: list[syntax.Statement] = []
        self.currency, self.shape = "CNY", "month"
        self.lines = 0
        self.lookups = Tables(choices, self.world)
        self.receivers = Receivers(choices, self.world, self.terms, lambda: self._rounded(At(PEOPLE), MONEY))
        self.uplines = Uplines(choices, self.world)
        self.ladders = Ladders(self)
        self.refunded: set[str] = set()  # tables of which rows are taken back

    def scheme(self) -> Scheme:
        c = self.choices
        style = c.number(0, 10**6)
        self.world.careless = c.chance(25)
        self.shape = shape = c.pick(list(PERIODS))
        period = self._heads(shape)
        self._tables()
        for _ in range(c.number(0, 2)):
            self._parameter()
        for _ in range(c.number(1, 3)):
            self._tiers()
        for _ in range(c.number(2, 12)):
            self._declaration()
        if not self.lines:
            self._line()
        if c.chance(75):
            body = self.body(At(PEOPLE), "money", lines=True)
            steps = self._of_everything(body.steps) if c.chance(70) else body.steps
            self.rules.append(syntax.Payout(replace(body.node, steps=steps)))
        elif c.chance(60):
            self.rules = Later(c, self.world).settled(self.rules)
        return self._printed(period, style)

    def _of_everything(self, steps: tuple[syntax.Step, ...]) -> tuple[syntax.Step, ...]:
        """The payout of all lines, before what the steps do to it."""
        lines = [t for t in self.world.things.get(PEOPLE, []) if t.line_kind]
        kinds = list(dict.fromkeys(t.line_kind for t in lines))
        total: syntax.Expr = call("total", syntax.Path((f"@{kinds[0]}",)))
        for kind in kinds[1:]:
            total = syntax.Binary("add", total, call("total", syntax.Path((f"@{kind}",))))
        first, *rest = steps
        if isinstance(first, syntax.Value):
            return (syntax.Value(total), syntax.Apply("plus", first.expr), *rest)
        return (*steps, syntax.Apply("plus", total))

    # ---- the head ----

    def _heads(self, shape: str) -> str:
        """The lines at the top; the name of a period to be paid."""
        c = self.choices
        self.world.shape = shape
        line, period = head(c, shape)
        name = self.world.fresh("scheme")
        self.currency = c.weighted([(70, "CNY"), (12, "USD"), (9, "JPY"), (9, "KWD")])
        self.world.home = self.currency
        last = syntax.Day(date(2029, 12, 31)) if c.chance(10) else None
        self.heads = [
            syntax.SchemeHead(self.world.label(name, "Plan" if c.chance(10) else "")),
            syntax.VersionHead(c.number(1, 3), syntax.Day(FIRST), last),
            syntax.CurrencyHead(self.currency),
            line,
        ]
        if c.chance(15):
            step = c.pick([self.cent, self.cent * 10, Fraction(1), self.cent * 5])
            self.heads.append(syntax.RoundingHead("money", syntax.Rounded(c.pick(_MODES), step)))
        if c.chance(15):
            step = c.pick([Fraction(1, 10**4), Fraction(1, 100), Fraction(1, 10**8)])
            self.heads.append(syntax.RoundingHead("number", syntax.Rounded(c.pick(_MODES), step)))
        if c.chance(8):
            self.heads.append(syntax.RoundingHead("percent", syntax.Rounded(c.pick(_MODES), Fraction(1, 10**4))))
        return period

    @property
    def cent(self) -> Fraction:
        return {"JPY": Fraction(1), "KWD": Fraction(1, 1000)}.get(self.currency, Fraction(1, 100))

    # ---- tables ----

    def _tables(self) -> None:
        c, world = self.choices, self.world
        groups = [self._group() for _ in range(c.weighted([(35, 0), (45, 1), (20, 2)]))]
        if len(groups) == 2 and c.chance(70):
            self._link(groups[0], groups[1].name, loose=c.chance(15))
        people = self._table(PEOPLE, "people")
        for group in groups[:1] if len(groups[:1]) and groups[0].links else groups:
            self._link(people, group.name, dated=c.chance(70), loose=c.chance(12))
        for group in groups:
            if c.chance(60):
                self._link(group, PEOPLE, loose=c.chance(25))
            if c.chance(45):
                self._above(group)
        if c.chance(55):
            self._link(people, PEOPLE, dated=c.chance(30), loose=True)
        self._hired(people)
        self._columns(people, c.number(2, 6), dated=45)
        sales = self._facts("facts")
        if c.chance(45):
            child = self._child(sales)
            if c.chance(30):
                self._child(child)
        if c.chance(45):
            self._refund(sales)
        if c.chance(30):
            self._facts("facts")
        if c.chance(20):
            self.terms.standings.ratings(self)
        if c.chance(25):
            self._calendar()
        abroad = c.chance(40)
        for table in list(world.tables.values()) if abroad else ():
            if c.chance({"facts": 60, "people": 25, "group": 15}[table.kind]):
                for column in foreign_columns(world, table):
                    self._put(table, column)
        for table in world.tables.values():
            assert table.node is not None
            self.tables.append(self._node(table))
        if abroad:
            self.tables.append(rates_table(world))

    def _above(self, group: Tab) -> None:
        """A column that names the group above."""
        name = group.above = self.world.fresh("row")
        kind = syntax.ColumnType("name", name=group.name)
        self._put(group, syntax.Column(self.world.label(name), kind, ("optional",)))

    def _hired(self, people: Tab) -> None:
        """The day somebody was hired, unless another table has a column of this name."""
        world = self.world
        if "hired" in world.taken or not self.choices.chance(60):
            return
        world.taken["hired"], world.names["hired"] = 1, ("hired", "入职日")
        roles = ("optional",) if self.choices.chance(15) else ()
        self._put(people, syntax.Column(world.label("hired"), syntax.ColumnType("date"), roles))
        world.add(Thing("hired", DATE, PEOPLE, optional=bool(roles)))
        world.hired = True

    def _calendar(self) -> None:
        """A table of days that are worked, or not, otherwise than by their weekday."""
        world = self.world
        name, day, works = world.fresh("calendar"), world.fresh("date"), world.fresh("yesno")
        table = Tab(name, "facts", date=day)
        table.node = syntax.Table("facts", world.label(name), ())
        self._put(table, syntax.Column(world.label(day), syntax.ColumnType("date"), ("key", "record_date")))
        self._put(table, syntax.Column(world.label(works), syntax.ColumnType("yesno")))
        world.calendar = name
        assert table.node is not None
        self.tables.append(table.node)

    def _table(self, name: str, kind: str) -> Tab:
        table = Tab(name, kind)
        label = (
            syntax.Label(PEOPLE) if kind == "people" else self.world.label(name, "…" if self.choices.chance(5) else "")
        )
        table.node = syntax.Table(kind, label, ())
        self.world.tables[name] = table
        self.world.things[name] = []
        self._add(table, "text", "key", ("key",))
        return table

    def _node(self, table: Tab) -> syntax.Table:
        assert table.node is not None
        return table.node

    def _put(self, table: Tab, column: syntax.Column) -> None:
        node = self._node(table)
        table.node = replace(node, columns=(*node.columns, column))

    def _add(
        self, table: Tab, word: str, stem: str, roles: Sequence[str] = (), limits: Sequence[tuple[str, Fraction]] = (),
        default: syntax.Expr | None = None, options: Sequence[str] = (),
    ) -> Thing:  # fmt: skip
        name = self.world.fresh(stem)
        kind = syntax.ColumnType(word, tuple(syntax.Text(o) for o in options))
        checks = tuple(syntax.Limit(k, self._bound(v, word)) for k, v in limits)
        title = "…" if self.choices.chance(3) and "key" not in roles and not options else ""
        self._put(table, syntax.Column(self.world.label(name, title), kind, tuple(roles), False, None, default, checks))
        type_ = Type(Kind.text, options=tuple(options)) if options else _TYPES[word]
        low = [v if k == "at_least" else v + Fraction(1, 10**9) for k, v in limits if k in ("at_least", "above")]
        sign = UNKNOWN if not low else POSITIVE if low[0] > 0 else NOT_NEGATIVE if low[0] >= 0 else UNKNOWN
        if default is not None and isinstance(default, syntax.Number) and default.value == 0:
            sign = min(sign, NOT_NEGATIVE)
        optional = "optional" in roles and default is None
        thing = Thing(name, type_, table.name, optional=optional, dated="dated" in roles, sign=sign)
        return self.world.add(thing)

    def _bound(self, value: Fraction, word: str) -> syntax.Expr:
        number = syntax.Number(abs(value), "percent" if word == "percent" else "")
        return syntax.Unary("minus", number) if value < 0 else number

    def _columns(self, table: Tab, count: int, dated: int = 0) -> None:
        for _ in range(count):
            self._column(table, dated)

    def _column(self, table: Tab, dated: int, word: str = "") -> Thing:
        c = self.choices
        if not word and c.chance(1):
            word = "datetime"
        word = word or c.weighted([
            (28, "money"), (12, "number"), (9, "percent"), (11, "count"), (7, "text"), (9, "one_of"), (13, "yesno"),
            (8, "date"), (5, "duration"),
        ])  # fmt: skip
        roles: list[str] = []
        limits: list[tuple[str, Fraction]] = []
        default: syntax.Expr | None = None
        options: list[str] = []
        if word in ("money", "number", "percent", "count"):
            limits = self._limits(word)
        elif word == "one_of":
            options = c.pick([["A", "B"], ["gift", "大客户", "0"], ["A", "B", "C"]])
        if c.chance(25):
            roles.append("optional")
            if word not in ("date", "datetime", "duration") and c.chance(40):
                default = self._default(word, options, limits)
        if dated and c.chance(dated):
            roles.append("dated")
        return self._add(table, word, _STEM[word], roles, limits, default, options)

    def _limits(self, word: str) -> list[tuple[str, Fraction]]:
        c = self.choices
        how = c.weighted([(40, "none"), (25, "positive"), (20, "zero"), (8, "between"), (7, "below")])
        top = {"money": Fraction(10**6), "number": Fraction(100), "percent": Fraction(2), "count": Fraction(70)}[word]
        return {
            "none": [],
            "positive": [("above", Fraction(0))],
            "zero": [("at_least", Fraction(0))],
            "between": [("at_least", Fraction(0)), ("at_most", top)],
            "below": [("at_least", -top), ("below", top)],
        }[how]

    def _default(self, word: str, options: Sequence[str], limits: Sequence[tuple[str, Fraction]]) -> syntax.Expr:
        if word == "yesno":
            return syntax.YesNo(self.choices.chance(40))
        if word in ("text", "one_of"):
            return syntax.Text(self.choices.pick(options or ["A", "大客户"]))
        value = Fraction(1)
        return syntax.Number(value, "percent" if word == "percent" else "")

    def _link(
        self, table: Tab, target: str, dated: bool = False, loose: bool = False, roles: Sequence[str] = ()
    ) -> str:
        """A column that names a row of another table; often called as that table."""
        world = self.world
        name = (
            target if target != PEOPLE and self.choices.chance(60) and target not in table.links else world.fresh("row")
        )
        word = syntax.ColumnType("person") if target == PEOPLE else syntax.ColumnType("name", name=target)
        every = [*roles, *(["dated"] if dated else []), *(["optional"] if loose else [])]
        self._put(table, syntax.Column(world.label(name), word, tuple(every)))
        table.links[name] = target
        if loose:
            table.loose.add(name)
        type_ = Type(Kind.row, table="people" if target == PEOPLE else target)
        world.add(Thing(name, type_, table.name, optional=loose, dated=dated))
        return name

    def _group(self) -> Tab:
        table = self._table(self.world.fresh("group"), "group")
        self._columns(table, self.choices.number(1, 2))
        return table

    def _facts(self, stem: str) -> Tab:
        c = self.choices
        table = self._table(self.world.fresh(stem), "facts")
        first = not any(t.kind == "facts" and t is not table for t in self.world.tables.values())
        if first or c.chance(85):
            loose = c.chance(5)
            table.credited = self._link(table, PEOPLE, loose=loose, roles=("credited",))
        self._date(table)
        self._column(table, 0, "money")
        self._columns(table, c.number(1, 5))
        if c.chance(12):
            self._link(table, PEOPLE, loose=c.chance(50))
        return table

    def _date(self, table: Tab) -> None:
        word = "datetime" if self.choices.chance(4) else "date"
        table.date = self._add(table, word, "date", ("record_date",)).name
        if word == "datetime":
            self._column(table, 0, word)

    def _child(self, parent: Tab) -> Tab:
        c = self.choices
        table = self._table(self.world.fresh("child"), "facts")
        table.parent = self._link(table, parent.name, loose=c.chance(15))
        if c.chance(60) or parent.date == "":
            self._date(table)
        if c.chance(12):
            table.credited = self._link(table, PEOPLE, roles=("credited",))
        self._column(table, 0, "money")
        self._columns(table, c.number(0, 3))
        return table

    def _refund(self, sales: Tab) -> None:
        """A table that takes back, wholly or in a share."""
        c, world = self.choices, self.world
        table = self._table(world.fresh("refund"), "facts")
        how = c.pick(["whole", "amount", "share"])
        name = sales.name if c.chance(60) else world.fresh("row")
        share: syntax.Expr | None = None
        at = len(self._node(table).columns)
        self.refunded.add(sales.name)
        table.links[name], table.parent = sales.name, name
        type_ = Type(Kind.row, table=sales.name)
        world.add(Thing(name, type_, table.name))
        self._date(table)
        amounts = [t for t in world.things[sales.name] if t.type == MONEY and not t.optional]
        if how == "amount" and amounts:
            own = self._add(table, "money", "money", (), [("above", Fraction(0))])
            share = syntax.Binary("divide", syntax.Path((own.name,)), syntax.Path((name, amounts[0].name)))
        elif how == "share":
            own = self._add(table, "percent", "ratio", (), [("at_least", Fraction(0)), ("at_most", Fraction(1))])
            share = syntax.Path((own.name,))
        if c.chance(40):
            self._column(table, 0)
        node = self._node(table)
        word = syntax.ColumnType("name", name=sales.name)
        link = syntax.Column(world.label(name), word, (), True, share)
        table.node = replace(node, columns=(*node.columns[:at], link, *node.columns[at:]))

    # ---- parameters and tiers ----

    def _parameter(self) -> None:
        c = self.choices
        kind = c.weighted([(40, "money"), (35, "ratio"), (8, "text"), (8, "yesno"), (6, "date")])
        first = self.terms.literal(kind)
        gaps, values = False, [syntax.Dated(first.expr)]
        made = [first]
        if c.chance(45):
            second = self.terms.literal(kind)
            day = c.pick([date(2023, 8, 1), date(2023, 8, 15), date(2023, 9, 1), date(2023, 1, 1)])
            before = syntax.Day(date.fromordinal(day.toordinal() - 1))
            how = c.pick(["both", "from", "until", "open"])
            if how == "open":
                gaps = True
                values = [
                    syntax.Dated(first.expr, syntax.Day(date(2022, 1, 1)), before),
                    syntax.Dated(second.expr, syntax.Day(day), syntax.Day(date(2025, 12, 31))),
                ]
            else:
                values = [
                    syntax.Dated(first.expr, None, before if how != "from" else None),
                    syntax.Dated(second.expr, syntax.Day(day)),
                ]
            made = [first, second]
        type_: Type | None = made[0].type
        for other in made[1:]:
            type_ = types.unified(type_, other.type) if type_ is not None else None
        name = self.world.fresh("column")
        self.rules.append(syntax.Parameter(self.world.label(name), tuple(values)))
        sign = min(m.sign for m in made)
        self.world.add(Thing(name, type_ or NUMBER, EVERYWHERE, "parameter", gaps=gaps, sign=sign))

    def _tiers(self) -> None:
        """A table of tiers with every style of bound, in any order; or one of another mode or kind."""
        c, world = self.choices, self.world
        if c.chance(50):
            self.ladders.table()
            return
        mode = c.pick(["marginal", "whole", "fixed"])
        key = c.weighted([(30, "any"), (25, "money"), (30, "percent"), (15, "plain_ratio")])
        pool = {
            "any": ["0", "100", "1000", "3000", "50000", "150000", "10", "8"],
            "money": ["0", "100", "1000", "3000", "50000.5", "10000", "1000000000000000"],
            "percent": ["0", "0.6", "0.8", "1", "1.2", "0.335"],
            "plain_ratio": ["0", "1", "2", "0.5", "12", "3", "100"],
        }[key]
        points = sorted({Fraction(c.pick(pool)) for _ in range(c.number(1, 4))})
        if c.chance(8):
            points = sorted({*points, -points[-1] - 1})
        open_low, open_high = c.chance(60), c.chance(70)
        if len(points) == 1 and not open_low and not open_high:
            open_high = True
        columns = self._value_columns(mode)
        rows = self._rows(points, key, open_low, open_high, columns, mode)
        otherwise = c.weighted([(45, "none"), (40, "value"), (15, "error")])
        if otherwise != "none":
            cells = (
                [syntax.ValueCell(self._cell(t)) for _, t in columns]
                if otherwise == "value"
                else [syntax.WordCell("error")]
            )
            rows.append(syntax.Row((syntax.WordCell("otherwise"), *cells)))
        rounding = None
        if c.chance(35) and all(t.kind is not Kind.text for _, t in columns):
            step = c.pick([self.cent, self.cent * 10, Fraction(1), Fraction(1, 10**4)])
            rounding = syntax.Rounded(
                c.pick(_MODES), step, c.weighted([(5, "slice"), (3, ""), (1, "row"), (1, "running")])
            )
        name = world.fresh("tiers")
        labels = tuple(world.label(n) for n, _ in columns) if columns[0][0] else ()
        self.rules.append(
            syntax.Tiers(world.label(name), mode, labels, tuple(c.shuffled(rows) if c.chance(30) else rows), rounding)
        )
        settled = tuple((n, self._settled(t, mode)) for n, t in columns)
        covers = otherwise == "value" or (open_low and open_high)
        from_zero = open_low or points[0] < 0 or (points[0] == 0 and self._starts_inside(rows)) or (mode == "marginal")
        dimension = {"any": "any", "money": "money", "percent": "ratio", "plain_ratio": "any"}[key]
        bounds = {"money": MONEY, "percent": PERCENT}.get(key, PLAIN)
        world.scales.append(Scale(name, mode, settled, dimension, covers, covers or (open_high and from_zero), bounds))

    def _starts_inside(self, rows: Sequence[syntax.Row]) -> bool:
        first = rows[0].cells[0]
        return isinstance(first, syntax.BoundCell) and first.kind == "from"

    def _settled(self, cell: Type, mode: str) -> Type:
        if cell == PLAIN and mode in ("fixed", "marginal"):
            return MONEY if mode == "fixed" else NUMBER
        return cell

    def _value_columns(self, mode: str) -> list[tuple[str, Type]]:
        """Name and type of each value column; one alone has no name."""
        c = self.choices
        kinds = {
            "marginal": [(6, PERCENT), (4, PLAIN)],
            "whole": [(5, PERCENT), (5, PLAIN), (3, MONEY), (2, TEXT)],
            "fixed": [(6, PLAIN), (5, MONEY), (2, PERCENT), (2, TEXT)],
        }[mode]
        if c.chance(80):
            return [("", c.weighted(kinds))]
        more = [*kinds, (2, TEXT)] if mode == "marginal" else kinds
        columns = [(self.world.fresh("column"), c.weighted(more)) for _ in range(c.number(2, 3))]
        return columns if mode != "marginal" or columns[0][1] is not TEXT else [(columns[0][0], PERCENT), *columns[1:]]

    def _cell(self, type_: Type) -> syntax.Expr:
        c = self.choices
        if type_ is TEXT:
            return syntax.Text(c.pick(["A", "B", "大客户"]))
        if type_ is YESNO:
            return syntax.YesNo(c.chance(50))
        if type_ is PERCENT:
            number = syntax.Number(Fraction(c.pick(["0.05", "0", "0.06", "0.2", "0.333", "1", "1.15"])), "percent")
        elif type_ is MONEY:
            number = syntax.Number(Fraction(c.pick(["400", "0", "1600", "33.33", "0.01"])), "money")
        else:
            number = syntax.Number(Fraction(c.pick(["400", "0", "0.8", "1.2", "1600", "0.05", "3"])))
        if c.chance(4) and number.value:
            return syntax.Unary("minus", number)
        if c.chance(4):
            return syntax.Binary("add", number, syntax.Number(Fraction(1), number.unit))
        return number

    def _rows(
        self, points: Sequence[Fraction], key: str, open_low: bool, open_high: bool, columns: Sequence[tuple[str, Type]],
        mode: str,
    ) -> list[syntax.Row]:  # fmt: skip
        """Rows between the points; each inner bound is written by the row below it, above it, or both."""
        c = self.choices
        edges: list[Fraction | None] = [*([None] if open_low else []), *points, *([None] if open_high else [])]
        inside = [c.chance(70) for _ in edges]  # whether a bound belongs to the row above it
        count = len(edges) - 1
        said = [["", ""] for _ in range(count)]
        for at in range(count):
            low, high = edges[at], edges[at + 1]
            if low is not None:
                lowest = at == 0
                said[at][0] = "from" if inside[at] else "above"
                if not lowest and high is not None and said[at - 1][1] and c.chance(45):
                    said[at][0] = ""
            if high is not None:
                last = at == count - 1
                said[at][1] = (
                    ("up_to" if inside[at + 1] else "below") if last else ("below" if inside[at + 1] else "up_to")
                )
                if not last and said[at][0] and c.chance(50):
                    said[at][1] = ""
        rows: list[syntax.Row] = []
        for at in range(count):
            cells: list[syntax.Cell] = []
            for kind, value in zip(said[at], (edges[at], edges[at + 1]), strict=True):
                if kind:
                    assert value is not None
                    cells.append(syntax.BoundCell(kind, self._bound_cell(value, key)))
            rows.append(syntax.Row((*cells, *(syntax.ValueCell(self._cell(t)) for _, t in columns))))
        self._rest(rows, said, open_low, open_high)
        return rows

    def _rest(self, rows: list[syntax.Row], said: Sequence[Sequence[str]], open_low: bool, open_high: bool) -> None:
        """`the rest` for one of two open ends, where the neighbour says the bound."""
        if not (open_low and open_high) or len(rows) < 2 or not self.choices.chance(40):
            return
        lowest = self.choices.chance(50)
        at, bound = (0, said[1][0]) if lowest else (len(rows) - 1, said[-2][1])
        if bound:
            cells = [x for x in rows[at].cells if not isinstance(x, syntax.BoundCell)]
            rows[at] = syntax.Row((syntax.BoundCell("the_rest", None), *cells))

    def _bound_cell(self, value: Fraction, key: str) -> syntax.Expr:
        unit = {"money": "money", "percent": "percent"}.get(key, "")
        number = syntax.Number(abs(value), unit)
        return syntax.Unary("minus", number) if value < 0 else number

    # ---- bodies ----

    def body(
        self,
        at: At,
        dimension: str,
        *,
        lines: bool = False,
        first_of: bool = False,
        depth: int = 0,
        zero_when: bool = True,
    ) -> _Body:
        """Steps of any kind; `lines`: what is paid, so that it ends in money."""
        c = self.choices
        depth = depth or c.weighted([(30, 1), (45, 2), (25, 3)])
        rescue = c.chance(40)
        before = replace(at, rescued=rescue)
        steps: list[syntax.Step] = []
        in_order = first_of and c.chance(40)
        if c.chance(22) and dimension != "time":
            steps, type_, sign = self._cases(before, dimension, depth, in_order)
            closed = isinstance(steps[-1], syntax.Otherwise)
        else:
            in_order, closed = False, True
            made = self.terms.term(before, dimension, depth, strict=dimension in ("date", "time"))
            steps.append(syntax.Value(made.expr))
            type_, sign = made.type, made.sign
        gaps = False
        numeric = bool(types.dimension(type_))
        changes = c.weighted([(45, 0), (30, 1), (15, 2), (10, 3)]) if numeric or dimension == "date" else 0
        rescue_at = c.number(0, changes) if closed else changes
        for place in range(changes + 1):
            if (
                rescue
                and place == rescue_at
                and (closed or len(steps) > len([s for s in steps if isinstance(s, syntax.Case)]))
            ):
                other = self.terms.term(replace(at, rescued=False), dimension, 1, strict=False)
                both = types.unified(type_, other.type)
                if both is not None and not other.risk:
                    steps.append(syntax.Otherwise(other.expr, rescue=True))
                    type_, sign = both, min(sign, other.sign)
                    before = replace(at, rescued=False)
            if place < changes:
                step, type_, sign, some = self._change(before, dimension, type_, sign, zero_when)
                steps.append(step)
                gaps = gaps or some
        if rescue and not any(isinstance(s, syntax.Otherwise) and s.rescue for s in steps):
            self._rescue_last(steps, at, dimension, type_)
            sign = UNKNOWN
        steps = self._ending(steps, type_, dimension, lines, at)
        exact = len(steps) == 1 and isinstance(steps[0], syntax.Value) and isinstance(steps[0].expr, syntax.Number)
        known = sign if exact else min(sign, NOT_NEGATIVE)  # rounding may leave nothing of a small amount
        return _Body(tuple(steps), type_, gaps, in_order, UNKNOWN if lines else known)

    def _rescue_last(self, steps: list[syntax.Step], at: At, dimension: str, type_: Type) -> None:
        """A rescue that was planned for but has no place yet: a literal at the end."""
        if isinstance(steps[-1], syntax.Case):
            steps.append(syntax.Otherwise(self._literal_like(type_, dimension)))
        steps.append(syntax.Otherwise(self._literal_like(type_, dimension), rescue=True))

    def _literal_like(self, type_: Type, dimension: str) -> syntax.Expr:
        if type_.options:
            return syntax.Text(type_.options[0])
        if dimension in ("money", "ratio"):
            return syntax.Number(Fraction(0))
        return self.terms.literal(dimension).expr

    def _cases(self, at: At, dimension: str, depth: int, in_order: bool) -> tuple[list[syntax.Step], Type, int]:
        c = self.choices
        steps: list[syntax.Step] = []
        made: list[Made] = []
        count = c.number(1, 3 if in_order or self.world.careless else 2)
        condition: Made | None = None
        for index in range(count):
            if index and not in_order and not self.world.careless and condition is not None:
                test: Made = Made(syntax.Unary("not", condition.expr), YESNO, condition.risk)
                knowing = at
            else:
                test, knowing = self.terms.condition(at, min(depth - 1, 1))
            value = self.terms.term(knowing, dimension, depth - 1, strict=dimension in ("date",))
            condition = test
            steps.append(syntax.Case(value.expr, test.expr))
            made.append(value)
        if c.chance(80) or not (at.rescued or self.world.careless):
            last = self.terms.term(at, dimension, depth - 1)
            steps.append(syntax.Otherwise(last.expr))
            made.append(last)
        type_: Type | None = made[0].type
        for value in made[1:]:
            type_ = types.unified(type_, value.type) if type_ is not None else None
        if type_ is None:
            return [syntax.Value(made[0].expr)], made[0].type, made[0].sign
        return steps, type_, min(m.sign for m in made)

    def _change(
        self, at: At, dimension: str, type_: Type, sign: int, zero_when: bool
    ) -> tuple[syntax.Step, Type, int, bool]:
        """A step that changes the value; the last flag: some rows have no value after it."""
        c = self.choices
        if dimension in ("date", "time"):
            return self._date_change(at, dimension, type_)
        how = c.weighted([
            (22, "times"), (16, "plus"), (12, "minus"), (18, "at_most"), (14, "at_least"), (12, "rounded"), (8, "only"),
            (10, "zero"),
        ])  # fmt: skip
        if how == "rounded":
            return self._rounded(at, type_), type_, sign if sign == NOT_NEGATIVE else min(sign, NOT_NEGATIVE), False
        if how in ("only", "zero"):
            condition, _ = self.terms.condition(at, 1)
            if how == "only" and zero_when:
                return syntax.OnlyWhen(condition.expr), type_, sign, True
            return syntax.ZeroUnless(condition.expr), type_, min(sign, NOT_NEGATIVE), False
        when: Made | None = None
        inner = at
        if c.chance(35):
            when, inner = self.terms.condition(at, 1)
        if how == "times":
            term = self.terms.term(inner, "ratio", 1, strict=types.dimension(type_) == "any" and dimension == "ratio")
            result = types.multiplied(type_, term.type)
        else:
            term = self.terms.term(inner, dimension, 1)
            how = "plus" if how == "minus" and self.terms.is_deduction(term.expr) else how
            result = (
                types.added(type_, term.type, how == "minus")
                if how in ("plus", "minus")
                else types.unified(type_, term.type)
            )
        if result is None or dimension_of(result) not in (dimension, "any"):
            return syntax.ZeroUnless(syntax.YesNo(True)), type_, sign, False
        if how in ("at_most", "at_least"):
            known = min(sign, term.sign) if how == "at_most" or when is not None else max(sign, term.sign)
            return syntax.Limit(how, term.expr, when.expr if when else None), result, known, False
        known = min(sign, term.sign) if how != "minus" else UNKNOWN
        return syntax.Apply(how, term.expr, when.expr if when else None), result, known, False

    def _date_change(self, at: At, dimension: str, type_: Type) -> tuple[syntax.Step, Type, int, bool]:
        c = self.choices
        when = self.terms.condition(at, 1)[0].expr if c.chance(30) else None
        how = c.pick(["plus", "at_most", "at_least", "minus"])
        if how in ("plus", "minus"):
            return syntax.Apply(how, self.terms.lapse(at, 0).expr, when), type_, UNKNOWN, False
        limit = self.terms.term(at, dimension, 1, strict=True)
        return syntax.Limit(how, limit.expr, when), types.unified(type_, limit.type) or type_, UNKNOWN, False

    def _rounded(self, at: At, type_: Type) -> syntax.Rounded:
        c = self.choices
        money = type_.kind is Kind.money
        steps = [self.cent, Fraction(1), self.cent * 10, Fraction(100), self.cent * 5]
        if not money:
            steps = [Fraction(step) for step in ("0.0001", "0.01", "1", "0.5")]
        stage = c.weighted([(48, ""), (10, "row"), (14, "slice"), (28, "running")])
        if stage == "running" and not at.running:
            stage = "row"
        return syntax.Rounded(c.pick(_MODES), c.pick(steps), stage)

    def _ending(self, steps: list[syntax.Step], type_: Type, dimension: str, lines: bool, at: At) -> list[syntax.Step]:
        c = self.choices
        if not types.dimension(type_) or types.dimension(type_) == "time":
            return steps
        if c.chance(18):
            steps.append(self._rounded(at, type_))
        elif not lines and c.chance(22):
            steps.append(syntax.Unrounded())
        return steps

    # ---- declarations ----

    def _declaration(self) -> None:
        c = self.choices
        how = c.weighted([
            (30, "row"), (22, "person"), (17, "group"), (12, "kpis"), (24, "line"), (6, "require"), (4, "clause"),
            (3, "parameter"), (5, "tiers"), (7, "score"), (12, "lookup"), (3, "promise"),
            (16 if self.world.rates else 0, "abroad"), (9, "account"), (4, "streak"), (14, "rank"),
            (30 if self.terms.standings.rated else 0, "competency"),
        ])  # fmt: skip
        if how == "kpis" and self.world.measured:
            how = "score"
        make = {
            "row": self._rows_of, "person": self._person_value, "group": self._group_values, "kpis": self._kpis,
            "line": self._line, "require": self._require, "clause": self._clause, "parameter": self._parameter,
            "tiers": self._tiers, "score": self._score, "lookup": self._lookup, "promise": self._promise, "abroad": self._abroad,
            "account": self._account, "streak": self._streak, "rank": self._rank, "competency": self._competency,
        }[how]  # fmt: skip
        make()

    def _rank(self) -> None:
        made = self.terms.standings.rank()
        self.rules += [] if made is None else [made]

    def _competency(self) -> None:
        self.rules += self.terms.standings.competency()

    def _account(self) -> None:
        self.rules.append(self.terms.accounts.account())

    def _streak(self) -> None:
        """A value of a person or a group that reads itself."""
        c, world = self.choices, self.world
        groups = [t.name for t in world.tables.values() if t.kind == "group"]
        level = c.pick(groups) if groups and c.chance(35) else PEOPLE
        name = world.fresh("column")
        expr, step = self.terms.accounts.streak(name, At(level))
        definition = syntax.Definition(world.label(name), syntax.Body((syntax.Value(expr),)))
        world.add(Thing(name, MONEY, level, "value", gaps=step.risk))
        self.rules.append(definition if level == PEOPLE else syntax.ForEach(syntax.Path((level,)), None, (definition,)))

    def _lookup(self) -> None:
        """A lookup table, and now and then the same again with other values."""
        c = self.choices
        node, asked = self.lookups.table()
        made = [(node, asked)]
        if all(t is not TEXT for _, t in asked.columns) and c.chance(30):
            made.append(self.lookups.same(node, asked))
        for table, about in made:
            self.rules.append(table)
            self.world.lookups.append(about)

    def _promise(self) -> None:
        """What the scheme says it keeps: read and hashed, and without effect on pay."""
        c = self.choices
        payout = syntax.Path(("@payout",))
        money = self._columns_of_money()
        kind = c.pick(["always", *(["rising", "jump"] if money else [])])
        most = syntax.Number(Fraction(c.pick(["200000", "0.01"])))
        if kind == "always":
            node = syntax.Promise("always", syntax.Compare("<=", payout, most))
        elif kind == "rising":
            node = syntax.Promise("rising", value=payout, cause=c.pick(money))
        else:
            step = syntax.Number(Fraction(c.pick(["0.01", "1"])))
            node = syntax.Promise("jump", value=payout, cause=c.pick(money), limit=most, step=step)
        self.rules.append(node)

    def _columns_of_money(self) -> list[syntax.Path]:
        """Columns of facts that hold money and are never empty, by table and name."""
        facts = [t.name for t in self.world.tables.values() if t.kind == "facts"]
        things = [(name, thing) for name in facts for thing in self.world.things.get(name, [])]
        plain = [(name, t) for name, t in things if t.kind == "column" and t.type == MONEY]
        return [syntax.Path((name, t.name)) for name, t in plain if not (t.optional or t.gaps or t.dated)]

    def _exceptions(self, rule: str, at: At, kept: bool) -> bool:
        """Exceptions to a rule, mostly each before the last; whether one of them may leave no line."""
        c = self.choices
        target, gaps = rule, False
        for _ in range(c.number(1, 3)):
            condition, inner = self.terms.condition(replace(at, rule=0), 1)
            body = self.body(inner, "money", lines=True)
            body = self._remembering(body, inner, excess=False) if kept else body
            name = self.world.fresh("exception")
            node = syntax.ExceptionTo(self.world.label(name), syntax.Path((target,)), condition.expr, body.node)
            self.rules.append(node)
            gaps = gaps or body.gaps
            target = name if c.chance(85) else rule
        return gaps

    def _clause(self) -> None:
        self.rules.append(syntax.Clause(self.choices.pick(["绩效", "Article 3  Pay"])))

    def _dimension(self) -> str:
        return self.choices.weighted(
            [(42, "money"), (32, "ratio"), (10, "yesno"), (6, "text"), (6, "date"), (4, "time")]
        )

    def _value(self, at: At, rule_gaps: bool) -> syntax.Definition:
        abroad = self.terms.abroad.body(at) if self.world.rates and self.choices.chance(20) else None
        if abroad is not None:
            name = self.world.fresh("abroad")
            self.world.add(Thing(name, abroad[1].type, at.level, "value", gaps=rule_gaps, rule=at.rule))
            return syntax.Definition(self.world.label(name), syntax.Body(abroad[0]))
        dimension = self._dimension()
        body = self.body(at, dimension, first_of=True)
        name = self.world.fresh("column")
        self.world.add(
            Thing(
                name,
                body.type,
                at.level,
                "value",
                gaps=rule_gaps or body.gaps,
                rule=0 if body.gaps else at.rule,
                sign=body.sign,
            )
        )
        return syntax.Definition(self.world.label(name), body.node)

    def _person_value(self) -> None:
        self.rules.append(self._value(At(PEOPLE), rule_gaps=False))

    def _where(self, level: str, upline: bool = False) -> tuple[syntax.Expr | None, At]:
        """A header's condition, and where its rules stand."""
        at = At(level, upline=upline)
        if not self.choices.chance(40):
            return None, at
        condition, knowing = self.terms.condition(at, 2)
        self.world.rules += 1
        return condition.expr, replace(knowing, rule=self.world.rules)

    def _rows_of(self) -> None:
        c, world = self.choices, self.world
        level = c.pick([t.name for t in world.tables.values() if t.kind == "facts"])
        where, at = self._where(level)
        at = replace(at, running=world.way_to_person(level) is not None)
        values = [self._value(at, where is not None) for _ in range(c.number(1, 3))]
        parts: list[syntax.Definition | syntax.Require] = [*values]
        if c.chance(10):
            parts.append(syntax.Require(self._true(at), "…" if c.chance(50) else ""))
        self.rules.append(syntax.ForEach(syntax.Path((level,)), where, tuple(parts)))

    def _abroad(self) -> None:
        """Converted amounts of the rows of a table, or of each person."""
        c, world = self.choices, self.world
        level = c.pick([t.name for t in world.tables.values() if t.kind != "group"])
        running = level != PEOPLE and world.way_to_person(level) is not None
        made = self.terms.abroad.converted(At(level, running=running), 3)
        if made is None or made.risk:
            return self._rows_of()
        steps: tuple[syntax.Step, ...] = (syntax.Value(made.expr),)
        if c.chance(25):
            steps = (*steps, syntax.Unrounded())
        name = world.fresh("column")
        world.add(Thing(name, MONEY, level, "value", sign=made.sign))
        value = syntax.Definition(world.label(name), syntax.Body(steps))
        self.rules.append(value if level == PEOPLE else syntax.ForEach(syntax.Path((level,)), None, (value,)))
        return None

    def _group_values(self) -> None:
        c = self.choices
        groups = [t.name for t in self.world.tables.values() if t.kind == "group"]
        if not groups:
            return self._person_value()
        level = c.pick(groups)
        where, at = self._where(level)
        parts = [self._value(at, where is not None) for _ in range(c.number(1, 2))]
        self.rules.append(syntax.ForEach(syntax.Path((level,)), where, tuple(parts)))
        return None

    def _true(self, at: At) -> syntax.Expr:
        """A condition that holds."""
        c = self.choices
        condition, _ = self.terms.condition(replace(at, running=False), 1)
        if self.world.careless and c.chance(60):
            return condition.expr
        if c.chance(50):
            return syntax.Logic("or", (condition.expr, syntax.Unary("not", condition.expr)))
        known = [r for r in self.world.references(at) if r.thing.sign and not r.risk and not r.thing.optional]
        if not known:
            return syntax.YesNo(True)
        return syntax.Compare(">=", syntax.Path(c.pick(known).path), syntax.Number(Fraction(0)), word="word")

    def _require(self) -> None:
        self.rules.append(syntax.Require(self._true(At(PEOPLE)), "all is well" if self.choices.chance(50) else ""))

    # ---- kpis and scores ----

    def _kpis(self) -> None:
        c, world = self.choices, self.world
        weights = c.pick([[100], [60, 40], [30, 25, 45], [50, 50], [0, 100], [33, 33, 34]])
        made = [self._kpi(weight) for weight in weights]
        world.measures += made
        world.measured = True

    def _kpi(self, weight: int) -> Measure:
        c, world = self.choices, self.world
        at = At(PEOPLE)
        kind = c.weighted([(6, "ratio"), (4, "money")])
        clauses = [
            syntax.KpiClause("weight", syntax.Body((syntax.Value(syntax.Number(Fraction(weight, 100), "percent")),)))
        ]
        parts: list[tuple[str, Type, int]] = [("weight", NUMBER, NOT_NEGATIVE)]
        actual: _Body | None = None
        target: _Body | None = None
        both = c.chance(75)
        if both or c.chance(30):
            actual = self.body(at, kind, zero_when=False, first_of=True)
            clauses.append(syntax.KpiClause("actual", actual.node))
            parts.append(("actual", actual.type, actual.sign))
        if both:
            target = self.body(replace(at, measure=tuple(parts)), kind, zero_when=False, depth=1)
            assert actual is not None
            if not types.fits(actual.type, target.type) or c.chance(35):
                target = replace(target, steps=(syntax.Value(syntax.Number(Fraction(80))),), type=PLAIN, sign=POSITIVE)
            clauses.append(syntax.KpiClause("target", target.node))
            parts.append(("target", target.type, target.sign))
        less = c.chance(25)
        bottom = actual if less else target
        sound = bottom is not None and both and bottom.sign == POSITIVE
        if both and sound:
            parts.append(("attainment", NUMBER, UNKNOWN))
        if less:
            clauses.append(syntax.KpiClause("less_is_better"))
        score = self.body(replace(at, measure=tuple(parts)), "ratio", zero_when=False, first_of=True)
        clauses.append(syntax.KpiClause("score", score.node))
        gaps = c.chance(25)
        if gaps:
            condition, _ = self.terms.condition(at, 1)
            clauses.append(syntax.KpiClause("not_applicable", None, condition.expr))
        name = world.fresh("kpi")
        if c.chance(25):
            clauses = c.shuffled(clauses)
        self.rules.append(syntax.Kpi(world.label(name), tuple(clauses)))
        score_type = score.type if score.type.kind is not Kind.plain else NUMBER
        return Measure(name, actual.type if actual else None, target.type if target else None, score_type, gaps, sound)

    def _score(self) -> None:
        world = self.world
        if not world.measured:
            return self._person_value()
        all_gaps = all(m.gaps for m in world.measures)
        steps: list[syntax.Step] = [syntax.Value(syntax.WeightedKpis())]
        if all_gaps or self.choices.chance(30):
            steps.append(syntax.Otherwise(syntax.Number(Fraction(0)), rescue=True))
        if self.choices.chance(50):
            steps.append(syntax.Rounded(self.choices.pick(_MODES), Fraction(1, 10**4)))
        if self.choices.chance(30):
            steps.append(syntax.Limit("at_most", syntax.Number(Fraction(6, 5), "percent")))
        name = world.fresh("score")
        self.rules.append(syntax.Score(world.label(name), syntax.Body(tuple(steps))))
        world.add(Thing(name, NUMBER, PEOPLE, "score"))
        return None

    # ---- pay ----

    def _line(self) -> None:
        c, world = self.choices, self.world
        kinds = [k for k in ("commission", "bonus", "allowance", "deduction", "guarantee") if k not in world.frozen]
        if not kinds:
            return
        kind = c.pick(kinds)
        level = self._level_of_line()
        up = self.uplines.of(level) if c.chance(22) else None
        world.own_kind = kind
        where, at = self._where(level, up is not None)
        when: syntax.Expr | None = None
        if c.chance(12):
            condition, at = self.terms.condition(at, 1)
            when = condition.expr
            at = replace(at, rule=0)
        at = replace(at, running=world.tables[level].kind == "facts" and up is None)
        body = self.body(at, "money", lines=True)
        after = self._guaranteed(kind, at)
        received = self.receivers.of(at) if up is None else Received(up)
        kept = kind != "guarantee" and received.to is None and not received.steps
        body = self._remembering(body, at) if kept else body
        world.own_kind = ""
        name = world.fresh("line")
        table = None if level == PEOPLE else syntax.Path((level,))
        node = replace(body.node, steps=(*body.steps, *after, *received.steps))
        self.rules.append(syntax.PayLine(kind, world.label(name), table, where, when, node, received.to))
        gaps = body.gaps or received.elsewhere
        overflows = any(isinstance(step, syntax.Excess) for step in body.steps)
        if not received.steps and kind != "guarantee" and not overflows and c.chance(18):
            world.own_kind = kind
            gaps = self._exceptions(name, at, kept) or gaps
            world.own_kind = ""
        partial = where is not None or when is not None or gaps
        rule = at.rule if not gaps and when is None else 0
        if level != PEOPLE or not received.elsewhere:
            world.add(Thing(name, MONEY, level, "line", gaps=partial, rule=rule, line_kind=kind))
        if level != PEOPLE or received.elsewhere:
            world.things.setdefault(PEOPLE, []).append(Thing(name, MONEY, PEOPLE, "received", line_kind=kind))
        self.lines += 1

    def _level_of_line(self) -> str:
        """Of whose rows there is a line each: mostly of facts, of those above all that refunds take back."""
        c, world = self.choices, self.world
        owned = [t.name for t in world.tables.values() if t.kind == "facts" and world.owned(t.name)]
        owned += [t for t in owned if t in self.refunded] * 3
        groups = [t.name for t in world.tables.values() if t.kind == "group"]
        if groups and c.chance(18):
            return c.pick(groups)
        return c.pick(owned) if owned and c.chance(65) else PEOPLE

    def _guaranteed(self, kind: str, at: At) -> tuple[syntax.Step, ...]:
        """What a guarantee counts; one that does not say counts all that is paid besides."""
        if kind != "guarantee":
            return ()
        if at.level == PEOPLE and self.choices.chance(30):
            self.world.frozen |= {"commission", "bonus", "allowance"}
            return ()
        return (self.receivers.counting(at),)

    def _remembering(self, body: _Body, at: At, excess: bool = True) -> _Body:
        """The same with what was paid before off, or with caps over spans and keys."""
        c = self.choices
        steps = list(body.steps)
        spans = [s for s in _SPANS if at.level != PEOPLE or _MONTHS[s] > _MONTHS[self.shape]]
        spans += ["own_year"] if self.world.hired and self.shape != "year" else []
        if not spans or not c.chance(26):
            if excess and self.world.accounts and c.chance(40):
                return replace(body, steps=(*steps, *self.terms.accounts.excess()))
            return body
        if at.level == PEOPLE and c.chance(50):
            steps.append(syntax.LessEarlier(c.pick([s for s in spans if s != "month"] or spans)))
        steps += [self._cap(at, spans) for _ in range(c.weighted([(60, 1), (20, 2), (20, 0)]))]
        return replace(body, steps=tuple(steps))

    def _cap(self, at: At, spans: Sequence[str]) -> syntax.Limit:
        c = self.choices
        keys = [t for t in self.world.things[at.level] if t.kind == "column" and not (t.optional or t.dated)]
        per = syntax.Per(c.pick(list(spans)))
        if keys and at.level != PEOPLE and c.chance(45):
            per = syntax.Per("path", syntax.Path((c.pick(keys).name,)))
        limit = self.terms.literal("money") if c.chance(70) else self.terms.term(at, "money", 1)
        when = self.terms.condition(at, 1)[0].expr if c.chance(25) else None
        return syntax.Limit("at_most", limit.expr, when, per)

    # ---- text ----

    def _printed(self, period: str, style: int) -> Scheme:
        c = self.choices
        split = c.chance(25)
        tables, rules = self.tables, self.rules
        early = [s for s in rules if isinstance(s, syntax.Tiers | syntax.Parameter)] if split and c.chance(50) else []
        main = [s for s in rules if s not in early]
        shuffle = c.chance(20)
        use = [syntax.Use("tables.tier")] if split else []
        used_tree = [*tables, *early] if split else []
        main_tree = [*self.heads, *use, *([] if split else tables), *main]
        texts: dict[str, str] = {}
        used: dict[str, dict[str, str]] = {}
        for face in ("en", "zh"):
            chooser = Seeded(f"{style} {face}") if style else None
            printer = Printer(face, self.world.names, chooser)
            tree = list(main_tree)
            if shuffle and face == "zh" and not split:
                rest = [s for s in main if not isinstance(s, syntax.Clause)]
                tree = [*self.heads, *use, *Seeded(style).shuffled([*tables, *rest])]
            texts[face] = printer.file(tree)
            used[face] = {"tables.tier": printer.file(used_tree)} if split else {}
        return Scheme(
            texts["en"], texts["zh"], used["en"], used["zh"], period, (*main_tree, *used_tree), self.world.names,
            self.world.careless,
        )  # fmt: skip
