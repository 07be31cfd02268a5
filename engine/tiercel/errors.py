"""What callers may have to catch, one tree.

TiercelError
├── SchemeError     the scheme is not right; `.diagnostics`
├── FactsError      the facts are not right, nobody is paid; `.diagnostics`
├── UsageError      the call is not right: another period's shape, a person who is not there; `.diagnostics`
└── BookError       the book cannot be used, or does not allow it; `.diagnostics`
"""

from collections.abc import Mapping, Sequence

from tiercel_dsl.diagnostics import Diagnostic
from tiercel_dsl.source import Source


class TiercelError(Exception):
    """Base of all errors; `diagnostics` hold what is wrong as data, the text is for a log.

    `sources` are the scheme texts that the diagnostics point into, where there are any.
    """

    def __init__(
        self, diagnostics: Sequence[Diagnostic], text: str = "", sources: Mapping[str, Source] | None = None
    ) -> None:
        self.diagnostics = tuple(diagnostics)
        self.sources = dict(sources or {})
        super().__init__(text or ", ".join(sorted({d.code for d in self.diagnostics})))


class SchemeError(TiercelError):
    """The scheme cannot be read or checked."""


class FactsError(TiercelError):
    """The facts have faults; nothing is paid."""


class UsageError(TiercelError):
    """The call asks for what is not there."""


class BookError(TiercelError):
    """The book cannot be read or written, or what is asked may not happen in it."""
