"""Why a closed period comes to something else by now: what the entries that caused it brought.

In: `Annals`, the numbers of entries, the records that a correction names. Out: `Cause`s, for statements and programs.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tiercel.annals import APPROVE, PUBLISH, RECORD, Annals
from tiercel.ledger import Entry
from tiercel.recorded import FactRow

_FEW: Final = 3  # rows of an entry that are told where the correction names none of them


@dataclass(frozen=True, slots=True)
class Changed:
    """A row that an entry brought: `kind` is new, changed or withdrawn; `cells`: column, what it was, what it is."""

    table: str
    key: str
    since: str
    kind: str
    cells: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """An entry that made a difference: rows of facts, or a version that holds from inside a closed period."""

    entry: int
    kind: str
    at: str
    who: str
    changed: tuple[Changed, ...] = ()
    more: int = 0  # further rows that the entry brought
    version: int = 0
    reason: str = ""
    published_by: str = ""

    def to_dict(self) -> dict[str, Any]:
        out: dict[str, Any] = {"entry": self.entry, "kind": self.kind, "at": self.at, "by": self.who}
        if self.kind != RECORD:
            return out | {"version": self.version, "reason": self.reason, "published_by": self.published_by}
        return out | {"rows": [_row_data(row) for row in self.changed], "more": self.more}


def _row_data(row: Changed) -> dict[str, Any]:
    cells = {column: {"before": before, "after": after} for column, before, after in row.cells}
    return {"table": row.table, "key": row.key, "since": row.since, "kind": row.kind, "cells": cells}


def causes_of(annals: Annals, scheme: str, entries: Iterable[int], about: Sequence[str]) -> tuple[Cause, ...]:
    """What these entries changed, as far as the records named go."""
    found = (annals.entry(seq) for seq in entries)
    return tuple(_cause(annals, scheme, entry, about) for entry in found if entry is not None)


def _cause(annals: Annals, scheme: str, entry: Entry, about: Sequence[str]) -> Cause:
    if entry.kind in (PUBLISH, APPROVE):
        seq = entry.content.get("publish", entry.seq)
        version = next(v for v in annals.published(scheme, entry.seq) if v.seq == seq)
        return Cause(
            entry.seq, entry.kind, entry.at, entry.who,
            version=version.number, reason=version.reason, published_by=version.who,
        )  # fmt: skip
    rows = annals.recorded_in(entry.seq, scheme)
    named = [row for row in rows if f"{row.table}:{row.key}" in about]
    more = len(rows) - len(named) if named and "…" in about else max(0, len(rows) - _FEW) if not named else 0
    changed = tuple(_changed(annals, scheme, row) for row in named or rows[:_FEW])
    return Cause(entry.seq, entry.kind, entry.at, entry.who, changed, more)


def _changed(annals: Annals, scheme: str, row: FactRow) -> Changed:
    known = annals.known(row.seq - 1, scheme).rows.get((row.table, row.key), ())
    old = next((one.cells for one in known if one.since == row.since), None) or {}
    new = row.cells or {}
    kind = "withdrawn" if row.cells is None else "changed" if old else "new"
    return Changed(row.table, row.key, row.since, kind, tuple(_cells(old, new, kind)))


def _cells(old: Any, new: Any, kind: str) -> Iterator[tuple[str, str, str]]:
    """What is told of a row: all of one that came or went, what moved of one that was corrected."""
    for column in dict.fromkeys([*new, *old]):
        before, after = old.get(column) or "", new.get(column) or ""
        if before != after and (before or after or kind == "changed"):
            yield column, before, after
