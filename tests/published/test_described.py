"""Descriptions: committed as they are, the same figures in both languages, a sentence for everything a scheme can say."""

import dataclasses
import importlib.util
import inspect
import re
import string
import sys
import typing
from pathlib import Path

import pytest

import tiercel
from tiercel.cli import main
from tiercel.worked import worked
from tiercel_dsl import articles, prose, scheme
from tiercel_dsl.describe import describe
from tiercel_dsl.messages.prose import PROSE

_SPEC = importlib.util.spec_from_file_location("described", Path(__file__).with_name("described.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
described = sys.modules["described"] = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(described)

FIGURE = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
SCHEMES = list(described.schemes())

# What has no sentence of its own: told within the sentence of what holds it.
WITHIN = {
    "Names", "Place", "Rounding", "Window", "Body", "Receiver", "Share", "Upline", "Check", "Column", "Rates",
    "DatedValue", "Bound", "Series", "Tier", "Range", "Exactly", "LookupRow", "ExceptionTo", "Move", "BalanceLimit",
    "RankKey", "Rater", "Item", "Instalment", "TakeBack", "Settlement", "Keep", "Pilot", "Blend", "Floor",
    "CarriedOver", "Stamp", "CheckedScheme",
}  # fmt: skip


def figures(article: str) -> list[str]:
    return sorted(FIGURE.findall(re.sub(r"Article \d+", "", article)))


@pytest.mark.parametrize(("path", "text"), SCHEMES, ids=[path.stem for path, _ in SCHEMES])
def test_the_description_of_every_example_is_current(path, text):
    """What the repository holds is what is said today; `described.py` writes it anew."""
    assert text.read_text("utf-8") == described.written(path)


def test_both_languages_have_the_same_numbers_and_figures():
    """Article by article, in any order: no amount, rate, bound or day is said in one language only."""
    for _, text in SCHEMES:
        chinese, english = text.read_text("utf-8").split(f"\n{'-' * 40}\n\n")
        pairs = list(zip(chinese.strip().split("\n\n"), english.strip().split("\n\n"), strict=True))
        assert [n for n, (_, said) in enumerate(pairs[1:], 1) if not said.startswith(f"Article {n}. ")] == []
        for said in pairs[1:]:
            assert figures(said[0]) == figures(said[1]), (text, said)


def test_two_faces_of_a_scheme_have_one_description():
    """A translated file says what the other says."""
    home = described.EXAMPLES / "office_software"
    assert described.both(home / "v2.tier") == described.both(home / "v2.zh.tier")


def test_every_node_of_a_scheme_has_a_sentence():
    """A new kind of term, step or declaration is told, or it stands among what another sentence tells."""
    told = {*prose.TERMS, *prose.STEPS, *articles.DECLARED}
    nodes = {c for _, c in inspect.getmembers(scheme, inspect.isclass) if dataclasses.is_dataclass(c)}
    mine = {c for c in nodes if c.__module__ == scheme.__name__}
    assert {c.__name__ for c in mine - told} == WITHIN
    assert set(typing.get_args(scheme.Term)) <= set(prose.TERMS)
    assert set(typing.get_args(scheme.Step)) <= set(prose.STEPS)


def test_every_field_of_a_whole_scheme_is_told():
    """Whatever a scheme declares has an article: what `CheckedScheme` gains must be told too."""
    told = {
        "identity", "version", "first", "last", "currency", "period", "rounding", "tables", "parameters", "values",
        "scores", "tiers", "kpis", "lines", "requirements", "payout", "names", "payout_place", "lookups", "promises",
        "language", "weeks", "week_first", "zone", "accounts", "ranks", "competencies", "transition", "stamp",
    }  # fmt: skip
    assert {f.name for f in dataclasses.fields(scheme.CheckedScheme) if f.init} == told


@pytest.mark.parametrize("key", PROSE)
def test_both_sides_of_a_sentence_speak_of_the_same_things(key):
    """The facts that one language names the other names too."""
    sides = [{name for _, name, _, _ in string.Formatter().parse(side) if name} for side in PROSE[key]]
    assert sides[0] == sides[1] or key in ("see", "article")
    assert not re.search(r"[一-鿿]", PROSE[key][0])


POLICY = """方案 提成办法
版本 1 自 2025-01-01 起
币种 CNY
周期 月
人员
  工号 文本，标识
台账 签约
  单号 文本，标识
  销售员 员工，归属人
  签约日 日期，归属日
  金额 金额
  大客户 是否
阶梯 提成比例，超额累进
  不满5万    5%
  5万以上    6%
提成 月提成
  合计(签约.金额) 适用 提成比例
奖金 大单奖 逐笔 签约 仅限 大客户
  金额 的 1%
  最高 800元
"""
SAID = """提成办法（第 1 版）

第一条　本方案为“提成办法”，第 1 版，自 2025-01-01 起执行。按月结算，币种 CNY。所称“以上”“不低于”“不超过”含本数，“超过”“不满”不含本数。

第二条　每名员工登记：工号。

第三条　每笔签约登记：单号、销售员、签约日、金额、大客户。归销售员名下，按签约日归入当期。

第四条　“提成比例”：超额累进，各段按各档计算。
    不满 50,000：5%
    50,000 以上：6%

第五条　提成“月提成”：签约的金额合计按“提成比例”（第四条）计算的数。
    例：签约 1 笔合计 10,000 元，得 500 元。

第六条　奖金“大单奖”（每笔签约分别计算，仅限大客户）：金额的 1%；最高 800 元。
    例：金额 10,000 元，得 100 元。

第七条　每人的结算额为本期各项之和，减去扣除。
    例：“月提成” 500 元、“大单奖” 100 元，得 600 元。
"""  # 10,000 × 5% = 500; 10,000 × 1% = 100


def test_a_small_policy_reads_as_one_would_sign_it():
    """Numbered 条, figures grouped, a worked amount under each rule that pays."""
    made = tiercel.loads(POLICY)
    assert describe(made.checked, "zh", worked(made)) == SAID


def test_the_command_describes_in_the_language_asked_for(capsys, tmp_path):
    """A Chinese scheme speaks Chinese; --lang en says the same in English."""
    file = tmp_path / "s.tier"
    file.write_text(POLICY, "utf-8")
    assert main(["describe", str(file)]) == 0
    assert capsys.readouterr().out == SAID
    assert main(["describe", str(file), "--lang", "en"]) == 0
    assert (
        "Article 6. The bonus “大单奖” of each 签约 where 大客户 is: 1% of 金额; at most 800 CNY."
        in capsys.readouterr().out
    )
