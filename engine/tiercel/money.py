"""Exact money: rounding, currency digits, exact text and division without loss.

In: ``Fraction`` values, integer amounts of smallest units, currency codes. Out: ``Fraction``,
``Decimal``, ``int`` or text that holds exactly the same number, or an error that says why none does.

Why this way: every result is worked out with integers alone, so neither a binary float nor the decimal
context of the program around us (its precision, its traps) can change a cent. Rounding looks at the
magnitude and puts the sign back afterwards: dividing non-negative integers is the one division that
means the same in every language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

# Digits after the point, ISO 4217. Units of account without a minor unit (gold, SDR, test codes) are
# left out. Codes withdrawn lately stay (ANG, BGN, CUC, HRK, SLL, ZWL): earlier periods were paid in them.
_CODES_BY_DIGITS: Final[Mapping[int, str]] = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """
        AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD
        CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL
        GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR
        LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB
        PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP
        SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
        ZWL
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_DIGITS: Final[Mapping[str, int]] = {
    code: digits for digits, codes in _CODES_BY_DIGITS.items() for code in codes.split()
}
FINEST: Final = max(_CODES_BY_DIGITS)
"""The most digits after the point that any currency has."""
_NUMBER: Final = re.compile(r"(-?)([0-9]+)((?:[./][0-9]+)?)")


class UnknownCurrencyError(KeyError):
    """The code is not an ISO 4217 currency with a minor unit; ``code`` is what was asked for."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        return f"unknown currency {self.code!r}"


class NotExactError(ValueError):
    """``value`` cannot be written with ``digits`` digits after the point without changing it."""

    def __init__(self, value: Fraction, digits: int) -> None:
        super().__init__(value, digits)
        self.value = value
        self.digits = digits

    def __str__(self) -> str:
        return f"{plain(self.value)} has no exact form with {self.digits} digits after the point"


class NoWeightError(ValueError):
    """The weights of an allocation add up to zero (or there are none), so no share is defined."""


class RoundingMode(StrEnum):
    """Which of the two neighbouring multiples of the step a value goes to."""

    half_up = "half_up"
    """The nearest; a tie goes away from zero (2.5 to 3, -2.5 to -3)."""
    half_even = "half_even"
    """The nearest; a tie goes to the even multiple (2.5 to 2, 3.5 to 4)."""
    up = "up"
    """Away from zero (2.1 to 3, -2.1 to -3)."""
    down = "down"
    """Towards zero (2.9 to 2, -2.9 to -2)."""
    ceiling = "ceiling"
    """Towards plus infinity (2.1 to 3, -2.9 to -2)."""
    floor = "floor"
    """Towards minus infinity (2.9 to 2, -2.1 to -3)."""


@dataclass(frozen=True, slots=True)
class Rounding:
    """How a value is rounded: the mode, and the step in the value's own unit (0.01 for cents of a yuan).

    Raises ``ValueError`` for a step that is not above zero.
    """

    mode: RoundingMode
    step: Fraction

    def __post_init__(self) -> None:
        if self.step <= 0:
            raise ValueError(f"a rounding step must be above zero, not {plain(self.step)}")


def round_to(value: Fraction, rounding: Rounding) -> Fraction:
    """The multiple of ``rounding.step`` that ``value`` goes to; exact, in the unit of ``value``."""
    steps = value / rounding.step
    magnitude = _whole(abs(steps.numerator), steps.denominator, rounding.mode, steps < 0)
    return rounding.step * (-magnitude if steps < 0 else magnitude)


def _whole(n: int, d: int, mode: RoundingMode, negative: bool) -> int:
    """``n / d`` (n >= 0, d > 0) as a whole number; ``negative`` tells the sign of the value itself."""
    match mode:
        case RoundingMode.half_up:
            return (2 * n + d) // (2 * d)
        case RoundingMode.half_even:
            nearest, rest = divmod(2 * n + d, 2 * d)
            return nearest - 1 if rest == 0 and nearest % 2 == 1 else nearest
        case RoundingMode.up:
            return (n + d - 1) // d
        case RoundingMode.down:
            return n // d
        case RoundingMode.ceiling:
            return _whole(n, d, RoundingMode.down if negative else RoundingMode.up, negative)
        case RoundingMode.floor:
            return _whole(n, d, RoundingMode.up if negative else RoundingMode.down, negative)


def minor_units(currency: str) -> int:
    """How many digits after the point the currency has: CNY 2, JPY 0, KWD 3.

    ``currency`` is an ISO 4217 code in capitals. Raises ``UnknownCurrencyError``, a ``KeyError``, for others.
    """
    try:
        return _DIGITS[currency]
    except KeyError:
        raise UnknownCurrencyError(currency) from None


def to_decimal(value: Fraction, digits: int) -> Decimal:
    """The same number as a ``Decimal`` with exactly ``digits`` digits after the point.

    Raises ``NotExactError`` where that would change it, ``ValueError`` for negative ``digits``.
    """
    # INVARIANT: reading a text is exact whatever the decimal context; arithmetic on Decimals is not.
    return Decimal(money_text(value, digits))


def money_text(value: Fraction, digits: int) -> str:
    """The same number with exactly ``digits`` digits after the point: ``1234.50``; for 0 digits ``1234``.

    Raises ``NotExactError`` where that would change it, ``ValueError`` for negative ``digits``.
    """
    if digits < 0:
        raise ValueError(f"digits after the point must not be negative, but are {digits}")
    scaled = value * 10**digits
    if scaled.denominator != 1:
        raise NotExactError(value, digits)
    sign = "-" if scaled < 0 else ""
    text = str(abs(scaled.numerator)).zfill(digits + 1)
    return f"{sign}{text[:-digits]}.{text[-digits:]}" if digits else sign + text


def plain(value: Fraction) -> str:
    """The shortest exact text: a decimal without exponent (``0.05``, ``12``), else ``n/d`` (``1/3``)."""
    digits = _decimal_places(value.denominator)
    return str(value) if digits is None else money_text(value, digits)


def _decimal_places(denominator: int) -> int | None:
    """How many decimals 1 / ``denominator`` has, or None where they never end."""
    rest, twos = _without(denominator, 2)
    rest, fives = _without(rest, 5)
    return max(twos, fives) if rest == 1 else None


def _without(number: int, factor: int) -> tuple[int, int]:
    """``number`` with every ``factor`` divided out, and how often it was in there."""
    count = 0
    while number % factor == 0:
        number, count = number // factor, count + 1
    return number, count


def grouped(text: str) -> str:
    """``text`` of a number with commas between thousands: ``-1234567.8901`` becomes ``-1,234,567.8901``.

    Takes what ``plain`` and ``money_text`` give; decimals and the ``/d`` of a fraction stay as they are.
    Raises ``ValueError`` for any other text.
    """
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise ValueError(f"not the text of a number: {text!r}")
    sign, whole, rest = found.groups()
    head = len(whole) % 3
    groups = [whole[:head]] if head else []
    groups += [whole[at : at + 3] for at in range(head, len(whole), 3)]
    return sign + ",".join(groups) + rest


def allocate(total: int, weights: Sequence[Fraction]) -> list[int]:
    """Split ``total`` smallest units (cents) in proportion to ``weights``, losing none.

    Each part is its exact share cut to whole units; the units left over go one each to the largest
    remainders, ties to the earlier position. The parts add up to ``total``, each is less than one unit
    from its exact share, and ``allocate(-t, w)`` is the negative of ``allocate(t, w)``, so a refund splits
    as its sale did. Only the proportions of the weights count, and one of zero gets nothing.
    Raises ``NoWeightError`` where the weights add up to zero.
    """
    whole = sum(weights, start=Fraction(0))
    if whole == 0:
        raise NoWeightError("the weights of an allocation add up to zero")
    shares = [abs(total) * weight / whole for weight in weights]
    parts = [share.numerator // share.denominator for share in shares]
    by_remainder = sorted(range(len(parts)), key=lambda at: (parts[at] - shares[at], at))
    for at in by_remainder[: abs(total) - sum(parts)]:
        parts[at] += 1
    return [-part for part in parts] if total < 0 else parts
