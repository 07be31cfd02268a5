"""Money in other currencies: which one a column is in, tables of rates, conversion into the scheme's own.

In: symbols and terms that are typed already. Out: types with their currency, a `scheme.Rates`, a
`scheme.Conversion`, or a `Fault`. Two currencies never meet without a rate; at which one, and of which
day, is always written, so that nobody's pay depends on a rate that somebody guessed.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from tiercel_dsl import mending, scheme, syntax
from tiercel_dsl.builtins import CURRENCIES, PERIOD_PARTS, SPOKEN_CURRENCIES, WORDS, spelling
from tiercel_dsl.diagnostics import Diagnostic, Edit, Fix, FixKind
from tiercel_dsl.resolver import (
    Fault,
    Symbol,
    Symbols,
    TableSymbol,
    diagnostic,
    fault,
    nearest,
    replacing,
    unknown_table,
)
from tiercel_dsl.scheme import PEOPLE, RECEIVER, Term
from tiercel_dsl.source import Span
from tiercel_dsl.types import MONEY, Kind, Type

DIRECTIONS = ("home_per_foreign", "foreign_per_home")


class _Written(Protocol):
    """Whatever stands at a place of the text."""

    @property
    def span(self) -> Span: ...


class Desk(mending.Page, Protocol):
    """What is asked of the checker: the text and the symbols."""

    symbols: Symbols


def home(symbols: Symbols) -> str:
    """The scheme's currency; '' where the line is missing."""
    head: syntax.CurrencyHead | None = symbols.heads.get("currency")
    return head.code if head is not None else ""


# ---- columns -----------------------------------------------------------------------------------------------


def money_of(table: TableSymbol, column: syntax.Column, symbols: Symbols) -> Type:
    """The type of a column of money; a currency that does not exist was blamed by `check_column`."""
    code = column.currency
    if not code or code == home(symbols):
        return MONEY
    if code in CURRENCIES:
        return replace(MONEY, currency=code)
    named = _column_named(table, code)
    if named is None:
        raise Fault
    return replace(MONEY, currency="=" + named.identity)


def _column_named(table: TableSymbol, word: str) -> Symbol | None:
    return next((s for s in table.columns.values() if word in (s.names.name, s.names.alias)), None)


def check_column(table: TableSymbol, column: syntax.Column, desk: Desk) -> None:
    """What a column says of its currency: an existing one, or another column of the row that always names one."""
    if not column.currency:
        return
    if column.type.word != "money":
        what = "row" if column.type.word == "name" else column.type.word
        raise fault("E2204", column.type.span, what="with currency", wanted="money", type=what)
    if column.currency in CURRENCIES:
        return
    named = _column_named(table, column.currency)
    if named is None:
        raise _no_currency(column.currency, column.currency_span, _codes(table))
    node: syntax.Column = named.node
    if node.type.word not in ("text", "one_of"):
        kind = "row" if node.type.word in ("name", "person") else node.type.word
        raise fault("E2204", column.currency_span, what="currency column", wanted="text", type=kind)
    if "optional" in node.roles and node.default is None:
        raise fault("E2207", column.currency_span, name=column.currency)
    check_options(node, desk)


def _codes(table: TableSymbol) -> list[str]:
    """The names of columns that may hold codes."""
    texts = (s for s in table.columns.values() if s.node.type.word in ("text", "one_of"))
    return [name for s in texts for name in (s.names.name, s.names.alias) if name]


def check_options(column: syntax.Column, desk: Desk) -> None:
    """Of a column that names currencies, each option is one."""
    for option in column.type.options:
        if option.value not in CURRENCIES:
            near = _near(option.value)
            fixes = mending.texts(option.span, near, desk)
            raise fault("E2008", option.span, currency=option.value, candidates=near, fixes=fixes)


def _near(code: str, others: Iterable[str] = ()) -> tuple[str, ...]:
    spoken = SPOKEN_CURRENCIES.get(code)
    return (spoken,) if spoken else nearest(code, [*others, *CURRENCIES])


def _no_currency(code: str, span: Span, others: Iterable[str] = ()) -> Fault:
    near = _near(code, others)
    return fault("E2008", span, currency=code, candidates=near, fixes=replacing(span, near))


# ---- tables of rates ---------------------------------------------------------------------------------------


def _nodes(table: TableSymbol) -> list[syntax.Column]:
    return [symbol.node for symbol in table.columns.values()]


def has_direction(table: TableSymbol) -> bool:
    return any(role in DIRECTIONS for node in _nodes(table) for role in node.roles)


def _keys(table: TableSymbol) -> list[Symbol]:
    return [symbol for symbol in table.columns.values() if "key" in symbol.node.roles]


def lacks_direction(table: TableSymbol) -> bool:
    """Whether currency and day are keys and some column holds numbers, but none says which way it converts."""
    kinds = [_kind(symbol) for symbol in _keys(table)]
    holds = table.kind == "facts" and sorted(kinds) == ["date", "text"]
    return holds and not has_direction(table) and any(node.type.word == "number" for node in _nodes(table))


def _kind(symbol: Symbol) -> str:
    word: str = symbol.node.type.word
    return "text" if word == "one_of" else word


def of_rates(table: TableSymbol) -> bool:
    """Whether the table is one of rates, or was meant to be."""
    return has_direction(table) or lacks_direction(table)


def check_rates(table: TableSymbol, desk: Desk) -> tuple[scheme.Rates | None, list[Diagnostic]]:
    """The columns of a table of rates, or what keeps it from being one."""
    if not has_direction(table):
        return None, [_no_direction(table, desk)] if lacks_direction(table) else []
    found = list(_faults(table, desk))
    for symbol in _keys(table):
        try:
            check_options(symbol.node, desk)
        except Fault as f:
            found += f.diagnostics
    if found:
        return None, found
    keys = {_kind(symbol): symbol.identity for symbol in _keys(table)}
    rate = next(s for s in table.columns.values() if _direction(s))
    return scheme.Rates(keys["text"], keys["date"], rate.identity, _direction(rate)), []


def _direction(symbol: Symbol) -> str:
    return next((role for role in symbol.node.roles if role in DIRECTIONS), "")


def _no_direction(table: TableSymbol, desk: Desk) -> Diagnostic:
    """Both readings with figures: the two are never far apart enough to be seen in a total."""
    column = next(node for node in _nodes(table) if node.type.word == "number")
    words = {role: mending.word("ROLE", role, desk) for role in DIRECTIONS}
    fixes = tuple(
        Fix(
            FixKind.review,
            "add_direction",
            (Edit(mending.at_end(column.span), mending.comma(desk) + words[role]),),
            {"candidate": words[role], "amount": amount, "currency": home(desk.symbols)},
        )
        for role, amount in (("home_per_foreign", "800"), ("foreign_per_home", "1250"))
    )
    return diagnostic("E2391", column.label.span, column=column.label.name, home=home(desk.symbols), fixes=fixes)


def _faults(table: TableSymbol, desk: Desk) -> Iterator[Diagnostic]:
    """What a table of rates must be, and must not."""
    directed = [s for s in table.columns.values() if _direction(s)]
    rate: syntax.Column = directed[0].node

    def wrong(what: str, span: Span, fixes: tuple[Fix, ...] = ()) -> Diagnostic:
        return diagnostic("E2392", span, table=table.names.shown(desk.language), what=what, fixes=fixes)

    if table.kind != "facts":
        yield wrong("kind", rate.label.span)
    elif sorted(_kind(symbol) for symbol in _keys(table)) != ["date", "text"]:
        yield wrong("keys", table.node.label.span)
    if len(directed) > 1 or len([role for role in rate.roles if role in DIRECTIONS]) > 1:
        yield wrong("twice", directed[-1].node.label.span)
    elif rate.type.word != "number":
        yield wrong("number", rate.type.span)
    for node in _nodes(table):
        needed = "key" in node.roles or node is rate
        for role in ("credited", "record_date", *(("optional",) if needed else ())):
            if role in node.roles:
                yield wrong(role, node.span, mending.without_role(node, role, desk))
    for symbol in desk.symbols.each("value"):
        if symbol.level == table.identity:
            yield wrong("rows", symbol.node.label.span)
    for requirement, level, _, _ in desk.symbols.requirements:
        if level == table.identity:
            yield wrong("rows", requirement.span)


# ---- two currencies ----------------------------------------------------------------------------------------


def mixed(span: Span, left: tuple[_Written, Type], right: tuple[_Written, Type], level: str, desk: Desk) -> Fault:
    """Money of two currencies is added, compared or put side by side. The operands as written, with their types."""
    foreign = [e for e, t in (left, right) if t.currency and not isinstance(e, scheme.Cases)]
    facts = _of("left", left[1], level, desk) | _of("right", right[1], level, desk)
    text, fixes = into(foreign, level, desk)
    return fault("E2231", span, left=left[0], right=right[0], **facts, fix=text, fixes=fixes)


def unpaid(expr: syntax.Expr, type_: Type, what: str, level: str, desk: Desk) -> Fault:
    """What is paid is in another currency than the scheme's."""
    text, fixes = into([expr], level, desk)
    facts = _of("own", type_, level, desk)
    return fault("E2232", expr.span, name=what, home=home(desk.symbols), **facts, fix=text, fixes=fixes)


def summed(expr: _Written, type_: Type, function: str, level: str, desk: Desk) -> Fault:
    """Rows of several currencies are made one figure."""
    text, fixes = into([expr], level, desk)
    column = _of("own", type_, level, desk)["own_column"]
    return fault("E2233", expr.span, function=function, column=column, fix=text, fixes=fixes)


def _of(side: str, type_: Type, level: str, desk: Desk) -> dict[str, str]:
    """How a currency is told: by its code, or by the column that names it."""
    code = "" if type_.varies else type_.currency or home(desk.symbols)
    return {f"{side}_code": code, f"{side}_column": _shown_way(type_, level, desk)}


def _shown_way(type_: Type, level: str, desk: Desk) -> str:
    shown = ""
    for name in type_.way:
        if name == RECEIVER:
            level = PEOPLE
            continue
        table = desk.symbols.tables.get(level)
        if table is None or name not in table.columns:
            return name
        shown, level = table.columns[name].names.shown(desk.language), table.links.get(name, "")
    return shown


def changes(type_: Type, level: str, desk: Desk) -> bool:
    """Whether the column that names the currency has a history of its own."""
    node: syntax.Column | None = None
    for name in type_.way:
        if name == RECEIVER:
            level = PEOPLE
            continue
        table = desk.symbols.tables[level]
        node, level = table.columns[name].node, table.links.get(name, "")
    return node is not None and "dated" in node.roles


def into(exprs: Sequence[_Written], level: str, desk: Desk) -> tuple[str, tuple[Fix, ...]]:
    """The first of these expressions converted, as text, and all of them as a fix."""
    rates = [t for t in desk.symbols.tables.values() if has_direction(t)]
    texts = [(expr.span, _converted(expr, rates[:1], level, desk)) for expr in exprs]
    if not texts:
        return "", ()
    edits = tuple(Edit(span, text) for span, text in texts)
    fix = Fix(FixKind.review, "write", edits, {"text": texts[0][1]})
    return texts[0][1], (fix,) if rates else ()


def _converted(expr: _Written, rates: list[TableSymbol], level: str, desk: Desk) -> str:
    chinese = desk.language == "zh"
    text = desk.text_at(expr.span)
    if _ATOM.fullmatch(text) is None:
        text = f"({text})"
    table = rates[0].names.shown(desk.language) if rates else "牌价" if chinese else "fx"
    words = [mending.word(terminal, "", desk) for terminal in ("INTO", "AT")]
    converted = f"{text} {words[0]} {home(desk.symbols)} {words[1]} {table}"
    return converted if _has_day(level, desk) else f"{converted} {_last_day(desk)}"


_ATOM = re.compile(r"[\w.．]+( *[(（][^()（）]*[)）])?")  # a name, or a call of something simple


def _has_day(level: str, desk: Desk) -> bool:
    table = desk.symbols.tables.get(level)
    return table is not None and table.kind == "facts"


def _last_day(desk: Desk) -> str:
    """`as of period.last`."""
    period, last = spelling(WORDS, "period", desk.language), spelling(PERIOD_PARTS, "last", desk.language)
    return f"{mending.word('AS_OF', '', desk)} {period}.{last}"


# ---- conversion --------------------------------------------------------------------------------------------


def conversion(expr: syntax.Convert, operand: Term, day: Term | None, level: str, desk: Desk) -> Term:
    """`amount into USD at fx as of d`; without a day that of the row."""
    table = _rates_named(expr.rates, desk)
    own = home(desk.symbols)
    if expr.currency not in CURRENCIES:
        raise _no_currency(expr.currency, expr.currency_span)
    if expr.currency != own:
        fixes = replacing(expr.currency_span, [own])
        raise fault("E2235", expr.currency_span, currency=expr.currency, home=own, fixes=fixes)
    if operand.type.kind is not Kind.money:
        raise fault("E2204", expr.operand.span, what="conversion", wanted="money", type=str(operand.type.kind))
    if day is None and not _has_day(level, desk):
        text = _last_day(desk)
        fix = Fix(FixKind.review, "write", (Edit(mending.at_end(expr.span), f" {text}"),), {"text": text})
        raise fault("E2236", expr.span, fix=text, fixes=(fix,))
    if day is not None and expr.day is not None and day.type.kind not in (Kind.date, Kind.datetime):
        raise fault("E2204", expr.day.span, what="rate day", wanted="date", type=str(day.type.kind))
    return scheme.Conversion(operand, table.identity, day, MONEY, level, expr.span)


def _rates_named(path: syntax.Path, desk: Desk) -> TableSymbol:
    word = path.names[0]
    table = desk.symbols.table_named(word)
    if word in desk.symbols.doubted:
        raise Fault
    if table is None or len(path.names) > 1:
        raise Fault(unknown_table(".".join(path.names), path.span, desk.symbols))
    if lacks_direction(table):
        raise Fault  # said at the table
    if not has_direction(table):
        known = tuple(t.names.shown(desk.language) for t in desk.symbols.tables.values() if has_direction(t))
        raise fault("E2237", path.span, table=word, candidates=known, fixes=replacing(path.span, known))
    return table
