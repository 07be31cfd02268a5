"""Periods of the calendar, and the arithmetic of dates that schemes speak of.

In: local dates, names of periods (``2023-Q3``), the shape a scheme pays in. Out: ``Period`` as plain data
(shape, first and last day) and whole numbers of days and months.

Why this way: a ``Calendar`` knows how time is cut (by month, or every four weeks from a given day) and is
the only thing that makes periods out of dates and names; a period itself needs no calendar to name, count
or step to its neighbours. A name is read by finding a day it speaks of and asking which period holds that
day: the text is good exactly if that period has this very name, so reading and printing cannot disagree.
Everything that would leave the years 1 to 9999 is a ``PeriodError``.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import total_ordering
from typing import Final


class Shape(StrEnum):
    """How long a period is. Half months are the 1st to 15th and the 16th to the end."""

    year = "year"
    half_year = "half_year"
    quarter = "quarter"
    month = "month"
    half_month = "half_month"
    week = "week"


_MONTHS: Final[Mapping[Shape, int]] = {Shape.year: 12, Shape.half_year: 6, Shape.quarter: 3, Shape.month: 1}
_EXAMPLES: Final[Mapping[Shape, str]] = {
    Shape.year: "2023",
    Shape.half_year: "2023-H2",
    Shape.quarter: "2023-Q3",
    Shape.month: "2023-08",
    Shape.half_month: "2023-08-a",
    Shape.week: "2023-08-07, its first day",
}
_NAME: Final = re.compile(r"([0-9]{4})(?:-([HQ]?)([0-9]{1,2}))?(?:-([ab]|[0-9]{2}))?")
# Months between the first months of two neighbours, by the letter before their number.
_LETTERS: Final[Mapping[str, int]] = {"H": 6, "Q": 3, "": 1}
_LAST_DAY_NUMBER: Final = date.max.toordinal()


class PeriodError(ValueError):
    """No such period or date.

    ``text`` is what was asked for. ``shape`` is the shape wanted where ``text`` is no name of one, and None
    where ``text`` tells of a period or date outside the years 1 to 9999.
    """

    def __init__(self, text: str, shape: Shape | None = None) -> None:
        super().__init__(text, shape)
        self.text = text
        self.shape = shape

    def __str__(self) -> str:
        if self.shape is None:
            return f"{self.text} is outside the years 1 to 9999"
        kind = self.shape.replace("_", " ")
        return f"{self.text!r} is not the name of a {kind} (for example {_EXAMPLES[self.shape]})"


@total_ordering
@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of whole days, both ends included. Ordered by first day, then last day, then shape.

    A period of n weeks has the shape ``week`` and 7 * n days. Raises ``ValueError`` where the days are not
    a whole period of the shape.
    """

    shape: Shape
    first: date
    last: date

    def __post_init__(self) -> None:
        if self.shape is Shape.week:
            whole = self.first < self.last and self.days % 7 == 0
        else:
            whole = (self.first, self.last) == _bounds(self.first, self.shape)
        if not whole:
            raise ValueError(f"{self.first} to {self.last} is not a whole {self.shape}")

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Period):
            return NotImplemented
        return (self.first, self.last, self.shape) < (other.first, other.last, other.shape)

    @property
    def name(self) -> str:
        """``2023``, ``2023-H2``, ``2023-Q3``, ``2023-08``, ``2023-08-a``; for weeks the first day."""
        year = f"{self.first.year:04}"
        match self.shape:
            case Shape.year:
                return year
            case Shape.half_year:
                return f"{year}-H{self.number}"
            case Shape.quarter:
                return f"{year}-Q{self.number}"
            case Shape.month:
                return f"{year}-{self.first.month:02}"
            case Shape.half_month:
                return f"{year}-{self.first.month:02}-{'a' if self.first.day == 1 else 'b'}"
            case Shape.week:
                return self.first.isoformat()

    @property
    def days(self) -> int:
        """How many days it has, both ends counted."""
        return days_between(self.first, self.last)

    @property
    def number(self) -> int:
        """Its place, from 1, among the periods of its kind whose first day is in the same year."""
        match self.shape:
            case Shape.week:
                return (self.first.timetuple().tm_yday - 1) // self.days + 1
            case Shape.half_month:
                return 2 * self.first.month - (self.first.day == 1)
            case _:
                return (self.first.month - 1) // _MONTHS[self.shape] + 1

    def contains(self, day: date) -> bool:
        """Whether ``day`` is one of its days."""
        return self.first <= day <= self.last

    def next(self) -> Period:
        """The period of the same kind that starts the day after. Raises ``PeriodError`` after 9999."""
        if self.last == date.max:
            raise PeriodError(f"the period after {self.name}")
        return self.around(self.last + timedelta(days=1))

    def previous(self) -> Period:
        """The period of the same kind that ends the day before. Raises ``PeriodError`` before year 1."""
        if self.first == date.min:
            raise PeriodError(f"the period before {self.name}")
        return self.around(self.first - timedelta(days=1))

    def around(self, day: date) -> Period:
        """The period of the same kind that holds ``day``; weeks are counted on from this one.

        Raises ``PeriodError`` only where weeks are cut off by the first day of year 1 or the last of 9999.
        """
        if self.shape is Shape.week:
            return _weeks_around(day, self.first, self.days)
        return Period(self.shape, *_bounds(day, self.shape))


@dataclass(frozen=True, slots=True)
class Calendar:
    """How a scheme cuts time into periods: by shape, or every ``count`` weeks counted from ``anchor``.

    ``anchor`` is the first day of one of the periods; the others are counted from it in both directions.
    Single weeks without an anchor start on Mondays. Raises ``ValueError`` for several weeks without an
    anchor, for a count below 1, and for a count or an anchor with a shape that is not ``week``.
    """

    shape: Shape
    count: int = 1
    anchor: date | None = None

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError(f"a period has at least one week, not {self.count}")
        if self.shape is not Shape.week and (self.count != 1 or self.anchor is not None):
            raise ValueError(f"only weeks are counted from a day, not a {self.shape}")
        if self.count > 1 and self.anchor is None:
            raise ValueError(f"periods of {self.count} weeks need the first day of one of them")

    def of(self, day: date) -> Period:
        """The one period that holds ``day``.

        Raises ``PeriodError`` only where weeks are cut off by the first day of year 1 or the last of 9999.
        """
        if self.shape is Shape.week:
            # 0001-01-01 was a Monday.
            return _weeks_around(day, self.anchor or date.min, 7 * self.count)
        return Period(self.shape, *_bounds(day, self.shape))

    def parse(self, text: str) -> Period:
        """The period of this calendar that has the name ``text``.

        Raises ``PeriodError`` for nonsense, for a name of another shape, and for a day on which no period
        of weeks starts.
        """
        day = _day_named(text)
        period = None if day is None else self._found(day)
        if period is None or period.name != text:
            raise PeriodError(text, self.shape)
        return period

    def _found(self, day: date) -> Period | None:
        try:
            return self.of(day)
        except PeriodError:
            return None


def period_of(day: date, shape: Shape) -> Period:
    """The period of this shape that holds ``day``; weeks start on Mondays. Other weeks: ``Calendar``."""
    return Calendar(shape).of(day)


def parse_period(text: str, shape: Shape) -> Period:
    """The period of this shape named ``text``; weeks start on Mondays. Other weeks: ``Calendar``.

    Raises ``PeriodError`` for nonsense and for a name of another shape.
    """
    return Calendar(shape).parse(text)


def as_day(day: date) -> date:
    """The day of a moment; a day as it is."""
    return day.date() if isinstance(day, datetime) else day


def days_between(a: date, b: date) -> int:
    """The days from ``a`` to ``b``, both counted: 1 where they are equal.

    Where ``b`` is the day before ``a`` it is 0, and negative further back: adjoining stretches add up.
    """
    return b.toordinal() - a.toordinal() + 1


def months_touched(a: date, b: date) -> int:
    """The calendar months from that of ``a`` to that of ``b``, both counted: 1 inside one month.

    Where ``b`` is in the month before that of ``a`` it is 0, and negative further back.
    """
    return _month_number(b) - _month_number(a) + 1


def add_months(day: date, months: int) -> date:
    """The same day of the month ``months`` later (earlier if negative), or that month's last day.

    Raises ``PeriodError`` outside the years 1 to 9999.
    """
    year, month = divmod(_month_number(day) + months, 12)
    if not 1 <= year <= 9999:
        raise PeriodError(f"{day} {months:+} months")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_duration(day: date, days: int = 0, months: int = 0) -> date:
    """``months`` later, as ``add_months`` has it, and then ``days`` later; both may be negative.

    Raises ``PeriodError`` outside the years 1 to 9999, also where only the step by months leaves them.
    """
    number = add_months(day, months).toordinal() + days
    if not 1 <= number <= _LAST_DAY_NUMBER:
        raise PeriodError(f"{day} {months:+} months {days:+} days")
    return date.fromordinal(number)


def workdays(a: date, b: date, exceptions: Mapping[date, bool] | None = None) -> int:
    """Mondays to Fridays from ``a`` to ``b``, both ends counted; ``exceptions`` says of a day whether it is one.

    A day that is no exception follows its weekday. As with ``days_between``, adjoining stretches add up: where
    ``b`` is the day before ``a`` it is 0, and negative further back.
    """
    if b < a:
        return 0 if days_between(a, b) == 0 else -workdays(_day_after(b), _day_before(a), exceptions)
    count = _workdays_up_to(b.toordinal()) - _workdays_up_to(a.toordinal() - 1)
    for day, works in (exceptions or {}).items():
        if a <= day <= b:
            count += works - (day.weekday() < 5)
    return count


def _workdays_up_to(number: int) -> int:
    """Mondays to Fridays from the first day of year 1, a Monday, to day ``number``."""
    weeks, rest = divmod(number, 7)
    return 5 * weeks + min(rest, 5)


def _day_after(day: date) -> date:
    return day + timedelta(days=1)


def _day_before(day: date) -> date:
    return day - timedelta(days=1)


def _month_number(day: date) -> int:
    """Months since the month before January of year 0: differences of it are months."""
    return 12 * day.year + day.month - 1


def _bounds(day: date, shape: Shape) -> tuple[date, date]:
    """First and last day of the period around ``day``, for every shape but weeks."""
    if shape is Shape.half_month and day.day <= 15:
        return day.replace(day=1), day.replace(day=15)
    if shape is Shape.half_month:
        return day.replace(day=16), day.replace(day=monthrange(day.year, day.month)[1])
    months = _MONTHS[shape]
    start = (day.month - 1) // months * months + 1
    end = start + months - 1
    return date(day.year, start, 1), date(day.year, end, monthrange(day.year, end)[1])


def _weeks_around(day: date, anchor: date, days: int) -> Period:
    """The stretch of ``days`` days around ``day``, if such stretches are counted from ``anchor``."""
    first = day.toordinal() - (day.toordinal() - anchor.toordinal()) % days
    last = first + days - 1
    if first < 1 or last > _LAST_DAY_NUMBER:
        raise PeriodError(f"the period of {days} days around {day}")
    return Period(Shape.week, date.fromordinal(first), date.fromordinal(last))


def _day_named(text: str) -> date | None:
    """A day inside the period that ``text`` seems to name, or None where it names none of any shape."""
    found = _NAME.fullmatch(text)
    if found is None:
        return None
    year, letter, number, tail = found.groups(default="")
    month = _LETTERS[letter] * (int(number or "1") - 1) + 1
    day = {"": 1, "a": 1, "b": 16}.get(tail) or int(tail)
    try:
        return date(int(year), month, day)
    except ValueError:
        return None
