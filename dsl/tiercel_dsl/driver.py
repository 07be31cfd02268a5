"""The stages in order: text → syntax → names → checked scheme.

In: the main file's source and a loader for the files it uses. Out: `Checked`, the scheme (None if
anything is wrong) and all diagnostics. Reads no files itself.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tiercel_dsl import syntax
from tiercel_dsl.checker import check
from tiercel_dsl.diagnostics import Diagnostic, has_errors
from tiercel_dsl.parser import parse
from tiercel_dsl.records import dataclass
from tiercel_dsl.remembered import Remembered
from tiercel_dsl.resolver import diagnostic, nearest, replacing, resolve
from tiercel_dsl.scheme import CheckedScheme
from tiercel_dsl.source import Source, Span
from tiercel_dsl.transitions import Versions, no_versions

Loader = Callable[[str], Source]


class NotThere(Exception):
    """Raised by a loader that has no such file; `known` are the names it does have."""

    def __init__(self, name: str, known: tuple[str, ...] = ()) -> None:
        super().__init__(name)
        self.name = name
        self.known = known


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a scheme file; `language` is the face it is written in."""

    scheme: CheckedScheme | None
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, Source]
    language: str


def check_source(
    source: Source, loader: Loader, versions: Versions = no_versions, remembered: Remembered | None = None
) -> Checked:
    """Parse, resolve and check a scheme with everything it uses; `versions` knows the others of the scheme.

    Statements that are `remembered` are not read anew.
    """
    if remembered is not None:
        remembered.begin()
    reading = _Reading(loader, remembered)
    reading.read(source, ())
    files, found = reading.files, reading.found
    sources = {s.name: s for s in reading.sources}
    language = files[0].language
    scheme: CheckedScheme | None = None
    if not has_errors(found) or files[0].statements:
        scheme, checked = check(resolve(files), sources, language, versions)
        found += _worth_saying(found, checked, files)
    told = tuple(_told(d, sources, files) for d in _in_order(found, sources))
    return Checked(None if has_errors(told) else scheme, told, sources, language)


# What a line that could not be read may be the cause of: a name that it declares, a row, a clause.
_MAY_FOLLOW = frozenset(
    "E2001 E2101 E2102 E2104 E2105 E2106 E2108 E2109 E2110 E2111 E2113 E2114 E2301 E2302 E2304 E2334 E2335 E2336 "
    "E2339 E2351".split()
)


def _worth_saying(
    reading: list[Diagnostic], checking: tuple[Diagnostic, ...], files: list[syntax.File]
) -> list[Diagnostic]:
    """What is not merely a consequence of lines, or files, that could not be read."""
    if not has_errors(reading):
        return list(checking)
    starts = {file.source: [s.span.line for s in file.statements] for file in files}

    def statement(span: Span) -> tuple[str, int]:
        return span.source, bisect_right(starts.get(span.source, []), span.line)

    broken = {statement(d.span) for d in reading}
    return [d for d in checking if d.code not in _MAY_FOLLOW and statement(d.span) not in broken]


class _Reading:
    """The main file first, then each used file once, in the order met."""

    def __init__(self, loader: Loader, remembered: Remembered | None) -> None:
        self.loader = loader
        self.remembered = remembered
        self.files: list[syntax.File] = []
        self.sources: list[Source] = []
        self.found: list[Diagnostic] = []

    def read(self, source: Source, way: tuple[str, ...]) -> None:
        file, found = parse(source, self.remembered)
        self.files.append(file)
        self.sources.append(source)
        self.found += found
        for statement in file.statements:
            if isinstance(statement, syntax.Use):
                self._use(statement, source, (*way, source.name))

    def _use(self, use: syntax.Use, by: Source, way: tuple[str, ...]) -> None:
        if use.file in way:
            loop = " → ".join((*way[way.index(use.file) :], use.file))
            self.found.append(diagnostic("E2005", use.span, loop=loop))
        elif all(s.name != use.file for s in self.sources):
            try:
                source = self.loader(use.file)
            except NotThere as missing:
                near = nearest(use.file, [name for name in missing.known if name not in way])
                span = _inside(use, by)
                fixes = replacing(span, near)
                self.found.append(diagnostic("E2004", span, file=use.file, candidates=near, fixes=fixes))
            else:
                self.read(source, way)


def _inside(use: syntax.Use, source: Source) -> Span:
    """Where the name of the file stands, between its quotes."""
    span = use.span
    at = source.lines[span.line - 1].find(use.file, span.column - 1) + 1
    return Span(span.source, span.line, at, span.line, at + len(use.file)) if at else span


def _in_order(found: list[Diagnostic], sources: Mapping[str, Source]) -> list[Diagnostic]:
    """In the order of the text; the condition of a block is checked with each of its lines, but told once."""
    order = {name: i for i, name in enumerate(sources)}
    unique = {(d.code, d.span, str([f for f in d.facts.values() if isinstance(f, str)])): d for d in found}
    return sorted(unique.values(), key=lambda d: (order.get(d.span.source, -1), d.span.line, d.span.column))


def _told(d: Diagnostic, sources: Mapping[str, Source], files: list[syntax.File]) -> Diagnostic:
    """Fill in the author's own words and the clause heading that the place stands under."""
    facts = {key: _words(value, sources) for key, value in d.facts.items()}
    clause = d.clause or _clause_at(d.span, files)
    return replace(d, facts=facts, seen=d.seen or text_at(d.span, sources), clause=clause)


def _words(value: Any, sources: Mapping[str, Source]) -> Any:
    span = getattr(value, "span", None)
    return text_at(span, sources) if isinstance(span, Span) else value


def text_at(span: Span, sources: Mapping[str, Source]) -> str:
    """What the author wrote at a place, with the brackets that it begins or ends within."""
    source = sources.get(span.source)
    if source is None or not span.line:
        return ""
    starts = source.line_starts
    first, last = starts[span.line - 1] + span.column - 1, starts[span.end_line - 1] + span.end_column - 1
    opened, unclosed = _brackets(source.text[first:last])
    for _ in range(opened):
        before = source.text[:first].rstrip()
        if not before.endswith(("(", "（")):
            break
        first = len(before) - 1
    for _ in range(unclosed):
        after = source.text[last:]
        if not after.lstrip().startswith((")", "）")):
            break
        last += len(after) - len(after.lstrip()) + 1
    return source.text[first:last]


def _brackets(text: str) -> tuple[int, int]:
    """How many brackets close that were opened before the text, and how many stay open; not those in quotes."""
    before = depth = 0
    for part in text.split('"')[::2]:
        for char in part:
            depth += (char in "(（") - (char in ")）")
            before, depth = (before + 1, 0) if depth < 0 else (before, depth)
    return before, depth


def _clause_at(span: Span, files: list[syntax.File]) -> str:
    heading = ""
    for file in files:
        for statement in file.statements if file.source == span.source else ():
            if isinstance(statement, syntax.Clause) and statement.span.line < span.line:
                heading = statement.text
    return heading
