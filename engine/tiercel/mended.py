"""Fixes of a scheme file: those that change nothing, and what the others change in pay.

In: a checked file. Out: its text with fixes made. A `safe` fix is made only if the tree stays equal; a `review` fix is
shown with the pay it changes, on given facts or on made-up cases, before anybody takes it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tiercel.errors import TiercelError
from tiercel.files import checked_text
from tiercel.run import Scheme, load
from tiercel.worked import Difference, differences
from tiercel_dsl.diagnostics import Diagnostic, Fix, FixKind
from tiercel_dsl.driver import Checked
from tiercel_dsl.parser import parse
from tiercel_dsl.render import apply_edits
from tiercel_dsl.source import Source

_MOST = 50  # safe fixes made one after the other


@dataclass(frozen=True, slots=True)
class Review:
    """A fix for somebody to judge: its number, what it mends, and the whole text with it."""

    number: int
    diagnostic: Diagnostic
    fix: Fix
    text: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What a fix changes: payouts on given facts by person, or made-up cases; `whole`: whether there is a scheme
    with it."""

    whole: bool
    people: tuple[tuple[str, Decimal | None, Decimal], ...] = ()
    cases: tuple[Difference, ...] = ()


def made_safe(path: Path, checked: Checked) -> tuple[str, list[Fix]]:
    """The text with every safe fix that leaves the tree equal, and these fixes."""
    text = main_text(path, checked)
    made: list[Fix] = []
    for _ in range(_MOST):
        fix = next((f for f, _ in _fixes(path, checked, FixKind.safe) if _proven(path.name, text, f)), None)
        if fix is None:
            break
        text = apply_edits(text, fix.edits)
        made.append(fix)
        checked = checked_text(path, text)
    return text, made


def main_text(path: Path, checked: Checked) -> str:
    return checked.sources[path.name].text


def _fixes(path: Path, checked: Checked, kind: FixKind) -> Iterator[tuple[Fix, Diagnostic]]:
    """Those with edits of the main file."""
    for diagnostic in checked.diagnostics:
        for fix in diagnostic.fixes:
            if fix.kind is kind and fix.edits and all(e.span.source == path.name for e in fix.edits):
                yield fix, diagnostic


def _proven(name: str, text: str, fix: Fix) -> bool:
    """Whether every statement that was read means the same afterwards."""
    before, after = (parse(Source(name, t))[0].statements for t in (text, apply_edits(text, fix.edits)))
    rest = iter(after)
    return all(any(statement == other for other in rest) for statement in before)


def reviews(path: Path, checked: Checked) -> list[Review]:
    """Every fix that could move money and says its edit, numbered from 1."""
    text = main_text(path, checked)
    found = enumerate(_fixes(path, checked, FixKind.review), 1)
    return [Review(number, diagnostic, fix, apply_edits(text, fix.edits)) for number, (fix, diagnostic) in found]


def effect(path: Path, checked: Checked, review: Review, facts: Path | None = None, period: str = "") -> Effect:
    """What the fix changes in pay: on the facts of a period, or on made-up cases."""
    after = checked_text(path, review.text)
    if after.scheme is None:
        return Effect(whole=False)
    if after.scheme.transition is not None and checked.scheme is None:
        return Effect(whole=False)  # what it refers to is not known of a file with faults
    others = load(path).versions if checked.scheme is not None else ()
    new = Scheme(after.scheme, versions=others)
    old = None if checked.scheme is None else Scheme(checked.scheme, versions=others)
    if facts is None:
        return Effect(whole=True, cases=tuple(differences(old, new)))
    paid = dict(new.evaluate(facts, period).payout)
    before = {} if old is None else _payouts(old, facts, period)
    changed = ((p, before.get(p), amount) for p, amount in paid.items() if before.get(p) != amount)
    return Effect(whole=True, people=tuple(changed))


def _payouts(scheme: Scheme, facts: Path, period: str) -> dict[str, Decimal]:
    """What everybody is paid without the fix; nothing where that cannot be computed."""
    try:
        return dict(scheme.evaluate(facts, period).payout)
    except TiercelError:
        return {}


__all__ = ["Effect", "Review", "effect", "made_safe", "main_text", "reviews"]
