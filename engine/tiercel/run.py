"""The stages in order: files → scheme → facts → evaluation.

In: paths or texts, facts, a period. Out: `Scheme` and `Evaluation`, or one of the errors of `errors.py`
with everything that is wrong. The only room that reads scheme files; rules read nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from tiercel.errors import FactsError, SchemeError, UsageError
from tiercel.evaluation import Adjustment, Carried, Evaluation
from tiercel.facts import Facts, border
from tiercel.lower import lower
from tiercel.periods import Calendar, Period, PeriodError, Shape
from tiercel.plan import Plan
from tiercel.readers import from_rows, read_folder
from tiercel.reference import BROKEN, Reversal, Run
from tiercel.reversals import reversals_of
from tiercel.versions import family, governing
from tiercel_dsl import syntax
from tiercel_dsl.diagnostics import Diagnostic, Severity, has_errors
from tiercel_dsl.driver import Checked, NotThere, check_source
from tiercel_dsl.parser import parse
from tiercel_dsl.scheme import PEOPLE, CheckedScheme, Names
from tiercel_dsl.source import Source

NOTHING_CARRIED = Carried()

FactsLike: TypeAlias = "str | Path | Mapping[str, Iterable[Any]] | Facts"


@dataclass(frozen=True)
class Scheme:
    """A checked scheme, ready to pay. Frozen; safe to share between threads and to pickle.

    `versions` are the other versions of the same scheme that are known; the one that governs a period
    evaluates it. `warnings` are what `check` found short of errors.
    """

    checked: CheckedScheme
    warnings: tuple[Diagnostic, ...] = ()
    versions: "tuple[Scheme, ...]" = field(default=(), repr=False)
    sources: Mapping[str, Source] = field(default_factory=dict[str, Source], repr=False, compare=False)

    @property
    def name(self) -> str:
        return self.checked.identity

    @property
    def version(self) -> int:
        return self.checked.version

    @property
    def hash(self) -> str:
        """sha256 of what the scheme means: layout, comments, titles and the face do not move it."""
        return self._hash

    @cached_property
    def _hash(self) -> str:
        return self.checked.hash

    @cached_property
    def plan(self) -> Plan:
        return lower(self.checked)

    @property
    def family(self) -> "tuple[Scheme, ...]":
        """This version and every other one known, by number."""
        return family(self, self.versions)

    def evaluate(
        self, facts: FactsLike, period: str, *, carried: Carried = NOTHING_CARRIED, partial: bool = False
    ) -> Evaluation:
        """Pay everybody in `facts` for `period` ('2023-08').

        `facts`: a folder of CSV files, or table name → rows (mappings, pydantic models, dataclasses), or
        `Facts` already read for this scheme. The version in force evaluates. Raises FactsError with every
        fault, and nobody is paid; with `partial` those whom no fault touches are. Raises UsageError for a
        period of another shape or one that no version governs.
        """
        span = self.parse_period(period)
        scheme = governing(self.family, span)
        return _Evaluating(self, scheme, facts, span).evaluation(partial)

    def parse_period(self, text: str) -> Period:
        """The period with this name; raises UsageError E4001."""
        shape = Shape(self.checked.period)
        try:
            return Calendar(shape).parse(text)
        except PeriodError as wrong:
            told = {"text": text, "shape": str(shape)}
            raise UsageError((Diagnostic("E4001", facts=told, seen=text),), text) from wrong

    def read(self, facts: FactsLike) -> tuple[Facts, tuple[Diagnostic, ...]]:
        """Facts typed for this version's tables, with whatever is wrong with them."""
        if isinstance(facts, Facts):
            return facts, ()
        if isinstance(facts, str | Path):
            folder = Path(facts)
            if not folder.is_dir():
                raise UsageError((Diagnostic("E4003", facts={"path": str(facts)}, seen=str(facts)),), str(facts))
            raw, found = read_folder(folder, self.checked)
        else:
            raw, found = from_rows(facts, self.checked)
        typed, faults = border(self.checked, raw)
        return typed, (*found, *faults)


class _Evaluating:
    """One call of `evaluate`: facts are read once for each version that is needed."""

    def __init__(self, asked: Scheme, scheme: Scheme, facts: FactsLike, period: Period) -> None:
        self.asked, self.scheme, self.source, self.period = asked, scheme, facts, period
        self.read: dict[str, tuple[Facts, tuple[Diagnostic, ...]]] = {}
        self.replayed: dict[tuple[str, Period], tuple[Run, list[Reversal]]] = {}

    def evaluation(self, partial: bool) -> Evaluation:
        facts, found = self._facts(self.scheme)
        faults = [d for d in found if d.severity is Severity.error]
        if faults and not partial:
            raise FactsError(found)
        run, reversals, refund_faults = self._run(self.scheme, facts, self.period)
        run.everything()
        late = [r for r in reversals if self.period.contains(r.day) and r.sale_day < self.period.first]
        adjustments, late_faults = self._adjustments(facts, late)
        faults += [*refund_faults, *run.diagnostics, *late_faults]
        if faults and not partial:
            raise FactsError(faults)
        unpaid = _unpaid(run, facts, faults) if faults else ()
        history = "replayed" if adjustments else "none"
        return Evaluation(run, tuple(adjustments), unpaid, tuple(faults), history)

    def _facts(self, scheme: Scheme) -> tuple[Facts, tuple[Diagnostic, ...]]:
        if scheme.hash not in self.read:
            same = [s for s in self.asked.family if s.hash in self.read and s.checked.tables == scheme.checked.tables]
            alike = [s for s in same if s.checked.currency == scheme.checked.currency]
            self.read[scheme.hash] = self.read[alike[0].hash] if alike else scheme.read(self.source)
        return self.read[scheme.hash]

    def _run(self, scheme: Scheme, facts: Facts, period: Period) -> tuple[Run, list[Reversal], list[Diagnostic]]:
        """A run with the refunds of its own period, and every refund of the facts."""
        bare = Run(scheme.checked, scheme.plan, facts, period)
        reversals, found = reversals_of(bare)
        own = [r for r in reversals if period.contains(r.day) and period.contains(r.sale_day)]
        return Run(scheme.checked, scheme.plan, facts, period, own), reversals, found

    def _adjustments(self, facts: Facts, late: Sequence[Reversal]) -> tuple[list[Adjustment], list[Diagnostic]]:
        out: list[Adjustment] = []
        found: list[Diagnostic] = []
        for reversal in late:
            period = Calendar(Shape(self.scheme.checked.period)).of(reversal.sale_day)
            try:
                out += self._adjustment(facts, reversal, period)
            except UsageError:
                found.append(self._not_governed(facts, reversal, period))
        return out, found

    def _not_governed(self, facts: Facts, reversal: Reversal, period: Period) -> Diagnostic:
        sale = facts.tables[reversal.sale_table].keys[reversal.sale]
        rows = facts.tables[reversal.table]
        owner = rows.owner[reversal.row]
        told = {"sale": sale, "period": period.name, "version": self.scheme.version}
        subject = "" if owner is None else facts.tables[PEOPLE].keys[owner]
        return Diagnostic("E3303", facts=told, cell=rows.places[reversal.row], subject=subject)

    def _adjustment(self, facts: Facts, reversal: Reversal, period: Period) -> list[Adjustment]:
        """payout(P with this refund) - payout(P with the refunds before it), under P's version (decision 57)."""
        scheme = governing(self.asked.family, period)
        base, known = self._replay(scheme, period)
        refund = facts.tables[reversal.table].keys[reversal.row]
        keys = base.facts.tables[reversal.table].keys if reversal.table in base.facts.tables else ()
        position = next((i for i, r in enumerate(known) if keys[r.row] == refund and r.table == reversal.table), None)
        if position is None:
            raise UsageError(())
        before = Run(base.scheme, base.plan, base.facts, period, known[:position], base)
        after = Run(base.scheme, base.plan, base.facts, period, known[: position + 1], base)
        people = sorted({line.person for line in after.taken_back if line.refund == known[position]})
        out: list[Adjustment] = []
        for person in people:
            amounts = [run.lookup(run.plan.payout, person) for run in (before, after)]
            if BROKEN in amounts:
                raise FactsError(base.diagnostics)
            sale = base.facts.tables[reversal.sale_table].keys[known[position].sale]
            here = facts.tables[PEOPLE].keys.index(base.facts.tables[PEOPLE].keys[person])
            out.append(Adjustment(here, refund, sale, period.name, amounts[0], amounts[1], before, after))
        return out

    def _replay(self, scheme: Scheme, period: Period) -> tuple[Run, list[Reversal]]:
        """The run of an earlier period, and the refunds of its sales in the order they came."""
        if (scheme.hash, period) not in self.replayed:
            facts, found = self._facts(scheme)
            if has_errors(found):
                raise FactsError(found)
            base, reversals, _ = self._run(scheme, facts, period)
            known = [r for r in reversals if period.contains(r.sale_day)]
            known.sort(key=lambda r: (r.day, r.table, facts.tables[r.table].keys[r.row]))
            self.replayed[scheme.hash, period] = base, known
        return self.replayed[scheme.hash, period]


def _unpaid(run: Run, facts: Facts, faults: Sequence[Diagnostic]) -> tuple[str, ...]:
    """People whom a fault touches, and all who share a group with one if the scheme reads groups."""
    keys = facts.tables[PEOPLE].keys
    if any(not d.subject for d in faults) and not facts.touched:
        touched = set(keys)
    else:
        touched = {*facts.touched, *(d.subject for d in faults if d.subject)}
    broken = {keys[p] for p in range(len(keys)) if run.lookup(run.plan.payout, p) is BROKEN}
    touched |= broken
    groups = {s.level for s in run.plan.steps if run.tables[s.level].kind == "group"}
    for group in groups:
        touched |= _sharing(run, group, touched)
    return tuple(sorted(touched))


def _sharing(run: Run, group: str, touched: set[str]) -> set[str]:
    """Everybody who was in a group of this table together with somebody touched, at any time."""
    people = run.facts.tables[PEOPLE]
    links = [c.identity for c in run.tables[PEOPLE].columns if c.link == group]
    out: set[str] = set()
    for link in links:
        ever = [_ever(people, link, person) for person in range(len(people.keys))]
        shared = {g for person, gs in enumerate(ever) if people.keys[person] in touched for g in gs}
        out |= {people.keys[p] for p, gs in enumerate(ever) if gs & shared}
    return out


def _ever(people: Any, link: str, person: int) -> set[object]:
    if link in people.series:
        return {value for _, value in people.series[link][person]}
    return {people.columns[link][person]}


# ---- loading ----


def load(path: "str | Path", versions: "Iterable[str | Path | Scheme]" = ()) -> Scheme:
    """Read and check a scheme file; raises SchemeError with `.diagnostics`.

    `versions`: other versions of the scheme. Without them those in the same folder are found.
    """
    path = Path(path)
    scheme = _accepted(_checked_file(path))
    given = [v if isinstance(v, Scheme) else _accepted(_checked_file(Path(v))) for v in versions]
    others = given or _siblings(path, scheme.checked)
    return _with_versions(scheme, others)


def loads(text: str, uses: Mapping[str, str] | None = None, versions: "Iterable[str | Scheme]" = ()) -> Scheme:
    """Check a scheme given as text; `uses`: the texts of the files it uses, by name. Raises SchemeError."""
    texts = dict(uses or {})

    def loader(name: str) -> Source:
        if name not in texts:
            raise NotThere(name, tuple(texts))
        return Source(name, texts[name])

    scheme = _accepted(check_source(Source("scheme.tier", text), loader))
    others = [v if isinstance(v, Scheme) else loads(v, uses) for v in versions]
    return _with_versions(scheme, others)


def check(path: "str | Path") -> list[Diagnostic]:
    """Everything that is wrong with a scheme file or worth knowing; empty if nothing is."""
    return list(check_file(path).diagnostics)


def check_file(path: "str | Path") -> Checked:
    """Check a scheme file: the scheme if there is one, the diagnostics and the texts they point into."""
    return _checked_file(Path(path))


def _with_versions(scheme: Scheme, others: "Sequence[Scheme]") -> Scheme:
    known = family(scheme, others)
    return replace(scheme, versions=tuple(s for s in known if s.version != scheme.version))


def _accepted(checked: Checked) -> Scheme:
    if checked.scheme is None:
        raise SchemeError(checked.diagnostics)
    return Scheme(checked.scheme, checked.diagnostics, (), checked.sources)


def _checked_file(path: Path) -> Checked:
    folder = path.parent

    def loader(name: str) -> Source:
        inside = folder / name
        if not name or inside.resolve().parent != folder.resolve() or not inside.is_file():
            raise NotThere(name, tuple(sorted(p.name for p in folder.glob("*.tier"))))
        return _read_source(inside, name)

    if not path.is_file():
        raise UsageError((Diagnostic("E4003", facts={"path": str(path)}, seen=str(path)),), str(path))
    return check_source(_read_source(path, path.name), loader)


def _read_source(path: Path, name: str) -> Source:
    """UTF-8, with or without a mark; a file saved by an old Chinese editor is GB18030."""
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return Source(name, data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n"))
        except UnicodeDecodeError:
            continue
    raise UsageError((Diagnostic("E3003", facts={"file": name}, seen=name),), name)


def _siblings(path: Path, main: CheckedScheme) -> list[Scheme]:
    """Other versions of the scheme in its folder; the same face first."""
    out: list[tuple[bool, Scheme]] = []
    for other in sorted(path.parent.glob("*.tier")):
        if other.name == path.name or not _is_version_of(other, main.identity):
            continue
        checked = _checked_file(other)
        if checked.scheme is not None:
            out.append((checked.language != main.language, _accepted(checked)))
    return [scheme for _, scheme in sorted(out, key=lambda pair: pair[0])]


def _is_version_of(path: Path, identity: str) -> bool:
    """A cheap look: only the head is parsed."""
    try:
        text = _read_source(path, path.name).text
    except (UsageError, OSError):
        return False
    head = "\n".join(line for line in text.split("\n")[:40] if line.startswith(("scheme", "方案")))
    file, _ = parse(Source(path.name, head + "\n"))
    labels = [s.label for s in file.statements if isinstance(s, syntax.SchemeHead)]
    return any(Names(label.name, label.alias).identity == identity for label in labels)
