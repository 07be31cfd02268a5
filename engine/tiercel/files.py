"""Scheme files on disk: read, checked, nothing paid.

In: a path. Out: what `check_source` makes of the text and the files it uses, which must lie in its folder. Kept
apart from paying, so that `check` need not load an evaluator.
"""

from collections.abc import Sequence
from pathlib import Path

from tiercel.errors import SchemeError, UsageError
from tiercel_dsl import syntax
from tiercel_dsl.diagnostics import Diagnostic
from tiercel_dsl.driver import Checked, NotThere, check_source
from tiercel_dsl.parser import parse
from tiercel_dsl.scheme import CheckedScheme, Names
from tiercel_dsl.source import Source


def check(path: "str | Path") -> list[Diagnostic]:
    """Everything that is wrong with a scheme file or worth knowing; empty if nothing is."""
    return list(check_file(path).diagnostics)


def check_file(path: "str | Path") -> Checked:
    """Check a scheme file: the scheme if there is one, the diagnostics and the texts they point into."""
    return checked_file(Path(path))


class Versions:
    """The other versions of a scheme: those given, else those in the folder. `found`: what the folder was asked for."""

    def __init__(self, folder: Path, given: Sequence[CheckedScheme] = ()) -> None:
        self.folder, self.given = folder, tuple(given)
        self.found: dict[int, Checked] = {}

    def __call__(self, identity: str, number: int) -> CheckedScheme | None:
        for scheme in self.given:
            if (scheme.identity, scheme.version) == (identity, number):
                return scheme
        if number not in self.found:
            self._look(identity, number)
        return self.found[number].scheme if number in self.found else None

    def _look(self, identity: str, number: int) -> None:
        """Two files of one version that do not mean the same are an error (E3304)."""
        for path in sorted(self.folder.glob("*.tier")):
            if head_of(path) != (identity, number):
                continue
            checked = checked_file(path, self)
            if checked.scheme is None:
                continue
            earlier = self.found.setdefault(number, checked).scheme
            if earlier is not None and earlier.hash != checked.scheme.hash:
                told = {"version": number, "scheme": checked.scheme.names.name}
                raise SchemeError((Diagnostic("E3304", facts=told),))


def head_of(path: Path) -> tuple[str, int] | None:
    """Which version of which scheme a file says it is: a cheap look, only the head is read."""
    try:
        return head_of_text(read_source(path, path.name).text)
    except (UsageError, OSError):
        return None


def head_of_text(text: str) -> tuple[str, int] | None:
    words = ("scheme", "方案", "version", "版本")
    head = "\n".join(line for line in text.split("\n")[:40] if line.startswith(words))
    file, _ = parse(Source("head", head + "\n"))
    labels = [s.label for s in file.statements if isinstance(s, syntax.SchemeHead)]
    numbers = [s.number for s in file.statements if isinstance(s, syntax.VersionHead)]
    return (Names(labels[0].name, labels[0].alias).identity, numbers[0]) if labels and numbers else None


def checked_file(path: Path, versions: Versions | None = None) -> Checked:
    if not path.is_file():
        raise UsageError((Diagnostic("E4003", facts={"path": str(path)}, seen=str(path)),), str(path))
    return checked_text(path, read_source(path, path.name).text, versions)


def checked_text(path: Path, text: str, versions: Versions | None = None) -> Checked:
    """What a file would be with this text."""
    folder = path.parent

    def loader(name: str) -> Source:
        inside = folder / name
        if inside.name != name or inside.resolve().parent != folder.resolve() or not inside.is_file():
            raise NotThere(name, tuple(sorted(p.name for p in folder.glob("*.tier"))))
        return read_source(inside, name)

    return check_source(Source(path.name, text), loader, versions or Versions(folder))


def read_source(path: Path, name: str) -> Source:
    """UTF-8, with or without a mark; a file saved by an old Chinese editor is GB18030."""
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return Source(name, data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n"))
        except UnicodeDecodeError:
            continue
    raise UsageError((Diagnostic("E3003", facts={"file": name}, seen=name),), name)
