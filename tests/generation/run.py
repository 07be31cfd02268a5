"""Random schemes in great number: `python tests/generation/run.py --schemes 10000`.

In: how many, from which seed on. Out: figures, and for every kind of fault the smallest scheme and facts that
could be found. Exit code 1 if there was any.
"""

import argparse
import importlib
import importlib.machinery
import importlib.util
import json
import multiprocessing
import sys
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PACKAGE = "tiercel_generation"
ROOT = Path(__file__).resolve().parents[2]
if importlib.util.find_spec("tiercel") is None:  # not installed: what stands beside
    sys.path[:0] = [str(ROOT / "dsl"), str(ROOT / "engine")]


def generation(module: str) -> Any:
    """A module of this folder; they import one another as one package."""
    if PACKAGE not in sys.modules:
        spec = importlib.machinery.ModuleSpec(PACKAGE, None, is_package=True)
        package = importlib.util.module_from_spec(spec)
        package.__path__ = [str(Path(__file__).resolve().parent)]
        sys.modules[PACKAGE] = package
    return importlib.import_module(f"{PACKAGE}.{module}")


@dataclass
class Figures:
    """What came of many schemes."""

    counts: "Counter[str]" = field(default_factory=Counter)
    codes: "Counter[str]" = field(default_factory=Counter)
    faults: dict[str, tuple[int, int, str]] = field(default_factory=dict)  # kind → (seed, facts, text)

    def add(self, other: "Figures") -> None:
        self.counts.update(other.counts)
        self.codes.update(other.codes)
        for kind, fault in other.faults.items():
            self.faults.setdefault(kind, fault)


def tried(seed: int, facts: int) -> Figures:
    """One scheme with so many different facts."""
    agreement = generation("agreement")
    case = generation("cases").Case.of(seed)
    out = Figures()
    out.counts["schemes"] += 1
    checked = case.loaded()
    if isinstance(checked, str):
        out.counts["refused by the checker" if checked.startswith("refused") else "faults"] += 1
        if not checked.startswith("refused"):
            out.faults[checked] = (seed, 0, checked)
        return out
    out.counts["accepted"] += 1
    out.counts["lines of text"] += case.scheme.english.count("\n")
    fault = agreement.faces_differ(checked, case.loaded("zh"))
    if fault:
        out.counts["faults"] += 1
        out.faults[fault] = (seed, 0, fault)
    for number in range(facts):
        kind, verdict = agreement.judged(checked, case.facts(number), case.scheme.period)
        out.counts["facts"] += 1
        if verdict is not None:
            out.counts[verdict.outcome] += 1
            out.counts["values compared"] += verdict.compared
            out.codes.update(verdict.codes)
            if verdict.outcome == "needless":
                out.faults.setdefault("needless", (seed, number, "needless fallback"))
        if kind:
            out.counts["faults"] += 1
            out.faults.setdefault(kind, (seed, number, kind))
    return out


def _chunk(task: tuple[int, int, int]) -> Figures:
    first, count, facts = task
    out = Figures()
    for seed in range(first, first + count):
        try:
            out.add(tried(seed, facts))
        except Exception:  # the generator itself
            out.counts["faults"] += 1
            out.faults.setdefault("generator", (seed, 0, traceback.format_exc()))
    return out


def many(first: int, schemes: int, facts: int, workers: int) -> Iterator[Figures]:
    """Figures of stretches of seeds as they are done."""
    size = max(1, min(20, schemes // max(workers, 1) or 1))
    tasks = [(at, min(size, first + schemes - at), facts) for at in range(first, first + schemes, size)]
    if workers <= 1:
        yield from map(_chunk, tasks)
        return
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        yield from pool.imap_unordered(_chunk, tasks)


def told(figures: Figures) -> str:
    order = [
        "schemes", "accepted", "refused by the checker", "lines of text", "facts", "compared", "values compared",
        "needed", "needless", "not compilable", "facts refused", "faults",
    ]  # fmt: skip
    lines = [f"{name}: {figures.counts[name]}" for name in order]
    codes = ", ".join(f"{code} {count}" for code, count in figures.codes.most_common())
    return "\n".join([*lines, f"what the reference told: {codes or 'nothing'}"])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="random schemes through both evaluators")
    parser.add_argument("--schemes", type=int, default=200)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--facts", type=int, default=2, help="different facts for each scheme")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=40, help="for making one fault smaller; 0: not at all")
    parser.add_argument("--until-fault", action="store_true", help="stop at the first fault")
    parser.add_argument("--needless", action="store_true", help="show a fallback that was not needed, too")
    asked = parser.parse_args(arguments)
    figures = Figures()
    for part in many(asked.first, asked.schemes, asked.facts, asked.workers):
        figures.add(part)
        if figures.counts["schemes"] % 1000 == 0:
            sys.stderr.write(f"{figures.counts['schemes']} schemes, {figures.counts['faults']} faults\n")
        if asked.until_fault and figures.counts["faults"]:
            break
    _say(told(figures))
    shown = {k: f for k, f in figures.faults.items() if k != "needless" or asked.needless}
    for kind, (seed, number, text) in shown.items():
        _say(f"\n== {kind} (seed {seed}, facts {number})")
        _say(text if kind == "generator" or not asked.seconds else _smallest(seed, number, kind, asked.seconds))
    return 1 if figures.counts["faults"] else 0


def _smallest(seed: int, number: int, kind: str, seconds: float) -> str:
    case = generation("cases").Case.of(seed)
    text, period, rows, detail = generation("cases").smallest(case, number, kind, seconds)
    shown = json.dumps(rows, ensure_ascii=False, default=str, indent=1)
    return f"{text}\nperiod {period}\n{shown}\n{detail}"


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
