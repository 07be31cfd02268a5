import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from tiercel_dsl import grammar_table, syntax
from tiercel_dsl.diagnostics import Diagnostic
from tiercel_dsl.parser import parse
from tiercel_dsl.source import Source, fold

HERE = Path(__file__).parent
EXAMPLES = sorted((HERE.parents[1] / "examples" / "office_software").glob("*.tier"))


def read(text: str) -> syntax.File:
    """The tree of a text that must be sound."""
    file, faults = parse(Source("a.tier", text))
    assert faults == ()
    return file


def statement(text: str) -> Any:
    """The only statement of a text."""
    (only,) = read(text).statements
    return only


def value(text: str) -> Any:
    """The tree of one expression."""
    return statement(f"x = {text}").body.steps[0].expr


def step(text: str) -> Any:
    """The tree of one step of a body."""
    return statement(f"bonus b\n  {text}").body.steps[0]


def row(text: str) -> list[tuple[str, Any]]:
    """The cells of one row of tiers: kind, and number if it has one."""
    cells = statement(f"tiers t\n  {text}").rows[0].cells
    return [(getattr(cell, "kind", "value"), getattr(getattr(cell, "expr", None), "value", None)) for cell in cells]


# ---- both faces ------------------------------------------------------------------------------------------


def pairs() -> Iterator[Any]:
    for block in (HERE / "pairs.txt").read_text(encoding="utf-8").split("\n== ")[1:]:
        title, _, body = block.partition("\n")
        english, _, chinese = body.partition("\n--\n")
        yield pytest.param(english, chinese, id=title)


PAIRS = list(pairs())


def meaning(node: Any) -> Any:
    """The tree without what the author's spelling leaves in it: 无法计算时 and `otherwise` differ there."""
    if isinstance(node, syntax.Otherwise):
        node = replace(node, written="", rescue=False)
    if is_dataclass(node) and not isinstance(node, type):
        return (type(node).__name__, *(meaning(getattr(node, f.name)) for f in fields(node) if f.compare))
    return tuple(meaning(part) for part in node) if isinstance(node, tuple) else node


@pytest.mark.parametrize(("english", "chinese"), PAIRS)
def test_both_faces_give_one_tree(english: str, chinese: str):
    """What is said in Chinese and in English is the same scheme."""
    assert meaning(read(english).statements) == meaning(read(chinese).statements)


@pytest.mark.parametrize(("english", "chinese"), PAIRS)
def test_faces_may_be_mixed_in_one_file(english: str, chinese: str):
    """A file may hold statements of both faces."""
    assert len(read(f"{english}\n{chinese}").statements) == 2 * len(read(english).statements)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_examples_can_be_read(path: Path):
    """The shipped schemes are sound, and known for their language."""
    file = read(path.read_text(encoding="utf-8"))
    assert file.language == ("zh" if ".zh." in path.name else "en")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("bonus b for each deal where won\n  5\n  乘以 2 当 大客户", "en"),
        ("奖金 乙 逐笔 签约\n  5 when 大客户", "zh"),
        ("提城 月提成", "zh"),
        ("comission pay", "en"),
        ("金额 = 5", "zh"),
        ("", "en"),
    ],
)
def test_language_of_a_file(text: str, language: str):
    """The face of most keywords; the letters decide where there are none."""
    assert parse(Source("a", text))[0].language == language


# ---- words -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", "target 金额 score month payout from commission 目标 平均 at allowance 是否 年".split()
)
def test_keywords_are_names_where_they_have_no_use(name: str):
    """A column, a definition and an operand may be called like a keyword."""
    read(f"facts deal\n  {name} money\n  other text, key")
    assert statement(f"{name} = 5").label.name == name
    assert statement(f"{name} alias other = 5").label.name == name
    assert value(f"deal.{name}").names == ("deal", name)
    assert value(f"{name}.first").names == (name, "first")


@pytest.mark.parametrize("name", ["target", "金额", "score", "month", "commission", "目标值", "结算额", "方案"])
def test_keywords_are_names_in_calculations(name: str):
    """`score target / actual` needs no quotes."""
    assert value(f"2 * {name}").right == syntax.Path((name,))


def test_a_keyword_of_two_words_ends_before_a_word_with_a_dot():
    """`by month` averages; in `by month.number` the month is a name, the key of a table."""
    assert value("quota by month") == syntax.Averaged(syntax.Path(("quota",)), "months")
    priced = value("growth on quota by month.number")
    assert priced.key == syntax.Path(("month", "number"))


def test_back_quotes_make_a_name_of_anything():
    """Blanks, signs and keywords are allowed in back-quotes."""
    assert value("`weighted sum of kpis` + `客户-A`") == syntax.Binary(
        "add", syntax.Path(("weighted sum of kpis",)), syntax.Path(("客户-A",))
    )


def test_a_longer_word_is_one_name():
    """规则数 is a name, not 规则 and 数; nor is 否则率 an `otherwise`."""
    assert value("规则数") == syntax.Path(("规则数",))
    assert step("否则率") == syntax.Value(syntax.Path(("否则率",)))


def test_multi_word_keywords_take_any_blanks():
    """Blanks inside a phrase do not matter."""
    assert step("rounded   half  up to 0.01") == syntax.Rounded("half_up", Fraction(1, 100))
    assert step("running　total of amount") == syntax.Value(syntax.RunningTotal(syntax.Path(("amount",))))


def test_a_chinese_keyword_may_touch_the_number():
    """从5万, 不超过120%, 乘以115%, 最高20万 and 无法计算时0 are split before the number."""
    assert step("乘以115%") == step("times 115%")
    assert step("最高20万") == step("at most 200,000")
    assert step("无法计算时0") == syntax.Otherwise(value("0"), True, "无法计算时")
    assert value("完成率 不低于80%") == value("完成率 >= 80%")
    assert row("从5万 3%") == [("from", 50000), ("value", Fraction(3, 100))]


@pytest.mark.parametrize(
    ("text", "spaced"),
    [
        ("奖金 乙\n  金额\n  每年 最高10万", "奖金 乙\n  金额\n  每年 最高 10万"),
        ("奖金 乙\n  金额\n  最高10万每年", "奖金 乙\n  金额\n  最高 10万 每年"),
        ("奖金 乙\n  金额\n  每年最高10万", "奖金 乙\n  金额\n  每年 最高 10万"),
        ("奖金 乙\n  金额\n  分配\n    合计最高500", "奖金 乙\n  金额\n  分配\n    合计最高 500"),
        ("保底 乙\n  8000\n  已得收入3000", "保底 乙\n  8000\n  已得收入 3000"),
        ("甲 = 合计(签约.金额，近3个月)", "甲 = 合计(签约.金额，近 3 个月)"),
        ("甲 = 合计(签约.金额，近30天 于 今日)", "甲 = 合计(签约.金额，近 30天 于 今日)"),
        ("甲 = 合计(签约.金额，最近2周)", "甲 = 合计(签约.金额，近 2周)"),
        ("甲 = 任务 于2025-01-31", "甲 = 任务 于 2025-01-31"),
        ("阶梯 甲\n  前1000 5%\n  其次2000 6%", "阶梯 甲\n  前 1000 5%\n  其次 2000 6%"),
        ("阶梯 甲\n  从0 1% 每满1000递增0.2%", "阶梯 甲\n  从 0 1% 每满 1000 递增 0.2%"),
        ("阶梯 甲\n  同 乙 加3个百分点", "阶梯 甲\n  同 乙 加 3个百分点"),
        ("方案校验 甲 每增加0.01，乙 跳变不超过100", "方案校验 甲 每增加 0.01，乙 跳变不超过 100"),
        ("周期 4周，从1997-01-06", "周期 4 周，从 1997-01-06"),
    ],
)
def test_blanks_beside_numbers_may_be_left_out(text: str, spaced: str):
    """每满1000, 前1000, 近3个月, 最高10万每年 need no blank before the number, nor behind it."""
    assert read(text).statements == read(spaced).statements


def test_a_name_may_end_in_a_digit():
    """奖金1 and 目标2 are names where a name is due."""
    assert statement("奖金 奖金1\n  5").label.name == "奖金1"
    assert value("目标2 * 2").left == syntax.Path(("目标2",))


def test_headings_take_the_rest_of_the_line():
    """`第N条 …` needs no quotes and may hold anything."""
    texts = ["第一条 绩效：总分（最高 120%", "第12条 x = 5", "第三章", "第二十一节、其他", "第四款总则"]
    clauses = read("\n".join(texts)).statements
    assert clauses == tuple(syntax.Clause(text) for text in texts)


def test_a_name_that_begins_like_a_heading():
    """第三条件 = 5 defines a name."""
    assert statement("第三条件 = 5").label.name == "第三条件"


# ---- numbers and dates -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("50,000", 50000, ""),
        ("５０，０００"[:2], 50, ""),
        ("10万", 100000, ""),
        ("10 万", 100000, ""),
        ("1.5亿", 150000000, ""),
        ("3000元", 3000, "money"),
        ("3000 元", 3000, "money"),
        ("1.2万元", 12000, "money"),
        ("5%", Fraction(1, 20), "percent"),
        ("5 %", Fraction(1, 20), "percent"),
        ("５％", Fraction(1, 20), "percent"),
        ("3‰", Fraction(3, 1000), "percent"),
        ("3个百分点", Fraction(3, 100), "percent"),
        ("0.10", Fraction(1, 10), ""),
    ],
)
def test_numbers(text: str, number: Fraction, unit: str):
    """Numbers are exact and keep their unit."""
    assert value(text) == syntax.Number(Fraction(number), unit)


def test_chinese_commas_never_group_digits():
    """1，000 is two items; 1,000 is one thousand."""
    assert len(value("f(1，000)").arguments) == 2
    assert len(value("f(1、000)").arguments) == 2
    assert value("f(1,000)").arguments == (syntax.Number(Fraction(1000)),)


@pytest.mark.parametrize(
    ("text", "day", "month_only"),
    [
        ("2023-07-01", date(2023, 7, 1), False),
        ("2023-7-1", date(2023, 7, 1), False),
        ("2023年7月1日", date(2023, 7, 1), False),
        ("２０２３年７月１号", date(2023, 7, 1), False),
        ("2023-07", date(2023, 7, 1), True),
        ("2023年7月", date(2023, 7, 1), True),
        ("2024-02-29", date(2024, 2, 29), False),
    ],
)
def test_dates(text: str, day: date, month_only: bool):
    """Dates in both ways of writing; the day may be left out."""
    assert value(text) == syntax.Day(day, month_only)


@pytest.mark.parametrize("text", ['"East 东"', "“East 东”", "「East 东」"])
def test_texts(text: str):
    """Three kinds of quotes hold a text as it is."""
    assert value(text) == syntax.Text("East 东")


def test_text_is_not_folded():
    """Full-width forms in quotes stay what they are."""
    assert value("“（１，０００）”") == syntax.Text("（１，０００）")


# ---- bounds ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("5万以上不满10万", [("from", 50000), ("below", 100000)]),
        ("5万以上", [("from", 50000)]),
        ("不满5万", [("below", 50000)]),
        ("不超过3.6万", [("up_to", 36000)]),
        ("超过3.6万至14.4万", [("above", 36000), ("up_to", 144000)]),
        ("5万（含）以上", [("from", 50000)]),
        ("5万（不含）以上", [("above", 50000)]),
        ("5万以上（不含）", [("above", 50000)]),
        ("5万（不含）以上不满10万", [("above", 50000), ("below", 100000)]),
        ("10万以下", [("up_to", 100000)]),
        ("10万以内", [("up_to", 100000)]),
        ("10万（不含）以下", [("below", 100000)]),
        ("5万（含）至10万（不含）", [("from", 50000), ("below", 100000)]),
        ("5万至10万", [("from", 50000), ("up_to", 100000)]),
        ("满 5万", [("from", 50000)]),
        ("达到5万", [("from", 50000)]),
        ("5万以上10万以下", [("from", 50000), ("up_to", 100000)]),
        ("from 5 below 10", [("from", 5), ("below", 10)]),
        ("the rest", [("the_rest", None)]),
        ("otherwise error", [("otherwise", None), ("error", None)]),
    ],
)
def test_bounds(text: str, bounds: list[tuple[str, int | None]]):
    """Every way of writing a tier says whether its ends belong to it."""
    cells = bounds if "error" in text else [*bounds, ("value", Fraction(3, 100))]
    assert row(text if "error" in text else f"{text}   3%") == cells


# ---- expressions -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("a + b * c", "a + (b * c)"),
        ("a - b - c", "(a - b) - c"),
        ("a * b of c", "(a * b) of c"),
        ("not a and b or c", "((not a) and b) or c"),
        ("a + b at least c * d", "(a + b) >= (c * d)"),
        ("-a * b", "(-a) * b"),
        ("part of x above a at least b", "(part of x above a) >= b"),
        ("t on x + 1", "(t on x) + 1"),
        ("running total of x - x", "(running total of x) - x"),
        ("金额 的 5% + 1", "(金额 的 5%) + 1"),
        ("a × b ÷ c", "(a * b) / c"),
    ],
)
def test_what_binds_tighter(text: str, same: str):
    """Calculation as in school, then comparison, then not, and, or."""
    assert value(text) == value(same)


def test_chains_are_flat():
    """`a or b or c` is one choice of three."""
    assert len(value("a or b or c").operands) == 3
    assert len(value("甲 且 乙 且 丙").operands) == 3


def test_calls():
    """Arguments, a filter, a column of tiers, and nothing at all."""
    assert value("sum(deal.amount where won)") == syntax.Call(
        syntax.Path(("sum",)), (syntax.Path(("deal", "amount")),), syntax.Path(("won",))
    )
    assert value("guide.rate(x, y)").function == syntax.Path(("guide", "rate"))
    assert value("f()").arguments == ()


def test_the_word_of_a_comparison_is_kept():
    """Messages quote the author's own word."""
    assert value("x 不低于 5").word == "不低于"
    assert value("x >= 5").word == ">="


def test_steps_on_one_line_and_in_lines_are_the_same():
    """A comma parts steps as a new line does."""
    assert statement("x = a, times 2, at most 5").body == statement("x =\n  a\n  times 2\n  at most 5").body


def test_otherwise_keeps_its_spelling():
    """否则 and 无法计算时 are told apart by the checker."""
    assert step("否则 0") == syntax.Otherwise(value("0"), False, "否则")
    assert step("无数据时 报错") == syntax.Otherwise(None, True, "无数据时")


# ---- places ----------------------------------------------------------------------------------------------


def test_spans_are_exact():
    """Lines and columns count from 1, in characters of the author's text."""
    text = "# 注释\n提成 月提成 逐笔 签约\n  累计（金额） 适用　比例 \n"
    line = statement(text)
    expr = line.body.steps[0].expr
    assert (line.span.line, line.span.column, line.span.end_line, line.span.end_column) == (2, 1, 3, 15)
    assert (line.label.span.column, line.label.span.end_column) == (4, 7)
    assert (expr.base.operand.span.column, expr.base.operand.span.end_column) == (6, 8)
    assert (expr.table.span.column, expr.table.span.end_column) == (13, 15)


def test_spans_take_no_part_in_equality():
    """The same rule elsewhere in a file is the same rule."""
    assert statement("x = 5") == statement("\n\nx   =  5")


@pytest.mark.parametrize(
    "text", ["（）：；，＋－＝＜＞％！．　【】／＊～", "“（”（", "`，`，", "# ，\n，", "「，\n，", '"，', "①Ａ０"]
)
def test_folding_moves_nothing(text: str):
    """One character for one, and none in quotes or comments."""
    assert len(fold(text)) == len(text)


def test_folding_leaves_texts_and_comments():
    """Only what is read as a scheme is folded; a quote that is not closed ends with its line."""
    assert fold("（“（”`（`# （\n（") == "(“（”`（`# （\n("
    assert fold('"（\n（') == '"（\n('
    assert fold("①") == "①"


def test_wide_blanks_count_two_columns():
    """One U+3000 indents as two blanks do."""
    assert statement("提成 甲\n　金额\n  乘以 2") == statement("提成 甲\n  金额\n　乘以 2")


def test_windows_line_ends_and_a_byte_order_mark():
    """A file from a Windows editor reads the same."""
    assert statement("\ufeffpayout\r\n  5\r\n") == statement("payout\n  5")


def test_comments_and_empty_lines():
    """They may stand anywhere, at any depth."""
    text = "# a\npayout # b\n\n      # c\n  5 # d\n\n# e\n  times 2"
    assert statement(text) == statement("payout\n  5\n  times 2")


# ---- the parse table -------------------------------------------------------------------------------------


def test_the_table_file_is_current():
    """The shipped table is made of this grammar; by the Lark installed here if versions agree."""
    text = grammar_table.stored()
    stored, wanted = json.loads(text)["key"], grammar_table.key()
    assert stored.split()[0] == wanted.split()[0], "run python -m tiercel_dsl.grammar_table"
    if stored == wanted:
        assert text == grammar_table.serialised(grammar_table.build(strict=True))


def test_this_lark_makes_a_table_that_can_be_stored():
    """What is written can be read back, whatever the version of Lark."""
    assert grammar_table.restored(grammar_table.serialised(grammar_table.build())) is not None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"key": "of another version"}'])
def test_a_table_made_for_something_else_is_not_used(text: str):
    """Another Lark, another grammar or a damaged file: the table is built."""
    assert grammar_table.restored(text) is None


def test_without_the_table_the_parser_is_the_same(monkeypatch: pytest.MonkeyPatch):
    """Built in memory it reads what the stored one reads."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in EXAMPLES)
    stored = read(text)
    monkeypatch.setattr(grammar_table, "stored", lambda: '{"key": "of another version"}')
    grammar_table.load.cache_clear()
    try:
        assert read(text) == stored
    finally:
        grammar_table.load.cache_clear()


def test_lark_is_imported_late():
    """Importing the parser does not import Lark; the first text does."""
    code = (
        "import sys; sys.path[:0] = ['dsl']; import tiercel_dsl.parser as p; assert 'lark' not in sys.modules;"
        "from tiercel_dsl.source import Source; p.parse(Source('a', 'x = 5')); assert 'lark' in sys.modules;"
        "assert 'tiercel_dsl.mistakes' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=HERE.parents[1])


def test_reading_takes_time_in_proportion():
    """Five thousand lines are read in seconds, not minutes."""
    text = "\n".join(f"commission pay{i} for each deal where won\n  5% of amount\n  times 2" for i in range(1700))
    started = process_time()
    assert len(read(text).statements) == 1700
    assert process_time() - started < 8


def test_faults_do_not_reach_the_next_statement():
    """What is sound in a file with faults is in the tree."""
    file, faults = parse(Source("a", "comission a\n  5\nx = 5\nbonus b\n  5 5\n  times 2\n"))
    assert [type(node).__name__ for node in file.statements] == ["Definition", "PayLine"]
    assert [fault.span.line for fault in faults] == [1, 5]


def test_all_faults_of_a_file_come_at_once():
    """Each line of a block is judged on its own."""
    faults: tuple[Diagnostic, ...] = parse(Source("a", "kpi a\n  wieght 5%\n  actual\n  target 5\n  scor 5\n"))[1]
    assert [fault.span.line for fault in faults] == [2, 3, 5]
