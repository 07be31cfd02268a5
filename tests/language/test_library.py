"""The library surface that hosts rely on: names, loading, versions, rows of every kind, partial runs, errors."""

import pickle
import runpy
import subprocess
import sys
from dataclasses import FrozenInstanceError, dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

import tiercel

ROOT = Path(__file__).resolve().parents[2]
OFFICE = ROOT / "examples" / "office_software"

TABLES = """people
  id text, key
  name text, optional
facts deal
  id text, key
  rep person, credited
  day date, date of record
  amount money
facts refund
  id text, key
  deal deal, reverses by amount / deal.amount
  day date, date of record
  amount money
"""
HEAD = """scheme plan "Sales plan"
version {version} from {first}
currency CNY
period month
"""
LINE = "commission c for each deal\n  {rate} of amount\n"


def text(version=1, first="2023-01-01", rate="10%", tables=TABLES):
    return HEAD.format(version=version, first=first) + tables + LINE.format(rate=rate)


FACTS: dict[str, list[dict[str, Any]]] = {
    "people": [{"id": "A"}, {"id": "B"}],
    "deal": [
        {"id": "D1", "rep": "A", "day": date(2023, 7, 3), "amount": Decimal("100.00")},
        {"id": "D2", "rep": "B", "day": "2023-07-04", "amount": 50},
    ],
    "refund": [],
}


def codes(caught):
    return [d.code for d in caught.value.diagnostics]


def by_both(scheme, facts, period, **more):
    """What the reference says; the compiled evaluator must say the same, also of what is wrong."""
    told: list[Any] = []
    for evaluator in ("reference", "compiled"):
        try:
            told.append(scheme.evaluate(facts, period, evaluator=evaluator, **more))
        except tiercel.TiercelError as error:
            told.append(error)
    defined, compiled = told
    if isinstance(defined, tiercel.TiercelError):
        assert (type(compiled), compiled.diagnostics) == (type(defined), defined.diagnostics)
        raise defined
    assert compiled.to_dict() == defined.to_dict()
    return defined


def payout(scheme, facts=FACTS, period="2023-07", **more):
    return {person: str(amount) for person, amount in by_both(scheme, facts, period, **more).payout.items()}


# ---- names --------------------------------------------------------------------------------------------------


def test_the_public_names_are_sorted_and_all_there():
    """`__all__` in order, every name importable, nothing twice."""
    assert list(tiercel.__all__) == sorted(set(tiercel.__all__))
    for name in tiercel.__all__:
        assert getattr(tiercel, name) is not None
    wanted = set("Carried Diagnostic Evaluation Explanation FactsError PaidLine Scheme SchemeError".split())
    assert wanted | {"TiercelError", "UsageError", "__version__", "check", "load", "loads"} <= set(tiercel.__all__)


def test_there_is_one_tree_of_errors_and_no_unknown_name():
    """A host catches TiercelError."""
    for error in (tiercel.SchemeError, tiercel.FactsError, tiercel.UsageError):
        assert issubclass(error, tiercel.TiercelError)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = tiercel.nothing


@pytest.mark.parametrize("module", ["lark", "pydantic", "tabulate", "ruamel", "numba", "numpy"])
def test_the_import_alone_brings_in_no_library(module):
    """`import tiercel` stays quick: what it needs is imported when it is used."""
    program = f"import sys, tiercel; sys.exit(any(m.split('.')[0] == {module!r} for m in sys.modules))"
    paths = [str(ROOT / part) for part in ("dsl", "engine")]
    program = f"import sys; sys.path[:0] = {paths!r}; " + program
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


# ---- a scheme and its evaluation ---------------------------------------------------------------------------------


def test_a_scheme_from_text_pays():
    """10% of 100 and of 50."""
    scheme = tiercel.loads(text())
    assert (scheme.name, scheme.version, len(scheme.hash), scheme.warnings) == ("plan", 1, 64, ())
    evaluation = scheme.evaluate(FACTS, "2023-07")
    assert dict(evaluation.payout) == {"A": Decimal("10.00"), "B": Decimal("5.00")}
    assert evaluation.lines == (
        tiercel.PaidLine("c", "D1", "A", Decimal("10.00"), "CNY", "commission", "2023-07-31"),
        tiercel.PaidLine("c", "D2", "B", Decimal("5.00"), "CNY", "commission", "2023-07-31"),
    )
    assert (evaluation.period, evaluation.currency, evaluation.history, evaluation.unpaid) == (
        "2023-07",
        "CNY",
        "none",
        (),
    )


def test_a_result_as_data_is_that_of_the_contract():
    """Money as text, identities as keys, no path, no clock."""
    scheme = tiercel.loads(text() + "n = count(deal)\nshare = n / 3\n")
    line = {"line": "c", "row": "D1", "amount": "10.00", "currency": "CNY", "due": "2023-07-31"}
    told = scheme.evaluate({**FACTS, "people": [{"id": "A"}], "deal": FACTS["deal"][:1]}, "2023-07").to_dict()
    assert told == {
        "format_version": 1,
        "scheme": {"name": "plan", "version": 1, "hash": scheme.hash},
        "period": "2023-07",
        "history": "none",
        "people": {
            "A": {
                "payouts": [{"currency": "CNY", "amount": "10.00"}],
                "values": {"n": "1", "share": "0.333333"},
                "lines": [line],
            }
        },
        "company": {"lines": []},
        "unpaid": [],
        "diagnostics": [],
    }


def test_a_line_that_takes_back_names_what_it_takes_back():
    """The refund is the row, the sale stands under `reverses`."""
    facts = {**FACTS, "refund": [{"id": "R1", "deal": "D1", "day": "2023-07-09", "amount": 25}]}
    told = tiercel.loads(text()).evaluate(facts, "2023-07").to_dict()["people"]["A"]["lines"]
    assert [(x["row"], x["amount"], x.get("reverses")) for x in told] == [("D1", "10.00", None), ("R1", "-2.50", "D1")]


def test_a_person_is_explained_and_a_stranger_is_a_usage_error():
    """The tree begins at the payout; of somebody unknown the nearest names are told."""
    scheme = tiercel.loads(text())
    evaluation = scheme.evaluate({**FACTS, "people": [*FACTS["people"], {"id": "Anna"}]}, "2023-07")
    told = evaluation.explain("A").to_dict()
    assert (told["person"], told["amount"], told["currency"], told["period"]) == ("A", "10.00", "CNY", "2023-07")
    assert told["scheme"] == {"name": "plan", "version": 1, "hash": scheme.hash}
    assert [(x["name"], x["row"], x["amount"]) for x in told["lines"]] == [("c", "D1", "10.00")]
    assert evaluation.explain("A").amount == Decimal("10.00")
    with pytest.raises(tiercel.UsageError) as caught:
        evaluation.explain("Ana")
    assert codes(caught) == ["E4002"]
    assert "Anna" in caught.value.diagnostics[0].facts["candidates"]


def test_values_are_decimals_where_one_is_exact():
    """A third is a text, n/d; texts, dates and yes/no are themselves."""
    more = 'third = count(deal) / 3, unrounded\nhalf = count(deal) / 2\nyes = count(deal) = 1\nword = name\n  otherwise "none"\n'
    scheme = tiercel.loads(text() + more.replace("word = name\n", "word =\n  name\n"))
    values = scheme.evaluate(FACTS, "2023-07").values["A"]
    assert values == {"third": "1/3", "half": Decimal("0.5"), "yes": True, "word": "none"}


def test_schemes_and_results_do_not_change():
    """Frozen: neither the scheme nor what it hands out can be written to; the facts given are left as they were."""
    scheme = tiercel.loads(text())
    evaluation = scheme.evaluate(FACTS, "2023-07")
    with pytest.raises(FrozenInstanceError):
        scheme.checked = None  # type: ignore[misc, assignment]
    with pytest.raises(TypeError):
        evaluation.payout["A"] = Decimal(1)  # type: ignore[index]
    with pytest.raises(FrozenInstanceError):
        evaluation.lines[0].amount = Decimal(1)  # type: ignore[misc]
    assert FACTS["deal"][1] == {"id": "D2", "rep": "B", "day": "2023-07-04", "amount": 50}
    assert replace(evaluation.lines[0], amount=Decimal(1)).amount == 1


def test_a_scheme_survives_a_pickle():
    """With its versions and warnings, used or not."""
    scheme = tiercel.loads(text(2, "2023-08-01"), versions=[text()])
    again = pickle.loads(pickle.dumps(scheme))
    assert (again.hash, again.version, [v.version for v in again.versions]) == (scheme.hash, 2, [1])
    assert payout(again) == payout(scheme) == {"A": "10.00", "B": "5.00"}


def test_a_wrong_scheme_raises_with_every_fault():
    """Two faults, both with their places."""
    with pytest.raises(tiercel.SchemeError) as caught:
        tiercel.loads(text() + "x = nothing\nbonus b\n  10% of deal.amount\n")
    assert codes(caught) == ["E2101", "E2106"]
    first = text().count("\n") + 1
    assert [d.span.line for d in caught.value.diagnostics] == [first, first + 2]


@pytest.mark.parametrize(
    "period", ["2023", "2023-Q3", "2023-7", "2023-07-a", "2023-07-01", "2023-13", "", "July", "２０２３-07"]
)
def test_another_shape_of_period_is_a_usage_error(period):
    """The scheme pays by month: 2023-07 and nothing else."""
    with pytest.raises(tiercel.UsageError) as caught:
        tiercel.loads(text()).evaluate(FACTS, period)
    assert codes(caught) == ["E4001"]


@pytest.mark.parametrize(
    ("shape", "period", "expected"),
    [("quarter", "2023-Q3", "10.00"), ("half year", "2023-H2", "10.00"), ("year", "2023", "10.00"), ("half month", "2023-07-a", "10.00"), ("half month", "2023-07-b", "0.00")],
)  # fmt: skip
def test_every_shape_of_period_holds_its_days(shape, period, expected):
    """The deal of July 3 is in the third quarter, the second half, the year, and the first half of July."""
    scheme = tiercel.loads(text().replace("period month", f"period {shape}"))
    assert payout(scheme, period=period)["A"] == expected


# ---- rows of every kind ---------------------------------------------------------------------------------------------


@dataclass
class Deal:
    id: str
    rep: str
    day: date
    amount: Decimal


class DealModel(BaseModel):
    id: str
    rep: str
    day: date
    amount: Decimal


@pytest.mark.parametrize("kind", [Deal, DealModel, dict])
def test_rows_may_be_dataclasses_models_or_mappings(kind):
    """10% of 100.00, whatever the row is; rows may come from a generator."""
    row = kind(id="D1", rep="A", day=date(2023, 7, 3), amount=Decimal("100.00"))
    facts = {**FACTS, "deal": (r for r in [row])}
    assert str(tiercel.loads(text()).evaluate(facts, "2023-07").payout["A"]) == "10.00"


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("100", "10.00"), ("1,000.5", "100.05"), (100, "10.00"), (Decimal("1E+2"), "10.00"), ("1.5万", "1500.00"), (-7, "-0.70")],
)  # fmt: skip
def test_amounts_may_be_text_whole_or_decimal(amount, expected):
    """Exactness 6."""
    row = {"id": "D1", "rep": "A", "day": "2023-07-03", "amount": amount}
    assert payout(tiercel.loads(text()), {**FACTS, "deal": [row]})["A"] == expected


def test_a_float_is_refused_with_the_value_it_really_holds():
    """0.1 as a float is 0.1000000000000000055511151231257827..."""
    row = {"id": "D1", "rep": "A", "day": "2023-07-03", "amount": 0.1}
    with pytest.raises(tiercel.FactsError) as caught:
        tiercel.loads(text()).evaluate({**FACTS, "deal": [row]}, "2023-07")
    assert codes(caught) == ["E3103"]
    exact = "0.1000000000000000055511151231257827021181583404541015625"
    assert caught.value.diagnostics[0].facts["exact"] == exact


def test_digits_that_money_does_not_have_are_refused():
    """Half a cent is nobody's to cut off."""
    row = {"id": "D1", "rep": "A", "day": "2023-07-03", "amount": Decimal("0.005")}
    with pytest.raises(tiercel.FactsError) as caught:
        tiercel.loads(text()).evaluate({**FACTS, "deal": [row]}, "2023-07")
    assert codes(caught) == ["E3104"]


def test_missing_columns_and_tables_are_told_and_optional_columns_may_be_left_out():
    """No amount: E3004. No deals at all: E3001. Without `name`, which is optional, all is well."""
    scheme = tiercel.loads(text())
    short = [{"id": "D1", "rep": "A", "day": "2023-07-03"}]
    with pytest.raises(tiercel.FactsError) as caught:
        scheme.evaluate({**FACTS, "deal": short}, "2023-07")
    assert codes(caught) == ["E3004"]
    with pytest.raises(tiercel.FactsError) as caught:
        scheme.evaluate({"people": FACTS["people"], "refund": []}, "2023-07")
    assert codes(caught) == ["E3001"]


def test_every_fault_of_the_facts_is_told_at_once():
    """A wrong amount, a stranger and a wrong day, each with its row."""
    wrong = [
        {"id": "D1", "rep": "A", "day": "2023-07-03", "amount": "x"},
        {"id": "D2", "rep": "Z", "day": "2023-07-03", "amount": 1},
        {"id": "D3", "rep": "B", "day": "3 July", "amount": 1},
    ]
    with pytest.raises(tiercel.FactsError) as caught:
        tiercel.loads(text()).evaluate({**FACTS, "deal": wrong}, "2023-07")
    assert [(d.code, d.cell.row, d.cell.column) for d in caught.value.diagnostics if d.cell] == [
        ("E3102", 1, "amount"),
        ("E3109", 2, "rep"),
        ("E3105", 3, "day"),
    ]


def test_facts_may_be_a_folder_and_a_path_that_is_none_is_a_usage_error(tmp_path):
    """CSV files by the names of the tables."""
    (tmp_path / "people.csv").write_text("id,name\nA,\n", encoding="utf-8")
    (tmp_path / "deal.csv").write_text("id,rep,day,amount\nD1,A,2023-07-03,100\n", encoding="utf-8")
    (tmp_path / "refund.csv").write_text("id,deal,day,amount\n", encoding="utf-8")
    scheme = tiercel.loads(text())
    assert payout(scheme, tmp_path) == payout(scheme, str(tmp_path)) == {"A": "10.00"}
    with pytest.raises(tiercel.UsageError) as caught:
        scheme.evaluate(tmp_path / "nowhere", "2023-07")
    assert codes(caught) == ["E4003"]


# ---- partial runs -------------------------------------------------------------------------------------------------------


def test_a_partial_run_pays_those_whom_no_fault_touches():
    """A's second amount is no number: B is paid 5.00, A is not, and the reason is told."""
    wrong = {"id": "D3", "rep": "A", "day": "2023-07-05", "amount": "x"}
    facts = {**FACTS, "deal": [*FACTS["deal"], wrong]}
    scheme = tiercel.loads(text())
    with pytest.raises(tiercel.FactsError):
        scheme.evaluate(facts, "2023-07")
    evaluation = by_both(scheme, facts, "2023-07", partial=True)
    assert {p: str(a) for p, a in evaluation.payout.items()} == {"B": "5.00"}
    assert (evaluation.unpaid, [d.code for d in evaluation.diagnostics]) == (("A",), ["E3102"])
    assert {line.person for line in evaluation.lines} == {"B"}
    assert set(evaluation.values) == {"B"}
    assert evaluation.to_dict()["unpaid"] == ["A"]
    with pytest.raises(tiercel.UsageError):
        evaluation.explain("A")


def test_a_partial_run_without_faults_is_a_full_one():
    """Nobody is left out."""
    scheme = tiercel.loads(text())
    assert scheme.evaluate(FACTS, "2023-07", partial=True).to_dict() == scheme.evaluate(FACTS, "2023-07").to_dict()


def test_a_check_that_fails_leaves_out_the_person_it_is_of():
    """B sold once, A twice; the scheme demands one deal each."""
    facts = {**FACTS, "deal": [*FACTS["deal"], {"id": "D3", "rep": "A", "day": "2023-07-05", "amount": 1}]}
    evaluation = tiercel.loads(text() + "require count(deal) at most 1\n").evaluate(facts, "2023-07", partial=True)
    assert ({p: str(a) for p, a in evaluation.payout.items()}, evaluation.unpaid) == ({"B": "5.00"}, ("A",))


GROUPS = """group region
  id text, key
group team
  id text, key
  region region
people
  id text, key
  team team, dated
facts deal
  id text, key
  rep person, credited
  day date, date of record
  amount money
"""


def grouped(rules, deals, partial=True):
    """A and B are in teams E and F of region R, C is in team G of region S."""
    scheme = tiercel.loads(HEAD.format(version=1, first="2023-01-01") + GROUPS + rules)
    teams = {"A": "E", "B": "F", "C": "G"}
    facts = {
        "region": [{"id": "R"}, {"id": "S"}],
        "team": [{"id": t, "region": r} for t, r in (("E", "R"), ("F", "R"), ("G", "S"))],
        "people": [{"id": p, "team": t, "from": "2023-01-01"} for p, t in teams.items()],
        "deal": [{"id": f"D{n}", "rep": rep, "day": "2023-07-01", "amount": a} for n, (rep, a) in enumerate(deals)],
    }
    evaluation = by_both(scheme, facts, "2023-07", partial=partial)
    return {p: str(a) for p, a in evaluation.payout.items()}, evaluation.unpaid


WRONG = [("A", "100"), ("A", "x"), ("B", "100"), ("C", "100")]


@pytest.mark.parametrize(("level", "paid"), [("team", {"B": "100.00", "C": "100.00"}), ("region", {"C": "100.00"})])
def test_whoever_shares_a_group_that_the_scheme_reads_with_a_fault_is_left_out(level, paid):
    """A's wrong row is missing in the totals of team E and of region R; B is in F of R, C in G of S."""
    rules = f"for each {level}\n  total_of = sum(deal.amount)\ncommission c\n  {level}.total_of\n"
    assert grouped(rules, WRONG) == (paid, tuple(p for p in "ABC" if p not in paid))


def test_groups_that_the_scheme_does_not_read_share_no_fault():
    """10% of the own deals: only A is touched."""
    assert grouped("commission c\n  10% of sum(deal.amount)\n", WRONG)[1] == ("A",)


@pytest.mark.parametrize(
    "rules",
    [
        "for each team\n  mean = sum(deal.amount) / count(deal)\ncommission c\n  team.mean\n",
        "for each team\n  require count(deal) at least 1\ncommission c\n  sum(deal.amount)\n",
    ],
)
def test_what_cannot_be_computed_of_a_group_touches_its_members_only(rules):
    """Team G has no deals: its mean is a division by 0, or its check fails; E and F are paid."""
    assert grouped(rules, [("A", "100"), ("B", "70")]) == ({"A": "100.00", "B": "70.00"}, ("C",))
    with pytest.raises(tiercel.FactsError):
        grouped(rules, [("A", "100"), ("B", "70")], partial=False)


# ---- versions ---------------------------------------------------------------------------------------------------------------


def test_the_version_in_force_evaluates_whichever_was_loaded():
    """10% until July, 20% from August."""
    first, second = text(), text(2, "2023-08-01", "20%")
    facts = {**FACTS, "deal": [*FACTS["deal"], {"id": "D3", "rep": "A", "day": "2023-08-03", "amount": 100}]}
    for scheme in (tiercel.loads(first, versions=[second]), tiercel.loads(second, versions=[tiercel.loads(first)])):
        assert [v.version for v in scheme.family] == [1, 2]
        july, august = (scheme.evaluate(facts, f"2023-0{m}") for m in (7, 8))
        assert (str(july.payout["A"]), july.to_dict()["scheme"]["version"]) == ("10.00", 1)
        assert (str(august.payout["A"]), august.to_dict()["scheme"]["version"]) == ("20.00", 2)


@pytest.mark.parametrize("period", ["2022-12", "2023-06", "2023-07", "2024-01"])
def test_outside_every_version_nothing_is_in_force(period):
    """Version 1 holds from January to May, version 2 from August to December: never an older one instead (E3301)."""
    first = text().replace("from 2023-01-01", "from 2023-01-01 until 2023-05-31")
    second = text(2).replace("from 2023-01-01", "from 2023-08-01 until 2023-12-31")
    scheme = tiercel.loads(second, versions=[first])
    with pytest.raises(tiercel.UsageError) as caught:
        scheme.evaluate(FACTS, period)
    assert codes(caught) == ["E3301"]
    assert payout(scheme, period="2023-05") == payout(scheme, period="2023-12") == {"A": "0.00", "B": "0.00"}


def test_a_newer_version_that_has_ended_hides_the_older_one():
    """Version 1 has no end, version 2 ended in September: October is not in force."""
    second = text(2).replace("from 2023-01-01", "from 2023-08-01 until 2023-09-30")
    scheme = tiercel.loads(text(), versions=[second])
    with pytest.raises(tiercel.UsageError) as caught:
        scheme.evaluate(FACTS, "2023-10")
    assert codes(caught) == ["E3301"]


def test_two_texts_of_one_version_are_an_error():
    """E3304; the same text twice, or its translation, is none."""
    with pytest.raises(tiercel.SchemeError) as caught:
        tiercel.loads(text(2), versions=[text(1), text(1, rate="11%")])
    assert codes(caught) == ["E3304"]
    with pytest.raises(tiercel.SchemeError) as caught:
        tiercel.loads(text(1), versions=[text(1, rate="11%")])
    assert codes(caught) == ["E3304"]
    assert len(tiercel.loads(text(2), versions=[text(1), text(1)]).family) == 2


# ---- files ----------------------------------------------------------------------------------------------------------------------


def write(folder, **files):
    for name, content in files.items():
        (folder / f"{name}.tier").write_text(content, encoding="utf-8")
    return folder


def test_other_versions_are_found_in_the_folder(tmp_path):
    """v1.tier and v2.tier of one scheme; another scheme's file and a broken one are left alone."""
    other = text(1).replace("scheme plan", "scheme other")
    write(tmp_path, v1=text(), v2=text(2, "2023-08-01"), other=other, broken="scheme plan\nversion one\n")
    scheme = tiercel.load(tmp_path / "v2.tier")
    assert [v.version for v in scheme.family] == [1, 2]
    assert payout(scheme)["A"] == "10.00"
    assert [v.version for v in tiercel.load(tmp_path / "v2.tier", versions=[tmp_path / "v1.tier"]).family] == [1, 2]


def test_two_different_texts_of_one_version_in_the_folder_are_an_error(tmp_path):
    """The old and the corrected file lie side by side: nobody knows which holds (E3304)."""
    write(tmp_path, v1=text(), v1_new=text(rate="11%"), v2=text(2, "2023-08-01"))
    for name in ("v1", "v1_new", "v2"):
        with pytest.raises(tiercel.SchemeError) as caught:
            tiercel.load(tmp_path / f"{name}.tier")
        assert codes(caught) == ["E3304"]
    assert len(tiercel.load(tmp_path / "v2.tier", versions=[tmp_path / "v1.tier"]).family) == 2


def test_a_translated_file_of_the_same_version_is_no_second_text():
    """The example holds every version in both faces."""
    scheme = tiercel.load(OFFICE / "v2.tier")
    assert [v.version for v in scheme.family] == [1, 2]
    assert scheme.hash == tiercel.load(OFFICE / "v2.zh.tier").hash


def test_check_says_what_is_wrong_with_a_file(tmp_path):
    """An empty list, or diagnostics; a file that is not there is a usage error."""
    write(tmp_path, good=text(), bad=text() + "x = nothing\n")
    assert tiercel.check(tmp_path / "good.tier") == []
    (found,) = tiercel.check(str(tmp_path / "bad.tier"))
    assert isinstance(found, tiercel.Diagnostic)
    assert (found.code, found.span.source) == ("E2101", "bad.tier")
    for call in (tiercel.check, tiercel.load):
        with pytest.raises(tiercel.UsageError) as caught:
            call(tmp_path / "missing.tier")
        assert codes(caught) == ["E4003"]


def test_used_files_are_read_from_the_folder_of_the_file(tmp_path):
    """`use "tables.tier"`: the same scheme as in one text, and the same hash."""
    main = HEAD.format(version=1, first="2023-01-01") + 'use "tables.tier"\n' + LINE.format(rate="10%")
    write(tmp_path, main=main, tables=TABLES)
    assert tiercel.load(tmp_path / "main.tier").hash == tiercel.loads(text()).hash
    assert tiercel.loads(main, uses={"tables.tier": TABLES}).hash == tiercel.loads(text()).hash


@pytest.mark.parametrize(
    "name",
    [
        "../tables.tier",
        "sub/tables.tier",
        "./main/../tables.tier",
        "{outside}/tables.tier",
        "{inside}/near.tier",
        "",
        ".",
    ],
)
def test_used_files_are_confined_to_the_folder(tmp_path, name):
    """Neither upwards nor by an absolute path, not even one that leads back into the folder (E2004)."""
    inside = tmp_path / "main"
    (inside / "sub").mkdir(parents=True)
    for folder in (tmp_path, inside / "sub"):
        write(folder, tables=TABLES)
    name = name.format(outside=tmp_path.as_posix(), inside=inside.as_posix())
    main = HEAD.format(version=1, first="2023-01-01") + f'use "{name}"\n' + LINE.format(rate="10%")
    write(inside, main=main, near=TABLES)
    with pytest.raises(tiercel.SchemeError) as caught:
        tiercel.load(inside / "main.tier")
    assert "E2004" in codes(caught)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    """A symbolic link in the folder that points out of it is no file of the folder."""
    inside = tmp_path / "main"
    inside.mkdir()
    write(tmp_path, secret=TABLES)
    try:
        (inside / "tables.tier").symlink_to(tmp_path / "secret.tier")
    except OSError:
        pytest.skip("no symbolic links here")
    main = HEAD.format(version=1, first="2023-01-01") + 'use "tables.tier"\n' + LINE.format(rate="10%")
    write(inside, main=main)
    with pytest.raises(tiercel.SchemeError) as caught:
        tiercel.load(inside / "main.tier")
    assert "E2004" in codes(caught)


# ---- a scheme that is being written


def test_a_workspace_says_what_a_fresh_check_says():
    """After changes of a line, lines put in above, lines taken out, and a fault: the same scheme, places and faults."""
    text = runpy.run_path(str(Path(__file__).with_name("large_scheme.py")))["large_scheme"](60)
    fault = text.replace("times 115%", "tims 115%", 1)
    clause = text.replace("\npeople", '\n\n# a remark\nclause "Who"\npeople', 1)
    less = text.replace("\nbonus extra_0", "\nbonus extra", 1)
    workspace = tiercel.Workspace()
    for edited in (text, text.replace("115%", "116%", 1), fault, clause, less, text.upper(), text):
        again = workspace.check(edited)
        fresh = tiercel.Workspace().check(edited)
        assert again.diagnostics == fresh.diagnostics
        assert again.language == fresh.language
        assert (again.scheme is None) == (fresh.scheme is None)
        if again.scheme is not None and fresh.scheme is not None:
            assert again.scheme.hash == fresh.scheme.hash
            assert [line.place for line in again.scheme.lines] == [line.place for line in fresh.scheme.lines]
    assert workspace.check(text).scheme is not None
    assert workspace.check(fault).scheme is None


def test_a_workspace_knows_the_files_that_are_used():
    """A change in a used file is seen, and a file that is not there is told."""
    main, used = TEXT_OF_TWO
    workspace = tiercel.Workspace()
    assert workspace.check(main, {"rates.tier": used}).scheme is not None
    changed = workspace.check(main, {"rates.tier": used.replace("5%", "6%")}).scheme
    assert changed is not None
    assert changed.parameters[0].values[0].term.value == Fraction(6, 100)
    assert [d.code for d in workspace.check(main).diagnostics][:1] == ["E2004"]


TEXT_OF_TWO = (
    'scheme s\nversion 1 from 2025-01-01\ncurrency CNY\nperiod month\nuse "rates.tier"\n'
    "people\n  id text, key\n  sold money\nbonus b\n  rate of sold\n",
    "parameter rate = 5%\n",
)
