"""Lines up a hierarchy: who receives how much at which level, who is passed over, what refunds take back.

Every figure is worked out by hand from the sentences of the plan.
"""

import json
import pickle
from decimal import Decimal

import pytest

from tiercel import FactsError, SchemeError, loads
from tiercel.evaluation import Evaluation
from tiercel.formatting import format_text
from tiercel.statement import statement
from tiercel_dsl.describe import describe
from tiercel_dsl.messages import sentence

HEAD = """scheme s
version 1 from 2025-01-01
currency CNY
period month
"""
PEOPLE = """people
  id text, key
  sponsor person, optional, dated
  active yes/no, dated
  rate percent, optional
"""
SALES = """facts sale
  id text, key
  seller person, credited
  day date, date of record
  amount money
"""
REFUNDS = """facts refund
  id text, key
  sale sale, reverses
  on date, date of record
"""
SHARES = """table level_share by lvl
  1   5%
  2   3%
  otherwise 1%
"""
CHAIN = {"A": "", "B": "A", "C": "B", "D": "C", "E": "D"}  # E is at the bottom


def person(key, sponsor="", active="yes", rate="", since=""):
    return {"id": key, "sponsor": sponsor, "active": active, "rate": rate, "from": since}


def people(inactive="", rates=None):
    rates = rates or {}
    return [person(k, s, "no" if k in inactive else "yes", rates.get(k, "")) for k, s in CHAIN.items()]


def sale(key, seller, amount="1000.00", day="2025-03-10"):
    return {"id": key, "seller": seller, "amount": amount, "day": day}


def paid(text: str, facts, period="2025-03") -> Evaluation:
    """The evaluation by the program, which the definition agrees with in every line."""
    scheme = loads(text)
    assert scheme.compiled is not None
    both = [scheme.evaluate(facts, period, evaluator=one) for one in ("reference", "compiled")]
    assert type(both[1].run).__name__ == "CompiledRun"
    assert both[0].to_dict() == both[1].to_dict()
    return both[1]


def line(evaluation: Evaluation, name: str):
    """Receiver → what he has of a line, by the row it came from."""
    out: dict[str, dict[str, Decimal]] = {}
    for one in evaluation.lines:
        if one.line == name and not one.reverses:
            out.setdefault(one.person, {})[one.row] = one.amount
    return out


def money(**amounts):
    return {who: Decimal(amount) for who, amount in amounts.items()}


def of(row, **amounts):
    return {who: {row: Decimal(amount)} for who, amount in amounts.items()}


REVENUE = HEAD + PEOPLE + SALES + SHARES


# ---- levels ----------------------------------------------------------------------------------------------------


def test_every_level_has_its_share():
    """5% to the first above the seller, 3% to the second, 1% to each one above; the seller himself has none."""
    text = REVENUE + "commission revenue for each sale to upline(seller, sponsor)\n  level_share(level) of amount\n"
    got = paid(text, {"people": people(), "sale": [sale("S1", "E")]})
    assert line(got, "revenue") == of("S1", D="50.00", C="30.00", B="10.00", A="10.00")


def test_a_number_ends_the_way_up():
    """With 2 the third above gets nothing, and who has fewer above him pays fewer."""
    text = REVENUE + "commission revenue for each sale to upline(seller, sponsor, 2)\n  level_share(level) of amount\n"
    got = paid(text, {"people": people(), "sale": [sale("S1", "E"), sale("S2", "B"), sale("S3", "A")]})
    assert line(got, "revenue") == {"D": {"S1": 50}, "C": {"S1": 30}, "A": {"S2": 50}}


def test_a_parameter_may_say_how_many_levels():
    text = REVENUE.replace("facts sale", "parameter top = 1\nfacts sale")
    text += "commission revenue for each sale to upline(seller, sponsor, top)\n  level_share(level) of amount\n"
    got = paid(text, {"people": people(), "sale": [sale("S1", "E")]})
    assert line(got, "revenue") == of("S1", D="50.00")


def test_who_fails_the_condition_inside_is_no_level():
    """D and B are passed over: C is the first level, A the second."""
    text = REVENUE + "commission revenue for each sale to upline(seller, sponsor, 2 where active)\n"
    text += "  level_share(level) of amount\n"
    got = paid(text, {"people": people(inactive="DB"), "sale": [sale("S1", "E")]})
    assert line(got, "revenue") == of("S1", C="50.00", A="30.00")


def test_a_condition_outside_leaves_the_levels_as_they_are():
    """D and B get nothing, and C stays the second level, A the fourth."""
    text = REVENUE + "commission revenue for each sale to upline(seller, sponsor) where receiver.active\n"
    text += "  level_share(level) of amount\n"
    got = paid(text, {"people": people(inactive="DB"), "sale": [sale("S1", "E")]})
    assert line(got, "revenue") == of("S1", C="30.00", A="10.00")


def test_a_condition_outside_may_ask_for_level_row_and_results():
    """Only from level 2 on, only sales of 1,000 or more, only who sold something himself."""
    text = REVENUE + "sold = sum(sale.amount)\n"
    text += "commission revenue for each sale to upline(seller, sponsor)"
    text += " where level at least 2 and amount at least 1,000 and receiver.sold above 0\n  1% of amount\n"
    sales = [sale("S1", "E"), sale("S2", "E", "999.99"), sale("S3", "B"), sale("S4", "D", "1.00")]
    got = paid(text, {"people": people(), "sale": sales})
    assert line(got, "revenue") == of("S1", B="10.00")


def test_the_start_may_be_another_person_than_the_seller():
    """It goes up from the introducer; where there is none nobody receives anything."""
    text = REVENUE.replace("  amount money", "  amount money\n  introducer person, optional")
    text += "commission revenue for each sale to upline(introducer, sponsor, 1)\n  1% of amount\n"
    rows = [sale("S1", "E") | {"introducer": "B"}, sale("S2", "E") | {"introducer": ""}]
    got = paid(text, {"people": people(), "sale": rows})
    assert line(got, "revenue") == of("S1", A="10.00")


def test_level_and_receiver_stay_names_where_the_row_has_them():
    """Said with its table a column of the row is read, said with `upline` the level."""
    text = REVENUE.replace("  amount money", "  amount money\n  level count")
    text += "commission revenue for each sale to upline(seller, sponsor, 2)\n"
    text += "  sale.level * 1元\n  plus upline.level * 100元\n"
    got = paid(text, {"people": people(), "sale": [sale("S1", "E") | {"level": "7"}]})
    assert line(got, "revenue") == of("S1", D="107.00", C="207.00")


# ---- days ------------------------------------------------------------------------------------------------------


def test_a_sale_goes_up_as_things_stood_on_its_day():
    """E moved from D to B on the 15th: the sale of the 10th goes to D and C, that of the 20th to B and A."""
    text = REVENUE + "commission revenue for each sale to upline(seller, sponsor, 2)\n  level_share(level) of amount\n"
    rows = [*people()[:4], person("E", "D"), person("E", "B", since="2025-03-15")]
    got = paid(text, {"people": rows, "sale": [sale("S1", "E"), sale("S2", "E", "2000.00", "2025-03-20")]})
    assert line(got, "revenue") == {"D": {"S1": 50}, "C": {"S1": 30}, "B": {"S2": 100}, "A": {"S2": 60}}


def test_a_person_line_goes_up_as_things_stand_on_the_last_day():
    text = REVENUE + "commission own for each sale\n  10% of amount\n"
    text += "commission override to upline(sponsor, 1)\n  5% of own\n"
    rows = [*people()[:4], person("E", "D"), person("E", "B", since="2025-03-15")]
    got = paid(text, {"people": rows, "sale": [sale("S1", "E")]})
    assert line(got, "override")["B"]["E"] == Decimal("5.00")
    assert got.payout["D"] == 0


def test_whether_somebody_counts_is_asked_on_the_day_of_the_row():
    """C is active from the 15th on: before that B stands on the first level above D."""
    text = REVENUE + "commission revenue for each sale to upline(seller, sponsor, 1 where active)\n  1% of amount\n"
    rows = [p for p in people() if p["id"] != "C"]
    rows += [person("C", "B", "no"), person("C", "B", "yes", since="2025-03-15")]
    got = paid(text, {"people": rows, "sale": [sale("S1", "D"), sale("S2", "D", day="2025-03-20")]})
    assert line(got, "revenue") == {"B": {"S1": 10}, "C": {"S2": 10}}


# ---- overrides -------------------------------------------------------------------------------------------------


def test_an_override_reads_the_rounded_lines_of_members_after_their_caps():
    """10% of 1,234.56 is 123.456, paid 100.00 at most: 5% of it is 5.00; 10% of 333.33 is 33.33, 5% of it 1.67."""
    text = REVENUE + "commission own for each sale\n  10% of amount\n  at most 100\n"
    text += "commission override to upline(sponsor, 1)\n  5% of own\n"
    got = paid(text, {"people": people(), "sale": [sale("S1", "E", "1234.56"), sale("S2", "D", "333.33")]})
    assert line(got, "override")["D"] == {"E": Decimal("5.00")}
    assert line(got, "override")["C"] == {"D": Decimal("1.67")}


def test_overrides_on_overrides_follow_each_other():
    """own 100; 10% of it to D and C, 10.00 each; 50% of what C has of that to B: what is read is paid before."""
    text = REVENUE + "commission own for each sale\n  10% of amount\n"
    text += "commission second to upline(sponsor, 1)\n  50% of first\n"
    text += "commission first to upline(sponsor, 2)\n  10% of own\n"
    got = paid(text, {"people": people(), "sale": [sale("S1", "E")]})
    assert {who: sum(rows.values()) for who, rows in line(got, "first").items() if any(rows.values())} == money(
        D="10.00", C="10.00"
    )
    assert {who: sum(rows.values()) for who, rows in line(got, "second").items() if any(rows.values())} == money(
        C="5.00", B="5.00"
    )


def test_a_circle_of_rules_is_shown():
    """An override on itself, or on what in the end depends on it, has no beginning."""
    text = REVENUE + "commission first to upline(sponsor, 1)\n  10% of second\n"
    text += "commission second to upline(sponsor, 1)\n  10% of first\n"
    with pytest.raises(SchemeError) as refused:
        loads(text)
    (circle,) = [d for d in refused.value.diagnostics if d.code == "E2107"]
    assert circle.facts["loop"] in ("first → second → first", "second → first → second")


def test_all_that_a_row_pays_upwards_can_be_read_at_the_row():
    """The company keeps what of 10% nobody above receives: 100 less 50, 30 and 10."""
    text = REVENUE + "commission revenue for each sale to upline(seller, sponsor, 3)\n  level_share(level) of amount\n"
    text += "commission kept for each sale to company\n  10% of amount - revenue\n"
    got = paid(text, {"people": people(), "sale": [sale("S1", "E"), sale("S2", "B"), sale("S3", "A")]})
    assert {one.row: one.amount for one in got.company} == money(S1="10.00", S2="50.00", S3="100.00")


# ---- difference commissions ---------------------------------------------------------------------------------------

DIFFERENCE = (
    REVENUE.replace("rate percent, optional", "rate percent")
    + "commission difference for each sale to upline(seller, sponsor)\n"
    "  (receiver.rate - highest_below(rate)) of amount\n  at least 0\n"
)


def test_everybody_has_his_rate_less_the_highest_below_him():
    """Rates from the bottom: 5, 8, 8, 6, 12%. D 3%, C nothing, B nothing (never below 0), A 4%: 12 - 8."""
    rates = {"E": "5%", "D": "8%", "C": "8%", "B": "6%", "A": "12%"}
    got = paid(DIFFERENCE, {"people": people(rates=rates), "sale": [sale("S1", "E")]})
    assert line(got, "difference") == of("S1", D="30.00", C="0.00", B="0.00", A="40.00")
    assert sum(a for rows in line(got, "difference").values() for a in rows.values()) == 70  # 12% less the seller's 5%


def test_who_is_passed_over_has_no_part_in_the_difference():
    """C, with 8%, is passed over: B has 6 - 5, A 12 - 6."""
    rates = {"E": "5%", "D": "5%", "C": "8%", "B": "6%", "A": "12%"}
    text = DIFFERENCE.replace("sponsor)", "sponsor where active)")
    got = paid(text, {"people": people("C", rates), "sale": [sale("S1", "E")]})
    assert line(got, "difference") == of("S1", D="0.00", B="10.00", A="60.00")


def test_who_has_no_rate_is_left_out_of_the_highest():
    """E and C have none: D has his 8% less nothing that can be known, 0 by the rule; B 9 - 8."""
    rates = {"D": "8%", "B": "9%", "A": "12%"}
    text = REVENUE + "commission difference for each sale to upline(seller, sponsor) where receiver.rate is present\n"
    text += "  (receiver.rate - highest_below(rate)) of amount\n  at least 0\n  otherwise 0\n"
    got = paid(text, {"people": people(rates=rates), "sale": [sale("S1", "E")]})
    assert line(got, "difference") == of("S1", D="0.00", B="10.00", A="30.00")


def test_a_highest_of_nothing_is_an_error():
    """Nobody below has a rate, and the rule does not say what holds then."""
    text = DIFFERENCE.replace("rate percent", "rate percent\n  other percent, optional")
    text = text.replace("highest_below(rate)", "highest_below(other)")
    rows = [p | {"other": ""} for p in people(rates=dict.fromkeys(CHAIN, "5%"))]
    assert {d.code for d in faults(text, {"people": rows, "sale": [sale("S1", "B")]})} == {"E3203"}


def test_a_rate_may_be_worked_out_from_results():
    """Whoever sold 2,000 in the month has 10%, else 4%: D sold 2,000, E and C 1,000 each."""
    text = REVENUE + "sold = sum(sale.amount)\nstep =\n  10% when sold at least 2,000\n  otherwise 4%\n"
    text += "commission difference for each sale to upline(seller, sponsor)\n"
    text += "  (receiver.step - highest_below(step)) of amount\n  at least 0\n"
    sales = [sale("S1", "E"), sale("S2", "D", "2000.00"), sale("S3", "C")]
    got = paid(text, {"people": people(), "sale": sales})
    assert line(got, "difference") == {
        "D": {"S1": 60},  # 10 - 4
        "C": {"S1": 0, "S2": 0},
        "B": {"S1": 0, "S2": 0, "S3": 0},
        "A": {"S1": 0, "S2": 0, "S3": 0},
    }


def test_quotients_are_compared_exactly():
    """1/3 of D beats 0.333333 of C: only an exact comparison sees it. B: 1/2 - 1/3 of 600 is 100.00."""
    text = HEAD + PEOPLE.replace("rate percent, optional", "won count\n  tried count") + SALES
    text += "share = won / tried, unrounded\n"
    text += "commission difference for each sale to upline(seller, sponsor)\n"
    text += "  (receiver.share - highest_below(share)) of amount\n"
    rows = people()
    counts = {"E": (0, 1), "D": (1, 3), "C": (333333, 1000000), "B": (1, 2), "A": (1, 2)}
    rows = [{k: v for k, v in p.items() if k != "rate"} for p in rows]
    rows = [p | {"won": counts[p["id"]][0], "tried": counts[p["id"]][1]} for p in rows]
    got = paid(text, {"people": rows, "sale": [sale("S1", "E", "600.00")]})
    assert line(got, "difference") == of("S1", D="200.00", C="0.00", B="100.00", A="0.00")


# ---- refunds ---------------------------------------------------------------------------------------------------

RETURNED = REVENUE + REFUNDS + "commission own for each sale\n  10% of amount\n"
RETURNED += "commission revenue for each sale to upline(seller, sponsor, 3)\n  level_share(level) of amount\n"
RETURNED += "commission override to upline(sponsor, 2)\n  20% of own\n"


def test_a_refund_in_the_period_takes_back_from_every_level():
    got = paid(
        RETURNED,
        {"people": people(), "sale": [sale("S1", "E")], "refund": [{"id": "R1", "sale": "S1", "on": "2025-03-20"}]},
    )
    assert dict(got.payout) == money(A="0", B="0", C="0", D="0", E="0")
    assert sorted((x.person, x.amount) for x in got.lines if x.reverses == "S1") == [
        ("B", Decimal(-10)), ("C", Decimal(-30)), ("D", Decimal(-50)), ("E", Decimal(-100)),
    ]  # fmt: skip


def test_a_later_refund_takes_back_from_those_of_the_day_of_the_sale():
    """E had D, C and B above him in March and belongs to nobody in April: it comes back from D, C and B, the
    overrides of D and C too."""
    rows = [*people()[:4], person("E", "D"), person("E", "", since="2025-04-01")]
    facts = {"people": rows, "sale": [sale("S1", "E")], "refund": [{"id": "R1", "sale": "S1", "on": "2025-04-20"}]}
    got = paid(RETURNED, facts, "2025-04")
    assert dict(got.payout) == money(A="0", B="-10", C="-50", D="-70", E="-100")


def test_a_later_refund_reaches_who_had_nothing_but_an_override():
    """B has 20% of what D and C were paid above E, and nothing of the sale itself: 20% of 50 and of 30 come back."""
    text = RETURNED.replace("upline(seller, sponsor, 3)", "upline(seller, sponsor, 2)")
    text = text.replace("to upline(sponsor, 2)\n  20% of own", "to upline(sponsor, 2)\n  20% of revenue")
    facts = {
        "people": people(),
        "sale": [sale("S1", "E")],
        "refund": [{"id": "R1", "sale": "S1", "on": "2025-04-20"}],
    }
    got = paid(text, facts, "2025-04")
    assert dict(got.payout) == money(A="-6", B="-16", C="-40", D="-50", E="-100")


def test_what_an_earlier_sale_paid_upwards_can_be_read():
    """In April the refund of a sale of March reads what that sale had paid upwards: 50, 30 and 10."""
    text = RETURNED + "for each refund\n  lost = sale.revenue\nlost_by_me = sum(refund.lost)\n"
    facts = {
        "people": people(),
        "sale": [sale("S1", "E")],
        "refund": [{"id": "R1", "sale": "S1", "on": "2025-04-20"}],
    }
    assert paid(text, facts, "2025-04").values["E"]["lost_by_me"] == Decimal(90)


def test_half_a_refund_takes_back_half_of_every_part():
    """Of 0.05 at the first level half is 0.03 at the first refund (half up) and 0.02 at the second."""
    text = RETURNED.replace("sale sale, reverses", "part percent\n  sale sale, reverses by part")
    refunds = [
        {"id": "R1", "sale": "S1", "on": "2025-03-20", "part": "50%"},
        {"id": "R2", "sale": "S1", "on": "2025-03-21", "part": "50%"},
    ]
    got = paid(text, {"people": people(), "sale": [sale("S1", "E", "1.00")], "refund": refunds})
    back = [(x.row, x.amount) for x in got.lines if x.reverses == "S1" and x.person == "D"]
    assert back == [("R1", Decimal("-0.03")), ("R2", Decimal("-0.02"))]


# ---- circles ---------------------------------------------------------------------------------------------------


def faults(text, facts, period="2025-03"):
    with pytest.raises(FactsError) as refused:
        loads(text).evaluate(facts, period)
    return refused.value.diagnostics


TO_THE_TOP = REVENUE + "commission revenue for each sale to upline(seller, sponsor)\n  1% of amount\n"


def test_people_above_each_other_are_shown_with_their_rows():
    """B is above C, C above D, D above B: one message, whoever is below the circle."""
    rows = [person("B", "D"), person("C", "B"), person("D", "C"), person("E", "D")]
    (circle,) = faults(TO_THE_TOP, {"people": rows, "sale": [sale("S1", "E"), sale("S2", "C")]})
    assert circle.code == "E3132"
    assert circle.facts["circle"] == "B → D → C → B"
    assert circle.facts["rows"] == ("B (people:1)", "D (people:3)", "C (people:2)")
    assert circle.facts["day"] == "2025-03-10"
    assert circle.cell is not None
    assert (circle.cell.row, circle.cell.column) == (1, "sponsor")
    assert "B → D → C → B" in sentence(circle, "zh")
    assert "C (people:2)" in sentence(circle, "en")


def test_somebody_above_himself_is_a_circle():
    (circle,) = faults(TO_THE_TOP, {"people": [person("E", "E")], "sale": [sale("S1", "E")]})
    assert circle.facts["circle"] == "E → E"


def test_a_circle_of_other_days_harms_nobody():
    """D and E stood above each other only in February."""
    rows = [person("D", "E"), person("D", "", since="2025-03-01"), person("E", "D")]
    facts = {"people": rows, "sale": [sale("S1", "E"), sale("S0", "E", day="2025-02-10")]}
    assert paid(TO_THE_TOP, facts).payout["D"] == Decimal("10.00")
    assert [d.code for d in faults(TO_THE_TOP, facts, "2025-02")] == ["E3132"]


def test_a_way_up_that_ends_before_the_circle_closes_is_paid():
    """One level up needs to know one person only."""
    text = TO_THE_TOP.replace("sponsor)", "sponsor, 1)")
    rows = [person("D", "E"), person("E", "D")]
    assert paid(text, {"people": rows, "sale": [sale("S1", "E")]}).payout["D"] == Decimal("10.00")


def test_who_is_passed_over_can_close_a_circle():
    text = TO_THE_TOP.replace("sponsor)", "sponsor, 3 where active)")
    rows = [person("C", "D", "no"), person("D", "C", "no"), person("E", "D")]
    (circle,) = faults(text, {"people": rows, "sale": [sale("S1", "E")]})
    assert circle.facts["circle"] == "C → D → C"


def test_a_refund_of_a_period_with_a_circle_is_refused():
    rows = [person("D", "E"), person("D", "", since="2025-04-01"), person("E", "D")]
    facts = {"people": rows, "sale": [sale("S1", "E")], "refund": [{"id": "R1", "sale": "S1", "on": "2025-04-20"}]}
    text = TO_THE_TOP + REFUNDS
    assert {d.code for d in faults(text, facts, "2025-04")} == {"E3132"}


# ---- groups below groups -----------------------------------------------------------------------------------------

TEAMS = """group team
  id text, key
  parent team, optional
  leader person
people
  id text, key
  team team, dated
"""
OVERALL = HEAD + TEAMS + SALES + "commission own for each sale\n  10% of amount\n"
TREE = [
    {"id": "H", "parent": "", "leader": "A"},
    {"id": "N", "parent": "H", "leader": "B"},
    {"id": "N1", "parent": "N", "leader": "C"},
    {"id": "X", "parent": "", "leader": "D"},
]


def member(key, team, since=""):
    return {"id": key, "team": team, "from": since}


# D was in N1 until the 9th, then in X.
MEMBERS = [member("A", "H"), member("B", "N"), member("C", "N1"), member("D", "N1"), member("D", "X", "2025-03-10")]
SOLD = [sale("S1", "D", day="2025-03-03"), sale("S2", "D", "500.00", "2025-03-13"), sale("S3", "B", "300.00")]


def test_sales_of_all_groups_below_count_where_their_seller_was_on_the_day():
    """H has S1 (D in N1 then) and S3 (B in N): 1% of 1,300. N the same. N1 only S1. X only S2."""
    text = OVERALL + "commission lead for each team to leader\n  1% of sum(sale.amount, with groups below)\n"
    got = paid(text, {"team": TREE, "people": MEMBERS, "sale": SOLD})
    assert line(got, "lead") == {"A": {"H": 13}, "B": {"N": 13}, "C": {"N1": 10}, "D": {"X": 5}}


def test_lines_of_all_members_below_are_those_of_the_last_day():
    """own: B 30, D 150. D ends the month in X, so H and N have 30 of B, N1 nothing, X 150."""
    text = OVERALL + "commission lead for each team to leader\n  10% of sum(member.own, with groups below)\n"
    got = paid(text, {"team": TREE, "people": MEMBERS, "sale": SOLD})
    assert line(got, "lead") == {"A": {"H": 3}, "B": {"N": 3}, "C": {"N1": 0}, "D": {"X": 15}}


def test_without_the_words_a_group_has_only_its_own_people():
    text = OVERALL + "commission lead for each team to leader\n  1% of sum(sale.amount)\n"
    got = paid(text, {"team": TREE, "people": MEMBERS, "sale": SOLD})
    assert line(got, "lead") == {"A": {"H": 0}, "B": {"N": 3}, "C": {"N1": 10}, "D": {"X": 5}}


def test_count_average_least_and_greatest_reach_below_too():
    """Of H: S1 1,000 and S3 300: 2 sales, 650 on average, 300 and 1,000; 3 people, A, B and C."""
    text = OVERALL + "for each team\n  sales = count(sale, with groups below)\n"
    text += "  mean = average(sale.amount, with groups below), otherwise 0\n"
    text += "  least = min(sale.amount, with groups below), otherwise 0\n"
    text += "  greatest = max(sale.amount where amount below 1,000, with groups below), otherwise 0\n"
    text += "  heads = count(member, with groups below)\n  big = any(sale.amount above 999, with groups below)\n"
    text += "bonus b for each team to leader\n  mean + least + greatest + sales * 1元 + heads * 10元\n  plus 1,000 when big\n"
    got = paid(text, {"team": TREE, "people": MEMBERS, "sale": SOLD})
    assert line(got, "b")["A"] == {"H": Decimal(650 + 300 + 300 + 2 + 30 + 1000)}
    assert line(got, "b")["D"] == {"X": Decimal(500 + 500 + 500 + 1 + 10)}


def test_a_window_reaches_below_too():
    """From January on H has 1,300 of March and 200 of February."""
    text = (
        OVERALL + "commission lead for each team to leader\n  1% of sum(sale.amount, year to date, with groups below)\n"
    )
    got = paid(text, {"team": TREE, "people": MEMBERS, "sale": [*SOLD, sale("S0", "C", "200.00", "2025-02-03")]})
    assert line(got, "lead")["A"] == {"H": Decimal("15.00")}


def test_groups_above_each_other_are_shown():
    text = OVERALL + "commission lead for each team to leader\n  1% of sum(sale.amount, with groups below)\n"
    tree = [TREE[0] | {"parent": "N1"}, *TREE[1:]]
    (circle,) = faults(text, {"team": tree, "people": MEMBERS, "sale": SOLD})
    assert circle.code == "E3133"
    assert circle.facts["circle"] == "H → N1 → N → H"


def test_a_circle_of_groups_that_nobody_walks_is_none():
    text = OVERALL + "commission lead for each team to leader\n  1% of sum(sale.amount)\n"
    tree = [TREE[0] | {"parent": "N1"}, *TREE[1:]]
    assert paid(text, {"team": tree, "people": MEMBERS, "sale": SOLD}).payout["C"] == Decimal("10.00")


# ---- partial runs ------------------------------------------------------------------------------------------------


def test_a_faulty_sale_leaves_out_everybody_who_stood_above_its_seller():
    """The bad sale is D's: D, and C, B, A above him are left out; E below is paid."""
    scheme = loads(REVENUE + "commission own for each sale\n  10% of amount\n" + TO_THE_TOP[len(REVENUE) :])
    facts = {"people": people(), "sale": [sale("S1", "E"), sale("S2", "D", "many")]}
    got = scheme.evaluate(facts, "2025-03", partial=True)
    assert got.unpaid == ("A", "B", "C", "D")
    assert dict(got.payout) == money(E="100.00")


def test_a_circle_leaves_out_those_in_it():
    """D and C stand above each other; F, who has B above him, is paid, and so is B."""
    scheme = loads(REVENUE + "commission own for each sale\n  10% of amount\n" + TO_THE_TOP[len(REVENUE) :])
    rows = [person("B"), person("C", "D"), person("D", "C"), person("E", "D"), person("F", "B")]
    facts = {"people": rows, "sale": [sale("S1", "E"), sale("S2", "F")]}
    got = scheme.evaluate(facts, "2025-03", partial=True)
    assert got.unpaid == ("C", "D")
    assert dict(got.payout) == money(B="10.00", E="100.00", F="100.00")


def test_a_person_whose_row_is_faulty_may_have_had_anybody_above_him():
    scheme = loads(TO_THE_TOP)
    rows = [*people(), person("F", "nobody")]
    got = scheme.evaluate({"people": rows, "sale": [sale("S1", "E")]}, "2025-03", partial=True)
    assert dict(got.payout) == {}


# ---- what is shown -----------------------------------------------------------------------------------------------


def explained():
    text = REVENUE + "commission revenue for each sale to upline(seller, sponsor, 2 where active)\n"
    text += "  level_share(level) of amount\n"
    text += "commission difference for each sale to upline(seller, sponsor, 2)\n"
    text += "  (receiver.rate - highest_below(rate)) of amount\n  at least 0\n"
    text = text.replace("rate percent, optional", "rate percent")
    rates = {"E": "5%", "D": "7%", "C": "8%", "B": "9%", "A": "9%"}
    return paid(text, {"people": people("D", rates), "sale": [sale("S1", "E")]})


def test_a_line_tells_its_level_and_whose_sale_it_was():
    lines = explained().to_dict()["people"]["C"]["lines"]
    assert [(x["line"], x["row"], x["credited"], x["level"]) for x in lines] == [
        ("revenue", "S1", "E", 1), ("difference", "S1", "E", 2),
    ]  # fmt: skip


def test_an_explanation_tells_who_was_passed_over_and_who_has_the_highest():
    data = json.loads(json.dumps(explained().explain("C").to_dict()))
    revenue, difference = data["lines"]
    assert (revenue["level"], revenue["passed_over"]) == (1, ["D"])
    assert "passed_over" not in difference
    (highest,) = [i for i in difference["steps"][0]["inputs"] if i["kind"] == "highest"]
    assert (highest["row"], highest["value"]) == ("D", "0.07")


def test_a_statement_says_it_in_words():
    evaluation = explained()
    scheme = evaluation.run.scheme
    shown = {language: statement(evaluation.explain("C"), {scheme.hash: {}}, language) for language in ("zh", "en")}
    assert "S1  2025-03-10 (record of E; level 1 up; passed over: D)" in shown["en"]
    assert "S1  2025-03-10（E的单；往上第 1 级；跳过：D）" in shown["zh"]
    assert "highest below 7% (D)" in shown["en"]
    assert "下级最高 7%（D）" in shown["zh"]


def test_a_description_speaks_of_the_receiver_not_of_the_seller():
    """Whose rate it is decides the money: that of whoever receives the line."""
    text = REVENUE + "commission x for each sale to upline(seller, sponsor)"
    text += " where receiver.rate is present and receiver != seller\n  receiver.rate of amount\n"
    checked = loads(text).checked
    assert "rate of the receiver" in describe(checked, "en")
    assert "领取人的rate" in describe(checked, "zh")
    assert not any(word in describe(checked, face) for face in ("en", "zh") for word in ("@", "person credited"))


def test_an_own_line_of_a_person_is_shown_by_the_person():
    """Of somebody's own line the row is that somebody."""
    text = REVENUE + "commission own for each sale\n  10% of amount\n"
    text += "commission override to upline(sponsor, 1) where own above 0\n  5% of own\n"
    got = paid(text, {"people": people(), "sale": [sale("S1", "E")]})
    (one,) = [x for x in got.lines if x.line == "override"]
    assert (one.person, one.row, one.credited, one.level) == ("D", "E", "E", 1)
    assert "E (level 1 up)" in statement(got.explain("D"), {}, "en")


# ---- the library ---------------------------------------------------------------------------------------------------


def test_an_evaluation_can_be_pickled_and_made_again_with_more_rows():
    got = paid(TO_THE_TOP, {"people": people(), "sale": [sale("S1", "E")]})
    assert pickle.loads(pickle.dumps(got)).payout["D"] == Decimal("10.00")
    assert got.with_rows({"sale": [sale("S2", "E", "500.00")]}).payout["D"] == Decimal("15.00")


def test_both_faces_mean_the_same():
    english = HEAD.replace("scheme s", "scheme 提成 alias s") + PEOPLE + SALES + SHARES
    english += "commission revenue for each sale to upline(seller, sponsor, 5 where active) where level at least 2\n"
    english += "  level_share(level) of amount\n  plus (receiver.rate - highest_below(rate)) of amount\n  otherwise 0\n"
    chinese = """方案 提成 又名 s
版本 1 自 2025-01-01 起
币种 CNY
周期 月
人员
  编号 又名 id 文本，标识
  推荐人 又名 sponsor 员工，选填，有变更记录
  在职 又名 active 是否，有变更记录
  比例 又名 rate 百分比，选填
台账 销售 又名 sale
  编号 又名 id 文本，标识
  销售员 又名 seller 员工，归属人
  日期 又名 day 日期，归属日
  金额 又名 amount 金额
对照表 层级比例 又名 level_share 按 lvl
  1   5%
  2   3%
  其他情形 1%
提成 推荐奖 又名 revenue 逐笔 销售 发给 逐级上级(销售员，推荐人，5 其中 在职) 仅限 层级 不低于 2
  金额 × 层级比例(层级)
  加 金额 × (领取人.比例 - 下级最高(比例))
  无法计算时 0
"""

    def hash_of(text):
        return loads(text).hash

    english = english.replace("level_share(level) of amount", "amount * level_share(level)")
    english = english.replace(
        "(receiver.rate - highest_below(rate)) of amount", "amount * (receiver.rate - highest_below(rate))"
    )
    assert hash_of(english) == hash_of(chinese)


def test_a_scheme_is_translated_and_comes_back():
    """Words and names of either face; the meaning stays."""
    english = REVENUE.replace("sponsor person", "sponsor alias 推荐人 person").replace(
        "rate percent", "rate alias 比例 percent"
    )
    english += "commission revenue alias 推荐奖 for each sale to upline(seller, sponsor, 5 where active)\n"
    english += "  amount * (receiver.rate - highest_below(rate))\n  plus upline.level * 1元\n  otherwise 0\n"
    chinese = format_text(english, "zh")
    assert "发给 逐级上级(seller，推荐人，5 其中 active)" in chinese
    assert "amount × （领取人.比例 - 下级最高(比例)）" in chinese
    assert "加 逐级上级.层级 × 1" in chinese
    assert format_text(chinese, "en") == format_text(english, "en")
    assert loads(chinese).hash == loads(english).hash
