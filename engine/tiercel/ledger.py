"""Entries and the chain that holds them together.

In: rows of a book. Out: `Entry`, the digests of what an entry brought, faults of the chain. Every entry is linked
to the one before it by sha256; what it brought (rows of facts, carried rows, lines of pay, texts) is in its
content as digests. So a row that is changed, missing or in another place shows, and a whole book that was built
anew shows by the heads that were exported at each closing.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from json.encoder import encode_basestring
from typing import Any, Final

from tiercel.store import COLUMNS, Reading, Row, Writing
from tiercel_dsl.diagnostics import Diagnostic

OWNED: Final = ("fact", "carried", "line")  # tables whose rows belong to an entry
_CANONICAL: Final = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened, by whom and when. `who` is a claim; `at` is in UTC."""

    seq: int
    prev: str
    hash: str
    kind: str
    at: str
    who: str
    content: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)


def canonical(data: Any) -> str:
    """One text for one content."""
    return encode_basestring(data) if type(data) is str else _CANONICAL.encode(data)


def digest(data: Any) -> str:
    return hashlib.sha256(canonical(data).encode()).hexdigest()


def digest_of_rows(rows: Iterable[Sequence[Any]]) -> str:
    """Of rows in their order, whatever database they come from."""
    out = hashlib.sha256()
    for row in rows:
        cells = [str(cell) if type(cell) is int else canonical(cell) for cell in row]
        out.update(f"[{','.join(cells)}]\n".encode())
    return out.hexdigest()


def text_of(moment: datetime) -> str:
    """A moment as entries keep it: UTC, always equally long, so that texts sort as moments do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def link_of(seq: int, prev: str, kind: str, at: str, who: str, content: str) -> str:
    return digest([seq, prev, kind, at, who, content])


# ---- reading and adding --------------------------------------------------------------------------------------


def entries_in(view: Reading) -> list[Entry]:
    """All entries, oldest first."""
    rows = view.select("SELECT seq, prev, hash, kind, at, who, content FROM entry ORDER BY seq")
    return [Entry(seq, prev, link, kind, at, who, _content(text)) for seq, prev, link, kind, at, who, text in rows]


def _content(text: str) -> Mapping[str, Any]:
    """Empty where somebody has spoilt it: the chain tells."""
    try:
        data = json.loads(text)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}  # pyright: ignore[reportUnknownVariableType]


def head_of(view: Reading) -> tuple[int, str]:
    """Number and link of the last entry."""
    rows = view.select("SELECT seq, hash FROM head")
    return (rows[0][0], rows[0][1]) if rows else (0, "")


def add(
    view: Writing,
    kind: str,
    at: str,
    who: str,
    content: Mapping[str, Any],
    rows: Mapping[str, Sequence[Row]] | None = None,
) -> Entry:
    """Append an entry with the rows it brings; their first column is its number."""
    last, prev = head_of(view)
    seq = last + 1
    brought = {table: [(seq, *row) for row in some] for table, some in (rows or {}).items() if some}
    facts = brought.pop("fact", [])
    owned = {"fact": [(row[1], seq, *row[2:]) for row in facts], **brought} if facts else brought
    digests = {table: {"rows": len(some), "digest": digest_of_rows(some)} for table, some in owned.items()}
    text = canonical(dict(content) | {"brought": digests})
    link = link_of(seq, prev, kind, at, who, text)
    view.insert("entry", [(seq, prev, link, kind, at, who, text)])
    for table, some in owned.items():
        view.insert(table, some)
    view.move_head(seq, link)
    return Entry(seq, prev, link, kind, at, who, json.loads(text))


# ---- what is wrong -------------------------------------------------------------------------------------------


def faults_of(view: Reading) -> Iterator[Diagnostic]:
    """Every place where the chain, or what hangs on it, does not hold."""
    prev, expected, at = "", 1, ""
    rows = view.select("SELECT seq, prev, hash, kind, at, who, content FROM entry ORDER BY seq")
    for seq, before, link, kind, moment, who, text in rows:
        if seq != expected:
            yield Diagnostic("E5031", facts={"entry": expected})
        elif before != prev:
            yield Diagnostic("E5030", facts={"entry": seq - 1})
        if link != link_of(seq, before, kind, moment, who, text) or moment < at:
            yield Diagnostic("E5030", facts={"entry": seq})
        prev, expected, at = link, seq + 1, moment
    head = head_of(view)
    if head[0] > expected - 1:
        yield Diagnostic("E5031", facts={"entry": expected})
    elif head != (expected - 1, prev):
        yield Diagnostic("E5030", facts={"entry": expected - 1})
    yield from _faults_of_rows(view)
    yield from _faults_of_texts(view)


def _faults_of_rows(view: Reading) -> Iterator[Diagnostic]:
    told = {entry.seq: entry.content.get("brought", {}) for entry in entries_in(view)}
    for table in OWNED:
        names = ", ".join(name for name, _ in COLUMNS[table])
        order = "id" if table == "fact" else "seq, n"
        found: dict[int, list[Row]] = {}
        place = 1 if table == "fact" else 0
        for row in view.select(f"SELECT {names} FROM {table} ORDER BY {order}"):
            found.setdefault(row[place], []).append(tuple(row))
        for seq in sorted({*told, *found}):
            wanted = told.get(seq, {}).get(table, {"rows": 0, "digest": digest_of_rows(())})
            rows = found.get(seq, [])
            if wanted == {"rows": len(rows), "digest": digest_of_rows(rows)}:
                continue
            spoilt = [row for row in rows if table == "fact" and row[5] != digest(row[6])]
            facts: dict[str, object] = {"entry": seq, "rows": table}
            if spoilt:
                facts["record"] = f"{spoilt[0][2]}:{spoilt[0][3]}"
            elif len(rows) != wanted["rows"]:
                facts |= {"count": len(rows), "wanted_count": wanted["rows"]}
            yield Diagnostic("E5032", facts=facts)


def _faults_of_texts(view: Reading) -> Iterator[Diagnostic]:
    rows = view.select("SELECT hash, body FROM scheme_text ORDER BY hash")
    bodies: dict[str, str] = {mark: body for mark, body in rows}  # noqa: C416
    spoilt = {mark for mark, body in bodies.items() if digest(body) != mark}
    for entry in entries_in(view):
        wanted = set(entry.content.get("texts", {}).values()) if entry.kind == "publish" else set[str]()
        if wanted - bodies.keys() or wanted & spoilt:
            yield Diagnostic("E5032", facts={"entry": entry.seq, "rows": "scheme_text"})
