"""How fast the compiled evaluator is, as ratios to hand-written code in the same run.

    python tests/benchmarks/bench.py [deals]

Medians of alternating runs after a warm-up; absolute times mean nothing on another machine. Every result is
compared with the hand-written one before anything is timed.
"""

import itertools
import runpy
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

import workload

import tiercel
from tiercel.compiled import CompiledRun, Prepared
from tiercel.facts import Facts, Rows
from tiercel.periods import Shape, parse_period

PERIOD = parse_period("2026-06", Shape.month)


def facts_of(data: workload.Month) -> Facts:
    """The month as the border would hand it over: integers, indices, dates."""
    people, deals = len(data.measures), len(data.rep)
    ids = tuple(f"E{i:07}" for i in range(people))
    keys = tuple(f"D{i:09}" for i in range(deals))
    days = tuple(date(2026, 6, day) for day in data.day)
    measures = {
        name: tuple(m[i] * 100 for m in data.measures)
        for i, name in enumerate(("signing_rate", "kept_rate", "happy_rate"))
    }
    person = Rows(
        "people", ids, {"id": ids, **measures}, {}, tuple(range(people)), (None,) * people, (None,) * people, ()
    )
    columns = {"id": keys, "rep": data.rep, "day": days, "amount": data.amount, "repurchase": data.repurchase}
    deal = Rows("deal", keys, columns, {}, data.rep, days, (None,) * deals, ())
    return Facts("CNY", MappingProxyType({"people": person, "deal": deal}), "")


def ratio(
    ours: Callable[[], object], theirs: Callable[[], object], rounds: int, turns: int
) -> tuple[float, float, float]:
    """Medians of `rounds` alternating measurements of `turns` calls each: ours, theirs, ours / theirs."""
    times: dict[str, list[float]] = {"ours": [], "theirs": []}
    for number in range(rounds + 1):
        for name, call in (("ours", ours), ("theirs", theirs)):
            begin = time.perf_counter()
            for _ in range(turns):
                call()
            if number:
                times[name].append((time.perf_counter() - begin) / turns)
    a, b = statistics.median(times["ours"]), statistics.median(times["theirs"])
    return a, b, a / b


def whole_month(scheme: tiercel.Scheme, deals: int) -> None:
    """Prepared columns in, a line per deal and a payout per person out."""
    data = workload.month(deals, max(deals // 100, 1))
    facts = facts_of(data)
    assert scheme.compiled is not None
    prepared = Prepared(scheme.checked, scheme.plan, scheme.compiled, facts, PERIOD)
    run = CompiledRun(prepared)
    paid, payouts = workload.by_hand(data)
    (line,) = scheme.plan.lines
    assert all(run.lookup(line, i) == Fraction(p, 100) for i, p in enumerate(paid))
    assert all(run.lookup(scheme.plan.payout, i) == Fraction(p, 100) for i, p in enumerate(payouts))
    ours, theirs, times = ratio(lambda: CompiledRun(prepared), lambda: workload.by_hand(data), 7, 1)
    print(
        f"{deals:>9,} deals   ours {ours / deals * 1e6:6.3f} µs a deal   by hand {theirs / deals * 1e6:6.3f}   "
        f"ratio {times:.2f}"
    )


def one_person(scheme: tiercel.Scheme) -> None:
    """A host's request: one person with 30 deals."""
    data = workload.month(30, 1)
    facts = facts_of(data)
    assert scheme.compiled is not None
    prepared = Prepared(scheme.checked, scheme.plan, scheme.compiled, facts, PERIOD)
    deals = list(zip(data.amount, data.repurchase, strict=True))
    expected = workload.one_by_hand(deals, data.measures[0])
    assert CompiledRun(prepared).lookup(scheme.plan.payout, 0) == Fraction(expected, 100)
    ours, theirs, times = ratio(
        lambda: CompiledRun(prepared), lambda: workload.one_by_hand(deals, data.measures[0]), 15, 400
    )
    print(f"one person, 30 deals   ours {ours * 1e6:6.1f} µs   by hand {theirs * 1e6:6.1f}   ratio {times:.2f}")
    whole, _, _ = ratio(lambda: scheme.evaluate(facts, "2026-06", evaluator="compiled").payout, lambda: None, 15, 20)
    print(f"   with the Evaluation and its payout   {whole * 1e6:6.1f} µs")


def checking(lines: int) -> None:
    """A scheme of so many lines: read and checked, checked again as it is, and after one change."""
    text = runpy.run_path(str(Path(__file__).parents[1] / "language" / "large_scheme.py"))["large_scheme"](lines)
    begin = time.perf_counter()
    assert tiercel.loads(text).name
    first = time.perf_counter() - begin
    workspace = tiercel.Workspace()
    assert workspace.check(text).scheme is not None
    again, _, _ = ratio(lambda: tiercel.loads(text), lambda: None, 7, 1)
    rates = itertools.cycle(("117%", "118%"))
    edited, _, _ = ratio(lambda: workspace.check(text.replace("115%", next(rates), 1)), lambda: None, 7, 1)
    print(
        f"{lines:>9,} lines   first {first * 1e3:6.1f} ms   again {again * 1e3:6.1f} ms   "
        f"after a change {edited * 1e3:6.1f} ms"
    )


def main() -> None:
    """Print the figures for the sizes asked for."""
    scheme = tiercel.loads(workload.SCHEME)
    for size in (int(float(a)) for a in sys.argv[1:] or ("1e5", "1e6")):
        whole_month(scheme, size)
    one_person(scheme)
    checking(500)


if __name__ == "__main__":
    main()
