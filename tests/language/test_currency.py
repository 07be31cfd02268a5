"""Money in other currencies: how it is read, what it may meet, at which rate it becomes the scheme's own.

All figures are worked out by hand from the amounts and rates beside them.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

import tiercel
from tiercel.cases import run_cases
from tiercel.statement import statement
from tiercel_dsl import types
from tiercel_dsl.messages import sentence
from tiercel_dsl.source import Source
from tiercel_dsl.types import MONEY, NUMBER, PLAIN, Kind, Type

HEAD = """\
scheme abroad
version 1 from 2025-01-01
currency USD
period month
people
  id text, key
facts fx
  currency text, key
  day date, key
  rate number, {direction}
facts sale
  id text, key
  seller person, credited
  sold date, date of record
  billed_in text
  pounds money, currency GBP
  amount money, currency billed_in
"""
TENTH = "commission c for each sale\n  10% of pounds into USD at fx\n"
OWN = "commission c for each sale\n  amount into USD at fx\n"


def column_of(fault):
    """The column of the cell that a fault is in."""
    assert fault.cell is not None
    return fault.cell.column


def sale(pounds="0", amount="0", billed_in="USD", sold="2025-04-10", key="S1"):
    return {
        "id": key,
        "seller": "A",
        "sold": sold,
        "billed_in": billed_in,
        "pounds": pounds,
        "amount": amount,
    }


def rate(currency, day, rate):
    return {"currency": currency, "day": day, "rate": rate}


def scheme_of(rules, direction="home per foreign"):
    return tiercel.loads(rules if rules.startswith(("scheme", "方案")) else HEAD.format(direction=direction) + rules)


def evaluated(rules, sales, rates, direction="home per foreign", period="2025-04"):
    """What the reference says; the compiled evaluator must say the same, also of what is wrong."""
    scheme = scheme_of(rules, direction)
    facts = {"people": [{"id": "A"}], "fx": rates, "sale": sales}
    told: list[Any] = []
    for evaluator in ("reference", "compiled"):
        try:
            told.append(scheme.evaluate(facts, period, evaluator=evaluator))
        except tiercel.FactsError as error:
            told.append(error)
    defined, compiled = told
    if isinstance(defined, tiercel.FactsError):
        assert (type(compiled), compiled.diagnostics) == (type(defined), defined.diagnostics)
        raise defined
    assert compiled.to_dict() == defined.to_dict()
    return defined


def paid(rules, sales, rates, **more):
    return str(evaluated(rules, sales, rates, **more).payout["A"])


def faults(rules, sales, rates, **more):
    with pytest.raises(tiercel.FactsError) as caught:
        evaluated(rules, sales, rates, **more)
    return caught.value.diagnostics


# ---- at which rate (decision 50) ---------------------------------------------------------------------------------


def test_home_per_foreign_multiplies():
    """10% of 1,000.00 GBP at 1.22 USD for a pound: 122.00."""
    assert paid(TENTH, [sale("1000.00")], [rate("GBP", "2025-04-10", "1.22")]) == "122.00"


def test_foreign_per_home_divides():
    """5,000.00 CAD where a dollar costs 0.8 CAD: 6,250.00."""
    rates = [rate("CAD", "2025-04-10", "0.8")]
    assert paid(OWN, [sale(amount="5000.00", billed_in="CAD")], rates, direction="foreign per home") == "6250.00"


@pytest.mark.parametrize(("day", "amount"), [("2025-04-10", "1.10"), ("2025-04-09", "1.20"), ("2025-04-03", "1.30")])
def test_a_rate_holds_on_its_day_and_seven_days_after(day, amount):
    """The latest up to the day; 04-03 is seven days before 04-10. A rate of the day after is never used."""
    rates = [rate("GBP", "2025-04-11", "9"), rate("GBP", "2025-04-03", "1.3")]
    rates += [rate("GBP", "2025-04-09", "1.2")] if day > "2025-04-03" else []
    rates += [rate("GBP", "2025-04-10", "1.1")] if day > "2025-04-09" else []
    assert paid(TENTH, [sale("10.00")], rates) == amount


def test_a_rate_eight_days_old_is_none():
    """Said with the currency, the day asked for and the day of the rate there is; nobody is paid."""
    (fault,) = faults(TENTH, [sale("10.00")], [rate("GBP", "2025-04-02", "1.3"), rate("GBP", "2025-04-11", "1.3")])
    assert (fault.code, fault.subject) == ("E3291", "A")
    facts = {key: fault.facts[key] for key in ("table", "currency", "day", "latest", "line", "row")}
    assert facts == {
        "table": "fx",
        "currency": "GBP",
        "day": "2025-04-10",
        "latest": "2025-04-02",
        "line": "c",
        "row": "S1",
    }


def test_a_currency_without_any_rate_is_told_without_a_latest_day():
    """The sentence stays whole in both languages."""
    (fault,) = faults(TENTH, [sale("10.00")], [])
    assert "latest" not in fault.facts
    told = "“fx” has no rate for GBP on 2025-04-10 or the 7 days before"
    assert sentence(fault, "en") == told
    assert sentence(fault, "zh") == "“fx”里没有 GBP 在 2025-04-10 的牌价，之前 7 天内也没有"


def test_no_otherwise_replaces_a_rate_that_is_missing():
    """Decision 27 names what it catches; a rate is none of it."""
    rules = "commission c for each sale\n  10% of pounds into USD at fx\n  otherwise 0\n"
    assert [fault.code for fault in faults(rules, [sale("10.00")], [])] == ["E3291"]


def test_rates_of_last_month_hold_in_this_one():
    """A rate belongs to no period: that of 03-31 converts a sale of 04-01."""
    assert paid(TENTH, [sale("10.00", sold="2025-04-01")], [rate("GBP", "2025-03-31", "1.5")]) == "1.50"


def test_the_day_may_be_any_date():
    """A sale of 04-10, converted as of a month later."""
    rules = "commission c for each sale\n  pounds into USD at fx as of (sold + 1 month)\n"
    rates = [rate("GBP", "2025-04-10", "2"), rate("GBP", "2025-05-10", "3")]
    assert paid(rules, [sale("10.00")], rates) == "30.00"


def test_without_a_day_the_date_of_record_counts():
    """As of sold, which is the date of record, says the same."""
    rates = [rate("GBP", "2025-04-10", "2")]
    said, unsaid = TENTH.replace("at fx", "at fx as of sold"), TENTH
    assert paid(said, [sale("10.00")], rates) == paid(unsaid, [sale("10.00")], rates) == "2.00"


def test_a_person_s_amount_is_converted_as_of_the_day_written():
    """20.00 and 30.00 GBP of two sales at the rate of the month's last day: 50 × 1.4."""
    rules = "bonus c\n  sum(sale.pounds) into USD at fx as of period.last\n"
    sales = [sale("20.00"), sale("30.00", key="S2", sold="2025-04-02")]
    rates = [rate("GBP", "2025-04-02", "1.1"), rate("GBP", "2025-04-30", "1.4")]
    assert paid(rules, sales, rates) == "70.00"


def test_the_scheme_s_own_currency_needs_no_rate():
    """Dollars stay as they are, even where the table has a rate for dollars."""
    assert paid(OWN, [sale(amount="12.34")], []) == "12.34"
    assert paid(OWN, [sale(amount="12.34")], [rate("USD", "2025-04-10", "2")]) == "12.34"


def test_a_column_in_the_scheme_s_currency_is_plain_money():
    """Written or not: the same meaning, the same hash; converting it changes nothing."""
    plain = "scheme a\nversion 1 from 2025-01-01\ncurrency USD\nperiod month\npeople\n  id text, key\n  wage money\n"
    bonus = "bonus b\n  wage\n"
    assert (
        scheme_of(plain.replace("wage money", "wage money, currency USD") + bonus).hash == scheme_of(plain + bonus).hash
    )
    rules = HEAD.format(direction="home per foreign") + "  fee money\nbonus b for each sale\n  fee into USD at fx\n"
    facts = {"people": [{"id": "A"}], "fx": [], "sale": [sale() | {"fee": "7.00"}]}
    assert scheme_of(rules).evaluate(facts, "2025-04").payout["A"] == Decimal("7.00")


def test_a_converted_amount_is_exact_until_the_line_ends():
    """100.01 × 1.22335 = 122.3472335. A line of its own: 122.35, and 10% of it 12.235, paid 12.24.
    Within one line 10% are 12.23472335, paid 12.23."""
    rates = [rate("GBP", "2025-04-10", "1.22335")]
    two = "for each sale\n  d = pounds into USD at fx\ncommission c for each sale\n  10% of d\n"
    assert paid(two, [sale("100.01")], rates) == "12.24"
    assert paid(TENTH, [sale("100.01")], rates) == "12.23"


def test_rates_have_up_to_twelve_digits():
    """1,000,000,000 IDR at 0.000061312345 USD: 61,312.345, paid 61,312.35 (half up); a thirteenth is refused."""
    sales = [sale(amount="1000000000", billed_in="IDR")]
    assert paid(OWN, sales, [rate("IDR", "2025-04-10", "0.000061312345")]) == "61312.35"
    (fault,) = faults(OWN, sales, [rate("IDR", "2025-04-10", "0.0000613123451")])
    assert (fault.code, fault.facts["digits"]) == ("E3104", 12)


@pytest.mark.parametrize("bad", ["0", "-1.2"])
def test_a_rate_is_above_zero(bad):
    """Whether its column says so or not."""
    (fault,) = faults(TENTH, [sale("10.00")], [rate("GBP", "2025-04-10", bad)])
    assert (fault.code, fault.facts["limit"]) == ("E3108", "> 0")


def test_a_limit_of_the_rate_that_says_as_much_means_the_same():
    """`above 0` is what every rate keeps."""
    said, unsaid = (scheme_of(TENTH, direction).hash for direction in ("above 0, home per foreign", "home per foreign"))
    assert said == unsaid
    assert scheme_of(TENTH, "above 1, home per foreign").hash != unsaid


# ---- what a cell may hold -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("currency", "cell", "digits"),
    [("JPY", "1001.5", 0), ("KWD", "1.2345", 3), ("EUR", "1.005", 2), ("UYW", "1.00005", 4)],
)
def test_a_cell_has_at_most_the_digits_of_its_row_s_currency(currency, cell, digits):
    """Yen have none, Kuwaiti dinars three."""
    (fault,) = faults(OWN, [sale(amount=cell, billed_in=currency)], [rate(currency, "2025-04-10", "1")])
    assert (fault.code, fault.facts["digits"], column_of(fault)) == ("E3104", digits, "amount")


@pytest.mark.parametrize(
    ("currency", "cell", "worth"),
    [("JPY", "1,001", "1001.00"), ("KWD", "1.235", "1.24"), ("EUR", "€5.10", "5.10"), ("GBP", "£ 5.10", "5.10")],
)
def test_a_cell_may_carry_the_mark_of_its_currency(currency, cell, worth):
    """At 1 for 1; 1.235 dinars are read whole and rounded to cents at the end of the line."""
    assert paid(OWN, [sale(amount=cell, billed_in=currency)], [rate(currency, "2025-04-10", "1")]) == worth


def test_the_mark_of_another_currency_is_refused():
    """£ in a row of euros, $ in a column of pounds."""
    (euros,) = faults(OWN, [sale(amount="£5", billed_in="EUR")], [rate("EUR", "2025-04-10", "1")])
    (pounds,) = faults(OWN, [sale("$5")], [])
    assert (euros.code, column_of(euros), pounds.code, column_of(pounds)) == ("E3102", "amount", "E3102", "pounds")


@pytest.mark.parametrize(("code", "meant"), [("usd", "USD"), ("EURO", "EUR"), ("美元", "USD")])
def test_an_unknown_currency_is_told_once(code, meant):
    """At the cell that names it, not again at the amount; likewise in the table of rates."""
    (row,) = faults(OWN, [sale(amount="5.00", billed_in=code)], [])
    (table,) = faults(OWN, [sale()], [rate(code, "2025-04-10", "1")])
    assert (row.code, column_of(row), row.subject) == ("E3131", "billed_in", "A")
    assert (table.code, column_of(table), table.subject) == ("E3131", "currency", "")
    assert meant in row.facts["candidates"]
    assert meant in table.facts["candidates"]


def test_two_rates_of_one_day_are_a_fault():
    """The pair of currency and day is the key; equal rows count once."""
    twice = [rate("GBP", "2025-04-10", "1.1"), rate("GBP", "2025-04-10", "1.2")]
    (fault,) = faults(TENTH, [sale("10.00")], twice)
    assert (fault.code, fault.facts["key"]) == ("E3110", "GBP 2025-04-10")
    assert paid(TENTH, [sale("10.00")], [twice[0], twice[0]]) == "1.10"
    assert (
        paid(TENTH, [sale("10.00")], [twice[0], rate("GBP", "2025-04-09", "1"), rate("EUR", "2025-04-10", "1")])
        == "1.10"
    )


def test_a_fault_in_the_rates_concerns_everybody():
    """Any amount may have needed it, so that a partial run pays nobody."""
    facts = {"people": [{"id": "A"}], "fx": [rate("GBP", "?", "1")], "sale": [sale("10.00")]}
    evaluation = scheme_of(TENTH).evaluate(facts, "2025-04", partial=True)
    assert evaluation.unpaid == ("A",)


def test_rates_come_from_files_like_other_facts(tmp_path):
    """fx.csv with its three columns, in any order of rows."""
    (tmp_path / "people.csv").write_text("id\nA\n", "utf-8")
    (tmp_path / "fx.csv").write_text("day,rate,currency\n2025-04-10,2,GBP\n2025-04-09,3,GBP\n", "utf-8")
    (tmp_path / "sale.csv").write_text("id,seller,sold,billed_in,pounds,amount\nS1,A,2025-04-10,USD,£5.00,0\n", "utf-8")
    assert scheme_of(TENTH).evaluate(tmp_path, "2025-04").payout["A"] == Decimal("1.00")


# ---- amounts in another currency -----------------------------------------------------------------------------------


def values(rules, sales, rates, **more):
    evaluation = evaluated(rules, sales, rates, **more)
    plan, run = evaluation.run.plan, evaluation.reference
    return {s.name: str(run.lookup(s.number, 0)) for s in plan.steps if s.kind == "value"}


def test_a_value_in_a_fixed_currency_ends_on_that_currency_s_minor_unit():
    """10% of 100.05 GBP are 10.005, rounded to 10.01 GBP; at 1.5 that is 15.015, paid 15.02."""
    rules = "for each sale\n  earned = 10% of pounds\ncommission c for each sale\n  earned into USD at fx\n"
    rates = [rate("GBP", "2025-04-10", "1.5")]
    assert values(rules, [sale("100.05")], rates) == {"earned": str(Fraction("10.01"))}
    assert paid(rules, [sale("100.05")], rates) == "15.02"


@pytest.mark.parametrize(
    ("currency", "amount", "half"), [("JPY", "1001", "501"), ("KWD", "1.235", "309/500"), ("EUR", "0.01", "1/100")]
)
def test_a_value_in_the_row_s_currency_ends_on_the_minor_unit_of_that(currency, amount, half):
    """Half of 1,001 yen is 501 yen; of 1.235 dinars 0.6175, that is 0.618; of a cent a cent."""
    rules = "for each sale\n  half = 50% of amount\nbonus b\n  0\n"
    assert values(rules, [sale(amount=amount, billed_in=currency)], []) == {"half": half}


def test_the_header_s_rounding_of_money_is_that_of_the_scheme_s_own():
    """With whole dollars in the header: 10.005 GBP are 10.01 GBP, and 15.015 USD are 15."""
    rules = "money rounded half up to 1\nfor each sale\n  earned = 10% of pounds\ncommission c for each sale\n  earned into USD at fx\n"
    rates = [rate("GBP", "2025-04-10", "1.5")]
    assert values(rules, [sale("100.05")], rates) == {"earned": str(Fraction("10.01"))}
    assert paid(rules, [sale("100.05")], rates) == "15.00"


def test_amounts_of_one_currency_add_up_and_make_a_ratio():
    """Of one column, of one row, and against each other: 30 / 120 GBP is a quarter."""
    rules = """
in_pounds = sum(sale.pounds)
share = max(sale.pounds) / in_pounds
for each sale
  twice = amount + amount
  none = amount is missing
bonus b
  100 * share
"""
    sales = [sale("30.00"), sale("20.00", key="S2"), sale("30.00", key="S3"), sale("40.00", key="S4")]
    assert paid(rules, sales, []) == "33.33"  # 40 / 120


def test_zero_has_no_currency():
    """The one amount that can stand beside amounts of any."""
    rules = "commission c for each sale where amount above 0\n  (part of amount above 0) into USD at fx\n"
    sales = [sale(amount="5", billed_in="JPY"), sale(amount="-5", billed_in="EUR", key="S2")]
    assert paid(rules, sales, [rate("JPY", "2025-04-10", "2")]) == "10.00"


def test_a_child_reads_the_amount_of_its_parent_in_its_parent_s_currency():
    """A quarter of an invoice over 800 CAD, at the rate of the invoice's day and of the credit's own."""
    rules = """
facts credit
  id text, key
  sale sale
  helper person, credited
  share percent
commission then for each credit
  (sale.amount * share) into USD at fx as of sale.sold
commission one for each credit
  share * sale.amount into USD at fx
"""
    facts = {
        "people": [{"id": "A"}, {"id": "B"}],
        "fx": [rate("CAD", "2025-04-10", "0.75")],
        "sale": [sale(amount="800.00", billed_in="CAD")],
        "credit": [{"id": "C1", "sale": "S1", "helper": "B", "share": "25%"}],
    }
    by_both = [scheme_of(rules).evaluate(facts, "2025-04", evaluator=name) for name in ("reference", "compiled")]
    # 200 CAD × 0.75 = 150.00 each; `share * sale.amount into USD` converts first and comes to the same.
    assert [str(e.payout["B"]) for e in by_both] == ["300.00", "300.00"]


def test_a_person_s_own_attribute_may_name_the_currency():
    """A salary of 3,000 EUR at 1.1, from the person and from a row."""
    rules = """\
scheme abroad
version 1 from 2025-01-01
currency USD
period month
people
  id text, key
  paid_in one of "USD", "EUR"
  salary money, currency paid_in
facts fx
  currency one of "EUR", key
  day date, key
  rate number, home per foreign
facts task
  id text, key
  by person, credited
  done date, date of record
bonus base
  salary into USD at fx as of period.last
bonus each for each task
  1% of salary into USD at fx
"""
    facts = {
        "people": [{"id": "A", "paid_in": "EUR", "salary": "3000"}, {"id": "B", "paid_in": "USD", "salary": "1000"}],
        "fx": [rate("EUR", "2025-04-25", "1.1"), rate("EUR", "2025-04-01", "1.2")],
        "task": [{"id": "T1", "by": "A", "done": "2025-04-02"}, {"id": "T2", "by": "B", "done": "2025-04-02"}],
    }
    for evaluator in ("reference", "compiled"):
        payout = tiercel.loads(rules).evaluate(facts, "2025-04", evaluator=evaluator).payout
        assert {key: str(amount) for key, amount in payout.items()} == {"A": "3336.00", "B": "1010.00"}


def test_a_refund_takes_back_the_converted_cents():
    """Half of what the sale earned, 12.23 USD, whatever the rate is by then: 6.115, taken back as 6.12."""
    rules = (
        "facts refund\n  id text, key\n  sale sale, reverses by share\n  day date, date of record\n  share percent\n"
        + TENTH
    )
    facts = {
        "people": [{"id": "A"}],
        "fx": [rate("GBP", "2025-04-10", "1.22335"), rate("GBP", "2025-04-20", "9")],
        "sale": [sale("100.01")],
        "refund": [{"id": "R1", "sale": "S1", "day": "2025-04-20", "share": "50%"}],
    }
    for evaluator in ("reference", "compiled"):
        assert str(scheme_of(rules).evaluate(facts, "2025-04", evaluator=evaluator).payout["A"]) == "6.11"


# ---- what meets what (decision 51) ---------------------------------------------------------------------------------

POUNDS, EUROS = Type(Kind.money, currency="GBP"), Type(Kind.money, currency="EUR")
OF_ROW, OF_SALE = Type(Kind.money, currency="=billed_in"), Type(Kind.money, currency="=sale.billed_in")


@pytest.mark.parametrize("other", [MONEY, EUROS, OF_ROW, OF_SALE])
def test_two_currencies_have_no_common_type(other):
    """Not added, compared, chosen between or divided."""
    for left, right in ((POUNDS, other), (other, POUNDS)):
        assert types.added(left, right, False) is None
        assert types.unified(left, right) is None
        assert types.divided(left, right) is None
        assert not types.comparable(left, right)
        assert not types.fits(left, right)


@pytest.mark.parametrize("one", [MONEY, POUNDS, OF_ROW])
def test_one_currency_is_kept_by_what_keeps_money(one):
    """By sums, by factors on either side, by divisors; its own quotient is a number."""
    assert types.added(one, one, True) == one
    assert types.multiplied(one, NUMBER) == types.multiplied(NUMBER, one) == one
    assert types.divided(one, NUMBER) == types.divided(one, PLAIN) == one
    assert types.divided(one, one) == NUMBER
    assert types.multiplied(one, one) is None
    assert types.unified(one, PLAIN) == one


def test_a_currency_of_the_row_is_seen_over_the_links_to_it():
    """The same column of two rows is two currencies."""
    assert OF_ROW.seen_over(("sale",)) == OF_SALE
    assert (OF_ROW.seen_over(()), POUNDS.seen_over(("sale",))) == (OF_ROW, POUNDS)


def test_amounts_of_two_rows_do_not_mix():
    """Both are in `billed_in` of a sale, but not of one sale."""
    rules = """
facts swap
  id text, key
  who person, credited
  day date, date of record
  old sale
  new sale
bonus b for each swap
  0
for each swap
  more = new.amount - old.amount
"""
    with pytest.raises(tiercel.SchemeError) as caught:
        scheme_of(rules)
    (fault,) = caught.value.diagnostics
    assert fault.code == "E2231"
    assert sentence(fault, "en") == (
        "“new.amount” is in the currency that “billed_in” names, “old.amount” in the currency that “billed_in” names; "
        "two currencies meet only at a rate; write for example: new.amount into USD at fx"
    )


# ---- told ------------------------------------------------------------------------------------------------------------


def explained(rules, language, sales, rates, **more):
    evaluation = evaluated(rules, sales, rates, **more)
    sources = {evaluation.run.scheme.hash: {"": Source("", rules)}}
    return statement(evaluation.explain("A"), sources, language), evaluation.explain("A").to_dict()


def test_a_statement_shows_amount_rate_and_day():
    """In both languages, and the inputs with their currency."""
    for language, told in (("en", "1,000.00 GBP × 1.22 (2025-04-04)"), ("zh", "1,000.00 GBP × 1.22（2025-04-04）")):
        text, _ = explained(TENTH, language, [sale("1000.00")], [rate("GBP", "2025-04-04", "1.22")])
        assert told in text
        assert "pounds 1,000.00 GBP" in text


def test_a_statement_shows_a_division_as_one():
    """5,000 yen where a dollar costs 150."""
    sales = [sale(amount="5000", billed_in="JPY")]
    text, _ = explained(OWN, "en", sales, [rate("JPY", "2025-04-10", "150")], direction="foreign per home")
    assert "5,000 JPY ÷ 150 (2025-04-10)" in text


def test_a_trace_names_currency_rate_and_row_of_the_table():
    """As data: the amount with its currency, the rate with the key of its row."""
    sales = [sale(amount="5000", billed_in="JPY")]
    _, data = explained(OWN, "en", sales, [rate("JPY", "2025-04-10", "150")], direction="foreign per home")
    named, amount, quote = data["lines"][0]["steps"][0]["inputs"]
    assert (named["name"], named["value"]) == ("sale.billed_in", "JPY")
    assert (amount["name"], amount["value"], amount["type"], amount["currency"]) == (
        "sale.amount",
        "5000",
        "money",
        "JPY",
    )
    assert quote == {
        "kind": "rate",
        "name": "fx",
        "row": "JPY 2025-04-10",
        "type": "number",
        "value": "150",
        "function": "divide",
        "base": "5000",
    }


def test_a_value_in_another_currency_is_told_with_it():
    """Also the step to which it is rounded: 500.5 yen to whole yen."""
    rules = "for each sale\n  half = 50% of amount\ncommission c for each sale\n  half into USD at fx\n"
    sales = [sale(amount="1001", billed_in="JPY")]
    text, _ = explained(rules, "en", sales, [rate("JPY", "2025-04-10", "0.01")])
    assert "500.5 JPY → 501 JPY" in text
    assert "501 JPY × 0.01 (2025-04-10)" in text
    assert "rounded half up to 1 " in text


# ---- both faces, hosts ------------------------------------------------------------------------------------------------


def test_both_faces_mean_the_same():
    """Names aside, which carry the English ones as aliases: one hash."""
    chinese = """\
方案 出海 又名 abroad
版本 1 自 2025-01-01 起
币种 USD
周期 月
人员
  工号 又名 id 文本，标识
台账 牌价 又名 fx
  币种 又名 currency 文本，标识
  日期 又名 day 日期，标识
  汇率 又名 rate 数值，每外币折本币
台账 销售 又名 sale
  单号 又名 id 文本，标识
  销售员 又名 seller 员工，归属人
  成交日 又名 sold 日期，归属日
  开票币种 又名 billed_in 文本
  英镑额 又名 pounds 金额，币种 GBP
  金额 又名 amount 金额，币种 开票币种
提成 成交提成 又名 c 逐笔 销售
  金额 折合 USD 按 牌价
"""
    assert tiercel.loads(chinese).hash == scheme_of(OWN).hash
    assert (
        tiercel.loads(chinese.replace("每外币折本币", "每本币折外币")).hash == scheme_of(OWN, "foreign per home").hash
    )
    assert scheme_of(OWN).hash != scheme_of(OWN, "foreign per home").hash


def test_the_hash_sees_the_currency_and_the_day():
    """Other currency, other day: other pay."""
    hashes = {
        scheme_of(text).hash
        for text in (
            HEAD.format(direction="home per foreign") + TENTH,
            HEAD.format(direction="home per foreign").replace("GBP", "EUR") + TENTH,
            HEAD.format(direction="home per foreign") + TENTH.replace("at fx", "at fx as of period.last"),
        )
    }
    assert len(hashes) == 3


def test_facts_in_other_currencies_are_other_facts():
    """5 pounds are not 5 euros: the hash of the facts says so."""
    euros = HEAD.format(direction="home per foreign").replace("GBP", "EUR")
    facts = {"people": [{"id": "A"}], "fx": [], "sale": [sale("5")]}
    pounds, other = (
        tiercel.loads(text + OWN).read(facts)[0] for text in (HEAD.format(direction="home per foreign"), euros)
    )
    assert pounds.hash != other.hash


def test_the_schema_of_the_facts_knows_codes_and_digits():
    """For a host: which codes there are, how many digits an amount or a rate may have."""
    tables = scheme_of(OWN).json_schema()["properties"]
    rates, columns = tables["fx"]["items"]["properties"], tables["sale"]["items"]["properties"]
    assert "JPY" in rates["currency"]["enum"]
    assert "JPY" in columns["billed_in"]["enum"]
    assert rates["rate"]["pattern"].endswith("{1,12})?$")
    assert columns["pounds"]["pattern"].endswith("{1,2})?$")
    assert columns["amount"]["pattern"].endswith("{1,4})?$")


@pytest.mark.parametrize("rules", [TENTH, OWN, "for each sale\n  half = 50% of amount\n" + OWN])
def test_every_such_scheme_has_a_program(rules):
    """None of it is left to the reference."""
    assert scheme_of(rules).compiled is not None
    assert scheme_of(rules, "foreign per home").compiled is not None


def test_a_case_says_where_a_fault_of_the_rates_is(tmp_path):
    """By currency and day, as the table names its rows."""
    (tmp_path / "abroad.tier").write_text(HEAD.format(direction="home per foreign") + TENTH, "utf-8")
    (tmp_path / "abroad.yaml").write_text(
        """\
scheme: abroad.tier
cases:
- name: a rate of nothing
  period: 2025-04
  people: [{id: A}]
  facts:
    fx:
    - {currency: GBP, day: 2025-04-09, rate: 1.2}
    - {currency: GBP, day: 2025-04-10, rate: 0}
    sale: []
  expect_error: {code: E3108, at: "fx GBP 2025-04-10"}
""",
        "utf-8",
    )
    (result,) = run_cases(tmp_path / "abroad.yaml")
    assert result.passed, (result.faults, result.differences)
