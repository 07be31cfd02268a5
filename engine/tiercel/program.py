"""The generated program as data, and the text its expressions are made of.

In: nothing. Out: what a program wants, makes and keeps; numbers as an integer expression over a denominator;
expressions in as few brackets as they need. No text here depends on facts.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from math import ceil, floor, lcm
from typing import Any

from tiercel.money import Rounding
from tiercel.plan import Bracket, Step

THERE = 1  # the state of a value that is there; every other state is a kind of failure
FAILURES = {"none": 0, "absent": 2, "incomputable": 3, "failure": 4, "broken": 5}
"""Kinds of failure and the states that stand for them in arrays and locals.

none: this row has no value or no line of the name. absent: an optional value is missing. incomputable: a
division by 0, no tier. failure: what no `otherwise` catches. broken: a named value of a row outside the
period, which is told only if a row of the period needs it.
"""
UNSAID = frozenset({"none", "absent"})
RESCUED = UNSAID | {"incomputable"}

MOMENTS = 86_400_000_000  # a day number counts days; over this denominator it counts microseconds
MINUTE = 60_000_000  # and so many of them are a minute
QUOTES = 10_000_000  # a rate's place: the code of its currency times this, and the number of its day
HOLDERS = "holders"  # level of running totals: every person, and one place for rows without a person


class NotCompilable(Exception):
    """A plan with something the generator does not write; the reference evaluator takes it."""


@dataclass(frozen=True, slots=True)
class Span:
    """A window that every row can be held against at the border: a kind of `windows.py`."""

    kind: str
    count: int = 0
    unit: str = ""
    hired: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An array the program reads, aligned with the rows of `level`.

    kind: column (its integers), state (1 there, 0 missing, 2 changed inside the period), index (row that
    `path` leads to, -1 for none), owner, holder (the owner, or the place after all people), day (0 for none),
    group (row of `name` that the row's person is in), above (of a group its own row and those of all groups
    above it over the column `name`), members (the people whose links `path` lead to the row
    of a group, in the order of keys), unplaced (1 if for some row of facts table `name` it is not known which
    group its person was in), stretch (a number per period, 0 for rows without a day), earlier (what a line came
    to in earlier periods, in smallest units; `path` is line, span and column of own years), told (1 if that is
    known, 0 without a day hired, 2 if it is not), span (the first day of the span), units (how many
    minor units the currency that the column names has), closing (what the period before closed with, over the `name`d
    denominator; `path` is name, part, type, reset and column of own years), closed (1 if there was something, 0 if
    not, 2 where that is not known), closing_over (of what has no common denominator, the own ones),
    elsewhere (what another version has for the row, in smallest units; `path` is source, kind and step), there (1 if
    it has anything), ruled (by which version), begins (1 for people whom this version has not ruled
    before). Of a table of rates, in the order of their places:
    quote_keys (the places), quotes (the rates).

    Of other days: seen (1 for rows in the window `span`, 2 where there is no telling), bunch (a number for rows
    that go together by `keys`, paths with columns; by span and person for a running total, else by period),
    history (a column on any day), mean, weight, known (sum, weight and state of its average over the `name`d unit),
    calendar (not an array: which days of a table are worked).
    """

    kind: str
    level: str
    path: tuple[str, ...] = ()
    name: str = ""
    span: Span | None = None
    keys: tuple[tuple[tuple[str, ...], str], ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """An array that a run creates: one place for each row of `level`, each with `start`."""

    level: str
    start: int = 0


@dataclass(frozen=True, slots=True)
class Home:
    """Where a step's value is after the run: array `value` over the fixed `den`, or over array `over`.

    flag: array of states, '' where the value is always there; kinds: the failures it may show.
    count: array of how many rows there were, of an average, a least or a greatest.
    """

    value: str
    den: int
    over: str = ""
    flag: str = ""
    kinds: frozenset[str] = frozenset()
    count: str = ""
    calendar: bool = False


@dataclass(slots=True)
class Loop:
    """One generated function; `sorts`: what it answers, where it walks no rows of its own."""

    name: str
    level: str
    sorts: str = ""
    lines: list[str] = field(default_factory=list[str])
    arguments: dict[str, None] = field(default_factory=dict[str, None])
    cache: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Program:
    """`source` defines one function per loop; `order` holds (function, level, arguments); `makes` the arrays
    a run creates; `wide` the facts tables whose rows outside the period are walked too; `texts` the codes of
    text constants, in order; `steady` the functions that must not see what refunds take back, and the arrays they
    fill."""

    source: str
    order: tuple[tuple[str, str, tuple[str, ...]], ...]
    wants: Mapping[str, Wanted]
    makes: Mapping[str, Made]
    homes: Mapping[int, Home]
    received: Mapping[int, tuple[int, ...]]
    placed: Mapping[int, int]
    wide: frozenset[str]
    kept: frozenset[int]
    texts: tuple[str, ...]
    steady: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


@dataclass(frozen=True, slots=True)
class Num:
    """An integer expression over a denominator: an int known now, or the name of a local.

    `calendar`: a date (over 1) or a moment (over MOMENTS), which are compared as such.
    """

    num: str
    den: int | str = 1
    calendar: bool = False


@dataclass(slots=True)
class Net:
    """Lines that are left at the first failure of these kinds: a loop of one turn, left by `break`.

    `fall` writes what is done before that, for a kind and the number (or local) that holds its state.
    `ok` is a local that becomes LEFT where a net around this one catches; `caught`: kinds that fell here.
    """

    kinds: frozenset[str]
    fall: Callable[[str, str], tuple[str, ...]]
    ok: str = ""
    caught: set[str] = field(default_factory=set[str])
    passed: bool = False


LEFT = 3


# ---- text ----


def times(num: str, factor: int | str) -> str:
    if factor == 1:
        return num
    if is_number(num) and isinstance(factor, int):
        return str(int(num) * factor)
    return f"{wrapped(num)} * {factor}"


def wrapped(text: str) -> str:
    """In brackets unless it is one name, number, call, subscript or bracket."""
    if text.isidentifier() or text.isdigit():
        return text
    if text.startswith("(") and _closes(text):
        return text
    if (
        text[0].isalpha()
        and text.endswith(("]", ")"))
        and " " not in text.split("(")[0].split("[")[0]
        and _closes(text[max(0, _opening(text)) :])
    ):
        return text
    return f"({text})"


def _opening(text: str) -> int:
    places = [p for p in (text.find("("), text.find("[")) if p >= 0]
    return min(places, default=0)


def _closes(text: str) -> bool:
    """Whether the bracket that opens the text closes at its end."""
    depth = 0
    for position, char in enumerate(text):
        depth += (char in "([") - (char in ")]")
        if depth == 0:
            return position == len(text) - 1
    return False


def scale(own: int | str, wanted: int | str) -> int:
    assert isinstance(own, int)
    assert isinstance(wanted, int)
    return wanted // own


def fixed(den: int | str) -> int:
    return den if isinstance(den, int) else 0


def is_number(text: str) -> bool:
    return text.lstrip("-").isdigit()


def moment(value: datetime) -> int:
    """Microseconds, counted so that whole days are day numbers."""
    seconds = (value.hour * 60 + value.minute) * 60 + value.second
    return value.toordinal() * MOMENTS + seconds * 1_000_000 + value.microsecond


def common(*values: Num) -> int:
    """The denominator known now that all can be brought over; 0 if there is none."""
    dens = [v.den for v in values if isinstance(v.den, int)]
    if len(dens) < len(values) or (len(set(dens)) > 1 and any(v.calendar for v in values)):
        return 0
    return lcm(*dens)


def day_of(value: Num) -> str:
    """The day number of a date or a moment."""
    return value.num if value.den == 1 else f"{wrapped(value.num)} // {value.den}"


def moment_of(value: Num) -> str:
    """The microseconds of a moment; of a day, those of its midnight."""
    if isinstance(value.den, str):
        return f"{wrapped(value.num)} * ({MOMENTS} // {wrapped(value.den)})"
    return times(value.num, MOMENTS // value.den)


def within(day: str, first: date | None, end: date | None) -> str:
    tests: list[str] = []
    if first is not None:
        tests.append(f"{day} >= {first.toordinal()}")
    if end is not None:
        tests.append(f"{day} <= {end.toordinal()}")
    return " and ".join(tests) or "True"


def below(x: Num, bound: Fraction, inside: bool) -> str:
    """A condition: x < bound, or x <= bound where the bound is not inside."""
    if isinstance(x.den, int):
        scaled = bound * x.den
        return f"{x.num} < {ceil(scaled)}" if inside else f"{x.num} <= {floor(scaled)}"
    sign = "<" if inside else "<="
    return f"{times(x.num, bound.denominator)} {sign} {bound.numerator} * {x.den}"


def beyond(x: Num, bound: Fraction, inside: bool) -> str:
    """A condition: x > bound, or x >= bound where the bound is not inside."""
    if isinstance(x.den, int):
        scaled = bound * x.den
        return f"{x.num} > {floor(scaled)}" if inside else f"{x.num} >= {ceil(scaled)}"
    sign = ">" if inside else ">="
    return f"{times(x.num, bound.denominator)} {sign} {bound.numerator} * {x.den}"


# ---- walking a plan ----


def nodes_of(step: Step) -> Iterator[Any]:
    if step.where is not None:
        yield step.where
    for stage in step.stages:
        for node in (stage.node, stage.total):
            if node is not None:
                yield node


def children(node: Any) -> Iterator[Any]:
    if isinstance(node, tuple):
        yield from node
    elif hasattr(node, "__dataclass_fields__") and not isinstance(node, Bracket | Rounding):
        for name in node.__dataclass_fields__:
            value = getattr(node, name)
            if name not in ("span", "spans", "brackets", "values") and (
                isinstance(value, tuple) or hasattr(value, "__dataclass_fields__")
            ):
                yield value


PRELUDE = """\
def half_up(n, d):
    h = d >> 1
    return (n + h) // d if n >= 0 else -((h - n) // d)


def half_even(n, d):
    q = n // d
    r = (n - q * d) * 2
    return q + 1 if r > d or (r == d and q % 2 == 1) else q


def up(n, d):
    return -(-n // d) if n >= 0 else n // d


def down(n, d):
    return n // d if n >= 0 else -(-n // d)


def ceiling(n, d):
    return -(-n // d)


def floor(n, d):
    return n // d


def least(a, b):
    return a if a <= b else b


def most(a, b):
    return a if a >= b else b


def common(d, e):
    return d // gcd(d, e) * e


"""
