"""Tier tables of random schemes: bounds on their stated side, marginal tables without jumps, slices that add up.

That a marginal table is the area under its rates, and that rows on a running total add up to the price of the
sum, holds for tables of another generator too: tests/properties/test_evaluation.py.
"""

import functools
import importlib.util
import itertools
import random
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

import tiercel
from tiercel_dsl import syntax

GENERATION = Path(__file__).resolve().parents[1] / "generation"
SCHEMES = 110  # with an ordinary table or so each
NONE = Fraction(-(10**6))  # what a value is where the table has none


def module(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    loaded = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


run = module("generation_run", GENERATION / "run.py")
cases = run.generation("cases")
printing = run.generation("printing")

HEAD = """
scheme plan
version 1 from 2023-01-01
currency CNY
period month
people
  id text, key
  x {type}
facts sale
  number text, key
  rep person, credited
  day date, date of record
  base {type}
commission c
  0
"""
EVALUATORS = pytest.mark.parametrize("evaluator", ["reference", "compiled"])


# ---- a table, its bounds and its rows


def limits(row):
    """The bounds that a row states: kind and number."""
    return [(c.kind, number(c.expr)) for c in row.cells if isinstance(c, syntax.BoundCell) and c.expr is not None]


def number(expr):
    literal = expr.operand if isinstance(expr, syntax.Unary) else expr
    assert isinstance(literal, syntax.Number)
    return -literal.value if isinstance(expr, syntax.Unary) else literal.value


def is_otherwise(row):
    return isinstance(row.cells[0], syntax.WordCell) and row.cells[0].kind == "otherwise"


def low_end(row):
    """Where a row stands: by the number just below it or above it."""
    kinds = dict(limits(row))
    if "from" in kinds or "above" in kinds:
        return kinds.get("from", kinds.get("above")), 1
    return min(kinds.values()), 0


def in_order(table):
    """The table with its rows from below upwards, `otherwise` last; `the rest` may be either end."""
    stated = sorted((r for r in table.rows if limits(r)), key=low_end)
    rest = [r for r in table.rows if not limits(r) and not is_otherwise(r)]
    on_top = any(kind in ("up_to", "below") for kind, _ in limits(stated[-1]))
    return [*stated, *rest] if on_top else [*rest, *stated]


def first_bound(table):
    """What the lowest row begins with; 0 if it is open."""
    return max([value for kind, value in limits(in_order(table)[0]) if kind in ("from", "above")], default=Fraction(0))


def with_rates(table, mode, rates, unit="percent"):
    """The table in this mode with one column and these values, row by row from below; no rounding."""
    rows, values = [], iter(rates)
    for row in in_order(table):
        cell = syntax.ValueCell(syntax.Number(next(values), unit))
        rows.append(syntax.Row((*(c for c in row.cells if isinstance(c, syntax.BoundCell)), cell)))
    rest = [r for r in table.rows if is_otherwise(r) and isinstance(r.cells[1], syntax.ValueCell)]
    if rest:
        cell = syntax.ValueCell(syntax.Number(next(values), unit))
        rows.append(syntax.Row((syntax.WordCell("otherwise"), cell)))
    return replace(table, label=syntax.Label("t"), mode=mode, columns=(), rows=tuple(rows), rounding=None)


def unit_of(table):
    """The type of what the table is asked for, and its smallest step."""
    cells = [c for row in table.rows for c in row.cells if isinstance(c, syntax.BoundCell)]
    numbers = [c.expr.operand if isinstance(c.expr, syntax.Unary) else c.expr for c in cells]
    units = {n.unit for n in numbers if isinstance(n, syntax.Number)}
    return {"money": ("money", Fraction(1, 100)), "percent": ("percent", Fraction(1, 10**6))}.get(
        next(iter(units)), ("number", Fraction(1, 10**6))
    )


def is_stepped(table):
    """Whether its rows are ordinary ones, between numbers; whatever the mode, their bounds mean the same."""
    rows = all(isinstance(row, syntax.Row) for row in table.rows)
    cells = [c for row in table.rows if isinstance(row, syntax.Row) for c in row.cells]
    written = [c for c in cells if isinstance(c, syntax.BoundCell) and c.expr is not None]
    plain = all(c.kind not in ("first", "next") and not isinstance(c.expr, syntax.Day) for c in written)
    series = any(isinstance(c, syntax.SeriesCell | syntax.WordCell) and c.kind in _OTHER_CELLS for c in cells)
    return rows and plain and not series and table.bounds_of is None and table.mode in ("marginal", "whole", "fixed")


_OTHER_CELLS = ("every", "more", "less", "last_tier")


@functools.cache
def tables():
    """The tables of many random schemes that differ in what their bounds say."""
    found = {}
    for seed in range(SCHEMES):
        for statement in cases.Case.of(f"tiers {seed}").scheme.statements:
            if isinstance(statement, syntax.Tiers) and is_stepped(statement):
                bounds = tuple(tuple(limits(r)) for r in statement.rows)
                found.setdefault((bounds, tuple(is_otherwise(r) for r in statement.rows)), statement)
    return list(found.values())


def priced(table, rules, points, evaluator, sales=()):
    """The named values of one person for each point."""
    kind, _ = unit_of(table)
    text = HEAD.format(type=kind) + printing.Printer("en", {}).statement(table) + "\n" + rules
    people = [{"id": f"P{n:03}", "x": shown(x)} for n, x in enumerate(points)]
    found = tiercel.loads(text).evaluate({"people": people, "sale": list(sales)}, "2023-08", evaluator=evaluator)
    return [{name: Fraction(v) for name, v in found.values[p["id"]].items()} for p in people]


def shown(x):
    """The exact decimal text of a number of at most six digits."""
    sign, whole = ("-" if x < 0 else ""), abs(x) * 10**6
    assert whole.denominator == 1
    return f"{sign}{whole.numerator // 10**6}.{whole.numerator % 10**6:06}".rstrip("0").rstrip(".")


def around(table, more=()):
    """Every bound, one step below and above it, the middles, the ends."""
    _, step = unit_of(table)
    bounds = sorted({value for row in table.rows for _, value in limits(row)} | {Fraction(0)})
    points = {b + d * step for b in bounds for d in (-2, -1, 0, 1, 2)}
    points |= {((a + b) / 2 // step) * step for a, b in itertools.pairwise(bounds)}
    return sorted({*points, bounds[-1] + 1000 * step, bounds[0] - 1000 * step, *more})


def test_the_tables_are_of_every_kind():
    """Enough of them, with every kind of bound, open and closed ends, with and without `otherwise`."""
    kinds = {kind for table in tables() for row in table.rows for kind, _ in limits(row)}
    assert kinds == {"from", "above", "up_to", "below"}
    assert len(tables()) > 80
    assert 30 < sum(any(is_otherwise(r) for r in t.rows) for t in tables()) < len(tables()) - 30
    assert sum(len(in_order(t)) > 2 for t in tables()) > 30
    assert any(value < 0 for t in tables() for r in t.rows for _, value in limits(r))


# ---- the stated side of each bound

VALUES = [Fraction(n, 100) for n in (11, 12, 13, 14, 15, 16, 17)]


@EVALUATORS
def test_a_value_lies_on_the_stated_side_of_each_bound(evaluator):
    """`from` and `up to` include the number itself, `above` and `below` do not; T(x), whole and fixed agree."""
    seen = 0
    for table in tables():
        asked = with_rates(table, "whole", VALUES)
        points = around(asked)
        rules = f"v = t(x), otherwise {NONE}\nw = t on x, unrounded, otherwise {NONE}\n"
        at = dict(zip(points, priced(asked, rules, points, evaluator), strict=True))
        fixed = with_rates(table, "fixed", VALUES)
        bonus = priced(fixed, f"f = t on x, unrounded, otherwise {NONE}\n", points, evaluator)
        for x, paid in zip(points, bonus, strict=True):
            assert paid["f"] == at[x]["v"], (table, x)
            assert at[x]["w"] == (NONE if at[x]["v"] == NONE else at[x]["v"] * x), (table, x)
        _, step = unit_of(table)
        for row, value in zip(in_order(asked), VALUES, strict=False):
            for kind, bound in limits(row):
                inside = {"from": (0, 1), "above": (1, 2), "up_to": (0, -1), "below": (-1, -2)}[kind]
                outside = {"from": (-1, -2), "above": (0, -1), "up_to": (1, 2), "below": (0, 1)}[kind]
                assert all(at[bound + d * step]["v"] == value for d in inside), (table, kind, bound)
                assert all(at[bound + d * step]["v"] != value for d in outside), (table, kind, bound)
                seen += 1
    assert seen > 180


# ---- marginal tables


@EVALUATORS
def test_a_marginal_table_never_jumps_and_its_slices_add_up(evaluator):
    """From one point to the next the price grows by the rate in between times the distance, on any side of 0.

    Decision 15: from 0 to a first bound above it the rate is 0, whatever `otherwise` says of T(x).
    """
    smooth = slices = 0
    for table in tables():
        asked = with_rates(table, "marginal", VALUES[::-1])
        points = around(asked)
        _, step = unit_of(table)
        rules = f"m = t on x, unrounded, otherwise {NONE}\nv = t(x), otherwise 0\n"
        at = dict(zip(points, priced(asked, rules, points, evaluator), strict=True))
        assert at[Fraction(0)]["m"] in (0, NONE)
        for a, b in itertools.pairwise(points):
            if NONE in (at[a]["m"], at[b]["m"]):
                continue
            growth = at[b]["m"] - at[a]["m"]
            if b - a == step:
                assert 0 <= growth <= max(VALUES) * step, (table, a)
                smooth += 1
            elif at[a]["v"] == at[b]["v"]:
                rate = 0 if 0 <= a < b <= first_bound(asked) else at[a]["v"]
                assert growth == rate * (b - a), (table, a, b)
                slices += 1
    assert smooth > 500
    assert slices > 120


@EVALUATORS
def test_a_marginal_table_with_rising_rates_rises_faster_and_faster(evaluator):
    """With rates that rise from row to row, more base is never less pay, and each part earns at least what the last did."""
    seen = 0
    for table in tables():
        asked = with_rates(table, "marginal", VALUES)
        points = [x for x in around(asked) if x >= 0]
        found = priced(asked, f"m = t on x, unrounded, otherwise {NONE}\n", points, evaluator)
        defined = [(x, paid["m"]) for x, paid in zip(points, found, strict=True) if paid["m"] != NONE]
        slopes = [(q - p) / (b - a) for (a, p), (b, q) in itertools.pairwise(defined)]
        assert slopes == sorted(slopes), table
        assert all(slope >= 0 for slope in slopes), table
        seen += len(slopes)
    assert seen > 700


@EVALUATORS
@pytest.mark.parametrize("mode", ["marginal", "whole", "fixed"])
def test_rows_on_a_running_total_add_up_however_a_base_is_cut(evaluator, mode):
    """A base in one row, in many, and in many in another order come to T(sum) less T(0)."""
    cut = random.Random(mode)
    seen = 0
    for table in tables()[:40]:
        _, step = unit_of(table)
        asked = with_rates(table, mode, VALUES)
        ends = [x for x in around(asked) if x > 3 * step]
        whole = cut.sample(ends, min(3, len(ends)))
        sales = [
            {"number": f"{n}-{m}", "rep": f"P{n:03}", "day": f"2023-08-{m + 1:02}", "base": shown(part)}
            for n, end in enumerate(whole)
            for m, part in enumerate(parts(end, step, cut))
        ]
        rules = (
            f"m = t on x, unrounded, otherwise {NONE}\nz = t on (x - x), unrounded, otherwise {NONE}\n"
            f"for each sale\n  part = t on running total of base, unrounded, otherwise {NONE}\n"
            "rows = sum(sale.part), unrounded\nleast = min(sale.part), unrounded\n"
        )
        for paid in priced(asked, rules, whole, evaluator, sales):
            if NONE not in (paid["m"], paid["z"], paid["least"]):
                assert paid["rows"] == paid["m"] - paid["z"], (table, mode)
                seen += 1
    assert seen > 40


def parts(whole, step, cut):
    """The same base in up to five rows, each on the grid."""
    units = int(whole / step)
    marks = sorted(cut.randint(0, units) for _ in range(cut.randint(0, 4)))
    return [(b - a) * step for a, b in itertools.pairwise([0, *marks, units])]
