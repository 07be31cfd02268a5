"""Divisions by a count of rows that may be none, where nothing is said for that case.

In: a checked scheme. Out: warnings, each with the words that say so. Whether there are rows is known only when they are
there; who has none stops the whole period. What a condition asks about the same rows first is left in peace.
"""

from collections.abc import Iterable, Iterator

from tiercel_dsl import mending, scheme
from tiercel_dsl.diagnostics import Diagnostic, Edit, Fix, FixKind, Severity
from tiercel_dsl.mending import Page
from tiercel_dsl.resolver import diagnostic
from tiercel_dsl.scheme import Aggregate, Arithmetic, Body, CheckedScheme

_COUNTS = ("count", "distinct")
_OTHERWISE = {"zh": "，无法计算时 0", "en": ", otherwise 0"}


def found(checked: CheckedScheme, page: Page) -> Iterator[Diagnostic]:
    """Of values, measures and lines, each with the case in which it cannot be computed."""
    rescued = _rescued(checked)
    for name, body, conditions in _bodies(checked):
        if name in rescued or any(isinstance(step, scheme.Rescue) for step in body.steps):
            continue
        asked = _tables(conditions) | _tables(_conditions(body))
        for step in body.steps:
            for part in scheme.parts(step):
                divisor = _divisor(part)
                if divisor is not None and divisor.table not in asked:
                    yield _told(divisor, step, page)


def _bodies(checked: CheckedScheme) -> Iterator[tuple[tuple[str, str], Body, tuple[object, ...]]]:
    """Each body with the name that others read it by, and what is asked before it."""
    for value in (*checked.values, *checked.scores):
        yield (value.level, value.identity), value.body, (value.where,)
    for kpi in checked.kpis:
        for body in (kpi.actual, kpi.target, kpi.score):
            if body is not None:
                yield ("kpi", kpi.identity), body, (kpi.not_applicable,)
    for line in checked.lines:
        yield (line.level, line.identity), line.body, (line.where,)


def _rescued(checked: CheckedScheme) -> set[tuple[str, str]]:
    """What is read where something is said for the case that it cannot be computed."""
    bodies = [body for _, body, _ in _bodies(checked) if any(isinstance(s, scheme.Rescue) for s in body.steps)]
    parts = [part for body in bodies for part in scheme.parts(body)]
    values = {(part.table, part.name) for part in parts if isinstance(part, scheme.ValueOf)}
    return values | {("kpi", part.kpi) for part in parts if isinstance(part, scheme.KpiOf)}


def _conditions(body: Body) -> Iterator[object]:
    for step in body.steps:
        if isinstance(step, scheme.Cases):
            yield from (condition for condition, _ in step.cases)
        elif isinstance(step, scheme.Only | scheme.Zero):
            yield step.condition
        elif isinstance(step, scheme.Change):
            yield step.when


def _tables(conditions: Iterable[object]) -> set[str]:
    """Tables whose rows the conditions ask about."""
    return {part.table for one in conditions for part in scheme.parts(one) if isinstance(part, Aggregate)}


def _divisor(part: object) -> Aggregate | None:
    if not isinstance(part, Arithmetic) or part.operator != "divide":
        return None
    last = part.operands[-1]
    return last if isinstance(last, Aggregate) and last.function in _COUNTS else None


def _told(divisor: Aggregate, step: scheme.Step, page: Page) -> Diagnostic:
    text = _OTHERWISE[page.language]
    plain = isinstance(step, scheme.Start) and bool(step.span.line)
    fix = Fix(FixKind.review, "add_rescue", (Edit(mending.at_end(step.span), text),), {"text": text.strip("，, ")})
    facts = {"divisor": page.text_at(divisor.span)}
    return diagnostic("E2621", divisor.span, severity=Severity.warning, fixes=(fix,) if plain else (), **facts)


__all__ = ["found"]
