"""Lookup tables: which row fits, where rows stop, what is refused, what the hash sees."""

from decimal import Decimal

import pytest

import tiercel
from tiercel.statement import statement
from tiercel_dsl.messages import related_title

HEAD = """\
scheme prizes
version 1 from 2025-01-01
currency CNY
period month
people
  id text, key
  attainment percent
  sales money
  grade text
  started date
  trained yes/no
"""
KOPF = """\
方案 prizes
版本 1 自 2025-01-01 起
币种 CNY
周期 月
人员
  id 文本，标识
  attainment 百分比
  sales 金额
  grade 文本
  started 日期
  trained 是否
"""
MATRIX = """
table prize by done, store_sales
  columns     below 60,000   from 60,000   from 100,000
  below 80%        0              0             100
  from  80%      200            300             500
"""
PERSON = {"attainment": "0.8", "sales": "60000.00", "grade": "A", "started": "2024-05-01", "trained": True}


def paid(text, **person):
    """The payout of one person, the same from both evaluators."""
    facts = {"people": [{"id": "E1", **PERSON, **person}]}
    scheme = tiercel.loads(HEAD + text)
    compiled, reference = (
        scheme.evaluate(facts, "2025-01", evaluator=name).payout["E1"] for name in ("compiled", "reference")
    )
    assert compiled == reference
    return compiled


def explained(text, language):
    evaluation = tiercel.loads(HEAD + text).evaluate({"people": [{"id": "E1", **PERSON}]}, "2025-01")
    return statement(evaluation.explain("E1"), {}, language)


def codes(text):
    with pytest.raises(tiercel.SchemeError) as refused:
        tiercel.loads(HEAD + text)
    return [d.code for d in refused.value.diagnostics]


def failed(text, **person):
    facts = {"people": [{"id": "E1", **PERSON, **person}]}
    with pytest.raises(tiercel.FactsError) as refused:
        tiercel.loads(HEAD + text).evaluate(facts, "2025-01")
    return [d.code for d in refused.value.diagnostics]


@pytest.mark.parametrize(
    ("attainment", "sales", "prize"),
    [
        ("0.79", "59999.99", 0),
        ("0.79", "100000.00", 100),
        ("0.8", "59999.99", 200),
        ("0.8", "60000.00", 300),
        ("0.8", "99999.99", 300),
        ("0.8", "100000.00", 500),
        ("2", "5000000.00", 500),
    ],
)
def test_a_matrix_is_read_at_its_bounds(attainment, sales, prize):
    """A row or column that is open upwards stops where the next one begins; `from` holds its bound."""
    text = MATRIX + "bonus b\n  prize(attainment, sales)\n"
    assert paid(text, attainment=attainment, sales=sales) == Decimal(prize)


def test_another_table_times_a_half():
    """`same as` takes every cell of the other table, changed: 300 × 0.5 and 500 × 0.5 + 10."""
    text = MATRIX + "table half by a, b\n  same as prize times 0.5\ntable more by a, b\n  same as half plus 10\n"
    assert paid(f"{text}bonus b\n  half(attainment, sales)\n") == Decimal("150.00")
    assert paid(f"{text}bonus b\n  more(attainment, sales)\n", sales="100000.00") == Decimal("260.00")


COURSES = """
table course by level, gap: name, fee
  "A"   above 0 up to 1   "Basics"     100
  "A"   above 1           "Practice"   250
  "B"   any               "Camp"       900
  otherwise               "None"         0
bonus b
  course.fee(grade, attainment)
"""


@pytest.mark.parametrize(
    ("grade", "gap", "fee"),
    [("A", "0", 0), ("A", "0.01", 100), ("A", "1", 100), ("A", "1.01", 250), ("B", "-5", 900), ("C", "1", 0)],
)
def test_texts_ranges_any_and_otherwise(grade, gap, fee):
    """A text key fits itself, `any` fits everything, and what fits no row is `otherwise`."""
    assert paid(COURSES, grade=grade, attainment=gap) == Decimal(fee)


def test_a_text_of_a_table_can_be_compared():
    """The values of a column may be texts."""
    text = COURSES + 'bonus c\n  7 when course.name(grade, attainment) = "Basics"\n  otherwise 0\n'
    assert paid(text, attainment="1") == Decimal("107.00")


def test_without_otherwise_no_row_is_an_error():
    """Nothing is paid by a row that is not there; `otherwise` of the body catches it."""
    table = "table t by x\n  from 1 up to 3   20\n  4   40\nbonus b\n  t(attainment)"
    assert failed(f"{table}\n", attainment="3.5") == ["E3202"]
    assert paid(f"{table}, otherwise 5\n", attainment="3.5") == Decimal("5.00")
    assert paid(f"{table}\n", attainment="4") == Decimal("40.00")


def test_first_of_takes_the_first_row():
    """With `first of` rows may overlap, and the earlier one holds."""
    rows = '  any   from 200%   9\n  "A"   any   5\n  any   any   1\nbonus b\n  t(grade, attainment)\n'
    text = f"table t by grade, done, first of\n{rows}"
    assert [paid(text, attainment=a, grade=g) for a, g in (("2", "A"), ("1", "A"), ("1", "B"))] == [9, 5, 1]


def test_dates_and_yes_or_no_are_keys():
    """A date lies between days; yes and no are themselves."""
    rows = "  yes   from 2024-05-01   30\n  yes   below 2024-05-01   20\n  no   any   0\n"
    text = f"table t by trained, since\n{rows}bonus b\n  t(trained, started)\n"
    assert paid(text) == Decimal("30.00")
    assert paid(text, started="2024-04-30") == Decimal("20.00")
    assert paid(text, trained=False) == Decimal("0.00")


def test_both_faces_pay_and_hash_alike():
    """One table, two faces."""
    chinese = (
        KOPF
        + """
对照表 prize 按 done，store_sales
  列          不满6万   6万以上   10万以上
  不满80%        0         0        100
  80%以上      200       300        500
奖金 b
  prize(attainment，sales)
"""
    )
    english = HEAD + MATRIX + "bonus b\n  prize(attainment, sales)\n"
    assert tiercel.loads(chinese).hash == tiercel.loads(english).hash


def test_the_order_of_rows_means_something_only_with_first_of():
    """Rows that never fit together may be written in any order; with `first of` the order is the meaning."""
    first, second = '  "A"   from 80%   100\n', '  "B"   any   200\n'
    tail = "bonus b\n  t(grade, attainment)\n"

    def hashed(option, rows):
        return tiercel.loads(f"{HEAD}table t by g, d{option}\n{rows}{tail}").hash

    assert hashed("", first + second) == hashed("", second + first)
    assert hashed(", first of", first + second) != hashed(", first of", second + first)


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ('table t by g, d\n  "A"   100\n', "E2342"),
        ('table t by g\n  "A"   100\n  2   100\n', "E2343"),
        ("table t by g, d\n  any   1   100\n  any   2   100\n", "E2344"),
        ('table t by g, d\n  "A"   from 1   100\n  any   2   200\n', "E2345"),
        ('table t by g\n  "A"   100\n  "A"   200\n', "E2345"),
        ("table t by g\n  from 5 up to 3   100\n", "E2317"),
        ('table t by g\n  "A"   5%\n  "B"   6\n', "E2316"),
        ("table t by g\n  same as nothing\n", "E2101"),
        ("table t by g\n  same as t\n", "E2107"),
        ('table t by g\n  "A"   100\n  otherwise 0\n  otherwise 1\n', "E2209"),
        ('table t by g, g\n  "A"   1   100\n', "E2104"),
        ("table t by g\n  1   100\ntiers t, whole\n  from 0   5%\n", "E2104"),
    ],
)
def test_what_is_refused(table, code):
    """A table that could pay by chance, or not at all, is no table."""
    assert code in codes(f"{table}bonus b\n  1\n")


def test_two_rows_for_one_case_are_rows():
    """The second place is another row of the table; only tiers have 档."""
    with pytest.raises(tiercel.SchemeError) as refused:
        tiercel.loads(KOPF + '对照表 t 按 g\n  "A"   100\n  "A"   200\n奖金 b\n  t(grade)\n')
    (told,) = refused.value.diagnostics
    assert [related_title(place, "zh") for place in told.related] == ["另一行在这里"]
    assert told.related[0].span.line == 13


def test_keys_are_counted_and_typed_where_a_table_is_read():
    """A call gives one value for each key, of the key's kind."""
    assert codes(f"{MATRIX}bonus b\n  prize(attainment)\n") == ["E2112"]
    assert codes(f"{MATRIX}bonus b\n  prize(grade, sales)\n") == ["E2204"]
    assert codes(f"{MATRIX}bonus b\n  prize.x(attainment, sales)\n") == ["E2320"]


def test_the_explanation_shows_what_was_asked_and_found():
    """Keys as a person writes them, and the value of the row."""
    text = MATRIX + "bonus b\n  prize(attainment, sales)\n"
    assert "prize(80%, 60,000.00) 300" in explained(text, "en")
    assert "prize（80%，60,000.00）300" in explained(text, "zh")


def test_two_keys_that_are_open_at_one_end_are_two_keys():
    """How many cells are keys follows from the first line, not from how bounds stand beside each other."""
    rows = "  from 80%   below 60,000   1\n  from 80%   from 60,000   2\n  below 80%   any   3\n"
    text = f"table t by a, b\n{rows}bonus x\n  t(attainment, sales)\n"
    assert [paid(text, attainment=a, sales=s) for a, s in (("0.8", "59999.99"), ("0.8", "60000"), ("0.7", "0"))] == [
        1,
        2,
        3,
    ]
    rows = "  from 1 below 2   below 60,000   1\n  from 2   from 10 below 20   2\n"
    text = f"table t by a, b\n{rows}bonus x\n  t(attainment, sales)\n"
    assert [paid(text, attainment=a, sales=s) for a, s in (("1", "-5.00"), ("2", "19.99"))] == [1, 2]
