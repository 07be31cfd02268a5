"""Facts that Hypothesis makes for a host's own tests."""

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

import tiercel
from tiercel.strategies import facts

OFFICE = Path(__file__).resolve().parents[2] / "examples" / "office_software"
SCHEME = tiercel.loads(
    """
scheme small
version 1 from 2025-01-01
currency CNY
period month
group team
  id text, key
  goal money, above 0
people
  id text, key
  team team, dated
  grade one of "A", "B"
facts deal
  id text, key
  rep person, credited
  signed date, date of record
  amount money, at least 0, at most 10,000
  share percent, at least 0, at most 100%
  units count, optional
commission pay for each deal
  5% of amount
  at most 400
"""
)


@settings(max_examples=60)
@given(facts(SCHEME, "2025-08"))
def test_facts_within_their_limits_are_accepted_and_paid(given_facts):
    """Every row keeps the column's limits, so nothing is refused; a line is 5% of its amount, at most 400.00."""
    evaluation = SCHEME.evaluate(given_facts, "2025-08")
    for deal in given_facts["deal"]:
        (line,) = [x for x in evaluation.lines if x.row == deal["id"]]
        cents = (deal["amount"] * 5 / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert line.amount == min(cents, Decimal(400))


ABROAD = tiercel.loads(
    """
scheme abroad
version 1 from 2025-01-01
currency USD
period month
people
  id text, key
facts fx
  currency text, key
  day date, key
  rate number, home per foreign, at most 200
facts deal
  id text, key
  rep person, credited
  signed date, date of record
  billed_in text
  unit one of "JPY", "CHF"
  amount money, currency billed_in
  fee money, currency unit
  pounds money, currency GBP
commission pay for each deal
  amount into USD at fx
  plus fee into USD at fx as of period.last
  plus pounds into USD at fx as of signed
"""
)


@settings(max_examples=40)
@given(facts(ABROAD, "2025-08"))
def test_there_is_a_rate_for_every_amount_abroad(given_facts):
    """Whatever a row is in, on any day of the period."""
    assert len(ABROAD.evaluate(given_facts, "2025-08").lines) == len(given_facts["deal"])


@settings(max_examples=10)
@given(st.data())
def test_the_example_company_has_facts_too(data):
    """Linked tables, dated columns and refunds: accepted by the border, whatever the rules then say."""
    scheme = tiercel.load(OFFICE / "v2.tier")
    made = data.draw(facts(scheme, "2023-08", people=3, rows=4))
    _, found = scheme.read(made)
    assert found == ()
