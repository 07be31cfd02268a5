"""Tables keep every digit of their cells and line up whatever is written in them."""

from __future__ import annotations

import unicodedata

import pytest
import tabulate as tabulate_module
from hypothesis import given
from hypothesis import strategies as st

from tiercel.table import Align, render_table

LIKE_NUMBERS = r"""
00123 1234567.89 9007199254740993.01 1,234,567.80 1e5 0x1F 1_000 -0.00 +5 5% =1+1
nan inf True None 110101199003070011 １２３ \n
"""
NAMES = ["喆", "䶮", "𠮷", "王小明", "Ann", "O'Brien 欧", "", "e\u0301a"]
cells = st.text(alphabet="aZ09.,-/ 喆䶮𠮷提成，（）%¥\u0301", max_size=8) | st.sampled_from(NAMES)

sides: st.SearchStrategy[Align] = st.sampled_from(("left", "right"))


def places(text: str) -> int:
    """How many places of a terminal the text takes, by its Unicode properties."""
    marks = [c for c in text if not unicodedata.combining(c)]
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in marks)


def columns(line: str, widths: list[int]) -> list[str]:
    """``line`` cut at display places: columns of ``widths``, two places apart."""
    parts: list[str] = []
    for width in widths:
        at = next((at for at in range(len(line) + 1) if places(line[:at]) >= width), len(line))
        while at < len(line) and unicodedata.combining(line[at]):
            at += 1
        parts.append(line[:at])
        assert line[at : at + 2].strip() == ""
        line = line[at + 2 :]
    assert line == ""
    return parts


@pytest.mark.parametrize("cell", LIKE_NUMBERS.split())
def test_cells_are_shown_digit_by_digit(cell: str) -> None:
    """Text that looks like a number is not read as one, on either side."""
    table = render_table(["编号", "金额"], [[cell, cell], ["1", "2.5"]], ["left", "right"])
    assert table.splitlines()[2].split() == [cell, cell]


def test_a_mixed_table_by_hand() -> None:
    """Chinese, rare and Latin names line up; numbers stand to the right under their header."""
    rows = [
        ["00123", "喆", "1,234,567.89"],
        ["E2", "䶮 Wu", "0.50"],
        ["𠮷1", "欧阳𠮷", "-9,007,199,254,740,993.01"],
    ]
    assert render_table(["工号", "Name", "提成"], rows, ["left", "left", "right"]) == "\n".join(
        [
            "工号   Name                         提成",
            "-----  ------  -------------------------",
            "00123  喆                   1,234,567.89",
            "E2     䶮 Wu                        0.50",
            "𠮷1    欧阳𠮷  -9,007,199,254,740,993.01",
        ]
    )


@given(st.data(), st.integers(1, 4))
def test_columns_line_up(data: st.DataObject, count: int) -> None:
    """Cut at the places of its widest cells, each line gives back its cells, padded on the free side."""
    line_of_cells = st.lists(cells, min_size=count, max_size=count)
    headers, rows = data.draw(line_of_cells), data.draw(st.lists(line_of_cells, max_size=4))
    align = data.draw(st.lists(sides, min_size=count, max_size=count))
    lines = render_table(headers, rows, align).split("\n")
    widths = [max(places(cell) for cell in column) for column in zip(headers, *rows, strict=True)]
    assert lines.pop(1) == "  ".join("-" * width for width in widths).rstrip()
    for line, expected in zip(lines, [headers, *rows], strict=True):
        full = line + " " * (sum(widths) + 2 * count - places(line))
        for part, cell, width, side in zip(columns(full, widths), expected, widths, align, strict=True):
            blanks = " " * (width - places(cell))
            assert part == (cell + blanks if side == "left" else blanks + cell)


def test_a_host_that_changed_the_settings_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process-wide settings of the table library neither matter here nor are touched."""
    rows = [["  喆", "1.50"], ["", "00"]]
    before = render_table(["姓名", "n"], rows, ["left", "right"])
    assert before.splitlines()[2] == "  喆  1.50"
    for setting, value in [("WIDE_CHARS_MODE", False), ("PRESERVE_WHITESPACE", True), ("MIN_PADDING", 9)]:
        monkeypatch.setattr(tabulate_module, setting, value)
        assert render_table(["姓名", "n"], rows, ["left", "right"]) == before
        assert getattr(tabulate_module, setting) == value


def test_what_the_table_adds_can_be_written_anywhere() -> None:
    """Everything that is not a cell is ASCII, so a GBK console and a file take it."""
    table = render_table(["a", "b"], [["1", "x"], ["\x1b[31m", "y\u202e"]], ["right", "left"])
    assert table.isascii()
    assert render_table(["工号"], [["王小明"]], ["left"]).encode("gbk")


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("two\nlines", r"two\nlines"),
        ("tab\there", r"tab\there"),
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("abc\u202edef", r"abc\u202edef"),
        ("\u2028", r"\u2028"),
        ("\ufeffid", r"\ufeffid"),
        ("\udc80", r"\udc80"),
        ("\x01", r"\x01"),
        ("\x85", r"\x85"),
    ],
)
def test_what_cannot_be_shown_appears_as_its_escape(cell: str, shown: str) -> None:
    """Line feeds, escape codes and marks that turn text around cannot break a table or mislead its reader."""
    table = render_table(["x", "y"], [[cell, "1"], ["ok", "2"]], ["left", "right"])
    width = len(shown)
    assert table.split("\n")[2:] == [f"{shown}  1", f"{'ok'.ljust(max(width, 2))}  2"]


def test_tables_without_rows_or_columns() -> None:
    """Without rows the header and its rule remain; without columns nothing does."""
    assert render_table(["工号", "n"], [], ["left", "right"]) == "工号  n\n----  -"
    assert render_table([], [], []) == ""


def test_uneven_rows_are_refused() -> None:
    """A row with a cell too many or too few is an error that says which row, never a shifted column."""
    with pytest.raises(ValueError, match="row 2"):
        render_table(["a", "b"], [["1", "2"], ["3"]], ["left", "left"])
    with pytest.raises(ValueError, match="1 alignments"):
        render_table(["a", "b"], [], ["left"])
