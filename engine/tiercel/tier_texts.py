"""What a tier table did to an amount, in words.

In: a `Rate` of a trace and the reader's face of the scheme. Out: sentences, one for each slice, tier or point.
"""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Protocol

from tiercel.plan import Bracket, Scalar
from tiercel.tiers import Point, Slice
from tiercel.trace import Rate
from tiercel.words import say
from tiercel_dsl.scheme import Names, Tiers
from tiercel_dsl.types import Kind


class Face(Protocol):
    """The scheme as its reader sees it."""

    @property
    def language(self) -> str: ...
    def name(self, names: Names) -> str: ...
    def tiers(self, identity: str) -> Tiers | None: ...
    def value(self, value: Scalar | None, shown: str) -> str: ...


def tier_texts(face: Face, rate: Rate, shown: str) -> list[str]:
    """How the table came to its value; `shown` is the type of the amount."""
    tiers = face.tiers(rate.table)
    name = face.name(tiers.names) if tiers is not None else rate.table
    kind = tiers.key_type.kind if tiers is not None else Kind.plain
    if kind is Kind.percent and rate.scale is None:
        rate = replace(rate, key_shown="percent")
    words = _Words(face, rate, shown)
    return [words.say("tier", table=name, text=text) for text in words.texts()]


class _Words:
    def __init__(self, face: Face, rate: Rate, shown: str) -> None:
        self.face, self.rate, self.shown = face, rate, shown

    def say(self, key: str, /, **facts: object) -> str:
        return say(key, self.face.language, **facts)

    def value(self, value: Scalar | None, shown: str) -> str:
        return self.face.value(value, shown)

    def key(self, value: Scalar) -> str:
        return self.value(value, self.rate.key_shown)

    def cell(self, value: Scalar) -> str:
        return self.value(value, self.rate.value_shown)

    def texts(self) -> list[str]:
        rate = self.rate
        out = [] if rate.scale is None else [self.say("scaled", scale=self.value(rate.scale, rate.key_shown))]
        out += self.pieces()
        if rate.before is not None and isinstance(rate.value, Fraction):
            facts = {"before": self.value(rate.before, self.shown), "value": self.value(rate.value, self.shown)}
            after = self.value(rate.before + rate.value, self.shown)
            out.append(self.say("gained", after=after, **facts))
        return out

    def pieces(self) -> list[str]:
        rate = self.rate
        if rate.mode == "next":
            return [self.say("next_bound", key=self.key(rate.key), bound=self.key(rate.value))]
        if rate.mode == "gross":
            slices = [self.slice(piece, rate.key_shown) for piece in rate.slices]
            return [*slices, self.say("gross", gross=self.key(rate.value), net=self.key(rate.key))]
        if rate.slices:
            return [self.piece(piece) for piece in rate.slices]
        if rate.point is not None:
            return [self.point(rate.point)]
        return [self.in_tier()]

    # ---- slices ----

    def piece(self, piece: Slice) -> str:
        if piece.part is None:
            return self.reached(piece)
        if piece.width is not None:
            return self.filling(piece)
        return self.slice(piece, self.rate.key_shown if self.rate.value_shown == "money" else self.shown)

    def slice(self, piece: Slice, base: str) -> str:
        assert piece.part is not None
        facts = {"bounds": self.bounds(piece.tier), "part": self.value(piece.part, base)}
        if piece.last_rate is not None:
            rates = {"rate": self.cell(piece.rate), "last": self.cell(piece.last_rate)}
            return self.say("slices", count=piece.count, amount=self.value(piece.amount, self.shown), **rates, **facts)
        amount = self.rounded(piece.part * piece.rate, piece.amount)
        return self.say("slice", rate=self.cell(piece.rate), amount=amount, **facts)

    def rounded(self, exact: Fraction, amount: Fraction) -> str:
        shown = self.value(amount, self.shown)
        return shown if exact == amount else f"{self.value(exact, self.shown)} → {shown}"

    def reached(self, piece: Slice) -> str:
        facts = {"bounds": self.bounds(piece.tier), "amount": self.value(piece.amount, self.shown)}
        if piece.last_rate is None:
            return self.say("reached", **facts)
        rates = {"rate": self.cell(piece.rate), "last": self.cell(piece.last_rate)}
        return self.say("reached_many", count=piece.count, **rates, **facts)

    def filling(self, piece: Slice) -> str:
        assert piece.part is not None
        assert piece.width is not None
        part, width = self.key(piece.part), self.key(piece.width)
        facts = {"bounds": self.bounds(piece.tier), "part": part, "width": width, "full": self.cell(piece.rate)}
        if piece.last_rate is not None:
            amount = self.value(piece.amount, self.shown)
            return self.say("fillings", count=piece.count, last=self.cell(piece.last_rate), amount=amount, **facts)
        amount = self.rounded(piece.rate * piece.part / piece.width, piece.amount)
        return self.say("filling", amount=amount, **facts)

    # ---- one tier, one point ----

    def in_tier(self) -> str:
        rate = self.rate
        facts = {"key": self.key(rate.key), "bounds": self.bounds(rate.tier)}
        price = self.whole_rate()
        if price is None:
            value = rate.tier.value if rate.tier is not None and rate.before is not None else rate.value
            return self.say("in_tier", value=self.cell(value), **facts)
        base = self.value(rate.base, self.shown)
        amount = self.value(price * rate.base if isinstance(rate.base, Fraction) else None, self.shown)
        return self.say("priced", base=base, rate=self.cell(price), value=amount, **facts)

    def whole_rate(self) -> Fraction | None:
        """The rate of the tier applied to a whole base, where base × rate is the value."""
        tier, rate = self.rate.tier, self.rate
        if tier is None or rate.mode != "whole" or not isinstance(tier.value, Fraction):
            return None
        if not (isinstance(rate.value, Fraction) and isinstance(rate.base, Fraction)):
            return None
        exact = rate.base * tier.value == rate.value + (rate.before or 0)
        return tier.value if exact else None

    def point(self, point: Point) -> str:
        rate = self.rate
        facts = {"key": self.key(rate.key), "value": self.cell(point.value)}
        if point.above is None:
            text = self.say("in_tier", bounds=self.bounds(point.below), **facts)
        else:
            ends = [(self.bound(end.low), self.cell(end.value)) for end in (point.below, point.above)]
            (low, first), (high, second) = ends
            text = self.say("between", low=low, first=first, high=high, second=second, **facts)
        if rate.mode != "average" or not isinstance(rate.base, Fraction):
            return text
        amount, base = self.value(rate.base * point.value, self.shown), self.value(rate.base, self.shown)
        return self.say("averaged", text=text, base=base, rate=self.cell(point.value), value=amount)

    # ---- bounds ----

    def bounds(self, tier: Bracket | None) -> str:
        """The row of a table as one would say it: 50,000以上不满150,000."""
        if tier is None:
            return self.say("otherwise")
        words: list[str] = []
        if tier.low is not None:
            words.append("from" if tier.low_inside else "above")
        if tier.high is not None:
            words.append("up_to" if tier.high_inside else "below")
        return self.say("_".join(words) or "any_number", low=self.bound(tier.low), high=self.bound(tier.high))

    def bound(self, value: Fraction | None) -> str:
        """A bound: a day as a day, a share as a percentage, else the bare number."""
        shown = self.rate.key_shown
        if value is not None and shown in ("date", "datetime"):
            return date.fromordinal(int(value)).isoformat()
        return "" if value is None else self.value(value, "percent" if shown == "percent" else "")
