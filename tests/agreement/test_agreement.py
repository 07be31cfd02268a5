"""Two evaluators, two faces, one meaning: random schemes with facts that seek their edges."""

import importlib.util
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tiercel
from tiercel.outcome import NO_VALUE

GENERATION = Path(__file__).resolve().parents[1] / "generation"
SETTINGS = settings(max_examples=60, suppress_health_check=list(HealthCheck))


def module(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    loaded = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


run = module("generation_run", GENERATION / "run.py")
agreement = run.generation("agreement")
cases = run.generation("cases")
choices = run.generation("choices")
strategies = run.generation("strategies")


def shown(case, rows):
    """What is needed to see a failure: the text, the period, the rows."""
    return f"{case.scheme.english_used}\n{case.scheme.english}\n{case.scheme.period}\n{rows}"


# ---- both evaluators


@given(strategies.worlds())
@SETTINGS
def test_both_evaluators_give_the_same_in_every_digit(world):
    """Every line, payout, value, kpi part and score; where the program gives up, the reference tells why."""
    case, rows = world
    scheme = case.loaded()
    kind, verdict = agreement.judged(scheme, rows, case.scheme.period)
    assert not kind, f"{agreement.detail(scheme, rows, case.scheme.period)}\n{shown(case, rows)}"
    assert verdict.outcome != "compared" or verdict.compared or not rows["people"]


@given(strategies.worlds())
@SETTINGS
def test_a_host_sees_the_same_of_either_evaluator(world):
    """The whole result as data, refunds of earlier periods included, or the same faults at the same rows."""
    case, rows = world
    scheme = case.loaded()
    results = [agreement.evaluated(scheme, rows, case.scheme.period, e) for e in ("reference", "compiled")]
    assert results[0] == results[1], shown(case, rows)


# ---- both faces


@given(strategies.worlds())
@SETTINGS
def test_both_faces_are_one_scheme_and_pay_the_same(world):
    """The Chinese text of a scheme has the hash of the English one and gives the same result."""
    case, rows = world
    english, chinese = case.loaded(), case.loaded("zh")
    assert not isinstance(chinese, str), f"{chinese}\n{case.scheme.chinese_used}\n{case.scheme.chinese}"
    assert english.hash == chinese.hash, shown(case, rows)
    results = [agreement.evaluated(s, rows, case.scheme.period, "reference") for s in (english, chinese)]
    assert agreement.in_order(results[0]) == agreement.in_order(results[1]), shown(case, rows)


# ---- the order of the input


@given(strategies.worlds(), st.randoms(use_true_random=False))
@SETTINGS
def test_the_order_of_the_rows_changes_nothing(world, random):
    """Rows of every table in any order give the same facts and the same result."""
    case, rows = world
    scheme = case.loaded()
    mixed = {table: random.sample(some, len(some)) for table, some in rows.items()}
    one, other = scheme.read(rows)[0], scheme.read(mixed)[0]
    assert one.hash == other.hash, shown(case, rows)
    results = [agreement.evaluated(scheme, data, case.scheme.period, "compiled") for data in (rows, mixed)]
    assert agreement.without_places(results[0]) == agreement.without_places(results[1]), shown(case, rows)


# ---- refunds


@given(strategies.worlds())
@SETTINGS
def test_a_sale_and_its_full_refund_come_to_nothing(world):
    """Of a sale that is taken back wholly in its own period, no line leaves a cent with anybody."""
    case, rows = world
    scheme = case.loaded()
    facts, found = scheme.read(rows)
    if any(d.severity.value == "error" for d in found):
        return
    reference, _ = agreement.runs(scheme, facts, scheme.parse_period(case.scheme.period))
    if reference.diagnostics:
        return
    whole = {(r.sale_table, r.sale) for r in reference.reversals if r.after == 1}
    for table, sale in whole:
        for number in reference.plan.lines:
            step = reference.plan.step(number)
            lines = reference.index.rows_of_sale(step.level, reference.tables, table, sale)
            earned = [reference.lookup(number, row) * step.sign for row in lines if has_line(reference, step, row)]
            back = [
                b.amount
                for b in reference.taken_back
                if b.step == number and b.refund is not None and (b.refund.sale_table, b.refund.sale) == (table, sale)
            ]
            assert sum(earned, Fraction(0)) + sum(back, Fraction(0)) == 0, shown(case, rows)


def has_line(run_, step, row):
    return run_.lookup(step.number, row) is not NO_VALUE and run_.person_of(step.level, row) is not None


# ---- many more


@pytest.mark.long
@pytest.mark.parametrize("first", range(0, 2000, 250))
def test_thousands_of_schemes_agree(first):
    """Seeds in great number: all accepted, no value differs, both faces of each are one scheme."""
    figures = run.Figures()
    for part in run.many(first, 250, 3, 1):
        figures.add(part)
    assert not [f for k, f in figures.faults.items() if k != "needless"], run.told(figures)
    assert figures.counts["accepted"] == 250
    assert figures.counts["values compared"] > 5000


def test_the_office_example_agrees_too():
    """The generator of facts serves a scheme written by hand."""
    example = Path(__file__).resolve().parents[2] / "examples" / "office_software"
    scheme = tiercel.load(example / "v2.tier")
    facts = run.generation("facts")
    known, period = facts.edges(scheme.checked, scheme.plan), scheme.parse_period("2023-08")
    compared = 0
    for seed in range(40):
        rows = facts.facts(choices.Seeded(seed), scheme.checked, known, period)
        kind, verdict = agreement.judged(scheme, rows, "2023-08")
        assert not kind, (kind, rows)
        compared += verdict.compared
    assert compared > 500
