"""Writes what `tiercel describe` says of every example into `examples/described`, Chinese first.

Run it after a change of the sentences or of an example: .venv/bin/python tests/published/described.py. Read what
changed: a sentence that says something else is a promise that says something else.
"""

from pathlib import Path

import tiercel
from tiercel.worked import worked
from tiercel_dsl.describe import describe

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
HOME = EXAMPLES / "described"
RULE = "-" * 40


def schemes():
    """Every scheme of the examples by where its description lies; of two faces of one the English file."""
    for path in sorted(EXAMPLES.rglob("*.tier")):
        if not path.name.endswith(".zh.tier") and "\nperiod " in path.read_text("utf-8").replace(
            "\n周期 ", "\nperiod "
        ):
            yield path, HOME / path.relative_to(EXAMPLES).with_suffix(".txt")


def both(path):
    """The description in Chinese and in English."""
    scheme = tiercel.load(path)
    examples = worked(scheme)
    return [describe(scheme.checked, language, examples) for language in ("zh", "en")]


def written(path):
    return f"\n{RULE}\n\n".join(both(path))


def main():
    kept = set()
    for path, text in schemes():
        text.parent.mkdir(parents=True, exist_ok=True)
        text.write_text(written(path), "utf-8", newline="\n")
        kept.add(text)
    for old in set(HOME.rglob("*.txt")) - kept:
        old.unlink()


if __name__ == "__main__":
    main()
