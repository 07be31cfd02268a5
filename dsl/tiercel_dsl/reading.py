"""One statement and the LALR parser: lexemes go in, a node comes out, or the place where it stopped.

In: a `Source` and the logical lines of one statement. Out: a `Reading`. The lexer asks the parser what a
word can be, so the two run hand in hand, one lexeme at a time; Lark's own loop would hide the stack that
a good message needs.
"""

# Lark is not typed throughout.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportUnknownLambdaType=false, reportPrivateUsage=false

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from tiercel_dsl import syntax
from tiercel_dsl.diagnostics import Diagnostic
from tiercel_dsl.grammar_table import load
from tiercel_dsl.lexer import Fault, Lexeme, Line, lex
from tiercel_dsl.records import dataclass
from tiercel_dsl.source import Source

if TYPE_CHECKING:
    from lark.parsers.lalr_parser_state import ParserState

Stack = list[int]


class Machine:
    """The LALR parser on one statement: what it can take now, and what it makes of what it took."""

    def __init__(self) -> None:
        state: ParserState[int] = load().parse_interactive().parser_state
        self._state = state
        self._states = state.parse_conf.states
        self.stack: Stack = state.state_stack
        self.result: Any = None

    def accepts(self, terminal: str, stack: Stack | None = None) -> bool:
        """Whether the next lexeme may be of this terminal (exactly, not only as far as one state knows)."""
        return self.after(terminal, self.stack if stack is None else stack) is not None

    def after(self, terminal: str, stack: Stack) -> Stack | None:
        """The stack once `terminal` was taken on top of `stack`, or None if it cannot be."""
        states = self._states
        step = states[stack[-1]].get(terminal)
        if step is None:
            return None
        stack = list(stack)
        while step is not None:
            target: Any = step[1]
            if isinstance(target, int):
                stack.append(target)
                return stack
            if target.expansion:
                del stack[-len(target.expansion) :]
            stack.append(states[stack[-1]][target.origin.name][1])
            if terminal == "$END" and stack[-1] == self._state.parse_conf.end_state:
                return stack
            step = states[stack[-1]].get(terminal)
        return None

    def expected(self) -> frozenset[str]:
        """Every terminal that may come next."""
        top = self._states[self.stack[-1]]
        return frozenset(terminal for terminal in top if terminal.isupper() and self.accepts(terminal))

    def feed(self, lexeme: Lexeme) -> bool:
        """Takes the lexeme; False, and the stack as it was, if it cannot be taken."""
        token: Any = lexeme  # has the one attribute that Lark asks for
        before = self.stack.copy()
        try:
            self.result = self._state.feed_token(token, lexeme.type == "$END")
        except _stuck():
            self.stack = before
            return False
        return True


@cache
def _stuck() -> type[Exception]:
    """What Lark raises when a lexeme cannot be taken."""
    from lark.exceptions import UnexpectedToken

    return UnexpectedToken


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
