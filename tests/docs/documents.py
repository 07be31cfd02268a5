"""Markdown documents taken apart: fenced blocks with the heading they stand under, tables."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "dsl" / "README.md"
ARCHITECTURE = ROOT / "engine" / "README.md"
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")


@dataclass(frozen=True)
class Block:
    """A fenced block: `kind` is the first word after the fence, `options` the `key=value` after it."""

    kind: str
    words: tuple[str, ...]
    options: dict[str, str]
    text: str
    line: int
    heading: str


def blocks(path):
    """Every fenced block of a document, in order."""
    out, heading, opened = [], "", None
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if opened is None and line.startswith("#"):
            heading = line.lstrip("# ").strip()
        elif opened is None and line.startswith("```"):
            opened = (number, line[3:].split(), [])
        elif opened is not None and line == "```":
            start, (kind, *info), lines = opened
            options = dict(word.split("=", 1) for word in info if "=" in word)
            words = tuple(word for word in info if "=" not in word)
            text = "".join(f"{one}\n" for one in lines)
            out.append(Block(kind, words, options, text, start, heading))
            opened = None
        elif opened is not None:
            opened[2].append(line)
    assert opened is None, f"{path.name}: the block of line {opened[0]} is not closed"
    return out


def sections(path):
    """Heading → the text under it, without its fenced blocks."""
    out, heading, fenced = {}, "", False
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif not fenced and line.startswith("#"):
            heading = line.lstrip("# ").strip()
            assert heading not in out, f"{path.name}: two headings “{heading}”"
            out[heading] = ""
        elif not fenced:
            out[heading] = out.get(heading, "") + line + "\n"
    return out


def tables(text):
    """Every table in a text: its rows of cells, the header first."""
    out, rows = [], []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            cells = tuple(cell.strip() for cell in line.strip().strip("|").replace("\\|", "¦").split("|"))
            if not all(set(cell) <= set("-: ") for cell in cells):
                rows.append(cells)
        elif rows:
            out.append(rows)
            rows = []
    return out
