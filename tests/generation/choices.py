"""Where random decisions come from, and how a failing row of decisions is made smaller.

In: a seed, Hypothesis's `draw`, or decisions written down. Out: `Choices`, asked by every generator for
whole numbers only, so that one generator serves all three. The first of several options is the plainest:
a smaller number is always a simpler case, which is what makes shrinking work.
"""

import random
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Draw(Protocol):
    """Hypothesis's `draw`."""

    def __call__(self, strategy: "st.SearchStrategy[Any]") -> Any: ...


class Choices:
    """A source of decisions; `taken` is what was decided so far."""

    def __init__(self) -> None:
        self.taken: list[int] = []

    def _next(self, low: int, high: int) -> int:
        raise NotImplementedError

    def number(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        value = low if low >= high else self._next(low, high)
        self.taken.append(value - low)
        return value

    def pick(self, options: Sequence[T]) -> T:
        return options[self.number(0, len(options) - 1)]

    def weighted(self, options: Sequence[tuple[int, T]]) -> T:
        """One of the options, each as likely as its weight says."""
        at = self.number(0, sum(weight for weight, _ in options) - 1)
        for weight, option in options:
            if at < weight:
                return option
            at -= weight
        return options[0][1]

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred cases."""
        return percent > 0 and self.number(0, 99) >= 100 - percent

    def some(self, options: Sequence[T], most: int) -> list[T]:
        """Up to `most` different options, in their own order."""
        if not options:
            return []
        chosen = {self.number(0, len(options) - 1) for _ in range(self.number(0, most))}
        return [options[i] for i in sorted(chosen)]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        rest = list(items)
        out: list[T] = []
        while rest:
            out.append(rest.pop(self.number(0, len(rest) - 1)))
        return out


class Seeded(Choices):
    """Decisions of a seed."""

    def __init__(self, seed: object) -> None:
        super().__init__()
        self._random = random.Random(str(seed))

    def _next(self, low: int, high: int) -> int:
        return self._random.randint(low, high)


class Drawn(Choices):
    """Decisions of Hypothesis."""

    def __init__(self, draw: Draw) -> None:
        super().__init__()
        self._draw = draw
        self._known: dict[tuple[int, int], st.SearchStrategy[int]] = {}

    def _next(self, low: int, high: int) -> int:
        if (low, high) not in self._known:
            self._known[low, high] = st.integers(low, high)
        return int(self._draw(self._known[low, high]))


class Replayed(Choices):
    """Decisions written down; where there are none left, the plainest."""

    def __init__(self, numbers: Sequence[int]) -> None:
        super().__init__()
        self._left = iter(numbers)

    def _next(self, low: int, high: int) -> int:
        return min(low + next(self._left, 0), high)

    def number(self, low: int, high: int) -> int:
        value = min(low + next(self._left, 0), max(low, high))
        self.taken.append(value - low)
        return value


def smallest(numbers: Sequence[int], fails: Callable[[Sequence[int]], bool], seconds: float = 60) -> list[int]:
    """The smallest row of decisions found in this time that still fails."""
    end = time.monotonic() + seconds  # how long to look, nothing that a result depends on
    best = list(numbers)
    improved = True
    while improved and time.monotonic() < end:
        improved = False
        for candidate in _smaller(best):
            if time.monotonic() > end:
                break
            if _simpler(candidate, best) and fails(candidate):
                best, improved = candidate, True
                break
        else:
            break
        best = _swept(best, fails, end)
    return best


def _swept(best: list[int], fails: Callable[[Sequence[int]], bool], end: float) -> list[int]:
    """One pass from the end to the start: whole stretches left out, then set to the plainest."""
    for size in (64, 32, 16, 8, 4, 2, 1):
        at = len(best) - size
        while at >= 0 and time.monotonic() < end:
            without = best[:at] + best[at + size :]
            zero = [*best[:at], *[0] * size, *best[at + size :]]
            if fails(without):
                best = without
            elif any(best[at : at + size]) and fails(zero):
                best = zero
            at = min(at - size, len(best) - size)
    return best


def _smaller(best: list[int]) -> "Any":
    for size in (256, 64, 16):
        for at in range(0, len(best), size):
            yield best[:at] + best[at + size :]
    for at, value in enumerate(best):
        for less in {0, value // 2, value - 1} - {value}:
            if 0 <= less < value:
                yield [*best[:at], less, *best[at + 1 :]]


def _simpler(one: Sequence[int], other: Sequence[int]) -> bool:
    return (len(one), list(one)) < (len(other), list(other))
