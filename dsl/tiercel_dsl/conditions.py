"""What conditions say about the things they ask: can both hold, does one leave the other nothing, where is a gap.

In: typed conditions. Out: regions, each a range or a choice of values for every thing asked, and a witness of one.
Two things asked are taken to be independent of each other; so a region that is empty is empty for certain, and one
that is not may still never come about where what is asked hangs together (`independent` says whether it can).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import product
from typing import TypeAlias

from tiercel_dsl import scheme
from tiercel_dsl.records import dataclass
from tiercel_dsl.scheme import Term
from tiercel_dsl.types import Kind

_MOST = 64  # regions; more than that is left undecided
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}

Value: TypeAlias = Fraction | str | bool | date
Asked: TypeAlias = "Term | Distance | Filled"
Constants: TypeAlias = Mapping[str, scheme.Literal]  # parameters that hold one value for all time


@dataclass(frozen=True, slots=True)
class Distance:
    """How far `left` is above `right`, where neither is a fixed value."""

    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class Filled:
    """Whether a value is present."""

    operand: Term


@dataclass(frozen=True, slots=True)
class Domain:
    """Values between two bounds (None: open), or those of `options` (None: any), without those in `without`."""

    low: Fraction | None = None
    low_inside: bool = False
    high: Fraction | None = None
    high_inside: bool = False
    options: frozenset[Value] | None = None
    without: frozenset[Value] = frozenset()
    whole: bool = False  # only whole numbers

    @property
    def empty(self) -> bool:
        if self.options is not None:
            return not self.options - self.without
        if self.low is None or self.high is None:
            return False
        inside = self.low_inside and self.high_inside and self.low not in self.without
        return self.low > self.high or (self.low == self.high and not inside)

    def meet(self, other: "Domain") -> "Domain":
        low, low_inside = _tighter(self.low, self.low_inside, other.low, other.low_inside, upwards=True)
        high, high_inside = _tighter(self.high, self.high_inside, other.high, other.high_inside, upwards=False)
        options = self.options if other.options is None else other.options
        if self.options is not None and other.options is not None:
            options = self.options & other.options
        both = Domain(
            low, low_inside, high, high_inside, options, self.without | other.without, self.whole or other.whole
        )
        return _whole(both) if both.whole else both


Region: TypeAlias = dict[Asked, Domain]
Regions: TypeAlias = list[Region]


def _tighter(
    one: Fraction | None, one_in: bool, other: Fraction | None, other_in: bool, upwards: bool
) -> tuple[Fraction | None, bool]:
    if one is None or other is None:
        return (other, other_in) if one is None else (one, one_in)
    if one == other:
        return one, one_in and other_in
    return (one, one_in) if (one > other) is upwards else (other, other_in)


def _whole(domain: Domain) -> Domain:
    """Bounds between whole numbers move to the whole numbers inside."""
    low, low_inside, high, high_inside = domain.low, domain.low_inside, domain.high, domain.high_inside
    if low is not None:
        up = Fraction(-(-low.numerator // low.denominator))
        low, low_inside = (up + 1 if up == low and not low_inside else up), True
    if high is not None:
        down = Fraction(high.numerator // high.denominator)
        high, high_inside = (down - 1 if down == high and not high_inside else down), True
    return replace(domain, low=low, low_inside=low_inside, high=high, high_inside=high_inside)


# ---- conditions to regions ---------------------------------------------------------------------------------------


class Reader:
    """Conditions of one scheme as regions; None where there are too many to follow."""

    def __init__(self, checked: scheme.CheckedScheme) -> None:
        self.scheme = checked
        self.columns = {(t.identity, c.identity): c for t in checked.tables for c in t.columns}
        always = (p for p in checked.parameters if len(p.values) == 1)
        self.fixed: Constants = {
            p.identity: p.values[0].term for p in always if p.values[0].first is None and p.values[0].last is None
        }

    def regions(self, condition: Term, holds: bool = True) -> Regions | None:
        """Where the condition holds, or where it does not."""
        if isinstance(condition, scheme.Junction):
            return self._junction(condition, holds)
        if isinstance(condition, scheme.Comparison):
            return self._comparison(condition, holds)
        if isinstance(condition, scheme.Membership):
            return self._membership(condition, holds)
        if isinstance(condition, scheme.Presence):
            return [{Filled(condition.operand): Domain(options=frozenset({condition.present is holds}))}]
        if isinstance(condition, scheme.Literal):
            return [{}] if condition.value is holds else []
        return [self._asked(condition, Domain(options=frozenset({holds})))]

    def both(self, *parts: Regions | None) -> Regions | None:
        """Where all of them hold."""
        found: Regions = [{}]
        for part in parts:
            if part is None or len(found) * len(part) > _MOST * 4:
                return None
            found = [r for one, other in product(found, part) if (r := _meet(one, other)) is not None]
            if len(found) > _MOST:
                return None
        return found

    def _junction(self, condition: scheme.Junction, holds: bool) -> Regions | None:
        if condition.operator == "not":
            return self.regions(condition.operands[0], not holds)
        parts = [self.regions(operand, holds) for operand in condition.operands]
        if (condition.operator == "and") is holds:
            return self.both(*parts)
        found: Regions = []
        for part in parts:
            if part is None:
                return None
            found += part
        return found if len(found) <= _MOST else None

    def _comparison(self, condition: scheme.Comparison, holds: bool) -> Regions | None:
        operator = condition.operator if holds else _OPPOSITE[condition.operator]
        left, right = self.value(condition.left), self.value(condition.right)
        if left is not None and right is not None:
            return None
        if right is not None:
            return [self._asked(condition.left, _compared(operator, right))]
        if left is not None:
            return [self._asked(condition.right, _compared(_FLIPPED[operator], left))]
        pair = Distance(condition.left, condition.right)
        if repr(pair.right) < repr(pair.left):
            pair, operator = Distance(condition.right, condition.left), _FLIPPED[operator]
        return [{pair: _compared(operator, Fraction(0))}]

    def _membership(self, condition: scheme.Membership, holds: bool) -> Regions | None:
        values = [self.value(option) for option in condition.options]
        if any(value is None for value in values):
            return None
        known = frozenset(value for value in values if value is not None)
        return [self._asked(condition.operand, Domain(options=known) if holds else Domain(without=known))]

    def _asked(self, term: Term, domain: Domain) -> Region:
        """What is asked, with what its column allows of itself."""
        own = Domain(whole=term.type.kind is Kind.count and isinstance(term, scheme.ColumnOf | scheme.Aggregate))
        if term.type.options:
            own = Domain(options=frozenset(term.type.options))
        if isinstance(term, scheme.ColumnOf) and not term.mean:
            column = self.columns.get((term.table, term.column))
            for check in column.checks if column else ():
                own = own.meet(_checked(check))
        elif isinstance(term, scheme.Aggregate) and term.function in ("count", "distinct"):
            own = own.meet(Domain(low=Fraction(0), low_inside=True))
        return {term: own.meet(domain)}

    def value(self, term: Term) -> Value | None:
        """The fixed value of a term, None if it has none."""
        if isinstance(term, scheme.ParameterOf):
            term = self.fixed.get(term.name, term)
        return term.value if isinstance(term, scheme.Literal) else None


def _meet(one: Region, other: Region) -> Region | None:
    out = dict(one)
    for key, domain in other.items():
        met = out[key].meet(domain) if key in out else domain
        if met.empty:
            return None
        out[key] = met
    return None if any(d.empty for d in out.values()) else out


def _checked(check: scheme.Check) -> Domain:
    if check.kind in ("at_least", "above"):
        return Domain(low=check.bound, low_inside=check.kind == "at_least")
    return Domain(high=check.bound, high_inside=check.kind == "at_most")


def _compared(operator: str, value: Value) -> Domain:
    """Where `x operator value` holds; days are numbers."""
    if isinstance(value, date):
        value = Fraction(value.toordinal())
    if not isinstance(value, Fraction):
        return Domain(options=frozenset({value})) if operator == "=" else Domain(without=frozenset({value}))
    if operator == "=":
        return Domain(value, True, value, True)
    if operator == "!=":
        return Domain(without=frozenset({value}))
    inside = operator.endswith("=")
    if operator.startswith("<"):
        return Domain(high=value, high_inside=inside)
    return Domain(low=value, low_inside=inside)


# ---- what regions tell -------------------------------------------------------------------------------------------


def point(domain: Domain) -> Value | None:
    """A value inside; None where any would do."""
    if domain.options is not None:
        left = sorted(domain.options - domain.without, key=lambda v: (v is not True, str(v)))
        return left[0] if left else None
    low, high = domain.low, domain.high
    if low is not None and domain.low_inside and low not in domain.without:
        return low
    if high is not None and domain.high_inside and high not in domain.without:
        return high
    if low is not None and high is not None:
        return _between(low, high)
    if low is not None:
        return low + _step(low)
    return None if high is None else high - _step(high)


def _step(value: Fraction) -> Fraction:
    return Fraction(1, 100) if abs(value) <= 10 else Fraction(1)


def _between(low: Fraction, high: Fraction) -> Fraction:
    """The roundest number between the two."""
    for digits in range(-9, 9):
        unit = Fraction(10) ** -digits
        first = (low // unit + 1) * unit
        if first < high:
            return first
    return (low + high) / 2


def independent(keys: Iterable[Asked]) -> bool:
    """Whether any values of these can come together: columns of the facts, or one thing alone."""
    asked = list(keys)
    return len(asked) <= 1 or all(isinstance(key, scheme.ColumnOf) for key in asked)


def asked_in(found: Sequence[Region]) -> list[Asked]:
    return list(dict.fromkeys(key for region in found for key in region))
