"""Everybody above somebody, walked before a period is worked out.

In: a plan, facts, a period. Out: facts with the rows of each upline of the plan, and the circles in the data. The
walk is made here, once for each person and day: the evaluators only see rows with a receiver, who is next below
him, and a level. Rows of one chain stand together from the first level on, in the order of the rows they are of.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from tiercel.facts import Facts, Rows
from tiercel.index import NOBODY
from tiercel.periods import Period
from tiercel.plan import BELOW, LEVEL, RECEIVER, ROW, Plan, Upline
from tiercel.reasons import At, Failure, Incomputable
from tiercel.reference import Run
from tiercel_dsl.diagnostics import Diagnostic
from tiercel_dsl.scheme import PEOPLE, CheckedScheme


def with_uplines(
    scheme: CheckedScheme, plan: Plan, facts: Facts, period: Period
) -> tuple[Facts, tuple[Diagnostic, ...]]:
    """The facts with a table for each upline, and what is wrong with the hierarchies that the plan walks."""
    if not plan.uplines and not plan.hierarchies:
        return facts, ()
    run = Run(scheme, plan, facts, period)
    ascents = [_Ascent(run, upline) for upline in plan.uplines]
    tables = {ascent.upline.table: ascent.rows() for ascent in ascents}
    found = _once(d for ascent in ascents for d in ascent.found)
    circles = _once(d for group, link in sorted(plan.hierarchies) for d in _circles_of_groups(run, group, link))
    touched = {key for ascent in ascents for key in ascent.touched} | set(facts.touched)
    if circles:
        touched |= set(facts.tables[PEOPLE].keys)
    whole = replace(facts, tables={**facts.tables, **tables}, touched=tuple(sorted(touched)))
    return whole, (*found, *circles)


def _once(found: Iterator[Diagnostic]) -> list[Diagnostic]:
    return list({(d.code, repr(d.facts)): d for d in found}.values())


@dataclass(slots=True)
class _Columns:
    """The rows of one upline, while they are made."""

    row: list[int] = field(default_factory=list[int])
    receiver: list[int] = field(default_factory=list[int])
    below: list[int] = field(default_factory=list[int])
    level: list[int] = field(default_factory=list[int])


class _Ascent:
    """The walk of one upline."""

    def __init__(self, run: Run, upline: Upline) -> None:
        self.run, self.upline = run, upline
        self.found: list[Diagnostic] = []
        self.touched: set[str] = set()
        self.dated = upline.link in run.facts.tables[PEOPLE].series
        self.passes: dict[tuple[int, date], bool] = {}
        self.chains: dict[tuple[int, date], Sequence[tuple[int, int]]] = {}

    def rows(self) -> Rows:
        made = _Columns()
        for row, start, day in self._starts():
            for level, (receiver, below) in enumerate(self._chain(start, day), 1):
                made.row.append(row)
                made.receiver.append(receiver)
                made.below.append(below)
                made.level.append(level)
        return self._table(made)

    def _starts(self) -> Iterator[tuple[int, int, date]]:
        """The rows, each with the person from whom it goes up and the day on which."""
        run, source = self.run, self.upline.source
        rows, last = run.facts.tables[source], run.period.last
        facts = run.tables[source].kind == "facts"
        walked: Sequence[int] = run.rows(source)
        if facts and self.upline.every:
            walked = [row for row, day in enumerate(rows.day) if day is not None and day <= last]
        for row in walked:
            start = run.index.person_at(source, self.upline.start, run.tables, row)
            if start != NOBODY:
                yield row, start, (rows.day[row] or last) if facts else last

    def _table(self, made: _Columns) -> Rows:
        source = self.run.facts.tables[self.upline.source]
        facts = self.run.tables[self.upline.source].kind == "facts"
        days = [source.day[row] if facts else self.run.period.last for row in made.row]
        return Rows(
            self.upline.table,
            tuple(source.keys[row] for row in made.row),
            {ROW: tuple(made.row), RECEIVER: tuple(made.receiver), BELOW: tuple(made.below), LEVEL: tuple(made.level)},
            {},
            owner=tuple(made.receiver),
            day=tuple(days),
            parent=tuple(made.row),
            places=tuple(source.places[row] for row in made.row) if source.places else (),
        )

    def _chain(self, start: int, day: date) -> Sequence[tuple[int, int]]:
        """Who receives, from the first level on, each with who is next below him."""
        if (start, day) not in self.chains:
            self.chains[start, day] = tuple(self._ascended(start, day))
        return self.chains[start, day]

    def _ascended(self, start: int, day: date) -> list[tuple[int, int]]:
        out: list[tuple[int, int]] = []
        seen = {start: None}
        below, person = start, start
        while self.upline.depth is None or len(out) < self.upline.depth:
            person = self.run.index.person_at(PEOPLE, (self.upline.link,), self.run.tables, person, day)
            if person == NOBODY:
                break
            if person in seen:
                self._circle(list(seen)[list(seen).index(person) :], day)
                return []
            seen[person] = None
            if self._counts(person, day):
                out.append((person, below))
                below = person
        return out

    def _counts(self, person: int, day: date) -> bool:
        """Whether somebody is a level; where there is no telling he is none, and it is told."""
        where = self.upline.where
        if where is None:
            return True
        if (person, day) not in self.passes:
            try:
                self.passes[person, day] = bool(self.run.node(where, At(PEOPLE, person, day)))
            except (Incomputable, Failure) as fault:
                self.passes[person, day] = False
                key = self.run.facts.tables[PEOPLE].keys[person]
                told = {"line": self._column(), "row": key, **fault.facts}
                self.touched.add(key)
                self.found.append(Diagnostic(fault.code, fault.span, told, subject=key))
        return self.passes[person, day]

    def _column(self) -> str:
        return self.run.tables[PEOPLE].column(self.upline.link).names.shown(self.run.scheme.language)

    def _circle(self, people: Sequence[int], day: date) -> None:
        keys = self.run.facts.tables[PEOPLE].keys
        told = _circle(self.run, PEOPLE, self.upline.link, people)
        days = {"day": day.isoformat()} if self.dated else {}
        self.touched |= {keys[person] for person in people}
        places, first = self.run.facts.tables[PEOPLE].places, min(people, key=lambda p: keys[p])
        cell = replace(places[first], column=self._column()) if places else None
        self.found.append(Diagnostic("E3132", facts=told | days, cell=cell, subject=keys[first]))


def _circle(run: Run, table: str, link: str, rows: Sequence[int]) -> dict[str, Any]:
    """The circle by keys, from the first of them in order, and where its rows stand."""
    at, keys = run.facts.tables[table], run.facts.tables[table].keys
    start = min(range(len(rows)), key=lambda n: keys[rows[n]])
    turned = [*rows[start:], *rows[:start]]
    circle = " → ".join(keys[row] for row in [*turned, turned[0]])
    places = [at.places[row] for row in turned] if at.places else []
    shown = [f"{keys[row]} ({p.sheet or p.file}:{p.row})" for row, p in zip(turned, places, strict=False)]
    column = run.tables[table].column(link).names.shown(run.scheme.language)
    return {"column": column, "circle": circle, "rows": tuple(shown)}


def _circles_of_groups(run: Run, group: str, link: str) -> Iterator[Diagnostic]:
    """Groups that are above themselves."""
    rows = run.facts.tables[group]
    above: Mapping[int, Any] = dict(enumerate(rows.columns[link]))
    done: set[int] = set()
    for start in above:
        way: dict[int, None] = {}
        at: Any = start
        while isinstance(at, int) and at not in done and at not in way:
            way[at] = None
            at = above[at]
        if isinstance(at, int) and at in way:
            told = _circle(run, group, link, list(way)[list(way).index(at) :])
            cell = replace(rows.places[at], column=told["column"]) if rows.places else None
            yield Diagnostic("E3133", facts=told, cell=cell)
        done |= set(way)
