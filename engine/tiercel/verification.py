"""A book proved: its chain, the heads that were exported, and every closed run worked out again.

In: a book, periods, exported heads. Out: what was found, and what each closed period came to. A run is worked out
from what the book keeps of that time: scheme texts, facts as they were known, carried rows. It must come to the same
in every line, in smallest units.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from tiercel.annals import Annals, Closing, LedgerLine, RunEntry
from tiercel.book import Book, Settlement, settlement_at
from tiercel.errors import TiercelError
from tiercel.ledger import faults_of
from tiercel.money import minor_units, money_text
from tiercel.semantics import SUPPORTED
from tiercel_dsl.diagnostics import Diagnostic

# What reading a book may come to whose entries somebody has spoilt.
SPOILT: Final = (LookupError, ValueError, TypeError, AttributeError, AssertionError)


@dataclass(frozen=True, slots=True)
class Proof:
    """A closed period, worked out again: what stands, and what is found against it."""

    closing: Closing
    run: RunEntry
    lines: int
    found: tuple[Diagnostic, ...]
    because: TiercelError | None = None


@dataclass(frozen=True)
class Verification:
    """Faults of the book itself, and the closed periods that were worked out again."""

    entries: int
    faults: tuple[Diagnostic, ...]
    proofs: tuple[Proof, ...] = field(default=())
    heads: int = 0  # exported heads that were compared

    @property
    def sound(self) -> bool:
        return not self.faults and not any(proof.found for proof in self.proofs)


def verify(
    book: Book,
    periods: Sequence[str] = (),
    scheme: str = "",
    heads: Path | None = None,
    annals: Annals | None = None,
) -> Verification:
    """Check the chain, compare the heads, work closed runs out again: all of them, or those of some periods. The
    book is read anew, unless `annals` were read just now."""
    annals = annals or Annals(book.store.reading, book.schemes)
    exported = read_heads(heads) if heads is not None else []
    faults = chain_faults(book, annals, exported)
    proofs: tuple[Proof, ...] = ()
    try:
        wanted = [scheme] if scheme else annals.scheme_names(annals.head)
        closings = [c for name in wanted for c in annals.closings(name, annals.head)]
        chosen = [c for c in closings if not periods or c.period in periods]
        proofs = tuple(proof(annals, closing) for closing in chosen)
    except SPOILT:
        if not faults:
            raise
    return Verification(len(annals.entries), tuple(faults), proofs, len(exported))


def chain_faults(book: Book, annals: Annals, exported: Sequence[tuple[int, str]] = ()) -> list[Diagnostic]:
    """Where the chain does not hold, or is another than the one whose heads were exported."""
    with book.store.reading() as view:
        return [*faults_of(view), *_other_heads(annals, exported)]


def proof(annals: Annals, closing: Closing) -> Proof:
    """One closed run, from what was known then."""
    run = annals.run(closing.run)
    stored = annals.lines(run.seq)
    if run.semantics not in SUPPORTED:
        told = {"period": run.period, "release": run.engine}
        return Proof(closing, run, len(stored), (Diagnostic("E5036", facts=told),))
    try:
        again = settlement_at(annals, run.scheme, run.period, run.known)
    except TiercelError as fault:
        return Proof(closing, run, len(stored), (Diagnostic("E5037", facts={"period": run.period}),), fault)
    found = held_against(annals, closing, again)
    return Proof(closing, run, len(stored), found)


def held_against(annals: Annals, closing: Closing, again: Settlement) -> tuple[Diagnostic, ...]:
    """What a closed run has in it that working it out again does not come to."""
    run = annals.run(closing.run)
    found = list(_differences(run, annals.lines(run.seq), again.lines))
    handed = tuple(sorted(again.settled.carried.rows)) != tuple(sorted(annals.carried(run.seq, "in")))
    if not found and (handed or again.evaluation.run.scheme.hash != run.hash):
        found.append(Diagnostic("E5037", facts={"period": run.period}))
    return tuple(found)


def _differences(run: RunEntry, stored: Sequence[LedgerLine], again: Sequence[LedgerLine]) -> Iterator[Diagnostic]:
    """Lines that are not the same: of each what the book holds and what it comes to."""
    was, now = Counter(stored), Counter(again)
    gone, come = list((was - now).elements()), list((now - was).elements())
    for line in sorted({*map(_place, gone), *map(_place, come)}):
        before = sum(x.amount for x in gone if _place(x) == line)
        after = sum(x.amount for x in come if _place(x) == line)
        person, name, record, currency = line
        digits = minor_units(currency)
        told: dict[str, object] = {
            "period": run.period, "person": person or "company", "line": name, "record": record, "currency": currency,
            "stored": _money(before, digits), "again": _money(after, digits),
        }  # fmt: skip
        yield Diagnostic("E5035", facts=told)


def _place(line: LedgerLine) -> tuple[str, str, str, str]:
    return line.person, line.name, line.record, line.currency


def _money(amount: int, digits: int) -> str:
    from fractions import Fraction

    return money_text(Fraction(amount, 10**digits), digits)


# ---- exported heads ---------------------------------------------------------------------------------------------


def heads_beside(url: str) -> Path:
    """Where the heads of a book are exported to: a text beside its file; of one on a server a text in the folder at
    hand, named after server, database and book."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        return Path(f"{url.removeprefix('sqlite:///')}.heads")
    book = dict(parse_qsl(parts.query)).get("book", "tiercel")
    names = (parts.hostname or "", parts.path.strip("/"), book)
    return Path(f"{'-'.join(name for name in names if name)}.heads")


def export_heads(book: Book, path: Path) -> int:
    """Write the link of every closing that the file does not have yet; returns how many."""
    annals = book.annals()
    known = {(seq, link) for seq, link in read_heads(path)} if path.exists() else set[tuple[int, str]]()
    closings = [c for name in annals.scheme_names(annals.head) for c in annals.closings(name, annals.head)]
    new = [c for c in sorted(closings, key=lambda c: c.seq) if (c.seq, c.hash) not in known]
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{c.seq} {c.hash} {c.scheme} {c.period}\n" for c in new)
    return len(new)


def read_heads(path: Path) -> list[tuple[int, str]]:
    """(number, link) of each line of an exported file."""
    words = [line.split() for line in path.read_text("utf-8").splitlines()]
    return [(int(w[0]), w[1]) for w in words if len(w) > 1 and w[0].isdigit()]


def _other_heads(annals: Annals, exported: Sequence[tuple[int, str]]) -> Iterator[Diagnostic]:
    for seq, link in exported:
        entry = annals.entry(seq)
        if entry is None or entry.hash != link:
            yield Diagnostic("E5034", facts={"entry": seq})
