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
# The same examples every time: what is new is sought by the long test and by `python tests/generation/run.py`.
SETTINGS = settings(
    max_examples=25, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


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


# ---- worked by hand: what both evaluators take from the same place, and could get wrong together

HEAD = """
scheme worked
version 1 from 2020-01-01
currency CNY
period month
people
  id text, key
facts sale
  number text, key
  rep person, credited
  day date, date of record
  amount money
facts item
  line text, key
  of sale
  packed date, date of record
  price money
facts refund
  slip text, key
  sold sale, reverses by back
  paid_back date, date of record
  back percent
"""
SALES = {
    "people": [{"id": "E1"}],
    "sale": [
        {"number": "A", "rep": "E1", "day": "2023-08-01", "amount": "100.00"},
        {"number": "B", "rep": "E1", "day": "2023-08-31", "amount": "33.33"},
        {"number": "C", "rep": "E1", "day": "2023-09-01", "amount": "9000.00"},
    ],
    "item": [
        {"line": "1", "of": "A", "packed": "2023-08-02", "price": "10.00"},
        {"line": "2", "of": "A", "packed": "2023-09-02", "price": "500.00"},
        {"line": "3", "of": "B", "packed": "2023-08-31", "price": "1.00"},
    ],
    "refund": [],
}


def paid(rules, evaluator, **more):
    """What E1 gets in August, and his values."""
    result = tiercel.loads(HEAD + rules).evaluate({**SALES, **more}, "2023-08", evaluator=evaluator)
    return str(result.payout["E1"]), {name: str(value) for name, value in result.values["E1"].items()}


BOTH = pytest.mark.parametrize("evaluator", ["reference", "compiled"])


@BOTH
def test_worked_sales_of_the_month_and_children_up_to_its_end(evaluator):
    """Sales of September do not count in August, nor items packed in September: 100 + 33.33, and 10 + 1."""
    rules = "commission a for each sale\n  amount + sum(item.price)\n"
    assert paid(rules, evaluator)[0] == "144.33"


@BOTH
def test_worked_deductions_are_taken_off(evaluator):
    """A commission of 100 less a deduction of 30.5."""
    assert paid("commission a\n  100\ndeduction b\n  30.5\n", evaluator)[0] == "69.50"


@BOTH
def test_worked_limits(evaluator):
    """`at most` is a cap and `at least` a floor."""
    rules = "commission a\n  100\n  at most 80\ncommission b\n  5\n  at least 7\n"
    assert paid(rules, evaluator)[0] == "87.00"


@BOTH
def test_worked_less_is_better(evaluator):
    """A target of 5% against an actual 8%: 0.625 of it is attained."""
    rules = "kpi k\n  weight 100%\n  actual 8%\n  target 5%\n  less is better\n  score attainment\ncommission a\n  1\n"
    assert paid(rules, evaluator)[1]["k.attainment"] == "0.625"


@BOTH
def test_worked_months_and_days(evaluator):
    """A month after the last of January is the last of February; 30 days after it is the second of March."""
    rules = "m = 2023-01-31 + 1 month\nd = 2023-01-31, plus 30 days\nb = 2023-03-31, minus 1 month\ncommission a\n  1\n"
    assert paid(rules, evaluator)[1] == {"m": "2023-02-28", "d": "2023-03-02", "b": "2023-02-28"}


@BOTH
def test_worked_tiers_on_the_running_total(evaluator):
    """Of 100 and then 33.33 the part above 120 is at 10%, the rest at 5%: 5 + 1 + 1.33."""
    rules = "tiers t, marginal\n  below 120   5%\n  from 120   10%\ncommission a for each sale\n  t on running total of amount\n"
    assert paid(rules, evaluator)[0] == "7.33"


@BOTH
def test_worked_kpis_that_do_not_count_leave_their_weight_to_the_others(evaluator):
    """Of weights 60% and 40% only the first counts: its score stands alone."""
    rules = (
        "kpi k\n  weight 60%\n  score 0.8\nkpi l\n  weight 40%\n  score 0.1\n  not applicable when 1 = 1\n"
        "score s\n  weighted sum of kpis\ncommission a\n  1\n"
    )
    assert paid(rules, evaluator)[1]["s"] == "0.8"


@BOTH
def test_worked_partial_refunds(evaluator):
    """Half and half of a line of 33.33 are taken back as 16.67 and 16.66: nothing is left of it."""
    half = [
        {"slip": "R1", "sold": "B", "paid_back": "2023-08-31", "back": "0.5"},
        {"slip": "R2", "sold": "B", "paid_back": "2023-08-31", "back": "0.5"},
    ]
    rules = "commission a for each sale\n  amount\n"
    assert paid(rules, evaluator, refund=half[:1])[0] == "116.66"
    assert paid(rules, evaluator, refund=half)[0] == "100.00"


@BOTH
def test_worked_refunds_of_more_than_the_sale_are_refused(evaluator):
    """60% and 60% of one sale."""
    back = [{"slip": f"R{n}", "sold": "B", "paid_back": "2023-08-31", "back": "60%"} for n in (1, 2)]
    with pytest.raises(tiercel.FactsError) as refused:
        paid("commission a for each sale\n  amount\n", evaluator, refund=back)
    assert [d.code for d in refused.value.diagnostics] == ["E3209"]


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
    assert figures.counts["needless"] < figures.counts["facts"] * 0.05


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
