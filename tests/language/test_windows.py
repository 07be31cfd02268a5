"""Time in schemes: windows, restarts, keys, days on which a value is read, periods, zones, working days.

Every figure is worked out by hand. In most of them each row has its own digit, so that the sum shows which rows
counted.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

import tiercel
from tiercel.compiled import CompiledRun
from tiercel.statement import statement
from tiercel_dsl.parser import parse
from tiercel_dsl.printer import print_file
from tiercel_dsl.source import Source

# One digit for each deal: a sum shows whose turn it was.
DEALS = """
D0 2022-07-20 1
D1 2022-08-10 10
D2 2022-12-31 100
D3 2023-03-14 1000
D4 2023-03-15 10000
D5 2023-06-30 100000
D6 2023-07-01 1000000
D7 2023-08-05 10000000
D8 2023-09-01 100000000
"""


def english(rules: str, people: str = "", facts: str = "", period: str = "month") -> str:
    return f"""scheme plan
version 1 from 2023-01-01
currency CNY
period {period}
group team
  id text, key
people
  id text, key
  hired date
{people}facts deal
  id text, key
  rep person, credited
  day date, date of record
  amount money
{facts}{rules}"""


def chinese(rules: str, people: str = "") -> str:
    return f"""方案 办法 又名 plan
版本 1 自 2023-01-01 起
币种 CNY
周期 月
组织 团队 又名 team
  编号 又名 id 文本，标识
人员
  工号 又名 id 文本，标识
  入职日 又名 hired 日期
{people}台账 签约 又名 deal
  单号 又名 id 文本，标识
  销售员 又名 rep 员工，归属人
  签约日 又名 day 日期，归属日
  金额 又名 amount 金额
{rules}"""


def rows(columns: str, lines: str) -> list[dict[str, str]]:
    return [dict(zip(columns.split(), line.split(), strict=True)) for line in lines.strip().splitlines()]


def deals(lines: str = DEALS, rep: str = "A", more: str = "") -> list[dict[str, str]]:
    return [{"rep": rep, **row} for row in rows(f"id day amount {more}", lines)]


A = [{"id": "A", "hired": "2020-03-15"}]


def evaluated(text: str, facts: Mapping[str, Iterable[Any]], period: str = "2023-08") -> tiercel.Evaluation:
    """What the reference says; the compiled evaluator must say the same."""
    scheme = tiercel.loads(text)
    facts = {"people": A, "team": [], **facts}
    defined = scheme.evaluate(facts, period, evaluator="reference")
    compiled = scheme.evaluate(facts, period)
    assert isinstance(compiled.run, CompiledRun)
    assert compiled.to_dict() == defined.to_dict()
    return defined


def value(text: str, facts: Mapping[str, Iterable[Any]], period: str = "2023-08", name: str = "x") -> str:
    """The value `x` of person A."""
    return str(evaluated(f"{text}\nbonus nothing\n  0\n", facts, period).values["A"][name])


def told(text: str, facts: Mapping[str, Iterable[Any]], period: str = "2023-08") -> list[tuple[str, Mapping[str, Any]]]:
    """Code and facts of everything that is wrong with the data."""
    with pytest.raises(tiercel.FactsError) as caught:
        evaluated(text, {**facts}, period)
    return [(d.code, d.facts) for d in caught.value.diagnostics]


def faults(text: str, facts: Mapping[str, Iterable[Any]], period: str = "2023-08") -> list[str]:
    return [code for code, _ in told(text, facts, period)]


def refused(text: str) -> list[str]:
    with pytest.raises(tiercel.SchemeError) as caught:
        tiercel.loads(text)
    return [d.code for d in caught.value.diagnostics]


# ---- windows of totals -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("window", "fenster", "expected"),
    [
        ("this period", "本期", "10000000"),
        ("month to date", "本月累计", "10000000"),
        ("quarter to date", "本季累计", "11000000"),
        ("half year to date", "本半年累计", "11000000"),
        ("year to date", "本年累计", "11111000"),
        ("own year to date", "入职年度累计", "11110000"),
        ("since hire", "入职以来", "11111111"),
        ("previous period", "上期", "1000000"),
        ("previous month", "上月", "1000000"),
        ("previous quarter", "上季", "100000"),
        ("previous year", "上年", "111"),
        ("same period last year", "上年同期", "10"),
        ("last 62 days", "近62天", "11000000"),  # July and August
        ("last 61 days", "近61天", "10000000"),
        ("last 2 months", "近2个月", "11000000"),
        ("last 4 weeks", "近4周", "10000000"),  # 4 to 31 August
        ("last 1 years", "近1年", "11111100"),  # from 2022-09-01
        ("last 12 months as of period.first", "近12个月 于 本期.第一日", "1111110"),  # 2022-08-02 to 2023-08-01
        ("previous quarter as of (period.first - 1 month)", "上季 于 (本期.第一日 - 1个月)", "100000"),
        ("previous quarter as of (period.first - 5 months)", "上季 于 (本期.第一日 - 5个月)", "100"),
        ("previous month as of 2023-04-01", "上月 于 2023-04-01", "11000"),
        ("previous month as of 2023-10-20", "上月 于 2023-10-20", "0"),  # September: nothing looks ahead
    ],
)
def test_a_window_says_which_rows_of_a_total_count(window: str, fenster: str, expected: str) -> None:
    """Decision 8: windows end at the end of the evaluated period and never look ahead; both faces are one."""
    first, second = english(f"x = sum(deal.amount, {window})\n"), chinese(f"x = 合计(签约.金额，{fenster})\n")
    assert value(first, {"deal": deals()}) == value(second, {"deal": deals()}) == expected
    paid = [f"{text}bonus b\n  0\n" for text in (first, second)]
    assert tiercel.loads(paid[0]).hash == tiercel.loads(paid[1]).hash


def test_this_period_is_what_a_total_of_a_person_takes_without_a_window() -> None:
    """Decision 60, and the two ways to write it are one scheme."""
    plain, written = (english(f"x = count({w})\nbonus b\n  0\n") for w in ("deal", "deal, this period"))
    assert tiercel.loads(plain).hash == tiercel.loads(written).hash
    assert tiercel.loads(plain).hash != tiercel.loads(plain.replace("deal)", "deal, month to date)")).hash


def test_every_aggregate_takes_a_window_and_a_where() -> None:
    """Count, average, least, greatest, any and different ones look at the same rows as the sum."""
    rules = """n = count(deal where amount at least 1,000, year to date)
least = min(deal.amount, year to date)
most = max(deal.amount where day before 2023-07-01, year to date)
mean = average(deal.amount, last 2 months)
large = any(deal.amount above 10,000, previous month)
small = any(deal.amount above 10,000, previous year)
kinds = distinct(deal.amount, since hire)
bonus b
  0
"""
    found = evaluated(english(rules), {"deal": deals()}).values["A"]
    assert [str(found[name]) for name in ("n", "least", "most", "mean", "kinds")] == [
        "5", "1000", "100000", "5500000", "8",
    ]  # fmt: skip
    assert (found["large"], found["small"]) == (True, False)


@pytest.mark.parametrize(
    ("shape", "period", "window", "expected"),
    [
        ("quarter", "2023-Q3", "month to date", "100000000"),  # the month that holds the quarter's last day
        ("quarter", "2023-Q3", "previous month", "10000000"),
        ("quarter", "2023-Q3", "quarter to date", "111000000"),
        ("quarter", "2023-Q2", "previous quarter", "11000"),
        ("quarter", "2023-Q3", "same period last year", "11"),
        ("half year", "2023-H2", "previous period", "111000"),
        ("year", "2023", "previous year", "111"),
        ("half month", "2023-08-a", "previous period", "0"),
        ("half month", "2023-08-a", "month to date", "10000000"),
        ('week, from "Sunday"', "2023-07-30", "previous month", "1000000"),  # it ends on Saturday 5 August
        ('week, from "Sunday"', "2023-07-30", "this period", "10000000"),
        ('week, from "Sunday"', "2023-08-06", "previous period", "10000000"),
        ("4 weeks, from 2023-01-01", "2023-07-16", "this period", "10000000"),  # 16 July to 12 August
        ("4 weeks, from 2023-01-01", "2023-07-16", "previous period", "1100000"),  # 18 June to 15 July
        ("4 weeks, from 2023-01-01", "2023-07-16", "same period last year", "11"),  # 17 July to 13 August 2022
    ],
)
def test_windows_in_periods_of_other_lengths(shape: str, period: str, window: str, expected: str) -> None:
    """The month, quarter or year of a window is the one that holds the period's last day."""
    text = english(f"x = sum(deal.amount, {window})\n", period=shape)
    assert value(text, {"deal": deals()}, period) == expected


def test_the_own_year_turns_on_the_anniversary() -> None:
    """Hired on a 29 February: the anniversary is the 28th in years without one, and the own year restarts on it."""
    text = english("x = sum(deal.amount, own year to date)\n")
    found = deals("D1 2023-02-27 1\nD2 2023-02-28 10\nD3 2023-03-01 100")
    leap = [{"id": "A", "hired": "2020-02-29"}]
    assert value(text, {"people": leap, "deal": found}, "2023-02") == "10"
    assert value(text, {"people": leap, "deal": found}, "2023-03") == "110"
    assert value(text, {"people": leap, "deal": deals("D1 2024-02-28 1\nD2 2024-02-29 10")}, "2024-02") == "10"


def test_before_the_day_hired_there_is_no_own_year() -> None:
    """A window of somebody who comes later holds nothing; a part of his own year cannot be computed."""
    new = {"people": [{"id": "A", "hired": "2023-09-10"}], "deal": deals()}
    for window in ("own year to date", "since hire"):
        assert value(english(f"x = sum(deal.amount, {window})\n"), new) == "0"
    assert faults(english("x = own_year.number\nbonus b\n  0\n"), new) == ["E3242"]
    assert value(english("x = own_year.number, otherwise 0\n"), new) == "0"


def test_a_group_sees_its_rows_in_the_window_by_the_team_of_their_day() -> None:
    """Decision 10 with a window: March's deal counts for the team of March. An own year is that of each row's person."""
    people = rows(
        "id hired team from",
        "A 2020-03-15 T1 2020-01-01\nA 2020-03-15 T2 2023-07-15\nB 2021-07-20 T1 2020-01-01",
    )
    text = english(
        """for each team
  year = sum(deal.amount, year to date)
  own = sum(deal.amount, own year to date)
x = team.year
y = team.own
bonus b
  0
""",
        people="  team team, dated\n",
    )
    facts = {
        "team": [{"id": "T1"}, {"id": "T2"}],
        "people": people,
        "deal": deals() + deals("B1 2023-07-02 3\nB2 2023-08-02 5", rep="B"),
    }
    found = evaluated(text, facts).values
    assert (str(found["A"]["x"]), str(found["A"]["y"])) == ("10000000", "10000000")  # T2: D7
    # T1: D3 to D6 and both of B; own years from 15 March (D4 to D6) and from 20 July (B1 lies before).
    assert (str(found["B"]["x"]), str(found["B"]["y"])) == ("1111008", "1110005")


def test_children_take_a_window_too() -> None:
    """Decision 60: without one, all children up to the period's end; `this period` and others are narrower."""
    text = english(
        """facts receipt
  id text, key
  deal deal
  on date, date of record
  paid money
for each deal
  all = sum(receipt.paid)
  now = sum(receipt.paid, this period)
  early = sum(receipt.paid, last 30 days as of (day + 29 days))
commission c for each deal
  all * 100
  plus now
  plus early / 100
"""
    )
    receipts = rows("id deal on paid", "R1 D7 2023-08-06 1\nR2 D7 2023-08-30 2\nR3 D7 2023-09-05 4")
    other = rows("id deal on paid", "R4 D7 2023-07-30 8")  # money that came before the deal's own day
    found = evaluated(text, {"deal": deals(), "receipt": receipts + other})
    # all 1 + 2 + 8, now 1 + 2, within 30 days from the deal's day (5 August to 3 September) 1 + 2
    assert [str(line.amount) for line in found.lines] == ["1103.03"]


def test_a_value_of_earlier_rows_is_that_of_their_own_day() -> None:
    """Dated parameters and attributes are read on each row's day, also in a window (decisions 9 and 54)."""
    text = english(
        """parameter rate = 1 until 2023-06-30, 2 from 2023-07-01
for each deal
  points = amount * rate * weight
x = sum(deal.points, year to date)
""",
        people="  weight number, dated\n",
    )
    people = rows("id hired weight from", "A 2020-03-15 1 2020-01-01\nA 2020-03-15 3 2023-08-01")
    # March and June once, July twice, August twice and three times as heavy
    assert value(text, {"people": people, "deal": deals()}) == str(1000 + 10000 + 100000 + 2_000_000 + 60_000_000)


def test_refunds_change_no_window_unless_they_are_summed() -> None:
    """Decisions 37 and 38: a refunded sale still counts in every window; the policy may subtract the refunds."""
    text = english(
        """facts refund
  id text, key
  deal deal, reverses
  on date, date of record
  back money
commission c for each deal
  10% of amount
x = sum(deal.amount, year to date)
y = sum(deal.amount, year to date) - sum(refund.back, year to date)
"""
    )
    refunds = rows("id deal on back", "K1 D3 2023-08-20 1000\nK2 D6 2023-09-02 1000000")
    found = evaluated(text, {"deal": deals(), "refund": refunds})
    assert [str(found.values["A"][name]) for name in "xy"] == ["11111000", "11110000"]
    assert str(found.payout["A"]) == "999900.00"  # 10% of August's deal, less 10% of the one refunded


def test_a_refund_of_an_earlier_period_replays_its_window_at_that_periods_end() -> None:
    """Decision 57: June's payout is worked out again with June's year to date, not with August's."""
    text = english(
        """facts refund
  id text, key
  deal deal, reverses
  on date, date of record
tiers rate, whole
  below 100,000   1%
  from 100,000    2%
commission c for each deal
  rate(sum(deal.amount, year to date)) of amount
"""
    )
    refunds = rows("id deal on", "K1 D4 2023-08-20")
    found = evaluated(text, {"deal": deals(), "refund": refunds})
    # D4 was paid 1% of 10,000 in March, when the year stood at 11,000; August pays 2% of 10,000,000.
    assert [(line.line, str(line.amount)) for line in found.lines] == [("c", "200000.00"), ("adjustment", "-100.00")]


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ("x = sum(deal.pay, year to date)\n", "E2416"),
        ("x = max(1, 2, year to date)\n", "E2411"),
        ("x = days(hired, period.last, year to date)\n", "E2411"),
        ("x = sum(deal.amount, year to date, last 3 months)\n", "E2413"),
        ("x = sum(deal.amount, year to date as of period.first)\n", "E2413"),
        ("x = sum(deal.amount, per year)\n", "E2413"),
        ("x = sum(deal.amount, last 3 months as of 5)\n", "E2204"),
        ("x = sum(deal.amount, per rep)\n", "E2415"),
        ("for each deal\n  y = running total of (amount, previous month)\n", "E2413"),
        ("for each deal\n  y = running count (last 3 months)\n", "E2413"),
        ("for each deal\n  y = running total of (pay, year to date)\n", "E2416"),
        ("for each team\n  y = count(member, year to date)\n", "E2411"),
    ],
)
def test_windows_where_they_have_no_meaning(rules: str, code: str) -> None:
    """Each is one fault with its own sentence."""
    people = "  team team\n"
    assert refused(english(f"{rules}commission pay for each deal\n  1% of amount\n", people=people)) == [code]


def test_own_years_need_a_column_that_says_when_somebody_was_hired() -> None:
    """It is a date called hired or 入职日, by name or by alias, and has no history."""
    rule = "x = sum(deal.amount, own year to date)\nbonus b\n  0\n"
    assert refused(english(rule).replace("  hired date\n", "  since date\n")) == ["E2412"]
    assert refused(english(rule).replace("  hired date\n", "  hired text\n")) == ["E2412"]
    assert refused(english(rule).replace("  hired date\n", "  hired date, dated\n")) == ["E2412"]
    assert tiercel.loads(english(rule).replace("  hired date\n", "  since alias 入职日 date\n")).warnings == ()


# ---- running totals and counts -----------------------------------------------------------------------------------


def running(text: str, facts: Mapping[str, Iterable[Any]], period: str = "2023-08") -> dict[str, str]:
    """Row → amount of the line per row."""
    return {line.row: str(line.amount) for line in evaluated(text, facts, period).lines}


def test_a_running_total_restarts_where_its_window_says() -> None:
    """Decisions 1 and 3: it includes its row, looks back to earlier rows of that span, and is the person's own."""
    text = english("commission c for each deal\n  running total of (amount, {window})\n")
    facts = {
        "people": [*A, {"id": "B", "hired": "2023-08-05"}],
        "deal": deals() + deals("E1 2023-08-20 7\nE2 2023-03-02 9", rep="B"),
    }
    expected = {
        "this period": {"D7": "10000000.00", "E1": "7.00"},
        "quarter to date": {"D7": "11000000.00", "E1": "7.00"},
        "year to date": {"D7": "11111000.00", "E1": "16.00"},
        "own year to date": {"D7": "11110000.00", "E1": "7.00"},
        "since hire": {"D7": "11111111.00", "E1": "7.00"},
    }
    assert {w: running(text.format(window=w), facts) for w in expected} == expected


def test_a_restart_inside_the_period_parts_its_rows() -> None:
    """In a quarter a count by months begins anew with each; an own year begins anew on the anniversary."""
    facts = {"deal": deals("D1 2023-01-05 1\nD2 2023-01-20 1\nD3 2023-02-01 1\nD4 2023-03-14 1\nD5 2023-03-15 1")}
    months = english("commission c for each deal\n  1 * running count (month to date)\n", period="quarter")
    own = months.replace("month to date", "own year to date")
    for text, expected in ((months, "1 2 1 1 2"), (months.replace("month to date", "per month"), "1 2 1 1 2")):
        assert " ".join(v.split(".")[0] for v in running(text, facts, "2023-Q1").values()) == expected
    assert " ".join(v.split(".")[0] for v in running(own, facts, "2023-Q1").values()) == "1 2 3 4 1"


def test_a_running_count_by_a_key_runs_over_everybodys_rows() -> None:
    """Decision 3: `per customer` takes the place of the person; with an own year it is both."""
    more = "  client text, optional\n"
    facts = {
        "people": [*A, {"id": "B", "hired": "2020-08-03"}],
        "deal": deals("D1 2023-07-02 1 X\nD2 2023-08-01 1 X\nD3 2023-08-04 1 Y\nD5 2023-08-09 1 X", more="client")
        + deals("D4 2023-08-05 1 X\nD6 2023-08-10 1 Y", rep="B", more="client"),
    }
    expected = {
        "per client": {"D2": "1", "D3": "1", "D4": "2", "D5": "3", "D6": "2"},
        "year to date, per client": {"D2": "2", "D3": "1", "D4": "3", "D5": "4", "D6": "2"},
        "per client, per rep": {"D2": "1", "D3": "1", "D4": "1", "D5": "2", "D6": "1"},
        "per client, own year to date": {"D2": "2", "D3": "1", "D4": "1", "D5": "3", "D6": "1"},
    }
    for scopes, counts in expected.items():
        text = english(f"commission c for each deal\n  1 * running count ({scopes})\n", facts=more)
        assert {row: amount.split(".")[0] for row, amount in running(text, facts).items()} == counts


def test_rows_that_fail_where_take_no_number_in_any_window() -> None:
    """Decision 4 with a window and a key."""
    text = english("commission c for each deal where amount above 50\n  1 * running count (year to date, per rep)\n")
    facts = {"deal": deals("D1 2023-02-01 100\nD2 2023-03-01 50\nD3 2023-08-01 60\nD4 2023-08-02 50\nD5 2023-08-03 70")}
    assert running(text, facts) == {"D3": "2.00", "D5": "3.00"}


def test_a_row_without_the_key_agrees_with_none() -> None:
    """A running count by a missing key cannot be computed, and the others do not count that row."""
    text = english(
        "commission c for each deal\n  1 * running count (per client)\n  otherwise 100\n",
        facts="  client text, optional\n",
    )
    found = [*deals("D1 2023-08-01 1 X\nD3 2023-08-03 1 X", more="client"), *deals("D2 2023-08-02 1")]
    found[-1]["client"] = ""
    assert running(text, {"deal": found}) == {"D1": "1.00", "D2": "100.00", "D3": "2.00"}


def test_tiers_on_a_running_total_of_the_year_take_up_where_earlier_periods_ended() -> None:
    """Decision 14: T(after) - T(before), the row that passes the bound is split there."""
    text = english(
        """tiers rate, marginal
  from 0         1%
  from 5,000,000  2%
commission c for each deal
  rate on running total of (amount, year to date)
"""
    )
    # D7 lifts the year from 1,111,000 to 11,111,000: 3,889,000 at 1% and 6,111,000 at 2%
    assert running(text, {"deal": deals()}) == {"D7": "161110.00"}


def codes_beside(text: str) -> list[str]:
    """What is remarked, besides that nothing reads a value."""
    return [d.code for d in tiercel.loads(english(text)).warnings if d.code != "E2605"]


def test_a_running_count_of_a_table_that_credits_nobody_needs_a_key() -> None:
    """Without a person and without `per` there is nothing to count by."""
    table = "facts visit\n  id text, key\n  on date, date of record\n  shop text\n"
    rule = "for each visit\n  n = running count{}\nbonus b\n  1 * count(deal)\n"
    assert refused(english(table + rule.format(""))) == ["E2211"]
    assert codes_beside(table + rule.format(" (per shop)")) == []


# ---- per: rows compared with each other --------------------------------------------------------------------------

CREDIT = """facts credit
  id text, key
  deal deal
  who person, credited
  share percent
"""


def test_a_check_of_shares_adds_up_the_rows_of_one_deal() -> None:
    """`require sum(credit.share, per deal) = 100%`: whoever the rows are credited to, and only those of the deal."""
    text = english(f'{CREDIT}require sum(credit.share, per deal) = 100% "shares"\nbonus b\n  1\n')
    facts = {
        "people": [*A, {"id": "B", "hired": "2021-01-01"}],
        "deal": deals("D1 2023-08-01 1\nD2 2023-08-02 1\nD3 2023-07-31 1"),
        "credit": rows("id deal who share", "C1 D1 A 60%\nC2 D1 B 40%\nC3 D2 A 100%\nC4 D3 A 30%"),
    }
    assert {k: str(v) for k, v in evaluated(text, facts).payout.items()} == {"A": "1.00", "B": "1.00"}
    facts["credit"][1]["share"] = "50%"
    assert faults(text, facts) == ["E3206", "E3206"]  # C1 and C2


def test_a_total_per_key_in_a_rule_per_row() -> None:
    """The row's share of what all rows of its client bring; by its own name or with the table's."""
    facts = {
        "deal": deals("D1 2023-08-01 30 X\nD2 2023-08-02 70 X\nD3 2023-08-03 5 Y\nD4 2023-07-01 99 X", more="client")
    }
    for total, expected in (
        ("sum(amount, per client)", "30.00 70.00 100.00"),
        ("sum(deal.amount, per client)", "30.00 70.00 100.00"),
        ("sum(amount, per client, year to date)", "15.08 35.18 100.00"),  # 30 of 199, 70 of 199, 5 of 5
    ):
        text = english(f"commission c for each deal\n  100 * (amount / {total})\n", facts="  client text\n")
        assert list(running(text, facts).values()) == expected.split()


# ---- values of other days ----------------------------------------------------------------------------------------


def quotas(*lines: str) -> list[dict[str, str]]:
    return [{"id": "A", "hired": "2020-03-15", **row} for row in rows("from quota", "\n".join(lines))]


def test_a_dated_attribute_that_changed_is_an_error_unless_a_day_is_written() -> None:
    """Decision 9: bare it is refused; as of a day it is the value of that day."""
    people = quotas("2023-01-01 300", "2023-08-11 610")
    for rule, expected in (
        ("quota as of period.first", "300"),
        ("quota as of period.last", "610"),
        ("quota as of 2023-08-10", "300"),
        ("quota as of (period.first + 10 days)", "610"),
        ("quota by day", "510"),  # 10 days of 300 and 21 of 610: 15,810 / 31
    ):
        text = english(f"x = {rule}\n", people="  quota money, dated\n")
        assert value(text, {"people": people, "deal": []}) == expected
    bare = english("x = quota\nbonus b\n  0\n", people="  quota money, dated\n")
    assert faults(bare, {"people": people, "deal": []}) == ["E3208"]
    early = english("x = quota as of 2022-12-31\nbonus b\n  0\n", people="  quota money, dated\n")
    assert faults(early, {"people": people, "deal": []}) == ["E3114"]


def test_both_faces_read_a_day_and_a_mean_alike() -> None:
    """于 and 按日折算 are the same words."""
    rules = "x = quota as of period.first + quota by day + quota by month\nbonus b\n  0\n"
    regeln = "x = 月任务 于 本期.第一日 + 月任务 按日折算 + 月任务 按月折算\n奖金 b\n  0\n"
    first = english(rules, people="  quota money, dated\n")
    second = chinese(regeln, people="  月任务 又名 quota 金额，有变更记录\n")
    assert tiercel.loads(first).hash == tiercel.loads(second).hash


def test_by_month_weighs_whole_months() -> None:
    """Decision 9: in a quarter, two months of 300 and one of 600 are 400; a value that began later has no weight before."""
    text = english("x = quota by month\n", people="  quota money, dated\n", period="quarter")
    assert value(text, {"people": quotas("2023-01-01 300", "2023-09-01 600"), "deal": []}, "2023-Q3") == "400"
    assert value(text, {"people": quotas("2023-08-01 300", "2023-09-01 600"), "deal": []}, "2023-Q3") == "450"
    days = text.replace("by month", "by day")
    # 31 days of July and 31 of August at 300, 30 of September at 600: 36,600 / 92 = 397.826…
    assert value(days, {"people": quotas("2023-01-01 300", "2023-09-01 600"), "deal": []}, "2023-Q3") == "397.83"


def test_by_month_with_a_change_inside_a_month_is_an_error() -> None:
    """Neither value held for the whole of it."""
    text = english("x = quota by month\nbonus b\n  0\n", people="  quota money, dated\n", period="quarter")
    people = quotas("2023-01-01 300", "2023-08-15 600")
    ((code, facts),) = told(text, {"people": people, "deal": []}, "2023-Q3")
    assert (code, facts["month"], facts["person"]) == ("E3241", "2023-08", "A")
    assert refused(text.replace("period quarter", "period week")) == ["E2007", "E2418"]


def test_nobody_is_told_a_mean_of_nothing() -> None:
    """A quota that begins after the period is not in force on any of its days."""
    text = english("x = quota by day\nbonus b\n  0\n", people="  quota money, dated\n")
    assert faults(text, {"people": quotas("2023-09-01 300"), "deal": []}) == ["E3114"]


def test_a_dated_link_is_followed_on_the_day_written() -> None:
    """The goal of the team somebody was in on the first day; averaged, of the team of each day."""
    text = english(
        "x = team.goal as of period.first\ny = team.goal\nz = team.goal by day\nbonus b\n  0\n",
        people="  team team, dated\n",
    ).replace("group team\n  id text, key\n", "group team\n  id text, key\n  goal money\n")
    people = rows("id hired team from", "A 2020-03-15 T1 2020-01-01\nA 2020-03-15 T2 2023-08-22")
    facts = {"team": rows("id goal", "T1 100\nT2 410"), "people": people, "deal": []}
    found = evaluated(text, facts).values["A"]
    # 21 days of 100 and 10 of 410: 6,200 / 31
    assert [str(found[name]) for name in "xyz"] == ["100", "410", "200"]


def test_a_parameter_may_be_read_on_a_day() -> None:
    """Decision 54: without one the period's last day decides, and the checker says so if it changes inside a period."""
    text = english("parameter rate = 1 until 2023-08-15, 2 from 2023-08-16\nx = rate\ny = rate as of period.first\n")
    found = evaluated(f"{text}bonus b\n  0\n", {"deal": []}).values["A"]
    assert (str(found["x"]), str(found["y"])) == ("2", "1")
    (note,) = tiercel.loads(f"{text}bonus b\n  0\n").warnings
    assert (note.code, note.severity, note.facts["day"], note.span.line) == ("E2421", "warning", "2023-08-16", 16)


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ("1 until 2023-07-31, 2 from 2023-08-01", "x = rate"),  # with a period
        ("1 until 2022-08-15, 2 from 2022-08-16", "x = rate"),  # before the version
        ("1 until 2023-08-15, 2 from 2023-08-16", "for each deal\n  x = rate"),  # the row's day decides
        ("1 until 2023-08-15, 2 from 2023-08-16", "x = sum(deal.amount where amount above rate)"),
    ],
)
def test_a_parameter_that_changes_elsewhere_needs_no_note(values: str, rule: str) -> None:
    """Nothing is noted where nothing can be mistaken."""
    assert codes_beside(f"parameter rate = {values}\n{rule}\nbonus b\n  0\n") == []


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("x = hired as of period.first", "E2417"),
        ("x = sum(deal.amount) as of period.first", "E2417"),
        ("x = quota as of 5", "E2204"),
        ("x = (quota as of period.first) as of period.last", "E2417"),
        ("x = 5 by day", "E2418"),
        ("x = hired by day", "E2418"),
        ("x = grade by day", "E2418"),
    ],
)
def test_only_what_has_a_history_is_read_on_another_day(rule: str, code: str) -> None:
    """Anything else is the same on every day, or belongs to the period as a whole."""
    people = "  quota money, dated\n  grade text, dated\n"
    assert refused(english(f"{rule}\nbonus b\n  0\n", people=people)) == [code]


# ---- parts of time, working days ---------------------------------------------------------------------------------


def test_parts_of_the_month_quarter_half_year_year_and_own_year() -> None:
    """All are those that hold the period's last day; a year is called by itself, an own year by its count."""
    names = ("month", "quarter", "half_year", "year", "own_year")
    rules = "".join(f"{n}_{p} = {n}.{p}\n" for n in names for p in ("first", "last", "days", "number"))
    regeln = "".join(
        f"{n}_{p} = {w}.{t}\n"
        for n, w in zip(names, ("本月", "本季", "本半年", "本年", "入职年度"), strict=True)
        for p, t in (("first", "第一日"), ("last", "最后一日"), ("days", "天数"), ("number", "序号"))
    )
    text = english(f"{rules}bonus b\n  0\n", period="week")
    text = text.replace("from 2023-01-01", "from 2023-01-02")
    found = evaluated(text, {"deal": []}, "2023-06-26").values["A"]  # it ends on Sunday 2 July 2023
    assert {name: str(v) for name, v in found.items()} == {
        "month_first": "2023-07-01", "month_last": "2023-07-31", "month_days": "31", "month_number": "7",
        "quarter_first": "2023-07-01", "quarter_last": "2023-09-30", "quarter_days": "92", "quarter_number": "3",
        "half_year_first": "2023-07-01", "half_year_last": "2023-12-31", "half_year_days": "184",
        "half_year_number": "2", "year_first": "2023-01-01", "year_last": "2023-12-31", "year_days": "365",
        "year_number": "2023", "own_year_first": "2023-03-15", "own_year_last": "2024-03-14", "own_year_days": "366",
        "own_year_number": "4",
    }  # fmt: skip
    assert (
        tiercel.loads(english(f"{rules}bonus b\n  0\n")).hash == tiercel.loads(chinese(f"{regeln}奖金 b\n  0\n")).hash
    )


def test_parts_of_time_are_spelled_in_the_face_that_is_printed() -> None:
    """month.first is 本月.第一日 in the other face, unless the author has a table of that name."""
    text = english("x = month.first\ny = own_year.number\nbonus b\n  0\n")
    printed = print_file(parse(Source("plan.tier", text))[0], Source("plan.tier", text), "zh")
    assert "x = 本月.第一日\ny = 入职年度.序号\n" in printed
    assert tiercel.loads(printed).hash == tiercel.loads(text).hash


def test_names_of_the_author_come_before_parts_of_time() -> None:
    """A table called quarter keeps its columns."""
    text = english("x = quarter.first\n", people="  quarter quarter\n").replace(
        "group team\n  id text, key\n", "group team\n  id text, key\ngroup quarter\n  id text, key\n  first number\n"
    )
    facts = {"people": [{"id": "A", "hired": "2020-03-15", "quarter": "Q"}], "quarter": [{"id": "Q", "first": "7"}]}
    assert value(text, {"team": [], "deal": [], **facts}) == "7"


def test_workdays_are_mondays_to_fridays_and_a_table_may_say_otherwise() -> None:
    """August 2023 has 23; the 4th is off, Saturday the 5th and Sunday the 6th are worked: 24."""
    table = "facts calendar\n  on date, key, date of record\n  works yes/no\n"
    rules = "x = workdays(period.first, period.last)\ny = workdays(period.first, period.last, calendar)\nbonus b\n  0\n"
    exceptions = rows("on works", "2023-08-04 no\n2023-08-05 yes\n2023-08-06 yes\n2023-08-07 yes\n2023-09-01 no")
    found = evaluated(english(table + rules), {"deal": [], "calendar": exceptions}).values["A"]
    assert (str(found["x"]), str(found["y"])) == ("23", "24")
    for wrong in ("works text", "works yes/no\n  half yes/no", "works yes/no, optional"):
        assert refused(english(table.replace("works yes/no", wrong) + rules)) == ["E2419"]
    assert refused(english(f"x = workdays(period.first, period.last, calender)\n{table}bonus b\n  0\n")) == ["E2108"]
    assert refused(english("x = workdays(period.first, 5)\nbonus b\n  0\n")) == ["E2204"]


def test_minutes_run_on_over_midnight_and_never_begin_on_a_mere_day() -> None:
    """23:50 to 00:20 is half an hour, a second more is more, the other way round it is negative; a date has no time."""
    table = (
        "facts call\n  id text, key\n  rep person, credited\n  asked datetime, date of record\n  answered datetime\n"
    )
    rules = "x = sum(call.took)\ny = count(call where minutes(asked, answered) at most 30)\nbonus b\n  0\n"
    text = english(table + "for each call\n  took = minutes(asked, answered), unrounded\n" + rules)
    times = [
        ("08-31T23:50:00", "09-01T00:20:00"),
        ("08-02T09:00:00", "08-02T09:30:01"),
        ("08-03T09:00:00", "08-03T08:59:30"),
    ]
    calls = [
        {"id": f"C{n}", "rep": "A", "asked": f"2023-{a}", "answered": f"2023-{b}"} for n, (a, b) in enumerate(times)
    ]
    found = evaluated(text, {"deal": [], "call": calls}).values["A"]
    assert (str(found["x"]), str(found["y"])) == ("59.516667", "2")  # 30 + 30 + 1/60 - 1/2
    assert refused(english("x = minutes(period.first, period.last)\nbonus b\n  0\n")) == ["E2204"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("days(2023-08-01, 2023-08-31)", "31"),
        ("days(2023-08-31, 2023-08-31)", "1"),
        ("days(2023-08-31, 2023-08-30)", "0"),
        ("months(2023-08-31, 2023-09-01)", "2"),
        ("months(2023-08-01, 2023-07-31)", "0"),
        ("2023-08-31 + 1 month", "2023-09-30"),
        ("2024-01-31 + 1 month", "2024-02-29"),
        ("2023-03-31 - 1 month", "2023-02-28"),
        ("2024-02-29 + 1 years", "2025-02-28"),
        ("2023-12-31 + 2 weeks", "2024-01-14"),
        ("2024-03-01 - 2024-02-01", "29"),
        ("2024-01-31 + 1 month + 1 month", "2024-03-29"),  # one after the other, not two at once
        ("2024-01-31 + 2 months", "2024-03-31"),
    ],
)
def test_days_and_months_at_their_corners(rule: str, expected: str) -> None:
    """Decision 11: both ends count, months are calendar months touched, a 31st falls back to the last day."""
    assert value(english(f"x = {rule}\n"), {"deal": []}) == expected


# ---- periods -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "zeile", "first", "period", "rows"),
    [
        ("week", "周", "2023-07-31", "2023-07-31", "D2 D3"),
        ('week, from "Monday"', "周，从 “星期一”", "2023-07-31", "2023-07-31", "D2 D3"),
        ('week, from "Saturday"', "周，从 “周六”", "2023-07-29", "2023-08-05", "D3 D4"),
        ("week, from 2020-01-04", "周，从 2020-01-04", "2023-07-29", "2023-08-05", "D3 D4"),
        ("2 weeks, from 2023-07-31", "2周，从 2023-07-31", "2023-07-31", "2023-07-31", "D2 D3 D4"),
        ("4 weeks, from 1997-01-06", "4周，从 1997-01-06", "2023-07-17", "2023-07-17", "D1 D2 D3 D4"),
        ("half month", "半月", "2023-07-16", "2023-08-a", "D2 D3 D4"),
    ],
)
def test_periods_of_weeks_and_halves(line: str, zeile: str, first: str, period: str, rows: str) -> None:
    """Decision 7: pay cycles are counted from a day and called by their first one; rows belong by their day."""
    rule = "x = count(deal)\ncommission c for each deal\n  1\n"
    text = english(rule, period=line).replace("from 2023-01-01", f"from {first}")
    found = {"deal": deals("D1 2023-07-30 1\nD2 2023-08-04 1\nD3 2023-08-05 1\nD4 2023-08-07 1\nD5 2023-08-16 1")}
    assert [paid.row for paid in evaluated(text, found, period).lines] == rows.split()
    other = chinese("x = 计数(签约)\n提成 c 逐笔 签约\n  1\n").replace("周期 月", f"周期 {zeile}")
    assert tiercel.loads(other.replace("自 2023-01-01", f"自 {first}")).hash == tiercel.loads(text).hash


def test_a_cycle_is_the_same_from_whichever_of_its_first_days() -> None:
    """Counted from 1997 or from 2023, four weeks are the same cycle and the same hash; from a week later they are not."""
    text = english("bonus b\n  1 * count(deal)\n", period="4 weeks, from 1997-01-06").replace(
        "1 from 2023-01-01", "1 from 2023-07-17"
    )
    assert tiercel.loads(text).hash == tiercel.loads(text.replace("1997-01-06", "2023-07-17")).hash
    assert refused(text.replace("1997-01-06", "1997-01-13")) == ["E2007"]


def test_running_totals_restart_with_each_pay_cycle() -> None:
    """Decision 7: everything per period begins anew; earlier cycles are cycles of the same length."""
    text = english("commission c for each deal\n  1 * running count\n", period="2 weeks, from 2023-07-31")
    text = text.replace("1 from 2023-01-01", "1 from 2023-07-31")
    found = {"deal": deals("D1 2023-07-30 1\nD2 2023-08-01 1\nD3 2023-08-13 1\nD4 2023-08-14 1")}
    assert running(text, found, "2023-07-31") == {"D2": "1.00", "D3": "2.00"}
    assert running(text, found, "2023-08-14") == {"D4": "1.00"}


def test_a_refund_corrects_the_week_of_its_sale() -> None:
    """The period of a sale is found in the scheme's own cycle."""
    table = "facts refund\n  id text, key\n  deal deal, reverses\n  on date, date of record\n"
    text = english(f"{table}commission c for each deal\n  10% of amount\n", period='week, from "Saturday"')
    text = text.replace("1 from 2023-01-01", "1 from 2022-12-31")
    found = {"deal": deals("D1 2023-08-04 100"), "refund": rows("id deal on", "K1 D1 2023-08-05")}
    week = evaluated(text, found, "2023-08-05")
    assert [(line.line, str(line.amount), line.reverses) for line in week.lines] == [("adjustment", "-10.00", "D1")]


@pytest.mark.parametrize("period", ["2023-08", "2023-08-01", "2023-W31", "2023-08-07"])
def test_another_name_than_a_cycles_first_day_is_no_period(period: str) -> None:
    """The name of a period of weeks is its first day."""
    text = english("bonus b\n  1\n", period="2 weeks, from 2023-07-31").replace(
        "1 from 2023-01-01", "1 from 2023-07-31"
    )
    with pytest.raises(tiercel.UsageError) as caught:
        tiercel.loads(text).evaluate({"people": A, "team": [], "deal": []}, period)
    assert [d.code for d in caught.value.diagnostics] == ["E4001"]


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("2 months", ["E2401"]),
        ("month, from 2023-01-01", ["E2401"]),
        ("3 weeks", ["E2402"]),
        ('2 weeks, from "Monday"', ["E2402"]),
        ('week, from "Moonday"', ["E2403"]),
        ('month, time zone "Europe/Londn"', ["E2404"]),
        ('month, time zone "UTC+8"', ["E2404"]),
    ],
)
def test_faults_of_the_period_line(line: str, codes: list[str]) -> None:
    """Only weeks are counted; weekdays and zones are known by name."""
    if line == "2 months":
        line = "2 month"
    assert refused(english("bonus b\n  1\n", period=line)) == codes


# ---- time zones --------------------------------------------------------------------------------------------------

ZONED = 'week, from "Monday", time zone "Europe/London"'


def zoned(cells: Mapping[str, Any], period: str = "2023-07-31", zone: str = ZONED) -> list[str]:
    """The rows of a period, in the order in which they are walked."""
    text = english("commission c for each deal\n  1 * running count\n", period=zone).replace(
        "  day date,", "  day datetime,"
    )
    text = text.replace("1 from 2023-01-01", "1 from 2023-01-02")
    facts = {"deal": [{"id": i, "rep": "A", "day": day, "amount": "1"} for i, day in cells.items()]}
    found = running(text, facts, period)
    return sorted(found, key=lambda row: found[row])


def test_a_moment_with_an_offset_belongs_to_the_local_day() -> None:
    """Sunday 23:30 in London is the old week, Monday 00:30 the new one, although both are Sunday in UTC."""
    cells = {
        "D1": "2023-07-30T22:30Z",  # 23:30 in London
        "D2": "2023-07-30T23:30Z",  # 00:30 on Monday
        "D3": "2023-07-31T07:15+08:00",  # 00:15 on Monday in London
        "D4": datetime(2023, 7, 30, 23, 45, tzinfo=UTC),
        "D5": datetime(2023, 7, 30, 19, 50, tzinfo=timezone(timedelta(hours=-4))),
        "D6": "2023-07-31 00:20",  # local already
    }
    assert zoned(cells) == ["D3", "D6", "D2", "D4", "D5"]
    assert zoned(cells, "2023-07-24") == ["D1"]


def test_an_hour_that_comes_twice_is_walked_in_the_order_it_came() -> None:
    """Decision 2: by instant. On 29 October 2023, 01:00 to 02:00 comes twice in London; without an offset it is the first."""
    cells = {
        "D1": "2023-10-29T01:10Z",  # 01:10, the second time
        "D2": "2023-10-29T00:30Z",  # 01:30, the first time
        "D3": "2023-10-29 01:20",  # the first time
        "D4": datetime(2023, 10, 29, 1, 5, fold=1),  # the second time
        "D5": "2023-10-29 02:00",
    }
    assert zoned(cells, "2023-10-23") == ["D3", "D2", "D4", "D1", "D5"]


def test_an_hour_that_is_left_out_is_moved_on() -> None:
    """On 26 March 2023 the clocks went from 01:00 to 02:00: 01:30 is 02:30, after 02:10."""
    assert zoned({"D1": "2023-03-26 01:30", "D2": "2023-03-26 02:10"}, "2023-03-20") == ["D2", "D1"]


def test_a_day_stands_for_itself_and_a_zone_is_needed_for_an_offset() -> None:
    """Dates are not moved; without a zone in the scheme an offset is refused as before."""
    text = english("commission c for each deal\n  1\n", period='month, time zone "America/Los_Angeles"')
    found = [*deals("D1 2023-08-01 1"), *deals("D2 2023-08-31T00:00 1")]
    assert list(running(text, {"deal": found})) == ["D1", "D2"]
    moved = [*deals("D1 2023-08-01T07:00Z 1")]  # midnight there
    assert list(running(text, {"deal": moved})) == ["D1"]
    assert faults(text, {"deal": deals("D1 2023-08-01T08:00Z 1")}) == ["E3105"]
    plain = text.replace(', time zone "America/Los_Angeles"', "")
    assert faults(plain, {"deal": deals("D1 2023-08-01T07:00Z 1")}) == ["E3117"]


def test_the_zone_is_part_of_what_a_scheme_means() -> None:
    """Rows fall on other days in another zone."""
    texts = [
        english("bonus b\n  1\n", period=f"month{z}") for z in ("", ', time zone "UTC"', ', time zone "Asia/Shanghai"')
    ]
    assert len({tiercel.loads(text).hash for text in texts}) == 3


# ---- why ---------------------------------------------------------------------------------------------------------


def test_an_explanation_says_from_which_day_to_which_day_rows_count() -> None:
    """In the data of the trace and in the statement, in both languages."""
    text = english(
        """commission c for each deal
  1% of running total of (amount, year to date, per rep)
bonus b
  1% of sum(deal.amount, own year to date)
  plus quota by day
  plus quota as of period.first
""",
        people="  quota money, dated\n",
    )
    facts = {"people": quotas("2023-01-01 300", "2023-08-11 610"), "deal": deals()}
    found = evaluated(text, facts)
    told = {lang: statement(found.explain("A"), {}, lang) for lang in ("en", "zh")}
    for line in ("deal 4 rows from 2023-03-15 to 2023-08-31, sum 11,110,000.00", "with the same rep from 2023-01-01"):
        assert line in " ".join(told["en"].split())
    for line in ("2023-03-15 至 2023-08-31", "300.00 计 10 天", "2023-08-01 当日"):
        assert line in told["zh"]
    (bonus,) = [t for _, t in found.explain("A").lines if t.name == "b"]
    assert [(i.first.isoformat(), i.last.isoformat()) for work in bonus.lines for i in work.inputs if i.first and i.last] == [
        ("2023-03-15", "2023-08-31"), ("2023-08-01", "2023-08-31"), ("2023-08-01", "2023-08-01"),
    ]  # fmt: skip
