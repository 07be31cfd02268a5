"""`dsl/README.md`: every program in it is checked and evaluated, every figure and every message in it is true."""

import contextlib
import csv
import importlib.util
import io
import itertools
import re
import shlex
import sys
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import tiercel
import tiercel_dsl
from tiercel.cli import main
from tiercel.money import plain
from tiercel.outcome import NO_VALUE
from tiercel_dsl import syntax
from tiercel_dsl.driver import NotThere, check_source
from tiercel_dsl.messages import MESSAGES
from tiercel_dsl.parser import parse
from tiercel_dsl.source import Source, Span


def module(name):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    loaded = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


documents = module("documents")
refresh = module("refresh")
BLOCKS = documents.blocks(documents.GUIDE)
SECTIONS = documents.sections(documents.GUIDE)
PERIOD = "2025-08"


def chinese(text):
    return any("\u4e00" <= char <= "\u9fff" for char in text)


# ---- the frame that completes a fragment, and the facts everything is paid from

FRAMES = {chinese(b.text): b.text for b in BLOCKS if b.kind == "tier" and "frame" in b.words}
FACTS = {b.words[0]: b.text for b in BLOCKS if b.kind == "csv" and "frame" in b.words}
PAYS = ("commission", "bonus", "allowance", "deduction", "payout", "提成", "奖金", "津贴", "扣除", "结算额")


def completed(block):
    """A fragment with the frame before it and, where it pays nothing, a bonus of 0 after it."""
    if {"whole", "frame"} & set(block.words):
        return block.text
    pays = any(line.startswith(PAYS) for line in block.text.splitlines())
    face = chinese(block.text)
    nothing = "奖金 无\n  0\n" if face else "bonus nothing\n  0\n"
    frame = FRAMES[face]
    if "later" in block.words:
        frame = frame.replace("version 1 from 2025-01-01", f"version 2 from {block.options.get('since', '2025-08-01')}")
        frame = frame.replace("版本 1 自 2025-01-01 起", f"版本 2 自 {block.options.get('since', '2025-08-01')} 起")
    return frame + "\n" + block.text + ("" if pays else nothing)


TRANSITION = "Transition · 过渡"  # its version 1 is that of the sections below it
BASIC = {
    True: "提成 基本提成 又名 basic 逐笔 签约\n  金额 的 1%\n",
    False: "commission basic for each deal\n  1% of amount\n",
}


def former_of(block):
    """Of a later version the text of the one before: in the section, or the frame with a commission of 1%."""
    if "later" not in block.words and "later" not in " ".join(block.options):
        return ()
    face = chinese(block.text)
    own = [b.text for b in around(block) if "former" in b.words and chinese(b.text) == face]
    parent = [b.text for b in BLOCKS if "former" in b.words and b.heading == TRANSITION and chinese(b.text) == face]
    own = own or ([] if "error" in block.options else parent)
    return (FRAMES[face] + "\n" + (own or [BASIC[face]])[0],)


def around(block):
    """The blocks of the section the block stands in."""
    return [b for b in BLOCKS if b.heading == block.heading]


def checked(block):
    files = {b.options["file"]: b.text for b in around(block) if "file" in b.options}

    def loader(name):
        if name not in files:
            raise NotThere(name, tuple(files))
        return Source(name, files[name])

    def version(identity, number):
        former = former_of(block)
        return tiercel.loads(former[0]).checked if number == 1 and former else None

    return check_source(Source("scheme.tier", completed(block)), loader, version)


def folder_of(block, tmp_path):
    """A folder with the facts of the frame, those of the section in their place."""
    folder = tmp_path / "facts"
    folder.mkdir()
    own = {b.words[0]: b.text for b in around(block) if b.kind == "csv"}
    for table, text in (FACTS | own).items():
        (folder / f"{table}.csv").write_text(text, "utf-8")
    return folder


def loaded(block):
    files = {b.options["file"]: b.text for b in around(block) if "file" in b.options}
    return tiercel.loads(completed(block), files, versions=former_of(block))


def evaluated(block, tmp_path):
    period = block.options.get("period", PERIOD)
    return loaded(block).evaluate(folder_of(block, tmp_path), period)


def codes(diagnostics):
    return {d.code for d in diagnostics}


def name_of(block):
    return f"line {block.line}"


def paying_nothing(frame, bonus):
    return tiercel.loads(f"{frame}{bonus}\n  0\n")


PLAIN = paying_nothing(FRAMES[True], "奖金 无 又名 nothing")


# ---- examples

EXAMPLES = [
    b
    for b in BLOCKS
    if b.kind == "tier" and not {"error", "file"} & set(b.options) and not {"frame", "former"} & set(b.words)
]
FIGURES = [b for b in BLOCKS if b.kind == "figures"]


@pytest.mark.parametrize("block", EXAMPLES, ids=name_of)
def test_every_example_is_sound_and_pays(block, tmp_path):
    """Nothing is found in it, not even a note, unless the fence says which; and it can be paid from.

    A fragment may define what no rule of it reads (E2605).
    """
    found = checked(block)
    assert codes(found.diagnostics) - {"E2605"} == set(block.options.get("note", "").split()), found.diagnostics
    assert found.scheme is not None
    if all("error" not in b.options for b in around(block)):
        evaluated(block, tmp_path)


def worked_out(evaluation, key, name):
    """A figure of a row, person or group, by the name it is declared under."""
    if name in ("payout", "结算额"):
        return evaluation.payout[key]
    run = evaluation.reference
    made = {upline.table for upline in run.plan.uplines}  # their lines are looked up by who receives them
    for step in (s for s in run.plan.steps if s.kind != "variant" and s.level not in made):
        declared = f"{step.name}.{step.part}" if step.part else step.name
        keys = run.facts.tables[step.level].keys
        if step.kind != "hidden" and declared == name and key in keys:
            return run.lookup(step.number, keys.index(key))
    amounts = [line.amount for line in evaluation.lines if line.line == name and line.person == key]
    return sum(amounts) if amounts else None


def as_written(text):
    """`6,700.00`, `120%`, `2025-08-04`, `yes`, `none`, `"A"`: what a figure in the document says."""
    if text == "none":
        return NO_VALUE
    if text in ("yes", "no"):
        return text == "yes"
    if text.startswith('"'):
        return text.strip('"')
    if text.count("-") == 2:
        return date.fromisoformat(text)
    return Fraction(text.rstrip("%").replace(",", "")) / (100 if text.endswith("%") else 1)


def rows_of(block):
    """(key, (english name, chinese name), text) of each line of a block of figures."""
    for line in block.text.splitlines():
        key, rest = line.split(maxsplit=1)
        names, value = rest.rsplit(maxsplit=1)
        english, _, other = names.partition("/")
        yield key, (english.strip(), (other or english).strip()), value


@pytest.mark.parametrize("block", FIGURES, ids=name_of)
def test_every_figure_is_what_both_faces_give(block, tmp_path):
    """A block of figures speaks of the examples above it, up to the block of figures before."""
    here = [b for b in around(block) if b.line < block.line]
    since = max([b.line for b in here if b.kind == "figures"], default=0)
    programs = [b for b in here if b in EXAMPLES and b.line > since]
    assert programs
    for number, program in enumerate(programs):
        (tmp_path / str(number)).mkdir()
        evaluation = evaluated(program, tmp_path / str(number))
        for key, names, text in rows_of(block):
            value = worked_out(evaluation, key, names[chinese(program.text)])
            assert value == as_written(text), (key, names, value if value is None else plain(Fraction(value)))


# ---- two faces


def skeleton(node):
    """The tree without names, titles and places: what both faces of an example must share."""
    if isinstance(node, syntax.Label):
        return "name"
    if isinstance(node, syntax.Path):
        return len(node.names)
    if isinstance(node, syntax.Number):
        return node.value
    if isinstance(node, syntax.Text):
        return "text"
    if isinstance(node, syntax.Clause | syntax.Use):
        return type(node).__name__
    if isinstance(node, tuple | list):
        return [skeleton(one) for one in node]
    if hasattr(node, "__dataclass_fields__"):
        left_out = ("name", "source", "written", "rescue", "message", "currency")
        own = [f for f in node.__dataclass_fields__.values() if f.compare and f.name not in left_out]
        return [type(node).__name__, *(skeleton(getattr(node, f.name)) for f in own)]
    return None if isinstance(node, Span) else str(node)


PAIRS = [
    (one, other)
    for one, other in itertools.pairwise(BLOCKS)
    if one.kind == other.kind == "tier"
    and one.heading == other.heading
    and chinese(other.text)
    and not chinese(one.text)
    and "alone" not in other.words
]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: name_of(pair[0]))
def test_both_faces_of_an_example_are_one_tree(pair):
    """An English example and the Chinese one right after it differ in names only."""
    trees = [parse(Source("", block.text)) for block in pair]
    assert codes(trees[0][1]) == codes(trees[1][1])
    assert skeleton(trees[0][0].statements) == skeleton(trees[1][0].statements)


def test_both_faces_of_the_frame_are_one_scheme():
    """The Chinese frame carries the English names as aliases: one meaning, one hash."""
    assert paying_nothing(FRAMES[False], "bonus nothing").hash == PLAIN.hash


# ---- tables of words


def test_the_table_of_keywords_is_that_of_the_language():
    """Every printed spelling of both faces and every other spelling that is read, in the order of the language."""
    (rows,) = documents.tables(SECTIONS["Keywords · 关键词"])
    assert rows[1:] == refresh.keyword_rows()


def test_the_table_of_built_in_names_is_that_of_the_language():
    """Functions and other names that need no declaration, both faces."""
    (rows,) = documents.tables(SECTIONS["Built-in names · 内置名称"])
    assert [row[:2] for row in rows[1:]] == refresh.built_in_rows()


# ---- the book of messages

NOTHING_GIVES_IT = "Nothing gives this message today. 目前不会出现。"
FAULTY = [b for b in BLOCKS if "error" in b.options]
BY_CODE = {heading.split(" ")[0]: heading for heading in SECTIONS if heading[:1] == "E" and heading[1:5].isdigit()}


def test_every_code_has_a_section():
    assert list(BY_CODE) == sorted(MESSAGES)


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_a_section_says_what_the_book_says(code):
    """The text of `explain-code`, in both languages; `refresh.py` brings it up to date."""
    assert SECTIONS[BY_CODE[code]].strip().startswith(refresh.told(code))


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_a_section_has_a_program_that_gives_its_code(code):
    """Or says that no program can."""
    programs = [b for b in FAULTY if b.heading == BY_CODE[code]]
    silent = NOTHING_GIVES_IT in SECTIONS[BY_CODE[code]]
    assert not (silent and given_somewhere(code))
    assert {b.options["error"] for b in programs} == (set() if silent else {code})


def given_somewhere(code):
    """Whether any module but the messages speaks of the code."""
    homes = [Path(package.__file__ or "").parent for package in (tiercel, tiercel_dsl)]
    files = [path for home in homes for path in home.rglob("*.py") if path.parent.name != "messages"]
    return any(f'"{code}"' in path.read_text("utf-8") for path in files)


@pytest.mark.parametrize("block", FAULTY, ids=lambda b: f"{b.options['error']} {name_of(b)}")
def test_a_faulty_program_gives_its_code_and_no_other(block, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TIERCEL_LANG", "en")
    assert given(block, tmp_path) == {block.options["error"]}


def given(block, tmp_path):
    """The codes that come of a program, of a table of facts or of a host's call."""
    if block.kind == "tier" and block.options["error"][1] in "12":
        return codes(checked(block).diagnostics)
    folder = folder_of(block, tmp_path)
    furnished(block, tmp_path)
    if block.kind == "console":
        return codes_said(block, tmp_path)
    if "workbook" in block.words:
        return codes_of_workbook(block, folder)
    own = [b for b in around(block) if b.kind == "tier" and "error" not in b.options and "file" not in b.options]
    scheme = loaded(block) if block.kind == "tier" else loaded(own[0]) if own else PLAIN
    try:
        if block.kind == "python":
            names: dict[str, Any] = {"scheme": scheme, "tiercel": tiercel}
            exec(block.text, names)
            return codes(names.get("found", ()))
        else:
            scheme.evaluate(folder, block.options.get("period", PERIOD))
    except tiercel.TiercelError as error:
        return codes(error.diagnostics)
    return set()


def codes_of_workbook(block, folder):
    """What is said of the deals in a workbook, after the block's change to their sheet."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.create_sheet("notes")
    sheet = book.active
    sheet.title = "deal"
    for number, row in enumerate(csv.reader(io.StringIO(FACTS["deal"]))):
        sheet.append([date.fromisoformat(x) if number and x.startswith("2025") else x or None for x in row])
    modules: dict[str, Any] = sys.modules
    known = dict(modules)
    try:
        exec(block.text, {"deal": sheet})
        withheld = {name: there for name, there in modules.items() if there is None}
        modules.update(known)
        book.save(folder / "deal.xlsx")
        modules.update(withheld)
        (folder / "deal.csv").unlink()
        return codes(PLAIN.read(folder)[1])
    finally:
        modules.update(known)


def codes_said(block, tmp_path):
    """The codes in what the last of the commands says, in a folder that holds the frame as scheme.tier and its facts."""
    *before, last = block.text.splitlines()
    for command in before:
        done(command)
    code, said = done(last, ok=False)
    found = set(re.findall(r"(?<=error )E[0-9]{4}(?=:)", said))
    assert code == (2 if block.options["error"].startswith("E4") else 1)
    return found - set(block.options.get("with", "").split(","))


def done(command, ok=True):
    """What a command line says, and its exit code; `python -c` runs in this process."""
    prompt, program, *words = shlex.split(command)
    assert prompt == "$"
    if program == "python":
        assert words[0] == "-c"
        exec(words[1], {})
        return 0, ""
    assert program == "tiercel"
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
        code = main(words)
    assert code == 0 or not ok or "--partial" in words, said.getvalue()
    return code, said.getvalue()


BOOK_FRAME = next(b for b in BLOCKS if b.kind == "console" and "frame" in b.words)


def furnished(block, tmp_path):
    """The scheme of the frame in a file, and a book with a closed period where the program wants one."""
    (tmp_path / "scheme.tier").write_text(FRAMES[False] + "\nbonus nothing\n  0\n", "utf-8")
    for command in BOOK_FRAME.text.splitlines() if "closed" in block.words else ():
        done(command)
