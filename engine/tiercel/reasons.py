"""Why a value is not there, as the reference evaluator raises it; and the row at which it stands.

In: nothing. Out: exceptions that carry a code, a place in the scheme, and the facts of the sentence.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from tiercel_dsl.source import Span


class _Reason(Exception):
    """Why there is no value: a code, the place in the scheme, what the sentence needs. Pickles."""

    def __init__(self, code: str, span: Span, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.span, self.facts = code, span, facts

    def __reduce__(self) -> tuple[Any, ...]:
        return _reason, (type(self), self.code, self.span, self.facts)


def _reason(kind: type[_Reason], code: str, span: Span, facts: dict[str, Any]) -> _Reason:
    return kind(code, span, **facts)


class Incomputable(_Reason):
    """No value here, for a reason that `otherwise` catches (decision 27)."""


class Absent(Incomputable):
    """A missing optional value, or a value that this row does not have."""


class NoValue(Absent):
    """A row that has no value or no line of this name: nothing to add up, and missing where it is read."""


class Failure(_Reason):
    """What no `otherwise` catches: two cases that disagree, a check of the facts, an attribute that changed."""


class Blocked(Exception):
    """A value that depends on one whose fault was already told."""


@dataclass(frozen=True, slots=True)
class At:
    """The row at hand. `day` is the date of record of a facts row, None for a person or a group; `turn` the place
    that a mean over tied places is at."""

    level: str
    row: int
    day: date | None
    turn: int = 0
