"""Whom a fault reaches, so that a partial run pays nobody on wrong figures.

In: a run, its facts, what was wrong. Out: the keys of the people to leave out: those whom a fault touches, all
who share with one of them a group that the scheme reads, or a rank, and all who receive lines from their rows.
"""

from collections.abc import Iterator, Sequence

from tiercel.facts import Facts
from tiercel.outcome import BROKEN, Outcome, owner_of
from tiercel.plan import Step, Upline
from tiercel.rivals import rivals
from tiercel_dsl.diagnostics import Diagnostic
from tiercel_dsl.scheme import PEOPLE


def unpaid_by(run: Outcome, facts: Facts, faults: Sequence[Diagnostic], everyone: bool) -> tuple[str, ...]:
    """The keys of the people whom a partial run does not pay; `everyone`: a fault that may be anybody's."""
    keys = facts.tables[PEOPLE].keys
    lost = any(key not in keys for key in facts.touched)
    if everyone or (facts.touched and any(_from_anywhere(run, step) for step in _to_others(run))):
        return tuple(sorted(keys))
    if lost and any(step.kind == "rank" for step in run.plan.steps):
        return tuple(sorted({*keys, *facts.touched}))
    if any((lost or facts.touched) and (lost or _starts_anywhere(run, u)) for u in run.plan.uplines):
        return tuple(sorted(keys))
    named = {*facts.touched, *(d.subject for d in faults if d.subject)}
    touched = {p for p, key in enumerate(keys) if key in named or run.lookup(run.plan.payout, p) is BROKEN}
    levels = {s.level for s in run.plan.steps if run.tables[s.level].kind == "group"}
    groups = [{g for g in _groups_ever(run, p) if g[0] in levels} for p in range(len(keys))]
    broken, before = _broken_groups(run), -1
    while len(touched) > before:
        before = len(touched)
        reached = broken.union(*(groups[p] for p in touched))
        touched |= {p for p, own in enumerate(groups) if own & reached}
        touched |= set(_receivers(run, touched, reached))
        for upline in run.plan.uplines:
            touched |= _above_ever(run, upline, touched, reached)
        together = rivals(run, {*reached, *((PEOPLE, p) for p in touched)}, bool(facts.touched))
        broken |= {place for place in together if run.tables[place[0]].kind == "group"}
        touched |= {row for table, row in together if table == PEOPLE}
    return tuple(sorted(named | {keys[p] for p in touched}))  # also who is not among the people for his own fault


def _to_others(run: Outcome) -> list[Step]:
    """The lines that somebody else may receive than the person credited."""
    lines = (run.plan.step(number) for number in run.plan.lines)
    return [s for s in lines if s.receiver is not None and not s.receiver.company]


def _from_anywhere(run: Outcome, step: Step) -> bool:
    """Whether a row that was left out could have named anybody as its receiver."""
    assert step.receiver is not None
    table, path = run.tables[step.level], step.receiver.path
    return table.kind == "facts" and bool(path) and table.column(path[0]).identity != table.credited


def _starts_anywhere(run: Outcome, upline: Upline) -> bool:
    """Whether a row that was left out could have named anybody as the one from whom it goes up."""
    table = run.tables[upline.source]
    return table.kind == "facts" and bool(upline.start) and table.column(upline.start[0]).identity != table.credited


def _above_ever(run: Outcome, upline: Upline, touched: set[int], groups: set[tuple[str, int]]) -> set[int]:
    """Everybody who stood at any time above one of these people, or above the start of a row of theirs."""
    table = upline.source
    if run.tables[table].kind == "group":
        starts = [start for start in groups if start[0] == table]
    else:
        owned = [(table, row) for row in range(len(run.facts.tables[table].keys)) if table != PEOPLE]
        starts = [start for start in owned if owner_of(run, *start) in touched]
    out: set[int] = set()
    waiting = {*touched, *(end for start in starts for end in _ends_ever(run, start, upline.start))}
    while waiting:
        new = {row for person in waiting for _, row in _links_ever(run, PEOPLE, upline.link, person)} - out
        out |= new
        waiting = new
    return out


def _receivers(run: Outcome, touched: set[int], groups: set[tuple[str, int]]) -> Iterator[int]:
    """Who receives lines of the rows of these people and groups, at any time."""
    for step in _to_others(run):
        assert step.receiver is not None
        table, path = step.level, step.receiver.path
        if run.tables[table].kind == "group":
            starts = [(table, row) for level, row in groups if level == table]
        else:
            rows = range(len(run.facts.tables[table].keys))
            starts = [(table, row) for row in rows if owner_of(run, table, row) in touched]
            if run.tables[table].kind == "facts" and path and path[0] == run.tables[table].credited:
                starts += [(PEOPLE, person) for person in touched]
        for start in starts:
            yield from _ends_ever(run, start, path[1:] if start[0] != table else path)


def _ends_ever(run: Outcome, start: tuple[str, int], path: Sequence[str]) -> set[int]:
    """Every row that links have led to at any time."""
    ends = {start}
    for link in path:
        ends = {target for table, row in ends for target in _links_ever(run, table, link, row)}
    return {row for _, row in ends}


def _links_ever(run: Outcome, table: str, link: str, row: int) -> set[tuple[str, int]]:
    rows, target = run.facts.tables[table], run.tables[table].column(link).link
    values = [v for _, v in rows.series[link][row]] if link in rows.series else [rows.columns[link][row]]
    return {(target, v) for v in values if isinstance(v, int)}


def _broken_groups(run: Outcome) -> set[tuple[str, int]]:
    """Groups of which something could not be computed, or a check failed."""
    if not run.diagnostics:
        return set()
    return {
        (step.level, row)
        for step in run.plan.steps
        if run.tables[step.level].kind == "group" and step.kind != "hidden"
        for row in range(len(run.facts.tables[step.level].keys))
        if run.lookup(step.number, row) is BROKEN
    }


def _groups_ever(run: Outcome, person: int) -> set[tuple[str, int]]:
    """Every group that the person was in at any time, and the groups above, as table and row."""
    out: set[tuple[str, int]] = set()
    waiting = [(PEOPLE, person)]
    while waiting:
        table, row = waiting.pop()
        for column in run.tables[table].columns:
            if column.link and run.tables[column.link].kind == "group":
                new = _links_ever(run, table, column.identity, row) - out
                out |= new
                waiting += new
    return out
