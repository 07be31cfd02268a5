"""When a line is paid: instalments, shares collected, holds, what is taken back.

In: the steps of that kind at the end of a line's body. Out: a `Settlement`, or a `Fault`. They do not change what
is earned, so they come last; only a paid line has them.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from tiercel_dsl import mending, scheme, syntax, terms, types
from tiercel_dsl.resolver import Fault, Gathered, fault
from tiercel_dsl.scheme import PEOPLE, Term
from tiercel_dsl.terms import Context, Desk
from tiercel_dsl.types import Kind

LATER = (syntax.Pay, syntax.PayShare, syntax.Hold, syntax.TakeBack)


def misplaced(step: syntax.Step, desk: Desk) -> Fault:
    """Such a step in a body that is no line's, or in an exception's."""
    return fault("E2703", step.span, written=_first_words(step, desk))


def apart(body: syntax.Body, desk: Desk) -> tuple[syntax.Body, tuple[syntax.Step, ...]]:
    """What is earned, and when it is paid: nothing is done to the amount after that is said."""
    cut = next((n for n, step in enumerate(body.steps) if isinstance(step, LATER)), len(body.steps))
    later = body.steps[cut:]
    for step in later:
        if not isinstance(step, LATER):
            raise fault("E2704", step.span, written=desk.text_at(step.span), later=_first_words(later[0], desk))
    return (replace(body, steps=body.steps[:cut]) if later else body), later


def excepted(exception: scheme.ExceptionTo, later: syntax.Step, desk: Desk) -> Fault:
    """An exception takes the place of the whole body, so it would have to say again when it is paid."""
    return fault("E2708", exception.place.span, written=_first_words(later, desk))


def checked(later: Sequence[syntax.Step], body: scheme.Body | None, at: Context, desk: Desk) -> scheme.Settlement:
    """The steps, typed. What the body knows to be there is there."""
    for step in () if body is None else body.steps:
        if isinstance(step, scheme.Only):
            at = at.knowing(terms.known_present(step.condition))
        if isinstance(step, scheme.SharedAmong):
            at = Context(PEOPLE)
    gathered = Gathered()
    _refuse_two(later, desk)
    made = [gathered.of(_reading(step, at, desk)) for step in later]
    gathered.settle()
    parts = next((part for part in made if isinstance(part, tuple)), ())
    share = next((part.term for part in made if isinstance(part, scheme.Start)), None)
    holds = tuple(part.condition for part in made if isinstance(part, scheme.Only))
    return scheme.Settlement(parts, share, holds, tuple(p for p in made if isinstance(p, scheme.TakeBack)))


_Read = tuple[scheme.Instalment, ...] | scheme.Start | scheme.Only | scheme.TakeBack


def _reading(step: syntax.Step, at: Context, desk: Desk) -> Callable[[], _Read]:
    return lambda: _read(step, at, desk)


def _read(step: syntax.Step, at: Context, desk: Desk) -> _Read:
    if isinstance(step, syntax.Pay):
        return _instalments(step, at, desk)
    if isinstance(step, syntax.PayShare):
        if at.level == PEOPLE:
            raise fault("E2707", step.span, written=desk.text_at(step.span))
        return scheme.Start(_ratio(step.expr, at, desk, "pay share"), step.span)
    if isinstance(step, syntax.Hold):
        return scheme.Only(terms.condition(step.condition, at, desk, "hold"), step.span)
    assert isinstance(step, syntax.TakeBack)
    if step.when is None:
        raise fault("E2706", step.span, written=desk.text_at(step.span))
    when = terms.condition(step.when, at, desk, "take back")
    share = _ratio(step.expr, at.knowing(terms.known_present(when)), desk, "take back")
    value = terms.constant(share)
    if isinstance(value, Fraction) and not 0 < value <= 1:
        raise fault("E2709", step.expr.span, share=mending.number(value, Kind.percent))
    return scheme.TakeBack(share, when, step.span)


def _refuse_two(later: Sequence[syntax.Step], desk: Desk) -> None:
    paying = [step for step in later if isinstance(step, syntax.Pay | syntax.PayShare)]
    if len(paying) > 1:
        raise fault("E2705", paying[1].span, written=_first_words(paying[1], desk))


def _instalments(step: syntax.Pay, at: Context, desk: Desk) -> tuple[scheme.Instalment, ...]:
    gathered = Gathered()
    made = [gathered.of(_instalment(part, at, desk)) for part in step.parts]
    gathered.settle()
    parts = tuple(part for part in made if part is not None)
    values = [terms.constant(part.share) for part in parts]
    fixed = [value for value in values if isinstance(value, Fraction)]
    total = sum(fixed, Fraction(0))
    if total > 1 or (len(fixed) == len(parts) and total != 1):
        shown = mending.number(total, Kind.percent)
        raise fault("E2710", step.parts[-1].span, total=shown, missing=mending.number(abs(1 - total), Kind.percent))
    return parts


def _instalment(part: syntax.Instalment, at: Context, desk: Desk) -> Callable[[], scheme.Instalment]:
    def read() -> scheme.Instalment:
        gathered = Gathered()
        share = gathered.of(lambda: _part_share(part, at, desk))
        # An event that has not come yet has no day: the part waits for it.
        due = gathered.of(lambda: terms.build(part.due, replace(at, rescued=True), desk))
        condition = part.when
        when = None if condition is None else gathered.of(lambda: terms.condition(condition, at, desk, "when"))
        gathered.settle()
        assert share is not None
        assert due is not None
        if due.type.kind not in (Kind.date, Kind.datetime):
            raise fault("E2204", part.due.span, what="due", wanted="date", type=str(due.type.kind))
        return scheme.Instalment(share, due, when, part.span)

    return read


def _part_share(part: syntax.Instalment, at: Context, desk: Desk) -> Term:
    share = _ratio(part.share, at, desk, "instalment")
    value = terms.constant(share)
    if isinstance(value, Fraction) and not 0 < value <= 1:
        raise fault("E2709", part.share.span, share=mending.number(value, Kind.percent))
    return share


def _ratio(expr: syntax.Expr, at: Context, desk: Desk, what: str) -> Term:
    term = terms.build(expr, at, desk)
    if types.dimension(term.type) not in ("ratio", "any"):
        raise fault("E2204", expr.span, what=what, wanted="percent", type=str(term.type.kind))
    return term


def _first_words(step: syntax.Step, desk: Desk) -> str:
    """The first line of a step as it is written."""
    return desk.text_at(step.span).split("\n")[0]
