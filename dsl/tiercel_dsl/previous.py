"""What the period before closed with: `previous(x, otherwise 0)`.

In: the call, and where it stands. Out: its term, or a `Fault`. What may be asked for is what a period works out once
for each person or group: a value, a score, part of a kpi, a place, a line, the payout. Of its type the checker is
asked apart from its value, since a value may well read what it was itself a period ago.
"""

from dataclasses import replace
from typing import Any, cast

from tiercel_dsl import scheme, syntax, terms, types
from tiercel_dsl.builtins import ACCOUNT_PARTS, WORDS, spelling
from tiercel_dsl.records import dataclass
from tiercel_dsl.resolver import Symbol, fault, replacing
from tiercel_dsl.scheme import PEOPLE, Term
from tiercel_dsl.source import Span
from tiercel_dsl.terms import Context, Desk
from tiercel_dsl.types import COUNT, MONEY, NUMBER, Type
from tiercel_dsl.windows import hired_column

_SPANS = ("month", "quarter", "half_year", "year", "own_year")


@dataclass(frozen=True, slots=True)
class _Blind:
    """A desk that tells names without types: what is named may be what is just being worked out."""

    desk: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.desk, name)

    def type_of(self, symbol: Symbol, span: Span) -> Type:
        return MONEY if symbol.kind in ("value", "score", "line") else self.desk.type_of(symbol, span)

    def kpi_type(self, kpi: Symbol, part: str, span: Span) -> Type:
        return NUMBER


def former(expr: syntax.Call, at: Context, desk: Desk) -> Term:
    """The term of `previous(x)`."""
    if len(expr.arguments) != 1 or expr.where is not None or max(len(expr.otherwise), len(expr.scopes)) > 1:
        raise fault("E2569", expr.span, written=expr)
    reset, hired = _reset(expr, desk)
    argument = expr.arguments[0]
    rescued = replace(at, rescued=at.rescued or bool(expr.otherwise))
    table, name, part, path = _named(argument, expr.span, rescued, desk)
    if hired and table != PEOPLE:
        raise fault("E2569", expr.scopes[0].span, written=expr)
    start = None
    if expr.otherwise:
        start = terms.build(expr.otherwise[0], Context(table), desk)
    type_ = _type(argument, table, name, part, None if start is None else start.type, desk)
    if start is not None:
        both = types.unified(type_, start.type)
        if both is None or not types.fits(start.type, type_):
            wanted, given = str(type_.kind), str(start.type.kind)
            raise fault("E2204", expr.otherwise[0].span, what="rescue", wanted=wanted, type=given)
        start = terms.adapted(start, type_)
    return scheme.PreviousOf(table, name, part, path, start, reset, hired, type_.seen_over(path), at.level, expr.span)


def _reset(expr: syntax.Call, desk: Desk) -> tuple[str, str]:
    if not expr.scopes:
        return "", ""
    scope = expr.scopes[0]
    if not isinstance(scope, syntax.Window) or scope.kind not in _SPANS or scope.as_of is not None:
        raise fault("E2569", scope.span, written=expr)
    return scope.kind, hired_column(scope.span, desk) if scope.kind == "own_year" else ""


def _named(argument: syntax.Expr, whole: Span, at: Context, desk: Desk) -> tuple[str, str, str, tuple[str, ...]]:
    """Level, identity and part of what is named, and the way there."""
    if not isinstance(argument, syntax.Path):
        raise fault("E2562", argument.span, name=argument)
    balance = desk.symbols.accounts.get(argument.names[0])
    if balance is not None:
        return _of_account(balance, argument, whole, at, desk)
    if argument.names in terms.PAYOUT and argument.names[0] not in desk.symbols.scopes.get(PEOPLE, {}):
        path = desk.symbols.way_to_person(at.level) if at.level in desk.symbols.tables else None
        if path is None:
            raise terms.no_person(argument, at, desk)
        return PEOPLE, "payout", "payout", path
    if WORDS.get(argument.names[0]) == "company":
        raise fault("E2562", argument.span, name=argument)
    term = terms.build(argument, at, cast("Desk", _Blind(desk)))
    if isinstance(term, scheme.Received) and len(term.lines) == 1:
        return PEOPLE, term.lines[0], "line", term.path
    if isinstance(term, scheme.KpiOf) and term.part != "weight":
        return PEOPLE, term.kpi, term.part, term.path
    if isinstance(term, scheme.PlaceOf) and term.part == "place" and desk.symbols.tables[term.table].kind != "facts":
        return term.table, term.rank, "place", term.path
    if isinstance(term, scheme.ValueOf) and desk.symbols.tables[term.table].kind != "facts":
        line = any(s.identity == term.name and s.level == term.table for s in desk.symbols.each("line"))
        if not line or term.table == PEOPLE:
            return term.table, term.name, "line" if line else "", term.path
    raise fault("E2562", argument.span, name=argument)


def _of_account(
    account: Symbol, argument: syntax.Path, whole: Span, at: Context, desk: Desk
) -> tuple[str, str, str, tuple[str, ...]]:
    """What it opened with; what it closed with is what it opens with now."""
    if len(argument.names) == 2 and ACCOUNT_PARTS.get(argument.names[1]) == "opening":
        term = terms.build(argument, at, desk)
        assert isinstance(term, scheme.OpeningOf)
        return PEOPLE, account.identity, "opening", term.path
    opening = f"{argument.names[0]}.{spelling(ACCOUNT_PARTS, 'opening', desk.language)}"
    fixes = replacing(whole, [opening], "replace_word")
    raise fault("E2560", argument.span, written=desk.text_at(argument.span), opening=opening, fixes=fixes)


def _type(argument: syntax.Expr, table: str, name: str, part: str, start: Type | None, desk: Desk) -> Type:
    if part in ("line", "payout", "opening"):
        return MONEY
    if part == "place":
        return COUNT
    if part:
        kpi = next(s for s in desk.symbols.each("kpi") if s.identity == name)
        return desk.former_type(kpi, part, argument.span, start)
    kinds = ("value", "score")
    symbol = next(s for s in desk.symbols.each(*kinds) if (s.level, s.identity) == (table, name))
    return desk.former_type(symbol, "", argument.span, start)
