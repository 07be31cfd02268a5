"""Exceptions: which of them belong to a rule, and what each goes before.

In: the symbol of a paid line. Out: its `scheme.ExceptionTo`s. An exception names the rule, or another
exception of it; so they form a tree, and the deeper one holds wherever its own condition does.
"""

from collections.abc import Callable

from tiercel_dsl import scheme, syntax, terms
from tiercel_dsl.bodies import check_body
from tiercel_dsl.resolver import Fault, Gathered, Symbol, Symbols, fault, naming, nearest
from tiercel_dsl.terms import Context, Desk
from tiercel_dsl.types import MONEY


def check_exceptions(line: Symbol, at: Context, desk: Desk) -> tuple[scheme.ExceptionTo, ...]:
    """The exceptions of a line, each with its condition and its body; `at` is where the line's own body stands."""
    gathered = Gathered()
    kind = line.node.kind
    made = [gathered.of(_checking(symbol, at, desk, kind)) for symbol in _all(desk) if _root(symbol, desk) is line]
    gathered.settle()
    return tuple(one for one in made if one is not None)


def check_targets(desk: Desk) -> None:
    """Raise for exceptions to nothing, and for those that go before each other in a circle."""
    gathered = Gathered()
    for symbol in _all(desk):
        gathered.of(_finding(symbol, desk))
    gathered.settle()


def _all(desk: Desk) -> list[Symbol]:
    return list(desk.symbols.each("exception"))


def _finding(symbol: Symbol, desk: Desk) -> Callable[[], None]:
    def find() -> None:
        seen = [symbol]
        target = _target(symbol, desk.symbols)
        while target is not None and target.kind == "exception":
            if target in seen:
                loop = [s.names.shown(desk.language) for s in (*seen[seen.index(target) :], target)]
                if target is symbol:
                    raise fault("E2107", symbol.node.rule.span, loop=" → ".join(loop))
                return
            seen.append(target)
            target = _target(target, desk.symbols)
        if target is None and seen[-1] is symbol:
            raise _unknown(symbol, desk)

    return find


def _unknown(symbol: Symbol, desk: Desk) -> Fault:
    word = symbol.node.rule.names[0]
    if word in desk.symbols.doubted:
        return Fault()
    lines = [name for line in desk.symbols.each("line") for name in (line.names.name, line.names.alias) if name]
    near = nearest(word, [*lines, *desk.symbols.exceptions])
    return fault("E2101", symbol.node.rule.span, name=word, candidates=near, fixes=naming(symbol.node.rule.span, near))


def _target(symbol: Symbol, symbols: Symbols) -> Symbol | None:
    """The rule or exception that an exception goes before."""
    word, *parts = symbol.node.rule.names
    if parts:
        return None
    lines = (scope.get(word) for scope in symbols.scopes.values())
    line = next((s for s in lines if s is not None and s.kind == "line"), None)
    return line or symbols.exceptions.get(word)


def _root(symbol: Symbol, desk: Desk) -> Symbol | None:
    """The line at the end of the chain; None where it ends nowhere."""
    seen: list[Symbol] = []
    at: Symbol | None = symbol
    while at is not None and at.kind == "exception" and at not in seen:
        seen.append(at)
        at = _target(at, desk.symbols)
    return at if at is not None and at.kind == "line" else None


def _checking(symbol: Symbol, at: Context, desk: Desk, kind: str) -> Callable[[], scheme.ExceptionTo]:
    def check() -> scheme.ExceptionTo:
        node: syntax.ExceptionTo = symbol.node
        condition = terms.condition(node.where, at, desk, "where")
        body = check_body(node.body, at.knowing(terms.known_present(condition)), desk, MONEY, "line", kind)
        target = _target(symbol, desk.symbols)
        assert target is not None
        return scheme.ExceptionTo(symbol.identity, target.identity, condition, body, symbol.names, symbol.place)

    return check
