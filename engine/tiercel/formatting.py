"""Scheme files in their canonical form, or in the other face: the work of `fmt`.

In: a text or a file, the face to write (its own if none is given). Out: the canonical text, or whether the file
was not in that form.

Why this way: a formatter must never move money. What was printed is read again, and is returned only if it
has the same statements, the same comments and, wherever the text is part of a sound scheme, the same meaning
hash. A file is replaced in one step, or stays as it was.
"""

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final, cast

from tiercel.errors import SchemeError
from tiercel.files import check_file
from tiercel_dsl import syntax
from tiercel_dsl.diagnostics import Diagnostic
from tiercel_dsl.driver import Loader, NotThere, check_source
from tiercel_dsl.lexer import MOST_BRACKETS, MOST_OPERATORS
from tiercel_dsl.margin import comments
from tiercel_dsl.parser import parse
from tiercel_dsl.printer import NotPrintable, print_file
from tiercel_dsl.source import Source, Span

_SAME_FILES: Final[Mapping[str, str]] = MappingProxyType({})


class NotFaithful(Exception):
    """What was printed does not say what the file says: a fault of the printer, never of the file."""


def format_text(
    text: str,
    language: str | None = None,
    loader: Loader | None = None,
    *,
    files: Mapping[str, str] = _SAME_FILES,
) -> str:
    """The canonical text, in `language` ('zh' or 'en') if one is given.

    `loader` reads the files that the text uses: without it their names are not translated and the meaning is
    not compared. `files` are other names for used files. Raises SchemeError if the text cannot be read.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return _formatted(Source(_NAME, lines), language, loader or _no_files, files)


def format_file(path: "str | Path", check: bool = False, language: str | None = None) -> bool:
    """Whether the file was not in canonical form; with `check` nothing is written.

    Raises SchemeError if it cannot be read as a scheme, UsageError if it cannot be read at all.
    """
    path = Path(path)
    sources = check_file(path).sources

    def loader(name: str) -> Source:
        if name not in sources:
            raise NotThere(name, tuple(sources))
        return sources[name]

    data = _formatted(sources[path.name], language, loader, _SAME_FILES).encode()
    if data == path.read_bytes():
        return False
    if not check:
        _replace(path.resolve(), data)
    return True


def _no_files(name: str) -> Source:
    raise NotThere(name)


def _replace(path: Path, data: bytes) -> None:
    """All of it or nothing: a reader meanwhile, or a full disk, never meets half a file."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(path, name)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


# ---- printing, and looking twice ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Work:
    """A file that is being formatted, with the files it uses."""

    source: Source
    file: syntax.File
    language: str
    loader: Loader
    files: Mapping[str, str]
    uses: tuple[syntax.File, ...]

    def printed(self, without_yuan: Collection[Span]) -> Source:
        try:
            text = print_file(
                self.file, self.source, self.language, uses=self.uses, files=self.files, without_yuan=without_yuan
            )
        except NotPrintable as deep:
            facts = {"brackets": MOST_BRACKETS, "operators": MOST_OPERATORS}
            found = (Diagnostic("E1105", deep.node.span, facts),)
            raise SchemeError(found, sources={self.source.name: self.source}) from deep
        return replace(self.source, text=text)


def _formatted(source: Source, language: str | None, loader: Loader, files: Mapping[str, str]) -> str:
    file, faults = parse(source)
    if faults:
        raise SchemeError(_told(source, faults, loader), sources={source.name: source})
    uses = tuple(_used(file, loader, {source.name}))
    work = _Work(source, file, language or file.language, loader, files, uses)
    meaning = _meaning(source, loader)
    printed = _best(work, meaning)
    again, faults = parse(printed)
    if faults or Counter(comments(printed)) != Counter(comments(source)):
        raise NotFaithful(source.name)
    if len(again.statements) != len(file.statements) or _meaning(printed, loader) != meaning:
        raise NotFaithful(source.name)
    return printed.text


def _told(source: Source, faults: tuple[Diagnostic, ...], loader: Loader) -> tuple[Diagnostic, ...]:
    """The same faults with the author's words in them."""
    wanted = {(fault.code, fault.span) for fault in faults}
    return tuple(d for d in check_source(source, loader).diagnostics if (d.code, d.span) in wanted) or faults


def _used(file: syntax.File, loader: Loader, known: set[str]) -> Iterator[syntax.File]:
    """The files that a file uses, and those that they use; what is not there has no names."""
    for statement in file.statements:
        if isinstance(statement, syntax.Use) and statement.file not in known:
            known.add(statement.file)
            try:
                used = parse(loader(statement.file))[0]
            except NotThere:
                continue
            yield used
            yield from _used(used, loader, known)


def _best(work: _Work, meaning: str | None) -> Source:
    """In English an amount loses its 元 wherever the scheme means the same without."""
    translated = work.language == "en" != work.file.language
    amounts = list(_amounts(work.file.statements)) if translated and meaning is not None else []
    plain = work.printed(amounts)
    if not amounts or _meaning(plain, work.loader) == meaning:
        return plain
    dropped: list[Span] = []
    for amount in amounts:
        if _meaning(work.printed([*dropped, amount]), work.loader) == meaning:
            dropped.append(amount)
    return work.printed(dropped)


def _amounts(node: object) -> Iterator[Span]:
    """Where 3000元 and the like stand."""
    if isinstance(node, syntax.Number) and node.unit == "money":
        yield node.span
    elif isinstance(node, tuple):
        for part in cast("tuple[object, ...]", node):
            yield from _amounts(part)
    elif is_dataclass(node) and not isinstance(node, Span):
        for part in fields(node):
            yield from _amounts(getattr(node, part.name))


# ---- what a text means -------------------------------------------------------------------------------------

_NAME: Final = "scheme.tier"
_PART: Final = "part.tier"
_HEAD: Final = f'scheme whole\nversion 1 from 2000-01-01\ncurrency CNY\nperiod month\nuse "{_PART}"\npayout\n  0\n'
_PEOPLE: Final = "people\n  id text, key\n"


def _meaning(source: Source, loader: Loader) -> str | None:
    """The meaning hash of a sound scheme, or of one around a file that is only part of one; None if there is none."""
    scheme = check_source(source, loader).scheme
    if scheme is not None:
        return scheme.hash

    def with_part(name: str) -> Source:
        return Source(_PART, source.text) if name == _PART else loader(name)

    for head in (_HEAD, _HEAD + _PEOPLE):
        scheme = check_source(Source(_NAME, head), with_part).scheme
        if scheme is not None:
            return scheme.hash
    return None
