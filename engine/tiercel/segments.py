"""Tier tables as functions of the generated program.

In: a tier node and the denominator of what it is asked for. Out: the text of a function: the value of the
tier that holds n, the price of 0..n, what a running total adds from m to n, slices rounded one by one. A
table is one chain of comparisons with whole numbers worked out beforehand.
"""

from fractions import Fraction
from math import ceil, floor, lcm

from tiercel.money import Rounding
from tiercel.plan import Bracket, Tier
from tiercel.program import Num, below, beyond, times, wrapped


def value_helper(node: Tier, key: Num, scaled: list[str]) -> str:
    x = Num("n", key.den if isinstance(key.den, int) else "d")
    lines = [f"def NAME({'n' if isinstance(key.den, int) else 'n, d'}):  # {node.table} · {_place_of(node)}"]
    if node.otherwise is not None and node.brackets[0].low is not None:
        low = node.brackets[0]
        assert low.low is not None
        lines += [f"    if {below(x, low.low, low.low_inside)}:", f"        return {scaled[-1]}"]
    for bracket, value in zip(node.brackets, scaled, strict=False):
        if bracket.high is None:
            lines.append(f"    return {value}")
            return "\n".join(lines)
        lines += [
            f"    if not {wrapped('(' + beyond(x, bracket.high, bracket.high_inside) + ')')}:",
            f"        return {value}",
        ]
    lines.append(f"    return {scaled[-1] if node.otherwise is not None else 0}")
    return "\n".join(lines)


def _place_of(node: Tier) -> str:
    return f"{node.span.source}:{node.span.line}"


def surrounded(node: Tier) -> tuple[Bracket, ...]:
    """The tiers of a marginal table with what lies around them: rate 0 between 0 and a first bound above it,
    the rate of `otherwise` outside."""
    low, high = node.brackets[0].low, node.brackets[-1].high
    out = list(node.brackets)
    if low is not None and low > 0:
        out.insert(0, Bracket(Fraction(0), True, low, False, Fraction(0)))
    if low is not None and isinstance(node.otherwise, Fraction):
        out.insert(0, Bracket(None, False, min(low, Fraction(0)), False, node.otherwise))
    if high is not None and isinstance(node.otherwise, Fraction):
        out.append(Bracket(high, False, None, False, node.otherwise))
    return tuple(out)


def affine(brackets: tuple[Bracket, ...]) -> list[tuple[Bracket, Fraction]]:
    """Each tier with c such that the price of 0..x is rate × x + c inside it."""
    out: list[tuple[Bracket, Fraction]] = []
    for bracket in brackets:
        rate, edge = bracket.value, bracket.high if bracket.low is None else bracket.low
        assert isinstance(rate, Fraction)
        out.append((bracket, Fraction(0) if edge is None else _integral(brackets, edge) - rate * edge))
    return out


def _integral(brackets: tuple[Bracket, ...], x: Fraction) -> Fraction:
    start, end = min(Fraction(0), x), max(Fraction(0), x)
    total = Fraction(0)
    for bracket in brackets:
        low = start if bracket.low is None else max(start, bracket.low)
        high = end if bracket.high is None else min(end, bracket.high)
        if high > low:
            assert isinstance(bracket.value, Fraction)
            total += (high - low) * bracket.value
    return total if x >= 0 else -total


def price_helper(node: Tier, base: Num, parts: list[tuple[Bracket, Fraction]], den: int) -> str:
    static = isinstance(base.den, int)
    x = Num("n", base.den if static else "d")
    lines = [f"def NAME({'n' if static else 'n, d'}):  # {node.table}, {node.mode} · {_place_of(node)}"]
    for position, (bracket, constant) in enumerate(parts):
        rate = bracket.value
        assert isinstance(rate, Fraction)
        slope = rate * den / (base.den if isinstance(base.den, int) else 1)
        offset = constant * den
        text = f"n * {slope.numerator}"
        if offset:
            text += f" {'+' if offset > 0 else '-'} {abs(offset.numerator)}{'' if static else ' * d'}"
        if bracket.high is None or position == len(parts) - 1:
            lines.append(f"    return {text}")
            break
        lines += [f"    if {below(x, bracket.high, inside=False)}:", f"        return {text}"]
    return "\n".join(lines)


def rise_helper(node: Tier, base: Num, price: str, den: int) -> str:
    """What a running total adds to the price from `m` to `n`; mostly both lie in one tier."""
    assert isinstance(base.den, int)
    lines = [f"def NAME(m, n):  # {node.table}: {price}(n) - {price}(m)"]
    for bracket in node.brackets:
        rate = bracket.value
        assert isinstance(rate, Fraction)
        slope = rate * den / base.den
        tests: list[str] = []
        if bracket.low is not None:
            tests.append(f"m >= {ceil(bracket.low * base.den)}")
        if bracket.high is not None:
            tests.append(f"n <= {floor(bracket.high * base.den)}")
        lines.append(f"    if {' and '.join(['m <= n', *tests])}:")
        lines.append(f"        return (n - m) * {slope.numerator}")
    return "\n".join([*lines, f"    return {price}(n) - {price}(m)"])


def slice_helper(node: Tier, base: Num, rounding: Rounding) -> str:
    """Start and end of a base over its denominator: the rounded slices between them, over the step's."""
    static = isinstance(base.den, int)
    p, q = rounding.step.numerator, rounding.step.denominator
    bounds = lcm(*(b.denominator for t in node.brackets for b in (t.low, t.high) if b is not None))
    unit = lcm(base.den, bounds) if isinstance(base.den, int) else bounds
    factor = unit // base.den if isinstance(base.den, int) else unit
    over = "" if static else " * d"
    given = "start, end" if static else "start, end, d"
    lines = [f"def NAME({given}):  # {node.table}, each slice rounded · {_place_of(node)}", "    total = 0"]
    lines += ["    sign = 1", "    if end < start:", "        start, end, sign = end, start, -1"]
    for bracket in node.brackets:
        rate = bracket.value
        assert isinstance(rate, Fraction)
        low, high = times("start", factor), times("end", factor)
        low = low if bracket.low is None else f"most({low}, {int(bracket.low * unit)}{over})"
        high = high if bracket.high is None else f"least({high}, {int(bracket.high * unit)}{over})"
        by, under = rate.numerator * q, rate.denominator * unit * p
        lines += [
            f"    part = {high} - {low}",
            "    if part > 0:",
            f"        amount = {rounding.mode}(part * sign * {by}, {under}{over})",
            f"        total += amount * {p}",
        ]
    lines.append("    return total")
    return "\n".join(lines)
