"""Facts, people and groups: columns with their types, roles and checks.

In: a table's symbol. Out: a `scheme.Table`. A table without its own credited person or date of record
inherits its parent's; rows that belong to no period at all are a fault.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction

from tiercel_dsl import currencies, mending, scheme, syntax, terms, types
from tiercel_dsl.diagnostics import Diagnostic, Related
from tiercel_dsl.resolver import Fault, Gathered, Symbol, Symbols, TableSymbol, diagnostic, fault, nearest
from tiercel_dsl.scheme import PEOPLE
from tiercel_dsl.source import Span
from tiercel_dsl.terms import Context, Desk
from tiercel_dsl.types import Kind, Type

_ONCE = ("key", "credited", "record_date")


def column_type(table: TableSymbol, symbol: Symbol, symbols: Symbols) -> Type:
    """The type of a column as declared."""
    node: syntax.Column = symbol.node
    if symbol.identity in table.links:
        return Type(Kind.row, table=table.links[symbol.identity])
    if node.type.word == "one_of":
        return Type(Kind.text, options=tuple(o.value for o in node.type.options))
    if node.type.word in ("name", "person"):
        raise Fault  # the unknown type was reported where links are resolved
    if node.type.word == "money":
        return currencies.money_of(table, node, symbols)
    return Type(Kind(node.type.word))


def check_table(table: TableSymbol, desk: Desk) -> tuple[scheme.Table | None, list[Diagnostic]]:
    """Check one table; None where a fault leaves nothing to go on with."""
    gathered = Gathered()
    made = [gathered.of(_reading(table, symbol, desk)) for symbol in table.columns.values()]
    columns = [column for column in made if column is not None]
    found = gathered.found
    rates, wrong = currencies.check_rates(table, desk)
    found += wrong
    of_rates = currencies.of_rates(table)
    roles = {role: "" if of_rates else _role(table, role, found, desk) for role in _ONCE}
    if not of_rates:
        if not roles["key"]:
            found.append(_no_key(table, desk))
        found += _period_of_rows(table, roles["record_date"], desk)
    reverses, share = _reversal(table, desk, found)
    if gathered.failed or found:
        return None, found
    if rates is not None:
        roles["key"] = rates.currency
        columns = [_above_nothing(c) if c.identity == rates.rate else c for c in columns]
    return (
        scheme.Table(
            table.identity, table.kind, tuple(columns), roles["key"], roles["credited"], roles["record_date"],
            table.parent, reverses, share, rates, table.names, table.place,
        ),
        found,
    )  # fmt: skip


def _above_nothing(rate: scheme.Column) -> scheme.Column:
    """A rate of 0 or less is none, whether the author says so or not."""
    said = any(check.kind == "above" and check.bound >= 0 for check in rate.checks)
    return rate if said else replace(rate, checks=(*rate.checks, scheme.Check("above", Fraction(0))))


def _no_key(table: TableSymbol, desk: Desk) -> Diagnostic:
    """The first column of text that has no role yet would do."""
    free = [n for n in _nodes(table) if n.type.word == "text" and not n.roles]
    fixes = mending.role(free, "key", desk)
    return diagnostic("E2331", _head(table), table=table.names.shown(desk.language), fixes=fixes)


def _nodes(table: TableSymbol) -> list[syntax.Column]:
    return [symbol.node for symbol in table.columns.values()]


def _head(table: TableSymbol) -> Span:
    """A table is blamed at its name, not at all its lines."""
    return table.node.label.span


def _role(table: TableSymbol, role: str, found: list[Diagnostic], desk: Desk) -> str:
    named = [s for s in table.columns.values() if role in s.node.roles]
    if len(named) > 1:
        related = (Related(named[0].place.span, "first_here"),)
        found.append(
            diagnostic(
                "E2332",
                named[1].place.span,
                table=table.names.shown(desk.language),
                role=role,
                related=related,
                fixes=mending.without_role(named[1].node, role, desk),
            )
        )
    if named and _mistyped(table, named[0], role):
        node: syntax.Column = named[0].node
        what, wanted = _ROLE_TYPES[role]
        found.append(diagnostic("E2204", node.type.span, what=what, wanted=wanted, type=_kind(table, named[0])))
    return named[0].identity if named else ""


_ROLE_TYPES = {"record_date": ("date of record", "date"), "credited": ("credited", "person")}


def _mistyped(table: TableSymbol, symbol: Symbol, role: str) -> bool:
    """Whether the column's type does not suit its role; a type that does not exist is blamed elsewhere."""
    target, word = table.links.get(symbol.identity, ""), symbol.node.type.word
    if word == "name" and not target:
        return False
    if role == "record_date":
        return word not in ("date", "datetime")
    return role == "credited" and target != PEOPLE


def _kind(table: TableSymbol, symbol: Symbol) -> str:
    return "row" if symbol.identity in table.links else str(symbol.node.type.word)


def _reading(table: TableSymbol, symbol: Symbol, desk: Desk) -> Callable[[], scheme.Column]:
    return lambda: _column(table, symbol, desk)


def _column(table: TableSymbol, symbol: Symbol, desk: Desk) -> scheme.Column:
    node: syntax.Column = symbol.node
    currencies.check_column(table, node, desk)
    type_ = column_type(table, symbol, desk.symbols)
    if type_.kind is Kind.row and currencies.of_rates(desk.symbols.tables[type_.table]):
        shown = desk.symbols.tables[type_.table].names.shown(desk.language)
        raise fault("E2392", node.type.span, table=shown, what="link")
    if "dated" in node.roles and table.kind != "people":
        fixes = mending.without_role(node, "dated", desk)
        raise fault("E2337", node.span, column=node.label.name, fixes=fixes)
    default = None if node.default is None else _constant(node.default, type_, "default", desk, node)
    checks = tuple(_check(limit, type_, desk, node) for limit in node.limits)
    optional = "optional" in node.roles or node.default is not None
    dated = "dated" in node.roles
    return scheme.Column(symbol.identity, type_, optional, dated, default, checks, symbol.names, symbol.place)


def _constant(
    expr: syntax.Expr, type_: Type, what: str, desk: Desk, column: syntax.Column
) -> Fraction | str | bool | date:
    term = terms.build(expr, Context(scheme.EVERYWHERE, clause=what), desk)
    value = terms.constant(term)
    if term.type == types.DURATION:
        raise fault("E2204", expr.span, what=what, wanted="storable", type="duration")
    if value is None:
        raise fault("E2212", expr.span, what=what)
    whole = type_.kind is not Kind.count or (isinstance(value, Fraction) and value.denominator == 1)
    if not (types.fits(term.type, type_) and whole):
        given = "number" if term.type.kind is Kind.plain and not whole else str(term.type.kind)
        raise fault("E2204", expr.span, what=what, wanted=str(type_.kind), type=given)
    if type_.options and value not in type_.options:
        fixes = mending.texts(expr.span, nearest(str(value), type_.options), desk)
        name = column.label.name
        raise fault("E2205", expr.span, value=str(value), options=type_.options, column=name, fixes=fixes)
    return value


def _check(limit: syntax.Limit, type_: Type, desk: Desk, column: syntax.Column) -> scheme.Check:
    if not type_.numeric:
        raise fault("E2204", limit.span, what="limited", wanted="number", type=str(type_.kind))
    value = _constant(
        limit.expr, replace(type_, kind=_BOUND_KINDS.get(type_.kind, type_.kind)), limit.kind, desk, column
    )
    assert isinstance(value, Fraction)
    return scheme.Check(limit.kind, value)


_BOUND_KINDS = {Kind.count: Kind.number}  # whole numbers may be above 0.5


def _period_of_rows(table: TableSymbol, record_date: str, desk: Desk) -> list[Diagnostic]:
    if table.kind != "facts" or record_date:
        return []
    symbols = desk.symbols
    for level in (table.identity, *(parent for parent, _ in symbols.parents(table.identity))):
        above = symbols.tables[level]
        dated = any("record_date" in node.roles for node in _nodes(above))
        unclear = any(n.type.word == "name" and s not in above.links for s, n in _by_identity(above))
        if dated or unclear:  # a link that leads nowhere is blamed itself
            return []
    if len(_facts_above(table, desk)) > 1:
        return []  # two parents: blamed itself
    dates = [n for n in _nodes(table) if n.type.word in ("date", "datetime") and not n.roles]
    fixes = mending.role(dates, "record_date", desk)
    return [diagnostic("E2334", _head(table), table=table.names.shown(desk.language), fixes=fixes)]


def _by_identity(table: TableSymbol) -> list[tuple[str, syntax.Column]]:
    return [(identity, symbol.node) for identity, symbol in table.columns.items()]


def _facts_above(table: TableSymbol, desk: Desk) -> list[str]:
    tables = desk.symbols.tables
    return [t for t in table.links.values() if t in tables and tables[t].kind == "facts"]


def _reversal(table: TableSymbol, desk: Desk, found: list[Diagnostic]) -> tuple[str, scheme.Term | None]:
    for symbol in table.columns.values():
        node: syntax.Column = symbol.node
        if not node.reverses:
            continue
        target = table.links.get(symbol.identity, "")
        if node.type.word == "name" and not target:
            return "", None  # the type was blamed
        if target not in desk.symbols.tables or desk.symbols.tables[target].kind != "facts":
            shown = table.names.shown(desk.language)
            found.append(diagnostic("E2333", node.type.span, table=shown, column=node.label.name))
            return "", None
        try:
            share = None if node.reversed_share is None else _share(node.reversed_share, table, desk)
        except Fault as f:
            found.extend(f.diagnostics)
            return "", None
        return symbol.identity, share
    return "", None


def _share(expr: syntax.Expr, table: TableSymbol, desk: Desk) -> scheme.Term:
    term = terms.build(expr, Context(table.identity), desk)
    if not types.fits(term.type, types.NUMBER):
        raise fault("E2204", expr.span, what="reverses", wanted="number", type=str(term.type.kind))
    return term
