"""Exceptions to a rule, by label and not by number; promises that are recorded."""

from decimal import Decimal
from typing import Any

import pytest

import tiercel
from tiercel.statement import statement
from tiercel_dsl.diagnostics import Severity

HEAD = """\
scheme plan
version 1 from 2025-01-01
currency CNY
period month
people
  id text, key
facts sale
  id text, key
  rep person, credited
  day date, date of record
  amount money
  tier text
  customer text
  free yes/no
"""
RULES = """
commission pay for each sale where amount above 0
  5% of amount
exception vip to pay where tier = "VIP"
  15% of amount
exception named to vip where customer = "c1"
  12% of amount
exception nothing to pay where free
  1
  only when amount at least 1,000
"""
SALE = {"id": "S1", "rep": "E1", "day": "2025-01-05", "amount": "1000.00", "tier": "", "customer": "", "free": False}


def evaluated(text=RULES, evaluator="compiled", **sale):
    facts = {"people": [{"id": "E1"}], "sale": [{**SALE, "tier": "A", "customer": "c9", **sale}]}
    return tiercel.loads(HEAD + text).evaluate(facts, "2025-01", evaluator=evaluator)


def paid(text=RULES, **sale):
    """The line of the sale, None if there is none; the same from both evaluators."""
    found = []
    for evaluator in ("compiled", "reference"):
        lines = [line for line in evaluated(text, evaluator, **sale).lines if line.line == "pay"]
        found.append(lines[0].amount if lines else None)
    assert found[0] == found[1]
    return found[0]


def told(text, **sale):
    with pytest.raises(tiercel.FactsError) as refused:
        evaluated(text, **sale)
    return [d.code for d in refused.value.diagnostics]


def codes(text):
    with pytest.raises(tiercel.SchemeError) as refused:
        tiercel.loads(HEAD + text)
    return [d.code for d in refused.value.diagnostics]


def test_without_an_exception_the_rule_holds():
    """1,000 × 5%."""
    assert paid() == Decimal("50.00")


def test_an_exception_replaces_the_body():
    """1,000 × 15%."""
    assert paid(tier="VIP") == Decimal("150.00")


def test_the_later_of_a_chain_goes_first():
    """Both conditions hold, and the exception to the exception is paid: 1,000 × 12%."""
    assert paid(tier="VIP", customer="c1") == Decimal("120.00")


def test_an_exception_to_an_exception_stands_on_its_own_condition():
    """The customer is named although the sale is no VIP sale: 1,000 × 12%."""
    assert paid(customer="c1") == Decimal("120.00")


def test_exceptions_side_by_side_must_agree():
    """15% of 1,000 and 1 disagree; nobody is paid by chance."""
    assert told(RULES, tier="VIP", free=True) == ["E3204"]
    agreeing = RULES.replace("  1\n  only when", "  150\n  only when")
    assert paid(agreeing, tier="VIP", free=True) == Decimal("150.00")


def test_an_exception_may_leave_no_line():
    """`only when` in the exception's body: no line, not a line of 5%."""
    assert paid(free=True) == Decimal("1.00")
    assert paid(free=True, amount="999.99") is None


def test_the_rule_chooses_the_rows_of_its_exceptions_too():
    """A row that the rule leaves out has no exception either."""
    assert paid(tier="VIP", amount="0.00") is None


def test_a_rounding_of_the_exception_is_its_own():
    """12% of 1,000.40 is 120.048: whole yuan where the exception says so, cents where the rule holds."""
    text = RULES.replace("  12% of amount\n", "  12% of amount\n  rounded down to 1\n")
    assert paid(text, customer="c1", amount="1000.40") == Decimal("120.00")
    assert paid(text, amount="1000.30") == Decimal("50.02")


def test_refunds_take_back_what_the_exception_paid():
    """Half of a VIP sale of 1,000 comes back: 150.00 - 75.00."""
    refund = "facts refund\n  id text, key\n  sale sale, reverses by 50%\n  on date, date of record\n"
    facts: dict[str, Any] = {
        "people": [{"id": "E1"}],
        "sale": [{**SALE, "tier": "VIP", "customer": "c9"}],
        "refund": [{"id": "R1", "sale": "S1", "on": "2025-01-20"}],
    }
    for evaluator in ("compiled", "reference"):
        evaluation = tiercel.loads(HEAD + refund + RULES).evaluate(facts, "2025-01", evaluator=evaluator)
        assert evaluation.payout["E1"] == Decimal("75.00")


def test_the_explanation_names_the_exception():
    """Which body was paid can be read from the statement."""
    shown = statement(evaluated(tier="VIP").explain("E1"), {}, "en")
    assert "vip" in shown
    assert "150.00" in shown


def test_both_faces_are_one():
    """例外 … 替代 … is exception … to …."""
    chinese = """
提成 pay 逐笔 sale 仅限 amount 超过 0
  amount 的 5%
例外 vip 替代 pay 其中 tier = “VIP”
  amount 的 15%
例外 named 替代 vip 其中 customer = “c1”
  amount 的 12%
例外 nothing 替代 pay 其中 free
  1
  前提 amount 不低于 1,000，否则不计
"""
    assert tiercel.loads(HEAD + chinese).hash == tiercel.loads(HEAD + RULES).hash


def test_the_order_of_exceptions_means_nothing_and_their_target_does():
    """A tree by names: another order is the same scheme, another target another one."""
    first, second = "exception a to pay where free\n  1\n", 'exception b to pay where tier = "B"\n  2\n'
    base = "commission pay for each sale\n  5% of amount\n"

    def hashed(text):
        return tiercel.loads(HEAD + base + text).hash

    assert hashed(first + second) == hashed(second + first)
    assert hashed(first + second) != hashed(first + second.replace("to pay", "to a"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("exception a to nobody where free\n  1\n", "E2101"),
        ("exception a to b where free\n  1\nexception b to a where free\n  1\n", "E2107"),
        ("exception a to a where free\n  1\n", "E2107"),
        ("exception pay to pay where free\n  1\n", "E2104"),
        ("exception a to pay where amount\n  1\n", "E2203"),
        ('exception a to pay where free\n  "much"\n', "E2204"),
    ],
)
def test_what_is_refused(text, code):
    """An exception to nothing, a circle, a name twice, a condition that is none, a body that is no money."""
    assert code in codes(f"commission pay for each sale\n  5% of amount\n{text}")


@pytest.mark.parametrize(
    "promise",
    [
        "promise payout at most 200,000",
        "promise payout at least 0 when count(sale) = 0",
        "promise payout never falls when sale.amount rises",
        "promise payout jumps by at most 100 when sale.amount rises by 0.01",
    ],
)
def test_a_promise_is_typed_hashed_and_not_examined(promise):
    """It says that it is recorded; it never says that it is kept, and it belongs to the meaning."""
    plain, promising = (tiercel.loads(HEAD + RULES + text) for text in ("", f"{promise}\n"))
    assert [(d.code, d.severity) for d in promising.warnings if d.code == "E2347"] == [("E2347", Severity.note)]
    assert promising.hash != plain.hash


@pytest.mark.parametrize(
    ("promise", "code"),
    [
        ("promise payout", "E2203"),
        ("promise paid at most 5", "E2101"),
        ("promise payout never falls when sale.tier rises", "E2204"),
        ("promise payout jumps by at most 5% when sale.amount rises by 0.01", "E2204"),
    ],
)
def test_a_promise_about_nothing_is_refused(promise, code):
    """Names and units of a promise are checked like any other."""
    assert code in codes(f"{RULES}{promise}\n")


def test_a_promise_in_both_faces_is_one():
    """方案校验 … 不因 … 增加而减少."""
    english = "promise payout never falls when sale.amount rises\npromise payout jumps by at most 100 when sale.amount rises by 0.01\n"
    chinese = "方案校验 结算额 不因 sale.amount 增加而减少\n方案校验 结算额 跳变不超过 100 当 sale.amount 每增加 0.01\n"
    assert tiercel.loads(HEAD + RULES + english).hash == tiercel.loads(HEAD + RULES + chinese).hash
