"""The generator as Hypothesis strategies."""

from typing import Any

from hypothesis import reject
from hypothesis import strategies as st

from . import facts as facts_module
from . import schemes as schemes_module
from .cases import Case
from .choices import Draw, Drawn


@st.composite
def cases(draw: Draw) -> Case:
    """A scheme that the checker accepts."""
    choices = Drawn(draw)
    case = Case("drawn", schemes_module.scheme(choices), tuple(choices.taken))
    loaded = case.loaded()
    if isinstance(loaded, str):
        assert loaded.startswith("refused"), f"{loaded}\n{case.scheme.english_used}\n{case.scheme.english}"
        reject()  # few are: the coverage of the generator counts them
    return case


@st.composite
def worlds(draw: Draw) -> tuple[Case, facts_module.Data]:
    """A scheme and facts for it."""
    case = draw(cases())
    return case, case.drawn(Drawn(draw))


__all__ = ["Any", "cases", "worlds"]
