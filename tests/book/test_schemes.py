"""Several schemes in one book: a plan per role, each with people and tables of its own, or with shared ones."""

from datetime import UTC, datetime, timedelta

import pytest

import tiercel
from tiercel.address import open_store
from tiercel.book import Book, By
from tiercel.verification import verify

SALES = """scheme sales
version {version} from {first}
currency CNY
period month
people
  id text, key
  team text
facts deal
  id text, key
  rep person, credited
  day date, date of record
  amount money
commission c for each deal
  {rate} of amount
"""
SERVICE = """scheme service alias 服务
version 1 from 2025-01-01
currency CNY
period month
people
  id text, key
  grade count
facts ticket
  id text, key
  agent person, credited
  day date, date of record
  hours count
bonus b
  sum(ticket.hours) * person.grade * fee
parameter fee = 2.00
"""
START = datetime(2025, 2, 1, tzinfo=UTC)
DEALS = [{"id": f"D{n}", "rep": "A", "day": f"2025-0{n}-10", "amount": "1000.00"} for n in (1, 2)]
TICKETS = [{"id": f"T{n}", "agent": "S", "day": f"2025-0{n}-11", "hours": 7} for n in (1, 2)]
REP, AGENT = {"id": "A", "team": "East"}, {"id": "S", "grade": 3}


class Office:
    def __init__(self, folder, url):
        self.folder, self.hours, self.book = folder, 0, Book(open_store(url))

    def by(self, who):
        self.hours += 1
        return By(who, START + timedelta(hours=self.hours))

    def publish(self, text, name, **facts):
        path = self.folder / f"{name}.tier"
        path.write_text(text.format(**{"version": 1, "first": "2025-01-01", "rate": "10%"} | facts), "utf-8")
        return self.book.publish(path, self.by("Wang"))

    def record(self, scheme="", **tables):
        return self.book.record(tables, self.by("Li"), scheme=scheme)

    def paid(self, scheme, period):
        return dict(self.book.settlement(period, scheme).evaluation.payout)

    def close(self, scheme, period):
        self.book.run(self.book.settlement(period, scheme), self.by("Zhang"))
        return self.book.close(period, self.by("Chen"), scheme)

    def posted(self, scheme, period):
        found = self.book.settlement(period, scheme).settled.corrections
        return [(c.person, c.period, c.amount, c.about) for c in found]


@pytest.fixture
def office(tmp_path, address):
    """Two plans; each has its people and its rows."""
    one = Office(tmp_path, address)
    one.publish(SALES, "sales")
    one.publish(SERVICE, "service")
    one.record("sales", people=[REP], deal=DEALS)
    one.record("service", people=[AGENT], ticket=TICKETS)
    return one


def code(fault):
    return fault.value.diagnostics[0].code


def test_each_plan_pays_its_own_people(office):
    """10% of 1,000 to A; 7 hours of grade 3 at 2 to S; neither knows the other."""
    assert office.paid("sales", "2025-01") == {"A": 100}
    assert office.paid("service", "2025-01") == {"S": 42}


def test_rows_for_everybody_are_rows_of_each_plan(office):
    """Somebody in both plans is recorded once, with the columns of both."""
    office.record(people=[{"id": "B", "team": "West", "grade": 1}])
    office.record(deal=[{"id": "D9", "rep": "B", "day": "2025-01-12", "amount": "50.00"}])
    assert office.paid("sales", "2025-01") == {"A": 100, "B": 5}
    assert office.paid("service", "2025-01") == {"S": 42, "B": 0}


def test_what_only_one_plan_asks_for_is_missed_by_that_plan(office):
    """A row without grade may be recorded; the plan that reads grades names it and pays nobody."""
    office.record(people=[{"id": "B", "team": "West"}])
    assert office.paid("sales", "2025-01") == {"A": 100, "B": 0}
    with pytest.raises(tiercel.FactsError) as fault:
        office.paid("service", "2025-01")
    assert [getattr(d.cell, "column", "") for d in fault.value.diagnostics] == ["grade"]


def test_what_is_recorded_last_counts_whoever_it_was_recorded_for(office):
    """A row for all replaces one of the same key for one plan, and the other way round."""
    office.record(deal=[DEALS[0] | {"amount": "2000.00"}])
    assert office.paid("sales", "2025-01") == {"A": 200}
    office.record("sales", deal=[DEALS[0] | {"amount": "3000.00"}])
    assert office.paid("sales", "2025-01") == {"A": 300}


def test_a_row_of_one_plan_is_withdrawn_from_it(office):
    """Under the name of the plan; without it there is no such row."""
    with pytest.raises(tiercel.UsageError) as fault:
        office.book.record(None, office.by("Li"), ["deal:D1"])
    assert code(fault) == "E4016"
    office.book.record(None, office.by("Li"), ["deal:D1"], "sales")
    assert office.paid("sales", "2025-01") == {"A": 0}


def test_a_late_row_of_one_plan_moves_that_plan_alone(office):
    """Both closed for January; the ticket is paid in February's service, sales posts nothing."""
    for scheme in ("sales", "service"):
        office.close(scheme, "2025-01")
    office.record("service", ticket=[{"id": "T9", "agent": "S", "day": "2025-01-20", "hours": 1}])
    assert office.posted("service", "2025-02") == [("S", "2025-01", 600, ("ticket:T9",))]
    assert office.posted("sales", "2025-02") == []
    assert office.paid("service", "2025-02") == {"S": 42}
    for scheme in ("service", "sales"):
        office.close(scheme, "2025-02")
    done = verify(office.book)
    assert done.sound
    assert sorted(p.closing.scheme for p in done.proofs) == ["sales", "sales", "service", "service"]


def test_each_plan_has_its_own_versions_and_order_of_closing(office):
    """Sales goes on to February under its version 2; service may still close January."""
    office.close("sales", "2025-01")
    office.publish(SALES, "sales2", version=2, first="2025-02-01", rate="20%")
    office.close("sales", "2025-02")
    assert office.paid("sales", "2025-02") == {"A": 200}
    office.close("service", "2025-01")
    assert verify(office.book).sound


def test_rows_that_two_plans_read_differently_are_recorded_for_one(office):
    """A deal's amount is money in one and a count in the other."""
    other = SERVICE.replace("scheme service alias 服务", "scheme office").replace("ticket", "deal")
    office.publish(other.replace("hours", "amount"), "office")
    with pytest.raises(tiercel.BookError) as fault:
        office.record(deal=DEALS)
    assert (code(fault), fault.value.diagnostics[0].facts["column"]) == ("E5050", "amount")
    office.record("office", people=[AGENT], deal=[{"id": "D1", "agent": "S", "day": "2025-01-10", "amount": 5}])
    assert office.paid("office", "2025-01") == {"S": 30}
    assert office.paid("sales", "2025-01") == {"A": 100}
