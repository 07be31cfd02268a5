"""A period in which a transition is at work: which version rules what, and what runs beside what.

In: the versions of a scheme with their facts, a period, the refunds that count. Out: the outcome of a version with
everything that its transition asks for. Each version named is really evaluated, over the same facts, as it would be
by itself with a transition of its own; so chains of versions need nothing more. Clauses apply in this order: rows and
people that keep a version, the cut, pilots, the payout, the blend, the least amounts.
"""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Generic, Protocol, TypeAlias, TypeVar

from tiercel.errors import FactsError
from tiercel.facts import Facts
from tiercel.outcome import BROKEN, NO_VALUE, Beside, Outcome, Rulings
from tiercel.passing import Blended, Days, Elder, Least, Own, Passing, lines_reading
from tiercel.periods import Period
from tiercel.plan import Plan
from tiercel.versions import starts_inside
from tiercel_dsl.diagnostics import Diagnostic
from tiercel_dsl.scheme import PEOPLE, CheckedScheme, Keep, Transition

Refunds: TypeAlias = (
    "frozenset[tuple[str, str]] | None"  # tables and keys of refunds that count; None: the period's own
)


class Version(Protocol):
    """A version of a scheme with its plans."""

    @property
    def checked(self) -> CheckedScheme: ...
    @property
    def hash(self) -> str: ...
    def plan_with(self, passing: Passing | None) -> Plan: ...


V = TypeVar("V", bound=Version)


class Evaluator(Protocol[V]):
    """Who evaluates one version by itself, or with what runs beside it."""

    @property
    def known(self) -> Mapping[int, V]: ...
    @property
    def paid_later(self) -> tuple[str, ...]: ...
    @property
    def named(self) -> dict[tuple[str, Period, int], Sequence[tuple[str, str]]]:
        """Whom clauses of transitions name."""
        ...

    def facts_of(self, version: V) -> Facts: ...
    def evaluate(
        self,
        version: V,
        passing: Passing | None,
        period: Period,
        refunds: Refunds,
        beside: Beside | None,
        actual: bool,
    ) -> Outcome:
        """`actual`: this is what people are paid, not what a version would pay them."""
        ...

    def ruled_before(self, period: Period) -> Mapping[str, int]: ...
    def averages(self, version: V, count: int) -> Mapping[str, Fraction]: ...


@dataclass(frozen=True)
class Role:
    """What a version is evaluated for. kind: host (all of it), rows (its lines, without what is added to payouts).

    `rest`: everybody but `people` is ruled by that version. `after`: rows from that version's first day on are.
    `until`: what is in `tables` is counted up to that day.
    """

    kind: str = "host"
    top: bool = False
    rest: int = 0
    people: frozenset[str] = frozenset()
    after: int = 0
    until: date | None = None
    tables: frozenset[str] = frozenset()

    @property
    def actual(self) -> bool:
        """Whether somebody is paid so, and nobody only might be."""
        return self.top or bool(self.rest or self.after)


HOST, ROWS = Role(), Role("rows")


def pilots_in(scheme: CheckedScheme, period: Period) -> tuple[int, ...]:
    """The clauses of pilots, by place, that pay people by this version before its first day."""
    transition = scheme.transition
    if transition is None or scheme.first <= period.first or starts_inside(scheme, period):
        return ()
    return tuple(n for n, pilot in enumerate(transition.pilots) if pilot.first <= period.first)


class Passage(Generic[V]):
    """The outcomes of one period, each worked out once."""

    def __init__(self, evaluator: Evaluator[V], period: Period, refunds: Refunds = None) -> None:
        self.evaluator, self.period, self.refunds = evaluator, period, refunds
        self.made: dict[tuple[int, Role], Outcome] = {}
        self.plain: dict[tuple[int, bool], Outcome] = {}

    def outcome(self, version: int, role: Role = Role(top=True)) -> Outcome:
        mark = (version, role)
        if mark not in self.made:
            self.made[mark] = _Host(self, version, role).outcome()
        return self.made[mark]

    def alone(self, version: int, actual: bool = False) -> Outcome:
        """A version's own rules and nothing else."""
        mark = version, actual and bool(self.evaluator.paid_later)
        if mark not in self.plain:
            known = self.evaluator.known[version]
            own = own_rows(known.checked)
            passing = None if own is None else Passing(version, own=own)
            self.plain[mark] = self.evaluator.evaluate(known, passing, self.period, self.refunds, None, actual)
        return self.plain[mark]


def own_rows(scheme: CheckedScheme) -> Own | None:
    """What begins anew with the version."""
    begun = restarted(scheme)
    return Own(begun, scheme.first) if begun else None


def restarted(scheme: CheckedScheme) -> frozenset[str]:
    """The tables whose counters begin anew, with those below them."""
    carried = () if scheme.transition is None else scheme.transition.carried
    named = {c.identity for c in carried if c.kind == "table" and c.how == "restarts"}
    return frozenset(t.identity for t in scheme.tables if named & set(way_up(scheme, t.identity)))


def way_up(scheme: CheckedScheme, level: str) -> list[str]:
    """A table of facts and those above it."""
    out = [level]
    table = scheme.table(level)
    while table.kind == "facts" and table.parent:
        table = scheme.table(table.column(table.parent).link)
        out.append(table.identity)
    return out


class _Host(Generic[V]):
    """One version in one role."""

    def __init__(self, passage: Passage[V], version: int, role: Role) -> None:
        self.passage, self.number, self.role = passage, version, role
        self.version = passage.evaluator.known[version]
        self.scheme, self.period = self.version.checked, passage.period
        self.sources: dict[str, Outcome] = {}
        self.payouts: dict[str, Mapping[str, Fraction]] = {}
        self.marks: dict[str, dict[str, int]] = {}

    @property
    def transition(self) -> Transition | None:
        return self.scheme.transition

    def outcome(self) -> Outcome:
        passing = self.passing()
        evaluator, refunds = self.passage.evaluator, self.passage.refunds
        if passing is None:
            return self.passage.alone(self.number, self.role.actual)
        facts = evaluator.facts_of(self.version)
        beside = Beside(facts, Rulings(self.number, self.begun(), self.marks), self.sources, self.payouts)
        return evaluator.evaluate(self.version, passing, self.period, refunds, beside, self.role.actual)

    def passing(self) -> Passing | None:
        people, rows = self.people_marks(), self.row_marks()
        self.marks = {level: marks for level, marks in {**rows, PEOPLE: people}.items() if marks}
        elders = tuple(self.elders())
        days = self.days()
        host = self.role.kind == "host"
        blend, floors = (self.blend(), self.floors()) if host else (None, ())
        own, begins = self.own(), bool(self.begun())
        nothing = not elders and days is None and blend is None and not floors
        if nothing and self.role.until is None and not begins:
            return None
        return Passing(self.number, elders, days, blend, floors, own, self.passage.evaluator.paid_later, begins)

    def begun(self) -> frozenset[str]:
        """People whom another version ruled in the period before, where an account says what becomes of that."""
        carried = () if self.transition is None else self.transition.carried
        if all(c.kind != "account" or c.how == "carries" for c in carried):
            return frozenset()
        before = self.passage.evaluator.ruled_before(self.period)
        return frozenset(key for key, version in before.items() if version != self.number)

    def own(self) -> Own | None:
        role = self.role
        return Own(role.tables, None, role.until) if role.until is not None else own_rows(self.scheme)

    # ---- who is ruled by whom ----

    def plain(self) -> Outcome:
        return self.passage.alone(self.number)

    def named(self, clause: int) -> Sequence[tuple[str, str]]:
        """Whom a clause names; where it reads nothing that a refund or what falls due can change, asked once."""
        plan, known = self.version.plan_with(None), self.passage.evaluator.named
        if plan.rulings[clause] in plan.reached_by_refunds:
            return tuple(self.ruled_by(self.plain(), clause))
        mark = self.version.hash, self.period, clause
        if mark not in known:
            known[mark] = tuple(self.ruled_by(self.plain(), clause))
        return known[mark]

    def ruled_by(self, outcome: Outcome, clause: int) -> Iterator[tuple[str, str]]:
        """Tables and keys of the rows that a clause names."""
        step = outcome.plan.step(outcome.plan.rulings[clause])
        keys = outcome.facts.tables[step.level].keys
        for row in outcome.index.rows(step.level, outcome.tables):
            held = outcome.lookup(step.number, row)
            if held is BROKEN:
                raise FactsError(list(outcome.diagnostics))
            if held is not NO_VALUE and held:
                yield step.level, keys[row]

    def people_marks(self) -> dict[str, int]:
        marks: dict[str, int] = {}
        if self.role.rest:
            keys = self.passage.evaluator.facts_of(self.version).tables[PEOPLE].keys
            marks = {key: self.role.rest for key in keys if key not in self.role.people}
        if self.role.kind != "host":
            return marks
        transition = self.transition
        for number, keep in enumerate(transition.kept if transition is not None else ()):
            if keep.level == PEOPLE:
                for _, key in self.named(number):
                    if key not in marks:
                        self.mark(marks, key, self.better_for(keep, key))
        if self.role.top:
            marks |= self.piloting()
        return {key: mark for key, mark in marks.items() if mark != self.number}

    def mark(self, marks: dict[str, int], key: str, version: int) -> None:
        if marks.setdefault(key, version) != version:
            told = {"row": key, "first": marks[key], "second": version}
            raise FactsError([Diagnostic("E3330", self.scheme.transition.place.span, told)])  # type: ignore[union-attr]

    def better_for(self, keep: Keep, person: str) -> int:
        """The version that a person keeps, or the one that pays him more, or less; the later one where it is equal."""
        if not keep.better:
            return keep.versions[0]
        amounts: dict[int, Fraction] = {}
        for version in keep.versions:
            outcome = self.passage.outcome(version, ROWS if version == self.number else HOST)
            at = outcome.facts.tables[PEOPLE].keys.index(person)
            amounts[version] = _known(outcome, outcome.lookup(outcome.plan.payout, at))
        return _best(amounts, keep.better)

    def piloting(self) -> dict[str, int]:
        """People whom a later version pays already."""
        marks: dict[str, int] = {}
        for version in self.passage.evaluator.known.values():
            checked = version.checked
            if checked.version > self.number and checked.transition is not None:
                plain = None
                for place in pilots_in(checked, self.period):
                    plain = plain or self.passage.alone(checked.version)
                    for _, key in self.ruled_by(plain, len(checked.transition.kept) + place):
                        marks[key] = checked.version
        return marks

    def row_marks(self) -> dict[str, dict[str, int]]:
        """People's rows follow their person; of the others what clauses keep, then the cut, then a stamp."""
        marks: dict[str, dict[str, int]] = {}
        self.follow_people(marks)
        transition = self.transition
        if transition is not None:
            for number, keep in enumerate(transition.kept):
                if keep.level != PEOPLE:
                    self.keep_rows(marks, number, keep)
            self.stamped(marks)
            if starts_inside(self.scheme, self.period) and transition.cut in ("record_date", "day"):
                mark = -transition.version if restarted(self.scheme) else transition.version
                self.dated(marks, lambda day: day < self.scheme.first, mark)
        if self.role.after:
            first = self.passage.evaluator.known[self.role.after].checked.first
            self.dated(marks, lambda day: day >= first, self.role.after)
        return {level: {k: v for k, v in found.items() if v != self.number} for level, found in marks.items()}

    def facts_rows(self, tables: Container[str] | None = None) -> Iterator[tuple[str, int]]:
        """Rows of facts dated in the period, of all tables or of some."""
        facts = self.passage.evaluator.facts_of(self.version)
        for table in self.scheme.tables:
            if table.kind == "facts" and (tables is None or table.identity in tables):
                for row, day in enumerate(facts.tables[table.identity].day):
                    if day is not None and self.period.contains(day):
                        yield table.identity, row

    def follow_people(self, marks: dict[str, dict[str, int]]) -> None:
        people = self.people_marks()
        if not people:
            return
        facts = self.passage.evaluator.facts_of(self.version)
        keys = facts.tables[PEOPLE].keys
        for table, row in self.facts_rows():
            owner = facts.tables[table].owner[row]
            if owner is not None and keys[owner] in people:
                marks.setdefault(table, {})[facts.tables[table].keys[row]] = people[keys[owner]]

    def dated(self, marks: dict[str, dict[str, int]], holds: Callable[[date], bool], version: int) -> None:
        facts = self.passage.evaluator.facts_of(self.version)
        for table, row in self.facts_rows():
            day = facts.tables[table].day[row]
            if day is not None and holds(day):
                marks.setdefault(table, {}).setdefault(facts.tables[table].keys[row], version)

    def keep_rows(self, marks: dict[str, dict[str, int]], number: int, keep: Keep) -> None:
        """The rows of a clause, and all that stand under them; people's rows follow their person."""
        by_people: dict[str, dict[str, int]] = {}
        self.follow_people(by_people)
        chosen = {key for _, key in self.named(number)}
        facts = self.passage.evaluator.facts_of(self.version)
        below = [t.identity for t in self.scheme.tables if keep.level in way_up(self.scheme, t.identity)]
        version = dict.fromkeys(chosen, keep.versions[0]) if not keep.better else self.better_rows(keep, chosen, below)
        for level, row in self.facts_rows(below):
            key, top = facts.tables[level].keys[row], self.top(facts, level, row, keep.level)
            if top in version and key not in by_people.get(level, {}):
                self.mark(marks.setdefault(level, {}), key, version[top])

    def top(self, facts: Facts, level: str, row: int, above: str) -> str:
        """The key of the row above, at any height, that a row stands under; '' if none."""
        table = self.scheme.table(level)
        while table.identity != above:
            link = facts.tables[table.identity].columns[table.parent][row]
            if not isinstance(link, int):
                return ""
            table, row = self.scheme.table(table.column(table.parent).link), link
        return facts.tables[above].keys[row]

    def better_rows(self, keep: Keep, chosen: set[str], below: list[str]) -> dict[str, int]:
        """Of each row the version whose lines of it come to more, or less; the later one where it is equal."""
        amounts: dict[str, dict[int, Fraction]] = {key: {} for key in chosen}
        for version in keep.versions:
            outcome = self.passage.alone(version) if version == self.number else self.passage.outcome(version, HOST)
            sums = dict.fromkeys(chosen, Fraction(0))
            for number in outcome.plan.lines:
                step = outcome.plan.step(number)
                for row in outcome.index.rows(step.level, outcome.tables) if step.level in below else ():
                    top = _top(outcome, step.level, row, keep.level)
                    if top in sums and (value := outcome.lookup(number, row)) is not NO_VALUE:
                        sums[top] += _known(outcome, value) * step.sign
            for key, amount in sums.items():
                amounts[key][version] = amount
        return {key: _best(found, keep.better) for key, found in amounts.items()}

    def stamped(self, marks: dict[str, dict[str, int]]) -> None:
        """A row that names its version is paid by that one."""
        stamp = self.scheme.stamp
        if stamp is None:
            return
        facts = self.passage.evaluator.facts_of(self.version)
        assert self.scheme.transition is not None
        for level, row in self.facts_rows():
            if stamp.table not in way_up(self.scheme, level):
                continue
            number = self.stamp_of(level, row, stamp.table, stamp.column)
            if number is None:
                continue
            if number != self.number and (number not in self.passage.evaluator.known or number > self.number):
                told = {"row": facts.tables[level].keys[row], "version": number, "own": self.number}
                raise FactsError([Diagnostic("E3331", facts=told, cell=facts.tables[level].places[row])])
            marks.setdefault(level, {}).setdefault(facts.tables[level].keys[row], number)

    def stamp_of(self, level: str, row: int, above: str, column: str) -> int | None:
        facts, table = self.passage.evaluator.facts_of(self.version), self.scheme.table(level)
        while table.identity != above:
            link = facts.tables[table.identity].columns[table.parent][row]
            if not isinstance(link, int):
                return None
            table, row = self.scheme.table(table.column(table.parent).link), link
        stamped = facts.tables[above].columns[column][row]
        return stamped if isinstance(stamped, int) else None

    # ---- what is evaluated beside it ----

    def elders(self) -> Iterator[Elder]:
        found = {mark for marks in self.marks.values() for mark in marks.values()}
        people = set(self.marks.get(PEOPLE, {}).values())
        transition = self.transition
        begins_anew = bool(restarted(self.scheme)) and starts_inside(self.scheme, self.period)
        if begins_anew and transition is not None and transition.cut == "record_date":
            found.add(-transition.version)
        for mark in sorted(found):
            yield self.elder(mark, mark in people)

    def elder(self, mark: int, people: bool) -> Elder:
        version, adds = abs(mark), frozenset[str]()
        if mark < 0:
            until = self.scheme.first - timedelta(days=1)
            role = Role("rows", until=until, tables=restarted(self.scheme))
            outcome, source = self.passage.outcome(version, role), f"{version} own"
            if self.scheme.transition is not None and self.scheme.transition.cut == "record_date":
                adds = lines_reading(outcome.plan, restarted(self.scheme))
        else:
            newer = version > self.number or self.role.rest == version
            source = str(version)
            if self.role.after == version:
                outcome = self.passage.alone(version)
            else:
                outcome = self.passage.outcome(version, ROWS if newer else HOST)
        self.sources[source] = outcome
        payout = ""
        if people:
            ruled = frozenset(key for key, by in self.marks[PEOPLE].items() if by == mark)
            payout = f"{version} beside"
            if self.role.rest == version:
                payout = source  # nobody asks what the others are paid
            else:
                self.sources[payout] = self.passage.outcome(version, Role(rest=self.number, people=ruled))
        return Elder(version, outcome.plan, source, mark, people, payout, adds)

    def days(self) -> Days | None:
        """A period cut by days, seen from the later version, or from the earlier one beside it."""
        transition = self.transition
        period, known = self.period, self.passage.evaluator.known
        if self.role.after:
            other, first = self.role.after, known[self.role.after].checked.first
            others = period.last.toordinal() - first.toordinal() + 1
        elif transition is not None and transition.cut == "day" and starts_inside(self.scheme, period):
            other = transition.version
            others = self.scheme.first.toordinal() - period.first.toordinal()
        else:
            return None
        outcome = self.passage.alone(other) if self.role.after else self.passage.outcome(other, HOST)
        self.sources[str(other)] = outcome
        self.sources[f"{self.number} plain"] = self.plain()
        bodies = [known[n].checked.payout is not None for n in (other, self.number)]
        payouts = any(bodies) and not self.role.after and self.role.kind == "host"
        if payouts:
            self.sources[f"{other} beside"] = self.passage.outcome(other, Role(after=self.number))
        return Days(other, outcome.plan, self.plain().plan, others, period.days, payouts)

    def blend(self) -> Blended | None:
        """The share of this version in the period; all of it outside the blend."""
        transition = self.transition
        if transition is None or transition.blend is None or self.role.after or self.scheme.first > self.period.last:
            return None
        blend, period = transition.blend, self.period
        if not blend.first <= period.first <= blend.last:
            return None
        place, first = 0, blend.first
        while first < period.first:
            first, place = period.around(first).next().first, place + 1
        source = self.without(transition.version)
        return Blended(blend.shares[place], source, blend.place)

    def floors(self) -> tuple[Least, ...]:
        transition = self.transition
        before = self.scheme.first > self.period.last and not self.role.rest
        if transition is None or self.role.after or before:
            return ()
        out: list[Least] = []
        for floor in transition.floors:
            if self.period.first > floor.last:
                continue
            if floor.version:
                source = self.without(floor.version)
            else:
                source = f"before {floor.count}"
                self.payouts[source] = self.passage.evaluator.averages(self.version, floor.count)
            out.append(Least(floor.share, source, floor.place))
        return tuple(out)

    def without(self, version: int) -> str:
        """The source of what an earlier version pays by itself, as though this one had not been published."""
        source = f"{version} alone"
        self.sources[source] = self.passage.outcome(version, HOST)
        return source


def _best(amounts: Mapping[int, Fraction], better: str) -> int:
    sign = 1 if better == "max" else -1
    return max(amounts, key=lambda version: (sign * amounts[version], version))


def _known(outcome: Outcome, value: object) -> Fraction:
    if not isinstance(value, Fraction):
        raise FactsError(list(outcome.diagnostics))
    return value


def _top(outcome: Outcome, level: str, row: int, above: str) -> str:
    facts, table = outcome.facts, outcome.tables[level]
    while table.identity != above:
        link = facts.tables[table.identity].columns[table.parent][row]
        if not isinstance(link, int):
            return ""
        table, row = outcome.tables[table.column(table.parent).link], link
    return facts.tables[above].keys[row]
