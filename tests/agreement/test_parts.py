"""Amounts in parts, over random schemes and facts: nothing is lost, and who gives back gives back what he had."""

import functools
import importlib.util
import sys
from fractions import Fraction
from pathlib import Path

from tiercel.allocation import Division, Sharing
from tiercel.money import round_to
from tiercel.outcome import lines_of
from tiercel.plan import Pool, Shares

GENERATION = Path(__file__).resolve().parents[1] / "generation"
SEEDS = 180


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


@functools.cache
def divided():
    """(node, what came of it, what it was before) of every pool of every row of the schemes of fixed seeds."""
    out = []
    for seed in range(SEEDS):
        case = cases.Case.of(f"parts {seed}")
        scheme = case.loaded()
        if isinstance(scheme, str) or all(step.kind != "pool" for step in scheme.plan.steps):
            continue
        for number in range(2):
            facts, found = scheme.read(case.facts(number))
            assert not found
            reference, _ = agreement.reference_run(scheme, facts, scheme.parse_period(case.scheme.period))
            if reference is None:
                continue
            for step in (s for s in scheme.plan.steps if s.kind == "pool"):
                for row in reference.rows(step.level):
                    value = reference.lookup(step.number, row)
                    if isinstance(value, Sharing | Division):
                        out.append((step.stages[-1].node, value))
    return out


def test_there_are_parts_of_every_kind():
    """Shares with a rest and without, in turn, limited; pools with every rule for the difference; below 0 too."""
    shares = [(node, value) for node, value in divided() if isinstance(node, Shares)]
    pools = [(node, value) for node, value in divided() if isinstance(node, Pool)]
    assert {node.in_turn for node, _ in shares} == {True, False}
    assert {None in node.shares for node, _ in shares} == {True, False}
    assert any(value.scale < 1 for _, value in shares)
    assert any(value.total < 0 for _, value in divided())
    assert {node.remainder for node, _ in pools} == {"largest", "first", "apart"}
    assert {node.equally for node, _ in pools} == {True, False}
    assert len(shares) > 100
    assert len(pools) > 25


def test_shares_with_a_rest_are_the_amount_to_the_cent():
    """Parts that somebody receives and the rest add up to the amount; the rest is on its side of 0."""
    for node, value in divided():
        if isinstance(node, Shares) and None in node.shares:
            rest = value.parts[node.shares.index(None)].amount
            assert value.taken + rest == value.total
            assert rest == 0 or (rest > 0) == (value.total > 0)


def test_shares_without_a_rest_come_to_what_was_asked():
    """Their sum is the rounded sum of the exact shares: no cent more or less, in proportion to the limit."""
    for node, value in divided():
        shares = [part for part in value.parts if part.share is not None] if isinstance(node, Shares) else []
        signs = {part.exact > 0 for part in shares if part.exact}
        if shares and not node.in_turn and None not in node.shares and len(signs) < 2:
            exact = sum((part.exact for part in shares), Fraction(0))
            assert sum(part.amount for part in shares) == round_to(exact, node.rounding)
            assert value.limit is None or abs(exact) == abs(
                max(value.limit, Fraction(0)) if exact >= 0 else value.limit
            )


def test_a_pool_is_divided_to_the_cent():
    """The parts of the members and what is left are the amount; nobody pays in."""
    for node, value in divided():
        if isinstance(node, Pool) and value.parts:
            assert sum(value.parts.values()) + value.rest == value.total
            assert all(part * value.total >= 0 for part in (*value.parts.values(), value.rest))


def test_what_everybody_receives_is_what_is_paid():
    """The lines of all people and of the company are the lines of all rows, each once."""
    compared = 0
    for seed in range(20):
        case = cases.Case.of(f"parts {seed}")
        scheme = case.loaded()
        if isinstance(scheme, str):
            continue
        facts, _ = scheme.read(case.facts(0))
        reference, _ = agreement.reference_run(scheme, facts, scheme.parse_period(case.scheme.period))
        if reference is None:
            continue
        compared += 1
        people = [*range(len(facts.tables["people"].keys)), None]
        received = sorted(repr(line) for person in people for line in lines_of(reference, person))
        assert received == sorted(repr(line) for line in reference.lines())
    assert compared >= 15
