"""Who stands where, for the reference: places, those who tie, the row at a place.

In: a run and a rank. Out: the `Standing` of a row, or the reason why it has none, raised. Ranks are those before any
refund: what is taken back changes nobody's place.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from tiercel.facts import Facts
from tiercel.index import Index
from tiercel.outcome import BROKEN
from tiercel.periods import Period
from tiercel.plan import Rank, Scalar, Slot
from tiercel.reasons import At, Blocked, Failure, Incomputable
from tiercel_dsl.scheme import Table


class Ranking(Protocol):
    """What places are worked out from."""

    facts: Facts
    period: Period
    index: Index
    tables: dict[str, Table]

    def lookup(self, number: int, row: int) -> Any: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """The place of a row, how many have the same, and everybody in its group in order.

    `firsts`: for each place from 1 on the row that stands there; where two share the first, the second as well.
    """

    place: int
    tied: int
    entrants: tuple[int, ...]
    firsts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Entrant:
    row: int
    group: tuple[Scalar, ...]
    keys: tuple[Scalar, ...]


class Places:
    """The standings of one run, each rank and period worked out once."""

    def __init__(self, run: Ranking) -> None:
        self.run = run
        self.known: dict[tuple[int, str], dict[int, Standing | Exception]] = {}

    def standing(self, node: Rank, at: At) -> Standing | None:
        """The standing of a row that is admitted; None of one without a day."""
        period = self._period(node, at)
        if period is None:
            return None
        mark = node.step, period.name
        if mark not in self.known:
            self.known[mark] = self._standings(node, period)
            self._tell(node.step, self.known[mark])
        found = self.known[mark][at.row]
        if isinstance(found, Exception):
            raise found.with_traceback(None)
        return found

    def _tell(self, number: int, found: Mapping[int, Standing | Exception]) -> None:
        """Whoever's fault it is that nobody has a place is told, also where only others are asked for."""
        for row, one in found.items():
            if isinstance(one, Incomputable | Failure):
                self.run.lookup(number, row)

    def _period(self, node: Rank, at: At) -> Period | None:
        if self.run.tables[node.table].kind != "facts":
            return self.run.period
        return None if at.day is None else self.run.index.period_of(at.day)

    def _rows(self, node: Rank, period: Period) -> Sequence[int]:
        if self.run.tables[node.table].kind != "facts" or period == self.run.period:
            return self.run.index.rows(node.table, self.run.tables)
        days = self.run.facts.tables[node.table].day
        return [row for row, day in enumerate(days) if day is not None and period.contains(day)]

    def _standings(self, node: Rank, period: Period) -> dict[int, Standing | Exception]:
        out: dict[int, Standing | Exception] = {}
        entrants: list[_Entrant] = []
        lost: set[tuple[Scalar, ...]] = set()  # groups of which a member cannot be placed
        everywhere = False
        for row in self._rows(node, period):
            try:
                values = self._values(node, row)
            except (Incomputable, Failure, Blocked) as fault:
                out[row] = fault
                group = self._group(node, row)
                everywhere = everywhere or group is None
                lost |= set() if group is None else {group}
                continue
            if values is not None:
                entrants.append(_Entrant(row, values[1], values[0]))
        groups: dict[tuple[Scalar, ...], list[_Entrant]] = {}
        for one in entrants:
            groups.setdefault(one.group, []).append(one)
        for group, members in groups.items():
            if everywhere or group in lost:
                out |= {one.row: Blocked() for one in members}
            else:
                out |= self._placed(node, members)
        return out

    def _values(self, node: Rank, row: int) -> tuple[tuple[Scalar, ...], tuple[Scalar, ...]] | None:
        """Keys and group of a row; None where it is not admitted."""
        if node.admits is not None and not self._value(node.admits, row):
            return None
        keys = tuple(self._value(slot, row) for slot in node.keys)
        return keys, tuple(self._value(slot, row) for slot in node.within)

    def _value(self, slot: Slot, row: int) -> Scalar:
        value = self.run.lookup(slot.step, row)
        if isinstance(value, Incomputable | Failure):
            raise value.with_traceback(None)
        if value is BROKEN:
            raise Blocked
        found: Scalar = value
        return found

    def _group(self, node: Rank, row: int) -> tuple[Scalar, ...] | None:
        """The group of a row that cannot be placed; None where that is not known either."""
        try:
            return tuple(self._value(slot, row) for slot in node.within)
        except (Incomputable, Failure, Blocked):
            return None

    def _placed(self, node: Rank, members: Sequence[_Entrant]) -> dict[int, Standing | Exception]:
        rows = self.run.facts.tables[node.table].keys
        ordered = sorted(members, key=lambda one: rows[one.row])
        for at in reversed(range(len(node.keys))):
            ordered.sort(key=_key(at), reverse=node.falling[at])
        alike: dict[tuple[Scalar, ...], list[int]] = {}
        for one in ordered:
            alike.setdefault(one.keys, []).append(one.row)
        ties = [tied for tied in alike.values() if len(tied) > 1]
        if ties and node.ties == "none":
            first = Failure("E3140", node.span, rows=tuple(rows[row] for row in ties[0]))
            return {one.row: first if one.row == ties[0][0] else Blocked() for one in ordered}
        dense = node.ties == "dense"
        firsts = tuple(tied[0] for tied in alike.values()) if dense else tuple(one.row for one in ordered)
        out: dict[int, Standing | Exception] = {}
        entrants, before = tuple(one.row for one in ordered), 0
        for tied in alike.values():
            out |= {row: Standing(before + 1, len(tied), entrants, firsts) for row in tied}
            before += 1 if dense else len(tied)
        return out


def _key(at: int) -> Callable[[_Entrant], Any]:
    return lambda one: one.keys[at]


def whole_place(value: Any) -> int | None:
    """A place that there can be: 1, 2, 3 …"""
    whole = isinstance(value, Fraction) and value.denominator == 1 and value >= 1
    return int(value) if whole else None
