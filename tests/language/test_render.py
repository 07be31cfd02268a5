import json
from dataclasses import replace

import pytest

from tiercel_dsl.diagnostics import Cell, Diagnostic, Edit, Fix, FixKind, Related, Severity
from tiercel_dsl.render import apply_edits, as_json, render, render_all
from tiercel_dsl.source import NOWHERE, Source, Span, display_width

FILE = "方案/华东.tier"
TEXT = """方案 华东
指标 业绩
  得分 若 业绩 >= "优秀"，则 5%
"""
SOURCES = {FILE: Source(FILE, TEXT)}
PLACE = Span(FILE, 3, 14, 3, 18)
FACTS = {"left": "业绩", "left_type": "money", "right": '"优秀"', "right_type": "text"}
FIXES = (
    Fix(FixKind.review, "did_you_mean", (Edit(Span(FILE, 3, 8, 3, 10), "评级"),), {"candidate": "评级"}),
    Fix(FixKind.review, "write_number", (), {"text": "业绩 >= 10万"}),
)
MIXED = Diagnostic("E2103", PLACE, FACTS, fixes=FIXES, clause="第三条 绩效")


def carets(text: str) -> tuple[str, str]:
    """The text over the carets of a rendering: what a reader sees them point at."""
    lines = text.split("\n")
    at = next(i for i, line in enumerate(lines) if "^" in line)
    start = display_width(lines[at][: lines[at].index("^")])
    width = lines[at].count("^")
    columns = [(display_width(lines[at - 1][:i]), char) for i, char in enumerate(lines[at - 1])]
    return "".join(char for column, char in columns if start <= column < start + width), lines[at]


# ---- schemes -----------------------------------------------------------------------------------------------


def test_a_chinese_message():
    """Heading, place with its clause, line, carets with the remark, fixes, where to read on."""
    assert (
        render(MIXED, SOURCES, "zh")
        == """\
错误 E2103：金额不能和文字作比较
  方案/华东.tier 第 3 行（第三条 绩效）
   3 │   得分 若 业绩 >= "优秀"，则 5%
     │                   ^^^^^^ “优秀”是文字，左边的“业绩”是金额
  改法 1：改成“评级” → 得分 若 评级 >= "优秀"，则 5%
  改法 2：写成数字，例如 业绩 >= 10万
  详细说明：tiercel explain-code E2103"""
    )


def test_an_english_message():
    """The same record in English."""
    assert (
        render(MIXED, SOURCES, "en")
        == """\
error E2103: Money cannot be compared with text
  方案/华东.tier line 3 (第三条 绩效)
   3 │   得分 若 业绩 >= "优秀"，则 5%
     │                   ^^^^^^ “业绩” is money, “优秀” is text
  fix 1: change it to “评级” → 得分 若 评级 >= "优秀"，则 5%
  fix 2: write a number, for example 业绩 >= 10万
  details: tiercel explain-code E2103"""
    )


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("  amount of 5%", "of"),
        ("  签约金额 的 5%", "的"),
        ("　　签约，金额（甲）：乙", "乙"),
        ("  客户 = “𠮷野家”，则 喆", "喆"),
        ("  𠮷𠮷 = 甲", "甲"),
        ("  ＡＢＣ　＝　１００％", "１００％"),
        ("  完成率 ≥ 80% × 系数", "系数"),
        ("  e\u0301te\u0301 = x", "x"),
    ],
)
def test_carets_stand_under_what_is_wrong(line, wrong):
    """By display width: Chinese, full-width forms, rare characters and accents before it."""
    at = line.index(wrong) + 1
    source = Source("a.tier", f"first\n{line}\n")
    text = render(Diagnostic("E2101", Span("a.tier", 2, at, 2, at + len(wrong))), {"a.tier": source}, "zh")
    assert carets(text)[0] == wrong


def test_an_empty_span_gets_one_caret():
    """Something is missing there: the caret stands where it belongs."""
    assert carets(render(replace(MIXED, span=Span(FILE, 3, 3, 3, 3)), SOURCES, "zh"))[1].count("^") == 1


def test_a_span_over_lines_is_shown_to_the_end_of_its_first():
    """Only the first line, without its line end."""
    sources = {"a.tier": Source("a.tier", "one two  \r\nthree\r\n")}
    text = render(Diagnostic("E2101", Span("a.tier", 1, 5, 2, 3)), sources, "en")
    assert carets(text) == ("two", "     │     ^^^")


def test_a_long_remark_moves_below_the_carets():
    """No line is stretched over the screen."""
    facts = {"table": "提成比例", "base": "100000", "marginal": "5500", "whole": "6000"}
    lines = render(Diagnostic("E2311", PLACE, facts), SOURCES, "zh").split("\n")
    assert lines[3].endswith("^^^^^^")
    assert lines[4] == (
        "  以 100,000 为例：各段按各档计算（超额累进）得 5,500，全部按达到的一档计算（全额累进）得 6,000"
    )


def test_characters_that_control_a_terminal_are_shown_as_boxes():
    """A scheme cannot colour or clear the screen."""
    sources = {"a.tier": Source("a.tier", "甲\x1b[2J乙\u200b丙")}
    text = render(Diagnostic("E2101", Span("a.tier", 1, 8, 1, 9), {"name": "\x1b[2J"}), sources, "zh")
    assert "\x1b" not in text
    assert "   1 │ 甲□[2J乙□丙" in text
    assert carets(text)[0] == "丙"


def test_second_places_have_their_own_lines():
    """Where a name was given first."""
    related = (Related(Span(FILE, 1, 4, 1, 6), "first_here", {"name": "华东"}),)
    diagnostic = Diagnostic("E2104", Span(FILE, 2, 4, 2, 6), {"name": "华东"}, related=related)
    assert (
        render(diagnostic, SOURCES, "zh")
        == """\
错误 E2104：“华东”这个名称用了两次
  方案/华东.tier 第 2 行
   2 │ 指标 业绩
     │      ^^^^ 一个名称只能指一项，请给其中一项另取名称
  方案/华东.tier 第 1 行：“华东”第一次写在这里
   1 │ 方案 华东
     │      ^^^^
  详细说明：tiercel explain-code E2104"""
    )


def test_what_could_stand_there_is_told_once():
    """`expected` is listed where neither the sentence nor a fix says it."""
    diagnostic = replace(MIXED, fixes=(), expected=("数字", "百分比"))
    assert "  可以写：数字、百分比\n" in render(diagnostic, SOURCES, "zh")
    assert "可以写" not in render(replace(diagnostic, expected=("文字",)), SOURCES, "zh")
    assert "可以写" not in render(replace(diagnostic, fixes=FIXES), SOURCES, "zh")


def test_a_fix_that_adds_a_line_shows_only_its_title():
    """The missing row is in the title already."""
    edit = Edit(Span(FILE, 3, 3, 3, 3), "80%以上不满85%   ?\n  ")
    fix = Fix(FixKind.review, "missing_row", (edit,), {"row": "80%以上不满85%   ?"})
    text = render(replace(MIXED, fixes=(fix,)), SOURCES, "zh")
    assert "\n  改法 1：补一行，填上它的值：80%以上不满85%   ?\n" in text


def test_severities():
    """A note and a warning call themselves so."""
    assert render(replace(MIXED, severity=Severity.warning), SOURCES, "zh").startswith("警告 E2103：")
    assert render(replace(MIXED, severity=Severity.note), SOURCES, "en").startswith("note E2103: ")


def test_color_only_on_request():
    """The same text, with the heading and the carets in colour."""
    plain, colored = render(MIXED, SOURCES, "zh"), render(MIXED, SOURCES, "zh", color=True)
    assert "\x1b" not in plain
    assert colored.startswith("\x1b[1;31m错误 E2103：\x1b[0m")
    assert colored.replace("\x1b[1;31m", "").replace("\x1b[0m", "") == plain


@pytest.mark.parametrize("span", [NOWHERE, Span("gone.tier", 3, 1, 3, 2), Span(FILE, 99, 1, 99, 2)])
def test_a_place_that_cannot_be_shown_is_no_failure(span):
    """Without the source or the line, the message still comes."""
    text = render(replace(MIXED, span=span), SOURCES, "zh")
    assert text.startswith("错误 E2103：金额不能和文字作比较\n")
    assert "\n  “优秀”是文字，左边的“业绩”是金额\n" in text
    assert "^" not in text


# ---- data --------------------------------------------------------------------------------------------------


def test_a_cell_of_a_workbook():
    """File, sheet and cell as Excel names them; what is wrong; how many more."""
    facts = {"column": "金额", "seen": "一万左右"}
    cell = Cell("业绩.xlsx", 17, "D", "9月")
    assert (
        render(Diagnostic("E3102", facts=facts, seen="一万左右", cell=cell, more=5), {}, "zh")
        == """\
错误 E3102：“金额”填的是“一万左右”，不是数字
  业绩.xlsx > 9月 > D17
  另有 5 处相同
  详细说明：tiercel explain-code E3102"""
    )


@pytest.mark.parametrize(
    ("cell", "chinese", "english"),
    [
        (Cell("签约.csv", 17, "金额"), "签约.csv 第 17 行 列“金额”", "签约.csv row 17 column “金额”"),
        (Cell("签约.csv", 1), "签约.csv 第 1 行", "签约.csv row 1"),
        (Cell("签约.csv"), "签约.csv", "签约.csv"),
        (
            Cell("a.xlsx", 3, "金额", "9月"),
            "a.xlsx > 9月 第 3 行 列“金额”",
            "a.xlsx > 9月 row 3 column “金额”",
        ),
        (
            Cell("rows", 2, "ID", "deal"),
            "传入的数据 > deal 第 2 行 列“ID”",
            "the data passed > deal row 2 column “ID”",
        ),
    ],
)
def test_places_in_data(cell, chinese, english):
    """As the reader counts and calls them."""
    diagnostic = Diagnostic("E3101", facts={"column": "金额"}, cell=cell)
    assert render(diagnostic, {}, "zh").split("\n")[1] == f"  {chinese}"
    assert render(diagnostic, {}, "en").split("\n")[1] == f"  {english}"


def test_what_was_found_is_told_once():
    """`seen` has a line of its own where the sentence does not show it."""
    facts = {"column": "已成交", "wanted": "yesno", "given": "Decimal"}
    diagnostic = Diagnostic("E3112", facts=facts, seen="3.5", cell=Cell("rows", 2, "won", "deal"))
    assert "\n  填的是：3.5\n" in render(diagnostic, {}, "zh")
    assert "\n  found: 3.5\n" in render(diagnostic, {}, "en")


# ---- several -----------------------------------------------------------------------------------------------


def test_five_messages_and_how_many_more():
    """The first five in the order given, a blank line between them."""
    faults = [Diagnostic("E2104", facts={"name": f"n{i}"}) for i in range(8)]
    chinese, english = render_all(faults, {}, "zh"), render_all(faults, {}, "en")
    assert chinese.count("错误 E2104") == 5
    assert "“n4”" in chinese
    assert "“n5”" not in chinese
    assert chinese.endswith("\n\n另有 3 个问题")
    assert english.endswith("\n\nand 3 more")


def test_no_messages_are_no_text():
    """Nothing to say, nothing said; and no "0 more"."""
    assert render_all([], {}, "zh") == ""
    assert "另有" not in render_all([MIXED] * 5, SOURCES, "zh")


# ---- JSON --------------------------------------------------------------------------------------------------


def test_json_of_a_place_in_a_scheme():
    """Exactly the fields of the contract."""
    related = (Related(Span(FILE, 1, 4, 1, 6), "first_here"),)
    fix = replace(FIXES[0], kind=FixKind.safe)
    diagnostic = replace(MIXED, related=related, fixes=(fix,), seen='"优秀"', expected=("数字",))
    assert as_json(diagnostic, "zh") == {
        "code": "E2103",
        "severity": "error",
        "message": "金额不能和文字作比较；“优秀”是文字，左边的“业绩”是金额",
        "file": FILE,
        "line": 3,
        "column": 14,
        "end_line": 3,
        "end_column": 18,
        "seen": '"优秀"',
        "expected": ["数字"],
        "related": [
            {
                "message": "第一次写在这里",
                "file": FILE,
                "line": 1,
                "column": 4,
                "end_line": 1,
                "end_column": 6,
            }
        ],
        "fixes": [
            {
                "kind": "safe",
                "title": "改成“评级”",
                "edits": [{"file": FILE, "line": 3, "column": 8, "end_line": 3, "end_column": 10, "text": "评级"}],
            }
        ],
    }
    json.dumps(as_json(diagnostic, "zh"), ensure_ascii=False)


def test_json_of_a_cell():
    """Row and column of the data under the same names."""
    record = as_json(Diagnostic("E3101", facts={"column": "金额"}, cell=Cell("业绩.xlsx", 17, "D", "9月")), "en")
    assert [record[k] for k in ("file", "line", "column", "end_line", "end_column")] == [
        "业绩.xlsx", 17, "9月!D", 17, "9月!D",
    ]  # fmt: skip


@pytest.mark.parametrize("file", ["/home/li/方案/a.tier", "C:\\Users\\li\\a.tier", "\\\\server\\share\\a.tier"])
def test_json_has_no_absolute_paths(file):
    """Only the name of the file is left."""
    assert as_json(Diagnostic("E2351", Span(file, 1, 1, 1, 1)), "zh")["file"] == "a.tier"


# ---- edits -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edits", "after"),
    [
        ([], "甲 = 1\n乙 = 2\n"),
        ([Edit(Span("", 1, 1, 1, 2), "𠮷")], "𠮷 = 1\n乙 = 2\n"),
        ([Edit(Span("", 2, 5, 2, 6), "20"), Edit(Span("", 1, 5, 1, 6), "10")], "甲 = 10\n乙 = 20\n"),
        ([Edit(Span("", 1, 6, 1, 6), "0"), Edit(Span("", 1, 6, 1, 6), "%")], "甲 = 10%\n乙 = 2\n"),
        ([Edit(Span("", 1, 6, 2, 6), "")], "甲 = 1\n"),
        ([Edit(Span("", 3, 1, 3, 1), "丙 = 3\n")], "甲 = 1\n乙 = 2\n丙 = 3\n"),
        ([Edit(Span("", 9, 9, 9, 9), "丙 = 3\n")], "甲 = 1\n乙 = 2\n丙 = 3\n"),
    ],
)
def test_edits_are_made_at_their_places(edits, after):
    """In any order given; insertions at one place keep theirs; beyond the end is the end."""
    assert apply_edits("甲 = 1\n乙 = 2\n", edits) == after


def test_edits_that_overlap_are_refused():
    """Two answers for one place would be a guess."""
    edits = [Edit(Span("", 1, 1, 1, 3), "x"), Edit(Span("", 1, 2, 1, 4), "y")]
    with pytest.raises(ValueError, match="overlap"):
        apply_edits("abcdef", edits)
