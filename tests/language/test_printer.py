import stat
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tiercel.errors import SchemeError, UsageError
from tiercel.formatting import format_file, format_text
from tiercel_dsl import syntax
from tiercel_dsl.driver import NotThere, check_source
from tiercel_dsl.keywords import FACES
from tiercel_dsl.margin import comments
from tiercel_dsl.parser import parse
from tiercel_dsl.printer import NotPrintable, print_file
from tiercel_dsl.source import Source

FOLDER = Path(__file__).parents[2] / "examples" / "office_software"
EXAMPLES = sorted(path.name for path in FOLDER.glob("*.tier"))
SCHEMES = [name for name in EXAMPLES if not name.startswith("company")]


def example(name: str) -> Source:
    if not (FOLDER / name).is_file():
        raise NotThere(name)
    return Source(name, (FOLDER / name).read_text(encoding="utf-8"))


def read(text: str) -> syntax.File:
    """The tree of a text that must be sound."""
    file, faults = parse(Source("a.tier", text))
    assert faults == ()
    return file


def printed(text: str, language: str = "", uses: Mapping[str, str] | None = None) -> str:
    """The text of a text, in its own face unless another is given."""
    used = [parse(Source(name, other))[0] for name, other in (uses or {}).items()]
    file = read(text)
    return print_file(file, Source("a.tier", text), language or file.language, uses=used)


def other(language: str) -> str:
    return "en" if language == "zh" else "zh"


def told(node: Any) -> Any:
    """A tree without titles, headings, file names, currency marks and the spelling of `otherwise`."""
    if isinstance(node, syntax.Label):
        node = replace(node, title="")
    elif isinstance(node, syntax.Clause):
        node = replace(node, text="")
    elif isinstance(node, syntax.Use):
        node = replace(node, file="")
    elif isinstance(node, syntax.Require):
        node = replace(node, message="")
    elif isinstance(node, syntax.Number):
        node = replace(node, unit=node.unit if node.unit != "money" else "")
    elif isinstance(node, syntax.Otherwise):
        node = replace(node, written="", rescue=False)
    if is_dataclass(node) and not isinstance(node, type):
        return (type(node).__name__, *(told(getattr(node, f.name)) for f in fields(node) if f.compare))
    return tuple(told(part) for part in node) if isinstance(node, tuple) else node


# ---- the shipped schemes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_in_either_face(name: str, language: str):
    """Printing twice changes nothing more, and no comment is lost."""
    text = format_text(example(name).text, language, example)
    assert format_text(text, None, example) == text
    assert parse(Source(name, text))[0].language == language
    assert comments(Source(name, text)) == comments(example(name))


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_in_its_own_face_is_the_same_tree(name: str):
    """Formatting moves blanks and nothing else."""
    source = example(name)
    assert read(format_text(source.text, None, example)).statements == parse(source)[0].statements


@pytest.mark.parametrize("name", SCHEMES)
def test_a_translation_means_the_same(name: str):
    """The meaning hash stays, there and back."""
    source = example(name)
    checked = check_source(source, example)
    assert checked.scheme is not None
    there = format_text(source.text, other(checked.language), example)
    back = format_text(there, checked.language, example)
    for text in (there, back):
        scheme = check_source(Source(name, text), example).scheme
        assert scheme is not None
        assert scheme.hash == checked.scheme.hash


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_translation_reads_like_the_example_in_the_other_face(name: str):
    """The two faces were written by hand: the translation of one has the names and rules of the other."""
    twin = name.replace(".zh.tier", ".tier") if ".zh." in name else name.replace(".tier", ".zh.tier")
    language = "en" if ".zh." in name else "zh"
    translated = read(format_text(example(name).text, language, example))
    assert told(translated.statements) == told(parse(example(twin))[0].statements)


@pytest.mark.parametrize("name", EXAMPLES)
def test_there_and_back_is_the_same_tree(name: str):
    """Names return to where they were; only 元 is left out on the way."""
    source = example(name)
    language = parse(source)[0].language
    back = format_text(format_text(source.text, other(language), example), language, example)
    assert told(read(back).statements) == told(parse(source)[0].statements)


# ---- every statement, in both faces ------------------------------------------------------------------------

PAIRS = {
    "head": (
        """\
scheme sales alias 销售 "Plan"
version 2 from 2023-07-01 until 2023-12-31
currency CNY
period half month
money rounded half up to 0.01
number rounded half even to 0.0001
percent rounded down to 0.01%
use "facts.tier"
""",
        """\
方案 销售 又名 sales “Plan”
版本 2 自 2023-07-01 起 执行至 2023-12-31
币种 CNY
周期 半月
金额 四舍五入到分
数值 四舍六入五成双到 0.0001
百分比 去尾到 0.01%
引用 “facts.tier”
""",
    ),
    "headings": (
        """\
clause "Payout"
clause "第二条 提成：5%"
""",
        """\
条款 “Payout”
第二条 提成：5%
""",
    ),
    "tables": (
        """\
group team alias 团队 "Sales teams"
  id alias 编号  text, key
people "Who is paid"
  id alias 工号    text, key
  team alias 团队  team, dated
facts deal alias 签约
  id alias 单号      text, key
  rep alias 销售员   person, credited
  signed             date, date of record
  seen               datetime, optional
  amount alias 金额  money, above 0, "What was signed"
  rate               percent, at least 0, at most 100%
  units              count, below 70
  hours              duration
  kind               one of "new", "renewed", optional, "Kind of deal"
  repeat             yes/no, default no
facts refund alias 退款
  id alias 单号      text, key
  deal alias 签约    deal, reverses by amount / deal.amount
  amount alias 金额  money
facts return alias 退货
  id    text, key
  deal  deal, reverses
""",
        """\
组织 团队 又名 team “Sales teams”
  编号 又名 id  文本，标识
人员 “Who is paid”
  工号 又名 id    文本，标识
  团队 又名 team  团队，有变更记录
台账 签约 又名 deal
  单号 又名 id      文本，标识
  销售员 又名 rep   员工，归属人
  signed            日期，归属日
  seen              时间，选填
  金额 又名 amount  金额，大于 0，“What was signed”
  rate              百分比，不低于 0，不超过 100%
  units             整数，小于 70
  hours             时长
  kind              选项 “new”，“renewed”，选填，“Kind of deal”
  repeat            是否，默认 否
台账 退款 又名 refund
  单号 又名 id      文本，标识
  签约 又名 deal    签约，冲减原单 按 金额 ÷ 签约.金额
  金额 又名 amount  金额
台账 退货 又名 return
  id    文本，标识
  deal  签约，冲减原单
""",
    ),
    "parameters": (
        """\
parameter large_from alias 大单门槛 = 10,000
parameter rate = 0.5% until 2023-05-31, 1% from 2023-06-01 until 2023-06-30, 2% from 2023-07-01
parameter floor =
  5% from 2023-01-01 until 2023-06-30 "Circular 7"
  6% from 2023-07
""",
        """\
参数 大单门槛 又名 large_from = 10,000
参数 rate = 0.5% 执行至 2023-05-31，1% 自 2023-06-01 起 执行至 2023-06-30，2% 自 2023-07-01 起
参数 floor =
  5% 自 2023-01-01 起 执行至 2023-06-30 “Circular 7”
  6% 自 2023-07 起
""",
    ),
    "rows": (
        """\
people
  id  text, key
facts deal
  id      text, key
  amount  money
for each deal where not historical
  counted = amount, at most 50,000
  large alias 大客户 = amount at least 10,000
  later =
    counted
    times 2 when large
  require counted above 0 "no amount"
for each people
  done = 5
require count(deal) = 0
""",
        """\
人员
  id  文本，标识
台账 deal
  id      文本，标识
  amount  金额
逐笔 deal 仅限 非 historical
  counted = amount，最高 50,000
  大客户 又名 large = amount 不低于 10,000
  later =
    counted
    若 大客户，则 乘以 2
  数据校验 counted 超过 0 “no amount”
逐人 人员
  done = 5
数据校验 计数(deal) = 0
""",
    ),
    "steps": (
        """\
commission pay for each deal where won when open
  amount
  times 115% when large
  plus 100
  minus 5 when small
  at most 200,000
  at least 10 when large
  rounded half up to 0.01 each row
  rounded up to 10
  unrounded
  only when amount above 0
  zero unless won
  otherwise 0
bonus b
  a, times 2, at least 1
  otherwise error "no a"
""",
        """\
提成 pay 逐笔 deal 仅限 won 当 open
  amount
  若 large，则 乘以 115%
  加 100
  若 small，则 减 5
  最高 200,000
  若 large，则 最低 10
  四舍五入到 0.01 按笔
  进一到 10
  不四舍五入
  前提 amount 超过 0，否则不计
  前提 won，否则计零
  无法计算时 0
奖金 b
  a，乘以 2，最低 1
  无法计算时 报错 “no a”
""",
    ),
    "kinds of lines": (
        """\
deduction d
  5
allowance a when won
  5
""",
        """\
扣除 d
  5
津贴 a 当 won
  5
""",
    ),
    "cases": (
        """\
k = first of
  0 when sales above 200 and cash below 60%
  7 when sales above 200
  otherwise 5
  otherwise 6
m =
  1 when a
  otherwise error "neither"
n = 1 when a, 2 when b, otherwise 3
""",
        """\
k = 依次取
  若 sales 超过 200 且 cash 不满 60%，则 0
  若 sales 超过 200，则 7
  否则 5
  无法计算时 6
m =
  若 a，则 1
  否则 报错 “neither”
n = 若 a，则 1，若 b，则 2，否则 3
""",
    ),
    "tiers": (
        """\
tiers growth alias 比例, marginal
  below 50,000                 5%
  from 50,000 below 150,000    6%
  from 150,000                10.5%
tiers coefficient, whole
  up to 36,000                   0
  above 36,000 up to 144,000     0.8
  above 144,000                  1.25
  otherwise                    -10
tiers bands, fixed
  from 1 up to 3     400
  above 3 below 9   1600
  the rest           800
  otherwise         error
tiers guide, whole, rounded half even to 0.01, each slice: base_pay alias 底薪, rate, level "Level"
  below 80%   500   1.2%   "B"
  from 80%     70   2%     "A+"
""",
        """\
阶梯 比例 又名 growth，超额累进
  不满50,000                5%
  50,000以上不满150,000     6%
  150,000以上              10.5%
阶梯 coefficient，全额累进
  不超过36,000             0
  超过36,000至144,000      0.8
  超过144,000              1.25
  其他情形               -10
阶梯 bands，达档定额
  1以上3以下     400
  超过3不满9    1600
  其余           800
  其他情形      报错
阶梯 guide，全额累进，四舍六入五成双到 0.01，按档：底薪 又名 base_pay，rate，level “Level”
  不满80%    500    1.2%    “B”
  80%以上     70    2%      “A+”
""",
    ),
    "kpi": (
        """\
kpi signing alias 签约率 "Rate"
  weight 30%
  less is better
  actual count(deal where large) / count(deal), otherwise 0
  target 40%
  score
    actual / target
    at most 120%
  not applicable when count(deal) = 0
kpi keep
  weight
    70%
  score first of
    1 when actual is missing
    otherwise 0
score performance
  weighted sum of kpis, rounded half up to 0.0001
payout
  total(commission) + total(bonus)
  times growth(performance)
  at most 200,000
""",
        """\
指标 签约率 又名 signing “Rate”
  权重 30%
  越低越好
  实际值 计数(deal 其中 large) ÷ 计数(deal)，无法计算时 0
  目标值 40%
  得分
    实际值 ÷ 目标值
    最高 120%
  若 计数(deal) = 0，则 本项不考核
指标 keep
  权重
    70%
  得分 依次取
    若 实际值 为空，则 1
    否则 0
总分 performance
  指标加权合计，四舍五入到 0.0001
结算额
  总计(提成) + 总计(奖金)
  乘以 growth(performance)
  最高 200,000
""",
    ),
    "expressions": (
        """\
a = 5% of amount * 2 / 4 - (b + c) * -d
b = (x / y) of z
c = rate of part of sum(sale.amount) above quota
d = growth on running total of amount
e = scale on (a + b) by attainment - (part of sales above 50 up to 100)
f = part of sales up to quota
g = x >= 5 and x <= 6 or x != "a" and not (x = 5)
h = kind in ("a", "b") or kind not in ("c")
i = left is missing and hired is present
j = signed before 2023-07-01 or signed on or after hired + 6 months - 1 day
k = max(min(a, b), average(deal.points where valid)) + guide.rate(3)
l = running count at least 2 and (a or b)
m = yes, only when no
n = days(period.first, period.last) / 30 days
o = running total of (a + b) + 1 week + 2 years
p = a - (b - c) + a / (b * c)
""",
        """\
a = amount 的 5% × 2 ÷ 4 - （b + c） × -d
b = z 的 （x ÷ y）
c = 合计(sale.amount) 中 超过 quota 的部分 的 rate
d = 累计 amount 适用 growth
e = （a + b） 适用 scale 按 attainment - （sales 中 超过 50 至 100 的部分）
f = sales 中 不超过 quota 的部分
g = x ≥ 5 且 x ≤ 6 或 x ≠ “a” 且 非 （x = 5）
h = kind 属于 （“a”，“b”） 或 kind 不属于 （“c”）
i = left 为空 且 hired 不为空
j = signed 早于 2023-07-01 或 signed 不早于 hired + 6个月 - 1天
k = 取高(取低(a，b)，平均(deal.points 其中 valid)) + guide.rate(3)
l = 第几笔 不低于 2 且 （a 或 b）
m = 是，前提 否，否则不计
n = 天数(本期.第一日，本期.最后一日) ÷ 30天
o = 累计 （a + b） + 1周 + 2年
p = a - （b - c） + a ÷ （b × c）
""",
    ),
    "pay cycles": (
        """\
period 4 weeks, from 1997-01-06, time zone "Europe/London"
period week, from "Monday"
""",
        """\
周期 4周，从 1997-01-06，时区 “Europe/London”
周期 周，从 “Monday”
""",
    ),
    "windows": (
        """\
a = sum(deal.amount, this period) + sum(deal.amount where won, month to date) + sum(deal.amount, quarter to date)
b = sum(deal.amount, half year to date) + sum(deal.amount, year to date) + sum(deal.amount, own year to date)
c = sum(deal.amount, since hire) + sum(deal.amount, previous period) + sum(deal.amount, previous month)
d = sum(deal.amount, previous quarter as of (hired - 1 month)) + sum(deal.amount, previous year as of 2025-01-31)
e = sum(deal.amount, same period last year) + sum(deal.amount, last 3 months) + sum(deal.amount, last 1 year as of hired)
f = running total of (amount - cost, own year to date) + running total of (amount, year to date, per customer)
g = running count (per customer.group) * 2
""",
        """\
a = 合计(deal.amount，本期) + 合计(deal.amount 其中 won，本月累计) + 合计(deal.amount，本季累计)
b = 合计(deal.amount，本半年累计) + 合计(deal.amount，本年累计) + 合计(deal.amount，入职年度累计)
c = 合计(deal.amount，入职以来) + 合计(deal.amount，上期) + 合计(deal.amount，上月)
d = 合计(deal.amount，上季 于 （hired - 1个月）) + 合计(deal.amount，上年 于 2025-01-31)
e = 合计(deal.amount，上年同期) + 合计(deal.amount，近3个月) + 合计(deal.amount，近1年 于 hired)
f = 累计 （amount - cost，入职年度累计） + 累计 （amount，本年累计，每 customer）
g = 第几笔 （每 customer.group） × 2
""",
    ),
    "per": (
        """\
require sum(credit.share, per deal) = 100%
a = count(deal where won, year to date, per deal.currency) + count(deal, per month) + count(deal, per own year)
bonus b
  amount
  at most 3 * average_pay per year
  at most 20,000 per quarter when large
  at most 5,000 per customer
  at most 5,000 per customer.group
  at least 100 per half year
  less earlier this quarter
  less earlier this half year
  less earlier this year
  less earlier this own year
""",
        """\
数据校验 合计(credit.share，每 deal) = 100%
a = 计数(deal 其中 won，本年累计，每 deal.currency) + 计数(deal，每月) + 计数(deal，每入职年度)
奖金 b
  amount
  每年 最高 3 × average_pay
  若 large，则 每季 最高 20,000
  每 customer 最高 5,000
  最高 5,000 每 customer.group
  每半年 最低 100
  减本季已计提
  减本半年已计提
  减本年已计提
  减入职年度已计提
""",
    ),
    "when a line is paid": (
        """\
commission c for each deal
  2 * mrr
  pay
    50% due signed
    25% due signed + 5 months when left is missing
    25% due quarter_end when quarter_done at least 70%
  hold while open_cases above 0
  take back 100% when left before signed + 4 months
  take back 1 - paid_months / 9 when lapsed is present
commission d for each deal
  10% of amount
  pay received / amount
""",
        """\
提成 c 逐笔 deal
  2 × mrr
  发放
    50% 发放于 signed
    若 left 为空，则 25% 发放于 signed + 5个月
    若 quarter_done 不低于 70%，则 25% 发放于 quarter_end
  若 open_cases 超过 0，则 暂缓发放
  若 left 早于 signed + 4个月，则 扣回 100%
  若 lapsed 不为空，则 扣回 1 - paid_months ÷ 9
提成 d 逐笔 deal
  amount 的 10%
  发放比例 received ÷ amount
""",
    ),
    "accounts": (
        """\
account debt "What is owed"
  opens at 0
  plus advance
  minus repaid when won
  closing at least 0
  closing < 10,000
bonus b
  previous(pay, year to date, otherwise debt.opening)
  at most 500 per year
  excess to debt
""",
        """\
账户 debt “What is owed”
  期初 0
  加 advance
  若 won，则 减 repaid
  期末 不低于 0
  期末 < 10,000
奖金 b
  上期(pay，本年累计，无法计算时 debt.期初)
  每年 最高 500
  超出部分转入 debt
""",
    ),
    "columns in other currencies": (
        """\
facts fx
  currency  text, key
  day       date, key
  rate      number, home per foreign, above 0
facts invoice
  id         text, key
  billed_in  one of "GBP", "CAD"
  fee        money, currency GBP, at least 0, "In pounds"
  amount     money, optional, currency billed_in
facts buying
  currency  text, key
  day       date, key
  rate      number, foreign per home
""",
        """\
台账 fx
  currency  文本，标识
  day       日期，标识
  rate      数值，每外币折本币，大于 0
台账 invoice
  id         文本，标识
  billed_in  选项 “GBP”，“CAD”
  fee        金额，币种 GBP，不低于 0，“In pounds”
  amount     金额，选填，币种 billed_in
台账 buying
  currency  文本，标识
  day       日期，标识
  rate      数值，每本币折外币
""",
    ),
    "days and currencies": (
        """\
a = (quota as of hired) + quota as of (hired + 6 months)
b = quota by day + quota by month / 2
c = amount into USD at fx + (amount + tax) into EUR at rates.mid as of invoiced
d = (running total of amount as of hired) - running total of (a + b) by day
e = (part of income above 50) / 2 + 5% of part of income above 100
f = 2 * (part of income up to 50) - 1 - (scale on quota as of hired) * 2
g = (quota as of hired) at least 5 and (amount into USD at fx as of hired) is missing
h = (-quota as of hired) / 2 + a * (b + quota as of hired) + 1
""",
        """\
a = （quota 于 hired） + quota 于 （hired + 6个月）
b = quota 按日折算 + quota 按月折算 ÷ 2
c = amount 折合 USD 按 fx + （amount + tax） 折合 EUR 按 rates.mid 于 invoiced
d = （累计 amount 于 hired） - 累计 （a + b） 按日折算
e = （income 中 超过 50 的部分） ÷ 2 + income 中 超过 100 的部分 的 5%
f = 2 × （income 中 不超过 50 的部分） - 1 - （quota 于 hired） 适用 scale × 2
g = （quota 于 hired） 不低于 5 且 （amount 折合 USD 按 fx 于 hired） 为空
h = （-quota 于 hired） ÷ 2 + a × （b + quota 于 hired） + 1
""",
    ),
    "hierarchies": (
        """\
commission revenue alias 推荐奖 for each sale to upline(seller, sponsor, 5 where active) where level at most 3
  amount * level_share(level)
commission gap for each sale to upline(seller, sponsor) where upline.level above 1
  amount * (1 - highest_below(rate))
bonus lead for each team to leader
  10% of sum(member.own_pay, with groups below)
  plus sum(sale.amount where open, year to date, with groups below)
""",
        """\
提成 推荐奖 又名 revenue 逐笔 sale 发给 逐级上级(seller，sponsor，5 其中 active) 仅限 层级 不超过 3
  amount × level_share(层级)
提成 gap 逐笔 sale 发给 逐级上级(seller，sponsor) 仅限 逐级上级.层级 超过 1
  amount × （1 - 下级最高(rate)）
奖金 lead 逐笔 team 发给 leader
  合计(member.own_pay，含下级) 的 10%
  加 合计(sale.amount 其中 open，本年累计，含下级)
""",
    ),
    "receivers": (
        """\
guarantee floor to leader where open when large
  8,000
  counting team_pay + own_pay
exception vip alias 大客户价 to pay where tier = "VIP"
  15% of amount
bonus a
  1,000
  shared
    60% to seller
    20% to seller.upline
    the rest to company
    rounded down to 0.01
    together at most 50% of paid
  times 2
bonus b
  shared in turn
    20% of x to company
bonus c
  pot
  shared equally among member where done at least 50%, rest to first
  shared among member where ok in proportion to points * 2, rounded half up to 0.01, rest to leader
  shared among member in proportion to points
  shared equally among member
""",
        """\
保底 floor 发给 leader 仅限 open 当 large
  8,000
  已得收入 team_pay + own_pay
例外 大客户价 又名 vip 替代 pay 仅限 tier = “VIP”
  amount 的 15%
奖金 a
  1,000
  分配
    60% 归 seller
    20% 归 seller.upline
    其余 归 公司
    去尾到 0.01
    合计最高 paid 的 50%
  乘以 2
奖金 b
  按余额依次分配
    x 的 20% 归 公司
奖金 c
  pot
  平分给 成员 仅限 done 不低于 50%，尾差 归 第一人
  分给 成员 按 points × 2 占比 仅限 ok，四舍五入到 0.01，尾差 归 leader
  分给 成员 按 points 占比
  平分给 成员
""",
    ),
    "modes of tiers": (
        """\
tiers a, cumulative fixed
  from 80    400
  from 180   800
tiers b, filled
  first 1,000   10%
  next 2,000     8%
  next width     7%
  the rest       5%
tiers c, interpolated, bounds as share of 2 * goal, rounded half up to 0.01, each slice: x, y
  from 0%     0%    5
  from 100%   9%   15
tiers d, average rate
  same as c
tiers e, whole
  same as c plus 3%
  from 5      10.5%
  otherwise   the last tier
tiers f, whole
  same as c minus 0.5%
tiers g, fixed
  same as c times (2 * x)
tiers h, marginal
  from 0   1%   every 1,000 more by 0.2%
tiers i, marginal
  below 0   0
  from 0    9%   every width less by step
""",
        """\
阶梯 a，逐档累加
  80以上     400
  180以上    800
阶梯 b，档内按比例
  前1,000       10%
  其次2,000      8%
  其次 width     7%
  其余           5%
阶梯 c，线性插值，档位基数 2 × goal，四舍五入到 0.01，按档：x，y
  0%以上      0%     5
  100%以上    9%    15
阶梯 d，比率插值
  同 c
阶梯 e，全额累进
  同 c 加 3个百分点
  5以上       10.5%
  其他情形    末档
阶梯 f，全额累进
  同 c 减 0.5个百分点
阶梯 g，达档定额
  同 c 乘以 （2 × x）
阶梯 h，超额累进
  0以上    1%    每增加1,000 递增 0.2个百分点
阶梯 i，超额累进
  不满0    0
  0以上    9%    每增加 width 递减 step
""",
    ),
    "lookup tables": (
        """\
table courses by item, gap
  "talks"     above 0 up to 1   "Basics"
  "talks"     above 1           "Practice"
  any         from 5            "All"
  otherwise                     "None"
table low alias 下限 by kind alias 险种, year, first of: floor, ceiling alias 上限额 "Cap"
  "pension"   2024           5,360   26,421
  "health"    at most 2023     500   25,000
table prize by attainment, store_sales
  columns     below 60   from 60 below 100   from 100
  below 80%     0          0                 100
  from 80%    200        300                 500
table prizes by level, attainment, store_sales
  columns                     from 60   from 100
  from 1 below 5   from 80%   200       300
  from 5           from 80%   201       301
table prize_b by level
  same as prize times 0.5
""",
        """\
对照表 courses 按 item，gap
  “talks”     超过0至1    “Basics”
  “talks”     超过1       “Practice”
  不限        5以上       “All”
  其他情形                “None”
对照表 下限 又名 low 按 险种 又名 kind，year，依次取：floor，上限额 又名 ceiling “Cap”
  “pension”    2024          5,360    26,421
  “health”     不超过2023      500    25,000
对照表 prize 按 attainment，store_sales
  列         不满60    60以上不满100    100以上
  不满80%      0         0              100
  80%以上    200       300              500
对照表 prizes 按 level，attainment，store_sales
  列                       60以上    100以上
  1以上不满5    80%以上    200       300
  5以上         80%以上    201       301
对照表 prize_b 按 level
  同 prize 乘以 0.5
""",
    ),
    "promises": (
        """\
promise sum(kpi.weight) = 100%
promise net at least 0 when open
promise net never falls when income rises
promise pay jumps by at most 100 when deal.amount rises by 0.01
""",
        """\
方案校验 合计(指标.权重) = 100%
方案校验 若 open，则 net 不低于 0
方案校验 net 不因 income 增加而减少
方案校验 deal.amount 每增加 0.01，pay 跳变不超过 100
""",
    ),
    "ranks": (
        """\
rank place by points, highest first, ties share, within contest
rank best alias 单项名次 "Best" for each entry by points, highest first, ties by handed, earliest first, ties share without gaps, within contest, league where valid
rank newest by hired, latest first, ties by faults, lowest first
prize = pot * over_tied_places(share(place)) / place.entrants
away = value_at(place, 3) - points, otherwise 0
""",
        """\
排名 place 按 points，从高到低，并列跳号，分组 contest
排名 单项名次 又名 best “Best” 逐笔 entry 按 points，从高到低，并列时按 handed，从早到晚，并列不跳号，分组 contest，league 仅限 valid
排名 newest 按 hired，从晚到早，并列时按 faults，从低到高
prize = pot × 并列均分(share(place)) ÷ place.参评数
away = 名次线(place，3) - points，无法计算时 0
""",
    ),
    "competencies": (
        """\
competency selling
  rated by rating.points: "self" 10%, "peer" 30%, "manager" 50%
  rated by exam.points, year to date: 10%
  item talks alias 沟通 "Talks well", weight 40%, required 3
  item demos, weight 60%, required needed(role) + 1
  course by courses
""",
        """\
胜任力 selling
  评价来源 rating.points：“self” 10%，“peer” 30%，“manager” 50%
  评价来源 exam.points，本年累计：10%
  能力 沟通 又名 talks “Talks well”，权重 40%，要求等级 3
  能力 demos，权重 60%，要求等级 needed(role) + 1
  课程 按 courses
""",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PAIRS)
def test_every_statement_in_both_faces(name: str):
    """Canonical text stays as it is, and either face becomes the other."""
    english, chinese = PAIRS[name]
    assert printed(english) == english
    assert printed(chinese) == chinese
    assert printed(english, "zh") == chinese
    assert printed(chinese, "en") == english


ALSO = [
    ("period month", "周期 月"),
    ("period quarter", "周期 季"),
    ("period half year", "周期 半年"),
    ("period year", "周期 年"),
    ("money rounded half even to 0.01", "金额 四舍六入五成双到分"),
    ("money rounded down to 1", "金额 去尾到元"),
    ("money rounded up to 0.1", "金额 进一到角"),
    ("x = max(previous(pay), sum(deal, previous period))", "x = 取高(上期(pay)，合计(deal，上期))"),
    ("x = signed on or before hired + 2 weeks", "x = signed 不晚于 hired + 2周"),
    ("x = signed after hired, rounded down to 1 on the running total", "x = signed 晚于 hired，去尾到 1 按累计"),
    (
        """\
transition from version 1
  by date of record
  deal where signed before 2023-07-01 keep version 1
  deal where amount above 100 pay max(version 1, version 2)
  team "East" uses version 2 from 2023-06-01
  blend 2023-07 until 2023-09: 0%, 50%, 100%
  until 2023-12 at least 100% of version 1
  until 2023-12 at least 90% of average of last 3 months
  deal carries over
  debt restarts
  debt is converted by owed * 50%""",
        """\
过渡 从 版本 1
  按归属日分段
  deal 其中 signed 早于 2023-07-01 沿用 版本 1
  deal 其中 amount 超过 100 发放 取高(版本 1，版本 2)
  team “East” 试点 版本 2 自 2023-06-01 起
  并轨 2023-07 至 2023-09，新版占比：0%，50%，100%
  执行至 2023-12 最低 版本 1 的 100%
  执行至 2023-12 最低 近3个月平均 的 90%
  deal 连续计算
  debt 重新起算
  debt 折算为 owed × 50%""",
    ),
    ("transition from version 1\n  by day", "过渡 从 版本 1\n  按日分段"),
    ("transition from version 1\n  whole period under the new version", "过渡 从 版本 1\n  整期执行新版"),
    ("transition from version 1\n  from the next period", "过渡 从 版本 1\n  下期起执行"),
    ("version 2 from 2023-07-01, by stamp deal.plan", "版本 2 自 2023-07-01 起，按标记 deal.plan"),
]


@pytest.mark.parametrize(("english", "chinese"), ALSO)
def test_other_words_of_the_same_forms(english: str, chinese: str):
    """The statements above with the other words that they can have."""
    assert printed(english, "en") == f"{english}\n"
    assert printed(english, "zh") == f"{chinese}\n"
    assert printed(chinese, "en") == f"{english}\n"


def test_every_word_of_the_language_is_printed():
    """No keyword is left out here, but for those that are only read: there is a better order of words."""
    only_read = {"if", "then", "仅当", "须满足", "暂缓当"}
    shown = "".join(english + chinese for english, chinese in [*PAIRS.values(), *ALSO])
    places = {keyword.spelling("zh") for keyword in FACES if keyword.terminal == "ROUNDED_UNIT"}
    words = {keyword.spelling(face) for keyword in FACES for face in ("en", "zh")}
    assert {word for word in words - places if word not in shown} == only_read


# ---- words and numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "same", "english"),
    [
        ("甲 = 1万", "1万", "10,000"),
        ("甲 = 1.5 亿", "1.5亿", "150,000,000"),
        ("甲 = 3,000", "3,000", "3,000"),
        ("甲 = 3000元", "3000元", "3000元"),
        ("甲 = 20 万元", "20万元", "200,000元"),
        ("甲 = ０.１０", "0.10", "0.10"),
        ("甲 = 5 %", "5%", "5%"),
        ("甲 = 3‰", "3‰", "3‰"),
        ("甲 = 3个百分点", "3个百分点", "3%"),
        ("甲 = 2 周", "2周", "2 weeks"),
        ("甲 = 1日", "1天", "1 day"),
        ("甲 = 1万天", "1万天", "10,000 days"),
        ("甲 = 2023年7月1号", "2023-07-01", "2023-07-01"),
        ("甲 = 1，四舍五入到1", "1，四舍五入到 1", "1, rounded half up to 1"),
        ("甲 = 1，四舍五入到1元", "1，四舍五入到元", "1, rounded half up to 1"),
        ("甲 = 1，抹零到角 逐笔舍入", "1，去尾到角 按笔", "1, rounded down to 0.1 each row"),
        ("甲 = 1，进位到 10元", "1，进一到 10", "1, rounded up to 10"),
        ("甲 = 「“好”」", "「“好”」", '"“好”"'),
        ("甲 = “他说\"好\"”", "“他说\"好\"”", "“他说\"好\"”"),
        ("甲 = 「客户」", "“客户”", '"客户"'),
    ],
)  # fmt: skip
def test_literals_are_as_written(text: str, same: str, english: str):
    """Digits and grouping are the author's; only what English cannot say is written out."""
    assert printed(f"{text}\n币种 CNY") == f"甲 = {same}\n币种 CNY\n"
    assert printed(f"{text}\n币种 CNY", "en") == f"甲 = {english}\ncurrency CNY\n"


def test_numbers_of_an_english_file_stay_in_chinese():
    """50,000 is Chinese too."""
    assert printed("parameter x = 50,000", "zh") == "参数 x = 50,000\n"
    assert printed("parameter x = 5万", "en") == "parameter x = 5万\n"


def test_a_tree_without_a_text():
    """What nobody wrote is written out in full."""
    number = syntax.Number(Fraction(12345678, 1000))
    label = syntax.Label("x")
    body = syntax.Body((syntax.Value(number), syntax.Limit("at_most", syntax.Number(number.value, "percent"))))
    file = syntax.File("a", (syntax.Definition(label, body), syntax.Score(label, body)))
    nowhere = Source("a", "")
    assert print_file(file, nowhere, "en") == (
        "x = 12,345.678, at most 1234567.8%\nscore x\n  12,345.678, at most 1234567.8%\n"
    )
    assert print_file(file, nowhere, "zh").startswith("x = 12345.678，最高 1234567.8%\n")


def test_a_tree_that_no_text_stands_for():
    """A name with a line break in it is told, not printed."""
    file = syntax.File("a", (syntax.Definition(syntax.Label("a\nb"), syntax.Body((syntax.Unrounded(),))),))
    with pytest.raises(NotPrintable):
        print_file(file, Source("a", ""), "en")


UGLY = {
    "full-width forms and odd spacing": (
        "提成　月提成　　逐笔 签约　其中　已成交\n　金额　的　５％，乘以１１５％\n　最高２０万元\n",
        "提成 月提成 逐笔 签约 仅限 已成交\n  金额 的 5%，乘以 115%\n  最高 20万元\n",
    ),
    "synonyms": (
        """\
事实 签约
  单号 文字，主键
  件数 个数，可空
  金额 金额，归期
阶梯 甲，跳点
  低于5万   1
  满 5万    2
奖金 乙 每个 签约 当 已成交
  金额 累计 适用 甲
  封顶 2
  下限 1 当 大单
  须满足 金额 达到 2
  无数据时 0
""",
        """\
台账 签约
  单号  文本，标识
  件数  整数，选填
  金额  金额，归属日
阶梯 甲，全额累进
  不满5万    1
  5万以上    2
奖金 乙 逐个 签约 当 已成交
  累计 金额 适用 甲
  最高 2
  若 大单，则 最低 1
  前提 金额 不低于 2，否则计零
  无法计算时 0
""",
    ),
    "functions": (
        "甲 = 孰高(最小(乙，丙)，去重计数(签约)) + 本期.末日\n",
        "甲 = 取高(取低(乙，丙)，非重复计数(签约)) + 本期.最后一日\n",
    ),
    "two faces in one file": (
        "bonus 乙 逐笔 deal where won\n  5% of amount\n  times 2 当 big\n",
        "bonus 乙 for each deal where won\n  5% of amount\n  times 2 when big\n",
    ),
    "unsorted tiers": (
        """\
阶梯 甲，超额累进
  其他情形  0
  15万以上   8%   # top
  # first
  不满5万 5%
  5万（含）至15万（不含）    6%
  # below
奖金 乙
  5
""",
        """\
阶梯 甲，超额累进
  # first
  不满5万            5%
  5万以上不满15万    6%
  15万以上           8%  # top
  其他情形           0
  # below
奖金 乙
  5
""",
    ),
    "bounds the wrong way round": (
        "tiers t, whole\n  above 20   3\n  up to 20 from 10  2\n  the rest  1\n",
        "tiers t, whole\n  the rest           1\n  from 10 up to 20   2\n  above 20           3\n",
    ),
    "the rest at the top": (
        "tiers t, whole\n  the rest  3\n  below 0  1\n  from 0 below 10   2\n",
        "tiers t, whole\n  below 0           1\n  from 0 below 10   2\n  the rest          3\n",
    ),
    "bounds that cannot be compared": (
        "tiers t, whole\n  from b   3\n  below 1   2\n",
        "tiers t, whole\n  from b    3\n  below 1   2\n",
    ),
    "bounds that are names, in Chinese": (
        "阶梯 甲，全额累进\n  不满 目标   1\n  目标 以上不满 (目标 + 1)   2\n",
        "阶梯 甲，全额累进\n  不满 目标                     1\n  目标 以上不满 （目标 + 1）    2\n",
    ),
    "negative bounds": (
        "阶梯 甲，全额累进\n  -3以上不满0  1\n  不满 -3  -20\n  超过 0 至 9   10\n",
        "阶梯 甲，全额累进\n  不满-3         -20\n  -3以上不满0      1\n  超过0至9        10\n",
    ),
    "a continued line": (
        "x = sum(deal.amount where won  # first\n    and large\n  # between\n  ) * 2  # last\n",
        "# first\n# between\nx = sum(deal.amount where won and large) * 2  # last\n",
    ),
    "needless brackets and quotes": (
        "x = ((a)) + (b * c) + `d`\n",
        "x = a + b * c + d\n",
    ),
    "conditions first in English": (
        "bonus b\n  if large, then 5\n  if small then times 2\n",
        "bonus b\n  5 when large\n  times 2 when small\n",
    ),
    "synonyms of pools and caps": (
        "奖金 乙 逐个 队 归 组长 其中 好\n  5\n  封顶 3 每年度\n  分给 成员 其中 好 按比例 分\n  余额 归 第一人\n",
        "奖金 乙 逐个 队 发给 组长 仅限 好\n  5\n  每年 最高 3\n  分给 成员 按 分 占比 仅限 好\n  尾差 归 第一人\n",
    ),
    "the exception and what it replaces": (
        "例外 甲 对 乙 当 丙\n  5\n  上限6 每 客户 当 丁\n",
        "例外 甲 替代 乙 仅限 丙\n  5\n  若 丁，则 每 客户 最高 6\n",
    ),
    "percentages that are added": (
        "甲 = 乙，加3%，减 若\n阶梯 丙，超额累进\n  从0 1%   每满1000逐档加0.2%\n",
        "甲 = 乙，加 3个百分点，减 若\n阶梯 丙，超额累进\n  0以上    1%    每增加1000 递增 0.2个百分点\n",
    ),
    "series and widths stay in order": (
        "tiers t, marginal\n  first 5   1%\n  the rest 3%\n  next 4 2%\n"
        "tiers s, marginal\n  from 9 1% every 2 more by 1%\n  from 0 2%\n",
        "tiers t, marginal\n  first 5    1%\n  the rest   3%\n  next 4     2%\n"
        "tiers s, marginal\n  from 9   1%   every 2 more by 1%\n  from 0   2%\n",
    ),
    "the columns of a table come first": (
        'table t by a, b\n  "x" 1 20\n  otherwise 3   4\n  columns from 1 up to 5 above 5\n',
        'table t by a, b\n  columns     from 1 up to 5   above 5\n  "x"         1                20\n'
        "  otherwise   3                 4\n",
    ),
    "a bound behind a number": (
        "table t by year, sales\n  2024   at most 5   1\n  2025 from 5 up to 6 2\n  any from 5 3\n",
        "table t by year, sales\n  2024   at most 5        1\n  2025   from 5 up to 6   2\n  any    from 5           3\n",
    ),
    "empty lines": (
        "\n\n\ncurrency CNY\n\n\n\nperiod month\npayout\n\n  5\n\n\n  times 2\n\n\n",
        "currency CNY\n\nperiod month\npayout\n  5\n\n  times 2\n",
    ),
    "quotation marks": (
        '引用 "a.tier"\n条款 「第三章 附则」\n条款 "x"\n',
        "引用 “a.tier”\n第三章 附则\n条款 “x”\n",
    ),
}


@pytest.mark.parametrize("name", UGLY)
def test_ugly_becomes_canonical(name: str):
    """However it was written, there is one way to print it, and that stays."""
    text, wanted = UGLY[name]
    assert printed(text) == wanted
    assert printed(wanted) == wanted


def test_names_keep_back_quotes_where_they_need_them():
    """A name with blanks in it, and one that would be a keyword in its place; nothing else."""
    text = "currency CNY\nx = `from here` + `running count` * `第几笔` + `target` + `plain`\n`第一条` = 5\n"
    wanted = "currency CNY\nx = `from here` + `running count` * `第几笔` + target + plain\n`第一条` = 5\n"
    assert printed(text) == wanted
    assert printed("bonus b\n  `at most` * 2\n") == "bonus b\n  `at most` * 2\n"


def test_a_keyword_of_the_other_face_needs_back_quotes_too():
    """A translated name that is a word of the language there is quoted there."""
    text = "parameter count_of alias 第几笔 = 5\nx = count_of * 2\n"
    assert printed(text, "zh") == "参数 第几笔 又名 count_of = 5\nx = `第几笔` × 2\n"


def test_headings_stay_bare_where_the_author_left_them_bare():
    """A Chinese-numbered heading in an English file is not touched; a translation quotes it."""
    text = "第二条 提成\npayout\n  5\n"
    assert printed(text, "en") == text
    assert printed("第二条 提成\n结算额\n  5\n", "en") == 'clause "第二条 提成"\npayout\n  5\n'


def test_a_heading_with_a_comment_keeps_its_quotes():
    """Bare, it would take the comment for its own text."""
    assert printed('clause "第二条 提成"  # new\npayout\n  5\n', "zh") == "条款 “第二条 提成”  # new\n结算额\n  5\n"


def test_measure_words():
    """Facts are counted 逐笔, groups 逐个, people 逐人; the author's own of these three stays."""
    tables = "group team\n  id  text, key\nfacts deal\n  id  text, key\npeople\n  id  text, key\n"
    lines = printed(f"{tables}for each team\n  x = 1\nfor each deal\n  y = 1\nfor each people\n  z = 1\n", "zh")
    assert [line for line in lines.split("\n") if line.startswith("逐")] == ["逐个 team", "逐笔 deal", "逐人 人员"]
    assert printed("逐个 客户\n  甲 = 1\n每笔 客户\n  乙 = 1\n逐店 客户\n  丙 = 1\n") == (
        "逐个 客户\n  甲 = 1\n逐笔 客户\n  乙 = 1\n逐个 客户\n  丙 = 1\n"
    )


# ---- otherwise -------------------------------------------------------------------------------------------------


def test_what_cannot_be_computed_after_cases():
    """English has one word for two things: here it borrows the other."""
    chinese = "甲 =\n  若 乙，则 1\n  无法计算时 0\n"
    assert printed(chinese) == chinese
    assert printed(chinese, "en") == "甲 =\n  1 when 乙\n  无法计算时 0\n"


def test_a_misplaced_otherwise_is_not_mended():
    """否则 behind a value is a fault, and printing does not decide what was meant."""
    text = "甲 = 乙，否则 0\n参数 丙 = 1\n"
    assert printed(text) == text
    assert printed(text, "en") == "甲 = 乙, 否则 0\nparameter 丙 = 1\n"


# ---- comments ----------------------------------------------------------------------------------------------------

COMMENTED = """\
# top of the file

# above the head
scheme s  # behind the head
currency CNY

# above tiers
tiers t, whole  # behind tiers
  # above the first row
  below 1   0  # behind a row

  # above the last row
  from 1   10.5
  # below the rows

# above a block
for each deal
  # in the block
  x =  # behind a name
    # above a step
    5 # "quoted" # twice
    # at the end of the body
  # above a check
  require x above 0
  # at the end of the block
facts f
  # above a column
  a money
  b money # behind a column
kpi k
  weight 5%
  # above a clause
  target 5

payout
  5
  # at the end

# after all
"""
COMMENTED_ZH = """\
# top of the file

# above the head
方案 s  # behind the head
币种 CNY

# above tiers
阶梯 t，全额累进  # behind tiers
  # above the first row
  不满1     0  # behind a row

  # above the last row
  1以上    10.5
  # below the rows

# above a block
逐笔 deal
  # in the block
  x =  # behind a name
    # above a step
    5  # "quoted" # twice
    # at the end of the body
  # above a check
  数据校验 x 超过 0
  # at the end of the block
台账 f
  # above a column
  a  金额
  b  金额  # behind a column
指标 k
  权重 5%
  # above a clause
  目标值 5

结算额
  5
  # at the end

# after all
"""


def test_comments_stay_where_they_stand():
    """Above a line, behind it, at the end of a block, at the end of the file."""
    assert printed(COMMENTED, "zh") == COMMENTED_ZH
    assert printed(COMMENTED_ZH) == COMMENTED_ZH
    again = printed(COMMENTED)
    assert printed(again) == again
    assert comments(Source("a", again)) == comments(Source("a", COMMENTED))


def test_comments_take_the_indentation_of_what_they_precede():
    """A comment too far left or right moves with its line."""
    assert (
        printed("     # a\npayout\n# b\n  5\n        # c\n  times 2\n") == "# a\npayout\n  # b\n  5\n  # c\n  times 2\n"
    )


COMMENTED_BLOCKS = """\
# the pool
bonus pool for each team  # for each
  # what there is
  pot   # behind the first step
  # above shared
  shared   # behind shared
    # above a share
    60% to lead # behind a share

    the rest   to company
    # below the shares
  # above the cap
  at most 5 per   year   # behind the cap
# the table
table prize by done, sales # behind the table
  # above a row
  below 80%   0   100 # behind a row
  # above the columns
  columns below 6   from 6
  # above the last row
  same as   other plus 3% # behind same as
  # below the table
"""
COMMENTED_BLOCKS_ZH = """\
# the pool
奖金 pool 逐笔 team  # for each
  # what there is
  pot  # behind the first step
  # above shared
  分配  # behind shared
    # above a share
    60% 归 lead  # behind a share

    其余 归 公司
    # below the shares
  # above the cap
  每年 最高 5  # behind the cap
# the table
对照表 prize 按 done，sales  # behind the table
  # above the columns
  列         不满6    6以上
  # above a row
  不满80%    0        100  # behind a row
  # above the last row
  同 other 加 3个百分点  # behind same as
  # below the table
"""


def test_comments_stay_in_shares_and_tables():
    """A row that moves takes its comments along."""
    assert printed(COMMENTED_BLOCKS, "zh") == COMMENTED_BLOCKS_ZH
    assert printed(COMMENTED_BLOCKS_ZH) == COMMENTED_BLOCKS_ZH
    again = printed(COMMENTED_BLOCKS)
    assert printed(again) == again
    assert sorted(comments(Source("a", again))) == sorted(comments(Source("a", COMMENTED_BLOCKS)))


def test_only_comments():
    """A file may say nothing."""
    assert printed("") == ""
    assert printed("\n\n  # a\n\n\n# b\n\n") == "# a\n\n# b\n"


# ---- translation of names ----------------------------------------------------------------------------------------

FACTS = """\
people
  id alias 工号      text, key
  quota alias 任务   money
  seller alias 等级  text
facts deal alias 签约
  id alias 单号        text, key
  rep alias 销售员     person, credited
  signed alias 签约日  date, date of record
  amount alias 金额    money
  won alias 已成交     yes/no
facts refund alias 退款
  id alias 退款单号    text, key
  deal alias 签约      deal, reverses
  day alias 退款日     date, date of record
  amount alias 退款额  money
"""


def translated(text: str, language: str = "zh", facts: str = FACTS) -> str:
    """The text in the other face, as a file that uses the facts above."""
    use = "use" if language == "zh" else "引用"
    return printed(f'{use} "facts.tier"\n{text}', language, {"facts.tier": facts}).split("\n", 1)[1]


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("x = sum(deal.amount where won)", "x = 合计(签约.金额 其中 已成交)"),
        ("x = sum(refund.amount)", "x = 合计(退款.退款额)"),
        ("x = sum(refund.amount where deal.amount above quota)", "x = 合计(退款.退款额 其中 签约.金额 超过 任务)"),
        ("x = count(deal) + distinct(deal.rep)", "x = 计数(签约) + 非重复计数(签约.销售员)"),
        ("x = sum(deal.amount) / people.quota + person.quota", "x = 合计(签约.金额) ÷ 人员.任务 + 员工.任务"),
        ("for each deal\n  y = amount + rep.quota", "逐笔 签约\n  y = 金额 + 销售员.任务"),
        ("for each deal\n  y = sum(refund.amount)", "逐笔 签约\n  y = 合计(退款.退款额)"),
        ("for each refund\n  y = amount / deal.amount", "逐笔 退款\n  y = 退款额 ÷ 签约.金额"),
        ("commission c for each deal where won\n  amount", "提成 c 逐笔 签约 仅限 已成交\n  金额"),
    ],
)
def test_names_follow_their_tables(english: str, chinese: str):
    """One name has another alias in each table, and becomes the one of the table that is meant."""
    assert translated(f"{english}\n") == f"{chinese}\n"
    assert translated(f"{chinese}\n", "en") == f"{english}\n"


POOLS = """\
people
  id alias 工号      text, key
  quota alias 任务   money
  team alias 团队    team
  ok alias 合格      yes/no
  points alias 积分  number
group team alias 团队组
  id alias 组号   text, key
  lead alias 组长   person
  ok alias 达标   yes/no
facts customer alias 客户
  id alias 客户号  text, key
facts deal alias 签约
  id alias 单号        text, key
  rep alias 销售员     person, credited
  buyer alias 客户方   customer
  signed alias 签约日  date, date of record
  amount alias 金额    money
  won alias 已成交     yes/no
facts fx alias 牌价
  id alias 编号  text, key
"""


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        (
            "x = sum(deal.amount where won, year to date, per buyer)",
            "x = 合计(签约.金额 其中 已成交，本年累计，每 客户方)",
        ),
        ("x = sum(deal.amount, per customer)", "x = 合计(签约.金额，每 客户)"),
        (
            "x = count(deal, previous quarter as of (period.first - 1 month))",
            "x = 计数(签约，上季 于 （本期.第一日 - 1个月）)",
        ),
        (
            "for each deal\n  y = running total of (amount, year to date, per buyer) * running count (per buyer)",
            "逐笔 签约\n  y = 累计 （金额，本年累计，每 客户方） × 第几笔 （每 客户方）",
        ),
        (
            "commission c for each deal to rep where won\n  amount\n  at most 5 per buyer",
            "提成 c 逐笔 签约 发给 销售员 仅限 已成交\n  金额\n  每 客户方 最高 5",
        ),
        (
            "bonus b for each team to lead where ok\n  5\n  shared among member where ok in proportion to points",
            "奖金 b 逐个 团队组 发给 组长 仅限 达标\n  5\n  分给 成员 按 积分 占比 仅限 合格",
        ),
        (
            "bonus b for each team\n  5\n  shared equally among people where ok, rest to lead",
            "奖金 b 逐个 团队组\n  5\n  平分给 人员 仅限 合格，尾差 归 组长",
        ),
        (
            "commission c for each deal\n  amount\n  shared\n    50% to rep\n    together at most amount\n"
            "    10% to company\n    the rest to rep.team.lead",
            "提成 c 逐笔 签约\n  金额\n  分配\n    50% 归 销售员\n    合计最高 金额\n    10% 归 公司\n    其余 归 销售员.团队.组长",
        ),
        (
            "commission c alias 单提 for each deal\n  amount\nexception vip alias 大客户 to c where won\n  amount * 2\n"
            "exception big alias 更大 to vip where amount above quota\n  3",
            "提成 单提 又名 c 逐笔 签约\n  金额\n例外 大客户 又名 vip 替代 单提 仅限 已成交\n  金额 × 2\n"
            "例外 更大 又名 big 替代 大客户 仅限 金额 超过 任务\n  3",
        ),
        (
            "tiers t alias 阶, marginal, bounds as share of quota\n  from 0   5%\ntiers u alias 另, whole\n"
            "  same as t plus 3%",
            "阶梯 阶 又名 t，超额累进，档位基数 任务\n  0以上    5%\n阶梯 另 又名 u，全额累进\n  同 阶 加 3个百分点",
        ),
        (
            'table low alias 下限 by kind alias 险种, year: a alias 甲, b\n  "p"   2024   5   6\ntable high alias 上限 by k\n'
            '  same as low times 2\nx = low.a("p", quota) + high(quota)',
            "对照表 下限 又名 low 按 险种 又名 kind，year：甲 又名 a，b\n  “p”    2024    5    6\n对照表 上限 又名 high 按 k\n"
            "  同 下限 乘以 2\nx = 下限.甲(“p”，任务) + 上限(任务)",
        ),
        ("x = quota by month + quota as of period.first", "x = 任务 按月折算 + 任务 于 本期.第一日"),
        (
            "for each deal\n  y = amount into USD at fx as of signed",
            "逐笔 签约\n  y = 金额 折合 USD 按 牌价 于 签约日",
        ),
        (
            "bonus b alias 奖\n  5\npromise b never falls when deal.amount rises\n"
            "promise b jumps by at most quota when deal.amount rises by 1\npromise b at least 0 when ok",
            "奖金 奖 又名 b\n  5\n方案校验 奖 不因 签约.金额 增加而减少\n"
            "方案校验 签约.金额 每增加 1，奖 跳变不超过 任务\n方案校验 若 合格，则 奖 不低于 0",
        ),
        ("guarantee g alias 底\n  quota\n  counting quota * 2", "保底 底 又名 g\n  任务\n  已得收入 任务 × 2"),
    ],
)
def test_names_are_translated_wherever_they_stand(english: str, chinese: str):
    """Windows, receivers, pools, exceptions, tables and promises: each name as seen from its own rows."""
    assert translated(f"{english}\n", "zh", POOLS) == f"{chinese}\n"
    assert translated(f"{chinese}\n", "en", POOLS) == f"{english}\n"


def test_names_of_this_file():
    """Declarations and all their uses change together."""
    text = """\
parameter base alias 基数 = 5
tiers guide alias 导购, whole: pay alias 底薪, rate alias 比例
  below 1   5   5%
  from 1    6   6%
kpi signing alias 签约率
  weight 100%
  actual base
  target 5
  score actual / target
score performance alias 综合得分
  weighted sum of kpis
double alias 两倍 = base * 2 + signing.score + min(kpi.attainment)
bonus prize alias 奖
  guide.pay(base) + guide.rate on double
  times performance
payout
  prize + total(bonus)
"""
    assert (
        printed(text, "zh")
        == """\
参数 基数 又名 base = 5
阶梯 导购 又名 guide，全额累进：底薪 又名 pay，比例 又名 rate
  不满1    5    5%
  1以上    6    6%
指标 签约率 又名 signing
  权重 100%
  实际值 基数
  目标值 5
  得分 实际值 ÷ 目标值
总分 综合得分 又名 performance
  指标加权合计
两倍 又名 double = 基数 × 2 + 签约率.得分 + 取低(指标.完成率)
奖金 奖 又名 prize
  导购.底薪(基数) + 两倍 适用 导购.比例
  乘以 综合得分
结算额
  奖 + 总计(奖金)
"""
    )
    assert printed(printed(text, "zh"), "en") == text


def test_a_name_that_would_mean_something_else_stays():
    """等级 is a column of the people, but in this table another column has that name."""
    facts = FACTS.replace("  won alias 已成交     yes/no\n", "  grade alias 等级     text\n")
    text = 'for each deal\n  y = grade = seller\nx = seller = "A"\n'
    assert translated(text, facts=facts) == "逐笔 签约\n  y = 等级 = seller\nx = 等级 = “A”\n"


def test_names_of_one_face_stay():
    """Where both names are in one face the first is the identity, and no translation moves it."""
    text = "parameter base alias floor = 5\nparameter 甲 alias 乙 = 6\nparameter one = 7\nx = floor + 乙 + one\n"
    assert printed(text, "zh") == "参数 base 又名 floor = 5\n参数 甲 又名 乙 = 6\n参数 one = 7\nx = floor + 乙 + one\n"


def test_a_name_that_is_already_in_the_face_stays():
    """A Chinese name in an English file is a Chinese name in Chinese."""
    assert (
        printed("parameter 基数 alias base = 5\npayout\n  基数\n", "zh") == "参数 基数 又名 base = 5\n结算额\n  基数\n"
    )


def test_without_the_used_files_their_names_stay():
    """What is not known is not guessed."""
    text = 'use "facts.tier"\nx = sum(deal.amount)\n'
    assert printed(text, "zh") == "引用 “facts.tier”\nx = 合计(deal.amount)\n"


def test_without_the_used_files_a_function_keeps_its_spelling():
    """A file that is not known may have tiers of that name."""
    text = "引用 “facts.tier”\n甲 = 最小(乙，丙)\n"
    assert printed(text) == text
    assert printed(text, "zh", {"facts.tier": ""}) == "引用 “facts.tier”\n甲 = 取低(乙，丙)\n"


def test_tiers_named_like_a_function():
    """A table of the scheme hides the function, in both faces."""
    text = "tiers sum, whole\n  below 1   1\n  from 1    2\ntiers 合计, whole\n  below 1   1\n  from 1    2\nx = sum(2) + 合计(3)\n"
    assert printed(text, "zh").split("\n")[-2] == "x = sum(2) + 合计(3)"


def test_used_files_can_have_other_names():
    """A translated file uses the translated file."""
    text = 'use "a.tier"\nuse "b.tier"\n'
    file = read(text)
    assert print_file(file, Source("a.tier", text), "zh", files={"a.tier": "a.zh.tier"}) == (
        "引用 “a.zh.tier”\n引用 “b.tier”\n"
    )


# ---- files -------------------------------------------------------------------------------------------------------

SCHEME = """\
方案 月奖
版本 1 自 2025-01-01 起
币种 CNY
周期 月
人员
  工号  文本，标识
参数 起点 = 3000元
奖金 月奖
  5000元
  最高 8000元
  若 结算数 超过 起点，则 加 200元
结算数 = 5000元
"""


def test_yuan_is_left_out_where_the_meaning_allows():
    """An amount of a parameter is money only because it says so; that of a cap is money anyway."""
    text = format_text(SCHEME, "en")
    assert [line for line in text.split("\n") if "元" in line] == [
        "parameter 起点 = 3000元",
        "  5000元",
        "结算数 = 5000元",
    ]
    assert "at most 8000\n" in text
    assert "plus 200 when 结算数 above 起点\n" in text


def test_a_text_that_cannot_be_read_is_refused():
    """Nothing is formatted in part; the diagnostics are those of the check."""
    with pytest.raises(SchemeError) as refused:
        format_text("payout\n  5 5\n")
    assert [(d.code, d.seen) for d in refused.value.diagnostics] != []


def test_a_text_with_other_faults_is_formatted():
    """What can be read can be printed, though it is no scheme."""
    assert format_text("payout\n   unknown   * 2\n") == "payout\n  unknown * 2\n"


def test_line_ends_and_the_byte_order_mark():
    """One newline at the end, and nothing that an editor left."""
    assert format_text("\ufeffpayout\r\n  5\r\n\r\n") == "payout\n  5\n"
    assert format_text("payout\n  5") == "payout\n  5\n"


@pytest.mark.parametrize("text", ["x = " + "not " * 90 + "y\n", "x = " + "(" * 45 + "a" + ")" * 45 + "\n"])
def test_deep_trees(text: str):
    """What may be written can be printed."""
    assert format_text(format_text(text)) == format_text(text)


def test_too_deep_for_the_other_face():
    """Fifty brackets are the most: what needs more of them in English is refused, in so many words."""
    text = "甲 = 乙" + " 中 超过 1 的部分" * 60 + "\n"
    assert format_text(text) == text
    with pytest.raises(SchemeError) as refused:
        format_text(text, "en")
    assert [d.code for d in refused.value.diagnostics] == ["E1105"]


def test_a_file_is_written_once(tmp_path: Path):
    """The first time it changes, the second time it does not."""
    path = tmp_path / "a.tier"
    path.write_text("payout\n   5\n", encoding="utf-8")
    assert format_file(path, check=True)
    assert path.read_text(encoding="utf-8") == "payout\n   5\n"
    assert format_file(path)
    assert path.read_bytes() == b"payout\n  5\n"
    assert not format_file(path)
    assert not format_file(path, check=True)
    assert [file.name for file in tmp_path.iterdir()] == ["a.tier"]


def test_a_file_that_cannot_be_read_is_left_alone(tmp_path: Path):
    """Neither written nor emptied."""
    path = tmp_path / "a.tier"
    path.write_text("payout\n  5 5\n", encoding="utf-8")
    with pytest.raises(SchemeError):
        format_file(path)
    assert path.read_text(encoding="utf-8") == "payout\n  5 5\n"
    with pytest.raises(UsageError):
        format_file(tmp_path / "none.tier")


def test_files_become_utf_8(tmp_path: Path):
    """A file of an old Chinese editor, and one with Windows line ends."""
    path = tmp_path / "a.tier"
    path.write_bytes("结算额\r\n  5\r\n".encode("gb18030"))
    assert format_file(path)
    assert path.read_bytes() == "结算额\n  5\n".encode()


def test_a_file_keeps_its_mode_and_its_link(tmp_path: Path):
    """A link stays a link, and who may read the file stays so."""
    path, link = tmp_path / "a.tier", tmp_path / "b.tier"
    path.write_text("payout\n   5\n", encoding="utf-8")
    path.chmod(0o640)
    link.symlink_to(path)
    assert format_file(link)
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_files(name: str, tmp_path: Path):
    """In a folder with what they use, in their own face and translated."""
    for other_name in EXAMPLES:
        (tmp_path / other_name).write_bytes((FOLDER / other_name).read_bytes())
    path = tmp_path / name
    language = "en" if ".zh." in name else "zh"
    assert format_file(path, language=language)
    assert not format_file(path, language=language)
    assert parse(Source(name, path.read_text(encoding="utf-8")))[0].language == language


def test_a_currency_named_by_a_column_is_translated_with_it():
    """A code stays a code, also where a column has its name."""
    english = """\
facts sale alias 销售
  id alias 单号           text, key
  billed_in alias 币种名  text
  GBP alias 英镑          text
  amount alias 金额       money, currency billed_in
  fee alias 费用          money, currency GBP
x = sum(sale.fee) into CNY at fx as of period.last
"""
    chinese = """\
台账 销售 又名 sale
  单号 又名 id           文本，标识
  币种名 又名 billed_in  文本
  英镑 又名 GBP          文本
  金额 又名 amount       金额，币种 币种名
  费用 又名 fee          金额，币种 GBP
x = 合计(销售.费用) 折合 CNY 按 fx 于 本期.最后一日
"""
    assert printed(english, "zh") == chinese
    assert printed(chinese, "en") == english


def test_a_part_in_a_calculation_keeps_its_brackets():
    """Without them a reader would halve the bound and not the part."""
    for text, language in (("x = (part of income above 10) / 2", "en"), ("甲 = 2 × （收入 中 超过 10 的部分）", "zh")):
        source = Source("scheme.tier", f"{text}\n")
        assert print_file(parse(source)[0], source, language) == f"{text}\n"
