"""Text to the surface tree, with all faults of a file in one go.

In: a `Source`. Out: `(syntax.File, diagnostics)`. A line at column 0 begins a statement, and each
statement is read on its own by the LALR parser, so that a fault never reaches the next one. A fault in a
line drops that line, with what is indented under it, and reads the statement again; a fault in the first
line drops the statement. The parser never raises, whatever the text. What a fault means in plain words is
the business of `mistakes.py`, which is only asked when there is one.

Lark is imported when the first text is parsed, not before.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from tiercel_dsl import syntax
from tiercel_dsl.diagnostics import Diagnostic, Edit, Fix, FixKind
from tiercel_dsl.lexer import BLANKS, Lexeme, Line, indent_of, logical_lines, tabs
from tiercel_dsl.reading import Reading, read
from tiercel_dsl.remembered import Known, Remembered
from tiercel_dsl.source import Source, Span

MOST_FAULTS: Final = 50  # in one file; more would be read by nobody
MOST_READINGS: Final = 25  # of one statement


@dataclass
class _Parse:
    """The work on one file."""

    source: Source
    remembered: Remembered | None = None
    statements: list[syntax.Statement] = field(default_factory=list)
    faults: list[Diagnostic] = field(default_factory=list)
    chinese: int = 0
    english: int = 0

    def run(self) -> None:
        self._tabs()
        for lines in _statements(logical_lines(self.source)):
            if len(self.faults) >= MOST_FAULTS:
                break
            if lines[0].heading:
                self._heading(lines)
            elif lines[0].indent:
                self._headless(lines)
            elif not self._closes_what_failed(lines[0]):
                self._statement(lines)

    def _tabs(self) -> None:
        spans = tuple(tabs(self.source))
        if spans:
            fix = Fix(FixKind.safe, "replace_tabs", tuple(Edit(span, "  ") for span in spans))
            self.faults.append(Diagnostic("E1002", spans[0], seen="\t", fixes=(fix,), more=len(spans) - 1))

    def _heading(self, lines: Sequence[Line]) -> None:
        text = self.source.lines[lines[0].first].strip(BLANKS + "\u3000")
        self.statements.append(syntax.Clause(text, self._line(lines[0])))
        if len(lines) > 1:
            self._headless(lines[1:])

    def _headless(self, lines: Sequence[Line]) -> None:
        span = self._line(lines[0])
        if "\t" in self.source.lines[lines[0].first][: span.column - 1]:
            return  # the tabs were told, and there is no knowing how deep they were meant
        seen = self.source.lines[lines[0].first].strip()
        self.faults.append(Diagnostic("E1102", span, {"seen": seen}, seen=seen, more=len(lines) - 1))

    def _line(self, line: Line) -> Span:
        text = self.source.lines[line.first]
        start = indent_of(text)[0]
        return Span(self.source.name, line.first + 1, start + 1, line.first + 1, len(text.rstrip(BLANKS)) + 1)

    def _closes_what_failed(self, line: Line) -> bool:
        """A `)` at column 0 after a bracket that was already blamed needs no message of its own."""
        opened = self.faults and self.faults[-1].code == "E1005"
        return bool(opened) and self.source.folded_lines[line.first].startswith(")")

    def _statement(self, lines: Sequence[Line]) -> None:
        left = list(lines)
        if self._known(lines):
            return
        before = len(self.faults), self.chinese, self.english
        self._read(left)
        if self.remembered is not None and len(self.faults) == before[0]:
            first, last = lines[0].numbers[0], lines[-1].numbers[-1]
            known = Known(self.statements[-1], first, self.chinese - before[1], self.english - before[2])
            self.remembered.keep(self.source, last, known)

    def _known(self, lines: Sequence[Line]) -> bool:
        """Whether the statement was read before, as it stands."""
        if self.remembered is None:
            return False
        known = self.remembered.find(self.source, lines[0].numbers[0], lines[-1].numbers[-1])
        if known is None:
            return False
        self.statements.append(known.node)
        self.chinese += known.chinese
        self.english += known.english
        return True

    def _read(self, left: list[Line]) -> None:
        reading = read(self.source, left)
        for _ in range(MOST_READINGS):
            if reading.node is not None:
                self.statements.append(reading.node)
                break
            bad = self._explain(reading, left)
            if bad == 0 or len(self.faults) >= MOST_FAULTS:
                break
            _drop(left, bad, _end_of(left, bad, whole=self.faults[-1].code == "E1104"))
            if len(left) == 1:
                break
            reading = read(self.source, left)
        self._count(reading.lexemes)

    def _explain(self, reading: Reading, lines: Sequence[Line]) -> int:
        """Tells the fault; which line it is in."""
        from tiercel_dsl.mistakes import explain  # a sound file never needs it

        diagnostic = explain(self.source, lines, reading)
        self.faults.append(diagnostic)
        at = diagnostic.span.line - 1
        return next((index for index, line in enumerate(lines) if at in line.numbers), 0)

    def _count(self, lexemes: Sequence[Lexeme]) -> None:
        for lexeme in lexemes:
            spelling = lexeme.spelling
            if spelling and spelling.keyword.english and spelling.keyword.chinese:
                self.chinese += spelling.face == "zh"
                self.english += spelling.face == "en"

    def language(self) -> str:
        """The face of most keywords; of the letters where there is none to go by."""
        if self.chinese == self.english:
            return "zh" if any("\u4e00" <= char <= "\u9fff" for char in self.source.text) else "en"
        return "zh" if self.chinese > self.english else "en"


def _statements(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Groups of lines that belong together: one at column 0 and the indented ones after it."""
    group: list[Line] = []
    for line in lines:
        if line.indent == 0 and group:
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _drop(lines: list[Line], start: int, end: int) -> None:
    """Take lines out, and those above them under which nothing is left: they are not to blame for it."""
    indent = lines[start].indent
    del lines[start:end]
    while start > 1 and lines[start - 1].indent < indent:
        if start < len(lines) and lines[start].indent > lines[start - 1].indent:
            break
        start -= 1
        indent = lines.pop(start).indent


def _end_of(lines: Sequence[Line], bad: int, whole: bool) -> int:
    """Where the lines end that fall with line `bad`: those under it; with `whole` its neighbours too."""
    end = bad + 1
    while end < len(lines) and lines[end].indent >= lines[bad].indent + (not whole):
        end += 1
    return end


def parse(source: Source, remembered: Remembered | None = None) -> tuple[syntax.File, tuple[Diagnostic, ...]]:
    """The tree of a file and all that is wrong with its writing; lines that are wrong are not in the tree.

    `remembered`: what was read before, and takes in what is read now.
    """
    work = _Parse(source, remembered)
    work.run()
    faults = sorted(work.faults, key=lambda fault: (fault.span.line, fault.span.column))
    return syntax.File(source.name, tuple(work.statements), work.language()), tuple(faults)
