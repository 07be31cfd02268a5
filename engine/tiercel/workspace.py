"""A scheme that is checked again and again while it is being written.

In: its text, and the texts of the files it uses, after each change. Out: what `check` says of it. Only statements whose
text changed are read anew; what they mean is worked out from all of them, each time.
"""

from collections.abc import Mapping

from tiercel_dsl.driver import Checked, NotThere, check_source
from tiercel_dsl.remembered import Remembered
from tiercel_dsl.source import Source


class Workspace:
    """What editing leaves from one check to the next; one for each scheme and thread."""

    def __init__(self) -> None:
        self._remembered = Remembered()

    def check(self, text: str, uses: Mapping[str, str] | None = None, name: str = "scheme.tier") -> Checked:
        """The checked scheme (None if anything is wrong) with its diagnostics; `uses`: texts by file name."""
        texts = dict(uses or {})

        def loader(wanted: str) -> Source:
            if wanted not in texts:
                raise NotThere(wanted, tuple(texts))
            return Source(wanted, texts[wanted])

        return check_source(Source(name, text), loader, remembered=self._remembered)


__all__ = ["Workspace"]
