"""What the period before closed with, as data: values, kpis, lines, payouts, balances.

In: carried rows, or the period worked out again from the facts. Out: for a name and a person or group what it closed
with a period ago, or that there was nothing; and the carried rows that tell the next period the same.

A carried row of such a value has for `level` the people or the group, for `key` the row of the group ('' of a
person), no receiver if it is a group's, no currency if it is no amount, and no value where there was none.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final, Protocol

from tiercel.errors import FactsError
from tiercel.history import (
    SPANS,
    Carried,
    CarriedRow,
    Closed,
    Ledger,
    Memory,
    Past,
    Recall,
    Remembered,
    Replay,
    Replaying,
    amount_in,
    bad_cell,
    posted_amount,
    steps_of_line,
)
from tiercel.money import money_text, plain
from tiercel.outcome import BROKEN, NO_VALUE, Outcome
from tiercel.periods import Period, PeriodError, add_months
from tiercel.plan import Plan, Previous
from tiercel_dsl.diagnostics import Diagnostic
from tiercel_dsl.scheme import PEOPLE, CheckedScheme

_KEPT: Final = ("value", "score", "kpi", "account")
_UNKNOWN: Final = object()  # declared, but the version does not work it out


def recalls(plan: Plan) -> tuple[Recall, ...]:
    """What the rules of a plan ask of the period before."""
    return tuple(sorted({recall_of(node) for node in plan.closings_read}))


def recall_of(node: Previous) -> Recall:
    return Recall(node.name, node.part, node.level, node.shown)


class Earlier(Replaying, Protocol):
    """Who can work earlier periods out, and knows what each of them asks of the one before."""

    def recalls(self, period: Period) -> tuple[Recall, ...]:
        """() where no version was in force."""
        ...

    def is_known(self, period: Period) -> bool:
        """Whether the period was worked out already, or has no version."""
        ...

    def begins(self) -> bool:
        """Whether the first of all versions is at hand: before it there was nothing."""
        ...


class Recollection(Remembered):
    """Beside the sums of `Remembered` what the period before closed with. Each is worked out once."""

    def __init__(self, carried: Ledger, told: "Told", source: Earlier | None) -> None:
        super().__init__(carried, source)
        self.told, self.earlier_source = told, source
        self.closings: dict[tuple[date, Recall, str], Closed] = {}
        self.worked: dict[tuple[Period, Recall, str], Any] = {}

    def __getstate__(self) -> dict[str, Any]:
        return super().__getstate__() | {"earlier_source": None}

    def knowing(self, other: Remembered) -> "Recollection":
        super().knowing(other)
        if isinstance(other, Recollection):
            self.closings, self.worked = dict(other.closings), dict(other.worked)
        return self

    @property
    def replayed(self) -> bool:
        return bool(self.amounts or self.worked)

    def closed(self, period: Period, recall: Recall, key: str) -> Closed:
        mark = (period.first, recall, key)
        if mark not in self.closings:
            self.closings[mark] = self._closed(period, recall, key)
        return self.closings[mark]

    def _closed(self, period: Period, recall: Recall, key: str) -> Closed:
        source, earlier = self.earlier_source, _before(period)
        if earlier is None:
            return Closed()
        if self.told.covers(earlier, recall):
            self.read = True
            return Closed(self.told.value(earlier, recall, key), earlier.name)
        if source is None:
            return Closed()
        personal = recall.level == PEOPLE
        if personal and not source.was_there(earlier, key) and not source.speaks_of(earlier, key):
            return Closed()
        self._work_out_up_to(earlier, source)
        replay = source.replay(earlier)
        if replay is None:
            unknown = personal and not source.begins() and source.speaks_of(earlier, key)
            return Closed(missing=earlier.name if unknown else "")
        value = value_in(replay, recall, key)
        if value is BROKEN:
            return Closed(broken=True)
        if value is _UNKNOWN:
            return Closed(missing=earlier.name)
        self.worked[earlier, recall, key] = value
        self.versions[earlier.first] = replay.version
        return Closed(value, earlier.name)

    def _work_out_up_to(self, period: Period, source: Earlier) -> None:
        """Oldest first, everybody's values in each: so none waits for another through many periods."""
        waiting: list[Period] = []
        at: Period | None = period
        while at is not None and not source.is_known(at):
            wanted, before = source.recalls(at), _before(at)
            waiting.append(at)
            at = None if not wanted or before is None or self._tells_all(before, wanted) else before
        for one in reversed(waiting):
            replay = source.replay(one)
            if replay is not None:
                for recall in source.recalls(one.next()):
                    for key in keys_of(replay.run, recall):
                        value_in(replay, recall, key)

    def _tells_all(self, period: Period, wanted: Iterable[Recall]) -> bool:
        return all(self.told.covers(period, recall) for recall in wanted)


def _before(period: Period) -> Period | None:
    try:
        return period.previous()
    except (PeriodError, OverflowError):
        return None


def ask_for_all(run: Outcome, past: Past, wanted: Sequence[Recall]) -> None:
    """Ask for everybody at once, so that no evaluator works out more of the past than another."""
    for recall in wanted:
        for key in keys_of(run, recall):
            past.closed(run.period, recall, key)


# ---- what a period closes with -------------------------------------------------------------------------------


def keys_of(run: Outcome, recall: Recall) -> Sequence[str]:
    table = run.facts.tables.get(recall.level)
    return () if table is None else table.keys


def value_in(replay: Replay, recall: Recall, key: str) -> Any:
    """What the name closes with for the person or group; NO_VALUE where there is none, BROKEN if it cannot be."""
    run = replay.run
    at = _row_of(replay, recall, key)
    if at is None:
        return NO_VALUE
    if recall.level == PEOPLE and recall.part != "payout":
        run, at = replay.of(key)
    if recall.level == PEOPLE and any(passed is BROKEN for passed in run.guards(at)):
        return BROKEN
    if recall.part == "line":
        return _line_in(replay, recall.name, key)
    if recall.part == "payout":
        return payout_in(replay, at, key)
    if recall.part == "place":
        ranks = (step for step in run.plan.steps if step.kind == "rank")
        mark = recall.name, recall.level
        return next((run.lookup(step.number, at) for step in ranks if (step.name, step.level) == mark), NO_VALUE)
    for step in run.plan.steps:
        if step.kind in _KEPT and (step.name, step.part, step.level) == (recall.name, recall.part, recall.level):
            return run.lookup(step.number, at)
    return _UNKNOWN if recall.part and _declares(run.scheme, recall) else NO_VALUE


def _row_of(replay: Replay, recall: Recall, key: str) -> int | None:
    if recall.level == PEOPLE:
        return replay.people.get(key)
    keys = keys_of(replay.run, recall)
    return keys.index(key) if key in keys else None


def _declares(scheme: CheckedScheme, recall: Recall) -> bool:
    return any(kpi.identity == recall.name for kpi in scheme.kpis)


def _line_in(replay: Replay, line: str, person: str) -> Any:
    """What refunds take back in the period is in it; a deduction takes off."""
    steps = steps_of_line(replay.run, line)
    if not steps:
        return NO_VALUE
    memory = Memory(line, "period")
    amount = amount_in(replace(replay, posted=()), memory, replay.run.period.first, person)
    if amount is BROKEN:
        return BROKEN
    for posted in replay.posted:  # of earlier sales, taken back in this period
        amount += posted_amount(posted, memory, posted.after.period.first, person)
    return amount * replay.run.plan.step(steps[0]).sign


def payout_in(replay: Replay, at: int, person: str) -> Any:
    """What the period paid, with what it took back of earlier ones."""
    if replay.paid is not None:
        return replay.paid().get(person, BROKEN)
    amounts = [replay.run.lookup(replay.run.plan.payout, at)]
    for posted in replay.posted:
        row = posted.people.get(person)
        if row is not None:
            before, after = (run.lookup(run.plan.payout, row) for run in (posted.before, posted.after))
            amounts += [BROKEN] if BROKEN in (before, after) else [after - before]
    return BROKEN if BROKEN in amounts else sum(amounts, Fraction(0))


# ---- carried rows --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """Carried rows of closed values, read: by period, name and level, then by person or row of the group."""

    rows: Mapping[tuple[str, str, str], Mapping[str, Any]]

    def covers(self, period: Period, recall: Recall) -> bool:
        return (period.name, name_of(recall), recall.level) in self.rows

    def value(self, period: Period, recall: Recall, key: str) -> Any:
        return self.rows[period.name, name_of(recall), recall.level].get(key, NO_VALUE)


def name_of(recall: Recall) -> str:
    """What carried rows call it."""
    return f"{recall.name}.{recall.part}" if recall.part not in ("", "line", "payout") else recall.name


def told_by(carried: Carried, wanted: Iterable[Recall], currency: str) -> Told:
    """The rows that tell what is wanted, read; raises FactsError E3312 with every cell that cannot be."""
    asked = {(name_of(recall), recall.level): recall for recall in wanted}
    out: dict[tuple[str, str, str], dict[str, Any]] = {}
    found: list[Diagnostic] = []
    for number, row in enumerate(carried.rows, 2):
        recall = asked.get((row.name, row.level))
        if recall is None or is_sum(row):
            continue
        known = out.setdefault((row.period, row.name, row.level), {})
        key = row.receiver if row.level == PEOPLE else row.key
        value = _read(row.value, recall.kind)
        if value is _UNKNOWN or known.setdefault(key, value) != value:
            found.append(bad_cell(number, "value", row.value))
        if recall.kind == "money" and value is not NO_VALUE and row.currency != currency:
            found.append(bad_cell(number, "currency", row.currency))
    if found:
        raise FactsError(found, "the carried rows have faults")
    return Told(out)


def is_sum(row: CarriedRow) -> bool:
    """Whether the row tells what a line came to within a span."""
    return row.level in SPANS and row.receiver != ""


def _read(text: str, kind: str) -> Any:
    """_UNKNOWN for what is no such value."""
    if text == "":
        return NO_VALUE
    try:
        if kind == "text":
            return text
        if kind == "yesno":
            return {"yes": True, "no": False}[text]
        if kind == "datetime":
            return datetime.fromisoformat(text)
        return date.fromisoformat(text) if kind == "date" else _fraction(text)
    except (ValueError, KeyError, ZeroDivisionError):
        return _UNKNOWN


def _fraction(text: str) -> Fraction:
    bare = text.removeprefix("-").replace(".", "", 1).replace("/", "", 1)
    if not (bare.isascii() and bare.isdecimal()) or text[-1] == ".":
        raise ValueError(text)
    return Fraction(text)


def handed_on(replay: Replay, past: Recollection, carried: Carried, rows: Carried, wanted: Sequence[Recall]) -> Carried:
    """`rows` with what the period closed with, and what it read of the periods of the last year."""
    run = replay.run
    sums = [row for row in rows.rows if is_sum(row)]
    out = {_mark(row): row for row in carried.rows if not is_sum(row) and row.period != run.period.name}
    for (earlier, recall, key), value in past.worked.items():
        row = _row(earlier, past.versions[earlier.first], recall, key, value, run)
        out[_mark(row)] = row
    for recall in wanted:
        for key in keys_of(run, recall):
            value = value_in(replay, recall, key)
            if value is not BROKEN and value is not _UNKNOWN:
                version = replay.of(key)[0].scheme.hash if recall.level == PEOPLE else replay.version
                row = _row(run.period, version, recall, key, value, run)
                out[_mark(row)] = row
    return Carried(tuple(sorted([*sums, *(row for row in out.values() if _is_recent(row, run.period))])))


def _mark(row: CarriedRow) -> tuple[str, ...]:
    return row.period, row.name, row.level, row.key, row.receiver


def _is_recent(row: CarriedRow, period: Period) -> bool:
    """A late refund is worked out in its sale's period again: so values stay for a year."""
    return row.period in set(_names_of_a_year(period))


def _names_of_a_year(period: Period) -> Iterator[str]:
    try:
        begin = add_months(period.first, -12)
    except PeriodError:
        begin = date.min
    at: Period | None = period
    while at is not None and at.first >= begin:
        yield at.name
        at = _before(at)


def _row(period: Period, version: str, recall: Recall, key: str, value: Any, run: Outcome) -> CarriedRow:
    personal, money = recall.level == PEOPLE, recall.kind == "money"
    currency = run.scheme.currency if money and value is not NO_VALUE else ""
    text = _text(value, run.plan.digits if money else None)
    where = ("", key) if personal else (key, "")
    return CarriedRow(period.name, version, name_of(recall), recall.level, *where, currency, text)


def _text(value: Any, digits: int | None) -> str:
    if value is NO_VALUE:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, Fraction):
        return str(value)
    whole = digits is not None and (value * 10**digits).denominator == 1
    return money_text(value, digits) if whole and digits is not None else plain(value)


__all__ = ["Recollection", "Told", "ask_for_all", "handed_on", "recalls", "told_by"]
