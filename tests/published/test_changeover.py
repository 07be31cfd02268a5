"""The changeover of the branch: the engine against `changeover_policy.py`, and one person worked out by hand."""

import functools
import importlib.util
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

import tiercel
from tiercel.demo_book import keep

HERE = Path(__file__).resolve().parent
EXAMPLE = HERE.parents[1] / "examples" / "office_software" / "changeover"
FACTS = EXAMPLE / "facts"

spec = importlib.util.spec_from_file_location("changeover_policy", HERE / "changeover_policy.py")
assert spec is not None
assert spec.loader is not None
policy = importlib.util.module_from_spec(spec)
spec.loader.exec_module(policy)
BRANCH = policy.Branch()


@functools.cache
def engine(month, evaluator="compiled"):
    return tiercel.load(EXAMPLE / "v2.tier").evaluate(FACTS, month, evaluator=evaluator)


def lines(person, month, *names):
    return [(x.line, x.row, str(x.amount)) for x in engine(month).lines if x.person == person and x.line in names]


@pytest.mark.parametrize("month", policy.MONTHS)
def test_everybody_is_paid_what_the_policy_says(month):
    """Twelve people: old offers, money of customers, blend, least amount, pilots, refunds of earlier months."""
    expected = {person: BRANCH.payout(person, month)["final"] for person in BRANCH.people}
    assert {person: Fraction(amount) for person, amount in engine(month).payout.items()} == expected
    assert len(expected) == 12


@pytest.mark.parametrize("month", policy.MONTHS)
def test_each_effect_of_the_change_is_a_line_of_its_own(month):
    """What blend and least amount add, and what refunds of earlier months change."""
    for person in BRANCH.people:
        told = BRANCH.payout(person, month)
        expected = [
            *([("blend", "", Fraction(told["blend"]))] if told["blend"] is not None else []),
            *([("at_least", "", Fraction(told["least"]))] if told["least"] is not None else []),
            *(("adjustment", refund, amount) for refund, amount in told["adjustments"].items()),
        ]
        found = lines(person, month, "blend", "at_least", "adjustment")
        assert [(name, row, Fraction(amount)) for name, row, amount in found] == expected, person


def test_the_reference_comes_to_the_same():
    """September: pilots, a blend, least amounts, two refunds of earlier months."""
    assert engine("2023-09", "reference").to_dict() == engine("2023-09").to_dict()


def test_one_person_by_hand():
    """E080, not of the pilot team; task 9 deals, quota 91,000, 4 small deals, the team's goal 280,000.

    July. Two deals: 10,000 of the 1st, offered in May, and 4,000 of the 31st, offered in July.
    Version 2: the first keeps the old terms: 5% + 1% = 600, paid at once though only 1,000 came in. The second: the
    total goes from 10,000 to 14,000, all at 5%: 200, paid by the customer on the 31st. Score: large 1/1 ÷ 40%, at most
    1.2, × 30% = 0.36; retention 0/1 = 0; no survey 80/85 = 0.941176 × 20% = 0.1882352; small 1/4 × 25% = 0.0625;
    together 0.6107: coefficient 0.8. (600 + 200) × 0.8 = 640.00.
    Version 1 alone: 600 + 6% of 4,000 = 840. Score 2/9 × 60% + 14,000/91,000 × 20% + at most 24% is below 60%: 0.5, so
    420.00. A quarter of the way: 75% × (420 - 640) = -165.00; 475.00, above 90% of 420.

    August. Won, in order of days: 3,333.33; 4,421.99, offered in June; 17,800.33, large; 6,900.50; 5,112.00; together
    37,568.15, all at 5%.
    Version 2: 166.67; old terms 221.0995 + 44.2199 = 265.32, at once and without the repurchase bonus; 890.0165 × 1.15 =
    1,023.52; 345.03; 255.60. In came all of the first and the fourth, 8,900.16 of the third (511.76) and nothing of the
    fifth: 166.67 + 511.76 + 345.03 = 1,023.46 fall due. Repurchase 890.02 + 255.60 = 1,145.62. Score: large 1/4 ÷ 40% =
    0.625 × 30% = 0.1875; retention 1.2 × 25% = 0.3; 98/85 at most 1.1 × 20% = 0.22; small 4/4 × 25%; together 0.9575:
    coefficient 1. 1,023.46 + 265.32 + 1,145.62 = 2,434.40.
    Version 1 alone: 6% of each: 200.00 + 265.32 + 1,068.02 + 414.03 + 306.72 = 2,254.09. Score 5/9 = 0.555556 × 60% =
    0.3333336; 37,568.15/91,000 = 0.412837 × 20% = 0.0825674; the team won 331,845.22 of 280,000, 1.185161 × 20% =
    0.2370322; together 0.6529: 0.8, so 1,803.27. Half of the way: 50% × (1,803.27 - 2,434.40) = -315.57 (half a cent away
    from 0); 2,118.83.

    September. What is left of August comes in: 1,023.52 - 511.76 = 511.76, and 255.60.
    """
    assert engine("2023-07").payout["E080"] == Decimal("475.00")
    assert lines("E080", "2023-07", "signing_pay", "repurchase", "blend", "at_least") == [
        ("signing_pay", "HT2307-121", "600.00"),
        ("signing_pay", "HT2307-122", "200.00"),
        ("blend", "", "-165.00"),
        ("at_least", "", "0.00"),
    ]
    assert engine("2023-08").payout["E080"] == Decimal("2118.83")
    assert sorted(lines("E080", "2023-08", "signing_pay", "repurchase", "blend")) == [
        ("blend", "", "-315.57"),
        ("repurchase", "HT2308-608", "890.02"),
        ("repurchase", "HT2308-610", "255.60"),
        ("signing_pay", "HT2308-608", "511.76"),
        ("signing_pay", "HT2308-610", "0.00"),
        ("signing_pay", "HT2308-612", "166.67"),
        ("signing_pay", "HT2308-613", "345.03"),
        ("signing_pay", "HT2308-615", "265.32"),
    ]
    assert lines("E080", "2023-09", "signing_pay")[:2] == [
        ("signing_pay", "HT2308-608", "511.76"),
        ("signing_pay", "HT2308-610", "255.60"),
    ]


def test_both_faces_mean_the_same():
    """In either version."""
    for version in ("v1", "v2"):
        english, chinese = (tiercel.load(EXAMPLE / f"{version}{face}.tier") for face in ("", ".zh"))
        assert english.hash == chinese.hash


def test_the_book_pays_in_six_months_what_the_policy_says(tmp_path):
    """A deal that came late and an amount that was wrong are made up for: the months differ, the sum does not."""
    story = keep(tmp_path, EXAMPLE / "v2.tier", FACTS, "en")
    assert [months[1].version for months in story.told.values()] == [2, 1]
    for person, months in story.told.items():
        expected = sum(BRANCH.payout(person, month)["final"] for month in policy.MONTHS)
        assert Fraction(sum(month.paid for month in months), 100) == expected, person
    assert {c.period for c in story.corrections} == {story.late, story.wrong} == {"2023-08", "2023-09"}
