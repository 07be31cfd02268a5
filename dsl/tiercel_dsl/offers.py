"""What may be meant: keywords that are nearly written, words without their blanks, a word that is missing.

In: a `Place`. Out: fixes. A correction is only offered after the line was read with it: an offer that does
not parse would be worse than none.
"""

import re
from collections.abc import Iterable, Iterator

from tiercel_dsl.diagnostics import Edit, Fix, FixKind
from tiercel_dsl.keywords import FACES
from tiercel_dsl.lexer import SPELLINGS, Lexeme, Spelling
from tiercel_dsl.place import HAN, Place, edited, offer
from tiercel_dsl.source import Span

JOINING = frozenset(
    "WHERE WHEN IF THEN OTHERWISE RESCUE STEP LIMIT NO_MORE NO_LESS ABOVE BELOW UP_TO FROM UNTIL ROUNDED"
    " ROUNDED_UNIT STAGE ONLY_WHEN ZERO_UNLESS FOR_EACH OF DE ON APPLIES BY AND OR IN NOT_IN DATE_TEST PREMISE"
    " ELSE_NO_LINE ELSE_ZERO AND_ABOVE AND_BELOW AND_ABOVE_BELOW ONE_OF ALIAS MISSING".split()
)
# One word that may be missing, the likeliest first. A comma is a word here.
_MISSING_WORDS = "WHEN WHERE OF DE FROM FOR_EACH EQ COMMA THEN ON APPLIES UNTIL BY UP_TO ALIAS".split()
_INSIDE_WORDS = frozenset(["的", "且", "或"])  # single characters that may part a word in its middle
_NOT_APART = frozenset(["UNIT", "TYPE", "PERIOD_WORD", "YES_NO", "ROLE", "NAME", "FROM", "KPI_CLAUSE"])


def distance(left: str, right: str) -> int:
    """How many letters were added, left out, changed, or swapped with the next one."""
    earlier: list[int] = []
    above = list(range(len(right) + 1))
    for i, char in enumerate(left):
        row = [i + 1]
        for j, other in enumerate(right):
            row.append(min(above[j + 1] + 1, row[j] + 1, above[j] + (char != other)))
            if i and j and char == right[j - 1] and left[i - 1] == other:
                row[-1] = min(row[-1], earlier[j - 1] + 1)
        earlier, above = above, row
    return above[-1]


def _near(written: str, right: str) -> int | None:
    """How far a word is from the right one, None if too far to be meant."""
    if HAN.search(right):
        most = 1 if 2 <= len(right) <= 4 else 2 if len(right) > 4 else 0
        if len(right) == 2 and not set(written) & set(right):
            return None
    else:
        most = 0 if len(right) <= 2 else 1 if len(right) <= 4 else 2
    if len(written) < 2:
        return None
    if HAN.search(right) and right.startswith(written):
        return len(right) - len(written)
    if abs(len(written) - len(right)) > most:
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


def keyword_of(lexeme: Lexeme) -> Spelling | None:
    """The keyword that a name is spelled like."""
    if lexeme.type != "NAME":
        return None
    spellings = SPELLINGS.get(lexeme.value, [])
    return next((spelling for spelling in spellings if spelling.text == lexeme.value), None) or next(
        iter(spellings), None
    )


def apart(word: str) -> str:
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
            if spelling.text == text and terminal not in _NOT_APART and (terminal in JOINING or not inside):
                return text
    return ""


# ---- the rules -------------------------------------------------------------------------------------------------


def respelt(place: Place, lexeme: Lexeme, terminals: Iterable[str]) -> list[Fix]:
    """Offers to spell the word at `lexeme` as a keyword of these terminals."""
    offers: list[Fix] = []
    for spelling, end in _nearest(place.folded(lexeme.line - 1), lexeme.column - 1, terminals)[:4]:
        span = Span(lexeme.source, lexeme.line, lexeme.column, lexeme.line, end + 1)
        edit = Edit(span, spelling.text)
        if place.mends(edit):
            offers.append(candidate(edit))
    return offers


TERMINALS = frozenset(keyword.terminal for keyword in FACES)
# What people write who have written formulas elsewhere, and what it is called here.
_ELSEWHERE = {
    "if": "when",
    "else": ", otherwise",
    "multiply": "times",
    "add": "plus",
    "subtract": "minus",
    "cap": "at most",
    "max": "at most",
    "floor": "at least",
    "min": "at least",
    "equals": "=",
    "is": "=",
    "如果": "若",
    "如": "若",
    "那么": "则",
    "乘": "乘以",
    "加上": "加",
    "减去": "减",
    "除以": "÷",
    "等于": "=",
    "大于等于": "不低于",
    "小于等于": "不超过",
    "不大于": "不超过",
    "不少于": "不低于",
    "并且": "且",
    "而且": "且",
    "和": "且",
    "或者": "或",
}


def meant(place: Place, lexeme: Lexeme, terminals: Iterable[str]) -> list[Fix]:
    """What the word at `lexeme` may be meant for."""
    accepted = frozenset(terminals)
    known = _ELSEWHERE.get(lexeme.value, "")
    if known:
        edit = Edit(lexeme.span, known)
        if place.mends(edit):
            return [candidate(edit)]
    return respelt(place, lexeme, accepted) or _completed(place, lexeme, accepted)


def candidate(edit: Edit) -> Fix:
    return Fix(FixKind.review, "did_you_mean", (edit,), {"candidate": edit.text.lstrip(", ")})


def _completed(place: Place, lexeme: Lexeme, terminals: frozenset[str]) -> list[Fix]:
    """`rounded to 0.01` → `rounded half up to 0.01`: a phrase of which only some words were written."""
    text = place.folded(lexeme.line - 1)
    ends = [m.end() for m in re.finditer(r"\w+", text) if m.start() >= lexeme.column - 1][:4]
    offers: list[Fix] = []
    for spelling in sorted(SPELLINGS.get(lexeme.value, ()), key=lambda spelling: FACES.index(spelling.keyword)):
        if spelling.keyword.terminal in terminals and " " in spelling.text:
            edits = [Edit(place.span(lexeme.column - 1, end), spelling.text) for end in reversed(ends)]
            good = next((edit for edit in edits if place.mends(edit)), None)
            if good:
                offers.append(candidate(good))
    return offers


def joined(place: Place) -> Iterator[Fix]:
    """Ways to join the two sides with one word, each of which can be read."""
    machine, stack = place.reading.machine, place.reading.machine.stack
    at = place.span(place.offending.column - 1, place.offending.column - 1)
    bound = _bound(place)
    if bound:
        yield bound
    offered = bound is not None
    for terminal in _MISSING_WORDS:
        if machine.after(terminal, stack) is None or not _likely(place, terminal):
            continue
        if terminal == "ALIAS" and offered:
            continue
        if terminal == "WHEN" and place.face == "zh" and place.first.type != "PAY_LINE":
            condition_first = _condition_first(place)
            if condition_first:
                offered = True
                yield condition_first
            continue
        edit = _insertion(place, terminal, at)
        if edit and place.mends(edit):
            offered = True
            yield offer(place, edit, text=_shown(place, edit))


def _likely(place: Place, terminal: str) -> bool:
    """Whether the word makes sense between these two, not only in the grammar."""
    joining = keyword_of(place.offending)
    if joining and joining.keyword.terminal in JOINING:
        return terminal in ("COMMA", "THEN")
    if terminal == "WHEN":
        return "WHERE" not in place.expected and place.offending.type in ("NAME", "LPAR")
    if terminal in ("ON", "APPLIES"):
        return place.before is not None and place.before.type == "NAME" and place.offending.type == "NAME"
    if terminal == "EQ":
        return "CMP" not in place.expected
    if place.offending.type == "DATE":
        return terminal in ("FROM", "UNTIL", "COMMA") and not (terminal == "COMMA" and "FROM" in place.expected)
    if terminal == "OF":
        return place.before is not None and place.own(place.before)[-1] in "%％‰" and place.offending.type == "NAME"
    if terminal == "DE":
        return place.own(place.offending)[-1] in "%％‰"
    if terminal == "COMMA" and {"STAR", "NL"} <= place.expected:  # a second value is never a step
        return False
    return terminal != "FROM"


def _shown(place: Place, edit: Edit) -> str:
    """The step with the word in it; of a whole line only if it is no longer than that."""
    step = place.step
    raw = place.raw(place.offending.line - 1)
    if step.line != place.offending.line:
        return edit.text.strip() + " " + place.rest
    return edited(raw[: place.rest_end], place.offending.line - 1, [edit])[step.column - 1 :]


def _insertion(place: Place, terminal: str, at: Span) -> Edit | None:
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


def _condition_first(place: Place) -> Fix | None:
    """`乘以 115% 大客户` → `若 大客户，则 乘以 115%`."""
    before, step = place.before, place.step
    if before is None or step.line != place.offending.line:
        return None
    action = place.text(step, before)
    text = f"若 {place.rest}，则 {action}"
    edit = Edit(place.span(step.column - 1, place.rest_end), text)
    return offer(place, edit, text=text) if place.mends(edit) else None


def _bound(place: Place) -> Fix | None:
    """`完成率 80%以上` in a condition: there the comparison stands between, 完成率 不低于 80%."""
    if place.face != "zh" or place.offending.type != "NUMBER":
        return None
    text = place.raw(place.offending.line - 1)
    matched = re.compile("以上|以下|以内").match(text, place.offending.end_column - 1)
    if matched is None:
        return None
    word = "不低于" if matched.group() == "以上" else "不超过"
    edit = Edit(place.span(place.offending.column - 1, matched.end()), f"{word} {place.own(place.offending)}")
    return offer(place, edit) if place.mends(edit) else None


def in_quotes(place: Place, text: str) -> str:
    return f"“{text}”" if place.face == "zh" else f'"{text}"'
