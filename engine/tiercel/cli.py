"""The command `tiercel`.

In: the words of a command line. Out: the result on stdout, everything said about it on stderr, an exit code:
0 fine, 1 findings, 2 wrong usage, 3 a fault of our own, 130 interrupted.

Why this way: a command works out its whole `Outcome` before a character is written, so that a reader who closes
the pipe early changes no exit code. What is heavy is imported by the commands that need it: help comes at once.
"""

import argparse
import csv
import gc
import io
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeAlias

from tiercel import bookkeeping
from tiercel.terminal import FINDINGS, INTERNAL, INTERRUPTED, OK, USAGE, Options, Outcome, Refused
from tiercel.terminal import LANGUAGES as _LANGUAGES
from tiercel.terminal import asked as _asked
from tiercel.terminal import coded as _message
from tiercel.terminal import colored as _color
from tiercel.terminal import encodable as _encodable
from tiercel.terminal import error_text as _error
from tiercel.terminal import faults_text as _faults
from tiercel.terminal import json_text as _json
from tiercel.terminal import next_step as _next
from tiercel.terminal import quoted as _quoted
from tiercel.terminal import reader as _reader
from tiercel.terminal import refusal as _refused
from tiercel.terminal import surroundings as _surroundings
from tiercel.terminal import turned_down as _turned_down
from tiercel.terminal import why as _reason
from tiercel.words import say

if TYPE_CHECKING:
    from fractions import Fraction

    from tiercel import statements
    from tiercel.bookkeeping import Shown
    from tiercel.evaluation import Evaluation, Explanation
    from tiercel.history import Carried
    from tiercel.outcome import Line
    from tiercel.run import Scheme
    from tiercel.statement import Column
    from tiercel.trace import Trace
    from tiercel_dsl.driver import Checked
    from tiercel_dsl.source import Source


Command: TypeAlias = Callable[[Options, str], Outcome]


# ---- start and end -----------------------------------------------------------------------------------------


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code, whatever happens."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    gc.set_threshold(100_000)  # a command ends soon: looking for circles in what it still needs only takes time
    _soften(sys.stdout, sys.stderr)
    try:
        outcome = _outcome(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as fault:
        outcome = _own_fault(fault)
    return _written(outcome, outcome.language or _asked(arguments) or _surroundings())


def _outcome(arguments: Sequence[str]) -> Outcome:
    language = _asked(arguments) or _surroundings()
    if not arguments:
        return Outcome(USAGE, talk=_parser(language).format_help().rstrip())
    try:
        options = _parser(language).parse_args(arguments)
        return _COMMANDS[options.command](options, language)
    except Refused as refused:
        return refused.outcome


def _own_fault(fault: Exception) -> Outcome:
    talk = "\n".join(say("internal", language, name=type(fault).__name__) for language in ("en", "zh"))
    if os.environ.get("TIERCEL_DEBUG") == "1":
        import traceback

        talk = f"{''.join(traceback.format_exception(fault))}\n{talk}"
    return Outcome(INTERNAL, talk=talk)


def _soften(*streams: object) -> None:
    """A character that the terminal's encoding lacks becomes ?, it does not end the command."""
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _written(outcome: Outcome, language: str) -> int:
    talk = outcome.talk
    if not _encodable(outcome.out):
        lost = say("lost_characters", language, encoding=sys.stdout.encoding)
        talk = f"{talk}\n{lost}" if talk else lost
    try:
        sys.stdout.write(outcome.out)
        sys.stdout.flush()
    except OSError as fault:
        if not isinstance(fault, BrokenPipeError):
            talk = _error(say("cannot_write", language, path="stdout", reason=_reason(fault, language)), language)
        _abandon_stdout()
        return _talked(talk, outcome.code if isinstance(fault, BrokenPipeError) else USAGE)
    return _talked(talk, outcome.code)


def _talked(talk: str, code: int) -> int:
    try:
        if talk:
            sys.stderr.write(talk + "\n")
            sys.stderr.flush()
    except OSError:
        return code
    return code


def _abandon_stdout() -> None:
    """Nobody reads any more: what is still buffered goes nowhere, and Python has nothing to complain of at its end."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return


# ---- check -------------------------------------------------------------------------------------------------


def check(options: Options, language: str) -> Outcome:
    """Diagnostics of scheme files."""
    if options.fix or options.fix_review is not None:
        return _fixes(options, language)
    checked = [_checked(Path(name), options, language) for name in options.files]
    if options.format == "json":
        return _check_json(checked, options, language)
    parts = [file if isinstance(file, Outcome) else _check_text(file, options) for file in checked]
    code = max(part.code for part in parts)
    refused = [part.talk for part in parts if part.code == USAGE]
    following = [part.talk for part in parts if part.code == code and code != USAGE][:1]
    out = "\n".join(f"{part.out}\n" for part in parts if part.out)
    return Outcome(code, out, "\n".join([*refused, *following]))


def _fixes(options: Options, language: str) -> Outcome:
    """Safe fixes made in every file; or those to review, with the pay they change."""
    from tiercel.fixing import fixed, reviewed

    files = [_checked(Path(name), options, language) for name in options.files]
    refused = [file for file in files if isinstance(file, Outcome)]
    if refused:
        return refused[0]
    if bool(options.facts) is not bool(options.period):
        raise _refused(say("fix_period", language), language)
    told = [file for file in files if isinstance(file, _File)]
    if options.fix:
        texts = [fixed(file.path, file.checked, _reader(options, file.checked.language)) for file in told]
        return Outcome(OK, "\n".join(texts) + "\n", _next(language, "check", *(_quoted(n) for n in options.files)))
    if len(told) > 1:
        raise _refused(say("fix_one_file", language), language)
    reader = _reader(options, told[0].checked.language)
    facts = Path(options.facts) if options.facts else None
    text = reviewed(told[0].path, told[0].checked, options.fix_review, facts, options.period or "", reader)
    if text is None:
        raise _refused(say("fix_no_such", reader, number=options.fix_review), reader)
    return Outcome(OK, text + "\n", _next(reader, "check", _quoted(options.files[0])), reader)


@dataclass(frozen=True, slots=True)
class _File:
    """A scheme file and what was found in it."""

    path: Path
    checked: "Checked"


def _checked(path: Path, options: Options, language: str) -> _File | Outcome:
    from tiercel.errors import UsageError
    from tiercel.files import check_file

    try:
        _scheme_path(path, language)
        return _File(path, check_file(path))
    except Refused as refused:
        return refused.outcome
    except UsageError as error:
        return _turned_down(error, {}, language, every=True)
    except OSError as fault:
        text = say("cannot_read", language, path=path, reason=_reason(fault, language))
        return _refused(text, language).outcome


def _scheme_path(path: Path, language: str) -> None:
    if path.is_dir():
        raise _refused(say("is_folder", language, path=path), language)


def _check_json(files: Sequence[_File | Outcome], options: Options, language: str) -> Outcome:
    from tiercel_dsl.render import as_json

    found: list[dict[str, Any]] = []
    for file in files:
        if isinstance(file, _File):
            told = _reader(options, file.checked.language)
            found += [as_json(d, told) for d in file.checked.diagnostics]
    failed = [file for file in files if isinstance(file, Outcome)]
    code = max([FINDINGS if any(d["severity"] == "error" for d in found) else OK, *(f.code for f in failed)])
    data = {"format_version": 1, "diagnostics": found}
    return Outcome(code, _json(data, to_file=False), "\n".join(f.talk for f in failed))


def _check_text(file: _File, options: Options) -> Outcome:
    checked = file.checked
    language = _reader(options, checked.language)
    found = checked.diagnostics
    text = _faults(found, checked.sources, language, options.all_findings, _color(sys.stdout))
    if checked.scheme is None:
        return Outcome(FINDINGS, text, _next(language, "explain-code", found[0].code))
    clean = _clean(file, language)
    following = _next(language, "run", _quoted(str(file.path)), "--facts", _facts_near(file.path, language),
                      "--period", _first_period(file))  # fmt: skip
    return Outcome(OK, f"{text}\n\n{clean}" if text else clean, following)


def _clean(file: _File, language: str) -> str:
    """What the file holds, in a few lines."""
    scheme = file.checked.scheme
    assert scheme is not None
    remarks = len(file.checked.diagnostics)
    first = say("clean_but" if remarks else "clean", language, file=file.path.name, count=remarks)
    last = say("until", language, last=scheme.last) if scheme.last else ""
    second = say(
        "scheme_line", language, name=scheme.names.shown(language), version=scheme.version, first=scheme.first,
        last=last, currency=scheme.currency, shape=say(f"shape.{scheme.period}", language),
    )  # fmt: skip
    kinds = ("kpis", "lines", "tiers", "lookups", "parameters", "tables")
    held = [say(f"n.{kind}", language, count=len(getattr(scheme, kind))) for kind in kinds if getattr(scheme, kind)]
    things = say("list", language).join(held)
    return "\n".join([first, f"  {second}", f"  {things}", say("hash_line", language, hash=scheme.hash[:12])])


def _facts_near(path: Path, language: str) -> str:
    """The folder of data beside the scheme, if it has one of the usual names."""
    for name in ("facts", "数据", "data"):
        if (path.parent / name).is_dir():
            return _quoted(str(path.parent / name))
    return say("DIR", language)


def _first_period(file: _File) -> str:
    from tiercel.versions import calendar

    scheme = file.checked.scheme
    assert scheme is not None
    return calendar(scheme).of(scheme.first).name


# ---- what run and explain share ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Work:
    """A scheme, what came of a period, and the reader's language."""

    scheme: "Scheme"
    evaluation: "Evaluation"
    language: str
    book: "Shown | None" = None  # where it comes out of a book

    @property
    def sources(self) -> "dict[str, Mapping[str, Source]]":
        return {version.hash: version.sources for version in self.scheme.family}

    @property
    def own_sources(self) -> "Mapping[str, Source]":
        return _merged(self.scheme, self.evaluation.run.scheme.hash)


def _merged(scheme: "Scheme", first: str) -> "Mapping[str, Source]":
    """The texts of all versions by file name; those of the version `first` before the others."""
    out: dict[str, Source] = {}
    for version in sorted(scheme.family, key=lambda v: v.hash == first):
        out |= version.sources
    return out


def _evaluated(options: Options, language: str) -> _Work:
    from tiercel.errors import TiercelError

    _one_source(options, language)
    if options.book:
        shown = bookkeeping.settled(options, language)
        return _Work(shown.settlement.family, shown.settlement.evaluation, shown.language, shown)
    scheme = _loaded(options, language)
    language = _reader(options, scheme.checked.language)
    facts = Path(options.facts)
    if facts.is_file() and facts.suffix.lower() not in (".csv", ".xlsx", ".xlsm"):
        raise _refused(say("is_file", language, path=facts), language)
    try:
        partial = getattr(options, "partial", False)
        carried = _carried(options, language)
        evaluation = scheme.evaluate(
            facts, options.period, carried=carried, partial=partial, evaluator=options.evaluator
        )
    except TiercelError as error:
        sources = _merged(scheme, scheme.hash)
        raise Refused(_turned_down(error, sources, language, options.all_findings)) from error
    except OSError as fault:
        text = say("cannot_read", language, path=fault.filename or facts, reason=_reason(fault, language))
        raise _refused(text, language) from fault
    return _Work(scheme, evaluation, language)


def _one_source(options: Options, language: str) -> None:
    """Either files, or a book: refuse both, none, and options that belong to the other."""
    if bool(options.book) == bool(options.scheme):
        raise Refused(Outcome(USAGE, talk=_message("E4017", language)))
    if options.scheme and not options.facts:
        raise _refused(say("help.usage.required", language, what="--facts"), language)
    files = {"--facts": options.facts, "--carried": options.carried, "--version": options.versions}
    files |= {"--carry-out": getattr(options, "carry_out", None)}
    others = {"--by": getattr(options, "by", None), "--at": getattr(options, "at", None)}
    others |= {"--as-known-on": options.as_known_on, "--scheme": options.scheme_name}
    wrong = [name for name, given in (files if options.book else others).items() if given]
    if wrong:
        raise _refused(say("book.not_together" if options.book else "book.only", language, option=wrong[0]), language)


def _carried(options: Options, language: str) -> "Carried":
    """What earlier periods handed on, if a file of it is named."""
    from tiercel.history import Carried

    if not options.carried:
        return Carried()
    try:
        return Carried.read(options.carried)
    except (OSError, UnicodeDecodeError) as fault:
        reason = _reason(fault, language) if isinstance(fault, OSError) else say("reason.other", language)
        raise _refused(say("cannot_read", language, path=options.carried, reason=reason), language) from fault


def _loaded(options: Options, language: str) -> "Scheme":
    from tiercel.errors import SchemeError, TiercelError
    from tiercel.run import load

    paths = [Path(options.scheme), *map(Path, options.versions)]
    for path in paths:
        _scheme_path(path, language)
    try:
        return load(paths[0], paths[1:])
    except TiercelError as error:
        sources, face = _texts(paths if isinstance(error, SchemeError) else ())
        told = _reader(options, face)
        raise Refused(_turned_down(error, sources, told, options.all_findings)) from error
    except OSError as fault:
        text = say("cannot_read", language, path=fault.filename or paths[0], reason=_reason(fault, language))
        raise _refused(text, language) from fault


def _texts(paths: Sequence[Path]) -> "tuple[Mapping[str, Source], str]":
    """The texts that messages about these scheme files may point into, and the face of the first."""
    from tiercel.errors import TiercelError
    from tiercel.files import check_file

    out: dict[str, Source] = {}
    faces: list[str] = []
    for path in paths:
        try:
            checked = check_file(path)
        except (TiercelError, OSError):
            continue
        out = {**checked.sources, **out}
        faces.append(checked.language)
    return out, faces[0] if faces else ""


def _known_person(work: _Work, person: str) -> None:
    """Refuse somebody who is not there, or who is left out by a partial run."""
    from tiercel.errors import UsageError

    if person in work.evaluation.unpaid:
        raise _refused(say("person_unpaid", work.language, person=person), work.language, FINDINGS)
    try:
        work.evaluation.explain(person)
    except UsageError as error:
        raise Refused(_turned_down(error, {}, work.language, every=True)) from error


# ---- run ---------------------------------------------------------------------------------------------------


def run(options: Options, language: str) -> Outcome:
    """Everybody's pay of one period."""
    if options.shadow:
        return _shadow(options, language)
    work = _evaluated(options, language)
    for person in options.person:
        _known_person(work, person)
    people = [p for p in work.evaluation.payout if not options.person or p in options.person]
    result = _program(work) if options.show_code else _FORMATS[options.format](work, people, options)
    if work.book is not None and options.format == "table" and not options.show_code:
        result += bookkeeping.corrections_table(work.book, people)
    talk = _warned(work, options)
    talk += [_left_out(work, options)] if work.evaluation.diagnostics else []
    if options.out:
        talk.append(_saved(Path(options.out), result, options, work.language))
    if options.carry_out:
        talk.append(_handed_on(work, options))
    if work.book is not None:
        talk += bookkeeping.run_recorded(work.book, options)
    elif people and (options.format == "table" or options.out):
        talk.append(_next(work.language, "explain", *_same_inputs(options), "--person", _quoted(people[0])))
    code = FINDINGS if work.evaluation.diagnostics else OK
    return Outcome(code, "" if options.out else result, "\n".join(talk), work.language)


def _shadow(options: Options, language: str) -> Outcome:
    """What a version would pay, beside what is paid."""
    from tiercel.errors import TiercelError
    from tiercel.shadow_table import shadow_text

    _one_source(options, language)
    if options.book or options.carry_out or options.partial or options.show_code:
        raise _refused(say("shadow_alone", language), language)
    scheme = _loaded(options, language)
    language = _reader(options, scheme.checked.language)
    try:
        carried = _carried(options, language)
        found = scheme.shadow(Path(options.facts), options.period, carried=carried, evaluator=options.evaluator)
    except TiercelError as error:
        sources = _merged(scheme, scheme.hash)
        raise Refused(_turned_down(error, sources, language, options.all_findings)) from error
    unknown = [person for person in options.person if person not in found.people]
    if unknown:
        _known_person(_Work(scheme, found.tried, language), unknown[0])
    people = [key for key in found.people if not options.person or key in options.person]
    result = (
        _json(found.to_dict(people), bool(options.out))
        if options.format == "json"
        else shadow_text(found, people, language, options.format)
    )
    talk = [_saved(Path(options.out), result, options, language)] if options.out else []
    return Outcome(
        OK, "" if options.out else result, "\n".join([*talk, say("shadow_pays_nothing", language)]), language
    )


def _program(work: _Work) -> str:
    """The generated program of the version that paid, for whoever wants to read it."""
    paying = next(s for s in work.scheme.family if s.hash == work.evaluation.run.scheme.hash)
    if paying.compiled is None:
        raise _refused(say("no_program", work.language), work.language, FINDINGS)
    return paying.compiled.program.source


def _warned(work: _Work, options: Options) -> list[str]:
    from tiercel_dsl.diagnostics import Severity

    found = [d for d in work.scheme.warnings if d.severity is Severity.warning]
    found += work.evaluation.remarks
    return [_faults(found, work.own_sources, work.language, options.all_findings, _color(sys.stderr))] if found else []


def _same_inputs(options: Options) -> list[str]:
    if options.book:
        return ["--book", _quoted(options.book), "--period", options.period]
    more = [word for path in options.versions for word in ("--version", _quoted(path))]
    more += ["--carried", _quoted(options.carried)] if options.carried else []
    return [_quoted(options.scheme), "--facts", _quoted(options.facts), "--period", options.period, *more]


def _handed_on(work: _Work, options: Options) -> str:
    """Write what the next period needs of this one."""
    from tiercel.errors import TiercelError

    try:
        text = work.evaluation.carried.text()
    except TiercelError as error:
        raise Refused(_turned_down(error, work.own_sources, work.language, options.all_findings)) from error
    return _saved(Path(options.carry_out), text, options, work.language, "utf-8")


def _left_out(work: _Work, options: Options) -> str:
    found = work.evaluation.diagnostics
    text = _faults(found, work.own_sources, work.language, options.all_findings, _color(sys.stderr))
    people = say("list", work.language).join(work.evaluation.unpaid)
    return f"{text}\n\n{say('unpaid', work.language, count=len(work.evaluation.unpaid), people=people)}"


def _run_table(work: _Work, people: Sequence[str], options: Options) -> str:
    from tiercel.statement import pay_table

    scheme = work.evaluation.run.scheme
    title = say(
        "run_title", work.language, name=scheme.names.shown(work.language), version=scheme.version,
        period=work.evaluation.period, currency=scheme.currency,
    )  # fmt: skip
    return f"{title}\n\n{pay_table(work.evaluation, people, work.language)}\n"


def _run_csv(work: _Work, people: Sequence[str], options: Options) -> str:
    """One row per person; amounts as plain text, without a row of sums."""
    from tiercel.statement import pay_columns

    columns = pay_columns(work.evaluation, people, work.language)
    columns += bookkeeping.correction_columns(work.book, people, columns[-1]) if work.book is not None else []
    digits = work.evaluation.run.plan.digits
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([column.head for column in columns])
    writer.writerows(zip(*(_csv_cells(column, digits) for column in columns), strict=True))
    return buffer.getvalue()


def _csv_cells(column: "Column", digits: int) -> list[str]:
    return [_csv_cell(cell, digits if column.kind == "money" else None) for cell in column.cells]


def _csv_cell(cell: "str | Fraction | None", digits: int | None) -> str:
    """A number as plain text; a text as a spreadsheet may read it."""
    from tiercel.money import money_text, plain
    from tiercel.statements import safe_cell

    if cell is None:
        return ""
    if isinstance(cell, str):
        return safe_cell(cell)
    return plain(cell) if digits is None else money_text(cell, digits)


def _run_json(work: _Work, people: Sequence[str], options: Options) -> str:
    data = work.evaluation.to_dict()
    data["people"] = {key: data["people"][key] for key in people}
    if work.book is not None:
        data["corrections"] = bookkeeping.corrections_data(work.book)
    return _json(data, to_file=bool(options.out))


_FORMATS: Final = {"table": _run_table, "csv": _run_csv, "json": _run_json}


def _saved(path: Path, text: str, options: Options, language: str, encoding: str = "") -> str:
    """Write the result; never over what the command reads."""
    read = (options.scheme or options.book, *options.versions, *([options.carried] if options.carried else []))
    inputs = {Path(name).resolve() for name in read}
    inside = options.facts and path.exists() and Path(options.facts).resolve() in path.resolve().parents
    if inside or path.resolve() in inputs:
        raise _refused(say("out_is_input", language, path=path), language)
    form = options.to if options.command == "statement" else options.format
    encoding = encoding or ("utf-8-sig" if form == "csv" else "utf-8")
    try:
        path.write_bytes(text.encode(encoding, errors="replace"))
    except OSError as fault:
        told = say("cannot_write", language, path=path, reason=_reason(fault, language))
        raise _refused(told, language) from fault
    return say("written", language, file=path)


# ---- explain -----------------------------------------------------------------------------------------------


def explain(options: Options, language: str) -> Outcome:
    """One person's pay, taken apart."""
    from tiercel.statement import statement

    work = _evaluated(options, language)
    _known_person(work, options.person)
    if options.to_reach is not None:
        return _goals(work, options)
    told = work.evaluation.explain(options.person)
    filtered = bool(options.line or options.row)
    chosen = _chosen(told, work, options) if filtered else told.lines
    if options.format == "json":
        return Outcome(OK, _explain_json(told, chosen))
    text = statement(told, work.sources, work.language, chosen, "lines" if filtered else "whole")
    if work.book is not None:
        text += bookkeeping.corrections_table(work.book, [options.person]).rstrip()
    return Outcome(OK, f"{text}\n", _after_explain(options, told, work.language), work.language)


def statement(options: Options, language: str) -> Outcome:
    """Statements to hand out, of one person or of everybody."""
    from tiercel import statements

    if bool(options.person) == options.all:
        raise _refused(say("help.usage.required", language, what="--person | --all"), language)
    work = _evaluated(options, language)
    if options.person:
        _known_person(work, options.person)
    source = _handed_out(work)
    people = source.people if options.all else [options.person]
    if options.all and options.to == "text" and options.out:
        texts = {person: statements.text_of(source, person) for person in people}
        talk = [_in_folder(Path(options.out), texts, options, work.language)]
        return Outcome(OK, "", "\n".join([*talk, *_left_out_of(work, options)]), work.language)
    text = _STATEMENTS[options.to](source, people, bool(options.out))
    talk = [_saved(Path(options.out), text, options, work.language)] if options.out else []
    talk += _left_out_of(work, options)
    if options.person:
        inputs = _same_inputs(options)
        talk.append(_next(work.language, "explain", *inputs, "--person", _quoted(options.person)))
    return Outcome(OK, "" if options.out else text, "\n".join(talk), work.language)


def _handed_out(work: _Work) -> "statements.Source":
    from tiercel.statements import Source

    source = Source(work.evaluation, work.sources, work.language)
    if work.book is None:
        return source
    annals = work.book.book.annals()
    return replace(
        source, settlement=work.book.settlement, annals=annals, closing=work.book.closing,
        tables=annals.tables(work.book.settlement.known, work.book.settlement.scheme),
    )  # fmt: skip


def _left_out_of(work: _Work, options: Options) -> list[str]:
    return [_left_out(work, options)] if work.evaluation.diagnostics else []


def _in_folder(folder: Path, texts: "Mapping[str, str]", options: Options, language: str) -> str:
    """A file for each person; never over what the command reads."""
    from tiercel.statements import file_named

    files = {person: file_named(folder, person) for person in texts}
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        told = say("cannot_write", language, path=folder, reason=_reason(fault, language))
        raise _refused(told, language) from fault
    for person, text in texts.items():
        _saved(files[person], text, options, language, "utf-8")
    return say("written", language, file=folder)


def _statements_text(source: "statements.Source", people: Sequence[str], to_file: bool) -> str:
    from tiercel.statements import text_of

    return f"\n{'=' * 72}\n\n".join(text_of(source, person) for person in people)


def _statements_json(source: "statements.Source", people: Sequence[str], to_file: bool) -> str:
    from tiercel.statements import data_of

    found = [data_of(source, person) for person in people]
    return _json(found[0] if len(found) == 1 else {"format_version": 1, "statements": found}, to_file)


def _statements_csv(source: "statements.Source", people: Sequence[str], to_file: bool) -> str:
    from tiercel.statements import csv_of

    return csv_of(source, people)


_STATEMENTS: Final = {"text": _statements_text, "csv": _statements_csv, "json": _statements_json}


def _goals(work: _Work, options: Options) -> Outcome:
    """What is missing to a place, in every ranking of people."""
    from tiercel import goals

    evaluation, person, like = work.evaluation, options.person, options.more or ""
    if options.to_reach < 1:
        raise _refused(say("no_such_place", work.language), work.language)
    found = goals.goals(evaluation, person, options.to_reach)
    if not found:
        raise _refused(say("no_place", work.language, person=person, period=evaluation.period), work.language)
    if like:
        vary = goals.row_like(evaluation, like)
        if vary is None:
            raise _refused(say("no_such_row", work.language, row=like), work.language)
        found = tuple(g if g.place <= g.wanted else goals.with_more(evaluation, person, g, vary) for g in found)
    if options.format == "json":
        data = {"format_version": 1, "person": person, "period": evaluation.period, "wanted": options.to_reach}
        return Outcome(OK, _json(data | {"goals": goals.as_data(found, like)}, to_file=False))
    return Outcome(OK, goals.told(evaluation, person, found, like, work.language) + "\n")


def _explain_json(told: "Explanation", chosen: "Sequence[tuple[Line, Trace]]") -> str:
    data = told.to_dict()
    kept = {id(trace) for _, trace in chosen}
    data["lines"] = [d for d, (_, t) in zip(data["lines"], told.lines, strict=True) if id(t) in kept]
    return _json(data, to_file=False)


def _after_explain(options: Options, told: "Explanation", language: str) -> str:
    inputs = _same_inputs(options)
    rows = [trace.row for _, trace in told.lines if trace.row]
    if options.line or options.row or not rows:
        return _next(language, "run", *inputs, "--format", "csv", "--out", f"{options.period}.csv")
    return _next(language, "explain", *inputs, "--person", _quoted(options.person), "--row", _quoted(rows[0]))


def _chosen(told: "Explanation", work: _Work, options: Options) -> "list[tuple[Line, Trace]]":
    """The lines of this name and this record; refused if there is none."""
    names = _line_names(work, options) if options.line else None
    pairs = [pair for pair in told.lines if names is None or pair[1].name in names]
    found = [p for p in pairs if not options.row or options.row in (p[1].row, p[1].refund)]
    if not found:
        facts = {"person": told.person, "period": work.evaluation.period, "row": options.row or options.line}
        raise _refused(say("no_row", work.language, **facts), work.language)
    return found


def _line_names(work: _Work, options: Options) -> set[str]:
    """The identities that a name of a line of pay stands for."""
    lines = work.evaluation.run.scheme.lines
    found = {x.identity for x in lines if options.line in (x.identity, x.names.name, x.names.alias)}
    if not found:
        known = say("list", work.language).join(f"“{x.names.shown(work.language)}”" for x in lines)
        raise _refused(say("no_line", work.language, name=options.line, known=known), work.language)
    return found


# ---- demo and explain-code -----------------------------------------------------------------------------------


def demo(options: Options, language: str) -> Outcome:
    """Write the sample company and show its pay."""
    from tiercel import demo as sample

    folder = Path(options.folder)
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise Refused(Outcome(USAGE, talk=_message("E4005", language, path=str(folder))))
        count = sample.write(folder)
    except sample.NoSample as fault:
        raise _refused(say("demo_no_data", language), language, INTERNAL) from fault
    except OSError as fault:
        text = say("cannot_write", language, path=folder, reason=_reason(fault, language))
        raise _refused(text, language) from fault
    written = say("demo_written", language, count=count, folder=folder)
    text, person = sample.show(folder, language)
    text = f"{text}\n\n{bookkeeping.demo_told(folder, language)}"
    return Outcome(OK, f"{written}\n\n{text}\n", _demo_next(folder, person, language))


def _demo_next(folder: Path, person: str, language: str) -> str:
    from tiercel.demo import FACTS, PERIOD, main_file

    file = _quoted(str(folder / main_file(language)))
    inputs = [file, "--facts", _quoted(str(folder / FACTS)), "--period", PERIOD]
    asked = ["--lang", language] if language != _surroundings() and language == "en" else []
    tries = {
        "explain": ["explain", *inputs, "--person", _quoted(person), *asked],
        "run": ["run", *inputs, "--format", "csv", "--out", f"{PERIOD}.csv", *asked],
        "check": ["check", file, *asked],
    }
    lines = [f"  {say(f'demo_try.{key}', language)}\n    tiercel {' '.join(words)}" for key, words in tries.items()]
    log = ["log", "--book", _quoted(str(folder / "demo.book")), *asked]
    lines.append(f"  {say('book.demo_try', language)}\n    tiercel {' '.join(log)}")
    edit = say("demo_try.edit", language, file=file)
    return "\n".join(["", say("demo_next", language) + say("colon", language).rstrip(), *lines, f"  {edit}"])


def describe(options: Options, language: str) -> Outcome:
    """A scheme as numbered articles, with worked amounts."""
    from tiercel.worked import worked
    from tiercel_dsl.describe import describe as described

    options.versions, options.all_findings = (), False
    scheme = _loaded(options, language)
    language = _reader(options, scheme.checked.language)
    text = described(scheme.checked, language, worked(scheme))
    following = _next(language, "check", _quoted(options.scheme))
    return Outcome(OK, text, following, language)


def explain_code(options: Options, language: str) -> Outcome:
    """What a message means and how to mend it."""
    import re

    from tiercel_dsl.diagnostics import Diagnostic
    from tiercel_dsl.messages import BOOK, book, sentence

    code = options.code.strip().upper()
    if code not in BOOK:
        raise Refused(Outcome(USAGE, talk=_message("E4004", language, code=options.code)))
    said = re.sub("〈[^〉]*〉", "…", sentence(Diagnostic(code), language))
    heading = f"{code}{say('colon', language)}{said}"
    return Outcome(OK, f"{heading}\n\n{book(code, language)}\n", _next(language, "check", say("FILE", language)))


# ---- test, fmt, new ----


def test(options: Options, language: str) -> Outcome:
    """Cases: what schemes must pay."""
    from tiercel.cases import run_cases, told_results, told_update, update
    from tiercel.errors import TiercelError

    told: list[str] = []
    code = OK
    for path in _case_files(options.paths, language):
        try:
            if options.update:
                done = update(path)
                told.append(told_update(done, language))
                code = FINDINGS if done.left else code
            else:
                results = run_cases(path, options.evaluator)
                told.append(told_results(results, language, str(path)))
                code = code if all(r.passed for r in results) else FINDINGS
        except TiercelError as error:
            turned = _turned_down(error, error.sources, language, every=True)
            told.append(turned.talk)
            code = max(code, turned.code)
    return Outcome(code, "\n\n".join(told) + "\n", language=language)


def _case_files(paths: Sequence[str], language: str) -> list[Path]:
    """The files named, and in the folders named every .yaml and .yml."""
    out: list[Path] = []
    for path in map(Path, paths):
        found = sorted(p for p in path.rglob("*") if p.suffix in (".yaml", ".yml")) if path.is_dir() else [path]
        missing = [p for p in found if not p.is_file()]
        if missing or not found:
            raise Refused(Outcome(USAGE, talk=_message("E4003", language, path=str(path))))
        out += found
    return out


def fmt(options: Options, language: str) -> Outcome:
    """Scheme files in canonical writing."""
    from tiercel.errors import SchemeError, TiercelError
    from tiercel.formatting import NotFaithful, format_file

    told: list[str] = []
    code = OK
    for name in options.files:
        path = Path(name)
        _scheme_path(path, language)
        try:
            changed = format_file(path, options.check, options.to)
        except TiercelError as error:
            sources, face = _texts([path] if isinstance(error, SchemeError) else ())
            turned = _turned_down(error, sources, _reader(options, face), every=True)
            told.append(turned.talk)
            code = max(code, turned.code)
            continue
        except NotFaithful:
            raise _refused(say("fmt_unfaithful", language, file=name), language, INTERNAL) from None
        key = "fmt_same" if not changed else "fmt_would" if options.check else "fmt_done"
        told.append(say(key, language, file=name))
        code = max(code, FINDINGS if changed and options.check else OK)
    return Outcome(code, "\n".join(told) + "\n", language=language)


def new(options: Options, language: str) -> Outcome:
    """A first scheme from six questions, with empty tables beside it."""
    from datetime import date

    from tiercel.beginning import facts_templates, file_name, questions, read_answers, scheme_text

    folder = Path(options.folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(Outcome(USAGE, talk=_message("E4005", language, path=str(folder))))
    chosen: dict[str, str | Sequence[str]] = {}
    typed: dict[str, str] = {}
    for question in questions(language):
        _ask(question, chosen, typed, language)
    first = date.fromisoformat(f"{options.since}-01")
    try:
        answers = read_answers(chosen, typed, first)
    except ValueError as wrong:
        raise _refused(say("new_wrong", language, what=wrong), language) from wrong
    (folder / "facts").mkdir(parents=True)
    (folder / file_name(language)).write_text(scheme_text(answers, language), "utf-8", newline="\n")
    for name, text in facts_templates(answers, language).items():
        (folder / "facts" / name).write_text(text, "utf-8-sig", newline="\n")
    scheme = folder / file_name(language)
    said = say("new_done", language, folder=folder)
    return Outcome(OK, said + "\n", _next(language, "check", _quoted(str(scheme))), language)


def _ask(question: Any, chosen: dict[str, Any], typed: dict[str, str], language: str) -> None:
    """One question on stderr, its answer from stdin; an empty answer takes the first option."""
    lines = [question.text, *(f"  {n}  {o.text}" for n, o in enumerate(question.options, 1))]
    while True:
        said = _typed("\n".join([*lines, "> "]), language)
        numbers = said.replace("，", ",").replace("、", ",").replace(" ", ",").split(",") if said else []
        places = [int(n) for n in numbers if n.isdigit()]
        if len(places) == len([n for n in numbers if n]) and all(0 < n <= len(question.options) for n in places):
            break
        lines = [say("new_again", language, most=len(question.options))]
    values = [question.options[n - 1].value for n in places]
    if question.several:
        chosen[question.field] = values
    else:
        chosen[question.field] = values[0] if values else question.options[0].value
    if question.detail and places and (question.several or places[0] > 1 or len(question.options) == 1):
        example = say("new_example", language, example=question.example)
        said = _typed(f"{question.detail}{example}\n> ", language)
        typed.update({question.field: said} if said else {})


def _typed(prompt: str, language: str) -> str:
    sys.stderr.write(prompt)
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        raise _refused(say("new_ended", language), language)
    return line.strip()


_COMMANDS: Final[Mapping[str, Command]] = {
    "demo": demo,
    "new": new,
    "check": check,
    "fmt": fmt,
    "describe": describe,
    "test": test,
    "run": run,
    "explain": explain,
    "statement": statement,
    "explain-code": explain_code,
    **bookkeeping.COMMANDS,
}


# ---- the command line ----------------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    """Help and complaints in the reader's language, aligned by display width."""

    def __init__(self, language: str = "en", **settings: Any) -> None:
        super().__init__(add_help=False, allow_abbrev=False, **settings)
        self.language = language
        self.commands: list[str] = []
        self.add_argument("-h", "--help", action="help", help=self.words("help"))
        default: Any = None if " " not in self.prog else argparse.SUPPRESS
        self.add_argument("--lang", choices=_LANGUAGES, default=default, help=self.words("lang"))

    def words(self, key: str, /, **facts: object) -> str:
        return say(f"help.{key}", self.language, **facts)

    def format_usage(self) -> str:
        formatter = self.formatter_class(prog=self.prog)
        formatter.add_usage(self.usage, self._actions, self._mutually_exclusive_groups, self.words("usage"))
        return formatter.format_help()

    def format_help(self) -> str:
        parts = [self.format_usage().rstrip(), self.description or ""]
        named = [a for a in self._actions if not a.option_strings and not self.commands]
        options = [a for a in self._actions if a.option_strings]
        commands = [(name, self.words(name)) for name in self.commands]
        parts.append(self._section("commands", commands))
        parts.append(self._section("arguments", [(str(a.metavar or a.dest), a.help or "") for a in named]))
        parts.append(self._section("options", [(_option(a), a.help or "") for a in options]))
        return "\n\n".join(part for part in [*parts, self.epilog or ""] if part) + "\n"

    def _section(self, title: str, rows: Sequence[tuple[str, str]]) -> str:
        width = max((_width(left) for left, _ in rows), default=0)
        lines = [f"  {left}{' ' * (width - _width(left))}  {right}" for left, right in rows]
        return "\n".join([self.words(title) + say("colon", self.language).rstrip(), *lines]) if lines else ""

    def print_help(self, file: Any = None) -> None:
        raise Refused(Outcome(OK, self.format_help()))

    def error(self, message: str) -> NoReturn:
        text = _error(_complaint(message, self.language), self.language)
        see = self.words("usage.see", command=self.prog)
        raise Refused(Outcome(USAGE, talk=f"{self.format_usage().rstrip()}\n{text}\n{see}"))


class _Version(argparse.Action):
    def __call__(self, *_: object) -> None:
        from tiercel import __version__

        raise Refused(Outcome(OK, f"tiercel {__version__}\n"))


def _option(action: argparse.Action) -> str:
    value = "" if action.nargs == 0 else str(action.metavar or "|".join(map(str, action.choices or ())))
    return f"{', '.join(action.option_strings)} {value}".rstrip()


def _width(text: str) -> int:
    import unicodedata

    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _parser(language: str) -> _Parser:
    parser = _Parser(language, prog="tiercel")
    parser.description, parser.epilog = parser.words("tiercel"), parser.words("tiercel.after")
    parser.add_argument("--version", action=_Version, nargs=0, help=parser.words("version"))
    parser.commands = list(_COMMANDS)
    added = parser.add_subparsers(dest="command", required=True, metavar=parser.words("metavar.command"))
    for name in _COMMANDS:
        command = added.add_parser(name, language=language, description=parser.words(name))
        _ARGUMENTS[name](command)
    return parser


def _demo_arguments(parser: _Parser) -> None:
    folder = parser.words("metavar.folder")
    parser.add_argument("folder", nargs="?", default="tiercel-demo", metavar=folder, help=parser.words("folder"))


def _check_arguments(parser: _Parser) -> None:
    file = parser.words("metavar.file")
    parser.add_argument("files", nargs="+", metavar=file, help=parser.words("files"))
    parser.add_argument("--fix", action="store_true", help=parser.words("fix"))
    number = parser.words("metavar.number")
    review = parser.words("fix_review")
    parser.add_argument("--fix-review", nargs="?", type=int, const=0, metavar=number, help=review)
    parser.add_argument("--facts", metavar=parser.words("metavar.folder"), help=parser.words("fix_facts"))
    parser.add_argument("--period", metavar=parser.words("metavar.period"), help=parser.words("period"))
    _format(parser, "table", "json")
    _all_findings(parser)


def _run_arguments(parser: _Parser) -> None:
    _inputs(parser)
    person = parser.words("metavar.person")
    parser.add_argument("--person", action="append", default=[], metavar=person, help=parser.words("person"))
    parser.add_argument("--partial", action="store_true", help=parser.words("partial"))
    bookkeeping.by_arguments(parser, required=False)
    parser.add_argument("--shadow", action="store_true", help=parser.words("shadow"))
    parser.add_argument("--show-code", action="store_true", help=parser.words("show_code"))
    _format(parser, "table", "csv", "json")
    parser.add_argument("--out", metavar=parser.words("metavar.file"), help=parser.words("out"))
    parser.add_argument("--carry-out", metavar=parser.words("metavar.file"), help=parser.words("carry_out"))


def _explain_arguments(parser: _Parser) -> None:
    _inputs(parser)
    person = parser.words("metavar.person")
    parser.add_argument("--person", required=True, metavar=person, help=parser.words("one_person"))
    parser.add_argument("--line", metavar=parser.words("metavar.line"), help=parser.words("line"))
    parser.add_argument("--row", metavar=parser.words("metavar.row"), help=parser.words("row"))
    number = parser.words("metavar.number")
    parser.add_argument("--to-reach", type=int, metavar=number, help=parser.words("to_reach"))
    parser.add_argument("--more", metavar=parser.words("metavar.row"), help=parser.words("more"))
    _format(parser, "text", "json")


def _statement_arguments(parser: _Parser) -> None:
    _inputs(parser)
    person = parser.words("metavar.person")
    parser.add_argument("--person", metavar=person, help=parser.words("statement_person"))
    parser.add_argument("--all", action="store_true", help=parser.words("everybody"))
    parser.add_argument("--partial", action="store_true", help=parser.words("partial"))
    parser.add_argument("--to", choices=tuple(_STATEMENTS), default="text", help=parser.words("to"))
    parser.add_argument("--out", metavar=parser.words("metavar.path"), help=parser.words("statement_out"))


def _describe_arguments(parser: _Parser) -> None:
    parser.add_argument("scheme", metavar=parser.words("metavar.file"), help=parser.words("scheme"))


def _code_arguments(parser: _Parser) -> None:
    parser.add_argument("code", metavar=parser.words("metavar.code"), help=parser.words("code"))


def _inputs(parser: _Parser) -> None:
    """What is computed from: scheme, data, period, other versions."""
    file = parser.words("metavar.file")
    parser.add_argument("scheme", nargs="?", metavar=file, help=parser.words("scheme"))
    bookkeeping.book_argument(parser, required=False)
    bookkeeping.scheme_argument(parser)
    time = parser.words("metavar.time")
    parser.add_argument("--as-known-on", metavar=time, help=parser.words("as_known_on"))
    parser.add_argument("--facts", metavar=parser.words("metavar.folder"), help=parser.words("facts"))
    parser.add_argument("--period", required=True, metavar=parser.words("metavar.period"), help=parser.words("period"))
    parser.add_argument("--carried", metavar=file, help=parser.words("carried"))
    versions = parser.words("versions")
    parser.add_argument("--version", action="append", default=[], dest="versions", metavar=file, help=versions)
    parser.add_argument(
        "--evaluator", choices=("compiled", "reference"), default="compiled", help=parser.words("evaluator")
    )
    _all_findings(parser)


def _format(parser: _Parser, *forms: str) -> None:
    parser.add_argument("--format", choices=forms, default=forms[0], help=parser.words("format"))


def _all_findings(parser: _Parser) -> None:
    parser.add_argument("--all-findings", action="store_true", help=parser.words("all_findings"))


def _new_arguments(parser: _Parser) -> None:
    folder = parser.words("metavar.folder")
    parser.add_argument("folder", nargs="?", default="tiercel-new", metavar=folder, help=parser.words("new_folder"))
    parser.add_argument("--since", default="2025-01", metavar="YYYY-MM", help=parser.words("since"))


def _fmt_arguments(parser: _Parser) -> None:
    parser.add_argument("files", nargs="+", metavar=parser.words("metavar.file"), help=parser.words("files"))
    parser.add_argument("--check", action="store_true", help=parser.words("fmt_check"))
    parser.add_argument("--to", choices=_LANGUAGES, help=parser.words("fmt_to"))


def _test_arguments(parser: _Parser) -> None:
    parser.add_argument("paths", nargs="+", metavar=parser.words("metavar.path"), help=parser.words("paths"))
    parser.add_argument("--update", action="store_true", help=parser.words("update"))
    parser.add_argument(
        "--evaluator", choices=("compiled", "reference"), default="compiled", help=parser.words("evaluator")
    )


_ARGUMENTS: Final[Mapping[str, Callable[[_Parser], None]]] = {
    "demo": _demo_arguments,
    "new": _new_arguments,
    "check": _check_arguments,
    "fmt": _fmt_arguments,
    "describe": _describe_arguments,
    "test": _test_arguments,
    "run": _run_arguments,
    "explain": _explain_arguments,
    "statement": _statement_arguments,
    "explain-code": _code_arguments,
    **bookkeeping.ARGUMENTS,
}


def _complaint(message: str, language: str) -> str:
    """argparse's own sentence in ours; one that we do not know stays as it is."""
    import re

    for pattern, key in _COMPLAINTS:
        found = re.fullmatch(pattern, message)
        if found is not None:
            comma = say("list", language)
            facts = {name: text.replace("'", "").replace(", ", comma) for name, text in found.groupdict().items()}
            return say(f"help.usage.{key}", language, **facts)
    return message


_COMPLAINTS: Final = (
    (r"the following arguments are required: (?P<what>.+)", "required"),
    (r"unrecognized arguments: (?P<what>.+)", "unknown"),
    (r"argument (?P<option>.+): expected (?:one|at least one) argument", "value"),
    (r"argument (?P<option>.+): ignored explicit argument .+", "no_value"),
    (r"argument (?:COMMAND|命令): invalid choice: '?(?P<given>.+?)'? \(choose from (?P<choices>.+)\)", "no_command"),
    (r"argument (?P<option>.+): invalid choice: '?(?P<given>.+?)'? \(choose from (?P<choices>.+)\)", "choice"),
)  # fmt: skip
