"""From names to the checked scheme: types, units, and what makes a scheme whole.

In: `Symbols`. Out: a `CheckedScheme` (None if a fault leaves none) and every diagnostic. Declarations
are checked on demand, each once: asking for the type of a value checks that value first, so a circle
is met while it is being walked and can be shown.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TypeVar

from tiercel_dsl import brackets, scheme, syntax, tables, terms, types
from tiercel_dsl.bodies import check_body, rounding_of
from tiercel_dsl.diagnostics import Diagnostic, has_errors
from tiercel_dsl.resolver import Fault, Symbol, Symbols, diagnostic, fault
from tiercel_dsl.scheme import PEOPLE, Place, Term
from tiercel_dsl.source import Source, Span
from tiercel_dsl.terms import Context
from tiercel_dsl.types import MONEY, NUMBER, PLAIN, Type

_T = TypeVar("_T")


def check(
    symbols: Symbols, sources: Mapping[str, Source], language: str
) -> tuple[scheme.CheckedScheme | None, tuple[Diagnostic, ...]]:
    """Type everything declared; the scheme is None if there is any error."""
    desk = _Desk(symbols, sources)
    checked = desk.everything(language)
    found = (*symbols.found, *desk.found)
    return (None if has_errors(found) else checked), found


class _Desk:
    """Checks each declaration once and remembers it; implements what `terms.Desk` asks."""

    def __init__(self, symbols: Symbols, sources: Mapping[str, Source]) -> None:
        self.symbols = symbols
        self.sources = sources
        self.found: list[Diagnostic] = []
        self.done: dict[tuple[str, ...], object] = {}
        self.walking: list[tuple[tuple[str, ...], str]] = []

    # ---- asked by terms ------------------------------------------------------------------------------------

    def text_at(self, span: Span) -> str:
        source = self.sources.get(span.source)
        if source is None or not span.line:
            return ""
        starts = source.line_starts
        begin = starts[span.line - 1] + span.column - 1
        return source.text[begin : starts[span.end_line - 1] + span.end_column - 1]

    def type_of(self, symbol: Symbol, span: Span) -> Type:
        if symbol.kind == "column":
            return tables.column_type(self.symbols.tables[symbol.level], symbol)
        if symbol.kind == "parameter":
            return self._once(symbol, span, lambda: self._parameter(symbol)).type
        if symbol.kind == "line":
            return self._once(symbol, span, lambda: self._line(symbol)).body.type
        return self._once(symbol, span, lambda: self._value(symbol)).body.type

    def kpi_type(self, kpi: Symbol, part: str, span: Span) -> Type:
        if part in ("weight", "attainment"):
            return NUMBER
        if part == "score":
            return self._once(kpi, span, lambda: self._kpi(kpi)).score.type
        body = self._once(kpi, span, lambda: self._kpi_clause(kpi, part), part)
        if body is None:
            raise fault("E2302", span, kpi=kpi.names.name, clause=part)
        return body.type

    def tiers_columns(self, tiers: Symbol, span: Span) -> tuple[str, tuple[str, ...], tuple[Type, ...], Type]:
        table = self._once(tiers, span, lambda: self._tiers(tiers))
        return table.mode, table.columns, table.column_types, table.key_type

    def _once(self, symbol: Symbol, span: Span, check_it: Callable[[], _T], part: str = "") -> _T:
        """Check a declaration the first time it is asked for; a declaration met again on the way is a circle."""
        mark = (symbol.kind, symbol.level, symbol.identity, part)
        if mark in self.done:
            result = self.done[mark]
            if isinstance(result, Fault):
                raise Fault()  # reported where it stands: one cause, one message
            return result  # type: ignore[return-value]
        on_the_way = [m for m, _ in self.walking]
        if mark in on_the_way:
            loop = [name for _, name in self.walking[on_the_way.index(mark) :]]
            raise fault("E2107", span, loop=" → ".join((*loop, loop[0])))
        self.walking.append((mark, symbol.names.name))
        try:
            result = check_it()
            self.done[mark] = result
            return result
        except Fault as f:
            self.done[mark] = f
            self.found += f.diagnostics
            raise Fault() from f
        finally:
            self.walking.pop()

    def _try(self, check_it: Callable[[], _T]) -> _T | None:
        try:
            return check_it()
        except Fault as f:
            self.found += f.diagnostics
            return None

    # ---- the whole -----------------------------------------------------------------------------------------

    def everything(self, language: str) -> scheme.CheckedScheme | None:
        head = self._try(self._head)
        made_tables = [self._table(t) for t in self.symbols.tables.values()]
        parameters = self._every("parameter", self._parameter)
        tiers = self._every("tiers", self._tiers)
        values = self._every("value", self._value)
        kpis = self._every("kpi", self._kpi)
        self._weights(kpis)
        scores = self._every("score", self._value)
        lines = self._every("line", self._line)
        requirements = [self._try(lambda r=r: self._requirement(*r)) for r in self.symbols.requirements]  # type: ignore[misc]
        payout = self._try(self._payout)
        self._whole()
        roundings = tuple(sorted((w, rounding_of(r.rounding)) for w, r in self.symbols.roundings.items()))
        if head is None or has_errors((*self.found, *self.symbols.found)):
            return None
        whole = [t for t in made_tables if t is not None]
        return replace(
            head, tables=tuple(whole), parameters=parameters, values=values, scores=scores, tiers=tiers, kpis=kpis,
            lines=lines, requirements=tuple(r for r in requirements if r is not None), payout=payout,
            payout_place=self.symbols.payout[1] if self.symbols.payout else Place(head.payout_place.span),
            rounding=roundings, language=language,
        )  # fmt: skip

    def _every(self, kind: str, check_one: Callable[[Symbol], _T]) -> tuple[_T, ...]:
        out: list[_T] = []
        for symbol in self.symbols.each(kind):
            made = self._try(lambda s=symbol: self._once(s, s.place.span, lambda: check_one(s)))  # type: ignore[misc]
            if made is not None:
                out.append(made)
        return tuple(out)

    def _head(self) -> scheme.CheckedScheme:
        missing = [w for w in ("scheme", "version", "currency", "period") if w not in self.symbols.heads]
        if missing:
            at = next((Span(h.span.source, 1, 1, 1, 1) for h in self.symbols.heads.values()), self._top())
            raise Fault(*(diagnostic("E2001", at, missing=w) for w in missing))
        heads = self.symbols.heads
        label: syntax.Label = heads["scheme"].label
        version: syntax.VersionHead = heads["version"]
        names = scheme.Names(label.name, label.alias, label.title)
        self._check_version(version, heads["period"])
        last = version.last.value if version.last is not None else None
        return scheme.CheckedScheme(
            names.identity, version.number, version.first.value, last, heads["currency"].code, heads["period"].shape,
            (), (), (), (), (), (), (), (), (), None, names,
        )  # fmt: skip

    def _top(self) -> Span:
        name = next(iter(self.sources), "")
        return Span(name, 1, 1, 1, 1)

    def _check_version(self, version: syntax.VersionHead, period: syntax.PeriodHead) -> None:
        first = version.first.value
        if version.last is not None and version.last.value < first:
            raise fault("E2003", version.span, first=first.isoformat(), last=version.last.value.isoformat())
        starts: dict[str, Callable[[], bool]] = {
            "month": lambda: first.day == 1,
            "half_month": lambda: first.day in (1, 16),
            "quarter": lambda: first.day == 1 and first.month % 3 == 1,
            "half_year": lambda: first.day == 1 and first.month in (1, 7),
            "year": lambda: first.day == 1 and first.month == 1,
        }
        if not starts[period.shape]():
            raise fault("E2007", version.first.span, first=first.isoformat(), period=period.shape)

    def _table(self, table: object) -> scheme.Table | None:
        made, found = tables.check_table(table, self)  # type: ignore[arg-type]
        self.found += found
        return made

    def _whole(self) -> None:
        """A scheme pays somebody something."""
        lines = list(self.symbols.each("line"))
        if not lines and self.symbols.payout is None:
            self.found.append(diagnostic("E2351", self._top()))
        elif PEOPLE not in self.symbols.tables:
            self.found.append(diagnostic("E2335", self._top()))

    # ---- declarations -----------------------------------------------------------------------------------------

    def _parameter(self, symbol: Symbol) -> scheme.Parameter:
        node: syntax.Parameter = symbol.node
        built = terms.together(*[lambda d=d: self._literal(d.expr) for d in node.values])  # type: ignore[misc]
        type_ = built[0].type
        for term, dated in zip(built, node.values, strict=True):
            both = types.unified(type_, term.type)
            if both is None:
                raise fault(
                    "E2204",
                    dated.expr.span,
                    what="parameter",
                    wanted=str(type_.kind),
                    type=str(term.type.kind),
                )
            type_ = both
        values = tuple(
            scheme.DatedValue(
                replace(t, type=type_) if isinstance(t, scheme.Literal) else scheme.Literal("", type_),
                d.first.value if d.first else None,
                _last_day(d.last),
            )
            for t, d in zip(built, node.values, strict=True)
        )
        ordered = tuple(sorted(values, key=lambda v: v.first.isoformat() if v.first else ""))
        self._check_dates(node, ordered)
        return scheme.Parameter(symbol.identity, type_, _joined_dates(ordered), symbol.names, symbol.place)

    def _literal(self, expr: syntax.Expr) -> Term:
        term = terms.build(expr, Context(scheme.EVERYWHERE), self)
        value = terms.constant(term)
        if value is None:
            raise fault("E2212", expr.span, what="parameter")
        return scheme.Literal(value, term.type, span=expr.span)

    def _check_dates(self, node: syntax.Parameter, values: tuple[scheme.DatedValue, ...]) -> None:
        for earlier, later in zip(values, values[1:], strict=False):
            end = earlier.last
            if later.first is None or (end is not None and end + timedelta(days=1) != later.first):
                first, last = later.first or end, end
                raise fault(
                    "E2341", node.span, parameter=node.label.name,
                    first=first.isoformat() if first else "", last=last.isoformat() if last else "",
                )  # fmt: skip

    def _value(self, symbol: Symbol) -> scheme.Value:
        at, where = self._rule(symbol.level, symbol.where)
        body = check_body(symbol.node.body, at, self)
        return scheme.Value(symbol.identity, symbol.level, where, body, symbol.names, symbol.place)

    def _rule(self, level: str, where: syntax.Expr | None) -> tuple[Context, Term | None]:
        at = Context(level)
        condition = None
        if where is not None:
            condition = terms.condition(where, at, self, "where")
            at = at.knowing(terms.known_present(condition))
        facts = level in self.symbols.tables and self.symbols.tables[level].kind == "facts"
        return replace(at, running=facts and self.symbols.way_to_person(level) is not None), condition

    def _line(self, symbol: Symbol) -> scheme.PayLine:
        at, where = self._rule(symbol.level, symbol.where)
        if symbol.level != PEOPLE and self.symbols.way_to_person(symbol.level) is None:
            raise fault("E2110", symbol.place.span, name=symbol.names.name, table=symbol.level, level=PEOPLE)
        body = check_body(symbol.node.body, at, self, MONEY, "line")
        return scheme.PayLine(
            symbol.identity, symbol.node.kind, symbol.level, where, body, symbol.names, symbol.place
        )

    def _payout(self) -> scheme.Body | None:
        if self.symbols.payout is None:
            return None
        return check_body(self.symbols.payout[0].body, Context(PEOPLE), self, MONEY, "payout")

    def _requirement(
        self, node: syntax.Require, level: str, where: syntax.Expr | None, place: Place
    ) -> scheme.Requirement:
        at, condition = self._rule(level, where)
        term = terms.condition(node.condition, at, self, "require")
        return scheme.Requirement(level, condition, term, node.message, place)

    def _tiers(self, symbol: Symbol) -> scheme.Tiers:
        table, notes = brackets.check_tiers(symbol, self)
        self.found += notes
        return table

    # ---- kpis -------------------------------------------------------------------------------------------------------

    def _kpi(self, symbol: Symbol) -> scheme.Kpi:
        clauses = self._clauses(symbol)
        for needed in ("weight", "score"):
            if needed not in clauses:
                raise fault("E2302", symbol.place.span, kpi=symbol.names.name, clause=needed)
        weight = self._weight(symbol, clauses["weight"])
        at = Context(PEOPLE, kpi=symbol)
        actual = self._once(symbol, symbol.place.span, lambda: self._kpi_clause(symbol, "actual"), "actual")
        target = self._once(symbol, symbol.place.span, lambda: self._kpi_clause(symbol, "target"), "target")
        if actual is not None and target is not None and not types.fits(actual.type, target.type):
            span = clauses["target"].span
            raise fault(
                "E2204", span, what="target", wanted=str(actual.type.kind), type=str(target.type.kind)
            )
        body = clauses["score"].body
        assert body is not None
        score = check_body(body, at, self, NUMBER, "score")
        missing = clauses.get("not_applicable")
        condition = None
        if missing is not None and missing.condition is not None:
            condition = terms.condition(missing.condition, at, self, "not applicable")
        spans = tuple((kind, clause.span) for kind, clause in clauses.items())
        return scheme.Kpi(
            symbol.identity, weight, "less_is_better" in clauses, actual, target, score, condition,
            symbol.names, symbol.place, spans,
        )  # fmt: skip

    def _clauses(self, symbol: Symbol) -> dict[str, syntax.KpiClause]:
        out: dict[str, syntax.KpiClause] = {}
        for clause in symbol.node.clauses:
            if clause.kind in out:
                raise fault("E2303", clause.span, kpi=symbol.names.name, clause=clause.kind)
            out[clause.kind] = clause
        return out

    def _kpi_clause(self, symbol: Symbol, part: str) -> scheme.Body | None:
        clause = next((c for c in symbol.node.clauses if c.kind == part), None)
        if clause is None or clause.body is None:
            return None
        return check_body(clause.body, Context(PEOPLE, kpi=symbol), self)

    def _weight(self, symbol: Symbol, clause: syntax.KpiClause) -> Fraction:
        assert clause.body is not None
        first = clause.body.steps[0]
        value = None
        if isinstance(first, syntax.Value) and len(clause.body.steps) == 1:
            term = terms.build(first.expr, Context(scheme.EVERYWHERE), self)
            value = terms.constant(term) if types.fits(term.type, NUMBER) else None
        if not isinstance(value, Fraction):
            raise fault("E2212", clause.span, what="weight")
        if not 0 <= value <= 1:
            shown = brackets.shown_number(value, types.PERCENT)
            raise fault("E2305", clause.span, kpi=symbol.names.name, weight=shown)
        return value

    def _weights(self, kpis: tuple[scheme.Kpi, ...]) -> None:
        declared = list(self.symbols.each("kpi"))
        total = sum((k.weight for k in kpis), Fraction(0))
        if not kpis or len(kpis) != len(declared) or total == 1:
            return
        listed = tuple(f"{k.names.name} {brackets.shown_number(k.weight, types.PERCENT)}" for k in kpis)
        last = declared[-1].node.clauses
        span = next((c.span for c in last if c.kind == "weight"), declared[-1].place.span)
        points = brackets.shown_number(abs(1 - total) * 100, PLAIN)
        self.found.append(
            diagnostic(
                "E2301",
                span,
                total=brackets.shown_number(total, types.PERCENT),
                difference=points,
                list=listed,
            )
        )


def _last_day(day: syntax.Day | None) -> date | None:
    """`until 2023-07` means the last day of July."""
    if day is None or not day.month_only:
        return day.value if day is not None else None
    year, month = day.value.year + day.value.month // 12, day.value.month % 12 + 1
    return date(year, month, 1) - timedelta(days=1)


def _joined_dates(values: tuple[scheme.DatedValue, ...]) -> tuple[scheme.DatedValue, ...]:
    """`5% until June, 6% from July`: each open end borrows the neighbour's day."""
    out: list[scheme.DatedValue] = []
    for index, value in enumerate(values):
        following = values[index + 1].first if index + 1 < len(values) else None
        last = value.last if value.last is not None or following is None else following - timedelta(days=1)
        out.append(replace(value, last=last))
    return tuple(out)
