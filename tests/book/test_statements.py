"""Statements out of a book: what a closed run paid, the corrections that went with it, and why."""

import csv
import io
import json
import re
import sqlite3

import pytest

from tiercel.cli import main

SCHEME = """scheme pay
version {version} from {first}
currency CNY
period month
people
  id alias 工号 text, key
  name alias 姓名 text
facts deal alias 签约
  id alias 单号 text, key
  rep alias 销售 person, credited
  day alias 签约日 date, date of record
  amount alias 金额 money
  big alias 大单 yes/no
commission c alias 提成 for each deal
  {rate} of amount
"""
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
def said(tmp_path, monkeypatch, capsys):
    """January closed with D1 and D3. Then D1 is 200 more, D2 late, D3 withdrawn: paid with February; by a
    retroactive version everything of February is 20%: paid with March."""
    for name in ("TIERCEL_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "facts").mkdir()

    def command(*words):
        code = main([words[0], "--book", "pay.book", *words[1:]])
        got = capsys.readouterr()
        assert "Traceback" not in got.out + got.err
        return code, got.out, got.err

    def published(version, first, rate, *words):
        (tmp_path / f"v{version}.tier").write_text(SCHEME.format(version=version, first=first, rate=rate), "utf-8")
        assert command("publish", f"v{version}.tier", "--by", "Wang", *words)[0] == 0

    def recorded(day, **tables):
        for table, text in tables.items():
            (tmp_path / "facts" / f"{table}.csv").write_text(text, "utf-8")
        assert command("record", "--facts", "facts", "--by", "Li", "--at", day)[0] == 0

    def closed(period, day):
        assert command("run", "--period", period, "--by", "Zhang", "--at", day)[0] == 0
        assert command("close", "--period", period, "--by", "Chen", "--at", day)[0] == 0

    published(1, "2025-01-01", "10%", "--at", "2025-01-01")
    heads = "id,rep,day,amount,big\n"
    one = f"{heads}D1,A,2025-01-10,1000,no\nD3,B,2025-01-11,100,no\n"
    recorded("2025-02-01", people="id,name\nA,Ann\nB,Bob\n", deal=one)
    closed("2025-01", "2025-02-02")
    two = f"{heads}D1,A,2025-01-10,1200,yes\nD2,A,2025-01-12,500,no\nD4,A,2025-02-03,30,no\n"
    recorded("2025-02-05", deal=two)
    command("record", "--withdraw", "deal:D3", "--by", "Li", "--at", "2025-02-06")
    closed("2025-02", "2025-03-02")
    published(2, "2025-02-01", "20%", "--retroactive", "--reason", "agreed with the council", "--at", "2025-03-03")
    command("approve", "--version", "2", "--by", "Zhao", "--at", "2025-03-04")
    closed("2025-03", "2025-04-02")
    return command


def statement(said, period, *words):
    code, out, err = said("statement", "--period", period, *words)
    assert code == 0, err
    return out


def test_a_statement_shows_corrections_with_their_cause(said):
    """February: 3.00 of its own; 10% of 200 and of 500 more for January. Who recorded it when, and what moved."""
    out = statement(said, "2025-02", "--person", "A")
    told = out[out.index("CORRECTIONS OF CLOSED PERIODS") :].splitlines()
    assert [line.split() for line in told[1:2]] == [["2025-01", "+70.00"]]
    assert told[2:5] == [
        "  entry 5, 2025-02-05, recorded by Li",
        "    deal D1, corrected: amount 1,000.00 → 1,200.00, big no → yes",
        "    deal D2, recorded late: rep A, day 2025-01-12, amount 500.00, big no",
    ]
    paid = [line.split() for line in told[7:10]]
    assert paid == [["payout", "3.00"], ["corrections", "70.00"], ["together", "CNY", "73.00"]]
    assert re.search(r"closed by Chen on 2025-03-02 \(entry 8\), as run by Zhang \(entry 7\)", out)


def test_a_closed_period_tells_what_was_corrected_since(said):
    """January stands as it was paid: 10.00 for B; taken back with February, and nothing is left."""
    out = statement(said, "2025-01", "--person", "B")
    assert re.search(r"payout \(CNY\) +10\.00", out)
    told = out[out.index("2025-01 WAS CORRECTED SINCE") :].splitlines()
    assert told[1].split() == ["paid", "with", "2025-02", "-10.00"]
    assert told[2:4] == [
        "  entry 6, 2025-02-06, recorded by Li",
        "    deal D3, withdrawn: rep B, day 2025-01-11, amount 100.00, big no",
    ]
    assert told[5].split()[-1] == "0.00"


def test_a_retroactive_version_is_a_cause(said):
    """10% of 30 more for February, with the reason and both names."""
    out = statement(said, "2025-03", "--person", "A")
    assert re.search(r"2025-02 +\+3\.00", out)
    who = "entry 10, 2025-03-04: version 2, retroactive: agreed with the council; published by Wang, approved by Zhao"
    assert who in out


def test_a_statement_in_chinese(said):
    """No English word but names of the file; yes and no are 是 and 否."""
    out = statement(said, "2025-02", "--person", "A", "--lang", "zh")
    told = out[out.index("【已关账周期的补差】") :]
    assert "签约 D1，更正：金额 1,000.00 → 1,200.00、大单 否 → 是" in told
    assert "第 5 条，2025-02-05，Li 登记" in told
    assert not {"payout", "entry", "by", "corrected", "no", "deal"} & set(re.findall("[a-z]+", told))
    assert not CHINESE.search(statement(said, "2025-02", "--person", "A", "--lang", "en"))


def test_statements_as_data(said):
    """The explanation, and under `book` what was closed, corrections with rows, what is paid together."""
    data = json.loads(statement(said, "2025-02", "--person", "A", "--to", "json"))
    book = data["book"]
    assert (book["together"], book["closed"]["ran_by"], book["closed"]["by"]) == ("73.00", "Zhang", "Chen")
    (one,) = book["corrections"]
    assert (one["period"], one["amount"], one["causes"][0]["entry"]) == ("2025-01", "70.00", 5)
    first = one["causes"][0]["rows"][0]
    assert first["cells"] == {"amount": {"before": "1000", "after": "1200"}, "big": {"before": "no", "after": "yes"}}
    everybody = json.loads(statement(said, "2025-02", "--all", "--to", "json"))
    assert [one["person"] for one in everybody["statements"]] == ["A", "B"]


def test_statements_as_rows(said):
    """Each line of the ledger; what is paid for a person adds up to payout and corrections."""
    rows = list(csv.DictReader(io.StringIO(statement(said, "2025-02", "--all", "--to", "csv"))))
    assert [(r["person"], r["kind"], r["record"], r["amount"], r["for period"], r["entries"]) for r in rows] == [
        ("A", "commission", "D4", "3.00", "", ""),
        ("A", "payout", "", "3.00", "", ""),
        ("B", "payout", "", "0.00", "", ""),
        ("A", "correction", "deal:D1,deal:D2", "70.00", "2025-01", "5"),
        ("B", "correction", "deal:D3", "-10.00", "2025-01", "6"),
    ]


def test_a_file_for_everybody(said, tmp_path):
    """A folder of texts; other forms are one file."""
    assert statement(said, "2025-02", "--all", "--out", "out") == ""
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["A.txt", "B.txt"]
    assert (tmp_path / "out" / "A.txt").read_text("utf-8") == statement(said, "2025-02", "--person", "A")
    statement(said, "2025-02", "--all", "--to", "csv", "--out", "all.csv")
    assert (tmp_path / "all.csv").read_bytes().startswith(b"\xef\xbb\xbfperson,")


def test_an_open_period_says_so(said):
    """April is worked out, but nobody closed it."""
    assert "not closed yet: by what was known up to entry 12" in statement(said, "2025-04", "--person", "A")


@pytest.mark.parametrize("command", ["statement", "explain"])
def test_what_does_not_come_to_what_was_paid_is_not_handed_out(said, command):
    """Somebody changed a line past the book."""
    link = sqlite3.connect("pay.book")
    for (name,) in link.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        link.execute(f"DROP TRIGGER {name}")
    link.execute("UPDATE line SET amount = 9999 WHERE seq = 3 AND person = 'A'")
    link.commit()
    link.close()
    code, out, err = said(command, "--period", "2025-01", "--person", "A")
    assert (code, out) == (1, "")
    assert "E5035" in err
    assert "the book holds 99.99 CNY, and it comes to 100.00" in err


@pytest.mark.parametrize("words", [[], ["--all", "--person", "A"], ["--person", "X"], ["--all", "--to", "pdf"]])
def test_wrong_usage_is_told(said, words):
    """Code 2 and a sentence."""
    code, out, err = said("statement", "--period", "2025-01", *words)
    assert (code, out) == (2, "")
    assert err


def test_statements_without_a_book(said, capsys):
    """From a scheme and files, by version 2 beside it (20% of 30): the statement alone."""
    assert main(["statement", "v1.tier", "--facts", "facts", "--period", "2025-02", "--person", "A"]) == 0
    out = capsys.readouterr().out
    assert re.search(r"payout \(CNY\) +6\.00", out)
    assert "closed" not in out
