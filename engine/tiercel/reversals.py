"""Which refund takes back what share of which sale.

In: a run over the facts. Out: every refund with the cumulative share of its sale before and after it, in
order of date and key, and the refunds that cannot be right: a share below 0, more than the whole sale, a
refund before its sale.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from tiercel.facts import Facts
from tiercel.outcome import Reversal
from tiercel.plan import Node
from tiercel.reasons import Blocked, Failure, Incomputable
from tiercel.reference import Run, text_of
from tiercel_dsl.diagnostics import Diagnostic
from tiercel_dsl.scheme import PEOPLE
from tiercel_dsl.source import NOWHERE


def reversals_of(run: Run) -> tuple[list[Reversal], list[Diagnostic]]:
    """Every refund of the facts with the share of its sale before and after it; `run`: a fresh one."""
    out: list[Reversal] = []
    found: list[Diagnostic] = []
    so_far: dict[tuple[str, int], Fraction] = {}
    for day, table, row, share, sale_table, sale, sale_day in sorted(_refunds(run), key=lambda r: r[:3]):
        rows, sales = run.facts.tables[table], run.facts.tables[sale_table]
        try:
            part = Fraction(1) if share is None else run.node(share, run.at(table, row))
        except (Incomputable, Failure) as fault:
            found.append(_refund_fault(run, fault.code, table, row, **fault.facts))
            continue
        except Blocked:
            continue  # told where the value that the share reads was worked out
        before = so_far.get((sale_table, sale), Fraction(0))
        after = before + part
        if part < 0 or after > 1:
            found.append(
                _refund_fault(run, "E3209", table, row, sale=sales.keys[sale], share=text_of(after * 100) + "%")
            )
            continue
        if day < sale_day:
            found.append(_refund_fault(run, "E3210", table, row, sale=sales.keys[sale], refund=rows.keys[row]))
            continue
        so_far[sale_table, sale] = after
        out.append(Reversal(table, row, sale_table, sale, before, after, day, sale_day))
    return out, [*run.diagnostics, *found]


def layers_of(reversals: Sequence[Reversal], facts: Facts, since: date, apart: bool) -> list[int]:
    """Of each refund how many come before it: where people are `apart`, of the same person's sales, from a day on;
    what came earlier was known to all."""
    if not apart:
        return list(range(len(reversals)))
    counts: dict[int | None, int] = {}
    out: list[int] = []
    for reversal in reversals:
        owner = facts.tables[reversal.sale_table].owner[reversal.sale]
        late = reversal.day >= since
        out.append(counts.get(owner, 0) if late else -1)
        counts[owner] = counts.get(owner, 0) + late
    return out


def _refunds(run: Run) -> Iterator[tuple[date, str, int, Node | None, str, int, date]]:
    """Every refund of a sale: its day, table and row, its share, and the sale with its day."""
    for table, link, share, sale_table in run.plan.reverses:
        rows, sales = run.facts.tables[table], run.facts.tables[sale_table]
        for row, (sale, day) in enumerate(zip(rows.columns[link], rows.day, strict=True)):
            sale_day = sales.day[sale] if isinstance(sale, int) else None
            if isinstance(sale, int) and day is not None and sale_day is not None:
                yield day, table, row, share, sale_table, sale, sale_day


def _refund_fault(run: Run, code: str, table: str, row: int, **facts: Any) -> Diagnostic:
    rows = run.facts.tables[table]
    owner = rows.owner[row]
    subject = "" if owner is None else run.facts.tables[PEOPLE].keys[owner]
    facts = {"line": run.tables[table].names.shown(run.scheme.language), "row": rows.keys[row], **facts}
    return Diagnostic(code, NOWHERE, facts, cell=rows.places[row] if rows.places else None, subject=subject)
