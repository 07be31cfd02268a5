"""What goes on from month to month in a book: draws, balances, what was paid earlier, awards given once, yearly caps,
places; each over several closed months with figures worked out by hand, and with a row that comes too late."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

import tiercel
from tiercel.address import open_store
from tiercel.book import Book, By
from tiercel.verification import verify

HEAD = """scheme plan
version 1 from 2024-01-01
currency CNY
period month
people
  id text, key
  draw money, default 1,000
facts deal
  id text, key
  rep person, credited
  day date, date of record
  amount money
gross = sum(deal.amount)
"""
START = datetime(2030, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Plan:
    """`sold`: what A sells in each month from `first` on. `late`: month and amount of what is known only once `after`
    months are closed. `paid`: what each month's own run pays; `posted`: what the next run posts for closed months."""

    text: str
    first: str
    sold: tuple[int, ...]
    paid: tuple[str, ...]
    late: tuple[int, int]
    after: int
    posted: tuple[tuple[int, str], ...]
    others: tuple[int, ...] = ()  # what B sells, in the plan that ranks


PLANS = {
    # Advances 600 and 400 are owed: 600, 1,000. Of 1,200 and 1,500 the part above 1,000 comes off: 800, 300. With 300
    # more in January the months before stand, but 300 less are owed: April pays the debt off, May keeps all of 1,400.
    "a draw that is recovered from the part above it": Plan(
        """advance = draw - gross, at least 0
repaid = min(debt.opening, part of gross above draw)
account debt
  opens at 0
  plus advance
  minus repaid
  closing at least 0
commission pay
  gross + advance - repaid
""",
        "2024-01", (400, 600, 1200, 1500, 1400), ("1000", "1000", "1000", "1000", "1400"), (0, 300), 3, (),
    ),
    # What is owed is forgotten with each quarter: April keeps all of its 1,500. With 1,100 January owes nothing and
    # pays 100 more; February owes 400, of which March recovers 200 as before.
    "a draw that is recovered inside its quarter": Plan(
        """advance = draw - gross, at least 0
owed = previous(debt, quarter to date, otherwise 0)
repaid = min(owed, part of gross above draw)
debt = owed + advance - repaid
commission pay
  gross + advance - repaid
""",
        "2024-01", (400, 600, 1200, 1500), ("1000", "1000", "1000", "1500"), (0, 700), 3, ((0, "100"),),
    ),
    # Nothing is owed: a month pays its sales, at least 1,000.
    "a draw that is not recovered": Plan(
        """commission pay
  gross
allowance top_up
  draw - gross
  at least 0
""",
        "2024-01", (400, 600, 1200, 1500), ("1000", "1000", "1200", "1500"), (0, 700), 2, ((0, "100"),),
    ),
    # 5% of 400; 10% of 1,100 less 20; a new year: 5% of 400; 5% of 900 less 20. With 1,000 in November that is 100,
    # and December 170 less 100.
    "a whole tier on the year so far, less earlier this year": Plan(
        """tiers t, whole
  below 1,000 5%
  from 1,000 10%
bonus b
  t on sum(deal.amount, year to date)
  less earlier this year
""",
        "2024-11", (400, 700, 400, 500), ("20", "90", "20", "25"), (0, 600), 3, ((0, "80"), (1, "-20")),
    ),
    # The first month of 1,000 and more, and no other: February, once January's 1,200 are known January.
    "an award given once": Plan(
        """had = previous(had, otherwise 0) + reached
reached = first of
  1 when gross at least 1,000
  otherwise 0
bonus award
  500 when reached = 1 and had = 1
  otherwise 0
""",
        "2024-01", (400, 1200, 1500, 1300), ("0", "500", "0", "0"), (0, 800), 2, ((0, "500"), (1, "-500")),
    ),
    # 900 a year: 400, 500, nothing; a new year. With 700 in October November has 200 left.
    "a cap per year": Plan(
        """bonus b
  gross
  at most 900 per year
""",
        "2024-10", (400, 600, 1200, 1500), ("400", "500", "0", "900"), (0, 300), 3, ((0, "300"), (1, "-300")),
    ),
    # 100 to whoever stands higher than a month before: A second, then first, first, second. B sells 500 each month.
    # With 700 in January A was first from the beginning: February's 100 go.
    "a place of the month before": Plan(
        """rank place by gross, highest first, ties share
bonus climber
  100 when previous(place, otherwise 0) > place
  otherwise 0
""",
        "2024-01", (400, 600, 700, 300, 600), ("0", "100", "0", "0", "100"), (0, 300), 4, ((1, "-100"),),
        others=(500, 500, 500, 500, 500),
    ),
}  # fmt: skip


def months(plan):
    year, month = map(int, plan.first.split("-"))
    return [f"{year + (month - 1 + n) // 12}-{(month - 1 + n) % 12 + 1:02}" for n in range(len(plan.sold))]


def deals(plan, at):
    name = months(plan)[at]
    found = [{"id": f"A{at}", "rep": "A", "day": f"{name}-10", "amount": plan.sold[at]}]
    return found + [{"id": f"B{at}", "rep": "B", "day": f"{name}-11", "amount": x} for x in plan.others[at : at + 1]]


def late(plan):
    at, amount = plan.late
    return {"id": "late", "rep": "A", "day": f"{months(plan)[at]}-20", "amount": amount}


def people(plan):
    return [{"id": "A"}, *([{"id": "B"}] if plan.others else [])]


class Office:
    def __init__(self, url, folder, text):
        (folder / "plan.tier").write_text(HEAD + text, "utf-8")
        self.minutes, self.book = 0, Book(open_store(url))
        self.book.publish(folder / "plan.tier", self.by("W"))

    def by(self, who):
        self.minutes += 1
        return By(who, START + timedelta(minutes=self.minutes))

    def closed(self, name):
        """The period run and closed: what A is paid, what is posted for him."""
        settlement = self.book.settlement(name)
        self.book.run(settlement, self.by("Z"))
        self.book.close(name, self.by("C"))
        posted = [(c.period, Fraction(c.amount, 100)) for c in settlement.settled.corrections if c.person == "A"]
        return Fraction(settlement.evaluation.payout["A"]), posted


@pytest.mark.parametrize("name", PLANS)
def test_what_goes_on_from_month_to_month(address, tmp_path, name):
    """Each month's pay, the differences that a late row makes, and what the months after it make of the new state."""
    plan, office = PLANS[name], None
    office = Office(address, tmp_path, plan.text)
    office.book.record({"people": people(plan), "deal": []}, office.by("L"))
    for at, month in enumerate(months(plan)):
        office.book.record({"deal": deals(plan, at)}, office.by("L"))
        if at == plan.after:
            office.book.record({"deal": [late(plan)]}, office.by("L"))
        paid, posted = office.closed(month)
        assert (month, paid) == (month, Fraction(plan.paid[at]))
        expected = [(months(plan)[n], Fraction(amount)) for n, amount in plan.posted] if at == plan.after else []
        assert posted == expected
    assert verify(office.book).sound


@pytest.mark.parametrize("name", PLANS)
def test_the_book_pays_what_the_facts_come_to(tmp_path, name):
    """All rows known in time: each closed month is what the library makes of the facts alone, and of what `needs` asks
    for: rows from the days it names, carried rows of the lines and periods it names. Both evaluators in turn."""
    plan = PLANS[name]
    office, scheme = Office(str(tmp_path / "pay.book"), tmp_path, plan.text), tiercel.loads(HEAD + plan.text)
    rows = [row for at in range(len(plan.sold)) for row in deals(plan, at)] + [late(plan)]
    facts = {"people": people(plan), "deal": rows}
    office.book.record(facts, office.by("L"))
    carried = tiercel.Carried()
    for number, month in enumerate(months(plan)):
        by_definition = office.book.settlement(month, evaluator="reference")
        paid, posted = office.closed(month)
        assert (posted, Fraction(by_definition.evaluation.payout["A"])) == ([], paid)
        evaluator, other = ("reference", "compiled")[:: (-1) ** number]
        assert paid == scheme.evaluate(facts, month, evaluator=other).payout["A"]
        needs = scheme.needs(month)
        first = {need.table: need.first for need in needs.facts}
        asked = [row for row in rows if first["deal"] is None or row["day"] >= first["deal"].isoformat()]
        wanted = {(need.line, period) for need in needs.carried for period in need.periods}
        handed = tiercel.Carried(tuple(row for row in carried.rows if (row.name, row.period) in wanted))
        alone = scheme.evaluate({**facts, "deal": asked}, month, carried=handed, evaluator=evaluator)
        assert paid == alone.payout["A"]
        carried = alone.carried
