"""What is wrong, as data.

In: what a stage found. Out: `Diagnostic`, a record that terminal, JSON and editors are views of. The
sentences are not here but in `messages.py`, in Chinese and English under the same code: a diagnostic
carries the values that the sentence needs (`facts`), so that it can be told in either language.
"""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from tiercel_dsl.records import dataclass
from tiercel_dsl.source import NOWHERE, Span


class Severity(StrEnum):
    error = "error"
    warning = "warning"
    note = "note"


class FixKind(StrEnum):
    safe = "safe"  # layout or punctuation: the tree stays equal
    review = "review"  # could move money


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text at `span` by `text`; an empty span inserts."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """One way to mend it. `title` and `facts` are told by `messages.py` (key `fix`), or `text` is shown."""

    kind: FixKind
    title: str  # key into messages.FIXES
    edits: tuple[Edit, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that belongs to the fault, for example where a name was declared first."""

    span: Span
    title: str  # key into messages.RELATED
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Cell:
    """A place in data: file (or "rows" of a host), sheet, row as the user counts it (header is 1), column."""

    file: str
    row: int = 0
    column: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault. `seen` is the author's own text, `expected` what could stand there (plain words)."""

    code: str
    span: Span = NOWHERE
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    severity: Severity = Severity.error
    seen: str = ""
    expected: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    fixes: tuple[Fix, ...] = ()
    cell: Cell | None = None
    clause: str = ""
    more: int = 0  # how many more rows show the same fault
    subject: str = ""  # the person or group a data fault belongs to, for `--partial`


def has_errors(diagnostics: "tuple[Diagnostic, ...] | list[Diagnostic]") -> bool:
    """Whether anything in it stops the work (warnings and notes do not)."""
    return any(d.severity is Severity.error for d in diagnostics)
