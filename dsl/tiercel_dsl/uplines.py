"""Who is above whom: the receivers of a line up a hierarchy.

In: `upline(seller, sponsor, 5 where active)` and the level of the line. Out: a `scheme.Upline`, or a `Fault`.
Only what the facts say of people decides who stands where: nothing that the rules work out does.
"""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import cast, get_args

from tiercel_dsl import scheme, syntax, terms
from tiercel_dsl.builtins import FUNCTIONS
from tiercel_dsl.resolver import Fault, Gathered, fault, naming, nearest
from tiercel_dsl.scheme import EVERYWHERE, PEOPLE, Term
from tiercel_dsl.sharing import receiver
from tiercel_dsl.source import Span
from tiercel_dsl.terms import Context, Desk

_READ = (
    scheme.Literal, scheme.Lapse, scheme.ColumnOf, scheme.RowOf, scheme.ParameterOf, scheme.PeriodOf,
    scheme.Arithmetic, scheme.Comparison, scheme.Junction, scheme.Membership, scheme.Presence, scheme.Function,
    scheme.TierValue, scheme.TierPrice, scheme.NextBound, scheme.GrossFor, scheme.Part, scheme.LookupValue,
    scheme.Conversion,
)  # fmt: skip


def upline(call: syntax.Call, level: str, desk: Desk) -> scheme.Upline:
    """The receivers that the words after `to` name."""
    word, *more = call.function.names
    if more or FUNCTIONS.get(word) != "upline":
        raise fault("E2501", call.function.span, what="other")
    if call.scopes:
        raise fault("E2501", call.scopes[0].span, what="scope")
    paths = list(call.arguments)
    last = _depth_argument(paths, desk)
    if not 1 <= len(paths) <= 2:
        raise fault("E2501", call.span, what="arguments")
    gathered = Gathered()
    start = gathered.of(_start(call, paths[:-1], level, desk))
    link = gathered.of(lambda: _link(paths[-1], desk))
    depth = None if last is None else gathered.of(lambda: _depth(last, desk))
    where = None if call.where is None else gathered.of(_condition(call.where, desk))
    gathered.settle()
    assert start is not None
    assert link is not None
    return scheme.Upline(start, link, depth, where, call.span)


def _depth_argument(paths: list[syntax.Expr], desk: Desk) -> syntax.Expr | None:
    """The last argument, taken off, where it says how many levels."""
    last = paths[-1] if paths else None
    named = isinstance(last, syntax.Path) and len(last.names) == 1
    parameter = desk.symbols.scopes.get(EVERYWHERE, {}).get(last.names[0]) if isinstance(last, syntax.Path) else None
    if isinstance(last, syntax.Path) and not (named and parameter is not None and _person_link(last, desk) == ""):
        return None
    return paths.pop() if paths else None


def _depth(written: syntax.Expr, desk: Desk) -> int:
    term = terms.build(written, Context(EVERYWHERE, clause="upline"), desk)
    value = terms.constant(term)
    if not isinstance(value, Fraction) or value.denominator != 1 or value < 1 or term.type.kind.value == "percent":
        raise fault("E2503", written.span, seen=written)
    return int(value)


def _start(call: syntax.Call, paths: list[syntax.Expr], level: str, desk: Desk) -> Callable[[], tuple[str, ...]]:
    """The person from whom it goes up: the one named, else the one whose the row is."""

    def read() -> tuple[str, ...]:
        if not paths:
            way = desk.symbols.way_to_person(level)
            if way is None:
                raise fault("E2501", call.span, what="no start")
            return way
        if not isinstance(paths[0], syntax.Path):
            raise fault("E2501", paths[0].span, what="arguments")
        found = receiver(paths[0], Context(level), desk, may_lack=True)
        if found.company:
            raise fault("E2501", paths[0].span, what="company")
        return found.path

    return read


def _person_link(written: syntax.Expr, desk: Desk) -> str:
    """The people's column of this name that names a person, '' for anything else."""
    if not isinstance(written, syntax.Path) or len(written.names) != 1:
        return ""
    symbol = desk.symbols.scopes.get(PEOPLE, {}).get(written.names[0])
    links = desk.symbols.tables[PEOPLE].links
    return symbol.identity if symbol is not None and links.get(symbol.identity) == PEOPLE else ""


def _link(written: syntax.Expr, desk: Desk) -> str:
    found = _person_link(written, desk)
    if found:
        return found
    if isinstance(written, syntax.Path) and written.names[0] in desk.symbols.doubted:
        raise Fault  # the column was blamed itself
    people = desk.symbols.tables[PEOPLE]
    known = [people.columns[c].names.shown(desk.language) for c, target in people.links.items() if target == PEOPLE]
    near = nearest(written.names[-1], known) if isinstance(written, syntax.Path) else ()
    near = near or tuple(known[:3])
    raise fault("E2502", written.span, name=written, candidates=near, fixes=naming(written.span, near))


def _condition(written: syntax.Expr, desk: Desk) -> Callable[[], Term]:
    """What somebody must be to count as a level: read from columns, which are known before anything is paid."""

    def read() -> Term:
        term = terms.condition(written, Context(PEOPLE, inside=True), desk, "where")
        worked_out = _first_worked_out(term)
        if worked_out is not None:
            raise fault("E2504", written.span if worked_out is term else worked_out.span, name=written)
        return term

    return read


def _first_worked_out(node: object) -> Term | None:
    if isinstance(node, get_args(Term)) and not isinstance(node, _READ):
        return cast("Term", node)
    parts: tuple[object, ...] = ()
    if isinstance(node, tuple):
        parts = cast("tuple[object, ...]", node)
    elif is_dataclass(node) and not isinstance(node, Span):
        parts = tuple(getattr(node, field.name) for field in fields(node))
    return next((found for part in parts if (found := _first_worked_out(part)) is not None), None)
