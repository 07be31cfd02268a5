"""When lines are paid, at random: parts, shares collected, holds, what is taken back.

In: the rules of a scheme that has no payout of its own. Out: the rules, some of their lines with such steps. The
conditions read columns only: a value may come from the line itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from tiercel_dsl import syntax
from tiercel_dsl.types import DATE, MONEY, YESNO

from .choices import Choices
from .terms import call
from .world import PEOPLE, World

_SHARES = (("50", "50"), ("30", "70"), ("100",), ("20", "30", "50"))


class Later:
    """Adds the steps to lines."""

    def __init__(self, choices: Choices, world: World) -> None:
        self.choices, self.world = choices, world

    def settled(self, rules: Sequence[syntax.Statement]) -> list[syntax.Statement]:
        """Exceptions take the place of a whole rule, so their rules stay as they are."""
        excepted = {rule.rule.names[0] for rule in rules if isinstance(rule, syntax.ExceptionTo)}
        made = [
            self._line(rule) if isinstance(rule, syntax.PayLine) and rule.label.name not in excepted else rule
            for rule in rules
        ]
        moved = [
            line.label.name
            for line, before in zip(made, rules, strict=True)
            if isinstance(line, syntax.PayLine) and line is not before
        ]
        return [*made, self._payout(moved)] if moved and self.choices.chance(40) else made

    def _payout(self, moved: Sequence[str]) -> syntax.Payout:
        """What falls due of the lines that are paid later, or what they earned; often with a limit."""
        c = self.choices
        parts = [call(c.pick(["due", "due", "earned"]), syntax.Path((name,))) for name in moved]
        total: syntax.Expr = parts[0]
        for part in parts[1:]:
            total = syntax.Binary("add", total, part)
        steps: list[syntax.Step] = [syntax.Value(total)]
        if c.chance(40):
            limit = syntax.Number(Fraction(c.pick(["100", "2500.5", "10000"])))
            steps.append(syntax.Limit(c.pick(["at_most", "at_least"]), limit))
        return syntax.Payout(syntax.Body(tuple(steps)))

    def _line(self, line: syntax.PayLine) -> syntax.PayLine:
        c, level = self.choices, PEOPLE if line.table is None else line.table.names[0]
        among = any(isinstance(step, syntax.SharedAmong) for step in line.body.steps)
        if among or isinstance(line.to, syntax.Call) or line.kind == "guarantee" or not c.chance(70):
            return line
        steps = list(self._steps(level))
        return replace(line, body=replace(line.body, steps=(*line.body.steps, *steps)))

    def _steps(self, level: str) -> Iterator[syntax.Step]:
        c = self.choices
        how = c.weighted([(50, "parts"), (25, "share"), (25, "")])
        children = [t.name for t in self.world.tables.values() if t.parent and t.links[t.parent] == level]
        if how == "share" and level != PEOPLE and children:
            number = syntax.Number(Fraction(c.pick([1, 2, 3])))
            yield syntax.PayShare(syntax.Binary("divide", call("count", syntax.Path((c.pick(children),))), number))
        elif how == "parts":
            yield syntax.Pay(tuple(self._parts(level)))
        if c.chance(35):
            yield syntax.Hold(self._condition(level, children))
        for _ in range(c.weighted([(55, 0), (30, 1), (15, 2)])):
            share = c.pick([Fraction(1), Fraction(1, 2), Fraction(3, 10)])
            yield syntax.TakeBack(syntax.Number(share, "percent"), self._condition(level, children))

    def _parts(self, level: str) -> Iterator[syntax.Instalment]:
        c = self.choices
        for share in c.pick(_SHARES):
            when = self._condition(level, []) if c.chance(30) else None
            yield syntax.Instalment(syntax.Number(Fraction(int(share), 100), "percent"), self._day(level), when)

    def _day(self, level: str) -> syntax.Expr:
        c, table = self.choices, self.world.tables[level]
        days = [t.name for t in self.world.things[level] if t.kind == "column" and t.type == DATE and not t.dated]
        day: syntax.Expr = syntax.Path(("@period", "@last"))
        if table.kind == "facts" and days:
            day = syntax.Path((c.pick(days),))
        return syntax.Binary("add", day, syntax.Quantity(Fraction(c.number(0, 3)), "months")) if c.chance(60) else day

    def _condition(self, level: str, children: Sequence[str]) -> syntax.Expr:
        """A column that says so, an amount of the row, or whether anything stands under it."""
        c = self.choices
        own = [t for t in self.world.things[level] if t.kind == "column" and not (t.optional or t.dated)]
        said = [t.name for t in own if t.type == YESNO]
        amounts = [t.name for t in own if t.type == MONEY]
        if children and c.chance(60):
            rows = call("count", syntax.Path((c.pick(list(children)),)))
            return syntax.Compare(">", rows, syntax.Number(Fraction(c.number(0, 1))), word="above")
        if said:
            return syntax.Path((c.pick(said),))
        if amounts:
            return syntax.Compare(">", syntax.Path((c.pick(amounts),)), syntax.Number(Fraction(1000)), word="above")
        first, last = (syntax.Path(("@period", f"@{part}")) for part in ("first", "last"))
        return syntax.Compare("before", first, last)
