"""What a scheme says that its author can hardly mean: no fault, but told before anybody is paid by it.

In: a checked scheme. Out: warnings and notes, each with what makes it so: a case, an amount, both results. What is
not sure is left unsaid, or said to be undecided: a false alarm costs more than a miss.
"""

from tiercel_dsl import jumps, proportions, unreached, unused
from tiercel_dsl.diagnostics import Diagnostic
from tiercel_dsl.mending import Page
from tiercel_dsl.scheme import CheckedScheme


def remarks(checked: CheckedScheme, page: Page, main: str) -> list[Diagnostic]:
    """Everything worth a remark in a scheme without faults, whose main file is `main`."""
    return [
        *unreached.found(checked, page),
        *unused.found(checked, page, main),
        *jumps.found(checked, page),
        *proportions.found(checked, page),
    ]
