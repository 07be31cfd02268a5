"""Cases: what a scheme must pay, written beside it in YAML.

In: a YAML file as the contract shows it. Out: `CaseResult`s with every difference as data; `update` rewrites the
expectations that are wrong, and nothing else.

Why this way: a YAML reader makes floats of amounts, numbers of ids and dates of what looks like one. So only the
tree of the file is taken from the library, and every value is the file's own text: 50000.00 goes to the border as
a cell of a CSV file would, and 007 stays an id. The tree knows where each text begins and ends, so that a wrong
figure is replaced in its place and comments and layout stay. Nothing is compared with a margin, and what is not
listed is not compared; but an expectation that cannot be compared, because nobody is called so, is a fault.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from tiercel.errors import SchemeError, TiercelError, UsageError
from tiercel.evaluation import ADJUSTMENT, COMPANY, SHOWN, Evaluation
from tiercel.facts import RawTable, faces, nearest, placed
from tiercel.history import Carried
from tiercel.money import minor_units, money_text, plain
from tiercel.readers import from_rows, read_facts
from tiercel.run import Scheme, load, loads
from tiercel_dsl.builtins import ACCOUNT_PARTS, COMPETENCY_PARTS
from tiercel_dsl.diagnostics import Diagnostic, Severity
from tiercel_dsl.keywords import FACES
from tiercel_dsl.render import render
from tiercel_dsl.scheme import PEOPLE, CheckedScheme, Names, Table, Upline
from tiercel_dsl.source import Source, Span

PAYOUT: Final = "payout"
NONE: Final = "none"  # no line, which is not a line of 0

_FILE_KEYS: Final = ("scheme", "text", "uses", "versions", "facts_dir", "cases")
_CASE_KEYS: Final = (
    "name", "period", "periods", "people", "facts", "facts_dir", "carried", "expect", "expect_error",
)  # fmt: skip
_ERROR_KEYS: Final = ("code", "at")
_CARRIED_KEYS: Final = ("period", "hash", "name", "level", "key", "receiver", "currency", "value")
_YES: Final = frozenset(("yes", "true", "是"))
_NO: Final = frozenset(("no", "false", "否"))
_ADJUSTMENT_FACES: Final = (ADJUSTMENT, "调整")
WHERE: Final = {  # where the money of a line is that is not paid at once; the line itself is what the period pays
    "earned": ("earned", "计提"),
    "paid": ("paid", "已发"),
    "held": ("held", "暂缓"),
    "later": ("later", "待发"),
    "cancelled": ("cancelled", "取消"),
    "taken_back": ("taken_back", "扣回"),
}


class CasesError(TiercelError):
    """The file of cases is not right; `sources` hold its text."""

    def __init__(self, diagnostics: Sequence[Diagnostic], source: Source) -> None:
        super().__init__(diagnostics, sources={source.name: source})


@dataclass(frozen=True, slots=True)
class Difference:
    """One expectation that does not hold. `person` is empty for an expected error."""

    case: str
    period: str
    person: str
    what: str
    expected: str
    actual: str
    line: int
    column: int
    start: int = field(compare=False, repr=False)  # offsets in the text, for `update`
    end: int = field(compare=False, repr=False)
    replacement: str = field(compare=False, repr=False)  # '' where no new expectation can be written


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What came of one case. `faults`: why it could not be compared, in the scheme, the data or the case itself."""

    name: str
    line: int
    compared: int
    differences: tuple[Difference, ...] = ()
    faults: tuple[Diagnostic, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict[str, Source], compare=False, repr=False)

    @property
    def passed(self) -> bool:
        return not self.differences and not self.faults


@dataclass(frozen=True, slots=True)
class Update:
    """What `update` found: the wrong expectations it replaced, and the cases that it cannot mend."""

    path: Path
    replaced: tuple[Difference, ...]
    left: tuple[CaseResult, ...]


def run_cases(path: str | Path, evaluator: str = "compiled") -> list[CaseResult]:
    """Run every case of a file, in order. Raises `CasesError` where the file itself is not right."""
    path = Path(path)
    return _File(path, _text_of(path), evaluator).results()


def update(path: str | Path, environment: Mapping[str, str] = os.environ) -> Update:
    """Rewrite the expectations that are wrong, and only those; raises UsageError E4007 where CI is set."""
    path = Path(path)
    if environment.get("CI"):
        raise UsageError((Diagnostic("E4007", facts={"path": path.name}, seen=path.name),))
    text = _text_of(path)
    results = _File(path, text, "compiled").results()
    replaced = {d.start: d for r in results for d in r.differences if d.replacement}
    for difference in sorted(replaced.values(), key=lambda d: -d.start):
        text = text[: difference.start] + difference.replacement + text[difference.end :]
    if replaced:
        path.write_bytes(text.encode())
    left = tuple(r for r in results if r.faults or any(not d.replacement for d in r.differences))
    return Update(path, tuple(replaced[start] for start in sorted(replaced)), left)


def _text_of(path: Path) -> str:
    """The text with its own line ends."""
    try:
        return path.read_bytes().decode()
    except (OSError, IsADirectoryError):
        raise UsageError((Diagnostic("E4003", facts={"path": str(path)}, seen=str(path)),)) from None
    except UnicodeDecodeError:
        raise UsageError((Diagnostic("E3003", facts={"file": path.name}, seen=path.name),)) from None


# ---- the tree of a file ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Mark:
    """A place in the text: line and column from 1, offset from 0."""

    line: int
    column: int
    offset: int


@dataclass(frozen=True, slots=True)
class _Scalar:
    """A text of the file, without its quotes."""

    text: str
    start: _Mark
    end: _Mark


@dataclass(frozen=True, slots=True)
class _List:
    items: tuple[_Node, ...]
    start: _Mark
    end: _Mark


@dataclass(frozen=True, slots=True)
class _Mapping:
    entries: tuple[tuple[_Node, _Node], ...]
    start: _Mark
    end: _Mark


_Node: TypeAlias = _Scalar | _List | _Mapping


@dataclass(frozen=True)
class _Faults:
    """What is wrong with a file of cases; grows while it is read."""

    source: Source
    found: list[Diagnostic] = field(default_factory=list[Diagnostic])

    def blame(self, code: str, node: _Node, **facts: object) -> None:
        seen = str(facts.get("name", ""))
        self.found.append(Diagnostic(code, _span(node, self.source.name), facts=facts, seen=seen))


def _span(node: _Node, file: str) -> Span:
    first, last = node.start, node.end
    if last.line > first.line:
        return Span(file, first.line, first.column, first.line, first.column + 1)
    return Span(file, first.line, first.column, last.line, last.column)


def _tree(source: Source) -> _Node:
    library: Any = YAML(typ="safe", pure=True)
    try:
        composed = library.compose(source.text)
        if composed is not None:
            return _own(composed, {})
    except MarkedYAMLError as fault:
        known: Any = fault
        mark = known.problem_mark or known.context_mark
        raise _unreadable(source, "E3401", mark.line + 1 if mark else 1, mark.column + 1 if mark else 1) from fault
    except (YAMLError, ValueError, RecursionError) as fault:
        raise _unreadable(source, "E3401", 1, 1) from fault
    raise _unreadable(source, "E3403", 1, 1)


def _unreadable(source: Source, code: str, line: int, column: int) -> CasesError:
    span = Span(source.name, line, column, line, column + 1)
    name = "cases" if code == "E3403" else ""
    return CasesError((Diagnostic(code, span, {"name": name}, seen=name),), source)


def _own(node: Any, known: dict[int, _Node]) -> _Node:
    """The library's tree as ours; what is referred to twice stays one."""
    if id(node) not in known:
        start, end = _mark(node.start_mark), _mark(node.end_mark)
        if node.id == "mapping":
            entries = tuple((_own(key, known), _own(value, known)) for key, value in node.value)
            known[id(node)] = _Mapping(entries, start, end)
        elif node.id == "sequence":
            known[id(node)] = _List(tuple(_own(item, known) for item in node.value), start, end)
        else:
            known[id(node)] = _Scalar(str(node.value), start, end)
    return known[id(node)]


def _mark(mark: Any) -> _Mark:
    return _Mark(mark.line + 1, mark.column + 1, mark.index)


_Entries: TypeAlias = "dict[str, tuple[_Scalar, _Node]]"


def _entries(node: _Node, name: str, faults: _Faults, known: Sequence[str] = ()) -> _Entries:
    """Key → (its place, its value) of a mapping; with `known` every other key is a fault."""
    out: _Entries = {}
    if not isinstance(node, _Mapping):
        faults.blame("E3404", node, name=name, seen=_scalar(node), form="mapping")
        return out
    for key, value in node.entries:
        if not isinstance(key, _Scalar):
            faults.blame("E3404", key, name=name, seen="", form="mapping")
        elif key.text in out:
            faults.blame("E3407", key, name=key.text)
        elif known and key.text not in known:
            faults.blame("E3402", key, name=key.text, candidates=nearest([key.text], known, 0.6), known=tuple(known))
        else:
            out[key.text] = key, value
    return out


def _items(node: _Node, name: str, faults: _Faults) -> list[_Node]:
    if isinstance(node, _List):
        return list(node.items)
    faults.blame("E3404", node, name=name, seen=_scalar(node), form="list")
    return []


def _scalar(node: _Node) -> str:
    return node.text if isinstance(node, _Scalar) else ""


def _text(node: _Node, name: str, faults: _Faults) -> str:
    if not isinstance(node, _Scalar):
        faults.blame("E3404", node, name=name, form="text")
    return _scalar(node)


def _texts(node: _Node, name: str, faults: _Faults) -> list[str]:
    return [_text(one, name, faults) for one in _items(node, name, faults)]


_Rows: TypeAlias = "list[dict[str, str]]"


def _rows(node: _Node, name: str, faults: _Faults) -> _Rows:
    """Rows of facts; every cell is the file's own text."""
    return [
        {column: _text(value, column, faults) for column, (_, value) in _entries(row, name, faults).items()}
        for row in _items(node, name, faults)
    ]


# ---- a file ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Case:
    """A case as written, its parts still nodes where their places matter."""

    name: str
    node: _Node
    periods: tuple[str, ...]
    one: bool  # a single period: `expect` is not keyed by period
    people: _Rows | None
    facts: Mapping[str, tuple[_Scalar, _Rows]]
    folder: Path | None
    carried: Carried
    expect: _Node | None
    error: _Entries | None
    error_node: _Node | None


class _File:
    """One file of cases: read once, its scheme loaded once, a folder evaluated once per period."""

    def __init__(self, path: Path, text: str, evaluator: str) -> None:
        self.path, self.evaluator = path, evaluator
        self.source = Source(path.name, text)
        self.faults = _Faults(self.source)
        self.root = _tree(self.source)
        self.top = _entries(self.root, path.name, self.faults, _FILE_KEYS)
        self.known: dict[tuple[Path, str, Carried], Evaluation | TiercelError] = {}
        self.cases = self._cases()
        if self.faults.found:
            raise CasesError(sorted(self.faults.found, key=lambda d: (d.span.line, d.span.column)), self.source)

    # reading

    def _cases(self) -> list[_Case]:
        if not isinstance(self.root, _Mapping):
            return []
        cases = self.top.get("cases")
        self._either(self.top, "scheme", "text", self.root)
        if cases is None:
            self.faults.blame("E3403", self.root, name="cases")
            return []
        return [self._case(node, number) for number, node in enumerate(_items(cases[1], "cases", self.faults), 1)]

    def _either(self, entries: _Entries, first: str, second: str, node: _Node, needed: bool = True) -> None:
        if first in entries and second in entries:
            self.faults.blame("E3406", entries[second][0], first=first, second=second)
        elif needed and first not in entries and second not in entries:
            self.faults.blame("E3403", node, name=first)

    def _case(self, node: _Node, number: int) -> _Case:
        faults = self.faults
        entries = _entries(node, "cases", faults, _CASE_KEYS)
        if isinstance(node, _Mapping):
            self._either(entries, "period", "periods", node)
            self._either(entries, "expect", "expect_error", node)
            self._either(entries, "facts_dir", "facts", node, needed=False)
            self._either(entries, "facts_dir", "people", node, needed=False)

        def read(key: str, reader: Callable[[_Node, str, _Faults], Any], missing: Any) -> Any:
            return reader(entries[key][1], key, faults) if key in entries else missing

        single = read("period", _text, "")
        error = read("expect_error", partial(_entries, known=_ERROR_KEYS), None)
        if error is not None and "code" not in error:
            faults.blame("E3403", entries["expect_error"][1], name="code")
        return _Case(
            read("name", _text, f"#{number}"),
            node,
            (single,) if "period" in entries else tuple(read("periods", _texts, ())),
            "period" in entries,
            read("people", _rows, None),
            self._tables(entries),
            self._folder(entries),
            self._carried(entries),
            entries["expect"][1] if "expect" in entries else None,
            error,
            entries["expect_error"][1] if "expect_error" in entries else None,
        )

    def _tables(self, entries: _Entries) -> dict[str, tuple[_Scalar, _Rows]]:
        if "facts" not in entries:
            return {}
        tables = _entries(entries["facts"][1], "facts", self.faults)
        return {name: (key, _rows(node, name, self.faults)) for name, (key, node) in tables.items()}

    def _folder(self, entries: _Entries) -> Path | None:
        if "facts_dir" in entries:
            return self.path.parent / _text(entries["facts_dir"][1], "facts_dir", self.faults)
        if "facts_dir" in self.top and "facts" not in entries and "people" not in entries:
            return self.path.parent / _text(self.top["facts_dir"][1], "facts_dir", self.faults)
        return None

    def _carried(self, entries: _Entries) -> Carried:
        if "carried" not in entries:
            return Carried()
        rows = [
            {key: _text(value, key, self.faults) for key, (_, value) in row.items()}
            for row in (
                _entries(node, "carried", self.faults, _CARRIED_KEYS)
                for node in _items(entries["carried"][1], "carried", self.faults)
            )
        ]
        return Carried.of(rows)

    # running

    def results(self) -> list[CaseResult]:
        try:
            scheme = self._scheme()
        except (SchemeError, UsageError) as error:
            return [_Running(self, case, None).failed(error) for case in self.cases]
        return [_Running(self, case, scheme).result() for case in self.cases]

    def _scheme(self) -> Scheme:
        versions = _texts(self.top["versions"][1], "versions", self.faults) if "versions" in self.top else []
        if "scheme" in self.top:
            name = _text(self.top["scheme"][1], "scheme", self.faults)
            return load(self.path.parent / name, [self.path.parent / version for version in versions])
        uses = _entries(self.top["uses"][1], "uses", self.faults) if "uses" in self.top else {}
        texts = {name: _text(node, name, self.faults) for name, (_, node) in uses.items()}
        return loads(_text(self.top["text"][1], "text", self.faults), texts, versions)

    def evaluation(self, scheme: Scheme, case: _Case, period: str, carried: Carried) -> Evaluation:
        """Of a folder once for all cases; of inline rows anew."""
        if case.folder is None:
            return scheme.evaluate(_inline(scheme, case), period, carried=carried, evaluator=self.evaluator)
        key = (case.folder, period, carried)
        if key not in self.known:
            try:
                self.known[key] = scheme.evaluate(case.folder, period, carried=carried, evaluator=self.evaluator)
            except TiercelError as error:
                self.known[key] = error
        known = self.known[key]
        if isinstance(known, TiercelError):
            raise known
        return known


def _inline(scheme: Scheme, case: _Case) -> dict[str, _Rows]:
    """The tables of a case; one that is not written has no rows."""
    tables: dict[str, _Rows] = {name: rows for name, (_, rows) in case.facts.items()}
    if case.people is not None:
        tables[PEOPLE] = case.people
    written = {face for version in scheme.family for t in version.checked.tables for face in faces(t) if face in tables}
    for version in scheme.family:
        for table in version.checked.tables:
            if not written.intersection(faces(table)):
                tables.setdefault(table.identity, [])
    return tables


# ---- a case --------------------------------------------------------------------------------------------------


class _Running:
    """One case against one scheme; what it finds grows on the way."""

    def __init__(self, file: _File, case: _Case, scheme: Scheme | None) -> None:
        self.file, self.case, self.scheme = file, case, scheme
        self.faults = _Faults(file.source)
        self.differences: list[Difference] = []
        self.sources = {file.source.name: file.source}
        self.compared = 0
        self.period = ""

    def result(self) -> CaseResult:
        assert self.scheme is not None
        self._tables(self.scheme)
        if not self.faults.found:
            self._evaluated(self.scheme)
        return self._result()

    def failed(self, error: TiercelError) -> CaseResult:
        """The scheme itself is not right: that may be what is expected."""
        self._went_wrong(error)
        return self._result()

    def _result(self) -> CaseResult:
        line = self.case.node.start.line
        found = tuple(self.faults.found)
        return CaseResult(self.case.name, line, self.compared, tuple(self.differences), found, self.sources)

    def _tables(self, scheme: Scheme) -> None:
        known = {face for version in scheme.family for t in version.checked.tables for face in faces(t)}
        for name, (key, _) in self.case.facts.items():
            if name not in known:
                near = nearest([name], sorted(known), 0.6)
                self.faults.blame("E3402", key, name=name, candidates=near, known=())

    def _evaluated(self, scheme: Scheme) -> None:
        carried = self.case.carried
        for period in self.case.periods:
            self.period = period
            try:
                evaluation = self.file.evaluation(scheme, self.case, period, carried)
                carried = evaluation.carried if len(self.case.periods) > 1 else carried
            except TiercelError as error:
                self._went_wrong(error)
                return
            expected = self._expected(period)
            if expected is not None:
                _Comparing(self, evaluation).everybody(expected)
        if self.case.error is not None:
            self._no_error(self.case.error)
        elif not self.compared and not self.faults.found:
            self.faults.blame("E3404", self.case.expect or self.case.node, name="expect", seen="", form="mapping")

    def _expected(self, period: str) -> _Node | None:
        """What is expected of the period; with several it is keyed by them."""
        if self.case.expect is None or self.case.one:
            return self.case.expect
        by_period = _entries(self.case.expect, "expect", _Faults(self.file.source))
        for name, (key, _) in by_period.items():
            if name not in self.case.periods and period == self.case.periods[0]:
                self.faults.blame("E3402", key, name=name, candidates=(), known=self.case.periods)
        return by_period[period][1] if period in by_period else None

    # errors

    def _went_wrong(self, error: TiercelError) -> None:
        found = [d for d in error.diagnostics if d.severity is Severity.error]
        if self.case.error is None:
            self.faults.found.extend(found)
            self.sources |= error.sources
            return
        code, at = self.case.error.get("code"), self.case.error.get("at")
        if code is None:
            return
        self.compared += 1
        same = [d for d in found if d.code == _scalar(code[1])]
        if not same:
            actual = ", ".join(dict.fromkeys(d.code for d in found))
            self.differs("", "code", code[1], actual, found[0].code)
            return
        places = [place for d in same for place in self._places(d)]
        if at is not None and _scalar(at[1]) not in places:
            self.differs("", "at", at[1], places[0] if places else "-", places[0] if places else "")

    def _no_error(self, error: _Entries) -> None:
        if "code" in error:
            self.compared += 1
            self.differs("", "code", error["code"][1], NONE, "")

    def _places(self, fault: Diagnostic) -> Iterator[str]:
        """What `at` may say of the place of a fault: `deal D1`, `deal D1 amount`, `9月!D17`, `E01`, `line 12`."""
        cell = fault.cell
        if cell is not None and self.scheme is not None:
            for table in self._tables_of(cell.file, cell.sheet):
                key = self._key(table, cell.file, cell.sheet, cell.row)
                if key:
                    yield from (f"{face} {key}" for face in (table.identity, *faces(table)))
                    yield from (f"{face} {key} {cell.column}" for face in faces(table))
            if cell.sheet and cell.row:
                yield f"{cell.sheet}!{cell.column}{cell.row}"
            if cell.row:
                yield f"{cell.file} {cell.row}"
        if fault.subject:
            yield fault.subject
        if fault.span.line:
            yield f"line {fault.span.line}"

    def _raw(self) -> Mapping[str, RawTable]:
        assert self.scheme is not None
        if self.case.folder is not None:
            return read_facts(self.case.folder, self.scheme.checked)[0]
        return from_rows(_inline(self.scheme, self.case), self.scheme.checked)[0]

    def _tables_of(self, file: str, sheet: str) -> list[Table]:
        assert self.scheme is not None
        raw = self._raw()
        return [self.scheme.checked.table(n) for n, one in raw.items() if (one.file, one.sheet) == (file, sheet)]

    def _key(self, table: Table, file: str, sheet: str, number: int) -> str:
        """The key of the row that a place speaks of, as it is written there."""
        raw = self._raw()[table.identity]
        keys = [table.key] if table.rates is None else [table.rates.currency, table.rates.day]
        row = next((cells for n, cells in raw.rows if n == number), ())
        at = [places[0] for key in keys if (places := placed(table, raw.headers)[key])]
        return " ".join(str(row[place]) for place in at if place < len(row))

    def differs(self, person: str, what: str, node: _Node, actual: str, replacement: str) -> None:
        self.differences.append(
            Difference(
                self.case.name,
                self.period,
                person,
                what,
                _scalar(node),
                actual,
                node.start.line,
                node.start.column,
                node.start.offset,
                node.end.offset,
                replacement,
            )
        )


class _Comparing:
    """The expectations of one period against what came of it."""

    def __init__(self, running: _Running, evaluation: Evaluation) -> None:
        self.running, self.evaluation = running, evaluation
        self.faults = running.faults
        self.digits = minor_units(evaluation.currency)
        self.names = _Meant(evaluation)
        self.amounts: dict[tuple[str, str, str], Fraction] = {}
        for line in evaluation.lines:
            key = (line.person or COMPANY, line.line, line.row)
            self.amounts[key] = self.amounts.get(key, Fraction(0)) + Fraction(line.amount)
            for part in WHERE if line.settled is not None else ():
                inside = line.person or COMPANY, f"{line.line}.{part}", key[2]
                self.amounts[inside] = self.amounts.get(inside, Fraction(0)) + Fraction(getattr(line.settled, part))

    def everybody(self, node: _Node) -> None:
        people = self.evaluation.payout
        for name, (key, values) in _entries(node, "expect", self.faults).items():
            if name in people or name == COMPANY:
                self._person(name, values)
            else:
                near = nearest([name], sorted(people))
                self.faults.blame("E3405", key, name=name, kind="person", candidates=near)

    def _person(self, person: str, node: _Node) -> None:
        for name, (key, value) in _entries(node, person, self.faults).items():
            if name == PAYOUT and person != COMPANY:
                self._amount(person, PAYOUT, value, Fraction(self.evaluation.payout[person]))
            elif name in self.names.lines:
                self._line(person, name, value)
            elif name in self.names.values and person != COMPANY:
                self._value(person, name, value)
            else:
                known = (PAYOUT, *self.names.lines, *self.names.values)
                near = nearest([name], known, 0.6)
                self.faults.blame("E3405", key, name=name, kind="name", candidates=near)

    # lines

    def _line(self, person: str, name: str, node: _Node) -> None:
        line = self.names.lines[name]
        if line in self.names.single:
            self._amount(person, name, node, self.amounts.get((person, line, "")))
        elif isinstance(node, _Mapping):
            for row, (key, value) in _entries(node, name, self.faults).items():
                amount = self.amounts.get((person, line, row))
                if amount is None and not self._row_exists(row):
                    near = nearest([row], self._keys()[:2000])
                    self.faults.blame("E3405", key, name=row, kind="row", candidates=near)
                else:
                    self._amount(person, f"{name} {row}", value, amount)
        elif _scalar(node) == NONE:
            self.running.compared += 1
            paid = [row for one, what, row in self.amounts if (one, what) == (person, line)]
            if paid:
                self.running.differs(person, name, node, ", ".join(paid), "")
        else:
            self.faults.blame("E3404", node, name=name, seen=_scalar(node), form="rows")

    def _keys(self) -> list[str]:
        tables = self.evaluation.run.facts.tables.values()
        return [key for rows in tables if rows.table in self.names.facts for key in rows.keys]

    def _row_exists(self, row: str) -> bool:
        tables = self.evaluation.run.facts.tables.values()
        return any(row in rows.keys for rows in tables if rows.table in self.names.facts)

    def _amount(self, person: str, what: str, node: _Node, actual: Fraction | None) -> None:
        text = _scalar(node)
        expected = _exact(text)
        if not isinstance(node, _Scalar) or (expected is None and (text != NONE or what == PAYOUT)):
            self.faults.blame("E3404", node, name=what, seen=text, form="amount")
            return
        self.running.compared += 1
        if expected != actual:
            told = NONE if actual is None else money_text(actual, self.digits)
            self.running.differs(person, what, node, told, told)

    # values

    def _value(self, person: str, name: str, node: _Node) -> None:
        text = _scalar(node)
        if not isinstance(node, _Scalar):
            self.faults.blame("E3404", node, name=name, seen=text, form="value")
            return
        self.running.compared += 1
        actual = self.evaluation.values[person].get(self.names.values[name])
        if not _same(text, actual):
            told = _told(actual, text.endswith("%"))
            self.running.differs(person, name, node, told, told)


class _Meant:
    """What names mean in the version that paid: names and aliases of lines and values to identities."""

    def __init__(self, evaluation: Evaluation) -> None:
        scheme, plan = evaluation.run.scheme, evaluation.run.plan
        self.facts = {t.identity for t in scheme.tables if t.kind != "people"}  # whose rows lines are worked out for
        self.lines = dict.fromkeys(map(str, _ADJUSTMENT_FACES), ADJUSTMENT)
        self.lines |= {face: line.identity for line in scheme.lines for face in _faces(line.names, line.identity)}
        self.single = {x.identity for x in scheme.lines if x.level == PEOPLE and not isinstance(x.to, Upline)}
        if any(line.level == PEOPLE and isinstance(line.to, Upline) for line in scheme.lines):
            self.facts.add(PEOPLE)
        for line in scheme.lines:  # `pay.held` = 提成.暂缓: where the money of a line is that is not paid at once
            for part, words in WHERE.items() if line.settlement is not None else ():
                for face in _faces(line.names, line.identity):
                    self.lines |= {f"{face}.{word}": f"{line.identity}.{part}" for word in words}
                self.single |= {f"{line.identity}.{part}"} if line.identity in self.single else set()
        steps = [s for s in plan.steps if s.level == PEOPLE and s.kind in SHOWN]
        keys = {f"{s.name}.{s.part}" if s.part else s.name for s in steps}
        named = (*_value_faces(scheme), *_account_faces(scheme), *_competency_faces(scheme))
        self.values = {face: key for face, key in named if key in keys}


def _value_faces(scheme: CheckedScheme) -> Iterator[tuple[str, str]]:
    named = [(v.names, v.identity) for v in scheme.values]
    named += [(v.names, v.identity) for v in scheme.scores]
    named += [(v.names, v.identity) for v in scheme.ranks]
    for names, identity in named:
        yield from ((face, identity) for face in _faces(names, identity))
    parts = [(w.sense, face) for w in FACES if w.terminal == "KPI_CLAUSE" for face in (*w.english, *w.chinese)]
    parts += [("attainment", "attainment"), ("attainment", "完成率")]
    for kpi in scheme.kpis:
        for face in _faces(kpi.names, kpi.identity):
            yield from ((f"{face}.{word}", f"{kpi.identity}.{part}") for part, word in parts)


def _account_faces(scheme: CheckedScheme) -> Iterator[tuple[str, str]]:
    for account in scheme.accounts:
        for face in _faces(account.names, account.identity):
            yield from ((f"{face}.{word}", f"{account.identity}.{part}") for word, part in ACCOUNT_PARTS.items())


def _competency_faces(scheme: CheckedScheme) -> Iterator[tuple[str, str]]:
    for competency in scheme.competencies:
        known, items = competency.identity, competency.items
        for face in _faces(competency.names, known):
            yield from (
                (f"{face}.{word}", f"{known}.score") for word, part in COMPETENCY_PARTS.items() if part == "score"
            )
            for item, named in ((i, name) for i in items for name in _faces(i.names, i.identity)):
                yield f"{face}.{named}", f"{known}.{item.identity}"
                parts = ((word, part) for word, part in COMPETENCY_PARTS.items() if part != "score")
                yield from ((f"{face}.{named}.{word}", f"{known}.{item.identity}.{part}") for word, part in parts)


def _faces(names: Names, identity: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in (identity, names.name, names.alias) if name))


def _exact(text: str) -> Fraction | None:
    """The number that an expectation says: `2,500.00`, `102%`, `2/3`; None where it says none."""
    bare = text.strip().replace(",", "")
    share = {"%": 100, "‰": 1000}.get(bare[-1:], 1)
    digits = bare.removesuffix("%").removesuffix("‰")
    if not digits.isascii() or "e" in digits.lower() or "_" in digits:
        return None
    try:
        return Fraction(digits) / share
    except (ValueError, ZeroDivisionError):
        return None


def _same(expected: str, actual: Any) -> bool:
    if actual is None:
        return expected == NONE
    if isinstance(actual, bool):
        return expected.lower() in (_YES if actual else _NO)
    number = _number(actual)
    return expected == str(actual) if number is None else _exact(expected) == number


def _number(actual: Any) -> Fraction | None:
    """A value that is a number; fractions without an end come as text, 2/3."""
    if isinstance(actual, (Decimal, int)):
        return Fraction(actual)
    return _exact(actual) if isinstance(actual, str) and "/" in actual else None


def _told(actual: Any, percent: bool) -> str:
    if actual is None:
        return NONE
    if isinstance(actual, bool):
        return "yes" if actual else "no"
    if isinstance(actual, Decimal):
        return plain(Fraction(actual) * 100) + "%" if percent else plain(Fraction(actual))
    return str(actual)


# ---- in words ------------------------------------------------------------------------------------------------

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "passed": ("ok     ", "符合"),
    "failed": ("FAILED ", "不符"),
    "place": ("{file} line {line}", "{file} 第 {line} 行"),
    "difference": (
        "line {line}: {what} should be {expected}, is {actual}",
        "第 {line} 行：{what} 应为 {expected}，实际是 {actual}",
    ),
    "sum": (
        "{good} of {all} cases hold ({compared} figures compared)",
        "{all} 个用例，{good} 个符合（核对了 {compared} 个数）",
    ),
    "code": ("the error", "错误编号"),
    "at": ("the place of the error", "出错的地方"),
    "payout": ("payout", "结算额"),
    "none": ("none (no line)", "没有这一笔"),
    "rewritten": ("line {line}: {what} {expected} → {actual}", "第 {line} 行：{what} {expected} → {actual}"),
    "changed": ("{count} expectations rewritten in {file}", "已改写 {file} 里的 {count} 处期望值"),
    "unchanged": ("every expectation in {file} holds; nothing is rewritten", "{file} 里的期望值全都符合，没有改写"),
    "left": ("{count} cases cannot be mended by rewriting:", "有 {count} 个用例不是改写期望值能解决的："),
}  # fmt: skip


def _say(key: str, language: str, /, **facts: object) -> str:
    return _WORDS[key][language == "zh"].format_map(facts)


def told_results(results: Sequence[CaseResult], language: str, file: str = "", every: bool = True) -> str:
    """One line per case, under it what is wrong, at the end the sum; `every` also lists the cases that hold."""
    lines = [line for result in results if every or not result.passed for line in _told_case(result, language, file)]
    good = sum(result.passed for result in results)
    compared = sum(result.compared for result in results)
    return "\n".join([*lines, _say("sum", language, good=good, all=len(results), compared=compared)])


def _told_case(result: CaseResult, language: str, file: str) -> Iterator[str]:
    place = _say("place", language, file=file, line=result.line).strip()
    brackets = "（{}）" if language == "zh" else " ({})"
    verdict = _say("passed" if result.passed else "failed", language).strip()
    yield f"{verdict}  {result.name}{brackets.format(place)}"
    for difference in result.differences:
        what = _what(difference, language)
        expected, actual = (_none(t, language) for t in (difference.expected, difference.actual))
        line = difference.line
        yield "  " + _say("difference", language, line=line, what=what, expected=expected, actual=actual)
    for fault in result.faults:
        yield from ("  " + line for line in render(fault, result.sources, language).splitlines())


def _what(difference: Difference, language: str) -> str:
    what = _say(difference.what, language) if difference.what in ("code", "at", "payout") else difference.what
    return " ".join(part for part in (difference.period, difference.person, what) if part)


def _none(text: str, language: str) -> str:
    return _say("none", language) if text == NONE else text


def told_update(done: Update, language: str) -> str:
    """What was rewritten, figure by figure, and what has to be mended by hand."""
    name = done.path.name
    lines = [
        _say("rewritten", language, line=d.line, what=_what(d, language), expected=d.expected, actual=d.actual)
        for d in done.replaced
    ]  # fmt: skip
    lines.append(_say("changed" if lines else "unchanged", language, count=len(lines), file=name))
    if done.left:
        lines.append(_say("left", language, count=len(done.left)))
        lines += [line for result in done.left for line in _told_case(result, language, name)]
    return "\n".join(lines)
