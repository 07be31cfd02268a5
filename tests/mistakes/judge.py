"""How well sixty mistakes are placed and cured: thirty in rules, thirty in data.

In: the schemes and facts beside this file, and `expected.yaml`, which says of each what is wrong, where, and what
puts it right. Out: a table, the shares for rules and data in both languages, and what a human has to look at.

    python tests/mistakes/judge.py [--all]
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from tabulate import tabulate

import tiercel
from tiercel_dsl.diagnostics import Diagnostic, Severity
from tiercel_dsl.render import apply_edits, render

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Verdict:
    """`cure` is "edit" where a fix writes what was expected, "words" where the message names it, else "none"."""

    kind: str
    name: str
    language: str
    code: str
    severity: str
    placed: bool
    cure: str
    others: int  # further errors that the one mistake brings
    told: str
    wanted: str
    unsure: str = ""

    @property
    def cured(self) -> bool:
        return self.cure != "none"


def expectations() -> dict[str, list[dict[str, Any]]]:
    expected: dict[str, list[dict[str, Any]]] = YAML(typ="safe").load(HERE.joinpath("expected.yaml").read_text("utf-8"))
    return expected


def verdicts() -> list[Verdict]:
    """One for each of the sixty, rules first."""
    expected = expectations()
    return [judge_rules(each) for each in expected["rules"]] + [judge_data(each) for each in expected["data"]]


# ---------------------------------------------------------------- rules


def judge_rules(expected: Mapping[str, Any]) -> Verdict:
    """The first error counts; where a mistake is no error, whatever was found at one of its places."""
    path = HERE / "rules" / expected["file"]
    text = path.read_text("utf-8")
    found = tiercel.check(path)
    errors = [d for d in found if d.severity is Severity.error]
    there = [d for d in found if any(_overlaps(d, place) for place in expected["places"])]
    first = next(iter(errors or there or found), None)
    placed = first in there
    fixed = [] if first is None else [apply_edits(text, fix.edits) for fix in first.fixes if fix.edits]
    cures = [mended(text, cure) for cure in expected["cures"]]
    same = _same_lines(text, cures)
    if any(same(one, cure) for one in fixed for cure in cures):
        cure = "edit"
    else:
        cure = _named(_told(first, expected), expected)
    unsure = "a fix edits otherwise than any expected cure" if fixed and cure != "edit" else ""
    return _verdict("rules", expected["file"], expected, first, placed, cure, len(errors), unsure)


def mended(text: str, cure: Iterable[Mapping[str, Any]]) -> str:
    """The text with whole lines replaced."""
    lines = text.split("\n")
    for edit in sorted(cure, key=lambda one: -one["line"]):
        lines[edit["line"] - 1 : edit["until"]] = edit["text"].split("\n")
    return "\n".join(lines)


def _overlaps(diagnostic: Diagnostic, place: Mapping[str, Any]) -> bool:
    span = diagnostic.span
    if not span.line <= place["line"] <= max(span.end_line, span.line) or span.end_line - span.line > 3:
        return False
    first, last = place["columns"]
    begin = span.column if span.line == place["line"] else 1
    end = span.end_column if span.end_line == place["line"] else 1_000
    if end <= begin:  # an insertion touches what stands before it
        return bool(first <= begin <= last + 1)
    return bool(begin <= last and end > first)


def _same_lines(text: str, cures: list[str]) -> Callable[[str, str], bool]:
    """Equal up to blanks, unless the mistake is one of blanks."""

    def bare(one: str) -> str:
        return "\n".join(line for line in (re.sub(r"\s", "", line) for line in one.split("\n")) if line)

    if any(bare(cure) == bare(text) for cure in cures):
        return lambda one, cure: one.rstrip() == cure.rstrip()
    return lambda one, cure: bare(one) == bare(cure)


# ---------------------------------------------------------------- data


def judge_data(expected: Mapping[str, Any]) -> Verdict:
    """The first fault counts: its cell, and whether it shows what stands there and says what should."""
    folder = HERE / "data" / expected["folder"]
    try:
        tiercel.load(folder / "scheme.tier").evaluate(folder / "facts", str(expected["period"]))
        errors: list[Diagnostic] = []
    except tiercel.TiercelError as error:
        errors = [d for d in error.diagnostics if d.severity is Severity.error]
    first = errors[0] if errors else None
    placed = first is not None and any(_in_cell(first, place) for place in expected["places"])
    told = _told(first, expected)
    shown = any(seen in told for seen in expected["seen"])
    cure = _named(told, expected) if shown else "none"
    unsure = "the value is not shown" if first is not None and not shown else ""
    return _verdict("data", expected["folder"], expected, first, placed, cure, len(errors), unsure)


def _in_cell(diagnostic: Diagnostic, place: Mapping[str, Any]) -> bool:
    cell = diagnostic.cell
    if cell is None:
        return "row" not in place and place["file"] in diagnostic.span.source
    if Path(cell.file).name != place["file"] or ("row" in place and cell.row != place["row"]):
        return False
    return "column" not in place or place["column"] in cell.column or _letter(diagnostic, place)


def _letter(diagnostic: Diagnostic, place: Mapping[str, Any]) -> bool:
    """A workbook's column may be told by its letter; the header then stands in the message's facts."""
    cell = diagnostic.cell
    return (
        cell is not None and bool(re.fullmatch(r"[A-Z]+\d*", cell.column)) and place["column"] in str(diagnostic.facts)
    )


# ---------------------------------------------------------------- both


def _told(diagnostic: Diagnostic | None, expected: Mapping[str, Any]) -> str:
    """The message without what it shows of the scheme: its line, heading and file name are the author's words."""
    if diagnostic is None:
        return ""
    told = render(replace(diagnostic, clause=""), {}, expected["language"])
    return told.replace(expected.get("file", "\n\n"), "scheme")


def _named(told: str, expected: Mapping[str, Any]) -> str:
    folded = told.casefold()
    return "words" if any(all(w.casefold() in folded for w in words) for words in expected.get("say", [])) else "none"


def _verdict(
    kind: str,
    name: str,
    expected: Mapping[str, Any],
    first: Diagnostic | None,
    placed: bool,
    cure: str,
    errors: int,
    unsure: str,
) -> Verdict:
    places = ["  ".join(str(value) for value in place.values()) for place in expected["places"]]
    right = expected.get("cure") or " | ".join(edit["text"] for edit in expected["cures"][0])
    return Verdict(
        kind,
        name.removesuffix(".tier"),
        expected["language"],
        "" if first is None else first.code,
        "nothing" if first is None else first.severity.value,
        placed,
        cure,
        max(errors - 1, 0),
        _told(first, expected),
        f"{expected[expected['language']]}\nplaces: {'; '.join(places)}\ncure: {right}",
        unsure,
    )


def shares(judged: Iterable[Verdict]) -> list[tuple[str, int, float, float, float]]:
    """Of rules and data, alone and per language: how many, placed, cured, cured by an edit (in percent)."""
    judged = list(judged)
    rows = []
    for kind in ("rules", "data"):
        for language in ("", "zh", "en"):
            some = [v for v in judged if v.kind == kind and language in ("", v.language)]
            if not some:
                continue
            counts = [sum(v.placed for v in some), sum(v.cured for v in some), sum(v.cure == "edit" for v in some)]
            placed, cured, edited = (100 * n / len(some) for n in counts)
            rows.append((f"{kind} {language}".strip(), len(some), placed, cured, edited))
    return rows


def report(judged: list[Verdict], everything: bool = False) -> str:
    """The table, the shares, and in full what is wrong or could not be judged here."""
    table = [
        (
            v.name,
            v.language,
            v.code,
            v.severity,
            "yes" if v.placed else "NO",
            v.cure.replace("none", "NO"),
            v.others or "",
        )
        for v in judged
    ]
    parts = [
        tabulate(table, headers=["mistake", "", "code", "found", "place", "cure", "other errors"]),
        tabulate(shares(judged), headers=["of", "number", "place %", "cure %", "by an edit %"], floatfmt=".0f"),
    ]
    for verdict in judged:
        if everything or not verdict.placed or not verdict.cured or verdict.unsure:
            why = [word for word, bad in (("place", not verdict.placed), ("cure", not verdict.cured)) if bad]
            why += [verdict.unsure] if verdict.unsure else []
            parts.append(f"== {verdict.name}: {', '.join(why)}\n-- expected\n{verdict.wanted}\n-- told\n{verdict.told}")
    return "\n\n".join(parts)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="How well sixty mistakes are placed and cured.")
    arguments.add_argument("--all", action="store_true", help="show every message, not only those to look at")
    sys.stdout.write(report(verdicts(), arguments.parse_args().all) + "\n")
