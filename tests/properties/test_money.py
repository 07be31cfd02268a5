"""Rounding, exact text, currencies and allocation, each against a second way to work it out."""

from __future__ import annotations

import decimal
import pickle
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiercel.money import (
    NotExactError,
    NoWeightError,
    Rounding,
    RoundingMode,
    UnknownCurrencyError,
    allocate,
    grouped,
    minor_units,
    money_text,
    plain,
    round_to,
    to_decimal,
)

STEPS = [Fraction(text) for text in ("0.0001", "0.01", "0.05", "0.1", "1", "10", "100", "1/3", "7")]
LARGE = 10**30


def tie(n: int, step: Fraction) -> Fraction:
    """The value half-way between two multiples of the step."""
    return (2 * n + 1) * step / 2


def decimal_fraction(units: int, digits: int) -> Fraction:
    """So many units of the last of so many decimals."""
    return Fraction(units, 10**digits)


fractions = st.fractions(-LARGE, LARGE, max_denominator=10**9)
numerators = st.integers(-LARGE, LARGE)
decimals = st.builds(decimal_fraction, numerators, st.integers(0, 12))
ties = st.builds(tie, st.integers(-(10**6), 10**6), st.sampled_from(STEPS))
values = fractions | decimals | ties | st.fractions(-20, 20, max_denominator=12)
steps = st.sampled_from(STEPS) | st.fractions(Fraction(1, 1000), 1000, max_denominator=1000)
modes = st.sampled_from(RoundingMode)
roundings = st.builds(Rounding, modes, steps)
weights = st.lists(st.fractions(0, 10**6, max_denominator=10**4), min_size=1, max_size=12).filter(any)

IN_DECIMAL = {
    RoundingMode.half_up: decimal.ROUND_HALF_UP,
    RoundingMode.half_even: decimal.ROUND_HALF_EVEN,
    RoundingMode.up: decimal.ROUND_UP,
    RoundingMode.down: decimal.ROUND_DOWN,
    RoundingMode.ceiling: decimal.ROUND_CEILING,
    RoundingMode.floor: decimal.ROUND_FLOOR,
}


def hostile() -> decimal.Context:
    """A context in which almost any Decimal arithmetic fails or loses digits."""
    traps = [decimal.Inexact, decimal.Rounded, decimal.Subnormal, decimal.FloatOperation, decimal.Overflow]
    return decimal.Context(prec=3, Emin=-2, Emax=2, traps=traps)


@given(values, roundings)
def test_rounding_agrees_with_decimal(value: Fraction, rounding: Rounding) -> None:
    """Every mode and step gives what the decimal module gives when its precision is ample."""
    steps_of_value = value / rounding.step
    with decimal.localcontext(decimal.Context(prec=400)):
        quotient = Decimal(steps_of_value.numerator) / Decimal(steps_of_value.denominator)
        expected = int(quotient.quantize(Decimal(1), IN_DECIMAL[rounding.mode]))
    assert round_to(value, rounding) == expected * rounding.step


@given(ties, st.sampled_from(STEPS))
def test_half_up_is_the_one_formula(value: Fraction, step: Fraction) -> None:
    """Half up is sign(n) * ((2*|n| + d) // (2*d)) steps."""
    n, d = (value / step).as_integer_ratio()
    sign = (n > 0) - (n < 0)
    expected = sign * ((2 * abs(n) + d) // (2 * d)) * step
    assert round_to(value, Rounding(RoundingMode.half_up, step)) == expected


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (RoundingMode.half_up, [3, 2, 1, 1, 0, 0, -1, -1, -2, -3]),
        (RoundingMode.half_even, [2, 2, 1, 0, 0, 0, 0, -1, -2, -2]),
        (RoundingMode.up, [3, 2, 2, 1, 1, -1, -1, -2, -2, -3]),
        (RoundingMode.down, [2, 1, 1, 0, 0, 0, 0, -1, -1, -2]),
        (RoundingMode.ceiling, [3, 2, 2, 1, 1, 0, 0, -1, -1, -2]),
        (RoundingMode.floor, [2, 1, 1, 0, 0, -1, -1, -2, -2, -3]),
    ],
)
def test_rounding_by_hand(mode: RoundingMode, expected: list[int]) -> None:
    """Ties and near ties of both signs go where the mode says."""
    texts = ["2.5", "1.6", "1.1", "0.5", "0.1", "-0.1", "-0.5", "-1.1", "-1.6", "-2.5"]
    assert [round_to(Fraction(text), Rounding(mode, Fraction(1))) for text in texts] == expected


@given(values, roundings)
def test_rounding_moves_less_than_one_step(value: Fraction, rounding: Rounding) -> None:
    """The result is a multiple of the step, less than a step away (half a step at most for the nearest)."""
    result = round_to(value, rounding)
    distance = abs(result - value)
    assert (result / rounding.step).denominator == 1
    assert distance < rounding.step
    if rounding.mode in {RoundingMode.half_up, RoundingMode.half_even}:
        assert 2 * distance <= rounding.step


@given(values, values, roundings)
def test_rounding_keeps_order_and_multiples(a: Fraction, b: Fraction, rounding: Rounding) -> None:
    """A larger value never rounds to a smaller one, and rounding twice is rounding once."""
    low, high = round_to(min(a, b), rounding), round_to(max(a, b), rounding)
    assert low <= high
    assert round_to(low, rounding) == low


@given(values, steps)
def test_rounding_is_even_handed_about_the_sign(value: Fraction, step: Fraction) -> None:
    """Half up, half even, up and down treat a refund as they treat its sale; ceiling mirrors floor."""
    for mode in (RoundingMode.half_up, RoundingMode.half_even, RoundingMode.up, RoundingMode.down):
        assert round_to(-value, Rounding(mode, step)) == -round_to(value, Rounding(mode, step))
    ceiling, floor = Rounding(RoundingMode.ceiling, step), Rounding(RoundingMode.floor, step)
    assert round_to(-value, ceiling) == -round_to(value, floor)


@pytest.mark.parametrize("step", ["0", "-0.01"])
def test_rounding_step_is_above_zero(step: str) -> None:
    """A step of zero or below is refused when the rounding is made."""
    with pytest.raises(ValueError, match="above zero"):
        Rounding(RoundingMode.half_up, Fraction(step))


@pytest.mark.parametrize(
    ("digits", "codes"),
    [
        (0, "JPY KRW VND CLP ISK XAF XOF XPF UGX PYG"),
        (2, "CNY USD EUR GBP HKD TWD SGD CHF INR MYR THB IDR RUB MGA XCG ZWG"),
        (3, "BHD KWD TND OMR JOD IQD LYD"),
        (4, "CLF UYW"),
    ],
)
def test_minor_units_are_those_of_iso_4217(digits: int, codes: str) -> None:
    """Currencies have the digits the standard gives them."""
    assert {code: minor_units(code) for code in codes.split()} == dict.fromkeys(codes.split(), digits)


@pytest.mark.parametrize("code", ["", "RMB", "cny", "XXX", "XAU", "CNYCNY", "元"])
def test_unknown_currency_names_the_code(code: str) -> None:
    """A code without a minor unit is an error that carries it, also through a pickle."""
    with pytest.raises(KeyError) as caught:
        minor_units(code)
    again = pickle.loads(pickle.dumps(caught.value))
    assert isinstance(again, UnknownCurrencyError)
    assert again.code == code
    assert repr(code) in str(again)


@given(decimals)
def test_text_of_a_decimal_reads_back(value: Fraction) -> None:
    """The text is the same number, in its shortest form, without exponent or minus zero."""
    text = plain(value)
    assert Fraction(text) == value
    assert "E" not in text.upper()
    assert "." not in text or not text.endswith(("0", "."))
    assert text != "-0"
    assert text == f"{Decimal(text):f}"


@given(values)
def test_plain_never_loses_anything(value: Fraction) -> None:
    """Whatever the value, its text reads back as the same value; only endless decimals are written n/d."""
    text = plain(value)
    assert Fraction(text) == value
    rest = value.denominator
    while rest % 2 == 0:
        rest //= 2
    while rest % 5 == 0:
        rest //= 5
    assert ("/" in text) == (rest != 1)


@pytest.mark.parametrize(
    ("value", "text"),
    [("0", "0"), ("1/20", "0.05"), ("-1/8", "-0.125"), ("1200", "1200"), ("1/3", "1/3"), ("-2/6", "-1/3")],
)
def test_plain_by_hand(value: str, text: str) -> None:
    """Rates and amounts print as a person would write them."""
    assert plain(Fraction(value)) == text


@given(st.integers(-LARGE, LARGE), st.integers(0, 12))
def test_money_has_exactly_its_digits(units: int, digits: int) -> None:
    """Money text and Decimal hold the number with just the digits asked for."""
    value = Fraction(units, 10**digits)
    text, number = money_text(value, digits), to_decimal(value, digits)
    assert Fraction(text) == value == Fraction(number)
    assert len(text.partition(".")[2]) == digits
    assert number.as_tuple().exponent == -digits
    assert text.startswith("-") == (units < 0)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [("1234.5", 2, "1234.50"), ("0", 2, "0.00"), ("-0.05", 2, "-0.05"), ("7", 0, "7"), ("-1/2", 3, "-0.500")],
)
def test_money_text_by_hand(value: str, digits: int, text: str) -> None:
    """Amounts print with the digits of their currency."""
    assert money_text(Fraction(value), digits) == text


@given(st.integers(), st.integers(0, 12), st.sampled_from([3, 7, 20, 30]))
def test_what_does_not_fit_is_refused(units: int, digits: int, factor: int) -> None:
    """A value that needs more digits is an error that carries it, never a rounded amount."""
    value = Fraction(factor * units + 1, factor * 10**digits)
    for write in (to_decimal, money_text):
        with pytest.raises(NotExactError) as caught:
            write(value, digits)
        again = pickle.loads(pickle.dumps(caught.value))
        assert (again.value, again.digits) == (value, digits)
        assert plain(value) in str(again)


@pytest.mark.parametrize("write", [to_decimal, money_text])
def test_negative_digits_are_refused(write: Callable[[Fraction, int], object]) -> None:
    """Digits after the point cannot be negative."""
    with pytest.raises(ValueError, match="negative"):
        write(Fraction(100), -2)


@given(values, roundings, st.integers(0, 12))
def test_the_decimal_context_changes_nothing(value: Fraction, rounding: Rounding, digits: int) -> None:
    """A host's precision of three digits and its traps do not touch any result."""
    cents = round_to(value, Rounding(rounding.mode, Fraction(1, 10**digits)))
    ample = decimal.Context(prec=400)
    results: list[list[object]] = []
    for context in (ample, hostile()):
        with decimal.localcontext(context) as here:
            results.append(
                [
                    round_to(value, rounding),
                    plain(value),
                    money_text(cents, digits),
                    grouped(money_text(cents, digits)),
                    to_decimal(cents, digits).as_tuple(),
                    allocate(cents.numerator, [rounding.step, Fraction(1), Fraction(2)]),
                ]
            )
            assert not any(here.flags.values())
    assert results[0] == results[1]


@given(st.integers(-LARGE, LARGE), st.integers(0, 8))
def test_grouping_puts_a_comma_before_each_three_digits(units: int, digits: int) -> None:
    """Grouped text is the text with Python's own thousands commas in the whole part."""
    text = money_text(Fraction(units, 10**digits), digits)
    whole, point, rest = text.removeprefix("-").partition(".")
    assert grouped(text) == "-" * text.startswith("-") + f"{int(whole):,}" + point + rest


@pytest.mark.parametrize(
    ("text", "expected"),
    [("-1234567.8901", "-1,234,567.8901"), ("999", "999"), ("-100", "-100"), ("10000/30001", "10,000/30001")],
)
def test_grouping_by_hand(text: str, expected: str) -> None:
    """Only the part before the point or the stroke is grouped; no comma follows the sign."""
    assert grouped(text) == expected


@pytest.mark.parametrize("text", ["", "-", "1,234", "1e5", "NaN", " 12", "12\n", "1.", ".5", "１２３４"])
def test_grouping_takes_numbers_only(text: str) -> None:
    """Anything but the plain text of a number is refused."""
    with pytest.raises(ValueError, match="not the text of a number"):
        grouped(text)


@given(st.integers(-LARGE, LARGE) | st.integers(-50, 50), weights)
def test_allocation_conserves_and_is_fair(total: int, by: list[Fraction]) -> None:
    """The parts add up to the total and each is less than one unit from its exact share."""
    parts = allocate(total, by)
    assert sum(parts) == total
    assert len(parts) == len(by)
    assert all(abs(part - total * weight / sum(by)) < 1 for part, weight in zip(parts, by, strict=True))
    assert all(part == 0 for part, weight in zip(parts, by, strict=True) if weight == 0)


@given(st.integers(-(10**9), 10**9), weights)
def test_allocation_gives_the_rest_to_the_largest_remainders(total: int, by: list[Fraction]) -> None:
    """Units are handed out one by one to whoever is furthest behind, the earlier position first."""
    magnitude, whole = abs(total), sum(by)
    parts = [int(magnitude * weight / whole) for weight in by]
    while sum(parts) < magnitude:
        behind = [magnitude * weight / whole - part for part, weight in zip(parts, by, strict=True)]
        parts[behind.index(max(behind))] += 1
    assert [abs(part) for part in allocate(total, by)] == parts


@given(st.integers(-LARGE, LARGE), weights, st.fractions(Fraction(1, 99), 99, max_denominator=99))
def test_allocation_depends_on_proportions_alone(total: int, by: list[Fraction], factor: Fraction) -> None:
    """Weights times any factor, also a negative one, split alike; a refund splits as its sale did."""
    assert allocate(total, [factor * weight for weight in by]) == allocate(total, by)
    assert allocate(total, [-factor * weight for weight in by]) == allocate(total, by)
    assert allocate(-total, by) == [-part for part in allocate(total, by)]


@pytest.mark.parametrize(
    ("total", "by", "expected"),
    [
        (100, "1 1 1", [34, 33, 33]),
        (-100, "1 1 1", [-34, -33, -33]),
        (2, "1 1 1", [1, 1, 0]),
        (5, "0 1 1", [0, 3, 2]),
        (1000, "1/2 1/3 1/6", [500, 333, 167]),
        (0, "1 2", [0, 0]),
        (1, "3 -2", [3, -2]),
    ],
)
def test_allocation_by_hand(total: int, by: str, expected: list[int]) -> None:
    """Equal remainders go to the earlier position; zero weights get nothing."""
    assert allocate(total, [Fraction(text) for text in by.split()]) == expected


@pytest.mark.parametrize("by", ["", "0", "0 0", "1 -1"])
def test_allocation_without_weight_is_an_error(by: str) -> None:
    """Where the weights add up to zero nothing is split silently, not even zero."""
    with pytest.raises(NoWeightError):
        allocate(0, [Fraction(text) for text in by.split()])
