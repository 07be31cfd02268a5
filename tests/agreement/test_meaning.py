"""What random schemes mean: layout, comments, faces and signs leave it alone, every change of a rule moves it.

Held elsewhere: over random schemes too, that a printed text reads back as its tree and is printed so again, in
both faces (tests/properties/test_printer.py); over a scheme written by hand, that each single number and word of
a rule moves the hash (tests/language/test_hash.py).
"""

import dataclasses
import difflib
import functools
import importlib.util
import itertools
import random
import re
import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest

import tiercel
from tiercel.formatting import format_text
from tiercel_dsl import syntax
from tiercel_dsl.source import Source

GENERATION = Path(__file__).resolve().parents[1] / "generation"
SEEDS = range(20)


def module(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    loaded = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


run = module("generation_run", GENERATION / "run.py")
cases = run.generation("cases")
choices = run.generation("choices")


@functools.cache
def case_of(seed):
    return cases.Case.of(f"meaning {seed}")


def hashed(text, used=None):
    return tiercel.loads(text, used).hash


# ---- what changes nothing


def spaced(text, chance):
    """The same lines with comments behind and between them, empty lines, wider indentation, line ends of Windows."""
    lines = []
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip(" 　"))
        line = " " * 3 * indent + line[indent:]
        comment = chance.choice(["", "", "  # “why” 5%", "   "]) if line else ""
        lines += [*chance.choice([[], [], [""], ["# a remark: 5%，见办法"]]), line + comment]
    return "\r\n".join(lines)


def reordered(scheme, chance):
    """Its statements in another order, the head first; headings left out, for they are about what follows."""
    heads = (syntax.SchemeHead, syntax.VersionHead, syntax.CurrencyHead, syntax.PeriodHead, syntax.RoundingHead)
    head = [s for s in scheme.statements if isinstance(s, heads)]
    rest = [s for s in scheme.statements if not isinstance(s, (*heads, syntax.Clause))]
    return [*head, *chance.sample(rest, len(rest))]


@pytest.mark.parametrize("seed", SEEDS[:12])
def test_writing_does_not_move_the_hash(seed):
    """Another style, face, order, layout, one file or two, comments anywhere: the same scheme."""
    scheme = case_of(seed).scheme
    chance = random.Random(seed)
    known = hashed(scheme.english, scheme.english_used)
    texts = {
        "plain": scheme.written("en", None),
        "Chinese, plain": scheme.written("zh", None),
        "other words": scheme.written("en", choices.Seeded(f"{seed} words")),
        "Chinese, other words": scheme.written("zh", choices.Seeded(f"{seed} 词")),
        "another order": scheme.written("en", None, reordered(scheme, chance)),
        "layout": spaced(scheme.written("en", None), chance),
        "Chinese, layout": spaced(scheme.written("zh", choices.Seeded(f"{seed} 排")), chance),
    }
    assert {name: hashed(text) for name, text in texts.items()} == dict.fromkeys(texts, known)


WIDE = {code: chr(code + 0xFEE0) for code in range(ord("0"), ord("z") + 1) if chr(code).isalnum()}
WIDE |= {ord(narrow): wide for narrow, wide in zip("():,+-=<>%.*/ ", "（）：，＋－＝＜＞％．＊／　", strict=True)}
# Texts, names in back-quotes, comments, commas that group digits, and indentation stay as they are.
KEPT = re.compile(
    r"(\"[^\"\n]*\"|“[^”\n]*”|「[^」\n]*」|`[^`\n]*`|#[^\n]*|(?<=[0-9]),(?=[0-9]{3})|^[ 　]+)", re.MULTILINE
)


def widened(text, chance):
    """Half the signs, digits, letters and blanks outside of texts in their full-width form."""
    pieces = KEPT.split(text)
    pieces[::2] = ["".join(WIDE.get(ord(c), c) if chance.random() < 0.5 else c for c in p) for p in pieces[::2]]
    return "".join(pieces)


@pytest.mark.parametrize("seed", SEEDS[:12])
def test_full_width_signs_do_not_move_the_hash(seed):
    """Any of them, anywhere outside of texts, in either face."""
    scheme = case_of(seed).scheme
    chance = random.Random(seed)
    for face in ("en", "zh"):
        text = scheme.written(face, choices.Seeded(f"{seed} {face}"))
        wide = widened(text, chance)
        assert sum(a != b for a, b in zip(text, wide, strict=True)) > 50
        assert hashed(wide) == hashed(text), wide


@pytest.mark.parametrize("seed", SEEDS[12:17])
def test_formatting_keeps_the_meaning_and_is_done_once(seed):
    """`fmt` in the face of the file and into the other one: the same hash, and nothing left to format."""
    scheme = case_of(seed).scheme
    known = hashed(scheme.english, scheme.english_used)
    for text, used in ((scheme.english, scheme.english_used), (scheme.chinese, scheme.chinese_used)):
        load = functools.partial(loaded, used)
        for face in ("en", "zh"):
            printed = format_text(text, face, load)
            assert hashed(printed, used) == known
            assert format_text(printed, face, load) == printed


def loaded(used, name):
    return Source(name, used[name])


# ---- what changes everything

OTHER = {
    "add": "subtract", "subtract": "add", "multiply": "divide", "divide": "multiply", "and": "or", "or": "and",
    "<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "!=", "!=": "=", "before": "on_or_before", "after": "on_or_after",
    "on_or_before": "before", "on_or_after": "after", "plus": "minus", "minus": "plus", "times": "plus",
    "at_most": "at_least", "at_least": "at_most", "above": "at_least", "below": "at_most", "marginal": "whole",
    "whole": "fixed", "fixed": "cumulative", "cumulative": "filled", "filled": "marginal",
    "interpolated": "average_rate", "average_rate": "interpolated", "half_up": "half_even", "half_even": "up", "up": "down", "down": "half_up",
    "commission": "bonus", "bonus": "allowance", "allowance": "deduction", "deduction": "commission",
    "month": "quarter", "quarter": "year", "year": "half_year", "half_year": "half_month", "half_month": "month",
    "CNY": "EUR", "USD": "CNY", "JPY": "KRW", "KWD": "BHD", "days": "weeks", "weeks": "days", "months": "years",
    "years": "months", "guarantee": "bonus", "week": "half_month", "own_year": "year", "since_hire": "year",
    "period": "month", "last_period": "last_month", "last_month": "last_quarter", "last_quarter": "last_year",
    "last_year": "year_ago", "year_ago": "last_year",
}  # fmt: skip
BOUNDS = {"from": "above", "above": "from", "up_to": "below", "below": "up_to"}


def mended(node):
    """A node with one thing about it changed that is a rule: what was changed, and the new node."""
    if isinstance(node, syntax.Number):
        yield replace(node, value=node.value + (Fraction(1, 100) if node.unit == "percent" else 1))
    elif isinstance(node, syntax.Quantity):
        yield replace(node, value=node.value + 1)
        yield replace(node, unit=OTHER[node.unit], value=node.value or Fraction(1))
    elif isinstance(node, syntax.Text):
        yield replace(node, value=node.value + "x")
    elif isinstance(node, syntax.Day):
        yield replace(node, value=node.value + timedelta(days=1))
    elif isinstance(node, syntax.YesNo):
        yield replace(node, value=not node.value)
    elif isinstance(node, syntax.Missing):
        yield replace(node, present=not node.present)
    elif isinstance(node, syntax.Unary):
        yield node.operand
    elif isinstance(node, syntax.BoundCell) and node.kind in BOUNDS:
        yield replace(node, kind=BOUNDS[node.kind])
    elif isinstance(node, syntax.Rounded):
        yield replace(node, mode=OTHER[node.mode])
        yield replace(node, step=node.step * 10)
    elif isinstance(node, syntax.Tiers):
        yield replace(node, mode=OTHER[node.mode])
        yield replace(node, rounding=None if node.rounding else syntax.Rounded("down", Fraction(100), "slice"))
    elif isinstance(node, syntax.OnlyWhen):
        yield syntax.ZeroUnless(node.condition)
    elif isinstance(node, syntax.ZeroUnless):
        yield syntax.OnlyWhen(node.condition)
    elif isinstance(node, syntax.CurrencyHead):
        yield replace(node, code=OTHER[node.code])
    elif isinstance(node, syntax.PeriodHead):
        yield replace(node, shape=OTHER[node.shape])
    elif isinstance(node, syntax.VersionHead):
        yield replace(node, number=node.number + 1)
    elif isinstance(node, syntax.Column):
        said = [r for r in node.roles if r != "optional" or node.default is None]  # a default makes optional
        yield from (replace(node, roles=tuple(r for r in node.roles if r != role)) for role in said)
        yield replace(node, limits=(*node.limits, syntax.Limit("below", syntax.Number(Fraction(10**9)))))
    elif isinstance(node, syntax.Unrounded):
        yield syntax.Rounded("down", Fraction(100))
    elif isinstance(node, syntax.Body) and len(node.steps) > 1:
        # `unrounded` is no step of its own: where nothing would be rounded it says nothing, and so anywhere in the body.
        at = [n for n, step in enumerate(node.steps) if not isinstance(step, syntax.Unrounded)]
        yield from (replace(node, steps=node.steps[:n] + node.steps[n + 1 :]) for n in at)
        pairs = [(a, b) for a, b in itertools.pairwise(at) if node.steps[a] != node.steps[b]]
        yield from (replace(node, steps=swapped(node.steps, a, b)) for a, b in pairs)
    elif isinstance(node, syntax.Kpi):
        less = syntax.KpiClause("less_is_better")
        kept = tuple(c for c in node.clauses if c.kind != "less_is_better")
        yield replace(node, clauses=kept if len(kept) < len(node.clauses) else (*kept, less))
    elif isinstance(node, syntax.Binary | syntax.Compare | syntax.Logic | syntax.Apply) and node.operator in OTHER:
        yield replace(node, operator=OTHER[node.operator])
    elif isinstance(node, syntax.Limit | syntax.PayLine):
        yield replace(node, kind=OTHER[node.kind])
    for part in ("where", "when", "key"):
        if getattr(node, part, None) is not None and not isinstance(node, syntax.Case | syntax.ExceptionTo):
            yield replace(node, **{part: None})


def swapped(steps, a, b):
    return (*steps[:a], steps[b], *steps[a + 1 : b], steps[a], *steps[b + 1 :])


def changes(node):
    """Every tree that differs from this one in a single rule, with the word for what was changed."""
    for new in mended(node):
        yield type(node).__name__, new
    if isinstance(node, tuple):
        for at, item in enumerate(node):
            yield from ((kind, (*node[:at], new, *node[at + 1 :])) for kind, new in changes(item))
    elif dataclasses.is_dataclass(node) and not isinstance(node, type | syntax.Label | syntax.Clause | syntax.Use):
        for field in dataclasses.fields(node):
            if field.compare and field.name != "message":
                inner = changes(getattr(node, field.name))
                yield from ((kind, replace(node, **{field.name: new})) for kind, new in inner)


def difference(one, other):
    """The lines in which two texts differ."""
    return "\n".join(line for line in difflib.ndiff(one.split("\n"), other.split("\n")) if line[0] in "+-")


def test_every_change_of_a_rule_moves_the_hash():
    """One number, word, operator, bound, mode, step or condition changed: another hash, or no scheme at all."""
    chance, tried, accepted = random.Random("rules"), Counter(), Counter()
    for seed in SEEDS:
        scheme = case_of(seed).scheme
        known = hashed(scheme.english, scheme.english_used)
        found = {}
        for kind, tree in changes(scheme.statements):
            found.setdefault(kind, []).append(tree)
        for kind in sorted(found, key=lambda kind: (accepted[kind], kind))[:10]:
            text = scheme.written("en", None, chance.choice(found[kind]))
            if text == scheme.written("en", None):
                continue  # two steps that are written alike changed places
            tried[kind] += 1
            try:
                moved = hashed(text)
            except tiercel.SchemeError:
                continue
            accepted[kind] += 1
            assert moved != known, f"seed {seed}, {kind}: {difference(scheme.written('en', None), text)}"
    assert len(tried) >= 22, tried
    assert sum(accepted.values()) > sum(tried.values()) / 3, (tried, accepted)
    assert len(accepted) >= 18, (tried, accepted)
