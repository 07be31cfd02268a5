"""A tree back to text: the canonical form of a scheme file, in either face.

In: the tree of a file, its source, the face to write, and the files it uses. Out: the text. The words are
the first spellings of `keywords.py`; numbers, comments, empty lines and what shares a line with what are the
author's own, found in the source by their places. A face other than the file's own is a translation: names
that have an alias change places with it, everywhere.

Why this way: translation is a change of the tree and printing a function of it, so that each can be checked
by itself. Whatever is printed is read again before it is returned. A name that would be taken for a keyword
where it stands gets back-quotes; a statement that reads differently is never returned.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from itertools import groupby
from types import MappingProxyType
from typing import Any, Final, TypeVar, cast

from tiercel_dsl import syntax
from tiercel_dsl.cells import Cell, aligned, head_cells, keyed_cells, operand, row_cells
from tiercel_dsl.lexer import BLANKS, logical_lines
from tiercel_dsl.margin import Out, margin_of, spaced, woven
from tiercel_dsl.parser import parse
from tiercel_dsl.passages import clause_text, transition_head
from tiercel_dsl.pen import FACES, KEYWORDS, Pen
from tiercel_dsl.phrases import (
    STEPS,
    Level,
    changed,
    conditional,
    day_text,
    expr,
    filtered,
    instalment,
    rounding,
    scope,
    share_line,
    with_senses,
)
from tiercel_dsl.renaming import Renamer, rebuilt
from tiercel_dsl.resolver import resolve
from tiercel_dsl.source import Source, Span

_T = TypeVar("_T")

_SAME_FILES: Final[Mapping[str, str]] = MappingProxyType({})


class NotPrintable(Exception):
    """A statement that no text of this face stands for: it would need more brackets than may be open at a time.

    A tree that was not read from a text may hold other things that cannot be written.
    """

    def __init__(self, node: syntax.Statement) -> None:
        super().__init__(f"{type(node).__name__} at line {node.span.line} of {node.span.source}")
        self.node = node


def print_file(
    file: syntax.File,
    source: Source,
    language: str,
    *,
    uses: Sequence[syntax.File] = (),
    files: Mapping[str, str] = _SAME_FILES,
    without_yuan: Collection[Span] = (),
) -> str:
    """The canonical text of `file` in the face `language` ('zh' or 'en').

    `uses`: the files it uses, also indirectly; only with them can their names be translated, because one
    name may have another alias in each table. `files`: other names for used files. `without_yuan`: amounts
    (3000元) that are written as plain numbers. Raises NotPrintable.
    """
    symbols = resolve((file, *uses))
    foreign = language != file.language
    known = {used.source for used in uses}
    renames = foreign or all(s.file in known for s in file.statements if isinstance(s, syntax.Use))
    renamer = Renamer(symbols, language, foreign)
    kinds = {word: table.kind for word, table in symbols.by_word.items()}
    pen = Pen(FACES[language], source, margin_of(source), foreign, kinds)
    page: list[list[Out]] = []
    for statement in file.statements:
        node = _canonical(_with_files(_plain_money(statement, without_yuan), files))
        page.append(_faithful(renamer.statement(node) if renames else node, pen))
    return woven(page, pen.margin)


# ---- trees -------------------------------------------------------------------------------------------------


def _plain_money(node: _T, places: Collection[Span]) -> _T:
    """The amounts at `places` without their 元."""
    if not places:
        return node
    if isinstance(node, syntax.Number):
        dropped = node.unit == "money" and node.span in places
        return cast("_T", replace(node, unit="")) if dropped else node
    return rebuilt(node, lambda part: _plain_money(part, places))


def _with_files(node: syntax.Statement, files: Mapping[str, str]) -> syntax.Statement:
    return replace(node, file=files.get(node.file, node.file)) if isinstance(node, syntax.Use) else node


def _canonical(node: syntax.Statement) -> syntax.Statement:
    """Tiers upwards, in each the lower bound first."""
    if not isinstance(node, syntax.Tiers):
        return node
    rows = tuple(row for row in node.rows if isinstance(row, syntax.Row))
    if len(rows) != len(node.rows):
        return node
    return replace(node, rows=_upwards(tuple(_lower_first(row) for row in rows)))


def _lower_first(row: syntax.Row) -> syntax.Row:
    match row.cells:
        case (syntax.BoundCell(kind="up_to" | "below") as high, syntax.BoundCell(kind="from" | "above") as low, *rest):
            return replace(row, cells=(low, high, *rest))
        case _:
            return row


def _upwards(rows: tuple[syntax.Row, ...]) -> tuple[syntax.Row, ...]:
    """Rows in the order of their bounds, `the rest` at the open end, `otherwise` last; untouched if it is unclear."""
    if any(isinstance(cell, syntax.SeriesCell) for row in rows for cell in row.cells):
        return rows
    last = [row for row in rows if isinstance(row.cells[0], syntax.WordCell)]
    rest = [row for row in rows if isinstance(row.cells[0], syntax.BoundCell) and row.cells[0].expr is None]
    ranked = [(_rank(row), row) for row in rows if row not in last and row not in rest]
    if not ranked or any(rank is None for rank, _ in ranked):
        return rows
    ordered = [row for _, row in sorted(ranked, key=lambda pair: pair[0] or (Fraction(0), 0, 0))]
    below = _kind(ordered[0]) in _LOWER and not _kind(ordered[-1], high=True)
    return (*rest, *ordered, *last) if below else (*ordered, *rest, *last)


_LOWER = ("from", "above")


def _kind(row: syntax.Row, high: bool = False) -> str:
    """The kind of a row's first bound; with `high` that of its upper one, '' if it has none."""
    kinds = [cell.kind for cell in row.cells if isinstance(cell, syntax.BoundCell)]
    return next((kind for kind in kinds if not high or kind not in _LOWER), "")


def _rank(row: syntax.Row) -> tuple[Fraction, int, int] | None:
    """Where a row belongs: one that ends at a point stands before the one that begins there."""
    cell = row.cells[0]
    value = _constant(cell.expr) if isinstance(cell, syntax.BoundCell) and cell.expr is not None else None
    if value is None or not isinstance(cell, syntax.BoundCell):
        return None
    if cell.kind in _LOWER:
        return value, 1, cell.kind == "above"
    return (value, 0, cell.kind == "up_to") if cell.kind in ("below", "up_to") else None


def _constant(expr: syntax.Expr) -> Fraction | None:
    if isinstance(expr, syntax.Unary) and isinstance(expr.operand, syntax.Number):
        return -expr.operand.value
    return expr.value if isinstance(expr, syntax.Number) else None


def _spelled_alike(node: _T) -> _T:
    """A tree without what the spelling of `otherwise` leaves in it; what it means stays."""
    told = replace(node, steps=tuple(with_senses(node))) if isinstance(node, syntax.Body) else node
    return cast("_T", rebuilt(told, _spelled_alike))


def _block(body: syntax.Body, depth: int, pen: Pen) -> list[Out]:
    """The steps, those that the author put on one line together, each line with its place."""
    lines: list[Out] = []
    groups = groupby(with_senses(body), key=lambda step: pen.margin.place(step.span))
    for place, steps in groups:
        for is_block, together in groupby(steps, key=lambda step: isinstance(step, syntax.Shared | syntax.Pay)):
            if is_block:
                lines += [line for step in together for line in _nested(step, depth, pen)]
            else:
                lines.append(Out(pen.listed([STEPS[type(step)](step, pen) for step in together]), depth, place))
    return lines


def _nested(step: syntax.Step, depth: int, pen: Pen) -> list[Out]:
    """A step that has lines of its own."""
    if isinstance(step, syntax.Shared):
        return _shared(step, depth, pen)
    assert isinstance(step, syntax.Pay)
    head = Out(pen.face.word("PAY"), depth, pen.margin.place(step.span))
    return [head, *(Out(instalment(line, pen), depth + 1, pen.margin.place(line.span)) for line in step.parts)]


def _shared(step: syntax.Shared, depth: int, pen: Pen) -> list[Out]:
    head = Out(pen.face.word("SHARED", "in_turn" if step.in_turn else "each"), depth, pen.margin.place(step.span))
    return [head, *(Out(share_line(line, pen), depth + 1, pen.margin.place(line.span)) for line in step.lines)]


def _defined(head: str, body: syntax.Body, span: Span, depth: int, pen: Pen) -> list[Out]:
    """`x = …` or `score …`: on one line if the author had it so, else with its steps below."""
    place, lines = pen.margin.place(span), _block(body, depth + 1, pen)
    if not body.first_of and [line.place for line in lines] == [place]:
        return [Out(f"{head} {lines[0].text}", depth, place)]
    head = spaced(head, pen.face.word("FIRST_OF") if body.first_of else "")
    return [Out(head, depth, place), *lines]


# ---- statements --------------------------------------------------------------------------------------------


def _label(label: syntax.Label, pen: Pen, title: bool = True) -> str:
    alias = f"{pen.face.word('ALIAS')} {pen.name(label.alias)}" if label.alias else ""
    return spaced(pen.name(label.name), alias, pen.quoted(label.title) if title and label.title else "")


def _line(node: syntax.Statement, pen: Pen, *words: str) -> list[Out]:
    """A statement of one line."""
    return [Out(spaced(*words), 0, pen.margin.place(node.span))]


def _scheme(node: syntax.SchemeHead, pen: Pen) -> list[Out]:
    return _line(node, pen, pen.face.word("SCHEME"), _label(node.label, pen))


def _version(node: syntax.VersionHead, pen: Pen) -> list[Out]:
    days = _days(node.first, node.last, pen)
    if node.stamp is not None:
        days = pen.listed([days, f"{pen.face.word('BY_STAMP')} {expr(node.stamp, pen)}"])
    return _line(node, pen, pen.face.word("VERSION"), str(node.number), days)


def _days(first: syntax.Day | None, last: syntax.Day | None, pen: Pen) -> str:
    words: list[str] = []
    if first is not None:
        day = day_text(first)
        words += ["自", day, pen.face.word("ONWARD")] if pen.face.chinese else [pen.face.word("FROM"), day]
    if last is not None:
        words += [pen.face.word("UNTIL"), day_text(last)]
    return " ".join(words)


def _currency(node: syntax.CurrencyHead, pen: Pen) -> list[Out]:
    return _line(node, pen, pen.face.word("CURRENCY"), pen.name(node.code))


def _period(node: syntax.PeriodHead, pen: Pen) -> list[Out]:
    face = pen.face
    shape = face.word("PERIOD_WORD", node.shape)
    if node.count != 1:  # 4 weeks, 4周
        plural = KEYWORDS["PERIOD_WORD", node.shape].english[-1]
        shape = f"{node.count}{shape}" if face.chinese else f"{node.count} {plural}"
    options = [shape]
    if node.first is not None:
        options.append(f"{face.word('FROM')} {expr(node.first, pen)}")
    if node.zone is not None:
        options.append(f"{face.word('TIME_ZONE')} {expr(node.zone, pen)}")
    return _line(node, pen, face.word("PERIOD"), pen.listed(options))


def _rounding_head(node: syntax.RoundingHead, pen: Pen) -> list[Out]:
    stage = pen.face.word("STAGE", node.rounding.stage) if node.rounding.stage else ""
    how = rounding(node.rounding, pen, places=pen.foreign and node.type_word == "money")
    return _line(node, pen, pen.face.word("TYPE", node.type_word), how, stage)


def _use(node: syntax.Use, pen: Pen) -> list[Out]:
    return _line(node, pen, pen.face.word("USE"), pen.quoted(node.file))


def _clause(node: syntax.Clause, pen: Pen) -> list[Out]:
    """第N条 … stands bare in Chinese, and where the author left it so; a comment behind needs the quotes."""
    place = pen.margin.place(node.span)
    bare = pen.face.chinese or (not pen.foreign and pen.written(node.span).startswith("第"))
    speakable = any(marks[1] not in node.text for marks in pen.face.quotes)
    if (bare or not speakable) and place not in pen.margin.behind and _is_heading(node.text):
        return _line(node, pen, node.text)
    return _line(node, pen, pen.face.word("CLAUSE"), pen.quoted(node.text))


def _is_heading(text: str) -> bool:
    lines = logical_lines(Source("", text))
    return len(lines) == 1 and lines[0].heading and text == text.strip(f"{BLANKS}\u3000")


def _table(node: syntax.Table, pen: Pen) -> list[Out]:
    if node.kind == "people":
        head = spaced(pen.face.word("PEOPLE"), pen.quoted(node.label.title) if node.label.title else "")
    else:
        head = f"{pen.face.word(node.kind.upper())} {_label(node.label, pen)}"
    rows = [(Cell(_label(c.label, pen, title=False)), Cell(_column(c, pen))) for c in node.columns]
    places = [pen.margin.place(column.span) for column in node.columns]
    return [*_line(node, pen, head), *_placed(aligned(rows, 2), places)]


def _placed(texts: Sequence[str], places: Sequence[int]) -> list[Out]:
    return [Out(text, 1, place) for text, place in zip(texts, places, strict=True)]


def _column(column: syntax.Column, pen: Pen) -> str:
    """Type and options; the title comes last: behind `one of` it would be read as one more option."""
    face = pen.face
    options = [_column_type(column.type, pen), *(face.word("ROLE", role) for role in column.roles)]
    if column.currency:
        options.append(f"{face.word('CURRENCY')} {pen.name(column.currency)}")
    if column.reverses:
        share = column.reversed_share
        by = "" if share is None else f"{face.word('BY')} {expr(share, pen)}"
        options.append(spaced(face.word("REVERSES"), by))
    options += [_check(limit, pen) for limit in column.limits]
    if column.default is not None:
        options.append(f"{face.word('DEFAULT')} {expr(column.default, pen)}")
    if column.label.title:
        options.append(pen.quoted(column.label.title))
    return pen.listed(options)


def _column_type(kind: syntax.ColumnType, pen: Pen) -> str:
    if kind.word == "one_of":
        return f"{pen.face.word('ONE_OF')} {pen.listed([pen.quoted(option.value) for option in kind.options])}"
    return pen.name(kind.name) if kind.word == "name" else pen.face.word("TYPE", kind.word)


def _check(limit: syntax.Limit, pen: Pen) -> str:
    terminal = {"at_most": "NO_MORE", "at_least": "NO_LESS", "above": "ABOVE", "below": "BELOW"}[limit.kind]
    word = pen.face.word(terminal, limit.kind if terminal.startswith("NO_") else "")
    if pen.face.chinese:  # of the numbers in a column one says 大于 0
        word = {"above": "大于", "below": "小于"}.get(limit.kind, word)
    return f"{word} {expr(limit.expr, pen, Level.SUM)}"


def _parameter(node: syntax.Parameter, pen: Pen) -> list[Out]:
    place = pen.margin.place(node.span)
    head = f"{pen.face.word('PARAMETER')} {_label(node.label, pen)} ="
    values = [(pen.margin.place(value.span), _dated(value, pen)) for value in node.values]
    if all(at == place for at, _ in values):
        return [Out(f"{head} {pen.listed([text for _, text in values])}", 0, place)]
    return [Out(head, 0, place), *(Out(text, 1, at) for at, text in values)]


def _dated(value: syntax.Dated, pen: Pen) -> str:
    source = pen.quoted(value.source) if value.source else ""
    return spaced(expr(value.expr, pen), _days(value.first, value.last, pen), source)


def _definition(node: syntax.Definition, pen: Pen, depth: int = 0) -> list[Out]:
    return _defined(f"{_label(node.label, pen)} =", node.body, node.span, depth, pen)


def _require(node: syntax.Require, pen: Pen, depth: int = 0) -> list[Out]:
    message = pen.quoted(node.message) if node.message else ""
    text = spaced(pen.face.word("REQUIRE"), expr(node.condition, pen), message)
    return [Out(text, depth, pen.margin.place(node.span))]


def _for_each(node: syntax.ForEach, pen: Pen) -> list[Out]:
    lines = _line(node, pen, _each(node.table, pen), filtered(node.where, pen))
    for part in node.parts:
        lines += _definition(part, pen, 1) if isinstance(part, syntax.Definition) else _require(part, pen, 1)
    return lines


# What the rows of a table are counted by, and the older words for the same.
_MEASURES: Final = {"facts": "逐笔", "group": "逐个", "people": "逐人"}
_MEASURE_WORDS: Final = {"逐单": "逐笔", "每笔": "逐笔", "逐店": "逐个", "每个": "逐个"}


def _each(table: syntax.Path, pen: Pen) -> str:
    word = pen.face.word("FOR_EACH")
    if pen.face.chinese:
        word = _author_measure(table, pen) or _MEASURES.get(pen.kinds.get(".".join(table.names), ""), word)
    return f"{word} {expr(table, pen)}"


def _author_measure(table: syntax.Path, pen: Pen) -> str:
    """The measure word that stands before the name of a table in the author's text, '' if none does."""
    span = table.span
    before = pen.written(replace(span, column=1, end_line=span.line, end_column=span.column)) if span.line else ""
    spellings = KEYWORDS["FOR_EACH", ""].chinese
    written = next((word for word in spellings if before.rstrip(f" {BLANKS}").endswith(word)), "")
    return _MEASURE_WORDS.get(written, written)


def _tiers(node: syntax.Tiers, pen: Pen) -> list[Out]:
    face = pen.face
    options = [_label(node.label, pen)]
    if node.mode:
        options.append(face.word("MODE", node.mode))
    if node.bounds_of is not None:
        options.append(f"{face.word('BOUNDS_OF')} {expr(node.bounds_of, pen)}")
    if node.rounding is not None:
        options.append(rounding(node.rounding, pen))
        options += [face.word("STAGE", node.rounding.stage)] if node.rounding.stage else []
    rows = _rows(node.rows, lambda row: row_cells(row, pen), pen)
    return [*_line(node, pen, face.word("TIERS"), pen.listed(options) + _columns(node.columns, pen)), *rows]


def _columns(columns: Sequence[syntax.Label], pen: Pen) -> str:
    return pen.face.colon + pen.listed([_label(column, pen) for column in columns]) if columns else ""


def _rows(
    rows: Sequence[syntax.Row | syntax.SameAs],
    cells: Callable[[syntax.Row], list[Cell]],
    pen: Pen,
    head: syntax.Row | None = None,
    keys: int = 1,
) -> list[Out]:
    """Rows under each other, the line with the columns' bounds first; `same as` stands by itself."""
    columns = [] if head is None else [head_cells(head, keys, pen)]
    texts = iter(aligned([*columns, *(cells(row) for row in rows if isinstance(row, syntax.Row))], pen.face.gap))
    first = [] if head is None else [(head.span, next(texts))]
    others = [(row.span, next(texts) if isinstance(row, syntax.Row) else _same_as(row, pen)) for row in rows]
    return [Out(text, 1, pen.margin.place(span)) for span, text in (*first, *others)]


def _same_as(row: syntax.SameAs, pen: Pen) -> str:
    text = f"{pen.face.word('SAME_AS')} {expr(row.table, pen)}"
    if row.expr is None:
        return text
    by = changed(row.operator, row.expr, pen) if isinstance(row.expr, syntax.Number) else operand(row.expr, pen)
    return f"{text} {pen.face.word('STEP', row.operator)} {by}"


def _lookup(node: syntax.Lookup, pen: Pen) -> list[Out]:
    face = pen.face
    keys = [_label(key, pen, title=False) for key in node.keys]
    keys += [face.word("FIRST_OF")] if node.first_of else []
    head = f"{_label(node.label, pen)} {face.word('BY')} {pen.listed(keys)}{_columns(node.columns, pen)}"
    rows = _rows(node.rows, lambda row: keyed_cells(row, node, pen), pen, node.head, len(node.keys) - 1)
    return [*_line(node, pen, face.word("TABLE"), head), *rows]


def _kpi(node: syntax.Kpi, pen: Pen) -> list[Out]:
    lines = _line(node, pen, pen.face.word("KPI"), _label(node.label, pen))
    return [*lines, *(line for clause in node.clauses for line in _kpi_clause(clause, pen))]


def _kpi_clause(clause: syntax.KpiClause, pen: Pen) -> list[Out]:
    if clause.body is not None:
        return _defined(pen.face.word("KPI_CLAUSE", clause.kind), clause.body, clause.span, 1, pen)
    text = conditional(pen.face.word(clause.kind.upper()), clause.condition, pen)
    return [Out(text, 1, pen.margin.place(clause.span))]


def _score(node: syntax.Score, pen: Pen) -> list[Out]:
    return [*_line(node, pen, pen.face.word("SCORE"), _label(node.label, pen)), *_block(node.body, 1, pen)]


def _account(node: syntax.Account, pen: Pen) -> list[Out]:
    lines = _line(node, pen, pen.face.word("ACCOUNT"), _label(node.label, pen))
    return [*lines, *(Out(_account_line(part, pen), 1, pen.margin.place(part.span)) for part in node.parts)]


def _account_line(part: syntax.Opens | syntax.Apply | syntax.Closing, pen: Pen) -> str:
    if isinstance(part, syntax.Opens):
        return f"{pen.face.word('OPENS')} {expr(part.expr, pen)}"
    if isinstance(part, syntax.Apply):
        return STEPS[syntax.Apply](part, pen)
    terminal = {"at_most": "NO_MORE", "at_least": "NO_LESS"}.get(part.kind, "")
    sign = pen.face.word(terminal, part.kind) if terminal else {"above": ">", "below": "<"}[part.kind]
    return f"{pen.face.word('CLOSING')} {sign} {expr(part.expr, pen)}"


def _pay_line(node: syntax.PayLine, pen: Pen) -> list[Out]:
    each = "" if node.table is None else _each(node.table, pen)
    to = "" if node.to is None else f"{'发给' if pen.face.chinese else pen.face.word('TO')} {expr(node.to, pen)}"
    when = "" if node.when is None else f"{pen.face.word('WHEN')} {expr(node.when, pen)}"
    word = pen.face.word("PAY_LINE", node.kind)
    head = _line(node, pen, word, _label(node.label, pen), each, to, filtered(node.where, pen), when)
    return [*head, *_block(node.body, 1, pen)]


def _exception(node: syntax.ExceptionTo, pen: Pen) -> list[Out]:
    to = f"{'替代' if pen.face.chinese else pen.face.word('TO')} {expr(node.rule, pen)}"
    head = _line(node, pen, pen.face.word("EXCEPTION"), _label(node.label, pen), to, filtered(node.where, pen))
    return [*head, *_block(node.body, 1, pen)]


def _promise(node: syntax.Promise, pen: Pen) -> list[Out]:
    return _line(node, pen, pen.face.word("PROMISE"), _PROMISES[node.kind](node, pen))


def _always(node: syntax.Promise, pen: Pen) -> str:
    return "" if node.condition is None else conditional(expr(node.condition, pen), node.when, pen)


def _rising(node: syntax.Promise, pen: Pen) -> str:
    assert node.value is not None
    assert node.cause is not None
    value, cause = expr(node.value, pen), expr(node.cause, pen)
    return f"{value} {pen.face.word('NEVER_FALLS')} {cause} {pen.face.word('RISES')}"


def _jump(node: syntax.Promise, pen: Pen) -> str:
    assert node.value is not None
    assert node.cause is not None
    assert node.limit is not None
    assert node.step is not None
    face = pen.face
    jump = f"{expr(node.value, pen)} {face.word('JUMPS')} {expr(node.limit, pen)}"
    cause, step = expr(node.cause, pen), expr(node.step, pen)
    if face.chinese:
        return f"{cause} {face.word('EVERY')} {step}{face.comma}{jump}"
    return f"{jump} {face.word('WHEN')} {cause} {face.word('RISES_BY')} {step}"


_PROMISES: Final = {"always": _always, "rising": _rising, "jump": _jump}


def _ranking(node: syntax.Rank, pen: Pen) -> list[Out]:
    each = "" if node.table is None else _each(node.table, pen)
    first, *others = (_rank_key(key, pen) for key in node.keys)
    options = [f"{pen.face.word('BY')} {first}"]
    options += [f"{pen.face.word('TIES_BY')} {other}" for other in others]
    options += [pen.face.word("TIES", node.ties)] if node.ties else []
    if node.within:
        options.append(f"{pen.face.word('WITHIN')} {pen.listed([expr(e, pen) for e in node.within])}")
    where = filtered(node.where, pen)
    return _line(node, pen, pen.face.word("RANK"), _label(node.label, pen), each, pen.listed(options), where)


def _rank_key(key: syntax.RankKey, pen: Pen) -> str:
    return pen.listed([expr(key.expr, pen), *([pen.face.word("ORDER", key.order)] if key.order else [])])


def _competency(node: syntax.Competency, pen: Pen) -> list[Out]:
    lines = _line(node, pen, pen.face.word("COMPETENCY"), _label(node.label, pen))
    return [*lines, *(Out(_competency_part(part, pen), 1, pen.margin.place(part.span)) for part in node.parts)]


def _competency_part(part: syntax.RatedBy | syntax.Item | syntax.Course, pen: Pen) -> str:
    face = pen.face
    if isinstance(part, syntax.Course):
        return f"{face.word('COURSE')} {face.word('BY')} {expr(part.table, pen)}"
    if isinstance(part, syntax.Item):
        options = [_label(part.label, pen), f"{face.word('ITEM_WEIGHT')} {expr(part.weight, pen)}"]
        if part.required is not None:
            options.append(f"{face.word('REQUIRED')} {expr(part.required, pen)}")
        return f"{face.word('ITEM')} {pen.listed(options)}"
    points = [expr(part.points, pen), *([] if part.window is None else [scope(part.window, pen)])]
    raters = [spaced("" if r.kind is None else expr(r.kind, pen), expr(r.weight, pen)) for r in part.raters]
    return f"{face.word('RATED_BY')} {pen.listed(points)}{face.colon}{pen.listed(raters)}"


def _payout(node: syntax.Payout, pen: Pen) -> list[Out]:
    return [*_line(node, pen, pen.face.word("PAYOUT")), *_block(node.body, 1, pen)]


def _transition(node: syntax.Transition, pen: Pen) -> list[Out]:
    clauses = [Out(clause_text(clause, pen), 1, pen.margin.place(clause.span)) for clause in node.clauses]
    return [*_line(node, pen, transition_head(node, pen)), *clauses]


_STATEMENTS: dict[type, Callable[[Any, Pen], list[Out]]] = {
    syntax.SchemeHead: _scheme,
    syntax.VersionHead: _version,
    syntax.CurrencyHead: _currency,
    syntax.PeriodHead: _period,
    syntax.RoundingHead: _rounding_head,
    syntax.Use: _use,
    syntax.Clause: _clause,
    syntax.Table: _table,
    syntax.Parameter: _parameter,
    syntax.Definition: _definition,
    syntax.Require: _require,
    syntax.ForEach: _for_each,
    syntax.Tiers: _tiers,
    syntax.Kpi: _kpi,
    syntax.Score: _score,
    syntax.Account: _account,
    syntax.PayLine: _pay_line,
    syntax.Payout: _payout,
    syntax.Lookup: _lookup,
    syntax.ExceptionTo: _exception,
    syntax.Promise: _promise,
    syntax.Rank: _ranking,
    syntax.Competency: _competency,
    syntax.Transition: _transition,
}


# ---- read again --------------------------------------------------------------------------------------------


def _faithful(node: syntax.Statement, pen: Pen) -> list[Out]:
    """The lines of a statement that is read as the same tree, with as few back-quotes as that takes."""
    wanted = _spelled_alike(node)
    lines = _STATEMENTS[type(node)](node, pen)
    if _reads(lines, wanted):
        return lines
    ticked = frozenset(_names(node))
    lines = _ticked(node, pen, ticked)
    if not _reads(lines, wanted):
        raise NotPrintable(node)
    for name in sorted(ticked):
        fewer = _ticked(node, pen, ticked - {name})
        if _reads(fewer, wanted):
            lines, ticked = fewer, ticked - {name}
    return lines


def _ticked(node: syntax.Statement, pen: Pen, names: frozenset[str]) -> list[Out]:
    return _STATEMENTS[type(node)](node, replace(pen, ticked=names))


def _reads(lines: Sequence[Out], wanted: syntax.Statement) -> bool:
    text = "\n".join("  " * line.depth + line.text for line in lines)
    file, faults = parse(Source("", text))
    return not faults and [_spelled_alike(node) for node in file.statements] == [wanted]


def _names(node: object) -> Iterator[str]:
    """Every name that a statement mentions."""
    if isinstance(node, tuple):
        for part in cast("tuple[object, ...]", node):
            yield from _names(part)
    elif isinstance(node, syntax.Path):
        yield from node.names
    elif isinstance(node, syntax.CurrencyHead):
        yield node.code
    elif is_dataclass(node) and not isinstance(node, Span):
        if isinstance(node, syntax.Label | syntax.ColumnType):
            yield from filter(None, (node.name, getattr(node, "alias", "")))
        for part in fields(node):
            yield from _names(getattr(node, part.name))
