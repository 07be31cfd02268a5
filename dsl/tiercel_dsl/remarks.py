"""What a scheme says that its author can hardly mean: no fault, but told before anybody is paid by it.

In: a checked scheme. Out: warnings and notes, each with what makes it so: a case, an amount, both results. What is
not sure is left unsaid, or said to be undecided: a false alarm costs more than a miss.
"""

from collections.abc import Mapping

from tiercel_dsl import divisions, jumps, proportions, unreached, unused
from tiercel_dsl.diagnostics import Diagnostic
from tiercel_dsl.mending import Page
from tiercel_dsl.scheme import CheckedScheme, parts
from tiercel_dsl.source import Source


def remarks(checked: CheckedScheme, page: Page, sources: Mapping[str, Source]) -> list[Diagnostic]:
    """Everything worth a remark in a scheme without faults; the first of its texts is that of the main file."""
    nodes = tuple(parts(checked))
    return [
        *unreached.found(checked, page),
        *unused.found(checked, page, sources, nodes),
        *jumps.found(checked, page, nodes),
        *proportions.found(checked, page, nodes),
        *divisions.found(checked, page),
    ]
