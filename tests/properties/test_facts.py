"""Facts hold exactly what was written, and nothing of how it was written."""

from __future__ import annotations

import csv
import io
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tiercel.facts import Facts, RawTable, Rows, border
from tiercel.money import grouped, money_text
from tiercel.readers import from_rows, read_folder
from tiercel_dsl.scheme import CheckedScheme, Column, Names, Table
from tiercel_dsl.types import COUNT, DATE, MONEY, NUMBER, TEXT, YESNO, Kind, Type

TEAM_LINK, PERSON, DEAL_LINK = (Type(Kind.row, table=name) for name in ("team", "people", "deal"))


def named(name: str, alias: str, type_: Type, **more: Any) -> Column:
    return Column(name, type_, names=Names(name, alias), **more)


TABLES = (
    Table(
        "team",
        "group",
        (named("id", "编号", TEXT), named("goal", "目标", MONEY)),
        "id",
        names=Names("team", "团队"),
    ),
    Table(
        "people",
        "people",
        (
            named("id", "工号", TEXT),
            named("name", "姓名", TEXT),
            named("team", "团队", TEAM_LINK, dated=True),
        ),
        "id",
        names=Names("people", "人员"),
    ),
    Table(
        "deal",
        "facts",
        (
            *(named("id", "单号", TEXT), named("rep", "销售员", PERSON), named("signed", "签约日", DATE)),
            *(
                named("amount", "金额", MONEY),
                named("won", "成交", YESNO),
                named("points", "评分", NUMBER, optional=True),
            ),
        ),
        *("id", "rep", "signed"),
        names=Names("deal", "签约"),
    ),
    Table(
        "item",
        "facts",
        (named("id", "行号", TEXT), named("deal", "签约", DEAL_LINK), named("pieces", "件数", COUNT)),
        "id",
        parent="deal",
        names=Names("item", "明细"),
    ),
)
SCHEME = CheckedScheme(
    *("plan", 1, date(2023, 1, 1), None, "CNY", "month", (), TABLES),
    *((),) * 7,
    payout=None,
    names=Names("plan"),
)
Data = Mapping[str, list[dict[str, Any]]]

cents = st.integers(-(10**24), 10**24)
words = st.text(alphabet="aZ09-_ 喆䶮𠮷,;\"'é", min_size=1, max_size=5).map(str.strip).filter(bool)
days = st.dates(date(2023, 1, 1), date(2023, 3, 31))


@st.composite
def companies(draw: st.DrawFn) -> Data:
    """Facts of a company as Python values: teams, people with histories, deals and their items."""
    teams = draw(st.lists(words, min_size=1, max_size=3, unique=True))
    people = draw(st.lists(words, min_size=1, max_size=4, unique=True))
    deals = draw(st.lists(words, max_size=6, unique=True))
    items = draw(st.lists(words, max_size=4, unique=True)) if deals else []
    amount = cents.map(lambda n: Decimal(n).scaleb(-2))
    history = st.lists(st.none() | days, min_size=1, max_size=3, unique=True)
    return {
        "team": [{"id": team, "goal": draw(amount)} for team in teams],
        "people": [
            {"id": person, "name": name, "from": day, "team": draw(st.sampled_from(teams))}
            for person in people
            for name in [draw(words)]
            for day in draw(history)
        ],
        "deal": [
            {
                "id": deal,
                "rep": draw(st.sampled_from(people)),
                "signed": draw(days),
                "amount": draw(amount),
                "won": draw(st.booleans()),
                "points": draw(st.none() | st.integers(-9, 9) | st.just(Decimal("0.125"))),
            }
            for deal in deals
        ],
        "item": [
            {"id": item, "deal": draw(st.sampled_from(deals)), "pieces": draw(st.integers(-5, 10**20))}
            for item in items
        ],
    }


def taken(rows: Data) -> Facts:
    """The facts of a host's rows, which are all in order."""
    raw, reading = from_rows(rows, SCHEME)
    facts, found = border(SCHEME, raw)
    assert reading + found == ()
    assert facts.touched == ()
    return facts


def cell(value: object) -> str:
    """A value as a file has it."""
    if isinstance(value, bool):
        return "是" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:,f}"
    return "" if value is None else str(value)


def read(files: Mapping[str, bytes]) -> Facts:
    with TemporaryDirectory() as folder:
        for name, data in files.items():
            (Path(folder) / name).write_bytes(data)
        raw, reading = read_folder(Path(folder), SCHEME)
    facts, found = border(SCHEME, raw)
    assert reading + found == ()
    return facts


def written(rows: Sequence[Mapping[str, object]], headers: Sequence[str], faces: Mapping[str, str], end: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=end)
    writer.writerow([faces.get(header, header) for header in headers])
    writer.writerows([[cell(row[header]) for header in headers] for row in rows])
    return out.getvalue()


@given(companies(), st.data())
def test_how_it_is_written_does_not_matter(company: Data, data: st.DataObject) -> None:
    """Order of rows, columns and files, encoding, line ends, names and doubles: the same facts, the same hash."""
    files: dict[str, bytes] = {}
    for table in TABLES:
        headers = [c.identity for c in table.columns] + (["from"] if table.kind == "people" else [])
        faces = {c.identity: data.draw(st.sampled_from([c.names.name, c.names.alias])) for c in table.columns}
        rows = company[table.identity] + company[table.identity][:1]
        order = data.draw(st.permutations(rows)), data.draw(st.permutations(headers))
        text = written(
            *order,
            faces | {"from": data.draw(st.sampled_from(["from", "生效日"]))},
            data.draw(st.sampled_from(["\n", "\r\n"])),
        )
        encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
        files[data.draw(st.sampled_from([table.names.name, table.names.alias])) + ".csv"] = text.encode(encoding)
    expected = taken(company)
    facts = read(files)
    assert facts == expected
    assert facts.hash == expected.hash


@given(companies(), st.data())
def test_another_value_is_another_hash(company: Data, data: st.DataObject) -> None:
    """One cent, one day, one yes or one link moves the hash."""
    before = taken(company)
    changed = {name: [dict(row) for row in rows] for name, rows in company.items()}
    changed["team"][0]["goal"] += Decimal("0.01")
    assert taken(changed).hash != before.hash
    if company["deal"]:
        for name, value in [
            ("won", not company["deal"][0]["won"]),
            ("signed", date(2024, 1, 1)),
            ("points", 77),
        ]:
            other = {**company, "deal": [{**company["deal"][0], name: value}, *company["deal"][1:]]}
            assert taken(other).hash != before.hash


@given(companies())
def test_facts_say_what_the_rows_say(company: Data) -> None:
    """Read back over indices and scales, every value is the one given, in order of day and key."""
    facts = taken(company)
    people, deals, items = (facts.tables[name] for name in ("people", "deal", "item"))
    given_deals = sorted(company["deal"], key=lambda row: (row["signed"], row["id"]))
    assert list(deals.keys) == [row["id"] for row in given_deals]
    for place, row in enumerate(given_deals):
        assert people.keys[deals.owner[place] or 0] == row["rep"]
        assert deals.day[place] == row["signed"]
        assert deals.columns["amount"][place] == Fraction(row["amount"]) * 100
        assert deals.columns["won"][place] is row["won"]
        assert deals.columns["points"][place] == (None if row["points"] is None else Fraction(row["points"]) * 10**6)
    for place, key in enumerate(items.keys):
        parent = items.parent[place]
        assert parent is not None
        assert deals.keys[parent] == next(row["deal"] for row in company["item"] if row["id"] == key)
        assert (items.owner[place], items.day[place]) == (deals.owner[parent], deals.day[parent])
    assert sorted(zip(items.day, items.keys, strict=True)) == list(zip(items.day, items.keys, strict=True))
    histories(company, people, facts.tables["team"])


def histories(company: Data, people: Rows, teams: Rows) -> None:
    """On every day the steps give the team of the latest row that has begun."""
    assert list(people.keys) == sorted({row["id"] for row in company["people"]})
    for key, steps in zip(people.keys, people.series["team"], strict=True):
        rows = sorted((row["from"] or date.min, row["team"]) for row in company["people"] if row["id"] == key)
        assert all(before[1] != after[1] for before, after in pairwise(steps))
        for day in {date.min, *(row[0] for row in rows), date(2023, 2, 1), date.max}:
            wanted = [team for start, team in rows if start <= day][-1:]
            got = [value for start, value in steps if start is None or start <= day][-1:]
            assert [teams.keys[team] for team in got if isinstance(team, int)] == wanted


@given(cents, st.sampled_from(["", "¥", "CNY "]), st.sampled_from(["", "元", " RMB"]), st.booleans())
def test_money_text_round_trip(amount: int, before: str, after: str, commas: bool) -> None:
    """Every amount of any size comes back to the cent, with marks, commas and full-width digits."""
    text = money_text(Fraction(amount, 100), 2)
    text = grouped(text) if commas else text
    wide = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")
    for form in (before + text + after, text.translate(wide) + after):
        raw = RawTable("team.csv", ("id", "goal"), ((2, ("a", form)),))
        facts, _ = border(SCHEME, {"team": raw})
        assert facts.tables["team"].columns["goal"] == (amount,)


@given(st.integers(-(10**12), 10**12), st.integers(0, 12))
def test_digits_too_many_are_refused_not_rounded(mantissa: int, places: int) -> None:
    """Text and Decimal agree: the exact number at six digits, or E3104."""
    value = Fraction(mantissa, 10**places)
    table = Table("thing", "facts", (Column("id", TEXT), Column("x", NUMBER)), "id")
    scheme = replace(SCHEME, tables=(table,))
    for x in (money_text(value, places), Decimal(mantissa).scaleb(-places)):
        facts, found = border(scheme, from_rows({"thing": [{"id": "a", "x": x}]}, scheme)[0])
        if (value * 10**6).denominator == 1:
            assert facts.tables["thing"].columns["x"] == (int(value * 10**6),)
        else:
            assert [d.code for d in found] == ["E3104"]


@given(companies())
def test_facts_pickle(company: Data) -> None:
    """Facts go to another process and come back equal."""
    facts = taken(company)
    assert pickle.loads(pickle.dumps(facts)) == facts


@given(companies(), st.data())
def test_order_of_faulty_rows_does_not_matter(company: Data, data: st.DataObject) -> None:
    """Whatever order the rows come in, the same rows are left out and the same people are touched."""
    broken = {
        **company,
        "deal": [{**row, "amount": data.draw(st.sampled_from([row["amount"], "x"]))} for row in company["deal"]],
    }
    results: list[Facts] = []
    for turn in (list[Any], lambda rows: list(reversed(rows))):
        raw, _ = from_rows({name: turn(rows) for name, rows in broken.items()}, SCHEME)
        results.append(border(SCHEME, raw)[0])
    assert results[0] == results[1]
    bad = {row["id"] for row in broken["deal"] if row["amount"] == "x"}
    assert not bad.intersection(results[0].tables["deal"].keys)
    assert set(results[0].touched) == {row["rep"] for row in broken["deal"] if row["amount"] == "x"}
