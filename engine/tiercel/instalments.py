"""What of an amount is paid by when: parts, shares collected, what is held, what is taken back.

In: an amount, and what was decided of it period by period. Out: what each period pays. Everything is worked out
from the amount by cumulative rounding, never from what was paid before: so parts add up to the amount, and what a
refund or an event changes is the difference of two such histories.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from tiercel.money import Rounding, round_to
from tiercel.periods import Period

OPEN, PAID, HELD, CANCELLED = "open", "paid", "held", "cancelled"
_NOTHING = Fraction(0)
_ALL = Fraction(1)

Sale: TypeAlias = tuple[str, str]  # table and key
Mark: TypeAlias = tuple[
    str, Period, str, str, str, int
]  # line, period, level and key of the row, receiver, which share
Back: TypeAlias = Mapping[Sale, Fraction]  # the share of a sale that refunds have reversed


@dataclass(frozen=True, slots=True)
class Taken:
    """The `place`-th event that takes back happened in `period`: `share` of what is paid is taken back."""

    period: Period
    place: int
    share: Fraction


@dataclass(frozen=True, slots=True)
class Standing:
    """What is decided of an amount at the end of a period.

    `parts`: open, paid, held or cancelled, with their shares and days. Without parts the amount is paid as far as
    `share`; `reached` is the share that would be paid if nothing were held.
    """

    parts: tuple[str, ...] = ()
    shares: tuple[Fraction, ...] = ()
    dues: tuple[date | None, ...] = ()
    share: Fraction = _NOTHING
    reached: Fraction = _NOTHING
    taken: tuple[Taken, ...] = ()


@dataclass(frozen=True, slots=True)
class Amounts:
    """Where the money of a line is: `earned` is the sum of the others but `due`, what the period at hand pays."""

    earned: Fraction
    due: Fraction
    paid: Fraction
    held: Fraction
    later: Fraction
    cancelled: Fraction
    taken_back: Fraction


@dataclass(frozen=True)
class Item:
    """What one row of a line earned for one receiver ('' the company), and what became of it since.

    `earned` has the sign with which it is paid. `share`: which of several receivers' steps it is. `sales`: the rows
    that a refund can name and that stand above it, itself included. `standings`: where anything changed.
    """

    line: str
    source: Period
    version: str
    level: str
    row: str
    receiver: str
    share: int
    earned: Fraction
    rounding: Rounding
    sales: tuple[Sale, ...] = ()
    standings: tuple[tuple[Period, Standing], ...] = ()
    kept: bool = field(default=True, compare=False)  # False: nothing can change any more

    @property
    def mark(self) -> Mark:
        return self.line, self.source, self.level, self.row, self.receiver, self.share

    def standing(self, period: Period) -> Standing | None:
        """At the end of the period; None before anything was earned."""
        found = [standing for when, standing in self.standings if when <= period]
        return found[-1] if found else None

    def left(self, back: Back) -> Fraction:
        """What refunds leave of it."""
        reversed_ = (round_to(back[sale] * self.earned, self.rounding) for sale in self.sales if sale in back)
        return self.earned - sum(reversed_, _NOTHING)

    def moved(self, period: Period, back: Back, until: Period) -> Fraction:
        """What the period pays, had what is known of refunds (`back`) and of events by `until` been known then."""
        now, before = self.standing(period), self.standing(period.previous())
        assert now is not None
        if now is before:
            return _NOTHING
        taken = self.taken(until)
        earlier = _NOTHING if before is None else self.net(before, back, taken)
        return self.net(now, back, taken) - earlier

    def taken(self, until: Period) -> tuple[Taken, ...]:
        """The events up to a period, in their order."""
        standing = self.standing(until)
        return () if standing is None else standing.taken

    def net(
        self, standing: Standing, back: Back, taken: tuple[Taken, ...], states: tuple[str, ...] = (PAID,)
    ) -> Fraction:
        """What is paid altogether, less what events took of it."""
        amount = self.left(back)
        paid = self._gross(amount, standing, states)
        for event in taken:
            paid -= round_to(event.share * paid, self.rounding)
        return paid

    def _gross(self, amount: Fraction, standing: Standing, states: tuple[str, ...]) -> Fraction:
        if standing.parts:
            pairs = zip(self.cut(amount, standing), standing.parts, strict=True)
            return sum((part for part, state in pairs if state in states), _NOTHING)
        share = standing.share
        if HELD in states:
            share = max(share, standing.reached)
        return round_to((_ALL if OPEN in states else share) * amount, self.rounding)

    def cut(self, amount: Fraction, standing: Standing) -> Iterator[Fraction]:
        """The amount in its parts: the last cent falls where the sum of the shares so far puts it."""
        share, before = _NOTHING, _NOTHING
        for one in standing.shares:
            share += one
            after = round_to(share * amount, self.rounding)
            yield after - before
            before = after

    def amounts(self, period: Period, back: Back) -> Amounts:
        """Where the money is at the end of the period."""
        standing = self.standing(period)
        assert standing is not None
        taken = standing.taken
        paid = self.net(standing, back, taken)
        released = self.net(standing, back, taken, (PAID, HELD))
        whole = self.net(standing, back, taken, (PAID, HELD, OPEN))
        cancelled = _NOTHING
        if standing.parts:
            cancelled = self._gross(self.left(back), standing, (CANCELLED,))
        held, later = released - paid, whole - released
        taken_back = self.earned - paid - held - later - cancelled
        return Amounts(self.earned, self.moved(period, back, period), paid, held, later, cancelled, taken_back)

    def due(self, period: Period) -> date:
        """The day on which the period pays: of the latest part that it pays, within the period; what a hold releases
        is paid at its end."""
        now, before = self.standing(period), self.standing(period.previous())
        days: list[date] = []
        if now is not None:
            known = before.parts if before is not None else (OPEN,) * len(now.parts)
            changes = zip(now.parts, known, now.dues, strict=True)
            days = [day for state, was, day in changes if state == PAID and was == OPEN and day is not None]
        return min(max([*days, period.first]), period.last) if days else period.last
