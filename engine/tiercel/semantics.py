"""Which meaning of the language this release computes by.

A number that goes up when the same scheme and facts may come to another amount than before: never for a new
construct, only for one that changes. A book keeps it with every run.
"""

from collections.abc import Mapping
from typing import Final

SEMANTICS_VERSION: Final = 1

# Meaning → the last release that computes by it. What is written here is supported by this one.
SUPPORTED: Final[Mapping[int, str]] = {1: "0.1"}
