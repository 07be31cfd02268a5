"""What a transition does to the plan of a version: lines that others pay, what is added to the payout.

In: the plans of the versions that pay beside it, and what of the transition touches a period. Out: steps that `lower`
puts into the plan. The other versions are evaluated by themselves, over the same facts; their plans are read here for
their lines, and their values come in through `Elsewhere`.

The sources of other values: `2` (that version, with a transition of its own), `2 alone` (as though no later one had
been published), `2 beside` (for the people whom it rules while others are ruled by this one), `2 plain` (its own rules
and nothing else), `before` (the average payout of the periods before this version).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tiercel.money import Rounding, RoundingMode
from tiercel.plan import (
    Aggregate,
    Arith,
    Choose,
    Const,
    Elsewhere,
    Logic,
    Node,
    Plan,
    Prior,
    Received,
    Ruled,
    Slot,
    Stage,
    Step,
    Upline,
)
from tiercel_dsl.scheme import PEOPLE, CheckedScheme, Place
from tiercel_dsl.source import NOWHERE, Span

NOTHING = Const(Fraction(0), NOWHERE, "money")


@dataclass(frozen=True)
class Elder:
    """Another version that rules some rows, or (`people`) some people, in a period; its plan as it runs then.

    `source` has its lines, `payout` what it pays the people whom it rules; `mark` is how rulings name it. `adds`:
    lines of people that it pays besides this version's, because what they count begins anew.
    """

    version: int
    plan: Plan
    source: str
    mark: int
    people: bool = False
    payout: str = ""
    adds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Days:
    """A period cut by days: the old version has `old` of them."""

    version: int
    plan: Plan
    plain: Plan
    old: int
    all: int
    payouts: bool  # whether the two work payouts out in different ways


@dataclass(frozen=True)
class Least:
    """At least `share` of what `source` pays; `place` is the clause."""

    share: Fraction
    source: str
    place: Place


@dataclass(frozen=True)
class Blended:
    """This version's share in a period, the rest is `source`'s."""

    share: Fraction
    source: str
    place: Place


@dataclass(frozen=True)
class Own:
    """Of rows of `tables`, and of what `lines` count, this version sees those from `first` on, or up to `last`."""

    tables: frozenset[str]
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Passing:
    """What of transitions touches a version in a period."""

    version: int
    elders: tuple[Elder, ...] = ()
    days: Days | None = None
    blend: Blended | None = None
    floors: tuple[Least, ...] = ()
    own: Own | None = None
    later: tuple[str, ...] = ()  # lines that any version pays later
    begins: bool = False  # some people come to this version in this period, and accounts say what becomes of them

    @property
    def key(self) -> str:
        """The same for passings that make the same plan."""
        told = [
            f"{e.version} {e.source} {e.mark} {e.people} {e.payout} {sorted(e.adds)} {e.plan.key}" for e in self.elders
        ]
        if self.days is not None:
            days = self.days
            told.append(f"days {days.version} {days.old} {days.all} {days.payouts} {days.plan.key} {days.plain.key}")
        if self.blend is not None:
            told.append(f"blend {self.blend.share} {self.blend.source}")
        told += [f"floor {floor.share} {floor.source}" for floor in self.floors]
        if self.own is not None:
            told.append(f"own {sorted(self.own.tables)} {self.own.first} {self.own.last}")
        told += [f"later {self.later}"] if self.later else []
        told += ["begins"] if self.begins else []
        return "; ".join(told)

    @property
    def mixed(self) -> bool:
        return bool(self.elders)

    @property
    def people(self) -> bool:
        return any(elder.people for elder in self.elders)


class PassingSteps:
    """The steps that a transition makes; a part of the lowering."""

    scheme: CheckedScheme
    steps: list[Step]
    digits: int
    passing: Passing | None
    uplines: dict[Any, Upline]

    def _add(self, **parts: Any) -> int:
        raise NotImplementedError

    def start_passing(self) -> None:
        self.foreign: dict[str, list[int]] = {}
        self.foreign_kinds: dict[str, set[str]] = {}
        self.passages: list[int] = []
        self.later_there: set[str] = set()  # lines that another version, which rules some rows, pays later
        for elder in self.passing.elders if self.passing is not None else ():
            self.later_there |= {settlement.line for settlement in elder.plan.settlements}
            for number in elder.plan.lines:
                self._foreign_line(elder, elder.plan.step(number))
        if self.passing is not None and self.passing.days is not None:
            known = {line.identity for line in self.scheme.lines}
            old = self.passing.days.plan
            for name in dict.fromkeys(old.step(n).name for n in old.lines):
                if name not in known:
                    self._remember(name, old, self.by_days(name) or ())

    # ---- lines that another version pays ----

    def _foreign_line(self, elder: Elder, step: Step) -> None:
        own = step.level == PEOPLE
        known = any(table.identity == step.level for table in self.scheme.tables)
        if not known or not self.may_be_ruled(step.level) or step.origin:
            return
        if own and not elder.people and step.name not in elder.adds:
            return
        there = Elsewhere(elder.source, "there", step.number, NOWHERE, "yesno")
        mark = self.own_version if own and step.name in elder.adds else elder.mark
        ruled = Logic("and", (Ruled(mark), there))
        amount = Stage("value", Elsewhere(elder.source, "value", step.number))
        number = self._paid_elsewhere(step, elder.version, ruled, (amount, self._cents()))
        self._remember(step.name, elder.plan, (number,))

    def _paid_elsewhere(self, step: Step, version: int, where: Node, stages: tuple[Stage, ...]) -> int:
        return self._add(
            kind="line", level=step.level, name=step.name, part="", where=where, stages=stages, shown="money",
            line_kind=step.line_kind, sign=step.sign, receiver=step.receiver, version=version, span=step.span,
            clause=step.clause,
        )  # fmt: skip

    def _remember(self, name: str, plan: Plan, numbers: tuple[int, ...]) -> None:
        """These lines are summed with those of the same name, and of the same kind."""
        self.foreign.setdefault(name, []).extend(numbers)
        kinds = {plan.step(n).line_kind for n in plan.lines if plan.step(n).name == name}
        for kind in kinds:
            self.foreign_kinds.setdefault(kind, set()).add(name)

    @property
    def own_version(self) -> int:
        return 0 if self.passing is None else self.passing.version

    def unit(self) -> Rounding:
        return Rounding(RoundingMode.half_up, Fraction(1, 10**self.digits))

    def may_be_ruled(self, level: str) -> bool:
        """Whether rows of this level, facts or people, can be ruled one by one."""
        return self.scheme.table(self.made_of(level)).kind in ("facts", PEOPLE)

    def made_of(self, level: str) -> str:
        """The table that a line is paid by, of one up a hierarchy the table it climbs from."""
        return next((upline.source for upline in self.uplines.values() if upline.table == level), level)

    def own_lines_only(self, level: str, where: Node | None) -> Node | None:
        """The condition of an own line: rows that another version rules have none of it."""
        passing = self.passing
        if passing is None or not passing.mixed or not self.may_be_ruled(level):
            return where
        if self.made_of(level) == PEOPLE and not passing.people:
            return where
        ruled: Node = Ruled(passing.version)
        return ruled if where is None else Logic("and", (ruled, where))

    def foreign_of(self, lines: tuple[str, ...], kinds: tuple[str, ...]) -> Iterator[tuple[int, str]]:
        """The lines of other versions that are summed with lines of these names, or of these kinds."""
        names = {*lines, *(name for kind in kinds for name in self.foreign_kinds.get(kind, ()))}
        for name in sorted(names):
            for number in self.foreign.get(name, ()):
                yield number, name

    # ---- a period cut by days ----

    def by_days(self, name: str) -> tuple[int, ...] | None:
        """The steps of a line of people where the period is cut by days: what each version alone comes to, in
        proportion; None where it is not."""
        days = None if self.passing is None else self.passing.days
        if days is None:
            return None
        old, new = (_of_people(plan, name) for plan in (days.plan, days.plain))
        made: list[int] = []
        for at in range(max(len(old), len(new))):
            before, after = (steps[at] if at < len(steps) else None for steps in (old, new))
            made += self._two_parts(before, after, days)
        return tuple(made)

    def _two_parts(self, before: Step | None, after: Step | None, days: Days) -> list[int]:
        """The old part is rounded; the new one is the rest of the rounded whole, so that nobody gains by the cut."""
        share = Fraction(days.old, days.all)
        made: list[int] = []
        stages: list[Stage] = []
        if before is not None:
            source = str(days.version)
            old = _share_of(source, before, share)
            there = Elsewhere(source, "there", before.number, NOWHERE, "yesno")
            where = self._of_own(there)
            made.append(self._paid_elsewhere(before, days.version, where, (Stage("value", old), self._cents())))
            stages = [Stage("value", old)]
        if after is not None:
            source = f"{self.own_version} plain"
            new = _share_of(source, after, 1 - share)
            if made:
                part = _or_nothing(Slot(made[0], (), NOWHERE, "money"))
                whole = Stage("value", Arith("add", (Prior(NOWHERE, "money"), new), NOWHERE, "money"))
                rest = Stage("value", Arith("subtract", (Prior(NOWHERE, "money"), part), NOWHERE, "money"))
                stages += [whole, self._cents(), rest]
            else:
                stages = [Stage("value", new), self._cents()]
            there = Elsewhere(source, "there", after.number, NOWHERE, "yesno")
            made.append(self._paid_elsewhere(after, 0, self._of_own(there), tuple(stages)))
        return made

    def _of_own(self, there: Node) -> Node:
        """People whom another version rules have no line of this one."""
        assert self.passing is not None
        return Logic("and", (Ruled(self.passing.version), there)) if self.passing.people else there

    def _cents(self) -> Stage:
        return Stage("round", None, self.unit(), written=False)

    # ---- what is added to a payout ----

    def passed_payout(self, own: int, span: Span, blended: Node | None) -> int:
        """The payout with what the transition adds to it; `blended`: whom a blend leaves out."""
        passing = self.passing
        cut = passing is not None and passing.days is not None and passing.days.payouts
        if passing is None or not (passing.people or cut or passing.blend or passing.floors):
            return own
        so_far: Node = Slot(own, (), span, "money")
        beyond = self._beyond(span)
        if beyond is not None:  # whatever a version pays comes to be compared
            so_far = Arith("add", (so_far, beyond), span, "money")
        if cut and passing.days is not None:
            days, source = passing.days, f"{passing.days.version} beside"
            mixed = _mixed(Fraction(days.old, days.all), source, so_far, span)
            so_far = self._passage("by_day", Place(span), mixed, None, so_far)
        if passing.blend is not None:
            blend = passing.blend
            mixed = _mixed(1 - blend.share, blend.source, so_far, blend.place.span)
            so_far = self._passage("blend", blend.place, mixed, blended, so_far)
        for floor in passing.floors:
            basis = Elsewhere(floor.source, "payout", -1, floor.place.span)
            share = Const(floor.share, floor.place.span, "percent")
            least = Arith("multiply", (share, basis), floor.place.span, "money")
            so_far = self._passage("at_least", floor.place, least, None, so_far, above=True)
        for elder in passing.elders:
            if elder.people:
                other = Elsewhere(elder.payout, "payout")
                so_far = Choose(((Ruled(elder.mark), other),), so_far, True, (), span, "money")
        if beyond is not None:  # it comes on top of the payout
            so_far = Arith("subtract", (so_far, beyond), span, "money")
        return self._add(
            kind="payout", level=PEOPLE, name="payout", part="passed", where=None, stages=(Stage("value", so_far),),
            shown="money", span=span,
        )  # fmt: skip

    def _beyond(self, span: Span) -> Node | None:
        """What falls due of lines that only other versions pay later."""
        own = {line.identity for line in self.scheme.lines if line.settlement is not None}
        later = () if self.passing is None else self.passing.later
        names = tuple(name for name in later if name not in own | self.later_there)
        if not names:
            return None
        return Slot(self._hidden(PEOPLE, Received((), (), names, span), "money"), (), span, "money")

    def _hidden(self, level: str, node: Node, shown: str) -> int:
        raise NotImplementedError

    def _passage(
        self, name: str, place: Place, amount: Node, where: Node | None, so_far: Node, above: bool = False
    ) -> Node:
        """A line of its own; what the payout is with it. `above`: `amount` is rounded, and what lies above counts."""
        assert self.passing is not None
        condition = None if not self.passing.people else Ruled(self.passing.version)
        parts = tuple(n for n in (condition, where) if n is not None)
        stages: tuple[Stage, ...] = (Stage("value", amount, span=place.span), self._cents())
        if above:
            missing = Arith("part", (Prior(place.span, "money"), so_far, None), place.span, "money")
            stages = (*stages, Stage("value", missing, span=place.span, operator="counting"))
        number = self._add(
            kind="passage", level=PEOPLE, name=name, part=str(len(self.passages) + 1),
            where=None if not parts else parts[0] if len(parts) == 1 else Logic("and", parts), stages=stages,
            shown="money", span=place.span, clause=place.clause, line_kind=name,
        )  # fmt: skip
        self.passages.append(number)
        return Arith("add", (so_far, _or_nothing(Slot(number, (), place.span, "money"))), place.span, "money")


def _of_people(plan: Plan, name: str = "") -> list[Step]:
    """The steps of lines of people, of every name or of one; not those of groups that their members receive."""
    steps = [plan.step(number) for number in plan.lines]
    return [s for s in steps if s.level == PEOPLE and not s.origin and name in ("", s.name)]


def _share_of(source: str, step: Step, share: Fraction) -> Node:
    there = Elsewhere(source, "there", step.number, NOWHERE, "yesno")
    value = Arith("multiply", (Elsewhere(source, "value", step.number), Const(share)), NOWHERE, "money")
    return Choose(((there, value),), NOTHING, True, (), NOWHERE, "money")


def _mixed(share: Fraction, source: str, so_far: Node, span: Span) -> Node:
    """The other version's share of the difference between its payout and this one's."""
    other = Elsewhere(source, "payout", -1, span)
    difference = Arith("subtract", (other, so_far), span, "money")
    return Arith("multiply", (Const(share, span, "percent"), difference), span, "money")


def _or_nothing(slot: Slot) -> Node:
    return Choose(((Logic("missing", (slot,)), NOTHING),), slot, True, (), slot.span, "money")


def lines_reading(plan: Plan, tables: frozenset[str]) -> frozenset[str]:
    """The lines of people whose amounts count rows of these tables."""
    touched: dict[int, bool] = {}
    for step in plan.steps:
        touched[step.number] = any(_counts(node, tables, touched) for node in _all_nodes(step))
    return frozenset(step.name for step in _of_people(plan) if touched[step.number])


def _all_nodes(step: Step) -> Iterator[Any]:
    yield step.where
    for stage in step.stages:
        yield stage.node
        yield stage.total


def _counts(node: Any, tables: frozenset[str], touched: Mapping[int, bool]) -> bool:
    if isinstance(node, Aggregate) and node.table in tables:
        return True
    if isinstance(node, Slot):
        return touched.get(node.step, False)
    if isinstance(node, tuple):
        return any(_counts(part, tables, touched) for part in node)  # pyright: ignore[reportUnknownVariableType]
    if hasattr(node, "__dataclass_fields__") and hasattr(node, "span"):
        return any(_counts(getattr(node, f), tables, touched) for f in node.__dataclass_fields__ if f != "span")
    return False
