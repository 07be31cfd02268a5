"""What the two evaluators make of the same scheme, facts and period.

In: a scheme, raw rows, a period. Out: `Verdict`: how much was compared and what differs. Where the compiled
evaluator gives up, the reference must have had something to tell.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import tiercel
from tiercel.ascent import with_uplines
from tiercel.compiled import CompiledRun, Prepared, Undecided
from tiercel.facts import Facts
from tiercel.history import Carried
from tiercel.outcome import BROKEN, NO_VALUE
from tiercel.periods import Period
from tiercel.reference import Run
from tiercel.reversals import reversals_of
from tiercel.run import Evaluating, Scheme
from tiercel_dsl.diagnostics import Cell


@dataclass
class Verdict:
    """`outcome`: compared, needed (fallback that the reference explains), needless, not compilable, refused (facts)."""

    outcome: str
    compared: int = 0
    faults: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)


def runs(scheme: Scheme, facts: Facts, period: Period) -> tuple[Run, Sequence[Any]]:
    """The reference's run of everything, and what is wrong with refunds, or with earlier periods."""
    run, found, earlier = _run(scheme, facts, period)
    return run, [*found, *earlier]


def _run(scheme: Scheme, facts: Facts, period: Period) -> tuple[Run, Sequence[Any], Sequence[Any]]:
    told = Evaluating(scheme, scheme, facts, period, "reference", Carried())
    facts, circles = with_uplines(scheme.checked, scheme.plan, facts, period)
    bare = Run(scheme.checked, scheme.plan, facts, period, past=told.past)
    reversals, found = reversals_of(bare)
    own = [r for r in reversals if period.contains(r.day) and period.contains(r.sale_day)]
    run = Run(scheme.checked, scheme.plan, facts, period, own, past=told.past)
    run.everything()
    return run, found, [*circles, *told.earlier_faults()]


def reference_run(scheme: Scheme, facts: Facts, period: Period) -> tuple[Run | None, list[str]]:
    """The reference's run and the codes of what it has to tell; no run where facts of an earlier period, that had to
    be worked out again, are refused."""
    try:
        run, found = runs(scheme, facts, period)
    except tiercel.FactsError as error:
        return None, [d.code for d in error.diagnostics]
    return run, [d.code for d in (*run.diagnostics, *found)]


def verdict(scheme: Scheme, facts: Facts, period: Period) -> Verdict:
    """Both evaluators on the same facts, value by value."""
    reference, _, earlier = _run(scheme, facts, period)
    wrong = [*reference.diagnostics, *earlier]
    codes = sorted({d.code for d in wrong})
    if scheme.compiled is None:
        return Verdict("not compilable", codes=codes)
    try:
        prepared = Prepared(scheme.checked, scheme.plan, scheme.compiled, reference.facts, period, reference.past)
        compiled = CompiledRun(prepared, reference.reversals)
    except Undecided:
        return Verdict("needed" if wrong else "needless", codes=codes)
    if reference.diagnostics:
        return Verdict("compared", 0, [f"computed what the reference refuses: {codes}"], codes)
    compared, faults = differences(reference, compiled)
    return Verdict("compared", compared, faults)


def differences(reference: Run, compiled: CompiledRun) -> tuple[int, list[str]]:
    """How many values were held against each other, and those that differ in value or type."""
    faults: list[str] = []
    compared = 0
    kept = _kept(compiled)
    for step in reference.plan.steps:
        if step.number not in kept:
            continue
        for row in reference.rows(step.level):
            one, other = reference.lookup(step.number, row), compiled.lookup(step.number, row)
            compared += 1
            if not _same(one, other):
                name = f"{step.kind} {step.name}{'.' + step.part if step.part else ''}"
                key = reference.facts.tables[step.level].keys[row]
                faults.append(f"{name} of {key}: reference {one!r}, compiled {other!r}")
    back = [list(r) for r in (reference.taken_back, compiled.taken_back)]
    compared += len(back[0])
    if sorted(map(repr, back[0])) != sorted(map(repr, back[1])):
        faults.append(f"taken back: reference {back[0]}, compiled {back[1]}")
    return compared, faults


def _kept(compiled: CompiledRun) -> set[int]:
    """Steps that somebody named and whose values the program keeps."""
    kept = compiled.prepared.program.kept
    named = ("value", "kpi", "score", "account", "line", "payout")
    return {step.number for step in compiled.plan.steps if step.kind in named and step.number in kept}


def _same(one: Any, other: Any) -> bool:
    if one is NO_VALUE or one is BROKEN or other is NO_VALUE:
        return one is other
    return type(one) is type(other) and bool(one == other)


def evaluated(scheme: Scheme, facts: Facts, period: str, evaluator: str) -> Any:
    """What a host sees: the result as data, or the codes of what is wrong."""
    try:
        result = scheme.evaluate(facts, period, evaluator=evaluator).to_dict()
    except tiercel.FactsError as error:
        return sorted((d.code, str(_place(scheme, d.cell)), d.subject) for d in error.diagnostics)
    result.pop("diagnostics")
    return result


def _place(scheme: Scheme, cell: Cell | None) -> Cell | None:
    """The cell with its column by identity: a fault names the column as the scheme does, either face its own way."""
    table = next((t for t in scheme.checked.tables if cell is not None and t.identity == cell.sheet), None)
    if cell is None or table is None:
        return cell
    known = {c.names.name: c.identity for c in table.columns}
    return replace(cell, column=known.get(cell.column, cell.column))


def result(scheme: Scheme, rows: Mapping[str, Any], period: str, evaluator: str) -> Any:
    """The evaluation; None where nobody is paid."""
    try:
        return scheme.evaluate(rows, period, evaluator=evaluator)
    except tiercel.FactsError:
        return None


def judged(scheme: Scheme, rows: Mapping[str, Any], period: str) -> tuple[str, "Verdict | None"]:
    """A word for what is wrong ('' if nothing), and the verdict where there is one."""
    try:
        facts, found = scheme.read(rows)
        if any(d.severity.value == "error" for d in found):
            return "", Verdict("facts refused", codes=sorted({d.code for d in found}))
        result = verdict(scheme, facts, scheme.parse_period(period))
    except tiercel.FactsError as error:  # of an earlier period that had to be worked out again
        return "", Verdict("facts refused", codes=sorted({d.code for d in error.diagnostics}))
    except Exception as crash:  # any crash is a finding
        return _crash(crash), None
    if result.faults:
        return f"differs: {result.faults[0].split(' ')[0]}", result
    return "", result


def detail(scheme: Scheme, rows: Mapping[str, Any], period: str) -> str:
    """What is wrong, at length."""
    kind, result = judged(scheme, rows, period)
    if result is not None:
        return "\n".join(result.faults) or result.outcome
    return kind


def _crash(crash: Exception) -> str:
    place = crash.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = "" if place is None else f" in {place.tb_frame.f_code.co_name}"
    return f"crash: {type(crash).__name__}{where}"


def faces_differ(one: "Scheme | str", other: "Scheme | str") -> str:
    """'' if both faces are one scheme."""
    if isinstance(one, str) or isinstance(other, str):
        return "" if one == other else f"faces: {one if isinstance(one, str) else other}"
    return "" if one.hash == other.hash else "faces: two hashes"


def in_order(result: Any) -> Any:
    """A result whose lines do not show in which order the scheme's lines were written."""
    if not isinstance(result, dict):
        return result
    people = {k: {**p, "lines": sorted(p["lines"], key=str)} for k, p in result["people"].items()}
    return {**result, "people": people}


def without_places(result: Any) -> Any:
    """Faults without the number of the row, which depends on the order of the input."""
    return result if isinstance(result, dict) else sorted((code, subject) for code, _, subject in result)
