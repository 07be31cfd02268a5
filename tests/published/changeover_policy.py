"""The changeover of the branch, computed from `examples/office_software/POLICY.md` and nothing else.

In: the folder of its facts. Out: what each person is paid month by month, and from what, as fractions. It shares no
code with the engine.
"""

import csv
import datetime as dt
from fractions import Fraction
from pathlib import Path

FACTS = Path(__file__).resolve().parents[2] / "examples" / "office_software" / "changeover" / "facts"
MONTHS = ("2023-05", "2023-06", "2023-07", "2023-08", "2023-09", "2023-10")
PILOTS, PILOT_MONTH = "华中", "2023-06"
OLD_OFFERS = "2023-07-01"  # offers before this day keep version 1
BLEND = {"2023-07": Fraction(1, 4), "2023-08": Fraction(1, 2), "2023-09": Fraction(3, 4)}
LEAST = Fraction(9, 10)
CENT = Fraction(1, 100)


def rounded(value, step):
    n = Fraction(value) / step
    whole = (2 * abs(n.numerator) + n.denominator) // (2 * n.denominator)
    return step * (whole if n >= 0 else -whole)


def cents(value):
    return rounded(value, CENT)


def micro(value):
    return rounded(value, Fraction(1, 10**6))


def ratio(above, below):
    return micro(Fraction(above) / below) if below else Fraction(0)


def last_day(month):
    year, m = map(int, month.split("-"))
    return str(dt.date(year + m // 12, m % 12 + 1, 1) - dt.timedelta(1))


def next_month(month):
    return str(dt.date.fromisoformat(last_day(month)) + dt.timedelta(1))[:7]


class Branch:
    def __init__(self, folder=FACTS):
        def rows(name):
            with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
                return list(csv.DictReader(file))

        self.goals = {row["id"]: Fraction(row["goal"]) for row in rows("team")}
        self.steps = {}
        for row in rows("people"):
            self.steps.setdefault(row["id"], []).append(row)
        self.people = list(self.steps)
        self.deals = {row["id"]: row for row in rows("deal")}
        self.refunds = sorted(rows("refund"), key=lambda r: (r["day"], r["id"]))
        self.renewals, self.surveys, self.collections = rows("renewal"), rows("survey"), rows("collection")

    def of(self, person, day, column):
        return [row for row in self.steps[person] if row["from"] <= day][-1][column]

    def deals_of(self, person, month):
        mine = [d for d in self.deals.values() if d["rep"] == person and d["signed"][:7] == month]
        return sorted(mine, key=lambda d: (d["signed"], d["id"]))

    def won(self, person, month):
        return [d for d in self.deals_of(person, month) if d["won"] == "yes"]

    # ---- version 1 ----

    def performance_1(self, person, month):
        end, won = last_day(month), self.won(person, month)
        team = self.of(person, end, "team")
        signed = [
            Fraction(d["amount"])
            for one in self.people
            for d in self.won(one, month)
            if self.of(one, d["signed"], "team") == team
        ]
        own = sum((Fraction(d["amount"]) for d in won), Fraction(0))
        parts = (
            (60, ratio(len(won), int(self.of(person, end, "deal_target")))),
            (20, ratio(own, Fraction(self.of(person, end, "quota")))),
            (20, ratio(sum(signed, Fraction(0)), self.goals[team])),
        )
        score = sum(Fraction(weight, 100) * min(part, Fraction(12, 10)) for weight, part in parts)
        return rounded(score, Fraction(1, 10000))

    def commission_1(self, deal):
        amount = Fraction(deal["amount"])
        extra = Fraction(1, 100) if deal["signed"] >= "2023-06-01" else Fraction(5, 1000)
        return cents(amount * Fraction(5, 100) + (amount * extra if amount >= 3000 else 0))

    def alone_1(self, person, month, refunds):
        """What version 1 pays by itself for what was signed in the month."""
        won = self.won(person, month)
        lines = sum((self.left(d, self.commission_1(d), refunds) for d in won), Fraction(0))
        volume = 800 if len(won) >= 12 else 300 if len(won) >= 8 else 0
        score = self.performance_1(person, month)
        factor = Fraction(1) if score >= Fraction(9, 10) else Fraction(8 if score >= Fraction(6, 10) else 5, 10)
        return cents((lines + volume) * factor)

    # ---- version 2 ----

    def performance_2(self, person, month):
        end, deals = last_day(month), self.deals_of(person, month)
        large = [d for d in deals if Fraction(d["amount"]) >= 10000]
        rate = ratio(sum(d["won"] == "yes" for d in large), len(large))
        due = [r for r in self.renewals if r["rep"] == person and r["due"][:7] == month and r["outcome"] != "待定"]
        kept = ratio(sum(r["outcome"] == "续约" for r in due), len(due))
        points = [
            Fraction(s["points"])
            for s in self.surveys
            if s["valid"] == "yes" and s["day"][:7] == month and self.deals[s["deal"]]["rep"] == person
        ]
        mean = micro(sum(points) / len(points)) if points else Fraction(80)
        target = 90 if month >= "2023-09" else 85
        small = sum(d["won"] == "yes" and Fraction(d["amount"]) < 10000 for d in deals)
        parts = [
            (30, min(micro(rate / Fraction(40, 100)), Fraction(12, 10))),
            (25, min(micro(kept / Fraction(80, 100)), Fraction(12, 10))) if due else None,
            (20, min(micro(mean / target), Fraction(11, 10))),
            (25, min(ratio(small, int(self.of(person, end, "small_target"))), Fraction(1))),
        ]
        counted = [part for part in parts if part is not None]
        whole = sum(weight for weight, _ in counted)
        return rounded(sum(Fraction(weight, whole) * score for weight, score in counted), Fraction(1, 10000))

    def factor_2(self, person, month):
        score = self.performance_2(person, month)
        steps = ((Fraction(1), Fraction(12, 10)), (Fraction(8, 10), Fraction(1)), (Fraction(6, 10), Fraction(8, 10)))
        return next((factor for bound, factor in steps if score >= bound), Fraction(0))

    def commissions_2(self, person, month):
        """Deal → commission of version 2, by the running total of everything won, old offers included."""

        def earned(total):
            slices = ((0, 50000, 5), (50000, 150000, 6), (150000, total, 8))
            return sum(Fraction(rate, 100) * (min(total, high) - low) for low, high, rate in slices if total > low)

        total, out = Fraction(0), {}
        for deal in self.won(person, month):
            amount = Fraction(deal["amount"])
            large = Fraction(115, 100) if amount >= 10000 else Fraction(1)
            out[deal["id"]] = cents((earned(total + amount) - earned(total)) * large)
            total += amount
        return out

    def is_old(self, deal):
        return deal["signed"] >= "2023-07-01" and deal["quoted"] < OLD_OFFERS

    def rules_2(self, person, month):
        """Whether the person's month is version 2's: everybody's from July, the pilots' in June."""
        pilot = self.of(person, last_day(month), "team") == PILOTS
        return month >= "2023-07" or (month == PILOT_MONTH and pilot)

    def is_pilot(self, person, month):
        return self.of(person, last_day(month), "team") == PILOTS

    # ---- refunds and collections ----

    def share_refunded(self, deal, refunds):
        back = sum((Fraction(r["amount"]) for r in refunds if r["deal"] == deal["id"]), Fraction(0))
        return back / Fraction(deal["amount"])

    def left(self, deal, amount, refunds):
        return amount - cents(self.share_refunded(deal, refunds) * amount)

    def collected(self, deal, month):
        end = last_day(month)
        sums = [Fraction(c["amount"]) for c in self.collections if c["deal"] == deal["id"] and c["day"] <= end]
        return min(sum(sums, Fraction(0)) / Fraction(deal["amount"]), Fraction(1))

    def due(self, person, month, refunds):
        """Deal → what falls due in the month of commissions that follow the money, of this and earlier months."""
        out = {}
        for source in (m for m in MONTHS if m <= month and self.rules_2(person, m)):
            for number, amount in self.commissions_2(person, source).items():
                deal = self.deals[number]
                if self.is_old(deal):
                    continue
                left = self.left(deal, amount, refunds)
                now = cents(self.collected(deal, month) * left)
                if source == month:
                    before = Fraction(0)
                else:
                    previous = max(m for m in MONTHS if m < month)
                    before = cents(self.collected(deal, previous) * left)
                out[number] = now - before
        return out

    def alone_2(self, person, month, refunds):
        """What version 2 pays, with old offers on their old terms."""
        won = self.won(person, month)
        due = sum(self.due(person, month, refunds).values(), Fraction(0))
        old = sum((self.left(d, self.commission_1(d), refunds) for d in won if self.is_old(d)), Fraction(0))
        again = [d for d in won if d["repeat"] == "yes" and not self.is_old(d)]
        bonus = sum(
            (self.left(d, cents(Fraction(d["amount"]) * Fraction(5, 100)), refunds) for d in again), Fraction(0)
        )
        return cents(min((due + old + bonus) * self.factor_2(person, month), Fraction(200000)))

    # ---- what is paid ----

    def paid(self, person, month, refunds):
        """(payout, blend, made up to the least) with these refunds known."""
        one = self.alone_1(person, month, refunds)
        if not self.rules_2(person, month):
            return one, None, None
        one += sum(
            (
                due
                for number, due in self.due(person, month, refunds).items()
                if self.deals[number]["signed"][:7] < month
            ),
            Fraction(0),
        )
        amount, blend = self.alone_2(person, month, refunds), None
        if month in BLEND and not self.is_pilot(person, month):
            blend = cents((1 - BLEND[month]) * (one - amount))
            amount += blend
        least = max(cents(LEAST * one) - amount, Fraction(0))
        return amount + least, blend, least

    def payout(self, person, month):
        """The month's payout, the refunds of its own days included, and its adjustments by refund."""
        mine = [r for r in self.refunds if self.deals[r["deal"]]["rep"] == person]
        first, end = f"{month}-01", last_day(month)
        known = [r for r in mine if r["day"] < first]
        late = [r for r in mine if first <= r["day"] <= end and self.deals[r["deal"]]["signed"] < first]
        own = [r for r in mine if first <= r["day"] <= end and r not in late]
        amount, blend, least = self.paid(person, month, [*known, *late, *own])
        adjustments = {}
        for refund in late:
            known_now = [*known, refund]
            earlier = [m for m in MONTHS if self.deals[refund["deal"]]["signed"][:7] <= m < month]
            change = sum(
                (self.paid(person, m, known_now)[0] - self.paid(person, m, known)[0] for m in earlier), Fraction(0)
            )
            adjustments[refund["id"]] = change
            known = known_now
        return {"payout": amount, "blend": blend, "least": least, "adjustments": adjustments,
                "final": amount + sum(adjustments.values(), Fraction(0))}  # fmt: skip
