"""What an author writes beside the scheme: comments and empty lines, and where they belong.

In: a source, and the printed lines of its statements. Out: `margin_of`, the comments by the line that they
belong to; `woven`, the text with the comments among the lines; `comments`, all of them in order.
"""

import re
from collections.abc import Sequence
from dataclasses import field
from itertools import pairwise
from typing import Final, NamedTuple

from tiercel_dsl.lexer import BLANKS, Line, indent_of, logical_lines
from tiercel_dsl.records import dataclass
from tiercel_dsl.source import Source, Span


class Out(NamedTuple):
    """A printed line: its text, how deep it stands, and the line (from 0) of the source that it came from."""

    text: str
    depth: int
    place: int


def spaced(*words: str) -> str:
    return " ".join(word for word in words if word)


_COMMENT: Final = re.compile(r"""("[^"\n]*"|“[^”\n]*”|「[^」\n]*」|`[^`\n]*`)|(?P<comment>\#.*)""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Margin:
    """What an author writes beside the scheme, by the first line of what it belongs to; '' is an empty line.

    `before` a line, `below` the last line of a block, `behind` a line, and the rest at the `end` of the file.
    """

    places: dict[int, int] = field(default_factory=dict[int, int])
    before: dict[int, list[str]] = field(default_factory=dict[int, list[str]])
    below: dict[int, list[str]] = field(default_factory=dict[int, list[str]])
    behind: dict[int, str] = field(default_factory=dict[int, str])
    end: list[str] = field(default_factory=list[str])

    def place(self, span: Span) -> int:
        """The first line (from 0) of the logical line that a node stands on; -1 if it stands nowhere."""
        return self.places.get(span.line - 1, -1)


def margin_of(source: Source) -> Margin:
    margin = Margin()
    lines = logical_lines(source)
    at = 0
    for previous, line in pairwise((None, *lines)):
        assert line is not None
        below, before = _parted(_notes(source, range(at, line.first)), previous, line.indent)
        inside, behind = _own_comments(source, line)
        margin.before[line.first] = before + inside
        if previous is not None and below:
            margin.below[previous.first] = below
        if behind:
            margin.behind[line.first] = behind
        margin.places.update(dict.fromkeys(line.numbers, line.first))
        at = line.numbers[-1] + 1
    below, end = _parted(_notes(source, range(at, len(source.lines))), lines[-1] if lines else None, 0)
    if lines and below:
        margin.below[lines[-1].first] = below
    margin.end.extend(end)
    return margin


def _notes(source: Source, numbers: range) -> list[tuple[int, str]]:
    """Comments and empty lines between two lines that say something, with the comments' indentation."""
    out: list[tuple[int, str]] = []
    for number in numbers:
        text = source.lines[number]
        start, columns = indent_of(text)
        out.append((columns, _trimmed(text[start:])))
    return out


def _trimmed(text: str) -> str:
    return text.strip(f"{BLANKS}\u3000")


def _parted(notes: Sequence[tuple[int, str]], previous: Line | None, indent: int) -> tuple[list[str], list[str]]:
    """The comments that still belong to the block that ends here, by their indentation, and the others."""
    count = 0
    if previous is not None and previous.indent > indent:
        for number, (columns, text) in enumerate(notes, 1):
            if text and columns <= indent:
                break
            count = number if text else count
    texts = [text for _, text in notes]
    return texts[:count], texts[count:]


def _own_comments(source: Source, line: Line) -> tuple[list[str], str]:
    """The comments of a line itself: the last one stands behind it, those of lines inside brackets before it."""
    if line.heading:
        return [], ""
    found: list[str] = []
    behind = ""
    for number in range(line.first, line.numbers[-1] + 1):
        comment = _comment(source.lines[number])
        if number == line.numbers[-1]:
            behind = comment
        elif comment:
            found.append(comment)
    if not behind and len(found) == 1 and _comment(source.lines[line.first]):
        return [], found[0]
    return found, behind


def comments(source: Source) -> tuple[str, ...]:
    """Every comment of a file, in order: none is lost in printing."""
    found: list[str] = []
    headings = {line.first for line in logical_lines(source) if line.heading}
    for number, text in enumerate(source.lines):
        comment = "" if number in headings else _comment(text)
        found += [comment] if comment else []
    return tuple(found)


def _comment(text: str) -> str:
    comments = (matched["comment"] for matched in _COMMENT.finditer(text) if matched["comment"])
    return _trimmed(next(comments, ""))


def woven(page: Sequence[Sequence[Out]], margin: Margin) -> str:
    """The statements with the comments and empty lines of the author among them."""
    text = _Text()
    for statement in page:
        moved = any(one.place > other.place for one, other in pairwise(statement))
        for line in statement:
            text.add_notes(margin.before.get(line.place, ()), line.depth)
            text.add(spaced(line.text, " " + margin.behind.get(line.place, "")).rstrip(), line.depth)
            if not moved:
                text.add_notes(margin.below.get(line.place, ()), line.depth)
        for line in statement if moved else ():  # what stood below the last row stays below the last row
            text.add_notes(margin.below.get(line.place, ()), line.depth)
    text.add_notes(margin.end, 0)
    return text.whole()


class _Text:
    """Lines as they come; at most one empty line in a row, none at the start of a block or of the file."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._depth = -1

    def add(self, text: str, depth: int) -> None:
        self._lines.append("  " * depth + text)
        self._depth = depth

    def add_notes(self, notes: Sequence[str], depth: int) -> None:
        for note in notes:
            if note:
                self.add(note, depth)
            elif self._lines and self._lines[-1] and depth <= self._depth:
                self._lines.append("")

    def whole(self) -> str:
        lines = self._lines[:-1] if self._lines and not self._lines[-1] else self._lines
        return "".join(f"{line}\n" for line in lines)
