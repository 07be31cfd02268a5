"""How quick checking is: `tiercel check` of 500 lines from a cold start, and a check again while they are written.

    python tests/benchmarks/checking.py [lines] [command ...]

The command is timed as a person waits for it, from the start of the process to its end, beside `python -c pass` and
`python -c "import pydantic"` in the same run; without a command, that of this Python. Absolute times belong to this
machine and moment: the least of all rounds is nearest to an idle one.
"""

import itertools
import os
import runpy
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import tiercel

ROOT = Path(__file__).parents[2]
ROUNDS = 11


def scheme_text(lines: int) -> str:
    """A scheme of so many lines, or a few less."""
    text = runpy.run_path(str(ROOT / "tests" / "language" / "large_scheme.py"))["large_scheme"](lines)
    assert isinstance(text, str)
    return text


def cold(path: Path, command: Sequence[str]) -> Mapping[str, list[float]]:
    """Milliseconds of alternating processes, after one that warms the disk."""
    here = [sys.executable, "-c"]
    commands = {
        "pass": [*here, "pass"],
        "import pydantic": [*here, "import pydantic"],
        "check": [*command, "check", str(path)],
    }
    paths = os.pathsep.join(str(ROOT / part) for part in ("dsl", "engine"))
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    if command[0] == sys.executable:  # compiled once, as an installed package is
        environment |= {"PYTHONPATH": paths, "PYTHONPYCACHEPREFIX": str(path.parent / "compiled")}
    times: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(ROUNDS + 1):
        for name, words in commands.items():
            begin = time.perf_counter()
            done = subprocess.run(words, env=environment, capture_output=True, check=False)
            if number:
                times[name].append((time.perf_counter() - begin) * 1e3)
            assert done.returncode == 0, done.stderr.decode(errors="replace")
    return times


def again(text: str) -> Mapping[str, list[float]]:
    """Milliseconds of a check in a workspace: after a change in a line, and after a line more or less at the top."""
    rates = itertools.cycle(("117%", "118%"))
    tops = itertools.cycle(("# a line more\n", ""))
    return {
        "a line changed": _timed(lambda: text.replace("115%", next(rates), 1)),
        "all lines moved": _timed(lambda: next(tops) + text),
        "a line changed at the end": _timed(lambda: next(rates).join(text.rsplit("115%", 1))),
    }


def _timed(change: Callable[[], str]) -> list[float]:
    workspace = tiercel.Workspace()
    times: list[float] = []
    for number in range(ROUNDS + 2):
        text = change()
        begin = time.perf_counter()
        checked = workspace.check(text)
        if number > 1:
            times.append((time.perf_counter() - begin) * 1e3)
        assert checked.scheme is not None
    return times


def report(lines: int, command: Sequence[str]) -> str:
    """The figures as lines of text."""
    text = scheme_text(lines)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "large.tier")
        path.write_text(text, "utf-8")
        times = cold(path, command)
    out = [f"{len(text.splitlines())} lines                       least   median   ms"]
    out += [_row(f"cold: {name}", taken) for name, taken in times.items()]
    least = {name: min(taken) for name, taken in times.items()}
    ratios = ", ".join(f"{least['check'] / least[name]:.1f} times {name}" for name in ("pass", "import pydantic"))
    out.append(f"  a cold check takes {ratios}")
    out += [_row(f"again: {name}", taken) for name, taken in again(text).items()]
    return "\n".join(out)


def _row(name: str, times: Sequence[float]) -> str:
    return f"{name:<32} {min(times):7.1f}  {statistics.median(times):7.1f}"


if __name__ == "__main__":
    asked = sys.argv[1:]
    print(report(int(asked[0]) if asked else 500, asked[1:] or [sys.executable, "-m", "tiercel"]))
