"""Competencies: ratings, gaps, courses, scores. Every figure is worked out by hand."""

import pytest

import tiercel
from tiercel import SchemeError
from tiercel.compiled import CompiledRun
from tiercel.statement import statement

HEAD = """\
scheme abilities
version 1 from 2025-01-01
currency CNY
period quarter
people
  id text, key
  grade text
facts rating
  id text, key
  who person, credited
  day date, date of record
  rater one of "self", "peer", "manager"
  item one of "talks", "demos"
  points number, at least 0, at most 5, optional
facts exam
  id text, key
  who person, credited
  day date, date of record
  subject one of "talks", "demos"
  result number
table needed by grade
  "junior"   2
  "senior"   4
table courses by item, gap
  "talks"   above 0 up to 1   "Basics"
  "talks"   above 1           "Practice"
  "demos"   above 1           "Stage"
"""
SELLING = """\
competency selling
  rated by rating.points: "self" 10%, "peer" 30%, "manager" 60%
  item talks, weight 40%, required needed(grade)
  item demos, weight 60%
  course by courses
bonus skill
  1,000元
  times selling.score / 5, otherwise 0
"""


def ratings(*rows):
    """Rows of E1: who rates, what, and the points."""
    return [
        {"id": f"R{n}", "who": "E1", "day": "2025-08-03", "rater": rater, "item": item, "points": points}
        for n, (rater, item, points) in enumerate(rows, 1)
    ]


TALKS = (("self", "talks", "5"), ("peer", "talks", "3"), ("peer", "talks", "2"), ("manager", "talks", "2"))
DEMOS = (("manager", "demos", "4"), ("peer", "demos", "1"))


def facts(*rows, grade="senior", exam=()):
    return {"people": [{"id": "E1", "grade": grade}], "rating": ratings(*rows), "exam": list(exam)}


def both(text, rows, period="2025-Q3"):
    """The evaluation, the same from both evaluators."""
    scheme = tiercel.loads(HEAD + text)
    compiled = scheme.evaluate(rows, period)
    assert isinstance(compiled.run, CompiledRun)
    assert compiled.to_dict() == scheme.evaluate(rows, period, evaluator="reference").to_dict()
    return compiled


def shown(evaluation):
    return {name: str(value) for name, value in evaluation.values["E1"].items()}


def test_ratings_gaps_courses_and_score():
    """Talks: 10% × 5 + 30% × (3 + 2)/2 + 60% × 2 = 0.5 + 0.75 + 1.2 = 2.45; a senior needs 4, so 1.55 lack: Practice.
    Demos, without a self-rating: (30% × 1 + 60% × 4) / 90% = 2.7 / 0.9 = 3. Score 40% × 2.45 + 60% × 3 = 2.78, which
    pays 1,000 × 2.78 / 5 = 556."""
    evaluation = both(SELLING, facts(*TALKS, *DEMOS))
    assert shown(evaluation) == {
        "selling.talks": "2.45",
        "selling.talks.gap": "1.55",
        "selling.talks.course": "Practice",
        "selling.demos": "3",
        "selling.score": "2.78",
    }
    assert evaluation.payout["E1"] == 556


def test_no_gap_no_course():
    """A junior needs 2 and has 2.45: the gap is 0, and there is no course."""
    found = shown(both(SELLING, facts(*TALKS, *DEMOS, grade="junior")))
    assert (found["selling.talks.gap"], "selling.talks.course" in found) == ("0", False)


def test_a_gap_without_a_row_has_no_course():
    """Demos lack 4 − 3 = 1, and the table begins above 1."""
    text = SELLING.replace("item demos, weight 60%", "item demos, weight 60%, required 4")
    found = shown(both(text, facts(*TALKS, *DEMOS)))
    assert (found["selling.demos.gap"], "selling.demos.course" in found) == ("1", False)


def test_nobody_rated_is_no_rating_of_0():
    """Without ratings of demos neither demos nor the score are there; talks stand. Nothing is paid, as it says."""
    evaluation = both(SELLING, facts(*TALKS))
    assert "selling.demos" not in shown(evaluation)
    assert "selling.score" not in shown(evaluation)
    assert shown(evaluation)["selling.talks"] == "2.45"
    assert evaluation.payout["E1"] == 0


def test_a_rating_without_points_is_none():
    """A colleague who left the points open did not rate: (10% × 5 + 60% × 2) / 70% = 1.7 / 0.7 = 2.428571…"""
    rows = (("self", "talks", "5"), ("peer", "talks", None), ("manager", "talks", "2"))
    assert shown(both(SELLING, facts(*rows)))["selling.talks"] == "2.428571"


def test_only_ratings_of_the_period_count_unless_a_window_says_more():
    """A rating of May belongs to the second quarter; year to date it counts too: (2 + 4) / 2 = 3."""
    rows = facts(("manager", "talks", "4"))
    rows["rating"].append(rows["rating"][0] | {"id": "R9", "day": "2025-05-05", "points": "2"})
    assert shown(both(SELLING, rows))["selling.talks"] == "4"
    wider = SELLING.replace("rating.points:", "rating.points, year to date:")
    assert shown(both(wider, rows))["selling.talks"] == "3"


def test_a_source_without_kinds():
    """80% from the ratings, 20% from the exam: (60% × 4 + 20% × 1) / 80% = 2.6 / 0.8 = 3.25."""
    text = SELLING.replace('"self" 10%, "peer" 30%, "manager" 60%', '"self" 10%, "peer" 10%, "manager" 60%')
    text = text.replace("  item talks", "  rated by exam.result: 20%\n  item talks", 1)
    exam = [{"id": "X1", "who": "E1", "day": "2025-09-01", "subject": "talks", "result": 1}]
    assert shown(both(text, facts(("manager", "talks", "4"), exam=exam)))["selling.talks"] == "3.25"


def test_values_of_a_competency_in_rules():
    """In a kpi, a gate and a rank: 2.45 of 5 is 49%; E1 is first of one, and the gate at 2 is passed."""
    text = SELLING + (
        "kpi able\n  weight 100%\n  actual selling.talks, otherwise 0\n  target 5\n  score actual / target\n"
        "rank best by selling.talks, highest first, ties share where selling.talks is present\n"
        "bonus gate when selling.talks is present and selling.talks at least 2\n  7元\n"
    )
    evaluation = both(text, facts(*TALKS, *DEMOS))
    assert shown(evaluation)["able.score"] == "0.49"
    assert shown(evaluation)["best"] == "1"
    assert evaluation.payout["E1"] == 563


def test_an_item_may_be_called_by_either_name():
    """The facts say 沟通; the rule calls it talks, and so does the table of courses."""
    head = HEAD.replace('item one of "talks", "demos"', 'item one of "沟通", "demos"')
    text = SELLING.replace("item talks,", "item talks alias 沟通,")
    rows = facts(*((rater, "沟通", points) for rater, _, points in TALKS))
    scheme = tiercel.loads(head + text)
    values = scheme.evaluate(rows, "2025-Q3").values["E1"]
    assert (str(values["selling.talks"]), values["selling.talks.course"]) == ("2.45", "Practice")


def test_both_faces_mean_the_same():
    """The Chinese words, and the same hash."""
    chinese = (
        "胜任力 selling\n  评价来源 rating.points：“self” 10%，“peer” 30%，“manager” 60%\n"
        "  能力 talks，权重 40%，要求等级 needed(grade)\n  能力 demos，权重 60%\n  课程 按 courses\n"
        "奖金 skill\n  1,000元\n  乘以 selling.得分 ÷ 5，无法计算时 0\n"
    )
    assert tiercel.loads(HEAD + chinese).hash == tiercel.loads(HEAD + SELLING).hash
    assert tiercel.loads(HEAD + SELLING.replace("required needed(grade)", "required 3")).hash != (
        tiercel.loads(HEAD + SELLING).hash
    )


def test_the_statement_shows_items_gaps_and_courses():
    """In both languages: the table of items, and what each kind of rater gave."""
    scheme = tiercel.loads(HEAD + SELLING)
    explained = scheme.evaluate(facts(*TALKS, *DEMOS), "2025-Q3").explain("E1")
    english, chinese = (statement(explained, {}, language) for language in ("en", "zh"))
    assert "talks             40%    2.45  1.55  Practice" in english
    assert "rating 2 rows, average 2.5" in english
    assert "selling的talks的差距" in chinese
    assert "【胜任力】" in chinese


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"manager" 60%', '"manager" 50%', "E2540"),
        ("item demos, weight 60%", "item demos, weight 50%", "E2541"),
        ("  item talks, weight 40%, required needed(grade)\n  item demos, weight 60%\n", "", "E2542"),
        ('"self" 10%, "peer" 30%', '"selfs" 10%, "peer" 30%', "E2543"),
        ("item talks", "item talking", "E2543"),
        ('"self" 10%, "peer" 30%', '"peer" 40%', "E2544"),
        ("  item talks, weight 40%, required needed(grade)\n  item demos, weight 60%", "  item talks, weight 100%, required 3", "E2544"),
        ("item demos", "item score", "E2545"),
        ('"self" 10%, "peer" 30%', '"peer" 10%, "peer" 30%', "E2545"),
        ('"self" 10%, "peer" 30%', '10%, "peer" 30%', "E2545"),
        ("  course by courses\n", "  course by courses\n  course by courses\n", "E2545"),
        (", required needed(grade)", "", "E2545"),
        ("selling.score / 5", "selling.demos.gap / 5", "E2546"),
        ("course by courses", "course by needed", "E2547"),
        (", otherwise 0", "", "E2548"),
        ("item demos", "item talks", "E2104"),
        ("course by courses", "course by coures", "E2101"),
        ("selling.score / 5", "selling.talk / 5", "E2101"),
        ("rating.points", "people.grade", "E2339"),
        ("weight 60%\n", "weight 600%\n", "E2305"),
        ("rating.points", "rating.item", "E2204"),
    ],
)  # fmt: skip
def test_what_is_refused(old, new, code):
    """Each with its own message, and nothing else."""
    with pytest.raises(SchemeError) as told:
        tiercel.loads(HEAD + SELLING.replace(old, new, 1))
    assert [d.code for d in told.value.diagnostics if d.severity.name == "error"] == [code]
