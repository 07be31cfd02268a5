"""The compiled evaluator takes every plan, gives the figures worked out here by hand, and gives up only for a reason."""

import contextlib
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

import tiercel
from tiercel.codegen import generate
from tiercel.compiled import CompiledRun
from tiercel.plan import Arith
from tiercel.program import NotCompilable
from tiercel.reference import Run

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
HEAD = """scheme plan
version 1 from 2023-01-01
currency CNY
period month
group store
  code text, key
people
  id text, key
  shop store, dated, optional
facts deal
  id text, key
  rep person, credited, optional
  day date, date of record
  amount money
  units count
  extra money, optional
facts visit
  id text, key
  of deal
  on date, date of record
  fee money
facts job
  id text, key
  who person, credited
  opened datetime, date of record
  closed datetime
  promised date
"""
GROWTH = """tiers growth, marginal{rounding}
  below 50    5%
  from 50    10%
"""
FLAT = "commission flat\n  1\n"


def evaluated(rules, deals=(), visits=(), people=({"id": "E1"},), evaluator="compiled", jobs=()):
    """August of E1 and others; deals are his unless said otherwise, one a day from the first on."""
    own = [{"id": f"D{n}", "rep": "E1", "day": f"2023-08-{n:02}", "units": 1} | deal for n, deal in enumerate(deals, 1)]
    calls = [{"id": f"V{n}"} | visit for n, visit in enumerate(visits, 1)]
    rows = {"store": [{"code": "T1"}, {"code": "T2"}], "people": list(people), "deal": own, "visit": calls}
    rows["job"] = [{"id": f"J{n}", "who": "E1"} | job for n, job in enumerate(jobs, 1)]
    return tiercel.loads(HEAD + rules).evaluate(rows, "2023-08", evaluator=evaluator)


def worked(rules, deals=(), visits=(), people=({"id": "E1"},), jobs=()):
    """Values and lines of E1 by the compiled evaluator, which must not have given up; the reference says the same."""
    compiled = evaluated(rules, deals, visits, people, jobs=jobs)
    assert isinstance(compiled.run, CompiledRun)
    defined = evaluated(rules, deals, visits, people, "reference", jobs)
    assert isinstance(defined.run, Run)
    assert compiled.to_dict() == defined.to_dict()
    assert compiled.values == defined.values
    values = {name: str(value) for name, value in compiled.values["E1"].items()}
    return values, [str(line.amount) for line in compiled.lines if line.person == "E1"]


def refused(rules, deals=(), visits=(), people=({"id": "E1"},)):
    """What is wrong with the facts, said alike by both."""
    told = []
    for evaluator in ("compiled", "reference"):
        with pytest.raises(tiercel.FactsError) as fault:
            evaluated(rules, deals, visits, people, evaluator)
        told.append([(d.code, d.cell, d.subject) for d in fault.value.diagnostics])
    assert told[0] == told[1]
    return [code for code, _, _ in told[0]]


# ---- quotients that are not rounded

PARTS = [{"amount": "10", "units": 3}, {"amount": "20", "units": 6}, {"amount": "900", "units": 7}]
PART = "for each deal\n  part = amount / units, unrounded\n"


def test_aggregates_of_exact_quotients():
    """10/3, 20/6, 900/7 and 50/20: together 5785/42, a quarter of it on average, and three different ones."""
    rules = PART + (
        "all = sum(deal.part), unrounded\nmean = average(deal.part), unrounded\nlow = min(deal.part), unrounded\n"
        "high = max(deal.part), unrounded\nkinds = distinct(deal.part)\nmany = any(deal.part above 100)\n"
    )
    values, _ = worked(rules + FLAT, [*PARTS, {"amount": "50", "units": 20}])
    assert values == {
        "all": "5785/42", "mean": "5785/168", "low": "2.5", "high": "900/7", "kinds": "3", "many": "True",
    }  # fmt: skip


def test_nothing_to_add_up_or_to_compare():
    """Without deals the sum of quotients is 0, and the average is what the author says."""
    rules = PART + "all = sum(deal.part), unrounded\nmean = average(deal.part), otherwise 7\n"
    assert worked(rules + FLAT)[0] == {"all": "0", "mean": "7"}


def test_a_running_total_of_exact_quotients():
    """10/3, then 20/3, then 2840/21: rounded up to whole yuan."""
    rules = PART + "commission pay for each deal\n  running total of part\n  rounded up to 1\n"
    assert worked(rules, PARTS)[1] == ["4.00", "7.00", "136.00"]


def test_tiers_on_a_running_total_of_quotients():
    """0.1667 twice, then 43.3333 at 5% and 85.2381 at 10%: 10.6905."""
    rules = GROWTH.format(rounding="") + PART
    rules += "commission pay for each deal\n  growth on running total of part\n"
    assert worked(rules, PARTS)[1] == ["0.17", "0.17", "10.69"]


def test_slices_of_a_quotient_are_rounded_one_by_one():
    """Rounded up slice by slice: 0.17 twice, then 2.17 and 8.53. All at once: 2.50 and 8.53."""
    rules = GROWTH.format(rounding=", rounded up to 0.01, each slice") + PART
    rules += "commission pay for each deal\n  growth on running total of part\n"
    rules += "commission whole\n  growth on sum(deal.part)\n"
    assert worked(rules, PARTS)[1] == ["11.03", "0.17", "0.17", "10.70"]


# ---- values that may be missing


def test_whether_a_computed_value_is_there():
    """A bonus is there where there is something extra."""
    rules = (
        "bonus gift for each deal where extra is present\n  extra\n"
        "commission pay for each deal\n  2 when gift is missing\n  otherwise 1\n"
    )
    amounts = worked(rules, [{"amount": "10"}, {"amount": "10", "extra": "5"}])[1]
    assert amounts == ["5.00", "2.00", "1.00"]


def test_what_cannot_be_computed_is_not_missing():
    """A test for a missing value says nothing of a division by 0, which the author's `otherwise` catches."""
    rules = "for each deal\n  part = amount / units, otherwise 3\ncommission pay for each deal\n  part\n"
    assert worked(rules, [{"amount": "10", "units": 0}, {"amount": "10", "units": 4}])[1] == ["3.00", "2.50"]


def test_a_value_without_a_name_is_wrong_only_where_it_is_read():
    """The average of nothing is asked for only where there are deals."""
    rules = "commission pay\n  average(deal.amount) when count(deal) above 0\n  otherwise 9\n"
    assert worked(rules)[1] == ["9.00"]
    assert worked(rules, [{"amount": "10"}, {"amount": "20"}])[1] == ["15.00"]


def test_a_sum_over_rows_that_cannot_be_computed():
    """The first row that fails decides, and `otherwise` catches it; a missing value is only left out."""
    rules = "commission pay\n  sum(deal.amount / deal.units)\n  otherwise 8\n"
    assert worked(rules, [{"amount": "10", "units": 0}, {"amount": "10", "units": 4}])[1] == ["8.00"]
    rules = "for each deal where units above 1\n  part = amount\ncommission pay\n  sum(deal.part / deal.units)\n"
    assert worked(rules, [{"amount": "1"}, {"amount": "4", "units": 2}])[1] == ["2.00"]


def test_a_running_total_ends_at_the_first_row_that_fails():
    """Rows before it have their total; from it on `otherwise` holds, also where a row alone could be computed."""
    rules = "commission pay for each deal\n  running total of (amount / units)\n  otherwise 8\n"
    deals = [{"amount": "10", "units": 2}, {"amount": "10", "units": 0}, {"amount": "10", "units": 4}]
    assert worked(rules, deals)[1] == ["5.00", "8.00", "8.00"]


def test_two_cases_that_disagree_and_a_third_that_cannot_be_computed():
    """What cannot be computed comes before the disagreement, and the author says what holds then."""
    rules = (
        "commission pay for each deal\n  1 when units above 0\n  2 when units above 5\n"
        "  amount / (units - 7) when units above 6\n  times 1\n  otherwise 4\n"
    )
    assert worked(rules, [{"amount": "10", "units": 7}, {"amount": "10", "units": 5}])[1] == ["4.00", "1.00"]
    assert refused(rules, [{"amount": "10", "units": 6}]) == ["E3204"]


# ---- rows outside the period

VISITS = [
    {"of": "D1", "on": "2023-08-02", "fee": "3"},
    {"of": "D2", "on": "2023-08-03", "fee": "4"},
]


def test_rows_that_a_row_of_the_period_leads_to():
    """Visits of August for deals of July and of September read what those earned in their own months."""
    rules = "for each deal\n  so_far = running total of amount\ncommission pay for each visit\n  fee + of.so_far\n"
    deals = [
        {"amount": "10", "day": "2023-07-01"},
        {"amount": "20", "day": "2023-09-01"},
        {"amount": "40", "day": "2023-07-02"},
        {"amount": "80", "day": "2023-08-01"},
    ]
    visits = [*VISITS, {"of": "D3", "on": "2023-08-04", "fee": "5"}, {"of": "D4", "on": "2023-08-05", "fee": "6"}]
    assert worked(rules, deals, visits)[1] == ["13.00", "24.00", "55.00", "86.00"]


def test_a_fault_outside_the_period_matters_only_to_who_reads_it():
    """A deal of July without units: nothing is wrong until a visit of August asks for its part."""
    rules = "for each deal\n  part = amount / units\ncommission pay for each visit\n  fee + of.part\n"
    deals = [{"amount": "10", "units": 0, "day": "2023-07-01"}, {"amount": "20", "units": 4, "day": "2023-07-02"}]
    assert worked(rules, deals, VISITS[1:])[1] == ["9.00"]
    assert refused(rules, deals, VISITS) == ["E3201"]
    assert refused(rules, [*deals, {"amount": "10", "units": 0}], VISITS[1:]) == ["E3201"]


def test_a_fault_of_a_child_outside_the_period():
    """The fees of a deal's visits, one of them before the month: unknown only where a deal of the month has it."""
    rules = (
        "for each visit\n  cost = fee * (fee / (fee - 3))\ncommission pay for each deal\n  amount + sum(visit.cost)\n"
    )
    late = [{"of": "D1", "on": "2023-07-31", "fee": "3"}, {"of": "D2", "on": "2023-08-09", "fee": "4"}]
    july = [{"amount": "10", "day": "2023-07-01"}, {"amount": "20"}]
    assert worked(rules, july, late)[1] == ["36.00"]
    assert refused(rules, [{"amount": "10"}, {"amount": "20"}], late) == ["E3201"]
    unread = rules.replace("pay for each deal\n  amount +", "pay for each deal\n  0 when amount = 10\n  otherwise")
    assert refused(unread, [{"amount": "10"}], late[:1]) == ["E3201"]


def test_children_after_the_period_do_not_count():
    """A visit of September belongs to a deal of August, but not to its August."""
    visits = [{"of": "D1", "on": day, "fee": "3"} for day in ("2023-07-31", "2023-08-31", "2023-09-01")]
    assert worked("commission pay for each deal\n  sum(visit.fee)\n", [{"amount": "1"}], visits)[1] == ["6.00"]


def test_rows_without_a_person():
    """They have running totals of their own, and nobody is paid for them."""
    rules = "for each deal\n  so_far = running total of amount\ncommission pay for each visit\n  of.so_far\n"
    deals = [{"amount": "10"}, {"amount": "20", "rep": None}, {"amount": "40"}, {"amount": "80", "rep": None}]
    visits = [{"of": f"D{n}", "on": "2023-08-09", "fee": "1"} for n in range(1, 5)]
    assert worked(rules, deals, visits)[1] == ["10.00", "50.00"]
    rules = "all = sum(deal.amount)\nfor each store\n  count_all = count(deal)\n" + FLAT
    assert worked(rules, deals)[0] == {"all": "50"}


def test_who_is_in_no_known_group():
    """Before his first store is known nobody can say what a store sold; asked for a value, that is an error."""
    people = [{"id": "E1", "shop": "T1", "from": "2023-08-03"}]
    rules = "for each store\n  sold = sum(deal.amount)\n" + FLAT
    assert worked(rules, [{"amount": "10", "day": "2023-08-04"}], (), people)[1] == ["1.00"]
    assert set(refused(rules, [{"amount": "10"}], (), people)) == {"E3114"}
    later = [{"id": "E1", "shop": "T1", "from": "2023-09-03"}]
    assert worked("for each store\n  heads = count(people)\n" + FLAT, (), (), later)[1] == ["1.00"]


# ---- moments

JOBS = [
    {"opened": "2023-08-01 09:30", "closed": "2023-08-01 09:31", "promised": "2023-08-01"},
    {"opened": "2023-08-02 09:31", "closed": "2023-08-02 09:31", "promised": "2023-08-04"},
]


def test_moments_are_compared_as_such_and_with_dates_by_the_day():
    """Opened at 9:30 and closed at 9:31 of the day that was promised; opened and closed at once, two days early."""
    rules = (
        "commission pay for each job\n  1 when opened before closed\n  otherwise 0\n"
        "commission same for each job\n  1 when opened = promised\n  otherwise 0\n"
        "commission days for each job\n  1 * days(opened, promised)\n"
    )
    assert worked(rules, jobs=JOBS)[1] == ["1.00", "0.00", "1.00", "0.00", "1.00", "3.00"]


def test_a_moment_stays_one_and_is_its_day_beside_a_date():
    """Through least, greatest, a choice, something added; where cases mix, each is what it was."""
    rules = (
        "first_one = min(job.opened)\nlast_one = max(job.closed)\n"
        "for each job\n  later = max(closed, opened)\n  day = min(closed, promised)\n"
        "  mixed =\n    closed when opened = closed\n    otherwise promised\n"
        "latest = max(job.later)\nearliest = min(job.day)\n"
        "whens = distinct(job.mixed)\nmoved = first_one + 3 days\n"
        "commission pay for each job\n  2 when mixed = closed and mixed after promised\n  otherwise 1\n"
    )
    values, amounts = worked(rules, jobs=JOBS)
    assert amounts == ["1.00", "1.00"]
    assert values == {
        "first_one": "2023-08-01 09:30:00",
        "last_one": "2023-08-02 09:31:00",
        "latest": "2023-08-02 09:31:00",
        "earliest": "2023-08-01",
        "whens": "2",
        "moved": "2023-08-04",
    }


# ---- the whole


def test_every_example_is_compiled():
    """No example that the checker accepts falls back to the reference."""
    schemes = []
    for path in sorted(EXAMPLES.rglob("*.tier")):
        with contextlib.suppress(tiercel.SchemeError):
            schemes.append(tiercel.load(path))
    assert len(schemes) > 3
    assert [s.name for s in schemes if s.compiled is None] == []


@dataclass(frozen=True)
class Unheard:
    """A node that no generator knows."""


def test_what_the_generator_does_not_know_it_does_not_guess():
    """A node, stage, operator, function, mode or kind of step that is not entered is not compilable."""
    scheme = tiercel.loads(HEAD + "commission pay\n  max(sum(deal.amount), 1)\n")

    def changed(stage=None, **step):
        steps = list(scheme.plan.steps)
        place = next(n for n, s in enumerate(steps) if s.kind == "line")
        stages = steps[place].stages
        steps[place] = replace(
            steps[place], **({"stages": (replace(stages[0], **stage), *stages[1:])} if stage else step)
        )
        return replace(scheme.plan, steps=tuple(steps))

    node = next(s for s in scheme.plan.steps if s.kind == "line").stages[0].node
    assert isinstance(node, Arith)
    generate(scheme.checked, changed())
    for plan in (
        changed({"node": Unheard()}),
        changed({"kind": "unheard"}),
        changed({"node": replace(node, operator="unheard")}),
        changed(kind="unheard"),
    ):
        with pytest.raises(NotCompilable):
            generate(scheme.checked, plan)
