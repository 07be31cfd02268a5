"""The example company: the engine against `office_policy.py`, and both against figures worked out by hand."""

import functools
import importlib.util
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

import tiercel

HERE = Path(__file__).resolve().parent
EXAMPLE = HERE.parents[1] / "examples" / "office_software"
FACTS = EXAMPLE / "facts"


def module(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


policy = module("office_policy", HERE / "office_policy.py")
COMPANY = policy.Company(FACTS)


# ---- the engine, seen through these functions only


@functools.cache
def engine(month, face=""):
    version = "v1" if month <= "2023-06" else "v2"
    return tiercel.load(EXAMPLE / f"{version}{face}.tier").evaluate(FACTS, month)


def paid(person, month):
    return engine(month).payout[person]


def value(person, month, name):
    return engine(month).values[person][name]


def engine_lines(person, month):
    """What the person's own deals of the month earned, before refunds: (line, row) -> amount."""
    own = {deal["id"] for deal in COMPANY.deals_of(person, month)}
    return {
        (x.line, x.row): x.amount for x in engine(month).lines if x.person == person and x.row in own and x.amount >= 0
    }


def decimal(fraction):
    return Decimal(fraction.numerator) / Decimal(fraction.denominator)


# ---- everybody, every month


@pytest.mark.parametrize("month", policy.MONTHS)
def test_everybody_is_paid_what_the_policy_says(month):
    expected = {person: decimal(s["final"]) for person, s in COMPANY.settle_all(month).items()}
    assert dict(engine(month).payout) == expected
    assert len(expected) == 100


@pytest.mark.parametrize("month", policy.MONTHS)
def test_every_line_is_the_line_of_the_policy(month):
    for person in COMPANY.people:
        expected = {key: decimal(x) for key, x in COMPANY.earned(person, month)["lines"].items()}
        assert engine_lines(person, month) == expected, person


@pytest.mark.parametrize("month", policy.MONTHS)
def test_every_measure_and_score_is_that_of_the_policy(month):
    for person in COMPANY.people:
        earned = COMPANY.earned(person, month)
        assert value(person, month, "performance") == decimal(earned["performance"]), person
        for name, kpi in earned["kpis"].items():
            for part in ("actual", "target", "score"):
                assert value(person, month, f"{name}.{part}") == decimal(kpi[part]), (person, name, part)


SERVICE = {
    "follow_up": "follow_up_depth",
    "within_hour": "hour_share",
    "within_half_hour": "half_hour_share",
    "service": "service",
}


@pytest.mark.parametrize("month", policy.MONTHS)
def test_everybody_is_served_by_as_the_policy_says(month):
    """Follow-up depth, answers within an hour and half an hour, and the score of the three."""
    for person in COMPANY.people:
        for name, share in COMPANY.service(person, month).items():
            assert value(person, month, SERVICE[name]) == decimal(share), (person, name)


@pytest.mark.parametrize("month", policy.MONTHS)
def test_everybody_stands_where_the_policy_says(month):
    """Places in the team and in the company, among how many, and what is missing to third place."""
    ranks = COMPANY.ranks(month)
    assert len(ranks) == 98
    for person in COMPANY.people:
        shown = engine(month).values[person]
        expected = ranks.get(person)
        assert shown["takes_part"] is (expected is not None), person
        assert shown["to_third"] == (decimal(expected["to_third"]) if expected else 0), person
        for name in ("team_place", "company_place"):
            assert shown.get(name) == (expected and expected[name]), (person, name)


ITEMS = {"客户洞察": "insight", "关系维护": "care", "资源协调": "coordination"}


@pytest.mark.parametrize("month", policy.MONTHS[2:])
def test_everybody_has_the_profile_of_the_policy(month):
    """Level, gap and course of each item, and the score of those who have all three."""
    for person in COMPANY.people:
        shown, profile = engine(month).values[person], COMPANY.competency(person, month)
        for item, found in profile["items"].items():
            name = f"profile.{ITEMS[item]}"
            for part, key in (("level", name), ("gap", f"{name}.gap")):
                expected = None if found[part] is None else decimal(found[part])
                assert shown.get(key) == expected, (person, key)
            assert shown.get(f"{name}.course") == found["course"], (person, name)
        score = profile["score"]
        assert shown.get("profile.score") == (None if score is None else decimal(score)), person


def test_two_thirds_fall_short_in_the_third_item():
    """65 of the 100 rated in September, and none of the other two items is as weak."""
    shown = engine("2023-09").values
    short = [sum(shown[person][f"profile.{item}.gap"] > 0 for person in shown) for item in ITEMS.values()]
    assert short[2] == 65
    assert max(short[:2]) < 65
    assert len(shown) == 100


@pytest.mark.parametrize("month", policy.MONTHS)
def test_both_faces_pay_the_same(month):
    assert dict(engine(month, ".zh").payout) == dict(engine(month).payout)


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_both_faces_are_one_scheme(version):
    english, chinese = (tiercel.load(EXAMPLE / f"{version}{face}.tier") for face in ("", ".zh"))
    assert english.hash == chinese.hash


# ---- the hard people

HARD = {
    # A running total of exactly 50,000.00 belongs to the slice below it; 10,000.00 is large, 9,999.99 is not.
    ("E007", "2023-08"): "5980.01",
    # 49,999.99, then 0.02 over the bound: the deal of 0.02 earns R(0.0011) = 0.00 and still counts as a small deal.
    ("E018", "2023-09"): "3805.00",
    # 149,999.99, then 0.01 to exactly 150,000.00 (still 6%), then 10,000.00 wholly at 8% and large.
    ("E033", "2023-10"): "10956.00",
    # Two deals on one day straddle the bound; HT2308-10 comes before HT2308-9, and only one of the two is large.
    ("E012", "2023-08"): "3118.40",
    # 363,975 from one deal: the cap.
    ("E021", "2023-07"): "200000.00",
    # A quarter of it is refunded; July stays above the cap, so the adjustment is 0.00 and not -90,993.75.
    ("E021", "2023-08"): "4645.67",
    # Half of it more: only what lies below the cap is lost. The month ends far below zero.
    ("E021", "2023-09"): "-106976.25",
    # No client due: retention drops out. As 0% it would leave 62.25% and the coefficient 0.8.
    ("E026", "2023-08"): "1470.00",
    # Clients due, all pending: the same, though the person has renewal rows.
    ("E027", "2023-08"): "3545.65",
    # Joined on the 16th: the small-deal target of 4 is not prorated (at 2 the coefficient would be 1.2).
    ("E040", "2023-08"): "1650.00",
    # Left on the 12th: settled like everybody, nothing is prorated.
    ("E041", "2023-09"): "6601.20",
    # Gone, coefficient 0 in October, yet September's refund costs (1,564 + 1,300) x September's 1.2.
    ("E041", "2023-10"): "-3436.80",
    # Never signed a deal: an amount of 0.00, not an error and not absent.
    ("E050", "2023-10"): "0.00",
    # Changed team on June 15: deals until the 14th count for the old team, the person is measured by the new one.
    # Measured by the old one the score would fall below 90%.
    ("E055", "2023-06"): "3185.20",
    # Changed team inside August: version 2 never reads the team, so nothing may complain.
    ("E056", "2023-08"): "13727.12",
    # Eight deals to the volume bonus, one of them refunded in August: the bonus and the score stay.
    ("E060", "2023-06"): "4567.08",
    # The refund of that June deal, by version 1, in a month of version 2.
    ("E060", "2023-08"): "1091.95",
    # A third of a sale refunded in its own month: negative lines before the coefficient 1.2.
    ("E061", "2023-07"): "4677.86",
    # The second and the last third, each in a later month: together exactly what July still paid for the sale.
    ("E061", "2023-08"): "1090.13",
    ("E061", "2023-09"): "1827.61",
    # Sold and refunded in one month: the deal keeps its place, so the next one starts at 60,000 and not at 40,000.
    ("E062", "2023-08"): "6266.40",
    # Two sales of July refunded on one day (TK2309-10 before TK2309-9), one of them again in October.
    ("E063", "2023-09"): "1486.40",
    ("E063", "2023-10"): "3044.00",
    # Two refunds of one sale on one day of its own month, 1/7 and 2/7: 684.52, then R(3/7) - 684.52 = 1,369.05.
    ("E065", "2023-10"): "5049.72",
    # 79.99851% is shown as 80.00% and is paid as 80.00%.
    ("E070", "2023-07"): "2635.00",
    # No survey: 80 points. E072: one survey, and it does not count; 80 points as well, by September's target.
    ("E071", "2023-08"): "768.06",
    ("E072", "2023-09"): "1411.50",
    # No large deal: the signing rate cannot be computed and scores 0; the measure does not drop out.
    ("E073", "2023-10"): "880.00",
    # 10,000.00 on June 30 and on July 1: 600.00 under version 1, 575.00 under version 2.
    ("E080", "2023-06"): "300.00",
    ("E080", "2023-07"): "620.00",
    # 3,000.00 and 2,999.99, on May 31 with 0.5% extra for the large one and on June 1 with 1%.
    ("E082", "2023-05"): "157.50",
    # Twelve deals: the highest step, and only that one.
    ("E082", "2023-06"): "3106.75",
}


@pytest.mark.parametrize(("person", "month"), HARD)
def test_hard_people_by_the_policy(person, month):
    assert decimal(COMPANY.settle(person, month)["final"]) == Decimal(HARD[person, month])


@pytest.mark.parametrize(("person", "month"), HARD)
def test_hard_people_by_the_engine(person, month):
    assert paid(person, month) == Decimal(HARD[person, month])


# ---- by hand: every figure below was worked out on paper from the rows of the CSV files


def agree(person, month, kpis, performance, lines, final):
    """The script and the engine both give these literals."""
    settled = COMPANY.settle(person, month)
    assert {name: decimal(k["score"]) for name, k in settled["kpis"].items()} == {
        n: Decimal(x) for n, x in kpis.items()
    }
    assert decimal(settled["performance"]) == Decimal(performance)
    assert {key: decimal(x) for key, x in settled["lines"].items()} == {key: Decimal(x) for key, x in lines.items()}
    assert decimal(settled["final"]) == Decimal(final)


def engine_agrees(person, month, kpis, performance, lines, final):
    for name, score in kpis.items():
        assert value(person, month, f"{name}.score") == Decimal(score)
    assert value(person, month, "performance") == Decimal(performance)
    assert engine_lines(person, month) == {key: Decimal(x) for key, x in lines.items()}
    assert paid(person, month) == Decimal(final)


BOTH = pytest.mark.parametrize("check", [agree, engine_agrees], ids=["policy", "engine"])


@BOTH
def test_by_hand_bounds_to_the_cent(check):
    """E007 王喆, August 2023 (version 2). Small-deal target 4 from July; no refund.

    deal       day  amount     running total   tiers                                 line
    HT2308-11  02   10,000.00  10,000.00       10,000.00 x 5% = 500, x 1.15            575.00
    HT2308-12  07    9,999.99  19,999.99       499.9995                                500.00
    HT2308-13  15   30,000.01  50,000.00       1,500.0005 x 1.15 = 1,725.000575      1,725.00
                               repeat          30,000.01 x 5% = 1,500.0005           1,500.00
    HT2308-14  21   20,000.00  70,000.00       20,000 x 6% = 1,200, x 1.15           1,380.00
    HT2308-15  28   12,000.00  lost
    HT2308-16  29    5,000.10  75,000.10       300.006                                 300.01

    signing       3 of 4 large won = 0.75; 0.75 / 0.4 = 1.875, at most      1.2
    retention     2 of 3 = 0.666667; / 0.8 = 0.83333375                     0.833334
    satisfaction  (88 + 91.5) / 2 = 89.75 (40 does not count); / 85 =       1.055882
    small         2 / 4                                                     0.5
    score         0.36 + 0.2083335 + 0.2111764 + 0.125 = 0.9045099 ->       0.9045, coefficient 1
    payout        575.00 + 500.00 + 1,725.00 + 1,380.00 + 300.01 + 1,500.00 = 5,980.01
    """
    check(
        "E007",
        "2023-08",
        {"signing": "1.2", "retention": "0.833334", "satisfaction": "1.055882", "small": "0.5"},
        "0.9045",
        {
            ("signing_pay", "HT2308-11"): "575.00",
            ("signing_pay", "HT2308-12"): "500.00",
            ("signing_pay", "HT2308-13"): "1725.00",
            ("repurchase", "HT2308-13"): "1500.00",
            ("signing_pay", "HT2308-14"): "1380.00",
            ("signing_pay", "HT2308-16"): "300.01",
        },
        "5980.01",
    )


@BOTH
def test_by_hand_refunds_below_the_cap(check):
    """E021 刘浩然, September 2023 (version 2), with the second refund of a July sale.

    July: HT2307-41 4,000,000.00: 50,000 x 5% + 100,000 x 6% + 3,850,000 x 8% = 316,500; x 1.15 = 363,975.00
          HT2307-42     6,000.00: x 8% = 480.00
          signing 1/1 / 0.4 -> 1.2; retention 1/1 / 0.8 -> 1.2; satisfaction 85 / 85 = 1; small 1 / 4 = 0.25
          score 0.36 + 0.30 + 0.20 + 0.0625 = 0.9225, coefficient 1; 364,455.00 -> cap 200,000.00
    August refund, q = 1/4:    363,975 x 0.25 = 90,993.75;  364,455.00 - 90,993.75 = 273,461.25 -> 200,000.00; change 0.00
    September refund, q = 3/4: 363,975 x 0.75 = 272,981.25; 364,455.00 - 272,981.25 = 91,473.75; change -108,526.25

    September: HT2309-41 8,000 x 5% = 400.00; HT2309-42 20,000 x 5% = 1,000, x 1.15 = 1,150.00
    signing       1/1 / 0.4 = 2.5, at most                               1.2
    retention     1 of 1 (one pending does not count) / 0.8, at most     1.2
    satisfaction  72 / 90                                                0.8
    small         1 / 3 (target 3 from September)                        0.333333
    score         0.36 + 0.30 + 0.16 + 0.08333325 = 0.90333325 ->        0.9033, coefficient 1
    final         1,550.00 - 108,526.25 = -106,976.25
    """
    check(
        "E021",
        "2023-09",
        {"signing": "1.2", "retention": "1.2", "satisfaction": "0.8", "small": "0.333333"},
        "0.9033",
        {("signing_pay", "HT2309-41"): "400.00", ("signing_pay", "HT2309-42"): "1150.00"},
        "-106976.25",
    )


JUNE_OF_E060 = (
    "E060",
    "2023-06",
    {"deals": "0.888889", "own_amount": "0.930104", "team_amount": "1.037882"},
    "0.9269",
    {
        ("signing_pay", "HT2306-61"): "180.00",
        ("signing_pay", "HT2306-62"): "150.00",
        ("signing_pay", "HT2306-63"): "519.03",
        ("signing_pay", "HT2306-64"): "720.00",
        ("signing_pay", "HT2306-65"): "324.00",
        ("signing_pay", "HT2306-66"): "1728.05",
        ("signing_pay", "HT2306-67"): "246.00",
        ("signing_pay", "HT2306-69"): "400.00",
    },
    "4567.08",
)


@BOTH
def test_by_hand_refund_across_the_versions(check):
    """E060 吴洋, June (version 1) and August 2023 (version 2): HT2306-66 is refunded in full on August 21.

    June: targets 9 deals and 77,000; team 西南 with goal 1,250,000, its 165 won deals of June add up to 1,297,352.40.
    HT2306-61  3,000.00 x 6%    180.00      HT2306-65  5,400.00 x 6%     324.00
    HT2306-62  2,999.99 x 5%    150.00      HT2306-66 28,800.88 x 6%   1,728.05  (1,728.0528)
    HT2306-63  8,650.50 x 6%    519.03      HT2306-67  4,100.00 x 6%     246.00
    HT2306-64 12,000.00 x 6%    720.00      HT2306-69  6,666.66 x 6%     400.00  (399.9996); HT2306-68 is lost
    deals        8 / 9                                                0.888889
    own_amount   71,618.03 / 77,000 = 0.93010428...                   0.930104
    team_amount  1,297,352.40 / 1,250,000 = 1.03788192                1.037882
    score        0.5333334 + 0.1860208 + 0.2075764 = 0.9269306 ->     0.9269, coefficient 1
    payout       4,267.08 + volume bonus 300 (8 deals) = 4,567.08

    Refund, q = 1: 4,567.08 - 1,728.05 = 2,839.03, the bonus and the score as they were; adjustment -1,728.05

    August: HT2308-61 24,000.00 x 5% = 1,200, x 1.15 = 1,380.00, repeat 1,200.00
            HT2308-62 16,000.50 lost; HT2308-63 4,800.00 x 5% = 240.00
    signing       1 of 2 large = 0.5; / 0.4 = 1.25, at most           1.2
    retention     2 of 2 / 0.8 = 1.25, at most                        1.2
    satisfaction  (60 + 79 + 95) / 3 = 78; / 85 = 0.91764705...       0.917647
    small         1 / 4                                               0.25
    score         0.36 + 0.30 + 0.1835294 + 0.0625 = 0.9060294 ->     0.9060, coefficient 1
    final         1,380.00 + 1,200.00 + 240.00 - 1,728.05 = 1,091.95
    """
    check(*JUNE_OF_E060)
    check(
        "E060",
        "2023-08",
        {"signing": "1.2", "retention": "1.2", "satisfaction": "0.917647", "small": "0.25"},
        "0.906",
        {
            ("signing_pay", "HT2308-61"): "1380.00",
            ("repurchase", "HT2308-61"): "1200.00",
            ("signing_pay", "HT2308-63"): "240.00",
        },
        "1091.95",
    )


# ---- by hand: service, profile, ranking


def service_of_the_policy(person, month):
    found = COMPANY.service(person, month)
    return tuple(str(decimal(found[name])) for name in SERVICE)


def service_of_the_engine(person, month):
    return tuple(str(value(person, month, name)) for name in SERVICE.values())


def profile_of_the_policy(person, month):
    profile = COMPANY.competency(person, month)
    levels = [
        (str(decimal(x["level"])), str(decimal(x["gap"])), x["course"])
        for x in profile["items"].values()
        if x["level"] is not None
    ]
    return levels, profile["score"] and str(decimal(profile["score"]))


def profile_of_the_engine(person, month):
    shown = engine(month).values[person]
    names = [f"profile.{item}" for item in ITEMS.values() if f"profile.{item}" in shown]
    levels = [(str(shown[n]), str(shown[f"{n}.gap"]), shown.get(f"{n}.course")) for n in names]
    return levels, shown.get("profile.score") and str(shown["profile.score"])


def places_of_the_policy(month, team):
    last = policy.last_day(month)
    mates = {p: x for p, x in COMPANY.ranks(month).items() if COMPANY.at(p, last)["team"] == team}
    return {p: (x["team_place"], str(decimal(x["to_third"]))) for p, x in mates.items()}


def places_of_the_engine(month, team):
    last = policy.last_day(month)
    mates = [p for p in COMPANY.people if COMPANY.at(p, last)["team"] == team]
    shown = engine(month).values
    return {p: (shown[p]["team_place"], str(shown[p]["to_third"])) for p in mates if "team_place" in shown[p]}


def both(policy_, engine_):
    return pytest.mark.parametrize("found", [policy_, engine_], ids=["policy", "engine"])


@both(service_of_the_policy, service_of_the_engine)
def test_by_hand_follow_up_and_answers(found):
    """E007 王喆, August 2023 (version 2).

    Large deals: HT2308-11 five different steps (one of them twice) 1; HT2308-13 two in August, one on September 1: 0.4;
    HT2308-14 none: 0; HT2308-15 (lost) three: 0.6. Depth (1 + 0.4 + 0 + 0.6) / 4 = 0.5.
    Requests asked in August: 23:50 to 00:20 is 30 minutes; exactly 60; 60 and a second; 15:40Z on the 31st, which is
    23:40 here, answered 25 minutes later in September; one never answered. 16:00Z on the 31st is September's.
    Within an hour 3 of 5 = 0.6, within half an hour 2 of 5 = 0.4; 0.3 x 0.5 + 0.4 x 0.6 + 0.3 x 0.4 = 0.51
    """
    assert found("E007", "2023-08") == ("0.5", "0.6", "0.4", "0.51")


@both(service_of_the_policy, service_of_the_engine)
def test_by_hand_who_is_asked_nothing_and_who_never_answers(found):
    """August: E026 has no request, so 1 and 1; its one large deal has two different steps: 0.3 x 0.4 + 0.4 + 0.3 = 0.82.

    E027 has one request, never answered: 0 and 0. E050 has no deals, so no depth.
    """
    assert found("E026", "2023-08") == ("0.4", "1", "1", "0.82")
    assert found("E027", "2023-08")[1:3] == ("0", "0")
    assert found("E050", "2023-08")[0] == "0"


@both(service_of_the_policy, service_of_the_engine)
def test_by_hand_two_zones_in_one_request(found):
    """E018, September: asked at 23:45 with +08:00, answered at 16:10Z, which is 00:10 here: 25 minutes, over the month's
    end; the other is answered on the next morning. 1 of 2 within an hour, and within half an hour."""
    assert found("E018", "2023-09")[1:3] == ("0.5", "0.5")


@both(profile_of_the_policy, profile_of_the_engine)
@pytest.mark.parametrize(
    ("person", "month", "levels", "score"),
    [
        # 资深. self 5, peers 4 3, manager 4, exam 92 = 4: 0.5 + 1.05 + 2 + 0.4 = 3.95, required 3.5
        # 4, 4 4, 3: (0.4 + 1.2 + 1.5) / 0.9 = 3.444444, required 4; 3, 3 2, 3, exam 78 = 3: 0.3 + 0.75 + 1.5 + 0.3 = 2.85
        # 0.35 x 3.95 + 0.35 x 3.444444 + 0.3 x 2.85 = 1.3825 + 1.2055554 + 0.855 = 3.4430554
        ("E007", "2023-09", [("3.95", "0", None), ("3.444444", "0.555556", "客户回访技巧"), ("2.85", "0.15", "跨部门协作")], "3.443055"),
        # 专员. The third item has no peer: (0.4 + 1) / 0.6 = 2.333333; first (0.4 + 1.05 + 2) / 0.9, second (0.4 + 1.05 + 1.5) / 0.9
        # 0.35 x 3.833333 + 0.35 x 3.277778 + 0.3 x 2.333333 = 1.34166655 + 1.1472223 + 0.6999999 = 3.18888875
        ("E012", "2023-09", [("3.833333", "0", None), ("3.277778", "0", None), ("2.333333", "0.666667", "跨部门协作")], "3.188889"),
        # 专员. First (0.3 + 1.2 + 1.5) / 0.9; second no self: (1.05 + 1.5) / 0.8 = 3.1875
        # third: exams 58 = 1 and 86 = 4, 2.5: 0.4 + 0.9 + 1 + 0.25 = 2.55
        # 0.35 x 3.333333 + 0.35 x 3.1875 + 0.3 x 2.55 = 1.16666655 + 1.115625 + 0.765 = 3.04729155
        ("E018", "2023-09", [("3.333333", "0", None), ("3.1875", "0", None), ("2.55", "0.45", "跨部门协作")], "3.047292"),
        # 主管, a gap of exactly 1 is the first course: (0.3 + 0.9 + 1.5) / 0.9 = 3 of 4; first (0.4 + 1.2 + 2.5) / 0.9,
        # second (0.4 + 1.05 + 2) / 0.9; 0.35 x 4.555556 + 0.35 x 3.833333 + 0.9 = 3.83611115
        ("E026", "2023-09", [("4.555556", "0", None), ("3.833333", "0.166667", "客户回访技巧"), ("3", "1", "跨部门协作")], "3.836111"),
        # 主管, beyond 1 it is the second: (0.3 + 0.75 + 1.5) / 0.9 = 2.833333
        # first (0.4 + 1.05 + 2) / 0.9, second (0.5 + 1.2 + 2) / 0.9; 1.34166655 + 1.43888885 + 0.8499999 = 3.6305553
        ("E027", "2023-09", [("3.833333", "0.166667", "客户需求访谈"), ("4.111111", "0", None), ("2.833333", "1.166667", "项目资源统筹")], "3.630555"),
        # 资深, exactly what is required is no gap: third (0.3 + 0.9 + 1.5) / 0.9 = 3
        # first (0.4 + 1.05 + 1.5) / 0.9, second (0.5 + 1.2 + 2) / 0.9; 1.1472223 + 1.43888885 + 0.9 = 3.48611115
        ("E033", "2023-09", [("3.277778", "0.222222", "客户需求访谈"), ("4.111111", "0", None), ("3", "0", None)], "3.486111"),
        # Joined in August: an exam with 95 is level 5 and all there is; no score without the other two.
        ("E040", "2023-08", [("5", "0", None)], None),
    ],
)  # fmt: skip
def test_by_hand_profiles(found, person, month, levels, score):
    assert found(person, month) == (levels, score)


@both(places_of_the_policy, places_of_the_engine)
def test_by_hand_the_ranking_of_a_team(found):
    """华南, September 2023: score, and where scores are equal, service.

    E034  signing 1 of 2 = 0.5, 1.25 -> 1.2; retention 1.2; satisfaction 86 / 90 = 0.955556; small 3 / 3 = 1:
          0.36 + 0.3 + 0.1911112 + 0.25 = 1.1011; depth (0.6 + 0.4) / 2, answers 25 and 55 minutes: 0.15 + 0.4 + 0.15 = 0.7
    E053  the same score; depth (0.6 + 0.4) / 2 (a step twice), answers 60 and 30 minutes: 0.7. Both are first, nobody second.
    E042  signing 2 of 3, retention 1.2, satisfaction 73 / 90, small 1: 0.36 + 0.3 + 0.1622222 + 0.25 = 1.0722, third
    E008  small 2 / 3: 0.36 + 0.3 + 0.1911112 + 0.16666675 = 1.0178; 0.0544 missing to third place
    E014  0.9408, sixth, 0.1314 missing
    E019 and E026 have 0.6444 both: E019 with service 1 is 16th, E026 with 0.67 17th
    """
    places = found("2023-09", "华南")
    assert len(places) == 18
    assert {p: places[p] for p in ("E034", "E053", "E042", "E008", "E014", "E019", "E026")} == {
        "E034": (1, "0"),
        "E053": (1, "0"),
        "E042": (3, "0"),
        "E008": (4, "0.0544"),
        "E014": (6, "0.1314"),
        "E019": (16, "0.4278"),
        "E026": (17, "0.4278"),
    }


@both(places_of_the_policy, places_of_the_engine)
def test_by_hand_who_takes_part(found):
    """E040 joined on August 16 and is ranked from September on; E041 left on September 12 and is ranked until August;
    E050 has no deals and never is; E056 changed team on August 20 and is ranked in the new one."""
    assert "E040" not in found("2023-08", "华东")
    assert "E040" in found("2023-09", "华东")
    assert "E041" in found("2023-08", "华中")
    assert "E041" not in found("2023-09", "华中")
    assert not any("E050" in found("2023-08", team) for team in COMPANY.goals)
    assert "E056" in found("2023-08", "西南")


def open_deal(amount="20000.00"):
    return {
        "id": "open",
        "rep": "E014",
        "signed": "2023-09-28",
        "client": "深圳新诚科技",
        "amount": amount,
        "won": "yes",
    }


def test_by_hand_two_more_large_deals_to_third_place():
    """E014, September: sixth with 0.9408.

    Retention 0.3, satisfaction 91.5 / 90 = 1.016667 x 20% = 0.2033334, small deals 4 / 3 -> 0.25: 0.7533334 with
    30% of the signing score: 1 of 4 large deals won 0.625; 2 of 5 = 0.4 -> 1: 1.0533, behind E042 with 1.0722;
    3 of 6 = 0.5 -> 1.25, at most 1.2: 0.36 + 0.7533334 = 1.1133, before E034 and E053.
    """
    solution = engine("2023-09").solve(
        "E014", lambda then: then.values["E014"]["team_place"] <= 3, vary=("deal", open_deal())
    )
    assert solution is not None
    assert solution.count == 2
    then = solution.evaluation.values
    assert (str(then["E014"]["performance"]), then["E014"]["team_place"]) == ("1.1133", 1)
    assert [then[person]["team_place"] for person in ("E034", "E053", "E042", "E008")] == [2, 2, 4, 5]


def test_by_hand_what_an_open_deal_would_bring():
    """E014, September: 62,631.82 are won so far, so 20,000.00 more earn 6%, 1,200.00, times 1.15: 1,380.00.

    The score rises from 0.9408 to 1.0533 and the coefficient from 1 to 1.2: (6,652.02 + 1,380.00) x 1.2 = 9,638.424.
    """
    now = engine("2023-09")
    then = now.with_rows({"deal": [open_deal()]})
    assert now.payout["E014"] == Decimal("6652.02")
    assert [str(x.amount) for x in then.lines if x.row == "open"] == ["1380.00"]
    assert then.payout["E014"] - now.payout["E014"] == Decimal("2986.40")
    others = {person: amount for person, amount in now.payout.items() if person != "E014"}
    assert others == {person: amount for person, amount in then.payout.items() if person != "E014"}


# ---- the script and the data themselves


def final_shares():
    shares = {}
    for refund in COMPANY.refunds:
        amount = COMPANY.deals[refund["deal"]]["amount"]
        shares[refund["deal"]] = shares.get(refund["deal"], Fraction(0)) + refund["amount"] / amount
    return shares


def test_all_months_together_pay_what_is_left_of_every_sale():
    shares = final_shares()
    for person in COMPANY.people:
        posted = sum(COMPANY.settle(person, month)["final"] for month in policy.MONTHS)
        assert posted == sum(COMPANY.payout(person, month, shares) for month in policy.MONTHS), person


def test_a_sale_and_its_full_refund_leave_what_the_month_pays_with_its_lines_at_zero():
    shares = final_shares()
    full = [COMPANY.deals[number] for number, share in shares.items() if share == 1]
    assert len(full) > 20
    for deal in full:
        person, month = deal["person"], policy.month_of(deal["day"])
        earned = COMPANY.earned(person, month)
        left = sum(
            x - policy.cents(shares.get(row, 0) * x) for (_, row), x in earned["lines"].items() if row != deal["id"]
        )
        amount = (earned["volume"] + left) * earned["coefficient"]
        expected = policy.cents(amount if earned["cap"] is None else min(amount, earned["cap"]))
        assert COMPANY.payout(person, month, shares) == expected


def test_no_sale_is_refunded_beyond_its_amount():
    assert max(final_shares().values()) == 1


def test_a_refund_never_raises_what_is_paid():
    for month in policy.MONTHS:
        for person, settled in COMPANY.settle_all(month).items():
            assert all(x <= 0 for *_, x in settled["takebacks"] + settled["adjustments"]), (person, month)


def test_the_facts_are_what_the_generator_writes(tmp_path, monkeypatch):
    generate = module("generate", EXAMPLE / "generate.py")
    monkeypatch.setattr(generate, "FACTS", tmp_path)
    monkeypatch.setattr(generate, "CHANGEOVER", tmp_path / "changeover")
    generate.main()
    assert texts_in(tmp_path) == texts_in(FACTS)
    assert texts_in(tmp_path / "changeover") == texts_in(EXAMPLE / "changeover" / "facts")


def texts_in(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_the_files_need_the_encodings_they_are_in():
    raw = {path.stem: path.read_bytes() for path in FACTS.iterdir()}
    assert raw["deal"].startswith(b"\xef\xbb\xbf")
    raw["续约"].decode("gbk")
    for name in ("people", "续约"):
        with pytest.raises(UnicodeDecodeError):
            raw[name].decode("utf-8")
    with pytest.raises(UnicodeDecodeError):
        raw["people"].decode("gbk")
    assert "李䶮" in raw["people"].decode("gb18030")
    assert "陈𠮷" in raw["people"].decode("gb18030")
