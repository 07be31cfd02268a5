"""A tree back to text: the canonical form of a scheme file, in either face.

In: the tree of a file, its source, the face to write, and the files it uses. Out: the text. The words are
the first spellings of `keywords.py`; numbers, comments, empty lines and what shares a line with what are the
author's own, found in the source by their places. A face other than the file's own is a translation: names
that have an alias change places with it, everywhere.

Why this way: translation is a change of the tree and printing a function of it, so that each can be checked
by itself. Whatever is printed is read again before it is returned. A name that would be taken for a keyword
where it stands gets back-quotes; a statement that reads differently is never returned.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import IntEnum
from fractions import Fraction
from itertools import groupby, pairwise
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeVar, cast

from tiercel_dsl import syntax
from tiercel_dsl.builtins import AGGREGATES, FUNCTIONS, KPI_PARTS, LINE_KINDS, PERIOD_PARTS, WORDS, spelling
from tiercel_dsl.keywords import FACES
from tiercel_dsl.lexer import BLANKS, Line, indent_of, logical_lines
from tiercel_dsl.parser import parse
from tiercel_dsl.resolver import Symbol, Symbols, TableSymbol, names_of, resolve
from tiercel_dsl.scheme import EVERYWHERE, PEOPLE, Names
from tiercel_dsl.source import NOWHERE, Source, Span, display_width

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
    renamer = _Renamer(symbols, language, foreign)
    kinds = {word: table.kind for word, table in symbols.by_word.items()}
    pen = _Pen(_FACES[language], source, _margin(source), foreign, kinds)
    page: list[list[_Out]] = []
    for statement in file.statements:
        node = _canonical(_with_files(_plain_money(statement, without_yuan), files))
        page.append(_faithful(renamer.statement(node) if renames else node, pen))
    return _woven(page, pen.margin)


# ---- trees -------------------------------------------------------------------------------------------------


def _rebuilt(node: _T, change: Callable[[Any], Any]) -> _T:
    """A node or tuple of nodes with each of its parts changed; a place stays what it is."""
    if isinstance(node, tuple):
        parts = cast("tuple[object, ...]", node)
        return cast("_T", tuple(change(part) for part in parts))
    if is_dataclass(node) and not isinstance(node, type | Span):
        changed = {f.name: change(getattr(node, f.name)) for f in fields(node) if f.compare}
        return cast("_T", replace(cast("Any", node), **changed))
    return node


def _plain_money(node: _T, places: Collection[Span]) -> _T:
    """The amounts at `places` without their 元."""
    if not places:
        return node
    if isinstance(node, syntax.Number):
        dropped = node.unit == "money" and node.span in places
        return cast("_T", replace(node, unit="")) if dropped else node
    return _rebuilt(node, lambda part: _plain_money(part, places))


def _with_files(node: syntax.Statement, files: Mapping[str, str]) -> syntax.Statement:
    return replace(node, file=files.get(node.file, node.file)) if isinstance(node, syntax.Use) else node


def _canonical(node: syntax.Statement) -> syntax.Statement:
    """Tiers upwards, in each the lower bound first."""
    if not isinstance(node, syntax.Tiers):
        return node
    return replace(node, rows=_upwards(tuple(_lower_first(row) for row in node.rows)))


def _lower_first(row: syntax.Row) -> syntax.Row:
    match row.cells:
        case (syntax.BoundCell(kind="up_to" | "below") as high, syntax.BoundCell(kind="from" | "above") as low, *rest):
            return replace(row, cells=(low, high, *rest))
        case _:
            return row


def _upwards(rows: tuple[syntax.Row, ...]) -> tuple[syntax.Row, ...]:
    """Rows in the order of their bounds, `the rest` at the open end, `otherwise` last; untouched if it is unclear."""
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
    return value, 0, cell.kind == "up_to"


def _constant(expr: syntax.Expr) -> Fraction | None:
    if isinstance(expr, syntax.Unary) and isinstance(expr.operand, syntax.Number):
        return -expr.operand.value
    return expr.value if isinstance(expr, syntax.Number) else None


def _spelled_alike(node: _T) -> _T:
    """A tree without what the spelling of `otherwise` leaves in it; what it means stays."""
    told = replace(node, steps=tuple(_with_senses(node))) if isinstance(node, syntax.Body) else node
    return cast("_T", _rebuilt(told, _spelled_alike))


def _with_senses(body: syntax.Body) -> Iterator[syntax.Step]:
    """The steps, with the sense of each `otherwise` in the place of its spelling."""
    cases = next((i for i, s in enumerate(body.steps) if not isinstance(s, syntax.Case)), len(body.steps))
    for index, step in enumerate(body.steps):
        if isinstance(step, syntax.Otherwise) and step.written not in _SENSES:
            behind_cases = index == cases > 0
            step = replace(step, rescue=False, written=_sense(step, behind_cases))
        yield step


# What an `otherwise` says: the last case; what holds where nothing can be computed, after cases too; or a
# Chinese 否则 in a place where only 无法计算时 may stand, which stays the fault that it is.
_LAST_CASE, _RESCUE, _RESCUE_OF_CASES, _MISPLACED = _SENSES = ("#case", "#rescue", "#rescue of cases", "#misplaced")


def _sense(step: syntax.Otherwise, behind_cases: bool) -> str:
    if behind_cases:
        return _RESCUE_OF_CASES if step.rescue else _LAST_CASE
    return _RESCUE if step.rescue or step.written.isascii() else _MISPLACED


# ---- translation of names ----------------------------------------------------------------------------------


class _Target(NamedTuple):
    """What one word of a path stands for: `mark` tells it apart, `names` or a `table` of built-in words spell it."""

    mark: tuple[str, ...]
    names: Names | None = None
    table: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class _View:
    """Where an expression stands: see `terms.Context`."""

    level: str
    kpi: syntax.Kpi | None = None
    clause: str = ""
    inside: bool = False


def _named(symbol: Symbol) -> _Target:
    return _Target((symbol.kind, symbol.level, symbol.identity), symbol.names)


def _built_in(table: Mapping[str, str], word: str) -> _Target:
    return _Target(("built-in", table[word]), table=table)


def _table_target(table: TableSymbol) -> _Target:
    return _Target(("table", table.identity), table.names)


class _Renamer:
    """Writes every name as `language` has it, where that name means the same in that place.

    Without `foreign` only what needs no declaration is renamed: built-in words get their first spelling.
    """

    def __init__(self, symbols: Symbols, language: str, foreign: bool) -> None:
        self.symbols = symbols
        self.language = language
        self.foreign = foreign

    # ---- declarations ----

    def statement(self, node: syntax.Statement) -> syntax.Statement:
        rename = _RENAMES.get(type(node))
        return node if rename is None else rename(self, node)

    def label(self, label: syntax.Label) -> syntax.Label:
        if self._other(names_of(label), label.name) == label.name:
            return label
        return replace(label, name=label.alias, alias=label.name)

    def _other(self, names: Names, written: str) -> str:
        """The name of this face; the written one where the two names do not belong to one face each."""
        both = names.alias and names.name.isascii() != names.alias.isascii()
        return names.shown(self.language) if both and self.foreign else written

    def labelled(self, node: Any) -> Any:
        return replace(node, label=self.label(node.label))

    def table(self, node: syntax.Table) -> syntax.Table:
        people = node.kind == "people"
        level = PEOPLE if people else names_of(node.label).identity
        columns = tuple(self._column(column, level) for column in node.columns)
        return replace(node, label=node.label if people else self.label(node.label), columns=columns)

    def _column(self, column: syntax.Column, level: str) -> syntax.Column:
        kind = column.type
        table = self.symbols.table_named(kind.name) if kind.name else None
        if table is not None:
            kind = replace(kind, name=self._spelled(_table_target(table), kind.name))
        share = column.reversed_share
        share = None if share is None else self.expr(share, _View(level))
        return replace(column, label=self.label(column.label), type=kind, reversed_share=share)

    def tiers(self, node: syntax.Tiers) -> syntax.Tiers:
        columns = tuple(self.label(column) for column in node.columns)
        rows = self.expr(node.rows, _View(EVERYWHERE))
        return replace(node, label=self.label(node.label), columns=columns, rows=rows)

    def kpi(self, node: syntax.Kpi) -> syntax.Kpi:
        def clause(part: syntax.KpiClause) -> syntax.KpiClause:
            return self.expr(part, _View(PEOPLE, node, part.kind if part.body is not None else ""))

        return replace(node, label=self.label(node.label), clauses=tuple(clause(c) for c in node.clauses))

    def defined(self, node: Any, level: str = PEOPLE) -> Any:
        """Whatever has a body or a condition, and perhaps a name."""
        changed = {
            name: self.expr(getattr(node, name), _View(level))
            for name in ("body", "condition", "where", "when", "values")
            if hasattr(node, name)
        }
        if hasattr(node, "label"):
            changed["label"] = self.label(node.label)
        return replace(node, **changed)

    def for_each(self, node: syntax.ForEach) -> syntax.ForEach:
        level, table = self._rows(node.table)
        parts = tuple(self.defined(part, level) for part in node.parts)
        return replace(node, table=table, where=self.expr(node.where, _View(level)), parts=parts)

    def pay_line(self, node: syntax.PayLine) -> syntax.PayLine:
        level, table = (PEOPLE, None) if node.table is None else self._rows(node.table)
        line: syntax.PayLine = self.defined(node, level)
        return replace(line, table=table)

    def _rows(self, path: syntax.Path) -> tuple[str, syntax.Path]:
        """The level of a rule for the rows of a table, and the table's name."""
        word, *more = path.names
        table = self.symbols.table_named(word)
        if table is not None and not more:
            return table.identity, self._renamed(path, (_table_target(table),))
        if WORDS.get(word) == "person" and not more:
            return PEOPLE, self._renamed(path, (_built_in(WORDS, word),))
        return EVERYWHERE, path

    # ---- expressions ----

    def expr(self, node: _T, at: _View) -> _T:
        if isinstance(node, syntax.Path):
            return cast("_T", self._path(node, at))
        if isinstance(node, syntax.Call):
            return cast("_T", self._call(node, at))
        if isinstance(node, syntax.Pricing):
            key = None if node.key is None else self.expr(node.key, at)
            priced = replace(node, table=self._tiers_path(node.table), base=self.expr(node.base, at), key=key)
            return cast("_T", priced)
        return _rebuilt(node, lambda part: self.expr(part, at))

    def _path(self, path: syntax.Path, at: _View) -> syntax.Path:
        targets = self._targets(path.names, at)
        if targets is None:
            return path
        renamed = self._renamed(path, targets)
        again = self._targets(renamed.names, at)
        same = again is not None and [t.mark for t in again] == [t.mark for t in targets]
        return renamed if same else path

    def _renamed(self, path: syntax.Path, targets: Sequence[_Target]) -> syntax.Path:
        return replace(path, names=tuple(self._spelled(t, w) for t, w in zip(targets, path.names, strict=True)))

    def _spelled(self, target: _Target, written: str) -> str:
        if target.table is not None:
            return spelling(target.table, target.mark[1], self.language)
        if target.names is None:
            return written
        people = target.mark == ("table", PEOPLE)
        return target.names.shown(self.language) if people else self._other(target.names, written)

    def _tiers_path(self, path: syntax.Path) -> syntax.Path:
        tiers = self.symbols.tiers.get(path.names[0])
        if tiers is None:
            return path
        columns: tuple[syntax.Label, ...] = tiers.node.columns
        found = [_named(tiers)]
        for word in path.names[1:]:
            column = next((label for label in columns if word in (label.name, label.alias)), None)
            found.append(_Target(("column",), None if column is None else names_of(column)))
        return self._renamed(path, found)

    def _call(self, call: syntax.Call, at: _View) -> syntax.Call:
        word, *more = call.function.names
        if word in self.symbols.tiers:
            arguments = self.expr(call.arguments, at)
            return replace(call, function=self._tiers_path(call.function), arguments=arguments)
        function = "" if more else FUNCTIONS.get(word, "")
        if not function:
            return _rebuilt(call, lambda part: part if part is call.function else self.expr(part, at))
        arguments, where = self._arguments(function, call, at)
        own = spelling(FUNCTIONS, function, self.language)
        names = call.function.names if own in self.symbols.tiers else (own,)
        return replace(call, function=replace(call.function, names=names), arguments=arguments, where=where)

    def _arguments(
        self, function: str, call: syntax.Call, at: _View
    ) -> tuple[tuple[syntax.Expr, ...], syntax.Expr | None]:
        """Arguments and filter of a built-in function; those of an aggregate are seen from its rows."""
        table = "" if function not in AGGREGATES or at.level == EVERYWHERE else self._walked_by(call, at)
        if function in ("min", "max") and len(call.arguments) != 1:
            table = ""
        view = _View(table, inside=True) if table else at
        arguments = tuple(self._argument(function, table, argument, view) for argument in call.arguments)
        return arguments, self.expr(call.where, view)

    def _argument(self, function: str, table: str, argument: syntax.Expr, at: _View) -> syntax.Expr:
        match argument:
            case syntax.Path(names=(word,)):
                target = self._whole(function, table, word)
            case syntax.Path(names=(word, part)) if WORDS.get(word) == "kpi" and part in KPI_PARTS and not table:
                return self._renamed(argument, (_built_in(WORDS, word), _built_in(KPI_PARTS, part)))
            case _:
                target = None
        return self.expr(argument, at) if target is None else self._renamed(cast("syntax.Path", argument), (target,))

    def _whole(self, function: str, table: str, word: str) -> _Target | None:
        """A table whose rows are counted, or a kind of line whose amounts are added."""
        if function == "total" and WORDS.get(word) in LINE_KINDS:
            return _built_in(WORDS, word)
        named = self.symbols.table_named(word)
        if table and named is not None and named.identity == table:
            return _table_target(named)
        member = table == PEOPLE and WORDS.get(word) == "member" and named is None
        return _built_in(WORDS, word) if member else None

    # ---- the rows that an aggregate walks ----

    def _walked_by(self, call: syntax.Call, at: _View) -> str:
        tables = (self._walked(path, at) for path in (*_paths(call.arguments), *_paths(call.where)))
        return next((table for table in tables if table), "")

    def _walked(self, path: syntax.Path, at: _View) -> str:
        word, symbols = path.names[0], self.symbols
        own = self._scope(at.level).get(word)
        if own is not None and self._link(own):
            return ""
        table = symbols.table_named(word)
        if table is not None and table.kind == "facts":
            return table.identity
        group = at.level in symbols.tables and symbols.tables[at.level].kind == "group"
        if group and (WORDS.get(word) == "member" or (table is not None and table.identity == PEOPLE)):
            return PEOPLE
        coarser = {at.level, EVERYWHERE, *(level for level, _ in symbols.above(at.level))}
        finer = [level for level, scope in symbols.scopes.items() if word in scope and level not in coarser]
        return finer[0] if len(path.names) == 1 and own is None and len(finer) == 1 else ""

    # ---- what a path stands for, as the checker reads it ----

    def _scope(self, level: str) -> Mapping[str, Symbol]:
        return self.symbols.scopes.get(level, {})

    def _link(self, symbol: Symbol) -> str:
        if symbol.kind != "column" or symbol.level not in self.symbols.tables:
            return ""
        return self.symbols.tables[symbol.level].links.get(symbol.identity, "")

    def _targets(self, names: tuple[str, ...], at: _View) -> tuple[_Target, ...] | None:
        """What each name stands for; None where that is unclear or nothing."""
        if len(names) == 1:
            target = self._bare(names[0], at)
            return None if target is None else (target,)
        own = self._scope(at.level).get(names[0])
        if own is not None and self._link(own):
            return self._walk(names, at.level, 0, at)
        for attempt in (self._by_own_table, self._by_person, self._by_parts, self._by_table, self._by_link):
            found = attempt(names, at)
            if found is not None:
                return found
        return None

    def _bare(self, word: str, at: _View) -> _Target | None:
        own = self._scope(at.level).get(word)
        part = KPI_PARTS.get(word, "") if at.kpi is not None else ""
        if part and at.kpi is not None and (own is None or part != at.clause):
            if own is None:
                return _built_in(KPI_PARTS, word)
            if part not in ("actual", "target") or any(c.kind == part for c in at.kpi.clauses):
                return None
        if own is not None:
            return _named(own)
        found = [symbol for level, _ in self._above(at) if (symbol := self._scope(level).get(word)) is not None]
        line = self._line_of_rows(word) if at.level == PEOPLE else None
        found += [] if line is None else [line]
        return _named(found[0]) if len(found) == 1 else None

    def _above(self, at: _View) -> list[tuple[str, tuple[str, ...]]]:
        return [*self.symbols.above(at.level), (EVERYWHERE, ())] if at.level != EVERYWHERE else []

    def _line_of_rows(self, word: str) -> Symbol | None:
        rows = (scope.get(word) for level, scope in self.symbols.scopes.items() if level != PEOPLE)
        return next((symbol for symbol in rows if symbol is not None and symbol.kind == "line"), None)

    def _walk(self, names: tuple[str, ...], level: str, index: int, at: _View) -> tuple[_Target, ...] | None:
        """Names from `index` on, followed over links from a row of `level`."""
        found: list[_Target] = []
        for word in names[index:-1]:
            symbol = self._scope(level).get(word)
            level = "" if symbol is None else self._link(symbol)
            if symbol is None or not level:
                return None
            found.append(_named(symbol))
        last = self._scope(level).get(names[-1])
        if last is None and level == at.level == PEOPLE:
            last = self._line_of_rows(names[-1])
        return None if last is None else (*found, _named(last))

    def _behind(self, first: _Target, names: tuple[str, ...], level: str, at: _View) -> tuple[_Target, ...] | None:
        rest = self._walk(names, level, 1, at)
        return None if rest is None else (first, *rest)

    def _by_own_table(self, names: tuple[str, ...], at: _View) -> tuple[_Target, ...] | None:
        table = self.symbols.table_named(names[0])
        if table is None or table.identity != at.level:
            return None
        return self._behind(_table_target(table), names, at.level, at)

    def _by_person(self, names: tuple[str, ...], at: _View) -> tuple[_Target, ...] | None:
        word = WORDS.get(names[0])
        if word != "person" and not (word == "member" and at.inside and at.level == PEOPLE):
            return None
        if self.symbols.way_to_person(at.level) is None:
            return None
        return self._behind(_built_in(WORDS, names[0]), names, PEOPLE, at)

    def _by_parts(self, names: tuple[str, ...], at: _View) -> tuple[_Target, ...] | None:
        """`period.first`, `signing.score`."""
        first, part = names[0], names[1]
        if len(names) != 2:
            return None
        if WORDS.get(first) == "period":
            return (_built_in(WORDS, first), _built_in(PERIOD_PARTS, part)) if part in PERIOD_PARTS else None
        kpi = self.symbols.kpis.get(first)
        return (_named(kpi), _built_in(KPI_PARTS, part)) if kpi is not None and part in KPI_PARTS else None

    def _by_table(self, names: tuple[str, ...], at: _View) -> tuple[_Target, ...] | None:
        table = self.symbols.table_named(names[0])
        ways = {level for level, _ in (*self.symbols.parents(at.level), *self.symbols.above(at.level))}
        if table is None or table.identity not in ways:
            return None
        return self._behind(_table_target(table), names, table.identity, at)

    def _by_link(self, names: tuple[str, ...], at: _View) -> tuple[_Target, ...] | None:
        if self.symbols.table_named(names[0]) is not None:
            return None
        for level, _ in self.symbols.above(at.level):
            symbol = self._scope(level).get(names[0])
            if symbol is not None and self._link(symbol):
                return self._walk(names, level, 0, at)
        return None


_RENAMES: dict[type, Callable[[_Renamer, Any], Any]] = {
    syntax.SchemeHead: _Renamer.labelled,
    syntax.Table: _Renamer.table,
    syntax.Parameter: _Renamer.defined,
    syntax.Definition: _Renamer.defined,
    syntax.Require: _Renamer.defined,
    syntax.ForEach: _Renamer.for_each,
    syntax.Tiers: _Renamer.tiers,
    syntax.Kpi: _Renamer.kpi,
    syntax.Score: _Renamer.defined,
    syntax.PayLine: _Renamer.pay_line,
    syntax.Payout: _Renamer.defined,
}


def _paths(node: object) -> Iterator[syntax.Path]:
    """Every path of an expression that is not inside a further aggregate."""
    if isinstance(node, syntax.Path):
        yield node
    elif isinstance(node, tuple):
        for item in cast("tuple[object, ...]", node):
            yield from _paths(item)
    elif isinstance(node, syntax.Call):
        if FUNCTIONS.get(node.function.names[0]) not in AGGREGATES:
            yield from _paths(node.arguments)
    elif is_dataclass(node) and not isinstance(node, Span):
        for part in fields(node):
            yield from _paths(getattr(node, part.name))


# ---- faces -------------------------------------------------------------------------------------------------

_KEYWORDS: Final = {(keyword.terminal, keyword.sense): keyword for keyword in FACES}
_SHARED_SIGNS: Final = {"=": "=", "<": "<", ">": ">", "add": "+", "subtract": "-"}


@dataclass(frozen=True, slots=True)
class _Face:
    """How one language writes what is not a word; `gap` is the least between two columns of tiers."""

    language: str
    comma: str
    colon: str
    gap: int
    brackets: str
    quotes: tuple[str, ...]
    signs: Mapping[str, str]

    def word(self, terminal: str, sense: str = "") -> str:
        return _KEYWORDS[terminal, sense].spelling(self.language)

    @property
    def chinese(self) -> bool:
        return self.language == "zh"


_FACES: Final = {
    "en": _Face(
        "en", ", ", ": ", 3, "()", ('""', "“”", "「」"),
        {**_SHARED_SIGNS, "<=": "<=", ">=": ">=", "!=": "!=", "multiply": "*", "divide": "/"},
    ),
    "zh": _Face(
        "zh", "，", "：", 4, "（）", ("“”", "「」", '""'),
        {**_SHARED_SIGNS, "<=": "≤", ">=": "≥", "!=": "≠", "multiply": "×", "divide": "÷"},
    ),
}  # fmt: skip


class _Out(NamedTuple):
    """A printed line: its text, how deep it stands, and the line (from 0) of the source that it came from."""

    text: str
    depth: int
    place: int


@dataclass(frozen=True)
class _Pen:
    """What printing needs to know: the face, the author's text, what is in back-quotes here."""

    face: _Face
    source: Source
    margin: "_Margin"
    foreign: bool
    kinds: Mapping[str, str]  # of tables, by name
    ticked: frozenset[str] = frozenset()

    def name(self, name: str) -> str:
        return f"`{name}`" if name in self.ticked or not _PLAIN_NAME.fullmatch(name) else name

    def written(self, span: Span) -> str:
        """What the author wrote at a place, folded; '' where there is no place."""
        if span == NOWHERE or span.line != span.end_line or span.line > len(self.source.folded_lines):
            return ""
        return self.source.folded_lines[span.line - 1][span.column - 1 : span.end_column - 1]

    def quoted(self, text: str) -> str:
        fitting = (marks for marks in self.face.quotes if marks[1] not in text)
        marks = next(fitting, self.face.quotes[0])
        return f"{marks[0]}{text}{marks[1]}"

    def bracketed(self, text: str) -> str:
        return f"{self.face.brackets[0]}{text}{self.face.brackets[1]}"

    def listed(self, texts: Sequence[str]) -> str:
        return self.face.comma.join(texts)


_PLAIN_NAME: Final = re.compile(r"[^\W\d]\w*")


# ---- numbers -----------------------------------------------------------------------------------------------

_AMOUNT: Final = re.compile(r"(?P<digits>[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?) *(?P<unit>个百分点|[%‰]|[万亿]?元?)")
_SCALES: Final = {"万": 10_000, "亿": 100_000_000}
_SHARES: Final = {"%": 100, "‰": 1000, "个百分点": 100}
_PLACES: Final = {Fraction(1, 100): "分", Fraction(1, 10): "角", Fraction(1): "元"}


def _amount(written: str, node: syntax.Number, pen: _Pen) -> str:
    """A number with the author's digits, `written`; in English 万, 亿 and 个百分点 become digits and %."""
    matched = _AMOUNT.match(written)
    digits, unit = (matched["digits"], matched["unit"]) if matched else ("", "")
    if not digits or _value(digits, unit) != node.value:
        digits, unit = _digits(node, grouped=not pen.face.chinese)
    if pen.foreign and not pen.face.chinese:
        if unit[:1] in _SCALES:
            digits, unit = _decimal(_value(digits, unit[:1]), grouped=True), unit[1:]
        unit = "%" if unit == "个百分点" else unit
    return digits + (unit.removesuffix("元") if node.unit != "money" else unit)


def _value(digits: str, unit: str) -> Fraction:
    return Fraction(digits.replace(",", "")) * _SCALES.get(unit[:1], 1) / _SHARES.get(unit, 1)


def _digits(node: syntax.Number, grouped: bool) -> tuple[str, str]:
    """Digits and unit of a number that nobody wrote."""
    if node.unit == "percent":
        return _decimal(node.value * 100), "%"
    return _decimal(node.value, grouped), "元" if node.unit == "money" else ""


def _decimal(value: Fraction, grouped: bool = False) -> str:
    """A number in full; every literal ends after some digits."""
    places = 0
    while value.denominator != 1 and places < _MOST_PLACES:
        value, places = value * 10, places + 1
    digits = str(value.numerator // value.denominator).rjust(places + 1, "0")
    whole, rest = digits[: len(digits) - places], digits[len(digits) - places :]
    return (f"{int(whole):,}" if grouped else whole) + (f".{rest}" if rest else "")


_MOST_PLACES: Final = 60


# ---- expressions -------------------------------------------------------------------------------------------


class _Level(IntEnum):
    """What binds how tightly: the rules of the grammar, from the loosest."""

    OR = 1
    AND = 2
    NOT = 3
    TEST = 4
    SUM = 5
    PRODUCT = 6
    MULTIPLE = 7
    FACTOR = 8
    UNARY = 9
    TERM = 10
    ATOM = 11


class _Piece(NamedTuple):
    level: _Level
    text: str


def _expr(node: syntax.Expr, pen: _Pen, level: _Level = _Level.OR) -> str:
    """The text of an expression for a place that takes this level or a tighter one."""
    piece: _Piece = _EXPRESSIONS[type(node)](node, pen)
    return piece.text if piece.level >= level else pen.bracketed(piece.text)


def _number(node: syntax.Number, pen: _Pen) -> _Piece:
    return _Piece(_Level.ATOM, _amount(pen.written(node.span), node, pen))


def _text(node: syntax.Text, pen: _Pen) -> _Piece:
    return _Piece(_Level.ATOM, pen.quoted(node.value))


def _day(node: syntax.Day, pen: _Pen) -> _Piece:
    return _Piece(_Level.ATOM, _day_text(node))


def _day_text(day: syntax.Day) -> str:
    return day.value.isoformat()[:7] if day.month_only else day.value.isoformat()


def _yes_no(node: syntax.YesNo, pen: _Pen) -> _Piece:
    return _Piece(_Level.ATOM, pen.face.word("YES_NO", "yes" if node.value else "no"))


def _quantity(node: syntax.Quantity, pen: _Pen) -> _Piece:
    number = _amount(pen.written(node.span), syntax.Number(node.value), pen)
    if pen.face.chinese:
        return _Piece(_Level.ATOM, number + pen.face.word("UNIT", node.unit))
    return _Piece(_Level.ATOM, f"{number} {_KEYWORDS['UNIT', node.unit].english[node.value == 1]}")


def _path(node: syntax.Path, pen: _Pen) -> _Piece:
    return _Piece(_Level.ATOM, ".".join(pen.name(name) for name in node.names))


def _call(node: syntax.Call, pen: _Pen) -> _Piece:
    inside = pen.listed([_expr(argument, pen) for argument in node.arguments])
    if node.where is not None:
        inside = f"{inside} {pen.face.word('WHERE')} {_expr(node.where, pen)}".lstrip()
    return _Piece(_Level.ATOM, f"{_expr(node.function, pen)}({inside})")  # narrow in Chinese too: 合计(签约.金额)


def _unary(node: syntax.Unary, pen: _Pen) -> _Piece:
    if node.operator == "minus":
        return _Piece(_Level.UNARY, f"-{_expr(node.operand, pen, _Level.UNARY)}")
    if isinstance(node.operand, syntax.OneOf):
        return _one_of(node.operand, pen, "NOT_IN")
    twice = isinstance(node.operand, syntax.Unary) and node.operand.operator == "not"
    operand = _expr(node.operand, pen, _Level.NOT if twice else _Level.SUM)  # not (x = 5): the brackets help the eye
    return _Piece(_Level.NOT, f"{pen.face.word('NOT')} {operand}")


# Operator: what it is itself, what may stand left and right of it.
_BINARY: Final = {
    "add": (_Level.SUM, _Level.SUM, _Level.PRODUCT),
    "subtract": (_Level.SUM, _Level.SUM, _Level.PRODUCT),
    "multiply": (_Level.MULTIPLE, _Level.PRODUCT, _Level.FACTOR),
    "divide": (_Level.PRODUCT, _Level.PRODUCT, _Level.FACTOR),
    "share": (_Level.MULTIPLE, _Level.MULTIPLE, _Level.FACTOR),
}


def _binary(node: syntax.Binary, pen: _Pen) -> _Piece:
    own, left, right = _BINARY[node.operator]
    first, second, sign = node.left, node.right, pen.face.signs.get(node.operator, "")
    if node.operator == "share":
        sign = pen.face.word("DE" if pen.face.chinese else "OF")
        first, second = (second, first) if pen.face.chinese else (first, second)
    return _Piece(own, f"{_expr(first, pen, left)} {sign} {_expr(second, pen, right)}")


_TESTS: Final = {
    "<=": ("NO_MORE", "at_most"),
    ">=": ("NO_LESS", "at_least"),
    ">": ("ABOVE", ""),
    "<": ("BELOW", ""),
    **{sense: ("DATE_TEST", sense) for sense in ("before", "after", "on_or_before", "on_or_after")},
}


def _compare(node: syntax.Compare, pen: _Pen) -> _Piece:
    """A sign stays a sign and a word a word: between dates not every word may stand."""
    sign = node.operator not in _TESTS or (node.word and set(node.word) <= set("<>=≤≥"))
    word = pen.face.signs[node.operator] if sign else pen.face.word(*_TESTS[node.operator])
    return _Piece(_Level.TEST, f"{_expr(node.left, pen, _Level.SUM)} {word} {_expr(node.right, pen, _Level.SUM)}")


def _logic(node: syntax.Logic, pen: _Pen) -> _Piece:
    own, inner = (_Level.AND, _Level.NOT) if node.operator == "and" else (_Level.OR, _Level.AND)
    word = pen.face.word(node.operator.upper())
    return _Piece(own, f" {word} ".join(_expr(operand, pen, inner) for operand in node.operands))


def _one_of(node: syntax.OneOf, pen: _Pen, terminal: str = "IN") -> _Piece:
    options = pen.bracketed(pen.listed([_expr(option, pen) for option in node.options]))
    return _Piece(_Level.TEST, f"{_expr(node.operand, pen, _Level.SUM)} {pen.face.word(terminal)} {options}")


def _missing(node: syntax.Missing, pen: _Pen) -> _Piece:
    word = pen.face.word("MISSING", "present" if node.present else "missing")
    return _Piece(_Level.TEST, f"{_expr(node.operand, pen, _Level.SUM)} {word}")


def _pricing(node: syntax.Pricing, pen: _Pen) -> _Piece:
    table, base = _expr(node.table, pen), _expr(node.base, pen, _Level.TERM)
    face = pen.face
    text = f"{base} {face.word('APPLIES')} {table}" if face.chinese else f"{table} {face.word('ON')} {base}"
    if node.key is not None:
        text += f" {face.word('BY')} {_expr(node.key, pen, _Level.TERM)}"
    return _Piece(_Level.FACTOR, text)


def _running_total(node: syntax.RunningTotal, pen: _Pen) -> _Piece:
    return _Piece(_Level.TERM, f"{pen.face.word('RUNNING_TOTAL')} {_expr(node.operand, pen, _Level.ATOM)}")


def _running_count(node: syntax.RunningCount, pen: _Pen) -> _Piece:
    return _Piece(_Level.ATOM, pen.face.word("RUNNING_COUNT"))


def _part_of(node: syntax.PartOf, pen: _Pen) -> _Piece:
    face = pen.face
    limits: list[str] = []
    if node.above is not None:
        limits += [face.word("ABOVE"), _expr(node.above, pen, _Level.ATOM)]
    if node.up_to is not None:
        alone = face.chinese and node.above is None
        word = face.word("NO_MORE", "at_most") if alone else face.word("UP_TO")
        limits += [word, _expr(node.up_to, pen, _Level.ATOM)]
    chain = face.chinese and isinstance(node.operand, syntax.PartOf)
    operand = _expr(node.operand, pen, _Level.TERM if chain else _Level.ATOM)
    if face.chinese:
        return _Piece(_Level.TERM, " ".join([operand, face.word("AMONG"), *limits, face.word("PART_END")]))
    return _Piece(_Level.TERM, " ".join([face.word("PART_OF"), operand, *limits]))


def _weighted_kpis(node: syntax.WeightedKpis, pen: _Pen) -> _Piece:
    return _Piece(_Level.ATOM, pen.face.word("WEIGHTED_KPIS"))


_EXPRESSIONS: dict[type, Callable[[Any, _Pen], _Piece]] = {
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


# ---- steps of a body ---------------------------------------------------------------------------------------


def _conditional(action: str, condition: syntax.Expr | None, pen: _Pen) -> str:
    """Chinese says the condition first."""
    if condition is None:
        return action
    face, when = pen.face, _expr(condition, pen)
    if face.chinese:
        return f"{face.word('IF')} {when}{face.comma}{face.word('THEN')} {action}"
    return f"{action} {face.word('WHEN')} {when}"


def _value_step(step: syntax.Value, pen: _Pen) -> str:
    return _expr(step.expr, pen)


def _case(step: syntax.Case, pen: _Pen) -> str:
    return _conditional(_expr(step.expr, pen), step.when, pen)


def _otherwise(step: syntax.Otherwise, pen: _Pen) -> str:
    """Where English has no word of its own, the Chinese one stands; `written` is a sense by now."""
    face = _FACES["zh"] if step.written in (_RESCUE_OF_CASES, _MISPLACED) else pen.face
    rescue = face.chinese and step.written in (_RESCUE, _RESCUE_OF_CASES)
    word = face.word("RESCUE") if rescue else face.word("OTHERWISE", "otherwise")
    if step.expr is not None:
        return f"{word} {_expr(step.expr, pen)}"
    return _spaced(word, pen.face.word("ERROR"), pen.quoted(step.message) if step.message else "")


def _apply(step: syntax.Apply, pen: _Pen) -> str:
    return _conditional(f"{pen.face.word('STEP', step.operator)} {_expr(step.expr, pen)}", step.when, pen)


def _limit(step: syntax.Limit, pen: _Pen) -> str:
    return _conditional(f"{pen.face.word('LIMIT', step.kind)} {_expr(step.expr, pen)}", step.when, pen)


def _rounded(step: syntax.Rounded, pen: _Pen) -> str:
    stage = pen.face.word("STAGE", step.stage) if step.stage else ""
    return _spaced(_rounding(step, pen), stage)


def _rounding(step: syntax.Rounded, pen: _Pen, places: bool = False) -> str:
    """Mode and step; 四舍五入到分 where the author wrote so, or with `places` if it can be said."""
    written = pen.written(step.span)
    matched = _AMOUNT.search(written)
    word = pen.face.word("ROUNDED", step.mode)
    places = places or (bool(written) and (matched is None or "元" in matched["unit"]))
    if pen.face.chinese and places and step.step in _PLACES:
        return word + _PLACES[step.step]
    return f"{word} {_amount(matched.group() if matched else '', syntax.Number(step.step), pen)}"


def _unrounded(step: syntax.Unrounded, pen: _Pen) -> str:
    return pen.face.word("UNROUNDED")


def _premise(step: syntax.OnlyWhen | syntax.ZeroUnless, pen: _Pen) -> str:
    """Chinese says the consequence."""
    only, face, condition = isinstance(step, syntax.OnlyWhen), pen.face, _expr(step.condition, pen)
    if face.chinese:
        consequence = face.word("ELSE_NO_LINE" if only else "ELSE_ZERO")
        return f"{face.word('PREMISE')} {condition}{face.comma}{consequence}"
    return f"{face.word('ONLY_WHEN' if only else 'ZERO_UNLESS')} {condition}"


_STEPS: dict[type, Callable[[Any, _Pen], str]] = {
    syntax.Value: _value_step,
    syntax.Case: _case,
    syntax.Otherwise: _otherwise,
    syntax.Apply: _apply,
    syntax.Limit: _limit,
    syntax.Rounded: _rounded,
    syntax.Unrounded: _unrounded,
    syntax.OnlyWhen: _premise,
    syntax.ZeroUnless: _premise,
}


def _lines(body: syntax.Body, pen: _Pen) -> list[tuple[int, str]]:
    """The steps, those that the author put on one line together, each line with its place."""
    placed = [(pen.margin.place(step.span), _STEPS[type(step)](step, pen)) for step in _with_senses(body)]
    groups = groupby(placed, key=lambda pair: pair[0])
    return [(place, pen.listed([text for _, text in group])) for place, group in groups]


def _block(body: syntax.Body, depth: int, pen: _Pen) -> list[_Out]:
    return [_Out(text, depth, place) for place, text in _lines(body, pen)]


def _defined(head: str, body: syntax.Body, span: Span, depth: int, pen: _Pen) -> list[_Out]:
    """`x = …` or `score …`: on one line if the author had it so, else with its steps below."""
    place, lines = pen.margin.place(span), _lines(body, pen)
    if not body.first_of and [at for at, _ in lines] == [place]:
        return [_Out(f"{head} {lines[0][1]}", depth, place)]
    head = _spaced(head, pen.face.word("FIRST_OF") if body.first_of else "")
    return [_Out(head, depth, place), *_block(body, depth + 1, pen)]


# ---- tables ------------------------------------------------------------------------------------------------


class _Cell(NamedTuple):
    """A text in a table; numbers stand with their decimal points, or the ends of their digits, in one column."""

    text: str
    number: bool = False

    @property
    def whole(self) -> int:
        """Columns before the decimal point."""
        matched = _WHOLE.match(self.text) if self.number else None
        return display_width(matched.group()) if matched else 0


_WHOLE: Final = re.compile("-?[0-9,]+")


def _aligned(rows: Sequence[Sequence[_Cell]], gap: int) -> list[str]:
    """Rows of cells as lines, each column as wide as its widest cell."""
    texts = ["" for _ in rows]
    for column in range(max(map(len, rows), default=0)):
        cells = [(index, row[column]) for index, row in enumerate(rows) if column < len(row)]
        point = max(cell.whole for _, cell in cells)
        start = max(display_width(texts[index]) for index, _ in cells) + (gap if column else 0)
        for index, cell in cells:
            indent = start + (point - cell.whole if cell.number else 0)
            texts[index] += " " * (indent - display_width(texts[index])) + cell.text
    return texts


def _row(row: syntax.Row, pen: _Pen) -> list[_Cell]:
    """The bounds as one cell, then the values."""
    bounds = [cell for cell in row.cells if isinstance(cell, syntax.BoundCell)]
    if not bounds or tuple(bounds) != row.cells[: len(bounds)]:
        return [_cell(cell, pen, first=index == 0) for index, cell in enumerate(row.cells)]
    return [_Cell(_bounds(bounds, pen)), *(_cell(cell, pen) for cell in row.cells[len(bounds) :])]


def _cell(cell: syntax.Cell, pen: _Pen, first: bool = False) -> _Cell:
    if isinstance(cell, syntax.BoundCell):
        return _Cell(_bounds([cell], pen))
    if isinstance(cell, syntax.ValueCell):
        number = cell.expr.operand if isinstance(cell.expr, syntax.Unary) else cell.expr
        return _Cell(_operand(cell.expr, pen), isinstance(number, syntax.Number))
    if cell.kind == "otherwise" and pen.face.chinese:
        return _Cell("其他情形")  # 否则 is for the last case of a body
    return _Cell(pen.face.word(cell.kind.upper(), cell.kind if cell.kind == "otherwise" else ""))


def _operand(expr: syntax.Expr, pen: _Pen) -> str:
    """What may stand in a cell as it is; anything longer goes in brackets."""
    text = _expr(expr, pen)
    negative = isinstance(expr, syntax.Unary) and isinstance(expr.operand, syntax.Number)
    return text if negative or isinstance(expr, _SINGLE) else pen.bracketed(text)


_SINGLE = (syntax.Number, syntax.Quantity, syntax.Text, syntax.Day, syntax.YesNo, syntax.Path)
_BOUND_WORDS: Final = {
    "from": ("FROM", ""),
    "above": ("ABOVE", ""),
    "up_to": ("UP_TO", ""),
    "below": ("BELOW", ""),
    "the_rest": ("THE_REST", ""),
}


def _bounds(cells: Sequence[syntax.BoundCell], pen: _Pen) -> str:
    if not pen.face.chinese:
        words = [_spaced(pen.face.word(*_BOUND_WORDS[c.kind]), _bound(c, pen)) for c in cells]
        return " ".join(words)
    kinds = tuple(cell.kind for cell in cells)
    texts = [_bound(cell, pen) for cell in cells]
    glued = "" if all(cell.expr is None or _is_number(cell.expr) for cell in cells) else " "
    if kinds in _CHINESE_BOUNDS:
        return glued.join(part.format(*texts) for part in _CHINESE_BOUNDS[kinds].split())
    return " ".join(_bounds([cell], pen) for cell in cells)


# 5万以上 is said of amounts; a blank in the pattern stays where the bound is a name.
_CHINESE_BOUNDS: Final[Mapping[tuple[str, ...], str]] = {
    ("from",): "{0} 以上",
    ("above",): "超过 {0}",
    ("up_to",): "不超过 {0}",
    ("below",): "不满 {0}",
    ("the_rest",): "其余",
    ("from", "below"): "{0} 以上不满 {1}",
    ("from", "up_to"): "{0} 以上 {1} 以下",
    ("above", "below"): "超过 {0} 不满 {1}",
    ("above", "up_to"): "超过 {0} 至 {1}",
}


def _bound(cell: syntax.BoundCell, pen: _Pen) -> str:
    return "" if cell.expr is None else _operand(cell.expr, pen)


def _is_number(expr: syntax.Expr) -> bool:
    negative = isinstance(expr, syntax.Unary) and isinstance(expr.operand, syntax.Number)
    return negative or isinstance(expr, syntax.Number | syntax.Quantity)


# ---- statements --------------------------------------------------------------------------------------------


def _spaced(*words: str) -> str:
    return " ".join(word for word in words if word)


def _label(label: syntax.Label, pen: _Pen, title: bool = True) -> str:
    alias = f"{pen.face.word('ALIAS')} {pen.name(label.alias)}" if label.alias else ""
    return _spaced(pen.name(label.name), alias, pen.quoted(label.title) if title and label.title else "")


def _line(node: syntax.Statement, pen: _Pen, *words: str) -> list[_Out]:
    """A statement of one line."""
    return [_Out(_spaced(*words), 0, pen.margin.place(node.span))]


def _scheme(node: syntax.SchemeHead, pen: _Pen) -> list[_Out]:
    return _line(node, pen, pen.face.word("SCHEME"), _label(node.label, pen))


def _version(node: syntax.VersionHead, pen: _Pen) -> list[_Out]:
    return _line(node, pen, pen.face.word("VERSION"), str(node.number), _days(node.first, node.last, pen))


def _days(first: syntax.Day | None, last: syntax.Day | None, pen: _Pen) -> str:
    words: list[str] = []
    if first is not None:
        day = _day_text(first)
        words += ["自", day, pen.face.word("ONWARD")] if pen.face.chinese else [pen.face.word("FROM"), day]
    if last is not None:
        words += [pen.face.word("UNTIL"), _day_text(last)]
    return " ".join(words)


def _currency(node: syntax.CurrencyHead, pen: _Pen) -> list[_Out]:
    return _line(node, pen, pen.face.word("CURRENCY"), pen.name(node.code))


def _period(node: syntax.PeriodHead, pen: _Pen) -> list[_Out]:
    return _line(node, pen, pen.face.word("PERIOD"), pen.face.word("PERIOD_WORD", node.shape))


def _rounding_head(node: syntax.RoundingHead, pen: _Pen) -> list[_Out]:
    stage = pen.face.word("STAGE", node.rounding.stage) if node.rounding.stage else ""
    rounding = _rounding(node.rounding, pen, places=pen.foreign and node.type_word == "money")
    return _line(node, pen, pen.face.word("TYPE", node.type_word), rounding, stage)


def _use(node: syntax.Use, pen: _Pen) -> list[_Out]:
    return _line(node, pen, pen.face.word("USE"), pen.quoted(node.file))


def _clause(node: syntax.Clause, pen: _Pen) -> list[_Out]:
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


def _table(node: syntax.Table, pen: _Pen) -> list[_Out]:
    if node.kind == "people":
        head = _spaced(pen.face.word("PEOPLE"), pen.quoted(node.label.title) if node.label.title else "")
    else:
        head = f"{pen.face.word(node.kind.upper())} {_label(node.label, pen)}"
    rows = [(_Cell(_label(c.label, pen, title=False)), _Cell(_column(c, pen))) for c in node.columns]
    places = [pen.margin.place(column.span) for column in node.columns]
    return [*_line(node, pen, head), *_placed(_aligned(rows, 2), places)]


def _placed(texts: Sequence[str], places: Sequence[int]) -> list[_Out]:
    return [_Out(text, 1, place) for text, place in zip(texts, places, strict=True)]


def _column(column: syntax.Column, pen: _Pen) -> str:
    """Type and options; the title comes last: behind `one of` it would be read as one more option."""
    face = pen.face
    options = [_column_type(column.type, pen), *(face.word("ROLE", role) for role in column.roles)]
    if column.reverses:
        share = column.reversed_share
        by = "" if share is None else f"{face.word('BY')} {_expr(share, pen)}"
        options.append(_spaced(face.word("REVERSES"), by))
    options += [_check(limit, pen) for limit in column.limits]
    if column.default is not None:
        options.append(f"{face.word('DEFAULT')} {_expr(column.default, pen)}")
    if column.label.title:
        options.append(pen.quoted(column.label.title))
    return pen.listed(options)


def _column_type(kind: syntax.ColumnType, pen: _Pen) -> str:
    if kind.word == "one_of":
        return f"{pen.face.word('ONE_OF')} {pen.listed([pen.quoted(option.value) for option in kind.options])}"
    return pen.name(kind.name) if kind.word == "name" else pen.face.word("TYPE", kind.word)


def _check(limit: syntax.Limit, pen: _Pen) -> str:
    terminal = {"at_most": "NO_MORE", "at_least": "NO_LESS", "above": "ABOVE", "below": "BELOW"}[limit.kind]
    word = pen.face.word(terminal, limit.kind if terminal.startswith("NO_") else "")
    if pen.face.chinese:  # of the numbers in a column one says 大于 0
        word = {"above": "大于", "below": "小于"}.get(limit.kind, word)
    return f"{word} {_expr(limit.expr, pen, _Level.SUM)}"


def _parameter(node: syntax.Parameter, pen: _Pen) -> list[_Out]:
    place = pen.margin.place(node.span)
    head = f"{pen.face.word('PARAMETER')} {_label(node.label, pen)} ="
    values = [(pen.margin.place(value.span), _dated(value, pen)) for value in node.values]
    if all(at == place for at, _ in values):
        return [_Out(f"{head} {pen.listed([text for _, text in values])}", 0, place)]
    return [_Out(head, 0, place), *(_Out(text, 1, at) for at, text in values)]


def _dated(value: syntax.Dated, pen: _Pen) -> str:
    source = pen.quoted(value.source) if value.source else ""
    return _spaced(_expr(value.expr, pen), _days(value.first, value.last, pen), source)


def _definition(node: syntax.Definition, pen: _Pen, depth: int = 0) -> list[_Out]:
    return _defined(f"{_label(node.label, pen)} =", node.body, node.span, depth, pen)


def _require(node: syntax.Require, pen: _Pen, depth: int = 0) -> list[_Out]:
    message = pen.quoted(node.message) if node.message else ""
    text = _spaced(pen.face.word("REQUIRE"), _expr(node.condition, pen), message)
    return [_Out(text, depth, pen.margin.place(node.span))]


def _for_each(node: syntax.ForEach, pen: _Pen) -> list[_Out]:
    lines = _line(node, pen, _each(node.table, pen), _filter(node.where, pen))
    for part in node.parts:
        lines += _definition(part, pen, 1) if isinstance(part, syntax.Definition) else _require(part, pen, 1)
    return lines


# What the rows of a table are counted by, and the older words for the same.
_MEASURES: Final = {"facts": "逐笔", "group": "逐个", "people": "逐人"}
_MEASURE_WORDS: Final = {"逐单": "逐笔", "每笔": "逐笔", "逐店": "逐个", "每个": "逐个"}


def _each(table: syntax.Path, pen: _Pen) -> str:
    word = pen.face.word("FOR_EACH")
    if pen.face.chinese:
        word = _author_measure(table, pen) or _MEASURES.get(pen.kinds.get(".".join(table.names), ""), word)
    return f"{word} {_expr(table, pen)}"


def _author_measure(table: syntax.Path, pen: _Pen) -> str:
    """The measure word that stands before the name of a table in the author's text, '' if none does."""
    span = table.span
    before = pen.written(replace(span, column=1, end_line=span.line, end_column=span.column)) if span.line else ""
    spellings = _KEYWORDS["FOR_EACH", ""].chinese
    written = next((word for word in spellings if before.rstrip(f" {BLANKS}").endswith(word)), "")
    return _MEASURE_WORDS.get(written, written)


def _filter(where: syntax.Expr | None, pen: _Pen) -> str:
    if where is None:
        return ""
    return f"{'仅限' if pen.face.chinese else pen.face.word('WHERE')} {_expr(where, pen)}"


def _tiers(node: syntax.Tiers, pen: _Pen) -> list[_Out]:
    face = pen.face
    options = [_label(node.label, pen)]
    if node.mode:
        options.append(face.word("MODE", node.mode))
    if node.rounding is not None:
        options.append(_rounding(node.rounding, pen))
        options += [face.word("STAGE", node.rounding.stage)] if node.rounding.stage else []
    columns = face.colon + pen.listed([_label(c, pen) for c in node.columns]) if node.columns else ""
    rows = _aligned([_row(row, pen) for row in node.rows], face.gap)
    places = [pen.margin.place(row.span) for row in node.rows]
    return [*_line(node, pen, face.word("TIERS"), pen.listed(options) + columns), *_placed(rows, places)]


def _kpi(node: syntax.Kpi, pen: _Pen) -> list[_Out]:
    lines = _line(node, pen, pen.face.word("KPI"), _label(node.label, pen))
    return [*lines, *(line for clause in node.clauses for line in _kpi_clause(clause, pen))]


def _kpi_clause(clause: syntax.KpiClause, pen: _Pen) -> list[_Out]:
    if clause.body is not None:
        return _defined(pen.face.word("KPI_CLAUSE", clause.kind), clause.body, clause.span, 1, pen)
    text = _conditional(pen.face.word(clause.kind.upper()), clause.condition, pen)
    return [_Out(text, 1, pen.margin.place(clause.span))]


def _score(node: syntax.Score, pen: _Pen) -> list[_Out]:
    return [*_line(node, pen, pen.face.word("SCORE"), _label(node.label, pen)), *_block(node.body, 1, pen)]


def _pay_line(node: syntax.PayLine, pen: _Pen) -> list[_Out]:
    each = "" if node.table is None else _each(node.table, pen)
    when = "" if node.when is None else f"{pen.face.word('WHEN')} {_expr(node.when, pen)}"
    word = pen.face.word("PAY_LINE", node.kind)
    head = _line(node, pen, word, _label(node.label, pen), each, _filter(node.where, pen), when)
    return [*head, *_block(node.body, 1, pen)]


def _payout(node: syntax.Payout, pen: _Pen) -> list[_Out]:
    return [*_line(node, pen, pen.face.word("PAYOUT")), *_block(node.body, 1, pen)]


_STATEMENTS: dict[type, Callable[[Any, _Pen], list[_Out]]] = {
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
    syntax.PayLine: _pay_line,
    syntax.Payout: _payout,
}


# ---- read again --------------------------------------------------------------------------------------------


def _faithful(node: syntax.Statement, pen: _Pen) -> list[_Out]:
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


def _ticked(node: syntax.Statement, pen: _Pen, names: frozenset[str]) -> list[_Out]:
    return _STATEMENTS[type(node)](node, replace(pen, ticked=names))


def _reads(lines: Sequence[_Out], wanted: syntax.Statement) -> bool:
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


# ---- comments and empty lines ------------------------------------------------------------------------------

_COMMENT: Final = re.compile(r"""("[^"\n]*"|“[^”\n]*”|「[^」\n]*」|`[^`\n]*`)|(?P<comment>\#.*)""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Margin:
    """What an author writes beside the scheme, by the first line of what it belongs to; '' is an empty line.

    `before` a line, `below` the last line of a block, `behind` a line, and the rest at the `end` of the file.
    """

    places: dict[int, int] = field(default_factory=dict[int, int])
    before: dict[int, list[str]] = field(default_factory=dict[int, list[str]])
    below: dict[int, list[str]] = field(default_factory=dict[int, list[str]])
    behind: dict[int, str] = field(default_factory=dict[int, str])
    end: list[str] = field(default_factory=list[str])

    def place(self, span: Span) -> int:
        """The first line (from 0) of the logical line that a node stands on; -1 if it stands nowhere."""
        return self.places.get(span.line - 1, -1)


def _margin(source: Source) -> _Margin:
    margin = _Margin()
    lines = logical_lines(source)
    at = 0
    for previous, line in pairwise((None, *lines)):
        assert line is not None
        below, before = _parted(_notes(source, range(at, line.first)), previous, line.indent)
        inside, behind = _own_comments(source, line)
        margin.before[line.first] = before + inside
        if previous is not None and below:
            margin.below[previous.first] = below
        if behind:
            margin.behind[line.first] = behind
        margin.places.update(dict.fromkeys(line.numbers, line.first))
        at = line.numbers[-1] + 1
    below, end = _parted(_notes(source, range(at, len(source.lines))), lines[-1] if lines else None, 0)
    if lines and below:
        margin.below[lines[-1].first] = below
    margin.end.extend(end)
    return margin


def _notes(source: Source, numbers: range) -> list[tuple[int, str]]:
    """Comments and empty lines between two lines that say something, with the comments' indentation."""
    out: list[tuple[int, str]] = []
    for number in numbers:
        text = source.lines[number]
        start, columns = indent_of(text)
        out.append((columns, _trimmed(text[start:])))
    return out


def _trimmed(text: str) -> str:
    return text.strip(f"{BLANKS}\u3000")


def _parted(notes: Sequence[tuple[int, str]], previous: Line | None, indent: int) -> tuple[list[str], list[str]]:
    """The comments that still belong to the block that ends here, by their indentation, and the others."""
    count = 0
    if previous is not None and previous.indent > indent:
        for number, (columns, text) in enumerate(notes, 1):
            if text and columns <= indent:
                break
            count = number if text else count
    texts = [text for _, text in notes]
    return texts[:count], texts[count:]


def _own_comments(source: Source, line: Line) -> tuple[list[str], str]:
    """The comments of a line itself: the last one stands behind it, those of lines inside brackets before it."""
    if line.heading:
        return [], ""
    found: list[str] = []
    behind = ""
    for number in range(line.first, line.numbers[-1] + 1):
        comment = _comment(source.lines[number])
        if number == line.numbers[-1]:
            behind = comment
        elif comment:
            found.append(comment)
    if not behind and len(found) == 1 and _comment(source.lines[line.first]):
        return [], found[0]
    return found, behind


def comments(source: Source) -> tuple[str, ...]:
    """Every comment of a file, in order: none is lost in printing."""
    found: list[str] = []
    headings = {line.first for line in logical_lines(source) if line.heading}
    for number, text in enumerate(source.lines):
        comment = "" if number in headings else _comment(text)
        found += [comment] if comment else []
    return tuple(found)


def _comment(text: str) -> str:
    comments = (matched["comment"] for matched in _COMMENT.finditer(text) if matched["comment"])
    return _trimmed(next(comments, ""))


def _woven(page: Sequence[Sequence[_Out]], margin: _Margin) -> str:
    """The statements with the comments and empty lines of the author among them."""
    text = _Text()
    for statement in page:
        moved = any(one.place > other.place for one, other in pairwise(statement))
        for line in statement:
            text.add_notes(margin.before.get(line.place, ()), line.depth)
            text.add(_spaced(line.text, " " + margin.behind.get(line.place, "")).rstrip(), line.depth)
            if not moved:
                text.add_notes(margin.below.get(line.place, ()), line.depth)
        for line in statement if moved else ():  # what stood below the last row stays below the last row
            text.add_notes(margin.below.get(line.place, ()), line.depth)
    text.add_notes(margin.end, 0)
    return text.whole()


class _Text:
    """Lines as they come; at most one empty line in a row, none at the start of a block or of the file."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._depth = -1

    def add(self, text: str, depth: int) -> None:
        self._lines.append("  " * depth + text)
        self._depth = depth

    def add_notes(self, notes: Sequence[str], depth: int) -> None:
        for note in notes:
            if note:
                self.add(note, depth)
            elif self._lines and self._lines[-1] and depth <= self._depth:
                self._lines.append("")

    def whole(self) -> str:
        lines = self._lines[:-1] if self._lines and not self._lines[-1] else self._lines
        return "".join(f"{line}\n" for line in lines)
