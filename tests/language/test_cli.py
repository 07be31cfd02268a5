"""The command line: results, languages, exit codes, encodings."""

import csv
import functools
import io
import json
import os
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

import tiercel
from tiercel.cli import main

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "office_software"
V2, V2_ZH = str(EXAMPLE / "v2.tier"), str(EXAMPLE / "v2.zh.tier")
FACTS = str(EXAMPLE / "facts")
AUGUST = ["--facts", FACTS, "--period", "2023-08"]
COMMANDS = ["check", "run", "explain", "statement", "demo", "explain-code"]
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(autouse=True)
def _plain_surroundings(monkeypatch):
    for name in ("TIERCEL_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "TIERCEL_DEBUG"):
        monkeypatch.delenv(name, raising=False)


@functools.cache
def evaluation():
    return tiercel.load(V2).evaluate(FACTS, "2023-08")


def spoken(capsys, *words):
    """Exit code, stdout and stderr of a command run in this process."""
    code = main(list(words))
    got = capsys.readouterr()
    return code, got.out, got.err


def process(*words, **environment):
    """A real process, with the streams as bytes."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "TIERCEL", "PYTHONIO"))}
    home = Path(tiercel.__file__).parents[1]
    language = Path(sys.modules["tiercel_dsl"].__file__ or "").parents[1]
    paths = os.pathsep.join([str(language), str(home)])
    environment = {**inherited, "PYTHONPATH": paths, "PYTHONUTF8": "1", **environment}
    return subprocess.run([sys.executable, "-m", "tiercel", *words], capture_output=True, env=environment, check=False)


# ---- help and languages


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_has_help_in_both_languages(capsys, command):
    """Help comes on stdout with code 0, in Chinese where asked, in English otherwise."""
    words = [command] if command else []
    for language in ("zh", "en"):
        code, out, err = spoken(capsys, *words, "--help", "--lang", language)
        assert (code, err) == (0, "")
        assert out.startswith("用法：" if language == "zh" else "usage: ")
        assert bool(CHINESE.search(out)) is (language == "zh")


def test_help_leaves_no_english_sentence_in_chinese(capsys):
    """argparse's own headings are told in the reader's language too."""
    for command in COMMANDS:
        out = spoken(capsys, command, "--help", "--lang", "zh")[1]
        for word in ("usage", "options", "positional", "show this", "default"):
            assert word not in out


def test_help_of_every_command_names_every_option(capsys):
    """What the usage line names is explained below it."""
    for command in COMMANDS:
        usage, _, rest = spoken(capsys, command, "--help")[1].partition("\n\n")
        for option in re.findall(r"--[a-z-]+", usage):
            assert option in rest


@pytest.mark.parametrize(
    ("variables", "chinese"),
    [
        ({}, False),
        ({"LANG": "zh_CN.UTF-8"}, True),
        ({"LC_MESSAGES": "zh_CN", "LANG": "en_US"}, True),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, False),
        ({"TIERCEL_LANG": "zh", "LANG": "en_US"}, True),
        ({"TIERCEL_LANG": "en", "LC_ALL": "zh_CN"}, False),
    ],
)
def test_language_follows_the_surroundings(capsys, monkeypatch, variables, chinese):
    """TIERCEL_LANG before LC_ALL before LC_MESSAGES before LANG before English."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert bool(CHINESE.search(spoken(capsys, "--help")[1])) is chinese


def test_lang_option_is_taken_anywhere_and_wins(capsys, monkeypatch):
    """--lang before or after the command outdoes the environment."""
    monkeypatch.setenv("TIERCEL_LANG", "en")
    for words in (["--lang", "zh", "explain-code", "E3101"], ["explain-code", "E3101", "--lang=zh"]):
        assert CHINESE.search(spoken(capsys, *words)[1])


def test_a_chinese_scheme_speaks_chinese_unless_told_otherwise(capsys):
    """The face of the file decides over the locale, --lang over the face."""
    assert "没有发现问题" in spoken(capsys, "check", V2_ZH)[1]
    assert not CHINESE.search(spoken(capsys, "check", V2_ZH, "--lang", "en")[1])


def test_version_is_told(capsys):
    """--version prints name and number."""
    assert spoken(capsys, "--version")[:2] == (0, f"tiercel {tiercel.__version__}\n")


# ---- check


def test_check_tells_what_a_clean_file_holds_and_what_to_do_next(capsys):
    """Version, hash, contents on stdout; the next command on stderr."""
    code, out, err = spoken(capsys, "check", V2)
    assert code == 0
    assert "version 2" in out
    assert tiercel.load(V2).hash[:12] in out
    assert "4 measures" in out
    assert err.startswith("next: tiercel run ")


def test_check_counts_tables_of_every_kind(capsys, tmp_path):
    """Tiers and lookup tables are told apart, and both are told."""
    file = tmp_path / "s.tier"
    head = "方案 甲\n版本 1 自 2025-01-01 起\n币种 CNY\n周期 月\n人员\n  工号 文本，标识\n  级别 文本\n"
    body = '对照表 奖额 按 级别\n  "A"   100\n  其他情形   0\n奖金 乙\n  奖额(级别)\n'
    file.write_text(head + body, "utf-8")
    code, out, _ = spoken(capsys, "check", str(file))
    assert code == 0
    assert "1 项发放、1 张对照表、1 张数据表" in out


def test_check_reports_findings_on_stdout_with_code_1(capsys, tmp_path):
    """Errors are the result of a check; JSON has the shape of the contract."""
    file = tmp_path / "v2.tier"
    shutil.copy(EXAMPLE / "company.tier", tmp_path)
    file.write_text((EXAMPLE / "v2.tier").read_text("utf-8").replace("5% of amount", "5% of amout"), "utf-8")
    code, out, err = spoken(capsys, "check", str(file))
    assert code == 1
    assert "amout" in out
    assert "explain-code" in err
    code, out, err = spoken(capsys, "check", str(file), "--format", "json")
    data = json.loads(out)
    assert (code, err, data["format_version"]) == (1, "", 1)
    assert {"code", "severity", "message", "file", "line", "column", "fixes"} <= set(data["diagnostics"][0])
    assert str(tmp_path) not in out


def test_check_of_clean_files_as_json_is_an_empty_list(capsys):
    """Several files are checked in one go."""
    code, out, _ = spoken(capsys, "check", V2, V2_ZH, "--format", "json")
    assert (code, json.loads(out)) == (0, {"format_version": 1, "diagnostics": []})


# ---- run


def test_both_faces_and_both_evaluators_give_the_same_json(capsys):
    """No path, language or evaluator is inside, and it is what the library gives."""
    texts = {
        spoken(capsys, "run", file, *AUGUST, "--format", "json", *more)[1]
        for file, more in ((V2, []), (V2_ZH, []), (V2, ["--evaluator", "reference"]))
    }
    assert len(texts) == 1
    text = texts.pop()
    assert text == json.dumps(evaluation().to_dict(), sort_keys=True, ensure_ascii=False, indent=2) + "\n"
    assert FACTS not in text


def test_table_adds_up_to_the_payout(capsys):
    """The row of sums holds the sum of all payouts; the table holds everybody."""
    code, out, err = spoken(capsys, "run", V2, *AUGUST)
    lines = out.splitlines()
    assert code == 0
    assert lines[-1].split()[-1] == f"{sum(evaluation().payout.values()):,}"
    assert [line.split()[0] for line in lines if re.match("E[0-9]", line)] == list(evaluation().payout)
    assert err.startswith("next: tiercel explain ")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_csv_is_the_payout_with_a_mark_for_spreadsheets(capsys, tmp_path, language):
    """--out writes UTF-8 with its mark, one row per person, amounts as plain text."""
    file = tmp_path / "pay.csv"
    code, out, _ = spoken(capsys, "run", V2, *AUGUST, "--format", "csv", "--out", str(file), "--lang", language)
    assert (code, out) == (0, "")
    data = file.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig")))
    assert head[0] == ("工号" if language == "zh" else "id")
    assert {row[0]: Decimal(row[-1]) for row in rows} == dict(evaluation().payout)
    assert [Decimal(row[3]) + Decimal(row[4]) for row in rows] == [
        sum((x.amount for x in evaluation().lines if x.person == row[0] and x.kind != "adjustment"), Decimal(0))
        for row in rows
    ]


def test_csv_on_stdout_has_no_mark(capsys):
    """A pipe gets text as it is."""
    assert spoken(capsys, "run", V2, *AUGUST, "--format", "csv")[1].startswith("id,name,")


def test_a_name_like_a_formula_stays_a_text_in_csv(capsys, tmp_path):
    """A spreadsheet must not run what stands in a name."""
    facts = {"people.csv": "id,name,goal\nA,=1+1,100\n", "deal.csv": "id,rep,day,amount\nD1,A,2023-01-02,100\n"}
    folder = small(tmp_path, facts)
    out = spoken(
        capsys, "run", str(folder / "s.tier"), "--facts", str(folder), "--period", "2023-01", "--format", "csv"
    )[1]
    assert "'=1+1" in out
    assert "\nA,'=1+1,5.00,5.00\n" in out


def test_person_narrows_the_table_and_the_sum(capsys):
    """--person may be repeated; the sums are those of the rows shown."""
    out = spoken(capsys, "run", V2, *AUGUST, "--person", "E001", "--person", "E075")[1]
    assert [line.split()[0] for line in out.splitlines()[-3:]] == ["E001", "E075", "total"]
    paid = evaluation().payout
    assert out.splitlines()[-1].endswith(f"{paid['E001'] + paid['E075']:,}")
    data = json.loads(spoken(capsys, "run", V2, *AUGUST, "--person", "E001", "--format", "json")[1])
    assert list(data["people"]) == ["E001"]


SCHEME = """scheme s
version 1 from 2023-01-01
currency CNY
period month
people
  id text, key
  name text
  goal money
facts deal
  id text, key
  rep person, credited
  day date, date of record
  amount money
commission pay for each deal
  5% of amount
payout
  total(commission)
"""


def small(folder, facts):
    """A folder with a small scheme and its facts."""
    (folder / "s.tier").write_text(SCHEME, "utf-8")
    for name, text in facts.items():
        (folder / name).write_text(text, "utf-8")
    return folder


WRONG = [
    "A,2023-01-02,x",
    "A,2023-01-02,1.005",
    "A,2023-13-02,1",
    "C,2023-01-02,1",
    "A,,1",
    "A,2023-01-02,",
    "A,2023-01-02",
]
BROKEN = {
    "people.csv": "id,name,goal\nA,Ann,1\nB,Bob,1\n",
    "deal.csv": "\n".join(
        ["id,rep,day,amount", *(f"D{i},{row}" for i, row in enumerate(WRONG)), "D9,B,2023-01-03,100", ""]
    ),
}


def test_a_fault_in_the_data_pays_nobody(capsys, tmp_path):
    """Code 1, no result; five faults shown, all with --all-findings."""
    folder = small(tmp_path, BROKEN)
    words = ["run", str(folder / "s.tier"), "--facts", str(folder), "--period", "2023-01"]
    code, out, err = spoken(capsys, *words)
    assert (code, out) == (1, "")
    assert err.count("error E3") == 5
    assert re.search(r"and \d more\n", err)
    assert "--all-findings" in err
    told = spoken(capsys, *words, "--all-findings")[2]
    assert told.count("error E3") > 5
    assert f"nobody is paid: {told.count('error E3')} faults" in told


def test_partial_pays_those_without_faults_and_lists_the_others(capsys, tmp_path):
    """Still code 1, since there are findings."""
    folder = small(tmp_path, BROKEN | {"deal.csv": "id,rep,day,amount\nD1,A,2023-01-02,x\nD9,B,2023-01-03,100\n"})
    inputs = [str(folder / "s.tier"), "--facts", str(folder), "--period", "2023-01"]
    code, out, err = spoken(capsys, "run", *inputs, "--partial")
    assert code == 1
    assert "Bob" in out
    assert "Ann" not in out
    assert "1 person is left out: A" in err
    code, out, err = spoken(capsys, "run", *inputs, "--partial", "--person", "A")
    assert (code, out) == (1, "")
    assert "A is left out" in err


# ---- what is missing to a place

REACHING = ["explain", str(EXAMPLE / "v2.tier"), "--facts", str(EXAMPLE / "facts"), "--period", "2023-09", "--to-reach"]


def test_two_more_large_deals_to_third_place(capsys):
    """E014 is sixth of the team with 0.9408; 1.0722 is third, and two more deals like HT2309-288 lead to the first."""
    code, out, err = spoken(capsys, *REACHING, "3", "--person", "E014", "--more", "HT2309-288")
    assert (code, err) == (0, "")
    assert out.splitlines()[:3] == [
        "team_place: place 6 of 18",
        "  place 3 is at 1.0722, E014 at 0.9408: 0.1314 missing",
        "  2 more like HT2309-288: place 1",
    ]
    assert out.splitlines()[5] == "  10 more like HT2309-288 do not reach it"


def test_a_place_in_chinese_and_as_data(capsys):
    """E042 is third in the team already, 16th of 98 in the company, with 1.0722 against 1.1256."""
    code, out, _ = spoken(capsys, *REACHING, "3", "--person", "E042", "--lang", "zh")
    assert code == 0
    assert out.splitlines() == [
        "团队名次：第 3 名，18 人参评",
        "  已在前 3 名",
        "公司名次：第 16 名，98 人参评",
        "  第 3 位是 1.1256，E042 是 1.0722，还差 0.0534",
    ]
    code, out, _ = spoken(capsys, *REACHING, "3", "--person", "E042", "--format", "json")
    assert json.loads(out)["goals"][1] == {
        "rank": "company_place", "place": 16, "entrants": 98, "own": "1.0722", "there": "1.1256", "missing": "0.0534",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["3", "--person", "E041"], "E041 has no place in a ranking in 2023-09"),
        (["0", "--person", "E042"], "the first place is 1"),
        (["1", "--person", "E042", "--more", "HT-0"], "no table has a row “HT-0”"),
    ],
)
def test_a_place_that_nobody_can_reach(capsys, asked, said):
    """Who takes no part, a place that there is not, a row that there is not."""
    code, out, err = spoken(capsys, *REACHING, *asked)
    assert (code, out) == (2, "")
    assert said in err


# ---- demo and explain-code


def test_demo_writes_a_company_and_repeats_itself(capsys, tmp_path, monkeypatch):
    """The same bytes each time; what it writes can be checked and run; it never overwrites."""
    outs = []
    for place in ("one", "two"):
        (tmp_path / place).mkdir()
        monkeypatch.chdir(tmp_path / place)
        code, out, err = spoken(capsys, "demo", "--lang", "zh")
        assert code == 0
        assert "tiercel explain" in err
        outs.append((out, err))
    assert outs[0] == outs[1]
    trees = [
        {p.relative_to(t): p.read_bytes() for p in sorted(t.rglob("*")) if p.is_file()} for t in tmp_path.iterdir()
    ]
    assert trees[0] == trees[1]
    assert not [p for p in trees[0] if p.suffix == ".py"]
    assert spoken(capsys, "check", "tiercel-demo/v2.zh.tier")[0] == 0
    code, out, err = spoken(capsys, "demo", "--lang", "zh")
    assert (code, out) == (2, "")
    assert "E4005" in err


def test_demo_shows_ten_people_the_total_and_a_statement(capsys, tmp_path):
    """In English by default, with the scheme's English face; the folder may be there if it is empty."""
    code, out, err = spoken(capsys, "demo", str(tmp_path))
    assert code == 0
    table = out.split("\n\n")[2].splitlines()
    assert len(table) == 2 + 10 + 1
    assert table[-1].split()[-1] == f"{sum(evaluation().payout.values()):,}"
    assert "× 6%" in out
    assert "ADJUSTMENTS" in out
    assert "v2.tier" in err


def test_explain_code_tells_what_and_how_to_mend_it(capsys):
    """In both languages, in any letter case; an unknown code is a usage error."""
    code, out, _ = spoken(capsys, "explain-code", "e3101", "--lang", "zh")
    assert code == 0
    assert "没有填" in out
    assert "补填" in out
    assert "〈" not in out
    code, out, err = spoken(capsys, "explain-code", "E9999")
    assert (code, out) == (2, "")
    assert "E4004" in err


# ---- processes


def test_a_process_gives_result_and_talk_on_their_own_streams():
    """python -m tiercel: stdout is the result alone."""
    done = process("run", V2_ZH, *AUGUST, "--format", "json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["period"] == "2023-08"


def test_help_starts_without_the_engine():
    """What is heavy is imported when a command needs it."""
    code = (
        "import sys, tiercel.cli; print([m for m in ('lark', 'pydantic', 'tabulate', 'wcwidth') if m in sys.modules])"
    )
    paths = os.pathsep.join(p for p in sys.path if p)
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_a_gbk_console_never_crashes():
    """A name that GBK lacks is shown with ?, everything of our own as it is."""
    done = process("run", V2_ZH, *AUGUST, PYTHONIOENCODING="gbk")
    assert done.returncode == 0
    text = done.stdout.decode("gbk")
    assert "李?" in text
    assert text.count("?") == sum(name in "𠮷䶮" for name in "𠮷䶮")
    assert "--out" in done.stderr.decode("gbk")
    done = process("explain", V2_ZH, *AUGUST, "--person", "E075", PYTHONIOENCODING="gbk")
    assert done.returncode == 0
    assert "?" not in done.stdout.decode("gbk")


def test_color_only_on_a_terminal():
    """Neither stdout nor stderr carries escape codes into a file or pipe."""
    done = process("check", FACTS + "/team.csv")
    assert done.returncode == 1
    assert b"\x1b" not in done.stdout + done.stderr


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
def test_a_reader_who_leaves_early_ends_it_quietly():
    """A closed pipe gives no message and leaves the exit code alone."""
    reading, writing = os.pipe()
    os.close(reading)
    home = Path(tiercel.__file__).parents[1]
    language = Path(sys.modules["tiercel_dsl"].__file__ or "").parents[1]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(language), str(home)])}
    command = [sys.executable, "-m", "tiercel", "run", V2, *AUGUST, "--format", "json"]
    with os.fdopen(writing, "wb") as pipe:
        done = subprocess.run(command, stdout=pipe, stderr=subprocess.PIPE, env=environment, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_an_interruption_and_a_fault_of_our_own_are_no_traceback(capsys, monkeypatch):
    """130 without a word; 3 with one sentence in both languages, details only on request."""
    monkeypatch.setattr("tiercel.run.load", raising(KeyboardInterrupt()))
    assert spoken(capsys, "run", V2, *AUGUST) == (130, "", "")
    monkeypatch.setattr("tiercel.run.load", raising(ZeroDivisionError("x")))
    code, out, err = spoken(capsys, "run", V2, *AUGUST)
    assert (code, out) == (3, "")
    assert "Traceback" not in err
    assert CHINESE.search(err)
    monkeypatch.setenv("TIERCEL_DEBUG", "1")
    assert "Traceback" in spoken(capsys, "run", V2, *AUGUST)[2]


def raising(fault):
    def call(*_, **__):
        raise fault

    return call
