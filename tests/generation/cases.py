"""A case: a scheme in both faces and facts for it, and how a failing one is made smaller.

In: a seed or written-down decisions. Out: `Case`; `smallest`, the smallest text and rows that still fail in the
same way.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import tiercel
from tiercel.run import Scheme as Loaded

from . import agreement
from . import facts as facts_module
from . import schemes as schemes_module
from .choices import Choices, Replayed, Seeded
from .choices import smallest as smallest_numbers


@dataclass(frozen=True, repr=False)
class Case:
    """One random scheme; its facts are drawn for the number asked for."""

    seed: object
    scheme: schemes_module.Scheme
    numbers: tuple[int, ...]

    def __repr__(self) -> str:
        texts = [*self.scheme.english_used.values(), self.scheme.english]
        return f"Case({self.seed}, {self.scheme.period})\n" + "\n".join(texts)

    @classmethod
    def of(cls, seed: object) -> "Case":
        choices = Seeded(seed)
        return cls(seed, schemes_module.scheme(choices), tuple(choices.taken))

    @classmethod
    def replayed(cls, seed: object, numbers: Sequence[int]) -> "Case":
        choices = Replayed(numbers)
        return cls(seed, schemes_module.scheme(choices), tuple(choices.taken))

    def loaded(self, face: str = "en") -> "Loaded | str":
        """The scheme, or why there is none: the checker's codes, or a crash."""
        return self._english if face == "en" else _loaded(self.scheme.chinese, self.scheme.chinese_used)

    @cached_property
    def _english(self) -> "Loaded | str":
        return _loaded(self.scheme.english, self.scheme.english_used)

    def facts(self, number: int) -> facts_module.Data:
        return self.drawn(Seeded(f"{self.seed} {number}"))

    def drawn(self, choices: Choices) -> facts_module.Data:
        loaded = self.loaded()
        assert isinstance(loaded, Loaded)
        return facts_module.facts(choices, loaded.checked, self._edges, loaded.parse_period(self.scheme.period))

    @cached_property
    def _edges(self) -> facts_module.Edges:
        loaded = self.loaded()
        assert isinstance(loaded, Loaded)
        return facts_module.edges(loaded.checked, loaded.plan)


def _loaded(text: str, used: dict[str, str]) -> "Loaded | str":
    try:
        scheme = tiercel.loads(text, used)
        _ = scheme.plan
    except tiercel.SchemeError as error:
        return "refused " + " ".join(sorted({d.code for d in error.diagnostics if d.severity.value == "error"}))
    except Exception as crash:  # any crash is a finding
        return f"crash while loading: {type(crash).__name__}"
    return scheme


def smallest(case: Case, number: int, kind: str, seconds: float) -> tuple[str, str, Any, str]:
    """Text, period, rows and what goes wrong, as small as they could be made."""
    if isinstance(case.loaded(), str):
        return case.scheme.english, case.scheme.period, {}, str(case.loaded())
    chooser = Seeded(f"{case.seed} {number}")
    case.drawn(chooser)
    fact_numbers = list(chooser.taken)

    def fails(scheme_numbers: Sequence[int], rows: Sequence[int]) -> bool:
        return _kind(Case.replayed(case.seed, scheme_numbers), rows) == kind

    facts_first = smallest_numbers(fact_numbers, lambda n: fails(case.numbers, n), seconds / 4)
    whole = smallest_numbers(case.numbers, lambda n: fails(n, facts_first), seconds / 2)
    after = smallest_numbers(facts_first, lambda n: fails(whole, n), seconds / 4)
    last = Case.replayed(case.seed, whole)
    return _pruned(last, last.drawn(Replayed(after)), kind, seconds)


def _kind(case: Case, rows: Sequence[int]) -> str:
    loaded = case.loaded()
    if isinstance(loaded, str):
        return loaded
    if agreement.faces_differ(loaded, loaded):
        return "faces"
    try:
        data = case.drawn(Replayed(rows))
    except Exception:  # numbers that make no facts
        return ""
    return agreement.judged(loaded, data, case.scheme.period)[0]


def _pruned(case: Case, data: facts_module.Data, kind: str, seconds: float) -> tuple[str, str, Any, str]:
    """Lines of the text and rows of the facts left out, as long as it still fails in the same way."""
    end = time.monotonic() + seconds  # how long to look, nothing that a result depends on
    period = case.scheme.period
    lines = (case.scheme.english_used.get("tables.tier", "") + _without_use(case.scheme.english)).split("\n")
    if _text_fails("\n".join(lines), data, period) != kind:
        lines = case.scheme.english.split("\n")

    def text_fails(some: list[str]) -> bool:
        return _text_fails("\n".join(some) + "\n", data, period) == kind

    lines = _reduced(lines, text_fails, end)
    text = "\n".join(lines) + "\n"
    rows = [(table, row) for table, some in data.items() for row in some]

    def rows_fail(some: list[tuple[str, Any]]) -> bool:
        return _text_fails(text, _by_table(data, some), period) == kind

    data = _by_table(data, _reduced(rows, rows_fail, end))
    loaded = _loaded(text, {})
    detail = ""
    if isinstance(loaded, Loaded):
        detail = agreement.detail(loaded, data, period)
    return text, period, data, detail


def _by_table(data: facts_module.Data, rows: Sequence[tuple[str, Any]]) -> facts_module.Data:
    return {table: [row for name, row in rows if name == table] for table in data}


def _without_use(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not line.startswith(("use ", "引用")))


def _text_fails(text: str, data: facts_module.Data, period: str) -> str:
    loaded = _loaded(text, {})
    if isinstance(loaded, str):
        return loaded
    known = {t.identity: {c.identity for c in t.columns} | {"from"} for t in loaded.checked.tables}
    fitting = {
        t: [{k: v for k, v in r.items() if k in known[t]} for r in rows] for t, rows in data.items() if t in known
    }
    return agreement.judged(loaded, fitting, period)[0]


def _reduced(items: list[Any], fails: Callable[[list[Any]], bool], end: float) -> list[Any]:
    size = max(1, len(items) // 2)
    while size:
        at = 0
        while at < len(items) and time.monotonic() < end:
            without = items[:at] + items[at + size :]
            if fails(without):
                items = without
            else:
                at += size
        size //= 2
    return items
