"""Money that moves later: when it is paid, held, taken back; figures worked out by hand."""

from datetime import date
from decimal import Decimal

import pytest

import tiercel
from tiercel import Carried
from tiercel.statement import statement

HEAD = "scheme s\nversion 1 from 2025-01-01\ncurrency CNY\nperiod month\n"
PEOPLE = "people\n  id text, key\n  left date, optional\n"
DEALS = """\
facts deal
  id text, key
  rep person, credited
  signed date, date of record
  amount money
  live date, optional
facts receipt
  id text, key
  deal deal
  day date, date of record
  received money
facts dispute
  id text, key
  deal deal
  day date, date of record
  ended date, optional
facts refund
  id text, key
  deal deal, reverses by share
  day date, date of record
  share percent, default 100%
"""


def scheme(*rules, people=PEOPLE, head=HEAD, versions=()):
    return tiercel.loads(head + people + DEALS + "\n".join(rules) + "\n", versions=versions)


def deal(key, signed, amount="1000", rep="E1", **more):
    return {"id": key, "rep": rep, "signed": signed, "amount": amount} | more


def data(deals, people=("E1",), **tables):
    rows = {"people": [p if isinstance(p, dict) else {"id": p} for p in people], "deal": deals}
    return rows | {name: tables.get(name, []) for name in ("receipt", "dispute", "refund")}


def money(text):
    return Decimal(text)


def paid(one, facts, *months, person="E1", carried=True):
    """The payouts of months in their order, on both evaluators, from carried rows and worked out again."""
    out, rows = [], Carried()
    for month in months:
        forms = [one.evaluate(facts, month, evaluator=e) for e in ("compiled", "reference")]
        handed = one.evaluate(facts, month, carried=rows) if carried else forms[0]
        shapes = [f.to_dict() | {"history": ""} for f in (*forms, handed)]
        assert shapes[0] == shapes[1] == shapes[2], month
        out.append(str(handed.payout[person]))
        rows = handed.carried
    return out


# ---- one example, with every figure from paper --------------------------------------------------------------


def test_a_deal_two_months_of_money_a_refund_a_coefficient_and_a_cap():
    """Two deals of one person, paid as collected, times a coefficient of the month, at most 9,000 a month.

    Deal A: 10% of 100,000.00 earns 10,000.00. Deal B: 10% of 30,000.00 earns 3,000.00.

    January, coefficient 100%. A has 33,333.33 of 100,000.00: 33.33333% of 10,000.00 is 3,333.333, so 3,333.33.
    B has 15,000 of 30,000: 1,500.00. Due 4,833.33; times 100% 4,833.33; below the cap.

    February, coefficient 120%. A has all: 10,000.00 less 3,333.33 is 6,666.67. B has all: 1,500.00. Due 8,166.67;
    times 120% 9,800.004; the cap leaves 9,000.00.

    March, coefficient 80%. Half of A is refunded: of 10,000.00 are left 5,000.00. January would have paid 33.33333% of
    5,000.00 = 1,666.6665, so 1,666.67, with B 3,166.67: 1,666.66 less than it did. February would have paid
    5,000.00 - 1,666.67 = 3,333.33, with B 4,833.33, times 120% 5,799.996, so 5,800.00: 3,200.00 less than 9,000.00.
    Nothing is due in March; adjustments of -1,666.66 and -3,200.00 make -4,866.66. The 80% play no part.

    April: the other half is refunded. January without A: 1,500.00, which is 1,666.67 less than 3,166.67. February
    without A: 1,500.00 × 120% = 1,800.00, 4,000.00 less than 5,800.00. Together -5,666.67.

    In the end 4,833.33 + 9,000.00 - 4,866.66 - 5,666.67 = 3,300.00, which is what B alone comes to: 1,500 + 1,800.
    """
    one = scheme(
        "parameter coefficient = 100% until 2025-01-31, 120% from 2025-02-01 until 2025-02-28, 80% from 2025-03-01",
        "commission on_money for each deal",
        "  10% of amount",
        "  pay sum(receipt.received) / amount",
        "payout",
        "  due(on_money)",
        "  times coefficient",
        "  at most 9,000",
    )
    facts = data(
        [deal("A", "2025-01-08", "100000"), deal("B", "2025-01-09", "30000")],
        receipt=[
            {"id": "1", "deal": "A", "day": "2025-01-20", "received": "33333.33"},
            {"id": "2", "deal": "B", "day": "2025-01-21", "received": "15000"},
            {"id": "3", "deal": "A", "day": "2025-02-20", "received": "66666.67"},
            {"id": "4", "deal": "B", "day": "2025-02-21", "received": "15000"},
        ],
        refund=[
            {"id": "F1", "deal": "A", "day": "2025-03-10", "share": "50%"},
            {"id": "F2", "deal": "A", "day": "2025-04-10", "share": "50%"},
        ],
    )
    months = ("2025-01", "2025-02", "2025-03", "2025-04")
    assert paid(one, facts, *months) == ["4833.33", "9000.00", "-4866.66", "-5666.67"]
    found = [(a.period, str(a.before), str(a.after)) for a in one.evaluate(facts, "2025-03").adjustments]
    assert found == [("2025-01", "483333/100", "316667/100"), ("2025-02", "9000", "5800")]
    (jan_a, jan_b) = one.evaluate(facts, "2025-01").lines
    assert jan_a.settled is not None
    assert (jan_a.amount, jan_a.settled.earned, jan_a.settled.later) == tuple(
        map(money, ("3333.33", "10000", "6666.67"))
    )
    assert (jan_b.amount, jan_b.due) == (money("1500"), "2025-01-31")


# ---- instalments (decisions 40, 42) ---------------------------------------------------------------------------

PARTS = ("bonus b for each deal", "  amount", "  pay")


def test_parts_add_up_to_the_earned_cent():
    """Thirds of 0.02 are 0.01, 0.00 and 0.01: where the sum of the shares so far puts the cent."""
    thirds = (f"    1 / 3 due signed + {n} months" for n in (0, 1, 2))
    one = scheme(*PARTS, *thirds)
    facts = data([deal("D", "2025-01-10", "0.02")])
    assert paid(one, facts, "2025-01", "2025-02", "2025-03", "2025-04") == ["0.01", "0.00", "0.01", "0.00"]


def test_a_condition_is_asked_on_the_day_and_a_part_is_cancelled_for_good():
    """Who leaves on the 20th was there on the 10th; the part of the month after is cancelled, not put off."""
    one = scheme(
        *PARTS, "    40% due signed", "    30% due signed + 1 month when rep.left is missing",
        "    30% due signed + 2 months when rep.left is missing",
    )  # fmt: skip
    facts = data([deal("D", "2025-01-10")], people=[{"id": "E1", "left": "2025-02-20"}])
    assert paid(one, facts, "2025-01", "2025-02", "2025-03", "2025-04") == ["400.00", "300.00", "0.00", "0.00"]
    (line,) = [line for line in one.evaluate(facts, "2025-02").lines if line.settled]
    assert line.settled is not None
    assert (line.settled.paid, line.settled.later, line.due) == (money("700"), money("300"), "2025-02-10")


def test_a_part_whose_condition_fails_is_not_put_off():
    """On 10 February a dispute is open; that it ends on the 20th comes too late for that part."""
    one = scheme(
        *PARTS, "    50% due signed", "    50% due signed + 1 month when count(dispute where ended is missing) = 0"
    )
    dispute = [{"id": "X", "deal": "D", "day": "2025-02-01", "ended": "2025-02-20"}]
    facts = data([deal("D", "2025-01-10")], dispute=dispute)
    assert paid(one, facts, "2025-01", "2025-02", "2025-03") == ["500.00", "0.00", "0.00"]


def test_a_part_waits_for_an_event_without_a_day():
    """The optional date stands in the data from April on; a host that knows it earlier is told nothing else."""
    one = scheme(*PARTS, "    20% due signed", "    80% due live")
    before = data([deal("D", "2025-01-10")])
    after = data([deal("D", "2025-01-10", live="2025-04-05")])
    january = one.evaluate(before, "2025-01")
    assert january.payout["E1"] == money("200")
    assert one.evaluate(before, "2025-03", carried=january.carried).payout["E1"] == 0
    assert paid(one, after, "2025-01", "2025-02", "2025-03", "2025-04") == ["200.00", "0.00", "0.00", "800.00"]


def test_a_part_due_in_a_closed_period_is_paid_in_the_open_one():
    """February was closed without the day of going live, which is then entered as 20 February."""
    one = scheme(*PARTS, "    100% due live")
    before, after = (data([deal("D", "2025-01-10", **more)]) for more in ({}, {"live": "2025-02-20"}))
    january = one.evaluate(before, "2025-01")
    february = one.evaluate(before, "2025-02", carried=january.carried)
    march = one.evaluate(after, "2025-03", carried=february.carried)
    assert [x.payout["E1"] for x in (january, february, march)] == [0, 0, money("1000")]
    (line,) = march.lines
    assert line.settled is not None
    assert (line.due, line.settled.period) == ("2025-03-01", "2025-01")


def test_what_was_decided_stays_decided():
    """February saw nobody leave and paid; that the date was entered later changes no carried row."""
    one = scheme(*PARTS, "    50% due signed", "    50% due signed + 1 month when rep.left is missing")
    stayed, gone = (data([deal("D", "2025-01-10")], people=[{"id": "E1"} | x]) for x in ({}, {"left": "2025-01-20"}))
    january = one.evaluate(stayed, "2025-01")
    february = one.evaluate(stayed, "2025-02", carried=january.carried)
    march = one.evaluate(gone, "2025-03", carried=february.carried)
    assert (february.payout["E1"], march.payout["E1"]) == (money("500"), 0)
    assert one.evaluate(gone, "2025-02").payout["E1"] == 0


def test_a_share_of_a_month_waits_for_the_quarter():
    """Of a rule per person every month has parts of its own; March pays its 70% and the 30% of three months."""
    one = scheme(
        "bonus b", "  10% of sum(deal.amount)", "  pay", "    70% due period.last",
        "    30% due quarter.last when sum(deal.amount, quarter to date) at least 3,000",
    )  # fmt: skip
    deals = [deal("A", "2025-01-10"), deal("B", "2025-02-10"), deal("C", "2025-03-10")]
    assert paid(one, data(deals), "2025-01", "2025-02", "2025-03") == ["70.00", "70.00", "160.00"]
    assert paid(one, data(deals[:2]), "2025-01", "2025-02", "2025-03") == ["70.00", "70.00", "0.00"]


# ---- money collected (decision 41) ------------------------------------------------------------------------------


def test_pay_follows_the_money_between_nothing_and_all():
    """Too much pays nothing more; what is returned takes back, also below zero pays nothing."""
    one = scheme("bonus b for each deal", "  10% of amount", "  pay sum(receipt.received) / amount")
    days = (("2025-01-20", "400"), ("2025-02-20", "900"), ("2025-03-20", "-700"), ("2025-04-20", "-900"))
    rows = [{"id": str(n), "deal": "D", "day": day, "received": x} for n, (day, x) in enumerate(days)]
    facts = data([deal("D", "2025-01-10")], receipt=rows)
    assert paid(one, facts, "2025-01", "2025-02", "2025-03", "2025-04") == ["40.00", "60.00", "-40.00", "-60.00"]


# ---- holds (decision 42) ---------------------------------------------------------------------------------------------


def test_a_hold_delays_what_is_not_paid_and_releases_it():
    """Open in January and February; the earned amount is the same throughout, and a guarantee counts it."""
    one = scheme(
        "bonus b for each deal", "  amount", "  hold while count(dispute where ended is missing) above 0",
        "guarantee floor", "  1,500", "  counting b",
    )  # fmt: skip
    dispute = [{"id": "X", "deal": "D", "day": "2025-01-15", "ended": "2025-03-08"}]
    facts = data([deal("D", "2025-01-10")], dispute=dispute)
    assert paid(one, facts, "2025-01", "2025-02", "2025-03") == ["500.00", "1500.00", "2500.00"]
    january = one.evaluate(facts, "2025-01")
    (line,) = [line for line in january.lines if line.line == "b"]
    assert line.settled is not None
    assert (line.amount, line.settled.held, line.settled.earned) == (0, money("1000"), money("1000"))
    assert january.values["E1"] == {}


def test_a_hold_takes_nothing_back():
    """What was paid before the dispute stays paid; the second part waits for its end."""
    one = scheme(
        *PARTS, "    50% due signed", "    50% due signed + 1 month",
        "  hold while count(dispute where ended is missing) above 0",
    )  # fmt: skip
    dispute = [{"id": "X", "deal": "D", "day": "2025-02-01", "ended": "2025-04-08"}]
    facts = data([deal("D", "2025-01-10")], dispute=dispute)
    assert paid(one, facts, "2025-01", "2025-02", "2025-03", "2025-04") == ["500.00", "0.00", "0.00", "500.00"]


# ---- what is taken back (decisions 39, 57, 60) ----------------------------------------------------------------


def test_what_is_taken_back_is_taken_once_and_of_what_is_to_come_too():
    """40% in February: of the 500.00 paid 200.00 come back, of the 500.00 of March 300.00 are paid."""
    one = scheme(
        *PARTS, "    50% due signed", "    50% due signed + 2 months",
        "  take back 40% when count(dispute) above 0",
    )  # fmt: skip
    dispute = [{"id": "X", "deal": "D", "day": "2025-02-01"}, {"id": "Y", "deal": "D", "day": "2025-03-01"}]
    facts = data([deal("D", "2025-01-10")], dispute=dispute)
    assert paid(one, facts, "2025-01", "2025-02", "2025-03", "2025-04") == ["500.00", "-200.00", "300.00", "0.00"]


def test_two_events_take_one_after_the_other():
    """25% of 1,000.00 leaves 750.00; 100% of that leaves nothing."""
    one = scheme(
        "bonus b for each deal", "  amount", "  take back 25% when count(dispute) above 0",
        "  take back 100% when rep.left is present",
    )  # fmt: skip
    dispute = [{"id": "X", "deal": "D", "day": "2025-02-01"}]
    facts = data([deal("D", "2025-01-10")], people=[{"id": "E1", "left": "2025-03-09"}], dispute=dispute)
    assert paid(one, facts, "2025-01", "2025-02", "2025-03", "2025-04") == ["1000.00", "-250.00", "-750.00", "0.00"]


def test_what_is_taken_back_keeps_the_cap_of_its_month():
    """January paid 1,200.00 of 1,000.00 + 500.00; without the first 500.00: 700.00 come back, not 1,000.00."""
    one = scheme(
        "bonus b for each deal", "  amount", "  take back 100% when live is present",
        "payout", "  b", "  at most 1,200",
    )  # fmt: skip
    facts = data([deal("A", "2025-01-10", live="2025-02-10"), deal("B", "2025-01-11", "500")])
    assert paid(one, facts, "2025-01", "2025-02") == ["1200.00", "-700.00"]


def test_it_goes_through_every_receiver():
    """A shared line comes back from both, from each the share that was paid to him; the house gives back the rest."""
    one = scheme(
        "bonus b for each deal", "  amount", "  shared", "    60% to rep", "    30% to rep.boss",
        "    the rest to company", "  pay", "    50% due signed", "    50% due signed + 2 months",
        "  take back 100% when live is present",
        people="people\n  id text, key\n  boss person, optional\n",
    )  # fmt: skip
    people = [{"id": "E1", "boss": "E2"}, {"id": "E2"}]
    facts = data([deal("A", "2025-01-10", live="2025-02-10")], people=people)
    months = ("2025-01", "2025-02", "2025-03")
    assert paid(one, facts, *months) == ["300.00", "-300.00", "0.00"]
    assert paid(one, facts, *months, person="E2") == ["150.00", "-150.00", "0.00"]
    assert [line.amount for m in months for line in one.evaluate(facts, m).company] == [money("50"), money("-50")]


def test_it_goes_up_a_hierarchy():
    """Two levels above the seller get 10% each in two halves; all of it comes back."""
    one = scheme(
        "commission c for each deal to upline(rep, boss, 2)", "  10% of amount", "  pay", "    50% due signed",
        "    50% due signed + 1 month", "  take back 100% when deal.live is present",
        people="people\n  id text, key\n  boss person, optional\n",
    )  # fmt: skip
    people = [{"id": "E1", "boss": "E2"}, {"id": "E2", "boss": "E3"}, {"id": "E3"}]
    facts = data([deal("A", "2025-01-10", live="2025-03-10")], people=people)
    for person in ("E2", "E3"):
        assert paid(one, facts, "2025-01", "2025-02", "2025-03", person=person) == ["50.00", "50.00", "-100.00"]


# ---- the payout (decision 58) ----------------------------------------------------------------------------------------


def test_steps_of_the_month_apply_to_what_falls_due_in_it():
    """800.00 + 400.00 fall due in February and are capped there; earned in February is only the second deal."""
    rules = (*PARTS, "    100% due signed + 1 month", "payout")
    deals = [deal("A", "2025-01-10", "800"), deal("B", "2025-01-11", "400"), deal("C", "2025-02-11", "300")]
    assert paid(scheme(*rules, "  due(b)", "  at most 1,000"), data(deals), "2025-01", "2025-02") == ["0.00", "1000.00"]
    assert paid(scheme(*rules, "  earned(b)"), data(deals), "2025-01", "2025-02") == ["1200.00", "300.00"]
    assert paid(scheme(*rules, "  due(bonus)"), data(deals), "2025-01", "2025-02") == ["0.00", "1200.00"]


# ---- versions -----------------------------------------------------------------------------------------------------------


def test_a_row_is_paid_by_the_terms_that_earned_it():
    """Version 2 pays at once, and knows nothing of the second half that version 1 owes: it comes on top."""
    first = HEAD + PEOPLE + DEALS + "\n".join((*PARTS, "    50% due signed", "    50% due signed + 1 month")) + "\n"
    second = scheme(
        "bonus b for each deal", "  2 * amount", "payout", "  b", "  at most 2,100",
        head=HEAD.replace("version 1 from 2025-01-01", "version 2 from 2025-02-01"), versions=[first],
    )  # fmt: skip
    facts = data([deal("A", "2025-01-10"), deal("B", "2025-02-10", "1100")])
    assert paid(second, facts, "2025-01", "2025-02", "2025-03") == ["500.00", "2600.00", "0.00"]


def test_what_a_period_needs():
    """The rows with money open, however old, what stands under them, and the rows of the period before."""
    needs = scheme("bonus b for each deal", "  amount", "  pay sum(receipt.received) / amount").needs("2025-03")
    assert [(n.table, n.first) for n in needs.facts] == [
        ("deal", None), ("dispute", date(2025, 3, 1)), ("receipt", None), ("refund", None),
    ]  # fmt: skip
    assert [(n.line, n.level, n.periods) for n in needs.carried] == [("b", "settled", ("2025-02",))]


# ---- told ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ("PAID LATER, HELD OR TAKEN BACK", "paid so far", "to come", "taken back of D, paid in 2025-01")),
        ("zh", ("【分期、暂缓与扣回】", "累计已发", "待发", "扣回 D 在 2025-01 发放的部分")),
    ],
)
def test_a_statement_says_where_the_money_is(language, told):
    """Earned, paid, to come; and of which month something is taken back."""
    one = scheme(*PARTS, "    50% due signed", "    50% due signed + 1 month", "  take back 100% when live is present")
    facts = data([deal("D", "2025-01-10", live="2025-02-03")])
    texts = [
        statement(one.evaluate(facts, month).explain("E1"), {one.hash: one.sources}, language)
        for month in ("2025-01", "2025-02")
    ]
    for part in told:
        assert part in "\n".join(texts), part


def test_refunds_of_the_same_month_are_lines_of_their_own():
    """A line of 500.00 for the sale, one of -200.00 for the refund of 40%; 300.00 are to come."""
    one = scheme(*PARTS, "    50% due signed", "    50% due signed + 1 month")
    refund = [{"id": "F", "deal": "D", "day": "2025-01-20", "share": "40%"}]
    facts = data([deal("D", "2025-01-10")], refund=refund)
    lines = one.evaluate(facts, "2025-01").lines
    assert [(x.row, str(x.amount), x.reverses) for x in lines] == [("D", "500.00", ""), ("F", "-200.00", "D")]
    assert lines[0].settled is not None
    assert str(lines[0].settled.later) == "300.00"
    assert paid(one, facts, "2025-01", "2025-02") == ["300.00", "300.00"]


def test_what_the_month_before_paid_is_what_fell_due_in_it():
    """1,000 in two halves; a bonus of 10% of the payout before: 0, 50, then 10% of 550 is 55, and 5.50."""
    one = scheme(
        *PARTS, "    50% due signed", "    50% due signed + 1 month",
        "bonus again", "  10% of previous(payout, otherwise 0)",
    )  # fmt: skip
    facts = data([deal("D", "2025-01-10")])
    months = ("2025-01", "2025-02", "2025-03", "2025-04")
    assert paid(one, facts, *months) == ["500.00", "550.00", "55.00", "5.50"]


def test_no_version_pays_the_money_of_another_currency():
    """Half of what June earned in CNY would fall due in July in USD: the two are no versions of one scheme."""
    rules = (
        "people\n  id text, key\nbonus b\n  500\n  pay\n    50% due period.last\n    50% due period.last + 1 month\n"
    )
    old = HEAD + rules
    new = old.replace("version 1 from 2025-01-01", "version 2 from 2025-07-01").replace("CNY", "USD")
    with pytest.raises(tiercel.SchemeError) as raised:
        tiercel.loads(new, versions=[old]).evaluate({"people": [{"id": "A"}]}, "2025-07")
    assert [d.code for d in raised.value.diagnostics] == ["E2743"]
