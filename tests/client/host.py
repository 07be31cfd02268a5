# pyright: strict
"""A host's program against the public surface: read by the type checkers, and run by `test_client.py`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import tiercel


@dataclass(frozen=True)
class Deal:
    """A row as a host has it."""

    id: str
    rep: str
    signed: date
    client: str
    amount: Decimal
    won: bool


def pay(scheme_file: Path, facts: Path, period: str) -> Mapping[str, Decimal]:
    """Everybody's pay, or the faults as one text."""
    try:
        scheme: tiercel.Scheme = tiercel.load(scheme_file)
        evaluation: tiercel.Evaluation = scheme.evaluate(facts, period)
    except tiercel.FactsError as error:
        raise SystemExit(", ".join(d.code for d in error.diagnostics)) from error
    return evaluation.payout


def lines_of(evaluation: tiercel.Evaluation, person: str) -> list[tuple[str, str, Decimal]]:
    """A person's lines as a payroll system wants them."""
    return [(line.line, line.row, line.amount) for line in evaluation.lines if line.person == person]


def if_signed(evaluation: tiercel.Evaluation, deal: Deal) -> Decimal:
    """What one more deal would bring its salesperson."""
    more: tiercel.Evaluation = evaluation.with_rows({"deal": [deal]})
    return more.payout[deal.rep] - evaluation.payout[deal.rep]


def deals_to(evaluation: tiercel.Evaluation, goal: Decimal, like: Mapping[str, Any]) -> int | None:
    """How many more deals of this kind lift the pay to `goal`."""
    solution: tiercel.Solution | None = evaluation.solve(str(like["rep"]), goal, vary=("deal", like))
    return None if solution is None else solution.count


def told(evaluation: tiercel.Evaluation, person: str) -> dict[str, Any]:
    """Why, as data."""
    explanation: tiercel.Explanation = evaluation.explain(person)
    return explanation.to_dict()
