"""Promises: what a scheme says it keeps for every set of facts.

In: a `syntax.Promise`. Out: a `scheme.Promise`, typed and resolved, and a note that it was recorded. Nothing
is proved or tested yet, and nothing that is shown says so.
"""

from tiercel_dsl import scheme, syntax, terms, types
from tiercel_dsl.resolver import fault
from tiercel_dsl.scheme import PEOPLE, Place, Term
from tiercel_dsl.terms import Context, Desk


def check_promise(node: syntax.Promise, place: Place, desk: Desk) -> scheme.Promise:
    """The promise in terms; raises `Fault`."""
    if node.kind == "always":
        assert node.condition is not None
        at = Context(PEOPLE, promise=True)
        when = None if node.when is None else terms.condition(node.when, at, desk, "when")
        at = at if when is None else at.knowing(terms.known_present(when))
        return scheme.Promise("always", (terms.condition(node.condition, at, desk, "promise"), when), None, place)
    assert node.value is not None
    assert node.cause is not None
    value, cause = _read(node.value, desk), _read(node.cause, desk)
    if node.limit is None:
        return scheme.Promise("rising", (value, cause), None, place)
    limit = terms.build(node.limit, Context(scheme.EVERYWHERE, clause="promise"), desk)
    if not types.comparable(limit.type, value.type):
        raise fault("E2204", node.limit.span, what="promise", wanted=str(value.type.kind), type=str(limit.type.kind))
    assert node.step is not None
    return scheme.Promise("jump", (value, cause, terms.adapted(limit, value.type)), node.step.value, place)


def _read(path: syntax.Path, desk: Desk) -> Term:
    """A value or column of any level: `payout`, `deal.amount`."""
    level, name = PEOPLE, path
    table = desk.symbols.table_named(path.names[0])
    if table is not None and len(path.names) > 1:
        level, name = table.identity, syntax.Path(path.names[1:], path.span)
    term = terms.build(name, Context(level, promise=True), desk)
    if not term.type.numeric:
        raise fault("E2204", path.span, what="promise", wanted="number", type=str(term.type.kind))
    return term
