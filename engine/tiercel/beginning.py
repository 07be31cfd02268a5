"""A first scheme, written from the answers to six questions.

In: 'zh' or 'en', and `Answers`. Out: the questions as data for whoever asks them, a commented scheme, and a file
with only a header for each table that it reads.

Why this way: an author who has never written a scheme begins with one that is right, in her own words, and changes
numbers in it. Every line of the text is written once with both faces side by side, so that the two cannot drift
apart: whatever the answers are, the schemes of both languages mean the same and have one hash. Nothing is printed
with a comment that the answers do not bear out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from tiercel.money import plain
from tiercel_dsl.source import display_width

PER_DEAL: Final = "per_deal"
PER_PERIOD: Final = "per_period"
NO_TIERS: Final = "none"
MARGINAL: Final = "marginal"
WHOLE: Final = "whole"
MEASURES: Final = ("amount", "deals", "satisfaction")

_Pair = tuple[str, str]  # English, Chinese


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose: its value for `Answers`, its words."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question: the field of `Answers` it fills, its words, what may be chosen; `several` of them or one.

    `detail` says what to type beside the choice (bounds, weights, the cap), with `example` as its default.
    """

    field: str
    text: str
    options: tuple[Option, ...]
    several: bool = False
    detail: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered; raises ValueError where it makes no scheme.

    `tiers`: rates by lower bound, the first from 0. Without tiers the first rate holds for everything. `weights`
    are in percent and total 100; without any there is no score, unless `coefficient` asks for one: then the signed
    amount is the only measure. `cap` 0: none.
    """

    paid: str = PER_DEAL
    mode: str = NO_TIERS
    tiers: tuple[tuple[Fraction, Fraction], ...] = (
        (Fraction(0), Fraction(5, 100)),
        (Fraction(50_000), Fraction(6, 100)),
        (Fraction(150_000), Fraction(8, 100)),
    )
    weights: tuple[tuple[str, int], ...] = ()
    coefficient: bool = False
    cap: Fraction = Fraction(0)
    refunds: bool = False
    first: date = date(2024, 1, 1)

    def __post_init__(self) -> None:
        bounds = [bound for bound, _ in self.tiers]
        wrong = (
            self.paid not in (PER_DEAL, PER_PERIOD)
            or self.mode not in (NO_TIERS, MARGINAL, WHOLE)
            or not bounds
            or bounds[0] != 0
            or bounds != sorted(set(bounds))
            or not all(0 <= rate <= 1 for _, rate in self.tiers)
            or any(name not in MEASURES or weight <= 0 for name, weight in self.weights)
            or len({name for name, _ in self.weights}) != len(self.weights)
            or (self.weights and sum(weight for _, weight in self.weights) != 100)
            or any("/" in plain(number) for number in (self.cap, *bounds, *(rate for _, rate in self.tiers)))
            or self.cap < 0
            or self.first.day != 1
        )
        if wrong:
            raise ValueError(f"these answers make no scheme: {self}")

    @property
    def rates(self) -> str:
        """The mode of the tiers; a single rate needs none."""
        return self.mode if len(self.tiers) > 1 else NO_TIERS

    @property
    def measures(self) -> tuple[tuple[str, int], ...]:
        """The measures that are scored, with their weights."""
        return self.weights or ((("amount", 100),) if self.coefficient else ())


# ---- the questions -------------------------------------------------------------------------------------------

_QUESTIONS: Final[tuple[tuple[str, _Pair, tuple[tuple[str, _Pair], ...], bool, _Pair, _Pair], ...]] = (
    (
        "paid",
        ("What is commission paid for?", "提成怎么计？"),
        (
            (PER_DEAL, ("each deal by itself, one line per deal", "逐笔计提，每一单一笔")),
            (PER_PERIOD, ("the total of the month, one line per person", "按当月合计计提，每人一笔")),
        ),
        False,
        ("", ""),
        ("", ""),
    ),
    (
        "mode",
        ("Does the rate rise with the total of the month?", "提成比例随当月合计提高吗？"),
        (
            (NO_TIERS, ("no, one rate for everything", "不提高，只有一个比例")),
            (MARGINAL, ("yes; each part at the rate of its own tier", "提高，超额累进：各档部分按各档比例")),
            (WHOLE, ("yes; everything at the rate of the tier reached", "提高，全额累进：达到哪档，全部按哪档比例")),
        ),
        False,
        ("lower bounds and rates", "各档下限和比例"),
        ("0 5%, 50000 6%, 150000 8%", "0 5%，50000 6%，150000 8%"),
    ),
    (
        "weights",
        ("What is scored? (nothing, one or several)", "考核哪些指标？（可不选，可多选）"),
        (
            ("amount", ("signed amount against the quota", "签约额完成率")),
            ("deals", ("number of deals against the target", "成交单数完成率")),
            ("satisfaction", ("average points of surveys, of 100", "客户回访平均分，满分 100")),
        ),
        True,
        ("weights, together 100%", "权重，合计 100%"),
        ("60%, 20%, 20%", "60%，20%，20%"),
    ),
    (
        "coefficient",
        ("Is the pay multiplied by a coefficient that depends on the score?", "结算额要乘以按得分确定的系数吗？"),
        (("no", ("no", "不乘")), ("yes", ("yes", "要乘"))),
        False,
        ("", ""),
        ("", ""),
    ),
    (
        "cap",
        ("Is the pay of a month capped?", "当月结算额要封顶吗？"),
        (("no", ("no", "不封顶")), ("yes", ("yes", "封顶"))),
        False,
        ("at most", "最高"),
        ("50000", "50000"),
    ),
    (
        "refunds",
        ("Are refunds taken back?", "退款要扣回提成吗？"),
        (("no", ("no, or there are none", "不扣回，或没有退款")), ("yes", ("yes", "要扣回"))),
        False,
        ("", ""),
        ("", ""),
    ),
)  # fmt: skip


def questions(language: str) -> tuple[Question, ...]:
    """The six questions in order."""
    at = _side(language)
    return tuple(
        Question(field, text[at], tuple(Option(v, words[at]) for v, words in options), several, detail[at], example[at])
        for field, text, options, several, detail, example in _QUESTIONS
    )


def _side(language: str) -> int:
    return 1 if language == "zh" else 0


# ---- what was typed ------------------------------------------------------------------------------------------

_TIER: Final = re.compile(r"(?P<bound>[0-9][0-9.]*)(?P<myriad>万?)\s*[:：]?\s+(?P<rate>[0-9][0-9.]*)\s*[%％]")
_AMOUNT: Final = re.compile(r"(?P<bound>[0-9][0-9.]*)(?P<myriad>万?)(?:元)?")
_WEIGHT: Final = re.compile(r"(?P<weight>[0-9]{1,3})\s*[%％]?")
_SEPARATORS: Final = re.compile(r"\s*[,，、;；]\s*")


def read_answers(chosen: Mapping[str, str | Sequence[str]], typed: Mapping[str, str], first: date) -> Answers:
    """The answers from the values of the options chosen, by field, and from what was typed as their detail.

    A field that is missing keeps its default. Raises ValueError where the words make no scheme.
    """
    plainly = {field: value for field, value in chosen.items() if isinstance(value, str)}
    picked = chosen.get("weights", ())
    measures = [picked] if isinstance(picked, str) else list(picked)
    usual = Answers()
    mode = plainly.get("mode", usual.mode)
    return Answers(
        plainly.get("paid", usual.paid),
        mode,
        _typed_tiers(typed["mode"]) if mode != NO_TIERS and typed.get("mode") else usual.tiers,
        _typed_weights(measures, typed.get("weights", "")),
        plainly.get("coefficient") == "yes",
        _typed_amount(typed.get("cap", "50000")) if plainly.get("cap") == "yes" else Fraction(0),
        plainly.get("refunds") == "yes",
        first,
    )


def _typed_tiers(text: str) -> tuple[tuple[Fraction, Fraction], ...]:
    found = [_TIER.fullmatch(piece) for piece in _pieces(text)]
    return tuple((_typed(one), Fraction(one["rate"]) / 100) for one in found if one) if all(found) else ()


def _typed_weights(measures: Sequence[str], text: str) -> tuple[tuple[str, int], ...]:
    """Without weights typed one measure has them all, and several share them as evenly as whole percents can."""
    count = len(measures)
    if not text and count:
        return tuple((name, 100 // count + (place < 100 % count)) for place, name in enumerate(measures))
    found = [_WEIGHT.fullmatch(piece) for piece in _pieces(text)]
    if not all(found) or len(found) != count:
        raise ValueError(text)
    return tuple((name, int(one["weight"])) for name, one in zip(measures, found, strict=True) if one)


def _typed_amount(text: str) -> Fraction:
    found = _AMOUNT.fullmatch(text.strip().replace(",", ""))
    if found is None or not _typed(found):
        raise ValueError(text)
    return _typed(found)


def _typed(found: re.Match[str]) -> Fraction:
    return Fraction(found["bound"]) * (10_000 if found["myriad"] else 1)


def _pieces(text: str) -> list[str]:
    return [piece for piece in _SEPARATORS.split(text.strip()) if piece]


# ---- the scheme ----------------------------------------------------------------------------------------------


def scheme_text(answers: Answers, language: str) -> str:
    """The scheme of these answers, with comments that say what to change."""
    at = _side(language)
    parts = (_head(answers), _people(answers), _tables(answers), _values(answers), _pay(answers), _score(answers),
             _payout(answers))  # fmt: skip
    blocks = ["\n".join(pair[at] for pair in part) for part in parts if part]
    return "\n\n".join(blocks) + "\n"


_Lines = list[_Pair]


def _head(answers: Answers) -> _Lines:
    first = answers.first.isoformat()
    return [
        ("# What follows a # is a remark. The numbers are examples: change them to yours, then run “tiercel check”.",
         "# 井号后面是说明。各处的数只是例子，请改成本公司的，再用 tiercel check 检查。"),
        ("scheme sales_pay alias 销售提成 \"Sales commission\"", "方案 销售提成 又名 sales_pay “销售提成办法”"),
        (f"version 1 from {first}", f"版本 1 自 {first} 起"),
        ("currency CNY", "币种 CNY"),
        ("period month", "周期 月"),
    ]  # fmt: skip


def _people(answers: Answers) -> _Lines:
    names = [name for name, _ in answers.measures]
    lines: _Lines = [
        ("# Each table below is a file (CSV or Excel) with these columns; either of the two names may stand there.",
         "# 下面每张表是一个文件（CSV 或 Excel），表头写名称或又名都可以。"),
        ("people", "人员"),
        ("  id alias 工号 text, key", "  工号 又名 id 文本，标识"),
        ("  name alias 姓名 text", "  姓名 又名 name 文本"),
    ]  # fmt: skip
    if "amount" in names:
        lines.append(("  quota alias 月签约任务 money, above 0", "  月签约任务 又名 quota 金额，大于 0"))
    if "deals" in names:
        lines.append(("  deal_target alias 月单数任务 count, above 0", "  月单数任务 又名 deal_target 整数，大于 0"))
    return lines


def _tables(answers: Answers) -> _Lines:
    lines: _Lines = [
        ("facts deal alias 签约", "台账 签约 又名 deal"),
        ("  id alias 单号 text, key", "  单号 又名 id 文本，标识"),
        ("  rep alias 销售员 person, credited", "  销售员 又名 rep 员工，归属人"),
        ("  signed alias 签约日 date, date of record", "  签约日 又名 signed 日期，归属日"),
        ("  amount alias 金额 money, above 0", "  金额 又名 amount 金额，大于 0"),
    ]
    if any(name == "satisfaction" for name, _ in answers.measures):
        lines += [
            ("", ""),
            ("facts survey alias 回访", "台账 回访 又名 survey"),
            ("  id alias 回访单号 text, key", "  回访单号 又名 id 文本，标识"),
            ("  deal alias 签约 deal", "  签约 又名 deal 签约"),
            ("  day alias 回访日 date, date of record", "  回访日 又名 day 日期，归属日"),
            ("  points alias 评分 number, at least 0, at most 100", "  评分 又名 points 数值，不低于 0，不超过 100"),
        ]
    if answers.refunds:
        lines += [("", ""), *_refunds(answers)]
    return lines


def _refunds(answers: Answers) -> _Lines:
    """Lines of deals are reversed deal by deal; a line over the month counts what is left of it."""
    reverses = ", reverses by amount / deal.amount", "，冲减原单 按 退款额 ÷ 签约.金额"
    link = reverses if answers.paid == PER_DEAL else ("", "")
    remark = (
        ("# A refund takes back what its deal earned, by the rules of the month in which the deal was signed.",
         "# 退款按原单签约当月的办法，扣回原单所得。")
        if answers.paid == PER_DEAL
        else ("# A refund lowers the total of the month in which it is made.", "# 退款从退款当月的合计里减去。")
    )  # fmt: skip
    return [
        remark,
        ("facts refund alias 退款", "台账 退款 又名 refund"),
        ("  id alias 退款单号 text, key", "  退款单号 又名 id 文本，标识"),
        (f"  deal alias 签约 deal{link[0]}", f"  签约 又名 deal 签约{link[1]}"),
        ("  day alias 退款日 date, date of record", "  退款日 又名 day 日期，归属日"),
        ("  amount alias 退款额 money, above 0", "  退款额 又名 amount 金额，大于 0"),
    ]


def _values(answers: Answers) -> _Lines:
    """The total of the month, where something needs it."""
    net = answers.paid == PER_PERIOD and answers.refunds
    if answers.paid == PER_PERIOD or answers.rates == WHOLE or any(name == "amount" for name, _ in answers.measures):
        less = (" - sum(refund.amount)", " - 合计(退款.退款额)") if net else ("", "")
        english = f"signed_total alias 当月合计 = sum(deal.amount){less[0]}"
        return [(english, f"当月合计 又名 signed_total = 合计(签约.金额){less[1]}")]
    return []


def _pay(answers: Answers) -> _Lines:
    lines: _Lines = [('clause "Article 1  Commission"', "第一条 提成")]
    if answers.rates != NO_TIERS:
        lines += [*_tiers(answers), ("", "")]
    each = (" for each deal", " 逐笔 签约") if answers.paid == PER_DEAL else ("", "")
    lines.append((f"commission signing_pay alias 签约提成{each[0]}", f"提成 签约提成 又名 signing_pay{each[1]}"))
    return [*lines, *_price(answers)]


def _tiers(answers: Answers) -> _Lines:
    mode = {MARGINAL: ("marginal", "超额累进"), WHOLE: ("whole", "全额累进")}[answers.rates]
    lines: _Lines = [(f"tiers rates alias 提成比例, {mode[0]}", f"阶梯 提成比例 又名 rates，{mode[1]}")]
    following = [bound for bound, _ in answers.tiers[1:]] + [None]
    bounds = [_bounds(low, high) for (low, _), high in zip(answers.tiers, following, strict=True)]
    widths = [max(display_width(pair[at]) for pair in bounds) for at in (0, 1)]
    for pair, (_, rate) in zip(bounds, answers.tiers, strict=True):
        rows = [f"  {_padded(pair[at], widths[at])}   {plain(rate * 100)}%" for at in (0, 1)]
        lines.append((rows[0], rows[1]))
    return lines


def _padded(text: str, width: int) -> str:
    return text + " " * (width - display_width(text))


def _bounds(low: Fraction, high: Fraction | None) -> _Pair:
    """The bounds of a row of tiers; the first is open below, since a total can fall below 0."""
    above, below = _money(low), _money(high or low)
    if high is None:
        return f"from {above[0]}", f"{above[1]}以上"
    if low == 0:
        return f"below {below[0]}", f"不满{below[1]}"
    return f"from {above[0]} below {below[0]}", f"{above[1]}以上不满{below[1]}"


def _money(value: Fraction) -> _Pair:
    """50,000 and 5万."""
    grouped = f"{value.numerator:,}" if value.denominator == 1 else plain(value)
    myriads = value / 10_000
    return grouped, f"{plain(myriads)}万" if value >= 10_000 and myriads.denominator in (1, 2, 5, 10) else grouped


def _price(answers: Answers) -> _Lines:
    rate = f"{plain(answers.tiers[0][1] * 100)}%"
    each = answers.paid == PER_DEAL
    if answers.rates == NO_TIERS:
        base = ("amount", "金额") if each else ("signed_total", "当月合计")
        return [(f"  {rate} of {base[0]}", f"  {base[1]} 的 {rate}")]
    if not each:
        return [("  rates on signed_total", "  当月合计 适用 提成比例")]
    if answers.rates == WHOLE:
        return [("  amount * rates(signed_total)", "  金额 × 提成比例(当月合计)")]
    return [("  rates on running total of amount", "  累计 金额 适用 提成比例")]


_MEASURES: Final[Mapping[str, tuple[_Pair, ...]]] = {
    "amount": (
        ("kpi signed_amount alias 签约额", "指标 签约额 又名 signed_amount"),
        ("  actual signed_total", "  实际值 当月合计"),
        ("  target quota", "  目标值 月签约任务"),
        ("  score actual / target, at most 120%", "  得分 实际值 ÷ 目标值，最高 120%"),
    ),
    "deals": (
        ("kpi deal_count alias 成交单数", "指标 成交单数 又名 deal_count"),
        ("  actual count(deal)", "  实际值 计数(签约)"),
        ("  target deal_target", "  目标值 月单数任务"),
        ("  score actual / target, at most 120%", "  得分 实际值 ÷ 目标值，最高 120%"),
    ),
    "satisfaction": (
        ("kpi satisfaction alias 客户满意度", "指标 客户满意度 又名 satisfaction"),
        ("  actual average(survey.points), otherwise 80   # where nobody was asked",
         "  实际值 平均(回访.评分)，无法计算时 80   # 没有回访的"),
        ("  target 90", "  目标值 90"),
        ("  score actual / target, at most 110%", "  得分 实际值 ÷ 目标值，最高 110%"),
    ),
}  # fmt: skip


def _score(answers: Answers) -> _Lines:
    if not answers.measures:
        return []
    lines: _Lines = [('clause "Article 2  Performance"', "第二条 绩效考核")]
    for name, weight in answers.measures:
        heading, *rest = _MEASURES[name]
        lines += [heading, (f"  weight {weight}%", f"  权重 {weight}%"), *rest, ("", "")]
    lines += [
        ("score performance alias 综合得分", "总分 综合得分 又名 performance"),
        ("  weighted sum of kpis, rounded half up to 0.0001", "  指标加权合计，四舍五入到 0.0001"),
    ]
    return lines


def _payout(answers: Answers) -> _Lines:
    number = 3 if answers.measures else 2
    lines: _Lines = [(f'clause "Article {number}  Payout"', f"第{'二' if number == 2 else '三'}条 结算")]
    if answers.coefficient:
        lines += [
            ("tiers coefficient alias 绩效系数, whole", "阶梯 绩效系数 又名 coefficient，全额累进"),
            ("  below 60%             0.5", "  不满60%           0.5"),
            ("  from 60% below 90%    0.8", "  60%以上不满90%    0.8"),
            ("  from 90%              1", "  90%以上           1"),
            ("", ""),
        ]
    lines += [("payout", "结算额"), ("  total(commission)", "  总计(提成)")]
    if answers.coefficient:
        lines.append(("  times coefficient(performance)", "  乘以 绩效系数(综合得分)"))
    if answers.cap:
        cap = _money(answers.cap)
        lines.append((f"  at most {cap[0]}", f"  最高 {cap[1]}"))
    return lines


# ---- files for the data --------------------------------------------------------------------------------------

_COLUMNS: Final[Mapping[str, tuple[_Pair, ...]]] = {
    "people": (("id", "工号"), ("name", "姓名"), ("quota", "月签约任务"), ("deal_target", "月单数任务")),
    "deal": (("id", "单号"), ("rep", "销售员"), ("signed", "签约日"), ("amount", "金额")),
    "survey": (("id", "回访单号"), ("deal", "签约"), ("day", "回访日"), ("points", "评分")),
    "refund": (("id", "退款单号"), ("deal", "签约"), ("day", "退款日"), ("amount", "退款额")),
}
_FILES: Final[Mapping[str, _Pair]] = {
    "people": ("people", "人员"),
    "deal": ("deal", "签约"),
    "survey": ("survey", "回访"),
    "refund": ("refund", "退款"),
}


def facts_templates(answers: Answers, language: str) -> dict[str, str]:
    """File name → text: the header of each table that the scheme reads, ready to be filled in."""
    at = _side(language)
    return {
        f"{_FILES[table][at]}.csv": ",".join(column[at] for column in _columns(answers, table)) + "\r\n"
        for table in _read(answers)
    }


def _read(answers: Answers) -> Iterator[str]:
    names = [name for name, _ in answers.measures]
    yield from ("people", "deal")
    if "satisfaction" in names:
        yield "survey"
    if answers.refunds:
        yield "refund"


def _columns(answers: Answers, table: str) -> Sequence[_Pair]:
    names = [name for name, _ in answers.measures]
    absent = {"quota": "amount" not in names, "deal_target": "deals" not in names} if table == "people" else {}
    return [column for column in _COLUMNS[table] if not absent.get(column[0], False)]


def file_name(language: str) -> str:
    """What the scheme's file is called."""
    return ("sales_pay.tier", "销售提成.tier")[_side(language)]
