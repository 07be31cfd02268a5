import re

import pytest

from tiercel_dsl.diagnostics import Diagnostic, Fix
from tiercel_dsl.grammar_table import load
from tiercel_dsl.lexer import MOST_BRACKETS, MOST_OPERATORS
from tiercel_dsl.messages import MESSAGES, fix_title, sentence
from tiercel_dsl.parser import MOST_FAULTS, parse
from tiercel_dsl.place import plain
from tiercel_dsl.render import apply_edits
from tiercel_dsl.source import Source


def faults(text: str) -> tuple[Diagnostic, ...]:
    return parse(Source("a.tier", text))[1]


def underlined(text: str, fault: Diagnostic) -> str:
    """The piece of the text that the fault points at."""
    span = fault.span
    return "\n".join(text.split("\n")[span.line - 1 : span.end_line])[span.column - 1 :][: width(text, fault)]


def width(text: str, fault: Diagnostic) -> int:
    lines = text.split("\n")
    between = sum(len(line) + 1 for line in lines[fault.span.line - 1 : fault.span.end_line - 1])
    return between + fault.span.end_column - fault.span.column


def mended(text: str, fix: Fix) -> str:
    return apply_edits(text, fix.edits)


STEP = "bonus b\n  amount\n  {}"
BUZHOU = "奖金 乙\n  金额\n  {}"
KPI, ZHIBIAO = "kpi a\n  {}", "指标 甲\n  {}"
TIERS, JIETI = "tiers t, whole\n  {}", "阶梯 甲，全额累进\n  {}"
SHARED, FENPEI = "bonus b\n  1,000\n  shared\n    {}", "奖金 乙\n  1,000\n  分配\n    {}"
FACTS, TAIZHANG = "facts deal\n  {}", "台账 签约\n  {}"

# code | text | underlined | first offer ('' if none)
PASSAGE = "transition from version 1\n  by date of record\n  until {}\n"
GUODU = "过渡 从 版本 1\n  按归属日分段\n  执行至 {}\n"
CASES: list[tuple[str, str, str, str]] = [
    # characters
    ("E1001", "x = a @ b", "@", ""),
    ("E1001", "甲 = 乙 @ 丙", "@", ""),
    ("E1002", "payout\n\t5", "\t", "payout\n  5"),
    ("E1002", "结算额\n\t5", "\t", "结算额\n  5"),
    ("E1003", 'x = "East', '"East', ""),
    ("E1003", "甲 = “华东", "“华东", ""),
    ("E1003", '甲 = “华东"', '“华东"', ""),
    ("E1004", "x = `a", "`a", ""),
    ("E1004", "甲 = `客户", "`客户", ""),
    ("E1005", "x = sum(deal.amount\ny = 5", "(", ""),
    ("E1005", "甲 = 合计（签约.金额\n乙 = 5", "（", ""),
    ("E1005", "x = (a * (b + c)", "(", ""),
    ("E1006", "x = a + b)", ")", ""),
    ("E1006", "甲 = 乙 + 丙）", "）", ""),
    ("E1007", "x = 1,00", "1,00", ""),
    ("E1007", "甲 = 最大(1,2)", "1,2", ""),
    ("E1007", "x = 1234,567.5", "1234,567.5", ""),
    ("E1008", "version 1 from 2023-02-30", "2023-02-30", ""),
    ("E1008", "版本 1 自 2023年2月30日 起", "2023年2月30日", ""),
    ("E1009", "x = " + "9" * 41, "9" * 41, ""),
    ("E1009", "甲 = " + "9" * 5000 + "元", "9" * 5000 + "元", ""),
    ("E1010", BUZHOU.format("金额的5%"), "金额的5%", BUZHOU.format("金额 的 5%")),
    ("E1010", BUZHOU.format("若大客户，则乘以115%"), "若大客户", BUZHOU.format("若 大客户，则 乘以 115%")),
    ("E1010", BUZHOU.format("若 大客户 则乘以 5%"), "则乘以", BUZHOU.format("若 大客户 则 乘以 5%")),
    ("E1011", "x = 10k", "10k", ""),
    ("E1011", "甲 = 5千", "5千", ""),
    ("E1012", "x = a == b", "==", "x = a = b"),
    ("E1012", "x = a && b", "&&", "x = a and b"),
    ("E1012", "甲 = 乙；5", "；", "甲 = 乙，5"),
    ("E1012", "甲 = 乙 <> 丙", "<>", ""),
    ("E1013", "version 1 from 2023/7/1", "2023/7/1", "version 1 from 2023-07-01"),
    ("E1013", "版本 1 自 2023.07.01 起", "2023.07.01", "版本 1 自 2023-07-01 起"),
    ("E1013", "version 1 from 20230701", "20230701", "version 1 from 2023-07-01"),
    ("E1013", "x = 2023-7", "2023-7", "x = 2023-07"),
    ("E1014", "x = 5\u200b", "\u200b", "x = 5"),
    ("E1014", "甲\u200b = 5", "\u200b", "甲 = 5"),
    ("E1015", "x = 2023-13", "2023-13", ""),
    ("E1015", "甲 = 2023年13月", "2023年13月", ""),
    ("E1016", "x = $5", "$", "x = 5"),
    ("E1016", BUZHOU.format("金额。"), "。", BUZHOU.format("金额")),
    ("E1016", "甲 = ￥5", "￥", "甲 = 5"),
    ("E1017", "x = 'East'", "'", ""),
    ("E1017", "甲 = ”华东”", "”", ""),
    # layout
    ("E1101", "payout\n   5\n  times 2", "times 2", ""),
    ("E1101", "结算额\n   5\n  乘以 2", "乘以 2", ""),
    ("E1102", "  x = 5", "x = 5", ""),
    ("E1102", "第一条 总则\n  甲 = 5", "甲 = 5", ""),
    ("E1103", "commission pay", "commission pay", ""),
    ("E1103", "提成 月提成\n第二条 其他", "提成 月提成", ""),
    ("E1104", "currency CNY\n  x = 5\n  y = 6", "x = 5", ""),
    ("E1104", "币种 CNY\n  甲 = 5", "甲 = 5", ""),
    ("E1105", "x = " + "(" * (MOST_BRACKETS + 1) + "5", "(", ""),
    ("E1105", "甲 = " + "非 " * (MOST_OPERATORS + 1) + "乙", "非", ""),
    ("E1105", "x = 1" + " + 1" * (MOST_OPERATORS + 1), "+", ""),
    # words: the six classic mistakes first
    ("E1202", STEP.format("times 115% large"), "large", STEP.format("times 115% when large")),
    ("E1202", BUZHOU.format("乘以 115% 大客户"), "大客户", BUZHOU.format("若 大客户，则 乘以 115%")),
    ("E1202", BUZHOU.format("乘以115% 大客户 且 新签"), "大客户", BUZHOU.format("若 大客户 且 新签，则 乘以115%")),
    ("E1201", "comission pay\n  5", "comission", "commission pay\n  5"),
    ("E1201", "提城 月提成\n  5", "提城", "提成 月提成\n  5"),
    ("E1201", "for eahc deal\n  x = 5", "for", "for each deal\n  x = 5"),
    ("E1201", "kpi a\n  wieght 30%", "wieght", "kpi a\n  weight 30%"),
    ("E1201", "指标 甲\n  权量 30%", "权量", "指标 甲\n  权重 30%"),
    ("E1201", "frobnicate the deal", "frobnicate", ""),
    ("E1201", "金额 的 5%", "金额", ""),
    ("E1201", "5% of amount", "5%", ""),
    ("E1202", STEP.format("5% amount"), "amount", ""),
    ("E1202", BUZHOU.format("金额 5%"), "5%", BUZHOU.format("金额 的 5%")),
    ("E1202", "x = sum(deal.amount won)", "won", "x = sum(deal.amount where won)"),
    ("E1202", "甲 = 合计(签约.金额 已成交)", "已成交", "甲 = 合计(签约.金额 其中 已成交)"),
    ("E1202", "bonus b for each deal won\n  5", "won", "bonus b for each deal where won\n  5"),
    ("E1202", "奖金 乙 逐笔 签约 已成交\n  5", "已成交", "奖金 乙 逐笔 签约 仅限 已成交\n  5"),
    ("E1202", "version 2 2023-07-01", "2023-07-01", "version 2 from 2023-07-01"),
    ("E1202", "版本 2 2023-07-01", "2023-07-01", "版本 2 从 2023-07-01"),
    ("E1202", "tiers t marginal\n  from 0 5%", "marginal", "tiers t, marginal\n  from 0 5%"),
    ("E1202", "阶梯 甲 超额累进\n  从0 5%", "超额累进", "阶梯 甲，超额累进\n  从0 5%"),
    ("E1202", FACTS.format("id text key"), "key", FACTS.format("id text, key")),
    ("E1202", TAIZHANG.format("单号 文本 标识"), "标识", TAIZHANG.format("单号 文本，标识")),
    ("E1202", STEP.format("x rounded half up to 0.01"), "rounded", STEP.format("x, rounded half up to 0.01")),
    ("E1202", BUZHOU.format("若 大客户，乘以 115%"), "乘以", BUZHOU.format("若 大客户，则 乘以 115%")),
    ("E1202", BUZHOU.format("若 完成率 80%以上，则 5%"), "80%", BUZHOU.format("若 完成率 不低于 80%，则 5%")),
    ("E1203", STEP.format("times"), "times", ""),
    ("E1203", BUZHOU.format("乘以"), "乘以", ""),
    ("E1203", STEP.format("times when large"), "when", ""),
    ("E1203", BUZHOU.format("若 ，则 5%"), "，", ""),
    ("E1203", "x =", "=", ""),
    ("E1203", "甲 = 乙 且 < 5", "<", ""),
    ("E1204", STEP.format("amount when x when y"), "when", ""),
    ("E1204", BUZHOU.format("金额 加"), "加", ""),
    ("E1205", STEP.format("times 115% wehn large"), "wehn", STEP.format("times 115% when large")),
    ("E1205", BUZHOU.format("如果 大客户，则 5%"), "如果", BUZHOU.format("若 大客户，则 5%")),
    ("E1205", STEP.format("x, rounded to 0.01"), "rounded to", STEP.format("x, rounded half up to 0.01")),
    ("E1205", BUZHOU.format("四舍五入到 分"), "四舍五入到 分", BUZHOU.format("四舍五入到分")),
    ("E1205", "period moth", "moth", "period month"),
    ("E1205", "甲 = 前提 大客户，否则", "否则", "甲 = 前提 大客户，否则不计"),
    ("E1206", STEP.format("unrounded 5"), "5", ""),
    ("E1206", "x = a in b", "b", ""),
    ("E1206", BUZHOU.format("否则 报错 5"), "5", ""),
    ("E1207", STEP.format("if large"), "large", ""),
    ("E1207", BUZHOU.format("若 大客户"), "大客户", ""),
    ("E1207", "parameter p", "p", ""),
    ("E1208", STEP.format("plus * 2"), "plus", STEP.format("`plus` * 2")),
    ("E1208", BUZHOU.format("累计 + 5"), "累计", BUZHOU.format("`累计` + 5")),
    ("E1209", KPI.format("weight = 30%"), "=", KPI.format("weight 30%")),
    ("E1209", ZHIBIAO.format("权重 = 30%"), "=", ZHIBIAO.format("权重 30%")),
    ("E1209", "commission pay = 5%", "=", ""),
    ("E1210", "x = first of\n  5 when 60% <= rate < 80%", "<", ""),
    ("E1210", "甲 = 完成率 大于 60% 不超过 80%", "不超过", ""),
    ("E1211", "应发\n  5", "应发", "结算额\n  5"),
    ("E1211", "实发\n  5", "实发", "结算额\n  5"),
    ("E1212", ZHIBIAO.format("得分 实际 ÷ 目标，不超过 120%"), "不超过", ZHIBIAO.format("得分 实际 ÷ 目标，最高 120%")),
    ("E1212", ZHIBIAO.format("得分 实际 ÷ 目标，不超过120%"), "不超过", ZHIBIAO.format("得分 实际 ÷ 目标，最高120%")),
    ("E1212", BUZHOU.format("不低于5万"), "不低于", BUZHOU.format("最低5万")),
    ("E1213", JIETI.format("5万-10万   3%"), "5万-10万", ""),
    ("E1213", JIETI.format("5-10万   3%"), "5-10万", ""),
    ("E1213", JIETI.format("5万～10万   3%"), "5万～10万", ""),
    ("E1213", TIERS.format("60% - 80%   3%"), "60% - 80%", ""),
    ("E1214", JIETI.format("介于 5万 10万   3%"), "介于", ""),
    ("E1214", JIETI.format("5万左右   3%"), "左右", ""),
    ("E1214", BUZHOU.format("若 金额 原则上 不低于 5，则 6"), "原则上", ""),
    ("E1214", STEP.format("5 when amount between 5 and 6"), "between", ""),
    ("E1215", FACTS.format("id text, key, key"), "key", ""),
    ("E1215", TAIZHANG.format("单号 文本，标识，标识"), "标识", ""),
    ("E1215", "tiers t, whole, marginal\n  from 0 5%", "marginal", ""),
    ("E1216", FACTS.format("id text, kee"), "kee", FACTS.format("id text, key")),
    ("E1216", "阶梯 甲，超额累计\n  从0 5%", "超额累计", "阶梯 甲，超额累进\n  从0 5%"),
    ("E1217", BUZHOU.format("若 签约日 2023-07-01之前，则 5%"), "之前", ""),
    ("E1217", "甲 = 签约日 以后 2023-07-01", "以后", ""),
    ("E1218", "version 1.5 from 2023-07-01", "1.5", ""),
    ("E1218", "版本 0 自 2023-07-01 起", "0", ""),
    ("E1219", "x = a, rounded half up to 0", "0", ""),
    ("E1219", "甲 = 乙，四舍五入到 0", "0", ""),
    ("E1220", "x = a / 5% of b", "of", "x = (a / 5%) of b"),
    ("E1220", "甲 = 3 + 乙 ÷ 丙 的 5%", "的", "甲 = 3 + (乙 ÷ 丙) 的 5%"),
    ("E1221", JIETI.format("5万（含）   3%"), "5万（含）", ""),
    ("E1221", JIETI.format("5万（不含）   3%"), "5万（不含）", ""),
    ("E1222", "x = 5% days", "5% days", ""),
    ("E1222", "甲 = 5元天", "5元天", ""),
    ("E1223", "tiers t, each slice\n  from 0 5%", "each slice", ""),
    ("E1223", "阶梯 甲，按档\n  从0 5%", "按档", ""),
    ("E1224", FACTS.format("kind one of gold, silver"), "gold", FACTS.format('kind one of "gold", "silver"')),
    ("E1224", TAIZHANG.format("级别 选项 金，银"), "金", TAIZHANG.format("级别 选项 “金”，“银”")),
    ("E1224", "use facts.tier", "facts.tier", 'use "facts.tier"'),
    ("E1226", "commission 5%\n  5", "5%", ""),
    ("E1226", "提成 “甲”\n  5", "“甲”", ""),
    ("E1227", "times 115%", "times", ""),
    ("E1227", "乘以 115%", "乘以", ""),
    ("E1228", "for each deal\n  x = 5\n  commission pay", "commission", ""),
    ("E1228", "逐笔 签约\n  甲 = 5\n  提成 月提成", "提成", ""),
    ("E1229", "commission\n  5", "commission", ""),
    ("E1229", "指标\n  权重 5%", "指标", ""),
    ("E1230", "version 1 from", "from", ""),
    ("E1230", "版本 1 自 起", "起", ""),
    ("E1231", "use", "use", ""),
    ("E1231", "引用", "引用", ""),
    ("E1232", "score x weighted sum of kpis", "weighted sum of kpis", "score x \n  weighted sum of kpis"),
    ("E1232", "总分 甲 指标加权合计", "指标加权合计", "总分 甲 \n  指标加权合计"),
    ("E1233", "version", "version", ""),
    ("E1233", BUZHOU.format("四舍五入到"), "四舍五入到", ""),
    ("E1234", STEP.format("shared among member"), "shared among", STEP.format("shared equally among member")),
    (
        "E1234",
        STEP.format("shared equally among member where ok in proportion to points"),
        "shared equally among",
        STEP.format("shared among member where ok in proportion to points"),
    ),
    ("E1234", BUZHOU.format("分给 成员 仅限 合格"), "分给", BUZHOU.format("平分给 成员 仅限 合格")),
    ("E1234", BUZHOU.format("平分给 成员 按 积分 占比"), "平分给", BUZHOU.format("分给 成员 按 积分 占比")),
    ("E1235", STEP.format("60% to seller"), "to", STEP.format("shared\n    60% to seller")),
    ("E1235", BUZHOU.format("60% 归 销售员"), "归", BUZHOU.format("分配\n    60% 归 销售员")),
    ("E1243", STEP.format("50% due signed"), "due", STEP.format("pay\n    50% due signed")),
    ("E1243", BUZHOU.format("50% 发放于 签约日"), "发放于", BUZHOU.format("发放\n    50% 发放于 签约日")),
    ("E1208", STEP.format("pay * 2"), "pay", STEP.format("`pay` * 2")),
    ("E1208", "bonus b\n  pay\n  times 2", "pay", "bonus b\n  `pay`\n  times 2"),
    ("E1208", "奖金 乙\n  发放", "发放", "奖金 乙\n  `发放`"),
    ("E1103", STEP.format("pay"), "pay", ""),
    ("E1208", BUZHOU.format("发放 * 2"), "发放", BUZHOU.format("`发放` * 2")),
    ("E1238", "rank place by points, highest first, team", "team", ""),
    ("E1238", "排名 名次 按 积分，从高到低，团队", "团队", ""),
    (
        "E1239",
        "rank place by points, ties share, highest first",
        "highest first",
        "",
    ),
    ("E1239", "排名 名次 按 积分，并列跳号，从高到低", "从高到低", ""),
    ("E1250", PASSAGE.format("2023-12 at most 90% of version 1"), "at most", ""),
    ("E1250", GUODU.format("2023-12 最高 版本 1 的 90%"), "最高", ""),
    # pay cycles and windows
    ("E1202", "period 4 weeks from 1997-01-06", "from", "period 4 weeks, from 1997-01-06"),
    ("E1216", "period 4 weeks, form 1997-01-06", "form", "period 4 weeks, from 1997-01-06"),
    ("E1216", 'period week, zone "Europe/London"', "zone", 'period week, time zone "Europe/London"'),
    ("E1224", "period week, from Monday", "Monday", 'period week, from "Monday"'),
    ("E1224", "周期 4周，时区 上海", "上海", "周期 4周，时区 “上海”"),
    ("E1207", "周期 4", "4", ""),
    ("E1218", "period 4.5 weeks", "4.5", ""),
    ("E1218", "甲 = 合计(签约.金额，近2.5个月)", "2.5个月", ""),
    ("E1202", "甲 = 合计(签约.金额 本年累计)", "本年累计", "甲 = 合计(签约.金额，本年累计)"),
    ("E1202", "x = sum(deal.amount year to date)", "year", "x = sum(deal.amount, year to date)"),
    ("E1205", "x = sum(deal.amount, year to dat)", "year to dat", "x = sum(deal.amount, year to date)"),
    ("E1205", "x = sum(deal.amount, this year)", "this year", "x = sum(deal.amount, year to date)"),
    ("E1205", "x = sum(deal.amount, last quarter)", "last", "x = sum(deal.amount, previous quarter)"),
    ("E1205", "x = sum(deal.amount, year to date at d)", "at", "x = sum(deal.amount, year to date as of d)"),
    ("E1233", "x = sum(deal.amount, last months)", "months", ""),
    ("E1204", "x = running count per customer", "per", "x = running count (per customer)"),
    ("E1204", "x = running total of a, year to date", "year to date", "x = running total of (a, year to date)"),
    ("E1204", BUZHOU.format("累计 金额 本年累计"), "本年累计", BUZHOU.format("累计 （金额，本年累计）")),
    # per, caps, what was paid before
    ("E1229", "x = sum(credit.share, per)", ")", ""),
    ("E1229", "甲 = 合计(计入.份额，每)", ")", ""),
    ("E1205", "x = count(deal, each customer)", "each", "x = count(deal, per customer)"),
    ("E1205", "甲 = 合计(计入.份额，按 签约)", "按", "甲 = 合计(计入.份额，每 签约)"),
    ("E1205", STEP.format("at most 5 a year"), "a", STEP.format("at most 5 per year")),
    ("E1205", STEP.format("at most 5 yearly"), "yearly", STEP.format("at most 5 per year")),
    ("E1203", STEP.format("at most per year"), "per", ""),
    ("E1202", BUZHOU.format("每年 10万"), "10万", BUZHOU.format("每年 最高 10万")),
    ("E1212", BUZHOU.format("每年 不超过 10万"), "不超过", BUZHOU.format("每年 最高 10万")),
    ("E1205", STEP.format("less paid this year"), "less paid this year", STEP.format("less earlier this year")),
    ("E1203", STEP.format("counting"), "counting", ""),
    # values of a day, currencies
    ("E1203", "x = quota as of", "as of", ""),
    ("E1205", "甲 = 任务 在 入职日", "在", "甲 = 任务 于 入职日"),
    ("E1205", "甲 = 任务 按月", "按月", "甲 = 任务 按月折算"),
    ("E1205", "x = amount in USD at fx", "in", "x = amount into USD at fx"),
    ("E1202", "x = amount into USD fx", "fx", "x = amount into USD at fx"),
    ("E1205", "甲 = 金额 换算 USD 按 牌价", "换算", "甲 = 金额 折合 USD 按 牌价"),
    # shares and pools
    ("E1202", SHARED.format("60% seller"), "seller", SHARED.format("60% to seller")),
    ("E1202", FENPEI.format("60% 销售员"), "销售员", FENPEI.format("60% 归 销售员")),
    ("E1206", SHARED.format("to seller 60%"), "seller", SHARED.format("60% to seller")),
    ("E1206", FENPEI.format("销售员 60%"), "60%", FENPEI.format("60% 归 销售员")),
    ("E1010", FENPEI.format("60%归销售员"), "60%归销售员", FENPEI.format("60% 归 销售员")),
    ("E1229", SHARED.format("60% to"), "to", ""),
    ("E1229", FENPEI.format("60% 归"), "归", ""),
    ("E1205", SHARED.format("at most 50% of paid"), "at most", SHARED.format("together at most 50% of paid")),
    ("E1205", SHARED.format("together 50% of paid"), "together", SHARED.format("together at most 50% of paid")),
    ("E1205", FENPEI.format("合计 最高 50%"), "合计 最高", FENPEI.format("合计最高 50%")),
    ("E1103", STEP.format("shared"), "shared", ""),
    ("E1103", BUZHOU.format("分配"), "分配", ""),
    ("E1232", STEP.format("shared 60% to seller"), "60% to seller", STEP.format("shared\n    60% to seller")),
    ("E1205", BUZHOU.format("依此分配\n    60% 归 甲"), "依此分配", BUZHOU.format("依次分配\n    60% 归 甲")),
    (
        "E1205",
        STEP.format("shared equaly among member"),
        "shared equaly among",
        STEP.format("shared equally among member"),
    ),
    ("E1205", STEP.format("shared equally member"), "shared equally", STEP.format("shared equally among member")),
    ("E1205", STEP.format("split equally among member"), "split", STEP.format("shared equally among member")),
    ("E1201", BUZHOU.format("平均分给 成员"), "平均分给", BUZHOU.format("平分给 成员")),
    (
        "E1205",
        STEP.format("shared among member by points"),
        "by",
        STEP.format("shared among member in proportion to points"),
    ),
    ("E1202", BUZHOU.format("分给 成员 积分 占比"), "积分", BUZHOU.format("分给 成员 按 积分 占比")),
    ("E1010", BUZHOU.format("分给 成员 按积分占比"), "按积分占比", BUZHOU.format("分给 成员 按 积分 占比")),
    ("E1207", BUZHOU.format("分给 成员 按 积分"), "积分", ""),
    (
        "E1202",
        STEP.format("shared equally among a, rest first"),
        "first",
        STEP.format("shared equally among a, rest to first"),
    ),
    ("E1205", BUZHOU.format("平分给 成员，零头 归 第一人"), "零头", BUZHOU.format("平分给 成员，尾差 归 第一人")),
    # headers
    ("E1202", "bonus b for each store manager\n  5", "manager", "bonus b for each store where manager\n  5"),
    ("E1229", "bonus b for each store to\n  5", "to", ""),
    ("E1204", "bonus b to leader for each team\n  5", "for", "bonus b for each team to leader\n  5"),
    ("E1204", "奖金 乙 逐个 团队 仅限 合格 发给 组长\n  5", "发给", "奖金 乙 逐个 团队 发给 组长 仅限 合格\n  5"),
    ("E1202", "exception vip pay where ok\n  5", "pay", "exception vip to pay where ok\n  5"),
    ("E1202", "例外 大客户 销售提成 仅限 合格\n  5", "销售提成", "例外 大客户 替代 销售提成 仅限 合格\n  5"),
    ("E1204", "例外 大客户 仅限 合格 替代 提成\n  5", "仅限", "例外 大客户 替代 提成 仅限 合格\n  5"),
    ("E1205", "例外 大客户 取代 提成 仅限 合格\n  5", "取代", "例外 大客户 替代 提成 仅限 合格\n  5"),
    ("E1229", "例外 替代 提成 仅限 合格\n  5", "例外", ""),
    ("E1207", "exception vip to pay\n  5", "pay", ""),
    ("E1232", "guarantee floor 8,000", "8,000", "guarantee floor \n  8,000"),
    # tiers and lookup tables
    ("E1216", "tiers t, interpolate\n  from 0   5%", "interpolate", "tiers t, interpolated\n  from 0   5%"),
    ("E1216", "阶梯 甲，插值\n  0以上   5%", "插值", "阶梯 甲，线性插值\n  0以上   5%"),
    ("E1216", "tiers t, bounds of goal\n  from 0   5%", "bounds", "tiers t, bounds as share of goal\n  from 0   5%"),
    (
        "E1202",
        "tiers t, bounds as share of goal whole\n  from 0   5%",
        "whole",
        "tiers t, bounds as share of goal, whole\n  from 0   5%",
    ),
    ("E1203", "阶梯 甲，超额累进，档位基数\n  0以上   5%", "档位基数", ""),
    ("E1203", TIERS.format("from 0   1%   every 1,000 more by"), "more by", ""),
    ("E1205", TIERS.format("same as first + 3%"), "+", TIERS.format("same as first plus 3%")),
    ("E1205", JIETI.format("同 首套 + 3%"), "+", JIETI.format("同 首套 加 3%")),
    ("E1202", TIERS.format("same as first 3%"), "3%", TIERS.format("same as first plus 3%")),
    ("E1202", "table prize a, b\n  from 0   1   2", "a", "table prize by a, b\n  from 0   1   2"),
    ("E1202", "table prize by a b\n  from 0   1   2", "b", "table prize by a, b\n  from 0   1   2"),
    ("E1202", "对照表 奖 甲，乙\n  0以上   1   2", "甲", "对照表 奖 按 甲，乙\n  0以上   1   2"),
    ("E1229", "table prize by\n  from 0   1   2", "by", ""),
    # promises
    ("E1205", "promise net never falls when bonus rise", "rise", "promise net never falls when bonus rises"),
    ("E1205", "promise net never falls if bonus rises", "never falls if", "promise net never falls when bonus rises"),
    ("E1205", "方案校验 税后 不因 奖金 增加而降低", "增加而降低", "方案校验 税后 不因 奖金 增加而减少"),
    ("E1207", "方案校验 税后 不因 奖金", "奖金", ""),
    ("E1205", "方案校验 甲 每增加 1，乙 跳变 不超过 2", "跳变 不超过", "方案校验 甲 每增加 1，乙 跳变不超过 2"),
    (
        "E1205",
        "promise a jumps at most 2 when b rises by 1",
        "jumps at most",
        "promise a jumps by at most 2 when b rises by 1",
    ),
    ("E1203", "promise", "promise", ""),
]


def ids(case: tuple[str, str, str, str]) -> str:
    return f"{case[0]}-{case[1][:40]}"


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_each_mistake_has_its_code_and_place(case: tuple[str, str, str, str]):
    """One mistake, one message, at the words that are wrong."""
    code, text, place, _ = case
    assert [(fault.code, underlined(text, fault)) for fault in faults(text)] == [(code, place)]


@pytest.mark.parametrize("case", [case for case in CASES if case[3]], ids=ids)
def test_the_first_offer(case: tuple[str, str, str, str]):
    """The first way to mend it is the likeliest."""
    _, text, _, right = case
    assert mended(text, faults(text)[0].fixes[0]) == right


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_every_offer_mends_its_line(case: tuple[str, str, str, str]):
    """No offer leaves the same fault, or another one in an earlier line."""
    _, text, _, _ = case
    (fault,) = faults(text)
    for fix in fault.fixes:
        left = faults(mended(text, fix))
        assert all(other.span.line > fault.span.line or other.code == "E1103" for other in left), fix


@pytest.mark.parametrize("case", CASES, ids=ids)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_mistake_is_told_in_both_languages(case: tuple[str, str, str, str], language: str):
    """A sentence without a gap, and one for each offer."""
    for fault in faults(case[1]):
        texts = [sentence(fault, language), *(fix_title(fix, language) for fix in fault.fixes)]
        assert all(text and "〈" not in text for text in texts)


def test_every_code_has_a_mistake_in_both_faces():
    """The list above is complete."""
    chinese = {code for code, text, _, _ in CASES if re.search("[\u4e00-\u9fff]", text)}
    english = {code for code, text, _, _ in CASES if not re.search("[\u4e00-\u9fff]", text)}
    codes = {code for code in MESSAGES if code.startswith("E1")}
    assert chinese == codes
    assert codes - english == {"E1010", "E1211", "E1212", "E1217", "E1221"}  # Chinese mistakes


def test_every_state_says_what_may_follow():
    """Wherever reading stops, there are words for it."""
    table = load().parse_interactive().parser_state.parse_conf.states
    told_otherwise = {"NAME", "INDENT", "DEDENT", "NL", "$END", "DOT", "MARK", "PART_END"}
    for row in table.values():
        terminals = {name for name in row if name.isupper()}
        for face in ("en", "zh"):
            words = plain(terminals, face)
            other = {name for name in terminals if plain({name}, face) == ()}
            assert words or terminals <= told_otherwise | other
            assert len(words) == len(set(words))
            assert len(words) <= 20


def test_expected_words_are_in_the_face_of_the_file():
    """Keywords are quoted as the author would write them, whatever language the message is in."""
    words = ("“month”", "“quarter”", "“half year”", "“year”", "“half month”", "“week”", "number")
    assert faults("period moth")[0].expected == words
    assert faults("周期 每天")[0].expected == ("“月”", "“季”", "“半年”", "“年”", "“半月”", "“周”", "number")
    assert "“若 …，则 …”" in faults(BUZHOU.format("乘以 115% 大客户"))[0].expected


def test_the_missing_word_names_both_sides():
    """The sentence quotes what stands before the gap and behind it."""
    (fault,) = faults(BUZHOU.format("乘以 115% 大客户"))
    assert (fault.facts["left"], fault.facts["right"]) == ("乘以 115%", "大客户")
    assert sentence(fault, "zh").startswith("“乘以 115%”和“大客户”之间少了连接词")
    (fault,) = faults(STEP.format("times 115% large"))
    assert sentence(fault, "en").startswith("A word is missing between “times 115%” and “large”")


def test_both_readings_of_a_range():
    """5-10万 means 5万 to 10万; the message shows who gets what at the ends."""
    (fault,) = faults(JIETI.format("5-10万  3%"))
    assert (fault.facts["low"], fault.facts["high"]) == ("5万", "10万")
    assert "5万以上不满10万" in sentence(fault, "zh")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("x = sum(\n  a\n)", ["E1005"]),
        ("\tx = 5", ["E1002"]),
        ("payout\n\t5\n\ttimes 2\n", ["E1002"]),
        ("currency CNY\n  a\n  b\n    c\n", ["E1104"]),
        ("  a\n  b\n  c\n", ["E1102"]),
        ("for each deal\n  x =\n  y = 5\n", ["E1203"]),
    ],
)
def test_one_cause_one_message(text: str, codes: list[str]):
    """What follows from a fault is not told again."""
    assert [fault.code for fault in faults(text)] == codes


def test_tabs_are_told_once_with_one_fix_for_all():
    """A file full of tabs has one fault, not hundreds."""
    (fault,) = faults("payout\n\t5\n\ttimes 2\n\tat most 3")
    assert (fault.more, len(fault.fixes[0].edits)) == (2, 3)


def test_a_file_of_nonsense_ends():
    """The number of faults is bounded."""
    assert len(faults("nonsense here\n" * 500)) == MOST_FAULTS
    assert len(faults("bonus b\n" + "  5 5\n" * 500)) <= MOST_FAULTS


def test_faults_come_in_the_order_of_the_text():
    """Whatever finds them, they are told from the top."""
    places = [(f.span.line, f.span.column) for f in faults("comission a\nx\t= 5\nx = (\ny = 5 5\n")]
    assert places == sorted(places)


def test_keyword_in_back_quotes_is_not_corrected():
    """A name in back-quotes is meant as it stands."""
    assert all("commission" not in str(fault.fixes) for fault in faults("`comission` pay\n  5"))


def test_safe_offers_leave_the_tree_as_it_is():
    """Only layout and needless signs are safe; whatever adds a word is for review."""
    kinds = {fix.kind.value for case in CASES for fault in faults(case[1]) for fix in fault.fixes if fault.code > "E11"}
    assert kinds == {"review"}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("周期 每月\n", "周期 月\n"),
        ("周期 每季度\n", "周期 季\n"),
        ("周期 每年\n", "周期 年\n"),
        ("period monthly\n", "period month\n"),
        ("period weekly\n", "period week\n"),
    ],
)
def test_how_often_is_no_other_period(text: str, written: str):
    """每月 means the month, never the half month that merely looks like it."""
    (fault,) = faults(text)
    assert [apply_edits(text, fix.edits) for fix in fault.fixes] == [written]


def test_a_value_below_zero_goes_into_brackets():
    """After a word that wants a value a sign is no word: minus 100 would be another step."""
    text = "payout\n  t on -100\n"
    (fault,) = faults(text)
    assert [apply_edits(text, fix.edits) for fix in fault.fixes] == ["payout\n  t on (-100)\n"]
