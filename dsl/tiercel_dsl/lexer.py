"""Text to lexemes: layout, longest match, and keywords by what the parser can use.

In: a `Source`. Out: `logical_lines`, the lines of a file with their indentation and with the lines that
an open bracket continues; and `lex`, the lexemes of one statement, made one at a time, because what a
word is depends on the parser: it is the longest phrase of `keywords.py` that can stand at this place,
else a name. That is why `target`, `金额` and `score` are free as names wherever the keyword cannot stand.
Two rules make it predictable: before `=` at the start of a line, and beside a dot, a word is a name.

Indentation counts display columns. An open bracket continues only onto lines indented deeper than the
line it stands in, so that a forgotten bracket is blamed where it is and never swallows what follows.
"""

# Lark is not typed throughout.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportUnknownLambdaType=false, reportPrivateUsage=false

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from tiercel_dsl.diagnostics import Diagnostic, Edit, Fix, FixKind
from tiercel_dsl.keywords import FACES, Keyword
from tiercel_dsl.records import dataclass
from tiercel_dsl.source import Source, Span

MOST_BRACKETS: Final = 50  # open at the same time
MOST_OPERATORS: Final = 100  # in one line; with the brackets this bounds the depth of every tree
BLANKS: Final = " \t\r\u00a0\ufeff"

_COLUMNS = {"\u3000": 2, "\t": 2, "\ufeff": 0}
_NUMBER = (
    r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
    r"(?:[万亿]?元| *(?:个百分点|[%‰])|[万亿]| +(?:[万亿]?元|[万亿])(?:(?!\w)|(?=以|至|的部分)))?"
)
_DATE = (
    r"(?:19|20|21)[0-9]{2}-(?:[0-9]{1,2}-[0-9]{1,2}|[0-9]{2})(?![0-9-])"
    r"|(?:19|20|21)[0-9]{2}年[0-9]{1,2}月(?:[0-9]{1,2}[日号])?"
)
_ODD_DATE = r"(?:19|20|21)[0-9]{2}(?:[/.][0-9]{1,2}[/.][0-9]{1,2}(?![0-9])|-[1-9](?![0-9,.%‰万亿元-]))"
_WORD = r"[^\W\d]\w*"
_STRING = r'"[^"\n]*"|“[^”\n]*”|「[^」\n]*」'
_SIGNS = {
    "=": "EQ",
    "(": "LPAR",
    ")": "RPAR",
    ",": "COMMA",
    ":": "COLON",
    ".": "DOT",
    "+": "PLUS",
    "-": "MINUS",
    "−": "MINUS",
    "*": "STAR",
    "×": "STAR",
    "/": "SLASH",
    "÷": "SLASH",
}
_SCAN = re.compile(
    rf"(?P<DATE>{_DATE})|(?P<ODD_DATE>{_ODD_DATE})|(?P<NUMBER>{_NUMBER})|(?P<STRING>{_STRING})|(?P<TICKED>`[^`\n]+`)|(?P<WORD>{_WORD})"
    r"|(?P<MARK>\( *不?含(?:本数)? *\))|(?P<ODD>==|<>|=<|=>|&&|\|\|)|(?P<CMP><=|>=|!=|[<>≥≤≠])"
    r"|(?P<SIGN>[=(),:.+\-−*×/÷])"
)
_DIGIT = re.compile("[0-9]")
_DIGITS = re.compile(r"[0-9,.]+")
_NOT_CODE = re.compile(rf"{_STRING}|`[^`\n]+`|[\"“「`].*|#.*")
_HEADING = re.compile(r"第[0-9一二三四五六七八九十百千零〇两]+[条章节款](?P<rest>.*)", re.DOTALL)
_ODD_SIGNS = {
    "==": ("=", "="),
    "<>": ("!=", "≠"),
    "=<": ("<=", "≤"),
    "=>": (">=", "≥"),
    "&&": ("and", "且"),
    "||": ("or", "或"),
    "&": ("and", "且"),
    "|": ("or", "或"),
    "!": ("not", "非"),
    ";": (",", "，"),
    "[": ("(", "（"),
    "]": (")", "）"),
    "{": ("(", "（"),
    "}": (")", "）"),
    "–": ("-", "-"),
    "—": ("-", "-"),
}
_NEEDLESS = {"。": "", "￥": "", "¥": "", "$": ""}
_QUOTES = "'‘’”」"
_RANGE = re.compile(r" *[-−~–—] *(?P<high>[0-9][0-9,.]*(?P<unit>[万亿元%]*))")
_VAGUE = re.compile("介于|原则上|左右$|上下$")
_DATE_WORDS = {"以前": "before", "之前": "before", "以后": "after", "之后": "after"}
_OPERATORS = frozenset(
    ["PLUS", "MINUS", "STAR", "SLASH", "OF", "DE", "NOT", "RUNNING_TOTAL", "RUNNING_AFTER", "AND", "OR", "CMP"]
)
# Keywords that a number may follow without a blank: 从5万, 不超过120%, 乘以115%, 无法计算时0.
_BEFORE_NUMBER = frozenset(
    "FROM UNTIL ABOVE BELOW UP_TO NO_MORE NO_LESS AND_ABOVE AND_BELOW AND_ABOVE_BELOW LIMIT STEP ROUNDED DE THEN"
    " OTHERWISE RESCUE DEFAULT DATE_TEST ONWARD WIDTH EVERY SERIES TOGETHER LAST COUNTING JUMPS AS_OF".split()
)
_SPLIT_BEFORE_NUMBER = _BEFORE_NUMBER | {"VERSION", "KPI_CLAUSE"}


class Fault(Exception):
    """A line that cannot be read, with what is told about it; never leaves the parser."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.code)
        self.diagnostic = diagnostic


class Spelling(NamedTuple):
    """One spelling of a keyword in one face."""

    text: str
    keyword: Keyword
    face: str

    def end(self, line: str, start: int) -> int:
        """Where this phrase ends if the line has it at `start`, else 0; blanks inside may be many."""
        if " " not in self.text:
            end = start + len(self.text)
            return end if line.startswith(self.text, start) and not _joins(line, end) else 0
        at = start
        for word in self.text.split():
            blanks = at
            while at > start and line[at : at + 1] == " ":
                at += 1
            if (start < at == blanks) or not line.startswith(word, at):
                return 0
            at += len(word)
        following = line[at : at + 1]
        return 0 if following.isalnum() or following == "_" else at


def _joins(line: str, at: int) -> bool:
    return line[at : at + 1].isidentifier() or line[at : at + 1].isdigit()


def _spellings() -> dict[str, list[Spelling]]:
    table: dict[str, list[Spelling]] = {}
    for keyword in FACES:
        for face, texts in (("en", keyword.english), ("zh", keyword.chinese)):
            for text in texts:
                first = re.match(r"\w+", text)
                assert first
                table.setdefault(first.group(), []).append(Spelling(text, keyword, face))
    for spellings in table.values():
        spellings.sort(key=lambda spelling: -len(spelling.text))
    return table


SPELLINGS: Final = _spellings()  # by first word, longest first
_LIMITED = re.compile(f"(?:{'|'.join(text for k in FACES if k.terminal == 'LIMIT' for text in k.chinese)})[0-9]")
_ALIASES = "|".join(text for k in FACES if k.terminal == "ALIAS" for text in k.english + k.chinese)
_NAMING = re.compile(rf"{_WORD}(?: +(?:{_ALIASES}) +(?:{_WORD}|`[^`\n]+`))?(?: *(?:{_STRING}))? *=(?![=<>])")


class Lexeme(NamedTuple):
    """A piece of a line: its terminal, its value with quotes taken off, its place, its keyword."""

    type: str
    value: str
    source: str
    line: int
    column: int
    end_column: int
    spelling: Spelling | None = None

    @property
    def span(self) -> Span:
        return Span(self.source, self.line, self.column, self.line, self.end_column)

    @property
    def sense(self) -> str:
        return self.spelling.keyword.sense if self.spelling else ""


@dataclass(frozen=True, slots=True)
class Line:
    """A logical line: the physical lines (from 0) it covers, its indentation, whether it is `第N条 …`."""

    numbers: tuple[int, ...]
    indent: int
    heading: bool = False

    @property
    def first(self) -> int:
        return self.numbers[0]


def indent_of(line: str) -> tuple[int, int]:
    """Characters and display columns before the first word of a line."""
    count = columns = 0
    for char in line:
        if char not in _COLUMNS and char not in BLANKS:
            break
        count += 1
        columns += _COLUMNS.get(char, 1)
    return count, columns


def _is_heading(code: str) -> bool:
    """`第三条 绩效`, `第三条：绩效`, `第三条绩效`; but `第三条件 = 5` names something."""
    matched = _HEADING.fullmatch(code)
    if matched is None:
        return False
    rest = matched["rest"]
    return not _joins(rest, 0) or "=" not in rest


def logical_lines(source: Source) -> tuple[Line, ...]:
    """The lines of a file that say something, each with the lines that an open bracket adds to it."""
    lines: list[Line] = []
    depth = 0
    for number, text in enumerate(source.folded_lines):
        at, _ = indent_of(text)
        code = text[at:].rstrip(BLANKS)
        if not code or code.startswith("#"):
            continue
        indent = indent_of(source.lines[number])[1]
        if depth > 0 and indent > lines[-1].indent:
            lines[-1] = Line((*lines[-1].numbers, number), lines[-1].indent)
        else:
            depth = 0
            lines.append(Line((number,), indent, indent == 0 and _is_heading(code)))
        if not lines[-1].heading:
            bare = _NOT_CODE.sub("", code)
            depth += bare.count("(") - bare.count(")")
    return tuple(lines)


def tabs(source: Source) -> Iterator[Span]:
    """Every tab outside quotes and comments."""
    if "\t" not in source.text:
        return
    for number, text in enumerate(source.folded_lines, 1):
        bare = _NOT_CODE.sub(lambda matched: "x" * len(matched.group()), text)
        for matched in re.finditer("\t", bare):
            yield Span(source.name, number, matched.start() + 1, number, matched.end() + 1)


def lex(source: Source, lines: Sequence[Line], accepts: Callable[[str], bool]) -> Iterator[Lexeme]:
    """The lexemes of one statement; `accepts` is asked about the parser's present state."""
    reader = _Reader(source, accepts)
    levels = [0]
    for line in lines:
        yield from _layout(source, line, levels)
        yield from reader.read(line)
    number = lines[-1].numbers[-1]
    end = len(source.lines[number].rstrip(BLANKS)) + 1
    for _ in levels[1:]:
        yield Lexeme("DEDENT", "", source.name, number + 1, end, end)
    yield Lexeme("$END", "", source.name, number + 1, end, end)


def _layout(source: Source, line: Line, levels: list[int]) -> Iterator[Lexeme]:
    at = indent_of(source.lines[line.first])[0] + 1
    known = tuple(levels)
    if line.indent > levels[-1]:
        levels.append(line.indent)
        yield Lexeme("INDENT", "", source.name, line.first + 1, at, at)
    while line.indent < levels[-1]:
        levels.pop()
        yield Lexeme("DEDENT", "", source.name, line.first + 1, at, at)
    if line.indent != levels[-1]:
        text = source.lines[line.first].rstrip(BLANKS)
        span = Span(source.name, line.first + 1, at, line.first + 1, len(text) + 1)
        facts = {"columns": line.indent, "fitting": known}
        raise Fault(Diagnostic("E1101", span, facts, seen=text.strip(BLANKS)))


class _Reader:
    """Reads the lexemes of logical lines, remembering the one before and the brackets that are open."""

    def __init__(self, source: Source, accepts: Callable[[str], bool]) -> None:
        self._source = source
        self._accepts = accepts
        self._raw = source.lines
        self._folded = source.folded_lines
        self._before: Lexeme | None = None
        self._opened: list[Lexeme] = []
        self._operators = 0

    def read(self, line: Line) -> Iterator[Lexeme]:
        self._before, self._opened, self._operators = None, [], 0
        number = line.numbers[0]
        for number in line.numbers:
            yield from self._physical(number)
        if self._opened:
            bracket = self._opened[-1]
            raise Fault(Diagnostic("E1005", bracket.span, {"seen": bracket.value}, seen=bracket.value))
        end = len(self._raw[number].rstrip(BLANKS)) + 1
        yield Lexeme("NL", "", self._source.name, number + 1, end, end)

    def _physical(self, number: int) -> Iterator[Lexeme]:
        text = self._folded[number]
        at = 0
        while at < len(text):
            if text[at] in BLANKS:
                at += 1
            elif text[at] == "#":
                return
            else:
                lexeme = self._lexeme(number, text, at)
                self._count(lexeme)
                yield lexeme
                self._before = lexeme
                at = lexeme.end_column - 1

    def _lexeme(self, number: int, text: str, at: int) -> Lexeme:
        matched = _SCAN.match(text, at)
        if matched is None:
            raise Fault(self._unknown(number, text, at))
        kind, value, end = str(matched.lastgroup), matched.group(), matched.end()
        if kind == "WORD":
            return self._word(number, text, at, value)
        if kind == "NUMBER":
            end = self._number_end(number, text, at, end)
            value = text[at:end]
        elif kind == "STRING":
            value = self._raw[number][at + 1 : end - 1]
        elif kind == "TICKED":
            kind, value = "NAME", self._raw[number][at + 1 : end - 1]
        elif kind == "SIGN":
            kind = _SIGNS[value]
            if kind == "MINUS":
                self._refuse_range(number, text, at)
        elif kind == "MARK":
            if not self._accepts("MARK"):
                return self._make("LPAR", "(", number, at, at + 1)
            value = value.strip("() ")
        elif kind == "ODD":
            raise Fault(self._unknown(number, text, at))
        elif kind == "ODD_DATE":
            raise Fault(odd_date(self._span(number, at, end), value))
        return self._make(kind, value, number, at, end)

    def _make(self, kind: str, value: str, number: int, at: int, end: int, spelling: Spelling | None = None) -> Lexeme:
        return Lexeme(kind, value, self._source.name, number + 1, at + 1, end + 1, spelling)

    def _span(self, number: int, at: int, end: int) -> Span:
        return Span(self._source.name, number + 1, at + 1, number + 1, end + 1)

    def _count(self, lexeme: Lexeme) -> None:
        """Brackets and operators, bounded, so that no later stage can run out of stack."""
        if lexeme.type == "LPAR":
            self._opened.append(lexeme)
        elif lexeme.type == "RPAR":
            if not self._opened:
                raise Fault(Diagnostic("E1006", lexeme.span, {"seen": lexeme.value}, seen=lexeme.value))
            self._opened.pop()
        elif lexeme.type in _OPERATORS:
            self._operators += 1
        if len(self._opened) > MOST_BRACKETS or self._operators > MOST_OPERATORS:
            facts = {"brackets": MOST_BRACKETS, "operators": MOST_OPERATORS}
            raise Fault(Diagnostic("E1105", lexeme.span, facts, seen=lexeme.value))

    # ---- numbers -----------------------------------------------------------------------------------------

    def _number_end(self, number: int, text: str, at: int, end: int) -> int:
        """Where the number really ends: ， and 、 never group digits; a narrow comma must group by three."""
        raw = self._raw[number]
        wide = next((i for i in range(at, end) if text[i] == "," != raw[i]), None)
        if wide is not None:
            return wide
        if raw[end : end + 1] == "," and _DIGIT.match(text, end + 1):
            digits = _DIGITS.match(text, at)
            stop = digits.end() if digits else end
            seen = raw[at:stop]
            facts = {"seen": seen, "apart": seen.replace(",", ", "), "joined": seen.replace(",", "")}
            raise Fault(Diagnostic("E1007", self._span(number, at, stop), facts, seen=seen))
        return end

    def _refuse_range(self, number: int, text: str, at: int) -> None:
        """`5万-10万` as a tier: which end belongs to it is money, so it is never guessed."""
        before = self._before
        if before is None or before.type != "NUMBER" or not self._accepts("AND_ABOVE"):
            return
        if before.end_column == at + 1 or text[at + 1 : at + 2] == " ":
            raise Fault(self._range(before, number, text, at))

    def _range(self, before: Lexeme, number: int, text: str, at: int) -> Diagnostic:
        matched = _RANGE.match(text, at)
        end = matched.end() if matched else at + 1
        span = Span(before.source, before.line, before.column, number + 1, end + 1)
        seen = self._raw[number][before.column - 1 : end]
        high = matched["high"] if matched else ""
        low = before.value + (matched["unit"] if matched and before.value[-1:].isdigit() else "")
        return Diagnostic("E1213", span, {"seen": seen, "low": low, "high": high}, seen=seen)

    # ---- words -------------------------------------------------------------------------------------------

    def _word(self, number: int, text: str, at: int, word: str) -> Lexeme:
        if self._is_name(text, at, at + len(word)):
            return self._make("NAME", word, number, at, at + len(word))
        for spelling in SPELLINGS.get(word, ()):
            if self._accepts(spelling.keyword.terminal):
                end = spelling.end(text, at)
                partly = end > at + len(word) and self._dotted(text, end)  # by month.number
                if end and not partly and not _is_call(spelling, text, end):
                    return self._make(spelling.keyword.terminal, spelling.text, number, at, end, spelling)
        joined = self._beside(number, at)
        if joined or not word.isalpha():
            split = self._split(text, at, word, joined)
            if split:
                end = at + len(split.text)
                return self._make(split.keyword.terminal, split.text, number, at, end, split)
        if joined and self._before:
            raise Fault(self._glued(self._before, number, at, word))
        if self._accepts("NUMBER"):
            self._refuse_vague(number, at, word)
            stray = stray_keyword(word)
            if stray:
                return self._make("NAME", stray, number, at, at + len(stray))
        return self._make("NAME", word, number, at, at + len(word))

    def _refuse_vague(self, number: int, at: int, word: str) -> None:
        matched = _VAGUE.search(word)
        if matched:
            span = self._span(number, at + matched.start(), at + matched.end())
            raise Fault(Diagnostic("E1214", span, {"seen": matched.group()}, seen=matched.group()))

    def _is_name(self, text: str, at: int, end: int) -> bool:
        if self._dotted(text, end):
            return True
        return self._before.type == "DOT" if self._before else bool(_NAMING.match(text, at))

    @staticmethod
    def _dotted(text: str, end: int) -> bool:
        following = text[end + 1 : end + 2]
        return text[end : end + 1] == "." and (following.isidentifier() or following == "`")

    def _beside(self, number: int, at: int) -> bool:
        """Whether the word follows a number, a date or their unit without a blank."""
        before = self._before
        if before is None or (before.line, before.end_column) != (number + 1, at + 1):
            return False
        return before.type in ("NUMBER", "DATE", "UNIT") or bool(before.spelling and before.spelling.face == "zh")

    def _split(self, text: str, at: int, word: str, joined: bool) -> Spelling | None:
        """从5万, 以上不满10万, 每年最高10万: the keyword that a word begins with, if a number or a keyword follows."""
        for length in range(len(word) - 1, 0, -1):
            rest = word[length:]
            for spelling in SPELLINGS.get(word[:length], ()):
                terminal = spelling.keyword.terminal
                if spelling.face != "zh" or spelling.text != word[:length] or not self._accepts(terminal):
                    continue
                if rest[0] in "0123456789" and (terminal in _SPLIT_BEFORE_NUMBER or joined):
                    return spelling
                if joined and _starts_with_keyword(rest):
                    return spelling
                if terminal == "PER_SPAN" and _LIMITED.match(rest):
                    return spelling
        return None

    # ---- what cannot be read -----------------------------------------------------------------------------

    def _glued(self, before: Lexeme, number: int, at: int, word: str) -> Diagnostic:
        self._refuse_vague(number, at, word)
        if word in _DATE_WORDS:
            return date_word(self._span(number, at, at + len(word)), word)
        span = Span(before.source, before.line, before.column, number + 1, at + len(word) + 1)
        left = self._raw[number][before.column - 1 : at]
        facts = {"seen": left + word, "left": left, "right": word}
        return Diagnostic("E1011", span, facts, seen=left + word)

    def _unknown(self, number: int, text: str, at: int) -> Diagnostic:
        raw = self._raw[number]
        rest = raw[at:].rstrip(BLANKS)
        if text[at] in "~–—" and self._before and self._before.type == "NUMBER":
            return self._range(self._before, number, text, at)
        if raw[at] in '"“「':
            return Diagnostic("E1003", self._span(number, at, at + len(rest)), {"seen": rest}, seen=rest)
        if raw[at] == "`":
            return Diagnostic("E1004", self._span(number, at, at + len(rest)), {"seen": rest}, seen=rest)
        odd = next((sign for sign in _ODD_SIGNS if text.startswith(sign, at)), "")
        span = self._span(number, at, at + max(len(odd), 1))
        seen = raw[at : at + max(len(odd), 1)]
        if odd:
            return _other_sign(span, seen, *_ODD_SIGNS[odd])
        if seen in _NEEDLESS:
            fix = Fix(FixKind.safe, "remove", (Edit(span, ""),), {"seen": seen})
            return Diagnostic("E1016", span, {"seen": seen}, seen=seen, fixes=(fix,))
        if seen in _QUOTES:
            return Diagnostic("E1017", span, {"seen": seen}, seen=seen)
        if not seen.isprintable() or seen.isspace():
            fix = Fix(FixKind.safe, "remove_invisible", (Edit(span, ""),))
            return Diagnostic("E1014", span, {"point": f"U+{ord(seen):04X}"}, seen=seen, fixes=(fix,))
        return Diagnostic("E1001", span, {"seen": seen}, seen=seen)


def _other_sign(span: Span, seen: str, english: str, chinese: str) -> Diagnostic:
    options = [english] if english == chinese else [english, chinese]
    if not english.isalpha() and len(options) > 1:  # a sign that is as wide as the one written
        options = [english if seen.isascii() else chinese]
    facts = {"seen": seen, "options": tuple(options)}
    fix = Fix(FixKind.review, "write", (Edit(span, options[0]),), {"text": options[0]})
    return Diagnostic("E1012", span, facts, seen=seen, fixes=(fix,))


def odd_date(span: Span, seen: str) -> Diagnostic:
    """A date that is written 2023/7/1, 2023.7.1, 20230701 or 2023-7."""
    parts = re.findall("[0-9]+", seen)
    if len(parts) == 1:
        parts = [seen[:4], seen[4:6], seen[6:8]]
    right = "-".join(part.zfill(2) for part in parts)
    fix = Fix(FixKind.review, "write", (Edit(span, right),), {"text": right})
    return Diagnostic("E1013", span, {"seen": seen, "right": right}, seen=seen, fixes=(fix,))


def date_word(span: Span, seen: str) -> Diagnostic:
    """以前, 之后 and the like: the law does not say whether the day itself belongs to them."""
    before = _DATE_WORDS[seen] == "before"
    facts = {"seen": seen, "without": "早于" if before else "晚于", "within": "不晚于" if before else "不早于"}
    return Diagnostic("E1217", span, facts, seen=seen)


def stray_keyword(word: str) -> str:
    """The Chinese keyword of `不超过120`, where it cannot stand: better told apart than taken for a name."""
    matched = re.fullmatch(r"([^\W0-9_]+?)[0-9]+[万亿]?元?", word)
    for spelling in SPELLINGS.get(matched[1], ()) if matched else ():
        if spelling.face == "zh" and spelling.keyword.terminal in _BEFORE_NUMBER:
            return spelling.text
    return ""


def _is_call(spelling: Spelling, text: str, end: int) -> bool:
    """上期(x) is a function, 上期 alone the window: no window is followed by a bracket."""
    return spelling.keyword.terminal == "WINDOW" and text[end:].lstrip(BLANKS).startswith("(")


def _starts_with_keyword(text: str) -> bool:
    return any(spelling.text == text[:n] for n in range(1, len(text) + 1) for spelling in SPELLINGS.get(text[:n], ()))
