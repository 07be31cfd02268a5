"""What a version would pay beside what is paid, as a table for a terminal or as CSV.

In: a `Shadow`, people, the reader's language. Out: text, a row per person with both amounts and the difference.
"""

import csv
import io
from collections.abc import Sequence
from fractions import Fraction

from tiercel.money import money_text
from tiercel.shadow import Shadow
from tiercel.statement import face_of
from tiercel.table import render_table
from tiercel.words import say
from tiercel_dsl.scheme import PEOPLE


def shadow_text(found: Shadow, people: Sequence[str], language: str, form: str) -> str:
    """`form`: table or csv."""
    pairs = [(key, *found.people[key]) for key in people]
    rows = [(key, Fraction(old), Fraction(new)) for key, old, new in pairs]
    return _csv(found, rows, language) if form == "csv" else _table(found, rows, language)


def _heads(found: Shadow, language: str) -> list[str]:
    face = face_of(found.paying.run, language)
    versions = (found.paying.run.scheme.version, found.tried.run.scheme.version)
    heads = [say("version", language, version=version) for version in versions]
    return [face.column(PEOPLE, face.scheme.table(PEOPLE).key), *heads, say("difference", language)]


def _table(found: Shadow, rows: Sequence[tuple[str, Fraction, Fraction]], language: str) -> str:
    face, scheme = face_of(found.paying.run, language), found.tried.run.scheme
    old, new = sum((row[1] for row in rows), Fraction(0)), sum((row[2] for row in rows), Fraction(0))
    cells = [[key, *map(face.money, (a, b, b - a))] for key, a, b in [*rows, (say("total", language), old, new)]]
    title = say(
        "shadow_title", language, name=scheme.names.shown(language), version=scheme.version,
        period=found.paying.period, currency=scheme.currency,
    )  # fmt: skip
    table = render_table(_heads(found, language), cells, ["left", "right", "right", "right"])
    return f"{title}\n\n{table}\n"


def _csv(found: Shadow, rows: Sequence[tuple[str, Fraction, Fraction]], language: str) -> str:
    digits = found.paying.run.plan.digits
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(_heads(found, language))
    for key, old, new in rows:
        safe = f"'{key}" if key[:1] in "=+-@" else key
        writer.writerow([safe, *(money_text(amount, digits) for amount in (old, new, new - old))])
    return buffer.getvalue()
