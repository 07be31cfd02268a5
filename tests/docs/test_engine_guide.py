"""`engine/README.md`: its list of modules is the list of files, its code runs, its JSON is what is written."""

import functools
import importlib.util
import json
import sys
from pathlib import Path

import tiercel
import tiercel_dsl
from tiercel.cli import main


def module(name):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    loaded = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


documents = module("documents")
SECTIONS = documents.sections(documents.ARCHITECTURE)
EXAMPLE = documents.ROOT / "examples" / "office_software"


def modules_of(package):
    """Names of the modules and packages in a package, without its `__init__`."""
    home = Path(package.__file__).parent
    inside = [p.stem for p in home.iterdir() if p.suffix == ".py" or (p / "__init__.py").is_file()]
    return sorted(name for name in inside if name != "__init__")


def test_the_rooms_are_the_modules():
    language, engine = documents.tables(SECTIONS["Rooms · 模块"])
    assert sorted(row[0].strip("`") for row in language[1:]) == modules_of(tiercel_dsl)
    assert sorted(row[0].strip("`") for row in engine[1:]) == modules_of(tiercel)


def test_the_code_runs(monkeypatch):
    monkeypatch.chdir(documents.ROOT)
    pieces = [block for block in documents.blocks(documents.ARCHITECTURE) if block.kind == "python"]
    assert len(pieces) == 3
    for block in pieces:
        exec(block.text, {})


def told(record):
    (table,) = documents.tables(SECTIONS["JSON"])
    return next(set(keys.replace("`", "").split()) for name, keys in table[1:] if name == record)


@functools.cache
def evaluation():
    """August 2023 of the example; its refunds reach back to a month of the first version."""
    return tiercel.load(EXAMPLE / "v2.tier").evaluate(EXAMPLE / "facts", "2023-08")


@functools.cache
def shared():
    """Parts of every kind: a ratio, an amount, the rest, limited ones, members equally and by weights; a line up a
    hierarchy past somebody who is no level, a sum with the groups below."""
    scheme = """\
scheme s
version 1 from 2025-01-01
currency CNY
period month
people
  id text, key
  team team
  above person, optional
  away yes/no
group team
  id text, key
  parent team, optional
facts deal
  id text, key
  rep person, credited
  day date, date of record
  friend person
commission c for each deal
  100
  shared
    50% to friend
    20% to rep
    together at most 10
commission d for each deal
  100
  shared
    50元 to friend
    the rest to company
bonus e for each team
  100
  shared equally among member
bonus f for each team
  100
  shared among member in proportion to count(deal)
bonus g for each deal to upline(above where not away)
  1
bonus h for each team to company
  count(deal, with groups below) * 1元
bonus i
  100
  pay
    50% due period.last
    50% due period.last + 1 month
"""
    facts = {
        "people": [
            {"id": "A", "team": "T", "above": "C", "away": "no"},
            {"id": "B", "team": "T", "above": "", "away": "no"},
            {"id": "C", "team": "T", "above": "B", "away": "yes"},
        ],
        "team": [{"id": "T", "parent": ""}],
        "deal": [{"id": "D", "rep": "A", "day": "2025-01-01", "friend": "B"}],
    }
    return tiercel.loads(scheme).evaluate(facts, "2025-01")


def passed():
    """A period in which A is paid by the earlier version."""
    old = "scheme plan\nversion {}\ncurrency CNY\nperiod month\npeople\n  id text, key\nbonus b\n  {}\n"
    new = old.format("2 from 2025-02-01", 200) + "transition from version 1\n  people keep version 1\n"
    scheme = tiercel.loads(new, versions=[old.format("1 from 2025-01-01", 100)])
    return scheme.evaluate({"people": [{"id": "A"}]}, "2025-02")


def half_passed():
    """The same by days, so that a line of the earlier version stands beside one of the later."""
    old = "scheme plan\nversion {}\ncurrency CNY\nperiod month\npeople\n  id text, key\nbonus b\n  {}\n"
    new = old.format("2 from 2025-02-15", 200) + "transition from version 1\n  by day\n"
    scheme = tiercel.loads(new, versions=[old.format("1 from 2025-01-01", 100)])
    return scheme.evaluate({"people": [{"id": "A"}]}, "2025-02")


def keys_of(records):
    return set().union(*records)


def test_the_shape_of_a_run():
    data = json.loads(json.dumps(evaluation().to_dict()))
    people = data["people"].values()
    assert set(data) == told("run")
    assert set(data["scheme"]) == told("its scheme")
    assert keys_of(people) == told("a person")
    assert keys_of(x for person in people for x in person["payouts"]) == told("a payout")
    others = shared().to_dict()
    assert others["company"].keys() == {"lines"}
    sharing = (*others["people"].values(), *passed().to_dict()["people"].values(), others["company"])
    lines = [x for person in (*people, *sharing) for x in person["lines"]]
    assert keys_of(lines) == told("a line")
    assert keys_of(x["settled"] for x in lines if "settled" in x) == told("its money")


def nodes(data):
    yield data
    for inner in data["inputs"]:
        yield from nodes(inner)


def test_the_shape_of_an_explanation():
    """Of everybody who was refunded something: all kinds of node, step and input occur."""
    data = evaluation().to_dict()
    refunded = [p for p, person in data["people"].items() if any("reverses" in x for x in person["lines"])]
    explained = [evaluation().explain(person).to_dict() for person in refunded]
    assert len(explained) > 3
    assert keys_of(explained) == told("explain")
    adjustments = [a for e in explained for a in e["adjustments"]]
    assert keys_of(adjustments) == told("an adjustment")
    roots = [n for e in explained for n in (e["payout"], *e["lines"], *e["values"])]
    roots += [n for a in adjustments for n in (a["payout_before"], a["payout_after"])]
    roots += [n for who in ("B", "company") for n in shared().explain(who).to_dict()["lines"]]
    roots += half_passed().explain("A").to_dict()["lines"]
    every = [n for root in roots for n in nodes(root)]
    steps = [s for n in every for s in n["steps"]]
    tiers = [t for s in steps for t in s.get("tiers", ())]
    assert keys_of(every) == told("a node")
    assert keys_of(steps) - told("a step") == set()
    assert told("a step") - keys_of(steps) <= {"cannot", "cut"}
    assert keys_of(s["portion"] for s in steps if "portion" in s) == told("a portion")
    seldom = told("of other rows or days") | told("of ranks, of lookup tables")
    assert keys_of(i for s in steps for i in s.get("inputs", ())) - seldom == told("an input")
    assert keys_of(tiers) == told("a table of tiers")
    assert keys_of(x for t in tiers for x in t.get("slices", ())) == told("a slice")


OTHER_DAYS = """scheme plan
version 1 from 2023-01-01
currency CNY
period month
people
  id text, key
  quota money, dated
facts deal
  id text, key
  rep person, credited
  day date, date of record
commission c for each deal
  1 * running count (per rep, year to date)
  plus quota by day
"""


def test_the_shape_of_what_was_read_of_other_days():
    """Windows say their days, keys their columns, means their parts."""
    people = [{"id": "A", "from": "2023-01-01", "quota": "1"}, {"id": "A", "from": "2023-08-11", "quota": "2"}]
    facts = {"people": people, "deal": [{"id": "D", "rep": "A", "day": "2023-08-01"}]}
    (line,) = tiercel.loads(OTHER_DAYS).evaluate(facts, "2023-08").explain("A").to_dict()["lines"]
    read = keys_of(i for step in line["steps"] for i in step.get("inputs", ()))
    assert read - told("an input") == told("of other rows or days")


CAPPED = """scheme plan
version 1 from 2023-01-01
currency CNY
period month
people
  id text, key
  base money
bonus b
  base
  at most 100 per year
"""


def test_the_shape_of_what_earlier_periods_came_to():
    """The periods it comes from, and what a cap cut off."""
    facts = {"people": [{"id": "A", "base": "80"}]}
    (line,) = tiercel.loads(CAPPED).evaluate(facts, "2023-02").explain("A").to_dict()["lines"]
    read = keys_of(i for step in line["steps"] for i in step.get("inputs", ()))
    assert read - told("an input") == told("of earlier periods")
    assert keys_of(line["steps"]) <= told("a step")
    assert [step["cut"] for step in line["steps"] if "cut" in step] == ["60"]


def test_the_shape_of_a_check(tmp_path, capsys):
    (tmp_path / "bad.tier").write_text("bonus x\n  100\n", "utf-8")
    assert main(["check", str(tmp_path / "bad.tier"), "--format", "json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert set(data) == told("check")
    assert keys_of(data["diagnostics"]) == told("a diagnostic")


def test_the_errors_are_those_a_host_can_catch():
    (table,) = documents.tables(SECTIONS["Embedding · 接入"])
    names = {row[0].strip("`") for row in table[1:]}
    public = {c.__name__ for c in tiercel.TiercelError.__subclasses__() if c.__module__ == "tiercel.errors"}
    assert names == public
