"""Bodies: a column of steps in the order written, typed.

In: a `syntax.Body` and where it stands. Out: a `scheme.Body`. Cases at the start become one step;
`otherwise` is the last case after cases and, after a value, what holds where it cannot be computed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from tiercel_dsl import scheme, syntax, terms, types
from tiercel_dsl.diagnostics import Diagnostic, Edit, Fix, FixKind
from tiercel_dsl.resolver import Fault, fault
from tiercel_dsl.scheme import Term
from tiercel_dsl.terms import Context, Desk
from tiercel_dsl.types import COUNT, MONEY, NUMBER, PLAIN, Kind, Type

_EXACT = (Kind.text, Kind.yesno, Kind.date, Kind.datetime, Kind.row, Kind.count, Kind.duration)


@dataclass(slots=True)
class _Work:
    """The body as far as it is built."""

    at: Context
    steps: list[scheme.Step] = field(default_factory=list[scheme.Step])
    type: Type = PLAIN
    rounded: bool = False
    unrounded: bool = False
    faults: list[Diagnostic] = field(default_factory=list[Diagnostic])


def check_body(
    body: syntax.Body, at: Context, desk: Desk, wanted: Type | None = None, what: str = ""
) -> scheme.Body:
    """Type a body; `wanted` is the type its place needs, `what` names the place for the message."""
    rescue = any(isinstance(s, syntax.Otherwise) for s in body.steps[1:]) and not isinstance(
        body.steps[0], syntax.Case
    )
    rescue = rescue or any(isinstance(s, syntax.Otherwise) and s.rescue for s in body.steps)
    work = _Work(replace(at, rescued=at.rescued or rescue))
    leading = _leading(body)
    _start(body, leading, work, desk)
    for step in body.steps[leading:]:
        try:
            _step(step, work, desk)
        except Fault as f:
            work.faults += f.diagnostics
    if work.faults:
        raise Fault(*work.faults)
    return _finished(body, work, desk, wanted, what)


def _leading(body: syntax.Body) -> int:
    """How many steps make up the start: one value, or all cases with their otherwise."""
    if not isinstance(body.steps[0], syntax.Case):
        return 1
    count = 1
    while count < len(body.steps) and isinstance(body.steps[count], syntax.Case):
        count += 1
    if count < len(body.steps):
        following = body.steps[count]
        if isinstance(following, syntax.Otherwise) and not following.rescue:
            count += 1
    return count


def _start(body: syntax.Body, leading: int, work: _Work, desk: Desk) -> None:
    first = body.steps[0]
    if isinstance(first, syntax.Case):
        _cases(body, body.steps[:leading], work, desk)
    elif isinstance(first, syntax.Value):
        term = terms.build(first.expr, work.at, desk)
        work.type = term.type
        work.steps.append(scheme.Start(term, first.span))
    else:
        raise fault("E2209", first.span, what="start")


def _cases(body: syntax.Body, steps: Sequence[syntax.Step], work: _Work, desk: Desk) -> None:
    cases: list[tuple[Term, Term]] = []
    spans = tuple(s.span for s in steps if isinstance(s, syntax.Case))
    otherwise: Term | None = None
    type_: Type | None = None
    for step in steps:
        if isinstance(step, syntax.Case):
            condition = terms.condition(step.when, work.at, desk, "when")
            value = terms.build(step.expr, work.at.knowing(terms.known_present(condition)), desk)
            cases.append((condition, value))
            type_ = _joined(type_, value, step.expr, desk)
        elif isinstance(step, syntax.Otherwise) and step.expr is not None:
            otherwise = terms.build(step.expr, work.at, desk)
            type_ = _joined(type_, otherwise, step.expr, desk)
    assert type_ is not None
    work.type = type_
    ready = tuple((c, terms.adapted(v, type_)) for c, v in cases)
    last = terms.adapted(otherwise, type_) if otherwise is not None else None
    work.steps.append(scheme.Cases(ready, last, not body.first_of, steps[0].span, spans))


def _joined(so_far: Type | None, value: Term, written: syntax.Expr, desk: Desk) -> Type:
    both = value.type if so_far is None else types.unified(so_far, value.type)
    if both is None:
        assert so_far is not None
        raise fault("E2204", written.span, what="case", wanted=str(so_far.kind), type=str(value.type.kind))
    return both


def _step(step: syntax.Step, work: _Work, desk: Desk) -> None:
    if isinstance(step, syntax.Apply):
        _apply(step, work, desk)
    elif isinstance(step, syntax.Limit):
        _limit(step, work, desk)
    elif isinstance(step, syntax.Rounded):
        work.rounded = True
        work.steps.append(scheme.Round(rounding_of(step), step.span))
    elif isinstance(step, syntax.Unrounded):
        work.unrounded = True
    elif isinstance(step, syntax.OnlyWhen | syntax.ZeroUnless):
        _premise(step, work, desk)
    elif isinstance(step, syntax.Otherwise):
        _rescue(step, work, desk)
    else:
        raise fault("E2209", step.span, what="case" if isinstance(step, syntax.Case) else "value")


def rounding_of(step: syntax.Rounded) -> scheme.Rounding:
    if step.step <= 0:
        raise fault("E2204", step.span, what="rounding step", wanted="number", type="number")
    return scheme.Rounding(step.mode, step.step, step.stage or "row")


def _when(condition: syntax.Expr | None, work: _Work, desk: Desk) -> Term | None:
    return None if condition is None else terms.condition(condition, work.at, desk, "when")


def _apply(step: syntax.Apply, work: _Work, desk: Desk) -> None:
    when = _when(step.when, work, desk)
    at = work.at if when is None else work.at.knowing(terms.known_present(when))
    term = terms.build(step.expr, at, desk)
    if step.operator == "times":
        type_ = types.multiplied(work.type, term.type)
    else:
        type_ = types.added(work.type, term.type, step.operator == "minus")
        term = terms.adapted(term, work.type)
    if type_ is None:
        code = "E2202" if work.type.kind is term.type.kind is Kind.money else "E2201"
        sign = {"times": "×", "plus": "+", "minus": "-"}[step.operator]
        raise fault(
            code, step.span, operator=sign, left=_before(work), right=step.expr,
            left_type=str(work.type.kind), right_type=str(term.type.kind),
        )  # fmt: skip
    work.type, work.rounded = type_, False
    work.steps.append(scheme.Change(step.operator, term, when, step.span))


def _before(work: _Work) -> object:
    """What the author wrote up to here: the text of the start is enough."""
    return work.steps[0] if work.steps else ""


def _limit(step: syntax.Limit, work: _Work, desk: Desk) -> None:
    when = _when(step.when, work, desk)
    at = work.at if when is None else work.at.knowing(terms.known_present(when))
    term = terms.build(step.expr, at, desk)
    both = types.unified(work.type, term.type)
    if both is None or both.kind in (Kind.text, Kind.yesno, Kind.row):
        raise fault(
            "E2204", step.expr.span, what=step.kind, wanted=str(work.type.kind), type=str(term.type.kind)
        )
    work.type, work.rounded = both, False
    work.steps.append(scheme.Change(step.kind, terms.adapted(term, both), when, step.span))


def _premise(step: syntax.OnlyWhen | syntax.ZeroUnless, work: _Work, desk: Desk) -> None:
    only = isinstance(step, syntax.OnlyWhen)
    condition = terms.condition(step.condition, work.at, desk, "only when" if only else "zero unless")
    work.at = work.at.knowing(terms.known_present(condition))
    work.steps.append(scheme.Only(condition, step.span) if only else scheme.Zero(condition, step.span))


def _rescue(step: syntax.Otherwise, work: _Work, desk: Desk) -> None:
    if any(isinstance(s, scheme.Rescue) for s in work.steps):
        raise fault("E2209", step.span, what="otherwise")
    if step.written.startswith("否则"):
        span = replace(step.span, end_line=step.span.line, end_column=step.span.column + len("否则"))
        fix = Fix(FixKind.review, "replace_word", (Edit(span, "无法计算时"),), {"candidate": "无法计算时"})
        raise fault("E2208", span, written="否则", fixes=(fix,))
    if step.expr is None:
        return
    term = terms.build(step.expr, replace(work.at, rescued=False), desk)
    both = types.unified(work.type, term.type)
    if both is None:
        raise fault(
            "E2204", step.expr.span, what="otherwise", wanted=str(work.type.kind), type=str(term.type.kind)
        )
    work.type = both
    work.steps.append(scheme.Rescue(terms.adapted(term, both), step.span))


def _finished(body: syntax.Body, work: _Work, desk: Desk, wanted: Type | None, what: str) -> scheme.Body:
    type_ = work.type
    if wanted is not None:
        if not types.fits(type_, wanted):
            raise fault("E2204", body.steps[0].span, what=what, wanted=str(wanted.kind), type=str(type_.kind))
        type_ = wanted if type_.kind is Kind.plain else type_
        if wanted == MONEY and work.unrounded:
            raise fault("E2210", body.span, name=what)
    if work.unrounded or work.rounded or type_.kind in _EXACT:
        return scheme.Body(tuple(work.steps), None, type_)
    return scheme.Body(tuple(work.steps), DEFAULT_ROUNDING, type_)


# Stands for the header's default of the type, or half up to the minor unit (money), 6 decimals (ratios).
DEFAULT_ROUNDING = scheme.Rounding("default", Fraction(0))

__all__ = ["COUNT", "DEFAULT_ROUNDING", "NUMBER", "check_body", "rounding_of"]
