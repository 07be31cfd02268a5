"""What the meaning hash sees of a scheme, and what it does not."""

import random
import re
from pathlib import Path

import pytest

from tiercel_dsl.driver import Checked, check_source
from tiercel_dsl.source import Source

EXAMPLE = Path(__file__).parents[2] / "examples" / "office_software"
ENGLISH, CHINESE, COMPANY = (
    (EXAMPLE / name).read_text(encoding="utf-8") for name in ("v2.tier", "v2.zh.tier", "company.tier")
)


def load(name: str) -> Source:
    return Source(name, (EXAMPLE / name).read_text(encoding="utf-8"))


def checked(text: str) -> Checked:
    return check_source(Source("main.tier", text), load)


def hashed(text: str) -> str:
    """The hash of a text that must be a scheme."""
    result = checked(text)
    assert result.scheme is not None, result.diagnostics
    return result.scheme.hash


HASH = hashed(ENGLISH)


def replaced(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


def without_aliases(text: str) -> str:
    """But for the items of a competency: the data know them by their second names."""
    lines = text.splitlines(keepends=True)
    return "".join(line if line.startswith("  item ") else re.sub(" alias [一-鿿]+", "", line) for line in lines)


def statements(text: str) -> list[str]:
    """The pieces that begin at the left margin, without comments."""
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    pieces: list[str] = []
    for line in lines:
        if line.startswith(" "):
            pieces[-1] += line + "\n"
        else:
            pieces.append(line + "\n")
    return pieces


def outside_texts(text: str, table: dict[str, str]) -> str:
    """Characters replaced, but not in texts or comments, nor the commas that group digits."""
    parts = re.split(r"(\"[^\"]*\"|#[^\n]*)", text)
    signs = re.compile("|".join(re.escape(sign) + "(?![0-9]{3})" * (sign in ",，") for sign in table))
    return "".join(p if i % 2 else signs.sub(lambda m: table[m[0]], p) for i, p in enumerate(parts))


WIDE = dict(zip(",()=%+/:", "，（）＝％＋／：", strict=True))
WIDE_DIGITS = {str(digit): chr(0xFF10 + digit) for digit in range(10)}

SAME = {
    "without comments": re.sub(r"(?m)^ *#.*\n", "", ENGLISH),
    "with more comments": re.sub(r"(?m)$", "  # noted", ENGLISH),
    "without blank lines": re.sub(r"\n\n+", "\n", ENGLISH),
    "with more blank lines": ENGLISH.replace("\n", "\n\n"),
    "indented deeper": re.sub(r"(?m)^  ", "      ", ENGLISH),
    "with more blanks between words": re.sub(r"(?<=\S) (?=\S)", "   ", ENGLISH),
    "with line ends of Windows": ENGLISH.replace("\n", "\r\n"),
    "without a line end at the end": ENGLISH.rstrip("\n"),
    "with other headings": re.sub(r'clause ".*"', 'clause "Elsewhere"', ENGLISH),
    "without headings": re.sub(r"clause .*\n", "", ENGLISH),
    "without titles": re.sub(r'( alias \S+) "[^"]*"', r"\1", ENGLISH),
    "with full-width signs": outside_texts(ENGLISH, WIDE),
    "with full-width digits": outside_texts(ENGLISH, WIDE_DIGITS),
    "in Chinese": CHINESE,
    "in Chinese with half-width signs": outside_texts(CHINESE, {wide: narrow for narrow, wide in WIDE.items()}),
    "with the tables in the same file": replaced(ENGLISH, 'use "company.tier"\n', COMPANY),
    "with the Chinese tables": replaced(ENGLISH, "company.tier", "company.zh.tier"),
    "without other names": without_aliases(ENGLISH),
    "with names the other way round": re.sub(r"(\w+) alias ([一-鿿]+)", r"\2 alias \1", ENGLISH),
    "with numbers written otherwise": ENGLISH.replace("50,000", "5万").replace("200,000", "20万元").replace("10,000", "10000.0"),
    "with percent written otherwise": ENGLISH.replace("115%", "115.00%").replace("120%", "1200‰"),
    "with signs for words": replaced(replaced(ENGLISH, "amount at least large_from", "amount >= large_from"), " / ", " ÷ "),
    "with bounds borrowed from the next row": re.sub(r"(from [0-9,%]+) below [0-9,%]+", r"\1", ENGLISH),
    "with rows of tiers upside down": replaced(
        ENGLISH,
        "  below 50,000                5%\n  from 50,000 below 150,000   6%\n  from 150,000                8%\n",
        "  from 150,000                8%\n  from 50,000 below 150,000   6%\n  below 50,000                5%\n",
    ),
    "with a dated value that begins where the other ends": replaced(
        ENGLISH, "85 until 2023-08-31, 90 from 2023-09-01", "90 from 2023-09-01, 85"
    ),
    "with the lines of a kpi in another order": replaced(
        ENGLISH, "  weight 25%\n  actual count(deal where won and not large)\n", "  actual count(deal where won and not large)\n  weight 25%\n"
    ),
    "with steps on one line": replaced(ENGLISH, "amount\n  times 115%", "amount, times 115%"),
    "with a step on two lines": replaced(ENGLISH, "weighted sum of kpis, rounded", "weighted sum of kpis\n  rounded"),
    "with brackets": replaced(ENGLISH, "won and not large", "(won and (not large))"),
}  # fmt: skip


@pytest.mark.parametrize("how", SAME)
def test_writing_does_not_move_the_hash(how):
    """The same rules, written otherwise, are the same scheme."""
    assert SAME[how] != ENGLISH
    assert hashed(SAME[how]) == HASH


@pytest.mark.parametrize("seed", range(12))
def test_the_order_of_declarations_does_not_move_the_hash(seed):
    """A scheme may be told in any order."""
    pieces = [piece for piece in statements(ENGLISH) if not piece.startswith("clause")]
    random.Random(seed).shuffle(pieces)
    assert hashed("".join(pieces)) == HASH


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_columns_does_not_move_the_hash(seed):
    """Nor does the order of the columns of a table."""
    shuffle = random.Random(seed).shuffle
    pieces: list[str] = []
    for piece in statements(COMPANY):
        head, *lines = piece.splitlines(keepends=True)
        if head.startswith(("facts", "people", "group")):
            shuffle(lines)
        pieces.append(head + "".join(lines))
    shuffle(pieces)
    assert hashed(replaced(ENGLISH, 'use "company.tier"\n', "".join(pieces))) == HASH


CODE = re.sub(r"\"[^\"]*\"|#[^\n]*|[一-鿿]+", lambda match: " " * len(match[0]), ENGLISH)
NUMBERS = [match.span() for match in re.finditer(r"(?<![\w.-])[0-9][0-9,]*(?:\.[0-9]+)?(?=%|\b)(?!-)", CODE)]


@pytest.mark.parametrize(("start", "end"), NUMBERS)
def test_every_number_moves_the_hash(start, end):
    """No number of a rule can be changed without a trace: another hash, or no scheme at all."""
    changed = checked(f"{ENGLISH[:start]}7{ENGLISH[start:end].replace(',', '')}{ENGLISH[end:]}").scheme
    assert changed is None or changed.hash != HASH


def test_all_numbers_were_tried():
    """The head, 4 kpis, 2 parameters, 2 tables, the factor, the bonus and the cap."""
    assert len(NUMBERS) >= 35


OTHER_RULES = [
    ("scheme office_sales", "scheme office_sale"),
    ("version 2 from 2023-07-01", "version 3 from 2023-07-01"),
    ("version 2 from 2023-07-01", "version 2 from 2023-08-01"),
    ("version 2 from 2023-07-01", "version 2 from 2023-07-01 until 2023-12-31"),
    ("currency CNY", "currency USD"),
    ("period month", "period quarter"),
    ("currency CNY", "currency CNY\nmoney rounded down to 0.01"),
    ("amount at least large_from", "amount above large_from"),
    ("amount at least large_from", "amount at least large_from and won"),
    ("large and won", "large or won"),
    ("count(deal where large and won) / count", "count(deal where large and won) * count"),
    ("won and not large", "won and large"),
    ('outcome = "续约"', 'outcome = "流失"'),
    ('outcome = "续约"', 'outcome != "续约"'),
    ("average(survey.points where valid)", "max(survey.points where valid)"),
    ("average(survey.points where valid)", "average(survey.points)"),
    (", otherwise unsurveyed_points", ""),
    ("otherwise unsurveyed_points", "otherwise error"),
    ("  not applicable when count(renewal where decided) = 0\n", ""),
    ("kpi small alias 小单量", "kpi small_deals alias 小单量"),
    ("  target small_target\n  score actual / target", "  target small_target\n  score target / actual"),
    ("  target small_target\n", "  target deal_target\n"),
    ("  target small_target\n", "  target small_target\n  less is better\n"),
    ("score actual / target, at most 100%", "score actual / target, at least 100%"),
    ("half up to 0.0001", "half even to 0.0001"),
    ("half up to 0.0001", "up to 0.0001"),
    (", rounded half up to 0.0001", ""),
    ("85 until 2023-08-31, 90 from 2023-09-01", "85 until 2023-09-30, 90 from 2023-10-01"),
    ("alias 提成比例, marginal", "alias 提成比例, whole"),
    ("alias 提成比例, marginal", "alias 提成比例, marginal, rounded half up to 0.01"),
    ("below 50,000                5%\n  from 50,000 ", "up to 50,000                5%\n  above 50,000 "),
    ("below 150,000   6%\n  from 150,000", "up to 150,000   6%\n  above 150,000"),
    ("  from 100%              1.2\n", "  from 100%              1.2\n  otherwise 0\n"),
    ("below 60%  ", "from 0% below 60%"),
    ("commission signing_pay alias 签约提成 for each deal where won\n", "commission signing_pay alias 签约提成 for each deal\n"),
    ("commission signing_pay", "bonus signing_pay"),
    ("growth on running total of amount", "growth on amount"),
    ("growth on running total of amount", "growth(running total of amount) of amount"),
    ("times 115% when large", "times 115%"),
    ("times 115% when large", "times 115% when won"),
    ("times 115% when large", "plus 115% of amount when large"),
    ("times 115% when large", "times 115% when large, rounded half up to 0.01 on the running total"),
    ("won and repeat\n", "repeat\n"),
    ("won and repeat\n  5% of amount\n", "won and repeat\n  5% of amount\n  only when large\n"),
    ("won and repeat\n  5% of amount\n", "won and repeat\n  5% of amount\n  zero unless large\n"),
    ("total(commission) + total(bonus)", "total(commission) - total(bonus)"),
    ("total(commission) + total(bonus)", "total(commission)"),
    ("  times factor\n  at most 200,000\n", "  at most 200,000\n  times factor\n"),
    ("  at most 200,000\n", "  at least 200,000\n"),
    ("  at most 200,000\n", ""),
    ("factor alias 绩效系数 = coefficient(performance)", "factor alias 绩效系数 = coefficient(performance), unrounded"),
    ("payout\n", 'require count(deal) above 0 "No deals"\npayout\n'),
    ("payout\n", "bonus extra\n  0\npayout\n"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), OTHER_RULES)
def test_every_word_of_a_rule_moves_the_hash(old, new):
    """Another rule is another scheme."""
    changed = checked(replaced(ENGLISH, old, new))
    assert changed.scheme is not None, changed.diagnostics
    assert changed.scheme.hash != HASH


OTHER_TABLES = [
    ("goal alias 月目标 money", "goal alias 月目标 number"),
    ("team alias 团队 team, dated", "team alias 团队 team"),
    ("signed alias 签约日 date, date of record", "signed alias 签约日 datetime, date of record"),
    ("amount alias 金额 money, above 0", "amount alias 金额 money, at least 0"),
    ("amount alias 金额 money, above 0", "amount alias 金额 money"),
    ("optional, default no", "optional, default yes"),
    ("reverses by amount / deal.amount", "reverses"),
    ('one of "续约", "流失", "待定"', 'one of "续约", "流失", "待定", "转介"'),
    ("at most 100\n", "at most 10\n"),
    ('= sum(refund.amount)\n', "= sum(refund.amount), at least 1\n"),
    ("refunded above amount", "refunded at least amount"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), OTHER_TABLES)
def test_what_a_table_says_moves_the_hash(old, new):
    """A used file is part of the scheme."""
    changed = checked(replaced(ENGLISH, 'use "company.tier"\n', replaced(COMPANY, old, new)))
    assert changed.scheme is not None, changed.diagnostics
    assert changed.scheme.hash != HASH


def test_the_message_of_a_check_does_not_move_the_hash():
    """What is told when data are wrong is a text, not a rule."""
    text = replaced(COMPANY, "More was refunded than the deal was worth", "Too much was refunded")
    assert hashed(replaced(ENGLISH, 'use "company.tier"\n', text)) == HASH


def test_checking_again_gives_the_same_hash():
    """Two readings of one text, in one process, agree."""
    assert hashed(ENGLISH) == HASH
    assert checked(ENGLISH).scheme == checked(CHINESE).scheme
