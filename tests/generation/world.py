"""What a scheme under construction has declared so far, and from where each of it can be read.

In: decisions. Out: `World`: tables with typed columns, values, lines, tiers, kpis, and for each level the ways
by which a term at that level reaches a name of another.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tiercel_dsl import syntax, types
from tiercel_dsl.types import MONEY, NUMBER, PLAIN, Kind, Type

from .choices import Choices

PEOPLE = "@people"  # level of the people, and the word for their table
EVERYWHERE = ""
UNKNOWN, NOT_NEGATIVE, POSITIVE = 0, 1, 2

_STEMS = {
    "money": "amount:金额 price:单价 gross:毛额 net:净额 fee:服务费 cost:成本 quota:任务额 draw:预支额 base:底薪 credit:计入额",
    "ratio": "factor:系数 share_of:占比 rate:费率 points:评分 index:指数 scale:比重 hours:工时 done:进度 margin:毛利率",
    "count": "units:台数 visits:拜访次数 pieces:盒数 calls:电话数 heads:人头数",
    "text": "kind:类别 tier_name:级别 place:城市 channel:渠道 note:备注",
    "yesno": "won:已成交 large:大客户 valid:有效 repeat:复购 urgent:加急",
    "date": "signed:签约日 opened:开通日 hired:入职日 left_on:离职日 checked:核对日",
    "time": "wait:等待时长 span:历时 warranty:质保期",
    "any": "plain:定数 figure:数字",
    "row": "helper:协办人 referrer:推荐人",
    "tiers": "growth:提成比例 ladder:阶梯奖 level:档位表 scale_of:标准 steps:达标奖",
    "lookup": "prize:奖励表 grid:系数表 rates_of:折算表 course:课程表",
    "axis": "first_key:甲项 second_key:乙项 third_key:丙项",
    "exception": "special:特价 vip:大客户价 named:指定客户 legacy:老客户",
    "kpi": "signing:签约率 retention:留存率 quality:质量分 volume:单量 speed:时效",
    "account": "debt:欠款 reserve:储备 advance_kept:预支款 balance:余额",
    "rank": "place:名次 standing:排位 position:位次",
    "ratings": "ratings:评价表 reviews:评议表",
    "item": "talks:沟通 demos:演示 closing_deals:谈单",
    "competency": "selling:销售能力 leading:带队能力",
    "score": "performance:综合得分 rating:综合评价",
    "line": "signing_pay:签约提成 renewal_pay:续约奖 lucky:幸运奖 floor_pay:岗位津贴 penalty:罚款 kicker:冲刺奖",
    "column": "first_value:甲 second_value:乙 third_value:丙",
    "facts": "deal:签约单 sale:销售单 order_row:订单 visit:拜访 survey:回访单",
    "child": "item:明细 receipt:回款单 rating_row:评价单",
    "refund": "refund:退款单 return_row:退货单",
    "group": "team:团队 store:门店 region:大区 branch:分公司",
    "scheme": "sales_plan:销售方案",
    "key": "id:编号 code:代码",
    "calendar": "calendar:日历 holidays:节假日",
    "rates": "fx:牌价 exchange:汇率表",
    "quote": "quote:汇率 mid_price:中间价",
    "quoted": "quoted:牌价日 fixing:报价日",
    "code": "billed_in:开票币种 paid_in:付款币种 unit_of:计价币种",
    "abroad": "pounds:外币额 price_abroad:外币价 fee_abroad:外币费",
}
_DIMENSIONS = {"money": "money", "ratio": "ratio", "time": "time", "any": "any"}


@dataclass(frozen=True)
class Thing:
    """A named thing that has a value at its level. `gaps`: some rows have none; `rule`: the `where` it stands under.

    `optional`: the checker asks for a guard. `sign` is what is known of the value.
    """

    name: str
    type: Type
    level: str
    kind: str = "column"
    optional: bool = False
    gaps: bool = False
    rule: int = 0
    dated: bool = False
    sign: int = UNKNOWN
    line_kind: str = ""


_LEVEL = Thing("@level", types.COUNT, "", sign=POSITIVE)


@dataclass
class Tab:
    """A table with the roles of its columns; `links` lead to other tables, `loose` ones may be empty."""

    name: str
    kind: str
    columns: list[Thing] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    loose: set[str] = field(default_factory=set)
    credited: str = ""
    parent: str = ""
    date: str = ""
    above: str = ""  # of a group: the column that names the group above
    node: syntax.Table | None = None


@dataclass(frozen=True)
class Scale:
    """A tiers table: its value columns, what its bounds are, whether every value lies inside."""

    name: str
    mode: str
    columns: tuple[tuple[str, Type], ...]
    key: str  # dimension of the bounds: any, money, ratio, date
    covers: bool
    covers_above_zero: bool
    bound_type: Type = PLAIN
    level: str = ""  # where what the bounds are shares of can be read
    endless: bool = False
    inverse: bool = False  # there is a way back


@dataclass(frozen=True)
class Measure:
    """A kpi with the types of its parts (None: not written)."""

    name: str
    actual: Type | None
    target: Type | None
    score: Type
    gaps: bool
    sound: bool  # its attainment can be computed


@dataclass(frozen=True)
class At:
    """Where a term stands. `present`: optional columns known to be there; `rescued`: the body says what holds
    where it cannot be computed; `measure`: the kpi whose clause it is, with the parts that may be read."""

    level: str
    present: frozenset[tuple[str, ...]] = frozenset()
    rescued: bool = False
    running: bool = False
    rule: int = 0
    measure: tuple[tuple[str, Type, int], ...] = ()
    inside: bool = False
    upline: bool = False  # a line up a hierarchy, which has a receiver and a level

    def knowing(self, *paths: tuple[str, ...]) -> "At":
        return replace(self, present=self.present | set(paths))


@dataclass(frozen=True)
class Reference:
    path: tuple[str, ...]
    thing: Thing
    risk: bool


class World:
    """Everything declared so far."""

    def __init__(self, choices: Choices) -> None:
        self.choices = choices
        self.names: dict[str, tuple[str, str]] = {}
        self.taken: dict[str, int] = {}
        self.tables: dict[str, Tab] = {}
        self.things: dict[str, list[Thing]] = {EVERYWHERE: []}
        self.scales: list[Scale] = []
        self.measures: list[Measure] = []
        self.accounts: list[str] = []  # balances of the people
        self.lookups: list[Any] = []  # tables.Asked
        self.measured = False
        self.hired = False  # whether the people have a day hired
        self.calendar = ""  # a table that says which days are worked
        self.shape = ""  # of the period
        self.frozen: set[str] = set()  # kinds of lines whose total was read
        self.own_kind = ""  # of the line at hand, whose total it cannot read
        self.careless = False
        self.rules = 0
        self.rates = ""  # the table of rates
        self.home = "CNY"
        self.loose_texts = ["A", "B", "大客户", "gift", "0"]

    # ---- names ----

    def fresh(self, stems: str) -> str:
        """A new name in both faces; now and then the same word in both."""
        english, chinese = self.choices.pick(_STEMS[stems].split()).split(":")
        count = self.taken.get(english, 0) + 1
        self.taken[english] = count
        if count > 1:
            english, chinese = f"{english}{count}", f"{chinese}{count}"
        how = self.choices.weighted([(86, "both"), (5, "english"), (5, "chinese"), (4, "blank")])
        if how == "english":
            chinese = english
        elif how == "chinese":
            english = chinese
        elif how == "blank":
            english = f"{english} x"
        self.names[english] = (english, chinese)
        return english

    def label(self, name: str, title: str = "") -> syntax.Label:
        english, chinese = self.names.get(name, (name, name))
        return syntax.Label(name, chinese if chinese != english else "", title)

    # ---- levels ----

    def add(self, thing: Thing) -> Thing:
        self.things.setdefault(thing.level, []).append(thing)
        return thing

    def owned(self, level: str) -> bool:
        """Whether rows of this level have a person."""
        return level == PEOPLE or self.way_to_person(level) is not None

    def parents(self, level: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        path: tuple[str, ...] = ()
        while level in self.tables and self.tables[level].parent:
            link = self.tables[level].parent
            path, level = (*path, link), self.tables[level].links[link]
            yield level, path

    def way_to_person(self, level: str) -> tuple[str, ...] | None:
        if level == PEOPLE:
            return ()
        for table, path in [(level, ()), *self.parents(level)]:
            if table in self.tables and self.tables[table].credited:
                return (*path, self.tables[table].credited)
        return None

    def loose_way(self, level: str, path: Sequence[str]) -> bool:
        for link in path:
            if link in self.tables[level].loose:
                return True
            level = self.tables[level].links[link]
        return False

    def groups_of(self, start: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Groups above a table, over single links."""
        todo: list[tuple[str, tuple[str, ...]]] = [(start, ())]
        while todo:
            table, way = todo.pop(0)
            for link, target in self.tables[table].links.items():
                if self.tables[target].kind == "group":
                    yield target, (*way, link)
                    todo.append((target, (*way, link)))

    def descends(self, table: str, ancestor: str) -> bool:
        return any(parent == ancestor for parent, _ in self.parents(table))

    # ---- references ----

    def reaches(self, level: str) -> Iterator[tuple[str, list[tuple[str, ...]], bool]]:
        """Tables whose names can be read from a row of `level`: prefixes that lead there, and whether it may fail."""
        if level == EVERYWHERE:
            return
        table = self.tables[level]
        own: list[tuple[str, ...]] = [(), (), (level,)]
        yield level, [*own, ("@person",)] if level == PEOPLE else own, False
        above = list(self.groups_of(level)) if table.kind == "group" else []
        person = self.way_to_person(level)
        if table.kind == "facts" and person is not None:
            loose = self.loose_way(level, person)
            ways: list[tuple[str, ...]] = [(), ("@person",), person]
            yield PEOPLE, ways, loose
            for group, way in self.groups_of(PEOPLE):
                yield group, [(), (group,), ("@person", *way)], loose or self.loose_way(PEOPLE, way)
        elif level == PEOPLE:
            above = list(self.groups_of(PEOPLE))
        for group, way in above:
            yield group, [(), (group,), way], self.loose_way(level, way)
        for parent, way in self.parents(level):
            yield parent, [way, (parent,)], self.loose_way(level, way)
        for link, target in table.links.items():
            if link not in (table.parent, table.credited) and self.tables[target].kind != "group":
                yield target, [(link,)], link in table.loose

    def references(self, at: At) -> list[Reference]:
        """Everything with a value that can be read here; paths that mean something else are left out."""
        out: list[Reference] = []
        for level, prefixes, loose in self.reaches(at.level):
            for thing in self.things.get(level, []):
                own = level == at.level and (self._received(thing, level) or (thing.rule and thing.rule == at.rule))
                risk = loose or (thing.gaps and not own)
                fitting = [p for p in prefixes if self._fits(p, thing, at.level, level)]
                if fitting:
                    path = (*self.choices.pick(fitting), thing.name)
                    if thing.optional and path in at.present:
                        risk = loose
                    out.append(Reference(path, thing, risk))
        out += [Reference((t.name,), t, t.gaps) for t in self.things[EVERYWHERE]]
        return [*out, *self._of_upline()] if at.upline else out

    def _of_upline(self) -> Iterator[Reference]:
        """The level, and what the receiver has: his columns and values."""
        yield Reference(("@upline", "@level") if self.choices.chance(20) else ("@level",), _LEVEL, False)
        for thing in self.things[PEOPLE]:
            if thing.kind in ("column", "value", "score") and thing.type.kind is not Kind.row:
                yield Reference(("@receiver", thing.name), thing, thing.gaps)

    def _received(self, thing: Thing, level: str) -> bool:
        """Whether its name is a sum of what the person receives: 0 where there is no line."""
        return thing.kind == "line" and level == PEOPLE

    def _fits(self, prefix: tuple[str, ...], thing: Thing, here: str, level: str) -> bool:
        """A link of the row at hand hides a table of that name; what a person receives is the person's alone."""
        if thing.kind == "received" and here != PEOPLE:
            return False
        if not prefix:
            return True
        own = self.tables[here].links
        first = prefix[0]
        if first in own and own[first] != level and len(prefix) == 1:
            return False
        return not (first in self.tables and first != here and first in own and own[first] != first)

    def of(self, at: At, dimension: str) -> list[Reference]:
        return [r for r in self.references(at) if dimension_of(r.thing.type) == dimension]

    def rows_under(self, level: str) -> list[str]:
        """Tables an aggregate at this level can walk."""
        if level == EVERYWHERE:
            return []
        table = self.tables[level]
        out = [t.name for t in self.tables.values() if t.kind == "facts" and self.descends(t.name, level)]
        if table.kind == "people" or (table.kind == "facts" and self.owned(level)):
            out += [
                t.name for t in self.tables.values() if t.kind == "facts" and self.owned(t.name) and t.name not in out
            ]
        if table.kind == "group":
            out += [t.name for t in self.tables.values() if t.kind == "facts" and self.owned(t.name)]
            out.append(PEOPLE)
        return out

    def walked(self, path: tuple[str, ...], level: str) -> str:
        """The table that a path inside an aggregate of this level names, as the language reads it."""
        first = path[0]
        table = self.tables[level]
        if first in table.links:
            return ""
        if first in self.tables and self.tables[first].kind == "facts":
            return first
        if table.kind == "group" and first in ("@member", PEOPLE):
            return PEOPLE
        if len(path) > 1 or any(t.name == first for t in self.things.get(level, [])):
            return ""
        coarser = {level, EVERYWHERE, *(name for name, prefixes, _ in self.reaches(level) if () in prefixes)}
        finer = [
            name
            for name in self.tables
            if name not in coarser
            and (any(t.name == first for t in self.things.get(name, [])) or first in self.tables[name].links)
        ]
        return finer[0] if len(finer) == 1 else ""


def dimension_of(type_: Type) -> str:
    """money, foreign, ratio, time, any, text, yesno, date, row."""
    if type_.currency:
        return "foreign"
    own = types.dimension(type_)
    if own:
        return own
    return "date" if type_.kind in (Kind.date, Kind.datetime) else str(type_.kind)


def paths_in(node: Any) -> Iterator[tuple[str, ...]]:
    """Every path of an expression outside further aggregates."""
    if isinstance(node, syntax.Path):
        yield node.names
    elif isinstance(node, tuple):
        for item in node:
            yield from paths_in(item)
    elif isinstance(node, syntax.Call):
        if node.function.names[0] not in AGGREGATE_WORDS:
            yield from paths_in(node.arguments)
    elif hasattr(node, "__dataclass_fields__"):
        for name in node.__dataclass_fields__:
            if name != "span":
                yield from paths_in(getattr(node, name))


AGGREGATE_WORDS = frozenset(f"@{w}" for w in "sum count average min max any distinct".split())

__all__ = ["EVERYWHERE", "MONEY", "NUMBER", "PEOPLE", "At", "Measure", "Reference", "Scale", "Tab", "Thing", "World"]
