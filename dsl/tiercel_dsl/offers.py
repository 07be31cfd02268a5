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
    " ELSE_NO_LINE ELSE_ZERO AND_ABOVE AND_BELOW AND_ABOVE_BELOW ONE_OF ALIAS MISSING TO PER PER_SPAN WINDOW LAST"
    " AS_OF BY_SPAN INTO AT IN_PROPORTION PROPORTION NEVER_FALLS RISES RISES_BY JUMPS EVERY SERIES SAME_AS".split()
)
# One word that may be missing, the likeliest first. A comma is a word here.
_MISSING_WORDS = "WHEN WHERE OF DE FROM FOR_EACH EQ COMMA THEN TO AT LIMIT ON APPLIES UNTIL BY UP_TO STEP ALIAS".split()
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
    if HAN.search(right) and (right.startswith(written) or right.endswith(written)):
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
    "each": "per",
    "a": "per",
    "monthly": "per month",
    "quarterly": "per quarter",
    "yearly": "per year",
    "annually": "per year",
    "last": "previous",
    "this month": "month to date",
    "this quarter": "quarter to date",
    "this year": "year to date",
    "convert": "into",
    "split": "shared",
    "divided": "shared",
    "at": "as of",
    "in": "into",
    "by": "in proportion to",
    "+": "plus",
    "-": "minus",
    "*": "times",
    "zone": "time zone",
    "timezone": "time zone",
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
    "按": "每",
    "在": "于",
    "截至": "于",
    "截止": "于",
    "余数": "尾差",
    "零头": "尾差",
    "换算": "折合",
    "兑换": "折合",
    "换成": "折合",
    "折算": "折合",
    "代替": "替代",
    "取代": "替代",
    "平均分配给": "平分给",
    "＋": "加",
    "－": "减",
    "×": "乘以",
}


# The same among the cells of a table, where a wrong word is read as a name.
_IN_CELLS = {
    "then": "next",
    "each": "every",
    "all": "any",
    "else": "otherwise",
    "default": "otherwise",
    "再": "其次",
    "然后": "其次",
    "每": "每增加",
    "增加": "递增",
    "减少": "递减",
    "与": "同",
    "全部": "不限",
    "所有": "不限",
    "任意": "不限",
    "其他": "其他情形",
    "其它": "其他情形",
    "默认": "其他情形",
}
_CELL_WORDS = ["WIDTH", "EVERY", "SERIES", "SAME_AS", "LAST_TIER", "ANY", "THE_REST", "OTHERWISE", "ERROR"]
_STEP_WORDS = ["LESS_EARLIER", "COUNTING", "ROUNDED_UNIT", "UNROUNDED", "SHARED", "PER_SPAN", "LIMIT"]
_MONTHS_IN_WORDS = re.compile("(?:最?近)?(?P<number>[一二两三四五六七八九十]+|[0-9]+)(?P<unit>个月|天|周|年)")
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九十")} | {"两": 2}


def of_steps(name: str) -> tuple[str, ...]:
    """A step that a name may be meant for, where no value can stand: 减本年已计题, 每年最高."""
    spaced = apart(name)
    return _alike(name, _STEP_WORDS) or ((spaced,) if spaced != name else ())


def of_windows(name: str) -> tuple[str, ...]:
    """A window that a name may be meant for: 本年累积, 近三个月."""
    matched = _MONTHS_IN_WORDS.fullmatch(name)
    if matched is None:
        return _alike(name, ["WINDOW"])
    return (f"近{_counted(matched['number'])}{matched['unit']}",)


def _counted(number: str) -> int:
    """三, 十二, 二十四, 36."""
    tens, ten, ones = number.rpartition("十")
    if number.isdecimal():
        return int(number)
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)


def _alike(name: str, terminals: list[str]) -> tuple[str, ...]:
    """Keywords of these terminals that are written nearly so, or begin with that word."""
    found: list[tuple[int, int, str]] = []
    for number, keyword in enumerate(keyword for keyword in FACES if keyword.terminal in terminals):
        for text in keyword.english + keyword.chinese:
            begins = " " in text and name == text.split()[0]
            far = 0 if begins else _near(name, text)
            if (far is not None and (begins or far)) and number not in (known for _, known, _ in found):
                found.append((far, number, text))
    return tuple(text for _, _, text in sorted(found))[:3]


def of_cells(name: str) -> tuple[str, ...]:
    """Words of the rows of a table that a name unknown there may be meant for."""
    digits = re.search(r"[0-9.]*$", name)
    word, number = name[: digits.start() if digits else len(name)], digits.group() if digits else ""
    if word in _IN_CELLS:
        return (f"{_IN_CELLS[word]}{number}",)
    return tuple(f"{text}{number}" for text in _alike(word, _CELL_WORDS))


def meant(place: Place, lexeme: Lexeme, terminals: Iterable[str]) -> list[Fix]:
    """What the word at `lexeme` may be meant for."""
    accepted = frozenset(terminals)
    return (
        elsewhere(place, lexeme)
        or _closed_up(place, lexeme, accepted)
        or respelt(place, lexeme, accepted)
        or completed(place, lexeme, accepted)
    )


def elsewhere(place: Place, lexeme: Lexeme) -> list[Fix]:
    """What a word of other languages is called here."""
    text = place.folded(lexeme.line - 1)[lexeme.column - 1 :]
    phrase = next((phrase for phrase in _PHRASES if re.match(rf"{phrase}\b", text)), "")
    written = phrase or (place.own(lexeme) if lexeme.type in _SIGNS else lexeme.value)
    periods = _PERIODS if "PERIOD_WORD" in place.expected else {}
    known = periods.get(written) or _ELSEWHERE.get(written, "")
    word = known if place.face == "en" or HAN.search(known) else _IN_CHINESE.get(known, known)
    edit = Edit(place.span(lexeme.column - 1, lexeme.column - 1 + len(written)), word)
    return [candidate(edit)] if known and place.mends(edit) else []


# 周期 每月, period monthly: how long a period is, as everybody says it.
_PERIODS = {
    "monthly": "month",
    "quarterly": "quarter",
    "yearly": "year",
    "annually": "year",
    "annual": "year",
    "weekly": "week",
    "每月": "月",
    "按月": "月",
    "月度": "月",
    "自然月": "月",
    "每季": "季",
    "每季度": "季",
    "按季": "季",
    "季度": "季",
    "每年": "年",
    "按年": "年",
    "年度": "年",
    "自然年": "年",
    "每半年": "半年",
    "每半月": "半月",
    "每周": "周",
    "按周": "周",
}
_PHRASES = tuple(phrase for phrase in _ELSEWHERE if " " in phrase)
_SIGNS = frozenset(["PLUS", "MINUS", "STAR"])
_IN_CHINESE = {"plus": "加", "minus": "减", "times": "乘以"}


def _closed_up(place: Place, lexeme: Lexeme, terminals: frozenset[str]) -> list[Fix]:
    """跳变 不超过 → 跳变不超过: one Chinese word, written with a blank in it."""
    text, at = place.folded(lexeme.line - 1), lexeme.column - 1
    for spelling in (s for group in SPELLINGS.values() for s in group):
        if spelling.face == "zh" and spelling.keyword.terminal in terminals:
            matched = re.compile(" *".join(spelling.text)).match(text, at)
            edit = Edit(place.span(at, matched.end()), spelling.text) if matched else None
            if edit and " " in text[at : edit.span.end_column - 1] and place.mends(edit):
                return [candidate(edit)]
    return []


def candidate(edit: Edit) -> Fix:
    return Fix(FixKind.review, "did_you_mean", (edit,), {"candidate": edit.text.lstrip(", ")})


def completed(place: Place, lexeme: Lexeme, terminals: frozenset[str]) -> list[Fix]:
    """`rounded to 0.01` → `rounded half up to 0.01`: a phrase of which only some words were written."""
    text = place.folded(lexeme.line - 1)
    words = [(m.group(), m.end()) for m in re.finditer(r"\w+", text) if m.start() >= lexeme.column - 1][:4]
    offers: list[Fix] = []

    written = {word for word, _ in words}
    phrases = [spelling for spelling in SPELLINGS.get(lexeme.value, ()) if " " in spelling.text]

    def likeliest(spelling: Spelling) -> tuple[int, int]:
        missing = 0 if spelling.keyword.terminal == "ROUNDED" else len(set(spelling.text.split()) - written)
        return missing, FACES.index(spelling.keyword)

    for spelling in sorted(phrases, key=likeliest):
        if spelling.keyword.terminal in terminals:
            edits = [Edit(place.span(lexeme.column - 1, end), spelling.text) for end in _ends(words, spelling)]
            good = next((edit for edit in edits if place.mends(edit)), None)
            if good:
                offers.append(candidate(good))
    return offers


def _ends(words: list[tuple[str, int]], spelling: Spelling) -> list[int]:
    """Where a phrase may end that was written wrongly: at most one other word behind its own, and no number."""
    own = spelling.text.split()
    least = next((i for i, (word, _) in enumerate(words) if word not in own), len(words))
    last = max(i for i, (word, _) in enumerate(words) if word in own)
    most = next((i for i, (word, _) in enumerate(words) if word[0].isdigit()), len(words))
    return [end for _, end in words[max(least, 1) - 1 : min(last + 2, most)]][::-1]


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
    before = place.before
    if terminal == "STEP":
        return place.first.type == "SAME_AS"
    if terminal == "LIMIT":
        return before is not None and before.type == "PER_SPAN"
    joining = keyword_of(place.offending)
    if joining and joining.keyword.terminal in ("MODE", "STAGE", "BOUNDS_OF", "TIME_ZONE"):
        return terminal == "COMMA"
    if joining and joining.keyword.terminal in JOINING:
        return terminal in ("COMMA", "THEN") and joining.keyword.terminal != "PROPORTION"
    if terminal == "WHEN":
        return "WHERE" not in place.expected and place.offending.type in ("NAME", "LPAR")
    if terminal in ("ON", "APPLIES"):
        return before is not None and before.type == "NAME" and place.offending.type == "NAME"
    if terminal == "EQ":
        return "CMP" not in place.expected
    if place.offending.type == "DATE":
        return terminal in ("FROM", "UNTIL", "COMMA") and not (terminal == "COMMA" and "FROM" in place.expected)
    if terminal == "OF":
        return before is not None and place.own(before)[-1] in "%％‰" and place.offending.type == "NAME"
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
    wanted = "plus" if place.own(place.offending)[-1] in "%％‰点" else "times"
    for keyword in FACES:
        if keyword.terminal == terminal and (terminal != "STEP" or keyword.sense == wanted):
            spellings = keyword.chinese if place.face == "zh" else keyword.english
            if spellings:
                return Edit(at, place.spelt_here(spellings[0]) + " ")
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
