"""Translation of names: a tree whose names are those of one face.

In: the tree of a statement, the declarations it stands among, a face. Out: the tree with every name as that
face has it, wherever it still means the same there. Words are not touched: they are chosen when a tree is printed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, NamedTuple, TypeVar, cast

from tiercel_dsl import syntax
from tiercel_dsl.builtins import (
    ACCOUNT_PARTS,
    AGGREGATES,
    COMPETENCY_PARTS,
    CURRENCIES,
    FUNCTIONS,
    KPI_PARTS,
    LINE_KINDS,
    PERIOD_PARTS,
    RANK_PARTS,
    SPANS,
    WORDS,
    spelling,
)
from tiercel_dsl.records import dataclass
from tiercel_dsl.resolver import Symbol, Symbols, TableSymbol, names_of, paths_of
from tiercel_dsl.scheme import EVERYWHERE, PEOPLE, Names
from tiercel_dsl.source import Span

_T = TypeVar("_T")


def rebuilt(node: _T, change: Callable[[Any], Any]) -> _T:
    """A node or tuple of nodes with each of its parts changed; a place stays what it is."""
    if isinstance(node, tuple):
        parts = cast("tuple[object, ...]", node)
        return cast("_T", tuple(change(part) for part in parts))
    if is_dataclass(node) and not isinstance(node, type | Span):
        changed = {f.name: change(getattr(node, f.name)) for f in fields(node) if f.compare}
        return cast("_T", replace(cast("Any", node), **changed))
    return node


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
    upline: bool = False


def _named(symbol: Symbol) -> _Target:
    return _Target((symbol.kind, symbol.level, symbol.identity), symbol.names)


def _built_in(table: Mapping[str, str], word: str) -> _Target:
    return _Target(("built-in", table[word]), table=table)


def _table_target(table: TableSymbol) -> _Target:
    return _Target(("table", table.identity), table.names)


class Renamer:
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
        named = None if column.currency in CURRENCIES else self._scope(level).get(column.currency)
        currency = column.currency if named is None else self._other(named.names, column.currency)
        label = self.label(column.label)
        return replace(column, label=label, type=kind, reversed_share=share, currency=currency)

    def tiers(self, node: syntax.Tiers) -> syntax.Tiers:
        columns = tuple(self.label(column) for column in node.columns)
        rows, bounds = self.expr(node.rows, _View(EVERYWHERE)), self.expr(node.bounds_of, _View(PEOPLE))
        return replace(node, label=self.label(node.label), columns=columns, rows=rows, bounds_of=bounds)

    def lookup(self, node: syntax.Lookup) -> syntax.Lookup:
        keys, columns = (tuple(self.label(label) for label in labels) for labels in (node.keys, node.columns))
        rows, head = self.expr((node.rows, node.head), _View(EVERYWHERE))
        return replace(node, label=self.label(node.label), keys=keys, columns=columns, rows=rows, head=head)

    def kpi(self, node: syntax.Kpi) -> syntax.Kpi:
        def clause(part: syntax.KpiClause) -> syntax.KpiClause:
            return self.expr(part, _View(PEOPLE, node, part.kind if part.body is not None else ""))

        return replace(node, label=self.label(node.label), clauses=tuple(clause(c) for c in node.clauses))

    def account(self, node: syntax.Account) -> syntax.Account:
        return replace(node, label=self.label(node.label), parts=self.expr(node.parts, _View(PEOPLE)))

    def defined(self, node: Any, level: str = PEOPLE, upline: bool = False) -> Any:
        """Whatever has a body or a condition, and perhaps a name."""
        changed = {
            name: self.expr(getattr(node, name), _View(level, upline=upline))
            for name in ("body", "condition", "where", "when", "values", "to")
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
        line: syntax.PayLine = self.defined(node, level, isinstance(node.to, syntax.Call))
        return replace(line, table=table)

    def rank(self, node: syntax.Rank) -> syntax.Rank:
        level, table = (PEOPLE, None) if node.table is None else self._rows(node.table)
        keys, within, where = self.expr((node.keys, node.within, node.where), _View(level))
        return replace(node, label=self.label(node.label), table=table, keys=keys, within=within, where=where)

    def competency(self, node: syntax.Competency) -> syntax.Competency:
        parts = tuple(self._competency_part(part) for part in node.parts)
        return replace(node, label=self.label(node.label), parts=parts)

    def _competency_part(
        self, part: syntax.RatedBy | syntax.Item | syntax.Course
    ) -> syntax.RatedBy | syntax.Item | syntax.Course:
        if isinstance(part, syntax.Course):
            return replace(part, table=self._tiers_path(part.table))
        if isinstance(part, syntax.Item):
            required = self.expr(part.required, _View(PEOPLE))
            return replace(part, label=self.label(part.label), required=required)
        points = self._of_any_row(part.points)
        assert points is not None
        return replace(part, points=points, window=self.expr(part.window, _View(PEOPLE)))

    def exception(self, node: syntax.ExceptionTo) -> syntax.ExceptionTo:
        """Seen from the rows of the rule that it replaces, or that one before it replaces."""
        target = self._rule(node.rule)
        if target is None:
            return replace(node, label=self.label(node.label))
        passed: list[Symbol] = []
        line: Symbol | None = target
        while line is not None and line.kind == "exception" and line not in passed:
            passed.append(line)
            line = self._rule(line.node.rule)
        found = line is not None and line.kind == "line"
        level = line.level if line is not None and found else EVERYWHERE
        upline = line is not None and isinstance(getattr(line.node, "to", None), syntax.Call)
        changed: syntax.ExceptionTo = self.defined(node, level, upline)
        return replace(changed, rule=self._renamed(node.rule, (_named(target),)))

    def _rule(self, path: syntax.Path) -> Symbol | None:
        word, *more = path.names
        lines = (scope.get(word) for scope in self.symbols.scopes.values())
        line = next((symbol for symbol in lines if symbol is not None and symbol.kind == "line"), None)
        return None if more else line or self.symbols.exceptions.get(word)

    def promise(self, node: syntax.Promise) -> syntax.Promise:
        """`deal.amount` in it is that of any deal."""
        changed = self.expr(node, _View(PEOPLE))
        return replace(changed, value=self._of_any_row(changed.value), cause=self._of_any_row(changed.cause))

    def transition(self, node: syntax.Transition) -> syntax.Transition:
        return replace(node, clauses=tuple(self._clause(clause) for clause in node.clauses))

    def _clause(self, clause: syntax.TransitionClause) -> syntax.TransitionClause:
        """Each is seen from the rows that it speaks of, or from a person."""
        if isinstance(clause, syntax.Kept):
            level, rows = (PEOPLE, None) if clause.rows is None else self._rows(clause.rows)
            which = clause.better
            if which is not None and which.names[0] in FUNCTIONS:
                which = self._renamed(which, (_built_in(FUNCTIONS, which.names[0]),))
            return replace(clause, rows=rows, where=self.expr(clause.where, _View(level)), better=which)
        if isinstance(clause, syntax.Pilot):
            path, where = self.expr((clause.path, clause.where), _View(PEOPLE))
            return replace(clause, path=path, where=where)
        if isinstance(clause, syntax.CarriedOver):
            named = (x for x in self.symbols.each("account", "line"))
            found = [x for x in named if clause.path.names[0] in (x.names.name, x.names.alias)]
            table = self.symbols.table_named(clause.path.names[0])
            target = _table_target(table) if table is not None else _named(found[0]) if found else None
            path = clause.path if target is None else self._renamed(clause.path, (target,))
            return replace(clause, path=path, expr=self.expr(clause.expr, _View(PEOPLE)))
        return clause

    def _of_any_row(self, path: syntax.Path | None) -> syntax.Path | None:
        table = None if path is None or len(path.names) == 1 else self.symbols.table_named(path.names[0])
        if path is None or table is None:
            return path
        at = _View(table.identity)
        targets = self._behind(_table_target(table), path.names, table.identity, at)
        return path if targets is None else self._renamed(path, targets)

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
        if isinstance(node, syntax.SameAs):
            return cast("_T", replace(node, table=self._tiers_path(node.table), expr=self.expr(node.expr, at)))
        if isinstance(node, syntax.Convert):
            day, operand = self.expr(node.day, at), self.expr(node.operand, at)
            return cast("_T", replace(node, operand=operand, rates=self._source(node.rates), day=day))
        if isinstance(node, syntax.Per):
            return cast("_T", self._per(node, at))
        if isinstance(node, syntax.SharedAmong):
            return cast("_T", self._shared_among(node))
        if isinstance(node, syntax.Excess):
            account = self.symbols.accounts.get(node.account.names[0])
            if account is None or len(node.account.names) > 1:
                return node
            return cast("_T", replace(node, account=self._renamed(node.account, (_named(account),))))
        return rebuilt(node, lambda part: self.expr(part, at))

    def _source(self, path: syntax.Path) -> syntax.Path:
        """What rates are read from: a table of facts or of the scheme."""
        table = self.symbols.table_named(path.names[0]) if len(path.names) == 1 else None
        return self._tiers_path(path) if table is None else self._renamed(path, (_table_target(table),))

    def _per(self, node: syntax.Per, at: _View) -> syntax.Per:
        """`per deal`: a column, or the table of the rows."""
        path = node.path
        if path is None:
            return node
        table = self.symbols.table_named(path.names[0])
        if table is None or len(path.names) > 1 or self._targets(path.names, at) is not None:
            return replace(node, path=self._path(path, at))
        return replace(node, path=self._renamed(path, (_table_target(table),)))

    def _shared_among(self, node: syntax.SharedAmong) -> syntax.SharedAmong:
        """What is said of the receivers is seen from their rows."""
        word, *more = node.table.names
        level, table = self._rows(node.table)
        if WORDS.get(word) == "member" and not more and level == EVERYWHERE:
            level, table = PEOPLE, self._renamed(node.table, (_built_in(WORDS, word),))
        view = _View(level, inside=True)
        return replace(node, table=table, where=self.expr(node.where, view), weight=self.expr(node.weight, view))

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
        tiers = self.symbols.tiers.get(path.names[0]) or self.symbols.lookups.get(path.names[0])
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
        if word in self.symbols.tiers or word in self.symbols.lookups:
            arguments = self.expr(call.arguments, at)
            return replace(call, function=self._tiers_path(call.function), arguments=arguments)
        function = "" if more else FUNCTIONS.get(word, "")
        if not function:
            return rebuilt(call, lambda part: part if part is call.function else self.expr(part, at))
        arguments, where, scopes = self._arguments(function, call, at)
        own = spelling(FUNCTIONS, function, self.language)
        hidden = own in self.symbols.tiers or own in self.symbols.lookups
        changed = replace(call.function, names=call.function.names if hidden else (own,))
        starts = self.expr(call.otherwise, at)
        return replace(call, function=changed, arguments=arguments, where=where, scopes=scopes, otherwise=starts)

    def _arguments(
        self, function: str, call: syntax.Call, at: _View
    ) -> tuple[tuple[syntax.Expr, ...], syntax.Expr | None, tuple[syntax.Scope, ...]]:
        """Arguments, filter and scopes of a built-in function; those of an aggregate are seen from its rows."""
        table = "" if function not in AGGREGATES or at.level == EVERYWHERE else self._walked_by(call, at)
        if function in ("min", "max") and len(call.arguments) != 1:
            table = ""
        view = _View(table, inside=True) if table else at
        if function == "upline":
            return self._up(call.arguments, at), self.expr(call.where, _View(PEOPLE, inside=True)), call.scopes
        if function == "highest_below":
            view = _View(PEOPLE, inside=True)
        arguments = tuple(self._argument(function, table, argument, view) for argument in call.arguments)
        scopes = tuple(self.expr(scope, view if isinstance(scope, syntax.Per) else at) for scope in call.scopes)
        return arguments, self.expr(call.where, view), scopes

    def _up(self, arguments: tuple[syntax.Expr, ...], at: _View) -> tuple[syntax.Expr, ...]:
        """The column that goes up is one of people, whatever is before it."""
        last = next((n for n in reversed(range(len(arguments))) if self._names_person(arguments[n])), -1)
        people = _View(PEOPLE, inside=True)
        return tuple(self.expr(one, people if n == last else at) for n, one in enumerate(arguments))

    def _names_person(self, node: syntax.Expr) -> bool:
        if not isinstance(node, syntax.Path) or len(node.names) != 1:
            return False
        symbol = self._scope(PEOPLE).get(node.names[0])
        return symbol is not None and self._link(symbol) == PEOPLE

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
        tables = (self._walked(path, at) for path in (*paths_of(call.arguments), *paths_of(call.where)))
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
        if at.upline and (found := self._of_upline(names, at)) is not None:
            return found
        if len(names) == 1:
            target = self._bare(names[0], at)
            return None if target is None else (target,)
        found = self._of_rank(names, at) or self._of_competency(names, at)
        if found is not None:
            return found
        own = self._scope(at.level).get(names[0])
        if own is not None and self._link(own):
            return self._walk(names, at.level, 0, at)
        for attempt in (self._by_own_table, self._by_person, self._by_parts, self._by_table, self._by_link):
            found = attempt(names, at)
            if found is not None:
                return found
        return None

    def _of_upline(self, names: tuple[str, ...], at: _View) -> tuple[_Target, ...] | None:
        """`level`, `receiver.rate`, `upline.level`."""
        if FUNCTIONS.get(names[0]) == "upline" and len(names) != 1:
            rest = self._of_upline(names[1:], _View(EVERYWHERE, upline=True))
            return None if rest is None else (_built_in(FUNCTIONS, names[0]), *rest)
        word = WORDS.get(names[0], "")
        if word not in ("receiver", "level") or names[0] in self._scope(at.level):
            return None
        if len(names) == 1:
            return (_built_in(WORDS, names[0]),)
        return self._behind(_built_in(WORDS, names[0]), names, PEOPLE, at) if word == "receiver" else None

    def _of_rank(self, names: tuple[str, ...], at: _View) -> tuple[_Target, ...] | None:
        """`place.entrants`, `entry.place.tied`."""
        rank = self._targets(names[:-1], at) if names[-1] in RANK_PARTS else None
        is_rank = rank is not None and rank[-1].mark[0] == "rank"
        return (*rank, _built_in(RANK_PARTS, names[-1])) if rank is not None and is_rank else None

    def _of_competency(self, names: tuple[str, ...], at: _View) -> tuple[_Target, ...] | None:
        """`selling.score`, `selling.talks`, `selling.talks.gap`."""
        whole, length = self.symbols.competencies.get(names[0]), len(names)
        if whole is None or length > 3 or self.symbols.way_to_person(at.level) is None:
            return None
        labels = [names_of(part.label) for part in whole.node.parts if isinstance(part, syntax.Item)]
        item = next((label for label in labels if names[1] in (label.name, label.alias)), None)
        if item is None:
            score = length == 2 and COMPETENCY_PARTS.get(names[1]) == "score"
            return (_named(whole), _built_in(COMPETENCY_PARTS, names[1])) if score else None
        found = (_named(whole), _Target(("item", whole.identity, item.identity), item))
        if length == 2:
            return found
        return (*found, _built_in(COMPETENCY_PARTS, names[2])) if names[2] in COMPETENCY_PARTS else None

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
        if not found and WORDS.get(word) == "company":
            return _built_in(WORDS, word)
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
        span = WORDS.get(first, "")
        if span == "period" or (span in SPANS and first not in self.symbols.words()):
            return (_built_in(WORDS, first), _built_in(PERIOD_PARTS, part)) if part in PERIOD_PARTS else None
        kpi = self.symbols.kpis.get(first)
        account = self.symbols.accounts.get(first)
        if account is not None:
            return (_named(account), _built_in(ACCOUNT_PARTS, part)) if part in ACCOUNT_PARTS else None
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


_RENAMES: dict[type, Callable[[Renamer, Any], Any]] = {
    syntax.SchemeHead: Renamer.labelled,
    syntax.Table: Renamer.table,
    syntax.Parameter: Renamer.defined,
    syntax.Definition: Renamer.defined,
    syntax.Require: Renamer.defined,
    syntax.ForEach: Renamer.for_each,
    syntax.Tiers: Renamer.tiers,
    syntax.Kpi: Renamer.kpi,
    syntax.Score: Renamer.defined,
    syntax.Account: Renamer.account,
    syntax.PayLine: Renamer.pay_line,
    syntax.Payout: Renamer.defined,
    syntax.Lookup: Renamer.lookup,
    syntax.ExceptionTo: Renamer.exception,
    syntax.Promise: Renamer.promise,
    syntax.Transition: Renamer.transition,
    syntax.Rank: Renamer.rank,
    syntax.Competency: Renamer.competency,
}
