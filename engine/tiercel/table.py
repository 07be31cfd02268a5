"""Plain text tables for a terminal: the one place in the project that calls ``tabulate``.

In: headers, rows of cells that are text already, an alignment per column. Out: the lines of a table, joined
by line feeds, without one at the end.

Why this way: left to itself ``tabulate`` reads numbers out of text (``1234567.89`` becomes ``1.23457e+06``,
``00123`` becomes ``123``) and takes widths and blanks from settings that any program may change for the
whole process. So cells are text, number reading is off, and the cells of a column arrive padded to one
display width (a Chinese character takes two places), which leaves nothing for those settings to decide.
The rule is made of ASCII hyphens: they are one place wide in every terminal, and any encoding has them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Literal

from tabulate import tabulate
from wcwidth import wcswidth

Align = Literal["left", "right"]

# Control codes, line and paragraph separators, halves of characters, invisible marks: they move the cursor,
# hide or turn around what is read, or cannot be written at all. The two joiners are part of real words.
_UNSHOWN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")


def render_table(headers: Sequence[str], rows: Sequence[Sequence[str]], align: Sequence[Align]) -> str:
    """A table of ``rows`` under ``headers`` with a rule between them; columns two blanks apart.

    Cells are shown as they are, digit by digit, inner and outer blanks included; only characters that
    cannot be shown (line feeds, escape codes) appear as their escape (``\\n``, ``\\x1b``). Blanks at the end
    of a line are left off. Raises ``ValueError`` where ``align`` or a row has not one entry per header.
    """
    _check_counts(headers, rows, align)
    columns = [
        _column([_shown(cell) for cell in cells], side)
        for cells, side in zip(zip(headers, *rows, strict=True), align, strict=True)
    ]
    lines = list(zip(*columns, strict=True))
    return tabulate(lines, tablefmt="plain", disable_numparse=True, stralign=None)


def _check_counts(headers: Sequence[str], rows: Sequence[Sequence[str]], align: Sequence[Align]) -> None:
    if len(align) != len(headers):
        raise ValueError(f"{len(headers)} headers but {len(align)} alignments")
    for place, row in enumerate(rows, start=1):
        if len(row) != len(headers):
            raise ValueError(f"{len(headers)} headers but {len(row)} cells in row {place}")


def _column(cells: list[str], side: Align) -> list[str]:
    """Header, rule and cells of one column, all of one display width."""
    width = max(map(wcswidth, cells))
    header, *body = [_padded(cell, width, side) for cell in cells]
    return [header, "-" * width, *body]


def _padded(cell: str, width: int, side: Align) -> str:
    blanks = " " * (width - wcswidth(cell))
    return blanks + cell if side == "right" else cell + blanks


def _shown(cell: str) -> str:
    return "".join(_escaped(c) if _is_unshown(c) else c for c in cell)


def _is_unshown(character: str) -> bool:
    return character not in _JOINERS and unicodedata.category(character) in _UNSHOWN


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
