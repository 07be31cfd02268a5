"""The arithmetic of tier tables: which tier, which slices, which point of a line, and the way back.

In: the brackets of a table and exact numbers. Out: exact numbers, and the pieces they are made of, for whoever
explains them. Nothing here knows rows, people or nodes.

A series without end is one bracket here. Its slices are worked out in closed form: the first and the last one by
themselves, all whole ones between them as one piece.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from tiercel.money import Rounding, round_to
from tiercel.plan import Bracket

ZERO = Fraction(0)
FEW = 6  # whole tiers of a series that are shown one by one


class Outside(Exception):
    """No tier holds this number; kind: tier, next, gross."""

    def __init__(self, number: Fraction, kind: str = "tier") -> None:
        super().__init__(number, kind)
        self.number, self.kind = number, kind


@dataclass(frozen=True, slots=True)
class Slice:
    """What one tier gives: `part` of the base at `rate` is `amount`, rounded if the table says so.

    Of a filled table `rate` is the amount of the tier and `width` all that fills it; of fixed amounts that add up
    there is no part. `count` tiers of a series are one slice, `rate` to `last_rate`.
    """

    low: Fraction | None
    high: Fraction | None
    part: Fraction | None
    rate: Fraction
    amount: Fraction
    tier: Bracket
    width: Fraction | None = None
    count: int = 1
    last_rate: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the line between two points; `above` None: beyond the last one, where the value stays."""

    below: Bracket
    above: Bracket | None
    value: Fraction


@dataclass(frozen=True, slots=True)
class Table:
    """A table at work. `mode` and `stage` as in the plan's `Tier`; the brackets at their scale."""

    mode: str
    brackets: tuple[Bracket, ...]
    otherwise: Fraction | str | bool | None = None
    rounding: Rounding | None = None
    stage: str = "slice"

    def slice_rounding(self) -> Rounding | None:
        return self.rounding if self.stage == "slice" else None

    def rounded(self, value: Fraction, *stages: str) -> Fraction:
        return round_to(value, self.rounding) if self.rounding is not None and self.stage in stages else value


def scaled(brackets: Sequence[Bracket], by: Fraction) -> tuple[Bracket, ...]:
    """The brackets with every bound times `by`; values stay, also those that a series adds at each step."""
    return tuple(
        replace(
            b,
            low=None if b.low is None else b.low * by,
            high=None if b.high is None else b.high * by,
            every=None if b.every is None else b.every * by,
        )
        for b in brackets
    )


# ---- one tier -----------------------------------------------------------------------------------------------


def holding(brackets: Sequence[Bracket], x: Fraction) -> Bracket | None:
    """The tier that holds x; of a series the one step that does."""
    found = next((b for b in brackets if b.holds(x)), None)
    return found if found is None or found.every is None else _step(found, _number(found, x))


def _number(series: Bracket, x: Fraction) -> int:
    """Which step of a series holds x, from 0."""
    assert series.low is not None
    assert series.every is not None
    steps = (x - series.low) / series.every
    return floor(steps) if series.low_inside else max(ceil(steps) - 1, 0)


def _step(series: Bracket, number: int) -> Bracket:
    assert series.low is not None
    assert series.every is not None
    low = series.low + number * series.every
    return Bracket(
        low, series.low_inside, low + series.every, not series.low_inside, _rate(series, number), series.span
    )


def _rate(series: Bracket, number: int) -> Fraction:
    assert isinstance(series.value, Fraction)
    return series.value + number * series.by


def read(table: Table, x: Fraction) -> Fraction | str | bool:
    """The value of the tier that holds x, or what the table says of what none holds."""
    tier = holding(table.brackets, x)
    if tier is not None:
        return tier.value
    if table.otherwise is None:
        raise Outside(x)
    return table.otherwise


def next_bound(brackets: Sequence[Bracket], x: Fraction) -> Fraction:
    """Where the first tier begins that x has not reached; a bound that is not inside its tier is not reached by
    itself."""
    for bracket in brackets:
        low = bracket.low
        if low is not None and (x < low or (x == low and not bracket.low_inside)):
            return low
    last = brackets[-1]
    if last.every is None:
        raise Outside(x, "next")
    following = _step(last, _number(last, x) + 1).low
    assert following is not None
    return following


# ---- prices --------------------------------------------------------------------------------------------------


def price(table: Table, base: Fraction, key: Fraction, before: Fraction | None, key_before: Fraction) -> Fraction:
    """What the table gives for `base`, its tier found by `key`; with `before` what the base has gained since."""
    if table.mode == "marginal":
        amount = total(slices(table, before or ZERO, base))
        if table.stage == "running" and before is not None:
            after, earlier = (total(slices(table, ZERO, x)) for x in (base, before))
            return table.rounded(after, "running") - table.rounded(earlier, "running")
        return table.rounded(amount, "row", "running")
    amount = table.rounded(_price(table, base, key), "running")
    if before is not None:
        amount -= table.rounded(_price(table, before, key_before), "running")
    return table.rounded(amount, "row")


def _price(table: Table, base: Fraction, key: Fraction) -> Fraction:
    rounding = table.slice_rounding()
    if table.mode in ("cumulative", "filled"):
        pieces = reached(table, key) if table.mode == "cumulative" else fillings(table, base)
        return _outside(table, key) if pieces is None else total(pieces)
    if table.mode in ("point", "average"):
        found = point(table, key)
        value = _outside(table, key) if found is None else found.value
    else:
        read_value = read(table, key)
        assert isinstance(read_value, Fraction)
        value = read_value
    amount = base * value if table.mode in ("whole", "average") else value
    return amount if rounding is None else round_to(amount, rounding)


def _outside(table: Table, x: Fraction) -> Fraction:
    if not isinstance(table.otherwise, Fraction):
        raise Outside(x)
    return table.otherwise


def total(pieces: Sequence[Slice]) -> Fraction:
    return sum((piece.amount for piece in pieces), ZERO)


# ---- slices --------------------------------------------------------------------------------------------------


def slices(table: Table, start: Fraction, end: Fraction) -> list[Slice]:
    """The parts of start..end that lie in each tier, and outside of all at the rate of `otherwise`."""
    for x in (start, end):
        if not isinstance(table.otherwise, Fraction) and not inside(table.brackets, x):
            raise Outside(x)
    sign = 1 if end >= start else -1
    out: list[Slice] = []
    for tier in _with_outside(table):
        low = min(start, end) if tier.low is None else max(min(start, end), tier.low)
        high = max(start, end) if tier.high is None else min(max(start, end), tier.high)
        if high > low:
            out += [_slice(tier, low, high, sign)] if tier.every is None else _series(tier, low, high, sign)
    rounding = table.slice_rounding()
    return out if rounding is None else [replace(s, amount=round_to(s.amount, rounding)) for s in out]


def _slice(tier: Bracket, low: Fraction, high: Fraction, sign: int) -> Slice:
    assert isinstance(tier.value, Fraction)
    part = (high - low) * sign
    return Slice(tier.low, tier.high, part, tier.value, part * tier.value, tier)


def _series(series: Bracket, low: Fraction, high: Fraction, sign: int) -> Iterator[Slice]:
    """low..high in the tiers of a series: the first, the last, and the whole ones between them as one."""
    assert series.low is not None
    assert series.every is not None
    first = floor((low - series.low) / series.every)
    last = ceil((high - series.low) / series.every) - 1
    yield _of_step(series, first, low, high, sign)
    if last - first - 1 <= FEW:
        for number in range(first + 1, last):
            yield _of_step(series, number, low, high, sign)
    else:
        yield _whole_steps(series, first + 1, last - 1, sign)
    if last > first:
        yield _of_step(series, last, low, high, sign)


def _of_step(series: Bracket, number: int, low: Fraction, high: Fraction, sign: int) -> Slice:
    step = _step(series, number)
    assert step.low is not None
    assert step.high is not None
    return _slice(step, max(low, step.low), min(high, step.high), sign)


def _whole_steps(series: Bracket, start: int, end: int, sign: int) -> Slice:
    """Equal widths at rates that rise by equal amounts: the mean of the first and the last rate."""
    assert series.every is not None
    first, last = _step(series, start), _step(series, end)
    rate, last_rate, count = _rate(series, start), _rate(series, end), end - start + 1
    part = series.every * count * sign
    tier = Bracket(first.low, first.low_inside, last.high, last.high_inside, rate, series.span)
    amount = part * (rate + last_rate) / 2
    return Slice(tier.low, tier.high, part, rate, amount, tier, None, count, last_rate)


def _with_outside(table: Table) -> Iterator[Bracket]:
    """The tiers, with what lies below and above them where `otherwise` has a rate; without any it holds everywhere."""
    if not table.brackets:
        assert isinstance(table.otherwise, Fraction)
        yield Bracket(None, False, None, False, table.otherwise)
        return
    first, last = table.brackets[0].low, table.brackets[-1].high
    if first is not None and isinstance(table.otherwise, Fraction):
        yield Bracket(None, False, min(first, ZERO), False, table.otherwise)
    yield from table.brackets
    if last is not None and isinstance(table.otherwise, Fraction):
        yield Bracket(last, False, None, False, table.otherwise)


def inside(brackets: Sequence[Bracket], x: Fraction) -> bool:
    """Below a first bound above 0 the rate is 0; a negative base needs a first row that is open below."""
    if not brackets:
        return False
    first, last = brackets[0], brackets[-1]
    if first.low is not None and x < min(first.low, ZERO):
        return False
    if first.low is not None and x == first.low < 0 and not first.low_inside:
        return False
    return last.high is None or x < last.high or (x == last.high and last.high_inside)


# ---- amounts that add up, amounts that fill ------------------------------------------------------------------


def reached(table: Table, x: Fraction) -> list[Slice] | None:
    """The amounts of all tiers up to the one that holds x; None where none does."""
    out: list[Slice] = []
    for tier in table.brackets:
        if tier.every is not None and tier.holds(x):
            out += _amounts(tier, _number(tier, x))
            return _each_rounded(table, out)
        assert isinstance(tier.value, Fraction)
        out.append(Slice(tier.low, tier.high, None, tier.value, tier.value, tier))
        if tier.holds(x):
            return _each_rounded(table, out)
    return None


def _amounts(series: Bracket, last: int) -> Iterator[Slice]:
    """The amounts of steps 0 to `last`: one by one if there are few."""
    if last < FEW:
        for number in range(last + 1):
            step, amount = _step(series, number), _rate(series, number)
            yield Slice(step.low, step.high, None, amount, amount, step)
        return
    first, top = _step(series, 0), _step(series, last)
    tier = Bracket(first.low, first.low_inside, top.high, top.high_inside, first.value, series.span)
    amount = (last + 1) * (_rate(series, 0) + _rate(series, last)) / 2
    yield Slice(tier.low, tier.high, None, _rate(series, 0), amount, tier, None, last + 1, _rate(series, last))


def fillings(table: Table, x: Fraction) -> list[Slice] | None:
    """What 0..x fills of each tier, as a share of its amount; None where x lies outside."""
    if not inside(table.brackets, x):
        return None
    plain = Table("marginal", tuple(_by_width(tier) for tier in table.brackets))
    out: list[Slice] = []
    for piece in slices(plain, ZERO, x):
        width = _width(piece.tier) if piece.count == 1 else None
        if width is not None:
            out.append(replace(piece, rate=piece.rate * width, width=width))
        elif piece.count > 1:
            each = _width(piece.tier) or ZERO
            per = each / piece.count
            out.append(replace(piece, rate=piece.rate * per, last_rate=(piece.last_rate or ZERO) * per, width=each))
    return _each_rounded(table, out)


def _by_width(tier: Bracket) -> Bracket:
    """The tier with its amount spread over its width; what has no end gives nothing more."""
    assert isinstance(tier.value, Fraction)
    if tier.every is not None:
        return replace(tier, value=tier.value / tier.every, by=tier.by / tier.every)
    width = _width(tier)
    return replace(tier, value=ZERO if width is None else tier.value / width)


def _width(tier: Bracket) -> Fraction | None:
    """A tier that is open below begins at 0."""
    return None if tier.high is None else tier.high - (ZERO if tier.low is None else tier.low)


def _each_rounded(table: Table, pieces: list[Slice]) -> list[Slice]:
    rounding = table.slice_rounding()
    if rounding is None:
        return pieces
    return [replace(piece, amount=round_to(piece.amount, rounding)) for piece in pieces]


# ---- lines between points -------------------------------------------------------------------------------------


def point(table: Table, x: Fraction) -> Point | None:
    """The value at x on the line between the points around it; beyond the last point, and in a row below the
    first one, the value stays. None where the table says nothing."""
    for number, tier in enumerate(table.brackets):
        if not tier.holds(x):
            continue
        assert isinstance(tier.value, Fraction)
        if tier.low is None or number == len(table.brackets) - 1:
            return Point(tier, None, tier.value)
        above = table.brackets[number + 1]
        assert above.low is not None
        assert isinstance(above.value, Fraction)
        share = (x - tier.low) / (above.low - tier.low)
        return Point(tier, above, tier.value + share * (above.value - tier.value))
    return None


# ---- the way back ----------------------------------------------------------------------------------------------


def gross(table: Table, net: Fraction) -> Fraction:
    """The x of which `net` is left: x - T(x) rises with x, so that it is looked for tier by tier."""
    tiers = list(_with_outside(table))
    first = table.brackets[0].low if table.brackets else None
    if first is not None and first > 0:
        tiers.insert(len(tiers) - len(table.brackets) - _above(table), Bracket(ZERO, True, first, False, ZERO))
    for tier in tiers:
        edge = tier.low if tier.low is not None else min(ZERO, tier.high) if tier.high is not None else ZERO
        assert isinstance(tier.value, Fraction)
        x = edge + (net - _left(table, edge)) / (1 - tier.value)
        if replace(tier, low_inside=True, high_inside=True).holds(x) and (
            isinstance(table.otherwise, Fraction) or inside(table.brackets, x)
        ):
            return x
    raise Outside(net, "gross")


def _above(table: Table) -> int:
    """1 if what lies above the tiers has a rate of its own."""
    return int(table.brackets[-1].high is not None and isinstance(table.otherwise, Fraction))


def _left(table: Table, x: Fraction) -> Fraction:
    """x - T(x), also at the ends of the table."""
    ends = Table("marginal", tuple(replace(b, low_inside=True, high_inside=True) for b in table.brackets))
    return x - total(slices(replace(ends, otherwise=table.otherwise), ZERO, x))
