"""Tiny programs with one fault each, in both faces, and the same programs without it.

The programs lie in `codes/`; the first file there says how a chunk is written.
"""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tiercel_dsl.diagnostics import Diagnostic, Severity
from tiercel_dsl.driver import Checked, NotThere, check_source, text_at
from tiercel_dsl.messages import BOOK, MESSAGES, fix_title, meaning, related_title, sentence
from tiercel_dsl.render import apply_edits, as_json, render
from tiercel_dsl.scheme import CheckedScheme
from tiercel_dsl.source import Source

CODES = Path(__file__).parent / "codes"
COMPANY = {face: (CODES / f"company.{face}.tier").read_text(encoding="utf-8") for face in ("en", "zh")}
MAIN = "main.tier"

# Where a chunk's fix leaves a number to the author.
UNFILLED = re.compile(r"\?(?=\s|$)")


@dataclass
class Program:
    """Texts of a scheme: the main file first, then those it uses; `fixed` if it is what a fix makes."""

    texts: dict[str, str]
    whole: bool = False
    fixed: bool = False

    def prefix(self, face: str) -> str:
        return "" if self.whole else COMPANY[face]


@dataclass
class Chunk:
    code: str
    title: str
    face: str
    wrong: Program
    mended: list[Program] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.code} {self.title} ({self.face})"


def chunks(path: Path) -> list[Chunk]:
    """The chunks of a file, one for each face."""
    found: list[Chunk] = []
    code = title = ""
    program = Program({})
    name = MAIN
    for line in path.read_text(encoding="utf-8").splitlines():
        words = line.split()
        if not line or line.startswith("#"):
            pass
        elif line.startswith("  "):
            program.texts[name] = program.texts.get(name, "") + line[2:] + "\n"
        elif re.match(r"E[0-9]{4} ", line):
            code, title = line.split(" ", 1)
        elif words[0] == "file":
            name = words[1]
        else:
            name = MAIN
            whole = words[-1] == "whole" or (words[0] == "fix" and found[-1].wrong.whole)
            program = Program({}, whole, fixed=words[0] == "fix")
            if words[0] in COMPANY:
                found.append(Chunk(code, title, words[0], program))
            else:
                assert words[0] in ("fix", "right"), line
                found[-1].mended.append(program)
    return found


CHUNKS = [chunk for path in sorted(CODES.glob("*.txt")) for chunk in chunks(path)]
MENDED = [(chunk, program) for chunk in CHUNKS for program in chunk.mended]
REMARKS = {f"E26{number:02d}" for number in range(1, 22)}
NOTES = {"E2318", "E2347", "E2421"} | REMARKS  # said, without stopping anything

SCHEMES = {code for code in MESSAGES if code.startswith("E2")}

each_chunk = pytest.mark.parametrize("chunk", CHUNKS, ids=str)


def unmarked(text: str) -> str:
    return text.replace("[[", "").replace("]]", "")


def checked(program: Program, face: str, code: str = "") -> Checked:
    """Check a program without its marks; of what is only remarked, what has the code: a program about one thing
    leaves others unused."""
    texts = {name: unmarked(text) for name, text in program.texts.items()}
    texts[MAIN] = program.prefix(face) + texts[MAIN]

    def load(name: str) -> Source:
        if name not in texts:
            raise NotThere(name, tuple(texts))
        return Source(name, texts[name])

    def version(identity: str, number: int) -> CheckedScheme | None:
        earlier = texts.get(f"v{number}.tier")
        return None if earlier is None else check_source(Source("", earlier), load, version).scheme

    result = check_source(load(MAIN), load, version)
    told = tuple(d for d in result.diagnostics if d.code == code or d.code not in REMARKS)
    return replace(result, diagnostics=told)


def only(chunk: Chunk) -> tuple[Diagnostic, Checked]:
    """The one diagnostic of a chunk's wrong program."""
    result = checked(chunk.wrong, chunk.face, chunk.code)
    assert [d.code for d in result.diagnostics] == [chunk.code], [sentence(d, "en") for d in result.diagnostics]
    return result.diagnostics[0], result


def marked(chunk: Chunk) -> tuple[str, int, str]:
    """File, offset and text of what the chunk marks as underlined."""
    for name, text in chunk.wrong.texts.items():
        text = (chunk.wrong.prefix(chunk.face) if name == MAIN else "") + text
        if "[[" in text:
            start = text.index("[[")
            return name, start, text[start + 2 : text.index("]]")]
    raise AssertionError("nothing is marked")


@each_chunk
def test_one_cause_gives_one_message(chunk):
    """The fault is found, and nothing else is said; a note leaves the scheme whole."""
    diagnostic, result = only(chunk)
    assert (diagnostic.severity is not Severity.error) == (chunk.code in NOTES)
    assert (result.scheme is not None) == (chunk.code in NOTES)


@each_chunk
def test_the_fault_is_underlined(chunk):
    """The message points at exactly the piece of text that is wrong."""
    diagnostic, result = only(chunk)
    name, start, text = marked(chunk)
    assert diagnostic.span.source == name
    assert text_at(diagnostic.span, result.sources) == text
    begin = result.sources[name].line_starts[diagnostic.span.line - 1] + diagnostic.span.column - 1
    assert begin == start


@each_chunk
@pytest.mark.parametrize("language", ["zh", "en"])
def test_everything_can_be_said(chunk, language):
    """Sentence, places and fixes are told in both languages, with every fact they need."""
    diagnostic, result = only(chunk)
    told = [sentence(diagnostic, language)]
    told += [fix_title(fix, language) for fix in diagnostic.fixes]
    told += [related_title(related, language) for related in diagnostic.related]
    told += [render(diagnostic, result.sources, language), as_json(diagnostic, language)["message"]]
    for text in told:
        assert text
        assert not re.search(r"[〈〉‹›{}|]|Fraction|None|\(\)|“”|Kind|Term", re.sub(r" │ .*", "", text)), text
    assert not any(key in told[0] for key in meaning.WORDS if "_" in key)


@each_chunk
def test_the_seen_text_is_the_authors(chunk):
    """What was underlined comes along as the author wrote it."""
    diagnostic, _ = only(chunk)
    assert diagnostic.seen == marked(chunk)[2]


@each_chunk
def test_the_first_fix_mends_it(chunk):
    """Applied, the first fix gives the text that the chunk states, without the fault; other fixes can be applied."""
    diagnostic, result = only(chunk)
    wanted = next((program for program in chunk.mended if program.fixed), None)
    edited = [fix for fix in diagnostic.fixes if fix.edits]
    assert (wanted is not None) <= bool(edited)
    for fix in edited:
        name = fix.edits[0].span.source
        text = apply_edits(result.sources[name].text, fix.edits)
        if wanted is not None and fix is edited[0]:
            assert text == wanted.prefix(chunk.face) + wanted.texts[name] or text == wanted.texts[name]


def filled(text):
    """A proposed row with a value of the kind of those beside it."""
    lines = text.split("\n")
    for at, line in enumerate(lines):
        beside = [lines[n] for n in (at - 1, at + 1) if 0 <= n < len(lines)]
        percent = any(one.rstrip().endswith("%") for one in beside)
        lines[at] = UNFILLED.sub("1%" if percent else "1", line)
    return "\n".join(lines)


@pytest.mark.parametrize(("chunk", "program"), MENDED, ids=[f"{c} {i}" for i, (c, _) in enumerate(MENDED)])
def test_the_right_program_has_no_fault(chunk, program):
    """The mended text, and what stands beside the wrong one as right, is a scheme."""
    texts = {name: filled(text) for name, text in program.texts.items()}
    result = checked(Program(texts, program.whole), chunk.face, chunk.code)
    assert [sentence(d, "en") for d in result.diagnostics] == []
    assert result.scheme is not None


@each_chunk
def test_every_chunk_shows_how_it_is_right(chunk):
    """No fault without the text that would be right."""
    assert chunk.mended


def test_every_code_is_reached_in_both_faces():
    """No sentence waits for a fault that no text can have."""
    reached = {face: {c.code for c in CHUNKS if c.face == face} for face in COMPANY}
    assert reached["en"] == reached["zh"] == SCHEMES
    assert set(BOOK) >= SCHEMES


@pytest.mark.parametrize("face", COMPANY)
def test_the_company_alone_has_no_fault(face):
    """What stands before every chunk is itself a scheme."""
    assert checked(Program({MAIN: ""}), face).diagnostics == ()


# What makes a remark so, worked out by hand: figures that both faces show.
WITNESSES = {
    "E2603 a range between two rows": ["1", "2"],  # 10,000 to 20,000 lies between the rows
    "E2604 a floor above the cap before it": ["100"],
    "E2607 a whole table leaps at its bound": ["200.00", "300.00", "100.00"],  # 9,999.99 × 2%, 10,000 × 3%
    "E2608 who sells more is paid less": ["300.00", "200.00", "100.00"],  # 9,999.99 × 3%, 10,000 × 2%
    "E2609 a tier from 101%": ["100.5%", "101%"],
    "E2609 a tier up to 9,999.99": ["9999.995", "5%", "6%"],
    "E2610 a rate of 5 for 5%": ["500%", "50,000.00", "500.00"],  # 10,000 × 5, 10,000 × 5%
    "E2610 a share without its percent sign": ["600%", "60,000.00", "600.00"],
    "E2611 an attainment compared with 80": ["8,000%", "80%"],
    "E2611 an attainment capped at 120": ["12,000%", "120%"],
    "E2612 a heading that says the other mode": ["600.00", "1,200.00"],  # 10,000 × 6% above 10,000; 20,000 × 6%
    "E2613 the quick deduction comes off twice": ["4,680.00", "2,160.00"],  # 1,080 + 3,600; less 2,520 again
    "E2614 a quick deduction that nobody takes off": ["7,200.00", "4,680.00"],  # 72,000 × 10%; less 2,520
    "E2615 a rate plus a percentage, with the Chinese word": ["23%", "20.6%"],  # 20% + 3; 20% × 103%
    "E2616 two cases that can both hold": ["100", "200"],
    "E2618 a bound that no case takes": ["1"],  # exactly 10,000, 1万
    "E2619 an award that falls": ["800.00", "160.00"],
    "E2620 shares of 105%": ["105%", "5%"],  # 60 + 25 + 20
}


@pytest.mark.parametrize("chunk", [c for c in CHUNKS if f"{c.code} {c.title}" in WITNESSES], ids=str)
def test_a_remark_shows_what_makes_it_so(chunk):
    """The amount and both results, the case, the sum: nobody has to take the remark on trust."""
    said = sentence(only(chunk)[0], chunk.face)
    assert [figure for figure in WITNESSES[f"{chunk.code} {chunk.title}"] if figure not in said] == [], said


def test_every_remark_is_told_from_its_neighbours():
    """In both faces each remark has a program that it is said of, and one beside it that it is not said of."""
    faces = {(c.code, c.face) for c in CHUNKS if c.mended}
    assert {(code, face) for code in REMARKS for face in ("en", "zh")} <= faces
