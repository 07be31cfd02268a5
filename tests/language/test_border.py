"""What people write in cells: every form that is taken, and every fault by its file, row, column and text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from tiercel.facts import Facts, border, digits
from tiercel.readers import from_rows, read_csv, read_folder
from tiercel_dsl.diagnostics import Cell, Diagnostic
from tiercel_dsl.scheme import Check, CheckedScheme, Column, Names, Table
from tiercel_dsl.types import COUNT, DATE, DATETIME, DURATION, MONEY, NUMBER, PERCENT, TEXT, YESNO, Kind, Type

PERSON = Type(Kind.row, table="people")


def link(table: str) -> Type:
    return Type(Kind.row, table=table)


def column(name: str, type_: Type, alias: str = "", **more: Any) -> Column:
    return Column(name, type_, names=Names(name, alias), **more)


TEAM = Table(
    "team",
    "group",
    (column("id", TEXT, "编号"), column("goal", MONEY, "月目标")),
    "id",
    names=Names("team", "团队"),
)
PEOPLE = Table(
    "people",
    "people",
    (
        column("id", TEXT, "工号"),
        column("name", TEXT, "姓名"),
        column("team", link("team"), "团队", dated=True),
        column("quota", MONEY, "任务", dated=True, checks=(Check("above", Fraction(0)),)),
        column("left", DATE, "离职日", optional=True),
    ),
    "id",
    names=Names("people"),
)
DEAL = Table(
    "deal",
    "facts",
    (
        column("id", TEXT, "单号"),
        column("rep", PERSON, "销售员"),
        column("signed", DATE, "签约日"),
        column("amount", MONEY, "金额", checks=(Check("above", Fraction(0)),)),
        column("won", YESNO, "已成交"),
        column("kind", Type(Kind.text, options=("新签", "续约")), "类型", optional=True),
        column("repeat", YESNO, "复购", optional=True, default=False),
    ),
    "id",
    credited="rep",
    record_date="signed",
    names=Names("deal", "签约"),
)
REFUND = Table(
    "refund",
    "facts",
    (
        column("id", TEXT, "退款单号"),
        column("deal", link("deal"), "签约"),
        column("share", PERCENT, "比例", checks=(Check("at_least", Fraction(0)), Check("at_most", Fraction(1)))),
        column("units", COUNT, "件数", optional=True),
    ),
    "id",
    parent="deal",
    reverses="deal",
    names=Names("refund", "退款"),
)
GOOD: dict[str, str] = {
    "team.csv": "id,goal\n东,1000.00\n西,2000\n",
    "people.csv": "id,name,team,quota,left\nE1,王喆,东,100,\nE2,李䶮,西,200,2023-12-31\n",
    "deal.csv": "id,rep,signed,amount,won,kind,repeat\nD1,E1,2023-07-02,10.50,是,新签,\nD2,E2,2023-07-01,20,否,,是\n",
    "refund.csv": "id,deal,share,units\nR1,D1,50%,1\n",
}


def scheme(*tables: Table, currency: str = "CNY", language: str = "en") -> CheckedScheme:
    return CheckedScheme(
        *("plan", 1, date(2023, 1, 1), None, currency, "month", (), tables or (TEAM, PEOPLE, DEAL, REFUND)),
        *((),) * 7,
        payout=None,
        language=language,
    )


SCHEME = scheme()


def load(
    folder: Path, files: Mapping[str, str | bytes], of: CheckedScheme = SCHEME
) -> tuple[Facts, tuple[Diagnostic, ...]]:
    for name, text in files.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    raw, reading = read_folder(folder, of)
    facts, found = border(of, raw)
    return facts, reading + found


def changed(file: str, old: str, new: str) -> dict[str, str]:
    """The good files with one place changed."""
    assert GOOD[file].count(old) == 1
    return {**GOOD, file: GOOD[file].replace(old, new)}


def single(type_: Type, cell: object, currency: str = "CNY", **more: Any) -> object:
    """The stored value of one cell of this type, or the code of its fault."""
    things = Table("thing", "facts", (column("id", TEXT), column("x", type_, **more)), "id", names=Names("thing"))
    raw, reading = from_rows({"thing": [{"id": "a", "x": cell}]}, scheme(things, currency=currency))
    facts, found = border(scheme(things, currency=currency), raw)
    assert not reading
    assert len(found) <= 1
    if found:
        assert facts.tables["thing"].keys == ()
        assert found[0].cell == Cell("rows", 1, "x", "thing")
    return found[0].code if found else facts.tables["thing"].columns["x"][0]


# ---- whole folders ---------------------------------------------------------------------------------------


def test_a_good_folder(tmp_path: Path) -> None:
    """Money is in cents, links are indices, rows are in order of day, owner and day go down to the children."""
    facts, found = load(tmp_path, GOOD)
    assert found == ()
    assert facts.currency == "CNY"
    assert facts.touched == ()
    deal, refund, people = facts.tables["deal"], facts.tables["refund"], facts.tables["people"]
    assert deal.keys == ("D2", "D1")
    assert deal.columns["amount"] == (2000, 1050)
    assert deal.columns["rep"] == (1, 0)
    assert deal.columns["won"] == (False, True)
    assert deal.columns["kind"] == (None, "新签")
    assert deal.columns["repeat"] == (True, False)
    assert deal.owner == (1, 0)
    assert deal.day == (date(2023, 7, 1), date(2023, 7, 2))
    assert deal.parent == (None, None)
    assert deal.places == (Cell("deal.csv", 3), Cell("deal.csv", 2))
    assert (refund.owner, refund.day, refund.parent) == ((0,), (date(2023, 7, 2),), (1,))
    assert refund.columns["share"] == (500_000,)
    assert refund.columns["units"] == (1,)
    assert people.series["team"] == (((None, 0),), ((None, 1),))
    assert people.series["quota"] == (((None, 10_000),), ((None, 20_000),))
    assert people.columns["left"] == (None, date(2023, 12, 31))
    assert people.owner == (0, 1)


def test_rows_of_one_person_by_their_first_day(tmp_path: Path) -> None:
    """Dated columns become steps in order of `from`, empty is since ever, and a step without change is none."""
    people = "工号,姓名,生效日,团队,任务,离职日\nE1,王喆,2023-09-01,西,300,\nE1,王喆,,东,100,\nE1,王喆,2023-07-01,东,300.00,\nE2,李,2023-01-01,西,200,\n"
    facts, found = load(tmp_path, {**GOOD, "people.csv": people})
    assert found == ()
    rows = facts.tables["people"]
    assert rows.keys == ("E1", "E2")
    assert rows.columns["name"] == ("王喆", "李")
    assert rows.series["team"] == (((None, 0), (date(2023, 9, 1), 1)), ((date(2023, 1, 1), 1),))
    assert rows.series["quota"] == (
        ((None, 10_000), (date(2023, 7, 1), 30_000)),
        ((date(2023, 1, 1), 20_000),),
    )


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "row", "header", "seen", "subject", "facts"),
    [
        ("deal.csv", "amount", "amuont", "E3004", 1, "amount", "amuont", "", {"candidates": ("amuont",), "table": "deal"}),
        ("people.csv", "left", "", "E3004", 1, "left", "", "", {"names": ("left", "离职日")}),
        ("refund.csv", "units\nR1,D1,50%,1", "units,比例\nR1,D1,50%,1,60%", "E3005", 1, "share", "比例", "", {"headers": ("share", "比例")}),
        ("deal.csv", "10.50", "1,110.50", "E3006", 2, "", "D1,E1,2023-07-02,1,110.50,是,新签,", "E1", {"wanted": 7, "given": 8}),
        ("deal.csv", "D2,E2,2023-07-01,20,否,,是", "D2,E2", "E3006", 3, "", "D2,E2", "E2", {"wanted": 7, "given": 2}),
        ("deal.csv", "10.50", " ", "E3101", 2, "amount", " ", "E1", {"column": "amount"}),
        ("refund.csv", "R1", "", "E3101", 2, "id", "", "E1", {}),
        ("deal.csv", "10.50", "ten", "E3102", 2, "amount", "ten", "E1", {}),
        ("deal.csv", "10.50", '"1,00"', "E3102", 2, "amount", "1,00", "E1", {}),
        ("deal.csv", "10.50", "10.505", "E3104", 2, "amount", "10.505", "E1", {"digits": 2}),
        ("deal.csv", "2023-07-02", "2023-02-30", "E3105", 2, "signed", "2023-02-30", "E1", {}),
        ("deal.csv", "是,新签", "maybe,新签", "E3106", 2, "won", "maybe", "E1", {}),
        ("deal.csv", "新签", "新鉴", "E3107", 2, "kind", "新鉴", "E1", {"options": ("新签", "续约"), "candidates": ("新签",)}),
        ("deal.csv", "10.50", "-0.01", "E3108", 2, "amount", "-0.01", "E1", {"limit": "> 0", "kind": "above"}),
        ("refund.csv", "50%", "100.0001%", "E3108", 2, "share", "100.0001%", "E1", {"limit": "≤ 100%"}),
        ("deal.csv", "D1,E1", "D1,EE1", "E3109", 2, "rep", "EE1", "", {"table": "people", "candidates": ("E1",)}),
        ("refund.csv", "D1", "D9", "E3109", 2, "deal", "D9", "", {"table": "deal"}),
        ("people.csv", "西", "南", "E3109", 3, "team", "南", "E2", {"table": "team", "candidates": ()}),
        ("deal.csv", "D2,E2", "D1,E2", "E3110", 3, "id", "D1", "E2", {"key": "D1", "first_row": 2}),
        ("refund.csv", "50%,1", "50%,1.5", "E3111", 2, "units", "1.5", "E1", {}),
        ("deal.csv", "10.50", "1.2E+17", "E3115", 2, "amount", "1.2E+17", "E1", {}),
        ("deal.csv", "D1", "1.10101E+17", "E3115", 2, "id", "1.10101E+17", "E1", {}),
        ("deal.csv", "D1", "D\u200b1", "E3116", 2, "id", "D\u200b1", "E1", {}),
        ("deal.csv", "D1", "D\x001", "E3116", 2, "id", "D\x001", "E1", {}),
        ("people.csv", "王喆", "王\x07喆", "E3116", 2, "name", "王\x07喆", "E1", {}),
        ("deal.csv", "2023-07-02", "2023-07-02T09:30Z", "E3117", 2, "signed", "2023-07-02T09:30Z", "E1", {}),
    ],
)  # fmt: skip
def test_a_fault_in_a_file_names_its_cell(
    tmp_path: Path,
    file: str,
    old: str,
    new: str,
    code: str,
    row: int,
    header: str,
    seen: str,
    subject: str,
    facts: dict[str, object],
) -> None:
    """One fault, one message: code, file, row, column, text, person, and what the sentence needs."""
    files = changed(file, old, new)
    if "D1" not in files["deal.csv"] or code == "E3116":
        files["refund.csv"] = "id,deal,share,units\n"
    _, found = load(tmp_path, files)
    assert [d.code for d in found] == [code]
    assert found[0].cell == Cell(file, row, header)
    assert found[0].seen == seen
    assert found[0].subject == subject
    assert found[0].more == 0
    assert {name: found[0].facts[name] for name in facts} == facts


@pytest.mark.parametrize(
    ("rows", "code", "cell", "seen", "facts"),
    [
        ("E1,王,2023-07-01,东,100,\nE1,汪,2023-08-01,东,100,\n", "E3113", Cell("people.csv", 3, "name"), "汪", {"key": "E1", "first_row": 2}),
        ("E1,王,2023-07-01,东,100,\nE1,王,2023/7/1,东,101,\n", "E3114", Cell("people.csv", 3, "from"), "2023/7/1", {"key": "E1", "first_row": 2, "date": date(2023, 7, 1)}),
        ("E1,王,,东,100,\nE1,王,,东,101,\n", "E3114", Cell("people.csv", 3, "from"), "", {"date": "-"}),
    ],
)  # fmt: skip
def test_rows_of_one_person_that_contradict(
    tmp_path: Path, rows: str, code: str, cell: Cell, seen: str, facts: dict[str, object]
) -> None:
    """A person's rows must agree on what has no history, and begin on different days."""
    files = {**GOOD, "people.csv": "id,name,from,team,quota,left\n" + rows + "E2,李,,西,200,\n"}
    read, found = load(tmp_path, files)
    assert [(d.code, d.cell, d.seen, d.subject) for d in found] == [(code, cell, seen, "E1")]
    assert {name: found[0].facts[name] for name in facts} == facts
    assert read.tables["people"].keys == ("E2",)
    assert read.tables["deal"].keys == ("D2",)
    assert read.touched == ("E1",)


def test_several_rows_of_a_person_need_the_day_they_hold_from(tmp_path: Path) -> None:
    """Without the column `from` two different rows of one person cannot be told apart; equal ones count once."""
    header = "id,name,team,quota,left\n"
    _, found = load(tmp_path, {**GOOD, "people.csv": header + "E1,王,东,100,\nE1,王,西,100,\nE2,李,西,200,\n"})
    assert [(d.code, d.cell) for d in found] == [("E3004", Cell("people.csv", 1, "from"))]
    assert found[0].facts["names"] == ("from", "生效日")
    facts, found = load(tmp_path, {**GOOD, "people.csv": header + "E1,王,东,100,\nE1, 王,东,100.00,\nE2,李,西,200,\n"})
    assert found == ()
    assert facts.tables["people"].keys == ("E1", "E2")


def test_a_row_written_twice_counts_once(tmp_path: Path) -> None:
    """The same content in other spelling is no contradiction."""
    twice = GOOD["deal.csv"] + "D1,E1,2023/7/2,¥10.5,yes,新签,no\n"
    facts, found = load(tmp_path, {**GOOD, "deal.csv": twice})
    assert found == ()
    assert facts.hash == load(tmp_path, GOOD)[0].hash


# ---- which file, which encoding --------------------------------------------------------------------------


def test_a_table_without_a_file(tmp_path: Path) -> None:
    """E3001 names the file to write, what it may be called, and what looks like it."""
    files = {name: text for name, text in GOOD.items() if name != "refund.csv"}
    facts, found = load(tmp_path, {**files, "refunds.csv": "x\n", "notes.csv": "x\n"})
    assert [(d.code, d.cell, d.seen) for d in found] == [("E3001", Cell("refund.csv"), "refunds")]
    assert found[0].facts["names"] == ("refund", "退款")
    assert facts.tables["refund"].keys == ()
    assert facts.touched == ("E1", "E2")


def test_two_files_for_one_table(tmp_path: Path) -> None:
    """E3002, and no row of either counts; whoever links there gets no second message."""
    facts, found = load(tmp_path, {**GOOD, "签约.csv": GOOD["deal.csv"]})
    assert [(d.code, d.cell, d.seen) for d in found] == [("E3002", Cell("签约.csv"), "签约.csv")]
    assert found[0].facts["files"] == ("deal.csv", "签约.csv")
    assert facts.tables["deal"].keys == facts.tables["refund"].keys == ()


@pytest.mark.parametrize(
    ("data", "code", "row", "seen"),
    [
        (b"\xff\xff\xff", "E3003", 0, ""),
        ("id,rep".encode("utf-16-le"), "E3003", 0, ""),
        (b"\xef\xbb\xbfid,\xd5\xfe\n", "E3003", 0, ""),
        (b"", "E3007", 0, ""),
        (b"\n \n", "E3007", 0, ""),
        (b'id,rep\nD1,E1\nD2,"E2\nD3,E3\n', "E3007", 3, 'D2,"E2'),
        (b'id,rep\nD1,"E1"2\n', "E3007", 2, 'D1,"E1"2'),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read(tmp_path: Path, data: bytes, code: str, row: int, seen: str) -> None:
    """Encoding and quotes: the file, and the line where a quote goes wrong."""
    _, found = load(tmp_path, {**GOOD, "deal.csv": data})
    assert [(d.code, d.cell, d.seen) for d in found] == [(code, Cell("deal.csv", row), seen)]
    assert found[0].facts["file"] == "deal.csv"


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    """E4003 instead of an exception, for a folder as for a file."""
    assert [d.code for d in read_folder(tmp_path / "no", SCHEME)[1]] == ["E4003"]
    assert [d.code for d in read_csv(tmp_path / "no.csv")[1]] == ["E4003"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-32"])
def test_rare_names_survive_every_encoding(tmp_path: Path, encoding: str) -> None:
    """喆 䶮 𠮷 come through, and the hash does not know the encoding."""
    people = GOOD["people.csv"].replace("李䶮", "李䶮𠮷")
    facts, found = load(tmp_path, {**GOOD, "people.csv": people.encode(encoding)})
    assert found == ()
    assert facts.tables["people"].columns["name"] == ("王喆", "李䶮𠮷")
    raw, _ = read_csv(tmp_path / "people.csv")
    assert raw is not None
    assert raw.headers[0] == "id"
    assert facts.hash == load(tmp_path, {**GOOD, "people.csv": people})[0].hash


def test_gbk_of_a_chinese_spreadsheet(tmp_path: Path) -> None:
    """A plain GBK file is read as GB18030, which contains it."""
    people = GOOD["people.csv"].replace("李䶮", "朱镕基")
    facts, found = load(tmp_path, {**GOOD, "people.csv": people.encode("gbk")})
    assert found == ()
    assert facts.tables["people"].columns["name"] == ("王喆", "朱镕基")


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        *[("签约", "gbk"), ("签约", "utf-8"), ("约", "gbk"), ("A约", "gbk"), ("¥签约", "gb18030")],
        *[("José", "utf-8"), ("Jose\u0301 à", "utf-8"), ("Ștefan", "utf-8"), ("Иван Лю", "utf-8"), ("Άννα", "utf-8"), ("¥×", "utf-8")],
    ],
)  # fmt: skip
def test_a_single_name_tells_its_encoding(tmp_path: Path, name: str, encoding: str) -> None:
    """Even where all bytes of a GBK file are also UTF-8; words of one alphabet stay what they are."""
    (tmp_path / "team.csv").write_bytes(f"id,{name}\n".encode(encoding))
    raw, found = read_csv(tmp_path / "team.csv")
    assert found == ()
    assert raw is not None
    assert raw.headers == ("id", name)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("deal.csv", GOOD["deal.csv"].replace("\n", "\r\n")),
        ("deal.csv", GOOD["deal.csv"].replace("\n", "\r")),
        ("deal.csv", GOOD["deal.csv"].replace(",", ";")),
        ("deal.csv", GOOD["deal.csv"].replace(",", "\t")),
        ("deal.csv", "\n" + GOOD["deal.csv"].replace("\nD2", "\n,,,,,,\n\n \u3000,,,,,,\nD2")),
        ("DEAL.CSV", GOOD["deal.csv"]),
        ("ｄｅａｌ.csv", GOOD["deal.csv"]),
        ("签约.csv", GOOD["deal.csv"]),
        ("deal.csv", GOOD["deal.csv"].replace("id,rep,signed,amount", "\u3000单号 ,ｒｅｐ,签约日,金额")),
        ("deal.csv", "r;e;m;a;r;k;s;;;," + GOOD["deal.csv"].replace("\nD", '\n"a ""b"",\nc",D')),
        ("deal.csv", GOOD["deal.csv"].replace("\nD1", "\n D1\u3000").replace("新签,", "新签, ")),
    ],
)  # fmt: skip
def test_files_as_people_have_them(tmp_path: Path, name: str, text: str) -> None:
    """Line ends, delimiters, empty rows, names, other columns, quotes and blanks change nothing."""
    expected = load(tmp_path, GOOD)[0].hash
    (tmp_path / "deal.csv").unlink()
    facts, found = load(tmp_path, {**{f: t for f, t in GOOD.items() if f != "deal.csv"}, name: text})
    assert found == ()
    assert facts.hash == expected


def test_rows_are_counted_as_lines_of_the_file(tmp_path: Path) -> None:
    """A text over several lines and empty lines move the rows below; a row is where it begins."""
    text = 'id,name,team,quota,left\nE1,"王\n喆",东,100,\n\nE2,"李\n四",西,x,\nE3,赵,西,y,\n'
    _, found = load(tmp_path, {**GOOD, "people.csv": text})
    assert [d.cell for d in found] == [Cell("people.csv", 5, "quota"), Cell("people.csv", 7, "quota")]


def test_the_people_file_has_its_name_in_both_languages(tmp_path: Path) -> None:
    """人员.csv and people.csv are the people, whatever the scheme is written in."""
    expected = load(tmp_path, GOOD)[0].hash
    (tmp_path / "people.csv").rename(tmp_path / "人员.csv")
    facts, found = load(tmp_path, {})
    assert (facts.hash, found) == (expected, ())


# ---- one cause, one message ------------------------------------------------------------------------------


def test_every_fault_is_reported_in_order(tmp_path: Path) -> None:
    """Two faults of one row and faults of other tables all appear: tables as declared, then rows, then columns."""
    files = changed("deal.csv", "D1,E1,2023-07-02,10.50,是", "D1,E7,2.7.2023,x,?")
    _, found = load(
        tmp_path,
        {
            **files,
            "team.csv": "id,goal\n东,1000.00\n西,a\n",
            "refund.csv": "id,deal,share,units\nR1,D9,2,b\n",
        },
    )
    assert [(d.code, d.seen) for d in found] == [
        *[("E3102", "a"), ("E3109", "E7"), ("E3105", "2.7.2023"), ("E3102", "x"), ("E3106", "?")],
        *[("E3109", "D9"), ("E3108", "2"), ("E3102", "b")],
    ]  # fmt: skip


def test_what_links_to_a_faulty_row_leaves_without_a_message(tmp_path: Path) -> None:
    """A bad goal takes the team, its people, their deals and refunds out, silently; the others stay."""
    facts, found = load(tmp_path, changed("team.csv", "1000.00", "many"))
    assert [(d.code, d.subject) for d in found] == [("E3102", "东")]
    assert facts.tables["team"].keys == ("西",)
    assert facts.tables["people"].keys == ("E2",)
    assert facts.tables["people"].series["team"] == (((None, 0),),)
    assert facts.tables["deal"].keys == ("D2",)
    assert facts.tables["refund"].keys == ()
    assert facts.touched == ("E1",)
    backwards = scheme(REFUND, DEAL, PEOPLE, TEAM)
    assert load(tmp_path, {}, backwards)[0].tables == facts.tables


@pytest.mark.parametrize(
    ("file", "old", "new", "touched", "groups"),
    [
        ("people.csv", "E1,王喆,东,100", "E1,王喆,东,x", ("E1",), ("东",)),
        ("people.csv", "E1,王喆,东,100", "E1,王喆,冬,100", ("E1",), ("东", "西")),
        ("people.csv", "E1,王喆,东,100", "E1,王喆,,100", ("E1",), ("东", "西")),
        ("people.csv", "E2,李䶮,西,200,2023-12-31", "E1,王喆,西,100,", ("E1",), ("东", "西")),
        ("deal.csv", "10.50", "x", ("E1",), ("东",)),
        ("refund.csv", "50%", "x", ("E1",), ("东",)),
        ("deal.csv", "D2,E2", "D2,E", ("E1", "E2"), ("东", "西")),
        ("refund.csv", "D1", "D", ("E1", "E2"), ("东", "西")),
        ("people.csv", "E2,李䶮,西,200,2023-12-31", ",李䶮,西,200,", ("E1",), ("东",)),
        ("refund.csv", "1", "1,", ("E1",), ("东",)),
    ],
)  # fmt: skip
def test_whom_a_fault_concerns(
    tmp_path: Path, file: str, old: str, new: str, touched: tuple[str, ...], groups: tuple[str, ...]
) -> None:
    """The person whose row it is, else everyone; and every group that misses something of theirs."""
    files = {**GOOD, "refund.csv": GOOD["refund.csv"].replace("R1,D1,50%,1", "R1,D1,50%,7")}
    files[file] = files[file].replace("7" if old == "1" else old, new)
    facts, found = load(tmp_path, files)
    assert found != ()
    assert facts.touched == touched
    assert facts.touched_groups == {"team": groups}


def test_groups_above_a_touched_group_are_touched() -> None:
    """Over links from group to group, also in a circle."""
    area = Table(
        "area", "group", (column("id", TEXT), column("within", link("area"), optional=True)), "id", names=Names("area")
    )
    people = Table(
        "people",
        "people",
        (column("id", TEXT), column("area", link("area")), column("n", COUNT)),
        "id",
        names=Names("people"),
    )
    tables: dict[str, list[object]] = {
        "area": [{"id": "a", "within": "b"}, {"id": "b", "within": "c"}, {"id": "c", "within": "b"}, {"id": "d"}],
        "people": [{"id": "E1", "area": "a", "n": "x"}, {"id": "E2", "area": "d", "n": 1}],
    }
    facts, _ = border(scheme(area, people), from_rows(tables, scheme(area, people))[0])
    assert facts.touched == ("E1",)
    assert facts.touched_groups == {"area": ("a", "b", "c")}


def test_the_hash_knows_currency_and_kind() -> None:
    """The same integers are other facts in another currency, or counting something else."""
    hashes: set[str] = set()
    for type_, currency in ((MONEY, "JPY"), (MONEY, "KRW"), (COUNT, "JPY"), (DURATION, "JPY")):
        table = Table("thing", "facts", (column("id", TEXT), column("x", type_)), "id", names=Names("thing"))
        of = scheme(table, currency=currency)
        hashes.add(border(of, from_rows({"thing": [{"id": "a", "x": 5}]}, of)[0])[0].hash)
    assert len(hashes) == 4


def test_a_missing_header_takes_the_table_but_other_cells_are_still_read(tmp_path: Path) -> None:
    """E3004, the faults of the other columns, and no message for links into the table."""
    deal = "rep,signed,amount,won,kind,repeat\nE1,2023-07-02,x,是,新签,\n"
    facts, found = load(tmp_path, {**GOOD, "deal.csv": deal})
    assert [(d.code, d.seen, d.subject) for d in found] == [("E3004", "", ""), ("E3102", "x", "E1")]
    assert facts.tables["deal"].keys == facts.tables["refund"].keys == ()
    assert facts.touched == ("E1", "E2")
    facts, _ = load(tmp_path, changed("deal.csv", "won", "x"))
    assert facts.tables["deal"].keys == facts.tables["refund"].keys == ()
    assert facts.touched == ("E1", "E2")


def test_the_same_fault_of_one_person_is_told_once(tmp_path: Path) -> None:
    """The first cell stands for the others of the same file, column, code and person; persons are kept apart."""
    rows = "".join(f"D{n},E{1 + n % 2},2023-07-0{n},bad{n},是,,\n" for n in range(1, 8))
    header = GOOD["deal.csv"].split("\n")[0] + "\n"
    facts, found = load(tmp_path, {**GOOD, "deal.csv": header + rows, "refund.csv": "id,deal,share,units\n"})
    assert [(d.seen, d.subject, d.more) for d in found] == [("bad1", "E2", 3), ("bad2", "E1", 2)]
    assert facts.touched == ("E1", "E2")


def test_a_child_names_the_person_over_its_parent(tmp_path: Path) -> None:
    """The subject of a fault in a refund is who made the sale, even where the sale itself is faulty."""
    files = {**changed("deal.csv", "10.50", "x"), "refund.csv": "id,deal,share,units\nR1,D1,half,\n"}
    _, found = load(tmp_path, files)
    assert [(d.code, d.subject) for d in found] == [("E3102", "E1"), ("E3102", "E1")]


def test_did_you_mean_among_many_keys(tmp_path: Path) -> None:
    """Of a big table only keys that sort near are compared; the nearest is still found."""
    people = "id,name,team,quota,left\n" + "".join(f"K{n:05},x,东,1,\n" for n in range(3000))
    deal = "id,rep,signed,amount,won,kind,repeat\nD1,K02123X,2023-07-01,1,是,,\n"
    _, found = load(tmp_path, {**GOOD, "people.csv": people, "deal.csv": deal, "refund.csv": "id,deal,share,units\n"})
    assert found[0].facts["candidates"][0] == "K02123"


# ---- one cell --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        *[("1234.5", 123450), ("1,234.50", 123450), ("12,345,678.9", 1234567890), ("0", 0), ("-0", 0), (".5", 50)],
        *[("+5", 500), ("-5", -500), ("−5", -500), ("－５．５０", -550), ("1，234", 123400), ("007", 700)],
        *[("5.0000000", 500), ("¥5", 500), ("￥ 5", 500), ("5元", 500), ("¥-5", -500), ("-¥5", -500), ("5 CNY", 500)],
        *[("cny5", 500), ("RMB 5", 500), ("1.5万", 1500000), ("1.23456万元", 1234560), ("2亿", 20000000000)],
        *[("（1,234.50）", -123450), ("(¥5)", -500), ("\u3000 5 \t", 500), ("1" * 60, int("1" * 60) * 100)],
        *[("5.001", "E3104"), ("1.2345678万", "E3104"), ("0.001元", "E3104")],
        *[("1,00", "E3102"), ("1234,567", "E3102"), ("0,125", "E3102"), ("1.234,50", "E3102"), ("5.", "E3102")],
        *[("", "E3101"), ("\u3000", "E3101"), ("-", "E3102"), ("¥", "E3102"), (".", "E3102"), ("--5", "E3102")],
        *[("-(5)", "E3102"), ("(-5)", "E3102"), ("(5", "E3102"), ("5)", "E3102"), ("-¥-5", "E3102"), ("5-", "E3102")],
        *[("5%", "E3102"), ("$5", "E3102"), ("5 USD", "E3102"), ("5円", "E3102"), ("5块", "E3102"), ("1 234", "E3102")],
        *[("#N/A", "E3102"), ("#######", "E3102"), ("nan", "E3102"), ("inf", "E3102"), ("0x10", "E3102"), ("1_000", "E3102")],
        *[("五", "E3102"), ("٣", "E3102"), ("①", "E3102"), ("5万5", "E3102"), ("x" * 500, "E3102")],
        *[("1e5", "E3115"), ("1.2E+17", "E3115"), ("1E-3", "E3115"), ("9" * 500, "E3115")],
    ],
)  # fmt: skip
def test_money(text: str, stored: object) -> None:
    """What is taken for an amount of yuan, in cents, and what is refused."""
    assert single(MONEY, text) == stored


@pytest.mark.parametrize(
    ("currency", "text", "stored"),
    [
        *[("JPY", "5.00", 5), ("JPY", "5.5", "E3104"), ("JPY", "¥5", 5), ("JPY", "5円", 5), ("JPY", "5元", "E3102")],
        *[("KWD", "1.234", 1234), ("USD", "$1,000", 100000), ("USD", "¥5", "E3102"), ("USD", "5元", "E3102")],
        *[("EUR", "5 €", 500), ("EUR", "EUR 5", 500), ("HKD", "5元", 500)],
    ],
)  # fmt: skip
def test_marks_and_digits_of_other_currencies(currency: str, text: str, stored: object) -> None:
    """The scale is the currency's, and only its own mark is taken."""
    assert single(MONEY, text, currency) == stored


@pytest.mark.parametrize("type_", [NUMBER, PERCENT])
@pytest.mark.parametrize(
    ("text", "stored"),
    [
        *[("12.5%", 125000), ("１２．５％", 125000), ("3‰", 3000), ("-5 %", -50000), ("0.0001%", 1), ("0.125", 125000)],
        *[("12", 12000000), ("1.5万", 15000000000), ("0.0000010", 1), ("0.0000001", "E3104"), ("0.00001%", "E3104")],
        *[("5%%", "E3102"), ("%", "E3102"), ("¥5", "E3102"), ("(5)", "E3102"), ("5万%", "E3102")],
    ],
)  # fmt: skip
def test_numbers_and_percents(type_: Type, text: str, stored: object) -> None:
    """Six digits after the point; a percent sign divides by a hundred, and nothing else does."""
    assert single(type_, text) == stored


@pytest.mark.parametrize(
    ("type_", "text", "stored"),
    [
        *[(COUNT, "3", 3), (COUNT, "3.0", 3), (COUNT, "-2", -2), (COUNT, "1,000", 1000), (COUNT, "1.5万", 15000)],
        *[(COUNT, "3.5", "E3111"), (COUNT, "300%", "E3102"), (COUNT, "三", "E3102")],
        *[(DURATION, "30", 30), (DURATION, "30天", 30), (DURATION, "30 Days", 30), (DURATION, "0.5天", "E3111")],
        *[(DURATION, "2个月", "E3102"), (COUNT, "3天", "E3102")],
    ],
)  # fmt: skip
def test_counts_and_days(type_: Type, text: str, stored: object) -> None:
    """Whole numbers, however they are written."""
    assert single(type_, text) == stored


@pytest.mark.parametrize(
    ("cell", "stored"),
    [
        *[("是", True), ("Yes", True), ("Y", True), ("TRUE", True), ("１", True), (True, True), (1, True)],
        *[("否", False), ("no", False), ("n", False), ("False", False), ("0", False), (False, False), (0, False)],
        *[("有", "E3106"), ("无", "E3106"), ("√", "E3106"), ("2", "E3106"), (2, "E3106"), (Decimal(1), "E3112")],
    ],
)  # fmt: skip
def test_yes_no(cell: object, stored: object) -> None:
    """The words for yes and no, from files and from programs."""
    assert single(YESNO, cell) is stored or single(YESNO, cell) == stored


@pytest.mark.parametrize(
    "cell",
    [
        *[
            "2023-07-01",
            "2023-7-1",
            "2023/7/1",
            "2023/07/01",
            "2023.7.1",
            "2023年7月1日",
            "2023年07月1号",
            "20230701",
        ],
        *[
            "２０２３－０７－０１",
            " 2023-07-01 ",
            "2023-07-01 00:00:00",
            "2023-07-01T00:00",
            date(2023, 7, 1),
            datetime(2023, 7, 1),
        ],
    ],
)
def test_dates(cell: object) -> None:
    """One day in the forms that people and programs write; a midnight adds nothing to it."""
    assert single(DATE, cell) == date(2023, 7, 1)
    assert single(DATETIME, cell) == datetime(2023, 7, 1)


@pytest.mark.parametrize(
    "text",
    [
        *[
            "45108",
            "2023-02-29",
            "2023-13-01",
            "2023-07",
            "7/1/2023",
            "23-07-01",
            "2023-07/01",
            "2023-0701",
            "0000-01-01",
        ],
        *[
            "2023-07-01 24:00",
            "2023-07-01 9",
            "tomorrow",
            "2023-07-01-",
            "99999-01-01",
            "2023年7月",
            "2023-07-01 10:00:60",
        ],
    ],
)
def test_what_is_no_date(text: str) -> None:
    """Impossible days, days with two readings, and the day numbers of a spreadsheet are refused."""
    assert single(DATE, text) == single(DATETIME, text) == "E3105"


@pytest.mark.parametrize(
    ("cell", "stored"),
    [
        ("2023-07-01 9:30", datetime(2023, 7, 1, 9, 30)),
        ("2023年7月1日 09:30:15", datetime(2023, 7, 1, 9, 30, 15)),
        ("2023-07-01T09:30:15.25", datetime(2023, 7, 1, 9, 30, 15, 250000)),
        (datetime(2023, 7, 1, 9, 30), datetime(2023, 7, 1, 9, 30)),
        ("2023-07-01T09:30+08:00", "E3117"),
        ("2023-07-01 09:30 Z", "E3117"),
        (datetime(2023, 7, 1, 9, 30, tzinfo=timezone(timedelta(hours=8))), "E3117"),
        (20230701, "E3112"),
        (timedelta(1), "E3112"),
    ],
)  # fmt: skip
def test_moments(cell: object, stored: object) -> None:
    """Local time only."""
    assert single(DATETIME, cell) == stored


def test_a_date_has_no_time() -> None:
    """A time that would be dropped is refused, in text as from a program."""
    assert single(DATE, "2023-07-01 09:30") == single(DATE, datetime(2023, 7, 1, 9, 30)) == "E3105"


def test_rows_of_a_day_go_by_their_moment() -> None:
    """A datetime as date of record orders the rows of a day before their keys do; their day is the date."""
    table = Table(
        "thing",
        "facts",
        (column("id", TEXT), column("at", DATETIME)),
        "id",
        record_date="at",
        names=Names("thing"),
    )
    rows = [
        {"id": "a", "at": "2023-07-01 18:00"},
        {"id": "c", "at": "2023-07-01 9:00"},
        {"id": "b", "at": "2023-07-01 9:00"},
    ]
    facts, found = border(scheme(table), from_rows({"thing": rows}, scheme(table))[0])
    assert found == ()
    assert facts.tables["thing"].keys == ("b", "c", "a")
    assert facts.tables["thing"].day == (date(2023, 7, 1),) * 3


@pytest.mark.parametrize("text", ["00123", "110101199003070011", "1e5", "Ａ１", "a b", "𠮷", "e\u0301", "-", "#1"])
def test_keys_stay_as_they_are(tmp_path: Path, text: str) -> None:
    """No zero, no width and no accent of a key is changed; blanks around it are."""
    refund = f"id,deal,share,units\n {text}\u3000,D1,1,\n"
    facts, found = load(tmp_path, {**GOOD, "refund.csv": refund})
    assert found == ()
    assert facts.tables["refund"].keys == (text,)


def test_a_key_is_never_optional() -> None:
    """Whatever the column says, a row without a key is a fault."""
    table = Table(
        "thing",
        "facts",
        (column("id", TEXT, optional=True, default="a"), column("x", MONEY)),
        "id",
        names=Names("thing"),
    )
    _, found = border(scheme(table), from_rows({"thing": [{"x": 1}]}, scheme(table))[0])
    assert [(d.code, d.cell) for d in found] == [("E3101", Cell("rows", 1, "id", "thing"))]


@pytest.mark.parametrize(
    ("default", "type_", "stored"),
    [
        (Fraction(1, 20), PERCENT, 50_000),
        (Fraction(3), MONEY, 300),
        (Fraction(1, 1000), MONEY, "E3104"),
        (False, YESNO, False),
        ("新", TEXT, "新"),
        (date(2023, 7, 1), DATE, date(2023, 7, 1)),
        (date(2023, 7, 1), DATETIME, datetime(2023, 7, 1)),
        (None, MONEY, None),
    ],
)
def test_an_empty_cell_is_its_default(default: Any, type_: Type, stored: object) -> None:
    """Optional: the default at the scale of the column, else nothing; a default too fine for it is refused."""
    assert single(type_, "", optional=True, default=default) == stored


@pytest.mark.parametrize(
    ("kind", "inside", "outside", "limit"),
    [
        ("at_least", "5", "4.99", "≥ 5"),
        ("at_most", "5", "5.01", "≤ 5"),
        ("above", "5.01", "5", "> 5"),
        ("below", "4.99", "5", "< 5"),
    ],
)
def test_limits(kind: str, inside: str, outside: str, limit: str) -> None:
    """Each limit holds exactly at its bound or exactly beside it."""
    checks = (Check(kind, Fraction(5)),)
    assert isinstance(single(MONEY, inside, checks=checks), int)
    assert single(MONEY, outside, checks=checks) == "E3108"


@pytest.mark.parametrize(
    ("kind", "scale"),
    [(MONEY, 2), (NUMBER, 6), (PERCENT, 6), (COUNT, 0), (DURATION, 0), (TEXT, 0), (DATE, 0)],
)
def test_digits_of_stored_integers(kind: Type, scale: int) -> None:
    """Money has the currency's digits, numbers six, what is counted none."""
    assert digits(kind, "CNY") == scale
    assert digits(MONEY, "JPY") == 0


# ---- rows of a program -----------------------------------------------------------------------------------


class Colour(str, Enum):  # noqa: UP042
    """A text as programs hold it."""

    red = "red"


@dataclass
class DealRow:
    """A row as programs hold it."""

    id: str
    rep: str
    signed: date
    amount: Decimal
    won: bool


class DealModel(BaseModel):
    """The same as a public model."""

    单号: str
    销售员: str
    签约日: date
    金额: Decimal
    已成交: bool


@pytest.mark.parametrize(
    ("type_", "cell", "stored"),
    [
        *[(MONEY, 5, 500), (MONEY, Decimal("5.5"), 550), (MONEY, Decimal("1E+3"), 100000), (MONEY, Decimal("5.500"), 550)],
        *[(MONEY, Decimal("0E-900"), 0), (MONEY, "5", 500), (MONEY, -(10**30), -(10**32)), (COUNT, Decimal("3.0"), 3)],
        *[(TEXT, Colour.red, "red"), (TEXT, "a\nb", "a\nb")],
        *[(MONEY, 5.1, "E3103"), (TEXT, 5.0, "E3103"), (YESNO, 1.0, "E3103"), (MONEY, float("nan"), "E3103")],
        *[(MONEY, Decimal("5.555"), "E3104"), (MONEY, Decimal("1E-300"), "E3104"), (COUNT, Decimal("3.5"), "E3111")],
        *[(MONEY, Decimal("NaN"), "E3102"), (MONEY, Decimal("-Infinity"), "E3102"), (MONEY, Decimal("sNaN"), "E3102")],
        *[(MONEY, True, "E3112"), (MONEY, date(2023, 7, 1), "E3112"), (MONEY, b"5", "E3112"), (MONEY, [5], "E3112")],
        *[(TEXT, 5, "E3112"), (YESNO, date(2023, 7, 1), "E3112"), (MONEY, Fraction(1, 2), "E3112")],
        pytest.param(MONEY, 10**5000, "E3115", id="a huge int"),
        *[(MONEY, Decimal("1E+999999"), "E3115"), (TEXT, "\ud800", "E3116")],
    ],
)  # fmt: skip
def test_values_of_a_program(type_: Type, cell: object, stored: object) -> None:
    """Exact types are taken, floats and look-alikes are refused, nothing is converted by guess."""
    assert single(type_, cell) == stored


def test_a_float_is_shown_as_it_is() -> None:
    """E3103 carries the number that the float really holds, and where it stood."""
    rows = [{"id": "东", "goal": 1}, {"id": "西", "goal": 0.1}]
    raw, _ = from_rows({"team": rows}, scheme(TEAM))
    _, found = border(scheme(TEAM), raw)
    assert [(d.code, d.cell, d.seen, d.subject) for d in found] == [
        ("E3103", Cell("rows", 2, "goal", "team"), "0.1", "西")
    ]
    assert found[0].facts["exact"] == "0.1000000000000000055511151231257827021181583404541015625"


def test_a_value_of_another_kind_is_told_by_its_type() -> None:
    """E3112 names what was wanted and what came."""
    raw, _ = from_rows({"team": [{"id": 7, "goal": object()}]}, scheme(TEAM))
    _, found = border(scheme(TEAM), raw)
    assert [(d.cell, d.seen, d.facts["wanted"], d.facts["given"]) for d in found] == [
        (Cell("rows", 1, "id", "team"), "7", "text", "int"),
        (Cell("rows", 1, "goal", "team"), "object", "money", "object"),
    ]


def test_what_is_no_row() -> None:
    """A row that has no named values is E3112, the others are read."""
    raw, found = from_rows({"team": [("东", 1), {"id": "西", "goal": 2}]}, scheme(TEAM))
    assert [(d.code, d.cell, d.seen) for d in found] == [("E3112", Cell("rows", 1, sheet="team"), "tuple")]
    assert raw["team"].rows == ((2, ("西", 2)),)


def test_rows_as_programs_hold_them() -> None:
    """Mappings, dataclasses and pydantic models, under either name, without optional columns, give one hash."""
    teams: list[object] = [{"编号": "东", "goal": 5}]
    people = [{"id": "E1", "name": "王", "team": "东", "quota": 1}]
    day, amount = date(2023, 7, 1), Decimal("10.50")
    shapes: list[object] = [
        {"id": "D1", "rep": "E1", "signed": "2023-07-01", "amount": "10.5", "won": "是"},
        DealRow("D1", "E1", day, amount, won=True),
        DealModel(单号="D1", 销售员="E1", 签约日=day, 金额=amount, 已成交=True),
    ]
    hashes: set[str] = set()
    for shape in shapes:
        raw, reading = from_rows({"team": teams, "人员": people, "deal": [shape], "refund": []}, SCHEME)
        facts, found = border(SCHEME, raw)
        assert (*reading, *found) == ()
        assert facts.tables["deal"].columns["repeat"] == (False,)
        hashes.add(facts.hash)
    assert len(hashes) == 1


def test_a_program_that_leaves_out_or_misspells(tmp_path: Path) -> None:
    """A required name nobody gives is E3004, one row without it E3101, and a near miss of an optional one is told."""
    day = {"signed": date(2023, 7, 1), "amount": 1, "won": True}
    cases: list[tuple[list[dict[str, object]], str, Cell]] = [
        ([{"id": "D1", **day}], "E3004", Cell("rows", 0, "rep", "deal")),
        ([{"id": "D1", "rep": "E1", **day}, {"id": "D2", **day}], "E3101", Cell("rows", 2, "rep", "deal")),
        ([{"id": "D1", "rep": "E1", **day, "repaet": True}], "E3004", Cell("rows", 0, "repeat", "deal")),
    ]
    load(tmp_path, GOOD)
    raw, _ = read_folder(tmp_path, SCHEME)
    for rows, code, cell in cases:
        deal, _ = from_rows({"deal": rows}, SCHEME)
        _, found = border(SCHEME, {**raw, **deal, "refund": from_rows({"refund": []}, SCHEME)[0]["refund"]})
        assert [(d.code, d.cell) for d in found] == [(code, cell)]


def test_tables_a_program_does_not_give() -> None:
    """E3001 for what is not there, E3002 for what is there twice."""
    _, found = from_rows({"team": [], "TEAM": [], "people": [], "refund": []}, SCHEME)
    assert [(d.code, d.cell, d.seen) for d in found] == [
        ("E3002", Cell("TEAM"), "TEAM"),
        ("E3001", Cell("rows"), ""),
    ]


def test_names_are_shown_in_the_language_of_the_scheme(tmp_path: Path) -> None:
    """A Chinese scheme asks for the Chinese header and the Chinese file."""
    chinese = scheme(language="zh")
    _, found = load(tmp_path, changed("deal.csv", "amount", "x"), chinese)
    assert (found[0].facts["table"], found[0].facts["column"], found[0].cell) == (
        "签约",
        "金额",
        Cell("deal.csv", 1, "金额"),
    )
