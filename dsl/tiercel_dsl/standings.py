"""What a rank gives: a place, how many entered and tied, means over tied places, the value at a place.

In: typed terms and the place in the text. Out: terms of `scheme.py`, or a `Fault` that says why the rank cannot
be read like this.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from typing import cast

from tiercel_dsl import scheme, syntax
from tiercel_dsl.resolver import fault
from tiercel_dsl.scheme import PlaceOf, Term
from tiercel_dsl.source import Span
from tiercel_dsl.types import COUNT, NUMBER, Kind, Type

_CLOSED = (scheme.Aggregate, scheme.Running, scheme.TiedMean, scheme.ValueAtPlace, Span, Type)


def tied_mean(expr: syntax.Call, operand: Term, ties: str, of: PlaceOf) -> Term:
    """`over_tied_places(share(place))`; ties: those of the rank that `of` reads."""
    if not operand.type.numeric:
        raise fault("E2204", expr.arguments[0].span, what="tied", wanted="number", type=str(operand.type.kind))
    if ties == "dense":
        raise fault("E2526", expr.span, name=expr.function.names[0])
    type_ = NUMBER if operand.type.kind is Kind.count else operand.type
    return scheme.TiedMean(of, operand, type_, operand.level, expr.span)


def place_read(expr: syntax.Call, operand: Term) -> PlaceOf:
    """The one place that an operand reads itself; raises where it reads none, or several."""
    found = dict.fromkeys(_places(operand))
    if len(found) != 1:
        raise fault("E2525", expr.arguments[0].span, function=expr.function.names[0], count=len(found))
    return next(iter(found))


def _places(part: object) -> Iterator[PlaceOf]:
    """The places read for the row at hand, not for those that are added up."""
    if isinstance(part, PlaceOf) and part.part == "place":
        yield part
    elif isinstance(part, tuple):
        for one in cast("tuple[object, ...]", part):
            yield from _places(one)
    elif is_dataclass(part) and not isinstance(part, _CLOSED):
        for field in fields(part):
            yield from _places(getattr(part, field.name))


def value_at(expr: syntax.Call, rank: Term, nth: Term, ranked: Type, level: str) -> Term:
    """`value_at(place, 3)`; `ranked` is the type of what is compared first."""
    assert isinstance(rank, PlaceOf)
    if nth.type.kind not in (Kind.count, Kind.plain):
        raise fault("E2204", expr.arguments[1].span, what="place", wanted="count", type=str(nth.type.kind))
    if isinstance(nth, scheme.Literal) and not _is_place(nth.value):
        raise fault("E2527", expr.arguments[1].span, value=nth.value)
    ready = replace(nth, type=COUNT) if isinstance(nth, scheme.Literal) else nth
    type_ = NUMBER if ranked.kind is Kind.plain else ranked
    return scheme.ValueAtPlace(rank, ready, type_, level, expr.span)


def _is_place(value: object) -> bool:
    return isinstance(value, Fraction) and value.denominator == 1 and value >= 1


def rank_meant(term: Term, written: syntax.Expr, function: str) -> PlaceOf:
    """The rank that stands as an argument."""
    if not isinstance(term, PlaceOf) or term.part != "place":
        raise fault("E2113", written.span, function=function, wanted="rank")
    return term
