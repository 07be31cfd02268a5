"""What callers may have to catch, one tree.

TiercelError
├── SchemeError     the scheme is not right; `.diagnostics`
├── FactsError      the facts are not right, nobody is paid; `.diagnostics`
└── UsageError      the call is not right: another period's shape, a person who is not there; `.diagnostics`
"""

from collections.abc import Sequence

from tiercel_dsl.diagnostics import Diagnostic


class TiercelError(Exception):
    """Base of all errors; `diagnostics` hold what is wrong as data, the text is for a log."""

    def __init__(self, diagnostics: Sequence[Diagnostic], text: str = "") -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__(text or ", ".join(sorted({d.code for d in self.diagnostics})))


class SchemeError(TiercelError):
    """The scheme cannot be read or checked."""


class FactsError(TiercelError):
    """The facts have faults; nothing is paid."""


class UsageError(TiercelError):
    """The call asks for what is not there."""
