"""Steps that remember: what a line came to earlier comes off, or is capped over a span.

In: such a step as written, where it stands. Out: its checked form, or a `Fault`. Only a paid line is kept from
period to period, so only its body has such steps.
"""

from collections.abc import Sequence

from tiercel_dsl import scheme, syntax, terms, windows
from tiercel_dsl.resolver import fault
from tiercel_dsl.scheme import PEOPLE, Term
from tiercel_dsl.source import Span
from tiercel_dsl.terms import Context, Desk

_MONTHS = {"week": 0, "half_month": 0, "month": 1, "quarter": 3, "half_year": 6, "year": 12, "own_year": 12}


def less_earlier(step: syntax.LessEarlier, at: Context, kind: str, desk: Desk) -> scheme.LessEarlier:
    """`less earlier this year`, in the body of a line for each person."""
    _check_paid(step.span, kind, desk)
    if at.level != PEOPLE:
        table = desk.symbols.tables[at.level].names.shown(desk.language)
        raise fault("E2432", step.span, written=desk.text_at(step.span), table=table)
    _check_longer(step.kind, step.span, desk)
    return scheme.LessEarlier(step.kind, _hired(step.kind, step.span, desk), step.span)


def cap(
    step: syntax.Limit, per: syntax.Per, term: Term, when: Term | None, at: Context, kind: str, desk: Desk
) -> scheme.Cap:
    """`at most x per year`, `at most x per customer`."""
    _check_paid(per.span, kind, desk)
    if step.kind != "at_most":
        raise fault("E2434", step.span, written=desk.text_at(per.span))
    if per.path is None:
        if at.level == PEOPLE:
            _check_longer(per.kind, per.span, desk)
        return scheme.Cap(term, per.kind, None, when, _hired(per.kind, per.span, desk), step.span)
    if at.level == PEOPLE:
        raise fault("E2436", per.span, written=desk.text_at(per.span))
    return scheme.Cap(term, "", terms.build(per.path, at, desk), when, "", step.span)


def check_after_cap(step: syntax.Step, before: Sequence[scheme.Step], desk: Desk) -> None:
    """A cap over a span counts what the line comes to: nothing after it may make that another amount."""
    caps = [s for s in before if isinstance(s, scheme.Cap)]
    changes = isinstance(step, syntax.Apply | syntax.LessEarlier | syntax.Counting)
    changes |= isinstance(step, syntax.Limit) and step.kind != "at_most"
    changes |= isinstance(step, syntax.Rounded) and step.stage == "running"
    if caps and changes:
        raise fault("E2435", step.span, written=desk.text_at(step.span), cap=desk.text_at(caps[-1].span))


def check_nothing_kept(bodies: Sequence[scheme.Body], what: str, desk: Desk) -> None:
    """Of a line that does not go to the person credited, and of a guarantee, nothing is kept."""
    for step in (s for body in bodies for s in body.steps):
        if isinstance(step, scheme.Cap | scheme.LessEarlier | scheme.Excess):
            raise fault("E2437", step.span, written=desk.text_at(step.span), what=what)


def _check_paid(span: Span, kind: str, desk: Desk) -> None:
    """`kind`: of the paid line, '' for any other body."""
    if not kind:
        raise fault("E2431", span, written=desk.text_at(span))


def _check_longer(kind: str, span: Span, desk: Desk) -> None:
    head = desk.symbols.heads.get("period")
    if head is not None and _MONTHS[kind] <= _MONTHS[head.shape]:
        raise fault("E2433", span, written=desk.text_at(span), shape=head.shape)


def _hired(kind: str, span: Span, desk: Desk) -> str:
    """The people's column that says since when somebody is there."""
    if kind != "own_year":
        return ""
    return windows.hired_column(span, desk)
