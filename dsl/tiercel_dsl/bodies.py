"""Bodies: a column of steps in the order written, typed.

In: a `syntax.Body` and where it stands. Out: a `scheme.Body`. Cases at the start become one step;
`otherwise` is the last case after cases and, after a value, what holds where it cannot be computed.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from tiercel_dsl import accounts, currencies, mending, scheme, settlement, sharing, spans, syntax, terms, types
from tiercel_dsl.diagnostics import Diagnostic, Edit, Fix, FixKind
from tiercel_dsl.offers import of_steps
from tiercel_dsl.resolver import Fault, Gathered, fault, replacing
from tiercel_dsl.scheme import PEOPLE, Term
from tiercel_dsl.source import NOWHERE, Span
from tiercel_dsl.terms import Context, Desk
from tiercel_dsl.types import COUNT, MONEY, NUMBER, PLAIN, Kind, Type

_EXACT = (Kind.text, Kind.yesno, Kind.date, Kind.datetime, Kind.row, Kind.count, Kind.duration)


@dataclass(slots=True)
class _Work:
    """The body as far as it is built."""

    at: Context
    kind: str = ""  # of the paid line, '' for any other body
    group: Context | None = None  # where the amount stood that was shared
    steps: list[scheme.Step] = field(default_factory=list[scheme.Step])
    type: Type = PLAIN
    rounded: bool = False
    unrounded: bool = False
    ends: Span = NOWHERE  # of the last word `unrounded`
    gathered: Gathered = field(default_factory=Gathered)


def check_body(
    body: syntax.Body, at: Context, desk: Desk, wanted: Type | None = None, what: str = "", kind: str = ""
) -> scheme.Body:
    """Type a body; `wanted` is the type its place needs, `what` names the place for the message, `kind` is
    that of a paid line."""
    leading = _leading(body)
    rescue = _rescued_up_to(body, leading)
    work = _Work(replace(at, rescued=rescue > 0), kind)
    try:
        _start(body, leading, work, desk)
    except Fault as f:
        raise Fault(*f.diagnostics, *_faults_in(body.steps[leading:], work.at, desk)) from f
    for index, step in enumerate(body.steps[leading:], leading):
        work.at = replace(work.at, rescued=index < rescue)
        work.gathered.of(_stepping(step, work, desk))
    work.gathered.settle()
    if wanted == MONEY and types.two_currencies(work.type, MONEY):
        raise _not_paid(body, work, what, desk)
    if kind == "guarantee":
        _fill_up(body, at, work, desk)
    return _finished(body, work, desk, wanted, what)


def _not_paid(body: syntax.Body, work: _Work, what: str, desk: Desk) -> Fault:
    """Money of another currency can be worked with, but only that of the scheme is paid."""
    first = body.steps[0]
    assert isinstance(first, syntax.Value | syntax.Case)
    return currencies.unpaid(first.expr, work.type, what, work.at.level, desk)


def _stepping(step: syntax.Step, work: _Work, desk: Desk) -> Callable[[], None]:
    return lambda: _step(step, work, desk)


def _faults_in(steps: Sequence[syntax.Step], at: Context, desk: Desk) -> list[Diagnostic]:
    """What is wrong inside steps whose own place cannot be judged, because the start of the body is wrong."""
    gathered, free = Gathered(), replace(at, rescued=True)
    for step in steps:
        written = (getattr(step, name, None) for name in ("expr", "when", "condition"))
        for expr in written:
            if expr is not None:
                gathered.of(_building(expr, free, desk))
    return gathered.found


def _rescued_up_to(body: syntax.Body, leading: int) -> int:
    """The place of the step that says what holds where the steps before it cannot be computed; 0 if none."""
    for index, step in enumerate(body.steps[leading:], leading):
        if isinstance(step, syntax.Shared | syntax.SharedAmong):
            return 0  # what holds after it is said of the sharing
        if isinstance(step, syntax.Otherwise) and step.expr is not None:
            return index
    return 0


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
    otherwise: Term | None = None
    gathered, rest = Gathered(), work.at  # `rest`: what is known where no case so far holds
    for step in steps:
        if isinstance(step, syntax.Case):
            case = gathered.of(_casing(step, rest if body.first_of else work.at, desk))
            if case is not None:
                cases.append(case)
                rest = rest.knowing(terms.known_present(case[0], holds=False))
        elif isinstance(step, syntax.Otherwise) and step.expr is not None:
            otherwise = gathered.of(_building(step.expr, rest, desk))
    gathered.settle()
    values = [value for _, value in cases] + ([otherwise] if otherwise is not None else [])
    work.type = _one_type(values, work.at, desk)
    ready = tuple((c, terms.adapted(v, work.type)) for c, v in cases)
    last = terms.adapted(otherwise, work.type) if otherwise is not None else None
    spans = tuple(s.span for s in steps if isinstance(s, syntax.Case))
    work.steps.append(scheme.Cases(ready, last, not body.first_of, steps[0].span, spans))


def _building(expr: syntax.Expr, at: Context, desk: Desk) -> Callable[[], Term]:
    return lambda: terms.build(expr, at, desk)


def _casing(step: syntax.Case, at: Context, desk: Desk) -> Callable[[], tuple[Term, Term]]:
    """Condition and value; the value is built even if the condition is wrong, for its faults."""

    def read() -> tuple[Term, Term]:
        gathered = Gathered()
        condition = gathered.of(lambda: terms.condition(step.when, at, desk, "when"))
        known = at.knowing(terms.known_present(condition)) if condition is not None else replace(at, rescued=True)
        value = gathered.of(_building(step.expr, known, desk))
        gathered.settle()
        assert condition is not None
        assert value is not None
        return condition, value

    return read


def _one_type(values: Sequence[Term], at: Context, desk: Desk) -> Type:
    """The type that every case has."""
    type_ = values[0].type
    for value in values[1:]:
        if types.two_currencies(type_, value.type):
            raise currencies.mixed(value.span, (values[0], type_), (value, value.type), at.level, desk)
        both = types.unified(type_, value.type)
        if both is None:
            raise fault("E2204", value.span, what="case", wanted=str(type_.kind), type=str(value.type.kind))
        type_ = both
    return type_


def _step(step: syntax.Step, work: _Work, desk: Desk) -> None:
    spans.check_after_cap(step, work.steps, desk)
    if isinstance(step, syntax.Apply):
        _apply(step, work, desk)
    elif isinstance(step, syntax.Limit):
        _limit(step, work, desk)
    elif isinstance(step, syntax.LessEarlier):
        work.steps.append(spans.less_earlier(step, work.at, work.kind, desk))
        work.rounded = False
    elif isinstance(step, syntax.Rounded):
        _round(step, work, desk)
    elif isinstance(step, syntax.Unrounded):
        work.unrounded, work.ends = True, step.span
    elif isinstance(step, syntax.OnlyWhen | syntax.ZeroUnless):
        _premise(step, work, desk)
    elif isinstance(step, syntax.Otherwise):
        _rescue(step, work, desk)
    elif isinstance(step, syntax.Counting):
        _count(step, work, desk)
    elif isinstance(step, syntax.Excess):
        work.steps.append(accounts.excess(step, work.steps, work.kind, desk))
    elif isinstance(step, syntax.Shared | syntax.SharedAmong | syntax.Remainder):
        _share(step, work, desk)
    elif isinstance(step, settlement.LATER):
        raise settlement.misplaced(step, desk)
    else:
        what = "case" if isinstance(step, syntax.Case) else "value"
        raise fault("E2209", step.span, what=what, fixes=_grouped(step.span, desk) or _meant(step))


def _grouped(span: Span, desk: Desk) -> tuple[Fix, ...]:
    """12，000: a number grouped with commas that part things."""
    before = desk.text_at(Span(span.source, span.line, 1, span.line, span.column))
    head, tail = _GROUPED_HEAD.search(before), _GROUPED_TAIL.match(desk.text_at(span))
    if head is None or tail is None:
        return ()
    number = Span(span.source, span.line, head.start() + 1, span.line, span.column + tail.end())
    text = desk.text_at(number).replace("，", ",").replace("、", ",")
    return (Fix(FixKind.review, "write", (Edit(number, text),), {"text": text}),)


_GROUPED_HEAD = re.compile(r"(?<![0-9.,，])[1-9][0-9]{0,2}(?:[，、][0-9]{3})*[，、]$")
_GROUPED_TAIL = re.compile(r"[0-9]{3}(?:[，、][0-9]{3})*(?![0-9])")


def _meant(step: syntax.Step) -> tuple[Fix, ...]:
    """A name where a step is wanted may be the word of one."""
    match step:
        case syntax.Value(syntax.Path((word,))):
            return replacing(step.span, of_steps(word))
        case _:
            return ()


def _round(step: syntax.Rounded, work: _Work, desk: Desk) -> None:
    last = work.steps[-1] if work.steps else None
    if isinstance(last, scheme.SharedAmong) and last.rounding is None:
        work.steps[-1] = replace(last, rounding=rounding_of(step))
        return
    if types.dimension(work.type) not in ("money", "ratio", "any"):
        raise fault("E2204", step.span, what="rounding", wanted="number", type=str(work.type.kind))
    if work.type.varies and step.stage == "running":
        word = mending.word("STAGE", "running", desk)
        raise currencies.summed(work.steps[0], work.type, word, work.at.level, desk)
    work.rounded = True
    work.steps.append(scheme.Round(rounding_of(step), step.span))


def rounding_of(step: syntax.Rounded) -> scheme.Rounding:
    return scheme.Rounding(step.mode, step.step, step.stage or "row")


def _when(condition: syntax.Expr | None, work: _Work, desk: Desk) -> Term | None:
    return None if condition is None else terms.condition(condition, work.at, desk, "when")


def _apply(step: syntax.Apply, work: _Work, desk: Desk) -> None:
    when = _when(step.when, work, desk)
    at = work.at if when is None else work.at.knowing(terms.known_present(when))
    term = terms.build(step.expr, at, desk)
    if step.operator == "minus":
        word = Span(step.span.source, step.span.line, step.span.column, step.expr.span.line, step.expr.span.column)
        terms.refuse_twice_off(term, step.expr, word, f"{mending.word('STEP', 'plus', desk)} ", desk)
    if step.operator != "times":
        _one_currency(step, term, work, desk)
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
            fixes=_share_of_base(step, term, work, desk),
        )  # fmt: skip
    work.type, work.rounded = type_, False
    work.steps.append(scheme.Change(step.operator, term, when, step.span))


def _share_of_base(step: syntax.Apply, term: Term, work: _Work, desk: Desk) -> tuple[Fix, ...]:
    """加 3% behind 货款 的 5%: 3% of the same base, where that is one name or one sum."""
    start = work.steps[0].term if len(work.steps) == 1 and isinstance(work.steps[0], scheme.Start) else None
    if step.operator == "times" or work.type.kind is not Kind.money or term.type.kind is not Kind.percent:
        return ()
    if not isinstance(start, scheme.Arithmetic) or start.operator not in ("share", "multiply"):
        return ()
    bases = [operand for operand in start.operands if operand.type.kind is Kind.money]
    if len(bases) != 1 or isinstance(bases[0], scheme.Arithmetic) or len(start.operands) != 2:
        return ()
    base, share = desk.text_at(bases[0].span), desk.text_at(step.expr.span)
    text = f"{base} 的 {share}" if desk.language == "zh" else f"{share} of {base}"
    return replacing(step.expr.span, [text])


def _one_currency(step: syntax.Apply | syntax.Limit | syntax.Otherwise, term: Term, work: _Work, desk: Desk) -> None:
    """Refuse a step in another currency than the value it changes."""
    if types.two_currencies(work.type, term.type):
        raise currencies.mixed(step.span, (work.steps[0], work.type), (term, term.type), work.at.level, desk)


def _before(work: _Work) -> object:
    """What the author wrote up to here: the text of the start is enough."""
    return work.steps[0] if work.steps else ""


def _limit(step: syntax.Limit, work: _Work, desk: Desk) -> None:
    when = _when(step.when, work, desk)
    at = work.at if when is None else work.at.knowing(terms.known_present(when))
    term = terms.build(step.expr, at, desk)
    _one_currency(step, term, work, desk)
    both = types.unified(work.type, term.type)
    if both is None or not (both.numeric or both.kind in (Kind.date, Kind.datetime)):
        raise fault("E2204", step.expr.span, what=step.kind, wanted=str(work.type.kind), type=str(term.type.kind))
    work.type, work.rounded = both, False
    limit = terms.adapted(term, both)
    if step.per is None:
        work.steps.append(scheme.Change(step.kind, limit, when, step.span))
    else:
        work.steps.append(spans.cap(step, step.per, limit, when, at, work.kind, desk))


def _premise(step: syntax.OnlyWhen | syntax.ZeroUnless, work: _Work, desk: Desk) -> None:
    only = isinstance(step, syntax.OnlyWhen)
    condition = terms.condition(step.condition, work.at, desk, "only when" if only else "zero unless")
    if only:
        # Where it does not hold nothing follows; a value of 0, in contrast, goes on to the next step.
        work.at = work.at.knowing(terms.known_present(condition))
        work.steps.append(scheme.Only(condition, step.span))
        return
    if not work.type.numeric:
        raise fault("E2204", step.span, what="zero unless", wanted="number", type=str(work.type.kind))
    work.steps.append(scheme.Zero(condition, step.span))


def _share(step: syntax.Shared | syntax.SharedAmong | syntax.Remainder, work: _Work, desk: Desk) -> None:
    """The amount in parts; what follows is done to each part, of a group as its member sees it."""
    last = work.steps[-1]
    if isinstance(step, syntax.Remainder):
        if not isinstance(last, scheme.SharedAmong) or work.group is None:
            raise fault("E2363", step.span, what="rest of nothing")
        work.steps[-1] = sharing.remainder(step, last, work.group, desk)
        return
    if not work.kind or any(isinstance(s, scheme.Shared | scheme.SharedAmong) for s in work.steps):
        raise fault("E2363", step.span, what="shared twice" if work.kind else "not paid")
    if not types.fits(work.type, MONEY):
        raise fault("E2204", step.span, what="shared", wanted="money", type=str(work.type.kind))
    work.type, work.rounded, work.group = MONEY, True, work.at
    if isinstance(step, syntax.Shared):
        work.steps.append(sharing.shared(step, work.at, desk))
        return
    work.steps.append(sharing.among(step, work.at, desk))
    work.at = Context(PEOPLE, inside=True)


def _count(step: syntax.Counting, work: _Work, desk: Desk) -> None:
    """A guarantee is what is missing above what is counted."""
    if work.kind != "guarantee" or any(isinstance(s, scheme.Count) for s in work.steps):
        raise fault("E2363", step.span, what="counted twice" if work.kind == "guarantee" else "no guarantee")
    if not types.fits(work.type, MONEY):
        raise fault("E2204", step.span, what="guaranteed", wanted="money", type=str(work.type.kind))
    work.type, work.rounded = MONEY, False
    work.steps.append(scheme.Count(sharing.amount(step.expr, work.at, desk, "counted"), step.span))


def _fill_up(body: syntax.Body, at: Context, work: _Work, desk: Desk) -> None:
    """A guarantee that does not say what it counts."""
    if any(isinstance(step, scheme.Count) for step in work.steps):
        return
    if at.level != PEOPLE:
        raise fault("E2363", body.span, what="counted per row")
    work.steps = sharing.filled_up(work.steps, scheme.Count(sharing.everything_else(at, desk, body.span)))


def _nobody(step: syntax.Otherwise, last: scheme.SharedAmong, work: _Work) -> None:
    """`otherwise 0` after a sharing: nothing is paid where nobody has a share."""
    if last.nothing or not (isinstance(step.expr, syntax.Number) and step.expr.value == 0):
        raise fault("E2363", step.span, what="rescued shares")
    work.steps[-1] = replace(last, nothing=True)


def _rescue(step: syntax.Otherwise, work: _Work, desk: Desk) -> None:
    shared = any(isinstance(s, scheme.Shared | scheme.SharedAmong) for s in work.steps)
    if not shared and any(isinstance(s, scheme.Rescue) for s in work.steps):
        raise fault("E2209", step.span, what="otherwise")
    if not step.rescue and not step.written.isascii():
        end = step.span.column + len(step.written)
        span = replace(step.span, end_line=step.span.line, end_column=end)
        fixes = replacing(span, ["无法计算时"], "replace_word")
        raise fault("E2208", span, written=step.written, fixes=fixes)
    if step.expr is None:
        return
    if shared:
        last = work.steps[-1]
        if not isinstance(last, scheme.SharedAmong):
            raise fault("E2363", step.span, what="rescued shares")
        _nobody(step, last, work)
        return
    term = terms.build(step.expr, replace(work.at, rescued=False), desk)
    _one_currency(step, term, work, desk)
    both = types.unified(work.type, term.type)
    if both is None:
        raise fault("E2204", step.expr.span, what="rescue", wanted=str(work.type.kind), type=str(term.type.kind))
    work.type = both
    work.steps.append(scheme.Rescue(terms.adapted(term, both), step.span))


def _finished(body: syntax.Body, work: _Work, desk: Desk, wanted: Type | None, what: str) -> scheme.Body:
    type_ = work.type
    if wanted is not None:
        if not types.fits(type_, wanted):
            raise fault("E2204", body.steps[0].span, what=what, wanted=str(wanted.kind), type=str(type_.kind))
        type_ = wanted if type_.kind is Kind.plain else type_
        if wanted == MONEY and work.unrounded:
            raise fault("E2210", work.ends, name=what, fixes=mending.cut(work.ends, desk))
    if work.unrounded or work.rounded or type_.kind in _EXACT:
        return scheme.Body(tuple(work.steps), None, type_)
    return scheme.Body(tuple(work.steps), DEFAULT_ROUNDING, type_)


# Stands for the header's default of the type, or half up to the minor unit (money), 6 decimals (ratios).
DEFAULT_ROUNDING = scheme.Rounding("default", Fraction(0))

__all__ = ["COUNT", "DEFAULT_ROUNDING", "NUMBER", "check_body", "rounding_of"]
