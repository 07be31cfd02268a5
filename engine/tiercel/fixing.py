"""Fixes as text: which were made, and what those to review change in pay.

In: a checked file, the reader's language. Out: text; the file is written where a fix is made or taken.
"""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from tiercel.mended import Effect, Review, effect, made_safe, reviews
from tiercel.money import grouped
from tiercel.words import say
from tiercel.worked import Difference
from tiercel_dsl.describe import told
from tiercel_dsl.driver import Checked
from tiercel_dsl.messages import fix_title
from tiercel_dsl.scheme import CheckedScheme

_SHOWN = 10  # people of whom each is named


def fixed(path: Path, checked: Checked, language: str) -> str:
    """Make the safe fixes of a file."""
    text, made = made_safe(path, checked)
    if not made:
        return say("fix_none", language, file=path.name)
    _write(path, text)
    return "\n".join(say("fix_made", language, file=path.name, title=fix_title(f, language)) for f in made)


def reviewed(path: Path, checked: Checked, number: int, facts: Path | None, period: str, language: str) -> str | None:
    """Every fix to review with its effect, or (`number`) that one, taken; None where there is no such number."""
    found = reviews(path, checked)
    chosen = [r for r in found if number in (0, r.number)]
    if number and not chosen:
        return None
    if not found:
        return say("review.none", language, file=path.name)
    lines: list[str] = []
    for review in chosen:
        lines.append(_item(path, review, language))
        changed = effect(path, checked, review, facts, period)
        scheme = _scheme(path, review, checked)
        lines += [f"   {line}" for line in _changes(changed, scheme, facts is not None, language)]
    if number:
        _write(path, chosen[0].text)
        lines.append(say("fix_taken", language, file=path.name))
    return "\n".join(lines)


def _scheme(path: Path, review: Review, checked: Checked) -> CheckedScheme | None:
    from tiercel.files import checked_text

    return checked.scheme or checked_text(path, review.text).scheme


def _item(path: Path, review: Review, language: str) -> str:
    place = say("place", language, file=path.name, line=review.diagnostic.span.line)
    title = fix_title(review.fix, language)
    return say("review.item", language, number=review.number, place=place, code=review.diagnostic.code, title=title)


def _changes(changed: Effect, scheme: CheckedScheme | None, on_facts: bool, language: str) -> Iterator[str]:
    if not changed.whole or scheme is None:
        yield say("review.broken", language)
    elif on_facts:
        yield from _people(changed, language)
    elif not changed.cases:
        yield say("review.cases_same", language)
    else:
        for case in changed.cases:
            yield _case(case, scheme, language)


def _people(changed: Effect, language: str) -> Iterator[str]:
    if not changed.people:
        yield say("review.same", language)
        return
    for person, before, after in changed.people[:_SHOWN]:
        yield say("review.person", language, person=person, before=_amount(before), after=_amount(after))
    if len(changed.people) > _SHOWN:
        yield say("review.more", language, count=len(changed.people) - _SHOWN)
    before = sum((b or Decimal(0) for _, b, _ in changed.people), Decimal(0))
    after = sum((a for _, _, a in changed.people), Decimal(0))
    yield say("review.total", language, before=_amount(before), after=_amount(after))


def _case(case: Difference, scheme: CheckedScheme, language: str) -> str:
    given = told(scheme, language, case.given)
    given = say("comma", language) + given if given else ""
    facts = {"line": case.line.names.shown(language), "given": given}
    if case.before is None:
        return say("review.new", language, after=_amount(case.after), **facts)
    return say("review.case", language, before=_amount(case.before), after=_amount(case.after), **facts)


def _amount(value: Decimal | Fraction | None) -> str:
    if value is None:
        return "-"
    exact = Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else value
    return grouped(str(exact.quantize(Decimal("0.01"))))


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", newline="\n")


__all__ = ["fixed", "reviewed"]
