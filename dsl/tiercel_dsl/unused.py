"""What a scheme works out and pays nobody by.

In: a checked scheme. Out: warnings for lines that the payout leaves out, and for what nothing refers to. Columns are
left alone, and so are scores and values of a person or group: those may be there to be read on the statement.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from tiercel_dsl import mending, scheme
from tiercel_dsl.diagnostics import Diagnostic, Related, Severity
from tiercel_dsl.mending import Page
from tiercel_dsl.resolver import diagnostic
from tiercel_dsl.scheme import CheckedScheme, Lookup, Names, Parameter, PayLine, Place, Tiers
from tiercel_dsl.source import Source


def found(
    checked: CheckedScheme, page: Page, sources: Mapping[str, Source], nodes: Sequence[object]
) -> Iterator[Diagnostic]:
    """In the order of the kinds of things; what a used file declares may be there for another scheme."""
    main, texts = next(iter(sources), ""), [source.folded for source in sources.values()]
    for one in _found(checked, page, nodes):
        if one.code != "E2605" or (one.span.source == main and not _written(one.facts["names"], texts)):
            yield one


def _written(names: Names, texts: Sequence[str]) -> bool:
    """Whether a name stands anywhere but where it is given: in a bound, say, of which only the number is kept."""
    return any(_times(name, texts) > 1 for name in (names.name, names.alias) if name)


def _times(name: str, texts: Sequence[str]) -> int:
    pattern = rf"\b{re.escape(name)}\b" if name.isascii() else re.escape(name)
    return sum(len(re.findall(pattern, text)) for text in texts)


def _found(checked: CheckedScheme, page: Page, nodes: Sequence[object]) -> Iterator[Diagnostic]:
    mentioned = {name for node in nodes for name in _named(node)}
    paid = _reached(checked)
    yield from _unpaid(checked, paid, page)
    kinds: tuple[tuple[str, tuple[Parameter | Tiers | Lookup, ...]], ...] = (
        ("parameter", checked.parameters),
        ("tiers", checked.tiers),
        ("lookup", checked.lookups),
    )
    for kind, things in kinds:
        for thing in things:
            if (kind, thing.identity) not in mentioned:
                yield _unused(kind, thing.names, thing.place, page)
    for kpi in checked.kpis:
        if ("kpi", kpi.identity) not in mentioned:
            yield _unused("kpi", kpi.names, kpi.place, page)
    rows = {table.identity for table in checked.tables if table.kind == "facts"}
    for value in checked.values:
        if value.level in rows and ("value", value.level, value.identity) not in mentioned:
            yield _unused("value", value.names, value.place, page)


def _unused(kind: str, names: Names, place: Place, page: Page) -> Diagnostic:
    name = names.shown(page.language)
    at = mending.label(place.span, names, page)
    return diagnostic("E2605", at, what=kind, name=name, names=names, severity=Severity.warning)


def _unpaid(checked: CheckedScheme, paid: set[tuple[str, ...]], page: Page) -> Iterator[Diagnostic]:
    """Lines that the payout does not add up: they stand on the statement, and nobody gets them."""
    if checked.payout is None:
        return
    related = (Related(checked.payout_place.span, "payout_here"),)
    for line in checked.lines:
        if ("line", line.identity) not in paid and _to_somebody(line):
            name, at = line.names.shown(page.language), mending.label(line.place.span, line.names, page)
            yield diagnostic("E2606", at, name=name, severity=Severity.warning, related=related)


def _to_somebody(line: PayLine) -> bool:
    """Whether anybody but the company receives it."""
    if isinstance(line.to, scheme.Upline):
        return True
    if line.to is not None:
        return not line.to.company
    shared = line.sharing
    return not isinstance(shared, scheme.Shared) or any(not s.receiver.company for s in shared.shares)


# ---- who refers to what ------------------------------------------------------------------------------------------


def _names(node: object) -> set[tuple[str, ...]]:
    """Everything that the terms inside a node name."""
    out: set[tuple[str, ...]] = set()
    for part in scheme.parts(node):
        if type(part) in _NAMING:
            out.update(_named(part))
    return out


_NAMING = frozenset(
    {
        *(scheme.ParameterOf, scheme.TierValue, scheme.TierPrice, scheme.NextBound, scheme.GrossFor),
        *(scheme.LookupValue, scheme.ValueOf, scheme.KpiOf, scheme.WeightedSum, scheme.PreviousOf, scheme.OpeningOf),
        *(scheme.PlaceOf, scheme.CompetencyOf, scheme.Competency, scheme.Received, scheme.DueOf),
    }
)


def _named(part: object) -> Iterator[tuple[str, ...]]:
    if isinstance(part, scheme.ParameterOf):
        yield ("parameter", part.name)
    elif isinstance(part, scheme.TierValue | scheme.TierPrice | scheme.NextBound | scheme.GrossFor):
        yield ("tiers", part.tiers)
    elif isinstance(part, scheme.LookupValue):
        yield ("lookup", part.lookup)
    elif isinstance(part, scheme.ValueOf):
        yield ("value", part.table, part.name)
    elif isinstance(part, scheme.KpiOf):
        yield ("kpi", part.kpi)
    elif isinstance(part, scheme.WeightedSum):
        yield from (("kpi", name) for name in part.kpis)
    elif isinstance(part, scheme.PreviousOf):
        yield from ((kind, part.name) for kind in ("kpi", "line"))
        yield from ((kind, part.table, part.name) for kind in ("value", "rank"))
    elif isinstance(part, scheme.OpeningOf):
        yield ("account", part.account)
    elif isinstance(part, scheme.PlaceOf):
        yield ("rank", part.table, part.rank)
    elif isinstance(part, scheme.CompetencyOf):
        yield ("competency", part.competency)
    elif isinstance(part, scheme.Competency):
        yield ("lookup", part.course)
    elif isinstance(part, scheme.Received | scheme.DueOf):
        yield from (("line", name) for name in part.lines)


def _reached(checked: CheckedScheme) -> set[tuple[str, ...]]:
    """What the payout comes from, step by step: lines, values, kpis; of a scheme without one what its lines do."""
    things: dict[tuple[str, ...], object] = {("kpi", k.identity): k for k in checked.kpis}
    things |= {("account", a.identity): a for a in checked.accounts}
    things |= {("rank", r.level, r.identity): r for r in checked.ranks}
    things |= {("competency", c.identity): c for c in checked.competencies}
    things |= {("value", v.level, v.identity): v for v in (*checked.values, *checked.scores)}
    things |= {("line", line.identity): line for line in checked.lines}
    lines = {(line.level, line.identity) for line in checked.lines}
    start = checked.payout if checked.payout is not None else checked.lines
    todo, seen = [*_names(start), *_names(checked.requirements), *_names(checked.promises)], set[tuple[str, ...]]()
    while todo:
        name = todo.pop()
        if name[0] == "value" and name[1:] in lines:
            name = ("line", name[2])
        if name not in seen:
            seen.add(name)
            todo += _names(things[name]) if name in things else ()
    return seen
