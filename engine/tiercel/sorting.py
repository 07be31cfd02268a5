"""Ranks in the generated program: a sort between two loops, and what is read of it afterwards.

In: the step of a rank, and nodes that read one. Out: a function of the program that puts rows in order, and
expressions over the arrays it fills. Rows of the period that cannot be placed stop the program; of a period before,
all that competed with such a row are left without a place, and whoever needs one stops it.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from tiercel.climbs import Climbs
from tiercel.formulas import Formulas
from tiercel.plan import AtPlace, Node, OverTied, Plan, Rank, Received, Slot, Standing, Step, Turn
from tiercel.program import FAILURES, THERE, Home, Loop, NotCompilable, Num, Wanted, children, nodes_of, times
from tiercel_dsl.scheme import CheckedScheme

# Puts rows in order. `admits` and each of `keys` and `groups`: an array, its denominators or None, its states or None.
# how: 0 places are shared, 1 without gaps, 2 not at all. Answers -1, or a row and a code.
RANKED = """\
def ranked(lo, hi, first, last, day, stretch, admits, keys, falling, groups, how,
           place, state, tied, entrants, begin, size, firsts):
    found = {}
    lost = set()
    for i in range(lo, hi):
        span = 0 if stretch is None else stretch[i]
        if stretch is not None and span == 0:
            continue
        known = True
        if admits is not None:
            known = admits[2] is None or admits[2][i] == 1
            if known and not admits[0][i]:
                continue
        for v, over, states in keys + groups:
            known = known and (states is None or states[i] == 1)
        if not known:
            if day is None or first <= day[i] <= last:
                return i * 64 + 1
            state[i] = 5
            lost.add(span)
            continue
        rank = []
        for (v, over, states), down in zip(keys, falling):
            x = v[i] if over is None else ratio(v[i], over[i])
            rank.append(-x if down else x)
        group = [span]
        for v, over, states in groups:
            group.append(v[i] if over is None else ratio(v[i], over[i]))
        found.setdefault(tuple(group), []).append((rank, i))
    start = 0
    for group, members in found.items():
        members.sort()
        n = len(members)
        ends = [k for k in range(1, n + 1) if k == n or members[k][0] != members[k - 1][0]]
        broken = group[0] in lost
        if how == 2 and len(ends) < n and not broken:
            row = members[0][1]
            if day is None or first <= day[row] <= last:
                return row * 64 + 2
            broken = True
        if broken:
            for rank, i in members:
                state[i] = 5
            continue
        count = len(ends) if how == 1 else n
        low = 0
        for number, end in enumerate(ends):
            p = number + 1 if how == 1 else low + 1
            for at in range(low, end):
                i = members[at][1]
                place[i] = p
                state[i] = 1
                tied[i] = end - low
                entrants[i] = n
                begin[i] = start
                size[i] = count
                if how != 1:
                    firsts[start + at] = i
            if how == 1:
                firsts[start + number] = members[low][1]
            low = end
        start += count
    return -1


"""


class Rankings(Climbs):
    """Writes sorts, and what reads them. `steady`: sorts by what refunds take back, with the arrays they fill."""

    def __init__(self, scheme: CheckedScheme, plan: Plan) -> None:
        super().__init__(scheme, plan)
        self.steady: dict[str, tuple[str, ...]] = {}

    ranks = False
    turn = ""

    def place_rank(self, step: Step, node: Rank) -> None:
        """A sort after the loops that make what is compared."""
        self.ranks = True
        self.loop = Loop(f"loop{len(self.loops)}", step.level, sorts="-")
        self.loops.append(self.loop)
        number, n, level = len(self.loops) - 1, step.number, step.level
        self.placed[n], self.ready[n] = number, number + 1
        wide, facts = level in self.wide, self.tables[level].kind == "facts"
        day = self.array(Wanted("day", level)) if wide else "None"
        stretch = self.array(Wanted("stretch", level)) if wide else "None"
        admits = "None" if step.where is None else self._arrays(step.where)
        keys = ", ".join(self._arrays(slot) for slot in node.keys)
        groups = "".join(f"{self._arrays(slot)}, " for slot in node.within)
        how = ("share", "dense", "none").index(node.ties)
        made = ", ".join(self.made(f"{stem}{n}", level) for stem in ("v", "g", "m", "e", "b", "z", "o"))
        falling = "".join(f"{int(down)}, " for down in node.falling)
        compared = f"{admits}, ({keys},), ({falling}), ({groups}), {how}"
        if self.plan.reverses and _is_moved(self, step):
            self.steady[self.loop.name] = tuple(made.split(", "))
        self.loop.sorts = f"ranked(lo, hi, first, last, {day}, {stretch}, {compared}, {made})"
        kinds = {"none"} if step.where is not None or (facts and wide) else set[str]()
        kinds |= {"broken"} if wide else set()
        flag = f"g{n}" if kinds else ""
        self.homes[n] = Home(f"v{n}", 1, "", flag, frozenset(kinds))

    def _arrays(self, slot: Node) -> str:
        """Value, denominators and states of a step whose values are compared."""
        assert isinstance(slot, Slot)
        self.read_elsewhere.add(slot.step)
        home, level = self.homes[slot.step], self.plan.step(slot.step).level
        if home.calendar and home.over:
            raise NotCompilable("days and moments in one rank")
        over = self.made(home.over, level) if home.over else "None"
        states = self.made(home.flag, level) if home.flag else "None"
        return f"({self.made(home.value, level)}, {over}, {states})"

    # ---- what is read of it ----

    def _stood(self, place: Slot) -> tuple[str, str]:
        """The row whose place it is, and the place."""
        row = self._index(place.path)
        return row, self.held(self.stored(place.step, row).num)

    def _read(self, stem: str, place: Slot, row: str) -> str:
        return self.held(f"{self.made(f'{stem}{place.step}', self.plan.step(place.step).level)}[{row}]")

    def _standing(self, node: Standing, prior: Num | None) -> Num:
        row, _ = self._stood(node.place)
        return Num(self._read("m" if node.part == "tied" else "e", node.place, row))

    def _at_place(self, node: AtPlace, prior: Num | None) -> Num:
        """Whoever stands there; a place that is no whole number from 1 to the last one has nobody."""
        nth = self.kept(self.node(node.nth, prior))
        row, _ = self._stood(node.place)
        begin, size = self._read("b", node.place, row), self._read("z", node.place, row)
        there = f"{nth.den} <= {nth.num} <= {times(size, nth.den)}"
        whole = "" if nth.den == 1 else f" and {nth.num} % {nth.den} == 0"
        self.fail_if(f"not ({there}{whole})", "absent")
        at = nth.num if nth.den == 1 else f"{nth.num} // {nth.den}"
        if self.loops[self.placed[node.place.step]].name in self.steady:
            raise NotCompilable("what was ranked, before refunds took some of it back")
        order = self.made(f"o{node.place.step}", self.plan.step(node.place.step).level)
        return self.stored(node.value.step, self.held(f"{order}[{begin} + {at} - 1]"))

    def _over_tied(self, node: OverTied, prior: Num | None) -> Num:
        """The sum over the places, each in turn, over how many they are."""
        prior = None if prior is None else self.kept(prior)
        row, place = self._stood(node.place)
        tied = self._read("m", node.place, row)
        total, over, state, turn = self.fresh(), self.fresh("over"), self.fresh("state"), self.fresh()
        self.line(f"{total} = 0")
        begin = self.later()
        with self.block(f"for {turn} in range({place}, {place} + {tied}):"):
            outer, self.turn = self.turn, turn
            with self.net(frozenset(FAILURES), lambda kind, code: (f"{state} = {code}",)) as net:
                value = self.node(node.operand, prior)
                if isinstance(value.den, int):
                    self.line(f"{total} += {value.num}")
                else:
                    den = self.held(f"common({over}, {value.den})")
                    self.line(f"{total} = {total} * ({den} // {over}) + ({value.num}) * ({den} // {value.den})")
                    self.line(f"{over} = {den}")
            self.turn = outer
            if net.caught:
                self.line(f"if {state} != {THERE}:")
                self.line("    break")
        fixed = isinstance(value.den, int)
        self.fill(begin, *([] if fixed else [f"{over} = 1"]), *([f"{state} = {THERE}"] if net.caught else []))
        if net.caught:
            self.fail_as(state, frozenset(net.caught))
        return Num(total, self.held(times(tied, value.den if isinstance(value.den, int) else over)))

    def _turn(self, node: Turn, prior: Num | None) -> Num:
        return Num(self.turn)

    _makers: ClassVar[dict[type, Callable[..., Num]]] = Climbs._makers | {
        Standing: _standing,
        AtPlace: _at_place,
        OverTied: _over_tied,
        Turn: _turn,
    }


def _is_moved(program: Formulas, rank: Step) -> bool:
    """Whether what a rank compares depends on what somebody receives."""
    moved: set[int] = set()
    for step in program.plan.steps:
        if step.kind == "rank" and step is not rank:
            continue
        if any(_reads(node, moved) for node in nodes_of(step)):
            moved.add(step.number)
    return rank.number in moved


def _reads(node: Any, moved: set[int]) -> bool:
    if isinstance(node, Received):
        return True
    if isinstance(node, Slot):
        return node.step in moved
    return any(_reads(child, moved) for child in children(node))
