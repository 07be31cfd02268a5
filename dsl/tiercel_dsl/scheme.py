"""The checked scheme: resolved, typed, canonical, not desugared. What is hashed.

In: nothing. Out: frozen dataclasses that the checker builds and the engine lowers, and the meaning
hash. Every reference is resolved to identities, every literal is a reduced fraction, used files are
merged. A field with `compare=False` says how something is written or shown (spans, clauses, titles,
both names) and takes no part in equality or in the hash; every other field does.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import field, fields, is_dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import Any, TypeAlias, cast

from tiercel_dsl.records import dataclass
from tiercel_dsl.source import NOWHERE, Span, spanned
from tiercel_dsl.types import PLAIN, Kind, Type

LANGUAGE_VERSION = 1
PEOPLE = "people"  # identity of the people table, in both faces
RECEIVER = "@receiver"  # first link of a path that begins at whoever receives a line of an upline
EVERYWHERE = ""  # level of what depends on no row: constants, parameters, the period


@dataclass(frozen=True, slots=True)
class Names:
    """The first name and the other one ('' if none), as declared; `title` is the quoted text."""

    name: str
    alias: str = ""
    title: str = ""

    @property
    def identity(self) -> str:
        """The ASCII one of name and alias if exactly one is ASCII, else the first name."""
        if self.alias and self.alias.isascii() and not self.name.isascii():
            return self.alias
        return self.name

    def shown(self, language: str) -> str:
        """The name to show a reader of 'zh' (a Chinese one if there is one) or 'en'."""
        both = [n for n in (self.name, self.alias) if n]
        wanted = [n for n in both if n.isascii() == (language != "zh")]
        return (wanted or both)[0]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a declaration stands and under which clause heading."""

    span: Span
    clause: str = ""


def _named() -> Names:
    return field(default=Names(""), compare=False, repr=False)


def _placed() -> Place:
    return field(default=Place(NOWHERE), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Rounding:
    """mode: half_up half_even down up; stage: row slice running ('row' unless written)."""

    mode: str
    step: Fraction
    stage: str = "row"


# ---- terms: typed expressions. `level` is the identity of the table whose rows they vary over ----


@dataclass(frozen=True, slots=True)
class Literal:
    """A number (Fraction), text, yes/no or date."""

    value: Fraction | str | bool | date
    type: Type
    level: str = EVERYWHERE
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Lapse:
    """A duration literal: `count` of days or months (weeks are 7 days, years 12 months)."""

    count: int
    unit: str
    type: Type
    level: str = EVERYWHERE
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class ColumnOf:
    """A column of table `table`, reached from the row at hand over the link columns `path`.

    `as_of`: everything dated on the way is read on that day. `mean`: its mean over the days or months of the
    period instead ('' for none).
    """

    table: str
    column: str
    path: tuple[str, ...]
    type: Type
    level: str
    span: Span = spanned()
    as_of: "Term | None" = None
    mean: str = ""


@dataclass(frozen=True, slots=True)
class RowOf:
    """The row itself at the end of `path` (a person, a team): to be compared or counted."""

    table: str
    path: tuple[str, ...]
    type: Type
    level: str
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class ValueOf:
    """A named value, score, or paid line of its own row: `name` is the identity, `table` its level."""

    table: str
    name: str
    path: tuple[str, ...]
    type: Type
    level: str
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class ParameterOf:
    """A parameter; `as_of` the day that decides, where the author writes one."""

    name: str
    type: Type
    level: str = EVERYWHERE
    span: Span = spanned()
    as_of: "Term | None" = None


@dataclass(frozen=True, slots=True)
class PeriodOf:
    """first, last, days, number of the period evaluated, or of what holds its last day (`of`): the month, quarter,
    half year, year, or the own year of the person at the end of `path`, counted from his column `hired`."""

    part: str
    type: Type
    level: str = EVERYWHERE
    span: Span = spanned()
    of: str = "period"
    path: tuple[str, ...] = ()
    hired: str = ""


@dataclass(frozen=True, slots=True)
class KpiOf:
    """weight, actual, target, attainment or score of a kpi."""

    kpi: str
    part: str
    path: tuple[str, ...]
    type: Type
    level: str
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Received:
    """What the person receives in the period from these lines, reversals included (decision 59).

    `kinds`: every line of these kinds is asked for, also those of rows that another version rules.
    """

    lines: tuple[str, ...]
    path: tuple[str, ...]
    type: Type
    level: str
    span: Span = spanned()
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DueOf:
    """What falls due to the person in the period from these lines, whenever it was earned (decision 58).

    `kinds` as in `Received`.
    """

    lines: tuple[str, ...]
    type: Type
    level: str
    span: Span = spanned()
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PreviousOf:
    """What the period before closed with, of a value or score (`part` ''), part of a kpi, a place, a line or the
    payout.

    `table`: the people or a group; `otherwise`, as seen from there, where there was no period before. `reset`: only
    if that lies in the same month quarter half_year year own_year; `hired` as in `Cap`.
    """

    table: str
    name: str
    part: str
    path: tuple[str, ...]
    otherwise: "Term | None"
    reset: str
    hired: str
    type: Type
    level: str
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class OpeningOf:
    """What the account of the person at the end of `path` opens with."""

    account: str
    path: tuple[str, ...]
    type: Type
    level: str
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """operator: add subtract multiply divide share (left is the share) minus (one operand)."""

    operator: str
    operands: "tuple[Term, ...]"
    type: Type
    level: str
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Comparison:
    operator: str  # = != < <= > >=
    left: "Term"
    right: "Term"
    type: Type
    level: str
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Junction:
    """operator: and or not."""

    operator: str
    operands: "tuple[Term, ...]"
    type: Type
    level: str
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Membership:
    operand: "Term"
    options: "tuple[Term, ...]"
    type: Type
    level: str
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Presence:
    operand: "Term"
    present: bool
    type: Type
    level: str
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Function:
    """min max (of several values), days months workdays minutes ceiling multiple.

    `table`, `column`: where the exceptions from Monday to Friday stand, '' for none.
    """

    name: str
    arguments: "tuple[Term, ...]"
    type: Type
    level: str
    span: Span = spanned()
    table: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """Which rows by their days; kinds as in `syntax.Window`. `hired`: the people's column that own years and
    `since hire` count from."""

    kind: str
    count: int = 0
    unit: str = ""
    as_of: "Term | None" = None
    hired: str = ""
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Aggregate:
    """sum count average min max any distinct over the rows of `table` that belong to a row of `scope`.

    `argument` (None for count of rows) and `where` are terms of `table`'s level. `path` leads from the
    level at hand to the row of `scope`. `below`: also what belongs to the groups below that of `scope`, which name it,
    or one between, in this column of theirs ('' for none). `window` None: the children of a row up to the period's
    end, the rows of a person or group dated in the period. With `per`, terms of `table`'s level, `scope` is
    `table` itself: the rows whose values of them are those of the row at hand.
    """

    function: str
    table: str
    scope: str
    argument: "Term | None"
    where: "Term | None"
    path: tuple[str, ...]
    type: Type
    level: str
    span: Span = spanned()
    window: Window | None = None
    per: "tuple[Term, ...]" = ()
    below: str = ""


@dataclass(frozen=True, slots=True)
class TierValue:
    """The value of the tier that holds `key`, whatever the mode; `scale` is what its bounds are shares of."""

    tiers: str
    column: int
    key: "Term"
    type: Type
    level: str
    scale: "Term | None" = None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class TierPrice:
    """`base` priced in the mode of the table; `key` where it is not the base."""

    tiers: str
    column: int
    base: "Term"
    key: "Term | None"
    type: Type
    level: str
    scale: "Term | None" = None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class NextBound:
    """Where the next tier begins that `key` has not reached; missing in the last one."""

    tiers: str
    key: "Term"
    type: Type
    level: str
    scale: "Term | None" = None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class GrossFor:
    """The x of which `net` is left after the price of x is taken off."""

    tiers: str
    column: int
    net: "Term"
    type: Type
    level: str
    scale: "Term | None" = None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class LookupValue:
    """The value in `column` of the row of a lookup table that fits the keys."""

    lookup: str
    column: int
    keys: "tuple[Term, ...]"
    type: Type
    level: str
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Conversion:
    """`operand` in the scheme's currency, at the rate of table `rates` on `day` (None: the row's date of record)."""

    operand: "Term"
    rates: str
    day: "Term | None"
    type: Type
    level: str
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Running:
    """Running total (operand) or running count (None) over the rows of the rule, this row included.

    It restarts where the span of `window` that holds the row begins (None: the period), and runs for each
    person, or for each value of `per` instead.
    """

    operand: "Term | None"
    type: Type
    level: str
    span: Span = spanned()
    window: Window | None = None
    per: "tuple[Term, ...]" = ()


@dataclass(frozen=True, slots=True)
class Part:
    """The part of `operand` above `above` and up to `up_to`, never below 0."""

    operand: "Term"
    above: "Term | None"
    up_to: "Term | None"
    type: Type
    level: str
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class WeightedSum:
    """The weighted sum of these kpis' scores."""

    kpis: tuple[str, ...]
    type: Type
    level: str
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class LevelOf:
    """How many levels up the receiver of a line of an upline stands: 1 for the first who is not passed over."""

    type: Type
    level: str
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class HighestBelow:
    """The highest `operand`, a term of people, of those below the receiver in the chain: the start, and every
    level up to the one before. Who is passed over does not count, nor who has no such value."""

    operand: "Term"
    type: Type
    level: str
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class PlaceOf:
    """What rank `rank` of table `table` says of the row at the end of `path`: place, entrants (of its group) or
    tied (how many have the same place, itself included)."""

    table: str
    rank: str
    part: str
    path: tuple[str, ...]
    type: Type
    level: str
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class TiedMean:
    """The mean of `operand`, which reads the place `of`, over the places that those who tie take together."""

    of: PlaceOf
    operand: "Term"
    type: Type
    level: str
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class ValueAtPlace:
    """What is ranked, of whoever stands at place `place` in the group of the row that `of` speaks of."""

    of: PlaceOf
    place: "Term"
    type: Type
    level: str
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class CompetencyOf:
    """What a competency says of the person at the end of `path`: its score, or of an item its rating, gap, course."""

    competency: str
    item: str
    part: str
    path: tuple[str, ...]
    type: Type
    level: str
    span: Span = spanned()


Term: TypeAlias = (
    Literal | Lapse | ColumnOf | RowOf | ValueOf | ParameterOf | PeriodOf | KpiOf | Received | Arithmetic
    | PreviousOf | OpeningOf
    | Comparison | Junction | Membership | Presence | Function | Aggregate | TierValue | TierPrice | NextBound
    | GrossFor | Running | Part | WeightedSum | LookupValue | Conversion | LevelOf | HighestBelow
    | PlaceOf | TiedMean | ValueAtPlace | CompetencyOf | DueOf
)  # fmt: skip

# ---- bodies: the steps in the order written ----


@dataclass(frozen=True, slots=True)
class Start:
    term: Term
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases with their conditions; `unique` unless `first of`; `otherwise` None: none true is an error."""

    cases: tuple[tuple[Term, Term], ...]  # (condition, value)
    otherwise: Term | None
    unique: bool
    span: Span = spanned()
    case_spans: tuple[Span, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Change:
    """operator: times plus minus at_most at_least; skipped where `when` does not hold."""

    operator: str
    term: Term
    when: Term | None = None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Cap:
    """What the line comes to in a span, or for one value of `key` in the period, is at most `term`.

    Each person's rows in their order; `per`: month quarter half_year year own_year, '' where `key` says.
    `hired`: the people's column that own years count from. Skipped where `when` does not hold.
    """

    term: Term
    per: str
    key: Term | None = None
    when: Term | None = None
    hired: str = ""
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Excess:
    """What the cap before it cuts goes into an account of the person."""

    account: str
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class LessEarlier:
    """What the line came to in the earlier periods of the span comes off; `per`, `hired` as in `Cap`."""

    per: str
    hired: str = ""
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Round:
    rounding: Rounding
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Only:
    """No line where the condition does not hold."""

    condition: Term
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Zero:
    """A value of 0 where the condition does not hold."""

    condition: Term
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Rescue:
    """What holds where the steps before cannot be computed (decision 27)."""

    term: Term
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Count:
    """What is missing above `term`: a guarantee fills up to its amount, and pays nothing beyond it."""

    term: Term
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who receives a line: the person at the end of the links `path`, as of the row's day, or the company."""

    path: tuple[str, ...] = ()
    company: bool = False
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Upline:
    """Everybody above the person at the end of the links `start`, over the people's column `link`, at most `depth`
    levels (None: to the top). Who fails `where`, a condition of people, is passed over and is no level.

    A dated link is read on the row's day, for a person or a group on the period's last.
    """

    start: tuple[str, ...]
    link: str
    depth: int | None
    where: Term | None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Share:
    """A ratio of the amount, or an amount itself (by its type); None: the rest."""

    term: Term | None
    receiver: Receiver
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Shared:
    """The amount in parts, rounded at once; steps after it apply to each part (decision 21).

    `in_turn`: each share is of what the ones before left. `together`: beyond it all shrink in proportion.
    """

    in_turn: bool
    shares: tuple[Share, ...]
    together: Term | None
    rounding: Rounding | None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class SharedAmong:
    """The amount of a group among its members where `where`, equally or in proportion to `weight`.

    A member is who is in the group at the end of his links `path` on the period's last day (decision 10).
    remainder: largest, first, or rest: what rounding leaves goes to `rest`. `nothing`: where nobody has a
    weight, nothing is paid; else that is an error.
    """

    path: tuple[str, ...]
    where: Term | None
    weight: Term | None
    rounding: Rounding | None
    remainder: str
    rest: Receiver | None
    nothing: bool
    span: Span = spanned()


Step: TypeAlias = (
    Start | Cases | Change | Cap | Excess | LessEarlier | Round | Only | Zero | Rescue | Count | Shared | SharedAmong
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Body:
    """`rounding` is what happens at the end of the body unless its last written step rounds already;
    None: `unrounded`, the exact fraction is passed on."""

    steps: tuple[Step, ...]
    rounding: Rounding | None
    type: Type


# ---- declarations ----


@dataclass(frozen=True, slots=True)
class Check:
    """A limit that every value of a column must keep: at_least at_most above below."""

    kind: str
    bound: Fraction


@dataclass(frozen=True, slots=True)
class Column:
    """`link` is the table that a value of this column names ('' for none). `digits` after the point."""

    identity: str
    type: Type
    optional: bool = False
    dated: bool = False
    default: Fraction | str | bool | date | None = None
    checks: tuple[Check, ...] = ()
    names: Names = _named()
    place: Place = _placed()

    @property
    def link(self) -> str:
        return self.type.table


@dataclass(frozen=True, slots=True)
class Rates:
    """What currencies cost, and which columns say it. `per`: home_per_foreign multiplies, foreign_per_home divides."""

    currency: str
    day: str
    rate: str
    per: str


@dataclass(frozen=True, slots=True)
class Table:
    """kind: people, facts, group. `credited`, `record_date`, `parent`, `reverses` are column identities, '' for none.

    A table without its own credited person or date inherits its parent's (over the link `parent`).
    `reversed_share` is a term at this table's level; None: the whole sale. A row of a table with `rates` has the
    currency and the day for its key, is credited to nobody and belongs to no period.
    """

    identity: str
    kind: str
    columns: tuple[Column, ...]
    key: str
    credited: str = ""
    record_date: str = ""
    parent: str = ""
    reverses: str = ""
    reversed_share: Term | None = None
    rates: Rates | None = None
    names: Names = _named()
    place: Place = _placed()

    def column(self, identity: str) -> Column:
        return next(c for c in self.columns if c.identity == identity)


@dataclass(frozen=True, slots=True)
class DatedValue:
    term: Literal
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Parameter:
    identity: str
    type: Type
    values: tuple[DatedValue, ...]
    names: Names = _named()
    place: Place = _placed()


@dataclass(frozen=True, slots=True)
class Value:
    """A named value at `level` (a table's identity); `where` chooses the rows of a `for each`."""

    identity: str
    level: str
    where: Term | None
    body: Body
    names: Names = _named()
    place: Place = _placed()


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound of a tier, of a day its number; `inside`: the bound itself belongs to the tier."""

    value: Fraction
    inside: bool


@dataclass(frozen=True, slots=True)
class Series:
    """Tiers without end: `every` so much a new one, whose values differ from the one before by `steps`."""

    every: Fraction
    steps: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Tier:
    """Rows between `low` and `high` (None: open) with one value per column; of a `series` the first of many."""

    low: Bound | None
    high: Bound | None
    values: tuple[Fraction | str | bool, ...]
    series: Series | None = None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Tiers:
    """mode: marginal whole fixed cumulative filled interpolated average_rate.

    Tiers are sorted upwards, without gap or overlap; `otherwise` holds one value per column. In an interpolated
    table or one of average rates a tier begins at its point. `scaled`: the bounds are shares of a value, which
    each use of the table carries as it is seen from there; `scale` is how a person, or some row, sees it.
    `last_holds`: what lies beyond its end belongs to the last tier, and leaves a filled table full.
    """

    identity: str
    mode: str
    columns: tuple[str, ...]  # column identities; ('',) for the single unnamed column
    column_types: tuple[Type, ...]
    tiers: tuple[Tier, ...]
    otherwise: tuple[Fraction | str | bool, ...] | None
    rounding: Rounding | None
    key_type: Type = PLAIN
    scaled: bool = False
    last_holds: bool = False
    scale: "Term | None" = None
    column_names: tuple[Names, ...] = field(default=(), compare=False, repr=False)
    names: Names = _named()
    place: Place = _placed()


@dataclass(frozen=True, slots=True)
class Range:
    """A key between two bounds (None: open), each inside or not; a single number is a range from it to it.

    A date is the number of its day (`date.toordinal`).
    """

    low: Fraction | None
    low_inside: bool
    high: Fraction | None
    high_inside: bool


@dataclass(frozen=True, slots=True)
class Exactly:
    """A key that is this text, or this yes or no."""

    value: str | bool


KeyCell: TypeAlias = Range | Exactly | None  # None: any


@dataclass(frozen=True, slots=True)
class LookupRow:
    keys: tuple[KeyCell, ...]
    values: tuple[Fraction | str | bool | date, ...]
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Lookup:
    """A lookup table: the row that fits all keys; with `first_of` the first of them, else there is only one."""

    identity: str
    keys: tuple[str, ...]
    key_types: tuple[Type, ...]
    columns: tuple[str, ...]  # ('',) for the single unnamed column
    column_types: tuple[Type, ...]
    rows: tuple[LookupRow, ...]
    otherwise: tuple[Fraction | str | bool | date, ...] | None
    first_of: bool
    names: Names = _named()
    place: Place = _placed()

    @property
    def in_order(self) -> tuple[LookupRow, ...]:
        """What the hash sees: where only one row fits, their order means nothing."""
        return self.rows if self.first_of else tuple(sorted(self.rows, key=_by_canon))


@dataclass(frozen=True, slots=True)
class Kpi:
    """`actual` and `target` None where not written; `not_applicable` None where it always counts."""

    identity: str
    weight: Fraction
    less_is_better: bool
    actual: Body | None
    target: Body | None
    score: Body
    not_applicable: Term | None
    names: Names = _named()
    place: Place = _placed()
    spans: tuple[tuple[str, Span], ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Move:
    """An amount that moves a balance, rounded to what can be paid. operator: plus minus."""

    operator: str
    term: Term
    when: Term | None = None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class BalanceLimit:
    """What a balance closes with must keep: at_least at_most above below."""

    kind: str
    term: Term
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Account:
    """A balance of each person: it opens with what the period before closed with, the first time with `opens`."""

    identity: str
    opens: Term
    moves: tuple[Move, ...]
    limits: tuple[BalanceLimit, ...]
    names: Names = _named()
    place: Place = _placed()


@dataclass(frozen=True, slots=True)
class ExceptionTo:
    """Another body for the rows of a rule where `where` holds; `to`: the rule, or the exception it goes before."""

    identity: str
    to: str
    where: Term
    body: Body
    names: Names = _named()
    place: Place = _placed()


@dataclass(frozen=True, slots=True)
class Instalment:
    """A share of what the line earned, paid when `due` comes if `when` holds on that day, else cancelled."""

    share: Term
    due: Term
    when: Term | None = None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class TakeBack:
    """This share of what was paid is taken back as soon as `when` holds at the end of a period, once."""

    share: Term
    when: Term
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Settlement:
    """When what a line earned is paid: in instalments, or in the `share` reached so far; not while one of `holds`
    holds; and what of it is taken back."""

    parts: tuple[Instalment, ...] = ()
    share: Term | None = None
    holds: tuple[Term, ...] = ()
    take_backs: tuple[TakeBack, ...] = ()

    @property
    def deferred(self) -> bool:
        """Whether it may be paid later than it is earned."""
        return bool(self.parts or self.share is not None or self.holds)


@dataclass(frozen=True, slots=True)
class PayLine:
    """kind: commission bonus deduction allowance guarantee. Level: a facts table or a group (one line per
    row), or people. `to`: who receives it, None for the person credited; an `Upline`: a line for each of them."""

    identity: str
    kind: str
    level: str
    where: Term | None
    body: Body
    to: Receiver | Upline | None = None
    names: Names = _named()
    place: Place = _placed()
    exceptions: tuple[ExceptionTo, ...] = ()
    settlement: Settlement | None = None

    @property
    def sharing(self) -> Shared | SharedAmong | None:
        """How the amount is divided; None where one receives it whole."""
        return next((s for s in self.body.steps if isinstance(s, Shared | SharedAmong)), None)


@dataclass(frozen=True, slots=True)
class RankKey:
    """What is compared; `falling`: the greatest comes first."""

    term: Term
    falling: bool


@dataclass(frozen=True, slots=True)
class Rank:
    """Places of the rows of `level` that pass `where`, counted anew for each value of `within`.

    A key decides where those before it tie. ties: share (1, 1, 3), dense (1, 1, 2), none (a fault of the facts).
    """

    identity: str
    level: str
    where: Term | None
    keys: tuple[RankKey, ...]
    ties: str
    within: tuple[Term, ...]
    names: Names = _named()
    place: Place = _placed()


@dataclass(frozen=True, slots=True)
class Rater:
    """Rows of `table` that rate: `points` of those whose `kind` column is `kind` ('' and '': all), with a weight.

    `item` is the column that says which item is rated.
    """

    table: str
    points: Term
    item: str
    kind: str
    kind_column: str
    weight: Fraction
    window: Window | None = None
    span: Span = spanned()


@dataclass(frozen=True, slots=True)
class Item:
    """`texts`: how the facts call it; `course_key`: how the table of courses does, '' if it has no such row."""

    identity: str
    weight: Fraction
    texts: tuple[str, ...]
    required: Term | None
    course_key: str = ""
    names: Names = _named()
    place: Place = _placed()


@dataclass(frozen=True, slots=True)
class Competency:
    """What raters say of a person, item by item. `course`, `course_column`: where a lookup table by item
    and gap says what is recommended, '' for nowhere; `item_first`: the item is its first key."""

    identity: str
    raters: tuple[Rater, ...]
    items: tuple[Item, ...]
    course: str = ""
    course_column: int = 0
    item_first: bool = True
    names: Names = _named()
    place: Place = _placed()


@dataclass(frozen=True, slots=True)
class Promise:
    """What the scheme keeps for every set of facts. kind: always (`condition`, `when`), rising (`value` never falls
    when `cause` rises), jump (`value` jumps by at most `limit` when `cause` rises by `step`)."""

    kind: str
    terms: tuple[Term | None, ...]
    step: Fraction | None = None
    place: Place = _placed()


@dataclass(frozen=True, slots=True)
class Requirement:
    level: str
    where: Term | None
    condition: Term
    message: str = field(default="", compare=False)
    place: Place = _placed()


@dataclass(frozen=True, slots=True)
class Keep:
    """Rows of `level` (people: whole plans) that another version rules where `where`, any row where None.

    better: '' keeps `versions[0]`; max or min takes of two versions the one that pays more or less.
    """

    level: str
    where: Term | None
    versions: tuple[int, ...]
    better: str = ""
    place: Place = _placed()


@dataclass(frozen=True, slots=True)
class Pilot:
    """People who are paid by this version from `first` on, before its own first day."""

    where: Term
    first: date
    place: Place = _placed()


@dataclass(frozen=True, slots=True)
class Blend:
    """The share of this version in the payouts of the periods from `first` on; the rest is the old one's, alone."""

    first: date
    last: date
    shares: tuple[Fraction, ...]
    place: Place = _placed()


@dataclass(frozen=True, slots=True)
class Floor:
    """Up to `last` everybody receives at least `share` of what `version` alone pays, or (0) of the average payout
    of the `count` periods before this version."""

    last: date
    share: Fraction
    version: int
    count: int = 0
    place: Place = _placed()


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """What has accumulated under the old version. kind: table line account; how: carries restarts converted."""

    kind: str
    identity: str
    how: str
    term: Term | None = None
    place: Place = _placed()


@dataclass(frozen=True, slots=True)
class Transition:
    """How people pass from `version` to this one. cut: record_date day whole next, '' where not said.

    `refers`: every version named, with the hash of its meaning.
    """

    version: int
    cut: str
    kept: tuple[Keep, ...] = ()
    pilots: tuple[Pilot, ...] = ()
    blend: Blend | None = None
    floors: tuple[Floor, ...] = ()
    carried: tuple[CarriedOver, ...] = ()
    refers: tuple[tuple[int, str], ...] = ()
    place: Place = _placed()


@dataclass(frozen=True, slots=True)
class Stamp:
    """The column that says of a row of `table` by which version it is paid."""

    table: str
    column: str


@dataclass(frozen=True, slots=True)
class CheckedScheme:
    """A whole scheme, ready to be lowered. `scores` are values that stand at the person's level.

    Periods of weeks have `weeks` of them, counted from `week_first`: of all the days that say the same the
    first one there is. `zone`: where datetimes become days; '' where they are what the facts say.
    """

    identity: str
    version: int
    first: date
    last: date | None
    currency: str
    period: str  # month quarter half_year year half_month week
    rounding: tuple[tuple[str, Rounding], ...]  # type word -> default, as far as the header states one
    tables: tuple[Table, ...]
    parameters: tuple[Parameter, ...]
    values: tuple[Value, ...]
    scores: tuple[Value, ...]
    tiers: tuple[Tiers, ...]
    kpis: tuple[Kpi, ...]
    lines: tuple[PayLine, ...]
    requirements: tuple[Requirement, ...]
    payout: Body | None
    names: Names = _named()
    payout_place: Place = _placed()
    lookups: tuple[Lookup, ...] = ()
    promises: tuple[Promise, ...] = ()
    accounts: tuple[Account, ...] = ()
    ranks: tuple[Rank, ...] = ()
    competencies: tuple[Competency, ...] = ()
    language: str = field(compare=False, default="en")
    weeks: int = 1
    week_first: date | None = None
    zone: str = ""
    transition: Transition | None = None
    stamp: Stamp | None = None
    marks: dict[str, str] = field(init=False, compare=False, repr=False, default_factory=dict[str, str])

    def table(self, identity: str) -> Table:
        return next(t for t in self.tables if t.identity == identity)

    @property
    def hash(self) -> str:
        """The meaning hash: sha256 of the canonical JSON. Layout, comments, face and titles do not move it."""
        if "hash" not in self.marks:
            text = json.dumps(canonical(self), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
            self.marks["hash"] = hashlib.sha256(text.encode("ascii")).hexdigest()
        return self.marks["hash"]


def canonical(value: Any) -> Any:
    """What the hash sees of a value: identities, fractions as 'n/d', declarations sorted by identity."""
    kind = cast("Any", type(value))
    if kind in _AS_IT_IS:
        return value
    if kind is tuple:
        items = [canonical(item) for item in value]
        return sorted(items, key=_by_text) if value and isinstance(value[0], _UNORDERED) else items
    if hasattr(kind, "__dataclass_fields__"):
        seen = {name: canonical(getattr(value, name)) for name in _compared(kind)}
        if isinstance(value, Lookup):
            seen["rows"] = canonical(value.in_order)
        return {"is": kind.__name__, **seen} | _language(value)
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, Kind) and value in _RATIOS:
        return Kind.number.value  # 5% is 0.05: how a number is written is no part of what it means
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


@cache
def _compared(kind: type) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind) if f.compare)


def parts(value: Any) -> Iterator[Any]:
    """A node of the scheme and every node inside it; names, places and types are no nodes."""
    todo = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, tuple):
            todo += reversed(cast("tuple[object, ...]", one))
            continue
        kind = cast("Any", type(one))
        inside = _inside(kind)
        if inside is not None:
            yield one
            todo += [getattr(one, name) for name in inside]


@cache
def _inside(kind: type) -> tuple[str, ...] | None:
    """The slots of a node, last one first; None of what is no node."""
    if not is_dataclass(kind) or issubclass(kind, _LEAVES):
        return None
    return tuple(f.name for f in reversed(fields(kind)))


def _language(value: Any) -> dict[str, int]:
    return {"language_version": LANGUAGE_VERSION} if isinstance(value, CheckedScheme) else {}


def _by_canon(item: Any) -> str:
    return _by_text(canonical(item))


def _by_text(item: Any) -> str:
    return json.dumps(item, sort_keys=True)


_LEAVES = (type, Span, Names, Place, Type, Bound, Range, Exactly)
_AS_IT_IS = frozenset({str, int, bool, type(None)})
_RATIOS = (Kind.plain, Kind.number, Kind.percent)
_UNORDERED = (
    Table, Column, Parameter, Value, Tiers, Lookup, Kpi, PayLine, ExceptionTo, Promise, Requirement, Account, Move,
    BalanceLimit, Rank, Rater, Item, Competency, Keep, Pilot, Floor, CarriedOver,
)  # fmt: skip
