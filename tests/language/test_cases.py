"""Cases in YAML: what they compare, what they refuse, and how expectations are rewritten."""

from pathlib import Path

import pytest

import tiercel
from tiercel.cases import CasesError, run_cases, told_results, told_update, update
from tiercel_dsl.render import render_all

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "office_software"

SCHEME = """scheme pay alias 提成办法
version 1 from 2023-01-01
currency CNY
period month
people
  id alias 工号 text, key
  quota alias 任务 money
  hired alias 入职日 date, optional
facts deal alias 签约
  id alias 单号 text, key
  rep alias 销售员 person, credited
  signed alias 签约日 date, date of record
  amount alias 金额 money, above 0
  won alias 已成交 yes/no, default yes
facts refund alias 退款
  id alias 退款单号 text, key
  deal alias 签约 deal, reverses by amount / deal.amount
  day alias 退款日 date, date of record
  amount alias 退款额 money, above 0
done alias 完成率 = sum(deal.amount where won) / quota, otherwise 0
third alias 三分之一 = quota / 3, unrounded
reached alias 达标 = done at least 100%
kpi share alias 占比
  weight 100%
  actual done
  target 50%
  score actual / target, at most 120%, otherwise 0
  not applicable when quota = 1
score total_score alias 总分数
  weighted sum of kpis, otherwise 0
commission deal_pay alias 签约提成 for each deal where won
  5% of amount
bonus extra alias 达标奖
  100
  only when reached
payout
  total(commission) + total(bonus)
"""
FACTS = """  people: [{id: 007, quota: 100000.00}, {id: E2, quota: 50}]
  facts:
    deal:
    - {id: D1, rep: 007, signed: 2023-08-02, amount: 50000.00, won: 是}
    - {id: D2, rep: 007, signed: 2023-08-03, amount: 0.10}  # R(0.005) = 0.01
    - {id: D3, rep: 007, signed: 2023-08-04, amount: 10.00, won: 否}
"""


def written(folder, cases, scheme=SCHEME, top=""):
    """A folder with the scheme and a file of cases."""
    (folder / "pay.tier").write_text(scheme, "utf-8")
    path = folder / "cases.yaml"
    path.write_text(f"scheme: pay.tier\n{top}cases:\n{cases}", "utf-8")
    return path


def case(expect, period="period: 2023-08", facts=FACTS):
    return f"- name: one\n  {period}\n{facts}{expect}"


def results(folder, cases, **more):
    return run_cases(written(folder, cases, **more))


def one(folder, expect, **more):
    (result,) = results(folder, case(f"  expect: {expect}\n", **more))
    return result


def told(result):
    return [(d.person, d.what, d.expected, d.actual) for d in result.differences]


def refused(folder, text):
    """(code, line, name) of every fault of the file."""
    path = folder / "cases.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(CasesError) as caught:
        run_cases(path)
    for language in ("zh", "en"):
        assert "〈" not in render_all(caught.value.diagnostics, caught.value.sources, language, 99)
    return [(d.code, d.span.line, d.seen) for d in caught.value.diagnostics]


# ---- what holds


def test_the_hard_people_of_the_example():
    """Every case of the sample company holds; its figures were worked out by hand."""
    found = run_cases(EXAMPLE / "cases.yaml")
    assert [r.name for r in found if not r.passed] == []
    assert len(found) >= 10
    assert sum(r.compared for r in found) >= 60


def test_both_evaluators(tmp_path):
    """The definition and the compiled program are asked by name."""
    path = written(tmp_path, case("  expect: {007: {payout: 2500.01}}\n"))
    assert run_cases(path, "reference") == run_cases(path, "compiled")
    assert run_cases(path, "reference")[0].passed


def test_everything_that_can_be_expected(tmp_path):
    """5% of 50,000.00 and of 0.10; D3 is not won; 50,000.10 of 100,000 is 0.500001; E2 sold nothing."""
    result = one(
        tmp_path,
        """
    007:
      payout: 2,500.01
      deal_pay: {D1: 2500.00, D2: 0.01, D3: none}
      签约提成: {D1: 2500}
      done: 0.500001
      完成率: 50.0001%
      reached: no
      达标: 否
      third: 100000/3
      extra: none
      share.actual: 0.500001
      占比.得分: 1.000002
      share.target: 50%
      total_score: 100.0002%
    E2: {payout: 0.00, deal_pay: none, 达标奖: none}
    company: {}""",
    )
    assert told(result) == []
    assert result.faults == ()
    assert result.compared == 18


RATED = SCHEME.replace(
    "payout\n",
    """rank place alias 名次 by done, highest first, ties share where reached
facts rating alias 评价
  id text, key
  rated person, credited
  day date, date of record
  item one of "沟通"
  points number
table courses alias 课程表 by item, gap
  "沟通"   above 0   "基础"
competency selling alias 销售能力
  rated by rating.points: 100%
  item talks alias 沟通, weight 100%, required 3
  course by courses
payout
""",
)


def test_places_and_levels_are_expected_by_name_or_alias(tmp_path):
    """007 reached its target and is the only one with a place; a level of 2.5 lacks half a point of 3."""
    rating = "    rating: [{id: R1, rated: 007, day: 2023-08-09, item: 沟通, points: 2.5}]\n"
    expect = """
    007:
      place: 1
      名次: 1
      selling.talks: 2.5
      销售能力.沟通: 2.5
      selling.talks.gap: 0.5
      销售能力.沟通.差距: 0.5
      selling.talks.course: 基础
      销售能力.talks.课程: 基础
      selling.score: 2.5
      销售能力.得分: 2.5
    E2: {place: none, selling.talks.gap: none, 销售能力.得分: none}"""
    facts = FACTS.replace("50000.00,", "100000.00,") + rating
    (result,) = results(tmp_path, case(f"  expect: {expect}\n", facts=facts), scheme=RATED)
    assert (told(result), result.faults, result.compared) == ([], (), 13)


def test_the_text_of_the_file_is_what_is_paid_from(tmp_path):
    """007 stays an id, and 0.1 is a tenth: no digit passes through a binary number."""
    facts = "  people: [{id: 007, quota: 1}]\n  facts: {deal: [{id: 1e3, rep: '007', signed: 2023-08-02, amount: 12345678901234567.89}]}\n"
    result = one(tmp_path, "{007: {deal_pay: {1e3: 617283945061728.39}}}", facts=facts)
    assert told(result) == []
    assert result.passed


def test_a_text_instead_of_a_file(tmp_path):
    """`text: |` with the files it uses."""
    (tmp_path / "cases.yaml").write_text(
        "text: |\n  scheme a\n  version 1 from 2023-01-01\n  currency CNY\n  period month\n  use “people.tier”\n"
        "  bonus b\n    5\nuses:\n  people.tier: |\n    people\n      id text, key\n"
        "cases:\n- {period: 2023-08, people: [{id: A}], expect: {A: {payout: 5}}}\n",
        "utf-8",
    )
    (result,) = run_cases(tmp_path / "cases.yaml")
    assert (result.name, result.passed) == ("#1", True)


def test_several_periods(tmp_path):
    """`expect` is keyed by period; a refund in September takes back August's 5.00 as an adjustment."""
    facts = """  people: [{id: A, quota: 1000}]
  facts:
    deal: [{id: D, rep: A, signed: 2023-08-31, amount: 100.00}]
    refund: [{id: R, deal: D, day: 2023-09-01, amount: 100.00}]
"""
    expect = "  expect:\n    2023-08: {A: {payout: 5.00}}\n    2023-09: {A: {payout: -5.00, deal_pay: none, adjustment: {R: -5.00}}}\n"
    (result,) = results(tmp_path, case(expect, "periods: [2023-08, 2023-09]", facts))
    assert (told(result), result.compared) == ([], 4)


def test_a_refund_in_its_own_month_is_a_row_of_its_line(tmp_path):
    """Half of 100.00 refunded: 5.00 and -2.50."""
    facts = """  people: [{id: A, quota: 1000}]
  facts:
    deal: [{id: D, rep: A, signed: 2023-08-30, amount: 100.00}]
    refund: [{id: R, deal: D, day: 2023-08-31, amount: 50.00}]
"""
    assert told(one(tmp_path, "{A: {deal_pay: {D: 5.00, R: -2.50}, payout: 2.50}}", facts=facts)) == []


def test_a_folder_of_facts(tmp_path):
    """At the top for all cases, or in one case."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "people.csv").write_text("工号,任务\nA,10\n", "utf-8")
    (folder / "签约.csv").write_text("单号,销售员,签约日,金额,已成交\nD,A,2023-08-01,20.00,是\n", "utf-8")
    (folder / "refund.csv").write_text("id,deal,day,amount\n", "utf-8")
    (folder / "people.csv").write_text("工号,任务,入职日\nA,10,\n", "utf-8")
    expect = "expect: {A: {payout: 101.00}}"
    cases = f"- {{period: 2023-08, {expect}}}\n- {{period: 2023-08, facts_dir: data, {expect}}}\n"
    assert [r.passed for r in results(tmp_path, cases, top="facts_dir: data\n")] == [True, True]


def test_versions_are_found_or_given(tmp_path):
    """Version 2 pays 6%; each month is paid by the version in force."""
    second = SCHEME.replace("version 1 from 2023-01-01", "version 2 from 2023-09-01").replace("5% of", "6% of")
    (tmp_path / "pay2.tier").write_text(second, "utf-8")
    facts = """  people: [{id: A, quota: 1000}]
  facts: {deal: [{id: D, rep: A, signed: 2023-08-31, amount: 100.00}, {id: F, rep: A, signed: 2023-09-01, amount: 100.00}]}
"""
    expect = "  expect: {2023-08: {A: {payout: 5}}, 2023-09: {A: {payout: 6}}}\n"
    text = case(expect, "periods: [2023-08, 2023-09]", facts)
    assert [r.passed for r in results(tmp_path, text, top="versions: [pay2.tier]\n")] == [True]


# ---- what does not hold


def test_a_cent_is_a_difference(tmp_path):
    """With the place in the file and both figures, in words of both languages."""
    path = written(tmp_path, case("  expect: {007: {payout: 2500.02, done: 50%, deal_pay: {D3: 0.00}}}\n"))
    found = run_cases(path)
    assert told(found[0]) == [
        ("007", "payout", "2500.02", "2500.01"),
        ("007", "done", "50%", "50.0001%"),
        ("007", "deal_pay D3", "0.00", "none"),
    ]
    assert (found[0].differences[0].line, found[0].differences[0].column) == (11, 26)
    assert told_results(found, "zh", "cases.yaml") == (
        "不符  one（cases.yaml 第 3 行）\n"
        "  第 11 行：2023-08 007 结算额 应为 2500.02，实际是 2500.01\n"
        "  第 11 行：2023-08 007 done 应为 50%，实际是 50.0001%\n"
        "  第 11 行：2023-08 007 deal_pay D3 应为 0.00，实际是 没有这一笔\n"
        "1 个用例，0 个符合（核对了 3 个数）"
    )
    assert "line 11: 2023-08 007 payout should be 2500.02, is 2500.01" in told_results(found, "en", "cases.yaml")


def test_no_line_is_not_a_line_of_zero(tmp_path):
    """`none` where there is a line, and 0 where there is none, both differ."""
    result = one(tmp_path, "{007: {deal_pay: {D2: none, D3: 0}, extra: 0}, E2: {deal_pay: {D1: none}}}")
    assert told(result) == [
        ("007", "deal_pay D2", "none", "0.01"),
        ("007", "deal_pay D3", "0", "none"),
        ("007", "extra", "0", "none"),
    ]


@pytest.mark.parametrize(
    ("expect", "code", "name", "near"),
    [
        ("{E1: {payout: 0}}", "E3405", "E1", ("E2",)),
        ("{007: {deal_pai: {D1: 0}}}", "E3405", "deal_pai", ("deal_pay",)),
        ("{007: {deal_pay: {D9: none}}}", "E3405", "D9", ("D3", "D2", "D1")),
        ("{007: {payoutt: 1}}", "E3405", "payoutt", ("payout",)),
        ("{007: {signing.score: 1}}", "E3405", "signing.score", None),
        ("{company: {payout: 1}}", "E3405", "payout", None),
    ],
)
def test_a_name_that_is_not_there_never_holds(tmp_path, expect, code, name, near):
    """Not even with `none`: it would never be compared. The line is named."""
    (fault,) = one(tmp_path, expect).faults
    assert (fault.code, fault.span.line, fault.seen) == (code, 11, name)
    assert near is None or set(near) >= set(fault.facts["candidates"]) > set()


@pytest.mark.parametrize(
    "expect",
    [
        "{007: {payout: none}}",
        "{007: {payout: about 5}}",
        "{007: {payout: 1_000}}",
        "{007: {payout: 1e3}}",
        "{007: {payout: {D1: 5}}}",
        "{007: {deal_pay: 5}}",
        "{007: {deal_pay: {D1: }}}",
        "{007: {extra: {D1: 5}}}",
        "{007: {done: [1]}}",
        "{007: 5}",
        "[007]",
        "{}",
    ],
)
def test_an_expectation_that_cannot_be_compared(tmp_path, expect):
    """Another kind of thing than an amount, a row or a value, or nothing at all."""
    result = one(tmp_path, expect)
    assert {f.code for f in result.faults} == {"E3404"}
    assert not result.passed


def test_a_table_that_the_scheme_does_not_have(tmp_path):
    """`deals` instead of deal would be no deals at all."""
    (result,) = results(tmp_path, case("  expect: {007: {payout: 0}}\n", facts=FACTS.replace("deal:", "deals:")))
    assert [(f.code, f.span.line, f.facts["candidates"]) for f in result.faults] == [("E3402", 7, ("deal",))]


def test_a_fault_in_the_facts_is_shown(tmp_path):
    """As in a run: nobody is paid."""
    result = one(tmp_path, "{007: {payout: 0}}", facts=FACTS.replace("0.10", "0.105"))
    assert [f.code for f in result.faults] == ["E3104"]
    assert "“amount” says 0.105" in told_results([result], "en")


# ---- errors that are expected


def error(folder, text, facts=FACTS, **more):
    (result,) = results(folder, case(f"  expect_error: {text}\n", facts=facts), **more)
    return result


@pytest.mark.parametrize("at", ["deal D2", "签约 D2", "deal D2 amount", "007"])
def test_an_expected_error_and_its_place(tmp_path, at):
    """By table and key, also with the column, or by the person it belongs to."""
    result = error(tmp_path, f"{{code: E3104, at: {at}}}", FACTS.replace("0.10", "0.105"))
    assert result.passed, told(result)


def test_an_expected_error_that_does_not_come(tmp_path):
    """Another one, at another place, or none."""
    spoilt = FACTS.replace("0.10", "0.105")
    assert told(error(tmp_path, "{code: E3102}", spoilt)) == [("", "code", "E3102", "E3104")]
    assert told(error(tmp_path, "{code: E3104, at: deal D1}", spoilt)) == [("", "at", "deal D1", "deal D2")]
    assert told(error(tmp_path, "{code: E3104}")) == [("", "code", "E3104", "none")]


def test_errors_of_computing_and_of_the_scheme(tmp_path):
    """A division by zero has its person, a scheme that is not right its line, a period of another shape neither."""
    broken = SCHEME.replace(" / quota, otherwise 0", " / quota")
    facts = FACTS.replace("quota: 50}", "quota: 0}")
    assert told(error(tmp_path, "{code: E3201, at: E2}", facts, scheme=broken)) == []
    assert told(error(tmp_path, "{code: E2301}", scheme=SCHEME.replace("weight 100%", "weight 95%"))) == []
    (result,) = results(tmp_path, case("  expect_error: {code: E4001}\n", "period: 2023-Q3"))
    assert result.passed


# ---- files that are not right


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [("E3403", 1, "cases")]),
        ("[]", [("E3404", 1, "cases.yaml")]),
        ("scheme: a\n", [("E3403", 1, "cases")]),
        ("scheme: a\ncases: 5\n", [("E3404", 2, "cases")]),
        ("scheme: a\n  b: c\n", [("E3401", 2, "")]),
        ("scheme: a\ntext: b\ncases: []\n", [("E3406", 2, "")]),
        ("cases: []\n", [("E3403", 1, "scheme")]),
        ("scheme: a\nsceme: b\ncases: []\n", [("E3402", 2, "sceme")]),
        ("scheme: a\nscheme: b\ncases: []\n", [("E3407", 2, "scheme")]),
        ("scheme: a\ncases:\n- 5\n", [("E3404", 3, "cases")]),
        ("scheme: a\ncases:\n- {name: x}\n", [("E3403", 3, "period"), ("E3403", 3, "expect")]),
        ("scheme: a\ncases:\n- {period: 1, periods: [1], expect: {}}\n", [("E3406", 3, "")]),
        ("scheme: a\ncases:\n- {period: 1, expect: {}, expect_error: {code: E1}}\n", [("E3406", 3, "")]),
        ("scheme: a\ncases:\n- {period: 1, expect_error: {kode: E1}}\n", [("E3403", 3, "code"), ("E3402", 3, "kode")]),
        ("scheme: a\ncases:\n- {period: 1, expect: {}, pepole: []}\n", [("E3402", 3, "pepole")]),
        ("scheme: a\ncases:\n- {period: 1, expect: {}, people: [{id: [1]}]}\n", [("E3404", 3, "id")]),
        ("scheme: a\ncases:\n- {period: 1, expect: {}, people: [{id: 1, id: 2}]}\n", [("E3407", 3, "id")]),
        ("scheme: a\ncases:\n- {period: 1, expect: {}, facts: {deal: {}}}\n", [("E3404", 3, "deal")]),
        ("scheme: a\ncases:\n- {period: 1, expect: {}, facts_dir: x, people: []}\n", [("E3406", 3, "")]),
        ("scheme: a\ncases: &a [*a]\n", [("E3401", 1, "")]),
        ("scheme: a\n---\ncases: []\n", [("E3401", 2, "")]),
    ],
)
def test_faults_of_the_file_name_their_line(tmp_path, text, found):
    """No case is run, and every fault is listed."""
    assert refused(tmp_path, text) == found


def test_a_file_that_is_not_there(tmp_path):
    """As everywhere: E4003."""
    with pytest.raises(tiercel.UsageError) as caught:
        run_cases(tmp_path / "x.yaml")
    assert [d.code for d in caught.value.diagnostics] == ["E4003"]


def test_a_scheme_that_is_not_there(tmp_path):
    """Each case says so."""
    (tmp_path / "cases.yaml").write_text("scheme: a.tier\ncases:\n- {period: 2023-08, expect: {A: {payout: 1}}}\n")
    (result,) = run_cases(tmp_path / "cases.yaml")
    assert [f.code for f in result.faults] == ["E4003"]


# ---- rewriting


WRONG = """# kept: 顶部
- name: one   # kept: name
  period: 2023-08
{facts}
  expect:
    007: {payout: 9999.99, done: "1%",   deal_pay: {D1: 2500.00, D2: 0.02, D3: 5}}   # kept: 末尾
    E2:
      payout:  1.00   # two blanks kept
      extra: 7
"""
RIGHT = """# kept: 顶部
- name: one   # kept: name
  period: 2023-08
{facts}
  expect:
    007: {payout: 2500.01, done: 0.500001,   deal_pay: {D1: 2500.00, D2: 0.01, D3: none}}   # kept: 末尾
    E2:
      payout:  0.00   # two blanks kept
      extra: none
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_update_rewrites_wrong_figures_and_nothing_else(tmp_path, end, mark):
    """Comments, blanks, line ends, the mark of UTF-8 and the figures that hold stay as they are."""
    wrong = WRONG.replace('"1%"', '"0.1"')
    path = written(tmp_path, wrong.replace("{facts}\n", FACTS))
    path.write_bytes((mark + path.read_text("utf-8").replace("\n", end)).encode())
    before = path.read_bytes()
    done = update(path, {})
    expected = before.decode()
    for old, new in (
        ("9999.99", "2500.01"), ('"0.1"', "0.500001"), ("D2: 0.02", "D2: 0.01"), ("D3: 5", "D3: none"),
        ("1.00 ", "0.00 "), ("extra: 7", "extra: none"),
    ):  # fmt: skip
        assert expected.count(old) == 1
        expected = expected.replace(old, new)
    assert path.read_bytes().decode() == expected
    assert expected.replace(mark, "").replace(end, "\n").endswith(RIGHT.replace("{facts}\n", FACTS))
    assert len(done.replaced) == 6
    assert run_cases(path)[0].passed
    assert "第 13 行：2023-08 007 结算额 9999.99 → 2500.01" in told_update(done, "zh")
    assert told_update(done, "en").endswith("6 expectations rewritten in cases.yaml")


def test_update_of_what_holds_writes_nothing(tmp_path):
    """The file is not even touched."""
    path = written(tmp_path, case("  expect: {007: {payout: 2500.01}}\n"))
    path.chmod(0o444)
    before = path.stat().st_mtime_ns
    assert told_update(update(path, {}), "zh") == "cases.yaml 里的期望值全都符合，没有改写"
    assert path.stat().st_mtime_ns == before


def test_update_is_refused_under_ci(tmp_path):
    """A machine that tests changes must not accept them."""
    path = written(tmp_path, case("  expect: {007: {payout: 1}}\n"))
    before = path.read_bytes()
    with pytest.raises(tiercel.UsageError) as caught:
        update(path, {"CI": "true"})
    assert [d.code for d in caught.value.diagnostics] == ["E4007"]
    assert path.read_bytes() == before


def test_update_leaves_what_no_figure_can_mend(tmp_path):
    """Unknown names, faults in the facts, an error that did not come."""
    bad = case("  expect: {E1: {payout: 1}}\n")
    missing = case("  expect_error: {code: E3104}\n")
    path = written(tmp_path, bad + missing)
    before = path.read_bytes()
    done = update(path, {})
    assert (done.replaced, len(done.left)) == ((), 2)
    assert path.read_bytes() == before
    assert "有 2 个用例不是改写期望值能解决的" in told_update(done, "zh")


def test_update_of_an_expected_error(tmp_path):
    """The code and the place of the error that came."""
    path = written(tmp_path, case("  expect_error: {code: E3102}\n", facts=FACTS.replace("0.10", "0.105")))
    update(path, {})
    assert "expect_error: {code: E3104}" in path.read_text("utf-8")
