"""Sheets of an Excel workbook, read without a float.

In: a path. Out: a `Workbook`, which knows its sheets, and their cells as text, `int`, `Decimal`, `bool`, `date`,
`datetime` or `Flaw`; or a diagnostic that says why the file is none. The file is only ever opened for reading.

Why this way: Excel keeps numbers in binary and writes 1.1 as 1.1000000000000001, so libraries hand out floats. Here
a number is the text in the file if it has 15 digits, which is what Excel keeps, else the shortest text of the same
binary number; what is longer still was computed, not entered, and is refused. No arithmetic touches it. The sheets
are therefore streamed from the file itself; openpyxl knows which number formats are dates. A cell that cannot be
paid from becomes a `Flaw`: whether it matters is known only to whoever knows which columns are used.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from posixpath import join, normpath
from typing import IO, Final, cast
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from tiercel.facts import Flaw
from tiercel_dsl.diagnostics import Cell, Diagnostic

SUFFIXES: Final = (".xlsx", ".xlsm")
OLD_SUFFIX: Final = ".xls"
_DIGITS: Final = 15  # that Excel keeps of a number
_MILLISECONDS: Final = 86_400_000  # of a day
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_PLAIN: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_PLACE: Final = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
# Built-in formats that are dates in Chinese, Japanese and Korean, and that openpyxl does not know.
_EASTERN_DATES: Final = frozenset((*range(27, 37), *range(50, 59)))
_NOTES: Final = frozenset(("rPh", "phoneticPr"))  # how a name is pronounced


@dataclass(frozen=True, slots=True)
class SheetName:
    """A sheet of the workbook; `part`: where it lies inside the file."""

    title: str
    hidden: bool
    part: str


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a sheet that hold something: by row as the user counts it, then by column from 0."""

    rows: Mapping[int, Mapping[int, object]]
    hidden_rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Workbook:
    """An open question to a file: nothing is held open."""

    path: Path
    sheets: tuple[SheetName, ...]
    texts: tuple[str, ...] = field(repr=False)
    dates: frozenset[int] = field(repr=False)  # numbers of the cell formats that show a date
    since_1904: bool = False

    def grid(self, sheet: SheetName) -> Grid:
        """The cells of one sheet; raises `Unreadable` where the file is damaged there."""
        reading = _SheetReading(self)
        with _damage_told(self.path), ZipFile(self.path) as archive, archive.open(sheet.part) as part:
            _parse(part, reading)
        return reading.grid()


class Unreadable(Exception):
    """The file holds no workbook that can be read; `diagnostic` says why."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.code)
        self.diagnostic = diagnostic


def letters_of(column: int) -> str:
    """0 is A, 26 is AA."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


# ---- the file ----


def open_workbook(path: Path) -> Workbook:
    """What the workbook holds; raises `Unreadable`."""
    _refuse_others(path)
    is_date = _date_formats(path)
    with _damage_told(path), ZipFile(path) as archive:
        relations = _relations(archive, "", "_rels/.rels")
        main = next((target for kind, target in relations.values() if kind == "officeDocument"), "")
        if not main.endswith(".xml"):
            raise Unreadable(_fault("E3010", path))
        folder, _, name = main.rpartition("/")
        parts = _relations(archive, folder, join(folder, "_rels", f"{name}.rels"))
        book = _BookReading()
        with archive.open(main) as part:
            _parse(part, book)
        sheets = tuple(
            SheetName(title, hidden, parts[key][1])
            for title, hidden, key in book.sheets
            if parts.get(key, ("", ""))[0] == "worksheet"
        )
        texts, styles = _TextsReading(), _StylesReading()
        for kind, reading in (("sharedStrings", texts), ("styles", styles)):
            for target in (target for one, target in parts.values() if one == kind):
                with archive.open(target) as part:
                    _parse(part, reading)
        return Workbook(path, sheets, tuple(texts.texts), styles.dates(is_date), book.since_1904)


def _refuse_others(path: Path) -> None:
    """What has the name of a workbook and is another thing."""
    try:
        with path.open("rb") as file:
            head = file.read(8)
            rest = file.read() if head == _OLE else b""
    except OSError:
        raise Unreadable(Diagnostic("E4003", facts={"path": str(path)}, seen=str(path))) from None
    if head == _OLE:
        raise Unreadable(_fault("E3009" if _ENCRYPTED in rest else "E3008", path))
    if not head.startswith(b"PK"):
        raise Unreadable(_fault("E3010", path))


def _date_formats(path: Path) -> Callable[[str], bool]:
    """Whether a number format shows a moment; openpyxl is needed only by those who have workbooks."""
    try:
        numbers = import_module("openpyxl.styles.numbers")
    except ImportError:
        raise Unreadable(_fault("E4006", path)) from None
    known = cast("Mapping[int, str]", numbers.BUILTIN_FORMATS)
    shows_date = cast("Callable[[str], bool]", numbers.is_date_format)
    shows_length = cast("Callable[[str], bool]", numbers.is_timedelta_format)

    def is_date(code: str) -> bool:
        written = known.get(int(code), "") if code.isdecimal() else code
        return shows_date(written) and not shows_length(written)

    return is_date


class _damage_told:  # noqa: N801 - reads as a word of the statement it stands in
    """Turns whatever a damaged file makes the standard library say into `Unreadable`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: object) -> None:
        if isinstance(fault, (BadZipFile, zlib.error, expat.ExpatError, LookupError, ValueError, EOFError, OSError)):
            raise Unreadable(_fault("E3010", self.path)) from fault
        if isinstance(fault, (RuntimeError, NotImplementedError)):  # what zipfile says of a password
            raise Unreadable(_fault("E3009", self.path)) from fault


def _fault(code: str, path: Path) -> Diagnostic:
    return Diagnostic(code, facts={"file": path.name}, seen=path.name, cell=Cell(path.name))


# ---- its parts ----


class _Reading:
    """What is heard while a part is read: names without their namespaces."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None: ...

    def end(self, tag: str) -> None: ...

    def text(self, data: str) -> None: ...


def _parse(part: IO[bytes], reading: _Reading) -> None:
    """Streams the part; entities are refused, since no workbook has any and they can be a trap."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        reading.start(tag.rpartition(" ")[2], attributes)

    def end(tag: str) -> None:
        reading.end(tag.rpartition(" ")[2])

    def doctype(*_: object) -> None:
        raise ValueError("a workbook has no document type")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = reading.text
    parser.StartDoctypeDeclHandler = doctype
    parser.ParseFile(part)


class _RelationsReading(_Reading):
    def __init__(self) -> None:
        self.found: dict[str, tuple[str, str]] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "Relationship":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.found[attributes.get("Id", "")] = kind, attributes.get("Target", "")


def _relations(archive: ZipFile, folder: str, name: str) -> dict[str, tuple[str, str]]:
    """Id → (kind, part) of what one part of the file points to."""
    reading = _RelationsReading()
    with archive.open(name) as part:
        _parse(part, reading)
    return {
        key: (kind, target[1:] if target.startswith("/") else normpath(join(folder, target)))
        for key, (kind, target) in reading.found.items()
    }


class _BookReading(_Reading):
    def __init__(self) -> None:
        self.sheets: list[tuple[str, bool, str]] = []
        self.since_1904 = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "workbookPr":
            self.since_1904 = attributes.get("date1904", "0") in ("1", "true", "on")
        elif tag == "sheet":
            key = next((value for name, value in attributes.items() if name.endswith(" id")), "")
            hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes.get("name", ""), hidden, key))


class _TextsReading(_Reading):
    """The texts that cells share, without the notes on how they are pronounced."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.pieces: list[str] = []
        self.inside = False
        self.note = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.note += tag in _NOTES
        self.inside = tag == "t" and not self.note

    def text(self, data: str) -> None:
        if self.inside:
            self.pieces.append(data)

    def end(self, tag: str) -> None:
        self.note -= tag in _NOTES
        self.inside = False
        if tag == "si":
            self.texts.append(_unescaped("".join(self.pieces)))
            self.pieces.clear()


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


class _StylesReading(_Reading):
    """The number format of each cell format."""

    def __init__(self) -> None:
        self.codes: dict[str, str] = {}
        self.formats: list[str] = []
        self.within = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "numFmt":
            self.codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag in ("cellXfs", "cellStyleXfs", "dxfs"):
            self.within = tag
        elif tag == "xf" and self.within == "cellXfs":
            self.formats.append(attributes.get("numFmtId", "0"))

    def dates(self, is_date: Callable[[str], bool]) -> frozenset[int]:
        eastern = {str(number) for number in _EASTERN_DATES} - self.codes.keys()
        shows = {one: one in eastern or is_date(self.codes.get(one, one)) for one in {*self.formats}}
        return frozenset(place for place, one in enumerate(self.formats) if shows[one])


# ---- a sheet ----


class _SheetReading(_Reading):
    """Cells as they come by. What is empty costs a moment and no memory: some sheets have a million such rows."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.rows: dict[int, dict[int, object]] = {}
        self.hidden: set[int] = set()
        self.merged: list[str] = []
        self.row = 0
        self.column = -1
        self.kind = ""
        self.style = 0
        self.formula = False
        self.note = 0
        self.inside = ""  # the part of a cell that is being read
        self.pieces: list[str] = []
        self.written: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        match tag:
            case "c":
                self._cell(attributes)
            case "v" | "t" if not self.note:
                self.inside = "value"
            case "f":
                self.inside = "formula"
                self.formula = True
            case "row":
                self.row = int(attributes.get("r", self.row + 1))
                self.column = -1
                if attributes.get("hidden", "0") in ("1", "true"):
                    self.hidden.add(self.row)
            case "rPh" | "phoneticPr":
                self.note += 1
            case "mergeCell":
                self.merged.append(attributes.get("ref", ""))
            case _:
                pass

    def _cell(self, attributes: Mapping[str, str]) -> None:
        place = attributes.get("r")
        self.column = _placed(place)[1] if place else self.column + 1
        self.kind = attributes.get("t", "n")
        self.style = int(attributes.get("s", "0"))
        self.formula = False
        self.pieces.clear()
        self.written.clear()

    def text(self, data: str) -> None:
        if self.inside == "value":
            self.pieces.append(data)
        elif self.inside == "formula":
            self.written.append(data)

    def end(self, tag: str) -> None:
        match tag:
            case "v" | "t" | "f":
                self.inside = ""
            case "rPh" | "phoneticPr":
                self.note -= 1
            case "c" if self.pieces or self.formula:
                value = self._value("".join(self.pieces))
                if value is not None and value != "":
                    self.rows.setdefault(self.row, {})[self.column] = value
            case _:
                pass

    def _value(self, text: str) -> object:
        match self.kind:
            case "s":
                return self.book.texts[int(text)]
            case "inlineStr" | "str":
                return _unescaped(text)
            case "e":
                return Flaw("E3120", text)
            case _ if not text:
                return Flaw("E3119", "=" + "".join(self.written)) if self.formula else None
            case "b":
                return text in ("1", "true")
            case "d":
                return text
            case _:
                return self._number(text)

    def _number(self, text: str) -> object:
        if self.style in self.book.dates and _PLAIN.fullmatch(text):
            begun = moment(Decimal(text), self.book.since_1904)
            if begun is not None:
                return begun
        return number(text)

    def grid(self) -> Grid:
        """The cells, with those that a merge leaves without a value of their own marked."""
        filled = {row: max(cells) for row, cells in self.rows.items()}
        for place in self.merged:
            self._unmerge(place, filled)
        rows = {row: self.rows[row] for row in sorted(self.rows)}
        return Grid(rows, tuple(sorted(self.hidden.intersection(rows))))

    def _unmerge(self, place: str, filled: Mapping[int, int]) -> None:
        """A merge over several rows says that its value is everybody's; only its first cell has it."""
        first, _, last = place.partition(":")
        (top, left), (bottom, right) = _placed(first), _placed(last or first)
        if left not in self.rows.get(top, {}):
            return
        flaw = Flaw("E3121", place, {"range": place})
        right = min(right, max(filled.values()))
        for row in range(top, min(bottom, max(filled)) + 1):
            if row in filled:
                for column in range(left, right + 1):
                    self.rows[row].setdefault(column, flaw)


def _placed(place: str) -> tuple[int, int]:
    """Row from 1 and column from 0 of a place such as D17."""
    found = _PLACE.fullmatch(place)
    if found is None:
        raise ValueError(place)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column - 1


# ---- a value ----


def number(text: str) -> int | Decimal | Flaw:
    """The number that a cell's text stands for; nothing is rounded."""
    text = text.strip()
    if not _PLAIN.fullmatch(text):
        return Flaw("E3102", text)
    value = Decimal(text)
    if _digits(value) > _DIGITS:
        value = Decimal(repr(float(text)))  # the shortest text of the same binary number
    if value.adjusted() >= _DIGITS and value:
        return Flaw("E3115", _written(value))
    if _digits(value) > _DIGITS:
        return Flaw("E3123", _written(value))
    whole = value.to_integral_value() if value.adjusted() < _DIGITS else value
    return int(whole) if whole == value else Decimal(_written(value))


def _digits(value: Decimal) -> int:
    """Significant digits, zeros at either end not counted."""
    return len("".join(map(str, value.as_tuple().digits)).strip("0"))


def _written(value: Decimal) -> str:
    """Plain digits, without an exponent and without zeros at the end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def moment(days: Decimal, since_1904: bool) -> date | datetime | None:
    """The day, or the day and time, that a day number stands for; None where it is no day.

    Excel's 1900 was a leap year, so day 60 never was. Times are fractions of a day, kept to a millisecond.
    """
    whole, part = divmod(Fraction(days), 1)
    ticks = (2 * part.numerator * _MILLISECONDS + part.denominator) // (2 * part.denominator)
    if whole < (0 if since_1904 else 1) or (whole == 60 and not since_1904):
        return None
    first = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 31) if whole < 60 else datetime(1899, 12, 30)
    try:
        begun = first + timedelta(days=whole, milliseconds=ticks)
    except OverflowError:
        return None
    return begun if ticks % _MILLISECONDS else begun.date()


__all__ = ["OLD_SUFFIX", "SUFFIXES", "Grid", "SheetName", "Unreadable", "Workbook", "letters_of", "open_workbook"]
