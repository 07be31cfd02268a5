"""Moments as a clock on the wall shows them, in the zone that the scheme names.

In: moments with an offset or without, and a zone. Out: the local moment, without a zone, that decides the day;
and the instant, by which moments are put in order.

A moment without an offset is taken as local. An hour that comes twice is the first of the two unless the moment
says `fold`; one that the clocks leave out is as long after the change as it is after the hour left out: 01:30 on
the night when 01:00 becomes 02:00 is 02:30. An offset tells the two hours apart, and `fold` keeps that.
"""

from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from fractions import Fraction
from zoneinfo import ZoneInfo


def zone_named(name: str) -> tzinfo | None:
    """The zone of this name in the IANA database; None for ''."""
    return ZoneInfo(name) if name else None


def with_offset(moment: datetime, offset: str) -> datetime:
    """A moment with the offset that a text gives: Z, +08:00, -0330. Raises ``ValueError`` for 24 hours and more."""
    if offset == "Z":
        return moment.replace(tzinfo=UTC)
    hours, minutes = int(offset[1:3]), int(offset[-2:])
    if minutes > 59:
        raise ValueError(offset)
    length = timedelta(hours=hours, minutes=minutes)
    return moment.replace(tzinfo=timezone(-length if offset[0] == "-" else length))


def local(moment: datetime, zone: tzinfo) -> datetime:
    """What the clock on the wall shows. Raises ``OverflowError`` outside the years 1 to 9999."""
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
    return aware.astimezone(UTC).astimezone(zone).replace(tzinfo=None)


def instant(moment: datetime, zone: tzinfo | None) -> datetime:
    """By which local moments are put in order: an hour that comes twice in the order it came."""
    if zone is None:
        return moment
    try:
        return moment.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        return moment


def minutes(first: date, last: date) -> Fraction:
    """From one moment to another as the clocks show them, to the microsecond; a day is its midnight."""
    return Fraction((_midnight(last) - _midnight(first)) // timedelta(microseconds=1), 60_000_000)


def _midnight(moment: date) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time.min)
