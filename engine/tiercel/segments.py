"""Tier tables as functions of the generated program.

In: pieces, each a line over a stretch of numbers, and the denominator of what they are asked for. Out: the text of a
function of n: one chain of comparisons with whole numbers worked out beforehand. Further what a running total adds
from m to n, and slices rounded one by one. A series without end is one piece: the number of the step, then a line.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor, lcm

from tiercel.money import Rounding
from tiercel.plan import Bracket
from tiercel.program import Num, below, times

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of a series; in the one of number k, from 0, the value is

    constant + k × rise + k × (k - 1) / 2 × bend + (x - where the step begins) × (slope + k × slopes).
    """

    low: Fraction
    low_inside: bool
    every: Fraction
    rise: Fraction
    bend: Fraction = ZERO
    slope: Fraction = ZERO
    slopes: Fraction = ZERO


@dataclass(frozen=True, slots=True)
class Piece:
    """From the piece before up to `high` (None: without end) the value is slope × x + constant."""

    high: Fraction | None
    high_inside: bool
    slope: Fraction
    constant: Fraction
    steps: Steps | None = None


def lasting(bracket: Bracket, constant: Fraction, slope: Fraction = ZERO) -> Piece:
    return Piece(bracket.high, bracket.high_inside, slope, constant)


# ---- a table as pieces ---------------------------------------------------------------------------------------


def values(brackets: Sequence[Bracket], numbers: Sequence[Fraction]) -> list[Piece]:
    """The value of the tier that holds x."""
    out: list[Piece] = []
    for bracket, number in zip(brackets, numbers, strict=True):
        steps = None if bracket.every is None else _steps(bracket, bracket.by)
        out.append(replace(lasting(bracket, number), steps=steps))
    return out


def _steps(bracket: Bracket, rise: Fraction, bend: Fraction = ZERO) -> Steps:
    assert bracket.low is not None
    assert bracket.every is not None
    return Steps(bracket.low, bracket.low_inside, bracket.every, rise, bend)


def sums(brackets: Sequence[Bracket]) -> list[Piece]:
    """The values of all tiers up to the one that holds x, added up."""
    out: list[Piece] = []
    total = ZERO
    for bracket in brackets:
        assert isinstance(bracket.value, Fraction)
        total += bracket.value
        steps = None if bracket.every is None else _steps(bracket, bracket.value + bracket.by, bracket.by)
        out.append(replace(lasting(bracket, total), steps=steps))
    return out


def lines(brackets: Sequence[Bracket]) -> list[Piece]:
    """Straight from each tier's beginning to the next one's; level where there is no other end."""
    out: list[Piece] = []
    for number, bracket in enumerate(brackets):
        assert isinstance(bracket.value, Fraction)
        following = brackets[number + 1] if number + 1 < len(brackets) else None
        slope = ZERO
        if bracket.low is not None and following is not None and following.low is not None:
            assert isinstance(following.value, Fraction)
            slope = (following.value - bracket.value) / (following.low - bracket.low)
        start = ZERO if bracket.low is None else bracket.low
        out.append(lasting(bracket, bracket.value - slope * start, slope))
    return out


def beginnings(brackets: Sequence[Bracket]) -> list[Piece]:
    """Where the first tier begins that x has not reached; beyond the last one 0, which nobody may read."""
    starts = [(b.low, b.low_inside) for b in brackets if b.low is not None]
    out = [Piece(low, not inside, ZERO, low) for low, inside in starts]
    last = brackets[-1]
    steps = None if last.every is None else _steps(last, last.every)
    start = ZERO if last.every is None or last.low is None else last.low + last.every
    return [*out, Piece(None, False, ZERO, start, steps)]


def surrounded(brackets: tuple[Bracket, ...], otherwise: Fraction | str | bool | None) -> tuple[Bracket, ...]:
    """The tiers of a marginal table with what lies around them: rate 0 between 0 and a first bound above it,
    the rate of `otherwise` outside."""
    low, high = brackets[0].low, brackets[-1].high
    out = list(brackets)
    if low is not None and low > 0:
        out.insert(0, Bracket(ZERO, True, low, False, ZERO))
    if low is not None and isinstance(otherwise, Fraction):
        out.insert(0, Bracket(None, False, min(low, ZERO), False, otherwise))
    if high is not None and isinstance(otherwise, Fraction):
        out.append(Bracket(high, False, None, False, otherwise))
    return tuple(out)


def areas(brackets: tuple[Bracket, ...]) -> list[Piece]:
    """The price of 0..x at the rates of the tiers."""
    out: list[Piece] = []
    for bracket in brackets:
        rate, edge = bracket.value, bracket.high if bracket.low is None else bracket.low
        assert isinstance(rate, Fraction)
        at_edge = ZERO if edge is None else _area(brackets, edge)
        if bracket.every is None:
            out.append(Piece(bracket.high, True, rate, at_edge - rate * (edge or ZERO)))
        else:
            steps = _steps(bracket, bracket.every * rate, bracket.every * bracket.by)
            steps = replace(steps, slope=rate, slopes=bracket.by)
            out.append(Piece(None, False, ZERO, at_edge, steps))
    return out


def _area(brackets: tuple[Bracket, ...], x: Fraction) -> Fraction:
    """At a bound, so that no series has begun below it."""
    start, end = min(ZERO, x), max(ZERO, x)
    total = ZERO
    for bracket in brackets:
        low = start if bracket.low is None else max(start, bracket.low)
        high = end if bracket.high is None else min(end, bracket.high)
        if high > low:
            assert isinstance(bracket.value, Fraction)
            total += (high - low) * bracket.value
    return total if x >= 0 else -total


def inverses(brackets: tuple[Bracket, ...]) -> list[Piece]:
    """For y the x with x - T(x) = y: each piece of x - T(x) turned round."""
    out: list[Piece] = []
    level = tuple(replace(bracket, every=None) for bracket in brackets)  # a series that rises has no way back
    for bracket, area in zip(brackets, areas(level), strict=True):
        assert isinstance(bracket.value, Fraction)
        left = 1 - bracket.value
        high = None if bracket.high is None else bracket.high * left - area.constant
        out.append(Piece(high, True, 1 / left, area.constant / left))
    return out


# ---- pieces as a function ---------------------------------------------------------------------------------------


def denominator(pieces: Sequence[Piece], base: Num) -> int:
    """Over which every piece is a whole number; a base over a local multiplies it by that local."""
    over = base.den if isinstance(base.den, int) else 1
    dens = [(p.slope / over).denominator for p in pieces] + [p.constant.denominator for p in pieces]
    for steps in (p.steps for p in pieces):
        if steps is not None:
            dens += [steps.rise.denominator, steps.bend.denominator, _width_unit(steps, over) * _slope_unit(steps)]
    return lcm(*dens)


def _width_unit(steps: Steps, over: int) -> int:
    return lcm(over, steps.low.denominator, steps.every.denominator)


def _slope_unit(steps: Steps) -> int:
    return lcm(steps.slope.denominator, steps.slopes.denominator)


def piece_helper(pieces: Sequence[Piece], base: Num, den: int, comment: str) -> str:
    """`NAME(n)` or `NAME(n, d)`: the value at x = n/d, over `den` or `den × d`."""
    static = isinstance(base.den, int)
    x = Num("n", base.den if static else "d")
    out = [f"def NAME({'n' if static else 'n, d'}):  # {comment}"]
    for position, piece in enumerate(pieces):
        body = [f"return {_line(piece, x, den)}"] if piece.steps is None else list(_stepped(piece, x, den))
        if piece.high is None or position == len(pieces) - 1:
            return "\n".join([*out, *(f"    {line}" for line in body)])
        out += [f"    if {below(x, piece.high, not piece.high_inside)}:", *(f"        {line}" for line in body)]
    return "\n".join(out)


def _line(piece: Piece, x: Num, den: int) -> str:
    static = isinstance(x.den, int)
    slope = piece.slope * den / (x.den if isinstance(x.den, int) else 1)
    offset = piece.constant * den
    if not slope:
        return f"{offset.numerator}{'' if static or not offset else ' * d'}"
    text = f"n * {slope.numerator}"
    if offset:
        text += f" {'+' if offset > 0 else '-'} {abs(offset.numerator)}{'' if static else ' * d'}"
    return text


def _stepped(piece: Piece, x: Num, den: int) -> Iterator[str]:
    """The number of the step, then the value in it."""
    steps = piece.steps
    assert steps is not None
    over = x.den if isinstance(x.den, int) else 1
    unit, d = _width_unit(steps, over), "" if isinstance(x.den, int) else " * d"
    low, every = int(steps.low * unit), int(steps.every * unit)
    reach = times("n", unit // over) + (f" - {low}{d}" if low else "")
    yield f"x = {reach}"
    whole = f"({every}{d})" if d else str(every)
    yield f"k = x // {whole}" if steps.low_inside else f"k = -(-x // {whole}) - 1"
    terms = [int(piece.constant * den), int(steps.rise * den), int(steps.bend * den)]
    parts = [f"{terms[0]}", f"k * {terms[1]}", f"k * (k - 1) // 2 * {terms[2]}"]
    constant = " + ".join(part for part, term in zip(parts, terms, strict=True) if term) or "0"
    constant = f"({constant}){d}" if d else constant
    if not steps.slope and not steps.slopes:
        yield f"return {constant}"
        return
    rate = _slope_unit(steps)
    slope = f"({int(steps.slope * rate)} + k * {int(steps.slopes * rate)})"
    yield f"return {constant} + (x - k * {every}{d}) * {slope} * {den // (unit * rate)}"


def rise_helper(brackets: Sequence[Bracket], base: Num, price: str, den: int, comment: str) -> str:
    """What a running total adds to the price from `m` to `n`; mostly both lie in one tier."""
    assert isinstance(base.den, int)
    out = [f"def NAME(m, n):  # {comment}: {price}(n) - {price}(m)"]
    for bracket in brackets:
        rate = bracket.value
        assert isinstance(rate, Fraction)
        slope = rate * den / base.den
        tests: list[str] = []
        if bracket.low is not None:
            tests.append(f"m >= {ceil(bracket.low * base.den)}")
        high = bracket.high
        if bracket.every is not None and bracket.low is not None:
            high = bracket.low + bracket.every
        if high is not None:
            tests.append(f"n <= {floor(high * base.den)}")
        out.append(f"    if {' and '.join(['m <= n', *tests])}:")
        out.append(f"        return (n - m) * {slope.numerator}")
    return "\n".join([*out, f"    return {price}(n) - {price}(m)"])


def slice_helper(brackets: Sequence[Bracket], base: Num, rounding: Rounding, scaled: bool, comment: str) -> str:
    """Start and end of a base over its denominator: the rounded slices between them, over the step's. `scaled`:
    both are shares of p/q, and so is what each slice is a part of."""
    static = isinstance(base.den, int)
    p, q = rounding.step.numerator, rounding.step.denominator
    bounds = lcm(*(b.denominator for t in brackets for b in (t.low, t.high) if b is not None))
    unit = lcm(base.den, bounds) if isinstance(base.den, int) else bounds
    factor = unit // base.den if isinstance(base.den, int) else unit
    over = "" if static else " * d"
    given = ("start, end" if static else "start, end, d") + (", p, q" if scaled else "")
    out = [f"def NAME({given}):  # {comment}, each slice rounded", "    total = 0"]
    out += ["    sign = 1", "    if end < start:", "        start, end, sign = end, start, -1"]
    for bracket in brackets:
        rate = bracket.value
        assert isinstance(rate, Fraction)
        low, high = times("start", factor), times("end", factor)
        low = low if bracket.low is None else f"most({low}, {int(bracket.low * unit)}{over})"
        high = high if bracket.high is None else f"least({high}, {int(bracket.high * unit)}{over})"
        by, under = rate.numerator * q, rate.denominator * unit * p
        times_p, times_q = (" * p", " * q") if scaled else ("", "")
        out += [
            f"    part = {high} - {low}",
            "    if part > 0:",
            f"        amount = {rounding.mode}(part * sign * {by}{times_p}, {under}{over}{times_q})",
            f"        total += amount * {p}",
        ]
    out.append("    return total")
    return "\n".join(out)
