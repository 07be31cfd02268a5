"""Ranks and contests. Every figure is worked out by hand, in the docstring or beside it."""

from decimal import Decimal
from random import Random

import pytest

import tiercel
from tiercel import FactsError, Goal, SchemeError, UsageError
from tiercel.compiled import CompiledRun
from tiercel.reference import Run

HEAD = """\
scheme contests
version 1 from 2025-01-01
currency CNY
period month
group contest
  id text, key
  pot money
people
  id text, key
  contest contest
  points number
  hired date
  league text
  valid yes/no, default yes
facts entry
  id text, key
  who person, credited
  day date, date of record
  contest contest
  score count
  amount money, default 0
"""
SHARES = """\
table share by place
  1   50%
  2   20%
  3   15%
  4   10%
  5   5%
  otherwise 0%
"""
PRIZE = """\
rank place by points, highest first, ties share, within contest
bonus prize
  contest.pot * over_tied_places(share(place))
"""
NOBODY = "bonus nothing\n  0元\n"
CONTESTS = {
    "A": (300, (90, 80, 70, 60, 50, 40)),
    "B": (1000, (76, 76, 70, 60, 50)),
    "C": (1000, (100, 100, 100, 100, 50)),
}
PAID = {"A": (150, 60, 45, 30, 15, 0), "B": (350, 350, 150, 100, 50), "C": ("237.5",) * 4 + (50,)}


def contests():
    """Everybody of the three published contests, by contest and number."""
    people = [
        {"id": f"{name}{n}", "contest": name, "points": points, "hired": "2020-01-01", "league": "one"}
        for name, (_, all_points) in CONTESTS.items()
        for n, points in enumerate(all_points, 1)
    ]
    pots = [{"id": name, "pot": pot} for name, (pot, _) in CONTESTS.items()]
    return {"people": people, "contest": pots, "entry": []}


def people(*points, **more):
    """People of one contest with these points, E1, E2, …; of `more` each gets his own."""
    rows = [
        {"id": f"E{n}", "contest": "A", "points": p, "hired": "2020-01-01", "league": "one"}
        | {name: values[n - 1] for name, values in more.items()}
        for n, p in enumerate(points, 1)
    ]
    return {"people": rows, "contest": [{"id": "A", "pot": 100}], "entry": []}


def both(text, facts, period="2025-08", head=HEAD):
    """The evaluation, the same from both evaluators; the compiled one did it itself."""
    scheme = tiercel.loads(head + text)
    compiled = scheme.evaluate(facts, period)
    assert isinstance(compiled.run, CompiledRun)
    reference = scheme.evaluate(facts, period, evaluator="reference")
    assert isinstance(reference.run, Run)
    assert compiled.to_dict() == reference.to_dict()
    return compiled


def of_each(evaluation, name):
    """The value of this name of E1, E2, …; None where one has none."""
    found = [evaluation.values[person].get(name) for person in sorted(evaluation.values)]
    return [None if value is None else str(value) for value in found]


def test_the_published_contests():
    """50, 20, 15, 10, 5% of the pot: two firsts take (50 + 20) / 2 = 35% each, four (50 + 20 + 15 + 10) / 4 = 23.75%."""
    paid = both(SHARES + PRIZE, contests()).payout
    expected = {f"{name}{n}": Decimal(amount) for name, amounts in PAID.items() for n, amount in enumerate(amounts, 1)}
    assert paid == expected


def test_the_order_of_rows_does_not_matter():
    """Places belong to people, not to lines of a file."""
    facts = contests()
    Random(8).shuffle(facts["people"])
    assert both(SHARES + PRIZE, facts).payout == both(SHARES + PRIZE, contests()).payout


@pytest.mark.parametrize("name", PAID)
def test_a_pot_is_paid_out_whole(name):
    """With five or more entrants the prizes of a contest come to 100% of its pot, however many tie."""
    paid = both(SHARES + PRIZE, contests()).payout
    assert sum(amount for person, amount in paid.items() if person[0] == name) == CONTESTS[name][0]


@pytest.mark.parametrize(
    ("ties", "places"),
    [("ties share", ["1", "1", "3", "4"]), ("ties share without gaps", ["1", "1", "2", "3"])],
)
def test_ties(ties, places):
    """After two firsts comes the third, or without gaps the second."""
    evaluation = both(f"rank place by points, highest first, {ties}\n{NOBODY}", people(9, 9, 7, 5))
    assert of_each(evaluation, "place") == places


def test_ties_broken_by_further_keys():
    """9 points twice: hired earlier comes first; both hired on one day: the greater letter cannot, so they share 2."""
    text = "rank place by points, highest first, ties by hired, earliest first, ties share\n" + NOBODY
    facts = people(9, 9, 7, 9, hired=("2021-05-01", "2020-05-01", "2019-01-01", "2021-05-01"))
    assert of_each(both(text, facts), "place") == ["2", "1", "4", "2"]


def test_lowest_and_latest_first():
    """The fewest points are best; among equals who was hired last."""
    text = "rank place by points, lowest first, ties by hired, latest first\n" + NOBODY
    facts = people(3, 1, 3, hired=("2021-05-01", "2020-05-01", "2022-01-01"))
    assert of_each(both(text, facts), "place") == ["3", "1", "2"]


def test_a_tie_without_a_rule_is_a_fault_of_the_facts():
    """Who ties is named; nothing is decided by the order of rows."""
    scheme = tiercel.loads(HEAD + "rank place by points, highest first\n" + NOBODY)
    with pytest.raises(FactsError) as told:
        scheme.evaluate(people(9, 5, 9), "2025-08")
    (fault,) = told.value.diagnostics
    assert (fault.code, fault.facts["rows"]) == ("E3140", ("E1", "E3"))


def test_within_several():
    """Each league of each contest has its own first."""
    text = "rank place by points, highest first, ties share, within contest, league\n" + NOBODY
    facts = people(1, 2, 3, 4, league=("one", "one", "two", "two"))
    assert of_each(both(text, facts), "place") == ["2", "1", "2", "1"]


def test_who_is_not_admitted_has_no_place_and_takes_none():
    """E2 does not count: E3 is second of two, and E2 has what `otherwise` says."""
    text = (
        "rank place by points, highest first, ties share where valid\n"
        "shown = place, otherwise 99\nhow_many = place.entrants, otherwise 0\n" + NOBODY
    )
    evaluation = both(text, people(9, 8, 7, valid=("yes", "no", "yes")))
    assert of_each(evaluation, "place") == ["1", None, "2"]
    assert of_each(evaluation, "shown") == ["1", "99", "2"]
    assert of_each(evaluation, "how_many") == ["2", "0", "2"]


def test_entrants_and_tied():
    """Two of four share the first place; the others share theirs with nobody."""
    text = "rank place by points, highest first, ties share\nn = place.entrants\ntied = place.tied\n" + NOBODY
    evaluation = both(text, people(9, 9, 7, 5))
    assert (of_each(evaluation, "n"), of_each(evaluation, "tied")) == (["4"] * 4, ["2", "2", "1", "1"])


def test_quartiles():
    """ceiling(4 × place / 6): places 1 to 6 are in 1, 2, 2, 3, 4, 4."""
    text = "rank place by points, highest first, ties share\nquarter = ceiling(4 * place / place.entrants)\n" + NOBODY
    assert of_each(both(text, people(9, 8, 7, 6, 5, 4)), "quarter") == ["1", "2", "2", "3", "4", "4"]


def test_distance_to_a_place():
    """To the third, who has 7, lack 0 − below it: 7 − 5 = 2 and 7 − 4 = 3; above it nothing lacks."""
    text = (
        "rank place by points, highest first, ties share\n"
        "lacking = value_at(place, 3) - points, otherwise 0, at least 0\n" + NOBODY
    )
    assert of_each(both(text, people(9, 8, 7, 5, 4)), "lacking") == ["0", "0", "0", "2", "3"]
    assert of_each(both(text, people(9, 8)), "lacking") == ["0", "0"]


@pytest.mark.parametrize(("ties", "values"), [("ties share", "9"), ("ties share without gaps", "7")])
def test_the_value_at_a_place_between_ties(ties, values):
    """Of 9, 9, 7 the second in order has 9; without gaps the second place is held by 7."""
    text = f"rank place by points, highest first, {ties}\nsecond = value_at(place, 2), otherwise 0\n" + NOBODY
    assert of_each(both(text, people(9, 9, 7)), "second") == [values] * 3


def test_prizes_by_number_of_entrants_and_void_below_a_minimum():
    """Up to 3 entrants the first has 100, from 4 on 200; with fewer than 3 nothing is paid."""
    text = (
        "table prizes by entrants, place\n  up to 3   1   100元\n  from 4    1   200元\n  otherwise 0元\n"
        "rank place by points, highest first, ties share\n"
        "bonus prize\n  prizes(place.entrants, place)\n  zero unless place.entrants at least 3\n"
    )
    assert both(text, people(1, 2, 3, 4)).payout["E4"] == 200
    assert both(text, people(1, 2, 3)).payout["E3"] == 100
    assert both(text, people(1, 2)).payout["E2"] == 0


ENTRIES = {
    "people": people(0, 0, 0)["people"],
    "contest": [{"id": "A", "pot": 100}, {"id": "B", "pot": 1000}],
    "entry": [
        {"id": "D1", "who": "E1", "day": "2025-08-01", "contest": "A", "score": 5},
        {"id": "D2", "who": "E2", "day": "2025-08-02", "contest": "A", "score": 7},
        {"id": "D3", "who": "E1", "day": "2025-08-03", "contest": "B", "score": 1},
        {"id": "D4", "who": "E3", "day": "2025-07-31", "contest": "A", "score": 9},
    ],
}


def test_rows_of_facts_compete_in_their_period():
    """In August D2 is first of two, D1 second, D3 alone in its contest; D4 of July took part in July."""
    text = (
        "rank place for each entry by score, highest first, ties share, within contest\n"
        "bonus prize for each entry\n  contest.pot / place\n"
    )
    paid = both(text, ENTRIES)
    assert {line.row: str(line.amount) for line in paid.lines} == {"D1": "50.00", "D2": "100.00", "D3": "1000.00"}
    assert both(text, ENTRIES, "2025-07").payout["E3"] == 100


def test_a_row_keeps_the_place_of_its_own_period():
    """What is paid in September for D1 goes by its place in August: second, behind D2; D4 of July is no rival of it."""
    head = HEAD + "facts payment\n  id text, key\n  entry entry\n  day date, date of record\n"
    text = (
        "rank place for each entry by score, highest first, ties share, within contest\n"
        "bonus prize for each payment\n  100 / entry.place\n"
    )
    facts = ENTRIES | {"payment": [{"id": "P1", "entry": "D1", "day": "2025-09-10"}]}
    assert both(text, facts, "2025-09", head).payout["E1"] == 50


def test_groups_compete():
    """Contest A has 12 points of scores, B has 1: A is first of the two."""
    text = (
        "rank strongest for each contest by sum(entry.score), highest first, ties share\n"
        "shown = contest.strongest\n" + NOBODY
    )
    facts = ENTRIES | {"people": people(0, 0, 0, contest=("A", "A", "B"))["people"]}
    assert of_each(both(text, facts), "shown") == ["1", "1", "2"]


def test_equal_quotients_tie():
    """2/6 and 1/3 are the same, though their denominators differ."""
    text = "rank place by points / score, highest first, ties share\n" + NOBODY
    head = HEAD.replace("  valid", "  score number\n  valid", 1)
    evaluation = both(text, people(2, 1, 1, score=(6, 3, 4)), head=head)
    assert of_each(evaluation, "place") == ["1", "1", "3"]


def test_the_team_of_the_last_day_counts():
    """Who changed contests in the month competes where he was on its last day."""
    head = HEAD.replace("  contest contest\n", "  contest contest, dated\n", 1)
    facts = people(9, 5, 7)
    facts["people"][0] |= {"from": "2025-01-01"}
    facts["people"] = [r | {"from": "2025-01-01"} for r in facts["people"]]
    facts["people"].append(facts["people"][0] | {"from": "2025-08-15", "contest": "B"})
    facts["contest"].append({"id": "B", "pot": 1})
    text = "rank place by points, highest first, ties share, within contest\n" + NOBODY
    assert of_each(both(text, facts, head=head), "place") == ["1", "2", "1"]


REFUNDS = HEAD + "facts refund\n  id text, key\n  entry entry, reverses\n  day date, date of record\n"
BY_PAY = """\
commission selling for each entry
  10% of amount
made = selling
rank place by made, highest first, ties share
alone = place.tied = 1
bonus first
  500
  only when place = 1
"""


@pytest.mark.parametrize("day", ["2025-08-20", "2025-09-20"])
def test_refunds_move_nobody(day):
    """E1 earned 100, E2 90. The refund of E1's sale takes back his 100; he stays first and keeps the 500."""
    facts = ENTRIES | {
        "entry": [
            {"id": "D1", "who": "E1", "day": "2025-08-01", "contest": "A", "score": 1, "amount": 1000},
            {"id": "D2", "who": "E2", "day": "2025-08-02", "contest": "A", "score": 1, "amount": 900},
        ],
        "refund": [{"id": "R1", "entry": "D1", "day": day}],
    }
    scheme = tiercel.loads(REFUNDS + BY_PAY)
    for evaluator in ("compiled", "reference"):
        august = scheme.evaluate(facts, "2025-08", evaluator=evaluator)
        late = day.startswith("2025-09")
        assert august.payout["E1"] == (600 if late else 500)
        assert august.payout["E2"] == 90
        assert august.payout["E3"] == 0
        assert august.values["E1"]["alone"] is True  # not with E3, who has earned nothing either
        september = {"E1": -100, "E2": 0, "E3": 0}
        if late:
            ranked = scheme.evaluate(facts, "2025-09", evaluator=evaluator).payout
            # In September everybody earned nothing, and all three share the first place: 500 each.
            assert ranked == {person: amount + 500 for person, amount in september.items()}


def test_a_fault_reaches_whom_it_would_have_been_ranked_with():
    """A row of A2 cannot be read: nobody of contest A is paid, everybody of B and C is."""
    facts = contests()
    facts["entry"] = [{"id": "D1", "who": "A2", "day": "2025-08-01", "contest": "A", "score": "x"}]
    scheme = tiercel.loads(HEAD + SHARES + PRIZE.replace("by points", "by points + sum(entry.score)"))
    with pytest.raises(FactsError):
        scheme.evaluate(facts, "2025-08")
    for evaluator in ("compiled", "reference"):
        evaluation = scheme.evaluate(facts, "2025-08", partial=True, evaluator=evaluator)
        assert evaluation.unpaid == tuple(f"A{n}" for n in range(1, 7))


def test_who_is_lost_could_have_been_anywhere():
    """The row of A2 himself cannot be read, so that nobody knows whom he would have beaten."""
    facts = contests()
    facts["people"][1]["points"] = "x"
    evaluation = tiercel.loads(HEAD + SHARES + PRIZE).evaluate(facts, "2025-08", partial=True)
    assert not evaluation.payout


def test_a_tie_that_is_a_fault_reaches_its_group_only():
    """Without a rule for ties contests B and C have faults; A is paid in a partial run."""
    text = PRIZE.replace(", ties share", "")
    evaluation = tiercel.loads(HEAD + SHARES + text).evaluate(contests(), "2025-08", partial=True)
    assert sorted(evaluation.payout) == [f"A{n}" for n in range(1, 7)]
    assert [str(evaluation.payout[f"A{n}"]) for n in (1, 2)] == ["150.00", "60.00"]


def test_both_faces_mean_the_same():
    """The Chinese words, and the same hash."""
    english = HEAD + SHARES + PRIZE + "third = value_at(place, 3), otherwise 0\nn = place.entrants - place.tied\n"
    chinese = (
        HEAD
        + SHARES
        + (
            "排名 place 按 points，从高到低，并列跳号，分组 contest\n"
            "奖金 prize\n  contest.pot × 并列均分(share(place))\n"
            "third = 名次线(place, 3)，无法计算时 0\nn = place.参评数 - place.并列数\n"
        )
    )
    assert tiercel.loads(english).hash == tiercel.loads(chinese).hash


def test_the_order_of_what_it_is_within_means_nothing():
    """Within contest and league is within league and contest; another tie rule is another scheme."""
    text = HEAD + "rank place by points, highest first, ties share, within contest, league\n" + NOBODY
    assert tiercel.loads(text).hash == tiercel.loads(text.replace("contest, league", "league, contest")).hash
    assert tiercel.loads(text).hash != tiercel.loads(text.replace("ties share", "ties share without gaps")).hash


SALES = """\
scheme sales
version 1 from 2025-01-01
currency CNY
period month
people
  id text, key
facts deal
  id text, key
  rep person, credited
  day date, date of record
  amount money
rank place alias 名次 by sum(deal.amount), highest first, ties share
commission pay_out for each deal
  10% of amount
"""
SOLD: dict[str, list[dict[str, object]]] = {
    "people": [{"id": f"E{n}"} for n in range(1, 5)],
    "deal": [
        {"id": f"D{n}", "rep": f"E{n}", "day": "2025-08-01", "amount": amount}
        for n, amount in enumerate((900, 700, 500, 100), 1)
    ],
}
DEAL = {"rep": "E4", "day": "2025-08-30", "amount": "200"}


@pytest.mark.parametrize(
    ("goal", "count"),
    [
        (Goal("place", at_most=3), 2),
        (Goal("名次", at_most=1), 4),
        (Goal("place", at_most=4), 0),
        (Goal("payout", at_least=100), 5),
    ],
)
def test_how_many_more_deals_to_a_place(goal, count):
    """E4 sold 100, the third 500, the first 900: two deals of 200 tie for the third place, four for the first. 10% of
    100 + 5 × 200 = 1,100 is 110, of 900 it is 90: five deals to a payout of 100."""
    evaluation = tiercel.loads(SALES).evaluate(SOLD, "2025-08")
    solved = evaluation.solve("E4", goal, vary=("deal", DEAL))
    assert solved is not None
    assert solved.count == count
    assert goal.reached(solved.evaluation, "E4")


def test_a_goal_out_of_reach_and_one_that_is_nothing():
    """Fifty deals of 0 leave E4 behind; a name that nothing has is refused with the nearest."""
    evaluation = tiercel.loads(SALES).evaluate(SOLD, "2025-08")
    assert evaluation.solve("E4", Goal("place", at_most=3), vary=("deal", DEAL | {"amount": "0"})) is None
    with pytest.raises(UsageError) as told:
        evaluation.solve("E4", Goal("plaec", at_most=3), vary=("deal", DEAL))
    assert told.value.diagnostics[0].facts["candidates"] == ("place",)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("rank place by points", "E2520"),
        ("rank place by points, latest first", "E2522"),
        ("rank place by hired, highest first", "E2522"),
        ("rank place by 5, highest first", "E2523"),
        ("rank place by points, highest first, within 5", "E2523"),
        ("rank place by league, highest first", "E2204"),
        ("rank place by points, highest first where valid\nx = place", "E2524"),
        ("rank place by points, highest first where valid\nx = place.tied", "E2524"),
        ("rank place by points, highest first\nx = over_tied_places(points)", "E2525"),
        ("rank place by points, highest first, ties share without gaps\nx = over_tied_places(place)", "E2526"),
        ("rank place by points, highest first\nx = value_at(place, 0), otherwise 0", "E2527"),
        ("rank place by points, highest first\nx = value_at(place, 1.5), otherwise 0", "E2527"),
        ("rank place by points, highest first\nx = value_at(place, 3)", "E2528"),
        ("rank place by points, highest first\nx = value_at(points, 3), otherwise 0", "E2113"),
        ("rank place by points, highest first, league", "E1238"),
        ("rank place by points, ties share, highest first", "E1239"),
        ("rank place by points, highest first, ties share, ties share", "E1215"),
        ("rank place by x, highest first\nx = place", "E2107"),
        ("rank place by points, highest first\nrank place by hired, latest first", "E2104"),
    ],
)
def test_what_is_refused(text, code):
    """Each with its own message, and nothing else."""
    with pytest.raises(SchemeError) as told:
        tiercel.loads(f"{HEAD}{text}\n{NOBODY}")
    assert [d.code for d in told.value.diagnostics if d.severity.name == "error"] == [code]
