"""A scheme of any length, for measuring and for long chains."""


def large_scheme(lines: int) -> str:
    """About `lines` lines: blocks of values, kpis, tiers and paid lines that use each other."""
    blocks = max(1, (lines - len(_HEAD.splitlines())) // len(_BLOCK.splitlines()))
    parts = [_HEAD, *(_BLOCK.replace("@", str(number)) for number in range(blocks))]
    return "".join(parts).replace("weight ?", f"weight {100}% / {blocks}")


def chain(length: int, closed: bool = False) -> str:
    """Values of which each uses the next; the last one uses the first if `closed`."""
    links = [f"v{number} = v{number + 1} + 1\n" for number in range(length)]
    return _HEAD + "".join(links) + f"v{length} = {'v0' if closed else 'quota'}\n" + "bonus b\n  100\n"


_HEAD = """scheme large
version 1 from 2023-01-01
currency CNY
period month

people
  id text, key
  quota money
  hired date

facts deal
  id text, key
  rep person, credited
  signed date, date of record
  client text
  amount money
  won yes/no

"""

_BLOCK = """clause "Article @"
parameter limit_@ = 10,000 until 2023-06-30, 12,000 from 2023-07-01

for each deal
  large_@ = amount at least limit_@ and won
  counted_@ = amount, at most 50,000, rounded half up to 0.01

signed_@ = sum(deal.amount where large_@ and won) / quota, otherwise 0
tenure_@ = months(hired, period.last), at most 24

kpi k_@ "Measure @"
  weight ?
  actual count(deal where large_@ and won) / count(deal where large_@), otherwise 0
  target 40%
  score actual / target, at most 120%, otherwise 0

tiers growth_@, marginal
  below 50,000                5%
  from 50,000 below 150,000   6%
  from 150,000                8%

commission pay_@ for each deal where won
  growth_@ on running total of amount
  times 115% when large_@
  at most limit_@ * 2

bonus extra_@ when signed_@ above 80% and tenure_@ at least 6
  200 when signed_@ above 120%
  100 when signed_@ above 100% and signed_@ at most 120%
  otherwise 50

"""
