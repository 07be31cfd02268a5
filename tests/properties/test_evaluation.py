"""What holds of every evaluation, whatever the facts: order, tiers, rounding, faces, threads, other people."""

import decimal
import hashlib
import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import tiercel

ENGLISH = """scheme plan alias 办法
version 1 from 2023-01-01
currency CNY
period month
people
  id alias 工号 text, key
  goal alias 任务 count, dated, above 0
facts deal alias 签约
  id alias 单号 text, key
  rep alias 销售员 person, credited
  day alias 签约日 date, date of record
  amount alias 金额 money
  won alias 已成交 yes/no
  extra alias 附加 money, optional
facts refund alias 退款
  id alias 退款单号 text, key
  deal alias 签约 deal, reverses by amount / deal.amount
  day alias 退款日 date, date of record
  amount alias 退款额 money

parameter large_from alias 大单 = 60 until 2023-07-15, 50 from 2023-07-16

for each deal
  large alias 是大单 = amount at least large_from

tiers growth alias 提成率, marginal
  below 100              5%
  from 100 below 250    6.5%
  from 250                8%
commission pay alias 签约提成 for each deal where won
  growth on running total of amount
  times 115% when large
  rounded half up to 0.01 on the running total
bonus more alias 附加奖 for each deal where won
  extra
  otherwise 1% of amount
deduction fee alias 手续费 for each deal
  0.3% of amount
  at most 0.50

kpi done alias 完成
  weight 70%
  actual count(deal where won)
  target goal
  score actual / target, at most 120%
kpi rate alias 成交率
  weight 30%
  actual count(deal where won) / count(deal), otherwise 0
  target 60%
  score actual / target, at most 100%
  not applicable when count(deal) at most 1
score performance alias 综合
  weighted sum of kpis, rounded half up to 0.0001
tiers coefficient alias 系数标准, whole
  below 60%             0.8
  from 60% below 100%     1
  from 100%             1.2
payout
  total(commission) + total(bonus)
  times coefficient(performance)
  plus total(deduction)
  at most 60
"""

CHINESE = """方案 办法 又名 plan
版本 1 自 2023-01-01 起
币种 CNY
周期 月
人员
  工号 又名 id 文本，标识
  任务 又名 goal 整数，有变更记录，大于 0
台账 签约 又名 deal
  单号 又名 id 文本，标识
  销售员 又名 rep 员工，归属人
  签约日 又名 day 日期，归属日
  金额 又名 amount 金额
  已成交 又名 won 是否
  附加 又名 extra 金额，选填
台账 退款 又名 refund
  退款单号 又名 id 文本，标识
  签约 又名 deal 签约，冲减原单 按 退款额 ÷ 签约.金额
  退款日 又名 day 日期，归属日
  退款额 又名 amount 金额

参数 大单 又名 large_from = 60 执行至 2023-07-15，50 自 2023-07-16 起

逐笔 签约
  是大单 又名 large = 金额 不低于 大单

第一条 提成按当月累计金额分档
阶梯 提成率 又名 growth，超额累进
  不满100            5%
  100以上不满250    6.5%
  250以上            8%
提成 签约提成 又名 pay 逐笔 签约 仅限 已成交
  累计 金额 适用 提成率
  若 是大单，则 乘以 115%
  四舍五入到分 按累计
奖金 附加奖 又名 more 逐笔 签约 仅限 已成交
  附加
  无法计算时 金额 的 1%
扣除 手续费 又名 fee 逐笔 签约
  金额 的 0.3%
  最高 0.50

指标 完成 又名 done
  权重 70%
  实际值 计数(签约 其中 已成交)
  目标值 任务
  得分 实际值 ÷ 目标值，最高 120%
指标 成交率 又名 rate
  权重 30%
  实际值 计数(签约 其中 已成交) ÷ 计数(签约)，无法计算时 0
  目标值 60%
  得分 实际值 ÷ 目标值，最高 100%
  若 计数(签约) 不超过 1，则 本项不考核
总分 综合 又名 performance
  指标加权合计，四舍五入到 0.0001
阶梯 系数标准 又名 coefficient，全额累进
  不满60%            0.8
  60%以上不满100%      1
  100%以上           1.2
结算额
  总计(提成) + 总计(奖金)
  乘以 系数标准(综合)
  加 总计(扣除)
  最高 60
"""

SCHEME, TRANSLATED = tiercel.loads(ENGLISH), tiercel.loads(CHINESE)
cents = st.integers(1, 20_000).map(lambda n: Decimal(n) / 100)
days = st.dates(date(2023, 6, 15), date(2023, 8, 15))


@st.composite
def companies(draw):
    """Up to three people, their deals of June to August, refunds of some, quotas that change between periods."""
    people = draw(st.lists(st.sampled_from("ABC"), min_size=1, unique=True))
    rows = [{"id": p, "from": "2023-01-01", "goal": draw(st.integers(1, 4))} for p in people]
    rows += [{"id": p, "from": "2023-07-01", "goal": 2} for p in draw(st.lists(st.sampled_from(people), unique=True))]
    deals, refunds = [], []
    for n in range(draw(st.integers(0, 7))):
        amount, day = draw(cents), draw(days)
        won, extra = draw(st.booleans()), draw(st.none() | cents)
        rep = draw(st.sampled_from(people))
        deals.append({"id": f"D{n}", "rep": rep, "day": day, "amount": amount, "won": won, "extra": extra})
        if draw(st.integers(0, 2)) == 0:
            back = amount / draw(st.sampled_from([1, 2, 4]))
            part = back.quantize(Decimal("0.01"), decimal.ROUND_UP)
            refunds.append(
                {"id": f"R{n}", "deal": f"D{n}", "day": day + timedelta(draw(st.integers(0, 45))), "amount": part}
            )
    return {"people": rows, "deal": deals, "refund": refunds}


def evaluate(scheme, facts, period="2023-07"):
    """By the reference, after the compiled evaluator has given the same."""
    defined = scheme.evaluate(facts, period, evaluator="reference")
    assert scheme.evaluate(facts, period, evaluator="compiled").to_dict() == defined.to_dict()
    return defined


def digest(evaluation):
    """Everything that a host sees, and every explanation, as one hash."""
    told = [evaluation.to_dict(), *(evaluation.explain(person).to_dict() for person in evaluation.payout)]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def result(scheme, facts, period="2023-07"):
    return evaluate(scheme, facts, period).to_dict()


# ---- order -------------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(companies(), st.randoms(use_true_random=False))
def test_the_order_of_rows_columns_and_tables_means_nothing(facts, random):
    """Every table, its rows and their columns shuffled: the same digest, explanations included."""
    shuffled = {}
    for table in random.sample(list(facts), len(facts)):
        rows = [dict(random.sample(list(row.items()), len(row))) for row in facts[table]]
        shuffled[table] = random.sample(rows, len(rows))
    for period in ("2023-07", "2023-08"):
        assert digest(evaluate(SCHEME, shuffled, period)) == digest(evaluate(SCHEME, facts, period))


# ---- tiers ----------------------------------------------------------------------------------------------------

bounds = st.lists(st.integers(1, 5_000), min_size=1, max_size=5, unique=True).map(sorted)
rates = st.integers(0, 5_000).map(lambda n: Fraction(n, 10_000))


@st.composite
def tables(draw):
    """(bound in cents, rate) from below upwards; the first tier is open below."""
    points = draw(bounds)
    return [(None, draw(rates)), *((p, draw(rates)) for p in points)]


def table_text(table, mode):
    first, *others = table
    cells = [f"  below {Decimal(others[0][0]) / 100}   {percent(first[1])}"]
    for n, (low, rate) in enumerate(others):
        up_to = f" below {Decimal(others[n + 1][0]) / 100}" if n + 1 < len(others) else ""
        cells.append(f"  from {Decimal(low) / 100}{up_to}   {percent(rate)}")
    return f"tiers t, {mode}\n" + "\n".join(cells) + "\n"


def percent(rate):
    return f"{Decimal(rate.numerator) * 100 / Decimal(rate.denominator):f}%"


def marginal(table, x):
    """The area under the rates from 0 to x, cents and rates exact: an integral, not a sum over the table's rows."""
    cuts = sorted({0, x, *(low for low, _ in table if low is not None and 0 < low < x)})
    return sum((high - low) * rate_at(table, low) for low, high in pairwise(cuts)) / Fraction(100)


def rate_at(table, x):
    return [rate for low, rate in table if low is None or low <= x][-1]


PLAIN = """scheme plan
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


def person_values(rules, amounts, name="v"):
    """The value `name` of one person per list of amounts, exact."""
    people = [{"id": f"P{n}"} for n in range(len(amounts))]
    deals = [
        {"id": f"D{n}-{m:03}", "rep": f"P{n}", "day": "2023-07-01", "amount": Decimal(cents) / 100}
        for n, own in enumerate(amounts)
        for m, cents in enumerate(own)
    ]
    values = evaluate(tiercel.loads(PLAIN + rules), {"people": people, "deal": deals}).values
    return [Fraction(values[p["id"]][name]) for p in people]


ON_SUM = "v = t on sum(deal.amount), unrounded\ncommission c\n  v\n"
ON_ROWS = (
    "for each deal\n  part = t on running total of amount, unrounded\n"
    "v = sum(deal.part), unrounded\ncommission c\n  v\n"
)


@settings(max_examples=40)
@given(tables(), st.lists(st.integers(0, 8_000), min_size=1, max_size=6))
def test_a_marginal_table_is_the_area_under_its_rates(table, points):
    """T(x) is the integral of the rates from 0 to x, at every bound, a cent on either side, and elsewhere."""
    points = [*points, *(low + d for low, _ in table if low for d in (-1, 0, 1))]
    found = person_values(table_text(table, "marginal") + ON_SUM, [[x] for x in points])
    assert found == [marginal(table, x) for x in points]


@settings(max_examples=40)
@given(tables())
def test_a_marginal_table_never_jumps(table):
    """One cent more of base moves T by at most a cent times the highest rate, and never down."""
    points = [low + d for low, _ in table if low for d in (-1, 0, 1)]
    found = person_values(table_text(table, "marginal") + ON_SUM, [[x] for x in points])
    for at in range(0, len(points), 3):
        below, on, above = found[at : at + 3]
        highest = max(rate for _, rate in table) / 100
        assert 0 <= on - below <= highest
        assert 0 <= above - on <= highest


@settings(max_examples=40)
@given(tables(), st.lists(st.integers(1, 3_000), min_size=1, max_size=6))
def test_rows_on_a_running_total_add_up_to_the_price_of_the_sum(table, amounts):
    """However a base is cut into rows, in whatever mode of the table, T(after) - T(before) add up to T(sum) - T(0)."""
    for mode in ("marginal", "whole"):
        text = table_text(table, mode)
        assert person_values(text + ON_ROWS, [amounts]) == person_values(text + ON_SUM, [[sum(amounts)]])


@settings(max_examples=40)
@given(tables(), st.booleans())
def test_a_whole_table_keeps_to_its_side_of_each_bound(table, above):
    """`from b`: b itself is in the upper tier; `above b`: in the lower. A cent below and a cent above are clear."""
    text = table_text(table, "whole")
    if above:
        text = text.replace(" below ", " up to ").replace("from ", "above ")
    points = [low + d for low, _ in table if low for d in (-1, 0, 1)]
    found = person_values(text + ON_SUM, [[x] for x in points])
    side = 1 if above else 0  # with `above`, b belongs where b - 1 does
    assert found == [Fraction(x, 100) * rate_at(table, x - side) for x in points]


# ---- rounding -----------------------------------------------------------------------------------------------------


def half_up(value):
    sign = -1 if value < 0 else 1
    return sign * Fraction((abs(value) * 200 + 1) // 2, 100)


@settings(max_examples=40)
@given(st.lists(st.integers(-5_000, 9_000), min_size=1, max_size=8), st.sampled_from([3, 7, 11, 13]))
def test_rows_rounded_on_the_running_total_add_up_to_the_rounded_total(amounts, divisor):
    """Decision 53: up to every row the lines add up to the rounded exact total; row by row they may drift."""
    rules = (
        f"commission running for each deal\n  amount / {divisor}\n  rounded half up to 0.01 on the running total\n"
        f"commission each for each deal\n  amount / {divisor}\n"
    )
    deals = [
        {"id": f"D{n:03}", "rep": "A", "day": "2023-07-01", "amount": Decimal(x) / 100} for n, x in enumerate(amounts)
    ]
    found = evaluate(tiercel.loads(PLAIN + rules), {"people": [{"id": "A"}], "deal": deals}).lines
    paid = [Fraction(x.amount) for x in found if x.line == "running"]
    for n in range(1, len(amounts) + 1):
        assert sum(paid[:n]) == half_up(Fraction(sum(amounts[:n]), 100 * divisor))
    each = [Fraction(x.amount) for x in found if x.line == "each"]
    assert each == [half_up(Fraction(x, 100 * divisor)) for x in amounts]


# ---- faces, contexts, threads -----------------------------------------------------------------------------------------


def test_a_translation_is_the_same_scheme():
    """Both faces have one hash; a rule changed moves it, a comment or a title does not."""
    assert SCHEME.hash == TRANSLATED.hash
    assert tiercel.loads(ENGLISH.replace("6.5%", "6.6%")).hash != SCHEME.hash
    assert (
        tiercel.loads("# a comment\n" + ENGLISH.replace("deal alias 签约\n", 'deal alias 签约 "Deals"\n', 1)).hash
        == SCHEME.hash
    )


@settings(max_examples=40)
@given(companies())
def test_both_faces_pay_the_same(facts):
    """The whole result of July and August is one, hash included."""
    for period in ("2023-07", "2023-08"):
        assert result(SCHEME, facts, period) == result(TRANSLATED, facts, period)


@settings(max_examples=25)
@given(companies())
def test_the_decimal_context_of_the_program_around_changes_nothing(facts):
    """Three digits, rounding down, every trap set."""
    plain = digest(evaluate(SCHEME, facts, "2023-08"))
    hostile = decimal.Context(prec=3, rounding=decimal.ROUND_DOWN, Emin=-2, Emax=3, traps=list(decimal.Context().flags))
    with decimal.localcontext(hostile):
        evaluation = evaluate(SCHEME, facts, "2023-08")
        assert digest(evaluation) == plain
        assert all(isinstance(line.amount, Decimal) for line in evaluation.lines)


FIXED: dict[str, list[dict[str, Any]]] = {
    "people": [{"id": p, "from": "2023-01-01", "goal": 2} for p in "ABC"],
    "deal": [
        {
            "id": f"D{n}",
            "rep": "ABC"[n % 3],
            "day": f"2023-0{7 + n % 2}-{n % 28 + 1:02}",
            "amount": Decimal(n * 37 % 9_000 + 1) / 100,
            "won": n % 4 > 0,
            "extra": None if n % 5 else Decimal("1.25"),
        }
        for n in range(120)
    ],
    "refund": [
        {"id": f"R{n}", "deal": f"D{n}", "day": "2023-08-30", "amount": Decimal("0.01")} for n in range(0, 40, 7)
    ],
}


def test_threads_and_pickling_give_one_result():
    """One scheme, not yet lowered, in eight threads at once; then as read from a pickle, before and after its first use."""
    scheme = tiercel.loads(ENGLISH)
    unused = pickle.loads(pickle.dumps(scheme))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda period: digest(evaluate(scheme, FIXED, period)), ["2023-08", "2023-07"] * 8))
    used = pickle.loads(pickle.dumps(scheme))
    for other in (unused, used):
        found += [digest(evaluate(other, FIXED, period)) for period in ("2023-08", "2023-07")]
        assert other.hash == scheme.hash
    assert len(set(found[::2])) == len(set(found[1::2])) == 1
    assert found[0] != found[1]


def test_one_evaluation_may_be_explained_by_many_threads():
    """Explanations of one result, asked for at once, are those asked for alone."""
    evaluation, alone = SCHEME.evaluate(FIXED, "2023-08"), SCHEME.evaluate(FIXED, "2023-08")
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda person: evaluation.explain(person).to_dict(), "ABC" * 8))
    assert told == [alone.explain(person).to_dict() for person in "ABC" * 8]


# ---- other people ---------------------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(companies(), companies())
def test_nobody_is_paid_by_another_persons_rows(facts, others):
    """A's whole result is the same with anybody else's rows beside his, as the scheme reads no group."""
    own = {
        "people": [row for row in facts["people"] if row["id"] == "A"]
        or [{"id": "A", "from": "2023-01-01", "goal": 1}],
        "deal": [row for row in facts["deal"] if row["rep"] == "A"],
    }
    keys = {row["id"] for row in own["deal"]}
    own["refund"] = [row for row in facts["refund"] if row["deal"] in keys]
    foreign = [{**row, "id": f"X{row['id']}"} for row in others["deal"] if row["rep"] != "A"]
    theirs = {f"X{row['id']}" for row in others["deal"] if row["rep"] != "A"}
    beside = {
        "people": own["people"] + [{"id": p, "from": "2023-01-01", "goal": 3} for p in "BC"],
        "deal": own["deal"] + foreign,
        "refund": own["refund"]
        + [
            {**row, "id": f"X{row['id']}", "deal": f"X{row['deal']}"}
            for row in others["refund"]
            if f"X{row['deal']}" in theirs
        ],
    }
    for period in ("2023-07", "2023-08"):
        assert result(SCHEME, beside, period)["people"]["A"] == result(SCHEME, own, period)["people"]["A"]


@settings(max_examples=40)
@given(companies())
def test_the_payout_is_made_of_the_lines(facts):
    """Payout = min(60, R((commissions + bonuses) x coefficient + deductions)), from the lines and values that are shown,
    plus the adjustments."""
    evaluation = evaluate(SCHEME, facts, "2023-08")
    for person, amount in evaluation.payout.items():
        own = [x for x in evaluation.lines if x.person == person]
        part = {
            kind: sum(Fraction(x.amount) for x in own if x.kind in kind.split())
            for kind in ("commission bonus", "deduction", "adjustment")
        }
        score = evaluation.values[person]["performance"]
        factor = Fraction("0.8") if score < Decimal("0.6") else Fraction(1) if score < 1 else Fraction("1.2")
        due = min(half_up(part["commission bonus"] * factor + part["deduction"]), Fraction(60))
        assert Fraction(amount) == due + part["adjustment"]
