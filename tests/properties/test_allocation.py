"""Dividing an amount: nothing is lost, nobody is favoured by the order, a negative amount mirrors its positive twin."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiercel.allocation import Claim, Remainder, allocate, share_in_turn, share_out
from tiercel.money import NoWeightError, Rounding, RoundingMode

MODES = (RoundingMode.half_up, RoundingMode.half_even, RoundingMode.down, RoundingMode.up)
CENT = Fraction(1, 100)
UNIT = Rounding(RoundingMode.half_up, CENT)

cents = st.integers(-(10**7), 10**7).map(lambda n: n * CENT)
weights = st.dictionaries(
    st.text("ABCdef013员", min_size=1, max_size=3),
    st.fractions(0, 1000, max_denominator=97),
    min_size=1,
    max_size=8,
).filter(lambda w: any(w.values()))
steps = st.sampled_from([CENT, Fraction(1, 10), Fraction(1)])
ratios = st.fractions(0, 1, max_denominator=40)


@given(st.integers(-(10**6), 10**6), weights, steps)
def test_largest_remainders_add_up_and_stay_within_a_step(count, given_weights, step):
    """The parts are whole steps that add up to the total, each less than a step from its exact share."""
    total = count * step
    parts = allocate(total, given_weights, Rounding(RoundingMode.half_up, step)).parts
    whole = sum(given_weights.values())
    assert sum(parts.values()) == total
    for key, weight in given_weights.items():
        assert (parts[key] / step).denominator == 1
        assert abs(parts[key] - total * weight / whole) < step


@given(cents, weights, steps, st.sampled_from(MODES), st.sampled_from(list(Remainder)))
def test_parts_and_rest_are_the_total(total, given_weights, step, mode, remainder):
    """Whatever the rounding, no cent is lost and none is made."""
    total = total * 100 * step if remainder is Remainder.largest else total
    division = allocate(total, given_weights, Rounding(mode, step), remainder)
    assert sum(division.parts.values()) + division.rest == total
    assert set(division.parts) == set(given_weights)


@given(cents, weights, st.sampled_from(MODES), st.sampled_from(list(Remainder)), st.randoms())
def test_the_order_of_the_weights_never_matters(total, given_weights, mode, remainder, random):
    """Shuffled weights give everybody the same part."""
    shuffled = list(given_weights.items())
    random.shuffle(shuffled)
    rounding = Rounding(mode, CENT)
    assert allocate(total, given_weights, rounding, remainder) == allocate(total, dict(shuffled), rounding, remainder)


@given(cents, weights, st.sampled_from(MODES), st.sampled_from(list(Remainder)))
def test_a_negative_total_mirrors_the_positive(total, given_weights, mode, remainder):
    """What is taken back is divided as what was given."""
    rounding = Rounding(mode, CENT)
    there = allocate(total, given_weights, rounding, remainder)
    back = allocate(-total, given_weights, rounding, remainder)
    assert {key: -part for key, part in there.parts.items()} == dict(back.parts)
    assert back.rest == -there.rest


@given(cents, weights, st.sampled_from([Remainder.first, Remainder.last, Remainder.largest]))
def test_nobody_pays_in(total, given_weights, remainder):
    """No part lies on the other side of 0 than the total."""
    for part in allocate(total, given_weights, UNIT, remainder).parts.values():
        assert part * total >= 0


@given(cents, weights, st.sampled_from(MODES))
def test_the_first_in_the_order_of_keys_takes_the_difference(total, given_weights, mode):
    """All but the first have their rounded share, as far as there is money for it."""
    rounding = Rounding(mode, CENT)
    parts = allocate(total, given_weights, rounding, Remainder.first).parts
    apart = allocate(total, given_weights, rounding, Remainder.apart).parts
    first, *others = sorted(given_weights)
    if sum(abs(apart[key]) for key in others) <= abs(total):
        assert {key: parts[key] for key in others} == {key: apart[key] for key in others}
        assert parts[first] == total - sum(apart[key] for key in others)


def test_the_difference_of_ten_by_three():
    """10.00 in three: 3.34 for the first, the last, or the first of equal remainders; a cent apart if cut off."""
    three = {key: Fraction(1) for key in "CAB"}
    down = Rounding(RoundingMode.down, CENT)
    ten, small, large = Fraction(10), Fraction("3.33"), Fraction("3.34")
    assert allocate(ten, three, UNIT).parts == {"A": large, "B": small, "C": small}
    assert allocate(ten, three, UNIT, Remainder.first).parts == {"A": large, "B": small, "C": small}
    assert allocate(ten, three, UNIT, Remainder.last).parts == {"A": small, "B": small, "C": large}
    cut = allocate(ten, three, down, Remainder.apart)
    assert (set(cut.parts.values()), cut.rest) == ({small}, CENT)


def test_refused_weights():
    """Weights below zero, weights of nothing, and a total that has no whole number of steps."""
    with pytest.raises(ValueError, match="below zero"):
        allocate(Fraction(1), {"A": Fraction(-1), "B": Fraction(2)}, UNIT)
    with pytest.raises(NoWeightError):
        allocate(Fraction(1), {"A": Fraction(0)}, UNIT)
    with pytest.raises(ValueError, match="whole steps"):
        allocate(Fraction(1, 1000), {"A": Fraction(1)}, UNIT)


# ---- shares written one by one


@given(st.fractions(-10000, 10000, max_denominator=1000), st.lists(ratios, min_size=1, max_size=5), st.booleans())
def test_shares_and_the_rest_are_the_amount(total, shares, in_turn):
    """With a rest, all parts add up to the amount rounded to the cent."""
    asked = [*(Claim(s) for s in shares), Claim(None)]
    sharing = share_in_turn(total, asked, UNIT, UNIT) if in_turn else share_out(total, asked, None, UNIT, UNIT)
    assert sum(part.amount for part in sharing.parts) == sharing.total
    assert abs(sharing.total - total) <= CENT / 2


@given(
    st.fractions(0, 10000, max_denominator=1000),
    st.lists(ratios, min_size=1, max_size=5),
    st.fractions(0, 5000, max_denominator=100),
)
def test_shares_under_a_limit_come_to_it_exactly(total, shares, limit):
    """Together they are the sum of the shares, or the limit where that is less, to the cent."""
    sharing = share_out(total, [Claim(s) for s in shares], limit, UNIT, UNIT)
    wanted = min(sum(shares) * total, limit)
    assert abs(sum(part.amount for part in sharing.parts) - wanted) <= CENT / 2
    assert all(part.amount >= 0 for part in sharing.parts)


@given(st.fractions(0, 10000, max_denominator=1000), st.lists(ratios, min_size=1, max_size=5))
def test_the_shares_of_a_taken_back_amount_mirror_it(total, shares):
    """A negative amount is shared as the positive one is."""
    asked = [*(Claim(s) for s in shares), Claim(None)]
    for share in (lambda t: share_out(t, asked, None, UNIT, UNIT), lambda t: share_in_turn(t, asked, UNIT, UNIT)):
        assert [-p.amount for p in share(total).parts] == [p.amount for p in share(-total).parts]


def test_a_share_without_receiver_goes_to_the_rest():
    """60 and 20 and 10 percent of 1000; the second does not exist, so 200 more stay with the rest."""
    asked = [Claim(Fraction("0.6")), Claim(Fraction("0.2"), exists=False), Claim(Fraction("0.1")), Claim(None)]
    sharing = share_out(Fraction(1000), asked, None, UNIT, UNIT)
    assert [part.amount for part in sharing.parts] == [600, 200, 100, 300]
