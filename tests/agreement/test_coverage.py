"""The generator reaches every construct: what is never generated is never compared."""

import dataclasses
import functools
import importlib.util
import sys
from pathlib import Path

from tiercel import plan
from tiercel_dsl import builtins, syntax
from tiercel_dsl.keywords import FACES
from tiercel_dsl.parser import parse
from tiercel_dsl.source import Source

GENERATION = Path(__file__).resolve().parents[1] / "generation"
SEEDS = 150


def module(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    loaded = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


run = module("generation_run", GENERATION / "run.py")
cases = run.generation("cases")
features = run.generation("features")


@functools.cache
def generated():
    """Cases of the fixed seeds, each with its scheme or what the checker had against it."""
    some = [cases.Case.of(f"coverage {seed}") for seed in range(SEEDS)]
    return [(case, case.loaded()) for case in some]


@functools.cache
def reached():
    """Everything that the schemes of the fixed seeds make use of."""
    found = set()
    for case, scheme in generated():
        if not isinstance(scheme, str):
            found |= features.of_case(scheme, case.scheme.statements)
    return found


def missing(kind, words):
    return sorted(word for word in words if f"{kind} {word}" not in reached())


def test_the_checker_accepts_nearly_all():
    """More than 95% of the schemes are accepted, and the rest is refused, not crashed on."""
    refused = [scheme for _, scheme in generated() if isinstance(scheme, str)]
    assert len(refused) < SEEDS * 0.05, refused
    assert all(scheme.startswith("refused") for scheme in refused), refused


def test_every_kind_of_node_is_reached():
    """Each class of node of the plan; a row as a value of its own cannot be written in the language yet."""
    nodes = {node.__name__ for node in plan.Node.__args__} - {"RowKey"}
    assert not missing("node", nodes)


def test_every_stage_and_step_is_reached():
    """Each kind of stage, of change and of step."""
    assert not missing("stage", ["value", "round", "only", "zero", "rescue", "on the running total"])
    assert not missing("change", ["times", "plus", "minus", "at_most", "at_least"])
    assert not missing("step", ["value", "kpi", "score", "line", "payout", "require", "hidden"])
    assert not missing("line", builtins.LINE_KINDS)


def test_every_operator_is_reached():
    """Arithmetic, logic, comparisons, dates and aggregates, as the plan names them."""
    assert not missing("arith", "add subtract multiply divide share minus min max part ceiling".split())
    assert not missing("logic", "and or not present missing multiple".split())
    assert not missing("compare", "= != < <= > >= in".split())
    assert not missing("date", ["later", "later months", "earlier", "earlier months", "days_between", "days", "months"])
    assert not missing("aggregate", builtins.AGGREGATES)


def test_every_mode_of_tiers_is_reached():
    """Each mode on a value, on a running total, rounded, and by a key of its own where it may have one."""
    assert not missing("tier", ["value", "marginal", "whole", "fixed"])
    assert not missing(
        "tier", [f"{mode} {how}" for mode in ("marginal", "whole", "fixed") for how in ("running", "rounded")]
    )
    assert not missing("tier", ["whole by key", "fixed by key"])
    assert not missing("bound", ["from", "above", "up_to", "below", "the_rest"])


def test_every_rounding_mode_is_reached():
    """Each mode that a scheme can name."""
    assert not missing("rounding", {word.sense for word in FACES if word.terminal == "ROUNDED"})


def test_every_form_of_the_language_is_reached():
    """Each dataclass of the syntax tree, each function."""
    forms = {
        name
        for name, form in vars(syntax).items()
        if dataclasses.is_dataclass(form) and form.__module__ == syntax.__name__
    }
    assert not missing("syntax", forms - {"File"})
    assert not missing("function", set(builtins.FUNCTIONS.values()))


def test_the_printer_says_what_the_tree_says():
    """The English text of a scheme is read back as the very tree it was printed from, names aside."""
    for case, _ in generated()[:40]:
        file, faults = parse(Source("scheme.tier", case.scheme.english))
        assert not faults
        assert file.statements
        used = [parse(Source(name, text))[0].statements for name, text in case.scheme.english_used.items()]
        written = [*file.statements, *(s for statements in used for s in statements)]
        assert [type(s) for s in written] == [type(s) for s in case.scheme.statements]


def test_both_faces_use_every_keyword_there_is():
    """Every spelling of every keyword, in either face, is written by some scheme."""
    english = "\n".join(t for case, _ in generated() for t in (case.scheme.english, *case.scheme.english_used.values()))
    chinese = "\n".join(t for case, _ in generated() for t in (case.scheme.chinese, *case.scheme.chinese_used.values()))
    unsaid = [word for keyword in FACES for word in keyword.english if word not in english]
    unsaid += [word for keyword in FACES for word in keyword.chinese if word not in chinese]
    assert len(unsaid) < 12, unsaid
