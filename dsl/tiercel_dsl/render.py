"""A diagnostic as people and programs read it.

In: a `Diagnostic`, the sources its places are in, 'zh' or 'en'. Out: text for a terminal, a dict for JSON,
or a text with edits applied. The sentences come from `messages`; here is only the layout, so that terminal,
JSON and editor are views of one record. Our own glyphs are those that GBK has: the console of a Chinese
Windows can show them.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from tiercel_dsl.diagnostics import Cell, Diagnostic, Edit, Fix, Related, Severity
from tiercel_dsl.messages import fix_title, headline, related_title, remark, sentence, visible
from tiercel_dsl.source import Source, Span, display_width

_SEVERITIES: Final = {
    Severity.error: ("error", "错误"),
    Severity.warning: ("warning", "警告"),
    Severity.note: ("note", "说明"),
}
_COLORS: Final = {Severity.error: "31", Severity.warning: "33", Severity.note: "36"}
_WIDEST: Final = 100  # columns that a line of ours takes before something moves to a line of its own
_PASSED: Final = "rows"  # the file of rows that a program passed
_LETTERS: Final = re.compile(r"[A-Z]{1,3}")
_ABSOLUTE: Final = re.compile(r"(?:/|\\|[A-Za-z]:[/\\])")


# ---- for people ----------------------------------------------------------------------------------


def render(diagnostic: Diagnostic, sources: Mapping[str, Source], language: str, color: bool = False) -> str:
    """The whole message, without a line end after it: what, where, how to mend it, where to read on."""
    lines = [_heading(diagnostic, language, color)]
    lines += _where(diagnostic, sources, language, color)
    for related in diagnostic.related:
        lines += _second_place(related, sources, language)
    lines += _seen_and_expected(diagnostic, language)
    if diagnostic.more:
        lines.append("  " + _more_rows(diagnostic.more, language))
    for number, fix in enumerate(diagnostic.fixes, 1):
        lines.append(_fix(number, fix, sources, language))
    lines.append(("  详细说明：" if language == "zh" else "  details: ") + f"tiercel explain-code {diagnostic.code}")
    return "\n".join(lines)


def render_all(
    diagnostics: Sequence[Diagnostic],
    sources: Mapping[str, Source],
    language: str,
    limit: int = 5,
    color: bool = False,
) -> str:
    """The first `limit` messages with a blank line between them, then how many more there are."""
    texts = [render(diagnostic, sources, language, color) for diagnostic in diagnostics[:limit]]
    rest = len(diagnostics) - limit
    if rest > 0:
        texts.append(f"另有 {rest} 个问题" if language == "zh" else f"and {rest} more")
    return "\n\n".join(texts)


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """`text` with the edits made; those that insert at one place keep their order. Edits that overlap are
    a ValueError."""
    placed = sorted(((*_offsets(text, edit.span), edit.text) for edit in edits), key=lambda e: e[:2])
    out: list[str] = []
    done = 0
    for start, end, new in placed:
        if start < done:
            raise ValueError("edits overlap")
        out += [text[done:start], new]
        done = end
    return "".join(out) + text[done:]


# ---- for programs --------------------------------------------------------------------------------


def as_json(diagnostic: Diagnostic, language: str) -> dict[str, Any]:
    """The record that `check --format json` writes.

    In a scheme `line` and `column` count from 1 and `end_column` is the first one after. In data `line` is
    the row and `column` the header or letters of the column, with its sheet as in 9月!D.
    """
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": sentence(diagnostic, language),
        **(_cell_json(diagnostic.cell) if diagnostic.cell else _span_json(diagnostic.span)),
        "seen": diagnostic.seen,
        "expected": list(diagnostic.expected),
        "related": [
            {"message": related_title(related, language), **_span_json(related.span)} for related in diagnostic.related
        ],
        "fixes": [_fix_json(fix, language) for fix in diagnostic.fixes],
    }


def _fix_json(fix: Fix, language: str) -> dict[str, Any]:
    edits = [{**_span_json(edit.span), "text": edit.text} for edit in fix.edits]
    return {"kind": fix.kind.value, "title": fix_title(fix, language), "edits": edits}


def _span_json(span: Span) -> dict[str, Any]:
    return {
        "file": _given(span.source),
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def _cell_json(cell: Cell) -> dict[str, Any]:
    column = f"{cell.sheet}!{cell.column}" if cell.sheet else cell.column
    place = {"line": cell.row, "column": column, "end_line": cell.row, "end_column": column}
    return {"file": _given(cell.file), **place}


def _given(file: str) -> str:
    """A file's name; the folders of an absolute path are nobody's business."""
    return re.split(r"[/\\]", file)[-1] if _ABSOLUTE.match(file) else file


# ---- the parts of a message ----------------------------------------------------------------------


def _heading(diagnostic: Diagnostic, language: str, color: bool) -> str:
    english, chinese = _SEVERITIES[diagnostic.severity]
    label = f"{chinese} {diagnostic.code}：" if language == "zh" else f"{english} {diagnostic.code}: "
    return _colored(label, diagnostic, color) + headline(diagnostic, language)


def _where(diagnostic: Diagnostic, sources: Mapping[str, Source], language: str, color: bool) -> list[str]:
    """The place, its line with carets, and the remark beside them."""
    note = remark(diagnostic, language)
    if diagnostic.cell is not None:
        return ["  " + _cell_place(diagnostic.cell, language)] + ([f"  {note}"] if note else [])
    lines = [f"  {place}" for place in [_place(diagnostic.span, diagnostic.clause, language)] if place]
    excerpt = _excerpt(diagnostic.span, sources)
    if not excerpt:
        return lines + ([f"  {note}"] if note else [])
    code, gutter, carets = excerpt
    lines += [code, gutter + _colored(carets, diagnostic, color)]
    if note and display_width(f"{gutter}{carets} {note}") <= _WIDEST:
        lines[-1] += f" {note}"
    elif note:
        lines.append(f"  {note}")
    return lines


def _second_place(related: Related, sources: Mapping[str, Source], language: str) -> list[str]:
    title = related_title(related, language)
    place = _place(related.span, "", language)
    lines = [f"  {place}{'：' if language == 'zh' else ': '}{title}" if place else f"  {title}"]
    excerpt = _excerpt(related.span, sources)
    if excerpt:
        code, gutter, carets = excerpt
        lines += [code, gutter + carets]
    return lines


def _seen_and_expected(diagnostic: Diagnostic, language: str) -> list[str]:
    """What the message does not say yet of what was found and what could stand there."""
    chinese = language == "zh"
    told = sentence(diagnostic, language)
    lines: list[str] = []
    seen = visible(diagnostic.seen)
    if diagnostic.cell is not None and seen and seen not in told:
        lines.append(("  填的是：" if chinese else "  found: ") + seen)
    if diagnostic.expected and not diagnostic.fixes and not any(one in told for one in diagnostic.expected):
        lines.append(
            ("  可以写：" if chinese else "  expected: ") + ("、" if chinese else ", ").join(diagnostic.expected)
        )
    return lines


def _more_rows(more: int, language: str) -> str:
    return f"另有 {more} 处相同" if language == "zh" else f"{more} more like this"


def _fix(number: int, fix: Fix, sources: Mapping[str, Source], language: str) -> str:
    label = f"  改法 {number}：" if language == "zh" else f"  fix {number}: "
    told = label + fix_title(fix, language)
    line = _mended_line(fix, sources)
    if line and line not in told and display_width(f"{told} → {line}") <= _WIDEST:
        return f"{told} → {line}"
    return told


def _mended_line(fix: Fix, sources: Mapping[str, Source]) -> str:
    """The line as it would read, if the fix changes one line and adds none."""
    places = {(edit.span.source, edit.span.line) for edit in fix.edits}
    places |= {(edit.span.source, edit.span.end_line) for edit in fix.edits}
    if len(places) != 1 or any("\n" in edit.text for edit in fix.edits):
        return ""
    file, line = places.pop()
    source = sources.get(file)
    if source is None or not 1 <= line <= len(source.lines):
        return ""
    return visible(apply_edits(source.text, fix.edits).split("\n")[line - 1]).strip()


# ---- places --------------------------------------------------------------------------------------


def _place(span: Span, clause: str, language: str) -> str:
    if not span.line:
        return visible(span.source)
    chinese = language == "zh"
    line = f"第 {span.line} 行" if chinese else f"line {span.line}"
    where = f"{visible(span.source)} {line}".strip()
    if not clause:
        return where
    return where + (f"（{visible(clause)}）" if chinese else f" ({visible(clause)})")


def _cell_place(cell: Cell, language: str) -> str:
    """`业绩.xlsx > 9月 > D17` in a workbook, otherwise the file, the row and the header of the column."""
    chinese = language == "zh"
    passed = cell.file == _PASSED
    file = ("传入的数据" if chinese else "the data passed") if passed else visible(cell.file)
    parts = [file, visible(cell.sheet)] if cell.sheet else [file]
    if cell.sheet and cell.row and not passed and _LETTERS.fullmatch(cell.column):
        return " > ".join([*parts, f"{cell.column}{cell.row}"])
    words = [" > ".join(parts)]
    if cell.row:
        words.append(f"第 {cell.row} 行" if chinese else f"row {cell.row}")
    if cell.column:
        words.append(f"列“{visible(cell.column)}”" if chinese else f"column “{visible(cell.column)}”")
    return " ".join(words)


def _excerpt(span: Span, sources: Mapping[str, Source]) -> tuple[str, str, str] | None:
    """The line a span begins in, what stands before the carets under it, and the carets."""
    source = sources.get(span.source)
    if source is None or not 1 <= span.line <= len(source.lines):
        return None
    line = visible(source.lines[span.line - 1].removesuffix("\r"))
    start = max(span.column - 1, 0)
    end = span.end_column - 1 if span.end_line == span.line else len(line.rstrip())
    number = f"{span.line:>4}"
    gutter = f"{' ' * len(number)} │ {' ' * display_width(line[:start])}"
    carets = "^" * max(display_width(line[start:end]), 1)
    return f"{number} │ {line}".rstrip(), gutter, carets


def _offsets(text: str, span: Span) -> tuple[int, int]:
    starts = Source("", text).line_starts

    def offset(line: int, column: int) -> int:
        return min(starts[min(max(line, 1), len(starts)) - 1] + max(column, 1) - 1, len(text))

    start = offset(span.line, span.column)
    return start, max(start, offset(span.end_line, span.end_column))


def _colored(text: str, diagnostic: Diagnostic, color: bool) -> str:
    return f"\x1b[1;{_COLORS[diagnostic.severity]}m{text}\x1b[0m" if color else text
