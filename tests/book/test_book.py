"""What may happen in a book: by whom, when, and what it then holds."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

import tiercel
from tiercel.address import open_store
from tiercel.book import Book, By
from tiercel.verification import verify

SCHEME = """scheme pay
version {version} from {first}
currency CNY
period month
people
  id text, key
  name text
facts deal
  id text, key
  rep person, credited
  day date, date of record
  amount money
facts refund
  id text, key
  deal deal, reverses by amount / deal.amount
  day date, date of record
  amount money
commission c for each deal
  {rate} of amount
bonus b
  sum(deal.amount, year to date) * 1%
  less earlier this year
"""
PEOPLE = "id,name\nA,Ann\nB,Bob\n"
DEALS = "id,rep,day,amount\nD1,A,2025-01-10,1000.00\nD2,B,2025-01-20,2000.00\nD3,A,2025-02-05,3000.00\n"
REFUNDS = "id,deal,day,amount\n"
START = datetime(2025, 2, 1, tzinfo=UTC)


class Office:
    """A book, a folder, and a clock that goes on by an hour with every entry."""

    def __init__(self, folder, url=""):
        self.folder, self.hours = folder, 0
        self.url = url or str(folder / "pay.book")
        self.book = Book(open_store(self.url))

    def by(self, who):
        self.hours += 1
        return By(who, START + timedelta(hours=self.hours))

    def publish(self, version=1, first="2025-01-01", rate="10%", who="Wang", reason=None):
        path = self.folder / f"v{version}.tier"
        path.write_text(SCHEME.format(version=version, first=first, rate=rate), "utf-8")
        return self.book.publish(path, self.by(who), reason)

    def record(self, deals="", people="", refunds="", withdraw=(), who="Li"):
        facts = self.folder / f"facts{self.hours}"
        facts.mkdir()
        for name, text in (("deal", deals), ("people", people), ("refund", refunds)):
            if text:
                (facts / f"{name}.csv").write_text(text, "utf-8")
        return self.book.record(facts if deals or people or refunds else None, self.by(who), withdraw)

    def run(self, period, who="Zhang"):
        return self.book.run(self.book.settlement(period), self.by(who))

    def close(self, period, who="Chen"):
        self.run(period)
        return self.book.close(period, self.by(who))

    def payouts(self, period):
        return dict(self.book.settlement(period).evaluation.payout)

    def posted(self, period):
        """(person, closed period, amount) of the corrections that the period would post."""
        found = self.book.settlement(period).settled.corrections
        return [(c.person, c.period, Fraction(c.amount, 100)) for c in found]


@pytest.fixture
def office(tmp_path, address):
    return Office(tmp_path, address)


def begun(office):
    """One version, all facts, nothing run."""
    office.publish()
    office.record(DEALS, PEOPLE, REFUNDS)
    return office


def code(fault):
    return fault.value.diagnostics[0].code


# ---- facts -------------------------------------------------------------------------------------------------------


def test_a_period_out_of_a_book_is_the_period_out_of_the_files(office):
    """January: 10% and 1% of 1,000 and of 2,000; February: 10% and 1% of 3,000."""
    begun(office)
    assert office.payouts("2025-01") == {"A": 110, "B": 220}
    office.close("2025-01")
    assert office.payouts("2025-02") == {"A": 330, "B": 0}


def test_what_is_known_already_is_not_recorded_again(office):
    """By table, key and content; the second time there is nothing to enter."""
    begun(office)
    done = office.record(DEALS, PEOPLE)
    assert (done.entry, done.same) == (None, 5)
    again = office.record(DEALS.replace("3000.00", '"3,000.0"'))
    assert again.entry is None


def test_a_changed_row_counts_instead_of_the_old_one(office):
    """A correction is a row of the same key with other content."""
    begun(office)
    done = office.record(DEALS.replace("2000.00", "2500.00"))
    assert (done.new, done.changed, done.same) == (0, 1, 2)
    assert office.payouts("2025-01")["B"] == 275


def test_a_row_that_is_not_in_the_files_any_more_stays(office):
    """Only `withdraw` takes it away."""
    begun(office)
    office.record("id,rep,day,amount\nD4,B,2025-01-25,100.00\n")
    assert office.payouts("2025-01") == {"A": 110, "B": 231}
    done = office.record(withdraw=["deal:D2"])
    assert done.withdrawn == 1
    assert office.payouts("2025-01")["B"] == 11
    with pytest.raises(tiercel.UsageError) as fault:
        office.record(withdraw=["deal:D2"])
    assert code(fault) == "E4016"


def test_a_withdrawn_row_may_come_back(office):
    """As it was, or with other content."""
    begun(office)
    office.record(withdraw=["deal:D2"])
    assert office.record(DEALS).new == 1
    assert office.payouts("2025-01")["B"] == 220


def test_a_fault_in_a_cell_records_nothing(office):
    """All of the files, or none of them."""
    office.publish()
    with pytest.raises(tiercel.FactsError) as fault:
        office.record(DEALS.replace("2000.00", "2o00"), PEOPLE)
    assert code(fault) == "E3102"
    assert [e.kind for e in office.book.annals().entries] == ["publish"]


def test_rows_may_come_before_the_rows_they_name(office):
    """A deal of somebody who is not among the people yet is recorded; nobody is paid until he is."""
    office.publish()
    office.record(deals=DEALS, refunds=REFUNDS)
    with pytest.raises(tiercel.FactsError) as fault:
        office.payouts("2025-01")
    assert code(fault) == "E3001"
    office.record(people=PEOPLE)
    assert office.payouts("2025-01") == {"A": 110, "B": 220}


def test_what_was_known_on_a_day_is_what_had_been_recorded_by_then(office):
    """The knowledge date looks back; the date of record does not move."""
    begun(office)
    before = office.book.annals().head
    office.record("id,rep,day,amount\nD4,B,2025-01-25,100.00\n")
    assert office.payouts("2025-01")["B"] == 231
    assert dict(office.book.settlement("2025-01", known=before).evaluation.payout)["B"] == 220


def test_nothing_is_entered_before_the_last_entry(office):
    """The time of an entry is when it became known."""
    begun(office)
    office.hours = 0
    with pytest.raises(tiercel.UsageError) as fault:
        office.record("id,rep,day,amount\nD4,B,2025-01-25,100.00\n")
    assert code(fault) == "E4011"


# ---- versions ----------------------------------------------------------------------------------------------------


def test_a_published_version_stays(office):
    """The same rules again are no news; other rules under its number are refused."""
    begun(office)
    assert office.publish() is None
    with pytest.raises(tiercel.TiercelError) as fault:
        office.publish(rate="11%")
    assert code(fault) == "E5010"


def test_a_version_from_a_closed_period_needs_reason_and_approval(office):
    """Undeclared it is refused; declared it counts once another person agrees."""
    begun(office)
    office.close("2025-01")
    with pytest.raises(tiercel.TiercelError) as fault:
        office.publish(2, "2025-01-01", "20%")
    assert code(fault) == "E5011"
    with pytest.raises(tiercel.UsageError) as fault:
        office.publish(2, "2025-01-01", "20%", reason=" ")
    assert code(fault) == "E4014"
    office.publish(2, "2025-01-01", "20%", reason="agreed with the works council")
    assert office.posted("2025-02") == []
    with pytest.raises(tiercel.TiercelError) as fault:
        office.book.approve(2, office.by(" wang"))
    assert code(fault) == "E5014"
    office.book.approve(2, office.by("Chen"))
    assert office.posted("2025-02") == [("A", "2025-01", 100), ("B", "2025-01", 200)]


def test_no_older_version_steps_in_when_the_newest_has_ended(office):
    """Version 2 holds for February only; March has no rules."""
    begun(office)
    office.close("2025-01")
    path = office.folder / "v2.tier"
    path.write_text(SCHEME.format(version=2, first="2025-02-01 until 2025-02-28", rate="20%"), "utf-8")
    office.book.publish(path, office.by("Wang"))
    assert office.payouts("2025-02")["A"] == 630
    with pytest.raises(tiercel.UsageError) as fault:
        office.payouts("2025-03")
    assert code(fault) == "E3301"


CHANGED = "transition from version 1\n  blend 2025-02 until 2025-02: 25%\n"


def changed(office, number=2, before=1):
    """The next version, half of February's, alone in a folder of its own."""
    text = SCHEME.format(version=number, first="2025-02-01", rate="20%") + CHANGED.replace(
        "version 1", f"version {before}"
    )
    folder = office.folder / f"changed{number}"
    folder.mkdir(exist_ok=True)
    (folder / "new.tier").write_text(text, "utf-8")
    return folder / "new.tier"


def test_a_version_passes_on_from_the_one_in_the_book(office):
    """D3 of 3,000 at 20% and at 10%, and 30 of the yearly bonus either way: 630 and 330, a quarter of the way: 405.
    The file in the folder that says 99% is not asked; the run is derived again without any file."""
    begun(office)
    path = changed(office)
    (path.parent / "v1.tier").write_text(SCHEME.format(version=1, first="2025-01-01", rate="99%"), "utf-8")
    office.book.publish(path, office.by("Wang"))
    for file in path.parent.iterdir():
        file.unlink()
    office.close("2025-01")
    office.close("2025-02")
    assert office.payouts("2025-02")["A"] == 405
    again = Book(open_store(office.url))
    assert verify(again).sound
    (old, new) = again.annals().versions("pay", again.annals().head)
    assert [(v.number, v.hash) for v in (old, new)] == [(1, old.hash), (2, new.hash)]
    transition = again.annals().family("pay", new.seq).checked.transition
    assert transition is not None
    assert transition.refers == ((1, old.hash),)


def test_an_earlier_version_that_the_book_lacks_is_entered_with_the_one_that_names_it(office):
    """Both or none: a book that could not derive what it paid would be none."""
    path = changed(office)
    (path.parent / "v1.tier").write_text(SCHEME.format(version=1, first="2025-01-01", rate="10%"), "utf-8")
    entry = office.book.publish(path, office.by("Wang"))
    assert entry.content["version"] == 2
    annals = office.book.annals()
    assert [v.number for v in annals.versions("pay", annals.head)] == [1, 2]
    office.record(DEALS, PEOPLE, REFUNDS)
    assert office.payouts("2025-02")["A"] == 405


def test_a_version_cannot_pass_on_from_one_that_waits_for_approval(office):
    """Version 2 begins in closed January and nobody has agreed; version 3 would pay by it."""
    begun(office)
    office.close("2025-01")
    office.publish(2, "2025-01-01", "20%", reason="agreed with the works council")
    path = changed(office, 3, 2)
    (path.parent / "v2.tier").write_text(SCHEME.format(version=2, first="2025-01-01", rate="20%"), "utf-8")
    with pytest.raises(tiercel.TiercelError) as fault:
        office.book.publish(path, office.by("Wang"))
    assert code(fault) == "E5040"
    office.book.approve(2, office.by("Chen"))
    office.book.publish(path, office.by("Wang"))
    assert [v.number for v in office.book.annals().versions("pay", office.book.annals().head)] == [1, 2, 3]


# ---- closing -----------------------------------------------------------------------------------------------------


def test_who_closes_is_not_who_ran(office):
    """Blanks, capitals and wide letters do not make another person."""
    begun(office)
    office.run("2025-01", who="Zhang")
    with pytest.raises(tiercel.TiercelError) as fault:
        office.book.close("2025-01", office.by("ＺＨ ang"))
    assert code(fault) == "E5018"
    office.book.close("2025-01", office.by("Chen"))


def test_a_closed_period_is_not_run_or_closed_again(office):
    """Its lines stand."""
    begun(office)
    office.close("2025-01")
    for again in (lambda: office.run("2025-01"), lambda: office.book.close("2025-01", office.by("Wu"))):
        with pytest.raises(tiercel.TiercelError) as fault:
            again()
        assert code(fault) == "E5015"


def test_periods_are_closed_in_their_order(office):
    """After January comes February."""
    begun(office)
    office.close("2025-01")
    office.run("2025-03")
    with pytest.raises(tiercel.TiercelError) as fault:
        office.book.close("2025-03", office.by("Chen"))
    assert code(fault) == "E5019"


def test_a_partial_run_is_not_closed(office):
    """Somebody is left out of it."""
    begun(office)
    office.record("id,rep,day,amount\nD9,X,2025-01-25,100.00\n", people="id,name\nC,Cem\n")
    office.record("id,rep,day,amount\nD9,C,2025-01-25,100.00\nD10,X,2025-01-25,100.00\n")
    with pytest.raises(tiercel.FactsError):
        office.run("2025-01")
    office.book.run(office.book.settlement("2025-01", partial=True), office.by("Zhang"))
    with pytest.raises(tiercel.TiercelError) as fault:
        office.book.close("2025-01", office.by("Chen"))
    assert code(fault) == "E5017"


def test_a_run_from_before_another_closing_is_not_closed(office):
    """It does not know what that period handed on."""
    begun(office)
    office.run("2025-01")
    office.run("2025-02")
    office.book.close("2025-01", office.by("Chen"))
    with pytest.raises(tiercel.TiercelError) as fault:
        office.book.close("2025-02", office.by("Chen"))
    assert code(fault) == "E5022"


# ---- corrections -------------------------------------------------------------------------------------------------


def test_a_late_deal_is_paid_in_the_open_period(office):
    """D4 of January, 500: 50 of commission and 5 of bonus; February's bonus takes off what January comes to by now."""
    begun(office)
    office.close("2025-01")
    entry = office.record("id,rep,day,amount\nD4,A,2025-01-25,500.00\n").entry
    (correction,) = office.book.settlement("2025-02").settled.corrections
    assert (correction.person, correction.period, correction.amount) == ("A", "2025-01", 5500)
    assert (correction.causes, correction.about) == ((entry.seq,), ("deal:D4",))
    assert office.payouts("2025-02") == {"A": 330, "B": 0}


def test_closed_lines_do_not_change_and_nothing_is_posted_twice(office):
    """Once the period with the corrections is closed, the next one posts nothing."""
    begun(office)
    first = office.close("2025-01")
    before = office.book.annals().lines(first.run)
    office.record("id,rep,day,amount\nD4,A,2025-01-25,500.00\n")
    assert office.posted("2025-02") == office.posted("2025-02") == [("A", "2025-01", 55)]
    office.close("2025-02")
    assert office.posted("2025-03") == []
    assert office.book.annals().lines(first.run) == before


def test_a_second_late_deal_is_a_difference_from_the_first(office):
    """What was posted for January before counts as paid: 100 more are 11 more."""
    begun(office)
    office.close("2025-01")
    office.record("id,rep,day,amount\nD4,A,2025-01-25,500.00\n")
    office.close("2025-02")
    office.record("id,rep,day,amount\nD5,A,2025-01-26,100.00\n")
    assert office.posted("2025-03") == [("A", "2025-01", 11)]
    office.record("id,rep,day,amount\nD4,A,2025-01-25,400.00\n")
    assert office.posted("2025-03") == [("A", "2025-01", 11), ("A", "2025-01", -11)]


def test_each_difference_has_the_entry_that_made_it(office):
    """A correction of D2 and the withdrawal of D1 are two causes."""
    begun(office)
    office.close("2025-01")
    one = office.record(DEALS.replace("2000.00", "2500.00")).entry.seq
    two = office.record(withdraw=["deal:D1"]).entry.seq
    found = office.book.settlement("2025-02").settled.corrections
    assert [(c.person, c.amount, c.causes, c.about) for c in found] == [
        ("B", 5500, (one,), ("deal:D2",)),
        ("A", -11000, (two,), ("deal:D1",)),
    ]


def test_a_correction_that_cannot_be_computed_stops_the_next_run(office):
    """The faults are named; once the data are mended, one difference has both entries for its cause."""
    begun(office)
    office.close("2025-01")
    one = office.record("id,rep,day,amount\nD4,C,2025-01-25,500.00\n").entry.seq
    with pytest.raises(tiercel.TiercelError) as fault:
        office.payouts("2025-02")
    assert [d.code for d in fault.value.diagnostics] == ["E5021", "E3109"]
    two = office.record(people="id,name\nC,Cem\n").entry.seq
    (correction,) = office.book.settlement("2025-02").settled.corrections
    assert (correction.person, correction.amount, correction.causes) == ("C", 5500, (one, two))


def test_a_refund_of_a_closed_month_is_an_adjustment_of_its_own_month(office):
    """Half of D1 back in February: -50 of commission; the sum counts on for the bonus. That is the run's own line."""
    begun(office)
    office.close("2025-01")
    office.record(refunds="id,deal,day,amount\nR1,D1,2025-02-10,500.00\n")
    assert office.posted("2025-02") == []
    assert office.payouts("2025-02")["A"] == 330 - 50


# ---- verify ------------------------------------------------------------------------------------------------------


def test_every_closed_period_can_be_derived_again(office):
    """With late facts, corrections, a retroactive version and a refund in between."""
    begun(office)
    office.close("2025-01")
    office.record("id,rep,day,amount\nD4,A,2025-01-25,500.00\n")
    office.close("2025-02")
    office.publish(2, "2025-02-01", "20%", reason="agreed")
    office.book.approve(2, office.by("Chen"))
    office.record(DEALS.replace("3000.00", "3100.00"), refunds="id,deal,day,amount\nR1,D1,2025-03-10,500.00\n")
    office.close("2025-03")
    done = verify(office.book)
    assert done.sound
    assert [(p.closing.period, p.found) for p in done.proofs] == [(f"2025-0{n}", ()) for n in (1, 2, 3)]
    annals = office.book.annals()
    lines = [line for c in annals.closings("pay", annals.head) for line in annals.lines(c.run)]
    total = {p: sum(x.amount for x in lines if x.person == p and x.kind in ("payout", "correction")) for p in "AB"}
    # A: January 10% of 1,500, half of D1 back; February 20% of 3,100; 1% of 4,600. B: 10% and 1% of 2,000.
    assert total == {"A": 15000 - 5000 + 62000 + 4600, "B": 22000}


def test_the_book_stores_amounts_as_whole_numbers_of_smallest_units(office):
    """No point in any column of the ledger."""
    begun(office)
    run = office.run("2025-01")
    with office.book.store.reading() as view:
        rows = view.select("SELECT DISTINCT amount FROM line WHERE seq = ? AND kind = 'payout'", (run.seq,))
    assert sorted(row[0] for row in rows) == [11000, 22000]


def test_a_run_keeps_what_it_was_computed_from(office):
    """Rules, facts, what was known, carried rows, engine and meaning."""
    begun(office)
    office.close("2025-01")
    run = office.run("2025-02")
    told = run.content
    assert told["facts"]["rows"] == "1-5"
    assert {"hash", "known", "engine", "semantics", "history"} <= set(told)
    handed = office.book.annals().carried(run.seq, "in")
    assert {(r.period, r.receiver, r.value) for r in handed} == {("2025-01", "A", "10.00"), ("2025-01", "B", "20.00")}


def test_the_folder_of_this_test_is_not_needed(office):
    """The book holds texts and facts: the files may go."""
    begun(office)
    office.close("2025-01")
    for path in Path(office.folder).rglob("*"):
        if path.suffix in (".tier", ".csv"):
            path.unlink()
    assert verify(Book(open_store(office.url))).sound
