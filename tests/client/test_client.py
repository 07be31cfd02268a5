"""The public surface in a host's hands: typed, shared between threads, sent between processes."""

import hashlib
import importlib.util
import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import tiercel

HERE = Path(__file__).resolve().parent
OFFICE = HERE.parents[1] / "examples" / "office_software"
FACTS = OFFICE / "facts"

_spec = importlib.util.spec_from_file_location("host", HERE / "host.py")
assert _spec is not None
assert _spec.loader is not None
host = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(host)

SMALL = """
scheme small
version 1 from 2025-01-01
currency CNY
period month
people
  id text, key
facts deal
  id text, key
  rep person, credited
  signed date, date of record
  client text
  amount money
  won yes/no
tiers growth, marginal
  from 0        5%
  from 50,000   6%
commission pay for each deal where won
  growth on running total of amount
"""


def facts():
    rows = [
        {"id": f"D{n}", "rep": f"E{n % 7}", "signed": date(2025, 8, 1 + n % 28), "client": "甲", "amount": n * 997, "won": n % 3 > 0}
        for n in range(60)
    ]  # fmt: skip
    return {"people": [{"id": f"E{n}"} for n in range(7)], "deal": rows}


def digest(scheme):
    result = scheme.evaluate(facts(), "2025-08").to_dict()
    return hashlib.sha256(json.dumps(result, sort_keys=True).encode()).hexdigest()


def test_a_hundred_threads_on_one_scheme_give_one_digest():
    scheme = tiercel.loads(SMALL)
    with ThreadPoolExecutor(100) as pool:
        assert len(set(pool.map(digest, [scheme] * 100))) == 1


def test_a_pool_of_processes_gives_the_same_digest():
    """The scheme travels pickled; the program is made again where it arrives."""
    scheme = tiercel.loads(SMALL)
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        calls = [pool.submit(scheme.evaluate, facts(), "2025-08") for _ in range(4)]
        found = {json.dumps(call.result().to_dict(), sort_keys=True) for call in calls}
    assert found == {json.dumps(scheme.evaluate(facts(), "2025-08").to_dict(), sort_keys=True)}


def test_one_more_deal_brings_what_its_tier_says():
    """50,000 at 5% is 2,500.00; a further 10,000 at 6% brings 600.00."""
    scheme = tiercel.loads(SMALL)
    deal = host.Deal("D1", "E1", date(2025, 8, 1), "甲", Decimal(50000), True)
    evaluation = scheme.evaluate({"people": [{"id": "E1"}], "deal": [deal]}, "2025-08")
    assert evaluation.payout == {"E1": Decimal("2500.00")}
    more = host.Deal("D2", "E1", date(2025, 8, 2), "乙", Decimal(10000), True)
    assert host.if_signed(evaluation, more) == Decimal("600.00")
    assert host.lines_of(evaluation, "E1") == [("pay", "D1", Decimal("2500.00"))]


def test_the_least_number_of_deals_to_a_goal():
    """From 2,500.00, each further 10,000 brings 600.00: 4,000.00 takes three (4,300.00), 2,500.00 none."""
    scheme = tiercel.loads(SMALL)
    deal = host.Deal("D1", "E1", date(2025, 8, 1), "甲", Decimal(50000), True)
    evaluation = scheme.evaluate({"people": [{"id": "E1"}], "deal": [deal]}, "2025-08")
    like = {"rep": "E1", "signed": date(2025, 8, 9), "client": "丙", "amount": Decimal(10000), "won": True}
    assert host.deals_to(evaluation, Decimal(4000), like) == 3
    assert host.deals_to(evaluation, Decimal("4300.00"), like) == 3
    assert host.deals_to(evaluation, Decimal("4300.01"), like) == 4
    assert host.deals_to(evaluation, Decimal(2500), like) == 0
    assert evaluation.solve("E1", Decimal(10**9), vary=("deal", like), limit=3) is None


def test_further_rows_are_checked_like_all_others():
    """A float is refused, and the evaluation at hand stays as it was."""
    evaluation = tiercel.loads(SMALL).evaluate(facts(), "2025-08")
    before = dict(evaluation.payout)
    with pytest.raises(tiercel.FactsError) as caught:
        evaluation.with_rows(
            {"deal": [{"id": "X", "rep": "E1", "signed": "2025-08-02", "client": "", "amount": 0.1, "won": True}]}
        )
    assert "E3103" in {d.code for d in caught.value.diagnostics}
    assert dict(evaluation.payout) == before


def test_both_evaluators_give_the_same_bytes_for_the_example_company():
    """Six months, both versions, refunds across months."""
    scheme = tiercel.load(OFFICE / "v2.tier")
    for month in ("2023-05", "2023-06", "2023-07", "2023-08", "2023-09", "2023-10"):
        both = [
            json.dumps(scheme.evaluate(FACTS, month, evaluator=name).to_dict(), sort_keys=True)
            for name in ("reference", "compiled")
        ]
        assert both[0] == both[1], month


def test_the_json_schema_names_every_column_a_host_must_give():
    """What is optional may be left out, the rest is required; money is text or whole numbers, never a JSON number."""
    schema = tiercel.load(OFFICE / "v2.tier").json_schema()
    deal = schema["properties"]["deal"]["items"]
    assert deal["required"] == ["amount", "client", "id", "rep", "signed", "won"]
    assert deal["properties"]["amount"]["type"] == ["string", "integer"]
    assert schema["properties"]["people"]["items"]["properties"]["left"]["type"] == ["string", "null"]
