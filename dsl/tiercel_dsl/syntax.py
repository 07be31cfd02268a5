"""The surface tree: what the author wrote, before any name is resolved.

In: nothing. Out: frozen dataclasses, one per form of the language; both faces give the same tree, up
to names and spans (spans take no part in equality). Lists of cells are flat, as in the grammar: which
cell is a bound and which a value is the checker's business, because it can say so in a sentence.
"""

from dataclasses import field
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from tiercel_dsl.records import dataclass
from tiercel_dsl.source import Span, spanned

# ---- expressions ----


@dataclass(frozen=True, slots=True)
class Number:
    """A literal; `unit` is '' (plain), 'percent' (5%, 3‰, 3个百分点: already divided) or 'money' (3000元)."""

    value: Fraction
    unit: str = ""
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Text:
    value: str
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Day:
    """A date literal; `month_only` when the day was left out (2023-07)."""

    value: date
    month_only: bool = False
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class YesNo:
    value: bool
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Quantity:
    """`30 days`, `6个月`: a duration; `unit` is days, weeks, months or years."""

    value: Fraction
    unit: str
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Path:
    """`amount`, `deal.amount`, `team.goal`: names as written, dots between."""

    names: tuple[str, ...]
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Window:
    """Which rows by their days: `year to date`, `previous quarter as of d`, `last 3 months` (kind 'last').

    kind: period month quarter half_year year own_year (each up to the period's end), since_hire,
    last_period last_month last_quarter last_year year_ago, last with `count` of `unit`.
    """

    kind: str
    count: int = 0
    unit: str = ""
    as_of: "Expr | None" = None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Per:
    """`per year` (kind month quarter half_year year own_year), `per customer` (kind 'path')."""

    kind: str
    path: Path | None = None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Below:
    """`with groups below` = 含下级: the rows of a group, and of every group below it."""

    span: Span = spanned()


Scope: TypeAlias = Window | Per | Below


@dataclass(frozen=True, slots=True)
class Call:
    """`sum(deal.amount where won, year to date)`, `growth(x)`, `guide.rate(x)`; `where` None: all rows.

    `otherwise`: what holds where there is none, as in `previous(x, otherwise 0)`; several are kept for the checker.
    """

    function: Path
    arguments: "tuple[Expr, ...]"
    where: "Expr | None" = None
    scopes: tuple[Scope, ...] = ()
    otherwise: "tuple[Expr, ...]" = ()
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class AsOf:
    """`quota as of period.first` = 任务 于 本期.第一日: the value in force on that day."""

    operand: "Expr"
    day: "Expr"
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Averaged:
    """`quota by month` = 任务 按月折算: its mean over the period, weighted by the days or months each value held."""

    operand: "Expr"
    unit: str  # days months
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Convert:
    """`amount into USD at fx as of d` = 金额 折合 USD 按 牌价 于 d; `day` None: the row's date of record."""

    operand: "Expr"
    currency: str
    rates: Path
    day: "Expr | None" = None
    span: Span = spanned()
    currency_span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Unary:
    """`-x` (operator 'minus') or `not x` ('not')."""

    operator: str
    operand: "Expr"
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Binary:
    """+ - * / (operator 'add' 'subtract' 'multiply' 'divide'); 'share' is `5% of amount` = 金额 的 5%."""

    operator: str
    left: "Expr"
    right: "Expr"  # of 'share': left is the share, right the whole, in both faces
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Compare:
    """operator: = != < <= > >= (words are folded into these) or before, after, on_or_before, on_or_after.

    `word` is the spelling used, for messages ("above", 不低于, ">=").
    """

    operator: str
    left: "Expr"
    right: "Expr"
    span: Span = spanned()
    word: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Logic:
    """'and' / 'or' over two or more operands, left to right."""

    operator: str
    operands: "tuple[Expr, ...]"
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class OneOf:
    """`kind in ("a", "b")`."""

    operand: "Expr"
    options: "tuple[Expr, ...]"
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Missing:
    """`x is missing` (present=False), `x is present` (present=True)."""

    operand: "Expr"
    present: bool
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Pricing:
    """`table on base [by key]` = 基数 适用 阶梯 [按 键]."""

    table: Path
    base: "Expr"
    key: "Expr | None" = None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class RunningTotal:
    """`running total of x` = 累计 x; `running total of (x, own year to date)`."""

    operand: "Expr"
    scopes: tuple[Scope, ...] = ()
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class RunningCount:
    """`running count` = 第几笔; `running count (per customer)`."""

    scopes: tuple[Scope, ...] = ()
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class PartOf:
    """`part of x above a up to b` = x 中 超过 a 至 b 的部分; one of the limits may be absent."""

    operand: "Expr"
    above: "Expr | None"
    up_to: "Expr | None"
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class WeightedKpis:
    """`weighted sum of kpis` = 指标加权合计."""

    span: Span = spanned()


Expr: TypeAlias = (
    Number | Text | Day | YesNo | Quantity | Path | Call | Unary | Binary | Compare | Logic | OneOf
    | Missing | Pricing | RunningTotal | RunningCount | PartOf | WeightedKpis | AsOf | Averaged | Convert
)  # fmt: skip

# ---- steps of a body ----


@dataclass(frozen=True, slots=True)
class Value:
    """The first step: what the body starts from."""

    expr: Expr
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Case:
    """`x when c` = 若 c，则 x: one of several cases at the start of a body."""

    expr: Expr
    when: Expr
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Otherwise:
    """`otherwise x`: last case, or what holds where the steps before cannot be computed.

    `expr` None is `otherwise error`. `rescue` is True for 无法计算时, which can only be the latter;
    `written` keeps the spelling, because Chinese 否则 can only be the former.
    """

    expr: Expr | None
    rescue: bool = False
    written: str = ""
    message: str = ""
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Apply:
    """`times x`, `plus x`, `minus x`, with a condition or without (operator 'times' 'plus' 'minus')."""

    operator: str
    expr: Expr
    when: Expr | None = None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Limit:
    """`at most x` (kind 'at_most'), `at least x` ('at_least'); also a check of a column, then with
    'above' and 'below' too. `per` caps the sum of a longer span: `at most 100,000 per year`."""

    kind: str
    expr: Expr
    when: Expr | None = None
    per: Per | None = None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Rounded:
    """`rounded half up to 0.01 [each row]`: mode half_up half_even up down; stage '' slice row running."""

    mode: str
    step: Fraction
    stage: str = ""
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Unrounded:
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class OnlyWhen:
    """`only when c` = 前提 c，否则不计: no line where it does not hold."""

    condition: Expr
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class ZeroUnless:
    """`zero unless c` = 前提 c，否则计零: a line of 0 where it does not hold."""

    condition: Expr
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class LessEarlier:
    """`less earlier this year` = 减本年已计提: what this rule paid in earlier periods of it comes off."""

    kind: str  # quarter half_year year own_year
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Excess:
    """`excess to reserve` = 超出部分转入 储备: what the cap before it cuts goes into an account."""

    account: Path
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Counting:
    """`counting x` = 已得收入 x: a guarantee pays what is missing above it."""

    expr: Expr
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Share:
    """`10% to seller`, `the rest to company`; `expr` None: the rest."""

    expr: Expr | None
    receiver: Path
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Together:
    """`together at most 50% of paid` = 合计最高 实付 的 50%: beyond it all shares shrink in proportion."""

    expr: Expr
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Shared:
    """`shared` with its lines; `in_turn`: each share is of what the ones before left."""

    in_turn: bool
    lines: "tuple[Share | Together | Rounded, ...]"
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class SharedAmong:
    """`shared equally among member where c` = 平分给 成员 其中 c; `weight` None: equally."""

    table: Path
    where: Expr | None = None
    weight: Expr | None = None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Remainder:
    """`rest to first` = 尾差 归 第一人: who gets the cents that rounding leaves; `receiver` None: the first."""

    receiver: Path | None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Instalment:
    """`25% due signed + 5 months when c` = 若 c，则 25% 发放于 签约日 + 5个月."""

    share: Expr
    due: Expr
    when: Expr | None = None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Pay:
    """`pay` = 发放 with its instalments."""

    parts: tuple[Instalment, ...]
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class PayShare:
    """`pay sum(receipt.amount) / amount` = 发放比例 合计(回款.金额) / 金额: as much as that share of it."""

    expr: Expr
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Hold:
    """`hold while c` = 若 c，则 暂缓发放."""

    condition: Expr
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class TakeBack:
    """`take back 50% when c` = 若 c，则 扣回 50%."""

    expr: Expr
    when: Expr | None = None
    span: Span = spanned()


Step: TypeAlias = (
    Value | Case | Otherwise | Apply | Limit | Rounded | Unrounded | OnlyWhen | ZeroUnless | LessEarlier
    | Counting | Excess | Shared | SharedAmong | Remainder | Pay | PayShare | Hold | TakeBack
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Body:
    """Steps in the order written; `first_of` for cases under `first of` = 依次取."""

    steps: tuple[Step, ...]
    first_of: bool = False
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Label:
    """A declared name with its other name and title ('' where absent); `span` covers the name."""

    name: str
    alias: str = ""
    title: str = ""
    span: Span = spanned()
    alias_span: Span = spanned()


# ---- statements ----


@dataclass(frozen=True, slots=True)
class SchemeHead:
    label: Label
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class VersionHead:
    """`version 2 from 2023-07-01 [until 2023-12-31]`; the last day is included.

    `stamp`: the column that says of a row by which version it is paid.
    """

    number: int
    first: Day
    last: Day | None = None
    stamp: Path | None = None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class CurrencyHead:
    code: str
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class PeriodHead:
    """`period 4 weeks, from 1997-01-06, time zone "Europe/London"`; shape: week half_month month quarter
    half_year year. `first` is a day or the name of a weekday; '' as zone: days are what the facts say."""

    shape: str
    count: int = 1
    first: Day | Text | None = None
    zone: Text | None = None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class RoundingHead:
    """`money rounded half up to 0.01`, `number rounded …`: the header's default for a type word."""

    type_word: str
    rounding: Rounded
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Use:
    file: str
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Clause:
    """A heading; carried by every statement after it, up to the next."""

    text: str
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class ColumnType:
    """`word` is a type's sense (money, number, percent, …), 'one_of' with `options`, or 'name' with `name`."""

    word: str
    options: tuple[Text, ...] = ()
    name: str = ""
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Column:
    """`roles` are senses of ROLE (key credited record_date optional dated foreign_per_home home_per_foreign);
    `currency` a code or the column that names one, '' for the scheme's; `reversed_share` of `reverses by x`."""

    label: Label
    type: ColumnType
    roles: tuple[str, ...] = ()
    reverses: bool = False
    reversed_share: Expr | None = None
    default: Expr | None = None
    limits: tuple[Limit, ...] = ()
    currency: str = ""
    span: Span = spanned()
    currency_span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Table:
    """`facts`, `people` or `group` (kind). People have the label `people`."""

    kind: str
    label: Label
    columns: tuple[Column, ...]
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Dated:
    """One value of a parameter with the days it holds, both ends included; None: open."""

    expr: Expr
    first: Day | None = None
    last: Day | None = None
    source: str = ""
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Parameter:
    label: Label
    values: tuple[Dated, ...]
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Definition:
    label: Label
    body: Body
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Require:
    condition: Expr
    message: str = ""
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class ForEach:
    """`for each deal where c`: definitions and checks at the level of that table."""

    table: Path
    where: Expr | None
    parts: tuple[Definition | Require, ...]
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class BoundCell:
    """kind: from (以上, included), above (excluded), up_to (included), below (不满, excluded), the_rest;
    first, next: the width of a tier that begins where the one before ends."""

    kind: str
    expr: Expr | None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class ValueCell:
    expr: Expr
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class WordCell:
    """kind: otherwise, error, last_tier, any (a key that may be anything)."""

    kind: str
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class SeriesCell:
    """`every 1,000` (kind 'every') and `more by 0.2%` ('more'; 'less'): a row that stands for many."""

    kind: str
    expr: Expr
    span: Span = spanned()


Cell: TypeAlias = BoundCell | ValueCell | WordCell | SeriesCell


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[Cell, ...]
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class SameAs:
    """`same as first plus 3%` = 同 首套 加 3个百分点: the rows of another table, changed; operator '' as it is."""

    table: Path
    operator: str = ""
    expr: Expr | None = None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Tiers:
    """`mode` is marginal, whole, fixed, cumulative, filled, interpolated, average_rate, or '' when the author
    left it out (the checker demands it). `bounds_of`: the bounds are shares of that value."""

    label: Label
    mode: str
    columns: tuple[Label, ...]
    rows: tuple[Row | SameAs, ...]
    rounding: Rounded | None = None
    bounds_of: Expr | None = None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Lookup:
    """`table prize by attainment, store_sales`: keys, value columns, rows; `head` is the row of `columns`.

    `first_of`: the first row that fits; else only one may fit.
    """

    label: Label
    keys: tuple[Label, ...]
    columns: tuple[Label, ...]
    rows: tuple[Row | SameAs, ...]
    head: Row | None = None
    first_of: bool = False
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class KpiClause:
    """kind: weight, actual, target, score with a body; less_is_better; not_applicable with a condition."""

    kind: str
    body: Body | None = None
    condition: Expr | None = None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Kpi:
    label: Label
    clauses: tuple[KpiClause, ...]
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Score:
    label: Label
    body: Body
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Opens:
    """`opens at 0` = 期初 0: what an account has before its first period."""

    expr: Expr
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Closing:
    """`closing at least 0` = 期末 不低于 0: what must hold of the balance. kind: at_least at_most above below."""

    kind: str
    expr: Expr
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Account:
    """A balance of each person that goes on from period to period, and what moves it: plus, minus."""

    label: Label
    parts: tuple[Opens | Apply | Closing, ...]
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class PayLine:
    """kind: commission, bonus, deduction, allowance, guarantee; `table` None: one line per person.

    `to`: who receives it, where it is not the person the row is credited to; a call: `upline(seller, sponsor, 5)`.
    """

    kind: str
    label: Label
    table: Path | None
    where: Expr | None
    when: Expr | None
    body: Body
    to: Path | Call | None = None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class RankKey:
    """What is compared; order: highest lowest earliest latest, '' where the author left it out."""

    expr: Expr
    order: str = ""
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Rank:
    """`rank place by points, highest first, ties share, within contest where valid`.

    `table` None: people. `keys`: the first decides, the others where it ties. ties: share (1, 1, 3), dense
    (1, 1, 2), '' where nobody may tie. `within`: places are counted anew for each value of these.
    """

    label: Label
    table: Path | None
    keys: tuple[RankKey, ...]
    ties: str = ""
    within: tuple[Expr, ...] = ()
    where: Expr | None = None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Rater:
    """One kind of rater with its weight; `kind` None: every row of the table."""

    kind: Text | None
    weight: Number
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class RatedBy:
    """`rated by rating.points: "self" 10%, "peer" 90%`."""

    points: Path
    window: Window | None
    raters: tuple[Rater, ...]
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Item:
    """`item talks, weight 40%, required 3`; `required` None: nothing is required."""

    label: Label
    weight: Expr
    required: Expr | None = None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Course:
    """`course by courses`: the lookup table from item and gap to what is recommended."""

    table: Path
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Competency:
    label: Label
    parts: tuple[RatedBy | Item | Course, ...]
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class ExceptionTo:
    """`exception vip to sale_pay where tier = "VIP"`: another body for the rows of a rule where `where` holds."""

    label: Label
    rule: Path
    where: Expr
    body: Body
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Promise:
    """What the scheme keeps for every set of facts. kind: always (`condition`, `when`), rising (`value` never
    falls when `cause` rises), jump (`value` jumps by at most `limit` when `cause` rises by `step`)."""

    kind: str
    condition: Expr | None = None
    when: Expr | None = None
    value: Path | None = None
    cause: Path | None = None
    limit: Expr | None = None
    step: Number | None = None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Payout:
    body: Body
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class VersionNumber:
    """`version 1`: another version of the scheme."""

    number: int
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Cut:
    """How a change inside a period is cut: record_date day whole next."""

    kind: str
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Kept:
    """`sale where c keep version 1`; with `better` (the word for greatest or least) of two versions the one that
    pays more, or less. `rows` None: people."""

    rows: Path | None
    where: Expr | None
    versions: tuple[VersionNumber, ...]
    better: Path | None = None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Pilot:
    """`team "East" uses version 2 from 2023-06-01`, `people where c uses …` (`path` None)."""

    path: Path | None
    name: Text | None
    where: Expr | None
    version: VersionNumber
    first: Day
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Blend:
    """`blend 2023-07 until 2023-09: 0%, 50%, 100%`: the share of the new version, period by period."""

    first: Day
    last: Day
    shares: tuple[Number, ...]
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Floor:
    """`until 2023-12 at least 100% of version 1`, or `of average of last 3 months` (`length`)."""

    last: Day
    share: Number
    version: VersionNumber | None = None
    length: Quantity | None = None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """What has accumulated under the old version: kind carries, restarts, converted (by `expr`)."""

    path: Path
    kind: str
    expr: Expr | None = None
    span: Span = spanned()


TransitionClause: TypeAlias = Cut | Kept | Pilot | Blend | Floor | CarriedOver


@dataclass(frozen=True, slots=True)
class Transition:
    """`transition from version 1`: how people pass from that version to this one."""

    version: VersionNumber
    clauses: tuple[TransitionClause, ...]
    span: Span = spanned()


Statement: TypeAlias = (
    SchemeHead | VersionHead | CurrencyHead | PeriodHead | RoundingHead | Use | Clause | Table | Parameter
    | Definition | Require | ForEach | Tiers | Lookup | Kpi | Score | Account | PayLine | ExceptionTo | Payout | Promise
    | Rank | Competency | Transition
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class File:
    """A parsed file: its statements in order; `language` is the face most of its keywords are in."""

    source: str
    statements: tuple[Statement, ...]
    language: str = "en"
