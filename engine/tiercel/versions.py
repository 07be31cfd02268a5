"""Which version of a scheme governs a period.

In: the versions of one scheme and a period. Out: the version in force, and a scheme's calendar. The newest
version that has begun governs; when that one has ended, nothing is in force: never an older version.
"""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from tiercel.errors import SchemeError, UsageError
from tiercel.periods import Calendar, Period, Shape
from tiercel_dsl.diagnostics import Diagnostic
from tiercel_dsl.scheme import CheckedScheme
from tiercel_dsl.transitions import CUTS_INSIDE


class Versioned(Protocol):
    """Anything that carries a checked scheme."""

    @property
    def checked(self) -> CheckedScheme: ...


V = TypeVar("V", bound=Versioned)


def calendar(scheme: CheckedScheme) -> Calendar:
    """How a scheme cuts time into periods."""
    return Calendar(Shape(scheme.period), scheme.weeks, scheme.week_first)


def governing(versions: Iterable[V], period: Period) -> V:
    """The version in force in `period`; raises UsageError E3301 if there is none."""
    begun = [v for v in versions if v.checked.first <= period.first or starts_inside(v.checked, period)]
    newest = max(begun, key=lambda v: (v.checked.first, v.checked.version), default=None)
    if newest is None or (newest.checked.last is not None and newest.checked.last < period.last):
        first = min((v.checked.first for v in versions), default=period.first)
        raise UsageError((Diagnostic("E3301", facts={"period": period.name, "first": first.isoformat()}),))
    return newest


def starts_inside(scheme: CheckedScheme, period: Period) -> bool:
    """Whether a version begins after the first day of the period and rules in it nevertheless."""
    cut = "" if scheme.transition is None else scheme.transition.cut
    return cut in CUTS_INSIDE and period.first < scheme.first <= period.last


def family(main: V, others: Iterable[V]) -> tuple[V, ...]:
    """`main` and the other versions of the same scheme; two different texts of one version are an error, and so is
    another currency: what one version earned and the other pays later would be paid as though it were the same money.
    """
    out: dict[int, V] = {main.checked.version: main}
    for other in others:
        if other.checked.identity != main.checked.identity:
            continue
        earlier = out.setdefault(other.checked.version, other)
        if earlier is not other and earlier.checked.hash != other.checked.hash:
            facts = {"version": other.checked.version, "scheme": main.checked.names.name}
            raise SchemeError((Diagnostic("E3304", facts=facts),))
        if other.checked.currency != main.checked.currency:
            facts = {"version": other.checked.version, "what": "currency"}
            raise SchemeError((Diagnostic("E2743", facts=facts),))
    return tuple(out[number] for number in sorted(out))
