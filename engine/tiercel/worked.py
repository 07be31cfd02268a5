"""Worked amounts: for each rule a case that it pays in, made up and evaluated.

In: a scheme. Out: examples for `describe`: what the rule read and what came of it. The cases are invented from the
scheme alone: one person and what belongs to him, round amounts, and what the rule's own conditions ask for. A rule
that none of them reaches has no example.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any, Final

from tiercel.errors import TiercelError
from tiercel.evaluation import Evaluation, Explanation
from tiercel.facts import digits_of, naming_currencies
from tiercel.money import to_decimal
from tiercel.periods import Period
from tiercel.run import Scheme
from tiercel.trace import Input, Trace
from tiercel.versions import calendar
from tiercel_dsl import scheme as checked
from tiercel_dsl.conditions import Domain, Reader, Region, point
from tiercel_dsl.describe import Example, Figure, Subject
from tiercel_dsl.scheme import PEOPLE, CheckedScheme, Column, PayLine, Table, Term
from tiercel_dsl.types import PERCENT, PLAIN, YESNO, Kind, Type

_FEW: Final = 4
_MANY: Final = 6
_MOST: Final = 6  # figures that an example names
_PERSON = "E1"
_PARTS: Final = ("", "actual", "target", "attainment", "score", "opening", "closing", "place", "entrants", "tied")


@dataclass(frozen=True, slots=True)
class _Size:
    """How large the invented case is. `spread`: ratios of a row rise or fall from column to column, or those of the
    people make a whole; texts of rows differ."""

    money: int
    count: int
    rows: int
    people: int = 2
    spread: str = ""

    def ratio(self, place: int) -> Fraction:
        """The ratio in the first, second … column of a row that holds one."""
        if self.spread == "whole":
            return Fraction(1, self.people)
        return {"rising": Fraction(min(place, 1)), "falling": Fraction(1, 10 ** min(place, 2))}.get(
            self.spread, Fraction(1)
        )


_SIZES: Final = (_Size(10_000, 10, 1), _Size(100_000, 20, 1), _Size(100_000, 3, 12), _Size(1_000_000, 100, 1),
                 _Size(1_000, 1, 1), _Size(10_000, 10, 1, spread="falling"), _Size(10_000, 10, 1, spread="rising"),
                 _Size(10_000, 10, 1, spread="whole"), _Size(100_000, 3, 12, spread="falling"),
                 _Size(10_000, 10, 1, people=8),
                 _Size(10_000, 10, 1, people=1))  # fmt: skip

_Wishes = dict[tuple[str, str], Domain]


def worked(scheme: Scheme) -> dict[Subject, Example]:
    """An example for every line, score, measure, value of a person, and the payout, as far as a case reaches it."""
    alone = _alone(scheme)
    out: dict[Subject, Example] = {}
    cases: list[Explanation] = []
    for line in scheme.checked.lines:
        found = _case(alone, line)
        if found is not None:
            explained, example = found
            out["line", "", line.identity] = example
            cases.append(explained)
    if cases:
        out |= _of_person(max(cases, key=_paying))
    return out


def _alone(scheme: Scheme) -> Scheme:
    """The version itself, with the others only where it refers to them."""
    return Scheme(scheme.checked, versions=scheme.versions if scheme.checked.transition is not None else ())


@dataclass(frozen=True, slots=True)
class Difference:
    """A made-up case in which a line pays otherwise under another scheme; None: it cannot be computed there."""

    line: PayLine
    given: tuple[Figure, ...]
    before: Fraction | None
    after: Fraction | None


def differences(before: Scheme | None, after: Scheme) -> list[Difference]:
    """For each line of the later scheme the first case that shows a difference, or what it pays where there is no
    earlier one."""
    old = None if before is None else _alone(before)
    new = _alone(after)
    found = (_difference(line, old, new) for line in after.checked.lines)
    return [one for one in found if one is not None]


def _difference(line: PayLine, old: Scheme | None, new: Scheme) -> Difference | None:
    for wishes in _wishes(new.checked, line):
        for size in _SIZES:
            evaluation = _evaluated(new, wishes, size)
            earlier = None if old is None else _evaluated(old, wishes, size, new.checked)
            amounts = [None if e is None else _amount(e, line) for e in (earlier, evaluation)]
            told = amounts[0] != amounts[1] if old is not None else bool(amounts[1])
            if evaluation is not None and told:
                paid = _paid(evaluation, line)
                return Difference(line, paid[1].given if paid is not None else (), amounts[0], amounts[1])
    return None


def _amount(evaluation: Evaluation, line: PayLine) -> Fraction:
    """What everybody receives of the line."""
    lines = (*evaluation.lines, *evaluation.company)
    return sum((Fraction(paid.amount) for paid in lines if paid.line == line.identity), Fraction(0))


def _paying(explained: Explanation) -> int:
    """How many lines the person receives in it."""
    return len({trace.name for line, trace in explained.lines if line.amount})


def _case(scheme: Scheme, line: PayLine) -> tuple[Explanation, Example] | None:
    """The first case in which the line pays."""
    for wishes in _wishes(scheme.checked, line):
        for size in _SIZES:
            evaluation = _evaluated(scheme, wishes, size)
            found = None if evaluation is None else _paid(evaluation, line)
            if found is not None:
                return found
    return None


def _evaluated(scheme: Scheme, wishes: _Wishes, size: _Size, tables: CheckedScheme | None = None) -> Evaluation | None:
    """The scheme on a case, made up for its own tables or those of another."""
    period = calendar(scheme.checked).of(scheme.checked.first)
    try:
        rows = _facts(tables or scheme.checked, period, wishes, size)
        return scheme.evaluate(rows, period.name, evaluator="reference")
    except TiercelError:
        return None


def _paid(evaluation: Evaluation, line: PayLine) -> tuple[Explanation, Example] | None:
    own = evaluation.explain(_PERSON)
    for person in evaluation.payout:
        for paid, trace in evaluation.explain(person).lines:
            if trace.name == line.identity and paid.amount and paid.refund is None:
                amount = Figure("line", line.identity, paid.amount, _type(trace.shown))
                return own, Example(_given(trace), amount)
    return None


def _of_person(explained: Explanation) -> dict[Subject, Example]:
    """Scores, measures and values of the person, and the payout."""
    scheme = explained.evaluation.run.scheme
    out: dict[Subject, Example] = {}
    for step, trace in explained.steps():
        kind = "kpi" if step.kind == "kpi" else "value"
        level = "" if kind == "kpi" else PEOPLE
        shown = _score_type(scheme, trace)
        if not isinstance(trace.value, Fraction) or (kind == "kpi" and trace.part != "score"):
            continue
        given = _given(trace)
        if given:
            out[kind, level, step.name] = Example(given, Figure(kind, step.name, trace.value, shown))
    payout = explained.payout
    if payout.value is not None:
        result = Figure("payout", "payout", payout.value, _type(payout.shown))
        out["payout", "", ""] = Example(_given(payout) or _by_line(explained), result)
    return out


def _by_line(explained: Explanation) -> tuple[Figure, ...]:
    """What each line comes to, however many rows it has."""
    sums: dict[tuple[str, str], Fraction] = {}
    for line, trace in explained.lines:
        if line.amount:
            name = trace.name, trace.shown
            sums[name] = sums.get(name, Fraction(0)) + Fraction(line.amount)
    return tuple(Figure("line", name, total, _type(shown)) for (name, shown), total in sums.items())


def _score_type(scheme: CheckedScheme, trace: Trace) -> Type:
    """A score whose limits are percentages is one."""
    kpi = next((k for k in scheme.kpis if k.identity == trace.name and trace.kind == "kpi"), None)
    limits = [] if kpi is None else [s.term for s in kpi.score.steps if isinstance(s, checked.Change)]
    return PERCENT if any(limit.type.kind is Kind.percent for limit in limits) else _type(trace.shown)


# ---- what was read -----------------------------------------------------------------------------------------------


def _given(trace: Trace) -> tuple[Figure, ...]:
    figures = [figure for work in trace.lines for item in work.inputs for figure in _figure(item)]
    return tuple(dict.fromkeys(figures))[:_MOST]


def _figure(item: Input) -> Iterator[Figure]:
    """Numbers, texts and yes or no; what a parameter is stands in its own article."""
    if not _has_text(item.value):
        return
    type_ = _type(item.shown)
    if item.kind == "column" and type_.kind is not Kind.row:
        table, _, column = item.name.partition(".")
        yield Figure("column", column, item.value, type_, table)
    elif item.kind == "value":
        name, _, part = item.name.partition(".")
        if part in _PARTS:
            yield Figure("value", name, item.value, PERCENT if part == "attainment" else type_, part=part)
    elif item.kind == "rows":
        yield Figure("rows", item.name, item.value, type_, item.function, count=item.count or 0)
    elif item.kind == "lines":
        yield Figure("line", item.name, item.value, type_)


def _has_text(value: object) -> bool:
    """False for what has no value."""
    return isinstance(value, Fraction | str | bool | date)


def _type(shown: str) -> Type:
    kind, _, currency = shown.partition(" ")
    return Type(Kind(kind), currency=currency) if kind in {k.value for k in Kind} else PLAIN


# ---- what the conditions ask for ---------------------------------------------------------------------------------


def _wishes(scheme: CheckedScheme, line: PayLine) -> list[_Wishes]:
    """Values of columns that the rule's conditions hold for; and without any wish."""
    reader = Reader(scheme)
    conditions = [line.where] if line.where is not None else []
    conditions += [s.condition for s in line.body.steps if isinstance(s, checked.Only | checked.Zero)]
    regions = reader.both(*(reader.regions(_opened(scheme, c)) for c in conditions))
    found = [_of_columns(region) for region in regions or []][:_FEW] or [{}]
    inside = [_of_columns(r) for c in _asked(scheme, line) for r in (reader.regions(_opened(scheme, c)) or [])[:_FEW]]
    yes = {(t.identity, c.identity): Domain(options=frozenset({True}))
           for t in scheme.tables for c in t.columns if c.type.kind is Kind.yesno}  # fmt: skip
    wider = [found[0] | {k: v for k, v in other.items() if k not in found[0]} for other in inside[:_MANY]]
    together: dict[tuple[str, str], Domain] = {}
    for wishes in reversed(wider):
        together |= wishes
    met = _targets_met(scheme)
    return [*found, together, *wider, {}, yes, *([found[0] | met] if met else [])]


def _targets_met(scheme: CheckedScheme) -> _Wishes:
    """Of measures that read a column beside a fixed target: that they reach it."""
    wishes: _Wishes = {}
    for kpi in scheme.kpis:
        actual, target = (_lone(body) for body in (kpi.actual, kpi.target))
        if isinstance(actual, checked.ColumnOf) and isinstance(target, checked.Literal):
            wanted = target.value
            if isinstance(wanted, Fraction):
                wishes[actual.table, actual.column] = Domain(wanted, True, wanted, True)
    return wishes


def _lone(body: checked.Body | None) -> Term | None:
    """The term of a body that is nothing else."""
    first = body.steps[0] if body is not None and len(body.steps) == 1 else None
    return first.term if isinstance(first, checked.Start) else None


def _asked(scheme: CheckedScheme, line: PayLine) -> Iterator[Term]:
    """Conditions inside the rule and what it reads: of cases, of rows added up; keys that a lookup table has."""
    todo: list[object] = [line.body, line.to]
    seen: set[tuple[str, str]] = set()
    while todo:
        for part in checked.parts(todo.pop()):
            if isinstance(part, checked.Aggregate) and part.where is not None:
                yield part.where
            elif isinstance(part, checked.Cases):
                yield from (condition for condition, _ in part.cases)
            elif isinstance(part, checked.Change | checked.Only | checked.Zero):
                condition = part.when if isinstance(part, checked.Change) else part.condition
                yield from () if condition is None else (condition,)
            elif isinstance(part, checked.LookupValue):
                yield from _keys(scheme, part)
            elif isinstance(part, checked.ValueOf) and (part.table, part.name) not in seen:
                seen.add((part.table, part.name))
                todo += [v for v in scheme.values if (v.level, v.identity) == (part.table, part.name)]


def _keys(scheme: CheckedScheme, asked: checked.LookupValue) -> Iterator[Term]:
    table = next(t for t in scheme.lookups if t.identity == asked.lookup)
    for cell, key in zip(table.rows[0].keys, asked.keys, strict=True):
        if isinstance(cell, checked.Exactly):
            literal = checked.Literal(cell.value, key.type)
            yield checked.Comparison("=", key, literal, YESNO, key.level)


def _opened(scheme: CheckedScheme, term: Term) -> Term:
    """A named yes or no as the condition it stands for."""
    if isinstance(term, checked.Junction):
        operands = tuple(_opened(scheme, operand) for operand in term.operands)
        return checked.Junction(term.operator, operands, term.type, term.level)
    if isinstance(term, checked.ValueOf) and term.type.kind is Kind.yesno and not term.path:
        value = next((v for v in scheme.values if (v.level, v.identity) == (term.table, term.name)), None)
        first = value.body.steps[0] if value is not None and len(value.body.steps) == 1 else None
        return _opened(scheme, first.term) if isinstance(first, checked.Start) else term
    return term


def _of_columns(region: Region) -> _Wishes:
    return {(k.table, k.column): domain for k, domain in region.items() if isinstance(k, checked.ColumnOf)}


# ---- a case ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Case:
    scheme: CheckedScheme
    period: Period
    wishes: _Wishes
    size: _Size


def _facts(scheme: CheckedScheme, period: Period, wishes: _Wishes, size: _Size) -> dict[str, list[dict[str, Any]]]:
    case = _Case(scheme, period, wishes, size)
    return {table.identity: [*_rows(case, table)] for table in scheme.tables}


def _rows(case: _Case, table: Table) -> Iterator[dict[str, Any]]:
    """So many people, one of each group, so many rows of facts as the case is large; nothing is taken back."""
    if table.reverses:
        return
    if table.rates is not None:
        yield from _rates(case, table)
        return
    count = {"facts": case.size.rows, "people": case.size.people}.get(table.kind, 1)
    for n in range(1, count + 1):
        row: dict[str, Any] = {table.key: _key(table, n)}
        row |= {c.identity: _cell(case, table, c, n) for c in table.columns if c.identity != table.key}
        if any(c.dated for c in table.columns):
            row["from"] = None
        yield row


def _key(table: Table, n: int) -> str:
    return f"E{n}" if table.kind == "people" else f"{table.identity}-{n}"


def _rates(case: _Case, table: Table) -> Iterator[dict[str, Any]]:
    rates = table.rates
    assert rates is not None
    codes = table.column(rates.currency).type.options or ("USD", "EUR", "GBP", case.scheme.currency)
    for code in dict.fromkeys(codes):
        row = {c.identity: _cell(case, table, c, 1) for c in table.columns}
        yield row | {rates.currency: code, rates.day: case.period.first, rates.rate: "1"}


def _cell(case: _Case, table: Table, column: Column, n: int) -> Any:
    wish = case.wishes.get((table.identity, column.identity))
    kind = column.type.kind
    if column.link:
        return _link(case, table, column, n)
    if column.optional and wish is None and not (case.size.rows > 1 and column.type.numeric):
        return None
    if kind is Kind.yesno:
        return _chosen(wish, False)
    if kind in (Kind.date, Kind.datetime):
        day = _day(case, table, column, wish, n)
        return datetime.combine(day, time(12)) if kind is Kind.datetime else day
    if column.type.numeric:
        return _number(case, table, column, wish)
    if column.identity in naming_currencies(table):
        return case.scheme.currency if not column.type.options else column.type.options[0]
    letter = chr(ord("A") + (n - 1) % 26) if case.size.spread else "A"
    return _chosen(wish, column.type.options[0] if column.type.options else letter)


def _chosen(wish: Domain | None, usual: Any) -> Any:
    found = None if wish is None or wish.options is None else point(wish)
    return usual if found is None else found


def _link(case: _Case, table: Table, column: Column, n: int) -> str | None:
    """The first row of the other table; of people the one above, who has nobody above him."""
    other = case.scheme.table(column.link)
    if table.identity == column.link:
        above = None if column.optional else _key(other, 2)
        return above if n > 1 or table.kind != "people" else _key(other, 2)
    return _key(other, 1)


def _day(case: _Case, table: Table, column: Column, wish: Domain | None, n: int) -> date:
    """Days of facts lie in the period; those of people three years before it."""
    usual = case.period.first + timedelta(days=min(n - 1, case.period.days - 1))
    if table.kind != "facts" and column.identity != table.record_date:
        usual = date(case.period.first.year - 3, 1, 1)
    inside = wish is not None and point(wish)
    return date.fromordinal(int(inside)) if isinstance(inside, Fraction) else usual


def _number(case: _Case, table: Table, column: Column, wish: Domain | None) -> Any:
    """Round amounts, within what the column and the rule ask for."""
    kind = column.type.kind
    others = [c.identity for c in table.columns if c.type.kind is Kind.money]
    share = (1, 10, 4)[min(others.index(column.identity), 2)] if kind is Kind.money else 1  # no two alike
    ratios = [c.identity for c in table.columns if c.type.kind in (Kind.percent, Kind.number)]
    ratio = case.size.ratio(ratios.index(column.identity)) if column.identity in ratios else Fraction(1)
    usual = {Kind.money: case.size.money // share, Kind.count: case.size.count, Kind.duration: case.size.count}.get(
        kind, ratio
    )
    domain = wish or Domain()
    for check in column.checks:
        domain = domain.meet(_limit(check))
    value = Fraction(usual)
    if domain.meet(Domain(value, True, value, True)).empty:
        found = point(domain)
        value = found if isinstance(found, Fraction) else value
    if kind in (Kind.count, Kind.duration):
        return int(value)
    return to_decimal(value, 0 if column.type.varies else digits_of(table, column, case.scheme.currency))


def _limit(check: checked.Check) -> Domain:
    if check.kind in ("at_least", "above"):
        return Domain(low=check.bound, low_inside=check.kind == "at_least")
    return Domain(high=check.bound, high_inside=check.kind == "at_most")


__all__ = ["Difference", "differences", "worked"]
