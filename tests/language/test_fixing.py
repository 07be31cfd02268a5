"""`check --fix` changes no meaning; `check --fix-review` shows the pay a fix changes before it is taken."""

import pytest

import tiercel
from tiercel.cli import main
from tiercel.files import check_file
from tiercel.mended import made_safe
from tiercel_dsl.parser import parse
from tiercel_dsl.source import Source

HEAD = """\
方案 甲
版本 1 自 2025-01-01 起
币种 CNY
周期 月
人员
  工号 文本，标识
  任务 金额，大于 0
台账 签约
  单号 文本，标识
  员工 员工，归属人
  签约日 日期，归属日
  金额 金额
"""
RAISED = (
    HEAD
    + """阶梯 首套，超额累进
  0以上   1%
阶梯 二套，超额累进
  同 首套 加 3%
提成 月提成
  合计(签约.金额) 适用 二套
"""
)
DONE = (
    HEAD
    + """完成 = 合计(签约.金额) ÷ 任务
提成 月提成
  合计(签约.金额) 的 5%
奖金 达标奖 当 完成 不低于 80
  200
"""
)


@pytest.fixture
def write(tmp_path):
    def write(text):
        file = tmp_path / "s.tier"
        file.write_text(text, "utf-8")
        return file

    return write


def said(capsys, *words):
    code = main(list(map(str, words)))
    out = capsys.readouterr()
    return code, out.out, out.err


def test_safe_fixes_leave_the_tree_and_the_hash(write, capsys):
    """加 3% becomes 加 3个百分点, and nothing else."""
    file = write(RAISED)
    before = tiercel.load(file)
    code, out, _ = said(capsys, "check", "--fix", file)
    assert (code, out) == (0, "s.tier：写成“3个百分点”\n")
    assert file.read_text("utf-8") == RAISED.replace("加 3%", "加 3个百分点")
    assert tiercel.load(file).hash == before.hash
    assert parse(Source("s", RAISED))[0].statements == parse(Source("s", file.read_text("utf-8")))[0].statements
    assert said(capsys, "check", "--fix", file)[1] == "s.tier：没有不改变意思就能改的地方\n"


def test_tabs_and_invisible_characters_are_mended_where_the_rest_was_read(write):
    """What was read before the fix means the same after it; the file then checks."""
    file = write(RAISED.replace("  同 首套 加 3%", "\t同 首套").replace("币种 CNY", "币种 CNY\u200b"))
    text, made = made_safe(file, check_file(file))
    assert sorted(fix.title for fix in made) == ["remove_invisible", "replace_tabs"]
    assert text == RAISED.replace(" 加 3%", "")


def test_a_fix_to_review_is_shown_with_the_pay_it_changes(write, capsys, tmp_path):
    """Of 900 against a target of 1,000 the bonus of 200 comes to be paid: 45 becomes 245. Nothing is written."""
    file = write(DONE)
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "人员.csv").write_text("工号,任务\nE1,1000\nE2,1000\n", "utf-8")
    (tmp_path / "facts" / "签约.csv").write_text("单号,员工,签约日,金额\nD1,E1,2025-01-03,900\n", "utf-8")
    facts = ("--facts", tmp_path / "facts", "--period", "2025-01")
    code, out, _ = said(capsys, "check", file, "--fix-review", *facts)
    assert code == 0
    assert out.splitlines() == [
        "1  s.tier 第 16 行  E2611  如果是百分比：80%",
        "   E1：由 45.00 变成 245.00",
        "   有变动的人合计：由 45.00 变成 245.00",
    ]
    assert file.read_text("utf-8") == DONE
    assert said(capsys, "check", file, "--fix-review", "1", *facts)[1].splitlines()[-1] == "s.tier：已改"
    assert file.read_text("utf-8") == DONE.replace("不低于 80", "不低于 80%")


def test_without_facts_a_made_up_case_shows_the_change(write, capsys):
    """The line that pays otherwise, before and after."""
    out = said(capsys, "check", write(DONE), "--fix-review", "--lang", "en")[1]
    assert out.splitlines()[1] == "   达标奖: 0.00 becomes 200.00"


def test_what_cannot_be_asked_for_is_told(write, capsys):
    """A number that no fix has, facts without a period, several files at once: wrong usage, nothing written."""
    file = write(DONE)
    assert said(capsys, "check", file, "--fix-review", "7")[0] == 2
    assert said(capsys, "check", file, "--fix-review", "--facts", ".")[0] == 2
    assert said(capsys, "check", file, file, "--fix-review")[0] == 2
    assert file.read_text("utf-8") == DONE
    assert "没有要核对的改法" in said(capsys, "check", write(DONE.replace("80", "80%")), "--fix-review")[1]


def test_a_bare_number_among_percentages_is_refused_in_any_row():
    """5 beside 6% would be 500%, also where it comes first."""
    for rows in ("  0以上不满5万   5\n  5万以上   6%\n", "  0以上不满5万   6%\n  5万以上   5\n"):
        with pytest.raises(tiercel.SchemeError) as refused:
            tiercel.loads(f"{HEAD}阶梯 比例，超额累进\n{rows}提成 甲\n  任务 适用 比例\n")
        assert [d.code for d in refused.value.diagnostics] == ["E2316"]
