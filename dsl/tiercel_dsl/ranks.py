"""Ranks: what is compared, in which order, among whom, and what becomes of ties.

In: the symbol of a rank. Out: a `scheme.Rank`, or a `Fault`. Nothing is silent: every key says which end comes
first, and without a rule for ties nobody may tie.
"""

from collections.abc import Callable

from tiercel_dsl import currencies, mending, scheme, syntax, terms
from tiercel_dsl.diagnostics import Fix
from tiercel_dsl.resolver import Gathered, Symbol, fault, replacing
from tiercel_dsl.scheme import EVERYWHERE, Term
from tiercel_dsl.terms import Context, Desk
from tiercel_dsl.types import Kind

_DAYS = (Kind.date, Kind.datetime)
_FALLING = {"highest": True, "lowest": False, "earliest": False, "latest": True}
_OTHER = {"highest": "latest", "lowest": "earliest", "earliest": "lowest", "latest": "highest"}
_GROUPING = (Kind.row, Kind.text, Kind.yesno, Kind.number, Kind.percent, Kind.count, Kind.date, Kind.plain)


def check_rank(symbol: Symbol, desk: Desk) -> scheme.Rank:
    """The rank in terms."""
    node: syntax.Rank = symbol.node
    at, where = Context(symbol.level), None
    if node.where is not None:
        where = terms.condition(node.where, at, desk, "where")
        at = at.knowing(terms.known_present(where))
    gathered = Gathered()
    keys = [gathered.of(_keying(key, at, desk)) for key in node.keys]
    within = [gathered.of(_grouping(expr, at, desk)) for expr in node.within]
    gathered.settle()
    groups = sorted((g for g in within if g is not None), key=lambda term: str(scheme.canonical(term)))
    return scheme.Rank(
        symbol.identity, symbol.level, where, tuple(k for k in keys if k is not None), node.ties or "none",
        tuple(groups), symbol.names, symbol.place,
    )  # fmt: skip


def _keying(key: syntax.RankKey, at: Context, desk: Desk) -> Callable[[], scheme.RankKey]:
    return lambda: _key(key, at, desk)


def _key(key: syntax.RankKey, at: Context, desk: Desk) -> scheme.RankKey:
    term = terms.build(key.expr, at, desk)
    dated = term.type.kind in _DAYS
    if not dated and not term.type.numeric:
        raise fault("E2204", key.expr.span, what="rank key", wanted="orderable", type=str(term.type.kind))
    if term.type.varies:
        raise currencies.summed(key.expr, term.type, mending.word("RANK", "", desk), at.level, desk)
    _refuse_same(term, key.expr)
    if not key.order:
        raise fault("E2520", key.span, fixes=_orders(key, dated, desk))
    if dated is not (key.order in ("earliest", "latest")):
        right = mending.word("ORDER", _OTHER[key.order], desk)
        written = mending.word("ORDER", key.order, desk)
        raise fault("E2522", key.span, word=written, better=right, type=str(term.type.kind))
    return scheme.RankKey(term, _FALLING[key.order])


def _orders(key: syntax.RankKey, dated: bool, desk: Desk) -> tuple[Fix, ...]:
    senses = ("earliest", "latest") if dated else ("highest", "lowest")
    comma = ", " if desk.language == "en" else "，"
    words = (mending.word("ORDER", sense, desk) for sense in senses)
    return replacing(key.span, [f"{desk.text_at(key.span)}{comma}{word}" for word in words])


def _grouping(expr: syntax.Expr, at: Context, desk: Desk) -> Callable[[], Term]:
    return lambda: _group(expr, at, desk)


def _group(expr: syntax.Expr, at: Context, desk: Desk) -> Term:
    term = terms.build(expr, at, desk)
    if term.type.kind not in _GROUPING:
        raise fault("E2204", expr.span, what="within", wanted="storable", type=str(term.type.kind))
    _refuse_same(term, expr)
    if isinstance(term, scheme.ColumnOf) and term.type.kind is Kind.row and not term.mean and term.as_of is None:
        # The row itself: of somebody who changed teams that of the last day, as everywhere else.
        return scheme.RowOf(term.type.table, (*term.path, term.column), term.type, term.level, term.span)
    return term


def _refuse_same(term: Term, written: syntax.Expr) -> None:
    """What is the same for everybody tells nobody apart."""
    if term.level == EVERYWHERE:
        raise fault("E2523", written.span, name=written)
