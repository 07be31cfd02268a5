"""The commands that keep a book: what they print, in both languages, and what they name next."""

import csv
import io
import json
import re

import pytest

from tiercel.cli import main

SCHEME = """scheme pay
version 1 from 2025-01-01
currency CNY
period month
people
  id text, key
facts deal
  id text, key
  rep person, credited
  day date, date of record
  amount money
commission c for each deal
  10% of amount
"""
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
def office(tmp_path, monkeypatch, capsys):
    """A folder with a scheme and facts; a function that runs a command with a book and tells code, stdout, stderr."""
    for name in ("TIERCEL_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pay.tier").write_text(SCHEME, "utf-8")
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "people.csv").write_text("id\nA\n", "utf-8")
    facts("D1,A,2025-01-10,1000")

    def said(*words):
        code = main([words[0], "--book", "pay.book", *words[1:]])
        got = capsys.readouterr()
        assert "Traceback" not in got.out + got.err
        return code, got.out, got.err

    return said


def facts(*rows):
    with open("facts/deal.csv", "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write("\n".join(["id,rep,day,amount", *rows, ""]))


def january(said):
    """Published, recorded, run and closed."""
    said("publish", "pay.tier", "--by", "Wang", "--at", "2025-01-01")
    said("record", "--facts", "facts", "--by", "Li", "--at", "2025-02-01")
    said("run", "--period", "2025-01", "--by", "Zhang", "--at", "2025-02-02")
    return said("close", "--period", "2025-01", "--by", "Chen", "--at", "2025-02-03")


def test_each_command_names_the_next(office):
    """From an empty folder to a verified period, one command after the other."""
    steps = [
        ("publish", "pay.tier", "--by", "Wang"),
        ("record", "--facts", "facts", "--by", "Li"),
        ("run", "--period", "2025-01", "--by", "Zhang"),
        ("close", "--period", "2025-01", "--by", "Chen"),
        ("verify",),
        ("log",),
    ]
    named = []
    for step in steps:
        code, _, err = office(*step)
        assert code == 0, err
        named.append(re.search(r"next: tiercel (\w+) --book pay.book", err)[1])  # type: ignore[index]
    assert named == ["record", "run", "close", "verify", "log", "verify"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_they_speak_the_readers_language(office, language):
    """All of it, and not a word of the other."""
    january(office)
    for step in (["log"], ["verify"], ["record", "--facts", "facts", "--by", "Li"], ["run", "--period", "2025-02"]):
        _, out, err = office(*step, "--lang", language)
        assert bool(CHINESE.search(out + err)) is (language == "zh")


def test_the_log_reads_as_a_ledger(office):
    """Number, time, who, what: money and people with it."""
    january(office)
    rows = office("log")[1].splitlines()[2:]
    assert [row.split()[:2] + row.split()[3:4] for row in rows] == [
        ["1", "2025-01-01", "Wang"],
        ["2", "2025-02-01", "Li"],
        ["3", "2025-02-02", "Zhang"],
        ["4", "2025-02-03", "Chen"],
    ]
    assert rows[2].endswith("ran 2025-01 under version 1, known up to entry 2: 1 person, 100.00 CNY")
    assert len(office("log", "--by", "Li")[1].splitlines()) == 3
    assert len(office("log", "--at", "2025-02-01")[1].splitlines()) == 4
    assert len(office("log", "--period", "2025-01")[1].splitlines()) == 4
    data = json.loads(office("log", "--format", "json")[1])
    assert [(e["kind"], e["by"]) for e in data["entries"]][-1] == ("close", "Chen")


def test_a_run_without_a_name_is_only_shown(office):
    """Nothing is entered; what to add is said."""
    january(office)
    _, out, err = office("run", "--period", "2025-02")
    assert "A" in out
    assert "--by NAME" in err
    assert len(office("log")[1].splitlines()) == 2 + 4


def test_what_was_known_on_a_day(office):
    """A day means its end; the late deal is of January and was recorded on the fifth of February."""
    january(office)
    facts("D1,A,2025-01-10,1000", "D2,A,2025-01-11,500")
    office("record", "--facts", "facts", "--by", "Li", "--at", "2025-02-05 12:00")
    totals = {
        day: json.loads(office("run", "--period", "2025-01", "--as-known-on", day, "--format", "json")[1])
        for day in ("2025-02-04", "2025-02-05", "2025-02-05T11:59", "2025-02-05T13:00+02:00")
    }
    paid = {day: data["people"]["A"]["payouts"][0]["amount"] for day, data in totals.items()}
    assert list(paid.values()) == ["100.00", "150.00", "100.00", "100.00"]


def test_corrections_stand_beside_the_pay(office):
    """In the table, as data and as columns; with the cause."""
    january(office)
    facts("D1,A,2025-01-10,1000", "D2,A,2025-01-11,500", "D3,A,2025-02-11,300")
    office("record", "--facts", "facts", "--by", "Li")
    _, out, _ = office("run", "--period", "2025-02")
    assert re.search(r"A +2025-01 +50.00 +deal:D2 +entry 5", out)
    data = json.loads(office("run", "--period", "2025-02", "--format", "json")[1])
    assert data["corrections"] == [
        {
            "person": "A",
            "period": "2025-01",
            "amount": "50.00",
            "currency": "CNY",
            "causes": [5],
            "records": ["deal:D2"],
        }
    ]
    rows = list(csv.DictReader(io.StringIO(office("run", "--period", "2025-02", "--format", "csv")[1])))
    assert [(r["payout"], r["corrections"], r["together"]) for r in rows] == [("30.00", "50.00", "80.00")]
    assert "deal:D2" in office("explain", "--period", "2025-02", "--person", "A")[1]


def test_a_closed_period_is_explained_as_it_was_paid(office):
    """What came later is not in it."""
    january(office)
    facts("D1,A,2025-01-10,1000", "D2,A,2025-01-11,500")
    office("record", "--facts", "facts", "--by", "Li")
    out = office("explain", "--period", "2025-01", "--person", "A")[1]
    assert "D1" in out
    assert "D2" not in out


def test_verify_may_be_entered_and_told_as_data(office):
    """With a name the verification is an entry of its own."""
    january(office)
    data = json.loads(office("verify", "--by", "Auditor", "--format", "json")[1])
    assert (data["sound"], data["periods"]) == (True, [{"equal": True, "period": "2025-01", "run": 3}])
    assert office("log")[1].splitlines()[-1].endswith("verified 1 closed period: the same")


def test_the_head_is_exported_at_each_closing(office, tmp_path):
    """Beside the book, and where else it is asked for."""
    out = january(office)[1]
    (mark,) = re.findall("[0-9a-f]{64}", out)
    assert (tmp_path / "pay.book.heads").read_text("utf-8") == f"4 {mark} pay 2025-01\n"
    office("run", "--period", "2025-02", "--by", "Zhang")
    office("close", "--period", "2025-02", "--by", "Chen", "--heads", "elsewhere.txt")
    assert len((tmp_path / "elsewhere.txt").read_text("utf-8").splitlines()) == 2


def test_the_head_of_a_book_on_a_server_is_exported_too(office, server, capsys, tmp_path):
    """Into the folder at hand, under the names of server, database and book; without a password."""
    url = server.url().replace("office@", "office:secret@")
    name = url.rpartition("=")[2]
    steps = [
        ["publish", "pay.tier", "--by", "Wang"],
        ["record", "--facts", "facts", "--by", "Li"],
        ["run", "--period", "2025-01", "--by", "Zhang"],
        ["close", "--period", "2025-01", "--by", "Chen"],
        ["verify"],
    ]
    for step in steps:
        assert main([*step, "--book", url, "--lang", "en"]) == 0, capsys.readouterr()
    said = capsys.readouterr()
    assert "secret" not in said.out + said.err
    assert "1 exported mark, the same" in said.out
    heads = tmp_path / f"127.0.0.1-postgres-{name}.heads"
    assert len(heads.read_text("utf-8").splitlines()) == 1
    heads.write_text(heads.read_text("utf-8").replace(" pay ", "0 pay "), "utf-8")
    assert main(["verify", "--book", url, "--lang", "en"]) == 1


@pytest.mark.parametrize(
    "words",
    [
        ["run", "pay.tier", "--period", "2025-01"],
        ["run", "--period", "2025-01", "--facts", "facts"],
        ["run", "--period", "2025-01", "--carried", "x.csv"],
        ["run", "--period", "2025-13"],
        ["run", "--period", "2025-01", "--by", ""],
        ["run", "--period", "2025-01", "--as-known-on", "never"],
        ["record", "--by", "Li"],
        ["record", "--facts", "nowhere", "--by", "Li"],
        ["close", "--by", "Chen"],
        ["explain", "--period", "2025-01", "--person", "Nobody"],
        ["log", "--at", "32"],
    ],
)
def test_wrong_usage_is_told(office, words):
    """Code 2, a sentence, and nothing entered."""
    january(office)
    code, out, err = office(*words)
    assert (code, out) == (2, "")
    assert err
    assert len(office("log")[1].splitlines()) == 2 + 4


def test_options_of_a_book_want_a_book(office, capsys):
    """--by, --at, --as-known-on and --scheme go with --book only."""
    for option in ("--by", "--at", "--as-known-on", "--scheme"):
        assert main(["run", "pay.tier", "--facts", "facts", "--period", "2025-01", option, "2025-01-01"]) == 2
        assert option in capsys.readouterr().err


def test_several_schemes_in_one_book(office):
    """Each has its own versions and closings; which one is meant must be said."""
    january(office)
    text = SCHEME.replace("scheme pay", "scheme service alias 服务").replace("10%", "20%")
    with open("service.tier", "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write(text)
    assert office("publish", "service.tier", "--by", "Wang")[0] == 0
    code, _, err = office("run", "--period", "2025-01")
    assert code == 2
    assert "E4012" in err
    data = json.loads(office("run", "--period", "2025-01", "--scheme", "服务", "--format", "json")[1])
    assert data["people"]["A"]["payouts"][0]["amount"] == "200.00"
    assert office("close", "--period", "2025-01", "--scheme", "service", "--by", "Chen")[0] == 1


@pytest.mark.parametrize("command", [["run"], ["explain", "--person", "A"], ["statement", "--person", "A"]])
def test_a_period_before_the_first_version_is_not_in_force(office, command):
    """Code 1, and nobody is paid."""
    january(office)
    code, out, err = office(*command, "--period", "2024-12")
    assert (code, out) == (1, "")
    assert "error E3301" in err
