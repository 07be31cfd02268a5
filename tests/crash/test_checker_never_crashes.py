"""Whatever is done to a scheme, checking it ends in a scheme or in diagnostics that can be shown."""

import re
import runpy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiercel_dsl.diagnostics import Diagnostic, has_errors
from tiercel_dsl.driver import Checked, NotThere, check_source
from tiercel_dsl.messages import sentence
from tiercel_dsl.render import apply_edits, as_json, render_all
from tiercel_dsl.source import Source

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "office_software"
CODES = ROOT / "tests" / "language" / "codes"
LARGE = runpy.run_path(str(ROOT / "tests" / "language" / "large_scheme.py"))

SCHEMES = {path.name: path.read_text(encoding="utf-8") for path in sorted(EXAMPLE.glob("*.tier"))}
CHUNKS = [
    line.replace("[[", "").replace("]]", "")[2:]
    for path in sorted(CODES.glob("*.txt"))
    for line in path.read_text(encoding="utf-8").splitlines()
    if line.startswith("  ")
]
COMPANIES = [(CODES / f"company.{face}.tier").read_text(encoding="utf-8") for face in ("en", "zh")]
PIECES = re.compile(r"[ \t]+|\n|[0-9][0-9,.%万亿元-]*|[A-Za-z_]+|[\u4e00-\u9fff]+|[“”\"][^“”\"\n]*[“”\"]|.")
WORDS = sorted({w for text in (*SCHEMES.values(), *CHUNKS) for w in PIECES.findall(text) if w.strip()})


def load(name: str) -> Source:
    if name not in SCHEMES:
        raise NotThere(name, tuple(SCHEMES))
    return Source(name, SCHEMES[name])


def examined(text: str) -> Checked:
    """Check a text, and show everything that is said of it in every way there is."""
    result = check_source(Source("main.tier", text), load)
    assert (result.scheme is None) == has_errors(result.diagnostics)
    for language in ("zh", "en"):
        render_all(result.diagnostics, result.sources, language)
        for diagnostic in result.diagnostics:
            assert "〈" not in sentence(diagnostic, language)
            as_json(diagnostic, language)
    for diagnostic in result.diagnostics:
        placed(diagnostic, result)
    if result.scheme is not None:
        assert re.fullmatch("[0-9a-f]{64}", result.scheme.hash)
    return result


def placed(diagnostic: Diagnostic, result: Checked) -> None:
    """Spans lie inside the text, and fixes can be applied to it."""
    source = result.sources[diagnostic.span.source]
    assert 1 <= diagnostic.span.line <= diagnostic.span.end_line <= len(source.lines)
    for fix in diagnostic.fixes:
        if fix.edits:
            apply_edits(result.sources[fix.edits[0].span.source].text, fix.edits)


@st.composite
def mutated(draw: st.DrawFn, texts: list[str]) -> str:
    """A scheme with a few of its words or lines taken out, doubled, swapped or replaced."""
    text = draw(st.sampled_from(texts))
    for _ in range(draw(st.integers(1, 4))):
        by_line = draw(st.booleans())
        parts = text.splitlines(keepends=True) if by_line else PIECES.findall(text)
        if not parts:
            break
        one, other = draw(st.integers(0, len(parts) - 1)), draw(st.integers(0, len(parts) - 1))
        change = draw(st.sampled_from(["delete", "double", "swap", "replace", "copy"]))
        if change == "delete":
            del parts[one]
        elif change == "double":
            parts.insert(one, parts[one])
        elif change == "swap":
            parts[one], parts[other] = parts[other], parts[one]
        elif change == "copy":
            parts.insert(one, parts[other])
        else:
            parts[one] = draw(st.sampled_from(CHUNKS)) + "\n" if by_line else draw(st.sampled_from(WORDS))
        text = "".join(parts)
    return text


@settings(max_examples=250)
@given(mutated(list(SCHEMES.values())))
def test_a_changed_example_is_checked(text):
    """Words and lines of the examples out of place."""
    examined(text)


@settings(max_examples=250)
@given(st.sampled_from(COMPANIES), st.lists(st.sampled_from(CHUNKS), max_size=12))
def test_lines_from_anywhere_are_checked(company, lines):
    """Lines of every construct, right and wrong, in any order."""
    examined(company + "\n".join(lines) + "\n")


@settings(max_examples=150)
@given(
    mutated([company + "\n".join(CHUNKS[start : start + 40]) for company in COMPANIES for start in range(0, 400, 40)])
)
def test_changed_small_programs_are_checked(text):
    """Every construct, changed."""
    examined(text)


@pytest.mark.long
@settings(max_examples=5000)
@given(mutated([*SCHEMES.values(), LARGE["large_scheme"](120)]))
def test_many_changed_schemes_are_checked(text):
    """The same for longer."""
    examined(text)


@pytest.mark.parametrize("text", ["", "\n", "#", "。", "scheme", "方案", "people\n", "payout\n  1\n", "x = x\n"])
def test_next_to_nothing_is_checked(text):
    """Texts with hardly anything in them."""
    assert examined(text).scheme is None


HEAD = COMPANIES[0]
DEEP = {
    "brackets": "x = " + "(1 + " * 49 + "1" + ")" * 49 + "\n",
    "sums": "x = " + "1 + " * 99 + "1\n",
    "negations": "x = " + "not " * 99 + "yes\n",
    "signs": "x = " + "- " * 99 + "1\n",
    "conditions": "x = " + "yes and " * 99 + "yes\n",
    "functions": "x = " + "min(1, " * 49 + "1" + ")" * 49 + "\n",
    "aggregates": "x = " + "sum(deal.amount where any(deal.won where " * 24 + "yes" + "))" * 24 + "\n",
    "too many brackets": "x = " + "(" * 5000 + "1" + ")" * 5000 + "\n",
    "too many signs": "x = " + "1 + " * 5000 + "1\n",
}


@pytest.mark.parametrize("kind", DEEP)
def test_deep_lines_are_checked(kind):
    """One line with as much in it as it may have, and with more."""
    assert bool(examined(HEAD + DEEP[kind]).diagnostics) == (
        kind in ("aggregates", "too many brackets", "too many signs")
    )


@pytest.mark.parametrize("closed", [False, True])
def test_long_chains_are_checked(closed):
    """A value that rests on a thousand others; in a circle there is one message, and it shows its beginning."""
    result = examined(LARGE["chain"](1000, closed))
    assert [d.code for d in result.diagnostics] == (["E2107"] if closed else [])


@pytest.mark.parametrize("line", ["1 + (" * 49 + "v{}" + ")" * 49, "(not " * 49 + "v{} = 1" + ")" * 49])
def test_a_circle_of_long_lines_is_one_message(line):
    """However deep the lines of a circle are."""
    circle = "".join(f"v{i} = {line.format((i + 1) % 60)}\n" for i in range(60))
    assert [d.code for d in examined(HEAD + circle).diagnostics] == ["E2107"]


def test_a_loader_is_asked_once_for_each_file():
    """A file that several others use is read once."""
    asked: list[str] = []
    files = {
        "main.tier": HEAD + 'use "a.tier"\nuse "b.tier"\n',
        "a.tier": 'use "c.tier"\n',
        "b.tier": 'use "c.tier"\n',
        "c.tier": "parameter rate = 2%\n",
    }

    def loader(name: str) -> Source:
        asked.append(name)
        return Source(name, files[name])

    assert check_source(loader("main.tier"), loader).diagnostics == ()
    assert sorted(asked) == sorted(files)
