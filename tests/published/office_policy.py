"""The example company's pay, computed from `examples/office_software/POLICY.md` and nothing else.

In: a folder of facts and a month. Out: every line, measure, score and payout as fractions. It shares no code
with the engine, so that the two can be held against each other. `python office_policy.py 2023-08 E007` prints
one person.
"""

import csv
import datetime as dt
import sys
from fractions import Fraction
from pathlib import Path

FACTS = Path(__file__).resolve().parents[2] / "examples" / "office_software" / "facts"
MONTHS = ("2023-05", "2023-06", "2023-07", "2023-08", "2023-09", "2023-10")
ITEMS = ("客户洞察", "关系维护", "资源协调")
SOURCES = {"自评": Fraction(10), "同事": Fraction(30), "上级": Fraction(50), "考试": Fraction(10)}
REQUIRED = {
    "专员": (Fraction(3), Fraction(3), Fraction(3)),
    "资深": (Fraction(7, 2), Fraction(4), Fraction(3)),
    "主管": (Fraction(4), Fraction(4), Fraction(4)),
}
COURSES = {
    "客户洞察": ("客户需求访谈", "行业客户研究"),
    "关系维护": ("客户回访技巧", "客户关系经营"),
    "资源协调": ("跨部门协作", "项目资源统筹"),
}
CENT, MICRO = Fraction(1, 100), Fraction(1, 10**6)


def rounded(value, step):
    n = Fraction(value) / step
    whole = (2 * abs(n.numerator) + n.denominator) // (2 * n.denominator)
    return step * (whole if n >= 0 else -whole)


def cents(value):
    return rounded(value, CENT)


def micro(value):
    return rounded(value, MICRO)


def read(folder, name, encoding):
    with (folder / name).open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def number(text):
    return Fraction(text.replace(",", ""))


def date(text):
    return dt.date(*map(int, text.replace("/", "-").split("-")))


def moment(text):
    """The time on the clocks of Beijing; what ends in Z is eight hours behind them, +08:00 is theirs."""
    text = text.replace(" ", "T")
    if text.endswith("Z"):
        return dt.datetime.fromisoformat(text[:-1]) + dt.timedelta(hours=8)
    return dt.datetime.fromisoformat(text.removesuffix("+08:00"))


def level_of(points):
    return Fraction(1 + sum(points >= bound for bound in (60, 70, 85, 95)))


def last_day(month):
    year, m = map(int, month.split("-"))
    return dt.date(year + m // 12, m % 12 + 1, 1) - dt.timedelta(1)


def month_of(day):
    return f"{day:%Y-%m}"


class Company:
    """The facts, read once."""

    def __init__(self, folder=FACTS):
        folder = Path(folder)
        self.goals = {r["id"]: number(r["goal"]) for r in read(folder, "team.csv", "utf-8")}
        self.people, self.jobs = {}, {}
        for r in read(folder, "people.csv", "gb18030"):
            self.people.setdefault(r["工号"], []).append(
                {
                    "from": date(r["生效日"]),
                    "team": r["团队"],
                    "quota": number(r["月签约任务"]),
                    "small_target": number(r["月小单任务"]),
                    "deal_target": number(r["月单量任务"]),
                }
            )
            self.jobs[r["工号"]] = {
                "hired": date(r["入职日"]),
                "left": date(r["离职日"]) if r["离职日"] else None,
                "role": r["岗位"],
            }
        for rows in self.people.values():
            rows.sort(key=lambda r: r["from"])
        self.deals = {}
        for r in read(folder, "deal.csv", "utf-8-sig"):
            self.deals[r["单号"]] = {
                "id": r["单号"],
                "person": r["销售员"],
                "day": date(r["签约日"]),
                "amount": number(r["金额"]),
                "won": r["已成交"] == "是",
                "repeat": r["复购"] == "是",
            }
        self.refunds = [
            {"id": r["退款单号"], "deal": r["签约"], "day": date(r["退款日"]), "amount": number(r["退款额"])}
            for r in read(folder, "退款.csv", "utf-8")
        ]
        self.refunds.sort(key=lambda r: (r["day"], r["id"]))
        self.renewals = [
            {"person": r["负责人"], "month": month_of(date(r["到期日"])), "outcome": r["结果"]}
            for r in read(folder, "续约.csv", "gbk")
        ]
        self.surveys = [
            {
                "person": self.deals[r["deal"]]["person"],
                "month": month_of(date(r["day"])),
                "points": number(r["points"]),
            }
            for r in read(folder, "survey.csv", "utf-8")
            if r["valid"] == "yes"
        ]
        self.steps, self.waits = {}, {}
        for r in read(folder, "跟进.csv", "gbk"):
            self.steps.setdefault(r["签约"], []).append((date(r["跟进日"]), r["动作"]))
        for r in read(folder, "request.csv", "utf-8-sig"):
            asked = moment(r["提出时间"])
            wait = moment(r["回复时间"]) - asked if r["回复时间"] else None
            self.waits.setdefault((r["受理人"], month_of(asked)), []).append(wait)
        self.ratings = [
            {
                "person": r["被评人"],
                "month": month_of(date(r["评价日"])),
                "kind": r["来源"],
                "item": r["能力"],
                "points": number(r["等级"]),
            }
            for r in read(folder, "评价.csv", "gb18030")
        ]
        self.exams = [
            {
                "person": r["person"],
                "month": month_of(date(r["day"])),
                "item": r["item"],
                "level": level_of(number(r["points"])),
            }
            for r in read(folder, "exam.csv", "utf-8")
        ]
        self._earned, self._ranks = {}, {}

    def at(self, person, day):
        """The person's row in force on a day."""
        return [r for r in self.people[person] if r["from"] <= day][-1]

    def deals_of(self, person, month):
        own = [d for d in self.deals.values() if d["person"] == person and month_of(d["day"]) == month]
        return sorted(own, key=lambda d: (d["day"], d["id"]))

    # What a month earned before any refund

    def earned(self, person, month):
        if (person, month) not in self._earned:
            work = self._first_version if month <= "2023-06" else self._second_version
            self._earned[person, month] = work(person, month)
        return self._earned[person, month]

    def team_signed(self, team, month):
        return cents(
            sum(
                d["amount"]
                for d in self.deals.values()
                if d["won"] and month_of(d["day"]) == month and self.at(d["person"], d["day"])["team"] == team
            )
        )

    def _first_version(self, person, month):
        own = self.at(person, last_day(month))
        won = [d for d in self.deals_of(person, month) if d["won"]]
        signed = cents(sum(d["amount"] for d in won))
        kpis = {
            "deals": measure(Fraction(len(won)), own["deal_target"], Fraction(6, 5)),
            "own_amount": measure(signed, own["quota"], Fraction(6, 5)),
            "team_amount": measure(self.team_signed(own["team"], month), self.goals[own["team"]], Fraction(6, 5)),
        }
        performance = weighted(kpis, {"deals": 60, "own_amount": 20, "team_amount": 20})
        lines = {}
        for d in won:
            amount = d["amount"] * Fraction(5, 100)
            if d["amount"] >= 3000:
                amount += d["amount"] * (Fraction(5, 1000) if d["day"] < dt.date(2023, 6, 1) else Fraction(1, 100))
            lines["signing_pay", d["id"]] = cents(amount)
        volume = Fraction(0 if len(won) < 8 else 300 if len(won) < 12 else 800)
        coefficient = (
            Fraction(1, 2)
            if performance < Fraction(6, 10)
            else Fraction(8, 10)
            if performance < Fraction(9, 10)
            else Fraction(1)
        )
        return {
            "kpis": kpis,
            "performance": performance,
            "coefficient": coefficient,
            "lines": lines,
            "volume": volume,
            "cap": None,
        }

    def _second_version(self, person, month):
        own = self.at(person, last_day(month))
        deals = self.deals_of(person, month)
        large = [d for d in deals if d["amount"] >= 10000]
        small_won = [d for d in deals if d["won"] and d["amount"] < 10000]
        outcomes = [r["outcome"] for r in self.renewals if r["person"] == person and r["month"] == month]
        known = [o for o in outcomes if o != "待定"]
        points = [s["points"] for s in self.surveys if s["person"] == person and s["month"] == month]
        signing = micro(Fraction(sum(d["won"] for d in large), len(large))) if large else Fraction(0)
        satisfaction = micro(sum(points) / len(points)) if points else Fraction(80)
        kpis = {
            "signing": measure(signing, Fraction(40, 100), Fraction(12, 10)),
            "satisfaction": measure(satisfaction, Fraction(85 if month <= "2023-08" else 90), Fraction(11, 10)),
            "small": measure(Fraction(len(small_won)), own["small_target"], Fraction(1)),
        }
        if known:
            kpis["retention"] = measure(
                micro(Fraction(known.count("续约"), len(known))), Fraction(80, 100), Fraction(12, 10)
            )
        performance = weighted(kpis, {"signing": 30, "retention": 25, "satisfaction": 20, "small": 25})
        lines, total = {}, Fraction(0)
        for d in deals:
            if d["won"]:
                before, total = total, total + d["amount"]
                amount = growth(total) - growth(before)
                lines["signing_pay", d["id"]] = cents(amount * Fraction(115, 100) if d["amount"] >= 10000 else amount)
                if d["repeat"]:
                    lines["repurchase", d["id"]] = cents(d["amount"] * Fraction(5, 100))
        coefficient = Fraction(0)
        for bound, value in ((60, 8), (80, 10), (100, 12)):
            if performance >= Fraction(bound, 100):
                coefficient = Fraction(value, 10)
        return {
            "kpis": kpis,
            "performance": performance,
            "coefficient": coefficient,
            "lines": lines,
            "volume": Fraction(0),
            "cap": Fraction(200000),
        }

    # Refunds and payout

    def payout(self, person, month, shares):
        """The month's payout when `shares[deal]` of each deal has been refunded."""
        earned = self.earned(person, month)
        total = earned["volume"] + sum(x - cents(shares.get(deal, 0) * x) for (_, deal), x in earned["lines"].items())
        amount = total * earned["coefficient"]
        if earned["cap"] is not None:
            amount = min(amount, earned["cap"])
        return cents(amount)

    def settle(self, person, month):
        """Everything about a person's month: lines, takebacks, measures, payout after steps, adjustments, final amount."""
        earned = self.earned(person, month)
        shares, takebacks, adjustments = {}, [], []
        for refund in self.refunds:
            deal = self.deals[refund["deal"]]
            sold, now = month_of(deal["day"]), month_of(refund["day"])
            if deal["person"] != person or now > month:
                continue
            before = dict(shares)
            shares[deal["id"]] = shares.get(deal["id"], Fraction(0)) + refund["amount"] / deal["amount"]
            if now != month:
                continue
            if sold == month:
                for (line, row), x in earned["lines"].items():
                    if row == deal["id"]:
                        back = cents(shares[row] * x) - cents(before.get(row, 0) * x)
                        takebacks.append((refund["id"], line, row, -back))
            else:
                change = self.payout(person, sold, shares) - self.payout(person, sold, before)
                adjustments.append((refund["id"], deal["id"], change))
        # Refunds of later days of this month were walked above, so `shares` is the state at the month's end.
        payout = self.payout(person, month, shares)
        return {
            **earned,
            "takebacks": takebacks,
            "payout": payout,
            "adjustments": adjustments,
            "final": payout + sum(change for _, _, change in adjustments),
        }

    def settle_all(self, month):
        return {person: self.settle(person, month) for person in self.people}

    # Service score, ranking, competency

    def service(self, person, month):
        first_version = month <= "2023-06"
        bound = 3000 if first_version else 10000
        depths = []
        for deal in self.deals_of(person, month):
            if deal["amount"] >= bound:
                taken = {step for day, step in self.steps.get(deal["id"], []) if day <= last_day(month)}
                depths.append(micro(Fraction(len(taken), 5)))
        waits = self.waits.get((person, month), [])
        found = {"follow_up": micro(sum(depths) / len(depths)) if depths else Fraction(0)}
        for name, minutes in (("within_hour", 60), ("within_half_hour", 30)):
            limit = dt.timedelta(minutes=minutes)
            in_time = sum(wait is not None and wait <= limit for wait in waits)
            found[name] = micro(Fraction(in_time, len(waits))) if waits else Fraction(1)
        weights = (10, 60, 30) if first_version else (30, 40, 30)
        total = sum(weight * share for weight, share in zip(weights, found.values(), strict=True))
        return {**found, "service": rounded(total / 100, Fraction(1, 10000))}

    def takes_part(self, person, month):
        first, last = dt.date.fromisoformat(month + "-01"), last_day(month)
        job = self.jobs[person]
        employed = job["hired"] <= first and (job["left"] is None or job["left"] >= last)
        return employed and bool(self.deals_of(person, month))

    def ranks(self, month):
        """Of everybody who takes part: place in the team and in the company, and what is missing to third place."""
        if month not in self._ranks:
            self._ranks[month] = self._ranking(month)
        return self._ranks[month]

    def _ranking(self, month):
        standing = {
            person: (self.earned(person, month)["performance"], self.service(person, month)["service"])
            for person in self.people
            if self.takes_part(person, month)
        }
        team = {person: self.at(person, last_day(month))["team"] for person in standing}
        ranking = {}
        for person, own in standing.items():
            mates = [standing[mate] for mate in standing if team[mate] == team[person]]
            third = sorted(mates, reverse=True)[2][0] if len(mates) >= 3 else own[0]
            ranking[person] = {
                "team_place": 1 + sum(other > own for other in mates),
                "company_place": 1 + sum(other > own for other in standing.values()),
                "team_entrants": len(mates),
                "company_entrants": len(standing),
                "to_third": max(third - own[0], Fraction(0)),
            }
        return ranking

    def competency(self, person, month):
        """Item -> level, gap and course (None where there is none), and the score of the profile."""
        year, number_ = map(int, month.split("-"))
        recent = {f"{year}-{n:02}" for n in range(number_ - 2, number_ + 1)}
        profile: dict[str, dict[str, object]] = {}
        levels = []
        for n, item in enumerate(ITEMS):
            given = {}
            for r in self.ratings:
                if (r["person"], r["item"]) == (person, item) and r["month"] in recent:
                    given.setdefault(r["kind"], []).append(r["points"])
            for e in self.exams:
                if (e["person"], e["item"]) == (person, item) and e["month"] <= month:
                    given.setdefault("考试", []).append(e["level"])
            if not given:
                profile[item] = {"level": None, "gap": None, "course": None}
                continue
            weight = sum((SOURCES[kind] for kind in given), Fraction(0))
            means: list[Fraction] = [SOURCES[kind] * Fraction(sum(x)) / len(x) for kind, x in given.items()]
            level = micro(sum(means, Fraction(0)) / weight)
            gap = max(REQUIRED[self.jobs[person]["role"]][n] - level, Fraction(0))
            course = None if gap == 0 else COURSES[item][0 if gap <= 1 else 1]
            profile[item] = {"level": level, "gap": gap, "course": course}
            levels.append(level)
        score = None
        if len(levels) == len(ITEMS):
            score = micro(sum(weight * level for weight, level in zip((35, 35, 30), levels, strict=True)) / 100)
        return {"items": profile, "score": score}


def measure(actual, target, most):
    return {
        "actual": actual,
        "target": target,
        "score": micro(min(actual / target, most)) if target else Fraction(0),
    }


def weighted(kpis, weights):
    used = sum(weights[name] for name in kpis)
    return rounded(sum(weights[name] * kpi["score"] for name, kpi in kpis.items()) / used, Fraction(1, 10000))


def growth(x):
    """Marginal: each slice of x at the rate of its own tier."""
    low, middle, high = min(x, 50000), min(max(x - 50000, 0), 100000), max(x - 150000, 0)
    return low * Fraction(5, 100) + middle * Fraction(6, 100) + high * Fraction(8, 100)


def shown(value, places=2):
    scaled = Fraction(value) * 10**places
    if scaled.denominator != 1:
        return str(value)
    sign, digits = "-" if scaled < 0 else "", f"{abs(scaled.numerator):0{places + 1}}"
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def report(month, *people):
    company = Company()
    for person in people or company.people:
        s = company.settle(person, month)
        if people:
            for name, kpi in s["kpis"].items():
                yield f"  {name}: {shown(kpi['actual'], 6)} / {shown(kpi['target'], 6)} -> {shown(kpi['score'], 6)}"
            yield f"  performance {shown(s['performance'], 4)}, coefficient {shown(s['coefficient'])}, volume {shown(s['volume'])}"
            for name, share in company.service(person, month).items():
                yield f"  {name}: {shown(share, 6)}"
            for name, place in company.ranks(month).get(person, {}).items():
                yield f"  {name}: {shown(place, 4)}"
            profile = company.competency(person, month)
            for item, found in profile["items"].items():
                if found["level"] is not None:
                    yield f"  {item}: {shown(found['level'], 6)}, gap {shown(found['gap'], 6)}, {found['course']}"
            yield f"  competency {profile['score'] and shown(profile['score'], 6)}"
            for (line, row), x in s["lines"].items():
                yield f"  {line} {row}: {shown(x)}"
            for refund, line, row, x in s["takebacks"]:
                yield f"  {refund}: {line} {row}: {shown(x)}"
            yield f"  payout {shown(s['payout'])}"
            for refund, row, x in s["adjustments"]:
                yield f"  {refund}: adjustment for {row}: {shown(x)}"
        yield f"{person} {month} {shown(s['final'])}"


if __name__ == "__main__":
    sys.stdout.writelines(line + "\n" for line in report(*sys.argv[1:]))
