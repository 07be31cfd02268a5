"""Terms of a row as they are seen from the rows that were made of it, one for each receiver up a hierarchy.

In: a term or body at the level of a table, and the table of the upline. Out: the same, reached over one more
link. What stands inside an aggregate is seen from its own rows and stays as it is.
"""

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from tiercel.plan import ROW
from tiercel_dsl import scheme as checked
from tiercel_dsl.source import Span
from tiercel_dsl.types import Type

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Move:
    source: str
    table: str
    over: str


_INNER: dict[type, frozenset[str]] = {
    checked.Aggregate: frozenset({"argument", "where", "window", "per"}),
    checked.HighestBelow: frozenset({"operand"}),
    checked.PreviousOf: frozenset({"otherwise"}),
}


def lifted(node: _T, source: str, table: str, over: str = ROW) -> _T:
    """A term, step or body of the rows of `source`, seen from the rows of `table` over the link `over`."""
    return cast("_T", _lifted(node, _Move(source, table, over)))


def _lifted(node: Any, move: _Move) -> Any:
    if isinstance(node, tuple):
        parts = cast("tuple[object, ...]", node)
        return tuple(_lifted(part, move) for part in parts)
    if isinstance(node, Type):
        return node if node.way[:1] == (checked.RECEIVER,) else node.seen_over((move.over,))
    if not is_dataclass(node) or isinstance(node, type | Span):
        return node
    kept = _INNER.get(type(node), frozenset[str]())
    named = (f.name for f in fields(node) if f.name not in kept)
    changed = {name: _part(name, getattr(node, name), move) for name in named}
    return replace(cast("Any", node), **changed)


def _part(name: str, part: Any, move: _Move) -> Any:
    if name == "path":
        return part if part[:1] == (checked.RECEIVER,) else (move.over, *part)
    if name == "level":
        return move.table if part == move.source else part
    return _lifted(part, move)
