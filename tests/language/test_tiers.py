"""Tier tables: every mode, every kind of row, what is read from them and what is refused.

Every expectation stands with its arithmetic, done by hand from what the table says.
"""

import json
from fractions import Fraction
from typing import Any

import pytest

import tiercel
from tiercel.codegen import generate
from tiercel.statement import statement
from tiercel_dsl.driver import check_source
from tiercel_dsl.messages import sentence
from tiercel_dsl.source import Source

HEAD = """\
scheme plan
version 1 from 2023-01-01
currency CNY
period month
group team
  id text, key
  aim money
people
  id text, key
  team team
  x money
  goal money
  sold count
  done percent
  hired date
  left date, optional
facts deal
  id text, key
  rep person, credited
  day date, date of record
  amount money
  quota money, optional
"""
CHINESE = """\
方案 办法
版本 1 自 2023-01-01 起
币种 CNY
周期 月
人员
  工号 又名 id 文本，标识
  业绩 又名 x 金额
  任务 又名 goal 金额
"""
PERSON = {
    "id": "A", "team": "T", "x": "0", "goal": "1000", "sold": "0", "done": "0", "hired": "2023-01-01", "left": "",
}  # fmt: skip


def scheme(text: str) -> tiercel.Scheme:
    return tiercel.loads((CHINESE if "阶梯" in text else HEAD) + text)


def evaluated(text: str, amounts: tuple[Any, ...] = (), **person: Any) -> tiercel.Evaluation:
    """By the reference, after the compiled evaluator has given the same."""
    person = {key: str(value) for key, value in person.items()}
    aim = person.pop("aim", "5000")
    deals = [
        {"id": f"D{n}", "rep": "A", "day": "2023-07-01", "amount": str(amount), "quota": ""}
        for n, amount in enumerate(amounts)
    ]
    facts: dict[str, Any] = {"people": [PERSON | person], "deal": deals, "team": [{"id": "T", "aim": aim}]}
    if "阶梯" in text:
        facts = {"people": [{key: (PERSON | person)[key] for key in ("id", "x", "goal")}]}
    told: list[Any] = []
    for evaluator in ("reference", "compiled"):
        try:
            made = scheme(text)
            assert generate(made.checked, made.plan).source  # or the reference would speak for both
            told.append(made.evaluate(facts, "2023-07", evaluator=evaluator))
        except tiercel.FactsError as error:
            told.append(error)
    defined, compiled = told
    if isinstance(defined, tiercel.FactsError):
        assert compiled.diagnostics == defined.diagnostics
        raise defined
    assert compiled.to_dict() == defined.to_dict()
    assert isinstance(defined, tiercel.Evaluation)
    return defined


def value(rules: str, term: str, **person: Any) -> Any:
    """The exact value of a term for one person: a number, a text, yes or no."""
    numeric = not term.startswith(("level(", "open("))
    text = f"{rules}v = {term}{', unrounded' if numeric else ''}\nbonus b\n  0\n"
    found = evaluated(text, **person).values["A"]["v"]
    return found if isinstance(found, bool | str) and not numeric else Fraction(str(found))


def rows(rules: str, *amounts: Any, base: str = "running total of amount", by: str = "t on") -> list[str]:
    """What each deal earns, all of one day, in the order of their keys."""
    text = f"{rules}commission c for each deal\n  {by} {base}\n"
    return [str(line.amount) for line in evaluated(text, amounts).lines]


def fails(rules: str, term: str, **person: Any) -> list[str]:
    """The codes of what cannot be computed."""
    with pytest.raises(tiercel.FactsError) as caught:
        value(rules, term, **person)
    return [d.code for d in caught.value.diagnostics]


def refused(text: str) -> list[str]:
    with pytest.raises(tiercel.SchemeError) as caught:
        scheme(text + "bonus b\n  0\n")
    return [d.code for d in caught.value.diagnostics if d.severity == "error"]


def said(text: str, language: str) -> list[str]:
    """Everything that the checker says of a scheme."""
    face, bonus = (CHINESE, "奖金 丙\n  0\n") if "阶梯" in text else (HEAD, "bonus z\n  0\n")
    found = check_source(Source("s.tier", face + text + bonus), lambda name: Source(name, ""))
    return [sentence(d, language) for d in found.diagnostics]


# ---- modes: decision 13 -----------------------------------------------------------------------------------

LADDER = "tiers t, cumulative fixed\n  from 0   10\n  from 100   20\n  from 300   40\n"
WORTH = "tiers t, filled\n  up to 100   10\n  up to 300   40\n"
LINE = "tiers t, interpolated\n  from 70%   0%\n  from 100%   100%\n  from 150%   200%\n"
AMOUNTS = "tiers t, interpolated\n  from 0   0元\n  from 100   10元\n  from 300   50元\n"
AVERAGE = "tiers t, average rate\n  from 0   0%\n  from 1,000   0%\n  from 2,000   5%\n"


@pytest.mark.parametrize(
    ("x", "on", "read"), [("0", 10, 10), ("99.99", 10, 10), ("100", 30, 20), ("299.99", 30, 20), ("300", 70, 40)]
)
def test_fixed_amounts_add_up_in_a_cumulative_table(x, on, read):
    """Decision 13. T on x: the amounts of all tiers reached, 10, 10 + 20, 10 + 20 + 40. T(x): its own tier's amount."""
    assert value(LADDER, "t on x", x=x) == on
    assert value(LADDER, "t(x)", x=x) == read


@pytest.mark.parametrize(
    ("x", "on", "read"),
    [("0", 0, 10), ("50", 5, 10), ("100", 10, 10), ("100.01", "10.002", 40), ("200", 30, 40), ("300", 50, 40)],
)
def test_a_filled_table_pays_the_share_of_each_amount(x, on, read):
    """Decision 13. 10 over the first 100 is 0.1 for each; 40 over the next 200 is 0.2 for each: 200 gives 10 + 20."""
    assert value(WORTH, "t on x", x=x) == Fraction(on)
    assert value(WORTH, "t(x)", x=x) == read


@pytest.mark.parametrize(
    ("done", "expected"),
    [("0.7", 0), ("0.79", "0.3"), ("0.85", "0.5"), ("1", 1), ("1.25", "1.5"), ("1.5", 2), ("3", 2)],
)
def test_between_points_the_value_lies_on_their_line(done, expected):
    """Decision 13. 79%: 9 of 30 points; 125%: half way from 100% to 200%; beyond the last point it stays 200%."""
    assert value(LINE, "t(done)", done=done) == Fraction(expected)
    assert value(LINE, "t on goal by done", done=done, goal=400) == 400 * Fraction(expected)


def test_an_interpolated_third_is_exact():
    """1 of 3 on the way from 0 to 1: 1/3, and of 400 then 400/3; nothing is cut off."""
    table = "tiers t, interpolated\n  from 0%   0%\n  from 3%   100%\n"
    assert value(table, "t(done)", done="0.01") == Fraction(1, 3)
    assert value(table, "t on goal by done", done="0.01", goal=400) == Fraction(400, 3)


@pytest.mark.parametrize(("x", "expected"), [("0", 0), ("50", 5), ("100", 10), ("250", 40), ("1000", 50)])
def test_interpolated_amounts_are_the_price_themselves(x, expected):
    """Decision 13. Of amounts T on x is the amount at x: 250 lies 3/4 of the way from 10 to 50."""
    assert value(AMOUNTS, "t on x", x=x) == expected
    assert value(AMOUNTS, "t(x)", x=x) == expected


@pytest.mark.parametrize(
    ("x", "rate", "on"), [("500", 0, 0), ("1500", "0.025", "37.5"), ("2000", "0.05", 100), ("2500", "0.05", 125)]
)
def test_an_average_rate_prices_the_whole_base(x, rate, on):
    """Decision 13. 0 at 1,000 and 5% at 2,000: at 1,500 the average is 2.5%, of 1,500 that is 37.50."""
    assert value(AVERAGE, "t(x)", x=x) == Fraction(rate)
    assert value(AVERAGE, "t on x", x=x) == Fraction(on)


def test_a_key_beside_the_base_finds_tier_and_point():
    """T on x by key. Whole 3% at 80%; fixed and cumulative amounts at 80%; 5% x 80%/100% on the line to 100%."""
    rates = "tiers t, {mode}\n  from 0%   {a}\n  from 80%   {b}\n  from 100%   {c}\n"
    shares = {"a": "2%", "b": "3%", "c": "5%"}
    assert value(rates.format(mode="whole", **shares), "t on x by done", x=200, done="0.8") == 6
    amounts = {"a": 2, "b": 3, "c": 5}
    assert value(rates.format(mode="fixed", **amounts), "t on x by done", x=200, done="0.8") == 3
    assert value(rates.format(mode="cumulative fixed", **amounts), "t on x by done", x=200, done="0.8") == 5
    assert value(rates.format(mode="average rate", **shares), "t on x by done", x=200, done="0.9") == 8
    for mode in ("marginal", "filled"):
        table = f"tiers t, {mode}\n  from 0 up to 100   5\n"
        assert refused(f"{table}v = t on x by done\n") == ["E2319"]


# ---- running totals: decision 14 --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "amounts", "expected"),
    [
        # At 0 already 10, so 40 adds nothing. 40 to 120: 30 - 10. 120 to 340: 70 - 30.
        (LADDER, (40, 80, 220), ["0.00", "20.00", "40.00"]),
        # 40: 4. 60 to 100 gives 6, 100 to 120 gives 4. 120 to 300: 36.
        (WORTH, (40, 80, 180), ["4.00", "10.00", "36.00"]),
        # At 40: 4; at 120: 10 + 40 x 20/200 = 14; at 340: 50.
        (AMOUNTS, (40, 80, 220), ["4.00", "10.00", "36.00"]),
        # 500: 0; 1,500 x 2.5% = 37.50; 2,100 x 5% = 105, less 37.50.
        (AVERAGE, (500, 1000, 600), ["0.00", "37.50", "67.50"]),
        # A row of -600 goes back the same way: 1,500 x 2.5% - 105.
        (AVERAGE, (2100, -600), ["105.00", "-67.50"]),
    ],
)
def test_rows_of_a_running_total_earn_the_difference_in_every_mode(table, amounts, expected):
    """Decision 14. T(after) - T(before), whatever the mode."""
    assert rows(table, *amounts) == expected


# ---- outside: decisions 15 and 16 ---------------------------------------------------------------------------

START = {
    "whole": "  from 100   10%\n",
    "fixed": "  from 100   10\n",
    "cumulative fixed": "  from 100   10\n  from 200   20\n",
    "interpolated": "  from 100   10元\n  from 200   20元\n",
    "average rate": "  from 100   10%\n  from 200   20%\n",
}


@pytest.mark.parametrize("mode", START)
def test_below_the_first_bound_there_is_no_value_unless_the_table_says_otherwise(mode):
    """Decision 15. 99.99 lies in no tier and on no line; `otherwise` gives 5% of 99.99 or the 5 itself."""
    table = f"tiers t, {mode}\n{START[mode]}"
    rate = "%" in START[mode]
    assert fails(table, "t on x", x="99.99") == fails(table, "t(x)", x="99.99") == ["E3202"]
    assert fails(table + "  otherwise error\n", "t on x", x="99.99") == ["E3202"]
    other = table + f"  otherwise   {'5%' if rate else '5元'}\n"
    assert value(other, "t(x)", x="99.99") == (Fraction("0.05") if rate else 5)
    assert value(other, "t on x", x="99.99") == (Fraction("99.99") * Fraction("0.05") if rate else 5)


def test_below_the_first_point_a_row_may_say_what_holds():
    """Decision 15. `below 70%  10%` stays 10% up to the point, where the line begins at 40%."""
    table = "tiers t, interpolated\n  below 70%   10%\n  from 70%   40%\n  from 100%   100%\n"
    assert [value(table, "t(done)", done=d) for d in ("0", "0.6999", "0.7", "0.85")] == [
        Fraction(1, 10), Fraction(1, 10), Fraction(4, 10), Fraction(7, 10)
    ]  # fmt: skip


def test_marginal_and_filled_tables_give_nothing_below_a_first_bound_above_zero():
    """Decision 15. From 100 on 10%, or 10 over the 100 up to 200: 99 gives 0, 150 gives 5 either way; a note says so."""
    marginal = "tiers t, marginal\n  from 100   10%\n"
    filled = "tiers t, filled\n  from 100 up to 200   10\n"
    for table in (marginal, filled):
        assert [value(table, "t on x", x=x) for x in (99, 150)] == [0, 5]
        assert [d.code for d in scheme(table + "bonus b\n  0\n").warnings if d.code != "E2605"] == ["E2318"]


@pytest.mark.parametrize(
    ("mode", "first", "last", "expected"),
    [
        ("marginal", "10%", "20%", 40 * Fraction(1, 10) + 70 * Fraction(1, 5)),
        ("whole", "10%", "20%", 120 * Fraction(1, 5)),
        ("fixed", "10", "20", 20),
        ("cumulative fixed", "10", "20", 30),
        ("filled", "10", "20", 30),
    ],
)
def test_the_last_tier_goes_on_above_its_end_and_never_below_the_first_bound(mode, first, last, expected):
    """Decision 15. At 120, above the end at 90: 40 at 10% and 70 at 20%; 20% of 120; 20; 10 + 20; both full."""
    table = f"tiers t, {mode}\n  from 10 up to 50   {first}\n  above 50 up to 90   {last}\n"
    assert fails(table, "t on x", x=120) == ["E3202"]
    open_ended = table + "  otherwise the last tier\n"
    assert value(open_ended, "t on x", x=120) == expected
    assert value(open_ended, "t(x)", x=120) == (20 if "%" not in last else Fraction(1, 5))
    assert fails(open_ended, "t(x)", x=9) == ["E3202"]
    assert fails(open_ended, "t on x", x=-1) == ["E3202"]


def test_a_negative_base_is_inside_only_where_the_first_row_is_open_below():
    """Decision 16. 10 over 100 is 0.1 for each: -50 gives -5; from 0 it is outside. A row `below 0` has no line."""
    assert value(WORTH, "t on x", x=-50) == -5
    closed = WORTH.replace("up to 100", "from 0 up to 100")
    assert fails(closed, "t on x", x=-50) == ["E3202"]
    assert value(closed + "  otherwise   0\n", "t on x", x=-50) == 0
    assert fails(AVERAGE, "t on x", x=-50) == ["E3202"]
    below = "tiers t, average rate\n  below 0   1%\n  from 0   0%\n  from 100   10%\n"
    assert value(below, "t on x", x=-50) == Fraction("-0.5")


# ---- bounds as shares: decision 18 ----------------------------------------------------------------------------

ACCELERATOR = "tiers t, marginal, bounds as share of goal\n  from 0%   5%\n  from 100%   7.5%\n"


@pytest.mark.parametrize(("goal", "expected"), [(1000, "87.5"), (500, "100"), (4000, "75")])
def test_bounds_scale_with_a_persons_goal_and_rates_do_not(goal, expected):
    """Decision 18. 1,500: 1,000 x 5% + 500 x 7.5%; 500 x 5% + 1,000 x 7.5%; 1,500 x 5%."""
    assert value(ACCELERATOR, "t on x", x=1500, goal=goal) == Fraction(expected)
    assert value(ACCELERATOR, "t(x)", x=1500, goal=goal) == Fraction("0.05" if goal == 4000 else "0.075")


def test_a_goal_of_nothing_is_an_error_unless_the_table_says_otherwise():
    """Decision 18. Of 0 every bound is 0, and below 0 they stand upside down; `otherwise 2%` then takes the whole."""
    for goal in (0, -1000):
        assert fails(ACCELERATOR, "t on x", x=1500, goal=goal) == ["E3221"]
        assert fails(ACCELERATOR, "t(x)", x=1500, goal=goal) == ["E3221"]
        other = ACCELERATOR + "  otherwise   2%\n"
        assert value(other, "t on x", x=1500, goal=goal) == 30
        assert value(other, "t(x)", x=1500, goal=goal) == Fraction("0.02")
        assert value(ACCELERATOR, "t on x, otherwise 7", x=1500, goal=goal) == 7
        assert fails(ACCELERATOR + "  otherwise the last tier\n", "t on x", x=1500, goal=goal) == ["E3221"]


def test_a_row_scales_by_its_own_value_or_one_above_it():
    """Decision 18. Rows of 600 and 600 against the person's 1,000: 30, then 400 x 5% + 200 x 7.5% = 35; the team's
    5,000: 30 and 30; half of the person's goal: 500 x 5% + 100 x 7.5% = 32.50, then 600 x 7.5% = 45."""
    assert rows(ACCELERATOR, 600, 600) == ["30.00", "35.00"]
    assert rows(ACCELERATOR.replace("goal", "team.aim"), 600, 600) == ["30.00", "30.00"]
    assert rows(ACCELERATOR.replace("goal", "(goal / 2)"), 600, 600) == ["32.50", "45.00"]


@pytest.mark.parametrize(
    ("mode", "low", "high", "expected"),
    [
        ("whole", "2%", "4%", 60),
        ("fixed", "20", "40", 40),
        ("cumulative fixed", "20", "40", 60),
        ("interpolated", "20元", "40元", 30),
        ("average rate", "2%", "4%", 45),
    ],
)
def test_every_mode_can_have_bounds_as_shares(mode, low, high, expected):
    """1,500 against 1,000, bounds at 100% and (for lines) 200%: 4% of all; 40; 20 + 40; half way 30; 3% of 1,500."""
    line = mode in ("interpolated", "average rate")
    first, second = ("100%", "200%") if line else ("0%", "100%")
    table = f"tiers t, {mode}, bounds as share of goal\n  from {first}   {low}\n  from {second}   {high}\n"
    assert value(table, "t on x", x=1500) == expected


def test_a_filled_table_scales_its_widths_and_keeps_its_amounts():
    """Half of the second tier, which reaches from 1,000 to 3,000 with a goal of 1,000: 10 + 20; of 2,000: 7.50."""
    table = "tiers t, filled, bounds as share of goal\n  up to 100%   10\n  up to 300%   40\n"
    assert value(table, "t on x", x=2000) == 30
    assert value(table, "t on x", x=1500, goal=2000) == Fraction("7.5")


def test_what_the_bounds_are_shares_of_must_exist():
    """A name that no level knows is told where it stands, also of a table that nobody uses."""
    assert refused("tiers t, marginal, bounds as share of gaol\n  from 0%   5%\n") == ["E2101"]


# ---- rows -------------------------------------------------------------------------------------------------------


def test_widths_follow_each_other_and_include_their_upper_end():
    """5% of the first 1,000, 6% of the next 2,000, 8% of the rest: 3,000 gives 50 + 120, 3,500 gives 40 more.

    At 1,000 and 3,000 exactly the lower tier holds; what is negative is not part of the first 1,000.
    """
    table = "tiers t, {mode}\n  first 1,000   5%\n  next 2,000   6%\n  the rest   8%\n"
    marginal, whole = table.format(mode="marginal"), table.format(mode="whole")
    assert [value(marginal, "t on x", x=x) for x in (1000, 3000, 3500)] == [50, 170, 210]
    read = [value(whole, "t(x)", x=x) for x in ("0", "1000", "1000.01", "3000", "3000.01")]
    assert read == [Fraction(n, 100) for n in (5, 5, 6, 6, 8)]
    assert fails(marginal, "t on x", x="-0.01") == ["E3202"]
    both = "tiers u, marginal\n  from 500 up to 1,000   5%\n  next 2,000   6%\n"
    assert value(both, "u on x", x=3000) == 145
    assert fails(both, "u on x", x="3000.01") == ["E3202"]


def test_widths_mean_the_same_as_bounds():
    """Written out, a table by widths has the same hash."""
    wide = "tiers t, marginal\n  first 1,000   5%\n  next 2,000   6%\n  the rest   8%\nbonus b\n  0\n"
    full = (
        "tiers t, marginal\n  from 0 up to 1,000   5%\n  above 1,000 up to 3,000   6%\n  above 3,000   8%\n"
        "bonus b\n  0\n"
    )
    assert scheme(wide).hash == scheme(full).hash


SERIES = "tiers t, {mode}\n  from 0   {first}   every 1,000 more by {by}\n"


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (0, 0),
        (999, "9.99"),
        (1000, 10),
        (2500, "29"),  # 10 + 12 + 500 x 1.4%
        (100_000, 10_900),  # 100 tiers: 1,000 x (100 x 1% + 0.2% x 4,950)
        # 10 to the 12 is 10 to the 9 tiers: 1,000 x (10^9 x 1% + 0.2% x 10^9 (10^9 - 1) / 2), and half a yuan more at
        # the rate of the next tier, 1% + 10^9 x 0.2%
        (10**12, 10**10 + 10**9 * (10**9 - 1)),
        ("1000000000000.5", 10**10 + 10**9 * (10**9 - 1) + Fraction(1, 2) * (Fraction(1, 100) + 2_000_000)),
    ],
)
def test_a_series_without_end_is_exact_for_any_base(x, expected):
    """1%, and 0.2 points more at every 1,000: tier n of them at 1% + n x 0.2%."""
    table = SERIES.format(mode="marginal", first="1%", by="0.2%")
    assert value(table, "t on x", x=x) == Fraction(expected)


def test_a_series_may_have_more_tiers_than_a_machine_can_count():
    """At every 0.01 one point more, from 0%: of 10^20 there are N = 10^22 tiers of 0.01, and their rates add up to
    (N - 1) x N / 2 points, each for 0.01: 0.0001 x (N - 1) x N / 2."""
    table = "tiers t, marginal\n  from 0   0%   every 0.01 more by 1%\n"
    count = 10**22
    assert value(table, "t on x", x=10**20) == Fraction((count - 1) * count, 20_000)


@pytest.mark.parametrize(
    ("mode", "x", "on", "read"),
    [
        ("whole", "1999.99", Fraction("1999.99") * Fraction("0.012"), Fraction("0.012")),
        ("whole", "7000", 168, Fraction("0.024")),
        ("fixed", "7000", 24, 24),
        ("cumulative fixed", "7000", 136, 24),  # 10 + 12 + ... + 24, 8 tiers: 8 x 17
        ("cumulative fixed", "100000", 11_110, 210),  # 10 to 210, 101 tiers: 101 x 110
        ("filled", "2500", 29, 14),  # 10 + 12 + half of 14
        ("filled", "100000", 10_900, 210),  # 10 + ... + 208, 100 tiers: 100 x 109
    ],
)
def test_a_series_goes_on_in_every_mode(mode, x, on, read):
    """Amounts of 10, 12, 14, or rates of 1%, 1.2%, 1.4%, at every 1,000."""
    rate = mode == "whole"
    table = SERIES.format(mode=mode, first="1%" if rate else "10", by="0.2%" if rate else "2")
    assert value(table, "t on x", x=x) == on
    assert value(table, "t(x)", x=x) == read


def test_a_series_may_begin_right_above_a_bound_and_follow_other_rows():
    """Up to 500: 1%. Above 500: 2%, above 600: 3%, and so on: 600 is still at 2%, 600.01 at 3%."""
    table = "tiers t, whole\n  up to 500   1%\n  above 500   2%   every 100 more by 1%\n"
    read = [value(table, "t(x)", x=x) for x in ("500", "500.01", "600", "600.01", "1500")]
    assert read == [Fraction(n, 100) for n in (1, 2, 2, 3, 11)]
    marginal = table.replace("whole", "marginal")
    assert value(marginal, "t on x", x=650) == 5 + 2 + Fraction("1.5")


def test_a_series_that_ends_is_its_tiers_written_out():
    """From 0 up to 250 at every 100: the last tier is the shorter one, and the end belongs to it."""
    short = "tiers t, whole\n  from 0 up to 250   5%   every 100 less by 1%\nbonus b\n  0\n"
    full = (
        "tiers t, whole\n  from 0 below 100   5%\n  from 100 below 200   4%\n  from 200 up to 250   3%\nbonus b\n  0\n"
    )
    assert scheme(short).hash == scheme(full).hash
    followed = "tiers t, whole\n  from 0   5%   every 100 less by 1%\n  from 200   9%\n"
    assert [value(followed, "t(x)", x=x) for x in (99, 199, 200, 999)] == [Fraction(n, 100) for n in (5, 4, 9, 9)]


def test_a_series_may_move_one_of_several_columns():
    """The rate rises by 1 point at every 100, the amount beside it by 5, the name stays."""
    table = 'tiers t, whole: rate, extra, name\n  from 0   1% more by 1%   10 more by 5   "A"   every 100\n'
    assert value(table, "t.rate(x)", x=250) == Fraction(3, 100)
    assert value(table, "t.extra(x)", x=250) == 20


def test_a_series_with_bounds_as_shares_scales_its_width():
    """At every half of 1,000 one point more: 1,200 gives 500 x 1% + 500 x 2% + 200 x 3%."""
    table = "tiers t, marginal, bounds as share of goal\n  from 0%   1%   every 50% more by 1%\n"
    assert value(table, "t on x", x=1200) == 21


FIRST = "tiers first, marginal\n  up to 100   1%\n  the rest   2%\n  otherwise   5%\n"


def test_the_rows_of_another_table_are_taken_over_changed():
    """Plus 3 points: 100 x 4% + 50 x 5%; times 2: 100 x 2% + 50 x 4%; minus 1 point: 50 x 1%; as they are: 1 + 1."""
    for change, expected in ((" plus 3%", "6.5"), (" times 2", 4), (" minus 1%", "0.5"), ("", 2)):
        table = f"{FIRST}tiers t, marginal\n  same as first{change}\n"
        assert value(table, "t on x", x=150) == Fraction(expected)


def test_otherwise_is_taken_over_changed_too_and_a_chain_is_fine():
    """From 0: -10 is outside, where 5% + 3 points - 1 point hold: -0.70. The middle table may stand last."""
    first = FIRST.replace("up to", "from 0 up to").replace("the rest", "above 100")
    table = f"{first}tiers t, marginal\n  same as second minus 1%\ntiers second, marginal\n  same as first plus 3%\n"
    assert value(table, "t on x", x=-10) == Fraction("-0.7")


def test_rows_taken_over_may_be_read_in_another_mode():
    """The same rows whole: 2% + 3 points of all 150."""
    assert value(f"{FIRST}tiers t, whole\n  same as first plus 3%\n", "t on x", x=150) == Fraction("7.5")


def test_of_several_columns_one_is_taken_by_its_name_or_all_as_they_are():
    """`guide.rate plus 1%` is one column; without a change all come along with their names."""
    guide = "tiers guide, whole: pay, rate\n  below 80%   500   1%\n  from 80%   700   2%\n"
    one = f"{guide}tiers t, whole\n  same as guide.rate plus 1%\n"
    assert value(one, "t(done)", done="0.8") == Fraction(3, 100)
    every = f"{guide}tiers t, whole\n  same as guide\n"
    assert value(every, "t.pay(done)", done="0.8") == 700
    assert refused(f"{guide}tiers t, whole\n  same as guide plus 1%\n") == ["E2320"]


def test_scaled_bounds_series_and_full_tables_are_taken_over():
    """The goal, the step and what lies beyond the end come along: 1,500 at 5% + 1 and 7.5% + 1; twice 1% + 1%."""
    scaled = f"{ACCELERATOR}tiers u, marginal\n  same as t plus 1%\n"
    assert value(scaled, "u on x", x=1500) == Fraction("102.5")
    series = "tiers t, whole\n  from 0   1%   every 100 more by 1%\ntiers u, whole\n  same as t times 2\n"
    assert value(series, "u(x)", x=150) == Fraction(4, 100)
    full = f"{WORTH}  otherwise the last tier\ntiers u, filled\n  same as t times 2\n"
    assert value(full, "u on x", x=999) == 100


# ---- columns and cells --------------------------------------------------------------------------------------------

TAX = """tiers tax, marginal: rate, less
  up to 36,000                 3%       0
  above 36,000 up to 144,000  10%    2,520
  above 144,000               20%   16,920
"""


@pytest.mark.parametrize("x", ["0", "36000", "36000.01", "144000", "150000"])
def test_quick_deductions_give_what_the_slices_give(x):
    """2,520 = 36,000 x 7%; 16,920 = 2,520 + 144,000 x 10%: rate x base less the deduction is the sum of the slices."""
    quick = value(TAX, "tax.rate(x) * x - tax.less(x)", x=x)
    assert value(TAX, "tax on x", x=x) == quick


def test_a_wrong_quick_deduction_is_told_with_the_right_one():
    """2,520, not 2,250; the next one is wrong on its own account only: 2,520 + 144,000 x 10% = 16,920."""
    table = TAX.replace("2,520", "2,250")
    assert refused(table) == ["E2326"]
    assert said(table, "en")[0] == "The quick deduction of this tier of “tax” is 2,520, not 2,250"
    assert refused(TAX.replace("16,920", "16,650")) == ["E2326"]


def test_quick_deductions_below_zero_and_after_a_late_start():
    """From 100 at 10%: 10 is too much of rate x base; a first row open below 0 has none."""
    late = "tiers t, marginal: rate, less\n  from 100   10%   10\n"
    assert value(late, "t.rate(x) * x - t.less(x)", x=150) == 5
    # 20% below -100: T(-150) = -100 x 10% - 50 x 20% = -20; rate x base is -30, which is 10 too low.
    low = "tiers t, marginal: rate, less\n  below -100   20%   -10\n  from -100   10%   0\n"
    assert value(low, "t on x", x=-150) == value(low, "t.rate(x) * x - t.less(x)", x=-150) == -20


def test_a_column_of_that_name_is_checked_in_marginal_tables_only():
    """In a whole table a column may be called `less` and hold what it likes."""
    assert value("tiers t, whole: rate, less\n  from 0   10%   7\n", "t.less(x)", x=1) == 7


def test_a_count_times_an_amount_per_unit_is_money():
    """2 for each of the first 10 sold, 3 for each more: 12 give 26."""
    table = "tiers t, marginal\n  up to 10   2元\n  the rest   3元\n"
    assert value(table, "t on sold", sold=12) == 26
    assert value(table.replace("marginal", "whole"), "t on sold", sold=12) == 36


def test_cells_may_be_texts_and_yes_or_no():
    """From 80% on the level is B and the gate is open."""
    level = 'tiers level, whole\n  below 80%   "C"\n  from 80%   "B"\n'
    opened = "tiers open, whole\n  below 80%   no\n  from 80%   yes\n"
    assert [value(level, "level(done)", done=d) for d in ("0.79", "0.8")] == ["C", "B"]
    assert [value(opened, "open(done)", done=d) for d in ("0.79", "0.8")] == [False, True]


# ---- bounds that are days or lengths of time ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hired", "expected"), [("2022-12-31", 1), ("2023-01-01", 2), ("2023-06-30", 2), ("2023-07-01", 3)]
)
def test_days_can_be_bounds(hired, expected):
    """From 2023-01-01, that day included; after 2023-06-30 the last row."""
    table = "tiers t, {mode}\n  below 2023-01-01   1\n  from 2023-01-01 up to 2023-06-30   2\n  above 2023-06-30   3\n"
    assert value(table.format(mode="whole"), "t(hired)", hired=hired) == expected
    assert value(table.format(mode="fixed"), "t on hired", hired=hired) == expected
    assert value(table.format(mode="whole"), "t on x by hired", hired=hired, x=100) == 100 * expected
    reached = {1: 1, 2: 3, 3: 6}
    assert value(table.format(mode="cumulative fixed"), "t on hired", hired=hired) == reached[expected]


def test_a_gap_between_days_is_told_with_its_row():
    """What no row holds is offered as the author would write it."""
    english = "tiers t, whole\n  below 2023-01-01   1\n  from 2023-07-01   2\nbonus b\n  0\n"
    assert said(english, "en")[0] == "The tiers “t” have a gap: no row for “from 2023-01-01 below 2023-07-01”"
    chinese = "阶梯 甲，全额累进\n  不满 2023-01-01   1\n  2023-07-01 以上   2\n奖金 乙\n  0\n"
    assert said(chinese, "zh")[0] == "阶梯“甲”有断档：2023-01-01 以上不满 2023-07-01 没有对应的档"


def test_outside_of_days_the_day_is_named():
    """2022 has no row: the message says the day."""
    with pytest.raises(tiercel.FactsError) as caught:
        value("tiers t, whole\n  from 2023-01-01   1\n", "t(hired)", hired="2022-12-31")
    assert "2022-12-31" in sentence(caught.value.diagnostics[0], "en")


def test_lengths_of_time_can_be_bounds():
    """From 2023-01-01 to the end of July 2023 are 211 days; 30 weeks are 210, 31 are 217. A month has no length."""
    table = "tiers t, whole\n  below 30 weeks   1\n  from 30 weeks below 31 weeks   2\n  from 217 days   3\n"
    assert value(table, "t(period.last - hired)", hired="2023-01-01") == 2
    assert value(table, "t(period.last - hired)", hired="2022-12-26") == 3
    assert refused("tiers t, whole\n  below 6 months   1\n") == ["E2215"]


# ---- the next bound, and the way back ----------------------------------------------------------------------------------

GROWTH = "tiers t, marginal\n  below 100   5%\n  from 100 below 300   6%\n  from 300   8%\n"


@pytest.mark.parametrize(("x", "bound"), [("-1", 100), ("0", 100), ("99.99", 100), ("100", 300), ("299.99", 300)])
def test_the_next_bound_is_where_the_next_tier_begins(x, bound):
    """At a bound that belongs to the upper tier the next one is meant."""
    assert value(GROWTH, "next_bound(t, x), otherwise 0", x=x) == bound


def test_in_the_last_tier_there_is_no_next_bound():
    """It is missing: `otherwise` answers, and `is present` can ask; left alone it is told."""
    assert value(GROWTH, "next_bound(t, x), otherwise 7", x=300) == 7
    asked = (
        GROWTH + "v = first of\n  next_bound(t, x) - x when next_bound(t, x) is present\n  otherwise 0\nbonus b\n  v\n"
    )
    assert [str(evaluated(asked, x=x).payout["A"]) for x in (250, 300)] == ["50.00", "0.00"]
    inner = "for each deal\n  v = t on next_bound(t, amount), unrounded\n"
    assert refused(GROWTH + inner) == ["E2328"]


def test_a_bound_outside_its_tier_is_not_reached_by_itself():
    """Above 100: at 100 the lower tier holds, so that the next begins right above 100; a closed end is no beginning."""
    table = "tiers t, whole\n  up to 100   1\n  above 100 up to 200   2\n"
    assert value(table, "next_bound(t, x), otherwise 0", x=100) == 100
    assert value(table, "next_bound(t, x), otherwise 0", x="100.01") == 0


def test_next_bounds_of_points_series_shares_and_days():
    """Points are bounds; a series always has a next one, without `otherwise`; shares are of the goal; days are days."""
    assert value(LINE, "next_bound(t, done), otherwise 0", done="0.8") == 1
    series = SERIES.format(mode="marginal", first="1%", by="0.2%")
    assert value(series, "next_bound(t, x)", x="12345") == 13000
    assert value(series, "next_bound(t, x)", x="13000") == 14000
    assert value(ACCELERATOR, "next_bound(t, x), otherwise 0", x=150, goal=600) == 600
    days = "tiers t, whole\n  below 2023-03-01   1\n  from 2023-03-01   2\n"
    text = f"{days}v = days(hired, next_bound(t, hired)), otherwise 0\nbonus b\n  0\n"
    assert str(evaluated(text, hired="2023-02-27").values["A"]["v"]) == "3"


@pytest.mark.parametrize("x", ["-50", "0", "50", "100", "250", "300", "1000"])
def test_the_way_back_finds_the_amount_before_deduction(x):
    """gross_for(t, x - t on x) is x, below 0, in every tier and at every bound."""
    assert value(GROWTH, "gross_for(t, x - (t on x))", x=x) == Fraction(x)


@pytest.mark.parametrize(
    ("net", "gross"),
    [
        ("97", 100),  # 3% of 100
        ("34920", 36000),  # 36,000 less 3%
        ("35010", 36100),  # 100 more at 10% leave 90
        ("132120", 144000),  # 108,000 at 10% leave 97,200
        ("100", Fraction(10000, 97)),
    ],
)
def test_the_way_back_by_hand(net, gross):
    """Each tier leaves 97%, 90% or 80% of what lies in it; a quotient stays exact."""
    assert value(TAX, "gross_for(tax, x)", x=net) == gross


def test_the_way_back_where_the_table_ends_or_begins_late():
    """From 100 up to 200 at 50%: of 100 all is left, of 200 are 150; 151 is left of nothing, and so is -1."""
    table = "tiers t, marginal\n  from 100 up to 200   50%\n"
    assert [value(table, "gross_for(t, x)", x=x) for x in (0, 40, 100, 120, 150)] == [0, 40, 100, 140, 200]
    assert fails(table, "gross_for(t, x)", x=151) == ["E3223"]
    assert fails(table, "gross_for(t, x)", x=-1) == ["E3223"]
    # Beyond 200 and below 0 the 20% of `otherwise`: 160 = 150 + 8/0.8; -80 is left of -100.
    other = table + "  otherwise   20%\n"
    assert [value(other, "gross_for(t, x)", x=x) for x in (158, -80)] == [210, -100]


def test_the_way_back_with_shares_of_a_goal():
    """Of 1,500 with a goal of 1,000 are 1,412.50 left (87.50 are taken)."""
    assert value(ACCELERATOR, "gross_for(t, x)", x="1412.5") == 1500


def test_a_table_without_a_way_back_names_the_tier():
    """100% of what lies above 1,000: of more, not more is left."""
    table = "tiers t, marginal\n  from 0   10%\n  from 1,000   100%\nv = gross_for(t, x), unrounded\nbonus b\n  0\n"
    assert "from 1,000 100%" in said(table, "en")[0]
    assert "这一档扣到了 100% 或更多" in said(table, "zh")[0]


# ---- rounding: decision 53 ------------------------------------------------------------------------------------------------


def rounding(stage: str) -> str:
    return f"tiers t, marginal, rounded half up to 1{stage}\n  below 10   5%\n  from 10 below 20   6%\n  from 20   7%\n"


def test_a_table_rounds_each_slice_each_row_or_the_running_total():
    """Decision 53. 10 x 5% + 10 x 6% + 10 x 7% = 0.5 + 0.6 + 0.7: slices 1 + 1 + 1 = 3; the row 1.8, rounded 2.

    Rows of 10 each: slices and rows 1, 1, 1. On the running total 0.5, 1.1, 1.8 are 1, 1, 2: 1, 0, 1.
    """
    assert value(rounding(""), "t on x", x=30) == value(rounding(", each slice"), "t on x", x=30) == 3
    assert value(rounding(", each row"), "t on x", x=30) == 2
    assert value(rounding(", on the running total"), "t on x", x=30) == 2
    assert rows(rounding(", each slice"), 10, 10, 10) == ["1.00", "1.00", "1.00"]
    assert rows(rounding(", each row"), 10, 10, 10) == ["1.00", "1.00", "1.00"]
    assert rows(rounding(", on the running total"), 10, 10, 10) == ["1.00", "0.00", "1.00"]
    assert rows(rounding(", each row"), 30) == ["2.00"]


@pytest.mark.parametrize(
    ("stage", "expected"),
    [("each slice", ["1.00", "0.00"]), ("each row", ["1.00", "0.00"]), ("on the running total", ["1.00", "0.00"])],
)
def test_a_whole_table_rounds_its_price(stage, expected):
    """5% of 10 is 0.5, of 16 it is 0.8: rounded 1 and 1. The row of 6 alone gains 0.3, rounded 0."""
    table = f"tiers t, whole, rounded half up to 1, {stage}\n  from 0   5%\n"
    assert rows(table, 10, 6) == expected


def test_filled_and_interpolated_amounts_round_as_written():
    """10 over 100 at 4 is 0.4, at 140 it is 10 + 40 x 40/200 = 18; on the line half of 1 is 0.5, rounded 1."""
    filled = WORTH.replace("filled", "filled, rounded half up to 1")
    assert [value(filled, "t on x", x=x) for x in (4, 6, 140)] == [0, 1, 18]
    line = "tiers t, interpolated, rounded half up to 1\n  from 0   0元\n  from 100   1元\n"
    assert [value(line, "t(x)", x=x) for x in (49, 50)] == [0, 1]


# ---- what else was wrong in this corner -------------------------------------------------------------------------------------


def test_a_bare_target_is_money_where_the_actual_is():
    """Decision 28. 50 of 100: attainment 50%."""
    text = (
        "kpi k\n  weight 100%\n  actual sum(deal.amount)\n  target 100\n  score actual / target\n"
        "bonus b\n  1,000\n  times k.score\n"
    )
    assert str(evaluated(text, (50,)).payout["A"]) == "500.00"


def test_messages_write_amounts_as_their_author_does():
    """10万 in a Chinese scheme, 100,000 in an English one."""
    chinese = "阶梯 比例，超额累进\n  10万以上   5%\n奖金 甲\n  业绩 适用 比例\n"
    assert said(chinese, "zh")[0].startswith("不满 10万 的部分按 0 计")
    modeless = "阶梯 比例\n  不满5万   5%\n  5万以上   6%\n"
    assert (
        "以 10万 为例：各段按各档计算（超额累进）得 5,500，全部按达到的一档计算（全额累进）得 6,000"
        in said(modeless, "zh")[0]
    )
    english = "tiers t, marginal\n  from 100,000   5%\nbonus b\n  t on x\n"
    assert said(english, "en")[0].startswith("What lies below 100,000 earns 0")


# ---- why ----------------------------------------------------------------------------------------------------------------------


def explained(rules: str, term: str, language: str, **person: Any) -> str:
    text = f"{rules}v = {term}, unrounded\nbonus b\n  0\n"
    return statement(evaluated(text, **person).explain("A"), {}, language)


@pytest.mark.parametrize(
    ("rules", "term", "person", "english", "chinese"),
    [
        (LADDER, "t on x", {"x": 150}, "from 100 below 300: 20.00 (reached)", "100以上不满300：20.00（已达到）"),
        (
            WORTH, "t on x", {"x": 200},
            "above 100 up to 300: 40.00 × 100.00 / 200.00 = 20.00", "超过100至300：40.00 × 100.00 ÷ 200.00 = 20.00",
        ),
        (
            LINE, "t(done)", {"done": "0.85"},
            "between 0% at 70% and 100% at 100%: 50% at 85%", "70% 为 0%，100% 为 100%，85% 按线性插值为 50%",
        ),
        (LINE, "t(done)", {"done": "2"}, "from 150%: 200% (200% lies here)", "150%以上：200%（200% 落在这一档）"),
        (
            AVERAGE, "t on x", {"x": 1500},
            "2.5% at 1,500.00; 1,500.00 × 2.5% = 37.50", "1,500.00 按线性插值为 2.5%；1,500.00 × 2.5% = 37.50",
        ),
        (ACCELERATOR, "t on x", {"x": 1500}, "bounds are shares of 1,000.00", "档位基数 1,000.00"),
        (ACCELERATOR, "t on x", {"x": 1500}, "from 1,000: 500.00 × 7.5% = 37.50", "1,000以上：500.00 × 7.5% = 37.50"),
        (
            SERIES.format(mode="marginal", first="1%", by="0.2%"), "t on x", {"x": 20_000},
            "from 1,000 below 19,000: 18,000.00 in 18 tiers at 1.2% to 4.6% = 522.00",
            "1,000以上不满19,000：18,000.00 分 18 档，1.2% 至 4.6% = 522.00",
        ),
        (
            SERIES.format(mode="cumulative fixed", first="10", by="2"), "t on x", {"x": 7000},
            "from 0 below 8,000: 8 tiers of 10.00 to 24.00 = 136.00 (reached)",
            "0以上不满8,000：8 档，10.00 至 24.00 = 136.00（已达到）",
        ),
        (
            SERIES.format(mode="filled", first="10", by="2"), "t on x", {"x": 20_000},
            "from 1,000 below 19,000: 18 full tiers of 12.00 to 46.00 = 522.00",
            "1,000以上不满19,000：填满 18 档，12.00 至 46.00 = 522.00",
        ),
        (
            GROWTH, "next_bound(t, x), otherwise 0", {"x": 150},
            "after 150.00 the next tier begins at 300.00", "150.00 的下一档从 300.00 起",
        ),
        (TAX, "gross_for(tax, x)", {"x": 97}, "of 100.00 there is 97.00 left", "100.00 扣除后剩 97.00"),
        (TAX, "gross_for(tax, x)", {"x": 97}, "up to 36,000: 100.00 × 3% = 3.00", "不超过36,000：100.00 × 3% = 3.00"),
    ],
)  # fmt: skip
def test_explanations_say_how_the_table_came_to_its_value(rules, term, person, english, chinese):
    """Slices, amounts reached, shares filled, the two points of a line, what the bounds are shares of."""
    assert english in explained(rules, term, "en", **person)
    assert chinese in explained(rules, term, "zh", **person)


def test_explanations_of_a_running_total_say_what_the_rows_before_had():
    """30 of all so far, 10 of them with the rows before."""
    text = f"{LADDER}commission c for each deal\n  t on running total of amount\n"
    explanation = evaluated(text, (40, 80)).explain("A")
    assert "30.00 less 10.00 of the rows before = 20.00" in statement(explanation, {}, "en")
    assert "30.00 减去前面各行的 10.00 = 20.00" in statement(explanation, {}, "zh")


def test_explanations_as_data_hold_points_widths_and_scale():
    """What a host needs to draw them: exact texts, no words."""
    told: dict[str, tuple[str, str, dict[str, Any], Any]] = {
        "points": (LINE, "t(done)", {"done": "0.85"}, [{"at": "0.7", "value": "0"}, {"at": "1", "value": "1"}]),
        "scale": (ACCELERATOR, "t on x", {"x": 1500}, "1000"),
    }
    for key, (rules, term, person, expected) in told.items():
        amount = f"{term} of 1元" if key == "points" else term
        text = f"{rules}bonus b\n  {amount}\n"
        data = json.dumps(evaluated(text, **person).explain("A").to_dict())
        assert json.dumps({key: expected})[1:-1] in data
    data = json.dumps(evaluated(f"{WORTH}bonus b\n  t on x\n", x=200).explain("A").to_dict())
    assert '"width": "200"' in data
