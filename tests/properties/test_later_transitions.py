"""A sale and its full refund, over every kind of transition between lines that are paid in different ways.

Whatever was paid, held, mixed or made up in between: everybody is left with what there would be had the sale's lines
been 0 from the beginning.
"""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest

import tiercel
from tiercel import Carried

MONTHS = [f"2025-{month:02}" for month in range(1, 8)]
FIRST = date(2025, 1, 1)
HEAD = """\
scheme s
version {version}
currency CNY
period month
parameter coefficient = 100% until 2025-02-28, 137.5% from 2025-03-01 until 2025-04-30, 90% from 2025-05-01
people
  id text, key
  team text
  wants_old yes/no
  boss person, optional
facts deal
  id text, key
  rep person, credited
  signed date, date of record
  made date
  amount money
  rate percent
  lost date, optional
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
  share percent
"""
PAID = (
    "",
    "  pay sum(receipt.received) / amount\n  hold while count(dispute where ended is missing) above 0\n",
    "  pay\n    30% due signed\n    70% due signed + 45 days when count(dispute) = 0\n",
    "  take back 40% when lost is present\n",
    "  shared\n    70% to rep\n    the rest to rep.boss\n  pay\n    1 / 3 due signed\n    2 / 3 due signed + 2 months\n",
)
PAYOUTS = ("", "payout\n  due(commission) + total(bonus)\n  times coefficient\n  at most 1,500\n")
CLAUSES = {
    "kept rows": ("2025-03-01", "deal where made before 2025-02-15 keep version 1"),
    "better of both": ("2025-03-01", "deal pay max(version 1, version 2)"),
    "kept people": ("2025-03-01", "people where wants_old keep version 1"),
    "blend": ("2025-03-01", "blend 2025-03 until 2025-05: 25%, 50%, 75%"),
    "least": ("2025-03-01", "until 2025-06 at least 97% of version 1"),
    "all three": (
        "2025-03-01",
        "deal where made before 2025-02-15 keep version 1",
        "blend 2025-03 until 2025-05: 25%, 50%, 75%",
        "until 2025-06 at least 97% of version 1",
    ),
    "pilot": (
        "2025-04-01", 'team "East" uses version 2 from 2025-02-01', "blend 2025-04 until 2025-05: 25%, 50%",
    ),
    "by date": ("2025-03-15", "by date of record"),
    "by day": ("2025-03-15", "by day"),
    "next period": ("2025-03-15", "from the next period"),
    "silence": ("2025-03-01",),
}  # fmt: skip


def scheme(chance, kind):
    first, *clauses = CLAUSES[kind]

    def rules(factor, steps):
        line = f"commission c for each deal\n  rate of amount\n  times {factor}\n{steps}"
        return f"{line}bonus plain for each deal\n  1% of amount * rate\nbonus monthly\n  plain * 10%\n  plus 50\n"

    old, new = (chance.choice(PAID) for _ in range(2))
    cap = chance.choice(PAYOUTS)
    one = HEAD.format(version="1 from 2024-10-01") + rules("100%", old) + cap
    two = HEAD.format(version=f"2 from {first}") + rules("160%", new) + cap
    two += "transition from version 1\n" + "".join(f"  {clause}\n" for clause in clauses) if clauses else ""
    return tiercel.loads(two, versions=[one])


def facts(chance):
    """Two deals of one person, who has a boss; the first is refunded in two parts."""

    def day(last, first=0):
        return (FIRST + timedelta(days=chance.randint(first, last))).isoformat()

    rows = {"receipt": [], "dispute": [], "refund": [], "deal": []}
    for key in ("A", "B"):
        signed, amount = chance.randint(0, 100), chance.randint(1, 200_000)
        made = (FIRST + timedelta(days=max(0, signed - 20))).isoformat()
        lost = {"lost": day(200)} if chance.random() < 0.5 else {}
        rate = f"{chance.randint(1, 5000) / 100:.2f}%"
        rows["deal"].append(
            {"id": key, "rep": "E1", "signed": (FIRST + timedelta(days=signed)).isoformat(), "made": made}
            | {"amount": f"{amount / 100:.2f}", "rate": rate} | lost
        )  # fmt: skip
        for n in range(chance.randint(0, 3)):
            received = f"{chance.randint(1, amount) / 100:.2f}"
            rows["receipt"].append({"id": f"{key}{n}", "deal": key, "day": day(200), "received": received})
        for n in range(chance.randint(0, 2)):
            ended = {"ended": day(200)} if chance.random() < 0.5 else {}
            rows["dispute"].append({"id": f"{key}{n}", "deal": key, "day": day(200)} | ended)
    when = date.fromisoformat(rows["deal"][0]["signed"])
    part = chance.choice([0, 10_000, chance.randint(0, 10_000)])
    for n, share in enumerate((part, 10_000 - part)):
        when += timedelta(days=chance.randint(0, 50))
        text = f"{share // 100}.{share % 100:02}%"
        rows["refund"].append({"id": f"F{n}", "deal": "A", "day": when.isoformat(), "share": text})
    people = [{"id": "E1", "boss": "E2", "team": "East"}, {"id": "E2", "boss": "", "team": "West"}]
    return {"people": [p | {"wants_old": chance.choice(["yes", "no"])} for p in people]} | rows


def paid(made, rows, evaluator="compiled", carry=True):
    """What everybody has in the end, and all that is shown on the way."""
    sums, shown, carried = {"E1": Decimal(0), "E2": Decimal(0)}, [], Carried()
    for month in MONTHS:
        found = made.evaluate(rows, month, carried=carried, evaluator=evaluator)
        for person in sums:
            sums[person] += found.payout[person]
        shown.append(found.to_dict() | {"history": ""})
        carried = found.carried if carry else carried
    return sums, shown


def holds(kind, seed):
    chance = random.Random(f"{kind} {seed}")
    made, rows = scheme(chance, kind), facts(chance)
    without = rows | {"refund": [], "deal": [rows["deal"][0] | {"rate": "0%"}, rows["deal"][1]]}
    sums, shown = paid(made, rows)
    assert sums == paid(made, without)[0], seed
    assert shown == paid(made, rows, "reference")[1], seed
    assert shown == paid(made, rows, carry=False)[1], seed


@pytest.mark.parametrize("kind", CLAUSES)
def test_a_sale_and_its_full_refund_leave_what_there_would_be_without_its_lines(kind):
    """On both evaluators, from carried rows and from the facts alone."""
    holds(kind, 0)


@pytest.mark.long
@pytest.mark.parametrize("kind", CLAUSES)
def test_many_sales_and_refunds_do(kind):
    """Over many ways of being paid."""
    for seed in range(1, 25):
        holds(kind, seed)
