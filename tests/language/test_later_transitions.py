"""Money that moves later and a change of version in between: figures worked out by hand, on both evaluators."""

from decimal import Decimal

import pytest

import tiercel
from tiercel import Carried

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
  day date, date of record
  made date
  amount money
  lost date, optional
facts receipt
  id text, key
  sale sale
  day date, date of record
  received money
facts dispute
  id text, key
  sale sale
  day date, date of record
  ended date, optional
facts refund
  id text, key
  sale sale, reverses by share
  day date, date of record
  share percent
"""
COLLECTED = "commission pay for each sale\n  {rate}% of amount\n  pay sum(receipt.received) / amount\n"
HALVES = "commission pay for each sale\n  {rate}% of amount\n  pay\n    50% due day\n    50% due day + 1 month\n"
AT_ONCE = "commission pay for each sale\n  {rate}% of amount\n"
LOST = AT_ONCE + "  take back 50% when lost is present\n"
HELD = AT_ONCE + "  hold while count(dispute where ended is missing) above 0\n"


def plan(old, new, first, *clauses):
    """Version 1 pays 10% from 2025-01-01 on, version 2 20% from `first` on."""
    older = HEAD.format(version="1 from 2025-01-01") + old.format(rate=10)
    text = HEAD.format(version=f"2 from {first}") + new.format(rate=20)
    text += "transition from version 1\n" + "".join(f"  {clause}\n" for clause in clauses) if clauses else ""
    return tiercel.loads(text, versions=[older])


def sale(key, day, rep="E1", amount="1000", **more):
    return {"id": key, "rep": rep, "day": day, "made": day, "amount": amount} | more


def facts(*sales, **tables):
    people = [{"id": "E1", "team": "East", "wants_old": "yes"}, {"id": "E2", "team": "West", "wants_old": "no"}]
    rows = {"people": people, "sale": list(sales), "receipt": [], "dispute": [], "refund": []}
    return rows | {name: [{"id": f"{name}{n}"} | row for n, row in enumerate(found)] for name, found in tables.items()}


def refund(of, day, share="100%"):
    return {"sale": of, "day": day, "share": share}


def received(of, day, amount):
    return {"sale": of, "day": day, "received": amount}


def months(scheme, rows, *names, person="E1"):
    """The payouts of months, each from what the month before handed on, and worked out from the facts: on both
    evaluators the same in everything that is shown."""
    out, carried = [], Carried()
    for name in names:
        found = [scheme.evaluate(rows, name, evaluator=e) for e in ("reference", "compiled")]
        handed = scheme.evaluate(rows, name, carried=carried)
        shapes = [f.to_dict() | {"history": ""} for f in (*found, handed)]
        assert shapes[0] == shapes[1] == shapes[2], name
        out.append(str(handed.payout[person]))
        carried = handed.carried
    return out


def test_a_sale_that_keeps_the_old_version_is_paid_in_its_halves():
    """S1, made in June, keeps version 1: 10% of 1,000 in two halves of 50. S2 pays 20% at once: 200.

    July 50 + 200, August the second half; S1 is refunded in September: July and August without it, -50 and -50.
    """
    scheme = plan(HALVES, AT_ONCE, "2025-07-01", "sale where made before 2025-07-01 keep version 1")
    sales = sale("S1", "2025-07-03", made="2025-06-20"), sale("S2", "2025-07-20")
    rows = facts(*sales, refund=[refund("S1", "2025-09-09")])
    assert months(scheme, rows, "2025-07", "2025-08", "2025-09") == ["250.00", "50.00", "-100.00"]


def test_a_blend_mixes_what_falls_due():
    """S1 of July earns 100 under version 1, 40 come in July, 60 in August. S2 of August: 200 under version 2, 100
    under version 1 alone; half of it comes in August.

    July: 40. August: version 2 pays 60 + 100 = 160, version 1 alone 60 + 50 = 110; a quarter new is 122.50.
    S2 is refunded in September: of August are left 60 under either version, so -62.50.
    """
    scheme = plan(COLLECTED, COLLECTED, "2025-08-01", "blend 2025-08 until 2025-08: 25%")
    rows = facts(
        sale("S1", "2025-07-03"), sale("S2", "2025-08-05"),
        receipt=[
            received("S1", "2025-07-10", "400"), received("S1", "2025-08-10", "600"), received("S2", "2025-08-11", "500"),
        ],
        refund=[refund("S2", "2025-09-09")],
    )  # fmt: skip
    assert months(scheme, rows, "2025-07", "2025-08", "2025-09") == ["40.00", "122.50", "-62.50"]


def test_what_is_left_of_parts_comes_once_and_in_full_beside_a_blend():
    """S1 of July earned 100 in halves under version 1. Version 2 knows no halves; a quarter of it rules August.

    The second 50 falls due whichever version rules: it is not mixed. S2 of August: 200 under version 2 at once; 50 of
    100 under version 1 alone; a quarter new is 87.50. September: S2 is paid, so nothing is left to mix.
    """
    scheme = plan(HALVES, AT_ONCE, "2025-08-01", "blend 2025-08 until 2025-08: 25%")
    rows = facts(sale("S1", "2025-07-03"))
    assert months(scheme, rows, "2025-07", "2025-08", "2025-09") == ["50.00", "50.00", "0.00"]
    rows = facts(sale("S1", "2025-07-03"), sale("S2", "2025-08-05"))
    assert months(scheme, rows, "2025-07", "2025-08", "2025-09") == ["50.00", "137.50", "0.00"]


def test_the_better_version_is_the_one_that_pays_more_now():
    """Version 1 pays 50 of 100 at once, version 2 30 of 200: 50 is more. The other 50 come in August all the same,
    where version 2 has 100 more from S2, of which version 1 would pay a quarter now: 100 + 50."""
    new = COLLECTED
    scheme = plan(HALVES, new, "2025-07-01", "people pay max(version 1, version 2)")
    rows = facts(
        sale("S1", "2025-07-03"), sale("S2", "2025-08-03", amount="500"),
        receipt=[received("S1", "2025-07-10", "150"), received("S2", "2025-08-10", "500")],
    )  # fmt: skip
    assert months(scheme, rows, "2025-07", "2025-08", "2025-09") == ["50.00", "150.00", "0.00"]


def test_the_least_amount_leaves_out_what_falls_due_under_both():
    """S1 of July, 100 in halves: 50 are left. August: version 1 alone pays them and 50 of S2's 100; version 2 pays S2
    as collected, nothing yet. At least 80% of 100 is 80: 50 that are due anyway and 30 to make up."""
    scheme = plan(HALVES, COLLECTED, "2025-08-01", "until 2025-08 at least 80% of version 1")
    rows = facts(sale("S1", "2025-07-03"), sale("S2", "2025-08-05"))
    assert months(scheme, rows, "2025-07", "2025-08") == ["50.00", "80.00"]
    gone = plan(HALVES, "bonus other\n  {rate}\n", "2025-08-01", "until 2025-08 at least 80% of version 1")
    assert months(gone, rows, "2025-07", "2025-08") == ["50.00", "80.00"]


def test_the_least_amount_counts_what_falls_due():
    """Version 2 pays 20% as collected, version 1 10% at once; at least 90% of version 1 in July.

    S1: 100 under version 1 alone, 90% is 90; 30% are collected: 60 of 200, 30 more make it 90. August: the other
    70% are 140, version 1 alone pays nothing. Half of S1 is refunded in September: July would have paid 30 of 100 and
    been made up to 45, so -45; August 70, so -70.
    """
    scheme = plan(AT_ONCE, COLLECTED, "2025-07-01", "until 2025-08 at least 90% of version 1")
    rows = facts(
        sale("S1", "2025-07-03"),
        receipt=[received("S1", "2025-07-10", "300"), received("S1", "2025-08-10", "700")],
        refund=[refund("S1", "2025-09-09", "50%")],
    )
    assert months(scheme, rows, "2025-07", "2025-08", "2025-09") == ["90.00", "140.00", "-115.00"]


def test_what_is_taken_back_keeps_the_version_that_paid_it():
    """S1 of June earned 100 under version 1, without a take-back: nothing is taken when it is lost. S2 of July earned
    200 under version 2, half of it is taken back in August; then the rest is refunded: 100 more."""
    scheme = plan(AT_ONCE, LOST, "2025-07-01")
    lost = {"lost": "2025-08-10"}
    rows = facts(
        sale("S1", "2025-06-03", **lost), sale("S2", "2025-07-03", **lost), refund=[refund("S2", "2025-09-09")]
    )
    expected = ["100.00", "200.00", "-100.00", "-100.00"]
    assert months(scheme, rows, "2025-06", "2025-07", "2025-08", "2025-09") == expected


def test_what_is_held_is_released_at_the_old_terms():
    """S1 of June, 100 under version 1, is in dispute until August: held in June and July, paid in August, when
    version 2 rules, which holds nothing. Its refund in September takes 100 back out of August."""
    scheme = plan(HELD, AT_ONCE, "2025-07-01", "whole period under the new version")
    dispute = {"sale": "S1", "day": "2025-06-10", "ended": "2025-08-09"}
    rows = facts(sale("S1", "2025-06-03"), dispute=[dispute], refund=[refund("S1", "2025-09-09")])
    names = ("2025-06", "2025-07", "2025-08", "2025-09")
    assert months(scheme, rows, *names) == ["0.00", "0.00", "100.00", "-100.00"]


def test_a_pilot_is_paid_its_parts_at_the_new_terms():
    """East tries version 2 in July: 20% in halves, 100 in July and 100 in August. West has 10% at once.

    A refund in September takes both halves back.
    """
    scheme = plan(AT_ONCE, HALVES, "2025-08-01", 'team "East" uses version 2 from 2025-07-01')
    rows = facts(sale("S1", "2025-07-03"), sale("S2", "2025-07-04", "E2"), refund=[refund("S1", "2025-09-09")])
    assert months(scheme, rows, "2025-07", "2025-08", "2025-09") == ["100.00", "100.00", "-200.00"]
    assert months(scheme, rows, "2025-07", "2025-08", person="E2") == ["100.00", "0.00"]


def test_a_month_cut_by_date_pays_each_sale_as_its_version_says():
    """The 15th of July: S1 of the 3rd in halves of 50, S2 of the 20th as collected, 20% of which 30% in July."""
    scheme = plan(HALVES, COLLECTED, "2025-07-15", "by date of record")
    rows = facts(
        sale("S1", "2025-07-03"), sale("S2", "2025-07-20"),
        receipt=[received("S2", "2025-07-25", "300"), received("S2", "2025-08-25", "700")],
        refund=[refund("S2", "2025-08-30", "50%")],
    )  # fmt: skip
    # July 50 + 60. August 50, and of S2 200 less half refunded is 100: all of it is due by now, 30% of it was July's.
    # July with half of S2: 50 + 30, so -30; August 50 + 70.
    assert months(scheme, rows, "2025-07", "2025-08") == ["110.00", "90.00"]


@pytest.mark.parametrize("keeps", ["yes", "no"])
def test_people_who_keep_the_old_version_keep_its_parts(keeps):
    """E1 in halves of 50 under version 1, or 200 at once under version 2; refunded in August."""
    scheme = plan(HALVES, AT_ONCE, "2025-07-01", "people where wants_old keep version 1")
    rows = facts(sale("S1", "2025-07-03"), refund=[refund("S1", "2025-09-20")])
    rows["people"][0]["wants_old"] = keeps
    expected = {"yes": ["50.00", "50.00", "-100.00"], "no": ["200.00", "0.00", "-200.00"]}[keeps]
    assert months(scheme, rows, "2025-07", "2025-08", "2025-09") == expected


def test_what_is_open_when_the_version_changes_is_the_same_for_both():
    """S1 of August earned 200 under version 2. Of it 50% come in August and 50% in September.

    August: 100; version 1 alone 50; half new is 75. September: what is open is open for either version: 100 and
    100, so 100 is paid and the blend adds nothing.
    """
    scheme = plan(COLLECTED, COLLECTED, "2025-08-01", "blend 2025-08 until 2025-09: 50%, 50%")
    rows = facts(
        sale("S1", "2025-08-03"),
        receipt=[received("S1", "2025-08-10", "500"), received("S1", "2025-09-10", "500")],
    )
    assert months(scheme, rows, "2025-08", "2025-09") == ["75.00", "100.00"]


def test_nothing_is_left_of_a_sale_that_is_refunded():
    """Decimals of all months of the tests above that refund a whole sale: only what the others earn stays."""
    kept = plan(HALVES, AT_ONCE, "2025-07-01", "sale where made before 2025-07-01 keep version 1")
    rows = facts(sale("S1", "2025-07-03", made="2025-06-20"), refund=[refund("S1", "2025-08-01")])
    assert sum(map(Decimal, months(kept, rows, "2025-07", "2025-08", "2025-09"))) == 0


def test_the_average_of_months_before_is_of_what_they_paid():
    """July pays the first half of 100, August the second: 50 on average, and all of it in September."""
    scheme = plan(HALVES, "bonus other\n  0\n", "2025-09-01", "until 2025-12 at least 100% of average of last 2 months")
    assert months(scheme, facts(sale("S1", "2025-07-03")), "2025-07", "2025-08", "2025-09") == [
        "50.00",
        "50.00",
        "50.00",
    ]


def test_what_only_the_new_version_still_owes_is_not_mixed():
    """S1 of August: 200 in halves under version 2, 100 at once under version 1 alone. August: 100 either way.
    September: the other 100 are owed, and version 1 would owe them too, so half of each is 100."""
    scheme = plan(AT_ONCE, HALVES, "2025-08-01", "blend 2025-08 until 2025-09: 50%, 50%")
    assert months(scheme, facts(sale("S1", "2025-08-03")), "2025-08", "2025-09") == ["100.00", "100.00"]
