"""A first scheme from six answers: whatever they are, it checks clean, pays, and means the same in both languages."""

import itertools
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

import tiercel
from tiercel.beginning import (
    MARGINAL,
    NO_TIERS,
    PER_DEAL,
    PER_PERIOD,
    WHOLE,
    Answers,
    facts_templates,
    file_name,
    questions,
    read_answers,
    scheme_text,
)

FIRST = date(2024, 1, 1)
WEIGHTS = (
    (),
    (("amount", 100),),
    (("deals", 100),),
    (("satisfaction", 100),),
    (("amount", 50), ("deals", 50)),
    (("amount", 50), ("satisfaction", 50)),
    (("deals", 50), ("satisfaction", 50)),
    (("amount", 60), ("deals", 20), ("satisfaction", 20)),
)
BOTH = pytest.mark.parametrize("language", ["zh", "en"])


def every(paid, mode):
    """All combinations of the other answers."""
    rest = itertools.product(WEIGHTS, (False, True), (Fraction(0), Fraction(50000)), (False, True))
    for weights, coefficient, cap, refunds in rest:
        yield Answers(paid, mode, weights=weights, coefficient=coefficient, cap=cap, refunds=refunds)


def filled(answers, folder, language):
    """The templates with a few rows: three deals of one person, together 200,000, one survey, one refund."""
    texts = {
        "people": {"id": "E1", "name": "王喆", "quota": "250000", "deal_target": "4"},
        "survey": {"id": "S1", "deal": "D1", "day": "2024-01-20", "points": "81"},
        "refund": {"id": "R1", "deal": "D3", "day": "2024-01-25", "amount": "50000"},
    }
    deals = "D1,E1,2024-01-05,40000\r\nD2,E1,2024-01-06,60000\r\nD3,E1,2024-01-07,100000\r\n"
    english = facts_templates(answers, "en")
    for (name, header), (table, plain) in zip(facts_templates(answers, language).items(), english.items(), strict=True):
        row = texts.get(table.removesuffix(".csv"))
        rows = deals if row is None else ",".join(row[c] for c in plain.strip().split(",")) + "\r\n"
        (folder / name).write_text(header + rows, "utf-8-sig")
    return folder


# ---- every combination


@pytest.mark.parametrize("mode", [NO_TIERS, MARGINAL, WHOLE])
@pytest.mark.parametrize("paid", [PER_DEAL, PER_PERIOD])
def test_every_combination_is_clean_and_one_scheme_in_both_languages(paid, mode):
    """No error and no warning, of whole amounts the note that they leap, and equal hashes."""
    seen = set()
    for answers in every(paid, mode):
        schemes = [tiercel.loads(scheme_text(answers, language)) for language in ("zh", "en")]
        leaps = ["E2607"] if mode == WHOLE and paid == PER_PERIOD else []
        assert [[d.code for d in s.warnings] for s in schemes] == [leaps, leaps], answers
        assert schemes[0].hash == schemes[1].hash, answers
        seen.add(schemes[0].hash)
    # Without weights a coefficient scores the amount, as 100% amount does: that is the one scheme reached twice.
    assert len(seen) == len(list(every(paid, mode))) - 4


@pytest.mark.parametrize("mode", [NO_TIERS, MARGINAL, WHOLE])
@pytest.mark.parametrize("paid", [PER_DEAL, PER_PERIOD])
def test_every_combination_pays_from_its_own_templates(paid, mode, tmp_path):
    """The headers are those that the scheme reads, in both languages, and the amounts are the same."""
    for number, answers in enumerate(every(paid, mode)):
        amounts = []
        for language in ("zh", "en"):
            folder = tmp_path / f"{number}{language}"
            folder.mkdir()
            scheme = tiercel.loads(scheme_text(answers, language))
            amounts.append(scheme.evaluate(filled(answers, folder, language), "2024-01").payout["E1"])
        assert amounts[0] == amounts[1], answers
        assert amounts[0] > 0


# ---- by hand


@pytest.mark.parametrize(
    ("answers", "amount"),
    [
        # 5% of 200,000
        (Answers(), "10000.00"),
        (Answers(PER_PERIOD), "10000.00"),
        # 50,000 x 5% + 100,000 x 6% + 50,000 x 8%
        (Answers(mode=MARGINAL), "12500.00"),
        (Answers(PER_PERIOD, MARGINAL), "12500.00"),
        # 200,000 x 8%
        (Answers(mode=WHOLE), "16000.00"),
        (Answers(PER_PERIOD, WHOLE), "16000.00"),
        # half of D3 is refunded: its line of 50,000 x 6% + 50,000 x 8% = 7,000 loses 3,500; or 150,000 in all
        (Answers(mode=MARGINAL, refunds=True), "9000.00"),
        (Answers(PER_PERIOD, MARGINAL, refunds=True), "8500.00"),
        # 150,000 reaches the last tier: x 8%
        (Answers(PER_PERIOD, WHOLE, refunds=True), "12000.00"),
        (Answers(mode=WHOLE, cap=Fraction(15000)), "15000.00"),
        # 200,000 of 250,000 is 80%: coefficient 0.8
        (Answers(coefficient=True), "8000.00"),
        # 3 of 4 deals is 75%: 0.8
        (Answers(weights=(("deals", 100),), coefficient=True), "8000.00"),
        # 81 of 90 is 90%: coefficient 1
        (Answers(weights=(("satisfaction", 100),), coefficient=True), "10000.00"),
        # 80% x 60% + 75% x 20% + 90% x 20% = 81%: 0.8
        (Answers(weights=WEIGHTS[-1], coefficient=True), "8000.00"),
        # a score without a coefficient changes nothing
        (Answers(weights=WEIGHTS[-1]), "10000.00"),
    ],
)
def test_by_hand(answers, amount, tmp_path):
    """Three deals: 40,000, 60,000 and 100,000; half of the last is refunded where refunds count."""
    scheme = tiercel.loads(scheme_text(answers, "zh"))
    assert scheme.evaluate(filled(answers, tmp_path, "zh"), "2024-01").payout["E1"] == Decimal(amount)


def test_a_single_tier_and_odd_numbers():
    """One rate for everything as a table of one row; bounds and rates with digits after the point."""
    for tiers in (
        ((Fraction(0), Fraction(1, 20)),),
        ((Fraction(0), Fraction(0)), (Fraction("12345.67"), Fraction("0.0125"))),
    ):
        answers = Answers(mode=MARGINAL, tiers=tiers, cap=Fraction("99999.5"))
        schemes = [tiercel.loads(scheme_text(answers, language)) for language in ("zh", "en")]
        assert schemes[0].hash == schemes[1].hash
        assert schemes[0].warnings == ()


# ---- the questions


@BOTH
def test_six_questions_whose_options_are_answers(language):
    """Each fills a field; each value it offers is one that `read_answers` takes."""
    asked = questions(language)
    assert [q.field for q in asked] == ["paid", "mode", "weights", "coefficient", "cap", "refunds"]
    for question in asked:
        assert question.text.endswith(("?", "？", ")", "）"))
        assert bool(question.detail) == bool(question.example)
        for option in question.options:
            assert isinstance(read_answers({question.field: option.value}, {}, FIRST), Answers)


@BOTH
def test_the_examples_of_the_questions_are_understood(language):
    """What is offered as a default makes the scheme that the defaults make."""
    typed = {q.field: q.example for q in questions(language) if q.example}
    chosen = {"mode": MARGINAL, "weights": ["amount", "deals", "satisfaction"], "cap": "yes"}
    assert read_answers(chosen, typed, FIRST) == Answers(
        mode=MARGINAL, weights=WEIGHTS[-1], cap=Fraction(50000), first=FIRST
    )


def test_what_people_type():
    """万, full-width commas and signs, weights left out."""
    answers = read_answers(
        {"mode": WHOLE, "weights": ["amount", "deals", "satisfaction"], "cap": "yes"},
        {"mode": "0 5％，5万 6.5%、15万 8%", "cap": " 20万元 "},
        FIRST,
    )
    assert answers.tiers == (
        (Fraction(0), Fraction(5, 100)),
        (Fraction(50000), Fraction(65, 1000)),
        (Fraction(150000), Fraction(8, 100)),
    )
    assert answers.weights == (("amount", 34), ("deals", 33), ("satisfaction", 33))
    assert answers.cap == 200000


@pytest.mark.parametrize(
    ("chosen", "typed"),
    [
        ({"paid": "per_year"}, {}),
        ({"mode": "steps"}, {}),
        ({"mode": MARGINAL}, {"mode": "5%, 6%"}),
        ({"mode": MARGINAL}, {"mode": "10000 5%"}),
        ({"mode": MARGINAL}, {"mode": "0 5%, 50000 6%, 50000 8%"}),
        ({"mode": MARGINAL}, {"mode": "0 5%, 50000 600%"}),
        ({"weights": ["amount", "amount"]}, {}),
        ({"weights": ["smiles"]}, {}),
        ({"weights": ["amount", "deals"]}, {"weights": "50%, 45%"}),
        ({"weights": ["amount", "deals"]}, {"weights": "100%"}),
        ({"cap": "yes"}, {"cap": "about 5"}),
        ({"cap": "yes"}, {"cap": "0"}),
    ],
)
def test_answers_that_make_no_scheme(chosen, typed):
    """They are refused before anything is written."""
    with pytest.raises(ValueError, match=r"."):
        read_answers(chosen, typed, FIRST)


def test_a_version_begins_with_a_month():
    """And a share without an end cannot be written down."""
    with pytest.raises(ValueError, match="no scheme"):
        Answers(first=date(2024, 1, 15))
    with pytest.raises(ValueError, match="no scheme"):
        Answers(cap=Fraction(1, 3))


@BOTH
def test_the_text_is_in_one_language(language):
    """Names carry both, words only one; every line fits a screen."""
    text = scheme_text(Answers(mode=MARGINAL, weights=WEIGHTS[-1], coefficient=True, refunds=True), language)
    assert ("第一条" in text) == (language == "zh")
    assert ("Article 1" in text) == (language == "en")
    assert max(map(len, text.splitlines())) <= 110
    assert "\n\n\n" not in text
    assert file_name(language).endswith(".tier")
