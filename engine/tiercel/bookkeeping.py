"""The commands that keep a book: record, publish, approve, close, verify, log; and runs out of a book.

In: options of the command line. Out: `Outcome`. The only room that knows the clock; it hands it on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tiercel.terminal import (
    FINDINGS,
    OK,
    Options,
    Outcome,
    Refused,
    colored,
    faults_text,
    json_text,
    next_step,
    quoted,
    reader,
    refusal,
    turned_down,
    why,
)
from tiercel.words import say

if TYPE_CHECKING:
    from tiercel.adjustments import Correction
    from tiercel.annals import Annals, Closing
    from tiercel.book import Book, By, Settlement
    from tiercel.demo_book import Month
    from tiercel.ledger import Entry
    from tiercel.statement import Column
    from tiercel.verification import Proof, Verification

_NAME: Final = "NAME"


# ---- what all share --------------------------------------------------------------------------------------------


def _guarded(command: Callable[[Options, str], Outcome]) -> Callable[[Options, str], Outcome]:
    """Errors of the book as outcomes."""

    def guarded(options: Options, language: str) -> Outcome:
        from tiercel.errors import TiercelError

        try:
            return command(options, language)
        except TiercelError as error:
            raise Refused(told_error(error, options, language)) from error
        except (LookupError, ValueError, TypeError, AttributeError, AssertionError):
            raise_spoilt(options, language)
            raise
        except OSError as fault:
            path = fault.filename or options.book
            raise refusal(say("cannot_read", language, path=path, reason=why(fault, language)), language) from fault

    return guarded


def raise_spoilt(options: Options, language: str) -> None:
    """If somebody has spoilt the book, that is why a command failed: refuse with what is found."""
    from tiercel.ledger import faults_of

    with opened(options).store.reading() as view:
        found = list(faults_of(view))
    if found:
        raise Refused(Outcome(FINDINGS, talk=faults_text(found, {}, language, False, colored(None))))


def told_error(error: Any, options: Options, language: str) -> Outcome:
    """What went wrong, and after it that nobody is paid or nothing entered."""
    return turned_down(error, error.sources, language, getattr(options, "all_findings", False))


def opened(options: Options) -> "Book":
    from tiercel.address import open_store
    from tiercel.book import Book

    return Book(open_store(options.book))


def by_of(options: Options) -> "By":
    """Who does it, and when: now unless a time is given."""
    from tiercel.book import By, usage

    if not options.by.strip():
        raise usage("E4018")
    return By(options.by.strip(), moment(options.at) if options.at else _now)


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251


def moment(text: str, end: bool = False) -> datetime:
    """A moment as somebody writes it: a day is its beginning, or its end; without an offset it is local."""
    from tiercel.book import usage

    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError as wrong:
        raise usage("E4010", text) from wrong
    if end and len(text.strip()) <= 10:
        found = datetime.combine(found.date(), time.max)
    return found.astimezone(UTC)


def face_of_book(options: Options, annals: "Annals", scheme: str) -> str:
    """The reader's language: a Chinese scheme speaks Chinese unless told otherwise."""
    return reader(options, annals.family(scheme, annals.head).checked.language)


def _money(amount: int, currency: str) -> str:
    from tiercel.money import grouped, minor_units, money_text

    return grouped(money_text(Fraction(amount, 10 ** minor_units(currency)), minor_units(currency)))


def _totals(totals: "Mapping[str, Mapping[str, str]]", language: str) -> str:
    parts = [f"{_money(sum(map(int, kinds.values())), code)} {code}" for code, kinds in sorted(totals.items())]
    return say("list", language).join(parts) or "0"


# ---- publish, approve, record ----------------------------------------------------------------------------------


@_guarded
def publish(options: Options, language: str) -> Outcome:
    """Enter a version of a scheme."""
    book = opened(options)
    reason = (options.reason or "") if options.retroactive else None
    before = book.annals().head if book.store.exists() else 0
    entry = book.publish(Path(options.scheme), by_of(options), reason)
    annals = book.annals()
    if entry is None:
        return Outcome(OK, say("book.known_version", language) + "\n", _after_publish(options, language))
    told = entry.content
    language = face_of_book(options, annals, told["scheme"]) if annals.versions(told["scheme"], entry.seq) else language
    new = [e for e in annals.of_kind("publish", entry.seq) if e.seq > before]  # those that it names, then itself
    out = "\n".join(_published(e, language) for e in new)
    if told["retroactive"]:
        words = ["approve", "--book", quoted(options.book), "--version", str(told["version"]), "--by", _NAME]
        return Outcome(OK, out + "\n", next_step(language, *words), language)
    return Outcome(OK, out + "\n", _after_publish(options, language), language)


def _published(entry: "Entry", language: str) -> str:
    told = entry.content
    facts = {"scheme": told["scheme"], "version": told["version"], "first": told["first"], "entry": entry.seq}
    return say("book.published_retro" if told["retroactive"] else "book.published", language, **facts)


def _after_publish(options: Options, language: str) -> str:
    folder = say("DIR", language)
    return next_step(language, "record", "--book", quoted(options.book), "--facts", folder, "--by", _NAME)


@_guarded
def approve(options: Options, language: str) -> Outcome:
    """Let a retroactive version count."""
    book = opened(options)
    entry = book.approve(options.version, by_of(options), options.scheme or "")
    annals = book.annals()
    language = face_of_book(options, annals, entry.content["scheme"])
    out = say("book.approved", language, version=options.version, entry=entry.seq)
    return Outcome(OK, out + "\n", _next_run(options, annals, entry.content["scheme"], language), language)


def _next_run(options: Options, annals: "Annals", scheme: str, language: str) -> str:
    period = annals.open_period(scheme, annals.head)
    name = period.name if period is not None else _first_period(annals, scheme, language)
    return next_step(language, "run", "--book", quoted(options.book), "--period", name, "--by", _NAME)


def _first_period(annals: "Annals", scheme: str, language: str) -> str:
    """The first period that the facts speak of."""
    from tiercel.recorded import Days
    from tiercel.versions import calendar

    family = annals.family(scheme, annals.head)
    days = Days(annals.known(annals.head, scheme), annals.tables(annals.head, scheme))
    found = [day for key in days.known.rows if key[0] in days.facts and (day := days.of(key)) is not None]
    begun = [day for day in found if any(v.checked.first <= day for v in family.family)]
    return calendar(family.checked).of(min(begun)).name if begun else say("help.metavar.period", language)


@_guarded
def record(options: Options, language: str) -> Outcome:
    """Enter facts."""
    book = opened(options)
    if not options.facts and not options.withdraw:
        raise refusal(say("help.usage.required", language, what="--facts"), language)
    chosen = options.scheme_name or ""
    done = book.record(Path(options.facts) if options.facts else None, by_of(options), options.withdraw, chosen)
    annals = book.annals()
    scheme = book.scheme_named(annals, chosen) if chosen else annals.scheme_names(annals.head)[0]
    language = face_of_book(options, annals, scheme)
    if done.entry is None:
        out = say("book.nothing_new", language, same=f"{done.same:,}")
    else:
        facts = {"new": f"{done.new:,}", "changed": f"{done.changed:,}", "same": f"{done.same:,}"}
        facts |= {"withdrawn": f"{done.withdrawn:,}"}
        out = say("book.recorded", language, **facts, entry=done.entry.seq)
    return Outcome(OK, out + "\n", _next_run(options, annals, scheme, language), language)


# ---- run and explain -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """A period out of a book, ready to be shown."""

    book: "Book"
    settlement: "Settlement"
    language: str
    closing: "Closing | None" = None  # where it is what a closed run paid


def settled(options: Options, language: str) -> Shown:
    """The period worked out by the book: as known now, or at a time that is given."""
    from tiercel.errors import TiercelError

    book = opened(options)
    try:
        annals = book.annals()
        known = None
        if options.as_known_on:
            from tiercel.ledger import text_of

            known = annals.known_on(text_of(moment(options.as_known_on, end=True)))
        name = book.scheme_named(annals, options.scheme_name or "")
        closing = None
        if known is None and options.command in ("explain", "statement"):
            closing = next(iter(_closed(annals, name, options.period)), None)
            known = annals.run(closing.run).known if closing is not None else None
        partial = getattr(options, "partial", False)
        settlement = book.settlement(options.period, name, known, partial, options.evaluator)
        if closing is not None:
            _as_paid(annals, closing, settlement, options, language)
    except TiercelError as error:
        raise Refused(told_error(error, options, language)) from error
    except (LookupError, ValueError, TypeError, AttributeError, AssertionError):
        raise_spoilt(options, language)
        raise
    return Shown(book, settlement, reader(options, settlement.family.checked.language), closing)


def _as_paid(annals: "Annals", closing: "Closing", again: "Settlement", options: Options, language: str) -> None:
    """A closed period is shown as it was paid, or not at all."""
    from tiercel.verification import held_against

    found = held_against(annals, closing, again)
    if found:
        every = getattr(options, "all_findings", False)
        raise Refused(Outcome(FINDINGS, talk=faults_text(found, {}, language, every, colored(None))))


def _closed(annals: "Annals", scheme: str, period: str) -> "list[Closing]":
    return [c for c in annals.closings(scheme, annals.head) if c.period == period]


def run_recorded(shown: Shown, options: Options) -> list[str]:
    """Record the run if somebody answers for it; what is said of it, and the next command."""
    from tiercel.errors import TiercelError

    language, period = shown.language, shown.settlement.evaluation.period
    words = ["--book", quoted(options.book), "--period", period, "--by", _NAME]
    if options.by is None:
        return [say("book.not_recorded", language), next_step(language, "run", *words)]
    try:
        run = shown.book.run(shown.settlement, by_of(options))
    except TiercelError as error:
        raise Refused(told_error(error, options, language)) from error
    said = say("book.run", language, entry=run.seq, known=run.known)
    return [said, next_step(language, "explain" if run.partial else "close", *words[: 4 if run.partial else 6])]


def corrections_table(shown: Shown, people: Sequence[str]) -> str:
    """The corrections of closed periods that go with the period, with their causes."""
    found = [c for c in shown.settlement.settled.corrections if c.person in (*people, "")]
    if not found:
        return ""
    return f"\n{say('book.corrections', shown.language)}\n\n{_corrections(found, shown.language)}\n"


def _corrections(found: "Sequence[Correction]", language: str) -> str:
    from tiercel.table import render_table

    heads = [say(f"book.head.{key}", language) for key in ("person", "period", "amount", "about", "cause")]
    rows = [_correction_cells(correction, language) for correction in found]
    return render_table(heads, rows, ["left", "left", "right", "left", "left"])


def _correction_cells(correction: "Correction", language: str) -> list[str]:
    causes = say("list", language).join(say("book.entry", language, entry=e) for e in correction.causes)
    person = correction.person or say("company", language)
    amount = _money(correction.amount, correction.currency)
    return [person, correction.period, amount, " ".join(correction.about), causes]


def correction_columns(shown: Shown, people: Sequence[str], final: "Column") -> "list[Column]":
    """Corrections per person, and what he gets with them; `final` is the column of payouts."""
    from tiercel.money import minor_units
    from tiercel.statement import Column

    sums = dict.fromkeys(people, Fraction(0))
    for c in shown.settlement.settled.corrections:
        if c.person in sums:
            sums[c.person] += Fraction(c.amount, 10 ** minor_units(c.currency))
    together = [
        amount + cell
        for amount, cell in zip(sums.values(), final.cells, strict=True)
        if isinstance(cell, Fraction)
    ]  # fmt: skip
    heads = (say(f"book.head.{key}", shown.language) for key in ("corrections", "together"))
    return [Column(h, "money", tuple(c)) for h, c in zip(heads, (sums.values(), together), strict=True)]


def corrections_data(shown: Shown) -> list[dict[str, Any]]:
    """The same for programs."""
    from tiercel.money import minor_units, money_text

    out: list[dict[str, Any]] = []
    for c in shown.settlement.settled.corrections:
        digits = minor_units(c.currency)
        amount = money_text(Fraction(c.amount, 10**digits), digits)
        entry = {"person": c.person, "period": c.period, "amount": amount, "currency": c.currency}
        out.append(entry | {"causes": list(c.causes), "records": list(c.about)})
    return out


# ---- close -----------------------------------------------------------------------------------------------------


@_guarded
def close(options: Options, language: str) -> Outcome:
    """Close a period, and export the mark of the book."""
    from tiercel.verification import export_heads, heads_beside

    book = opened(options)
    closing = book.close(options.period, by_of(options), options.scheme_name or "")
    annals = book.annals()
    language = face_of_book(options, annals, closing.scheme)
    told = annals.run(closing.run).content
    facts = {"period": closing.period, "entry": closing.seq, "count": told["people"]}
    lines = [say("book.closed", language, **facts, total=_totals(told["totals"], language))]
    lines.append(say("book.mark", language, hash=closing.hash))
    heads = Path(options.heads) if options.heads else heads_beside(options.book)
    try:
        export_heads(book, heads)
        lines.append(say("book.exported", language, file=heads))
    except OSError as fault:
        lines.append(say("cannot_write", language, path=heads, reason=why(fault, language)))
    following = next_step(language, "verify", "--book", quoted(options.book), "--period", closing.period)
    return Outcome(OK, "\n".join(lines) + "\n", following, language)


# ---- verify ----------------------------------------------------------------------------------------------------


@_guarded
def verify(options: Options, language: str) -> Outcome:
    """Work closed runs out again and check that nothing was changed."""
    from tiercel.verification import heads_beside
    from tiercel.verification import verify as verified

    book = opened(options)
    annals = book.annals()
    beside = heads_beside(options.book)
    heads = Path(options.heads) if options.heads else beside if beside.exists() else None
    done = verified(book, options.period, options.scheme_name or "", heads)
    names = [] if done.faults else annals.scheme_names(annals.head)
    language = face_of_book(options, annals, names[0]) if names else language
    if options.by is not None:
        from tiercel.annals import VERIFY

        periods = [proof.closing.period for proof in done.proofs]
        content = {"periods": periods, "sound": done.sound, "entries": done.entries}
        book.note(VERIFY, by_of(options), content)
    out = json_text(_verified_data(done, language), False) if options.format == "json" else _verified(done, language)
    following = next_step(language, "log", "--book", quoted(options.book))
    return Outcome(OK if done.sound else FINDINGS, out, following, language)


def _verified(done: "Verification", language: str) -> str:
    from tiercel.table import render_table

    parts: list[str] = []
    if done.faults:
        parts.append(faults_text(done.faults, {}, language, True, colored(None)))
    else:
        parts.append(say("book.chain", language, count=done.entries))
        if done.heads:
            parts.append(say("book.heads", language, count=done.heads))
    rows = [_proof_cells(proof, language) for proof in done.proofs]
    if rows:
        heads = [say(f"book.head.{key}", language) for key in ("period", "version", "lines", "total", "result")]
        parts.append("\n" + render_table(heads, rows, ["left", "right", "right", "right", "left"]))
    for proof in done.proofs:
        found = (*proof.found, *(proof.because.diagnostics if proof.because else ()))
        if found:
            parts.append("\n" + faults_text(found, {}, language, False, colored(None)))
    parts.append("\n" + say("book.sound" if done.sound else "book.unsound", language))
    return "\n".join(parts) + "\n"


def _proof_cells(proof: "Proof", language: str) -> list[str]:
    result = say("book.equal" if not proof.found else "book.unequal", language)
    total = _totals(proof.run.content["totals"], language)
    return [proof.closing.period, str(proof.run.version), f"{proof.lines:,}", total, result]


def _verified_data(done: "Verification", language: str) -> dict[str, Any]:
    from tiercel_dsl.render import as_json

    found = [*done.faults, *(d for proof in done.proofs for d in proof.found)]
    proofs = [{"period": p.closing.period, "run": p.run.seq, "equal": not p.found} for p in done.proofs]
    return {
        "format_version": 1, "sound": done.sound, "entries": done.entries, "periods": proofs,
        "diagnostics": [as_json(d, language) for d in found],
    }  # fmt: skip


# ---- log -------------------------------------------------------------------------------------------------------


@_guarded
def log(options: Options, language: str) -> Outcome:
    """What happened, as a ledger."""
    from tiercel.ledger import text_of
    from tiercel.table import render_table

    book = opened(options)
    annals = book.annals()
    names = annals.scheme_names(annals.head)
    language = face_of_book(options, annals, names[0]) if names and annals.versions(names[0], annals.head) else language
    until = text_of(moment(options.at, end=True)) if options.at else ""
    entries = [
        e
        for e in annals.entries
        if (not until or e.at <= until)
        and (options.by is None or e.who == options.by)
        and (not options.period or _period_of(e) in options.period)
    ]
    if options.format == "json":
        data = [
            {"entry": e.seq, "at": e.at, "by": e.who, "kind": e.kind, "hash": e.hash, "content": dict(e.content)}
            for e in entries
        ]
        return Outcome(OK, json_text({"format_version": 1, "entries": data}, False), language=language)
    heads = [say(f"book.head.{key}", language) for key in ("entry", "at", "by", "what")]
    rows = [[str(e.seq), _local(e.at), e.who, _told(e, names, language)] for e in entries]
    out = render_table(heads, rows, ["right", "left", "left", "left"]) + "\n"
    return Outcome(OK, out, next_step(language, "verify", "--book", quoted(options.book)), language)


def _period_of(entry: "Entry") -> str:
    return str(entry.content.get("period", ""))


def _local(at: str) -> str:
    """On the clock of this machine, with its offset."""
    return datetime.fromisoformat(at).astimezone().isoformat(" ", "seconds")


def _told(entry: "Entry", schemes: Sequence[str], language: str) -> str:
    told = dict(entry.content)
    key = f"book.log.{entry.kind}"
    if entry.kind == "publish":
        key += "_retro" if told["retroactive"] else ""
    elif entry.kind == "record":
        tables = [f"{name} {what['rows']}" for name, what in told["tables"].items() if what["rows"]]
        told["tables"] = say("list", language).join(tables) or "0"
        told["gone"] = say("list", language).join(told["withdrawn"])
        key += "_gone" if told["withdrawn"] else ""
    elif entry.kind in ("run", "close"):
        told["total"] = _totals(told["totals"], language)
        told["count"] = told["people"]
        key += "_partial" if told.get("partial") else ""
    elif entry.kind == "verify":
        key += "" if told["sound"] else "_unsound"
        told["count"] = len(told["periods"])
    said = say(key, language, **told)
    return f"{told['scheme']}: {said}" if len(schemes) > 1 and "scheme" in told else said


# ---- demo ------------------------------------------------------------------------------------------------------


def demo_told(folder: Path, language: str) -> str:
    """The book of the sample company's branch, written, and what happened in it."""
    from tiercel.demo import FACTS, branch, main_file
    from tiercel.demo_book import keep

    home = branch(folder)
    story = keep(folder, home / main_file(language), home / FACTS, language)
    first, *_, last = story.periods
    facts = {"first": first, "last": last, "entries": story.entries, "people": story.people}
    blocks = [say("book.demo", language, **facts)]
    for person, months in story.told.items():
        since = next((m.period for m in months if m.version != months[0].version), first)
        blocks += [say("book.demo_person", language, person=person, period=since) + _colon(language)]
        blocks += [_months(months, story.currency, language)]
    blocks += [say("book.demo_late", language, late_period=story.late, wrong_period=story.wrong) + _colon(language)]
    return "\n\n".join([*blocks, _corrections(story.corrections, language)])


def _colon(language: str) -> str:
    return say("colon", language).rstrip()


def _months(months: "Sequence[Month]", currency: str, language: str) -> str:
    """What somebody got month by month, each effect of the change in a column."""
    from tiercel.table import render_table

    effects = ("rules", "blend", "at_least", "adjustment", "correction", "paid")
    heads = [say(f"book.month.{key}", language) for key in ("period", "version", *effects)]
    rows = [
        [m.period, str(m.version), *(_money(getattr(m, key), currency) if getattr(m, key) else "-" for key in effects)]
        for m in months
    ]
    return render_table(heads, rows, ["left", "left", "right", "right", "right", "right", "right", "right"])


# ---- their options ---------------------------------------------------------------------------------------------


def book_argument(parser: Any, required: bool = True) -> None:
    parser.add_argument("--book", required=required, metavar=parser.words("metavar.book"), help=parser.words("book"))


def by_arguments(parser: Any, required: bool = True) -> None:
    name, when = parser.words("metavar.name"), parser.words("metavar.time")
    parser.add_argument("--by", required=required, metavar=name, help=parser.words("by" if required else "by_optional"))
    parser.add_argument("--at", metavar=when, help=parser.words("at"))


def scheme_argument(parser: Any) -> None:
    name = parser.words("metavar.name")
    parser.add_argument("--scheme", dest="scheme_name", metavar=name, help=parser.words("scheme_name"))


def _all(parser: Any) -> None:
    parser.add_argument("--all-findings", action="store_true", help=parser.words("all_findings"))


def publish_arguments(parser: Any) -> None:
    parser.add_argument("scheme", metavar=parser.words("metavar.file"), help=parser.words("scheme"))
    book_argument(parser)
    by_arguments(parser)
    parser.add_argument("--retroactive", action="store_true", help=parser.words("retroactive"))
    parser.add_argument("--reason", metavar=parser.words("metavar.text"), help=parser.words("reason"))
    _all(parser)


def approve_arguments(parser: Any) -> None:
    book_argument(parser)
    parser.add_argument("--version", type=int, required=True, metavar="N", help=parser.words("approve_version"))
    by_arguments(parser)
    parser.add_argument("--scheme", metavar=parser.words("metavar.name"), help=parser.words("scheme_name"))


def record_arguments(parser: Any) -> None:
    book_argument(parser)
    parser.add_argument("--facts", metavar=parser.words("metavar.folder"), help=parser.words("record_facts"))
    row = parser.words("metavar.withdraw")
    parser.add_argument("--withdraw", action="append", default=[], metavar=row, help=parser.words("withdraw"))
    by_arguments(parser)
    name = parser.words("metavar.name")
    parser.add_argument("--scheme", dest="scheme_name", metavar=name, help=parser.words("record_scheme"))
    _all(parser)


def close_arguments(parser: Any) -> None:
    book_argument(parser)
    parser.add_argument("--period", required=True, metavar=parser.words("metavar.period"), help=parser.words("period"))
    by_arguments(parser)
    parser.add_argument("--heads", metavar=parser.words("metavar.file"), help=parser.words("heads"))
    scheme_argument(parser)


def verify_arguments(parser: Any) -> None:
    book_argument(parser)
    period = parser.words("metavar.period")
    parser.add_argument("--period", action="append", default=[], metavar=period, help=parser.words("verify_period"))
    by_arguments(parser, required=False)
    parser.add_argument("--heads", metavar=parser.words("metavar.file"), help=parser.words("verify_heads"))
    parser.add_argument("--format", choices=("table", "json"), default="table", help=parser.words("format"))
    scheme_argument(parser)


def log_arguments(parser: Any) -> None:
    book_argument(parser)
    period, name, when = (parser.words(f"metavar.{key}") for key in ("period", "name", "time"))
    parser.add_argument("--period", action="append", default=[], metavar=period, help=parser.words("log_period"))
    parser.add_argument("--by", metavar=name, help=parser.words("log_by"))
    parser.add_argument("--at", metavar=when, help=parser.words("log_at"))
    parser.add_argument("--format", choices=("table", "json"), default="table", help=parser.words("format"))


COMMANDS: Final[Mapping[str, Callable[[Options, str], Outcome]]] = {
    "publish": publish,
    "approve": approve,
    "record": record,
    "close": close,
    "verify": verify,
    "log": log,
}
ARGUMENTS: Final[Mapping[str, Callable[[Any], None]]] = {
    "publish": publish_arguments,
    "approve": approve_arguments,
    "record": record_arguments,
    "close": close_arguments,
    "verify": verify_arguments,
    "log": log_arguments,
}
