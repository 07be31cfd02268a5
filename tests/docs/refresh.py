"""Writes the tables of words and the texts of the book into `dsl/README.md`, as the language has them.

Run it after a change of `keywords.py`, `builtins.py` or `messages`: .venv/bin/python tests/docs/refresh.py. Programs
are left as they are; a code that is new gets a section, and the program that gives it is for you to write.
"""

import re
from pathlib import Path

from tiercel_dsl import builtins
from tiercel_dsl.diagnostics import Diagnostic
from tiercel_dsl.keywords import FACES
from tiercel_dsl.messages import MESSAGES, book, headline

GUIDE = Path(__file__).resolve().parents[2] / "dsl" / "README.md"

BUILT_IN = (
    (builtins.FUNCTIONS, ""),
    (builtins.WORDS, ""),
    (builtins.PERIOD_PARTS, "period."),
    (builtins.KPI_PARTS, "kpi."),
    (builtins.RANK_PARTS, "place."),
    (builtins.COMPETENCY_PARTS, "selling."),
    (builtins.ACCOUNT_PARTS, "account."),
)


def cell(spellings):
    return " · ".join(f"`{s}`" for s in spellings) or "–"


def keyword_rows():
    """English, other English, Chinese and other Chinese spellings of every keyword."""
    return [(cell(k.english[:1]), cell(k.english[1:]), cell(k.chinese[:1]), cell(k.chinese[1:])) for k in FACES]


def built_in_rows():
    """English and Chinese spellings of every name that needs no declaration."""
    out = []
    for table, prefix in BUILT_IN:
        for english in dict.fromkeys(table.values()):
            others = [word for word, meant in table.items() if meant == english and word != english]
            out.append((f"`{prefix}{english}`", cell(others)))
    return out


def with_table(text, heading, rows):
    """`text` with other rows in the table under a heading; cells beyond those of a row stay."""
    start = text.index(f"\n## {heading}\n")
    first = text.index("|\n|-", start)
    first = text.index("\n", first + 2) + 1
    last = re.compile(r"^(?!\|)", re.MULTILINE).search(text, first)
    end = last.start() if last else len(text)
    old = {line.split(" | ")[0]: line.rstrip(" |").split(" | ") for line in text[first:end].splitlines()}
    lines = []
    for row in rows:
        more = old.get(f"| {row[0]}", [])[len(row) :]
        lines.append(f"| {' | '.join([*row, *more])} |\n")
    return text[:first] + "".join(lines) + text[end:]


def told(code):
    """What the guide says under a code: the message without its facts, then the book, in both languages."""
    out = []
    for language in ("en", "zh"):
        said = re.sub("〈[^〉]*〉", "…", headline(Diagnostic(code), language))
        out.append(f"**{said}**{'。' if language == 'zh' else '. '}{book(code, language)}")
    return "\n\n".join(out)


def with_book(text):
    """`text` with the book's words under every code; sections of codes that are gone go too."""
    head, *parts = re.split(r"^(?=#### E[0-9]{4}\n)", text, flags=re.MULTILINE)
    after = {part[5:10]: part[11:] for part in parts}
    out = [head]
    for code in sorted(MESSAGES):
        rest = after.get(code, "\n")
        block = re.search(r"^(?:```|#{2,3} )|^Nothing gives", rest, re.MULTILINE)
        programs = rest[block.start() :] if block else ""
        out.append(f"#### {code}\n\n{told(code)}\n\n{programs}")
    return "".join(out).rstrip("\n") + "\n"


if __name__ == "__main__":
    written = GUIDE.read_text("utf-8")
    written = with_table(written, "Keywords · 关键词", keyword_rows())
    written = with_table(written, "Built-in names · 内置名称", built_in_rows())
    GUIDE.write_text(with_book(written), "utf-8")
