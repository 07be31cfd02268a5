"""Rates of currencies by day.

In: the rows of a table of rates. Out: the rate that holds on a day: that of the day itself, else the latest
before it. How old one may be is for the evaluators to see to; both ask here.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, cast

from tiercel.facts import Rows
from tiercel_dsl.scheme import Table

OLDEST: Final = 7  # days that a rate may be old


@dataclass(frozen=True, slots=True)
class Quote:
    """A rate with `RATE_DIGITS` digits after the point, and the day it is of."""

    day: date
    rate: int

    def holds_on(self, day: date) -> bool:
        return day - self.day <= timedelta(days=OLDEST)


@dataclass(frozen=True, slots=True)
class RateTable:
    """Per currency the quotes in the order of their days."""

    quotes: Mapping[str, tuple[Quote, ...]]

    def latest(self, currency: str, day: date) -> Quote | None:
        """The last quote up to that day, however old."""
        quotes = self.quotes.get(currency, ())
        place = bisect_right(quotes, day, key=lambda quote: quote.day)
        return quotes[place - 1] if place else None


def rate_table(table: Table, rows: Rows) -> RateTable:
    """The quotes in the rows of a table of rates."""
    assert table.rates is not None
    columns = [rows.columns[name] for name in (table.rates.currency, table.rates.day, table.rates.rate)]
    quotes: dict[str, list[Quote]] = {}
    for currency, day, rate in zip(*columns, strict=True):
        quotes.setdefault(cast("str", currency), []).append(Quote(cast("date", day), cast("int", rate)))
    return RateTable({code: tuple(sorted(found, key=lambda quote: quote.day)) for code, found in quotes.items()})
