"""A text and the places in it.

In: a file's name and text. Out: `Source`, `Span`, folded text, display columns. Full-width forms are
folded one character for one, outside strings and comments, so that a position in the folded text is a
position in what the author wrote. Unicode's own compatibility folding is not used: it turns ① into 1.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property

_PUNCTUATION = dict(zip("（）：；，＋－＝＜＞％！、．　【】／＊～", "():;,+-=<>%!,. []/*~", strict=True))
_DIGITS = {chr(0xFF10 + i): str(i) for i in range(10)}
_LETTERS = {chr(0xFF21 + 32 * case + i): chr(65 + 32 * case + i) for case in range(2) for i in range(26)}
_FOLD = {ord(wide): narrow for wide, narrow in {**_PUNCTUATION, **_DIGITS, **_LETTERS}.items()}
# Texts in quotes, names in back-quotes and comments; one that is not closed goes to the end of its line.
_NOT_CODE = re.compile(r"""("[^"\n]*"?|“[^”\n]*”?|「[^」\n]*」?|`[^`\n]*`?|\#[^\n]*)""")


def fold(text: str) -> str:
    """Full-width forms to ASCII, one character for one; strings, back-quoted names and comments stay."""
    if text.isascii():
        return text
    pieces = _NOT_CODE.split(text)
    pieces[::2] = [piece.translate(_FOLD) for piece in pieces[::2]]
    return "".join(pieces)


def display_width(text: str) -> int:
    """Columns that `text` takes in a terminal: 2 for a Chinese character, 0 for a combining mark."""
    if text.isascii() and text.isprintable():
        return len(text)
    from wcwidth import wcwidth  # slow to import, and most texts need none of it

    return sum(max(wcwidth(char), 0) for char in text)


@dataclass(frozen=True)
class Source:
    """One scheme file: its name as the user knows it (never an absolute path in a hash) and its text."""

    name: str
    text: str

    @cached_property
    def folded(self) -> str:
        return fold(self.text)

    @cached_property
    def folded_lines(self) -> tuple[str, ...]:
        return tuple(self.folded.split("\n"))

    @cached_property
    def lines(self) -> tuple[str, ...]:
        return tuple(self.text.split("\n"))

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        starts = [0]
        for line in self.lines:
            starts.append(starts[-1] + len(line) + 1)
        return tuple(starts)


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a source: lines and columns from 1, columns in characters, `end_column` exclusive."""

    source: str
    line: int
    column: int
    end_line: int
    end_column: int

    def to(self, last: "Span") -> "Span":
        """From the start of this span to the end of `last`."""
        return Span(self.source, self.line, self.column, last.end_line, last.end_column)


NOWHERE = Span("", 0, 0, 0, 0)


def spanned() -> Span:
    """Field of a tree node that says where it stands and takes no part in equality or hashes."""
    return field(default=NOWHERE, compare=False, repr=False)
