"""Refunds that reverse sales: in the sale's own period as lines, in a later one as an adjustment after the payout.

All figures are worked out by hand; months are of 2023.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Any

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
facts refund
  id text, key
  deal deal, reverses by amount / deal.amount
  day date, date of record
  amount money
"""
TENTH = "commission c for each deal\n  10% of amount\n"


def deal(key, day, amount, rep: str | None = "A"):
    return {"id": key, "rep": rep, "day": f"2023-{day}", "amount": Decimal(amount)}


def refund(key, sale, day, amount):
    return {"id": key, "deal": sale, "day": f"2023-{day}", "amount": Decimal(amount)}


def facts_of(deals, refunds, people=("A",), **more):
    return {"people": [{"id": p} for p in people], "deal": deals, "refund": refunds, **more}


def by_both(scheme, facts, period, **more):
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
    return defined


def evaluation(rules, facts, month, versions=()):
    scheme = tiercel.loads(rules if rules.startswith(("scheme", "方案")) else HEAD + rules, versions=versions)
    return by_both(scheme, facts, f"2023-{month}")


def paid(rules, facts, month, **more):
    return {person: str(amount) for person, amount in evaluation(rules, facts, month, **more).payout.items()}


def lines(rules, facts, month, **more):
    return [
        (x.line, x.row, x.reverses, str(x.amount))
        for x in evaluation(rules, facts, month, **more).lines
        if x.person == "A"
    ]


def faults(rules, facts, month, **more):
    with pytest.raises(tiercel.FactsError) as caught:
        evaluation(rules, facts, month, **more)
    return [(d.code, d.subject) for d in caught.value.diagnostics]


# ---- in the sale's own period ------------------------------------------------------------------------------


def test_a_refund_in_the_sales_period_is_a_line_of_its_own():
    """Decision 37. 10% of 100 is 10; a quarter comes back: -2.50 under the key of the refund, 7.50 is paid."""
    facts = facts_of([deal("D1", "07-03", "100")], [refund("R1", "D1", "07-20", "25")])
    assert lines(TENTH, facts, "07") == [("c", "D1", "", "10.00"), ("c", "R1", "D1", "-2.50")]
    assert paid(TENTH, facts, "07") == {"A": "7.50"}


def test_partial_refunds_round_cumulatively():
    """Decision 37. 1.00 is earned on 10.00. Three refunds of a third (3.33, 3.33, 3.34 of 10.00): R(0.333) = 0.33,
    R(0.666) - 0.33 = 0.67 - 0.33 = 0.34, 1.00 - 0.67 = 0.33. Rounded one by one they would give 0.33 x 3 = 0.99."""
    refunds = [
        refund("R1", "D1", "07-05", "3.33"),
        refund("R2", "D1", "07-06", "3.33"),
        refund("R3", "D1", "07-07", "3.34"),
    ]
    facts = facts_of([deal("D1", "07-03", "10")], refunds)
    amounts = [amount for *_, amount in lines(TENTH, facts, "07")]
    assert amounts == ["1.00", "-0.33", "-0.34", "-0.33"]


def test_refunds_of_one_day_are_taken_by_their_keys():
    """Decisions 2 and 37. 0.15 is earned on 1.50; a sixth of it, 0.025, comes back twice on one day.

    R10 stands before R9: R(0.025) = 0.03, then R(0.05) - 0.03 = 0.02.
    """
    refunds = [refund("R9", "D1", "07-05", "0.25"), refund("R10", "D1", "07-05", "0.25")]
    facts = facts_of([deal("D1", "07-03", "1.50")], refunds)
    assert lines(TENTH, facts, "07")[1:] == [("c", "R10", "D1", "-0.03"), ("c", "R9", "D1", "-0.02")]


def test_a_refund_on_the_day_of_the_sale_is_right():
    """A sale of the 3rd, refunded on the 3rd: 10 - 10 = 0."""
    facts = facts_of([deal("D1", "07-03", "100")], [refund("R1", "D1", "07-03", "100")])
    assert paid(TENTH, facts, "07") == {"A": "0.00"}


def test_without_a_share_a_refund_takes_back_the_whole_sale():
    """冲减原单 without 按: the 10 are taken back, however small the refund."""
    text = """方案 办法
版本 1 自 2023-01-01 起
币种 CNY
周期 月
人员
  工号 文本，标识
台账 签约
  单号 文本，标识
  销售员 员工，归属人
  签约日 日期，归属日
  金额 金额
台账 退款
  编号 文本，标识
  签约 签约，冲减原单
  退款日 日期，归属日
提成 甲 逐笔 签约
  金额 的 10%
"""
    facts = {
        "人员": [{"工号": "A"}],
        "签约": [{"单号": "D1", "销售员": "A", "签约日": "2023-07-03", "金额": 100}],
        "退款": [{"编号": "R1", "签约": "D1", "退款日": "2023-07-09"}],
    }
    assert lines(text, facts, "07") == [("甲", "D1", "", "10.00"), ("甲", "R1", "D1", "-10.00")]
    later = {**facts, "退款": [{"编号": "R1", "签约": "D1", "退款日": "2023-08-09"}]}
    assert lines(text, later, "08") == [("adjustment", "R1", "D1", "-10.00")]


def test_every_line_of_the_sale_is_taken_back():
    """Decision 37. 10% and a bonus of 3 on a sale of 100, a deduction of 2: half comes back of each: -5, -1.50, +1."""
    rules = TENTH + "bonus b for each deal\n  3\ndeduction d for each deal\n  2\n"
    facts = facts_of([deal("D1", "07-03", "100")], [refund("R1", "D1", "07-09", "50")])
    found = {(line, row): amount for line, row, _, amount in lines(rules, facts, "07")}
    assert found == {
        ("c", "D1"): "10.00", ("c", "R1"): "-5.00", ("b", "D1"): "3.00", ("b", "R1"): "-1.50",
        ("d", "D1"): "-2.00", ("d", "R1"): "1.00",
    }  # fmt: skip
    assert paid(rules, facts, "07") == {"A": "5.50"}


ITEMS = """facts item
  id text, key
  deal deal
  pieces count
"""


def test_lines_of_the_sales_child_rows_are_taken_back_with_it():
    """Decision 37, all levels. Items of D1 earn 4 and 6, one of D2 earns 2. D1 comes back by half: -2 and -3."""
    rules = ITEMS + "bonus b for each item\n  pieces * 2元\n"
    items = [
        {"id": "I1", "deal": "D1", "pieces": 2},
        {"id": "I2", "deal": "D1", "pieces": 3},
        {"id": "I3", "deal": "D2", "pieces": 1},
    ]
    facts = facts_of(
        [deal("D1", "07-03", "100"), deal("D2", "07-03", "100")], [refund("R1", "D1", "07-09", "50")], item=items
    )
    back = [(reverses, amount) for _, row, reverses, amount in lines(rules, facts, "07") if row == "R1"]
    assert sorted(back) == [("I1", "-2.00"), ("I2", "-3.00")]
    assert paid(rules, facts, "07") == {"A": "7.00"}
    august = facts_of(facts["deal"], [refund("R1", "D1", "08-09", "50")], item=items)
    assert paid(rules, august, "08") == {"A": "-5.00"}


def test_lines_of_the_person_are_not_of_the_sale():
    """Decision 37. 10% of the month's 150 is the person's line: it stays; the sale's own 3 are taken back."""
    rules = "commission p\n  10% of sum(deal.amount)\nbonus b for each deal\n  3\n"
    facts = facts_of([deal("D1", "07-03", "100"), deal("D2", "07-04", "50")], [refund("R1", "D1", "07-09", "100")])
    assert lines(rules, facts, "07") == [
        ("p", "", "", "15.00"),
        ("b", "D1", "", "3.00"),
        ("b", "D2", "", "3.00"),
        ("b", "R1", "D1", "-3.00"),
    ]
    august = facts_of(facts["deal"], [refund("R1", "D1", "08-09", "100")])
    assert lines(rules, august, "08") == [("p", "", "", "0.00"), ("adjustment", "R1", "D1", "-3.00")]


def test_counters_totals_tiers_and_order_stay():
    """Decision 37. 60,000 sold and refunded, then 20,000: the second is still the 2nd, and priced from 60,000 on.

    5% below 50,000 and 6% from there: 2,500 + 600 = 3,100; 6% of 20,000 = 1,200. With the refund 1,200 is left.
    """
    rules = (
        "tiers t, marginal\n  below 50,000   5%\n  from 50,000   6%\n"
        "commission c for each deal\n  t on running total of amount\nbonus n for each deal\n  running count * 1元\n"
        "sold = sum(deal.amount)\ncounted = count(deal)\n"
    )
    facts = facts_of(
        [deal("D1", "07-03", "60000"), deal("D2", "07-09", "20000")], [refund("R1", "D1", "07-05", "60000")]
    )
    result = evaluation(rules, facts, "07")
    found = {(x.line, x.row): str(x.amount) for x in result.lines}
    assert found == {
        ("c", "D1"): "3100.00", ("c", "D2"): "1200.00", ("c", "R1"): "-3100.00",
        ("n", "D1"): "1.00", ("n", "D2"): "2.00", ("n", "R1"): "-1.00",
    }  # fmt: skip
    assert result.values["A"] == {"sold": 80000, "counted": 2}


def test_a_line_taken_back_is_rounded_by_the_lines_own_step():
    """Desugaring 3: R rounds to the line's step. A bonus of 30, in tens; a quarter: R(7.5) = 10, half: R(15) = 20."""
    rules = "bonus b for each deal\n  30\n  rounded half up to 10\n"
    refunds = [refund("R1", "D1", "07-05", "25"), refund("R2", "D1", "07-06", "25")]
    facts = facts_of([deal("D1", "07-03", "100")], refunds)
    assert [amount for *_, amount in lines(rules, facts, "07")] == ["30.00", "-10.00", "-10.00"]


def test_a_line_that_reads_what_was_received_sees_the_takeback():
    """Decision 59. Bonuses of 1 on two deals are 2, less 1 taken back: 1. c is doubled from 2 on: not here.

    b: 1 + 1 - 1; c: 10 + 10 - 10; together 11. Refunded in August, July paid 2 + 20 + 20 = 42 and pays 11: -31.
    """
    rules = (
        "bonus b for each deal\n  1% of amount\nreceived = total(bonus)\n"
        "commission c for each deal\n  10% of amount\n  times 2 when received at least 2\n"
    )
    deals = [deal("D1", "07-01", "100"), deal("D2", "07-02", "100")]
    assert paid(rules, facts_of(deals, [refund("R1", "D1", "07-05", "100")]), "07") == {"A": "11.00"}
    late = facts_of(deals, [refund("R1", "D1", "08-05", "100")])
    assert paid(rules, late, "07") == {"A": "42.00"}
    assert paid(rules, late, "08") == {"A": "-31.00"}


def test_running_totals_of_what_was_received_follow_it_in_a_replay():
    """Decisions 57 and 59. f is the bonuses received: 2 in July, 1 with D1 at 0. x = 100 f; c is 10% of its running total.

    July: bonuses 2, c = 20 + 40: 62. With D1 taken back: bonus 1, c = 10 + 20 - 10: 21. The adjustment is -41.
    """
    rules = (
        "bonus b for each deal\n  1% of amount\nf = total(bonus) / 1元\nfor each deal\n  x = amount * f\n"
        "commission c for each deal\n  10% of running total of x\n"
    )
    facts = facts_of([deal("D1", "07-01", "100"), deal("D2", "07-02", "100")], [refund("R1", "D1", "08-05", "100")])
    assert paid(rules, facts, "07") == {"A": "62.00"}
    assert paid(rules, facts, "08") == {"A": "-41.00"}


def test_refunds_of_two_tables_add_up():
    """Decision 37: the sum is exact, from whichever table. 1.00 earned; a third, then two thirds: -0.33, -0.67; a
    third table row beyond the sale is an error."""
    rules = HEAD.partition("facts refund")[2].replace("\n  id", "facts cancellation\n  id", 1) + TENTH
    rules = rules.lstrip("\n")
    refunds = [refund("R1", "D1", "07-05", "3.33")]
    facts = facts_of([deal("D1", "07-03", "10")], refunds, cancellation=[refund("K1", "D1", "07-06", "6.67")])
    assert [amount for *_, amount in lines(rules, facts, "07")] == ["1.00", "-0.33", "-0.67"]
    facts["cancellation"] = [refund("K1", "D1", "07-04", "6.68")]
    assert faults(rules, facts, "07") == [("E3209", "A")]


def test_refunds_of_two_tables_are_adjusted_in_the_order_of_their_days():
    """Decision 57. Of 10 earned: cancelled by a tenth on the 2nd and the 3rd of August, refunded by a half on the 4th:
    -1, -1 and -5; the row numbers of one table are not those of the other."""
    rules = HEAD.partition("facts refund")[2].replace("\n  id", "facts cancellation\n  id", 1) + TENTH
    cancelled = [refund("K1", "D1", "08-02", "10"), refund("K2", "D1", "08-03", "10")]
    facts = facts_of([deal("D1", "07-03", "100")], [refund("R1", "D1", "08-04", "50")], cancellation=cancelled)
    assert [(row, amount) for _, row, _, amount in lines(rules.lstrip("\n"), facts, "08")] == [
        ("K1", "-1.00"),
        ("K2", "-1.00"),
        ("R1", "-5.00"),
    ]


# ---- what cannot be right ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("amounts", [["100.01"], ["60", "40.01"], ["-1"]])
@pytest.mark.parametrize("month", ["07", "08"])
def test_a_sale_is_taken_back_at_most_once_and_never_by_a_negative_refund(amounts, month):
    """E3209: 100.01 of 100, 60 + 40.01, or -1, in the sale's month and in a later one."""
    refunds = [refund(f"R{n}", "D1", f"{month}-1{n}", amount) for n, amount in enumerate(amounts)]
    facts = facts_of([deal("D1", "07-03", "100")], refunds)
    assert faults(TENTH, facts, month) == [("E3209", "A")]


def test_a_refund_before_its_sale_is_an_error():
    """E3210: sold on the 3rd, refunded on the 2nd."""
    facts = facts_of([deal("D1", "07-03", "100")], [refund("R1", "D1", "07-02", "1")])
    assert faults(TENTH, facts, "07") == [("E3210", "A")]


def test_a_share_that_cannot_be_computed_pays_nobody():
    """The refund of a sale of 0 is a division by 0; one whose sale's value cannot be computed is told at the value."""
    facts = facts_of([deal("D1", "07-03", "0")], [refund("R1", "D1", "07-09", "1")])
    assert faults(TENTH, facts, "07") == [("E3201", "A")]
    by_value = (
        HEAD.replace("amount / deal.amount", "amount / deal.base")
        + "for each deal\n  base = amount / (amount / 1元)\n"
        + TENTH
    )
    for month in ("07", "08"):
        zero = facts_of([deal("D1", "07-03", "0")], [refund("R1", "D1", f"{month}-09", "1")])
        assert faults(by_value, zero, month) == [("E3201", "A")]


# ---- in a later period ------------------------------------------------------------------------------------------------


def test_a_later_refund_is_posted_after_the_payouts_steps():
    """Decision 57. July: 10% of 200, doubled: 40. In August half of D1 comes back: July would have paid 2 x 15 = 30.

    August's own 10% of 50, doubled, is 10; with the adjustment of -10 it is 0.
    """
    rules = TENTH + "payout\n  total(commission)\n  times 2\n"
    facts = facts_of(
        [deal("D1", "07-03", "100"), deal("D2", "07-04", "100"), deal("D3", "08-04", "50")],
        [refund("R1", "D1", "08-09", "50")],
    )
    assert paid(rules, facts, "07") == {"A": "40.00"}
    assert lines(rules, facts, "08") == [("c", "D3", "", "5.00"), ("adjustment", "R1", "D1", "-10.00")]
    assert paid(rules, facts, "08") == {"A": "0.00"}
    assert evaluation(rules, facts, "08").history == "replayed"
    assert evaluation(rules, facts, "07").history == "none"


def test_of_a_capped_payout_only_what_lies_below_the_cap_is_adjusted():
    """Decision 57. 10% of 1,000 + 1,000 = 200, capped at 120. The first refund (40% of D1) leaves 160: still 120, so 0;
    the second (all of D1) leaves 100: -20. The line itself would have been -40 and -60."""
    rules = TENTH + "payout\n  total(commission)\n  at most 120\n"
    facts = facts_of(
        [deal("D1", "07-03", "1000"), deal("D2", "07-04", "1000")],
        [refund("R1", "D1", "08-09", "400"), refund("R2", "D1", "09-09", "600")],
    )
    assert paid(rules, facts, "07") == {"A": "120.00"}
    assert lines(rules, facts, "08") == [("adjustment", "R1", "D1", "0.00")]
    assert lines(rules, facts, "09") == [("adjustment", "R2", "D1", "-20.00")]


def test_a_refund_of_the_sales_month_is_in_the_base_of_a_later_one():
    """Decision 57. 100 at 10% with 1/4 back in July: 7.50; half more in August: 10 x (1 - 3/4) = 2.50: -5.00."""
    facts = facts_of(
        [deal("D1", "07-03", "100")], [refund("R1", "D1", "07-20", "25"), refund("R2", "D1", "08-20", "50")]
    )
    assert paid(TENTH, facts, "07") == {"A": "7.50"}
    assert paid(TENTH, facts, "08") == {"A": "-5.00"}
    assert paid(TENTH, facts, "09") == {"A": "0.00"}


def test_partial_refunds_of_several_months_round_cumulatively():
    """Decisions 37 and 57. 1.00 earned; thirds in July, August and September: 1.00 - 0.33 = 0.67, -0.34, -0.33."""
    refunds = [
        refund("R1", "D1", "07-05", "3.33"),
        refund("R2", "D1", "08-06", "3.33"),
        refund("R3", "D1", "09-07", "3.34"),
    ]
    facts = facts_of([deal("D1", "07-03", "10")], refunds)
    assert [paid(TENTH, facts, m)["A"] for m in ("07", "08", "09")] == ["0.67", "-0.34", "-0.33"]


def test_two_refunds_of_one_day_are_adjusted_one_after_the_other():
    """Decision 57. Cap 120 on 200: D1 (100) comes back first, then D2 (100): 200 -> 100: -20, then 100 -> 0: -100."""
    rules = TENTH + "payout\n  total(commission)\n  at most 120\n"
    facts = facts_of(
        [deal("D1", "07-03", "1000"), deal("D2", "07-04", "1000")],
        [refund("R2", "D2", "08-09", "1000"), refund("R1", "D1", "08-09", "1000")],
    )
    assert lines(rules, facts, "08") == [("adjustment", "R1", "D1", "-20.00"), ("adjustment", "R2", "D2", "-100.00")]


def test_the_sales_period_is_evaluated_by_the_version_that_governed_it():
    """Decisions 47 and 57. Version 1 pays 10% and doubles, version 2 from August 1 pays 30%.

    A sale of 100 of July, refunded in August: -20, whichever version one asks; August's own 100 earns 30.
    """
    first = HEAD + TENTH + "payout\n  total(commission)\n  times 2\n"
    second = HEAD.replace("version 1 from 2023-01-01", "version 2 from 2023-08-01") + TENTH.replace("10%", "30%")
    facts = facts_of([deal("D1", "07-03", "100"), deal("D2", "08-03", "100")], [refund("R1", "D1", "08-09", "100")])
    for asked, other in ((first, second), (second, first)):
        assert paid(asked, facts, "08", versions=[other]) == {"A": "10.00"}
        assert lines(asked, facts, "08", versions=[other]) == [
            ("c", "D2", "", "30.00"),
            ("adjustment", "R1", "D1", "-20.00"),
        ]


def test_versions_may_have_different_tables_and_the_rows_may_come_from_iterators():
    """Version 2 has a column more. The rows are read once for each version, also where they can be walked only once."""
    first = HEAD + TENTH
    second = HEAD.replace("version 1 from 2023-01-01", "version 2 from 2023-08-01")
    second = (
        second.replace("  amount money\nfacts refund", "  amount money\n  note text, optional\nfacts refund") + TENTH
    )
    facts = facts_of([deal("D1", "07-03", "100")], [refund("R1", "D1", "08-09", "100")])
    scheme = tiercel.loads(second, versions=[first])
    for evaluator in ("reference", "compiled"):
        once = {table: iter(rows) for table, rows in facts.items()}
        assert str(scheme.evaluate(once, "2023-08", evaluator=evaluator).payout["A"]) == "-10.00"


def test_a_sale_of_a_period_that_no_version_governs_is_an_error():
    """E3303: version 2 begins in August, version 1 is not given. Sales of August are not concerned."""
    second = HEAD.replace("version 1 from 2023-01-01", "version 2 from 2023-08-01") + TENTH
    facts = facts_of([deal("D1", "07-03", "100"), deal("D2", "08-03", "100")], [refund("R1", "D1", "08-09", "100")])
    assert faults(second, facts, "08") == [("E3303", "A")]
    assert paid(second, facts, "09") == {"A": "0.00"}


def test_a_partial_run_leaves_out_whose_earlier_period_cannot_be_computed():
    """A's July fails a check of the data, so nothing can be taken back from it; B's August is paid."""
    rules = TENTH + "require count(deal) at most 1\n"
    deals = [deal("D1", "07-01", "100"), deal("D2", "07-02", "100"), deal("D3", "08-02", "100", "B")]
    facts = facts_of(deals, [refund("R1", "D1", "08-05", "100")], people=("A", "B"))
    assert faults(rules, facts, "08") == [("E3206", "A")]
    result = by_both(tiercel.loads(HEAD + rules), facts, "2023-08", partial=True)
    assert {p: str(a) for p, a in result.payout.items()} == {"B": "10.00"}
    assert result.unpaid == ("A",)


def test_the_adjustment_is_explained_by_both_payouts():
    """From 20.00 to 10.00: -10.00, of July, by version 1."""
    facts = facts_of([deal("D1", "07-03", "100"), deal("D2", "07-03", "100")], [refund("R1", "D1", "08-09", "100")])
    (told,) = evaluation(TENTH, facts, "08").explain("A").to_dict()["adjustments"]
    assert {k: told[k] for k in ("refund", "sale", "period", "before", "after", "amount")} == {
        "refund": "R1",
        "sale": "D1",
        "period": "2023-07",
        "before": "20.00",
        "after": "10.00",
        "amount": "-10.00",
    }
    assert told["scheme"]["version"] == 1


# ---- for all facts ------------------------------------------------------------------------------------------------------

PLAN = (
    HEAD
    + """tiers t, marginal
  below 100     5%
  from 100     12.5%
commission c for each deal
  t on running total of amount
bonus b for each deal
  1
  only when amount above 40
deduction d for each deal
  0.7% of amount
bonus n
  running_bonus
running_bonus = count(deal) * 2元
payout
  total(commission) + total(bonus) + total(deduction)
  times factor
  at most 25
tiers coefficient, whole
  below 3   0.8
  from 3   1.15
factor = coefficient(count(deal))
"""
)
SCHEME = tiercel.loads(PLAN)
cents = st.integers(1, 9_000).map(lambda n: Decimal(n) / 100)
sales = st.lists(st.tuples(cents, st.sampled_from("AB"), st.integers(1, 28)), min_size=1, max_size=5)


@st.composite
def histories(draw):
    """Sales of July, each refunded in up to three parts in later months, half of them wholly."""
    deals, refunds, shares = [], [], {}
    for n, (amount, rep, day) in enumerate(draw(sales)):
        deals.append(deal(f"D{n}", f"07-{day:02}", amount, rep))
        whole, parts = int(amount * 100), []
        for _ in range(draw(st.integers(0, 3))):
            parts.append(draw(st.integers(0, whole - sum(parts))))
        if parts and draw(st.booleans()):
            parts[-1] += whole - sum(parts)
        for m, part in enumerate(parts):
            month, day = draw(st.integers(8, 10)), draw(st.integers(1, 28))
            refunds.append(refund(f"R{n}{m}", f"D{n}", f"{month:02}-{day:02}", Decimal(part) / 100))
        shares[f"D{n}"] = Fraction(sum(parts), whole)
    return deals, refunds, shares


def half_up(value):
    sign = -1 if value < 0 else 1
    return sign * Fraction(int(abs(value) * 100 + Fraction(1, 2)), 100)


def july(deals, shares, person):
    """What July pays the person with each sale's lines at 1 - its refunded share, worked out independently."""
    own = sorted((d for d in deals if d["rep"] == person), key=lambda d: (d["day"], d["id"]))
    total = before = Fraction(0)
    for sale in own:
        amount = Fraction(sale["amount"])
        after = before + amount
        earned = [half_up(price(after) - price(before)), half_up(-amount * Fraction(7, 1000))]
        earned += [Fraction(1)] if amount > 40 else []
        total += sum(x - half_up(shares[sale["id"]] * x) for x in earned)
        before = after
    total += 2 * len(own)
    return min(half_up(total * (Fraction(115, 100) if len(own) >= 3 else Fraction(8, 10))), Fraction(25))


def price(x):
    return x * Fraction(5, 100) + max(x - 100, 0) * Fraction(75, 1000)


@settings(max_examples=60)
@given(histories())
def test_all_months_together_pay_what_the_sales_month_would_have_paid(history):
    """Decision 57, for any sales and any refunds in later months: the months' amounts add up to July's payout with each
    sale's lines taken back in the share refunded; a sale wholly refunded leaves its lines at 0."""
    deals, refunds, shares = history
    facts = facts_of(deals, refunds, people=("A", "B"))
    months = [by_both(SCHEME, facts, f"2023-{m}").payout for m in ("07", "08", "09", "10")]
    for person in ("A", "B"):
        assert sum(Fraction(month[person]) for month in months) == july(deals, shares, person)
        assert Fraction(months[0][person]) == july(deals, dict.fromkeys(shares, Fraction(0)), person)


@settings(max_examples=60)
@given(histories())
def test_the_lines_of_a_sale_and_its_full_refund_add_up_to_nothing(history):
    """Decision 37, with the refunds in July: per sale, lines and takebacks are line - R(share x line), 0 where all is back."""
    deals, refunds, shares = history
    moved = [{**r, "day": "2023-07-" + ("29" if r["day"] < "2023-09" else "30")} for r in refunds]
    facts = facts_of(deals, moved, people=("A", "B"))
    found = by_both(SCHEME, facts, "2023-07").lines
    for sale, share in shares.items():
        for name in ("c", "b", "d"):
            earned = sum(Fraction(x.amount) for x in found if x.line == name and x.row == sale)
            back = sum(Fraction(x.amount) for x in found if x.line == name and x.reverses == sale)
            assert back == -half_up(share * earned)
            assert share < 1 or earned + back == 0


@pytest.mark.parametrize("evaluator", ["reference", "compiled"])
def test_a_refund_of_a_sale_of_nobody_takes_nothing_back(evaluator):
    """What no person made was paid to nobody: neither the sale nor its refund is a line, of the company neither."""
    scheme = tiercel.loads(HEAD.replace("rep person, credited", "rep person, credited, optional") + TENTH)
    facts = {
        "people": [{"id": "A"}],
        "deal": [deal("D1", "08-01", "100.00", None), deal("D2", "08-02", "100.00")],
        "refund": [refund("R1", "D1", "08-03", "50.00"), refund("R2", "D2", "08-03", "50.00")],
    }
    result = scheme.evaluate(facts, "2023-08", evaluator=evaluator)
    lines = {(x.row, x.reverses): (x.person, str(x.amount)) for x in result.lines}
    assert lines == {("D2", ""): ("A", "10.00"), ("R2", "D2"): ("A", "-5.00")}
