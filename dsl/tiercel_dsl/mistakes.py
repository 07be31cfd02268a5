"""What a fault means in plain words.

In: a statement that could not be read, and where it stopped. Out: a `Diagnostic`. The rules at the end of
this file are asked in order, the most particular first; each knows one mistake that people make. A
correction is only offered after the line was read with it: an offer that does not parse would be worse
than none. Nothing here is reached while a scheme is sound.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from tiercel_dsl.diagnostics import Diagnostic, Edit, Fix, FixKind
from tiercel_dsl.keywords import FACES
from tiercel_dsl.lexer import (
    BLANKS,
    SPELLINGS,
    Lexeme,
    Line,
    Spelling,
    date_word,
    logical_lines,
    odd_date,
)
from tiercel_dsl.reading import Machine, Reading, Stack, read
from tiercel_dsl.source import Source, Span

_LAYOUT = frozenset(["NL", "INDENT", "DEDENT", "$END"])
_VALUES = frozenset(["NUMBER", "NAME", "STRING", "DATE", "YES_NO", "RUNNING_COUNT", "WEIGHTED_KPIS", "RPAR", "UNIT"])
_STARTS_VALUE = frozenset(["NUMBER", "NAME", "STRING", "DATE", "LPAR", "YES_NO"])
_COMPARISONS = frozenset(["CMP", "EQ", "NO_MORE", "NO_LESS", "ABOVE", "BELOW", "DATE_TEST"])
_OPERATORS = frozenset(["PLUS", "MINUS", "STAR", "SLASH", "CMP", "EQ", "DOT"]) | _COMPARISONS

_PRODUCT = frozenset(["NUMBER", "NAME", "DOT", "STAR", "SLASH", "LPAR", "RPAR", "UNIT"])

# Keywords of the first line of a statement; those of the lines under it; those that are seldom names.
_HEADS = frozenset(
    ["SCHEME", "VERSION", "CURRENCY", "PERIOD", "USE", "CLAUSE", "FACTS", "GROUP", "PEOPLE", "PARAMETER"]
    + ["FOR_EACH", "REQUIRE", "TIERS", "KPI", "PAY_LINE", "PAYOUT"]
)
_INNER = frozenset(
    ["STEP", "LIMIT", "ROUNDED", "ROUNDED_UNIT", "UNROUNDED", "OTHERWISE", "RESCUE", "ONLY_WHEN", "ZERO_UNLESS"]
    + ["PREMISE", "IF", "KPI_CLAUSE", "LESS_IS_BETTER", "NOT_APPLICABLE", "FROM", "ABOVE", "BELOW", "UP_TO"]
)
_JOINING = frozenset(
    ["WHERE", "WHEN", "IF", "THEN", "OTHERWISE", "RESCUE", "STEP", "LIMIT", "NO_MORE", "NO_LESS", "ABOVE"]
    + ["BELOW", "UP_TO", "FROM", "UNTIL", "ROUNDED", "ROUNDED_UNIT", "STAGE", "ONLY_WHEN", "ZERO_UNLESS"]
    + ["FOR_EACH", "OF", "DE", "ON", "APPLIES", "BY", "AND", "OR", "IN", "NOT_IN", "DATE_TEST", "PREMISE"]
    + ["ELSE_NO_LINE", "ELSE_ZERO", "AND_ABOVE", "AND_BELOW", "AND_ABOVE_BELOW", "ONE_OF", "ALIAS", "MISSING"]
)
_NAMES_ONLY = frozenset(["NAME", "ALIAS"])

# One word that may be missing, the likeliest first. A comma is a word here.
_MISSING_WORDS = (
    ["WHEN", "WHERE", "OF", "DE", "FROM", "FOR_EACH", "EQ", "COMMA", "THEN", "ON", "APPLIES", "ALIAS", "UNTIL"]
    + ["ROUNDED", "CURRENCY", "BY", "UP_TO"]
)
_INSIDE_WORDS = frozenset(["的", "且", "或"])  # single characters that may part a word in its middle
_NOT_APART = frozenset(["UNIT", "TYPE", "PERIOD_WORD", "YES_NO", "ROLE", "NAME", "FROM", "KPI_CLAUSE"])
_PAYOUT_WORDS = re.compile("应发|实发")
_ODD_DATE = re.compile(r"(?:19|20|21)[0-9]{2}(?:[0-9]{4}|-[0-9]{1,2}|[/.][0-9]{1,2}[/.][0-9]{1,2})(?![0-9])")
_BETWEEN = re.compile(r"介于|原则上|左右|\bbetween\b|\babout\b|\bapproximately\b")
_HAN: Final = re.compile("[\u4e00-\u9fff]")
_HAN_WORD = re.compile(r"[^\W0-9_a-zA-Z]\w*")
_DATE_WORDS = re.compile(" *(?P<word>以前|以后|之前|之后)")
_MOST_OFFERS: Final = 3


def explain(source: Source, lines: Sequence[Line], reading: Reading) -> Diagnostic:
    """What is wrong at the place where `reading` stopped."""
    if reading.diagnostic is not None:
        return _sharpened(source, lines, reading, reading.diagnostic)
    assert reading.offending is not None
    place = _Place(source, lines, reading, reading.offending)
    for rule in _RULES:
        diagnostic = rule(place)
        if diagnostic is not None:
            return diagnostic
    return _unexpected(place)


def plain(expected: Iterable[str], face: str) -> tuple[str, ...]:
    """What may stand somewhere, in few words: keywords of `face` in quotes, signs, kinds of values."""
    left = set(expected)
    behind_a_value = bool(left & {"STAR", "CMP"})
    told = left - (_TELL_APART if behind_a_value else frozenset())
    spellings = [(k.chinese if face == "zh" else k.english) for k in FACES if k.terminal in told]
    words = list(dict.fromkeys(f"“{texts[0]}”" for texts in spellings if texts))
    if face == "zh" and {"WHEN", "COMMA", "STAR"} <= left:  # a step: the condition comes first in Chinese
        words = ["“若 …，则 …”" if word == "“当”" else word for word in words]
    words = [*words[:_MOST_WORDS], "…"] if len(words) > _MOST_WORDS else words
    signs = [(zh if face == "zh" else en) for needed, absent, en, zh in _SIGNS if needed <= left and not absent & left]
    return (*words, *signs)


_MOST_WORDS: Final = 8
# Behind a value there may always stand a calculation or a comparison: told as signs, not word by word.
_TELL_APART = _COMPARISONS | {
    *("AND", "OR", "IN", "NOT_IN", "MISSING", "OF", "DE", "ON", "APPLIES", "AMONG", "RUNNING_AFTER", "UNIT")
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


@dataclass(frozen=True)
class _Place:
    """Where reading stopped: the lexeme that cannot stand there and what surrounds it."""

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
            lexeme
            for lexeme in self.reading.lexemes
            if lexeme.line - 1 in numbers and lexeme.type not in _LAYOUT
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
        return "zh" if _HAN.search(text) else "en"

    def raw(self, number: int) -> str:
        return self.source.lines[number].rstrip(BLANKS)

    def folded(self, number: int) -> str:
        return self.source.folded.split("\n")[number].rstrip(BLANKS)

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

    @cached_property
    def step(self) -> Lexeme:
        """The first lexeme of the step that it is in: behind the last comma or opened bracket."""
        depth = 0
        for position in range(len(self.row) - 1, -1, -1):
            kind = self.row[position].type
            depth += (kind == "RPAR") - (kind == "LPAR")
            if depth < 0 or (kind in ("COMMA", "EQ") and depth == 0 and self._parts(position)):
                return self.row[position + 1] if position + 1 < len(self.row) else self.offending
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
            elif char == "#" or depth == 0 and char in ",)":
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
        texts = [_edited(self.source.lines[n], n, edits) for line in kept for n in line.numbers]
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


def _edited(text: str, number: int, edits: Sequence[Edit]) -> str:
    for edit in sorted(edits, key=lambda edit: -edit.span.column):
        if edit.span.line == number + 1:
            text = text[: edit.span.column - 1] + edit.text + text[edit.span.end_column - 1 :]
    return text


def _told(
    place: _Place, code: str, span: Span, fixes: Iterable[Fix] = (), seen: str | None = None, **facts: object
) -> Diagnostic:
    text = place.raw(span.line - 1)[span.column - 1 : span.end_column - 1] if seen is None else seen
    words = plain(place.expected, place.face)
    facts = {"seen": text, **facts}
    return Diagnostic(code, span, facts, seen=text, expected=words, fixes=tuple(fixes)[:_MOST_OFFERS])


def _fix(place: _Place, *edits: Edit, text: str = "", title: str = "write") -> Fix:
    """An offer that shows the line, or `text`, as it would be."""
    number = edits[0].span.line - 1
    shown = text or _edited(place.raw(number), number, edits).strip(BLANKS + "\u3000")
    return Fix(FixKind.review, title, edits, {"text": shown})


# ---- spelling ------------------------------------------------------------------------------------------------


def distance(left: str, right: str) -> int:
    """How many letters were added, left out, changed or swapped."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, char in enumerate(left, 1):
        previous, row, before = row, [i], row if i == 1 else before
        for j, other in enumerate(right, 1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (char != other))
            if i > 1 and j > 1 and char == right[j - 2] and left[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before = previous
    return row[-1]


def _near(written: str, right: str) -> int | None:
    """How far a word is from the right one, None if too far to be meant."""
    if _HAN.search(right):
        most = 1 if 2 <= len(right) <= 4 else 2 if len(right) > 4 else 0
        if len(right) == 2 and not set(written) & set(right):
            return None
    else:
        most = 1 if len(right) <= 4 else 2
    if abs(len(written) - len(right)) > most or len(written) < 2:
        return None
    found = distance(written.lower(), right.lower())
    return found if found <= most else None


def _nearest(text: str, at: int, terminals: Iterable[str]) -> list[tuple[Spelling, int]]:
    """Keywords of these terminals that may be meant at `at`, the likeliest first, with where the word ends."""
    allowed = set(terminals)
    found: list[tuple[int, int, Spelling, int]] = []
    words = [(m.start(), m.end()) for m in re.finditer(r"\w+", text) if m.start() >= at][:5]
    for order, spelling in enumerate(s for group in SPELLINGS.values() for s in group):
        count = len(spelling.text.split())
        if spelling.keyword.terminal not in allowed or len(words) < count or words[0][0] != at:
            continue
        end = words[count - 1][1]
        far = _near(" ".join(text[at:end].split()), spelling.text)
        if far:
            found.append((far, order, spelling, end))
    return [(spelling, end) for _, _, spelling, end in sorted(found, key=lambda one: one[:2])]


def _keyword_of(lexeme: Lexeme) -> Spelling | None:
    """The keyword that a name is spelled like."""
    if lexeme.type != "NAME":
        return None
    spellings = SPELLINGS.get(lexeme.value, [])
    return next((spelling for spelling in spellings if spelling.text == lexeme.value), None) or next(
        iter(spellings), None
    )


def _apart(word: str) -> str:
    """A Chinese word with blanks around the keywords in it: 若大客户 is 若 大客户, 金额的5 is 金额 的 5."""
    pieces: list[str] = []
    start = at = 0
    while at < len(word):
        keyword = _keyword_at(word, at, inside=at > start)
        if keyword:
            pieces += [word[start:at], keyword]
            at += len(keyword)
            start = at
        else:
            at += 1
    return " ".join(piece for piece in [*pieces, word[start:]] if piece)


def _keyword_at(word: str, at: int, inside: bool) -> str:
    for length in range(min(len(word) - at, 9), 0, -1):
        text = word[at : at + length]
        if length == 1 and inside and text not in _INSIDE_WORDS:
            continue
        for spelling in SPELLINGS.get(text, ()):
            terminal = spelling.keyword.terminal
            if spelling.text == text and terminal not in _NOT_APART and (terminal in _JOINING or not inside):
                return text
    return ""


# ---- the rules -------------------------------------------------------------------------------------------------


def _sharpened(source: Source, lines: Sequence[Line], reading: Reading, found: Diagnostic) -> Diagnostic:
    """A sign that cannot be read may only be the end of words that ran together: 金额的5%."""
    if found.code != "E1001" or found.seen not in ("%", "‰"):
        return found
    span = found.span
    mark = Lexeme("%", found.seen, source.name, span.line, span.column, span.end_column)
    return _run_together(_Place(source, lines, reading, mark)) or found


def _blocks(place: _Place) -> Diagnostic | None:
    """Lines that stand under something that takes none, or are missing under something that needs them."""
    if place.offending.type == "INDENT":
        number = place.offending.line - 1
        above = place.raw(place.lines[place.index - 1].numbers[-1]).strip()
        span = place.span(place.offending.column - 1, len(place.raw(number)))
        return _told(place, "E1104", span, above=above)
    if place.expected != {"INDENT"}:
        return None
    written = [lexeme for lexeme in place.reading.lexemes if lexeme.type not in _LAYOUT]
    last = written[-1]
    head = next(lexeme for lexeme in written if lexeme.line == last.line)
    if last.type in ("EQ", "KPI_CLAUSE"):
        return _told(place, "E1203", last.span, word=place.own(last))
    end = Span(place.source.name, head.line, head.column, last.line, last.end_column)
    return _told(place, "E1103", end, word=place.own(head))


def _payout_heading(place: _Place) -> Diagnostic | None:
    first = place.first
    if place.index > 0 or first.type != "NAME" or not _PAYOUT_WORDS.match(first.value):
        return None
    fix = Fix(FixKind.review, "write", (Edit(first.span, "结算额"),), {"text": "结算额"})
    return _told(place, "E1211", first.span, [fix])


def _needless_equals(place: _Place) -> Diagnostic | None:
    """`target = 40%` in a kpi, `commission pay = 5%`."""
    first = place.first
    if place.index > 0 and place.offending is first and first.type == "NAME" and not place.quoted(first):
        text = place.folded(first.line - 1)
        equals = text.find("=", first.end_column - 1)
        keyword = _keyword_of(first)
        if equals >= 0 and keyword and keyword.keyword.terminal in place.expected:
            return _without_equals(place, equals, first.value)
    if place.offending.type == "EQ" and first.spelling and first.type in _HEADS | {"KPI_CLAUSE", "SCORE"}:
        return _without_equals(place, place.offending.column - 1, place.own(first))
    return None


def _without_equals(place: _Place, at: int, word: str) -> Diagnostic:
    blank = place.folded(place.offending.line - 1)[at + 1 : at + 2] == " "
    edit = Edit(place.span(at, at + 1 + blank), "")
    fixes = [_fix(place, edit)] if place.mends(edit) else []
    return _told(place, "E1209", place.span(at, at + 1), fixes, word=word)


def _test_as_step(place: _Place) -> Diagnostic | None:
    """不超过 120% as a step: 不超过 asks, 最高 does."""
    for lexeme in (*place.row, place.offending):
        keyword = _keyword_of(lexeme)
        if keyword is None or keyword.face != "zh" or keyword.keyword.terminal not in ("NO_MORE", "NO_LESS"):
            continue
        if lexeme is place.offending:
            stack = place.reading.machine.stack
            allowed = place.reading.machine.accepts("LIMIT", stack)
        else:
            machine, stack = place.stack_before(lexeme)
            allowed = machine.accepts("LIMIT", stack)
        if allowed:
            right = "最高" if keyword.keyword.terminal == "NO_MORE" else "最低"
            fix = _fix(place, Edit(lexeme.span, right))
            return _told(place, "E1212", lexeme.span, [fix], word=lexeme.value, right=right)
    return None


def _vague(place: _Place) -> Diagnostic | None:
    """介于, between, 以前: words that leave open whether the bound itself belongs."""
    behind = _DATE_WORDS.match(place.raw(place.offending.line - 1), place.offending.end_column - 1)
    if behind:
        return date_word(place.span(behind.start("word"), behind.end("word")), behind["word"])
    for lexeme in (*place.row, place.offending):
        if lexeme.type == "NAME" and _DATE_WORDS.fullmatch(lexeme.value):
            return date_word(lexeme.span, lexeme.value)
        if lexeme.type == "NAME" and not place.quoted(lexeme):
            matched = _BETWEEN.search(lexeme.value)
            if matched:
                return _told(place, "E1214", lexeme.span)
    return None


def _date(place: _Place) -> Diagnostic | None:
    if "DATE" not in place.expected or "NUMBER" in place.expected:
        return None
    matched = _ODD_DATE.match(place.folded(place.offending.line - 1), place.offending.column - 1)
    return odd_date(place.span(matched.start(), matched.end()), matched.group()) if matched else None


def _chained(place: _Place) -> Diagnostic | None:
    """`60% <= rate < 80%`."""
    kind = place.offending.type
    keyword = _keyword_of(place.offending)
    if kind not in _COMPARISONS and (keyword is None or keyword.keyword.terminal not in _COMPARISONS):
        return None
    compared: Lexeme | None = None
    for lexeme in place.row:
        if lexeme.type in ("AND", "OR", "COMMA", "LPAR", "WHEN", "WHERE", "IF", "THEN", "ONLY_WHEN", "PREMISE"):
            compared = None
        elif lexeme.type in _COMPARISONS:
            compared = lexeme
    if compared is None or place.before is None or place.before.type not in _VALUES:
        return None
    middle = next(x for x in place.row if (x.line, x.column) > (compared.line, compared.column))
    return _told(place, "E1210", place.offending.span, middle=place.text(middle, place.before))


def _share_of_quotient(place: _Place) -> Diagnostic | None:
    """`a / 5% of b`: brackets have to say what is divided by what."""
    keyword = _keyword_of(place.offending)
    before = place.before
    if keyword is None or keyword.keyword.terminal not in ("OF", "DE") or before is None:
        return None
    divided = [x for x in place.row if x.type == "SLASH" and x.column > place.step.column]
    if not divided or divided[-1].line != before.line:
        return None
    start, at = _start_of_product(place, divided[-1]), divided[-1].column - 1
    raw = place.raw(before.line - 1)
    left, middle = raw[start:at].strip(), raw[at + 1 : before.end_column - 1].strip()
    whole = raw[place.offending.end_column - 1 : place.rest_end].strip()
    word, sign = place.own(place.offending), place.own(divided[-1])
    readings = (f"({left} {sign} {middle}) {word} {whole}", f"{left} {sign} ({middle} {word} {whole})")
    edit = place.span(start, place.rest_end)
    fixes = [_fix(place, Edit(edit, text), text=text) for text in readings if place.mends(Edit(edit, text))]
    return _told(place, "E1220", place.offending.span, fixes, one=readings[0], other=readings[1])


def _start_of_product(place: _Place, slash: Lexeme) -> int:
    """Column (from 0) where that which is divided begins."""
    position = place.row.index(slash)
    depth = 0
    while position > 0:
        kind = place.row[position - 1].type
        depth += (kind == "RPAR") - (kind == "LPAR")
        if depth < 0 or depth == 0 and kind not in _PRODUCT:
            break
        position -= 1
    return place.row[position].column - 1


def _first_word(place: _Place) -> Diagnostic | None:
    """A line that begins with a word that begins nothing: the fault shows one word later, or more."""
    first = place.first
    if len(place.row) > 3 or (first.type == "NAME" and place.quoted(first)):
        return None
    top = place.index == 0
    if first.type != "NAME":
        if place.row or first.type in _LAYOUT:
            return None
        return _told(place, "E1201", first.span)
    machine, stack = (place.reading.machine, None) if not place.row else place.stack_before(first)
    accepted = frozenset(spelling.keyword.terminal for group in SPELLINGS.values() for spelling in group)
    accepted = frozenset(terminal for terminal in accepted if machine.accepts(terminal, stack))
    offers = _respelt(place, first, accepted)
    keyword = _keyword_of(first)
    terminal = keyword.keyword.terminal if keyword and keyword.text.split()[0] == first.value else ""
    if offers:
        return _told(place, "E1201", first.span, offers)
    if top and terminal in _INNER and place.row:
        return _told(place, "E1227", first.span)
    if not top and terminal in _HEADS and "NUMBER" not in accepted:
        return _told(place, "E1228", first.span)
    if top or not place.row or "EQ" in place.expected and "STAR" not in place.expected:
        return _told(place, "E1201", first.span) if _unfinished_name(place, top) else None
    return None


def _unfinished_name(place: _Place, top: bool) -> bool:
    """Whether only the beginning of `name = …` was read, or nothing at all."""
    if not place.row:
        return True
    return "EQ" in place.expected and "STAR" not in place.expected or top and len(place.row) == 1


def _respelt(place: _Place, lexeme: Lexeme, terminals: Iterable[str]) -> list[Fix]:
    """Offers to spell the word at `lexeme` as a keyword of these terminals."""
    offers: list[Fix] = []
    for spelling, end in _nearest(place.folded(lexeme.line - 1), lexeme.column - 1, terminals)[:4]:
        span = Span(lexeme.source, lexeme.line, lexeme.column, lexeme.line, end + 1)
        edit = Edit(span, spelling.text)
        if place.mends(edit):
            offers.append(Fix(FixKind.review, "did_you_mean", (edit,), {"candidate": spelling.text}))
    return offers


def _unquoted_text(place: _Place) -> Diagnostic | None:
    """`one of gold`, `use facts.tier`, `clause Article 2`: what is text stands in quotes."""
    before = place.before
    if before is None or before.type not in ("ONE_OF", "USE", "CLAUSE") or place.offending.type in _LAYOUT:
        return None
    start, end = place.offending.column - 1, place.rest_end
    span = place.span(start, end) if end > start else place.offending.span
    edits = [Edit(span, _in_quotes(place, place.rest))]
    if before.type == "ONE_OF":  # the other options want quotes too
        code = re.sub("#.*", "", place.folded(span.line - 1)[start:]).rstrip(BLANKS)
        options = [option.strip() for option in code.split(",")]
        comma = "，" if place.face == "zh" else ", "
        edits.append(Edit(place.span(start, start + len(code)), comma.join(_in_quotes(place, o) for o in options)))
    return _told(place, "E1224", span, [_fix(place, edit) for edit in edits if place.mends(edit)], word=place.own(before))


def _in_quotes(place: _Place, text: str) -> str:
    return f"“{text}”" if place.face == "zh" else f'"{text}"'


def _no_name(place: _Place) -> Diagnostic | None:
    """`commission 5%`: where something is named, something else stands."""
    if "NAME" not in place.expected or "NUMBER" in place.expected or place.before is None:
        return None
    if place.before.type not in _HEADS | {"ALIAS", "SCORE", "CURRENCY", "FOR_EACH"} or place.offending.type in _LAYOUT:
        return None
    return _told(place, "E1226", place.offending.span, word=place.own(place.before))


def _misspelt(place: _Place) -> Diagnostic | None:
    """`times 115% wehn large`; an option after a comma that does not exist."""
    if place.offending.type != "NAME" or place.quoted(place.offending):
        return None
    offers = _respelt(place, place.offending, place.expected)
    if place.expected & {"ROLE", "MODE"} and place.before and place.before.type == "COMMA":
        return _told(place, "E1216", place.offending.span, offers)
    return _told(place, "E1205", place.offending.span, offers) if offers else None


def _keyword_as_name(place: _Place) -> Diagnostic | None:
    """`plus * 2` where `plus` is a column: back-quotes make a name of any word."""
    before = place.before
    if before is None or before.spelling is None or place.offending.type not in _OPERATORS:
        return None
    edit = Edit(before.span, f"`{before.value}`")
    if not place.mends(edit):
        return None
    fix = Fix(FixKind.review, "back_quotes", (edit,), {"name": before.value})
    return _told(place, "E1208", before.span, [fix], word=before.value)


def _missing_value(place: _Place) -> Diagnostic | None:
    """`times` and nothing behind it, or `times when large`."""
    before = place.before
    if before is None:
        return None
    stray = _keyword_of(before)
    if stray and stray.keyword.terminal in _JOINING and len(place.row) > 1 and not place.quoted(before):
        word = place.row[-2]
        edit = Edit(Span(before.source, before.line, before.column, before.line, before.column), "1 ")
        if word.type not in _VALUES and place.mends(edit):
            return _lacking(place, word, before.span)
    if before.type in _VALUES or place.offending.type in _STARTS_VALUE - {"NAME"}:
        return None
    if place.offending.type == "NAME" and _keyword_of(place.offending) is None:
        return None
    if place.expected & {"NAME", "NUMBER", "STRING", "DATE"} and not place.expected & {"NL", "COMMA"}:
        return _lacking(place, before, place.offending.span)
    return None


def _lacking(place: _Place, word: Lexeme, at: Span) -> Diagnostic:
    """Something is missing behind `word`; what, depends on what can stand there."""
    code = "E1203"
    if at == place.offending.span and "NUMBER" not in place.expected:
        kinds = (("NAME", "E1229"), ("DATE", "E1230"), ("STRING", "E1231"))
        code = next((code for kind, code in kinds if kind in place.expected), "E1203")
    span = word.span if place.offending.type in _LAYOUT else at
    return _told(place, code, span, word=place.own(word))


def _run_together(place: _Place) -> Diagnostic | None:
    """Chinese words without the blanks between them: 金额的5%, 若大客户，则乘以115%."""
    number = place.offending.line - 1
    text = place.folded(number)
    bare = re.sub(r'"[^"]*"|“[^”]*”|「[^」]*」|`[^`]*`|#.*', lambda m: " " * len(m.group()), text)
    edits = []
    for matched in _HAN_WORD.finditer(bare):
        apart = _apart(matched.group())
        if apart != matched.group():
            edits.append(Edit(place.span(matched.start(), matched.end()), apart))
    stopped = place.offending.end_column
    for chosen in ([edit for edit in edits if edit.span.column < stopped], edits):
        for tried in [[edit] for edit in chosen] + ([chosen] if len(chosen) > 1 else []):
            if place.mends(*tried):
                start, end = tried[0].span.column - 1, tried[0].span.end_column - 1
                sign = text[end : end + 1] if text[end : end + 1] in ("%", "‰") else ""
                span = place.span(start, end + len(sign))
                return _told(place, "E1010", span, [_fix(place, *tried)], apart=tried[0].text + sign)
    return None


def _missing_word(place: _Place) -> Diagnostic | None:
    """Two values side by side, or a step without a comma before it: one word between them is missing."""
    before, offending = place.before, place.offending
    if before is None or before.type not in _VALUES | {"MISSING", "AND_ABOVE", "MARK", "TYPE", "MODE", "ROLE", "STAGE"}:
        return None
    if offending.type not in _STARTS_VALUE:
        return None
    offers = list(_joined(place))
    keyword = _keyword_of(offending)
    if keyword and keyword.keyword.terminal in _JOINING and not offers:
        return None
    if not offers and before.type in _VALUES and {"NL", "COMMA"} & place.expected == set():
        return None
    left = place.text(place.step, before)
    right = place.own(offending)
    return _told(place, "E1202", offending.span, offers, left=left, right=right)


def _joined(place: _Place) -> Iterator[Fix]:
    """Ways to join the two sides with one word, each of which can be read."""
    machine, stack = place.reading.machine, place.reading.machine.stack
    at = place.span(place.offending.column - 1, place.offending.column - 1)
    bound = _bound(place)
    if bound:
        yield bound
    for terminal in _MISSING_WORDS:
        if machine.after(terminal, stack) is None or not _likely(place, terminal):
            continue
        if terminal in ("WHEN", "THEN") and place.face == "zh":
            condition_first = _condition_first(place)
            if condition_first:
                yield condition_first
            continue
        edit = _insertion(place, terminal, at)
        if edit and place.mends(edit):
            yield _fix(place, edit, text=_shown(place, terminal, edit))


def _likely(place: _Place, terminal: str) -> bool:
    """Whether the word makes sense between these two, not only in the grammar."""
    if terminal == "WHEN":
        return "WHERE" not in place.expected
    if terminal == "EQ":
        return "CMP" not in place.expected
    if terminal == "OF":
        return place.before is not None and place.own(place.before)[-1] in "%％‰"
    if terminal == "DE":
        return place.own(place.offending)[-1] in "%％‰"
    return True


def _shown(place: _Place, terminal: str, edit: Edit) -> str:
    """The step with the word in it; of a whole line only if it is no longer than that."""
    step = place.step
    raw = place.raw(place.offending.line - 1)
    if step.line != place.offending.line:
        return edit.text.strip() + " " + place.rest
    return _edited(raw[: place.rest_end], place.offending.line - 1, [edit])[step.column - 1 :]


def _insertion(place: _Place, terminal: str, at: Span) -> Edit | None:
    """The word in the statement's face, put before the lexeme; a comma moves to the end of the word before."""
    before = place.before
    if terminal == "COMMA" and before is not None and before.line == at.line:
        comma = "，" if place.face == "zh" else ", "
        return Edit(place.span(before.end_column - 1, at.column - 1), comma)
    if terminal == "EQ":
        return Edit(at, "= ")
    for keyword in FACES:
        if keyword.terminal == terminal:
            spellings = keyword.chinese if place.face == "zh" else keyword.english
            text = "仅限" if terminal == "WHERE" and place.first.type in ("FOR_EACH", "PAY_LINE") else ""
            if spellings:
                return Edit(at, (text if text and place.face == "zh" else spellings[0]) + " ")
    return None


def _condition_first(place: _Place) -> Fix | None:
    """`乘以 115% 大客户` → `若 大客户，则 乘以 115%`."""
    before, step = place.before, place.step
    if before is None or step.line != place.offending.line:
        return None
    action = place.text(step, before)
    text = f"若 {place.rest}，则 {action}"
    edit = Edit(place.span(step.column - 1, place.rest_end), text)
    return _fix(place, edit, text=text) if place.mends(edit) else None


def _bound(place: _Place) -> Fix | None:
    """`完成率 80%以上` in a condition: there the comparison stands between, 完成率 不低于 80%."""
    if place.face != "zh" or place.offending.type != "NUMBER":
        return None
    text = place.raw(place.offending.line - 1)
    matched = re.compile("以上|以下|以内").match(text, place.offending.end_column - 1)
    if matched is None:
        return None
    word = "不低于" if matched.group() == "以上" else "不超过"
    edit = Edit(place.span(place.offending.column - 1, matched.end()), f"{word} {place.own(place.offending)}")
    return _fix(place, edit) if place.mends(edit) else None


def _impossible_keyword(place: _Place) -> Diagnostic | None:
    """A keyword where nothing can be done with it."""
    for lexeme in (place.offending, place.before):
        keyword = _keyword_of(lexeme) if lexeme else None
        if lexeme and keyword and keyword.keyword.terminal in _JOINING | _HEADS and not place.quoted(lexeme):
            return _told(place, "E1204", lexeme.span, word=lexeme.value)
    return None


def _ends_early(place: _Place) -> Diagnostic | None:
    before = place.before
    if place.offending.type != "NL" or before is None:
        return None
    return _told(place, "E1207", before.span, word=place.text(place.step, before) if place.row else "")


def _unexpected(place: _Place) -> Diagnostic:
    """No particular mistake: what was read, and what could follow."""
    offending, before = place.offending, place.before
    if offending.type in _LAYOUT and before is None:
        number = offending.line - 1
        return _told(place, "E1206", place.span(0, len(place.raw(number))), left="")
    left = place.text(place.step, before) if before is not None and place.step is not offending else ""
    return _told(place, "E1206", offending.span, left=left)


_RULES = (
    _blocks,
    _payout_heading,
    _needless_equals,
    _test_as_step,
    _vague,
    _date,
    _chained,
    _share_of_quotient,
    _unquoted_text,
    _run_together,
    _first_word,
    _no_name,
    _misspelt,
    _keyword_as_name,
    _missing_value,
    _missing_word,
    _impossible_keyword,
    _ends_early,
)
