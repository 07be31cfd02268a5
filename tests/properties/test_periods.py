"""Periods cut time without gap or overlap, print and read back, and know their neighbours."""

from __future__ import annotations

import pickle
from calendar import monthrange
from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tiercel.periods import (
    Calendar,
    Period,
    PeriodError,
    Shape,
    add_duration,
    add_months,
    days_between,
    months_touched,
    parse_period,
    period_of,
)

DAY = timedelta(days=1)
PER_YEAR = {Shape.year: 1, Shape.half_year: 2, Shape.quarter: 4, Shape.month: 12, Shape.half_month: 24}

dates = st.dates() | st.dates(date(2023, 1, 1), date(2024, 12, 31))
# Far enough from both ends that no period of weeks is cut off and neighbours exist.
inner_dates = st.dates(date(3, 1, 1), date(9997, 12, 31)) | st.dates(date(2023, 1, 1), date(2024, 12, 31))
NONSENSE = """
- 23 202 20230 2023- -2023 +2023 0000 0000-01 ２０２３ 2023年 20230807 2023-08-07T00:00
2023-00 2023-13 2023-8 2023-H 2023-H0 2023-H3 2023-H22 2023-Q0 2023-Q5 2023-Q03 2023-q3
2023-a 2023--a 2023-H-a 2023-H2-a 2023-Q3-01 2023-8-a 2023-08-c 2023-08-A 2023-W32
2023-02-30 2023-08-00 2023-08-7 2023-08-08
"""

fixed_shapes = st.sampled_from(list(PER_YEAR))
cycles = st.builds(Calendar, st.just(Shape.week), st.integers(1, 52), st.dates())
calendars = st.builds(Calendar, st.sampled_from(Shape)) | cycles


def nearby(day: date) -> st.SearchStrategy[date]:
    """Days within about a year of ``day``."""
    return st.integers(-370, 370).map(lambda days: day + days * DAY)


@given(inner_dates.flatmap(lambda day: st.tuples(st.just(day), nearby(day))), calendars)
def test_every_day_is_in_exactly_one_period(days: tuple[date, date], calendar: Calendar) -> None:
    """A day is in its own period; two days share a period exactly if one holds the other."""
    day, other = days
    period, another = calendar.of(day), calendar.of(other)
    assert period.first <= day <= period.last
    assert period.contains(day)
    assert period.contains(other) == (another == period) == another.contains(day)
    assert not period.contains(period.first - DAY)
    assert not period.contains(period.last + DAY)


@given(inner_dates, calendars)
def test_next_and_previous_are_inverse_and_adjoin(day: date, calendar: Calendar) -> None:
    """Neighbours touch without gap, lead back, sort by time and belong to the same calendar."""
    period = calendar.of(day)
    after = period.next()
    assert after.first == period.last + DAY
    assert after.previous() == period
    assert after == calendar.of(after.first)
    assert period.previous() == calendar.of(period.first - DAY)
    assert period.previous() < period < after
    assert sorted([after, period]) == [period, after]


@given(inner_dates, calendars)
def test_names_read_back(day: date, calendar: Calendar) -> None:
    """The name of a period is read as that very period."""
    period = calendar.of(day)
    assert calendar.parse(period.name) == period


@given(dates, fixed_shapes)
def test_numbers_count_from_one_within_the_year(day: date, shape: Shape) -> None:
    """Periods that divide years are numbered in step with time, and all numbers occur."""
    period = period_of(day, shape)
    year = [period_of(date(day.year, month, at), shape) for month in range(1, 13) for at in (1, 16)]
    numbered = {each.number: each for each in year}
    assert numbered[period.number] == period
    assert list(numbered) == list(range(1, PER_YEAR[shape] + 1))
    assert sum(each.days for each in numbered.values()) == date(day.year, 12, 31).timetuple().tm_yday


@given(inner_dates, cycles)
def test_weeks_are_numbered_by_their_first_day(day: date, calendar: Calendar) -> None:
    """A period of weeks has one number more than the one before, or 1 if that began in another year."""
    period, before = calendar.of(day), calendar.of(day).previous()
    same_year = before.first.year == period.first.year
    assert period.number == (before.number + 1 if same_year else 1)


@given(inner_dates, cycles)
def test_weeks_are_counted_from_the_anchor(day: date, calendar: Calendar) -> None:
    """The anchor starts a period, and every other first day is whole periods away from it."""
    period = calendar.of(day)
    assert calendar.anchor is not None
    assert (period.first - calendar.anchor).days % (7 * calendar.count) == 0
    assert period.days == 7 * calendar.count


@given(inner_dates)
def test_weeks_start_on_mondays_by_default(day: date) -> None:
    """Without an anchor a week is Monday to Sunday."""
    week = period_of(day, Shape.week)
    assert (week.first.isoweekday(), week.last.isoweekday()) == (1, 7)


@pytest.mark.parametrize(
    ("shape", "name", "first", "last", "number"),
    [
        (Shape.year, "2023", "2023-01-01", "2023-12-31", 1),
        (Shape.half_year, "2023-H2", "2023-07-01", "2023-12-31", 2),
        (Shape.quarter, "2023-Q3", "2023-07-01", "2023-09-30", 3),
        (Shape.month, "2023-08", "2023-08-01", "2023-08-31", 8),
        (Shape.month, "2024-02", "2024-02-01", "2024-02-29", 2),
        (Shape.half_month, "2023-08-a", "2023-08-01", "2023-08-15", 15),
        (Shape.half_month, "2023-02-b", "2023-02-16", "2023-02-28", 4),
        (Shape.week, "2023-08-07", "2023-08-07", "2023-08-13", 32),
        (Shape.week, "2019-01-07", "2019-01-07", "2019-01-13", 1),
        (Shape.week, "2024-01-08", "2024-01-08", "2024-01-14", 2),
        (Shape.year, "0001", "0001-01-01", "0001-12-31", 1),
        (Shape.half_month, "9999-12-b", "9999-12-16", "9999-12-31", 24),
    ],
)
def test_periods_by_hand(shape: Shape, name: str, first: str, last: str, number: int) -> None:
    """Names stand for the days a reader expects."""
    period = parse_period(name, shape)
    assert period == Period(shape, date.fromisoformat(first), date.fromisoformat(last))
    assert (period.name, period.number) == (name, number)
    assert period.days == len([*range(period.first.toordinal(), period.last.toordinal() + 1)])


def test_pay_cycles_by_hand() -> None:
    """Four-week cycles from 6 January 1997 go on through the year's end and are named by their first day."""
    cycle = Calendar(Shape.week, 4, date(1997, 1, 6))
    assert cycle.of(date(1997, 2, 2)).name == "1997-01-06"
    assert cycle.of(date(1997, 2, 3)).name == "1997-02-03"
    assert cycle.of(date(1997, 1, 5)).name == "1996-12-09"
    last = cycle.of(date(1997, 12, 31))
    assert (last.name, last.number, last.next().number) == ("1997-12-08", 13, 1)
    with pytest.raises(PeriodError):
        cycle.parse("1997-01-13")


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("text", ["", " ", " 2023", "2023 ", "2023\n", *NONSENSE.split()])
def test_nonsense_is_no_period_of_any_shape(text: str, shape: Shape) -> None:
    """Text that names no period is an error that carries the text and the shape."""
    with pytest.raises(PeriodError) as caught:
        parse_period(text, shape)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.text, again.shape) == (text, shape)
    assert repr(text) in str(again)


@given(inner_dates, st.sampled_from(Shape), st.sampled_from(Shape))
def test_a_name_belongs_to_one_shape(day: date, shape: Shape, other: Shape) -> None:
    """The name of a period is no name under another shape."""
    assume(shape is not other)
    with pytest.raises(PeriodError):
        parse_period(period_of(day, shape).name, other)


@given(st.text(alphabet="0123456789-HQab", max_size=11) | st.text(max_size=6), calendars)
def test_reading_gives_a_period_of_that_name_or_refuses(text: str, calendar: Calendar) -> None:
    """Whatever the text, it is either the exact name of the period read or a PeriodError about it."""
    with suppress(PeriodError):
        period = calendar.parse(text)
        assert period.name == text
        assert calendar.of(period.first) == period


@pytest.mark.parametrize("shape", PER_YEAR)
def test_the_ends_of_the_calendar(shape: Shape) -> None:
    """The first and last days there are have periods, which have no neighbours beyond."""
    first, last = period_of(date.min, shape), period_of(date.max, shape)
    assert (first.first, last.last) == (date.min, date.max)
    assert (first.next().previous(), last.previous().next()) == (first, last)
    with pytest.raises(PeriodError, match="outside the years 1 to 9999"):
        first.previous()
    with pytest.raises(PeriodError, match="outside the years 1 to 9999"):
        last.next()


def test_weeks_at_the_ends_of_the_calendar() -> None:
    """Weeks cut off by the first or last day there is are errors, the whole ones beside them are not."""
    week = Calendar(Shape.week, anchor=date(2023, 1, 1))
    first, last = week.of(date(1, 1, 8)), week.of(date(9999, 12, 20))
    assert (first.first, week.of(date(9999, 12, 25)).last) == (date(1, 1, 7), date(9999, 12, 25))
    for beyond in (date.min, date(1, 1, 6), date.max):
        with pytest.raises(PeriodError, match="outside"):
            week.of(beyond)
    with pytest.raises(PeriodError):
        first.previous()
    with pytest.raises(PeriodError):
        last.next().next()
    with pytest.raises(PeriodError) as caught:
        week.parse("0001-01-01")
    assert (caught.value.text, caught.value.shape) == ("0001-01-01", Shape.week)


@pytest.mark.parametrize(
    ("shape", "first", "last"),
    [
        (Shape.month, "2023-08-01", "2023-08-30"),
        (Shape.month, "2023-08-01", "2023-09-30"),
        (Shape.quarter, "2023-02-01", "2023-04-30"),
        (Shape.half_month, "2023-08-01", "2023-08-16"),
        (Shape.week, "2023-08-07", "2023-08-14"),
        (Shape.week, "2023-08-07", "2023-07-30"),
        (Shape.week, "2023-08-07", "2023-08-06"),
    ],
)
def test_only_whole_periods_can_be_made(shape: Shape, first: str, last: str) -> None:
    """Days that are no whole period of the shape are refused."""
    with pytest.raises(ValueError, match="not a whole"):
        Period(shape, date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("shape", "count", "anchor"),
    [
        (Shape.week, 0, date(2023, 1, 2)),
        (Shape.week, 2, None),
        (Shape.month, 2, None),
        (Shape.month, 1, date(2023, 1, 1)),
    ],
)
def test_only_sensible_calendars_can_be_made(shape: Shape, count: int, anchor: date | None) -> None:
    """Counts and anchors are for weeks, and several weeks need an anchor."""
    with pytest.raises(ValueError, match=r"week"):
        Calendar(shape, count, anchor)


@given(st.lists(st.tuples(inner_dates, st.sampled_from(Shape)), max_size=8))
def test_order_is_by_time(cases: list[tuple[date, Shape]]) -> None:
    """Periods of all shapes sort by first day, then last day; they hash, compare and pickle as data."""
    periods = [period_of(day, shape) for day, shape in cases]
    keys = [(period.first, period.last) for period in sorted(periods)]
    assert keys == sorted(keys)
    assert pickle.loads(pickle.dumps(periods)) == periods
    assert len(set(periods)) == len({(period.shape, period.first) for period in periods})


@given(dates, dates, dates)
def test_days_count_both_ends_and_add_up(a: date, b: date, c: date) -> None:
    """From a day to itself is one day; adjoining stretches add up to the whole."""
    assert days_between(a, a) == 1
    assert days_between(a, b) == (b - a).days + 1
    assume(b < date.max)
    assert days_between(a, b) + days_between(b + DAY, c) == days_between(a, c)


@given(inner_dates, st.integers(0, 800))
def test_months_touched_are_those_of_the_days(first: date, length: int) -> None:
    """The months touched are the different months of the days from first to last."""
    days = [first + at * DAY for at in range(length + 1)]
    assert months_touched(first, days[-1]) == len({(day.year, day.month) for day in days})


@pytest.mark.parametrize(
    ("a", "b", "days", "months"),
    [
        ("2023-08-31", "2023-09-01", 2, 2),
        ("2023-08-01", "2023-08-31", 31, 1),
        ("2023-12-31", "2024-02-29", 61, 3),
        ("2023-08-02", "2023-08-01", 0, 1),
        ("2023-08-01", "2023-07-31", 0, 0),
    ],
)
def test_days_and_months_by_hand(a: str, b: str, days: int, months: int) -> None:
    """Both ends count; a last day just before the first leaves no day."""
    first, last = date.fromisoformat(a), date.fromisoformat(b)
    assert (days_between(first, last), months_touched(first, last)) == (days, months)


@given(inner_dates, st.integers(-24, 24))
def test_adding_months_keeps_the_day_or_takes_the_last(day: date, months: int) -> None:
    """The result lies that many months away, on the same day or on the last one if that does not exist."""
    moved = add_months(day, months)
    length = monthrange(moved.year, moved.month)[1]
    assert moved.day == day.day or (moved.day == length < day.day)
    assert (moved.year - day.year) * 12 + moved.month - day.month == months


@pytest.mark.parametrize(
    ("day", "days", "months", "expected"),
    [
        ("2023-01-31", 0, 1, "2023-02-28"),
        ("2024-01-31", 0, 1, "2024-02-29"),
        ("2023-01-31", 0, 2, "2023-03-31"),
        ("2023-03-31", 0, -1, "2023-02-28"),
        ("2024-02-29", 0, 12, "2025-02-28"),
        ("2023-01-31", 1, 1, "2023-03-01"),
        ("2023-08-31", -31, 0, "2023-07-31"),
        ("9999-11-30", 1, 1, "9999-12-31"),
    ],
)
def test_durations_by_hand(day: str, days: int, months: int, expected: str) -> None:
    """A 31st goes to the last day of a shorter month; days are added after months."""
    assert add_duration(date.fromisoformat(day), days, months) == date.fromisoformat(expected)


lengths = st.integers(-(10**12), 10**12) | st.integers(-1000, 1000) | st.just(0)


@given(dates, lengths, lengths)
def test_durations_stay_in_the_calendar_or_are_refused(day: date, days: int, months: int) -> None:
    """However long the duration, the result is that many days from where its months lead, or an error."""
    with suppress(PeriodError):
        assert add_duration(day, days, months) - add_months(day, months) == days * DAY


@pytest.mark.parametrize(
    ("day", "days", "months"),
    [
        (date.max, 1, 0),
        (date.min, -1, 0),
        (date(9999, 12, 1), 0, 1),
        (date(1, 1, 31), 0, -1),
        (date.max, -40, 1),
    ],
)
def test_durations_beyond_the_calendar_name_the_day(day: date, days: int, months: int) -> None:
    """One step outside the years 1 to 9999, even on the way, is an error that names the day."""
    with pytest.raises(PeriodError, match="outside the years 1 to 9999") as caught:
        add_duration(day, days, months)
    assert caught.value.shape is None
    assert day.isoformat() in caught.value.text
