"""The sample company: its files written to a folder, its pay shown.

In: a folder to write to, 'zh' or 'en'. Out: the files, and a text with the ten highest amounts of a month, one
statement and what to try next. The month and the person are not fixed by name: the statement is of somebody
with a large deal that crosses a tier, a repurchase, and a refund of an earlier month, as far as the data have one.
"""

from collections.abc import Iterator
from fractions import Fraction
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from tiercel.evaluation import ADJUSTMENT, Evaluation, Explanation
from tiercel.outcome import Line
from tiercel.run import Scheme, load
from tiercel.statement import face_of, pay_table, person_name, statement
from tiercel.trace import Trace
from tiercel.words import say

PERIOD = "2023-08"
FACTS = "facts"
_SHOWN = 10


class NoSample(Exception):
    """This installation has no sample company."""


def write(folder: Path) -> int:
    """Write the sample company into `folder`, which is empty or not there yet; returns how many files."""
    sources = list(_samples(_home()))
    for parts, source in sources:
        target = folder.joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
    return len(sources)


def _home() -> Traversable:
    """In a wheel the sample lies in the package, in a checkout among the examples."""
    packaged = files("tiercel") / "demo"
    checkout = Path(__file__).resolve().parents[2] / "examples" / "office_software"
    for home in (packaged, checkout):
        if (home / main_file("en")).is_file():
            return home
    raise NoSample


def _samples(home: Traversable, way: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Traversable]]:
    for entry in sorted(home.iterdir(), key=lambda e: e.name):
        if entry.is_dir() and not entry.name.startswith(("_", ".")):
            yield from _samples(entry, (*way, entry.name))
        elif entry.is_file() and entry.name.endswith((".tier", ".csv", ".md")):
            yield (*way, entry.name), entry


def branch(folder: Path) -> Path:
    """Where the branch lies that comes from one version to the next."""
    return folder / "changeover"


def main_file(language: str) -> str:
    """The newest version of the sample scheme, in the reader's face."""
    return "v2.zh.tier" if language == "zh" else "v2.tier"


def show(folder: Path, language: str) -> tuple[str, str]:
    """What the sample company pays and why one of its people gets what he gets, and who that is."""
    scheme = load(folder / main_file(language))
    evaluation = scheme.evaluate(folder / FACTS, PERIOD)
    highest = sorted(evaluation.payout, key=lambda person: (-evaluation.payout[person], person))[:_SHOWN]
    everybody = say("demo_everybody", language, people=len(evaluation.payout))
    table = pay_table(evaluation, highest, language, everybody)
    title = say("demo_table", language, people=len(evaluation.payout), period=PERIOD)
    told = telling(evaluation)
    return "\n\n".join([title, table, _one(told, scheme, language)]), told.person


def _one(told: Explanation, scheme: Scheme, language: str) -> str:
    """A statement with one of its lines taken apart."""
    chosen = [max(told.lines, key=lambda pair: _interest(*pair))] if told.lines else []
    run = told.evaluation.run
    amount = face_of(run, language).money(Fraction(told.amount))
    name = "" if told.index is None else person_name(run, told.index)
    person = f"{told.person} {name}".rstrip()
    title = say("demo_person", language, person=person, amount=amount, count=len(told.lines))
    sources = {version.hash: version.sources for version in scheme.family}
    return f"{title}\n\n{statement(told, sources, language, chosen, 'short')}"


def telling(evaluation: Evaluation) -> Explanation:
    """The statement with the most to see; people whom a refund of an earlier month reaches come first."""
    late = {line.person for line in evaluation.lines if line.kind == ADJUSTMENT}
    people = sorted(late) or list(evaluation.payout)
    return max((evaluation.explain(person) for person in people), key=_worth)


def _worth(told: Explanation) -> tuple[int, int]:
    best = max((_interest(*pair) for pair in told.lines), default=0)
    kinds = len({trace.line_kind for _, trace in told.lines})
    return best + kinds, -len(told.lines)


def _interest(line: Line, trace: Trace) -> int:
    """How much a line shows: tiers crossed, a condition that held."""
    if line.refund is not None:
        return 0
    slices = max((len(rate.slices) for work in trace.lines for rate in work.rates), default=0)
    return slices + sum(work.holds is True for work in trace.lines)
