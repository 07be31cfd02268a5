"""Who competes with whom: whom a fault of one reaches because they are ranked together.

In: a run, the people and groups that a fault touches. Out: those who may stand in one rank with them. Where it is not
known among whom somebody would have been ranked, everybody in that rank is reached.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from tiercel.outcome import Outcome, owner_of
from tiercel.plan import Column, Rank, RowKey
from tiercel_dsl.scheme import PEOPLE

_Place = tuple[str, int]


def rivals(run: Outcome, marked: set[_Place], lost: bool) -> set[_Place]:
    """The rows, people and groups that share a rank with a marked one; `lost`: rows of facts were left out."""
    out: set[_Place] = set()
    for step in run.plan.steps:
        node = step.stages[0].node if step.stages else None
        if isinstance(node, Rank):
            own = {place for place in marked if place[0] == node.table}
            own |= set(_owned(run, node.table, marked))
            facts = run.tables[node.table].kind == "facts"
            for members in _classes(run, node).values():
                if members & own or (facts and lost):
                    out |= members
    people = {(PEOPLE, person) for place in out if (person := owner_of(run, *place)) is not None}
    return out | people


def _owned(run: Outcome, table: str, marked: set[_Place]) -> Iterator[_Place]:
    """The rows of facts that belong to marked people."""
    if run.tables[table].kind == "facts":
        for row, owner in enumerate(run.facts.tables[table].owner):
            if (PEOPLE, owner) in marked:
                yield table, row


def _classes(run: Outcome, node: Rank) -> dict[tuple[Any, ...], set[_Place]]:
    """The rows that may be ranked together, by what they are ranked within; one class where that is worked out."""
    grouping = [run.plan.step(slot.step).stages[0].node for slot in node.within]
    paths = [_path(one) for one in grouping]
    out: dict[tuple[Any, ...], set[_Place]] = {}
    for row in range(len(run.facts.tables[node.table].keys)):
        known = [path for path in paths if path is not None]
        labels = product(*(_ever(run, node.table, row, path) for path in known)) if len(known) == len(paths) else ((),)
        for label in labels:
            out.setdefault(tuple(label), set()).add((node.table, row))
    return out


def _path(node: Any) -> Sequence[str] | None:
    if isinstance(node, RowKey):
        return node.path
    plain = isinstance(node, Column) and node.as_of is None and not node.mean
    return (*node.path, node.name) if plain else None


def _ever(run: Outcome, table: str, row: int, path: Sequence[str]) -> set[Any]:
    """What stands at the end of a path, at any time."""
    ends: set[Any] = {row}
    for name in path:
        rows = run.facts.tables[table]
        ends = {value for end in ends if isinstance(end, int) for value in _held(rows, name, end)}
        table = run.tables[table].column(name).link or table
    return ends


def _held(rows: Any, name: str, row: int) -> list[Any]:
    return [value for _, value in rows.series[name][row]] if name in rows.series else [rows.columns[name][row]]
