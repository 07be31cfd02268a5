"""It does not matter when a fact comes: for any order of arrival everybody is paid the same in all."""

import importlib.util
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import tiercel
from tiercel.address import open_store
from tiercel.adjustments import handed_to
from tiercel.book import Book, By
from tiercel.verification import verify

GENERATION = Path(__file__).resolve().parents[1] / "generation"
START = datetime(2030, 1, 1, tzinfo=UTC)
PERIODS = 3
SETTINGS = settings(
    max_examples=5,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def module(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    loaded = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


run = module("arrival_generation_run", GENERATION / "run.py")
strategies = run.generation("strategies")


class Office:
    """A book with a scheme, and a clock."""

    def __init__(self, url, case, folder):
        self.book, self.at = Book(open_store(url)), START
        for name, text in {**case.scheme.english_used, "plan.tier": case.scheme.english}.items():
            (folder / name).write_text(text, "utf-8")
        self.book.publish(folder / "plan.tier", self.by("W"))

    def by(self, who):
        self.at += timedelta(minutes=1)
        return By(who, self.at)

    def close(self, period):
        self.book.run(self.book.settlement(period), self.by("Z"))
        self.book.close(period, self.by("C"))

    def paid(self):
        """(person, currency) → everything that closed runs pay."""
        annals, out = self.book.annals(), Counter()
        (scheme,) = annals.scheme_names(annals.head)
        for closing in annals.closings(scheme, annals.head):
            for line in annals.lines(closing.run):
                if line.kind in ("payout", "correction"):
                    out[line.person, line.currency] += line.amount
        return Counter({mark: amount for mark, amount in out.items() if amount})


def periods_from(scheme, name):
    period, out = scheme.parse_period(name), []
    for _ in range(PERIODS):
        out.append(period.name)
        period = period.next()
    return out


def arrivals(scheme, rows, random, count):
    """The rows in so many parts, each with some of every table. A row may come first with the contents of another
    one, to be corrected later. Who and what the rows name comes early, mostly: else nobody can be paid."""
    parts = [{table: [] for table in rows} for _ in range(count)]
    keyed = {table.identity for table in scheme.checked.tables if table.kind == "facts" and table.rates is None}
    for table, some in rows.items():
        for row in some:
            at = 0 if table not in keyed and random.random() < 0.95 else random.randrange(count)
            parts[at][table].append(row)
            if at and table in keyed and random.random() < 0.4:
                key = next(iter(row))
                parts[random.randrange(at)][table].append({**random.choice(some), key: row[key]})
    return parts


def judge(world, random, urls, folder):
    case, rows = world
    scheme = case.loaded()
    names = periods_from(scheme, case.scheme.period)
    on_time, late = (Office(url, case, folder) for url in urls)
    try:
        on_time.book.record(rows, on_time.by("L"))
        for name in names:
            on_time.close(name)
    except tiercel.TiercelError:
        assume(False)
    waiting = arrivals(scheme, rows, random, PERIODS + 1)
    for name in names:
        closed = False
        while not closed:
            recorded = waiting.pop(0) if waiting and (random.random() < 0.7 or name == names[-1]) else None
            if recorded is not None:
                late.book.record(recorded, late.by("L"))
            if name == names[-1] and waiting:
                continue
            try:
                late.close(name)
                closed = True
            except tiercel.TiercelError:
                assume(waiting)
                late.book.record(waiting.pop(0), late.by("L"))
    shown = f"{case.scheme.english_used}\n{case.scheme.english}\n{case.scheme.period}\n{rows}"
    assert late.paid() == on_time.paid(), shown
    found = verify(late.book)
    assert found.sound, f"{found}\n{shown}"
    annals = late.book.annals()
    after = handed_to(annals, scheme.name, scheme.parse_period(names[-1]).next(), annals.head)
    assert not after.corrections, shown
    return annals


@given(strategies.worlds(), st.randoms(use_true_random=False))
@SETTINGS
def test_the_order_of_arrival_changes_no_total(world, random):
    """Three periods closed while the rows come in any order: what is paid in all is what they come to on time."""
    with tempfile.TemporaryDirectory() as folder:
        urls = [str(Path(folder) / f"{n}.book") for n in (1, 2)]
        judge(world, random, urls, Path(folder))


@given(strategies.worlds(), st.randoms(use_true_random=False))
@settings(SETTINGS, max_examples=2)
def test_nor_on_a_server(server, world, random):
    """The same on PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        judge(world, random, [server.url(), server.url()], Path(folder))


@pytest.mark.long
@given(strategies.worlds(), st.randoms(use_true_random=False))
@settings(SETTINGS, max_examples=150, derandomize=False)
def test_the_order_of_arrival_changes_no_total_many(world, random):
    """Many more schemes."""
    with tempfile.TemporaryDirectory() as folder:
        urls = [str(Path(folder) / f"{n}.book") for n in (1, 2)]
        judge(world, random, urls, Path(folder))


@pytest.mark.long
@given(strategies.worlds(), st.randoms(use_true_random=False))
@settings(SETTINGS, max_examples=60, derandomize=False)
def test_nor_on_a_server_many(server, world, random):
    """Many more schemes on PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        judge(world, random, [server.url(), server.url()], Path(folder))


@given(strategies.worlds(), st.randoms(use_true_random=False))
@settings(SETTINGS, max_examples=3)
def test_what_is_recorded_twice_posts_nothing_twice(world, random):
    """Two periods closed; the same late rows recorded before and after the next closing: the second time nothing is
    entered, and nothing is posted."""
    case, rows = world
    with tempfile.TemporaryDirectory() as folder:
        scheme, office = case.loaded(), Office(str(Path(folder) / "1.book"), case, Path(folder))
        first, second, third = periods_from(scheme, case.scheme.period)
        early, late = arrivals(scheme, rows, random, 2)
        try:
            office.book.record(early, office.by("L"))
            office.close(first)
            office.book.record(late, office.by("L"))
            posted = office.book.settlement(second).settled.corrections
            assert office.book.settlement(second).settled.corrections == posted
            office.close(second)
        except tiercel.TiercelError:
            assume(False)
        assert office.book.record(late, office.by("L")).entry is None
        annals = office.book.annals()
        assert not handed_to(annals, scheme.name, scheme.parse_period(third), annals.head).corrections
        with pytest.raises(tiercel.BookError):
            office.close(second)
