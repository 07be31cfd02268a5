"""Where rows come from: a folder of CSV files and workbooks, one such file, or the rows of a host program.

In: paths, or mappings of rows. Out: `RawTable`s by table identity, text or the values of cells and of the host,
nothing typed; and diagnostics about files, not about cells.

Why this way: a Chinese spreadsheet program writes GBK, others UTF-8 with or without a mark; neither says so.
Strict UTF-8 accepts hardly any GBK text, so it is tried first, and GB18030, which contains GBK, after it. The
exception is a file with very few Chinese characters: the bytes of a lone 签约 are also UTF-8, for ǩԼ. So words
that mix alphabets as no language does are read as GB18030 where that is possible.
Quotes are read strictly: a lenient reader swallows the rest of a file after one quote that is never closed.
Of a workbook each sheet that is called like a table is that table; where no sheet is, the one filled sheet of a
workbook that is called like a table. Hidden sheets and rows are read, since a total in the workbook counts them
too, and a warning says so.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Final, Protocol, TypeAlias, TypeGuard, cast

from tiercel.facts import Flaw, RawTable, columns_of, faces, folded, nearest, placed, shown, unplaced
from tiercel.workbook_reader import OLD_SUFFIX, SUFFIXES, Grid, SheetName, Unreadable, letters_of, open_workbook
from tiercel_dsl.diagnostics import Cell, Diagnostic, Severity
from tiercel_dsl.scheme import CheckedScheme, Table

__all__ = ["RawTable", "from_rows", "joined", "read_csv", "read_facts", "read_folder"]

HOST: Final = "rows"  # the file of rows that come from a program

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What a word outside ASCII is made of in UTF-8 without Chinese: letters of one alphabet, or signs such as ¥.
_WORDS: Final = re.compile(r"[^\x00-\x7f]+")
_ONE_ALPHABET: Final = re.compile(
    r"[\xa0-\u017f\u01cd-\u01dc\u0218-\u021b\u0300-\u036f]+"
    r"|[\u0370-\u03ff]+|[\u0400-\u052f]+|[\u0590-\u05ff]+|[\u0600-\u06ff]+"
)
_QUOTED: Final = re.compile(r'"[^"]*"')
_CAPITALS: Final = {code: chr(code + 32) for code in range(ord("A"), ord("Z") + 1)}


# ---- files ----


def read_facts(path: Path, scheme: CheckedScheme) -> tuple[dict[str, RawTable], tuple[Diagnostic, ...]]:
    """The tables of a folder, of one workbook or of one CSV file."""
    return _read_files([path], scheme) if path.is_file() else read_folder(path, scheme)


def read_folder(folder: Path, scheme: CheckedScheme) -> tuple[dict[str, RawTable], tuple[Diagnostic, ...]]:
    """The CSV files and workbooks of the folder, by the table they hold. Those of no table are left alone."""
    if not folder.is_dir():
        return {}, (Diagnostic("E4003", facts={"path": str(folder)}, seen=str(folder)),)
    return _read_files(sorted(path for path in folder.iterdir() if path.is_file()), scheme)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet that may be a table."""

    path: Path
    name: SheetName
    grid: Grid


_Held: TypeAlias = "Path | _Sheet | Diagnostic"  # what may hold a table: a CSV file, a sheet, or why it cannot be read
_Reading: TypeAlias = "tuple[RawTable | None, tuple[Diagnostic, ...]]"


def _read_files(files: Sequence[Path], scheme: CheckedScheme) -> tuple[dict[str, RawTable], tuple[Diagnostic, ...]]:
    held: dict[str, _Held] = {}
    names: dict[str, str] = {}
    closed: list[Diagnostic] = []
    known = _known(scheme)
    for path in files:
        for label, called, one in _holdings(path, known):
            if isinstance(one, Diagnostic) and _plain(called) not in known:
                closed.append(one)
            else:
                held[label], names[label] = one, called
    chosen, found = _choose(scheme, names, ".csv")
    # What cannot be opened may hold whatever is missing: then that is the one cause.
    if closed and len(chosen) < len(scheme.tables):
        found = [*closed, *(d for d in found if d.code != "E3001")]
    tables: dict[str, RawTable] = {}
    for identity, label in chosen.items():
        raw, faults = _read(held[label], scheme.table(identity), scheme.language)
        found += faults
        if raw is not None:
            tables[identity] = raw
    return tables, tuple(found)


def _read(held: _Held, table: Table, language: str) -> _Reading:
    if isinstance(held, Diagnostic):
        return None, (held,)
    return read_csv(held) if isinstance(held, Path) else _read_sheet(held, table, language)


def _holdings(path: Path, known: frozenset[str]) -> Iterator[tuple[str, str, _Held]]:
    """What a file may hold: how messages call it, what it is called, and itself."""
    suffix = path.suffix.lower()
    if path.name.startswith("~$"):  # Excel's own mark that somebody has the workbook open
        return
    if suffix == ".csv":
        yield path.name, path.stem, path
    elif suffix == OLD_SUFFIX or suffix in SUFFIXES:
        yield from _sheets(path, known)


def _sheets(path: Path, known: frozenset[str]) -> Iterator[tuple[str, str, _Held]]:
    try:
        book = open_workbook(path)
        sheets = [_Sheet(path, name, book.grid(name)) for name in book.sheets]
    except Unreadable as fault:
        yield path.name, path.stem, fault.diagnostic
        return
    titles = {_plain(sheet.name.title) for sheet in sheets}
    own = _plain(path.stem) in known and _plain(path.stem) not in titles
    others = [s for s in sheets if _plain(s.name.title) not in known and s.grid.rows]
    main = [s for s in others if not s.name.hidden] or others
    for sheet in sheets:
        called = path.stem if own and sheet in main else sheet.name.title
        yield f"{path.name} > {sheet.name.title}", called, sheet
    if own and not main:
        yield path.name, path.stem, _file_fault("E3007", path.name)


def read_csv(path: Path) -> tuple[RawTable | None, tuple[Diagnostic, ...]]:
    """One file: its first line that is not empty is the header. The number of a row is its line's."""
    try:
        data = path.read_bytes()
    except OSError:
        return None, (Diagnostic("E4003", facts={"path": str(path)}, seen=str(path)),)
    text = _decoded(data)
    if text is None:
        return None, (_file_fault("E3003", path.name),)
    records: list[tuple[int, tuple[str, ...]]] = []
    broken = _parse(text, records)
    if broken or not records:
        return None, (_file_fault("E3007", path.name, broken, _line(text, broken)),)
    (line, headers), *rows = records
    if any("\0" in header for header in headers):
        return None, (_file_fault("E3003", path.name),)
    return RawTable(path.name, headers, tuple(rows), header_row=line), ()


def _decoded(data: bytes) -> str | None:
    """The text, by its byte order mark, else strict UTF-8, else strict GB18030; None where none fits."""
    marked = next((encoding for bom, encoding in _BOMS if data.startswith(bom)), "")
    text = _strict(data, marked or "utf-8")
    if marked or (text is not None and _plausible(text)):
        return text
    return _strict(data, "gb18030")


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError:
        return None


def _plausible(text: str) -> bool:
    """Whether the text is really UTF-8: it has characters of three bytes, or its words are of one alphabet."""
    if text.isascii() or max(text) >= "\u0800":
        return True
    return all(_ONE_ALPHABET.fullmatch(word) for word in _WORDS.findall(text))


def _parse(text: str, records: list[tuple[int, tuple[str, ...]]]) -> int:
    """Fills `records` with (line it begins on, cells). Returns the line of broken quotes, or 0."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    start = 1
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                records.append((start, tuple(record)))
            start = reader.line_num + 1
    except csv.Error:
        return start
    return 0


def _delimiter(text: str) -> str:
    """The comma, unless the header has none but semicolons or tabs."""
    header = next((line for line in io.StringIO(text, newline="") if line.strip()), "")
    bare = _QUOTED.sub("", header)
    if "," in bare:
        return ","
    return max(",;\t", key=bare.count)


def _line(text: str, number: int) -> str:
    lines = io.StringIO(text, newline="")
    return next((line.strip() for place, line in enumerate(lines, 1) if place == number), "")


def _file_fault(code: str, file: str, row: int = 0, seen: str = "") -> Diagnostic:
    return Diagnostic(code, facts={"file": file, "seen": seen}, seen=seen, cell=Cell(file, row))


# ---- sheets ----

_TITLE_ROWS: Final = 20  # so far down a header is looked for, to say where it is


def _read_sheet(sheet: _Sheet, table: Table, language: str) -> _Reading:
    """The first row that is not empty is the header. Columns without a header are nobody's."""
    file, title, rows = sheet.path.name, sheet.name.title, sheet.grid.rows
    if not rows:
        return None, (Diagnostic("E3007", facts={"file": f"{file} > {title}"}, cell=Cell(file, sheet=title)),)
    first = min(rows)
    best = max(sorted(rows)[:_TITLE_ROWS], key=lambda row: (_places(table, _header(rows[row])), -row))
    if best != first:
        seen = _text(rows[first][min(rows[first])])
        told = {"table": shown(table, language), "row": best, "seen": seen}
        return None, (Diagnostic("E3011", facts=told, seen=seen, cell=Cell(file, first, sheet=title)),)
    headers = _header(rows[first])
    width = len(headers)
    cells = tuple((row, tuple(rows[row].get(at) for at in range(width))) for row in rows if row > first)
    raw = RawTable(file, headers, cells, title, first, tuple(map(letters_of, range(width))))
    return raw, tuple(_hidden(sheet, first))


def _header(row: Mapping[int, object]) -> tuple[str, ...]:
    return tuple(_text(row.get(at)) for at in range(max(row) + 1))


def _text(cell: object) -> str:
    return "" if cell is None or isinstance(cell, Flaw) else str(cell)


def _places(table: Table, headers: Sequence[str]) -> int:
    return sum(bool(at) for at in placed(table, headers).values())


def _hidden(sheet: _Sheet, header_row: int) -> Iterator[Diagnostic]:
    """What is read although the user does not see it."""
    file, title = sheet.path.name, sheet.name.title
    if sheet.name.hidden:
        facts: dict[str, object] = {"sheet": title}
        yield Diagnostic("E3012", facts=facts, severity=Severity.warning, cell=Cell(file, sheet=title))
    rows = [row for row in sheet.grid.hidden_rows if row > header_row]
    if rows:
        facts = {"sheet": title, "count": len(rows)}
        yield Diagnostic("E3013", facts=facts, severity=Severity.warning, cell=Cell(file, rows[0], sheet=title))


# ---- rows of a host ----


def from_rows(
    tables: Mapping[str, Iterable[object]], scheme: CheckedScheme
) -> tuple[dict[str, RawTable], tuple[Diagnostic, ...]]:
    """Mappings, pydantic models or dataclasses, by table. Rows count from 1.

    A row may leave out optional columns altogether: what a program leaves out is seldom a slip of the pen.
    """
    chosen, found = _choose(scheme, {name: name for name in tables})
    raw: dict[str, RawTable] = {}
    for identity, name in chosen.items():
        rows: list[tuple[int, dict[str, object]]] = []
        for number, row in enumerate(tables[name], 1):
            values = _mapping(row)
            if values is None:
                found.append(_row_fault(name, number, type(row).__name__))
            else:
                rows.append((number, values))
        headers = _headers(scheme.table(identity), [row for _, row in rows])
        cells = tuple((number, tuple(row.get(h) for h in headers)) for number, row in rows)
        raw[identity] = RawTable(HOST, headers, cells, sheet=name, header_row=0)
    return raw, tuple(found)


def joined(raw: RawTable, more: RawTable, table: Table) -> RawTable:
    """The rows of two tables under one header: what a host adds to the rows of a file."""
    first, second = placed(table, raw.headers), placed(table, more.headers)
    names = tuple(c.identity for c in columns_of(table) if first[c.identity] or second[c.identity])
    rows = [*_ordered(raw, first, names), *_ordered(more, second, names)]
    letters = tuple(raw.letters[first[n][0]] if first[n] else "" for n in names) if raw.letters else ()
    return RawTable(raw.file, names, tuple(rows), raw.sheet, raw.header_row, letters)


def _ordered(
    raw: RawTable, at: Mapping[str, Sequence[int]], names: Sequence[str]
) -> Iterator[tuple[int, tuple[object, ...]]]:
    for number, cells in raw.rows:
        row = tuple(cells[at[n][0]] if at[n] and at[n][0] < len(cells) else None for n in names)
        yield number, row


class _Keyed(Protocol):
    def keys(self) -> Iterable[object]: ...
    def __getitem__(self, key: object, /) -> object: ...


def _is_keyed(row: object) -> TypeGuard[_Keyed]:
    return hasattr(row, "keys") and hasattr(row, "__getitem__")


def _mapping(row: object) -> dict[str, object] | None:
    """The row's values by name, untouched; None where it is no row."""
    if isinstance(row, type):
        return None
    if _is_keyed(row):
        return {key: row[key] for key in row.keys() if isinstance(key, str)}  # noqa: SIM118
    if is_dataclass(row):
        return {f.name: getattr(row, f.name) for f in fields(row)}
    model = getattr(type(row), "model_fields", None)
    if isinstance(model, Mapping):
        return {name: getattr(row, name) for name in cast("Mapping[str, object]", model)}
    return None


def _headers(table: Table, rows: Sequence[Mapping[str, object]]) -> tuple[str, ...]:
    """Every name that occurs, and the optional columns that do not, unless a name looks like one."""
    written = tuple(dict.fromkeys(name for row in rows for name in row))
    at = placed(table, written)
    unknown = unplaced(written, at)
    absent = [c for c in table.columns if not at[c.identity] and (c.optional or c.default is not None)]
    spared = (c.identity for c in absent if not nearest(faces(c), unknown, 0.75))
    return (*written, *spared) if rows else tuple(c.identity for c in columns_of(table))


def _row_fault(name: str, number: int, given: str) -> Diagnostic:
    wanted = "mapping, dataclass or pydantic model"
    facts = {"table": name, "column": name, "seen": given, "wanted": wanted, "given": given}
    return Diagnostic("E3112", facts=facts, seen=given, cell=Cell(HOST, number, sheet=name))


# ---- which is which ----


def _choose(
    scheme: CheckedScheme, names: Mapping[str, str], suffix: str = ""
) -> tuple[dict[str, str], list[Diagnostic]]:
    """Table identity -> the one file (or host's name) that holds it. `names`: file -> what it is called."""
    called = {file: _plain(name) for file, name in names.items()}
    accepted = {t.identity: {_plain(face) for face in faces(t)} for t in scheme.tables}
    known = _known(scheme)
    others = [names[file] for file, name in called.items() if name not in known]
    chosen: dict[str, str] = {}
    found: list[Diagnostic] = []
    for table in scheme.tables:
        files = [file for file, name in called.items() if name in accepted[table.identity]]
        if len(files) == 1:
            chosen[table.identity] = files[0]
        else:
            found += _not_one(table, shown(table, scheme.language), files, others, suffix)
    return chosen, found


def _not_one(table: Table, name: str, files: Sequence[str], others: Sequence[str], suffix: str) -> Iterator[Diagnostic]:
    """No file for the table, or several."""
    if files:
        facts: dict[str, object] = {"table": name, "files": tuple(files), "seen": files[1]}
        yield Diagnostic("E3002", facts=facts, seen=files[1], cell=Cell(files[1]))
        return
    near = nearest(faces(table), others)
    seen = near[0] if near else ""
    facts = {"table": name, "names": faces(table), "candidates": near, "seen": seen}
    yield Diagnostic("E3001", facts=facts, seen=seen, cell=Cell(name + suffix if suffix else HOST))


def _known(scheme: CheckedScheme) -> frozenset[str]:
    """What tables may be called."""
    return frozenset(_plain(face) for table in scheme.tables for face in faces(table))


def _plain(name: str) -> str:
    """A name to compare: full-width forms folded, ASCII letters small."""
    return folded(name).translate(_CAPITALS)
