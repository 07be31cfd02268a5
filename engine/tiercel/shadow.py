"""A version beside the one that pays: what everybody would receive, and pays nothing.

In: two evaluations of one period over the same facts. Out: `Shadow`, person by person the amount that is paid, the
other one and the difference, as data and as columns of a table.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from tiercel.evaluation import FORMAT_VERSION, Evaluation
from tiercel.money import money_text


@dataclass(frozen=True)
class Shadow:
    """`paying` is what governs the period without the version tried, `tried` what that would pay."""

    paying: Evaluation = field(repr=False)
    tried: Evaluation = field(repr=False)

    @cached_property
    def people(self) -> dict[str, tuple[Decimal, Decimal]]:
        """Person → what is paid, what would be; who is in one of them alone has nothing in the other."""
        old, new = self.paying.payout, self.tried.payout
        return {key: (old.get(key, Decimal(0)), new.get(key, Decimal(0))) for key in dict.fromkeys((*old, *new))}

    @property
    def total(self) -> tuple[Decimal, Decimal]:
        old, new = ([pair[at] for pair in self.people.values()] for at in (0, 1))
        return sum(old, Decimal(0)), sum(new, Decimal(0))

    def to_dict(self, people: Sequence[str] | None = None) -> dict[str, Any]:
        """As JSON-able data, amounts as text; of some people, or of all."""
        digits = self.paying.run.plan.digits

        def amounts(pair: tuple[Decimal, Decimal]) -> dict[str, str]:
            old, new = (Fraction(amount) for amount in pair)
            told = {"paying": old, "shadow": new, "difference": new - old}
            return {name: money_text(amount, digits) for name, amount in told.items()}

        return {
            "format_version": FORMAT_VERSION,
            "period": self.paying.period,
            "currency": self.paying.currency,
            "paying": _named(self.paying),
            "shadow": _named(self.tried),
            "people": {key: amounts(self.people[key]) for key in (self.people if people is None else people)},
            "total": amounts(self.total),
        }


def _named(evaluation: Evaluation) -> dict[str, Any]:
    scheme = evaluation.run.scheme
    return {"name": scheme.identity, "version": scheme.version, "hash": scheme.hash}
