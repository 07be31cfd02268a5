"""Which days a window holds: ``year to date``, ``previous quarter as of D``, own years, the last 90 days.

In: the kind of a window, the period evaluated, the day somebody was hired. Out: first and last day, or None
where no day lies in it. Pure: no facts, no plan.

Every window is told by the days it has: those of the month, quarter, half year or year that holds the period's
last day, up to that last day; those of the last whole one before a day; the days so many days, weeks, months or
years long that end with a day. None looks past the period's last day.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from tiercel.periods import Calendar, Period, PeriodError, Shape, add_months, days_between

_SHAPES: Final = {
    "month": Shape.month,
    "quarter": Shape.quarter,
    "half_year": Shape.half_year,
    "year": Shape.year,
}
_PREVIOUS: Final = {"last_month": "month", "last_quarter": "quarter", "last_year": "year"}
_DAY: Final = timedelta(days=1)
_YEAR_OF_WEEKS: Final = timedelta(days=364)  # the same weekdays a year ago


@dataclass(frozen=True, slots=True)
class Stretch:
    """Whole days, both ends included. ``number``: its place among those of its kind, of a year the year itself."""

    first: date
    last: date
    number: int = 0

    @property
    def days(self) -> int:
        return days_between(self.first, self.last)

    def contains(self, day: date) -> bool:
        return self.first <= day <= self.last


def window(
    kind: str, period: Period, *, count: int = 0, unit: str = "", hired: date | None = None, as_of: date | None = None
) -> Stretch | None:
    """The days of a window for ``period``; ``as_of`` moves those that are counted back from a day.

    ``hired`` is needed for ``own_year`` and ``since_hire`` only. A window that ends before it begins, or would
    begin before year 1, has no days.
    """
    try:
        first, last = _ends(kind, period, count, unit, hired, as_of or period.last)
    except PeriodError:
        return None
    last = min(last, period.last)
    return Stretch(first, last) if first <= last else None


def _ends(kind: str, period: Period, count: int, unit: str, hired: date | None, day: date) -> tuple[date, date]:
    if kind == "period":
        return period.first, period.last
    if kind == "last_period":
        return _whole(period.around(day).previous())
    if kind in _PREVIOUS:
        return _whole(Calendar(_SHAPES[_PREVIOUS[kind]]).of(day).previous())
    if kind == "year_ago":
        return _whole(year_earlier(period))
    if kind == "last":
        return _first_of_last(day, count, unit), day
    held = restart(kind, period.last, period, hired)
    return (date.max, date.min) if held is None else (held, period.last)


def _whole(period: Period) -> tuple[date, date]:
    return period.first, period.last


def year_earlier(period: Period) -> Period:
    """The same period last year; for weeks the one that holds the day 52 weeks before its first day."""
    if period.shape is Shape.week:
        return period.around(_earlier(period.first, _YEAR_OF_WEEKS))
    return period.around(add_months(period.first, -12))


def _first_of_last(day: date, count: int, unit: str) -> date:
    """The first day of so many days, weeks, months or years that end with ``day``.

    Of months: the first day from which that many months reach beyond ``day``; so whole calendar months where
    ``day`` is the last of one.
    """
    if unit in ("days", "weeks"):
        length = count * (7 if unit == "weeks" else 1)
        return date.min if length > day.toordinal() else date.fromordinal(day.toordinal() - length + 1)
    months = count * (12 if unit == "years" else 1)
    try:
        first = add_months(day, -months)
    except PeriodError:
        return date.min
    while add_months(first, months) <= day:
        first += _DAY
    return first


def _earlier(day: date, length: timedelta) -> date:
    if day - date.min < length:
        raise PeriodError(f"{day} - {length.days} days")
    return day - length


def restart(kind: str, day: date, period: Period, hired: date | None = None) -> date | None:
    """The first day of the period, month, quarter, half year, year or own year that holds ``day``.

    That is where a running total begins again. ``since_hire``: the day hired. None before that day.
    """
    if kind == "period":
        return period.around(day).first
    if kind == "since_hire":
        return hired if hired is not None and hired <= day else None
    held = around(kind, day, period, hired)
    return None if held is None else held.first


def around(kind: str, day: date, period: Period, hired: date | None = None) -> Stretch | None:
    """The whole month, quarter, half year, year, own year or period that holds ``day``; None before ``hired``."""
    if kind == "own_year":
        return None if hired is None else own_year(hired, day)
    whole = period.around(day) if kind == "period" else Calendar(_SHAPES[kind]).of(day)
    return Stretch(whole.first, whole.last, day.year if kind == "year" else whole.number)


def own_year(hired: date, day: date) -> Stretch | None:
    """The year from one anniversary of ``hired`` to the day before the next that holds ``day``.

    The first one has the number 1. Who was hired on a 29 February has the anniversary on the 28th in years
    without one. None before the day hired.
    """
    if day < hired:
        return None
    years = day.year - hired.year
    if add_months(hired, 12 * years) > day:
        years -= 1
    try:
        last = add_months(hired, 12 * (years + 1)) - _DAY
    except PeriodError:
        last = date.max
    return Stretch(add_months(hired, 12 * years), last, years + 1)
