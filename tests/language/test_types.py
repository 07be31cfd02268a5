"""Kinds of values and their units: what can be added, compared and multiplied, and what a rule comes to."""

from fractions import Fraction
from pathlib import Path

import pytest

from tiercel.money import minor_units
from tiercel_dsl import scheme, types
from tiercel_dsl.builtins import CURRENCIES, SPOKEN_CURRENCIES
from tiercel_dsl.driver import Checked, NotThere, check_source
from tiercel_dsl.scheme import Bound, CheckedScheme
from tiercel_dsl.source import Source
from tiercel_dsl.types import Kind, Type

COMPANY = (Path(__file__).parent / "codes" / "company.en.tier").read_text(encoding="utf-8")
COMPANY_ZH = (Path(__file__).parent / "codes" / "company.zh.tier").read_text(encoding="utf-8")


def load(name: str) -> Source:
    raise NotThere(name)


def checked(text: str, company: str = COMPANY) -> Checked:
    return check_source(Source("main.tier", company + text), load)


def scheme_of(text: str, company: str = COMPANY) -> CheckedScheme:
    result = checked(text, company)
    assert result.scheme is not None, [(d.code, d.seen) for d in result.diagnostics]
    return result.scheme


def codes(text: str) -> list[str]:
    """What is said of its types; that nobody uses a value here is not the question."""
    return [d.code for d in checked(text).diagnostics if d.code != "E2605"]


def kind(words: str) -> str:
    """The kind of what `words` come to, for a person."""
    return str(next(v for v in scheme_of(f"x = {words}\n").values if v.identity == "x").body.type.kind)


# ---- the table of units --------------------------------------------------------------------------------------

NUMERIC = "plain money number percent count duration".split()
ALL = [str(k) for k in Kind]


def of(name: str) -> Type:
    return Type(Kind(name), table="deal" if name == "row" else "")


def named(result: Type | None) -> str:
    return str(result.kind) if result else "-"


# Rows and columns: plain money number percent count duration. `-` has no meaning.
UNIFIED = """
plain    money  number  percent number -
money    money  -       -       -      -
number   -      number  number  number -
percent  -      number  percent number -
number   -      number  number  count  -
-        -      -       -       -      duration
"""
MULTIPLIED = """
plain    money  plain    plain    plain    duration
money    -      money    money    money    -
plain    money  number   number   number   duration
plain    money  number   number   number   duration
plain    money  number   number   count    duration
duration -      duration duration duration -
"""
DIVIDED = """
plain    number plain    plain    plain    number
money    number money    money    money    -
number   -      number   number   number   -
number   -      number   number   number   -
number   -      number   number   number   -
duration -      duration duration duration number
"""


def cells(table: str) -> list[tuple[str, str, str]]:
    rows = [line.split() for line in table.strip().splitlines()]
    return [(left, right, rows[i][j]) for i, left in enumerate(NUMERIC) for j, right in enumerate(NUMERIC)]


@pytest.mark.parametrize(("left", "right", "wanted"), cells(UNIFIED))
def test_two_kinds_that_can_be_one(left, right, wanted):
    """Cases, limits and comparisons need one kind; a bare number takes the other's, but never a length of time."""
    assert named(types.unified(of(left), of(right))) == wanted
    assert types.comparable(of(left), of(right)) is (wanted != "-")


@pytest.mark.parametrize(("left", "right", "wanted"), cells(UNIFIED))
def test_what_can_be_added(left, right, wanted):
    """Only what can be one kind has a sum; two lengths of time have one too."""
    assert named(types.added(of(left), of(right), subtract=False)) == wanted
    assert named(types.added(of(left), of(right), subtract=True)) == wanted


@pytest.mark.parametrize(("left", "right", "wanted"), cells(MULTIPLIED))
def test_what_can_be_multiplied(left, right, wanted):
    """Money times a number is money, money times money is nothing; a bare number leaves the kind to its place."""
    assert named(types.multiplied(of(left), of(right))) == wanted


@pytest.mark.parametrize(("left", "right", "wanted"), cells(DIVIDED))
def test_what_can_be_divided(left, right, wanted):
    """Money by money is a number; a number by money is nothing."""
    assert named(types.divided(of(left), of(right))) == wanted


@pytest.mark.parametrize("other", [name for name in ALL if name not in ("date", "datetime", "duration")])
@pytest.mark.parametrize("day", ["date", "datetime"])
def test_dates_move_by_lengths_of_time_only(day, other):
    """A date plus a length of time is a date, two dates are a length of time apart, and that is all."""
    assert named(types.added(of(day), of("duration"), subtract=False)) == day
    assert named(types.added(of("duration"), of(day), subtract=False)) == day
    assert named(types.added(of("duration"), of(day), subtract=True)) == "-"
    assert named(types.added(of(day), of("date"), subtract=True)) == "duration"
    assert named(types.added(of(day), of("date"), subtract=False)) == "-"
    assert named(types.added(of(day), of(other), subtract=False)) == "-"
    assert named(types.multiplied(of(day), of(other))) == "-"


@pytest.mark.parametrize("left", [name for name in ALL if name not in NUMERIC])
@pytest.mark.parametrize("right", ALL)
def test_no_number_comes_from_what_is_none(left, right):
    """Texts, yes and no, dates and rows are neither multiplied nor divided."""
    for one, other in ((left, right), (right, left)):
        assert types.multiplied(of(one), of(other)) is None
        assert types.divided(of(one), of(other)) is None


def test_rows_compare_with_rows_of_their_own_table():
    """A deal is never a person."""
    assert types.comparable(Type(Kind.row, table="deal"), Type(Kind.row, table="deal"))
    assert not types.comparable(Type(Kind.row, table="deal"), Type(Kind.row, table="people"))


@pytest.mark.parametrize(
    ("value", "wanted", "fits"),
    [
        ("plain", "money", True),
        ("plain", "percent", True),
        ("plain", "duration", False),
        ("percent", "number", True),
        ("count", "number", True),
        ("money", "number", False),
        ("number", "money", False),
        ("text", "text", True),
        ("text", "money", False),
        ("date", "datetime", True),
        ("yesno", "yesno", True),
        ("yesno", "number", False),
    ],
)
def test_what_fits_where_a_kind_is_asked_for(value, wanted, fits):
    """A bare number fits wherever a number of some kind is asked for."""
    assert types.fits(of(value), of(wanted)) is fits


# ---- what a rule comes to ---------------------------------------------------------------------------------------

KINDS = {
    "quota": "money",
    "quota * 2": "money",
    "quota / team.goal": "number",
    "quota / 3": "money",
    "5% of quota": "money",
    "quota - 100": "money",
    "100 - quota": "money",
    "5% + 1": "percent",
    "5% * 2": "plain",
    "5% / 2": "number",
    "1 - 5%": "percent",
    "count(deal)": "count",
    "count(deal) + count(deal)": "count",
    "count(deal) + 1": "number",
    "count(deal) / 3": "number",
    "sum(deal.amount)": "money",
    "sum(deal.units)": "count",
    "average(deal.units)": "number",
    "average(deal.amount)": "money",
    "sum(deal.amount) / sum(deal.units)": "money",
    "min(deal.signed)": "date",
    "max(quota, 100)": "money",
    "max(hired, 2023-01-01)": "date",
    "any(deal.won)": "yesno",
    "distinct(deal.client)": "count",
    "total(commission) + total(bonus)": "money",
    "basic": "money",
    "hired + 6 months": "date",
    "6 months + hired": "date",
    "period.last - hired": "duration",
    "2 * 30 days": "duration",
    "days(hired, period.last)": "count",
    "ceiling(quota / 1000元)": "count",
    "multiple(count(deal), 5)": "yesno",
    "part of quota above 100 up to 200": "money",
    "quota above 100 and not any(deal.won)": "yesno",
    'grade in ("junior", "senior")': "yesno",
    "left is missing": "yesno",
    "team = team": "yesno",
    "period.days / 30": "number",
    "grade": "text",
    "10 / 4": "plain",
}


@pytest.mark.parametrize("words", KINDS)
def test_the_kind_of_a_value(words):
    """Each value has the kind that its parts give it."""
    assert kind(words) == KINDS[words]


def test_a_bare_number_takes_the_kind_of_its_place():
    """10,000 compared with money is money, so that both faces and all spellings hash alike."""
    value = scheme_of("x = quota at least 10,000\n").values[0]
    start = value.body.steps[0]
    assert isinstance(start, scheme.Start)
    assert isinstance(start.term, scheme.Comparison)
    assert isinstance(start.term.right, scheme.Literal)
    assert (start.term.right.value, start.term.right.type) == (Fraction(10000), types.MONEY)


# ---- what may be missing -------------------------------------------------------------------------------------

SAFE = [
    "x = 2 when rebate is present and rebate above 1",
    "x = 2 when rebate is missing or rebate above 1",
    "x = 2 when not (rebate is missing) and rebate above 1",
    "x = rebate when rebate is present",
    "x = rebate, otherwise 0",
    "x = amount, times rebate when rebate is present",
    "x = amount, at most rebate * amount when rebate is present",
    "x = amount, only when rebate is present, times rebate",
    "x =\n    0 when rebate is missing\n    otherwise rebate",
    "x = first of\n    0 when rebate is missing\n    1 when rebate above 2\n    otherwise rebate",
    "x = rebate is missing",
    "x = sum(deal.amount * deal.rebate where rebate is present)",
    "x = sum(deal.amount where rebate is present and rebate above 1)",
    "x = count(deal.rebate)",
]
UNSAFE = [
    "x = rebate",
    "x = 2 when rebate above 1 and rebate is present",
    "x = 2 when rebate is present or rebate above 1",
    "x = 2 when not (rebate is present) and rebate above 1",
    "x = rebate when rebate is missing",
    "x = rebate when won",
    "x = amount, times rebate, only when rebate is present",
    "x = amount, zero unless rebate is present, times rebate",
    "x = amount, otherwise 0, times rebate",
    "x = rebate, otherwise rebate",
    "x =\n    0 when rebate is missing\n    1 when rebate above 2\n    otherwise rebate",
    "x =\n    0 when rebate is missing\n    otherwise 1\n    times rebate",
    "x = sum(deal.rebate)",
    "x = sum(deal.amount where rebate above 1), otherwise 0",
    "x = rebate, otherwise error",
]


@pytest.mark.parametrize("line", SAFE)
def test_a_value_that_may_be_missing_is_safe_where_that_is_said(line):
    """After `is present`, before `otherwise`, or where missing rows are not looked at."""
    assert codes(f"for each deal\n  {line}\n") == []


@pytest.mark.parametrize("line", UNSAFE)
def test_a_value_that_may_be_missing_needs_a_word(line):
    """Everywhere else its author has to say what holds."""
    assert codes(f"for each deal\n  {line}\n") == ["E2207"]


def test_a_condition_of_a_block_holds_for_all_of_it():
    """`where` of a block and of a paid line, and `when` of a line, count as said before."""
    assert codes("for each deal where rebate is present\n  x = rebate\n  y = x * rebate\n") == []
    assert codes("bonus b for each deal where won when rebate is present\n  rebate of amount\n") == []
    assert codes("bonus b when left is present\n  100\n  plus 100 when left after hired\n") == []


# ---- levels and names --------------------------------------------------------------------------------------------

REACHED = [
    "for each deal\n  y = quota + people.quota + person.quota + rep.quota + deal.rep.quota\n",
    "for each deal\n  y = goal + team.goal + rep.team.goal + person.team.goal\n",
    "for each deal\n  y = deal.amount + amount\n",
    "y = goal + team.goal\n",
    "x = 1\nfor each team\n  x = 2\n  y = x + team.x\nfor each deal\n  x = 3\n  y = x + people.x + team.x\n",
    "x = 1\nfor each team\n  x = 2\ny = x + team.x + people.x + person.x\n",
    "parameter amount = 1\nfor each deal\n  y = amount\n",
    "for each team\n  y = sum(deal.amount) + sum(member.quota) + sum(people.quota) + sum(member.basic)\n",
    "for each team\n  y = count(member where member.quota above 5) + count(deal) + count(member)\n",
    "for each deal\n  y = sum(deal.amount) - amount\n",
    "facts refund\n  id text, key\n  deal deal, reverses\n  back money\n"
    "for each refund\n  y = deal.amount + back + quota + team.goal\n"
    "for each deal\n  y = sum(refund.back) + sum(back)\n"
    "x = sum(refund.back)\nfor each team\n  y = sum(refund.back)\n",
]
AMBIGUOUS = [
    "x = 1\nfor each team\n  x = 2\nfor each deal\n  y = x\n",
    "parameter x = 1\nx = 2\nfor each deal\n  y = x\n",
    "group region\n  id text, key\n  goal money\nfacts visit\n  id text, key\n  amount money\n  deal deal\nx = amount\n",
]


@pytest.mark.parametrize("text", REACHED)
def test_a_name_is_reached_from_its_rows_upwards(text):
    """The own level first, then the levels above by name or by prefix, and rows below by aggregates."""
    assert codes(text) == []


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_a_name_of_two_levels_above_must_say_which(text):
    """Never the nearest one silently."""
    assert codes(text) == ["E2105"]


def test_the_prefixes_offered_are_understood():
    """Each way of writing that is offered for a name of two levels is right."""
    text = "x = 1\nfor each team\n  x = 2\nfor each deal\n  y = x\n"
    (diagnostic,) = checked(text).diagnostics
    assert [fix.facts["candidate"] for fix in diagnostic.fixes] == ["people.x", "team.x"]
    for fix in diagnostic.fixes:
        assert codes(text.replace("y = x", f"y = {fix.facts['candidate']}")) == []


def test_the_two_faces_may_stand_in_one_file():
    """Keywords of both faces, in one line too."""
    mixed = "bonus extra 逐笔 deal where won\n  amount 的 5%\n  最高 100\n"
    plain = "bonus extra for each deal where won\n  5% of amount\n  at most 100\n"
    assert scheme_of(mixed).hash == scheme_of(plain).hash


# ---- heads ---------------------------------------------------------------------------------------------------------


def test_a_currency_that_is_checked_can_be_paid():
    """The language and the engine know the same currencies."""
    for code in CURRENCIES:
        assert minor_units(code) >= 0
    assert set(SPOKEN_CURRENCIES.values()) <= CURRENCIES
    with pytest.raises(KeyError):
        minor_units("人民币")


# ---- tiers and dated values ------------------------------------------------------------------------------------------


def tiers_of(rows: str, company: str = COMPANY) -> list[tuple[str, str, str]]:
    """Each tier as its two bounds and its value; [ and ] where a bound belongs to it."""
    head = "阶梯 甲，全额累进\n" if company is COMPANY_ZH else "tiers t, whole\n"
    (table,) = scheme_of(head + "".join(f"  {row}\n" for row in rows.split(" | ")), company).tiers
    return [(low(t.low), high(t.high), str(t.values[0])) for t in table.tiers]


def low(bound: Bound | None) -> str:
    return "" if bound is None else ("[" if bound.inside else "(") + str(bound.value)


def high(bound: Bound | None) -> str:
    return "" if bound is None else str(bound.value) + ("]" if bound.inside else ")")


BOUNDS = {
    "below 5 1 | from 5 2": [("", "5)", "1"), ("[5", "", "2")],
    "up to 5 1 | above 5 2": [("", "5]", "1"), ("(5", "", "2")],
    "from 5 1 | from 9 2": [("[5", "9)", "1"), ("[9", "", "2")],
    "above 5 1 | above 9 2": [("(5", "9]", "1"), ("(9", "", "2")],
    "below 5 1 | below 9 2": [("", "5)", "1"), ("[5", "9)", "2")],
    "up to 5 1 | up to 9 2 | the rest 3": [("", "5]", "1"), ("(5", "9]", "2"), ("(9", "", "3")],
    "the rest 1 | from 5 2": [("", "5)", "1"), ("[5", "", "2")],
    "from 9 3 | below 5 1 | from 5 below 9 2": [("", "5)", "1"), ("[5", "9)", "2"), ("[9", "", "3")],
    "from 5 up to 5 1 | above 5 2 | below 5 0": [("", "5)", "0"), ("[5", "5]", "1"), ("(5", "", "2")],
    "from 5 1 | above 5 2": [("[5", "5]", "1"), ("(5", "", "2")],
    "from -5 below 0 1 | from 0 2": [("[-5", "0)", "1"), ("[0", "", "2")],
    "from 5 below 9 1": [("[5", "9)", "1")],
    "the rest 1": [("", "", "1")],
}
BOUNDS_ZH = {
    "不满5 1 | 5以上 2": [("", "5)", "1"), ("[5", "", "2")],
    "不超过5 1 | 超过5 2": [("", "5]", "1"), ("(5", "", "2")],
    "5以上不满9 1 | 9以上 2": [("[5", "9)", "1"), ("[9", "", "2")],
    "超过5至9 1 | 超过9 2": [("(5", "9]", "1"), ("(9", "", "2")],
    "5以下 1 | 超过5 2": [("", "5]", "1"), ("(5", "", "2")],
    "5（不含）以下 1 | 5（含）以上 2": [("", "5)", "1"), ("[5", "", "2")],
    "5（含）至9（不含） 1 | 9以上 2": [("[5", "9)", "1"), ("[9", "", "2")],
    "从 5 1 | 从 9 2": [("[5", "9)", "1"), ("[9", "", "2")],
    "其余 1 | 5以上 2": [("", "5)", "1"), ("[5", "", "2")],
}


@pytest.mark.parametrize("rows", BOUNDS)
def test_every_way_to_write_a_bound(rows):
    """Rows in any order, ends open or closed; an open end borrows the neighbour's bound."""
    assert tiers_of(rows) == BOUNDS[rows]


@pytest.mark.parametrize("rows", BOUNDS_ZH)
def test_every_way_to_write_a_bound_in_chinese(rows):
    """The bound behind the number or before it, （含） and （不含）."""
    assert tiers_of(rows, COMPANY_ZH) == BOUNDS_ZH[rows]


DATED = {
    "5%": [("", "")],
    "5% until 2023-06-30, 6% from 2023-07-01": [("", "2023-06-30"), ("2023-07-01", "")],
    "5% until 2023-06, 6%": [("", "2023-06-30"), ("2023-07-01", "")],
    "5%, 6% from 2023-07-01": [("", "2023-06-30"), ("2023-07-01", "")],
    "6% from 2023-07-01, 5%": [("", "2023-06-30"), ("2023-07-01", "")],
    "5% from 2023-01-01 until 2023-02, 6% from 2023-03-01": [("2023-01-01", "2023-02-28"), ("2023-03-01", "")],
    "5% until 2023-02-28, 6% until 2023-12-31, 7%": [
        ("", "2023-02-28"),
        ("2023-03-01", "2023-12-31"),
        ("2024-01-01", ""),
    ],
}


@pytest.mark.parametrize("values", DATED)
def test_the_days_of_a_dated_parameter(values):
    """Each open end borrows the neighbour's day; a month as an end means its last day."""
    (parameter,) = scheme_of(f"parameter p = {values}\n").parameters
    days = [(v.first.isoformat() if v.first else "", v.last.isoformat() if v.last else "") for v in parameter.values]
    assert days == DATED[values]


@pytest.mark.parametrize(
    "text",
    [
        "parameter a = b\nparameter b = a\n",
        "x = y\ny = z\nz = x\nw = x\nbonus b\n  w\npayout\n  b\n",
        "commission c for each dael\n  5% of amount\npayout\n  c + total(commission)\n",
        "tiers t, whole\n  from 0 5% 6%\nx = t(quota)\ny = t on quota\n",
        "kpi k\n  weight 100%\n  actual nobody\n  target 5\n  score actual / target\nscore s\n  weighted sum of kpis\nx = s\n",
        "facts f\n  id text, key\n  deal dael\n  cost money\nfor each f\n  y = cost\nx = sum(f.cost)\n",
        "facts f\n  id text, key\n  deal deal\n  cost mony\nfor each f\n  y = cost\nx = sum(f.y)\n",
        "parameter p = 5%, 6%\nx = p\ny = p * quota\n",
        'use "nowhere.tier"\nx = something\nbonus b for each other\n  5\n',
    ],
)
def test_one_cause_is_told_once(text):
    """Whatever rests on a wrong definition is not blamed for it."""

    assert len(checked(text).diagnostics) == 1


def test_a_row_that_cannot_be_read_is_blamed_alone():
    """It is left out of its table, but leaves no gap to complain of."""
    result = checked(
        "tiers t, whole\n  below 60%   0.5\n  from 60% below 80%   ?\n  from 80%    1\nx = t(quota / team.goal)\n"
    )
    assert [d.code for d in result.diagnostics] == ["E1001"]
