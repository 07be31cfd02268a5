"""Printing, held against reading: whatever can be read is printed, means the same, and is printed so again."""

import importlib
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tiercel_dsl import syntax
from tiercel_dsl.builtins import (
    ACCOUNT_PARTS,
    COMPETENCY_PARTS,
    FUNCTIONS,
    KPI_PARTS,
    PERIOD_PARTS,
    RANK_PARTS,
    WORDS,
)
from tiercel_dsl.driver import NotThere, check_source
from tiercel_dsl.keywords import FACES
from tiercel_dsl.margin import comments
from tiercel_dsl.parser import parse
from tiercel_dsl.printer import print_file
from tiercel_dsl.source import Source

TESTS = Path(__file__).parents[1]
PARTS = {**KPI_PARTS, **PERIOD_PARTS, **RANK_PARTS, **ACCOUNT_PARTS, **COMPETENCY_PARTS}
ENGLISH = {**FUNCTIONS, **WORDS, **PARTS, "人员": "people"}


def told(node: Any) -> Any:
    """A tree without what canonical text settles: built-in words, the order of tiers, the spelling of `otherwise`."""
    if isinstance(node, syntax.Path):
        node = replace(node, names=tuple(ENGLISH.get(name, name) for name in node.names))
    elif isinstance(node, syntax.Otherwise):
        node = replace(node, written="", rescue=False)
    if isinstance(node, syntax.Tiers):
        others = (told(part) for part in (node.label, node.mode, node.columns, node.rounding, node.bounds_of))
        return ("Tiers", *others, _any_order(node.rows))
    if is_dataclass(node) and not isinstance(node, type):
        return (type(node).__name__, *(told(getattr(node, f.name)) for f in fields(node) if f.compare))
    return tuple(told(part) for part in node) if isinstance(node, tuple) else node


def _any_order(rows: tuple[syntax.Row | syntax.SameAs, ...]) -> Counter[Any]:
    cells = ((row,) if isinstance(row, syntax.SameAs) else row.cells for row in rows)
    return Counter(tuple(sorted((told(cell) for cell in row), key=repr)) for row in cells)


def check(text: str, uses: tuple[syntax.File, ...] = ()) -> list[Source]:
    """Print in both faces: the same tree, every comment, and nothing left to change; unless it cannot be read."""
    source = Source("a.tier", text)
    file, faults = parse(source)
    found: list[Source] = []
    for language in () if faults else ("en", "zh"):
        printed = Source("a.tier", print_file(file, source, language, uses=uses))
        again, faults = parse(printed)
        assert faults == ()
        assert Counter(comments(printed)) == Counter(comments(source))
        if language == file.language:
            assert told(again.statements) == told(file.statements)
        if language == again.language:
            assert print_file(again, printed, language, uses=uses) == printed.text
        found.append(printed)
    return found


# ---- random schemes ------------------------------------------------------------------------------------------


def _generation() -> ModuleType | None:
    """The generator of schemes in tests/generation, if it is there."""
    if not (TESTS / "generation" / "schemes.py").is_file():
        return None
    package = ModuleType("scheme_generation")
    package.__path__ = [str(TESTS / "generation")]
    sys.modules.setdefault(package.__name__, package)
    return importlib.import_module("scheme_generation.schemes")


SCHEMES = _generation()


@pytest.mark.skipif(SCHEMES is None, reason="there is no generator of schemes")
@given(st.data())
@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_random_schemes_keep_their_meaning(data: st.DataObject):
    """The meaning hash is the same in its own face and translated."""
    assert SCHEMES is not None
    choices = importlib.import_module("scheme_generation.choices")
    made = SCHEMES.scheme(choices.Drawn(data.draw))
    for text, used in ((made.english, made.english_used), (made.chinese, made.chinese_used)):
        _check_meaning(text, used)


def _check_meaning(text: str, used: dict[str, str]) -> None:
    def loader(name: str) -> Source:
        if name not in used:
            raise NotThere(name)
        return Source(name, used[name])

    uses = tuple(parse(loader(name))[0] for name in used)
    scheme = check_source(Source("a.tier", text), loader).scheme
    for printed in check(text, uses):
        again = check_source(printed, loader).scheme
        assert (scheme and scheme.hash) == (again and again.hash)


# ---- statements, badly laid out ------------------------------------------------------------------------------


def _statements() -> Iterator[str]:
    """Every statement of the pairs of both faces, and of the examples."""
    pairs = (TESTS / "language" / "pairs.txt").read_text(encoding="utf-8")
    texts = [part for block in pairs.split("\n== ")[1:] for part in block.partition("\n")[2].split("\n--\n")]
    texts += [path.read_text(encoding="utf-8") for path in sorted((TESTS.parent / "examples").rglob("*.tier"))]
    for text in texts:
        lines: list[str] = []
        for line in text.split("\n"):
            if line[:1] not in ("", " ", "　", "#") and lines:
                yield "\n".join(lines)
                lines = []
            if line.strip() and line[:1] != "#":
                lines.append(line)
        yield "\n".join(lines)


STATEMENTS = sorted(set(_statements()))
WIDE = str.maketrans("():,+-=<>%*/0123456789", "（）：，＋－＝＜＞％＊／０１２３４５６７８９")
NOTES = ["", "", "\n", "\n\n\n", "# note\n", "    # “note” 1\n", "\n# one\n\n  # two\n"]
ENDS = ["", "", "", "  # behind", '#"behind" # twice', "   "]


def _mangled(line: str, blanks: list[str], wide: bool) -> str:
    """The same line with other blanks and full-width signs, outside its quotes and its indentation."""
    body = line.lstrip(" 　")
    if any(mark in body for mark in '"“「`'):
        return line
    body = body.translate(WIDE) if wide else body
    return line[: len(line) - len(line.lstrip(" 　"))] + body.replace(" ", blanks[0]).replace("　", blanks[-1])


@st.composite
def layouts(draw: st.DrawFn) -> str:
    """Some statements with comments, empty lines and blanks anywhere."""
    lines: list[str] = []
    for statement in draw(st.lists(st.sampled_from(STATEMENTS), max_size=4)):
        for line in statement.split("\n"):
            lines.append(draw(st.sampled_from(NOTES)))
            blanks = draw(st.lists(st.sampled_from([" ", "  ", "　", " \u00a0"]), min_size=1, max_size=2))
            lines.append(_mangled(line, blanks, draw(st.booleans())) + draw(st.sampled_from(ENDS)) + "\n")
    return "".join(lines) + draw(st.sampled_from(NOTES))


@given(layouts())
@settings(max_examples=150)
def test_statements_in_any_layout(text: str):
    """What stands where it should not moves to where it should; nothing is lost."""
    check(text)


# ---- words in places where they are names --------------------------------------------------------------------

SPELLINGS = sorted({word for keyword in FACES for word in (*keyword.english, *keyword.chinese)})
NAMES = st.sampled_from(SPELLINGS) | st.sampled_from(["a", "甲", "5x", "a b", "第一条", "Ａ", "从5万", "总 分"])
PLACES = [
    "x = {0} + {1} * {2}",
    "x = {0} of {1}.{2}",
    "x = {0}({1} where {2}) when {3}",
    "{0} alias {1} = {2}, at most {3}",
    "bonus {0} for each {1} where {2} when {3}\n  {2}\n  times {3} when {0}\n  otherwise {1}",
    "tiers {0}, whole: {1}, {2}\n  below {3}   {0}   {1}\n  from 5   {2}   3%",
    "facts {0}\n  {1} {2}, key, above {3}\n  {3} money, default {0}",
    "kpi {0}\n  weight {1}\n  score {2} / {3}\n  not applicable when {0} is missing",
    "for each {0} where {1}\n  {2} = {3} on {0} by {1}\n  require {2}",
    "提成 {0} 逐笔 {1} 仅限 {2}\n  累计 {0} 适用 {1} 按 {2}\n  若 {3}，则 加 {2} 的 {0}\n  前提 {1} 中 超过 {3} 的部分 不满 {0}，否则不计",
    "currency {0}\nparameter {1} = {2} from 2023-01-01 until 2023-12-31",
]


@given(st.sampled_from(PLACES), st.lists(NAMES, min_size=4, max_size=4))
@example(PLACES[4], ["at most", "times", "when", "5x"])
@settings(max_examples=200)
def test_any_name_anywhere(place: str, names: list[str]):
    """A name may be any word of the language, in either face: where needed it gets its back-quotes back."""
    check(place.format(*(f"`{name}`" for name in names)))


# ---- expressions ---------------------------------------------------------------------------------------------

ATOMS = st.sampled_from(
    ["a", "5", "5%", "1万", "3000元", "2 months", '"t"', "2023-07-01", "yes", "deal.amount", "running count"]
)
SHAPES = [
    "{0} + {1}", "{0} - {1}", "{0} * {1}", "{0} / {1}", "{0} of {1}", "{0} 的 {1}", "-{0}", "not {0}", "{0} and {1}",
    "{0} or {1}", "{0} at most {1}", "{0} >= {1}", "{0} = {1}", "{0} in ({1}, {0})", "{0} not in ({1})", "{0} is present",
    "t on {0} by {1}", "{0} 适用 t", "running total of {0}", "{0} 累计", "part of {0} above {1}", "{0} 中 不超过 {1} 的部分",
    "max({0}, {1})", "sum({0} where {1})", "{0} before {1}",
]  # fmt: skip


@st.composite
def expressions(draw: st.DrawFn, depth: int = 4) -> str:
    """An expression with brackets round every part, so that any tree can come up."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(ATOMS)
    parts = [draw(expressions(depth - 1)) for _ in range(2)]
    return draw(st.sampled_from(SHAPES)).format(*(f"({part})" for part in parts))


@given(expressions())
@settings(max_examples=200)
def test_brackets_are_set_where_they_are_needed(expression: str):
    """The tree stays, with as few brackets as the language needs."""
    check(f"x = {expression}\n")
