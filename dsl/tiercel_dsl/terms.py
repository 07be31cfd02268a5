"""Expressions: surface trees to typed, resolved terms.

In: an expression of `syntax.py`, the symbols, and where it stands (`Context`). Out: a term of
`scheme.py`, or a `Fault` with every fault of the expression. Types of named values are asked for on
demand (`Desk.type_of`), so that a circle of definitions shows itself as the loop it is.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any, Protocol, TypeVar

from tiercel_dsl import currencies, mending, pricing, scheme, standings, syntax, types, windows
from tiercel_dsl.builtins import (
    ACCOUNT_PARTS,
    AGGREGATES,
    COMPETENCY_PARTS,
    FUNCTIONS,
    KPI_PARTS,
    LINE_KINDS,
    PERIOD_PARTS,
    RANK_PARTS,
    SPANS,
    WORDS,
    spelling,
)
from tiercel_dsl.diagnostics import Diagnostic, Edit, Fix, FixKind
from tiercel_dsl.keywords import FACES
from tiercel_dsl.offers import of_cells, of_windows
from tiercel_dsl.records import dataclass
from tiercel_dsl.resolver import (
    Fault,
    Gathered,
    Symbol,
    Symbols,
    callable_words,
    fault,
    naming,
    nearest,
    paths_of,
    replacing,
    unknown_table,
)
from tiercel_dsl.scheme import EVERYWHERE, PEOPLE, Term
from tiercel_dsl.source import Span
from tiercel_dsl.types import COUNT, DATE, DURATION, MONEY, NUMBER, PERCENT, PLAIN, TEXT, YESNO, Kind, Type

_T = TypeVar("_T")


class Desk(Protocol):
    """What terms ask of the checker: symbols and the types of declared things."""

    symbols: Symbols
    language: str

    def text_at(self, span: Span) -> str: ...
    def type_of(self, symbol: Symbol, span: Span) -> Type: ...
    def fixed(self, parameter: Symbol, span: Span) -> scheme.Literal | None: ...
    def changes(self, parameter: Symbol, span: Span) -> date | None: ...
    def note(self, remark: Diagnostic) -> None: ...
    def kpi_type(self, kpi: Symbol, part: str, span: Span) -> Type: ...
    def tiers_of(self, tiers: Symbol, span: Span) -> scheme.Tiers: ...
    def lookup(self, lookup: Symbol, span: Span) -> scheme.Lookup: ...
    def balance(self, expr: syntax.Path, account: Symbol, at: "Context") -> Term: ...
    def former(self, expr: syntax.Call, at: "Context") -> Term: ...
    def former_type(self, symbol: Symbol, part: str, span: Span, start: Type | None) -> Type: ...
    def rank(self, rank: Symbol, span: Span) -> scheme.Rank: ...
    def competency(self, competency: Symbol, span: Span) -> scheme.Competency: ...


@dataclass(frozen=True, slots=True)
class Context:
    """Where an expression stands. `present`: optional columns known not to be missing here (as terms);
    `rescued`: the body says what holds where it cannot be computed; `kpi`: the kpi whose `clause` it is;
    `clause`: also what must be fixed, where nothing varies; `inside`: the rows of an aggregate; `promise`: where
    the payout has a name; `presence`: it is asked whether there is a value; `on_day`: what is read is read as of a day
    that the author names; `upline`: the lines of an upline, which have a receiver and a level each; `payout`: what is
    paid is put together."""

    level: str
    present: frozenset[Term] = frozenset()
    rescued: bool = False
    kpi: Symbol | None = None
    clause: str = ""
    running: bool = False
    inside: bool = False
    promise: bool = False
    presence: bool = False
    on_day: bool = False
    upline: bool = False
    payout: bool = False

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
            return {known for o in term.operands for known in known_present(o, holds)}
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
    """A plain literal takes the type its place needs; beside amounts of many currencies only 0 has a meaning."""
    if wanted.varies and term.type == PLAIN and constant(term) != 0:
        raise fault("E2234", term.span, value=term)
    if isinstance(term, scheme.Literal) and term.type == PLAIN and wanted.numeric:
        return replace(term, type=wanted)
    if isinstance(term, scheme.Arithmetic) and term.type == PLAIN and wanted.numeric and term.operator == "minus":
        return replace(term, operands=tuple(adapted(o, wanted) for o in term.operands), type=wanted)
    return term


def together(*parts: Callable[[], _T]) -> list[_T]:
    """Build several parts and report the faults of all of them, not only the first."""
    gathered = Gathered()
    built = [gathered.of(part) for part in parts]
    gathered.settle()
    return [part for part in built if part is not None]


def _all(exprs: Iterable[syntax.Expr], at: Context, desk: Desk) -> list[Term]:
    """Like `together`, without frames of its own: an expression may be deep."""
    out: list[Term] = []
    gathered = Gathered()
    for expr in exprs:
        try:
            out.append(build(expr, at, desk))
        except Fault as f:
            gathered.add(f)
    gathered.settle()
    return out


def _level(terms: Iterable[Term], at: Context) -> str:
    return at.level if any(t.level for t in terms) else EVERYWHERE


# ---- literals -----------------------------------------------------------------------------------------------


def _number(expr: syntax.Number, at: Context, desk: Desk) -> Term:
    kind = {"": PLAIN, "percent": PERCENT, "money": MONEY}[expr.unit]
    return scheme.Literal(expr.value, kind, span=expr.span)


def _text(expr: syntax.Text, at: Context, desk: Desk) -> Term:
    return scheme.Literal(expr.value, TEXT, span=expr.span)


def _day(expr: syntax.Day, at: Context, desk: Desk) -> Term:
    if expr.month_only:
        raise fault("E2204", expr.span, what="day", wanted="day", type="month_only")
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
    if at.promise and expr.names in PAYOUT and first not in desk.symbols.scopes.get(PEOPLE, {}):
        return scheme.ValueOf(PEOPLE, "payout", (), MONEY, PEOPLE, expr.span)
    if at.upline and (WORDS.get(first) in _OF_UPLINE or (FUNCTIONS.get(first) == "upline" and len(expr.names) > 1)):
        return _of_upline(expr, at, desk)
    if len(expr.names) == 1:
        return _bare_name(first, expr, at, desk)
    of_rank = _rank_part(expr, at, desk)
    if of_rank is not None:
        return of_rank
    own = desk.symbols.scopes.get(at.level, {}).get(first)
    if own is not None and _link_of(own, desk):
        return _walk(expr, at.level, (), 0, at, desk)
    parts = (_period_part, _kpi_part, _competency_part, _account_part)
    for attempt in (_own_prefix, _person_prefix, *parts, _named_table):
        term = attempt(expr, at, desk)
        if term is not None:
            return term
    if _names_kpis(expr):
        raise _which_kpi(expr, desk)
    above = _above(first, at, desk)
    known = own or (above[0][0] if above else None)
    span = part_span(expr, 0, desk)
    raise _leads_nowhere(known, span) if known is not None else _unknown(first, span, at, desk)


def _of_upline(expr: syntax.Path, at: Context, desk: Desk) -> Term:
    """`level`, `receiver`, `receiver.rate`. Where the row at hand has a column of that name, one must say which is
    meant: `upline.level`, `sale.level`."""
    first = expr.names[0]
    rest = expr.names[1:] if FUNCTIONS.get(first) == "upline" else expr.names
    if rest == expr.names and first in desk.symbols.scopes.get(at.level, {}):
        behind = "".join(f".{name}" for name in expr.names)
        options = [prefix + behind for prefix in (spelling(FUNCTIONS, "upline", desk.language), _shown(at.level, desk))]
        fixes = replacing(expr.span, options, "write_prefix")
        raise fault("E2505", part_span(expr, 0, desk), name=first, options=tuple(options), fixes=fixes)
    word = WORDS.get(rest[0])
    if word not in _OF_UPLINE:
        raise fault("E2101", part_span(expr, 1, desk), name=rest[0], candidates=_upline_words(desk))
    if word == "receiver" and len(rest) > 1:
        return _walk(expr, PEOPLE, (scheme.RECEIVER,), len(expr.names) - len(rest) + 1, at, desk)
    if word == "receiver":
        return scheme.RowOf(PEOPLE, (scheme.RECEIVER,), Type(Kind.row, table=PEOPLE), at.level, expr.span)
    if len(rest) > 1:
        raise fault("E2109", expr.span, name=rest[0], what="value", expected="row")
    return scheme.LevelOf(COUNT, at.level, expr.span)


def _upline_words(desk: Desk) -> tuple[str, ...]:
    return tuple(spelling(WORDS, word, desk.language) for word in _OF_UPLINE)


_OF_UPLINE = ("receiver", "level")


PAYOUT = [(word,) for entry in FACES if entry.terminal == "PAYOUT" for word in entry.english + entry.chinese]


def _which_kpi(expr: syntax.Path, desk: Desk) -> Fault:
    """`kpi.score` stands for those of all kpis, in min( ) and max( ) only."""
    parts = [f"{_called(kpi, desk)}.{expr.names[1]}" for kpi in desk.symbols.each("kpi")]
    return fault("E2102", expr.span, word=expr.names[0], fixes=replacing(expr.span, parts[:3]))


def _link_of(symbol: Symbol, desk: Desk) -> str:
    """The table that a link column leads to, '' for anything else."""
    if symbol.kind != "column" or symbol.level not in desk.symbols.tables:
        return ""
    return desk.symbols.tables[symbol.level].links.get(symbol.identity, "")


def part_span(expr: syntax.Path, index: int, desk: Desk) -> Span:
    """Where one name of a dotted path stands."""
    span = expr.span
    written = desk.text_at(span).replace("．", ".").split(".")
    if len(written) != len(expr.names) or span.line != span.end_line:
        return span
    start = span.column + sum(len(part) + 1 for part in written[:index])
    name = written[index]
    start += len(name) - len(name.lstrip())
    return Span(span.source, span.line, start, span.line, start + len(name.strip()))


def _bare_name(word: str, expr: syntax.Path, at: Context, desk: Desk) -> Term:
    own = desk.symbols.scopes.get(at.level, {}).get(word)
    part = KPI_PARTS.get(word, "") if at.kpi is not None else ""
    if part and at.kpi is not None and not (own is not None and part == at.clause):
        if own is not None and _has_part(at.kpi, part):
            raise _several(word, [f"{_shown(at.level, desk)}.{word}", f"{_called(at.kpi, desk)}.{word}"], expr)
        if own is None:
            return _kpi_term(at.kpi, part, (), expr.span, desk)
    if own is not None:
        return _reference(own, (), expr, at, desk)
    found = _above(word, at, desk)
    if len(found) > 1:
        raise _several(word, [_prefixed(s, word, desk) for s, _ in found if s.level], expr)
    if found:
        return _reference(*found[0], expr, at, desk)
    raise _unknown(word, expr.span, at, desk)


def _has_part(kpi: Symbol, part: str) -> bool:
    return part not in ("actual", "target") or any(c.kind == part for c in kpi.node.clauses)


def _several(word: str, options: list[str], expr: syntax.Path) -> Fault:
    fixes = replacing(expr.span, options, "write_prefix")
    return fault("E2105", expr.span, name=word, options=tuple(options), fixes=fixes)


def _above(word: str, at: Context, desk: Desk) -> list[tuple[Symbol, tuple[str, ...]]]:
    """What a bare name can mean above its own level; at the person also a line of his rows."""
    found: list[tuple[Symbol, tuple[str, ...]]] = []
    for level, path in [*desk.symbols.above(at.level), (EVERYWHERE, ())]:
        symbol = desk.symbols.scopes.get(level, {}).get(word)
        if symbol is not None and not (symbol.kind == "line" and at.level == PEOPLE):
            found.append((symbol, path))
    line = _line_of_rows(word, desk) if at.level == PEOPLE else None
    return found if line is None else [*found, (line, ())]


def _line_of_rows(word: str, desk: Desk) -> Symbol | None:
    """The paid line of this name among those paid per row."""
    rows = (scope.get(word) for level, scope in desk.symbols.scopes.items() if level != PEOPLE)
    return next((s for s in rows if s is not None and s.kind == "line"), None)


def _prefixed(symbol: Symbol, word: str, desk: Desk) -> str:
    name = f"{_shown(symbol.level, desk)}.{word}"
    return f"{spelling(FUNCTIONS, 'sum', desk.language)}({name})" if symbol.kind == "line" else name


def _reference(symbol: Symbol, path: tuple[str, ...], expr: syntax.Path, at: Context, desk: Desk) -> Term:
    type_ = desk.type_of(symbol, expr.span).seen_over(path)
    if symbol.kind == "parameter":
        fixed = desk.fixed(symbol, expr.span) if at.level == EVERYWHERE else None
        found = scheme.ParameterOf(symbol.identity, type_, span=expr.span)
        if not at.on_day and at.level in desk.symbols.tables:
            windows.note_change(symbol, expr, at.level, desk)
        return found if fixed is None else replace(fixed, span=expr.span)
    if symbol.kind == "line" and at.level == PEOPLE and not path and not (at.presence and _stays(symbol)):
        if _moves_later(symbol, expr, at, desk):
            return scheme.DueOf((symbol.identity,), type_, at.level, expr.span)
        return scheme.Received((symbol.identity,), (), type_, at.level, expr.span)
    if symbol.kind == "column":
        return _column(symbol, path, type_, expr, at, desk)
    if symbol.kind == "rank":
        return _standing(symbol, "place", path, expr, at, desk)
    return scheme.ValueOf(symbol.level, symbol.identity, path, type_, at.level, expr.span)


def _rank_part(expr: syntax.Path, at: Context, desk: Desk) -> Term | None:
    """`place.entrants`, `entry.place.tied`: behind what means a rank."""
    part = RANK_PARTS.get(expr.names[-1], "")
    if not part or not any(True for _ in desk.symbols.each("rank")):
        return None
    try:
        rank = _path(syntax.Path(expr.names[:-1], expr.span), replace(at, rescued=True), desk)
    except Fault:
        return None
    if not isinstance(rank, scheme.PlaceOf) or rank.part != "place":
        return None
    symbol = next(s for s in desk.symbols.each("rank") if (s.level, s.identity) == (rank.table, rank.rank))
    return _standing(symbol, part, rank.path, expr, at, desk)


def _standing(
    symbol: Symbol, part: str, path: tuple[str, ...], expr: syntax.Path, at: Context, desk: Desk
) -> Term:  # fmt: skip
    """What a rank says of a row; who was not admitted has no place, and what holds then must be said."""
    place = scheme.PlaceOf(symbol.level, symbol.identity, "place", path, COUNT, at.level, expr.span)
    term = replace(place, part=part)
    if symbol.where is not None and not at.rescued and at.present.isdisjoint((place, term)):
        raise fault("E2524", expr.span, name=_called(symbol, desk))
    return term


def _stays(line: Symbol) -> bool:
    """Whether the person it is worked out for receives it, in one line or none."""
    node: syntax.PayLine = line.node
    shared = any(isinstance(s, syntax.Shared | syntax.SharedAmong) for s in node.body.steps)
    return line.level == PEOPLE and node.to is None and not shared


def _column(symbol: Symbol, path: tuple[str, ...], type_: Type, expr: syntax.Path, at: Context, desk: Desk) -> Term:
    term = scheme.ColumnOf(symbol.level, symbol.identity, path, type_, at.level, expr.span)
    node: syntax.Column = symbol.node
    if "optional" in node.roles and node.default is None and not at.rescued and term not in at.present:
        fixes = mending.defaults(node, type_, desk)
        raise fault("E2207", expr.span, name=expr.names[-1], fixes=fixes)
    return term


def _walk(expr: syntax.Path, level: str, path: tuple[str, ...], index: int, at: Context, desk: Desk) -> Term:
    """Follow names[index:] from a row of `level`, reached over `path`, to a column or value of the last table."""
    while index < len(expr.names) - 1:
        symbol = desk.symbols.scopes.get(level, {}).get(expr.names[index])
        target = _link_of(symbol, desk) if symbol is not None else ""
        if symbol is None or not target:
            raise _no_member(expr, index, level, desk)
        path, level, index = (*path, symbol.identity), target, index + 1
    last = desk.symbols.scopes.get(level, {}).get(expr.names[index])
    if level == at.level == PEOPLE and (last is None or (last.kind == "line" and not (at.presence and _stays(last)))):
        line = last or _line_of_rows(expr.names[index], desk)
        if line is not None:
            if _moves_later(line, expr, at, desk) and not path:
                return scheme.DueOf((line.identity,), desk.type_of(line, expr.span), at.level, expr.span)
            return scheme.Received((line.identity,), path, desk.type_of(line, expr.span), at.level, expr.span)
    if last is None:
        raise _no_member(expr, index, level, desk)
    return _reference(last, path, expr, at, desk)


def _no_member(expr: syntax.Path, index: int, level: str, desk: Desk) -> Fault:
    """A name after a dot that its table does not have."""
    word, span = expr.names[index], part_span(expr, index, desk)
    scope = desk.symbols.scopes.get(level, {})
    if word in desk.symbols.doubted or not desk.symbols.has_people:
        return Fault()
    if word in scope:
        return _leads_nowhere(scope[word], span)
    near = nearest(word, scope)
    return fault("E2101", span, name=word, candidates=near, fixes=naming(span, near))


def _leads_nowhere(symbol: Symbol, span: Span) -> Fault:
    """There is a dot behind a name that is no link."""
    what = "named column" if symbol.kind == "column" else symbol.kind
    return fault("E2109", span, name=symbol.names.name, what=what, expected="row")


def _own_prefix(expr: syntax.Path, at: Context, desk: Desk) -> Term | None:
    table = desk.symbols.table_named(expr.names[0])
    if table is None or table.identity != at.level:
        return None
    return _walk(expr, at.level, (), 1, at, desk)


def _person_prefix(expr: syntax.Path, at: Context, desk: Desk) -> Term | None:
    word = WORDS.get(expr.names[0])
    if word != "person" and not (word == "member" and at.inside and at.level == PEOPLE):
        return None
    path = desk.symbols.way_to_person(at.level)
    return None if path is None else _walk(expr, PEOPLE, path, 1, at, desk)


def _period_part(expr: syntax.Path, at: Context, desk: Desk) -> Term | None:
    """`period.first`, `quarter.last`, `own_year.number`."""
    first, span = expr.names[0], WORDS.get(expr.names[0], "")
    if span not in SPANS or len(expr.names) != 2 or (span != "period" and first in desk.symbols.words()):
        return None
    part = PERIOD_PARTS.get(expr.names[1]) or _no_part(expr, PERIOD_PARTS, desk)
    path, hired = (desk.symbols.way_to_person(at.level) if span == "own_year" else ()), ""
    if path is None:
        raise no_person(expr, at, desk)
    if span == "own_year":
        hired = windows.hired_column(expr.span, desk)
    type_ = DATE if part in ("first", "last") else COUNT
    return scheme.PeriodOf(part, type_, at.level, expr.span, span, path, hired)


def _kpi_part(expr: syntax.Path, at: Context, desk: Desk) -> Term | None:
    kpi = desk.symbols.kpis.get(expr.names[0])
    if kpi is None or len(expr.names) != 2:
        return None
    part = KPI_PARTS.get(expr.names[1]) or _no_part(expr, KPI_PARTS, desk)
    path = desk.symbols.way_to_person(at.level)
    if path is None:
        raise no_person(expr, at, desk)
    return _kpi_term(kpi, part, path, expr.span, desk, at.level)


def _account_part(expr: syntax.Path, at: Context, desk: Desk) -> Term | None:
    account = desk.symbols.accounts.get(expr.names[0])
    return None if account is None or len(expr.names) != 2 else desk.balance(expr, account, at)


def _competency_part(expr: syntax.Path, at: Context, desk: Desk) -> Term | None:
    """`selling.score`, `selling.talks`, `selling.talks.gap`: any of them may be missing."""
    symbol = desk.symbols.competencies.get(expr.names[0])
    if symbol is None or len(expr.names) > 3:
        return None
    path = desk.symbols.way_to_person(at.level)
    if path is None:
        raise no_person(expr, at, desk)
    whole = desk.competency(symbol, expr.span)
    term = _competency_term(expr, whole, path, at, desk)
    if not at.rescued and at.present.isdisjoint((term, replace(term, part="rating", type=NUMBER))):
        raise fault("E2548", expr.span, name=expr)
    return term


def _competency_term(
    expr: syntax.Path, whole: scheme.Competency, path: tuple[str, ...], at: Context, desk: Desk
) -> scheme.CompetencyOf:
    known = {word: item for item in whole.items for word in (item.names.name, item.names.alias) if word}
    item = known.get(expr.names[1])
    score = COMPETENCY_PARTS.get(expr.names[1]) == "score" and len(expr.names) == 2
    if item is None and not score:
        raise _no_such(expr, 1, [*known, spelling(COMPETENCY_PARTS, "score", desk.language)], desk)
    if item is None:
        return scheme.CompetencyOf(whole.identity, "", "score", path, NUMBER, at.level, expr.span)
    part, type_ = "rating", NUMBER
    if len(expr.names) == 3:
        parts = [spelling(COMPETENCY_PARTS, word, desk.language) for word in ("gap", "course")]
        part = COMPETENCY_PARTS.get(expr.names[2], "score")
        if part == "score":
            raise _no_such(expr, 2, parts, desk)
        if item.required is None or (part == "course" and not whole.course):
            what = "required" if item.required is None else "course"
            raise fault("E2546", expr.span, name=expr.names[1], part=part, what=what)
    if part == "course":
        lookup = next(s for s in desk.symbols.each("lookup") if s.identity == whole.course)
        type_ = desk.lookup(lookup, expr.span).column_types[whole.course_column]
    return scheme.CompetencyOf(whole.identity, item.identity, part, path, type_, at.level, expr.span)


def _no_such(expr: syntax.Path, index: int, known: Iterable[str], desk: Desk) -> Fault:
    span = part_span(expr, index, desk)
    near = nearest(expr.names[index], known) or tuple(known)
    return fault("E2101", span, name=expr.names[index], candidates=near, fixes=naming(span, near))


def no_person(expr: syntax.Path, at: Context, desk: Desk) -> Fault:
    """A value of a person, where there are many persons or none."""
    if at.level == EVERYWHERE:
        return _not_fixed(expr.span, at)
    shown = _shown(at.level, desk)
    if desk.symbols.tables[at.level].kind == "facts":
        return fault("E2339", expr.span, name=expr, table=shown)
    return fault("E2106", expr.span, name=expr, table=_shown(PEOPLE, desk), level=shown, fix="")


def _no_part(expr: syntax.Path, parts: Mapping[str, str], desk: Desk) -> str:
    """Raises: the period or a kpi has no such part; all that there are can be named."""
    span = part_span(expr, 1, desk)
    known = [spelling(parts, word, desk.language) for word in dict.fromkeys(parts.values())]
    near = nearest(expr.names[1], known) or tuple(known)
    raise fault("E2101", span, name=expr.names[1], candidates=near, fixes=naming(span, near))


def _kpi_term(kpi: Symbol, part: str, path: tuple[str, ...], span: Span, desk: Desk, level: str = PEOPLE) -> Term:
    return scheme.KpiOf(kpi.identity, part, path, desk.kpi_type(kpi, part, span), level, span)


def _named_table(expr: syntax.Path, at: Context, desk: Desk) -> Term | None:
    """`team.goal` by the table's name: from the level at hand up to the group or the parent."""
    table = desk.symbols.table_named(expr.names[0])
    if table is None:
        return _link_column(expr, at, desk)
    ways = dict([*desk.symbols.parents(at.level), *desk.symbols.above(at.level)])
    if table.identity in ways:
        return _walk(expr, table.identity, ways[table.identity], 1, at, desk)
    last = desk.symbols.scopes.get(table.identity, {}).get(expr.names[1])
    if last is None:
        raise _no_member(expr, 1, table.identity, desk)
    raise _many_rows(last, ".".join(expr.names), expr.span, at, desk)


def _link_column(expr: syntax.Path, at: Context, desk: Desk) -> Term | None:
    """`team.goal` by the name of the person's link column, seen from one of his rows."""
    for level, path in desk.symbols.above(at.level):
        symbol = desk.symbols.scopes.get(level, {}).get(expr.names[0])
        if symbol is not None and _link_of(symbol, desk):
            return _walk(expr, level, path, 0, at, desk)
    return None


def _shown(level: str, desk: Desk) -> str:
    if level == PEOPLE:
        return PEOPLE if desk.language == "en" else desk.symbols.tables[PEOPLE].names.alias
    return desk.symbols.tables[level].names.shown(desk.language) if level in desk.symbols.tables else level


def _called(symbol: Symbol, desk: Desk) -> str:
    return symbol.names.shown(desk.language)


def _unreachable(name: str, table: str, span: Span, at: Context, desk: Desk) -> Fault:
    """Rows of one level know nothing of the rows of `table`."""
    return fault("E2110", span, name=name, table=_shown(table, desk), level=_shown(at.level, desk))


def _many_rows(symbol: Symbol, word: str, span: Span, at: Context, desk: Desk) -> Fault:
    """A value that exists once per row of `symbol`'s table is asked for where there are many such rows."""
    if at.level == EVERYWHERE:
        return _not_fixed(span, at)
    below = at.level == PEOPLE or desk.symbols.descends(symbol.level, at.level)
    if not below and not _in_group(symbol.level, at, desk):
        return _unreachable(word, symbol.level, span, at, desk)
    function = _collecting(symbol, span, desk)
    members = f"{spelling(WORDS, 'member', desk.language)}.{_called(symbol, desk)}"
    call = _collected(function, members if symbol.kind == "line" and at.level != PEOPLE else word, desk)
    title = "aggregate_any" if function == "any" else "aggregate"
    facts = {"level": "" if at.level == PEOPLE else _shown(at.level, desk), "fix": call if function == "sum" else ""}
    fixes = replacing(span, [call] if call else [], title)
    return fault("E2106", span, name=word, table=_shown(symbol.level, desk), **facts, fixes=fixes)


def _in_group(table: str, at: Context, desk: Desk) -> bool:
    """Whether a row of the group at hand has many of these rows."""
    owned = table == PEOPLE or desk.symbols.way_to_person(table) is not None
    return desk.symbols.tables[at.level].kind == "group" and owned


def _collecting(symbol: Symbol, span: Span, desk: Desk) -> str:
    """How many rows become one value: sum, any; '' for texts and dates."""
    type_ = desk.type_of(symbol, span)
    return "any" if type_.kind is Kind.yesno else "sum" if type_.numeric else ""


def _collected(function: str, word: str, desk: Desk) -> str:
    """`sum(deal.amount)`, `any(deal.won)`."""
    return f"{spelling(FUNCTIONS, function, desk.language)}({word})" if function else ""


def _unknown(word: str, span: Span, at: Context, desk: Desk) -> Fault:
    """The best that can be said of a name that means nothing here."""
    symbols = desk.symbols
    if word in symbols.doubted:
        return Fault()
    kind = _kind_of(word, symbols)
    if kind:
        parts = (
            [f"{desk.text_at(span)}.{spelling(ACCOUNT_PARTS, 'opening', desk.language)}"] if kind == "account" else []
        )
        return fault("E2109", span, name=word, what=kind, expected="value", fixes=replacing(span, parts))
    rows = _of_rows(word, at, desk)
    if len(rows) > 1 and at.level == PEOPLE:
        names = [(_collecting(s, span, desk), f"{_shown(s.level, desk)}.{word}") for s in rows]
        options = [_collected(function, name, desk) for function, name in names]
        return _several(word, [o for o in options if o], syntax.Path((word,), span))
    linked = [f"{link}.{word}" for s in rows for link in _links_to(s.level, at, desk)]
    if linked:
        return fault("E2101", span, name=word, candidates=tuple(linked), fixes=replacing(span, linked))
    if rows:
        return _many_rows(rows[0], f"{_shown(rows[0].level, desk)}.{word}", span, at, desk)
    return _nowhere(word, span, at, desk) if symbols.has_people else Fault()


def _kind_of(word: str, symbols: Symbols) -> str:
    """What else the name stands for, where a value is needed: a tiers table, a kpi, a table."""
    named_kinds = (
        ("tiers", symbols.tiers), ("lookup", symbols.lookups), ("kpi", symbols.kpis), ("account", symbols.accounts),
        ("competency", symbols.competencies),
    )  # fmt: skip
    for kind, named in named_kinds:
        if word in named:
            return kind
    table = symbols.table_named(word)
    return "" if table is None else table.kind


def _of_rows(word: str, at: Context, desk: Desk) -> list[Symbol]:
    """Columns, values and lines of this name at other levels."""
    scopes = ((level, scope.get(word)) for level, scope in desk.symbols.scopes.items() if level != at.level)
    return [s for _, s in scopes if s is not None and s.kind in ("column", "value", "line", "rank")]


def _links_to(table: str, at: Context, desk: Desk) -> list[str]:
    """What may stand before the dot to reach a row of `table`: the row's links, or its parents' names."""
    own = desk.symbols.tables.get(at.level)
    if own is None or own.kind == "people":
        return []
    links = [own.columns[c].names.shown(desk.language) for c, target in own.links.items() if target == table]
    parents = [_shown(level, desk) for level, _ in desk.symbols.parents(at.level) if level == table]
    return links or parents


def _nowhere(word: str, span: Span, at: Context, desk: Desk) -> Fault:
    """No declaration has this name: a slip, a missing blank, or a fixed word where a name belongs."""
    split = _splits(word, desk)
    if split:
        fix = Fix(FixKind.review, "add_blanks", (Edit(span, split),), {"candidate": split})
        return fault("E2114", span, name=word, split=split, fixes=(fix,))
    near = nearest(word, _in_reach(at, desk))
    if at.clause == "cell" and not near and (words := of_cells(word)):
        alone = replacing(span, (one for one in words if " " not in one))
        return fault("E2101", span, name=word, candidates=words, fixes=alone)
    if WORDS.get(word) in LINE_KINDS and at.level == PEOPLE:
        call = f"{spelling(FUNCTIONS, 'total', desk.language)}({word})"
        return fault("E2102", span, word=word, fixes=replacing(span, [call]))
    if word in _FIXED_WORDS and not near:
        return fault("E2102", span, word=word)
    return fault("E2101", span, name=word, candidates=near, fixes=naming(span, near))


_FIXED_WORDS = frozenset(w for entry in FACES for w in (*entry.english, *entry.chinese))


def _in_reach(at: Context, desk: Desk) -> set[str]:
    levels = [at.level, EVERYWHERE, *(level for level, _ in desk.symbols.above(at.level))]
    names = {n for level in levels for n in desk.symbols.scopes.get(level, {})}
    lines = {n for s in desk.symbols.each("line") for n in (s.names.name, s.names.alias) if n}
    return names | lines | (set(KPI_PARTS) if at.kpi is not None else set())


def _splits(word: str, desk: Desk) -> str:
    """`累计金额`, `门槛以上`: the one way in which a word falls into known names and a joining word."""
    if word.isascii():
        return ""
    known = desk.symbols.words()
    found: list[str] = []
    for joint in dict.fromkeys((*_BETWEEN, *_BEFORE, *_BEHIND)):
        for start in range(len(word)):
            left, right = word[:start], word[start + len(joint) :]
            if word.startswith(joint, start) and _joins(left, joint, right, known):
                found.append(f"{left} {joint} {right}".strip())
    return found[0] if len(found) == 1 else ""


_BETWEEN = ("的", "适用", "累计", "中", "且", "或", "其中", "仅限", "属于", "按", "于", "归")
_BEFORE = ("累计", "非", "同")
_BEHIND = ("以上", "以下", "以内", "累计")


def _joins(left: str, joint: str, right: str, known: set[str]) -> bool:
    if left and right:
        return joint in _BETWEEN and left in known and right in known
    return joint in (_BEFORE if right else _BEHIND) and (left or right) in known


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


def refuse_months(terms: Iterable[Term]) -> None:
    """A month has no fixed number of days: it can be counted from a date, and stands for nothing alone."""
    for term in terms:
        if isinstance(term, scheme.Lapse) and term.unit == "months":
            raise fault("E2215", term.span)


def _binary(expr: syntax.Binary, at: Context, desk: Desk) -> Term:
    left, right = _all((expr.left, expr.right), at, desk)
    if expr.operator in ("add", "subtract", "divide"):
        _one_currency(expr.span, (expr.left, left), (expr.right, right), at, desk)
    if not any(term.type.kind in (Kind.date, Kind.datetime) for term in (left, right)):
        refuse_months((left, right))
    if expr.operator == "subtract":
        between = Span(
            expr.span.source,
            expr.left.span.end_line,
            expr.left.span.end_column,
            expr.right.span.line,
            expr.right.span.column,
        )
        refuse_twice_off(right, expr.right, between, " + ", desk)
    if expr.operator in ("add", "subtract"):
        type_ = types.added(left.type, right.type, expr.operator == "subtract")
        left, right = adapted(left, right.type), adapted(right, left.type)
    elif expr.operator == "divide":
        type_ = types.divided(left.type, right.type)
    else:
        type_ = types.multiplied(left.type, right.type)
    if type_ is None:
        raise _no_arithmetic(expr, left, right, desk)
    return scheme.Arithmetic(expr.operator, (left, right), type_, _level((left, right), at), expr.span)


def before(whole: Span, last: Span) -> Span:
    """What stands before the last part of something written."""
    return Span(whole.source, whole.line, whole.column, last.line, last.column)


def refuse_twice_off(term: Term, written: syntax.Expr, sign: Span, instead: str, desk: Desk) -> None:
    """What a deduction takes off is negative already: to subtract it would be to pay it."""
    several = term.lines if isinstance(term, scheme.Received | scheme.DueOf) else ()
    names = (term.name,) if isinstance(term, scheme.ValueOf) else several
    kinds = [s.node.kind for s in desk.symbols.each("line") if s.identity in names]
    if kinds and set(kinds) == {"deduction"}:
        fix = Fix(FixKind.review, "replace_word", (Edit(sign, instead),), {"candidate": instead.strip()})
        raise fault("E2346", written.span, name=written, fixes=(fix,))


def _one_currency(
    span: Span, left: tuple[syntax.Expr, Term], right: tuple[syntax.Expr, Term], at: Context, desk: Desk
) -> None:
    """Refuse two currencies side by side (decision 51), with the rate that would be needed."""
    if types.two_currencies(left[1].type, right[1].type):
        raise currencies.mixed(span, (left[0], left[1].type), (right[0], right[1].type), at.level, desk)


_SIGNS = {"add": "+", "subtract": "-", "multiply": "×", "divide": "÷", "share": "×"}


def _no_arithmetic(expr: syntax.Binary, left: Term, right: Term, desk: Desk) -> Fault:
    both_money = left.type.kind is right.type.kind is Kind.money
    return fault(
        "E2202" if both_money else "E2201",
        expr.span,
        operator=_SIGNS[expr.operator],
        left=expr.left,
        right=expr.right,
        left_type=str(left.type.kind),
        right_type=str(right.type.kind),
        fixes=mending.added(expr, left, right, desk),
    )


def _compare(expr: syntax.Compare, at: Context, desk: Desk) -> Term:
    left, right = _all((expr.left, expr.right), at, desk)
    _one_currency(expr.span, (expr.left, left), (expr.right, right), at, desk)
    refuse_months((left, right))
    days = [term.type.kind in (Kind.date, Kind.datetime) for term in (left, right)]
    if all(days):
        _refuse_number_words(expr, desk)
    elif expr.operator in _DATE_TESTS:
        _refuse_date_words(expr, left if not days[0] else right, desk)
    if not types.comparable(left.type, right.type):
        raise _cannot_compare(expr, left, right, at, desk)
    _check_options(left, right, expr.left, expr.right, desk)
    _check_options(right, left, expr.right, expr.left, desk)
    if expr.operator not in ("=", "!=") and left.type.kind in (Kind.text, Kind.yesno, Kind.row):
        raise fault("E2204", expr.left.span, what="order", wanted="orderable", type=str(left.type.kind))
    operator = _DATE_TESTS.get(expr.operator, expr.operator)
    pair = adapted(left, right.type), adapted(right, left.type)
    return scheme.Comparison(operator, *pair, YESNO, _level(pair, at), expr.span)


_DATE_TESTS = {"before": "<", "after": ">", "on_or_before": "<=", "on_or_after": ">="}
_DATE_WORDS = {
    "<": ("before", "早于"),
    ">": ("after", "晚于"),
    "<=": ("on or before", "不晚于"),
    ">=": ("on or after", "不早于"),
}
_NUMBER_WORDS = {
    "before": ("below", "不满"),
    "after": ("above", "超过"),
    "on_or_before": ("at most", "不超过"),
    "on_or_after": ("at least", "不低于"),
}
_SYMBOLS = frozenset("<>=≤≥")


def _refuse_number_words(expr: syntax.Compare, desk: Desk) -> None:
    """Between dates the words are before and after (decision 63); the signs < > may stand."""
    if expr.operator not in _DATE_WORDS or set(expr.word) <= _SYMBOLS:
        return
    better = _DATE_WORDS[expr.operator][expr.word[:1] > "~"]
    span = _word_span(expr, desk)
    raise fault("E2206", span, word=expr.word, better=better, fixes=replacing(span, [better], "replace_word"))


def _refuse_date_words(expr: syntax.Compare, odd: Term, desk: Desk) -> None:
    """Before and after are for dates."""
    better = _NUMBER_WORDS[expr.operator][expr.word[:1] > "~"]
    span = _word_span(expr, desk)
    fixes = replacing(span, [better], "replace_word") if odd.type.numeric else ()
    raise fault("E2204", span, what="date test", wanted="dates", type=str(odd.type.kind), fixes=fixes)


def _word_span(expr: syntax.Compare, desk: Desk) -> Span:
    """Where the comparing word stands."""
    left, right = expr.left.span, expr.right.span
    gap = Span(left.source, left.end_line, left.end_column, right.line, right.column)
    start = gap.column + desk.text_at(gap).find(expr.word)
    if not expr.word or start < gap.column or gap.line != gap.end_line:
        return expr.span
    return Span(gap.source, gap.line, start, gap.line, start + len(expr.word))


def _cannot_compare(expr: syntax.Compare, left: Term, right: Term, at: Context, desk: Desk) -> Fault:
    odd, written, other = left, expr.left, right
    if left.type.kind is not Kind.text or right.type.kind is Kind.text:
        odd, written, other = right, expr.right, left
    fixes = _holding(odd, expr.right if odd is left else expr.left, at, desk)
    fixes = fixes or mending.unquoted(odd, other, desk) or mending.lasting(odd, other, desk)
    fixes = fixes or _others(written, other, at, desk) or _by_key(expr, left, right, desk)
    return _incomparable(written.span, expr.left, expr.right, left, right, fixes)


def _incomparable(
    span: Span, left: syntax.Expr, right: syntax.Expr, first: Term, second: Term, fixes: tuple[Fix, ...] = ()
) -> Fault:
    kinds = {"left_type": str(first.type.kind), "right_type": str(second.type.kind)}
    return fault("E2103", span, left=left, right=right, **kinds, fixes=fixes)


def _by_key(expr: syntax.Compare, left: Term, right: Term, desk: Desk) -> tuple[Fix, ...]:
    """A row compared with a text: its key is meant."""
    for row, written, text in ((left, expr.left, right), (right, expr.right, left)):
        if row.type.kind is Kind.row and text.type.kind is Kind.text and row.type.table in desk.symbols.tables:
            columns = desk.symbols.tables[row.type.table].columns.values()
            keys = [s.names.shown(desk.language) for s in columns if "key" in s.node.roles]
            return replacing(written.span, [f"{desk.text_at(written.span)}.{key}" for key in keys])
    return ()


def _holding(text: Term, compared: syntax.Expr, at: Context, desk: Desk) -> tuple[Fix, ...]:
    """The columns of the own level, or of people, that have this text among their options."""
    table = desk.symbols.tables.get(at.level)
    if table is None or not (isinstance(text, scheme.Literal) and isinstance(text.value, str)):
        return ()
    holding = [
        symbol.names.shown(desk.language)
        for symbol in table.columns.values()
        if symbol.node.type.word != "name" and text.value in desk.type_of(symbol, compared.span).options
    ]
    return replacing(compared.span, holding[:3])


def _others(written: syntax.Expr, other: Term, at: Context, desk: Desk) -> tuple[Fix, ...]:
    """Columns of the own level that could be compared here instead of the one written."""
    table = desk.symbols.tables.get(at.level)
    if table is None or not isinstance(written, syntax.Path) or other.type.kind is Kind.row:
        return ()
    fitting = [
        symbol.names.shown(desk.language)
        for symbol in table.columns.values()
        if symbol.node.type.word != "name" and types.comparable(desk.type_of(symbol, written.span), other.type)
    ]
    return replacing(written.span, fitting[:3])


def _check_options(column: Term, value: Term, named: syntax.Expr, written: syntax.Expr, desk: Desk) -> None:
    """A text that the column can never hold."""
    options = column.type.options
    if not (options and isinstance(value, scheme.Literal)) or value.value in options:
        return
    near = nearest(str(value.value), options) or options
    fixes = mending.texts(written.span, near, desk)
    raise fault("E2205", written.span, value=str(value.value), options=options, column=named, fixes=fixes)


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
        _one_currency(written.span, (expr.operand, operand), (written, option), at, desk)
        if not types.comparable(operand.type, option.type):
            raise _incomparable(written.span, expr.operand, written, operand, option)
        _check_options(operand, option, expr.operand, written, desk)
    adapted_options = tuple(adapted(o, operand.type) for o in options)
    return scheme.Membership(operand, adapted_options, YESNO, _level((operand, *options), at), expr.span)


def _missing(expr: syntax.Missing, at: Context, desk: Desk) -> Term:
    operand = build(expr.operand, replace(at, rescued=True, presence=True), desk)
    return scheme.Presence(operand, expr.present, YESNO, _level([operand], at), expr.span)


# ---- calls ----------------------------------------------------------------------------------------------------


def _call(expr: syntax.Call, at: Context, desk: Desk) -> Term:
    word = expr.function.names[0]
    built_in = "" if word in desk.symbols.tiers or word in desk.symbols.lookups else FUNCTIONS.get(word, "")
    if built_in == "previous" and len(expr.function.names) == 1:
        return desk.former(expr, at)
    if expr.otherwise:
        raise fault("E2563", expr.otherwise[0].span, function=word)
    if word in desk.symbols.tiers:
        _no_scopes(expr)
        return _tier_value(expr, desk.symbols.tiers[word], at, desk)
    if word in desk.symbols.lookups:
        _no_scopes(expr)
        return _looked_up(expr, desk.symbols.lookups[word], at, desk)
    function = FUNCTIONS.get(word) if len(expr.function.names) == 1 else None
    if function is None:
        raise _no_function(expr.function, desk)
    if function in AGGREGATES:
        term = _aggregate(function, expr, at, desk)
        if term is not None:
            return term
    _no_scopes(expr)
    if function == "highest_below":
        return _highest_below(expr, at, desk)
    if function == "upline":
        raise fault("E2501", expr.span, what="place")
    if function in ("total", "due", "earned"):
        return _total(expr, at, desk) if function == "total" else _of_line(function, expr, at, desk)
    if function in ("next_bound", "gross_for"):
        return _of_tiers(function, expr, at, desk)
    if function == "workdays":
        return _workdays(expr, at, desk)
    if function == "over_tied_places":
        return _over_tied_places(expr, at, desk)
    if function == "value_at":
        return _value_at(expr, at, desk)
    return _plain_function(function, expr, at, desk)


def _highest_below(expr: syntax.Call, at: Context, desk: Desk) -> Term:
    """The highest value of those whom a line of an upline has passed."""
    _arity(expr, 1)
    _no_where(expr)
    if not at.upline:
        raise fault("E2506", expr.span, name=expr)
    operand = build(expr.arguments[0], Context(PEOPLE, rescued=True, inside=True), desk)
    if not operand.type.numeric or operand.type.varies:
        kind = str(operand.type.kind)
        raise fault("E2204", expr.arguments[0].span, what="max", wanted="number", type=kind)
    type_ = NUMBER if operand.type.kind is Kind.plain else operand.type
    return scheme.HighestBelow(operand, type_, at.level, expr.span)


def _no_scopes(expr: syntax.Call) -> None:
    """Only totals of rows with days have windows."""
    if expr.scopes:
        raise fault("E2411", expr.scopes[0].span, function=".".join(expr.function.names), what="no rows")


def _no_function(path: syntax.Path, desk: Desk) -> Fault:
    word = path.names[0]
    if word in desk.symbols.doubted:
        return Fault()
    span = part_span(path, 0, desk)
    near = nearest(word, callable_words(desk.symbols))
    return fault("E2111", span, function=word, candidates=near, fixes=naming(span, near))


def _arity(expr: syntax.Call, wanted: int) -> None:
    if len(expr.arguments) != wanted:
        raise _wrong_number(expr, wanted)


def _wrong_number(expr: syntax.Call, wanted: int) -> Fault:
    name = ".".join(expr.function.names)
    surplus = (argument for argument in expr.arguments[wanted:] if isinstance(argument, syntax.Path))
    windows = [(a, of_windows(a.names[0])) for a in surplus if len(a.names) == 1 and name in FUNCTIONS]
    fixes = [fix for argument, words in windows for fix in replacing(argument.span, words)]
    return fault("E2112", expr.span, function=name, wanted=wanted, given=len(expr.arguments), fixes=tuple(fixes[:3]))


def _no_where(expr: syntax.Call) -> None:
    """Only what walks rows can choose among them."""
    if expr.where is not None:
        name = ".".join(expr.function.names)
        raise fault("E2113", expr.where.span, function=name, wanted="values only")


def _tier_value(expr: syntax.Call, tiers: Symbol, at: Context, desk: Desk) -> Term:
    _arity(expr, 1)
    _no_where(expr)
    table = desk.tiers_of(tiers, expr.function.span)
    key = build(expr.arguments[0], at, desk)
    scale = _scale(tiers, at, desk)
    _of_one_currency(key, scale, expr.arguments[0], expr.function.names[0], at, desk)
    return pricing.value(expr, table, key, scale, _level([key, *_given(scale)], at))


def _looked_up(expr: syntax.Call, lookup: Symbol, at: Context, desk: Desk) -> Term:
    """`prize(attainment, sales)`: the value of the row that fits the keys."""
    table = desk.lookup(lookup, expr.function.span)
    _arity(expr, len(table.keys))
    _no_where(expr)
    column = lookup_column(expr.function, lookup)
    keys = _all(expr.arguments, at, desk)
    for key, type_, written in zip(keys, table.key_types, expr.arguments, strict=True):
        _of_one_currency(key, None, written, expr.function.names[0], at, desk)
        if not types.comparable(key.type, type_):
            raise fault("E2204", written.span, what="lookup", wanted=str(type_.kind), type=str(key.type.kind))
    made = tuple(adapted(key, type_) for key, type_ in zip(keys, table.key_types, strict=True))
    return scheme.LookupValue(lookup.identity, column, made, table.column_types[column], _level(keys, at), expr.span)


def lookup_column(path: syntax.Path, lookup: Symbol) -> int:
    labels: tuple[syntax.Label, ...] = lookup.node.columns
    wanted = path.names[1] if len(path.names) == 2 else ""
    found = [n for n, label in enumerate(labels) if wanted and wanted in (label.name, label.alias)]
    if found or (len(path.names) == 1 and len(labels) < 2):
        return found[0] if found else 0
    known = tuple(f"{path.names[0]}.{label.name}" for label in labels) or (path.names[0],)
    fixes = replacing(path.span, known)
    raise fault("E2320", path.span, table=path.names[0], column=wanted, candidates=known, fixes=fixes)


def _given(term: Term | None) -> list[Term]:
    return [] if term is None else [term]


def _of_one_currency(key: Term, scale: Term | None, written: syntax.Expr, name: str, at: Context, desk: Desk) -> None:
    """A table has bounds in one currency, so what is looked up in it cannot be in one per row, nor in another."""
    if scale is not None and types.two_currencies(key.type, scale.type):
        raise currencies.mixed(written.span, (written, key.type), (scale, scale.type), at.level, desk)
    if key.type.varies:
        raise currencies.summed(written, key.type, name, at.level, desk)


def _scale(tiers: Symbol, at: Context, desk: Desk) -> Term | None:
    """What the bounds of a table are shares of, as it is seen from here; with `same as` that of the other table."""
    node: syntax.Tiers = tiers.node
    if node.bounds_of is not None:
        return scale_at(node.bounds_of, at, desk)
    same = next((row for row in node.rows if isinstance(row, syntax.SameAs)), None)
    return None if same is None else _scale(tiers_named(same.table, desk), at, desk)


def scale_at(expr: syntax.Expr, at: Context, desk: Desk) -> Term:
    """`bounds as share of goal`, seen from one level."""
    scale = build(expr, at, desk)
    if not scale.type.numeric:
        raise fault("E2204", expr.span, what="bounds of", wanted="number", type=str(scale.type.kind))
    return scale


def tiers_named(path: syntax.Path, desk: Desk) -> Symbol:
    """The tiers that a path names, with or without a column of theirs."""
    tiers = desk.symbols.tiers.get(path.names[0])
    if tiers is None:
        raise _not_tiers(path, desk)
    return tiers


def _of_tiers(function: str, expr: syntax.Call, at: Context, desk: Desk) -> Term:
    """`next_bound(T, x)` and `gross_for(T, y)`."""
    _arity(expr, 2)
    _no_where(expr)
    path = expr.arguments[0]
    if not isinstance(path, syntax.Path):
        raise fault("E2113", path.span, function=expr.function.names[0], wanted="tiers")
    tiers = tiers_named(path, desk)
    table = desk.tiers_of(tiers, path.span)
    operand = build(expr.arguments[1], at, desk)
    scale = _scale(tiers, at, desk)
    _of_one_currency(operand, scale, expr.arguments[1], path.names[0], at, desk)
    level = _level([operand, *_given(scale)], at)
    if function == "gross_for":
        return pricing.gross_for(expr, path, table, operand, scale, level)
    term = pricing.next_bound(expr, table, operand, scale, level)
    if table.tiers[-1].series is None and not at.rescued and term not in at.present:
        raise fault("E2328", expr.span, table=path.names[0])
    return term


def _over_tied_places(expr: syntax.Call, at: Context, desk: Desk) -> Term:
    """`over_tied_places(share(place))`: those who tie take their places together."""
    _arity(expr, 1)
    _no_where(expr)
    operand = build(expr.arguments[0], at, desk)
    of = standings.place_read(expr, operand)
    return standings.tied_mean(expr, operand, _rank_of(of, expr.span, desk).ties, of)


def _value_at(expr: syntax.Call, at: Context, desk: Desk) -> Term:
    """`value_at(place, 3)`: what was reached by whoever stands there; nobody may."""
    _arity(expr, 2)
    _no_where(expr)
    rank, nth = _all(expr.arguments, replace(at, rescued=True), desk)
    of = standings.rank_meant(rank, expr.arguments[0], expr.function.names[0])
    ranked = _rank_of(of, expr.span, desk).keys[0].term.type
    term = standings.value_at(expr, of, nth, ranked, at.level)
    if not at.rescued and term not in at.present:
        raise fault("E2528", expr.span, name=expr.arguments[0], place=expr.arguments[1])
    return term


def _rank_of(of: scheme.PlaceOf, span: Span, desk: Desk) -> scheme.Rank:
    symbol = next(s for s in desk.symbols.each("rank") if (s.level, s.identity) == (of.table, of.rank))
    return desk.rank(symbol, span)


def _total(expr: syntax.Call, at: Context, desk: Desk) -> Term:
    """`total(commission)`: all lines of a kind that the person receives."""
    _arity(expr, 1)
    _no_where(expr)
    argument = expr.arguments[0]
    word = argument.names[0] if isinstance(argument, syntax.Path) and len(argument.names) == 1 else ""
    kind = WORDS.get(word, "")
    if kind not in LINE_KINDS:
        raise fault("E2113", argument.span, function=expr.function.names[0], wanted="line kind")
    _of_person(expr, at)
    lines = [s for s in desk.symbols.each("line") if s.node.kind == kind]
    together(*[_typed(line, expr.span, desk) for line in lines])
    found = tuple(sorted(s.identity for s in lines))
    moved = [_moves_later(line, argument, at, desk, expr.span) for line in lines]
    if any(moved):
        return scheme.DueOf(found, MONEY, at.level, expr.span, (kind,))
    return scheme.Received(found, (), MONEY, at.level, expr.span, (kind,))


def _of_line(function: str, expr: syntax.Call, at: Context, desk: Desk) -> Term:
    """`due(x)` and `earned(x)`: of one line, or of all lines of a kind."""
    _arity(expr, 1)
    _no_where(expr)
    _of_person(expr, at)
    argument = expr.arguments[0]
    word = argument.names[-1] if isinstance(argument, syntax.Path) and not argument.names[2:] else ""
    lines = [s for s in desk.symbols.each("line") if word in (s.names.name, s.names.alias)]
    kinds: tuple[str, ...] = ()
    if not lines and WORDS.get(word) in LINE_KINDS:
        kinds = (WORDS[word],)
        lines = [s for s in desk.symbols.each("line") if s.node.kind in kinds]
    elif not lines:
        raise fault("E2113", argument.span, function=expr.function.names[0], wanted="paid line")
    if function == "due" and not at.payout:
        raise fault("E2702", expr.span, written=desk.text_at(expr.span), name=word)
    together(*[_typed(line, expr.span, desk) for line in lines])
    found = tuple(sorted(s.identity for s in lines))
    if function == "due":
        return scheme.DueOf(found, MONEY, at.level, expr.span, kinds)
    return scheme.Received(found, (), MONEY, at.level, expr.span, kinds)


def _moves_later(line: Symbol, expr: syntax.Expr, at: Context, desk: Desk, whole: Span | None = None) -> bool:
    """In the payout a line that is paid later is what falls due, or what was earned: never only its name. One that
    can only be taken back is what it pays."""
    later = (syntax.Pay, syntax.PayShare, syntax.Hold)
    steps = line.node.body.steps if at.payout else ()
    if any(isinstance(step, later) for step in steps):
        span, word = whole or expr.span, desk.text_at(expr.span)
        both = tuple(f"{spelling(FUNCTIONS, name, desk.language)}({word})" for name in ("due", "earned"))
        fixes = replacing(span, both, "replace_word")
        raise fault("E2701", span, name=desk.text_at(span), due=both[0], earned=both[1], fixes=fixes)
    return any(isinstance(step, syntax.TakeBack) for step in steps)


def _typed(symbol: Symbol, span: Span, desk: Desk) -> Callable[[], Type]:
    return lambda: desk.type_of(symbol, span)


def _of_person(expr: syntax.Call | syntax.WeightedKpis, at: Context) -> None:
    """What a person has once has no place in a rule per row or per group."""
    if at.level == EVERYWHERE:
        raise _not_fixed(expr.span, at)
    if at.level != PEOPLE:
        raise fault("E2109", expr.span, name=expr, what="per person", expected="per row")


def _not_fixed(span: Span, at: Context) -> Fault:
    return fault("E2212", span, what=at.clause)


def _inner_table(expr: syntax.Call, at: Context, desk: Desk) -> str:
    """The table whose rows an aggregate walks: the one its argument names."""
    for path in (*paths_of(expr.arguments), *paths_of(expr.where)):
        table = _walked(path, at, desk)
        if table:
            return table
    return ""


def _walked(path: syntax.Path, at: Context, desk: Desk) -> str:
    """The table that one path of an aggregate names, '' if it names none."""
    word = path.names[0]
    own = desk.symbols.scopes.get(at.level, {}).get(word)
    if own is not None and _link_of(own, desk):
        return ""
    table = desk.symbols.table_named(word)
    if table is not None and table.kind == "facts":
        return table.identity
    group = desk.symbols.tables[at.level].kind == "group"
    if group and (WORDS.get(word) == "member" or (table is not None and table.identity == PEOPLE)):
        return PEOPLE
    finer = _finer(word, at, desk)
    return finer[0] if len(path.names) == 1 and own is None and len(finer) == 1 else ""


def _finer(word: str, at: Context, desk: Desk) -> list[str]:
    coarser = {at.level, EVERYWHERE, *(level for level, _ in desk.symbols.above(at.level))}
    return [level for level, scope in desk.symbols.scopes.items() if word in scope and level not in coarser]


def _aggregate(function: str, expr: syntax.Call, at: Context, desk: Desk) -> Term | None:
    """An aggregate over rows; None for the `min` and `max` of several values."""
    several = function in ("min", "max")
    if several and len(expr.arguments) != 1:
        return None
    _arity(expr, 1)
    if at.level == EVERYWHERE:
        raise _not_fixed(expr.span, at)
    if _names_kpis(expr.arguments[0]):
        _no_scopes(expr)
        return _over_kpis(function, expr, at, desk)
    keys = windows.keys_of(expr.scopes)
    table = _inner_table(expr, at, desk) or (at.level if keys and desk.symbols.tables[at.level].kind == "facts" else "")
    if not table:
        raise _no_rows(expr, at, desk)
    scope, path = _own_rows(table, keys, at, desk) if keys else _scope(table, expr, at, desk)
    where, argument = _filtered(function, expr, table, desk)
    if argument is not None and argument.type.varies and function not in ("count", "distinct"):
        raise currencies.summed(expr.arguments[0], argument.type, expr.function.names[0], table, desk)
    window = _window(expr, table, scope, keys, desk)
    if window is not None:
        windows.refuse_lines(expr.arguments[0].span, (argument, where), desk)
    per = _keys(keys, at, desk)
    type_ = _aggregate_type(function, expr, argument)
    below = _groups_below(expr, table, scope, bool(keys), desk)
    return scheme.Aggregate(
        function, table, scope, argument, where, path, type_, at.level, expr.span, window, per, below
    )  # fmt: skip


def _groups_below(expr: syntax.Call, table: str, scope: str, compared: bool, desk: Desk) -> str:
    """The column in which a group names the one above it; '' where groups below are not asked for."""
    written = [s for s in expr.scopes if isinstance(s, syntax.Below)]
    if not written:
        return ""
    if len(written) > 1 or compared:
        raise fault("E2507", written[-1].span, what="twice" if len(written) > 1 else "compared")
    at = desk.symbols.tables[scope]
    if at.kind != "group" or desk.symbols.descends(table, scope):
        raise fault("E2507", written[0].span, what="no group")
    own = [column for column, target in at.links.items() if target == scope]
    if len(own) != 1:
        raise fault("E2507", written[0].span, what="several above" if own else "no above", table=_shown(scope, desk))
    return own[0]


def _own_rows(table: str, keys: list[syntax.Path], at: Context, desk: Desk) -> tuple[str, tuple[str, ...]]:
    """`per` compares a row with the other rows of its table; where there is no row, nothing says with which value."""
    if table != at.level:
        raise fault("E2415", keys[0].span, name=keys[0], table=_shown(table, desk))
    return table, ()


def _keys(keys: list[syntax.Path], at: Context, desk: Desk) -> tuple[Term, ...]:
    """In one order however they are written: two rows share all of them or not."""
    built = _all(keys, replace(at, rescued=True), desk)
    return tuple(sorted(built, key=lambda term: str(scheme.canonical(term))))


def _window(expr: syntax.Call, table: str, scope: str, keys: list[syntax.Path], desk: Desk) -> scheme.Window | None:
    """The window of a total; `this period` is what a person's or group's total sees without one."""
    window = windows.window_of(expr.scopes, lambda day: build(day, Context(scope), desk), desk)
    if window is None:
        return None
    if desk.symbols.tables[table].kind != "facts":
        raise fault("E2411", window.span, function=expr.function.names[0], what="no days")
    if window.kind in windows.PERSONAL and desk.symbols.way_to_person(table) is None:
        raise fault("E2339", window.span, name=expr, table=_shown(table, desk))
    children = not keys and desk.symbols.descends(table, scope)
    return None if window.kind == "period" and not children else window


def level_of(expr: syntax.Expr, level: str, desk: Desk) -> str:
    """Where a check stands that names no table: at the rows it compares with each other, else at `level`."""
    for call in windows.calls(expr):
        if level == PEOPLE and windows.keys_of(call.scopes):
            return _inner_table(call, Context(level), desk) or level
    return level


def _filtered(function: str, expr: syntax.Call, table: str, desk: Desk) -> tuple[Term | None, Term | None]:
    """Filter and argument of an aggregate, both at the level of its rows."""
    inner, gathered = Context(table, inside=True), Gathered()
    where: Term | None = None
    if expr.where is not None:
        filter_ = expr.where
        where = gathered.of(lambda: condition(filter_, inner, desk, "where"))
        known = inner.knowing(known_present(where)) if where is not None else replace(inner, rescued=True)
    else:
        known = inner
    argument = gathered.of(lambda: _argument(function, expr, table, known, desk))
    gathered.settle()
    return where, argument


def _no_rows(expr: syntax.Call, at: Context, desk: Desk) -> Fault:
    """An aggregate over nothing: an unknown name inside it is the likelier cause."""
    symbols = desk.symbols
    for path in paths_of(expr.arguments):
        word = path.names[0]
        own = symbols.scopes.get(at.level, {}).get(word)
        if word in symbols.doubted:
            return Fault()
        if own is None and symbols.table_named(word) is None and len(path.names) > 1:
            return Fault(unknown_table(word, part_span(path, 0, desk), symbols))
        if own is None and word not in symbols.words() and len(path.names) == 1:
            near = nearest(word, symbols.words())
            return fault("E2101", path.span, name=word, candidates=near, fixes=naming(path.span, near))
    return fault("E2113", expr.span, function=expr.function.names[0], wanted="rows")


def _names_kpis(argument: syntax.Expr) -> bool:
    return isinstance(argument, syntax.Path) and WORDS.get(argument.names[0]) == "kpi" and len(argument.names) == 2


def _over_kpis(function: str, expr: syntax.Call, at: Context, desk: Desk) -> Term:
    """`min(kpi.attainment)`: over every kpi of the person."""
    argument = expr.arguments[0]
    assert isinstance(argument, syntax.Path)
    _no_where(expr)
    part, path = KPI_PARTS.get(argument.names[1], ""), desk.symbols.way_to_person(at.level)
    if not part or path is None or function not in ("min", "max", "sum"):
        raise fault("E2113", argument.span, function=expr.function.names[0], wanted="kpi part")
    named = sorted(desk.symbols.each("kpi"), key=lambda k: k.identity)  # the hash knows no order of declarations
    parts = [_part_of_kpi(k, part, path, expr.span, at, desk) for k in named]
    kpis = together(*parts)
    if not kpis:
        raise _no_kpi(expr, desk)
    if function != "sum":
        return scheme.Function(function, tuple(kpis), NUMBER, at.level, expr.span)
    total = kpis[0]
    for term in kpis[1:]:
        total = scheme.Arithmetic("add", (total, term), NUMBER, at.level, expr.span)
    return total


def _part_of_kpi(
    kpi: Symbol, part: str, path: tuple[str, ...], span: Span, at: Context, desk: Desk
) -> Callable[[], Term]:
    return lambda: _kpi_term(kpi, part, path, span, desk, at.level)


def _no_kpi(expr: syntax.Call | syntax.WeightedKpis, desk: Desk) -> Fault:
    return Fault() if "kpi" in desk.symbols.lost else fault("E2304", expr.span, name=expr)


def _scope(table: str, expr: syntax.Call, at: Context, desk: Desk) -> tuple[str, tuple[str, ...]]:
    """Whose rows: the parent row's children, or the rows of the person, or those of the group."""
    symbols = desk.symbols
    owned = symbols.way_to_person(table) is not None
    kind, person = symbols.tables[at.level].kind, symbols.way_to_person(at.level)
    if symbols.descends(table, at.level) or (at.level == PEOPLE and owned):
        return at.level, ()
    if kind == "group" and owned and symbols.way_to_group(PEOPLE, at.level) is not None:
        return at.level, ()
    if kind == "facts" and owned and person is not None:
        return PEOPLE, person
    if not owned and symbols.lost_link(table):
        raise Fault  # the column that would lead to a person was blamed
    if not owned and kind != "facts":
        raise fault("E2339", expr.span, name=expr, table=_shown(table, desk))
    raise _unreachable(_shown(table, desk), table, expr.span, at, desk)


def _argument(function: str, expr: syntax.Call, table: str, inner: Context, desk: Desk) -> Term | None:
    argument = expr.arguments[0]
    if _is_rows(argument, table, desk):
        if function not in ("count", "distinct"):
            raise fault("E2113", argument.span, function=expr.function.names[0], wanted="column")
        return None
    if function == "any":
        return condition(argument, inner, desk, "any")
    return build(argument, replace(inner, rescued=inner.rescued or function == "count"), desk)


def _is_rows(argument: syntax.Expr, table: str, desk: Desk) -> bool:
    """Whether the argument is the table itself: count(deal), count(member)."""
    if not (isinstance(argument, syntax.Path) and len(argument.names) == 1):
        return False
    named = desk.symbols.table_named(argument.names[0])
    if named is not None:
        return named.identity == table
    return table == PEOPLE and WORDS.get(argument.names[0]) == "member"


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
    _no_where(expr)
    wanted = {"days": 2, "months": 2, "minutes": 2, "ceiling": 1, "multiple": 2}.get(
        function, max(2, len(expr.arguments))
    )
    _arity(expr, wanted)
    arguments = _all(expr.arguments, at, desk)
    for argument, written in zip(arguments, expr.arguments, strict=True):
        _one_currency(written.span, (expr.arguments[0], arguments[0]), (written, argument), at, desk)
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
    if function == "minutes":
        for kind, written in zip(kinds, expr.arguments, strict=True):
            if kind is not Kind.datetime:  # a day has no minute to count from
                raise fault("E2204", written.span, what=function, wanted="datetime", type=str(kind))
        return NUMBER
    if function in ("min", "max"):
        type_ = arguments[0].type
        for argument, written in zip(arguments, expr.arguments, strict=True):
            both = types.unified(type_, argument.type)
            if both is None or both.kind in (Kind.text, Kind.yesno, Kind.row):
                raise fault("E2204", written.span, what=function, wanted=str(type_.kind), type=str(argument.type.kind))
            type_ = both
        return type_
    for kind, written in zip(kinds, expr.arguments, strict=True):
        if kind not in (Kind.number, Kind.count, Kind.plain, Kind.percent):
            raise fault("E2204", written.span, what=function, wanted="number", type=str(kind))
    return YESNO if function == "multiple" else COUNT


# ---- tiers, running totals, parts, scores --------------------------------------------------------------------------


def _pricing(expr: syntax.Pricing, at: Context, desk: Desk) -> Term:
    tiers = tiers_named(expr.table, desk)
    table = desk.tiers_of(tiers, expr.table.span)
    base, *rest = _all([e for e in (expr.base, expr.key) if e is not None], at, desk)
    scale = _scale(tiers, at, desk)
    key = rest[0] if rest else None
    _of_one_currency(key or base, scale, expr.key or expr.base, expr.table.names[0], at, desk)
    level = _level([base, *rest, *_given(scale)], at)
    return pricing.price(expr, table, base, key, scale, level)


def _not_tiers(path: syntax.Path, desk: Desk) -> Fault:
    word, span = path.names[0], part_span(path, 0, desk)
    if word in desk.symbols.doubted:
        return Fault()
    known = next((scope[word] for scope in desk.symbols.scopes.values() if word in scope), None)
    if known is not None:
        return fault("E2109", span, name=word, what=known.kind, expected="tiers")
    near = nearest(word, desk.symbols.tiers)
    return fault("E2101", span, name=word, candidates=near, fixes=naming(span, near))


def _running_total(expr: syntax.RunningTotal, at: Context, desk: Desk) -> Term:
    window, per = _runs(expr, "running total", at, desk)
    operand = build(expr.operand, at, desk)
    if not operand.type.numeric:
        raise fault("E2204", expr.operand.span, what="running total", wanted="number", type=str(operand.type.kind))
    if operand.type.varies:
        word = mending.word("RUNNING_TOTAL", "", desk)
        raise currencies.summed(expr.operand, operand.type, word, at.level, desk)
    if window is not None:
        windows.refuse_lines(expr.operand.span, (operand,), desk)
    return scheme.Running(operand, operand.type, at.level, expr.span, window, per)


def _convert(expr: syntax.Convert, at: Context, desk: Desk) -> Term:
    built = _all([e for e in (expr.operand, expr.day) if e is not None], at, desk)
    return currencies.conversion(expr, built[0], built[1] if expr.day is not None else None, at.level, desk)


def _running_count(expr: syntax.RunningCount, at: Context, desk: Desk) -> Term:
    window, per = _runs(expr, "running count", at, desk)
    return scheme.Running(None, COUNT, at.level, expr.span, window, per)


def _runs(
    expr: syntax.RunningTotal | syntax.RunningCount, what: str, at: Context, desk: Desk
) -> tuple[scheme.Window | None, tuple[Term, ...]]:
    """Where a running total or count restarts, and by which keys it runs."""
    keys = windows.keys_of(expr.scopes)
    if not at.running or (not keys and desk.symbols.way_to_person(at.level) is None):
        raise fault("E2211", expr.span, what=what)
    below = next((s for s in expr.scopes if isinstance(s, syntax.Below)), None)
    if below is not None:
        raise fault("E2507", below.span, what="no group")
    window = windows.window_of(expr.scopes, lambda day: build(day, at, desk), desk, running=True)
    if window is not None and window.kind in windows.PERSONAL and desk.symbols.way_to_person(at.level) is None:
        raise fault("E2339", window.span, name=expr, table=_shown(at.level, desk))
    return None if window is not None and window.kind == "period" else window, _keys(keys, at, desk)


# ---- time ----------------------------------------------------------------------------------------------------------


def _as_of(expr: syntax.AsOf, at: Context, desk: Desk) -> Term:
    operand, day = together(
        lambda: build(expr.operand, replace(at, on_day=True), desk),
        lambda: build(expr.day, at, desk),
    )
    if currencies.changes(operand.type, at.level, desk):
        raise currencies.summed(expr.operand, operand.type, mending.word("AS_OF", "", desk), at.level, desk)
    return windows.as_of(expr, operand, day, at.level, desk)


def _averaged(expr: syntax.Averaged, at: Context, desk: Desk) -> Term:
    operand = build(expr.operand, replace(at, on_day=True), desk)
    if currencies.changes(operand.type, at.level, desk):
        word = mending.word("BY_SPAN", expr.unit, desk)
        raise currencies.summed(expr.operand, operand.type, word, at.level, desk)
    return windows.averaged(expr, operand, at.level, desk)


def _workdays(expr: syntax.Call, at: Context, desk: Desk) -> Term:
    """`workdays(a, b)`, and with a table of the days that are otherwise."""
    _no_where(expr)
    if len(expr.arguments) != 3:
        _arity(expr, 2)
    days = _all(expr.arguments[:2], at, desk)
    for term, written in zip(days, expr.arguments, strict=False):
        windows.dated(term, written, "workdays")
    table, column = windows.calendar(expr.arguments[2], desk) if len(expr.arguments) == 3 else ("", "")
    return scheme.Function("workdays", tuple(days), COUNT, _level(days, at), expr.span, table, column)


def _part_of(expr: syntax.PartOf, at: Context, desk: Desk) -> Term:
    limits = [e for e in (expr.above, expr.up_to) if e is not None]
    operand, *bounds = _all((expr.operand, *limits), at, desk)
    type_ = operand.type
    if not type_.numeric:
        raise fault("E2204", expr.operand.span, what="parted", wanted="number", type=str(type_.kind))
    for bound, written in zip(bounds, limits, strict=True):
        _one_currency(written.span, (expr.operand, operand), (written, bound), at, desk)
        both = types.unified(type_, bound.type)
        if both is None or not both.numeric:
            raise fault("E2204", written.span, what="part of", wanted=str(type_.kind), type=str(bound.type.kind))
        type_ = both
    ready = [adapted(b, type_) for b in bounds]
    above = ready.pop(0) if expr.above is not None else None
    up_to = ready.pop(0) if expr.up_to is not None else None
    return scheme.Part(operand, above, up_to, type_, at.level, expr.span)


def _weighted_kpis(expr: syntax.WeightedKpis, at: Context, desk: Desk) -> Term:
    _of_person(expr, at)
    kpis = list(desk.symbols.each("kpi"))
    if not kpis:
        raise _no_kpi(expr, desk)
    together(*[_part_of_kpi(k, "score", (), expr.span, at, desk) for k in kpis])
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
    syntax.AsOf: _as_of,
    syntax.Averaged: _averaged,
    syntax.Convert: _convert,
}

__all__ = [
    "Context",
    "Desk",
    "adapted",
    "build",
    "condition",
    "constant",
    "known_present",
    "level_of",
    "lookup_column",
    "refuse_months",
    "scale_at",
    "tiers_named",
    "together",
]
