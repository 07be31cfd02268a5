"""What holds of tier tables in every mode, whatever their bounds, rates and bases.

What a table should give is worked out here from its points alone, never from the engine's own tiers.
"""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

import tiercel

HEAD = """scheme plan
version 1 from 2023-01-01
currency CNY
period month
people
  id text, key
  x money
  goal money
"""
FEW = settings(max_examples=40)

points = st.lists(st.integers(1, 5_000), min_size=1, max_size=5, unique=True).map(sorted)
rates = st.integers(0, 99).map(lambda n: Fraction(n, 100))
bases = st.lists(st.integers(0, 8_000), min_size=1, max_size=5)


@st.composite
def tables(draw, rising=False):
    """Bounds in cents, and one rate more than there are bounds, for what lies below the first."""
    bounds = draw(points)
    values = draw(st.lists(rates, min_size=len(bounds) + 1, max_size=len(bounds) + 1))
    return bounds, sorted(values) if rising else values


def yuan(cents):
    """The exact text of an amount in cents."""
    sign, value = ("-" if cents < 0 else ""), abs(Fraction(cents))
    whole = value * 10**6
    assert whole.denominator == 1
    return f"{sign}{Decimal(whole.numerator) / Decimal(10**8):f}"


def percent(rate):
    return f"{Decimal(rate.numerator) * 100 / Decimal(rate.denominator):f}%"


def rows(bounds, values):
    """`up to` the first bound, then `above` each."""
    cells = [f"  up to {yuan(bounds[0])}   {values[0]}"]
    return "\n".join([*cells, *(f"  above {yuan(b)}   {v}" for b, v in zip(bounds, values[1:], strict=True))]) + "\n"


def asked(rules, terms, xs, goal=100_000):
    """The exact values of terms, in yuan, for each base in cents: by the reference, and the compiled gives the same."""
    names = [f"v{n}" for n in range(len(terms))]
    text = (
        HEAD + rules + "".join(f"{n} = {t}, unrounded\n" for n, t in zip(names, terms, strict=True)) + "bonus b\n  0\n"
    )
    people = [{"id": f"P{n}", "x": yuan(x), "goal": yuan(goal)} for n, x in enumerate(xs)]
    scheme = tiercel.loads(text)
    defined, compiled = (scheme.evaluate({"people": people}, "2023-07", evaluator=e) for e in ("reference", "compiled"))
    assert compiled.to_dict() == defined.to_dict()
    return [[Fraction(str(defined.values[p["id"]][n])) for n in names] for p in people]


def around(bounds, xs=()):
    """Every bound, a cent below and above it, and more."""
    return sorted({*xs, *(b + d for b in bounds for d in (-1, 0, 1))})


@FEW
@given(tables(), bases)
def test_slices_increments_and_quick_deductions_agree(table, xs):
    """Three forms of one scale: the slices; each increment of the rate on what lies above its bound; rate × base less
    the deduction, which grows at each bound by the bound times the increment."""
    bounds, values = table
    growth = [b - a for a, b in pairwise(values)]
    less = [Fraction(0)]
    for bound, more in zip(bounds, growth, strict=True):
        less.append(less[-1] + bound * more)
    cells = [f"{percent(v)}   {yuan(d)}" for v, d in zip(values, less, strict=True)]
    found = asked(
        f"tiers t, marginal: rate, less\n{rows(bounds, cells)}",
        ["t on x", "t.rate(x) * x - t.less(x)"],
        around(bounds, xs),
    )
    for x, (slices, quick) in zip(around(bounds, xs), found, strict=True):
        increments = values[0] * x + sum(g * max(x - b, 0) for b, g in zip(bounds, growth, strict=True))
        assert slices == quick == increments / 100


@FEW
@given(tables(rising=True), bases)
def test_with_rising_rates_more_base_is_never_less_pay_and_never_a_smaller_share(table, xs):
    """Pay and the average rate rise with the base; a cent moves pay by at most a cent times the highest rate."""
    bounds, values = table
    at = [x for x in around(bounds, xs) if x > 0]
    paid = [one[0] for one in asked(f"tiers t, marginal\n{rows(bounds, [percent(v) for v in values])}", ["t on x"], at)]
    for (a, p), (b, q) in pairwise(zip(at, paid, strict=True)):
        assert 0 <= q - p <= max(values) * (b - a) / 100
        assert q / b >= p / a


@FEW
@given(tables(), bases)
def test_the_way_back_undoes_the_deduction(table, xs):
    """gross_for(t, x - t on x) is x again, at every bound and elsewhere; rates are below 100%."""
    bounds, values = table
    at = around(bounds, xs)
    rules = f"tiers t, marginal\n{rows(bounds, [percent(v) for v in values])}"
    assert [one[0] for one in asked(rules, ["gross_for(t, x - (t on x))"], at)] == [Fraction(x, 100) for x in at]


@FEW
@given(tables(), bases, st.integers(1, 300_000))
def test_shares_of_a_goal_are_bounds_times_the_goal(table, xs, goal):
    """Bounds of 12.34% of the goal are the bound 12.34% × goal: price, value and next bound scale with it."""
    bounds, values = table
    cells = [percent(v) for v in values]
    written = [percent(Fraction(b, 100)) for b in bounds]
    lines = [
        f"  up to {written[0]}   {cells[0]}",
        *(f"  above {b}   {c}" for b, c in zip(written, cells[1:], strict=True)),
    ]
    shares = "tiers t, marginal, bounds as share of goal\n" + "\n".join(lines) + "\n"
    found = asked(shares, ["t on x", "next_bound(t, x), otherwise -1"], xs, goal)
    for x, (price, following) in zip(xs, found, strict=True):
        scaled = [Fraction(b, 100) * goal for b in bounds]
        cuts = [Fraction(0), *(b for b in scaled if b < x), Fraction(x)]
        area = sum((high - low) * values[sum(low >= s for s in scaled)] for low, high in pairwise(cuts))
        assert price == area / 100
        assert following == next((s / 100 for s in scaled if x <= s), -1)


@FEW
@given(points, st.data())
def test_filled_amounts_grow_without_a_jump_and_are_full_at_each_bound(bounds, data):
    """At a bound all amounts up to it are earned, a cent off it at most the steepest tier's share more or less."""
    amounts = data.draw(st.lists(st.integers(0, 900), min_size=len(bounds), max_size=len(bounds)))
    cells = "".join(f"  up to {yuan(b)}   {a}\n" for b, a in zip(bounds, amounts, strict=True))
    rules = f"tiers t, filled\n{cells}  otherwise the last tier\n"
    paid = [one[0] for one in asked(rules, ["t on x"], [x for b in bounds for x in (b - 1, b, b + 1)])]
    steepest = max(Fraction(a, b - low) for a, b, low in zip(amounts, bounds, [0, *bounds], strict=False))
    for n in range(len(bounds)):
        below, full, beyond = paid[3 * n : 3 * n + 3]
        assert full == sum(amounts[: n + 1])
        assert 0 <= full - below <= steepest
        assert 0 <= beyond - full <= steepest


@FEW
@given(points, st.data())
def test_cumulative_amounts_are_the_sum_of_the_steps_reached(bounds, data):
    """A step is paid from its bound on, whatever steps follow; the fixed table pays the highest only."""
    amounts = data.draw(st.lists(st.integers(0, 900), min_size=len(bounds), max_size=len(bounds)))
    cells = "".join(f"  from {yuan(b)}   {a}\n" for b, a in zip(bounds, amounts, strict=True)) + "  otherwise   0\n"
    at = around(bounds)
    found = asked(f"tiers t, cumulative fixed\n{cells}tiers u, fixed\n{cells}", ["t on x", "u on x"], at)
    for x, (every, highest) in zip(at, found, strict=True):
        reached = [a for b, a in zip(bounds, amounts, strict=True) if b <= x]
        assert (every, highest) == (sum(reached), reached[-1] if reached else 0)


@FEW
@given(tables(), st.integers(1, 99))
def test_an_interpolated_value_lies_on_the_straight_line_of_its_points(table, share):
    """At a point its own value, n hundredths of the way n hundredths of the growth, beyond the last point no change."""
    bounds, values = table
    line = [[b * 100, v] for b, v in zip(bounds, values, strict=False)]
    between = [(a + (b - a) * share // 100, p + (q - p) * Fraction(share, 100)) for (a, p), (b, q) in pairwise(line)]
    rules = "tiers t, interpolated\n" + "".join(f"  from {yuan(b)}   {percent(v)}\n" for b, v in line)
    at = [*((b, v) for b, v in line), *between, (line[-1][0] + 12_345, line[-1][1])]
    found = asked(rules, ["t(x)", "t on goal by x"], [x for x, _ in at])
    assert found == [[v, v * 1000] for _, v in at]


@FEW
@given(st.integers(0, 50), st.integers(1, 400), st.integers(0, 3), bases)
def test_a_series_is_its_tiers_written_out(first, width, step, xs):
    """Without end, with an end far away, and as rows one by one: the same price and the same value."""
    xs = [min(x, 200 * width) for x in xs]
    top = max(xs) // width + 2
    cells = [f"  from {yuan(n * width)}   {percent(Fraction(first + n * step, 100))}\n" for n in range(top)]
    rise = f"{percent(Fraction(first, 100))}   every {yuan(width)} more by {percent(Fraction(step, 100))}\n"
    rules = (
        f"tiers endless, marginal\n  from 0   {rise}"
        f"tiers ended, marginal\n  from 0 up to {yuan(top * width)}   {rise}"
        f"tiers full, marginal\n{''.join(cells)}"
    )
    names = ("endless", "ended", "full")
    for one in asked(rules, [f"{name} on x" for name in names] + [f"{name}(x)" for name in names], xs):
        assert len(set(one[:3])) == 1
        assert len(set(one[3:])) == 1
