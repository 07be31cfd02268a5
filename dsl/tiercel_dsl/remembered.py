"""Statements that were read before, to be used again where their text is the same.

In: a statement's lines, and what reading them gave. Out: its tree, with its places where it stands now. An editor that
checks a scheme after every change reads only what changed.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from tiercel_dsl import syntax
from tiercel_dsl.records import dataclass
from tiercel_dsl.source import Source, Span


@dataclass(frozen=True, slots=True)
class Known:
    """A statement without a fault: its tree, the line it began at, and its keywords by face."""

    node: syntax.Statement
    line: int
    chinese: int
    english: int


class Remembered:
    """What one check leaves to the next. Not for two threads at once."""

    def __init__(self) -> None:
        self._before: dict[tuple[str, ...], Known] = {}
        self._now: dict[tuple[str, ...], Known] = {}

    def begin(self) -> None:
        """Forget what the last check did not use."""
        self._before, self._now = self._now, {}

    def find(self, source: Source, first: int, last: int) -> Known | None:
        """The statement from line `first` to `last` of the source, if its text was read before."""
        key = _key(source, first, last)
        known = self._now.get(key) or self._before.get(key)
        if known is None:
            return None
        if known.line != first:
            known = replace(known, node=_moved(known.node, first - known.line), line=first)
        self._now[key] = known
        return known

    def keep(self, source: Source, last: int, known: Known) -> None:
        self._now[_key(source, known.line, last)] = known


def _key(source: Source, first: int, last: int) -> tuple[str, ...]:
    return (source.name, *source.lines[first : last + 1])


def _moved(node: Any, by: int) -> Any:
    """The tree with every place so many lines further down."""
    if isinstance(node, Span):
        return Span(node.source, node.line + by, node.column, node.end_line + by, node.end_column)
    if isinstance(node, tuple):
        return tuple(_moved(item, by) for item in cast("Sequence[object]", node))
    if hasattr(node, "__dataclass_fields__"):
        return type(node)(**{name: _moved(getattr(node, name), by) for name in node.__slots__})
    return node


__all__ = ["Known", "Remembered"]
