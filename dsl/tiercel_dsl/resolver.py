"""Names: what is declared, at which level, and how one level reaches another.

In: parsed files. Out: `Symbols`, every declaration under each of its names, the tables with their
links, and the way from a row of one table to the rows above it; with it the faults of declaring (a
name twice, two parents, a link to nothing). Expressions are not looked at here.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, TypeVar, cast

from tiercel_dsl import syntax
from tiercel_dsl.builtins import AGGREGATES, FUNCTIONS, WORDS
from tiercel_dsl.diagnostics import Diagnostic, Edit, Fix, FixKind, Related, Severity
from tiercel_dsl.keywords import FACES
from tiercel_dsl.scheme import PEOPLE, Names, Place
from tiercel_dsl.source import NOWHERE, Span

_T = TypeVar("_T")


class Fault(Exception):
    """Faults found while something was worked out; none if the cause was reported elsewhere."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__(*diagnostics)
        self.diagnostics = diagnostics


class Gathered:
    """The faults of several attempts, so that all are told and not only the first."""

    def __init__(self) -> None:
        self.found: list[Diagnostic] = []
        self.failed = False

    def of(self, attempt: Callable[[], _T]) -> _T | None:
        """The result of an attempt, None where it is at fault."""
        try:
            return attempt()
        except Fault as f:
            self.add(f)
            return None

    def add(self, f: Fault) -> None:
        self.failed = True
        self.found += f.diagnostics

    def settle(self) -> None:
        """Raise what was found, if any attempt failed."""
        if self.failed:
            raise Fault(*self.found)


def fault(code: str, span: Span, **facts: Any) -> Fault:
    """A fault of one diagnostic; `fixes`, `related`, `severity` among the facts are its own fields."""
    return Fault(diagnostic(code, span, **facts))


def diagnostic(code: str, span: Span, **facts: Any) -> Diagnostic:
    """A diagnostic whose sentence gets `facts`."""
    fixes = facts.pop("fixes", ())
    related = facts.pop("related", ())
    severity = facts.pop("severity", Severity.error)
    return Diagnostic(code, span, facts, severity, related=related, fixes=fixes)


def nearest(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """Up to three known names that look like `word`, the most alike first."""
    names = sorted(set(known))
    likeness = 0.6 if word.isascii() else 0.5  # of two Chinese characters one may be wrong
    alike = difflib.get_close_matches(word.lower(), [n.lower() for n in names], n=3, cutoff=likeness)
    return tuple(dict.fromkeys(n for a in alike for n in names if n.lower() == a))


def replacing(span: Span, candidates: Iterable[str], title: str = "did_you_mean") -> tuple[Fix, ...]:
    """One fix per candidate: write it instead of what stands at `span`."""
    return tuple(Fix(FixKind.review, title, (Edit(span, c),), {"candidate": c}) for c in candidates)


def naming(span: Span, names: Iterable[str]) -> tuple[Fix, ...]:
    """One fix per name, in back-quotes where it needs them."""
    return replacing(span, (name if _PLAIN_NAME.fullmatch(name) else f"`{name}`" for name in names))


_PLAIN_NAME = re.compile(r"(?!\d)\w+")


@dataclass(frozen=True, slots=True)
class Symbol:
    """A declared thing. kind: column value score line rank parameter tiers lookup kpi competency account exception
    table; level: where it varies."""

    kind: str
    identity: str
    level: str
    names: Names
    place: Place
    node: Any
    where: syntax.Expr | None = None


@dataclass(slots=True)
class TableSymbol:
    """A table with what the resolver found of its columns' roles (column identities, '' for none)."""

    identity: str
    kind: str
    names: Names
    place: Place
    node: syntax.Table
    columns: dict[str, Symbol] = field(default_factory=dict[str, Symbol])
    links: dict[str, str] = field(default_factory=dict[str, str])
    credited: str = ""
    parent: str = ""


@dataclass(slots=True)
class Symbols:
    """All declarations. `scopes[level]` maps every spelling of a name to its symbol at that level."""

    tables: dict[str, TableSymbol] = field(default_factory=dict[str, TableSymbol])
    scopes: dict[str, dict[str, Symbol]] = field(default_factory=dict[str, dict[str, Symbol]])
    tiers: dict[str, Symbol] = field(default_factory=dict[str, Symbol])
    lookups: dict[str, Symbol] = field(default_factory=dict[str, Symbol])
    kpis: dict[str, Symbol] = field(default_factory=dict[str, Symbol])
    accounts: dict[str, Symbol] = field(default_factory=dict[str, Symbol])
    competencies: dict[str, Symbol] = field(default_factory=dict[str, Symbol])
    exceptions: dict[str, Symbol] = field(default_factory=dict[str, Symbol])
    promises: list[tuple[syntax.Promise, Place]] = field(default_factory=list[tuple[syntax.Promise, Place]])
    requirements: list[tuple[syntax.Require, str, syntax.Expr | None, Place]] = field(
        default_factory=list[tuple[syntax.Require, str, "syntax.Expr | None", Place]]
    )
    heads: dict[str, Any] = field(default_factory=dict[str, Any])
    roundings: dict[str, syntax.RoundingHead] = field(default_factory=dict[str, syntax.RoundingHead])
    payout: tuple[syntax.Payout, Place] | None = None
    transition: tuple[syntax.Transition, Place] | None = None
    found: list[Diagnostic] = field(default_factory=list[Diagnostic])
    by_word: dict[str, TableSymbol] = field(default_factory=dict[str, TableSymbol])
    # Names and kinds of declarations that were refused: who uses them is not to blame.
    doubted: set[str] = field(default_factory=set[str])
    lost: set[str] = field(default_factory=set[str])

    def each(self, *kinds: str) -> Iterator[Symbol]:
        """Every symbol of these kinds once, in the order declared."""
        seen: set[tuple[str, str, str]] = set()
        groups: list[Mapping[str, Symbol]] = [
            *self.scopes.values(),
            self.tiers,
            self.lookups,
            self.kpis,
            self.accounts,
            self.competencies,
            self.exceptions,
        ]
        for scope in groups:
            for symbol in scope.values():
                mark = (symbol.kind, symbol.level, symbol.identity)
                if symbol.kind in kinds and mark not in seen:
                    seen.add(mark)
                    yield symbol

    def table_named(self, word: str) -> TableSymbol | None:
        """The table with this name or alias; 人员 and people are the people."""
        return self.by_word.get(word)

    @property
    def has_people(self) -> bool:
        """Whether the scheme says who its people are; without it an empty table stands in for them."""
        return self.tables[PEOPLE].place.span != NOWHERE

    def table_words(self) -> list[str]:
        """Every name of a table, for suggestions."""
        return [n for t in self.tables.values() for n in (t.names.name, t.names.alias) if n]

    def words(self) -> set[str]:
        """Every name in use, for suggestions."""
        tables = set(self.table_words())
        groups = (*self.scopes.values(), self.tiers, self.lookups, self.kpis, self.competencies, self.accounts)
        declared = {name for scope in groups for name in scope}
        return tables | declared

    # ---- ways between levels ---------------------------------------------------------------------------

    def parents(self, level: str) -> list[tuple[str, tuple[str, ...]]]:
        """The parent tables of a facts table, nearest first, each with the links that lead there."""
        out: list[tuple[str, tuple[str, ...]]] = []
        path: tuple[str, ...] = ()
        while level in self.tables and self.tables[level].parent and len(out) <= len(self.tables):
            link = self.tables[level].parent
            path, level = (*path, link), self.tables[level].links[link]
            out.append((level, path))
        return out

    def way_to_person(self, level: str) -> tuple[str, ...] | None:
        """Links from a row of `level` to the person credited, its own or its parent's."""
        if level == PEOPLE:
            return ()
        for table, path in [(level, ()), *self.parents(level)]:
            if table in self.tables and self.tables[table].credited:
                return (*path, self.tables[table].credited)
        return None

    def above(self, level: str) -> list[tuple[str, tuple[str, ...]]]:
        """Levels whose names a bare word may mean: the person, then the groups, over single links."""
        out: list[tuple[str, tuple[str, ...]]] = []
        person = self.way_to_person(level)
        if level in self.tables and self.tables[level].kind == "facts" and person is not None:
            out.append((PEOPLE, person))
        if level == PEOPLE or out:
            out += self._groups(PEOPLE, person or ())
        elif level in self.tables and self.tables[level].kind == "group":
            out += self._groups(level, ())
        return out

    def _groups(self, start: str, path: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
        out: list[tuple[str, tuple[str, ...]]] = []
        todo, seen = [(start, path)], {start}
        while todo:
            table, way = todo.pop(0)
            for link, target in self.tables[table].links.items() if table in self.tables else ():
                if target in self.tables and self.tables[target].kind == "group" and target not in seen:
                    seen.add(target)
                    out.append((target, (*way, link)))
                    todo.append((target, (*way, link)))
        return out

    def way_to_group(self, level: str, group: str) -> tuple[str, ...] | None:
        return next((path for table, path in self.above(level) if table == group), None)

    def lost_link(self, table: str) -> bool:
        """Whether a column of the table was to lead to another one that does not exist."""
        at = self.tables[table]
        return any(s.node.type.word == "name" and i not in at.links for i, s in at.columns.items())

    def descends(self, table: str, ancestor: str) -> bool:
        """Whether rows of `table` are children, at any depth, of rows of `ancestor`."""
        return any(parent == ancestor for parent, _ in self.parents(table))


def no_name_twice(labels: Iterable[syntax.Label]) -> None:
    """Raise `Fault` where two columns of a table share a name."""
    seen: dict[str, Span] = {}
    for label in labels:
        for word, span in ((label.name, label.span), (label.alias, label.alias_span)):
            if word in seen:
                raise fault("E2104", span, name=word, related=(Related(seen[word], "first_here"),))
            seen |= {word: span} if word else {}


def paths_of(node: object) -> Iterator[syntax.Path]:
    """Every path of an expression that is not inside a further aggregate."""
    if isinstance(node, syntax.Path):
        yield node
    elif isinstance(node, tuple):
        for item in cast("tuple[object, ...]", node):
            yield from paths_of(item)
    elif isinstance(node, syntax.Call):
        if FUNCTIONS.get(node.function.names[0]) not in AGGREGATES:
            yield from paths_of(node.arguments)
    elif is_dataclass(node) and not isinstance(node, Span):
        for part in fields(node):
            yield from paths_of(getattr(node, part.name))


def names_of(label: syntax.Label) -> Names:
    return Names(label.name, label.alias, label.title)


def resolve(files: Iterable[syntax.File]) -> Symbols:
    """Collect the declarations of the main file (first) and the files it uses."""
    symbols = Symbols()
    collector = _Collector(symbols)
    for number, file in enumerate(files):
        collector.file(file, main=number == 0)
    _without_people(symbols)
    _link(symbols)
    collector.rules()
    return symbols


def _without_people(symbols: Symbols) -> None:
    """Let an empty table stand in for people who were forgotten, so that every level is a table."""
    if PEOPLE not in symbols.tables:
        names = Names(PEOPLE, "人员")
        node = syntax.Table("people", syntax.Label(PEOPLE), ())
        symbols.tables[PEOPLE] = TableSymbol(PEOPLE, "people", names, Place(NOWHERE), node)


def first_here(place: Place) -> tuple[Related, ...]:
    return (Related(place.span, "first_here"),)


class _Collector:
    def __init__(self, symbols: Symbols) -> None:
        self.symbols = symbols
        self.clause = ""
        self.main = True
        self.deferred: list[tuple[syntax.Statement, Place]] = []

    def file(self, file: syntax.File, main: bool) -> None:
        self.clause, self.main = "", main
        for statement in file.statements:
            if isinstance(statement, syntax.Clause):
                self.clause = statement.text
            else:
                self._statement(statement, Place(statement.span, self.clause))

    def _statement(self, node: syntax.Statement, place: Place) -> None:
        if isinstance(node, _HEADS):
            self._head(node, place)
        elif isinstance(node, syntax.Table):
            self._table(node, place)
        elif isinstance(node, syntax.Payout):
            self._payout(node, place)
        elif isinstance(node, syntax.Transition):
            self._transition(node, place)
        elif not isinstance(node, syntax.Use):
            self.deferred.append((node, place))

    def _report(self, code: str, span: Span, **facts: Any) -> None:
        self.symbols.found.append(diagnostic(code, span, **facts))

    # ---- heads -----------------------------------------------------------------------------------------

    def _head(self, node: Any, place: Place) -> None:
        rounding = isinstance(node, syntax.RoundingHead)
        what = node.type_word if rounding else _HEAD_WORDS[type(node)]
        heads: dict[str, Any] = self.symbols.roundings if rounding else self.symbols.heads
        if not self.main:
            self._report("E2006", node.span, what=what)
        elif what in heads:
            self._twice(what, place, Place(heads[what].span))
        elif rounding and what not in _ROUNDED_TYPES:
            self._report("E2204", node.span, what="rounding", wanted="number", type=what)
        else:
            heads[what] = node

    def _payout(self, node: syntax.Payout, place: Place) -> None:
        if not self.main:
            self._report("E2006", node.span, what="payout")
        elif self.symbols.payout is not None:
            self._twice("payout", place, self.symbols.payout[1])
        else:
            self.symbols.payout = (node, place)

    def _transition(self, node: syntax.Transition, place: Place) -> None:
        if not self.main:
            self._report("E2006", node.span, what="transition")
        elif self.symbols.transition is not None:
            self._twice("transition", place, self.symbols.transition[1])
        else:
            self.symbols.transition = (node, place)

    def _twice(self, what: str, place: Place, first: Place) -> None:
        self._report("E2002", place.span, what=what, related=first_here(first))

    # ---- tables ----------------------------------------------------------------------------------------

    def _table(self, node: syntax.Table, place: Place) -> None:
        people = node.kind == "people"
        names = Names(PEOPLE, "人员") if people else names_of(node.label)
        table = TableSymbol(PEOPLE if people else names.identity, node.kind, names, place, node)
        words = [word for word in (names.name, names.alias) if word]
        for word in words:
            earlier = self.symbols.table_named(word)
            if earlier is not None:
                self._report("E2104", node.label.span, name=word, related=first_here(earlier.place))
                for column in node.columns:
                    self._doubt(column.label)
                return
        self.symbols.tables[table.identity] = table
        self.symbols.by_word.update(dict.fromkeys(words, table))
        for column in node.columns:
            self._column(table, column, Place(column.span, place.clause))

    def _column(self, table: TableSymbol, column: syntax.Column, place: Place) -> None:
        names = names_of(column.label)
        symbol = Symbol("column", names.identity, table.identity, names, place, column)
        if self._declare(self.symbols.scopes.setdefault(table.identity, {}), symbol, column.label):
            table.columns[symbol.identity] = symbol

    def _table_of(self, path: syntax.Path) -> TableSymbol | None:
        word = path.names[0]
        table = self.symbols.table_named(word)
        if table is None and WORDS.get(word) == "person":
            table = self.symbols.tables.get(PEOPLE)
        if table is None or len(path.names) > 1:
            self.symbols.found.append(unknown_table(".".join(path.names), path.span, self.symbols))
            return None
        return table

    # ---- rules -----------------------------------------------------------------------------------------

    def rules(self) -> None:
        """Declarations at the level of a table, once all tables are known."""
        later: list[tuple[syntax.ExceptionTo, Place]] = []
        for node, place in self.deferred:
            if isinstance(node, syntax.ExceptionTo):
                later.append((node, place))
            elif isinstance(node, syntax.Promise):
                self.symbols.promises.append((node, place))
            elif isinstance(node, syntax.ForEach):
                self._for_each(node, place)
            elif isinstance(node, syntax.Require):
                self.symbols.requirements.append((node, PEOPLE, None, place))
            elif isinstance(node, syntax.PayLine):
                self._pay_line(node, place)
            elif isinstance(node, syntax.Rank):
                self._rank(node, place)
            elif type(node) in _KINDS:
                self._declaration(node, place)

        for node, place in later:
            self._exception(node, place)

    def _exception(self, node: syntax.ExceptionTo, place: Place) -> None:
        names = names_of(node.label)
        symbol = Symbol("exception", names.identity, PEOPLE, names, place, node, node.where)
        lines = {w: s for scope in self.symbols.scopes.values() for w, s in scope.items() if s.kind == "line"}
        self._declare(self.symbols.exceptions, symbol, node.label, lines)

    def _declaration(self, node: Any, place: Place) -> None:
        kind = _KINDS[type(node)]
        if kind == "account":
            names = names_of(node.label)
            symbol = Symbol(kind, names.identity, PEOPLE, names, place, node)
            self._declare(self.symbols.accounts, symbol, node.label, self.symbols.kpis)
            return
        symbols = self.symbols
        groups = {"tiers": symbols.tiers, "lookup": symbols.lookups, "kpi": symbols.kpis}
        groups["competency"] = symbols.competencies
        if kind in groups:
            group = groups[kind]
            beside = {"tiers": "lookup", "lookup": "tiers", "kpi": "competency", "competency": "kpi"}
            other = groups[beside[kind]]
            names = names_of(node.label)
            self._declare(group, Symbol(kind, names.identity, PEOPLE, names, place, node), node.label, other)
        else:
            self._scoped(kind, "" if kind == "parameter" else PEOPLE, place, node)

    def _pay_line(self, node: syntax.PayLine, place: Place) -> None:
        table = self.symbols.tables[PEOPLE] if node.table is None else self._table_of(node.table)
        if table is None:
            self._lose("line", node.label)
            return
        conditions = tuple(c for c in (node.where, node.when) if c is not None)
        where = syntax.Logic("and", conditions) if len(conditions) > 1 else next(iter(conditions), None)
        self._scoped("line", table.identity, place, node, where)

    def _rank(self, node: syntax.Rank, place: Place) -> None:
        table = self.symbols.tables[PEOPLE] if node.table is None else self._table_of(node.table)
        if table is None:
            self._lose("rank", node.label)
            return
        self._scoped("rank", table.identity, place, node, node.where)

    def _for_each(self, node: syntax.ForEach, place: Place) -> None:
        table = self._table_of(node.table)
        for part in node.parts:
            at = Place(part.span, place.clause)
            if table is None:
                if isinstance(part, syntax.Definition):
                    self._lose("value", part.label)
            elif isinstance(part, syntax.Require):
                self.symbols.requirements.append((part, table.identity, node.where, at))
            else:
                self._scoped("value", table.identity, at, part, node.where)

    def _scoped(self, kind: str, level: str, place: Place, node: Any, where: syntax.Expr | None = None) -> None:
        names = names_of(node.label)
        symbol = Symbol(kind, names.identity, level, names, place, node, where)
        self._declare(self.symbols.scopes.setdefault(level, {}), symbol, node.label)

    def _declare(
        self, scope: dict[str, Symbol], symbol: Symbol, label: syntax.Label, beside: Mapping[str, Symbol] | None = None
    ) -> bool:
        words = {word: span for word, span in _written(label) if word}
        for word, span in words.items():
            earlier = scope.get(word) or (self._line_named(word) if symbol.kind == "line" else None)
            earlier = earlier or (beside or {}).get(word)
            if earlier is not None:
                self._report("E2104", span, name=word, related=first_here(earlier.place))
                self._lose(symbol.kind, label)
                return False
        scope.update(dict.fromkeys(words, symbol))
        return True

    def _line_named(self, word: str) -> Symbol | None:
        """A paid line of any level: a statement shows them together, so that no two share a name."""
        found = (scope.get(word) for scope in self.symbols.scopes.values())
        return next((s for s in found if s is not None and s.kind == "line"), None)

    def _lose(self, kind: str, label: syntax.Label) -> None:
        self.symbols.lost.add(kind)
        self._doubt(label)

    def _doubt(self, label: syntax.Label) -> None:
        self.symbols.doubted.update(word for word, _ in _written(label) if word)


def _written(label: syntax.Label) -> tuple[tuple[str, Span], tuple[str, Span]]:
    """Name and alias with where each stands."""
    alias_span = label.alias_span if label.alias_span != NOWHERE else label.span
    return (label.name, label.span), (label.alias, alias_span)


def unknown_table(word: str, span: Span, symbols: Symbols) -> Diagnostic:
    """There is no such table; the names that look like it are offered."""
    near = nearest(word, symbols.table_words())
    return diagnostic("E2108", span, name=word, candidates=near, fixes=naming(span, near))


_KINDS: dict[type, str] = {
    syntax.Tiers: "tiers",
    syntax.Lookup: "lookup",
    syntax.Kpi: "kpi",
    syntax.Competency: "competency",
    syntax.Parameter: "parameter",
    syntax.Definition: "value",
    syntax.Score: "score",
    syntax.Account: "account",
}
_ROUNDED_TYPES = ("money", "number", "percent")
_HEADS = (
    syntax.SchemeHead,
    syntax.VersionHead,
    syntax.CurrencyHead,
    syntax.PeriodHead,
    syntax.RoundingHead,
)
_HEAD_WORDS: dict[type, str] = {
    syntax.SchemeHead: "scheme",
    syntax.VersionHead: "version",
    syntax.CurrencyHead: "currency",
    syntax.PeriodHead: "period",
}


def _link(symbols: Symbols) -> None:
    """Find what each link column leads to, who is credited and which table is the parent."""
    for table in symbols.tables.values():
        for identity, symbol in table.columns.items():
            target = _target(symbols, symbol.node)
            if target is not None:
                table.links[identity] = target
            if "credited" in symbol.node.roles and not table.credited:
                table.credited = identity
    for table in symbols.tables.values():
        _choose_parent(symbols, table)


def _target(symbols: Symbols, column: syntax.Column) -> str | None:
    if column.type.word == "person":
        return PEOPLE
    if column.type.word != "name":
        return None
    word, span = column.type.name, column.type.span
    table = symbols.table_named(word)
    if table is None:
        near = nearest(word, [*symbols.table_words(), *_type_words(word)])
        symbols.found.append(diagnostic("E2336", span, type=word, candidates=near, fixes=naming(span, near)))
        return None
    return table.identity


def _type_words(word: str) -> list[str]:
    """The spellings of types in the face of `word`."""
    language = "en" if word.isascii() else "zh"
    return [entry.spelling(language) for entry in FACES if entry.terminal == "TYPE"]


def _choose_parent(symbols: Symbols, table: TableSymbol) -> None:
    """The parent is the table that the one link to facts names; with several, the reversed one."""
    if table.kind != "facts":
        return
    up = [c for c, target in table.links.items() if target in symbols.tables and symbols.tables[target].kind == "facts"]
    reversing = [c for c in up if table.columns[c].node.reverses]
    choice = reversing or up
    whole = table.credited and any("record_date" in c.node.roles for c in table.columns.values())
    if len(choice) > 1 and not whole:
        symbols.found.append(diagnostic("E2338", table.node.label.span, table=table.names.name))
    elif len(choice) == 1 and table.links[choice[0]] != table.identity:
        table.parent = choice[0]


def callable_words(symbols: Symbols) -> set[str]:
    """What may stand before a bracket: functions and tiers."""
    return set(FUNCTIONS) | set(symbols.tiers) | set(symbols.lookups)
