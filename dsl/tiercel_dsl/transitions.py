"""From one version to the next: the clauses of a transition, typed, and held against the versions they name.

In: a `syntax.Transition`, and a way to the other versions of the scheme. Out: a `scheme.Transition`. What a version
is asked for must exist there: the table whose rows it keeps ruling, the receivers of its lines.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Protocol, TypeVar, cast

from tiercel_dsl import mending, scheme, syntax, terms, types
from tiercel_dsl.builtins import FUNCTIONS
from tiercel_dsl.diagnostics import Related
from tiercel_dsl.resolver import Fault, Gathered, fault, nearest, replacing, unknown_table
from tiercel_dsl.scheme import PEOPLE, CheckedScheme, Place, Term
from tiercel_dsl.source import Span
from tiercel_dsl.terms import Context
from tiercel_dsl.types import DATE, MONEY, TEXT, YESNO, Kind
from tiercel_dsl.windows import Cycle

_Clause = TypeVar("_Clause")
_Made = TypeVar("_Made")

Versions = Callable[[str, int], CheckedScheme | None]  # identity and number of a version → what it means
CUTS_INSIDE = ("record_date", "day", "whole")  # with these a version pays from the period its first day lies in


class Desk(terms.Desk, Protocol):
    """What transitions ask of the checker besides."""

    versions: Versions
    cycle: Cycle | None


def no_versions(identity: str, number: int) -> CheckedScheme | None:
    """Where no other version is known."""
    return None


def check_transition(node: syntax.Transition, place: Place, head: CheckedScheme, desk: Desk) -> scheme.Transition:
    """The transition in terms; raises `Fault`. `head`: the scheme with its tables and lines."""
    return _Checking(node, place, head, desk).transition()


def check_stamp(path: syntax.Path, head: CheckedScheme, desk: Desk) -> scheme.Stamp:
    """The column with the number of the version that a row is paid by."""
    *before, name = path.names
    tables = [desk.symbols.table_named(before[0])] if len(before) == 1 else list(desk.symbols.tables.values())
    found = [(t.identity, t.columns) for t in tables if t is not None and t.kind == "facts"]
    scopes = [(level, desk.symbols.scopes.get(level, {}).get(name)) for level, _ in found]
    columns = [(level, symbol) for level, symbol in scopes if symbol is not None and symbol.kind == "column"]
    if len(columns) != 1:
        words = [w for level, _ in found for w, s in desk.symbols.scopes.get(level, {}).items() if s.kind == "column"]
        near = nearest(name, words)
        raise fault("E2762", path.span, name=name, count=len(columns), candidates=near)
    level, symbol = columns[0]
    if desk.type_of(symbol, path.span).kind is not Kind.count:
        raise fault("E2762", path.span, name=name, candidates=())
    return scheme.Stamp(level, symbol.identity)


@dataclass
class _Checking:
    node: syntax.Transition
    place: Place
    head: CheckedScheme
    desk: Desk

    def transition(self) -> scheme.Transition:
        old = self.version(self.node.version)
        told = Gathered()
        cut = told.of(self.cut) or ""
        self.once(told)
        kept = self.each(syntax.Kept, self.kept, told)
        pilots = self.each(syntax.Pilot, self.pilot, told)
        blends = self.each(syntax.Blend, self.blend, told)
        floors = self.each(syntax.Floor, self.floor, told)
        carried = self.each(syntax.CarriedOver, self.carried, told)
        told.settle()
        made = scheme.Transition(
            old.version, cut, kept, pilots, blends[0] if blends else None, floors, carried, place=self.place
        )
        self.held_against(made, told)
        told.settle()
        named = {old.version: old.hash}
        for version in (*(v for k in kept for v in k.versions), *(f.version for f in floors if f.version)):
            if version != self.head.version:
                named[version] = self.known(version).hash
        return replace(made, refers=tuple(sorted(named.items())))

    def each(self, kind: type[_Clause], check: Callable[[_Clause], _Made], told: Gathered) -> tuple[_Made, ...]:
        made = [told.of(_attempt(check, clause)) for clause in self.node.clauses if isinstance(clause, kind)]
        return tuple(one for one in made if one is not None)

    # ---- versions ----

    def known(self, number: int) -> CheckedScheme:
        found = self.desk.versions(self.head.identity, number)
        assert found is not None
        return found

    def version(self, named: syntax.VersionNumber) -> CheckedScheme:
        """An earlier version of the scheme, cut into the same periods and paid in the same currency."""
        if named.number >= self.head.version:
            raise fault("E2742", named.span, version=named.number, own=self.head.version)
        found = self.desk.versions(self.head.identity, named.number)
        if found is None:
            name = self.head.names.shown(self.desk.language)
            raise fault("E2741", named.span, version=named.number, scheme=name)
        for what in ("currency", "period", "weeks", "week_first", "zone"):
            if getattr(found, what) != getattr(self.head, what):
                raise fault("E2743", named.span, version=named.number, what=_DIFFERS[what])
        return found

    # ---- clauses that stand once ----

    def cut(self) -> str:
        cuts = [c for c in self.node.clauses if isinstance(c, syntax.Cut)]
        cycle = self.desk.cycle
        assert cycle is not None
        if not cuts and cycle.begin(self.head.first) != self.head.first:
            raise fault("E2744", self.node.version.span, first=self.head.first.isoformat())
        return cuts[0].kind if cuts else ""

    def once(self, told: Gathered) -> None:
        for kind, what in ((syntax.Cut, "cut"), (syntax.Blend, "blend")):
            clauses = [c for c in self.node.clauses if isinstance(c, kind)]
            for again in clauses[1:]:
                told.add(fault("E2745", again.span, what=what, related=(Related(clauses[0].span, "first_here"),)))

    # ---- who keeps an earlier version ----

    def kept(self, clause: syntax.Kept) -> scheme.Keep:
        level = PEOPLE if clause.rows is None else self.table(clause.rows)
        where = None if clause.where is None else terms.condition(clause.where, Context(level), self.desk, "where")
        if clause.better is None:
            (version,) = clause.versions
            self.version(version)
            return scheme.Keep(level, where, (version.number,), "", Place(clause.span, self.place.clause))
        which = FUNCTIONS.get(clause.better.names[0])
        if which not in ("min", "max"):
            raise fault("E2746", clause.better.span, name=clause.better.names[0])
        for version in clause.versions:
            if version.number != self.head.version:
                self.version(version)
        numbers = tuple(sorted({v.number for v in clause.versions}))
        return scheme.Keep(level, where, numbers, which, Place(clause.span, self.place.clause))

    def table(self, path: syntax.Path) -> str:
        table = self.desk.symbols.table_named(path.names[0])
        if table is None or len(path.names) > 1:
            raise Fault(unknown_table(".".join(path.names), path.span, self.desk.symbols))
        if table.kind != "facts" and table.identity != PEOPLE:
            raise fault("E2747", path.span, table=table.names.shown(self.desk.language))
        return table.identity

    def pilot(self, clause: syntax.Pilot) -> scheme.Pilot:
        if clause.version.number != self.head.version:
            raise fault("E2748", clause.version.span, version=clause.version.number, own=self.head.version)
        first, cycle = clause.first.value, self.desk.cycle
        assert cycle is not None
        begins = cycle.begin(first)
        if begins != first:
            fixes = mending.first_days(dict.fromkeys((begins, cycle.next(begins))), clause.first.span)
            raise fault("E2749", clause.first.span, day=first.isoformat(), fixes=fixes)
        if first >= self.head.first:
            raise fault("E2750", clause.first.span, day=first.isoformat(), first=self.head.first.isoformat())
        return scheme.Pilot(self.piloting(clause), first, Place(clause.span, self.place.clause))

    def piloting(self, clause: syntax.Pilot) -> Term:
        """People for whom the condition holds, or whose group or text on the last day of the period is the one."""
        at = Context(PEOPLE)
        if clause.path is None:
            assert clause.where is not None
            return terms.condition(clause.where, at, self.desk, "where")
        assert clause.name is not None
        found = terms.build(clause.path, replace(at, on_day=True), self.desk)
        last = scheme.PeriodOf("last", DATE)
        if isinstance(found, scheme.RowOf | scheme.ColumnOf) and found.type.kind is Kind.row:
            link = () if isinstance(found, scheme.RowOf) else (found.column,)
            table = self.head.table(found.type.table)
            key = table.column(table.key)
            path = (*found.path, *link)
            found = scheme.ColumnOf(table.identity, key.identity, path, key.type, PEOPLE, found.span, last)
        elif isinstance(found, scheme.ColumnOf) and found.type.kind in (Kind.text,):
            found = replace(found, as_of=last)
        else:
            raise fault("E2751", clause.path.span, name=".".join(clause.path.names), type=str(found.type.kind))
        name = scheme.Literal(clause.name.value, TEXT, span=clause.name.span)
        return scheme.Comparison("=", found, name, YESNO, PEOPLE, clause.span)

    # ---- blend and floor ----

    def blend(self, clause: syntax.Blend) -> scheme.Blend:
        first, last = clause.first.value, _last_day(clause.last)
        periods = self.periods(first, last, clause)
        shares = tuple(share.value for share in clause.shares)
        for share in clause.shares:
            if not 0 <= share.value <= 1:
                raise fault("E2754", share.span, share=share)
        if len(shares) != len(periods):
            raise fault("E2753", clause.span, count=len(shares), periods=len(periods))
        return scheme.Blend(first, last, shares, Place(clause.span, self.place.clause))

    def periods(self, first: date, last: date, clause: syntax.Blend) -> list[date]:
        """The first days of the periods from one day to another, which must be whole ones of this version."""
        cycle = self.desk.cycle
        assert cycle is not None
        if last < first or cycle.begin(first) != first or cycle.begin(_after(last)) != _after(last):
            raise fault("E2752", clause.span, first=first.isoformat(), last=last.isoformat())
        if first < cycle.begin(self.head.first):
            raise fault("E2755", clause.span, day=first.isoformat(), first=self.head.first.isoformat())
        days = [first]
        while cycle.next(days[-1]) <= last:
            days.append(cycle.next(days[-1]))
        return days

    def floor(self, clause: syntax.Floor) -> scheme.Floor:
        last = _last_day(clause.last)
        if last < self.head.first:
            raise fault("E2755", clause.last.span, day=last.isoformat(), first=self.head.first.isoformat())
        share, place = clause.share.value, Place(clause.span, self.place.clause)
        if clause.version is not None:
            self.version(clause.version)
            return scheme.Floor(last, share, clause.version.number, 0, place)
        assert clause.length is not None
        return scheme.Floor(last, share, 0, self.count(clause.length), place)

    def count(self, length: syntax.Quantity) -> int:
        """How many whole periods a length of time is."""
        months = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}.get(self.head.period, 0)
        length_in = {"months": length.value, "years": length.value * 12}.get(length.unit, Fraction(0))
        count = length_in / months if months else Fraction(0)
        if length.unit == "weeks" and self.head.period == "week":
            count = length.value / self.head.weeks
        if count < 1 or count.denominator != 1:
            raise fault("E2756", length.span, period=self.head.period)
        return int(count)

    # ---- what has accumulated ----

    def carried(self, clause: syntax.CarriedOver) -> scheme.CarriedOver:
        word = ".".join(clause.path.names)
        table = self.desk.symbols.table_named(word)
        place = Place(clause.span, self.place.clause)
        if table is not None and table.kind == "facts":
            if clause.kind == "converted":
                raise fault("E2758", clause.span, name=word)
            return scheme.CarriedOver("table", table.identity, clause.kind, None, place)
        line = next((s for s in self.desk.symbols.each("line") if word in (s.names.name, s.names.alias)), None)
        if line is not None:
            if clause.kind == "converted":
                raise fault("E2758", clause.span, name=word)
            return scheme.CarriedOver("line", line.identity, clause.kind, None, place)
        account = self.desk.symbols.accounts.get(word)
        if account is not None:
            term = None
            if clause.expr is not None:
                built = terms.build(clause.expr, Context(PEOPLE), self.desk)
                if not types.fits(built.type, MONEY):
                    raise fault("E2204", clause.expr.span, what="account", wanted="money", type=str(built.type.kind))
                term = terms.adapted(built, MONEY)
            return scheme.CarriedOver("account", account.identity, clause.kind, term, place)
        names = [n for s in self.desk.symbols.each("line", "account") for n in (s.names.name, s.names.alias) if n]
        near = nearest(word, [*self.desk.symbols.table_words(), *names])
        fixes = replacing(clause.path.span, near)
        raise fault("E2757", clause.path.span, name=word, candidates=near, fixes=fixes)

    # ---- held against the versions named ----

    def held_against(self, made: scheme.Transition, told: Gathered) -> None:
        for keep in made.kept:
            told.of(_attempt(self.rules_rows, keep))
        rows = [k for k in made.kept if k.level != PEOPLE]
        asked = {v for k in made.kept for v in k.versions if v != self.head.version}
        if made.cut in ("record_date", "day") or self.head.stamp is not None or made.pilots:
            asked.add(made.version)
        if rows or asked:
            for version in sorted(asked):
                told.of(_attempt(self.lines_fit, self.known(version)))
        told.of(_attempt(self.balances_passed_on, made))
        told.of(_attempt(self.balances_kept, made))

    def balances_passed_on(self, made: scheme.Transition) -> None:
        """Of an account that both versions have it is said what becomes of it."""
        said = {c.identity for c in made.carried if c.kind == "account"}
        before = {account.identity for account in self.known(made.version).accounts}
        for account in self.head.accounts:
            if account.identity in before - said:
                name = account.names.shown(self.desk.language)
                raise fault("E2767", self.node.version.span, account=name, version=made.version)

    def balances_kept(self, made: scheme.Transition) -> None:
        """No balance ends unsaid: this version has every account that the old one has."""
        own = {account.identity for account in self.head.accounts}
        for account in self.known(made.version).accounts:
            if account.identity not in own:
                name = account.names.shown(self.desk.language)
                raise fault("E2770", self.node.version.span, account=name, version=made.version)

    def rules_rows(self, keep: scheme.Keep) -> None:
        """There are lines to keep: both versions know the table, and some rule pays by its rows."""
        if keep.level == PEOPLE:
            return
        shown = _names(self.head, keep.level, self.desk.language)
        versions = [self.known(v) for v in keep.versions if v != self.head.version]
        for version in versions:
            if all(t.identity != keep.level for t in version.tables):
                raise fault("E2760", keep.place.span, table=shown, version=version.version)
        below = {t.identity for t in self.head.tables if keep.level in _way_up(self.head, t.identity)}
        if all(line.level not in below for s in (self.head, *versions) for line in s.lines):
            raise fault("E2759", keep.place.span, table=shown)

    def lines_fit(self, old: CheckedScheme) -> None:
        """Every line of the old version counts in this one's payout, and its receivers are known here."""
        tables = {t.identity: t for t in self.head.tables}
        own = {line.identity: line for line in self.head.lines}
        for line in old.lines:
            name = line.names.shown(self.desk.language)
            if line.level not in tables:
                raise fault("E2761", self.node.version.span, line=name, version=old.version)
            if isinstance(line.to, scheme.Upline):
                raise fault("E2766", self.node.version.span, line=name, version=old.version)
            for receiver in _receivers(line):
                if not _leads(tables, line.level, receiver.path):
                    raise fault("E2761", self.node.version.span, line=name, version=old.version)
            if line.identity not in own and not _counted(self.head, line.kind):
                raise fault("E2764", self.node.version.span, line=name, version=old.version, kind=line.kind)


def _attempt(check: Callable[[_Clause], _Made], given: _Clause) -> Callable[[], _Made]:
    return lambda: check(given)


def _receivers(line: scheme.PayLine) -> Iterator[scheme.Receiver]:
    if isinstance(line.to, scheme.Receiver):
        yield line.to
    if isinstance(line.sharing, scheme.Shared):
        yield from (share.receiver for share in line.sharing.shares)


def _leads(tables: Mapping[str, scheme.Table], level: str, path: tuple[str, ...]) -> bool:
    for link in path:
        column = next((c for c in tables[level].columns if c.identity == link), None)
        if column is None or column.link not in tables:
            return False
        level = column.link
    return True


def _counted(head: CheckedScheme, kind: str) -> bool:
    """Whether the payout counts every line of a kind, also one that this version does not have."""
    return head.payout is None or any(kind in received.kinds for received in _all_received(head.payout))


def _all_received(part: object) -> Iterator[scheme.Received | scheme.DueOf]:
    if isinstance(part, scheme.Received | scheme.DueOf):
        yield part
    elif isinstance(part, tuple):
        for item in cast("tuple[object, ...]", part):
            yield from _all_received(item)
    elif is_dataclass(part) and not isinstance(part, Span):
        for field in fields(part):
            yield from _all_received(getattr(part, field.name))


def _way_up(head: CheckedScheme, level: str) -> list[str]:
    """A table and those above it, over the links to their parents."""
    out = [level]
    table = head.table(level)
    while table.kind == "facts" and table.parent and table.column(table.parent).link not in out:
        table = head.table(table.column(table.parent).link)
        out.append(table.identity)
    return out


def _names(head: CheckedScheme, table: str, language: str) -> str:
    return head.table(table).names.shown(language)


def _last_day(day: syntax.Day) -> date:
    if not day.month_only:
        return day.value
    later = day.value.replace(day=28) + timedelta(days=4)
    return later.replace(day=1) - timedelta(days=1)


def _after(day: date) -> date:
    return day + timedelta(days=1)


_DIFFERS = {"currency": "currency", "period": "period", "weeks": "period", "week_first": "period", "zone": "zone"}
