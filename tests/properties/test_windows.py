"""Windows hold exactly the days that their plain definition holds, tried day by day."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiercel.periods import Calendar, Period, Shape, parse_period, workdays
from tiercel.windows import Stretch, around, own_year, restart, window

DAY = timedelta(days=1)
NEAR = [date(2019, 12, 1) + n * DAY for n in range(366 * 6)]  # with the 29 February of 2020 and 2024

days = st.dates(date(2022, 6, 1), date(2024, 12, 31))
calendars = st.builds(Calendar, st.sampled_from(Shape)) | st.builds(
    Calendar, st.just(Shape.week), st.sampled_from([1, 2, 4, 13]), st.dates(date(2020, 1, 1), date(2024, 12, 31))
)
periods = st.tuples(days, calendars).map(lambda pair: pair[1].of(pair[0]))
hires = st.dates(date(2020, 1, 1), date(2024, 12, 31)) | st.sampled_from([date(2020, 2, 29), date(2024, 2, 29)])


def month_of(day: date) -> int:
    return 12 * day.year + day.month - 1


PART: dict[str, Callable[[date], int]] = {
    "month": month_of,
    "quarter": lambda day: month_of(day) // 3,
    "half_year": lambda day: month_of(day) // 6,
    "year": lambda day: day.year,
}


def held(found: Stretch | None) -> set[date]:
    """The days of a window, as far as the days looked at go."""
    return set() if found is None else {day for day in NEAR if found.contains(day)}


def anniversaries(hired: date, day: date) -> int:
    """How many anniversaries have come up to a day, the day hired among them; a 29 February falls back to the 28th."""
    years = [hired.year + n for n in range(30)]
    found = [date(y, hired.month, min(hired.day, monthrange(y, hired.month)[1])) for y in years]
    return sum(f <= day for f in found)


def plus_months(day: date, months: int) -> date:
    year, month = divmod(month_of(day) + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@given(periods, st.sampled_from(sorted(PART)))
def test_to_date_is_the_part_of_the_year_that_holds_the_last_day_up_to_it(period: Period, kind: str) -> None:
    """Month, quarter, half year and year to date end with the period, however long the period is."""
    part = PART[kind]
    wanted = {day for day in NEAR if part(day) == part(period.last) and day <= period.last}
    assert held(window(kind, period)) == wanted


@given(periods, st.sampled_from(["month", "quarter", "year"]), st.none() | days)
def test_previous_is_the_whole_one_before_that_of_the_day(period: Period, kind: str, as_of: date | None) -> None:
    """The last month, quarter or year that was complete before the day, the period's last if none is written."""
    part, day = PART[kind], as_of or period.last
    wanted = {d for d in NEAR if part(d) == part(day) - 1 and d <= period.last}
    assert held(window(f"last_{kind}", period, as_of=as_of)) == wanted


@given(periods, st.none() | st.dates(date(2022, 6, 1), date(2023, 6, 30)))
def test_the_previous_period_adjoins_that_of_the_day(period: Period, as_of: date | None) -> None:
    """It is of the same length in the calendar of the scheme, and ends the day before the other begins."""
    found = window("last_period", period, as_of=as_of)
    holds = period if as_of is None else period.around(as_of)
    if holds.previous().first <= period.last:
        assert found is not None
        assert (found.first, found.last) == (holds.previous().first, min(holds.first - DAY, period.last))


@given(periods)
def test_the_same_period_last_year_has_the_same_place_in_it(period: Period) -> None:
    """Months and halves go by their place in the year; weeks by their weekdays, 52 weeks before."""
    found = window("year_ago", period)
    assert found is not None
    if period.shape is Shape.week and 364 % period.days == 0:
        assert (found.first, found.last) == (period.first - 364 * DAY, period.last - 364 * DAY)
    elif period.shape is not Shape.week:
        ago = period.around(found.first)
        assert (ago.first, ago.last, ago.number) == (found.first, found.last, period.number)
        assert ago.first.year == period.first.year - 1


@given(periods, hires)
def test_the_own_year_goes_from_anniversary_to_anniversary(period: Period, hired: date) -> None:
    """Own year to date holds the days since the last anniversary; since hire all of them; before it there is none."""
    passed = anniversaries(hired, period.last)
    same = {d for d in NEAR if anniversaries(hired, d) == passed and d <= period.last}
    assert held(window("own_year", period, hired=hired)) == (same if passed else set())
    assert held(window("since_hire", period, hired=hired)) == {d for d in NEAR if hired <= d <= period.last}


@given(hires, days)
def test_own_years_are_numbered_and_whole(hired: date, day: date) -> None:
    """The number is how many anniversaries have come, the day hired as the first; the years adjoin."""
    year = own_year(hired, day)
    assert (year is None) == (day < hired)
    if year is not None:
        assert year.number == anniversaries(hired, day)
        assert {anniversaries(hired, d) for d in (year.first, day, year.last)} == {year.number}
        assert anniversaries(hired, year.last + DAY) == year.number + 1
        assert anniversaries(hired, year.first - DAY) == year.number - 1


@given(periods, st.integers(1, 40), st.sampled_from(["days", "weeks", "months", "years"]), st.none() | days)
def test_the_last_so_many_end_with_the_day(period: Period, count: int, unit: str, as_of: date | None) -> None:
    """The day itself is one of them. A day counts if so many months from it reach beyond the day."""
    end = as_of or period.last
    if unit in ("days", "weeks"):
        length = count * (7 if unit == "weeks" else 1)
        wanted = {d for d in NEAR if 0 <= (end - d).days < length}
    else:
        months = count * (12 if unit == "years" else 1)
        wanted = {d for d in NEAR if d <= end < plus_months(d, months)}
    found = window("last", period, count=count, unit=unit, as_of=as_of)
    assert held(found) == {d for d in wanted if d <= period.last}


@given(periods, days, st.sampled_from([*sorted(PART), "own_year", "period"]), hires)
def test_a_running_total_restarts_where_its_span_begins(period: Period, day: date, kind: str, hired: date) -> None:
    """The day of restart is the first day of the span that holds the row, not of the one paid."""
    held_by = around(kind, day, period, hired)
    begun = restart(kind, day, period, hired)
    assert begun == (None if held_by is None else held_by.first)
    if held_by is not None and begun is not None:
        assert begun <= day <= held_by.last
        assert restart(kind, begun, period, hired) == begun


def stretch(text: str) -> tuple[date, date] | None:
    first, _, last = text.partition(" ")
    return (date.fromisoformat(first), date.fromisoformat(last)) if text else None


@pytest.mark.parametrize(
    ("shape", "period", "kind", "more", "expected"),
    [
        (Shape.month, "2023-08", "year", {}, "2023-01-01 2023-08-31"),
        (Shape.month, "2023-08", "quarter", {}, "2023-07-01 2023-08-31"),
        (Shape.quarter, "2023-Q3", "month", {}, "2023-09-01 2023-09-30"),
        (Shape.quarter, "2023-Q3", "last_month", {}, "2023-08-01 2023-08-31"),
        (Shape.month, "2023-09", "last_quarter", {}, "2023-04-01 2023-06-30"),
        (Shape.month, "2023-09", "last_quarter", {"as_of": "2023-10-01"}, "2023-07-01 2023-09-30"),
        (Shape.month, "2023-09", "last_quarter", {"as_of": "2023-03-31"}, "2022-10-01 2022-12-31"),
        (Shape.month, "2023-08", "last_month", {"as_of": "2023-12-15"}, ""),
        (Shape.month, "2023-02", "last", {"count": 3, "unit": "months"}, "2022-12-01 2023-02-28"),
        (Shape.month, "2023-06", "last", {"count": 3, "unit": "months"}, "2023-04-01 2023-06-30"),
        (Shape.month, "2023-05", "last", {"count": 1, "unit": "months", "as_of": "2023-05-30"}, "2023-05-01 2023-05-30"),
        (Shape.month, "2023-05", "last", {"count": 90, "unit": "days"}, "2023-03-03 2023-05-31"),
        (Shape.month, "2023-05", "last", {"count": 2, "unit": "weeks", "as_of": "2023-04-30"}, "2023-04-17 2023-04-30"),
        (Shape.half_month, "2023-03-b", "year_ago", {}, "2022-03-16 2022-03-31"),
        (Shape.month, "2024-02", "year_ago", {}, "2023-02-01 2023-02-28"),
        (Shape.week, "2023-08-07", "year_ago", {}, "2022-08-08 2022-08-14"),
        (Shape.month, "2023-03", "own_year", {"hired": "2021-03-15"}, "2023-03-15 2023-03-31"),
        (Shape.month, "2023-02", "own_year", {"hired": "2020-02-29"}, "2023-02-28 2023-02-28"),
        (Shape.month, "2024-02", "own_year", {"hired": "2020-02-29"}, "2024-02-29 2024-02-29"),
        (Shape.month, "2023-08", "own_year", {"hired": "2023-09-01"}, ""),
        (Shape.month, "2023-08", "since_hire", {"hired": "2021-03-15"}, "2021-03-15 2023-08-31"),
    ],
)  # fmt: skip
def test_windows_by_hand(shape: Shape, period: str, kind: str, more: dict[str, Any], expected: str) -> None:
    """Figures a reader can check on a calendar."""
    dates = {name: date.fromisoformat(value) for name, value in more.items() if name in ("as_of", "hired")}
    given: dict[str, Any] = more | dates
    found = window(kind, parse_period(period, shape), **given)
    assert (None if found is None else (found.first, found.last)) == stretch(expected)


def test_numbers_of_parts_by_hand() -> None:
    """A month, quarter or half year has its place in the year, a year is called by itself, an own year by its count."""
    august, day = parse_period("2023-08", Shape.month), date(2023, 8, 31)
    found = {kind: around(kind, day, august) for kind in PART}
    assert {kind: f.number for kind, f in found.items() if f} == {
        "month": 8,
        "quarter": 3,
        "half_year": 2,
        "year": 2023,
    }
    assert {kind: f.days for kind, f in found.items() if f} == {
        "month": 31,
        "quarter": 92,
        "half_year": 184,
        "year": 365,
    }


@given(days, st.integers(-60, 400), st.dictionaries(days, st.booleans(), max_size=20))
def test_workdays_are_mondays_to_fridays_but_for_the_exceptions(a: date, length: int, other: dict[date, bool]) -> None:
    """Each day counts as the exceptions say of it, else by its weekday; counted backwards it is negative."""
    b = a + length * DAY
    counted = [
        day for day in (min(a, b + DAY) + n * DAY for n in range(abs(length + 1))) if a <= day <= b or b < day < a
    ]
    wanted = sum(other.get(day, day.isoweekday() <= 5) for day in counted)
    assert workdays(a, b, other) == (wanted if b >= a else -wanted)


def test_workdays_by_hand() -> None:
    """October 2023 has 22 weekdays; a holiday from the 1st to the 6th takes 5, a weekend is worked instead."""
    first, last = date(2023, 10, 1), date(2023, 10, 31)
    off = {date(2023, 10, n): False for n in range(1, 7)} | {date(2023, 10, 7): True, date(2023, 10, 8): True}
    assert (workdays(first, last), workdays(first, last, off)) == (22, 22 - 5 + 2)
    assert workdays(date(2023, 10, 7), date(2023, 10, 8)) == 0
    assert workdays(last, first) == -21  # the 2nd to the 30th: 22 without Tuesday the 31st
