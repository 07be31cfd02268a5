"""All sentences of the language, Chinese and English under one code.

In: a `Diagnostic`, `Fix` or `Related`, and 'zh' or 'en'. Out: text. The stages that find faults pass facts,
never sentences, so that one fault can be told in either language and no stage has words of its own.

A template holds `{fact}` or `{fact:form}`, and parts in square brackets that go when a fact in them is empty
or absent: `[, did you mean {candidates:or}?]`; `[a|b]` is b where a goes. A line break parts the headline
from the remark that stands beside the place. The forms:

    word       a keyword as the reader's face spells it: `{clause:word}` of 'weight' is weight or 权重
    quoted     each of several in “ ”            or         the same, the last one after "or" or 或
    percent    5/100 is 5%                       gap        of a total: how far it is from 100%
    bounds     a row of tiers without its value  x/y        English singular and plural after a number
    amount     digits grouped by thousands       any other  a scope of `WORDS`: `{what:order}`

Facts whose names say so (`*_type`, `wanted`, `what`, …) hold English words of meaning, which `WORDS` turns
into the reader's language; a word not found there is shown as it is. Nothing here fails for want of a fact:
it is then shown as its name in 〈 〉, which the tests look for.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, Final, cast

from tiercel_dsl.diagnostics import Diagnostic, Fix, Related
from tiercel_dsl.keywords import FACES
from tiercel_dsl.messages import (
    accounts,
    bookkeeping,
    data,
    history,
    meaning,
    remarks,
    settlement,
    standing,
    syntax,
    transitions,
    uplines,
    windows,
)
from tiercel_dsl.source import display_width

MESSAGES: Final[dict[str, tuple[str, str]]] = (
    syntax.MESSAGES
    | meaning.MESSAGES
    | windows.MESSAGES
    | remarks.MESSAGES
    | history.MESSAGES
    | accounts.MESSAGES
    | settlement.MESSAGES
    | standing.MESSAGES
    | uplines.MESSAGES
    | transitions.MESSAGES
    | data.MESSAGES
    | bookkeeping.MESSAGES
)
BOOK: Final[dict[str, tuple[str, str]]] = (
    syntax.BOOK
    | meaning.BOOK
    | windows.BOOK
    | remarks.BOOK
    | history.BOOK
    | accounts.BOOK
    | settlement.BOOK
    | standing.BOOK
    | uplines.BOOK
    | transitions.BOOK
    | data.BOOK
    | bookkeeping.BOOK
)
FIXES: Final[dict[str, tuple[str, str]]] = syntax.FIXES | meaning.FIXES | windows.FIXES | remarks.FIXES | data.FIXES
RELATED: Final[dict[str, tuple[str, str]]] = syntax.RELATED | meaning.RELATED | remarks.RELATED | data.RELATED
WORDS: Final[dict[str, tuple[str, str]]] = (
    meaning.WORDS
    | windows.WORDS
    | remarks.WORDS
    | history.WORDS
    | accounts.WORDS
    | settlement.WORDS
    | standing.WORDS
    | uplines.WORDS
    | transitions.WORDS
    | data.WORDS
    | bookkeeping.WORDS
)

# Words quoted from a scheme that the keyword table spells otherwise, because Chinese has an order of its own.
_QUOTED_WORDS: Final[dict[str, tuple[str, str]]] = {
    "when": ("when", "若"),
    "only_when": ("only when", "前提"),
    "zero_unless": ("zero unless", "前提"),
    "rescue": ("otherwise", "无法计算时"),
    "attainment": ("attainment", "完成率"),
    "any": ("any", "有任一"),
    "condition": ("condition", "条件"),
    "line": ("paid line", "发放项目"),
    "row": ("row", "行"),
    "table": ("table", "台账"),
    "company": ("company", "公司"),
}
_NO_WORDS: Final = frozenset({"STAGE", "ROUNDED", "ROUNDED_UNIT", "UNIT"})
_SPOKEN: Final = frozenset(
    ("type", "wanted", "what", "clause", "missing", "role", "expected", "operator", "shape", "period", "mode")
)
_FORMS: Final = frozenset(("", "word", "quoted", "or", "percent", "gap", "bounds", "amount"))
_TABLES: Final = frozenset(("people", "company"))  # identities that nobody wrote
_OWN_TEXT: Final = frozenset({"left", "right", "value", "cell", "name", "candidate"})
_LONG_TEXT: Final = frozenset({"left", "right", "value", "cell", "seen", "condition"})
_LONGEST: Final = 40  # columns of the author's own text that a sentence can carry
_DIGITS: Final = 6  # after the point, where a fraction has no end

_OPTIONAL: Final = re.compile(r"\[([^\[\]|]*)(?:\|([^\[\]]*))?\]")
_FACT: Final = re.compile(r"\{(\w+)(?::([^{}]*))?\}")
_PERCENT: Final = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)%")
_QUOTES: Final = {'"': '"', "“": "”", "「": "」", "`": "`"}
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


# ---- what others call ----------------------------------------------------------------------------


def sentence(diagnostic: Diagnostic, language: str) -> str:
    """The whole message: headline and remark, without a full stop."""
    head, rest = headline(diagnostic, language), remark(diagnostic, language)
    if not rest:
        return head
    if head.endswith(("?", "？")):
        return head + (rest if language == "zh" else f" {_capital(rest)}")
    return f"{head}{'；' if language == 'zh' else '; '}{rest}"


def headline(diagnostic: Diagnostic, language: str) -> str:
    """What is wrong, in one line."""
    head = _message(diagnostic, language).partition("\n")[0]
    return head if language == "zh" else _capital(head)


def remark(diagnostic: Diagnostic, language: str) -> str:
    """What belongs beside the place: why, or how it could be meant; '' if there is nothing to add."""
    return _message(diagnostic, language).partition("\n")[2]


def book(code: str, language: str) -> str:
    """The longer explanation of a code; '' if there is no such code."""
    return _side(BOOK.get(code, ("", "")), language)


def fix_title(fix: Fix, language: str) -> str:
    """One way to mend it, in words; a title that is no key is shown as it is."""
    return _fill(_side(FIXES.get(fix.title, (fix.title, fix.title)), language), fix.facts, language)


def related_title(related: Related, language: str) -> str:
    """What the second place has to do with the fault; a title that is no key is shown as it is."""
    template = RELATED.get(related.title, (related.title, related.title))
    return _fill(_side(template, language), related.facts, language)


def type_name(word: str, language: str) -> str:
    """The name of a kind of value as a scheme spells it: 'money' is money or 金额."""
    for entry in FACES:
        if entry.terminal == "TYPE" and entry.sense == word:
            return entry.spelling(language)
    return _side(_KEYWORDS.get(word) or WORDS.get(word) or (word, word), language)


def keyword(terminal: str, sense: str, language: str) -> str:
    """The printed spelling of a keyword; the sense or the terminal itself if the table has no such word."""
    for entry in FACES:
        if entry.terminal == terminal and entry.sense == sense:
            return entry.spelling(language)
    return sense or terminal


def visible(text: str) -> str:
    """`text` with every character that would not show replaced, one for one: line ends and tabs by a blank,
    others by □."""
    return "".join(_visible(char) for char in text)


def number_text(value: int | Fraction) -> str:
    """A number in digits: fractions grouped by thousands, cut off with … where they have no end."""
    if isinstance(value, int):
        return str(value)
    sign, size = ("-" if value < 0 else ""), abs(value)
    exact = _last_digit(size.denominator)
    digits = _DIGITS if exact is None else exact
    whole, rest = divmod(size.numerator * 10**digits // size.denominator, 10**digits)
    point = f".{rest:0{digits}d}" if digits else ""
    return f"{sign}{whole:,}{point}" + ("…" if exact is None else "")


# ---- templates -----------------------------------------------------------------------------------


def _side(pair: tuple[str, str], language: str) -> str:
    return pair[1] if language == "zh" else pair[0]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _message(diagnostic: Diagnostic, language: str) -> str:
    unknown = (f"something is wrong here ({diagnostic.code})", f"这里有问题（{diagnostic.code}）")
    template = _side(MESSAGES.get(diagnostic.code, unknown), language)
    own = {"seen": diagnostic.seen, "expected": diagnostic.expected}
    facts = {name: value for name, value in own.items() if value} | dict(diagnostic.facts)
    return _fill(template, facts, language)


def _fill(template: str, facts: Mapping[str, Any], language: str) -> str:
    """The template with its facts; optional parts are decided first, so that no fact is read as one."""

    def part(match: re.Match[str]) -> str:
        names = _FACT.findall(match[1])
        complete = all(_shown(name, form, facts, language) for name, form in names if name in facts)
        return match[1] if complete and all(name in facts for name, _ in names) else match[2] or ""

    def fact(match: re.Match[str]) -> str:
        return _shown(match[1], match[2] or "", facts, language) if match[1] in facts else f"〈{match[1]}〉"

    return _FACT.sub(fact, _OPTIONAL.sub(part, template))


# ---- facts ---------------------------------------------------------------------------------------


def _shown(name: str, form: str, facts: Mapping[str, Any], language: str) -> str:
    value: object = facts[name]
    if form == "gap":
        return _gap(value, language)
    if form == "bounds":
        return " ".join(str(value).replace("?", " ").replace("？", " ").split())
    texts = [_text(name, form, one, language) for one in _several(value) if one is not None and one != ""]
    if form in ("or", "quoted"):
        return _joined([f"“{text}”" for text in texts], language, last=form == "or")
    if "/" in form:
        return " ".join(texts) + " " + form.split("/")[texts != ["1"]]
    return _joined(texts, language)


def _several(value: object) -> tuple[object, ...]:
    return tuple(cast("Iterable[object]", value)) if isinstance(value, tuple | list) else (value,)


def _text(name: str, form: str, value: object, language: str) -> str:
    if isinstance(value, bool):
        return keyword("YES_NO", "yes" if value else "no", language)
    if isinstance(value, int | Fraction):
        return _percent(value) if form == "percent" else number_text(value)
    text = visible(str(value))
    if form == "amount":
        return f"{int(text):,}" if text.isdecimal() else text
    if form == "word" or (name in ("table", "level") and text in _TABLES):
        return _word("", text, language, quoted=True)
    if name in _SPOKEN or name.endswith("_type") or (form not in _FORMS and "/" not in form):
        return _word(form, text, language)
    if name in _OWN_TEXT:
        text = _unquoted(text)
    return _shortened(text) if name in _LONG_TEXT else text


def _word(scope: str, word: str, language: str, quoted: bool = False) -> str:
    """A word of meaning in the reader's language: as it stands in a sentence, or as a scheme spells it."""
    key = word.replace(" ", "_")
    for table in (_KEYWORDS, WORDS) if quoted else (WORDS, _KEYWORDS):
        pair = table.get(f"{scope}.{key}") or table.get(key)
        if pair:
            return _side(pair, language)
    return word


def _joined(texts: list[str], language: str, last: bool = False) -> str:
    comma, before_last = ("、", "或") if language == "zh" else (", ", " or ")
    if last and len(texts) > 1:
        return comma.join(texts[:-1]) + before_last + texts[-1]
    return comma.join(texts)


def _percent(value: int | Fraction) -> str:
    return number_text(Fraction(value) * 100) + "%"


def _gap(total: object, language: str) -> str:
    """How far a total (19/20 or "95%") is from 100%; '' if it is no number or not off."""
    share = _share(total)
    if share is None or share == 1:
        return ""
    points = number_text(abs(share - 1) * 100)
    if language == "zh":
        return f"{'差' if share < 1 else '多'} {points} 个百分点"
    return f"{points} percentage point{'' if points == '1' else 's'} too {'few' if share < 1 else 'many'}"


def _share(value: object) -> Fraction | None:
    if isinstance(value, str):
        number, percent = _PERCENT.fullmatch(value), Fraction(1, 100)
        return Fraction(number[1]) * percent if number else None
    return Fraction(value) if isinstance(value, int | Fraction) else None


def _last_digit(denominator: int) -> int | None:
    """How many digits after the point a fraction needs, None if no number of digits is enough."""
    twos = fives = 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    return max(twos, fives) if denominator == 1 else None


def _visible(char: str) -> str:
    if char in "\n\r\t":
        return " "
    return "□" if unicodedata.category(char) in _UNSEEN else char


def _unquoted(text: str) -> str:
    """The inside of one quoted text: a sentence has quotes of its own."""
    closing = _QUOTES.get(text[:1], "")
    inside = text[1:-1]
    whole = len(text) > 1 and closing != "" and text.endswith(closing) and closing not in inside
    return inside if whole else text


def _shortened(text: str) -> str:
    if display_width(text) <= _LONGEST:
        return text
    while display_width(text) >= _LONGEST:
        text = text[:-1]
    return text + "…"


def _keywords() -> Iterable[tuple[str, tuple[str, str]]]:
    for entry in reversed(FACES):  # of two with one name the first in the table counts
        if entry.terminal not in _NO_WORDS:
            pair = (entry.spelling("en"), entry.spelling("zh"))
            yield entry.terminal.lower(), pair
            yield entry.sense or entry.terminal.lower(), pair


_KEYWORDS: Final[dict[str, tuple[str, str]]] = dict(_keywords()) | _QUOTED_WORDS
