"""Tiercel: performance and commission pay from a written scheme, exact to the cent.

    scheme = tiercel.load("plan.tier")
    evaluation = scheme.evaluate("facts", "2023-08")
    evaluation.payout["E017"]      # Decimal
    evaluation.explain("E017")     # why

Everything a host needs is here; other modules may change.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tiercel.aims import Goal as Goal
    from tiercel.errors import BookError as BookError
    from tiercel.errors import FactsError as FactsError
    from tiercel.errors import SchemeError as SchemeError
    from tiercel.errors import TiercelError as TiercelError
    from tiercel.errors import UsageError as UsageError
    from tiercel.evaluation import Evaluation as Evaluation
    from tiercel.evaluation import Explanation as Explanation
    from tiercel.evaluation import PaidLine as PaidLine
    from tiercel.evaluation import Solution as Solution
    from tiercel.files import check as check
    from tiercel.history import Carried as Carried
    from tiercel.run import Scheme as Scheme
    from tiercel.run import load as load
    from tiercel.run import loads as loads
    from tiercel.workspace import Workspace as Workspace
    from tiercel_dsl.diagnostics import Diagnostic as Diagnostic

__version__ = "0.1.0"

__all__ = [
    "BookError",
    "Carried",
    "Diagnostic",
    "Evaluation",
    "Explanation",
    "FactsError",
    "Goal",
    "PaidLine",
    "Scheme",
    "SchemeError",
    "Solution",
    "TiercelError",
    "UsageError",
    "Workspace",
    "__version__",
    "check",
    "load",
    "loads",
]

_HOMES = {
    "BookError": "tiercel.errors",
    "Carried": "tiercel.history",
    "Diagnostic": "tiercel_dsl.diagnostics",
    "Evaluation": "tiercel.evaluation",
    "Explanation": "tiercel.evaluation",
    "FactsError": "tiercel.errors",
    "Goal": "tiercel.aims",
    "PaidLine": "tiercel.evaluation",
    "Scheme": "tiercel.run",
    "SchemeError": "tiercel.errors",
    "Solution": "tiercel.evaluation",
    "TiercelError": "tiercel.errors",
    "UsageError": "tiercel.errors",
    "Workspace": "tiercel.workspace",
    "check": "tiercel.files",
    "load": "tiercel.run",
    "loads": "tiercel.run",
}


def __getattr__(name: str) -> object:
    """Names are imported when first used, so that `import tiercel` stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module 'tiercel' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
