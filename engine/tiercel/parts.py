"""Amounts in parts, as lines of the generated program.

In: what a pool divides, and its value so far. Out: a local for each share, or for a pool of members arrays
with the part of each; and who there is nobody for. The integers are divided by the program itself: nothing
here knows how the reference does it.
"""

from collections.abc import Sequence
from math import lcm

from tiercel.formulas import Formulas, gaps
from tiercel.money import Rounding
from tiercel.plan import REST, Node, PartOf, Plan, Pool, Receiver, Shares, Stage, Step
from tiercel.program import FAILURES, THERE, Num, Wanted, scale, times, wrapped
from tiercel_dsl.scheme import PEOPLE, CheckedScheme

# What divides the amount of a group: minor units by weights, in steps of `k`. `how`: 0 to the largest
# remainders, 1 to the first, 2 to nobody. Rows come in the order of keys. Answers a state and the rest; 0: all
# is well.
POOLED = """\
def pooled(rows, state, weight, over, den, t, k, mode, how, nothing, part, got):
    rows = [j for j in rows if state is None or state[j]]
    for j in rows:
        if state is not None and state[j] != 1:
            return 1, 0
        if weight[j] < 0:
            return 1, 0
    d = 1
    if over is not None:
        for j in rows:
            d = common(d, over[j])
    shares = [weight[j] if over is None else weight[j] * (d // over[j]) for j in rows]
    whole = sum(shares)
    if whole == 0:
        return (1 if t != 0 and not nothing else 0), 0
    size = t if t >= 0 else -t
    if how == 0:
        steps = size // k
        parts = [steps * w // whole for w in shares]
        order = sorted(range(len(rows)), key=lambda at: -(steps * shares[at] % whole))
        for at in order[: steps - sum(parts)]:
            parts[at] += 1
        parts = [p * k for p in parts]
        left = 0
    else:
        parts = [mode(size * w, whole * k) * k for w in shares]
        left = size
        for at in range(how == 1, len(rows)):
            parts[at] = parts[at] if how == 2 or parts[at] <= left else left
            left -= parts[at]
        if how == 1:
            parts[0] = left
            left = 0
    if left < 0:
        return 1, 0
    for j, p in zip(rows, parts):
        part[j] = p if t >= 0 else -p
        got[j] = 1
    return 0, left if t >= 0 else -left


"""


class Parts(Formulas):
    """Writes what pools divide, and the parts that lines take."""

    def __init__(self, scheme: CheckedScheme, plan: Plan) -> None:
        super().__init__(scheme, plan)
        self.portions: dict[int, list[tuple[Num, str]]] = {}  # pool → each part, and when somebody receives it
        self.step_at_hand = 0
        self.pooled = False

    def share_stage(self, stage: Stage, value: Num, ok: str) -> Num:
        """The value in parts; what stays of it here is the amount that was divided."""
        node = stage.node
        value = self.kept(value)
        if isinstance(node, Shares):
            return self._share_out(node, value)
        assert isinstance(node, Pool)
        return self._pool(node, value)

    # ---- shares written one by one ----

    def _share_out(self, node: Shares, total: Num) -> Num:
        whole = self.kept(self.rounded(total, node.unit))
        exist = [self._exists(receiver) for receiver in node.receivers]
        in_turn = self._in_turn if node.in_turn else self._at_once
        parts = in_turn(node, total)
        left = whole
        for part, exists in zip(parts, exist, strict=True):
            if part is not None:
                taken = part if exists == "1" else Num(f"({part.num} if {exists} else 0)", part.den)
                left = self.added(left, taken, -1)
        left = self.kept(left)
        kept = any(share is None for share in node.shares)
        made = [left if part is None else part for part in parts]
        for share, part, exists in zip(node.shares, made, exist, strict=True):
            if exists != "1" and (share is None or not kept):
                self.fail_if(f"not {wrapped(exists)} and {part.num} != 0", "failure")
        if kept:
            self.fail_if(f"({left.num} < 0 if {whole.num} >= 0 else {left.num} > 0)", "failure")
        self.portions[self.step_at_hand] = list(zip(made, exist, strict=True))
        return whole

    def _exists(self, receiver: Receiver) -> str:
        """A condition: there is such a person; '1' where there always is."""
        if receiver.company or not self.may_lack(self.loop.level, receiver):
            return "1"
        return self.held(f"({self.receiver(receiver)} >= 0)")

    def may_lack(self, level: str, receiver: Receiver) -> bool:
        table = level
        for link in receiver.path:
            column = self.tables[table].column(link)
            if gaps(column) or column.optional:
                return True
            table = column.link
        return False

    def receiver(self, receiver: Receiver) -> str:
        """The person who receives, below 0 for nobody."""
        if not receiver.path:
            return "i"
        return self.cached(f"{self.array(Wanted('index', self.loop.level, receiver.path))}[i]")

    def _claimed(self, share: Node, fixed: bool, base: Num) -> Num:
        value = self.node(share, base)
        return value if fixed else self.multiplied(base, self.kept(value))

    def _in_turn(self, node: Shares, total: Num) -> list[Num | None]:
        out: list[Num | None] = []
        left = total
        for share, fixed in zip(node.shares, node.fixed, strict=True):
            if share is None:
                out.append(None)
                continue
            part = self.kept(self.rounded(self._claimed(share, fixed, left), node.rounding))
            out.append(part)
            left = self.kept(self.added(left, part, -1))
        return out

    def _at_once(self, node: Shares, total: Num) -> list[Num | None]:
        asked = [
            None if share is None else self.kept(self._claimed(share, fixed, total))
            for share, fixed in zip(node.shares, node.fixed, strict=True)
        ]
        given = [value for value in asked if value is not None]
        if not given:
            return [*asked]
        if node.together is None and len(given) < len(asked):
            return [None if value is None else self.kept(self.rounded(value, node.rounding)) for value in asked]
        limit = None if node.together is None else self.kept(self.node(node.together, total))
        parts = iter(self._adding_up(given, limit, node.rounding))
        return [None if value is None else next(parts) for value in asked]

    def _adding_up(self, given: Sequence[Num], limit: Num | None, rounding: Rounding) -> list[Num]:
        """Shares that come to the rounded sum of them, or to the limit: the last makes up the difference."""
        exact, den = self._over_all([*given, *([] if limit is None else [limit])])
        shares = exact[: len(given)]
        total = self.held(" + ".join(shares))
        if limit is not None:
            shares, total, den = self._within(shares, total, exact[-1], den)
        parts = [self.held(self.rounded(Num(share, den), rounding).num) for share in shares]
        over = rounding.step.denominator
        if len(shares) == 1:
            return [Num(parts[0], over)]
        whole, left = self.held(self.rounded(Num(total, den), rounding).num), self.fresh("left")
        mixed = f"({' or '.join(f'{s} > 0' for s in shares)}) and ({' or '.join(f'{s} < 0' for s in shares)})"
        made = [self.fresh("part") for _ in parts]
        for one, part in zip(made, parts, strict=True):
            self.line(f"{one} = {part}")
        with self.block(f"if not ({mixed}):"):
            self.line(f"{left} = {whole} if {whole} >= 0 else -{whole}")
            for one in made[:-1]:
                self.line(f"{one} = least({one} if {one} >= 0 else -{one}, {left})")
                self.line(f"{left} -= {one}")
                self.line(f"{one} = {one} if {whole} >= 0 else -{one}")
            self.line(f"{made[-1]} = {left} if {whole} >= 0 else -{left}")
        return [Num(one, over) for one in made]

    def _within(self, shares: list[str], total: str, limit: str, den: int | str) -> tuple[list[str], str, str]:
        """All shares times limit over their sum, where that is more than the limit."""
        top, bottom = self.fresh(), self.fresh()
        self.line(f"{top} = {bottom} = 1")
        with self.block(f"if {total} > 0 and {limit} < {total}:"):
            self.line(f"{top} = most({limit}, 0)")
            self.line(f"{bottom} = {total}")
        with self.block(f"elif {total} < {limit} < 0:"):
            self.line(f"{top} = -{limit}")
            self.line(f"{bottom} = -{total}")
        over = self.held(times(bottom, den))
        return [self.held(f"{share} * {top}") for share in shares], self.held(f"{total} * {top}"), over

    def _over_all(self, values: Sequence[Num]) -> tuple[list[str], int | str]:
        """All values over one denominator, in locals."""
        dens = [value.den for value in values]
        static = [den for den in dens if isinstance(den, int)]
        if len(static) == len(dens):
            den = lcm(*static)
            return [self.held(times(v.num, scale(v.den, den))) for v in values], den
        names = list(dict.fromkeys(str(den) for den in dens if not isinstance(den, int)))
        over = self.held(" * ".join([*names, str(lcm(*static))] if static else names))
        return [self.held(f"{wrapped(v.num)} * ({over} // {v.den})") for v in values], over

    # ---- members ----

    def _pool(self, node: Pool, total: Num) -> Num:
        """The parts of all members, in arrays of the people."""
        n, units = self.step_at_hand, 10**self.plan.digits
        largest = node.remainder == "largest"
        whole = self.rounded(total, node.rounding if largest else node.unit)
        amount = self.held(times(whole.num, scale(whole.den, units)))
        step = node.rounding.step * units
        assert step.denominator == 1
        weights, home = node.weights.step, self.homes[node.weights.step]
        self.read_elsewhere.add(weights)
        members = self.array(Wanted("members", self.loop.level, node.path))
        state = self.made(home.flag, PEOPLE) if home.flag else "None"
        over = self.made(home.over, PEOPLE) if home.over else "None"
        part, got = self.made(f"parts{n}", PEOPLE), self.made(f"got{n}", PEOPLE)
        how = {"largest": 0, "first": 1, "apart": 2}[node.remainder]
        failed, rest = self.fresh("is"), self.fresh("left")
        self.line(
            f"{failed}, {rest} = pooled({members}[i], {state}, {self.made(home.value, PEOPLE)}, {over}, {home.den}, "
            f"{amount}, {step.numerator}, {node.rounding.mode}, {how}, {int(node.nothing)}, {part}, {got})"
        )
        self.fail_if(failed, "failure")
        self.pooled = True
        self.portions[n] = [(Num(rest, units), "1")]
        return Num(amount, units)

    # ---- what lines take ----

    def take_part(self, node: PartOf) -> tuple[Num, str]:
        """The part, and a condition: there is one."""
        pool, n = self.plan.step(node.step), node.step
        if node.place is None:
            self.read_elsewhere.add(n)
            part, got = self.made(f"parts{n}", PEOPLE), self.made(f"got{n}", PEOPLE)
            return Num(f"{part}[i]", 10**self.plan.digits), f"{got}[i]"
        home, place = self.homes[n], 0 if node.place == REST else node.place
        value, exists = self.portions[n][place]
        if self.loops[self.placed[n]] is self.loop:
            state = f"f{n}" if home.flag else str(THERE)
        else:
            value = self._stored_part(pool, place, value)
            exists = self.exists_again(pool, place) if exists != "1" else "1"
            state = f"{self.made(home.flag, pool.level)}[i]" if home.flag else str(THERE)
            self.read_elsewhere.add(n)
        if "broken" in home.kinds:
            self.fail_if(f"{state} == {FAILURES['broken']}", "broken")
        tests = [f"{state} == {THERE}"] if home.flag else []
        tests += [exists] if exists != "1" else []
        return value, " and ".join(tests)

    def exists_again(self, pool: Step, place: int) -> str:
        """The condition once more, in another loop of the same rows."""
        node = pool.stages[-1].node
        assert isinstance(node, Shares)
        return f"{self.receiver(node.receivers[place])} >= 0"

    def _stored_part(self, pool: Step, place: int, value: Num) -> Num:
        assert isinstance(value.den, int)
        return Num(f"{self.made(f'parts{pool.number}_{place}', pool.level)}[i]", value.den)

    def store_parts(self, step: Step) -> None:
        """Keep the parts of a row for loops that come later."""
        for place, (value, _) in enumerate(self.portions.get(step.number, ())):
            array = self.made(f"parts{step.number}_{place}", step.level)
            self.line(f"{array}[i] = {value.num}  #STORE {step.number}")
