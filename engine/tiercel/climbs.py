"""The highest value below the receiver of a line up a hierarchy, as lines of the generated program.

In: a node that asks for it. Out: a local for each row, carried along from the row before in its chain. The rows of
a chain stand together and begin with level 1.
"""

from tiercel.accruals import Accruals
from tiercel.plan import LEVEL, Highest, Step
from tiercel.program import FAILURES, THERE, UNSAID, Home, Num, Wanted, fixed, times


class Climbs(Accruals):
    """Writes what is carried up a chain."""

    def climb(self, step: Step, node: Highest) -> Home:
        """0 as state while nobody had a value; from a value that cannot be computed on, its state."""
        n, depth, table = step.number, self.depth, node.table
        best, state, over = f"n{n}", f"e{n}", f"d{n}"
        level = self.cached(f"{self.array(Wanted('column', table, (), f'{table}.{LEVEL}'))}[i]")
        bests, states = self.made(f"r{n}", table), self.made(f"s{n}", table)
        self.line(f"{best} = {state} = 0")
        carried = self.later()
        self.line(f"if {state} <= {THERE}:")
        self.depth += 1
        inside = self.in_period(table)

        def fall(kind: str, code: str) -> tuple[str, ...]:
            if kind in UNSAID:
                return ()
            stops = (f"if {inside}:", f"    {self.stop()}") if kind == "broken" else ()
            return (*stops, f"{state} = {code}")

        with self.net(frozenset(FAILURES) - (set() if inside else {"broken"}), fall) as net:
            value = self.kept(self.node(node.argument))
            self._take_higher(value, best, state, over)
            kinds = frozenset(net.caught - UNSAID)
        self.depth = depth
        moving = isinstance(value.den, str)
        first = [f"{over} = 1"] if moving else []
        before = [f"    {best} = {bests}[i - 1]", f"    {state} = {states}[i - 1]"]
        before += [f"    {over} = {self.made(f'u{n}', table, 1)}[i - 1]"] if moving else []
        self.fill(carried, *first, f"if {level} > 1:", *before)
        self.line(f"{bests}[i] = {best}")
        self.line(f"{states}[i] = {state}")
        if moving:
            self.line(f"u{n}[i] = {over}")
            self.line(f"{self.made(f'w{n}', table)}[i] = {over}  #STORE {n}")
        self.line(f"f{n} = {state} if {state} else {FAILURES['incomputable']}")
        kinds |= {"incomputable"}
        return Home(f"v{n}", fixed(value.den) or 1, f"w{n}" if moving else "", f"g{n}", kinds)

    def _take_higher(self, value: Num, best: str, state: str, over: str) -> None:
        if isinstance(value.den, int):
            self.line(f"if not {state} or {value.num} > {best}:")
        else:
            self.line(f"if not {state} or {times(value.num, over)} > {times(best, value.den)}:")
            self.line(f"    {over} = {value.den}")
        self.line(f"    {best} = {value.num}")
        self.line(f"{state} = {THERE}")
