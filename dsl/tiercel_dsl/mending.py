"""Fixes: how a line would have to read.

In: what a fault is about. Out: `Fix`es with edits of the author's text, none where a mend would have to
guess. Whatever could move money is for the author to review; nothing here is applied by itself.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import Protocol

from tiercel_dsl import scheme, syntax
from tiercel_dsl.diagnostics import Edit, Fix, FixKind
from tiercel_dsl.keywords import FACES
from tiercel_dsl.scheme import Term
from tiercel_dsl.source import NOWHERE, Span
from tiercel_dsl.types import Kind, Type


class Page(Protocol):
    """What a fix needs to know of the text it mends: its language, and what is written where."""

    language: str

    def text_at(self, span: Span) -> str: ...


def at_end(span: Span) -> Span:
    """The empty place behind a span."""
    return Span(span.source, span.end_line, span.end_column, span.end_line, span.end_column)


def at_start(span: Span) -> Span:
    """The empty place before a span."""
    return Span(span.source, span.line, span.column, span.line, span.column)


def label(span: Span, names: scheme.Names, page: Page) -> Span:
    """Where a declaration gives its name; the declaration itself where that is not found in its first line."""
    first = page.text_at(span).partition("\n")[0]
    at = first.find(names.name)
    column = span.column + at
    return Span(span.source, span.line, column, span.line, column + len(names.name)) if at >= 0 else span


def word(terminal: str, sense: str, page: Page) -> str:
    """A keyword as the file's face spells it."""
    found = (entry for entry in FACES if entry.terminal == terminal and entry.sense == sense)
    return next(found).spelling(page.language)


def comma(page: Page) -> str:
    return "，" if page.language == "zh" else ", "


def decimal(value: Fraction) -> str:
    """A number in full, without grouping and without zeros at its end; n/d where it has no end."""
    digits, rest = 0, value.denominator
    while rest % 2 == 0 or rest % 5 == 0:
        rest //= 2 if rest % 2 == 0 else 5
        digits += 1
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    text = str(abs(value * 10**digits).numerator).rjust(digits + 1, "0")
    text = f"{text[:-digits]}.{text[-digits:]}".rstrip("0").rstrip(".") if digits else text
    return ("-" if value < 0 else "") + text


def number(value: Fraction, kind: Kind) -> str:
    """A number as a person writes it in a scheme: percent as %."""
    return decimal(value * 100) + "%" if kind is Kind.percent else decimal(value)


def written(value: Fraction, kind: Kind, page: Page) -> str:
    """A bound as an author of this face writes it: 50,000 and 5万, 80%, 3000元, a day, 30 days."""
    if kind is Kind.date:
        return date.fromordinal(int(value)).isoformat()
    if kind is Kind.duration:
        days = "天" if page.language == "zh" else " day" if value == 1 else " days"
        return decimal(value) + days
    if kind is Kind.percent or value.denominator != 1:
        return number(value, kind)
    if page.language != "zh":
        return f"{value.numerator:,}"
    short = value >= 10_000 and value % 100 == 0
    return (decimal(value / 10_000) + "万" if short else decimal(value)) + ("元" if kind is Kind.money else "")


def _review(title: str, edit: Edit | None, **facts: str) -> Fix:
    return Fix(FixKind.review, title, (edit,) if edit is not None else (), facts)


# ---- words ---------------------------------------------------------------------------------------------------


def texts(span: Span, candidates: Iterable[str], page: Page) -> tuple[Fix, ...]:
    """Other texts for the one at `span`, in its quotes."""
    written = page.text_at(span)
    opening, closing = (written[:1], written[-1:]) if len(written) > 1 else ('"', '"')
    quoted = [f"{opening}{candidate}{closing}" for candidate in candidates]
    return tuple(_review("did_you_mean", Edit(span, q), candidate=q[1:-1]) for q in quoted)


def cut(span: Span, page: Page) -> tuple[Fix, ...]:
    """Take a piece away, with the comma before it."""
    seen = page.text_at(span)
    if span.line != span.end_line:
        return ()
    before = page.text_at(Span(span.source, span.line, 1, span.line, span.column))
    start = span.column - (len(before) - len(before.rstrip(" 　,，")))
    whole = Span(span.source, span.line, start, span.end_line, span.end_column)
    return (_review("remove", Edit(whole, ""), seen=seen),)


def unquoted(text: Term, other: Term, page: Page) -> tuple[Fix, ...]:
    """A text compared with something else: perhaps the quotes are too much, or it should be a number."""
    if not (isinstance(text, scheme.Literal) and isinstance(text.value, str)):
        return ()
    value = text.value.strip()
    if other.type.kind is Kind.yesno:
        words = {s: e for e in FACES if e.terminal == "YES_NO" for s in (*e.english, *e.chinese)}
        return (_review("did_you_mean", Edit(text.span, value), candidate=value),) if value in words else ()
    if not other.type.numeric:
        return ()
    if re.fullmatch(r"[0-9][0-9,]*(\.[0-9]+)?[万亿]?元?%?", value):
        return (_review("did_you_mean", Edit(text.span, value), candidate=value),)
    example = {Kind.money: ("10,000", "1万元"), Kind.percent: ("80%", "80%")}.get(other.type.kind, ("10", "10"))
    return (_review("write_number", None, text=example[page.language == "zh"]),)


def lasting(plain: Term, other: Term, page: Page) -> tuple[Fix, ...]:
    """A bare number where a length of time is meant: days, or months."""
    if not (isinstance(plain, scheme.Literal) and plain.type.kind is Kind.plain and isinstance(plain.value, Fraction)):
        return ()
    if other.type.kind not in (Kind.date, Kind.datetime, Kind.duration) or plain.value.denominator != 1:
        return ()
    units = ("天", "个月") if page.language == "zh" else (" days", " months")
    fitting = units[:1] if other.type.kind is Kind.duration else units  # days apart are never months
    texts_ = [decimal(plain.value) + unit for unit in fitting]
    return tuple(_review("did_you_mean", Edit(plain.span, text), candidate=text) for text in texts_)


def added(expr: syntax.Binary, left: Term, right: Term, page: Page) -> tuple[Fix, ...]:
    """A bare number beside a date, or a percentage beside an amount: what it may be meant to be."""
    lengths = lasting(right, left, page) or lasting(left, right, page)
    amount = left.type.kind is Kind.money and isinstance(expr.left, syntax.Path)
    if lengths or not (amount and right.type.kind is Kind.percent and expr.operator in ("add", "subtract")):
        return lengths
    whole, share = page.text_at(expr.left.span), page.text_at(expr.right.span)
    text = f"{whole} 的 {share}" if page.language == "zh" else f"{share} of {whole}"
    return (_review("did_you_mean", Edit(expr.right.span, text), candidate=text),)


def percentage(value: Fraction, span: Span) -> tuple[Fix, ...]:
    """30 where 30% is meant."""
    text = number(value / 100, Kind.percent)
    return (_review("write_percent", Edit(span, text), text=text),) if 1 < value <= 100 else ()


# ---- columns and tables ----------------------------------------------------------------------------------------


def defaults(column: syntax.Column, type_: Type, page: Page) -> tuple[Fix, ...]:
    """Give an optional column the default that its kind suggests: 0, or no."""
    value = "0" if type_.numeric else word("YES_NO", "no", page) if type_.kind is Kind.yesno else ""
    if not value or column.span == NOWHERE:
        return ()
    text = f"{word('DEFAULT', '', page)} {value}"
    return (_review("add_default", Edit(at_end(column.span), comma(page) + text), text=text),)


def role(columns: Iterable[syntax.Column], role_: str, page: Page) -> tuple[Fix, ...]:
    """Give the first of these columns a role."""
    column = next(iter(columns), None)
    if column is None:
        return ()
    title = {"key": "add_key", "record_date": "add_record_date"}[role_]
    text = comma(page) + word("ROLE", role_, page)
    return (_review(title, Edit(at_end(column.span), text), column=column.label.name),)


def without_role(column: syntax.Column, role_: str, page: Page) -> tuple[Fix, ...]:
    """Take a role off a column, with the comma before it."""
    written = page.text_at(column.span)
    spellings = next(e for e in FACES if e.terminal == "ROLE" and e.sense == role_)
    for spelling in (*spellings.english, *spellings.chinese):
        found = re.search(rf"[,，]\s*{re.escape(spelling)}(?=\s*(?:[,，]|$))", written)
        if found and column.span.line == column.span.end_line:
            start, end = column.span.column + found.start(), column.span.column + found.end()
            place = Span(column.span.source, column.span.line, start, column.span.line, end)
            return (_review("remove_role", Edit(place, ""), role=role_, column=column.label.name),)
    return ()


def people(end: Span, page: Page) -> tuple[Fix, ...]:
    """Add the least that a scheme says of its people."""
    key, text = ("工号", "文本，标识") if page.language == "zh" else ("id", "text, key")
    block = f"{word('PEOPLE', '', page)}\n  {key} {text}\n"
    block = block if end.column == 1 else "\n" + block
    return (_review("add_people", Edit(end, block)),)


def head_line(missing: str, at: Span, page: Page) -> tuple[Fix, ...]:
    """Add a line at the top."""
    chinese = page.language == "zh"
    text = {
        "scheme": "方案 我的方案" if chinese else "scheme my_scheme",
        "version": "版本 1 自 2025-01-01 起" if chinese else "version 1 from 2025-01-01",
        "currency": "币种 CNY" if chinese else "currency CNY",
        "period": "周期 月" if chinese else "period month",
    }[missing]
    return (_review("add_head_line", Edit(at, text + "\n"), text=text),)


def first_days(days: Iterable[date], span: Span) -> tuple[Fix, ...]:
    """Let a version begin on one of these days."""
    return tuple(_review("first_day", Edit(span, d.isoformat()), date=d.isoformat()) for d in days)


def counted_from(head: syntax.PeriodHead, version: syntax.VersionHead, page: Page) -> tuple[Fix, ...]:
    """Count the weeks from the version's first day."""
    text = f"{word('FROM', '', page)} {version.first.value.isoformat()}"
    if head.first is not None:
        return (_review("first_day", Edit(head.first.span, text.split()[1]), date=text.split()[1]),)
    return (_review("count_from", Edit(at_end(head.span), comma(page) + text), text=text),)


def joined(later: syntax.Day | None, last: date | None) -> tuple[Fix, ...]:
    """Let a dated value begin on the day after the one before it ends."""
    if later is None or last is None or last == date.max:
        return ()
    day = (last + timedelta(days=1)).isoformat()
    return (_review("join_dates", Edit(later.span, day), date=day),)


def clause(kpi: syntax.Kpi, text: str) -> tuple[Fix, ...]:
    """Add a line to a kpi, under its first one."""
    return above(kpi.clauses[0].span, text)


def above(first: Span, text: str) -> tuple[Fix, ...]:
    """Add a line above one that is there."""
    indent = " " * (first.column - 1)
    return (_review("add_clause", Edit(at_start(first), f"{text}\n{indent}"), text=text),)


# ---- tiers -----------------------------------------------------------------------------------------------------


def bounds(low: scheme.Bound | None, high: scheme.Bound | None, kind: Kind, page: Page) -> str:
    """The bounds of a row as the file's face prints them."""
    begin = written(low.value, kind, page) if low is not None else ""
    end = written(high.value, kind, page) if high is not None else ""
    if page.language == "zh":
        if kind is Kind.date:  # a day keeps its distance from the words around it
            begin, end = f"{begin} " if begin else "", f" {end}" if end else ""
        left = "" if low is None else f"{begin}以上" if low.inside else f"超过{begin}"
        up_to = "不超过" if low is None else "至"
        return left + ("" if high is None else f"{up_to}{end}" if high.inside else f"不满{end}")
    words = [] if low is None else ["from" if low.inside else "above", begin]
    words += [] if high is None else ["up to" if high.inside else "below", end]
    return " ".join(words)


def missing_row(row: str, before: Span) -> tuple[Fix, ...]:
    """Put a row before the one at `before`; its value is the author's to fill in."""
    indent = " " * (before.column - 1)
    return (_review("missing_row", Edit(at_start(before), f"{row}\n{indent}"), row=row),)


def modes(tiers: syntax.Tiers, pays: dict[str, str], base: str, page: Page) -> tuple[Fix, ...]:
    """Write the mode behind the name of a tier table; `pays` is what each mode pays for `base`."""
    at = _after_label(tiers.label, page)
    return tuple(
        _review(
            "add_mode",
            Edit(at, comma(page) + word("MODE", mode, page)),
            candidate=word("MODE", mode, page),
            base=base if amount else "",
            amount=amount,
        )
        for mode, amount in pays.items()
    )


def _after_label(label: syntax.Label, page: Page) -> Span:
    """The place behind a name with its alias and title."""
    end = label.alias_span if label.alias else label.span
    rest = page.text_at(Span(end.source, end.line, end.end_column, end.line + 1, 1))
    behind = rest.find(label.title) + len(label.title) + 1 if label.title and label.title in rest else 0
    column = end.end_column + behind
    return Span(end.source, end.line, column, end.line, column)
