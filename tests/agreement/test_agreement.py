"""Two evaluators, two faces, one meaning: random schemes with facts that seek their edges.

Beside this: tiers in test_tiers.py, the meaning of a text in test_meaning.py. Printing and reading of random
schemes in tests/properties/test_printer.py; the border, over its own tables, in tests/properties/test_facts.py;
refunds of earlier periods in tests/language/test_refunds.py.
"""

import csv
import functools
import importlib.util
import io
import itertools
import sys
import tempfile
from collections import Counter, defaultdict
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tiercel
from tiercel.index import NOBODY
from tiercel.plan import PartOf, Previous, Received, Slot
from tiercel.run import More

GENERATION = Path(__file__).resolve().parents[1] / "generation"
# The same examples every time: what is new is sought by the long test and by `python tests/generation/run.py`.
SETTINGS = settings(
    max_examples=25, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def module(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    loaded = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


run = module("generation_run", GENERATION / "run.py")
agreement = run.generation("agreement")
cases = run.generation("cases")
choices = run.generation("choices")
features = run.generation("features")
strategies = run.generation("strategies")


def shown(case, rows):
    """What is needed to see a failure: the text, the period, the rows."""
    return f"{case.scheme.english_used}\n{case.scheme.english}\n{case.scheme.period}\n{rows}"


# ---- both evaluators


@given(strategies.worlds())
@SETTINGS
def test_both_evaluators_give_the_same_in_every_digit(world):
    """Every line, payout, value, kpi part and score; where the program gives up, the reference tells why."""
    case, rows = world
    scheme = case.loaded()
    kind, verdict = agreement.judged(scheme, rows, case.scheme.period)
    assert not kind, f"{agreement.detail(scheme, rows, case.scheme.period)}\n{shown(case, rows)}"
    assert verdict.outcome != "compared" or verdict.compared or not rows["people"]


@given(strategies.worlds())
@SETTINGS
def test_a_host_sees_the_same_of_either_evaluator(world):
    """The whole result as data, refunds of earlier periods included, or the same faults at the same rows."""
    case, rows = world
    scheme = case.loaded()
    results = [agreement.evaluated(scheme, rows, case.scheme.period, e) for e in ("reference", "compiled")]
    assert results[0] == results[1], shown(case, rows)


# ---- both faces


@given(strategies.worlds())
@SETTINGS
def test_both_faces_are_one_scheme_and_pay_the_same(world):
    """The Chinese text of a scheme has the hash of the English one and gives the same result."""
    case, rows = world
    english, chinese = case.loaded(), case.loaded("zh")
    assert not isinstance(chinese, str), f"{chinese}\n{case.scheme.chinese_used}\n{case.scheme.chinese}"
    assert english.hash == chinese.hash, shown(case, rows)
    results = [agreement.evaluated(s, rows, case.scheme.period, "reference") for s in (english, chinese)]
    assert agreement.in_order(results[0]) == agreement.in_order(results[1]), shown(case, rows)


# ---- how the input comes


def outcomes(scheme, period, *inputs):
    """What each of the inputs comes to, without the places in them: of either evaluator in turn."""
    evaluators = itertools.cycle(["compiled", "reference"])
    return [agreement.without_places(agreement.evaluated(scheme, one, period, next(evaluators))) for one in inputs]


@given(strategies.worlds(), st.randoms(use_true_random=False))
@SETTINGS
def test_the_order_of_the_input_changes_nothing(world, random):
    """Tables, rows and columns in any order give the same facts and the same result."""
    case, rows = world
    scheme = case.loaded()
    mixed = {
        table: [
            dict(random.sample(list(row.items()), len(row))) for row in random.sample(rows[table], len(rows[table]))
        ]
        for table in random.sample(list(rows), len(rows))
    }
    one, other = scheme.read(rows)[0], scheme.read(mixed)[0]
    assert one.hash == other.hash, shown(case, rows)
    results = outcomes(scheme, case.scheme.period, rows, mixed)
    assert results[0] == results[1], shown(case, rows)


@given(strategies.worlds(), st.randoms(use_true_random=False))
@SETTINGS
def test_how_the_input_is_cut_changes_nothing(world, random):
    """Rows of a host, a folder of CSV files, and both in parts that overlap: the same facts and the same result."""
    case, rows = world
    scheme = case.loaded()
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder)
        for table, some in rows.items():
            write_csv(files / f"{table}.csv", some or [dict.fromkeys(columns(scheme, table))], random, bool(some))
        inputs = [rows, files, parted(rows, random), parted(rows, random, files)]
        facts = [scheme.read(one) for one in inputs]
        assert [found for _, found in facts] == [()] * 4, shown(case, rows)
        assert len({one.hash for one, _ in facts}) == 1, shown(case, rows)
        results = outcomes(scheme, case.scheme.period, *inputs)
    assert all(result == results[0] for result in results), shown(case, rows)


def columns(scheme, table):
    return [column.identity for column in scheme.checked.table(table).columns]


def write_csv(path, rows, random, filled):
    """One file in any order of rows and columns, in any of the encodings that a spreadsheet writes."""
    names = random.sample(list(rows[0]), len(rows[0]))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator=random.choice(["\n", "\r\n"]))
    writer.writeheader()
    writer.writerows({n: cell(v) for n, v in row.items()} for row in (random.sample(rows, len(rows)) if filled else []))
    path.write_bytes(text.getvalue().encode(random.choice(["utf-8", "utf-8-sig", "gb18030", "utf-16"])))


def cell(value):
    """A value as a file has it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return "" if value is None else str(value)


def parted(rows, random, base=None):
    """The rows in three parts, one after the other, every row in one part or in several; or on top of a folder."""
    parts = [{table: [] for table in rows} for _ in range(3)]
    for table, some in rows.items():
        for row in some:
            for at in random.sample(range(3), random.choice([1, 1, 2])):
                parts[at][table].append(row)
    first, *more = parts
    start = first if base is None else More(base, {table: tuple(some) for table, some in first.items()})
    for part in more:
        start = More(start, {table: tuple(some) for table, some in part.items()})
    return start


# ---- refunds

ENOUGH, AT_MOST = 15, 800  # lines that refunds take back; schemes that are looked at for them


@functools.cache
def refunded():
    """Schemes of fixed seeds with facts of which refunds take back lines of the period, and both results.

    With them the lines that read neither refunds nor what is left of another line: whatever differs from the
    same lines without refunds is what the refunds take back.
    """
    found, names_back = [], set()
    for seed in range(AT_MOST):
        if len(names_back) >= ENOUGH:
            break
        case = cases.Case.of(f"refunds {seed}")
        scheme = case.loaded()
        if isinstance(scheme, str):
            continue  # refused by the checker
        tables = {table for table, _, _, _ in scheme.plan.reverses}
        names = {scheme.plan.step(n).name for n in scheme.plan.lines if not reads_refunds(scheme.plan, n, tables)}
        for number in range(4 if tables and names else 0):
            rows = case.facts(number)
            without = {table: [] if table in tables else some for table, some in rows.items()}
            told = agreement.result(scheme, rows, case.scheme.period, "reference")
            if told is None or not taking_back(told):
                continue
            pairs = [
                [agreement.result(scheme, data, case.scheme.period, evaluator) for data in (without, rows)]
                for evaluator in ("reference", "compiled")
            ]
            if all(None not in pair for pair in pairs):
                found.append((case, rows, scheme, names, pairs))
                names_back |= {(seed, line.line) for line in taking_back(told)}
    return found


def reads_refunds(plan, line, tables):
    """Whether a line, or what it is made of, looks at a table of refunds, or at what somebody receives after them, now
    or in an earlier period."""
    waiting, known = [line], set()
    while waiting:
        step = plan.step(waiting.pop())
        nodes = list(features.inside(step))
        if step.level in tables or any(getattr(node, "table", "") in tables for node in nodes):
            return True
        if any(isinstance(node, Received | Previous) for node in nodes):
            return True
        known.add(step.number)
        waiting += {node.step for node in nodes if isinstance(node, Slot | PartOf)} - known
    return False


def taking_back(result):
    return [line for line in result.lines if line.reverses and line.kind != "adjustment" and line.amount]


def test_there_are_refunds_of_all_kinds():
    """Lines of many names, above 0 and below, some taken back by several refunds."""
    back = [(case.seed, line) for case, _, _, _, pairs in refunded() for line in taking_back(pairs[0][1])]
    assert len({(seed, line.line) for seed, line in back}) >= ENOUGH
    assert any(line.amount > 0 for _, line in back)
    assert any(line.amount < 0 for _, line in back)
    assert max(Counter((seed, line.line, line.reverses) for seed, line in back).values()) > 1


def test_a_refund_changes_no_line_of_any_row():
    """With refunds and without them every line of every row earns the same and pays the same; what is new are the
    lines that take back. Of money that comes later, what it earned is where its five places add up to."""
    for case, rows, _, names, pairs in refunded():
        for pair in pairs:
            before, after = ([x for x in result.lines if x.line in names and not x.reverses] for result in pair)
            at_once = [[x for x in some if x.settled is None] for some in (before, after)]
            assert at_once[0] == at_once[1], shown(case, rows)
            assert earned_now(pair[0], before) == earned_now(pair[1], after), shown(case, rows)
            for line in (x for x in (*before, *after) if x.settled is not None):
                where = line.settled
                places = where.paid + where.held + where.later + where.cancelled + where.taken_back
                assert places == where.earned, shown(case, rows)


def earned_now(result, lines):
    """What money that comes later earned in the period itself; of an earlier one what is taken back shows no more."""
    now = [x for x in lines if x.settled is not None and x.settled.period == result.period]
    return [(x.line, x.row, x.person, x.settled.earned, x.amount) for x in now]


def test_a_sale_and_its_full_refund_come_to_nothing():
    """Each line of a sale that is taken back wholly is 0 for its receiver; of a part, no more is taken than was paid."""
    whole = partial = 0
    for case, rows, scheme, _, pairs in refunded():
        facts, _ = scheme.read(rows)
        reference, _ = agreement.runs(scheme, facts, scheme.parse_period(case.scheme.period))
        shares = {(r.sale_table, r.sale): r.after for r in reference.reversals}
        for _, after in pairs:
            earned, left = balance(after)
            for (table, sale), share in shares.items():
                for mark in lines_of_sale(reference, table, sale) & set(earned):
                    assert share != 1 or not left[mark], (mark, shown(case, rows))
                    assert min(earned[mark], 0) <= left[mark] <= max(earned[mark], 0), (mark, shown(case, rows))
                    whole += share == 1 and earned[mark] != 0
                    partial += 0 < share < 1 and earned[mark] != 0
    assert whole > 15
    assert partial > 5


def balance(result):
    """What each line of each row paid, and what is left of it, by line, row and receiver."""
    earned, left = defaultdict(Fraction), defaultdict(Fraction)
    for line in result.lines:
        if line.kind != "adjustment":
            mark = (line.line, line.reverses or line.row, line.person)
            left[mark] += Fraction(line.amount)
            earned[mark] += 0 if line.reverses else Fraction(line.amount)
    return earned, left


def lines_of_sale(reference, table, sale):
    """Line, row and receiver of everything that a sale earns."""
    found = set()
    for number in reference.plan.lines:
        step = reference.plan.step(number)
        for row in reference.index.rows_of_sale(step.level, reference.tables, table, sale):
            person = reference.index.receiver(step, reference.tables, row)
            keys = reference.facts.tables
            if person != NOBODY:
                who = "" if person is None else keys["people"].keys[person]
                found.add((step.name, keys[step.level].keys[row], who))
    return found


# ---- worked by hand: what both evaluators take from the same place, and could get wrong together

HEAD = """
scheme worked
version 1 from 2020-01-01
currency CNY
period month
people
  id text, key
facts sale
  number text, key
  rep person, credited
  day date, date of record
  amount money
facts item
  line text, key
  of sale
  packed date, date of record
  price money
facts part
  mark text, key
  within item
  weight money
facts refund
  slip text, key
  sold sale, reverses by back
  paid_back date, date of record
  back percent
"""
SALES = {
    "people": [{"id": "E1"}],
    "sale": [
        {"number": "A", "rep": "E1", "day": "2023-08-01", "amount": "100.00"},
        {"number": "B", "rep": "E1", "day": "2023-08-31", "amount": "33.33"},
        {"number": "C", "rep": "E1", "day": "2023-09-01", "amount": "9000.00"},
    ],
    "item": [
        {"line": "0", "of": "B", "packed": "2023-08-01", "price": "0.00"},
        {"line": "1", "of": "A", "packed": "2023-08-02", "price": "10.00"},
        {"line": "2", "of": "A", "packed": "2023-09-02", "price": "500.00"},
        {"line": "3", "of": "B", "packed": "2023-08-31", "price": "1.00"},
    ],
    "part": [
        {"mark": "a", "within": "1", "weight": "7.00"},
        {"mark": "b", "within": "1", "weight": "0.33"},
        {"mark": "c", "within": "3", "weight": "2.00"},
    ],
    "refund": [],
}


def paid(rules, evaluator, **more):
    """What E1 gets in August, and his values."""
    result = tiercel.loads(HEAD + rules).evaluate({**SALES, **more}, "2023-08", evaluator=evaluator)
    return str(result.payout["E1"]), {name: str(value) for name, value in result.values["E1"].items()}


BOTH = pytest.mark.parametrize("evaluator", ["reference", "compiled"])


@BOTH
def test_worked_sales_of_the_month_and_children_up_to_its_end(evaluator):
    """Sales of September do not count in August, nor items packed in September: 100 + 33.33, and 10 + 1."""
    rules = "commission a for each sale\n  amount + sum(item.price)\n"
    assert paid(rules, evaluator)[0] == "144.33"


@BOTH
def test_worked_deductions_are_taken_off(evaluator):
    """A commission of 100 less a deduction of 30.5."""
    assert paid("commission a\n  100\ndeduction b\n  30.5\n", evaluator)[0] == "69.50"


@BOTH
def test_worked_limits(evaluator):
    """`at most` is a cap and `at least` a floor."""
    rules = "commission a\n  100\n  at most 80\ncommission b\n  5\n  at least 7\n"
    assert paid(rules, evaluator)[0] == "87.00"


@BOTH
def test_worked_less_is_better(evaluator):
    """A target of 5% against an actual 8%: 0.625 of it is attained."""
    rules = "kpi k\n  weight 100%\n  actual 8%\n  target 5%\n  less is better\n  score attainment\ncommission a\n  1\n"
    assert paid(rules, evaluator)[1]["k.attainment"] == "0.625"


@BOTH
def test_worked_months_and_days(evaluator):
    """A month after the last of January is the last of February; 30 days after it is the second of March."""
    rules = "m = 2023-01-31 + 1 month\nd = 2023-01-31, plus 30 days\nb = 2023-03-31, minus 1 month\ncommission a\n  1\n"
    assert paid(rules, evaluator)[1] == {"m": "2023-02-28", "d": "2023-03-02", "b": "2023-02-28"}


@BOTH
def test_worked_tiers_on_the_running_total(evaluator):
    """Of 100 and then 33.33 the part above 120 is at 10%, the rest at 5%: 5 + 1 + 1.33."""
    rules = "tiers t, marginal\n  below 120   5%\n  from 120   10%\ncommission a for each sale\n  t on running total of amount\n"
    assert paid(rules, evaluator)[0] == "7.33"


@BOTH
def test_worked_the_upper_bound_of_the_last_tier_is_inside(evaluator):
    """5.00 for 100, in proportion: 100 is inside (5.00) as is 33.33 (1.67); 133.33 is not."""
    rules = (
        "tiers t, filled\n  up to 100   5.00\n  otherwise 0\ncommission a for each sale\n  t on amount\n"
        "commission b\n  t on sum(sale.amount)\n"
    )
    assert paid(rules, evaluator)[0] == "6.67"


@BOTH
def test_worked_a_window_counted_from_a_later_day_ends_with_the_period(evaluator):
    """The last 60 days as of 15 September hold both sales of August, and the 9,000 of September not yet."""
    text = HEAD.replace("people\n", "people\n  review date\n", 1)
    text += "commission a\n  sum(sale.amount, last 60 days as of review)\n"
    facts = {**SALES, "people": [{"id": "E1", "review": "2023-09-15"}]}
    assert str(tiercel.loads(text).evaluate(facts, "2023-08", evaluator=evaluator).payout["E1"]) == "133.33"


@BOTH
def test_worked_a_table_that_ends_below_zero_prices_nothing(evaluator):
    """A price is counted from 0, which lies in no tier here: the line says what holds then, 0.5."""
    rules = "tiers t, marginal\n  below 0   6%\nx = t on (-100), otherwise 0.5\ncommission a\n  1\n"
    assert paid(rules, evaluator)[1]["x"] == "0.5"


@BOTH
def test_worked_slices_of_a_running_total_that_falls(evaluator):
    """100 is worth 5; then a row of -33.33 takes back 1.67 of it, rounded as the slice it is."""
    sale = [SALES["sale"][0], {**SALES["sale"][1], "amount": "-33.33"}]
    rules = (
        "tiers t, marginal, rounded half up to 0.01, each slice\n  from 0   5%\n  from 120   10%\n"
        "commission a for each sale\n  t on running total of amount\n"
    )
    assert paid(rules, evaluator, sale=sale, item=[], part=[])[0] == "3.33"


@BOTH
def test_worked_kpis_that_do_not_count_leave_their_weight_to_the_others(evaluator):
    """Of weights 60% and 40% only the first counts: its score stands alone."""
    rules = (
        "kpi k\n  weight 60%\n  score 0.8\nkpi l\n  weight 40%\n  score 0.1\n  not applicable when 1 = 1\n"
        "score s\n  weighted sum of kpis\ncommission a\n  1\n"
    )
    assert paid(rules, evaluator)[1]["s"] == "0.8"


@BOTH
def test_worked_partial_refunds(evaluator):
    """Half and half of a line of 33.33 are taken back as 16.67 and 16.66: nothing is left of it."""
    half = [
        {"slip": "R1", "sold": "B", "paid_back": "2023-08-31", "back": "0.5"},
        {"slip": "R2", "sold": "B", "paid_back": "2023-08-31", "back": "0.5"},
    ]
    rules = "commission a for each sale\n  amount\n"
    assert paid(rules, evaluator, refund=half[:1])[0] == "116.66"
    assert paid(rules, evaluator, refund=half)[0] == "100.00"


@BOTH
def test_worked_refunds_in_order_of_their_days(evaluator):
    """Of 33.33 the refund of the 29th takes half first, 16.67, whatever its table and key; then that of the 30th."""
    more = "facts comeback\n  slip text, key\n  sold sale, reverses by 50%\n  day date, date of record\n"
    scheme = tiercel.loads(HEAD + more + "commission a for each sale\n  amount\n")
    facts = {
        **SALES,
        "sale": [{"number": "C", "rep": "E1", "day": "2023-09-01", "amount": "33.33"}],
        "item": [],
        "part": [],
        "refund": [{"slip": "R2", "sold": "C", "paid_back": "2023-09-29", "back": "0.5"}],
        "comeback": [{"slip": "R1", "sold": "C", "day": "2023-09-30"}],
    }
    lines = scheme.evaluate(facts, "2023-09", evaluator=evaluator).lines
    assert {line.row: str(line.amount) for line in lines} == {"C": "33.33", "R2": "-16.67", "R1": "-16.66"}


@BOTH
def test_worked_rows_under_the_rows_of_a_sale(evaluator):
    """Parts of items of a sale: 7 + 0.33 of A and 2 of B add up there, are paid each, and go back with B's refund."""
    rules = (
        "for each sale\n  w = sum(part.weight)\ncommission a for each sale\n  w\ncommission b for each part\n  weight\n"
    )
    back = [{"slip": "R1", "sold": "B", "paid_back": "2023-08-31", "back": "1"}]
    assert paid(rules, evaluator)[0] == "18.66"
    assert paid(rules, evaluator, refund=back)[0] == "14.66"


@BOTH
def test_worked_rows_of_nobodys_sale_stay_out_of_a_running_count(evaluator):
    """An item without a sale has no day: it is in no period, and its person's counts go on as if it was not there."""
    text = HEAD.replace("of sale\n", "of sale, optional\n  packer person, credited\n").replace(
        "  packed date, date of record\n", ""
    )
    items = [
        {"line": "0", "of": None, "packer": "E1", "price": "1.00"},
        {"line": "1", "of": "A", "packer": "E1", "price": "1.00"},
        {"line": "2", "of": "B", "packer": "E1", "price": "1.00"},
    ]
    scheme = tiercel.loads(
        text
        + "for each item\n  n = running count\nfor each sale\n  m = sum(item.n)\ncommission a for each sale\n  1元 * m\n"
    )
    result = scheme.evaluate({**SALES, "item": items, "part": []}, "2023-08", evaluator=evaluator)
    assert {line.row: str(line.amount) for line in result.lines} == {"A": "1.00", "B": "2.00"}


@BOTH
def test_worked_refunds_of_more_than_the_sale_are_refused(evaluator):
    """60% and 60% of one sale."""
    back = [{"slip": f"R{n}", "sold": "B", "paid_back": "2023-08-31", "back": "60%"} for n in (1, 2)]
    with pytest.raises(tiercel.FactsError) as refused:
        paid("commission a for each sale\n  amount\n", evaluator, refund=back)
    assert [d.code for d in refused.value.diagnostics] == ["E3209"]


@BOTH
def test_worked_faults_of_rows_that_come_in_parts(evaluator):
    """A and B come one after the other, each as first row of a part: what is wrong with either is told."""
    scheme = tiercel.loads(
        HEAD.replace("id text, key\n", "id text, key\n  days count\n", 1) + "commission a\n  100 / days\n"
    )
    part = {**dict.fromkeys(SALES, ()), "people": [{"id": "A", "days": 0}]}
    first = scheme.evaluate(part, "2023-08", partial=True, evaluator=evaluator)
    both = first.with_rows({"people": [{"id": "B", "days": 0}]})
    assert [(d.code, d.subject) for d in both.diagnostics] == [("E3201", "A"), ("E3201", "B")]


@BOTH
def test_worked_many_quotients_side_by_side(evaluator):
    """Twenty times the sales of 100 and 33.33 by an amount of the row, added up: n x 133.33 / 7 of each, exact."""
    names = [f"q{n}" for n in range(1, 21)]
    rows = "".join(f"  {name} = first of\n    {n} * amount / days when days > 5\n    otherwise amount / (days + {n})\n    unrounded\n"
                   for n, name in enumerate(names, 1))  # fmt: skip
    sums = "".join(f"s{n} = sum(sale.{name}), unrounded\n" for n, name in enumerate(names, 1))
    text = HEAD.replace("  amount money\n", "  amount money\n  days count\n", 1)
    sales = [{**sale, "days": 7} for sale in SALES["sale"]]
    scheme = tiercel.loads(f"{text}one = 1\nfor each sale\n{rows}{sums}commission a\n  s1\n")
    result = scheme.evaluate({**SALES, "sale": sales}, "2023-08", evaluator=evaluator)
    assert [Fraction(result.values["E1"][f"s{n}"]) for n in range(1, 21)] == [
        n * Fraction("133.33") / 7 for n in range(1, 21)
    ]


@BOTH
def test_worked_the_newest_version_that_has_begun_pays(evaluator):
    """Version 2 begins on September 1: August is paid by version 1, September by version 2."""
    second = HEAD.replace("version 1 from 2020-01-01", "version 2 from 2023-09-01") + "commission a\n  20\n"
    scheme = tiercel.loads(second, versions=[HEAD + "commission a\n  10\n"])
    payouts = [str(scheme.evaluate(SALES, m, evaluator=evaluator).payout["E1"]) for m in ("2023-08", "2023-09")]
    assert payouts == ["10.00", "20.00"]


# ---- many more


@pytest.mark.long
@pytest.mark.parametrize("first", range(0, 2000, 250))
def test_thousands_of_schemes_agree(first):
    """Seeds in great number: all accepted, no value differs, both faces of each are one scheme."""
    figures = run.Figures()
    for part in run.many(first, 250, 3, 1):
        figures.add(part)
    assert not [f for k, f in figures.faults.items() if k != "needless"], run.told(figures)
    assert figures.counts["accepted"] == 250
    assert figures.counts["values compared"] > 5000
    assert figures.counts["needless"] + figures.counts["not compilable"] < figures.counts["facts"] * 0.05


def test_the_office_example_agrees_too():
    """The generator of facts serves a scheme written by hand."""
    example = Path(__file__).resolve().parents[2] / "examples" / "office_software"
    scheme = tiercel.load(example / "v2.tier")
    facts = run.generation("facts")
    known, period = facts.edges(scheme.checked, scheme.plan), scheme.parse_period("2023-08")
    compared = 0
    for seed in range(40):
        rows = facts.facts(choices.Seeded(seed), scheme.checked, known, period)
        kind, verdict = agreement.judged(scheme, rows, "2023-08")
        assert not kind, (kind, rows)
        compared += verdict.compared
    assert compared > 500
