"""The fixed speed workload: one month of deals, the policy in this docstring, and what people write by hand.

Marginal tiers on each person's running sales (5% to 50,000, 6% to 150,000, 8% above), times 1.15 for a deal
from 10,000, plus 5% of the amount for a repurchase, rounded half up to the cent per deal. Score: 30% signing
against 50%, 25% retention against 80%, 20% satisfaction against 90%, 25% small deals against 20, each at
most 1.2, half up to 4 decimals. Coefficient 0 / 0.8 / 1 / 1.2 from 0 / 60% / 80% / 100%. Payout: sum of
deals times coefficient, half up to the cent, at most 200,000.

`by_hand` and `one_by_hand` are the versions a careful programmer writes: integers, one loop, every constant
worked out beforehand. Amounts are cents, measures ten-thousandths.
"""

import random
from dataclasses import dataclass

SCHEME = """
scheme workload
version 1 from 2026-01-01
currency CNY
period month

people
  id            text, key
  signing_rate  number
  kept_rate     number
  happy_rate    number

facts deal
  id          text, key
  rep         person, credited
  day         date, date of record
  amount      money
  repurchase  yes/no

for each deal
  large = amount at least 10,000

tiers growth, marginal
  from       0   5%
  from  50,000   6%
  from 150,000   8%

tiers coefficient, whole
  below  60%   0
  from   60%   0.8
  from   80%   1
  from  100%   1.2

kpi signing
  weight 30%
  actual signing_rate
  target 50%
  score actual / target, at most 120%, unrounded
kpi retention
  weight 25%
  actual kept_rate
  target 80%
  score actual / target, at most 120%, unrounded
kpi satisfaction
  weight 20%
  actual happy_rate
  target 90%
  score actual / target, at most 120%, unrounded
kpi small
  weight 25%
  actual count(deal where not large)
  target 20
  score actual / target, at most 120%, unrounded

score performance
  weighted sum of kpis, rounded half up to 0.0001

commission pay for each deal
  growth on running total of amount
  times 115% when large
  plus 5% of amount when repurchase

payout
  total(commission)
  times coefficient(performance)
  rounded half up to 0.01
  at most 200,000
"""

FIRST, SECOND, LARGE, CAP = 50_000_00, 150_000_00, 10_000_00, 200_000_00


@dataclass(frozen=True)
class Month:
    """Deals in order of date: person, cents, repurchase, day of the month; per person three measures."""

    rep: tuple[int, ...]
    amount: tuple[int, ...]
    repurchase: tuple[bool, ...]
    day: tuple[int, ...]
    measures: tuple[tuple[int, int, int], ...]


def month(deals: int, people: int, seed: int = 20260701) -> Month:
    """`deals` log-normal deals of `people`, some of whom sell much more than others."""
    rng = random.Random(seed)
    weights = [rng.gammavariate(1.2, 1) for _ in range(people)]
    reps = rng.choices(range(people), weights, k=deals)
    amounts = [min(max(round(rng.lognormvariate(9.1, 0.9) * 100), 500_00), 200_000_00) for _ in range(deals)]
    again = [rng.random() < 0.15 for _ in range(deals)]
    days = sorted(rng.randrange(1, 31) for _ in range(deals))
    shapes = ((2.2, 3), (3, 2), (4, 2))
    measures = [tuple(round(rng.betavariate(a, b) * 10_000) for a, b in shapes) for _ in range(people)]
    return Month(tuple(reps), tuple(amounts), tuple(again), tuple(days), tuple(measures))  # type: ignore[arg-type]


def _score(signing: int, kept: int, happy: int, small: int) -> int:
    parts = 432 * min(signing, 6000) + 225 * min(kept, 9600) + 160 * min(happy, 10800) + 90_000 * min(small, 24)
    return (2 * parts + 720) // 1440


def _payout(score: int, total: int) -> int:
    tenths = 0 if score < 6000 else 8 if score < 8000 else 10 if score < 10_000 else 12
    return min((total * tenths + 5) // 10, CAP)


def by_hand(data: Month) -> tuple[list[int], list[int]]:
    """Commission of each deal and payout of each person, in cents."""
    people = len(data.measures)
    running, total, small = [0] * people, [0] * people, [0] * people
    paid: list[int] = []
    add = paid.append
    for rep, amount, again in zip(data.rep, data.amount, data.repurchase, strict=True):
        before = running[rep]
        after = before + amount
        running[rep] = after
        if before >= SECOND:
            part = 8 * amount
        elif after <= FIRST:
            part = 5 * amount
        else:
            part = 5 * amount + max(after - max(before, FIRST), 0) + 2 * max(after - max(before, SECOND), 0)
        if amount < LARGE:
            small[rep] += 1
            part *= 100
        else:
            part *= 115
        if again:
            part += 500 * amount
        pay = (part + 5000) // 10_000
        total[rep] += pay
        add(pay)
    payouts = [_payout(_score(*m, n), t) for m, n, t in zip(data.measures, small, total, strict=True)]
    return paid, payouts


def one_by_hand(deals: list[tuple[int, bool]], measures: tuple[int, int, int]) -> int:
    """Payout of one person in cents: the flat function of a host's request."""
    running = total = small = 0
    for amount, again in deals:
        before = running
        running += amount
        if before >= SECOND:
            part = 8 * amount
        elif running <= FIRST:
            part = 5 * amount
        else:
            part = 5 * amount + max(running - max(before, FIRST), 0) + 2 * max(running - max(before, SECOND), 0)
        if amount < LARGE:
            small += 1
            part *= 100
        else:
            part *= 115
        if again:
            part += 500 * amount
        total += (part + 5000) // 10_000
    return _payout(_score(*measures, small), total)
