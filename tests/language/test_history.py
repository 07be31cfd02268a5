"""What earlier periods paid: what comes off again, caps over a span or a key, carried rows, and replay.

All figures are worked out by hand; months are of 2024 unless the year is named.
"""

import pickle
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tiercel
from tiercel import Carried, history
from tiercel.cases import run_cases
from tiercel.cli import main
from tiercel.statement import statement

HEAD = """scheme plan
version 1 from 2024-01-01
currency CNY
period month
people
  id text, key
  base money, default 0
  hired date, default 2023-03-10
facts deal
  id text, key
  rep person, credited
  day date, date of record
  client text, default "X"
  amount money
facts refund
  id text, key
  deal deal, reverses
  day date, date of record
"""
# The cumulative withholding of the published example: 18,500 a month, 3% up to 36,000, 10% above.
WITHHELD = """tiers rate, marginal
  up to 36,000   3%
  the rest      10%
deduction tax
  rate on (base * period.number)
  less earlier this year
"""
YEARLY = "commission c for each deal\n  10% of amount\n  at most 1,000 per year\n"


def deal(key, day, amount, rep="A", client="X"):
    day = day if len(day) > 5 else f"2024-{day}"
    return {"id": key, "rep": rep, "day": day, "client": client, "amount": Decimal(amount)}


def refund(key, sale, day):
    return {"id": key, "deal": sale, "day": f"2024-{day}"}


def facts_of(deals=(), refunds=(), people=("A",), base="18500"):
    return {"people": [{"id": p, "base": base} for p in people], "deal": list(deals), "refund": list(refunds)}


def evaluated(scheme, facts, period, **more):
    """What the reference says; the compiled evaluator must say the same, also of what is wrong."""
    told: list[Any] = []
    for evaluator in ("reference", "compiled"):
        try:
            told.append(scheme.evaluate(facts, period, evaluator=evaluator, **more))
        except tiercel.TiercelError as error:
            told.append(error)
    defined, compiled = told
    if isinstance(defined, tiercel.TiercelError):
        assert (type(compiled), compiled.diagnostics) == (type(defined), defined.diagnostics)
        raise defined
    assert compiled.to_dict() == defined.to_dict()
    assert compiled.carried == defined.carried
    return compiled


def amounts(evaluation, line="c", person="A"):
    """The line's amounts in the order of rows, as text."""
    return [str(paid.amount) for paid in evaluation.lines if (paid.line, paid.person) == (line, person)]


def over(scheme, facts, periods, line="c", person="A"):
    """The line's amounts of each period, worked out again and carried: both must be the same."""
    out, carried = [], Carried()
    for period in periods:
        replayed = evaluated(scheme, facts, period)
        handed = evaluated(scheme, facts, period, carried=carried)
        assert handed.payout == replayed.payout
        assert handed.carried == replayed.carried
        carried = handed.carried
        out.append(amounts(replayed, line, person))
    return out


def months(*numbers, year=2024):
    return [f"{year}-{number:02}" for number in numbers]


# ---- less earlier --------------------------------------------------------------------------------------------


def test_earlier_periods_of_the_year_come_off():
    """Decision 43: 555, then 1,180 less 555, then 3,030 less 1,180; each January begins at 0."""
    scheme = tiercel.loads(HEAD + WITHHELD)
    assert over(scheme, facts_of(), months(1, 2, 3), "tax") == [["-555.00"], ["-625.00"], ["-1850.00"]]
    assert amounts(evaluated(scheme, facts_of(), "2025-01"), "tax") == ["-555.00"]
    assert evaluated(scheme, facts_of(), "2025-01").history == "none"


@pytest.mark.parametrize(
    ("span", "zero_again"),
    [("quarter", "2024-04"), ("half year", "2024-07"), ("year", "2025-01"), ("own year", "2024-03")],
)
def test_a_span_begins_at_nothing(span, zero_again):
    """What is due is 10 times the number of the month; the own year of who came on 10 March begins in March."""
    scheme = tiercel.loads(f"{HEAD}bonus c\n  10 * period.number\n  less earlier this {span}\n")
    first = evaluated(scheme, facts_of(), zero_again)
    assert amounts(first) == [f"{10 * int(zero_again[5:])}.00"]
    second = evaluated(scheme, facts_of(), zero_again[:5] + f"{int(zero_again[5:]) + 1:02}")
    assert amounts(second) == ["10.00"]


def test_the_total_is_rounded_before_what_was_paid_comes_off():
    """9.995, 9.99, 9.985, 9.98 are 10.00, 9.99, 9.99, 9.98; rounding the difference instead would pay -0.01 in March."""
    scheme = tiercel.loads(f"{HEAD}bonus c\n  10 - 0.005 * period.number\n  less earlier this year\n")
    assert over(scheme, facts_of(), months(1, 2, 3, 4)) == [["10.00"], ["-0.01"], ["0.00"], ["-0.01"]]


def test_the_total_is_rounded_as_the_line_says():
    """333.33, 666.66, 999.99, 1,333.32 without their cents."""
    rule = "bonus c\n  base * period.number\n  less earlier this year\n  rounded down to 1\n"
    paid = over(tiercel.loads(HEAD + rule), facts_of(base="333.33"), months(1, 2, 3, 4))
    assert paid == [["333.00"], ["333.00"], ["333.00"], ["334.00"]]


def test_steps_follow_what_comes_off():
    """Nothing is taken back in a month that earned less: at least 0."""
    rule = "bonus c\n  100 - 10 * period.number\n  less earlier this year\n  at least 0\n"
    assert over(tiercel.loads(HEAD + rule), facts_of(), months(1, 2, 3)) == [["90.00"], ["0.00"], ["0.00"]]


def test_each_earlier_period_follows_its_own_version():
    """Decision 47: January to March came to 3,030 under version 1; from April it is 10% of all, 7,400."""
    first = HEAD + WITHHELD
    second = HEAD.replace("version 1 from 2024-01-01", "version 2 from 2024-04-01")
    second += "deduction tax\n  10% of (base * period.number)\n  less earlier this year\n"
    scheme = tiercel.loads(second, versions=[first])
    assert over(scheme, facts_of(), months(3, 4, 5), "tax") == [["-1850.00"], ["-4370.00"], ["-1850.00"]]


def test_a_line_that_an_earlier_version_did_not_have_paid_nothing_then():
    """The new bonus counts from its own first month."""
    first = HEAD + WITHHELD
    second = HEAD.replace("version 1 from 2024-01-01", "version 2 from 2024-04-01")
    second += "bonus c\n  100 * period.number\n  less earlier this year\n"
    scheme = tiercel.loads(second, versions=[first])
    assert over(scheme, facts_of(), months(4, 5)) == [["400.00"], ["100.00"]]


# ---- caps over a span ----------------------------------------------------------------------------------------


def test_a_cap_over_a_year_counts_rows_in_their_order():
    """Decision 22: 400 and 400, then 200 of 400; a negative row makes room for the next."""
    deals = [deal("D1", "01-05", 4000), deal("D2", "01-06", 4000), deal("D3", "02-06", 4000)]
    deals += [deal("D4", "03-06", -1000), deal("D5", "03-07", 4000), deal("D6", "04-07", 100)]
    paid = over(tiercel.loads(HEAD + YEARLY), facts_of(deals), months(1, 2, 3, 4))
    assert paid == [["400.00", "400.00"], ["200.00"], ["-100.00", "100.00"], ["0.00"]]


def test_a_cap_over_a_year_begins_again_with_the_year():
    """December uses up the last 200, January has all of it."""
    deals = [deal("D1", "11-05", 8000), deal("D2", "12-05", 8000), deal("D3", "2025-01-05", 8000)]
    scheme = tiercel.loads(HEAD + YEARLY)
    assert over(scheme, facts_of(deals), [*months(11, 12), "2025-01"]) == [["800.00"], ["200.00"], ["800.00"]]


def test_a_cap_over_a_quarter_on_a_rule_per_person():
    """2,500 a quarter of all deals."""
    rule = "commission c\n  sum(deal.amount)\n  at most 2,500 per quarter\n"
    deals = [deal("D1", "01-05", 2000), deal("D2", "02-05", 2000), deal("D3", "03-05", 10), deal("D4", "04-05", 3000)]
    paid = over(tiercel.loads(HEAD + rule), facts_of(deals), months(1, 2, 3, 4))
    assert paid == [["2000.00"], ["500.00"], ["0.00"], ["2500.00"]]


def test_two_caps_one_after_the_other():
    """1,000 a month, and 1,500 a year."""
    rule = "commission c for each deal\n  amount\n  at most 1,000 per month\n  at most 1,500 per year\n"
    deals = [deal("D1", "01-05", 800), deal("D2", "01-06", 800), deal("D3", "02-05", 800)]
    paid = over(tiercel.loads(HEAD + rule), facts_of(deals), months(1, 2))
    assert paid == [["800.00", "200.00"], ["500.00"]]


def test_a_capped_line_never_leaves_its_cap_by_rounding():
    """100.005 leaves room for 100.00: 33.34, 33.34, 33.32, nothing."""
    rule = "commission c for each deal\n  10% of amount\n  at most 100.005 per year\n"
    deals = [deal(f"D{n}", f"01-0{n}", "333.35") for n in range(1, 5)]
    paid = over(tiercel.loads(HEAD + rule), facts_of(deals), months(1))
    assert paid == [["33.34", "33.34", "33.32", "0.00"]]


def test_a_cap_with_a_condition():
    """Decision 23: where the condition does not hold there is no cap, but the amount counts."""
    rule = 'commission c for each deal\n  amount\n  at most 1,000 per year when client = "X"\n'
    deals = [deal("D1", "01-05", 900, client="Y"), deal("D2", "01-06", 900), deal("D3", "01-07", 900, client="Y")]
    assert over(tiercel.loads(HEAD + rule), facts_of(deals), months(1)) == [["900.00", "100.00", "900.00"]]


def test_an_own_year_parts_a_month():
    """Who came on 10 March has 300 in each own year: 100 are left on the 9th, all of it on the 10th."""
    rule = "commission c for each deal\n  10% of amount\n  at most 300 per own year\n"
    deals = [deal("D1", "02-05", 2000), deal("D2", "03-09", 4000), deal("D3", "03-10", 2500), deal("D4", "04-01", 4000)]
    paid = over(tiercel.loads(HEAD + rule), facts_of(deals), months(2, 3, 4))
    assert paid == [["200.00"], ["100.00", "250.00"], ["50.00"]]


def test_a_cap_per_customer_is_of_the_person_and_the_period():
    """500 for each customer: X has 400 and 100, Y its own 400, another person his own, and the next month again."""
    rule = "commission c for each deal\n  10% of amount\n  at most 500 per client\n"
    deals = [deal("D1", "01-05", 4000), deal("D2", "01-06", 4000, client="Y"), deal("D3", "01-07", 4000)]
    deals += [deal("D4", "01-08", 4000, rep="B"), deal("D5", "02-05", 4000)]
    scheme, facts = tiercel.loads(HEAD + rule), facts_of(deals, people=("A", "B"))
    assert over(scheme, facts, months(1, 2)) == [["400.00", "400.00", "100.00"], ["400.00"]]
    assert over(scheme, facts, months(1), person="B") == [["400.00"]]
    assert evaluated(scheme, facts, "2024-02").history == "none"


def test_an_exception_uses_the_same_room():
    """400 by the rule, then 15% of 4,000 in what is left of 500."""
    rule = "commission c for each deal\n  10% of amount\n  at most 500 per year\n"
    rule += 'exception vip to c where client = "V"\n  15% of amount\n  at most 500 per year\n'
    deals = [deal("D1", "01-05", 4000), deal("D2", "01-06", 4000, client="V"), deal("D3", "02-06", 4000)]
    assert over(tiercel.loads(HEAD + rule), facts_of(deals), months(1, 2)) == [["400.00", "100.00"], ["0.00"]]


def test_bodies_are_worked_out_row_by_row_with_their_line():
    """10% of 2,000 in a month below 5,000; of 4,000 and 4,000 15% each, of which 100 and nothing are left."""
    rule = "total = sum(deal.amount)\ncommission c for each deal\n  10% of amount\n  at most 300 per year\n"
    rule += "exception good to c where total at least 5,000\n  15% of amount\n  at most 300 per year\n"
    deals = [deal("D1", "01-05", 2000), deal("D2", "02-05", 4000), deal("D3", "02-06", 4000)]
    scheme = tiercel.loads(HEAD + rule)
    assert over(scheme, facts_of(deals), months(1, 2)) == [["200.00"], ["100.00", "0.00"]]
    assert scheme.compiled is not None


def test_both_faces_remember_alike():
    """One meaning, one hash; the span belongs to it."""
    english = "scheme s\nversion 1 from 2024-01-01\ncurrency CNY\nperiod month\npeople\n  id text, key\n"
    chinese = "方案 s\n版本 1 自 2024-01-01 起\n币种 CNY\n周期 月\n人员\n  id 文本，标识\n"
    one = tiercel.loads(f"{english}bonus b\n  100\n  less earlier this year\n  at most 500 per half year\n")
    other = tiercel.loads(f"{chinese}奖金 b\n  100\n  减本年已计提\n  每半年 最高 500\n")
    third = tiercel.loads(f"{english}bonus b\n  100\n  less earlier this year\n  at most 500 per year\n")
    assert one.hash == other.hash != third.hash


# ---- refunds -------------------------------------------------------------------------------------------------


def test_what_a_refund_takes_back_leaves_room_from_the_next_period_on():
    """Decision 37: the order of the year stays; the refund of February leaves room for March, not for February."""
    deals = [deal("D1", "01-05", 10000), deal("D2", "02-20", 5000), deal("D3", "03-05", 5000)]
    scheme, facts = tiercel.loads(HEAD + YEARLY), facts_of(deals, [refund("R1", "D1", "02-10")])
    assert over(scheme, facts, months(1, 2, 3)) == [["1000.00"], ["0.00"], ["500.00"]]
    assert evaluated(scheme, facts, "2024-02").payout["A"] == Decimal("-1000.00")


def test_a_refund_of_the_same_period_leaves_room_for_the_next():
    """Within the month the rows keep their places."""
    deals = [deal("D1", "01-05", 10000), deal("D2", "01-20", 5000), deal("D3", "02-05", 5000)]
    scheme, facts = tiercel.loads(HEAD + YEARLY), facts_of(deals, [refund("R1", "D1", "01-10")])
    assert over(scheme, facts, months(1, 2)) == [["1000.00", "0.00", "-1000.00"], ["500.00"]]


def test_adjustments_are_among_what_comes_off():
    """Decision 43: January came to 100, the refund of February took it back, so that March pays 100 again."""
    rule = "commission c for each deal\n  10% of amount\n"
    rule += "bonus b\n  10% of total(commission)\n  less earlier this year\n  at least 0\n"
    deals = [deal("D1", "01-05", 10000), deal("D2", "02-20", 10000), deal("D3", "03-05", 10000)]
    scheme, facts = tiercel.loads(HEAD + rule), facts_of(deals, [refund("R1", "D1", "02-10")])
    assert over(scheme, facts, months(1, 2, 3), "b") == [["100.00"], ["0.00"], ["100.00"]]
    february = evaluated(scheme, facts, "2024-02")
    assert february.payout["A"] == Decimal("-100.00")  # 1,000 of its own, less 1,100 of January


# ---- what is not known ---------------------------------------------------------------------------------------


def test_before_the_first_version_nobody_knows_what_was_paid():
    """A row of January says that there was work; it does not say what the old plan paid for it."""
    text = (HEAD + YEARLY).replace("2024-01-01", "2024-03-01", 1)
    scheme = tiercel.loads(text)
    facts = facts_of([deal("D1", "01-05", 100), deal("D2", "03-05", 100), deal("D3", "03-06", 100, "B")], people="AB")
    with pytest.raises(tiercel.FactsError) as caught:
        evaluated(scheme, facts, "2024-03")
    (fault,) = caught.value.diagnostics
    assert (fault.code, fault.subject, fault.facts["period"]) == ("E3311", "A", "2024-01")
    partly = evaluated_alone(scheme, facts, "2024-03", partial=True)
    assert partly.unpaid == ("A",)
    assert amounts(partly, person="B") == ["10.00"]
    with pytest.raises(tiercel.UsageError) as refused:
        _ = partly.carried
    assert [d.code for d in refused.value.diagnostics] == ["E3314"]


def evaluated_alone(scheme, facts, period, **more):
    return scheme.evaluate(facts, period, evaluator="reference", **more)


def test_a_carried_row_tells_what_was_paid_before_the_first_version():
    """The old plan paid 950 in January, 0 in February: 50 are left."""
    scheme = tiercel.loads((HEAD + YEARLY).replace("2024-01-01", "2024-03-01", 1))
    facts = facts_of([deal("D1", "01-05", 100), deal("D2", "03-05", 4000)])
    rows = [row_of("2024-01", "950.00"), row_of("2024-02", "0.00")]
    march = evaluated(scheme, facts, "2024-03", carried=Carried.of(rows))
    assert (amounts(march), march.history) == (["50.00"], "carried")


def row_of(period, value, **more):
    row = {"period": period, "hash": "", "name": "c", "level": "year", "key": "2024-01-01"}
    return row | {"receiver": "A", "currency": "CNY", "value": value} | more


def test_who_had_no_rows_then_begins_at_nothing():
    """Without rows of the time before, the first version is the beginning."""
    scheme = tiercel.loads((HEAD + YEARLY).replace("2024-01-01", "2024-03-01", 1))
    march = evaluated(scheme, facts_of([deal("D2", "03-05", 4000)]), "2024-03")
    assert (amounts(march), march.history, march.remarks) == (["400.00"], "none", ())


def test_periods_before_the_data_begin_are_remarked():
    """The version governed January to March; that nothing was sold then, or was left out, is for people to see."""
    scheme = tiercel.loads(HEAD + YEARLY)
    april = evaluated(scheme, facts_of([deal("D1", "04-05", 4000), deal("D2", "05-05", 4000)]), "2024-04")
    (remark,) = april.remarks
    assert (remark.code, remark.facts["line"]) == ("E3313", "c")
    assert (remark.facts["first"], remark.facts["last"]) == ("2024-01", "2024-03")
    may = evaluated(scheme, facts_of([deal("D1", "04-05", 4000), deal("D2", "05-05", 4000)]), "2024-05")
    assert [remark.facts["last"] for remark in may.remarks] == ["2024-03"]


def test_who_came_later_is_not_worked_out_before():
    """Hired in March: January and February did not pay 100 times their numbers."""
    scheme = tiercel.loads(f"{HEAD}bonus c\n  100 * period.number\n  less earlier this year\n")
    facts = {"people": [{"id": "A", "base": 0, "hired": "2024-03-10"}], "deal": [], "refund": []}
    assert over(scheme, facts, months(3, 4)) == [["300.00"], ["100.00"]]


def test_values_that_begin_later_begin_the_person():
    """The salary is known from March on; nobody asks what January would have been."""
    text = HEAD.replace("base money, default 0", "base money, dated").replace("  hired date, default 2023-03-10\n", "")
    scheme = tiercel.loads(f"{text}bonus c\n  base * period.number\n  less earlier this year\n")
    facts = {"people": [{"id": "A", "base": 100, "from": "2024-03-01"}], "deal": [], "refund": []}
    assert over(scheme, facts, months(3, 4)) == [["300.00"], ["100.00"]]


def test_a_fault_of_an_earlier_period_is_told():
    """January cannot be worked out again, so February cannot be paid."""
    scheme = tiercel.loads(f'{HEAD}require sum(deal.amount) at most 500 "too much"\n{YEARLY}')
    facts = facts_of([deal("D1", "01-05", 501), deal("D2", "02-05", 100)])
    with pytest.raises(tiercel.FactsError) as caught:
        evaluated(scheme, facts, "2024-02")
    assert [(d.code, d.subject) for d in caught.value.diagnostics] == [("E3206", "A")]


# ---- carried rows --------------------------------------------------------------------------------------------


def test_what_a_period_hands_on():
    """One row for each person and line of the span; the last period of it hands nothing on."""
    scheme = tiercel.loads(HEAD + YEARLY)
    deals = [deal("D1", "01-05", 4000), deal("D2", "12-05", 100)]
    january = evaluated(scheme, facts_of(deals, people=("A", "B")), "2024-01")
    assert [(r.period, r.name, r.level, r.key, r.receiver, r.currency, r.value) for r in january.carried.rows] == [
        ("2024-01", "c", "year", "2024-01-01", "A", "CNY", "400.00"),
        ("2024-01", "c", "year", "2024-01-01", "B", "CNY", "0.00"),
    ]
    assert {r.hash for r in january.carried.rows} == {scheme.hash}
    assert evaluated(scheme, facts_of(deals), "2024-12").carried == Carried()


def test_carried_rows_count_more_than_the_facts():
    """What was paid was paid: 600, though the rule today would have made it 400."""
    scheme = tiercel.loads(HEAD + YEARLY)
    facts = facts_of([deal("D1", "01-05", 4000), deal("D2", "02-05", 9000)])
    assert amounts(evaluated(scheme, facts, "2024-02")) == ["600.00"]
    told = evaluated(scheme, facts, "2024-02", carried=Carried.of([row_of("2024-01", "700.00")]))
    assert (amounts(told), told.history) == (["300.00"], "carried")


def test_a_period_worked_out_twice_counts_once():
    """Its own rows, and those of later periods, are no history of it."""
    scheme = tiercel.loads(HEAD + YEARLY)
    facts = facts_of([deal("D1", "01-05", 4000), deal("D2", "02-05", 9000)])
    february = evaluated(scheme, facts, "2024-02")
    again = evaluated(scheme, facts, "2024-02", carried=february.carried)
    assert (again.payout, again.carried) == (february.payout, february.carried)


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"value": "1,200.00"}, "value"),
        ({"value": ""}, "value"),
        ({"key": "2024"}, "key"),
        ({"currency": "USD"}, "currency"),
        ({"period": "2024-Q1"}, "period"),
    ],
)
def test_a_carried_row_that_cannot_be_read_is_a_fault(change, column):
    """The cell is named; nothing is read as 0."""
    scheme = tiercel.loads(HEAD + YEARLY)
    rows = Carried.of([row_of("2024-01", "5.00"), row_of("2024-01", "5.00", receiver="B") | change])
    with pytest.raises(tiercel.FactsError) as caught:
        evaluated(scheme, facts_of([deal("D2", "02-05", 4000)]), "2024-02", carried=rows)
    (fault,) = caught.value.diagnostics
    assert fault.cell is not None
    assert (fault.code, fault.cell.row, fault.cell.column) == ("E3312", 3, column)


def test_two_amounts_for_one_period_are_a_fault():
    """The same row twice is one; another amount is not."""
    scheme, facts = tiercel.loads(HEAD + YEARLY), facts_of([deal("D2", "02-05", 9000)])
    twice = Carried.of([row_of("2024-01", "700.00"), row_of("2024-01", "700.00")])
    assert amounts(evaluated(scheme, facts, "2024-02", carried=twice)) == ["300.00"]
    with pytest.raises(tiercel.FactsError):
        evaluated(scheme, facts, "2024-02", carried=Carried.of([row_of("2024-01", "1"), row_of("2024-01", "2")]))


def test_rows_on_disk(tmp_path):
    """What is written is read again."""
    scheme = tiercel.loads(HEAD + YEARLY)
    handed = evaluated(scheme, facts_of([deal("D1", "01-05", 4000)]), "2024-01").carried
    path = tmp_path / "carried.csv"
    path.write_text(handed.text(), encoding="utf-8")
    assert Carried.read(path) == handed
    assert handed.text().splitlines()[0] == "period,hash,name,level,key,receiver,currency,value"


def test_an_evaluation_hands_on_the_same_after_pickling():
    """Without the facts of earlier periods at hand."""
    scheme = tiercel.loads(HEAD + YEARLY)
    march = evaluated(scheme, facts_of([deal("D1", "01-05", 4000)]), "2024-03")
    assert pickle.loads(pickle.dumps(march)).carried == march.carried


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 6), st.integers(-300, 3000)), min_size=1, max_size=8),
    st.integers(1, 6),
)
def test_replayed_is_carried_for_every_cut(rows, cut):
    """However many periods were handed on before, the amounts are the same; no sum of a year leaves its cap."""
    rule = "commission c for each deal\n  amount\n  at most 2,000 per quarter\n  at most 3,000 per year\n"
    scheme = tiercel.loads(HEAD + rule)
    facts = facts_of([deal(f"D{n}", f"{month:02}-05", amount) for n, (month, amount) in enumerate(rows)])
    periods = months(*range(1, 7))
    replayed = [scheme.evaluate(facts, period) for period in periods]
    carried = replayed[cut - 1].carried
    for evaluation in replayed[cut:]:
        handed = scheme.evaluate(facts, evaluation.period, carried=carried)
        assert handed.payout == evaluation.payout
        assert handed.history in ("carried", "none")
        carried = handed.carried
    paid = [evaluation.payout["A"] for evaluation in replayed]
    assert max(sum(paid[:n]) for n in range(1, 7)) <= 3000
    assert max(sum(paid[:n]) for n in range(1, 4)) <= 2000
    if all(amount >= 0 for _, amount in rows):
        quarters = [sum(a for m, a in rows if (m - 1) // 3 == quarter) for quarter in (0, 1)]
        assert sum(paid) == min(3000, min(2000, quarters[0]) + min(2000, quarters[1]))


# ---- what if -------------------------------------------------------------------------------------------------


def test_further_rows_work_no_earlier_period_out_again(monkeypatch):
    """Unless one of the rows falls into it."""
    scheme = tiercel.loads(HEAD + YEARLY)
    march = evaluated(scheme, facts_of([deal("D1", "01-05", 4000), deal("D2", "03-05", 1000)]), "2024-03")
    asked: list[str] = []
    real = history.amount_in

    def counting(*given):
        asked.append(given[-1])
        return real(*given)

    monkeypatch.setattr(history, "amount_in", counting)
    more = march.with_rows({"deal": [deal("N1", "03-20", 9000)]})
    assert (amounts(more), asked) == (["100.00", "500.00"], [])
    earlier = march.with_rows({"deal": [deal("N1", "02-20", 9000)]})
    assert amounts(earlier) == ["0.00"]
    assert asked


def test_solving_with_a_cap_in_the_way():
    """Three more deals of 1,000 make 400 and 300; seven reach the cap, and no number goes beyond it."""
    scheme = tiercel.loads(HEAD + YEARLY)
    march = evaluated(scheme, facts_of([deal("D1", "01-05", 4000)]), "2024-03")
    solution = march.solve("A", Decimal(300), vary=("deal", deal("N", "03-20", 1000)))
    assert solution is not None
    assert solution.count == 3
    assert march.solve("A", Decimal(601), vary=("deal", deal("N", "03-20", 1000)), limit=9) is None


# ---- what is told --------------------------------------------------------------------------------------------


def told(scheme, evaluation, language):
    return statement(evaluation.explain("A"), {scheme.hash: scheme.sources}, language)


def test_the_statement_names_the_periods_that_came_off():
    """In both languages: the sum, and what each period contributed."""
    scheme = tiercel.loads(HEAD + WITHHELD)
    march = evaluated(scheme, facts_of(), "2024-03")
    assert "本年已计提 1,180.00（2024-01 555.00 + 2024-02 625.00）" in told(scheme, march, "zh")
    assert "earlier this year 1,180.00 (2024-01 555.00 + 2024-02 625.00)" in told(scheme, march, "en")
    assert "3,030.00 - 1,180.00 = 1,850.00" in told(scheme, march, "en")


def test_the_statement_shows_what_a_cap_cut_off():
    """Decision 22: 300 of the 400 are above the cap; the line is what is left, so that the payout adds up."""
    scheme = tiercel.loads(HEAD + YEARLY)
    facts = facts_of([deal("D1", "01-05", 8000), deal("D2", "02-05", 1000), deal("D3", "02-06", 4000)])
    february = evaluated(scheme, facts, "2024-02")
    assert sum(line.amount for line in february.lines) == february.payout["A"] == Decimal("200.00")
    assert "超出上限的 300.00 不计" in told(scheme, february, "zh")
    assert "300.00 above the cap is not paid" in told(scheme, february, "en")
    assert "本年已计提 900.00（2024-01 800.00 + 2024-02 100.00）" in told(scheme, february, "zh")


def test_the_trace_holds_periods_and_the_cut_as_data():
    """For hosts: exact texts."""
    scheme = tiercel.loads(HEAD + YEARLY)
    facts = facts_of([deal("D1", "01-05", 8000), deal("D2", "02-05", 4000)])
    data = evaluated(scheme, facts, "2024-02").explain("A").to_dict()
    (cap,) = [step for step in data["lines"][0]["steps"] if "cut" in step]
    assert (cap["before"], cap["after"], cap["cut"]) == ("400", "200", "200")
    (accrued,) = cap["inputs"]
    assert (accrued["kind"], accrued["name"], accrued["function"], accrued["value"]) == ("accrued", "c", "year", "800")
    assert accrued["periods"] == [{"period": "2024-01", "value": "800"}]


# ---- command line and cases ----------------------------------------------------------------------------------

FILE = """scheme plan
version 1 from 2024-01-01
currency CNY
period month
people
  id text, key
facts deal
  id text, key
  rep person, credited
  day date, date of record
  amount money
commission c for each deal
  10% of amount
  at most 1,000 per year
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "plan.tier").write_text(FILE, encoding="utf-8")
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "people.csv").write_text("id\nA\n", encoding="utf-8")
    deals = "id,rep,day,amount\nD1,A,2024-01-05,8000\nD2,A,2024-02-05,8000\n"
    (tmp_path / "facts" / "deal.csv").write_text(deals, encoding="utf-8")
    return tmp_path


def test_runs_hand_on_through_a_file(folder, capsys):
    """`--carry-out` of January is `--carried` of February; the file may come before the data do."""
    inputs = ["run", str(folder / "plan.tier"), "--facts", str(folder / "facts"), "--format", "json", "--period"]
    handed = str(folder / "carried.csv")
    assert main([*inputs, "2024-01", "--carry-out", handed]) == 0
    assert '"history": "none"' in capsys.readouterr().out
    assert main([*inputs, "2024-02", "--carried", handed]) == 0
    out = capsys.readouterr().out
    assert '"history": "carried"' in out
    assert '"amount": "200.00"' in out
    assert main([*inputs, "2024-02"]) == 0
    assert '"history": "replayed"' in capsys.readouterr().out


def test_a_file_that_is_read_is_not_written_over(folder, capsys):
    """The rows handed on go to a file of their own."""
    inputs = ["run", str(folder / "plan.tier"), "--facts", str(folder / "facts"), "--period", "2024-01"]
    handed = str(folder / "carried.csv")
    assert main([*inputs, "--carry-out", handed]) == 0
    assert main([*inputs, "--carried", handed, "--carry-out", handed]) == 2
    assert main([*inputs, "--carried", str(folder / "none.csv")]) == 2


def test_a_remark_is_said_and_stops_nothing(folder, capsys):
    """Data that begin after the version are looked at by a person."""
    deals = "id,rep,day,amount\nD1,A,2024-04-05,8000\n"
    (folder / "facts" / "deal.csv").write_text(deals, encoding="utf-8")
    inputs = ["--lang", "en", "run", str(folder / "plan.tier"), "--facts", str(folder / "facts")]
    assert main([*inputs, "--period", "2024-04"]) == 0
    assert "E3313" in capsys.readouterr().err


CASES = """scheme: plan.tier
cases:
- name: two months, state carried
  periods: [2024-01, 2024-02]
  people: [{id: A}]
  facts: {deal: [{id: D1, rep: A, day: 2024-01-05, amount: 8000}, {id: D2, rep: A, day: 2024-02-05, amount: 8000}]}
  expect:
    2024-01: {A: {c: {D1: 800.00}, payout: 800.00}}
    2024-02: {A: {c: {D2: 200.00}, payout: 200.00}}
- name: what was paid before
  period: 2024-02
  people: [{id: A}]
  facts: {deal: [{id: D2, rep: A, day: 2024-02-05, amount: 8000}]}
  carried:
  - {period: 2024-01, name: c, level: year, key: 2024-01-01, receiver: A, currency: CNY, value: 950.00}
  expect: {A: {payout: 50.00}}
- name: a carried row that cannot be read
  period: 2024-02
  people: [{id: A}]
  facts: {deal: [{id: D2, rep: A, day: 2024-02-05, amount: 8000}]}
  carried:
  - {period: 2024-01, name: c, level: year, key: 2024-01-01, receiver: A, currency: USD, value: 950.00}
  expect_error: {code: E3312}
"""


def test_cases_hand_on_from_period_to_period(folder):
    """And begin with the carried rows that a case states."""
    (folder / "plan.yaml").write_text(CASES, encoding="utf-8")
    results = run_cases(folder / "plan.yaml")
    assert [(r.name, r.differences, r.faults) for r in results if not r.passed] == []


# ---- what a period needs -------------------------------------------------------------------------------------

LOOKING_BACK = """bonus q
  1% of sum(deal.amount, quarter to date)
  less earlier this half year
commission c for each deal
  10% of amount
  at most 1,000 per own year
"""


def wanted(needed):
    return {(row.table, str(row.first)) for row in needed}


def test_a_period_says_what_it_needs():
    """In August: deals of the quarter, q since July, c for an own year that may have begun last September."""
    needs = tiercel.loads(HEAD.replace("2024-01-01", "2023-01-01", 1) + LOOKING_BACK).needs("2024-08")
    assert wanted(needs.facts) == {("deal", "2024-07-01"), ("refund", "2024-08-01")}
    assert [(row.line, row.level) for row in needs.carried] == [("c", "own_year"), ("q", "half_year")]
    assert needs.carried[0].periods[0] == "2023-08"
    assert len(needs.carried[0].periods) == 12
    assert needs.carried[1].periods == ("2024-07",)
    assert wanted(needs.replayed) == {("deal", "2023-07-01"), ("refund", "2023-08-01")}


def test_what_is_needed_is_enough():
    """Facts cut off at those days, and the carried rows of those lines and periods, give the same payout."""
    scheme = tiercel.loads(HEAD.replace("2024-01-01", "2023-01-01", 1) + LOOKING_BACK)
    deals = [deal(f"D{n}", f"{2023 + n // 12}-{n % 12 + 1:02}-07", 700 + 100 * n) for n in range(3, 20)]
    whole = evaluated(scheme, facts_of(deals), "2024-08")
    before, needs = evaluated(scheme, facts_of(deals), "2024-07").carried, scheme.needs("2024-08")
    named = {(row.line, row.level, period) for row in needs.carried for period in row.periods}
    kept = Carried(tuple(r for r in before.rows if (r.name, r.level, r.period) in named))
    since = {row.table: str(row.first) for row in needs.facts}
    cut = facts_of([row for row in deals if row["day"] >= since["deal"]])
    told = evaluated(scheme, cut, "2024-08", carried=kept)
    assert (told.payout, told.history) == (whole.payout, "carried")


def test_a_scheme_without_memory_needs_its_own_period():
    """Nothing earlier, nothing carried."""
    needs = tiercel.loads(f"{HEAD}bonus b\n  sum(deal.amount)\n").needs("2024-08")
    assert wanted(needs.facts) == wanted(needs.replayed) == {("deal", "2024-08-01"), ("refund", "2024-08-01")}
    assert needs.carried == ()


# ---- totals of the year --------------------------------------------------------------------------------------

TO_DATE = """tiers scale, marginal
  up to 1,000   3%
  above 1,000  10.5%
bonus c
  scale on sum(deal.amount, year to date)
  less earlier this year
"""


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 6), st.integers(0, 90_000)), min_size=1, max_size=8))
def test_the_lines_of_a_year_add_up_to_the_rounded_total(rows):
    """3% up to 1,000 and 10.5% above, of all deals of the year, to the cent."""
    deals = [deal(f"D{n}", f"{month:02}-05", Decimal(cents) / 100) for n, (month, cents) in enumerate(rows)]
    scheme, total = tiercel.loads(HEAD + TO_DATE), sum(cents for _, cents in rows)
    paid = sum(scheme.evaluate(facts_of(deals), period).payout["A"] for period in months(*range(1, 7)))
    thousandths = 30 * min(total, 100_000) + 105 * max(total - 100_000, 0)
    assert int(paid * 100) == (2 * thousandths + 1000) // 2000


def test_the_moment_of_joining_counts_as_its_day():
    """Joined in January at nine: 100.00 in January leave 50.00 of the year's 150.00 for February."""
    text = (
        "scheme plan\nversion 1 from 2024-01-01\ncurrency CNY\nperiod month\npeople\n  id text, key\n  hired datetime\n"
        "bonus b\n  100\n  at most 150 per year\n"
    )
    facts = {"people": [{"id": "A", "hired": "2025-01-10 09:00"}]}
    for evaluator in ("compiled", "reference"):
        evaluation = tiercel.loads(text).evaluate(facts, "2025-02", evaluator=evaluator)
        assert str(evaluation.payout["A"]) == "50.00"
