"""The command line on input that cannot be right: a sentence and an exit code, never a traceback."""

import os
import random
import shutil
from pathlib import Path

import pytest

from tiercel.cli import main

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "office_software"
V2 = str(EXAMPLE / "v2.tier")
FACTS = str(EXAMPLE / "facts")


@pytest.fixture(autouse=True)
def _plain_surroundings(monkeypatch):
    for name in ("TIERCEL_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "TIERCEL_DEBUG"):
        monkeypatch.delenv(name, raising=False)


def spoken(capsys, *words):
    code = main([str(word) for word in words])
    got = capsys.readouterr()
    assert "Traceback" not in got.out + got.err
    return code, got.out, got.err


INPUTS = ["--facts", FACTS, "--period", "2023-08"]

USAGE = {
    "nothing": [],
    "an unknown command": ["frob"],
    "no file": ["check"],
    "a missing file": ["check", "nowhere.tier"],
    "a folder as a file": ["check", FACTS],
    "a folder as a scheme": ["run", FACTS, *INPUTS],
    "a folder as a version": ["run", V2, *INPUTS, "--version", FACTS],
    "a missing version": ["run", V2, *INPUTS, "--version", "nowhere.tier"],
    "a missing folder": ["run", V2, "--facts", "nowhere", "--period", "2023-08"],
    "a file as a folder": ["run", V2, "--facts", V2, "--period", "2023-08"],
    "no period": ["run", V2, "--facts", FACTS],
    "an empty period": ["run", V2, "--facts", FACTS, "--period", ""],
    "another shape of period": ["run", V2, "--facts", FACTS, "--period", "2023-Q3"],
    "no such month": ["run", V2, "--facts", FACTS, "--period", "2023-13"],
    "a year that no calendar has": ["run", V2, "--facts", FACTS, "--period", "99999-01"],
    "somebody unknown": ["run", V2, *INPUTS, "--person", "E0755"],
    "somebody unknown to explain": ["explain", V2, *INPUTS, "--person", "张三"],
    "nobody to explain": ["explain", V2, *INPUTS],
    "an unknown line": ["explain", V2, *INPUTS, "--person", "E075", "--line", "提成"],
    "an unknown record": ["explain", V2, *INPUTS, "--person", "E075", "--row", "?"],
    "an unknown form": ["run", V2, *INPUTS, "--format", "xml"],
    "an unknown evaluator": ["run", V2, *INPUTS, "--evaluator", "abacus"],
    "an unknown language": ["run", V2, *INPUTS, "--lang", "fr"],
    "an unknown option": ["run", V2, *INPUTS, "--frob"],
    "an option without its value": ["run", V2, "--facts"],
    "a shortened option": ["run", V2, "--fact", FACTS, "--period", "2023-08"],
    "an unknown code": ["explain-code", "X"],
    "an empty code": ["explain-code", ""],
    "a file as a folder to write to": ["demo", V2],
    "a folder that is in use": ["demo", FACTS],
    "an impossible name": ["check", "a\0b"],
    "half a character": ["check", "\udcff.tier"],
    "a result into nowhere": ["run", V2, *INPUTS, "--out", "nowhere/x.csv"],
    "a result over the scheme": ["run", V2, *INPUTS, "--out", V2],
    "a result over the facts": ["run", V2, *INPUTS, "--out", FACTS + "/deal.csv"],
    "a result over a folder": ["run", V2, *INPUTS, "--out", "."],
}


@pytest.mark.parametrize("words", USAGE.values(), ids=USAGE.keys())
@pytest.mark.parametrize("language", ["zh", "en"])
def test_wrong_usage_is_a_sentence_and_code_2(capsys, monkeypatch, tmp_path, words, language):
    """Nothing on stdout, the sentence on stderr in the reader's language."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TIERCEL_LANG", language)
    code, out, err = spoken(capsys, *words)
    assert (code, out) == (2, "")
    assert err.strip()
    assert any("\u4e00" <= c <= "\u9fff" for c in err.replace("张三", "").replace("提成", "")) is (language == "zh")


def test_a_period_before_the_first_version_is_a_finding(capsys):
    """Not in force: code 1, as the contract says."""
    code, out, err = spoken(capsys, "run", V2, "--facts", FACTS, "--period", "2022-01")
    assert (code, out) == (1, "")
    assert "E3301" in err


def test_a_wrong_name_gets_the_nearest(capsys):
    """Did you mean."""
    assert "E075" in spoken(capsys, "explain", V2, *INPUTS, "--person", "E0755")[2]


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\xff", b"\x00" * 99, bytes(range(256)), "方案".encode("utf-16")])
def test_a_file_that_is_no_scheme_is_a_finding(capsys, tmp_path, data):
    """Whatever the bytes are."""
    file = tmp_path / "x.tier"
    file.write_bytes(data)
    assert spoken(capsys, "check", file)[0] == 1
    code, out, _ = spoken(capsys, "run", file, *INPUTS)
    assert (code, out) == (1, "")


@pytest.mark.parametrize("seed", range(12))
def test_damaged_files_never_crash_it(capsys, tmp_path, seed):
    """Cut, doubled and overwritten pieces of scheme and data: findings at most."""
    chance = random.Random(seed)
    shutil.copytree(EXAMPLE, tmp_path / "x", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    folder = tmp_path / "x"
    names = ["v2.tier", "v2.zh.tier", "facts/deal.csv", "facts/people.csv", "company.tier"]
    victim = folder / names[seed % len(names)]
    data = bytearray(victim.read_bytes())
    for _ in range(3):
        start = chance.randrange(len(data))
        data[start : start + chance.randrange(1, 40)] = bytes(
            chance.randrange(256) for _ in range(chance.randrange(20))
        )
    victim.write_bytes(data)
    file = folder / ("v2.zh.tier" if victim.name == "v2.zh.tier" else "v2.tier")
    assert spoken(capsys, "check", file)[0] in (0, 1)
    assert spoken(capsys, "run", file, "--facts", folder / "facts", "--period", "2023-08")[0] in (0, 1)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user whom permissions bind")
def test_files_that_may_not_be_read_are_told(capsys, tmp_path):
    """No permission is a sentence."""
    file = tmp_path / "x.tier"
    file.write_text("scheme x\n", "utf-8")
    file.chmod(0)
    assert spoken(capsys, "check", file)[0] == 2
