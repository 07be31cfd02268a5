"""The generator reaches every construct: what is never generated is never compared."""

import ast
import dataclasses
import functools
import importlib.util
import itertools
import re
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from tiercel import plan
from tiercel.formatting import format_text
from tiercel_dsl import builtins, syntax
from tiercel_dsl.keywords import FACES
from tiercel_dsl.parser import parse
from tiercel_dsl.source import Source

GENERATION = Path(__file__).resolve().parents[1] / "generation"
SEEDS = 250
WORDS = 3000  # schemes of which only the text is looked at
AT_MOST = 1000  # as many are looked at before a construct counts as never reached


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
facts = run.generation("facts")
features = run.generation("features")
transitions = run.generation("transitions")


@functools.cache
def generated():
    """Cases of the fixed seeds, each with its scheme or what the checker had against it."""
    return list(itertools.islice(sequence(), SEEDS))


def sequence():
    """The cases of the fixed seeds and on, each with its scheme."""
    for seed in itertools.count():
        case = cases.Case.of(f"coverage {seed}")
        yield case, case.loaded()


class Reached:
    """What schemes make use of and what they say: of as many as it takes, in an order that never changes."""

    def __init__(self):
        self.used, self.seen = set(), 0
        self.unsaid = {
            "en": {word for keyword in FACES for word in keyword.english},
            "zh": {word for keyword in FACES for word in keyword.chinese},
        }
        self.coming = sequence()

    def further(self):
        """One scheme more, and of one in three a second version and the transition to it."""
        case, scheme = next(self.coming)
        self.seen += 1
        written = case.scheme
        self.say_all(written)
        if isinstance(scheme, str):
            return
        self.used |= features.of_case(scheme, written.statements)
        passed = transitions.passed(case, case.seed) if self.seen % 3 == 0 else ""
        if not isinstance(passed, str):
            self.of_two_versions(case, passed)

    def say_all(self, scheme):
        self.say("en", [scheme.english, *scheme.english_used.values()])
        self.say("zh", [scheme.chinese, *scheme.chinese_used.values()])

    def say(self, face, texts):
        edge, text = r"\b" if face == "en" else "", "\n".join(texts)
        self.unsaid[face] -= {w for w in self.unsaid[face] if re.search(f"{edge}{re.escape(w)}{edge}", text)}

    def of_two_versions(self, case, passed):
        """What a second version and the transition to it make use of: a generator of its own writes those."""
        file, faults = parse(Source("second.tier", passed.text))
        assert not faults, passed.text
        used = case.scheme.english_used
        self.say("en", [passed.text])
        chinese = format_text(passed.text, "zh", lambda name: Source(name, used[name]))
        self.say("zh", transitions.respelled(chinese))
        self.used |= features.of_case(passed.scheme, file.statements)
        if passed.clauses & {"kept", "better", "floor"}:  # the plan of a transition is made when it is at work
            agreement.evaluated(passed.scheme, passed.stamped(case.facts(0), 0), case.scheme.period, "reference")
            self.used |= set().union(*(features.of_plan(plan) for plan, _ in passed.scheme._passed.values()))

    def without(self, missing):
        """What is still missing when nothing is, or when `AT_MOST` schemes have been looked at."""
        while missing(self) and self.seen < AT_MOST:
            self.further()
        return missing(self)


REACHED = Reached()


def missing(kind, words):
    wanted = {f"{kind} {word}" for word in words}
    return sorted(REACHED.without(lambda reached: wanted - reached.used))


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
    assert not missing("stage", ["value", "round", "only", "zero", "rescue", "share", "on the running total"])
    assert not missing("change", ["times", "plus", "minus", "at_most", "at_least", "counting", "less_earlier"])
    assert not missing("step", ["value", "kpi", "score", "line", "pool", "payout", "require", "hidden"])
    assert not missing("line", builtins.LINE_KINDS)


def test_every_way_to_pay_later_is_reached():
    """Instalments, shares collected, holds, what is taken back."""
    assert not missing("settled", ["parts", "share", "holds", "take_backs"])


def test_every_operator_is_reached():
    """Arithmetic, logic, comparisons, dates and aggregates, as the plan names them."""
    assert not missing("arith", "add subtract multiply divide share minus min max part ceiling cap".split())
    assert not missing("logic", "and or not present missing multiple".split())
    assert not missing("compare", "= != < <= > >= in".split())
    assert not missing(
        "date",
        ["later", "later months", "earlier", "earlier months", "days_between", "days", "months", "workdays", "minutes"],
    )
    assert not missing("aggregate", builtins.AGGREGATES)


def test_every_way_to_speak_of_time_is_reached():
    """Windows, restarts and keys, values of other days, parts of time."""
    told = {word.sense for word in FACES if word.terminal == "WINDOW"} - {"period"}
    assert not missing("window", [*told, "last", "period"])
    assert not missing("window", [f"{kind} as of" for kind in ("last", "last_period", "last_month", "last_quarter")])
    assert not missing("restart", ["month", "quarter", "half_year", "year", "own_year", "since_hire"])
    assert not missing("per", ["window", "restart"])
    assert not missing("as of", ["Column", "Dated"])
    assert not missing("mean", ["days", "months"])
    assert not missing("part of", builtins.SPANS)


def test_every_mode_of_tiers_is_reached():
    """Each mode on a value, on a running total, rounded, and by a key of its own where it may have one."""
    modes = ["marginal", "whole", "fixed", "cumulative", "filled", "point", "average"]
    assert not missing("tier", ["value", "next", "gross", *modes])
    assert not missing("tier", [f"{mode} {how}" for mode in modes for how in ("running", "rounded")])
    assert not missing("tier", [f"{mode} by key" for mode in modes if mode not in ("marginal", "filled")])
    assert not missing("tier", ["scaled", "series", "rounded slice", "rounded row", "rounded running"])


def test_every_row_of_tiers_is_reached():
    """Each word that a row may begin with or hold."""
    assert not missing("bound", ["from", "above", "up_to", "below", "the_rest", "first", "next"])
    assert not missing("cell", ["otherwise", "error", "last_tier", "any", "every", "more", "less"])


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


@pytest.mark.parametrize("face", ["en", "zh"])
def test_every_spelling_of_every_keyword_is_written(face):
    """Every spelling of every keyword in either face is written by some scheme."""
    REACHED.without(lambda reached: reached.seen < 200)
    for seed in range(WORDS):
        if not REACHED.unsaid[face]:
            break
        REACHED.say_all(cases.Case.of(f"words {seed}").scheme)
    assert not REACHED.unsaid[face]


def test_no_local_name_takes_the_place_of_what_a_loop_is_given():
    """In the program of any scheme; of 2407237 a flag once hid where the rows of a place begin."""
    schemes = [scheme for _, scheme in generated()[:40]] + [cases.Case.of(2407237).loaded()]
    for scheme in schemes:
        if isinstance(scheme, str) or scheme.compiled is None:
            continue
        for function in ast.walk(ast.parse(scheme.compiled.program.source)):
            if isinstance(function, ast.FunctionDef) and function.name.startswith("loop"):
                names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
                given = {one.arg for one in function.args.args}
                assert not given & {node.id for node in names if isinstance(node.ctx, ast.Store)}


def told(node):
    """A tree without its names, and without the spelling of `otherwise`, which depends on the face."""
    if isinstance(node, syntax.Path):
        return "Path", len(node.names)
    if isinstance(node, syntax.Label):
        return "Label", node.title
    if isinstance(node, tuple):
        return tuple(told(part) for part in node)
    if not dataclasses.is_dataclass(node):
        return node
    left_out = {"written", "rescue"} if isinstance(node, syntax.Otherwise) else {"name"}
    left_out |= {"currency"} if isinstance(node, syntax.Column) else set()  # a code, or the name of a column
    fields = [f.name for f in dataclasses.fields(node) if f.compare and f.name not in left_out]
    return type(node).__name__, *((name, told(getattr(node, name))) for name in fields)


def test_a_text_says_what_its_tree_says():
    """The English text of a scheme is read back as the very tree it was written from, names aside."""
    for case, _ in generated()[:40]:
        written = []
        for name, one in (("scheme.tier", case.scheme.english), *case.scheme.english_used.items()):
            file, faults = parse(Source(name, one))
            assert not faults, one
            written += file.statements
        assert told(tuple(written)) == told(case.scheme.statements), case


def test_facts_stand_on_both_sides_of_what_a_scheme_states():
    """Of the numbers that a scheme compares with, facts hold some exactly, some a cent below, some a cent above."""
    exact = below = above = 0
    cent = Fraction(1, 100)
    sound = [(case, scheme) for case, scheme in generated() if not isinstance(scheme, str)]
    for case, scheme in sound[:30]:
        numbers = set(facts.edges(scheme.checked, scheme.plan).numbers) - {0}
        cells = [cell for rows in case.facts(0).values() for row in rows for cell in row.values()]
        for amount in (Fraction(cell) for cell in cells if isinstance(cell, Decimal)):
            exact += amount in numbers
            below += any(0 < number - amount <= cent for number in numbers)
            above += any(0 < amount - number <= cent for number in numbers)
    assert min(exact, below, above) > 50, (exact, below, above)


def test_facts_reach_every_reason_not_to_pay():
    """Values that cannot be computed, checks that fail and attributes that change come up; most facts pay."""
    codes, paid = set(), 0
    sound = [(case, scheme) for case, scheme in generated() if not isinstance(scheme, str)]
    for case, scheme in sound:
        for number in range(3):
            data, found = scheme.read(case.facts(number))
            assert not found, case
            reference, told = agreement.reference_run(scheme, data, scheme.parse_period(case.scheme.period))
            codes |= set(told)
            paid += reference is not None and not reference.diagnostics
    assert paid > 3 * SEEDS * 0.6
    assert codes >= {f"E32{n:02}" for n in range(1, 11)}, codes
