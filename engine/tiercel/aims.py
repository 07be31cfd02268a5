"""What a person may want to reach: a place, a score, an amount.

In: a name and a bound, what came of an evaluation. Out: `Goal`, which says whether it is reached.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Protocol

from tiercel.errors import UsageError
from tiercel.outcome import Outcome
from tiercel_dsl.diagnostics import Diagnostic
from tiercel_dsl.resolver import nearest
from tiercel_dsl.scheme import PEOPLE, CheckedScheme, Names, Rank, Value


class Results(Protocol):
    """What a goal is held against."""

    @property
    def run(self) -> Outcome: ...
    @cached_property
    def payout(self) -> Mapping[str, Decimal]: ...
    @cached_property
    def values(self) -> Mapping[str, Mapping[str, Any]]: ...


@dataclass(frozen=True, slots=True)
class Goal:
    """A named value of a person and where it shall be: `Goal("place", at_most=3)`. 'payout' is the final amount."""

    name: str
    at_least: Decimal | int | None = None
    at_most: Decimal | int | None = None

    def value(self, results: Results, person: str) -> Any:
        """What it is now; None where the person has no such value."""
        if self.name in ("payout", "结算额"):
            return results.payout[person]
        return results.values[person].get(_identity(self.name, results.run.scheme))

    def reached(self, results: Results, person: str) -> bool:
        value = self.value(results, person)
        if not isinstance(value, Decimal):
            return False
        enough = self.at_least is None or value >= self.at_least
        return enough and (self.at_most is None or value <= self.at_most)


def _declared(scheme: CheckedScheme) -> Iterator[tuple[str, Names]]:
    """What a person has a value of, by identity."""
    things: tuple[Value | Rank, ...] = (*scheme.values, *scheme.scores, *scheme.ranks)
    for thing in things:
        if thing.level == PEOPLE:
            yield thing.identity, thing.names
    for kpi in scheme.kpis:
        yield kpi.identity, kpi.names
    for competency in scheme.competencies:
        yield competency.identity, competency.names


def _identity(name: str, scheme: CheckedScheme) -> str:
    head, dot, part = name.partition(".")
    known = dict(_declared(scheme))
    for identity, names in known.items():
        if head in (identity, names.name, names.alias):
            return f"{identity}{dot}{part}"
    near = nearest(head, [n for names in known.values() for n in (names.name, names.alias) if n])
    raise UsageError((Diagnostic("E2101", facts={"name": name, "candidates": near}),), name)
