"""Lookup tables as functions of the generated program.

In: a lookup node, the denominators of its keys, the cells' values as whole numbers. Out: the text of a
function that finds the bucket of each key by comparisons with whole numbers worked out beforehand, and
reads one dense array: 0 where no row fits, else the number of the value and of the row.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product

from tiercel.plan import Entry, Fits, Lookup
from tiercel.program import NotCompilable, Num, below

MOST_CELLS = 1_000_000  # more would be a program of several megabytes
_Cut = tuple[Fraction, int]  # (x, 0): a bucket begins with x; (x, 1): right after x


def lookup_helper(node: Lookup, keys: Sequence[Num], code: Callable[[str | bool], int]) -> str:
    """The function `NAME(n0, n1, …)`: the number of the entry that fits, from 1; 0 for none."""
    columns = [[entry.fits[k] for entry in node.entries] for k in range(len(keys))]
    buckets = [_Buckets(column) for column in columns]
    size = 1
    for bucket in buckets:
        size *= bucket.count
    if size > MOST_CELLS:
        raise NotCompilable("a lookup table of more than a million cases")
    names = [f"n{k}" if isinstance(key.den, int) else f"n{k}, d{k}" for k, key in enumerate(keys)]
    lines = [f"NAME_rows = {_dense(node.entries, buckets)}", "", ""]
    lines.append(f"def NAME({', '.join(names)}):  # {node.table} · {node.span.source}:{node.span.line}")
    for k, (key, bucket) in enumerate(zip(keys, buckets, strict=True)):
        lines.append(f"    b{k} = {bucket.text(Num(f'n{k}', key.den if isinstance(key.den, int) else f'd{k}'), code)}")
    index = "0"
    for k, bucket in enumerate(buckets):
        index = f"b{k}" if index == "0" else f"({index}) * {bucket.count} + b{k}"
    lines.append(f"    return NAME_rows[{index}]")
    return "\n".join(lines)


class _Buckets:
    """The buckets of one key: between two neighbouring cuts every row fits throughout, or not at all."""

    def __init__(self, column: Sequence[Fits]) -> None:
        self.options = tuple(dict.fromkeys(f.exactly for f in column if f.exactly is not None))
        ranges = [f.bracket for f in column if f.bracket is not None]
        cuts: set[_Cut] = {(b.low, 0 if b.low_inside else 1) for b in ranges if b.low is not None}
        cuts |= {(b.high, 1 if b.high_inside else 0) for b in ranges if b.high is not None}
        self.cuts = sorted(cuts)
        self.count = len(self.options or self.cuts) + 1

    def fitting(self, fits: Fits) -> range:
        """The buckets in which a cell fits."""
        if fits.exactly is not None:
            at = self.options.index(fits.exactly)
            return range(at, at + 1)
        bracket = fits.bracket
        if bracket is None:
            return range(self.count)
        start = 0 if bracket.low is None else self.cuts.index((bracket.low, 0 if bracket.low_inside else 1)) + 1
        if bracket.high is None:
            return range(start, self.count)
        return range(start, self.cuts.index((bracket.high, 1 if bracket.high_inside else 0)) + 1)

    def text(self, key: Num, code: Callable[[str | bool], int]) -> str:
        """The number of the bucket that holds a key; of what fits no option the last."""
        if self.options:
            tests = [f"{n} if {key.num} == {code(option)} else" for n, option in enumerate(self.options)]
        else:
            tests = [f"{n} if {below(key, bound, side == 0)} else" for n, (bound, side) in enumerate(self.cuts)]
        return " ".join([*tests, str(self.count - 1)])


def _dense(entries: Sequence[Entry], buckets: Sequence[_Buckets]) -> str:
    """The entries' numbers, row by row of the buckets; the first of several that fit comes first."""
    cells: dict[tuple[int, ...], int] = {}
    for number, entry in enumerate(entries, 1):
        for place in product(*(bucket.fitting(f) for bucket, f in zip(buckets, entry.fits, strict=True))):
            cells.setdefault(place, number)
    everywhere = product(*(range(bucket.count) for bucket in buckets))
    return f"({', '.join(str(cells.get(place, 0)) for place in everywhere)},)"
