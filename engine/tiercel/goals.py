"""What is missing to a place in a ranking, and how many more rows like one that is there would reach it.

In: an evaluation, a person and a place, and the key of a row to repeat. Out: a `Goal` for every ranking of people in
which the person has a place. Nothing is assumed to rise: each number of rows is tried.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tiercel.evaluation import Evaluation, exact
from tiercel.facts import digits_of
from tiercel.outcome import BROKEN, NO_VALUE
from tiercel.plan import Rank, Scalar, Step
from tiercel.reference import Run
from tiercel.statement import Face, face_of
from tiercel.words import say
from tiercel_dsl.scheme import PEOPLE, Column, Table
from tiercel_dsl.types import Kind

LIMIT = 10


@dataclass(frozen=True, slots=True)
class Goal:
    """How far somebody stands from the place `wanted` of a rank, among `entrants`.

    `own`, `there`: what ranks, of the person and of who stands at that place; `there` is None where fewer take part.
    `rows`: so many more rows like the one asked for lead to the place `then`; None if LIMIT of them do not.
    """

    rank: str
    wanted: int
    place: int
    entrants: int
    own: Scalar
    there: Scalar | None
    shown: str
    rows: int | None = None
    then: int = 0

    @property
    def missing(self) -> Fraction | None:
        """Between the two values; None where they are no numbers."""
        if not isinstance(self.own, Fraction) or not isinstance(self.there, Fraction):
            return None
        return abs(self.there - self.own)


def goals(evaluation: Evaluation, person: str, wanted: int) -> tuple[Goal, ...]:
    """One for every ranking of people in which the person has a place."""
    run = evaluation.reference
    row = run.facts.tables[PEOPLE].keys.index(person)
    ranks = [step for step in run.plan.steps if step.kind == "rank" and step.level == PEOPLE]
    return tuple(goal for step in ranks if (goal := _goal(run, step, row, wanted)) is not None)


def _goal(run: Run, step: Step, row: int, wanted: int) -> Goal | None:
    place, node = run.lookup(step.number, row), step.stages[0].node
    if place is NO_VALUE or place is BROKEN or not isinstance(node, Rank):
        return None
    ranking = run.ranking(step.number)
    stood = ranking.places.standing(node, run.at(PEOPLE, row))
    assert stood is not None
    key = node.keys[0].step
    there = ranking.lookup(key, stood.firsts[wanted - 1]) if wanted <= len(stood.firsts) else None
    shown = run.plan.step(key).shown
    return Goal(step.name, wanted, int(place), len(stood.entrants), ranking.lookup(key, row), there, shown)


def with_more(evaluation: Evaluation, person: str, goal: Goal, vary: tuple[str, Mapping[str, Any]]) -> Goal:
    """The goal with the least number of further rows that reaches it."""
    solution = evaluation.solve(person, lambda then: _place(then, person, goal) <= goal.wanted, vary=vary, limit=LIMIT)
    if solution is None:
        return goal
    return replace(goal, rows=solution.count, then=_place(solution.evaluation, person, goal))


def _place(evaluation: Evaluation, person: str, goal: Goal) -> int:
    """Who loses his place by the rows reaches nothing."""
    return int(evaluation.values[person].get(goal.rank, goal.entrants + LIMIT + goal.wanted))


def row_like(evaluation: Evaluation, key: str) -> tuple[str, Mapping[str, Any]] | None:
    """The table and the cells of the row with this key; None where no table of facts has it."""
    run = evaluation.run
    for table in run.scheme.tables:
        rows = run.facts.tables[table.identity]
        if table.kind == "facts" and key in rows.keys:
            return table.identity, dict(_cells(evaluation, table, rows.keys.index(key)))
    return None


def _cells(evaluation: Evaluation, table: Table, row: int) -> Iterator[tuple[str, Any]]:
    for column in table.columns:
        stored = evaluation.run.facts.tables[table.identity].columns[column.identity][row]
        if stored is not None:
            yield column.identity, _cell(evaluation, table, column, stored)


def _cell(evaluation: Evaluation, table: Table, column: Column, stored: Any) -> Any:
    run = evaluation.run
    if column.type.kind is Kind.row:
        return run.facts.tables[column.type.table].keys[int(stored)]
    if column.type.numeric:
        return Decimal(stored).scaleb(-digits_of(table, column, run.scheme.currency))
    return stored


# ---- in words ------------------------------------------------------------------------------------------------------


def told(evaluation: Evaluation, person: str, found: Sequence[Goal], like: str, language: str) -> str:
    """The goals of one person; `like`: the key of the row that was repeated, '' for none."""
    face = face_of(evaluation.run, language)
    return "\n".join(line for goal in found for line in _lines(face, person, goal, like))


def _lines(face: Face, person: str, goal: Goal, like: str) -> Iterator[str]:
    language, wanted = face.language, goal.wanted
    yield say("goal.place", language, rank=face.thing(goal.rank), place=goal.place, entrants=goal.entrants)
    if goal.there is None:
        yield say("goal.few", language, wanted=wanted)
        return
    if goal.place <= wanted:
        yield say("goal.there", language, wanted=wanted)
        return
    values = {"there": face.value(goal.there, goal.shown), "own": face.value(goal.own, goal.shown)}
    if goal.missing == 0:
        yield say("goal.tied", language, wanted=wanted, **values)
    elif goal.missing is not None:
        missing = face.value(goal.missing, goal.shown)
        yield say("goal.missing", language, wanted=wanted, person=person, missing=missing, **values)
    if like:
        row = {"row": like, "count": goal.rows or LIMIT, "place": goal.then}
        yield say("goal.never" if goal.rows is None else "goal.rows", language, **row)


def as_data(found: Sequence[Goal], like: str) -> list[dict[str, Any]]:
    """For the JSON of `explain --to-reach`."""
    return [
        {
            "rank": goal.rank,
            "place": goal.place,
            "entrants": goal.entrants,
            "own": _text(goal.own),
            "there": _text(goal.there),
            "missing": _text(goal.missing),
        }
        | ({"rows": goal.rows, "then": goal.then or None} if like else {})
        for goal in found
    ]


def _text(value: Scalar | None) -> str | None:
    return None if value is None else str(exact(value))
