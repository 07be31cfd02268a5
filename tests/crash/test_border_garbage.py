"""Whatever stands in a file or comes from a program, the border answers with facts and diagnostics."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiercel.facts import Facts, border
from tiercel.readers import from_rows, read_csv, read_folder
from tiercel_dsl.diagnostics import Diagnostic
from tiercel_dsl.scheme import Check, CheckedScheme, Column, Names, Table
from tiercel_dsl.types import COUNT, DATE, DATETIME, DURATION, MONEY, PERCENT, TEXT, YESNO, Kind, Type

PERSON, DEAL = (Type(Kind.row, table=name) for name in ("people", "deal"))
LIMIT = (Check("at_most", Fraction(10)),)
TYPES = (
    TEXT,
    PERSON,
    DATETIME,
    MONEY,
    PERCENT,
    COUNT,
    DURATION,
    YESNO,
    DATE,
    Type(Kind.text, options=("x", "y")),
    DEAL,
)
TABLES = (
    Table("people", "people", (Column("id", TEXT), Column("boss", PERSON, optional=True), Column("goal", MONEY, dated=True)), "id"),
    Table(
        *("deal", "facts"),
        tuple(
            Column(name, type_, optional=name != "id", checks=LIMIT if type_.numeric else ())
            for name, type_ in zip("id rep at a b c d e f g up".split(), TYPES, strict=True)
        ),
        *("id", "rep", "at", "up"),
    ),
    # A child that inherits from itself: nothing is there to inherit, and nothing turns in circles.
    Table("part", "facts", (Column("id", TEXT), Column("up", Type(Kind.row, table="part"), optional=True)), "id", parent="up"),
)  # fmt: skip
SCHEME = CheckedScheme(
    *("plan", 1, date(2023, 1, 1), None, "CNY", "month", (), TABLES),
    *((),) * 7,
    payout=None,
    names=Names("plan"),
)
COLUMNS = sorted({c.identity for table in TABLES for c in table.columns} | {"from"})
keys = st.sampled_from(["a", "b", "c", "", " a"])
texts = st.text(max_size=12) | st.text(alphabet="0123456789+-.,()¥元万%eE/年月日: \u3000\x00\"'\n\r;\t", max_size=16)
values = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.fractions() | st.dates() | st.datetimes()
    | st.timedeltas() | st.binary(max_size=3) | st.text(max_size=5) | keys | texts | st.just(10**5000) | st.lists(st.none(), max_size=1)
)  # fmt: skip


def judge(files: dict[str, bytes]) -> tuple[Facts, tuple[Diagnostic, ...]]:
    with TemporaryDirectory() as folder:
        for name, data in files.items():
            (Path(folder) / name).write_bytes(data)
        raw, reading = read_folder(Path(folder), SCHEME)
    facts, found = border(SCHEME, raw)
    return facts, (*reading, *found)


def whole(facts: Facts) -> None:
    """What every result keeps: columns of one length, links that lead somewhere, keys that are there once."""
    for table in SCHEME.tables:
        rows = facts.tables[table.identity]
        size = len(rows.keys)
        assert len(set(rows.keys)) == size
        assert {
            len(c)
            for c in (
                *rows.columns.values(),
                *rows.series.values(),
                rows.owner,
                rows.day,
                rows.parent,
                rows.places,
            )
        } == {size}
        for column in table.columns:
            if column.link:
                limit = len(facts.tables[column.link].keys)
                assert all(i is None or (isinstance(i, int) and 0 <= i < limit) for i in rows.columns[column.identity])


@given(st.fixed_dictionaries({f"{t.identity}.csv": st.binary(max_size=200) for t in TABLES}))
def test_any_bytes_in_any_file(files: dict[str, bytes]) -> None:
    """Random bytes are read or refused, never an exception."""
    facts, _ = judge(files)
    whole(facts)


@given(st.binary(max_size=60), st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]), st.integers(0, 200))
def test_bytes_amid_a_good_file(junk: bytes, encoding: str, place: int) -> None:
    """A good file with junk in it, or cut off, never raises."""
    good = "id,rep,at,a,b,c,d,e,f,g,up\n喆,a,2023-07-01 9:30,5,5%,1,2天,是,2023-07-01,x,\n".encode(encoding)
    people = b"id,boss,goal\na,,5\n"
    for data in (good[:place] + junk + good[place:], good[:place]):
        facts, _ = judge({"people.csv": people, "deal.csv": data, "part.csv": b"id,up\nb,b\n"})
        whole(facts)


@st.composite
def tables_of_texts(draw: st.DrawFn) -> bytes:
    """A CSV that can be parsed, its cells anything."""
    headers = draw(st.lists(st.sampled_from(COLUMNS) | texts, max_size=12))
    rows = draw(st.lists(st.lists(keys | texts, max_size=12), max_size=6))
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([headers, *rows])
    return out.getvalue().encode("utf-8", "surrogatepass")


@given(st.fixed_dictionaries({f"{t.identity}.csv": tables_of_texts() for t in TABLES}))
def test_any_text_in_any_cell(files: dict[str, bytes]) -> None:
    """Odd headers, ragged rows and odd cells end in facts that are whole."""
    facts, _ = judge(files)
    whole(facts)


@st.composite
def rows_of(draw: st.DrawFn, table: Table) -> list[dict[str, Any]]:
    """Rows of a program for this table, their values anything."""
    fields = {c.identity: keys if c.link or c.identity == "id" else values for c in table.columns}
    return draw(st.lists(st.fixed_dictionaries({}, optional={**fields, "from": values}), max_size=6))


@given(st.fixed_dictionaries({t.identity: rows_of(t) for t in TABLES}))
def test_any_value_of_a_program(tables: dict[str, list[dict[str, Any]]]) -> None:
    """Values of any type end in whole facts or in diagnostics, and every row left out has a cause."""
    raw, reading = from_rows(tables, SCHEME)
    facts, found = border(SCHEME, raw)
    whole(facts)
    given_rows = {key for rows in tables.values() for row in rows if (key := str(row.get("id", "")).strip())}
    kept = {key for rows in facts.tables.values() for key in rows.keys}
    assert kept <= given_rows
    if kept != given_rows:
        assert reading + found


@pytest.mark.parametrize("row", [None, 1, "text", b"", (), [], object(), object, dict, {1: 2}, {}])
def test_anything_as_a_row(row: object) -> None:
    """What is no row is said to be none; a row without names is an empty one."""
    raw, reading = from_rows({"people": [row], "deal": [], "part": []}, SCHEME)
    border(SCHEME, raw)
    assert len(reading) == (row != {1: 2} and row != {})


def test_no_time_of_a_host() -> None:
    """A datetime that is none, as data frames have it, is refused like any other value of a wrong kind."""

    class NoTime(datetime):
        """Says it is a datetime and has no year."""

        @property
        def year(self) -> Any:
            return float("nan")

    rows = [
        {"id": "a", "at": NoTime(2023, 1, 1)},
        {"id": "b", "f": timedelta(1)},
        {"id": "c", "a": Decimal("NaN")},
    ]
    raw, _ = from_rows({"deal": rows, "people": [], "part": []}, SCHEME)
    assert [d.code for d in border(SCHEME, raw)[1]] == ["E3112", "E3112", "E3102"]


def test_a_cell_beyond_all_measure(tmp_path: Path) -> None:
    """A cell of a hundred thousand characters is answered at once, one beyond the reader's limit too."""
    for size, code in ((100_000, "E3102"), (200_000, "E3007")):
        path = tmp_path / "deal.csv"
        path.write_text("id,rep,at,a,b,c,d,e,f,g,up\nx,,," + "a" * size + "(,,,,,,,\n")
        raw, reading = read_csv(path)
        _, found = border(SCHEME, {"deal": raw} if raw else {})
        assert [d.code for d in (*reading, *found)] == [code]


@pytest.mark.parametrize("rows", [[("a", "b"), ("b", "a")], [("a", "a")]])
def test_rows_that_are_their_own_parents(rows: list[tuple[str, str]]) -> None:
    """Links in a circle are indices like others; nothing is inherited from them."""
    raw, _ = from_rows({"part": [{"id": key, "up": up} for key, up in rows], "people": [], "deal": []}, SCHEME)
    facts, found = border(SCHEME, raw)
    assert found == ()
    assert facts.tables["part"].owner == facts.tables["part"].day == (None,) * len(rows)
