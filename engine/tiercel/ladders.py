"""Tier tables in the loop at hand: which function of the program is asked, and with what.

In: a tier node and the formulas that write its operands. Out: the value as `Num`. Bounds that are shares of a value
are asked with the base over that value, and what comes of it is multiplied by it where it grows with it.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Protocol

from tiercel.money import Rounding, round_to
from tiercel.plan import Bracket, Node, Tier
from tiercel.program import MOMENTS, Num, below, beyond, common, day_of, fixed, scale, times
from tiercel.segments import (
    ZERO,
    Piece,
    areas,
    beginnings,
    denominator,
    inverses,
    lines,
    piece_helper,
    rise_helper,
    slice_helper,
    sums,
    surrounded,
    values,
)


class Page(Protocol):
    """Who writes the operands and does the arithmetic."""

    def node(self, node: Node, prior: Num | None = None) -> Num: ...
    def scalar(self, value: Any) -> Num: ...
    def line(self, text: str) -> None: ...
    def fresh(self, stem: str = "t") -> str: ...
    def held(self, num: str) -> str: ...
    def kept(self, value: Num) -> Num: ...
    def block(self, header: str) -> AbstractContextManager[None]: ...
    def later(self) -> str: ...
    def fill(self, mark: str, *texts: str) -> None: ...
    def fail_if(self, condition: str, kind: str = "incomputable") -> None: ...
    def added(self, left: Num, right: Num, sign: int) -> Num: ...
    def multiplied(self, left: Num, right: Num) -> Num: ...
    def rounded(self, value: Num, rounding: Rounding) -> Num: ...
    def over_one(self, left: Num, right: Num) -> tuple[Num, Num]: ...
    def helper(self, key: Any, write: Callable[[], str]) -> str: ...


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a table is asked: a base and the key that finds its tier, the same before the row, and the scale."""

    base: Num
    key: Num
    before: Num | None
    key_before: Num | None
    scale: Num | None

    @property
    def earlier(self) -> "_Asked":
        assert self.before is not None
        assert self.key_before is not None
        return replace(self, base=self.before, key=self.key_before, before=None, key_before=None)


class Ladders:
    """Writes what tables of tiers give."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tier(self, node: Tier, prior: Num | None) -> Num:
        page = self.page
        base = page.kept(self._day(page.node(node.base, prior)))
        key = base if node.key is None else page.kept(self._day(page.node(node.key, prior)))
        before = None
        if node.less is not None:
            before = page.kept(page.added(base, page.node(node.less, prior), -1))
            if node.mode == "marginal":
                base, before = page.over_one(base, before)
        whole = _Asked(base, key, before, before if node.key is None else key, None)
        if node.scale is None:
            return self._given(node, whole)
        share = page.kept(page.node(node.scale, prior))
        if node.otherwise is None:
            page.fail_if(f"{share.num} <= 0")
            return self._given(node, replace(whole, scale=share))
        return self._either(
            f"{share.num} > 0",
            lambda: self._given(node, replace(whole, scale=share)),
            lambda: self._outside_all(node, whole),
        )

    def _day(self, value: Num) -> Num:
        """A moment counts as its day."""
        return Num(day_of(value), 1, calendar=True) if value.calendar and value.den == MOMENTS else value

    def _either(self, condition: str, yes: Callable[[], Num], no: Callable[[], Num]) -> Num:
        page = self.page
        value, over = page.fresh(), page.fresh("over")
        places: list[str] = []
        taken: list[Num] = []
        for header, make in ((f"if {condition}:", yes), ("else:", no)):
            with page.block(header):
                taken.append(page.kept(make()))
                places.append(page.later())
        den = common(*taken)
        for place, one in zip(places, taken, strict=True):
            if den:
                page.fill(place, f"{value} = {times(one.num, scale(one.den, den))}")
            else:
                page.fill(place, f"{value} = {one.num}", f"{over} = {one.den}")
        return Num(value, den or over)

    # ---- what is asked ----

    def _given(self, node: Tier, asked: _Asked) -> Num:
        if node.mode == "value":
            return self._read(node, asked)
        if node.mode == "next":
            return self._next(node, asked)
        if node.mode == "gross":
            return self._gross(node, asked)
        if node.mode == "marginal":
            return self._marginal(node, asked)
        return self._gained(node, asked, lambda one: self._priced(node, one))

    def _outside_all(self, node: Tier, asked: _Asked) -> Num:
        """Shares of nothing hold nothing: what the table says otherwise holds everywhere."""
        assert node.otherwise is not None
        value, page = self.page.scalar(node.otherwise), self.page
        if node.mode == "value":
            return value
        if node.mode == "gross":
            assert isinstance(node.otherwise, Fraction)
            return page.multiplied(asked.base, page.scalar(1 / (1 - node.otherwise)))
        if node.mode == "marginal" and node.stage != "running" and asked.before is not None:
            part = page.added(asked.base, asked.before, -1)
            return self._rounded(node, page.multiplied(part, value), "slice", "row")
        by_base = node.mode in ("marginal", "whole", "average")
        sliced = () if node.mode in ("cumulative", "filled") else ("slice",)

        def price(one: _Asked) -> Num:
            return self._rounded(node, page.multiplied(one.base, value) if by_base else value, *sliced)

        return self._gained(node, asked, price)

    def _gained(self, node: Tier, asked: _Asked, price: Callable[[_Asked], Num]) -> Num:
        """The price; of a running total what the row adds to it."""
        now = self._rounded(node, price(asked), "running")
        if asked.before is not None:
            now = self.page.added(now, self._rounded(node, price(asked.earlier), "running"), -1)
        return self._rounded(node, now, "row")

    def _rounded(self, node: Tier, value: Num, *stages: str) -> Num:
        if node.rounding is None or node.stage not in stages:
            return value
        return self.page.rounded(self.page.kept(value), node.rounding)

    def _at(self, x: Num, share: Num | None) -> Num:
        """A number as its share of the scale."""
        if share is None:
            return x
        page = self.page
        over = page.held(times(share.num, x.den))
        return Num(page.held(times(x.num, share.den)), over)

    def _full(self, value: Num, share: Num | None) -> Num:
        """What was worked out with shares, in full."""
        return value if share is None else self.page.multiplied(value, share)

    # ---- pieces ----

    def _asks(self, node: Tier, pieces: list[Piece], x: Num) -> Num:
        den = denominator(pieces, x)
        comment = f"{node.table}, {node.mode} · {node.span.source}:{node.span.line}"
        key = ("pieces", tuple(pieces), fixed(x.den))
        name = self.page.helper(key, lambda: piece_helper(pieces, x, den, comment))
        return Num(self.page.held(f"{name}({with_den(x)})"), self._over(x, den))

    def _over(self, x: Num, den: int) -> int | str:
        return den if isinstance(x.den, int) else self.page.held(times(x.den, den))

    def _holding(self, node: Tier, pieces: list[Piece], x: Num) -> Num:
        """Pieces of the tiers alone, with what the table says otherwise around them."""
        first, last = node.brackets[0], node.brackets[-1]
        if node.otherwise is None:
            self.page.fail_if(_outside(node, x, for_value=True))
            return self._asks(node, pieces, x)
        other = _number(self.page, node.otherwise)
        if first.low is not None:
            pieces = [Piece(first.low, not first.low_inside, ZERO, other), *pieces]
        if last.high is not None:
            pieces = [*pieces, Piece(None, False, ZERO, other)]
        return self._asks(node, pieces, x)

    def _read(self, node: Tier, asked: _Asked) -> Num:
        numbers = [_number(self.page, bracket.value) for bracket in node.brackets]
        found = self._holding(node, values(node.brackets, numbers), self._at(asked.key, asked.scale))
        if isinstance(node.brackets[0].value, Fraction) or found.den == 1:
            return found
        return Num(self.page.held(f"{found.num} // {found.den}"))  # a text is its code, over nothing

    def _priced(self, node: Tier, asked: _Asked) -> Num:
        """The price of one base; of filled tiers 0..base."""
        x = self._at(asked.key, asked.scale)
        if node.mode == "filled":
            return self._filled(node, x)
        if node.mode == "cumulative":
            brackets = node.brackets
            if node.rounding is not None and node.stage == "slice":
                brackets = tuple(replace(b, value=_rounded_value(b, node.rounding)) for b in brackets)
            return self._holding(node, sums(brackets), x)
        if node.mode in ("point", "average"):
            value = self._holding(node, lines(node.brackets), x)
        else:
            value = self._read(node, asked)
        if node.mode in ("whole", "average"):
            value = self.page.multiplied(asked.base, value)
        return self._rounded(node, value, "slice")

    def _filled(self, node: Tier, x: Num) -> Num:
        """A marginal table whose rates are the amounts over the widths; outside what it says otherwise."""
        spread = surrounded(tuple(_by_width(bracket) for bracket in node.brackets), None)
        inner = replace(node, brackets=spread)

        def within() -> Num:
            if node.rounding is not None and node.stage == "slice":
                return self._slices(inner, x, None, None, node.rounding)
            return self._asks(inner, areas(spread), x)

        outside = _outside(node, x, for_value=False)
        if node.otherwise is None or outside == "False":
            self.page.fail_if(outside)
            return within()
        return self._either(outside, lambda: self.page.scalar(node.otherwise), within)

    # ---- slices ----

    def _marginal(self, node: Tier, asked: _Asked) -> Num:
        share, page = asked.scale, self.page
        base = self._at(asked.base, share)
        before = None if asked.before is None else self._at(asked.before, share)
        if before is not None and share is not None:
            before = replace(before, den=base.den)  # the same, in another local
        if node.otherwise is None:
            outside = [_outside(node, x, for_value=False) for x in (base, before) if x is not None]
            if (before is None or node.stage == "running") and _ends_before_zero(node):
                outside.append("True")
            page.fail_if(" or ".join(o for o in outside if o != "False") or "False")
        whole = replace(node, brackets=surrounded(node.brackets, node.otherwise))
        if node.rounding is not None and node.stage == "slice":
            return self._slices(whole, base, before, share, node.rounding)
        if before is None or node.stage == "running":
            now = self._rounded(node, self._full(self._area(whole, base), share), "row", "running")
            if before is None:
                return now
            return page.added(now, self._rounded(node, self._full(self._area(whole, before), share), "running"), -1)
        return self._rounded(node, self._full(self._rise(whole, base, before), share), "row")

    def _area(self, node: Tier, x: Num) -> Num:
        return self._asks(node, areas(node.brackets), x)

    def _rise(self, node: Tier, base: Num, before: Num) -> Num:
        """The price of base less that of before, both over one denominator."""
        page, pieces = self.page, areas(node.brackets)
        den = denominator(pieces, base)
        comment = f"{node.table}, {node.mode} · {node.span.source}:{node.span.line}"
        key = ("pieces", tuple(pieces), fixed(base.den))
        name = page.helper(key, lambda: piece_helper(pieces, base, den, comment))
        if isinstance(base.den, int):
            step = page.helper(
                ("rise", node.brackets, base.den), lambda: rise_helper(node.brackets, base, name, den, node.table)
            )
            return Num(page.held(f"{step}({before.num}, {base.num})"), den)
        text = f"{name}({with_den(base)}) - {name}({with_den(before)})"
        return Num(page.held(text), self._over(base, den))

    def _slices(self, node: Tier, base: Num, before: Num | None, share: Num | None, rounding: Rounding) -> Num:
        start = before.num if before is not None else "0"
        key = ("slices", node.brackets, fixed(base.den), rounding, share is not None)
        comment = f"{node.table}, {node.mode} · {node.span.source}:{node.span.line}"
        name = self.page.helper(key, lambda: slice_helper(node.brackets, base, rounding, share is not None, comment))
        more = "" if share is None else f", {share.num}, {share.den}"
        return Num(self.page.held(f"{name}({start}, {with_den(base)}{more})"), rounding.step.denominator)

    # ---- the next bound, and the way back ----

    def _next(self, node: Tier, asked: _Asked) -> Num:
        x, last = self._at(asked.key, asked.scale), node.brackets[-1]
        if last.every is None:
            starts = [(b.low, b.low_inside) for b in node.brackets if b.low is not None]
            reached = "True" if not starts else f"not ({below(x, *starts[-1])})"
            self.page.fail_if(reached, "absent")
        found = self._asks(node, beginnings(node.brackets), x)
        return replace(self._full(found, asked.scale), calendar=asked.key.calendar)

    def _gross(self, node: Tier, asked: _Asked) -> Num:
        brackets = surrounded(node.brackets, node.otherwise)
        x = self._at(asked.base, asked.scale)
        pieces = inverses(brackets)
        if node.otherwise is None:
            self.page.fail_if(_beyond_net(node, brackets, pieces, x))
        return self._full(self._asks(node, pieces, x), asked.scale)


def with_den(value: Num) -> str:
    return value.num if isinstance(value.den, int) else f"{value.num}, {value.den}"


def _number(page: Page, value: Fraction | str | bool) -> Fraction:
    """A cell as a number: of a text its code."""
    return value if isinstance(value, Fraction) else Fraction(int(page.scalar(value).num))


def _rounded_value(bracket: Bracket, rounding: Rounding) -> Fraction:
    assert isinstance(bracket.value, Fraction)
    return round_to(bracket.value, rounding)


def _by_width(bracket: Bracket) -> Bracket:
    """The tier with its amount spread over its width; one that is open below begins at 0."""
    assert isinstance(bracket.value, Fraction)
    if bracket.every is not None:
        return replace(bracket, value=bracket.value / bracket.every, by=bracket.by / bracket.every)
    if bracket.high is None:
        return replace(bracket, value=ZERO)
    return replace(bracket, value=bracket.value / (bracket.high - (bracket.low or ZERO)))


def _ends_before_zero(node: Tier) -> bool:
    """Whether no price can be counted from 0: it lies above the last tier."""
    last = node.brackets[-1] if node.brackets else None
    return last is not None and last.high is not None and (last.high, last.high_inside) < (ZERO, True)


def _outside(node: Tier, x: Num, for_value: bool) -> str:
    """A condition: `x` lies in no tier (a marginal table has rate 0 below a first bound above 0)."""
    first, last = node.brackets[0], node.brackets[-1]
    tests: list[str] = []
    if first.low is not None:
        if for_value or first.low <= 0:
            tests.append(below(x, first.low, first.low_inside or (not for_value and first.low == 0)))
        else:
            tests.append(below(x, ZERO, inside=True))
    if last.high is not None:
        tests.append(beyond(x, last.high, last.high_inside))
    return " or ".join(tests) or "False"


def _beyond_net(node: Tier, brackets: tuple[Bracket, ...], pieces: list[Piece], x: Num) -> str:
    """A condition: no x inside the table leaves so little, or so much."""
    tests: list[str] = []
    low, first = brackets[0].low, node.brackets[0]
    if low is not None:
        assert isinstance(brackets[0].value, Fraction)
        net = (low - pieces[0].constant) * (1 - brackets[0].value)
        tests.append(below(x, net, first.low_inside or low >= 0))
    high = pieces[-1].high
    if high is not None:
        tests.append(beyond(x, high, brackets[-1].high_inside))
    return " or ".join(tests) or "False"
