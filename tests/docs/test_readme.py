"""The two READMEs: their commands are run in order in an empty folder, and what they print is what is written there."""

import contextlib
import functools
import importlib.util
import io
import itertools
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import tiercel
import tiercel_dsl


def module(name):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    loaded = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


documents = module("documents")
LANGUAGES = {"README.md": "en", "README.zh-CN.md": "zh"}
README = pytest.mark.parametrize("path", documents.READMES, ids=lambda path: path.name)
EXAMPLE = documents.ROOT / "examples" / "office_software"


def commands(block):
    """(command, the lines under it) of a console block."""
    out = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            out.append((line[2:], []))
        else:
            out[-1][1].append(line)
    return out


def consoles(path):
    return [one for block in documents.blocks(path) if block.kind == "console" for one in commands(block)]


def surroundings(language):
    """The environment of a reader: the packages at hand, UTF-8, the language of the document."""
    homes = {str(Path(p.__file__).parents[1]) for p in (tiercel, tiercel_dsl) if p.__file__}
    told = {"PYTHONPATH": os.pathsep.join(homes), "PYTHONUTF8": "1", "TIERCEL_LANG": language}
    return os.environ | told


def run(command, folder, language):
    """What a command prints, stdout before stderr; `tiercel` and `python` are those of this interpreter."""
    program, *words = shlex.split(command)
    assert program in ("tiercel", "python"), command
    start = [sys.executable, *(["-m", "tiercel"] if program == "tiercel" else [])]
    done = subprocess.run(
        [*start, *words], cwd=folder, env=surroundings(language), capture_output=True, encoding="utf-8", check=False
    )
    return done.returncode, done.stdout + done.stderr


def matches(shown, printed):
    """Whether the lines shown are those printed; … stands for anything, alone on a line for any lines."""
    lines = [line.rstrip() for line in printed.splitlines()]
    parts = [list(group) for alone, group in itertools.groupby(shown, lambda line: line == "…") if not alone]
    at = 0
    for number, part in enumerate(parts):
        first = number == 0 and shown[0] != "…"
        last = number == len(parts) - 1 and shown[-1] != "…"
        starts = [
            start
            for start in range(at, len(lines) - len(part) + 1)
            if all(map(alike, part, lines[start:]))
            and (not first or start == 0)
            and (not last or start + len(part) == len(lines))
        ]
        if not starts:
            return False
        at = starts[0] + len(part)
    return True


def alike(shown, printed):
    return re.fullmatch(".*".join(re.escape(part) for part in shown.rstrip().split("…")), printed) is not None


@functools.cache
def walked(path, folder):
    """Every command that can be run here with what came of it: (command, shown, exit code, printed)."""
    out = []
    for command, shown in consoles(path):
        if not command.startswith(("make ", "python -m pip ")):
            out.append((command, shown, *run(command, folder, LANGUAGES[path.name])))
    return out


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return functools.cache(lambda path: tmp_path_factory.mktemp(path.name))


@README
def test_every_command_prints_what_is_shown(path, folder):
    """A command with nothing shown under it has only to succeed."""
    for command, shown, code, printed in walked(path, folder(path)):
        wanted = 1 if any(line.startswith(("error ", "错误 ")) for line in shown) else 0
        assert code == wanted, f"{command}\n{printed}"
        assert not shown or matches(shown, printed), f"{command}\n{printed}"


@README
def test_the_python_example_runs_after_the_commands(path, folder, monkeypatch):
    walked(path, folder(path))
    monkeypatch.chdir(folder(path))
    said = io.StringIO()
    for block in documents.blocks(path):
        if block.kind == "python":
            with contextlib.redirect_stdout(said):
                exec(block.text, {})
    assert "Decimal('500.01')" in said.getvalue()
    assert "E3103 10000.1000000000003637978807091712951660156" in said.getvalue()


@README
def test_the_piece_of_a_scheme_is_from_the_example(path):
    texts = [file.read_text("utf-8") for file in EXAMPLE.rglob("*.tier")]
    pieces = [block.text for block in documents.blocks(path) if block.kind == "tier"]
    assert pieces
    assert all(any(piece in text for text in texts) for piece in pieces)


@README
def test_targets_of_make_exist(path):
    makefile = documents.ROOT / "Makefile"
    if not makefile.is_file():
        pytest.skip("no Makefile beside an installed wheel")
    targets = [command.split()[1] for command, _ in consoles(path) if command.startswith("make ")]
    assert targets == ["demo", "test"]
    assert all(re.search(rf"^{target}:", makefile.read_text("utf-8"), re.MULTILINE) for target in targets)


@pytest.mark.parametrize(
    "path",
    [*documents.READMES, documents.GUIDE, documents.ARCHITECTURE],
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_links_lead_somewhere(path):
    """To a file of the project, or to a heading of the document."""
    text = re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)
    left_behind = () if documents.ROOT.joinpath("Makefile").is_file() else ("CHANGELOG.md", "LICENSE")
    anchors = {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in documents.sections(path)}
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if target.startswith("#"):
            assert target[1:] in anchors, target
        elif target not in left_behind:
            assert (path.parent / target).resolve().is_file(), target


def test_both_readmes_have_the_same_commands():
    """And no more than twelve from nothing to a changed rate, a mistake and its mending."""
    english, chinese = ([command.split()[:2] for command, _ in consoles(path)] for path in documents.READMES)
    assert english == chinese
    shown = [command for command, _ in consoles(documents.READMES[0])]
    assert len([command for command in shown if not command.startswith("make ") and "--book" not in command]) <= 12
