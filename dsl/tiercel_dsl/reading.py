"""One statement and the LALR parser: lexemes go in, a node comes out, or the place where it stopped.

In: a `Source` and the logical lines of one statement. Out: a `Reading`. The lexer asks the parser what a
word can be, so the two run hand in hand, one lexeme at a time, and the stack stays open to view, as a good message
needs it.
"""

from collections.abc import Sequence
from typing import Any

from tiercel_dsl import syntax
from tiercel_dsl.diagnostics import Diagnostic
from tiercel_dsl.grammar_table import load
from tiercel_dsl.lexer import Fault, Lexeme, Line, lex
from tiercel_dsl.records import dataclass
from tiercel_dsl.source import Source

Stack = list[int]


class Machine:
    """The LALR parser on one statement: what it can take now, and what it makes of what it took."""

    def __init__(self) -> None:
        self._table = load()
        self._states = self._table.states
        self._values: list[Any] = []
        self.stack: Stack = [0]
        self.result: Any = None

    def accepts(self, terminal: str, stack: Stack | None = None) -> bool:
        """Whether the next lexeme may be of this terminal (exactly, not only as far as one state knows)."""
        return self.after(terminal, self.stack if stack is None else stack) is not None

    def after(self, terminal: str, stack: Stack) -> Stack | None:
        """The stack once `terminal` was taken on top of `stack`, or None if it cannot be."""
        states, rules = self._states, self._table.rules
        step = states[stack[-1]].get(terminal)
        if step is None:
            return None
        stack = list(stack)
        while step is not None:
            if step >= 0:
                stack.append(step)
                return stack
            rule = rules[~step]
            if rule.length:
                del stack[-rule.length :]
            stack.append(states[stack[-1]][rule.origin])
            if terminal == "$END" and stack[-1] == self._table.end:
                return stack
            step = states[stack[-1]].get(terminal)
        return None

    def expected(self) -> frozenset[str]:
        """Every terminal that may come next."""
        top = self._states[self.stack[-1]]
        return frozenset(terminal for terminal in top if terminal.isupper() and self.accepts(terminal))

    def feed(self, lexeme: Lexeme) -> bool:
        """Takes the lexeme; False, and the stack as it was, if it cannot be taken."""
        states, rules, end = self._states, self._table.rules, self._table.end
        stack, values, terminal = self.stack, self._values, lexeme.type
        before = stack.copy()
        while True:
            step = states[stack[-1]].get(terminal)
            if step is None:
                self.stack = before
                return False
            if step >= 0:
                stack.append(step)
                values.append(lexeme)
                return True
            rule = rules[~step]
            length = rule.length
            if rule.same:
                stack.pop()
            else:
                children: list[Any] = []
                if length:
                    children = values[-length:]
                    del stack[-length:], values[-length:]
                values.append(rule.reduced(children))
            stack.append(states[stack[-1]][rule.origin])
            if stack[-1] == end and terminal == "$END":
                self.result = values[-1]
                return True


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a statement: its node, or where and why it stopped."""

    lexemes: tuple[Lexeme, ...]
    machine: Machine
    node: syntax.Statement | None = None
    offending: Lexeme | None = None  # it cannot stand where it does
    diagnostic: Diagnostic | None = None  # or this was found in so many words


def read(source: Source, lines: Sequence[Line]) -> Reading:
    """One statement, up to its first fault."""
    machine = Machine()
    lexemes: list[Lexeme] = []
    try:
        for lexeme in lex(source, lines, machine.accepts):
            if not machine.feed(lexeme):
                return Reading(tuple(lexemes), machine, offending=lexeme)
            lexemes.append(lexeme)
    except Fault as fault:
        return Reading(tuple(lexemes), machine, diagnostic=fault.diagnostic)
    return Reading(tuple(lexemes), machine, machine.result)
