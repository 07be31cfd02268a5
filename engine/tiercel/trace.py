"""Why an amount is what it is: a tree of what was read and done.

In: a finished `Run` and a step with its row. Out: `Trace`, plain data that becomes JSON or text: one node
per step with clause and place, one child per line of its body with the value before and after, the
inputs it read, tier slices as part × rate = amount, and what each rounding did.
"""

from dataclasses import dataclass, field, fields, replace
from datetime import date
from fractions import Fraction
from typing import Any

from tiercel import tiers
from tiercel.allocation import Division, Sharing
from tiercel.money import Rounding
from tiercel.outcome import BROKEN, NO_VALUE, Line, level_of, lines_of, origin, owner_of, upline_of
from tiercel.plan import (
    BELOW,
    LEVEL,
    RECEIVER,
    REST,
    Accrued,
    Aggregate,
    Arith,
    AsOf,
    AtPlace,
    Bracket,
    Choose,
    Column,
    Const,
    Dated,
    Elsewhere,
    Highest,
    Logic,
    Lookup,
    Node,
    OverTied,
    PartOf,
    Pool,
    Previous,
    Prior,
    Rank,
    Received,
    Running,
    Scalar,
    Shares,
    Slot,
    Stage,
    Standing,
    Step,
    Tier,
    Turn,
)
from tiercel.reasons import At, Failure, Incomputable
from tiercel.reference import Asked, Run
from tiercel.tiers import Point, Slice
from tiercel_dsl.scheme import PEOPLE
from tiercel_dsl.source import NOWHERE, Span


@dataclass(frozen=True, slots=True)
class Input:
    """Something read. kind: column value parameter rows (an aggregate or running total) lines lookup rate accrued
    previous place (`function` place, entrants, tied, value_at or over_tied, of a rank that `count` entered; `keys`
    are what was compared, or the place asked for, or the first and last of those that tie).

    `name` is the identity (a kpi's clause: kpi.clause; a column: table.column), `row` the row's key. Of rows in a
    window, and of a column read on a day, `first` and `last` are the days; `alike` the columns that rows agree in.
    `parts`: the values of a mean, each with its days or months.
    """

    kind: str
    name: str
    row: str
    value: Scalar
    shown: str
    count: int | None = None  # rows that went into an aggregate
    function: str = ""
    span: Span = NOWHERE
    keys: tuple[tuple[Scalar, str], ...] = ()  # what a lookup table was asked with, each with its type
    first: date | None = None
    last: date | None = None
    alike: tuple[str, ...] = ()
    parts: tuple[tuple[Fraction, int], ...] = ()
    base: tuple[Scalar, str] | None = None  # the amount that a rate converts, with its type
    periods: tuple[tuple[str, Scalar], ...] = ()  # what of something accrued, or of a period ago, comes from which
    below: bool = False  # the rows of a group with those of all groups below it


@dataclass(frozen=True, slots=True)
class Rate:
    """A tier table at work; `mode` as in the plan's `Tier`.

    `slices` where a base is cut, amounts add up or tiers fill; `tier` that holds the key; `point` on a line. A row
    of a running total has what the table gave `before` it. `scale` is what the bounds are shares of.
    """

    table: str
    mode: str
    key: Scalar
    base: Scalar
    value: Scalar
    slices: tuple[Slice, ...]
    key_shown: str
    value_shown: str
    tier: Bracket | None = None
    point: Point | None = None
    before: Fraction | None = None
    scale: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Portion:
    """How a part of a shared amount came about.

    kind: ratio (`share` of `base`), fixed, rest (`total` less `others`), equal (one of `count`), weighted
    (`weight` of `weights`). `exact` is before rounding; `scale` below 1 where all shrank to `limit`.
    """

    kind: str
    total: Fraction
    exact: Fraction
    amount: Fraction
    share: Fraction | None = None
    base: Fraction | None = None
    scale: Fraction = Fraction(1)
    limit: Fraction | None = None
    others: Fraction | None = None
    weight: Fraction | None = None
    weights: Fraction | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """One line of a body: what it did to the value. `skipped`: its condition did not hold."""

    kind: str  # value round only zero rescue part
    operator: str
    before: Scalar | None
    after: Scalar | None
    span: Span
    inputs: tuple[Input, ...] = ()
    rates: tuple[Rate, ...] = ()
    rounding: Rounding | None = None
    written: bool = True
    holds: bool | None = None
    reason: str = ""  # code of what could not be computed
    portion: Portion | None = None
    cut: Fraction | None = None  # what a cap over a span or a key left out


@dataclass(frozen=True, slots=True)
class Trace:
    """A step for one row: its value, its lines, and the traces of the named values it read.

    `version`, `scheme`: of what another version of the scheme worked out, its number and its hash.
    """

    kind: str
    name: str
    part: str
    row: str
    clause: str
    span: Span
    value: Scalar | None
    shown: str
    lines: tuple[Work, ...] = ()
    inputs: "tuple[Trace, ...]" = ()
    line_kind: str = ""
    refund: str = ""
    share: tuple[Fraction, Fraction] | None = None
    credited: str = ""  # whose row it is, where somebody else receives the line
    level: int | None = None  # of a line up a hierarchy
    passed: tuple[str, ...] = ()  # who was passed over since the level below
    version: int = 0
    scheme: str = ""


@dataclass(slots=True)
class _Reading:
    """What an expression reads while it is walked; `others`: what other versions worked out."""

    inputs: list[Input] = field(default_factory=list[Input])
    rates: list[Rate] = field(default_factory=list[Rate])
    steps: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    others: "list[Trace]" = field(default_factory=list[Any])


def trace_step(
    run: Run, number: int, row: int, deep: bool = True, followed: set[tuple[int, int]] | None = None
) -> Trace:
    """The trace of one step; `deep` follows the named values it reads, each where it is met first."""
    followed = set() if followed is None else followed
    followed.add((number, row))
    step = run.plan.step(number)
    first = step.stages[0].node if step.stages else None
    if step.version and isinstance(first, Elsewhere):
        return _elsewhere(run, first, step, row, deep)
    lines: list[Work] = []
    read: dict[tuple[int, int], None] = {}
    others: list[Trace] = []
    value = run.lookup(number, row)
    if value is not BROKEN and not (value is NO_VALUE and _fails_where(run, step, run.at(step.level, row))):
        for one, at in _bodies(run, step, row):
            lines += _works(run, one, at, read, others)
    named = [inner for inner in read if deep and run.plan.step(inner[0]).kind != "hidden"]
    children = [trace_step(run, *inner, inner not in followed, followed) for inner in named]
    children += others if deep else []
    table, at_row = origin(run, step, row)
    level = level_of(run, step, row)
    key = "" if table == PEOPLE and level is None else run.facts.tables[table].keys[at_row]
    return Trace(
        step.kind, step.name, step.part, key, step.clause, step.span, _scalar(value),
        shown_at(run, step.shown, run.at(step.level, row)), tuple(lines), _once(tuple(children)), step.line_kind,
        level=level, passed=() if level is None else _passed_over(run, step.level, row), version=step.version,
    )  # fmt: skip


def _elsewhere(run: Run, node: Elsewhere, step: Step, row: int, deep: bool) -> Trace:
    """What another version works out for the row, in its own words."""
    assert run.beside is not None
    other = run.beside.sources[node.source]
    assert isinstance(other, Run)
    there = run.beside.place(node.source, other, step.level, row)
    if there is None:
        return Trace(step.kind, step.name, "", "", step.clause, step.span, None, step.shown, version=step.version)
    number = other.plan.payout if node.what == "payout" else node.step
    found = trace_step(other, number, there, deep)
    return found if found.scheme else replace(found, version=other.scheme.version, scheme=other.scheme.hash)


def _passed_over(run: Run, table: str, row: int) -> tuple[str, ...]:
    """Who stands between a receiver and the level below him, and is no level himself."""
    upline, rows = upline_of(run.plan, table), run.facts.tables[table]
    assert upline is not None
    below, receiver = (rows.columns[name][row] for name in (BELOW, RECEIVER))
    day = rows.day[row]
    assert isinstance(below, int)
    keys = run.facts.tables[PEOPLE].keys
    at, out = run.index.person_at(PEOPLE, (upline.link,), run.tables, below, day), list[str]()
    while at != receiver:
        out.append(keys[at])
        at = run.index.person_at(PEOPLE, (upline.link,), run.tables, at, day)
    return tuple(out)


def _bodies(run: Run, step: Step, row: int) -> list[tuple[Step, At]]:
    """What makes up a value: its own lines, and before a part those of the amount that is shared."""
    own = (step, run.at(step.level, row))
    first = step.stages[0].node if step.stages else None
    if not isinstance(first, PartOf):
        return [own]
    table, above = run.follow(own[1], first.path, first.span)
    return [(run.plan.step(first.step), run.at(table, above)), own]


def _works(run: Run, step: Step, at: At, read: dict[tuple[int, int], None], others: list[Trace]) -> list[Work]:
    works: list[Work] = []

    def watch(stage: Stage, before: Any, after: Any) -> None:
        reading = _Reading()
        if isinstance(stage.node, PartOf) and isinstance(after, Fraction):
            works.append(_part(run, stage, stage.node, at, after, reading))
        elif stage.kind != "share" and not isinstance(stage.node, PartOf):
            works.append(_line(run, stage, before, after, at, reading))
        read.update(dict.fromkeys(reading.steps))
        others.extend(reading.others)

    run.body(step, at, watch)
    return [_of_raters(work) for work in works] if step.kind == "competency" else works


def _of_raters(work: Work) -> Work:
    """What each kind of rater gave on average; how many they were stands with it."""
    kept = (i for i in work.inputs if i.kind != "rows" or i.function != "count")
    return replace(work, inputs=tuple(dict.fromkeys(kept)))


def _part(run: Run, stage: Stage, node: PartOf, at: At, amount: Fraction, reading: _Reading) -> Work:
    """How this part came about."""
    table, row = run.follow(at, node.path, node.span)
    divide, shared = run.plan.step(node.step).stages[-1].node, run.lookup(node.step, row)
    if isinstance(divide, Shares):
        assert node.place is not None
        portion = _share(shared, node.place, amount)
        terms = [divide.shares[node.place], divide.together if shared.limit is not None else None]
        for term in terms:
            if term is not None:
                _read(run, term, run.at(table, row), shared.total, reading)
    elif node.place == REST:
        portion = Portion("rest", shared.total, amount, amount, others=shared.total - amount)
    else:
        assert isinstance(divide, Pool)
        portion = _member(shared, run.facts.tables[PEOPLE].keys[at.row], amount, divide.equally)
        weight = run.plan.step(divide.weights.step).stages[0].node
        assert weight is not None
        _read(run, weight, at, None, reading)
    return Work(
        "part", "", portion.total, amount, stage.span, tuple(reading.inputs), tuple(reading.rates), portion=portion
    )


def _share(shared: Sharing, place: int, amount: Fraction) -> Portion:
    part = shared.parts[place]
    kind = "rest" if part.share is None else "fixed" if part.fixed else "ratio"
    others = shared.total - amount if part.share is None else None
    return Portion(
        kind, shared.total, part.exact, amount, part.share, part.base, shared.scale, shared.limit, others
    )  # fmt: skip


def _member(shared: Division[str], member: str, amount: Fraction, equally: bool) -> Portion:
    weight, weights = shared.weights[member], sum(shared.weights.values(), Fraction(0))
    exact, count = shared.total * weight / weights, len(shared.weights)
    kind = "equal" if equally else "weighted"
    return Portion(kind, shared.total, exact, amount, weight=weight, weights=weights, count=count)


def trace_line(run: Run, line: Line) -> Trace:
    """The trace of an amount; of a takeback: the sale's line and the shares before and after."""
    trace = trace_step(run, line.step, line.row)
    table, row = origin(run, run.plan.step(line.step), line.row)
    owner = owner_of(run, table, row)
    if owner not in (None, line.person):
        trace = replace(trace, credited=run.facts.tables[PEOPLE].keys[owner])
    if line.refund is None:
        return trace
    key = run.facts.tables[line.refund.table].keys[line.refund.row]
    return Trace(
        "reversal", trace.name, "", key, trace.clause, trace.span, line.amount, "money", (), (trace,),
        trace.line_kind, trace.row, (line.refund.before, line.refund.after), trace.credited, trace.level, trace.passed,
    )  # fmt: skip


def _fails_where(run: Run, step: Step, at: At) -> bool:
    return step.where is not None and not run.node(step.where, at)


def _once(traces: tuple[Trace, ...]) -> tuple[Trace, ...]:
    seen: dict[tuple[str, str, str], Trace] = {}
    for trace in traces:
        seen.setdefault((trace.name, trace.part, trace.row), trace)
    return tuple(seen.values())


def _scalar(value: Any) -> Scalar | None:
    return None if value is NO_VALUE or value is BROKEN or isinstance(value, Incomputable) else value


def _line(run: Run, stage: Stage, before: Any, after: Any, at: At, reading: _Reading) -> Work:
    failed = isinstance(after, Incomputable)
    holds: bool | None = None
    if isinstance(before, Incomputable):
        before = NO_VALUE
    node = stage.node
    rounding = None if stage.rounding is None else run.rounding(stage, at)
    if node is not None and not failed and (stage.kind != "rescue" or before is NO_VALUE):
        if stage.kind in ("only", "zero"):
            holds = bool(run.node(node, at, before))
        if stage.operator and isinstance(node, Choose):
            holds = bool(run.node(node.cases[0][0], at, before))
        _read(run, node, at, before, reading)
    return Work(
        stage.kind, stage.operator, _scalar(before), _scalar(after), stage.span, tuple(reading.inputs),
        tuple(reading.rates), rounding, stage.written, holds, after.code if failed else "",
        cut=_cut(stage, before, after),
    )  # fmt: skip


def _cut(stage: Stage, before: Any, after: Any) -> Fraction | None:
    node = stage.node
    if stage.operator and isinstance(node, Choose):
        node = node.cases[0][1]
    caps = isinstance(node, Arith) and node.operator == "cap"
    return before - after if caps and isinstance(after, Fraction) and before != after else None


def _read(run: Run, node: Node, at: At, prior: Any, reading: _Reading) -> None:
    """Walk an expression along the way it was computed and note what it read."""
    if isinstance(node, Const | Prior | Turn):
        return
    try:
        value = run.node(node, at, prior)
    except Incomputable:
        return
    if isinstance(node, Column):
        _read_column(run, node, at, value, reading)
    elif isinstance(node, Dated):
        day = None if node.as_of is None else run.node(node.as_of, at, prior)
        reading.inputs.append(replace(_input("parameter", node.name, "", value, node, run, at), first=day, last=day))
    elif isinstance(node, Slot):
        _read_slot(run, node, at, value, reading)
    elif isinstance(node, Tier):
        _read_tier(run, node, at, prior, value, reading)
    elif isinstance(node, Accrued):
        _read_accrued(run, node, at, value, reading)
    elif isinstance(node, Previous):
        _read_previous(run, node, at, value, reading)
    elif isinstance(node, Elsewhere):
        _read_elsewhere(run, node, at, value, reading)
    elif isinstance(node, Lookup):
        _read_lookup(run, node, at, prior, value, reading)
    elif isinstance(node, Rank):
        _read_rank(run, node, at, value, reading)
    elif isinstance(node, Standing | AtPlace | OverTied):
        _read_standing(run, node, at, prior, value, reading)
    elif isinstance(node, Arith) and isinstance(node.operands[-1], AsOf):
        _read_rate(run, node, at, prior, reading)
    elif isinstance(node, Choose):
        _read_choice(run, node, at, prior, reading)
    elif isinstance(node, Logic):
        _read_logic(run, node, at, prior, reading)
    else:
        for operand in getattr(node, "operands", ()):
            if operand is not None:
                _read(run, operand, at, prior, reading)


def _read_rank(run: Run, node: Rank, at: At, value: Any, reading: _Reading) -> None:
    """What is compared, and the place it comes to."""
    if value is NO_VALUE:
        return
    ranking = run.ranking(node.step)
    for slot in (*node.keys, *node.within):
        inner = run.plan.step(slot.step).stages[0].node
        if inner is not None:
            _read(ranking, inner, at, None, reading)
    stood = run.standing(Slot(node.step), at)
    keys = tuple((ranking.lookup(slot.step, at.row), slot.shown) for slot in node.keys)
    name, count = run.plan.step(node.step).name, len(stood.entrants)
    parts = ((Fraction(stood.place), stood.tied),)
    reading.inputs.append(Input("place", name, "", value, node.shown, count, "place", node.span, keys, parts=parts))


def _read_standing(
    run: Run, node: Standing | AtPlace | OverTied, at: At, prior: Any, value: Any, reading: _Reading
) -> None:  # fmt: skip
    """The place that it goes by, and what it says of it."""
    _read(run, node.place, at, prior, reading)
    stood, name = run.standing(node.place, at), run.plan.step(node.place.step).name
    keys: tuple[tuple[Scalar, str], ...] = ()
    function = "over_tied"
    if isinstance(node, Standing):
        function = node.part
    elif isinstance(node, AtPlace):
        _read(run, node.nth, at, prior, reading)
        function, keys = "value_at", ((run.node(node.nth, at, prior), "count"),)
    else:
        last = stood.place + stood.tied - 1
        for turn in range(stood.place, last + 1):
            _read(run, node.operand, replace(at, turn=turn), prior, reading)
        keys = ((Fraction(stood.place), "count"), (Fraction(last), "count"))
    count = len(stood.entrants)
    reading.inputs.append(Input("place", name, "", value, node.shown, count, function, node.span, keys))


def _read_column(run: Run, node: Column, at: At, value: Any, reading: _Reading) -> None:
    first = last = None
    parts: tuple[tuple[Fraction, int], ...] = ()
    if node.as_of is not None:
        first = last = run.node(node.as_of, at)
        at = replace(at, day=first)
    elif node.mean:
        first, last = run.period.first, run.period.last
        parts = tuple(run.parts_of_mean(node, at))
        at = replace(at, day=last)
    table, row = run.follow(at, node.path, node.span)
    if node.name == LEVEL:
        reading.inputs.append(_input("level", "level", "", value, node, run, at))
        return
    link = run.tables[table].column(node.name).link
    value = _key(run, link, value) if link else value
    item = _input("column", f"{table}.{node.name}", _key(run, table, row), value, node, run, at)
    reading.inputs.append(replace(item, first=first, last=last, function=node.mean, parts=parts))


def shown_at(run: Run, shown: str, at: At) -> str:
    """The type word with the currency that the row at hand names: `money =billed_in` is `money CAD`."""
    kind, _, way = shown.partition(" =")
    if not way:
        return shown
    *path, name = way.split(".")
    try:
        return f"{kind} {run.node(Column('', name, tuple(path)), at)}"
    except (Incomputable, Failure):
        return kind  # there is no such row, so there is no amount either


def _input(kind: str, name: str, row: str, value: Scalar, node: Column | Dated | Slot, run: Run, at: At) -> Input:
    return Input(kind, name, row, value, shown_at(run, node.shown, at), span=node.span)


def _key(run: Run, table: str, row: int) -> str:
    return run.facts.tables[table].keys[row]


def _read_slot(run: Run, node: Slot, at: At, value: Scalar, reading: _Reading) -> None:
    step = run.plan.step(node.step)
    table, row = run.follow(at, node.path, node.span)
    if step.kind != "hidden":
        name = f"{step.name}.{step.part}" if step.part else step.name
        key = "" if table == PEOPLE else _key(run, table, row)
        reading.inputs.append(_input("value", name, key, value, node, run, at))
        reading.steps.append((node.step, row))
        return
    inner = step.stages[0].node
    if isinstance(inner, Highest):
        reading.inputs.append(_highest(run, inner, row, value, node))
    elif isinstance(inner, Aggregate) and upline_of(run.plan, inner.table) is not None:
        _read_whole(run, inner, run.at(table, row), value, node, reading)
    elif isinstance(inner, Aggregate):
        count = sum(1 for r in run.aggregated(inner, run.at(table, row)) if _counts(run, inner, r))
        first, last = _window_days(run, inner, run.at(table, row))
        found = Input("rows", inner.table, "", value, node.shown, count, inner.function, node.span)
        reading.inputs.append(replace(found, first=first, last=last, alike=_alike(inner), below=inner.below != ""))
    elif isinstance(inner, Running):
        function = "running count" if inner.argument is None else "running total"
        here = run.at(table, row)
        begin = None if inner.window is None else run.restart(inner, here)
        end = None if begin is None else here.day
        found = Input("rows", inner.table, "", value, node.shown, None, function, node.span)
        reading.inputs.append(replace(found, first=begin, last=end, alike=_alike(inner)))
    elif isinstance(inner, Previous):
        _read_previous(run, inner, run.at(table, row), value, reading)
        if len(step.stages) > 1 and run.before(inner, run.at(table, row)) is None and step.stages[1].node is not None:
            _read(run, step.stages[1].node, run.at(table, row), None, reading)
    elif isinstance(inner, Received):
        for name in dict.fromkeys(inner.names):
            numbers = {n for n, other in zip(inner.steps, inner.names, strict=True) if other == name}
            _read_received(run, numbers, name, row, node, reading)
        for name in inner.due:
            due = run.dues.get((name, row), Fraction(0))
            reading.inputs.append(Input("lines", name, "", due, "money", None, "due", node.span))


def _highest(run: Run, node: Highest, row: int, value: Scalar, slot: Slot) -> Input:
    """The highest value below a receiver, and whose it is."""
    levels, below = (run.facts.tables[node.table].columns[name] for name in (LEVEL, BELOW))
    level = levels[row]
    assert isinstance(level, int)
    for at in range(row - level + 1, row + 1):
        try:
            found = run.node(node.argument, run.at(node.table, at))
        except Incomputable:
            continue
        person = below[at]
        if found == value and isinstance(person, int):
            break
    else:
        person = None
    key = _key(run, PEOPLE, person) if isinstance(person, int) else ""
    return Input("highest", "highest_below", key, value, slot.shown, span=slot.span)


def _read_whole(run: Run, node: Aggregate, at: At, value: Scalar, slot: Slot, reading: _Reading) -> None:
    """What all receivers up a hierarchy have of a row."""
    assert isinstance(node.argument, Slot)
    rows, name = run.aggregated(node, at), run.plan.step(node.argument.step).name
    count = sum(1 for row in rows if run.lookup(node.argument.step, row) is not NO_VALUE)
    reading.inputs.append(Input("lines", name, "", value, "money", count, "sum", slot.span))


def _window_days(run: Run, node: Aggregate, at: At) -> tuple[date | None, date | None]:
    """The days of a window; of one that differs by person, from the first to the last row."""
    if node.window is None:
        return None, None
    if node.window.hired and at.level != PEOPLE:
        days = [d for r in run.aggregated(node, at) if (d := run.facts.tables[node.table].day[r]) is not None]
        return (min(days), max(days)) if days else (None, None)
    period = run.index.period_of(at.day) if node.per and at.day is not None else run.period
    found = run.stretch(node.window, at, at.row if at.level == PEOPLE else None, period)
    return (None, None) if found is None else (found.first, found.last)


def _alike(node: Aggregate | Running) -> tuple[str, ...]:
    """The columns by which rows go together, as table.column."""
    return tuple(f"{key.table}.{key.name}" for key in node.per if isinstance(key, Column))


def _counts(run: Run, node: Aggregate, row: int) -> bool:
    return node.where is None or bool(run.node(node.where, run.at(node.table, row)))


def _read_received(run: Run, numbers: set[int], name: str, person: int, node: Slot, reading: _Reading) -> None:
    amounts = [line.amount for line in lines_of(run, person) if line.step in numbers]
    total = sum(amounts, Fraction(0))
    reading.inputs.append(Input("lines", name, "", total, "money", len(amounts), "sum", node.span))


def _read_tier(run: Run, node: Tier, at: At, prior: Any, value: Scalar, reading: _Reading) -> None:
    asked = run.asked(node, at, prior)
    for operand in (node.base, node.key, node.less, node.scale):
        if operand is not None:
            _read(run, operand, at, prior, reading)
    key = asked.base if node.key is None else run.node(node.key, at, prior)
    gained = asked.base if asked.before is None or node.mode != "marginal" else asked.base - asked.before
    before = None if asked.before is None or node.mode == "marginal" else asked.earlier().answer()
    held = None if node.mode == "gross" else tiers.holding(asked.table.brackets, asked.key)
    point = tiers.point(asked.table, asked.key) if node.mode in ("point", "average") else None
    slices = _slices(asked, value)
    shown = node.key_shown, node.value_shown
    rate = Rate(node.table, node.mode, key, gained, value, slices, *shown, held, point, before, asked.scale)
    reading.rates.append(rate)


def _slices(asked: Asked, value: Scalar) -> tuple[Slice, ...]:
    """The pieces that an amount is made of, where it is made of several."""
    table, mode = asked.table, asked.table.mode
    if mode == "marginal":
        return tuple(tiers.slices(table, asked.before or Fraction(0), asked.base))
    if mode == "gross" and isinstance(value, Fraction):
        return tuple(tiers.slices(table, Fraction(0), value))
    pieces = tiers.reached(table, asked.key) if mode == "cumulative" else None
    pieces = tiers.fillings(table, asked.base) if mode == "filled" else pieces
    return tuple(pieces or ())


def _read_lookup(run: Run, node: Lookup, at: At, prior: Any, value: Scalar, reading: _Reading) -> None:
    for key in node.keys:
        _read(run, key, at, prior, reading)
    asked = tuple(
        (run.node(key, at, prior), shown if key.shown in ("plain", "number") else key.shown)
        for key, shown in zip(node.keys, node.key_shown, strict=True)
    )
    reading.inputs.append(Input("lookup", node.table, "", value, node.shown, span=node.span, keys=asked))


def _read_rate(run: Run, node: Arith, at: At, prior: Any, reading: _Reading) -> None:
    """An amount times or divided by a rate; `row` is that of the table of rates."""
    amount, rate = node.operands
    assert amount is not None
    assert isinstance(rate, AsOf)
    _read(run, amount, at, prior, reading)
    if rate.day is not None:
        _read(run, rate.day, at, prior, reading)
    currency, quote = run.node(rate.key, at, prior), run.quote(rate, at, prior)
    base = run.node(amount, at, prior), f"money {currency}"
    value, row = run.node(rate, at, prior), f"{currency} {quote.day.isoformat()}"
    reading.inputs.append(Input("rate", rate.table, row, value, rate.shown, None, node.operator, rate.span, base=base))


def _read_accrued(run: Run, node: Accrued, at: At, value: Scalar, reading: _Reading) -> None:
    if node.key is not None:
        _read(run, node.key, at, None, reading)
    earlier, rows = run.chains.accrued(node, at)
    period = run.period if at.day is None else run.index.period_of(at.day)
    parts = (*earlier.parts, *(((period.name, rows),) if rows else ()))
    item = Input("accrued", node.line, "", value, node.shown, None, node.per or "key", node.span, periods=parts)
    reading.inputs.append(item)


def _read_previous(run: Run, node: Previous, at: At, value: Scalar, reading: _Reading) -> None:
    """What was a period ago; without a period where there was nothing and something else holds."""
    before = run.before(node, at)
    name = f"{node.name}.{node.part}" if node.part not in ("", "line", "payout") else node.name
    key = "" if node.level == PEOPLE else _key(run, node.level, at.row)
    periods = ((before.period, value),) if before is not None else ()
    reading.inputs.append(Input("previous", name, key, value, node.shown, None, "", node.span, periods=periods))


def _read_elsewhere(run: Run, node: Elsewhere, at: At, value: Scalar, reading: _Reading) -> None:
    """`function`: how the other version was worked out; of an average, over how many periods."""
    name, _, how = node.source.partition(" ")
    if node.what == "there":
        return
    reading.inputs.append(Input("version", name, "", value, node.shown, None, how, node.span))
    assert run.beside is not None
    if node.source in run.beside.sources:
        number = run.plan.payout
        reading.others.append(_elsewhere(run, node, replace(run.plan.step(number), level=at.level), at.row, True))


def _read_choice(run: Run, node: Choose, at: At, prior: Any, reading: _Reading) -> None:
    for condition, value in node.cases:
        _read(run, condition, at, prior, reading)
        if run.node(condition, at, prior):
            _read(run, value, at, prior, reading)
            return
    if node.otherwise is not None:
        _read(run, node.otherwise, at, prior, reading)


def _read_logic(run: Run, node: Logic, at: At, prior: Any, reading: _Reading) -> None:
    for operand in node.operands:
        _read(run, operand, at, prior, reading)
        if node.operator in ("and", "or") and run.node(operand, at, prior) is (node.operator == "or"):
            return


# ---- as data ----


def as_data(trace: Trace) -> dict[str, Any]:
    """The trace for JSON: numbers as text, places as file and line, identities for names."""
    out: dict[str, Any] = {
        "node": trace.kind,
        "name": trace.name,
        "row": trace.row,
        "clause": trace.clause,
        "file": trace.span.source,
        "line": trace.span.line,
        **_typed(trace.shown),
        "value": told(trace.value),
        "steps": [_line_data(line) for line in trace.lines],
        "inputs": [as_data(t) for t in trace.inputs],
    }
    if trace.part:
        out["part"] = trace.part
    if trace.credited:
        out["credited"] = trace.credited
    if trace.version:
        out["version"] = trace.version
    if trace.level is not None:
        out["level"] = trace.level
    if trace.passed:
        out["passed_over"] = list(trace.passed)
    if trace.share is not None:
        out |= {
            "reverses": trace.refund,
            "share_before": told(trace.share[0]),
            "share_after": told(trace.share[1]),
        }
    return out


def _typed(shown: str) -> dict[str, str]:
    """The type word; of money that is not in the scheme's currency also its code."""
    kind, _, currency = shown.partition(" ")
    return {"type": kind, "currency": currency} if currency else {"type": kind}


def _line_data(line: Work) -> dict[str, Any]:
    out: dict[str, Any] = {"node": line.kind, "before": told(line.before), "after": told(line.after)}
    if line.operator:
        out["operator"] = line.operator
    if line.span.line:
        out |= {"file": line.span.source, "line": line.span.line}
    if line.inputs:
        out["inputs"] = [_input_data(i) for i in line.inputs]
    if line.rates:
        out["tiers"] = [_rate_data(r) for r in line.rates]
    if line.rounding is not None:
        out |= {"mode": str(line.rounding.mode), "step": told(line.rounding.step), "written": line.written}
    if line.holds is not None:
        out["holds"] = line.holds
    if line.reason:
        out["cannot"] = line.reason
    if line.portion is not None:
        out["portion"] = _portion_data(line.portion)
    if line.cut is not None:
        out["cut"] = told(line.cut)
    return out


def _portion_data(portion: Portion) -> dict[str, Any]:
    told_of = {f.name: getattr(portion, f.name) for f in fields(portion)}
    return {
        name: told(value) if isinstance(value, Fraction) else value
        for name, value in told_of.items()
        if value is not None and not (name == "scale" and value == 1)
    }


def _input_data(item: Input) -> dict[str, Any]:
    out: dict[str, Any] = {
        "kind": item.kind,
        "name": item.name,
        "value": told(item.value),
        **_typed(item.shown),
    }
    if item.row:
        out["row"] = item.row
    if item.function:
        out["function"] = item.function
    if item.base is not None:
        out["base"] = told(item.base[0])
    if item.keys:
        out["keys"] = [told(key) for key, _ in item.keys]
    if item.count is not None:
        out["count"] = item.count
    if item.first is not None and item.last is not None:
        out |= {"first": told(item.first), "last": told(item.last)}
    if item.alike:
        out["per"] = list(item.alike)
    if item.below:
        out["below"] = True
    if item.parts:
        out["parts"] = [{"value": told(value), "weight": weight} for value, weight in item.parts]
    if item.kind in ("accrued", "previous"):
        out["periods"] = [{"period": period, "value": told(amount)} for period, amount in item.periods]
    return out


def _rate_data(rate: Rate) -> dict[str, Any]:
    out: dict[str, Any] = {
        "table": rate.table,
        "mode": rate.mode,
        "key": told(rate.key),
        "base": told(rate.base),
        "value": told(rate.value),
    }
    if rate.slices:
        out["slices"] = [_slice_data(piece) for piece in rate.slices]
    if rate.point is not None and rate.point.above is not None:
        ends = (rate.point.below, rate.point.above)
        out["points"] = [{"at": told(end.low), "value": told(end.value)} for end in ends]
    if rate.before is not None:
        out["before"] = told(rate.before)
    if rate.scale is not None:
        out["scale"] = told(rate.scale)
    return out


def _slice_data(piece: Slice) -> dict[str, Any]:
    out: dict[str, Any] = {
        "low": told(piece.low),
        "high": told(piece.high),
        "part": told(piece.part),
        "rate": told(piece.rate),
        "amount": told(piece.amount),
    }
    if piece.width is not None:
        out["width"] = told(piece.width)
    if piece.last_rate is not None:
        out |= {"count": piece.count, "last_rate": told(piece.last_rate)}
    return out


def told(value: Scalar | None) -> Any:
    """A scalar for JSON: an exact decimal text, `n/d` where there is none, yes/no as they are."""
    if isinstance(value, Fraction):
        from tiercel.money import plain

        return plain(value)
    return value.isoformat() if isinstance(value, date) else value
