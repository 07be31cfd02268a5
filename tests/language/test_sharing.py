"""Lines that go to somebody else, and amounts in parts. Every figure is worked out in the docstring."""

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest

import tiercel
from tiercel import FactsError
from tiercel.cases import run_cases
from tiercel.cli import main
from tiercel.compiled import CompiledRun, Prepared, Undecided
from tiercel.reference import Run
from tiercel.statement import statement

HEAD = """\
scheme sharing
version 1 from 2025-01-01
currency CNY
period month
people
  id text, key
  team team, dated
  mentor person, optional
  points number, default 0
  share number, default 0
group team
  id text, key
  leader person
facts deal
  id text, key
  rep person, credited
  day date, date of record
  second person, optional
  amount money
  paid money, default 0
facts refund
  id text, key
  deal deal, reverses
  day date, date of record
"""
HEAD_ZH = """\
方案 sharing
版本 1 自 2025-01-01 起
币种 CNY
周期 月
人员
  id 文本，标识
  team team，有变更记录
  mentor 员工，选填
  points 数值，默认 0
  share 数值，默认 0
组织 team
  id 文本，标识
  leader 员工
台账 deal
  id 文本，标识
  rep 员工，归属人
  day 日期，归属日
  second 员工，选填
  amount 金额
  paid 金额，默认 0
台账 refund
  id 文本，标识
  deal deal，冲减原单
  day 日期，归属日
"""


def people(*rows):
    known = {"from": None, "team": "T", "mentor": None}
    return [known | dict(zip(("id", "team", "mentor", "points"), row, strict=False)) for row in rows]


def deal(key, rep, amount, day: "str | None" = "2025-01-10", **more):
    return {"id": key, "rep": rep, "amount": amount, "day": day, "second": None} | more


def pay(body, rows, deals=(), teams=(("T", "B"), ("U", "C")), refunds=(), period="2025-01", head=HEAD):
    scheme = tiercel.loads(head + body)
    facts = {
        "people": people(*rows),
        "deal": list(deals),
        "team": [{"id": key, "leader": leader} for key, leader in teams],
        "refund": list(refunds),
    }
    evaluation, definition = (told(scheme, facts, period, evaluator) for evaluator in ("compiled", "reference"))
    if isinstance(evaluation, FactsError) or isinstance(definition, FactsError):
        both = [getattr(one, "diagnostics", ()) for one in (evaluation, definition)]
        assert both[0] == both[1]
        assert isinstance(definition, FactsError)
        raise definition
    assert isinstance(evaluation.run, CompiledRun)
    assert evaluation.to_dict() == definition.to_dict()
    return evaluation


def told(scheme, facts, period, evaluator):
    """The evaluation; what is wrong where nobody is paid. The program by itself only says that something is."""
    data, found = scheme.read(facts)
    if evaluator == "compiled" and not found:
        span = scheme.parse_period(period)
        with suppress(Undecided):
            CompiledRun(Prepared(scheme.checked, scheme.plan, scheme.compiled, data, span))
            reference = Run(scheme.checked, scheme.plan, data, span)
            reference.everything()
            assert not reference.diagnostics, "the program computed what the definition refuses"
    try:
        return scheme.evaluate(facts, period, evaluator=evaluator)
    except FactsError as error:
        return error


def lines(evaluation, name=None):
    """(receiver, row) → amount; several parts of one row are added."""
    out = {}
    for line in evaluation.lines:
        if name in (None, line.line):
            key = (line.person or "company", line.row)
            out[key] = out.get(key, Decimal(0)) + line.amount
    return {key: str(amount) for key, amount in out.items()}


def codes(call):
    with pytest.raises(FactsError) as raised:
        call()
    return [d.code for d in raised.value.diagnostics]


ABC = (("A", "T", "B"), ("B", "T"), ("C", "U"))


# ---- one receiver


def test_a_line_goes_to_whom_a_link_leads_to():
    """2% of 1,000.00 for the mentor of the person credited: 20.00 for B; it shows whose deal it was."""
    evaluation = pay(
        "commission help for each deal to rep.mentor where rep.mentor is present\n  2% of amount\n",
        ABC,
        [deal("D1", "A", "1000.00")],
    )
    (line,) = evaluation.lines
    assert (line.person, line.row, line.amount, line.credited) == ("B", "D1", Decimal("20.00"), "A")
    assert dict(evaluation.payout) == {"A": Decimal("0.00"), "B": Decimal("20.00"), "C": Decimal("0.00")}


def test_both_faces_mean_the_same():
    """发给, 分配, 归, 其余, 平分给, 保底 and their English words give one hash."""
    english = """\
commission help for each deal to rep.mentor where rep.mentor is present
  2% of amount
commission parts for each deal
  10% of amount
  shared
    60% to person
    20% to second
    the rest to company
    together at most 50% of paid
bonus pot for each team
  100
  shared among member where points above 0 in proportion to points, rounded down to 0.01, rest to company
guarantee floor
  300
  counting total(commission)
"""
    chinese = """\
提成 help 逐笔 deal 发给 rep.mentor 仅限 rep.mentor 不为空
  amount 的 2%
提成 parts 逐笔 deal
  amount 的 10%
  分配
    60% 归 员工
    20% 归 second
    其余 归 公司
    合计最高 paid 的 50%
奖金 pot 逐个 team
  100
  分给 成员 按 points 占比 仅限 points 超过 0，去尾到 0.01，尾差 归 公司
保底 floor
  300
  已得收入 总计(提成)
"""
    assert tiercel.loads(HEAD + english).hash == tiercel.loads(HEAD_ZH + chinese).hash


def test_a_receiver_is_read_as_of_the_rows_day():
    """The team's leader of the day of the deal: A was in T (leader B) until the 14th, then in U (leader C)."""
    body = "commission lead for each deal to team.leader\n  1% of amount\n"
    scheme = tiercel.loads(HEAD + body)
    rows: list[dict[str, Any]] = [
        {"id": "A", "from": day, "team": team, "mentor": None} for day, team in ((None, "T"), ("2025-01-15", "U"))
    ]
    rows += people(("B", "T"), ("C", "U"))
    facts = {
        "people": rows, "team": [{"id": "T", "leader": "B"}, {"id": "U", "leader": "C"}], "refund": [],
        "deal": [deal("D1", "A", "100.00", "2025-01-14"), deal("D2", "A", "300.00", "2025-01-15")],
    }  # fmt: skip
    assert lines(scheme.evaluate(facts, "2025-01")) == {("B", "D1"): "1.00", ("C", "D2"): "3.00"}


def test_what_goes_to_the_company_is_nobodys_pay():
    """3% of 500.00 = 15.00 stand under the company, in `company`, in JSON and in cases, and in no payout."""
    evaluation = pay("deduction fee for each deal to company\n  3% of amount\n", ABC, [deal("D1", "A", "500.00")])
    assert set(evaluation.payout.values()) == {Decimal("0.00")}
    assert [(x.person, x.amount, x.credited) for x in evaluation.company] == [("", Decimal("-15.00"), "A")]
    told = evaluation.to_dict()
    assert told["company"]["lines"] == [
        {"line": "fee", "row": "D1", "amount": "-15.00", "currency": "CNY", "due": "2025-01-31", "credited": "A"}
    ]
    assert all(person["lines"] == [] for person in told["people"].values())
    assert str(evaluation.explain("company").amount) == "-15.00"


def test_a_missing_receiver_is_an_error_and_nothing_for_nobody_is_nothing():
    """On the 10th A is in no team yet, so that 10.00 have no leader to go to: E3231; of 0.00 there is no line."""
    scheme = tiercel.loads(HEAD + "commission lead for each deal to team.leader\n  1% of amount\n")

    def paid(amount):
        facts = {
            "people": [{"id": "A", "from": "2025-01-15", "team": "T", "mentor": None}, *people(("B", "T"))],
            "team": [{"id": "T", "leader": "B"}], "deal": [deal("D1", "A", amount)], "refund": [],
        }  # fmt: skip
        return scheme.evaluate(facts, "2025-01")

    assert codes(lambda: paid("1000.00")) == ["E3231"]
    assert lines(paid("0.00")) == {}


def test_a_receiver_that_may_be_missing_needs_a_condition():
    """A rep need not have a mentor: the rule says for which rows it holds, or it is refused."""
    with pytest.raises(tiercel.SchemeError) as raised:
        tiercel.loads(HEAD + "commission help for each deal to rep.mentor\n  2% of amount\n")
    assert [d.code for d in raised.value.diagnostics] == ["E2207"]


def test_rows_that_are_nobodys_pay_whom_the_rule_names():
    """A table without a credited person: 5.00 for each visit to its host, and no line for the person of another."""
    head = HEAD + "facts visit\n  id text, key\n  day date, date of record\n  host person\n"
    scheme = tiercel.loads(head + "bonus host_pay for each visit to host\n  5\n")
    facts = {
        "people": people(*ABC), "team": [{"id": "T", "leader": "B"}, {"id": "U", "leader": "C"}], "deal": [],
        "refund": [], "visit": [{"id": "V1", "day": "2025-01-03", "host": "C"}],
    }  # fmt: skip
    evaluation = scheme.evaluate(facts, "2025-01")
    assert lines(evaluation) == {("C", "V1"): "5.00"}
    assert evaluation.lines[0].credited == ""


# ---- groups


def test_a_rule_for_each_group_pays_one_line_per_group():
    """T sold 1,000.00 + 500.00, U 100.00: 2% for the leaders are 30.00 and 2.00, and 0.00 of the empty V for B."""
    deals = [deal("D1", "A", "1000.00"), deal("D2", "B", "500.00"), deal("D3", "C", "100.00")]
    teams = (("T", "B"), ("U", "C"), ("V", "B"))
    evaluation = pay("commission lead for each team to leader\n  2% of sum(deal.amount)\n", ABC, deals, teams)
    assert lines(evaluation) == {("B", "T"): "30.00", ("C", "U"): "2.00", ("B", "V"): "0.00"}


def test_decision_59_a_lines_name_is_what_the_person_receives():
    """own pays A 60.00 of 100.00 and B 40.00; 5% of what the members of T receive is 5.00 for B. The payout of B,
    own + lead, is 45.00: a member's payout does not hold the leader's line."""
    body = """\
commission own for each deal
  10% of amount
  shared
    60% to person
    40% to second
commission lead for each team to leader
  5% of sum(member.own)
payout
  own + lead
"""
    evaluation = pay(body, ABC, [deal("D1", "A", "1000.00", second="B")])
    assert {k: str(v) for k, v in evaluation.payout.items()} == {"A": "60.00", "B": "45.00", "C": "0.00"}


def test_a_circle_over_receivers_is_shown():
    """The leader's line reads the bonus that reads the leader's line."""
    body = """\
bonus extra
  10% of lead
commission lead for each team to leader
  5% of sum(member.extra)
"""
    with pytest.raises(tiercel.SchemeError) as raised:
        tiercel.loads(HEAD + body)
    assert [d.code for d in raised.value.diagnostics] == ["E2107"]
    assert "lead → extra → lead" in str(raised.value.diagnostics[0].facts["loop"]) or "extra → lead → extra" in str(
        raised.value.diagnostics[0].facts["loop"]
    )


# ---- shares


SHARED = """\
commission parts for each deal
  amount
  shared
    60% to person
    20% to rep.mentor
    10% to second
    the rest to company
"""


@pytest.mark.parametrize(
    ("rep", "second", "expected"),
    [
        ("A", "C", {"A": "600.00", "B": "200.00", "C": "100.00", "company": "100.00"}),
        ("A", None, {"A": "600.00", "B": "200.00", "company": "200.00"}),
        ("B", None, {"B": "600.00", "company": "400.00"}),
    ],
)
def test_decision_32_who_does_not_exist_leaves_his_part_to_the_rest(rep, second, expected):
    """1,000.00: 60% to the seller, 20% to the first and 10% to the second upline; the company keeps 100, 200, 400."""
    evaluation = pay(SHARED, ABC, [deal("D1", rep, "1000.00", second=second)])
    assert lines(evaluation) == {(who, "D1"): amount for who, amount in expected.items()}


def test_decision_32_without_a_rest_a_missing_receiver_is_an_error():
    """20.00 for a mentor who does not exist, and no rest to take them."""
    body = "commission parts for each deal\n  amount\n  shared\n    60% to person\n    20% to rep.mentor\n"
    assert codes(lambda: pay(body, ABC, [deal("D1", "B", "100.00")])) == ["E3231"]


def test_decision_32_the_rest_is_the_total_less_the_rounded_parts():
    """33.33 in thirds cut to cents, 11.11 each... of 33.35: 11.11 + 11.11, the rest 11.13."""
    body = """\
commission parts for each deal
  amount
  shared
    1 / 3 to person
    1 / 3 to second
    the rest to rep.mentor
    rounded down to 0.01
"""
    evaluation = pay(body, ABC, [deal("D1", "A", "33.35", second="C")])
    assert lines(evaluation) == {("A", "D1"): "11.11", ("C", "D1"): "11.11", ("B", "D1"): "11.13"}


@pytest.mark.parametrize("evaluator", ["reference", "compiled"])
def test_the_rest_of_a_pool_needs_a_receiver_unless_it_is_nothing(evaluator):
    """10.00 cut in three leaves 0.01 for the head of a region that the team has not; 9.00 leaves nothing, and no line."""
    head = HEAD.replace(
        "group team\n", "group region\n  id text, key\n  head person\ngroup team\n  region region, optional\n"
    )
    body = "bonus pot for each team\n  {}\n  shared equally among member, rounded down to 0.01, rest to region.head\n"
    facts = {
        "people": people(("A", "T"), ("B", "T"), ("C", "T")),
        "team": [{"id": "T", "leader": "A", "region": None}],
        "region": [],
        "deal": [],
        "refund": [],
    }
    less, more = (tiercel.loads(head + body.format(amount)) for amount in ("9.00", "10.00"))
    found = lines(less.evaluate(facts, "2025-01", evaluator=evaluator))
    assert found == {(who, "T"): "3.00" for who in "ABC"}
    assert codes(lambda: more.evaluate(facts, "2025-01", evaluator=evaluator)) == ["E3231"]


def test_decision_32_a_negative_rest_is_an_error():
    """The leader's 30.00 and the platform's 15% of 100.00 are more than the 40.00 there are."""
    body = """\
commission parts for each deal
  40% of amount
  shared
    paid to second
    15% of amount to company
    the rest to person
"""
    good = pay(body, ABC, [deal("D1", "A", "100.00", second="C", paid="20.00")])
    assert lines(good) == {("C", "D1"): "20.00", ("company", "D1"): "15.00", ("A", "D1"): "5.00"}
    bad = [deal("D1", "A", "100.00", second="C", paid="30.00")]
    assert codes(lambda: pay(body, ABC, bad)) == ["E3232"]


def test_several_payees_limited_together():
    """10% and 5% of 1,000.00 are 150.00, limited to 50% of the 200.00 paid: 100 × 10/15 = 66.67 and 33.33.
    Paid 400.00 they stay 100.00 and 50.00."""
    body = """\
bonus parts for each deal
  amount
  shared
    10% to person
    5% to second
    together at most 50% of paid
"""
    short = pay(body, ABC, [deal("D1", "A", "1000.00", second="C", paid="200.00")])
    assert lines(short) == {("A", "D1"): "66.67", ("C", "D1"): "33.33"}
    enough = pay(body, ABC, [deal("D1", "A", "1000.00", second="C", paid="400.00")])
    assert lines(enough) == {("A", "D1"): "100.00", ("C", "D1"): "50.00"}


def test_shares_without_a_rest_lose_no_cent():
    """Three thirds of 100.00 are 33.33, 33.33 and, as the last makes it up, 33.34."""
    body = """\
bonus parts for each deal
  amount
  shared
    1 / 3 to person
    1 / 3 to second
    1 / 3 to rep.mentor
"""
    evaluation = pay(body, ABC, [deal("D1", "A", "100.00", second="C")])
    assert lines(evaluation) == {("A", "D1"): "33.33", ("C", "D1"): "33.33", ("B", "D1"): "33.34"}


def test_a_waterfall_shares_what_is_left():
    """3% of 1,111.10 = 33.333. 20% to the company: 6.6666 → 6.67, left 26.663. 15% to B: 3.99945 → 4.00.
    The rest of 33.33 is 22.66."""
    body = """\
commission parts for each deal
  3% of amount
  shared in turn
    20% to company
    15% to team.leader
    the rest to person
"""
    evaluation = pay(body, ABC, [deal("D1", "A", "1111.10")])
    assert lines(evaluation) == {("company", "D1"): "6.67", ("B", "D1"): "4.00", ("A", "D1"): "22.66"}


def test_decision_31_where_the_cap_stands_decides():
    """Of 30,000.00: capped at 10,000 then halved, 5,000 each; halved then capped at 10,000, 10,000 each."""
    shared = "  shared\n    50% to person\n    50% to second\n"
    deals = [deal("D1", "A", "30000.00", second="C")]
    first = pay(f"commission c for each deal\n  amount\n  at most 10,000\n{shared}", ABC, deals)
    assert set(lines(first).values()) == {"5000.00"}
    then = pay(f"commission c for each deal\n  amount\n{shared}  at most 10,000\n", ABC, deals)
    assert set(lines(then).values()) == {"10000.00"}


def test_decision_21_parts_are_rounded_at_once():
    """0.15 halved is 0.075 → 0.08 and the rest 0.07; times 50% they are 0.04 and 0.035 → 0.04."""
    body = """\
commission c for each deal
  amount
  shared
    50% to person
    the rest to second
  times 50%
"""
    evaluation = pay(body, ABC, [deal("D1", "A", "0.15", second="C")])
    assert lines(evaluation) == {("A", "D1"): "0.04", ("C", "D1"): "0.04"}


def test_a_lines_name_at_its_own_row_is_all_that_it_pays():
    """parts pays 50.00 + 30.00 of 100.00; twice that, 160.00, is the check of the same row."""
    body = """\
commission parts for each deal
  amount
  shared
    50% to person
    30% to second
bonus twice for each deal
  2 * parts
"""
    evaluation = pay(body, ABC, [deal("D1", "A", "100.00", second="C")])
    assert lines(evaluation, "twice") == {("A", "D1"): "160.00"}


# ---- members


POOL = "bonus pot for each team\n  {amount}\n  {sharing}\n"
FIVE = (("E", "T", None, "1"), ("A", "T", None, "2"), ("D", "T", None, "2"), ("B", "T", None, "0"), ("C", "U"))


def test_decision_33_largest_remainder_ties_by_person():
    """10.00 among A, B, D, E by 2, 0, 2, 1 is 4, 0, 4, 2. 10.01: 4.004, 0, 4.004, 2.002: the cent goes to A."""
    body = POOL.format(
        amount="10.01", sharing='shared among member where id != "C" in proportion to points\n  otherwise 0'
    )
    evaluation = pay(body, FIVE)
    assert lines(evaluation) == {
        ("A", "T"): "4.01", ("B", "T"): "0.00", ("D", "T"): "4.00", ("E", "T"): "2.00",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sharing", "expected"),
    [
        ("shared equally among member", {"A": "3.34", "B": "3.33", "D": "3.33"}),
        ("shared equally among member, rounded half up to 0.01, rest to first", {"A": "3.34", "B": "3.33", "D": "3.33"}),
        ("shared equally among member, rest to company", {"A": "3.33", "B": "3.33", "D": "3.33", "company": "0.01"}),
        ("shared equally among member, rounded down to 1, rest to company", {"A": "3.00", "B": "3.00", "D": "3.00", "company": "1.00"}),
        ("shared equally among member, rounded up to 0.1, rest to first", {"A": "3.20", "B": "3.40", "D": "3.40"}),
        ("shared equally among member where id != \"A\"", {"B": "5.00", "D": "5.00"}),
        ("shared equally among member, rounded down to 0.01, rest to leader", {"A": "3.33", "B": "3.34", "D": "3.33"}),
    ],
)  # fmt: skip
def test_decision_33_ten_among_three(sharing, expected):
    """10.00 among A, B and D: 3.33 each and a cent, or 3.00 and 1.00, or 3.40 for two and 3.20 for the first."""
    rows = (("D", "T"), ("A", "T"), ("B", "T"))
    evaluation = pay(POOL.format(amount="10", sharing=sharing), rows, teams=(("T", "B"),))
    assert lines(evaluation) == {(who, "T"): amount for who, amount in expected.items()}


def test_decision_33_what_rounding_up_overspends_is_an_error():
    """Three times 3.34 are 10.02: the company would have to pay 0.02 in."""
    body = POOL.format(amount="10", sharing="shared equally among member, rounded up to 0.01, rest to company")
    assert codes(lambda: pay(body, (("D", "T"), ("A", "T"), ("B", "T")), teams=(("T", "B"),))) == ["E3232"]


def test_a_pool_for_nobody_is_an_error_unless_the_scheme_says_otherwise():
    """C has no points: 10.00 of team U have nobody; `otherwise 0` pays nothing there; a negative weight never passes."""
    sharing = "shared among member in proportion to points"
    assert codes(lambda: pay(POOL.format(amount="10", sharing=sharing), FIVE)) == ["E3233"]
    assert ("C", "U") not in lines(pay(POOL.format(amount="10", sharing=f"{sharing}\n  otherwise 0"), FIVE))
    nothing = lines(pay(POOL.format(amount="sum(deal.amount)", sharing=sharing), FIVE))
    assert nothing == {(who, "T"): "0.00" for who in "ABDE"}
    minus = (("A", "T", None, "-1"), ("C", "U", None, "1"))
    assert codes(lambda: pay(POOL.format(amount="10", sharing=sharing), minus, teams=(("T", "A"), ("U", "C")))) == [
        "E3234"
    ]


def test_who_has_no_value_of_the_weight_has_no_part():
    """A's merit is 2, B's 1 counts only from 2 points on: the 10.00 go to A."""
    body = "merit = points, only when points at least 2\n"
    body += POOL.format(amount="10", sharing="shared among member in proportion to merit")
    evaluation = pay(body, (("A", "T", None, "2"), ("B", "T", None, "1")), teams=(("T", "A"),))
    assert lines(evaluation) == {("A", "T"): "10.00"}


def test_decision_10_members_are_those_of_the_periods_last_day():
    """A moved from T to U in the month, so that the 10.00 of T go to B alone and U's are A's and C's."""
    scheme = tiercel.loads(HEAD + POOL.format(amount="10", sharing="shared equally among member"))
    rows: list[dict[str, Any]] = [
        {"id": "A", "from": day, "team": team, "mentor": None} for day, team in ((None, "T"), ("2025-01-15", "U"))
    ]
    facts = {
        "people": rows + people(("B", "T"), ("C", "U")), "deal": [], "refund": [],
        "team": [{"id": "T", "leader": "B"}, {"id": "U", "leader": "B"}],
    }  # fmt: skip
    assert lines(scheme.evaluate(facts, "2025-01")) == {("B", "T"): "10.00", ("A", "U"): "5.00", ("C", "U"): "5.00"}


def test_steps_after_a_pool_are_the_members_own():
    """100.00 in two, at most 40 for everybody, half of it for B who has fewer than 2 points: 40.00 and 20.00."""
    body = POOL.format(
        amount="100", sharing="shared equally among member\n  at most 40\n  times 50% when points below 2"
    )
    evaluation = pay(body, (("A", "T", None, "2"), ("B", "T", None, "1")), teams=(("T", "A"),))
    assert lines(evaluation) == {("A", "T"): "40.00", ("B", "T"): "20.00"}


# ---- guarantees


def test_decision_46_a_guarantee_is_a_line_of_its_own():
    """A has 120.00, so that 80.00 are missing to 200.00; B has 250.00 and gets 0.00 on top."""
    body = "commission own for each deal\n  10% of amount\nguarantee floor\n  200\n  counting own\n"
    evaluation = pay(
        body, (("A", "T"), ("B", "T")), [deal("D1", "A", "1200.00"), deal("D2", "B", "2500.00")], teams=(("T", "A"),)
    )
    assert lines(evaluation, "floor") == {("A", ""): "80.00", ("B", ""): "0.00"}
    assert {k: str(v) for k, v in evaluation.payout.items()} == {"A": "200.00", "B": "250.00"}


def test_a_guarantee_that_does_not_say_counts_what_is_paid_besides():
    """Commission 100.00, bonus 20.00 and allowance 30.00 count; the deduction of 50.00 and another guarantee do not:
    300 - 150 = 150.00, and the payout is 150 + 150 + 10 - 50 = 260.00."""
    body = """\
commission own for each deal
  10% of amount
bonus b
  20
allowance c
  30
deduction d
  50
guarantee small
  10
  counting 0 * own
guarantee floor
  300
"""
    evaluation = pay(body, (("A", "T"),), [deal("D1", "A", "1000.00")], teams=(("T", "A"),))
    assert lines(evaluation, "floor") == {("A", ""): "150.00"}
    assert str(evaluation.payout["A"]) == "260.00"


def test_a_guarantee_counts_what_comes_from_others():
    """B receives 20.00 as A's mentor and has no deal: 100 - 20 = 80.00."""
    body = "commission help for each deal to rep.mentor where rep.mentor is present\n  2% of amount\nguarantee floor\n  100\n"
    evaluation = pay(body, (("A", "T", "B"), ("B", "T")), [deal("D1", "A", "1000.00")], teams=(("T", "A"),))
    assert lines(evaluation, "floor") == {("A", ""): "100.00", ("B", ""): "80.00"}


# ---- refunds


REFUND = [{"id": "R1", "deal": "D1", "day": "2025-01-20"}]
LATE = [{"id": "R1", "deal": "D1", "day": "2025-02-20"}]


def test_decision_37_every_receivers_line_is_taken_back():
    """The sale's parts, 600, 200, 100 and 100, come back from everybody, the company too."""
    evaluation = pay(SHARED, ABC, [deal("D1", "A", "1000.00", second="C")], refunds=REFUND)
    back = {(line.person or "company"): str(line.amount) for line in evaluation.lines if line.reverses}
    assert back == {"A": "-600.00", "B": "-200.00", "C": "-100.00", "company": "-100.00"}
    assert set(evaluation.payout.values()) == {Decimal("0.00")}
    assert sum(line.amount for line in evaluation.company) == 0


def test_decision_57_in_a_later_period_every_receiver_gives_back():
    """In February the parts of January's deal are adjustments: A -600, B -200, C -100, the company -100."""
    deals = [deal("D1", "A", "1000.00", second="C")]
    sale, late = pay(SHARED, ABC, deals, refunds=LATE), pay(SHARED, ABC, deals, refunds=LATE, period="2025-02")
    assert {k: str(v) for k, v in late.payout.items()} == {"A": "-600.00", "B": "-200.00", "C": "-100.00"}
    assert [(x.line, str(x.amount)) for x in late.company] == [("adjustment", "-100.00")]
    assert all(sale.payout[who] + late.payout[who] == 0 for who in sale.payout)


def test_decision_57_a_leader_gives_back_what_was_counted_for_him():
    """B has 5% of what the members of T receive, 5.00 of A's 100.00: both are adjusted when A's deal comes back."""
    body = "commission own for each deal\n  10% of amount\ncommission lead for each team to leader\n  5% of sum(member.own)\n"
    deals = [deal("D1", "A", "1000.00")]
    late = pay(body, ABC, deals, refunds=LATE, period="2025-02")
    assert {k: str(v) for k, v in late.payout.items()} == {"A": "-100.00", "B": "-5.00", "C": "0.00"}


def test_decision_34_an_override_reads_lines_after_their_own_caps_and_reversals():
    """10% of 1,000.00 capped at 80.00: 5% of it are 4.00; a refund in the month leaves nothing to override."""
    body = "commission own for each deal\n  10% of amount\n  at most 80\ncommission lead for each team to leader\n  5% of sum(member.own)\n"
    deals = [deal("D1", "A", "1000.00")]
    assert lines(pay(body, ABC, deals), "lead") == {("B", "T"): "4.00", ("C", "U"): "0.00"}
    assert lines(pay(body, ABC, deals, refunds=REFUND), "lead") == {("B", "T"): "0.00", ("C", "U"): "0.00"}


# ---- what is shown


def test_the_receivers_statement_says_whose_row_it_was_and_how_the_part_came_about():
    """B's statement: D1 is a record of A; 10% of 1,000.10 is 100.01, 20% of it 20.002, rounded 20.00."""
    body = "commission own for each deal\n  10% of amount\n  shared\n    60% to person\n    20% to rep.mentor\n    the rest to company\n"
    evaluation = pay(body, ABC, [deal("D1", "A", "1000.10")])
    for language, whose in (("en", "record of A"), ("zh", "A的单")):
        text = statement(evaluation.explain("B"), {}, language)
        assert whose in text
        assert "100.01 × 20% = 20.002" in text
    (line,) = evaluation.explain("B").to_dict()["lines"]
    assert line["credited"] == "A"
    part = next(step["portion"] for step in line["steps"] if step["node"] == "part")
    assert part == {
        "kind": "ratio", "total": "100.01", "base": "100.01", "share": "0.2", "exact": "20.002", "amount": "20",
    }  # fmt: skip


def test_the_statement_tells_scaling_members_and_the_rest():
    """Scaled parts name the limit, members their number, the rest what the others have."""
    scaled = "bonus parts for each deal\n  amount\n  shared\n    10% to person\n    5% to second\n    together at most 50% of paid\n"
    text = statement(pay(scaled, ABC, [deal("D1", "A", "1000.00", second="C", paid="200.00")]).explain("A"), {}, "en")
    assert "all shares together more than 100.00: × 0.666666… (2/3) = 66.666666… (200/3)" in text
    text = statement(pay(POOL.format(amount="10", sharing="shared equally among member"), ABC).explain("A"), {}, "en")
    assert "10.00 ÷ 2 members = 5.00" in text
    text = statement(pay(SHARED, ABC, [deal("D1", "B", "1000.00")]).explain("company"), {}, "en")
    assert "1,000.00 less the other shares 600.00 = 400.00" in text


def test_another_deal_pays_its_receivers():
    """With one more deal of A's of 500.00 his mentor has 10.00 more."""
    body = "commission help for each deal to rep.mentor where rep.mentor is present\n  2% of amount\n"
    evaluation = pay(body, ABC, [deal("D1", "A", "1000.00")])
    assert str(evaluation.with_rows({"deal": [deal("D2", "A", "500.00")]}).payout["B"]) == "30.00"
    solution = evaluation.solve("B", Decimal("45.00"), vary=("deal", deal("N", "A", "500.00")))
    assert solution is not None
    assert solution.count == 3


def test_a_partial_run_leaves_out_who_receives_from_a_fault():
    """D1 of A has no date: A is not paid, nor is B, whose pay comes from A's deals; C is."""
    body = "commission help for each deal to rep.mentor where rep.mentor is present\n  2% of amount\ncommission own for each deal\n  1% of amount\n"
    scheme = tiercel.loads(HEAD + body)
    facts = {
        "people": people(*ABC), "team": [{"id": "T", "leader": "B"}, {"id": "U", "leader": "B"}], "refund": [],
        "deal": [deal("D1", "A", "1000.00", None), deal("D2", "C", "100.00")],
    }  # fmt: skip
    evaluation = scheme.evaluate(facts, "2025-01", partial=True)
    assert evaluation.unpaid == ("A", "B")
    assert {k: str(v) for k, v in evaluation.payout.items()} == {"C": "1.00"}


CASES = """\
text: |
{scheme}
cases:
- name: parts of a deal and of a pot
  period: 2025-01
  people: [{{id: A, team: T, points: 1}}, {{id: B, team: T, points: 3}}]
  facts:
    team: [{{id: T, leader: B}}]
    deal: [{{id: D1, rep: A, day: 2025-01-10, amount: 100.00}}]
  expect:
    A: {{parts: {{D1: 60.00}}, pot: {{T: {pot}}}, payout: 62.50}}
    B: {{parts: none, pot: {{T: 7.50}}}}
    company: {{parts: {{D1: {company}}}}}
"""
IN_CASES = """\
commission parts for each deal
  amount
  shared
    60% to person
    the rest to company
bonus pot for each team
  10
  shared among member in proportion to points
"""


@pytest.mark.parametrize(("pot", "company", "wrong"), [("2.50", "40.00", []), ("2.40", "41.00", ["pot T", "parts D1"])])
def test_cases_speak_of_groups_and_of_the_company(tmp_path, pot, company, wrong):
    """Of a line per group the group's key, of the company's lines `company`: 100 in 60 and 40, 10 in 2.50 and 7.50."""
    scheme = "".join(f"  {line}\n" for line in (HEAD + IN_CASES).splitlines())
    (tmp_path / "cases.yaml").write_text(CASES.format(scheme=scheme, pot=pot, company=company), "utf-8")
    (result,) = run_cases(tmp_path / "cases.yaml")
    assert not result.faults
    assert [d.what for d in result.differences] == wrong


def test_the_command_shows_what_the_company_keeps(tmp_path, capsys):
    """Below the table of pay, and as a statement of its own, in either language."""
    (tmp_path / "s.tier").write_text(HEAD + IN_CASES, "utf-8")
    rows = {
        "people": "id,from,team,mentor,points,share\nA,,T,,1,\nB,,T,,3,\n",
        "team": "id,leader\nT,B\n",
        "deal": "id,rep,day,second,amount,paid\nD1,A,2025-01-10,,100.00,\n",
        "refund": "id,deal,day\n",
    }
    for table, text in rows.items():
        (tmp_path / f"{table}.csv").write_text(text, "utf-8")
    inputs = [str(tmp_path / "s.tier"), "--facts", str(tmp_path), "--period", "2025-01"]
    assert main(["--lang", "en", "run", *inputs]) == 0
    assert "kept by the company: 40.00" in capsys.readouterr().out
    assert main(["--lang", "zh", "run", *inputs]) == 0
    assert "公司留存：40.00" in capsys.readouterr().out
    assert main(["--lang", "en", "explain", *inputs, "--person", "company"]) == 0
    told = capsys.readouterr().out
    assert "D1 (record of A)" in told
    assert "100.00 less the other shares 60.00 = 40.00" in told
