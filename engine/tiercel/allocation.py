"""Dividing an amount without losing a cent.

In: an amount, weights or shares, how parts are rounded, who gets what rounding leaves. Out: the parts,
exact. What is divided is never more or less than it was: parts and rest add up to the amount, whatever
the rounding; a negative amount is divided as its positive twin is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, Generic, Protocol, TypeVar

from tiercel.money import NoWeightError, Rounding, round_to
from tiercel.money import allocate as split


class _Ordered(Protocol):
    def __lt__(self, other: Any, /) -> bool: ...


K = TypeVar("K", bound=_Ordered)


class Remainder(StrEnum):
    """Who gets what rounding leaves over or lacks."""

    largest = "largest"
    """One step each to the largest remainders, ties to the first in the order of keys."""
    first = "first"
    """The first in the order of keys."""
    last = "last"
    """The last in the order of keys."""
    apart = "apart"
    """Nobody who has a part: it is the rest."""


@dataclass(frozen=True, slots=True)
class Division(Generic[K]):
    """`total` by key in proportion to `weights`, and what is left: parts and rest add up to the total."""

    total: Fraction
    weights: Mapping[K, Fraction]
    parts: Mapping[K, Fraction]
    rest: Fraction = Fraction(0)


def allocate(
    total: Fraction, weights: Mapping[K, Fraction], rounding: Rounding, remainder: Remainder = Remainder.largest
) -> Division[K]:
    """Divide `total` in proportion to `weights`, in steps of `rounding`.

    `largest` needs a total in whole steps, and gives each less than a step from its exact share; the others
    take any total, and round all parts but the one that takes the difference. The order in which weights
    are given never matters. Raises NoWeightError where they add up to zero, ValueError for a negative one.
    """
    keys = sorted(weights)
    if any(weight < 0 for weight in weights.values()):
        raise ValueError("a weight must not be below zero")
    whole = sum(weights.values(), Fraction(0))
    if not whole:
        raise NoWeightError("the weights of an allocation add up to zero")
    if remainder is Remainder.largest:
        steps = total / rounding.step
        if steps.denominator != 1:
            raise ValueError(f"the total is not in whole steps of {rounding.step}")
        parts = split(steps.numerator, [weights[key] for key in keys])
        made = {key: part * rounding.step for key, part in zip(keys, parts, strict=True)}
        return Division(total, weights, made)
    exact = {key: total * weights[key] / whole for key in keys}
    if remainder is Remainder.apart:
        rounded = {key: round_to(share, rounding) for key, share in exact.items()}
        return Division(total, weights, rounded, total - sum(rounded.values(), Fraction(0)))
    sink = keys[0 if remainder is Remainder.first else -1]
    return Division(total, weights, _with_sink(total, exact, sink, rounding))


def _with_sink(total: Fraction, exact: Mapping[K, Fraction], sink: K, rounding: Rounding) -> dict[K, Fraction]:
    """All parts rounded but that of `sink`, who has what is left; no part takes more than there is."""
    left, sign = abs(total), -1 if total < 0 else 1
    parts: dict[K, Fraction] = {}
    for key, share in exact.items():
        if key != sink:
            parts[key] = sign * min(abs(round_to(share, rounding)), left) if share * sign > 0 else Fraction(0)
            left -= abs(parts[key])
    return {key: parts.get(key, sign * left) for key in exact}


# ---- shares that are written one by one ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """One part: the share asked for (`fixed`: an amount), of what, exactly, and rounded; share None: the rest."""

    share: Fraction | None
    fixed: bool
    base: Fraction
    exact: Fraction
    amount: Fraction


@dataclass(frozen=True, slots=True)
class Sharing:
    """What came of sharing `total`: a part for each share in the order written; `scale` below 1 where all
    had to shrink to `limit`."""

    total: Fraction
    parts: tuple[Part, ...]
    scale: Fraction = Fraction(1)
    limit: Fraction | None = None

    @property
    def taken(self) -> Fraction:
        """What is shared out, without the rest."""
        rest = next((p.amount for p in self.parts if p.share is None), Fraction(0))
        return self.total - rest

    @property
    def lacking(self) -> bool:
        """Whether the shares come to more than there is, so that the rest is on the wrong side of 0."""
        rest = next((p.amount for p in self.parts if p.share is None), Fraction(0))
        return rest < 0 if self.total >= 0 else rest > 0


@dataclass(frozen=True, slots=True)
class Claim:
    """A share as written: a ratio, an amount if `fixed`, the rest if `share` is None."""

    share: Fraction | None
    fixed: bool = False
    exists: bool = True  # its receiver does; what nobody receives goes to the rest


def share_out(
    total: Fraction, asked: Sequence[Claim], limit: Fraction | None, rounding: Rounding, unit: Rounding
) -> Sharing:
    """Shares of one amount; beyond `limit` all shrink in proportion. `unit` rounds the amount itself.

    With a rest each part is rounded alone and the rest makes up the amount. Without one, and where they
    had to shrink, the last share makes up what all of them come to.
    """
    exact = {n: a.share if a.fixed else a.share * total for n, a in enumerate(asked) if a.share is not None}
    sum_ = sum(exact.values(), Fraction(0))
    scale = Fraction(1) if limit is None else _shrinking(sum_, limit)
    exact = {n: part * scale for n, part in exact.items()}
    alone = limit is None and len(exact) < len(asked)
    mixed = any(part > 0 for part in exact.values()) and any(part < 0 for part in exact.values())
    if alone or mixed:
        amounts = {n: round_to(part, rounding) for n, part in exact.items()}
    else:
        amounts = _with_sink(round_to(sum_ * scale, rounding), exact, max(exact), rounding) if exact else {}
    whole = round_to(total, unit)
    rest = whole - sum((amounts[n] for n in amounts if asked[n].exists), Fraction(0))
    parts = tuple(Part(a.share, a.fixed, total, exact.get(n, rest), amounts.get(n, rest)) for n, a in enumerate(asked))
    return Sharing(whole, parts, scale, limit if scale != 1 else None)


def _shrinking(total: Fraction, limit: Fraction) -> Fraction:
    """By what shares shrink to a limit; of a negative amount the limit is negative too, and else none."""
    if total > 0 and limit < total:
        return max(limit, Fraction(0)) / total
    return limit / total if total < limit < 0 else Fraction(1)


def share_in_turn(total: Fraction, asked: Sequence[Claim], rounding: Rounding, unit: Rounding) -> Sharing:
    """Each share is of what the ones before it left, rounded before the next is worked out."""
    whole, left = round_to(total, unit), total
    parts: list[Part | None] = []
    rest = whole
    for a in asked:
        if a.share is None:
            parts.append(None)
            continue
        exact = a.share if a.fixed else a.share * left
        part = round_to(exact, rounding)
        parts.append(Part(a.share, a.fixed, left, exact, part))
        left -= part
        rest -= part if a.exists else 0
    return Sharing(whole, tuple(p or Part(None, False, whole, rest, rest) for p in parts))
