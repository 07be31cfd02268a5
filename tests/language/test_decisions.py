"""The decisions of the semantics, one small scheme each, with figures worked out by hand.

Half of the schemes are in Chinese. Every expectation stands with its arithmetic; months are of 2023.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import pytest

import tiercel

JULY = "2023-07"


def english(rules: str, deal: str = "", people: str = "", before: str = "", head: str = "") -> str:
    """A scheme of one fact table; columns and tables may be added."""
    return f"""scheme plan
version 1 from 2023-01-01
currency CNY
period month
{head}{before}people
  id text, key
{people}facts deal
  id text, key
  rep person, credited
  day date, date of record
  amount money
{deal}{rules}"""


def chinese(rules: str, deal: str = "", people: str = "", before: str = "") -> str:
    """The same in Chinese."""
    return f"""方案 办法
版本 1 自 2023-01-01 起
币种 CNY
周期 月
{before}人员
  工号 文本，标识
{people}台账 签约
  单号 文本，标识
  销售员 员工，归属人
  签约日 日期，归属日
  金额 金额
{deal}{rules}"""


def rows(columns: str, *lines: str) -> list[dict[str, str]]:
    """Rows of text cells: `-` leaves a cell empty."""
    names = columns.split()
    cells = (line.split() for line in lines)
    return [{n: "" if c == "-" else c for n, c in zip(names, row, strict=True)} for row in cells]


def deals(*lines: str, more: str = "") -> list[dict[str, str]]:
    return rows(f"id rep day amount {more}", *lines)


def signed(*lines: str, more: str = "") -> list[dict[str, str]]:
    return rows(f"单号 销售员 签约日 金额 {more}", *lines)


def by_both(scheme: tiercel.Scheme, facts: Any, period: str, **more: Any) -> tiercel.Evaluation:
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
    assert isinstance(defined, tiercel.Evaluation)
    return defined


def evaluate(
    text: str, facts: Mapping[str, Iterable[Any]] | list[dict[str, str]], period: str = JULY
) -> tiercel.Evaluation:
    """Evaluate for person A, whom the facts need not name; a list is the rows of the one fact table."""
    chinese_face = text.startswith("方案")
    if isinstance(facts, list):
        facts = {"签约" if chinese_face else "deal": facts}
    key, people = ("工号", "人员") if chinese_face else ("id", "people")
    return by_both(tiercel.loads(text), {people: [{key: "A"}], **facts}, period)


def paid(text: str, facts: Any, period: str = JULY) -> dict[str, str]:
    return {person: str(amount) for person, amount in evaluate(text, facts, period).payout.items()}


def lines(text: str, facts: Any, name: str, period: str = JULY) -> dict[str, str]:
    """Row → amount of one line; a takeback stands under the key of its refund."""
    found = [x for x in evaluate(text, facts, period).lines if x.line == name]
    assert len({(x.row, x.reverses) for x in found}) == len(found)
    return {x.row: str(x.amount) for x in found}


def faults(text: str, facts: Any, period: str = JULY) -> list[str]:
    """The codes of what is wrong with the facts; nobody is paid."""
    with pytest.raises(tiercel.FactsError) as caught:
        evaluate(text, facts, period)
    return [d.code for d in caught.value.diagnostics]


def refused(text: str) -> list[str]:
    """The codes of what is wrong with the scheme."""
    with pytest.raises(tiercel.SchemeError) as caught:
        tiercel.loads(text)
    return [d.code for d in caught.value.diagnostics if d.severity == "error"]


def noted(text: str) -> list[str]:
    return [d.code for d in tiercel.loads(text).warnings]


THREE = deals("D1 A 2023-07-01 100.00", "D2 A 2023-07-02 50.00", "D3 A 2023-07-03 25.00")

# ---- rows and order: 1 to 6, 8 to 12 ------------------------------------------------------------------


def test_a_running_total_includes_its_row_and_a_count_starts_at_one():
    """Decision 1. Totals 100, 150, 175; less the row itself 0, 100, 150. Counts 1, 2, 3 at 10 each."""
    text = english(
        "commission before_it for each deal\n  running total of amount - amount\n"
        "commission with_it for each deal\n  running total of amount\n"
        "bonus place for each deal\n  running count * 10元\n"
    )
    assert lines(text, THREE, "before_it") == {"D1": "0.00", "D2": "100.00", "D3": "150.00"}
    assert lines(text, THREE, "with_it") == {"D1": "100.00", "D2": "150.00", "D3": "175.00"}
    assert lines(text, THREE, "place") == {"D1": "10.00", "D2": "20.00", "D3": "30.00"}


def test_rows_are_walked_by_date_then_by_code_points_of_the_key():
    """Decision 2. HT-99 of the 4th is first; on the 5th HT-10 comes before HT-9, since "1" < "9"."""
    text = chinese("奖金 次序 逐笔 签约\n  第几笔 * 1元\n")
    facts = signed("HT-9 A 2023-07-05 1", "HT-10 A 2023-07-05 1", "HT-99 A 2023-07-04 1")
    assert lines(text, facts, "次序") == {"HT-99": "1.00", "HT-10": "2.00", "HT-9": "3.00"}


def test_a_time_of_day_comes_before_the_key():
    """Decision 2. B of 9:00 is walked before A of 10:30 of the same day."""
    text = english("bonus place for each deal\n  running count * 1元\n").replace("day date,", "day datetime,")
    facts = [
        {"id": "A", "rep": "A", "day": "2023-07-05 10:30", "amount": "1"},
        {"id": "B", "rep": "A", "day": "2023-07-05 09:00", "amount": "1"},
    ]
    assert lines(text, facts, "place") == {"B": "1.00", "A": "2.00"}


def test_one_key_with_two_contents_is_an_error():
    """Decision 2: an order that is not total pays nobody."""
    assert faults(
        english("commission c for each deal\n  amount\n"), deals("D1 A 2023-07-01 1", "D1 A 2023-07-01 2")
    ) == ["E3110"]


def test_running_totals_restart_each_period_and_are_each_persons_own():
    """Decision 3. June's 500 of A do not count in July: A 10, 30 and B 7 on its own."""
    text = chinese("提成 累计额 逐笔 签约\n  累计 金额\n")
    facts = {
        "人员": [{"工号": "A"}, {"工号": "B"}],
        "签约": signed("X A 2023-06-30 500", "D1 A 2023-07-01 10", "D2 B 2023-07-02 7", "D3 A 2023-07-31 20"),
    }
    assert lines(text, facts, "累计额") == {"D1": "10.00", "D2": "7.00", "D3": "30.00"}


def test_rows_that_fail_where_take_no_number_and_add_to_no_total():
    """Decision 4. Won: D1, D3 are 1st and 2nd, totals 100 and 125. All three: 1, 2, 3 in the other rule."""
    text = english(
        "commission total_won for each deal where won\n  running total of amount\n"
        "bonus nth_won for each deal where won\n  running count * 1元\n"
        "bonus nth for each deal\n  running count * 1元\n",
        deal="  won yes/no\n",
    )
    facts = deals("D1 A 2023-07-01 100 yes", "D2 A 2023-07-02 50 no", "D3 A 2023-07-03 25 yes", more="won")
    assert lines(text, facts, "total_won") == {"D1": "100.00", "D3": "125.00"}
    assert lines(text, facts, "nth_won") == {"D1": "1.00", "D3": "2.00"}
    assert lines(text, facts, "nth") == {"D1": "1.00", "D2": "2.00", "D3": "3.00"}


ITEMS = """facts item
  id text, key
  deal deal
  amount money
"""


def test_where_of_an_aggregate_sees_the_inner_table_first():
    """Decision 5. Of items 5, 20, 40 those above 10 are 60, though the deal's own amount is only 3."""
    text = english(ITEMS + "commission c for each deal\n  sum(item.amount where amount above 10)\n")
    facts = {
        "deal": deals("D1 A 2023-07-01 3"),
        "item": rows("id deal amount", "I1 D1 5", "I2 D1 20", "I3 D1 40"),
    }
    assert paid(text, facts) == {"A": "60.00"}


def test_a_child_reads_its_parent_by_the_links_name():
    """Decision 5. 10% of the deal's 200 plus the item's own 5 = 25."""
    text = english(ITEMS + "commission c for each item\n  10% of deal.amount\n  plus amount\n")
    facts = {"deal": deals("D1 A 2023-07-01 200"), "item": rows("id deal amount", "I1 D1 5")}
    assert lines(text, facts, "c") == {"I1": "25.00"}


TEAMS = """组织 团队
  编号 文本，标识
  目标 金额
"""


def test_a_name_of_two_levels_above_needs_its_prefix():
    """Decisions 5 and 61. 目标 is the person's and the team's: from a deal only 员工.目标 and 团队.目标 are clear."""
    person = "  团队 团队\n  目标 金额\n"
    line = "提成 甲 逐笔 签约\n  目标\n"
    assert refused(chinese(line, people=person, before=TEAMS)) == ["E2105"]
    facts = {
        "团队": [{"编号": "T", "目标": "1000"}],
        "人员": [{"工号": "A", "团队": "T", "目标": "70"}],
        "签约": signed("D1 A 2023-07-01 1"),
    }
    assert paid(chinese(line.replace("目标", "员工.目标"), people=person, before=TEAMS), facts) == {"A": "70.00"}
    assert paid(chinese(line.replace("目标", "团队.目标"), people=person, before=TEAMS), facts) == {"A": "1000.00"}


def test_a_bare_name_is_the_own_levels_if_it_exists_there():
    """Decision 61. In a deal `amount` is the deal's 8, not the person's 500."""
    text = english("commission c for each deal\n  amount\n", people="  amount money\n")
    facts = {"people": [{"id": "A", "amount": "500"}], "deal": deals("D1 A 2023-07-01 8")}
    assert paid(text, facts) == {"A": "8.00"}


def test_there_is_no_implicit_sum():
    """Decision 6: a column of the deals at the person's level is refused, with the sum that may be meant."""
    with pytest.raises(tiercel.SchemeError) as caught:
        tiercel.loads(english("commission c\n  10% of deal.amount\n"))
    (found,) = caught.value.diagnostics
    assert found.code == "E2106"
    assert [edit.text for fix in found.fixes for edit in fix.edits] == ["sum(deal.amount)"]


def test_a_period_holds_the_rows_of_its_days_only():
    """Decision 8. Of June 30, July 1, July 31 and August 1 the two of July count: 10 + 20 = 30."""
    text = chinese("提成 甲\n  合计(签约.金额)\n")
    facts = signed("A1 A 2023-06-30 1", "A2 A 2023-07-01 10", "A3 A 2023-07-31 20", "A4 A 2023-08-01 5")
    assert paid(text, facts) == {"A": "30.00"}


QUOTA = "  quota money, dated\n"


def people(*lines: str, columns: str = "id from quota") -> list[dict[str, str]]:
    return rows(columns, *lines)


def test_a_dated_attribute_is_read_at_the_rows_day():
    """Decision 9. 10 until July 14, 20 from the 15th: the deals of the 14th and 15th read 10 and 20."""
    text = english("commission c for each deal\n  quota\n", people=QUOTA)
    facts = {
        "people": people("A 2023-01-01 10", "A 2023-07-15 20"),
        "deal": deals("D1 A 2023-07-14 1", "D2 A 2023-07-15 1"),
    }
    assert lines(text, facts, "c") == {"D1": "10.00", "D2": "20.00"}


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ("A 2023-07-15 20", ["E3208"]),
        ("A 2023-07-31 20", ["E3208"]),
        ("A 2023-07-02 20", ["E3208"]),
        ("A 2023-07-01 20", "20.00"),  # begins with the period
        ("A 2023-08-01 20", "10.00"),  # begins after it
        ("A 2023-07-15 10", "10.00"),  # changes nothing
    ],
)
def test_a_person_whose_attribute_changes_inside_the_period_is_not_paid_by_either_value(second, expected):
    """Decision 9: at the person's level a change inside July (from the 2nd to the 31st) is an error."""
    text = english("commission c\n  quota\n", people=QUOTA)
    facts = {"people": people("A 2023-01-01 10", second), "deal": []}
    assert (faults(text, facts) if isinstance(expected, list) else paid(text, facts)["A"]) == expected


def test_rows_count_for_the_team_of_their_day_and_people_for_that_of_the_last_day():
    """Decision 10. A moves from E to W on the 15th: his 100 of the 14th stay E's, his 200 of the 15th are W's.

    E: 100 + B's 50 = 150, and one member, B. W: 200, and one member, A. At 10% of the team's total plus 1 per
    member A is paid 20 + 1 and B 15 + 1.
    """
    text = chinese(
        "逐个 团队\n  总额 = 合计(签约.金额)\n  人数 = 计数(成员)\n奖金 甲\n  团队.总额 * 10% + 团队.人数 * 1元\n",
        people="  团队 团队，有变更记录\n",
        before="组织 团队\n  编号 文本，标识\n",
    )
    facts = {
        "团队": [{"编号": "E"}, {"编号": "W"}],
        "人员": rows("工号 生效日 团队", "A 2023-01-01 E", "A 2023-07-15 W", "B 2023-01-01 E"),
        "签约": signed("D1 A 2023-07-14 100", "D2 A 2023-07-15 200", "D3 B 2023-07-20 50"),
    }
    assert paid(text, facts) == {"A": "21.00", "B": "16.00"}


def test_who_joins_a_team_after_the_period_is_no_member_of_it():
    """Decision 10. N joins in August: in July the team has one member."""
    text = english(
        "for each team\n  heads = count(member)\ncommission c for each deal\n  team.heads * 1元\n",
        people="  team team, dated\n",
        before="group team\n  id text, key\n",
    )
    facts = {
        "team": [{"id": "E"}],
        "people": people("A 2023-01-01 E", "N 2023-08-01 E", columns="id from team"),
        "deal": deals("D1 A 2023-07-14 100"),
    }
    assert paid(text, facts) == {"A": "1.00", "N": "0.00"}
    august = {**facts, "deal": deals("D1 A 2023-08-14 100")}
    assert paid(text, august, "2023-08") == {"A": "2.00", "N": "0.00"}


def test_days_count_both_ends_and_months_every_month_touched():
    """Decision 11. July 30 to August 2 are 4 days in 2 months; May 31 to July 1 touches 3 months; one day is 1 and 1."""
    text = english(
        "commission days_of for each deal\n  days(day, until) * 1元\n"
        "commission months_of for each deal\n  months(day, until) * 1元\n",
        deal="  until date\n",
    )
    facts = deals("D1 A 2023-07-30 1 2023-08-02", "D2 A 2023-07-31 1 2023-07-31", more="until")
    assert lines(text, facts, "days_of") == {"D1": "4.00", "D2": "1.00"}
    assert lines(text, facts, "months_of") == {"D1": "2.00", "D2": "1.00"}
    may = deals("D3 A 2023-05-31 1 2023-07-01", more="until")
    assert lines(text, may, "months_of", "2023-05") == {"D3": "3.00"}


@pytest.mark.parametrize(("day", "expected"), [("2023-02-28", "1.00"), ("2023-03-01", "0.00")])
def test_a_month_after_the_31st_is_the_last_day_of_the_month(day, expected):
    """Decision 11. 2023-01-31 + 1 month is 2023-02-28: a deal of that day is not after it, one of March 1 is."""
    text = chinese("奖金 甲 逐笔 签约\n  1\n  前提 签约日 不晚于 2023-01-31 + 1个月，否则计零\n")
    assert paid(text, signed(f"D1 A {day} 1"), day[:7]) == {"A": expected}


def test_nothing_is_prorated_unless_a_line_says_so():
    """Decision 12. Who joins on the 16th gets the whole 3,000; 16 of 31 days only where it is written: 1548.39."""
    text = english(
        "allowance whole_month\n  3000\nallowance by_days\n  3000元 * days(hired, period.last) / period.days\n",
        people="  hired date\n",
    )
    facts = {"people": [{"id": "A", "hired": "2023-07-16"}], "deal": []}
    result = {x.line: str(x.amount) for x in evaluate(text, facts).lines}
    assert result == {"whole_month": "3000.00", "by_days": "1548.39"}


# ---- tiers: 13 to 17, 19, 20 ----------------------------------------------------------------------------

GROWTH = """阶梯 比例，{mode}
  不满100   10%
  100以上   20%
"""


@pytest.mark.parametrize(
    ("mode", "on_it", "value"),
    [("超额累进", "20.00", "30.00"), ("全额累进", "30.00", "30.00")],
)
def test_reading_a_tier_ignores_the_mode_and_pricing_follows_it(mode, on_it, value):
    """Decision 13. 150: marginal 100 x 10% + 50 x 20% = 20; whole 150 x 20% = 30; the value read is 20% either way."""
    rules = GROWTH.format(mode=mode) + "提成 甲 逐笔 签约\n  金额 适用 比例\n提成 乙 逐笔 签约\n  金额 * 比例(金额)\n"
    facts = signed("D1 A 2023-07-01 150")
    assert lines(chinese(rules), facts, "甲") == {"D1": on_it}
    assert lines(chinese(rules), facts, "乙") == {"D1": value}


def test_a_fixed_table_pays_the_amount_of_the_tier_reached():
    """Decision 13. 5 below 100, 8 from 100 and 9 above 200: at 99.99, 100, 200 and 200.01: 5, 8, 8, 9."""
    text = english(
        "tiers award, fixed\n  below 100   5\n  from 100 up to 200   8\n  above 200   9\n"
        "bonus b for each deal\n  award on amount\n"
    )
    facts = deals("D1 A 2023-07-01 99.99", "D2 A 2023-07-01 100", "D3 A 2023-07-01 200", "D4 A 2023-07-01 200.01")
    assert lines(text, facts, "b") == {"D1": "5.00", "D2": "8.00", "D3": "8.00", "D4": "9.00"}


def test_a_row_that_reaches_a_whole_tier_trues_up_the_rows_before_it():
    """Decision 14. 2% below 100, 3% from 100. 60: 1.20; then T(120) - T(60) = 3.60 - 1.20 = 2.40, of which 0.60 is
    the true-up; then 3% of 40 = 1.20. Each row at the tier it has reached: 1.20, 1.80, 1.20."""
    text = english(
        "tiers t, whole\n  below 100   2%\n  from 100   3%\n"
        "commission trued_up for each deal\n  t on running total of amount\n"
        "commission as_reached for each deal\n  t(running total of amount) of amount\n"
    )
    facts = deals("D1 A 2023-07-01 60", "D2 A 2023-07-02 60", "D3 A 2023-07-03 40")
    assert lines(text, facts, "trued_up") == {"D1": "1.20", "D2": "2.40", "D3": "1.20"}
    assert lines(text, facts, "as_reached") == {"D1": "1.20", "D2": "1.80", "D3": "1.20"}


def test_fixed_and_marginal_tables_on_running_values_pay_the_difference_too():
    """Decision 14. The third deal earns the 10 of "from 3". Marginal 10% / 20% at 100: 6, 4 + 4 = 8, 8."""
    text = chinese(
        "阶梯 单数奖，达档定额\n  不满3   0元\n  3以上   10元\n"
        + GROWTH.format(mode="超额累进")
        + "奖金 甲 逐笔 签约\n  第几笔 适用 单数奖\n提成 乙 逐笔 签约\n  累计 金额 适用 比例\n"
    )
    facts = signed("D1 A 2023-07-01 60", "D2 A 2023-07-02 60", "D3 A 2023-07-03 40")
    assert lines(text, facts, "甲") == {"D1": "0.00", "D2": "0.00", "D3": "10.00"}
    assert lines(text, facts, "乙") == {"D1": "6.00", "D2": "8.00", "D3": "8.00"}


def test_a_marginal_table_pays_nothing_below_a_first_bound_above_zero():
    """Decision 15. From 100 at 10%: 99 earns 0, 150 earns 5; a note says so."""
    text = english("tiers t, marginal\n  from 100   10%\ncommission c for each deal\n  t on amount\n")
    assert noted(text) == ["E2318"]
    assert lines(text, deals("D1 A 2023-07-01 99", "D2 A 2023-07-01 150"), "c") == {"D1": "0.00", "D2": "5.00"}


@pytest.mark.parametrize("mode", ["whole", "fixed"])
def test_a_value_without_a_row_is_an_error_unless_the_table_says_otherwise(mode):
    """Decision 15. 99 has no row in a table from 100; with `otherwise 1` it pays 99 x 1 or the 1 itself."""
    text = english(f"tiers t, {mode}\n  from 100   2\ncommission c for each deal\n  t on amount\n")
    facts = deals("D1 A 2023-07-01 99")
    assert faults(text, facts) == ["E3202"]
    other = text.replace("from 100   2\n", "from 100   2\n  otherwise   1\n")
    assert paid(other, facts) == {"A": "99.00" if mode == "whole" else "1.00"}


def test_a_negative_base_is_priced_by_a_first_row_that_is_open_below():
    """Decision 16. 不满100 10%: -20 earns -2; a running total of 50, then -30: 5, then T(-30) - T(50) = -3 - 5 = -8."""
    text = chinese(
        GROWTH.format(mode="超额累进")
        + "提成 甲 逐笔 签约\n  金额 适用 比例\n提成 乙 逐笔 签约\n  累计 金额 适用 比例\n"
    )
    facts = signed("D1 A 2023-07-01 50", "D2 A 2023-07-02 -80")
    assert lines(text, facts, "甲") == {"D1": "5.00", "D2": "-8.00"}
    assert lines(text, facts, "乙") == {"D1": "5.00", "D2": "-8.00"}


FROM_ZERO = "tiers t, marginal\n  from 0   10%\n{otherwise}commission c for each deal\n  t on {base}\n"


def test_a_negative_base_is_outside_a_table_that_begins_at_zero():
    """Decision 16. -100 is an error, and so is a running total of -100; `otherwise 0%` pays 0 for what lies below 0.

    On the running total: -100 earns 0; then from -100 to 50 the part above 0 is 50: T(50) - T(-100) = 5 - 0 = 5.
    """
    facts = deals("D1 A 2023-07-01 -100", "D2 A 2023-07-02 150")
    for base, second in (("amount", "15.00"), ("running total of amount", "5.00")):
        alone = english(FROM_ZERO.format(otherwise="", base=base))
        assert set(faults(alone, facts)) == {"E3202"}
        other = english(FROM_ZERO.format(otherwise="  otherwise   0%\n", base=base))
        assert lines(other, facts, "c") == {"D1": "0.00", "D2": second}


def test_a_reversal_never_enters_the_tiers():
    """Decisions 16 and 37. 100 is refunded before 80 is sold: the 80 still stand above the bound, at 20%.

    100 x 10% = 10 and 80 x 20% = 16, less the 10: 16. A row of -100 instead would move the 80 below it.
    """
    text = (
        chinese(GROWTH.format(mode="超额累进") + "提成 甲 逐笔 签约\n  累计 金额 适用 比例\n")
        + "台账 退款\n  编号 文本，标识\n  签约 签约，冲减原单\n  退款日 日期，归属日\n"
    )
    facts = {
        "签约": signed("D1 A 2023-07-01 100", "D2 A 2023-07-09 80"),
        "退款": rows("编号 签约 退款日", "R1 D1 2023-07-05"),
    }
    assert lines(text, facts, "甲") == {"D1": "10.00", "D2": "16.00", "R1": "-10.00"}


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ("up to 100   10%\n  from 100   20%", "E2313"),  # both hold 100
        ("below 100   10%\n  above 100   20%", "E2312"),  # neither holds 100
        ("up to 99.99   10%\n  from 100   20%", "E2312"),
        ("from 0   10%\n  from 0   20%", "E2314"),
    ],
)
def test_touching_bounds_share_no_point_and_leave_none_out(cells, code):
    """Decision 17: overlaps, gaps, fence posts of .99 and equal bounds are errors."""
    assert refused(english(f"tiers t, whole\n  {cells}\ncommission c for each deal\n  t on amount\n")) == [code]


def test_the_rows_of_a_table_may_be_written_in_any_order():
    """Decision 17. Downwards and upwards are one scheme: 150 is in the tier from 100."""
    up, down = (
        english(f"tiers t, whole\n{rows_of}commission c for each deal\n  t on amount\n")
        for rows_of in ("  below 100   1%\n  from 100   2%\n", "  from 100   2%\n  below 100   1%\n")
    )
    assert tiercel.loads(up).hash == tiercel.loads(down).hash
    assert paid(down, deals("D1 A 2023-07-01 150")) == {"A": "3.00"}


def test_percent_is_a_number():
    """Decision 19. 比率 1.5 is capped by 120% at 1.2: 1.2 x 100 = 120; 5% of 120 is 6."""
    text = chinese("提成 甲 逐笔 签约\n  金额 / 100元\n  最高 120%\n  乘以 100元\n  乘以 5%\n")
    assert paid(text, signed("D1 A 2023-07-01 150")) == {"A": "6.00"}


def test_money_times_money_is_refused_and_a_count_times_money_is_money():
    """Decision 20. 3 pieces at 12.50 are 37.50."""
    assert refused(english("commission c for each deal\n  amount * amount\n")) == ["E2202"]
    text = english("commission c for each deal\n  pieces * 12.50元\n", deal="  pieces count\n")
    assert paid(text, deals("D1 A 2023-07-01 1 3", more="pieces")) == {"A": "37.50"}


def test_a_column_of_a_table_has_one_type():
    """Decision 20: a rate in one row and an amount of money in the next are refused."""
    assert refused(
        english("tiers t, whole\n  below 10   5%\n  from 10   3元\ncommission c for each deal\n  t on amount\n")
    )


# ---- steps, caps, gates: 21 to 30 ---------------------------------------------------------------------------


def test_steps_work_in_the_order_written():
    """Decision 21. 100 capped at 80, then doubled: 160; doubled, then capped: 80. Rounding before x 3: 33.33 x 3 = 99.99,
    after it 100.00."""
    facts = deals("D1 A 2023-07-01 100")

    def of(*steps: str) -> str:
        return paid(english("commission c for each deal\n" + "".join(f"  {s}\n" for s in steps)), facts)["A"]

    assert of("amount", "at most 80", "times 2") == "160.00"
    assert of("amount", "times 2", "at most 80") == "80.00"
    assert of("amount / 3", "rounded half up to 0.01", "times 3") == "99.99"
    assert of("amount / 3", "times 3") == "100.00"
    assert of("amount", "minus 30", "at least 90", "plus 5") == "95.00"


def test_a_cap_of_a_row_rule_is_per_row_and_of_a_person_rule_per_period():
    """Decision 22. 60 + 60 capped at 50: each row 50, together 100; as one sum of the person 50."""
    text = chinese("提成 每笔 逐笔 签约\n  金额\n  最高 50\n提成 每月\n  合计(签约.金额)\n  最高 50\n")
    facts = signed("D1 A 2023-07-01 60", "D2 A 2023-07-02 60")
    assert lines(text, facts, "每笔") == {"D1": "50.00", "D2": "50.00"}
    assert lines(text, facts, "每月") == {"": "50.00"}


def test_a_cap_whose_condition_fails_is_no_cap_and_several_apply_in_turn():
    """Decision 23. 100: platform at most 50; self-referred at most 70; neither: 100; both: 50, then 50."""
    text = english(
        "commission c for each deal\n  amount\n  at most 50 when platform\n  at most 70 when own\n",
        deal="  platform yes/no\n  own yes/no\n",
    )
    facts = deals(
        "D1 A 2023-07-01 100 yes no",
        "D2 A 2023-07-01 100 no yes",
        "D3 A 2023-07-01 100 no no",
        "D4 A 2023-07-01 100 yes yes",
        more="platform own",
    )
    assert lines(text, facts, "c") == {"D1": "50.00", "D2": "70.00", "D3": "100.00", "D4": "50.00"}


def test_a_change_whose_condition_fails_leaves_the_value():
    """Decisions 21 and 23. 若 大单，则 乘以 2: 30 becomes 60; 10 stays."""
    text = chinese("提成 甲 逐笔 签约\n  金额\n  若 金额 超过 20，则 乘以 2\n")
    assert lines(text, signed("D1 A 2023-07-01 10", "D2 A 2023-07-02 30"), "甲") == {"D1": "10.00", "D2": "60.00"}


def test_only_when_gives_no_line_and_zero_unless_a_line_of_zero():
    """Decision 24. Of 10 and 30 with the bound 20 the first has no line, or one of 0: 1 line against 2.

    count and sum of the lines: 1 and 30, against 2 and 30.
    """
    text = chinese(
        "提成 甲 逐笔 签约\n  金额\n  前提 金额 不低于 20，否则不计\n"
        "提成 乙 逐笔 签约\n  金额\n  前提 金额 不低于 20，否则计零\n"
        "甲数 = 计数(甲)\n乙数 = 计数(乙)\n甲额 = 合计(甲)\n乙额 = 合计(乙)\n"
    )
    facts = signed("D1 A 2023-07-01 10", "D2 A 2023-07-02 30")
    assert lines(text, facts, "甲") == {"D2": "30.00"}
    assert lines(text, facts, "乙") == {"D1": "0.00", "D2": "30.00"}
    values = evaluate(text, facts).values["A"]
    assert [values[name] for name in ("甲数", "乙数", "甲额", "乙额")] == [1, 2, 30, 30]


def test_a_line_of_ones_own_that_is_not_there_is_zero_where_it_is_read():
    """Decisions 24 and 59: no bonus for A (60% reached), 10% of 250.00 for B; the payout adds what each received."""
    rules = """
commission base
  10% of sum(deal.amount)
bonus kicker when sum(deal.amount) above 200
  25.00
payout
  base + kicker
  plus 1.00 when kicker is present
"""
    facts = {"deal": deals("D1 A 2023-07-03 150.00", "D2 B 2023-07-04 250.00")}
    scheme = tiercel.loads(english(rules))
    told = by_both(scheme, {"people": [{"id": "A"}, {"id": "B"}], **facts}, JULY)
    assert {k: str(v) for k, v in told.payout.items()} == {"A": "15.00", "B": "51.00"}


def test_a_headers_where_and_when_give_no_line():
    """Decision 24. 30 is above 20 and 10 is not; the bonus of the person needs two deals."""
    text = english(
        "commission c for each deal where amount above 20\n  amount\n"
        "bonus two when count(deal) at least 2\n  5\nbonus three when count(deal) at least 3\n  7\n"
    )
    found = evaluate(text, deals("D1 A 2023-07-01 10", "D2 A 2023-07-02 30")).lines
    assert {(x.line, x.row): str(x.amount) for x in found} == {("c", "D2"): "30.00", ("two", ""): "5.00"}


def test_cases_are_unique_unless_the_first_is_asked_for():
    """Decision 25. At 30 both hold and differ: an error. Of one value, or as `first of`, they do not clash; at 5 none holds."""
    both = "commission c for each deal\n  5 when amount at least 10\n  7 when amount at least 20\n"
    facts = deals("D1 A 2023-07-01 30")
    assert faults(english(both), facts) == ["E3204"]
    assert paid(english(both.replace("7 when", "5 when")), facts) == {"A": "5.00"}
    assert paid(english(both + "  otherwise 1\n"), deals("D1 A 2023-07-01 15")) == {"A": "5.00"}
    none = deals("D1 A 2023-07-01 5")
    assert faults(english(both), none) == ["E3205"]
    assert paid(english(both + "  otherwise 1\n"), none) == {"A": "1.00"}


def test_first_of_takes_the_first_case_that_holds():
    """Decision 25. 依次取: at 30 the first of the two, 5; at 5 the otherwise."""
    text = chinese(
        "逐笔 签约\n  系数 = 依次取\n    若 金额 不低于 10，则 5\n    若 金额 不低于 20，则 7\n    否则 1\n"
        "提成 甲 逐笔 签约\n  系数 * 1元\n"
    )
    facts = signed("D1 A 2023-07-01 30", "D2 A 2023-07-02 5")
    assert lines(text, facts, "甲") == {"D1": "5.00", "D2": "1.00"}


def test_a_missing_value_must_be_tested_before_it_is_used():
    """Decision 26: `x above 1` alone is refused; `x is present and x above 1` stops early where x is missing."""
    column = "  x money, optional\n"
    assert refused(english("commission c for each deal\n  1\n  only when x above 1\n", deal=column)) == ["E2207"]
    text = english("commission c for each deal\n  1\n  only when x is present and x above 1\n", deal=column)
    facts = deals("D1 A 2023-07-01 1 -", "D2 A 2023-07-01 1 1", "D3 A 2023-07-01 1 2", more="x")
    assert lines(text, facts, "c") == {"D3": "1.00"}
    other = text.replace("x is present and", "x is missing or")
    assert lines(other, facts, "c") == {"D1": "1.00", "D3": "1.00"}


@pytest.mark.parametrize(
    "value",
    [
        "选填额",
        "金额 / (金额 - 金额) * 金额",
        "金额 适用 档",
        "平均(签约.金额 其中 金额 超过 1000)",
        "最小(签约.金额 其中 金额 超过 1000)",
    ],
)
def test_otherwise_catches_what_cannot_be_computed(value):
    """Decision 27: a missing optional value, a division by 0, no tier row, the average or least of nothing give 9."""
    text = chinese(
        f"阶梯 档，全额累进\n  从 1000   5%\n提成 甲 逐笔 签约\n  {value}\n  无法计算时 9\n",
        deal="  选填额 金额，选填\n",
    )
    assert paid(text, signed("D1 A 2023-07-01 10 -", more="选填额")) == {"A": "9.00"}


def test_otherwise_never_catches_a_failed_check():
    """Decisions 27 and 56: what is required of the facts holds, or the person is not paid."""
    text = english("require count(deal) at most 1\ncommission c\n  5\n  otherwise 0\n")
    assert paid(text, deals("D1 A 2023-07-01 10")) == {"A": "5.00"}
    assert faults(text, THREE) == ["E3206"]


def test_otherwise_never_catches_cases_that_disagree_or_an_attribute_that_changed():
    """Decisions 9, 25 and 27: at 30 both cases hold, and 任务 changed on the 15th; no 无法计算时 makes that right."""
    cases = chinese(
        "提成 甲 逐笔 签约\n  若 金额 不低于 10，则 5\n  若 金额 不低于 20，则 7\n  无法计算时 1\n",
    )
    assert faults(cases, signed("D1 A 2023-07-01 30")) == ["E3204"]
    assert paid(cases, signed("D1 A 2023-07-01 5")) == {"A": "1.00"}
    changed = chinese("提成 甲\n  任务\n  无法计算时 1\n", people="  任务 金额，有变更记录\n")
    rows_of = rows("工号 生效日 任务", "A 2023-01-01 10", "A 2023-07-15 20")
    assert faults(changed, {"人员": rows_of, "签约": []}) == ["E3208"]


def test_a_row_whose_value_is_missing_leaves_the_running_totals_before_it():
    """Decisions 1 and 27. 1, 2 and a missing value: 1, 3, and the third cannot be computed: the 9 that are written."""
    text = english("commission c for each deal\n  running total of x\n  otherwise 9\n", deal="  x money, optional\n")
    facts = deals("D1 A 2023-07-01 1 1", "D2 A 2023-07-02 1 2", "D3 A 2023-07-03 1 -", more="x")
    assert lines(text, facts, "c") == {"D1": "1.00", "D2": "3.00", "D3": "9.00"}


def test_sum_and_count_of_nothing_are_zero():
    """Decision 27. No deal above 1000: 0 + 0 x 1 + 4 = 4."""
    text = chinese("提成 甲\n  合计(签约.金额 其中 金额 超过 1000) + 计数(签约 其中 金额 超过 1000) * 1元\n  加 4\n")
    assert paid(text, signed("D1 A 2023-07-01 10")) == {"A": "4.00"}


KPI = """kpi k
  weight 100%
  actual count(deal)
  target goal
  score actual / target, at most 120%{otherwise}
commission c
  100
  times k.score
"""


def test_a_target_of_zero_is_a_division_by_zero_unless_the_score_says_otherwise():
    """Decision 28. 1 of 0: an error, or `otherwise 0`. Nothing of 2 is a measured 0: score 0, not missing."""
    goal = "  goal count\n"
    alone, other = (english(KPI.format(otherwise=o), people=goal) for o in ("", ", otherwise 50%"))
    none = {"people": [{"id": "A", "goal": 0}], "deal": THREE}
    assert set(faults(alone, none)) == {"E3201"}
    assert paid(other, none) == {"A": "50.00"}
    assert paid(other, {"people": [{"id": "A", "goal": 2}], "deal": []}) == {"A": "0.00"}


def test_attainment_is_before_caps_and_score_after():
    """Decision 29. 3 of 2 is 150%; the score is capped at 120%. Gate at 140% on attainment holds: 120 is paid."""
    text = english(KPI.format(otherwise="") + "  zero unless k.attainment at least 140%\n", people="  goal count\n")
    facts = {"people": [{"id": "A", "goal": 2}], "deal": THREE}
    assert paid(text, facts) == {"A": "120.00"}
    assert paid(text.replace("140%", "150%"), facts) == {"A": "120.00"}
    assert paid(text.replace("140%", "150.0001%"), facts) == {"A": "0.00"}


def test_where_less_is_better_attainment_is_target_over_actual():
    """Decision 29. 越低越好: target 2 of 3 given is 0.666667; as pay of 300: 200.00."""
    text = chinese(
        "指标 折扣\n  权重 100%\n  越低越好\n  实际值 计数(签约)\n  目标值 2\n  得分 目标值 / 实际值\n"
        "提成 甲\n  300\n  乘以 折扣.完成率\n"
    )
    facts = signed("D1 A 2023-07-01 1", "D2 A 2023-07-01 1", "D3 A 2023-07-01 1")
    assert paid(text, facts) == {"A": "200.00"}


THREE_KPIS = """指标 甲
  权重 50%
  得分 80%
指标 乙
  权重 30%
  得分 50%
指标 丙
  权重 20%
  得分 {score}
  若 计数(签约) = 1，则 本项不考核
总分 综合
  指标加权合计
"""


def test_weights_of_kpis_that_do_not_apply_go_to_the_others_in_proportion():
    """Decision 30. 0.5 x 0.8 + 0.3 x 0.5 = 0.55, over the weights 0.8 that count: 0.6875; with 丙 at 100%: 0.75."""
    text = chinese(THREE_KPIS.format(score="100%") + "提成 额\n  1000\n  乘以 综合\n")
    assert paid(text, signed("D1 A 2023-07-01 1")) == {"A": "687.50"}
    assert paid(text, signed("D1 A 2023-07-01 1", "D2 A 2023-07-01 1")) == {"A": "750.00"}


def test_weights_must_be_100_percent_before_anything_drops_out():
    """Decision 30: 50 + 30 + 15 is an error, though the others would be scaled up."""
    assert refused(chinese(THREE_KPIS.format(score="100%").replace("权重 20%", "权重 15%") + "提成 额\n  1\n")) == [
        "E2301"
    ]


def test_a_kpi_that_is_merely_missing_is_an_error():
    """Decision 30: an average of no rows is no reason to drop the kpi."""
    text = chinese(THREE_KPIS.format(score="平均(签约.金额 其中 金额 超过 5) / 1元") + "提成 额\n  1000\n  乘以 综合\n")
    assert set(faults(text, signed("D1 A 2023-07-01 1", "D2 A 2023-07-01 1"))) == {"E3203"}


def test_a_score_without_any_kpi_that_applies_is_an_error_unless_it_says_otherwise():
    """Decision 30 and desugaring 10. The only kpi drops out: an error, or the 70% that are written: 70."""
    text = english(
        "kpi k\n  weight 100%\n  score 90%\n  not applicable when count(deal) = 1\n"
        "score s\n  weighted sum of kpis\ncommission c\n  100\n  times s\n"
    )
    one = deals("D1 A 2023-07-01 1")
    assert set(faults(text, one)) == {"E3201"}
    assert paid(text, THREE) == {"A": "90.00"}
    assert paid(text.replace("of kpis\n", "of kpis\n  otherwise 70%\n"), one) == {"A": "70.00"}


# ---- refunds, versions: 37, 38, 47 ----------------------------------------------------------------------------

REFUND = """facts refund
  id text, key
  deal deal, reverses by amount / deal.amount
  day date, date of record
  amount money
"""


def test_a_refunded_sale_still_counts_unless_the_policy_says_otherwise():
    """Decision 38. Attainment of 100 with 100 sold and 30 refunded is 100%; less the refunds it is 70%.

    10% of 100 is 10, of which 3 are taken back: 7; and 100 x attainment: 100 or 70.
    """
    text = english(
        REFUND + "kpi k\n  weight 100%\n  actual sum(deal.amount)\n  target 100元\n  score actual / target\n"
        "commission c for each deal\n  10% of amount\nbonus b\n  100\n  times k.attainment\n"
    )
    facts = {
        "deal": deals("D1 A 2023-07-01 100"),
        "refund": rows("id deal day amount", "R1 D1 2023-07-09 30"),
    }
    assert paid(text, facts) == {"A": "107.00"}
    less = text.replace("sum(deal.amount)\n", "sum(deal.amount) - sum(refund.amount)\n")
    assert paid(less, facts) == {"A": "77.00"}


def test_plain_negative_rows_do_change_counters_and_tiers():
    """Decision 37. A row of -100 is a deal like any other: it is the second, and the total falls from 100 to 0.

    Tiers of 10% to 100 and 20% above, on the running total: 10, then -10, then 80 x 10% = 8.
    """
    text = chinese(
        GROWTH.format(mode="超额累进") + "提成 甲 逐笔 签约\n  累计 金额 适用 比例\n奖金 乙 逐笔 签约\n  第几笔 * 1元\n"
    )
    facts = signed("D1 A 2023-07-01 100", "D2 A 2023-07-05 -100", "D3 A 2023-07-09 80")
    assert lines(text, facts, "甲") == {"D1": "10.00", "D2": "-10.00", "D3": "8.00"}
    assert lines(text, facts, "乙") == {"D1": "1.00", "D2": "2.00", "D3": "3.00"}


def test_a_version_that_starts_on_the_first_day_of_a_period_governs_it():
    """Decision 47. Version 2 from July 1 at 20%: June pays 10% of 100, July 20%."""
    first = english("commission c for each deal\n  10% of amount\n")
    second = first.replace("version 1 from 2023-01-01", "version 2 from 2023-07-01").replace("10%", "20%")
    facts = {"people": [{"id": "A"}], "deal": deals("D1 A 2023-06-30 100", "D2 A 2023-07-01 100")}
    for scheme in (tiercel.loads(first, versions=[second]), tiercel.loads(second, versions=[first])):
        assert str(by_both(scheme, facts, "2023-06").payout["A"]) == "10.00"
        assert str(by_both(scheme, facts, "2023-07").payout["A"]) == "20.00"


# ---- currency and rounding: 51 to 55 ------------------------------------------------------------------------------


@pytest.mark.parametrize(("currency", "expected"), [("CNY", "3.33"), ("JPY", "3"), ("KWD", "3.333")])
def test_there_is_one_payout_in_the_schemes_currency_to_its_minor_unit(currency, expected):
    """Decisions 51 and 52. 10 / 3 to cents, whole yen, and thousandths of a dinar."""
    text = english("commission c for each deal\n  amount / 3\n").replace("CNY", currency)
    result = evaluate(text, deals("D1 A 2023-07-01 10")).to_dict()
    assert result["people"]["A"]["payouts"] == [{"currency": currency, "amount": expected}]


def test_a_definition_rounds_at_its_end_unless_it_is_unrounded():
    """Decision 52. Money: 100 / 3 = 33.33, x 3 = 99.99. A ratio, 6 places: 0.333333 x 300 = 100.00 (99.9999),
    x 300,000 = 99,999.90. Unrounded both give 100.00 and 100,000.00."""
    text = english(
        "for each deal\n  third = amount / 3\n  share = amount / 300元\n"
        "commission c for each deal\n  third * 3\ncommission d for each deal\n  share * 300000元\n"
    )
    facts = deals("D1 A 2023-07-01 100")
    assert lines(text, facts, "c") == {"D1": "99.99"}
    assert lines(text, facts, "d") == {"D1": "99999.90"}
    exact = text.replace("amount / 3\n", "amount / 3, unrounded\n").replace("300元\n", "300元, unrounded\n")
    assert lines(exact, facts, "c") == {"D1": "100.00"}
    assert lines(exact, facts, "d") == {"D1": "100000.00"}


def test_the_heads_roundings_are_the_defaults_of_their_types():
    """Decision 52. Money to 0.1 half up: 10.25 is 10.3; written at the line, down to 0.01: 10.25."""
    text = english(
        "commission c for each deal\n  amount\ncommission d for each deal\n  amount\n  rounded down to 0.01\n",
        head="money rounded half up to 0.1\n",
    )
    facts = deals("D1 A 2023-07-01 10.25")
    assert lines(text, facts, "c") == {"D1": "10.30"}
    assert lines(text, facts, "d") == {"D1": "10.25"}


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("四舍五入到分", ["0.02", "-0.02", "0.03"]),  # half up, ties away from zero
        ("四舍六入五成双到分", ["0.02", "-0.02", "0.02"]),
        ("去尾到分", ["0.01", "-0.01", "0.02"]),
        ("进一到分", ["0.02", "-0.02", "0.03"]),
        ("四舍五入到角", ["0.00", "0.00", "0.00"]),
    ],
)
def test_rounding_modes(mode, expected):
    """Exactness 8. Half of 0.03, -0.03 and 0.05 are 0.015, -0.015 and 0.025."""
    text = chinese(f"提成 甲 逐笔 签约\n  金额 / 2\n  {mode}\n")
    facts = signed("D1 A 2023-07-01 0.03", "D2 A 2023-07-01 -0.03", "D3 A 2023-07-01 0.05")
    assert list(lines(text, facts, "甲").values()) == expected


def test_rows_are_rounded_each_or_on_their_running_total():
    """Decision 53. Three thirds of 1.00: each 0.33, together 0.99. On the running total R(0.33...), R(0.66...), R(1):
    0.33, 0.67, 1.00, so 0.33, 0.34, 0.33."""
    thirds = signed("D1 A 2023-07-01 1", "D2 A 2023-07-02 1", "D3 A 2023-07-03 1")
    each = chinese("提成 甲 逐笔 签约\n  金额 / 3\n  四舍五入到分\n")
    assert lines(each, thirds, "甲") == {"D1": "0.33", "D2": "0.33", "D3": "0.33"}
    running = chinese("提成 甲 逐笔 签约\n  金额 / 3\n  四舍五入到分 按累计\n")
    assert lines(running, thirds, "甲") == {"D1": "0.33", "D2": "0.34", "D3": "0.33"}


def test_rounding_on_the_running_total_passes_over_rows_without_a_line():
    """Decisions 24 and 53. The lost deal between two has no line and adds nothing: 0.33, then 0.67 - 0.33 = 0.34."""
    text = english(
        "commission c for each deal\n  amount / 3\n  only when won\n  rounded half up to 0.01 on the running total\n",
        deal="  won yes/no\n",
    )
    facts = deals("D1 A 2023-07-01 1 yes", "D2 A 2023-07-02 1 no", "D3 A 2023-07-03 1 yes", more="won")
    assert lines(text, facts, "c") == {"D1": "0.33", "D3": "0.34"}


def test_slices_are_rounded_each_where_it_is_written():
    """Decision 53. 20 in slices of 10 at 0.15%: 0.015 each. Rounded each 0.02 + 0.02 = 0.04, rounded once 0.03."""
    table = "tiers t, marginal{rounding}\n  below 10   0.15%\n  from 10   0.15%\n"
    line = "commission c for each deal\n  t on amount\n"
    facts = deals("D1 A 2023-07-01 20")
    assert paid(english(table.format(rounding="") + line), facts) == {"A": "0.03"}
    each = table.format(rounding=", rounded half up to 0.01, each slice") + line
    assert paid(english(each), facts) == {"A": "0.04"}
    assert paid(english(table.format(rounding="") + line + "  rounded half up to 0.01 each slice\n"), facts) == {
        "A": "0.04"
    }


def test_a_whole_table_rounds_its_price_where_it_is_written():
    """Decision 21: rounding happens where written. 105.55 x 10% = 10.555; the table cuts it to 10, x 2 = 20."""
    text = english(
        "tiers t, whole, rounded down to 1\n  from 0   10%\ncommission c for each deal\n  t on amount\n  times 2\n"
    )
    assert paid(text, deals("D1 A 2023-07-01 105.55")) == {"A": "20.00"}


def test_what_holds_otherwise_is_rounded_like_the_value():
    """Exactness 3: a line is rounded at its end. 10 / 0 cannot be computed; 10 / 3 is 3.33 instead."""
    text = english(
        "commission c for each deal\n  amount / n\n  rounded half up to 0.01\n  otherwise amount / 3\n",
        deal="  n count\n",
    )
    facts = deals("D1 A 2023-07-01 10 0", "D2 A 2023-07-01 10 4", more="n")
    assert lines(text, facts, "c") == {"D1": "3.33", "D2": "2.50"}


def test_a_dated_parameter_follows_the_rows_day_or_the_periods_last():
    """Decision 54. 5 until the 15th, 6 from the 16th: rows of the 15th and 16th read 5 and 6, the person 6."""
    text = chinese(
        "参数 单价 = 5元 执行至 2023-07-15，6元 自 2023-07-16 起\n提成 甲 逐笔 签约\n  单价\n奖金 乙\n  单价\n"
    )
    facts = signed("D1 A 2023-07-15 1", "D2 A 2023-07-16 1")
    assert lines(text, facts, "甲") == {"D1": "5.00", "D2": "6.00"}
    assert lines(text, facts, "乙") == {"": "6.00"}
    assert lines(text, signed("D1 A 2023-06-01 1"), "乙", "2023-06") == {"": "5.00"}


def test_of_binds_like_times_from_left_to_right():
    """Decision 55. 2 x 10% of 50 = (2 x 10%) x 50 = 10; 10% of 50 / 2 = 2.50; 1 + 10% of 50 = 6. a / 5% of b is refused."""
    facts = deals("D1 A 2023-07-01 50")

    def of(value: str) -> str:
        return paid(english(f"commission c for each deal\n  {value}\n"), facts)["A"]

    assert of("2 * 10% of amount") == "10.00"
    assert of("10% of amount / 2") == "2.50"
    assert of("1 + 10% of amount") == "6.00"
    assert of("10% of (amount / 2)") == "2.50"
    assert refused(english("commission c for each deal\n  amount / 5% of amount\n"))


def test_part_of_and_running_total_of_take_one_term():
    """Decision 55. 80 and 50: running total of amount x 2 is (80) x 2, (130) x 2; the part of amount above 60 x 2 is 40, 0.

    金额 中 超过 60 至 70 的部分: 10, 0.
    """
    text = english(
        "commission c for each deal\n  running total of amount * 2\n"
        "commission d for each deal\n  part of amount above 60 * 2\n"
    )
    facts = deals("D1 A 2023-07-01 80", "D2 A 2023-07-02 50")
    assert lines(text, facts, "c") == {"D1": "160.00", "D2": "260.00"}
    assert lines(text, facts, "d") == {"D1": "40.00", "D2": "0.00"}
    closed = chinese("提成 甲 逐笔 签约\n  金额 中 超过 60 至 70 的部分\n")
    assert lines(closed, signed("D1 A 2023-07-01 80", "D2 A 2023-07-02 50"), "甲") == {"D1": "10.00", "D2": "0.00"}


# ---- the rest: 59, 60, 62, 63 ----------------------------------------------------------------------------------------


def test_a_lines_name_above_its_level_is_what_the_person_receives():
    """Decision 59. c pays 10 and 5, less 2.50 taken back: 12.50. total(commission) adds d's 1: 13.50; bonuses 4."""
    text = english(
        REFUND + "commission c for each deal\n  10% of amount\ncommission d\n  1\nbonus b\n  4\n"
        "c_received = c\nall_commission = total(commission)\nall_bonus = total(bonus)\n"
    )
    facts = {
        "deal": deals("D1 A 2023-07-01 100", "D2 A 2023-07-02 50"),
        "refund": rows("id deal day amount", "R1 D2 2023-07-09 25"),
    }
    result = evaluate(text, facts)
    assert result.values["A"] == {
        "c_received": Decimal("12.50"),
        "all_commission": Decimal("13.50"),
        "all_bonus": Decimal("4.00"),
    }
    assert str(result.payout["A"]) == "17.50"


def test_the_four_kinds_of_line_differ_by_sign_only():
    """Surface: without a payout all lines are added. 40 + 30 + 20 - 15 = 75, and the deduction's total is -15."""
    text = chinese("提成 甲\n  40\n奖金 乙\n  30\n津贴 丙\n  20\n扣除 丁\n  15\n扣除额 = 总计(扣除)\n")
    result = evaluate(text, signed())
    assert str(result.payout["A"]) == "75.00"
    assert {x.line: str(x.amount) for x in result.lines} == {
        "甲": "40.00",
        "乙": "30.00",
        "丙": "20.00",
        "丁": "-15.00",
    }
    assert result.values["A"]["扣除额"] == Decimal("-15.00")


PAYMENTS = """台账 回款
  编号 文本，标识
  签约 签约
  回款日 日期，归属日
  回款额 金额
"""


def test_a_parent_takes_all_its_children_up_to_the_periods_end_and_a_person_those_of_the_period():
    """Decision 60. Of a deal of July, 1 was paid in June, 2 in July and 4 in August.

    In July the deal sees 1 + 2 = 3, the person only July's 2.
    """
    text = chinese(PAYMENTS + "提成 甲 逐笔 签约\n  合计(回款.回款额)\n奖金 乙\n  合计(回款.回款额)\n")
    facts = {
        "签约": signed("D1 A 2023-07-10 100"),
        "回款": rows("编号 签约 回款日 回款额", "H1 D1 2023-06-30 1", "H2 D1 2023-07-31 2", "H3 D1 2023-08-01 4"),
    }
    assert lines(text, facts, "甲") == {"D1": "3.00"}
    assert lines(text, facts, "乙") == {"": "2.00"}
    assert lines(text, facts, "乙", "2023-08") == {"": "4.00"}


def test_clauses_of_a_kpi_round_and_gates_use_the_rounded_value():
    """Decision 62. 2 of 3 is 0.666667 as shown: at least 66.6667% holds. Unrounded 2/3 lies below it."""
    text = english(
        "kpi k\n  weight 100%\n  actual count(deal where amount above 30) / count(deal){unrounded}\n  score 1\n"
        "commission c\n  10\n  zero unless k.actual at least 66.6667%\n"
    )
    assert paid(text.replace("{unrounded}", ""), THREE) == {"A": "10.00"}
    assert paid(text.replace("{unrounded}", ", unrounded"), THREE) == {"A": "0.00"}


@pytest.mark.parametrize(
    ("word", "expected"),
    [("before", ["D1"]), ("on or before", ["D1", "D2"]), ("after", ["D3"]), ("on or after", ["D2", "D3"])],
)
def test_dates_are_compared_with_their_own_words(word, expected):
    """Decision 63. Of July 14, 15 and 16, against the 15th."""
    text = english(f"commission c for each deal where day {word} 2023-07-15\n  1\n")
    facts = deals("D1 A 2023-07-14 1", "D2 A 2023-07-15 1", "D3 A 2023-07-16 1")
    assert list(lines(text, facts, "c")) == expected


@pytest.mark.parametrize(
    ("word", "better"), [("低于", "早于"), ("超过", "晚于"), ("不低于", "不早于"), ("不超过", "不晚于")]
)
def test_words_for_numbers_are_refused_between_dates(word, better):
    """Decision 63: the word for dates is offered."""
    with pytest.raises(tiercel.SchemeError) as caught:
        tiercel.loads(chinese(f"提成 甲 逐笔 签约 仅限 签约日 {word} 2023-07-15\n  1\n"))
    (found,) = caught.value.diagnostics
    assert found.code == "E2206"
    assert [edit.text for fix in found.fixes for edit in fix.edits] == [better]


def test_decision_59_a_deduction_is_negative_wherever_it_is_named():
    """1,000.00 and a deduction of 50.00: added by name or in total they leave 950.00, as the lines do."""
    head = "bonus b\n  1,000\ndeduction d\n  50\n"
    for body in ("", "payout\n  b + d\n", "payout\n  b\n  plus d\n", "payout\n  b + total(deduction)\n"):
        for evaluator in ("compiled", "reference"):
            scheme = tiercel.loads(english(head + body))
            evaluation = scheme.evaluate({"people": [{"id": "A"}], "deal": []}, JULY, evaluator=evaluator)
            assert evaluation.payout["A"] == Decimal("950.00")
