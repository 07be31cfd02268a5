"""Scheme files on disk: read, checked, nothing paid.

In: a path. Out: what `check_source` makes of the text and the files it uses, which must lie in its folder. Kept
apart from paying, so that `check` need not load an evaluator.
"""

from pathlib import Path

from tiercel.errors import UsageError
from tiercel_dsl.diagnostics import Diagnostic
from tiercel_dsl.driver import Checked, NotThere, check_source
from tiercel_dsl.source import Source


def check(path: "str | Path") -> list[Diagnostic]:
    """Everything that is wrong with a scheme file or worth knowing; empty if nothing is."""
    return list(check_file(path).diagnostics)


def check_file(path: "str | Path") -> Checked:
    """Check a scheme file: the scheme if there is one, the diagnostics and the texts they point into."""
    return checked_file(Path(path))


def checked_file(path: Path) -> Checked:
    folder = path.parent

    def loader(name: str) -> Source:
        inside = folder / name
        if inside.name != name or inside.resolve().parent != folder.resolve() or not inside.is_file():
            raise NotThere(name, tuple(sorted(p.name for p in folder.glob("*.tier"))))
        return read_source(inside, name)

    if not path.is_file():
        raise UsageError((Diagnostic("E4003", facts={"path": str(path)}, seen=str(path)),), str(path))
    return check_source(read_source(path, path.name), loader)


def read_source(path: Path, name: str) -> Source:
    """UTF-8, with or without a mark; a file saved by an old Chinese editor is GB18030."""
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return Source(name, data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n"))
        except UnicodeDecodeError:
            continue
    raise UsageError((Diagnostic("E3003", facts={"file": name}, seen=name),), name)
