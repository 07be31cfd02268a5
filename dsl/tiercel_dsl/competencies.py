"""Competencies: who rates, with which weight, which items, what is required and recommended.

In: the symbol of a competency. Out: a `scheme.Competency`, or a `Fault`. Which column of a table of ratings says
who rates and which says what is rated follows from the options the columns declare, and from nothing else.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

from tiercel_dsl import mending, scheme, syntax, terms, types, windows
from tiercel_dsl.builtins import COMPETENCY_PARTS
from tiercel_dsl.resolver import (
    Fault,
    Gathered,
    Symbol,
    TableSymbol,
    fault,
    names_of,
    naming,
    nearest,
    unknown_table,
)
from tiercel_dsl.scheme import EVERYWHERE, PEOPLE, Exactly
from tiercel_dsl.source import Span
from tiercel_dsl.terms import Context, Desk
from tiercel_dsl.types import NUMBER, Kind

_Part = TypeVar("_Part", syntax.RatedBy, syntax.Item, syntax.Course)


def check_competency(symbol: Symbol, desk: Desk) -> scheme.Competency:
    """The competency in terms."""
    rated, items = _of(symbol, syntax.RatedBy), _of(symbol, syntax.Item)
    courses = _of(symbol, syntax.Course)
    name = symbol.names.shown(desk.language)
    for part, word in ((rated, "RATED_BY"), (items, "ITEM")):
        if not part:
            raise fault("E2542", symbol.node.label.span, name=name, part=mending.word(word, "", desk))
    if len(courses) > 1:
        raise fault("E2545", courses[1].span, what="two courses")
    _no_name_twice(items)
    gathered = Gathered()
    sources = [gathered.of(_rating(part, items, desk)) for part in rated]
    weights = [gathered.of(_weighing(item, desk)) for item in items]
    required = [gathered.of(_requiring(item, desk)) for item in items]
    gathered.settle()
    raters = [rater for source in sources if source is not None for rater in source]
    shown = [(desk.text_at(r.span).strip(), r.weight.value) for part in rated for r in part.raters]
    _whole("E2540", shown, rated[-1].span, name)
    known = [w for w in weights if w is not None]
    _whole("E2541", [(i.label.name, w) for i, w in zip(items, known, strict=True)], items[-1].span, name)
    texts = _options_of(rated, desk)
    made = [
        scheme.Item(names_of(i.label).identity, w, _texts(i, texts), r, "", names_of(i.label), scheme.Place(i.span))
        for i, w, r in zip(items, known, required, strict=True)
    ]
    course, column, first = "", 0, True
    if courses:
        course, column, first, made = _course(courses[0], made, desk)
    return scheme.Competency(
        symbol.identity, tuple(raters), tuple(made), course, column, first, symbol.names, symbol.place
    )  # fmt: skip


def _of(symbol: Symbol, kind: type[_Part]) -> list[_Part]:
    return [part for part in symbol.node.parts if isinstance(part, kind)]


def _no_name_twice(items: Sequence[syntax.Item]) -> None:
    seen: dict[str, Span] = {}
    for item in items:
        for word, span in ((item.label.name, item.label.span), (item.label.alias, item.label.alias_span)):
            if word in seen:
                raise fault("E2104", span, name=word)
            if COMPETENCY_PARTS.get(word) == "score":
                raise fault("E2545", span, what="named score")
            seen |= {word: span} if word else {}


def _whole(code: str, parts: Sequence[tuple[str, Fraction]], span: Span, name: str) -> None:
    total = sum((weight for _, weight in parts), Fraction(0))
    if total != 1:
        listed = tuple(f"{word} {mending.number(w, Kind.percent)}" if word else "" for word, w in parts)
        shown = mending.number(total, Kind.percent)
        raise fault(code, span, name=name, total=shown, list=listed if code == "E2541" else tuple(w for w, _ in parts))


# ---- who rates ------------------------------------------------------------------------------------------------


def _rating(part: syntax.RatedBy, items: Sequence[syntax.Item], desk: Desk) -> Callable[[], list[scheme.Rater]]:
    return lambda: _raters(part, items, desk)


def _raters(part: syntax.RatedBy, items: Sequence[syntax.Item], desk: Desk) -> list[scheme.Rater]:
    table = _table(part.points, desk)
    column = syntax.Path(part.points.names[1:], part.points.span)
    points = terms.build(column, Context(table.identity, rescued=True, inside=True), desk)
    if not points.type.numeric or points.type.kind in (Kind.money, Kind.duration):
        raise fault("E2204", part.points.span, what="points", wanted="number", type=str(points.type.kind))
    kinds = _kinds(part)
    item = _column(table, [{i.label.name, i.label.alias} - {""} for i in items], "items", part, desk)
    _all_rated(table, item, desk, part)
    kind_column = ""
    if kinds:
        others = [{kind} for kind in kinds]
        found = _column(table, others, "kinds", part, desk, apart=item)
        lacking = tuple(o for o in _options(found) if o not in kinds)
        if lacking:
            raise fault("E2544", part.span, what="kinds", values=lacking, column=found.names.shown(desk.language))
        kind_column = found.identity
    window = None
    if part.window is not None:
        window = windows.window_of((part.window,), lambda day: terms.build(day, Context(PEOPLE), desk), desk)
        window = None if window is not None and window.kind == "period" else window
    return [
        scheme.Rater(
            table.identity, points, item.identity, "" if r.kind is None else r.kind.value, kind_column,
            _share(r), window, r.span,
        )
        for r in part.raters
    ]  # fmt: skip


def _table(path: syntax.Path, desk: Desk) -> TableSymbol:
    word, alone = path.names[0], len(path.names) < 2
    table = desk.symbols.table_named(word)
    if table is None or alone:
        raise Fault(unknown_table(word, path.span, desk.symbols))
    if table.kind != "facts" or desk.symbols.way_to_person(table.identity) is None:
        raise fault("E2339", path.span, name=path, table=table.names.shown(desk.language))
    return table


def _kinds(part: syntax.RatedBy) -> list[str]:
    kinds = [r.kind.value for r in part.raters if r.kind is not None]
    if len(set(kinds)) < len(kinds):
        raise fault("E2545", part.span, what="kind twice")
    if len(kinds) < len(part.raters) and len(part.raters) > 1:
        raise fault("E2545", part.span, what="with and without kind")
    return kinds


def _share(rater: syntax.Rater) -> Fraction:
    value = rater.weight.value
    if not 0 <= value <= 1 or rater.weight.unit == "money":
        shown = mending.number(value, Kind.percent)
        raise fault("E2305", rater.span, kpi="" if rater.kind is None else rater.kind.value, weight=shown)
    return value


def _options(column: Symbol) -> list[str]:
    node: syntax.Column = column.node
    return [option.value for option in node.type.options]


def _column(
    table: TableSymbol, wanted: Sequence[set[str]], what: str, part: syntax.RatedBy, desk: Desk,
    apart: Symbol | None = None,
) -> Symbol:  # fmt: skip
    """The one column that lists all that is wanted among its options."""
    columns = [s for s in table.columns.values() if s.node.type.word == "one_of" and s is not apart]
    fitting = [s for s in columns if all(not words.isdisjoint(_options(s)) for words in wanted)]
    if len(fitting) != 1:
        names = tuple(sorted(min(words) for words in wanted))
        shown = table.names.shown(desk.language)
        candidates = tuple(s.names.shown(desk.language) for s in fitting)
        raise fault("E2543", part.points.span, what=what, table=shown, options=names, candidates=candidates)
    node: syntax.Column = fitting[0].node
    if "optional" in node.roles and node.default is None:
        raise fault("E2207", part.points.span, name=fitting[0].names.shown(desk.language))
    return fitting[0]


def _all_rated(table: TableSymbol, column: Symbol, desk: Desk, part: syntax.RatedBy) -> None:
    """Every option is an item of some competency that is rated by this table."""
    known: set[str] = set()
    for other in desk.symbols.each("competency"):
        if any(desk.symbols.table_named(r.points.names[0]) is table for r in _of(other, syntax.RatedBy)):
            known |= {word for i in _of(other, syntax.Item) for word in (i.label.name, i.label.alias)}
    lacking = tuple(option for option in _options(column) if option not in known)
    if lacking:
        raise fault("E2544", part.points.span, what="items", values=lacking, column=column.names.shown(desk.language))


def _options_of(rated: Iterable[syntax.RatedBy], desk: Desk) -> set[str]:
    tables = (desk.symbols.table_named(part.points.names[0]) for part in rated)
    columns = (s for table in tables if table is not None for s in table.columns.values())
    return {option for s in columns for option in _options(s)}


# ---- items ----------------------------------------------------------------------------------------------------


def _texts(item: syntax.Item, options: set[str]) -> tuple[str, ...]:
    return tuple(sorted({item.label.name, item.label.alias} & options))


def _weighing(item: syntax.Item, desk: Desk) -> Callable[[], Fraction]:
    return lambda: _weight(item, desk)


def _weight(item: syntax.Item, desk: Desk) -> Fraction:
    term = terms.build(item.weight, Context(EVERYWHERE, clause="weight"), desk)
    value = terms.constant(term)
    if not types.fits(term.type, NUMBER):
        raise fault("E2204", item.weight.span, what="weight", wanted="percent", type=str(term.type.kind))
    if not isinstance(value, Fraction):
        raise fault("E2212", item.weight.span, what="weight")
    if not 0 <= value <= 1:
        shown, fixes = mending.number(value, Kind.percent), mending.percentage(value, item.weight.span)
        raise fault("E2305", item.weight.span, kpi=item.label.name, weight=shown, fixes=fixes)
    return value


def _requiring(item: syntax.Item, desk: Desk) -> Callable[[], scheme.Term | None]:
    return lambda: _required(item, desk)


def _required(item: syntax.Item, desk: Desk) -> scheme.Term | None:
    if item.required is None:
        return None
    term = terms.build(item.required, Context(PEOPLE), desk)
    if not types.fits(term.type, NUMBER):
        raise fault("E2204", item.required.span, what="required", wanted="number", type=str(term.type.kind))
    return terms.adapted(term, NUMBER)


# ---- what is recommended ----------------------------------------------------------------------------------------


def _course(
    course: syntax.Course, items: Sequence[scheme.Item], desk: Desk
) -> tuple[str, int, bool, list[scheme.Item]]:
    word, span = course.table.names[0], course.table.span
    symbol = desk.symbols.lookups.get(word)
    if symbol is None:
        near = nearest(word, desk.symbols.lookups)
        if word in desk.symbols.doubted:
            raise Fault
        raise fault("E2101", span, name=word, candidates=near, fixes=naming(span, near))
    table = desk.lookup(symbol, span)
    column = terms.lookup_column(course.table, symbol)
    texts = [k for k, type_ in enumerate(table.key_types) if type_.kind is Kind.text]
    gaps = [k for k, type_ in enumerate(table.key_types) if types.fits(NUMBER, type_)]
    if len(table.keys) != 2 or len(texts) != 1 or len(gaps) != 1:
        raise fault("E2547", span, table=word)
    if all(item.required is None for item in items):
        raise fault("E2545", course.span, what="nothing required")
    cells = [row.keys[texts[0]] for row in table.rows]
    held = {cell.value for cell in cells if isinstance(cell, Exactly)}
    return table.identity, column, texts[0] == 0, [_with_key(item, held) for item in items]


def _with_key(item: scheme.Item, held: set[str | bool]) -> scheme.Item:
    both = [word for word in (item.names.name, item.names.alias) if word]
    return replace(item, course_key=next((word for word in both if word in held), both[0]))
