"""Writes the facts of the example company: 100 salespeople, 2023-05 to 2023-10. Run it to get the same bytes again.

Most rows are drawn from a fixed seed; HARD lists the rows that are there to be difficult.
"""

import datetime as dt
import random
from pathlib import Path

FACTS = Path(__file__).parent / "facts"
CHANGEOVER = Path(__file__).parent / "changeover" / "facts"
MONTHS = ["2023-05", "2023-06", "2023-07", "2023-08", "2023-09", "2023-10"]
LAST = dt.date(2023, 10, 31)
TEAMS = {
    "华东": "720000.00",
    "华南": "900000.00",
    "华北": "1500000.00",
    "西南": "1250000.00",
    "华中": "800000.00",
}
CITIES = {
    "华东": "上海 杭州 南京 苏州",
    "华南": "广州 深圳 厦门 东莞",
    "华北": "北京 天津 石家庄 太原",
    "西南": "成都 重庆 昆明 贵阳",
    "华中": "武汉 长沙 郑州 南昌",
}
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = (
    "伟 芳 秀英 敏 静 丽娟 强 磊 军 洋 勇 艳 杰 涛 明 超 秀兰 霞 平 建国 雪 婷 浩然 子涵 欣怡 宇轩 思远 佳琪 "
    "志强 海燕 文博 晓东 梦洁 俊峰 雅琴"
).split()
BRAND_1, BRAND_2 = "云恒瑞启华鼎盛博远天海金宏诚信智联新百川", "帆达通源泰图科创捷和业晟诺峰航禾越锦凯洲"
TRADES = "科技 贸易 制造 物流 医药 教育 传媒 设计".split()

# Rare names; the last two need GB18030.
NAMES = {"E007": "王喆", "E018": "李䶮", "E033": "陈𠮷"}
HIRED = {"E040": "2023-08-16"}
LEFT = {"E041": "2023-09-12"}
NO_DEALS = {"E050"}
ROLES = {"E007": "资深", "E012": "专员", "E018": "专员", "E026": "主管", "E027": "主管", "E033": "资深", "E040": "专员"}
STEPS = "需求调研 方案演示 产品试用 商务谈判 高层拜访".split()
ITEMS = "客户洞察 关系维护 资源协调".split()
KINDS = "自评 同事 上级".split()
REQUIRED = {"专员": (3, 3, 3), "资深": (3.5, 4, 3), "主管": (4, 4, 4)}
# In September this many people fall short of what their role requires in the third item.
SHORT = 65
NO_EXAM = {"E007", "E012", "E018", "E026", "E027", "E033", "E040"}  # but those of HARD
PILOTS = "华中"
# The branch of the changeover: its teams with their goals, and who belongs to it.
BRANCH_TEAMS = {"华中": "240000.00", "华东": "280000.00"}
BRANCH = "E025 E033 E041 E061 E070 E040 E049 E062 E074 E080 E082 E087".split()
TEAM_CHANGES = {"E055": ("2023-06-15", "华东", "华南"), "E056": ("2023-08-20", "华北", "西南")}

# One row a line: deal    number person date amount won|lost [repeat]
#                 refund  number deal date amount
#                 renewal person date outcome            ("none" instead of the rest: no row in that month)
#                 survey  deal date points [invalid]
#                 step    deal date step        (rows of 跟进 of the deals so marked are all they have; "none": no row)
#                 request person asked answered (with a zone where the cell has one; "-": never answered;
#                                                "month none": no row in that month)
#                 exam    person date item points
#                 review  person date item ratings ("self/peer,peer/manager", "-" where nobody of that kind rated)
#                 quoted  deal date             (the day of the offer)
#                 paid    deal date amount      (what the customer paid; "none" instead of the rest: nothing)
# Where a person has such rows in a month, they are all rows of that table he has in that month.
HARD = """
# E007: on every bound to the cent: 10,000; 9,999.99; a running total of exactly 50,000
deal HT2308-11 E007 2023-08-02 10000.00 won
deal HT2308-12 E007 2023-08-07 9999.99 won
deal HT2308-13 E007 2023-08-15 30000.01 won repeat
deal HT2308-14 E007 2023-08-21 20000.00 won
deal HT2308-15 E007 2023-08-28 12000.00 lost
deal HT2308-16 E007 2023-08-29 5000.10 won
renewal E007 2023-08-03 续约
renewal E007 2023-08-11 流失
renewal E007 2023-08-31 续约
survey HT2308-11 2023-08-09 88
survey HT2308-12 2023-08-14 91.5
survey HT2308-13 2023-08-30 40 invalid

# E018: one cent below 50,000, then one cent above
deal HT2309-21 E018 2023-09-04 49999.99 won
deal HT2309-22 E018 2023-09-05 0.02 won
deal HT2309-23 E018 2023-09-12 3000.00 won repeat
deal HT2309-24 E018 2023-09-20 15000.00 lost
deal HT2309-25 E018 2023-09-27 9999.99 won

# E033: exactly 150,000, then beyond; one cent below first
deal HT2310-31 E033 2023-10-09 100000.00 won
deal HT2310-32 E033 2023-10-10 49999.99 won repeat
deal HT2310-33 E033 2023-10-16 0.01 won
deal HT2310-34 E033 2023-10-20 10000.00 won repeat
deal HT2310-35 E033 2023-10-26 88888.88 lost

# E012: a tie of dates over the bound; by code point 10 stands before 9
deal HT2308-8 E012 2023-08-04 45000.00 won
deal HT2308-9 E012 2023-08-10 9000.00 won
deal HT2308-10 E012 2023-08-10 12000.00 won

# E021: far above the cap; the first later refund stays above it, the second does not
deal HT2307-41 E021 2023-07-06 4000000.00 won
deal HT2307-42 E021 2023-07-20 6000.00 won
renewal E021 2023-07-14 续约
survey HT2307-41 2023-07-18 85
deal HT2309-41 E021 2023-09-15 8000.00 won
deal HT2309-42 E021 2023-09-21 20000.00 won
renewal E021 2023-09-05 续约
renewal E021 2023-09-18 待定
survey HT2309-41 2023-09-25 72
refund TK2308-41 HT2307-41 2023-08-08 1000000.00
refund TK2309-41 HT2307-41 2023-09-12 2000000.00

# E026: nothing due for renewal; E027: due, but nothing decided
deal HT2308-45 E026 2023-08-09 16000.00 won
deal HT2308-46 E026 2023-08-18 5500.00 won repeat
renewal E026 2023-08 none
survey HT2308-45 2023-08-25 85
renewal E027 2023-08-10 待定
renewal E027 2023-08-24 待定

# E040: joins on August 16; no target is prorated
deal HT2308-48 E040 2023-08-16 22000.00 won
deal HT2308-49 E040 2023-08-22 3600.00 won
deal HT2308-50 E040 2023-08-31 4100.00 won
renewal E040 2023-08-30 续约
survey E040 2023-08 none

# E041: leaves, and a sale is refunded a month later
deal HT2309-51 E041 2023-09-01 30000.00 won
deal HT2309-52 E041 2023-09-07 26000.00 won repeat
deal HT2309-53 E041 2023-09-12 4000.00 won
deal HT2309-54 E041 2023-09-12 5000.00 won
deal HT2309-55 E041 2023-09-11 6200.00 won
renewal E041 2023-09-04 续约
survey HT2309-51 2023-09-10 93
refund TK2310-51 HT2309-52 2023-10-18 26000.00

# E055: moves to another team on June 15; the old team's goal would cost the next coefficient
deal HT2306-51 E055 2023-06-05 6000.00 won
deal HT2306-52 E055 2023-06-08 9000.00 won
deal HT2306-53 E055 2023-06-13 2500.00 won
deal HT2306-54 E055 2023-06-14 7200.00 won
deal HT2306-55 E055 2023-06-15 11000.00 won
deal HT2306-56 E055 2023-06-19 2980.00 won
deal HT2306-57 E055 2023-06-26 4320.00 won
deal HT2306-58 E055 2023-06-29 6000.00 won

# E060: a June sale, refunded in full in August
deal HT2306-61 E060 2023-06-02 3000.00 won
deal HT2306-62 E060 2023-06-05 2999.99 won
deal HT2306-63 E060 2023-06-09 8650.50 won
deal HT2306-64 E060 2023-06-14 12000.00 won
deal HT2306-65 E060 2023-06-14 5400.00 won
deal HT2306-66 E060 2023-06-20 28800.88 won
deal HT2306-67 E060 2023-06-27 4100.00 won
deal HT2306-68 E060 2023-06-28 7300.00 lost
deal HT2306-69 E060 2023-06-30 6666.66 won
renewal E060 2023-06-15 续约
survey HT2306-62 2023-06-21 90
deal HT2308-61 E060 2023-08-01 24000.00 won repeat
deal HT2308-62 E060 2023-08-17 16000.50 lost
deal HT2308-63 E060 2023-08-25 4800.00 won
renewal E060 2023-08-09 续约
renewal E060 2023-08-22 续约
survey HT2306-63 2023-08-03 60
survey HT2308-61 2023-08-15 79
survey HT2308-63 2023-08-31 95
refund TK2308-61 HT2306-66 2023-08-21 28800.88

# E061: one sale refunded in thirds over three months
deal HT2307-71 E061 2023-07-03 10000.01 won repeat
deal HT2307-72 E061 2023-07-11 43210.98 won
deal HT2307-73 E061 2023-07-25 5000.00 won
deal HT2307-74 E061 2023-07-28 6000.00 won
renewal E061 2023-07-28 续约
survey HT2307-71 2023-07-14 92
refund TK2307-71 HT2307-71 2023-07-20 3333.33
refund TK2308-71 HT2307-71 2023-08-20 3333.34
refund TK2309-71 HT2307-71 2023-09-20 3333.34

# E062: refunded in full in its own month; it keeps its place in the running total
deal HT2308-75 E062 2023-08-03 40000.00 won
deal HT2308-76 E062 2023-08-08 20000.00 won repeat
deal HT2308-77 E062 2023-08-19 30000.00 won
deal HT2308-78 E062 2023-08-22 7000.00 won
deal HT2308-79 E062 2023-08-23 7200.00 won
renewal E062 2023-08-30 续约
survey HT2308-75 2023-08-16 96
refund TK2308-75 HT2308-76 2023-08-31 20000.00

# E063: two sales of July refunded on one day of September, one of them again in October
deal HT2307-81 E063 2023-07-04 33333.33 won
deal HT2307-82 E063 2023-07-12 44444.44 won repeat
deal HT2307-83 E063 2023-07-31 5555.55 won
deal HT2307-84 E063 2023-07-31 6666.66 won
renewal E063 2023-07-11 续约
refund TK2309-9 HT2307-82 2023-09-14 14814.81
refund TK2309-10 HT2307-81 2023-09-14 11111.11
refund TK2310-81 HT2307-82 2023-10-09 29629.63

# E065: two partial refunds of one sale on one day of its own month
deal HT2310-91 E065 2023-10-11 77777.77 won
deal HT2310-92 E065 2023-10-13 9000.00 won repeat
deal HT2310-93 E065 2023-10-17 8000.00 won
renewal E065 2023-10-13 续约
survey HT2310-91 2023-10-20 99
refund TK2310-91 HT2310-91 2023-10-25 11111.11
refund TK2310-92 HT2310-91 2023-10-25 22222.22

# E070: the score is 0.79998… and is shown, and used, as 0.8000
deal HT2307-101 E070 2023-07-05 26000.00 won
deal HT2307-102 E070 2023-07-06 18000.00 lost
deal HT2307-103 E070 2023-07-13 32000.00 lost
deal HT2307-104 E070 2023-07-18 4000.00 won
deal HT2307-105 E070 2023-07-19 5200.00 won
deal HT2307-106 E070 2023-07-26 6800.00 won repeat
renewal E070 2023-07-07 续约
renewal E070 2023-07-27 流失
survey HT2307-101 2023-07-20 87.5
survey HT2307-104 2023-07-31 87.8

# E071: no survey at all; E072: only a survey that does not count
survey E071 2023-08 none
deal HT2309-111 E072 2023-09-05 13500.00 won
deal HT2309-112 E072 2023-09-06 3500.00 won
deal HT2309-113 E072 2023-09-07 4500.00 won
survey HT2309-111 2023-09-19 30 invalid

# E073: no large deal in sight, so no rate
deal HT2310-115 E073 2023-10-10 9999.99 won
deal HT2310-116 E073 2023-10-18 4200.00 won
deal HT2310-117 E073 2023-10-19 3900.00 won repeat
deal HT2310-118 E073 2023-10-27 2600.00 lost

# E080: the last day of version 1 and the first of version 2, the same amount
deal HT2306-121 E080 2023-06-30 10000.00 won
deal HT2307-121 E080 2023-07-01 10000.00 won
deal HT2307-122 E080 2023-07-31 4000.00 won

# E082: twelve deals, and the dated extra for large deals changes overnight
deal HT2305-131 E082 2023-05-31 3000.00 won
deal HT2305-132 E082 2023-05-31 2999.99 won
deal HT2305-133 E082 2023-05-31 86000.00 lost
deal HT2306-131 E082 2023-06-01 3000.00 won
deal HT2306-132 E082 2023-06-01 2999.99 won
deal HT2306-133 E082 2023-06-02 3210.10 won
deal HT2306-134 E082 2023-06-06 4880.00 won
deal HT2306-135 E082 2023-06-07 3999.90 won
deal HT2306-136 E082 2023-06-08 1800.00 won
deal HT2306-137 E082 2023-06-12 2400.00 won
deal HT2306-138 E082 2023-06-13 3600.00 won
deal HT2306-139 E082 2023-06-15 5100.00 won
deal HT2306-140 E082 2023-06-19 2750.50 won
deal HT2306-141 E082 2023-06-26 3333.33 won
deal HT2306-142 E082 2023-06-29 3030.30 won

# E007: a step made twice counts once; one made after the month's end does not count in August; one deal without any
step HT2308-11 2023-07-21 需求调研
step HT2308-11 2023-07-25 方案演示
step HT2308-11 2023-07-27 方案演示
step HT2308-11 2023-07-31 产品试用
step HT2308-11 2023-08-01 商务谈判
step HT2308-11 2023-08-02 高层拜访
step HT2308-13 2023-08-10 需求调研
step HT2308-13 2023-08-31 方案演示
step HT2308-13 2023-09-01 高层拜访
step HT2308-14 none
step HT2308-15 2023-08-16 需求调研
step HT2308-15 2023-08-20 方案演示
step HT2308-15 2023-08-25 产品试用

# E007: 30 minutes over midnight; 60 minutes; a second more; a cell in UTC, still August here; never answered;
# midnight of August 31 in UTC's afternoon is September
request E007 2023-08-15T23:50:00 2023-08-16T00:20:00
request E007 2023-08-17T10:00:00 2023-08-17T11:00:00
request E007 2023-08-21T10:00:00 2023-08-21T11:00:01
request E007 2023-08-31T15:40:00Z 2023-08-31T16:05:00Z
request E007 2023-08-24T16:30:00 -
request E007 2023-08-31T16:00:00Z 2023-09-01T00:30:01

# E018: one zone asks, another answers; asked and answered on two days; E012: all answered at once
request E018 2023-09-30T23:45:00+08:00 2023-09-30T16:10:00Z
request E018 2023-09-12T18:30:00 2023-09-13T09:05:00
request E012 2023-08-09T09:00:00 2023-08-09T09:00:00
request E026 2023-08 none
request E027 2023-08-02T14:00:00 -

# E034 and E053 head their team with the same score and the same service: 1, 1, 3
step HT2309-389 2023-08-04 高层拜访
step HT2309-389 2023-08-18 方案演示
step HT2309-389 2023-08-31 需求调研
step HT2309-392 2023-09-16 需求调研
step HT2309-392 2023-09-28 高层拜访
step HT2309-485 2023-08-25 需求调研
step HT2309-485 2023-08-31 高层拜访
step HT2309-485 2023-09-09 商务谈判
step HT2309-486 2023-09-05 产品试用
step HT2309-486 2023-09-07 产品试用
step HT2309-486 2023-09-10 方案演示
request E034 2023-09-06T09:10:00 2023-09-06T09:35:00
request E034 2023-09-19T15:00:00 2023-09-19T15:55:00
request E053 2023-09-05T11:20:00 2023-09-05T12:20:00
request E053 2023-09-21T13:00:00 2023-09-21T13:30:00

# E007: no course for the first item; E012: no peer rated the third; E018: the exam taken again; E033: exactly what is
# required; E026: a gap of exactly 1; E027: a gap beyond 1; E040: in August an exam and nothing else
exam E007 2023-08-11 客户洞察 92
exam E007 2023-05-18 资源协调 78
exam E018 2023-07-13 资源协调 58
exam E018 2023-08-17 资源协调 86
exam E040 2023-08-28 客户洞察 95
review E007 2023-09-05 客户洞察 5/4,3/4 关系维护 4/4,4/3 资源协调 3/3,2/3
review E012 2023-09-05 客户洞察 4/3,4/4 关系维护 4/4,3/3 资源协调 4/-/2
review E018 2023-09-06 客户洞察 3/4,4/3 关系维护 -/3,4/3 资源协调 4/3,3/2
review E026 2023-09-06 客户洞察 4/4,4/5 关系维护 4/4,3/4 资源协调 3/3,3/3
review E027 2023-09-07 客户洞察 4/3,4/4 关系维护 5/4,4/4 资源协调 3/3,2/3
review E033 2023-09-07 客户洞察 4/3,4/3 关系维护 5/4,4/4 资源协调 3/2,4/3
"""

source = random.Random(20230701)  # only random() is used: its sequence is the same on every platform and release


def below(n):
    return int(source.random() * n)


def between(a, b):
    return a + below(b - a + 1)


def chance(p):
    return source.random() < p


def pick(options):
    return options[below(len(options))]


def days_of(month):
    first = dt.date.fromisoformat(month + "-01")
    following = (first + dt.timedelta(31)).replace(day=1)
    return [first + dt.timedelta(i) for i in range((following - first).days)]


def hard_rows():
    rows = {name: [] for name in "deal refund renewal survey step request exam review quoted paid".split()}
    for line in HARD.splitlines():
        words = line.split()
        if words and words[0] != "#":
            rows[words[0]].append(words[1:])
    return rows


def make_people():
    taken, people = set(NAMES.values()), {}
    teams = list(TEAMS)
    for n in range(1, 101):
        person = f"E{n:03}"
        name = NAMES.get(person)
        while name is None:
            name = pick(SURNAMES) + pick(GIVEN)
            if name in taken:
                name = None
        taken.add(name)
        hired = HIRED.get(person) or str(dt.date(between(2016, 2022), between(1, 12), between(1, 28)))
        team = TEAM_CHANGES.get(person, ("", teams[below(5)]))[1]
        quota = between(45, 80) * 1000
        people[person] = {
            "name": name,
            "team": team,
            "hired": hired,
            "left": LEFT.get(person, ""),
            "deal_target": between(7, 10),
            "quota": quota,
        }
    return people


def people_rows(people):
    """Each change is a row that holds until the next; targets change on the first of a month."""
    for person, p in people.items():
        changes = {
            "2023-01-01": {"quota": p["quota"], "small": 8},
            "2023-07-01": {"quota": p["quota"] + 15000, "small": 4},
            "2023-09-01": {"small": 3},
        }
        if person in TEAM_CHANGES:
            day, _, team = TEAM_CHANGES[person]
            changes.setdefault(day, {})["team"] = team
        now = {"team": p["team"]}
        for day in sorted(changes):
            now.update(changes[day])
            yield [
                person,
                p["name"],
                day,
                now["team"],
                f"{now['quota']}.00",
                now["small"],
                p["deal_target"],
                p["hired"],
                p["left"],
            ]


def make_clients(people, hard):
    """Nine clients for each person, and a new one for each hard deal that is not repeat business."""
    taken = set()

    def new_client(person):
        while True:
            name = pick(CITIES[people[person]["team"]].split()) + pick(BRAND_1) + pick(BRAND_2) + pick(TRADES)
            if name not in taken:
                taken.add(name)
                return name

    clients = {person: [new_client(person) for _ in range(9)] for person in people}
    return clients, {number: new_client(person) for number, person, _, _, _, *repeat in hard["deal"] if not repeat}


def amount_of(month, large):
    if large:
        amount = between(100, 480) * 100 if month >= "2023-07" else between(100, 260) * 100
    else:
        amount = between(22, 95) * 100
    if chance(0.3):
        amount += between(1, 99)
    return f"{amount}.{pick(['00', '00', '00', '50', '80', '33', '99'])}"


def make_deals(people, clients, new_clients, hard):
    """Rows of (number, person, date, client, amount, won, repeat); a client who has bought before buys again."""
    scripted = {}
    for number, person, date, amount, won, *repeat in hard["deal"]:
        client = new_clients.get(number, clients[person][0])
        scripted.setdefault((person, date[:7]), []).append(
            [number, person, date, client, amount, won == "won", bool(repeat)]
        )
    deals = []
    for month in MONTHS:
        serial = 200
        for person, p in people.items():
            drawn = []
            for _ in range(between(7, 12) if month < "2023-07" else between(3, 8)):
                large = chance(0.12 if month < "2023-07" else 0.42)
                date = pick(days_of(month))
                amount, client = amount_of(month, large), pick(clients[person])
                won = chance(0.45 if large else 0.85)
                gone = p["left"] and str(date) > p["left"]
                if str(date) >= p["hired"] and not gone and person not in NO_DEALS:
                    serial += 1
                    drawn.append([f"HT{month[2:4]}{month[5:]}-{serial}", person, str(date), client, amount, won, None])
            deals += scripted.get((person, month), drawn)
    served = {client for own in clients.values() for client in own[:2]}
    for deal in sorted(deals, key=lambda d: (d[2], d[0])):
        if deal[6] is None:
            deal[6] = deal[3] in served
        if deal[5]:
            served.add(deal[3])
    return deals


def make_refunds(deals, hard):
    hard_people = {d[1] for d in hard["deal"]}
    refunds, serial = [list(row) for row in hard["refund"]], 200
    for number, person, date, _, amount, won, _ in deals:
        draws = source.random(), between(2, 75), source.random()
        day = dt.date.fromisoformat(date) + dt.timedelta(draws[1])
        if not won or draws[0] > 0.03 or day > LAST or person in hard_people:
            continue
        cents = int(amount.replace(".", ""))
        back = cents if draws[2] < 0.5 else cents * 2 // 5
        serial += 1
        refunds.append([f"TK{day:%y%m}-{serial}", number, str(day), f"{back // 100}.{back % 100:02}"])
    return refunds


def make_renewals(people, clients, hard):
    scripted = {}
    for person, date, outcome in hard["renewal"]:
        scripted.setdefault((person, date[:7]), []).extend([] if outcome == "none" else [(date, outcome)])
    rows, serial = [], 0
    for month in MONTHS:
        for person, p in people.items():
            drawn = []
            for _ in range(between(1, 3)):
                date, lot = str(pick(days_of(month))), source.random()
                if p["hired"] <= date and (not p["left"] or date <= p["left"]):
                    drawn.append((date, "续约" if lot < 0.72 else "流失" if lot < 0.93 else "待定"))
            for i, (date, outcome) in enumerate(scripted.get((person, month), drawn)):
                serial += 1
                rows.append([f"XY{serial}", person, date, clients[person][i], outcome])
    return rows


def make_surveys(deals, hard):
    owner = {d[0]: d[1] for d in deals}
    scripted = {}
    for deal, day, points, *invalid in hard["survey"]:
        scripted.setdefault((owner.get(deal, deal), day[:7]), []).extend(
            [] if points == "none" else [(deal, day, points, not invalid)]
        )
    drawn = []
    for number, person, date, _, _, won, _ in deals:
        asked, wait, level, valid = chance(0.42), between(3, 35), source.random(), chance(0.95)
        day = dt.date.fromisoformat(date) + dt.timedelta(wait)
        points = 60 + int(level**0.4 * 40)
        if won and asked and day <= LAST and (person, str(day)[:7]) not in scripted:
            drawn.append((number, str(day), f"{points}.5" if points < 100 and wait % 7 == 0 else str(points), valid))
    rows = [row for own in scripted.values() for row in own] + drawn
    rows.sort(key=lambda row: (row[1], row[0]))
    return [
        [f"HF{n}", deal, day, points, "yes" if valid else "no"] for n, (deal, day, points, valid) in enumerate(rows, 1)
    ]


def make_quotes(deals, hard):
    """The day of the offer: some weeks before the deal."""
    scripted = dict(hard["quoted"])
    quotes = {}
    for number, _, date, *_ in deals:
        lot, short, long = source.random(), between(0, 6), between(7, 45)
        day = dt.date.fromisoformat(date) - dt.timedelta(short if lot < 0.6 else long)
        quotes[number] = scripted.get(number, str(day))
    return quotes


def make_collections(people, deals, hard):
    """What customers pay, in one, two or three parts, some of them never all of it. The ledger was begun with version 2:
    for the deals of June it has those of the pilot team."""
    scripted = {}
    for deal, *rest in hard["paid"]:
        scripted.setdefault(deal, []).extend([] if rest == ["none"] else [rest])
    drawn = []
    for number, person, date, _, amount, won, _ in deals:
        lot, parts = source.random(), between(1, 9)
        days = sorted(between(a, b) for a, b in ((0, 20), (25, 60), (61, 100)))
        if not won or date < "2023-06-01" or (date < "2023-07-01" and people[person]["team"] != PILOTS):
            continue
        cents = int(amount.replace(".", ""))
        if lot < 0.55:
            shares = [cents]
        elif lot < 0.9:
            shares = [cents * parts // 10, cents - cents * parts // 10]
        elif lot < 0.95:
            shares = [cents // 3, cents // 3, cents - 2 * (cents // 3)]
        else:
            shares = [cents // 2]
        rows = [
            (dt.date.fromisoformat(date) + dt.timedelta(wait), part) for wait, part in zip(days, shares, strict=False)
        ]
        paid = [(str(day), f"{part // 100}.{part % 100:02}") for day, part in rows if part and day <= LAST]
        drawn += [(day, number, part) for day, part in scripted.get(number, paid)]
    return [[f"HK{n}", number, day, part] for n, (day, number, part) in enumerate(sorted(drawn), 1)]


def make_roles(people):
    return {
        person: ROLES.get(person) or pick(["专员", "专员", "专员", "专员", "专员", "资深", "资深", "资深", "主管"])
        for person in people
    }


def inside(day, p):
    """The day, or the nearest one of the employment."""
    return min(max(str(day), p["hired"]), p["left"] or str(LAST))


def make_steps(people, deals, hard):
    """What was done to win a large client, before the deal mostly; the large clients of version 1 begin at 3,000."""
    scripted = {}
    for deal, *step in hard["step"]:
        scripted.setdefault(deal, []).extend([] if step == ["none"] else [step])
    rows, serial = [], 0
    for number, person, date, _, amount, *_ in deals:
        drawn = []
        second = date >= "2023-07-01"
        if int(amount.split(".")[0]) >= (10000 if second else 3000):
            for step in STEPS * 2:
                made, wait = chance(0.3 if second else 0.07), between(-35, 4)
                if made:
                    day = dt.date.fromisoformat(date) + dt.timedelta(wait)
                    if day <= LAST:
                        drawn.append([inside(day, people[person]), step])
        for day, step in scripted.get(number, sorted(drawn)):
            serial += 1
            rows.append([f"GJ{serial}", number, day, step])
    return rows


def make_requests(people, clients, hard):
    """Most are answered quickly, some on another day, some never; one channel writes its times in UTC."""
    scripted = {}
    for person, asked, answered in hard["request"]:
        scripted.setdefault((person, asked[:7]), []).extend([] if answered == "none" else [(asked, answered)])
    rows, serial = [], 0
    for month in MONTHS:
        for person, p in people.items():
            drawn = []
            for _ in range(between(0, 4)):
                day = pick(days_of(month))
                asked = dt.datetime(day.year, day.month, day.day, between(8, 22), between(0, 59))
                lot, quick, slow = source.random(), between(2, 29), between(61, 2000)
                wait = quick if lot < 0.45 else 30 + quick if lot < 0.72 else slow
                never, utc = chance(0.05), chance(0.12)
                if p["hired"] <= str(day) and (not p["left"] or str(day) <= p["left"]):
                    answered = asked + dt.timedelta(minutes=wait)
                    drawn.append((written(asked, utc), "-" if never else written(answered, utc)))
            for asked, answered in scripted.get((person, month), sorted(drawn)):
                serial += 1
                client = clients[person][serial % 9]
                rows.append([f"ZC{serial}", person, client, asked, "" if answered == "-" else answered])
    return rows


def written(moment, utc):
    return f"{moment - dt.timedelta(hours=8):%Y-%m-%dT%H:%M}Z" if utc else f"{moment:%Y-%m-%d %H:%M}"


def make_exams(people, hard):
    drawn = [list(row) for row in hard["exam"]]
    for person, p in people.items():
        for item in ITEMS:
            sits, again = chance(0.45), chance(0.25)
            day, points = dt.date(2023, 5, 8) + dt.timedelta(between(0, 170)), between(48, 99)
            later, better = day + dt.timedelta(between(20, 60)), min(points + between(5, 25), 100)
            if person in NO_EXAM or not sits:
                continue
            tries = [(day, points)] + ([(later, better)] if again and points < 70 else [])
            drawn += [
                [person, str(on), item, n]
                for on, n in tries
                if on <= LAST and p["hired"] <= str(on) and (not p["left"] or str(on) <= p["left"])
            ]
    drawn.sort(key=lambda row: (row[1], row[0], row[2]))
    return [[f"KS{n}", *row] for n, row in enumerate(drawn, 1)]


def grade(points):
    return 1 + sum(points >= bound for bound in (60, 70, 85, 95))


def make_ratings(people, roles, exams, hard):
    """Two reviews: June with one peer, September with two; in September SHORT people are short in the third item."""
    scripted = {(person, day[:7]): (day, pairs(rest)) for person, day, *rest in hard["review"]}
    drawn = [person for person in people if (person, "2023-09") not in scripted]
    lots = sorted(drawn, key=lambda person: (source.random(), person))
    short = set(lots[: SHORT - 5])  # five of the scripted ones are short: E007, E012, E018, E026, E027
    rows = []
    for month, peers in (("2023-06", 1), ("2023-09", 2)):
        for person, p in people.items():
            day = f"{month}-{between(4, 12):02}" if month == "2023-09" else f"{month}-{between(19, 27):02}"
            marked = {}
            for n, item in enumerate(ITEMS):
                required = REQUIRED[roles[person]][n]
                level = int(required + 0.5)
                own = [grade(int(e[4])) for e in exams if e[1] == person and e[3] == item and e[2] <= "2023-09-30"]
                lots = [source.random() for _ in range(4)]
                is_short = person in short if month == "2023-09" else lots[3] < 0.72
                if n == 2 and is_short:
                    marks = (
                        level + (lots[0] < 0.4),
                        [level - (lot < 0.5) for lot in lots[1:3]],
                        level - 1 - (lots[3] < 0.2),
                    )
                elif n == 2:
                    high = any(g < level for g in own)
                    marks = level + (lots[0] < 0.4), [level + (lot < 0.3) for lot in lots[1:3]], level + high
                else:
                    others = [level + (lot < 0.5) - (lot > 0.85) for lot in lots[1:3]]
                    marks = level + (lots[0] < 0.6), others, level + (lots[0] < 0.4) - (lots[3] < 0.3)
                absent = chance(0.04)
                marked[item] = (
                    min(marks[0], 5),
                    [] if absent else [min(m, 5) for m in marks[1][:peers]],
                    min(marks[2], 5),
                )
            if p["hired"] > day or (p["left"] and day > p["left"]):
                continue
            day, marks = scripted.get((person, month), (day, marked))
            for item in ITEMS:
                own, others, manager = marks[item]
                given = [("自评", own), *(("同事", mark) for mark in others), ("上级", manager)]
                rows += [[person, day, kind, item, mark] for kind, mark in given if mark is not None]
    rows.sort(key=lambda row: row[1][:7])
    return [[f"PJ{n}", *row] for n, row in enumerate(rows, 1)]


def pairs(words):
    """`item self/peer,peer/manager …` as item -> (self, peers, manager)."""
    marks = {}
    for item, text in zip(words[::2], words[1::2], strict=True):
        own, others, manager = ([None if m == "-" else int(m) for m in part.split(",")] for part in text.split("/"))
        marks[item] = (own[0], [m for m in others if m is not None], manager[0])
    return marks


def with_commas(amount):
    whole, cents = amount.split(".")
    return f'"{int(whole):,}.{cents}"' if len(whole) > 3 else amount


def write(name, encoding, header, rows, newline="\n"):
    lines = [header] + [",".join(str(cell) for cell in row) for row in rows]
    FACTS.mkdir(exist_ok=True)
    (FACTS / name).write_bytes((newline.join(lines) + newline).encode(encoding))


def main():
    hard = hard_rows()
    people = make_people()
    clients, new_clients = make_clients(people, hard)
    deals = make_deals(people, clients, new_clients, hard)
    refunds = make_refunds(deals, hard)
    renewals = make_renewals(people, clients, hard)
    surveys = make_surveys(deals, hard)
    source.seed(20230901)  # what was drawn so far stays as it is, whatever is drawn from here on
    roles = make_roles(people)
    steps = make_steps(people, deals, hard)
    requests = make_requests(people, clients, hard)
    exams = make_exams(people, hard)
    ratings = make_ratings(people, roles, exams, hard)
    write("team.csv", "utf-8", "id,goal", TEAMS.items())
    write(
        "people.csv",
        "gb18030",
        "工号,姓名,生效日,团队,月签约任务,月小单任务,月单量任务,入职日,离职日,岗位",
        ([*row, roles[row[0]]] for row in people_rows(people)),
        "\r\n",
    )
    # A deal with a new client leaves the column for repeat business empty: the declared default answers.
    write(
        "deal.csv",
        "utf-8-sig",
        "单号,销售员,签约日,客户,金额,已成交,复购",
        ([*d[:5], "是" if d[5] else "否", "是" if d[6] else ""] for d in deals),
        "\r\n",
    )
    write(
        "退款.csv",
        "utf-8",
        "退款单号,签约,退款日,退款额",
        ([number, deal, day, with_commas(amount)] for number, deal, day, amount in sorted(refunds)),
    )
    write(
        "续约.csv",
        "gbk",
        "续约单号,负责人,到期日,客户,结果",
        ([*row[:2], "{}/{}/{}".format(*map(int, row[2].split("-"))), *row[3:]] for row in renewals),
        "\r\n",
    )
    write("survey.csv", "utf-8", "id,deal,day,points,valid", surveys)
    write("跟进.csv", "gbk", "跟进编号,签约,跟进日,动作", steps, "\r\n")
    write("request.csv", "utf-8-sig", "支持单号,受理人,客户,提出时间,回复时间", requests)
    write("exam.csv", "utf-8", "id,person,day,item,points", exams)
    write("评价.csv", "gb18030", "评价编号,被评人,评价日,来源,能力,等级", ratings, "\r\n")
    write_changeover(people, hard, deals, refunds, renewals, surveys)


def write_changeover(people, hard, deals, refunds, renewals, surveys):
    """The facts of one branch, with the days of offers and what customers paid."""
    source.seed(20230702)
    ours = set(BRANCH)
    deals = [deal for deal in deals if deal[1] in ours]
    numbers = {deal[0] for deal in deals}
    quotes = make_quotes(deals, hard)
    collections = make_collections(people, deals, hard)

    def put(name, header, rows):
        lines = [header, *(",".join(str(cell) for cell in row) for row in rows)]
        CHANGEOVER.mkdir(exist_ok=True)
        (CHANGEOVER / name).write_text("\n".join(lines) + "\n", "utf-8", newline="\n")

    put("team.csv", "id,goal", BRANCH_TEAMS.items())
    mine = (row for row in people_rows(people) if row[0] in ours)
    put("people.csv", "id,name,from,team,quota,small_target,deal_target,hired", (row[:8] for row in mine))
    won = {True: "yes", False: "no"}
    rows = ((d[0], d[1], d[2], d[4], won[d[5]], won[d[6]], quotes[d[0]]) for d in deals)
    put("deal.csv", "id,rep,signed,amount,won,repeat,quoted", rows)
    put("refund.csv", "id,deal,day,amount", sorted(row for row in refunds if row[1] in numbers))
    put("renewal.csv", "id,rep,due,outcome", ((*row[:3], row[4]) for row in renewals if row[1] in ours))
    put("survey.csv", "id,deal,day,points,valid", (row for row in surveys if row[1] in numbers))
    put("collection.csv", "id,deal,day,amount", collections)


if __name__ == "__main__":
    main()
