"""Who receives a line: receivers, shares of an amount, members of a group, guarantees.

In: the surface forms of them and where they stand. Out: their terms in `scheme.py`, or a `Fault`. A
receiver is a person at the end of links, or the company; whatever else a path leads to is a fault.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

from tiercel_dsl import scheme, syntax, terms, types
from tiercel_dsl.builtins import WORDS
from tiercel_dsl.resolver import Gathered, Symbol, fault
from tiercel_dsl.scheme import PEOPLE, Term
from tiercel_dsl.source import Span
from tiercel_dsl.terms import Context, Desk
from tiercel_dsl.types import MONEY, Kind, Type

_Line = TypeVar("_Line", syntax.Together, syntax.Rounded)
_COUNTED = ("commission", "bonus", "allowance")  # what a guarantee counts that does not say


def is_shared(body: syntax.Body) -> bool:
    """Whether a body divides its amount."""
    return any(isinstance(step, syntax.Shared | syntax.SharedAmong) for step in body.steps)


def divides(body: scheme.Body) -> bool:
    """Whether a checked body divides its amount."""
    return any(isinstance(step, scheme.Shared | scheme.SharedAmong) for step in body.steps)


def receiver(path: syntax.Path, at: Context, desk: Desk, may_lack: bool = False) -> scheme.Receiver:
    """The person that a path names; `may_lack`: where there is none his part goes to the rest."""
    word = path.names[0]
    own = word in desk.symbols.scopes.get(at.level, {})
    if len(path.names) == 1 and not own and WORDS.get(word) == "company":
        return scheme.Receiver(company=True, span=path.span)
    if len(path.names) == 1 and not own and WORDS.get(word) == "person":
        way = desk.symbols.way_to_person(at.level)
        if way is not None:
            return scheme.Receiver(way, span=path.span)
    term = terms.build(path, replace(at, rescued=at.rescued or may_lack), desk)
    if not isinstance(term, scheme.ColumnOf) or term.type.table != PEOPLE:
        raise fault("E2362", path.span, name=path)
    return scheme.Receiver((*term.path, term.column), span=path.span)


# ---- shares written one by one --------------------------------------------------------------------------------


def shared(step: syntax.Shared, at: Context, desk: Desk) -> scheme.Shared:
    """The shares of an amount with their receivers."""
    gathered = Gathered()
    shares = [gathered.of(_sharing(s, at, desk)) for s in step.lines if isinstance(s, syntax.Share)]
    together = _only([s for s in step.lines if isinstance(s, syntax.Together)], "together twice")
    rounded = _only([s for s in step.lines if isinstance(s, syntax.Rounded)], "rounded twice")
    if together is not None and step.in_turn:
        raise fault("E2363", together.span, what="together in turn")
    limit = None if together is None else gathered.of(_limiting(together, at, desk))
    gathered.settle()
    made = tuple(share for share in shares if share is not None)
    if not made:
        raise fault("E2363", step.span, what="no share")
    rests = [share for share in made if share.term is None]
    if len(rests) > 1:
        raise fault("E2363", rests[1].span, what="two rests")
    if rests and limit is None and not step.in_turn:
        _refuse_more_than_all(made)
    rounding = None if rounded is None else scheme.Rounding(rounded.mode, rounded.step, "row")
    return scheme.Shared(step.in_turn, made, limit, rounding, step.span)


def _only(found: Sequence[_Line], what: str) -> _Line | None:
    if len(found) > 1:
        raise fault("E2363", found[1].span, what=what)
    return found[0] if found else None


def _sharing(share: syntax.Share, at: Context, desk: Desk) -> Callable[[], scheme.Share]:
    def read() -> scheme.Share:
        gathered = Gathered()
        term = None if share.expr is None else gathered.of(lambda: _ratio(share, at, desk))
        to = gathered.of(lambda: receiver(share.receiver, at, desk, may_lack=True))
        gathered.settle()
        assert to is not None
        return scheme.Share(term, to, share.span)

    return read


def _ratio(share: syntax.Share, at: Context, desk: Desk) -> Term:
    """A ratio, or money: that amount itself."""
    assert share.expr is not None
    term = terms.build(share.expr, at, desk)
    if types.dimension(term.type) not in ("ratio", "any", "money"):
        raise fault("E2204", share.expr.span, what="share", wanted="number", type=str(term.type.kind))
    value = terms.constant(term)
    if isinstance(value, Fraction) and term.type != MONEY and not 0 <= value <= 1:
        raise fault("E2363", share.expr.span, what="share out of range")
    return term


def _limiting(together: syntax.Together, at: Context, desk: Desk) -> Callable[[], Term]:
    return lambda: amount(together.expr, at, desk, "at_most")


def amount(expr: syntax.Expr, at: Context, desk: Desk, what: str) -> Term:
    """A term that is money."""
    term = terms.build(expr, at, desk)
    if not types.fits(term.type, MONEY):
        raise fault("E2204", expr.span, what=what, wanted="money", type=str(term.type.kind))
    return terms.adapted(term, MONEY)


def _refuse_more_than_all(shares: Sequence[scheme.Share]) -> None:
    """Fixed shares that come to more than 100% leave a rest below 0, whatever the amount."""
    fixed = [terms.constant(s.term) for s in shares if s.term is not None and s.term.type != MONEY]
    values = [value for value in fixed if isinstance(value, Fraction)]
    if sum(values, Fraction(0)) > 1:
        raise fault("E2363", shares[-1].span, what="more than all")


# ---- among the members of a group ---------------------------------------------------------------------------


def among(step: syntax.SharedAmong, at: Context, desk: Desk) -> scheme.SharedAmong:
    """An amount of a group, divided among its members."""
    path = _way_of_members(step, at, desk)
    inner, gathered = Context(PEOPLE, inside=True), Gathered()
    where: Term | None = None
    if step.where is not None:
        chosen = step.where
        where = gathered.of(lambda: terms.condition(chosen, inner, desk, "where"))
        inner = inner.knowing(terms.known_present(where)) if where is not None else replace(inner, rescued=True)
    weight = None if step.weight is None else gathered.of(lambda: _weight(step.weight, inner, desk))
    gathered.settle()
    return scheme.SharedAmong(path, where, weight, None, "largest", None, False, step.span)


def _way_of_members(step: syntax.SharedAmong, at: Context, desk: Desk) -> tuple[str, ...]:
    """The links from a person to the group at hand."""
    word = step.table.names[0]
    table = desk.symbols.table_named(word)
    members = WORDS.get(word) == "member" or (table is not None and table.identity == PEOPLE)
    if len(step.table.names) > 1 or not members:
        raise fault("E2363", step.table.span, what="not members")
    path = desk.symbols.way_to_group(PEOPLE, at.level)
    if path is None:
        raise fault("E2363", step.span, what="members of what")
    return path


def _weight(expr: syntax.Expr | None, inner: Context, desk: Desk) -> Term:
    assert expr is not None
    term = terms.build(expr, inner, desk)
    if not term.type.numeric or term.type.kind is Kind.duration:
        raise fault("E2204", expr.span, what="share", wanted="number", type=str(term.type.kind))
    return term


def remainder(step: syntax.Remainder, before: scheme.SharedAmong, group: Context, desk: Desk) -> scheme.SharedAmong:
    """`rest to first`, `rest to company`: who gets what rounding leaves."""
    if before.remainder != "largest":
        raise fault("E2363", step.span, what="two rests")
    if step.receiver is None:
        return replace(before, remainder="first")
    return replace(before, remainder="rest", rest=replace(receiver(step.receiver, group, desk), span=step.span))


# ---- guarantees ---------------------------------------------------------------------------------------------------


def everything_else(at: Context, desk: Desk, span: Span) -> Term:
    """What a guarantee counts that does not say: all commissions, bonuses and allowances of the person."""
    lines = [s for s in desk.symbols.each("line") if s.node.kind in _COUNTED]
    terms.together(*[_typed(line, span, desk) for line in lines])
    return scheme.Received(tuple(sorted(s.identity for s in lines)), (), MONEY, at.level, span)


def _typed(symbol: Symbol, span: Span, desk: Desk) -> Callable[[], Type]:
    return lambda: desk.type_of(symbol, span)


def filled_up(steps: Sequence[scheme.Step], counted: scheme.Count) -> list[scheme.Step]:
    """The steps with the count before the sharing, and before a rounding at the end."""
    cut = next((n for n, s in enumerate(steps) if isinstance(s, scheme.Shared | scheme.SharedAmong)), len(steps))
    while cut and isinstance(steps[cut - 1], scheme.Round):
        cut -= 1
    return [*steps[:cut], counted, *steps[cut:]]
