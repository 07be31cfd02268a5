"""The mistakes that everybody makes, made in the example: what is said of each, and what mends it."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tiercel_dsl.driver import Checked, check_source, text_at
from tiercel_dsl.messages import fix_title, sentence
from tiercel_dsl.render import apply_edits
from tiercel_dsl.source import Source

EXAMPLE = Path(__file__).parents[2] / "examples" / "office_software"
FILES = {"zh": "v2.zh.tier", "en": "v2.tier"}


@dataclass(frozen=True)
class Mistake:
    """`right` is replaced by `wrong` in the file of one face; `mended` is the line after the first fix."""

    name: str
    face: str
    right: str
    wrong: str
    code: str
    underlined: str
    chinese: str
    english: str
    fix: str = ""
    mended: str = ""
    filled: tuple[str, str] = ("", "")

    def __str__(self) -> str:
        return f"{self.name} ({self.face})"


MISTAKES = [
    Mistake(
        "a missing word", "zh",
        "若 大客户，则 乘以 115%",
        "乘以 115% 大客户",
        "E1202", "大客户",
        "“乘以 115%”和“大客户”之间少了连接词；这里可以写“若 …，则 …”、“+ - × ÷”、“，”",
        "A word is missing between “乘以 115%” and “大客户”; here could stand “若 …，则 …”, “+ - × ÷”, “，”",
        "写成 若 大客户，则 乘以 115%",
        "  若 大客户，则 乘以 115%",
    ),
    Mistake(
        "a missing word", "en",
        "times 115% when large",
        "times 115% large",
        "E1202", "large",
        "“times 115%”和“large”之间少了连接词；这里可以写“when”、“+ - × ÷”、“,”",
        "A word is missing between “times 115%” and “large”; here could stand “when”, “+ - × ÷”, “,”",
        "write times 115% when large",
        "  times 115% when large",
    ),
    Mistake(
        "a misspelt name", "zh",
        "累计 金额 适用 提成比例",
        "累计 金额 适用 提成比利",
        "E2101", "提成比利",
        "没有“提成比利”这个名称，是不是“提成比例”？",
        "There is no “提成比利”; did you mean “提成比例”?",
        "改成“提成比例”",
        "  累计 金额 适用 提成比例",
    ),
    Mistake(
        "a misspelt name", "en",
        "growth on running total of amount",
        "growth on running total of amuont",
        "E2101", "amuont",
        "没有“amuont”这个名称，是不是“amount”？",
        "There is no “amuont”; did you mean “amount”?",
        "change it to “amount”",
        "  growth on running total of amount",
    ),
    Mistake(
        "a gap", "zh",
        "80%以上不满100%    1",
        "85%以上不满100%    1",
        "E2312", "85%以上不满100%",
        "阶梯“系数标准”有断档：80%以上不满85% 没有对应的档",
        "The tiers “系数标准” have a gap: no row for “80%以上不满85%”",
        "补一行，填上它的值：80%以上不满85%   ?",
        "  80%以上不满85%   ?",
        ("80%以上不满85%   ?", "80%以上不满85%   0.9"),
    ),
    Mistake(
        "a gap", "en",
        "from 80% below 100%    1",
        "from 85% below 100%    1",
        "E2312", "from 85% below 100%",
        "阶梯“coefficient”有断档：from 80% below 85% 没有对应的档",
        "The tiers “coefficient” have a gap: no row for “from 80% below 85%”",
        "add the row with its value: from 80% below 85%   ?",
        "  from 80% below 85%   ?",
        ("from 80% below 85%   ?", "from 80% below 85%   0.9"),
    ),
    Mistake(
        "an overlap", "zh",
        "60%以上不满80%     0.8",
        "60%以上至80%       0.8",
        "E2313", "80%以上不满100%",
        "阶梯“系数标准”有重叠：80% 时两档都适用；一档是 0.8，另一档是 1",
        "The tiers “系数标准” overlap: two rows hold at 80%; one gives 0.8, the other 1",
        "让这一档不含上限：60%以上不满80%",
        "  60%以上不满80%       0.8",
    ),
    Mistake(
        "an overlap", "en",
        "from 60% below 80%     0.8",
        "from 60% up to 80%     0.8",
        "E2313", "from 80% below 100%",
        "阶梯“coefficient”有重叠：80% 时两档都适用；一档是 0.8，另一档是 1",
        "The tiers “coefficient” overlap: two rows hold at 80%; one gives 0.8, the other 1",
        "let this row stop before its bound: from 60% below 80%",
        "  from 60% below 80%     0.8",
    ),
    Mistake(
        "weights of 95%", "zh",
        "  权重 30%",
        "  权重 25%",
        "E2301", "权重 25%",
        "指标权重合计 95%，差 5 个百分点；大客户签约率 25%、客户留存率 25%、客户满意度 20%、小单量 25%",
        "The kpi weights total 95%, not 100% (5 percentage points too few); "
        "大客户签约率 25%, 客户留存率 25%, 客户满意度 20%, 小单量 25%",
    ),
    Mistake(
        "weights of 95%", "en",
        "  weight 30%",
        "  weight 25%",
        "E2301", "weight 25%",
        "指标权重合计 95%，差 5 个百分点；signing 25%、retention 25%、satisfaction 20%、small 25%",
        "The kpi weights total 95%, not 100% (5 percentage points too few); "
        "signing 25%, retention 25%, satisfaction 20%, small 25%",
    ),
    Mistake(
        "a text compared with money", "zh",
        "large = 金额 不低于 大客户门槛",
        "large = 客户 不低于 3000元",
        "E2103", "客户",
        "文字不能和金额作比较；“3000元”是金额，左边的“客户”是文字",
        "Text cannot be compared with money; “客户” is text, “3000元” is money",
        "改成“金额”",
        "  大客户 又名 large = 金额 不低于 3000元",
    ),
    Mistake(
        "a text compared with money", "en",
        "= amount at least large_from",
        "= client at least refunded",
        "E2103", "client",
        "文字不能和金额作比较；“refunded”是金额，左边的“client”是文字",
        "Text cannot be compared with money; “client” is text, “refunded” is money",
        "change it to “amount”",
        "  large alias 大客户 = amount at least refunded",
    ),
    Mistake(
        "a text compared with a parameter", "zh",
        "large = 金额 不低于 大客户门槛",
        "large = 客户 不低于 大客户门槛",
        "E2103", "客户",
        "文字不能和不带单位的数作比较；“大客户门槛”是不带单位的数，左边的“客户”是文字",
        "Text cannot be compared with a bare number; “客户” is text, “大客户门槛” is a bare number",
        "改成“金额”",
        "  大客户 又名 large = 金额 不低于 大客户门槛",
    ),
    Mistake(
        "money compared with a word", "en",
        "= amount at least large_from",
        '= amount at least "large"',
        "E2103", '"large"',
        "金额不能和文字作比较；“large”是文字，左边的“amount”是金额",
        "Money cannot be compared with text; “amount” is money, “large” is text",
        "write a number, for example 10,000",
    ),
    Mistake(
        "money compared with a number in quotes", "zh",
        "large = 金额 不低于 大客户门槛",
        "large = 金额 不低于 “1万”",
        "E2103", "“1万”",
        "金额不能和文字作比较；“1万”是文字，左边的“金额”是金额",
        "Money cannot be compared with text; “金额” is money, “1万” is text",
        "改成“1万”",
        "  大客户 又名 large = 金额 不低于 1万",
    ),
]  # fmt: skip

each_mistake = pytest.mark.parametrize("mistake", MISTAKES, ids=str)


def load(name: str) -> Source:
    return Source(name, (EXAMPLE / name).read_text(encoding="utf-8"))


def checked(text: str, face: str) -> Checked:
    return check_source(Source(FILES[face], text), load)


def wrong(mistake: Mistake) -> str:
    """The example with the mistake made in it."""
    text = load(FILES[mistake.face]).text
    assert text.count(mistake.right) == 1
    return text.replace(mistake.right, mistake.wrong)


@pytest.mark.parametrize("face", FILES)
def test_the_example_has_no_fault(face):
    """Before a mistake is made there is nothing to say."""
    assert checked(load(FILES[face]).text, face).diagnostics == ()


@each_mistake
def test_the_mistake_is_found_where_it_is(mistake):
    """One message, with the wrong piece of text underlined."""
    result = checked(wrong(mistake), mistake.face)
    assert [d.code for d in result.diagnostics] == [mistake.code]
    assert text_at(result.diagnostics[0].span, result.sources) == mistake.underlined
    assert result.scheme is None


@each_mistake
def test_what_is_said_of_it(mistake):
    """The whole sentence, in both languages."""
    diagnostic = checked(wrong(mistake), mistake.face).diagnostics[0]
    assert sentence(diagnostic, "zh") == mistake.chinese
    assert sentence(diagnostic, "en") == mistake.english


@each_mistake
def test_how_it_is_mended(mistake):
    """The first fix says what to do; where it can be done at once, the scheme is whole again."""
    text = wrong(mistake)
    fixes = checked(text, mistake.face).diagnostics[0].fixes
    assert [fix_title(fix, mistake.face) for fix in fixes[:1]] == [mistake.fix][: bool(mistake.fix)]
    if not mistake.mended:
        assert not any(fix.edits for fix in fixes)
        return
    mended = apply_edits(text, fixes[0].edits)
    assert mistake.mended in mended.split("\n")
    result = checked(mended.replace(*mistake.filled) if mistake.filled[0] else mended, mistake.face)
    assert [d for d in result.diagnostics if d.code != "E2605"] == []


@pytest.mark.parametrize("face", FILES)
def test_weights_are_nobodys_guess(face):
    """All weights are pointed at, and none is changed for the author."""
    mistake = next(m for m in MISTAKES if m.code == "E2301" and m.face == face)
    diagnostic = checked(wrong(mistake), face).diagnostics[0]
    assert diagnostic.fixes == ()
    assert len(diagnostic.related) == 3
