"""The border: what people write in cells becomes typed, whole facts, or diagnostics that name the cell.

In: a checked scheme and the raw tables of `readers.py`. Out: `Facts`, integers and indices only, and every
fault of every cell as a `Diagnostic`.

Why this way: after this module nothing has to be checked again. Columns are read one at a time, each by a
reader made for its type. A row with a fault is left out, and so is whatever links to it, without a second
message: one cause, one message. Rows are sorted here, so neither the order, the encoding nor the language of
a file can reach the hash.

What a cell may hold (full-width forms are folded, blanks around are dropped):
- money, number, percent: `-1,234.50`, `.5`, `1.5万`, `2亿`; thousands commas only where they belong. Money
  may carry a mark of the scheme's own currency (`¥`, `元`, `CNY`) and accounting brackets: `(1,234.50)` is
  negative. Numbers may end in `%` or `‰`; without one, 12 in a percent column is 1,200%.
- money of another currency: as its column or its row names it, with the digits and the marks of that currency.
- count, days: the same, if whole. `3.00` is 3, as 5.00 is a whole yen. Days may say so (`30天`, `30 days`).
- yes/no: 是 否 yes no y n true false 1 0, in any case. 有 and 无 are refused: 无 also stands for "not
  filled in".
- date: `2023-07-01`, `2023/7/1`, `2023.7.1`, `2023年7月1日`, `20230701`, each also with a time of midnight,
  as programs export it; the day number of a spreadsheet is refused. datetime: a date, then `9:30` or
  `09:30:15`. A date alone is its midnight. Times are local; with an offset (`+08:00`, `Z`) they are converted to
  the scheme's time zone, and refused where it names none.
- keys and links: text as it is (`00123`), without invisible characters; `1.1E+17` is a ruined number.

A spreadsheet's cells have types of their own, which must fit: a number in a column of texts has lost its zeros
in front, or more. Only 20230701 typed as a number is still that day.
"""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timezone, tzinfo
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from operator import attrgetter
from typing import Final, TypeAlias, cast

from tiercel.moments import instant, local, with_offset, zone_named
from tiercel.money import FINEST, minor_units, plain
from tiercel_dsl.builtins import CURRENCIES, SPOKEN_CURRENCIES
from tiercel_dsl.diagnostics import Cell, Diagnostic
from tiercel_dsl.keywords import FACES
from tiercel_dsl.scheme import PEOPLE, Check, CheckedScheme, Column, Names, Table
from tiercel_dsl.types import DATE, Kind, Type

NUMBER_DIGITS: Final = 6
RATE_DIGITS: Final = 12  # of a currency that is worth little, six would be no rate at all
FROM: Final = "from"  # identity of the column that tells the rows of one person apart

Stored: TypeAlias = int | str | bool | date | datetime | None
Steps: TypeAlias = tuple[tuple[date | None, Stored], ...]


@dataclass(frozen=True, slots=True)
class RawTable:
    """Rows as they came, untyped. Row numbers are as the user counts them; `header_row` 0: there is none.

    A row may be shorter or longer than the headers: that is for the border to say. `letters`: those of the
    columns of a spreadsheet, in the order of the headers; a table without any comes from elsewhere.
    """

    file: str
    headers: tuple[str, ...]
    rows: tuple[tuple[int, tuple[object, ...]], ...]
    sheet: str = ""
    header_row: int = 1
    letters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flaw:
    """In place of a cell's value: the reader found none that could be paid from. `seen` is what is shown there.

    The border tells of it only where the column is used.
    """

    code: str
    seen: str
    facts: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one table, column by column. Facts are sorted by (moment, key), people and groups by key.

    Money is in smallest units of its currency (with `FINEST` digits where rows differ in it), numbers have
    `NUMBER_DIGITS` digits, rates `RATE_DIGITS`, a link is the index of the row it names. A dated column is in
    `series` instead of `columns`: per row its steps (from, value),
    each holding until the next; from None: since ever. Steps that change nothing are merged. `owner` is the
    index of the credited person, own or inherited (of a person: himself), `day` the date of record.
    """

    table: str
    keys: tuple[str, ...]
    columns: Mapping[str, tuple[Stored, ...]]
    series: Mapping[str, tuple[Steps, ...]]
    owner: tuple[int | None, ...]
    day: tuple[date | None, ...]
    parent: tuple[int | None, ...]
    places: tuple[Cell, ...] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Facts:
    """Every table of the scheme, whole rows only.

    `touched`: keys of the people whom a fault concerns: they are left out, or one of their rows is. Where a
    table cannot be read, or a row may be anybody's, that is everyone. `touched_groups`: by group table, the
    keys of the groups that such a person is or was in (and the groups above): their totals lack something.
    """

    currency: str
    tables: Mapping[str, Rows]
    hash: str
    touched: tuple[str, ...] = ()
    touched_groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


def digits(type_: Type, currency: str) -> int:
    """How many digits after the point a stored integer of this type has; `currency` is the scheme's."""
    if type_.kind is Kind.money:
        return FINEST if type_.varies else minor_units(type_.currency or currency)
    return NUMBER_DIGITS if type_.kind in (Kind.number, Kind.percent, Kind.plain) else 0


def digits_of(table: Table, column: Column, currency: str) -> int:
    """The same of a column; a rate has more digits than other numbers."""
    of_rates = table.rates is not None and table.rates.rate == column.identity
    return RATE_DIGITS if of_rates else digits(column.type, currency)


def naming_currencies(table: Table) -> frozenset[str]:
    """The columns whose texts are codes of currencies."""
    own = () if table.rates is None else (table.rates.currency,)
    return frozenset((*own, *(c.type.way[-1] for c in table.columns if c.type.varies)))


# ---- names: what a header, a file or a sheet may be called ----

BLANKS: Final = " \t\r\n\v\f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff\u200b" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_WIDE: Final = {0xFF01 + i: chr(0x21 + i) for i in range(94)} | {0x3000: " ", 0xFFE5: "¥", 0x2212: "-"}
_PEOPLE_FACES: Final = tuple(
    face for word in FACES if word.terminal == "PEOPLE" for face in word.english + word.chinese
)
_FROM_COLUMN: Final = Column(FROM, DATE, optional=True, names=Names(FROM, "生效日"))


def folded(text: str) -> str:
    """Full-width forms to ASCII, blanks around dropped."""
    return (text if text.isascii() else text.translate(_WIDE)).strip(BLANKS)


def faces(declared: Table | Column) -> tuple[str, ...]:
    """Identity, name and alias, without doubles, in the order for a reader."""
    names: tuple[str, ...] = (declared.names.name, declared.names.alias, declared.identity)
    if isinstance(declared, Table) and declared.kind == "people":
        names += _PEOPLE_FACES
    return tuple(dict.fromkeys(name for name in names if name))


def shown(declared: Table | Column, language: str) -> str:
    """The name to show a reader."""
    return declared.names.shown(language) if declared.names.name else declared.identity


def columns_of(table: Table) -> tuple[Column, ...]:
    """The columns a file may have: the declared ones, and `from` where some of them are dated."""
    return (*table.columns, _FROM_COLUMN) if any(c.dated for c in table.columns) else table.columns


def nearest(wanted: Iterable[str], names: Sequence[str], closeness: float = 0.5) -> tuple[str, ...]:
    """Those of `names` that look like one of `wanted`, best first, three at most."""
    found = (n for w in wanted for n in get_close_matches(w, names, 3, closeness))
    return tuple(dict.fromkeys(found))[:3]


# ---- one cell ----


@dataclass(frozen=True, slots=True)
class _Fault:
    """What is wrong with a cell; `facts` are for the sentence."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict[str, object])


_Read: TypeAlias = "Callable[[object], Stored | _Fault]"

_MOST_DIGITS: Final = 400  # beyond it a text is no amount of anything
_SCIENTIFIC: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+")
_FIGURES: Final = re.compile(r"[+-]?[0-9.,]+")
_RUINED_KEY: Final = re.compile(r"[+-]?[0-9](?:\.[0-9]+)?E\+[0-9]{2,}")
_NUMBER: Final = re.compile(
    r"(?P<open>\()?(?P<sign>[+-]?) ?(?P<before>[^\s0-9+\-.,()]*) ?(?P<inner>[+-]?)"
    r"(?P<whole>[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)?(?:\.(?P<part>[0-9]+))?"
    r" ?(?P<myriad>[万萬亿億]?) ?(?P<after>[^\s0-9+\-.,()]*)(?(open)\))"
)
_MYRIADS: Final = {"": 0, "万": 4, "萬": 4, "亿": 8, "億": 8}
_SHARES: Final = {"%": -2, "‰": -3}
_MARKS: Final = {
    "¥": "CNY JPY",
    "元": "CNY HKD MOP TWD",
    "圆": "CNY",
    "RMB": "CNY",
    "円": "JPY",
    "$": "AUD CAD HKD NZD SGD TWD USD",
    "€": "EUR",
    "£": "GBP",
}
_YES: Final = frozenset(("是", "yes", "y", "true", "1"))
_NO: Final = frozenset(("否", "no", "n", "false", "0"))
_DAY: Final = (
    r"(?P<year>[0-9]{4})(?:(?P<mark>[-/.])(?P<m1>[0-9]{1,2})(?P=mark)(?P<d1>[0-9]{1,2})"
    r"|年(?P<m2>[0-9]{1,2})月(?P<d2>[0-9]{1,2})[日号]|(?P<m3>[0-9]{2})(?P<d3>[0-9]{2}))"
)
_MOMENT: Final = re.compile(
    _DAY + r"(?:(?:T| +)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})"
    r"(?:\.(?P<fraction>[0-9]{1,6}))?)? ?(?P<offset>Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
# Control characters, and what is there but cannot be seen: zero widths, turned directions, half characters.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_SIGNS: Final = {"at_least": "≥", "at_most": "≤", "above": ">", "below": "<"}


@dataclass(frozen=True, slots=True)
class _Shape:
    """How numbers of one column are written and kept."""

    kind: Kind
    scale: int
    before: frozenset[str] = frozenset()  # marks, in capitals
    after: frozenset[str] = frozenset()
    brackets: bool = False


def _shape(kind: Kind, scale: int, currency: str) -> _Shape:
    match kind:
        case Kind.money:
            marks = frozenset(m for m, codes in _MARKS.items() if currency in codes.split()) | {currency}
            return _Shape(kind, scale, marks, marks, brackets=True)
        case Kind.duration:
            return _Shape(kind, scale, after=frozenset({"天", "日", "DAY", "DAYS"}))
        case Kind.count:
            return _Shape(kind, scale)
        case _:
            return _Shape(kind, scale, after=frozenset(_SHARES))


def _wrong_kind(cell: object, wanted: Kind) -> _Fault:
    return _Fault("E3112", {"wanted": wanted.value, "given": type(cell).__name__})


def _scaled(mantissa: int, exponent: int, shape: _Shape) -> int | _Fault:
    """mantissa × 10^exponent as an integer at the scale of the column; never rounded."""
    shift = exponent + shape.scale
    whole, rest = divmod(mantissa * _power(shift), _power(-shift))
    if not rest:
        return whole
    if shape.kind in (Kind.count, Kind.duration):
        return _Fault("E3111")
    return _Fault("E3104", {"digits": shape.scale})


def _power(exponent: int) -> int:
    """10^exponent, 1 where that would be no whole number."""
    return int("1" + "0" * exponent)


def _read_number(shape: _Shape, cell: object) -> Stored | _Fault:
    if isinstance(cell, str):
        return _text_number(folded(cell), shape)
    if isinstance(cell, Decimal):
        return _decimal(cell, shape)
    if isinstance(cell, int) and not isinstance(cell, bool):
        return _scaled(int(cell), 0, shape) if cell.bit_length() < 3 * _MOST_DIGITS else _Fault("E3115")
    return _wrong_kind(cell, shape.kind)


def _decimal(cell: Decimal, shape: _Shape) -> int | _Fault:
    sign, figures, exponent = cell.as_tuple()
    if not isinstance(exponent, int):
        return _Fault("E3102")
    if not any(figures):
        return 0
    if len(figures) > _MOST_DIGITS or abs(exponent) > _MOST_DIGITS:
        return _Fault("E3115")
    mantissa = int("".join(map(str, figures)))
    return _scaled(-mantissa if sign else mantissa, exponent, shape)


def _text_number(text: str, shape: _Shape) -> int | _Fault:
    if len(text) > _MOST_DIGITS:
        return _Fault("E3115" if _FIGURES.fullmatch(text) else "E3102")
    if _SCIENTIFIC.fullmatch(text):
        return _Fault("E3115")
    found = _NUMBER.fullmatch(text)
    if found is None or not _well_formed(found, shape):
        return _Fault("E3102")
    whole, part, after = found["whole"] or "", found["part"] or "", found["after"]
    mantissa = int(whole.replace(",", "") + part)
    negative = "-" in (found["sign"], found["inner"]) or found["open"] is not None
    exponent = _MYRIADS[found["myriad"]] + _SHARES.get(after, 0) - len(part)
    return _scaled(-mantissa if negative else mantissa, exponent, shape)


def _well_formed(found: re.Match[str], shape: _Shape) -> bool:
    """What the pattern cannot say: figures at all, one sign at most, marks that this column may carry."""
    if not (found["whole"] or found["part"]) or (found["sign"] and found["inner"]):
        return False
    if found["open"] and (not shape.brackets or found["sign"] or found["inner"]):
        return False
    if found["myriad"] and found["after"] in _SHARES:
        return False
    return (not found["before"] or found["before"].upper() in shape.before) and (
        not found["after"] or found["after"].upper() in shape.after
    )


def _read_yes_no(cell: object) -> Stored | _Fault:
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, int):
        return bool(cell) if cell in (0, 1) else _Fault("E3106")
    if isinstance(cell, str):
        word = folded(cell).lower()
        return word in _YES if word in _YES or word in _NO else _Fault("E3106")
    return _wrong_kind(cell, Kind.yesno)


def _moment(cell: object, wanted: Kind, zone: tzinfo | None) -> datetime | _Fault:
    """A local moment; midnight where only the day is given."""
    if isinstance(cell, str):
        moment = _text_moment(folded(cell))
    elif isinstance(cell, datetime):
        moment = _host_moment(cell, wanted)
    else:
        moment = datetime.combine(cell, time()) if isinstance(cell, date) else _wrong_kind(cell, wanted)
    return moment if isinstance(moment, _Fault) else _local(moment, wanted, zone)


def _local(moment: datetime, wanted: Kind, zone: tzinfo | None) -> datetime | _Fault:
    """A day stands for itself; a moment is what the clocks of the scheme's zone show."""
    if moment.tzinfo is None and (zone is None or wanted is Kind.date):
        return moment
    if zone is None:
        return _Fault("E3117")
    try:
        return local(moment, zone)
    except OverflowError:
        return _Fault("E3105")


def _host_moment(cell: datetime, wanted: Kind) -> datetime | _Fault:
    """A plain datetime, whatever kind of one the host has; its "no time" values are not even comparable."""
    try:
        moment = datetime.combine(date(cell.year, cell.month, cell.day), cell.time())
        offset = cell.utcoffset()
        return moment if offset is None else moment.replace(tzinfo=timezone(offset))
    except (TypeError, ValueError):
        return _wrong_kind(cell, wanted)


def _text_moment(text: str) -> datetime | _Fault:
    found = _MOMENT.fullmatch(text)
    if found is None:
        return _Fault("E3105")
    month = found["m1"] or found["m2"] or found["m3"]
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    micro = int((found["fraction"] or "").ljust(6, "0"))
    try:
        day = date(int(found["year"]), int(month), int(found["d1"] or found["d2"] or found["d3"]))
        moment = datetime.combine(day, time(hour, minute, second, micro))
        return with_offset(moment, found["offset"]) if found["offset"] else moment
    except ValueError:
        return _Fault("E3105")


def _read_datetime(zone: tzinfo | None, cell: object) -> Stored | _Fault:
    return _moment(cell, Kind.datetime, zone)


def _read_date(zone: tzinfo | None, cell: object) -> Stored | _Fault:
    moment = _moment(cell, Kind.date, zone)
    if isinstance(moment, _Fault):
        return moment
    return moment.date() if moment.time() == time() else _Fault("E3105")


def _read_key(cell: object) -> Stored | _Fault:
    """Text that names a row, kept exactly."""
    if not isinstance(cell, str):
        return _wrong_kind(cell, Kind.text)
    text = str.__str__(cell).strip(BLANKS)
    if _UNSEEN.search(text):
        return _Fault("E3116")
    return _Fault("E3115") if _RUINED_KEY.fullmatch(text) else text


def _read_text(options: tuple[str, ...], cell: object) -> Stored | _Fault:
    if not isinstance(cell, str):
        return _wrong_kind(cell, Kind.text)
    text = str.__str__(cell).strip(BLANKS)
    if _CONTROL.search(text):
        return _Fault("E3116")
    if options and text not in options:
        return _Fault("E3107", {"options": options, "candidates": nearest([text], options)})
    return text


# ---- one cell of a spreadsheet ----

_LEFTOVERS: Final = ("=", "'")  # of a formula, or of the mark that makes a text of it


def _sheet_reader(read: _Read, kind: Kind, key: bool) -> _Read:
    """The same for the cells of a spreadsheet, where a value of the wrong type is no fault of a program."""
    free = kind is Kind.text and not key

    def typed(cell: object) -> Stored | _Fault:
        if isinstance(cell, str) and not free and (mark := folded(cell)[:1]) in _LEFTOVERS:
            return _Fault("E3122", {"mark": mark})
        if kind in (Kind.date, Kind.datetime) and type(cell) is int:
            return read(str(cell))
        value = read(cell)
        mistyped = isinstance(value, _Fault) and value.code == "E3112"
        return _mistyped(kind, cell) if mistyped else value

    return typed


def _mistyped(kind: Kind, cell: object) -> _Fault:
    if kind in (Kind.date, Kind.datetime):
        return _Fault("E3105")
    if kind is Kind.yesno:
        return _Fault("E3106")
    if kind not in (Kind.text, Kind.row):
        return _Fault("E3102")
    given = "yesno" if isinstance(cell, bool) else "date" if isinstance(cell, date) else "number"
    return _Fault("E3118", {"given_type": given})


# ---- one column ----


def _reader(column: Column, key: bool, here: _Local, scale: int) -> _Read:
    """Reads the cells of this column: its missing cells, its type, its limits."""
    shape = _shape(column.type.kind, scale, here.currency)
    convert = _converter(column.type, key, shape, here.zone)
    missing = _missing(column, key, shape)
    limits = tuple((check, check.bound * 10**shape.scale) for check in column.checks)

    def read(cell: object) -> Stored | _Fault:
        if is_blank(cell):
            return missing
        if isinstance(cell, float):
            return _Fault("E3103", {"exact": str(Decimal(cell))})
        if isinstance(cell, Flaw):
            return _Fault(cell.code, cell.facts)
        value = convert(cell)
        return _checked(value, limits, column.type) if limits and type(value) is int else value

    return read


def _code_reader(read: _Read) -> _Read:
    """The same for texts that name a currency."""

    def code(cell: object) -> Stored | _Fault:
        value = read(cell)
        if not isinstance(value, str) or value in CURRENCIES:
            return value
        spoken = SPOKEN_CURRENCIES.get(value.upper())
        return _Fault("E3131", {"candidates": (spoken,) if spoken else nearest([value.upper()], [*CURRENCIES])})

    return code


class _Known(dict[object, "Stored | _Fault"]):
    """What a reader makes of each text: most cells of a big file have been seen before."""

    def __init__(self, read: _Read) -> None:
        super().__init__()
        self.read = read

    def __missing__(self, cell: object) -> Stored | _Fault:
        value = self[cell] = self.read(cell)
        return value

    def values_of(self, cells: list[object]) -> _Values:
        """Only texts are remembered: numbers of different types are equal."""
        if {*map(type, cells)} <= _TEXTS:
            return list(map(self.__getitem__, cells))
        return [self[cell] if type(cell) is str else self.read(cell) for cell in cells]


_TEXTS: Final = {str, type(None)}
Memory: TypeAlias = "dict[tuple[object, ...], _Known]"  # what was read before, for whoever reads the same again


def is_blank(cell: object) -> bool:
    """Whether nothing is in the cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip(BLANKS))


@dataclass(frozen=True, slots=True)
class _Local:
    """What a scheme says of all its cells: its currency, and the zone of its clocks."""

    currency: str
    zone: tzinfo | None = None


def _converter(type_: Type, key: bool, shape: _Shape, zone: tzinfo | None) -> _Read:
    match type_.kind:
        case Kind.text if not key:
            return lambda cell: _read_text(type_.options, cell)
        case Kind.text | Kind.row:
            return _read_key
        case Kind.yesno:
            return _read_yes_no
        case Kind.date:
            return lambda cell: _read_date(zone, cell)
        case Kind.datetime:
            return lambda cell: _read_datetime(zone, cell)
        case _:
            return lambda cell: _read_number(shape, cell)


def _missing(column: Column, key: bool, shape: _Shape) -> Stored | _Fault:
    """What an empty cell stands for."""
    default = column.default
    if key or (default is None and not column.optional):
        return _Fault("E3101")
    if isinstance(default, Fraction):
        scaled = default * 10**shape.scale
        fine = _Fault("E3104", {"digits": shape.scale})
        return scaled.numerator if scaled.denominator == 1 else fine
    if column.type.kind is Kind.datetime and isinstance(default, date):
        return datetime.combine(default, time())
    return default


def _checked(value: Stored | _Fault, limits: Sequence[tuple[Check, Fraction]], type_: Type) -> Stored | _Fault:
    for check, bound in limits:
        if isinstance(value, int) and not _keeps(check.kind, value, bound):
            return _Fault("E3108", {"limit": _limit(check, type_), "kind": check.kind})
    return value


def _keeps(kind: str, value: int, bound: Fraction) -> bool:
    match kind:
        case "at_least":
            return value >= bound
        case "at_most":
            return value <= bound
        case "above":
            return value > bound
        case _:
            return value < bound


def _limit(check: Check, type_: Type) -> str:
    percent = type_.kind is Kind.percent
    bound = plain(check.bound * 100) + "%" if percent else plain(check.bound)
    return f"{_SIGNS[check.kind]} {bound}"


# ---- one table ----


@dataclass(frozen=True, slots=True)
class _Finding:
    """A fault in its row (-1: the header) and column ('' none), before it becomes a message."""

    row: int
    column: str
    fault: _Fault
    seen: str = ""
    header: str = ""


_Values: TypeAlias = "list[Stored | _Fault]"


@dataclass(frozen=True, slots=True)
class _Draft:
    """A table being read: typed columns, still by key text. `found` and `bad` (rows) grow on the way."""

    table: Table
    raw: RawTable
    rows: Sequence[tuple[int, tuple[object, ...]]]
    at: Mapping[str, int]  # column identity -> position in the file
    columns: Mapping[str, _Values]
    keys: Sequence[str | None]
    rows_of: Mapping[str, Sequence[int]]
    whole: bool  # every header is there
    ragged: frozenset[int]  # rows whose cells may stand under the wrong headers
    found: list[_Finding]
    bad: set[int]

    @property
    def blind(self) -> bool:
        """Its keys are not known, so nothing can be said about links to it."""
        return self.table.key not in self.at

    @property
    def links(self) -> Iterator[tuple[str, _Values]]:
        """(table it names, values) of each link column."""
        return ((c.link, self.columns[c.identity]) for c in self.table.columns if c.link)

    def seen(self, row: int, column: str) -> str:
        cells = self.rows[row][1]
        position = self.at.get(column, len(cells))
        return _shown(cells[position]) if position < len(cells) else ""

    def blame(self, row: int, column: str, fault: _Fault) -> None:
        self.found.append(_Finding(row, column, fault, self.seen(row, column)))
        self.bad.add(row)


def _shown(cell: object) -> str:
    """The text of a cell, for the reader; a value of an unknown type is told by its type."""
    if isinstance(cell, str):
        return str.__str__(cell).encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(cell, Flaw):
        return cell.seen
    if cell is None:
        return ""
    if isinstance(cell, int) and cell.bit_length() >= 3 * _MOST_DIGITS:
        return f"{type(cell).__name__} of {cell.bit_length()} bits"
    if isinstance(cell, (int, float, Decimal, date)):
        return str(cell)
    return type(cell).__name__


def _draft(table: Table, raw: RawTable, here: _Local, language: str, memory: Memory) -> _Draft:
    placing = placed(table, raw.headers)
    found = _blame_headers(table, raw.headers, placing, language)
    at = {identity: positions[0] for identity, positions in placing.items() if positions}
    rows = [row for row in raw.rows if not all(map(is_blank, row[1]))]
    sheet = bool(raw.letters)
    columns = {c.identity: _column(c, table, at.get(c.identity), rows, here, sheet, memory) for c in columns_of(table)}
    for column in table.columns:
        if column.type.varies and column.identity in at:
            codes = columns[column.type.way[-1]]
            columns[column.identity] = _amounts(column, at[column.identity], rows, codes, here, sheet)
    keys = _keys(table, columns)
    ragged, bad = _ragged(raw.headers, rows), set[int]()
    draft = _Draft(table, raw, rows, at, columns, keys, _positions(keys), not found, ragged, found, bad)
    _blame_cells(draft)
    return draft


def _blame_cells(draft: _Draft) -> None:
    """Rows of a wrong length, then cells that could not be read."""
    for row in draft.ragged:
        cells = draft.rows[row][1]
        fault = _Fault("E3006", {"wanted": len(draft.raw.headers), "given": len(cells)})
        draft.found.append(_Finding(row, "", fault, ",".join(map(_shown, cells))))
        draft.bad.add(row)
    for identity in draft.at:
        for row, value in enumerate(draft.columns[identity]):
            if isinstance(value, _Fault) and row not in draft.ragged:
                total = _total(draft.rows[row][1]) if value.code == "E3101" else ""
                draft.blame(row, identity, replace(value, facts={"total": total}) if total else value)


def _total(cells: Iterable[object]) -> str:
    """The word by which a row says that it adds up the others, or ''."""
    return next((cell.strip() for cell in cells if isinstance(cell, str) and _TOTAL.fullmatch(cell.strip())), "")


_TOTAL: Final = re.compile(r"(?:本[月季年页期])?[合总小共] *计[:：]?|(?:grand |sub-?)?totals?:?", re.IGNORECASE)


def placed(table: Table, headers: Sequence[str]) -> dict[str, list[int]]:
    """Where each column of the table stands: exactly once, if all is well."""
    written = [folded(header) for header in headers]
    wanted = {c.identity: {folded(face) for face in faces(c)} for c in columns_of(table)}
    return {name: [i for i, h in enumerate(written) if h in known] for name, known in wanted.items()}


def unplaced(headers: Sequence[str], at: Mapping[str, Sequence[int]]) -> list[str]:
    """The headers that belong to no column: one of them may be a slip of the pen."""
    taken = {position for positions in at.values() for position in positions}
    return [folded(h) for i, h in enumerate(headers) if i not in taken and not is_blank(h)]


def _blame_headers(
    table: Table, headers: Sequence[str], at: Mapping[str, Sequence[int]], language: str
) -> list[_Finding]:
    """Columns that are missing (E3004) or there twice (E3005)."""
    found: list[_Finding] = []
    for column in table.columns:
        written = tuple(headers[i] for i in at[column.identity])
        if len(written) > 1:
            fault = _Fault("E3005", {"headers": written})
            found.append(_Finding(-1, column.identity, fault, written[1], shown(column, language)))
        elif not written:
            found.append(_no_header(column, unplaced(headers, at), language))
    return found


def _no_header(column: Column, others: Sequence[str], language: str) -> _Finding:
    near = nearest(map(folded, faces(column)), others)
    fault = _Fault("E3004", {"candidates": near, "names": faces(column)})
    return _Finding(-1, column.identity, fault, near[0] if near else "", shown(column, language))


def _column(
    column: Column,
    table: Table,
    position: int | None,
    rows: Sequence[tuple[int, tuple[object, ...]]],
    here: _Local,
    sheet: bool,
    memory: Memory,
) -> _Values:
    if position is None:
        return [None] * len(rows)
    if column.type.varies:
        return [None] * len(rows)  # once the currencies of the rows are known
    own, digits = replace(here, currency=column.type.currency or here.currency), digits_of(table, column, here.currency)
    code, key = column.identity in naming_currencies(table), column.identity == table.key
    mark = (column, key, own, digits, code, sheet)
    if mark not in memory:
        read = _reader(column, key, own, digits)
        read = _code_reader(read) if code else read
        memory[mark] = _Known(_sheet_reader(read, column.type.kind, key) if sheet else read)
    return memory[mark].values_of([cells[position] if position < len(cells) else None for _, cells in rows])


def _amounts(
    column: Column,
    position: int,
    rows: Sequence[tuple[int, tuple[object, ...]]],
    codes: _Values,
    here: _Local,
    sheet: bool,
) -> _Values:
    """Amounts in the currency of their row, at one scale; without a currency there is none to read."""
    readers: dict[str, tuple[_Known, int]] = {}
    out: _Values = []
    for (_, cells), code in zip(rows, codes, strict=True):
        if not isinstance(code, str):
            out.append(None)
            continue
        if code not in readers:
            read = _reader(column, False, replace(here, currency=code), minor_units(code))
            read = _sheet_reader(read, column.type.kind, False) if sheet else read
            readers[code] = _Known(read), 10 ** (FINEST - minor_units(code))
        known, factor = readers[code]
        (value,) = known.values_of([cells[position] if position < len(cells) else None])
        out.append(value * factor if type(value) is int else value)
    return out


def _keys(table: Table, columns: Mapping[str, _Values]) -> list[str | None]:
    """The key of each row; a rate is told by its currency and its day."""
    keys = [_key(value) for value in columns.get(table.key, ())]
    if table.rates is None:
        return keys
    days = [_key(value) for value in columns[table.rates.day]]
    return [f"{key} {day}" if key and day else None for key, day in zip(keys, days, strict=True)]


def _key(value: Stored | _Fault) -> str | None:
    """The text of a key: ids are text, other types by their plain form."""
    if value is None or isinstance(value, _Fault):
        return None
    return value if isinstance(value, str) else str(value)


def _positions(keys: Sequence[str | None]) -> dict[str, list[int]]:
    positions: dict[str, list[int]] = {}
    for row, key in enumerate(keys):
        if key is not None:
            positions.setdefault(key, []).append(row)
    return positions


def _ragged(headers: Sequence[str], rows: Sequence[tuple[int, tuple[object, ...]]]) -> frozenset[int]:
    """Rows with fewer or more cells than the header, be they empty: one comma too many moves an amount."""
    return frozenset(row for row, (_, cells) in enumerate(rows) if len(cells) != len(headers))


# ---- several rows with one key ----


def _repeats(draft: _Draft, language: str) -> None:
    """The same content twice counts once; different content is a fault unless `from` tells the rows apart."""
    dated = FROM in draft.columns
    for rows in draft.rows_of.values():
        if len(rows) < 2 or draft.bad.intersection(rows):
            continue
        kinds = _distinct(draft, rows)
        if len(kinds) < 2:
            continue
        if not dated:
            _blame_doubles(draft, kinds)
        elif FROM in draft.at:
            _blame_steps(draft, kinds)
        else:
            _blame_no_from(draft, kinds, language)


def _distinct(draft: _Draft, rows: Sequence[int]) -> list[int]:
    """The first row of each content."""
    first: dict[tuple[object, ...], int] = {}
    for row in rows:
        first.setdefault(tuple(values[row] for values in draft.columns.values()), row)
    return list(first.values())


def _blame_doubles(draft: _Draft, kinds: Sequence[int]) -> None:
    facts = {"key": draft.keys[kinds[0]], "first_row": draft.rows[kinds[0]][0]}
    for row in kinds[1:]:
        draft.blame(row, draft.table.key, _Fault("E3110", facts))


def _blame_steps(draft: _Draft, kinds: Sequence[int]) -> None:
    """Two steps from one day, or a column without history that changes all the same."""
    days: dict[object, int] = {}
    for row in kinds:
        facts: dict[str, object] = {"key": draft.keys[row], "first_row": draft.rows[kinds[0]][0]}
        for column in draft.table.columns:
            values = draft.columns[column.identity]
            if not column.dated and values[row] != values[kinds[0]]:
                draft.blame(row, column.identity, _Fault("E3113", facts))
        day = draft.columns[FROM][row]
        if days.setdefault(day, row) != row and row not in draft.bad:
            facts["first_row"] = draft.rows[days[day]][0]
            draft.blame(row, FROM, _Fault("E3114", facts | {"date": day or "-"}))


def _blame_no_from(draft: _Draft, kinds: Sequence[int], language: str) -> None:
    draft.bad.update(kinds)
    if all(finding.column != FROM for finding in draft.found):
        others = unplaced(draft.raw.headers, placed(draft.table, draft.raw.headers))
        draft.found.append(_no_header(_FROM_COLUMN, others, language))


# ---- rows that name rows ----

_Drafts: TypeAlias = "Mapping[str, _Draft]"


def _blame_unknown(drafts: _Drafts) -> None:
    """Links to rows that are nowhere. Links to rows with faults of their own are dealt with by `_lost`."""
    for draft in drafts.values():
        for column in draft.table.columns:
            target = drafts.get(column.link)
            if target is None or target.blind:
                continue
            facts: dict[str, object] = {"target": target.table.identity}
            for row, value in enumerate(draft.columns[column.identity]):
                if isinstance(value, str) and value not in target.rows_of and row not in draft.ragged:
                    draft.blame(row, column.identity, _Fault("E3109", facts))


def _lost(drafts: _Drafts) -> dict[str, set[str]]:
    """The keys of the rows that are left out: with a fault, or linked to one that is."""
    lost = {name: _faulty(draft) for name, draft in drafts.items()}
    before = -1
    while before != (count := sum(map(len, lost.values()))):
        before = count
        for name, draft in drafts.items():
            for target, values in draft.links:
                if target in drafts and (lost[target] or drafts[target].blind):
                    lost[name] |= _linked(draft, values, None if drafts[target].blind else lost[target])
    return lost


def _faulty(draft: _Draft) -> set[str]:
    if not draft.whole:
        return set(draft.rows_of)
    return {key for row in draft.bad if (key := draft.keys[row]) is not None}


def _linked(draft: _Draft, values: _Values, gone: set[str] | None) -> set[str]:
    """Keys of rows whose link leads to one of `gone` (None: wherever it leads)."""
    return {
        key
        for key, value in zip(draft.keys, values, strict=True)
        if key is not None and isinstance(value, str) and (gone is None or value in gone)
    }


def _subject(drafts: _Drafts, draft: _Draft, row: int) -> str:
    """Key of the person (else the group) that a row belongs to, as far as that can be known."""
    for _ in drafts:
        table = draft.table
        if table.kind != "facts":
            return draft.keys[row] or ""
        up = table.credited or table.parent
        target = drafts.get(table.column(up).link) if up else None
        value = draft.columns[up][row] if up else None
        if target is None or not isinstance(value, str) or value not in target.rows_of:
            return ""
        if table.credited:
            return value
        draft, row = target, target.rows_of[value][0]
    return ""


def _touched(drafts: _Drafts, lost: Mapping[str, set[str]]) -> tuple[str, ...]:
    """The people who are left out, or one of whose rows is; all of them where that cannot be known."""
    everyone = list(drafts[PEOPLE].rows_of) if PEOPLE in drafts else []
    touched = set(lost.get(PEOPLE, ()))
    for name, draft in drafts.items():
        rows = draft.bad
        if draft.table.kind == "facts":
            rows = rows | {row for key in lost[name] for row in draft.rows_of[key]}
        touched.update(_subject(drafts, draft, row) for row in rows)
    unknown = "" in touched or not all(draft.whole for draft in drafts.values())
    return tuple(sorted(key for key in everyone if unknown or key in touched))


def _touched_groups(drafts: _Drafts, touched: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The groups that these people were ever in, by what is written of them; all, where that is unreadable."""
    groups: dict[str, set[str]] = {n: set() for n, draft in drafts.items() if draft.table.kind == "group"}
    rows = [(drafts[PEOPLE], row) for key in touched for row in drafts[PEOPLE].rows_of[key]]
    for draft, row in rows:
        for name, values in draft.links:
            value = values[row]
            if name in groups and value is not None:
                known = drafts[name].rows_of
                new = ({value} if isinstance(value, str) and value in known else {*known}) - groups[name]
                groups[name] |= new
                rows += [(drafts[name], above) for key in new for above in known[key]]
    return {name: tuple(sorted(keys)) for name, keys in groups.items() if keys}


# ---- whole rows ----


def _inherited(
    drafts: _Drafts, name: str, role: Callable[[Table], str], above: tuple[str, ...] = ()
) -> dict[str, Stored | _Fault]:
    """Value of the role's column per key: the table's own, else its parent's, at any depth."""
    draft = drafts.get(name)
    if draft is None or name in above:
        return {}
    own, parent = role(draft.table), draft.table.parent
    if own:
        return {key: draft.columns[own][rows[0]] for key, rows in draft.rows_of.items()}
    if not parent:
        return {}
    up = _inherited(drafts, draft.table.column(parent).link, role, (*above, name))
    values = draft.columns[parent]
    return {key: up.get(_key(values[rows[0]]) or "") for key, rows in draft.rows_of.items()}


@dataclass(frozen=True, slots=True)
class _Order:
    """The rows of a table that stay: keys in order, and what was inherited, by key."""

    keys: list[str]
    index: Mapping[str, int]
    owner: Mapping[str, Stored | _Fault]
    moment: Mapping[str, Stored | _Fault]


def _order(drafts: _Drafts, name: str, lost: set[str], zone: tzinfo | None) -> _Order:
    draft = drafts[name]
    keys = sorted(key for key in draft.rows_of if key not in lost)
    if draft.table.kind == "people":
        return _Order(keys, _index(keys), {key: key for key in keys}, {})
    owner = _inherited(drafts, name, attrgetter("credited")) if draft.table.kind == "facts" else {}
    moment = _inherited(drafts, name, attrgetter("record_date")) if draft.table.kind == "facts" else {}
    # The sort is stable, so rows of one moment stay in order of their keys.
    keys.sort(key=lambda key: _instant(moment.get(key), zone))
    return _Order(keys, _index(keys), owner, moment)


def _index(keys: Sequence[str]) -> dict[str, int]:
    return {key: place for place, key in enumerate(keys)}


def _instant(value: object, zone: tzinfo | None) -> datetime:
    if isinstance(value, datetime):
        return instant(value, zone)
    return datetime.combine(value, time()) if isinstance(value, date) else datetime.min


def _rows(draft: _Draft, orders: Mapping[str, _Order]) -> Rows:
    table, order = draft.table, orders[draft.table.identity]
    first = [draft.rows_of[key][0] for key in order.keys]
    people = _index_of(orders, PEOPLE)
    columns: dict[str, tuple[Stored, ...]] = {}
    series: dict[str, tuple[Steps, ...]] = {}
    for column in table.columns:
        values = _resolved(draft.columns[column.identity], column, orders)
        if column.dated:
            series[column.identity] = tuple(_steps(draft, key, values) for key in order.keys)
        else:
            columns[column.identity] = tuple(values[row] for row in first)
    return Rows(
        table.identity,
        tuple(order.keys),
        columns,
        series,
        owner=tuple(_at(people, order.owner.get(key)) for key in order.keys),
        day=tuple(_day(order.moment.get(key)) for key in order.keys),
        parent=cast("tuple[int | None, ...]", columns.get(table.parent, (None,) * len(first))),
        places=tuple(Cell(draft.raw.file, draft.rows[row][0], sheet=draft.raw.sheet) for row in first),
    )


def _resolved(values: _Values, column: Column, orders: Mapping[str, _Order]) -> list[Stored]:
    """Key texts of a link column to indices. Cells with faults are in no row that stays."""
    if not column.link:
        return cast("list[Stored]", values)
    index = _index_of(orders, column.link)
    return [_at(index, value) for value in values]


def _index_of(orders: Mapping[str, _Order], name: str) -> Mapping[str, int]:
    return orders[name].index if name in orders else dict[str, int]()


def _at(index: Mapping[str, int], key: object) -> int | None:
    return index.get(key) if isinstance(key, str) else None


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _steps(draft: _Draft, key: str, values: Sequence[Stored]) -> Steps:
    starts = {cast("date | None", draft.columns[FROM][row]): values[row] for row in draft.rows_of[key]}
    steps: list[tuple[date | None, Stored]] = []
    for day in sorted(starts, key=lambda day: day or date.min):
        if not steps or steps[-1][1] != starts[day]:
            steps.append((day, starts[day]))
    return tuple(steps)


def _hash(scheme: CheckedScheme, tables: Mapping[str, Rows]) -> str:
    """sha256 over the typed values, tables and columns by identity. Indices follow from sorted keys."""
    content = {t.identity: _content(t, tables[t.identity]) for t in scheme.tables}
    whole = {"format": 1, "currency": scheme.currency, "tables": content}
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), default=_iso)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _content(table: Table, rows: Rows) -> dict[str, object]:
    """Each column with its kind and currency: 5 days are not 5 pieces, nor 5 pounds 5 dollars."""
    kinds = {c.identity: f"{c.type.kind.value} {c.type.currency}".rstrip() for c in table.columns}
    return {
        f"{c.identity} {kinds[c.identity]}": rows.series[c.identity] if c.dated else rows.columns[c.identity]
        for c in table.columns
    }


def _iso(value: object) -> str:
    """The second of two equal hours is another moment than the first."""
    later = isinstance(value, datetime) and value.fold
    return cast("date", value).isoformat() + ("+" if later else "")


# ---- messages ----

_MOST_SEARCHES: Final = 20
_MOST_KEYS: Final = 400


def _diagnostics(drafts: _Drafts, language: str) -> Iterator[Diagnostic]:
    """In the order of the scheme's tables, then rows, then columns; the same fault of one subject once."""
    for draft in drafts.values():
        position = {identity: place for place, identity in enumerate(draft.columns)}
        found = sorted(draft.found, key=lambda f: (f.row, position.get(f.column, -1)))
        first: dict[tuple[str, str, str], tuple[_Finding, int]] = {}
        for finding in found:
            subject = _subject(drafts, draft, finding.row) if finding.row >= 0 else ""
            same = (finding.column, finding.fault.code, subject)
            kept, count = first.get(same, (finding, -1))
            first[same] = (kept, count + 1)
        for searches, ((_, _, subject), (finding, more)) in enumerate(first.items()):
            mended = _with_candidates(drafts, finding, language, searches < _MOST_SEARCHES)
            yield _diagnostic(draft, mended, subject, more, language)


def _with_candidates(drafts: _Drafts, finding: _Finding, language: str, search: bool) -> _Finding:
    """A link to nowhere: the keys it may have meant. Not for a thousand of them: nobody reads so far."""
    if finding.fault.code != "E3109":
        return finding
    target = drafts[str(finding.fault.facts["target"])]
    text = finding.seen.strip(BLANKS)
    near = nearest([text], _neighbours(text, target.rows_of), 0.6) if search else ()
    facts = {"table": shown(target.table, language), "candidates": near}
    return replace(finding, fault=_Fault("E3109", facts))


def _neighbours(text: str, known: Iterable[str]) -> list[str]:
    """All keys of a small table; of a big one those that sort near the text."""
    keys = sorted(known)
    if len(keys) <= _MOST_KEYS:
        return keys
    place = bisect_left(keys, text)
    return keys[max(0, place - _MOST_KEYS // 2) : place + _MOST_KEYS // 2]


def _diagnostic(draft: _Draft, finding: _Finding, subject: str, more: int, language: str) -> Diagnostic:
    raw, at = draft.raw, draft.at.get(finding.column)
    header = finding.header or (raw.headers[at].strip(BLANKS) if at is not None else "")
    column = raw.letters[at] if raw.letters and at is not None else header
    row = raw.header_row if finding.row < 0 else draft.rows[finding.row][0]
    facts: dict[str, object] = {"table": shown(draft.table, language), "column": header, "seen": finding.seen}
    return Diagnostic(
        finding.fault.code,
        facts=facts | dict(finding.fault.facts),
        seen=finding.seen,
        cell=Cell(raw.file, row, column, raw.sheet),
        more=more,
        subject=subject,
    )


# ---- the border ----


def border(
    scheme: CheckedScheme, raw: Mapping[str, RawTable], memory: Memory | None = None
) -> tuple[Facts, tuple[Diagnostic, ...]]:
    """Raw tables (by table identity) to facts. Says everything that is wrong, not the first fault.

    A table that is not in `raw` has no rows: whoever read it has said why. `memory`: of facts read before.
    """
    memory = {} if memory is None else memory
    language, here = scheme.language, _Local(scheme.currency, zone_named(scheme.zone))
    drafts: dict[str, _Draft] = {}
    for table in scheme.tables:
        given = raw.get(table.identity)
        draft = _draft(table, given or RawTable("", (), ()), here, language, memory)
        drafts[table.identity] = draft if given else replace(draft, found=[])
    for draft in drafts.values():
        _repeats(draft, language)
    _blame_unknown(drafts)
    lost = _lost(drafts)
    orders = {name: _order(drafts, name, lost[name], here.zone) for name in drafts}
    tables = {name: _rows(draft, orders) for name, draft in drafts.items()}
    touched = _touched(drafts, lost)
    groups = _touched_groups(drafts, touched)
    facts = Facts(scheme.currency, tables, _hash(scheme, tables), touched, groups)
    return facts, tuple(_diagnostics(drafts, language))


# ---- rows to keep ----


@dataclass(frozen=True, slots=True)
class TypedRow:
    """A row as text that any version reads as the same values: column → text, without the empty cells. `since`:
    the day its dated values begin, '' if it has none."""

    key: str
    since: str
    cells: Mapping[str, str]


def typed_rows(
    scheme: CheckedScheme, raw: Mapping[str, RawTable]
) -> tuple[dict[str, tuple[TypedRow, ...]], tuple[Diagnostic, ...]]:
    """The rows of the tables given, cell by cell, and what is wrong with a cell. Rows that name rows of other files
    are taken as they are: those may come later."""
    here = _Local(scheme.currency, zone_named(scheme.zone))
    given = [table for table in scheme.tables if table.identity in raw]
    drafts = {t.identity: _draft(t, raw[t.identity], here, scheme.language, {}) for t in given}
    for draft in drafts.values():
        _repeats(draft, scheme.language)
    rows = {name: tuple(_typed(draft, scheme)) for name, draft in drafts.items()}
    return rows, tuple(_diagnostics(drafts, scheme.language))


def _typed(draft: _Draft, scheme: CheckedScheme) -> Iterator[TypedRow]:
    told: set[tuple[str, str]] = set()
    kept = [c for c in columns_of(draft.table) if c.identity in draft.at]
    texts = {column.identity: _kept_texts(draft, column, scheme) for column in kept}
    for row, key in enumerate(draft.keys):
        if key is None or row in draft.bad:
            continue
        cells = {name: text for name, column in texts.items() if (text := column[row]) is not None}
        since = cells.get(FROM, "")
        if (key, since) not in told:
            told.add((key, since))
            yield TypedRow(key, since, cells)


def _kept_texts(draft: _Draft, column: Column, scheme: CheckedScheme) -> list[str | None]:
    """A column as texts; None where a cell is empty or has a fault."""
    position, values = draft.at[column.identity], draft.columns[column.identity]
    known: dict[object, str] = {}
    out: list[str | None] = []
    for (_, cells), value in zip(draft.rows, values, strict=True):
        if value is None or isinstance(value, _Fault) or position >= len(cells) or is_blank(cells[position]):
            out.append(None)
            continue
        if isinstance(value, datetime):  # the second of two equal hours is equal to the first
            out.append(_kept_text(value, draft.table, column, scheme))
            continue
        if value not in known:
            known[value] = _kept_text(value, draft.table, column, scheme)
        out.append(known[value])
    return out


def _kept_text(value: Stored, table: Table, column: Column, scheme: CheckedScheme) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return plain(Fraction(value, 10 ** digits_of(table, column, scheme.currency)))
    if isinstance(value, datetime):
        zone = zone_named(scheme.zone)
        # The second of two equal hours is told by its offset.
        return (value.replace(tzinfo=zone) if value.fold and zone is not None else value).isoformat(" ")
    return value.isoformat() if isinstance(value, date) else str(value)
