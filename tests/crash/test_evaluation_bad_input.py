"""Deep, huge, empty and senseless input: a result, or an error of the one tree, and in time."""

import time
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tiercel

HEAD = """scheme plan
version 1 from 2023-01-01
currency CNY
period month
people
  id text, key
facts deal
  id text, key
  rep person, credited
  day date, date of record
  amount money
"""
REFUND = """facts refund
  id text, key
  deal deal, reverses by amount / deal.amount
  day date, date of record
  amount money
"""


EVALUATORS = ("reference", "compiled")


def one_deal(amount="100.00", **more):
    row = {"id": "D1", "rep": "A", "day": "2023-07-03", "amount": amount}
    return {"people": [{"id": "A"}], "deal": [row], **more}


def paid(rules, facts, period="2023-07", head=HEAD):
    scheme = tiercel.loads(head + rules)
    found = {}
    for evaluator in EVALUATORS:
        payout = scheme.evaluate(facts, period, evaluator=evaluator).payout
        found[evaluator] = {person: str(amount) for person, amount in payout.items()}
    assert found["reference"] == found["compiled"]
    return found["reference"]


# ---- deep ----------------------------------------------------------------------------------------------------


def chain(length, first):
    return f"  v0 = {first}\n" + "".join(f"  v{n} = v{n - 1} + 1\n" for n in range(1, length))


@pytest.mark.parametrize("level", ["person", "deal"])
def test_three_hundred_values_each_reading_the_one_before(level):
    """100 + 299 x 1 = 399, also where an earlier period is evaluated again: 1% of 100 is taken back there.

    By deal the chain is a line of the sale: 399 and 1 come back.
    """
    if level == "person":
        rules = chain(300, "sum(deal.amount)").replace("  v", "v") + "commission c\n  v299\n"
    else:
        rules = "for each deal\n" + chain(300, "amount") + "commission c for each deal\n  v299\n"
    rules += "bonus b for each deal\n  1% of amount\n"
    refund = {"id": "R1", "deal": "D1", "day": "2023-08-09", "amount": "100.00"}
    facts = one_deal(refund=[refund])
    scheme = tiercel.loads(HEAD + REFUND + rules)
    july, august = (scheme.evaluate(facts, period, evaluator="reference") for period in ("2023-07", "2023-08"))
    for evaluation in (july, august):
        assert scheme.evaluate(facts, evaluation.period).to_dict() == evaluation.to_dict()
    assert str(july.payout["A"]) == "400.00"
    assert july.explain("A").to_dict()["amount"] == "400.00"
    # In August the person's chain is 0 + 299 of its own, which the refund leaves alone.
    assert str(august.payout["A"]) == ("298.00" if level == "person" else "-400.00")


def test_three_hundred_values_each_reading_the_next():
    """The same chain written from its end: what comes first reads what comes last. 100 + 299 x 1."""
    written = chain(300, "sum(deal.amount)").replace("  v", "v").splitlines()
    assert paid("commission c\n  v299\n" + "\n".join(reversed(written)) + "\n", one_deal()) == {"A": "399.00"}


def test_a_long_body():
    """A thousand steps: 100 + 1,000."""
    assert paid("commission c for each deal\n  amount\n" + "  plus 1\n" * 1_000, one_deal()) == {"A": "1100.00"}


def test_values_that_depend_on_each_other_are_refused():
    """A circle is told as one, not met at run time."""
    with pytest.raises(tiercel.SchemeError) as caught:
        tiercel.loads(HEAD + "x = y + 1\ny = z + 1\nz = x + 1\ncommission c\n  x * 1元\n")
    assert [d.code for d in caught.value.diagnostics] == ["E2107"]


# ---- huge and small -----------------------------------------------------------------------------------------------


def test_amounts_beyond_any_machine_number():
    """10^30 / 3, and 10^30 refunded by 10^30 - 0.01: exact to the cent."""
    assert paid("commission c for each deal\n  amount / 3\n", one_deal("1" + "0" * 30)) == {"A": "3" * 30 + ".33"}
    refund = {"id": "R1", "deal": "D1", "day": "2023-07-09", "amount": "9" * 30 + ".99"}
    facts = one_deal("1" + "0" * 30, refund=[refund])
    assert paid("commission c for each deal\n  amount\n", facts, head=HEAD + REFUND) == {"A": "0.01"}


def test_negative_amounts():
    """-100.005 is refused as it stands; -100 pays -33.33 by thirds, half away from zero at -0.05 / 2 = -0.03."""
    assert paid("commission c for each deal\n  amount / 3\n", one_deal("-100")) == {"A": "-33.33"}
    assert paid("commission c for each deal\n  amount / 2\n", one_deal("-0.05")) == {"A": "-0.03"}


@pytest.mark.parametrize("people", [[], [{"id": "A"}]])
def test_empty_tables(people):
    """Nobody, or somebody without a deal: 0.00."""
    evaluation = tiercel.loads(HEAD + "commission c for each deal\n  amount\n").evaluate(
        {"people": people, "deal": []}, "2023-07"
    )
    assert {p: str(a) for p, a in evaluation.payout.items()} == {p["id"]: "0.00" for p in people}
    assert evaluation.lines == ()
    assert set(evaluation.to_dict()["people"]) == {p["id"] for p in people}


@pytest.mark.parametrize("where", ["", " where won"])
def test_twenty_thousand_deals_of_one_person(where):
    """Running totals over one person's rows take time in proportion to the rows, also where most do not count.

    20,000 deals of 1.00, of which every fourth is won: 5% of 20,000 or of 5,000 (below 50,000).
    """
    rules = (
        "tiers t, marginal\n  below 50,000   5%\n  from 50,000   6%\n"
        f"commission c for each deal{where}\n  t on running total of amount\n  rounded half up to 0.01 on the running total\n"
    )
    head = HEAD + "  won yes/no\n"
    day = ["2023-07-01", "2023-07-02", "2023-07-03"]
    deals = [{"id": f"D{n:05}", "rep": "A", "day": day[n % 3], "amount": 1, "won": n % 4 == 0} for n in range(20_000)]
    start = time.perf_counter()
    assert paid(rules, {"people": [{"id": "A"}], "deal": deals}, head=head) == {"A": "250.00" if where else "1000.00"}
    assert time.perf_counter() - start < 20


def test_a_value_that_cannot_be_computed_is_told_once_however_many_rows_read_it():
    """5,000 deals read a person's value that divides by 0: one diagnostic each for the value, and no more time for it."""
    rules = "x = sum(deal.amount) / (count(deal) - count(deal))\ncommission c for each deal\n  amount + x\n"
    deals = [{"id": f"D{n:05}", "rep": "A", "day": "2023-07-01", "amount": 1} for n in range(5_000)]
    with pytest.raises(tiercel.FactsError) as caught:
        paid(rules, {"people": [{"id": "A"}], "deal": deals})
    assert [(d.code, d.subject) for d in caught.value.diagnostics] == [("E3201", "A")]


# ---- money that cannot be paid, days that do not exist -----------------------------------------------------------------


@pytest.mark.parametrize("step", ["0.001", "0.03", "0.015"])
def test_what_is_paid_is_whole_cents_whatever_the_line_is_rounded_to(step):
    """A line of 0.333, 0.33 or 0.33 is paid to the cent, in the line as in the payout."""
    rules = f"commission c for each deal\n  amount / 3\n  rounded half up to {step}\n"
    evaluation = tiercel.loads(HEAD + rules).evaluate(one_deal("1"), "2023-07")
    assert str(evaluation.payout["A"]) == str(evaluation.lines[0].amount) == "0.33"
    payout = (
        "commission c for each deal\n  1% of amount\npayout\n  total(commission) / 3\n  rounded half up to 0.0001\n"
    )
    assert paid(payout, one_deal("100")) == {"A": "0.33"}


@pytest.mark.parametrize("evaluator", EVALUATORS)
@pytest.mark.parametrize("step", ["+ 9999999 days", "+ 99999 months", "- 9999 years", "- 999999999999 days"])
def test_a_day_outside_the_calendar_is_a_fault_of_the_row(step, evaluator):
    """No such day: the row is named, nobody is paid."""
    rules = f"commission c for each deal\n  1\n  only when day {step} after 2023-01-01\n"
    with pytest.raises(tiercel.FactsError) as caught:
        tiercel.loads(HEAD + rules).evaluate(one_deal(), "2023-07", evaluator=evaluator)
    assert [(d.code, d.subject) for d in caught.value.diagnostics] == [("E3105", "A")]


@pytest.mark.parametrize(
    "period", ["0000-01", "9999-13", "2023-00", "-1-01", "2023-07-", "2023-07-32", "\x00", "2023‐07", "x" * 10_000]
)
def test_periods_that_are_none(period):
    """A usage error, always."""
    with pytest.raises(tiercel.UsageError):
        paid("commission c\n  1\n", one_deal(), period)


# ---- garbage --------------------------------------------------------------------------------------------------------------

RICH = tiercel.loads(
    """scheme plan
version 1 from 2023-01-01
currency CNY
period month
group team
  id text, key
  goal money, optional
people
  id text, key
  team team, dated
  quota count, dated
facts deal
  id text, key
  rep person, credited
  day date, date of record
  until date, optional
  amount money
  won yes/no
facts refund
  id text, key
  deal deal, reverses by amount / deal.amount
  day date, date of record
  amount money
tiers t, marginal
  from 0 below 100   5%
  from 100    6%
for each team
  signed = sum(deal.amount where won)
  heads = count(member)
for each deal
  length = days(day, until), otherwise 0
commission c for each deal where won
  t on running total of amount
  times 2 when team.signed above 100
commission d for each deal
  amount / length
kpi k
  weight 100%
  actual count(deal)
  target quota
  score actual / target
bonus b
  10元
  times k.score
  only when average(deal.amount) above 5
require count(deal where length below 0) = 0 "until before day"
payout
  total(commission) + total(bonus)
  times 2 when team.heads above 1
"""
)
keys = st.sampled_from(["A", "B", "D1", "D2", "E", "", " A", "ｅ", "\x00"])
dates = st.dates(date(2023, 5, 1), date(2023, 9, 30)) | st.sampled_from([date.min, date.max])
cells = (
    keys
    | dates
    | dates.map(str)
    | st.datetimes(min_value=datetime(2023, 1, 1), max_value=datetime(2024, 1, 1))
    | st.integers(-200, 200)
    | st.integers()
    | st.decimals(allow_nan=True, allow_infinity=True)
    | st.floats()
    | st.booleans()
    | st.none()
    | st.text(max_size=5)
    | st.just(Fraction(1, 3))
    | st.binary(max_size=2)
    | st.lists(st.integers(), max_size=1)
)
amounts = st.integers(-20_000, 20_000).map(lambda n: Decimal(n) / 100)


def table(**columns):
    """Rows of mostly the right shape; one cell in a few is anything at all, and a column may be missing."""
    return st.lists(st.fixed_dictionaries({}, optional={n: s | s | s | cells for n, s in columns.items()}), max_size=4)


def right(**columns):
    """Rows that the border takes."""
    return st.lists(st.fixed_dictionaries(columns), max_size=5, unique_by=lambda row: row["id"])


teams, persons = st.sampled_from("EF"), st.sampled_from("AB")
numbers = st.sampled_from(["D1", "D2", "D3", "D4"])
within = st.dates(date(2023, 6, 1), date(2023, 9, 30))
garbage = st.fixed_dictionaries(
    {},
    optional={
        "team": table(id=teams, goal=amounts | st.none()),
        "people": table(id=persons, team=teams, quota=st.integers(0, 3), **{"from": within}),
        "deal": table(id=numbers, rep=persons, day=within, until=within | st.none(), amount=amounts, won=st.booleans()),
        "refund": table(id=numbers, deal=numbers, day=within, amount=amounts),
        "other": table(id=keys),
    },
)
typed = st.fixed_dictionaries(
    {
        "team": st.just([{"id": "E", "goal": None}, {"id": "F", "goal": None}]),
        "people": right(id=persons, team=teams, quota=st.integers(0, 3), **{"from": within}),
        "deal": right(id=numbers, rep=persons, day=within, until=within | st.none(), amount=amounts, won=st.booleans()),
        "refund": right(id=numbers, deal=numbers, day=within, amount=amounts),
    },
)


def faults(facts, period, partial, evaluator):
    """What is wrong, or nothing after a look at everything that a host may ask of the result."""
    try:
        evaluation = RICH.evaluate(facts, period, partial=partial, evaluator=evaluator)
    except tiercel.TiercelError as error:
        return error.diagnostics, None
    told = evaluation.to_dict()
    assert set(told["people"]) == set(evaluation.payout)
    assert not set(evaluation.payout) & set(evaluation.unpaid)
    assert partial or not evaluation.unpaid
    for person in evaluation.payout:
        assert evaluation.explain(person).to_dict()["amount"] == told["people"][person]["payouts"][0]["amount"]
    return None, told


@settings(max_examples=100)
@given(garbage, st.sampled_from(["2023-07", "2023-08"]), st.booleans())
def test_whatever_the_cells_hold_there_is_a_result_or_an_error_of_the_tree(facts, period, partial):
    """Wrong types, missing columns and tables, unknown keys, dates of year 1."""
    found, told = faults(facts, period, partial, "reference")
    assert told or (found and all(d.code.startswith("E") for d in found))
    assert faults(facts, period, partial, "compiled") == (found, told)


@settings(max_examples=150)
@given(typed, st.sampled_from(["2023-07", "2023-08"]), st.booleans())
def test_whatever_the_rows_say_there_is_a_result_or_an_error_of_the_tree(facts, period, partial):
    """Cells of the right types: refunds of nothing, sales of 0, people who join later, links to nowhere."""
    found, told = faults(facts, period, partial, "reference")
    assert told or (found and all(d.code.startswith("E") for d in found))
    assert faults(facts, period, partial, "compiled") == (found, told)


@pytest.mark.parametrize("row", [None, 5, "text", ["A"], object(), b"id", {1: 2}, {}, type, lambda: None])
def test_rows_that_are_none(row):
    """Not a mapping, nor a model, nor a dataclass: an error of the facts."""
    with pytest.raises(tiercel.FactsError):
        paid("commission c for each deal\n  amount\n", one_deal() | {"deal": [row]})
