"""What printing needs to know: the face to write, the author's own digits and quotes.

In: a face and a source. Out: `Pen`, which quotes names and texts as the face does, and `amount`, a number with
the digits that its author gave it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from tiercel_dsl import syntax
from tiercel_dsl.keywords import FACES as KEYWORD_ROWS
from tiercel_dsl.margin import Margin
from tiercel_dsl.source import NOWHERE, Source, Span

KEYWORDS: Final = {(keyword.terminal, keyword.sense): keyword for keyword in KEYWORD_ROWS}
_SHARED_SIGNS: Final = {"=": "=", "<": "<", ">": ">", "add": "+", "subtract": "-"}


@dataclass(frozen=True, slots=True)
class Face:
    """How one language writes what is not a word; `gap` is the least between two columns of tiers."""

    language: str
    comma: str
    colon: str
    gap: int
    brackets: str
    quotes: tuple[str, ...]
    signs: Mapping[str, str]

    def word(self, terminal: str, sense: str = "") -> str:
        return KEYWORDS[terminal, sense].spelling(self.language)

    @property
    def chinese(self) -> bool:
        return self.language == "zh"


FACES: Final = {
    "en": Face(
        "en", ", ", ": ", 3, "()", ('""', "“”", "「」"),
        {**_SHARED_SIGNS, "<=": "<=", ">=": ">=", "!=": "!=", "multiply": "*", "divide": "/"},
    ),
    "zh": Face(
        "zh", "，", "：", 4, "（）", ("“”", "「」", '""'),
        {**_SHARED_SIGNS, "<=": "≤", ">=": "≥", "!=": "≠", "multiply": "×", "divide": "÷"},
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Pen:
    """What printing needs to know: the face, the author's text, what is in back-quotes here."""

    face: Face
    source: Source
    margin: Margin
    foreign: bool
    kinds: Mapping[str, str]  # of tables, by name
    ticked: frozenset[str] = frozenset()

    def name(self, name: str) -> str:
        return f"`{name}`" if name in self.ticked or not _PLAIN_NAME.fullmatch(name) else name

    def written(self, span: Span) -> str:
        """What the author wrote at a place, folded; '' where there is no place."""
        if span == NOWHERE or span.line != span.end_line or span.line > len(self.source.folded_lines):
            return ""
        return self.source.folded_lines[span.line - 1][span.column - 1 : span.end_column - 1]

    def quoted(self, text: str) -> str:
        fitting = (marks for marks in self.face.quotes if marks[1] not in text)
        marks = next(fitting, self.face.quotes[0])
        return f"{marks[0]}{text}{marks[1]}"

    def bracketed(self, text: str) -> str:
        return f"{self.face.brackets[0]}{text}{self.face.brackets[1]}"

    def listed(self, texts: Sequence[str]) -> str:
        return self.face.comma.join(texts)


_PLAIN_NAME: Final = re.compile(r"[^\W\d]\w*")


# ---- numbers -----------------------------------------------------------------------------------------------

AMOUNT: Final = re.compile(r"(?P<digits>[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?) *(?P<unit>个百分点|[%‰]|[万亿]?元?)")
_SCALES: Final = {"万": 10_000, "亿": 100_000_000}
_SHARES: Final = {"%": 100, "‰": 1000, "个百分点": 100}
PLACES: Final = {Fraction(1, 100): "分", Fraction(1, 10): "角", Fraction(1): "元"}


def amount(written: str, node: syntax.Number, pen: Pen, points: bool = False) -> str:
    """A number with the author's digits, `written`; in English 万, 亿 and 个百分点 become digits and %.

    `points`: it is added to rates, which Chinese says in 个百分点.
    """
    matched = AMOUNT.match(written)
    digits, unit = (matched["digits"], matched["unit"]) if matched else ("", "")
    if not digits or _value(digits, unit) != node.value:
        digits, unit = _digits(node, grouped=not pen.face.chinese)
    if pen.foreign and not pen.face.chinese:
        if unit[:1] in _SCALES:
            digits, unit = _decimal(_value(digits, unit[:1]), grouped=True), unit[1:]
        unit = "%" if unit == "个百分点" else unit
    unit = "个百分点" if points and unit == "%" and pen.face.chinese else unit
    return digits + (unit.removesuffix("元") if node.unit != "money" else unit)


def _value(digits: str, unit: str) -> Fraction:
    return Fraction(digits.replace(",", "")) * _SCALES.get(unit[:1], 1) / _SHARES.get(unit, 1)


def _digits(node: syntax.Number, grouped: bool) -> tuple[str, str]:
    """Digits and unit of a number that nobody wrote."""
    if node.unit == "percent":
        return _decimal(node.value * 100), "%"
    return _decimal(node.value, grouped), "元" if node.unit == "money" else ""


def _decimal(value: Fraction, grouped: bool = False) -> str:
    """A number in full; every literal ends after some digits."""
    places = 0
    while value.denominator != 1 and places < _MOST_PLACES:
        value, places = value * 10, places + 1
    digits = str(value.numerator // value.denominator).rjust(places + 1, "0")
    whole, rest = digits[: len(digits) - places], digits[len(digits) - places :]
    return (f"{int(whole):,}" if grouped else whole) + (f".{rest}" if rest else "")


_MOST_PLACES: Final = 60
