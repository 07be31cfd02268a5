"""The plan: what both evaluators run. Few kinds of node, in steps whose order is the order of work.

In: nothing. Out: frozen nodes and steps. A `Step` computes one named (or hidden) value for every row
of its level; its body is a list of `Stage`s, each of which sees the value of the stage before it as
`Prior`, so that every line an author wrote is one line of the trace. Inside a stage stands an
expression of nodes, exact throughout; values of other steps are `Slot`s. Steps come in an order in
which every slot is filled before it is read.

Kinds of node, of the nineteen in the design: const, column (with `as of`), up (a `path` on column and
slot), arith, compare, logic, choose, tier, table (`Lookup`), asof, aggregate, running, previous (`Previous`,
`Accrued`), rank, round, allocate (`Shares`, `Pool`), date, emit (a step with a line kind), guard, expand (`Upline`,
the rows; `Highest`, over the rows of one chain). `Prior`, `Turn`, `Slot`, `PartOf` and `Standing` are names for
values, not nodes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeAlias

from tiercel.money import Rounding
from tiercel_dsl.source import NOWHERE, Span
from tiercel_dsl.types import Type

Scalar: TypeAlias = Fraction | str | bool | date


def shown_as(type_: Type) -> str:
    """The type word for display, with the currency of money that is not in the scheme's: `money GBP`."""
    return f"{type_.kind} {type_.currency}".rstrip()


@dataclass(frozen=True, slots=True)
class Const:
    value: Scalar
    span: Span = NOWHERE
    shown: str = ""  # the type word, for display


@dataclass(frozen=True, slots=True)
class Dated:
    """A parameter: its values with first and last day. At a row the row's day decides, else the period's last;
    with `as_of` that day."""

    name: str
    values: tuple[tuple[date | None, date | None, Scalar], ...]
    span: Span = NOWHERE
    shown: str = ""
    as_of: "Node | None" = None


@dataclass(frozen=True, slots=True)
class Column:
    """Column `name` of the row of `table` that `path` leads to.

    `as_of`: read on that day. `mean`: its mean over the days, or the months, of the period.
    """

    table: str
    name: str
    path: tuple[str, ...]
    span: Span = NOWHERE
    shown: str = ""
    as_of: "Node | None" = None
    mean: str = ""


@dataclass(frozen=True, slots=True)
class RowKey:
    """The row itself at the end of `path`."""

    table: str
    path: tuple[str, ...]
    span: Span = NOWHERE
    shown: str = "row"


@dataclass(frozen=True, slots=True)
class Slot:
    """The value of step `step` for the row that `path` leads to."""

    step: int
    path: tuple[str, ...] = ()
    span: Span = NOWHERE
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Prior:
    """The value of the stage before."""

    span: Span = NOWHERE
    shown: str = ""


@dataclass(frozen=True, slots=True)
class PeriodPart:
    """first, last (dates), days, number (counts) of the period evaluated, or of the month, quarter, half year, year
    that holds its last day; of the own year of the person at the end of `path`, from his column `hired`."""

    part: str
    span: Span = NOWHERE
    shown: str = ""
    of: str = "period"
    path: tuple[str, ...] = ()
    hired: str = ""


@dataclass(frozen=True, slots=True)
class Arith:
    """operator: add subtract multiply divide share minus min max part (operand, above, up to) cap.

    A limit left open in `part` is None. `cap` (operand, limit, accrued, step): the operand as far as limit less
    accrued has room for it in whole steps; one below 0 is left as it is.
    """

    operator: str
    operands: "tuple[Node | None, ...]"
    span: Span = NOWHERE
    shown: str = ""


@dataclass(frozen=True, slots=True)
class DateOp:
    """operator: later, earlier (date, duration), days_between (a - b), days, months, workdays (both ends counted),
    minutes (from one moment to another, by the clocks).

    `table`, `column`: which days are worked, other than Mondays to Fridays.
    """

    operator: str
    operands: "tuple[Node, ...]"
    months: bool = False  # the duration is counted in months
    span: Span = NOWHERE
    shown: str = ""
    table: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class Compare:
    """operator: = != < <= > >= in (left in the rest)."""

    operator: str
    operands: "tuple[Node, ...]"
    span: Span = NOWHERE
    shown: str = "yesno"


@dataclass(frozen=True, slots=True)
class Logic:
    """operator: and or not present missing multiple; left to right, stops early."""

    operator: str
    operands: "tuple[Node, ...]"
    span: Span = NOWHERE
    shown: str = "yesno"


@dataclass(frozen=True, slots=True)
class Choose:
    """The value of the case that holds; two that hold must agree if `unique`; `otherwise` None: an error."""

    cases: "tuple[tuple[Node, Node], ...]"  # (condition, value)
    otherwise: "Node | None"
    unique: bool
    spans: tuple[Span, ...] = ()
    span: Span = NOWHERE
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Bracket:
    """One tier: bounds (None: open) with whether they are inside, and its value.

    With `every` it stands for tiers without end: from `low` on a new one at every so much, each `by` so much more.
    """

    low: Fraction | None
    low_inside: bool
    high: Fraction | None
    high_inside: bool
    value: Fraction | str | bool
    span: Span = NOWHERE
    every: Fraction | None = None
    by: Fraction = Fraction(0)

    def holds(self, x: Fraction) -> bool:
        if self.low is not None and (x < self.low or (x == self.low and not self.low_inside)):
            return False
        return not (self.high is not None and (x > self.high or (x == self.high and not self.high_inside)))


@dataclass(frozen=True, slots=True)
class Tier:
    """Read the tier that holds `key` (mode 'value') or the point of a line at it ('point'), price `base`
    (marginal whole fixed cumulative filled; 'average': base × the point at the key), say where the tier after
    `base` begins ('next'), or what leaves `base` ('gross').

    With `less` the price is that of base less the price of base - less: a row of a running total. `rounding` is of
    each slice, of each row, or of the price of a running total (`stage`). Bounds are shares of `scale`.
    """

    table: str
    mode: str
    brackets: tuple[Bracket, ...]
    otherwise: Fraction | str | bool | None
    base: "Node"
    key: "Node | None" = None
    less: "Node | None" = None
    rounding: Rounding | None = None
    key_shown: str = ""
    value_shown: str = ""
    span: Span = NOWHERE
    shown: str = ""
    stage: str = "slice"
    scale: "Node | None" = None


@dataclass(frozen=True, slots=True)
class Fits:
    """One key of a row of a lookup table: anything (both None), a text or yes/no, or a range."""

    exactly: str | bool | None = None
    bracket: Bracket | None = None

    def holds(self, key: Scalar) -> bool:
        if self.exactly is not None:
            return key == self.exactly
        return self.bracket is None or self.bracket.holds(number_of(key))


def number_of(key: Scalar) -> Fraction:
    """A key as a number: a date by its day."""
    if isinstance(key, date):
        return Fraction(key.toordinal())
    assert isinstance(key, Fraction)
    return key


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a lookup table: what each key must be, and the value."""

    fits: tuple[Fits, ...]
    value: Scalar
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Lookup:
    """The value of the first entry that fits the keys (where order means nothing, of the only one); `lacking`: none
    is a value that is missing, not one that cannot be computed."""

    table: str
    column: int
    keys: "tuple[Node, ...]"
    entries: tuple[Entry, ...]
    otherwise: Scalar | None
    key_shown: tuple[str, ...] = ()
    span: Span = NOWHERE
    shown: str = ""
    lacking: bool = False


@dataclass(frozen=True, slots=True)
class AsOf:
    """The rate that table `table` has for currency `key` on `day` (None: the row's), else the latest of the
    `rates.OLDEST` days before (decision 50)."""

    table: str
    key: "Node"
    day: "Node | None"
    span: Span = NOWHERE
    shown: str = "number"


@dataclass(frozen=True, slots=True)
class Window:
    """Which rows by their days: a `kind` of `windows.py`. `hired`: the people's column that it counts from."""

    kind: str
    count: int = 0
    unit: str = ""
    as_of: "Node | None" = None
    hired: str = ""
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Aggregate:
    """function over the rows of `table` under one row of the step's level; stands alone in its step.

    `up` holds the links from a row of `table` to the step's row of `scope`: the children of a row, dated
    up to the period's end. Rows of a person or group: those dated in the period (decision 60). A `window` says
    otherwise. `below`: the groups' column that names the group above; the rows of all groups below count too. With
    `per` (nodes at `table`) the step's level is `table`: the rows that agree with the row at hand.
    """

    function: str
    table: str
    scope: str
    argument: "Node | None"
    where: "Node | None"
    up: tuple[str, ...]
    span: Span = NOWHERE
    shown: str = ""
    window: Window | None = None
    per: "tuple[Node, ...]" = ()
    below: str = ""


@dataclass(frozen=True, slots=True)
class Running:
    """Running total of `argument` (None: running count) over the person's rows that pass `where`, in order.

    It restarts where the span of `window` (None: the period) begins; with `per` it runs by these keys, not by person.
    """

    table: str
    argument: "Node | None"
    where: "Node | None"
    span: Span = NOWHERE
    shown: str = ""
    window: Window | None = None
    per: "tuple[Node, ...]" = ()


@dataclass(frozen=True, slots=True)
class Received:
    """Sum of what the person receives from these line steps in the period, reversals included, and what falls due
    to him from the lines `due`."""

    steps: tuple[int, ...]
    names: tuple[str, ...]
    due: tuple[str, ...] = ()
    span: Span = NOWHERE
    shown: str = "money"


@dataclass(frozen=True, slots=True)
class Receiver:
    """The person at the end of `path`, as of the row's day; or the company."""

    path: tuple[str, ...] = ()
    company: bool = False


@dataclass(frozen=True, slots=True)
class Shares:
    """The value of the stage before in shares, written one by one; a share None is the rest.

    `fixed`: the share is an amount. `together`: what all of them may come to. `unit` rounds the whole.
    """

    shares: "tuple[Node | None, ...]"
    fixed: tuple[bool, ...]
    receivers: tuple[Receiver, ...]
    together: "Node | None"
    in_turn: bool
    rounding: Rounding
    unit: Rounding
    span: Span = NOWHERE
    shown: str = "money"


@dataclass(frozen=True, slots=True)
class Pool:
    """The value of the stage before among the people whose links `path` lead to the row at hand.

    `weights`: the step that holds the weight of each person, no value for who has no part; `equally`: all the
    same. remainder: largest first apart. `nothing`: where nobody has a weight there are no parts.
    """

    path: tuple[str, ...]
    weights: Slot
    equally: bool
    rounding: Rounding
    unit: Rounding
    remainder: str
    nothing: bool
    span: Span = NOWHERE
    shown: str = "money"


@dataclass(frozen=True, slots=True)
class PartOf:
    """A part of what step `step` shares: that at `place`, or (None) the part of the person at hand.

    Without such a part there is no value. `REST` is the place of what a pool leaves over.
    """

    step: int
    place: int | None
    path: tuple[str, ...] = ()
    span: Span = NOWHERE
    shown: str = "money"


REST = -1


@dataclass(frozen=True, slots=True)
class Accrued:
    """What line `line` has come to before the row at hand: in the earlier periods of the span, and for rows of
    facts in the person's earlier rows of the same span, or of the same value of `key`.

    `per`: month quarter half_year year own_year, '' where `key` says; `hired`: the people's column of own years.
    Earlier periods are read from what the run was given.
    """

    line: str
    level: str
    per: str
    hired: str = ""
    key: "Node | None" = None
    span: Span = NOWHERE
    shown: str = "money"


@dataclass(frozen=True, slots=True)
class Highest:
    """The highest value of `argument` among the rows of `table`, a table of an upline, from the first of the chain
    to the row at hand; a row without a value is left out. Stands alone in its step."""

    table: str
    argument: "Node"
    span: Span = NOWHERE
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Previous:
    """What the period before closed with, for the person or the row of the group `level` at hand: of a value or
    score (`part` ''), part of a kpi or account, a line, the payout. Absent where there was none.

    `reset`: absent too where the period before ends before the month quarter half_year year own_year that holds the
    period's last day; `hired` as in `Accrued`. `den`: of its number, 0 where that is not known.
    """

    name: str
    part: str
    level: str
    reset: str = ""
    hired: str = ""
    den: int = 1
    span: Span = NOWHERE
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Rank:
    """The place of the row at hand among the rows of `table` that pass `admits` and agree in `within`.

    A key decides where those before it tie; `falling`: its greatest comes first. ties: share (1, 1, 3), dense
    (1, 1, 2), none (two who tie are a fault). Rows of facts compete in the period of their day. `step` is the
    number of the step that this is.
    """

    step: int
    table: str
    admits: Slot | None
    keys: tuple[Slot, ...]
    falling: tuple[bool, ...]
    ties: str
    within: tuple[Slot, ...]
    span: Span = NOWHERE
    shown: str = "count"


@dataclass(frozen=True, slots=True)
class Standing:
    """Of the group in which `place` is a place: how many entered (entrants), how many have it (tied)."""

    part: str
    place: Slot
    span: Span = NOWHERE
    shown: str = "count"


@dataclass(frozen=True, slots=True)
class AtPlace:
    """The value of step `value` for whoever stands at place `nth` of the group in which `place` is a place."""

    place: Slot
    value: Slot
    nth: "Node"
    span: Span = NOWHERE
    shown: str = ""


@dataclass(frozen=True, slots=True)
class OverTied:
    """The mean of `operand` over the places that those who tie at `place` take, each of them the `Turn` in it."""

    place: Slot
    operand: "Node"
    span: Span = NOWHERE
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """The place that a mean over tied places is at."""

    span: Span = NOWHERE
    shown: str = "count"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What another evaluation of the period has for the row at hand, found by its key.

    `source` names that evaluation (`passing.py`). what: value (of its step `step`), there (whether it has one, yes or
    no), payout (what it pays the person at hand).
    """

    source: str
    what: str
    step: int = -1
    span: Span = NOWHERE
    shown: str = "money"


@dataclass(frozen=True, slots=True)
class Ruled:
    """Whether version `version` rules the row at hand, or the person; with `begins` whether it does so since this
    period, and another version did before."""

    version: int
    begins: bool = False
    span: Span = NOWHERE
    shown: str = "yesno"


Node: TypeAlias = (
    Const | Dated | Column | RowKey | Slot | Prior | PeriodPart | Arith | DateOp | Compare | Logic | Choose
    | Tier | Lookup | AsOf | Aggregate | Running | Received | Shares | Pool | PartOf
    | Accrued | Previous | Highest | Rank | Standing | AtPlace | OverTied | Turn | Elsewhere | Ruled
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stage:
    """One line of a body.

    kind: value (the start, a change, a limit), round (`rounding`), only (no line where `node` is no),
    zero (0 where `node` is no), rescue (`node` where the stages before cannot be computed), variant (the value of
    the one of several bodies that holds: `node` chooses among their steps; no line where that has none), share
    (the value in parts, the last stage of a pool).
    """

    kind: str
    node: Node | None
    rounding: Rounding | None = None
    total: Node | None = None  # running total that a row is rounded on
    written: bool = True  # False for the rounding that a default adds
    span: Span = NOWHERE
    operator: str = ""  # times plus minus at_most at_least less_earlier, '' for the start
    unit: Column | None = None  # of amounts in the currency of their row: it names that, whose minor unit is the step


@dataclass(frozen=True, slots=True)
class Step:
    """One value per row of `level`.

    kind: value, kpi, score, rank, competency, account (opening, each move, closing), line (emits one line per row),
    pool (what a shared line divides), payout, require (a guard), hidden, ruling (whether a clause of a transition
    names the row), passage (what a transition adds to a payout), variant (a body that a line takes where the body's
    own `where` holds: the rule's, or that of an exception to it). `where`: rows that fail have no value. `name` is the
    identity; `part` a kpi's clause, an item of a competency, or of an account opening, closing, or `plus` or `minus`
    with what moves it.
    `receiver` of a line, None: the person credited. A line of a member stands for the row of his group at the
    end of `origin`.
    """

    number: int
    kind: str
    level: str
    name: str
    part: str
    where: Node | None
    stages: tuple[Stage, ...]
    shown: str
    span: Span = NOWHERE
    clause: str = ""
    line_kind: str = ""
    message: str = ""
    sign: int = 1
    receiver: Receiver | None = None
    origin: tuple[str, ...] = ()
    version: int = 0  # of a line that another version pays


ROW, RECEIVER, BELOW, LEVEL = "@row", "@receiver", "@below", "@level"  # columns of a table of an upline


@dataclass(frozen=True, slots=True)
class Upline:
    """A table that is made before a period is worked out: for each row of `source` a row for everybody above the
    person at the end of its links `start`, over the people's column `link`, at most `depth` (None: all).

    Its columns: the row, the receiver, who is next below him, his level. Who fails `where`, a node of people, is
    passed over. `every`: also for rows of earlier periods.
    """

    table: str
    source: str
    start: tuple[str, ...]
    link: str
    depth: int | None
    where: Node | None
    span: Span = NOWHERE
    every: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """An instalment: the steps that hold its share, the day it is due, and whether it is paid (None: always)."""

    share: int
    due: int
    when: int | None


@dataclass(frozen=True, slots=True)
class Settlement:
    """When a line is paid. `steps` emit it; the others hold, for a row of their level, the parts, the share reached
    so far (None: all at once), what holds it back, and what is taken back: a share and whether it is."""

    line: str
    steps: tuple[int, ...]
    deferred: bool
    parts: tuple[Part, ...]
    share: int | None
    holds: tuple[int, ...]
    take_backs: tuple[tuple[int, int], ...]
    span: Span = NOWHERE


@dataclass(frozen=True)
class Plan:
    """Steps in working order; `payout` is the number of the step that holds what a person is paid.

    `rulings`: the steps that say whom clauses of a transition name, by clause. `passages`: what the transition adds
    to the payout of the version's own rules, `own_payout`.
    Steps from `later` on serve `settlements` only: they are asked for row by row, on days of their own.
    """

    steps: tuple[Step, ...]
    payout: int
    lines: tuple[int, ...]
    requirements: tuple[int, ...]
    reverses: tuple[tuple[str, str, Node | None, str], ...]  # (table, link, share, reversed table)
    digits: int  # of the currency's minor unit
    uplines: tuple[Upline, ...] = ()
    rulings: tuple[int, ...] = ()
    passages: tuple[int, ...] = ()
    own_payout: int = -1
    key: str = ""  # of two plans with the same key either may stand for the other
    settlements: tuple[Settlement, ...] = ()
    later: int | None = None

    @property
    def hierarchies(self) -> frozenset[tuple[str, str]]:
        """The groups whose sums hold those of the groups below, each with the column that names the one above."""
        nodes = (stage.node for step in self.steps for stage in step.stages)
        return frozenset((n.scope, n.below) for n in nodes if isinstance(n, Aggregate) and n.below)

    def step(self, number: int) -> Step:
        return self.steps[number]

    @cached_property
    def reached_by_refunds(self) -> frozenset[int]:
        """The steps whose values a refund can change: those that read what somebody receives."""
        reached: set[int] = set()
        for step in self.steps:
            if step.kind != "rank" and any(_reads(n, reached) for n in _expressions(step)):
                reached.add(step.number)
        return frozenset(reached)

    @cached_property
    def closings_read(self) -> tuple[Previous, ...]:
        """Where the rules ask what the period before closed with."""
        nodes = (node for step in self.steps for one in _expressions(step) for node in _within(one))
        return tuple(node for node in nodes if isinstance(node, Previous))

    @property
    def at_once(self) -> "Plan":
        """Without the steps that serve settlements."""
        return self if self.later is None else replace(self, steps=self.steps[: self.later])

    @property
    def adjusts(self) -> bool:
        """Whether something of an earlier period can be taken back."""
        return bool(self.reverses) or any(settlement.take_backs for settlement in self.settlements)

    def settles(self, number: int) -> bool:
        """Whether the line of this step is paid later, or can be taken back."""
        return any(number in settlement.steps for settlement in self.settlements)


def _expressions(step: Step) -> list[Node | None]:
    return [step.where, *(node for stage in step.stages for node in (stage.node, stage.total))]


def _within(node: Any) -> Iterator[Any]:
    """A node and those in it."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, tuple):
            waiting += one  # pyright: ignore[reportUnknownArgumentType]
        elif hasattr(one, "__dataclass_fields__") and hasattr(one, "span"):
            yield one
            waiting += [getattr(one, f) for f in one.__dataclass_fields__ if f != "span"]


def _reads(node: Any, reached: set[int]) -> bool:
    if isinstance(node, Received | Elsewhere):
        return True
    if isinstance(node, Slot | PartOf):
        return node.step in reached
    if isinstance(node, tuple):
        return any(_reads(n, reached) for n in node)  # pyright: ignore[reportUnknownVariableType]
    if hasattr(node, "__dataclass_fields__") and hasattr(node, "span"):
        return any(_reads(getattr(node, f), reached) for f in node.__dataclass_fields__ if f != "span")
    return False
