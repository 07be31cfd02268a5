"""Workbooks as people have them: what is read from their cells, and every trap with the place where it lies."""

import builtins
import importlib
import time
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

import tiercel
from tiercel.facts import Flaw, border
from tiercel.readers import read_facts, read_folder
from tiercel.workbook_reader import Unreadable, letters_of, moment, number, open_workbook
from tiercel_dsl.diagnostics import Cell, Severity
from tiercel_dsl.messages import sentence
from tiercel_dsl.render import render

openpyxl = pytest.importorskip("openpyxl")

SCHEME = tiercel.loads(
    """方案 提成 又名 pay
版本 1 自 2023-01-01 起
币种 CNY
周期 月
人员
  工号 又名 id 文本，标识
  入职日 又名 hired 日期
台账 签约 又名 deal
  单号 又名 id 文本，标识
  销售员 又名 rep 员工，归属人
  签约日 又名 signed 日期，归属日
  金额 又名 amount 金额，大于 0
  件数 又名 units 整数，选填
  已成交 又名 won 是否
  折扣 又名 discount 百分比，选填
  备注 又名 note 文本，选填
  时刻 又名 at 时间，选填
提成 签约提成 又名 pay_line 逐笔 签约 仅限 已成交
  金额 的 5%
"""
)
HEADER = ("单号", "销售员", "签约日", "金额", "件数", "已成交", "折扣", "备注", "时刻")
GOOD = ("D1", "007", date(2023, 9, 1), 100, 2, True, 0.05, "=谢谢", datetime(2023, 9, 1, 9, 30))
LETTER = dict(zip(HEADER, "ABCDEFGHI", strict=True))


def people(book):
    sheet = book.create_sheet("人员")
    sheet.append(["工号", "入职日"])
    sheet.append(["007", date(2020, 1, 1)])


def workbook(folder, *rows, sheet="签约", header=HEADER, name="业绩.xlsx", change=None):
    """A workbook with the people and these deals; `change` may do what it likes to the sheet of deals."""
    book = openpyxl.Workbook()
    deals = book.active
    deals.title = sheet
    for row in (header, *rows):
        deals.append(row)
    for row in deals.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.value.startswith("="):
                cell.data_type = "s"
    people(book)
    if change is not None:
        change(deals)
    path = folder / name
    book.save(path)
    return path


def with_(column, value):
    """The good deal with another value in one column."""
    row = list(GOOD)
    row[HEADER.index(column)] = value
    return tuple(row)


def read(path):
    raw, reading = read_facts(path, SCHEME.checked)
    facts, found = border(SCHEME.checked, raw)
    return facts, (*reading, *found)


def faults(path):
    return [(d.code, d.cell) for d in read(path)[1] if d.severity is Severity.error]


def only_fault(path, code, place):
    """The one fault of a workbook, at this cell of this sheet; both languages name the place."""
    (fault,) = [d for d in read(path)[1] if d.severity is Severity.error]
    assert fault.code == code
    sheet, _, cell = place.partition("!")
    assert fault.cell is not None
    assert (fault.cell.file, fault.cell.sheet, f"{fault.cell.column}{fault.cell.row}") == (path.name, sheet, cell)
    for language in ("zh", "en"):
        assert f"{path.name} > {sheet} > {cell}" in render(fault, {}, language)
        assert "〈" not in sentence(fault, language)
    return fault


def rewritten(path, old, new, part="xl/worksheets/sheet1.xml"):
    """The workbook with a text inside one of its parts replaced, as other programs would have written it."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert parts[part].count(old.encode()) == 1, parts[part][:3000]
    parts[part] = parts[part].replace(old.encode(), new.encode())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


# ---- what is read


def test_a_workbook_with_a_sheet_per_table(tmp_path):
    """Numbers are exact, dates are days, a text that begins with = stays a text, an empty cell stays empty."""
    facts, found = read(workbook(tmp_path, GOOD))
    assert found == ()
    columns = facts.tables["deal"].columns
    assert {name: values[0] for name, values in columns.items()} == {
        "id": "D1",
        "rep": 0,
        "signed": date(2023, 9, 1),
        "amount": 10000,
        "units": 2,
        "won": True,
        "discount": 50000,
        "note": "=谢谢",
        "at": datetime(2023, 9, 1, 9, 30),
    }
    assert facts.tables["people"].keys == ("007",)


def test_csv_and_workbook_are_the_same_facts(tmp_path):
    """The hash of the facts does not know which file they came from."""
    facts, _ = read(workbook(tmp_path, GOOD))
    folder = tmp_path / "csv"
    folder.mkdir()
    (folder / "签约.csv").write_text(
        ",".join(HEADER) + "\nD1,007,2023-09-01,100.00,2,是,5%,=谢谢,2023-09-01 09:30\n", "utf-8"
    )
    (folder / "人员.csv").write_text("工号,入职日\n007,2020-01-01\n", "utf-8")
    assert read(folder)[0].hash == facts.hash


def test_a_workbook_per_table_whatever_its_sheet_is_called(tmp_path):
    """签约.xlsx with one filled sheet called 9月 is the table 签约; empty sheets beside it do not matter."""
    path = workbook(tmp_path, GOOD, sheet="9月", name="签约.xlsx", change=lambda s: s.parent.create_sheet("Sheet2"))
    facts, found = read(path)
    assert found == ()
    assert facts.tables["deal"].keys == ("D1",)
    assert facts.tables["deal"].places[0] == Cell("签约.xlsx", 2, "", "9月")


def test_sheets_are_found_by_identity_name_or_alias(tmp_path):
    """A sheet called DEAL is the table 签约, as a file of that name would be."""
    assert faults(workbook(tmp_path, GOOD, sheet="DEAL")) == []


def test_two_filled_sheets_for_one_table_are_refused(tmp_path):
    """签约.xlsx with the sheets 9月 and 10月: it is open which one is paid."""

    def second(sheet):
        sheet.parent.create_sheet("10月").append(HEADER)

    path = workbook(tmp_path, GOOD, sheet="9月", name="签约.xlsx", change=second)
    (fault,) = read(path)[1]
    assert fault.code == "E3002"
    assert fault.facts["files"] == ("签约.xlsx > 9月", "签约.xlsx > 10月")


def test_a_sheet_and_a_file_for_one_table_are_refused(tmp_path):
    """A CSV file saved from the sheet and left beside it."""
    workbook(tmp_path, GOOD)
    (tmp_path / "签约.csv").write_text(",".join(HEADER) + "\n", "utf-8")
    assert [d.code for d in read(tmp_path)[1]] == ["E3002"]


def test_a_sheet_with_nearly_the_right_name_is_offered(tmp_path):
    """签约表 is not taken for 签约, but named."""
    (fault,) = read(workbook(tmp_path, GOOD, sheet="签约表"))[1]
    assert (fault.code, fault.facts["candidates"]) == ("E3001", ("签约表",))


def test_a_folder_may_mix_csv_and_workbooks(tmp_path):
    """The mark of an open workbook (~$) and files of no table are left alone."""
    workbook(tmp_path, GOOD)
    (tmp_path / "~$业绩.xlsx").write_bytes(b"x")
    (tmp_path / "说明.txt").write_text("x")
    raw, found = read_folder(tmp_path, SCHEME.checked)
    assert found == ()
    assert set(raw) == {"people", "deal"}


def shared(path):
    """The workbook as Excel itself writes it: texts in a list of their own, with notes on pronunciation and format."""
    rewritten(path, '<c r="A2" t="inlineStr"><is><t>D1</t></is></c>', '<c r="A2" t="s"><v>1</v></c>')
    rewritten(path, '<c r="H2" t="inlineStr"><is><t>=谢谢</t></is></c>', '<c r="H2" t="s"><v>2</v></c>')
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    relation = f'<Relationship Id="texts" Type="{kind}" Target="sharedStrings.xml"/></Relationships>'
    rewritten(path, "</Relationships>", relation, "xl/_rels/workbook.xml.rels")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(
            "xl/sharedStrings.xml",
            '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>x</t></si>'
            '<si><r><t>D</t></r><r><rPr><b/></rPr><t>1</t></r><rPh sb="0" eb="1"><t>dee</t></rPh></si>'
            '<si><t xml:space="preserve"> 第一行_x000D_\n第二行 &amp; _x005F_x000D_ </t></si></sst>',
        )
    return path


def test_shared_texts(tmp_path):
    """Pieces in bold are put together, notes on pronunciation left out, escapes undone."""
    facts, found = read(shared(workbook(tmp_path, GOOD)))
    assert found == ()
    assert facts.tables["deal"].keys == ("D1",)
    assert facts.tables["deal"].columns["note"] == ("第一行\r\n第二行 & _x000D_",)


def test_the_file_is_never_written(tmp_path):
    """Reading leaves every byte as it was, and no other file."""
    path = workbook(tmp_path, GOOD)
    before = path.read_bytes()
    path.chmod(0o444)
    read(path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["业绩.xlsx"]


def test_columns_without_a_header_and_empty_edges_do_not_matter(tmp_path):
    """A remark beside the table, formatted empty cells right and below: nothing of it is data."""

    def edges(sheet):
        sheet["L2"] = "随手记的"
        for place in ("K1", "M40", "A90"):
            sheet[place].number_format = "0.00"

    facts, found = read(workbook(tmp_path, GOOD, change=edges))
    assert found == ()
    assert facts.tables["deal"].keys == ("D1",)


def test_a_table_may_begin_further_right_and_below_empty_rows(tmp_path):
    """The first row that is not empty is the header; places are still those of the sheet."""

    def moved(sheet):
        sheet.insert_rows(1, 2)
        sheet.insert_cols(1)

    path = workbook(tmp_path, with_("金额", "一百"), change=moved)
    only_fault(path, "E3102", "签约!E4")


def test_numbers_typed_as_text_are_read_as_in_csv(tmp_path):
    """The small green triangle is no fault: 1,234.50 and 5% are what they say."""
    facts, found = read(workbook(tmp_path, with_("金额", "1,234.50")))
    assert found == ()
    assert facts.tables["deal"].columns["amount"] == (123450,)


@pytest.mark.parametrize("text", ["2023-09-01", "2023/9/1", "2023年9月1日", 20230901])
def test_dates_typed_as_text_are_read_as_in_csv(tmp_path, text):
    """And 20230901 typed as a number is the same day."""
    facts, found = read(workbook(tmp_path, with_("签约日", text)))
    assert found == ()
    assert facts.tables["deal"].columns["signed"] == (date(2023, 9, 1),)


@pytest.mark.parametrize("code", ["yyyy-mm-dd", "m/d/yy", 'yyyy"年"m"月"d"日";@', "[$-804]yyyy/m/d", "d-mmm"])
def test_every_date_format_is_a_date(tmp_path, code):
    """However Excel shows the day."""

    def shown(sheet):
        sheet["C2"].number_format = code

    assert faults(workbook(tmp_path, with_("签约日", date(2023, 9, 1)), change=shown)) == []


def test_the_date_formats_of_a_chinese_excel_have_no_text(tmp_path):
    """Format 31 is built in as yyyy年m月d日 and written nowhere in the file."""
    path = workbook(tmp_path, GOOD)
    with zipfile.ZipFile(path) as archive:
        styles = archive.read("xl/styles.xml").decode()
    assert styles.count('numFmtId="165"') == 2
    at = styles.rindex('numFmtId="165"')
    changed = styles[:at] + 'numFmtId="31"' + styles[at + len('numFmtId="165"') :]
    assert faults(rewritten(path, styles, changed, "xl/styles.xml")) == []


def test_both_calendars_of_excel(tmp_path):
    """Day 45170 counted from 1900 and day 43708 counted from 1904 are both September 1, 2023."""
    path = workbook(tmp_path, GOOD, change=lambda sheet: setattr(sheet.parent, "epoch", datetime(1904, 1, 1)))
    facts, found = read(path)
    assert found == ()
    assert facts.tables["deal"].columns["signed"] == (date(2023, 9, 1),)
    assert open_workbook(path).since_1904


@pytest.mark.parametrize(
    ("days", "since_1904", "day"),
    [
        (1, False, date(1900, 1, 1)),
        (59, False, date(1900, 2, 28)),
        (60, False, None),  # February 29, 1900, which never was
        (61, False, date(1900, 3, 1)),
        (45170, False, date(2023, 9, 1)),
        (43708, True, date(2023, 9, 1)),
        (0, True, date(1904, 1, 1)),
        (0, False, None),
        (-1, False, None),
        (3_000_000, False, None),
        ("45170.395833333336", False, datetime(2023, 9, 1, 9, 30)),
        ("45170.9999999999", False, date(2023, 9, 2)),
        ("0.5", False, None),
    ],
)
def test_day_numbers(days, since_1904, day):
    """Excel's 1900 had a February 29; times are right to the millisecond."""
    assert moment(Decimal(days), since_1904) == day


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("100", 100),
        ("1234.56", Decimal("1234.56")),
        ("1.1000000000000001", Decimal("1.1")),  # how Excel writes 1.1
        ("1.1499999999999999", Decimal("1.15")),
        ("4.4999999999999998E-2", Decimal("0.045")),
        ("1E5", 100000),
        ("123456789012345", 123456789012345),
        ("99999999999.99", Decimal("99999999999.99")),
        ("-0.01", Decimal("-0.01")),
        ("0", 0),
    ],
)
def test_numbers_are_the_shortest_text_of_what_is_stored(text, value):
    """Never the binary number behind it."""
    read_value = number(text)
    assert read_value == value
    assert type(read_value) is type(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0.30000000000000004", "E3123"),
        ("123456.7890000001", "E3123"),
        ("110101199003071234", "E3115"),
        ("1.10101199003071E+17", "E3115"),
        ("1000000000000000", "E3115"),
        ("NaN", "E3102"),
        ("1_000", "E3102"),
    ],
)
def test_numbers_that_are_refused(text, code):
    """What a formula left over, what Excel ruined, what is none."""
    flaw = number(text)
    assert isinstance(flaw, Flaw)
    assert flaw.code == code


def test_letters():
    """After Z comes AA, after ZZ AAA."""
    assert [letters_of(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


# ---- the traps, each with its place


def test_a_formula_without_a_result(tmp_path):
    """A program wrote the formula and nobody has computed it: 9月!D17 is named, with the formula."""
    rows = [(f"D{n}", *GOOD[1:]) for n in range(2, 17)]
    formula = list(with_("金额", None))

    def put(sheet):
        sheet["D17"] = "=B16*2"

    path = workbook(tmp_path, *rows, tuple(formula), sheet="9月", name="签约.xlsx", change=put)
    fault = only_fault(path, "E3119", "9月!D17")
    assert fault.seen == "=B16*2"


def test_a_formula_with_a_result_is_its_result(tmp_path):
    """Also where the result is an empty text."""
    path = workbook(tmp_path, GOOD, change=lambda sheet: sheet.__setitem__("D2", "=50*2"))
    rewritten(path, "<f>50*2</f><v />", "<f>50*2</f><v>100</v>")
    facts, found = read(path)
    assert found == ()
    assert facts.tables["deal"].columns["amount"] == (10000,)
    empty = workbook(tmp_path, GOOD, change=lambda sheet: sheet.__setitem__("H2", '=""'))
    rewritten(empty, '<c r="H2"><f>""</f><v /></c>', '<c r="H2" t="str"><f>""</f><v></v></c>')
    facts, found = read(empty)
    assert found == ()
    assert facts.tables["deal"].columns["note"] == (None,)


def test_an_18_digit_number(tmp_path):
    """An identity card typed as a number: the last three digits are gone."""
    only_fault(workbook(tmp_path, with_("单号", 110101199003071234)), "E3115", "签约!A2")


def test_an_id_stored_as_a_number(tmp_path):
    """7 may have been 007: texts are taken, numbers are not."""
    fault = only_fault(workbook(tmp_path, with_("销售员", 7)), "E3118", "签约!B2")
    assert sentence(fault, "zh").startswith("“销售员”要填文本，7 却存成了数值")


def test_an_id_that_excel_made_a_date_of(tmp_path):
    """3-1 became the first of March."""
    only_fault(workbook(tmp_path, with_("单号", date(2023, 3, 1))), "E3118", "签约!A2")


def test_the_same_fault_in_many_rows_is_one_message(tmp_path):
    """The first place, and how many more."""
    rows = [(n, *GOOD[1:]) for n in range(1, 31)]
    assert only_fault(workbook(tmp_path, *rows), "E3118", "签约!A2").more == 29


def test_merged_cells(tmp_path):
    """One seller merged over three deals: Excel holds him once."""
    rows = [("D1", *GOOD[1:]), ("D2", *GOOD[1:]), ("D3", *GOOD[1:])]
    path = workbook(tmp_path, *rows, change=lambda sheet: sheet.merge_cells("B2:B4"))
    fault = only_fault(path, "E3121", "签约!B3")
    assert fault.facts["range"] == "B2:B4"
    assert fault.more == 1


def test_merged_cells_beside_the_data_do_not_matter(tmp_path):
    """A merge over empty rows below, or under no header, loses nothing."""

    def merges(sheet):
        sheet["L2"] = "备注"
        sheet.merge_cells("L2:M3")
        sheet.merge_cells("A2:A3")

    assert faults(workbook(tmp_path, GOOD, change=merges)) == []


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?"])
def test_error_values(tmp_path, error):
    """They are neither 0 nor empty."""
    path = workbook(tmp_path, with_("折扣", error))
    assert only_fault(path, "E3120", "签约!G2").seen == error


def test_faults_in_columns_that_nobody_uses_do_not_matter(tmp_path):
    """#N/A under a header that the scheme does not know pays nobody less."""
    path = workbook(tmp_path, (*GOOD, "#N/A"), header=(*HEADER, "上级"))
    assert faults(path) == []


@pytest.mark.parametrize(
    ("column", "text"), [("单号", "'00123"), ("单号", "=A1"), ("金额", "=B2*2"), ("签约日", "'2023-09-01")]
)
def test_texts_that_begin_with_a_mark(tmp_path, column, text):
    """A formula that was kept as a text, an apostrophe that became part of it."""
    only_fault(workbook(tmp_path, with_(column, text)), "E3122", f"签约!{LETTER[column]}2")


def test_a_formula_left_digits_behind(tmp_path):
    """0.1 + 0.2 is not 0.3 in a spreadsheet; nobody rounds it silently."""
    path = rewritten(workbook(tmp_path, with_("金额", 0.3)), "<v>0.3</v>", "<v>0.30000000000000004</v>")
    only_fault(path, "E3123", "签约!D2")


def test_three_digits_of_a_cent(tmp_path):
    """The same message as in CSV."""
    only_fault(workbook(tmp_path, with_("金额", 100.005)), "E3104", "签约!D2")


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("签约日", 45170, "E3105"),
        ("签约日", 45170.5, "E3105"),
        ("签约日", "7/1/23", "E3105"),
        ("签约日", True, "E3105"),
        ("金额", True, "E3102"),
        ("金额", date(2023, 9, 1), "E3102"),
        ("件数", 2.5, "E3111"),
        ("已成交", 2, "E3106"),
        ("已成交", 0.5, "E3106"),
        ("已成交", "有", "E3106"),
        ("金额", None, "E3101"),
        ("金额", -5, "E3108"),
        ("销售员", "008", "E3109"),
        ("备注", 2023, "E3118"),
    ],
)
def test_a_value_of_another_type(tmp_path, column, value, code):
    """Each by the code that the same slip has in a CSV file."""
    only_fault(workbook(tmp_path, with_(column, value)), code, f"签约!{LETTER[column]}2")


def test_a_title_above_the_header(tmp_path):
    """The row of the header is named, and that the title must go."""
    path = workbook(tmp_path, HEADER, GOOD, header=("九月签约台账",))
    (fault,) = read(path)[1]
    assert (fault.code, fault.cell) == ("E3011", Cell("业绩.xlsx", 1, "", "签约"))
    assert sentence(fault, "zh") == "“签约”的表头在第 2 行，上面还有别的文字；请删去表头以上的各行"


def test_a_missing_column(tmp_path):
    """The sheet is named, and the header that may be meant."""
    header = tuple("金 额" if name == "金额" else name for name in HEADER)
    (fault,) = read(workbook(tmp_path, GOOD, header=header))[1]
    assert (fault.code, fault.facts["candidates"]) == ("E3004", ("金 额",))
    assert fault.cell == Cell("业绩.xlsx", 1, "金额", "签约")


def test_a_column_that_is_there_twice(tmp_path):
    """金额 and amount."""
    path = workbook(tmp_path, (*GOOD, 100), header=(*HEADER, "amount"))
    assert faults(path) == [("E3005", Cell("业绩.xlsx", 1, "D", "签约"))]


def test_hidden_sheets_and_rows_are_read_and_named(tmp_path):
    """Warnings, not faults: a total over the column counts hidden rows too."""

    def hide(sheet):
        sheet.row_dimensions[3].hidden = True
        sheet.parent["人员"].sheet_state = "hidden"

    path = workbook(tmp_path, GOOD, ("D2", *GOOD[1:]), change=hide)
    facts, found = read(path)
    assert facts.tables["deal"].keys == ("D1", "D2")
    assert {(d.code, d.severity, d.cell) for d in found} == {
        ("E3012", Severity.warning, Cell("业绩.xlsx", 0, "", "人员")),
        ("E3013", Severity.warning, Cell("业绩.xlsx", 3, "", "签约")),
    }


def test_an_empty_sheet(tmp_path):
    """A table without even a header."""
    assert faults(workbook(tmp_path, header=())) == [("E3007", Cell("业绩.xlsx", sheet="签约"))]


# ---- files that are no workbooks


def test_an_old_workbook(tmp_path):
    """The old kind is recognised by its first bytes, not by its name."""
    for name in ("签约.xls", "签约.xlsx"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / name).write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"))
        (folder / "people.csv").write_text("id,hired\n007,2020-01-01\n")
        assert faults(folder) == [("E3008", Cell(name))]


def test_a_workbook_with_a_password(tmp_path):
    """It is stored inside a file of the old kind."""
    (tmp_path / "签约.xlsx").write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    )
    (tmp_path / "people.csv").write_text("id,hired\n007,2020-01-01\n")
    assert faults(tmp_path) == [("E3009", Cell("签约.xlsx"))]


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbfid,rep\n1,2\n", b"<html>", b"PK\x03\x04 and then nothing"])
def test_what_only_has_the_name_of_a_workbook(tmp_path, data):
    """A renamed CSV file, a web page, half a file."""
    (tmp_path / "签约.xlsx").write_bytes(data)
    (tmp_path / "people.csv").write_text("id,hired\n007,2020-01-01\n")
    assert faults(tmp_path) == [("E3010", Cell("签约.xlsx"))]


def test_a_closed_workbook_of_another_name_is_the_cause_of_what_is_missing(tmp_path):
    """One cause, one message: not a missing table for each sheet that it may hold."""
    (tmp_path / "业绩.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    assert faults(tmp_path) == [("E3008", Cell("业绩.xls"))]


def test_a_closed_workbook_does_not_matter_where_nothing_is_missing(tmp_path):
    """An old report lies beside complete data."""
    workbook(tmp_path, GOOD)
    (tmp_path / "去年.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    assert faults(tmp_path) == []


def test_any_damage_inside_is_one_message(tmp_path):
    """Cut off anywhere, or with a part of nonsense, it is a damaged workbook and never a crash."""
    whole = workbook(tmp_path, GOOD).read_bytes()
    bad = tmp_path / "签约.xlsx"
    for end in range(0, len(whole), len(whole) // 40):
        bad.write_bytes(whole[:end])
        with pytest.raises(Unreadable):
            open_workbook(bad)
    assert open_workbook(shared(workbook(tmp_path, GOOD))).texts[1] == "D1"
    for part in ("xl/workbook.xml", "xl/styles.xml", "_rels/.rels"):
        workbook(tmp_path, GOOD, name="签约.xlsx")
        with zipfile.ZipFile(bad) as archive:
            text = archive.read(part).decode()
        rewritten(bad, text, '<!DOCTYPE x [<!ENTITY a "b">]><x/>', part)
        with pytest.raises(Unreadable) as caught:
            open_workbook(bad)
        assert caught.value.diagnostic.code == "E3010"


def test_without_openpyxl_the_message_says_what_to_install(tmp_path, monkeypatch):
    """CSV files still need nothing."""
    path = workbook(tmp_path, GOOD)

    def missing(name, *more):
        if name.startswith("openpyxl"):
            raise ImportError(name)
        return importlib.__import__(name, *more)

    monkeypatch.setattr("tiercel.workbook_reader.import_module", missing)
    (fault,) = read(path)[1]
    assert fault.code == "E4006"
    assert "pip install openpyxl" in sentence(fault, "en")
    assert builtins.__import__ is not missing


# ---- size


@pytest.mark.parametrize("last", [100_000, pytest.param(1_048_576, marks=pytest.mark.long)])
def test_empty_rows_take_no_time_and_are_no_rows(tmp_path, last):
    """Some sheets have a format in every one of their 1,048,576 rows; what is empty costs next to nothing."""
    path = workbook(tmp_path, GOOD)
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(3, last + 1))
    rewritten(path, "</sheetData>", rows + "</sheetData>")
    start = time.process_time()
    facts, found = read(path)
    assert time.process_time() - start < 20
    assert found == ()
    assert facts.tables["deal"].keys == ("D1",)


# ---- paid from


def test_pay_from_a_workbook(tmp_path):
    """5% of 100.00 and of 0.10: 5.00 and 0.01 (0.005 half up)."""
    workbook(tmp_path, GOOD, ("D2", "007", date(2023, 9, 2), 0.1, None, "是", None, None, None))
    evaluation = SCHEME.evaluate(tmp_path, "2023-09")
    assert evaluation.payout["007"] == Decimal("5.01")
    assert {line.row: line.amount for line in evaluation.lines} == {"D1": Decimal("5.00"), "D2": Decimal("0.01")}


def test_a_fault_in_a_cell_pays_nobody(tmp_path):
    """And the error carries the place."""
    workbook(tmp_path, with_("金额", "#N/A"))
    with pytest.raises(tiercel.FactsError) as caught:
        SCHEME.evaluate(tmp_path, "2023-09")
    assert [d.cell for d in caught.value.diagnostics] == [Cell("业绩.xlsx", 2, "D", "签约")]


def test_a_missing_file_is_said(tmp_path):
    """As for a folder that is not there."""
    with pytest.raises(Unreadable) as caught:
        open_workbook(Path(tmp_path / "x.xlsx"))
    assert caught.value.diagnostic.code == "E4003"
