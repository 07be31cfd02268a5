"""Where rows come from: a folder of CSV files, or the rows of a host program.

In: paths, or mappings of rows. Out: `RawTable`s by table identity, text or the host's own values, nothing
typed; and diagnostics about files, not about cells.

Why this way: a Chinese spreadsheet program writes GBK, others UTF-8 with or without a mark; neither says so.
Strict UTF-8 accepts hardly any GBK text, so it is tried first, and GB18030, which contains GBK, after it. The
exception is a file with very few Chinese characters: the bytes of a lone 签约 are also UTF-8, for ǩԼ. So words
that mix alphabets as no language does are read as GB18030 where that is possible.
Quotes are read strictly: a lenient reader swallows the rest of a file after one quote that is never closed.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Final, Protocol, TypeGuard, cast

from tiercel.facts import RawTable, columns_of, faces, folded, nearest, placed, shown, unplaced
from tiercel_dsl.diagnostics import Cell, Diagnostic
from tiercel_dsl.scheme import CheckedScheme, Table

__all__ = ["RawTable", "from_rows", "joined", "read_csv", "read_folder"]

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


def read_folder(folder: Path, scheme: CheckedScheme) -> tuple[dict[str, RawTable], tuple[Diagnostic, ...]]:
    """The CSV files of the folder, by the table they hold. Files that belong to no table are left alone."""
    if not folder.is_dir():
        return {}, (Diagnostic("E4003", facts={"path": str(folder)}, seen=str(folder)),)
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv" and path.is_file())
    chosen, found = _choose(scheme, {path.name: path.stem for path in files}, ".csv")
    tables: dict[str, RawTable] = {}
    for identity, name in chosen.items():
        raw, faults = read_csv(folder / name)
        found += faults
        if raw is not None:
            tables[identity] = raw
    return tables, tuple(found)


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
    return RawTable(raw.file, names, tuple(rows), raw.sheet, raw.header_row)


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
    known = set[str]().union(*accepted.values())
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


def _plain(name: str) -> str:
    """A name to compare: full-width forms folded, ASCII letters small."""
    return folded(name).translate(_CAPITALS)
