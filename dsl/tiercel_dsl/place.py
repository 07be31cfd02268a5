"""The place where a statement could not be read on.

In: a statement, and the reading that stopped. Out: `Place`, which knows what stands before and behind,
what could stand there, and whether the line could be read with an edit; and `told` and `offer`, which make
the diagnostic and its offers from it. `mistakes.py` decides what is wrong, `offers.py` what may be meant.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from tiercel_dsl.diagnostics import Diagnostic, Edit, Fix, FixKind
from tiercel_dsl.keywords import FACES
from tiercel_dsl.lexer import BLANKS, Lexeme, Line, logical_lines
from tiercel_dsl.reading import Machine, Reading, Stack, read
from tiercel_dsl.source import Source, Span

LAYOUT = frozenset(["NL", "INDENT", "DEDENT", "$END"])
COMPARISONS = frozenset(["CMP", "EQ", "NO_MORE", "NO_LESS", "ABOVE", "BELOW", "DATE_TEST"])


def plain(expected: Iterable[str], face: str) -> tuple[str, ...]:
    """What may stand somewhere, in few words: keywords of `face` in quotes, signs, kinds of values."""
    left = set(expected)
    behind_a_value = bool(left & {"STAR", "CMP"})
    named = left - (_TELL_APART if behind_a_value else frozenset())
    faces = sorted((k for k in FACES if k.terminal in named), key=lambda k: k.terminal in _TOLD_LAST)
    spellings = [(k.chinese if face == "zh" else k.english) for k in faces]
    words = list(dict.fromkeys(f"“{texts[0]}”" for texts in spellings if texts))
    if face == "zh" and {"WHEN", "COMMA", "STAR"} <= left:  # a step: the condition comes first in Chinese
        words = ["“若 …，则 …”" if word == "“当”" else word for word in words]
    words = [*words[:_MOST_WORDS], "…"] if len(words) > _MOST_WORDS else words
    signs = [(zh if face == "zh" else en) for needed, absent, en, zh in _SIGNS if needed <= left and not absent & left]
    return (*words, *signs)


_MOST_WORDS: Final = 8
_TOLD_LAST = frozenset(["ROUNDED", "ROUNDED_UNIT", "STAGE"])
# Behind a value there may always stand a calculation or a comparison: told as signs, not word by word.
_TELL_APART = COMPARISONS | {
    *("AND", "OR", "IN", "NOT_IN", "MISSING", "OF", "DE", "ON", "APPLIES", "AMONG", "RUNNING_AFTER", "UNIT"),
    *("AS_OF", "BY_SPAN", "INTO"),
}


def _signs() -> Iterator[tuple[frozenset[str], frozenset[str], str, str]]:
    table = """
        NAME NUMBER    |             | value      | value
        NUMBER         | NAME        | number     | number
        DATE           | NUMBER      | date       | date
        STRING         | NUMBER      | text       | text
        STAR           |             | “+ - × ÷”  | “+ - × ÷”
        CMP            | STAR        | “>= <=”    | “≥ ≤”
        EQ             | CMP         | “=”        | “=”
        COMMA          |             | “,”        | “，”
        COLON          |             | “:”        | “：”
        RPAR           |             | “)”        | “）”
        LPAR           | NUMBER STAR | “(”        | “（”
        """
    for line in table.strip().splitlines():
        needed, absent, english, chinese = (cell.strip() for cell in line.split("|"))
        yield frozenset(needed.split()), frozenset(absent.split()), english, chinese


_SIGNS = tuple(_signs())


# ---- the place ---------------------------------------------------------------------------------------------
HAN: Final = re.compile("[\u4e00-\u9fff]")
_MOST_OFFERS: Final = 3
# By the word that a line begins with: what is printed elsewhere, and what is written there.
_SPELT_BY_HEAD: Final[Mapping[tuple[str, str], str]] = {
    ("PAY_LINE", "归"): "发给",
    ("EXCEPTION", "归"): "替代",
    **dict.fromkeys(((head, "其中") for head in ("PAY_LINE", "EXCEPTION", "FOR_EACH", "SHARED_AMONG")), "仅限"),
}
_GROUPING: Final = re.compile("(?<=[0-9]),[0-9]{3}(?![0-9])")


@dataclass(frozen=True)
class Place:
    """Where reading stopped: the lexeme that cannot stand there, and what surrounds it."""

    source: Source
    lines: Sequence[Line]
    reading: Reading
    offending: Lexeme

    @cached_property
    def expected(self) -> frozenset[str]:
        return self.reading.machine.expected()

    @cached_property
    def index(self) -> int:
        """Which of the lines it is in."""
        number = self.offending.line - 1
        return next((i for i, line in enumerate(self.lines) if number in line.numbers), 0)

    @cached_property
    def row(self) -> tuple[Lexeme, ...]:
        """The lexemes of its line that were read."""
        numbers = self.lines[self.index].numbers
        return tuple(
            lexeme for lexeme in self.reading.lexemes if lexeme.line - 1 in numbers and lexeme.type not in LAYOUT
        )

    @property
    def before(self) -> Lexeme | None:
        return self.row[-1] if self.row else None

    @property
    def first(self) -> Lexeme:
        return self.row[0] if self.row else self.offending

    @cached_property
    def face(self) -> str:
        """The face that this statement is written in."""
        faces = [lexeme.spelling.face for lexeme in self.reading.lexemes if lexeme.spelling]
        if faces:
            return max(("en", "zh"), key=faces.count)
        text = "".join(self.raw(number) for line in self.lines for number in line.numbers)
        return "zh" if HAN.search(text) else "en"

    def raw(self, number: int) -> str:
        return self.source.lines[number].rstrip(BLANKS)

    def folded(self, number: int) -> str:
        return self.source.folded_lines[number].rstrip(BLANKS)

    def text(self, first: Lexeme, last: Lexeme) -> str:
        """What the author wrote from one lexeme to another."""
        if first.line != last.line:
            first = next(lexeme for lexeme in self.row if lexeme.line == last.line)
        return self.raw(last.line - 1)[first.column - 1 : last.end_column - 1]

    def own(self, lexeme: Lexeme) -> str:
        return self.text(lexeme, lexeme)

    def quoted(self, lexeme: Lexeme) -> bool:
        """Whether a name is written in back-quotes."""
        return self.own(lexeme).startswith("`")

    def spelt_here(self, word: str) -> str:
        """A keyword with several Chinese spellings, as its line has it; in brackets it is the printed one."""
        depth = sum((lexeme.type == "LPAR") - (lexeme.type == "RPAR") for lexeme in self.row)
        return word if depth or self.face == "en" else _SPELT_BY_HEAD.get((self.first.type, word), word)

    @cached_property
    def step(self) -> Lexeme:
        """The first lexeme of the step that it is in: behind the last comma or opened bracket."""
        depth = 0
        for position in range(len(self.row) - 1, -1, -1):
            kind = self.row[position].type
            depth += (kind == "RPAR") - (kind == "LPAR")
            ends = depth < 0 or (kind in ("COMMA", "EQ") and depth == 0 and self._parts(position))
            if ends and position + 1 < len(self.row):
                return self.row[position + 1]
        return self.first

    def _parts(self, position: int) -> bool:
        """Whether the comma or `=` at `position` of the row ends something; `=` may also compare."""
        if self.row[position].type == "COMMA":
            return True
        return all(x.type in ("PARAMETER", "NAME", "ALIAS", "STRING") for x in self.row[:position])

    @cached_property
    def rest_end(self) -> int:
        """Column (from 0) where the step ends that it is in: the next comma or closing bracket."""
        text = self.folded(self.offending.line - 1)
        depth = 0
        at = self.offending.column - 1
        closing = ""
        while at < len(text):
            char = text[at]
            if closing:
                closing = "" if char == closing else closing
            elif char in '"“「`':
                closing = {"“": "”", "「": "」"}.get(char, char)
            elif char == "#" or (depth == 0 and char in ",)" and not _GROUPING.match(text, at)):
                break
            else:
                depth += (char == "(") - (char == ")")
            at += 1
        return len(text[:at].rstrip(BLANKS))

    @property
    def rest(self) -> str:
        return self.raw(self.offending.line - 1)[self.offending.column - 1 : self.rest_end]

    def span(self, start: int, end: int) -> Span:
        """Columns (from 0) of the line where reading stopped."""
        line = self.offending.line
        return Span(self.source.name, line, start + 1, line, end + 1)

    # ---- trying corrections ------------------------------------------------------------------------------

    def mends(self, *edits: Edit) -> bool:
        """Whether its line can be read to its end with these edits."""
        kept = _with_parents(self.lines, self.index)
        texts = [edited(self.source.lines[n], n, edits) for line in kept for n in line.numbers]
        trial = Source(self.source.name, "\n".join(texts))
        lines = logical_lines(trial)
        return bool(lines) and sum(x.type == "NL" for x in read(trial, lines).lexemes) >= len(kept)

    def stack_before(self, lexeme: Lexeme) -> tuple[Machine, Stack]:
        """The parser as it was when it met `lexeme`, one of those already read."""
        machine = Machine()
        for earlier in self.reading.lexemes:
            if earlier is lexeme:
                break
            machine.feed(earlier)
        return machine, machine.stack


def _with_parents(lines: Sequence[Line], index: int) -> list[Line]:
    """A line and the lines it is indented under."""
    kept = [lines[index]]
    for line in reversed(lines[:index]):
        if line.indent < kept[0].indent:
            kept.insert(0, line)
    return kept


def edited(text: str, number: int, edits: Sequence[Edit]) -> str:
    for edit in sorted(edits, key=lambda edit: -edit.span.column):
        if edit.span.line == number + 1:
            text = text[: edit.span.column - 1] + edit.text + text[edit.span.end_column - 1 :]
    return text


def told(
    place: Place, code: str, span: Span, fixes: Iterable[Fix] = (), seen: str | None = None, **facts: object
) -> Diagnostic:
    text = place.raw(span.line - 1)[span.column - 1 : span.end_column - 1] if seen is None else seen
    here = span == place.offending.span or place.offending.type in LAYOUT
    words = tuple(f"“{place.spelt_here(word[1:-1])}”" if word[0] == "“" else word for word in _plain(place, here))
    facts = {"seen": text, **facts}
    return Diagnostic(code, span, facts, seen=text, expected=words, fixes=tuple(fixes)[:_MOST_OFFERS])


def _plain(place: Place, here: bool) -> tuple[str, ...]:
    return plain(place.expected, place.face) if here else ()


def offer(place: Place, *edits: Edit, text: str = "", title: str = "write") -> Fix:
    """An offer that shows the line, or `text`, as it would be."""
    number = edits[0].span.line - 1
    shown = text or edited(place.raw(number), number, edits).strip(BLANKS + "\u3000")
    return Fix(FixKind.review, title, edits, {"text": shown})


# ---- spelling ------------------------------------------------------------------------------------------------
