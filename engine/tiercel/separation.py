"""Whether what is taken back from one person can change what another is paid.

In: plans. Out: yes or no, on the safe side. Where people are apart, refunds of different people need not be worked out
one after the other: what is known of the others' makes no difference.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from tiercel.plan import (
    Aggregate,
    AtPlace,
    Highest,
    OverTied,
    PartOf,
    Plan,
    Pool,
    Rank,
    Receiver,
    Shares,
    Slot,
    Standing,
    Step,
)
from tiercel.program import children, nodes_of
from tiercel_dsl.scheme import PEOPLE, Table

_SHARED: Final = (Shares, Pool, PartOf)
_ACROSS: Final = (*_SHARED, Rank, Standing, AtPlace, OverTied, Highest, Aggregate)  # what sees several people at once


def people_apart(plan: Plan, tables: Iterable[Table]) -> bool:
    """Every line is paid to the person its row belongs to, and nothing that a refund changes stands above people or
    looks from one to another."""
    groups, changed = {table.identity for table in tables if table.kind == "group"}, plan.reached_by_refunds
    lines = all(_is_own(plan.step(number), groups) for number in plan.lines)
    return lines and not plan.uplines and all(_stays(plan.step(number), changed) for number in changed)


def _is_own(step: Step, groups: set[str]) -> bool:
    shared = any(isinstance(node, _SHARED) for node in _nodes(step))
    return step.level not in groups and step.receiver in (None, Receiver()) and not step.origin and not shared


def _stays(step: Step, changed: frozenset[int]) -> bool:
    nodes = list(_nodes(step))
    linked = any(isinstance(node, Slot) and node.step in changed and node.path for node in nodes)
    return step.level == PEOPLE and not linked and not any(isinstance(node, _ACROSS) for node in nodes)


def _nodes(step: Step) -> Iterator[Any]:
    waiting = list(nodes_of(step))
    while waiting:
        node = waiting.pop()
        yield node
        waiting += children(node)
