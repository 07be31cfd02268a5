"""Facts, people and groups: columns with their types, roles and checks.

In: a table's symbol. Out: a `scheme.Table`. A table without its own credited person or date of record
inherits its parent's; rows that belong to no period at all are a fault.
"""

from fractions import Fraction

from tiercel_dsl import scheme, syntax, terms, types
from tiercel_dsl.diagnostics import Diagnostic, Related
from tiercel_dsl.resolver import Fault, Symbol, TableSymbol, diagnostic, fault
from tiercel_dsl.scheme import PEOPLE
from tiercel_dsl.terms import Context, Desk
from tiercel_dsl.types import DATE, DATETIME, TEXT, Kind, Type

_ONCE = ("key", "credited", "record_date")


def column_type(table: TableSymbol, symbol: Symbol) -> Type:
    """The type of a column as declared."""
    node: syntax.Column = symbol.node
    if symbol.identity in table.links:
        return Type(Kind.row, table=table.links[symbol.identity])
    if node.type.word == "one_of":
        return Type(Kind.text, options=tuple(o.value for o in node.type.options))
    if node.type.word in ("name", "person"):
        raise Fault()  # the unknown type was reported where links are resolved
    return Type(Kind(node.type.word))


def check_table(table: TableSymbol, desk: Desk) -> tuple[scheme.Table | None, list[Diagnostic]]:
    """Check one table; None where a fault leaves nothing to go on with."""
    found: list[Diagnostic] = []
    columns: list[scheme.Column] = []
    for symbol in table.columns.values():
        try:
            columns.append(_column(table, symbol, desk))
        except Fault as f:
            found += f.diagnostics
    roles = {role: _role(table, role, found) for role in _ONCE}
    if not roles["key"]:
        found.append(diagnostic("E2331", table.place.span, table=table.names.name))
    _period_of_rows(table, roles["record_date"], desk, found)
    reverses, share = _reversal(table, desk, found)
    if found and any(d.severity == "error" for d in found):
        return None, found
    return (
        scheme.Table(
            table.identity, table.kind, tuple(columns), roles["key"], roles["credited"], roles["record_date"],
            table.parent, reverses, share, table.names, table.place,
        ),
        found,
    )  # fmt: skip


def _role(table: TableSymbol, role: str, found: list[Diagnostic]) -> str:
    named = [s for s in table.columns.values() if role in s.node.roles]
    if len(named) > 1:
        related = (Related(named[0].place.span, "first_here"),)
        found.append(
            diagnostic("E2332", named[1].place.span, table=table.names.name, role=role, related=related)
        )
    if named and role == "record_date" and named[0].node.type.word not in ("date", "datetime"):
        found.append(
            diagnostic(
                "E2204",
                named[0].node.type.span,
                what="date of record",
                wanted="date",
                type=named[0].node.type.word,
            )
        )
    if named and role == "credited" and table.links.get(named[0].identity) != PEOPLE:
        found.append(
            diagnostic(
                "E2204",
                named[0].node.type.span,
                what="credited",
                wanted="person",
                type=named[0].node.type.word,
            )
        )
    return named[0].identity if named else ""


def _column(table: TableSymbol, symbol: Symbol, desk: Desk) -> scheme.Column:
    node: syntax.Column = symbol.node
    type_ = column_type(table, symbol)
    if "dated" in node.roles and table.kind != "people":
        raise fault("E2337", node.span, column=node.label.name)
    default = None if node.default is None else _constant(node.default, type_, "default", desk)
    checks = tuple(_check(limit, type_, desk) for limit in node.limits)
    optional = "optional" in node.roles or node.default is not None
    dated = "dated" in node.roles
    return scheme.Column(symbol.identity, type_, optional, dated, default, checks, symbol.names, symbol.place)


def _constant(expr: syntax.Expr, type_: Type, what: str, desk: Desk) -> Fraction | str | bool | None:
    term = terms.build(expr, Context(scheme.EVERYWHERE), desk)
    value = terms.constant(term)
    if value is None:
        raise fault("E2212", expr.span, what=what)
    if not types.fits(term.type, type_):
        raise fault("E2204", expr.span, what=what, wanted=str(type_.kind), type=str(term.type.kind))
    if type_.options and value not in type_.options:
        raise fault("E2205", expr.span, value=str(value), options=type_.options, column="")
    return value


def _check(limit: syntax.Limit, type_: Type, desk: Desk) -> scheme.Check:
    value = _constant(limit.expr, type_, limit.kind, desk)
    if not isinstance(value, Fraction):
        raise fault("E2204", limit.expr.span, what=limit.kind, wanted="number", type=str(type_.kind))
    return scheme.Check(limit.kind, value)


def _period_of_rows(table: TableSymbol, record_date: str, desk: Desk, found: list[Diagnostic]) -> None:
    if table.kind != "facts" or record_date:
        return
    for parent, _ in desk.symbols.parents(table.identity):
        if any("record_date" in s.node.roles for s in desk.symbols.tables[parent].columns.values()):
            return
    found.append(diagnostic("E2334", table.place.span, table=table.names.name))


def _reversal(table: TableSymbol, desk: Desk, found: list[Diagnostic]) -> tuple[str, scheme.Term | None]:
    for symbol in table.columns.values():
        node: syntax.Column = symbol.node
        if not node.reverses:
            continue
        target = table.links.get(symbol.identity, "")
        if target not in desk.symbols.tables or desk.symbols.tables[target].kind != "facts":
            found.append(diagnostic("E2333", node.span, table=table.names.name, column=node.label.name))
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


__all__ = ["DATE", "DATETIME", "TEXT", "check_table", "column_type"]
