"""What goes on from period to period: `previous`, accounts, what caps cut; carried, or worked out again.

All figures are worked out by hand; months are of 2024 unless the year is named.
"""

import itertools
import pickle
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tiercel
from tiercel import Carried
from tiercel.cli import main
from tiercel.needs import CarriedNeeded
from tiercel.statement import statement
from tiercel_dsl.describe import describe as described
from tiercel_dsl.driver import check_source
from tiercel_dsl.source import Source

HEAD = """scheme plan
version 1 from 2024-01-01
currency CNY
period month
group team
  id text, key
people
  id text, key
  team team
  draw money, default 1,000
  hired date, optional
facts deal
  id text, key
  rep person, credited
  day date, date of record
  amount money
facts refund
  id text, key
  deal deal, reverses
  day date, date of record
gross = sum(deal.amount)
"""
DRAW = """advance = draw - gross, at least 0
repaid = min(debt.opening, part of gross above draw)
account debt
  opens at 0
  plus advance
  minus repaid
  closing at least 0
commission pay
  gross + advance - repaid
"""
MONTHS = ["2024-01", "2024-02", "2024-03", "2024-04", "2024-05"]
EARNED = ["400", "600", "1200", "1500", "1400"]


def deal(key, day, amount, rep="A"):
    day = day if len(day) > 5 else f"2024-{day}"
    return {"id": key, "rep": rep, "day": day, "amount": Decimal(amount)}


def refund(key, sale, day):
    return {"id": key, "deal": sale, "day": f"2024-{day}"}


def facts_of(deals=(), refunds=(), people=("A",), **columns):
    rows = [{"id": p, "team": "T1", "hired": "2024-01-01"} | columns for p in people]
    return {"team": [{"id": "T1"}], "people": rows, "deal": list(deals), "refund": list(refunds)}


def monthly(amounts, rep="A"):
    return [deal(f"{rep}{n}", f"{n:02}-10", amount, rep) for n, amount in enumerate(amounts, 1)]


def evaluated(scheme, facts, period, **more):
    """What the reference says; the compiled evaluator must say the same, also of what is wrong."""
    told: list[Any] = []
    for evaluator in ("reference", "compiled"):
        try:
            told.append(scheme.evaluate(facts, period, evaluator=evaluator, **more))
        except tiercel.TiercelError as error:
            told.append(error)
    defined, compiled = told
    if isinstance(defined, tiercel.TiercelError):
        assert (type(compiled), compiled.diagnostics) == (type(defined), defined.diagnostics)
        raise defined
    assert compiled.to_dict() == defined.to_dict()
    assert compiled.carried == defined.carried
    return compiled


def through(scheme, facts, periods):
    """Period after period, each with what the one before handed on."""
    carried, out = Carried(), []
    for period in periods:
        out.append(evaluated(scheme, facts, period, carried=carried))
        carried = out[-1].carried
    return out


def wrong(scheme, facts, period, **more):
    with pytest.raises(tiercel.FactsError) as error:
        evaluated(scheme, facts, period, **more)
    return error.value.diagnostics


def values(evaluations, *names, person="A"):
    return [tuple(str(e.values[person].get(name, "-")) for name in names) for e in evaluations]


# ---- accounts


def test_a_draw_is_paid_back_out_of_what_is_earned_above_it():
    """Owed 600, 1,000, 800, 300, 0; paid 1,000 four times, then 1,100."""
    scheme, facts = tiercel.loads(HEAD + DRAW), facts_of(monthly(EARNED))
    found = through(scheme, facts, MONTHS)
    assert [str(e.payout["A"]) for e in found] == ["1000.00", "1000.00", "1000.00", "1000.00", "1100.00"]
    assert values(found, "debt.plus advance", "debt.minus repaid", "debt.closing") == [
        ("600", "0", "600"), ("400", "0", "1000"), ("0", "200", "800"), ("0", "500", "300"), ("0", "300", "0"),
    ]  # fmt: skip


def test_what_an_account_closes_with_is_what_it_opens_with_next():
    """In every period, carried and worked out again."""
    scheme, facts = tiercel.loads(HEAD + DRAW), facts_of(monthly(EARNED))
    for found in (through(scheme, facts, MONTHS), [evaluated(scheme, facts, m) for m in MONTHS]):
        for before, after in itertools.pairwise(found):
            assert before.values["A"]["debt.closing"] == after.values["A"]["debt.opening"]


def test_the_result_says_where_the_balance_is_from():
    """Nothing in the first period, carried with rows, replayed without."""
    scheme, facts = tiercel.loads(HEAD + DRAW), facts_of(monthly(EARNED))
    first = evaluated(scheme, facts, "2024-01")
    assert first.history == "none"
    assert evaluated(scheme, facts, "2024-02", carried=first.carried).history == "carried"
    assert evaluated(scheme, facts, "2024-02").history == "replayed"


def test_an_account_opens_with_what_the_people_bring():
    """A column may say it; who joins later brings his own."""
    text = "account debt\n  opens at draw\n  minus 100\ncommission pay\n  debt.opening\n"
    rows = [{"id": "A", "team": "T1", "draw": 700}, {"id": "B", "team": "T1", "draw": 500, "hired": "2024-02-01"}]
    facts = facts_of() | {"people": rows}
    found = evaluated(tiercel.loads(HEAD + text), facts, "2024-02")
    assert (found.payout["A"], found.payout["B"]) == (600, 500)


def test_a_move_may_have_a_condition_and_is_rounded_to_the_cent():
    """A third of 100 is 33.33, three times 99.99."""
    text = "account kept\n  opens at 0\n  plus draw / 3 when gross above 0\ncommission pay\n  kept.opening\n"
    facts = facts_of(monthly(["1", "1", "1"]), draw=100)
    assert str(evaluated(tiercel.loads(HEAD + text), facts, "2024-05").payout["A"]) == "99.99"


def test_a_balance_beyond_its_limit_pays_nobody():
    """100 more repaid than owed: the account, the balance and the limit are named."""
    text = "account debt\n  opens at 0\n  minus 100\n  closing at least 0\ncommission pay\n  5\n"
    (fault,) = wrong(tiercel.loads(HEAD + text), facts_of(), "2024-01")
    assert (fault.code, fault.facts["name"], fault.facts["value"], fault.subject) == ("E3319", "debt", "-100", "A")


@pytest.mark.parametrize(("limit", "holds"), [("at most 99", False), ("at most 100", True), ("< 100", False)])
def test_every_kind_of_limit_is_kept(limit, holds):
    """At the bound itself too."""
    scheme = tiercel.loads(HEAD + f"account a\n  opens at 0\n  plus 100\n  closing {limit}\ncommission pay\n  5\n")
    if holds:
        assert evaluated(scheme, facts_of(), "2024-01").payout["A"] == 5
    else:
        assert [d.code for d in wrong(scheme, facts_of(), "2024-01")] == ["E3319"]


def test_a_statement_shows_the_account():
    """Opening with its origin, what came, what went, closing; in either language."""
    scheme, facts = tiercel.loads(HEAD + DRAW), facts_of(monthly(EARNED))
    told = statement(evaluated(scheme, facts, "2024-03").explain("A"), {scheme.hash: scheme.sources}, "en")
    account = told[told.index("ACCOUNTS") :].split("\n\n")[0]
    assert [" ".join(line.split()) for line in account.splitlines()][2:] == [
        "opening 1,000.00", "closing of debt of 2024-02 1,000.00", "plus advance 0.00", "minus repaid 200.00",
        "closing 800.00",
    ]  # fmt: skip
    assert "期初" in statement(evaluated(scheme, facts, "2024-03").explain("A"), {scheme.hash: scheme.sources}, "zh")


# ---- what caps cut


@pytest.mark.parametrize("where", ["", " for each deal"])
def test_what_a_cap_cuts_goes_into_the_account(where):
    """1,200 and 300 capped at 500: 700 kept; per deal and per person alike where there is one deal a month."""
    amount = "amount" if where else "gross"
    text = f"account kept\n  opens at 0\ncommission pay{where}\n  {amount}\n  at most 500\n  excess to kept\n"
    found = through(tiercel.loads(HEAD + text), facts_of(monthly(["1200", "300"])), MONTHS[:2])
    assert values(found, "kept.closing") == [("700",), ("700",)]
    assert [e.payout["A"] for e in found] == [500, 300]


def test_what_a_cap_of_the_year_cuts_is_what_is_beyond_the_year():
    """400, 600, 1,200 with 900 a year: 100 cut in February, 1,200 in March."""
    text = (
        "account kept\n  opens at 0\ncommission pay for each deal\n  amount\n  at most 900 per year\n  excess to kept\n"
    )
    found = through(tiercel.loads(HEAD + text), facts_of(monthly(EARNED)), MONTHS[:3])
    assert [e.payout["A"] for e in found] == [400, 500, 0]
    assert values(found, "kept.closing") == [("0",), ("100",), ("1300",)]


def test_without_a_line_nothing_is_cut():
    """`only when` and a `when` of the cap that does not hold leave the account alone."""
    text = (
        "account kept\n  opens at 0\ncommission pay\n  gross\n  at most 500 when gross below 1,400\n  excess to kept\n"
        "  only when gross above 400\n"
    )
    found = through(tiercel.loads(HEAD + text), facts_of(monthly(EARNED)), MONTHS[:4])
    assert values(found, "kept.plus pay") == [("0",), ("100",), ("700",), ("0",)]


# ---- the period before


def test_a_value_may_build_on_what_it_was():
    """A streak of months, a best so far: money, number or text, as `otherwise` begins."""
    text = (
        "streak = first of\n  previous(streak, otherwise 0) + 1 when gross at least 1,000\n  otherwise 0\n"
        "best = max(gross, previous(best, otherwise 0))\n"
        'level = first of\n  "high" when gross at least 1,300\n  otherwise previous(level, otherwise "low")\n'
        "commission pay\n  5% of best\n"
    )
    found = through(tiercel.loads(HEAD + text), facts_of(monthly([*EARNED, "10"])), [*MONTHS, "2024-06"])
    assert values(found, "streak", "best", "level") == [
        ("0", "400", "low"), ("0", "600", "low"), ("1", "1200", "low"), ("2", "1500", "high"), ("3", "1500", "high"),
        ("0", "1500", "high"),
    ]  # fmt: skip


def test_a_reset_begins_anew_with_its_span():
    """The best of a quarter: April knows nothing of March."""
    text = "best = max(gross, previous(best, quarter to date, otherwise 0))\ncommission pay\n  best\n"
    facts = facts_of(monthly(["900", "100", "100", "50", "20"]))
    found = through(tiercel.loads(HEAD + text), facts, MONTHS)
    assert [e.payout["A"] for e in found] == [900, 900, 900, 50, 50]


def test_an_own_year_begins_on_the_day_hired():
    """Hired on 10 March: the period in which the new own year begins starts anew."""
    text = "best = max(gross, previous(best, own year to date, otherwise 0))\ncommission pay\n  best\n"
    facts = facts_of(monthly(["900", "100", "50", "20", "30"]), hired="2023-03-10")
    scheme = tiercel.loads(HEAD.replace("hired date, optional", "hired date") + text)
    assert [evaluated(scheme, facts, m).payout["A"] for m in MONTHS] == [900, 900, 50, 50, 50]


@pytest.mark.parametrize(
    ("name", "figure"), [("pay", "40"), ("extra", "-7"), ("payout", "33"), ("gross", "400"), ("k.score", "0.4")]
)
def test_whatever_a_period_closes_with_can_be_asked_for(name, figure):
    """A line with its sign, the payout, a value, the score of a kpi."""
    text = (
        "kpi k\n  weight 100%\n  actual gross\n  target draw\n  score actual / target\n"
        "commission pay for each deal\n  10% of amount\ndeduction extra\n  7\n"
        f"before = previous({name}, otherwise 0), unrounded\n"
    )
    found = evaluated(tiercel.loads(HEAD + text), facts_of(monthly(EARNED)), "2024-02")
    assert str(found.values["A"]["before"]) == figure


def test_a_value_of_a_group_goes_on_with_the_group():
    """The team's total of the month before, read by its member."""
    text = (
        "for each team\n  total = sum(member.gross)\n  last_total = previous(total, otherwise 0)\n"
        "commission pay\n  10% of team.last_total\n"
    )
    facts = facts_of([*monthly(["400", "1"]), *monthly(["600", "1"], "B")], people=("A", "B"))
    found = through(tiercel.loads(HEAD + text), facts, MONTHS[:2])
    assert [e.payout["B"] for e in found] == [0, 100]
    assert [row.key for row in found[0].carried.rows if row.name == "total"] == ["T1"]


def test_the_exact_quotient_is_carried():
    """A third goes on as a third, and comes to 1 after three months."""
    text = "part = previous(part, otherwise 0) + draw / 3 / draw, unrounded\ncommission pay\n  100 * part\n"
    found = through(tiercel.loads(HEAD + text), facts_of(), MONTHS[:3])
    assert [str(e.payout["A"]) for e in found] == ["33.33", "66.67", "100.00"]
    assert {row.value for row in found[0].carried.rows} == {"1/3"}


def test_where_there_was_no_value_what_holds_otherwise_holds():
    """A line that was not paid is 0; a value without a case of its own is none."""
    text = (
        "commission pay\n  gross\n  only when gross above 500\ncommission half\n  50% of previous(pay, otherwise 7)\n"
    )
    found = through(tiercel.loads(HEAD + text), facts_of(monthly(EARNED)), MONTHS[:3])
    assert [str(e.payout["A"]) for e in found] == ["3.50", "600.00", "1500.00"]


def test_without_a_value_for_the_first_period_it_is_an_error():
    """Which the body's own `otherwise` catches."""
    wrong_one = tiercel.loads(HEAD + "commission pay\n  previous(gross)\n")
    (fault,) = wrong(wrong_one, facts_of(), "2024-01")
    assert (fault.code, fault.facts["period"], fault.facts["row"]) == ("E3315", "2023-12", "A")
    caught = tiercel.loads(HEAD + "commission pay\n  previous(gross)\n  otherwise 3\n")
    assert evaluated(caught, facts_of(), "2024-01").payout["A"] == 3


def test_who_was_not_there_yet_begins_in_his_first_month():
    """Hired in March: nothing is owed for January and February, whether he was among the people then or is now."""
    scheme = tiercel.loads(HEAD + DRAW)
    deals = [deal("D1", "03-10", "400"), deal("D2", "04-10", "1100")]
    facts = facts_of(deals, hired="2024-03-05")
    before = through(scheme, facts_of(), MONTHS[:2])[1].carried
    others = Carried(tuple(row for row in before.rows if row.receiver != "A"))
    third = evaluated(scheme, facts, "2024-03", carried=others)
    for found in (evaluated(scheme, facts, "2024-04"), evaluated(scheme, facts, "2024-04", carried=third.carried)):
        assert (found.values["A"]["debt.opening"], found.payout["A"]) == (600, 1000)


def test_a_refund_in_its_own_period_is_in_what_the_line_closed_with():
    """100 paid, 100 taken back in January: February reads 0."""
    text = "commission pay for each deal\n  10% of amount\nbonus b\n  previous(pay, otherwise 0)\n"
    facts = facts_of([deal("D1", "01-10", "1000")], [refund("R1", "D1", "01-20")])
    assert evaluated(tiercel.loads(HEAD + text), facts, "2024-02").payout["A"] == 0


def test_a_late_refund_is_in_the_period_that_posts_it():
    """Paid in January, taken back in February: March reads -100 of February, in the line and in the payout."""
    text = (
        "commission pay for each deal\n  10% of amount\n"
        "line_before = previous(pay, otherwise 0)\npaid_before = previous(payout, otherwise 0)\n"
    )
    facts = facts_of([deal("D1", "01-10", "1000")], [refund("R1", "D1", "02-20")])
    scheme = tiercel.loads(HEAD + text)
    for found in (through(scheme, facts, MONTHS[:3])[2], evaluated(scheme, facts, "2024-03")):
        assert (found.values["A"]["line_before"], found.values["A"]["paid_before"]) == (-100, -100)


# ---- versions


def versioned(number, first, rules):
    return HEAD.replace("version 1 from 2024-01-01", f"version {number} from {first}") + rules


def test_a_balance_goes_on_under_the_next_version():
    """By its identity; each period under the version that governed it."""
    first = versioned(1, "2024-01-01", "account debt\n  opens at 0\n  plus 100\ncommission pay\n  debt.opening\n")
    second = versioned(2, "2024-03-01", "account debt\n  opens at 5\n  plus 10\ncommission pay\n  debt.opening\n")
    scheme = tiercel.loads(second, versions=[first])
    for found in (through(scheme, facts_of(), MONTHS[:4]), [evaluated(scheme, facts_of(), m) for m in MONTHS[:4]]):
        assert [e.payout["A"] for e in found] == [0, 100, 200, 210]


def test_what_the_version_before_did_not_have_begins():
    """A new account opens as it says; one that is gone is not missed."""
    first = versioned(1, "2024-01-01", "account old\n  opens at 0\n  plus 100\ncommission pay\n  old.opening\n")
    second = versioned(2, "2024-03-01", "account new\n  opens at 7\n  plus 1\ncommission pay\n  new.opening\n")
    found = through(tiercel.loads(second, versions=[first]), facts_of(), MONTHS[:4])
    assert [e.payout["A"] for e in found] == [0, 100, 7, 8]


def test_a_version_alone_does_not_begin_anew():
    """Version 2 without version 1, and rows of that time: carried rows, or an error."""
    scheme = tiercel.loads(versioned(2, "2024-03-01", DRAW))
    facts = facts_of(monthly(EARNED))
    (fault,) = wrong(scheme, facts, "2024-03")
    assert (fault.code, fault.facts["period"], fault.facts["person"]) == ("E3316", "2024-02", "A")
    before = through(tiercel.loads(HEAD + DRAW), facts, MONTHS[:2])[1].carried
    found = evaluated(scheme, facts, "2024-03", carried=before)
    assert found.values["A"]["debt.closing"] == 800


# ---- carried rows


def test_the_rows_that_are_carried():
    """One per person and name, with the period and its version."""
    scheme = tiercel.loads(HEAD + DRAW)
    found = evaluated(scheme, facts_of(monthly(EARNED)), "2024-01")
    assert found.carried.text().splitlines()[1:] == [f"2024-01,{scheme.hash},debt.closing,people,,A,CNY,600.00"]


def test_what_a_period_needs():
    """The closing balance of the period before, or the facts since the first version."""
    needs = tiercel.loads(HEAD + DRAW).needs("2024-05")
    assert needs.carried == (CarriedNeeded("debt.closing", "people", ("2024-04",)),)
    month = {need.table: str(need.first) for need in needs.facts}
    assert month == {"deal": "2024-05-01", "refund": "2024-05-01"}
    assert {str(need.first) for need in needs.replayed} == {"2024-01-01"}


@pytest.mark.parametrize(
    ("column", "cell"), [("value", "1,200"), ("value", "x"), ("currency", "USD"), ("value", "2024-01-01")]
)
def test_a_carried_row_that_cannot_be_read_is_named(column, cell):
    """By row and column; nothing is taken for 0."""
    scheme, facts = tiercel.loads(HEAD + DRAW), facts_of(monthly(EARNED))
    row = {"period": "2024-01", "name": "debt.closing", "level": "people", "receiver": "A", "currency": "CNY"}
    carried = Carried.of([row | {"value": "600.00"} | {column: cell}])
    (fault,) = wrong(scheme, facts, "2024-02", carried=carried)
    assert fault.cell is not None
    assert (fault.code, fault.cell.row, fault.cell.column) == ("E3312", 2, column)


def test_values_are_carried_for_a_year():
    """A late refund is worked out in its own period, with what that one was handed."""
    text = "n = previous(n, otherwise 0) + 1\ncommission pay\n  n\n"
    months = [f"2024-{m:02}" for m in range(1, 13)] + ["2025-01", "2025-02"]
    kept = {row.period for row in through(tiercel.loads(HEAD + text), facts_of(), months)[-1].carried.rows}
    assert kept == set(months[1:])


def test_a_late_refund_reads_what_its_period_was_handed():
    """February's sale, refunded in April: with carried rows the balance that February opened with is the carried one."""
    text = "account bank\n  opens at 50\n  plus gross\ncommission pay for each deal\n  10% of amount\n  plus bank.opening\n"
    scheme = tiercel.loads(HEAD + text)
    facts = facts_of([deal("D1", "01-10", "1000"), deal("D2", "02-10", "200")], [refund("R1", "D2", "04-05")])
    replayed, carried = evaluated(scheme, facts, "2024-04"), through(scheme, facts, MONTHS[:4])[3]
    assert replayed.payout["A"] == carried.payout["A"] == Decimal("-1070.00")


def test_periods_before_the_data_are_remarked():
    """Owed since January though the first row is of April."""
    rows = facts_of([deal("D1", "04-10", "400")], hired=None)
    found = evaluated(tiercel.loads(HEAD + DRAW), rows, "2024-04")
    (remark,) = found.remarks
    assert (remark.code, remark.facts["first"], remark.facts["last"]) == ("E3317", "2024-01", "2024-03")


def test_a_host_may_pickle_and_add_rows():
    """The pickle explains as before; a further row of an earlier month moves the balance."""
    scheme, facts = tiercel.loads(HEAD + DRAW), facts_of(monthly(EARNED))
    found = evaluated(scheme, facts, "2024-03")
    again = pickle.loads(pickle.dumps(found))
    assert again.explain("A").to_dict() == found.explain("A").to_dict()
    more = {"deal": [deal("X", "01-20", "600")]}
    assert found.with_rows(more).values["A"]["debt.opening"] == Decimal(400)


def test_the_command_carries_a_balance_from_file_to_file(tmp_path, capsys):
    """`--carry-out` of January is `--carried` of February."""
    folder = tmp_path / "facts"
    folder.mkdir()
    (tmp_path / "plan.tier").write_text(HEAD + DRAW, "utf-8")
    for table, rows in facts_of(monthly(EARNED), draw=1000).items():
        names = list(rows[0]) if rows else ["id", "deal", "day"]
        lines = [",".join(names), *(",".join(str(row[name]) for name in names) for row in rows)]
        (folder / f"{table}.csv").write_text("\n".join(lines) + "\n", "utf-8")
    run = ["run", str(tmp_path / "plan.tier"), "--facts", str(folder), "--lang", "en", "--period"]
    out, next_out = str(tmp_path / "jan.csv"), str(tmp_path / "feb.csv")
    assert main([*run, "2024-01", "--carry-out", out]) == 0
    assert main([*run, "2024-02", "--carried", out, "--carry-out", next_out]) == 0
    capsys.readouterr()
    assert ",debt.closing,people,,A,CNY,1000.00" in (tmp_path / "feb.csv").read_text("utf-8")


# ---- the same whichever way

AMOUNTS = st.lists(st.integers(0, 3000_00).map(lambda n: str(Decimal(n) / 100)), min_size=4, max_size=4)
RULES = """best = max(gross, previous(best, quarter to date, otherwise 0))
account debt
  opens at 0
  plus draw - gross
account kept
  opens at 0
  minus min(kept.opening, 100)
commission pay for each deal
  20% of amount
  at most 150 per quarter
  excess to kept
bonus extra
  1% of (best + previous(payout, otherwise 5) + debt.opening), at least 0
"""


@given(st.lists(AMOUNTS, min_size=1, max_size=3), st.randoms(use_true_random=False))
@settings(max_examples=3, derandomize=True, deadline=None)
def test_carried_replayed_and_in_any_order_are_one(earned, random):
    """Each period alike: with carried rows, worked out again, and from rows in another order."""
    compare_ways(earned, random)


@pytest.mark.long
@given(st.lists(AMOUNTS, min_size=1, max_size=3), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_many_more_are_one(earned, random):
    """As above."""
    compare_ways(earned, random)


def compare_ways(earned, random):
    people = "ABC"[: len(earned)]
    deals = [row for name, amounts in zip(people, earned, strict=True) for row in monthly(amounts, name)]
    mixed = random.sample(deals, len(deals))
    scheme = tiercel.loads(HEAD + RULES)
    carried = through(scheme, facts_of(deals, people=people), MONTHS[:4])
    again = [evaluated(scheme, facts_of(mixed, people=people), month) for month in MONTHS[:4]]
    for one, other in zip(carried, again, strict=True):
        assert one.to_dict()["people"] == other.to_dict()["people"]
        assert one.carried == other.carried
    for before, after in itertools.pairwise(carried):
        for person in people:
            for account in ("debt", "kept"):
                assert before.values[person][f"{account}.closing"] == after.values[person][f"{account}.opening"]


def by_hand(amounts):
    """The rules above for one person, written out: payout and balances month by month."""
    best = debt = kept = used = Fraction(0)
    paid = Fraction(5)
    out = []
    for month, amount in enumerate(map(Fraction, amounts)):
        if month == 3:
            best = used = Fraction(0)  # a new quarter
        best = max(best, amount)
        share = cents(amount / 5)
        pay = min(share, max(150 - used, Fraction(0)))
        extra = max(cents_up_from_zero((best + paid + debt) / 100), Fraction(0))
        kept, used = kept + share - pay - min(kept, Fraction(100)), used + pay
        debt, paid = debt + 1000 - amount, pay + extra
        out.append((paid, debt, kept))
    return out


def cents(amount):
    return Fraction(int(amount * 100 + Fraction(1, 2)), 100)


def cents_up_from_zero(amount):
    return cents(amount) if amount >= 0 else -cents(-amount)


@given(AMOUNTS)
@settings(max_examples=5, derandomize=True, deadline=None)
def test_the_rules_written_out_by_hand_give_the_same(amounts):
    """Four months of one person, in plain fractions."""
    found = through(tiercel.loads(HEAD + RULES), facts_of(monthly(amounts)), MONTHS[:4])
    told = [
        tuple(map(Fraction, (e.payout["A"], e.values["A"]["debt.closing"], e.values["A"]["kept.closing"])))
        for e in found
    ]
    assert told == by_hand(amounts)


# ---- types


def no_files(name: str) -> Source:
    raise AssertionError(name)


@pytest.mark.parametrize(
    ("rules", "codes"),
    [
        ("a = previous(b, otherwise 0) + 1\nb = previous(a, otherwise 0) + draw\n", []),
        ("a = previous(a, otherwise 0)\nb = a * draw\n", []),
        ("a = previous(a, otherwise 0) + draw\nb = a * draw\n", ["E2202"]),
        ('a = previous(a, otherwise 0) + draw\nb = previous(a, otherwise "x")\n', ["E2204"]),
        ("a = previous(b)\nb = previous(a)\n", ["E2561"]),
        ("a = a + previous(a, otherwise 0)\n", ["E2107"]),
    ],
)
def test_what_reads_itself_has_one_type(rules, codes):
    """Money stays money through a circle of periods; a circle within a period stays one."""
    text = HEAD + rules + "commission pay\n  gross\n"
    result = check_source(Source("scheme.tier", text), no_files)
    assert sorted({d.code for d in result.diagnostics if d.severity == "error"}) == codes


def test_a_place_of_the_period_before():
    """A second, then first; C without sales has no place, and what stands behind `otherwise` holds."""
    text = (
        "rank place by gross, highest first, ties share where gross > 0\n"
        "was = previous(place, otherwise 9)\ncommission pay\n  was * 1\n"
    ).replace("was * 1", "100 when was = 2\n  otherwise 0")
    rows = [deal("D1", "2024-01-05", "1"), deal("D2", "2024-01-05", "2", "B"), deal("D3", "2024-02-05", "3")]
    facts = facts_of(rows) | {"people": [{"id": key, "team": "T1"} for key in "ABC"]}
    scheme = tiercel.loads(HEAD + text)
    for months in (MONTHS[:3], MONTHS[2:3]):
        last = through(scheme, facts, months)[-1]
        assert [last.values[key]["was"] for key in "ABC"] == [1, 9, 9]
    second = through(scheme, facts, MONTHS[:2])[-1]
    assert [second.values[key]["was"] for key in "ABC"] == [2, 1, 9]
    assert "place of 2024-01 2" in statement(second.explain("A"), {scheme.hash: scheme.sources}, "en")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_asked_of_the_period_before_is_described(language):
    """A line, the payout, a balance, a place, a value."""
    text = (
        "account debt\n  opens at 0\nrank place by gross, highest first, ties share\n"
        "a = previous(place, otherwise 9)\nb = previous(pay, otherwise 0) + previous(payout, otherwise 0)\n"
        "c = previous(debt.opening, otherwise 0) + previous(gross, otherwise 0)\ncommission pay\n  gross + b + c\n"
    )
    told = described(tiercel.loads(HEAD + text).checked, language)
    names = {
        "en": ("the place by “place”", "“pay”", "the payout", "“debt”", "“gross”"),
        "zh": ("“place”的名次", "“pay”", "结算额", "“debt”", "“gross”"),
    }
    assert all(name in told for name in names[language])
