"""Hierarchies of any shape: nothing is lost, no order matters, a shorter way up is the beginning of a longer one.

What everybody has to get is worked out a second time here, in a few lines, from the sentences of the plan.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiercel import FactsError, loads

HEAD = """scheme s
version 1 from 2025-01-01
currency CNY
period month
group team
  id text, key
  parent team, optional
people
  id text, key
  sponsor person, optional, dated
  active yes/no, dated
  rate percent
  team team, dated
facts sale
  id text, key
  seller person, credited
  day date, date of record
  amount money
"""
REFUNDS = """facts refund
  id text, key
  sale sale, reverses
  on date, date of record
"""
FIRST = date(2025, 3, 1)


def plan(depth: int) -> str:
    return HEAD + (
        f"commission revenue for each sale to upline(seller, sponsor, {depth} where active)\n  amount / (level + 1)\n"
        f"commission difference for each sale to upline(seller, sponsor, {depth})\n"
        "  (receiver.rate - highest_below(rate)) of amount\n  at least 0\n"
        "commission own for each sale\n  rate of amount\n"
        f"commission override to upline(sponsor, {depth})\n  10% of own\n"
        "for each team\n  below = sum(sale.amount, with groups below)\n  own_only = sum(sale.amount)\n"
    )


SCHEMES = {depth: loads(plan(depth)) for depth in (1, 2, 3, 20)}
REFUNDING = loads(plan(20).replace("commission revenue", REFUNDS + "commission revenue", 1))


@st.composite
def worlds(draw):
    """People each below one of those before, some moved on the 11th, groups the same; sales by anybody."""
    size = draw(st.integers(1, 8))
    keys = [f"P{n}" for n in range(size)]
    teams = [f"T{n}" for n in range(draw(st.integers(1, 4)))]
    above = [draw(st.sampled_from([None, *range(n)])) for n in range(len(teams))]
    group = [{"id": t, "parent": "" if a is None else teams[a]} for t, a in zip(teams, above, strict=True)]
    rows = []
    for n, key in enumerate(keys):
        rate = draw(st.integers(0, 20))
        for since in ("", "2025-03-11") if draw(st.booleans()) else ("",):
            boss = draw(st.sampled_from(["", *keys[:n]]))
            active = draw(st.sampled_from(["yes", "no"]))
            team = draw(st.sampled_from(teams))
            rows.append({"id": key, "sponsor": boss, "active": active, "rate": f"{rate}%", "team": team, "from": since})
    sales = [
        {
            "id": f"S{n}",
            "seller": draw(st.sampled_from(keys)),
            "day": (FIRST + timedelta(days=draw(st.integers(0, 30)))).isoformat(),
            "amount": str(Decimal(draw(st.integers(0, 99_999))) / 100),
        }
        for n in range(draw(st.integers(0, 5)))
    ]
    return {"team": group, "people": rows, "sale": sales}


def cents(amount: Fraction) -> Fraction:
    """Half up, away from zero."""
    whole = (2 * abs(amount * 100) + 1) // 2
    return Fraction(whole if amount >= 0 else -whole, 100)


class Written:
    """The plan once more, straight from its sentences."""

    def __init__(self, facts: Mapping[str, list[dict[str, str]]], depth: int) -> None:
        self.facts, self.depth = facts, depth
        self.pay: dict[tuple[str, str, str], Fraction] = {}
        own: dict[str, Fraction] = defaultdict(Fraction)
        for sale in facts["sale"]:
            self._sale(sale, own)
        for key in {p["id"] for p in facts["people"]}:
            for boss in self.above(key, "2025-03-31")[:depth]:
                self.pay["override", key, boss] = cents(own[key] / 10)

    def at(self, key: str, day: str) -> dict[str, str]:
        return [p for p in self.facts["people"] if p["id"] == key and p["from"] <= day][-1]

    def above(self, key: str, day: str) -> list[str]:
        out: list[str] = []
        while key := self.at(key, day)["sponsor"]:
            out.append(key)
        return out

    def _sale(self, sale: dict[str, str], own: dict[str, Fraction]) -> None:
        seller, day, amount = sale["seller"], sale["day"], Fraction(sale["amount"])
        rate = {p["id"]: Fraction(int(p["rate"][:-1]), 100) for p in self.facts["people"]}
        own[seller] += cents(rate[seller] * amount)
        chain = self.above(seller, day)
        counting = [key for key in chain if self.at(key, day)["active"] == "yes"][: self.depth]
        for level, key in enumerate(counting, 1):
            self.pay["revenue", sale["id"], key] = cents(amount / (level + 1))
        for level, key in enumerate(chain[: self.depth]):
            highest = max(rate[x] for x in [seller, *chain[:level]])
            self.pay["difference", sale["id"], key] = max(cents((rate[key] - highest) * amount), Fraction(0))


def lines(facts, depth, evaluator="compiled"):
    paid = SCHEMES[depth].evaluate(facts, "2025-03", evaluator=evaluator)
    assert evaluator != "compiled" or type(paid.run).__name__ == "CompiledRun"
    return {(x.line, x.row, x.person): Fraction(x.amount) for x in paid.lines if x.level is not None}, paid


@given(facts=worlds(), depth=st.sampled_from([1, 2, 20]))
@settings(max_examples=60, deadline=None)
def test_both_evaluators_pay_what_the_sentences_say(facts, depth):
    wanted = Written(facts, depth).pay
    assert lines(facts, depth)[0] == wanted
    assert lines(facts, depth, "reference")[0] == wanted


@given(facts=worlds(), seed=st.integers(0, 1000))
@settings(max_examples=25, deadline=None)
def test_no_order_of_rows_matters(facts, seed):
    mixed = {table: Random(seed).sample(rows, len(rows)) for table, rows in facts.items()}
    assert lines(mixed, 20)[1].to_dict() == lines(facts, 20)[1].to_dict()


@given(facts=worlds(), depth=st.sampled_from([1, 2, 3]))
@settings(max_examples=25, deadline=None)
def test_a_shorter_way_up_is_the_beginning_of_a_longer_one(facts, depth):
    """Cut after so many levels, everybody up to there has what he had."""
    _, whole = lines(facts, 20)
    _, cut = lines(facts, depth)
    wanted = {(x.line, x.row, x.person): x.amount for x in whole.lines if x.level is not None and x.level <= depth}
    assert {(x.line, x.row, x.person): x.amount for x in cut.lines if x.level is not None} == wanted


@given(facts=worlds())
@settings(max_examples=25, deadline=None)
def test_differences_add_up_to_the_highest_rate(facts):
    """What all levels have of a sale is the highest rate of the chain less the seller's own, to half a cent each."""
    got, _ = lines(facts, 20)
    rate = {p["id"]: Fraction(int(p["rate"][:-1]), 100) for p in facts["people"]}
    written = Written(facts, 20)
    for sale in facts["sale"]:
        chain = [sale["seller"], *written.above(sale["seller"], sale["day"])]
        parts = [a for (line, row, _), a in got.items() if (line, row) == ("difference", sale["id"])]
        highest = max(rate[key] for key in chain)
        exact = (highest - rate[sale["seller"]]) * Fraction(sale["amount"])
        assert abs(sum(parts, Fraction(0)) - exact) <= Fraction(len(parts), 200)


@given(facts=worlds(), later=st.booleans())
@settings(max_examples=25, deadline=None)
def test_full_refunds_leave_nothing_at_any_level(facts, later):
    """Whether in the period or after it: what everybody had of the sales is taken back to the cent."""
    day = "2025-04-15" if later else "2025-03-31"
    refunds = [{"id": f"R{s['id']}", "sale": s["id"], "on": day} for s in facts["sale"]]
    paid = SCHEMES[20].evaluate(facts, "2025-03").payout
    whole = facts | {"refund": refunds}
    back = REFUNDING.evaluate(whole, day[:7]).payout
    assert dict(back) == ({key: -amount for key, amount in paid.items()} if later else dict.fromkeys(paid, Decimal(0)))


@given(facts=worlds())
@settings(max_examples=25, deadline=None)
def test_a_group_has_its_own_sales_and_those_of_each_group_below(facts):
    """Sums with groups below: the own sales, and the sums of those right below it."""
    _, paid = lines(facts, 1)
    run = paid.reference
    number = {s.name: s.number for s in run.plan.steps if s.name in ("below", "own_only")}
    keys = run.facts.tables["team"].keys
    whole = {key: run.lookup(number["below"], row) for row, key in enumerate(keys)}
    own = {key: run.lookup(number["own_only"], row) for row, key in enumerate(keys)}
    for team in facts["team"]:
        below = [t["id"] for t in facts["team"] if t["parent"] == team["id"]]
        assert whole[team["id"]] == own[team["id"]] + sum((whole[b] for b in below), Fraction(0))


@given(facts=worlds(), data=st.data())
@settings(max_examples=25, deadline=None)
def test_a_circle_is_always_found(facts, data):
    """Whoever names somebody below him as the one above closes a circle that a sale below it meets."""
    written = Written(facts | {"sale": []}, 20)
    pairs = [(p["id"], top) for p in facts["people"] for top in written.above(p["id"], "2025-03-31")]
    if not pairs:
        return
    low, top = data.draw(st.sampled_from(pairs))
    people = [p | {"sponsor": low} if p["id"] == top else p for p in facts["people"]]
    sale = {"id": "S", "seller": low, "day": "2025-03-31", "amount": "1.00"}
    with pytest.raises(FactsError) as refused:
        SCHEMES[20].evaluate(facts | {"people": people, "sale": [sale]}, "2025-03")
    assert {d.code for d in refused.value.diagnostics} == {"E3132"}


@pytest.mark.long
def test_ten_thousand_people_twelve_levels_deep():
    """Everybody has two people below him and sold once; a pool of the whole company goes to all of them."""
    size, depth = 10_000, 12
    keys = [f"P{n:05}" for n in range(size)]
    cent = [100 + n % 97 for n in range(size)]  # what each sold, in hundreds of yuan
    people = [
        {
            "id": key,
            "sponsor": keys[(n - 1) // 2] if n else "",
            "active": "no" if n % 7 == 3 else "yes",
            "rate": f"{20 - n.bit_length()}%",
            "team": "T",
            "from": "",
        }
        for n, key in enumerate(keys)
    ]
    sales = [
        {"id": f"S{n:05}", "seller": key, "day": "2025-03-10", "amount": f"{cent[n] * 100}.00"}
        for n, key in enumerate(keys)
    ]
    text = HEAD + (
        f"commission revenue for each sale to upline(seller, sponsor, {depth} where active)\n  1% of amount\n"
        "commission difference for each sale to upline(seller, sponsor)\n"
        "  (receiver.rate - highest_below(rate)) of amount\n  at least 0\n"
        "bonus pool for each team\n  123,456.78元\n  shared among member in proportion to sum(sale.amount)\n"
    )
    facts = {"team": [{"id": "T", "parent": ""}], "people": people, "sale": sales}
    paid = loads(text).evaluate(facts, "2025-03")
    assert type(paid.run).__name__ == "CompiledRun"
    wanted: dict[tuple[str, str], int] = defaultdict(int)  # in yuan: each rate is whole percents of hundreds
    for n in range(size):
        above, counted, highest = n, 0, 20 - n.bit_length()
        while above:
            above = (above - 1) // 2
            if above % 7 != 3 and counted < depth:
                counted += 1
                wanted["revenue", keys[above]] += cent[n]
            rate = 20 - above.bit_length()
            wanted["difference", keys[above]] += max(rate - highest, 0) * cent[n]
            highest = max(highest, rate)
    got: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in paid.lines:
        got[line.line, line.person] += line.amount
    assert {mark: got[mark] for mark in wanted} == wanted
    shares = [got["pool", key] for key in keys]
    assert sum(shares) == Decimal("123456.78")
    exact = [Fraction("123456.78") * c / sum(cent) for c in cent]
    assert all(abs(Fraction(share) - part) < Fraction(1, 100) for share, part in zip(shares, exact, strict=True))
