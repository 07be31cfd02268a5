"""Statements: every number shown is the number used, and can be redone from the text alone."""

import functools
import json
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

import tiercel
from tiercel.cli import main
from tiercel.statement import exact_number, number, pay_columns, statement

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "office_software"
FACTS = EXAMPLE / "facts"
SLICE = re.compile(r"([\d,.-]+) × ([\d.]+)% = ([\d,.-]+)$")
BACKED = "E075"  # large deals, one across a tier; repurchases; a refund of a deal of June
REFUNDED = "E062"  # a refund in the month of its deal


@functools.cache
def scheme(file="v2.tier"):
    return tiercel.load(EXAMPLE / file)


@functools.cache
def evaluation(file="v2.tier", period="2023-08"):
    return scheme(file).evaluate(FACTS, period)


def sources(file):
    return {version.hash: version.sources for version in scheme(file).family}


def shown(person, language="en", file="v2.tier", period="2023-08", **more):
    return statement(evaluation(file, period).explain(person), sources(file), language, **more)


def amount(text):
    return Fraction(text.replace(",", ""))


def lines_from(text, start):
    """The lines after the one that begins with `start`, up to the next of no deeper indent."""
    lines = text.splitlines()
    at = next(i for i, line in enumerate(lines) if line.strip().startswith(start))
    indent = len(lines[at]) - len(lines[at].lstrip())
    inside = []
    for line in lines[at + 1 :]:
        if line.strip() and len(line) - len(line.lstrip()) <= indent:
            break
        inside.append(line)
    return lines[at], inside


# ---- numbers


def test_numbers_are_whole_and_grouped():
    """No digit is dropped, none is invented beyond the cents."""
    assert number(Fraction("1234567.891")) == "1,234,567.891"
    assert number(Fraction(-5), 2) == "-5.00"
    assert number(Fraction(0)) == "0"


def test_a_number_without_an_end_says_so_and_gives_the_fraction():
    """Cut with … and followed by n/d, in either language and as a percentage."""
    assert exact_number(Fraction(2, 3), "en") == "0.666666… (2/3)"
    assert exact_number(Fraction(-2, 3), "zh") == "-0.666666…（-2/3）"
    assert exact_number(Fraction(2, 3), "en", percent=True) == "66.666666…% (2/3)"
    assert exact_number(Fraction(1, 8), "en", percent=True) == "12.5%"


# ---- the pay table


@pytest.mark.parametrize("language", ["en", "zh"])
def test_parts_of_the_pay_table_add_up(language):
    """Payout of the period and adjustments make the final amount, which is the payout of the library."""
    people = list(evaluation().payout)
    columns = pay_columns(evaluation(), people, language)
    settled, late, final = columns[-3:]
    pairs = zip(settled.cells, late.cells, strict=True)
    assert [a + b for a, b in pairs if isinstance(a, Fraction) and isinstance(b, Fraction)] == list(final.cells)
    assert list(final.cells) == [Fraction(x) for x in evaluation().payout.values()]
    assert [c.total for c in columns if c.kind == "text"] == [None, None]


def test_headings_are_in_the_readers_language():
    """English names for an English reader, Chinese names for a Chinese one, whatever the file."""
    assert [c.head for c in pay_columns(evaluation("v2.zh.tier"), [BACKED], "en")][:4] == [
        "id", "name", "performance", "signing_pay",
    ]  # fmt: skip
    assert [c.head for c in pay_columns(evaluation(), [BACKED], "zh")][:4] == ["工号", "姓名", "综合得分", "签约提成"]


# ---- lines


@pytest.mark.parametrize("person", [BACKED, REFUNDED, "E009", "E041"])
def test_slices_of_every_line_add_up_to_its_exact_value(person):
    """Part × rate = amount holds in each slice, and the slices make the value shown for the step."""
    text = shown(person)
    lines = text.splitlines()
    found = 0
    for at, line in enumerate(lines):
        if line.strip().startswith("growth on running total"):
            slices = []
            for below in lines[at + 1 :]:
                match = SLICE.search(below)
                if match:
                    part, rate, product = map(amount, match.groups())
                    assert part * rate / 100 == product
                    slices.append(product)
                elif slices:
                    break
            assert sum(slices) == amount(line.split()[-1])
            found += 1
    assert found == len(
        [x for x in evaluation().lines if x.person == person and x.line == "signing_pay" and not x.reverses]
    )


def test_a_line_tells_clause_place_reading_condition_and_rounding():
    """Everything an auditor asks of one line."""
    text = shown(BACKED, file="v2.zh.tier", language="zh")
    assert re.search(r"第三条 提成按当月累计签约金额分档计算.*（v2\.zh\.tier 第 \d+ 行）", text)
    head, inside = lines_from(text, "HT2308-575")
    body = "\n".join(inside)
    assert head.split()[-1] == "1,744.19"
    assert "累计至本行 71,581.43；金额 26,017.50" in body
    assert "不满50,000：4,436.07 × 5% = 221.8035" in body
    assert "50,000以上不满150,000：21,581.43 × 6% = 1,294.8858" in body
    assert "1,516.6893 × 1.15 = 1,744.192695" in body
    assert "条件成立" in body
    assert re.search(r"四舍五入到分 +1,744\.192695 → 1,744\.19", body)


def test_a_condition_that_does_not_hold_is_told():
    """A step that was skipped says so and leaves the value."""
    inside = "\n".join(lines_from(shown(BACKED), "HT2308-579")[1])
    assert "(does not apply)" in inside
    assert "large no" in inside


def test_rounding_that_changes_nothing_is_not_shown():
    """Only roundings that moved the value, or that the author wrote."""
    inside = "\n".join(lines_from(shown(REFUNDED), "HT2308-75")[1])
    assert "rounded" not in inside


def test_a_refund_of_the_month_shows_its_sale_and_share():
    """The takeback names the sale, what it had earned and the shares before and after."""
    head, inside = lines_from(shown(REFUNDED), "TK2308-75  ")
    assert "refund of HT2308-76" in head
    assert head.endswith("-1,265.00")
    assert "1,265.00; refunded before 0%, now 100%" in "\n".join(inside)


# ---- score, payout, adjustments


def test_the_kpi_table_multiplies_out_to_the_score():
    """Weight × score of each measure, added, is the weighted sum that is then rounded."""
    text = shown(BACKED)
    rows = [
        line.split() for line in text.splitlines() if re.match(r"(signing|retention|satisfaction|small) +\d+% ", line)
    ]
    assert len(rows) == 4
    points = [amount(row[1][:-1]) * amount(row[4][:-1]) / 100 for row in rows]
    assert points == [amount(row[5][:-1]) for row in rows]
    assert re.search(rf"weighted sum of kpis +{re.escape(number(sum(points, Fraction(0))))}%", text)
    assert re.search(r"105\.57352% → 105\.57%", text)


def test_a_measure_that_does_not_apply_shifts_its_weight():
    """The others count in proportion, as exact fractions."""
    told = next(
        e for e in map(evaluation().explain, evaluation().payout)
        if any(t.part == "not_applicable" and t.value is True for _, t in e.steps())
    )  # fmt: skip
    text = statement(told, sources("v2.tier"), "en")
    assert re.search(r"retention +25% .*not applicable", text)
    assert re.search(r"signing +30% .*%", text)


def test_the_payout_is_told_step_by_step():
    """Each step with how it came from the one before."""
    text = shown(BACKED, "zh")
    assert "6,591.05 × 1.2 = 7,909.26" in text
    assert re.search("（(未触及)）", text)
    assert "签约提成 5 笔，合计 4,550.11" in shown(BACKED, "zh", "v2.zh.tier")


def test_adjustments_show_sale_refund_version_and_both_payouts():
    """And the difference is what the head of the statement says."""
    text = shown(BACKED)
    assert (
        "refund TK2308-237 of the sale HT2306-902, which falls into 2023-06; worked out again under version 1" in text
    )
    last = text.splitlines()[-2:]
    before, after = map(amount, last[0].split()[-2:])
    assert amount(last[1].split()[-1]) == after - before
    assert re.search(r"adjustments +-158\.41", text)


@pytest.mark.parametrize("period", ["2023-05", "2023-06", "2023-08", "2023-10"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_statement_can_be_made_and_ends_in_the_payout(period, language):
    """For everybody, in both languages, in glyphs that GBK has (the data aside)."""
    file = "v2.zh.tier" if language == "zh" else "v2.tier"
    money = "final amount (CNY)" if language == "en" else "最终金额（元）"
    for person, paid in list(evaluation(file, period).payout.items())[::9]:
        text = shown(person, language, file, period)
        line = next(line for line in text.splitlines() if line.startswith(money))
        assert line.split()[-1] == f"{paid:,}"
        text.translate({ord("𠮷"): "?", ord("䶮"): "?", ord("犇"): "?"}).encode("gbk")
        assert "None" not in text


# ---- the command


def explain(capsys, *words):
    code = main(
        ["explain", str(EXAMPLE / "v2.tier"), "--facts", str(FACTS), "--period", "2023-08", "--person", BACKED, *words]
    )
    got = capsys.readouterr()
    return code, got.out, got.err


def test_explain_prints_the_statement_and_the_next_command(capsys):
    """The text of the library, the hint on stderr."""
    code, out, err = explain(capsys)
    assert (code, out) == (0, shown(BACKED) + "\n")
    assert err.startswith("next: tiercel explain ")


def test_explain_as_json_is_the_explanation(capsys):
    """With every rounding, also of those that change nothing."""
    out = explain(capsys, "--format", "json")[1]
    assert json.loads(out) == json.loads(json.dumps(evaluation().explain(BACKED).to_dict()))


def test_explain_narrows_to_lines_and_records(capsys):
    """--line by either name, --row by key; nothing else is shown then."""
    for name in ("repurchase", "复购奖"):
        out = explain(capsys, "--line", name)[1]
        assert "repurchase (bonus)" in out
        assert "signing_pay" not in out
        assert "PERFORMANCE" not in out
    out = explain(capsys, "--row", "HT2308-575")[1]
    assert "HT2308-575" in out
    assert "HT2308-581" not in out
    data = json.loads(explain(capsys, "--row", "HT2308-575", "--format", "json")[1])
    assert {line["row"] for line in data["lines"]} == {"HT2308-575"}


def test_amounts_of_lines_are_those_of_the_library():
    """The table of lines holds every line once, and its sum."""
    told = evaluation().explain(BACKED)
    text = shown(BACKED)
    table = text[text.index("LINES OF PAY") :].split("\n\n")[0].splitlines()[3:]
    amounts = [Decimal(row.split()[-1].replace(",", "")) for row in table]
    own = [x.amount for x in evaluation().lines if x.person == BACKED and x.kind != "adjustment"]
    assert amounts == [*own, sum(own)]
    assert len(told.lines) == len(own)


STORES = """方案 门店
版本 1 自 2025-01-01 起
币种 CNY
周期 月
组织 门店
  店号 文本，标识
  店长 员工
人员
  工号 文本，标识
  门店 门店，有变更记录
台账 签约
  单号 文本，标识
  员工 员工，归属人
  签约日 日期，归属日
  金额 金额
  大单 是否
奖金 店奖 逐个 门店 发给 店长
  合计(签约.金额) 的 1%
  四舍五入到角
占比 = 合计(签约.金额 其中 大单) ÷ 合计(签约.金额)
"""


def test_the_words_of_a_line_are_those_of_what_it_is_paid_for():
    """A line per store stands under the stores; of two sums over one table it is said of what; 角 is 角."""
    made = tiercel.loads(STORES)
    facts = {
        "门店": [{"店号": "S1", "店长": "E1"}],
        "人员": [{"工号": "E1", "门店": "S1", "生效日": "2025-01-01"}],
        "签约": [{"单号": "D1", "员工": "E1", "签约日": "2025-01-05", "金额": "1004.40", "大单": "是"}],
    }
    explained = made.evaluate(facts, "2025-01").explain("E1")
    text = statement(explained, {made.hash: made.sources}, "zh")
    assert "项目  门店   金额\n" in text
    assert re.search(r"四舍五入到角 +10\.044 → 10\.00", text)
    assert "合计(签约.金额 其中 大单)：签约 1 行合计 1,004.40" in text
    assert "合计(签约.金额)：签约 1 行合计 1,004.40" in text
    assert "rounded half up to 0.1 " in statement(explained, {made.hash: made.sources}, "en")


@pytest.mark.parametrize(
    ("line", "end"),
    [
        ("(amount + 100) * 5% of 2", ""),
        ("5% of (amount + 100)", ""),
        ("((amount) + 100) * (5% of (2))", ""),
        ("( min(amount, 300) - 100 ) * (5%)", "only when not tag = \")\""),
    ],
)  # fmt: skip
def test_a_line_is_shown_with_the_brackets_it_begins_and_ends_with(line, end):
    """The author's own words, whole."""
    text = f"""scheme s
version 1 from 2025-01-01
currency CNY
period month
people
  id text, key
facts deal
  id text, key
  rep person, credited
  day date, date of record
  amount money
  tag text
commission c for each deal
  {line}
  {end}
"""
    plan = tiercel.loads(text)
    row = {"id": "D1", "rep": "A", "day": "2025-01-02", "amount": 200, "tag": "x"}
    told = plan.evaluate({"people": [{"id": "A"}], "deal": [row]}, "2025-01").explain("A")
    shown = statement(told, {plan.hash: plan.sources}, "en")
    assert any(part.strip().startswith((f"{line}  ", f"{line}:")) for part in shown.splitlines()), shown
