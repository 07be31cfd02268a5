"""Lines with money still open, as carried rows.

In: carried rows and the versions of a scheme, or the items of a period. Out: the items as they stood at the end of
the latest period that the rows tell of, or the rows. A row says one thing of one row of a line (`key`) and one
receiver; `level` is the thing, with `/2` behind it for the second receiver of a shared line:

    earned           what was earned in `period`
    part.2           the share of the second part
    paid.2 held.2 cancelled.2    what became of it, and in which period; its amount
    collected reached            the share paid out by then; the share that is not held
    event.1          what the first `take back` took in that period, as a share
    settled          without a key: the line was gone through for that period; what it earned
    paid held later cancelled taken_back     where the money is by then: for readers, worked out from the others
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Final

from tiercel.errors import FactsError, UsageError
from tiercel.history import Carried, CarriedRow
from tiercel.instalments import OPEN, Amounts, Back, Item, Mark, Sale, Standing, Taken
from tiercel.money import Rounding, money_text, plain
from tiercel.periods import Period
from tiercel.plan import Plan, Settlement
from tiercel_dsl.diagnostics import Cell, Diagnostic
from tiercel_dsl.scheme import CheckedScheme

SETTLED: Final = "settled"
_STATES: Final = ("paid", "held", "cancelled")
_KINDS: Final = frozenset(("earned", "part", *_STATES, "later", "collected", "reached", "event", "taken_back", SETTLED))


@dataclass(frozen=True, slots=True)
class Lineage:
    """Of a version what reading its rows takes: its plan, and the rows above a row."""

    plan: Plan
    sales: Callable[[str, str], tuple[Sale, ...]]


@dataclass(frozen=True, slots=True)
class _Row:
    """A carried row, read."""

    period: Period
    kind: str
    place: int  # of the part or event, from 0
    value: Fraction
    row: CarriedRow


_Mark = tuple[str, str, str, int, str]  # version, key, receiver, share, line


@dataclass(frozen=True)
class Opening:
    """What carried rows say of lines with money still open."""

    carried: Carried
    lineages: Mapping[str, Callable[[], Lineage]]  # by the hash of the version
    parse: Callable[[str], Period]

    def latest(self, line: str, before: Period) -> Period | None:
        """The latest period before one for which the line was gone through."""
        known = [r.period for r in self._rows if r.kind == SETTLED and r.row.name == line and r.period < before]
        return max(known, default=None)

    def items(self, line: str, period: Period) -> Iterator[Item]:
        """The items of a line at the end of a period."""
        grouped: dict[_Mark, list[_Row]] = {}
        for row in self._rows:
            told = row.kind != SETTLED and row.row.name == line and row.period <= period
            if told:
                share = _share_of(row.row.level)
                mark = row.row.hash, row.row.key, row.row.receiver, share, line
                grouped.setdefault(mark, []).append(row)
        for mark, rows in grouped.items():
            item = self._item(mark, rows)
            if item is not None:
                yield item

    def _item(self, mark: _Mark, rows: Sequence[_Row]) -> Item | None:
        version, key, receiver, share, line = mark
        earned = next((row for row in rows if row.kind == "earned"), None)
        lineage = self.lineages[version]()
        settlement = next((s for s in lineage.plan.settlements if s.line == line), None)
        if settlement is None:  # its version pays it at once, only others later
            settlement = Settlement(line, _steps_of(lineage.plan, line), False, (), None, (), ())
        if earned is None or share >= len(settlement.steps):
            return None
        step = lineage.plan.step(settlement.steps[share])
        rounding: Rounding = next(s.rounding for s in reversed(step.stages) if s.rounding is not None)
        _, cut, rest = key.partition("/") if key.startswith(earned.period.name + "/") else ("", "", key)
        row = rest if cut else key
        return Item(
            line, earned.period, version, step.level, row, receiver, share, earned.value, rounding,
            lineage.sales(step.level, row), tuple(_standings(rows, settlement)),
        )  # fmt: skip

    @cached_property
    def _rows(self) -> tuple[_Row, ...]:
        """Raises FactsError E3312 with every cell that cannot be read."""
        out: list[_Row] = []
        found: list[Diagnostic] = []
        for number, row in enumerate(self.carried.rows, 2):
            kind, place = _kind_of(row.level)
            if kind not in _KINDS or (kind in (*_STATES, "later", "taken_back") and place is None):
                continue
            period, value = self._period(row.period), _fraction(row.value)
            wrong = {"period": period is None, "value": value is None, "hash": row.hash not in self.lineages}
            found += [_cell(number, column, str(getattr(row, column))) for column, bad in wrong.items() if bad]
            if period is not None and value is not None:
                out.append(_Row(period, kind, place or 0, value, row))
        if found:
            raise FactsError(found, "the carried rows have faults")
        return tuple(sorted(out, key=lambda r: (r.period, r.row)))

    def _period(self, text: str) -> Period | None:
        try:
            return self.parse(text)
        except UsageError:
            return None


def _steps_of(plan: Plan, line: str) -> tuple[int, ...]:
    return tuple(number for number in plan.lines if plan.step(number).name == line)


def _standings(rows: Sequence[_Row], terms: Settlement) -> Iterator[tuple[Period, Standing]]:
    """What was decided, period by period."""
    count = len(terms.parts) or (1 if terms.share is None else 0)
    shares = [Fraction(1)] * count
    for row in rows:
        if row.kind == "part":
            shares[row.place] = row.value
    now = Standing((OPEN,) * count, tuple(shares), (None,) * count)
    for period in sorted({row.period for row in rows}):
        for row in (r for r in rows if r.period == period):
            now = _decided(now, row)
        yield period, now


def _decided(now: Standing, row: _Row) -> Standing:
    if row.kind in _STATES:
        states = (*now.parts[: row.place], row.kind, *now.parts[row.place + 1 :])
        return replace(now, parts=states)
    if row.kind == "collected":
        return replace(now, share=row.value, reached=max(row.value, now.reached))
    if row.kind == "reached":
        return replace(now, reached=row.value)
    if row.kind == "event":
        return replace(now, taken=(*now.taken, Taken(row.period, row.place, row.value)))
    return now


def _kind_of(level: str) -> tuple[str, int | None]:
    """`paid.2/3` is what was paid of the second part: kind and place."""
    kind, _, place = level.partition("/")[0].partition(".")
    return kind, int(place) - 1 if place.isdecimal() and place != "0" else None


def _share_of(level: str) -> int:
    share = level.partition("/")[2]
    return int(share) - 1 if share.isdecimal() and share != "0" else 0


def _fraction(text: str) -> Fraction | None:
    try:
        return Fraction(text) if "e" not in text.lower() and text.isascii() else None
    except (ValueError, ZeroDivisionError):
        return None


def _cell(number: int, column: str, seen: str) -> Diagnostic:
    return Diagnostic("E3312", facts={"column": column}, seen=seen or "–", cell=Cell("carried", number, column))


# ---- written -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Closing:
    """The rows that a period hands on of its items."""

    scheme: CheckedScheme
    period: Period
    back: Back
    digits: int

    def rows(
        self, items: Iterable[Item], going_on: Collection[Mark], gone_through: Sequence[tuple[str, Period, str]]
    ) -> Iterator[CarriedRow]:
        """`going_on`: of which items a later period has to know; `gone_through`: lines and periods that no carried
        row tells of, with the version in force then."""
        earned: dict[tuple[str, Period], Fraction] = {}
        for item in items:
            earned[item.line, item.source] = earned.get((item.line, item.source), Fraction(0)) + item.earned
            if item.mark in going_on:
                yield from self._of(item)
        for line, when, version in gone_through:
            total = money_text(earned.get((line, when), Fraction(0)), self.digits)
            yield CarriedRow(when.name, version, line, SETTLED, "", "", self.scheme.currency, total)

    def _of(self, item: Item) -> Iterator[CarriedRow]:
        money = [(item.source, "earned", item.earned)]
        shares: list[tuple[Period, str, Fraction]] = []
        before = Standing()
        for when, now in item.standings:
            if not before.shares and len(now.shares) > 1:
                shares += [(when, f"part.{n}", share) for n, share in enumerate(now.shares, 1)]
            amounts = list(item.cut(item.earned, now))
            known = before.parts or (OPEN,) * len(now.parts)
            changed = [n for n, (was, state) in enumerate(zip(known, now.parts, strict=True)) if was != state]
            money += [(when, f"{now.parts[n]}.{n + 1}", amounts[n]) for n in changed]
            shares += [(when, "collected", now.share)] if now.share != before.share else []
            reached = max(now.share, before.reached) if now.share != before.share else before.reached
            shares += [(when, "reached", now.reached)] if now.reached != reached else []
            shares += [(e.period, f"event.{e.place + 1}", e.share) for e in now.taken if e not in before.taken]
            before = now
        amounts_now = item.amounts(self.period, self.back)
        money += [(self.period, name, _of(amounts_now, name)) for name in (*_STATES, "later", "taken_back")]
        told = [(when, level, money_text(value, self.digits)) for when, level, value in money if _is_told(level, value)]
        told += [(when, level, plain(value)) for when, level, value in shares]
        key = item.row if item.sales else f"{item.source.name}/{item.row}"  # rows of facts have keys of their own
        for when, level, text in told:
            at = f"{level}/{item.share + 1}" if item.share else level
            yield CarriedRow(when.name, item.version, item.line, at, key, item.receiver, self.scheme.currency, text)


def of_open_lines(row: CarriedRow) -> bool:
    """Whether a carried row is about a line with money still open, other than that it was gone through."""
    kind, _ = _kind_of(row.level)
    return kind in _KINDS and kind != SETTLED


def _of(amounts: Amounts, name: str) -> Fraction:
    value: Fraction = getattr(amounts, name)
    return value


def _is_told(level: str, value: Fraction) -> bool:
    return value != 0 or "." in level or level == "earned"


__all__ = ["Closing", "Lineage", "Opening", "of_open_lines"]
