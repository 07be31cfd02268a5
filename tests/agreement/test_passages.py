"""Random schemes in two versions: both evaluators pay the same over every kind of transition."""

import importlib.util
import sys
from collections import Counter
from pathlib import Path

import pytest

import tiercel

SEEDS = 60


def _generation():
    name = "tiercel_generation_run"
    if name not in sys.modules:
        path = Path(__file__).resolve().parents[1] / "generation" / "run.py"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        loaded = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(loaded)
    return sys.modules[name].generation


def tried(seed):
    """The kinds of clause, and what both evaluators give; nothing where the second version is refused."""
    generation = _generation()
    case = generation("cases").Case.of(seed)
    if isinstance(case.loaded(), str):
        return frozenset(), None
    passed = generation("transitions").passed(case, seed)
    if isinstance(passed, str):
        return frozenset(), None
    evaluated, period = generation("agreement").evaluated, case.scheme.period
    later = passed.scheme.parse_period(period).next().name
    periods = (period, later) if passed.clauses & {"paid later", "paid otherwise"} else (period,)
    rows = passed.stamped(case.facts(0), seed)
    found = [
        [evaluated(passed.scheme, rows, p, e) for p in periods] for e in ("reference", "compiled")
    ]  # what was earned in one period falls due in the next
    return passed.clauses, (found, passed.text)


def agreeing(seeds):
    kinds: Counter = Counter()
    paid = 0
    for seed in seeds:
        clauses, found = tried(seed)
        if found is None:
            continue
        (reference, compiled), text = found
        assert reference == compiled, f"{seed}\n{text}"
        if isinstance(reference[0], dict):
            kinds.update(clauses)
            paid += 1
    return paid, kinds


def test_both_evaluators_agree_over_a_change_of_version():
    """Whatever is kept, cut, blended or made up."""
    paid, kinds = agreeing(range(6))
    assert paid
    assert kinds


@pytest.mark.long
def test_both_evaluators_agree_over_many_changes():
    """Every kind of clause is among them."""
    paid, kinds = agreeing(range(1000, 1000 + SEEDS * 5))
    assert paid > SEEDS
    assert set(kinds) >= {
        "kept",
        "better",
        "people",
        "people better",
        "cut",
        "blend",
        "floor",
        "restarts",
        "paid later",
        "paid otherwise",
        "stamp",
        "average",
    }


def test_a_version_with_the_same_rules_changes_nothing():
    """A blend, a least amount, a cut by day between two equal versions pay what one of them pays."""
    rules = "scheme plan\nversion {}\ncurrency CNY\nperiod month\npeople\n  id text, key\n  sales money\ncommission c\n  7% of sales\n"
    one, facts = tiercel.loads(rules.format("1 from 2025-01-01")), {"people": [{"id": "A", "sales": "333.33"}]}
    clauses = ("by day", "until 2025-12 at least 100% of version 1", "people pay max(version 1, version 2)")
    for clause in clauses:
        day = "2025-02-11" if clause == "by day" else "2025-02-01"
        two = tiercel.loads(rules.format(f"2 from {day}") + f"transition from version 1\n  {clause}\n", versions=[one])
        assert two.evaluate(facts, "2025-02").payout == one.evaluate(facts, "2025-02").payout
