"""Expressions: surface trees to typed, resolved terms.

In: an expression of `syntax.py`, the symbols, and where it stands (`Context`). Out: a term of
`scheme.py`, or a `Fault` with every fault of the expression. Types of named values are asked for on
demand (`Desk.type_of`), so that a circle of definitions shows itself as the loop it is.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Protocol

from tiercel_dsl import scheme, syntax, types
from tiercel_dsl.builtins import AGGREGATES, FUNCTIONS, KPI_PARTS, LINE_KINDS, PERIOD_PARTS, WORDS
from tiercel_dsl.diagnostics import Edit, Fix, FixKind
from tiercel_dsl.resolver import (
    Fault,
    Symbol,
    Symbols,
    callable_words,
    diagnostic,
    fault,
    nearest,
    replacing,
)
from tiercel_dsl.scheme import EVERYWHERE, PEOPLE, Term
from tiercel_dsl.source import Span
from tiercel_dsl.types import COUNT, DATE, DURATION, MONEY, NUMBER, PERCENT, PLAIN, TEXT, YESNO, Kind, Type


class Desk(Protocol):
    """What terms ask of the checker: symbols and the types of declared things."""

    symbols: Symbols

    def text_at(self, span: Span) -> str: ...
    def type_of(self, symbol: Symbol, span: Span) -> Type: ...
    def kpi_type(self, kpi: Symbol, part: str, span: Span) -> Type: ...
    def tiers_columns(
        self, tiers: Symbol, span: Span
    ) -> tuple[str, tuple[str, ...], tuple[Type, ...], Type]: ...


@dataclass(frozen=True, slots=True)
class Context:
    """Where an expression stands. `present`: optional columns known not to be missing here (as terms);
    `rescued`: the body says what holds where it cannot be computed; `kpi`: the kpi whose clause it is."""

    level: str
    present: frozenset[Term] = frozenset()
    rescued: bool = False
    kpi: Symbol | None = None
    running: bool = False

    def knowing(self, terms: Iterable[Term]) -> "Context":
        return replace(self, present=self.present | frozenset(terms))


def build(expr: syntax.Expr, at: Context, desk: Desk) -> Term:
    """The typed term of an expression."""
    return _BUILDERS[type(expr)](expr, at, desk)


def condition(expr: syntax.Expr, at: Context, desk: Desk, what: str = "condition") -> Term:
    """A term that is yes or no."""
    term = build(expr, at, desk)
    if term.type.kind is not Kind.yesno:
        raise fault("E2203", expr.span, what=what, type=str(term.type.kind))
    return term


def known_present(term: Term, holds: bool = True) -> set[Term]:
    """The columns that are present wherever `term` is true (or false, with `holds` off)."""
    if isinstance(term, scheme.Presence):
        return {term.operand} if term.present is holds else set()
    if isinstance(term, scheme.Junction):
        if term.operator == "not":
            return known_present(term.operands[0], not holds)
        if (term.operator == "and") is holds:
            return set().union(*(known_present(o, holds) for o in term.operands))
    return set()


def constant(term: Term) -> Fraction | str | bool | Any | None:
    """The value of a term that depends on nothing, or None."""
    if isinstance(term, scheme.Literal):
        return term.value
    if isinstance(term, scheme.Arithmetic):
        values = [constant(o) for o in term.operands]
        if all(isinstance(v, Fraction) for v in values):
            return _folded(term.operator, values)
    return None


def _folded(operator: str, values: list[Any]) -> Fraction | None:
    if operator == "minus":
        return Fraction(-values[0])
    left, right = values
    if operator == "divide":
        return Fraction(left / right) if right else None
    result = {"add": left + right, "subtract": left - right, "multiply": left * right, "share": left * right}
    return Fraction(result[operator])


def adapted(term: Term, wanted: Type) -> Term:
    """A plain literal takes the type its place needs."""
    if isinstance(term, scheme.Literal) and term.type == PLAIN and wanted.numeric:
        return replace(term, type=wanted)
    if (
        isinstance(term, scheme.Arithmetic)
        and term.type == PLAIN
        and wanted.numeric
        and term.operator == "minus"
    ):
        return replace(term, operands=tuple(adapted(o, wanted) for o in term.operands), type=wanted)
    return term


def together(*parts: Callable[[], Term]) -> list[Term]:
    """Build several parts and report the faults of all of them, not only the first."""
    out: list[Term] = []
    faults: list[Any] = []
    failed = False
    for part in parts:
        try:
            out.append(part())
        except Fault as f:
            failed = True
            faults += f.diagnostics
    if failed:
        raise Fault(*faults)
    return out


def _all(exprs: Iterable[syntax.Expr], at: Context, desk: Desk) -> list[Term]:
    return together(*[lambda e=e: build(e, at, desk) for e in exprs])  # type: ignore[misc]


def _level(terms: Iterable[Term], at: Context) -> str:
    return at.level if any(t.level for t in terms) else EVERYWHERE


# ---- literals -----------------------------------------------------------------------------------------------


def _number(expr: syntax.Number, at: Context, desk: Desk) -> Term:
    kind = {"": PLAIN, "percent": PERCENT, "money": MONEY}[expr.unit]
    return scheme.Literal(expr.value, kind, span=expr.span)


def _text(expr: syntax.Text, at: Context, desk: Desk) -> Term:
    return scheme.Literal(expr.value, TEXT, span=expr.span)


def _day(expr: syntax.Day, at: Context, desk: Desk) -> Term:
    return scheme.Literal(expr.value, DATE, span=expr.span)


def _yes_no(expr: syntax.YesNo, at: Context, desk: Desk) -> Term:
    return scheme.Literal(expr.value, YESNO, span=expr.span)


def _quantity(expr: syntax.Quantity, at: Context, desk: Desk) -> Term:
    factor, unit = {"weeks": (7, "days"), "years": (12, "months")}.get(expr.unit, (1, expr.unit))
    if expr.value.denominator != 1:
        raise fault("E2204", expr.span, what="duration", wanted="count", type="number")
    return scheme.Lapse(int(expr.value) * factor, unit, DURATION, span=expr.span)


# ---- names --------------------------------------------------------------------------------------------------


def _path(expr: syntax.Path, at: Context, desk: Desk) -> Term:
    first = expr.names[0]
    if len(expr.names) == 1:
        return _bare_name(first, expr, at, desk)
    own = desk.symbols.scopes.get(at.level, {}).get(first)
    if own is not None and own.identity in desk.symbols.tables[at.level].links:
        return _over_link(expr, at, desk)
    for attempt in (_own_prefix, _person_prefix, _period_part, _kpi_part, _named_table):
        term = attempt(expr, at, desk)
        if term is not None:
            return term
    raise _unknown(first, _head_span(expr), at, desk)


def _head_span(expr: syntax.Path) -> Span:
    s = expr.span
    if len(expr.names) == 1 or s.line != s.end_line:
        return s
    return Span(s.source, s.line, s.column, s.line, s.column + len(expr.names[0]))


def _bare_name(word: str, expr: syntax.Path, at: Context, desk: Desk) -> Term:
    own = desk.symbols.scopes.get(at.level, {}).get(word)
    if own is not None:
        return _reference(own, (), expr, at, desk)
    if at.kpi is not None and word in KPI_PARTS:
        return _kpi_term(at.kpi, KPI_PARTS[word], (), expr.span, desk)
    found: list[tuple[Symbol, tuple[str, ...]]] = []
    for level, path in [*desk.symbols.above(at.level), (EVERYWHERE, ())]:
        symbol = desk.symbols.scopes.get(level, {}).get(word)
        if symbol is not None:
            found.append((symbol, path))
    line = _line_named(word, desk)
    if line is not None and line.level != at.level and not any(s is line for s, _ in found):
        found += _received_path(line, at, desk)
    if len(found) > 1:
        options = tuple(f"{desk.symbols.tables[s.level].names.name}.{word}" for s, _ in found if s.level)
        raise fault(
            "E2105",
            expr.span,
            name=word,
            options=options,
            fixes=replacing(expr.span, options, "write_prefix"),
        )
    if found:
        return _reference(found[0][0], found[0][1], expr, at, desk)
    raise _unknown(word, expr.span, at, desk)


def _line_named(word: str, desk: Desk) -> Symbol | None:
    lines = (scope.get(word) for scope in desk.symbols.scopes.values())
    return next((s for s in lines if s is not None and s.kind == "line"), None)


def _received_path(line: Symbol, at: Context, desk: Desk) -> list[tuple[Symbol, tuple[str, ...]]]:
    """A line's name above its own level: what the person receives from it."""
    if at.level == PEOPLE:
        return [(line, ())]
    return []


def _reference(symbol: Symbol, path: tuple[str, ...], expr: syntax.Path, at: Context, desk: Desk) -> Term:
    type_ = desk.type_of(symbol, expr.span)
    if symbol.kind == "parameter":
        return scheme.ParameterOf(symbol.identity, type_, span=expr.span)
    if symbol.kind == "line" and symbol.level != at.level and at.level == PEOPLE:
        return scheme.Received((symbol.identity,), (), type_, at.level, expr.span)
    if symbol.kind == "column":
        return _column(symbol, path, type_, expr, at)
    return scheme.ValueOf(symbol.level, symbol.identity, path, type_, at.level, expr.span)


def _column(symbol: Symbol, path: tuple[str, ...], type_: Type, expr: syntax.Path, at: Context) -> Term:
    term = scheme.ColumnOf(symbol.level, symbol.identity, path, type_, at.level, expr.span)
    node: syntax.Column = symbol.node
    if "optional" in node.roles and node.default is None and not at.rescued and term not in at.present:
        raise fault("E2207", expr.span, name=expr.names[-1])
    return term


def _over_link(expr: syntax.Path, at: Context, desk: Desk) -> Term:
    """`deal.amount`, `team.goal`: along link columns to a column or value of the last table."""
    return _walk(expr, at.level, (), 0, at, desk)


def _walk(expr: syntax.Path, level: str, path: tuple[str, ...], index: int, at: Context, desk: Desk) -> Term:
    """Follow names[index:] from a row of `level`, reached over `path`."""
    tables = desk.symbols.tables
    while index < len(expr.names) - 1:
        symbol = desk.symbols.scopes.get(level, {}).get(expr.names[index])
        link = symbol.identity if symbol is not None and symbol.kind == "column" else ""
        if level not in tables or link not in tables[level].links:
            raise _unknown(expr.names[index], expr.span, replace(at, level=level), desk)
        path, level, index = (*path, link), tables[level].links[link], index + 1
    last = desk.symbols.scopes.get(level, {}).get(expr.names[index])
    if last is None:
        raise _unknown(expr.names[index], _last_span(expr), replace(at, level=level), desk)
    return _reference(last, path, expr, at, desk)


def _last_span(expr: syntax.Path) -> Span:
    s = expr.span
    return Span(s.source, s.end_line, s.end_column - len(expr.names[-1]), s.end_line, s.end_column)


def _own_prefix(expr: syntax.Path, at: Context, desk: Desk) -> Term | None:
    table = desk.symbols.tables.get(at.level)
    if table is None or expr.names[0] not in (table.identity, table.names.name, table.names.alias):
        return None
    return _walk(expr, at.level, (), 1, at, desk)


def _person_prefix(expr: syntax.Path, at: Context, desk: Desk) -> Term | None:
    if WORDS.get(expr.names[0]) != "person":
        return None
    path = desk.symbols.way_to_person(at.level)
    return None if path is None else _walk(expr, PEOPLE, path, 1, at, desk)


def _period_part(expr: syntax.Path, at: Context, desk: Desk) -> Term | None:
    part = PERIOD_PARTS.get(expr.names[1])
    if WORDS.get(expr.names[0]) != "period" or len(expr.names) != 2:
        return None
    if part is None:
        raise fault("E2101", _last_span(expr), name=expr.names[1], candidates=tuple(PERIOD_PARTS))
    return scheme.PeriodOf(part, DATE if part in ("first", "last") else COUNT, at.level, expr.span)


def _kpi_part(expr: syntax.Path, at: Context, desk: Desk) -> Term | None:
    kpi = desk.symbols.kpis.get(expr.names[0])
    if kpi is None or len(expr.names) != 2:
        return None
    part = KPI_PARTS.get(expr.names[1])
    if part is None:
        raise fault("E2101", _last_span(expr), name=expr.names[1], candidates=tuple(KPI_PARTS))
    path = desk.symbols.way_to_person(at.level)
    if path is None:
        raise fault("E2110", expr.span, name=expr.names[0], table=PEOPLE, level=_shown(at.level, desk))
    return _kpi_term(kpi, part, path, expr.span, desk, at.level)


def _kpi_term(
    kpi: Symbol, part: str, path: tuple[str, ...], span: Span, desk: Desk, level: str = PEOPLE
) -> Term:
    return scheme.KpiOf(kpi.identity, part, path, desk.kpi_type(kpi, part, span), level, span)


def _named_table(expr: syntax.Path, at: Context, desk: Desk) -> Term | None:
    """`team.goal` by the table's name: from the level at hand up to the group or the parent."""
    table = desk.symbols.table_named(expr.names[0])
    if table is None:
        linked = _link_column(expr, at, desk)
        return linked
    ways = dict([*desk.symbols.parents(at.level), *desk.symbols.above(at.level)])
    if table.identity in ways:
        return _walk(expr, table.identity, ways[table.identity], 1, at, desk)
    last = desk.symbols.scopes.get(table.identity, {}).get(expr.names[1])
    if last is None:
        raise _unknown(expr.names[1], _last_span(expr), replace(at, level=table.identity), desk)
    raise _many_rows(expr, at, table.identity, desk)


def _link_column(expr: syntax.Path, at: Context, desk: Desk) -> Term | None:
    """`team.goal` by the name of the person's link column, seen from one of his rows."""
    for level, path in desk.symbols.above(at.level):
        symbol = desk.symbols.scopes.get(level, {}).get(expr.names[0])
        if symbol is not None and symbol.identity in desk.symbols.tables[level].links:
            return _walk(expr, level, path, 0, at, desk)
    return None


def _shown(level: str, desk: Desk) -> str:
    return desk.symbols.tables[level].names.name if level in desk.symbols.tables else level


def _many_rows(expr: syntax.Path, at: Context, table: str, desk: Desk) -> Fault:
    if at.level in (PEOPLE, EVERYWHERE) or desk.symbols.descends(table, at.level):
        word = ".".join(expr.names)
        call = f"{'sum' if word.isascii() else '合计'}({word})"
        fix = Fix(FixKind.review, "aggregate", (Edit(expr.span, call),), {"candidate": call})
        return fault("E2106", expr.span, name=word, table=_shown(table, desk), fix=call, fixes=(fix,))
    return fault(
        "E2110", expr.span, name=".".join(expr.names), table=_shown(table, desk), level=_shown(at.level, desk)
    )


def _unknown(word: str, span: Span, at: Context, desk: Desk) -> Fault:
    """The best that can be said of a name that means nothing here."""
    for level, scope in desk.symbols.scopes.items():
        if word in scope and scope[word].kind in ("column", "value", "line") and level != at.level:
            prefixed = syntax.Path((_shown(level, desk), word), span)
            return _many_rows(prefixed, at, level, desk)
    if word in desk.symbols.tiers:
        return fault("E2109", span, name=word, what="tiers", expected="value")
    if word in desk.symbols.kpis:
        return fault("E2109", span, name=word, what="kpi", expected="value")
    if desk.symbols.table_named(word) is not None:
        return fault("E2109", span, name=word, what="facts", expected="value")
    split = _splits(word, desk)
    if split:
        fix = Fix(FixKind.safe, "add_blanks", (Edit(span, split),), {"candidate": split})
        return fault("E2114", span, name=word, split=split, fixes=(fix,))
    near = nearest(word, _in_reach(at, desk))
    return fault("E2101", span, name=word, candidates=near, fixes=replacing(span, near))


def _in_reach(at: Context, desk: Desk) -> set[str]:
    levels = [at.level, EVERYWHERE, *(level for level, _ in desk.symbols.above(at.level))]
    names = {n for level in levels for n in desk.symbols.scopes.get(level, {})}
    lines = {n for s in desk.symbols.each("line") for n in (s.names.name, s.names.alias) if n}
    return names | lines | (set(KPI_PARTS) if at.kpi is not None else set())


def _splits(word: str, desk: Desk) -> str:
    """`金额的5%`-like glue: the one way in which a word falls into known words and joining words."""
    if word.isascii():
        return ""
    known, joints = (
        desk.symbols.words(),
        ("的", "适用", "累计", "中", "且", "或", "非", "其中", "仅限", "属于", "按"),
    )
    found = [
        f"{word[:i]} {joint} {word[i + len(joint) :]}".strip()
        for joint in joints
        for i in range(len(word))
        if word.startswith(joint, i)
        and (word[:i] in known or (not word[:i] and joint in ("累计", "非")))
        and word[i + len(joint) :] in known
    ]
    return found[0] if len(found) == 1 else ""


# ---- arithmetic and logic -------------------------------------------------------------------------------------


def _unary(expr: syntax.Unary, at: Context, desk: Desk) -> Term:
    if expr.operator == "not":
        operand = condition(expr.operand, at, desk, "not")
        return scheme.Junction("not", (operand,), YESNO, _level([operand], at), expr.span)
    operand = build(expr.operand, at, desk)
    if not operand.type.numeric:
        raise fault("E2204", expr.operand.span, what="minus", wanted="number", type=str(operand.type.kind))
    value = constant(operand)
    if isinstance(operand, scheme.Literal) and isinstance(value, Fraction):
        return replace(operand, value=-value, span=expr.span)
    return scheme.Arithmetic("minus", (operand,), operand.type, operand.level, expr.span)


def _binary(expr: syntax.Binary, at: Context, desk: Desk) -> Term:
    left, right = _all((expr.left, expr.right), at, desk)
    if expr.operator in ("add", "subtract"):
        type_ = types.added(left.type, right.type, expr.operator == "subtract")
        left, right = adapted(left, right.type), adapted(right, left.type)
    elif expr.operator == "divide":
        type_ = types.divided(left.type, right.type)
    else:
        type_ = types.multiplied(left.type, right.type)
    if type_ is None:
        raise _no_arithmetic(expr, left, right)
    return scheme.Arithmetic(expr.operator, (left, right), type_, _level((left, right), at), expr.span)


_SIGNS = {"add": "+", "subtract": "-", "multiply": "×", "divide": "÷", "share": "×"}


def _no_arithmetic(expr: syntax.Binary, left: Term, right: Term) -> Fault:
    both_money = left.type.kind is right.type.kind is Kind.money
    code = "E2202" if both_money else "E2201"
    return fault(
        code,
        expr.span,
        operator=_SIGNS[expr.operator],
        left=expr.left,
        right=expr.right,
        left_type=str(left.type.kind),
        right_type=str(right.type.kind),
    )


def _compare(expr: syntax.Compare, at: Context, desk: Desk) -> Term:
    left, right = _all((expr.left, expr.right), at, desk)
    left_type, right_type = left.type, right.type
    dates = types.DATE.kind, types.DATETIME.kind
    if left_type.kind in dates and right_type.kind in dates and expr.operator in _DATE_WORDS:
        _refuse_number_words(expr, desk)
    if not types.comparable(left_type, right_type):
        raise _cannot_compare(expr, left, right)
    _check_options(left, right, expr.right.span)
    _check_options(right, left, expr.left.span)
    ordered = expr.operator not in ("=", "!=")
    if ordered and left_type.kind in (Kind.text, Kind.yesno, Kind.row):
        raise _cannot_compare(expr, left, right)
    left, right = adapted(left, right_type), adapted(right, left_type)
    operator = {"before": "<", "after": ">", "on_or_before": "<=", "on_or_after": ">="}.get(
        expr.operator, expr.operator
    )
    return scheme.Comparison(operator, left, right, YESNO, _level((left, right), at), expr.span)


_DATE_WORDS = {
    "<": ("before", "早于"),
    ">": ("after", "晚于"),
    "<=": ("on or before", "不晚于"),
    ">=": ("on or after", "不早于"),
}
_SYMBOLS = frozenset("<>=≤≥")


def _refuse_number_words(expr: syntax.Compare, desk: Desk) -> None:
    """Between dates the words are before and after (decision 63); the signs < > may stand."""
    gap = Span(
        expr.left.span.source,
        expr.left.span.end_line,
        expr.left.span.end_column,
        expr.right.span.line,
        expr.right.span.column,
    )
    word = desk.text_at(gap).strip()
    if not word or set(word) <= _SYMBOLS:
        return
    better = _DATE_WORDS[expr.operator][0 if word.isascii() else 1]
    start = gap.column + desk.text_at(gap).index(word)
    span = Span(gap.source, gap.line, start, gap.line, start + len(word))
    fix = Fix(FixKind.safe, "replace_word", (Edit(span, better),), {"candidate": better})
    raise fault("E2206", span, word=word, better=better, fixes=(fix,))


def _cannot_compare(expr: syntax.Compare, left: Term, right: Term) -> Fault:
    odd = expr.left if left.type.kind is Kind.text else expr.right
    return fault(
        "E2103",
        odd.span,
        left=expr.left,
        right=expr.right,
        left_type=str(left.type.kind),
        right_type=str(right.type.kind),
    )


def _check_options(column: Term, value: Term, span: Span) -> None:
    if not (column.type.options and isinstance(value, scheme.Literal)):
        return
    if value.value not in column.type.options:
        quoted = tuple(
            f"“{o}”" for o in nearest(str(value.value), column.type.options) or column.type.options
        )
        name = column.column if isinstance(column, scheme.ColumnOf) else ""
        raise fault(
            "E2205",
            span,
            value=str(value.value),
            options=column.type.options,
            column=name,
            fixes=replacing(span, quoted),
        )


def _logic(expr: syntax.Logic, at: Context, desk: Desk) -> Term:
    operands: list[Term] = []
    for operand in expr.operands:
        term = condition(operand, at, desk, expr.operator)
        at = at.knowing(known_present(term, expr.operator == "and"))
        operands.append(term)
    return scheme.Junction(expr.operator, tuple(operands), YESNO, _level(operands, at), expr.span)


def _one_of(expr: syntax.OneOf, at: Context, desk: Desk) -> Term:
    operand, *options = _all((expr.operand, *expr.options), at, desk)
    for option, written in zip(options, expr.options, strict=True):
        if not types.comparable(operand.type, option.type):
            raise fault(
                "E2103",
                written.span,
                left=expr.operand,
                right=written,
                left_type=str(operand.type.kind),
                right_type=str(option.type.kind),
            )
        _check_options(operand, option, written.span)
    adapted_options = tuple(adapted(o, operand.type) for o in options)
    return scheme.Membership(operand, adapted_options, YESNO, _level((operand, *options), at), expr.span)


def _missing(expr: syntax.Missing, at: Context, desk: Desk) -> Term:
    operand = build(expr.operand, replace(at, rescued=True), desk)
    return scheme.Presence(operand, expr.present, YESNO, _level([operand], at), expr.span)


# ---- calls ----------------------------------------------------------------------------------------------------


def _call(expr: syntax.Call, at: Context, desk: Desk) -> Term:
    word = expr.function.names[0]
    if word in desk.symbols.tiers:
        return _tier_value(expr, desk.symbols.tiers[word], at, desk)
    function = FUNCTIONS.get(word) if len(expr.function.names) == 1 else None
    if function is None:
        near = nearest(word, callable_words(desk.symbols))
        raise fault(
            "E2111",
            expr.function.span,
            function=word,
            candidates=near,
            fixes=replacing(expr.function.span, near),
        )
    if function == "total":
        return _total(expr, at, desk)
    if function in AGGREGATES:
        term = _aggregate(function, expr, at, desk)
        if term is not None:
            return term
    return _plain_function(function, expr, at, desk)


def _arity(expr: syntax.Call, wanted: int) -> None:
    if len(expr.arguments) != wanted or (expr.where is not None and wanted != 1):
        raise fault(
            "E2112",
            expr.span,
            function=".".join(expr.function.names),
            wanted=wanted,
            given=len(expr.arguments),
        )


def _tier_value(expr: syntax.Call, tiers: Symbol, at: Context, desk: Desk) -> Term:
    _arity(expr, 1)
    column, type_, key_type = _tier_column(expr.function, tiers, desk)
    key = build(expr.arguments[0], at, desk)
    _fits_bounds(key, key_type, tiers, expr.arguments[0].span)
    return scheme.TierValue(
        tiers.identity, column, key, type_, at.level if key.level else EVERYWHERE, expr.span
    )


def _fits_bounds(key: Term, bounds: Type, tiers: Symbol, span: Span) -> None:
    if not types.comparable(key.type, bounds):
        raise fault("E2204", span, what="tiers", wanted=str(bounds.kind), type=str(key.type.kind))


def _tier_column(path: syntax.Path, tiers: Symbol, desk: Desk) -> tuple[int, Type, Type]:
    _, columns, column_types, key_type = desk.tiers_columns(tiers, path.span)
    if len(path.names) == 1 and len(columns) == 1:
        return 0, column_types[0], key_type
    names = [(label.name, label.alias) for label in tiers.node.columns]
    for index, pair in enumerate(names):
        if len(path.names) == 2 and path.names[1] in pair:
            return index, column_types[index], key_type
    wanted = path.names[1] if len(path.names) > 1 else ""
    known = tuple(f"{path.names[0]}.{n}" for n, _ in names) or (path.names[0],)
    raise fault(
        "E2320",
        path.span,
        table=path.names[0],
        column=wanted,
        candidates=known,
        fixes=replacing(path.span, known),
    )


def _total(expr: syntax.Call, at: Context, desk: Desk) -> Term:
    """`total(commission)`: all lines of a kind that the person receives."""
    _arity(expr, 1)
    argument = expr.arguments[0]
    kind = WORDS.get(argument.names[0], "") if isinstance(argument, syntax.Path) else ""
    if kind not in LINE_KINDS:
        raise fault("E2113", argument.span, function=expr.function.names[0], wanted="line kind")
    if at.level != PEOPLE:
        raise fault(
            "E2110", expr.span, name=expr.function.names[0], table=PEOPLE, level=_shown(at.level, desk)
        )
    lines = [s for s in desk.symbols.each("line") if s.node.kind == kind]
    for line in lines:
        desk.type_of(line, expr.span)
    return scheme.Received(tuple(sorted(s.identity for s in lines)), (), MONEY, at.level, expr.span)


def _paths(node: Any) -> Iterable[syntax.Path]:
    """Every path of an expression that is not inside a further call."""
    if isinstance(node, syntax.Path):
        yield node
    elif isinstance(node, tuple):
        for item in node:
            yield from _paths(item)
    elif isinstance(node, syntax.Call):
        if FUNCTIONS.get(node.function.names[0]) not in AGGREGATES:
            yield from _paths(node.arguments)
    elif hasattr(node, "__dataclass_fields__") and not isinstance(node, Span):
        for name in node.__dataclass_fields__:
            yield from _paths(getattr(node, name))


def _inner_table(expr: syntax.Call, at: Context, desk: Desk) -> str:
    """The table whose rows an aggregate walks: the one its argument names."""
    links = desk.symbols.tables[at.level].links if at.level in desk.symbols.tables else {}
    scope = desk.symbols.scopes.get(at.level, {})
    for path in (*_paths(expr.arguments), *_paths(expr.where)):
        word = path.names[0]
        own = scope.get(word)
        if own is not None and own.identity in links and (len(path.names) > 1 or own.level == at.level):
            continue
        table = desk.symbols.table_named(word)
        if table is not None and table.kind == "facts":
            return table.identity
        if WORDS.get(word) == "member" and at.level in desk.symbols.tables:
            return PEOPLE
        finer = [s for level, s in _finer(word, at, desk)]
        if len(path.names) == 1 and own is None and len(finer) == 1:
            return finer[0].level
    return ""


def _finer(word: str, at: Context, desk: Desk) -> list[tuple[str, Symbol]]:
    coarser = {at.level, EVERYWHERE, *(level for level, _ in desk.symbols.above(at.level))}
    return [
        (level, scope[word])
        for level, scope in desk.symbols.scopes.items()
        if word in scope and level not in coarser
    ]


def _aggregate(function: str, expr: syntax.Call, at: Context, desk: Desk) -> Term | None:
    _arity(expr, 1) if function not in ("min", "max") else None
    if function in ("min", "max") and len(expr.arguments) != 1:
        return None
    over_kpis = _over_kpis(function, expr, at, desk)
    if over_kpis is not None:
        return over_kpis
    table = _inner_table(expr, at, desk)
    if not table or at.level == EVERYWHERE:
        if function in ("min", "max"):
            return None
        raise _no_rows(function, expr, at, desk)
    scope, path = _scope(table, expr, at, desk)
    inner = Context(table)
    where = None
    if expr.where is not None:
        where = condition(expr.where, inner, desk, "where")
        inner = inner.knowing(known_present(where))
    argument = _argument(function, expr, table, inner, desk)
    type_ = _aggregate_type(function, expr, argument)
    return scheme.Aggregate(function, table, scope, argument, where, path, type_, at.level, expr.span)


def _no_rows(function: str, expr: syntax.Call, at: Context, desk: Desk) -> Fault:
    """An aggregate over nothing: report an unknown name inside it first, if there is one."""
    for path in _paths(expr.arguments):
        if len(path.names) > 1 and desk.symbols.table_named(path.names[0]) is None:
            known = [n for t in desk.symbols.tables.values() for n in (t.names.name, t.names.alias) if n]
            near = nearest(path.names[0], known)
            return fault(
                "E2108",
                _head_span(path),
                name=path.names[0],
                candidates=near,
                fixes=replacing(_head_span(path), near),
            )
        if len(path.names) == 1 and path.names[0] not in desk.symbols.scopes.get(at.level, {}):
            known = {*desk.symbols.words()}
            near = nearest(path.names[0], known)
            if path.names[0] not in known:
                return fault(
                    "E2101", path.span, name=path.names[0], candidates=near, fixes=replacing(path.span, near)
                )
    return fault("E2113", expr.span, function=expr.function.names[0], wanted="rows")


def _over_kpis(function: str, expr: syntax.Call, at: Context, desk: Desk) -> Term | None:
    """`min(kpi.attainment)`: over every kpi of the person."""
    argument = expr.arguments[0]
    if not (
        isinstance(argument, syntax.Path)
        and WORDS.get(argument.names[0]) == "kpi"
        and len(argument.names) == 2
    ):
        return None
    part = KPI_PARTS.get(argument.names[1])
    path = desk.symbols.way_to_person(at.level)
    if part is None or path is None or function not in ("min", "max", "sum"):
        raise fault("E2113", argument.span, function=expr.function.names[0], wanted="kpi part")
    kpis = tuple(_kpi_term(k, part, path, expr.span, desk, at.level) for k in desk.symbols.each("kpi"))
    if not kpis:
        raise fault("E2304", expr.span)
    if function == "sum":
        total = kpis[0]
        for term in kpis[1:]:
            total = scheme.Arithmetic("add", (total, term), NUMBER, at.level, expr.span)
        return total
    return scheme.Function(function, kpis, NUMBER, at.level, expr.span)


def _scope(table: str, expr: syntax.Call, at: Context, desk: Desk) -> tuple[str, tuple[str, ...]]:
    """Whose rows: the parent row's children, or the rows of the person, or those of the group."""
    symbols = desk.symbols
    if symbols.descends(table, at.level) or (at.level == PEOPLE and symbols.way_to_person(table) is not None):
        return at.level, ()
    kind = symbols.tables[at.level].kind
    person = symbols.way_to_person(at.level)
    if kind == "group" and (table == PEOPLE or symbols.way_to_person(table) is not None):
        if symbols.way_to_group(PEOPLE, at.level) is not None:
            return at.level, ()
    elif kind == "facts" and person is not None and symbols.way_to_person(table) is not None:
        return PEOPLE, person
    raise fault(
        "E2110", expr.span, name=_shown(table, desk), table=_shown(table, desk), level=_shown(at.level, desk)
    )


def _argument(function: str, expr: syntax.Call, table: str, inner: Context, desk: Desk) -> Term | None:
    argument = expr.arguments[0]
    bare = argument.names[0] if isinstance(argument, syntax.Path) and len(argument.names) == 1 else ""
    named = desk.symbols.table_named(bare) if bare else None
    is_rows = (named is not None and named.identity == table) or (
        WORDS.get(bare) == "member" and table == PEOPLE
    )
    if is_rows:
        if function not in ("count", "distinct"):
            raise fault("E2113", argument.span, function=expr.function.names[0], wanted="column")
        return None
    if WORDS.get(argument.names[0] if isinstance(argument, syntax.Path) else "") == "member":
        assert isinstance(argument, syntax.Path)
        return _walk(argument, PEOPLE, (), 1, inner, desk)
    if function == "any":
        return condition(argument, inner, desk, "any")
    return build(argument, replace(inner, rescued=inner.rescued or function == "count"), desk)


def _aggregate_type(function: str, expr: syntax.Call, argument: Term | None) -> Type:
    if function in ("count", "distinct"):
        return COUNT
    if function == "any":
        return YESNO
    assert argument is not None
    type_ = argument.type
    if function in ("min", "max") and type_.kind in (Kind.date, Kind.datetime):
        return type_
    if not type_.numeric:
        raise fault("E2204", expr.arguments[0].span, what=function, wanted="number", type=str(type_.kind))
    if function == "average" and type_.kind in (Kind.count, Kind.plain):
        return NUMBER
    return NUMBER if type_.kind is Kind.plain else type_


def _plain_function(function: str, expr: syntax.Call, at: Context, desk: Desk) -> Term:
    if function in ("min", "max"):
        if len(expr.arguments) < 2:
            raise fault(
                "E2112", expr.span, function=expr.function.names[0], wanted=2, given=len(expr.arguments)
            )
    else:
        _arity(expr, {"days": 2, "months": 2, "ceiling": 1, "multiple": 2}[function])
    arguments = _all(expr.arguments, at, desk)
    type_ = _function_type(function, expr, arguments)
    if function in ("min", "max"):
        arguments = [adapted(a, type_) for a in arguments]
    return scheme.Function(function, tuple(arguments), type_, _level(arguments, at), expr.span)


def _function_type(function: str, expr: syntax.Call, arguments: list[Term]) -> Type:
    kinds = [a.type.kind for a in arguments]
    if function in ("days", "months"):
        for kind, written in zip(kinds, expr.arguments, strict=True):
            if kind not in (Kind.date, Kind.datetime):
                raise fault("E2204", written.span, what=function, wanted="date", type=str(kind))
        return COUNT
    if function in ("min", "max"):
        type_ = arguments[0].type
        for argument, written in zip(arguments, expr.arguments, strict=True):
            both = types.unified(type_, argument.type)
            if both is None or both.kind in (Kind.text, Kind.yesno, Kind.row):
                raise fault(
                    "E2204", written.span, what=function, wanted=str(type_.kind), type=str(argument.type.kind)
                )
            type_ = both
        return type_
    for kind, written in zip(kinds, expr.arguments, strict=True):
        if kind not in (Kind.number, Kind.count, Kind.plain, Kind.percent):
            raise fault("E2204", written.span, what=function, wanted="number", type=str(kind))
    return YESNO if function == "multiple" else COUNT


# ---- tiers, running totals, parts, scores --------------------------------------------------------------------------


def _pricing(expr: syntax.Pricing, at: Context, desk: Desk) -> Term:
    tiers = desk.symbols.tiers.get(expr.table.names[0])
    if tiers is None:
        raise _not_tiers(expr, at, desk)
    mode = desk.tiers_columns(tiers, expr.table.span)[0]
    column, cell, key_type = _tier_column(expr.table, tiers, desk)
    base = build(expr.base, at, desk)
    key = build(expr.key, at, desk) if expr.key is not None else None
    if key is not None and mode == "marginal":
        raise fault("E2319", expr.span, table=expr.table.names[0], what="key")
    if not cell.numeric:
        raise fault("E2319", expr.table.span, table=expr.table.names[0], what="text")
    _fits_bounds(key or base, key_type, tiers, (expr.key or expr.base).span)
    type_ = (
        MONEY
        if mode == "fixed" and cell.kind is Kind.money
        else cell
        if mode == "fixed"
        else types.multiplied(base.type, cell)
    )
    if type_ is None:
        raise fault(
            "E2202",
            expr.span,
            left=expr.base,
            right=expr.table,
            operator="×",
            left_type=str(base.type.kind),
            right_type=str(cell.kind),
        )
    return scheme.TierPrice(
        tiers.identity, column, base, key, type_, at.level if base.level or key else EVERYWHERE, expr.span
    )


def _not_tiers(expr: syntax.Pricing, at: Context, desk: Desk) -> Fault:
    word = expr.table.names[0]
    known = any(word in scope for scope in desk.symbols.scopes.values())
    if known:
        return fault("E2109", expr.table.span, name=word, what="value", expected="tiers")
    near = nearest(word, desk.symbols.tiers)
    return fault("E2101", expr.table.span, name=word, candidates=near, fixes=replacing(expr.table.span, near))


def _running_total(expr: syntax.RunningTotal, at: Context, desk: Desk) -> Term:
    if not at.running:
        raise fault("E2211", expr.span, what="running total")
    operand = build(expr.operand, at, desk)
    if not operand.type.numeric:
        raise fault(
            "E2204", expr.operand.span, what="running total", wanted="number", type=str(operand.type.kind)
        )
    return scheme.Running(operand, operand.type, at.level, expr.span)


def _running_count(expr: syntax.RunningCount, at: Context, desk: Desk) -> Term:
    if not at.running:
        raise fault("E2211", expr.span, what="running count")
    return scheme.Running(None, COUNT, at.level, expr.span)


def _part_of(expr: syntax.PartOf, at: Context, desk: Desk) -> Term:
    limits = [e for e in (expr.above, expr.up_to) if e is not None]
    operand, *bounds = _all((expr.operand, *limits), at, desk)
    type_ = operand.type
    for bound, written in zip(bounds, limits, strict=True):
        both = types.unified(type_, bound.type)
        if both is None or not both.numeric:
            raise fault(
                "E2204", written.span, what="part of", wanted=str(type_.kind), type=str(bound.type.kind)
            )
        type_ = both
    ready = [adapted(b, type_) for b in bounds]
    above = ready.pop(0) if expr.above is not None else None
    up_to = ready.pop(0) if expr.up_to is not None else None
    return scheme.Part(operand, above, up_to, type_, at.level, expr.span)


def _weighted_kpis(expr: syntax.WeightedKpis, at: Context, desk: Desk) -> Term:
    kpis = list(desk.symbols.each("kpi"))
    if not kpis:
        raise fault("E2304", expr.span)
    for kpi in kpis:
        desk.kpi_type(kpi, "score", expr.span)
    return scheme.WeightedSum(tuple(sorted(k.identity for k in kpis)), NUMBER, at.level, expr.span)


_BUILDERS: dict[type, Callable[[Any, Context, Desk], Term]] = {
    syntax.Number: _number,
    syntax.Text: _text,
    syntax.Day: _day,
    syntax.YesNo: _yes_no,
    syntax.Quantity: _quantity,
    syntax.Path: _path,
    syntax.Call: _call,
    syntax.Unary: _unary,
    syntax.Binary: _binary,
    syntax.Compare: _compare,
    syntax.Logic: _logic,
    syntax.OneOf: _one_of,
    syntax.Missing: _missing,
    syntax.Pricing: _pricing,
    syntax.RunningTotal: _running_total,
    syntax.RunningCount: _running_count,
    syntax.PartOf: _part_of,
    syntax.WeightedKpis: _weighted_kpis,
}

__all__ = [
    "Context",
    "Desk",
    "adapted",
    "build",
    "condition",
    "constant",
    "diagnostic",
    "known_present",
    "together",
]
