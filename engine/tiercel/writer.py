"""Writing the lines of a generated loop.

In: texts of lines, names of arrays, conditions under which a value cannot be computed. Out: the loops with
their lines and arguments. What cannot be computed leaves the innermost net that catches it; with none, the
loop returns its row and a code, and the reference says what is wrong there.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from tiercel.program import FAILURES, LEFT, THERE, Loop, Made, Net, Num, Wanted, is_number


@dataclass(frozen=True, slots=True)
class Trial:
    """Where the writing stood, to go back to."""

    lines: int
    depth: int
    nets: tuple[tuple[frozenset[str], bool], ...]


class Writer:
    """The loop at hand, its lines and the nets around what is written next."""

    def __init__(self) -> None:
        self.loops: list[Loop] = []
        self.loop = Loop("", "")
        self.depth = 1
        self.wants: dict[str, Wanted] = {}
        self.named: dict[Wanted, str] = {}
        self.makes: dict[str, Made] = {}
        self.nets: list[Net] = []
        self.count = 0
        self.marks = 0
        self.fails = 0

    # ---- lines and names ----

    def line(self, text: str) -> None:
        self.loop.lines.append("    " * self.depth + text)

    def fresh(self, stem: str = "t") -> str:
        self.count += 1
        return f"{stem}{self.count}"

    def held(self, num: str) -> str:
        """A local that holds an expression, unless it is one name or number already."""
        if num.isidentifier() or is_number(num):
            return num
        name = self.fresh()
        self.line(f"{name} = {num}")
        return name

    def kept(self, value: Num) -> Num:
        """The same value, its expression in a local."""
        return replace(value, num=self.held(value.num))

    def array(self, wanted: Wanted) -> str:
        """The name of an input array, as an argument of the loop at hand."""
        if wanted not in self.named:
            name = f"a{len(self.named)}"
            self.named[wanted] = name
            self.wants[name] = wanted
        self.loop.arguments[self.named[wanted]] = None
        return self.named[wanted]

    def made(self, name: str, level: str, start: int = 0) -> str:
        """The name of an array that the run creates, as an argument of the loop at hand."""
        self.makes.setdefault(name, Made(level, start))
        self.loop.arguments[name] = None
        return name

    def cached(self, text: str) -> str:
        """A local for what the loop reads again and again, filled at the top of each turn."""
        if text not in self.loop.cache:
            self.loop.cache[text] = f"k{len(self.loop.cache)}"
        return self.loop.cache[text]

    def later(self) -> str:
        """A place for lines that are known only when more is written; `fill` names it."""
        self.marks += 1
        mark = f"#{self.marks}"
        self.line(mark)
        return mark

    def fill(self, mark: str, *texts: str) -> None:
        lines = self.loop.lines
        at = next(n for n in reversed(range(len(lines))) if lines[n].lstrip() == mark)
        pad = lines[at][: -len(mark)]
        lines[at : at + 1] = [pad + text for text in texts]

    @contextmanager
    def block(self, header: str) -> Generator[None]:
        self.line(header)
        depth = self.depth
        self.depth += 1
        start = len(self.loop.lines)
        yield
        if len(self.loop.lines) == start:
            self.line("pass")
        self.depth = depth

    # ---- trying ----

    def trial(self) -> Trial:
        nets = tuple((frozenset(net.caught), net.passed) for net in self.nets)
        return Trial(len(self.loop.lines), self.depth, nets)

    def wrote_since(self, trial: Trial) -> bool:
        return len(self.loop.lines) > trial.lines

    def undo(self, trial: Trial) -> None:
        """Take back what was written since."""
        del self.loop.lines[trial.lines :]
        self.depth = trial.depth
        for net, (caught, passed) in zip(self.nets, trial.nets, strict=True):
            net.caught, net.passed = set(caught), passed

    # ---- failures ----

    @contextmanager
    def net(self, kinds: frozenset[str], fall: Callable[[str, str], tuple[str, ...]], ok: str = "") -> Generator[Net]:
        """Failures of these kinds leave what is written inside; without any, nothing shows of the net."""
        net, depth = Net(kinds, fall, ok), self.depth
        self.line("while True:")
        start = len(self.loop.lines)
        self.depth += 1
        self.nets.append(net)
        yield net
        self.nets.pop()
        self.depth = depth
        if not net.caught and not net.passed:
            self.loop.lines[start - 1 :] = [line[4:] for line in self.loop.lines[start:]]
            return
        self.line("    break")
        if net.passed:
            self.line(f"if {ok} == {LEFT}:")
            self.line("    break")

    def fail_if(self, condition: str, kind: str = "incomputable") -> None:
        if condition == "False":
            return
        self.line(f"if {condition}:")
        self._fall(self._catching(kind), (kind,), str(FAILURES[kind]))

    def fail_as(self, state: str, kinds: frozenset[str]) -> None:
        """Fail as `state` says, which is THERE or one of these kinds of failure."""
        if kinds == frozenset({"none"}):
            self.fail_if(f"not {state}", "none")
            return
        state = self.held(state)
        alike: dict[tuple[int, tuple[str, ...]], list[str]] = {}
        for kind in sorted(kinds, key=lambda k: FAILURES[k]):
            at = self._catching(kind)
            alike.setdefault((at, () if at < 0 else self.nets[at].fall(kind, state)), []).append(kind)
        for (at, _), own in alike.items():
            tests = [f"{state} == {FAILURES[kind]}" for kind in own]
            self.line(f"if {' or '.join(tests) if len(alike) > 1 else f'{state} != {THERE}'}:")
            self._fall(at, own, state)

    def _catching(self, kind: str) -> int:
        """The place of the innermost net that catches this kind of failure; -1: none does."""
        return next((n for n in reversed(range(len(self.nets))) if kind in self.nets[n].kinds), -1)

    def _fall(self, at: int, kinds: "list[str] | tuple[str, ...]", state: str) -> None:
        """Under the condition just written: into that net, out of those inside it."""
        if at < 0:
            self.line(f"    {self.stop()}")
            return
        net = self.nets[at]
        net.caught.update(kinds)
        for text in net.fall(kinds[0], state):
            self.line(f"    {text}")
        for inner in self.nets[at + 1 :]:
            inner.passed = True
            self.line(f"    {inner.ok} = {LEFT}")
        self.line("    break")

    def stop(self) -> str:
        """A line that ends the loop, with the row and a code."""
        self.fails += 1
        return f"return i * 64 + {self.fails % 63 + 1}"
