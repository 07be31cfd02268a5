"""From one version to the next: every clause, in both evaluators, with figures worked out by hand."""

from decimal import Decimal

import pytest

import tiercel
from tiercel import separation
from tiercel.cli import main
from tiercel.errors import FactsError, SchemeError, UsageError
from tiercel.statement import statement

HEAD = """\
scheme plan
version {version}
currency CNY
period month
people
  id text, key
  team text
  wants_old yes/no
facts sale
  id text, key
  rep person, credited
  signed date
  day date, date of record
  amount money
  stamp count, optional
facts refund
  id text, key
  sale sale, reverses by back / sale.amount
  day date, date of record
  back money
"""
OLD = "commission pay for each sale\n  5% of amount\nbonus fixed\n  100\n"
NEW = "commission pay for each sale\n  8% of amount\nbonus fixed\n  200\n"

PEOPLE = [
    {"id": "E1", "team": "East", "wants_old": "yes"},
    {"id": "E2", "team": "West", "wants_old": "no"},
]
SALES = [
    {"id": "S1", "rep": "E1", "signed": "2023-06-20", "day": "2023-07-03", "amount": "1000.00", "stamp": ""},
    {"id": "S2", "rep": "E1", "signed": "2023-07-20", "day": "2023-07-20", "amount": "1000.00", "stamp": ""},
    {"id": "S3", "rep": "E2", "signed": "2023-07-01", "day": "2023-07-10", "amount": "500.00", "stamp": ""},
]
FACTS = {"people": PEOPLE, "sale": SALES, "refund": []}


def text(version, rules, *clauses, origin=1):
    """A version of the plan; `clauses` of a transition from `origin`."""
    transition = f"transition from version {origin}\n" + "".join(f"  {c}\n" for c in clauses) if clauses else ""
    return HEAD.format(version=version) + rules + transition


def family(first, *clauses, old=OLD, new=NEW):
    older = text("1 from 2023-01-01", old)
    return tiercel.loads(text(f"2 from {first}", new, *clauses), versions=[older])


def paid(scheme, period="2023-07", facts=None):
    """What comes of both evaluators, which agree in everything that is shown."""
    found = [scheme.evaluate(facts or FACTS, period, evaluator=e) for e in ("reference", "compiled")]
    assert found[0].to_dict() == found[1].to_dict()
    return found[1]


def payouts(scheme, period="2023-07", facts=None):
    return {person: str(amount) for person, amount in paid(scheme, period, facts).payout.items()}


def lines(evaluation, person):
    return [(x.line, x.row, str(x.amount), x.version) for x in evaluation.lines if x.person == person]


def refused(first, *clauses, old=OLD, new=NEW):
    with pytest.raises(SchemeError) as raised:
        family(first, *clauses, old=old, new=new)
    return [d.code for d in raised.value.diagnostics if d.severity == "error"]


# ---- who keeps a version ----


def test_rows_that_keep_a_version_are_paid_by_it():
    """S1 was signed under old terms: 5% of 1,000; S2 8%; the monthly 200 is a rule of people, so new."""
    found = paid(family("2023-07-01", "sale where signed before 2023-07-01 keep version 1"))
    assert lines(found, "E1") == [
        ("pay", "S1", "50.00", 1),
        ("fixed", "", "200.00", 0),
        ("pay", "S2", "80.00", 0),
    ]
    assert found.payout == {"E1": Decimal("330.00"), "E2": Decimal("240.00")}


def test_rows_below_a_row_that_is_kept_follow_it():
    """Of two receipts of 100 under one sale, kept, both pay 10% and not 20%."""
    table = "facts receipt\n  id text, key\n  sale sale\n  got date, date of record\n  sum money\n"
    old, new = (f"{table}commission in_cash for each receipt\n  {rate}% of sum\n" for rate in (10, 20))
    scheme = family("2023-07-01", "sale where signed before 2023-07-01 keep version 1", old=old, new=new)
    rows = [
        {"id": f"R{n}", "sale": sale, "got": "2023-07-08", "sum": "100"} for n, sale in enumerate(["S1", "S1", "S2"])
    ]
    assert payouts(scheme, facts=FACTS | {"receipt": rows})["E1"] == "40.00"


def test_counters_see_all_rows():
    """Marginal tiers over the running total: old 0% below 1,000, then 10%. S2, kept, comes second: all of it is
    above 1,000 for the old rules, although S1 is paid by the new ones (0%)."""
    tiers = "tiers t, marginal\n  from 0   0%\n  from 1,000   10%\n"
    old = tiers + "commission pay for each sale\n  t on running total of amount\n"
    new = "commission pay for each sale\n  0% of amount\n"
    scheme = family("2023-07-01", "sale where signed on or after 2023-07-01 keep version 1", old=old, new=new)
    assert lines(paid(scheme), "E1") == [("pay", "S2", "100.00", 1), ("pay", "S1", "0.00", 0)]


def test_a_line_that_only_the_old_version_has_is_paid_with_its_kind():
    """The old bonus of 7 on each sale goes on for the sale that keeps it; the payout totals bonuses."""
    old = OLD + "bonus extra for each sale\n  7\n"
    new = NEW + "payout\n  total(commission) + total(bonus)\n"
    scheme = family("2023-07-01", "sale where signed before 2023-07-01 keep version 1", old=old, new=new)
    assert payouts(scheme) == {"E1": "337.00", "E2": "240.00"}


def test_an_old_line_that_the_payout_would_lose_is_refused():
    """It names its lines one by one, and not this one."""
    old = OLD + "bonus extra for each sale\n  7\n"
    new = NEW + "payout\n  fixed + pay\n"
    assert refused("2023-07-01", "sale keep version 1", old=old, new=new) == ["E2764"]


def test_two_clauses_that_hold_for_one_row_must_agree():
    """Two versions at once: nobody is paid."""
    v1, v2 = text("1 from 2023-01-01", OLD), text("2 from 2023-04-01", OLD, "whole period under the new version")
    both = ("sale where amount above 900 keep version 1", "sale where amount below 2,000 keep version 2")
    scheme = tiercel.loads(text("3 from 2023-07-01", NEW, *both, origin=2), versions=[v1, v2])
    with pytest.raises(FactsError) as raised:
        paid(scheme)
    assert [d.code for d in raised.value.diagnostics] == ["E3330"]


def test_better_of_both_is_decided_row_by_row():
    """Old 5%, new 60 a sale: of 1,000 60 is more than 50, of 2,000 100 is more than 60."""
    sales = [SALES[0], SALES[1] | {"amount": "2000.00", "stamp": ""}]
    scheme = family(
        "2023-07-01",
        "sale pay max(version 1, version 2)",
        old="commission pay for each sale\n  5% of amount\n",
        new="commission pay for each sale\n  60\n",
    )
    found = paid(scheme, facts=FACTS | {"sale": sales})
    assert lines(found, "E1") == [("pay", "S2", "100.00", 1), ("pay", "S1", "60.00", 0)]


def test_of_what_is_deducted_the_better_is_less():
    """A tax of 3% whole against 2.5%: max takes the version that leaves more."""
    scheme = family(
        "2023-07-01",
        "sale pay max(version 1, version 2)",
        old="deduction tax for each sale\n  3% of amount\n",
        new="deduction tax for each sale\n  2.5% of amount\n",
    )
    assert payouts(scheme) == {"E1": "-50.00", "E2": "-12.50"}


def test_people_keep_the_whole_plan():
    """E1 wants the old one: 100 + 5% of 2,000; E2 has the new one."""
    found = paid(family("2023-07-01", "people where wants_old keep version 1"))
    assert lines(found, "E1") == [("fixed", "", "100.00", 1), ("pay", "S1", "50.00", 1), ("pay", "S2", "50.00", 1)]
    assert found.payout == {"E1": Decimal("200.00"), "E2": Decimal("240.00")}


def test_people_may_have_the_better_of_both():
    """E1: old 100 + 100, new 150 + 2%: 190; E2: old 125, new 160."""
    new = "commission pay for each sale\n  2% of amount\nbonus fixed\n  150\n"
    scheme = family("2023-07-01", "people pay max(version 1, version 2)", new=new)
    assert payouts(scheme) == {"E1": "200.00", "E2": "160.00"}


def test_what_others_earn_from_rows_follows_the_row():
    """E2 receives 10% of what each sale of E1 pays; E1 keeps version 1, so 10% of 5% of 2,000 and not of 8%."""
    people = [PEOPLE[0] | {"boss": "E2"}, PEOPLE[1] | {"boss": ""}]
    old, new = (
        f"commission pay for each sale\n  {rate}% of amount\n"
        "bonus up for each sale to rep.boss where rep.boss is present\n  10% of pay\n"
        for rate in (5, 8)
    )
    head = HEAD.replace("  wants_old yes/no\n", "  wants_old yes/no\n  boss person, optional\n")
    v1 = head.format(version="1 from 2023-01-01") + old
    v2 = head.format(version="2 from 2023-07-01") + new
    v2 += "transition from version 1\n  people where wants_old keep version 1\n"
    scheme = tiercel.loads(v2, versions=[v1])
    assert payouts(scheme, facts=FACTS | {"people": people}) == {"E1": "100.00", "E2": "50.00"}


# ---- a change inside a period ----


def test_by_date_of_record():
    """S1 of the 3rd and S3 of the 10th are old, S2 of the 20th new; what people are paid follows the last day."""
    assert payouts(family("2023-07-15", "by date of record")) == {"E1": "330.00", "E2": "225.00"}


def test_by_day_divides_rules_of_people():
    """14 of 31 days at 100, 17 at 200: 45.16 and the rest of 154.84; sales by their dates."""
    found = paid(family("2023-07-15", "by day"))
    assert lines(found, "E1") == [
        ("pay", "S1", "50.00", 1),
        ("fixed", "", "45.16", 1),
        ("fixed", "", "109.68", 0),
        ("pay", "S2", "80.00", 0),
    ]
    assert found.payout == {"E1": Decimal("284.84"), "E2": Decimal("179.84")}


def test_by_day_nobody_gains_by_the_cut():
    """Where both versions pay 100.01, the two parts come to 100.01."""
    rules = "bonus fixed\n  100.01\n"
    assert set(payouts(family("2023-07-15", "by day", old=rules, new=rules)).values()) == {"100.01"}


def test_by_day_divides_the_payout_too():
    """Lines by day and date as above; the old payout doubles them, the new one does not: 14/31 of the difference."""
    scheme = family(
        "2023-07-15", "by day", old=OLD + "payout\n  (fixed + pay) * 2\n", new=NEW + "payout\n  fixed + pay\n"
    )
    # 284.84 + 14/31 × 284.84 = 284.84 + 128.6374… = 413.48; 179.84 + 81.2180… = 261.06
    assert payouts(scheme) == {"E1": "413.48", "E2": "261.06"}


def test_whole_period_and_next_period():
    """The month in which the version begins is wholly new, or wholly old."""
    assert payouts(family("2023-07-15", "whole period under the new version")) == {"E1": "360.00", "E2": "240.00"}
    later = family("2023-07-15", "from the next period")
    assert payouts(later) == {"E1": "200.00", "E2": "125.00"}
    assert payouts(later, "2023-08") == {"E1": "200.00", "E2": "200.00"}


def test_what_restarts_is_counted_by_each_version_for_itself():
    """10% above 1,000 of the running total: S1 1,000 is below it for the old version; S2 begins at 0 for the new one,
    so nothing is above 1,000; without `restarts` all of S2 is."""
    rules = "tiers t, marginal\n  from 0   0%\n  from 1,000   10%\ncommission pay for each sale\n  t on running total of amount\n"
    assert payouts(family("2023-07-15", "by date of record", old=rules, new=rules))["E1"] == "100.00"
    assert payouts(family("2023-07-15", "by date of record", "sale restarts", old=rules, new=rules))["E1"] == "0.00"


def test_totals_that_restart_pay_both_parts():
    """5% of the sales before and 10% of those since: 50 + 100."""
    old, new = (f"commission pay\n  {rate}% of sum(sale.amount)\n" for rate in (5, 10))
    found = paid(family("2023-07-15", "by date of record", "sale restarts", old=old, new=new))
    assert lines(found, "E1") == [("pay", "", "50.00", 1), ("pay", "", "100.00", 0)]
    assert found.payout["E1"] == Decimal("150.00")


def test_a_change_inside_a_period_must_say_how():
    """There is no silent default."""
    assert refused("2023-07-15", "sale where amount above 10 keep version 1") == ["E2744"]


def test_a_stamp_names_the_version():
    """S1 is stamped 1, S2 2; S3 has none and follows its date."""
    rows = [sale | {"stamp": stamp} for sale, stamp in zip(SALES, ["1", "2", ""], strict=True)]
    head = text("2 from 2023-07-01, by stamp stamp", NEW, "sale carries over")
    scheme = tiercel.loads(head, versions=[text("1 from 2023-01-01", OLD)])
    assert payouts(scheme, facts=FACTS | {"sale": rows}) == {"E1": "330.00", "E2": "240.00"}
    rows[0]["stamp"] = "7"
    with pytest.raises(FactsError) as raised:
        paid(scheme, facts=FACTS | {"sale": rows})
    assert [(d.code, d.cell and d.cell.row) for d in raised.value.diagnostics] == [("E3331", 1)]


# ---- payouts ----


def test_a_blend_mixes_payouts_after_rounding():
    """E1: old 200, new 360; E2: old 125, new 240. A quarter new: 200 + 40 and 125 + 28.75."""
    scheme = family("2023-07-01", "blend 2023-07 until 2023-08: 25%, 50%")
    found = paid(scheme)
    assert lines(found, "E1")[-1] == ("blend", "", "-120.00", 0)
    assert found.payout == {"E1": Decimal("240.00"), "E2": Decimal("153.75")}
    assert payouts(scheme, "2023-08") == {"E1": "150.00", "E2": "150.00"}
    assert [x.line for x in paid(scheme, "2023-09").lines] == ["fixed", "fixed"]


def test_the_least_amount_comes_after_the_blend():
    """Old 200 and 125, new 110 and 60 (10 + 10% a person): half of each 155 and 92.50, made up to 90% of old."""
    new = "commission pay for each sale\n  5% of amount\nbonus fixed\n  10\n"
    clauses = ("blend 2023-07 until 2023-07: 50%", "until 2023-12 at least 90% of version 1")
    found = paid(family("2023-07-01", *clauses, new=new))
    assert lines(found, "E1")[-2:] == [("blend", "", "45.00", 0), ("at_least", "", "25.00", 0)]
    assert found.payout == {"E1": Decimal("180.00"), "E2": Decimal("112.50")}


def test_the_least_amount_ends_on_its_day():
    """From January on there is no floor."""
    new = "bonus fixed\n  10\n"
    scheme = family("2023-07-01", "until 2023-12 at least 100% of version 1", new=new)
    assert payouts(scheme, "2023-12")["E1"] == "100.00"
    assert payouts(scheme, "2024-01")["E1"] == "10.00"


def test_the_least_amount_may_be_an_average_of_months_before():
    """April to June paid 100, 100 and 100 + 5% of 301: 105.0166… on average, 105.02; 80% of it is 84.02."""
    sales = [{"id": "S0", "rep": "E1", "signed": "2023-06-02", "day": "2023-06-02", "amount": "301.00", "stamp": ""}]
    scheme = family("2023-07-01", "until 2023-12 at least 80% of average of last 3 months", new="bonus fixed\n  10\n")
    assert payouts(scheme, facts=FACTS | {"sale": sales}) == {"E1": "84.02", "E2": "80.00"}


def test_a_pilot_is_paid_by_the_new_version_before_its_day():
    """East in July, everybody in August; a pilot takes no part in the blend."""
    clauses = ('team "East" uses version 2 from 2023-07-01', "blend 2023-08 until 2023-08: 0%")
    scheme = family("2023-08-01", *clauses)
    found = paid(scheme)
    assert found.run.scheme.version == 1
    assert {x.version for x in found.lines if x.person == "E1"} == {2}
    assert found.payout == {"E1": Decimal("360.00"), "E2": Decimal("125.00")}
    assert payouts(scheme, "2023-08") == {"E1": "200.00", "E2": "100.00"}


def test_the_months_before_a_version_are_before_its_pilots():
    """East in July, everybody in August: for both the average is that of April to June, 105.02 for E1, 100 for E2."""
    sales = [{"id": "S0", "rep": "E1", "signed": "2023-06-02", "day": "2023-06-02", "amount": "301.00", "stamp": ""}]
    clauses = ('team "East" uses version 2 from 2023-07-01', "until 2023-12 at least 80% of average of last 3 months")
    scheme = family("2023-08-01", *clauses, new="bonus fixed\n  10\n")
    assert payouts(scheme, facts=FACTS | {"sale": sales}) == {"E1": "84.02", "E2": "100.00"}
    assert payouts(scheme, "2023-08", facts=FACTS | {"sale": sales}) == {"E1": "84.02", "E2": "80.00"}


# ---- chains ----


def test_chains_of_versions():
    """Version 3 keeps for rows above 900 what version 2 pays, which for rows signed in June is version 1: S1 5%,
    S2 8%, S3 1%."""
    v1 = text("1 from 2023-01-01", OLD)
    v2 = text("2 from 2023-06-01", NEW, "sale where signed before 2023-07-01 keep version 1")
    rules = "commission pay for each sale\n  1% of amount\n"
    v3 = text("3 from 2023-07-01", rules, "sale where amount above 900 keep version 2", origin=2)
    found = paid(tiercel.loads(v3, versions=[v1, v2]))
    assert sorted(lines(found, "E1")) == [("pay", "S1", "50.00", 2), ("pay", "S2", "80.00", 2)]
    assert lines(found, "E2") == [("pay", "S3", "5.00", 0)]


# ---- refunds ----


def test_a_refund_moves_no_place_where_rows_keep_their_version():
    """130 against 80 before S2 goes back whole, 50 against 80 after: E1 stays first, as in a plan without versions."""
    prizes = "rank place by people.pay, highest first, ties share\nbonus prize\n  100 when place = 1\n  otherwise 10\n"
    rules = "commission pay for each sale\n  {} of amount\n" + prizes
    clause = "sale where signed before 2023-07-01 keep version 1"
    scheme = family("2023-07-01", clause, old=rules.format("5%"), new=rules.format("8%"))
    sales = [*SALES[:2], SALES[2] | {"amount": "1000.00"}]
    back = [{"id": "R1", "sale": "S2", "day": "2023-07-25", "back": "1000.00"}]
    assert payouts(scheme, facts=FACTS | {"sale": sales, "refund": back}) == {"E1": "150.00", "E2": "90.00"}


CLAUSES = [
    ("2023-07-01", ("sale where signed before 2023-07-01 keep version 1",)),
    ("2023-07-15", ("by date of record",)),
    ("2023-07-15", ("by day",)),
    ("2023-07-01", ("blend 2023-07 until 2023-09: 35%, 50%, 100%",)),
    ("2023-07-01", ("blend 2023-07 until 2023-07: 50%", "until 2023-12 at least 97% of version 1")),
    ("2023-07-01", ("people where wants_old keep version 1",)),
    ("2023-08-01", ('team "East" uses version 2 from 2023-07-01',)),
    ("2023-07-01", ("sale pay max(version 1, version 2)",)),
]


@pytest.mark.parametrize(("first", "clauses"), CLAUSES, ids=[" ".join(c) for _, c in CLAUSES])
@pytest.mark.parametrize(("sale", "day"), [("S1", "2023-08-09"), ("S2", "2023-07-30")])
def test_a_sale_and_its_full_refund_leave_what_was_paid_without_its_lines(first, clauses, day, sale):
    """Whichever version rules: payouts with sale and refund come to those of the same facts where only this sale
    pays nothing (its amount counts nowhere else here)."""
    scheme = family(first, *clauses)
    refund = {"id": "R1", "sale": sale, "day": day, "back": "1000.00"}
    periods = list(dict.fromkeys(["2023-07", day[:7]]))
    with_refund = FACTS | {"refund": [refund]}
    without = FACTS | {"sale": [s for s in SALES if s["id"] != sale]}
    taken, left = ([paid(scheme, period, facts).payout for period in periods] for facts in (with_refund, without))
    for person in ("E1", "E2"):
        assert sum(payout[person] for payout in taken) == sum(payout[person] for payout in left)


def test_part_of_a_kept_sale_is_taken_back_at_its_own_terms():
    """30% of 50.00, the line that version 1 paid."""
    scheme = family("2023-07-01", "sale where signed before 2023-07-01 keep version 1")
    refund = {"id": "R1", "sale": "S1", "day": "2023-08-09", "back": "300.00"}
    found = paid(scheme, "2023-08", FACTS | {"refund": [refund]})
    assert [str(x.amount) for x in found.lines if x.line == "adjustment"] == ["-15.00"]


# ---- what has accumulated ----

DEBT = "bonus fixed\n  100\naccount debt\n  opens at 0\n  plus {}\n"


@pytest.mark.parametrize(
    ("clause", "openings"),
    [
        ("debt carries over", ["600", "601"]),
        ("debt restarts", ["0", "1"]),
        ("debt is converted by debt.opening * 50%", ["300", "301"]),
    ],
)
def test_balances_over_a_change_of_version(clause, openings):
    """100 a month for six months; the new version adds 1 a month."""
    scheme = family("2023-07-01", clause, old=DEBT.format(100), new=DEBT.format(1))
    found = [paid(scheme, period).values["E1"]["debt.opening"] for period in ("2023-07", "2023-08")]
    assert [str(value) for value in found] == openings


def test_balances_come_from_carried_rows_too():
    """What June hands on tells July the same as the facts of half a year."""
    scheme = family("2023-07-01", "debt restarts", old=DEBT.format(100), new=DEBT.format(1))
    carried = scheme.evaluate(FACTS, "2023-06").carried
    for evaluator in ("reference", "compiled"):
        july = scheme.evaluate(FACTS, "2023-07", carried=carried, evaluator=evaluator)
        assert july.values["E1"]["debt.opening"] == 0
        august = scheme.evaluate(FACTS, "2023-08", carried=july.carried, evaluator=evaluator)
        assert august.values["E1"]["debt.opening"] == 1


def test_silence_about_a_balance_is_an_error():
    """It is people's money or debt."""
    assert refused(
        "2023-07-01",
        "sale keep version 1",
        old=DEBT.format(100) + OLD.replace("fixed", "f"),
        new=DEBT.format(1) + NEW.replace("fixed", "f"),
    ) == ["E2767"]


def test_an_account_does_not_end_in_silence():
    """Decision 45: a version without the account of the old one is refused."""
    old, new = (text.replace("fixed", "f") for text in (OLD, NEW))
    assert refused("2023-07-01", "sale keep version 1", old=DEBT.format(100) + old, new=new) == ["E2770"]


def test_an_account_under_another_name_is_another():
    """The old one is missed all the same."""
    old, new = (text.replace("fixed", "f") for text in (OLD, NEW))
    new += "account owed\n  opens at 0\n"
    assert refused("2023-07-01", "owed carries over", old=DEBT.format(100) + old, new=new) == ["E2770"]


def test_a_balance_that_ends_is_0():
    """600 after six months under version 1; version 2 has the account, begins it anew and moves it no more."""
    scheme = family(
        "2023-07-01", "debt restarts", old=DEBT.format(100), new="bonus fixed\n  100\naccount debt\n  opens at 0\n"
    )
    assert paid(scheme, "2023-06").values["E1"]["debt.closing"] == 600
    assert [paid(scheme, month).values["E1"]["debt.closing"] for month in ("2023-07", "2023-08")] == [0, 0]


def test_sums_that_a_line_remembers_go_on_or_restart():
    """At most 100 a year, 50 a month, from February on new: the year is full after February, or after March."""
    rules = "bonus fixed\n  50\n  at most 100 per year\n"
    going = family("2023-02-01", "fixed carries over", old=rules, new=rules)
    anew = family("2023-02-01", "fixed restarts", old=rules, new=rules)
    assert payouts(going, "2023-03")["E1"] == "0.00"
    assert payouts(anew, "2023-03")["E1"] == "50.00"


# ---- versions ----


def test_the_hash_contains_that_of_each_version_named():
    """Another old rule is another transition, though not a letter of the new file changed."""
    clause = "sale where signed before 2023-07-01 keep version 1"
    one, other = family("2023-07-01", clause), family("2023-07-01", clause, old=OLD.replace("5%", "6%"))
    assert one.hash != other.hash
    assert family("2023-07-01", clause, old=OLD + "# a remark\n").hash == one.hash


def test_versions_are_found_in_the_folder(tmp_path):
    """By the scheme's name and the number in the head; two that differ are refused."""
    (tmp_path / "b.tier").write_text(text("2 from 2023-07-01", NEW, "sale keep version 1"), "utf-8")
    with pytest.raises(SchemeError) as raised:
        tiercel.load(tmp_path / "b.tier")
    assert [d.code for d in raised.value.diagnostics] == ["E2741"]
    (tmp_path / "a.tier").write_text(text("1 from 2023-01-01", OLD), "utf-8")
    assert payouts(tiercel.load(tmp_path / "b.tier")) == {"E1": "300.00", "E2": "225.00"}
    (tmp_path / "c.tier").write_text(text("1 from 2023-01-01", NEW), "utf-8")
    with pytest.raises(SchemeError) as raised:
        tiercel.load(tmp_path / "b.tier")
    assert [d.code for d in raised.value.diagnostics] == ["E3304"]


def test_before_the_first_of_all_versions_nothing_is_in_force():
    """An average of months before needs them."""
    scheme = family("2023-02-01", "until 2023-12 at least 80% of average of last 3 months")
    with pytest.raises(UsageError) as raised:
        paid(scheme)
    assert [d.code for d in raised.value.diagnostics] == ["E3332"]


# ---- what is shown ----


def test_statements_show_what_the_transition_did():
    """The mark on a kept line, the blend and the least amount as lines of their own, in both languages."""
    clauses = (
        "sale where signed before 2023-07-01 keep version 1",
        "blend 2023-07 until 2023-09: 25%, 50%, 100%",
        "until 2023-12 at least 100% of version 1",
    )
    scheme = family("2023-07-01", *clauses)
    sources = {version.hash: version.sources for version in scheme.family}
    english = statement(paid(scheme).explain("E1"), sources, "en")
    for words in (
        "pay (version 1)",
        "5% of amount",
        "blend of the two versions",
        "version 1 alone 200.00",
        "made up to the least amount",
    ):
        assert words in english
    chinese = statement(paid(scheme).explain("E1"), sources, "zh")
    for words in ("pay（按版本 1）", "并轨", "只按版本 1 200.00", "补足到最低"):
        assert words in chinese


def test_whom_another_version_pays_has_its_statement():
    """Its head, its rules, its figures."""
    scheme = family("2023-07-01", "people where wants_old keep version 1")
    sources = {version.hash: version.sources for version in scheme.family}
    told = statement(paid(scheme).explain("E1"), sources, "en")
    assert told.startswith("plan  version 1  2023-07")
    assert "8% of amount" not in told


# ---- a trial run ----


def test_a_shadow_run_compares_and_pays_nothing():
    """July under version 1, and what version 2 would pay before its day: 360 − 200, 240 − 125."""
    scheme = family("2023-08-01", "blend 2023-08 until 2023-08: 0%", "until 2023-12 at least 100% of version 1")
    found = scheme.shadow(FACTS, "2023-07")
    assert found.people == {"E1": (Decimal(200), Decimal(360)), "E2": (Decimal(125), Decimal(240))}
    assert found.to_dict()["total"] == {"paying": "325.00", "shadow": "600.00", "difference": "275.00"}
    with pytest.raises(UsageError) as raised:
        tiercel.loads(text("1 from 2023-01-01", OLD)).shadow(FACTS, "2023-07")
    assert [d.code for d in raised.value.diagnostics] == ["E3333"]


REFUNDS = [
    {"id": "R1", "sale": "S1", "day": "2023-08-09", "back": "300.00"},
    {"id": "R2", "sale": "S3", "day": "2023-08-10", "back": "500.00"},
    {"id": "R3", "sale": "S1", "day": "2023-08-11", "back": "700.00"},
]


@pytest.mark.parametrize("apart", [True, False])
def test_refunds_of_different_people_are_posted_as_though_one_came_after_the_other(monkeypatch, apart):
    """July is half new, half old. E1: new 160 + 200, old 100 + 100, so 280. R1 takes 24 and 15 of it: 260.50, that is
    -19.50; R3 the other 56 and 35: 215.00, so -45.50. E2: new 40 + 200, old 25 + 100, so 182.50; R2 takes 40 and 25:
    150.00, so -32.50."""
    known = separation.people_apart
    monkeypatch.setattr("tiercel.run.people_apart", lambda *given: apart and known(*given))
    scheme = family("2023-07-01", "blend 2023-07 until 2023-07: 50%")
    found = paid(scheme, "2023-08", FACTS | {"refund": REFUNDS})
    posted = [(x.person, x.row, str(x.amount)) for x in found.lines if x.line == "adjustment"]
    assert posted == [("E1", "R1", "-19.50"), ("E1", "R3", "-45.50"), ("E2", "R2", "-32.50")]


ALONE = "commission pay for each sale\n  5% of amount\n"


@pytest.mark.parametrize(
    ("rules", "apart"),
    [
        (ALONE, True),
        (ALONE + "payout\n  total(commission)\n  at most 200\n", True),
        (
            ALONE + "commission split for each sale\n  5% of amount\n  shared\n    50% to rep\n    50% to company\n",
            False,
        ),
        (
            ALONE + "rank place by pay, highest first, ties share\nbonus first\n  10 when place = 1\n  otherwise 0\n",
            True,
        ),
    ],
)
def test_people_are_apart_where_a_refund_reaches_nobody_else(rules, apart):
    """Lines of one's own rows and what is made of them; refunds do not move places in a ranking."""
    scheme = tiercel.loads(text("1 from 2023-01-01", rules))
    assert separation.people_apart(scheme.plan, scheme.checked.tables) is apart


GROUPED = """\
scheme plan
version 1 from 2023-01-01
currency CNY
period month
group squad
  id text, key
  lead person
people
  id text, key
  squad squad
facts sale
  id text, key
  rep person, credited
  day date, date of record
  amount money
commission pay for each sale
  5% of amount
"""


@pytest.mark.parametrize(
    "rules",
    [
        "commission override for each squad to lead\n  10% of sum(member.pay)\n",
        "for each squad\n  earned = sum(member.pay)\nbonus share_of_it\n  1% of squad.earned\n",
        "bonus pool for each squad\n  100\n  shared equally among member\n",
    ],
)
def test_people_are_not_apart_where_pay_of_others_is_read(rules):
    """Overrides, sums of what members receive, what is divided among them."""
    scheme = tiercel.loads(GROUPED + rules)
    assert not separation.people_apart(scheme.plan, scheme.checked.tables)


@pytest.mark.parametrize(("language", "words"), [("en", "tried on 2023-07"), ("zh", "试算，2023-07")])
def test_a_shadow_run_on_the_command_line(tmp_path, capsys, monkeypatch, language, words):
    """A row per person and the sums; a remark that nothing is paid."""
    monkeypatch.setenv("TIERCEL_LANG", language)
    facts = tmp_path / "facts"
    facts.mkdir()
    for table, rows in FACTS.items():
        names = list(rows[0]) if rows else ["id", "sale", "day", "back"]
        lines_ = [",".join(names), *(",".join(row[n] for n in names) for row in rows)]
        (facts / f"{table}.csv").write_text("\n".join(lines_) + "\n", "utf-8")
    (tmp_path / "v1.tier").write_text(text("1 from 2023-01-01", OLD), "utf-8")
    new = tmp_path / "v2.tier"
    new.write_text(text("2 from 2023-08-01", NEW, "from the next period"), "utf-8")
    inputs = ["run", str(new), "--facts", str(facts), "--period", "2023-07", "--shadow"]
    assert main(inputs) == 0
    out = capsys.readouterr()
    assert words in out.out
    assert [row.split() for row in out.out.splitlines() if row.startswith("E")] == [
        ["E1", "200.00", "360.00", "160.00"],
        ["E2", "125.00", "240.00", "115.00"],
    ]
    assert out.err.strip()
    assert main([*inputs, "--format", "csv"]) == 0
    assert capsys.readouterr().out.splitlines()[1] == "E1,200.00,360.00,160.00"


def test_a_rank_stands_beside_a_transition():
    """Places by the pay of the month, before refunds: E2 keeps version 1 and has 25, E1 160, of which 80 are refunded;
    the first has 10 more."""
    new = NEW.replace("bonus fixed\n  200\n", "") + (
        "won = `pay`\nrank place by won, highest first, ties share\nbonus winner when place = 1\n  10\n"
    )
    old = OLD.replace("bonus fixed\n  100\n", "")
    scheme = family("2023-07-01", "sale where amount below 600 keep version 1", old=old, new=new)
    refund = {"id": "R1", "sale": "S2", "day": "2023-07-30", "back": "1000.00"}
    assert payouts(scheme, facts=FACTS | {"refund": [refund]}) == {"E1": "90.00", "E2": "25.00"}
