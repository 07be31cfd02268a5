"""Accounts: balances that go on from period to period, and what moves them.

In: an account as declared, a part of one as read, a cap whose excess goes into one. Out: their checked forms, or a
`Fault`. Rules read what the period opened with and nothing else: so no account can go round in a circle.
"""

from collections.abc import Callable, Sequence

from tiercel_dsl import mending, scheme, syntax, terms, types
from tiercel_dsl.builtins import ACCOUNT_PARTS, spelling
from tiercel_dsl.diagnostics import Related
from tiercel_dsl.resolver import Gathered, Symbol, fault, naming, nearest, replacing
from tiercel_dsl.scheme import PEOPLE, Term
from tiercel_dsl.terms import Context, Desk
from tiercel_dsl.types import MONEY

_AT = Context(PEOPLE)


def opening(symbol: Symbol, desk: Desk) -> Term:
    """What the account has before its first period."""
    node: syntax.Account = symbol.node
    found = [part for part in node.parts if isinstance(part, syntax.Opens)]
    if not found:
        fixes = mending.above(node.parts[0].span, f"{mending.word('OPENS', '', desk)} 0")
        raise fault("E2565", node.label.span, name=symbol.names.shown(desk.language), fixes=fixes)
    if len(found) > 1:
        raise fault("E2566", found[1].span, name=symbol.names.shown(desk.language), related=_first(found[0]))
    return _money(found[0].expr, desk)


def _first(part: syntax.Opens) -> tuple[Related, ...]:
    return (Related(part.span, "first_here"),)


def account(symbol: Symbol, start: Term, desk: Desk) -> scheme.Account:
    """The account with all that moves it; `start` as `opening` has it."""
    node: syntax.Account = symbol.node
    told = Gathered()
    moves = [told.of(_moving(part, desk)) for part in node.parts if isinstance(part, syntax.Apply)]
    bounds = [told.of(_bounding(part, desk)) for part in node.parts if isinstance(part, syntax.Closing)]
    told.settle()
    return scheme.Account(
        symbol.identity, start, tuple(m for m in moves if m is not None), tuple(b for b in bounds if b is not None),
        symbol.names, symbol.place,
    )  # fmt: skip


def _moving(part: syntax.Apply, desk: Desk) -> Callable[[], scheme.Move]:
    return lambda: _move(part, desk)


def _bounding(part: syntax.Closing, desk: Desk) -> Callable[[], scheme.BalanceLimit]:
    return lambda: _bound(part, desk)


def _move(part: syntax.Apply, desk: Desk) -> scheme.Move:
    if part.operator == "times":
        raise fault("E2564", part.span, written=desk.text_at(part.span))
    when = None if part.when is None else terms.condition(part.when, _AT, desk, "when")
    at = _AT if when is None else _AT.knowing(terms.known_present(when))
    term = terms.build(part.expr, at, desk)
    if part.operator == "minus":
        word = terms.before(part.span, part.expr.span)
        terms.refuse_twice_off(term, part.expr, word, f"{mending.word('STEP', 'plus', desk)} ", desk)
    return scheme.Move(part.operator, _in_money(term, part.expr), when, part.span)


def _bound(part: syntax.Closing, desk: Desk) -> scheme.BalanceLimit:
    return scheme.BalanceLimit(part.kind, _money(part.expr, desk), part.span)


def _money(expr: syntax.Expr, desk: Desk) -> Term:
    return _in_money(terms.build(expr, _AT, desk), expr)


def _in_money(term: Term, expr: syntax.Expr) -> Term:
    if not types.fits(term.type, MONEY):
        raise fault("E2204", expr.span, what="account", wanted="money", type=str(term.type.kind))
    return terms.adapted(term, MONEY)


def balance(expr: syntax.Path, symbol: Symbol, at: Context, desk: Desk) -> Term:
    """`debt.opening`: the only part of an account that a rule may read."""
    part = ACCOUNT_PARTS.get(expr.names[1])
    span = terms.part_span(expr, 1, desk)
    name, word = expr.names[0], spelling(ACCOUNT_PARTS, "opening", desk.language)
    if part is None:
        near = nearest(expr.names[1], ACCOUNT_PARTS) or (word,)
        raise fault("E2101", span, name=expr.names[1], candidates=near, fixes=naming(span, near))
    if part != "opening":
        fixes = replacing(expr.span, [f"{name}.{word}"], "replace_word")
        raise fault("E2560", expr.span, written=desk.text_at(expr.span), opening=f"{name}.{word}", fixes=fixes)
    path = desk.symbols.way_to_person(at.level) if at.level in desk.symbols.tables else None
    if path is None:
        raise terms.no_person(expr, at, desk)
    return scheme.OpeningOf(symbol.identity, path, MONEY, at.level, expr.span)


def excess(step: syntax.Excess, before: Sequence[scheme.Step], kind: str, desk: Desk) -> scheme.Excess:
    """`excess to reserve` behind the cap whose excess is meant; `kind` of the paid line, '' of any other body."""
    written = desk.text_at(step.span)
    last = before[-1]
    capped = isinstance(last, scheme.Cap) or (isinstance(last, scheme.Change) and last.operator == "at_most")
    if not kind or kind == "guarantee":
        raise fault("E2567", step.span, written=written, what="not paid")
    if not capped:
        raise fault("E2567", step.span, written=written, what="no cap")
    if any(isinstance(s, scheme.Excess) for s in before):
        raise fault("E2567", step.span, written=written, what="twice")
    name = step.account.names[0]
    symbol = desk.symbols.accounts.get(name)
    if symbol is None or len(step.account.names) > 1:
        near = nearest(name, desk.symbols.accounts)
        span = step.account.span
        raise fault("E2568", span, name=step.account, candidates=near, fixes=naming(span, near))
    return scheme.Excess(symbol.identity, step.span)


def check_excess(bodies: Sequence[scheme.Body], desk: Desk) -> None:
    """Beside an excess there is no second body, no sharing, and nothing that comes off again."""
    steps = [step for body in bodies for step in body.steps]
    found = next((s for s in steps if isinstance(s, scheme.Excess)), None)
    if found is None:
        return
    what = "exception" if len(bodies) > 1 else ""
    for step in steps:
        what = what or ("shared" if isinstance(step, scheme.Shared | scheme.SharedAmong) else "")
        what = what or ("less earlier" if isinstance(step, scheme.LessEarlier) else "")
    if what:
        raise fault("E2567", found.span, written=desk.text_at(found.span), what=what)
