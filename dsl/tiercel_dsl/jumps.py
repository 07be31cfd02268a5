"""Tier tables whose pay jumps or falls at a bound, and tables that look like another mode than they are written in.

In: a checked scheme. Out: remarks with the amount and both results in money.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from tiercel_dsl import mending, scheme
from tiercel_dsl.diagnostics import Diagnostic, Edit, Fix, FixKind, Severity
from tiercel_dsl.keywords import FACES
from tiercel_dsl.mending import Page
from tiercel_dsl.records import dataclass
from tiercel_dsl.resolver import diagnostic
from tiercel_dsl.scheme import Arithmetic, Body, Change, CheckedScheme, Start, Term, Tier, TierPrice, Tiers, TierValue
from tiercel_dsl.source import Span
from tiercel_dsl.tier_modes import deductions
from tiercel_dsl.types import Kind, dimension

_CENT = Fraction(1, 100)
_DEDUCTIONS = ("less", "速算扣除", "速算扣除数")
_WHOLE = re.compile(r"全额累进|全额计|按全额|\bwhole[- ]amount\b|\bretroactive\b", re.IGNORECASE)
_MARGINAL = re.compile(r"超额累进|分段累进|分段计|\bmarginal\b|\bslice by slice\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Use:
    """A base times the value of the tier that holds it."""

    table: Tiers
    column: int
    base: Term
    priced: bool = False  # written `table on base`


def found(checked: CheckedScheme, page: Page, nodes: Sequence[object]) -> Iterator[Diagnostic]:
    """Of every table that is used to price something."""
    tables = {table.identity: table for table in checked.tiers}
    told: set[tuple[str, int]] = set()
    for use in _uses(nodes, tables):
        mark = (use.table.identity, use.column)
        if mark not in told and _countable(use):
            told.add(mark)
            meant = [*_deduction_forgotten(use, checked, page), *_looks(use.table, checked, page)]
            yield from meant
            if not meant and _less(use, checked) is None:
                yield from _at_bounds(use, page)
    yield from _fixed_falls(nodes, tables, page)
    for table in checked.tiers:
        if all(table.identity != name for name, _ in told):
            yield from _looks(table, checked, page)
    yield from _deducted_twice(nodes, tables, page)


# ---- uses --------------------------------------------------------------------------------------------------------


def _uses(nodes: Sequence[object], tables: dict[str, Tiers]) -> Iterator[_Use]:
    """`T on x` of a whole table, `T(x) of x`, `x` times `T(x)`."""
    for part in nodes:
        if isinstance(part, TierPrice) and part.key is None and tables[part.tiers].mode == "whole":
            yield _Use(tables[part.tiers], part.column, part.base, True)
        elif isinstance(part, Arithmetic) and part.operator in ("share", "multiply"):
            yield from _products(part.operands, tables)
        elif isinstance(part, Body) and isinstance(part.steps[0], Start):
            times = [s.term for s in part.steps[1:2] if isinstance(s, Change) and s.operator == "times"]
            yield from _products((part.steps[0].term, *times), tables)


def _products(terms: tuple[Term, ...], tables: dict[str, Tiers]) -> Iterator[_Use]:
    for term in terms:
        if isinstance(term, TierValue) and term.key in terms and tables[term.tiers].mode == "whole":
            yield _Use(tables[term.tiers], term.column, term.key)


def _countable(use: _Use) -> bool:
    """Whether the base is money, or things at an amount each, and the bounds stand fast."""
    kinds = (use.base.type.kind, use.table.column_types[use.column].kind)
    money = kinds[0] is Kind.money and dimension(use.table.column_types[use.column]) in ("ratio", "any")
    each = kinds == (Kind.count, Kind.money)
    return (money or each) and not use.table.scaled and all(t.series is None for t in use.table.tiers)


# ---- at the bounds -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Jump:
    tier: Tier
    before: Fraction
    after: Fraction
    low: Fraction  # what `before` pays
    high: Fraction

    @property
    def height(self) -> Fraction:
        return self.high - self.low


def _at_bounds(use: _Use, page: Page) -> Iterator[Diagnostic]:
    """The deepest fall as a warning; the highest jump as a note."""
    unit = Fraction(1) if use.base.type.kind is Kind.count else _CENT
    jumps = [*_jumps(use, unit)]
    for jump, code, severity in (
        (min(jumps, key=lambda j: j.height, default=None), "E2608", Severity.warning),
        (max(jumps, key=lambda j: j.height, default=None), "E2607", Severity.note),
    ):
        if jump is not None and (jump.height < 0) is (code == "E2608") and abs(jump.height) > unit:
            told = _told(code, use.table, jump, use.base.type.kind, severity, page)
            yield _cured(told, use, jumps, jump, page) if code == "E2608" else told


def _cured(told: Diagnostic, use: _Use, jumps: Sequence[_Jump], deepest: _Jump, page: Page) -> Diagnostic:
    """The other bounds where it falls; and slice by slice instead, where no rate is above the one before."""
    also = tuple(
        mending.written(j.tier.low.value, use.table.key_type.kind, page)
        for j in jumps
        if j is not deepest and j.height < 0 and j.tier.low is not None
    )
    rates = [tier.values[use.column] for tier in use.table.tiers]
    sinking = all(isinstance(a, Fraction) and isinstance(b, Fraction) and b <= a for a, b in pairwise(rates))
    span = use.table.place.span
    head = page.text_at(span).partition("\n")[0]
    found = [m for m in re.finditer(r"\w+", head) if m.group() in _WHOLE_WORDS]
    fixes: tuple[Fix, ...] = ()
    if sinking and use.priced and len(found) == 1:
        at = span.column + found[0].start()
        place = Span(span.source, span.line, at, span.line, at + len(found[0].group()))
        text = mending.word("MODE", "marginal", page)
        fixes = (Fix(FixKind.review, "write", (Edit(place, text),), {"text": text}),)
    return replace(told, facts={**told.facts, "also": also}, fixes=fixes)


_WHOLE_WORDS = frozenset(w for e in FACES if (e.terminal, e.sense) == ("MODE", "whole") for w in e.english + e.chinese)


def _jumps(use: _Use, unit: Fraction) -> Iterator[_Jump]:
    for lower, upper in pairwise(use.table.tiers):
        assert upper.low is not None
        below, above = lower.values[use.column], upper.values[use.column]
        bound = upper.low.value
        before = bound - unit if upper.low.inside else bound
        if isinstance(below, Fraction) and isinstance(above, Fraction) and before >= 0 and bound > 0:
            yield _Jump(upper, before, before + unit, _cents(before * below), _cents((before + unit) * above))


def _cents(value: Fraction) -> Fraction:
    """Half up, for amounts that are not negative."""
    return Fraction((value * 100 + Fraction(1, 2)).__floor__(), 100)


def _told(code: str, table: Tiers, jump: _Jump, base: Kind, severity: Severity, page: Page) -> Diagnostic:
    return diagnostic(
        code, jump.tier.span, table=table.names.shown(page.language), severity=severity,
        before=amount(jump.before) if base is Kind.money else mending.decimal(jump.before),
        after=amount(jump.after) if base is Kind.money else mending.decimal(jump.after),
        low=amount(jump.low), high=amount(jump.high), difference=amount(abs(jump.height)),
    )  # fmt: skip


def amount(value: Fraction) -> str:
    """Money with its cents, grouped: 1,234.50."""
    cents = _cents(abs(value)) * 100
    whole, rest = divmod(cents.numerator, 100)
    return f"{'-' if value < 0 else ''}{whole:,}.{rest:02d}"


def _fixed_falls(nodes: Sequence[object], tables: dict[str, Tiers], page: Page) -> Iterator[Diagnostic]:
    """An award that rises with the tiers, and at one of them falls."""
    priced = dict.fromkeys(p.tiers for p in nodes if isinstance(p, TierPrice | TierValue))
    for table in (tables[name] for name in priced):
        values = [t.values[0] for t in table.tiers]
        rises = [isinstance(b, Fraction) and isinstance(a, Fraction) and b > a for a, b in pairwise(values)]
        if table.mode != "fixed" or not any(rises):
            continue
        for lower, upper in pairwise(table.tiers):
            low, high = lower.values[0], upper.values[0]
            assert upper.low is not None
            if isinstance(low, Fraction) and isinstance(high, Fraction) and 0 < high < low:
                at = mending.written(upper.low.value, table.key_type.kind, page)
                facts = {"at": at, "low": amount(low), "high": amount(high), "severity": Severity.warning}
                yield diagnostic("E2619", upper.span, table=table.names.shown(page.language), **facts)
                break


# ---- looks -------------------------------------------------------------------------------------------------------


def _looks(table: Tiers, checked: CheckedScheme, page: Page) -> Iterator[Diagnostic]:
    """The heading or title says one mode, the table another."""
    alone = [t for t in checked.tiers if t.place.clause == table.place.clause]
    text = " ".join([table.place.clause if len(alone) == 1 else "", table.names.title])
    says = [mode for mode, words in (("whole", _WHOLE), ("marginal", _MARGINAL)) if words.search(text)]
    if table.mode not in ("whole", "marginal") or len(says) != 1 or says[0] == table.mode:
        return
    example = _example(table, 0)
    if example is not None:
        base, whole, marginal = example
        yield diagnostic(
            "E2612", mending.label(table.place.span, table.names, page),
            table=table.names.shown(page.language), says=says[0], mode=table.mode,
            base=mending.written(base, Kind.number, page), whole=amount(whole), marginal=amount(marginal),
            severity=Severity.warning,
        )  # fmt: skip


def _example(table: Tiers, column: int) -> tuple[Fraction, Fraction, Fraction] | None:
    """A base in the last tier, and what it pays in both modes."""
    rates = [t.values[column] for t in table.tiers]
    lows = [t.low.value for t in table.tiers if t.low is not None]
    ratio = dimension(table.column_types[column]) in ("ratio", "any")
    if not lows or not ratio or table.scaled or any(t.series for t in table.tiers) or max(lows) <= 0:
        return None
    base, last = max(lows) * 2, rates[-1]
    if table.tiers[-1].high is not None and base > table.tiers[-1].high.value:
        base = table.tiers[-1].high.value
    less = deductions(table.tiers, column)[-1]
    return (base, base * last, base * last - less) if isinstance(last, Fraction) else None


def _deduction_column(table: Tiers) -> int | None:
    for index, names in enumerate(table.column_names):
        if not {names.name, names.alias}.isdisjoint(_DEDUCTIONS):
            return index
    return None


def _deduction_forgotten(use: _Use, checked: CheckedScheme, page: Page) -> Iterator[Diagnostic]:
    """A whole table with quick deductions that nothing takes off: then it was meant to be marginal."""
    column = _deduction_column(use.table)
    if column is None or column == use.column or _read(checked, use.table, column):
        return
    example = _example(use.table, use.column)
    if example is not None and deductions(use.table.tiers, use.column) == [t.values[column] for t in use.table.tiers]:
        base, whole, marginal = example
        facts = {"base": mending.written(base, Kind.number, page), "whole": amount(whole), "marginal": amount(marginal)}
        name = use.table.names.shown(page.language)
        yield diagnostic(
            "E2614",
            mending.label(use.table.place.span, use.table.names, page),
            table=name,
            severity=Severity.warning,
            **facts,
        )


def _less(use: _Use, checked: CheckedScheme) -> int | None:
    """The column of quick deductions, if somebody takes them off: then nothing jumps."""
    column = _deduction_column(use.table)
    return column if column is not None and _read(checked, use.table, column) else None


def _read(node: object, table: Tiers, column: int) -> bool:
    return any(
        isinstance(p, TierValue) and p.tiers == table.identity and p.column == column for p in scheme.parts(node)
    )


def _deducted_twice(nodes: Sequence[object], tables: dict[str, Tiers], page: Page) -> Iterator[Diagnostic]:
    """Slice by slice, and then the quick deduction taken off as well."""
    if not any(_deduction_column(table) is not None for table in tables.values()):
        return
    for body in (p for p in nodes if isinstance(p, Body)):
        for price in (p for p in scheme.parts(body) if isinstance(p, TierPrice)):
            table = tables[price.tiers]
            column = _deduction_column(table)
            if table.mode != "marginal" or column is None or not _read(body, table, column):
                continue
            example = _example(table, price.column)
            if example is not None:
                base, whole, marginal = example
                right, wrong = amount(marginal), amount(marginal - (whole - marginal))
                facts = {"base": mending.written(base, Kind.number, page), "right": right, "wrong": wrong}
                name = table.names.shown(page.language)
                yield diagnostic("E2613", price.span, table=name, severity=Severity.warning, **facts)
