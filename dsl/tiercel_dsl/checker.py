"""From names to the checked scheme: types, units, and what makes a scheme whole.

In: `Symbols`. Out: a `CheckedScheme` (None if a fault leaves none) and every diagnostic. Declarations
are checked on demand, each once: asking for the type of a value checks that value first, so a circle
is met while it is being walked and can be shown.
"""

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TypeVar, cast

from tiercel_dsl import (
    accounts,
    brackets,
    currencies,
    lookups,
    mending,
    previous,
    scheme,
    settlement,
    sharing,
    spans,
    syntax,
    tables,
    terms,
    types,
    uplines,
    windows,
)
from tiercel_dsl.bodies import check_body, rounding_of
from tiercel_dsl.builtins import CURRENCIES, SPOKEN_CURRENCIES
from tiercel_dsl.competencies import check_competency
from tiercel_dsl.diagnostics import Diagnostic, Fix, Related, Severity, has_errors
from tiercel_dsl.precedence import check_exceptions, check_targets
from tiercel_dsl.promises import check_promise
from tiercel_dsl.ranks import check_rank
from tiercel_dsl.remarks import remarks
from tiercel_dsl.resolver import (
    Fault,
    Gathered,
    Symbol,
    Symbols,
    TableSymbol,
    diagnostic,
    fault,
    names_of,
    nearest,
    replacing,
)
from tiercel_dsl.scheme import PEOPLE, Place, Term
from tiercel_dsl.source import NOWHERE, Source, Span
from tiercel_dsl.terms import Context
from tiercel_dsl.transitions import Versions, check_stamp, check_transition, no_versions
from tiercel_dsl.types import COUNT, DURATION, MONEY, NUMBER, PLAIN, Kind, Type

_T = TypeVar("_T")
_APPLIES = "not applicable"  # stands for that clause among the parts of a kpi


def check(
    symbols: Symbols, sources: Mapping[str, Source], language: str, versions: Versions = no_versions
) -> tuple[scheme.CheckedScheme | None, tuple[Diagnostic, ...]]:
    """Type everything declared; the scheme is None if there is any error. `versions`: the others of the scheme."""
    desk = _Desk(symbols, sources, language)
    desk.versions = versions
    checked = desk.everything()
    found = (*symbols.found, *desk.found)
    if checked is not None and not has_errors(found):
        found = (*found, *remarks(checked, desk, sources))
    return (None if has_errors(found) else checked), found


class _Desk:
    """Checks each declaration once and remembers it; implements what `terms.Desk` asks."""

    def __init__(self, symbols: Symbols, sources: Mapping[str, Source], language: str) -> None:
        self.symbols = symbols
        self.language = language
        self.sources = sources
        self.found: list[Diagnostic] = []
        self.done: dict[tuple[str, ...], object] = {}
        self.walking: list[tuple[tuple[str, ...], str]] = []
        self.cycle = self._cycle()
        self.former_types: dict[tuple[str, ...], Type | None] = {}
        self.versions: Versions = no_versions

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
            return tables.column_type(self.symbols.tables[symbol.level], symbol, self.symbols)
        if symbol.kind == "parameter":
            return self._once(symbol, span, lambda: self._parameter(symbol)).type
        if symbol.kind == "line":
            return self._once(symbol, span, lambda: self._line(symbol)).body.type
        if symbol.kind == "rank":
            self.rank(symbol, span)
            return COUNT
        return self._once(symbol, span, lambda: self._value(symbol)).body.type

    def fixed(self, parameter: Symbol, span: Span) -> scheme.Literal | None:
        """The value of a parameter that holds one for all time."""
        made = self._once(parameter, span, lambda: self._parameter(parameter))
        always = len(made.values) == 1 and made.values[0].first is None and made.values[0].last is None
        return made.values[0].term if always else None

    def changes(self, parameter: Symbol, span: Span) -> date | None:
        """The first day inside a period of this version on which the parameter changes."""
        made = self._once(parameter, span, lambda: self._parameter(parameter))
        version: syntax.VersionHead | None = self.symbols.heads.get("version")
        if version is None or self.cycle is None:
            return None
        last = _last_day(version.last) or date.max
        days = (value.first for value in made.values[1:] if value.first is not None)
        return next((d for d in days if version.first.value <= d <= last and self.cycle.begin(d) != d), None)

    def note(self, remark: Diagnostic) -> None:
        """Something short of a fault, once for each place."""
        if remark not in self.found:
            self.found.append(remark)

    def kpi_type(self, kpi: Symbol, part: str, span: Span) -> Type:
        if part == "weight":
            return NUMBER
        self._applies(kpi, span)
        if part == "score":
            return self._once(kpi, span, lambda: self._kpi(kpi)).score.type
        if part == "attainment":
            terms.together(
                lambda: self.kpi_type(kpi, "actual", span),
                lambda: self.kpi_type(kpi, "target", span),
            )
            return NUMBER
        body = self._once(kpi, span, lambda: self._kpi_clause(kpi, part), part)
        if body is None:
            fixes = mending.clause(kpi.node, f"{mending.word('KPI_CLAUSE', part, self)} ?")
            raise fault("E2302", span, kpi=kpi.names.shown(self.language), clause=part, fixes=fixes)
        return body.type

    def tiers_of(self, tiers: Symbol, span: Span) -> scheme.Tiers:
        return self._once(tiers, span, lambda: self._tiers(tiers))

    def lookup(self, lookup: Symbol, span: Span) -> scheme.Lookup:
        return self._once(lookup, span, lambda: self._lookup(lookup))

    def balance(self, expr: syntax.Path, account: Symbol, at: Context) -> Term:
        term = accounts.balance(expr, account, at, self)
        self._opening(account, expr.span)
        return term

    def _opening(self, account: Symbol, span: Span) -> Term:
        return self._once(account, span, lambda: accounts.opening(account, self), "opening")

    def former(self, expr: syntax.Call, at: Context) -> Term:
        return previous.former(expr, at, self)

    def former_type(self, symbol: Symbol, part: str, span: Span, start: Type | None) -> Type:
        """The type of what was a period ago. It may read itself: then it begins with the type of its `otherwise`,
        and its type is found when one more round does not change it."""
        mark = (symbol.kind, symbol.level, symbol.identity, part)
        if mark in self.former_types:
            known = self.former_types[mark]
            if known is None:
                raise fault("E2561", span, name=symbol.names.shown(self.language), what="no start")
            return known
        found = start
        for _ in range(_ROUNDS):
            self.former_types[mark] = found
            again = self._apart(lambda: self._type_now(symbol, part, span))
            if again == found or found is None:
                self.former_types[mark] = again
                return again
            found = again
        del self.former_types[mark]
        raise fault("E2561", span, name=symbol.names.shown(self.language), what="no type")

    def _type_now(self, symbol: Symbol, part: str, span: Span) -> Type:
        return self.kpi_type(symbol, part, span) if symbol.kind == "kpi" else self.type_of(symbol, span)

    def _apart(self, ask: Callable[[], _T]) -> _T:
        """Ask as if nothing were being checked, and keep nothing of it but what is wrong."""
        walking, done, found = self.walking, dict(self.done), list(self.found)
        self.walking = []
        try:
            answer = ask()
        finally:
            self.walking = walking
        self.done, self.found = done, found
        return answer

    def competency(self, competency: Symbol, span: Span) -> scheme.Competency:
        return self._once(competency, span, lambda: check_competency(competency, self))

    def rank(self, rank: Symbol, span: Span) -> scheme.Rank:
        return self._once(rank, span, lambda: check_rank(rank, self))

    def _once(self, symbol: Symbol, span: Span, check_it: Callable[[], _T], part: str = "") -> _T:
        """Check a declaration the first time it is asked for; a declaration met again on the way is a circle."""
        mark = (symbol.kind, symbol.level, symbol.identity, part)
        if mark in self.done:
            result = self.done[mark]
            if isinstance(result, Fault):
                raise Fault  # reported where it stands: one cause, one message
            return result  # type: ignore[return-value]
        on_the_way = [m for m, _ in self.walking]
        if mark in on_the_way:
            raise self._circle(on_the_way.index(mark), span)
        if len(self.walking) >= _DEEPEST:
            raise self._long_way(span)
        self.walking.append((mark, self._walked_name(symbol, part)))
        try:
            result = check_it()
            self.done[mark] = result
            return result
        except Fault as f:
            raise self._told(mark, f) from f
        except RecursionError as e:
            # Declarations come after what they use: only long lines in a circle go as deep as this.
            raise self._told(mark, self._long_way(span)) from e
        finally:
            self.walking.pop()

    def _told(self, mark: tuple[str, ...], f: Fault) -> Fault:
        """Remember a faulty declaration and tell it; who asked for it has nothing to add."""
        self.done[mark] = f
        self.found += f.diagnostics
        return Fault()

    def _walked_name(self, symbol: Symbol, part: str) -> str:
        name = symbol.names.shown(self.language)
        if symbol.kind != "kpi":
            return name
        if part == _APPLIES:
            return f"{name} {mending.word('NOT_APPLICABLE', '', self)}"
        return f"{name}.{mending.word('KPI_CLAUSE', part or 'score', self)}"

    def _circle(self, start: int, span: Span) -> Fault:
        """The loop of names from the one whose text is blamed; of a long one the beginning."""
        names = [name for _, name in self.walking[start:]]
        loop = [names[-1], *names]
        if len(loop) > _SHOWN_LOOP:
            loop = [*loop[:_SHOWN_LOOP], "…", loop[0]]
        return fault("E2107", span, loop=" → ".join(loop))

    def _long_way(self, span: Span) -> Fault:
        """Whoever is asked for after so many others is in a circle too long to be walked to its end."""
        names = [name for _, name in self.walking[:_SHOWN_LOOP]]
        return fault("E2107", span, loop=" → ".join([*names, "…", names[0]]))

    def _try(self, check_it: Callable[[], _T]) -> _T | None:
        try:
            return check_it()
        except Fault as f:
            self.found += f.diagnostics
            return None

    # ---- the whole -----------------------------------------------------------------------------------------

    def everything(self) -> scheme.CheckedScheme | None:
        head = self._try(self._head)
        made_tables = [self._table(t) for t in self.symbols.tables.values()]
        self._in_order_of_use()
        parameters = self._every("parameter", self._parameter)
        tiers = self._every("tiers", self._tiers)
        tables_looked_up = self._every("lookup", self._lookup)
        values = self._every("value", self._value)
        kpis = self._every("kpi", self._kpi)
        self._weights(kpis)
        scores = self._every("score", self._value)
        ranks = self._every("rank", lambda symbol: check_rank(symbol, self))
        competencies = self._every("competency", lambda symbol: check_competency(symbol, self))
        lines = self._every("line", self._line)
        balances = self._every("account", self._account)
        self._try(lambda: check_targets(self))
        requirements = [self._try(self._requiring(r)) for r in self.symbols.requirements]
        promises = [self._try(self._promising(*p)) for p in self.symbols.promises]
        payout = self._try(self._payout)
        self._whole()
        if head is None or has_errors((*self.found, *self.symbols.found)):
            return None
        whole = [t for t in made_tables if t is not None]
        made = replace(
            head, tables=tuple(whole), parameters=parameters, values=values, scores=scores, tiers=tiers, kpis=kpis,
            lines=lines, requirements=tuple(r for r in requirements if r is not None), payout=payout,
            payout_place=self.symbols.payout[1] if self.symbols.payout else Place(head.payout_place.span),
            rounding=self._roundings(), lookups=tables_looked_up,
            promises=tuple(p for p in promises if p is not None), accounts=balances, ranks=ranks,
            competencies=competencies, language=self.language,
        )  # fmt: skip
        return self._try(lambda: self._passing(made))

    def _passing(self, made: scheme.CheckedScheme) -> scheme.CheckedScheme:
        """The scheme with the way that people come to it from an earlier version."""
        version: syntax.VersionHead = self.symbols.heads["version"]
        if version.stamp is not None:
            made = replace(made, stamp=check_stamp(version.stamp, made, self))
            if self.symbols.transition is None:
                raise fault("E2765", version.stamp.span)
        if self.symbols.transition is None:
            return made
        return replace(made, transition=check_transition(*self.symbols.transition, made, self))

    def _roundings(self) -> tuple[tuple[str, scheme.Rounding], ...]:
        return tuple(sorted((w, rounding_of(r.rounding)) for w, r in self.symbols.roundings.items()))

    def _in_order_of_use(self) -> None:
        """Check what others use before them: a long chain of values is then never walked in one go."""
        named: dict[str, list[Symbol]] = {}
        kinds = ("parameter", "value", "score", "line", "tiers", "lookup", "kpi", "account", "rank", "competency")
        for symbol in self.symbols.each(*kinds):
            for word in filter(None, (symbol.names.name, symbol.names.alias)):
                named.setdefault(word, []).append(symbol)
        used = {id(s): [u for w in _words_in(s.node) for u in named.get(w, ())] for ss in named.values() for s in ss}
        for symbol in _leaves_first([s for ss in named.values() for s in ss], used):
            self._try(self._checking(symbol))

    def _checking(self, symbol: Symbol) -> Callable[[], object]:
        check_one: dict[str, Callable[[Symbol], object]] = {
            "parameter": self._parameter,
            "tiers": self._tiers,
            "lookup": self._lookup,
            "kpi": self._kpi,
            "line": self._line,
            "account": self._account,
            "rank": lambda rank: check_rank(rank, self),
            "competency": lambda competency: check_competency(competency, self),
        }
        return lambda: self._once(symbol, symbol.place.span, lambda: check_one.get(symbol.kind, self._value)(symbol))

    def _requiring(
        self, written: tuple[syntax.Require, str, syntax.Expr | None, Place]
    ) -> Callable[[], scheme.Requirement]:
        return lambda: self._requirement(*written)

    def _promising(self, node: syntax.Promise, place: Place) -> Callable[[], scheme.Promise]:
        def check() -> scheme.Promise:
            made = check_promise(node, place, self)
            self.found.append(diagnostic("E2347", node.span, severity=Severity.note))
            return made

        return check

    def _every(self, kind: str, check_one: Callable[[Symbol], _T]) -> tuple[_T, ...]:
        out: list[_T] = []
        for symbol in self.symbols.each(kind):
            made = self._try(self._made(symbol, check_one))
            if made is not None:
                out.append(made)
        return tuple(out)

    def _made(self, symbol: Symbol, check_one: Callable[[Symbol], _T]) -> Callable[[], _T]:
        return lambda: self._once(symbol, symbol.place.span, lambda: check_one(symbol))

    def _head(self) -> scheme.CheckedScheme:
        heads = self.symbols.heads
        missing = [w for w in ("scheme", "version", "currency", "period") if w not in heads]
        if missing:
            top = self._top()
            raise Fault(*(diagnostic("E2001", top, missing=w, fixes=mending.head_line(w, top, self)) for w in missing))
        label: syntax.Label = heads["scheme"].label
        version: syntax.VersionHead = heads["version"]
        names = names_of(label)
        told = Gathered()
        told.of(lambda: self._check_version(version))
        told.of(lambda: self._check_currency(heads["currency"]))
        told.settle()
        cycle = self.cycle
        assert cycle is not None
        return scheme.CheckedScheme(
            names.identity, version.number, version.first.value, _last_day(version.last), heads["currency"].code,
            cycle.shape, (), (), (), (), (), (), (), (), (), None, names,
            weeks=cycle.weeks, week_first=cycle.week_first, zone=cycle.zone,
        )  # fmt: skip

    def _cycle(self) -> windows.Cycle | None:
        """How time is cut, as far as the lines at the top say it."""
        heads = self.symbols.heads
        if "period" not in heads or "version" not in heads:
            return None
        return self._try(lambda: windows.cycle(heads["period"], heads["version"], self))

    def _top(self) -> Span:
        return Span(next(iter(self.sources), ""), 1, 1, 1, 1)

    def _end(self) -> Span:
        source = next(iter(self.sources.values()))
        return Span(
            source.name, len(source.lines), len(source.lines[-1]) + 1, len(source.lines), len(source.lines[-1]) + 1
        )

    def _check_version(self, version: syntax.VersionHead) -> None:
        first, last = version.first.value, _last_day(version.last)
        if last is not None and last < first:
            raise fault("E2003", version.span, first=first.isoformat(), last=last.isoformat())
        if self.cycle is None:
            raise Fault  # the period line was blamed
        begins = self.cycle.begin(first)
        if begins != first and self.symbols.transition is None:
            days = dict.fromkeys((begins, self.cycle.next(begins)))
            fixes = mending.first_days(days, version.first.span)
            raise fault("E2007", version.first.span, first=first.isoformat(), period=self.cycle.shape, fixes=fixes)

    def _check_currency(self, currency: syntax.CurrencyHead) -> None:
        code = currency.code
        if code in CURRENCIES:
            return
        spoken = SPOKEN_CURRENCIES.get(code)
        near = (spoken,) if spoken else nearest(code, CURRENCIES)
        span = replace(currency.span, column=currency.span.end_column - len(code), line=currency.span.end_line)
        raise fault("E2008", span, currency=code, candidates=near, fixes=replacing(span, near))

    def _table(self, table: TableSymbol) -> scheme.Table | None:
        if table.place.span == NOWHERE:
            return None
        made, found = tables.check_table(table, self)
        self.found += found
        return made

    def _whole(self) -> None:
        """A scheme pays somebody something."""
        paid = self.symbols.payout is not None or any(True for _ in self.symbols.each("line"))
        if not paid and "line" not in self.symbols.lost:
            self.found.append(diagnostic("E2351", self._top()))
        elif not self.symbols.has_people:
            self.found.append(diagnostic("E2335", self._top(), fixes=mending.people(self._end(), self)))

    # ---- declarations -----------------------------------------------------------------------------------------

    def _parameter(self, symbol: Symbol) -> scheme.Parameter:
        node: syntax.Parameter = symbol.node
        built = terms.together(*[self._literal(d.expr) for d in node.values])
        type_ = built[0].type
        for term, dated in zip(built, node.values, strict=True):
            both = types.unified(type_, term.type)
            if both is None:
                raise fault(
                    "E2204", dated.expr.span, what="parameter", wanted=str(type_.kind), type=str(term.type.kind)
                )
            type_ = both
        literals = [replace(term, type=type_) for term in built]
        values = self._by_date(node, literals)
        return scheme.Parameter(symbol.identity, type_, values, symbol.names, symbol.place)

    def _literal(self, expr: syntax.Expr) -> Callable[[], scheme.Literal]:
        def read() -> scheme.Literal:
            term = terms.build(expr, Context(scheme.EVERYWHERE, clause="parameter"), self)
            value = terms.constant(term)
            if term.type == DURATION:
                raise fault("E2204", expr.span, what="parameter", wanted="storable", type="duration")
            if value is None:
                raise fault("E2212", expr.span, what="parameter")
            return scheme.Literal(value, term.type, span=expr.span)

        return read

    def _by_date(self, node: syntax.Parameter, literals: list[scheme.Literal]) -> tuple[scheme.DatedValue, ...]:
        """The values in order; each open end borrows the neighbour's day, and no day is left out or held twice."""
        pairs = sorted(zip(node.values, literals, strict=True), key=lambda pair: _by_first_day(pair[0]))
        out: list[scheme.DatedValue] = []
        for index, (written, literal) in enumerate(pairs):
            first = written.first.value if written.first else None
            last = _last_day(written.last)
            if index:
                first = self._following(node, out[-1], pairs[index - 1][0], written)
                out[-1] = replace(out[-1], last=first - timedelta(days=1))
            if first is not None and last is not None and last < first:
                raise self._bad_days(node, written, None, None)
            out.append(scheme.DatedValue(literal, first, last))
        return tuple(out)

    def _following(
        self, node: syntax.Parameter, before: scheme.DatedValue, earlier: syntax.Dated, later: syntax.Dated
    ) -> date:
        """The first day of a value that follows another."""
        first, end = later.first.value if later.first else None, before.last
        if first is None and end is not None and end < date.max:
            return end + timedelta(days=1)
        if first is None or first == date.min:
            raise self._bad_days(node, later, None, None)
        if end is None or (end < date.max and end + timedelta(days=1) == first):
            if before.first is None or before.first < first:
                return first
            raise self._bad_days(node, later, first, first)
        hole = end < first
        days = (end + timedelta(days=1), first - timedelta(days=1)) if hole else (first, end)
        raise self._bad_days(node, later, *days, fixes=mending.joined(later.first, end))

    def _bad_days(
        self,
        node: syntax.Parameter,
        at: syntax.Dated,
        first: date | None,
        last: date | None,
        fixes: tuple[Fix, ...] = (),
    ) -> Fault:
        days = {"first": first.isoformat() if first else "", "last": last.isoformat() if last else ""}
        return fault("E2341", at.span, parameter=node.label.name, **days, fixes=fixes)

    def _value(self, symbol: Symbol) -> scheme.Value:
        at, where = self._rule(symbol.level, symbol.where)
        body = check_body(symbol.node.body, at, self)
        return scheme.Value(symbol.identity, symbol.level, where, body, symbol.names, symbol.place)

    def _rule(self, level: str, where: syntax.Expr | None, up: bool = False) -> tuple[Context, Term | None]:
        at = Context(level, upline=up)
        condition = None
        if where is not None:
            condition = terms.condition(where, at, self, "where")
            at = at.knowing(terms.known_present(condition))
        return replace(at, running=self.symbols.tables[level].kind == "facts" and not up), condition

    def _line(self, symbol: Symbol) -> scheme.PayLine:
        node: syntax.PayLine = symbol.node
        up = isinstance(node.to, syntax.Call)
        at, where = self._rule(symbol.level, symbol.where, up)
        self._received(symbol)
        told = Gathered()
        to = None if node.to is None else told.of(self._receiving(node.to, at))
        earning, later = settlement.apart(node.body, self)
        body = told.of(lambda: check_body(earning, at, self, MONEY, "line", node.kind))
        settled = told.of(lambda: settlement.checked(later, body, at, self)) if later else None
        told.settle()
        assert body is not None
        exceptions = check_exceptions(symbol, at, self)
        if exceptions and (sharing.is_shared(node.body) or any(sharing.divides(e.body) for e in exceptions)):
            raise fault("E2363", exceptions[0].place.span, what="shared exception")
        if exceptions and settled is not None:
            raise settlement.excepted(exceptions[0], later[0], self)
        self._remembers_one(symbol, [body, *(e.body for e in exceptions)])
        accounts.check_excess([body, *(e.body for e in exceptions)], self)
        return scheme.PayLine(
            symbol.identity, node.kind, symbol.level, where, body, to, symbol.names, symbol.place, exceptions, settled
        )

    def _remembers_one(self, symbol: Symbol, bodies: Sequence[scheme.Body]) -> None:
        """What a line came to is kept for the person credited: a line that others receive remembers nothing."""
        node: syntax.PayLine = symbol.node
        what = "to" if node.to is not None else "shared" if sharing.is_shared(node.body) else ""
        what = what or ("guarantee" if node.kind == "guarantee" else "")
        group = self.symbols.tables[symbol.level].kind == "group"
        if what or group:
            spans.check_nothing_kept(bodies, what or "group", self)

    def _receiving(self, to: syntax.Path | syntax.Call, at: Context) -> Callable[[], scheme.Receiver | scheme.Upline]:
        if isinstance(to, syntax.Call):
            return lambda: uplines.upline(to, at.level, self)
        return lambda: sharing.receiver(to, at, self)

    def _received(self, symbol: Symbol) -> None:
        """Somebody receives the line: the person credited, who is named, or those who share it."""
        node: syntax.PayLine = symbol.node
        shared = sharing.is_shared(node.body)
        if node.to is not None and shared:
            raise fault("E2363", node.to.span, what="to and shared")
        if node.to is not None or shared or self.symbols.way_to_person(symbol.level) is not None:
            return
        table = self.symbols.tables[symbol.level]
        if self.symbols.lost_link(symbol.level):
            raise Fault  # the column that would lead to a person was blamed
        facts = {"name": symbol.names.shown(self.language), "table": table.names.shown(self.language)}
        assert node.table is not None
        raise fault("E2361" if table.kind == "group" else "E2339", node.table.span, **facts)

    def _account(self, symbol: Symbol) -> scheme.Account:
        return accounts.account(symbol, self._opening(symbol, symbol.place.span), self)

    def _payout(self) -> scheme.Body | None:
        if self.symbols.payout is None:
            return None
        return check_body(self.symbols.payout[0].body, Context(PEOPLE, payout=True), self, MONEY, "payout")

    def _requirement(
        self, node: syntax.Require, level: str, where: syntax.Expr | None, place: Place
    ) -> scheme.Requirement:
        level = terms.level_of(node.condition, level, self)
        at, condition = self._rule(level, where)
        term = terms.condition(node.condition, at, self, "require")
        return scheme.Requirement(level, condition, term, node.message, place)

    def _tiers(self, symbol: Symbol) -> scheme.Tiers:
        table, notes = brackets.check_tiers(symbol, self)
        if symbol.node.bounds_of is not None:
            table = replace(table, scale=self._scale(symbol.node.bounds_of))
        self.found += notes
        return table

    def _scale(self, expr: syntax.Expr) -> Term:
        """What bounds are shares of must mean something for a person, or for the rows of some table."""
        gathered = Gathered()
        for level in (PEOPLE, *sorted(level for level in self.symbols.tables if level != PEOPLE)):
            found = gathered.of(self._scaling(expr, level))
            if found is not None:
                return found
        raise Fault(*gathered.found[:1])

    def _scaling(self, expr: syntax.Expr, level: str) -> Callable[[], Term]:
        return lambda: terms.scale_at(expr, Context(level), self)

    def _lookup(self, symbol: Symbol) -> scheme.Lookup:
        return lookups.check_lookup(symbol, self, self.lookup)

    # ---- kpis -------------------------------------------------------------------------------------------------------

    def _kpi(self, symbol: Symbol) -> scheme.Kpi:
        clauses = self._clauses(symbol)
        told = Gathered()
        weight = told.of(lambda: self._weight(symbol, clauses["weight"]))
        actual = told.of(lambda: self._part(symbol, "actual"))
        target = told.of(lambda: self._part(symbol, "target"))
        condition = told.of(lambda: self._applies(symbol, symbol.place.span))
        if isinstance(actual, scheme.Body) and isinstance(target, scheme.Body):
            told.of(lambda: self._same_kind(actual, target, clauses["target"]))
            if types.two_currencies(actual.type, target.type):
                told.settle()  # the score would say the same of its quotient
        # Of a measure and a target that do not match, the score has no kind to speak of.
        wanted = None if told.failed else NUMBER
        score = told.of(lambda: self._score(symbol, clauses["score"], wanted))
        told.settle()
        assert weight is not None
        assert score is not None
        spans = tuple((kind, clause.span) for kind, clause in clauses.items())
        return scheme.Kpi(
            symbol.identity, weight, "less_is_better" in clauses, actual, target, score, condition,
            symbol.names, symbol.place, spans,
        )  # fmt: skip

    def _applies(self, kpi: Symbol, span: Span) -> Term | None:
        """When the kpi does not count: known before any of its parts, so that no part can decide it."""
        clause = next((c for c in kpi.node.clauses if c.kind == "not_applicable"), None)
        return self._once(kpi, span, lambda: self._not_applicable(kpi, clause), _APPLIES)

    def _same_kind(self, actual: scheme.Body, target: scheme.Body, clause: syntax.KpiClause) -> None:
        if types.two_currencies(actual.type, target.type):
            pair = (actual.steps[0], actual.type), (target.steps[0], target.type)
            raise currencies.mixed(clause.span, *pair, PEOPLE, self)
        if not types.fits(actual.type, target.type):
            wanted, given = str(actual.type.kind), str(target.type.kind)
            raise fault("E2204", clause.span, what="target", wanted=wanted, type=given)

    def _clauses(self, symbol: Symbol) -> dict[str, syntax.KpiClause]:
        out: dict[str, syntax.KpiClause] = {}
        kpi = symbol.names.shown(self.language)
        for clause in symbol.node.clauses:
            if clause.kind in out:
                related = (Related(out[clause.kind].span, "first_here"),)
                fixes = mending.cut(clause.span, self)
                raise fault("E2303", clause.span, kpi=kpi, clause=clause.kind, related=related, fixes=fixes)
            out[clause.kind] = clause
        lacking = [needed for needed in ("weight", "score") if needed not in out]
        if lacking:
            raise Fault(*(self._lacks(symbol, clause) for clause in lacking))
        return out

    def _lacks(self, symbol: Symbol, clause: str) -> Diagnostic:
        fixes = mending.clause(symbol.node, self._example(symbol, clause))
        kpi, span = symbol.names.shown(self.language), symbol.node.label.span
        return diagnostic("E2302", span, kpi=kpi, clause=clause, fixes=fixes)

    def _example(self, symbol: Symbol, clause: str) -> str:
        """A line that would do: the weight that is left, the usual score."""
        word = mending.word("KPI_CLAUSE", clause, self)
        if clause == "score":
            parts = [mending.word("KPI_CLAUSE", part, self) for part in ("actual", "target")]
            return f"{word} {f' {_DIVIDED[self.language]} '.join(parts)}"
        return f"{word} {mending.number(self._weight_left(symbol), Kind.percent)}"

    def _weight_left(self, symbol: Symbol) -> Fraction:
        given = Fraction(0)
        for other in self.symbols.each("kpi"):
            for clause in other.node.clauses:
                first = clause.body.steps[0] if clause.kind == "weight" and clause.body is not None else None
                if isinstance(first, syntax.Value) and isinstance(first.expr, syntax.Number) and other is not symbol:
                    given += first.expr.value
        return max(1 - given, Fraction(0))

    def _part(self, symbol: Symbol, part: str) -> scheme.Body | None:
        return self._once(symbol, symbol.place.span, lambda: self._kpi_clause(symbol, part), part)

    def _kpi_clause(self, symbol: Symbol, part: str) -> scheme.Body | None:
        clause = next((c for c in symbol.node.clauses if c.kind == part), None)
        if clause is None or clause.body is None:
            return None
        body = check_body(clause.body, Context(PEOPLE, kpi=symbol, clause=part), self)
        return self._of_the_actual(symbol, body) if part == "target" and body.type == PLAIN else body

    def _of_the_actual(self, symbol: Symbol, target: scheme.Body) -> scheme.Body:
        """A bare number as target is what the actual value is: 100 of money, 100 of a count."""
        if any(mark[0] == symbol.kind and mark[2:] == (symbol.identity, "actual") for mark, _ in self.walking):
            return target
        actual = self._part(symbol, "actual")
        fits = actual is not None and actual.type.numeric and types.fits(actual.type, target.type)
        return replace(target, type=actual.type) if actual is not None and fits else target

    def _score(self, symbol: Symbol, clause: syntax.KpiClause, wanted: Type | None) -> scheme.Body:
        assert clause.body is not None
        return check_body(clause.body, Context(PEOPLE, kpi=symbol, clause="score"), self, wanted, "score")

    def _not_applicable(self, symbol: Symbol, clause: syntax.KpiClause | None) -> Term | None:
        if clause is None or clause.condition is None:
            return None
        return terms.condition(clause.condition, Context(PEOPLE, kpi=symbol), self, "not applicable")

    def _weight(self, symbol: Symbol, clause: syntax.KpiClause) -> Fraction:
        assert clause.body is not None
        first = clause.body.steps[0]
        if not isinstance(first, syntax.Value) or len(clause.body.steps) > 1:
            raise fault("E2212", clause.span, what="weight")
        term = terms.build(first.expr, Context(scheme.EVERYWHERE, clause="weight"), self)
        value = terms.constant(term)
        if not types.fits(term.type, NUMBER):
            raise fault("E2204", first.span, what="weight", wanted="percent", type=str(term.type.kind))
        if not isinstance(value, Fraction):
            raise fault("E2212", first.span, what="weight")
        if not 0 <= value <= 1:
            shown = mending.number(value, Kind.percent)
            fixes = mending.percentage(value, first.span)
            raise fault("E2305", first.span, kpi=symbol.names.shown(self.language), weight=shown, fixes=fixes)
        return value

    def _weights(self, kpis: tuple[scheme.Kpi, ...]) -> None:
        declared = list(self.symbols.each("kpi"))
        total = sum((k.weight for k in kpis), Fraction(0))
        if not kpis or len(kpis) != len(declared) or total == 1 or "kpi" in self.symbols.lost:
            return
        shown = [(k.names.shown(self.language), mending.number(k.weight, Kind.percent)) for k in kpis]
        at = [dict(k.spans)["weight"] for k in kpis]
        related = tuple(
            Related(span, "weight_here", {"kpi": name, "weight": weight})
            for span, (name, weight) in zip(at, shown, strict=True)
        )
        self.found.append(
            diagnostic(
                "E2301",
                at[-1],
                total=mending.number(total, Kind.percent),
                difference=mending.decimal(abs(1 - total) * 100),
                list=tuple(" ".join(pair) for pair in shown),
                related=related[:-1],
            )
        )


_DEEPEST = 25  # declarations walked inside each other; more than that is a circle, or nearly one
_SHOWN_LOOP = 6
_ROUNDS = 4  # until the type of what reads itself stands
_DIVIDED = {"zh": "÷", "en": "/"}


def _words_in(node: object) -> list[str]:
    """Every name that a declaration mentions."""
    out: list[str] = []
    todo = [node]
    while todo:
        one = todo.pop()
        if isinstance(one, syntax.Path):
            out += one.names
        elif isinstance(one, tuple):
            todo += cast("tuple[object, ...]", one)
        elif hasattr(one, "__dataclass_fields__") and not isinstance(one, Span):
            todo += [getattr(one, name) for name in cast("syntax.Path", one).__slots__]
    return out


def _leaves_first(symbols: list[Symbol], used: dict[int, list[Symbol]]) -> list[Symbol]:
    """What is used before what uses it; in a circle in any order."""
    out: list[Symbol] = []
    seen: set[int] = set()
    todo = [(symbol, False) for symbol in reversed(symbols)]
    while todo:
        symbol, ready = todo.pop()
        if ready:
            out.append(symbol)
        elif id(symbol) not in seen:
            seen.add(id(symbol))
            todo.append((symbol, True))
            todo += [(other, False) for other in used[id(symbol)]]
    return out


def _by_first_day(written: syntax.Dated) -> tuple[date, date]:
    """Values in the order of their days: one without a first day stands first."""
    return (written.first.value if written.first else date.min, _last_day(written.last) or date.max)


def _last_day(day: syntax.Day | None) -> date | None:
    """`until 2023-07` means the last day of July."""
    if day is None or not day.month_only:
        return day.value if day is not None else None
    return day.value.replace(day=monthrange(day.value.year, day.value.month)[1])
